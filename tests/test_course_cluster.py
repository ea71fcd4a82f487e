"""Grading on a cluster: what the page of the class says, on a cluster of this machine."""

import re
from types import SimpleNamespace

import pytest
from class_samples import LIMITS, RIGHT, START, WRONG, needs_a_cell, write

from conslaw_nb.cli import main
from conslaw_nb.course import cluster
from conslaw_nb.course.cluster import graded_elsewhere, is_set_up
from conslaw_nb.course.grading import grade
from conslaw_nb.course.submissions import CourseError


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """The address of a cluster of two processes."""
    distributed = pytest.importorskip(
        "distributed", reason="NOT TESTED HERE: dask is not installed (pip install joblib distributed)"
    )
    place = str(tmp_path_factory.mktemp("dask"))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=place
    ) as there:
        yield there.scheduler_address


def recipe(root):
    """Return the program that the page gives."""
    page = (root / "docs" / "pages" / "class.md").read_text(encoding="utf-8")
    return next(block for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "parallel_config" in block)


@pytest.mark.slow
def test_the_recipe_of_the_page_gives_the_table_that_this_machine_gives(scheduler, tmp_path, root, capsys):
    needs_a_cell()
    for k in range(6):
        write(tmp_path / "autumn" / "submissions" / f"learner{k}.ipynb", START, (RIGHT, WRONG, "1 / 0")[k % 3])
    program = recipe(root)
    assert "tcp://scheduler:8786" in program and '"autumn/submissions"' in program
    program = program.replace("tcp://scheduler:8786", scheduler).replace("autumn/", f"{tmp_path}/autumn/")
    exec(program, {"__name__": "__main__"})  # noqa: S102 - the page's own words
    elsewhere = {path.name: path.read_bytes() for path in (tmp_path / "autumn" / "grades").glob("*.csv")}
    assert "6 submissions, 6 exercises: 2 of 36 answers are right." in " ".join(capsys.readouterr().out.split())
    assert not is_set_up()
    assert main(["course", "grade", str(tmp_path / "autumn" / "submissions"), "--again"]) == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "autumn" / "grades").glob("*.csv")} == elsewhere
    assert main(["course", "grade", str(tmp_path / "autumn" / "submissions"), "--json"]) == 0
    assert '"taken_over": 6' in capsys.readouterr().out


@pytest.mark.slow
def test_a_cluster_goes_on_where_the_grading_was_stopped(scheduler, tmp_path):
    import distributed
    import joblib

    for k in range(4):
        write(tmp_path / "subs" / f"learner{k}.ipynb", START, RIGHT)

    def stop(done, of, learner):
        if done == 2:
            raise KeyboardInterrupt

    with distributed.Client(scheduler), joblib.parallel_config("dask"):
        assert is_set_up()
        with pytest.raises(KeyboardInterrupt):
            grade(tmp_path / "subs", tmp_path / "grades", run=False, limits=LIMITS, tell=stop)
        grades = grade(tmp_path / "subs", tmp_path / "grades", run=False, limits=LIMITS)
    assert grades.taken_over == 2
    assert [one["exercises"]["1.1"]["outcome"] for one in grades.learners] == ["right"] * 4


def test_a_machine_with_another_version_is_told(monkeypatch):
    pytest.importorskip("joblib", reason="NOT TESTED HERE: joblib is not installed (pip install joblib)")
    monkeypatch.setattr(cluster, "_package", lambda: "another one")
    with pytest.raises(CourseError, match=r"has another version of conslaw_nb or of a lesson: install the same there"):
        list(graded_elsewhere([SimpleNamespace()], 1, {"own": {}}, 1, False))
