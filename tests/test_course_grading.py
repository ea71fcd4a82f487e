"""`conslaw course grade`: what is judged, the table, running it again, and being stopped in the middle."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import pytest
from class_samples import COMPUTED, LIMITS, RIGHT, START, WRONG, needs_a_cell, write

import conslaw_nb as cl
from benchmarks.submissions import submissions
from conslaw_nb import teaching
from conslaw_nb.cli import main
from conslaw_nb.course import grading, judging, running
from conslaw_nb.course.grading import Grades, grade
from conslaw_nb.course.pages import html_page, learner_page
from conslaw_nb.course.submissions import CourseError, find_submissions
from conslaw_nb.course.tables import common, csv_table
from conslaw_nb.notebooks.lab import lessons_folder


def outcomes(grades, number="1.1"):
    return {one["learner"]: one["exercises"].get(number, {"outcome": "empty"})["outcome"] for one in grades.learners}


def graded(folder, **more):
    return grade(folder / "subs", folder / "grades", **{"lessons": [1], "limits": LIMITS, **more})


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """Grade a class of honest learners once."""
    needs_a_cell()
    place = tmp_path_factory.mktemp("class")
    (place / "subs").mkdir()
    expected = submissions(place / "subs", 15, hostile=False, short=True)
    told = []
    grades = graded(place, tell=lambda *said: told.append(said))
    return place, expected, grades, told


def test_an_honest_class_is_graded_as_it_deserves(honest):
    _, expected, grades, told = honest
    found = {
        one["learner"]: {
            number: one["exercises"].get(number, {"outcome": "empty"})["outcome"] for number in grades.exercises
        }
        for one in grades.learners
    }
    assert found == expected
    assert {outcome for own in expected.values() for outcome in own.values()} == {"right", "wrong", "empty"}
    assert all(run["whole"] for one in grades.learners for run in one["runs"])
    assert [done for done, _, _ in told] == list(range(1, 16))
    assert {of for _, of, _ in told} == {15}


def test_the_table_for_a_spreadsheet(honest):
    _, expected, grades, _ = honest
    rows = list(csv.DictReader(io.StringIO(csv_table(grades))))
    assert [row["learner"] for row in rows] == sorted(expected)
    for row in rows:
        own = expected[row["learner"]]
        assert {number: row[f"exercise {number}"] for number in own} == own
        assert (row["solved"], row["of"]) == (str(list(own.values()).count("right")), "6")


def test_a_second_run_takes_over_and_only_what_changed_is_graded_again(honest):
    place, expected, grades, _ = honest
    again = graded(place)
    assert again.taken_over == 15
    assert again.learners == grades.learners
    learner = next(iter(expected))
    path = place / "subs" / f"{learner}.ipynb"
    whole = path.read_text(encoding="utf-8")
    write(path, START, WRONG)
    changed = graded(place)
    assert changed.taken_over == 14
    assert outcomes(changed)[learner] == "wrong"
    path.write_text(whole, encoding="utf-8")
    back = graded(place)
    assert [one["exercises"] for one in back.learners] == [one["exercises"] for one in grades.learners]
    record = next((place / "grades" / "records").glob(f"{learner}-*.json"))
    record.write_text("half a rec", encoding="utf-8")
    assert graded(place).taken_over == 14
    assert graded(place, again=True, run=False).taken_over == 0


def test_what_is_written_is_judged_without_a_run_and_what_is_computed_is_not(tmp_path):
    for name, cell in (
        ("a", RIGHT),
        ("b", WRONG),
        ("c", COMPUTED),
        ("d", "where.check(...)"),
        ("e", 'where.check("(")'),
    ):
        write(tmp_path / "subs" / f"{name}.ipynb", START, cell)
    write(tmp_path / "subs" / "f.ipynb", "where = 1\n(")
    found = outcomes(graded(tmp_path, run=False))
    assert found == {"a": "right", "b": "wrong", "c": "not run", "d": "empty", "e": "unreadable", "f": "empty"}
    needs_a_cell()
    assert outcomes(graded(tmp_path)) == found | {"c": "right"}


def test_the_whole_course_is_graded_as_its_solutions_deserve(tmp_path):
    """All lessons in one folder: with the solutions every exercise is right, as delivered every one is open."""
    for learner, folder in (("solved", lessons_folder() / "solutions"), ("begun", lessons_folder())):
        (tmp_path / "subs" / learner).mkdir(parents=True)
        for name in teaching.lessons().values():
            shutil.copy(folder / name, tmp_path / "subs" / learner)
    grades = grade(tmp_path / "subs", tmp_path / "grades", run=False, limits=LIMITS)
    numbers = [task.number for task in teaching.all_exercises()]
    assert grades.exercises == numbers
    found = {one["learner"]: [one["exercises"][number]["outcome"] for number in numbers] for one in grades.learners}
    functions = [bool(task.cases) for task in teaching.all_exercises()]  # only a run shows what these return
    assert found == {
        "solved": ["not run" if one else "right" for one in functions],
        "begun": ["not run" if one else "empty" for one in functions],
    }
    assert all(one["problems"] == [] for one in grades.learners)


def test_where_nothing_can_be_shut_in_nothing_is_run(tmp_path, monkeypatch):
    """On such a system answers that are written out are judged, and the report says what was not done."""
    ask = grading.Helper.ask
    refused = {"ended": "not sealed", "lines": [], "said": []}
    monkeypatch.setattr(
        grading.Helper, "ask", lambda helper, do, **more: refused if do == "probe" else ask(helper, do, **more)
    )
    write(tmp_path / "subs" / "a.ipynb", START, RIGHT, f"open({str(tmp_path / 'ran')!r}, 'w')")
    write(tmp_path / "subs" / "b.ipynb", START, COMPUTED)
    grades = graded(tmp_path)
    assert outcomes(grades) == {"a": "right", "b": "not run"}
    assert "No notebook was run, since it could not be shut in" in grades.protection[0]
    assert not (tmp_path / "ran").exists()
    loose = graded(tmp_path, unprotected=True)
    assert outcomes(loose) == {"a": "right", "b": "right"}
    assert "could NOT be shut in" in loose.protection[0]


def test_hints_are_counted_from_the_source_the_run_and_the_record(tmp_path):
    needs_a_cell()
    write(tmp_path / "subs" / "source" / "one.ipynb", START, "where.hint()", RIGHT)
    write(tmp_path / "subs" / "run" / "one.ipynb", START, "for _ in range(2):\n    getattr(where, 'hint')()", RIGHT)
    write(tmp_path / "subs" / "record" / "one.ipynb", START, RIGHT)
    entry = {"solved": True, "attempts": 3, "hints": 2, "answer": "(5/4, 3/4)"}
    (tmp_path / "subs" / "record" / "conslaw-progress.json").write_text(
        json.dumps({"format": "conslaw-progress", "version": 1, "exercises": {"1.1": entry}}), encoding="utf-8"
    )
    grades = graded(tmp_path)
    assert {one["learner"]: one["exercises"]["1.1"]["hints"] for one in grades.learners} == {
        "source": 1, "run": 2, "record": 2,
    }  # fmt: skip


def test_certificates_are_checked_again_those_handed_in_and_those_that_a_run_writes(tmp_path):
    needs_a_cell()
    own = tmp_path / "subs" / "ada"
    own.mkdir(parents=True)
    certificate = cl.certify(cl.parse_model("linear(2,2)"))
    certificate.save(own / "good.json")
    data = json.loads((own / "good.json").read_text(encoding="utf-8"))
    data["claim"]["laws_at_least"] = data["claim"]["laws_at_most"] = 1
    (own / "forged.json").write_text(json.dumps(data), encoding="utf-8")
    (own / "other.json").write_text('{"colour": "blue"}', encoding="utf-8")
    write(own / "lesson.ipynb", START, RIGHT, "cl.certify(cl.parse_model('phi(x*y)')).save('made.json')")
    grades = graded(tmp_path)
    found = {one["name"]: (one["accepted"], one["made"]) for one in grades.learners[0]["certificates"]}
    assert found == {"good.json": (True, False), "forged.json": (False, False), "made.json": (True, True)}
    [row] = csv.DictReader(io.StringIO(csv_table(grades)))
    assert [row[f"certificates {how}"] for how in ("accepted", "rejected", "from the run")] == ["1", "1", "1"]


def test_a_file_in_the_current_folder_is_never_imported(tmp_path, monkeypatch):
    """A learner may hand in a `json.py`, or a folder named `sympy`, and the lecturer may stand in that folder."""
    subs = tmp_path / "subs"
    write(subs / "ada.ipynb", START, RIGHT)
    for name in ("json.py", "sympy/__init__.py", "conslaw_nb/__init__.py"):
        (subs / name).parent.mkdir(exist_ok=True)
        (subs / name).write_text(f"open({str(tmp_path / 'imported')!r}, 'w')", encoding="utf-8")
    monkeypatch.chdir(subs)
    found = outcomes(grade(Path(), tmp_path / "grades", lessons=[1], run=False))
    assert found == {"ada": "right", "json": "empty", "sympy": "empty", "conslaw_nb": "empty"}
    assert not (tmp_path / "imported").exists()


def test_small_files_beside_a_notebook_go_along_and_links_do_not(tmp_path, monkeypatch):
    (tmp_path / "of-the-lecturer").write_text("keys", encoding="utf-8")
    own = tmp_path / "own"
    (own / "folder").mkdir(parents=True)
    for name in ("data.csv", ".hidden", "lesson.ipynb", "large.csv"):
        (own / name).write_text("1, 2" if name != "large.csv" else "1, 2, 3", encoding="utf-8")
    (own / "link.csv").symlink_to(tmp_path / "of-the-lecturer")
    monkeypatch.setattr(running, "MAX_FILE", 4)
    assert running.carry(own) == {"data.csv": b"1, 2"}


NAMES = [
    "Zoë Müller", "=1+1", "abc\u202edef", "\u200f=2", "<script>alert(1)</script>", "a'b\"c", "..ada", "x" * 120, "李雷",
    "a\nb", "-rf",
]  # fmt: skip


def test_names_of_all_kinds_steer_neither_the_page_nor_the_spreadsheet(tmp_path):
    for name in NAMES:
        write(tmp_path / "subs" / name.replace("/", "∕") / "one.ipynb", START, RIGHT)
    (tmp_path / "subs" / "link").symlink_to(tmp_path)
    grades = graded(tmp_path, run=False)
    kept = [name.replace("/", "∕") for name in NAMES]
    assert sorted(one["learner"] for one in grades.learners) == sorted([*kept, "link"])
    assert {outcome for learner, outcome in outcomes(grades).items() if learner != "link"} == {"right"}
    page, table = html_page(grades), csv_table(grades)
    assert "<script" not in page
    rows = list(csv.reader(io.StringIO(table)))
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert "links are not followed" in table
    assert not any(unicodedata.category(sign) in ("Cc", "Cs", "Cf") and sign != "\n" for sign in page)


class _Page(HTMLParser):
    """Collects what a screen reader needs, and what would ask elsewhere."""

    def __init__(self):
        super().__init__()
        self.tags, self.open, self.ids, self.links, self.headings = [], [], [], [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [attributes["href"]] if "href" in attributes else []
        self.headings += [int(tag[1])] if tag in ("h1", "h2", "h3", "h4") else []
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_readable_and_asks_nobody(honest):
    _, _, grades, _ = honest
    page = _Page()
    text = html_page(grades)
    page.feed(text)
    assert page.open == []
    names = [tag for tag, _ in page.tags]
    assert names.count("h1") == names.count("main") == names.count("title") == 1
    assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert len(set(page.ids)) == len(page.ids)
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    assert not {"script", "img", "link", "iframe", "form"} & set(names)
    assert ("html", {"lang": "en"}) in page.tags
    assert all(a.get("scope") in ("row", "col") for tag, a in page.tags if tag == "th")
    assert "✓ right" in text
    assert '✓<span class="word"> right</span>' in text
    assert "://" not in text
    assert "url(" not in text


def test_a_learners_page_is_whole_and_says_nothing_of_anybody_else(honest):
    _, expected, grades, _ = honest
    for one in grades.learners[:5]:
        text, page = learner_page(one, grades.exercises, grades.titles), _Page()
        page.feed(text)
        assert page.open == []
        assert page.headings[0] == 1
        assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
        assert not {"script", "img", "link", "iframe", "form"} & {tag for tag, _ in page.tags}
        assert one["learner"] in text
        assert not any(other in text for other in expected if other != one["learner"])
        own = list(expected[one["learner"]].values())
        assert f"{own.count('right')} of 6 exercises are solved." in text
        assert text.count("✓ right") == own.count("right")
        assert text.count("✗ not yet") == own.count("wrong")


def test_being_killed_in_the_middle_loses_nothing(tmp_path):
    """Kill the grading when it has begun: the next run goes on, and the table is the same in the end."""
    (tmp_path / "subs").mkdir()
    expected = submissions(tmp_path / "subs", 10, hostile=False, short=True)
    command = [
        sys.executable,
        "-m",
        "conslaw_nb",
        "course",
        "grade",
        str(tmp_path / "subs"),
        "--lessons",
        "1",
        "--no-run",
    ]
    command += ["--jobs", "1"]
    environment = dict(os.environ)
    started = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    records = tmp_path / "grades" / "records"
    end = time.monotonic() + 120
    while not list(records.glob("*.json")) and time.monotonic() < end:
        time.sleep(0.02)
    started.send_signal(signal.SIGKILL)
    started.wait()
    begun = len(list(records.glob("*.json")))
    assert 1 <= begun < 10
    assert not (tmp_path / "grades" / "grades.csv").exists()
    grades = graded(tmp_path, run=False, limits=None)
    assert begun <= grades.taken_over <= 10
    for one in grades.learners:
        for number, outcome in expected[one["learner"]].items():
            found = one["exercises"].get(number, {"outcome": "empty"})["outcome"]
            assert found == outcome or found == "not run"


def test_the_command_writes_the_table_and_says_where(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "subs" / "ada.ipynb", START, RIGHT)
    assert main(["course", "grade", "subs", "--no-run"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "1 submission, 6 exercises: 1 of 6 answers are right." in " ".join(out.split())
    table = (tmp_path / "grades" / "grades.csv").read_text(encoding="utf-8")
    (page,) = (tmp_path / "grades" / "learners").iterdir()
    assert page.name.startswith("ada-")
    assert "1 of 6 exercises are solved." in page.read_text(encoding="utf-8")
    assert table.startswith("\ufefflearner,solved,of,exercise 1.1,1.1 tries,1.1 hints,")
    assert main(["course", "grade", "subs", "--no-run", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["learners"][0]["exercises"]["1.1"]["outcome"] == "right"
    assert data["taken_over"] == 1


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["nowhere"], "'nowhere' does not exist: give the folder in which the submissions lie"),
        (["empty"], "there are no submissions in 'empty'"),
        (["one.ipynb"], "'one.ipynb' is a file: give the folder"),
        (["subs", "--jobs", "0"], "--jobs 0 would never begin"),
        (["subs", "--seconds", "0"], "--seconds 0 is too little for any notebook"),
        (["subs", "--memory", "1"], "--memory 1 is too little"),
        (["subs", "-o", "subs"], "the table cannot go to 'subs', which holds the submissions"),
        (["subs", "-o", "one.ipynb"], "'one.ipynb' is a file, and the table needs a folder"),
        (["subs", "--lessons", "x"], "there is no lesson 'x': choose from 1, "),
    ],
)
def test_what_cannot_be_graded_is_told_in_one_sentence(tmp_path, capsys, monkeypatch, argv, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    write(tmp_path / "subs" / "ada.ipynb", START, RIGHT)
    (tmp_path / "one.ipynb").touch()
    assert main(["course", "grade", *argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.removeprefix("conslaw: ").startswith(message)
    assert err.count("\n") == 1


def test_a_fault_of_ours_takes_one_line_of_the_table_and_is_tried_again(tmp_path, monkeypatch):
    def faulty(one, *rest):
        if one.learner == "b":
            raise KeyError("something of ours")
        return graded_well(one, *rest)

    for name in "abc":
        write(tmp_path / "subs" / f"{name}.ipynb", START, RIGHT)
    graded_well = grading.grade_submission
    monkeypatch.setattr(grading, "grade_submission", faulty)
    first = graded(tmp_path, run=False)
    assert outcomes(first) == {"a": "right", "b": "empty", "c": "right"}
    assert "could not be graded, by a fault of this program (KeyError: 'something of ours')" in csv_table(first)
    monkeypatch.setattr(grading, "grade_submission", graded_well)
    second = graded(tmp_path, run=False)
    assert outcomes(second)["b"] == "right"
    assert second.taken_over == 2


def test_what_is_no_notebook_is_told_and_the_lecturers_own_lists_are_left_alone(tmp_path):
    write(tmp_path / "ada.ipynb", START, RIGHT)
    for name in ("emmy.zip", "kurt.HTML", "README.md", "names.csv", ".hidden.zip"):
        (tmp_path / name).touch()
    (tmp_path / "sonia").mkdir()
    (tmp_path / "sonia" / "all.zip").touch()
    found = {one.learner: " ".join(one.problems) for one in find_submissions(tmp_path, tmp_path / "scratch")}
    assert list(found) == [".hidden", "ada", "emmy", "kurt", "sonia"]
    assert "emmy.zip could not be unpacked (BadZipFile): ask for it again" in found["emmy"]
    assert "kurt.HTML is not a notebook: ask for the file that ends in .ipynb" in found["kurt"]
    assert "all.zip could not be unpacked" in found["sonia"]


def test_being_interrupted_stops_at_once_and_leaves_no_process(tmp_path):
    """Ctrl-C while notebooks run that would take minutes: one sentence, the status 130, and nothing runs on."""
    needs_a_cell()
    for name in "abcdef":
        write(tmp_path / "subs" / f"{name}.ipynb", START, "while True:\n    pass", COMPUTED)
    command = [sys.executable, "-m", "conslaw_nb", "course", "grade", str(tmp_path / "subs"), "--lessons", "1"]
    environment = dict(os.environ)
    started = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    end = time.monotonic() + 120
    while not _running(started.pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert _running(started.pid)
    family = _descendants(started.pid)
    started.send_signal(signal.SIGINT)
    _, err = started.communicate(timeout=120)  # the notebooks would take 6 minutes
    assert started.returncode == 130
    assert "stopped before there was an answer" in err
    end = time.monotonic() + 60
    while any(_lives(one) for one in family) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(_lives(one) for one in family)


def _descendants(first):
    """Return process -> its parent for all that descend from one."""
    parents = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(place.parent.name)] = int(place.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = {first: 0}
    for _ in range(9):
        found |= {one: parent for one, parent in parents.items() if parent in found}
    return found


def _running(first):
    """Whether a notebook is being run: helper, watcher, first process inside, and the program itself."""
    found = _descendants(first)
    chain = [one for one in found if found.get(found.get(found.get(one))) is not None and one != first]
    return any(found.get(found.get(found.get(found.get(one)))) == 0 for one in chain)


def _lives(one):
    try:
        return Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_find_submissions_wants_a_folder_with_something_in_it(tmp_path):
    with pytest.raises(CourseError, match="no submissions"):
        find_submissions(tmp_path)


def test_a_table_of_nobody_is_a_table():
    assert csv_table(Grades([], ["1.1"], [])).count("\n") == 1
    assert "0 submissions" in html_page(Grades([], ["1.1"], []))


def test_tries_are_shared_out_among_those_who_tried_and_wrong_answers_are_gathered():
    nobody = {"outcome": "empty", "tries": 0, "hints": 0, "wrong": []}
    exercises = [
        {"outcome": "right", "tries": 3, "hints": 1, "wrong": [["7", "too large"]]},
        {"outcome": "wrong", "tries": 1, "hints": 0, "wrong": [["8", "even"], ["7", "too large"]]},
    ]
    learners = [{"exercises": {"1.1": one, "1.2": nobody}} for one in exercises] + [{"exercises": {}}]
    assert common(Grades(learners, ["1.1", "1.2"], []), ["1.1", "1.2"]) == [
        ("1.1", "1 of 3", "2.0", "1", [("7", 2, "too large"), ("8", 1, "even")]),
        ("1.2", "0 of 3", "none", "0", []),
    ]


def test_another_text_of_an_exercise_is_another_package(tmp_path, monkeypatch):
    """What was graded by other checks or other texts is graded again: both count for what a record is kept under."""
    (tmp_path / "tasks").mkdir()
    for name in ("__init__.py", "tasks/lesson01.md", "tasks/lesson01.py", "notes.txt"):
        (tmp_path / name).write_text("before", encoding="utf-8")
    monkeypatch.setattr(judging.conslaw_nb, "__file__", str(tmp_path / "__init__.py"))
    seen = [judging.version({})]
    for name in ("tasks/lesson01.md", "tasks/lesson01.py"):
        (tmp_path / name).write_text("after", encoding="utf-8")
        seen.append(judging.version({}))
    assert len(set(seen)) == 3
    (tmp_path / "notes.txt").write_text("after", encoding="utf-8")
    assert judging.version({}) == seen[-1]


NETWORK = "def network(u, v, x):\n    return sum(a * max(b * x, 0) for a, b in zip(u, v))\n\n\nwanted.check(network)"


def test_an_answer_that_is_a_function_is_judged_by_its_values(tmp_path):
    """The function runs where the notebook does, shut in; what is judged is what it returned."""
    start = "import conslaw_nb as cl\nwanted = cl.teaching.exercise('0.1')"
    cells = {
        "right": NETWORK,
        "wrong": NETWORK.replace("max(b * x, 0)", "b * x"),
        "endless": "def network(u, v, x):\n    while True: pass\n\n\nwanted.check(network)",
        "begun": "def network(u, v, x):\n    ...\n\n\nwanted.check(network)",
        "forged": "wanted.check({'calls': [['value', 1]] * 6})",
    }
    for name, cell in cells.items():
        write(tmp_path / "subs" / f"{name}.ipynb", start, cell)
    found = outcomes(graded(tmp_path, lessons=[0], run=False), "0.1")
    assert found == dict.fromkeys(cells, "not run")
    needs_a_cell()
    grades = graded(tmp_path, lessons=[0])
    found = outcomes(grades, "0.1")
    assert found == {"right": "right", "wrong": "wrong", "endless": "wrong", "begun": "empty", "forged": "wrong"}
    answers = {one["learner"]: one["exercises"]["0.1"]["answer"] for one in grades.learners}
    assert answers["right"].startswith("def network(u, v, x):")
