"""The rules of the house, held by tests so that nobody has to remember them."""

import ast
import os
import re
import subprocess
import sys
import textwrap
import tomllib
from functools import cache
from pathlib import Path

import nbformat
import pytest

import conslaw_nb

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "conslaw_nb"

# Imports run down this list only: a room may use those above it.
ROOMS = [
    "errors",
    "files",
    "verdict",
    "tables",
    "exact",
    "language",
    "models",
    "laws",
    # these two use nothing else of ours (tested below), so that they stand in nobody's way
    "court",
    "checker",
    "certificates",
    "simulation",
    "geometry",
    "matrices",
    "paper",
    "claims",
    "drawing",
    "architectures",
    "teaching",
    "widgets",
    "notebooks",
    "course",
    "cli",
    "__main__",
]

# Room -> how far down the list it is.
PLACE = {room: i for i, room in enumerate(ROOMS)}

# Who may use what is not ours; everyone may use the standard library.
_ENGINE = {"exact", "models", "laws", "certificates", "matrices", "geometry"}
ALLOWED = {
    "sympy": _ENGINE | {"simulation", "claims", "teaching", "course"},
    "mpmath": {"laws", "simulation"},
    "lark": {"language"},
    "flint": {"exact"},
    "drawsvg": {"drawing"},
    "anywidget": {"widgets"},
    "ipywidgets": {"widgets", "teaching", "claims"},
    "IPython": {"widgets", "teaching", "course"},
    "rich": {"cli"},
    "nbformat": {"notebooks"},
    "nbclient": {"notebooks"},
    "court": {"checker"},  # run as a file of its own, with the folder beside it
    "jupyter_client": {"notebooks"},
    "nbconvert": {"notebooks"},
    "latex2mathml": {"notebooks"},
    "traitlets": {"notebooks", "course", "widgets"},
    "typer": {"cli"},
    "torch": {"architectures"},
    "jinja2": {"course"},
    "markupsafe": {"course"},
    "joblib": {"certificates", "course"},  # an extra: without it a survey counts one model after the other
}

HEAVY = ("numpy", "scipy", "matplotlib", "torch", "ipywidgets", "IPython")


def sources():
    return sorted(PACKAGE.rglob("*.py"))


def notebooks():
    """Return the lessons and their solutions."""
    folders = (ROOT / "lessons", ROOT / "lessons" / "solutions")
    return sorted(path for folder in folders for path in folder.glob("*.ipynb"))


def label(path):
    return path.relative_to(ROOT).as_posix()


def room_of(path):
    """Return the room a file is in; the package's own __init__ is the front door, and in none."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


@cache
def nodes(path):
    """Return all nodes of a file's syntax."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@cache
def imports(path):
    """Return (line, dotted name) of the imports in a file, those in functions too and those for annotations not."""
    package = ["conslaw_nb", *path.relative_to(PACKAGE).parent.parts]
    typing = [
        node for node in nodes(path) if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
    ]
    ignored = {id(node) for block in typing for node in block.body}
    found = []
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and id(node) not in ignored:
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found += [(node.lineno, f"{module}.{alias.name}") for alias in node.names]
    return found


def room_imported(name):
    """Return the room a dotted name of ours leads to: a public name leads to where it lives."""
    second = name.split(".")[1]
    home = {**conslaw_nb._HOME, **conslaw_nb._ROOMS}
    return home.get(second, second).split(".")[0]


# --- rooms and imports --------------------------------------------------------------------------------------


def test_every_file_is_in_a_room():
    assert {room_of(path) for path in sources()} - {"__init__"} <= set(PLACE)


def test_imports_run_down_the_list():
    upward = [
        f"{label(path)}, line {line}: {name}"
        for path in sources()
        if room_of(path) != "__init__"
        for line, name in imports(path)
        if name.startswith("conslaw_nb.") and PLACE[room_imported(name)] > PLACE[room_of(path)]
    ]
    assert upward == []


def test_the_front_door_opens_on_every_room_but_only_when_somebody_knocks():
    body = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8")).body
    assert [node.lineno for node in body if isinstance(node, ast.ImportFrom) and node.level] == []


def test_only_the_right_rooms_use_other_packages():
    known = sys.stdlib_module_names | {"conslaw_nb"}
    wrong = [
        f"{label(path)}, line {line}: {name}"
        for path in sources()
        for line, name in imports(path)
        if name.split(".")[0] not in known and room_of(path) not in ALLOWED.get(name.split(".")[0], ())
    ]
    assert wrong == []


def test_the_courts_use_the_standard_library_and_nothing_else_of_ours():
    for path in (PACKAGE / "checker.py", *(PACKAGE / "court").glob("*.py")):
        for line, name in imports(path):
            # the checker finds the folder beside it, run as a file of its own
            ours = name.startswith(("conslaw_nb.court.", "court."))
            assert ours or name.split(".")[0] in sys.stdlib_module_names, f"{path.name}, line {line}: {name}"


def test_the_drawing_of_the_house_can_be_taken_in():
    """Few modules stand beside the folders, and few arrows lead from one room to another."""
    assert len(list(PACKAGE.glob("*.py"))) <= 8
    arrows = {
        (room_of(path), room_imported(name))
        for path in sources()
        for _, name in imports(path)
        if room_of(path) != "__init__" and name.startswith("conslaw_nb.")
    }
    assert len({(a, b) for a, b in arrows if a != b}) < 130


def test_no_files_import_each_other_in_a_circle():
    """Not even inside a room: what two files share lies below both."""
    files = {".".join(["conslaw_nb", *path.relative_to(PACKAGE).with_suffix("").parts]): path for path in sources()}
    files = {name.removesuffix(".__init__"): path for name, path in files.items()}
    below = {}
    for module, path in files.items():
        names = [name for _, name in imports(path) if module != "conslaw_nb" and name.startswith("conslaw_nb.")]
        found = {name if name in files else name.rpartition(".")[0] for name in names}
        below[module] = found & files.keys() - {module, "conslaw_nb"}
    while bottom := [module for module, found in below.items() if not found & below.keys()]:
        for module in bottom:
            del below[module]
    assert below == {}  # what is left stands on a circle, or on top of one


def python(*arguments, **options):
    """Run a fresh Python on the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False, **options
    )


def test_the_checker_runs_where_nothing_is_installed(tmp_path):
    """With -S Python sees no installed package: no sympy, no flint."""
    certificate = tmp_path / "certificate.json"
    conslaw_nb.certify(conslaw_nb.linear(1, 2, 1)).save(certificate)
    done = python("-S", "-m", "conslaw_nb.checker", str(certificate), cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    missing = python("-S", "-c", "import sympy", cwd=tmp_path)
    assert "ModuleNotFoundError" in missing.stderr  # so the line above shows what it should


WATCH = f"""
import sys

class Watch:
    # Asked before any other finder, so that an import is seen even where the package is not installed.
    seen = []
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {HEAVY!r} or name == "sympy":
            self.seen.append(name)

sys.meta_path.insert(0, Watch())
"""


def watched(program, folder):
    """Run a program and return the imports of heavy packages it tried."""
    code = WATCH + textwrap.dedent(program) + "\nprint('SEEN', *Watch.seen)"
    done = python("-c", code, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("SEEN")[1].split()


def test_importing_the_package_imports_nothing_heavy(tmp_path):
    assert watched("import conslaw_nb", tmp_path) == []


def test_the_engine_imports_nothing_heavy(tmp_path):
    """Every public name but the rooms for notebooks, and a run from a text to a verified certificate."""
    program = """
    import conslaw_nb as cl
    for name in cl._HOME:
        getattr(cl, name)
    phi = cl.parse_model("phi(x*y, x*z)")
    cl.conservation_laws(phi), cl.count_laws(phi), cl.check_law("x**2 - y**2 - z**2", phi)
    cl.certify(phi).save("certificate.json")
    assert cl.verify("certificate.json").is_proved
    """
    assert [name for name in watched(program, tmp_path) if name != "sympy"] == []


def test_the_watch_sees_what_it_should(tmp_path):
    assert watched("import conslaw_nb as cl; cl.widgets.law_checker", tmp_path)[:1] == ["ipywidgets"]


# --- the public surface -------------------------------------------------------------------------------------


def test_the_public_surface_can_be_taken_in():
    assert 15 <= len(conslaw_nb.__all__) <= 34
    assert set(conslaw_nb.__all__) <= set(dir(conslaw_nb))


@pytest.mark.parametrize("name", conslaw_nb.__all__)
def test_every_public_name_says_what_it_is(name):
    text = getattr(conslaw_nb, name).__doc__
    assert text, f"{name} has no docstring"
    first = text.strip().splitlines()[0]
    assert len(first) > 10
    assert first.endswith((".", ":", "?")), first


@pytest.mark.parametrize("name", [n for n in conslaw_nb.__all__ if n[0].islower() and n in conslaw_nb._HOME])
def test_every_public_function_shows_an_example(name):
    assert ">>>" in getattr(conslaw_nb, name).__doc__


def test_a_name_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(AttributeError, match=r"has no name 'count_lawz'; it offers .*count_laws"):
        conslaw_nb.count_lawz  # noqa: B018


def test_every_complaint_is_in_one_tree():
    """One file holds all that a person can be told; what a module raises and catches itself begins with a dash."""
    elsewhere = [
        (label(path), node.name)
        for path in sources()
        if path != PACKAGE / "errors.py"
        for node in nodes(path)
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error") and not node.name.startswith("_")
    ]
    assert elsewhere == []


# --- the text of the package --------------------------------------------------------------------------------


def test_files_are_short():
    lengths = {label(path): path.read_text(encoding="utf-8").count("\n") for path in sources()}
    assert lengths.pop("conslaw_nb/court/certificates.py") <= 1000  # read in one piece
    assert {name: length for name, length in lengths.items() if length > 450} == {}


def test_no_text_is_ever_run():
    """Neither eval and exec, nor sympy's sympify and parse_expr, which call them."""
    called = [
        (getattr(node.func, "id", getattr(node.func, "attr", "")), label(path), node.lineno)
        for path in sources()
        for node in nodes(path)
        if isinstance(node, ast.Call)
    ]
    forbidden = {"eval", "exec", "sympify", "parse_expr", "__import__", "execfile", "system"}
    assert [call for call in called if call[0] in forbidden] == []


def test_nothing_is_left_for_later():
    left = r"\b(?:TODO|FIXME|XXX)\b"
    found = [label(path) for path in (*sources(), *notebooks()) if re.search(left, path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=["ruff check", "ruff format"])
def test_ruff_has_nothing_to_say(command):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--output-format=concise", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        pytest.fail(done.stdout + done.stderr, pytrace=False)


# --- the notebooks ------------------------------------------------------------------------------------------


_FOREIGN = r"^\s*(?:!|%(?!load_ext conslaw_nb$|%proof$))"
# A folder of somebody's machine, on any system, or a memory address, another one in every run.
_LOCAL = (
    r"(?<![\w./])/(?:home|root|tmp|work|Users|usr|opt|var|private)/\S*",
    r"[A-Z]:\\\\\S*",
    r"0x[0-9a-f]{6,}",
)


def test_there_are_lessons():
    assert [path.name for path in notebooks()][:1] == ["01_what_never_changes.ipynb"]


@pytest.mark.parametrize("path", notebooks(), ids=label)
def test_the_rules_of_notebooks(path):
    """Run through without an error, in cells of a call and its reading, every one of them checked, on no machine."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        tags = cell.metadata.get("tags", [])
        outputs = {output.output_type for output in cell.outputs}
        assert "error" not in outputs or "raises-exception" in tags, cell.source
        assert len(cell.source.strip().splitlines()) <= 15, cell.source
        # no tag that hides an output from nbval, nothing handed to a shell, and of the magics only our own proof cells
        assert not any(tag.startswith("nbval") for tag in tags), cell.source
        assert not re.search(_FOREIGN, cell.source, re.MULTILINE), cell.source
    text = path.read_text(encoding="utf-8")
    assert [found for local in _LOCAL for found in re.findall(local, text)] == []
    assert notebook.metadata["kernelspec"]["name"] == "python3"


# --- what is said in two places -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_one_version_everywhere(project):
    assert conslaw_nb.__version__ == project["version"]
    assert re.search(r"^version: (\S+)$", read("CITATION.cff"), re.MULTILINE)[1] == project["version"]
    assert re.search(r"^## (\S+)", read("CHANGELOG.md"), re.MULTILINE)[1] == project["version"]


def test_the_supported_pythons_are_the_same_everywhere(project):
    from conslaw_nb.cli.doctor import SUPPORTED

    (_, first), (_, last) = SUPPORTED
    minors = [f"3.{minor}" for minor in range(first, last + 1)]
    assert project["requires-python"] == f">=3.{first},<3.{last + 1}"
    named = [c.rsplit(" ", 1)[1] for c in project["classifiers"] if "Python :: 3." in c]
    assert named == minors
    matrix = re.search(r"python: \[(.*)\]", read(".github/workflows/ci.yml"))[1]
    assert re.findall(r"3\.\d+", matrix) == minors


def test_the_readme_has_the_two_commands_that_ci_runs():
    run = read(".ci/run")
    marks = re.findall(r"readme_command ([\w-]+)", run)
    assert marks == ["open-the-lesson", "install-and-test"]
    commands = {}
    for mark in marks:
        fenced = rf"<!-- ci:{mark} -->\n```\w*\n(.*?)\n```"
        commands[mark] = re.search(fenced, read("README.md"), re.DOTALL)[1]
    assert commands["open-the-lesson"] == 'pip install -e ".[lessons]" && conslaw lab'
    assert commands["install-and-test"].startswith('pip install -e ".[test]" && pytest')
    assert all(command not in run for command in commands.values())  # read from the README, never a copy


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such bit")
def test_ci_run_can_be_run():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_command_line_is_where_pyproject_says(project):
    from importlib import import_module

    module, _, function = project["scripts"]["conslaw"].partition(":")
    assert callable(getattr(import_module(module), function))


def test_the_paper_is_cited():
    citation = read("CITATION.cff")
    assert "preferred-citation:" in citation
    for part in ("Marcotte", "Gribonval", "Peyré", "Abide by the Law and Follow the Flow", "2307.00144"):
        assert part in citation
