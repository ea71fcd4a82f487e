"""Involutive frames: identities that are checked again by hand, and every reason why there may be none."""

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import conslaw_nb as cl
from conslaw_nb import linear, parse_model
from conslaw_nb.exact import polynomial
from conslaw_nb.exact.backend import PRIME
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.laws import involutive as module
from conslaw_nb.laws.counting import count_laws
from conslaw_nb.laws.involutive import expand_word, express, find_involutive_frame
from conslaw_nb.models.fields import bracket, vector_fields
from conslaw_nb.verdict import Status

ROTATIONS = parse_model("fields([x, y, z], [y, x, 0], [z, 0, x])")
HEISENBERG = parse_model("fields([x, y, z], [1, 0, -y/2], [0, 1, x/2])")


def words(*indices):
    """Words of generators: 0 is the first one, (0, 1) the bracket of the first two."""
    return [tuple(((g, 1),) for g in (i if isinstance(i, tuple) else (i,))) for i in indices]


def check(phi, frame, ws):
    """Write the identities out in sympy, which shares nothing with the way they were found."""
    p = frame.multiplier.to_sympy()
    for g in range(phi.count):
        sides = [(phi[g], frame.generators[g])]
        sides += [(bracket(phi[g], w), qs) for w, qs in zip(ws, frame.brackets[g], strict=True)]
        for side, qs in sides:
            for i, component in enumerate(side.components):
                found = sum(q.to_sympy() * w.components[i].to_sympy() for q, w in zip(qs, ws, strict=True))
                assert sympy.expand(p * component.to_sympy() - found) == 0


# --- frames -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phi", "frame", "point"),
    [
        (ROTATIONS, words(0, 1), [1, 2, 3]),
        (HEISENBERG, words(0, 1, (0, 1)), [0, 0, 0]),
        (parse_model("phi(x + y**2/2 + z**3/3)"), words(0), [1, 1, 1]),
        (parse_model("fields([x, y], [x**900, x], [x**900*y, y**2])"), words(0, 1), [1, 2]),
        (parse_model("fields([x, y], [2, 3], [1/2, 5/7])"), words(0, 1), [0, 0]),
    ],
    ids=["rotations", "Heisenberg", "one field", "high powers", "constant"],
)
def test_a_frame_is_a_list_of_identities(phi, frame, point):
    found, why = find_involutive_frame(phi, frame, point, PRIME)
    assert why == ""
    assert found.multiplier.evaluate(point) != 0
    assert (len(found.generators), len(found.brackets)) == (phi.count, phi.count)
    check(phi, found, [expand_word(phi, word) for word in frame])


def test_the_multiplier_has_no_factor_too_many():
    """In the plane of two rotations the determinant is x², and x is enough."""
    found, _ = find_involutive_frame(ROTATIONS, words(0, 1), [1, 2, 3], PRIME)
    assert found.multiplier in (Poly.gens(("x", "y", "z"))[0], -Poly.gens(("x", "y", "z"))[0])


def test_a_word_is_a_bracket_of_combinations():
    word = (((0, 2), (1, -1)), ((1, 3),))
    expected = bracket(HEISENBERG[0] * 2 + HEISENBERG[1] * -1, HEISENBERG[1] * 3)
    assert expand_word(HEISENBERG, word) == expected
    assert expand_word(HEISENBERG, word[1:]) == HEISENBERG[1] * 3


entries = st.integers(-2, 2)


@given(
    st.lists(st.lists(entries, min_size=3, max_size=3), min_size=2, max_size=2),
    st.lists(entries, min_size=2, max_size=2),
)
def test_what_is_expressed_adds_up(rows, mixed):
    """A combination of constant fields and x times them is found again, or the fields were dependent."""
    W = vector_fields(["x", "y", "z"], [[f"{c} + x*{c}" for c in row] for row in rows])
    side = W[0] * mixed[0] + W[1] * mixed[1]
    answer = express(list(W), [side], [1, 1, 1])
    if sympy.Matrix(rows).rank() < 2:
        assert answer == "the fields are not independent at the point"
        return
    p, [(a, b)] = answer
    assert p.evaluate([1, 1, 1]) != 0
    assert W[0] * a + W[1] * b == side * p
    assert (a, b) == (p * mixed[0], p * mixed[1])


# --- why there is none --------------------------------------------------------------------------------------


def sums(name, number=60):
    return "+".join(f"{name}**{k}" for k in range(1, number + 1))


@pytest.mark.parametrize(
    ("phi", "frame", "point", "why"),
    [
        (parse_model("fields([x, y], [0, 0])"), words(), [1, 1], "all generators vanish at the point"),
        (ROTATIONS, words(0, 0), [1, 2, 3], "the fields are not independent at the point"),
        (ROTATIONS, words(0, 1), [0, 0, 0], "the fields are not independent at the point"),
        (HEISENBERG, words(0, 1), [0, 0, 0], "the fields are not closed under brackets"),
        (
            linear(4, 4, 4),
            words(*range(9)),
            [1] * 32,
            "closing 9 fields under brackets with 16 generators exactly is beyond the budget",
        ),
        (
            linear(7, 1, 7),
            words(*range(8)),
            [1] * 14,
            "closing 8 fields under brackets with 49 generators exactly is beyond the budget",
        ),
        (
            parse_model(f"fields([x, y], [0, {sums('x')}], [{sums('y')}, 0])"),
            words(0, 1),
            [1, 1],
            "the brackets have too many terms to close exactly within the budget",
        ),
    ],
)
def test_why_there_is_no_frame(phi, frame, point, why):
    assert find_involutive_frame(phi, frame, point, PRIME) == (None, why)


def test_determinants_that_are_too_long_are_not_begun():
    def entry(i, j):
        return "+".join(f"{(i + 2) ** j + k * k}*x**{k % 7}*y**{k // 7}*z**{j}" for k in range(30))

    W = list(vector_fields(["x", "y", "z"], [[entry(i, j) for j in range(3)] for i in range(3)]))
    assert express(W, W, [1, 2, 3]) == (
        "the determinants of Cramer's rule have too many terms to write out within the budget"
    )


@pytest.mark.parametrize(("bound", "sizes"), [(1, "1 by 2"), (3, "7 by 2")], ids=["a bracket", "an identity"])
def test_bounds_of_polynomials_are_passed_on(bound, sizes, monkeypatch):
    phi = parse_model("fields([x, y], [x + 1, y**2 + x], [x*y + 1, y + 2])")
    monkeypatch.setattr(polynomial, "MAX_WORK", bound)
    assert find_involutive_frame(phi, words(0, 1), [1, 2], PRIME) == (
        None,
        f"a product of {sizes} terms is too large to expand exactly: try a lower power or a smaller model",
    )


def test_a_multiplier_that_vanishes_at_the_point_is_none():
    one = Poly.constant(("x",), 1)
    (x,) = Poly.gens(("x",))
    (field,) = vector_fields(["x"], [["1"]])
    assert module._verified([field], [field], [0], x, [(x,)]) == "the common denominator vanishes at the point"
    assert module._verified([field], [field], [1], x, [(x,)]) == (x, [(x,)])
    assert module._verified([field], [field], [1], x, [(one,)]) == "the fields are not closed under brackets"


# --- where a person reads it --------------------------------------------------------------------------------


def test_a_count_says_why_its_gap_stays_open(monkeypatch):
    """No polynomial laws, and a frame would close it: where it is beyond the budget, that is said."""
    phi = parse_model("phi(a**2 + b**2 + c**2, a*d + b*e + c*f, d**2 + e**2 + f**2)")  # U Uᵀ
    assert count_laws(phi).verdict.status is Status.PROVED
    monkeypatch.setattr(module, "MAX_RANK", 0)
    count = count_laws(phi)
    assert count.verdict.status is Status.BOUNDED
    assert "no proof closes it (closing 4 fields under brackets with 3 generators exactly is beyond the budget)" in (
        count.verdict.reason
    )
    assert (count.laws, count.laws_at_least, count.laws_at_most) == (None, 0, 2)
    certificate = cl.certify(cl.count_laws(cl.union(linear(1, 2, 1), phi)))  # of version 2, and no stronger
    assert (certificate.data["version"], certificate.claim["exact"]) == (2, False)
    assert certificate.verify().status is Status.BOUNDED


def test_the_seventh_law_is_counted_by_a_frame():
    count = cl.count_laws(linear(1, 2, 2, 1))
    assert count.laws == 7
    assert "the span is closed under brackets, by exact identities" in count.verdict.reason
