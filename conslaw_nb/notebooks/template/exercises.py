"""The exercises of this lesson: each asks for mathematics, and its check computes whether an answer is right."""

from __future__ import annotations

import conslaw_nb as cl

__all__ = ["ZERO_AT_THE_START"]

PHI = cl.parametrization("x*y*z")
START = (1, 2, 3)


def _check(answer: str) -> cl.teaching.Feedback:
    """Whether the answer is a law that vanishes at the start: every such law is right, and there is no key."""
    verdict = cl.check_law(answer, PHI)
    if verdict.details.get("constant"):
        return cl.teaching.Feedback("wrong", "A constant never changes, whatever the flow: find a law that says more.")
    if not verdict.is_proved:
        return cl.teaching.Feedback("wrong", f"`{answer}` is not a law: {verdict.witness or verdict.reason}")
    value = cl.parametrization(answer, variables=PHI.variables).components[0].evaluate(START)
    if value != 0:
        return cl.teaching.Feedback("wrong", f"`{answer}` is a law, but it is {value} at the start, not 0.")
    return cl.teaching.Feedback(
        "right", f"`{answer}` is a law, and it is 0 at (1, 2, 3): the flow stays where it is 0."
    )


ZERO_AT_THE_START = cl.teaching.Exercise(
    "A.1",
    "A surface that the flow cannot leave",
    "compute",
    "Training starts at $(x,y,z)=(1,2,3)$. Find a law $h$ with $h(1,2,3)=0$: the flow never leaves the surface $h=0$.",
    "x*y - 2",
    (
        "Which differences of squares are laws?",
        "A law plus a number is a law again.",
        "$x^2-y^2$ is $-3$ at the start.",
    ),
    _check,
    solution="$x^2-y^2+3$. So is $z^2-x^2-8$, and every combination of the two.",
)
