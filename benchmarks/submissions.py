"""Submissions of a lesson, as a class would hand them in: honest ones of many kinds, and hostile ones.

Every learner comes with what the table has to say in the end. Mischief comes in two kinds: a notebook that breaks out
(its answers are right, and must count all the same), and one that tampers (its answers are wrong, and must stay so).
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .mischief import BREAKING, TAMPERING

__all__ = ["Class", "submissions"]


class Class:
    """The lesson that is handed in, with a right and a wrong answer to each of its exercises.

    Parameters
    ----------
    lesson : int
    short : bool
        Whether only the cells of the exercises are kept.
    """

    def __init__(self, lesson: int = 1, short: bool = False):
        from conslaw_nb import teaching
        from conslaw_nb.course.answers import find_answers
        from conslaw_nb.notebooks.lab import lessons_folder
        from conslaw_nb.notebooks.reading import read_notebook

        name = teaching.lessons()[lesson]
        self.book = json.loads((lessons_folder() / name).read_text(encoding="utf-8"))
        if short:
            self.book["cells"] = [
                cell
                for cell in self.book["cells"]
                if cell["id"] in ("title", "imports")
                or cell["id"].startswith("answer-")
                or "exercise(" in "".join(cell["source"])
            ]
        solved = find_answers(read_notebook(lessons_folder() / "solutions" / name)).answers
        self.right = {answer.number: answer.value for answer in solved if answer.written}
        self.wrong = {task.number: task.answer_form for task in teaching.exercises(lesson)}
        self.numbers = list(self.right)

    def notebook(self, answers: dict[str, str], *before: str, after: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the lesson with answers in it, given as Python, and with more cells before or after all others."""
        book = copy.deepcopy(self.book)
        number = ""
        for cell in book["cells"]:
            source = "".join(cell["source"])
            if "exercise(" in source:
                number = source.split('exercise("')[1].split('"')[0]
            if cell["id"].startswith("answer-") and number in answers:
                name = source.split(".check")[0]
                cell["source"] = [f"{name}.check({answers[number]})"]
        head, tail = (
            [_code(f"{w}-{k}", s) for k, s in enumerate(c)] for w, c in (("before", before), ("after", after))
        )
        book["cells"] = [*book["cells"][:2], *head, *book["cells"][2:], *tail]
        return book

    def all_right(self) -> dict[str, str]:
        """Return right answers, as Python."""
        return {number: repr(value) for number, value in self.right.items()}

    def all_wrong(self) -> dict[str, str]:
        """Return wrong answers, as Python."""
        return {number: repr(value) for number, value in self.wrong.items()}


def _code(name: str, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code", "id": name, "metadata": {}, "execution_count": None, "outputs": [],
        "source": source.splitlines(keepends=True),
    }  # fmt: skip


def _computed(value: Any) -> str:
    """Write an answer as something that only a run shows."""
    return f"''.join(reversed({str(value)[::-1]!r}))"


def _hostile(room: Class, hand_in: Callable[..., None], bait: Path) -> None:
    """Hand in all mischief there is."""
    right, wrong = room.all_right(), room.all_wrong()
    for name, source in BREAKING.items():
        hand_in(f"breaks-{name}", room.notebook(right, source.replace("BAIT", str(bait))), all="right")
    faked = room.notebook(wrong)
    for cell in faked["cells"]:
        if cell["id"].startswith("answer-"):
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["✓ Right.\n"]}]
    hand_in("tampers-saved-output", faked, all="wrong")
    for name, source in TAMPERING.items():
        if name == "strange-text":
            odd = {number: f"Chameleon({value})" for number, value in wrong.items()}
            hand_in(f"tampers-{name}", room.notebook(odd, source), all="not right")
        else:
            hand_in(f"tampers-{name}", room.notebook(wrong, source), all="wrong")
    hand_in("no-notebook", "this is not a notebook")
    hand_in("half-a-notebook", json.dumps(room.notebook(right))[:2000])


def submissions(folder: Path, count: int = 200, hostile: bool = True, short: bool = False) -> dict[str, dict[str, str]]:
    """Write a class of submissions to a folder; return learner -> exercise -> outcome that is expected.

    Beside the folder a folder `bait` is made, which some of them want to destroy.
    """
    room, expected = Class(short=short), {}

    def hand_in(learner: str, book: Any, **outcomes: str) -> None:
        (folder / f"{learner}.ipynb").write_text(book if isinstance(book, str) else json.dumps(book), encoding="utf-8")
        expected[learner] = {number: outcomes.get(number, outcomes.get("all", "empty")) for number in room.numbers}

    right, wrong = room.all_right(), room.all_wrong()
    bait = folder.parent / "bait"
    bait.mkdir(exist_ok=True)
    (bait / "precious").touch()
    if hostile:
        _hostile(room, hand_in, bait)
    place = 0
    while len(expected) < count:
        learner, kind = f"learner-{place:03}", place % 5
        some = room.numbers[: 1 + place % len(room.numbers)]
        if kind == 0:
            hand_in(learner, room.notebook(right), all="right")
        elif kind == 1:
            hand_in(learner, room.notebook({n: right[n] for n in some}), **dict.fromkeys(some, "right"))
        elif kind == 2:
            hand_in(learner, room.notebook({n: wrong[n] for n in some}), **dict.fromkeys(some, "wrong"))
        elif kind == 3:
            hand_in(learner, room.notebook({n: _computed(room.right[n]) for n in some}), **dict.fromkeys(some, "right"))
        else:
            mixed = {n: (right if k % 2 else wrong)[n] for k, n in enumerate(room.numbers)}
            hand_in(learner, room.notebook(mixed), **{n: "right" if k % 2 else "wrong" for k, n in enumerate(mixed)})
        place += 1
    return expected
