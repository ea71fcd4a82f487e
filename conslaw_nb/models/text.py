"""Models written as text, the way the command line takes them: read by a parser, never evaluated."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from ..errors import ConslawError, ModelError, ParseError, brief
from ..exact.expansion import fraction_from_node
from ..exact.parser import Node, Reader
from ..exact.polynomial import Poly
from .fields import VectorFields, check_variables, vector_fields
from .networks import factorization, linear, relu
from .parametrizations import names_in, parametrization

__all__ = ["parse_model"]

EXAMPLES = (
    "linear(5,5,5), relu(2,3,2,bias=True), factorization(3,2,2), phi(x*y, x*z) or fields([x, y], [y, x], [x**2, 1])"
)
MAX_ARGUMENTS = 10_000


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
    # in a notebook a model is made by cl.linear(2,3,2), so people write that here too
    reader = _ModelReader(re.sub(r"^\s*(?:cl|conslaw_nb)\.(?=[a-z])", "", text))
    kind, name, _ = reader.next()
    if kind != "name" or not reader.accept("("):
        raise ModelError(f"'{_short(text)}' is not a model: write it like {EXAMPLES}")
    makers = {
        "linear": _network,
        "relu": _network,
        "factorization": _network,
        "phi": _map,
        "parametrization": _map,
        "fields": _fields,
        "vector_fields": _fields,
    }
    if name not in makers:
        raise ModelError(f"the model {name!r} is not known: write it like {EXAMPLES}")
    arguments, options = reader.arguments()
    reader.finish()
    return makers[name](name, arguments, options)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "..."


class _ModelReader(Reader):
    """The expression reader with argument lists, [lists] and name=value options."""

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
        if not self.accept("["):
            return self.expression()
        items: list[Node] = []
        if self.accept("]"):
            return items
        while True:
            items.append(self.expression())
            if self.accept("]"):
                return items
            if not self.accept(","):
                raise self.fail("a comma or a closing bracket")


def _network(name: str, arguments: list[Any], options: dict[str, Any]) -> VectorFields:
    widths = [_integer(name, argument) for argument in arguments]
    if name == "relu":
        bias = options.pop("bias", None)
        _no_options(name, options, "bias=True")
        return relu(*widths, bias=_truth(bias))
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


def _truth(node: Any) -> bool:
    if node is None:
        return False
    word = getattr(node, "name", None)
    if word not in ("True", "False", "true", "false"):
        raise ModelError("bias must be True or False, as in relu(2,3,2,bias=True)")
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
