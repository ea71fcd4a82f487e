"""Answers to the exercises of lessons 10 to 12, right and wrong ones, each with its truth by the definition."""

from fractions import Fraction

from reference import constant, evaluate, gradient, multiply, nullspace, rank

from .answers import conserved, formulas, is_polynomial, law_of, laws_of, numbers, points, polynomial, proofs
from .functions_read import Space
from .later_answers import FACTORS, sizes_equal
from .proof_lines import space_of
from .ranks import generic_rank, gradient_of
from .reading import read


def _metric(rng):
    """10.1: 4·sqrt(z² + 4p²), compared where the root is rational."""
    right = ("4*sqrt(z^2 + 4*p^2)", "sqrt(16*z^2 + 64*p^2)", "2*sqrt(4*z^2 + 16*p^2)")
    wrong = (
        "4*sqrt(z^2 + p^2)",
        "2*z + sqrt(p)",
        "4*z",
        "sqrt(z^2 + 4*p^2)",
        "-4*sqrt(z^2 + 4*p^2)",
        "4*sqrt(z^2 - 4*p^2)",
    )
    good = rng.random() < 0.5
    return rng.choice(right if good else wrong), good


def _deltas(rng):
    """10.3: sinh(2a) = 2/δ2 where sinh(a) = 2/δ1, both positive."""
    x = Fraction(rng.choice((2, 3, 4, 5)), rng.choice((1, 1, Fraction(4, 3))))
    first, second = 4 / (x - 1 / x), 4 / (x**2 - 1 / x**2)
    if rng.random() < 0.6:
        first, second = rng.choice(
            ((second, first), (first, first), (first, second + 1), (-first, second), (first, -second))
        )
    truth = first > 0 and second > 0 and 1 / second**2 == (4 / first**2) * (1 + 4 / first**2)
    return f"({first}, {second})", truth


def _harmless(u1, u2, a, b, c, d):
    """10.4: ranks 2 and 3, and M does not change along the direction that neither φ nor the laws see."""
    names = ("u1", "u2", "a", "b", "c", "d")
    space = Space(names, [])
    point = (u1, u2, a, b, c, d)

    def poly(text):
        return space.value(read(text, space.known, functions=True))[0]

    phi = [poly("u1*a + u2*b"), poly("u1*c + u2*d")]
    laws = [poly("u1^2 - a^2 - c^2"), poly("u2^2 - b^2 - d^2"), poly("u1*u2 - a*b - c*d")]
    rows = [[evaluate(g, point) for g in gradient(h, 6)] for h in (*phi, *laws)]
    if rank(rows[:2]) < 2 or rank(rows[2:]) < 3:
        return False
    unseen = nullspace(rows, 6)
    entries = []
    for i in range(2):
        for j in range(i, 2):
            total = {}
            for g, h in zip(gradient(phi[i], 6), gradient(phi[j], 6), strict=True):
                total = space._plus((total, constant(1, 6)), (multiply(g, h), constant(1, 6)))[0]
            entries.append([evaluate(s, point) for s in gradient(total, 6)])
    return all(sum(x * y for x, y in zip(e, k, strict=True)) == 0 for e in entries for k in unseen)


def _kept(u, a, b):
    """11.2: moves, and keeps u² − |v|² at a value other than 0."""
    s = 3 * a + 4 * b
    e = u * s - 10
    return e != 0 and (s != 0 or u != 0) and s**2 == 25 * u**2 and u**2 - a**2 - b**2 != 0


def frobenius(xi):
    """Whether ξ ∧ dξ = 0 for a linear 1-form on R⁴: only then some multiple of it is a gradient."""
    slopes = [[_linear(part, j) for j in range(4)] for part in xi]
    for i, j, k in ((0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3)):
        for m in range(4):  # the coefficient of θ_m in the component i, j, k
            total = 0
            for a, b, c in ((i, j, k), (j, k, i), (k, i, j)):
                total += slopes[a][m] * (slopes[c][b] - slopes[b][c])
            if total:
                return False
    return True


def _linear(part, j):
    return part.get(tuple(int(i == j) for i in range(4)), Fraction(0))


def symmetry(value_of):
    """12.1: what a linear field is: (leaves φ unchanged, is a gradient, gives a law), or None if it is not linear."""
    xi = [polynomial(v) for v in value_of]
    if any(sum(m) != 1 for part in xi for m in part) or not any(xi):
        return None
    space = space_of("phi(u1*v1 + u2*v2, variables=[u1, u2, v1, v2])")
    one = constant(1, 4)
    change = space._inner([(c, one) for c in space.fields[0]], [(c, one) for c in xi])[0]
    gradient_too = all(_linear(xi[i], j) == _linear(xi[j], i) for i in range(4) for j in range(i))
    return not change, gradient_too, frobenius(xi)


def _symmetries(found):
    if len(found) != 4 or not all(map(is_polynomial, found)):
        return None
    told = symmetry(found)
    if told is None:
        return False
    unchanged, gradient_too, law = told
    if not unchanged or gradient_too:
        return False
    return None if law else True  # no gradient, but a multiple of it is one: right only if nothing false is said of it


PAIR = ("u1", "u2", "v1", "v2")


def _central(found):
    """12.4: three independent functions of the angular momentum."""
    space = momentum()
    if not all(map(is_polynomial, found)):
        return None
    slopes = [gradient_of(v, 6) for v in found]
    return len(found) == 3 and all(conserved(v, space) for v in found) and generic_rank(slopes)[0] == 3


def momentum():
    """The functions of x, y, z and their speeds, with the fields of momentum under any central force."""
    names = ("x", "y", "z", "dx", "dy", "dz")
    space = Space(names, [])
    drift = [space.value(("name", n))[0] for n in ("dx", "dy", "dz")]
    force = [space.value(("name", n))[0] for n in ("x", "y", "z")]
    space.fields = [[*drift, {}, {}, {}], [{}, {}, {}, *force]]
    return space


def _capstone(rng):
    right = ("relu(2,3,1,bias=True)", "linear(2,3,2)", "factorization(3,2,2)", "relu(2,2,2)", "linear(3,2,3)")
    wrong = ("linear(1,1)", "linear(1,2,1)", "phi(x*y)", "linear(100,100,100)", "factorization(1,1,1)")
    good = rng.random() < 0.5
    return rng.choice(right if good else wrong), good


LAST = {
    "10.1": _metric,
    "10.2": numbers("7/16", "7/4", near=("-7/4", "2", "1")),
    "10.3": _deltas,
    "10.4": points(
        6,
        _harmless,
        special=((3, 0, 5, 0, 0, 4), (1, 2, 3, 1, 1, 1), (0, 3, 4, 0, 0, 5), (3, 0, 4, 0, 0, 5), (1, 0, 1, 0, 0, 1)),
    ),
    "10.5": proofs("10.5"),
    "11.1": sizes_equal(
        FACTORS,
        (
            ("(G*V)^T*(G*V) - (G^T*U)^T*(G^T*U)",),
            (
                ("(G*V)^T*(G*V) - (G^T*U)^T*(G^T*U)",),
                ("V^T*G^T*G*V - U^T*G*G^T*U",),
                ("(G*V)^T*(G*V) + (G^T*U)^T*(G^T*U)",),
            ),
        ),
    ),
    "11.2": points(
        3, _kept, special=((1, -1, 2), (1, 2, 0), (1, 3, -1), (0, 4, -3), (2, 2, 1), (1, "3/5", "4/5"), (-1, -1, 2))
    ),
    "11.3": numbers("6", near=("8", "4", "10")),
    "11.4": numbers("1/2", near=("-7", "2", "8", "1")),
    "11.5": formulas(
        PAIR,
        (
            "u1 - u2, u1 - v1, v1 - v2",
            "u1^2 - v1^2, u2^2 - v2^2, u1*u2 - v1*v2",
            "u1 - u2, v1 - v2, (u1 - u2)^2",
            "u1 - v2, u2 - v2, u1 + u2 - 2*v1",
        ),
        laws_of("fields([u1, u2, v1, v2], [1, 1, 1, 1])", 3),
        several=True,
    ),
    "12.1": formulas(
        PAIR,
        (
            "-u2, u1, -v2, v1",
            "u1, 0, -v1, 0",
            "u2 + v2, -u1 - v1, u2 + v2, -u1 - v1",
            "u1, u2, -v1, -v2",
            "0, u1, -v2, 0",
            "u2, u1, -v2, -v1",
            "-u2 + v2, u1 - v1, u2 - v2, -u1 + v1",
            "v2, -v1, u2, -u1",
            "v2, -v1, 0, 0",
            "u2, 0, 0, -v1",
            "u1, 0, v1, 0",
            "u2 + v2, -(u1 + v1), u2 + v2, -(u1 + v1)",
        ),
        _symmetries,
        several=True,
    ),
    "12.2": formulas(
        ("u", "v"),
        ("3*u^2 - v^2", "u^2 - 3*v^2", "v^2 - 3*u^2 + 1", "(3*u^2 - v^2)^2", "u^2 - v^2"),
        law_of("phi(u*v^3)"),
    ),
    "12.3": proofs("12.3"),
    "12.4": formulas(
        momentum().names,
        (
            "x*dy - y*dx, y*dz - z*dy, z*dx - x*dz",
            "x*dy - y*dx, y*dz - z*dy",
            "x*dx + y*dy + z*dz",
            "x*dy - y*dx, y*dz - z*dy, (x*dy - y*dx)^2",
            "x*dy - y*dx, y*dz - z*dy, x*dz - z*dx",
        ),
        _central,
        several=True,
    ),
    "12.5": numbers("12", near=("9", "6", "18")),
    "12.6": _capstone,
}
