"""A term, played through: `python -m benchmarks.term`. Every grade is compared with what it must be.

Two hundred people on a roster, half of them on Moodle and half on Canvas, hand in four lessons. Some are late, some
excused, some hostile; some hand in nothing. The grading is killed in the middle and goes on; then points are given by
hand, one learner hands in again, and everything is graded once more. What each must get is reckoned here, without the
gradebook's code.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from .mischief import BREAKING, TAMPERING
from .submissions import Class, _computed

__all__ = ["Learner", "Term", "main", "play"]

START, LATE_PER_DAY, TRIES = date(2027, 1, 11), Fraction(1, 10), 3
LESSONS = (1, 2, 3, 4)
# What ends by itself and soon: the others hold a processor until their time is over.
QUICK = ("early-exit", "crash", "kill-everybody", "kill-the-parent", "daemon", "deep")
KINDS = ("right", "half", "wrong", "second", "computed", "breaks", "tampers", "guesses", "absent", "empty")
SECONDS = 8  # of processor time, for one notebook


@dataclass
class Learner:
    """One of the roster: where from, what is handed in, and what that must be worth."""

    number: int
    kinds: dict[int, str] = field(default_factory=dict)  # lesson to what is handed in
    late: dict[int, int] = field(default_factory=dict)  # lesson to days
    extra: int = 0
    given: dict[str, Fraction] = field(default_factory=dict)  # by hand
    worth: dict[str, Fraction] = field(default_factory=dict)  # exercise to its points, before lateness

    @property
    def name(self) -> str:
        """The name on the roster and on Moodle."""
        return f"Person {self.number:03}"

    @property
    def moodle(self) -> bool:
        """Whether this one hands in on Moodle."""
        return self.number % 2 == 0

    def total(self) -> Fraction:
        """Return the points in the end: the lesson with the smallest share does not count, lateness takes off."""
        lessons: dict[str, list[Fraction]] = {}
        for name, points in self.worth.items():
            lesson = name.split(".")[0]
            days = max(0, self.late.get(int(lesson), 0) - self.extra)
            points = self.given.get(name, points * max(Fraction(0), 1 - days * LATE_PER_DAY))
            lessons.setdefault(lesson, []).append(points)
        shares = sorted((sum(own, Fraction(0)) / len(own), int(lesson)) for lesson, own in lessons.items())
        kept = [own for lesson, own in lessons.items() if len(shares) < 2 or int(lesson) != shares[0][1]]
        return sum((point for own in kept for point in own), Fraction(0)) + self.given.get("essay", Fraction(0))


class Term:
    """The course folder, with all that is handed in.

    Parameters
    ----------
    place : Path
    learners : int
    lessons : sequence of int
    quick : bool
        Whether the hostile ones are only those that end soon.
    """

    def __init__(self, place: Path, learners: int, lessons: tuple[int, ...] = LESSONS, quick: bool = False):
        from conslaw_nb.course.folder import new_course

        self.place, self.lessons, self.rooms = place, lessons, {n: Class(n, short=True) for n in lessons}
        self.mischief = QUICK if quick else (*BREAKING, *9 * QUICK)  # all of it once, and what is quick often
        self.bait = place.parent / "bait"
        self.bait.mkdir(exist_ok=True)
        new_course(place, list(lessons), START)
        self.people = [self._learner(number) for number in range(learners)]
        names = "\n".join(f'"{number}" = 1' for room in self.rooms.values() for number in room.numbers)
        file = place / "course.toml"
        rules = (
            f"[grading]\ntries = {TRIES}\nlate_per_day = 10\ndrop_lowest = 1\n[grading.points]\n{names}\nessay = 5\n"
        )
        file.write_text(file.read_text(encoding="utf-8") + rules, encoding="utf-8")
        roster = "id,name,email,group,extra_days\n" + "".join(
            f"{5000 + one.number},{one.name},p{one.number}@example.org,{'AB'[one.moodle]},{one.extra or ''}\n"
            for one in self.people
        )
        (place / "roster.csv").write_text(roster, encoding="utf-8")
        for lesson in lessons:
            self._exports(lesson)

    def _learner(self, number: int) -> Learner:
        one = Learner(number, extra=2 if number % 11 == 3 else 0)
        for place, lesson in enumerate(self.lessons):
            one.kinds[lesson] = KINDS[(number // 2 + 3 * place) % len(KINDS)]
            if (number + place) % 5 == 2 and one.kinds[lesson] != "absent":
                one.late[lesson] = 1 + number % 4 if one.moodle else 1
            right = {"right", "second", "computed", "breaks"}
            for k, exercise in enumerate(self.rooms[lesson].numbers):
                good = one.kinds[lesson] in right or (one.kinds[lesson] == "half" and k % 2 == 0)
                one.worth[exercise] = Fraction(int(good))
        return one

    def _notebook(self, one: Learner, lesson: int) -> dict[str, Any]:
        """Return what one learner hands in for a lesson."""
        room, kind = self.rooms[lesson], one.kinds[lesson]
        right, wrong = room.all_right(), room.all_wrong()
        nth = one.number // 2 + lesson
        if kind == "breaks":
            cell = BREAKING[self.mischief[nth % len(self.mischief)]]
            return room.notebook(right, cell.replace("BAIT", str(self.bait)))
        if kind == "tampers":
            names = [name for name in TAMPERING if name != "strange-text"]
            return room.notebook(wrong, TAMPERING[names[nth % len(names)]])
        if kind == "computed":
            return room.notebook({number: _computed(value) for number, value in room.right.items()})
        if kind == "half":
            return room.notebook({number: (wrong if k % 2 else right)[number] for k, number in enumerate(room.numbers)})
        more = [f"cl.teaching.exercise({number!r}).check(" for number in room.numbers]
        if kind == "second":
            return room.notebook(wrong, after=tuple(f"{m}{right[n]})" for m, n in zip(more, right, strict=True)))
        if kind == "guesses":
            return room.notebook(right, *(f"for k in range({TRIES}):\n    {m}'a guess, ' + str(k))" for m in more))
        return room.notebook({"right": right, "wrong": wrong, "empty": {}}[kind])

    def _exports(self, lesson: int) -> None:
        """Write what the platforms export for one lesson."""
        due = START + timedelta(days=7 * self.lessons.index(lesson))
        subs = self.place / "submissions"
        sheet = [["Identifier", "Full name", "Email address", "Status", "Grade", "Last modified (submission)"]]
        with (
            zipfile.ZipFile(subs / f"moodle-{lesson}.zip", "w", zipfile.ZIP_DEFLATED) as moodle,
            zipfile.ZipFile(subs / f"canvas-{lesson}.zip", "w", zipfile.ZIP_DEFLATED) as canvas,
        ):
            for one in self.people:
                number, late = 1000 * lesson + one.number, one.late.get(lesson, 0)  # Moodle's, in this assignment
                day = due + timedelta(days=late)
                absent = one.kinds[lesson] == "absent"
                if one.moodle:
                    when = "-" if absent else day.strftime("%A, %d %B %Y, 11:58 PM")
                    sheet.append([f"Participant {number}", one.name, f"p{one.number}@example.org", "", "", when])
                if absent:
                    continue
                text = json.dumps(self._notebook(one, lesson))
                if one.moodle:
                    moodle.writestr(f"{one.name}_{number}_assignsubmission_file/lesson {lesson}.ipynb", text)
                else:
                    squeezed = f"{one.number:03}person{'_LATE' if late else ''}"
                    canvas.writestr(f"{squeezed}_{5000 + one.number}_{number}_lesson-{lesson}.ipynb", text)
        out = io.StringIO()
        csv.writer(out).writerows(sheet)
        (subs / f"Grades-lesson-{lesson}.csv").write_text("\ufeff" + out.getvalue(), encoding="utf-8")

    def by_hand(self) -> None:
        """Give points by hand: essays, and an exercise of somebody who was ill."""
        lines = ["learner,exercise,points,comment"]
        for one in self.people[::7]:
            one.given["essay"] = Fraction(one.number % 6, 2)
            lines.append(f"{5000 + one.number},essay,{float(one.given['essay'])},by hand")
        for one in self.people[4::19]:
            first = next(iter(one.worth))
            one.given[first] = Fraction(1)
            lines.append(f"{one.name},{first},1,was ill")
        (self.place / "overrides.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def hand_in_again(self) -> Learner:
        """Have one who had everything wrong in the first lesson hand it in again, as a folder of its own export."""
        lesson = self.lessons[0]
        one = next(one for one in self.people if not one.moodle and one.kinds[lesson] == "wrong")
        one.kinds[lesson] = "right"
        for number in self.rooms[lesson].numbers:
            one.worth[number] = Fraction(1)
        name = f"{one.number:03}person_{5000 + one.number}_99{one.number}_lesson-{lesson}-1.ipynb"
        (self.place / "submissions" / name).write_text(json.dumps(self._notebook(one, lesson)), encoding="utf-8")
        return one

    def command(self, *more: str) -> list[str]:
        """Return the command that grades."""
        base = [sys.executable, "-m", "conslaw_nb", "course", "grade", str(self.place / "submissions")]
        return [*base, "--seconds", str(SECONDS), *more]

    def wrong(self) -> list[str]:
        """Return what in the gradebook is not as it must be, one sentence each."""
        text = (self.place / "grades" / "gradebook.csv").read_text(encoding="utf-8-sig")
        rows = {row["id"]: row for row in csv.DictReader(io.StringIO(text))}
        found = [] if len(rows) == len(self.people) else [f"{len(rows)} rows for {len(self.people)} people"]
        for one in self.people:
            row = rows.get(str(5000 + one.number))
            if row is None:
                found.append(f"{one.name} has no row")
            elif abs(Fraction(row["total"]) - one.total()) > Fraction(1, 200):
                found.append(f"{one.name} got {row['total']} for {one.kinds}, late {one.late}: must be {one.total()}")
        return found


def play(
    place: Path,
    learners: int = 200,
    lessons: tuple[int, ...] = LESSONS,
    quick: bool = False,
    tell: Callable[[str], None] = lambda said: None,
) -> list[str]:
    """Play a term through; return what was not as it must be, one sentence each."""
    term = Term(place, learners, lessons, quick)
    found: list[str] = []
    records = place / "grades" / "records"
    begun = subprocess.Popen(term.command(), stdout=subprocess.DEVNULL, start_new_session=True)
    while begun.poll() is None and len(list(records.glob("*.json"))) < learners // 3:
        time.sleep(0.05)
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    tell(f"killed after {len(list(records.glob('*.json')))} of {learners}")
    for what, more in _steps(term):
        started, used = time.monotonic(), _worked()
        data = json.loads(subprocess.run(term.command("--json", *more), capture_output=True, check=True).stdout)
        inside = sum(run["seconds"] for one in data["learners"] for run in one["runs"])
        tell(
            f"{what}: {time.monotonic() - started:.1f} s by the clock, {_worked() - used:.1f} s of processor time in "
            f"all processes that were waited for, {inside:.1f} s in the notebooks of this table; "
            f"{data['taken_over']} of {len(data['learners'])} taken over"
        )
        found += [f"{what}: {told}" for told in term.wrong()]
        if what == "nothing changed" and data["taken_over"] != len(data["learners"]):
            found.append(f"{what}: only {data['taken_over']} were taken over")
    return found


def _steps(term: Term) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Do one thing after the other, and yield its name and what is asked for."""
    yield "after the kill", ()
    yield "nothing changed", ()
    term.by_hand()
    yield "points by hand", ()
    term.hand_in_again()
    yield "handed in again", ()
    yield "one learner graded again", ("--only", term.people[0].name)
    yield "nothing changed", ()


def _worked() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Play a term, tell how it went, and return 1 where a grade was wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.term", description=str(__doc__).partition("\n\n")[0])
    parser.add_argument("--learners", type=int, default=200)
    parser.add_argument("--quick", action="store_true", help="only mischief that ends soon")
    options = parser.parse_args()
    os.environ["TOKEN"] = "s3cret"
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        course = Path(folder, "autumn")
        course.mkdir()
        found = play(course, options.learners, quick=options.quick, tell=lambda said: print(said, flush=True))
        told = b"s3cret" in b"".join(path.read_bytes() for path in course.rglob("*") if path.is_file())
        found += ["something of the lecturer's environment is in the folder"] if told else []
    for one in found:
        print("WRONG", one)
    print(
        f"{options.learners} learners, {len(LESSONS)} lessons: {len(found)} faults; {time.monotonic() - started:.0f} s"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
