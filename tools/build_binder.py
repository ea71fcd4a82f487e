"""Build what Binder builds, without Docker: the environment in which a visitor's lesson runs.

    python tools/build_binder.py OUT      build it in OUT, and say how large it is and how long it took
    python tools/build_binder.py --pin    make the pins of binder/requirements.txt anew

Binder's builder is repo2docker. It reads ``binder/`` itself here, in an environment of its own, and says which Python
it would take, which packages of its own it starts from (JupyterLab is one of them: this project adds only what is
missing) and what it would run after them. The same is then done with pip. What is not the same: repo2docker takes
its own packages from conda, in the versions that are asked for here.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What of repo2docker's own packages a lesson needs; what these need comes with them.
BASE = ("ipykernel", "ipywidgets", "jinja2", "jupyterlab", "notebook")
ASK = """
import json, re, sys
from importlib.metadata import version
from pathlib import Path
import repo2docker
from repo2docker.buildpacks import PythonBuildPack
pack = PythonBuildPack("ubuntu")
assert pack.detect(), "repo2docker finds no Python project here"
conda = Path(repo2docker.__file__).parent / "buildpacks" / "conda"
lock = (conda / f"environment.py-{pack.python_version}-linux-64.lock").read_text()
found = re.findall(r"/noarch/([\\w.-]+)-([\\w.]+)-py[^-]*\\.conda", lock)
print(json.dumps({
    "repo2docker": version("jupyter-repo2docker"),
    "folder": str(pack.binder_dir),
    "python": pack.python_version,
    "files": sorted(pack.get_preassemble_script_files()),
    "install": [script for _, script in pack.get_preassemble_scripts() + pack.get_assemble_scripts()],
    "after": pack.get_post_build_scripts(),
    "base": dict(found),
}))
"""


class BinderError(Exception):
    """The environment cannot be built: the message says what is missing."""


@dataclass(frozen=True)
class Plan:
    """What repo2docker says it would do with a checkout."""

    repo2docker: str
    folder: str
    python: str
    files: list[str]
    install: list[str]
    after: list[str]
    base: dict[str, str]


@dataclass(frozen=True)
class Built:
    """An environment as Binder's visitors get it, what it weighs, and how long its parts took."""

    plan: Plan
    home: Path
    python: str
    environment: dict[str, str]
    base_bytes: int
    added_bytes: int
    added_seconds: float


def run(command: list[str | Path], **options: object) -> str:
    """Run a command and return what it printed; show all of it if the command fails."""
    told = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run([str(part) for part in command], text=True, check=False, **told, **options)
    if done.returncode:
        raise BinderError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout[-6000:]}")
    return done.stdout


def checkout_copy(root: Path, folder: Path) -> None:
    """Copy what git would hold, as Binder gets it, and nothing that only lies about here."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=False,
    )
    names = [name for name in listed.stdout.split("\0") if name]
    if listed.returncode or not names:
        shutil.copytree(root, folder, ignore=shutil.ignore_patterns(".git", ".venv", "venv", "__pycache__", "build"))
        return
    for name in names:
        if (root / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, folder / name)


def clean_environment(folder: Path) -> dict[str, str]:
    """Return the variables for an environment in a folder, with nothing of the caller's Python in them."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "JUPYTER", "CONSLAW"))}
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    return {**kept, "PATH": f"{programs}{os.pathsep}{kept.get('PATH', '')}", "VIRTUAL_ENV": str(folder)}


def new_environment(python: str, folder: Path) -> tuple[str, dict[str, str]]:
    """Make an environment; return its Python and its variables."""
    run([python, "-m", "venv", folder])
    environment = clean_environment(folder)
    return shutil.which("python", path=environment["PATH"].split(os.pathsep)[0]), environment


def pip(python: str, *words: str | Path) -> list[str | Path]:
    """Return a command of pip's that asks nobody anything."""
    return [python, "-m", "pip", "--disable-pip-version-check", "--no-input", *words]


def plan(home: Path, place: Path) -> Plan:
    """Let repo2docker read a checkout, in an environment of its own."""
    python, environment = new_environment(sys.executable, place / "repo2docker")
    run(pip(python, "install", "-q", "jupyter-repo2docker"), env=environment)
    return Plan(**json.loads(run([python, "-c", ASK], cwd=home, env=environment).splitlines()[-1]))


def find_python(version: str) -> str:
    """Return a Python of a version such as '3.13' if there is one that runs, else this one."""
    for candidate in (shutil.which(f"python{version}"), *Path.home().glob(f".pyenv/versions/{version}.*/bin/python")):
        if candidate:
            ask = [str(candidate), "-c", "import ensurepip, sys; print('%d.%d' % sys.version_info[:2])"]
            if subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip() == version:
                return str(candidate)
    return sys.executable


def weight(folder: Path) -> int:
    """Return how many bytes the files of a folder hold, compiled ones left out: they are made on use."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")


def base(planned: Plan, folder: Path) -> tuple[str, dict[str, str]]:
    """Make the environment that repo2docker starts from."""
    python, environment = new_environment(find_python(planned.python), folder)
    limits = folder / "repo2docker.txt"
    # pip has packages of its own names; those of conda that it does not know are asked for by nothing.
    own = {name: version for name, version in planned.base.items() if name not in ("pip", "setuptools", "wheel")}
    limits.write_text("".join(f"{name}=={version}\n" for name, version in sorted(own.items())), encoding="utf-8")
    run(pip(python, "install", "-q", "-c", limits, *BASE), env=environment)
    return python, environment


def build(out: Path, root: Path = ROOT) -> Built:
    """Build everything below a folder that is new or empty."""
    if out.exists() and any(out.iterdir()):
        raise BinderError(f"{out} is not empty: give a new folder")
    out.mkdir(parents=True, exist_ok=True)
    home = out / "checkout"
    checkout_copy(root, home)
    planned = plan(home, out)
    python, environment = base(planned, out / "env")
    before = weight(out / "env")
    started = time.monotonic()
    # What repo2docker runs: pip with the requirements, then postBuild.
    run(pip(python, "install", "-q", "--no-cache-dir", "-r", f"{planned.folder}/requirements.txt"),
        cwd=home, env=environment)  # fmt: skip
    for script in planned.after:
        run(["bash", script], cwd=home, env=environment)
    seconds = time.monotonic() - started
    return Built(planned, home, python, environment, before, weight(out / "env") - before, seconds)


def pin(root: Path = ROOT) -> int:
    """Write binder/requirements.txt anew: the newest of what is not in repo2docker's own; return how many."""
    target = root / "binder" / "requirements.txt"
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        python, environment = base(plan(root, place), place / "env")

        def frozen() -> dict[str, str]:
            lines = run(pip(python, "freeze", "--exclude", "conslaw_nb"), env=environment).splitlines()
            return {re.sub(r"[-_.]+", "-", line.split("==")[0]).lower(): line for line in lines if "==" in line}

        before = frozen()
        run(pip(python, "install", "-q", f"{root}[lessons]", "hatchling"), env=environment)
        after = frozen()
    lines = [line for line in target.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    needs = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["lessons"]]
    own = {re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", need)[0]).lower() for need in needs} - set(BASE)
    # What the package itself needs is pinned even where the builder happens to have it.
    added = [line for name, line in sorted(after.items()) if before.get(name) != line or name in own]
    target.write_text("\n".join([*lines, *added]) + "\n", encoding="utf-8")
    return len(added)


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description="Build what Binder builds, without Docker.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("out", nargs="?", type=Path, help="the folder to build in, new or empty")
    what.add_argument("--pin", action="store_true", help="make the pins of binder/requirements.txt anew")
    options = parser.parse_args(arguments)
    try:
        if options.pin:
            print(f"binder/requirements.txt: {pin()} packages pinned")
            return 0
        built = build(options.out.resolve())
    except BinderError as error:
        print(error, file=sys.stderr)
        return 1
    version = run([built.python, "--version"], env=built.environment).strip()
    print(f"repo2docker {built.plan.repo2docker} would take Python {built.plan.python}; here it is {version}")
    print(f"its own packages that a lesson needs: {built.base_bytes / 1e6:.0f} MB")
    print(f"what binder/ adds: {built.added_bytes / 1e6:.0f} MB, in {built.added_seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
