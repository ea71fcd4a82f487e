"""Certificates: what is written for each kind of claim, what is refused, files, and what re-checking says."""

import json
import os
import stat
from pathlib import Path

import pytest
import sympy

import conslaw_nb as cl
from conslaw_nb import certify, checker, linear, parametrization, parse_model, verify
from conslaw_nb.certificates import certificate as module
from conslaw_nb.errors import CertificateError, ModelError, ParseError
from conslaw_nb.verdict import Status

XY = parametrization("x*y")
LAW = cl.conservation_laws(XY)[0]
COUNT = certify(XY)


# --- what is written ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phi", "claim", "method"),
    [
        (XY, (2, 1, 1, 1, True), "laws"),
        (linear(2, 3, 2), (12, 6, 6, 6, True), "laws"),
        (linear(1, 2, 2, 1), (8, 1, 7, 7, True), "involutive"),
        (parse_model("phi(x + y**2/2 + z**3/3)"), (3, 1, 2, 2, True), "involutive"),
        (parse_model("fields([x, y, z], [y, x, 0], [z, 0, x])"), (3, 2, 1, 1, True), "laws"),
    ],
)
def test_a_count(phi, claim, method):
    found = certify(phi)
    if phi.text == "linear(1,2,2,1)":
        claim = (8, found.claim["dim_lie_at_least"], 7, 7, True)
        assert found.claim["parameters"] - found.claim["dim_lie_at_least"] == 7
    names = ("parameters", "dim_lie_at_least", "laws_at_least", "laws_at_most", "exact")
    assert found.claim == {"kind": "count", **dict(zip(names, claim, strict=True))}
    assert found.data["evidence"]["upper"]["method"] == method
    verdict = found.verify()
    assert verdict.status is Status.PROVED
    assert verdict.claim == "this certificate"
    assert verdict.details == {"claim": found.claim}
    assert verdict.reason == checker.check_text(found.text).summary


@pytest.mark.parametrize(
    "law", ["x**2 - y**2", "(x - y)*(x + y)", LAW, LAW.poly, sympy.sympify("x**2 - y**2")], ids=str
)
def test_a_law_in_every_form(law):
    found = certify(XY, law=law)
    assert found.claim == {"kind": "conserved", "law": LAW.poly.data()}
    assert found.data["evidence"] == {}
    assert found.verify().reason == "x**2 - y**2 is conserved (2 parameters)."
    assert repr(found).startswith("certificate: ")
    assert "is conserved by phi(x*y) [PROVED]" in repr(found)


def test_a_refutation_holds_its_witness():
    found = certify(XY, law="x**2/3 + y**2")
    assert found.claim["kind"] == "not_conserved"
    assert set(found.data["evidence"]) == {"generator", "point", "value"}
    assert all(
        isinstance(number, str) for number in [*found.data["evidence"]["point"], found.data["evidence"]["value"]]
    )
    verdict = found.verify()
    assert verdict.status is Status.PROVED  # what is proved is that it is not a law
    assert "is not conserved: generator 0 gives 8/3 at (1, 1)." in verdict.reason
    assert "x**2/3 + y**2 is not conserved by phi(x*y) [REFUTED]" in repr(found)


def test_how_a_certificate_shows_itself():
    assert repr(COUNT) == (
        f"certificate: phi(x*y): exactly 1 independent conservation law [PROVED] ({len(COUNT.text)} characters; "
        ".save(path) writes it)"
    )
    assert COUNT._repr_html_() == (
        "<div><b>Certificate</b>: phi(x*y): exactly 1 independent conservation law [PROVED] "
        f"<small>({len(COUNT.text)} characters)</small></div>"
    )
    escaped = module.Certificate(COUNT.data, "1 < 2 & <script>")._repr_html_()
    assert "1 &lt; 2 &amp; &lt;script&gt;" in escaped
    assert json.loads(COUNT.text) == COUNT.data
    assert certify(XY).text == COUNT.text


# --- what is refused ----------------------------------------------------------------------------------------

NOT_RATIONAL = (
    "but neither its gradient nor that of its logarithm is a rational function, and those a certificate can hold: "
    "certify a function of it"
)
POLYNOMIALS_ONLY = (
    "and a certificate of that holds polynomials only: certify that a polynomial in its place is not conserved, such "
    "as the argument of an exp or log"
)


@pytest.mark.parametrize(
    ("law", "error", "message"),
    [
        ("exp(x**2 - y**2) + 1", CertificateError, f"'exp(x**2 - y**2) + 1' is conserved, {NOT_RATIONAL}"),
        ("exp(x)", CertificateError, f"'exp(x)' is not conserved, {POLYNOMIALS_ONLY}"),
        ("x/y", CertificateError, f"'x/y' is not conserved, {POLYNOMIALS_ONLY}"),
        (
            "sqrt(-x**2)",
            CertificateError,
            "'sqrt(-x**2)' was not decided, so there is nothing to certify: not decided: no point was found around "
            "which it has a real value, and a law has values.",
        ),
        ("z", ParseError, "the variable 'z' is not known here: the variables are x, y"),
        (0.5, ParseError, "0.5 is not exact: write it as text, such as '1/3' or '0.25'"),
    ],
)
def test_a_law_that_gets_no_certificate(law, error, message):
    with pytest.raises(error) as caught:
        certify(XY, law=law)
    assert str(caught.value) == message


@pytest.mark.parametrize("law", ["7", "0.5", "x - x", "x/x", "(x + y)/(x + y)", "exp(1)", "log(x) - log(x)", 3])
def test_a_constant_gets_none(law):
    with pytest.raises(CertificateError) as caught:
        certify(XY, law=law)
    assert str(caught.value) == f"'{law}' is a constant: it never changes, whatever the flow, and certifies nothing"


def test_a_model_is_needed():
    with pytest.raises(ModelError) as caught:
        certify("phi(x*y)")
    assert str(caught.value) == (
        "certify needs a model, not 'phi(x*y)': make one, for example with parse_model('phi(x*y)')"
    )


def test_a_count_with_too_many_words(monkeypatch):
    monkeypatch.setattr(module, "MAX_WORDS", 5)
    with pytest.raises(CertificateError) as caught:
        certify(linear(2, 3, 2))
    assert str(caught.value) == "a certificate for linear(2,3,2) needs 6 words; up to 5 are written"


# --- files --------------------------------------------------------------------------------------------------


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    path = COUNT.save(str(tmp_path / "law.json"))
    assert path == tmp_path / "law.json"
    assert path.read_text(encoding="utf-8") == COUNT.text
    assert stat.S_IMODE(path.stat().st_mode) == 0o644 or os.name == "nt"
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(CertificateError) as caught:
        certify(XY, law=LAW).save(path)
    assert str(caught.value) == (
        f"the certificate cannot be written to '{path}': No space left on device; "
        "choose another file, in a folder that exists and that you may write to"
    )
    assert path.read_text(encoding="utf-8") == COUNT.text
    assert list(tmp_path.iterdir()) == [path]  # nothing is left beside it


def test_where_no_file_can_be_written(tmp_path):
    with pytest.raises(CertificateError) as caught:
        COUNT.save(tmp_path / "no" / "law.json")
    assert str(caught.value) == (
        f"the certificate cannot be written to '{tmp_path / 'no' / 'law.json'}': No such file or directory; "
        "choose another file, in a folder that exists and that you may write to"
    )
    (tmp_path / "folder").mkdir()
    with pytest.raises(CertificateError, match="folder' *: Is a directory; choose another file, in a folder"):
        COUNT.save(tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_files_that_are_verified(tmp_path):
    path = COUNT.save(tmp_path / "law.json")
    verdict = verify(path)
    assert (verdict.status, verdict.claim) == (Status.PROVED, "law.json")
    assert verdict.reason == "exactly 1 independent conservation law near the point (dim Lie = 1, 2 parameters)."
    path.write_text(COUNT.text.replace('"laws_at_most": 1', '"laws_at_most": 2'), encoding="utf-8")
    verdict = verify(str(path))
    assert verdict.status is Status.REFUTED
    assert verdict.reason == f"the certificate is rejected: {checker.check_file(path).summary}"
    path.write_text("{", encoding="utf-8")
    assert verify(path).reason.startswith("the certificate is rejected: not JSON: ")


def test_a_count_with_a_gap_stays_a_bound(tmp_path):
    data = json.loads(certify(linear(1, 2, 1)).text)
    laws = data["evidence"]["upper"]["laws"]
    data["claim"] |= {"laws_at_least": len(laws) - 1, "exact": False}
    data["evidence"]["upper"]["laws"] = laws[:-1]
    path = tmp_path / "bounds.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    assert verify(path).status is Status.BOUNDED
    assert verify(path).reason.startswith(f"at least {len(laws) - 1} and at most {len(laws)} independent")


def test_files_that_cannot_be_read(tmp_path, monkeypatch):
    with pytest.raises(CertificateError) as caught:
        verify(tmp_path / "none.json")
    assert str(caught.value) == (
        f"'{tmp_path / 'none.json'}' does not exist: give the path of a certificate, such as law.json"
    )
    with pytest.raises(CertificateError) as caught:
        verify(tmp_path)
    assert str(caught.value) == f"'{tmp_path}' is a folder: give the path of a certificate, such as law.json"
    path = COUNT.save(tmp_path / "law.json")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # whoever runs this may be allowed to read everything
    with pytest.raises(CertificateError) as caught:
        verify(path)
    assert str(caught.value) == f"'{path}' cannot be read: Permission denied"
