"""The finder: every law it shows is decided, its forms against other ways to the same, and its messages."""

import re
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
import sympy

import conslaw_nb as cl
from conslaw_nb.errors import ModelError, ParseError
from conslaw_nb.exact.exterior import Exterior
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.laws.candidates import check_candidates
from conslaw_nb.laws.finding.forms import read_form
from conslaw_nb.laws.finding.search import Search

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
# The table of the README: a model with its options, laws that are found, how many
_, _, SECTION = README.partition("\n## Laws that are not")
TABLE = re.findall(r"^\| `(.*?)`(.*?) \| (.*?) \| (\d+) of \4 \|$", SECTION, re.MULTILINE)
INTEGRALS = {"": 0, "an integral": 1, "two integrals": 2}


def test_the_table_is_read():
    assert len(TABLE) == 10


@pytest.mark.parametrize(("model", "options", "laws", "number"), TABLE, ids=[row[0] for row in TABLE])
def test_every_law_there_is_is_found(model, options, laws, number):
    """The table of the README: what it says is found, is proved by another way in, and is all there is."""
    phi = cl.parse_model(model)
    found = cl.find_laws(phi, kinds="rational") if "rational" in options else cl.find_laws(phi)
    assert found.summary == f"complete: {number} of {number} found"
    assert found.verdict.is_proved
    assert set(re.findall(r"`(.*?)`", laws)) <= {law.text for law in found}
    integrals = re.search(r"an integral|two integrals|$", laws)[0]
    assert sum(law.kind == "quadrature" for law in found) == INTEGRALS[integrals]
    assert ("logarithm" in laws or "log(" in laws) == any(law.kind == "logarithmic" for law in found)
    for law in found:
        assert law.verdict.is_proved
        if law.form is None:
            assert cl.check_law(law.text, phi).is_proved  # the text says the law
    functions = [law.text for law in found if law.form is None]
    if len(functions) == len(found) <= 3:
        assert cl.claim(f"{', '.join(functions)} are all the laws", phi).verdict.is_proved


# ---------------------------------------------------------------- the seventh law, several ways

U, A, V = ("U1_1_1", "U1_1_2"), (("U2_1_1", "U2_1_2"), ("U2_2_1", "U2_2_2")), ("U3_1_1", "U3_2_1")
LET = {
    "g": "U2_1_1*U2_2_2 - U2_1_2*U2_2_1",
    "f": "U2_1_1**2 + U2_1_2**2 + U2_2_1**2 + U2_2_2**2",
    "ψ": "U3_1_1*(U2_2_2*U1_1_1 - U2_1_2*U1_1_2) + U3_2_1*(U2_1_1*U1_1_2 - U2_2_1*U1_1_1)",
    "J": "g*φ**2 - f*φ*ψ + g*ψ**2",
}
SEVENTH = "(2*φ*dg − ψ*df)/J"


def test_the_seventh_law_in_its_short_form():
    """α of the page for researchers; J is the product of the entries (1, 2) of two commutators, up to a sign."""
    phi = cl.linear(1, 2, 2, 1)
    laws = cl.conservation_laws(phi)
    verdict = cl.check_form(SEVENTH, phi, modulo=laws, let=LET)
    assert verdict.is_proved, verdict.reason
    assert verdict.reason.endswith(
        "closed on the level sets of the 6 known laws, and its integral is a law, independent of them wherever J is "
        "not 0."
    )
    u, v = sympy.Matrix(sympy.symbols(U)), sympy.Matrix(sympy.symbols(V))
    a = sympy.Matrix(2, 2, sympy.symbols(A[0] + A[1]))

    def corner(x, y):
        return (x * y - y * x)[0, 1]

    product = sympy.expand(corner(u * u.T, a * a.T) * corner(v * v.T, a.T * a))
    _, bottom = read_form(SEVENTH, phi, LET).expanded()
    assert sympy.expand(product**2 - bottom.to_sympy() ** 2) == 0
    certificate = cl.certify(verdict)
    assert certificate.claim["complete"]
    assert certificate.verify().is_proved


def test_laws_that_were_found_are_taken_where_laws_are_asked_for():
    phi = cl.linear(1, 2, 2, 1)
    found = cl.find_laws(phi)
    assert cl.check_law(found[0], phi).is_proved
    assert cl.check_form(SEVENTH, phi, modulo=found[:6], let=LET).is_proved
    with pytest.raises(ParseError, match="is a form, and its integral the law: check_form decides it"):
        cl.check_form(SEVENTH, phi, modulo=found, let=LET)
    assert cl.check_form(found[6].form, phi, modulo=found[:6]).is_proved


def test_two_spellings_of_a_form_are_one_form():
    phi, point = cl.linear(1, 2, 2, 1), (1, 2, 3, 5, 7, 11, 13, 17)
    long = SEVENTH
    for name in ("J", "ψ", "f", "g"):  # the names written out
        long = long.replace(f"d{name}", f"d({LET[name]})").replace(name, f"({LET[name]})")
    same = read_form(long.replace("φ", "phi"), phi).at(point)
    assert same == read_form("d(g)*2*φ/J - (1/J)*ψ*df", phi, LET).at(point) == read_form(SEVENTH, phi, LET).at(point)


def test_the_forms_in_letters_are_sums_over_the_eigenvalues():
    """At a point with A = diag(1, 2, 3): X_i = i², c(X_i) = i u_i v_i p'(X_i), and dX_i = 2 i dA_ii."""
    phi = cl.linear(1, 3, 3, 1)
    u, v = (2, -1, 3), (1, 5, -2)
    point = [*u, 1, 0, 0, 0, 2, 0, 0, 0, 3, *v]
    slopes = [(1 - 4) * (1 - 9), (4 - 1) * (4 - 9), (9 - 1) * (9 - 4)]
    forms = phi.closed_forms()
    assert len(forms) == 2
    for k, one in enumerate(forms):
        at = read_form(one.text, phi, one.let).at(point)
        for i in range(3):
            expected = sympy.Rational((i + 1) ** (2 * k) * 2 * (i + 1), (i + 1) * u[i] * v[i] * slopes[i])
            assert at[3 + 4 * i] == expected


# ---------------------------------------------------------------- forms


def test_wedge_products_are_determinants():
    names = ("x", "y", "z", "w")
    gens, rng = Poly.gens(names), Random(1)
    algebra = Exterior(names, 9)
    rows = [
        {i: g * rng.randrange(1, 9) + gens[rng.randrange(4)] ** 2 * rng.randrange(9) for i, g in enumerate(gens)}
        for _ in range(3)
    ]
    product = {0: {0: 1}}
    for row in rows:
        product = algebra.wedge(product, {1 << i: algebra.pack(a) for i, a in row.items()})
    point = (2, -3, 5, 7)
    for places in combinations(range(4), 3):
        table = sympy.Matrix([[row[i].evaluate(point) for i in places] for row in rows])
        assert algebra.poly(product[sum(1 << i for i in places)]).evaluate(point) == table.det()
    twice = algebra.derivative(algebra.derivative({1: algebra.pack(gens[1] ** 2 * gens[3])}))
    assert twice == {}


BENT = "x**2 + y**2 + z**3"
SAID = [
    ("(x*dy - y*dx)/x**2", "x**2 + y**2", (), "PROVED", "α(χ) = 0 for every generator χ, and dα = 0"),
    ("x*dx", "x**2 + y**2", (), "REFUTED", "it does not vanish on W: α(∇(x**2 + y**2)) = 2 at x = 1, y = 0"),
    ("y*dx - x*dy + 0*dz", BENT, (), "REFUTED", "it vanishes on W but is not closed: the component of dα"),
    ("y*dx - x*dy + 0*dz", BENT, ["x/y"], "REFUTED", "it brings no new law"),
    ("dx - dx", "x*y", (), "REFUTED", "the form is zero everywhere"),
    ("dg - d(x*y)", "x*z", (), "REFUTED", "the form is zero everywhere"),
]


@pytest.mark.parametrize(("form", "phi", "modulo", "status", "said"), SAID)
def test_what_is_said_of_a_form(form, phi, modulo, status, said):
    model = cl.parametrization(phi, variables="x y z") if "z" in form + phi or "g" in form else cl.parametrization(phi)
    verdict = cl.check_form(form, model, modulo=modulo, let={"g": "x*y"})
    assert (str(verdict.status), verdict.reason[: len(said)]) == (status, said)


def test_a_form_that_takes_too_long_is_not_decided():
    phi = cl.linear(1, 2, 2, 1)
    verdict = cl.check_form(SEVENTH, phi, modulo=phi.known_laws(), let=LET, work=1000)
    assert str(verdict).startswith("UNKNOWN: not decided: its identities are too large to expand within 1000 products")
    large = cl.check_form("dU1_1_1", cl.linear(5, 5, 5))
    assert "forms are decided for up to 24 parameters; linear(5,5,5) has 50" in large.reason


COMPLAINTS = [
    (lambda phi: cl.check_form("x*dy*dx", phi), ParseError, "'x*dy*dx' is not a 1-form in 'x*dy*dx': each term needs"),
    (lambda phi: cl.check_form("x + dy", phi), ParseError, "'x' is not a 1-form in 'x + dy'"),
    (lambda phi: cl.check_form("1/dx", phi), ParseError, "'1/dx' is not a 1-form"),
    (lambda phi: cl.check_form("dx/(x - x)", phi), ParseError, "division by zero"),
    (
        lambda phi: cl.check_form("dx/(g - x)", phi, let={"g": "x"}),
        ParseError,
        "'dx/(g - x)' has no value anywhere: it divides by -x + g, which is 0",
    ),
    (lambda phi: cl.check_form("dw", phi), ParseError, "'dw' is not a 1-form in 'dw': each term needs"),
    (lambda phi: cl.check_form("dg", phi, let={"g": "1/x"}), ParseError, "g = '1/x' is not a polynomial: divide in"),
    (lambda phi: cl.check_form("dg", phi, let={"x": "y"}), ParseError, "the name 'x' of let= is taken"),
    (lambda phi: cl.check_form("dg", phi, let={"2g": "y"}), ParseError, "'2g' cannot name a polynomial in let="),
    (lambda phi: cl.check_form("d(x)", phi, let={"dx": "y"}), ParseError, "dx is a variable or a name here, and it"),
    (lambda phi: cl.check_form(3, phi), ModelError, "3 is not a form: write it as text"),
    (lambda phi: cl.check_form("dx", "x*y"), ModelError, "check_form needs a model, not 'x*y'"),
    (
        lambda phi: cl.check_form("dx", phi, modulo=["x + y"]),
        ModelError,
        "'x + y' is not a law of phi(x*y): ⟨∇h, ∇(x*y)⟩ = 1 at x = 1, y = 0; leave it out of modulo=[...]",
    ),
    (lambda phi: cl.check_form("dx", phi, modulo="x"), ModelError, "modulo must be a list"),
    (lambda phi: read_form("dx/y", phi).at((1, 0)), ModelError, "the form 'dx/y' has no value there: y is 0"),
    (lambda phi: cl.find_laws(phi, kinds="cubic"), ModelError, "'cubic' is not a kind of law: choose from polynomial"),
    (lambda phi: cl.find_laws("x*y"), ModelError, "find_laws needs a model"),
    (lambda phi: cl.find_laws(cl.linear(8, 8, 8)), ModelError, "linear(8,8,8) has 128 parameters, and laws are"),
]


@pytest.mark.parametrize(("call", "error", "said"), COMPLAINTS, ids=[c[2][:40] for c in COMPLAINTS])
def test_what_cannot_be_read_is_said(call, error, said):
    with pytest.raises(error) as caught:
        call(cl.parametrization("x*y"))
    assert said in str(caught.value)


# ---------------------------------------------------------------- what is not found


def test_what_is_missing_is_said_with_what_was_tried():
    """A field whose laws nobody knows: nothing is shown as a law, and each method is named."""
    phi = cl.vector_fields(["x", "y", "z"], [["y + z**2", "x*z + 1", "x**2 - y"]])
    found = cl.find_laws(phi, degree=2)
    assert list(found) == []
    assert (found.complete, found.missing, str(found.verdict.status)) == (False, 2, "BOUNDED")
    assert found.summary.startswith("0 of 2 found, 2 missing; tried: all polynomials of degree <= 2; ratios from")
    for word in ("that vanish on a leaf", "Darboux", "logarithms", "last multiplier"):
        assert word in found.summary


def test_the_work_is_bounded_and_nothing_half_found_is_shown():
    phi = cl.parametrization("x**2/2 + 3*y**2/2")
    found = cl.find_laws(phi, work=5)
    assert list(found) == []
    assert "the work that was allowed is spent" in found.summary
    told = []
    cl.find_laws(cl.parametrization("x + y**2/2"), progress=lambda text, done: told.append((text, done)))
    assert [text for text, _ in told][-1] == "done"
    assert [done for _, done in told] == sorted(done for _, done in told)
    assert all(0 <= done <= 1 for _, done in told)


PLANTED = [
    ("fields([x, y], [2*x + 2*y + 1, 2*x + 5*y])", "(6*x + 12*y + 1)/(2*x - y + 2)**6"),  # eigenvectors
    ("fields([x, y], [y, x*y - x])", "(y - 1)**2*exp(-x**2 + 2*y)"),  # a line y = 1 that the flow does not leave
    ("fields([x, y], [x*(1 - y), y*(x - 1)])", "-x - y + log(x) + log(y)"),  # Lotka and Volterra
    ("phi(x**3 + y)", "(3*x*y + 1)/x"),  # from a leaf
    ("linear(1,4,5,1)", None),  # three integrals
    ("phi(x**2*y + z)", "(2*x*y*dz - dx)/(x*y)"),  # Jacobi's last multiplier, with 1/x
    (
        "linear(1,2,2,1,2,2)",
        "(c_1*de_2 + c_0*de_1)/(c_1**2*e_2 + c_1*c_0*e_1 + c_0**2)",
    ),  # a stretch in a longer network
]


@pytest.mark.parametrize(("model", "law"), PLANTED)
def test_each_method_finds_what_it_is_made_for(model, law):
    found = cl.find_laws(cl.parse_model(model))
    assert found.complete, found.summary
    assert law is None or found[-1].text == law
    assert cl.certify(found).verify().reason.endswith("and there are no others.")


def test_what_was_found_shows_itself():
    found = cl.find_laws(cl.parse_model("phi(x + y**2/2)"))
    assert repr(found).splitlines()[1] == (
        "  y*exp(-x)  (Darboux: a Darboux polynomial and the exponential of a polynomial, whose cofactors cancel)"
    )
    assert r"<li>$ y\,\exp(-x) $ <small>Darboux: a Darboux polynomial" in found._repr_html_()
    seven = cl.find_laws(cl.linear(1, 2, 2, 1))
    assert r"\int \frac{c_{1}\,de_{2} + c_{0}\,de_{1}}{" in seven._repr_html_()
    assert "where s_11 = U2_1_1^2 + U2_1_2^2, " in seven._repr_html_()
    assert len(repr(cl.find_laws(cl.linear(1, 4, 4, 1)))) < 10_000  # its three integrals have 10,000 characters alone


def test_the_one_door_is_shut_for_what_is_no_law():
    """Whatever is said of a proposal: it is decided there, and must be new."""
    phi = cl.parametrization("x*y", "x*z")
    search = Search(phi, cl.count_laws(phi), 1000, ())
    [gradient] = check_candidates(phi, ["x**2 - y**2 - z**2"])
    for no_law in ("x", "7", "x/y", "exp(x)", "log(x", "sqrt(-x**2)"):
        assert not search.offer(no_law, "rational", "guessed", gradient)
    assert search.offer("exp(x**2 - y**2 - z**2)", "Darboux", "guessed", gradient)
    assert not search.offer("x**2 - y**2 - z**2", "polynomial", "the same again")
    assert [law.text for law in search.laws] == ["exp(x**2 - y**2 - z**2)"]


def test_only_the_kinds_that_are_asked_for():
    phi = cl.parse_model("phi(u*v + s*t + s*t*u*v)")
    assert {law.kind for law in cl.find_laws(phi, kinds=("polynomial",))} == {"polynomial"}
    product = cl.find_laws(phi, kinds=("Darboux",))
    assert "(u + v)**2*exp(u**2 - s**2)/(s + t)**2" in [law.text for law in product]
