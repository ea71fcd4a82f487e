"""`conslaw check-notebook`: what it finds, what it believes, and what it says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import conslaw_nb as cl
from conslaw_nb.cli import main
from conslaw_nb.notebooks import NotebookError, check_notebook, running
from conslaw_nb.notebooks.listening import VARIABLE
from conslaw_nb.notebooks.outputs import stale
from conslaw_nb.notebooks.proving import again, prove_again
from conslaw_nb.notebooks.running import RanCell, fresh_kernel, surroundings

ROOT = Path(__file__).resolve().parent.parent
IMPORT = "import conslaw_nb as cl\n%load_ext conslaw_nb"


def cell(source, *tags, shows=None):
    """Return a code cell; `shows` is what it was saved with on its standard output."""
    outputs = [] if shows is None else [new_output("stream", name="stdout", text=shows)]
    made = new_code_cell(source, metadata={"tags": list(tags)} if tags else {}, outputs=outputs)
    made.execution_count = None if shows is None else 1
    return made


def write(folder, *cells, name="lesson.ipynb"):
    path = Path(folder, name)
    book = new_notebook(
        cells=[new_markdown_cell("# A lesson"), *(c if not isinstance(c, str) else cell(c) for c in cells)]
    )
    nbformat.write(book, path)
    return path


@pytest.fixture
def check(tmp_path):
    """Write a notebook, check it, and return its lines as (kind, where, text, verdict, ok) and the report."""

    def call(*cells, timeout=60):
        report = check_notebook(write(tmp_path, *cells), timeout)
        return [(line.kind, line.where, line.text, line.verdict, line.ok) for line in report.lines], report

    return call


# --- claims and proofs --------------------------------------------------------------------------------------

PROOF = """%%proof phi(x*y)
<grad (x**2 - y**2), v_1> = 2*x*y - 2*x*y   by computation
                          = 0               by computation"""


def test_every_claim_proof_answer_and_certificate_is_found_with_its_cell(check, tmp_path):
    """Once each: through any door, in a loop, with a model as an object; what is false on purpose carries a tag."""
    cl.teaching.progress_file.progress(tmp_path).start()
    progress = (tmp_path / "conslaw-progress.json").read_bytes()
    lines, report = check(
        IMPORT + "\nfrom conslaw_nb.claims.claim import claim",
        'phi = cl.parametrization("x*y")\nx = cl.claim("x**2 - y**2 is conserved", phi)',
        PROOF,
        'cl.proof("2*x = x + x by computation", phi).save("proof.json")\ncl.certify(phi).save("law.json")',
        "print(cl.check_law('x + y', phi))",
        cell("for n in (1, 1, 2):\n    c = claim(f'there are exactly {n} laws', 'phi(x*y)')", "meant-to-fail"),
        'cl.claim("dim Lie = 2", cl.vector_fields(["x", "y"], [["y", "x"], ["x**2", "1"]]))',
        cell('cl.claim("dim Lie = 2", cl.parametrization("u*v", variables=("u", "v", "w")))', "meant-to-fail"),
        'task = cl.teaching.exercise("1.1")\ntask.check("")',
        'task.check("(5/4, 3/4)")',
    )
    assert lines == [
        ("claim", "cell [2]", "x**2 - y**2 is conserved for phi(x*y)", "PROVED", True),
        ("proof", "cell [3]", "<grad (x**2 - y**2), v_1> = 0 (phi(x*y))", "PROVED", True),
        ("proof", "cell [4]", "2*x = x + x (phi(x*y))", "PROVED", True),
        ("certificate", "cell [4]", "saved as proof.json", "ACCEPTED", True),
        ("certificate", "cell [4]", "saved as law.json", "ACCEPTED", True),
        ("claim", "cell [6]", "there are exactly 1 laws for phi(x*y)", "PROVED", True),
        ("claim", "cell [6]", "there are exactly 2 laws for phi(x*y)", "REFUTED", True),
        ("claim", "cell [7]", lines[7][2], "PROVED", True),
        ("claim", "cell [8]", "dim Lie = 2 for phi(u*v, variables=[u, v, w])", "REFUTED", True),
        ("exercise", "cell [9]", lines[9][2], "OPEN", True),
        ("exercise", "cell [10]", lines[10][2], "RIGHT", True),
    ]
    assert "(meant to fail)" in str(report.lines[6])
    # What the exercise asks the engine is its own affair: one question is counted.
    assert (report.ok, report.ran, report.questions) == (True, 10, {"REFUTED": 1})
    assert report.summary() == (
        "10 cells ran; 7 claims and proofs in order; 2 certificates accepted; 2 answers judged; 1 question answered "
        "(1 REFUTED); no outputs were saved, so none were compared; nothing to put right."
    )
    assert (tmp_path / "law.json").is_file()
    assert (tmp_path / "conslaw-progress.json").read_bytes() == progress


def test_what_is_false_or_unfinished_is_found_and_the_kernel_is_not_believed(check):
    """A notebook that changes the engine in its own kernel changes nothing in the process that proves again."""
    lines, report = check(
        IMPORT,
        'cl.claim("x + y is conserved for phi(x*y)")',
        "%%proof phi(x*y)\ngoal x**2 - y**2 is conserved\n<grad (x + y), v_1> = 0   by computation",
        cell('cl.claim("x**2 - y**2 is conserved for phi(x*y)")', "meant-to-fail"),
        # the second one reads its answer as a proof, and claims nothing by that
        'cl.teaching.exercise("1.1").check("(1, 1)")\ncl.teaching.exercise("13.1").check("x**2 - y**2")',
        "import conslaw_nb.claims.decide as claims\nfrom conslaw_nb.verdict import Status, Verdict\n"
        "claims.check_law = lambda h, phi: Verdict(Status.PROVED, 'I say so.', claim=h)",
        'cl.claim("x + y is conserved for phi(x*y)")',
        "1/0",
        "2",
        "3",
    )
    assert [(line[0], line[1], *line[3:]) for line in lines] == [
        ("claim", "cell [2]", "REFUTED", False),
        ("proof", "cell [3]", "UNKNOWN", False),
        ("claim", "cell [4]", "PROVED", True),
        (lines[3][0], "cell [4]", "FAILED", False),
        ("exercise", "cell [5]", "WRONG", False),
        ("exercise", "cell [5]", "WRONG", False),
        ("claim", "cell [7]", "REFUTED", False),
        ("error", "cell [8]", "FAILED", False),
    ]
    assert str(report.lines[0]) == (
        "cell [2], claim: x + y is conserved for phi(x*y): not conserved: ⟨∇h, ∇(x*y)⟩ = 1 at x = 1, y = 0, and a law "
        "needs 0 everywhere."
    )
    assert "something here is not proved, and nothing of the kind is" in report.lines[3].reason
    assert "the notebook's own kernel says PROVED, and a fresh process REFUTED" in report.lines[6].reason
    # The cell that raises ends the run, and what was claimed before is told.
    assert (lines[7][2], report.lines[7].reason) == ("1/0", "ZeroDivisionError: division by zero")
    assert (report.ok, report.ran, report.left, report.questions) == (False, 8, 2, {})
    assert "2 cells not reached" in report.summary()


# --- certificates beside it ---------------------------------------------------------------------------------


def test_certificates_beside_it_are_re_checked_and_a_forged_one_is_found(check, tmp_path):
    phi = cl.parametrization("u*v")
    good = cl.certify(phi).save(tmp_path / "good.json")
    text = good.read_text(encoding="utf-8")
    (tmp_path / "forged.json").write_text(text.replace('["-1", {"v": 2}]', '["1", {"v": 2}]'), encoding="utf-8")
    (tmp_path / "half.json").write_text(text[: len(text) // 2], encoding="utf-8")
    (tmp_path / "proof.json").write_text(
        cl.proof("2*x = x + x by computation", "phi(x*y)").json.replace("x + x", "x + y"), encoding="utf-8"
    )
    (tmp_path / "other.json").write_text('{"format": "something else"}', encoding="utf-8")
    lines, report = check("1 + 1")
    assert {(line[1], line[3]) for line in lines} == {
        ("good.json", "ACCEPTED"),
        ("forged.json", "REJECTED"),
        ("half.json", "REJECTED"),
        ("proof.json", "REJECTED"),
    }
    assert not report.ok


def test_saved_claims_are_heard_again_by_the_court(check, tmp_path):
    good = cl.claim("W is involutive", "phi(x*y)").save(tmp_path / "good.json")
    text = good.read_text(encoding="utf-8")
    (tmp_path / "forged.json").write_text(text.replace('"kind": "involutive"', '"kind": "not involutive"'), "utf-8")
    lines, _ = check(IMPORT, 'cl.claim("x + y is conserved", "phi(x*y)").save("false.json")')
    assert {(line[0], line[1], line[3]) for line in lines} == {
        ("certificate", "good.json", "ACCEPTED"),
        ("certificate", "forged.json", "REJECTED"),
        ("claim", "cell [2]", "REFUTED"),
        ("certificate", "cell [2]", "ACCEPTED"),  # the file says that the claim is false, and it is
    }


def test_a_file_that_the_run_writes_anew_is_stale_and_the_old_one_is_checked_as_it_was(check, tmp_path):
    cl.certify(cl.parametrization("x*y*z")).save(tmp_path / "law.json")
    lines, report = check(IMPORT, 'cl.certify(cl.parametrization("x*y")).save("law.json")')
    assert [(line[1], line[3]) for line in lines] == [
        ("law.json", "ACCEPTED"),
        ("law.json", "STALE"),
        ("cell [2]", "ACCEPTED"),
    ]
    assert not report.ok
    lines, report = check(IMPORT, 'cl.certify(cl.parametrization("x*y")).save("law.json")')
    assert report.ok  # now it is the one that is saved


def test_a_certificate_that_a_cell_writes_by_hand_is_re_checked(check):
    forge = "from pathlib import Path\ntext = cl.certify(cl.parametrization('u*v')).text\n"
    forge += """Path("forged.json").write_text(text.replace('["-1", {"v": 2}]', '["1", {"v": 2}]'))"""
    lines, report = check(IMPORT, forge)
    assert [(line[1], line[3]) for line in lines] == [("forged.json", "REJECTED"), ("cell [2]", "ACCEPTED")]
    assert not report.ok


# --- cells that fail ----------------------------------------------------------------------------------------


def test_a_claim_that_cannot_be_read_is_a_cell_that_raises(check):
    lines, report = check(IMPORT, 'cl.claim("x is nice")')
    assert lines == [("error", "cell [2]", 'cl.claim("x is nice")', "FAILED", False)]
    assert report.lines[0].reason.startswith("ParseError: the claim is not understood in 'x is ⟨here⟩nice'.")


def test_a_cell_that_shall_raise_may_raise_and_one_that_is_not_to_be_run_is_said_to_be_unchecked(check, tmp_path):
    (tmp_path / "helper.py").write_text("import conslaw_nb as cl\nCARD = cl.claim('dim Lie = 1 for phi(x*y)')\n")
    lines, report = check(
        cell("1/0", "raises-exception"),
        cell("1/0", "skip-execution"),
        cell("1/0", "nbval-skip"),
        "from helper import CARD",  # it runs in its own folder
        cell("x = 1", "raises-exception"),
    )
    assert [(line[1], *line[3:]) for line in lines] == [
        ("cell [2]", "SKIPPED", True),
        ("cell [3]", "SKIPPED", True),
        ("cell [4]", "PROVED", True),
        ("cell [5]", "FAILED", False),
    ]
    assert "what it claims is not checked" in report.lines[0].reason
    assert lines[3][:3] == ("error", "cell [5]", "x = 1")
    assert report.lines[3].reason == "the tag 'raises-exception' says that this cell fails, and it does not"
    assert report.ran == 3


def test_ids_that_jupyter_puts_right_are_no_fault_and_a_return_of_the_carriage_is_as_in_a_terminal(tmp_path):
    shows = [{"output_type": "stream", "name": "stdout", "text": "100%\n"}]
    source = "import sys\nfor k in (10, 100):\n    sys.stdout.write(f'{k}%\\r')\n    sys.stdout.flush()\nprint('100%')"
    made = {"cell_type": "code", "id": "one", "metadata": {}, "execution_count": 1, "source": source, "outputs": shows}
    for minor in (4, 5):  # ids are new in 4.5; here two cells have one
        path = tmp_path / "x.ipynb"
        path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": minor, "metadata": {}, "cells": [made, made]}))
        assert check_notebook(path).lines == []


def test_a_cell_that_does_not_end_is_stopped(check):
    lines, report = check("while True:\n    pass", "2", timeout=2)
    assert lines == [("error", "cell [1]", "while True:", "FAILED", False)]
    assert report.lines[0].reason == "it ran longer than 2 seconds"
    assert report.left == 1


def test_a_kernel_that_dies_is_a_failure(check):
    lines, report = check("import os", "os._exit(1)", "3")
    assert [(line[1], line[3]) for line in lines] == [("cell [2]", "FAILED")]
    assert report.lines[0].reason == "its kernel died"


# --- outputs ------------------------------------------------------------------------------------------------


def test_a_stale_output_is_found_and_what_was_saved_is_not_believed(check):
    lines, report = check(
        cell("print(1 + 1)", shows="3\n"),
        cell("print(4)", shows="4\n"),
        cell("print(1)", "nbval-ignore-output", shows="3"),
        cell("# NBVAL_IGNORE_OUTPUT\nprint(1)", shows="3"),
        cell("x = 1", shows=""),
        "print(5)",
        cell(IMPORT, shows=""),
        cell('cl.claim("x + y is conserved for phi(x*y)").verdict.status', shows="PROVED"),
    )
    assert sorted((line[1], *line[3:]) for line in lines) == [
        ("cell [1]", "STALE", False),
        ("cell [6]", "STALE", False),
        ("cell [8]", "REFUTED", False),
        ("cell [8]", "STALE", False),
    ]
    told = {line.where: line.reason for line in report.lines if line.verdict == "STALE"}
    assert told["cell [1]"] == "the saved output says '3', a fresh run says '2'"
    assert "saved without the output (stdout) that a fresh run shows: '5" in told["cell [6]"]
    assert report.compared


def shown(**data):
    return RanCell(1, "", set(), [], True, [{"output_type": "display_data", "data": data}])


def test_what_no_two_runs_share_is_not_compared_and_all_else_is():
    one, other = shown(), shown()
    for kind, same in [("image/png", True), ("application/vnd.jupyter.widget-view+json", True), ("text/html", False)]:
        for case, value in ((one, "a"), (other, "b")):
            case.fresh = [{"output_type": "display_data", "data": {kind: value}}]
        one.saved = other.fresh
        assert (stale(one) == "") == same
    one.saved = [{"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]}]
    one.fresh = [{"output_type": "stream", "name": "stdout", "text": t} for t in ("a", "\nb")]
    assert stale(one) == ""
    one.fresh = []
    assert stale(one) == "the saved output (stdout) no longer comes: 'a\\nb'"
    long = "x" * 200
    one.saved = [{"output_type": "stream", "name": "stdout", "text": long + "a"}]
    one.fresh = [{"output_type": "stream", "name": "stdout", "text": long + "b"}]
    assert stale(one) == "the saved output says 'xxxxxxxxxxa', a fresh run says 'xxxxxxxxxxb'"
    one.saved, one.fresh = ([shown(**{"text/html": text}).fresh[0] for text in texts] for texts in ("ab", "cb"))
    assert stale(one) == "the saved output (text/html) says 'a', a fresh run says 'c'"


# --- proving again ------------------------------------------------------------------------------------------


def test_proving_again_takes_a_process_of_its_own_and_keeps_the_order():
    claims = [{"kind": "claim", "text": t, "model": "phi(x*y)"} for t in ("dim Lie = 1", "dim Lie = 2", "nonsense")]
    found = prove_again(claims, 60)
    assert [entry["verdict"] for entry in found] == ["PROVED", "REFUTED", "UNKNOWN"]
    assert found[2]["reason"].startswith("it cannot be read again: the claim is not understood in 'nonsense")
    assert prove_again([], 60) == []


def test_what_is_not_proved_again_in_time_is_unknown(monkeypatch):
    def late(command, **options):
        raise subprocess.TimeoutExpired(
            command, options["timeout"], output=b'{"verdict": "PROVED", "reason": ""}\n{"ver'
        )

    monkeypatch.setattr(subprocess, "run", late)
    found = prove_again([{"kind": "claim", "text": "a"}] * 3, 5)
    assert [entry["verdict"] for entry in found] == ["PROVED", "UNKNOWN", "UNKNOWN"]
    assert found[2]["reason"] == "it was not proved again within 15 seconds"


def test_a_claim_whose_certificate_is_forged_is_not_proved():
    card = cl.claim("x**2 - y**2 is conserved for phi(x*y)")
    told = {"kind": "claim", "text": card.text, "model": None, "certificate": card.certificate.text}
    assert again(told)["verdict"] == "PROVED"
    forged = again(told | {"certificate": card.certificate.text.replace('"-1"', '"-2"')})
    assert forged["verdict"] == "UNKNOWN"
    assert forged["reason"].startswith("its certificate is rejected: ")
    assert again({"kind": "saved", "proof": "half a proof"})["verdict"] == "REJECTED"


# --- the recorder -------------------------------------------------------------------------------------------


def test_the_package_tells_nothing_unless_it_is_asked(tmp_path):
    program = "import conslaw_nb as cl; from conslaw_nb.notebooks.listening import listen; listen()"
    program += "; cl.claim('dim Lie = 1 for phi(x*y)'); print(hasattr(cl.claim, '__wrapped__'))"
    for given, told in (("", "False"), (str(tmp_path / "told.jsonl"), "True")):
        environment = surroundings() | {VARIABLE: given}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == told
    lines = (tmp_path / "told.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["claim"]


def test_surroundings_name_this_package_first_and_pass_no_recorder_on(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["some", "where"]))
    monkeypatch.setenv(VARIABLE, "somewhere")
    found = surroundings()
    assert found["PYTHONPATH"].split(os.pathsep) == [str(ROOT), os.path.abspath("some"), os.path.abspath("where")]
    assert VARIABLE not in found


# --- the command --------------------------------------------------------------------------------------------


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def call(*argv):
        status = main(["check-notebook", *argv])
        return status, *capsys.readouterr()

    return call


def test_the_command_says_a_line_for_each_claim_and_its_status(run, tmp_path):
    cl.certify(cl.parametrization("x*y")).save(tmp_path / "law.json")
    write(tmp_path, IMPORT, 'x = cl.claim("dim Lie = 1 for phi(x*y)")', name="good.ipynb")
    write(tmp_path, IMPORT, 'x = cl.claim("dim Lie = 2 for phi(x*y)")', name="bad.ipynb")
    status, out, err = run("bad.ipynb", "good.ipynb")
    assert (status, err) == (1, "")  # of the worst of them
    assert out.splitlines()[:2] == [
        "bad.ipynb",
        "ACCEPTED: law.json: exactly 1 independent conservation law near the point (dim Lie = 1, 2 parameters).",
    ]
    assert out.splitlines()[2].startswith("REFUTED: cell [2], claim: dim Lie = 2 for phi(x*y): ")
    assert out.splitlines()[3].endswith("1 thing to put right.")
    assert out.splitlines()[4:] == [  # what lies beside both is checked once
        "good.ipynb",
        "PROVED: cell [2], claim: dim Lie = 1 for phi(x*y)",
        "2 cells ran; 1 claim or proof in order; no outputs were saved, so none were compared; nothing to put right.",
    ]


def test_the_command_gives_json(run, tmp_path):
    write(tmp_path, IMPORT, 'x = cl.claim("dim Lie = 2 for phi(x*y)")')
    status, out, err = run("lesson.ipynb", "nothere.ipynb", "--json")
    assert (status, err, out.count("\n")) == (2, "", 1)
    data = json.loads(out)
    assert data["ok"] is False
    first, second = data["notebooks"]
    assert first["lines"][0]["verdict"] == "REFUTED"
    assert (first["ok"], first["ran"], first["left"], first["compared"]) == (False, 2, 0, False)
    assert second == {"notebook": "nothere.ipynb", "ok": False, "problem": second["problem"]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "'x.ipynb' does not exist: give the path of a notebook, such as lesson.ipynb"),
        ("{", "'x.ipynb' is not a notebook, or only a part of one: save it again from Jupyter"),
        ('{"nbformat": 4, "cells": 3}', "'x.ipynb' is not a notebook ("),
        ('{"a": 1}', "'x.ipynb' is not a notebook of a version that is read (3 and 4): save it again"),
        ('{"nbformat": true, "cells": []}', "'x.ipynb' is not a notebook of a version that is read (3 and 4): save it"),
        (
            '{"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata": {"kernelspec": {"name": "ir", '
            '"display_name": "R", "language": "R"}}}',
            "'x.ipynb' is a notebook in R: only notebooks in Python are checked",
        ),
        (
            '{"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata": {"kernelspec": {"name": "julia-1.11", '
            '"display_name": "Julia"}}}',
            "'x.ipynb' is a notebook in julia: only notebooks in Python are checked",
        ),
    ],
)
def test_what_cannot_be_read_is_a_sentence_and_status_2(run, tmp_path, content, message):
    if content is not None:
        (tmp_path / "x.ipynb").write_text(content, encoding="utf-8")
    status, out, err = run("x.ipynb")
    assert (status, out) == (2, "")
    assert err.startswith(f"conslaw: {message}")


def test_a_folder_and_a_time_that_is_none_are_refused(run, tmp_path):
    assert run(".")[2] == "conslaw: '.' is a folder: give the path of a notebook, such as lesson.ipynb\n"
    write(tmp_path, "1")
    status, _, err = run("lesson.ipynb", "--timeout", "0")
    assert (status, err) == (2, "conslaw: --timeout 0 leaves no time for any cell: give at least 1 second\n")
    status, _, err = run()
    assert (status, err) == (2, "conslaw: NOTEBOOK is missing; write it like conslaw check-notebook lesson.ipynb\n")


def test_a_kernel_that_does_not_start_is_status_2(tmp_path, monkeypatch):
    path = write(tmp_path, "1")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(NotebookError, match=r"no kernel could be started for .*what conslaw doctor says"):
        check_notebook(path)


def test_without_nbclient_the_message_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "nbclient", None)
    with pytest.raises(NotebookError, match=r"pip install nbclient nbformat ipykernel, or the package's extra 'check'"):
        check_notebook(write(tmp_path, "1"))


def test_a_line_that_is_half_written_is_read_when_it_is_whole(tmp_path):
    file = tmp_path / "told.jsonl"
    file.write_bytes(b'{"kind": "claim"}\n{"ki')
    told, seen = running._read_new(file, 0)
    assert told == [{"kind": "claim"}]
    file.write_bytes(file.read_bytes() + b'nd": "proof"}\n')
    assert running._read_new(file, seen)[0] == [{"kind": "proof"}]


# --- our own ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["01_what_never_changes.ipynb", "proof_workshop.ipynb"])
def test_our_own_lessons_pass(name):
    report = check_notebook(ROOT / "lessons" / name)
    assert [str(line) for line in report.lines if not line.ok] == []
    assert report.compared


@pytest.mark.skipif(os.name == "nt", reason="sockets of files are for other systems")
def test_a_kernel_takes_no_port_from_another_program(tmp_path):
    assert fresh_kernel(tmp_path).transport == "ipc"
    assert fresh_kernel(tmp_path / ("a" * 100)).transport == "tcp"  # no system takes so long a name of a socket
