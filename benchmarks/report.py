"""The marks that must be met, the tables, and the picture of the growth."""

from __future__ import annotations

import math
from typing import Any

from conslaw_nb.cli.display import Plain
from conslaw_nb.drawing.picture import Picture

from . import sizes
from .second_court import LESSONS

__all__ = ["marks", "picture", "show", "size_picture"]

GROUPS = {
    "count_linear": "count, 50 linear",
    "laws_linear_degree_2": "laws, 10 linear",
    "count_relu": "count, 50 ReLU",
    "laws_relu_degree_2": "laws, 10 ReLU",
}
WAITS = {
    "check_proved": "a law of u*v is proved",
    "check_refuted": "a wrong law is refuted",
    "check_deep": "a law of linear(5,5,5,5,5) is proved",
}


def marks(results: dict[str, Any]) -> list[dict[str, Any]]:
    """Compare the results with the marks: what, how much, the limit, and whether it is met."""
    found: list[tuple[str, float, float, str]] = []
    if "paper" in results:
        for backend, one in results["paper"]["backends"].items():
            found.append((f"the paper's runs, {backend}, cold process", one["wall"], 30, "s"))
    if "large" in results:
        for one in results["large"]["models"]:
            found.append((f"{one['model']} counted", one["seconds"], 60, "s"))
            if one["peak_mib"] is not None:
                found.append((f"{one['model']}, memory", one["peak_mib"] / 1024, 4, "GiB"))
    if "sizes" in results:
        found += sizes.marks(results["sizes"])
    if "imports" in results:
        found.append(("import of the whole engine, after sympy", results["imports"]["whole_engine"], 0.3, "s"))
    if "certificate" in results:
        one = results["certificate"]
        found.append((f"checker on {one['model']}, cold process", one["checker_wall"], 3, "s"))
    if "sliders" in results:
        slowest = max(one["median"] for one in results["sliders"]["seconds"].values())
        found.append(("one move of a slider, the slowest figure", 1000 * slowest, 100, "ms"))
    if results.get("by_hand", {}).get("seconds"):
        slowest = max(one["median"] for one in results["by_hand"]["seconds"].values())
        found.append(("one move of a figure by hand, the slowest", 1000 * slowest, 50, "ms"))
    if "proofs" in results:
        for backend, one in results["proofs"]["backends"].items():
            found.append((f"one step of a proof, the slowest, {backend}", 1000 * one["slowest"], 200, "ms"))
    if "lessons" in results:
        times = [one["seconds"] for one in results["lessons"]["notebooks"].values()]
        found.append(("a lesson from a cold kernel, the slowest", max(times), 20, "s"))
        found.append((f"all {len(times)} lessons, one after the other", sum(times), 180, "s"))
    if "classroom" in results:
        one = results["classroom"]
        found.append((f"{one['submissions']} submissions graded", one["seconds"], 900, "s"))
    if results.get("doors", {}).get("edition"):
        visits, pages = (results["doors"]["edition"][part] for part in ("visits", "pages"))
        fast, slow = visits["as fast as it goes"], visits["1.5 Mbit/s"]
        found.append(("the browser edition, until its first verdict", fast["bytes"] / 1e6, 14, "MB"))
        found.append(("the browser edition, until its first verdict, cold", fast["verdict"], 10, "s"))
        found.append(("the same on the second visit", fast["again"]["verdict"], 6, "s"))
        found.append(("its text, at 1.5 Mbit/s", slow["text"], 5, "s"))
        found.append(("its first verdict, at 1.5 Mbit/s", slow["verdict"], 60, "s"))
        found.append(("a law proved on the first page, at 1.5 Mbit/s", pages["1.5 Mbit/s"]["verdict"], 60, "s"))
    if results.get("rocq", {}).get("models"):
        slowest = max(results["rocq"]["models"][text]["coqc"] for text in LESSONS)
        found.append(("Rocq on the certificate of a lesson's model, the slowest", slowest, 2, "s"))
    return [
        {"what": what, "measured": round(value, 4), "limit": limit, "unit": unit, "met": value < limit}
        for what, value, limit, unit in found
    ]


def missed(found: list[dict[str, Any]]) -> list[str]:
    """Return a sentence for each mark that was missed, with its number.

    Examples
    --------
    >>> missed([{"what": "a lesson", "measured": 23.46, "limit": 20, "unit": "s", "met": False}])
    ['a lesson: 23.5 s, where less than 20 s was asked']
    """
    lost = [mark for mark in found if not mark["met"]]
    return [
        f"{m['what']}: {m['measured']:.3g} {m['unit']}, where less than {m['limit']} {m['unit']} was asked"
        for m in lost
    ]


def show(results: dict[str, Any], out: Plain) -> None:
    """Write all tables."""
    for name, write in (
        ("paper", _paper),
        ("large", _large),
        ("sizes", lambda result, out: sizes.show(result, out, _seconds)),
        ("growth", _growth),
        ("certificate", _certificate),
        ("latency", _latency),
        ("sliders", _sliders),
        ("by_hand", _by_hand),
        ("proofs", _proofs),
        ("lessons", _lessons),
        ("doors", _doors),
        ("classroom", _classroom),
        ("rocq", _rocq),
    ):
        if name in results:
            write(results[name], out)
    rows = [
        (one["what"], _amount(one["measured"], one["unit"]), f"< {one['limit']} {one['unit']}", _met(one["met"]))
        for one in marks(results)
    ]
    if rows:
        out.heading("Marks")
        out.table(("what", "measured", "mark", ""), rows, right=(1, 2))


def _met(met: bool) -> str:
    return "✓ met" if met else "✗ MISSED"


def _seconds(value: float) -> str:
    if value >= 60:
        return _clock(value)
    if value >= 0.1:
        return f"{value:.2f} s"
    return f"{value * 1000:.1f} ms" if value >= 0.01 else f"{value * 1000:.2f} ms"


def _clock(value: float) -> str:
    hours, rest = divmod(round(value), 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _amount(value: float, unit: str) -> str:
    return _seconds(value) if unit == "s" else f"{value:.2f} {unit}"


def _ratio(slow: float, fast: float) -> str:
    """Return how many times faster, to two digits: more would be noise."""
    ratio = slow / fast
    digits = max(0, math.floor(math.log10(ratio)) - 1)
    return f"{round(ratio / 10**digits) * 10**digits:,} ×".replace(",", " ")


def _paper(result: dict[str, Any], out: Plain) -> None:
    backends = result["backends"]
    best = "flint" if "flint" in backends else "plain"
    reported = result["reported_seconds"]
    rows = []
    for group, seconds in reported.items():
        ours = backends[best]["groups"][group]
        cells = [_seconds(one["groups"][group]["seconds"]) for one in backends.values()]
        proved = f"{ours['proved']} of {ours['runs']}"
        rows.append((GROUPS[group], proved, _clock(seconds), *cells, _ratio(seconds, ours["seconds"])))
    total = sum(reported.values())
    walls = [one["wall"] for one in backends.values()]
    runs = sum(one["runs"] for one in backends[best]["groups"].values())
    proved = sum(one["proved"] for one in backends[best]["groups"].values())
    cold = [_seconds(wall) for wall in walls]
    rows.append(
        ("all, cold process", f"{proved} of {runs}", _clock(total), *cold, _ratio(total, backends[best]["wall"]))
    )
    out.heading("The paper's experiment: wall time")
    out.table(("", "proved", "authors", *backends, f"{best} is"), rows, right=(1, 2, 3, 4, 5))
    out.note(
        "authors: hours, minutes and seconds as they report them, on 64 cores, for ranks in floating point at a "
        "random point. Ours: one cold process (of several the fastest), and every number is a theorem; 'laws' finds "
        "all laws of degree at most 2 as well. The factor compares waiting times, not machines."
    )


def _large(result: dict[str, Any], out: Plain) -> None:
    rows = []
    for one in result["models"]:
        memory = "not known" if one["peak_mib"] is None else f"{one['peak_mib']:.0f} MiB"
        rows.append(
            (one["model"], str(one["parameters"]), str(one["laws"]), one["verdict"], _seconds(one["seconds"]), memory)
        )
    out.heading("Large networks, each in a process of its own")
    out.table(("model", "parameters", "laws", "verdict", "count", "most memory"), rows, right=(1, 2, 4, 5))


def _growth(result: dict[str, Any], out: Plain) -> None:
    rows = []
    for name, points in result["series"].items():
        for point in (points[0], points[len(points) // 2], points[-1]):
            model = point["model"] if len(point["model"]) <= 26 else f"{point['model'][:23]}..."
            rows.append((name, model, str(point["parameters"]), str(point["laws"]), _seconds(point["seconds"])))
    out.heading("Growing networks: the smallest, one between, the largest")
    out.table(("", "model", "parameters", "laws", "count"), rows, right=(2, 3, 4))


def _certificate(result: dict[str, Any], out: Plain) -> None:
    out.heading(f"The certificate of {result['model']}: exactly {result['laws']} laws")
    out.table(
        ("made in", "size", "re-checked in, with Python alone"),
        [(_seconds(result["seconds"]), f"{result['bytes'] / 1000:.0f} kB", _seconds(result["checker_wall"]))],
    )


def _latency(result: dict[str, Any], out: Plain) -> None:
    out.heading("What a reader waits for (medians)")
    out.table(("", "time"), [(WAITS[name], _seconds(s)) for name, s in result["seconds"].items()], right=(1,))


def _by_hand(result: dict[str, Any], out: Plain) -> None:
    _sliders(result, out, "One move by hand, in a browser")
    if result["missing"]:
        out.note(f"not measured: {result['missing']}")


def _sliders(result: dict[str, Any], out: Plain, heading: str = "One move of a slider") -> None:
    out.heading(heading)
    rows = [
        (name.replace("_", " "), _seconds(one["median"]), _seconds(one["worst"]))
        for name, one in result["seconds"].items()
    ]
    out.table(("figure", "median", "worst"), rows, right=(1, 2))


def _proofs(result: dict[str, Any], out: Plain) -> None:
    out.heading("One step of a proof: the proofs of the lessons, and each with a sign wrong")
    rows = []
    for name, one in result["backends"].items():
        times = [_seconds(one[key]) for key in ("median", "slowest", "worst", "once")]
        rows.append((name, str(one["proofs"]), str(one["changed"]), str(one["steps"]), *times))
    out.table(("", "proofs", "changed", "steps", "median", "slowest", "worst", "once"), rows, right=tuple(range(1, 8)))
    out.note(
        "slowest: the step with the largest median; worst: the longest that any step took; once: the first proof "
        "of a process, which imports sympy and the engine."
    )


def _lessons(result: dict[str, Any], out: Plain) -> None:
    out.heading("A lesson, run from top to bottom by a cold kernel")
    rows = [(name, str(one["cells"]), _seconds(one["seconds"])) for name, one in result["notebooks"].items()]
    out.table(("notebook", "cells", "time"), rows, right=(1, 2))


def _classroom(result: dict[str, Any], out: Plain) -> None:
    out.heading("A class: each submission in a process of its own")
    row = (str(result["submissions"]), str(result["hostile"]), str(result["right"]), _seconds(result["seconds"]))
    out.table(("submissions", "hostile", "right answers", "time"), [row], right=(0, 1, 2, 3))
    for told in result["protection"]:
        out.note(told)


DOORS = {
    "local": "on your machine, nothing installed",
    "binder": "Binder's environment, built",
    "browser": "the browser alone",
    "class": "a new course",
}


def _doors(result: dict[str, Any], out: Plain) -> None:
    out.heading("The doors: from nothing to a verdict of lesson 1")
    if result["missing"]:
        out.note(f"not measured: {result['missing']}")
        return
    rows = []
    for name, one in result["doors"].items():
        again = _seconds(one["again"]["verdict"]) if "again" in one else ""
        rows.append((DOORS[name], f"{one['lines']} + {one['clicks']}", _seconds(one["open"]), _seconds(one["verdict"]),
                     again))  # fmt: skip
    out.table(("door", "lines + clicks", "lesson open", "verdict", "next time"), rows, right=(1, 2, 3, 4))
    edition = result["edition"]
    out.heading(f"The browser edition: {edition['site_bytes'] / 1e6:.0f} MB, {edition['site_files']} files")
    for words, part in (("a lesson opened", "visits"), ("a law decided on the first page", "pages")):
        rows = [
            (line, _seconds(one["text"] if "text" in one else one["open"]), f"{one['bytes'] / 1e6:.1f} MB",
             _seconds(one["verdict"]), _seconds(one["again"]["verdict"]))
            for line, one in edition[part].items()
        ]  # fmt: skip
        out.table((words, "text", "until a verdict", "time", "next time"), rows, right=(1, 2, 3, 4))


STYLE = {"linear, wider": "flow", "ReLU, wider": "descent", "linear, deeper": "fit", "ReLU, deeper": "extra"}


def _rocq(result: dict[str, Any], out: Plain) -> None:
    out.heading("The second court, in processor seconds")
    if result["missing"]:
        out.note(f"not measured: {result['missing']}")
        return
    out.note(f"the library is compiled once, in {_seconds(result['library'])}")
    rows = [
        (text, str(one["parameters"]), str(one["lines"]), _seconds(one["checker"]), _seconds(one["coqc"]))
        for text, one in result["models"].items()
    ]
    out.table(("certificate", "parameters", "lines", "checker", "coqc"), rows, right=(1, 2, 3, 4))


def picture(growth: dict[str, Any]) -> Picture:
    """Draw seconds against the number of parameters, both logarithmic."""
    words = (
        "Seconds to count the conservation laws, with proof, against the number of parameters, on logarithmic axes. "
        "Wider networks have two layers of weights of equal width; deeper ones have width 4."
    )
    series = growth["series"]
    drawing, axes = sizes.growth_picture("The cost of a count as networks grow", words, series, STYLE, _seconds)
    for name, points in series.items():
        last = points[-1]
        widths = last["model"][last["model"].index("(") + 1 : -1].split(",")
        if name != "linear, deeper":  # it ends where the other deep one ends: one label serves both
            label = f"width {widths[0]}" if "wider" in name else f"{len(widths) - 1} layers"
            axes.text((last["parameters"], last["seconds"]), label)
    return drawing


def size_picture(result: dict[str, Any]) -> Picture:
    """Draw how the cost of a count at a sparse point grows."""
    return sizes.picture(result, _seconds)
