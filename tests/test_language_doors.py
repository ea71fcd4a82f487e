"""One language at every door: what is accepted at one is accepted at all, and means the same."""

import json
from fractions import Fraction

import pytest

import conslaw_nb as cl
from conslaw_nb.claims.answers import parts, read_number, read_numbers, read_polynomial
from conslaw_nb.cli import main
from conslaw_nb.errors import ConslawError
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.language.polynomials import poly_from_text
from conslaw_nb.laws import questions
from conslaw_nb.matrices import MatrixSpace, prove_conserved
from conslaw_nb.models.points import exact_point
from conslaw_nb.verdict import Status

# One function of x_1 and x_2, in the spellings that people use.
PLAIN = "x_1**2 - 3*x_2**2/2"
SPELLINGS = [
    PLAIN,
    "x_1^2 - 3*x_2^2/2",
    "x₁² − 3x₂²/2",
    "x[1]**2 - 3*x[2]**2/2",
    "x_{1}^{2} - 3 x_{2}^{2}/2",
    r"$x_1^2 - \frac{3}{2} x_2^2$",
    r"x_1^2 - \frac{3 x_2^2}{2}",
    "x_1·x_1 − 1.5·x_2·x_2",
    "x_1⋅x_1 - 1.5×x_2×x_2",
    "x_1 x_1 - 1.5 x_2 x_2",
    "x₁x₁ – 1.5x₂x₂",
    "x_1x_1 - 15e-1 x_2x_2",
    "x_1@x_1 - 3*½*x_2**2",
    "\ufeffx_1**2\u00a0- 3*x_2**2/2",
    "x_1\u200b**2 - 3*\u200bx_2**2/2",
    r"x_1 \cdot x_1 - \left(3/2\right) x_2^{2}",
    "(x_1 - √(3/2)·x_2)(x_1 + √(3/2)·x_2)",
]
RATIONAL = SPELLINGS[:-1]
NAMES = ("x_1", "x_2")
# Its gradient flow partner: φ with the same gradient direction everywhere keeps it.
PHI = cl.parametrization("x_1**3*x_2**2", variables=NAMES)
WANTED = poly_from_text(PLAIN, NAMES)


@pytest.mark.parametrize("spelling", RATIONAL)
def test_every_spelling_at_every_door(spelling, capsys):
    assert poly_from_text(spelling, NAMES) == WANTED
    assert read_polynomial(spelling, NAMES) == WANTED
    assert read_polynomial(f"h = {spelling.strip('$')}" if "$" in spelling else f"h = {spelling}", NAMES) == WANTED
    assert cl.parametrization(spelling, variables=NAMES).components == (WANTED,)
    assert cl.parse_model(f"phi({spelling}, variables=[x₁, x[2]])").components == (WANTED,)
    assert cl.vector_fields(["x₁", "x_2"], [[spelling, "1"]])[0].components[0] == WANTED
    assert cl.parse_model(f"fields([x_1, x_2], [{spelling}, 0])")[0].components[0] == WANTED
    assert cl.check_law(spelling, PHI).status is Status.PROVED
    assert questions.equal(spelling, PLAIN, NAMES).status is Status.PROVED
    assert cl.claim(f"{spelling} is conserved", PHI).verdict.status is Status.PROVED
    assert cl.claim(f"{PLAIN} = {spelling}", PHI).verdict.status is Status.PROVED
    assert cl.proof(f"{spelling} = {PLAIN}  by computation", PHI).verdict.status is Status.PROVED
    assert main(["check", PHI.text, spelling, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "PROVED"


def test_roots_multiply_out_where_they_are_read():
    assert cl.check_law(SPELLINGS[-1], PHI).status is Status.PROVED


SPOILED = [
    spelling.replace("3", "4").replace("1.5", "2").replace("15e", "25e").replace("½", "⅓") for spelling in RATIONAL
]


@pytest.mark.parametrize("spelling", SPOILED)
def test_another_coefficient_is_another_function_at_every_door(spelling):
    assert poly_from_text(spelling, NAMES) != WANTED
    assert cl.check_law(spelling, PHI).status is Status.REFUTED
    assert cl.claim(f"{spelling} is conserved", PHI).verdict.status is Status.REFUTED
    assert cl.proof(f"{spelling} = {PLAIN}  by computation", PHI).verdict.status is Status.REFUTED


BALANCE = [
    "U^T*U - V^T*V",
    "UᵀU − VᵀV",
    "U.T @ U - V.T @ V",
    "U^TU - V^TV",
    "U^⊤ U - V^⊤ V",
    r"U^\top U - V^{\top} V",
    "$U^T U - V^T V$",
    "U^{T}·U − V^(T)·V",
]


@pytest.mark.parametrize("spelling", BALANCE)
def test_matrices_at_every_door(spelling):
    space = MatrixSpace(U=("n", "r"), V=("m", "r"))
    assert space(spelling) == space("U^T*U - V^T*V")
    assert prove_conserved(spelling, "U*V^T", space=space).verdict.status is Status.PROVED
    assert cl.claim(f"{spelling} is conserved for all n, m, r").verdict.status is Status.PROVED
    proof = f"given U: n x r, V: m x r\nflow of U*V^T\nlet Q = {spelling}\nQ = U^T*U - V^T*V  by definition"
    assert cl.proof(proof).verdict.status is Status.PROVED


POINTS = ["x_1=1, x_2=1/2", "x₂ = ½, x₁ = 1", "(1, 0.5)", "1, 5e-1", "(x_1, x_2) = (1, 1/2)", "θ = (1, ½)"]


@pytest.mark.parametrize("point", POINTS)
def test_points_at_every_door(point):
    assert exact_point(PHI, point) == (1, Fraction(1, 2))
    assert cl.staircase(PHI, point=point).point == (1, Fraction(1, 2))
    card = cl.claim(f"dim W = 1 at {point}", PHI)
    assert card.verdict.status is Status.PROVED
    assert cl.geometry.metric(PHI).at(point) == cl.geometry.metric(PHI).at((1, Fraction(1, 2)))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0.3333", "3333/10000"),
        ("1e-3", "1/1000"),
        ("½", "1/2"),
        ("−3/4", "-3/4"),
        (r"\frac{3}{4}", "3/4"),
        ("2³", "8"),
    ],
)
def test_numbers_of_answers(typed, number):
    assert read_number(typed) == Fraction(number)
    assert read_number(f"tau = {typed}") == Fraction(number)
    assert read_numbers(f"({typed}, {typed})", 2) == (Fraction(number), Fraction(number))
    assert parts(f"({typed}, x y)") == [typed, "x y"]


REFUSED = ["x_1 $", "x_1 + Α", "1/2x_1", "x_1 + (", "x_1*#", "x₁²²³^", "х_1", "2 3", "x_1'", "x_1 = x_2 = 3", "√x_1^2"]


@pytest.mark.parametrize("spelling", REFUSED)
def test_what_is_refused_at_one_door_is_refused_at_all(spelling):
    space = MatrixSpace(x_1=("1", "1"), x_2=("1", "1"))
    doors = [
        lambda: poly_from_text(spelling, NAMES),
        lambda: read_polynomial(spelling, NAMES),
        lambda: cl.parametrization(spelling, variables=NAMES),
        lambda: cl.parse_model(f"phi({spelling}, variables=[x_1, x_2])"),
        lambda: cl.vector_fields(NAMES, [[spelling, "1"]]),
        lambda: cl.check_law(spelling, PHI),
        lambda: cl.claim(f"{spelling} is conserved", PHI),
        lambda: space(spelling),
    ]
    for door in doors:
        with pytest.raises(ConslawError):
            door()
    assert main(["check", PHI.text, spelling]) == 2
    assert cl.proof(f"{spelling} = 0 by computation", PHI).verdict.status is not Status.PROVED


def test_the_verdict_says_how_a_law_was_read():
    phi = cl.parametrization("x*y")
    assert cl.check_law("xx - yy", phi).reason.endswith("Here 'xx' is read as x*x, 'yy' is read as y*y.")
    assert "read as" not in cl.check_law("x*x - y*y", phi).reason
    assert isinstance(poly_from_text("x", ("x",)), Poly)
