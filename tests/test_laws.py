"""The search for laws: all of them, no others, exactly; whatever the coefficients and the coordinates."""

import itertools
from fractions import Fraction

import pytest
import reference as ref
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import NAMES, examples, families, family_of, maps, models, phi_of, widths

import conslaw_nb as cl
from conslaw_nb.errors import BudgetError, ModelError, SizeError
from conslaw_nb.language.polynomials import poly_from_text
from conslaw_nb.laws.search import Law, independent_laws, rational_from_residue

P = 2**31 - 1


def laws_of(phi, degree):
    return [ref.of_engine(law.poly) for law in cl.conservation_laws(phi, degree)]


def check_all(phi, fields, degree):
    """The laws found span what the full linear system gives, each is a law, and their number is right."""
    found = laws_of(phi, degree)
    expected = ref.laws(fields, degree)
    assert all(ref.is_law(h, fields) for h in found)
    assert len(found) == len(expected)
    assert ref.same_span(found, expected)
    return found


# -- all laws, and no others -----------------------------------------------------------------------------


@given(maps(max_variables=4), st.integers(1, 3))
@examples(60)
def test_all_laws_of_a_random_map(case, degree):
    names, components = case
    if len(names) == 4:
        degree = min(degree, 2)
    check_all(phi_of(names, components), [ref.gradient(c, len(names)) for c in components], degree)


@given(families(), st.integers(1, 3))
@examples(60)
def test_all_laws_of_a_random_family(case, degree):
    names, fields = case
    if len(names) == 4:
        degree = min(degree, 2)
    check_all(family_of(names, fields), fields, degree)


@given(st.data())
@examples(30)
def test_all_laws_of_a_random_network(data):
    sizes = data.draw(widths(max_parameters=8))
    degree = data.draw(st.integers(1, 3 if sum(a * b for a, b in itertools.pairwise(sizes)) < 6 else 2))
    kind = data.draw(st.sampled_from(["linear", "relu", "relu with bias"]))
    if kind == "linear":
        names, components, _ = ref.linear_network(*sizes)
        phi = cl.linear(*sizes)
    else:
        names, components = ref.relu_network(*sizes, bias="bias" in kind)
        phi = cl.relu(*sizes, bias="bias" in kind)
    assume(len(names) <= 9)
    check_all(phi, [ref.gradient(c, len(names)) for c in components], degree)


@pytest.mark.parametrize(
    ("texts", "degree", "expected"),
    [
        (["(7*x + 3*y)**2"], 1, ["3*x - 7*y"]),  # floats over 53 bits miss it
        (["x + y"], 1, ["x - y"]),
        (["x*y"], 1, []),
        (["x*y"], 2, ["x**2 - y**2"]),
        (["x*y"], 4, ["x**2 - y**2", "(x**2 - y**2)**2"]),
        (["x**2 + y"], 3, []),
        (["x**2/2 + y**3"], 3, []),
        (["x + y**2/2"], 5, []),  # y·exp(−x) is its only law
        (["x**2 + y**2", "(x**2 + y**2 - 1)**5"], 2, []),  # the law x/y is not a polynomial
        (["x1*x2*x3"], 2, ["x1**2 - x2**2", "x1**2 - x3**2"]),
        (["x*y", "x*z"], 2, ["x**2 - y**2 - z**2"]),
        (["x", "y"], 3, []),
        (["x*y + z"], 2, ["x**2 - y**2"]),
        (["x + 2*y + z**2"], 2, ["2*x - y", "(2*x - y)**2"]),
    ],
)
def test_laws_known_by_hand(texts, degree, expected):
    phi = cl.parametrization(*texts)
    wanted = [ref.of_engine(poly_from_text(text, phi.variables)) for text in expected]
    assert ref.same_span(laws_of(phi, degree), wanted) if wanted else laws_of(phi, degree) == []


def test_inhomogeneous_laws():
    """x² + y is conserved though neither x² nor y is: degrees may not be searched one by one here."""
    family = cl.vector_fields(["x", "y"], [["1", "-2*x"]])
    assert [law.text for law in cl.conservation_laws(family)] == ["x**2 + y"]
    assert [law.text for law in cl.conservation_laws(family, 1)] == []


def test_a_family_of_nothing():
    family = cl.vector_fields(["x", "y"], [["0", "0"]])
    assert [law.text for law in cl.conservation_laws(family, 1)] == ["x", "y"]
    assert len(cl.conservation_laws(family, 2)) == 5
    assert cl.conservation_laws(family, 2).independent == 2
    constant = cl.parametrization("5", variables=["x", "y"])
    assert len(cl.conservation_laws(constant, 2)) == 5


def test_variables_that_phi_ignores_are_laws():
    phi = cl.parametrization("x*y", variables=["x", "y", "z"])
    assert [law.text for law in cl.conservation_laws(phi, 1)] == ["z"]
    assert {law.text for law in cl.conservation_laws(phi)} == {"z", "z**2", "x**2 - y**2"}


# -- coefficients of any size ----------------------------------------------------------------------------


@given(st.lists(st.integers(1, 10**40), min_size=2, max_size=4), st.integers(1, 10**20))
@examples(25)
def test_laws_with_large_coefficients(numbers, denominator):
    """φ = (Σ a_i x_i)²: the laws are the linear forms orthogonal to a."""
    names = NAMES[: len(numbers)]
    form = " + ".join(f"{a}/{denominator}*{name}" for a, name in zip(numbers, names, strict=True))
    phi = cl.parametrization(f"({form})**2", variables=list(names))
    found = check_all(phi, [ref.gradient(ref.of_engine(phi.components[0]), len(names))], 1)
    assert len(found) == len(numbers) - 1


@pytest.mark.parametrize("a", [P, P * P, -P, Fraction(1, P), Fraction(P, P - 18), 3 * P + 1, 2147483629 * P])
@pytest.mark.parametrize("shape", ["({a})*x + y", "({a})*x*y", "({a})*x**2 + y**2 + ({a})", "x*y + ({a})*z"])
def test_the_engine_s_own_primes_spoil_nothing(a, shape):
    phi = cl.parametrization(shape.format(a=a), variables=["x", "y", "z"])
    field = ref.gradient(ref.of_engine(phi.components[0]), 3)
    check_all(phi, [field], 2)
    count = cl.count_laws(phi)
    assert (count.laws, str(count.verdict.status)) == (2, "PROVED")
    assert cl.certify(phi).verify().is_proved


def test_several_primes_at_once():
    """Rows that depend on each other modulo one prime or another, never over Q."""
    primes = (2147483647, 2147483629, 2147483587, 2147483579)
    fields = [["1", "0", "0"], ["1", str(primes[0] * primes[1] * primes[2] * primes[3]), "0"]]
    family = cl.vector_fields(["x", "y", "z"], fields)
    assert [law.text for law in cl.conservation_laws(family, 1)] == ["z"]
    count = cl.count_laws(family)
    assert count.laws_at_least <= 1 <= count.laws_at_most


def test_a_fraction_is_recovered_where_there_is_a_small_one_and_only_there():
    modulus, bound = 101, 7  # the largest number with 2·bound² < modulus
    small = {}
    for a, b in itertools.product(range(-bound, bound + 1), range(1, bound + 1)):
        small.setdefault(a * pow(b, -1, modulus) % modulus, set()).add(Fraction(a, b))
    assert 0 < len(small) < modulus and all(len(found) == 1 for found in small.values())
    for value in range(modulus):
        assert rational_from_residue(value, modulus) == next(iter(small.get(value, [None])))


def test_coefficients_beyond_recovery_end_in_a_sentence():
    huge = 7**500  # 1404 bits; the law of the family below has twice as many
    phi = cl.parametrization(f"x + {huge}*y")
    assert [law.text for law in cl.conservation_laws(phi, 1)] == [f"{huge}*x - y"]
    family = cl.vector_fields(["x", "y", "z"], [["1", str(huge), "0"], ["0", "1", str(3**880)]])
    with pytest.raises(BudgetError, match=r"some laws of fields\(\[x, y, z\].* have coefficients too large to recover"):
        cl.conservation_laws(family, 1)


# -- how many are independent ----------------------------------------------------------------------------


@given(maps(max_variables=3), st.lists(st.integers(100, 10**6), min_size=3, max_size=3))
@examples(40)
def test_the_number_of_independent_laws(case, point):
    names, components = case
    laws = cl.conservation_laws(phi_of(names, components), 2)
    # a rank at a point is never above the generic one, which the engine states
    assert ref.independent([ref.of_engine(law.poly) for law in laws], point[: len(names)]) <= laws.independent
    assert laws.independent <= len(laws)
    assert laws.verdict.is_proved
    if laws.independent == len(laws):
        assert "all of them are independent near a generic point" in laws.verdict.reason
    else:
        assert f"exactly {laws.independent} of them" in laws.verdict.reason
    assert laws.independent_at_most == laws.independent
    assert "probability" not in laws.verdict.reason  # PROVED holds none


def test_products_of_laws_are_laws_but_not_independent():
    """dims (1,2,2,1): 6 in degree 2 and 21 = dim Sym²(6) in degree 4, of which 6 are independent (§3.1)."""
    phi = cl.linear(1, 2, 2, 1)
    assert (len(cl.conservation_laws(phi, 2)), cl.conservation_laws(phi, 2).independent) == (6, 6)
    assert len(cl.conservation_laws(phi, 3)) == 6  # no law of odd degree
    laws = cl.conservation_laws(phi, 4)
    assert (len(laws), laws.independent) == (6 + 21, 6)
    assert "exactly 6 of them are independent near a generic point" in laws.verdict.reason
    assert laws.verdict.is_proved


def test_independence_at_a_point():
    names = ("x", "y")
    laws = [poly_from_text(text, names) for text in ("x**2", "x*y", "y**2", "x")]
    assert independent_laws(laws, [1, 1]) == [0, 1]
    assert independent_laws(laws, [0, 1]) == [1, 2]
    assert independent_laws(laws, [0, 0]) == [3]
    assert independent_laws([], [0, 0]) == []


# -- change of coordinates -------------------------------------------------------------------------------


@given(maps(max_variables=3, max_components=2), st.permutations(range(3)), st.sampled_from([(3, 4, 5), (5, 12, 13)]))
@examples(30)
def test_orthogonal_changes_of_coordinates(case, order, triple):
    """h is a law of φ exactly when h∘R is one of φ∘R, for a rational rotation and a permutation R."""
    names, components = case
    n = len(names)
    assume(n >= 2)
    order = [i for i in order if i < n]
    a, b, c = triple
    x = [ref.variable(i, n) for i in range(n)]
    rotated = list(x)
    rotated[0] = ref.add(ref.multiply(ref.constant(Fraction(a, c), n), x[0]), x[1], Fraction(b, c))
    rotated[1] = ref.add(ref.multiply(ref.constant(Fraction(-b, c), n), x[0]), x[1], Fraction(a, c))
    rotated = [rotated[i] for i in order]
    moved = [ref.compose(phi, rotated, n) for phi in components]
    before = laws_of(phi_of(names, components), 2)
    after = laws_of(phi_of(names, moved), 2)
    assert len(before) == len(after)
    if before:
        assert ref.same_span([ref.compose(h, rotated, n) for h in before], [*after, ref.constant(0, n)])


@given(maps(max_variables=3, max_components=2), st.lists(st.integers(-3, 3), min_size=4, max_size=4))
@examples(30)
def test_invertible_combinations_and_redundant_components(case, entries):
    """W_φ stays the same space, so the laws do."""
    names, components = case
    a, b, c, d = entries
    assume(len(components) == 2 and a * d - b * c)
    mixed = [
        ref.add(ref.multiply(ref.constant(p, len(names)), components[0]), components[1], q) for p, q in ((a, b), (c, d))
    ]
    assume(all(mixed))
    before = cl.conservation_laws(phi_of(names, components), 2)
    for others in (
        mixed,
        [*components, mixed[0]],
        [*components, *components],
        [*components, ref.constant(5, len(names))],
    ):
        after = cl.conservation_laws(phi_of(names, others), 2)
        assert len(after) == len(before)
        assert after.independent == before.independent
        if len(before):
            assert ref.same_span([ref.of_engine(h.poly) for h in before], [ref.of_engine(h.poly) for h in after])


# -- how they are shown ----------------------------------------------------------------------------------


@pytest.mark.parametrize("phi", [cl.linear(2, 3, 2), cl.linear(2, 2, 2, 2), cl.factorization(2, 3, 2)])
def test_linear_networks_show_their_balances(phi):
    """The laws are the entries of U_iᵀU_i − U_{i+1}U_{i+1}ᵀ, and are shown as those matrices."""
    laws = cl.conservation_laws(phi)
    known = phi.known_laws()
    assert {law.poly for law in laws} >= set(known)
    assert len(laws) == len(known)
    matrices = laws.matrices()
    names, _, factors = (
        ref.factorization(phi.n, phi.m, phi.r) if phi.kind == "factorization" else ref.linear_network(*phi.widths)
    )
    symbols = sympy.symbols(names)
    for (name, shown), factor, after, expected in zip(
        matrices, factors, factors[1:], ref.balances(factors), strict=False
    ):
        assert "\\top" in name
        assert len(factor[0]) == len(after) == shown.shape[0]
        for a, row in enumerate(expected):
            for b, entry in enumerate(row):
                value = sum(
                    sympy.Rational(c.numerator, c.denominator)
                    * sympy.Mul(*(s**e for s, e in zip(symbols, m, strict=True)))
                    for m, c in entry.items()
                )
                assert sympy.expand(shown[a, b] - value) == 0
    assert len(matrices) == len(factors) - 1


def test_names_of_the_matrices():
    assert [name for name, _ in cl.conservation_laws(cl.linear(1, 2, 2, 1)).matrices()] == [
        r"U_{1}^\top U_{1} - U_{2} U_{2}^\top",
        r"U_{2}^\top U_{2} - U_{3} U_{3}^\top",
    ]
    assert [name for name, _ in cl.conservation_laws(cl.factorization(1, 2, 2)).matrices()] == [r"U^\top U - V^\top V"]
    assert cl.conservation_laws(cl.parametrization("x*y")).matrices() == []
    assert cl.conservation_laws(cl.linear(2, 2, 2), degree=1).matrices() == []


@given(models())
@examples(40)
def test_every_law_says_what_it_is(model):
    laws = cl.conservation_laws(model, 2 if model.dimension <= 9 else 1)
    for law in laws:
        assert isinstance(law, Law)
        assert law.verdict.is_proved
        assert cl.check_law(law.text, model).is_proved
        assert cl.check_law(law, model).is_proved
        assert cl.check_law(law.expression, model).is_proved
        assert law.degree == law.poly.degree >= 1
        assert law._repr_latex_() == f"${law.latex}$"
        assert repr(law) == law.text
        assert all(isinstance(c, int) for c in law.poly.terms.values())
    assert list(laws) == [laws[i] for i in range(len(laws))]
    assert list(laws[1:]) == list(laws)[1:]
    assert len({law.poly for law in laws}) == len(laws)


def test_display():
    laws = cl.conservation_laws(cl.linear(2, 9, 2))
    assert repr(laws).splitlines()[0] == "45 laws of degree <= 2 of linear(2,9,2), 30 independent"
    assert repr(laws).splitlines()[-1] == "  ... and 15 more"
    html = laws._repr_html_()
    assert "<b>45</b> polynomial laws of degree ≤ 2 of <code" in html
    assert ">linear(2,9,2)</code>, <b>30</b> independent" in html
    assert "the entries of $ U_{1}^\\top U_{1} - U_{2} U_{2}^\\top $" in html
    assert "… and 15 more" in html
    one = cl.conservation_laws(cl.parametrization("x*y"))
    assert repr(one) == "1 law of degree <= 2 of phi(x*y), 1 independent\n  x**2 - y**2"
    none = cl.conservation_laws(cl.parametrization("x"))
    assert repr(none) == "0 laws of degree <= 2 of phi(x), 0 independent"


def test_the_same_each_time():
    first, second = (cl.conservation_laws(cl.linear(2, 2, 2)) for _ in range(2))
    assert repr(first) == repr(second)


# -- messages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("degree", [0, -1, 1.5, "2", None, True])
def test_degrees(degree):
    with pytest.raises(ModelError, match=f"the degree must be a whole number, at least 1, not {degree!r}"):
        cl.conservation_laws(cl.parametrization("x*y"), degree)


def test_searches_that_are_too_large():
    with pytest.raises(SizeError, match=r"linear\(9,9,9\) has 30507894 monomials of degree <= 4 in its 162 parameters"):
        cl.conservation_laws(cl.linear(9, 9, 9), 4)
    names = ["x", "y", "z", "s", "t", "u"]
    dense = cl.vector_fields(names, [[f"{a}**2 + {b} + 1" for a, b in zip(names, names[1:] + names[:1], strict=True)]])
    with pytest.raises(SizeError, match="needs a linear system with 3002 unknowns; up to 3000 are solved"):
        cl.conservation_laws(dense, 8)
