r"""The exercises of a lesson as text: one Markdown file, with the checks as functions in a Python file beside it.

A file reads like this (``tasks/lesson01.md``)::

    # 1 · What never changes

    - notebook: 01_what_never_changes.ipynb

    ## 1.1 Where does it end?

    - kind: predict
    - tier: warm-up
    - introduces: a conserved quantity
    - uses: partial derivatives; the chain rule
    - form: `(3/2, 1/2)`

    The flow starts at $(u,v)=(1,0)$ ...

    ### Hint

    The flow cannot leave its curve. ...

    ### Hint

    It stops where ...

    ### Solution

    $u^2-v^2=1$ and ...

A lesson without a place among the numbers says after which other one it comes, ``- after: 1`` below the notebook.
A lesson of one's own has a name in place of the number, that of its file: ``# three-weights · Three weights`` and
``## three-weights.1 A surface`` stand in ``three-weights.md``, and the notebook is ``three-weights.ipynb``. What else
a learner needs is named below the title, ``- files: data.csv; picture.png``.

A section ``### Why`` below the solution says more, for the notebook of solutions. A proof has a last section,
``### Start``, with the lines that stand in its answer cell, as a fenced block of code; and so has an exercise whose
answer is a function, with the first lines of it, ``def step(u, v):``. Lines of a paragraph are joined,
so that they may be broken anywhere; formulas are plain LaTeX between dollar signs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ..errors import LessonTextError
from .exercise import KINDS, TIERS, Exercise, Feedback

__all__ = ["NAME", "SOLUTION", "Lesson", "Text", "read_lesson", "read_text"]

NAME = r"[A-Za-z][A-Za-z0-9_-]{0,39}"  # of a lesson of one's own, which is the name of files, too
SOLUTION = "solution.ipynb"  # beside them

_KEYS = ("kind", "tier", "introduces", "uses", "form")  # in this order, as a rule
_OPTIONAL = ("introduces", "uses")
_SECTIONS = ("Hint", "Solution", "Why", "Start")
Check = Callable[[Any], Feedback]


@dataclass(frozen=True)
class Text:
    """What a reader sees of an exercise, and `line`, where it begins in the file."""

    number: str
    title: str
    line: int
    kind: str
    tier: str
    form: str
    statement: str
    hints: tuple[str, ...]
    solution: str
    start: str = ""
    why: str = ""
    introduces: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


@dataclass
class Lesson:
    """The texts of a lesson, and the checks that its Python file adds to them."""

    path: Path  # the Markdown file
    number: int | str  # the name, where it is a lesson of one's own
    title: str
    notebook: str
    texts: dict[str, Text] = field(default_factory=dict)  # by the number of the exercise, in order
    after: int | None = None  # the lesson after which this one comes, where its number does not say
    files: tuple[str, ...] = ()  # what else learners of a lesson of one's own need
    checks: dict[str, Check] = field(default_factory=dict)
    cases: dict[str, Sequence[tuple[Any, ...]]] = field(default_factory=dict)

    @property
    def place(self) -> tuple[int, bool]:
        """Where the lesson stands in the course."""
        return (self.number, False) if self.after is None else (self.after, True)

    @property
    def is_own(self) -> bool:
        """Whether it is a lesson of somebody's own, whose files lie in one folder."""
        return isinstance(self.number, str) and bool(self.texts)

    def handed_out(self) -> dict[str, bytes]:
        """Return what a learner needs beside the notebook of a lesson of one's own: solutions stay behind."""
        if not self.is_own:
            return {}
        found = {name: (self.path.parent / name).read_bytes() for name in (f"{self.number}.py", *self.files)}
        text = self.path.read_text(encoding="utf-8-sig")
        lines, ends = text.splitlines(keepends=True), [part.line - 1 for part in _cut(text)[1:]]
        for part, end in reversed(list(zip(_cut(text)[1:], [*ends[1:], len(lines)], strict=True))):
            if part.level == 3 and part.heading in ("Solution", "Why"):
                del lines[part.line - 1 : end]
        return {self.path.name: "".join(lines).encode(), **found}

    def check(self, number: str, cases: Sequence[tuple[Any, ...]] = ()) -> Callable[[Check], Check]:
        """Say that the function below checks the answers to an exercise.

        With `cases` an answer is a function, and what is checked is the list of its `Call`, one for each case.
        """
        if number not in self.texts:
            known = ", ".join(self.texts)
            raise LessonTextError(f"{self.path.name} has no exercise {number} to check; it has {known}")
        if number in self.checks:
            raise LessonTextError(f"exercise {number} of {self.path.name} has two checks: give each its own number")

        def add(function: Check) -> Check:
            self.checks[number], self.cases[number] = function, cases
            return function

        return add

    def start(self, number: str) -> str:
        """Return the lines that stand in the answer cell of an exercise."""
        return self.texts[number].start

    def exercises(self) -> tuple[Exercise, ...]:
        """Return the exercises, each with its check."""
        for number, text in self.texts.items():
            if number not in self.checks:
                raise LessonTextError(
                    f"{self.path.name}, line {text.line}: exercise {number} has no check; write one in "
                    f'{self.path.stem}.py, below @lesson.check("{number}")'
                )
        return tuple(
            Exercise(
                text.number, text.title, text.kind, text.statement, text.form, text.hints, self.checks[number],
                introduces=text.introduces, uses=text.uses, solution=text.solution, start=text.start, tier=text.tier,
                why=text.why, cases=self.cases[number],
            )
            for number, text in self.texts.items()
        )  # fmt: skip


def read_lesson(module: str | Path) -> Lesson:
    """Read the Markdown file beside a Python file: ``lesson = read_lesson(__file__)``.

    Raises LessonTextError: the file is missing, or something in it is; the message names the file, the line and the
    exercise.
    """
    path = Path(module).with_suffix(".md")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LessonTextError(
            f"the text of the exercises, {path.name}, cannot be read: "
            f"{getattr(error, 'strerror', '') or 'it is not UTF-8'}; it belongs beside {Path(module).name}"
        ) from None
    return read_text(text, path)


@dataclass
class _Part:
    """A heading with the lines below it, up to the next heading; `line` is that of the heading."""

    level: int
    heading: str
    line: int
    lines: list[str] = field(default_factory=list)


def _cut(text: str) -> list[_Part]:
    """Cut a file at its headings; a sign # inside a block of code begins none."""
    parts, in_code = [_Part(0, "", 0)], False
    for number, line in enumerate(text.splitlines(), 1):
        in_code ^= line.startswith("```")
        heading = None if in_code else re.fullmatch(r"(#{1,6})\s+(.*?)\s*", line)
        if heading:
            parts.append(_Part(len(heading[1]), heading[2], number))
        else:
            parts[-1].lines.append(line)
    return parts


class _Reader:
    """Reads the parts of one file; all complaints go through `wrong`, which says where they are."""

    def __init__(self, path: Path):
        self.name = path.name
        self.exercise = ""

    def wrong(self, line: int, what: str) -> LessonTextError:
        place = f"exercise {self.exercise}: " if self.exercise else ""
        return LessonTextError(f"{self.name}, line {line}: {place}{what}")

    def pairs(self, part: _Part, known: tuple[str, ...]) -> tuple[dict[str, str], list[str], int]:
        """Return the ``- key: value`` lines at the top of a part, the lines below them, and the number of the first."""
        found: dict[str, str] = {}
        place = 0
        for place, line in enumerate([*part.lines, "end"]):
            if not line.strip() and not found:
                continue
            if not line.startswith("- "):
                break
            key, colon, value = line[2:].partition(":")
            key, number = key.strip(), part.line + place + 1
            if key not in known:
                near = get_close_matches(key, known, 1)
                meant = f"; did you mean '{near[0]}'?" if near else f"; the keys are {', '.join(known)}"
                raise self.wrong(number, f"the key '{key}' is not known here{meant}")
            if key in found:
                raise self.wrong(number, f"the key '{key}' is given twice")
            if not colon or not value.strip():
                raise self.wrong(number, f"the key '{key}' has no value: write '- {key}: ...'")
            found[key] = value.strip()
        return found, part.lines[place:], part.line + place + 1

    def prose(self, lines: list[str], first: int, what: str) -> str:
        """Return the paragraphs of a section, the lines of each joined into one."""
        text = _joined(lines)
        if not text:
            raise self.wrong(first, f"the {what} is empty")
        if text.count("$") % 2:
            raise self.wrong(first, f"the {what} has an odd number of dollar signs: a formula is not closed")
        return text

    def choice(self, value: str, known: tuple[str, ...], key: str, line: int) -> str:
        if value not in known:
            near = get_close_matches(value, known, 1)
            meant = f"; did you mean '{near[0]}'?" if near else ""
            raise self.wrong(line, f"'{value}' is not a {key}: choose from {', '.join(known)}{meant}")
        return value

    def text(self, parts: list[_Part], lesson: int | str) -> Text:
        """Read one exercise: its heading with keys and statement, then its sections."""
        head = parts[0]
        name = re.fullmatch(rf"((\d+|{NAME})\.\d{{1,3}})\s+(\S.*)", head.heading)
        if name is None:
            such = f"'## {lesson}.1 Its title'"
            raise self.wrong(head.line, f"'{head.heading}' is not the heading of an exercise: {such}")
        self.exercise = name[1]
        if name[2] != str(lesson):
            raise self.wrong(head.line, f"this is the file of lesson {lesson}, so the number begins with {lesson}.")
        keys, body, first = self.pairs(head, _KEYS)
        for key in _KEYS:
            if key not in keys and key not in _OPTIONAL:
                raise self.wrong(head.line, f"the key '{key}' is missing: write '- {key}: ...' below the heading")
        statement = self.prose(body, first, "statement")
        hints, solution, start, why = [], "", "", ""
        for part in parts[1:]:
            title = self.choice(part.heading, _SECTIONS, "section", part.line)
            if title == "Hint":
                hints.append(self.prose(part.lines, part.line, "hint"))
            elif title == "Solution":
                solution = self.prose(part.lines, part.line, "solution")
            elif title == "Why":
                why = self.prose(part.lines, part.line, "section 'Why'")
            else:
                start = self.code(part)
        if len(hints) < 2:
            found = f"{len(hints)} hint{'' if len(hints) == 1 else 's'}"
            raise self.wrong(head.line, f"there should be two hints or more, a gentle one first; here is {found}")
        if not solution and isinstance(lesson, int):  # learners of a lesson of one's own get the file without it
            raise self.wrong(head.line, "the section '### Solution' is missing")
        return Text(
            name[1], name[3], head.line, self.choice(keys["kind"], KINDS, "kind", head.line),
            self.choice(keys["tier"], TIERS, "tier", head.line), keys["form"].strip("`"), statement, tuple(hints),
            solution, start, why, _list(keys.get("introduces", "")), _list(keys.get("uses", "")),
        )  # fmt: skip

    def code(self, part: _Part) -> str:
        """Return what stands between two lines of three backticks."""
        found = re.fullmatch(r"\s*```\w*\n(.*?)\n```\s*", "\n".join(part.lines), re.DOTALL)
        if found is None:
            raise self.wrong(part.line, "the section 'Start' holds lines of code between two lines of ```")
        return found[1]


def _list(value: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in value.split(";") if item.strip())


def _joined(lines: list[str]) -> str:
    r"""Join the lines of each paragraph; items of a list stay on lines of their own.

    Examples
    --------
    >>> _joined(["one", "two", "", "three", "- four", "- five"])
    'one two\n\nthree\n- four\n- five'
    """
    text = ""
    for line in "\n".join(lines).strip("\n").splitlines():
        if not line.strip():
            text = text.rstrip("\n") + "\n\n"
        elif not text or text.endswith("\n"):
            text += line.rstrip()
        else:
            text += ("\n" if re.match(r"(?:[-*]|\d+\.) ", line) else " ") + line.rstrip()
    return text


def read_text(text: str, path: Path) -> Lesson:
    """Read the text of a lesson's exercises; see the head of this file for how it looks."""
    reader = _Reader(path)
    _, *parts = _cut(text)
    if not parts or parts[0].level != 1:
        raise reader.wrong(1, "the first line is the title of the lesson, such as '# 1 · What never changes'")
    title = re.fullmatch(rf"(\d+|{NAME}) · (\S.*)", parts[0].heading)
    if title is None:
        raise reader.wrong(
            parts[0].line,
            f"'{parts[0].heading}' is not a title: write '# 1 · What never changes'; a lesson of your own has in place "
            "of the number the name of its file, of English letters, digits, - and _",
        )
    number = int(title[1]) if title[1].isdecimal() else title[1]
    if isinstance(number, str) and number != path.stem:  # learners' notebooks name the lesson, and find its file
        what = f"the lesson is called '{number}' here, and its file {path.name}: give both one name"
        raise reader.wrong(parts[0].line, what)
    own = isinstance(number, str)
    keys, _, _ = reader.pairs(parts[0], ("files",) if own else ("notebook", "after"))
    notebook = f"{number}.ipynb" if own else keys.get("notebook", "")
    if not notebook:
        raise reader.wrong(
            parts[0].line, "the key 'notebook' is missing: write '- notebook: 01_name.ipynb' below the title"
        )
    after = keys.get("after", "")
    if after and not after.isdecimal():
        raise reader.wrong(parts[0].line, f"'{after}' is not the number of a lesson: write '- after: 1'")
    files = _list(keys.get("files", ""))
    for name in files:
        if not (path.parent / name).is_file() or Path(name).name != name or "\\" in name:
            raise reader.wrong(parts[0].line, f"the file '{name}' does not lie beside this one")
    groups: list[list[_Part]] = []
    for part in parts[1:]:
        if part.level == 2:
            groups.append([part])
        elif part.level == 3 and groups:
            groups[-1].append(part)
        else:
            raise reader.wrong(
                part.line, f"'{part.heading}' is out of place: '## 1.1 Title' begins an exercise, '### Hint' a section"
            )
    texts: dict[str, Text] = {}
    for group in groups:
        reader.exercise = ""
        found = reader.text(group, number)
        if found.number in texts:
            raise reader.wrong(found.line, f"the number is taken: line {texts[found.number].line} has it")
        texts[found.number] = found
    if not texts:
        raise reader.wrong(parts[0].line, "there are no exercises: '## 1.1 Its title' begins one")
    return Lesson(path, number, title[2], notebook, texts, int(after) if after else None, files)
