"""The seventh law of linear(1,2,2,1) and its kin: identities decided exactly, and numbers to many digits."""

import importlib.util
import os
import re
import subprocess
import sys
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from mpmath import mpf, workdps
from statement_tools import mul, rank_at, space, transpose

import conslaw_nb as cl
from conslaw_nb.errors import FlowError
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.simulation.chains import Chain
from conslaw_nb.widgets import curve_explorer

SIZES = [(n, m) for m in range(1, 6) for n in range(1, m + 1)]


def some_chain(n, m, seed=0, bound=5):
    rng = Random(f"{n} {m} {seed}")
    return Chain([rng.choice((-1, 1)) * rng.randint(1, bound) for _ in range(n + n * m + m)], (1, m, n, 1))


def remainder(f, g):
    """The rest of a division of polynomials in x, g with leading coefficient 1; lists from the constant on."""
    f = list(f)
    while len(f) >= len(g):
        top = f.pop()
        for k, a in enumerate(g[:-1]):
            f[len(f) - len(g) + 1 + k] = f[len(f) - len(g) + 1 + k] - top * a
    return f


def times(f, g):
    out = [0 * f[0]] * (len(f) + len(g) - 1)
    for i, a in enumerate(f):
        for j, b in enumerate(g):
            out[i + j] = out[i + j] + a * b
    return out


def determinant(m):
    """By the first row: polynomials only."""
    if len(m) == 1:
        return m[0][0]
    minors = ([row[:j] + row[j + 1 :] for row in m[1:]] for j in range(len(m)))
    terms = [a * determinant(minor) * (-1) ** j for j, (a, minor) in enumerate(zip(m[0], minors, strict=True))]
    return sum(terms[1:], terms[0])


def coefficients(poly, variables):
    """A polynomial whose first variable is x, as a list of polynomials in the others."""
    out = [Poly(variables, {}) for _ in range(poly.degree + 1)]
    for monomial, a in poly.terms.items():
        power = dict(monomial).get(0, 0)
        rest = tuple((v, e) for v, e in monomial if v)
        out[power] = out[power] + Poly(variables, {rest: a})
    while not out[-1]:
        out.pop()
    return out


# --- exact: the points lie on the curve -------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "m"), [(2, 2), (2, 3), (3, 3)])
def test_the_points_lie_on_the_curve_as_identities(n, m):
    """p' = −2c along the flow, coefficient by coefficient; and c² = R modulo p, in the form of the two determinants."""
    names, s = space(x=(), u=(n,), A=(n, m), v=(m,))
    x, u, a, v = s.x, s.u, s.A, s.v
    w = [sum((row[j] * v[j] for j in range(1, m)), row[0] * v[0]) for row in a]
    phi = sum((u[i] * w[i] for i in range(1, n)), u[0] * w[0])
    big = mul(a, transpose(a))
    shifted = [[(x if i == j else 0 * x) - big[i][j] for j in range(n)] for i in range(n)]
    p = determinant(shifted)
    # c = (Av)ᵀ adj(x − S) u is minus the determinant of x − S bordered by u and Av
    c = -determinant([[*row, u[i]] for i, row in enumerate(shifted)] + [[*w, 0 * x]])
    slope = phi.gradient()
    along = sum((d * slope[i] for i, d in p.gradient().items() if i in slope), 0 * x)
    assert along == -2 * c  # x does not move
    # (uᵀ adj u)(wᵀ adj w) − c² is a multiple of p. The factors are det(x + P) − p and x^(1 − (m − n)) det(x − Q), mod p
    first = -determinant([[*row, u[i]] for i, row in enumerate(shifted)] + [[*u, 0 * x]])
    second = -determinant([[*row, w[i]] for i, row in enumerate(shifted)] + [[*w, 0 * x]])
    outer = determinant([[y + u[i] * u[j] for j, y in enumerate(row)] for i, row in enumerate(shifted)])
    assert outer == p + first
    if (n, m) == (3, 3):
        return  # the last identity has too many terms to be divided out here; the next test has it at points
    small = mul(transpose(a), a)
    inner = determinant([[(x if i == j else 0 * x) - small[i][j] + v[i] * v[j] for j in range(m)] for i in range(m)])
    right = inner * x if n == m else inner
    for f in (right - second, first * second - c * c):
        assert not any(remainder(coefficients(f, names), coefficients(p, names)))


def flat(poly):
    return [poly.terms.get(((0, k),) if k else (), 0) for k in range(poly.degree + 1)]


@pytest.mark.parametrize(("n", "m"), SIZES)
def test_the_points_lie_on_the_curve_at_random_points(n, m):
    for seed in range(3):
        chain = some_chain(n, m, seed)
        p, c, curve = flat(chain.p), flat(chain.c), flat(chain.curve)
        assert (len(p), len(curve)) == (n + 1, 2 * n + 2)
        square = times(c, c)
        both = [a - b for a, b in zip(curve, [*square, *[0] * (len(curve) - len(square))], strict=True)]
        assert not any(remainder(both, p))
        off = [curve[0] + 1, *curve[1:]]  # and not for another curve
        assert any(remainder([a - b for a, b in zip(off, [*square, *[0] * 9], strict=False)], p))


@pytest.mark.parametrize(("n", "m"), [(n, m) for n, m in SIZES if m <= 5 and n <= 4])
def test_balances_and_sums_are_all_laws(n, m):
    """The balances leave n directions free at a random point; with n − 1 sums they are D − 1 laws, all there are."""
    phi = cl.linear(1, m, n, 1)
    rng = Random(n * m)
    point = [rng.randint(-50, 50) for _ in range(phi.dimension)]
    known = rank_at([[h.derivative(i) for i in range(phi.dimension)] for h in phi.known_laws()], point)
    assert known == phi.dimension - n


def test_a_chain_may_be_read_backwards():
    u, a, v = [1, 2], [1, 2, 0, 1, 3, 1], [1, 1, 2]
    forth = Chain([*u, *a, *v], (1, 3, 2, 1))
    back = Chain([*v, 1, 1, 2, 3, 0, 1, *u], (1, 2, 3, 1))
    assert (forth.p, forth.c, forth.curve) == (back.p, back.c, back.curve)
    moved = back.follow(["1/100"], digits=20)[1]
    assert abs(moved.hidden[0] - forth.at(20).hidden[0]) < mpf(10) ** -18


# --- exact: the form --------------------------------------------------------------------------------------------------

_NAMES = ("u1", "u2", "a", "b", "c", "d", "v1", "v2")
_BALANCES = [
    "u1^2 - a^2 - b^2", "u1*u2 - a*c - b*d", "u2^2 - c^2 - d^2",
    "a^2 + c^2 - v1^2", "a*b + c*d - v1*v2", "b^2 + d^2 - v2^2",
]  # fmt: skip
_LET = {
    "g": "a*d - b*c",
    "f": "a^2 + b^2 + c^2 + d^2",
    "ψ": "v1*(d*u1 - b*u2) + v2*(a*u2 - c*u1)",
    "J": "((u1^2 - u2^2)*(a*c + b*d) + u1*u2*(c^2 + d^2 - a^2 - b^2))"
    "*((v1^2 - v2^2)*(a*b + c*d) + v1*v2*(b^2 + d^2 - a^2 - c^2))",
}


def letters():
    return cl.parametrization("u1*(a*v1 + b*v2) + u2*(c*v1 + d*v2)", variables=_NAMES)


def test_the_form_is_a_law_by_quadrature():
    phi = letters()
    more = {**_LET, "e2": "g^2", "c1": "u1*(a*v1 + b*v2) + u2*(c*v1 + d*v2)", "c0": "-g*ψ"}
    bottom = "(c1^2*e2 + c1*c0*f + c0^2)"
    for form in ("(2*φ*dg - ψ*df)/J", f"(c1*de2 + c0*df)/{bottom}"):
        assert cl.check_form(form, phi, modulo=_BALANCES, let=more).is_proved
    assert cl.claim(_written(f"{bottom} = -g*J", more)).verdict.is_proved  # so the two forms are α and −α


def _written(text, let):
    for name, value in reversed(let.items()):
        text = text.replace(name, f"({value})")
    return text


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("(2*φ*dg + ψ*df)/J", "it does not vanish on W"),
        ("2*φ*dg - ψ*df", "it vanishes on W but is not closed"),
        ("u1*du1 - a*da - b*db", "it brings no new law"),
    ],
)
def test_forms_that_are_no_law_are_refuted(form, reason):
    verdict = cl.check_form(form, letters(), modulo=_BALANCES, let=_LET)
    assert verdict.is_refuted
    assert reason in verdict.reason


def test_five_balances_are_not_enough():
    verdict = cl.check_form("(2*φ*dg - ψ*df)/J", letters(), modulo=_BALANCES[:5], let=_LET)
    assert verdict.is_refuted
    assert "not closed" in verdict.reason


# --- a sketch, and what of it can be computed -------------------------------------------------------------------------


def points(curve, prime):
    """Count the points of y² = R(x) over the fields with p and p² elements, the one at infinity included."""
    square = next(a for a in range(2, prime) if pow(a, (prime - 1) // 2, prime) == prime - 1)
    mod = [int(a) % prime for a in flat(curve)]

    def mul2(s, t):  # s + t√square
        return ((s[0] * t[0] + square * s[1] * t[1]) % prime, (s[0] * t[1] + s[1] * t[0]) % prime)

    def value(x):
        out = (0, 0)
        for a in reversed(mod):
            out = mul2(out, x)
            out = ((out[0] + a) % prime, out[1])
        return out

    roots = {}
    for y in product(range(prime), repeat=2):
        roots[mul2(y, y)] = roots.get(mul2(y, y), 0) + 1
    over_p = 1 + sum({0: 1, 1: 2}.get(pow(value((x, 0))[0], (prime - 1) // 2, prime), 0) for x in range(prime))
    over_square = 1 + sum(roots.get(value(x), 0) for x in product(range(prime), repeat=2))
    return over_p, over_square


def is_simple(curve, prime):
    """Whether the counts prove that the Jacobian has no elliptic curve in it, over any field (Howe and Zhu, 2002).

    With T⁴ + aT³ + bT² + apT + p² the characteristic polynomial of Frobenius: it is irreducible, p does not divide b,
    and a² is none of 0, p + b, 2b, 3b − 3p.
    """
    one, two = points(curve, prime)
    a = one - prime - 1
    b = (two - prime**2 - 1 + a * a) // 2
    # T⁴ + ... factors over Q exactly if z² + az + (b − 2p), z = T + p/T, does, or splits further over that field
    disc = a * a - 4 * (b - 2 * prime)
    norm = (b + 2 * prime) ** 2 - 4 * prime * a * a
    squares = {k * k for k in range(4 * prime + 2)} | {k * k for k in range(400)}
    irreducible = disc not in squares and norm not in squares and norm * disc not in {k * k for k in range(20_000)}
    return irreducible and b % prime != 0 and a * a not in (0, prime + b, 2 * b, 3 * b - 3 * prime)


def test_a_jacobian_without_elliptic_curves():
    """One start whose curve has good reduction at a prime where the Jacobian is absolutely simple."""
    curve = Chain([3, 1, 2, 0, 1, 1, 2, -1]).curve
    x = curve.to_sympy().as_poly()
    good = [p for p in (5, 7, 11, 13, 17, 19, 23) if x.discriminant() % p]
    assert any(is_simple(curve, p) for p in good)
    # y² = x⁵ − x has a Jacobian that is a product of elliptic curves, up to isogeny: never taken for a simple one
    gen = Poly.gen(("x",), 0)
    assert not any(is_simple(gen**5 - gen, p) for p in (5, 7, 11, 13, 17, 19, 23))


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "m"), [(2, 2), (2, 3), (2, 4), (2, 5), (3, 3), (3, 4), (4, 4), (5, 5)])
def test_the_sums_are_constant_to_many_digits(n, m):
    start = some_chain(n, m, seed=1, bound=2).at(30)
    moments = start.follow(["1/1000", "1/200"])
    with workdps(45):
        for k, h in enumerate(moments[0].hidden):
            assert all(abs(later.hidden[k] - h) < mpf(10) ** -28 for later in moments)
        for later, time in zip(moments[1:], (1000, 200), strict=True):
            assert abs(later.clock - moments[0].clock - mpf(2) / time) < mpf(10) ** -28
            assert all(abs(y * y - value) < mpf(10) ** -25 * (1 + abs(value)) for y, value in on_curve(later))
    assert abs(moments[0].eigenvalues[0] - moments[-1].eigenvalues[0]) > 1e-4  # while the eigenvalues do move


def on_curve(chain):
    for x, y in zip(chain.eigenvalues, chain.heights, strict=True):
        value = 1
        for e in chain.branch_points:
            value = value * (x - e)
        yield y, value


def test_fifteen_digits_do_for_three_eigenvalues():
    """The least that may be asked for: floats, where their zeros are found without a detour, and mpmath elsewhere."""
    theta, widths = [1, 2, -1, 1, 2, 0, 1, 3, 1, 0, 1, 2, 1, 1, 2], (1, 3, 3, 1)
    few, many = (Chain(theta, widths, digits).train(target=3, times=["1/20"])[-1].hidden for digits in (15, 25))
    assert len(few) == 2
    assert all(abs(a - b) < 1e-12 for a, b in zip(few, many, strict=True))


def test_training_keeps_the_law_whatever_the_data():
    start = Chain([3, 1, 2, 0, 1, 1, 2, -1], digits=20)
    for target in (3, -2, Fraction(1, 3)):
        moments = start.train(target=target, times=["1/50", "1/10"])
        assert all(abs(later.hidden[0] - start.hidden[0]) < mpf(10) ** -18 for later in moments)
        assert abs(moments[-1].phi - float(target)) < abs(start.phi - float(target))


def test_the_law_jumps_by_a_period():
    turning = Chain([1, 3, 2, 0, 1, 3, 2, -1], digits=20)
    _, before, after = turning.follow(["1/20", "1/10"])
    with workdps(30):
        assert abs(after.hidden[0] - before.hidden[0] - turning.periods[0]) < mpf(10) ** -18


def test_a_table_of_moments():
    moments = Chain([3, 1, 2, 0, 1, 1, 2, -1], digits=20).train(target=3, times=["1/20"])
    assert repr(moments).splitlines()[1] == "5.236068   0.76393202  -0.16932190297115303627"
    assert moments._repr_html_().count("<tr") == 3
    assert repr(moments[0]) == "a point of linear(1,2,2,1) with eigenvalues 5.23607, 0.763932"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Chain([1, 2, 3]), "θ has 3 numbers, and linear(1, 2, 2, 1) has 8 weights"),
        (lambda: Chain([1] * 8, (2, 2, 2, 1)), "four are needed, (1, m, n, 1)"),
        (lambda: Chain([1] * 8, (1, 9, 2, 1)), "hidden layers of at most 6 can be followed"),
        (lambda: Chain([1] * 8, digits=1000), "digits=1000: give a whole number from 15 to 100"),
        (
            lambda: Chain([1, "x", 1, 1, 1, 1, 1, 1]),
            "'x' is not a number: give whole numbers or fractions such as '1/2'",
        ),
        (lambda: Chain([1, None, 1, 1, 1, 1, 1, 1]), "None is not a number"),
        (lambda: Chain([1, float("nan"), 1, 1, 1, 1, 1, 1]), "nan is not a number that a weight can have"),
        (lambda: Chain([10**200, 1, 1, 1, 1, 1, 1, 1]), "is too long: give numbers of at most 100 digits"),
        (lambda: Chain([1, 2, 2, 1, 1, 3, 1, 2]).hidden, "two zeros of R meet at x = 8.1623"),
        (lambda: Chain([1.5, 2, 2, 1, 1, 3, 1, 2]).curve, "this point has rounded coordinates"),
        (lambda: Chain([3, 1, 2, 0, 1, 1, 2, -1]).train(3, ["1/5", "1/10"]), "each later than the one before"),
        (lambda: Chain([3, 1, 2, 0, 1, 1, 2, -1]).follow([9], digits=20), "the weights run away before time 9.0"),
    ],
)
def test_what_cannot_be_followed_is_said(call, message):
    with pytest.raises(FlowError) as told:
        call()
    assert message in str(told.value)


# --- the figure -------------------------------------------------------------------------------------------------------


def test_the_curve_explorer_shows_a_law_that_stands_still():
    explorer = curve_explorer()
    sums = [a + b for _, a, b in explorer.sums]
    assert max(sums) - min(sums) < 1e-4
    assert max(b for _, _, b in explorer.sums) - min(b for _, _, b in explorer.sums) > 0.5
    before, start = explorer.chain.hidden[0], explorer.chain.branch_points
    explorer.place = 1.5
    assert abs(explorer.chain.hidden[0] - before) < 1e-4
    assert all(abs(a - b) < 1e-4 for a, b in zip(explorer.chain.branch_points, start, strict=True))
    explorer.turn_v = -75
    assert any(abs(a - b) > 0.1 for a, b in zip(explorer.chain.branch_points, start, strict=True))


@pytest.mark.parametrize("turn_u", [5, 45, 85])
def test_every_place_of_the_sliders_has_a_picture(turn_u):
    for turn_v in range(-175, 176, 70):
        explorer = curve_explorer(turn_u=turn_u, turn_v=turn_v, place=-2)
        assert "moves by less than 10⁻" in explorer.readout.value
        assert explorer.drawing.svg().count("<path") > 6
        assert "X₁ on the open branch" in repr(explorer)


# --- the page for researchers, its certificate and its table ----------------------------------------------------------


@pytest.fixture
def page(root):
    return (root / "docs" / "pages" / "seventh-law.md").read_text(encoding="utf-8")


def test_the_certificate_of_the_page_is_what_the_tool_makes_and_is_verified_alone(root, page, tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("survey_stretches", root / "tools" / "survey_stretches.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    made = tmp_path / "made.json"
    tool.write_certificate(made)
    assert tool.CERTIFICATE.read_text(encoding="utf-8") == made.read_text(encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "conslaw_nb.checker", str(tool.CERTIFICATE)], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "7 independent conservation laws" in done.stdout
    table = tool.TABLE.read_text(encoding="utf-8").splitlines(keepends=True)
    assert "".join(table[:2]) == tool.HEAD
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table[2:]]
    assert [(int(matrices), widths) for matrices, widths, *_ in rows] == [(q, f"1 to {w}") for q, w in tool.SURVEY]
    assert all(cells[4:6] == ["0", "0"] for cells in rows)
    assert f"{sum(int(cells[2]) for cells in rows):,} networks" in page
    assert tool.row(3, 5) == table[2]
    monkeypatch.setattr(tool, "SURVEY", ((3, 2),))
    tool.write_survey(tmp_path / "table.md", tmp_path / "survey")
    written = (tmp_path / "table.md").read_text(encoding="utf-8")
    assert written.startswith(f"{tool.HEAD}| 3 | 1 to 2 | 10 | 1 | 0 | 0 | `")
    assert len(list((tmp_path / "survey" / "certificates").iterdir())) == 10


def test_the_code_on_the_page_runs(page, root, tmp_path):
    code = "\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))
    assert code.count("import") == 2
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "seventh-law.json").read_bytes() == (root / "docs" / "seventh-law.json").read_bytes()


def test_what_the_page_names_is_there(page, root):
    for path in re.findall(r"`((?:tests|tools|conslaw_nb)/[\w./]+)`", page):
        assert (root / path).exists(), path
