"""What is wrong with a polynomial that should have been a new law."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, combinations_with_replacement
from math import comb, prod

from ...errors import ConslawError
from ...exact.backend import PRIME, kernel
from ...exact.polynomial import Monomial, Poly
from ...laws.checking import check_law
from ...laws.questions import independent
from ...laws.search import conservation_laws, rational_from_residue
from ...models.fields import VectorFields, to_poly
from ...models.layered import LayeredNetwork
from ...models.networks import ReluNetwork, linear, relu
from .finding import Finding

__all__ = ["diagnose_law", "relation"]

MAX_RELATION = 400  # products of laws that are tried when one law is written in terms of others
MAX_SEARCH = 12_000  # monomials among which a hint looks for the law that was meant


def diagnose_law(
    h: str | Poly, phi: VectorFields, previous: Sequence[str | Poly] = (), data: VectorFields | None = None
) -> Finding | None:
    """Say what is wrong with a polynomial that should have been a new law.

    Parameters
    ----------
    h : str or Poly
    phi : VectorFields
    previous : sequence of laws
        The laws found so far: a function of them is not a new law.
    data : VectorFields, optional
        The gradient field of one data set, where the answer came from watching it.

    Returns
    -------
    Finding or None
        None for a law that is independent of the previous ones: there is nothing wrong with it.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> finding = diagnose_law("x**2 + y**2", parametrization("x*y"))
    >>> finding.kind, finding.hints[-1]
    ('sign', 'With -y**2 instead of +y**2 it is a law: x**2 - y**2.')
    """
    poly = to_poly(h, phi.variables)
    if poly.is_constant:
        return Finding(
            "constant",
            (
                "It never changes; but would it change if the weights were moved by hand?",
                f"{poly.text} is a constant: its gradient is zero, and constants are never counted as laws.",
            ),
        )
    verdict = check_law(poly, phi)
    if verdict.is_proved:
        return _already_known(poly, [to_poly(p, phi.variables) for p in previous])
    for detector in (_transposed, _bias_forgotten, _other_network, _wrong_coefficients, _missing_terms):
        finding = detector(poly, phi)
        if finding is not None:
            return finding
    if data is not None and check_law(poly, data).is_proved:
        return Finding(
            "only for this data set",
            (
                "It was constant in your experiment. Would it be with other data?",
                f"It is conserved by the flow of this data set, but not by all data: {verdict.witness}.",
            ),
        )
    return _residual(poly, phi)


def _already_known(poly: Poly, previous: list[Poly]) -> Finding | None:
    if not previous:
        return None
    verdict = independent([*previous, poly], poly.variables)
    if not verdict.is_refuted:
        return None
    found = relation(poly, previous)
    names = ", ".join(f"h_{i + 1} = {p.text}" for i, p in enumerate(previous))
    if found is None:
        explicit = (
            f"Near a generic point it is a function of the laws you have ({names}): its gradient is in their span."
        )
    else:
        explicit = f"With {names} it is {found}: nothing new."
    return Finding(
        "function of previous laws",
        (
            "It is conserved, indeed. But is it new?",
            "Its gradient is everywhere a combination of the gradients of the laws you already have.",
            explicit,
        ),
    )


def relation(h: Poly, laws: Sequence[Poly]) -> str | None:
    """Write h as a polynomial in given laws, or return None where there is none of the fitting degree.

    Examples
    --------
    >>> from conslaw_nb.language.polynomials import poly_from_text
    >>> a, b = (poly_from_text(t, ("x", "y")) for t in ("x**2 - y**2", "x**4 - 2*x**2*y**2 + y**4"))
    >>> relation(b, [a])
    'h_1**2'
    """
    names = tuple(f"h_{i + 1}" for i in range(len(laws)))
    lowest = min((p.degree for p in laws), default=1) or 1
    products: list[tuple[Monomial, Poly]] = []
    for degree in range(h.degree // lowest + 1):
        for choice in combinations_with_replacement(range(len(laws)), degree):
            if sum(laws[i].degree for i in choice) <= h.degree:
                powers = tuple(sorted(Counter(choice).items()))
                products.append((powers, prod((laws[i] for i in choice), start=Poly.constant(h.variables, 1))))
            if len(products) > MAX_RELATION:
                return None
    monomials = sorted({m for _, p in [*products, ((), h)] for m in p.terms})
    rows = [[_residue(p.terms.get(m, 0)) for _, p in [*products, ((), h)]] for m in monomials]
    for vector in kernel(rows, len(products) + 1, PRIME):
        if not vector[-1]:
            continue
        scale = -pow(vector[-1], -1, PRIME) % PRIME
        numbers = [rational_from_residue(x * scale % PRIME, PRIME) for x in vector[:-1]]
        if any(number is None for number in numbers):
            continue
        total = Poly(names, {powers: c for (powers, _), c in zip(products, numbers, strict=True) if c})
        combination = sum(
            (p * c for (_, p), c in zip(products, numbers, strict=True) if c), start=Poly(h.variables, {})
        )
        if combination == h:
            return total.text
    return None


def _residue(value: int | Fraction) -> int:
    return value.numerator * pow(value.denominator, -1, PRIME) % PRIME


def _term(poly: Poly, monomial: Monomial, coefficient: int | Fraction) -> str:
    """Write one signed term, such as ``-2*x*y``."""
    text = Poly(poly.variables, {monomial: coefficient}).text
    return text if text.startswith("-") else f"+{text}"


def _laws_up_to(phi: VectorFields, degree: int) -> list[Poly]:
    if comb(phi.dimension + degree, degree) > MAX_SEARCH:
        return phi.known_laws() or []
    try:
        return [law.poly for law in conservation_laws(phi, degree)]
    except ConslawError:
        return phi.known_laws() or []


def _nearest_on_support(poly: Poly, laws: Sequence[Poly]) -> Poly | None:
    """Return the law with only monomials of `poly` that keeps most of its coefficients."""
    inside = [law for law in laws if law.terms.keys() <= poly.terms.keys()]
    total = Poly(poly.variables, {})
    for law in inside:
        ratios = Counter(Fraction(poly.terms[m]) / law.terms[m] for m in law.terms if m not in total.terms)
        if ratios:
            # of equally frequent ratios the one of the leading term, which a learner writes first
            leading = next(m for m in poly.ordered() if m in law.terms)
            first = Fraction(poly.terms[leading]) / law.terms[leading]
            best = max(ratios, key=lambda r: (ratios[r], r == first))
            total = total + law * best
    return total if total else None


def _wrong_coefficients(poly: Poly, phi: VectorFields) -> Finding | None:
    nearest = _nearest_on_support(poly, _laws_up_to(phi, poly.degree))
    if nearest is None:
        return None
    changed = [m for m in poly.ordered() if nearest.terms.get(m, 0) != poly.terms[m]]
    kept = len(poly.terms) - len(changed)
    if not changed or kept < len(changed):
        return None
    ratios = {Fraction(nearest.terms.get(m, 0)) / poly.terms[m] for m in changed}
    wrong = " and ".join(_term(poly, m, poly.terms[m]) for m in changed[:4])
    if ratios == {Fraction(0)}:
        return Finding(
            "superfluous term",
            (
                "You have a law in your hands, and something else beside it.",
                f"One part of it is conserved and the rest is not: look at {wrong}.",
                f"Without {wrong} it is a law: {nearest.text}.",
            ),
            nearest,
        )
    right = " and ".join(_term(poly, m, nearest.terms.get(m, 0)) for m in changed[:4])
    last = f"With {right} instead of {wrong} it is a law: {nearest.text}."
    if ratios == {Fraction(-1)}:
        several = "a sign" if len(changed) == 1 else "some signs"
        return Finding("sign", ("Very close: the right terms are all there.", f"Look at {several}.", last), nearest)
    if ratios <= {Fraction(2), Fraction(1, 2), Fraction(-2), Fraction(-1, 2)}:
        where = "on a square" if all(len(m) == 1 for m in changed) else "on a mixed term"
        why = (
            "in a symmetric matrix the entries off the diagonal occur twice"
            if isinstance(phi, LayeredNetwork)
            else ("differentiate each term once more")
        )
        return Finding(
            "factor of 2",
            ("Very close: the right terms are all there.", f"Look for a factor of 2 {where}: {why}.", last),
            nearest,
        )
    return Finding(
        "coefficient",
        ("Very close: the right terms are all there.", f"Look at the coefficient of {wrong}.", last),
        nearest,
    )


def _missing_terms(poly: Poly, phi: VectorFields) -> Finding | None:
    """Find a law that agrees with `poly` on all its monomials and has a few more."""
    candidates = [law for law in _laws_up_to(phi, poly.degree) if law.terms.keys() & poly.terms.keys()]
    total = Poly(poly.variables, {})
    for law in candidates:
        shared = [m for m in law.terms if m in poly.terms and m not in total.terms]
        ratios = {Fraction(poly.terms[m]) / law.terms[m] for m in shared}
        if len(ratios) == 1:
            total = total + law * ratios.pop()
    if any(total.terms.get(m, 0) != c for m, c in poly.terms.items()):
        return None
    missing = total - poly
    if not missing or len(missing.terms) > 2 * len(poly.terms) + 2:
        return None
    names = [poly.variables[v] for v in missing.support()]
    return Finding(
        "missing term",
        (
            "Every term that you have belongs to a law; but something is missing.",
            f"A law with your terms also moves with {', '.join(names[:6])}.",
            f"Add {_signed(missing)}: then it is a law, {total.text}.",
        ),
        total,
    )


def _bias_forgotten(poly: Poly, phi: VectorFields) -> Finding | None:
    if not (isinstance(phi, ReluNetwork) and phi.bias):
        return None
    finding = _missing_terms(poly, phi)
    if finding is None or finding.repaired is None:
        return None
    missing = finding.repaired - poly
    if any(not phi.variables[v].startswith("b") for v in missing.support()):
        return None
    return Finding(
        "bias forgotten",
        (
            "Which weights arrive at this neuron? Have you counted all of them?",
            "The bias is a weight too: it belongs to the incoming side.",
            finding.hints[-1],
        ),
        finding.repaired,
    )


def _signed(poly: Poly) -> str:
    return " ".join(_term(poly, m, poly.terms[m]) for m in poly.ordered())


def _transposed(poly: Poly, phi: VectorFields) -> Finding | None:
    """Find layers whose indices, exchanged, turn `poly` into a law: UᵀU was mistaken for UUᵀ."""
    if not isinstance(phi, LayeredNetwork):
        return None
    square = [k for k in range(1, phi.depth + 1) if phi.sizes[k - 1] == phi.sizes[k] > 1]
    touched = [k for k in square if any(v in _block(phi, k) for v in poly.support())]
    for number in range(1, len(touched) + 1):
        for layers in combinations(touched, number):
            swap = {}
            for k in layers:
                swap.update(_block(phi, k))
            changed = Poly(poly.variables, {})
            for monomial, c in poly.terms.items():
                powers = tuple(sorted((swap.get(v, v), e) for v, e in monomial))
                changed = changed + Poly(poly.variables, {powers: c})
            if changed != poly and phi.failing_generator(changed) is None:
                names = " and ".join(_layer_name(phi, k) for k in layers)
                all_layers = {k for k in range(1, phi.depth + 1) if any(v in _block(phi, k) for v in poly.support())}
                part = set(layers) != all_layers
                return Finding(
                    "transposed for one layer" if part else "transposed",
                    (
                        "The right shape, but look at the order of the indices.",
                        f"Is it a row or a column of {names} that meets the hidden neuron?"
                        + (" Your other layer has it right." if part else ""),
                        f"UᵀU and UUᵀ are swapped for {names}. With its indices exchanged it is a law: {changed.text}.",
                    ),
                    changed,
                )
    return None


def _block(phi: LayeredNetwork, k: int) -> dict[int, int]:
    """Map each parameter of a square layer to the one with its indices exchanged."""
    n, m = phi.sizes[k - 1], phi.sizes[k]
    if n != m:
        return {phi.weight(k, a, b): phi.weight(k, a, b) for a in range(n) for b in range(m)}
    return {phi.weight(k, a, b): phi.weight(k, b, a) for a in range(n) for b in range(n)}


def _layer_name(phi: LayeredNetwork, k: int) -> str:
    return ("U", "V")[k - 1] if phi.kind == "factorization" else f"U_{k}"


def _other_network(poly: Poly, phi: VectorFields) -> Finding | None:
    """Find a related network with the same parameter names for which `poly` is a law."""
    for other, word in _relatives(phi):
        names = {name: i for i, name in enumerate(other.variables)}
        used = [phi.variables[v] for v in poly.support()]
        if all(name in names for name in used):
            same = Poly(
                other.variables,
                {tuple(sorted((names[phi.variables[v]], e) for v, e in m)): c for m, c in poly.terms.items()},
            )
            if other.failing_generator(same) is None:
                return Finding(
                    "law of another network",
                    (
                        "A good law; but of which network?",
                        f"It is conserved {word}.",
                        f"It is a law of {other.text}, and the model here is {phi.text}.",
                    ),
                )
    return None


def _relatives(phi: VectorFields) -> Iterator[tuple[LayeredNetwork, str]]:
    if isinstance(phi, ReluNetwork):
        yield (
            linear(*phi.widths),
            "when the activation is linear: then all entries of the matrices count, and not the diagonal only",
        )
        if not phi.bias:
            yield relu(*phi.widths, bias=True), "when the neurons have biases"


def _residual(poly: Poly, phi: VectorFields) -> Finding:
    """Show what is left, and where it happens to vanish."""
    verdict = check_law(poly, phi)
    witness = verdict.witness
    assert witness is not None
    residual = phi[witness.generator].along(poly)
    common = _common_variables(residual)
    text = residual.text if len(residual.terms) <= 12 else f"a polynomial of {len(residual.terms)} terms"
    if common:
        where = " or ".join(f"{phi.variables[v]} = 0" for v in common)
        return Finding(
            "holds on a special set",
            (
                "It looks right at some points. Is it right at all of them?",
                f"⟨∇h, {witness.label}⟩ vanishes where {where}, but not on an open set.",
                f"⟨∇h, {witness.label}⟩ = {text}; at {witness.point_text} it is {witness.value}.",
            ),
        )
    return Finding(
        "not conserved",
        (
            f"Compute ⟨∇h, χ⟩ for the generator χ = {witness.label}.",
            f"At {witness.point_text} it is {witness.value}, and a law needs 0.",
            f"⟨∇h, {witness.label}⟩ = {text}.",
        ),
    )


def _common_variables(poly: Poly) -> list[int]:
    """Return the variables that divide a polynomial."""
    if not poly.terms:
        return []
    shared = set.intersection(*({v for v, _ in m} for m in poly.terms))
    return sorted(shared)
