"""Large models, each counted by a cold process, and its certificate re-checked by another; and how the cost grows."""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from conslaw_nb.cli.display import Plain
from conslaw_nb.drawing.picture import Axes, Picture

from .large_models import GPT2

__all__ = ["MODELS", "marks", "picture", "show", "sizes"]

# Model -> its laws, and the seconds that a cold process may take.
MODELS = {
    "linear(64,64,64)": (2080, 0.6),
    "linear(256,256,256)": (32896, 3),
    "relu(784,256,10,bias=True)": (256, 2),
    "factorization(768,768,64)": (2080, 2),
    "linear(512,512,512,512)": (262656, 15),
    "relu(900,900,200,10,bias=True)": (1100, 10),
    "linear(1,100,100,1)": (10199, 1),
    "linear(1,100,100,100,1)": (20199, 1),
    "linear(5,20,20,5)": (420, 3),
    "linear(2,50,50,2)": (2550, 10),
    "linear(3,60,60,3)": (3660, 30),
    "linear(2,30,30,30,2)": (1395, 45),
    "lora(768,768,8)": (36, 1),
    "attention(heads=12,d_head=64,dim=768)": (49920, 3),
    GPT2: (599040, 20),
}
QUICK = {"linear(20,20,20)": (210, 60), "relu(30,20,10,bias=True)": (20, 60)}
CHECKED = 30  # seconds that the checker may take
SERIES = {
    "linear, two matrices": [f"linear({n},{n},{n})" for n in (32, 64, 128, 256, 512)],
    "linear, five matrices": [f"linear({','.join([str(n)] * 6)})" for n in (16, 32, 64, 128, 256)],
    "ReLU, with its certificate checked": [f"relu({n},{n},{n},bias=True)" for n in (32, 64, 128, 256, 512)],
    "one attention product": [f"factorization({12 * n},{12 * n},{n})" for n in (8, 16, 32, 64, 128)],
}
STYLE = dict(zip(SERIES, ("flow", "fit", "descent", "extra"), strict=True))


def sizes(settings: dict[str, Any], cold: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """Count each model in cold processes, and re-check its certificate where only the standard library is there."""
    found, wrong = [], []
    for text, (laws, _) in (QUICK if settings["quick"] else MODELS).items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "certificate.json"
            tries = [
                cold("size", {"model": text, "laws": laws, "path": str(path)}) for _ in range(min(3, settings["tries"]))
            ]
            best = min(tries, key=lambda one: one["wall"])
            started = perf_counter()
            done = subprocess.run(
                [sys.executable, "-S", "-m", "conslaw_nb.checker", str(path)],
                cwd=Path(__file__).resolve().parent.parent, capture_output=True, text=True, encoding="utf-8",
            )  # fmt: skip
            best["checker_wall"] = round(perf_counter() - started, 3)
        wrong += best.pop("wrong")
        if done.returncode or f"exactly {laws} " not in done.stdout:
            wrong.append(f"the checker does not accept the certificate of {text}: {done.stdout[-200:].strip()}")
        found.append(best)
    series = {name: models[:2] for name, models in SERIES.items()} if settings["quick"] else SERIES
    grown = cold("size_growth", {"series": series})
    return {"models": found, "series": grown["series"], "wrong": wrong + grown["wrong"]}


def marks(result: dict[str, Any]) -> list[tuple[str, float, float, str]]:
    """Return what is compared with a mark: what, how much, the limit and its unit."""
    found: list[tuple[str, float, float, str]] = []
    for one in result["models"]:
        limit = {**MODELS, **QUICK}[one["model"]][1]
        found.append((f"{one['model']}, cold process", one["wall"], limit, "s"))
        found.append((f"{one['model']}, re-checked", one["checker_wall"], CHECKED, "s"))
        if one["peak_mib"] is not None:
            found.append((f"{one['model']}, memory", one["peak_mib"] / 1024, 4, "GiB"))
    return found


def show(result: dict[str, Any], out: Plain, seconds: Callable[[float], str]) -> None:
    """Write the tables."""
    rows = []
    for one in result["models"]:
        memory = "not known" if one["peak_mib"] is None else f"{one['peak_mib']:.0f} MiB"
        parameters = f"{one['parameters']:,}".replace(",", " ")
        times = (seconds(one["wall"]), seconds(one["cpu"]))
        certificate = (f"{one['bytes'] / 1000:.1f} kB", seconds(one["checker_wall"]))
        rows.append((one["model"], parameters, str(one["laws"]), *times, memory, *certificate))
    out.heading("Large models: a cold process counts, another one re-checks the certificate")
    heads = ("model", "D", "laws", "count", "work", "memory", "proof", "checked")
    out.table(heads, rows, right=(1, 2, 3, 4, 5, 6, 7))
    out.note("count: of a cold process, from its start to its end; work: its processor time, imports and all.")


def growth_picture(
    title: str, words: str, series: dict[str, Any], style: dict[str, Any], seconds: Callable[[float], str]
) -> tuple[Picture, Axes]:
    """Draw seconds against the number of parameters, both logarithmic."""
    ends = [
        f"{name}: from {points[0]['parameters']} parameters in {seconds(points[0]['seconds'])} "
        f"to {points[-1]['parameters']} in {seconds(points[-1]['seconds'])}"
        for name, points in series.items()
    ]
    drawing = Picture(title, f"{words} {'; '.join(ends)}.", width=640)
    places = {name: [(point["parameters"], point["seconds"]) for point in points] for name, points in series.items()}
    x, y = zip(*(place for points in places.values() for place in points), strict=True)
    axes = drawing.axes(
        (min(x) * 0.7, max(x) * 1.8),
        (10 ** math.floor(math.log10(min(y))), 10 ** math.ceil(math.log10(max(y)))),
        x_label="parameters *D*",
        y_label="seconds",
        aspect=0.62,
        log=True,
    )
    for name, points in places.items():
        axes.curve(points, style=style[name], markers=True, label=name)
    return drawing, axes


def picture(result: dict[str, Any], seconds: Callable[[float], str]) -> Picture:
    """Draw how the cost of a count at a sparse point grows."""
    words = (
        "Seconds to count the conservation laws of large models, with proof, against the number of parameters, on "
        "logarithmic axes."
    )
    return growth_picture("The cost of a count at a sparse point", words, result["series"], STYLE, seconds)[0]
