"""Surveys: many models, each with its certificate; stopped and taken up again; a table and a page."""

import csv
import io
import json

import pytest

import conslaw_nb as cl
from conslaw_nb import checker
from conslaw_nb.certificates import survey as module
from conslaw_nb.certificates.survey import models_in_range
from conslaw_nb.cli import main
from conslaw_nb.errors import CertificateError, ModelError, SizeError
from conslaw_nb.models.union import union

RANGE = "linear(1..3, 1..3, 1..3, 1..2)"


def test_each_row_is_the_count_with_a_certificate(tmp_path):
    found = cl.survey(models_in_range(RANGE), tmp_path, jobs=1)
    assert len(found) == 54
    for row in found[::7]:
        count = cl.count_laws(cl.parse_model(row.model))
        assert (row.laws, row.verdict, row.parameters) == (count.laws, "PROVED", count.family.dimension)
        assert checker.check_file(tmp_path / row.certificate).accepted
        assert f"exactly {row.laws} " in checker.check_file(tmp_path / row.certificate).summary
    hidden = {(1, 2, 2, 1), (1, 2, 3, 1), (1, 3, 2, 1), (1, 3, 3, 1)}
    assert {row.model for row in found if row.hidden} == {f"linear{widths}" for widths in hidden}
    assert len(list((tmp_path / "certificates").iterdir())) == 54


def test_in_parallel_as_one_after_the_other(tmp_path):
    pytest.importorskip("joblib")
    models = models_in_range(RANGE)
    one, two = cl.survey(models, tmp_path / "one", jobs=1), cl.survey(models, tmp_path / "two", jobs=2)
    assert [(row.model, row.laws, row.known, row.verdict) for row in one] == [
        (row.model, row.laws, row.known, row.verdict) for row in two
    ]


def test_on_a_cluster(tmp_path):
    joblib = pytest.importorskip("joblib")
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "processes": False}
    with (
        distributed.LocalCluster(**options) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config("dask"),
    ):
        found = cl.survey(models_in_range("linear(1..2, 1..2, 1..2)"), tmp_path, jobs=2)
    assert found.summary == "8 models: 8 PROVED"


def test_a_survey_goes_on_where_it_was_stopped(tmp_path, monkeypatch):
    models = models_in_range("linear(1..2, 1..3, 1..2)")
    counted = []
    real = module._counted

    def counting(name, model, folder):
        if len(counted) == 5:
            raise KeyboardInterrupt
        counted.append(name)
        return real(name, model, folder)

    monkeypatch.setattr(module, "_counted", counting)
    monkeypatch.setattr(module, "_AT_ONCE", 1)
    with pytest.raises(KeyboardInterrupt):
        cl.survey(models, tmp_path, jobs=1)
    with (tmp_path / "rows.jsonl").open("a") as file:
        file.write('{"model": "linear(1, 1')  # a line that was cut off
    told = []
    monkeypatch.setattr(module, "_counted", lambda *args: counted.append(args[0]) or real(*args))
    found = cl.survey(models, tmp_path, jobs=1, progress=lambda *args: told.append(args))
    assert told[0] == (5, 12, "")
    assert told[-1][:2] == (12, 12)
    assert sorted(counted) == sorted(models)
    assert [row.model for row in found] == models


def test_rows_stand_only_with_their_certificates(tmp_path):
    models = ["linear(2,2,2)", "relu(2,2,1)"]
    right = repr(list(cl.survey(models, tmp_path, jobs=1)))
    rows = tmp_path / "rows.jsonl"
    text = rows.read_text(encoding="utf-8")
    for changed in (
        text.replace('"laws": 3', '"laws": 99'),
        text.replace('"laws_at_least": 3', '"laws_at_least": 2'),
        text.replace('"model": "relu(2,2,1)"', '"model": ["relu(2,2,1)"]'),
        text.replace('"seconds": 0', '"seconds": "0'),
        "null\n[]\n{}\n" + text,
        "\udcff" + text,
        text[:-30],
    ):
        rows.write_text(changed, encoding="utf-8", errors="surrogateescape")
        assert repr(list(cl.survey(models, tmp_path, jobs=1))) == right
        assert repr(list(cl.survey(models, tmp_path, jobs=1))) == right
    certificate = next((tmp_path / "certificates").iterdir())
    certificate.unlink()
    assert repr(list(cl.survey(models, tmp_path, jobs=1))) == right
    assert certificate.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"models": 5}, "survey takes a list of models"),
        ({"models": ["linear(2,2,2)"], "jobs": 0}, "jobs=0 is not a number of processes: give 1, 2"),
        ({"models": ["linear(2,2,2)"], "jobs": "x"}, "jobs='x' is not a number of processes"),
        ({"models": ["linear(2,2,2)"], "folder": 5}, "5 is not the name of a folder"),
    ],
)
def test_a_survey_that_cannot_be_made_is_refused(arguments, message):
    with pytest.raises(cl.ConslawError, match=message):
        cl.survey(**arguments)


def test_the_table_and_the_page(tmp_path):
    found = cl.survey([*models_in_range("linear(1,2,2..3,1)"), "linear(2,", "relu(2,2,1)"], tmp_path, jobs=1)
    assert repr(found) == "4 models: 1 FAILED, 3 PROVED; 2 with hidden laws"
    assert [repr(row) for row in found][:2] == [
        "linear(1,2,2,1): 7 laws, 1 of them hidden [PROVED]",
        "linear(1,2,3,1): 10 laws, 1 of them hidden [PROVED]",
    ]
    assert found[2].verdict == "FAILED"
    assert found[2].reason
    rows = list(csv.DictReader(io.StringIO((tmp_path / "survey.csv").read_text(encoding="utf-8"))))
    assert [row["hidden"] for row in rows] == ["1", "1", "", "0"]
    assert rows[0]["certificate"] == found[0].certificate
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.count("<tr") == 5
    assert f'href="{found[0].certificate}"' in page
    assert 'aria-label="how many models have how many hidden laws"' in page
    part = found._repr_html_()
    assert "<!doctype" not in part
    assert part.count("<tr") == 5


def test_models_as_objects_and_without_a_folder():
    found = cl.survey([union((2, cl.linear(2, 2, 2))), cl.parametrization("x*y")], jobs=1)
    assert [row.laws for row in found] == [6, 1]
    assert json.loads(found[0].certificate)["model"]["kind"] == "union"
    assert "conslaw-certificate" not in found.csv


def test_the_same_model_twice_is_one_row():
    assert len(cl.survey(["linear(2,2)", "linear(2,2)", " linear(2,2) "], jobs=1)) == 1


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: cl.survey("linear(2,2)"), ModelError, "survey takes a list of models"),
        (lambda: cl.survey([5]), ModelError, "5 in a survey is neither a model nor its text"),
        (lambda: models_in_range("linear(3..1, 2)"), ModelError, "has no models: in a range such as 1..3 the smaller"),
        (lambda: models_in_range("linear(1..9999, 1..9999)"), SizeError, "has 99980001 models; a survey counts up to"),
        (lambda: cl.survey(["linear(2,2)"], __file__), CertificateError, "cannot be used: .*; choose another folder"),
    ],
)
def test_messages(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_most_leaves_out_large_models():
    assert models_in_range("linear(1..3, 1..3)", most=2) == ["linear(1, 1)", "linear(1, 2)", "linear(2, 1)"]


# ---------------------------------------------------------------- on the command line


def test_the_command(tmp_path, capsys):
    listed = tmp_path / "models.txt"
    listed.write_text("# networks\nlinear(1..2, 2)  # two\n\nrelu(2,2,1)\n", encoding="utf-8")
    folder = str(tmp_path / "out")
    assert main(["survey", str(listed), "linear(1,2,2,1)", "-o", folder, "--jobs", "1"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("PROVED: 4 models: 4 PROVED; 1 with hidden laws")
    assert "linear(1,2,2,1): 7 laws, 1 of them hidden [PROVED]" in out
    assert "survey.csv" in out
    assert main(["survey", "linear(2,", "-o", folder, "--jobs", "1"]) == 2
    captured = capsys.readouterr()
    assert captured.out.startswith("FAILED: 1 model: 1 FAILED")
    assert captured.err == "conslaw: 1 model could not be counted: the reasons are in the table\n"
    assert main(["survey", str(tmp_path / "none.txt"), "-o", folder]) == 2
    assert "cannot be read (No such file or directory): give a file with one model a line" in capsys.readouterr().err


def test_a_range_is_a_survey():
    found = cl.survey("linear(1, 2, 2..3, 1)", jobs=1)
    assert [row.model for row in found] == ["linear(1, 2, 2, 1)", "linear(1, 2, 3, 1)"]
    assert [row.hidden for row in found] == [1, 1]
