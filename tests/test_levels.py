"""The level map is computed, complete, drawn, and usable from the keyboard."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from conslaw_nb.teaching import all_exercises, exercises, level_map
from conslaw_nb.teaching.levels import PREREQUISITES


def test_the_course_has_no_gap_and_no_cycle():
    course = level_map(all_exercises())
    assert course.problems() == []
    assert all(task.introduces or task.uses for task in course.exercises)


def _course(*tasks):
    """Make a map of exercises from (number, introduces, uses)."""
    model = all_exercises()[0]
    return level_map([replace(model, number=n, introduces=tuple(i), uses=tuple(u)) for n, i, u in tasks])


@pytest.mark.parametrize(
    ("tasks", "problem"),
    [
        ([("1.1", ["a"], ["b"])], "exercise 1.1 uses 'b', which nothing introduces"),
        ([("1.1", ["a"], ["b"]), ("1.2", ["b"], [])], "exercise 1.1 uses 'b', which comes only with exercise 1.2"),
        ([("1.1", ["a"], ["a"])], "exercise 1.1 uses 'a', which comes only with exercise 1.1"),
        ([("1.1", ["a"], []), ("1.1", ["b"], [])], "two exercises have the same number"),
    ],
)
def test_what_would_strand_a_learner_is_found(tasks, problem):
    assert problem in _course(*tasks).problems()


def test_a_cycle_is_found_as_something_that_comes_too_late():
    course = _course(("1.1", ["a"], ["b"]), ("1.2", ["b"], ["a"]))
    assert course.problems() == ["exercise 1.1 uses 'b', which comes only with exercise 1.2"]


def test_needs_depth_and_what_is_open_now():
    course = level_map(exercises(1), solved=["1.1"])
    assert course.needs("1.2") == ["1.1"]
    depth = course.depth()
    assert depth["1.1"] == 0
    assert all(depth[n] < depth[t.number] for t in course.exercises for n in course.needs(t.number))
    assert course.open_now()[:2] == ["1.2", "1.4"]


def test_an_arrow_is_drawn_only_where_no_way_round_says_the_same():
    """Every need can be reached along the arrows, and no arrow could be left out."""
    course = level_map(all_exercises())
    leads = {t.number: course.leads(t.number) for t in course.exercises}

    def reached(number):
        return {n for lead in leads[number] for n in {lead} | reached(lead)}

    for task in course.exercises:
        assert set(course.needs(task.number)) <= reached(task.number)
        for lead in leads[task.number]:
            assert all(lead not in reached(other) for other in leads[task.number])


def test_prerequisites_are_not_arrows():
    assert level_map(all_exercises()).needs("1.1") == []
    assert "the chain rule" in PREREQUISITES


def test_the_map_is_well_formed_says_its_state_and_every_level_is_a_link():
    course = level_map(exercises(1), solved=["1.1"], links={"1.2": "01_what_never_changes.ipynb"})
    root = whole = ElementTree.fromstring(course._repr_html_().replace("<br>", "<br/>").replace("&ensp;", " "))
    following, *_ = root
    assert "".join(following.itertext()).startswith("Next: 1.2 ")
    root = root.find("ol")
    labels = [a.get("aria-label") for a in root.iter("a")]
    assert labels[0] == "Exercise 1.1, Where does it end?, predict, solved"
    assert labels[1].endswith("open now, needs 1.1")
    assert labels[2].endswith("open, needs 1.2")
    assert [a.get("href") for a in root.iter("a")][:2] == ["#exercise-1.1", "01_what_never_changes.ipynb"]
    assert whole.get("aria-label") == f"Level map: 1 of {len(course.exercises)} exercises solved"
    assert "after 1.1" in "".join(root.itertext())
    assert not list(root.iter("svg"))  # JupyterLab fails on links inside an SVG


def test_levels_lead_to_the_notebooks_of_their_lessons(root):
    from conslaw_nb.teaching import lessons

    assert all((root / "lessons" / name).is_file() for name in lessons().values())
    assert set(level_map().links.values()) == set(lessons().values())


def test_titles_are_escaped():
    task = replace(all_exercises()[0], title="<b> & co")
    assert "<b> & co" not in level_map([task])._repr_html_()


def test_the_map_of_a_folder_shows_its_progress(tmp_path, monkeypatch):
    from conslaw_nb.teaching import progress

    monkeypatch.chdir(tmp_path)
    assert level_map().solved == frozenset()
    progress().start().record("1.5", solved=True)
    assert level_map().solved == {"1.5"}


def rows(course):
    """Return for each row of the map the lessons that its arrows come from, by the places of its lines."""
    root = ElementTree.fromstring(course._repr_html_().replace("<br>", "<br/>").replace("&ensp;", " "))
    lanes, found = {}, {}
    for lesson, row in zip(course.lessons(), root.find("ol"), strict=True):
        assert row.find(".//b").text.startswith("Train" if lesson == "0" else f"Lesson {lesson}")
        spans = [span.get("style") for span in row.find("span")]
        into = {re.search(r"left:(\d+)", style)[1] for style in spans if "top:11px;border-top" in style}
        passing = {
            re.search(r"left:(\d+)", style)[1] for style in spans if "border-left:1.5px" in style and "top:0" in style
        }
        assert into <= passing
        found[lesson] = [lanes[x] for x in into]
        for style in spans:
            if "top:20px;border-top" in style:
                lane = re.search(r"left:(\d+)", style)[1]
                assert lane not in passing - into  # nothing else runs there
                lanes[lane] = lesson
    return found


def test_the_lines_lead_from_each_lesson_to_those_that_need_it_and_none_runs_into_another():
    course = level_map()
    assert {lesson: sorted(found) for lesson, found in rows(course).items()} == {
        lesson: sorted(found) for lesson, found in course.lesson_leads().items()
    }


@pytest.mark.parametrize("count", [1, 5, 6, 7, 9, 13])
def test_a_course_may_have_any_number_of_lessons_and_a_lesson_any_number_of_exercises(count):
    tasks = [(f"1.{k}", [f"notion {k}"], [f"notion {k - 1}"] if k > 1 else []) for k in range(1, count + 1)]
    tasks += [(f"{n}.1", [f"lesson {n}"], [f"lesson {n // 2}" if n > 3 else "notion 1"]) for n in range(2, count + 2)]
    course = _course(*tasks)
    assert course.problems() == []
    assert list(rows(course)) == [str(n) for n in range(1, count + 2)]
    assert course._repr_html_().count("<a ") == len(tasks) + 1  # and what is next
    assert course._repr_html_().count(' open=""') == 1


def test_what_is_next_and_that_nothing_is():
    done = level_map(exercises(1), solved=[t.number for t in exercises(1)])
    assert "Every exercise is solved" in done._repr_html_()
    assert "Next: <a" in level_map(exercises(1))._repr_html_()
