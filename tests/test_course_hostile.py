"""Mischief in submissions: nothing that breaks out touches another, and nothing that tampers gains anything."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from class_samples import COMPUTED, RIGHT, START, WRONG, needs_a_cell, write

from benchmarks.mischief import BREAKING, TAMPERING
from benchmarks.submissions import submissions
from conslaw_nb.course import grading
from conslaw_nb.course.grading import Limits, grade
from conslaw_nb.course.helper import Helper
from conslaw_nb.course.room import wants

LIMITS = Limits(seconds=4, answer_seconds=10, megabytes=700, waiting=6)


@pytest.fixture(scope="module")
def hostile(begun, tmp_path_factory):
    """Grade all mischief at once, with honest learners among it."""
    place = tmp_path_factory.mktemp("hostile")
    (place / "subs").mkdir()
    expected = submissions(place / "subs", len(BREAKING) + len(TAMPERING) + 8, short=True)
    before = {path: path.read_bytes() for path in (place / "subs").iterdir()}
    # Four at once, though there may be two processors: some of them wait until their time is over.
    grades = grade(place / "subs", place / "grades", lessons=[1], limits=LIMITS, jobs=4)
    return place, expected, before, {one["learner"]: one for one in grades.learners}


@pytest.fixture(scope="module")
def begun(request, tmp_path_factory):
    """Begin with the first of them everything that mostly waits: each test in turn gets what came of its own."""
    needs_a_cell()
    wanted = [item.callspec.params.get("outcome") for item in request.session.items if hasattr(item, "callspec")]
    with ThreadPoolExecutor(4) as pool:
        yield {run: pool.submit(run, tmp_path_factory.mktemp("long")) for run in wanted if callable(run)}


@pytest.fixture
def outcome(begun, request):
    """Return what came of the function that `what_comes_of` names."""
    return begun[request.param].result()


def what_comes_of(*runs):
    """Mark a test by what takes long: functions of a folder, run while other tests of this file go on."""
    return pytest.mark.parametrize("outcome", runs, ids=[run.__name__ for run in runs], indirect=True)


def found(learner, expected):
    return {number: learner["exercises"].get(number, {"outcome": "empty"})["outcome"] for number in expected}


@pytest.mark.slow
@pytest.mark.parametrize("name", BREAKING)
def test_what_breaks_out_stops_itself_at_most_and_its_answers_count(hostile, name):
    _, expected, _, learners = hostile
    own = expected[f"breaks-{name}"]
    assert found(learners[f"breaks-{name}"], own) == own == dict.fromkeys(own, "right")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["saved-output", *TAMPERING])
def test_what_tampers_gains_nothing(hostile, name):
    _, expected, _, learners = hostile
    own = expected[f"tampers-{name}"]
    learner = learners[f"tampers-{name}"]
    if name == "strange-text":
        assert set(found(learner, own).values()) <= {"wrong", "unreadable"}
    else:
        assert found(learner, own) == own == dict.fromkeys(own, "wrong")
    assert learner["certificates"] == []


@pytest.mark.slow
def test_nobody_else_was_touched(hostile):
    place, expected, before, learners = hostile
    assert {path: path.read_bytes() for path in (place / "subs").iterdir()} == before
    assert (place / "bait" / "precious").exists()
    assert {path.name for path in place.iterdir()} == {"subs", "bait", "grades"}
    assert {path.name for path in (place / "grades").iterdir()} == {"records"}
    honest = [name for name in expected if name.startswith("learner-")]
    assert honest
    for name in honest:
        assert found(learners[name], expected[name]) == expected[name]
        assert all(run["whole"] for run in learners[name]["runs"])
    for name in ("no-notebook", "half-a-notebook"):
        assert "not a notebook, or only a part of one" in " ".join(learners[name]["problems"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("deaf-loop", "it was stopped after the time that a notebook may take"),
        ("stops-itself", "it was stopped after the time that a notebook may take"),
        ("fork-bomb", "it was stopped because it started too many processes"),
        ("memory-in-children", "it was stopped because it used more memory"),
        ("flood-of-answers", "it was stopped because it handed on more than a notebook may"),
        ("early-exit", "it ended early"),
        ("crash", "it ended early"),
    ],
)
def test_the_lecturer_is_told_what_happened(hostile, name, state):
    learner = hostile[3][f"breaks-{name}"]
    assert learner["runs"][0]["state"].startswith(state)


@pytest.mark.slow
def test_a_replaced_checker_really_was_replaced_where_it_ran(hostile):
    """The attacks are not straw men: those that raise no error did what they say, in their own process."""
    for name in ("says-right", "checker-replaced", "lesson-replaced", "wrong-is-right", "outcome-always-right"):
        assert hostile[3][f"tampers-{name}"]["runs"][0]["errors"] == []


def test_without_bubblewrap_nothing_foreign_is_run_and_the_table_says_what_installs_it(tmp_path, monkeypatch):
    from conslaw_nb.course import sealing

    monkeypatch.setattr(sealing.shutil, "which", lambda name: None)
    write(tmp_path / "subs" / "me.ipynb", START, f"open({str(tmp_path / 'ran')!r}, 'w')", COMPUTED)
    grades = grade(tmp_path / "subs", tmp_path / "grades", lessons=[1], limits=LIMITS)
    assert "bubblewrap is not installed: as root, apt-get install bubblewrap" in grades.protection[0]
    assert grades.learners[0]["exercises"]["1.1"]["outcome"] == "not run"
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("ended", "lines", "why"),
    [
        ("well", ['["leak", "a file of yours can be read"]', '["end"]'], "a file of yours can be read"),
        ("status 1", ['["end"]'], "the first process inside did not answer"),
        ("well", [], "the first process inside did not answer"),
    ],
)
def test_where_the_first_process_leaks_or_does_not_answer_nothing_foreign_is_run(monkeypatch, ended, lines, why):
    class Probed:
        def ask(self, *_, **__):
            return {"ended": ended, "lines": lines}

        def stop(self):
            pass

    monkeypatch.setattr(grading, "why_not", lambda: "")
    monkeypatch.setattr(grading, "tried", lambda: "")
    runs, [told] = grading._protection(True, False, Probed())
    assert not runs
    assert told.startswith(f"No notebook was run, since it could not be shut in on this system ({why}):")


def in_a_terminal(command):
    """Run a program as in a terminal of its own; return its status and what was to be seen there."""
    spawn = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    done = subprocess.run(
        [sys.executable, "-c", spawn, *command],
        env={**os.environ, "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    return done.returncode, done.stdout


def test_the_terminal_of_the_lecturer_is_out_of_reach(tmp_path):
    """Grade in a terminal: nothing is typed into it, and nothing written to it but what grading says."""
    needs_a_cell()
    (tmp_path / "bait").mkdir()
    attack = BREAKING["types-into-the-terminal"].replace("BAIT", str(tmp_path / "bait"))
    ask = "import os\nwhere.check(repr([os.path.exists('/dev/tty') and bool(os.open('/dev/tty', 2))]))"
    write(tmp_path / "subs" / "me.ipynb", START, attack, ask, COMPUTED)
    write(tmp_path / "subs" / "\x1b[2J\x1b]0;zoe" / "one.ipynb", START, RIGHT)
    command = [sys.executable, "-m", "conslaw_nb", "course", "grade", str(tmp_path / "subs"), "--lessons", "1"]
    status, said = in_a_terminal(command)
    assert status == 0
    assert b"touch" not in said
    assert b"\x1b[2J" not in said
    assert b"\x1b]" not in said
    assert b"grading" in said  # there was a bar, with the names of learners
    assert list((tmp_path / "bait").iterdir()) == []
    record = json.loads(next((tmp_path / "grades" / "records").glob("me-*")).read_text(encoding="utf-8"))
    error = record["runs"][0]["errors"][-1]  # the attack finds a line of its own at most, and fails there
    assert error[1] == "OSError in line 2"  # there is no terminal of this session
    assert record["exercises"]["1.1"]["outcome"] == "right"


def test_the_attack_on_a_terminal_is_no_straw_man(tmp_path):
    """Not shut in, and in the session of a terminal, the same cell writes to it."""
    attack = BREAKING["types-into-the-terminal"].replace("BAIT", str(tmp_path))
    attack = attack.replace("fcntl.ioctl(line, termios.TIOCSTI, bytes([sign]))", "pass")  # newer systems forbid that
    _, said = in_a_terminal([sys.executable, "-c", attack])
    assert b"\x1b[2Jall are right" in said


@pytest.mark.slow
def test_what_a_notebook_says_of_exercises_that_there_are_not_is_left_out(hostile):
    learner = hostile[3]["breaks-many-exercises"]
    assert {number.split(".")[0] for number in learner["exercises"]} == {"1"}


def many_endless(folder):
    for k in range(9):
        write(folder / "subs" / "me" / f"{k}.ipynb", START, "while True:\n    pass", RIGHT)
    limits = Limits(seconds=1, answer_seconds=10, megabytes=700)
    return grade(folder / "subs", folder / "grades", lessons=[1], limits=limits).learners


@what_comes_of(many_endless)
def test_a_learner_with_many_endless_notebooks_costs_a_few_of_them(outcome):
    (learner,) = outcome
    assert 1 <= len(learner["runs"]) < 9
    assert len(learner["runs"]) + len(learner["problems"]) == 9
    assert "8.ipynb was not run: the notebooks of this learner took too long" in learner["problems"]
    assert learner["exercises"]["1.1"]["outcome"] == "right"


def test_notebooks_that_hide_their_work_are_counted_by_the_clock(tmp_path, monkeypatch):
    from conslaw_nb.course import one_submission

    needs_a_cell()
    monkeypatch.setattr(one_submission, "MOST_RUNNING", 10**9)  # as if neither work nor waiting was seen
    for k in range(5):
        sleep = "import signal, time\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\ntime.sleep(9999)"
        write(tmp_path / "subs" / "me" / f"{k}.ipynb", START, sleep, RIGHT)
    limits = Limits(seconds=2, answer_seconds=10, megabytes=700, waiting=1)
    (learner,) = grade(tmp_path / "subs", tmp_path / "grades", lessons=[1], limits=limits).learners
    assert 2 <= len(learner["runs"]) <= 3
    assert "4.ipynb was not run: the notebooks of this learner took too long" in learner["problems"]


def test_a_learner_who_has_much_to_look_at_fills_no_table(tmp_path):
    write(tmp_path / "subs" / "me.ipynb", START, *["this is ("] * 3000, RIGHT)
    learner = grade(tmp_path / "subs", tmp_path / "grades", lessons=[1], limits=LIMITS, run=False).learners[0]
    assert learner["problems"][-1] == "and 2980 things more"
    assert len(learner["problems"]) == 21
    assert learner["exercises"]["1.1"]["outcome"] == "right"


LEAVE = """
import conslaw_nb.teaching as t, os, pathlib, resource, sys
os.environ['LEFT'] = 'x'
sys.modules['left'] = t
pathlib.Path('left.txt').write_text('x')
pathlib.Path('sitecustomize.py').write_text('LEFT = 1')
pathlib.Path('/dev/shm/left').write_text('x')
os.makedirs('shut/in')
os.chmod('shut', 0)
done = []
for harm in (
    lambda: resource.prlimit(1, resource.RLIMIT_NOFILE, (9, 9)),
    lambda: os.setpriority(os.PRIO_PROCESS, 1, 19),
    lambda: os.sched_setaffinity(1, {min(os.sched_getaffinity(0))}),
    lambda: os.setxattr('.', 'user.left', b'x'),
    lambda: os.chmod('.', 0o500),
    lambda: os.kill(1, 9),
    lambda: os.kill(1, 2),
    lambda: os.kill(-1, 19),
    lambda: open('/proc/1/mem', 'r+b'),
    lambda: open('/proc/1/oom_score_adj', 'w').write('1000'),
):
    try:
        harm()
    except OSError:
        pass
for _ in range(3):
    os.fork() or (os.setsid(), __import__('time').sleep(60))
"""
LOOK = """
import os, pathlib, resource, sys
where.check(str([
    'LEFT' in os.environ, 'left' in sys.modules, 'LEFT' in globals(), os.listdir('/dev/shm'), sorted(os.listdir('.')),
    len([n for n in os.listdir('/proc') if n.isdigit()]), resource.getrlimit(resource.RLIMIT_NOFILE)[0],
    os.getpriority(os.PRIO_PROCESS, 0), os.listxattr('.'), os.access('.', os.W_OK), os.path.exists('/proc/1/fd/0'),
]))
"""


def three_leave_something(folder):
    """One helper runs all: who looks around before anybody has left anything, and after each of them."""
    deep = "import os\n" + "os.mkdir('d'); os.chdir('d')\n" * 2000
    for k, leave in enumerate([LEAVE, "import os\nos.chmod('.', 0o000)", deep]):
        write(folder / "subs" / f"{k} looks.ipynb", START, LOOK)
        write(folder / "subs" / f"{k} then leaves.ipynb", START, leave)
    write(folder / "subs" / "3 looks.ipynb", START, LOOK)
    return grade(folder / "subs", folder / "g", lessons=[1], limits=LIMITS, jobs=1).learners


@what_comes_of(three_leave_something)
def test_nothing_of_one_submission_is_there_for_the_next(outcome):
    """The same helper runs them all: what one left behind is gone, and what it changed is as it was."""
    assert [one["learner"][2:] for one in outcome] == ["looks", "then leaves"] * 3 + ["looks"]
    alone, *after = (one["exercises"]["1.1"]["answer"] for one in outcome[::2])
    assert after == [alone] * 3
    assert alone.startswith("[False, False, False, [], ['.ipython'], 2, ")


def copies(folder):
    cell = "import os\nwhere.check(str(os.getpid()))"
    for k, harm in enumerate(["", "", "os._exit(1)", "", "os.setxattr('.', 'user.left', b'x')", "os.abort()", ""]):
        write(folder / "subs" / f"{k}.ipynb", START, cell, harm or "a = 1")
    return grade(folder / "subs", folder / "g", lessons=[1], limits=LIMITS, jobs=1).learners


@what_comes_of(copies)
def test_honest_notebooks_are_copies_of_one_process_and_after_a_dishonest_one_there_is_another(outcome):
    """Inside, the second copy has a later number than the first; in a new room numbers begin again."""
    numbers = [int(one["exercises"]["1.1"]["answer"]) for one in outcome]
    assert numbers[0] < numbers[1] < numbers[2] < numbers[3] < numbers[4]  # who ends early has harmed nothing
    assert all(one["runs"][0]["whole"] for one in outcome if one["learner"] in "0136")


def silent(folder):
    sleep = "import os, signal, time\nos.close(3)\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\ntime.sleep(9999)"
    write(folder / "subs" / "a.ipynb", START, RIGHT, sleep)
    write(folder / "subs" / "b.ipynb", START, COMPUTED)
    limits = Limits(seconds=2, answer_seconds=10, megabytes=700, waiting=3)
    return grade(folder / "subs", folder / "g", lessons=[1], limits=limits, jobs=1).learners


@what_comes_of(silent)
def test_a_notebook_that_falls_silent_is_still_watched(outcome):
    """It closes the line into which it speaks, and sleeps: it is ended at its limit, and the next one is run."""
    one, other = outcome
    assert one["runs"][0]["state"].startswith("it was stopped after the time that a notebook may take")
    assert one["exercises"]["1.1"]["outcome"] == other["exercises"]["1.1"]["outcome"] == "right"


def waits(folder):
    write(folder / "subs" / "a.ipynb", START, "import time\ntime.sleep(9999)", COMPUTED)
    limits = Limits(seconds=4, answer_seconds=10, megabytes=700, waiting=30)
    return grade(folder / "subs", folder / "g", lessons=[1], limits=limits).learners


@what_comes_of(waits)
def test_a_cell_that_waits_for_ever_is_stopped_and_the_next_one_is_run(outcome):
    """Waiting is bounded like work, long before the clock that a busy machine needs has run out."""
    (one,) = outcome
    assert one["runs"][0]["errors"] == [[2, "TooLong in line 2"]]
    assert one["runs"][0]["whole"]
    assert one["exercises"]["1.1"]["outcome"] == "right"
    assert one["runs"][0]["waited"] >= 3


def test_who_is_stopped_wants_nothing_and_who_has_a_thread_that_works_does():
    work = "import threading\nthreading.Thread(target=lambda: [0 for _ in iter(int, 1)]).start()\nprint(flush=True)"
    with subprocess.Popen([sys.executable, "-c", work], stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        assert wants([child.pid])
        os.kill(child.pid, signal.SIGSTOP)
        os.waitpid(child.pid, os.WUNTRACED)
        assert not wants([child.pid])
        child.kill()


def test_an_answer_that_takes_for_ever_is_given_up_and_the_next_one_is_judged(tmp_path):
    """The answers themselves may be the mischief."""
    deep = "(" * 90 + "1" + ")" * 90
    bombs = [
        repr("9" * 90_000),
        repr("(1+1)**999" * 500),
        repr(deep),
        repr("2**" * 3000 + "2"),
        "10**3000",
        repr("1/0"),
    ]
    bombs += [
        "[" * 30 + "]" * 30,
        "{1: 2}",
        "b'x'",
        "1e400",
        "'\\ud800'",
        "'\\0'",
        "None",
        "True",
        "-0.0",
        "(1, (2, (3,)))",
    ]
    write(tmp_path / "subs" / "me.ipynb", START, *[f"where.check({bomb})" for bomb in bombs], RIGHT)
    grades = grade(tmp_path / "subs", tmp_path / "grades", lessons=[1], limits=LIMITS, run=False)
    one = grades.learners[0]["exercises"]["1.1"]
    assert one["outcome"] == "right"
    assert one["tries"] > 10


def test_a_certificate_that_eats_time_and_memory_is_given_up(tmp_path):
    (tmp_path / "subs" / "me").mkdir(parents=True)
    write(tmp_path / "subs" / "me" / "one.ipynb", START, RIGHT)
    deep = '{"format": "conslaw-certificate", "version": 1, "claim": ' + "[" * 100_000 + "]" * 100_000 + "}"
    (tmp_path / "subs" / "me" / "deep.json").write_text(deep, encoding="utf-8")
    learner = grade(tmp_path / "subs", tmp_path / "grades", lessons=[1], limits=LIMITS, run=False).learners[0]
    assert [one["accepted"] for one in learner["certificates"]] == [False]
    assert learner["exercises"]["1.1"]["outcome"] == "right"


def test_a_worker_that_dies_is_started_again(tmp_path):
    bounds = {"seconds": 10, "cpu_seconds": 10, "megabytes": 500, "hidden": [], "sealed": False}
    helper = Helper(0, bounds | {"known": ["1.1"], "own": {}, "written": []})
    try:
        path = write(tmp_path / "one.ipynb", START, WRONG)
        first = helper.ask("read", notebooks=[str(path)])
        helper._process.kill()
        helper._process.wait()
        second = helper.ask("read", notebooks=[str(path)])
        assert first["said"] == second["said"]
        assert ["answer", "one.ipynb", "1.1", ["str", "(3/2, 1/2)"], "'(3/2, 1/2)'"] in first["said"]
    finally:
        helper.close()
    assert not Path(helper._room.name).exists()
