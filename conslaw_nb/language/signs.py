r"""From the signs that people type and paste to the canonical ones, each with its place in the person's text.

``x₁`` becomes ``x_1``, ``−`` becomes ``-``, ``\frac`` and ``\cdot`` become what the grammar knows. Nothing is dropped
but what stands for a space; what looks like a sign and is another one is refused with its name.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from ..errors import ParseError, SizeError

__all__ = ["LOOK_ALIKE", "Text", "excerpt", "read_signs", "spellings"]

MAX_LENGTH = 200_000  # characters of one text
PASS = "\x02\x03"  # the brackets around a forward pass, which is read by itself: its * and @ are two products
_FORWARD = re.compile(r"(?<![\w.])(?:(?:cl|conslaw_nb)\s*\.\s*)?model\s*\(")

_SAME = {
    # minus, times, divided by
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"),
    **dict.fromkeys("\u00b7\u22c5\u2219\u00d7\u2217", "*"),
    **dict.fromkeys("\u00f7\u2215\u2044", "/"),
    # brackets, bars, relations
    **dict.fromkeys("\u27e8\u2329\u3008", "<"),
    **dict.fromkeys("\u27e9\u232a\u3009", ">"),
    **dict.fromkeys("\u2016\u2225", "|"),
    **dict.fromkeys("\u2264\u2a7d", "<="),
    **dict.fromkeys("\u2265\u2a7e", ">="),
    # primes
    **dict.fromkeys("\u2032\u2019\u02b9\u00b4", "'"),
    "\u00b5": "μ",  # the micro sign
    "\u2126": "Ω",  # the ohm sign
    "\u2207": "∇",
    "\u221a": "√",
}
_SPACES = frozenset("\u00a0\u1680\u202f\u205f\u3000\ufeff\u200b\u2060\u2028\u2029\u0085") | {
    chr(code) for code in range(0x2000, 0x200B)
}
_LOW = {chr(0x2080 + digit): str(digit) for digit in range(10)}
_HIGH = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))
_TRANSPOSES = frozenset("ᵀ⊤⊺")
_FRACTIONS = frozenset("½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒")
_KEPT = frozenset("∇√ℝ⁺⁻") | _FRACTIONS | frozenset(_HIGH)
# Greek letters that cannot be told from Latin ones, and the sign that cannot be told from a dot.
LOOK_ALIKE = {
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϹϲϳ\u037f", "ABEZHIKMNOPTYXoCcjJ", strict=True)),
    "\u0387": "·",
    "\u037e": ";",
    "\u01c3": "!",
    "\u2223": "|",
    "\u2018": "'",
}
_CYRILLIC = dict(zip("АВЕЗКМНОРСТУХаеорсухі", "ABE3KMHOPCTYXaeopcyxi", strict=True))

_GREEK = {
    unicodedata.name(chr(code)).split()[-1].lower(): chr(code)
    for code in range(0x3B1, 0x3CA)
    if code != 0x3C2 and unicodedata.name(chr(code)).startswith("GREEK SMALL LETTER")
}
_GREEK["lambda"] = _GREEK.pop("lamda")
_COMMANDS = {
    **_GREEK,
    **{f"var{name}": _GREEK[name] for name in ("theta", "phi", "epsilon", "rho", "pi", "sigma", "kappa")},
    **{name.capitalize(): letter.upper() for name, letter in _GREEK.items() if letter.upper() in "ΓΔΘΛΞΠΣΥΦΨΩ"},
    **dict.fromkeys(("cdot", "times", "ast"), "*"),
    **dict.fromkeys(("left", "right", "bigl", "bigr", "Bigl", "Bigr", "big", "Big", "quad", "qquad"), " "),
    **dict.fromkeys(("lVert", "rVert", "Vert", "lvert", "rvert", "vert", "mid"), "|"),
    "div": "/",
    "frac": "\\frac",
    "tfrac": "\\frac",
    "dfrac": "\\frac",
    "sqrt": "√",
    "nabla": "∇",
    "langle": "<",
    "rangle": ">",
    "top": "⊤",
    "intercal": "⊤",
    "prime": "'",
    "le": "<=",
    "leq": "<=",
    "ge": ">=",
    "geq": ">=",
    "lbrack": "[",
    "rbrack": "]",
    **{name: name for name in ("exp", "log", "ln", "dim", "det")},
}
_SIGN_COMMANDS = {",": " ", ";": " ", ":": " ", "!": " ", " ": " ", "|": "|", "(": " ", ")": " ", "[": " ", "]": " "}
_WRAPPED = re.compile(r"\\(?:operatorname|mathrm|text|mathbf|mathit|mathsf)\s*\{\s*([A-Za-z]{1,20})\s*\}")
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_PLAIN = re.compile(r"[^\\$~]*", re.DOTALL)


def spellings() -> list[tuple[str, list[str]]]:
    """Return the canonical signs with the other signs that are read as them, for the manual."""
    found: dict[str, list[str]] = {}
    for sign, canonical in _SAME.items():
        found.setdefault(canonical, []).append(sign)
    for command, canonical in _COMMANDS.items():
        if canonical.strip() and not canonical[0].isalpha():
            found.setdefault("^T" if canonical == "⊤" else canonical, []).append(f"\\{command}")
    found["^T"] = [*"ᵀ⊤⊺", ".T", *found.get("^T", [])]
    found["^2"] = ["²", "**2", "^{2}"]
    found["^-1"] = ["⁻¹", "**-1"]
    found["x_1"] = ["x₁", "x[1]", "x_{1}"]
    found["1/2"] = ["½"]
    found["θ"] = ["\\theta"]
    return [(sign, list(dict.fromkeys(others))) for sign, others in found.items() if others != [sign]]


@dataclass(frozen=True, slots=True)
class Text:
    """A text in canonical signs."""

    original: str  # what the person wrote
    plain: str  # the same in canonical signs
    # where the two run apart: (place in `plain`, place in `original`), in order; between them they run together
    places: tuple[tuple[int, int], ...] = ()

    def place(self, plain: int) -> int:
        """Return the place in the person's text of a place in the canonical one."""
        at = bisect_right(self.places, (plain, len(self.original)))
        if not at:
            return plain
        start, original = self.places[at - 1]
        return min(original + plain - start, len(self.original))

    def around(self, plain: int) -> str:
        """Show the person's text around a place of the canonical one, marked."""
        return excerpt(self.original, self.place(plain))


def excerpt(text: str, place: int) -> str:
    """Show a text around a place, marked: long input must not flood a terminal.

    Examples
    --------
    >>> excerpt("x + $ y", 4)
    "'x + ⟨here⟩$ y'"
    """
    start, end = max(0, place - 20), min(len(text), place + 20)
    before, after = ("..." if start else ""), ("..." if end < len(text) else "")
    shown = f"{text[start:place]}⟨here⟩{text[place:end]}"
    shown = "".join(sign if sign.isprintable() else " " if sign in "\n\t\r" else "�" for sign in shown)
    return f"'{before}{shown}{after}'"


def read_signs(text: str, what: str = "an expression") -> Text:
    r"""Return a text in canonical signs.

    Raises ParseError: a sign that looks like another one, or a command that is not known; SizeError: a text that is too
    long.

    Examples
    --------
    >>> read_signs(r"U₁ᵀU₁ − \frac{1}{2}·x²").plain
    'U_1 ^T U_1 - \\frac{1}{2}*x^2 '
    """
    if not isinstance(text, str):
        raise ParseError(f"{what} must be text, not {type(text).__name__}: put it in quotes")
    original = text
    if len(text) > MAX_LENGTH:
        raise SizeError(f"this text has {len(text)} characters; at most {MAX_LENGTH} are read")
    passes = _passes(text)
    if text.isascii() and "\\" not in text and "$" not in text and "~" not in text:
        for start, end in passes.items():
            text = f"{text[:start]}{PASS[0]}{text[start + 1 : end]}{PASS[1]}{text[end + 1 :]}"
        return Text(original, text)
    return _Signs(text, passes).read()


def _passes(text: str) -> dict[int, int]:
    """Return where the brackets of forward passes, model(...), open and close."""
    found: dict[int, int] = {}
    for match in _FORWARD.finditer(text):
        start = match.end() - 1
        depth = 0
        for place in range(start, len(text)):
            depth += (text[place] == "(") - (text[place] == ")")
            if not depth:
                found[start] = place
                break
    return {start: end for start, end in found.items() if not any(a < start < b for a, b in found.items())}


class _Signs:
    """One text being brought into canonical signs."""

    def __init__(self, text: str, passes: dict[int, int]):
        self.text, self.passes = text, passes
        self.made: list[str] = []
        self.length = 0
        self.places: list[tuple[int, int]] = []
        self.maths = text.count("$") - text.count("\\$")

    def put(self, made: str, start: int, end: int) -> None:
        """Write canonical signs for the signs from start to end."""
        self.made.append(made)
        self.places.append((self.length, start))
        self.length += len(made)
        self.places.append((self.length, end))

    def refuse(self, place: int, why: str) -> ParseError:
        return ParseError(f"{self.text[place]!r} cannot be read in {excerpt(self.text, place)}: {why}")

    def read(self) -> Text:
        place, text = 0, self.text
        while place < len(text):
            sign = text[place]
            if place in self.passes:
                end = self.passes[place]
                self.put(PASS[0] + text[place + 1 : end] + PASS[1], place, end + 1)
                place = end + 1
            elif sign == "\\":
                place = self.command(place)
            elif sign == "$":
                if self.maths % 2:
                    raise self.refuse(place, "signs of mathematics stand between two of them, as in $x^2$")
                self.put(" ", place, place + 1)
                place += 1
            elif sign == "~" or sign in _SPACES:
                self.put(" ", place, place + 1)
                place += 1
            elif sign < "\x80":
                self.made.append(sign)
                self.length += 1
                place += 1
            else:
                place = self.beyond(place)
        return Text(text, "".join(self.made), tuple(self.places))

    def beyond(self, place: int) -> int:
        """Read a sign beyond ASCII."""
        text, sign = self.text, self.text[place]
        end = place + 1
        if sign in _SAME:
            self.put(_SAME[sign], place, end)
        elif sign in LOOK_ALIKE or sign in _CYRILLIC:
            meant = LOOK_ALIKE.get(sign) or _CYRILLIC[sign]
            raise self.refuse(place, f"it is {_called(sign)}, which only looks like {meant!r}; write {meant!r}")
        elif sign in _LOW:
            while end < len(text) and text[end] in _LOW:
                end += 1
            digits = "".join(_LOW[low] for low in text[place:end])
            before = text[place - 1] if place else " "
            if not (before.isalnum() or before in "_}"):
                raise self.refuse(place, "a small digit below the line belongs to a name, as in x₁")
            joined = end < len(text) and (text[end].isalnum() or text[end] == "_") and text[end] not in _HIGH
            self.put(f"_{digits}" + " " * joined, place, end)
        elif sign in _HIGH or (sign == "⁻" and place + 1 < len(text) and text[place + 1] in _HIGH):
            while end < len(text) and text[end] in _HIGH:
                end += 1
            minus = "-" if sign == "⁻" else ""
            digits = "".join(_HIGH[high] for high in text[place + len(minus) : end])
            self.put(f"^({minus}{digits})" if minus else f"^{digits} ", place, end)
        elif sign in _TRANSPOSES:
            self.transpose(place, end)
        elif sign in _KEPT or "\u0370" <= sign <= "\u03ff":
            self.made.append(sign)
            self.length += 1
        elif 0x1D400 <= ord(sign) <= 0x1D7FF or 0xFF01 <= ord(sign) <= 0xFF5E:  # letters of another typeface
            self.put(unicodedata.normalize("NFKC", sign), place, end)
        else:
            raise self.refuse(place, f"it is {_called(sign)}; {ALPHABET}")
        return end

    def transpose(self, place: int, end: int) -> None:
        """Write a transpose: as T behind a ^, and with the ^ where there is none."""
        before = "".join(self.made[-3:]).rstrip(" {(")
        joined = end < len(self.text) and (self.text[end].isalnum() or self.text[end] == "_")
        self.put(("T" if before.endswith("^") else "^T") + " " * joined, place, end)

    def command(self, place: int) -> int:
        """Read a command of LaTeX."""
        wrapped = _WRAPPED.match(self.text, place)
        if wrapped:
            self.put(f" {wrapped.group(1)} ", place, wrapped.end())
            return wrapped.end()
        found = _COMMAND.match(self.text, place)
        if found is None:
            raise self.refuse(place, ALPHABET)
        name, end = found.group(1), found.end()
        made = _COMMANDS.get(name) or _SIGN_COMMANDS.get(name)
        if name in "{}":
            made = "{" if name == "{" else "}"
        if made is None:
            raise ParseError(
                f"the command \\{name[:20]} is not known in {excerpt(self.text, place)}: write the formula in plain "
                "signs, such as x^2, sqrt(x), a/b or θ"
            )
        if made == "⊤":
            self.transpose(place, end)
            return end
        if made[-1:].isalpha() and end < len(self.text) and (self.text[end].isalnum()):
            made += " "
        self.put(made if not made[0].isalpha() or not self.made else _apart(self.made[-1], made), place, end)
        return end


def _apart(before: str, made: str) -> str:
    """Keep a letter made by a command from growing together with the name in front of it."""
    return f" {made}" if before[-1:].isalnum() else made


def _called(sign: str) -> str:
    name = unicodedata.name(sign, "")
    return f"the sign {name}" if name else f"the sign U+{ord(sign):04X}"


ALPHABET = "use numbers, variables, + - * / **, parentheses, exp, log and sqrt"
