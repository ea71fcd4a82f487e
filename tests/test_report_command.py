"""`conslaw models` and `conslaw report`: what they show, and every way in which a file can be wrong."""

import json
import re
import sys

import pytest

import conslaw_nb as cl
from conslaw_nb.architectures.loading import load_network
from conslaw_nb.cli import main


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def run(*argv):
        status = main(list(argv))
        out, err = capsys.readouterr()
        return status, out, err

    return run


@pytest.fixture
def net(tmp_path):
    pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'conslaw_nb[torch]'")

    def write(text):
        (tmp_path / "net.py").write_text("from torch import nn\n" + text, encoding="utf-8")

    return write


def test_models_are_listed_with_a_call_of_each(run):
    status, out, err = run("models")
    assert (status, err) == (0, "")
    assert re.search(r"attention\(heads=2, d_head=2, dim=2\) +Make softmax attention", out)
    assert all(kind in out for kind in ("momentum(", "conv(", "linear(", "phi("))


def test_one_model_is_explained(run):
    status, out, _ = run("models", "attention")
    assert status == 0
    for words in ("Number of heads", "Q_hᵀ K_h and V_hᵀ O_h", "Theorem 3.8", "Corollary 4.4", "conslaw count"):
        assert words in out


def test_models_as_json(run):
    status, out, _ = run("models", "conv", "--json")
    (kind,) = json.loads(out)["models"]
    assert status == 0 and kind["name"] == "conv"
    assert [argument["name"] for argument in kind["arguments"]] == ["channels", "kernels", "relu", "stride", "bias"]


def test_a_model_that_is_not_there(run):
    assert run("models", "atention")[::2] == (
        2,
        "conslaw: the model 'atention' is not known: did you mean attention or attention_layer or linear_attention? "
        "`conslaw models` lists all kinds\n",
    )


@pytest.mark.parametrize(
    "text",
    [
        "def build():\n    return nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))\n",
        "build = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))\n",
        "class build(nn.Sequential):\n    def __init__(self):\n"
        "        super().__init__(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))\n",
    ],
)
def test_a_report_of_a_persons_file(run, net, text, tmp_path):
    net(text)
    status, out, err = run("report", "net.py:build", "--python", "laws.py")
    assert (status, err) == (0, "")
    assert "17 trained parameters, 3 laws in all" in out
    assert "diag(2.weightᵀ 2.weight − 0.weight 0.weightᵀ − 0.bias 0.biasᵀ)   3" in out
    assert "The file of net.py:build was run to get this network." in out
    assert 'cl.parse_model("relu(2,3,2,bias=True)")' in (tmp_path / "laws.py").read_text(encoding="utf-8")


def test_a_report_as_json(run, net):
    net("build = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))\n")
    status, out, _ = run("report", "net.py:build", "--json")
    report = json.loads(out)
    assert (status, report["laws"], report["blocks"][0]["verdict"]) == (0, 3, "PROVED")
    assert report["blocks"][0]["laws"][0]["why"].startswith("A positive factor goes through")


def test_a_file_may_import_its_neighbours(run, net, tmp_path):
    (tmp_path / "parts_of_it.py").write_text("width = 3\n", encoding="utf-8")
    net("from parts_of_it import width\nbuild = nn.Sequential(nn.Linear(2, width), nn.ReLU(), nn.Linear(width, 2))\n")
    before = list(sys.path)
    assert run("report", "net.py:build")[0] == 0
    assert sys.path == before


@pytest.mark.parametrize(
    ("place", "text", "message"),
    [
        ("net.py", "", "'net.py' names no network: write file and name, as in net.py:build"),
        ("net.txt:build", "", "'net.txt' is not a Python file"),
        ("missing.py:build", "", "there is no file 'missing.py' here: give its path, as in models/net.py:build"),
        ("net.py:build", "x = 1\ndef other(): pass\n", "net.py has no name 'build'; it offers other"),
        ("net.py:build", "x = (1\n", "net.py cannot be imported: SyntaxError in line 1: '(' was never closed"),
        ("net.py:build", "\nimport nothing_of_this_name\n", "net.py cannot be imported: ModuleNotFoundError in line 2"),
        ("net.py:build", "raise SystemExit(3)\n", "net.py cannot be imported: SystemExit in line 1: 3"),
        (
            "net.py:build",
            "def build():\n    return 1 / 0\n",
            "build() in net.py stopped with ZeroDivisionError in",
        ),
        ("net.py:build", "def build(width): pass\n", "build() in net.py stopped with TypeError"),
    ],
)
def test_a_file_that_gives_no_network_is_answered_by_one_sentence(tmp_path, monkeypatch, place, text, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(text, encoding="utf-8")
    (tmp_path / "net.txt").write_text(text, encoding="utf-8")
    with pytest.raises(cl.ConslawError) as caught:
        load_network(place)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_a_bad_file_is_status_2(run):
    assert run("report", "missing.py:build") == (
        2,
        "",
        "conslaw: there is no file 'missing.py' here: give its path, as in models/net.py:build\n",
    )


def test_what_is_not_a_module_is_status_2(run, net):
    net("build = 3\n")
    status, _, err = run("report", "net.py:build")
    assert status == 2 and "from_torch(module) takes a torch.nn.Module, not 3" in err


def test_without_torch_the_sentence_says_how_to_get_it(monkeypatch):
    from conslaw_nb.architectures.report import from_torch

    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(cl.ConslawError, match=r"needs PyTorch, which is not here: pip install 'conslaw_nb\[torch\]'"):
        from_torch(object())


@pytest.mark.parametrize(
    ("argv", "status"),
    [
        (["count", "attention(heads=2, d_head=2, dim=2)"], 0),
        (["laws", "momentum(linear(1,2,1))"], 0),
        (["check", "gqa(groups=1, queries=2, d_head=1, dim=1)", "Q_1_1**2 - K_1_1**2"], 2),
        (["check", "gqa(groups=1, queries=2, d_head=1, dim=1)", "Qq1_1_1**2 + Qq2_1_1**2 - K_1_1**2"], 0),
        (["check", "attention(d_head=1, dim=1)", "Q_1_1**2 - K_1_1**2"], 0),
        (["check", "decay(phi(x*y))", "s**2*(x**2 - y**2)"], 0),
        (["check", "decay(phi(x*y))", "x**2 - y**2"], 1),
        (["certify", "mirror(factorization(1,1,2))", "-o", "law.json"], 0),
        (["count", "glu(neurons=2, inputs=2, outputs=2, kind=swsh)"], 2),
    ],
)
def test_models_of_the_catalogue_are_taken_by_every_command(run, argv, status):
    assert run(*argv)[0] == status
