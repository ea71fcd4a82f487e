"""`python -m benchmarks --quick`: all answers right, the JSON's shape, the picture; and the committed results."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks import doors, report, second_court, sizes, tasks
from benchmarks.__main__ import main, write
from benchmarks.measure import MEASURES, PAPER, machine
from benchmarks.mischief import BREAKING, TAMPERING
from benchmarks.tasks import TASKS, peak_mib

ROOT = Path(__file__).resolve().parent.parent
COMMITTED = ROOT / "benchmarks" / "results.json"
SVG = "{http://www.w3.org/2000/svg}"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def check_shape(data, quick):
    """What every results file must hold, whatever the machine; no time is judged."""
    assert (data["format"], data["version"], data["quick"]) == ("conslaw-benchmarks", 1, quick)
    assert set(data["machine"]) == {"processors", "system", "python", "packages"}
    results = data["results"]
    assert set(results) == set(MEASURES)
    assert all(result["wrong"] == [] for result in results.values())

    paper = results["paper"]
    assert sum(paper["reported_seconds"].values()) == 8989  # 34:23 + 1:31 + 1:53:11 + 0:44
    assert "plain" in paper["backends"]
    for one in paper["backends"].values():
        assert {name: (g["runs"], g["proved"]) for name, g in one["groups"].items()} == {
            "count_linear": (50, 50),
            "laws_linear_degree_2": (10, 10),
            "count_relu": (50, 50),
            "laws_relu_degree_2": (10, 10),
        }
        assert 0 < sum(group["seconds"] for group in one["groups"].values()) < one["wall"]

    for one in results["sizes"]["models"]:
        assert one["verdict"] == "PROVED"
        assert one["bytes"] < 100_000
        assert one["parameters"] > one["laws"] > 0 < one["checker_wall"]
    assert list(results["sizes"]["series"]) == list(sizes.SERIES)
    points = [*results["large"]["models"], *(p for s in results["growth"]["series"].values() for p in s)]
    assert {point["verdict"] for point in points} == {"PROVED"}
    assert all(point["seconds"] > 0 and point["parameters"] > point["laws"] > 0 for point in points)
    assert list(results["growth"]["series"]) == list(report.STYLE)
    assert 0 < results["imports"]["import"] <= results["imports"]["whole_engine"]
    assert results["certificate"]["bytes"] > 500
    assert set(results["latency"]["seconds"]) == set(report.WAITS)
    assert bool(results["by_hand"]["missing"]) != (len(results["by_hand"]["seconds"]) >= 5)
    assert "plain" in results["proofs"]["backends"]
    for one in results["proofs"]["backends"].values():
        assert one["steps"] > one["proofs"] + one["changed"] > one["changed"] >= 20
        assert 0 < one["median"] < one["slowest"] <= one["worst"]
        assert one["once"] > 0
        assert " by " in one["slowest_step"]
    room = results["classroom"]
    assert room["right"] > 0
    assert (room["submissions"], room["hostile"]) == (4, 0) if quick else (200, len(BREAKING) + len(TAMPERING) + 3)
    check_doors(results["doors"], quick)
    check_rocq(results["rocq"], quick)
    assert data["marks"] == report.marks(results)
    assert all(mark["met"] == (mark["measured"] < mark["limit"]) for mark in data["marks"])


def check_doors(result, quick):
    """A quick run opens no door, and says so; else each leads to a verdict, and again."""
    assert bool(result["missing"]) == quick
    if quick:
        assert result["doors"] == {}
        return
    assert set(result["doors"]) == set(doors.DOORS) == set(report.DOORS)
    for one in result["doors"].values():
        assert 0 < one["open"] <= one["verdict"]
        assert one["lines"] + one["clicks"] >= 1
    assert 0 < result["doors"]["binder"]["added_bytes"] < result["doors"]["binder"]["base_bytes"]
    edition = result["edition"]
    assert set(edition["visits"]) == set(edition["pages"]) == set(doors.LINES)
    for one in (*edition["visits"].values(), *edition["pages"].values()):
        assert one["again"]["bytes"] < one["bytes"] < edition["site_bytes"]


def check_rocq(result, quick):
    """A quick run asks Rocq nothing, and says so; else both courts accept every certificate."""
    assert bool(result["missing"]) == quick
    assert quick == (result["models"] == {})
    assert quick or set(second_court.LESSONS) < set(result["models"])
    assert all(one["checker"] < one["coqc"] and one["lines"] > 40 for one in result["models"].values())


def check_size_picture(path):
    root = ET.parse(path).getroot()
    assert root.find(f"{SVG}title").text == "The cost of a count at a sparse point"
    for name in sizes.SERIES:
        assert f"{name}: from " in root.find(f"{SVG}desc").text


def check_picture(path):
    root = ET.parse(path).getroot()
    title, description = root.find(f"{SVG}title").text, root.find(f"{SVG}desc").text
    assert title == "The cost of a count as networks grow"
    for name in report.STYLE:
        assert f"{name}: from " in description
        assert name in "".join(root.itertext())


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """Run the quick benchmarks as a user would, once."""
    folder = tmp_path_factory.mktemp("benchmarks")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--output", str(folder / "out.json")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    return done, folder


def test_quick_benchmarks_find_every_answer_right(quick):
    done, folder = quick
    assert done.returncode in (0, 3), done.stderr  # 3: this machine is slow; 1 would be a wrong answer
    check_shape(read(folder / "out.json"), quick=True)
    check_picture(folder / "scaling.svg")
    check_size_picture(folder / "sizes.svg")


def test_the_tables_say_what_was_measured(quick):
    done, _ = quick
    for line in (
        r"^The paper's experiment: wall time$",
        r"^  count, 50 linear +50 of 50 +34:23 ",
        r"^  all, cold process +120 of 120 +2:29:49 .* ×$",
        r"^  linear\(8,8,8\) +128 +36 +PROVED ",
        r"^  ReLU, deeper +relu\(4,4,4,4\) +48 +8 ",
        r"^The certificate of linear\(3,3,3\): exactly 6 laws$",
        r"^  hyperbola explorer ",
        r"^  plain +\d+ +\d+ +\d+ ",
        r"^  one step of a proof, the slowest, plain .* < 200 ms  [✓✗]",
        r"^  import of the whole engine, after sympy .* < 0\.3 s  [✓✗]",
        r"^written to out\.json$",
    ):
        assert re.search(line, done.stdout, re.MULTILINE), line
    assert max(map(len, (line for line in done.stdout.splitlines() if line.startswith(" ")))) <= 80
    assert "\x1b" not in done.stdout + done.stderr


def test_a_part_alone_is_not_written_over_the_results(monkeypatch, capsys):
    before = COMMITTED.read_bytes()
    assert main(["--only", "imports", "--quick"]) in (0, 3)
    assert "written" not in capsys.readouterr().out
    assert COMMITTED.read_bytes() == before


def test_a_part_that_is_adopted_takes_the_older_ones_place_with_its_marks(tmp_path):
    data, target = read(COMMITTED), tmp_path / "results.json"
    slow = data["results"]["imports"] | {"whole_engine": 0.75}
    write(target, data, {"imports": slow})
    found = read(target)
    assert found["results"] == read(COMMITTED)["results"] | {"imports": slow}
    assert "import of the whole engine, after sympy: 0.75 s, where less than 0.3 s was asked" in report.missed(
        found["marks"]
    )
    for wrong in (["--adopt"], ["--adopt", "--only", "imports", "--quick"]):
        with pytest.raises(SystemExit, match="2"):
            main(wrong)


def test_a_wrong_answer_is_loud(tmp_path, capsys):
    """With one expected number changed, that one run is reported and the status is 1."""
    data = read(PAPER)
    for group in data["groups"].values():
        del group[2:]
    data["groups"]["count_linear"][0]["laws"] += 1
    data["groups"]["laws_relu_degree_2"][1]["laws"] -= 1
    (tmp_path / "runs.json").write_text(json.dumps(data))
    assert main(["--only", "paper", "--quick", "--runs", str(tmp_path / "runs.json")]) == 1
    out, err = capsys.readouterr()
    assert "WRONG ANSWER: linear(2,3,5) in count_linear: expected 7, found 6 (PROVED)\n" in err
    assert re.search(r"WRONG ANSWER: relu\(.*\) in laws_relu_degree_2: expected \d+, found \d+, and \d+ indep", err)
    assert re.search(r"count, 50 linear +1 of 2 ", out)


def test_a_task_that_fails_is_told(tmp_path, capsys):
    (tmp_path / "runs.json").write_text('{"reported_seconds": {}}')
    assert main(["--only", "paper", "--runs", str(tmp_path / "runs.json")]) == 2
    assert "benchmarks: the task paper failed:" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_told_before_the_work(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["--output", "nowhere/results.json"])
    assert "the folder 'nowhere' of the output does not exist" in capsys.readouterr().err


def test_a_missed_mark_is_told(monkeypatch, capsys):
    slow = {"import": 0.5, "whole_engine": 0.75, "wrong": []}
    monkeypatch.setitem(MEASURES, "imports", lambda settings: slow)
    assert main(["--only", "imports"]) == 3
    out, err = capsys.readouterr()
    assert err == "mark missed: import of the whole engine, after sympy\n"
    assert "0.75 s  < 0.3 s  ✗ MISSED" in out


def test_a_count_is_compared_with_what_is_expected():
    assert TASKS["count"]("linear(2,2,2)", laws=3)["wrong"] == []
    assert TASKS["count"]("linear(2,2,2)", laws=4)["wrong"] == ["linear(2,2,2): expected 4, found 3 (PROVED)"]
    assert TASKS["growth"]({"a": ["phi(x*y)"]}, 1)["series"]["a"][0]["laws"] == 1


def test_a_proof_is_judged_as_well_as_timed(monkeypatch):
    """A solution that proves nothing is reported, and so is a sign that makes no difference to what is claimed."""
    right = "model phi(x*y)\n2*x - y = x + x - y   by computation"
    monkeypatch.setattr(tasks, "lesson_proofs", lambda: ([right], ["given U: n x r\nU + U = U^T   by computation"]))
    found = tasks.proofs(1)
    assert (found["proofs"], found["changed"], found["steps"], found["wrong"]) == (2, 2, 4, [])
    nothing = "model phi(x*y)\nx = y by computation"
    no_matter = "model phi(x*y)\nx = x + 0 by computation"
    monkeypatch.setattr(tasks, "lesson_proofs", lambda: ([nothing, no_matter], []))
    assert tasks.proofs(1)["wrong"] == [
        f"a solution was not proved: {nothing}",
        f"line 2 is false, and was not refuted: {no_matter.replace('+', '-')}",
    ]


def test_the_proofs_of_the_lessons_are_found():
    finished, begun = tasks.lesson_proofs()
    assert sum(text.startswith("model ") for text in finished) >= 3
    assert sum(text.startswith("given ") for text in finished) >= 5
    assert not set(finished) & set(begun)
    cell = "h is conserved                   by Proposition 2.5"  # the end of one that begins with %%proof
    assert any(text.endswith(cell) for text in begun)


def test_memory_is_measured():
    before = peak_mib()
    if before is None:
        pytest.skip("this system does not say how much memory a process held")
    ballast = bytearray(64 * 2**20)
    ballast[::4096] = b"x" * len(ballast[::4096])
    assert peak_mib() >= max(before, 64)


def test_the_list_of_the_paper_is_whole():
    data = read(PAPER)
    assert {name: len(runs) for name, runs in data["groups"].items()} == {
        "count_linear": 50,
        "laws_linear_degree_2": 10,
        "count_relu": 50,
        "laws_relu_degree_2": 10,
    }
    assert set(data["reported_seconds"]) == set(data["groups"])


def test_the_machine_is_described_without_naming_it():
    import getpass
    import platform

    text = json.dumps(machine())
    assert platform.node() not in text or len(platform.node()) < 4
    assert "/" not in text
    assert getpass.getuser() not in text


def test_the_committed_results_are_whole_and_a_missed_mark_stands_in_the_readme():
    data = read(COMMITTED)
    check_shape(data, quick=False)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [sentence for sentence in report.missed(data["marks"]) if sentence not in readme] == []
    assert [one["model"] for one in data["results"]["large"]["models"]] == [
        "linear(32,32,32)",
        "relu(64,64,64,bias=True)",
    ]
    assert not re.search(r'[ "](/|[A-Z]:\\)\w', COMMITTED.read_text(encoding="utf-8"))


def test_the_committed_picture_shows_the_committed_results():
    path = COMMITTED.with_name("scaling.svg")
    check_picture(path)
    description = ET.parse(path).getroot().find(f"{SVG}desc").text
    assert description == report.picture(read(COMMITTED)["results"]["growth"]).description
    path = COMMITTED.with_name("sizes.svg")
    check_size_picture(path)
    description = ET.parse(path).getroot().find(f"{SVG}desc").text
    assert description == report.size_picture(read(COMMITTED)["results"]["sizes"]).description
