"""How an answer to the exercises of lesson.md is judged: each check computes whether it is right."""

from __future__ import annotations

import conslaw_nb as cl

__all__ = ["lesson"]

lesson = cl.teaching.read_lesson(__file__)

PHI = cl.parametrization("x*y*z")
START = (1, 2, 3)


@lesson.check("lesson.1")
def check_surface(answer: str) -> cl.teaching.Feedback:
    """Whether the answer is a law that vanishes at the start: every such law is right, and there is no key."""
    verdict = cl.check_law(answer, PHI)
    if verdict.details.get("constant"):
        return cl.teaching.wrong("A constant never changes, whatever the flow: find a law that says more.")
    if not verdict.is_proved:
        return cl.teaching.wrong(f"`{answer}` is not a law: {verdict.witness or verdict.reason}")
    value = cl.parametrization(answer, variables=PHI.variables).components[0].evaluate(START)
    if value != 0:
        return cl.teaching.wrong(f"`{answer}` is a law, but it is {value} at the start, not 0.")
    return cl.teaching.right(f"`{answer}` is a law, and it is 0 at (1, 2, 3): the flow stays where it is 0.")
