"""`conslaw lab`: the working copy, its updates, what it refuses, and the start of JupyterLab."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from conslaw_nb.errors import LabError
from conslaw_nb.notebooks import lab


@pytest.fixture
def originals(tmp_path):
    """Two small lessons, a picture, and what must not be copied."""
    folder = tmp_path / "originals"
    (folder / "solutions").mkdir(parents=True)
    (folder / "figures").mkdir()
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / "01_one.ipynb").write_text('{"cells": ["one"]}')
    (folder / "02_two.ipynb").write_text('{"cells": ["two"]}')
    (folder / "figures" / "curve.svg").write_text("<svg/>")
    (folder / "solutions" / "01_one.ipynb").write_text("the answer")
    (folder / ".ipynb_checkpoints" / "01_one.ipynb").write_text("old")
    return folder


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "mine"


def files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


# --- the working copy ---------------------------------------------------------------------------------------


def test_first_run_copies_everything_but_solutions(originals, mine):
    report = lab.update_folder(originals, mine)
    assert report.copied == ["01_one.ipynb", "02_two.ipynb", "figures/curve.svg"]
    assert files(mine) == [lab.MANIFEST, "01_one.ipynb", "02_two.ipynb", "figures/curve.svg"]
    assert (mine / "01_one.ipynb").read_bytes() == (originals / "01_one.ipynb").read_bytes()
    assert report.first == "01_one.ipynb"
    assert report.sentences() == [f"Your lessons are in {mine} (3 files copied)."]


def test_a_copy_can_be_read_by_whom_the_umask_allows(originals, mine):
    before = os.umask(0o022)
    try:
        lab.update_folder(originals, mine)
    finally:
        os.umask(before)
    assert (mine / "01_one.ipynb").stat().st_mode & 0o777 == 0o644


def test_second_run_changes_nothing(originals, mine):
    lab.update_folder(originals, mine)
    stamps = {name: (mine / name).stat().st_mtime_ns for name in files(mine) if name != lab.MANIFEST}
    report = lab.update_folder(originals, mine)
    assert (report.copied, report.refreshed, report.kept, report.beside) == ([], [], [], {})
    assert stamps == {name: (mine / name).stat().st_mtime_ns for name in stamps}
    assert report.sentences() == [f"Your lessons are in {mine}."]


def test_an_untouched_copy_is_refreshed(originals, mine):
    lab.update_folder(originals, mine)
    (originals / "01_one.ipynb").write_text("better")
    report = lab.update_folder(originals, mine)
    assert report.refreshed == ["01_one.ipynb"]
    assert (mine / "01_one.ipynb").read_text() == "better"
    assert report.sentences() == [f"Your lessons are in {mine} (1 file brought up to date)."]


def test_a_changed_copy_is_kept_and_nothing_is_said_while_the_original_is_the_same(originals, mine):
    lab.update_folder(originals, mine)
    (mine / "01_one.ipynb").write_text("my answers")
    report = lab.update_folder(originals, mine)
    assert (mine / "01_one.ipynb").read_text() == "my answers"
    assert report.kept == ["01_one.ipynb"]
    assert report.beside == {}
    assert report.sentences() == [f"Your lessons are in {mine}."]


def test_a_changed_copy_is_kept_and_the_new_original_is_put_beside_it_once(originals, mine):
    lab.update_folder(originals, mine)
    (mine / "01_one.ipynb").write_text("my answers")
    (originals / "01_one.ipynb").write_text("better")
    report = lab.update_folder(originals, mine)
    assert (mine / "01_one.ipynb").read_text() == "my answers"
    assert (mine / "01_one.new.ipynb").read_text() == "better"
    assert report.sentences()[1:] == [
        "You changed 01_one.ipynb, so it stays as it is; the new version of it is beside it, as 01_one.new.ipynb."
    ]
    # The learner throws the new version away: it does not come back.
    (mine / "01_one.new.ipynb").unlink()
    assert lab.update_folder(originals, mine).beside == {}
    assert "01_one.new.ipynb" not in files(mine)


def test_the_version_beside_is_refreshed_while_untouched_and_kept_once_changed(originals, mine):
    lab.update_folder(originals, mine)
    (mine / "01_one.ipynb").write_text("my answers")
    (originals / "01_one.ipynb").write_text("better")
    lab.update_folder(originals, mine)
    (originals / "01_one.ipynb").write_text("better still")
    assert lab.update_folder(originals, mine).beside == {"01_one.ipynb": "01_one.new.ipynb"}
    assert (mine / "01_one.new.ipynb").read_text() == "better still"
    (mine / "01_one.new.ipynb").write_text("my second answers")
    (originals / "01_one.ipynb").write_text("the best")
    assert lab.update_folder(originals, mine).beside == {"01_one.ipynb": "01_one.new-2.ipynb"}
    assert (mine / "01_one.ipynb").read_text() == "my answers"
    assert (mine / "01_one.new.ipynb").read_text() == "my second answers"
    assert (mine / "01_one.new-2.ipynb").read_text() == "the best"


def test_taking_the_new_version_makes_it_followed_again(originals, mine):
    lab.update_folder(originals, mine)
    (mine / "01_one.ipynb").write_text("my answers")
    (originals / "01_one.ipynb").write_text("better")
    lab.update_folder(originals, mine)
    (mine / "01_one.new.ipynb").replace(mine / "01_one.ipynb")
    (originals / "01_one.ipynb").write_text("better still")
    assert lab.update_folder(originals, mine).refreshed == ["01_one.ipynb"]


def test_a_deleted_copy_comes_back(originals, mine):
    lab.update_folder(originals, mine)
    (mine / "02_two.ipynb").unlink()
    assert lab.update_folder(originals, mine).copied == ["02_two.ipynb"]


def test_a_folder_with_other_things_in_it_keeps_them(originals, mine):
    mine.mkdir()
    (mine / "01_one.ipynb").write_text("mine since long ago")
    (mine / "notes.txt").write_text("notes")
    report = lab.update_folder(originals, mine)
    assert (mine / "01_one.ipynb").read_text() == "mine since long ago"
    assert (mine / "01_one.new.ipynb").read_text() == '{"cells": ["one"]}'
    assert (mine / "notes.txt").read_text() == "notes"
    assert report.kept == ["01_one.ipynb"]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"files": []}', '{"files": {"01_one.ipynb": 3}}', "\0"])
def test_a_damaged_manifest_loses_nobodys_work(originals, mine, damage):
    lab.update_folder(originals, mine)
    (mine / "01_one.ipynb").write_text("my answers")
    (mine / lab.MANIFEST).write_text(damage)
    (originals / "01_one.ipynb").write_text("better")
    lab.update_folder(originals, mine)
    assert (mine / "01_one.ipynb").read_text() == "my answers"
    assert (mine / "01_one.new.ipynb").read_text() == "better"
    assert set(json.loads((mine / lab.MANIFEST).read_text())["files"]) >= {"01_one.ipynb", "02_two.ipynb"}


def test_a_link_is_the_learners_own(originals, mine, tmp_path):
    lab.update_folder(originals, mine)
    elsewhere = tmp_path / "elsewhere.ipynb"
    (mine / "01_one.ipynb").replace(elsewhere)
    (mine / "01_one.ipynb").symlink_to(elsewhere)
    (originals / "01_one.ipynb").write_text("better")
    lab.update_folder(originals, mine)
    assert (mine / "01_one.ipynb").is_symlink()
    assert elsewhere.read_text() == '{"cells": ["one"]}'


def test_a_write_that_fails_leaves_the_old_file_whole_and_no_rest(originals, mine, monkeypatch):
    lab.update_folder(originals, mine)
    (originals / "01_one.ipynb").write_text("better")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(lab.os, "replace", full)
    with pytest.raises(LabError, match=r"cannot be written to .*mine \(No space left on device\)"):
        lab.update_folder(originals, mine)
    assert (mine / "01_one.ipynb").read_text() == '{"cells": ["one"]}'
    assert not list(mine.glob(".conslaw-*.tmp"))


# --- what is refused ----------------------------------------------------------------------------------------


def test_a_folder_that_is_a_file(originals, mine):
    mine.write_text("a file")
    with pytest.raises(LabError, match=r"mine is a file, and the lessons need a folder: give another name"):
        lab.update_folder(originals, mine)
    assert mine.read_text() == "a file"


def test_a_folder_below_a_file(originals, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LabError, match=r"cannot be written to .*Not a directory"):
        lab.update_folder(originals, tmp_path / "file" / "mine")


@pytest.mark.skipif(sys.platform == "win32", reason="folder permissions are POSIX here")
def test_a_folder_that_cannot_be_written(originals, mine, monkeypatch):
    mine.mkdir()
    mine.chmod(0o555)
    if os.geteuid() == 0:  # root may write everywhere: the system's answer is played to it

        def refused(*_, **__):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(tempfile, "mkstemp", refused)
    with pytest.raises(LabError, match=r"cannot be written to .*mine \(Permission denied\): give a"):
        lab.update_folder(originals, mine)
    assert files(mine) == []


@pytest.mark.parametrize("inside", ["", "mine"])
def test_the_originals_are_not_a_working_copy(originals, inside):
    with pytest.raises(LabError, match="is where the original lessons are kept: give another folder"):
        lab.update_folder(originals, originals / inside)
    assert lab.MANIFEST not in files(originals)


def test_lessons_that_are_not_there(monkeypatch, tmp_path):
    monkeypatch.setattr(lab, "__file__", str(tmp_path / "conslaw_nb" / "notebooks" / "lab.py"))
    with pytest.raises(LabError, match=r"there are no lessons in .*lessons: install the package again"):
        lab.lessons_folder()


def test_a_wheel_carries_its_own_lessons(monkeypatch, tmp_path, originals):
    package = tmp_path / "conslaw_nb"
    package.mkdir()
    monkeypatch.setattr(lab, "__file__", str(package / "notebooks" / "lab.py"))
    originals.rename(tmp_path / "lessons")
    assert lab.lessons_folder() == tmp_path / "lessons"  # a checkout: beside the package
    (tmp_path / "lessons").rename(package / "lessons")
    assert lab.lessons_folder() == package / "lessons"


# --- opening ------------------------------------------------------------------------------------------------


@pytest.fixture
def quiet(monkeypatch, originals):
    """open_lab on the small originals, with the child process replaced by a record of its command."""
    started = []

    class Child:
        def __init__(self, command, env):
            started.append(command)

        def wait(self):
            return 7

        def terminate(self):
            pass

    monkeypatch.setattr(lab, "lessons_folder", lambda: originals)
    monkeypatch.setattr(lab.subprocess, "Popen", Child)
    return started


def test_open_lab_starts_jupyterlab_on_the_first_lesson(quiet, mine):
    said = []
    report = lab.open_lab(mine, port=free_port(), browser=False, say=said.append)
    assert quiet == [report.command]
    assert report.command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={mine}" in report.command
    assert "--LabApp.default_url=/lab/tree/01_one.ipynb" in report.command
    assert "--ServerApp.port_retries=0" in report.command
    assert "--no-browser" in report.command
    assert report.status == 7
    assert said == [
        f"Your lessons are in {mine} (3 files copied).",
        "JupyterLab is starting; stop it here with Ctrl-C.",
    ]


def test_open_lab_by_default_takes_my_lessons_here_and_any_port(quiet, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    report = lab.open_lab(say=lambda _: None)
    assert files(tmp_path / "my-lessons")
    assert not [word for word in report.command if "port" in word or word == "--no-browser"]


def test_open_lab_without_running_only_makes_the_copy(quiet, mine, monkeypatch):
    monkeypatch.setattr(lab.util, "find_spec", lambda _: None)  # JupyterLab is not needed for that
    report = lab.open_lab(mine, run=False, say=lambda _: None)
    assert quiet == []
    assert report.status == 0
    assert "01_one.ipynb" in files(mine)


@pytest.mark.parametrize("uid, allowed", [(0, True), (1000, False)])
def test_root_is_let_in(quiet, mine, monkeypatch, uid, allowed):
    monkeypatch.setattr(lab.os, "geteuid", lambda: uid, raising=False)
    assert ("--allow-root" in lab.open_lab(mine, run=False, say=lambda _: None).command) is allowed


@pytest.mark.parametrize("package", ["jupyterlab", "ipykernel"])
def test_a_missing_package_is_said_before_anything_is_made(quiet, mine, monkeypatch, package):
    monkeypatch.setattr(lab.util, "find_spec", lambda name: None if name == package else object())
    with pytest.raises(LabError, match=rf"{package} is not installed in this Python .*pip install"):
        lab.open_lab(mine)
    assert not mine.exists()
    assert quiet == []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_port_in_use(quiet, mine):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LabError, match=rf"port {port} is in use.*give another one, or none"):
            lab.open_lab(mine, port=port)
    assert not mine.exists()
    assert quiet == []


@pytest.mark.parametrize("port", [-1, 0, 65536, 10**9])
def test_a_number_that_is_no_port(quiet, mine, port):
    with pytest.raises(LabError, match=rf"{port} is not a port: give a number from 1024 to 65535"):
        lab.open_lab(mine, port=port)


def test_a_reserved_port(quiet, mine, monkeypatch):
    class Refusing(socket.socket):
        def bind(self, _):
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(lab.socket, "socket", Refusing)
    with pytest.raises(LabError, match="port 80 is reserved for the system: give one from 1024"):
        lab.open_lab(mine, port=80)


def test_a_python_that_cannot_be_started(quiet, mine, monkeypatch):
    def broken(_, **_kwargs):
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(lab.subprocess, "Popen", broken)
    with pytest.raises(LabError, match=r"could not be started \(No such file or directory\): try `jupyter lab .*mine"):
        lab.open_lab(mine, say=lambda _: None)


def test_open_lab_works_off_the_main_thread(quiet, mine):
    statuses = []
    thread = threading.Thread(target=lambda: statuses.append(lab.open_lab(mine, say=lambda _: None).status))
    thread.start()
    thread.join()
    assert statuses == [7]  # signal handlers can be set on the main thread only: there it does without


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX here")
def test_real_jupyterlab_serves_the_lesson_and_ends_when_told_to(originals, mine, tmp_path):
    """The whole way, without a browser: the address answers, and ending `conslaw lab` ends JupyterLab."""
    pytest.importorskip("jupyterlab")
    (originals / "01_one.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    port = free_port()
    program = textwrap.dedent(
        f"""
        from pathlib import Path
        from conslaw_nb.notebooks import lab
        lab.lessons_folder = lambda: Path({str(originals)!r})
        lab.open_lab({str(mine)!r}, port={port}, browser=False)
        """
    )
    private = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    environment = {**os.environ, **private, "JUPYTER_TOKEN": "token", "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        page = fetch_when_up(f"{address}/lab/tree/01_one.ipynb?token=token", process)
        assert b"JupyterLab" in page
        with urllib.request.urlopen(f"{address}/api/contents/01_one.ipynb?token=token") as answer:
            assert json.load(answer)["content"]["cells"] == []
        # Nobody is asked whether JupyterLab may fetch its news.
        asked = f"{address}/lab/api/settings/@jupyterlab/apputils-extension:notification?token=token"
        with urllib.request.urlopen(asked) as answer:
            assert json.load(answer)["schema"]["properties"]["fetchNews"]["default"] == "false"
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
    finally:
        if process.poll() is None:
            process.kill()
    assert f"Your lessons are in {mine} (3 files copied)." in output
    assert "/lab/tree/01_one.ipynb" in output  # the address that is printed leads to the lesson
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address)


def fetch_when_up(address, process, seconds=60):
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(address) as answer:
                return answer.read()
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise AssertionError(f"JupyterLab did not answer; it said:\n{process.communicate()[0]}")


def test_the_packages_own_lessons_are_found():
    """A checkout without its first lesson has nothing to open."""
    folder = lab.lessons_folder()
    assert (folder / "01_what_never_changes.ipynb").is_file()
    assert folder.parent in Path(lab.__file__).resolve().parents


def test_progress_is_begun_in_the_working_copy_and_kept(tmp_path):
    from conslaw_nb.teaching.progress_file import progress

    lab.open_lab(tmp_path / "mine", run=False, say=lambda _: None)
    record = progress(tmp_path / "mine")
    assert record.started
    record.record("1.1", solved=True)
    lab.open_lab(tmp_path / "mine", run=False, say=lambda _: None)
    assert record.solved("1.1")


def test_delivered_notebooks_are_trusted_and_what_a_learner_changed_is_not(tmp_path, monkeypatch):
    nbformat = pytest.importorskip("nbformat")
    from nbformat.sign import NotebookNotary

    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    report = lab.update_folder(lab.lessons_folder(), tmp_path / "mine")
    lab._trust(report)
    path = tmp_path / "mine" / report.first
    book = nbformat.read(path, as_version=4)
    assert NotebookNotary().check_signature(book)
    book.cells[0].source += " changed"
    assert not NotebookNotary().check_signature(book)
