"""A term in small, with exports of two platforms, late, excused and hostile learners, and a kill: no grade is wrong."""

import pytest
from class_samples import needs_a_cell

from benchmarks.term import Term, play


@pytest.mark.slow
def test_a_term_is_graded_as_it_must_be_whatever_happens_in_between(tmp_path, monkeypatch):
    needs_a_cell()
    monkeypatch.setenv("TOKEN", "s3cret-of-the-lecturer")
    course = tmp_path / "autumn"
    course.mkdir()
    assert play(course, 20, (1, 2), quick=True) == []
    assert not any(b"s3cret" in path.read_bytes() for path in course.rglob("*") if path.is_file())


def test_the_term_that_is_played_has_all_kinds_and_a_wrong_grade_is_seen(tmp_path):
    """The reckoning of what each must get is not empty, and sees a row that is missing or wrong."""
    course = tmp_path / "autumn"
    course.mkdir()
    term = Term(course, 40, (1, 2), quick=True)
    assert len({kind for one in term.people for kind in one.kinds.values()}) == 10
    assert len({one.total() for one in term.people}) >= 5
    assert any(one.late for one in term.people)
    (course / "grades").mkdir()
    lines = ["learner,id,total"] + [f"{one.name},{5000 + one.number},{float(one.total()):.2f}" for one in term.people]
    table = course / "grades" / "gradebook.csv"
    table.write_text("\n".join(lines), encoding="utf-8")
    assert term.wrong() == []
    table.write_text("\n".join([*lines[:-2], lines[-2][:-4] + "9.99"]), encoding="utf-8")
    assert len(term.wrong()) == 3
