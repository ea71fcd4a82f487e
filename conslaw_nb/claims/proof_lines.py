r"""The lines of a proof: what a line is, its number and its reason. What is said in it is read by `language`.

One line holds one thing:

    model MODEL                     the model of the proof (polynomial mode)
    given U: n x r, V: m x r        matrices of any size (matrix mode)
    flow U' = -G*V, V' = -G^T*U     how they move; also: flow of U*V^T
    let NAME = EXPRESSION           a name for something
    goal SENTENCE                   what is to be shown; without it, the last step
    LEFT = RIGHT  by REASON         a step; `= RIGHT by REASON` on the next line goes on with it
    SENTENCE  by REASON             a step too, such as `h is conserved by Proposition 2.5`

Steps are numbered as they come, and a reason may cite them. What follows a ``#`` is a remark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from ..errors import ParseError, SizeError, brief

__all__ = ["KINDS", "MAX_STEPS", "REASONS", "ProofLine", "Reason", "read_lines", "read_reason"]

MAX_TEXT = 20_000
MAX_LINES = 600
MAX_STEPS = 200

KINDS = ("model", "given", "flow", "let", "goal", "step", "and")

# Rule -> the ways to say it, in lower case and without "the".
REASONS = {
    "computation": ("computation", "calculation", "computing", "expanding", "expansion", "algebra"),
    "definition": ("definition", "definitions"),
    "product rule": ("product rule", "chain rule", "leibniz rule", "differentiation"),
    "substitution": ("substitution", "substituting", "inserting", "flow"),
    "hypothesis": ("hypothesis", "hypotheses"),
}
_WORDS = {
    "prop": "Proposition",
    "thm": "Theorem",
    "cor": "Corollary",
    "def": "Definition",
    "ex": "Example",
    **{w.lower(): w for w in ("Proposition", "Theorem", "Lemma", "Corollary", "Definition", "Example")},
    **{w.lower(): w for w in ("Assumption", "Remark")},
}
_STATEMENT = re.compile(rf"(?P<kind>{'|'.join(_WORDS)})s?\.?\s*(?P<number>[a-z]\.\d+|\d+\.\d+)", re.IGNORECASE)
_STEPS = re.compile(
    r"(?:(?:step|line|equation)s?\s*)?\(?(\d{1,4})\)?(?:\s*(?:-|–|to)\s*\(?(\d{1,4})\)?)?", re.IGNORECASE
)
_LABEL = re.compile(r"^(?:\((\d{1,4})\)|(?:step\s+)?(\d{1,4})[.:])\s+(?=[^\s*/+^=-])", re.IGNORECASE)
_SETUP = re.compile(r"^(model|given|flow|let|goal)\b\s*:?\s*(.*)$", re.IGNORECASE)
_HENCE = re.compile(r"^(?:hence|therefore|thus|so|then|finally|and)\b,?:?\s+", re.IGNORECASE)
_BY = re.compile(r"(?:^|\s)by\s+", re.IGNORECASE)


@dataclass(frozen=True)
class ProofLine:
    """One line of a proof."""

    place: int  # the line of the text, from 1
    text: str  # what was written, without remarks
    kind: str  # one of `KINDS`; 'and' is a step that goes on with the one before
    body: str  # without the keyword, the number and the reason
    reason: str | None = None  # what follows the last "by"
    number: int = 0  # of a step; 0 for other lines
    label: int | None = None  # the number that the learner wrote in front of it

    @property
    def is_step(self) -> bool:
        """Whether something is claimed here."""
        return self.kind in ("step", "and")


@dataclass(frozen=True)
class Reason:
    """A justification: rules, earlier steps, and numbered statements."""

    rules: tuple[str, ...] = ()
    steps: tuple[int, ...] = ()
    statements: tuple[str, ...] = ()


def read_lines(text: str) -> tuple[ProofLine, ...]:
    r"""Cut a proof into its lines.

    Raises ParseError: something that is not a text; SizeError: a text that is too long, or of too many steps.

    Examples
    --------
    >>> [line.kind for line in read_lines("model phi(x*y)\n2*x = x + x by computation\n = x*2 by computation")]
    ['model', 'step', 'and']
    """
    if not isinstance(text, str):
        raise ParseError(f"a proof is text, not {type(text).__name__}: put it between triple quotes")
    if len(text) > MAX_TEXT:
        raise SizeError(
            f"a proof of {len(text)} characters is too long: at most {MAX_TEXT} are read; prove it in parts"
        )
    rows = text.splitlines()
    if len(rows) > MAX_LINES:
        raise SizeError(f"a proof of {len(rows)} lines is too long: at most {MAX_LINES} are read; prove it in parts")
    lines: list[ProofLine] = []
    number = 0
    for place, row in enumerate(rows, start=1):
        written = row.split("#", 1)[0].strip().strip("\ufeff\u200b\u2060").strip()
        if not written:
            continue
        setup = _SETUP.match(written)
        if setup and not re.match(r"^\w+\s*=", written):  # `model = 3` defines nothing, but is not a model either
            lines.append(ProofLine(place, written, setup.group(1).lower(), setup.group(2).strip()))
            continue
        number += 1
        lines.append(_step(place, written, number))
    if number > MAX_STEPS:
        raise SizeError(f"a proof of {number} steps is too long: at most {MAX_STEPS} are checked; prove it in parts")
    return tuple(lines)


def _step(place: int, written: str, number: int) -> ProofLine:
    rest = written
    label = _LABEL.match(rest)
    if label:
        rest = rest[label.end() :]
    rest = _HENCE.sub("", rest)
    found = list(_BY.finditer(rest))
    reason = None
    if found:
        reason = rest[found[-1].end() :].strip().rstrip(".").strip()
        rest = rest[: found[-1].start()].rstrip().removesuffix(",").rstrip()
    return ProofLine(
        place,
        written,
        "and" if rest.startswith("=") else "step",
        rest,
        reason,
        number,
        int(label.group(1) or label.group(2)) if label else None,
    )


# -- reasons ---------------------------------------------------------------------------------------------


def read_reason(text: str, citable: tuple[str, ...] = ()) -> Reason:
    """Read what stands after "by".

    `citable`: the statements that can be cited, for the message about those that cannot be read.

    Examples
    --------
    >>> read_reason("the product rule, steps 2-3 and Prop. 2.16")
    Reason(rules=('product rule',), steps=(2, 3), statements=('Proposition 2.16',))
    """
    rules: list[str] = []
    steps: list[int] = []
    statements: list[str] = []
    kind = ""
    for piece in re.split(r"\s*(?:,|;|\band\b|&)\s*", " ".join(text.split())):
        if not piece:
            continue
        statement = _STATEMENT.fullmatch(piece)
        if statement or (kind and re.fullmatch(r"\d+\.\d+", piece)):
            kind = _WORDS[statement.group("kind").lower()] if statement else kind
            statements.append(f"{kind} {statement.group('number').upper() if statement else piece}")
            continue
        cited = _STEPS.fullmatch(piece)
        if cited:
            first, last = int(cited.group(1)), int(cited.group(2) or cited.group(1))
            if last < first or last - first > MAX_STEPS:
                raise ParseError(f"'{piece}' names no steps: write 'steps 2-4', 'step 3' or '(2) and (3)'")
            steps.extend(range(first, last + 1))
            continue
        rules.append(_rule(piece, citable))
    if not (rules or steps or statements):
        raise ParseError(f"there is nothing after 'by'. {_known(citable)}")
    return Reason(tuple(dict.fromkeys(rules)), tuple(dict.fromkeys(steps)), tuple(dict.fromkeys(statements)))


def _rule(piece: str, citable: tuple[str, ...]) -> str:
    said = re.sub(r"^the\s+", "", piece.lower())
    said = re.sub(r"^(definitions?|flow|hypothesis)\s+(?:of|on|for)\s+.*$", r"\1", said)
    for rule, ways in REASONS.items():
        if said in ways:
            return rule
    near = get_close_matches(said, [way for ways in REASONS.values() for way in ways], 1, 0.7)
    hint = f" Did you mean 'by {near[0]}'?" if near else ""
    raise ParseError(f"{brief(piece)} is not a reason that is known here.{hint} {_known(citable)}")


def _known(citable: tuple[str, ...]) -> str:
    rules = ", ".join(f"by {'the ' if rule == 'product rule' else ''}{rule}" for rule in REASONS)
    cited = f", and by {', '.join(citable)}" if citable else ""
    return f"Reasons are: {rules}, by step 2, by (2) and (3){cited}."
