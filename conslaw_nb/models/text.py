"""Models written as text, the way the command line takes them: read by a parser, never evaluated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from ..errors import ConslawError, ModelError, brief
from ..exact.polynomial import Poly
from ..language import names_in, read_model
from ..language.names import check_clear
from ..language.polynomials import fraction_from_node
from ..language.tree import List, Model, Name, Node, Vector
from .fields import VectorFields, check_variables, vector_fields
from .networks import factorization, linear, relu
from .parametrizations import parametrization_of, polynomial_component

__all__ = ["make_model", "parse_model"]

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
    start = text.lstrip(" $\ufeff\n")
    if "(" not in text or not (start[:1].isalpha() or start[:1] == "\\"):
        raise ModelError(f"'{_short(text)}' is not a model: write it like {EXAMPLES}")
    return make_model(read_model(text))


def make_model(said: Model) -> VectorFields:
    """Return the model that a tree describes; the tree of a text, or of a sentence that names its model."""
    if said.kind not in _MAKERS:
        raise ModelError(f"the model {said.kind!r} is not known: write it like {EXAMPLES}")
    if len(said.arguments) > MAX_ARGUMENTS:
        raise ModelError(f"a model of more than {MAX_ARGUMENTS} arguments is not read")
    return _MAKERS[said.kind](said.kind, said.arguments, dict(said.options))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "..."


def _network(name: str, arguments: Sequence[Node], options: dict[str, Node]) -> VectorFields:
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


def _truth(node: Node | None) -> bool:
    if node is None:
        return False
    word = node.name if isinstance(node, Name) else ""
    if word not in ("True", "False", "true", "false"):
        raise ModelError("bias must be True or False, as in relu(2,3,2,bias=True)")
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
    return parametrization_of([_polynomial(node, variables) for node in arguments], variables)


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
