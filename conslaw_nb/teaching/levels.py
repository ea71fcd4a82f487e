"""The level map: which exercise needs what, computed from what each introduces and uses.

Nothing in the map is written by hand, so it cannot drift from the exercises; `problems` finds what would strand
a learner: a notion that is used and never introduced before, two exercises that wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from .exercise import Exercise
from .progress_file import ProgressError, progress
from .syllabus import all_exercises, introduced_by, lessons, lessons_beside, titles
from .syllabus import exercises as exercises_of

__all__ = ["PREREQUISITES", "LevelMap", "level_map"]

# What a learner brings along.
PREREQUISITES = frozenset({"partial derivatives", "the chain rule", "matrix products", "rank of a matrix"})

_LANE, _DOT = 13, 12  # between the lines of the map, and where the row of a lesson begins, in pixels
_IN, _OUT = 11, 20  # how far down a row lines come in, and go out
_INK = "currentColor;opacity:.45"
_STATE = {True: ("✓", "solved"), False: ("○", "open")}


@dataclass(frozen=True)
class LevelMap:
    """Exercises as levels, with an arrow from each notion's introduction to its use.

    Examples
    --------
    >>> course = level_map()
    >>> course.problems()
    []
    >>> course.needs("1.2")
    ['1.1']
    """

    exercises: tuple[Exercise, ...]  # in the order of the course
    solved: frozenset[str] = frozenset()  # numbers of the exercises that are solved
    links: Mapping[str, str] | None = None  # number to the address of the exercise (a notebook, or a place on a page)
    own: Mapping[str, str] = field(default_factory=dict)  # the titles of lessons of one's own, by their names

    def introduced_by(self) -> dict[str, str]:
        """Return notion -> number of the first exercise that introduces it."""
        return introduced_by(self.exercises)

    def needs(self, number: str) -> list[str]:
        """Return the exercises whose notions this one uses."""
        task = next(t for t in self.exercises if t.number == number)
        sources = self.introduced_by()
        return sorted({sources[n] for n in task.uses if n in sources and sources[n] != number})

    def leads(self, number: str) -> list[str]:
        """Return those of `needs` that no other of them needs in its turn: the arrows of the map."""
        direct = self.needs(number)
        return [n for n in direct if not any(n in self._all_needs(other) for other in direct if other != n)]

    def _all_needs(self, number: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for n in self.needs(number):
            if n not in seen:
                found |= {n} | self._all_needs(n, seen | {number})
        return found

    def problems(self) -> list[str]:
        """Return what is wrong with the order of the course, one sentence each; nothing for a good one."""
        found = []
        order = {task.number: place for place, task in enumerate(self.exercises)}
        if len(order) < len(self.exercises):
            found.append("two exercises have the same number")
        sources = self.introduced_by()
        for task in self.exercises:
            for notion in task.uses:
                if notion in PREREQUISITES:
                    continue
                if notion not in sources:
                    found.append(f"exercise {task.number} uses '{notion}', which nothing introduces")
                elif order[sources[notion]] >= order[task.number]:
                    found.append(
                        f"exercise {task.number} uses '{notion}', which comes only with exercise {sources[notion]}"
                    )
        return found

    def depth(self) -> dict[str, int]:
        """Return the column of each exercise: one more than the deepest it needs."""
        result: dict[str, int] = {}
        for task in self.exercises:
            earlier = [result[n] for n in self.needs(task.number) if n in result]
            result[task.number] = 1 + max(earlier, default=-1)
        return result

    def open_now(self) -> list[str]:
        """Return the exercises that are not solved and need nothing unsolved."""
        return [
            t.number
            for t in self.exercises
            if t.number not in self.solved and all(n in self.solved for n in self.needs(t.number))
        ]

    def __repr__(self) -> str:
        lines = []
        for task in self.exercises:
            sign, word = _STATE[task.number in self.solved]
            needs = ", ".join(self.needs(task.number))
            lines.append(f"{sign} {task.number} {task.title} ({word})" + (f", needs {needs}" if needs else ""))
        return "\n".join(lines)

    def lessons(self) -> dict[str, list[Exercise]]:
        """Return the exercises of each lesson, by the number in front of theirs."""
        found: dict[str, list[Exercise]] = {}
        for task in self.exercises:
            found.setdefault(_lesson(task.number), []).append(task)
        return found

    def lesson_leads(self) -> dict[str, list[str]]:
        """Return for each lesson those that lead to it: what it needs, and none that another of them needs."""
        needed: dict[str, set[str]] = {}
        for lesson, tasks in self.lessons().items():
            direct = {_lesson(n) for task in tasks for n in self.needs(task.number)} - {lesson}
            needed[lesson] = direct | {far for near in direct for far in needed.get(near, ())}
        reach = {lesson: {far for near in found for far in needed.get(near, ())} for lesson, found in needed.items()}
        return {lesson: [n for n in self.lessons() if n in found - reach[lesson]] for lesson, found in needed.items()}

    def _repr_html_(self) -> str:
        """Draw the map: what is next, then a row for each lesson, with lines from what it needs.

        The rows are HTML that wraps as the window is narrow, and the lines are parts of the rows: they fit any width.
        The lesson with the next exercise is open. Levels are links, reached with the Tab key, and say their state.
        """
        leads, now = self.lesson_leads(), self.open_now()
        current = _lesson(now[0]) if now else ""
        lanes = _lanes(list(leads), leads)
        wide = _LANE * (1 + max((lane for lane, _ in lanes.values()), default=0)) + _DOT
        rows = "".join(
            f'<li style="display:flex;margin:0">{self._lines(k, leads, lanes, wide)}'
            f"{self._row(lesson, tasks, lesson == current)}</li>"
            for k, (lesson, tasks) in enumerate(self.lessons().items())
        )
        solved = sum(t.number in self.solved for t in self.exercises)
        title = f"Level map: {solved} of {len(self.exercises)} exercises solved"
        return (
            f'<nav aria-label="{title}" style="font:14px/1.5 system-ui,sans-serif;max-width:66em">{self._next(now)}'
            f'<ol style="list-style:none;margin:0;padding:0">{rows}</ol></nav>'
        )

    def _next(self, now: list[str]) -> str:
        """What is next, in one glance."""
        tasks = [task for task in self.exercises if task.number in now]
        if not tasks:
            return '<p style="margin:0 0 .6em"><strong>✓ Every exercise is solved.</strong></p>' if self.solved else ""
        first, *others = tasks
        text = f'<strong>Next: <a href="{self._link(first)}">{first.number} {escape(first.title)}</a></strong>'
        if others:
            links = ", ".join(f'<a href="{self._link(task)}">{task.number}</a>' for task in others[:4])
            text += f" &ensp;Also open: {links}"
        return f'<p style="margin:0 0 .6em">{text}</p>'

    def _row(self, lesson: str, tasks: list[Exercise], opened: bool) -> str:
        solved = sum(task.number in self.solved for task in tasks)
        sign = "✓ " if solved == len(tasks) else ""
        share = f"linear-gradient(90deg,#0072b2 {100 * solved // len(tasks)}%,transparent 0)"
        bar = (
            '<span style="white-space:nowrap"><span aria-hidden="true" style="display:inline-block;width:5em;'
            f'height:.5em;border:1px solid #0072b2;border-radius:3px;margin:0 .6em;background:{share}"></span>'
        )
        boxes, state = "".join(map(self._box, tasks)), ' open=""' if opened else ""
        name = escape(_heading(lesson, self.own))
        return (
            f'<details style="flex:1;min-width:0;padding-bottom:6px"{state}>'
            f'<summary style="cursor:pointer"><b>{name}</b> {bar}{sign}{solved} of {len(tasks)}'
            '</span></summary><div style="display:grid;grid-template-columns:repeat(auto-fill,minmax(10.5em,1fr));'
            f'gap:8px;padding:6px 0">{boxes}</div></details>'
        )

    @staticmethod
    def _lines(k: int, leads: Mapping[str, list[str]], lanes: Mapping[str, tuple[int, int]], wide: int) -> str:
        """Draw the lines beside the k-th row: those that pass, those that come in, and the one that goes out."""
        names = list(leads)
        parts = []
        for source, (lane, last) in lanes.items():
            start, x = names.index(source), _LANE * lane + 4
            if start <= k <= last:
                top, end = (f"{_OUT}px" if k == start else "0"), ("auto" if k == last else "0")
                tall = f"height:{_IN}px" if k == last else f"bottom:{end}"
                parts.append(f"left:{x}px;top:{top};{tall};border-left:1.5px solid {_INK}")
            if k == start:
                parts.append(f"left:{x}px;width:{wide - x - 6}px;top:{_OUT}px;border-top:1.5px solid {_INK}")
            if source in leads[names[k]]:
                parts.append(f"left:{x}px;width:{wide - x - 8}px;top:{_IN}px;border-top:1.5px solid {_INK}")
                parts.append(f"left:{x - 2}px;top:{_IN - 2}px;width:5px;height:5px;border-radius:3px;background:{_INK}")
        if leads[names[k]]:
            head = f"border:5px solid transparent;border-left:7px solid {_INK};border-right:0"
            parts.append(f"left:{wide - 9}px;top:{_IN - 4}px;{head}")
        spans = "".join(f'<span style="position:absolute;{part}"></span>' for part in parts)
        return f'<span aria-hidden="true" style="position:relative;flex:0 0 {wide}px">{spans}</span>'

    def _link(self, task: Exercise) -> str:
        return escape((self.links or {}).get(task.number, f"#exercise-{task.number}"))

    def _box(self, task: Exercise) -> str:
        solved = task.number in self.solved
        sign, word = _STATE[solved]
        if not solved and task.number in self.open_now():
            word = "open now"
        border = f"{3 if solved else 1.5}px {'solid' if solved or word == 'open now' else 'dashed'} #0072b2"
        style = (
            f"border:{border};border-radius:8px;background:rgba(0,114,178,{'.16' if solved else '.04'});"
            "padding:5px 9px;color:inherit;text-decoration:none;font-size:13px;overflow-wrap:anywhere"
        )
        leads = self.leads(task.number)
        after = f'<br><small style="opacity:.8">after {", ".join(leads)}</small>' if leads else ""
        needs = f", needs {', '.join(leads)}" if leads else ""
        return (
            f'<a href="{self._link(task)}" style="{style}" aria-label="Exercise {task.number}, {escape(task.title)}, '
            f'{task.kind}, {word}{needs}"><b>{sign} {task.number}</b> {task.kind}<br>{escape(task.title)}{after}</a>'
        )


def _lesson(number: str) -> str:
    """Return the number of the lesson that an exercise belongs to."""
    return number.split(".")[0]


def _heading(lesson: str, own: Mapping[str, str]) -> str:
    """Return a lesson's number with its title; a lesson of one's own has a title alone."""
    if lesson in own:
        return own[lesson]
    title = next((title for number, title in titles().items() if str(number) == lesson), "")
    if title and lesson == "0":  # a notebook beside the numbered lessons
        return title
    return f"Lesson {lesson}: {title}" if title else f"Lesson {lesson}"


def _lanes(names: list[str], leads: Mapping[str, list[str]]) -> dict[str, tuple[int, int]]:
    """Give each lesson that leads somewhere a lane: that, and the last row it leads to.

    Lines that end sooner lie further to the right, so that few cross.

    Examples
    --------
    >>> _lanes(["1", "2", "3"], {"1": [], "2": ["1"], "3": ["1", "2"]})
    {'1': (0, 2), '2': (1, 2)}
    """
    last = {source: k for k, name in enumerate(names) for source in leads[name]}
    spans = {source: (names.index(source), end) for source, end in last.items()}
    lanes: dict[str, tuple[int, int]] = {}
    for source in sorted(spans, key=lambda s: (-(spans[s][1] - spans[s][0]), spans[s][0])):
        start, end = spans[source]
        taken = {lane for other, (lane, stop) in lanes.items() if spans[other][0] < end and start < stop}
        lanes[source] = (next(k for k in range(len(names)) if k not in taken), end)
    return dict(sorted(lanes.items(), key=lambda item: names.index(item[0])))


def level_map(
    exercises: Sequence[Exercise] | None = None, solved: Sequence[str] = (), links: Mapping[str, str] | None = None
) -> LevelMap:
    """Return the level map of exercises; without an argument, of the whole course with this folder's progress.

    Lessons of one's own that lie in the folder come after ours.

    Parameters
    ----------
    exercises : sequence of Exercise, optional
    solved : sequence of str
        Numbers of solved exercises, where `exercises` are given.
    links : mapping, optional
        Number to address; for the whole course the notebook of the lesson.
    """
    if exercises is not None:
        return LevelMap(tuple(exercises), frozenset(solved), links)
    record = progress()
    try:
        done = {key for key, entry in record.entries().items() if entry["solved"]} if record.started else set()
    except ProgressError:  # of a newer version, say: the next answer says so, and the map is of use without it
        done = set()
    own = lessons_beside(Path())
    course = (*all_exercises(), *(task for one in own for task in exercises_of(one)))
    if links is None:
        files = {str(number): name for number, name in lessons().items()} | {one.number: one.notebook for one in own}
        links = {task.number: files[_lesson(task.number)] for task in course}
    return LevelMap(course, frozenset(done), links, {one.number: one.title for one in own})
