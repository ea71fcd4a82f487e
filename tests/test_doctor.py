"""`conslaw doctor`: every check, found and not found."""

import sys
from importlib import metadata, util
from pathlib import Path

import pytest

from conslaw_nb.cli import doctor
from conslaw_nb.errors import BackendError, LabError

NAMES = [
    "Python", "sympy", "python-flint", "backend", "self-test", "rich", "drawsvg", "ipywidgets", "jupyterlab",
    "ipykernel", "lessons", "this folder", "chromium", "coqc", "bubblewrap",
]  # fmt: skip


def named(name):
    return {check.name: check for check in doctor.diagnose()}[name]


def without(monkeypatch, *modules):
    real = util.find_spec
    monkeypatch.setattr(doctor.util, "find_spec", lambda name: None if name in modules else real(name))


def test_every_check_is_there_and_well_formed():
    checks = doctor.diagnose()
    assert [check.name for check in checks] == NAMES
    for check in checks:
        assert check.status in ("ok", "warning", "missing")
        assert check.detail
        assert bool(check.remedy) is (check.status != "ok"), check


def test_in_the_test_environment_nothing_is_missing():
    assert [str(check) for check in doctor.diagnose() if check.status == "missing"] == []


def test_the_self_test_counts_and_verifies():
    check = named("self-test")
    assert check.status == "ok"
    assert check.detail.startswith("phi(u*v) has 1 law: proved, and verified (")


@pytest.mark.parametrize("name", ["sympy", "rich", "drawsvg", "ipywidgets"])
def test_versions_and_missing_core_packages(monkeypatch, name):
    assert named(name) == doctor.Check(name, "ok", metadata.version(name))
    without(monkeypatch, name)
    assert named(name) == doctor.Check(name, "missing", "not installed", f"pip install {name}")


@pytest.mark.parametrize("name", ["jupyterlab", "ipykernel"])
def test_what_the_lessons_need(monkeypatch, name):
    without(monkeypatch, name)
    assert named(name) == doctor.Check(name, "missing", "not installed", f"pip install {name}")


def test_python_flint_is_missed_and_not_needed(monkeypatch):
    without(monkeypatch, "flint")
    check = named("python-flint")
    assert check.status == "warning"
    assert check.detail == "not installed: plain Python is used, with the same answers, slower"
    assert check.remedy == "pip install python-flint"


def test_the_backend_that_was_asked_for_is_named(monkeypatch):
    from conslaw_nb.exact import backend

    monkeypatch.setattr(backend, "_active", None)
    monkeypatch.setenv("CONSLAW_BACKEND", "plain")
    assert named("backend") == doctor.Check("backend", "ok", "plain (CONSLAW_BACKEND=plain)")


def test_a_backend_that_does_not_exist_is_said(monkeypatch):
    from conslaw_nb.exact import backend

    monkeypatch.setattr(backend, "_active", None)
    monkeypatch.setenv("CONSLAW_BACKEND", "abacus")
    check = named("backend")
    assert check.status == "missing"
    assert "'abacus'" in check.detail
    assert "choose 'flint' or 'plain'" in check.detail


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 15, 0)])
def test_a_python_that_is_not_tested(monkeypatch, version):
    monkeypatch.setattr(doctor.sys, "version_info", version)
    monkeypatch.setattr(doctor.platform, "python_version", lambda: ".".join(map(str, version)))
    check = doctor._python()
    assert check.status == "warning"
    assert check.detail == f"{'.'.join(map(str, version))} ({sys.executable}) is not among the tested ones"
    assert check.remedy == "Python 3.11 to 3.14"


def test_lessons_are_counted(root):
    check = named("lessons")
    assert check.status == "ok"
    assert check.detail == f"{len(list((root / 'lessons').glob('[0-9]*.ipynb')))} in {root / 'lessons'}"


def test_lessons_that_are_not_there(monkeypatch):
    def gone():
        raise LabError("there are no lessons")

    monkeypatch.setattr("conslaw_nb.notebooks.lab.lessons_folder", gone)
    assert named("lessons") == doctor.Check("lessons", "missing", "there are no lessons", "the advice in that sentence")


def test_a_folder_that_cannot_be_written(monkeypatch):
    def refused(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", refused)
    check = named("this folder")
    assert check.status == "warning"
    assert check.detail == f"{Path.cwd()} cannot be written (Permission denied)"


def test_the_browser_is_found_or_missed(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda name: "/bin/c" if name == "chromium" else None)
    assert named("chromium") == doctor.Check("chromium", "ok", "/bin/c (only the browser tests need it)")
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    check = named("chromium")
    assert (check.status, check.detail) == ("warning", "not found; only the browser tests need it")


def test_a_wrong_count_is_seen(monkeypatch):
    import conslaw_nb

    right = conslaw_nb.count_laws
    monkeypatch.setattr(conslaw_nb, "count_laws", lambda _: right(conslaw_nb.parse_model("phi(u*v*w)")))
    check = named("self-test")
    assert check.status == "missing"
    assert check.detail.startswith("phi(u*v) has 1 law, and the engine found 2 (PROVED; the checker said PROVED)")


@pytest.mark.parametrize(
    "error, said",
    [
        (BackendError("the backend is gone"), "the backend is gone"),
        (ZeroDivisionError("by zero"), "failed with ZeroDivisionError: by zero"),
    ],
)
def test_an_engine_that_breaks_is_told_and_nothing_is_raised(monkeypatch, error, said):
    import conslaw_nb

    def broken(_):
        raise error

    monkeypatch.setattr(conslaw_nb, "count_laws", broken)
    assert (named("self-test").status, named("self-test").detail) == ("missing", said)


def test_a_check_reads_as_one_line():
    assert str(doctor.Check("sympy", "ok", "1.14.0")) == "ok       sympy: 1.14.0"


@pytest.mark.parametrize(
    ("machine", "bits", "version", "told"),
    [
        ("riscv64", 8, (0, 8), "for 64 bits on x86_64 and aarch64, not for 64 bits on riscv64"),
        ("x86_64", 4, (0, 8), "not for 32 bits on x86_64"),
        ("x86_64", 8, (0, 4, 1), "bubblewrap is older than 0.6: install a newer one"),
    ],
)
def test_where_notebooks_cannot_be_shut_in_as_they_must_it_is_told_and_nothing_weaker_is_done(
    monkeypatch, machine, bits, version, told
):
    from conslaw_nb.course import grading, sealing

    monkeypatch.setattr(sealing.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(sealing.sys, "platform", "linux")
    monkeypatch.setattr(sealing.platform, "machine", lambda: machine)
    monkeypatch.setattr(sealing.struct, "calcsize", lambda kind: bits)
    monkeypatch.setattr(sealing, "version", lambda: version)
    check = named("bubblewrap")
    assert check.status == "warning"
    assert told in check.detail
    assert check.detail.endswith("; no submitted notebook is run")
    assert "bubblewrap" not in check.remedy.removeprefix("a machine, or a container, that lets bubblewrap work")
    sealed, (sentence,) = grading._protection(True, False, None)
    assert not sealed
    assert told in sentence
