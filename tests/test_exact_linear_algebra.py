"""Linear algebra modulo primes and over Q: both backends against dense elimination over Q."""

import random
from fractions import Fraction

import pytest
import reference as ref
import sympy
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples

from conslaw_nb.errors import BackendError
from conslaw_nb.exact import backend
from conslaw_nb.exact.rational import Echelon, rational_kernel
from conslaw_nb.exact.sparse import independent_rows, sparse_pivot_rows

P = backend.PRIME


@pytest.fixture(params=["flint", "plain"], autouse=True)
def arithmetic(request):
    with backend.use_backend(request.param):
        yield request.param


@st.composite
def matrices(draw, low=-3, high=3, most=6):
    rows, columns = draw(st.integers(1, most)), draw(st.integers(1, most))
    row = st.lists(st.integers(low, high), min_size=columns, max_size=columns)
    matrix = draw(st.lists(row, min_size=rows, max_size=rows))
    for _ in range(draw(st.integers(0, 2))):  # dependent rows are what matters
        matrix.append([sum(column) for column in zip(*matrix, strict=True)])
    return draw(st.permutations(matrix))


def kept_one_by_one(rows):
    kept = []
    for i, row in enumerate(rows):
        if ref.rank([rows[j] for j in kept] + [row]) > len(kept):
            kept.append(i)
    return kept


@given(matrices())
@examples(80)
def test_ranks_and_the_rows_that_make_them(rows):
    expected = kept_one_by_one(rows)
    assert backend.rank(rows, P) == backend.rational_rank(rows) == len(expected)
    assert backend.pivot_rows(rows, P) == expected
    sparse = [{i: v for i, v in enumerate(row) if v} for row in rows]
    assert sparse_pivot_rows(sparse, P) == expected
    assert independent_rows(sparse, len(rows[0]), P) == expected


@given(matrices())
@examples(80)
def test_kernels(rows):
    columns = len(rows[0])
    kernel = backend.kernel(rows, columns, P)
    assert all(sum(a * b for a, b in zip(row, v, strict=True)) % P == 0 for row in rows for v in kernel)
    over_q = ref.nullspace(rows, columns)
    # small entries: the minors are not multiples of the prime, so both kernels are the same one, reduced
    assert kernel == [[x.numerator * pow(x.denominator, -1, P) % P for x in v] for v in over_q]


@given(matrices(), st.sampled_from([3, 5, 7]))
@examples(40)
def test_modulo_a_small_prime(rows, p):
    # over GF(p) nothing is known of the rank over Q but that it is not smaller
    rank = backend.rank(rows, p)
    assert rank <= ref.rank(rows)
    assert len(backend.pivot_rows(rows, p)) == rank == len(rows[0]) - len(backend.kernel(rows, len(rows[0]), p))
    reduced = sympy.polys.matrices.DomainMatrix(rows, (len(rows), len(rows[0])), sympy.GF(p)).rank()
    assert rank == reduced


@given(st.integers(1, 5), st.integers(0, 4), st.randoms(use_true_random=False))
@examples(30)
def test_large_entries_over_q(size, rank, rng):
    """Products of a tall and a wide matrix with entries that are multiples of the prime but for a few."""
    rank = min(size, rank)
    tall = [[rng.choice([P, 0, 1, -P * P, rng.getrandbits(70)]) for _ in range(rank)] for _ in range(size)]
    wide = [[rng.choice([P, 0, 1, rng.getrandbits(70)]) for _ in range(size)] for _ in range(rank)]
    rows = [
        [sum(a * b for a, b in zip(row, column, strict=True)) for column in zip(*wide, strict=True)] for row in tall
    ]
    if rank:
        assert backend.rational_rank(rows) == ref.rank(rows)
        assert backend.rank(rows, P) <= backend.rational_rank(rows)


def test_a_rank_over_q_that_the_prime_hides():
    rows = [[1, 0], [0, P]]
    assert backend.rank(rows, P) == 1
    assert backend.rational_rank(rows) == 2
    assert backend.pivot_rows(rows, P) == [0]


def test_nothing():
    assert backend.rank([], P) == backend.rank([[]], P) == backend.rational_rank([]) == 0
    assert backend.pivot_rows([], P) == []
    assert backend.kernel([], 2, P) == [[1, 0], [0, 1]]
    assert sparse_pivot_rows([], P) == sparse_pivot_rows([{}, {}], P) == []
    assert backend.rank([[0, 0]], P) == 0
    assert backend.kernel([[0, 0]], 2, P) == [[1, 0], [0, 1]]


@given(matrices(most=4), matrices(most=4))
@examples(40)
def test_matrices_modulo_a_prime(a, b):
    square = [[sum(x * y for x, y in zip(r, s, strict=True)) for s in a] for r in a]  # a aᵀ
    left = backend.matrix(a, P)
    assert backend.matrix_rows(left) == [[x % P for x in row] for row in a]
    assert backend.matrix_rows(left * left.transpose()) == [[x % P for x in row] for row in square]
    assert backend.matrix_rows(left + left) == backend.matrix_rows(left * 2) == [[2 * x % P for x in row] for row in a]
    assert backend.matrix_rows(left - left) == [[0] * len(a[0]) for _ in a]
    assert backend.matrix_rows(left * -1) == backend.matrix_rows(-left) == [[-x % P for x in row] for row in a]
    assert backend.matrix_rows(backend.matrix(b, P).transpose()) == [[x % P for x in c] for c in zip(*b, strict=True)]


def test_sparse_rows_of_a_large_matrix():
    rng = random.Random(1)
    rows = [{rng.randrange(300): rng.randrange(1, 9) for _ in range(3)} for _ in range(250)]
    rows += [
        {c: v + rows[i + 1].get(c, 0) for c, v in (rows[i] | {k: 0 for k in rows[i + 1] if k not in rows[i]}).items()}
        for i in range(0, 60, 2)
    ]
    dense = [[row.get(i, 0) for i in range(300)] for row in rows]
    assert sparse_pivot_rows(rows, P) == backend.pivot_rows(dense, P) == independent_rows(rows, 300, P)
    assert len(sparse_pivot_rows(rows, P)) < len(rows)


def test_the_primes():
    found = [p for p, _ in zip(backend.primes(), range(40), strict=False)]
    assert found[0] == P == 2**31 - 1
    assert all(sympy.isprime(p) for p in found)
    assert [*sympy.primerange(found[-1], P + 1)] == found[::-1]  # none is left out
    # strong pseudoprimes: to the base 2, to 3, to 5, to 7, to 2 and 3, to 2, 3 and 5
    assert not any(map(backend.is_prime, (2047, 121, 781, 703, 2353, 1373653, 25326001)))


def test_which_backend_works(arithmetic, monkeypatch):
    assert backend.backend_name() == arithmetic
    with backend.use_backend("plain"):
        assert backend.backend_name() == "plain"
        with pytest.raises(RuntimeError), backend.use_backend("flint"):
            raise RuntimeError("on the way")
        assert backend.backend_name() == "plain"
    assert backend.backend_name() == arithmetic
    monkeypatch.setattr(backend, "_active", None)
    monkeypatch.setenv("CONSLAW_BACKEND", " Plain ")
    assert backend.backend_name() == "plain"
    monkeypatch.setattr(backend, "_active", None)
    monkeypatch.delenv("CONSLAW_BACKEND")
    assert backend.backend_name() == "flint"


def test_messages(monkeypatch):
    missing = pytest.raises(BackendError, match="the backend 'numpy' does not exist: choose 'flint' or 'plain'")
    with missing, backend.use_backend("numpy"):
        pass
    monkeypatch.setattr(backend.util, "find_spec", lambda _: None)
    with (
        pytest.raises(
            BackendError, match="needs the package python-flint: `pip install python-flint`, or choose 'plain'"
        ),
        backend.use_backend("flint"),
    ):
        pass
    monkeypatch.setattr(backend, "_active", None)
    monkeypatch.delenv("CONSLAW_BACKEND", raising=False)
    assert backend.backend_name() == "plain"  # without python-flint
    monkeypatch.setattr(backend, "_active", None)
    monkeypatch.setenv("CONSLAW_BACKEND", "sage")
    with pytest.raises(BackendError, match="the backend 'sage' does not exist"):
        backend.rank([[1]], P)


@given(matrices())
@examples(60)
def test_an_echelon_that_grows_is_the_dense_elimination(matrix):
    space = Echelon()
    raised = [space.add(dict(enumerate(row))) for row in matrix]
    assert [ref.rank(matrix[: i + 1]) - ref.rank(matrix[:i]) for i in range(len(matrix))] == [int(r) for r in raised]
    assert space.rank == ref.rank(matrix)
    assert all(dict(enumerate(row)) in space for row in matrix)
    columns = len(matrix[0])
    kernel = rational_kernel(matrix, columns)
    assert len(kernel) == columns - space.rank
    assert ref.rank(kernel) == len(kernel)
    assert all(sum(a * b for a, b in zip(row, vector, strict=True)) == 0 for row in matrix for vector in kernel)
    assert sorted(kernel) == sorted(ref.nullspace(matrix, columns))


@given(matrices(), st.integers(1, 7))
@examples(30)
def test_fractions_have_a_rank_too(matrix, scale):
    rows = [[Fraction(x, scale + i) for x in row] for i, row in enumerate(matrix)]
    assert backend.rational_rank(rows) == ref.rank(matrix)
