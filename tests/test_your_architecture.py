"""The page "Your architecture" does what it says; and CONTRIBUTING's network is added by one file, as it says."""

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import conslaw_nb as cl
from conslaw_nb.models import catalogue, registry

ROOT = Path(__file__).resolve().parent.parent


def test_every_example_of_the_page_runs(tmp_path, monkeypatch):
    pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'conslaw_nb[torch]'")
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "pages" / "your-architecture.md"
    test = doctest.DocTestParser().get_doctest(page.read_text(encoding="utf-8"), {}, page.name, str(page), 0)
    said = []
    failed, tried = doctest.DocTestRunner().run(test, out=said.append)
    assert failed == 0, "".join(said)
    assert tried > 20
    done = subprocess.run([sys.executable, "-m", "conslaw_nb.checker", "laws.json"], capture_output=True, text=True)
    assert done.returncode == 0


def example_of_contributing():
    """Return the file that CONTRIBUTING shows under "Add a network"."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.split("## Add a network")[1].split("```python\n")[1].split("```")[0]


def test_a_network_is_added_by_one_file(tmp_path, monkeypatch):
    (tmp_path / "highway.py").write_text(example_of_contributing(), encoding="utf-8")
    list(registry.kinds())  # those of the package
    monkeypatch.setattr(catalogue, "__path__", [*catalogue.__path__, str(tmp_path)])
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    monkeypatch.setattr(registry, "_loaded", False)
    try:
        kind = registry.kind_of("highway")
        assert cl.count_laws(cl.parse_model("highway(width=2, hidden=2)")).laws == 3 == kind.laws(width=2, hidden=2)
        assert cl.catalogue.highway(width=1, hidden=1).components[1].text == "U_1_1*V_1_1"
        assert kind.arguments[1].help == "Rows of V."
        assert cl.claim("there are exactly 3 laws", "highway(width=2, hidden=2)").verdict.is_proved
        with pytest.raises(cl.ConslawError, match=r"^highway has no argument 'with': did you mean width\? it takes"):
            cl.parse_model("highway(with=2)")
    finally:
        sys.modules.pop("conslaw_nb.models.catalogue.highway", None)
        vars(catalogue).pop("highway", None)
