"""Submissions of a lesson, as a class would hand them in: honest ones of many kinds, and hostile ones.

Every learner comes with what the table has to say in the end. Mischief comes in two kinds: a notebook that breaks out
(its answers are right, and must count all the same), and one that tampers (its answers are wrong, and must stay so).
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

__all__ = ["BREAKING", "TAMPERING", "Class", "submissions"]

# What breaks out, each as one cell: it shall stop at most the notebook that it is in.
BREAKING = {
    "endless-loop": "while True:\n    pass",
    "deaf-loop": "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
    "memory-bomb": "ballast = []\nwhile True:\n    ballast.append(bytearray(10_000_000))",
    "fork-bomb": "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
    "memory-in-children": (
        "import os\nfor _ in range(12):\n    if os.fork() == 0:\n        ballast = b'x' * 400_000_000\n"
        "        while True:\n            pass\nimport time; time.sleep(600)"
    ),
    "daemon": "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(9999)",
    "early-exit": "import os\nos._exit(0)",
    "crash": "import ctypes\nctypes.string_at(0)",
    "kill-everybody": "import os, signal\nos.kill(-1, signal.SIGKILL)",
    "kill-the-parent": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
    "threads": "import threading, time\nfor _ in range(10_000):\n    threading.Thread(target=time.sleep, args=(9999,)).start()",
    "flood-of-words": "while True:\n    print('x' * 100_000)",
    "flood-of-answers": 'import os\nwhile True:\n    os.write(3, b\'["answer", "1.1", ["str", "0"]]\\n\' * 1000)',
    "full-disk": "k = 0\nwhile True:\n    k += 1\n    open(f'f{k}', 'wb').write(b'x' * 10_000_000)",
    "deep": "def f(n):\n    return f(n + 1)\nf(0)",
    "stops-itself": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "asks-for-input": "name = input('Your name?')",
    "shell": "!rm -rf / --no-preserve-root\n!shutdown -h now",
    "removes-everything": (
        "import conslaw_nb, pathlib, shutil, sys\nfor place in (pathlib.Path(conslaw_nb.__file__).parent, pathlib.Path.home(), "
        "pathlib.Path(sys.prefix)):\n    shutil.rmtree(place, ignore_errors=True)"
    ),
    "error": "1 / 0",
    "no-python": "this is ( no python",
}

# What tampers, each as one cell that stands before the answers.
TAMPERING = {
    "says-right": "from conslaw_nb.teaching import exercise as e\nfrom conslaw_nb.teaching.exercise import Exercise, right\n"
    "Exercise.check = lambda task, answer: right('of course')",
    "checker-replaced": "import conslaw_nb.teaching as t\nfrom conslaw_nb.teaching.exercise import right\n"
    "for task in t.all_exercises():\n    object.__setattr__(task, 'checker', lambda answer: right('yes'))",
    "lesson-replaced": "import conslaw_nb.teaching.lesson01 as l\nfrom conslaw_nb.teaching.exercise import right\n"
    "for name in dir(l):\n    if name.startswith('_check'):\n        setattr(l, name, lambda answer: right('yes'))",
    "wrong-is-right": "import conslaw_nb.teaching.exercise as x, conslaw_nb.teaching.lesson01 as l\n"
    "l.wrong = x.wrong = x.right",
    "engine-replaced": "import conslaw_nb.checking as c, conslaw_nb.teaching.lesson01 as l\n"
    "from conslaw_nb.verdict import Verdict, Status\nyes = lambda *a, **k: Verdict(Status.PROVED, 'yes')\n"
    "c.check_law = l.check_law = yes",
    "arithmetic-replaced": "import fractions\nfractions.Fraction.__eq__ = lambda a, b: True\n"
    "fractions.Fraction.__hash__ = lambda a: 0",
    "files-changed": "import conslaw_nb.teaching.lesson01 as l\ntry:\n"
    "    text = open(l.__file__).read()\n    open(l.__file__, 'w').write(text.replace('wrong(', 'right('))\n"
    "except OSError:\n    pass",
    "start-up-file": "import site, pathlib\nfor place in [*site.getsitepackages(), site.getusersitepackages(), '.']:\n    try:\n"
    "        pathlib.Path(place).mkdir(parents=True, exist_ok=True)\n"
    "        pathlib.Path(place, 'sitecustomize.py').write_text('import conslaw_nb.teaching.exercise as x; x.wrong = x.right')\n"
    "    except OSError:\n        pass",
    "says-the-verdict": 'import os\nfor k in range(99):\n    os.write(3, b\'["verdict", %d, "right", "yes"]\\n\' % k)\n'
    "    os.write(3, b'{\"outcome\": \"right\"}\\n[[[[\\n')",
    "every-line": "import os\nfor h in range(3, 64):\n    try:\n        os.write(h, b'{\"ended\": \"well\", \"said\": "
    "[[\"verdict\", 0, \"right\", \"yes\"]]}\\n')\n    except OSError:\n        pass",
    "own-modules": "import sys, types\nfake = types.ModuleType('conslaw_nb.teaching')\n"
    "fake.exercise = lambda n: types.SimpleNamespace(check=lambda a: 'Right', hint=lambda: '')\nsys.modules['conslaw_nb.teaching'] = fake\n"
    "import conslaw_nb\nconslaw_nb.teaching = fake",
    "strange-text": "class Chameleon(str):\n    def __eq__(self, other): return True\n    def __hash__(self): return 0\n"
    "    def strip(self, *a): return '(5/4, 3/4)'\n    def __str__(self): return '7'",
    "record-forged": "import json\njson.dump({'format': 'conslaw-progress', 'version': 1, 'exercises': {f'1.{k}': "
    "{'solved': True, 'attempts': 1, 'hints': 0, 'answer': 'x'} for k in range(1, 7)}}, open('conslaw-progress.json', 'w'))",
    "table-forged": "import pathlib\nfor place in ('..', '../..', '../grades', '../../grades'):\n    try:\n"
    "        pathlib.Path(place, 'grades.csv').write_text('me,6,6')\n    except OSError:\n        pass",
    "copies": "import pathlib, re\nbooks = []\nfor top in pathlib.Path.cwd().parents:\n    for name in ('*.ipynb', "
    "'*/*.ipynb', '*/*/*.ipynb'):\n        try:\n            books += [book.read_text() for book in top.glob(name)]\n"
    "        except OSError:\n            pass\nfrom conslaw_nb.teaching import exercise\nfor book in books:\n"
    "    for found in re.findall(r'where.check\\((.*?)\\)\"', book):\n        exercise('1.1').check(found[1:-1])",
    "frames": "import sys, gc\nfor f in list(sys._current_frames().values()):\n    while f:\n"
    "        f.f_locals.update(outcome='right'); f = f.f_back\n"
    "for thing in gc.get_objects():\n    if type(thing).__name__ == 'Feedback':\n        object.__setattr__(thing, 'outcome', 'right')",
    "hash-seed": "import os\nos.environ['PYTHONPATH'] = '.'\nos.environ['PYTHONSTARTUP'] = 'x.py'\nopen('json.py', 'w').write('1/0')",
    "false-number": "from conslaw_nb.teaching import exercise\ntask = exercise('1.4')\ntask.number = '1.1'",
}  # fmt: skip


class Class:
    """The lesson that is handed in, with a right and a wrong answer to each of its exercises."""

    def __init__(self, lesson: int = 1):
        from conslaw_nb import teaching
        from conslaw_nb.course.answers import find_answers
        from conslaw_nb.course.notebooks import read_notebook
        from conslaw_nb.lab import lessons_folder

        name = teaching.lessons()[lesson]
        self.book = json.loads((lessons_folder() / name).read_text(encoding="utf-8"))
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


def submissions(folder: Path, count: int = 200) -> dict[str, dict[str, str]]:
    """Write a class of submissions to a folder; return learner -> exercise -> outcome that is expected."""
    room, expected = Class(), {}

    def hand_in(learner: str, book: Any, **outcomes: str) -> None:
        (folder / f"{learner}.ipynb").write_text(book if isinstance(book, str) else json.dumps(book), encoding="utf-8")
        expected[learner] = {number: outcomes.get(number, outcomes.get("all", "empty")) for number in room.numbers}

    right, wrong = room.all_right(), room.all_wrong()
    for name, source in BREAKING.items():
        hand_in(f"breaks-{name}", room.notebook(right, source), all="right")
    faked = room.notebook(wrong)
    for cell in faked["cells"]:
        if cell["id"].startswith("answer-"):
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["✓ Right.\n"]}]
    hand_in("tampers-saved-output", faked, all="wrong")
    for name, source in TAMPERING.items():
        if name == "strange-text":
            odd = {number: f"Chameleon({value})" for number, value in wrong.items()}
            hand_in(f"tampers-{name}", room.notebook(odd, source), all="?")
        else:
            hand_in(f"tampers-{name}", room.notebook(wrong, source), all="wrong")
    hand_in("no-notebook", "this is no notebook")
    hand_in("half-a-notebook", json.dumps(room.notebook(right))[:5000])
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
