"""`python -m benchmarks`: measure, print tables, write JSON, and say loudly if an answer is wrong."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from conslaw_nb.cli.display import output, working

from .measure import HERE, MEASURES, PAPER, TaskError, machine
from .report import marks, picture, show, size_picture

ABOUT = """\
Measure conslaw_nb. Every count that is timed is also checked; of five cold
processes the fastest is reported.

exit status:
  0 all answers right and all marks met     1 a wrong answer
  2 bad usage, or a task that failed        3 a mark was missed"""


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what is asked for; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small models, few repetitions: is all in order?")
    parser.add_argument("--only", metavar="NAME", choices=MEASURES, help=f"one of {', '.join(MEASURES)}")
    parser.add_argument(
        "--output", metavar="FILE", type=Path, help="where the JSON goes; scaling.svg is drawn beside it "
        "(default, for a full run: benchmarks/results.json)"
    )  # fmt: skip
    parser.add_argument(
        "--adopt", action="store_true", help="with --only: put the part in the place of the older one in "
        "benchmarks/results.json"
    )  # fmt: skip
    parser.add_argument("--runs", metavar="FILE", type=Path, default=PAPER, help="another list of runs for 'paper'")
    options = parser.parse_args(argv)
    if options.adopt and (options.quick or options.output or not options.only):
        parser.error("--adopt goes with --only NAME, and with neither --quick nor --output")
    partly = (options.quick or options.only) and not options.adopt
    target = options.output or (None if partly else HERE / "results.json")
    if target is not None and not target.parent.is_dir():
        parser.error(f"the folder '{target.parent}' of the output does not exist")
    settings = {"quick": options.quick, "tries": 1 if options.quick else 5, "runs": options.runs.resolve()}

    results: dict[str, Any] = {}
    for name in [options.only] if options.only else MEASURES:
        try:
            with working(f"measuring: {name}"):
                results[name] = MEASURES[name](settings)
        except TaskError as error:
            print(f"benchmarks: {error}", file=sys.stderr)
            return 2

    out = output()
    about = machine()
    packages = ", ".join(f"{name} {version}" for name, version in about["packages"].items())
    out.note(f"{about['processors']} processors, {about['system']}, {about['python']}; {packages}")
    show(results, out)
    missed = [one["what"] for one in marks(results) if not one["met"]]
    if target is not None:
        data = {"format": "conslaw-benchmarks", "version": 1, "quick": options.quick, "machine": about, "results": {}}
        write(target, json.loads(target.read_text(encoding="utf-8")) if options.adopt else data, results)
        out.note(f"written to {target.name}")
        if "growth" in results:
            picture(results["growth"]).save(target.with_name("scaling.svg"))
        if "sizes" in results:
            size_picture(results["sizes"]).save(target.with_name("sizes.svg"))
    return _judge(results, missed)


def write(target: Path, data: dict[str, Any], results: dict[str, Any]) -> None:
    """Write results into a file, over those of the same parts in `data`, with the marks of all of them."""
    kept = data.pop("results") | results
    data |= {"marks": marks(kept), "results": kept}
    target.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _judge(results: dict[str, Any], missed: Sequence[str]) -> int:
    """Say what is wrong, on the standard error, and return the exit status."""
    wrong = [sentence for result in results.values() for sentence in result["wrong"]]
    for sentence in wrong:
        print(f"WRONG ANSWER: {sentence}", file=sys.stderr)
    for what in missed:
        print(f"mark missed: {what}", file=sys.stderr)
    return 1 if wrong else 3 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
