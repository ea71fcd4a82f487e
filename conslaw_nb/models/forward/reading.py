"""Forward passes as text, `model(C @ ((A @ x) * (W @ x)), W=(2,2), A=(2,2), C=(2,2))`: parsed, never evaluated.

Python's own parser gives the tree, since a pass is written as in Python; what may stand in it is listed here, and
everything else is refused.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import isfinite
from typing import Any

from ...errors import ParseError, brief
from . import gates
from .matrix import Matrix
from .model import ForwardModel, build

__all__ = ["is_forward_text", "read_forward"]

MAX_LENGTH = 20_000
MAX_DEPTH = 200
_EXAMPLE = "model(U @ relu(V @ x), U=(2,3), V=(3,2))"
_GATES: dict[str, Callable[..., Matrix]] = {
    name: getattr(gates, name) for name in gates.__all__ if name.islower() and callable(getattr(gates, name))
}


def is_forward_text(text: str) -> bool:
    """Whether a text is a call of `model`."""
    head = text.strip().removeprefix("cl.").removeprefix("conslaw_nb.")
    return head.startswith("model") and head[5:].lstrip().startswith("(")


def read_forward(text: str) -> ForwardModel:
    """Read a forward pass.

    `text`: a call of `model` with the outputs first, then the shapes of the weights, and sizes of inputs where they are
    needed, as in ``inputs={'x': (2, 3)}``. Names that are not weights are inputs.

    Examples
    --------
    >>> phi = read_forward("model(U @ relu(V @ x), U=(1,2), V=(2,1))")
    >>> phi.variables
    ('U_1_1', 'U_1_2', 'V_1_1', 'V_2_1')
    >>> phi.text
    'model(U @ relu(V @ x), U=(1,2), V=(2,1))'
    """
    call = _parsed(text)
    shapes: dict[str, Any] = {}
    sizes: dict[str, Any] = {}
    for keyword in call.keywords:
        if keyword.arg is None:
            raise ParseError("** cannot stand in a model: write each weight with its shape, as in W=(2,2)")
        if keyword.arg in shapes:
            raise ParseError(f"{keyword.arg} is given twice: each weight has one shape, as in {keyword.arg}=(2,2)")
        if keyword.arg == "inputs":
            sizes = _inputs(keyword.value)
        else:
            shapes[keyword.arg] = _numbers(keyword.value, keyword.arg)
    if not call.args:
        raise ParseError(f"a model begins with what it computes, as in {_EXAMPLE}")
    names: dict[str, None] = {}
    for argument in call.args:
        _collect(argument, names, 0)
    order = [*(name for name in names if name not in shapes), *shapes]

    def run(*given: Matrix) -> list[Any]:
        values = dict(zip(order, given, strict=True))
        return [_value(argument, values) for argument in call.args]

    return build(run, order, shapes, sizes)


_SIGNS = {
    **dict.fromkeys("\u2218\u2299\u2a00", "*"),  # ∘ and ⊙: entry by entry
    **dict.fromkeys("\u2212\u2013", "-"),
    **dict.fromkeys("ᵀ⊤", ".T"),
    **dict(zip("²³⁴⁵⁶⁷⁸⁹", (f"**{n}" for n in range(2, 10)), strict=True)),
    "\u00a0": " ",
    "\ufeff": "",
}


def _plain(text: str) -> str:
    """Write the signs of a page as Python has them: Uᵀ as U.T, x² as x**2, W₁ as W_1, ∘ as *."""
    found = "".join(_SIGNS.get(sign, sign) for sign in text)
    found = re.sub("[₀-₉]+", lambda low: "_" + "".join(str(ord(n) - 0x2080) for n in low[0]), found)
    found = re.sub(r"\^\s*(?:T\b|\{\s*T\s*\}|\(\s*T\s*\))", ".T", found).replace("^", "**")
    two_ways = re.search("[·⋅×∗]", found)
    if two_ways or (found != text and re.search("[∘⊙⨀]", text) and re.search(r"(?<!\*)\*(?!\*)", text)):
        sign = two_ways[0] if two_ways else "*"
        raise ParseError(
            f"{sign!r} could be either product here: in a forward pass write @ for the product of matrices, and * or ∘ "
            f"for the product entry by entry, as in model(C @ ((A @ x) * (W @ x)), W=(2,2), A=(2,2), C=(2,2))"
        )
    return found


def _parsed(text: str) -> ast.Call:
    text = _plain(text)
    if len(text) > MAX_LENGTH:
        raise ParseError(f"this model has {len(text)} characters; forward passes of up to {MAX_LENGTH} are read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        at = f" near character {error.offset}" if error.offset else ""
        raise ParseError(f"this model cannot be read{at}: {error.msg}; write it like {_EXAMPLE}") from None
    except (ValueError, RecursionError, MemoryError):
        raise ParseError(f"this model cannot be read: write it like {_EXAMPLE}") from None
    if not isinstance(tree, ast.Call):
        raise ParseError(f"something stands after the model: write it like {_EXAMPLE}")
    return tree


def _collect(node: ast.AST, names: dict[str, None], depth: int) -> None:
    """Gather the names of matrices in the order in which they stand."""
    if depth > MAX_DEPTH:
        raise ParseError(f"this model is nested more than {MAX_DEPTH} deep: give its parts as several outputs")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        for part in (*node.args, *(k.value for k in node.keywords)):
            _collect(part, names, depth + 1)
    elif isinstance(node, ast.Name):
        names[node.id] = None
    else:
        for part in ast.iter_child_nodes(node):
            _collect(part, names, depth + 1)


def _numbers(node: ast.AST, name: str) -> Any:
    """Read a whole number or a tuple of them."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    if isinstance(node, (ast.Tuple, ast.List)):
        return tuple(_numbers(part, name) for part in node.elts)
    raise ParseError(f"the shape {name}={brief(ast.unparse(node))} is not one: write {name}=(2,3)")


def _inputs(node: ast.AST) -> dict[str, Any]:
    if not isinstance(node, ast.Dict) or not all(isinstance(k, ast.Constant) for k in node.keys):
        raise ParseError("inputs are written as inputs={'x': (2,3)}")
    return {str(k.value): _numbers(v, str(k.value)) for k, v in zip(node.keys, node.values, strict=True)}  # type: ignore[union-attr]


_OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.MatMult: lambda a, b: a @ b,
}


def _value(node: ast.AST, values: Mapping[str, Matrix]) -> Any:
    """Compute with symbolic matrices, exact numbers and lists of them."""
    if isinstance(node, ast.Name) and node.id in values:
        return values[node.id]
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    if isinstance(node, ast.Constant) and type(node.value) is float and isfinite(node.value):
        return Fraction(repr(node.value))  # as it is written: 0.1 is a tenth
    if isinstance(node, (ast.List, ast.Tuple)):
        return [_value(part, values) for part in node.elts]
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return _matrix(_value(node.value, values), node).T
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, values)
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, values), _value(node.right, values)
        if isinstance(node.op, ast.Div):
            numbers = isinstance(left, int) and isinstance(right, int) and right
            return Fraction(left, right) if numbers else _matrix(left, node) / right
        if isinstance(node.op, ast.Pow):
            return _matrix(left, node) ** right
        if type(node.op) in _OPERATIONS and (isinstance(left, Matrix) or isinstance(right, Matrix)):
            return _OPERATIONS[type(node.op)](left, right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _GATES:
        return _gate(node, values)
    raise ParseError(
        f"{brief(ast.unparse(node))} cannot stand in a forward pass: it takes names, whole numbers, + - @ * ** .T and "
        f"{', '.join(sorted(_GATES))}"
    )


def _matrix(value: Any, node: ast.AST) -> Matrix:
    if not isinstance(value, Matrix):
        raise ParseError(f"{brief(ast.unparse(node))}: a matrix must stand there, not {brief(value)}")
    return value


def _gate(node: ast.Call, values: Mapping[str, Matrix]) -> Matrix:
    name = ast.unparse(node.func)
    arguments = [_value(part, values) for part in node.args]
    options = {str(k.arg): _numbers(k.value, str(k.arg)) for k in node.keywords}
    arguments = [tuple(a) if isinstance(a, list) and all(isinstance(i, int) for i in a) else a for a in arguments]
    try:
        return _GATES[name](*arguments, **options)
    except TypeError:
        raise ParseError(f"{brief(ast.unparse(node))}: {name} does not take these arguments") from None
