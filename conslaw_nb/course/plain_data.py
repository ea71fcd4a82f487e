"""Answers as plain data, so that they can pass from a process that nobody trusts to one that everybody does."""

from __future__ import annotations

import numbers
import re
from fractions import Fraction
from typing import Any

from ..errors import PlainDataError

__all__ = ["PlainDataError", "decode", "encode", "in_words"]

MAX_TEXT = 100_000  # characters of an answer
MAX_ITEMS = 2_000  # entries of an answer, at all depths
MAX_DEPTH = 8
MAX_DIGITS = 4_000
_FRACTION = rf"-?\d{{1,{MAX_DIGITS}}}/\d{{1,{MAX_DIGITS}}}"  # Python would also read 1e999999999, and never end


def encode(value: Any) -> Any:
    """Return a value as JSON data from which `decode` makes it again; what is not plain data becomes its text.

    Examples
    --------
    >>> encode(("u", Fraction(1, 2)))
    ['tuple', [['str', 'u'], ['fraction', '1/2']]]
    >>> decode(encode(("u", Fraction(1, 2))))
    ('u', Fraction(1, 2))
    """
    return _encode(value, 0, [0])


def _encode(value: Any, depth: int, seen: list[int]) -> Any:
    seen[0] += 1
    if seen[0] > MAX_ITEMS:
        raise PlainDataError(f"an answer has more than {MAX_ITEMS} entries: give less")
    if depth > MAX_DEPTH:
        raise PlainDataError(f"an answer is nested more than {MAX_DEPTH} deep: give it flat")
    if value is None or value is ...:
        return ["none"]
    if isinstance(value, bool):
        return ["bool", bool(value)]
    if isinstance(value, str):
        return ["str", _short(str(value))]
    if isinstance(value, float):
        return ["float", repr(float(value))]
    if isinstance(value, int):
        return ["int", _digits(int(value))]
    if isinstance(value, (Fraction, numbers.Rational)):
        return ["fraction", f"{_digits(int(value.numerator))}/{_digits(int(value.denominator))}"]
    for kind, name in ((tuple, "tuple"), (list, "list")):
        if isinstance(value, kind):
            return [name, [_encode(item, depth + 1, seen) for item in list(value)]]
    if isinstance(value, dict):
        pairs = list(value.items())
        return ["dict", [[_encode(k, depth + 1, seen), _encode(v, depth + 1, seen)] for k, v in pairs]]
    return ["object", _short(str(value))]


def _short(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise PlainDataError(f"an answer of {len(text)} characters is too long: at most {MAX_TEXT} are read")
    return text


def _digits(number: int) -> str:
    if abs(number).bit_length() > 3.3 * MAX_DIGITS:
        raise PlainDataError(f"an answer has a number of {number.bit_length()} bits, which is too large")
    return str(number)


def decode(data: Any) -> Any:
    """Return the value again; the text of an object stays a text, which every exercise reads.

    Raises PlainDataError: for anything that `encode` does not make, however it came about.
    """
    return _decode(data, 0, [0])


def _decode(data: Any, depth: int, seen: list[int]) -> Any:
    seen[0] += 1
    strange = PlainDataError("an answer is not plain data")
    if seen[0] > MAX_ITEMS or depth > MAX_DEPTH or not isinstance(data, list) or not data:
        raise strange
    if data == ["none"]:
        return None
    if len(data) != 2:
        raise strange
    kind, body = data
    if kind in ("str", "object") and isinstance(body, str) and len(body) <= MAX_TEXT:
        return body
    if kind == "bool" and isinstance(body, bool):
        return body
    try:
        if kind == "float" and isinstance(body, str) and len(body) < 40:
            return float(body)
        if kind == "int" and isinstance(body, str) and len(body) <= MAX_DIGITS + 2:
            return int(body)
        if kind == "fraction" and isinstance(body, str) and re.fullmatch(_FRACTION, body):
            return Fraction(body)
    except (ValueError, ZeroDivisionError):
        raise strange from None
    if kind in ("tuple", "list") and isinstance(body, list):
        items = [_decode(item, depth + 1, seen) for item in body]
        return tuple(items) if kind == "tuple" else items
    if kind == "dict" and isinstance(body, list) and all(isinstance(p, list) and len(p) == 2 for p in body):
        try:
            return {_decode(k, depth + 1, seen): _decode(v, depth + 1, seen) for k, v in body}
        except TypeError:
            raise strange from None
    raise strange


def in_words(data: Any) -> str:
    """Write an answer, as `encode` gives it, for a person."""
    if data == ["none"]:
        return ""
    kind, body = data
    if kind in ("tuple", "list"):
        inner = ", ".join(in_words(item) for item in body[:20])
        text = f"({inner})" if kind == "tuple" else f"[{inner}]"
    elif kind == "dict" and body and body[0][0] == ["str", "function"]:
        text = in_words(body[0][1])
    elif kind == "dict":
        text = "{" + ", ".join(f"{in_words(k)}: {in_words(v)}" for k, v in body[:20]) + "}"
    else:
        text = str(body)
    return text if len(text) <= 500 else text[:500] + "..."
