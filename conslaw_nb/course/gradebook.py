"""The gradebook: what counts, for how much and until when, and sums in the forms that learning platforms import.

Everything it rests on is text beside the submissions that a person edits: `course.toml` for the rules, `roster.csv`,
`overrides.csv` and `handed_in.csv` for people. Verdicts come from the table; nothing here judges an answer.
"""

from __future__ import annotations

import csv
import io
import math
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..errors import CourseError, brief
from .tables import certificates, of, spreadsheet

__all__ = ["Book", "Row", "Rules", "gradebook", "gradebook_csv", "read_rules", "shown", "written", "written_names"]

CERTIFICATE = "certificate"  # stands for one certificate or proof that was handed in and accepted
ROSTER, OVERRIDES, HANDED_IN = "roster.csv", "overrides.csv", "handed_in.csv"
NOT_MARKED = "not marked yet"


@dataclass(frozen=True)
class Rules:
    """How points are given.

    Attributes
    ----------
    points : dict
        What counts, and for how much: numbers of exercises, `certificate`, and names of what is marked by hand.
    due : dict
        Lesson to the day on which it is due.
    tries : int
        How many different answers to an exercise count; 0 for all.
    drop_lowest : int
        How many lessons, those with the smallest share of their points, do not count.
    late_per_day, late_days : Fraction, int
        Percent that each day begun takes off, and after how many days there is nothing.
    rubric : dict
        What is marked by hand to how it is marked.
    """

    points: dict[str, Fraction]
    due: dict[str, date] = field(default_factory=dict)
    tries: int = 0
    drop_lowest: int = 0
    late_per_day: Fraction = Fraction(0)
    late_days: int = 366
    rubric: dict[str, str] = field(default_factory=dict)

    @property
    def by_hand(self) -> list[str]:
        """What a person marks, such as an essay."""
        return [name for name in self.points if "." not in name and name != CERTIFICATE]


@dataclass
class Row:
    """One learner: who it is, points for each thing that counts, days late for each lesson, and what to know.

    `result`: of grading, empty for who has handed in nothing; `notes`: for the learner, too; `to_check`: for whoever
    teaches.
    """

    learner: str
    person: dict[str, str]
    points: dict[str, Fraction]
    result: dict[str, Any] = field(default_factory=dict)
    late: dict[str, int] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    total: Fraction = Fraction(0)
    of: Fraction = Fraction(0)
    notes: list[str] = field(default_factory=list)
    to_check: list[str] = field(default_factory=list)

    def mark(self, name: str) -> str:
        """Return what is noted of something that a person marks, nothing if that is neither written nor marked."""
        return next((note for note in self.notes if note.startswith(f"{name}: ")), "")


@dataclass
class Book:
    """All rows, and the rules they were made by."""

    rules: Rules
    rows: list[Row]


def read_rules(folder: Path, exercises: Sequence[str]) -> Rules:
    r"""Return the rules in the course file of a folder; without one each exercise counts 1.

    Raises CourseError: the file says something that is not a rule.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     _ = Path(place, "course.toml").write_text('[grading]\ntries = 3\n[grading.points]\n"1.4" = 2.5\n')
    ...     rules = read_rules(Path(place), ["1.1", "1.4"])
    >>> rules.tries, rules.points
    (3, {'1.4': Fraction(5, 2)})
    """
    path = folder / "course.toml"
    data = _course_file(path)
    said = data.get("grading", {})
    known = {"points", "tries", "drop_lowest", "late_per_day", "late_days", "rubric"}
    if not isinstance(said, dict) or set(said) - known:
        wrong = sorted(set(said) - known)[0] if isinstance(said, dict) else said
        raise CourseError(f"'{path}' has {brief(wrong)} under [grading]: there may be {', '.join(sorted(known))}")
    points = said.get("points", dict.fromkeys(exercises, 1))
    if not isinstance(points, dict):
        raise CourseError(f"'{path}' has no table [grading.points]: write lines such as \"1.4\" = 2")
    entries = [entry for entry in data.get("lesson", []) if isinstance(entry, dict)]
    course = {str(entry.get("number", entry.get("name"))): entry.get("due") for entry in entries}
    others = set(course) - {number.split(".")[0] for number in exercises}  # lessons that are not graded this time
    for name in points:
        if "." in name and name not in exercises and name.split(".")[0] not in others:
            raise CourseError(f"'{path}' gives points for {brief(name)}, which is not an exercise of the course")
    rubric = said.get("rubric", {})
    if not isinstance(rubric, dict) or set(rubric) - set(points):
        raise CourseError(f"'{path}' has a rubric for what is not under [grading.points]: write it there, too")
    counted = {name: value for name, value in points.items() if name.split(".")[0] not in others}
    due = {name: _day(day) for name, day in course.items() if isinstance(day, date)}
    return Rules(
        {str(name): _number(value, path, f"the points for {name}") for name, value in counted.items()},
        due,
        int(_number(said.get("tries", 0), path, "tries")),
        int(_number(said.get("drop_lowest", 0), path, "drop_lowest")),
        _number(said.get("late_per_day", 0), path, "late_per_day"),
        int(_number(said.get("late_days", 366), path, "late_days")),
        {str(name): str(text) for name, text in rubric.items()},
    )


def _course_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as problem:
        raise CourseError(f"'{path}' cannot be read ({problem})") from None


def written_names(folder: Path) -> list[str]:
    """Return the names of what a person marks in the course of a folder; `read_rules` finds what is wrong with them."""
    said = _course_file(folder / "course.toml").get("grading", {})
    points = said.get("points", {}) if isinstance(said, dict) else {}
    return Rules(dict.fromkeys(points, Fraction(0))).by_hand if isinstance(points, dict) else []


def _number(value: Any, path: Path, what: str, line: int = 0) -> Fraction:
    try:
        number = Fraction(str(value).strip().replace(",", ".")) if len(str(value)) < 20 else None
    except (ValueError, ZeroDivisionError):
        number = None
    if number is None or isinstance(value, bool) or not 0 <= number <= 10**6:
        where = f"line {line} of '{path}'" if line else f"'{path}'"
        raise CourseError(f"{where}: {what} is {brief(value)}, and must be a number such as 2 or 0.5")
    return number


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _table(path: Path, needed: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a CSV file with their lines; no rows where there is no such file."""
    if not path.is_file():
        return []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as problem:
        raise CourseError(f"'{path}' cannot be read ({problem}): save it as CSV in UTF-8") from None
    sign = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=sign)
    heads = [str(head).strip().lower() for head in reader.fieldnames or []]
    missing = [head for head in needed if head not in heads]
    if missing:
        raise CourseError(f"'{path}' has no column {missing[0]}: its first line must name {', '.join(needed)}")
    reader.fieldnames = heads
    return [(reader.line_num, {k: (v or "").strip() for k, v in row.items() if isinstance(k, str)}) for row in reader]


def _keys(*names: str) -> set[str]:
    """Return under what somebody may be found: as written, and as platforms squeeze names together, the last one first.

    Which words of a name are the last one nobody knows: each may begin it.
    """
    found = {_plain(name) for name in names if name.strip()}
    for name in list(found):
        words = ["".join(sign for sign in word if sign.isalnum()) for word in name.replace(",", " ").split()]
        found |= {"".join(words[k:] + words[:k]) for k in range(len(words)) if len(words) > 1}
    return found


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def gradebook(learners: Sequence[dict[str, Any]], rules: Rules, folder: Path) -> Book:
    """Return the points of all learners, with the people and the exceptions that the files of a folder name.

    Raises CourseError: a file names somebody whom nobody knows, or something that is not a number.
    """
    rows, found = [], {}
    roster = [person for _, person in _table(folder / ROSTER, ["id", "name"])]
    taken: set[int] = set()
    for learner in learners:
        exports = learner.get("exports", [])
        # A number of Moodle's says nothing: it is another one in each assignment.
        number = learner.get("identity", "") if any(one["platform"] == "canvas" for one in exports) else ""
        names = _keys(learner["learner"], number, learner.get("email", ""))
        named = learner["learner"].removesuffix(f" ({learner.get('identity')})")
        fits = [k for k, one in enumerate(roster) if _keys(one["id"], one.get("email", "")) & names]
        fits = fits or [k for k, one in enumerate(roster) if _keys(one["name"]) & _keys(named)]
        person = roster[fits[0]] if len(fits) == 1 and fits[0] not in taken else {}
        row = Row(learner["learner"], person or {"id": number, "email": learner.get("email", "")}, {}, learner)
        if roster and not person:
            row.to_check.append("is not in roster.csv" if not fits else f"has no line of {ROSTER} to itself")
        taken |= set(fits[:1]) if person else set()
        row.points = {name: _points(learner, name, rules) for name in rules.points}
        for one in exports:
            _exported(one, row, rules)
        rows.append(row)
    for k, person in enumerate(roster):
        if k not in taken:
            nothing = dict.fromkeys(rules.points, Fraction(0))
            rows.append(Row(person["name"] or person["id"], person, nothing, notes=["nothing was handed in"]))
    for row in rows:
        for key in _keys(row.learner, row.person.get("id", ""), row.person.get("name", "")):
            found.setdefault(key, []).append(row)
    _handed_in(folder / HANDED_IN, rules, found)
    for row in rows:
        _late(row, rules)
    _overrides(folder / OVERRIDES, rules, found)
    for row in rows:
        texts = row.result.get("written", {})
        open_ = [name for name in rules.by_hand if texts.get(name, "").strip() and not row.mark(name)]
        row.notes += [f"{name}: {NOT_MARKED}" for name in open_]
        _sum(row, rules)
    return Book(rules, rows)


def _exported(export: dict[str, Any], row: Row, rules: Rules) -> None:
    """Note how late the lessons of one hand-in are, as the platform says."""
    for lesson in export["lessons"]:
        days = 0
        if export["day"] and lesson in rules.due:
            days = (date.fromisoformat(export["day"]) - rules.due[lesson]).days
        elif export["late"]:
            days = 1
            row.to_check.append(f"lesson {lesson} is late, says the platform: one day, unless {HANDED_IN} says more")
        row.late[lesson] = max(row.late.get(lesson, 0), days)


def _who(name: str, found: dict[str, list[Row]], path: Path, line: int) -> Row:
    rows = found.get(_plain(name), [])
    rows = [row for row in rows if name in (row.learner, row.person.get("id"), row.person.get("name"))] or rows
    if len(rows) != 1:
        why = "nobody" if not rows else "several learners"
        raise CourseError(
            f"line {line} of '{path}' names {brief(name)}, which is {why}: write the id or the whole name"
        )
    return rows[0]


def _points(learner: dict[str, Any], name: str, rules: Rules) -> Fraction:
    if name == CERTIFICATE:
        return rules.points[name] if certificates(learner)[0] else Fraction(0)
    one = of(learner, name)
    counts = one["outcome"] == "right" and (rules.tries == 0 or one.get("right_at", 1) <= rules.tries)
    return rules.points[name] if counts else Fraction(0)


def _handed_in(path: Path, rules: Rules, found: dict[str, list[Row]]) -> None:
    """Note how many days late each lesson was, by the days that a file names."""
    for line, said in _table(path, ["learner", "lesson", "day"]):
        row = _who(said["learner"], found, path, line)
        try:
            day = datetime.fromisoformat(said["day"]).date()
        except ValueError:
            raise CourseError(
                f"line {line} of '{path}': {brief(said['day'])} is not a day such as 2027-01-11"
            ) from None
        if said["lesson"] in rules.due:
            row.late[said["lesson"]] = max(0, (day - rules.due[said["lesson"]]).days)


def _late(row: Row, rules: Rules) -> None:
    """Take off what lateness costs, after the days that a learner has been given."""
    given = row.person.get("extra_days", "")
    extra = int(_number(given, Path(ROSTER), f"extra_days of {row.learner}")) if given else 0
    row.late = {lesson: days - extra for lesson, days in sorted(row.late.items()) if days > extra}
    for lesson, days in row.late.items():
        share = max(Fraction(0), 1 - days * rules.late_per_day / 100 if days <= rules.late_days else Fraction(0))
        counted = [name for name in row.points if name.split(".")[0] == lesson]
        row.points |= {name: share * row.points[name] for name in counted}
        if share < 1 and counted:
            many = f"{days} day{'' if days == 1 else 's'}"
            row.notes.append(f"lesson {lesson} came {many} late, and counts {shown(100 * share)}%")


def _overrides(path: Path, rules: Rules, found: dict[str, list[Row]]) -> None:
    """Put in the points that a person has given."""
    for line, said in _table(path, ["learner", "exercise", "points"]):
        row = _who(said["learner"], found, path, line)
        name, comment = said["exercise"], said.get("comment", "")
        if name not in rules.points:
            raise CourseError(f"line {line} of '{path}' names {brief(name)}, which is not under [grading.points]")
        row.points[name] = _number(said["points"], path, "points", line)
        row.notes.append(f"{name}: {shown(row.points[name])} by hand" + (f", {comment}" if comment else ""))


def _sum(row: Row, rules: Rules) -> None:
    groups: dict[str, list[str]] = {}
    for name in rules.points:
        groups.setdefault(name.split(".")[0], []).append(name)
    lessons = [
        group for group in groups if "." in groups[group][0] and sum(rules.points[name] for name in groups[group])
    ]

    def share(group: str) -> Fraction:
        return sum(row.points[name] for name in groups[group]) / sum(rules.points[name] for name in groups[group])

    row.dropped = sorted(lessons, key=share)[: min(rules.drop_lowest, len(lessons) - 1)]
    counted = [name for group, names in groups.items() if group not in row.dropped for name in names]
    row.total = sum((row.points[name] for name in counted), Fraction(0))
    row.of = sum((rules.points[name] for name in counted), Fraction(0))
    if row.dropped:
        row.notes.append(f"lesson {', '.join(row.dropped)} was dropped as the lowest")


def shown(points: Fraction) -> str:
    """Write points as people do, to two places, halves upwards.

    Examples
    --------
    >>> shown(Fraction(5, 2)), shown(Fraction(2, 3)), shown(Fraction(3))
    ('2.5', '0.67', '3')
    """
    hundredths = math.floor(points * 100 + Fraction(1, 2))
    whole, part = divmod(hundredths, 100)
    return f"{whole}.{part:02}".rstrip("0").rstrip(".")


def written(rows: list[list[Any]]) -> str:
    """Return rows as CSV that no spreadsheet takes for formulas."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([[spreadsheet(item) for item in row] for row in rows])
    return out.getvalue()


def gradebook_csv(book: Book) -> str:
    """Return the gradebook for a spreadsheet: points for each thing that counts, days late, the sum, and notes."""
    people = ["id", "name", "email", "group"]
    rows: list[list[Any]] = [
        ["learner", *people, *(f"points {name}" for name in book.rules.points), "days late", "total", "of", "notes"]
    ]
    for row in book.rows:
        late = "; ".join(f"{lesson}: {days}" for lesson, days in sorted(row.late.items()))
        rows.append([
            row.learner, *(row.person.get(head, "") for head in people), *map(shown, row.points.values()), late,
            shown(row.total), shown(row.of), "; ".join(row.to_check + row.notes),
        ])  # fmt: skip
    return written(rows)
