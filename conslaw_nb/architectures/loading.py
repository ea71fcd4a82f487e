"""Getting a network from a person's own file: `net.py:build`. The file is run, as `python net.py` would run it."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from pathlib import Path
from typing import Any

from ..errors import ModelError, brief

__all__ = ["load_network", "split_place"]


def split_place(place: str) -> tuple[Path, str]:
    """Split ``net.py:build`` into the file and the name.

    Examples
    --------
    >>> split_place("net.py")
    Traceback (most recent call last):
    conslaw_nb.errors.ModelError: 'net.py' names no network: write file and name, as in net.py:build
    """
    file, colon, name = place.rpartition(":")
    if not colon or not file or not name.isidentifier():
        raise ModelError(f"{brief(place)} names no network: write file and name, as in net.py:build")
    path = Path(file)
    if path.suffix != ".py":
        raise ModelError(f"{brief(file)} is not a Python file: write file and name, as in net.py:build")
    if not path.is_file():
        raise ModelError(f"there is no file {brief(file)} here: give its path, as in models/net.py:build")
    return path, name


def load_network(place: str) -> Any:
    """Run a file and return the module that a name in it stands for, or that the function of this name makes.

    `place`: such as ``net.py:build``, where build is a module, a class of modules, or a function without arguments.
    Raises ModelError: in one sentence, with the line of the person's file where something went wrong.
    """
    path, name = split_place(place)
    spec = importlib.util.spec_from_file_location(f"conslaw_report_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ModelError(f"{path} cannot be imported: is it a Python file?")
    module = importlib.util.module_from_spec(spec)
    folder = str(path.resolve().parent)
    sys.modules[spec.name] = module
    sys.path.insert(0, folder)  # so that the file finds its neighbours, as when it is run
    try:
        try:
            spec.loader.exec_module(module)
        except (Exception, SystemExit) as error:
            raise ModelError(f"{path} cannot be imported: {_what(error, path)}") from error
        if not hasattr(module, name):
            offered = [n for n, v in vars(module).items() if not n.startswith("_") and _is_candidate(v, module)]
            raise ModelError(
                f"{path} has no name {name!r}; it offers {', '.join(offered[:8]) or 'no function and no module'}"
            )
        value = getattr(module, name)
        if isinstance(value, type) or (callable(value) and not hasattr(value, "named_parameters")):
            try:
                value = value()
            except (Exception, SystemExit) as error:
                raise ModelError(
                    f"{name}() in {path} stopped with {_what(error, path)}; it must work without arguments"
                ) from error
    finally:
        sys.path.remove(folder)
        sys.modules.pop(spec.name, None)
    return value


def _is_candidate(value: Any, module: Any) -> bool:
    return getattr(value, "__module__", None) == module.__name__ or hasattr(value, "named_parameters")


def _what(error: BaseException, path: Path) -> str:
    """Say what went wrong, and in which line of the file."""
    line: int | None = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    for frame in traceback.extract_tb(error.__traceback__):
        if Path(frame.filename) == path or Path(frame.filename) == path.resolve():
            line = frame.lineno
    at = f" in line {line}" if line else ""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}{at}" + (f": {text[:200]}" if text else "")
