"""Polynomial conservation laws: all of them up to a degree, each an identity; and how many are independent.

The search is the paper's linear system (section 2.5) made exact and small. A monomial x^α of degree ≤ k
has an unknown coefficient; ⟨∇h, χ⟩(x) = 0 at random x, for random χ in W, modulo a prime, gives equations.
Sign changes of the coordinates and the degree split the unknowns into small blocks. Every true law
solves these equations, so their kernel can only be too large: when each kernel vector turns out to be a
law, as an identity over Q, the list is complete, and nothing random is left in that statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from itertools import combinations_with_replacement, islice
from math import comb, isqrt, log2
from random import Random
from typing import Any, overload

from ..errors import BudgetError, ModelError, SizeError, brief
from ..exact import chance
from ..exact.backend import PRIME, kernel, primes
from ..exact.generic import rank_over_functions
from ..exact.polynomial import MAX_EXPONENT, Monomial, Poly
from ..exact.sparse import independent_rows
from ..models.fields import VectorFields, check_family
from ..verdict import Status, Verdict
from .checking import check_law
from .climbing import Climb
from .generic import first_points, shown_chance, start

__all__ = ["Law", "Laws", "check_law", "conservation_laws", "independent_laws", "known_count"]

MAX_MONOMIALS = 300_000
MAX_BLOCK = 3_000  # unknowns of one linear system
MAX_PRIMES = 128  # enough for coefficients of 1984 bits
MAX_BRACKETS = 3_000_000  # multiplications for the brackets that bound how many laws are independent: a second
_SPARE_EQUATIONS = 8


@dataclass(frozen=True)
class Law:
    """One polynomial law, with its verdict."""

    poly: Poly  # the law h, with coprime integer coefficients
    verdict: Verdict  # PROVED: ⟨∇h, χ⟩ = 0 for every generator, as polynomial identities

    @property
    def text(self) -> str:
        """The law as text that the parser reads back."""
        return self.poly.text

    @property
    def latex(self) -> str:
        """The law in LaTeX."""
        return self.poly.latex

    @property
    def expression(self) -> Any:
        """The law as a sympy expression."""
        return self.poly.to_sympy()

    @property
    def degree(self) -> int:
        """The total degree."""
        return self.poly.degree

    def __repr__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"


class Laws(Sequence[Law]):
    """All polynomial laws up to a degree: a basis of that vector space (constants left out).

    Attributes
    ----------
    independent : int
        How many of them are functionally independent near a generic point: the rank of their gradients.
        Products of laws are laws too, so this may be smaller than the length. A certain bound from below.
    independent_at_most : int
        A certain bound from above: the same number where the verdict is PROVED.
    verdict : Verdict
        What is certain about the list and about `independent`: PROVED, or BOUNDED where the bounds do not meet.
    """

    def __init__(
        self,
        family: VectorFields,
        degree: int,
        laws: Sequence[Law],
        independent: int,
        independent_at_most: int,
        verdict: Verdict,
    ):
        self.family = family
        self.degree = degree
        self.independent = independent
        self.independent_at_most = independent_at_most
        self.verdict = verdict
        self._laws = tuple(laws)

    @overload
    def __getitem__(self, index: int) -> Law: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Law]: ...
    def __getitem__(self, index: int | slice) -> Law | Sequence[Law]:
        return self._laws[index]

    def __len__(self) -> int:
        return len(self._laws)

    def __iter__(self) -> Iterator[Law]:
        return iter(self._laws)

    def matrices(self) -> list[tuple[str, Any]]:
        r"""Return, for linear networks, the laws as matrices with their names.

        Returns the name in LaTeX, such as ``U_{1}^\top U_{1} - U_{2} U_{2}^\top``, and the symmetric matrix; only where
        every entry is among the laws.

        Examples
        --------
        >>> from conslaw_nb.models.networks import linear
        >>> [(name, matrix)] = conservation_laws(linear(1, 2, 1)).matrices()
        >>> matrix
        Matrix([
        [  U1_1_1**2 - U2_1_1**2, U1_1_1*U1_1_2 - U2_1_1*U2_2_1],
        [U1_1_1*U1_1_2 - U2_1_1*U2_2_1,   U1_1_2**2 - U2_2_1**2]])
        """
        import sympy

        found = {law.poly for law in self}
        return [
            (name, sympy.Matrix([[entry.to_sympy() for entry in row] for row in table]))
            for name, table in self.family.law_matrices(found)
        ]

    def _number(self) -> str:
        return f"{'' if self.independent == self.independent_at_most else 'at least '}{self.independent}"

    def __repr__(self) -> str:
        head = f"{len(self)} law{'' if len(self) == 1 else 's'} of degree <= {self.degree} of {self.family.brief}, "
        lines = [head + f"{self._number()} independent"]
        lines += [f"  {law.text}" for law in self._laws[:30]]
        if len(self) > 30:
            lines.append(f"  ... and {len(self) - 30} more")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        names = [f"<li>the entries of $ {name} $</li>" for name, matrix in self.matrices() if matrix.shape[0] > 1]
        items = "".join(f"<li>$ {law.latex} $</li>" for law in self._laws[:30])
        more = f"<li>… and {len(self) - 30} more</li>" if len(self) > 30 else ""
        head = (
            f"<b>{len(self)}</b> polynomial law{'' if len(self) == 1 else 's'} of degree ≤ {self.degree} of "
            f'<code style="padding-right:0">{escape(self.family.brief)}</code>, <b>{self._number()}</b> independent'
        )
        named = f"<p>They are recognised as</p><ul>{''.join(names)}</ul>" if names else ""
        return f"<div><p>{head}</p>{named}<ol>{items}{more}</ol></div>"


def conservation_laws(phi: VectorFields, degree: int = 2) -> Laws:
    """Find all polynomial conservation laws of degree at most `degree`.

    Parameters
    ----------
    phi : Parametrization or VectorFields
    degree : int
        At least 1. Not only homogeneous laws: linear ones, and sums over degrees, count.

    Returns
    -------
    Laws
        A readable basis of the space of laws (without constants), each verified as an identity over Q.

    Raises
    ------
    SizeError
        Too many monomials for this degree.

    References
    ----------
    Proposition 2.16 and section 2.5 (constructibility).

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> conservation_laws(parametrization("x*y"))
    1 law of degree <= 2 of phi(x*y), 1 independent
      x**2 - y**2
    >>> conservation_laws(parametrization("(7*x + 3*y)**2"), degree=1)[0]
    3*x - 7*y
    """
    check_family(phi, "conservation_laws")
    if isinstance(degree, bool) or not isinstance(degree, int) or degree < 1:
        raise ModelError(f"the degree must be a whole number, at least 1, not {brief(degree)}")
    if degree > MAX_EXPONENT:
        raise SizeError(f"the degree {brief(degree)} is too high: laws of degree up to {MAX_EXPONENT} are looked for")
    found = sorted(_recognisable(phi, _search(phi, degree), degree), key=_reading_order)
    proved = Verdict(Status.PROVED, "⟨∇h, χ⟩ = 0 for every generator χ, as a polynomial identity.")
    laws = [Law(h, proved) for h in found]
    low, high, verdict = _independence(phi, found, degree)
    return Laws(phi, degree, laws, low, high, verdict)


def _recognisable(phi: VectorFields, found: list[Poly], degree: int) -> list[Poly]:
    """Return a basis of the same space that begins with the laws known from theory: those a reader recognises."""
    known = [h.primitive() for h in phi.known_laws() or [] if h.degree <= degree]
    laws = [h for h in known if phi.failing_generator(h) is None]
    if not laws:
        return found
    laws += found
    places: dict[Monomial, int] = {}
    rows = [{places.setdefault(m, len(places)): c % PRIME for m, c in h.terms.items()} for h in laws]
    kept = independent_rows(rows, len(places), PRIME)
    # Independent modulo the prime, so over Q; and as many as span the space. An unlucky prime only keeps `found`.
    return [laws[i] for i in kept] if len(kept) == len(found) else found


def _reading_order(h: Poly) -> tuple[Any, ...]:
    return (h.degree, len(h.terms) > 0 and min(h.terms), len(h.terms), sorted(h.terms))


def independent_laws(laws: Sequence[Poly], point: Sequence[int], prime: int = PRIME) -> list[int]:
    """Return indices of laws whose gradients at the point are linearly independent, modulo the prime (so over Q)."""
    rows = []
    for h in laws:
        row = {i: g.evaluate_mod(point, prime) for i, g in h.gradient().items()}
        rows.append({i: v for i, v in row.items() if v})
    return independent_rows(rows, len(laws[0].variables), prime) if rows else []


def known_count(phi: VectorFields) -> int:
    """Return how many laws known from theory are independent at a random point modulo a prime: at least so many are.

    Examples
    --------
    >>> from conslaw_nb.models.networks import linear
    >>> known_count(linear(1, 3, 1, 1))
    6
    """
    rng = Random("known laws")
    return len(independent_laws(phi.known_laws() or [], [rng.randrange(1, PRIME) for _ in phi.variables]))


def _independence(phi: VectorFields, laws: Sequence[Poly], degree: int) -> tuple[int, int, Verdict]:
    """Return certain bounds on how many of the laws are independent near generic points, and what is certain."""
    complete = f"all polynomial laws of degree <= {degree}: every other one is a combination of these and a constant"
    low = 0
    for point in first_points(phi.dimension):
        low = max(low, len(independent_laws(laws, point, _prime_for(laws))))
        if low == len(laws):
            reason = f"{complete}; all of them are independent near a generic point."
            return low, low, Verdict(Status.PROVED, reason)
    # the gradients of all laws are orthogonal to Lie(W), which leaves room for so many
    place, rows = start(phi, phi.trace_at_most())
    reached = Climb(phi, place, phi.dimension - low, rows=rows, budget=MAX_BRACKETS).run().rank
    high = min(len(laws), phi.dimension - reached)
    why = f"dim Lie >= {reached} leaves room for no more"
    if low < high:
        zero = Poly(phi.variables, {})
        gradients = [h.gradient() for h in laws]
        exact = rank_over_functions([[g.get(i, zero) for i in range(phi.dimension)] for g in gradients])
        if exact is not None:
            high, why = exact, "all larger minors of their gradients vanish, as identities"
    several = f"{low} of them {'is' if low == 1 else 'are'} independent near a generic point"
    if low == high:
        return low, high, Verdict(Status.PROVED, f"{complete}; exactly {several}, for {why}.")
    rng = chance.draw()
    prime = chance.random_prime(rng)
    while not all(h.suits(prime) for h in laws):
        prime = chance.random_prime(rng)
    low = max(low, len(independent_laws(laws, [rng.randrange(prime) for _ in phi.variables], prime)))
    size = log2(max(sum(abs(c) * e for m, c in h.terms.items() for _, e in m) for h in laws))
    risk = chance.missed(high * max(0, degree - 1), high * (size + log2(high)))
    several = f"{low} of them {'is' if low == 1 else 'are'} independent near a generic point"
    reason = (
        f"{complete}. At least {several}, and at most {high} (both certain); there are no more than {low} with "
        f"probability at least {shown_chance(risk)}: the rank of their gradients at a random point."
    )
    return low, high, Verdict(Status.BOUNDED, reason, details={"risk": str(risk)})


def _prime_for(laws: Sequence[Poly]) -> int:
    return next(p for p in primes() if all(h.suits(p) for h in laws))


# -- the search ----------------------------------------------------------------------------------------


def _search(phi: VectorFields, degree: int) -> list[Poly]:
    dimension = phi.dimension
    total = comb(dimension + degree, degree) - 1
    if total > MAX_MONOMIALS:
        raise SizeError(
            f"{phi.brief} has {brief(total)} monomials of degree <= {degree} in its {dimension} parameters; up to "
            f"{MAX_MONOMIALS} are searched: lower the degree, or take a smaller model"
        )
    blocks = _blocks(phi, degree)
    largest = max(len(block) for block in blocks)
    if largest > MAX_BLOCK:
        raise SizeError(
            f"the search for laws of {phi.brief} up to degree {degree} needs a linear system with {largest} unknowns; "
            f"up to {MAX_BLOCK} are solved: lower the degree, or take a smaller model"
        )
    equations = _Equations(phi)
    return [law for block in blocks for law in _readable(_solve(phi, block, equations))]


def _blocks(phi: VectorFields, degree: int) -> list[list[Monomial]]:
    """Split the monomials of degree 1..k into blocks that no equation of the system joins."""
    classes = phi.sign_classes()
    by_degree = phi.is_homogeneous()
    blocks: dict[tuple[int, int], list[Monomial]] = {}
    for d in range(1, degree + 1):
        for choice in combinations_with_replacement(range(phi.dimension), d):
            mask = 0
            powers: dict[int, int] = {}
            for i in choice:
                mask ^= classes[i]
                powers[i] = powers.get(i, 0) + 1
            blocks.setdefault((mask, d if by_degree else 0), []).append(tuple(powers.items()))
    return list(blocks.values())


class _Equations:
    """Random equations ⟨∇h, χ⟩(x) = 0 modulo several primes, made when needed and shared by all blocks."""

    def __init__(self, phi: VectorFields):
        self.phi = phi
        self.rng = Random("equations")
        self.made: dict[int, list[tuple[list[int], list[int]]]] = {}

    def rows(self, block: Sequence[Monomial], prime: int) -> list[list[int]]:
        """Return len(block) + a few equations in the coefficients of the block's monomials."""
        made = self.made.setdefault(prime, [])
        needed = len(block) + _SPARE_EQUATIONS
        while len(made) < needed:
            x = [self.rng.randrange(1, prime) for _ in self.phi.variables]
            v = self.phi.random_element_value(self.rng, x, prime)
            # ⟨∇x^α, v⟩ = x^α Σ α_i v_i / x_i
            ratios = [a * pow(b, -1, prime) % prime if a else 0 for a, b in zip(v, x, strict=True)]
            made.append((x, ratios))
        rows = []
        for x, ratios in made[:needed]:
            row = []
            for monomial in block:
                value, slope = 1, 0
                for i, e in monomial:
                    value = value * (x[i] if e == 1 else pow(x[i], e, prime)) % prime
                    slope += e * ratios[i]
                row.append(value * slope % prime)
            rows.append(row)
        return rows


def _solve(phi: VectorFields, block: list[Monomial], equations: _Equations) -> list[Poly]:
    """Return a basis of the laws in one block: kernels modulo primes, combined, made rational and verified.

    Modulo any prime there are at least as many solutions as over Q. So verified laws in that number are all of them.
    """
    combined: dict[tuple[int, ...], tuple[int, list[list[int]]]] = {}  # free unknowns -> (modulus, residues)
    tries = min(MAX_PRIMES, max(4, 3_000_000 // len(block) ** 2))
    for prime in islice(filter(phi.suits, primes()), tries):
        basis = kernel(equations.rows(block, prime), len(block), prime)
        if not basis:
            return []
        # primes that divide a minor have other free unknowns: their residues are kept apart
        free = tuple(max(i for i, value in enumerate(vector) if value) for vector in basis)
        modulus, residues = combined.get(free, (1, basis))
        residues = basis if modulus == 1 else _combine(residues, modulus, basis, prime)
        modulus *= prime
        combined[free] = modulus, residues
        laws = _lift(phi, block, residues, modulus)
        if laws is not None:
            return laws
    raise BudgetError(
        f"some laws of {phi.brief} have coefficients too large to recover (over {modulus.bit_length() // 2} bits): "
        "scale the variables"
    )


def _lift(
    phi: VectorFields, block: Sequence[Monomial], residues: Sequence[Sequence[int]], modulus: int
) -> list[Poly] | None:
    """Return the residues as laws with rational coefficients, verified; None where one of them is not a law."""
    laws = []
    for vector in residues:
        numbers = [rational_from_residue(value, modulus) for value in vector]
        if any(number is None for number in numbers):
            return None
        law = Poly(phi.variables, {m: c for m, c in zip(block, numbers, strict=True) if c}).primitive()
        if phi.failing_generator(law) is not None:
            return None
        laws.append(law)
    return laws


def _combine(old: list[list[int]], modulus: int, new: list[list[int]], prime: int) -> list[list[int]]:
    """Chinese remainders, entry by entry."""
    inverse = pow(modulus, -1, prime)
    return [
        [a + modulus * ((b - a) * inverse % prime) for a, b in zip(r, s, strict=True)]
        for r, s in zip(old, new, strict=True)
    ]


def rational_from_residue(value: int, modulus: int) -> Fraction | None:
    """Return the fraction a/b ≡ value with |a|, b ≤ √(modulus/2), if there is one (it is unique)."""
    bound = isqrt(modulus // 2)
    r0, r1, t0, t1 = modulus, value % modulus, 0, 1
    while r1 > bound:
        quotient = r0 // r1
        r0, r1, t0, t1 = r1, r0 - quotient * r1, t1, t0 - quotient * t1
    if abs(t1) > bound or t1 == 0:
        return None
    return Fraction(r1, t1)


def _readable(laws: list[Poly]) -> list[Poly]:
    """Replace laws by combinations of two with fewer terms while that helps: a basis a person recognises."""
    laws = list(laws)
    if len(laws) > 80:
        return laws
    improved = True
    while improved:
        improved = False
        for i, j in ((i, j) for i in range(len(laws)) for j in range(len(laws)) if i != j):
            shared = laws[i].terms.keys() & laws[j].terms.keys()
            for ratio in sorted({Fraction(laws[i].terms[m]) / laws[j].terms[m] for m in shared}):
                candidate = laws[i] - laws[j] * ratio
                if len(candidate.terms) < len(laws[i].terms):
                    laws[i] = candidate.primitive()
                    improved = True
                    break
    return laws
