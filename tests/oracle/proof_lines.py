"""The lines of a proof, cut apart: what is said, for which reason, and about which model."""

import re
from dataclasses import dataclass

from reference import factorization, gradient, linear_network, relu_network

from .functions_read import Space
from .reading import UnreadableError, read

UNREADABLE = "unreadable"
NAME = r"[A-Za-z_\u0370-\u03ff][A-Za-z0-9_\u0370-\u03ff]*"


@dataclass
class Line:
    """A line of a proof: what it says, why, and whether it is true.

    Attributes
    ----------
    kind : str
        'model', 'given', 'flow', 'let', 'goal', 'equality' or 'sentence'.
    truth : bool or str or None
        UNREADABLE where the judge sees no meaning, None where it cannot decide.
    """

    text: str
    kind: str
    body: str
    reason: str = ""
    every: bool = False
    number: int = 0
    truth: object = None
    why: str = ""
    members: tuple = ()
    follows: bool = False  # goes on with the line before
    place: int = 0


def split(text, sign="="):
    """Cut a text at a sign outside of brackets."""
    opening, closing = ("([{<⟨", ")]}>⟩") if sign == "," else ("([{", ")]}")
    found, depth, start = [], 0, 0
    for place, char in enumerate(text):
        depth += (char in opening) - (char in closing)
        if char == sign and depth == 0:
            found.append(text[start:place])
            start = place + 1
    return [piece.strip() for piece in [*found, text[start:]]]


def lines_of(text):
    """Cut a proof into its lines."""
    found, number = [], 0
    for place, row in enumerate(text.splitlines(), 1):
        written = row.split("#", 1)[0].strip()
        if not written:
            continue
        setup = re.match(r"(model|given|flow|let|goal)\b\s*:?\s*(.*)$", written, re.IGNORECASE)
        if setup and not re.match(r"\w+\s*=", written):
            found.append(Line(written, setup.group(1).lower(), setup.group(2).rstrip("."), place=place))
            continue
        number += 1
        rest = re.sub(r"^(?:\(\d+\)|\d+[.:])\s+(?=[^\s*/+^=-])", "", written)
        rest = re.sub(r"^(?:hence|therefore|thus|so|then|finally|and)\b,?:?\s+", "", rest, flags=re.IGNORECASE)
        body, _, reason = _cut_reason(rest)
        every = re.search(r"\s+for\s+(?:all|every|each)\s+(?:generators?\s+)?([ijkg]|v)$", body)
        if every:
            body = body[: every.start()]
        body = body.rstrip(".").strip()
        line = Line(written, "sentence", body, reason, bool(every), number, follows=body.startswith("="), place=place)
        line.kind = "equality" if sentence_of(body) is None and len(split(body)) > 1 else "sentence"
        found.append(line)
    return found


def _cut_reason(text):
    found = list(re.finditer(r"(?:^|\s)by\s+", text))
    if not found:
        return text, "", ""
    last = found[-1]
    return text[: last.start()].rstrip().rstrip(","), "by", text[last.end() :].strip().rstrip(".")


_WHERE = r"(?P<rank>\s+(?:where|if|when)\s+\(?U\s*[;,]\s*V\)?\s+has\s+full\s+rank)?"
_SENTENCES = (
    ("function", rf"every (?:conservation )?law is (?:locally )?a function of (?P<h>.+?){_WHERE}"),
    ("complete", r"(?P<h>.+?) (?:are|is) all the (?:conservation )?laws"),
    ("not conserved", r"(?P<h>.+?) (?:is|are) not (?:conserved|(?:a )?(?:conservation )?laws?)"),
    ("conserved", r"(?P<h>.+?) (?:is|are) (?:conserved|(?:a )?(?:conservation )?laws?)"),
    ("independent", r"(?P<h>.+?) (?:are|is) independent(?: at (?P<at>.+)| on an open set)?"),
    ("count", rf"there (?:are|is) exactly (?P<n>\d+) (?:independent )?(?:conservation )?laws?{_WHERE}"),
    ("dimension", rf"dim (?P<what>W|Lie)(?:\([^()]*\))* ?= ?(?P<n>\d+)(?: at (?P<at>[^;]+?))?{_WHERE}"),
    ("involutive", r"W is involutive"),
    ("bracket", r"(?P<h>\[.+?\]) lies in W(?: at (?P<at>.+))?"),
    ("factors", r"(?P<h>.+?) factors through phi"),
)


def sentence_of(body):
    """Return (kind, parts) of a sentence, or None."""
    plain = " ".join(body.split())
    for kind, pattern in _SENTENCES:
        found = re.fullmatch(pattern, plain)
        if found:
            return kind, found.groupdict()
    return None


def split_functions(text):
    """Cut 'f, g and h' into functions."""
    return [piece for part in split(text, ",") for piece in re.split(r"\s+and\s+", part) if piece]


def space_of(text):
    """Return the functions of a model that is written as text."""
    found = re.fullmatch(r"\s*(?:cl\.)?(\w+)\s*\((.*)\)\s*", text)
    if not found:
        raise UnreadableError(text)
    kind, inner = found.groups()
    if kind in ("linear", "relu", "factorization"):
        sizes = [part for part in split(inner, ",") if part]
        if not all(re.fullmatch(r"\d", s) for s in sizes):
            raise UnreadableError(text)
        sizes = [int(s) for s in sizes]
        if kind == "factorization" and len(sizes) != 3:
            raise UnreadableError(text)
        if kind != "factorization" and len(sizes) < 2 + (kind == "relu"):
            raise UnreadableError(text)
        if min(sizes) < 1:
            raise UnreadableError(text)
        made = {"linear": linear_network, "relu": relu_network, "factorization": factorization}[kind](*sizes)
        names, components = made[0], made[1]
        return Space(names, [gradient(c, len(names)) for c in components], components)
    parts = split(inner, ",")
    if kind in ("phi", "parametrization"):
        names = None
        if re.match(r"variables\s*=", parts[-1]):
            names = split(parts.pop().partition("=")[2].strip()[1:-1], ",")
        texts = parts
    elif kind == "fields":
        names = split(parts[0][1:-1], ",")
        texts = [c for part in parts[1:] for c in split(part[1:-1], ",")]
    else:
        raise UnreadableError(text)
    if names is None:
        names = list(dict.fromkeys(re.findall(r"[A-Za-z_]\w*", ",".join(texts))))
    space = Space(names, [])
    polys = []
    for part in texts:
        top, bottom = space.value(read(part, set(names), functions=True))
        if list(bottom) not in ([(0,) * len(names)],):
            raise UnreadableError(part)
        below = bottom[(0,) * len(names)]
        polys.append({m: c / below for m, c in top.items()})
    if kind == "fields":
        n = len(names)
        if not polys or len(polys) % n:
            raise UnreadableError(text)
        return Space(names, [polys[i : i + n] for i in range(0, len(polys), n)])
    return Space(names, [gradient(c, len(names)) for c in polys], polys)
