"""The exercises of lesson 0, in which learners train a network that they wrote themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from ...claims.answers import read_count, read_number, read_polynomial
from ...exact.polynomial import Poly
from ...laws.checking import check_law
from ...laws.counting import count_laws
from ...models.networks import relu
from ...models.phase_space import momentum_fields
from ...simulation import two_layers as true
from ...verdict import sentence
from ..exercise import Feedback, right, wrong
from ..functions import Call, shown
from ..lesson_text import read_lesson

__all__ = ["lesson", "normalised_fields"]

lesson = read_lesson(__file__)

F = Fraction
# Fractions, of both signs; no neuron stands on its kink, where one may choose the slope.
_WEIGHTS = (
    ([F(2), F(-1)], [F(1), F(3)]),
    ([F(1, 2), F(3), F(-2)], [F(-1), F(2), F(1, 3)]),
    ([F(-5, 3)], [F(2)]),
)
_EXAMPLES = ((F(2), F(1)), (F(-3, 2), F(2)), (F(1, 3), F(-4)))
_TAU = F(1, 7)


def _flat(value: Any) -> list[Any]:
    return [part for item in value for part in _flat(item)] if isinstance(value, list) else [value]


def _shape(value: Any) -> Any:
    return [_shape(item) for item in value] if isinstance(value, list) else "number"


def _words(value: Any) -> str:
    """Write a value as one would on paper, and not more of it than one reads."""
    text = shown(value)
    return text if len(text) <= 120 else f"{text[:120]}..."


def _first_fault(
    calls: Sequence[Call], wanted: Sequence[Any], name: str, why: Callable[[Call, Any], str], what: str
) -> Feedback | None:
    """Return what is wrong with the first call that is not what it should be; nothing for a good function."""
    for call, good in zip(calls, wanted, strict=True):
        said = f"{name}({', '.join(map(_words, call.arguments))})"
        if call.trouble:
            return wrong(sentence(call.trouble))
        if call.value is None:
            return wrong(f"`{said}` returns nothing: does it end with `return`, and in every case?")
        if _shape(call.value) != _shape(good):
            return wrong(f"`{said}` returns `{_words(call.value)}`, and should return {what}.")
        if call.value != good:
            near = all(abs(a - b) <= 1e-9 * max(1, abs(b)) for a, b in zip(_flat(call.value), _flat(good), strict=True))
            if near and any(isinstance(part, float) for part in _flat(call.value)):
                return wrong(
                    f"`{said}` returns floats, `{_words(call.value)}`: right up to rounding. The check asks in "
                    "fractions, and a number with a decimal point in your lines (`0.0`, `0.5`) makes floats of them: "
                    "write `0`, or divide by 2."
                )
            return wrong(f"`{said}` should be `{_words(good)}`, and yours is `{_words(call.value)}`.{why(call, good)}")
    return None


def _none(call: Call, good: Any) -> str:
    return ""


# 0.1 compute: the network.

_ASKED = [(*w, x) for w in _WEIGHTS for x, _ in _EXAMPLES[:2]]


def _network_why(call: Call, good: Any) -> str:
    u, v, x = call.arguments
    if call.value == sum(a * b * x for a, b in zip(u, v, strict=True)):
        return " Neurons that are asleep count in yours: where is the max?"
    if call.value == max(sum(a * b * x for a, b in zip(u, v, strict=True)), 0):
        return " The max belongs around each v_j x, and not around the sum."
    if call.value == sum(max(a * b * x, 0) for a, b in zip(u, v, strict=True)):
        return " The max belongs around v_j x alone: u_j stands outside, and may be negative."
    return ""


@lesson.check("0.1", cases=_ASKED)
def check_network(calls: list[Call]) -> Feedback:
    wanted = [true.network(*call.arguments) for call in calls]
    fault = _first_fault(calls, wanted, "network", _network_why, "one number")
    return right(f"The same as Σ u_j max(v_j x, 0) on {len(calls)} cases, in fractions.") if fault is None else fault


# 0.2 compute: one step of descent.

_STEPS = [(*w, x, y, _TAU) for w in _WEIGHTS for x, y in _EXAMPLES]
_PAIR = "two lists of this length, `return new_u, new_v`"


def _slips(u: list[Any], v: list[Any], x: Any, y: Any, tau: Any) -> dict[str, Any]:
    """Return what the usual mistakes give, each with a sentence on it."""
    by_u, by_v = true.gradient(u, v, x, y)
    e = true.network(u, v, x) - y
    new_u, new_v = true.step(u, v, x, y, tau)
    late_v = [b - tau * e * a * x if b * x > 0 else b for a, b in zip(new_u, v, strict=True)]
    again = true.network(new_u, v, x) - y
    later_v = [b - tau * again * a * x if b * x > 0 else b for a, b in zip(new_u, v, strict=True)]
    awake_v = [b - tau * e * a * x for a, b in zip(u, v, strict=True)]
    no_x = [b - tau * e * a if b * x > 0 else b for a, b in zip(u, v, strict=True)]
    plus = [a + tau * s for a, s in zip(u, by_u, strict=True)], [b + tau * s for b, s in zip(v, by_v, strict=True)]
    return {
        " Yours goes uphill: descent subtracts the derivative.": plus,
        " Your v is moved with the new u: all weights move at once, from the same place. (The other order is a "
        "different method.)": (new_u, late_v),
        " Your v is moved from the new u, and with the error there: all weights move at once, from the same place.": (
            new_u, later_v,
        ),
        " Yours also moves the v of neurons that are asleep, for which the derivative is 0.": (new_u, awake_v),
        " Yours also moves the u of neurons that are asleep: their max(v_j x, 0) is 0.": (
            [a - tau * e * b * x for a, b in zip(u, v, strict=True)], new_v,
        ),
        " The derivative by v_j has a factor x: yours lacks it.": (new_u, no_x),
        " Yours is twice as long: the loss is ½e², and its derivative has no 2.": true.step(u, v, x, y, 2 * tau),
        " Yours has no tau in it.": true.step(u, v, x, y, 1),
        " Yours stays where it was.": (u, v),
    }  # fmt: skip


def _step_why(call: Call, good: Any) -> str:
    found = (told for told, value in _slips(*call.arguments).items() if call.value == [list(part) for part in value])
    return next(found, "")


@lesson.check("0.2", cases=_STEPS)
def check_step(calls: list[Call]) -> Feedback:
    wanted = [[list(part) for part in true.step(*call.arguments)] for call in calls]
    fault = _first_fault(calls, wanted, "step", _step_why, _PAIR)
    return (
        right(f"A step of descent on all {len(calls)} cases, exactly, sleeping neurons included.")
        if fault is None
        else fault
    )


# 0.3 compute: the loop and its log.

_DATA = [_EXAMPLES[0], _EXAMPLES[1]]
_RUNS = [(*_WEIGHTS[0], _DATA, F(1, 20), 2), (*_WEIGHTS[2], _DATA[:1], F(1, 5), 3), (*_WEIGHTS[1], _DATA, F(1, 20), 0)]


def _train_why(call: Call, good: Any) -> str:
    value = call.value
    if value == [[-b for b in entry] for entry in good]:
        return " The sign is the other one: u_j² first."
    if len(value) > 1 and value[0] == good[0] and all(entry == value[0] for entry in value):
        return " Your weights never change: `u, v = step(...)` keeps the new ones."
    return ""


def _train_length(calls: Sequence[Call], wanted: Sequence[Any]) -> Feedback | None:
    """Say which entries of a log are missing, if that is all that is wrong."""
    for call, good in zip(calls, wanted, strict=True):
        log, steps = call.value, len(good) - 1
        if not isinstance(log, list) or not all(isinstance(entry, list) for entry in log) or len(log) == len(good):
            continue
        asked = (
            f"{call.arguments[4]} times through {len(call.arguments[2])} examples is {steps} steps: {len(good)} entries"
        )
        more = {
            len(good) - 1: "the entry before the first step is missing, or that after the last",
            call.arguments[4] + 1: "one entry for each step is asked for, not for each time through the data",
        }.get(len(log), "write an entry inside the inner loop, after each step")
        return wrong(f"{asked}, and your log has {len(log)}: {more}.")
    return None


def _train_entry(calls: Sequence[Call], wanted: Sequence[Any]) -> Feedback | None:
    """Say which entry of a log is the first that differs, where the rest of it is in order."""
    for call, good in zip(calls, wanted, strict=True):
        log = call.value
        if _shape(log) != _shape(good) or log == good or _train_why(call, good):
            continue
        if any(isinstance(part, float) for part in _flat(log)):
            return None
        k = next(k for k, (a, b) in enumerate(zip(log, good, strict=True)) if a != b)
        return wrong(
            f"`train({_words(call.arguments[0])}, {_words(call.arguments[1])}, ...)`: entry {k} of the log should be "
            f"`{_words(good[k])}`, and yours is `{_words(log[k])}`, entry 0 being that before the first step. Is your "
            "`step` right (0.2), and are the new weights those that are written down?"
        )
    return None


@lesson.check("0.3", cases=_RUNS)
def check_train(calls: list[Call]) -> Feedback:
    wanted = [true.train(*call.arguments).balances for call in calls]
    what = "a list of lists, the balances of all neurons before the first step and after each"
    fault = _train_length(calls, wanted)
    if fault is None:
        fault = _train_entry(calls, wanted)
    if fault is None:
        fault = _first_fault(calls, wanted, "train", _train_why, what)
    return right("The right number of entries, and each of them exact.") if fault is None else fault


# 0.4 predict: the factor of a step.

_NAMES = ("tau", "e", "x")


@lesson.check("0.4")
def check_factor(answer: Any) -> Feedback:
    factor = read_polynomial(answer, _NAMES)
    tau, e, x = Poly.gens(_NAMES)
    one = Poly.constant(_NAMES, 1)
    change = factor - (one - tau**2 * e**2 * x**2)
    if not change.terms:
        return right("The balance is multiplied by 1 − τ²e²x², the same for all neurons that are awake.")
    if not (factor - one).terms:
        return wrong(
            "With the factor 1 nothing would ever drift: that is the flow. A step of descent leaves its curve."
        )
    single = any(dict(powers).get(0) == 1 for powers in factor.terms)
    told = " The terms with a single τ cancel in (u⁺)² − (v⁺)²." if single else ""
    u, v = F(2), F(1)
    for t, k, z in product((F(1, 10), F(1, 7)), (F(3), F(2), F(-5)), (F(1), F(2), F(-3))):
        after = (u - t * k * z * v) ** 2 - (v - t * k * z * u) ** 2
        yours = factor.evaluate((t, k, z)) * (u * u - v * v)
        if yours != after:
            return wrong(
                f"Take u = 2, v = 1, τ = {t}, e = {k}, x = {z}: the step leads to the balance {after}, your factor to "
                f"{yours}.{told}"
            )
    return wrong(f"Your factor differs from that of a step by {change.text}, which is not 0 everywhere.{told}")


# 0.5 break: one step that forgets.


@lesson.check("0.5")
def check_forgetting(answer: Any) -> Feedback:
    tau = read_number(answer)
    if tau <= 0:
        return wrong(f"τ = {tau} is not a step size: give one larger than 0.")
    u, v = true.step([F(2), F(1)], [F(1), F(2)], F(1), F(1), tau)
    after = true.balances(u, v)
    place = f"u = ({u[0]}, {u[1]}), v = ({v[0]}, {v[1]})"
    told = f"With τ = {tau} the step leads to {place}, with the balances {after[0]} and {after[1]}"
    return right(f"{told}: forgotten for good.") if not any(after) else wrong(f"{told}.")


# 0.6 compute: weight decay.

_DECAYS = [(*case, F(1, 5)) for case in _STEPS[:6]]


def _decay_why(call: Call, good: Any) -> str:
    *plain, rate = call.arguments
    u, v, x, _, tau = plain
    new = true.step(*plain)

    def less(weights: Sequence[Any], share: Any, of: Sequence[Any]) -> list[Any]:
        return [n - share * a for n, a in zip(weights, of, strict=True)]

    slips = {
        " Yours is a step without decay.": [list(part) for part in new],
        " The decay is taken from the new weights in yours: it belongs to the same step, from the same place.": [
            less(new[0], tau * rate, new[0]), less(new[1], tau * rate, new[1]),
        ],
        " The decay wants the step size as well: tau times (derivative plus rate times weight).": [
            less(new[0], rate, u), less(new[1], rate, v),
        ],
        " In yours only u decays: v fades in the same way.": [less(new[0], tau * rate, u), new[1]],
        " In yours only v decays: u fades in the same way.": [new[0], less(new[1], tau * rate, v)],
        " Your weights grow: decay pulls them towards 0.": [less(new[0], -tau * rate, u), less(new[1], -tau * rate, v)],
        " In yours neurons that are asleep do not decay. Decay does not ask who is awake: all weights fade.": [
            [n - tau * rate * a if b * x > 0 else n for n, a, b in zip(new[0], u, v, strict=True)],
            [n - tau * rate * b if b * x > 0 else n for n, b in zip(new[1], v, strict=True)],
        ],
    }  # fmt: skip
    return next((told for told, value in slips.items() if call.value == value), "")


@lesson.check("0.6", cases=_DECAYS)
def check_decay(calls: list[Call]) -> Feedback:
    wanted = [[list(part) for part in true.decayed(*call.arguments)] for call in calls]
    fault = _first_fault(calls, wanted, "decayed", _decay_why, _PAIR)
    return right(f"A step with decay on all {len(calls)} cases, exactly.") if fault is None else fault


# 0.7 predict: what a heavy ball keeps.


@lesson.check("0.7")
def check_ball(answer: Any) -> Feedback:
    number = read_count(answer)
    count = count_laws(momentum_fields(relu(1, 2, 1), F(1, 2)))
    if not count.verdict.is_proved:  # never so; the exercise must not say more than was proved
        return wrong("The engine could not decide the count here, so no answer can be called right.")
    if number == count.laws:
        return right(
            f"{count.laws}: dim Lie = {count.dim_lie} fills all nine dimensions, so there is no room for a law."
        )
    if number == 2:
        return wrong(
            "2 is what descent keeps. For the ball from u = 1, v = 0 with u̇ = 1, v̇ = 0 the balance has the derivative "
            "2·u·u̇ = 2, whatever the data: it is not a law."
        )
    dimensions = count.laws + count.dim_lie
    if number > dimensions:
        return wrong(f"The state has {dimensions} numbers, so {number} independent functions of it are too many.")
    return wrong(
        f"{number} law{'' if number == 1 else 's'} would mean that generators and brackets span {dimensions - number} "
        f"of the {dimensions} dimensions, and they span more."
    )


# 0.8 predict: what a normalised network keeps.

_FOUR = ("u1", "u2", "v1", "v2")


def normalised_fields() -> Any:
    """Return the two fields of (u₁v₁, u₂v₂)/‖v‖, without the common factor ‖v‖⁻³."""
    from ...models.fields import vector_fields

    size = "(v1**2 + v2**2)"
    return vector_fields(
        _FOUR,
        [[f"v1*{size}", "0", "u1*v2**2", "-u1*v1*v2"], ["0", f"v2*{size}", "-u2*v1*v2", "u2*v1**2"]],
    )


@lesson.check("0.8")
def check_normalised(answer: Any) -> Feedback:
    law = read_polynomial(answer, _FOUR)
    if law.degree <= 0:
        return wrong(f"`{answer}` is a constant: it says nothing.")
    verdict = check_law(law, normalised_fields())
    if verdict.is_proved:
        return right(f"`{answer}` is conserved: its gradient is orthogonal to both fields, as polynomial identities.")
    place = verdict.witness
    told = f" At {place.point_text} it changes along one of the two fields, at the rate {place.value}." if place else ""
    plain = parametrized_balances(law)
    return wrong(f"`{answer}` is not conserved.{told}{plain}")


def parametrized_balances(law: Poly) -> str:
    """Say so where a learner gave a law of the network without the norm."""
    from ...models.parametrizations import parametrization

    kept = check_law(law, parametrization("u1*v1", "u2*v2", variables=_FOUR)).is_proved
    return " Without the norm it would be: the norm couples the two neurons." if kept else ""


# 0.9 challenge: a step that keeps its balance.

_CAREFUL = [(*w, x, y, tau) for w in _WEIGHTS for x, y in _EXAMPLES[:2] for tau in (F(1, 50), F(2, 5))]


@lesson.check("0.9", cases=_CAREFUL)
def check_careful(calls: list[Call]) -> Feedback:
    for call in calls:
        u, v, x, y, tau = call.arguments
        said = f"careful({_words(u)}, {_words(v)}, {x}, {y}, {tau})"
        good = [list(part) for part in true.step(u, v, x, y, tau)]
        fault = _first_fault([Call(call.arguments, call.value, call.trouble)], [good], "careful", _none, _PAIR)
        if fault is not None and (call.trouble or call.value is None or _shape(call.value) != _shape(good)):
            return fault
        new_u, new_v = call.value
        if any(isinstance(part, float) for part in _flat(call.value)):
            return wrong(
                f"`{said}` returns floats: in fractions every balance can be kept exactly. Which line makes a float?"
            )
        before, after = true.balances(u, v), true.balances(new_u, new_v)
        for j, (old, new) in enumerate(zip(before, after, strict=True), 1):
            if old != new:
                more = " That is the plain step." if call.value == good else ""
                return wrong(f"`{said}` changes the balance of neuron {j} from {old} to {new}.{more}")
        losses = [(true.network(*w, x) - y) ** 2 / 2 for w in ((u, v), (new_u, new_v))]
        if tau < F(1, 10) and any(any(part) for part in true.gradient(u, v, x, y)) and not losses[1] < losses[0]:
            if [u, v] == [new_u, new_v]:
                return wrong(f"`{said}` stays where it was: that keeps every balance, and learns nothing.")
            before, after = (f"{float(loss):.4g}" for loss in losses)
            return wrong(
                f"`{said}` keeps the balances, but the loss goes from {before} to {after}, and at this small step it "
                "should go down."
            )
    return right(f"Every balance exact on {len(calls)} cases, large steps included, and the loss goes down.")
