"""What is timed. Each task runs in a process of its own: `python -m benchmarks.tasks NAME '{"argument": ...}'`.

The process prints one JSON object: the task's result, and the most memory it ever held. Nothing that costs time is
imported above a task, so that a cold process pays for its imports where a user would.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time
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


def size(model: str, laws: int, path: str) -> dict[str, Any]:
    """Count one large model and save the certificate."""
    from conslaw_nb import certify, count_laws

    from .large_models import large_model

    started = perf_counter()
    phi = large_model(model)
    answer = count_laws(phi)
    seconds = perf_counter() - started
    certify(answer).save(path)
    good = answer.verdict.is_proved and answer.laws == laws
    return {
        "model": model,
        "parameters": phi.dimension,
        "laws": answer.laws,
        "verdict": str(answer.verdict.status),
        "seconds": round(seconds, 4),
        "bytes": Path(path).stat().st_size,
        "wrong": [] if good else [f"{model}: expected {laws}, found {answer.laws} ({answer.verdict.status})"],
    }


def size_growth(series: dict[str, list[str]]) -> dict[str, Any]:
    """Count the models of several series; a ReLU network's certificate is checked too, since a count takes no time."""
    from conslaw_nb import certify

    count("linear(2,2,2)")
    points: dict[str, list[dict[str, Any]]] = {}
    for name, models in series.items():
        points[name] = []
        for model in models:
            one = count(model)
            if model.startswith("relu"):
                from conslaw_nb import parse_model

                started = perf_counter()
                checked = certify(parse_model(model)).verify()
                one["seconds"] = round(perf_counter() - started, 5)
                one["wrong"] += [] if checked.is_proved else [f"{model}: {checked.reason}"]
            points[name].append(one)
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


def proofs(repeat: int) -> dict[str, Any]:
    """Time each step of the proofs in the notebooks, and of the same proofs with one sign changed.

    A false step has its residual and its small numbers to find as well. What the first proof of a new process waits
    for, with sympy and the engine to be imported, is `once`; the other times are those of a process that has them.
    """
    from statistics import median

    from conslaw_nb.claims.proof_checking import _Checker
    from conslaw_nb.exact.backend import backend_name

    class Timed(_Checker):
        def step(self, line: Any) -> Any:
            started = perf_counter()
            found = super().step(line)
            if line.is_step:
                seconds.append(perf_counter() - started)
            return found

    seconds: list[float] = []
    started = perf_counter()
    for first in ("model phi(x**2 + 3*y**2)\ndim Lie = 1 by computation", "given U: n x r\nU = U^T by computation"):
        Timed(first).run()
    once = perf_counter() - started
    finished, begun = lesson_proofs()
    changed = [pair for text in [*finished, *begun] for pair in _with_a_wrong_sign(text)]
    slowest, at, worst, times, wrong = 0.0, "", 0.0, [], []
    for text, place in [*((text, 0) for text in [*finished, *begun]), *changed]:
        tries = []
        for _ in range(repeat):
            seconds.clear()
            checked = Timed(text).run()
            tries.append(list(seconds))
        steps = [step for step in checked.steps if step.number]
        for step, of_step in zip(steps, zip(*tries, strict=True), strict=True):
            times.append(median(of_step))
            slowest, at = max((slowest, at), (times[-1], step.text))
            worst = max(worst, *of_step)
        if text in finished and not checked.reached:
            wrong.append(f"a solution was not proved: {text}")
        if place and not any(s.place == place and s.fault == "false" and s.example for s in steps):
            wrong.append(f"line {place} is false, and was not refuted: {text}")
    return {
        "backend": backend_name(),
        "proofs": len(finished) + len(begun),
        "changed": len(changed),
        "steps": len(times),
        "median": round(median(times), 6),
        "slowest": round(slowest, 6),
        "slowest_step": at,
        "worst": round(worst, 6),
        "once": round(once, 4),
        "wrong": wrong,
    }


def lesson_proofs() -> tuple[list[str], list[str]]:
    """Return the proofs that stand in the solutions, and those of the lessons, some of which are not finished."""
    import ast

    found: dict[str, bool] = {}
    folder = Path(__file__).resolve().parent.parent / "lessons"
    for path in sorted(folder.rglob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] != "code" or " by " not in source:
                continue
            if source.startswith("%%proof"):
                texts = [source.partition("\n")[2]]
            else:
                source = re.sub(r"^%.*$", "", source, flags=re.MULTILINE)
                texts = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
            for text in texts:
                if isinstance(text, str) and text.strip().startswith(("model ", "given ")) and " by " in text:
                    found[text.strip()] = path.parent.name == "solutions"
    return [text for text, done in found.items() if done], [text for text, done in found.items() if not done]


def _with_a_wrong_sign(text: str) -> list[tuple[str, int]]:
    """Return copies of a proof with the sign of one term changed on a right side, and the number of that line."""
    lines = text.splitlines()
    found = []
    for place, line in enumerate(lines):
        cut = re.match(r"(?!let |flow |goal )(.*= )(.*)( by .*)", line)
        depth = 0
        for i, letter in enumerate(cut[2] if cut else ""):
            depth += (letter in "(<") - (letter in ")>")
            if depth == 0 and letter in "+-" and cut[2][i - 1 : i + 2] in (" + ", " - "):
                side = cut[2][:i] + ("-" if letter == "+" else "+") + cut[2][i + 1 :]
                found.append(("\n".join([*lines[:place], cut[1] + side + cut[3], *lines[place + 1 :]]), place + 1))
    return found


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


def classroom(count: int) -> dict[str, Any]:
    """Hand in that many submissions and grade them all; the small class of the quick run is an honest one."""
    from conslaw_nb.course.grading import grade

    from .submissions import submissions

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "submissions")
        folder.mkdir()
        expected = submissions(folder, count, hostile=count >= 60)
        start = perf_counter()
        grades = grade(folder, Path(place, "grades"), lessons=[1])
        seconds = perf_counter() - start
        wrong = [] if Path(place, "bait", "precious").exists() else ["a submission has removed a file of others"]
    right = 0
    for learner in grades.learners:
        for number, outcome in expected[learner["learner"]].items():
            found = learner["exercises"].get(number, {"outcome": "empty"})["outcome"]
            right += found == "right"
            if found != outcome and (outcome != "not right" or found == "right"):
                wrong.append(f"{learner['learner']}, exercise {number}: expected {outcome}, found {found}")
    if any("No notebook was run" in told for told in grades.protection):
        wrong = [told for told in wrong if not told.endswith("expected right, found not run")]
    return {"submissions": count, "hostile": sum(not name.startswith("learner") for name in expected),
            "right": right, "seconds": round(seconds, 3), "protection": grades.protection, "wrong": wrong}  # fmt: skip


TASKS = {
    task.__name__: task
    for task in (
        paper,
        count,
        growth,
        size,
        size_growth,
        imports,
        certificate,
        latency,
        sliders,
        proofs,
        lesson,
        classroom,
    )
}


if __name__ == "__main__":
    result = TASKS[sys.argv[1]](**json.loads(sys.argv[2]))
    print(json.dumps(result | {"peak_mib": peak_mib(), "cpu": round(process_time(), 3)}))
