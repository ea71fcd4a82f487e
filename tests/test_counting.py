"""The count: never above the slow reference, equal to it where it says PROVED; the steps, the bounds, the messages."""

import json
from itertools import pairwise, product
from random import Random

import pytest
import reference as ref
import sympy
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples, families, family_of, maps, models, phi_of, widths

import conslaw_nb as cl
from conslaw_nb.errors import ModelError, SizeError

PROVED, BOUNDED = cl.Status.PROVED, cl.Status.BOUNDED


def check_against(count, fields, levels=5):
    """Compare a count with brackets expanded at the same point, over Q."""
    n = len(fields[0])
    point = list(count.point.values())
    exact = ref.staircase(fields, point, levels)
    shown = [step.dimension for step in count.steps]
    assert [step.level for step in count.steps] == list(range(len(shown)))
    assert all(mine <= theirs for mine, theirs in zip(shown, exact, strict=False))
    assert all(step.dimension == theirs for step, theirs in zip(count.steps, exact, strict=False) if step.certain)
    assert shown == sorted(shown)
    assert count.dim_trace == shown[0] == exact[0]
    assert count.laws_at_least <= count.laws_at_most
    if count.verdict.status is PROVED:
        assert count.dim_lie + count.laws == n == count.dim_lie + count.laws_at_least
        assert count.laws_at_least == count.laws == count.laws_at_most
        assert exact[-1] <= count.dim_lie
        if len(shown) <= levels and count.dim_lie == shown[-1]:
            assert shown == exact[: len(shown)]
            assert exact[-1] == count.dim_lie  # the reference goes on climbing and finds no more
    else:
        assert count.laws is None
    return exact


# -- against the reference -------------------------------------------------------------------------------


@given(maps(max_variables=3, max_components=2, max_degree=3, max_terms=2))
@examples(50)
def test_random_maps(case):
    names, components = case
    fields = [ref.gradient(c, len(names)) for c in components]
    count = cl.count_laws(phi_of(names, components))
    check_against(count, fields, levels=3)
    point = list(count.point.values())
    assert ref.independent(ref.laws(fields, 2), point) <= count.laws_at_most


@given(families(max_variables=3, max_fields=2))
@examples(50)
def test_random_families(case):
    names, fields = case
    count = cl.count_laws(family_of(names, fields))
    check_against(count, fields, levels=3)
    point = list(count.point.values())
    laws = ref.laws(fields, 2)
    assert ref.independent(laws, point) <= count.laws_at_least if count.laws is None else True
    assert ref.independent(laws, point) <= count.laws_at_most


@given(families(max_variables=3, max_fields=2), st.data())
@examples(50)
def test_random_families_at_special_points(case, data):
    """At a point of small coordinates, many of them 0, the dimension jumps as often as not."""
    names, fields = case
    point = data.draw(st.lists(st.integers(-1, 1), min_size=len(names), max_size=len(names)))
    family = family_of(names, fields)
    count = cl.count_laws(family, point=point)
    assert list(count.point.values()) == point
    exact = check_against(count, fields, levels=3)
    generic = cl.count_laws(family)
    if generic.verdict.status is PROVED:  # laws near a point are laws near its neighbours
        assert count.laws_at_least <= generic.laws
    if count.verdict.status is BOUNDED:
        assert count.dim_lie >= exact[-1]


@given(st.data())
@examples(25)
def test_random_networks(data):
    sizes = data.draw(widths(max_parameters=6))  # the reference expands brackets over Q: 9 can take many minutes
    kind = data.draw(st.sampled_from(["linear", "relu", "relu with bias"]))
    if kind == "linear":
        names, components, _ = ref.linear_network(*sizes)
        phi = cl.linear(*sizes)
    else:
        names, components = ref.relu_network(*sizes, bias="bias" in kind)
        phi = cl.relu(*sizes, bias="bias" in kind)
    count = cl.count_laws(phi)
    check_against(count, [ref.gradient(c, len(names)) for c in components], levels=2)
    assert count.verdict.status is PROVED


@given(widths(depth=(1, 4), width=(2, 4), max_parameters=60))
@examples(20)
def test_linear_networks_of_width_two_or_more_have_the_known_laws_only(sizes):
    """The paper's experiment (§4.2): D − dim Lie is the rank of the known laws."""
    count = cl.count_laws(cl.linear(*sizes))
    rng = Random(str(sizes))
    point = [rng.randrange(-9, 10) or 1 for _ in range(count.family.dimension)]
    assert count.verdict.status is PROVED
    assert count.laws == ref.expected_linear(sizes, point)


@given(widths(depth=(1, 4), width=(1, 6), max_parameters=120), st.booleans())
@examples(25)
def test_relu_networks_need_no_brackets(sizes, bias):
    """One law per hidden neuron, and the trace already has the dimension (§10 N2, for n_0, n_q ≥ 1)."""
    count = cl.count_laws(cl.relu(*sizes, bias=bias))
    assert (count.laws, count.verdict.status) == (sum(sizes[1:-1]), PROVED)
    assert len(count.steps) == 1
    assert count.dim_trace == count.dim_lie


# -- q = 2: every rank case (section 4) ------------------------------------------------------------------


def matrix_of_rank(rows, columns, rank, rng):
    while True:
        left = [[rng.randint(-3, 3) for _ in range(rank)] for _ in range(rows)]
        right = [[rng.randint(-3, 3) for _ in range(columns)] for _ in range(rank)]
        result = [[sum(a * b for a, b in zip(r, c, strict=True)) for c in zip(*right, strict=True)] for r in left]
        result = result if rank else [[0] * columns for _ in range(rows)]
        if rank == 0 or ref.rank(result) == rank:
            return result


SHAPES = "111 112 121 122 213 221 222 223 225 232 323"
RANKS = [
    (n, m, r, rho) for n, m, r in (map(int, shape) for shape in SHAPES.split()) for rho in range(min(n + m, r) + 1)
]


@pytest.mark.parametrize(("n", "m", "r", "rho"), RANKS)
def test_closed_formulas_at_every_rank(n, m, r, rho):
    """dim W(θ) = nρ_V + mρ_U − ρ_Uρ_V, dim Lie(θ) = Nρ − ρ(ρ+1)/2, and ρ(2r+1−ρ)/2 independent entries of Ψ."""
    rng = Random(f"{n} {m} {r} {rho}")
    for attempt in range(2 if n + m < 5 else 1):
        w = matrix_of_rank(n + m, r, rho, rng)
        if attempt and rho:  # U alone of small rank: only the stacked matrix matters (pitfall P1)
            w[:n] = [[0] * r] * n if ref.rank(w[n:]) == rho else w[:n]
        rho_u, rho_v = ref.rank(w[:n]), ref.rank(w[n:])
        phi = cl.factorization(n, m, r)
        count = cl.count_laws(phi, point=[x for row in w for x in row])
        total = n + m
        known = [ref.of_engine(h) for h in phi.known_laws()]
        point = list(count.point.values())
        assert count.dim_trace == n * rho_v + m * rho_u - rho_u * rho_v
        assert count.steps[0].certain
        assert ref.independent(known, point) == rho * (2 * r + 1 - rho) // 2
        assert len(count.evidence.laws) == rho * (2 * r + 1 - rho) // 2
        lie = total * rho - rho * (rho + 1) // 2
        assert count.steps[-1].dimension == lie
        assert len(count.steps) <= 2  # closure after one step
        if (total - rho) * (r - rho) and rho != total - 1:
            assert count.verdict.status is BOUNDED
            assert count.laws is None
            assert count.dim_lie == lie
            full = min(total, r)
            # around the point the full rank rules: no more laws than there
            assert count.laws_at_most == full * (2 * r + 1 - full) // 2
            assert count.laws_at_least == rho * (2 * r + 1 - rho) // 2
            assert "Theorem 3.3 is silent" in count.verdict.reason
        else:
            # at ρ = N − 1 < r the entries of Ψ are too few, but Nρ − ρ(ρ+1)/2 is what it is at full rank: dim Lie does
            # not jump, Theorem 3.3 applies, and the frame proves a count that Ψ does not reach
            assert count.verdict.status is PROVED
            assert count.laws == phi.dimension - lie
            assert count.dim_lie == lie
            assert (count.evidence.frame is not None) == bool((total - rho) * (r - rho))


@pytest.mark.parametrize(
    ("n", "m", "r", "parameters", "components", "trace", "lie", "laws"),
    [
        (1, 1, 1, 2, 1, 1, 1, 1),
        (1, 1, 2, 4, 1, 1, 1, 3),
        (1, 2, 1, 3, 2, 2, 2, 1),
        (1, 2, 2, 6, 2, 2, 3, 3),
        (1, 2, 4, 12, 2, 2, 3, 9),
        (2, 2, 1, 4, 4, 3, 3, 1),
        (2, 2, 2, 8, 4, 4, 5, 3),
        (2, 2, 3, 12, 4, 4, 6, 6),
        (2, 2, 5, 20, 4, 4, 6, 14),
        (2, 3, 2, 10, 6, 6, 7, 3),
        (3, 3, 2, 12, 9, 8, 9, 3),
        (3, 3, 3, 18, 9, 9, 12, 6),
        (3, 3, 8, 48, 9, 9, 15, 33),
    ],
)
def test_the_table_of_section_4(n, m, r, parameters, components, trace, lie, laws):
    for phi in (cl.factorization(n, m, r), cl.linear(m, r, n)):
        count = cl.count_laws(phi)
        assert (phi.dimension, phi.count) == (parameters, components)
        assert (count.dim_trace, count.dim_lie, count.laws) == (trace, lie, laws)
        assert count.verdict.status is PROVED


# -- special cases ---------------------------------------------------------------------------------------


def test_growth_after_stagnation_is_seen():
    """Pitfall P3: X = (1,0), Y = (0,x³) at x = 0 has ranks 1, 1, 1, 2: stagnation at a point proves nothing."""
    family = cl.vector_fields(["x", "y"], [["1", "0"], ["0", "x**3"]])
    count = cl.count_laws(family, point=[0, 0])
    assert [step.dimension for step in count.steps] == [1, 1, 1, 2]
    assert ref.staircase([[ref.of_engine(c) for c in f.components] for f in family], [0, 0], 4) == [1, 1, 1, 2, 2]
    assert (count.laws, count.verdict.status) == (0, PROVED)
    elsewhere = cl.count_laws(family, point=[1, 0])
    assert [step.dimension for step in elsewhere.steps] == [2]


@pytest.mark.parametrize("k", range(1, 12))
def test_growth_however_late_never_gives_a_wrong_count(k):
    family = cl.vector_fields(["x", "y"], [["1", "0"], ["0", f"x**{k}"]])
    count = cl.count_laws(family, point={"x": 0, "y": 5})
    assert (count.laws, count.dim_lie, count.verdict.status) == (0, 2, PROVED)


def test_a_field_that_vanishes():
    """Euler's field at 0: nothing is conserved around it, though dim Lie is 0 there."""
    family = cl.vector_fields(["x", "y"], [["x", "y"]])
    count = cl.count_laws(family, point=[0, 0])
    assert count.dim_trace == 0
    assert count.verdict.status is BOUNDED
    assert (count.laws_at_least, count.laws_at_most) == (0, 1)
    assert "every generator vanishes at the point" in count.verdict.reason


def test_pitfall_p5_no_independent_law_at_the_origin():
    count = cl.count_laws(cl.parametrization("x*y"), point=[0, 0])
    assert (count.laws_at_least, count.laws_at_most, count.dim_lie) == (0, 1, 0)
    assert count.verdict.status is BOUNDED


def test_pitfall_p22_the_count_survives_a_zero_row():
    """u_j = 0, v_j ≠ 0: the trace drops from 3 to 2, dim Lie does not, and the count is still r."""
    phi = cl.factorization(2, 2, 1)
    count = cl.count_laws(phi, point=[0, 0, 1, 2])
    assert (count.dim_trace, count.dim_lie, count.laws, count.verdict.status) == (2, 3, 1, PROVED)
    relu = cl.relu(2, 1, 2)
    count = cl.count_laws(relu, point=[0, 0, 1, 2])
    assert (count.dim_trace, count.dim_lie, count.laws, count.verdict.status) == (2, 3, 1, PROVED)


@pytest.mark.parametrize(
    ("phi", "laws", "polynomial"),
    [
        (cl.parametrization("x + y**2/2"), 1, 0),  # y·exp(−x)
        (cl.parametrization("x**2 + y**2", "(x**2 + y**2 - 1)**5"), 1, 0),  # x/y; floats waver between 0 and 1
        (cl.parametrization("x1*x2*x3"), 2, 2),
        (cl.linear(1, 2, 2, 1), 7, 6),  # §10 N1: one more than the known ones
        (cl.linear(1, 3, 1, 1), 6, 6),
        (cl.linear(1, 4, 1, 1), 8, 8),
        (cl.linear(1, 2, 2, 2, 1), 11, 9),
        (cl.parametrization("x*y", "x*z"), 1, 1),
        (cl.parametrization("x", "y"), 0, 0),
        (cl.parametrization("3", variables=["x", "y"]), 2, 2),
        (cl.parametrization("x*y", variables=["x", "y", "z"]), 2, 2),
        (cl.linear(3, 2), 0, 0),
        (cl.relu(2, 3), 0, 0),
        (cl.linear(1, 1), 0, 0),
        (cl.linear(1, 1, 1, 1), 2, 2),
        (cl.vector_fields(["x", "y", "z"], [["y", "-x", "0"]]), 2, 2),
        (cl.vector_fields(["x", "y", "z"], [["y", "-x", "0"], ["0", "z", "-y"]]), 1, 1),  # so(3): the sphere
        (cl.vector_fields(["x"], [["0"]]), 1, 1),
        (cl.vector_fields(["x", "y"], [["x", "y"]]), 1, 0),  # x/y
    ],
)
def test_counts_known_by_hand(phi, laws, polynomial):
    count = cl.count_laws(phi)
    assert (count.laws, count.verdict.status) == (laws, PROVED)
    assert cl.conservation_laws(phi).independent == polynomial
    assert cl.certify(phi).verify().is_proved


def test_a_random_cubic_field_has_four_laws_and_no_polynomial_one():
    """The authors' sanity check (Part A): one field in dimension 5."""
    rng = Random(5)
    names = [f"x{i}" for i in range(1, 6)]
    cubics = [m for m in ref.monomials(5, 3) if sum(m) == 3]
    field = [ref.text_of({m: rng.randint(-5, 5) or 1 for m in rng.sample(cubics, 12)}, names) for _ in range(5)]
    family = cl.vector_fields(names, [field])
    count = cl.count_laws(family)
    assert (count.dim_trace, count.dim_lie, count.laws, count.verdict.status) == (1, 1, 4, PROVED)
    assert len(cl.conservation_laws(family, 4)) == 0


def test_a_frame_where_laws_do_not_reach():
    """Fields tangent to y·exp(−x) = const: [X, Y] stays in their span over functions."""
    family = cl.vector_fields(["x", "y", "z"], [["1", "y", "0"], ["z", "y*z", "1"]])
    count = cl.count_laws(family)
    assert (count.laws, count.verdict.status) == (1, PROVED)
    assert "closed under brackets" in count.verdict.reason
    assert "none of them found as polynomials" in count.verdict.reason
    assert cl.check_law("y*exp(-x)", family).is_proved


def test_laws_of_degree_three_and_four_close_the_count():
    family = cl.vector_fields(["x", "y", "z"], [["3*y**2", "-1", "0"], ["0", "z", "-3*y**2*z + 0*x"]])
    phi = cl.vector_fields(["x", "y"], [["4*y**3", "-1"]])
    assert cl.count_laws(phi).laws == 1
    assert cl.count_laws(family).verdict.status is PROVED


# -- changes of coordinates ------------------------------------------------------------------------------


@given(st.sampled_from([(2, 3, 2), (2, 2, 2), (1, 3, 2)]), st.permutations(range(3)), st.booleans())
@examples(12)
def test_permuting_neurons(sizes, order, at_a_point):
    """Permuting hidden neurons permutes coordinates: the count at the permuted point is the same."""
    phi = cl.linear(*sizes)
    order = [i for i in order if i < sizes[1]]
    rng = Random(str(order))
    point = {name: rng.randint(-3, 3) for name in phi.variables}
    moved = {}
    for name, value in point.items():
        layer, row, column = name[1:].split("_")
        if layer == "1":
            column = str(order[int(column) - 1] + 1)
        else:
            row = str(order[int(row) - 1] + 1)
        moved[f"U{layer}_{row}_{column}"] = value
    before, after = (cl.count_laws(phi, point=p) for p in (point, moved)) if at_a_point else [cl.count_laws(phi)] * 2
    assert [s.dimension for s in before.steps] == [s.dimension for s in after.steps]
    assert (before.laws, before.dim_lie, before.verdict.status) == (after.laws, after.dim_lie, after.verdict.status)


@given(maps(max_variables=3, max_components=2, max_terms=2), st.permutations(range(3)), st.data())
@examples(25)
def test_changes_of_coordinates_and_of_components(case, order, data):
    names, components = case
    n = len(names)
    before = cl.count_laws(phi_of(names, components))
    order = [i for i in order if i < n]
    permuted = [{tuple(m[i] for i in order): c for m, c in phi.items()} for phi in components]
    rotated = components
    if n >= 2:
        x, y = ref.variable(0, n), ref.variable(1, n)
        inner = [
            ref.add(ref.multiply(ref.constant(3, n), x), y, 4),
            ref.add(ref.multiply(ref.constant(-4, n), x), y, 3),
        ]
        inner = [{m: c / 5 for m, c in turned.items()} for turned in inner]
        inner += [ref.variable(i, n) for i in range(2, n)]
        rotated = [ref.compose(phi, inner, n) for phi in components]
    redundant = [*components, ref.add(components[0], components[-1], 2)]
    for other in (permuted, rotated, redundant, components[::-1]):
        if not all(other):
            continue
        after = cl.count_laws(phi_of(names, other))
        assert max(before.laws_at_least, after.laws_at_least) <= min(before.laws_at_most, after.laws_at_most)
        if PROVED in (before.verdict.status, after.verdict.status) and before.verdict.status is after.verdict.status:
            assert (before.laws, before.dim_lie, before.dim_trace) == (after.laws, after.dim_lie, after.dim_trace)


# -- how long it may take --------------------------------------------------------------------------------


def test_a_count_that_would_take_hours_stops_and_says_so(monkeypatch):
    monkeypatch.setattr("conslaw_nb.laws.climbing.MAX_CLIMB", 3_000_000)
    names = [f"x{i}" for i in range(30)]
    fields = [[f"x{(i * step + 1) % 30}**2 + x{i}*x{(i + step) % 30} + {i}" for i in range(30)] for step in (7, 3)]
    count = cl.count_laws(cl.vector_fields(names, fields))
    assert count.verdict.status is BOUNDED
    assert count.laws_at_least == 0
    assert 2 < count.dim_lie < 30
    assert count.laws_at_most == 30 - count.dim_lie
    assert "brackets of more than " in count.verdict.reason
    assert "generators were not tried" in count.verdict.reason


# -- the object ------------------------------------------------------------------------------------------


@given(models())
@examples(30)
def test_as_data(model):
    count = cl.count_laws(model)
    data = json.loads(json.dumps(count.as_dict()))
    assert {"model", "parameters", "components", "dim_trace", "dim_lie", "laws", "verdict", "seconds"} <= set(data)
    assert (data["model"], data["parameters"], data["components"]) == (model.text, model.dimension, model.count)
    assert data["verdict"] == str(count.verdict.status)
    assert data["laws"] == count.laws
    assert [s["dimension"] for s in data["steps"]] == [s.dimension for s in count.steps]
    assert model.text in repr(count)
    assert count.verdict.reason in repr(count)
    assert count.seconds >= 0
    assert tuple(count.point) == model.variables
    assert all(isinstance(v, int) for v in count.point.values())


def test_display():
    count = cl.count_laws(cl.linear(2, 3, 2))
    first, second, _ = repr(count).splitlines()
    assert first == "linear(2,3,2): exactly 6 independent conservation laws [PROVED]"
    assert second == "  D = 12, dim W_0(θ) = 4, dim W_1(θ) = 6, dim Lie = 6"
    html = count._repr_html_()
    assert "linear(2,3,2)</code>: <b>exactly 6 independent conservation laws</b>" in html
    assert "dim Lie(W)(θ) = 6" in html
    assert "exactly 1 independent conservation law " in repr(cl.count_laws(cl.linear(1, 1, 1)))
    bounded = cl.count_laws(cl.factorization(2, 2, 2), point=[1, 0] * 4)
    assert "dim Lie >= 3" in repr(bounded)
    assert "dim Lie(W)(θ) ≥ 3" in bounded._repr_html_()


def test_the_same_each_time():
    first, second = (cl.count_laws(cl.linear(2, 2, 2)) for _ in range(2))
    assert first.evidence == second.evidence
    assert (first.point, first.steps, first.verdict) == (second.point, second.steps, second.verdict)


# -- messages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ([1], r"the point has 1 coordinate, but phi\(x\*y\) has 2 parameters"),
        ([1, 2, 3], "the point has 3 coordinates"),
        ([], "the point has 0 coordinates"),
        ([1, 0.5], "the coordinate y = 0.5 of the point is not exact: give integers or fractions"),
        ([True, 1], "the coordinate x = True of the point is not exact"),
        (["one", 1], "the coordinate x = 'one' of the point is not exact"),
        ({"x": 1}, r"the point does not fit phi\(x\*y\): 'y' is missing; give every variable an integer or a"),
        ({"x": 1, "y": 2, "z": 3}, "'z' is not a variable"),
        ({}, "'x' is missing"),
        (5, r"5 is not a point of phi\(x\*y\): write it like x=1, y=2 or like \(1, 2\)"),
        ("11", r"the point has 1 coordinate, but phi\(x\*y\) has 2 parameters"),
    ],
)
def test_points(point, message):
    with pytest.raises(ModelError, match=message):
        cl.count_laws(cl.parametrization("x*y"), point=point)


def test_points_of_every_kind():
    x, y = sympy.symbols("x y")
    phi = cl.parametrization("x*y")
    for point in ([2, 3], (2, 3), {"x": 2, "y": 3}, {"y": 3, "x": 2}, {y: 3, x: 2}, iter([2, 3])):
        assert cl.count_laws(phi, point=point).point == {"x": 2, "y": 3}
    far = cl.count_laws(phi, point=[10**30, -(10**40)])
    assert far.laws == 1
    assert cl.count_laws(phi, point=[2**31 - 1, 2**31 - 1]).laws == 1  # zero modulo the prime, not over Q


def test_too_many_paths_at_a_special_point():
    with pytest.raises(SizeError, match=r"relu\(48,48,48\) has 110592 components .* too many to write out"):
        cl.count_laws(cl.relu(48, 48, 48), point=[0] * 4608)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_every_shape_up_to_a_width(n):
    """D − dim Lie + dim Lie = D, and a certificate accepts: all shapes of linear networks of widths ≤ n, q ≤ 3."""
    for depth in (1, 2, 3) if n < 3 else (1, 2):
        for sizes in product(range(1, n + 1), repeat=depth + 1):
            if max(sizes) < n or sum(a * b for a, b in pairwise(sizes)) > 16:
                continue
            count = cl.count_laws(cl.linear(*sizes))
            assert count.verdict.status is PROVED
            assert count.laws + count.dim_lie == count.family.dimension
            assert count.laws >= ref.expected_linear(sizes, list(range(1, count.family.dimension + 1)))
