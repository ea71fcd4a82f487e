"""Counts by structure: against dense points, brackets from the definition, and sizes nobody could count before."""

import random
import time
from itertools import pairwise

import pytest

import conslaw_nb as cl
from conslaw_nb.errors import SizeError
from conslaw_nb.exact.backend import PRIME, use_backend
from conslaw_nb.exact.nilpotent import NestedBrackets
from conslaw_nb.exact.packed import SMALL_PRIME
from conslaw_nb.exact.sparse import Elimination, independent_rows
from conslaw_nb.laws import sparse_count, structured
from conslaw_nb.laws.search import independent_laws
from conslaw_nb.laws.sparse_count import sparse_bounds
from conslaw_nb.laws.structured import structured_count
from conslaw_nb.models.transport import Chain

PRODUCTS = [
    cl.linear(2, 3, 4, 2),
    cl.linear(3, 3, 3),
    cl.linear(3, 2, 5, 3, 2),
    cl.linear(1, 4, 2),
    cl.factorization(3, 2, 4),
    cl.factorization(5, 4, 2),
]


def name(phi):
    return phi.text


def dense(point, dimension):
    values = point.values()
    return [values.get(i, 0) for i in range(dimension)]


# ---------------------------------------------------------------- rows, against slower ways to the same


@pytest.mark.parametrize("phi", PRODUCTS, ids=name)
def test_words_at_a_sparse_point_are_the_brackets_of_the_definition(phi):
    point = phi.sparse_point(PRIME)
    rows, columns = point.sizes[0], point.sizes[-1]
    brackets = NestedBrackets(phi, dense(point, phi.dimension), PRIME)

    def expected(word):
        value = brackets.value([((i * columns + j, 1),) for i, j in word])
        return {i: v for i, v in enumerate(value) if v}

    for family in point.families():
        kind, *numbers = family.rule
        if kind == "generators":
            listed = [[(i, j)] for i in range(rows) for j in range(columns) if i < numbers[0] or j < numbers[0]]
        elif kind == "left":
            listed = [[(numbers[0], a), (numbers[0], b)] for a in range(numbers[1]) for b in range(a + 1, columns)]
        else:
            listed = [[(a, numbers[0]), (b, numbers[0])] for a in range(numbers[1]) for b in range(a + 1, rows)]
        assert list(family.rows()) == [expected(word) for word in listed]


@pytest.mark.parametrize(
    "widths", [(2, 3, 4, 2), (3, 2, 4, 1), (1, 2, 3, 2), (2, 3, 3, 3, 2), (2, 3, 2, 2, 3, 1)], ids=str
)
def test_long_words_are_the_brackets_of_the_definition(widths):
    phi, source = cl.linear(*widths), random.Random(str(widths))
    point = phi.sparse_point(SMALL_PRIME)
    rows, columns = point.sizes[0], point.sizes[-1]
    letters = [(i, j) for i in range(rows) for j in range(columns)]
    control = [(i, j, source.randint(1, 99)) for i, j in letters]
    brackets = NestedBrackets(phi, dense(point, phi.dimension), SMALL_PRIME)
    letter = tuple((i * columns + j, c) for i, j, c in control)
    n = point.sizes
    for number, values in enumerate(Chain(point.transport(), control, letters, 4)):
        for (i, j), row in values:
            expected = brackets.value([*[letter] * number, ((i * columns + j, 1),)])
            expected = [(-1) ** number * v % SMALL_PRIME for v in expected]
            if len(n) != 4:
                assert row == expected
                continue
            # of three matrices the first and the last are seen as they are, the last one turned
            last = expected[-n[2] * n[3] :]
            assert row[: n[0] * n[1]] == expected[: n[0] * n[1]]
            assert row[-n[2] * n[3] :] == [last[a * n[3] + b] for b in range(n[3]) for a in range(n[2])]


@pytest.mark.parametrize("phi", PRODUCTS, ids=name)
def test_law_rows_are_gradients_of_the_balances(phi):
    point = phi.sparse_point(PRIME)
    at = dense(point, phi.dimension)
    found = list(point.law_rows(point.layers()))
    for row, law in zip(found, phi.known_laws(), strict=True):
        gradient = {i: g.evaluate_mod(at, PRIME) for i, g in law.gradient().items()}
        factor = 2 if len({e for m in law.terms for _, e in m} & {2}) else 1  # of squares half the gradient is taken
        assert {i: factor * v % PRIME for i, v in row.items()} == {i: v for i, v in gradient.items() if v}


def test_elimination_agrees_with_the_rank():
    source = random.Random(1)
    for size in (1, 5, 30):
        for entries in (1, 2, 4):
            rows = [{source.randrange(size): source.randrange(1, 101) for _ in range(entries)} for _ in range(2 * size)]
            ranked = Elimination(101)
            kept = [i for i, row in enumerate(rows) if ranked.add(dict(row))]
            assert kept == independent_rows(rows, size, 101)
            assert ranked.rank == len(kept)


# ---------------------------------------------------------------- counts, against a dense point


def small_models():
    source = random.Random(3)
    for _ in range(25):
        yield cl.linear(*(source.randint(1, 4) for _ in range(source.randint(2, 6))))
    for _ in range(12):
        yield cl.relu(*(source.randint(1, 4) for _ in range(source.randint(2, 5))), bias=source.random() < 0.5)
    for _ in range(8):
        yield cl.factorization(source.randint(1, 5), source.randint(1, 5), source.randint(1, 5))


@pytest.mark.parametrize("phi", list(small_models()), ids=name)
def test_a_sparse_point_and_a_dense_one_agree(phi, monkeypatch):
    sparse = structured_count(phi, None, small=0)
    assert sparse.verdict.is_proved
    monkeypatch.setattr(structured, "SMALL", 10**9)
    monkeypatch.setattr(structured, "_hides_laws", lambda phi: False)
    found = cl.count_laws(phi)
    assert found.laws_at_least <= sparse.laws <= found.laws_at_most
    if found.laws is not None:
        assert (sparse.laws, sparse.dim_lie) == (found.laws, found.dim_lie)
    assert sparse.dim_trace <= found.dim_trace
    if sparse.steps[0].certain:
        assert sparse.dim_trace == found.dim_trace


def test_both_backends_give_the_same():
    pytest.importorskip("flint")
    phi, found = cl.linear(20, 10, 20), []
    for backend in ("plain", "flint"):
        with use_backend(backend):
            found.append(cl.count_laws(phi))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("phi", "laws", "dim_lie"),
    [
        (cl.linear(64, 64, 64), 2080, 6112),
        (cl.linear(100, 20, 100), 210, 3790),
        (cl.linear(30, 30, 30, 30), 930, 1770),
        (cl.linear(300, 100, 50, 20), 6325, 29675),
        (cl.linear(6, 12, 18, 12, 6), 327, 249),
        (cl.linear(2, 200), 0, 400),
        (cl.linear(2, 20, 20, 2), 420, 60),
        (cl.linear(2, 10, 10, 10, 2), 165, 75),
        (cl.linear(1, 100, 100, 1), 10199, 1),
        (cl.factorization(100, 80, 16), 136, 2744),
        (cl.factorization(16, 8, 100), 2124, 276),
        (cl.relu(784, 256, 10, bias=True), 256, 203264),
        (cl.relu(900, 900, 200, 10, bias=True), 1100, 992000),
    ],
    ids=lambda x: getattr(x, "text", None),
)
def test_large_models_are_proved(phi, laws, dim_lie):
    count = cl.count_laws(phi)
    assert count.verdict.is_proved
    assert (count.laws, count.dim_lie) == (laws, dim_lie)
    assert laws + dim_lie == phi.dimension


def test_the_five_networks_with_stretches():
    for widths, laws in (
        ((1, 2, 2, 1, 2, 2), 11),
        ((1, 1, 2, 2, 1, 2, 2), 12),
        ((1, 2, 2, 1, 1, 2, 2), 12),
        ((1, 2, 2, 2, 1, 2, 2), 15),
        ((2, 1, 2, 2, 1, 2, 2), 12),
    ):
        count = cl.count_laws(cl.linear(*widths))
        assert count.verdict.is_proved
        assert count.laws == laws
        assert cl.certify(cl.linear(*widths)).verify().is_proved


def test_narrow_layers_around_wide_ones_need_long_words_and_no_dense_point():
    for widths, laws, longest in (((5, 20, 20, 5), 420, 8), ((6, 18, 18, 6), 342, 8), ((2, 24, 24, 2), 600, 20)):
        found = structured_count(cl.linear(*widths), None)
        assert (found.laws, str(found.verdict.status)) == (laws, "PROVED")
        [[kind, _, chains]] = found.evidence.data["words"]
        assert kind == "transport"
        assert max(count for _, letters in chains for _, _, count in letters) >= longest
        assert cl.certify(found).verify().is_proved


def stretches_of(sizes):
    ones = [k for k, n in enumerate(sizes) if n == 1]
    return [(a, b) for a, b in pairwise(ones) if b - a >= 3]


@pytest.mark.parametrize("seed", range(10))
def test_the_rule_of_the_stretches(seed):
    """Laws = independent balances + the sum over stretches of D_s - 1 - (its independent balances)."""
    source = random.Random(seed)
    for _ in range(30):
        widths = [source.choice((1, 1, 2, 2, 3, 4)) for _ in range(source.randint(4, 8))]
        phi = cl.linear(*widths)
        if phi.dimension > 120:
            continue
        bounds = sparse_bounds(phi, PRIME)
        assert bounds.meet(phi), phi
        point = [source.randrange(1, PRIME) for _ in range(phi.dimension)]
        expected = len(independent_laws(phi.known_laws(), point))
        for a, b in stretches_of(widths):
            own = cl.linear(*widths[a : b + 1])
            known = len(independent_laws(own.known_laws(), point[: own.dimension]))
            expected += own.dimension - 1 - known
        assert bounds.laws == expected, phi


# ---------------------------------------------------------------- what is said, and what is refused


def test_what_is_said():
    assert cl.count_laws(cl.linear(30, 20, 30)).verdict.reason == (
        "800 generators and 190 nested brackets are independent at a sparse point, so dim Lie >= 990; 210 laws, "
        "entries of balances of layers with independent gradients there, so dim Lie <= 990."
    )
    assert cl.count_laws(cl.relu(20, 20, 2)).verdict.reason == (
        "420 paths have an edge that none before them has, so dim Lie >= 420 wherever no parameter is 0; 20 neurons "
        "have each a law, and these are independent there, so dim Lie <= 420."
    )
    assert cl.count_laws(cl.linear(1, 2, 2, 1, 2, 2)).verdict.reason == (
        "2 generators and 1 nested bracket are independent at a sparse point, so dim Lie >= 3; the layers 3 to 5 act "
        "through one number, and keep all that its gradient keeps: with the balances 11 laws with independent "
        "gradients there, so dim Lie <= 3."
    )
    assert "the generator does not vanish at a sparse point" in cl.count_laws(cl.linear(1, 50, 50, 1)).verdict.reason
    assert cl.count_laws(cl.linear(20, 30)).verdict.reason == (
        "600 generators are independent, and R^600 has room for no more."
    )


def test_a_gap_is_said_too(monkeypatch):
    monkeypatch.setattr(sparse_count, "MAX_FLOWS", 0)
    monkeypatch.setattr(structured, "MAX_DENSE", 0)
    count = cl.count_laws(cl.linear(10, 20, 20, 10))
    assert str(count.verdict.status) == "BOUNDED"
    assert count.laws_at_least < count.laws_at_most
    assert "Words of up to 2 generators do not close the gap." in count.verdict.reason


def test_the_staircase_and_the_point():
    count = cl.count_laws(cl.linear(30, 20, 30))
    assert count.staircase == "dim W_0(θ) = 800, dim W_1(θ) = 990"
    assert len(count.point) == 1200
    assert count.point["U1_1_1"] != 0 == count.point["U1_1_2"]
    assert sum(value != 0 for value in count.point.values()) == 60


@pytest.mark.parametrize(
    ("phi", "message"),
    [
        (
            cl.linear(5000, 5000, 100),
            r"^counting the laws of linear\(5000,5000,100\) would take about \d+ GB of memory and \d+ minutes; ",
        ),
        (
            cl.linear(*[50] * 4000),
            r"linear\(50,50,.* minutes; up to 4 GB and 15 minutes are spent: try narrower layers",
        ),
    ],
    ids=["memory", "time"],
)
def test_what_is_too_large_is_refused_before_memory_is_spent(phi, message):
    started = time.process_time()
    with pytest.raises(SizeError, match=message):
        cl.count_laws(phi)
    assert time.process_time() - started < 30
    assert "variables" not in vars(phi)


def test_a_point_of_your_own_has_its_limit():
    told = (
        r"^counting the laws of linear\(150,150,150\) at a point of your own would take about 15 GB of memory and "
        r"5 hours; up to 4 GB and 15 minutes are spent: leave the point out, or try a smaller model$"
    )
    phi = cl.linear(150, 150, 150)
    with pytest.raises(SizeError, match=told):
        cl.count_laws(phi, [1] * phi.dimension)
    assert cl.count_laws(phi).verdict.is_proved
    paths = cl.relu(150, 150, 150, 2)  # rows with an entry for each layer: no dense matrix is made
    structured.refuse_dense(paths, chosen=True)
    with pytest.raises(SizeError, match="at a dense point would take about 15 GB"):
        structured.refuse_dense(phi, chosen=False)


def test_names_are_made_when_they_are_asked_for():
    phi = cl.linear(512, 512, 512)
    cl.certify(cl.linear(64, 64, 64))
    assert "variables" not in vars(phi)
    assert phi.dimension == 2 * 512**2
    assert phi.variables[-1] == "U2_512_512"
    with pytest.raises(SizeError, match=r"linear\(3000,3000\) has 9000000 parameters, too many to name one by one"):
        cl.linear(3000, 3000).variables  # noqa: B018
    assert cl.factorization(2, 1, 2).variables == ("U_1_1", "U_1_2", "U_2_1", "U_2_2", "V_1_1", "V_1_2")
    assert cl.relu(1, 2, 1, bias=True).variables == ("U1_1_1", "U1_1_2", "U2_1_1", "U2_2_1", "b1_1", "b1_2")


def test_progress_says_which_bound_is_being_worked_on():
    told = []
    cl.count_laws(cl.linear(80, 80, 80), progress=lambda text, share: told.append((text, share)))
    assert {text.split(",")[0] for text, _ in told} == {"independent laws", "independent words"}
    assert all(0 <= share <= 1 for _, share in told)
