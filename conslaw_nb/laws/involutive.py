"""Involutive frames: an upper bound on dim Lie(W) where no polynomial laws reach.

Fields w_1, ..., w_R, independent at θ0, such that every generator and every bracket of a generator with
some w_l is a combination Σ (q_k/p) w_k with p(θ0) ≠ 0. Then the span of the w's over functions holds all
of Lie(W) near θ0 (a generator maps the span into itself, and Lie(W) is spanned by right-nested
brackets), so dim Lie(W) = R near θ0, and Theorem 3.3 gives exactly D − R laws there, polynomial or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..errors import ConslawError, SizeError
from ..exact.backend import pivot_rows, primes
from ..exact.polynomial import Poly
from ..models.fields import Field, Letter, VectorFields, bracket

__all__ = ["InvolutiveFrame", "expand_word", "express", "find_involutive_frame"]

MAX_RANK = 8
MAX_IDENTITIES = 300
MAX_TERMS = 3_000  # of one component of a bracket
MAX_COMMON = 40  # terms of a determinant whose common divisor with the numerators is taken out
MAX_EXPANSION = 50_000  # terms of a determinant in Cramer's rule


@dataclass(frozen=True)
class InvolutiveFrame:
    """The identities that close a family under brackets."""

    multiplier: Poly  # p, nonzero at the point
    generators: tuple[tuple[Poly, ...], ...]  # for each generator g the R coefficients q with p·v_g = Σ q_l w_l
    # for each generator g and each l the R coefficients q with p·[v_g, w_l] = Σ q_k w_k
    brackets: tuple[tuple[tuple[Poly, ...], ...], ...]


def expand_word(phi: VectorFields, word: Sequence[Letter]) -> Field:
    """Return the right-nested bracket of the letters as a polynomial field."""

    def combination(letter: Letter) -> Field:
        total = phi[letter[0][0]] * letter[0][1]
        for g, scale in letter[1:]:
            total = total + phi[g] * scale
        return total

    result = combination(word[-1])
    for letter in reversed(word[:-1]):
        result = bracket(combination(letter), result)
    return result


def find_involutive_frame(
    phi: VectorFields, words: Sequence[Sequence[Letter]], point: Sequence[int | Fraction], prime: int
) -> tuple[InvolutiveFrame | None, str]:
    """Try to close the words' fields under brackets with the generators, by exact identities.

    Returns
    -------
    frame : InvolutiveFrame or None
    why_not : str
        Where there is no frame: the reason, for the verdict.
    """
    rank = len(words)
    if rank == 0:
        return None, "all generators vanish at the point"
    if rank > MAX_RANK or phi.count * (rank + 1) > MAX_IDENTITIES:
        fields, generators = f"{rank} field{'s' * (rank > 1)}", f"{phi.count} generator{'s' * (phi.count > 1)}"
        return None, f"closing {fields} under brackets with {generators} exactly is beyond the budget"
    try:
        frame = [expand_word(phi, word) for word in words]
        right_sides = [phi[g] for g in range(phi.count)]
        right_sides += [bracket(phi[g], w) for g in range(phi.count) for w in frame]
    except ConslawError as error:
        return None, str(error)
    if any(len(c.terms) > MAX_TERMS for f in [*frame, *right_sides] for c in f.components):
        return None, "the brackets have too many terms to close exactly within the budget"

    expressed = express(frame, right_sides, point, prime)
    if isinstance(expressed, str):
        return None, expressed
    multiplier, coefficients = expressed
    generators = tuple(coefficients[: phi.count])
    rest = coefficients[phi.count :]
    brackets = tuple(tuple(rest[g * rank : (g + 1) * rank]) for g in range(phi.count))
    return InvolutiveFrame(multiplier, generators, brackets), ""


def express(
    frame: Sequence[Field], sides: Sequence[Field], point: Sequence[int | Fraction], prime: int | None = None
) -> tuple[Poly, list[tuple[Poly, ...]]] | str:
    """Write fields as combinations of a frame, p·side = Σ q_l w_l, as polynomial identities in all coordinates.

    `frame`: independent at the point; `prime`: divides no denominator; modulo it the frame is independent at the point.
    One that suits is found without it. Returns p with p(point) ≠ 0 and, for each side, its q_1, ..., q_R; or why there
    is none.
    """
    if not frame:
        return "there are no fields to combine"
    if prime is None:
        prime = next(p for p in primes() if all(c.suits(p) for w in frame for c in w.components))
    place = [x.numerator * pow(x.denominator, -1, prime) for x in point]
    values = [[c.evaluate_mod(place, prime) for c in w.components] for w in frame]
    rows = pivot_rows([list(column) for column in zip(*values, strict=True)], prime)  # coordinates with a minor ≠ 0
    if len(rows) < len(frame):
        return "the fields are not independent at the point"
    if _terms_of_cramer(frame, sides, rows) > MAX_EXPANSION:
        return "the determinants of Cramer's rule have too many terms to write out within the budget"
    try:
        return _verified(frame, sides, point, *_solve(frame, sides, rows))
    except SizeError as error:
        return str(error)


def _terms_of_cramer(frame: Sequence[Field], sides: Sequence[Field], rows: Sequence[int]) -> int:
    """Bound the terms of det(M) and of the determinants with one column replaced, before any of them is computed.

    A determinant of polynomials has at most as many terms as the permanent of their numbers of terms.
    """
    columns = [[len(w.components[i].terms) for i in rows] for w in frame]
    replacing = [max((len(f.components[i].terms) for f in sides), default=0) for i in rows]
    return max(
        _permanent([replacing if k == j else column for j, column in enumerate(columns)]) for k in range(-1, len(frame))
    )


def _permanent(columns: Sequence[Sequence[int]]) -> int:
    """Return the permanent of a small matrix, by sets of rows."""
    partial = {0: 1}
    for column in columns:
        grown: dict[int, int] = {}
        for taken, value in partial.items():
            for i, entry in enumerate(column):
                if entry and not taken >> i & 1:
                    grown[taken | 1 << i] = grown.get(taken | 1 << i, 0) + value * entry
        partial = grown
    return sum(partial.values())


def _verified(
    frame: Sequence[Field],
    sides: Sequence[Field],
    point: Sequence[int | Fraction],
    multiplier: Poly,
    coefficients: list[tuple[Poly, ...]],
) -> tuple[Poly, list[tuple[Poly, ...]]] | str:
    """Check p(point) ≠ 0 and p·side = Σ q_l w_l in every coordinate, not only in those that were solved for."""
    if not Fraction(multiplier.evaluate(point)):
        return "the common denominator vanishes at the point"
    for field, combination in zip(sides, coefficients, strict=True):
        for i in range(len(point)):
            total = multiplier * field.components[i]
            for q, w in zip(combination, frame, strict=True):
                if q and w.components[i]:
                    total = total - q * w.components[i]
            if total:
                return "the fields are not closed under brackets"
    return multiplier, coefficients


def _solve(
    frame: Sequence[Field], right_sides: Sequence[Field], rows: Sequence[int]
) -> tuple[Poly, list[tuple[Poly, ...]]]:
    """Solve M q = p b on the chosen coordinates by Cramer's rule: M q = det(M) b with q = adj(M) b.

    Common factors are taken out, so that p is as small as it can be.
    """
    from sympy.polys.domains import QQ
    from sympy.polys.matrices import DomainMatrix
    from sympy.polys.rings import PolyRing

    variables = frame[0].variables
    used = sorted({v for f in [*frame, *right_sides] for c in f.components for v in c.support()})
    if not used:
        used = [0]
    ring = PolyRing([variables[v] for v in used], QQ)
    place = {v: k for k, v in enumerate(used)}

    def into(poly: Poly) -> Any:
        terms = {}
        for monomial, coefficient in poly.terms.items():
            exponents = [0] * len(used)
            for v, e in monomial:
                exponents[place[v]] = e
            terms[tuple(exponents)] = QQ(coefficient.numerator, coefficient.denominator)
        return ring.from_dict(terms)

    def back(element: Any) -> Poly:
        terms = {}
        for exponents, c in element.terms():
            number = Fraction(int(c.numerator), int(c.denominator))
            monomial = tuple((used[k], e) for k, e in enumerate(exponents) if e)
            terms[monomial] = number.numerator if number.denominator == 1 else number
        return Poly(variables, terms)

    size = len(frame)
    square = DomainMatrix([[into(w.components[i]) for w in frame] for i in rows], (size, size), ring.to_domain())
    sides = DomainMatrix(
        [[into(f.components[i]) for f in right_sides] for i in rows],
        (size, len(right_sides)),
        ring.to_domain(),
    )
    # adj(M) = (-1)^(n-1) (M^(n-1) + c_1 M^(n-2) + ... + c_(n-1)) by Cayley and Hamilton; sympy's own adj_det
    # stumbles over a coefficient c_k that is the zero polynomial.
    coefficients = square.charpoly()
    adjugate_sides = sides.scalarmul(coefficients[0])
    for coefficient in coefficients[1:-1]:
        adjugate_sides = square * adjugate_sides + sides.scalarmul(coefficient)
    sign = -1 if size % 2 == 0 else 1
    product = [[entry * sign for entry in row] for row in adjugate_sides.to_list()]
    determinant = coefficients[-1] * -sign
    entries = [entry for row in product for entry in row if entry]
    # a common divisor makes the multiplier small; with many terms it costs more than it saves, and det(M) will do
    common = determinant if len(determinant) <= MAX_COMMON else ring.one
    for entry in entries:
        if common != 1:
            common = common.gcd(entry)
    scale = common if common else ring.one
    multiplier = back(determinant.exquo(scale))
    columns = [tuple(back(product[k][s].exquo(scale)) for k in range(size)) for s in range(len(right_sides))]
    return multiplier, columns
