"""The exercises of lesson 7, on counting laws: two bounds, certificates, and why floats are not enough."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ...claims.answers import parts, read_numbers, read_polynomial
from ...claims.hints import Hints, hints_for_law, law_hint
from ...errors import ParseError
from ...exact.polynomial import Poly
from ...laws.checking import check_law
from ...laws.counting import count_laws
from ...laws.questions import complete, independent
from ...laws.staircases import staircase
from ...models.fields import bracket
from ...models.networks import factorization
from ...models.parametrizations import parametrization
from ..exercise import Feedback, right, wrong
from ..floating import eliminate
from ..lesson_text import read_lesson
from ..proof_answers import judge_proof

__all__ = ["lesson"]

lesson = read_lesson(__file__)


def _whole(answer: Any, count: int) -> list[int]:
    """Read whole numbers."""
    numbers = read_numbers(answer, count)
    if any(value.denominator != 1 for value in numbers):
        raise ParseError(f"whole numbers are asked for, and '{answer}' holds others")
    return [int(value) for value in numbers]


# 7.1 predict: the three numbers of a network.


@lesson.check("7.1")
def check_numbers(answer: Any) -> Feedback:
    trace, lie, laws = _whole(answer, 3)
    phi = factorization(1, 2, 2)
    count = count_laws(phi)
    total = phi.dimension
    if (trace, lie, laws) == (count.dim_trace, count.dim_lie, count.laws):
        proved = f"The engine proves it: {count.verdict.reason}"
        return right(f"{count.staircase}, and {total} − {lie} = {laws} laws. {proved}")
    if laws + lie != total:
        return wrong(
            f"Your numbers do not fit together: with D = {total} and dim Lie(W)(θ) = {lie} there would "
            f"be {total - lie} laws, and not {laws}."
        )
    if trace > phi.count:
        return wrong(f"φ has {phi.count} components, so W(θ) is spanned by {phi.count} vectors: {trace} is too large.")
    if lie < trace:
        return wrong(f"Lie(W)(θ) holds W(θ), so its dimension cannot be {lie} if that of W(θ) is {trace}.")
    if trace != count.dim_trace:
        return wrong(
            f"dim W(θ) is not {trace}: look at the two gradients at a point where all parameters are different from 0."
        )
    if lie == trace:
        return wrong("You have left the brackets out. There is one bracket of two fields: does it lie in W(θ)?")
    return wrong(f"dim Lie(W)(θ) is not {lie}: two fields have one bracket, and how many dimensions can that one add?")


# 7.2 compute: the laws that bring the ceiling down to the staircase.

_QUAD = ("a", "b", "c", "d")


@lesson.check("7.2")
def check_ceiling(answer: Any) -> Feedback:
    phi = parametrization("a*c + b*d", variables=_QUAD)
    pieces = [str(piece) for piece in parts(answer)]
    if len(pieces) != 3:
        return wrong(
            f"Three functions, with commas between them, are needed to bring the ceiling from 4 down to 1; `{answer}` "
            f"is {len(pieces)}."
        )
    for piece in pieces:
        finding = _finding(piece, phi)
        if finding:
            return wrong(finding, _hints(piece, phi))
    verdict, _ = complete(pieces, phi)
    if verdict.is_proved:
        return right(
            "Three laws with independent gradients: dim Lie(W)(θ) is at most 4 − 3 = 1. The gradient of φ is not 0: "
            "it is "
            "at least 1. The bounds meet."
        )
    dependent = independent(pieces, phi.variables)
    if dependent.is_refuted:
        return wrong(f"All three are laws, but they are not independent: {dependent.reason}")
    return wrong(f"The engine does not see it: {verdict.reason}")


def _hints(piece: str, phi: Any) -> Callable[[], Hints]:
    return partial(hints_for_law, piece, phi)


def _finding(piece: str, phi: Any) -> str:
    """Say what is wrong with a function that should be a law, or nothing."""
    verdict = check_law(piece, phi)
    if verdict.details.get("constant"):
        return f"`{piece}` is a constant: it is never counted."
    if verdict.is_proved:
        return ""
    reason = verdict.reason.removeprefix("not conserved: ")
    return f"`{piece}` is not a law: {reason}{law_hint(piece, phi)}"


# 7.3 prove: a complete list of laws, step by step.


@lesson.check("7.3")
def check_proof(answer: Any) -> Feedback:
    told = "Every step is decided, and the last one follows by Theorem 3.3: no law is missing."
    needs = "that both are laws, that they are independent, and dim Lie"
    return judge_proof(answer, lesson.start("7.3"), told, cites="Theorem 3.3", needs=needs)


# 7.4 break: bracketing with a few generators only.

_FOUR = ("w", "x", "y", "z")
MAX_DEGREE = 4


@lesson.check("7.4")
def check_few(answer: Any) -> Feedback:
    pieces = parts(answer)
    if len(pieces) != 3:
        raise ParseError(f"three components of φ are asked for, with commas between them; '{answer}' is {len(pieces)}")
    polys: list[Poly] = [read_polynomial(piece, _FOUR) for piece in pieces]
    for poly in polys:
        if poly.degree > MAX_DEGREE:
            raise ParseError(f"a component has degree {poly.degree}: degree {MAX_DEGREE} is enough")
    phi = parametrization(*(poly.text for poly in polys), variables=_FOUR)
    few = staircase(phi, steps=3, generators=1).traces
    count = count_laws(phi)
    announced = 4 - few[-1]
    shown = ", ".join(map(str, few))
    if count.laws is None:
        return wrong(f"How many laws there are is not decided here: {count.verdict.reason}")
    if announced > count.laws:
        return right(
            f"Bracketing with v_1 alone gives the dimensions {shown}, and so announces {announced} "
            f"law{'s' if announced > 1 else ''}. With all generators {count.staircase}, and there "
            f"{'is 1 law' if count.laws == 1 else f'are {count.laws} laws'}."
        )
    return wrong(
        f"Bracketing with v_1 = `{phi[0]}` alone gives the dimensions {shown}, and so announces {announced} "
        f"law{'' if announced == 1 else 's'}: the right number. The shortcut got away with it."
    )


# 7.5 break: a prime modulo which the lower bound is lost.

_PLACE = (4, 1)
MAX_PRIME = 10**6


def _minor() -> int:
    """Return the determinant of the gradients of x² + 3y² and xy at the point."""
    (a, b), (c, d) = ([int(part.evaluate(_PLACE)) for part in field.components] for field in
                      parametrization("x**2 + 3*y**2", "x*y"))  # fmt: skip
    return a * d - b * c


@lesson.check("7.5")
def check_prime(answer: Any) -> Feedback:
    (p,) = _whole(answer, 1)
    if not 2 <= p <= MAX_PRIME:
        return wrong(f"{p} is not a prime between 2 and {MAX_PRIME}.")
    divisor = next((k for k in range(2, int(p**0.5) + 1) if p % k == 0), None)
    if divisor is not None:
        return wrong(f"{p} = {divisor} · {p // divisor} is not a prime, and modulo {p} one cannot divide.")
    minor = _minor()
    if minor % p:
        return wrong(
            f"Modulo {p} the determinant of the two gradients is {minor % p}, not 0: they are independent, "
            "modulo this prime as well."
        )
    return right(
        f"The determinant is {minor}, which is 0 modulo {p}. A rank modulo {p} comes out as 1, too small and never too "
        f"large: "
        "such a certificate would be weaker than it could be, but not wrong."
    )


# 7.6 break: an invertible matrix that floats call singular.

_TOLERANCE = 1e-9
MAX_ENTRY = 10**15


@lesson.check("7.6")
def check_close(answer: Any) -> Feedback:
    a, b, c, d = _whole(answer, 4)
    if max(map(abs, (a, b, c, d))) > MAX_ENTRY:
        return wrong(f"Keep the entries below {MAX_ENTRY}, so that each of them is exactly a float.")
    determinant = a * d - b * c
    if not determinant:
        return wrong("This matrix is singular: its determinant is exactly 0, and the floats are right to say so.")
    seen = eliminate([[a, b], [c, d]], _TOLERANCE)
    if seen.rank == 2:
        return wrong(
            f"The determinant is {determinant}, and floats see rank 2 as well: the second pivot is "
            f"{seen.pivots[1]:.3g}, more than 10⁻⁹ times the largest entry."
        )
    return right(
        f"The determinant is {determinant}, so the rank is 2, and the elimination stops after {seen.rank}: what is "
        f"left counts "
        "as zero. With a smaller tolerance it would be right here, and wrong elsewhere."
    )


# 7.7 break: a staircase with two steps.


def _two(pieces: list[Any], what: str, count: int) -> list[Poly]:
    """Read polynomials in w, x, y, z of a degree that is bracketed at once."""
    if len(pieces) != count:
        here = "is 1" if len(pieces) == 1 else f"are {len(pieces)}"
        raise ParseError(f"{what} are asked for, with commas between them, and here {here}")
    polys = [read_polynomial(piece, _FOUR) for piece in pieces]
    for poly in polys:
        if poly.degree > MAX_DEGREE:
            raise ParseError(f"'{poly.brief}' has degree {poly.degree}: degree {MAX_DEGREE} is enough")
    return polys


@lesson.check("7.7")
def check_stairs(answer: Any) -> Feedback:
    polys = _two(parts(answer), "two components of φ", 2)
    phi = parametrization(*(poly.text for poly in polys), variables=_FOUR)
    steps = staircase(phi, steps=3).traces
    while len(steps) > 1 and steps[-1] == steps[-2]:
        steps = steps[:-1]  # where nothing is added any more
    shown = ", ".join(map(str, steps))
    if steps == [2, 3, 4]:
        return right(f"The staircase is {shown}: after the first step of brackets there was one more to climb.")
    if steps[0] < 2:
        return wrong(f"The staircase begins with {steps[0]}: the two gradients should be independent.")
    if len(steps) == 1:
        return wrong(f"The staircase stays at 2: [v_1, v_2] = `{bracket(phi[0], phi[1])}` does not leave W(θ).")
    return wrong(f"The staircase is {shown}, and there it stays: 2, 3, 4 is asked for.")


# 7.8 compute: a model to order.


@lesson.check("7.8")
def check_one_law(answer: Any) -> Feedback:
    first, second, h = _two(parts(answer), "two components of φ and a law", 3)
    used = {_FOUR[place] for part in (first, second) for place in part.support()}
    unused = [name for name in _FOUR if name not in used]
    if unused:
        one = "does not occur in φ: nothing moves it, so it is a law by itself"
        several = "do not occur in φ: nothing moves them, so they are laws by themselves"
        return wrong(f"{' and '.join(unused)} {one if len(unused) == 1 else several}.")
    phi = parametrization(first.text, second.text, variables=_FOUR)
    count = count_laws(phi)
    if count.laws is None:
        return wrong(f"How many laws there are is not decided here: {count.verdict.reason} Try a shorter φ.")
    if (count.dim_trace, count.dim_lie) != (2, 3):
        return wrong(
            f"For this φ dim W(θ) is {count.dim_trace} and dim Lie(W)(θ) is {count.dim_lie}; 2 and 3 are asked for."
        )
    finding = _finding(h.text, phi)
    if finding:
        return wrong(f"Your φ is right: exactly one law. But {finding[0].lower()}{finding[1:]}", _hints(h.text, phi))
    return right(f"{count.staircase}, so 4 − 3 = 1 law, and `{h.text}` is it.")
