"""Derivatives, gradients and substitution of expressions in normal form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ..errors import ModelError
from .expression import Budget, Expr, Total, trace
from .letters import Shape, ShapeError, shape_text
from .words import Code, Factors, Word, ends

if TYPE_CHECKING:
    from .space import MatrixSpace

__all__ = ["derivative", "fitted", "gradient", "substituted"]


def fitted(space: MatrixSpace, name: str, value: Expr) -> Expr:
    """Return the value that shall stand for a letter, in its shape; raise where it does not fit.

    The shape must be the letter's, and a symmetric or skew letter takes only such values; 0 fits everywhere.
    """
    letter = space.letter(name)
    if letter.kind in ("identity", "zero", "size"):
        raise ModelError(f"{name} is fixed ({letter.kind}): nothing else can stand for it")
    if value.is_zero and value.is_scalar:
        return Expr(value.space, letter.shape, {})
    if value.shape != letter.shape:
        raise ShapeError(
            f"{value.brief} cannot stand for {name}: it is {shape_text(value.shape)}, "
            f"{name} is {shape_text(letter.shape)}"
        )
    mirrored = -value.T if letter.kind == "skew" else value.T
    if letter.kind in ("symmetric", "skew") and mirrored != value:
        raise ShapeError(f"{value.brief} cannot stand for {name}: {name} is {letter.kind}, and this is not")
    return value


def derivative(expression: Expr, field: Mapping[str, Expr]) -> Expr:
    """Return the derivative when each letter of the mapping moves with the velocity given for it.

    Examples
    --------
    >>> from conslaw_nb.matrices import MatrixSpace
    >>> space = MatrixSpace(U=("n", "r"), A=("n", "n", "skew"))
    >>> derivative(space("U^T*U"), {"U": space("A*U")})
    0
    """
    space = expression.space
    field = {name: fitted(space, name, value) for name, value in field.items()}
    total, times = Total(space, expression.shape), Budget().times
    for (factors, word), coefficient in expression.terms.items():
        for others, code, rest in _turns(space, factors):
            if code[0] in field:
                around = Expr(space, expression.shape, {(others, word): coefficient})
                total.add(times(trace(times(_as_it_stands(field, code), rest)), around))
        numbers = Expr(space, ("1", "1"), {(factors, ()): coefficient})
        for j, code in enumerate(word):
            if code[0] in field:
                rows, columns = ends(space, code)
                before = Expr.word(space, word[:j], (expression.rows, rows))
                after = Expr.word(space, word[j + 1 :], (columns, expression.columns))
                total.add(times(numbers, times(times(before, _as_it_stands(field, code)), after)))
    return total.expression()


def gradient(expression: Expr, name: str) -> Expr:
    """Return the gradient of a number with respect to one matrix, for the inner product tr(AᵀB).

    For a symmetric or skew matrix it is the gradient among such matrices.

    Examples
    --------
    >>> from conslaw_nb.matrices import MatrixSpace
    >>> space = MatrixSpace(U=("n", "r"), V=("m", "r"), G=("n", "m"))
    >>> gradient(space("tr(G^T*U*V^T)"), "V")
    G^T*U
    """
    space = expression.space
    if not expression.is_scalar:
        raise ShapeError(
            f"{expression.brief} has no gradient: it is {shape_text(expression.shape)}; "
            "take a trace or an inner product"
        )
    letter = space.letter(name)
    if letter.kind in ("size", "identity", "zero"):
        raise ModelError(f"{name} is fixed ({letter.kind}): there is no gradient with respect to it")
    total = Total(space, letter.shape)
    for (factors, _), coefficient in expression.terms.items():
        for others, code, rest in _turns(space, factors):
            if code[0] == name:  # d tr(X R) = ⟨Rᵀ, dX⟩ and d tr(Xᵀ R) = ⟨R, dX⟩
                around = Expr(space, ("1", "1"), {(others, ()): coefficient})
                total.add(around * (rest if code[1] else rest.T))
    found = total.expression()
    if letter.kind == "symmetric":
        return (found + found.T) / 2
    return (found - found.T) / 2 if letter.kind == "skew" else found


def substituted(expression: Expr, values: Mapping[str, Expr]) -> Expr:
    """Replace letters by expressions of the same shape, all at once.

    Examples
    --------
    >>> from conslaw_nb.matrices import MatrixSpace
    >>> space = MatrixSpace(U=("n", "r"), Q=("n", "n"))
    >>> substituted(space("U^T*U"), {"U": space("Q*U")})
    U^T*Q^T*Q*U
    """
    space = expression.space
    values = {name: fitted(space, name, value) for name, value in values.items()}
    for value in values.values():
        space = space.merge(value.space)
    total, budget = Total(space, expression.shape), Budget()
    for (factors, word), coefficient in expression.terms.items():
        term = Expr.number(space, coefficient)
        for necklace in factors:
            size = ends(space, necklace[0])[0]
            term = budget.times(term, trace(_product(space, necklace, (size, size), values, budget)))
        total.add(budget.times(term, _product(space, word, expression.shape, values, budget)))
    return total.expression()


def _turns(space: MatrixSpace, factors: Factors) -> Iterator[tuple[Factors, Code, Expr]]:
    """Turn each necklace so that one of its letters leads: yield the other factors, the letter, the rest."""
    for i, necklace in enumerate(factors):
        others = factors[:i] + factors[i + 1 :]
        for j, code in enumerate(necklace):
            rows, columns = ends(space, code)
            yield others, code, Expr.word(space, necklace[j + 1 :] + necklace[:j], (columns, rows))


def _as_it_stands(values: Mapping[str, Expr], code: Code) -> Expr:
    return values[code[0]].T if code[1] else values[code[0]]


def _product(space: MatrixSpace, word: Word, shape: Shape, values: Mapping[str, Expr], budget: Budget) -> Expr:
    """Multiply the letters of a word of the given shape, replaced where there is a value."""
    if not word:
        return Expr.word(space, (), shape)
    result: Expr | None = None
    for code in word:
        part = _as_it_stands(values, code) if code[0] in values else Expr.word(space, (code,), ends(space, code))
        result = part if result is None else budget.times(result, part)
    assert result is not None
    return result
