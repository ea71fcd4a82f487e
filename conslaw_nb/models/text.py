"""Models written as text, the way the command line takes them: read by a parser, never evaluated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from ..errors import ConslawError, ModelError, brief
from ..exact.polynomial import Poly
from ..exact.ratio import Ratio
from ..language import names_in, read_model
from ..language.names import check_clear
from ..language.polynomials import fraction_from_node
from ..language.tree import List, Model, Name, Node, Vector, walk
from .fields import VectorFields, check_variables, vector_fields
from .forward.reading import is_forward_text, read_forward
from .networks import factorization, linear, relu
from .parametrizations import parametrization_of, polynomial_component
from .rates import read_rate
from .rational import Rooted, read_component
from .registry import Argument, kind_of, kinds, too_many, unknown_argument

__all__ = ["make_model", "parse_model"]

EXAMPLES = (
    "linear(5,5,5), relu(2,3,2,bias=True), factorization(3,2,2), phi(x*y, x*z) or fields([x, y], [y, x], [x**2, 1])"
)
MAX_ARGUMENTS = 10_000
MAX_NESTED = 6


def parse_model(text: str) -> VectorFields:
    """Read a model.

    Parameters
    ----------
    text : str
        ``linear(5,5,5)``, ``relu(2,3,2,bias=True)``, ``factorization(3,2,2)``, ``phi(x*y, x*z)`` (also with
        ``variables=[x, y, z]``), ``fields([x, y], [y, x], [x**2, 1])`` (variables first), a kind of the catalogue,
        ``attention(heads=2, d_head=2, dim=2)`` or ``momentum(linear(2,2,2))``, or a forward pass,
        ``model(U @ relu(V @ x), U=(2,3), V=(3,2))``.

    Returns
    -------
    VectorFields
        A parametrization or a family of fields; its ``.text`` reads back as the same model.

    Raises
    ------
    ModelError, ParseError, SizeError
        With the part of the text that is wrong and an example of what is right.

    Examples
    --------
    >>> parse_model("linear(2,3,2)").dimension
    12
    >>> parse_model("phi(x*y, x*z)").variables
    ('x', 'y', 'z')
    >>> parse_model("cl.relu(2,3,1)")
    relu(2,3,1)
    """
    if not isinstance(text, str):
        raise ModelError(f"a model must be text, not {type(text).__name__}: write it like {EXAMPLES}")
    if not text.strip():
        raise ModelError(f"the model is empty: write it like {EXAMPLES}")
    if is_forward_text(text):
        return read_forward(text)
    start = text.lstrip(" $\ufeff\n")
    if (name := start.strip().lower()) in (known := {kind.name: kind for kind in kinds()}):
        raise ModelError(f"{name} needs its sizes: write it like {known[name].example or known[name].name + '(...)'}")
    if "(" not in text or not (start[:1].isalpha() or start[:1] == "\\"):
        raise ModelError(f"'{_short(text)}' is not a model: write it like {EXAMPLES}")
    return make_model(read_model(text))


def make_model(said: Model) -> VectorFields:
    """Return the model that a tree describes; the tree of a text, or of a sentence that names its model."""
    if said.forward:
        return read_forward(f"model({said.forward})")
    if said.kind not in _MAKERS and said.kind not in (known := [kind.name for kind in kinds()]):
        near = get_close_matches(said.kind.lower(), known, 1)
        hint = f"did you mean {near[0]}? Otherwise " if near else ""
        raise ModelError(f"the model {said.kind!r} is not known: {hint}write it like {EXAMPLES}")
    if len(said.arguments) > MAX_ARGUMENTS:
        raise ModelError(f"a model of more than {MAX_ARGUMENTS} arguments is not read")
    if sum(isinstance(node, Model) for node in walk(said)) > MAX_NESTED:
        raise ModelError(f"more than {MAX_NESTED} models, one inside the other, are not read")
    return _MAKERS.get(said.kind, _from_catalogue)(said.kind, said.arguments, dict(said.options))


def _from_catalogue(name: str, arguments: Sequence[Node], options: dict[str, Node]) -> VectorFields:
    """Make a model that the register knows, its arguments read by their types."""
    kind = kind_of(name)
    known = {place.name: place for place in kind.arguments}
    first = next(iter(known.values()), None)
    if first is not None and first.many:
        read = [_value(name, first, "size", a) for a in arguments]
    elif len(arguments) > len(known):
        raise ModelError(too_many(name, list(known), len(arguments)))
    else:
        read = [_value(name, place, place.type, a) for place, a in zip(known.values(), arguments, strict=False)]
    for key in options:
        if key not in known or known[key].many:
            raise ModelError(unknown_argument(name, [place.name for place in kind.arguments if not place.many], key))
    return kind.make(*read, **{key: _value(name, known[key], known[key].type, v) for key, v in options.items()})


def _value(kind: str, place: Argument, wanted: str, node: Node) -> Any:
    """Return an argument as Python has it: sizes as int, lists as lists, words as text, models as they are."""
    several = isinstance(node, (List, Vector))
    if wanted in ("sizes", "formulas"):
        items = node.items if isinstance(node, (List, Vector)) else (node,)
        return [_value(kind, place, "size" if wanted == "sizes" else "formula", item) for item in items]
    if several and wanted == "formula":  # a row of a matrix
        return [_value(kind, place, "entry", item) for item in node.items]  # type: ignore[attr-defined]
    if several:
        raise ModelError(f"{kind}: {place.name} is one value, not a list: write {place.name}=2")
    if wanted == "model":
        if not isinstance(node, Model):
            raise ModelError(f"{kind} takes a model, as in {kind}(linear(2,2,2))")
        return make_model(node)
    if isinstance(node, Model):
        raise ModelError(f"{kind}: {place.name} is not a model, and {node.kind}(...) is one")
    if wanted == "switch":
        return _truth(node, f"{kind}: {place.name} must be True or False, as in {kind}({place.name}=True)")
    if wanted == "choice":
        if not isinstance(node, Name):
            raise ModelError(f"{kind}: {place.name} is one of {', '.join(place.options)}")
        return node.name
    if wanted in ("formula", "entry"):
        names = names_in(node)
        formula = Ratio(*fraction_from_node(node, check_variables(names) if names else ()))
        return formula if names else Fraction(formula.top.terms.get((), 0))
    if wanted == "rate":
        return read_rate(node, "weight decay" if place.name == "decay" else "friction")
    try:
        top, bottom = fraction_from_node(node, ())
    except ConslawError as error:
        raise ModelError(f"{kind}: {place.name} must be a number, as in {place.name}=2: {error}") from None
    value = Fraction(top.terms.get((), 0)) / bottom.terms[()]
    return int(value) if value.denominator == 1 else value


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "..."


def _network(name: str, arguments: Sequence[Node], options: dict[str, Node]) -> VectorFields:
    widths = [_integer(name, argument) for argument in arguments]
    if name == "relu":
        bias = options.pop("bias", None)
        _no_options(name, options, "bias=True")
        wrong = "bias must be True or False, as in relu(2,3,2,bias=True)"
        return relu(*widths, bias=bias is not None and _truth(bias, wrong))
    _no_options(name, options, None)
    if name == "linear":
        return linear(*widths)
    if len(widths) != 3:
        raise ModelError(f"factorization takes three sizes n, m, r (U is n×r, V is m×r), not {len(widths)}")
    return factorization(*widths)


def _integer(name: str, node: Node) -> int:
    """Return a width, computed exactly where it is written as 10**9 or 6/2."""
    if isinstance(node, (List, Vector)):
        raise ModelError(f"{name} takes widths one by one, as in {name}(2,3,2), not a list")
    try:
        top, bottom = fraction_from_node(node, ())
    except ConslawError as error:
        raise ModelError(f"{name} takes whole numbers as widths, as in {name}(2,3,2): {error}") from None
    value = Fraction(top.terms.get((), 0)) / bottom.terms[()]
    if value.denominator != 1:
        raise ModelError(f"{name} takes whole numbers as widths, as in {name}(2,3,2), not {brief(value)}")
    return int(value)


def _truth(node: Node, wrong: str) -> bool:
    word = node.name if isinstance(node, Name) else ""
    if word not in ("True", "False", "true", "false"):
        raise ModelError(wrong)
    return word in ("True", "true")


def _no_options(name: str, options: dict[str, Node], known: str | None) -> None:
    for option in options:
        hint = f"it takes {known}" if known else "it takes no named options"
        raise ModelError(f"{name} has no option {option!r}: {hint}")


def _names(items: Node, where: str) -> tuple[str, ...]:
    if not isinstance(items, (List, Vector)):
        raise ModelError(f"{where} must be a list of variables, as in [x, y]")
    names = []
    for item in items.items:
        if not isinstance(item, Name):
            raise ModelError(f"{where} must be a list of plain variable names, as in [x, y]")
        names.append(item.name)
    return check_variables(names)


def _polynomial(node: Node, variables: tuple[str, ...]) -> Poly:
    if isinstance(node, (List, Vector)):
        raise ModelError("a polynomial is expected, not a list: phi(x*y, x*z) takes components one by one")
    return polynomial_component(node, variables)


def _component(node: Node, variables: tuple[str, ...]) -> Rooted:
    if isinstance(node, (List, Vector)):
        raise ModelError("a function is expected, not a list: phi(x*y, x*z) takes components one by one")
    return read_component(node, variables)


def _map(name: str, arguments: Sequence[Node], options: dict[str, Node]) -> VectorFields:
    given = options.pop("variables", None)
    _no_options(name, options, "variables=[x, y]")
    if not arguments:
        raise ModelError("phi needs at least one component, as in phi(x*y, x*z)")
    if given is not None:
        variables = _names(given, "variables=")
    else:
        found = names_in(*(node for node in arguments if not isinstance(node, (List, Vector))))
        if not found:
            raise ModelError("no variable occurs in phi(...): a constant φ has no gradient; write e.g. phi(x*y)")
        check_clear(found, "variables=[...]")
        variables = check_variables(found)
    return parametrization_of([_component(node, variables) for node in arguments], variables)


def _fields(name: str, arguments: Sequence[Node], options: dict[str, Node]) -> VectorFields:
    _no_options(name, options, None)
    if len(arguments) < 2:
        raise ModelError("fields needs the variables and at least one field, as in fields([x, y], [y, x])")
    variables = _names(arguments[0], "the first argument of fields")
    rows = []
    for number, row in enumerate(arguments[1:], start=1):
        if not isinstance(row, (List, Vector)):
            raise ModelError(f"field {number} must be a list of {len(variables)} components, as in [y, x]")
        rows.append([_polynomial(node, variables) for node in row.items])
    return vector_fields(variables, rows)


_MAKERS: dict[str, Callable[[str, Sequence[Node], dict[str, Node]], VectorFields]] = {
    "linear": _network,
    "relu": _network,
    "factorization": _network,
    "phi": _map,
    "parametrization": _map,
    "fields": _fields,
    "vector_fields": _fields,
}
