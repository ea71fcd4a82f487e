"""Reading: from what a person typed to a tree, by the one grammar, in a scope of names."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from ..errors import ParseError
from .names import mixed, spelled_otherwise
from .raw import _NotUnderstoodError
from .resolving import Scope, resolve
from .sentences import Flow, Sentence, nearest
from .signs import LOOK_ALIKE, Text, read_signs
from .tree import FUNCTIONS, Apply, Equality, Model, Name, Node

__all__ = [
    "is_name",
    "read_chain",
    "read_declarations",
    "read_equation",
    "read_expression",
    "read_flow",
    "read_list",
    "read_model",
    "read_name",
    "read_pieces",
    "read_sentence",
    "read_shape",
    "read_statements",
    "without_label",
]

MAX_NAME = 100  # characters of one name
_WORDS = ("exp", "log", "sqrt", "ln", "grad", "gradient", "nabla")

_NAME = re.compile(r"[A-Za-z_\u0370-\u03ff][A-Za-z0-9_\u0370-\u03ff]*")

Names = Collection[str] | None


def _parse(signs: Text, start: str) -> Any:
    from .parsing import parse  # the parser is loaded when something is first read

    return parse(signs, start)


def _scope(names: Names, scope: Scope | None) -> Scope:
    return scope if scope is not None else Scope(names)


def read_expression(text: str, names: Names = None, *, scope: Scope | None = None, what: str = "an expression") -> Node:
    """Read one expression.

    Parameters
    ----------
    text : str
    names : collection of str, optional
        The names that are known; without it every name is taken as it stands. It decides what is read where signs
        are left out, as in ``xy``. Unknown names are not refused here: whoever gives them a meaning does that.
    scope : Scope, optional
        The same with more to say.
    what : str
        How the text is called in messages.

    Returns
    -------
    Node

    Raises
    ------
    ParseError
        With the person's text and a mark where it stops making sense.
    SizeError
        A text, a number or a nesting beyond the bounds.

    Examples
    --------
    >>> read_expression("2x") == read_expression("2*x")
    True
    """
    signs = read_signs(text, what)
    if not signs.plain.strip():
        raise ParseError(f"the {what.split(' ', 1)[1]} is empty: write something like x**2 - y**2")
    node: Node = resolve(_parse(signs, "expression"), signs, _scope(names, scope))
    return node


def read_statements(
    text: str, names: Names = None, *, scope: Scope | None = None, what: str = "a text"
) -> tuple[Node, ...]:
    """Read expressions and equalities with commas between them; an empty text has none.

    Examples
    --------
    >>> len(read_statements("x*y, (1, 2), h = x"))
    3
    """
    signs = read_signs(text, what)
    items: tuple[Node, ...] = resolve(_parse(signs, "listing"), signs, _scope(names, scope))
    return items


def read_pieces(text: str, what: str = "a list") -> list[str]:
    """Cut a list into the texts of its parts, as they were typed: at its commas, without the brackets around it.

    Examples
    --------
    >>> read_pieces("(u**2 - v**2, (v + w)*(v - w))"), read_pieces("[[1, 2], [3, 4]]"), read_pieces("(x+1)(x-1)")
    (['u**2 - v**2', '(v + w)*(v - w)'], ['[1, 2]', '[3, 4]'], ['(x+1)(x-1)'])
    """
    signs = read_signs(text, what)
    plain = signs.plain.strip()
    start = signs.plain.index(plain)
    end = start + len(plain)
    items = None
    if plain[:1] + plain[-1:] in ("()", "[]"):
        try:
            items = _parse(read_signs(plain[1:-1]), "listing")
        except ParseError:  # the last bracket does not close the first one
            pass
        else:
            start, end = start + 1, end - 1
    shift = 0 if items is None else start
    if items is None:
        items, start = _parse(signs, "listing"), 0
    if not items:
        return []
    ends = [start, *(place + shift for cut in items.cuts for place in cut), end]
    return [signs.original[signs.place(a) : signs.place(b)].strip() for a, b in zip(ends[::2], ends[1::2], strict=True)]


def without_label(text: str, names: Names = None) -> str:
    """Take away what names a function, as in ``h = x*y`` or ``h(x, y) = x*y``; an equation is left as it is.

    Raises
    ------
    ParseError
        Where the label is one of the known names.

    Examples
    --------
    >>> without_label("h(u, v) = u**2 - v**2"), without_label("log(u) = v")
    ('u**2 - v**2', 'log(u) = v')
    """
    if "=" not in text:
        return text
    signs = read_signs(text)
    raw = _parse(signs, "statement")
    if not isinstance(raw, Equality) or len(raw.sides) != 2:
        return text
    left = raw.sides[0]
    named = left.name if isinstance(left, Apply) and all(isinstance(x, Name) for x in left.arguments) else left
    if not isinstance(named, Name) or (named is not left and named.name in (*FUNCTIONS, "ln")):
        return text  # an equation: log(x) = ... names nothing
    check_label(named.name, names)
    return signs.original[signs.place(raw.places[0] + 1) :].lstrip("= ")


def check_label(label: str, names: Names) -> None:
    """Refuse a name of the model where a function is given a name."""
    if names is not None and label in names:
        raise ParseError(
            f"{label} is a name of the model, so '{label} = ...' is an equation and not a name for a function: "
            "write the function alone, or take another name"
        )


def read_list(text: str, names: Names = None, *, scope: Scope | None = None, what: str = "a list") -> tuple[Node, ...]:
    """Read the parts of a list, in parentheses or brackets or without: ``(1, 2)``, ``[1, 2]`` or ``1, 2``.

    Examples
    --------
    >>> len(read_list("(u**2 - v**2, (v + w)*(v - w))"))
    2
    """
    from .tree import List, Vector

    items = read_statements(text, names, scope=scope, what=what)
    return items[0].items if len(items) == 1 and isinstance(items[0], (List, Vector)) else items


def read_equation(text: str, names: Names = None, *, scope: Scope | None = None) -> tuple[Node, ...]:
    """Read sides that are said to be equal, two or more.

    Examples
    --------
    >>> len(read_equation("(x + y)^2 = x^2 + 2*x*y + y^2"))
    2
    """
    signs = read_signs(text, "an equation")
    node = resolve(_parse(signs, "statement"), signs, _scope(names, scope))
    if not isinstance(node, Equality):
        raise ParseError(f"'{text[:60]}' is not an equation: write left = right")
    return node.sides


def read_model(text: str) -> Model:
    """Read the text of a model; what it means is decided by `models`.

    Examples
    --------
    >>> read_model("relu(2,3,2, bias = True)").kind
    'relu'
    """
    signs = read_signs(text, "a model")
    model: Model = resolve(_parse(signs, "model"), signs, Scope())
    return model


def read_sentence(
    text: str,
    names: Names | Callable[[Model | None], Names] = None,
    *,
    scope: Scope | Callable[[Model | None], Scope] | None = None,
    scope_of: Callable[[Model | None, Sentence], Scope] | None = None,
    what: str = "a sentence",
) -> Sentence:
    """Read a sentence, by the table of `sentences`.

    Parameters
    ----------
    text : str
    names : collection of str, or function of the sentence's model
        The names that are known: those of the model that the sentence names, or of the one it is about.
    scope : Scope or function of the sentence's model, optional
        The same with more to say.
    scope_of : function of the sentence's model and of the sentence, optional
        The same where it depends on what is said; names side by side are not settled yet in that sentence.
    what : str
        How the text is called in messages.

    Raises
    ------
    ParseError
        The sentence is not understood, with those that are nearest; or a part of it cannot be read.

    Examples
    --------
    >>> read_sentence("x**2 - y**2 is conserved for phi(x*y)").text
    'x**2 - y**2 is conserved for phi(x*y)'
    >>> read_sentence("there is no law").text
    'there are exactly 0 laws'
    """
    signs = read_signs(text, what)
    named = what.removeprefix("a ").removeprefix("an ")
    if not signs.plain.strip():
        raise ParseError(f"the {named} is empty: write one such as '{nearest('is conserved', 1)[0]}'")
    try:
        raw: Sentence = _parse(signs, "sentence")
    except _NotUnderstoodError as error:
        near = " or ".join(f"'{example}'" for example in nearest(signs.plain))
        told = f"The nearest that are: {near}"
        if re.search(r"[<⟨][^,<>⟨⟩]*[>⟩]|[<⟨][^<>⟨⟩]*(?:grad|∇|,)[^<>⟨⟩]*$", signs.plain):
            told = "An inner product is written <a, b>, with both brackets and a comma"
        raise ParseError(f"the {named} is not understood in {error}. {told}") from None
    inside = Scope()
    model = None if raw.model is None else resolve(raw.model, signs, inside)
    if callable(scope):
        inside = scope(model)
    elif scope_of is not None:
        inside = scope_of(model, raw)
    elif scope is not None:
        inside = scope
    elif callable(names):
        inside = Scope(names(model))
    else:
        inside = Scope(names)
    sentence: Sentence = resolve(raw, signs, inside)
    for label in getattr(sentence, "labels", ()):
        if label:
            check_label(label, inside.names)
    return sentence


def read_chain(text: str, names: Names = None, *, scope: Scope | None = None) -> tuple[tuple[Node, ...], str]:
    """Read a line that goes on with the line before: its sides, and the letter of "for all i" or nothing.

    Examples
    --------
    >>> len(read_chain("= 2*x*y - 2*x*y = 0")[0])
    2
    """
    signs = read_signs(text, "a line")
    sides, every = _parse(signs, "chain")
    return resolve(sides, signs, _scope(names, scope)), every


def read_flow(text: str, names: Names = None, *, scope: Scope | None = None) -> Flow:
    """Read how matrices move.

    Examples
    --------
    >>> read_flow("of U*V^T with H").gradient
    'H'
    """
    signs = read_signs(text, "a flow")
    flow: Flow = resolve(_parse(signs, "flow"), signs, _scope(names, scope))
    return flow


def read_declarations(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Read what declares matrices: their names with their sizes, and their kinds where they are said.

    Examples
    --------
    >>> read_declarations("U₁: n × r; S: r x r symmetric")
    (('U_1', ('n', 'r')), ('S', ('r', 'r', 'symmetric')))
    """
    found: tuple[tuple[str, tuple[str, ...]], ...] = _parse(read_signs(text, "a declaration"), "declarations")
    return found


def read_shape(text: str) -> tuple[str, ...]:
    """Read the shape of a matrix, ``n x r`` or ``n x n symmetric``."""
    shape: tuple[str, ...] = _parse(read_signs(text, "a shape"), "shape")
    return shape


def is_name(text: str) -> bool:
    """Whether a text is read as one name, and always as the same one.

    Examples
    --------
    >>> is_name("U1_2_3"), is_name("θ"), is_name("x y"), is_name("log"), is_name("x[1]")
    (True, True, False, False, False)
    """
    if text in _WORDS or len(text) > MAX_NAME or not text.isidentifier() or not _NAME.fullmatch(text):
        return False
    return text.isascii() or not (set(text) & set(LOOK_ALIKE) or any(map(mixed, text.split("_"))))


def read_name(text: str, names: Names = None) -> str | None:
    """Return a name in its canonical spelling, or as one of the known names; None where a text is not one name.

    Examples
    --------
    >>> read_name("x₁"), read_name("U1[2,3]"), read_name("x y"), read_name("x₁", ("x1", "x2"))
    ('x_1', 'U1_2_3', None, 'x1')
    """
    try:
        signs: Text = read_signs(text, "a name")
        node = resolve(_parse(signs, "expression"), signs, Scope())
    except ParseError:
        return None
    if not isinstance(node, Name):
        return None
    if names is not None and node.name not in names and node.name != text:
        return spelled_otherwise(node.name, names) or node.name
    return node.name
