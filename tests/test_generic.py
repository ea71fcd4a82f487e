"""Generic points and special ones: each kind of question against a slow exact reference, with traps for it."""

import pickle
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest
import reference as ref
import sympy
from sympy.polys.matrices import DomainMatrix

import conslaw_nb as cl
from conslaw_nb.errors import ModelError
from conslaw_nb.exact import generic as exact_generic
from conslaw_nb.exact.backend import primes
from conslaw_nb.exact.generic import rank_over_functions
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.laws import at_a_point, generic, questions, transcendental_gradients
from conslaw_nb.laws.at_a_point import lie_at
from conslaw_nb.verdict import Status

PROVED, REFUTED, BOUNDED, UNKNOWN = Status.PROVED, Status.REFUTED, Status.BOUNDED, Status.UNKNOWN
NAMES = ("x", "y", "z")
FIRST_PRIMES = [next(p for i, p in enumerate(primes()) if i == k) for k in range(3)]


def product_of_linear_factors(rng, n, roots=(0, 1, 2, 3, 5, 7, -1, -2, -3, -8, 10, 23)):
    """A polynomial that vanishes where a coordinate is one of several small integers."""
    total = ref.constant(rng.choice([1, 1, -1, 2, 3, FIRST_PRIMES[0], FIRST_PRIMES[0] * FIRST_PRIMES[1]]), n)
    for _ in range(rng.randint(1, 3)):
        i = rng.randrange(n)
        total = ref.multiply(total, ref.add(ref.variable(i, n), ref.constant(rng.choice(roots), n), -1))
    return total


def random_map(rng):
    """Components with such factors, one of them perhaps a function of the others."""
    n, d = rng.randint(1, 3), rng.randint(1, 3)
    components = []
    for _ in range(d):
        total = product_of_linear_factors(rng, n)
        if rng.random() < 0.5:
            total = ref.add(total, product_of_linear_factors(rng, n), rng.choice([1, -1, 2]))
        components.append(total)
    if d > 1 and rng.random() < 0.5:
        components[-1] = ref.add(ref.multiply(components[0], components[0]), components[0], 3)
    return NAMES[:n], components


def exact_rank(fields, names):
    """The rank over the field of fractions, by sympy."""
    ring = sympy.QQ[sympy.symbols(names)] if len(names) > 1 else sympy.QQ[sympy.Symbol(names[0])]
    rows = [[ring.from_sympy(sympy.sympify(ref.text_of(c, names)) * 1) for c in field] for field in fields]
    return DomainMatrix(rows, (len(rows), len(names)), ring).to_field().rank()


def random_cases(seed, count):
    rng = Random(seed)
    return [random_map(rng) for _ in range(count)]


# -- the rank over the field of fractions ---------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_ranks_over_functions_are_those_of_sympy(seed):
    for names, components in random_cases(f"ranks {seed}", 30):
        phi = cl.parametrization(*[ref.text_of(c, names) for c in components], variables=names)
        expected = exact_rank([ref.gradient(c, len(names)) for c in components], names)
        assert rank_over_functions([f.components for f in phi]) == expected
        found = generic.generic_rank(list(phi))
        assert (found.low, found.high) == (expected, expected)
        assert ref.rank([ref.at(ref.gradient(c, len(names)), found.point) for c in components]) == expected


@pytest.mark.parametrize(("n", "m", "r"), [(2, 2, 1), (2, 2, 2), (3, 3, 2), (2, 4, 1), (1, 1, 3)])
def test_the_generic_rank_of_a_factorization_is_the_dimension_of_the_matrices_it_reaches(n, m, r):
    phi = cl.factorization(n, m, r)
    s = min(n, m, r)
    assert rank_over_functions([f.components for f in phi]) == s * (n + m - s) == phi.trace_at_most()


@pytest.mark.parametrize(
    "phi", [cl.relu(2, 2, 2), cl.relu(1, 2, 1, bias=True), cl.relu(1, 2, 2, 1), cl.linear(2, 1, 2)]
)
def test_the_bound_from_theory_is_met(phi):
    assert rank_over_functions([f.components for f in phi]) == phi.trace_at_most()


def test_an_elimination_beyond_its_budget_says_nothing():
    rows = [f.components for f in cl.factorization(3, 3, 2)]
    assert rank_over_functions(rows, work=10) is None
    x, y = Poly.gens(("x", "y"))
    assert rank_over_functions([[x + y, x + 2], [y + 1, x - y]], work=0) is None
    assert rank_over_functions(rows) == 8
    assert rank_over_functions([]) == 0


def test_minors_are_kept_small_by_dividing():
    """Bareiss' division keeps entries minors; without it this elimination takes many times the work."""
    assert rank_over_functions([f.components for f in cl.factorization(4, 4, 2)], work=60_000) == 12


def test_fractions_and_common_factors_change_no_rank():
    phi = cl.parametrization("x**2*y/3 + 5*x/7", "x**3*y/2")
    assert rank_over_functions([f.components for f in phi]) == 2
    scaled = cl.vector_fields(["x", "y"], [["x**5*y/3", "x**4*y**2/3"], ["7*x**2*y**3", "7*x*y**4"]])
    assert rank_over_functions([f.components for f in scaled]) == 1


# -- generic questions ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_dim_w_is_decided_for_generic_points(seed):
    for names, components in random_cases(f"dim W {seed}", 30):
        phi = cl.parametrization(*[ref.text_of(c, names) for c in components], variables=names)
        expected = exact_rank([ref.gradient(c, len(names)) for c in components], names)
        for value in range(4):
            wanted = PROVED if value == expected else REFUTED
            assert questions.dimension(phi, "W", value).status is wanted, (phi, value)
        count = cl.count_laws(phi)
        assert (count.dim_trace, count.steps[0].certain) == (expected, True)


@pytest.mark.parametrize("seed", range(2))
def test_independence_and_involutivity_are_decided_for_generic_points(seed):
    for names, components in random_cases(f"generic {seed}", 25):
        n = len(names)
        texts = [ref.text_of(c, names) for c in components]
        fields = [ref.gradient(c, n) for c in components]
        rank = exact_rank(fields, names)
        verdict = questions.independent(texts, names)
        assert verdict.status is (PROVED if rank == len(texts) else REFUTED), texts
        brackets = [ref.bracket(v, w) for i, v in enumerate(fields) for w in fields[:i]]
        together = exact_rank([*fields, *brackets], names)
        phi = cl.parametrization(*texts, variables=names)
        assert questions.involutive(phi).status is (PROVED if together == rank else REFUTED), texts
        for i, j in combinations(range(len(fields)), 2):
            inside = exact_rank([*fields, ref.bracket(fields[i], fields[j])], names) == rank
            assert questions.bracket_in_trace(phi, i, j).status is (PROVED if inside else REFUTED), (texts, i, j)


@pytest.mark.parametrize("seed", range(2))
def test_factoring_through_a_map_is_decided_for_generic_points(seed):
    rng = Random(f"factors {seed}")
    for names, components in random_cases(f"factors {seed}", 20):
        n = len(names)
        phi = cl.parametrization(*[ref.text_of(c, names) for c in components], variables=names)
        g = product_of_linear_factors(rng, n)
        if rng.random() < 0.5:
            g = ref.add(ref.multiply(components[0], components[-1]), components[0])
        fields = [ref.gradient(c, n) for c in components]
        inside = exact_rank([*fields, ref.gradient(g, n)], names) == exact_rank(fields, names)
        assert questions.factors_through(ref.text_of(g, names), phi).status is (PROVED if inside else REFUTED)


@pytest.mark.parametrize(
    ("phi", "trace", "lie"),
    [
        ("phi(x, x*y - 7*y)", 2, 2),
        ("phi(y, x**2*y + 9*x**2 - x*y**2 - 3*x*y + 54*x)", 2, 2),
        ("phi(-x, 3*y*z**2 - 6*y*z - 72*y, -x*y + 7*y)", 3, 3),
        ("phi(3*x, y*" + "*".join(f"(x - {k})*(x + {k})" for k in range(1, 10)) + ")", 2, 2),
        ("fields([x, y, z], [0, -y**2 - 6*y*z, 2*y*z + 3*z**2], [-2*y*z - 3*z**2, 0, 0])", 2, 2),
        ("phi(x, 4611685975477714963*x**2*z + y)", 2, 3),
        ("fields([x, y, z], [3*z, -4611685846628697223*x*z, 2*y*z], [4294967294*y**2, 0, 2147483629*x*z])", 2, 3),
        ("phi(x, " + "*".join(str(p) for p in FIRST_PRIMES) + "*x**2*z + y)", 2, 3),
    ],
)
def test_no_small_point_and_no_fixed_prime_decides(phi, trace, lie):
    model = cl.parse_model(phi)
    count = cl.count_laws(model)
    assert (count.dim_trace, count.steps[0].certain) == (trace, True)
    assert (count.dim_lie, count.verdict.status, count.laws) == (lie, PROVED, model.dimension - lie)
    assert questions.dimension(model, "W", trace).is_proved
    assert questions.dimension(model, "W", trace - 1).is_refuted
    assert questions.involutive(model).status is (PROVED if trace == lie else REFUTED)
    assert cl.certify(count).verify().is_proved


@pytest.mark.parametrize("text", ["(x-1)**2*(x-2)**2*(x-3)**2", "*".join(f"(x-{k})**2" for k in range(1, 40))])
def test_a_function_whose_gradient_vanishes_at_all_the_first_points_is_independent(text):
    assert questions.independent([text], ("x", "y")).is_proved


# -- one point -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "point", "dimension"),
    [
        ("phi(x**2*y)", (0, 1), 0),
        ("phi(x**2*y)", (1, 0), 1),
        ("fields([x, y], [0, x**2])", (0, 1), 0),
        ("fields([x, y], [0, y])", (0, 0), 0),
        ("fields([x, y], [6442450761*x*y, 0])", (0, 0), 0),
        ("fields([x, y], [6442450761*x*y, 0])", (2147483587, 1), 1),
        ("fields([x], [x + 1])", (2147483646,), 1),
        ("fields([x, y], [0, 2*y], [x*y, -x**2])", (0, 3), 1),
        ("fields([x, y], [1, 0], [0, x**3])", (0, 5), 2),
        ("factorization(2,2,2)", (1, 2, 2, 4, 0, 0, 0, 0), 3),
        ("relu(2,1,2)", (0, 0, 1, 2), 3),
        ("relu(1,2,1)", (0, 0, 0, 0), 0),
        ("linear(2,2,2,2)", (0,) * 12, 0),
        ("phi(x*y*z)", (0, 0, 5), 0),
        ("phi(x*y)", (Fraction(1, 2), 0), 1),
    ],
)
def test_dim_lie_at_a_point_is_that_of_the_point(model, point, dimension):
    phi = cl.parse_model(model)
    for value in range(5):
        wanted = PROVED if value == dimension else REFUTED
        assert questions.dimension(phi, "Lie", value, point).status is wanted, value


@pytest.mark.parametrize("limit", ["MAX_CLOSURE", "MAX_CLOSURE_TERMS"])
def test_a_lie_algebra_that_is_too_large_to_write_out_decides_nothing(monkeypatch, limit):
    """Here the fourth bracket is the first one that counts: what was written before it is not a bound from above."""
    monkeypatch.setattr(at_a_point, limit, 3)
    family = cl.vector_fields(["x", "y"], [["1", "0"], ["0", "x**9"]])
    bounds = lie_at(family, (0, 5))
    assert bounds.low <= 2 == bounds.high


@pytest.mark.parametrize("seed", range(3))
def test_bounds_at_special_points_hold(seed):
    """Brackets of five generators over Q never exceed the bounds; where the bounds meet they are not missed."""
    rng = Random(f"special {seed}")
    met = 0
    for _ in range(25):
        n = rng.randint(1, 3)
        fields = []
        for _ in range(rng.randint(1, 2)):
            texts = []
            for _ in range(n):
                terms = [ref.constant(rng.randint(-2, 2), n)] if rng.random() < 0.2 else []
                for _ in range(rng.randint(0, 2)):
                    term = ref.constant(rng.choice([1, -1, 2]), n)
                    for _ in range(rng.randint(1, 2)):
                        term = ref.multiply(term, ref.variable(rng.randrange(n), n))
                    terms.append(term)
                total = {}
                for term in terms:
                    total = ref.add(total, term)
                texts.append(total)
            fields.append(texts)
        family = cl.vector_fields(NAMES[:n], [[ref.text_of(c, NAMES[:n]) for c in field] for field in fields])
        point = [rng.choice([0, 0, 1, -1, 2]) for _ in range(n)]
        bounds = lie_at(family, point)
        truth = ref.staircase(fields, point, 4)[-1]
        assert bounds.low <= bounds.high
        assert truth <= bounds.high
        if bounds.low == bounds.high:
            met += 1
            assert truth <= bounds.low
    assert met >= 20  # the bounds are worth something


@pytest.mark.parametrize(
    ("function", "point", "status"),
    [
        ("1/x", (0, 0), REFUTED),
        ("(x*y**2 + y)/x", (0, 1), REFUTED),
        ("x/y", (Fraction(5, 2), 0), REFUTED),
        ("1/(1/x)", (0, 1), REFUTED),
        ("x*y/y", (1, 0), REFUTED),
        ("x*y/y", (1, 2), PROVED),
        ("1/x", (1, 0), PROVED),
        ("log(x)", (0, 1), REFUTED),
        ("log(x)", (-1, 1), REFUTED),
        ("log(x)", (2, 1), PROVED),
        ("sqrt(x)*y", (0, 1), REFUTED),
        ("log(exp(x/10**60) - 1)", (1, 1), UNKNOWN),  # positive, but by less than an enclosure shows
        ("exp(x*y)", (0, 0), REFUTED),
        ("exp(x*y)", (0, 1), PROVED),
    ],
)
def test_poles_and_domains_count_at_a_point(function, point, status):
    verdict = questions.independent([function], ("x", "y"), point)
    assert verdict.status is status
    if function == "1/x" and status is REFUTED:
        assert verdict.reason == "1/x has no value at x = 0, y = 0: it divides by x, which is 0 there."


# -- laws with logarithms, and all the laws -------------------------------------------------------------


@pytest.mark.parametrize(
    ("functions", "model", "status"),
    [
        (["2*log(x) - 2*log(y)"], "phi(x**2 + y**2)", PROVED),
        (["x/y"], "phi(x**2 + y**2)", PROVED),
        (["log(x) - log(y)", "x/y"], "phi(x**2 + y**2)", REFUTED),
        (["y*exp(-x)"], "phi(x + y**2/2)", PROVED),
        (["exp(y*exp(-x))"], "phi(x + y**2/2)", PROVED),
        (["(u-v)*log(s/t) - (s-t)*log(u/v)", "u-v", "s-t"], "fields([u,s,v,t], [u*v, s*t, u*v, s*t])", PROVED),
        (["u-v", "s-t"], "fields([u,s,v,t], [u*v, s*t, u*v, s*t])", REFUTED),
        (["x + y"], "phi(x*y)", REFUTED),
        (["y"], "fields([x, y], [0, -2*x**2])", REFUTED),
        (["x**2 - y**2"], "phi(x*y)", PROVED),
        (["7"], "phi(x*y)", REFUTED),
    ],
)
def test_all_the_laws(functions, model, status):
    phi = cl.parse_model(model)
    verdict, _ = questions.complete(functions, phi)
    assert verdict.status is status
    assert str(verdict)
    assert verdict._repr_html_()
    assert cl.claim(f"{', '.join(functions)} is all the laws", phi).verdict.status is status


@pytest.mark.parametrize(
    ("functions", "status"),
    [
        (["log(x) - log(y)", "x*y"], PROVED),
        (["log(x) - log(y)", "x/y"], REFUTED),
        (["exp(x)*exp(y)", "x + y"], REFUTED),
        (["sqrt(x)", "x"], REFUTED),
        (["sqrt(x)", "y"], PROVED),
        (["log(x)", "log(x*y)", "y"], REFUTED),
        (["log(x) - log(x)"], REFUTED),
        (["log(-x - y) + log(x) + log(y)"], UNKNOWN),
        (["log(-x - y) + log(x) + log(y)", "2*log(-x - y) + 2*log(x) + 2*log(y)"], UNKNOWN),  # they have no values
        (["sqrt(x)*sqrt(y)", "sqrt(x*y)"], UNKNOWN),
    ],
)
def test_functions_with_logs_and_roots_are_independent_or_not(functions, status):
    assert questions.independent(functions, ("x", "y")).status is status


def test_without_a_formal_rank_functions_with_logs_are_not_called_dependent(monkeypatch):
    monkeypatch.setattr(transcendental_gradients, "_formal_rank", lambda *_: None)
    assert questions.independent(["log(x) - log(y)", "x/y"], ("x", "y")).status is UNKNOWN


def test_factoring_through_needs_a_map():
    family = cl.vector_fields(["x", "y"], [["x", "y"]])
    with pytest.raises(ModelError, match=r"'factors through φ' asks about a map φ, and fields\(\[x, y\], \[x, y\]\)"):
        questions.factors_through("x", family)


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        ("x/x", "1", "both sides are the same function, as an identity wherever x is not 0."),
        ("1/(1/x)", "x", "both sides are the same function, as an identity wherever x is not 0."),
        ("x + x", "2*x", "both sides are the same function, as an identity."),
        ("1/3", "0.3333", "left − right = 1/30000, which is not 0."),
        ("1/(1/x)", "2*x", "left − right = -x, which is -1 at x = 1."),
    ],
)
def test_equations_say_where_they_hold(left, right, reason):
    assert questions.equal(left, right, ("x",) if "x" in left + right else ()).reason == reason


# -- what is said of what was not decided ---------------------------------------------------------------


def test_without_an_identity_nothing_is_certain(monkeypatch):
    """The same questions with elimination out of reach: bounds, a true chance, and no verdict."""
    monkeypatch.setattr(exact_generic, "MAX_GENERIC_WORK", 0)
    monkeypatch.setattr(questions, "express", lambda *_: "out of reach")
    phi = cl.parametrization("x*y*z + x", "(x*y*z + x)**2", "(x*y*z + x)**3")
    found = generic.generic_rank(list(phi))
    assert (found.low, found.high) == (1, 3)
    assert found.risk == Fraction(3 * 8, 2**31)  # 3 is the largest minor, 8 the degree of its entries
    trace = generic.generic_trace(phi)
    assert (trace.low, trace.high) == (1, 3)
    assert trace.risk > 0
    verdict = questions.independent(["x*y*z + x", "(x*y*z + x)**2"], ("x", "y", "z"))
    assert verdict.status is UNKNOWN
    assert f"with probability at least 1 - 1/{2**31 // (2 * 5)}, " in verdict.reason  # 2 × 2 minors of degree 5
    assert questions.factors_through("x*y*z + x + 1", phi).status is UNKNOWN
    assert cl.count_laws(phi).verdict.status is PROVED  # closed under brackets, by identities of another kind


def test_a_bound_is_no_verdict():
    def status(value, low, high, relation="="):
        return questions._of_bounds("", (value, relation), low, high, "here", "", None).status

    assert (status(2, 2, 2), status(1, 2, 2)) == (PROVED, REFUTED)
    assert [status(value, 2, 4) for value in range(1, 6)] == [REFUTED, UNKNOWN, UNKNOWN, UNKNOWN, REFUTED]
    assert [status(value, 2, 4, ">=") for value in range(1, 6)] == [PROVED, PROVED, UNKNOWN, UNKNOWN, REFUTED]
    assert [status(value, 2, 4, "<=") for value in range(1, 6)] == [REFUTED, UNKNOWN, UNKNOWN, PROVED, PROVED]


def test_answers_can_be_stored():
    phi = cl.parametrization("x*y", "x*z")
    for answer in (
        cl.count_laws(phi),
        cl.check_law("x**2 - y**2", phi),
        cl.check_law("x**2 - y**2 - z**2", phi),
        cl.check_law("log(x)", phi),
        cl.conservation_laws(phi),
        cl.certify(phi),
        questions.involutive(phi),
    ):
        again = pickle.loads(pickle.dumps(answer))
        assert repr(again) == repr(answer)


@pytest.mark.parametrize("names", ["xy", "yx"])
@pytest.mark.parametrize("size", [2, 4, 8])
def test_a_minor_has_room_for_its_exponents(names, size):
    """The determinant x^size - y is not 0, and would be if powers of x ran over into those of y."""
    x, y = (Poly.gen(tuple(names), names.index(letter)) for letter in "xy")
    zero, one = x - x, Poly.constant(tuple(names), 1)
    rows = [[x if i == j else -one if j == i + 1 else zero for j in range(size)] for i in range(size)]
    rows[-1][0] = rows[-1][0] - y
    assert rank_over_functions(rows) == size
