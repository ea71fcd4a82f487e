"""Reading what a learner wrote: exact numbers, points, lists of functions, by the package's own parser."""

from __future__ import annotations

import re
from fractions import Fraction
from math import isfinite
from typing import Any

from ..errors import ParseError, brief
from ..exact.polynomial import Poly
from ..language import names_in, read_expression, read_pieces, without_label
from ..language.polynomials import constant_value, poly_from_text
from ..models.fields import VectorFields
from ..models.text import parse_model

__all__ = [
    "counted",
    "parts",
    "read_count",
    "read_matrices",
    "read_matrix",
    "read_model",
    "read_number",
    "read_numbers",
    "read_polynomial",
    "show",
    "show_matrix",
    "without_name",
]


def parts(answer: Any) -> list[Any]:
    """Split an answer at its commas: text such as ``(1, 2)``, or a tuple or list as it is.

    Examples
    --------
    >>> parts("(u**2 - v**2, (v + w)*(v - w))")
    ['u**2 - v**2', '(v + w)*(v - w)']
    """
    if isinstance(answer, list | tuple):
        return list(answer)
    if not isinstance(answer, str):
        return [answer]
    return [*read_pieces(re.sub(r",(\s*[)\]]?\s*)$", r"\1", answer), "an answer")]  # Python's (1,) has a comma too many


def counted(answer: Any, count: int, what: str) -> list[Any]:
    """Split an answer into exactly `count` parts, and say how many there are otherwise.

    Examples
    --------
    >>> counted("x*y, x*z", 2, "functions")
    ['x*y', 'x*z']
    >>> counted("x*y", 2, "functions")
    Traceback (most recent call last):
    conslaw_nb.errors.ParseError: 2 functions are asked for, with commas between them; in 'x*y' there is 1
    """
    pieces = parts(answer)
    if len(pieces) != count:
        there = "there is 1" if len(pieces) == 1 else f"there are {len(pieces)}"
        raise ParseError(f"{count} {what} are asked for, with commas between them; in {brief(answer)} {there}")
    return pieces


def read_number(value: Any) -> Fraction:
    """Return an exact number: text such as ``-3/4`` or ``tau = 0.25``, an integer, a fraction.

    Examples
    --------
    >>> read_number("u = 0.75")
    Fraction(3, 4)
    """
    if isinstance(value, str):
        held = len(_flat(value))
        if held > 1:
            raise ParseError(f"one number is asked for, and {brief(value)} holds {held}")
    if isinstance(value, float):
        exact = str(Fraction(str(value))) if len(str(value)) < 8 and isfinite(value) else "3/4"
        raise ParseError(f"{value!r} is a float, which is rarely what it seems; write it as text, such as '{exact}'")
    plain = without_label(value) if isinstance(value, str) else str(value)
    if "=" in plain:
        raise ParseError(f"{brief(value)} is an equation, and a number is asked for: solve it first")
    expression = read_expression(plain)
    number = constant_value(expression)
    if number is not None:
        return number
    if names_in(expression):
        raise ParseError(f"{brief(value)} is not a number: write a fraction such as '-3/4'")
    if re.search(r"/\s*0+(?![\d.])", str(value)):
        raise ParseError(f"{brief(value)} divides by 0, and is not a number")
    raise ParseError(f"{brief(value)} is not a quotient of whole numbers: write an exact fraction, such as '-3/4'")


def read_count(value: Any) -> int:
    """Return a number of things, such as laws: a whole number, 0 or more.

    Examples
    --------
    >>> read_count("-2")
    Traceback (most recent call last):
    conslaw_nb.errors.ParseError: a number of things is whole and not negative, and -2 is not
    """
    number = read_number(value)
    if number.denominator != 1 or number < 0:
        raise ParseError(f"a number of things is whole and not negative, and {number} is not")
    return int(number)


def read_numbers(answer: Any, count: int) -> tuple[Fraction, ...]:
    """Return exactly `count` exact numbers.

    Examples
    --------
    >>> read_numbers("2 3/4", 2), read_numbers("x = (1, 2), y = 3", 3)
    ((Fraction(2, 1), Fraction(3, 4)), (Fraction(1, 1), Fraction(2, 1), Fraction(3, 1)))
    """
    if isinstance(answer, str) and _SPACED.fullmatch(answer.strip()):
        answer = ", ".join(answer.split())
    pieces = _flat(answer)
    if count == 1 and len(pieces) > 1:
        raise ParseError(f"one number is asked for, and {brief(answer)} holds {len(pieces)}")
    if len(pieces) != count:
        if isinstance(answer, str) and len(pieces) == 1 and "=" in answer:
            raise ParseError(f"{brief(answer)} is an equation, and {count} numbers are asked for: choose one solution")
        found = "is 1 number" if len(pieces) == 1 else f"are {len(pieces)} numbers"
        raise ParseError(f"there {found} in {brief(answer)} where {count} are asked for, with commas between them")
    return tuple(read_number(piece) for piece in pieces)


_SPACED = re.compile(r"[-−+]?\d+(?:[./]\d+)?(?:\s+[-−+]?\d+(?:[./]\d+)?)+")  # numbers with spaces between them
_GROUP = re.compile(r"\s*[^\W\d]\w*['′]*\s*=\s*(?=[(\[])")  # the name of a point, as in x = (1, 2)


def _flat(answer: Any) -> list[Any]:
    """Split an answer at its commas, and what stands in parentheses of its own too: ``(1, 2), (3, 4)``."""
    pieces = [_GROUP.sub("", piece, count=1) if isinstance(piece, str) else piece for piece in parts(answer)]
    return [number for piece in pieces for number in _flat(piece)] if len(pieces) > 1 else pieces


def read_polynomial(value: Any, variables: tuple[str, ...]) -> Poly:
    """Return a polynomial in the given variables, from text such as ``h = x*y`` or from a sympy expression.

    Examples
    --------
    >>> read_polynomial("p_{11}p_2^2", ("p11", "p2")).text
    'p11*p2**2'
    """
    if isinstance(value, str):
        if "," in value and not re.search(r"[()\[\]]", value):
            raise ParseError(f"one function is asked for, and {brief(value)} holds {value.count(',') + 1}")
        for name in variables:  # LaTeX's p_{11}, where p11 is meant
            found = re.fullmatch(r"(\D*[^\W\d_])(\d+)", name)
            if found:
                value = re.sub(rf"(?<!\w){found[1]}_(?:\{{{found[2]}\}}|{found[2]}(?!\d))", f" {name} ", value)
    return poly_from_text(without_label(value, variables) if isinstance(value, str) else str(value), variables)


def without_name(text: str) -> str:
    """Take away what names an answer, as in ``h = x*y`` or ``h(x, y) = x*y``; an equation is left as it is."""
    return without_label(text)


def read_model(answer: Any) -> VectorFields:
    """Return a model: text such as ``linear(2,3,2)``, or what `linear` and its like have made.

    Examples
    --------
    >>> read_model("cl.linear(2,3,2)").dimension
    12
    """
    if isinstance(answer, VectorFields):
        return answer
    if not isinstance(answer, str):
        raise ParseError(f"{brief(answer)} is not a model: write one as text, such as 'linear(2,3,2)'")
    return parse_model(answer)


def show(point: tuple[Fraction, ...] | list[Fraction]) -> str:
    """Write a point as ``(5/4, 3/4)``."""
    return "(" + ", ".join(str(value) for value in point) + ")"


def read_matrix(value: Any, rows: int, columns: int) -> list[list[Fraction]]:
    """Return a matrix of exact numbers, written row by row.

    Examples
    --------
    >>> read_matrix("[[1, 1/2], [0, -1]]", 2, 2)
    [[Fraction(1, 1), Fraction(1, 2)], [Fraction(0, 1), Fraction(-1, 1)]]
    """
    lines = [parts(line) for line in parts(value)]
    if len(lines) != rows or any(len(line) != columns for line in lines):
        raise ParseError(
            f"{brief(value)} is not a {rows} × {columns} matrix: write its rows, as in {_blank(rows, columns)}"
        )
    return [[read_number(entry) for entry in line] for line in lines]


def read_matrices(answer: Any, count: int, rows: int, columns: int) -> list[list[list[Fraction]]]:
    """Return several matrices of one size, with commas between them."""
    pieces = parts(answer)
    rows_only = len(pieces) == rows and not any(set("[(") & set(str(piece)[1:]) for piece in pieces)
    if rows_only or len(pieces) != count:
        raise ParseError(
            f"{count} matrices are asked for, each written row by row as in {_blank(rows, columns)}, with a comma "
            f"between them; in {brief(answer)} there "
            f"{'is one' if rows_only or len(pieces) == 1 else f'are {len(pieces)} things'}"
        )
    return [read_matrix(piece, rows, columns) for piece in pieces]


def show_matrix(matrix: list[list[Fraction]]) -> str:
    """Write a matrix as ``[[1, 0], [0, 1]]``."""
    return "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in matrix) + "]"


def _blank(rows: int, columns: int) -> str:
    return show_matrix([[Fraction(columns * i + j + 1) for j in range(columns)] for i in range(rows)])
