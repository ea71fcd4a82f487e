"""What a claim may say: one pattern for each kind of sentence, in the words in which people say it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

__all__ = ["SENTENCES", "nearest", "recognize", "split_model"]

# What a claim may say, with an example of each; shown when a sentence is not understood.
SENTENCES = {
    "conserved": "x**2 - y**2 is conserved",
    "not conserved": "x + y is not conserved",
    "any width": "U^T*U - V^T*V is conserved for all n, m, r",
    "independent": "x**2 - y**2 and x**2 - z**2 are independent at x=1, y=2, z=3",
    "complete": "x**2 - y**2, x**2 - z**2 are all the laws",
    "count": "there are exactly 2 laws",
    "dimension": "dim Lie = 5",
    "involutive": "W is involutive",
    "bracket": "[v_1, v_2] lies in W",
    "factors": "x*y*z factors through phi",
    "loss": "the loss cross-entropy spans",
    "equal": "(x + y)**2 = x**2 + 2*x*y + y**2",
}

_NAMES = r"(?:cl\.)?(?:linear|relu|factorization|phi|parametrization|fields|vector_fields)\s*\(.*\)"
_MODEL = re.compile(rf"\s+(?:for|in|of)\s+(?:the model\s+)?({_NAMES})$")
_FIRST = re.compile(rf"^({_NAMES}) has (?:exactly )?(\d{{1,9}}) (?:independent )?(?:conservation )?laws?$")
_LAW = r"(?:conserved|a (?:conservation )?law)"
_WHERE = r"(?P<where>at .+|on an open set)"
_PATTERNS = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("any width", rf"^(?P<h>.+?) is {_LAW} for (?:all|any) (?:n, ?m, ?r|sizes|widths|size|width)$"),
        ("conserved", rf"^(?P<h>.+?) is (?P<not>not |no )?(?:(?<=no )(?:conservation )?law|{_LAW})$"),
        ("independent", rf"^(?P<hs>.+?) (?:are|is) independent(?: {_WHERE})?$"),
        ("complete", r"^(?P<hs>.+?) (?:are|is) all the (?:conservation )?laws$"),
        ("count", r"^there (?:are|is) exactly (?P<n>\d{1,9}) (?:independent )?(?:conservation )?laws?$"),
        ("dimension", r"^dim (?P<what>W|trace|Lie)(?:\(.*?\))* ?= ?(?P<n>\d{1,9})(?: at (?P<at>.+))?$"),
        ("involutive", r"^(?:W is involutive|condition \(13\) holds)$"),
        ("bracket", r"^\[v_?(?P<i>\d{1,6}), ?v_?(?P<j>\d{1,6})\] (?:lies|is) in W(?: at (?P<at>.+))?$"),
        ("factors", r"^(?P<g>.+?) factors through phi$"),
        ("loss", r"^the (?:loss (?P<name>.+?)|(?P<other>.+?) loss) spans(?: R\^(?P<n>\d{1,3}))?$"),
        ("equal", r"^(?P<a>[^=]+)==?(?P<b>[^=]+)$"),
    )
)


def split_model(sentence: str) -> tuple[str, str | None]:
    """Take the model out of a sentence: from its end, or from its beginning.

    Examples
    --------
    >>> split_model("x**2 - y**2 is conserved for phi(x*y)")
    ('x**2 - y**2 is conserved', 'phi(x*y)')
    >>> split_model("linear(2,2,2) has exactly 3 laws")
    ('there are exactly 3 laws', 'linear(2,2,2)')
    >>> split_model("dim Lie = 5")
    ('dim Lie = 5', None)
    """
    named = _MODEL.search(sentence)
    if named:
        return sentence[: named.start()], named.group(1)
    first = _FIRST.match(sentence)
    if first:
        return f"there are exactly {first.group(2)} laws", first.group(1)
    return sentence, None


def recognize(sentence: str) -> tuple[str, dict[str, str | None]] | None:
    """Return the kind of a sentence and its parts, or None.

    Examples
    --------
    >>> recognize("x + y is no law")
    ('conserved', {'h': 'x + y', 'not': 'no '})
    """
    for kind, pattern in _PATTERNS:
        match = pattern.match(sentence)
        if match:
            return kind, match.groupdict()
    return None


def nearest(sentence: str) -> str:
    """Write the examples of what can be claimed, those that are most like a sentence first.

    Examples
    --------
    >>> nearest("there are at least 3 laws").split(";")[0]
    "'there are exactly 2 laws'"
    """
    words = sentence.lower()

    def likeness(example: str) -> float:
        return SequenceMatcher(None, words[-200:], example.lower(), autojunk=False).ratio()

    return "; ".join(f"'{example}'" for example in sorted(SENTENCES.values(), key=likeness, reverse=True))
