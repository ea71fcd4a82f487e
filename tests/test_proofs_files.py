"""Proofs as files: saved, re-checked from their text, tampered with; the command line and the cell magic."""

import json
import subprocess
import sys

import pytest
from test_proofs import ALL_SIZES, GOOD, NEURON

import conslaw_nb as cl
from conslaw_nb.claims.rechecking import recheck
from conslaw_nb.cli import main
from conslaw_nb.errors import CertificateError
from conslaw_nb.notebooks.ipython import load_ipython_extension, unload_ipython_extension
from conslaw_nb.verdict import Status


@pytest.mark.parametrize("name", GOOD)
def test_a_proof_is_saved_and_checked_again(name, tmp_path):
    found = cl.proof(GOOD[name])
    path = found.save(tmp_path / "proof.json")
    assert path.read_text(encoding="utf-8") == found.json
    assert [p.name for p in tmp_path.iterdir()] == ["proof.json"]
    for verdict in (recheck(path), recheck(str(path)), recheck(found.json), recheck(found.data), cl.verify(path)):
        assert verdict.status is Status.PROVED
        assert verdict.reason.startswith(f"re-checked from its text: {found.goal}. The independent court: STANDS: ")


def test_a_model_that_was_passed_is_in_the_file():
    found = cl.proof("x**2 - y**2 is conserved by computation", "phi(x*y)", goal="y**2 - x**2 is conserved")
    assert not found.reached  # the same up to a sign is another function
    found = cl.proof("x**2 - y**2 is conserved by computation", "phi(x*y)", goal="(x + y)*(x - y) is conserved")
    assert found.text.splitlines()[:2] == ["model phi(x*y)", "goal (x + y)*(x - y) is conserved"]
    assert recheck(found.json).is_proved


def tampered(change):
    data = cl.proof(ALL_SIZES).data
    change(data)
    return recheck(data)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(text=d["text"].replace("- U^T*G*V", "+ U^T*G*V")), "its text proves nothing: "),
        (lambda d: d.update(text=d["text"].replace("Psi is conserved", "U is conserved")), "its text proves nothing: "),
        (lambda d: d.update(text=d["text"].replace("Psi", "Phi")), "it records other steps than its text proves"),
        (lambda d: d.update(text=""), "its text proves nothing: the proof is not finished; the proof is empty"),
        (lambda d: d.update(text=7), "its text is not a text"),
        (lambda d: d.update(text="0 = 0 by computation\n" * 300), "a proof of 300 steps is too long"),
        (lambda d: d.update(goal="U^T*U is conserved"), "it records another goal than its text proves"),
        (lambda d: d.update(verdict="REFUTED"), "it records another verdict than its text proves"),
        (lambda d: d["steps"].pop(), "it records other steps than its text proves"),
        (lambda d: d["steps"][0].update(status="red"), "it records other steps than its text proves"),
        (lambda d: d.update(version=3), "it is of version 3, and this package reads versions up to 2"),
        (lambda d: d["steps"][0].update(says=None), "it records other steps than its text proves"),
        (lambda d: d["about"].update(flow=None), "it records another model or flow than its text proves"),
        (lambda d: d["lets"].pop(), "it records other definitions than its text proves"),
        (lambda d: d.update(goals=[]), "it records other goals than its text proves"),
        (lambda d: d.update(version=True), "it is of version True"),
        (lambda d: d.update(trust="me"), "the entry 'trust' is unknown"),
        (lambda d: d.pop("goal"), "the entry 'goal' is missing"),
        (lambda d: d.pop("about"), "the entry 'about' is missing"),
    ],
)
def test_a_file_that_was_tampered_with_is_rejected(change, message):
    verdict = tampered(change)
    assert verdict.status is Status.REFUTED
    assert verdict.reason.startswith(f"the proof is rejected: {message}")


def test_an_unfinished_proof_may_be_saved_but_is_no_proof(tmp_path):
    found = cl.proof(ALL_SIZES.replace("- U^T*G*V", "+ U^T*G*V"))
    path = found.save(tmp_path / "wrong.json")
    assert recheck(path).status is Status.REFUTED
    # and saying that it is finished does not help
    data = found.data
    data["verdict"] = "PROVED"
    for step in data["steps"]:
        step["status"] = "green"
    assert recheck(data).status is Status.REFUTED


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "it is not JSON of ours"),
        ('{"format": "conslaw-proof", "format": "conslaw-proof"}', "the entry 'format' stands twice"),
        ('{"format": "conslaw-proof", "version": NaN}', "NaN is not a number"),
        ('{"a": ' * 5000, "it is "),
        ("{}", "it does not say"),
    ],
)
def test_a_file_that_is_no_proof_is_rejected(content, message):
    assert message in recheck(content).reason


def test_files_that_cannot_be_read_or_written(tmp_path):
    with pytest.raises(CertificateError, match="does not exist: give the path of a proof or a claim"):
        recheck(tmp_path / "no.json")
    with pytest.raises(CertificateError, match="is a folder"):
        recheck(tmp_path)
    (tmp_path / "large.json").write_text(" " * 8_000_001)
    with pytest.raises(CertificateError, match="too large for a proof"):
        recheck(tmp_path / "large.json")
    (tmp_path / "latin.json").write_bytes(b'{"format": "\xff"}')
    with pytest.raises(CertificateError, match="is not a proof or claim: it is not UTF-8 text"):
        recheck(tmp_path / "latin.json")
    with pytest.raises(CertificateError, match="the proof cannot be written to"):
        cl.proof(NEURON).save(tmp_path / "no" / "proof.json")
    old = tmp_path / "proof.json"
    old.write_text("what was here")
    cl.proof(NEURON).save(old)
    assert recheck(old).is_proved


def test_the_command_line_takes_proofs_and_certificates(tmp_path, capsys):
    good = cl.proof(ALL_SIZES).save(tmp_path / "proof.json")
    law = cl.certify(cl.linear(1, 2, 1)).save(tmp_path / "law.json")
    assert main(["verify", str(good), str(law)]) == 0
    out = capsys.readouterr().out
    assert out.count("ACCEPTED") == 2
    assert "U^T*U - V^T*V is conserved along" in out
    bad = tmp_path / "bad.json"
    bad.write_text(good.read_text(encoding="utf-8").replace("- U^T*G*V", "+ U^T*G*V"), encoding="utf-8")
    assert main(["verify", str(bad)]) == 1
    assert "REJECTED" in capsys.readouterr().out
    assert main(["verify", "--json", str(bad), str(good)]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert [entry["accepted"] for entry in answer["files"]] == [False, True]
    bad.write_text('{"format": "conslaw-proof", ', encoding="utf-8")  # damaged, but it claims to be a proof
    assert main(["verify", str(bad)]) == 1
    assert cl.verify(bad).status is Status.REFUTED


def test_a_text_file_is_proved_from_the_command_line(tmp_path, capsys):
    source, target = tmp_path / "law.proof", tmp_path / "law.json"
    source.write_text(ALL_SIZES, encoding="utf-8")
    assert main(["prove", str(source), "-o", str(target)]) == 0
    out = capsys.readouterr().out
    assert "Proved: U^T*U - V^T*V is conserved along" in out
    assert recheck(target).is_proved
    assert main(["prove", str(source), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "PROVED"
    source.write_text(ALL_SIZES.replace("- U^T*G*V", "+ U^T*G*V"), encoding="utf-8")
    assert main(["prove", str(source)]) == 3
    assert "✗ (2)" in capsys.readouterr().out
    assert main(["prove", str(source), "-o", str(tmp_path / "wrong.json")]) == 2
    assert "was not written: this is not a proof yet: step 2" in capsys.readouterr().err
    assert not (tmp_path / "wrong.json").exists()
    source.write_text("x + y is conserved by computation", encoding="utf-8")
    assert main(["prove", str(source), "--model", "phi(x*y)"]) == 1
    capsys.readouterr()
    for path, message in ((tmp_path, "is a folder"), (tmp_path / "no.proof", "does not exist")):
        assert main(["prove", str(path)]) == 2
        assert message in capsys.readouterr().err
    source.write_text("0 = 0 by computation", encoding="utf-8")
    target.write_text("mine", encoding="utf-8")
    assert main(["prove", str(source), "--model", "phi(x*y)", "-o", str(target)]) == 2
    assert target.read_text(encoding="utf-8") == "mine"


class Shell:
    """What the extension asks of IPython."""

    def __init__(self):
        self.magics_manager = self
        self.magics = {"cell": {}}

    def register_magic_function(self, function, magic_kind, magic_name):
        self.magics[magic_kind][magic_name] = function


def test_the_cell_magic():
    shell = Shell()
    load_ipython_extension(shell)
    magic = shell.magics["cell"]["proof"]
    assert magic("", NEURON).reached
    assert magic(" phi(x*y) ", "x**2 - y**2 is conserved by computation").reached
    unload_ipython_extension(shell)
    assert shell.magics["cell"] == {}


def test_the_cell_magic_in_ipython():
    """In a real shell: %load_ext finds the extension, the cell gives the proof, and an error is a sentence."""
    program = f"""
import sys
import conslaw_nb
assert not [name for name in sys.modules if name.split(".")[0] == "IPython"]
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "conslaw_nb")
done = shell.run_cell_magic("proof", "", {NEURON!r})
print(done.reached, shell.display_formatter.format(done)[0]["text/html"].count("✓ right"))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.split()[-2:] == ["True", "4"], done.stderr
