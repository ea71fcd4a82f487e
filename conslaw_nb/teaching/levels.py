"""The level map: which exercise needs what, computed from what each introduces and uses.

Nothing in the map is written by hand, so it cannot drift from the exercises; `problems` finds what would strand
a learner: a notion that is used and never introduced before, two exercises that wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from .exercise import Exercise
from .progress_file import ProgressError, progress
from .syllabus import all_exercises, introduced_by, lessons

__all__ = ["PREREQUISITES", "LevelMap", "level_map"]

# What a learner brings along.
PREREQUISITES = frozenset({"partial derivatives", "the chain rule", "matrix products", "rank of a matrix"})

_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _MARGIN, _HEADING = 164, 78, 14, 46, 6, 22
_COLUMNS = 6  # what fits beside each other: a longer lesson goes on in the next row
# The paper of JupyterLab, of the site, or of the browser: an opaque box hides the arrows that pass behind it.
_PAPER = "var(--jp-layout-color0,var(--color-background-primary,Canvas))"
_STATE = {True: ("✓", "solved"), False: ("○", "open")}


@dataclass(frozen=True)
class LevelMap:
    """Exercises as levels, with an arrow from each notion's introduction to its use.

    Attributes
    ----------
    exercises : tuple of Exercise
        In the order of the course.
    solved : frozenset of str
        Numbers of the exercises that are solved.
    links : mapping of str to str
        Number to the address of the exercise (a notebook, or a place on a page).

    Examples
    --------
    >>> course = level_map()
    >>> course.problems()
    []
    >>> course.needs("1.2")
    ['1.1']
    """

    exercises: tuple[Exercise, ...]
    solved: frozenset[str] = frozenset()
    links: Mapping[str, str] | None = None

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

    def _repr_html_(self) -> str:
        """Draw the map, a row for each lesson: levels are links, reached with the Tab key, and say their state.

        The links are HTML above an SVG of arrows: JupyterLab cannot follow links inside an SVG.
        """
        place, headings = {}, ""
        rows = self._rows()
        for row, (lesson, tasks) in enumerate(rows):
            top = _MARGIN + _HEADING + row * (_HEIGHT + _GAP_Y)
            if lesson:
                headings += (
                    f'<div style="position:absolute;left:{_MARGIN}px;top:{top - _HEADING}px;font:600 13px/1.5 '
                    f'system-ui,sans-serif">Lesson {escape(lesson)}</div>'
                )
            for column, task in enumerate(tasks):
                place[task.number] = (_MARGIN + column * (_WIDTH + _GAP_X), top)
        width = 2 * _MARGIN + max((len(tasks) for _, tasks in rows), default=1) * (_WIDTH + _GAP_X) - _GAP_X
        height = 2 * _MARGIN + _HEADING + len(rows) * (_HEIGHT + _GAP_Y) - _GAP_Y
        arrows = "".join(
            self._arrow(place[source], place[t.number]) for t in self.exercises for source in self.leads(t.number)
        )
        boxes = "".join(self._box(task, *place[task.number]) for task in self.exercises)
        solved = sum(t.number in self.solved for t in self.exercises)
        title = f"Level map: {solved} of {len(self.exercises)} exercises solved"
        return (
            f'<nav aria-label="{title}" style="overflow-x:auto"><div style="position:relative;width:{width}px;'
            f'height:{height}px"><svg aria-hidden="true" width="{width}" height="{height}" '
            f'style="position:absolute;left:0;top:0;color:inherit">{arrows}</svg>{headings}{boxes}</div></nav>'
        )

    def _rows(self) -> list[tuple[str, list[Exercise]]]:
        """Return the rows of the map, each with the lesson that begins there, or nothing where one goes on."""
        lessons: dict[str, list[Exercise]] = {}
        for task in self.exercises:
            lessons.setdefault(task.number.split(".")[0], []).append(task)
        return [
            ("" if first else lesson, tasks[first : first + _COLUMNS])
            for lesson, tasks in lessons.items()
            for first in range(0, len(tasks), _COLUMNS)
        ]

    @staticmethod
    def _arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
        """An arrow along a row from side to side, and from row to row from below to above."""
        if start[1] == end[1]:
            x0, y0 = start[0] + _WIDTH, start[1] + _HEIGHT // 2
            x1, y1 = end[0] - 7, end[1] + _HEIGHT // 2
            line, head = f"C{x0 + 9} {y0} {x1 - 9} {y1} {x1} {y1}", f"M{x1 + 7} {y1}l-9 -5v10z"
        else:
            x0, y0 = start[0] + _WIDTH // 2, start[1] + _HEIGHT
            x1, y1 = end[0] + _WIDTH // 2, end[1] - 7
            bend = _GAP_Y
            line, head = f"C{x0} {y0 + bend} {x1} {y1 - bend} {x1} {y1}", f"M{x1} {y1 + 7}l-5 -9h10z"
        return (
            f'<path d="M{x0} {y0}{line}" fill="none" stroke="currentColor" stroke-opacity=".4" stroke-width="1.3"/>'
            f'<path d="{head}" fill="currentColor" fill-opacity=".5"/>'
        )

    def _box(self, task: Exercise, x: int, y: int) -> str:
        solved = task.number in self.solved
        sign, word = _STATE[solved]
        if not solved and task.number in self.open_now():
            word = "open now"
        link = (self.links or {}).get(task.number, f"#exercise-{task.number}")
        border = f"{3 if solved else 1.5}px {'solid' if solved or word == 'open now' else 'dashed'} #0072b2"
        style = (
            f"position:absolute;left:{x}px;top:{y}px;width:{_WIDTH}px;height:{_HEIGHT}px;box-sizing:border-box;"
            f"border:{border};border-radius:8px;background:{_PAPER};box-shadow:inset 0 0 0 99px "
            f"rgba(0,114,178,{'.18' if solved else '.04'});"
            "padding:6px 10px;color:inherit;text-decoration:none;font:13px/1.5 system-ui,sans-serif;overflow:hidden"
        )
        return (
            f'<a href="{escape(link)}" style="{style}" aria-label="Exercise {task.number}, {escape(task.title)}, '
            f'{task.kind}, {word}"><b>{sign} {task.number}</b> {task.kind}<br>{escape(task.title)}</a>'
        )


def level_map(
    exercises: Sequence[Exercise] | None = None, solved: Sequence[str] = (), links: Mapping[str, str] | None = None
) -> LevelMap:
    """Return the level map of exercises; without an argument, of the whole course with this folder's progress.

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
    course = all_exercises()
    if links is None:
        files = lessons()
        links = {task.number: files[int(task.number.split(".")[0])] for task in course}
    return LevelMap(course, frozenset(done), links)
