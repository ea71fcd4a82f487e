"""Starting tasks in processes of their own, and what is to be measured with them."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import metadata, util
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

__all__ = ["MEASURES", "PAPER", "Settings", "machine"]

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PAPER = ROOT / "conslaw_nb" / "paper" / "paper_experiment.json"

Settings = dict[str, Any]


class TaskError(Exception):
    """A task ended badly; the message holds what it wrote."""


def cold(task: str, arguments: dict[str, Any], **environment: str) -> dict[str, Any]:
    """Run a task in a fresh process and add `wall`, the seconds from its start to its end.

    Raises
    ------
    TaskError
        If the process fails.
    """
    command = [sys.executable, "-m", "benchmarks.tasks", task, json.dumps(arguments)]
    started = perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, encoding="utf-8"
    )
    wall = perf_counter() - started
    if done.returncode:
        raise TaskError(f"the task {task} failed:\n{done.stderr}")
    return json.loads(done.stdout) | {"wall": round(wall, 3)}


def machine() -> dict[str, Any]:
    """Describe what was measured on, and nothing by which one could find it."""

    def version(package: str) -> str:
        try:
            return metadata.version(package)
        except metadata.PackageNotFoundError:
            return "not installed"

    return {
        "processors": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": {name: version(name) for name in ("python-flint", "sympy", "drawsvg", "ipywidgets")},
    }


def backends() -> list[str]:
    """Return the arithmetics that can be used here."""
    return ["flint", "plain"] if util.find_spec("flint") else ["plain"]


def fastest(settings: Settings, task: str, arguments: dict[str, Any], **environment: str) -> dict[str, Any]:
    """Run a task in several fresh processes and return the fastest: what slows the others down is not ours."""
    tries = [cold(task, arguments, **environment) for _ in range(settings["tries"])]
    return min(tries, key=lambda one: one["wall"])


def paper(settings: Settings) -> dict[str, Any]:
    """The paper's experiment: all runs in one cold process, for each backend."""
    result: dict[str, Any] = {"backends": {}, "wrong": []}
    result["reported_seconds"] = json.loads(Path(settings["runs"]).read_text(encoding="utf-8"))["reported_seconds"]
    for backend in backends():
        best = fastest(settings, "paper", {"runs": str(settings["runs"])}, CONSLAW_BACKEND=backend)
        result["wrong"] += best.pop("wrong")
        result["backends"][best.pop("backend")] = best
    return result


def large(settings: Settings) -> dict[str, Any]:
    """Two large networks, each in its own process, with its memory."""
    models = {"linear(32,32,32)": 528, "relu(64,64,64,bias=True)": 64}
    if settings["quick"]:
        models = {"linear(8,8,8)": 36, "relu(16,16,16,bias=True)": 16}
    found = [fastest(settings, "count", {"model": model, "laws": laws}) for model, laws in models.items()]
    return {"models": found, "wrong": [sentence for one in found for sentence in one.pop("wrong")]}


def sizes(settings: Settings) -> dict[str, Any]:
    """Large models: the marks of their counts and certificates, and how the cost grows."""
    from . import sizes as room

    return room.sizes(settings, cold)


def growth(settings: Settings) -> dict[str, Any]:
    """Cost as networks grow: wider, with two layers of weights, or deeper, with width 4."""
    widths, depths = (2, 3, 4, 6, 8, 12, 16, 24, 32), range(2, 11)
    if settings["quick"]:
        widths, depths = (2, 4, 8), range(2, 5)
    more = () if settings["quick"] else (48, 64)
    series = {
        "linear, wider": [f"linear({w},{w},{w})" for w in widths],
        "ReLU, wider": [f"relu({w},{w},{w})" for w in (*widths, *more)],
        "linear, deeper": [f"linear({','.join(['4'] * (q + 1))})" for q in depths],
        "ReLU, deeper": [f"relu({','.join(['4'] * (q + 1))})" for q in depths],
    }
    return cold("growth", {"series": series, "repeat": 1 if settings["quick"] else 15})


def imports(settings: Settings) -> dict[str, Any]:
    """What the import of conslaw_nb adds to that of sympy; medians over fresh processes."""
    tries = [cold("imports", {}) for _ in range(1 if settings["quick"] else 11)]
    return {name: median(one[name] for one in tries) for name in ("import", "whole_engine")} | {"wrong": []}


def certificate(settings: Settings) -> dict[str, Any]:
    """A certificate: made by the engine, and re-checked where only the standard library can be imported."""
    model, laws = ("linear(3,3,3)", 6) if settings["quick"] else ("linear(5,5,5,5,5)", 45)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.json"
        made = fastest(settings, "certificate", {"model": model, "laws": laws, "path": str(path)})
        checker = [sys.executable, "-S", "-m", "conslaw_nb.checker", str(path)]
        walls = []
        for _ in range(settings["tries"]):
            started = perf_counter()
            done = subprocess.run(checker, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
            walls.append(perf_counter() - started)
        made["checker_wall"] = round(min(walls), 3)
    if done.returncode:
        made["wrong"].append(
            f"the checker rejects the certificate of {model}: {done.stdout.split(': ', 1)[-1].strip()}"
        )
    return made


def latency(settings: Settings) -> dict[str, Any]:
    """What a reader of a lesson waits for."""
    return cold("latency", {"repeat": 5 if settings["quick"] else 25})


def sliders(settings: Settings) -> dict[str, Any]:
    """What a reader waits for when a slider of a figure moves."""
    return cold("sliders", {"repeat": 5 if settings["quick"] else 25})


def by_hand(settings: Settings) -> dict[str, Any]:
    """What a reader waits for when a figure is moved by hand, in a browser."""
    from . import hand

    needed = hand.missing()
    if needed:
        return {"seconds": {}, "missing": needed, "wrong": []}
    return {"missing": "", **hand.by_hand(5 if settings["quick"] else 40)}


def proofs(settings: Settings) -> dict[str, Any]:
    """What a reader waits for when a step of a proof is decided, for each backend."""
    result: dict[str, Any] = {"backends": {}, "wrong": []}
    for backend in backends():
        one = cold("proofs", {"repeat": 1 if settings["quick"] else 5}, CONSLAW_BACKEND=backend)
        result["wrong"] += one.pop("wrong")
        result["backends"][one.pop("backend")] = one
    return result


def lessons(settings: Settings) -> dict[str, Any]:
    """Run the lessons, each from a cold kernel."""
    names = sorted(path.name for path in (ROOT / "lessons").glob("*.ipynb"))
    return {"notebooks": {name: cold("lesson", {"name": name}) for name in names[: 1 if settings["quick"] else None]},
            "wrong": []}  # fmt: skip


def classroom(settings: Settings) -> dict[str, Any]:
    """Grade a class of submissions of a lesson, hostile ones among them."""
    return cold("classroom", {"count": 4 if settings["quick"] else 200})


def doors(settings: Settings) -> dict[str, Any]:
    """Each way to the first lesson, from nothing to its first verdict; a quick run opens none of them."""
    from . import doors as ways

    needed = "a quick run opens no door" if settings["quick"] else ways.missing()
    if needed:
        return {"doors": {}, "missing": needed, "wrong": []}
    try:
        found = {name: ways.door(name) for name in ways.DOORS}
        edition = ways.browser_edition()
    except (RuntimeError, AssertionError) as error:
        raise TaskError(f"a door did not open: {error}") from error
    wrong = [f"{name}: {sentence}" for name, one in found.items() for sentence in one.pop("wrong")]
    return {"doors": found, "edition": edition, "missing": "", "wrong": wrong + edition.pop("wrong")}


def rocq(settings: Settings) -> dict[str, Any]:
    """The second court beside the first."""
    from .second_court import measure_rocq

    return measure_rocq(settings["quick"])


MEASURES: dict[str, Callable[[Settings], dict[str, Any]]] = {
    measure.__name__: measure
    for measure in (
        paper,
        large,
        sizes,
        growth,
        imports,
        certificate,
        latency,
        sliders,
        by_hand,
        proofs,
        lessons,
        classroom,
        doors,
        rocq,
    )
}
