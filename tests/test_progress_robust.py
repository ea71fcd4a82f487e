"""A learner's record outlives kills, full disks, closed folders, damaged files and files of other versions."""

import errno
import inspect
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from html import escape
from pathlib import Path

import pytest

import conslaw_nb.teaching.progress_file as module
from conslaw_nb.teaching import exercise, level_map
from conslaw_nb.teaching.progress_file import FILE, Progress, ProgressError, progress

ROOT = Path(__file__).resolve().parent.parent
resource = pytest.importorskip("resource", reason="limits of POSIX")
posix = pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX")


def save(path, keys, count, out):
    """Save one entry after another, and say so after each."""
    record = Progress(path)
    for i in range(count):
        key = keys.replace("N", str(i))
        told = record.record(key, solved=True, hints=i % 3, answer=f"answer {key} " + "x" * 300)
        print(key, told, flush=True, file=out)


SAVE = f"""
import sys
from conslaw_nb.teaching.progress_file import Progress
{inspect.getsource(save)}
save(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.stdout)
"""


class Saving:
    """A process that saves: a copy of this one, which starts at once and ends with its work."""

    def __init__(self, path, keys, count):
        reading, writing = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            with suppress(BaseException), open(writing, "w") as out:
                save(path, keys, count, out)
            os._exit(0)
        os.close(writing)
        self.said = open(reading)  # noqa: SIM115 (closed by `rest`)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)

    def rest(self):
        """Return the lines that are still to be read, when it has ended."""
        with self.said:
            lines = self.said.read().splitlines(keepends=True)
        os.waitpid(self.pid, 0)
        return lines


def stored(path):
    return json.loads(path.read_text(encoding="utf-8"))["exercises"]


def unfinished(folder):
    return [p.name for p in folder.iterdir() if p.suffix == ".tmp" or "damaged" in p.name]


# --- killed -------------------------------------------------------------------------------------------------


@posix
@pytest.mark.slow
def test_what_was_saved_is_there_after_forty_kills(tmp_path):
    """Each entry is said to be saved when it is; a kill at whatever moment takes none of them back."""
    path = tmp_path / FILE
    Progress(path).start()
    moments, said = random.Random(7), set()
    for attempt in range(40):
        process = Saving(path, f"{attempt}.N", 10**6)
        lines = [process.said.readline() for _ in range(moments.randint(1, 6))]
        for _ in range(moments.randint(0, 4000)):
            pass  # some moment between two lines, another one each time
        process.kill()
        lines += process.rest()
        complete = [line.split() for line in lines if line.endswith("\n")]
        assert all(len(words) == 1 for words in complete)  # no sentence about trouble
        said |= {words[0] for words in complete}
        entries = stored(path)
        assert said <= set(entries)
        assert all(entries[key]["solved"] for key in said)
        assert all(entry["answer"].startswith(f"answer {key} x") for key, entry in entries.items())
    assert len(said) >= 40
    assert Progress(path).record("last", solved=True) == ""
    assert unfinished(tmp_path) == []  # what the killed ones left half written is gone as well


@posix
def test_a_killed_process_leaves_the_lock_to_the_others(tmp_path):
    path = tmp_path / FILE
    Progress(path).start()
    doomed, other = Saving(path, "1.N", 10**6), Saving(path, "2.N", 60)
    doomed.said.readline()
    doomed.kill()
    doomed.rest()
    assert "".join(other.rest()).split() == [f"2.{i}" for i in range(60)]
    entries = stored(path)
    assert {f"2.{i}" for i in range(60)} | {"1.0"} <= set(entries)


@posix
def test_two_processes_that_answer_the_same_exercise_are_both_counted(tmp_path):
    path = tmp_path / FILE
    Progress(path).start()
    processes = [Saving(path, "5.5", 40) for _ in range(3)]
    assert ["".join(p.rest()).split() for p in processes] == [["5.5"] * 40] * 3
    assert stored(path)["5.5"]["attempts"] == 120
    assert unfinished(tmp_path) == []


# --- no room, and no permission -----------------------------------------------------------------------------

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("where", ["os.fsync", "os.replace", "os.fdopen", "tempfile.mkstemp"])
def test_a_disk_that_fills_up_at_any_step(tmp_path, monkeypatch, where):
    record = Progress(tmp_path / FILE).start()
    record.record("1.1", solved=True, answer="1")
    before = (tmp_path / FILE).read_bytes()

    def full(*_, **__):
        raise FULL

    part, name = where.split(".")
    with monkeypatch.context() as patch:
        patch.setattr({"os": os, "tempfile": tempfile}[part], name, full)
        for key in ("1.2", "1.3"):
            told = record.record(key, solved=True, answer="2")
            assert told == (
                "Your progress could not be saved (No space left on device). It is kept in memory and tried again."
            )
        with pytest.raises(ProgressError, match=r"copy\.json' cannot be written: No space left on device; choose"):
            record.export(tmp_path / "copy.json")
    assert (tmp_path / FILE).read_bytes() == before
    assert set(record.entries()) == {"1.1", "1.2", "1.3"}
    assert record.record("1.4", solved=False) == ""
    assert set(stored(tmp_path / FILE)) == {"1.1", "1.2", "1.3", "1.4"}
    assert unfinished(tmp_path) == []


@posix
def test_a_limit_on_the_size_of_files(tmp_path):
    """The system itself refuses: the file stays as it was."""
    path = tmp_path / FILE
    Progress(path).start().record("0.1", solved=True, answer="first")

    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", SAVE, str(path), "1.N", "30"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, preexec_fn=limited, check=True)
    lines = done.stdout.splitlines()
    saved = {line.split()[0] for line in lines if len(line.split()) == 1}
    refused = [line for line in lines if "could not be saved (File too large). It is kept in memory" in line]
    assert saved
    assert len(saved) + len(refused) == 30
    assert set(stored(path)) == {"0.1"} | saved
    assert unfinished(tmp_path) == []


@posix
@pytest.mark.skipif(shutil.which("unshare") is None, reason="no unshare: no small disk could be made")
def test_a_disk_that_is_really_full(tmp_path):
    """A disk of a few kilobytes, in a namespace of its own."""
    script = tmp_path / "full.sh"
    script.write_text(
        f"mount -t tmpfs -o size=16k none {tmp_path}/disk || exit 77\n"
        f"cd {tmp_path}/disk && {sys.executable} -c 'from conslaw_nb.teaching import progress; progress().start()' && "
        f"{sys.executable} {tmp_path}/save.py {tmp_path}/disk/{FILE} 1.N 40 && cp {FILE} .. && ls -a\n"
    )
    (tmp_path / "save.py").write_text(SAVE)
    (tmp_path / "disk").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["unshare", "-rm", "sh", str(script)], capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode == 77 or "unshare:" in done.stderr:
        pytest.skip(f"no small disk could be made here, so a full one was NOT tested: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    assert "could not be saved (No space left on device). It is kept in memory and tried again." in done.stdout
    saved = {line.split()[0] for line in done.stdout.splitlines() if len(line.split()) == 1 and line[0] == "1"}
    assert saved
    assert set(stored(tmp_path / FILE)) == saved
    assert ".tmp" not in done.stdout


@contextmanager
def closed(folder):
    """Take away the right to write into a folder, from the superuser as well."""
    mode = folder.stat().st_mode
    for place in (folder, *folder.iterdir()):
        place.chmod(0o555 if place.is_dir() else 0o444)
    superuser = os.geteuid() == 0
    if superuser:
        os.seteuid(65534)
    try:
        yield
    finally:
        if superuser:
            os.seteuid(0)
        folder.chmod(mode)


@posix
def test_a_folder_that_is_really_closed(tmp_path_factory):
    # below the temporary folder of everyone: the superuser's own may not be looked into by others
    folder = tmp_path_factory.mktemp("open")
    for parent in folder.parents:
        if not parent.name.startswith(("pytest-", "popen-")):  # pytest made these, and nobody else's are touched
            break
        parent.chmod(0o755)
    record = Progress(folder / FILE).start()
    record.record("1.1", solved=True, answer="1")
    before = (folder / FILE).read_bytes()
    with closed(folder):
        assert record.started
        told = record.record("1.2", solved=True)
        assert told == "Your progress could not be saved (Permission denied). It is kept in memory and tried again."
        with pytest.raises(
            ProgressError, match="no progress file can be made in .*: Permission denied; work in a fold"
        ):
            Progress(folder / "other.json").start()
        assert record.solved("1.1")
        assert record.solved("1.2")
    assert (folder / FILE).read_bytes() == before
    (folder / FILE).chmod(0o644)
    assert record.record("1.3", solved=False) == ""
    assert set(stored(folder / FILE)) == {"1.1", "1.2", "1.3"}


def test_a_folder_that_may_not_be_looked_into_or_is_gone(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    record = Progress(tmp_path / FILE).start()
    with monkeypatch.context() as patch:
        patch.setattr(module.Path, "is_file", refuse)
        assert not record.started
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert exercise("1.5").check("1/6").is_right  # the learner's answer counts, record or not
    assert "No progress is recorded" in repr(progress())


# --- damaged ------------------------------------------------------------------------------------------------

GOOD = {"solved": True, "attempts": 2, "hints": 1, "answer": "x"}
WHOLE = json.dumps({"format": "conslaw-progress", "version": 1, "exercises": {"1.1": GOOD, "2.3": GOOD}}, indent=1)
DAMAGED = {
    "empty": b"",
    "cut in the middle": WHOLE[: len(WHOLE) // 2].encode(),
    "cut before the end": WHOLE[:-1].encode(),
    "zeros, as after a power cut": b"\0" * 400,
    "no UTF-8": b"\xff\xfe" + WHOLE.encode("utf-16-le"),
    "another file": b'{"cells": []}',
    "a merge of git": b"<<<<<<< HEAD\n" + WHOLE.encode(),
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_stays_until_it_is_kept_aside(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    record = Progress(tmp_path / FILE)
    notice = "The file is damaged: with your next answer it is kept under another name, and a new one begins."
    assert record.entries() == {}
    assert repr(record).splitlines() == ["0 solved, 0 begun", notice]
    assert notice in record._repr_html_()
    assert [p.name for p in tmp_path.iterdir()] == [FILE]  # looking changes nothing
    assert (tmp_path / FILE).read_bytes() == content
    for key in ("1.1", "1.2"):
        told = record.record(key, solved=True)
        kept = "the progress file was damaged; it is kept as 'conslaw-progress.damaged-1.json', and a new one begins"
        assert told == (kept if key == "1.1" else "")
    assert (tmp_path / "conslaw-progress.damaged-1.json").read_bytes() == content
    assert set(stored(tmp_path / FILE)) == {"1.1", "1.2"}


def test_a_second_damage_takes_a_second_name(tmp_path):
    record = Progress(tmp_path / FILE)
    for content in (b"one", b"two", b"one"):
        (tmp_path / FILE).write_bytes(content)
        record.record("1.1", solved=True)
    kept = {p.name: p.read_bytes() for p in tmp_path.glob("*damaged*")}
    assert kept == {"conslaw-progress.damaged-1.json": b"one", "conslaw-progress.damaged-2.json": b"two"}


def test_good_entries_of_a_damaged_file_go_on(tmp_path):
    data = json.loads(WHOLE)
    data["exercises"] |= {"../x": GOOD, "3.1": 7}
    (tmp_path / FILE).write_text(json.dumps(data))
    record = Progress(tmp_path / FILE)
    assert repr(record).startswith("2 solved, 0 begun\n")
    assert record.record("1.2", solved=False) == (
        "the progress file was damaged; it is kept as 'conslaw-progress.damaged-1.json', and a new one begins with the "
        "2 entries that can be read"
    )
    assert set(stored(tmp_path / FILE)) == {"1.1", "1.2", "2.3"}
    assert json.loads((tmp_path / "conslaw-progress.damaged-1.json").read_text()) == data


@pytest.mark.parametrize("problem", ["disk", "names"])
def test_a_damaged_file_that_cannot_be_kept_aside_is_not_overwritten(tmp_path, monkeypatch, problem):
    (tmp_path / FILE).write_bytes(b"damaged")
    record = Progress(tmp_path / FILE)
    if problem == "disk":

        def full(*_):
            raise FULL

        monkeypatch.setattr(module.os, "fsync", full)
        reason = "No space left on device"
    else:
        for number in range(1, 1000):
            (tmp_path / f"conslaw-progress.damaged-{number}.json").write_bytes(b"older")
        reason = (
            f"the progress file '{tmp_path / FILE}' is damaged, and a thousand damaged ones lie beside it: move them"
        )
    told = record.record("1.1", solved=True)
    assert told.startswith(f"Your progress could not be saved ({reason}")
    assert told.endswith("It is kept in memory and tried again.")
    assert (tmp_path / FILE).read_bytes() == b"damaged"
    assert record.solved("1.1")
    assert len(list(tmp_path.glob("*damaged-*"))) == (0 if problem == "disk" else 999)


def test_taking_over_and_exporting_never_destroy_a_file(tmp_path):
    record = Progress(tmp_path / FILE).start()
    record.record("1.1", solved=True)
    other = tmp_path / "thesis.json"
    other.write_text("my thesis")
    with pytest.raises(
        ProgressError, match="thesis.json' is not a progress file that can be read: nothing was taken over"
    ):
        record.merge_from(other)
    assert other.read_text() == "my thesis"
    record.export(other)
    assert (tmp_path / "thesis.damaged-1.json").read_text() == "my thesis"
    assert set(stored(other)) == {"1.1"}


# --- versions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("head", [{}, {"version": 0}, {"version": 1}, {"version": 1, "app": "0.0.9"}])
def test_a_file_of_an_earlier_version_is_taken_over(tmp_path, head):
    entries = {"1.1": {"solved": True}, "2.3": {"solved": False, "attempts": 4}, "exercise_3": {"solved": True}}
    (tmp_path / FILE).write_text(json.dumps({"format": "conslaw-progress", **head, "exercises": entries}))
    record = Progress(tmp_path / FILE)
    assert record.record("1.2", solved=True) == ""
    assert json.loads((tmp_path / FILE).read_text())["version"] == module.VERSION
    assert {key: entry["solved"] for key, entry in stored(tmp_path / FILE).items()} == {
        "1.1": True,
        "1.2": True,
        "2.3": False,
        "exercise_3": True,
    }
    assert list(tmp_path.glob("*damaged*")) == []


@pytest.mark.parametrize("version", [2, 99, "2.0", 1.5, None, [1]])
def test_a_file_of_a_later_version_is_left_alone_and_said(tmp_path, monkeypatch, version):
    text = json.dumps({"format": "conslaw-progress", "version": version, "exercises": [["1.1", "gold"]]})
    (tmp_path / FILE).write_text(text)
    record = Progress(tmp_path / FILE)
    sentence = (
        f"the progress file '{tmp_path / FILE}' was written by a newer version of conslaw_nb: update, or work in "
        "another folder; it was not changed"
    )
    told = record.record("1.1", solved=True)
    assert told == f"Your progress could not be saved ({sentence}). It is kept in memory and tried again."
    assert repr(record) == sentence
    assert record._repr_html_() == f"<p>{escape(sentence)}</p>"
    for act in (record.entries, lambda: record.merge_from(tmp_path / FILE), lambda: record.export(tmp_path / "e.json")):
        with pytest.raises(ProgressError, match="was written by a newer version"):
            act()
    assert (tmp_path / FILE).read_text() == text
    assert not (tmp_path / "e.json").exists()
    monkeypatch.chdir(tmp_path)
    feedback = exercise("1.5").check("1/6")  # the lessons go on
    assert feedback.is_right
    assert "could not be saved" in feedback.message
    assert "<nav" in level_map()._repr_html_()
    assert (tmp_path / FILE).read_text() == text


def test_files_that_cannot_be_read_or_written_are_said(tmp_path, monkeypatch):
    record = Progress(tmp_path / FILE).start()
    other = Progress(tmp_path / "other.json").start()
    other.record("1.1", solved=True)

    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "mkstemp", refuse)
        with pytest.raises(ProgressError, match="conslaw-progress.json' cannot be written: Permission denied"):
            record.merge_from(other.path)
    with monkeypatch.context() as patch:
        patch.setattr(module.Path, "read_text", refuse)
        with pytest.raises(ProgressError, match="cannot be read: Permission denied; nothing was changed"):
            record.entries()
        assert "cannot be read: Permission denied" in repr(record)
    assert set(record.merge_from(other.path).entries()) == {"1.1"}
