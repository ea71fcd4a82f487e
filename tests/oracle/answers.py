"""Answers to the exercises of lessons 1 to 6, right and wrong ones, each with its truth by the definition.

A maker takes a random number generator and returns (answer, truth); truth is None where the judge does not say.
"""

from fractions import Fraction

from reference import add, compose, constant, degree, evaluate, laws, rank, staircase

from .functions_read import Space
from .good_proofs import EXERCISES as PROOFS
from .mutants import WITHIN, mutant
from .proof_judge import Judge
from .proof_lines import UNREADABLE, space_of, split
from .ranks import generic_rank, generic_staircase, gradient_of, inside
from .reading import UnreadableError, read


def number(rng, *near):
    """Return a random fraction, often one of those given."""
    if near and rng.random() < 0.4:
        return Fraction(rng.choice(near))
    return Fraction(rng.randint(-9, 9), rng.choice((1, 1, 2, 3, 4, 16)))


def numbers(*right, near=()):
    """Make answers to a question whose only answer is these numbers."""

    def make(rng):
        if rng.random() < 0.3:
            found = [Fraction(x) for x in right]
        else:
            found = [number(rng, x, -Fraction(x), *near) for x in right]
        text = ", ".join(map(str, found))
        return (f"({text})" if len(found) > 1 and rng.random() < 0.7 else text), found == [Fraction(x) for x in right]

    return make


def points(count, good, special=(), near=()):
    """Make points, with a predicate that says which are right; some of the special ones are tried as they are."""

    def make(rng):
        if special and rng.random() < 0.5:
            point = [Fraction(x) for x in rng.choice(special)]
            if rng.random() < 0.4:
                place = rng.randrange(count)
                point[place] = number(rng, -point[place], point[place] + 1)
        else:
            point = [number(rng, *near) for _ in range(count)]
        return "(" + ", ".join(map(str, point)) + ")" if count > 1 else str(point[0]), good(*point)

    return make


def spoil(rng, text, letters, chance=0.6):
    """Change a formula, or leave it."""
    for _ in range(rng.choice((1, 1, 2)) if rng.random() < chance else 0):
        text = rng.choice(WITHIN)(rng, text, list(letters)) or text
    return text


def formulas(names, right, good, several=False):
    """Make formulas from right ones by small changes; a predicate on what is read says which are right."""

    def make(rng):
        text = spoil(rng, rng.choice(right), names)
        try:
            space = Space(names, [])
            texts = split(text, ",") if several else [text]
            found = [space.value(read(t, space.known, functions=True)) for t in texts]
            if any(isinstance(value, list) for value in found):
                return text, None
            return text, good(*found) if not several else good(found)
        except UnreadableError:
            return text, None

    return make


def is_polynomial(value):
    """Whether a fraction is written without division by a variable."""
    return list(value[1]) == [(0,) * len(next(iter(value[1])))]


def polynomial(value):
    """Return a polynomial that is written as a fraction over a number."""
    below = next(iter(value[1].values()))
    return {m: c / below for m, c in value[0].items()}


def conserved(value, space):
    """Whether a fraction is conserved along the fields of a space."""
    slope = space._gradient(value)
    one = constant(1, space.n)
    return not any(space._inner(slope, [(c, one) for c in field])[0] for field in space.fields)


def is_constant(value, n):
    """Whether a fraction is a constant."""
    return not any(gradient_of(value, n))


def law_of(model, but_not=None, only=lambda value: True):
    """The predicate: conserved by one model, not a constant, and perhaps not conserved by another."""
    space = space_of(model)
    other = space_of(but_not) if but_not else None

    def good(value):
        if is_constant(value, space.n) or not conserved(value, space) or not only(value):
            return False
        return other is None or not conserved(value, other)

    return good


def laws_of(model, count):
    """The predicate: so many independent laws."""
    space = space_of(model)

    def good(found):
        if len(found) != count or not all(map(is_polynomial, found)):
            return False if len(found) != count else None
        slopes = [gradient_of(value, space.n) for value in found]
        return all(conserved(v, space) for v in found) and generic_rank(slopes)[0] == count

    return good


def proofs(key):
    """Make proofs that go on from what stands in the cell; only good ones count, so few are known to be right."""
    start, rest = PROOFS[key]

    def make(rng):
        if rng.random() < 0.2:
            return f"{start}\n{rest}", True
        lines = rest.split("\n")
        _, text = mutant(rng, f"{start}\n{rest}")
        if not text.startswith(start):
            return f"{start}\n" + "\n".join(lines[1:]), None if len(lines) > 1 else False
        judge = Judge(text)
        steps = [line.truth for line in judge.lines if line.number]
        return text, False if False in steps or UNREADABLE in steps or judge.goal_truth is False else None

    return make


# -- what single exercises ask for ------------------------------------------------------------------------


def _balance(x1, x2, y, z1, z2, w):
    """2.4: two different examples that move (1, 1, 1) alone and not together."""
    slopes = []
    for a, b, target in ((x1, x2, y), (z1, z2, w)):
        e = a + b - target
        slopes.append((e * (a + b), e * a, e * b))
    together = [p + q for p, q in zip(*slopes, strict=True)]
    return (x1, x2) != (z1, z2) and all(any(s) for s in slopes) and not any(together)


def _patterns(x1, x2, y1, y2):
    """3.2: only the second of three neurons differs; None on a kink."""
    rows = ((2, 1), (1, -1), (-1, 2))
    sums = [(a * x1 + b * x2, a * y1 + b * y2) for a, b in rows]
    if any(0 in pair for pair in sums):
        return None
    return [(s > 0) != (t > 0) for s, t in sums] == [False, True, False]


def _twins(u1, u2, a, b, c, d):
    """3.3: both neurons see the same half plane."""
    if not (a or b) or not (c or d):
        return None
    return a * d == b * c and a * c + b * d > 0


def _remembers(rng):
    """3.1: lists that determine ab and ac, and nothing else."""
    p, q = "a*b", "a*c"
    right = (
        f"{p}, {q}", f"{q}, {p}", f"{p} + {q}, {p} - {q}", f"2*{p}, {q} - 3*{p}", f"{p}, {q} + ({p})^2",
        "a*(b + c), a*c", "a*b, a*c, a^2*b*c", "a*b + 1, 5*a*c", "a*b - (a*c)^2, a*c",
    )  # fmt: skip
    wrong = (
        "a, b*c", "a, b, c", "a*b, a*c, a", "a*b", "a*c", "a^2*b*c", "a*b*c, a", f"({p})^2, {q}", f"{p}, ({q})^2",
        "a**2*b**2, a*c", "a*b, a^2*c^2", f"({p})^2, ({q})^2", "a*b, b*c", "b, c", f"{p}*{q}, {p} + {q}", "a*b, a*c, b",
        f"({p})^2 + ({q})^2, {q}", "a*b + a*c", "a^2*b^2 + a*c, a*c", "a*b, (a*c)^2 - a*c",
    )  # fmt: skip
    good = rng.random() < 0.4
    return rng.choice(right if good else wrong), good


def _determinant(z1, z2, z3):
    return len({z1, z2, z3}) == 3 and 0 not in (z1, z2, z3) and z1 + z2 + z3 == 1


def _too_soon(value):
    """5.4: of degree 2, with a law of degree at most 12 and none of degree at most 4."""
    if not is_polynomial(value):
        return None
    phi = polynomial(value)
    if degree(phi) != 2:
        return False
    slope = gradient_of((phi, constant(1, 2)), 2)
    return not laws([slope], 4) and bool(laws([slope], 12))


def _no_room(value):
    """6.3: W has dimension 2 and Lie(W) dimension 3."""
    if not is_polynomial(value):
        return None
    if degree(polynomial(value)) > 6:
        return None
    space = Space(("x", "y", "z"), [])
    x_y = space._times({(1, 0, 0): Fraction(1)}, {(0, 1, 0): Fraction(1)})
    fields = [gradient_of((p, constant(1, 3)), 3) for p in (x_y, polynomial(value))]
    dims = generic_staircase(fields)
    return dims[0] == 2 and dims[-1] == 3


def _still(value):
    """6.5: the staircase of (1, 0) and (0, p) at the origin."""
    if not is_polynomial(value) or degree(polynomial(value)) > 6:
        return None
    fields = [[constant(1, 2), {}], [{}, polynomial(value)]]
    return staircase(fields, (0, 0), 4) == [1, 1, 1, 1, 2]


def relation(value):
    """6.6 and 8.6: a polynomial in the entries of Ψ that vanishes, and is not zero."""
    if not is_polynomial(value) or not value[0]:
        return False if is_polynomial(value) else None
    n = 6  # u1, u2, u3, v1, v2, v3
    entries = []
    for i, j in [*((0, k) for k in range(3)), (1, 1), (1, 2), (2, 2)]:
        m, k = [0] * n, [0] * n
        for place in (i, j):
            m[place] += 1
            k[3 + place] += 1
        entries.append(add({tuple(m): Fraction(1)}, {tuple(k): Fraction(1)}, -1))
    return not compose(polynomial(value), entries, n)


DET = "p11*p22*p33 + 2*p12*p13*p23 - p11*p23^2 - p22*p13^2 - p33*p12^2"
ENTRIES = ("p11", "p12", "p13", "p22", "p23", "p33")


def _no_law(rng):
    """3.5: lists through which uvx acts, with and without laws."""
    extra = rng.choice(("u", "v", "u + v", "u^2", "u*v", "u^2*v^2", "3*u*v - 1", "u^2 - v^2", "u^3*v", "v^2 + u*v"))
    text = rng.choice((f"u*v, {extra}", f"{extra}, 2*u*v", "u*v", f"u*v + {extra}, {extra}", "u, v"))
    space = space_of(f"phi({text}, variables=[u, v])")
    return text, generic_rank(space.fields)[0] == 2 and inside(space.fields, space_of("phi(u*v)").fields[0])


def _plane_at(space, where):
    return lambda *point: rank([[evaluate(c, point) for c in field] for field in space.fields]) == where


_NEURON = space_of("phi(u*v1, u*v2, variables=[u, v1, v2])")


def _right_angle(value):
    """2.2: not a law, and its gradient at (1, 1, 0) is orthogonal to both fields and not zero."""
    if not is_polynomial(value):
        return None
    at = [evaluate(top, (1, 1, 0)) / evaluate(value[1], (1, 1, 0)) ** 2 for top in gradient_of(value, 3)]
    return any(at) and at[0] + at[1] == 0 and at[2] == 0 and not conserved(value, _NEURON)


def _form_of_5_1(value):
    poly = polynomial(value) if is_polynomial(value) else None
    return poly is not None and degree(poly) == 2


def exactly(names, text):
    """The predicate: this function and no other."""
    space = Space(names, [])
    wanted = space.value(read(text, space.known, functions=True))
    return lambda value: space._same(value, wanted)


def _pair_is(names, one, other):
    first, second = exactly(names, one), exactly(names, other)
    return lambda found: len(found) == 2 and first(found[0]) and second(found[1])


def _bracket_is(found):
    wanted = [exactly(("x", "y", "z"), t) for t in ("2*x*z", "0", "-x^2")]
    return len(found) == 3 and all(f(v) for f, v in zip(wanted, found, strict=True))


def _not_law(value):
    if not is_polynomial(value):
        return None
    return not conserved(value, space_of("phi(u*v)"))


UV1 = ("u", "v1", "v2")
EARLY = {
    "1.1": numbers("5/4", "3/4", near=("17/8", "1", "5/3", "15/16")),
    "1.2": points(2, lambda u, v: u + v == 0 and u != 0, special=((1, -1), (3, -3), (2, 1), (0, 0), (-2, 2), (1, 1))),
    "1.3": formulas(
        UV1,
        ("v2", "v2^2 + u^2 - v1^2", "u^2 - v1^2", "u^2 - v1^2 - v2^2", "v2*(u^2 - v1^2)", "v2^3 - 2*v2", "u*v1"),
        law_of("phi(u*v1, variables=[u, v1, v2])", but_not="phi(u*v1, u*v2, variables=[u, v1, v2])"),
    ),
    "1.4": formulas(
        ("tau", "e"),
        ("1 - tau^2*e^2", "(1 - tau*e)*(1 + tau*e)", "1 - (tau*e)^2", "1 + tau^2*e^2"),
        exactly(("tau", "e"), "1 - tau^2*e^2"),
    ),
    "1.5": numbers("1/6", near=("1/3", "-1/6", "1/2", "0")),
    "1.6": formulas(
        ("u", "v", "w"),
        (
            "u^2 - v^2, v^2 - w^2",
            "u^2 - w^2, u^2 - v^2",
            "(u^2 - v^2)^2, u^2 - w^2",
            "u^2 - v^2, (u^2 - v^2)^3 + 1",
            "u^2 + v^2 - 2*w^2, u^2 - v^2",
            "u^4 - 2*u^2*v^2 + v^4, u^2 - v^2",
        ),
        laws_of("phi(u*v*w)", 2),
        several=True,
    ),
    "2.1": numbers("11", near=("22", "-11", "7")),
    "2.2": formulas(
        UV1,
        ("u - v1", "u^2 - v1^2 - v2^2 + (u - 1)^2", "u^2*v1 - u*v1^2", "u - v1 + v2^2", "v2 + u - v1"),
        _right_angle,
    ),
    "2.3": points(3, _plane_at(_NEURON, 1), special=((0, 1, 0), (0, 2, 3), (1, 0, 0), (0, 0, 0), (1, 2, 3))),
    "2.4": points(
        6,
        _balance,
        special=(
            (1, 0, 0, -1, 0, -2),
            (1, 0, 5, 0, 1, 5),
            (1, 0, 0, 1, 0, 2),
            (2, 0, 1, -2, 0, -3),
            (1, 1, 0, 2, 2, 0),
        ),
    ),
    "2.5": formulas(("u", "v"), ("u", "v^2", "u^2 - v^2", "u*v + u", "(u^2 - v^2)^2", "u^2 + v^2", "3"), _not_law),
    "2.6": proofs("2.6"),
    "3.1": _remembers,
    "3.2": points(4, _patterns, special=((3, 2, 2, 3), (1, 2, 2, 1), (1, 0, -1, 0), (5, 4, 4, 5), (-1, -2, -2, -1))),
    "3.3": points(
        6,
        _twins,
        special=((1, 2, 1, 0, 3, 0), (1, 1, 1, 0, 0, 1), (1, 1, 1, 2, 2, 4), (1, 1, 1, 2, -1, -2), (0, 0, 1, 1, 2, 2)),
    ),
    "3.4": proofs("3.4"),
    "3.5": _no_law,
    "3.6": formulas(
        UV1,
        (
            "2*v1 - v2",
            "(2*v1 - v2)^2",
            "v2 - 2*v1 + u^2 - v1^2 - v2^2",
            "u^2 - v1^2 - v2^2",
            "v1 - 2*v2",
            "5*u^2 - (v1 + 2*v2)^2",
        ),
        law_of("phi(u*(v1 + 2*v2), variables=[u, v1, v2])", but_not="phi(u*v1, u*v2, variables=[u, v1, v2])"),
    ),
    "4.1": points(
        3,
        _determinant,
        special=(("1/2", "1/3", "1/6"), (4, -2, -1), (1, 2, 3), ("1/3", "1/3", "1/3"), (1, 1, -1), (2, -1, 0)),
    ),
    "4.2": formulas(
        ("z1", "z2", "z3"),
        ("z1 + z2 + z3 - 1", "1 - z1 - z2 - z3", "z1*z2*z3 - 1", "z3 - 1 + z2 + z1"),
        exactly(("z1", "z2", "z3"), "z1 + z2 + z3 - 1"),
    ),
    "4.3": points(1, lambda x: x not in (0, 1), special=((0,), (1,), (2,), ("-1/2",))),
    "4.4": formulas(
        ("u1", "u2", "v"),
        (
            "u1 + u2, u1^2 + u2^2 - v^2",
            "u1 + u2, (u1 - u2)^2 - 2*v^2",
            "u1 + u2, (u1 + u2)^2",
            "u1^2 - v^2, u2^2 - v^2",
            "u1 + u2 + 1, u1*u2 + v^2/2",
            "3*(u1 + u2), u1^2 + u2^2 - v^2 + u1 + u2",
        ),
        laws_of("phi(u1*v - u2*v, variables=[u1, u2, v])", 2),
        several=True,
    ),
    "4.5": proofs("4.5"),
    "4.6": numbers("5", near=("3", "4", "6")),
    "5.1": formulas(
        ("x", "y"),
        ("x^2 - 4*x - y^2 - 2*y", "y^2 + 2*y - x^2 + 4*x", "(x - 2)^2 - (y + 1)^2 - 3", "x^2 - y^2", "x^2 - 4*x - 2*y"),
        law_of("phi(x*y + x - 2*y)", only=_form_of_5_1),
    ),
    "5.2": numbers("14", "2", near=("12", "3", "15", "13")),
    "5.3": formulas(
        ("a", "b", "c"), ("c^2 - a*b", "a*b - c^2", "a^2 + b*c", "-(a*b - c^2)"), exactly(("a", "b", "c"), "c^2 - a*b")
    ),
    "5.4": formulas(
        ("x", "y"),
        (
            "x^2/2 - 2*y^2",
            "x^2 - y^2",
            "x^2 + 5*y^2",
            "x^2 - 5*y^2",
            "x^2 - 9*y^2 + x",
            "x*y",
            "x^2 - 12*y^2",
            "2*x^2 - 3*y^2",
        ),
        _too_soon,
    ),
    "5.6": proofs("5.6"),
    "6.1": numbers("3", "0", "7", near=("9", "16", "1", "-7")),
    "6.2": formulas(
        ("x", "y", "z"),
        ("2*x*z, 0, -x^2", "-2*x*z, 0, x^2", "2*z*x, 0, -x*x", "2*x*y, z, -x"),
        _bracket_is,
        several=True,
    ),
    "6.3": formulas(
        ("x", "y", "z"),
        ("x + z", "z", "x*y", "x*z", "z^2 + x", "x*y + 1", "x*y*z", "y*z + x^2", "(x*y)^2", "z - y"),
        _no_room,
    ),
    "6.4": formulas(
        ("x", "y", "z"), ("z, -y", "-y, z", "y, z", "z, -y + 0*x"), _pair_is(("x", "y", "z"), "z", "-y"), several=True
    ),
    "6.5": formulas(
        ("x", "y"), ("x^4", "x^4 + x^5", "2*x^4 + x^4*y", "x^3", "x^2 + y", "x^4 + y", "x^4 - x^4", "x^4 + y^2"), _still
    ),
    "6.6": formulas(ENTRIES, (DET, f"2*({DET})", "p11*p22 - p12^2", f"p11*({DET})", f"({DET}) + p12 - p12"), relation),
}
