"""The Python packages of the browser edition: downloaded as pinned, without what a browser cannot use, and listed.

A wheel is a zip archive. `trim` writes a smaller copy by the rules of ``lite/trim.toml``; `lock` lists the copies in
the form Pyodide reads. Both are reproducible: the same wheels in, the same bytes out.
"""

from __future__ import annotations

import ast
import hashlib
import io
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LITE = ROOT / "lite"
EPOCH = (1980, 1, 1, 0, 0, 0)
PARTS = re.compile(r"(?P<name>[^-]+)-(?P<version>[^-]+)(?:-\d[^-]*)?(?P<tags>(?:-[^-]+){3})\.whl")


def canonical(name: str) -> str:
    """Return a package's name as indexes compare it.

    Examples
    --------
    >>> canonical("ipython_pygments.lexers")
    'ipython-pygments-lexers'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def name_and_version(wheel: Path) -> tuple[str, str]:
    """Return what a wheel's file name says.

    Examples
    --------
    >>> name_and_version(Path("sympy-1.14.0-py3-none-any.whl"))
    ('sympy', '1.14.0')
    >>> name_and_version(Path("python_flint-0.9.0-1browser-cp314-cp314-any.whl"))
    ('python-flint', '0.9.0')
    """
    parts = PARTS.fullmatch(wheel.name)
    if parts is None:
        raise ValueError(f"'{wheel.name}' is not named as a wheel is: NAME-VERSION-PYTHON-ABI-PLATFORM.whl")
    return canonical(parts["name"]), parts["version"]


def download(folder: Path, info: dict[str, str]) -> list[Path]:
    """Fetch the wheels of ``lite/wheels.txt`` for the Python that a Pyodide lock's `info` describes."""
    folder.mkdir(parents=True, exist_ok=True)
    python = ".".join(info["python"].split(".")[:2])
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "-q"]
    command += ["--no-deps", "--only-binary=:all:", "--implementation=cp", f"--python-version={python}"]
    command += [f"--abi=cp{python.replace('.', '')}", "--abi=none"]
    command += [f"--platform=pyemscripten_{info['abi_version']}_{info['arch']}", "--platform=any"]
    subprocess.run([*command, f"--dest={folder}", f"--requirement={LITE / 'wheels.txt'}"], check=True)
    return sorted(folder.glob("*.whl"))


def dropped(package: str, name: str, rules: dict[str, Any]) -> bool:
    """Whether a file of a package's wheel stays behind, by the patterns of ``lite/trim.toml``."""
    if any(fnmatchcase(name, pattern) for pattern in rules.get("keep", {}).get(package, ())):
        return False
    patterns = [*rules["wheels"].get("*", ()), *rules["wheels"].get(package, ())]
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def trim(wheel: Path, folder: Path, rules: dict[str, Any] | None = None) -> Path:
    """Write a copy of a wheel without what a browser cannot use; its build tag is a hash of it.

    Parameters
    ----------
    wheel : Path
    folder : Path
        Where the copy goes.
    rules : dict, optional
        Those of ``lite/trim.toml`` by default.
    """
    rules = rules if rules is not None else tomllib.loads((LITE / "trim.toml").read_text(encoding="utf-8"))
    package, version = name_and_version(wheel)
    parts = PARTS.fullmatch(wheel.name)
    with zipfile.ZipFile(wheel) as old:
        kept = {name: old.read(name) for name in old.namelist() if not dropped(package, name, rules)}
    if package in rules.get("words", {}).get("drop", ()):
        kept = {name: without_words(text) if name.endswith(".py") else text for name, text in kept.items()}
    for pattern in rules.get("sums", {}).get(package, ()):
        summed = {name: kept.pop(name) for name in sorted(kept) if fnmatchcase(name, pattern)}
        lines = [f"{hashlib.sha256(text).hexdigest()}  {PurePosixPath(name).name}\n" for name, text in summed.items()]
        kept[str(PurePosixPath(pattern).with_name("SHA256SUMS"))] = "".join(lines).encode()
    content = packed(kept)
    # The name changes with the content, so that a browser may keep what it has for ever.
    build = f"1{hashlib.sha256(content).hexdigest()[:8]}"
    target = folder / f"{parts['name']}-{version}-{build}{parts['tags']}.whl"
    folder.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target


def packed(files: dict[str, bytes]) -> bytes:
    """Return a zip archive of files, folders left out: the same files, the same bytes."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            if not name.endswith("/"):
                archive.writestr(zipfile.ZipInfo(name, EPOCH), files[name], zipfile.ZIP_DEFLATED, 9)
    return into.getvalue()


def library(archive: Path, rules: dict[str, Any], arrivals: str) -> bytes:
    """Return Python's own library without what a browser cannot use, and with the program that lets packages arrive."""
    with zipfile.ZipFile(archive) as old:
        kept = {n: old.read(n) for n in old.namelist() if not any(fnmatchcase(n, p) for p in rules["library"]["drop"])}
    short = {name: without_words(text) if name.endswith(".py") else text for name, text in kept.items()}
    return packed(short | {"sitecustomize.py": arrivals.encode()})


def without_words(source: bytes) -> bytes:
    r"""Return a module without comments and docstrings, as it may be run with ``-OO``.

    Examples
    --------
    >>> without_words(b'def f():\n    "Says what it does."\n    return 1  # one')
    b'def f():\n    return 1'
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:  # of a newer Python than this one
        return source
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and ast.get_docstring(node, False) is not None
        ):
            body[0:1] = [] if len(body) > 1 else [ast.Pass()]
    return ast.unparse(tree).encode()


def arrivals(program: str, listed: dict[str, Any], rules: dict[str, Any]) -> str:
    """Write into ``lite/arrivals.py`` which wheel each name comes from that is fetched when it is first imported."""
    packages = listed["packages"]
    wheels = {
        name: packages[package]["file_name"]
        for package in rules["arrive"]["on_import"]
        for name in packages[package]["imports"]
    }
    for name, value in (("WHEELS", wheels), ("LATER", rules["arrive"]["later"])):
        program, count = re.subn(
            rf"^{name} = .*?(?=  #)", lambda _, n=name, v=value: f"{n} = {v!r}", program, flags=re.M
        )
        if count != 1:
            raise ValueError(f"lite/arrivals.py should have one line '{name} = ...  # ...'; it has {count}")
    return program


def imports(wheel: Path) -> list[str]:
    """Return the top-level names that a wheel brings, for Pyodide to find them by."""
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist() if name.endswith((".py", ".so"))}
    return sorted(t.removesuffix(".py") for t in tops if "." not in t.removesuffix(".py"))


def lock(wheels: list[Path], info: dict[str, str]) -> dict[str, Any]:
    """Return Pyodide's list of packages: names, versions, hashes, and what each offers for import.

    No package names what it depends on: the site loads all of them, and a test runs what they are for.
    """
    packages = {}
    for wheel in wheels:
        name, version = name_and_version(wheel)
        packages[name] = {
            "name": name,
            "version": version,
            "file_name": wheel.name,
            "install_dir": "site",
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
            "package_type": "package",
            "imports": imports(wheel),
            "depends": [],
            "unvendored_tests": False,
        }
    return {"info": info, "packages": dict(sorted(packages.items()))}


def write(wheels: list[Path], folder: Path, info: dict[str, str], rules: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Trim wheels into the folder `wheels` with their list; return the list, and its name in the site."""
    trimmed = [trim(wheel, folder, rules) for wheel in wheels]
    listed = lock(trimmed, info)
    text = json.dumps(listed, indent=1) + "\n"
    name = f"pyodide-lock-{hashlib.sha256(text.encode()).hexdigest()[:8]}.json"
    (folder / name).write_text(text, encoding="utf-8")
    return listed, f"wheels/{name}"
