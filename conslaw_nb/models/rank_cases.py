"""The factorization U Vᵀ at a point of any rank: what can be moved there, and what is known to stay.

Everything is computed at an integer point, over Q, from the matrices themselves, and not from a formula: the lesson
on q = 2 compares these numbers with the formulas.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations, combinations_with_replacement, product
from random import Random

from ..errors import ModelError
from ..exact.backend import rational_rank

__all__ = ["MOST_COLUMNS", "MOST_ROWS", "SHAPES", "RankCase", "all_rank_cases", "largest_rank", "point_of_rank"]

Matrix = tuple[tuple[int, ...], ...]

# How V lies to U. The first leaves both factors as much rank as the whole allows.
SHAPES = ("free", "V = 0", "V repeats U")

MOST_ROWS, MOST_COLUMNS = 3, 7  # of U and of V, in the lesson and its figure


@dataclass(frozen=True)
class RankCase:
    """A point (U, V) of the factorization U Vᵀ with its dimensions.

    Examples
    --------
    >>> case = RankCase(((1, 0), (0, 1)), ((0, 0),))          # V = 0, and U of full column rank
    >>> case.rank, case.dim_lie, case.room, case.known
    (2, 3, 3, 3)
    >>> RankCase(((1, 0), (2, 0)), ((1, 0),)).gap             # rank 1: (3 − 1)·(2 − 1)
    2
    """

    U: Matrix  # n × r and m × r
    V: Matrix

    @property
    def stack(self) -> Matrix:
        """The stacked matrix (U; V)."""
        return self.U + self.V

    @property
    def n(self) -> int:
        """The rows of U."""
        return len(self.U)

    @property
    def r(self) -> int:
        """The columns of U and V."""
        return len(self.U[0])

    @property
    def dimension(self) -> int:
        """D, the number of parameters."""
        return len(self.stack) * self.r

    @cached_property
    def rank(self) -> int:
        """ρ, the rank of the stacked matrix."""
        return rational_rank(self.stack)

    @cached_property
    def rank_u(self) -> int:
        """The rank of U."""
        return rational_rank(self.U)

    @cached_property
    def rank_v(self) -> int:
        """The rank of V."""
        return rational_rank(self.V)

    @cached_property
    def dim_trace(self) -> int:
        """The dimension of W_φ(θ): the rank of the values (ΔV; ΔᵀU) for the unit matrices Δ."""
        return self._rank_of_moves(product(range(self.n), range(self.n, len(self.stack))))

    @cached_property
    def dim_lie(self) -> int:
        """The dimension of Lie(W_φ)(θ): the rank of the values J K W for the unit skew matrices K."""
        return self._rank_of_moves(combinations(range(len(self.stack)), 2))

    @property
    def room(self) -> int:
        """D − dim Lie(W_φ)(θ)."""
        return self.dimension - self.dim_lie

    @cached_property
    def known(self) -> int:
        """The rank of the gradients of the entries of Ψ = UᵀU − VᵀV: the sign of a column changes no rank."""
        rows = []
        for a, b in combinations_with_replacement(range(self.r), 2):
            row = [0] * self.dimension
            for i, line in enumerate(self.stack):
                row[i * self.r + a] += line[b]
                row[i * self.r + b] += line[a]
            rows.append(row)
        return rational_rank(rows)

    @property
    def gap(self) -> int:
        """What the known laws leave of the room."""
        return self.room - self.known

    def _rank_of_moves(self, pairs: Iterable[tuple[int, int]]) -> int:
        """Return the rank of the fields J(E_ab − E_ba)W at the point, up to the sign of a row."""
        rows = []
        for a, b in pairs:
            row = [0] * self.dimension
            same = -1 if (a < self.n) == (b < self.n) else 1  # skew within U or within V, symmetric between them
            row[a * self.r : (a + 1) * self.r] = self.stack[b]
            row[b * self.r : (b + 1) * self.r] = [same * value for value in self.stack[a]]
            rows.append(row)
        return rational_rank(rows) if rows else 0


def largest_rank(n: int, m: int, r: int, shape: str = "free") -> int:
    """Return the largest rank that the stacked matrix can have; only U counts unless the shape is 'free'."""
    return min(n + m if shape == "free" else n, r)


@lru_cache(maxsize=512)
def point_of_rank(n: int, m: int, r: int, rank: int, shape: str = "free") -> RankCase:
    """Return an integer point (U, V) whose stacked matrix has the given rank.

    `n, m, r`: U is n × r and V is m × r; `rank`: ρ, from 0 to `largest_rank`; `shape`: one of `SHAPES`: 'free' leaves
    each factor all the rank it can have, 'V = 0' and 'V repeats U' (every row of V is a row of U) say themselves.
    Raises ModelError: a rank that is not possible, or no such shape.

    Examples
    --------
    >>> case = point_of_rank(2, 2, 3, 2, "V repeats U")
    >>> case.rank_u, case.rank_v, case.rank
    (2, 2, 2)
    """
    if shape not in SHAPES:
        raise ModelError(f"there is no shape {shape!r}: choose one of {', '.join(map(repr, SHAPES))}")
    top = largest_rank(n, m, r, shape)
    if not 0 <= rank <= top:
        raise ModelError(f"rank {rank} is not possible for n={n}, m={m}, r={r} with {shape!r}: choose 0 to {top}")
    rng = Random(f"{n} {m} {r} {rank}")
    rows = n + m if shape == "free" else n
    while True:
        left, extra = _small(rng, rows, rank), _small(rng, rank, r - rank)
        # small numbers: the rows of W are small combinations of the rows of (I | extra)
        made = tuple(
            line + tuple(sum(a * b[k] for a, b in zip(line, extra, strict=True)) for k in range(r - rank))
            for line in left
        )
        U = made[:n]
        V = {"free": made[n:], "V = 0": ((0,) * r,) * m}.get(shape) or tuple(U[i % n] for i in range(m))
        case = RankCase(U, V)
        if case.rank == rank and case.rank_u == min(n, rank) and (shape != "free" or case.rank_v == min(m, rank)):
            return case


def _small(rng: Random, rows: int, columns: int) -> Matrix:
    return tuple(tuple(rng.choice((-1, 0, 0, 1, 1, 2)) for _ in range(columns)) for _ in range(rows))


def all_rank_cases() -> list[RankCase]:
    """Return a point for all sizes up to n = m = 3 and r = 7, every rank, and all three shapes.

    Examples
    --------
    >>> cases = all_rank_cases()
    >>> all(case.gap == (len(case.stack) - case.rank) * (case.r - case.rank) for case in cases)
    True
    """
    rows, columns = range(1, MOST_ROWS + 1), range(1, MOST_COLUMNS + 1)
    return [
        point_of_rank(n, m, r, rank, shape)
        for n, m, r, shape in product(rows, rows, columns, SHAPES)
        for rank in range(largest_rank(n, m, r, shape) + 1)
    ]
