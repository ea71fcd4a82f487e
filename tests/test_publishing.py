"""What is published: nobody's address in a file, workflows that can be trusted, links that lead somewhere."""

import importlib.util
import json
import re
import subprocess
import sys
import zipfile

import pytest

# Lines with a placeholder that a newcomer would have to fill in: what is left of them is a tool's own usage.
PLACEHOLDER = re.compile(r"\bOWNER\b|\bYOUR[-_]|\bHUB\b|example\.(?:org|com)/REPO")


def load(root, name, folder="tools"):
    spec = importlib.util.spec_from_file_location(name, root / folder / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def workflows(root):
    found = [*(root / ".github" / "workflows").glob("*.yml"), root / "conslaw_nb/notebooks/template/check.yml"]
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(found)}


def test_every_action_is_pinned_to_a_commit_and_says_its_version(root):
    """A tag can be moved to other code; a commit cannot."""
    used = [
        (name, line.strip()) for name, text in workflows(root).items() for line in text.splitlines() if "uses:" in line
    ]
    assert len(used) > 10
    pinned = re.compile(r"(?:- )?uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert [one for one in used if not pinned.fullmatch(one[1])] == []
    commits = {}
    for _, line in used:
        action, _, rest = line.partition("@")
        commits.setdefault(action.removeprefix("- "), set()).add(rest)
    assert {action: both for action, both in commits.items() if len(both) > 1} == {}


def test_no_job_may_more_than_it_needs_and_no_credential_is_kept(root):
    for name in ("ci.yml", "pages.yml"):
        text = workflows(root)[name]
        assert re.search(r"^permissions: \{\}$", text, re.MULTILINE), name
        jobs = re.split(r"^  (?=[a-z]+:$)", text.partition("\njobs:\n")[2], flags=re.MULTILINE)[1:]
        assert all("    permissions:\n" in job for job in jobs), name
        assert text.count("actions/checkout@") == text.count("persist-credentials: false"), name
        assert [job for job in jobs if "contents: write" in job and "pip install" in job] == []


def test_what_is_published_is_the_folder_that_was_tested(root):
    text = workflows(root)["pages.yml"]
    steps = [text.index(word) for word in ("build_site.py public", "CONSLAW_SITE: ", "path: public")]
    assert steps == sorted(steps)


def test_a_newcomer_reads_no_placeholder(root):
    files = [
        root / "README.md",
        root / "CONTRIBUTING.md",
        *(root / "docs").glob("*.md"),
        *(root / "docs/pages").glob("*.md"),
    ]
    lines = [(path.name, line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    assert [one for one in lines if PLACEHOLDER.search(one[1])] == []


@pytest.mark.parametrize(
    ("remote", "name"),
    [
        ("https://github.com/ada/laws.git", "ada/laws"),
        ("https://user:word@github.com/ada/laws", "ada/laws"),
        ("ssh://git@github.com/ada/laws.js.git", "ada/laws.js"),
        ("git@github.com:ada/laws", "ada/laws"),
        ("https://gitlab.com/ada/laws", None),
        ("../laws", None),
        ("", None),
    ],
)
def test_the_address_is_what_git_knows(root, remote, name):
    assert load(root, "address").from_remote(remote) == name


def test_github_names_the_repository_first(root, monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "ada/laws")
    assert load(root, "address").repository() == "ada/laws"


def test_notebooks_for_colab_install_what_they_need_and_the_checkouts_do_not(root, tmp_path):
    number = load(root, "colab_notebooks").write(tmp_path, "ada/laws", "v0.1.0")
    made = sorted(tmp_path.glob("*.ipynb"))
    assert len(made) == number == len(list((root / "lessons").glob("*.ipynb")))
    for path in made:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert "%pip install" in "".join(cells[0]["source"])
        assert "git+https://github.com/ada/laws@v0.1.0" in "".join(cells[0]["source"])
        original = (root / "lessons" / path.name).read_text(encoding="utf-8")
        assert cells[1:] == json.loads(original)["cells"]
        assert "%pip install" not in original


@pytest.mark.parametrize("repository", ["ada/laws", None])
def test_on_an_index_every_link_of_the_readme_leads_somewhere(root, repository):
    text = load(root, "hatch_build", ".").readme((root / "README.md").read_text(encoding="utf-8"), repository, "HEAD")
    links = re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"", text)
    assert [link for pair in links for link in pair if link and not link.startswith(("https://", "#"))] == []
    assert ("github.com/ada/laws" in text) is (repository is not None)


@pytest.mark.slow
def test_a_wheel_says_where_it_comes_from(root, tmp_path):
    """Built as for an index: metadata with this copy's links, lessons and the modules of the figures inside."""
    pytest.importorskip("hatchling")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        f"--wheel-dir={tmp_path}",
    ]
    done = subprocess.run([*command, str(root)], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr[-2000:]
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = [archive.read(n).decode() for n in names if n.endswith(".dist-info/METADATA")]
    assert "Project-URL: Paper, https://arxiv.org/abs/2307.00144" in metadata
    assert "](docs/" not in metadata
    for name in ("lessons/01_what_never_changes.ipynb", "widgets/hand/kit.js", "language/grammar.lark",
                 "notebooks/jupyter/quiet/labconfig/default_setting_overrides.json"):  # fmt: skip
        assert f"conslaw_nb/{name}" in names
