"""What is timed. Each task runs in a process of its own: `python -m benchmarks.tasks NAME '{"argument": ...}'`.

The process prints one JSON object: the task's result, and the most memory it ever held. Nothing that costs time is
imported above a task, so that a cold process pays for its imports where a user would.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

__all__ = ["TASKS", "peak_mib"]


def peak_mib() -> float | None:
    """Return the most memory this process has held, in MiB; None where the system does not say."""
    try:  # Linux; ru_maxrss would count the parent's memory before exec as well
        found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
        if found:
            return int(found[1]) / 1024
    except OSError:
        pass
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 1024


def _model(run: dict[str, Any]) -> Any:
    from conslaw_nb import linear, relu

    return relu(*run["widths"], bias=run["bias"]) if run["network"] == "relu" else linear(*run["widths"])


def paper(runs: str) -> dict[str, Any]:
    """Count the laws of the paper's 120 networks; in the groups called "laws", find them all up to degree 2 as well."""
    from conslaw_nb import conservation_laws, count_laws
    from conslaw_nb.exact.backend import backend_name

    data = json.loads(Path(runs).read_text(encoding="utf-8"))
    groups, wrong = {}, []
    for name, group in data["groups"].items():
        started = perf_counter()
        proved = 0
        for run in group:
            phi = _model(run)
            count = count_laws(phi)
            good = count.verdict.is_proved and count.laws == run["laws"] and phi.dimension == run["parameters"]
            found = str(count.laws)
            if name.startswith("laws"):
                laws = conservation_laws(phi, 2)
                good = good and laws.verdict.is_proved and laws.independent == run["laws"]
                found += f", and {laws.independent} independent ones of degree at most 2"
            proved += good
            if not good:
                wrong.append(f"{phi.text} in {name}: expected {run['laws']}, found {found} ({count.verdict.status})")
        groups[name] = {"runs": len(group), "proved": proved, "seconds": round(perf_counter() - started, 4)}
    return {"backend": backend_name(), "groups": groups, "wrong": wrong}


def count(model: str, laws: int | None = None, repeat: int = 1) -> dict[str, Any]:
    """Count the laws of one model; the fastest of a few times, for the quick ones."""
    from conslaw_nb import count_laws, parse_model

    seconds = []
    while len(seconds) < repeat and sum(seconds) < 1:
        started = perf_counter()
        phi = parse_model(model)
        answer = count_laws(phi)
        seconds.append(perf_counter() - started)
    good = answer.verdict.is_proved and laws in (None, answer.laws)
    return {
        "model": model,
        "parameters": phi.dimension,
        "laws": answer.laws,
        "verdict": str(answer.verdict.status),
        "seconds": round(min(seconds), 5),
        "wrong": [] if good else [f"{model}: expected {laws}, found {answer.laws} ({answer.verdict.status})"],
    }


def growth(series: dict[str, list[str]], repeat: int) -> dict[str, Any]:
    """Count the models of several series, smallest first."""
    count("linear(2,2,2)")  # the first count pays for the imports: the smallest model should not
    points = {name: [count(model, repeat=repeat) for model in models] for name, models in series.items()}
    wrong = [sentence for series in points.values() for point in series for sentence in point.pop("wrong")]
    return {"series": points, "wrong": wrong}


def imports() -> dict[str, Any]:
    """Time what conslaw_nb adds to sympy: the import alone, and every public name of the engine with it."""
    import sympy  # noqa: F401

    started = perf_counter()
    import conslaw_nb

    alone = perf_counter() - started
    for name in conslaw_nb._HOME:
        getattr(conslaw_nb, name)
    return {"import": round(alone, 5), "whole_engine": round(perf_counter() - started, 5)}


def certificate(model: str, laws: int, path: str) -> dict[str, Any]:
    """Certify the count of one model and save it."""
    from conslaw_nb import certify, parse_model

    started = perf_counter()
    saved = certify(parse_model(model))
    saved.save(path)
    seconds = perf_counter() - started
    claim = saved.claim
    good = claim["exact"] and claim["laws_at_least"] == laws
    return {
        "model": model,
        "laws": claim["laws_at_least"],
        "seconds": round(seconds, 4),
        "bytes": Path(path).stat().st_size,
        "wrong": [] if good else [f"{model}: expected a proof of exactly {laws} laws, found {claim}"],
    }


def latency(repeat: int) -> dict[str, Any]:
    """Time what a reader waits for: one check of a law (medians)."""
    from statistics import median

    from conslaw_nb import check_law, linear, parametrization

    def timed(call: Any) -> float:
        started = perf_counter()
        call()
        return perf_counter() - started

    neuron, deep = parametrization("u*v"), linear(5, 5, 5, 5, 5)
    law = deep.known_laws()[0].text
    wrong = []
    if not check_law("u**2 - v**2", neuron).is_proved or not check_law(law, deep).is_proved:
        wrong.append("a law that holds was not proved")
    if not check_law("u**2 + v**2", neuron).is_refuted:
        wrong.append("a law that does not hold was not refuted")
    waits = {
        "check_proved": [timed(lambda: check_law("u**2 - v**2", neuron)) for _ in range(repeat)],
        "check_refuted": [timed(lambda: check_law("u**2 + v**2", neuron)) for _ in range(repeat)],
        "check_deep": [timed(lambda: check_law(law, deep)) for _ in range(repeat)],
    }
    return {"seconds": {name: round(median(times), 6) for name, times in waits.items()}, "wrong": wrong}


def sliders(repeat: int) -> dict[str, Any]:
    """Time one move of every slider of every figure: its median and its worst, per figure."""
    from statistics import median

    import ipywidgets

    from conslaw_nb import widgets

    seconds, wrong = {}, []
    for name in widgets.__all__:
        if not name[0].islower() or name.endswith("_portrait"):
            continue
        figure, times = getattr(widgets, name)(), []
        for control in figure.controls:
            if not isinstance(control, ipywidgets.IntSlider | ipywidgets.FloatSlider):
                continue
            first, changed = control.value, False
            for k in range(repeat):
                before = repr(figure), figure.readout.value, getattr(figure, "picture", figure.readout).value
                started = perf_counter()
                control.value = type(first)(control.min + k * (control.max - control.min) / (repeat - 1))
                times.append(perf_counter() - started)
                changed |= before != (
                    repr(figure), figure.readout.value, getattr(figure, "picture", figure.readout).value
                )  # fmt: skip
            control.value = first
            if not changed:
                wrong.append(f"{name}: the slider {control.description!r} changes nothing")
        if times:
            seconds[name] = {"median": round(median(times), 6), "worst": round(max(times), 6)}
    return {"seconds": seconds, "wrong": wrong}


def lesson(name: str) -> dict[str, Any]:
    """Run one notebook of the course from a cold kernel, and time all of it."""
    import os
    from pathlib import Path

    import nbformat
    from nbclient import NotebookClient

    root = Path(__file__).resolve().parent.parent
    os.environ["PYTHONPATH"] = str(root)
    path = root / "lessons" / name
    book = nbformat.read(path, as_version=4)
    started = perf_counter()
    NotebookClient(
        book, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    return {"seconds": round(perf_counter() - started, 2), "cells": sum(c.cell_type == "code" for c in book.cells)}


TASKS = {task.__name__: task for task in (paper, count, growth, imports, certificate, latency, sliders, lesson)}


if __name__ == "__main__":
    result = TASKS[sys.argv[1]](**json.loads(sys.argv[2]))
    print(json.dumps(result | {"peak_mib": peak_mib()}))
