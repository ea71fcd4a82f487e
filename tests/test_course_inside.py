"""What a notebook finds where it is run, shut in: it can hand on text only by an answer, and does so here."""

import ast
import json
import socket
from pathlib import Path

import pytest
from class_samples import COMPUTED, RIGHT, START, needs_a_cell, write

import conslaw_nb
from benchmarks.mischief import BREAKING
from conslaw_nb.course import sealing
from conslaw_nb.course.grading import Limits, grade
from conslaw_nb.notebooks.lab import lessons_folder
from conslaw_nb.teaching import exercises

LIMITS = Limits(seconds=4, answer_seconds=10, megabytes=700, waiting=6)

LOOKS = {
    "around": """
import os, socket, pathlib
line = socket.socket()
line.settimeout(2)
reached = line.connect_ex(('127.0.0.1', PORT)) == 0
seen = os.path.exists('PLACE/subs') and bool(os.listdir('PLACE/subs'))
secret = os.path.exists('PLACE/secret')
def may_write(place):
    try:
        pathlib.Path(place, 'x').write_text('x')
        return True
    except OSError:
        return False
others = [n for n in os.listdir('/proc') if n.isdigit() and int(n) > 50]
wrote = [p for p in ('/', os.path.dirname(cl.__file__), '/var/tmp', '/dev', '/etc') if may_write(p)]
where.check(repr((reached, seen, secret, wrote, others, may_write('.'), os.getuid() == 0)))""",
    "for the lecturer": f"""
import gc, os, resource
place = 'ECALP'[::-1]
own = [os.path.exists(p) for p in ('/etc/passwd', '/root/.ssh', '/home', '/var', '/opt', {str(Path(__file__).parent)!r},
       place)]
told = [v for one in gc.get_objects() if isinstance(one, dict) for v in list(one.values())
        for v in (v if isinstance(v, list) else [v]) if isinstance(v, str) and place + '/subs' in v]
left = resource.getrlimit(resource.RLIMIT_CORE)
where.check(repr([sorted(os.environ), own, told, os.uname().nodename, left]))""",
    "for memory": """
import ctypes, os
c = ctypes.CDLL(None, use_errno=True)
def refused(f):
    try:
        return f() < 0
    except OSError:
        return True
def fill(place):
    try:
        with open(place, 'wb') as out:
            while out.tell() < 5e8:
                out.write(bytes(1 << 20))
    except OSError:
        pass
    return os.path.getsize(place) < 1e8
full = [fill('x'), fill('/dev/shm/x')]
where.check(repr([refused(lambda: os.memfd_create('x')), refused(lambda: c.shmget(0, 1 << 30, 0o1600)), *full,
                  refused(lambda: c.unshare(0x10000000)), refused(lambda: c.syscall(56, 0x10000011, 0, 0, 0, 0))]))""",
    "for solutions": """
from conslaw_nb.notebooks.lab import lessons_folder
found = [len(list((lessons_folder() / name).glob('0*.ipynb'))) for name in ('solutions', '.')]
where.check(repr((found[0], found[1] >= 8, [t.solution for t in cl.teaching.exercises(1)])))""",
    "for helpers": """
import multiprocessing, time
import helpers
time.sleep(1)
with multiprocessing.Pool(2) as pool:
    where.check(str(pool.map(abs, [helpers.number])))""",
}
MORE = {
    "for the lecturer": [
        "import os\n\nraise RuntimeError(os.environ.get('CANVAS_TOKEN', 'told'))",
        "class s3cret(Exception): pass\nraise s3cret('told')",
    ],
    "for helpers": ["import a_module_that_nobody_has"],
}


def package():
    file = Path(conslaw_nb.__file__)
    return file.read_bytes(), file.stat().st_mode


@pytest.fixture(scope="module")
def looked(tmp_path_factory):
    """Grade at once the notebooks that look around, and two that do harm; a name leads to a result."""
    needs_a_cell()
    before = package()
    place = tmp_path_factory.mktemp("looked")
    (place / "secret").write_text("s", encoding="utf-8")
    with socket.socket() as line, pytest.MonkeyPatch.context() as patch:
        line.bind(("127.0.0.1", 0))
        line.listen()
        patch.setenv("CANVAS_TOKEN", "s3cret-of-the-lecturer")
        for name, look in LOOKS.items():
            port = str(line.getsockname()[1])
            look = look.replace("PORT", port).replace("PLACE", str(place)).replace("ECALP", str(place)[::-1])
            write(place / "subs" / name / "one.ipynb", START, look.strip(), *MORE.get(name, ()))
        (place / "subs" / "for helpers" / "helpers.py").write_text("number = -7", encoding="utf-8")
        endless = "k = 0\nwhile True:\n    k += 1\n    open(str(k), 'x').close()"
        write(place / "subs" / "files" / "one.ipynb", START, endless, RIGHT)
        removes = BREAKING["removes-what-it-can"].replace("BAIT", str(place))
        write(place / "subs" / "removes" / "one.ipynb", START, removes, COMPUTED)
        grades = grade(place / "subs", place / "grades", lessons=[1], limits=LIMITS)
    return {one["learner"]: one for one in grades.learners} | {"package before": before}


def seen(looked, name):
    return looked[name]["exercises"]["1.1"]["answer"]


def test_inside_there_is_no_network_no_other_file_and_no_other_program(looked):
    assert looked["around"]["runs"][0]["errors"] == []
    assert seen(looked, "around") == repr((False, False, False, [], [], True, False))


def test_nothing_of_the_lecturer_is_inside_and_nothing_that_a_cell_says_is_on_a_page(looked):
    """An empty environment, a root with Python and nothing else, and errors without what they say."""
    environment, own, told, machine, left = ast.literal_eval(seen(looked, "for the lecturer"))
    assert own == [False] * 7
    assert (told, machine) == ([], "class")  # neither where the submissions lie, nor what the machine is called
    assert left == (1, 1)  # a crash leaves nothing on the disk, whatever collects crashes there
    assert set(environment) <= {
        "PATH", "HOME", "TMPDIR", "IPYTHONDIR", "USER", "LANG", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "PWD",
    } | {"COLUMNS", "LINES", "TERM", "PAGER", "GIT_PAGER", "CLICOLOR", "LC_CTYPE"}  # fmt: skip
    runs = looked["for the lecturer"]["runs"]
    assert runs[0]["errors"] == [[3, "RuntimeError in line 3"], [4, "an error of its own in line 2"]]
    assert "told" not in json.dumps(runs)


def test_memory_is_memory_and_there_are_no_namespaces_inside(looked):
    """What would hold memory that counts for no process is refused; so is what would make a namespace."""
    assert seen(looked, "for memory") == repr([True] * 6)


def test_what_an_honest_notebook_may_do_it_can_do_inside(looked):
    """A module beside it, processes of its own, a sleep; a module that is not there is told as missing here."""
    assert seen(looked, "for helpers") == "[7]"
    assert looked["for helpers"]["problems"] == [
        "one.ipynb needs the module a_module_that_nobody_has, which is not there where it was graded"
    ]


def test_the_solutions_are_not_there_while_a_notebook_runs(looked):
    """Outside, the same cell gives right answers; inside, there is nothing to read."""
    assert len(list((lessons_folder() / "solutions").glob("0*.ipynb"))) >= 8
    assert all(task.solution for task in exercises(1))
    assert seen(looked, "for solutions") == repr((0, True, [""] * 6))


def test_a_notebook_that_makes_files_without_end_is_stopped(looked):
    """Empty files count for no size, and each takes memory of the system's."""
    assert looked["files"]["runs"][0]["state"] == "it was stopped because it made too many files (in cell 2)"
    assert looked["files"]["exercises"]["1.1"]["outcome"] == "right"


def test_the_package_of_the_lecturer_is_as_it_was(looked):
    assert looked["removes"]["exercises"]["1.1"]["outcome"] == "right"
    assert looked["package before"] == package()


def test_the_way_to_a_folder_whose_name_begins_like_an_allowed_one_is_made(monkeypatch):
    """What lies beside an allowed folder does not lie in it: `lessons-2` is not a part of `lessons`."""
    allowed = [Path("/a/lessons"), Path("/a/lessons-2/own")]
    monkeypatch.setattr(sealing, "_allowed", lambda: allowed)
    words = sealing.command(["true"], [], 100, 9)
    made = {words[place + 1] for place, word in enumerate(words) if word == "--dir"}
    assert {"/a", "/a/lessons-2"} <= made
    assert not made & {"/a/lessons", "/a/lessons-2/own"}
