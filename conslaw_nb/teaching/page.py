"""What a page of the site asks the engine that it has started in the reader's browser: text in, plain data out.

A page has no cells: it has boxes into which a model and a law, or an answer to an exercise, are typed. Each function
takes what was typed and returns a dictionary that goes through JSON; the verdicts and the feedback are those of a
notebook, as HTML.
"""

from __future__ import annotations

import json
from typing import Any

from ..certificates.certificate import certify
from ..errors import ConslawError
from ..laws.checking import check_law
from ..laws.counting import count_laws
from ..models.text import parse_model
from ..paper.plain import to_html
from ..verdict import Verdict, sentence
from . import exercise
from .exercise import Exercise, Feedback

__all__ = ["answer", "ask", "hint", "law"]

_asked: dict[str, Exercise] = {}  # an exercise remembers which hints it has given


def law(model: str, law: str = "") -> dict[str, Any]:
    """Decide whether a law is conserved by a model; without a law, count the laws of the model.

    Parameters
    ----------
    model, law : str
        As they were typed.

    Returns
    -------
    dict
        ``verdict`` (PROVED, REFUTED, BOUNDED, UNKNOWN, or an empty text for what cannot be read), ``html``, and where
        there is a certificate its text and whether the independent checker accepted it.

    Examples
    --------
    >>> found = law("phi(u*v)", "u^2 - v^2")
    >>> found["verdict"], found["checked"]
    ('PROVED', 'the independent checker accepts it.')
    >>> law("phi(u*v)", "u + v")["verdict"]
    'REFUTED'
    >>> law("phi(u*v)", "u + w")["verdict"]
    ''
    """
    try:
        if not model.strip():
            raise ConslawError("type a model, such as phi(u*v) or linear(2,3,2)")
        phi = parse_model(model)
        found: Any = check_law(law.strip(), phi) if law.strip() else count_laws(phi)
        verdict: Verdict = found if law.strip() else found.verdict
        shown = verdict
        if not law.strip():  # the count's own display has a staircase: here one sentence and the reason are enough
            counted = str(found).partition("\n")[0].partition(" [")[0]
            shown = Verdict(verdict.status, f"{counted}: {verdict.reason}")
        said = {"verdict": str(verdict.status), "html": shown._repr_html_()}
    except ConslawError as problem:
        return {"verdict": "", "html": _unreadable(problem)}
    return said | _certificate(found)


def _certificate(found: Any) -> dict[str, Any]:
    """Return the certificate of an answer and what the checker says of it, or why there is none."""
    try:
        certificate = certify(found)
    except ConslawError as problem:
        return {"certificate": "", "checked": f"No certificate: {problem}."}
    said = certificate.verify()
    word = "accepts" if said.is_proved else "does not accept"
    return {"certificate": certificate.text, "checked": f"the independent checker {word} it."}


def _unreadable(problem: ConslawError) -> str:
    return Feedback("unreadable", sentence(str(problem)))._repr_html_()


def _exercise(number: str) -> Exercise:
    if number not in _asked:
        _asked[number] = exercise(number)
    return _asked[number]


def answer(number: str, text: str) -> dict[str, Any]:
    """Check an answer to an exercise of the course, with the notebook's feedback.

    Examples
    --------
    >>> answer("1.1", "(1, 0)")["outcome"]
    'wrong'
    """
    task = _exercise(number)
    feedback = task.check(text)
    if feedback.outcome == "empty":  # the notebook's words are about quotes and cells
        feedback = Feedback("empty", f"Write your answer in the form `{task.answer_form}`. Stuck? Hint helps.")
    return {"outcome": feedback.outcome, "html": feedback._repr_html_()}


def hint(number: str) -> dict[str, Any]:
    """Return the next hint on an exercise.

    Examples
    --------
    >>> hint("1.1")["html"][:35]
    '<p><strong>Hint 1 of 3.</strong> Th'
    """
    return {"html": to_html(_exercise(number).hint().text)}


def ask(question: str) -> str:
    """Answer a question of a page: JSON in, JSON out.

    Examples
    --------
    >>> json.loads(ask('{"what": "law", "with": ["phi(u*v)", "u^2 - v^2"]}'))["verdict"]
    'PROVED'
    """
    wanted = json.loads(question)
    known = {"law": law, "answer": answer, "hint": hint}
    return json.dumps(known[wanted["what"]](*wanted["with"]), ensure_ascii=False)
