"""The tool that plants faults: what it finds, what it says of faults that tests notice, and that its list is usable."""

import importlib.util
import sys

import pytest


@pytest.fixture(scope="module")
def tool(root):
    spec = importlib.util.spec_from_file_location("plant_faults", root / "tools" / "plant_faults.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_at_least_a_hundred_faults_can_be_planted_in_all_rooms(tool):
    faults = tool.read_faults()
    found = [(fault, path) for fault, path, _ in tool.planted(faults)]
    assert sum(path is not None for _, path in found) >= 100
    assert len({fault.room for fault, path in found if path is not None}) >= 14


def test_the_tests_of_a_fault_exist(tool, root):
    for fault in tool.read_faults():
        assert fault.tests
        for test in fault.tests:
            assert (root / test.partition("::")[0]).is_file(), f"{fault.name}: {test}"


@pytest.fixture
def small(tmp_path):
    """A checkout with one function, one test and three faults."""
    package, tests = tmp_path / "conslaw_nb", tmp_path / "tests"
    package.mkdir()
    tests.mkdir()
    (package / "__init__.py").write_text("def double(x):\n    return 2 * x\n\n\ndef triple(x):\n    return 3 * x\n")
    test = "from conslaw_nb import double\n\n\ndef test_double():\n    assert double(2) == 4\n"
    wrong = "\n\ndef test_that_fails_without_any_fault():\n    assert double(1) == 3\n"
    (tests / "test_double.py").write_text(test + wrong)
    entry = "[[fault]]\nname = '{}'\nroom = 'all'\nfind = '{}'\nput = '{}'\n"
    faults = [
        entry.format("doubles are squares", "return 2 * x", "return x * x + 1"),
        entry.format("triples are doubles", "return 3 * x", "return 2 * x"),
        entry.format("in two places", "return", "yield"),
        entry.format("nowhere", "return 5 * x", "return 6 * x"),
    ]
    listed = tmp_path / "faults.toml"
    listed.write_text("[rooms]\nall = ['tests/test_double.py']\n" + "".join(faults))
    return tmp_path, listed


def test_faults_are_noticed_or_survive(tool, small, capsys):
    root, listed = small
    before = (root / "conslaw_nb" / "__init__.py").read_text()
    assert tool.main(["--list", str(listed)], root) == 1
    printed = capsys.readouterr().out
    assert "noticed    all          doubles are squares" in printed
    assert "test_double.py::test_double" in printed
    assert "SURVIVED   all          triples are doubles" in printed
    assert printed.count("stale  ") == 2
    assert "1 of 2 faults were noticed: 50.0 % (2 stale)" in printed
    assert (root / "conslaw_nb" / "__init__.py").read_text() == before


def test_pieces_that_cannot_be_found_are_told(tool, small, capsys):
    root, listed = small
    assert tool.main(["--list", str(listed), "--check"], root) == 1
    printed = capsys.readouterr().out
    assert "stale      all          nowhere" in printed
    assert "2 of 4 faults can be planted" in printed
    assert tool.main(["--list", str(listed), "--only", "no such word"], root) == 2


def test_a_fault_must_be_one(tool, tmp_path):
    listed = tmp_path / "faults.toml"
    entry = "[[fault]]\nname = 'a'\nroom = 'all'\nfind = 'x'\nput = '{}'\n"
    listed.write_text("[rooms]\nall = []\n" + entry.format("x"))
    with pytest.raises(ValueError, match="needs a broken form"):
        tool.read_faults(listed)
    listed.write_text("[rooms]\nall = []\n" + entry.format("y") * 2)
    with pytest.raises(ValueError, match="two faults are called 'a'"):
        tool.read_faults(listed)
