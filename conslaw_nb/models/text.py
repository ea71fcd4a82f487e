"""Models written as text, the way the command line takes them: read by a parser, never evaluated."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from ..errors import ConslawError, ModelError, ParseError, brief
from ..exact.expansion import fraction_from_node
from ..exact.parser import Node, Reader
from ..exact.polynomial import Poly
from .fields import VectorFields, check_variables, vector_fields
from .forward.reading import is_forward_text, read_forward
from .networks import factorization, linear, relu
from .parametrizations import names_in, parametrization
from .registry import Argument, kind_of, kinds, too_many, unknown_argument

__all__ = ["parse_model"]

EXAMPLES = (
    "linear(5,5,5), relu(2,3,2,bias=True), factorization(3,2,2), phi(x*y, x*z) or fields([x, y], [y, x], [x**2, 1])"
)
MAX_ARGUMENTS = 10_000
MAX_NESTED = 5


def parse_model(text: str) -> VectorFields:
    """Read a model.

    Parameters
    ----------
    text : str
        ``linear(5,5,5)``, ``relu(2,3,2,bias=True)``, ``factorization(3,2,2)``, ``phi(x*y, x*z)`` (also with
        ``variables=[x, y, z]``) or ``fields([x, y], [y, x], [x**2, 1])`` (variables first).

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
    # in a notebook a model is made by cl.linear(2,3,2), so people write that here too
    reader = _ModelReader(re.sub(r"^\s*(?:cl|conslaw_nb)\.(?=[a-z])", "", text))
    kind, name, _ = reader.next()
    if kind != "name" or not reader.accept("("):
        raise ModelError(f"'{_short(text)}' is not a model: write it like {EXAMPLES}")
    if name not in _MAKERS and name not in (known := [kind.name for kind in kinds()]):
        near = get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]}? Otherwise " if near else ""
        raise ModelError(f"the model {name!r} is not known: {hint}write it like {EXAMPLES}")
    arguments, options = reader.arguments()
    reader.finish()
    return _make(name, arguments, options)


def _make(name: str, arguments: list[Any], options: dict[str, Any]) -> VectorFields:
    return _MAKERS.get(name, _from_catalogue)(name, arguments, options)


def _from_catalogue(name: str, arguments: list[Any], options: dict[str, Any]) -> VectorFields:
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


def _value(kind: str, place: Argument, wanted: str, node: Any) -> Any:
    """Return an argument as Python has it: sizes as int, lists as tuples, words as text, models as they are."""
    if wanted in ("sizes", "formulas"):
        items = node if isinstance(node, list) else [node]
        return [_value(kind, place, "size" if wanted == "sizes" else "formula", item) for item in items]
    if isinstance(node, list):
        raise ModelError(f"{kind}: {place.name} is one value, not a list: write {place.name}=2")
    if wanted == "model":
        if not isinstance(node, VectorFields):
            raise ModelError(f"{kind} takes a model, as in {kind}(linear(2,2,2))")
        return node
    if isinstance(node, VectorFields):
        raise ModelError(f"{kind}: {place.name} is not a model, and {node.brief} is one")
    word = getattr(node, "name", None)
    if wanted == "switch":
        return _truth(node, f"{kind}: {place.name} must be True or False, as in {kind}({place.name}=True)")
    if wanted == "choice":
        if word is None:
            raise ModelError(f"{kind}: {place.name} is one of {', '.join(place.options)}")
        return word
    if wanted == "formula":
        return _formula_text(node)
    try:
        top, bottom = fraction_from_node(node, ())
    except ConslawError as error:
        raise ModelError(f"{kind}: {place.name} must be a number, as in {place.name}=2: {error}") from None
    value = Fraction(top.terms.get((), 0)) / bottom.terms[()]
    return int(value) if value.denominator == 1 else value


def _formula_text(node: Any) -> Any:
    """Return an entry of a list of formulas: a polynomial in the names that stand in it, or a number."""
    names = check_variables(names_in(node)) if names_in(node) else ()
    poly = _polynomial(node, names)
    return poly if names else Fraction(poly.terms.get((), 0))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "..."


class _ModelReader(Reader):
    """The expression reader with argument lists, [lists], models inside models, and name=value options."""

    nested = 0

    def arguments(self) -> tuple[list[Any], dict[str, Any]]:
        """Read up to the closing parenthesis; each argument is a Node or a list of Nodes."""
        positional: list[Any] = []
        options: dict[str, Any] = {}
        if self.accept(")"):
            return positional, options
        while True:
            kind, token, _ = self.peek()
            following = self.tokens[self.index + 1][1] if self.index + 1 < len(self.tokens) else ""
            if kind == "name" and following == "=":
                self.next()
                self.next()
                if token in options:
                    raise ParseError(f"the option {token!r} is given twice")
                options[token] = self._argument()
            elif options:
                raise ParseError("an argument without a name follows one with a name: put named options last")
            else:
                positional.append(self._argument())
            if len(positional) > MAX_ARGUMENTS:
                raise ModelError(f"a model of more than {MAX_ARGUMENTS} arguments is not read")
            if self.accept(")"):
                return positional, options
            if not self.accept(","):
                raise self.fail("a comma or a closing parenthesis")

    def _argument(self) -> Any:
        model = self._model()
        if model is not None:
            return model
        start = self.index
        if self.accept("("):  # a tuple, or a formula that begins with a parenthesis
            if self._holds_a_comma():
                return self._items(")")
            self.index = start
        return self._items("]") if self.accept("[") else self.expression()

    def _model(self) -> VectorFields | None:
        """Read a model inside a model, as in momentum(linear(2,2,2))."""
        kind, token, _ = self.peek()
        following = self.tokens[self.index + 1][1] if self.index + 1 < len(self.tokens) else ""
        if kind != "name" or following != "(" or token not in {kind.name for kind in kinds()}:
            return None
        self.nested += 1
        if self.nested > MAX_NESTED:
            raise ModelError(f"more than {MAX_NESTED} models, one inside the other, are not read")
        self.next()
        self.next()
        model = _make(token, *self.arguments())
        self.nested -= 1
        return model

    def _holds_a_comma(self) -> bool:
        depth = 1
        for _, token, _ in self.tokens[self.index :]:
            depth += (token in ("(", "[")) - (token in (")", "]"))
            if depth == 0:
                return False
            if depth == 1 and token == ",":
                return True
        return False

    def _items(self, closing: str) -> list[Node]:
        items: list[Node] = []
        if self.accept(closing):
            return items
        while True:
            items.append(self.expression())
            if self.accept(closing):
                return items
            if not self.accept(","):
                raise self.fail("a comma or a closing " + ("bracket" if closing == "]" else "parenthesis"))
            if closing == ")" and self.accept(closing):  # (2,) is a tuple too
                return items


def _network(name: str, arguments: list[Any], options: dict[str, Any]) -> VectorFields:
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


def _integer(name: str, node: Any) -> int:
    """Return a width, computed exactly where it is written as 10**9 or 6/2."""
    if isinstance(node, list):
        raise ModelError(f"{name} takes widths one by one, as in {name}(2,3,2), not a list")
    try:
        top, bottom = fraction_from_node(node, ())
    except ConslawError as error:
        raise ModelError(f"{name} takes whole numbers as widths, as in {name}(2,3,2): {error}") from None
    value = Fraction(top.terms.get((), 0)) / bottom.terms[()]
    if value.denominator != 1:
        raise ModelError(f"{name} takes whole numbers as widths, as in {name}(2,3,2), not {brief(value)}")
    return int(value)


def _truth(node: Any, wrong: str) -> bool:
    word = getattr(node, "name", None)
    if word not in ("True", "False", "true", "false"):
        raise ModelError(wrong)
    return word in ("True", "true")


def _no_options(name: str, options: dict[str, Any], known: str | None) -> None:
    for option in options:
        hint = f"it takes {known}" if known else "it takes no named options"
        raise ModelError(f"{name} has no option {option!r}: {hint}")


def _names(items: Any, where: str) -> tuple[str, ...]:
    if not isinstance(items, list):
        raise ModelError(f"{where} must be a list of variables, as in [x, y]")
    names = []
    for item in items:
        if not hasattr(item, "name"):
            raise ModelError(f"{where} must be a list of plain variable names, as in [x, y]")
        names.append(item.name)
    return check_variables(names)


def _polynomial(node: Any, variables: tuple[str, ...]) -> Poly:
    if isinstance(node, list):
        raise ModelError("a polynomial is expected, not a list: phi(x*y, x*z) takes components one by one")
    top, bottom = fraction_from_node(node, variables)
    if not bottom.is_constant:
        raise ModelError(f"a component divides by {bottom.brief}: components must be polynomials")
    return top if bottom == 1 else top / bottom.terms[()]


def _map(name: str, arguments: list[Any], options: dict[str, Any]) -> VectorFields:
    given = options.pop("variables", None)
    _no_options(name, options, "variables=[x, y]")
    if not arguments:
        raise ModelError("phi needs at least one component, as in phi(x*y, x*z)")
    if given is not None:
        variables = _names(given, "variables=")
    else:
        found: dict[str, None] = {}
        for node in arguments:
            if not isinstance(node, list):
                found.update(dict.fromkeys(names_in(node)))
        if not found:
            raise ModelError("no variable occurs in phi(...): a constant φ has no gradient; write e.g. phi(x*y)")
        variables = check_variables(found)
    return parametrization(*(_polynomial(node, variables) for node in arguments), variables=variables)


def _fields(name: str, arguments: list[Any], options: dict[str, Any]) -> VectorFields:
    _no_options(name, options, None)
    if len(arguments) < 2:
        raise ModelError("fields needs the variables and at least one field, as in fields([x, y], [y, x])")
    variables = _names(arguments[0], "the first argument of fields")
    rows = []
    for number, row in enumerate(arguments[1:], start=1):
        if not isinstance(row, list):
            raise ModelError(f"field {number} must be a list of {len(variables)} components, as in [y, x]")
        rows.append([_polynomial(node, variables) for node in row])
    return vector_fields(variables, rows)


_MAKERS: dict[str, Callable[[str, list[Any], dict[str, Any]], VectorFields]] = {
    "linear": _network,
    "relu": _network,
    "factorization": _network,
    "phi": _map,
    "parametrization": _map,
    "fields": _fields,
    "vector_fields": _fields,
}
