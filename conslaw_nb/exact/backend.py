"""One façade over two arithmetics modulo a prime: python-flint where installed, plain Python otherwise.

Both give identical answers (one test suite runs over both). The environment variable CONSLAW_BACKEND
(``flint`` or ``plain``) or `use_backend` chooses; nothing else in the package knows which one works.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from importlib import import_module, util
from math import lcm
from types import ModuleType
from typing import Any

from ..errors import BackendError

__all__ = [
    "PRIME",
    "backend_name",
    "choose_again",
    "is_prime",
    "kernel",
    "matrix",
    "matrix_rows",
    "pivot_rows",
    "primes",
    "rank",
    "rational_rank",
    "use_backend",
]

PRIME = 2**31 - 1  # prime; below 2^31 so that a laptop's certificate re-checks in the browser

_NAMES = ("flint", "plain")
_active: ModuleType | None = None


def primes() -> Iterator[int]:
    """Yield PRIME and the primes below it: others take over where one divides something that it should not.

    Examples
    --------
    >>> from itertools import islice
    >>> list(islice(primes(), 3))
    [2147483647, 2147483629, 2147483587]
    """
    return (n for n in range(PRIME, 2, -2) if is_prime(n))


def is_prime(n: int) -> bool:
    """Decide by Miller and Rabin's test, which these four bases make certain below 3215031751.

    Examples
    --------
    >>> [n for n in range(30) if is_prime(n)]
    [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]
    """
    if n < 11 or any(n % base == 0 for base in (2, 3, 5, 7)):
        return n in (2, 3, 5, 7)
    twos = (n - 1 & 1 - n).bit_length() - 1
    return all(_is_witness_of_primality(n, twos, base) for base in (2, 3, 5, 7))


def _is_witness_of_primality(n: int, twos: int, base: int) -> bool:
    power = pow(base, n - 1 >> twos, n)
    if power in (1, n - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % n
        if power == n - 1:
            return True
    return False


def _load(name: str) -> ModuleType:
    if name not in _NAMES:
        raise BackendError(f"the backend {name!r} does not exist: choose 'flint' or 'plain'")
    if name == "flint" and util.find_spec("flint") is None:
        raise BackendError(
            "the backend 'flint' needs the package python-flint: `pip install python-flint`, or choose 'plain'"
        )
    return import_module(f".{name}_backend", __package__)


def _backend() -> ModuleType:
    global _active
    if _active is None:
        wanted = os.environ.get("CONSLAW_BACKEND", "").strip().lower()
        _active = _load(wanted or ("flint" if util.find_spec("flint") else "plain"))
    return _active


def backend_name() -> str:
    """Return 'flint' or 'plain': the arithmetic in use."""
    return _backend().__name__.rsplit(".", 1)[-1].removesuffix("_backend")


def choose_again() -> None:
    """Forget which arithmetic is in use: the next question takes the best that is installed by then.

    In a browser python-flint arrives after the first answers; both arithmetics give the same ones.
    """
    global _active
    _active = None


@contextmanager
def use_backend(name: str) -> Iterator[None]:
    """Use one backend inside a with block.

    Examples
    --------
    >>> with use_backend("plain"):
    ...     backend_name()
    'plain'
    """
    global _active
    before, _active = _active, _load(name)
    try:
        yield
    finally:
        _active = before


def matrix(rows: Sequence[Sequence[int]], prime: int) -> Any:
    """Make a matrix modulo a prime: supports ``+ - *`` (with matrices and ints) and ``.transpose()``."""
    return _backend().matrix(rows, prime)


def matrix_rows(value: Any) -> list[list[int]]:
    """Return the entries of a matrix modulo a prime as lists of ints in [0, p)."""
    return _backend().matrix_rows(value)


def rank(rows: Sequence[Sequence[int]], prime: int) -> int:
    """Return the rank modulo a prime of integer rows: never more than the rank over Q.

    Examples
    --------
    >>> rank([[1, 2], [2, 4], [0, 1]], 101)
    2
    """
    return _backend().rank(rows, prime) if rows and rows[0] else 0


def pivot_rows(rows: Sequence[Sequence[int]], prime: int) -> list[int]:
    """Return the indices of the rows that raise the rank, taken from the first to the last.

    Examples
    --------
    >>> pivot_rows([[1, 2], [2, 4], [0, 1]], 101)
    [0, 2]
    """
    return _backend().pivot_rows(rows, prime) if rows and rows[0] else []


def kernel(rows: Sequence[Sequence[int]], columns: int, prime: int) -> list[list[int]]:
    """Return a basis of {x : rows x = 0} modulo a prime, reduced: one free coordinate is 1 in each vector.

    Examples
    --------
    >>> kernel([[1, 1, 0]], 3, 101)
    [[100, 1, 0], [0, 0, 1]]
    """
    if not rows:
        return [[int(i == j) for j in range(columns)] for i in range(columns)]
    reduced, pivots = _backend().reduced_rows(rows, prime)
    basis = []
    for free in sorted(set(range(columns)) - set(pivots)):
        vector = [0] * columns
        vector[free] = 1
        for row, pivot in zip(reduced, pivots, strict=False):
            vector[pivot] = -row[free] % prime
        basis.append(vector)
    return basis


def rational_rank(rows: Iterable[Sequence[int | Fraction]]) -> int:
    """Return the rank over Q of rows of integers or fractions, exactly.

    Examples
    --------
    >>> rational_rank([[101, 0], [0, 1]]), rational_rank([[Fraction(1, 3), 1], [1, 3]])
    (2, 1)
    """
    whole = []
    for row in rows:
        scale = lcm(*(value.denominator for value in row))
        whole.append([int(value * scale) for value in row] if scale != 1 else [int(value) for value in row])
    return _backend().rational_rank(whole) if whole and whole[0] else 0
