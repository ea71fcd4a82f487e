"""Who handed in what, in the layouts of learning platforms, and what it counts for: submissions and the gradebook."""

import csv
import io
import json
import os
import tarfile
import zipfile
from datetime import date

import pytest
from class_samples import COMPUTED, LIMITS, RIGHT, START, WRONG, book, needs_a_cell, write

from conslaw_nb.cli import main
from conslaw_nb.course import archives
from conslaw_nb.course.archives import Bounds, unpack
from conslaw_nb.course.folder import new_course
from conslaw_nb.course.grading import Grades, grade
from conslaw_nb.course.handing_back import hand_back
from conslaw_nb.course.helper import Helper
from conslaw_nb.course.submissions import CourseError, find_submissions
from conslaw_nb.course.worksheets import day_of

ONE, OTHER = json.dumps(book(START, RIGHT)), json.dumps(book(START, WRONG))


def packed(path, **files):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def found(folder, tmp_path):
    people = find_submissions(folder, tmp_path / "unpacked")
    assert len({one.learner for one in people}) == len(people)
    return {one.learner: ([path.name for path in one.notebooks], " ".join(one.problems)) for one in people}


def test_what_has_one_name_is_one_learners_and_told(tmp_path):
    subs = tmp_path / "subs"
    write(subs / "ada.ipynb", START, RIGHT)
    write(subs / "bob" / "deep" / "one.ipynb", START, RIGHT)
    write(subs / "twin.ipynb", START, RIGHT)
    write(subs / "twin" / "01.ipynb", START, WRONG)
    for name in ("ada.html", "ada.pdf", "bob.txt"):
        (subs / name).write_text("x", encoding="utf-8")
    people = found(subs, tmp_path)
    assert {learner: notebooks for learner, (notebooks, _) in people.items()} == {
        "ada": ["ada.ipynb"], "bob": ["one.ipynb"], "twin": ["01.ipynb", "twin.ipynb"],
    }  # fmt: skip
    assert "ada.html lies beside it under the same name, and was not graded ada.pdf lies" in people["ada"][1]
    assert "bob.txt lies beside it" in people["bob"][1]
    assert "twin.ipynb and twin/01.ipynb have one name, and were graded together" in people["twin"][1]
    tables = [grade(subs, tmp_path / "g", lessons=[1], run=False, limits=LIMITS, again=True) for _ in range(2)]
    assert tables[0].learners == tables[1].learners
    assert [one["exercises"]["1.1"]["outcome"] for one in tables[0].learners] == ["right"] * 3


@pytest.mark.parametrize(
    "name",
    ["x.IPYNB", "x.ipynb.json", "x.ipynb.txt", "x.json", ".x.ipynb", "__x__/a.ipynb", "x/a/b/c.ipynb", "x.zip/a"],
)
def test_whatever_a_notebook_is_called_it_is_graded(tmp_path, name):
    path = tmp_path / "subs" / name
    path.parent.mkdir(parents=True)
    if name == "x.zip/a":
        path.parent.rmdir()
        packed(path.parent, **{"in/one.ipynb": ONE, "__MACOSX/in/._one.ipynb": "x"})
    else:
        path.write_text(ONE, encoding="utf-8")
    (learner,) = grade(tmp_path / "subs", tmp_path / "g", lessons=[1], run=False, limits=LIMITS).learners
    assert learner["exercises"]["1.1"]["outcome"] == "right"
    assert learner["problems"] == []


def test_what_is_not_graded_has_a_row_that_says_why(tmp_path):
    subs = tmp_path / "subs"
    subs.mkdir()
    os.mkfifo(subs / "pipe.ipynb")
    (subs / "old.rar").touch()
    (subs / "text.odt").touch()
    (subs / "names.csv").touch()
    packed(subs / "locked" / "evil.zip", **{"../../out.ipynb": ONE, "/root.ipynb": ONE, "fine.ipynb": ONE})
    with tarfile.open(subs / "locked" / "links.tar", "w") as archive:
        link = tarfile.TarInfo("passwd.ipynb")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    people = found(subs, tmp_path)
    assert set(people) == {"pipe", "old", "text", "locked"}
    assert people["pipe"][1] == "pipe.ipynb is neither a file nor a folder, and was not opened"
    assert "old.rar is an archive that is not opened here" in people["old"][1]
    assert people["text"][1] == "text.odt is not a notebook: ask for the file that ends in .ipynb"
    assert people["locked"][0] == ["fine.ipynb"]
    for part in (
        "'../../out.ipynb' in evil.zip leads out",
        "'/root.ipynb' in evil.zip",
        "'passwd.ipynb' in links.tar is a link",
    ):
        assert part in people["locked"][1]


def test_an_archive_is_unpacked_within_bounds(tmp_path):
    bomb = packed(tmp_path / "bomb.zip", a="x" * 5_000, b="x" * 50_000)
    told = "bomb.zip is larger, unpacked, than is read: the rest was left out"
    assert unpack(bomb, tmp_path / "one", Bounds(10, 10_000)) == [told]
    told = "bomb.zip holds more files than are unpacked: the rest was left out"
    assert unpack(bomb, tmp_path / "two", Bounds(1, 100_000)) == [told]


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", ""])
def test_a_packed_tape_is_read_carefully(tmp_path, kind):
    """A header that would fill the memory, and a file that is left out and would take for ever to be gone through."""
    path = tmp_path / ("a.tar" + (f".{kind}" if kind else ""))
    with tarfile.open(path, f"w:{kind}" if kind else "w") as archive:
        for name, size in (("one.ipynb", 10), ("../two.ipynb", 60_000), ("three.ipynb", 10)):
            info = tarfile.TarInfo(name)
            info.size = size
            archive.addfile(info, io.BytesIO(bytes(size)))
    told = "'../two.ipynb' in a.tar leads out of it, and was left out".replace("a.tar", path.name)
    assert unpack(path, tmp_path / "all", Bounds(9, 100_000)) == [told]
    assert sorted(one.name for one in (tmp_path / "all").iterdir()) == ["one.ipynb", "three.ipynb"]
    assert unpack(path, tmp_path / "few", Bounds(9, 50_000)) == [
        f"{path.name} is larger, unpacked, than is read: the rest was left out"
    ]
    with tarfile.open(path, f"w:{kind}" if kind else "w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("x")
        info.pax_headers = {"comment": "x" * 5_000_000}
        archive.addfile(info)
    (told,) = unpack(path, tmp_path / "header", Bounds())
    why = "what it says of its files is larger than is read"
    assert told == f"{path.name} could not be unpacked ({why}): ask for it again"


def test_a_zip_that_lists_more_than_any_class_hands_in_is_not_listed(tmp_path, monkeypatch):
    """What it lists is read at once by the process that grades; with a comment behind it, it is found all the same."""
    path = packed(tmp_path / "subs" / "eve.zip", **{f"{k:04}.ipynb": ONE for k in range(50)})
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"from home"
    assert found(path.parent, tmp_path / "all")["eve"][0][:2] == ["0000.ipynb", "0001.ipynb"]
    monkeypatch.setattr(archives, "MAX_READ", 2_000)
    told = "eve.zip could not be unpacked (what it says of its files is larger than is read): ask for it again"
    assert found(path.parent, tmp_path / "few")["eve"] == ([], f"{told} there is no notebook in the folder")


def test_names_and_folders_that_nobody_can_write_out_stop_no_class(tmp_path, capsys):
    """Bytes that are not text, where the feedback is packed; folders in folders."""
    (tmp_path / "subs" / "eve" / ("d/" * 40)).mkdir(parents=True)
    packed(tmp_path / "subs" / "zoe.zip", **{"d/" * 40 + "a.ipynb": ONE, "b.ipynb": ONE})
    with open(os.fsencode(tmp_path / "subs") + b"/ada\xff_12_34_x\xff.ipynb", "wb") as file:
        file.write(ONE.encode())
    assert main(["course", "grade", str(tmp_path / "subs"), "--no-run", "--lessons", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["learners"][0]["learner"] == "ada\udcff"
    assert points(tmp_path, "grades.csv", value="solved") == {"ada\ufffd": "1", "eve": "0", "zoe": "1"}
    notes = points(tmp_path, "grades.csv", value="notes")
    assert notes["eve"] == "d lies in too many folders, and was not opened"
    assert "in zoe.zip lies in too many folders, and was left out" in notes["zoe"]
    assert "ada\ufffd_12_34_x\ufffd.ipynb" in zipfile.ZipFile(tmp_path / "grades" / "feedback.zip").namelist()


def test_the_archives_of_a_learner_are_bounded_together_and_cost_nobody_else_anything(tmp_path, monkeypatch):
    """Archives in archives, as in a bomb of forty kilobytes: what is unpacked is bounded for each learner."""
    from conslaw_nb.course import submissions

    monkeypatch.setattr(submissions, "MAX_PACKED", 60_000)
    inner = packed(tmp_path / "inner.zip", **{f"{k}.txt": "x" * 20_000 for k in range(2)}).read_bytes()
    middle = packed(tmp_path / "middle.zip", **{f"{k}.zip": inner for k in range(9)}).read_bytes()
    export = packed(tmp_path / "subs" / "moodle.zip", **{
        "Eve_1_assignsubmission_file/bomb.zip": middle, "Eve_1_assignsubmission_file/a.ipynb": ONE,
        "Zoe_2_assignsubmission_file/good.zip": packed(tmp_path / "good.zip", **{"in/one.ipynb": ONE}).read_bytes(),
    })  # fmt: skip
    people = found(export.parent, tmp_path)
    assert people["Zoe"] == (["one.ipynb"], "")
    assert people["Eve"][0] == ["a.ipynb"]
    assert people["Eve"][1].count("larger, unpacked, than is read") >= 2
    size = sum(path.stat().st_size for path in (tmp_path / "unpacked").rglob("*.*") if path.suffix != ".ipynb")
    assert size <= 60_000 + len(middle) + 2000  # what the export itself holds is not hers


def test_no_learner_speaks_for_another_by_the_name_of_a_file(tmp_path):
    """A worksheet counts beside the submissions only, and a name that somebody chose is not taken for a platform's."""
    sheet = "Identifier,Full name,Email address,Last modified (submission)\nParticipant 101,Ada L,evil@x,2020-01-01\n"
    packed(tmp_path / "subs" / "canvas.zip", **{
        "eve_LATE_7_701_Grades.csv": sheet, "eve_LATE_7_702_Ada L_101_assignsubmission_file_x.ipynb": ONE,
    })  # fmt: skip
    packed(tmp_path / "subs" / "moodle.zip", **{
        "Ada L_101_assignsubmission_file/one.ipynb": ONE, "Ada L_101_assignsubmission_file/Grades.csv": sheet,
    })  # fmt: skip
    packed(tmp_path / "subs" / "eve.zip", **{"Grades.csv": sheet, "x/y.ipynb": OTHER})
    (tmp_path / "subs" / "eve_LATE_7_703_Grades.csv").write_text(sheet, encoding="utf-8")
    people = {one.learner: one for one in find_submissions(tmp_path / "subs", tmp_path / "unpacked")}
    assert set(people) == {"Ada L", "eve", "eve (7)"}
    assert (people["Ada L"].email, people["Ada L"].exports[0].day, len(people["Ada L"].notebooks)) == ("", "", 1)
    assert [one.number for one in people["eve (7)"].exports] == ["7"] * 3


@pytest.mark.parametrize("deeper", ["", "Autumn 2027/"])
def test_exports_of_platforms_are_taken_as_they_come(tmp_path, deeper):
    moodle = packed(tmp_path / "in" / "moodle.zip", **{
        f"{deeper}Ada Lovelace_101_assignsubmission_file/lesson.ipynb": ONE,
        f"{deeper}Ada Lovelace_102_assignsubmission_file/deep/lesson.ipynb": OTHER,
        f"{deeper}Bo Li_103_assignsubmission_file_lesson.ipynb": ONE,
        f"{deeper}Bo Li_103_assignsubmission_onlinetext/onlinetext.html": "<p>see the notebook</p>",
    })  # fmt: skip
    people = find_submissions(moodle, tmp_path / "m")
    assert [(one.learner, one.identity, len(one.notebooks)) for one in people] == [
        ("Ada Lovelace (101)", "101", 1), ("Ada Lovelace (102)", "102", 1), ("Bo Li", "103", 1),
    ]  # fmt: skip
    canvas = packed(tmp_path / "in" / "canvas.zip", **{
        f"{deeper}lovelaceada_LATE_55_901_lesson.ipynb": json.dumps(book(START, "from helpers import answer", RIGHT)),
        f"{deeper}lovelaceada_LATE_55_902_helpers.py": "answer = 1",
        f"{deeper}libo_56_903_all.zip": "no archive",
    })  # fmt: skip
    people = find_submissions(canvas, tmp_path / "c")
    assert [(one.learner, one.identity, one.exports[0].late) for one in people] == [
        ("libo", "56", False),
        ("lovelaceada", "55", True),
    ]
    (own,) = people[1].folders
    assert sorted(path.name for path in own.iterdir()) == ["helpers.py", "lesson.ipynb"]
    assert len(find_submissions(tmp_path / "in", tmp_path / "both")) == 5  # both archives, in one folder


def exports(subs, days):
    """Write the exports of two assignments as Moodle and Canvas make them, with worksheets for Moodle's."""
    second = json.dumps(book("import conslaw_nb as cl\nfirst = cl.teaching.exercise('2.1')", "first.check(...)"))
    for lesson, text in (("1", ONE), ("2", second)):
        folders = {
            f"{name}_{lesson}0{k}_assignsubmission_file{'_' if lesson == '1' else ''}/my work.ipynb": text
            for k, name in enumerate(["Ada L", "Bo", "Bo"])
        }
        packed(subs / f"moodle-{lesson}.zip", **folders)
        late = "LATE_" if lesson == "2" else ""
        packed(subs / f"canvas-{lesson}.zip", **{f"dodi_{late}77_90{lesson}_one.ipynb": text})
        sheet = "Identifier,Full name,Email address,Status,Grade,Last modified (submission)\n" + "".join(
            f'Participant {lesson}0{k},{name},{mail},Submitted,,"{day}"\n'
            for k, (name, mail, day) in enumerate(
                zip(["Ada L", "Bo", "Bo"], ["a@x", "b1@x", "b2@x"], days, strict=True)
            )
        )
        (subs / f"Grades-{lesson}.csv").write_text("\ufeff" + sheet, encoding="utf-8")


def test_four_exports_of_two_assignments_are_one_record_for_each_learner(tmp_path):
    """Moodle numbers everybody anew in each assignment; its worksheets know who is who, and when it was handed in."""
    from conslaw_nb.course.handing_back import hand_back

    subs = tmp_path / "submissions"
    new_course(tmp_path, [1, 2], date(2027, 1, 11))
    (tmp_path / "roster.csv").write_text(
        "id,name,email\n100,Not Ada,n@x\n5,Ada Lovelace,a@x\n6,Bo,b1@x\n7,Bo,b2@x\n77,Di Do,d@x\n", encoding="utf-8"
    )
    file = tmp_path / "course.toml"
    rules = "[grading]\nlate_per_day = 25\n[grading.points]\n'1.1' = 4\n'2.1' = 4\n"
    file.write_text(file.read_text(encoding="utf-8") + rules, encoding="utf-8")
    exports(subs, ["Monday, 11 January 2027, 11:58 PM", "Wednesday, 13 January 2027, 00:01", "-"])
    grades = grade(subs, tmp_path / "grades", lessons=[1, 2], run=False, limits=LIMITS)
    assert [one["learner"] for one in grades.learners] == ["Ada L", "Bo (101)", "Bo (102)", "dodi"]
    assert all(len(one["notebooks"]) == 2 for one in grades.learners)
    made, _ = hand_back(grades, tmp_path / "grades", tmp_path, "Autumn")
    # Who has number 100 on Moodle is not who has the id 100; LATE in the second export says nothing of the first.
    assert {row.person["id"]: (row.total, row.late) for row in made.rows} == {
        "5": (4, {}), "6": (2, {"1": 2}), "7": (4, {}), "77": (4, {"2": 1}), "100": (0, {}),
    }  # fmt: skip
    text = {path.name: path.read_text(encoding="utf-8-sig") for path in (tmp_path / "grades").glob("*.csv")}
    rows = {one["Identifier"]: one["Grade"] for one in csv.DictReader(io.StringIO(text["moodle-1.csv"]))}
    assert rows == {"Participant 100": "4", "Participant 101": "2", "Participant 102": "4"}
    assert {one["Identifier"] for one in csv.DictReader(io.StringIO(text["moodle-2.csv"]))} == {
        "Participant 200", "Participant 201", "Participant 202",
    }  # fmt: skip
    (one,) = [one for one in csv.DictReader(io.StringIO(text["canvas-1.csv"])) if one["ID"]]
    assert (one["Student"], one["ID"], one["SIS User ID"], one["Autumn 1"]) == ("Di Do", "77", "77", "4")
    with zipfile.ZipFile(tmp_path / "grades" / "feedback.zip") as archive:
        names = archive.namelist()
        assert "Ada L_100_assignsubmission_file_/feedback.html" in names
        assert "Ada L_200_assignsubmission_file_/feedback.html" in names
        back = json.loads(archive.read("dodi_LATE_77_902_one.ipynb"))
    assert "1 of " in "".join(back["cells"][0]["source"])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Monday, 11 January 2027, 11:58 PM", "2027-01-11"), ("Monday, 11 January 2027, 23:58", "2027-01-11"),
        ("Monday, January 11, 2027, 11:58 PM", "2027-01-11"), ("11/01/2027, 23:58", "2027-01-11"),
        ("2027-01-11 23:58", "2027-01-11"), ("-", ""), ("soon", ""),
    ],
)  # fmt: skip
def test_the_day_of_a_hand_in_is_read_as_moodle_writes_it(text, day):
    assert day_of(text) == day


# --- the gradebook ------------------------------------------------------------------------------------------------

RULES = """
[grading]
tries = 2
late_per_day = 25
late_days = 3
[grading.points]
"1.1" = 2
"1.2" = 1
essay = 4
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course whose lesson 1 was due on the eleventh, with five people on the roster."""
    monkeypatch.chdir(tmp_path)
    new_course(tmp_path, [1], date(2027, 1, 11), title="Autumn")
    file = tmp_path / "course.toml"
    file.write_text(file.read_text(encoding="utf-8") + RULES, encoding="utf-8")
    people = "id,name,email,group,extra_days\n"
    for number, (name, extra) in enumerate([("Ada L", ""), ("Bo", "2"), ("Cy", ""), ("Di", ""), ("Ed", "")], 1):
        people += f"s{number},{name},{name[0].lower()}@x.org,A,{extra}\n"
    (tmp_path / "roster.csv").write_text(people, encoding="utf-8")
    subs = tmp_path / "submissions"
    write(subs / "Ada L.ipynb", START, RIGHT)
    write(subs / "s2.ipynb", START, WRONG, RIGHT)
    write(subs / "Cy.ipynb", START, *[f'where.check("({k}, 0)")' for k in range(40)], RIGHT)  # a loop over guesses
    write(subs / "Di.ipynb", START, RIGHT)
    write(subs / "Stranger.ipynb", START, WRONG)
    (tmp_path / "handed_in.csv").write_text(
        "learner,lesson,day\ns1,1,2027-01-12\nBo,1,2027-01-13T23:59\nDi,1,2027-02-01\n", encoding="utf-8"
    )
    (tmp_path / "overrides.csv").write_text(
        "learner;exercise;points;comment\nAda L;essay;3,5;clear\ns4;1.1;2;was ill\n", encoding="utf-8"
    )
    return tmp_path


def points(course, name="gradebook.csv", key="learner", value="total"):
    rows = csv.DictReader(io.StringIO((course / "grades" / name).read_text(encoding="utf-8-sig")))
    return {row[key]: row[value] for row in rows}


def test_points_lateness_tries_and_what_is_given_by_hand(course, capsys):
    assert main(["course", "grade", "submissions", "--no-run"]) == 0
    assert points(course) == {
        "Ada L": "5",  # 2 points, a day late: 1.5, and 3.5 for the essay
        "s2": "2",  # two days late, and two more were given
        "Cy": "0",  # right at the forty-first try, of which two count
        "Di": "2",  # much too late, and excused by hand
        "Stranger": "0",
        "Ed": "0",
    }
    notes = points(course, value="notes")
    assert notes["Stranger"] == "is not in roster.csv"
    assert notes["Ed"] == "nothing was handed in"
    assert notes["Ada L"] == "lesson 1 came 1 day late, and counts 75%; essay: 3.5 by hand, clear"
    assert set(points(course, value="of").values()) == {"7"}
    assert points(course, "canvas.csv", "SIS User ID", course.name)["s1"] == "5"
    assert points(course, "moodle.csv", "Email address", "Grade")["b@x.org"] == "2"
    cells = next(
        row for row in csv.DictReader(io.StringIO((course / "grades" / "grades.csv").read_text(encoding="utf-8-sig")))
        if row["learner"] == "Cy"
    )  # fmt: skip
    assert (cells["exercise 1.1"], cells["1.1 tries"]) == ("right", "41")  # nothing is cut off
    page = (course / "grades" / "grades.html").read_text(encoding="utf-8")
    assert "<code>(3/2, 1/2)</code> (2 learners):" in page
    assert '<td class="number">5 of 7</td>' in page
    assert "Nobody has tried 1.2, 1.3, 1.4, 1.5, 1.6. Nothing was handed in by Ed." in page


def test_a_rerun_changes_nothing_and_who_is_gone_leaves_no_page(course, capsys):
    def written():
        return {p.relative_to(course): p.read_bytes() for p in (course / "grades").rglob("*.*") if p.suffix != ".html"}

    assert main(["course", "grade", "submissions", "--no-run"]) == 0
    before = written()
    assert main(["course", "grade", "submissions", "--no-run", "--only", "Di", "--anonymous"]) == 0
    assert written() == before
    names = zipfile.ZipFile(course / "grades" / "feedback.zip").namelist()
    assert len(names) == 5
    nameless = (course / "grades" / "anonymous.html").read_text(encoding="utf-8")
    assert not any(name in nameless for name in ("Ada L", "s2", "Cy", "Stranger"))
    (course / "submissions" / "Stranger.ipynb").unlink()
    capsys.readouterr()
    assert main(["course", "grade", "submissions", "--no-run"]) == 0
    assert "Removed from there" in capsys.readouterr().out
    assert len(list((course / "grades" / "learners").iterdir())) == 4
    assert main(["course", "grade", "submissions", "--no-run", "--only", "Nobody"]) == 2
    assert "there is no submission of 'Nobody' to be graded again" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "squeezed"),
    [
        ("Jean-Luc O'Brien", "obrienjeanluc"),
        ("Zoe\u0308 van den Berghe", "vandenberghezo\u00eb"),
        ("Ada King Lovelace", "kinglovelaceada"),
        ("L, Ada", "adal"),
    ],
)
def test_a_name_that_a_platform_squeezed_is_found_on_the_roster(tmp_path, name, squeezed):
    from conslaw_nb.course.gradebook import gradebook, read_rules

    (tmp_path / "roster.csv").write_text(f'id,name\ns1,"{name}"\ns2,Bo King\n', encoding="utf-8")
    (tmp_path / "overrides.csv").write_text(f'learner,exercise,points\n"{name}",1.1,3\n', encoding="utf-8")
    learners = [{"learner": one, "exercises": {}, "certificates": []} for one in (squeezed, "kingbo")]
    book = gradebook(learners, read_rules(tmp_path, ["1.1"]), tmp_path)
    assert [(row.person["id"], row.total) for row in book.rows] == [("s1", 3), ("s2", 0)]


def test_what_somebody_has_goes_to_nobody_else_of_that_name(tmp_path):
    """Two on the roster have the name of one who handed in: neither gets the number, nor takes the points."""
    (tmp_path / "roster.csv").write_text("id,name\ns1,Ada L\ns2,Ada L\n", encoding="utf-8")
    (tmp_path / "course.toml").write_text('[grading.points]\n"1.1" = 2\nessay = 4\n', encoding="utf-8")
    export = {"platform": "moodle", "name": "Ada L_7_assignsubmission_file", "number": "7", "late": True, "day": ""}
    right = {"outcome": "right", "message": "", "answer": "7", "from": "text", "tries": 1, "hints": 0, "wrong": []}
    nothing = {"notebooks": [], "runs": [], "certificates": [], "problems": []}
    one = {"learner": "Ada L", "exercises": {"1.1": right}, "written": {"essay": "Because."}, **nothing}
    grades = Grades([one | {"exports": [export | {"lessons": ["1"]}]}], ["1.1"], [])
    hand_back(grades, tmp_path / "grades", tmp_path, "Autumn")
    assert points(tmp_path, "moodle-1.csv", "Identifier", "Grade") == {"Participant 7": "2"}
    sheet = (tmp_path / "grades" / "moodle.csv").read_text(encoding="utf-8")
    assert sheet.count("Participant 7") == 1
    (page,) = (path.read_text(encoding="utf-8") for path in (tmp_path / "grades" / "learners").iterdir())
    assert "2 of 6 points. Essay: not marked yet.</p>" in page
    assert "roster" not in page  # what only whoever teaches needs to know is not handed back
    assert (tmp_path / "grades" / "to-mark-essay.html").read_text(encoding="utf-8").count("Because.") == 1


def test_another_question_that_a_person_marks_has_nothing_graded_again(tmp_path, monkeypatch):
    needs_a_cell()
    asked, ask = [], Helper.ask
    monkeypatch.setattr(Helper, "ask", lambda self, do, **more: (asked.append(do), ask(self, do, **more))[1])
    notebook = book(START, COMPUTED, markdown=["Because it does."])
    notebook["cells"][-1]["id"] = "essay"
    (tmp_path / "subs").mkdir()
    (tmp_path / "subs" / "ada.ipynb").write_text(json.dumps(notebook), encoding="utf-8")

    def graded(*written):
        asked.clear()
        (one,) = grade(tmp_path / "subs", tmp_path / "g", lessons=[1], limits=LIMITS, written=written).learners
        return one

    first = graded()
    assert first["exercises"]["1.1"]["outcome"] == "right"
    assert graded("poem", "essay") == first | {"written": {"essay": "Because it does."}, "asked": ["essay", "poem"]}
    assert asked == ["probe", "read"]
    assert graded("essay", "poem")["written"] == {"essay": "Because it does."}
    assert asked == []
    assert graded() == first


def test_names_that_differ_in_case_only_are_two_learners_each_with_a_row(tmp_path, monkeypatch):
    """And what is given by hand goes to whom it names."""
    from conslaw_nb.course.gradebook import gradebook, read_rules

    subs = tmp_path / "subs"
    for name in ("ada", "Ada", "ADA"):
        write(subs / f"{name}.ipynb", START, RIGHT)
    grades = grade(subs, tmp_path / "grades", lessons=[1], run=False, limits=LIMITS)
    (tmp_path / "overrides.csv").write_text("learner,exercise,points\nAda,1.1,0.5\n", encoding="utf-8")
    made = gradebook(grades.learners, read_rules(tmp_path, ["1.1"]), tmp_path)
    assert {row.learner: row.total for row in made.rows} == {"ADA": 1, "Ada": 0.5, "ada": 1}
    (tmp_path / "overrides.csv").write_text("learner,exercise,points\naDa,1.1,0.5\n", encoding="utf-8")
    with pytest.raises(CourseError, match="which is several learners"):
        gradebook(grades.learners, read_rules(tmp_path, ["1.1"]), tmp_path)


def test_the_lowest_lesson_may_be_dropped():
    from fractions import Fraction

    from conslaw_nb.course.gradebook import Row, Rules, _sum

    rules = Rules({"1.1": Fraction(1), "2.1": Fraction(4), "essay": Fraction(2)}, drop_lowest=1)
    row = Row("a", {}, {"1.1": Fraction(1), "2.1": Fraction(3), "essay": Fraction(0)})
    _sum(row, rules)
    assert (row.total, row.of, row.dropped) == (1, 3, ["2"])


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("course.toml", "[grading]\ntires = 3\n", "has 'tires' under [grading]: there may be drop_lowest"),
        ("course.toml", "[grading.points]\n'1.99' = 1\n", "gives points for '1.99', which is not an exercise"),
        ("course.toml", "[grading.points]\n'1.1' = 'two'\n", "the points for 1.1 is 'two', and must be a number"),
        ("roster.csv", "name\nAda\n", "has no column id: its first line must name id, name"),
        ("overrides.csv", "learner,exercise,points\nNobody,1.1,1\n", "line 2 of 'overrides.csv' names 'Nobody'"),
        ("overrides.csv", "learner,exercise,points\nAda,1.1,many\n", "line 2 of 'overrides.csv': points is 'many'"),
        ("overrides.csv", "learner,exercise,points\nAda,talk,1\n", "'talk', which is not under [grading.points]"),
        ("handed_in.csv", "learner,lesson,day\nAda,1,soon\n", "'soon' is not a day such as 2027-01-11"),
    ],
)
def test_a_file_of_the_gradebook_that_was_spoilt_is_told_with_its_line(tmp_path, monkeypatch, file, text, message):
    from pathlib import Path

    from conslaw_nb.course.gradebook import gradebook, read_rules

    monkeypatch.chdir(tmp_path)
    Path(file).write_text(text, encoding="utf-8")
    learner = {"learner": "Ada", "exercises": {}, "certificates": []}
    with pytest.raises(CourseError) as error:
        gradebook([learner], read_rules(Path(), ["1.1"]), Path())
    assert message in str(error.value)
