"""Grading one submission: read, run, judge; each step in a process that may end without taking anything along."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .helper import Helper
from .judging import FORMS, heard
from .plain_data import in_words
from .submissions import Submission

__all__ = ["OUTCOMES", "grade_submission", "not_graded"]

# From best to worst; of several answers to an exercise the best one counts.
OUTCOMES = (*FORMS[:3], "not judged", "not run", FORMS[3])
MOST_JUDGING = 6  # how many times what one answer may take all of them may take together
WAITING = 5  # how many times its processor time a piece of work may wait for a busy machine
MOST_WRONG = 20  # wrong answers to an exercise that are kept for the lecturer's page
MOST_TOLD = 20  # things to look at, of one learner
MOST_RUNNING = 5  # how many times what one notebook may take all of a learner's may take together
MOST_WATCHED = 2  # the same by the clock, for notebooks that hide their work
MOST_CHECKING = 180  # seconds for all certificates of a learner
_GIVEN_UP = "Judging the answers of this learner took too long."
_ENDS = {
    "status -24": "it was stopped after the time that it may take",
    "time": "it was stopped after the time that a notebook may take",
    "memory": "it was stopped because it used more memory than a notebook may",
    "processes": "it was stopped because it started too many processes",
    "files": "it was stopped because it made too many files",
    "it said too much": "it was stopped because it handed on more than a notebook may",
    "not sealed": "it could not be shut in, so it was not run",
    "helper": "it ended the process that watched it",
}


Known = dict[tuple[str, str], tuple[str, str]]  # exercise and answer to the verdict and why: a class has much in common


def grade_submission(
    one: Submission, helper: Helper, answer_seconds: float, run: bool, known: Known | None = None
) -> dict[str, Any]:
    """Return what became of one submission, as JSON data.

    `known`: verdicts on answers that others have given too; those on new ones are added.
    """
    problems = list(one.problems)
    found = helper.ask(
        "read",
        notebooks=[str(path) for path in one.notebooks],
        record=str(one.record) if one.record else None,
        seconds=120,
    )
    if found["ended"] == "well" and one.earlier is not None:  # only the questions that a person marks are others
        return one.earlier | {"written": _by_hand(found["said"])}
    if found["ended"] != "well":
        problems.append(f"a notebook could not be read to its end ({_ending(found['ended'])})")
    answers, hints, named, computed = _written(found["said"], problems)
    runs, made = [], []
    if run:
        broken = {name for kind, name, *_ in found["said"] if kind == "unreadable"}
        for path in one.notebooks:
            if path.name in broken:
                continue
            used = sum(ran["seconds"] + ran["waited"] for ran in runs) / helper.settings["cpu_seconds"]
            clock = sum(ran["clock"] for ran in runs) / helper.settings["seconds"]
            if used > MOST_RUNNING or clock > MOST_WATCHED:
                problems.append(f"{path.name} was not run: the notebooks of this learner took too long")
                continue
            ran, more, asked, files = _run(path, one, helper, problems)
            runs.append(ran)
            answers += more
            made += files
            for number, count in asked.items():
                hints[number] = max(hints.get(number, 0), count)
    verdicts = _judge(answers, helper, answer_seconds, {} if known is None else known)
    exercises: dict[str, dict[str, Any]] = {}
    for number in dict.fromkeys([*named, *(answer[0] for answer in answers)]):
        own = [entry for entry in verdicts if entry["number"] == number]
        best = min(reversed(own), key=lambda entry: OUTCOMES.index(entry["outcome"]), default=None)
        if (
            (best is None or best["outcome"] == "empty")
            and number in computed
            and not any(entry["from"] == "run" for entry in own)
        ):
            best = {"outcome": "not run", "message": _why_not(run), "answer": computed[number], "from": "text"}
        exercises[number] = {
            "outcome": best["outcome"] if best else "empty",
            "message": best["message"] if best else "",
            "answer": best["answer"] if best else "",
            "from": best["from"] if best else "text",
            **_tries(own, [answer for answer in answers if answer[0] == number]),
            "hints": hints.get(number, 0),
            "wrong": [[one["answer"], one["message"]] for one in own if one["outcome"] == "wrong"][-MOST_WRONG:],
        }
    more = len(problems) - MOST_TOLD
    return {
        "exports": _exports(one, found["said"]),
        "notebooks": [path.name for path in one.notebooks],
        "exercises": exercises,
        "runs": runs,
        "certificates": _certificates(one, made, helper),
        "cells": [cell for kind, *rest in found["said"] if kind == "cells" for cell in rest[0]],
        "written": _by_hand(found["said"]),
        "problems": [*problems[:MOST_TOLD], *([f"and {more} things more"] if more > 0 else [])],
    }


def _exports(one: Submission, said: list[list[Any]]) -> list[dict[str, Any]]:
    """Return what the platforms say of each hand-in, and which lessons it is for."""
    lessons = {(path, number.split(".")[0]) for kind, path, *rest in said if kind == "exercise" for number in rest}
    found = []
    for it in one.exports:
        own = sorted({lesson for path, lesson in lessons if Path(path) in it.notebooks})
        facts = {"platform": it.platform, "name": it.name, "number": it.number, "late": it.late, "day": it.day}
        found.append({**facts, "lessons": own})
    return found


def _by_hand(said: list[list[Any]]) -> dict[str, str]:
    """Return the texts that answer the questions which a person marks."""
    texts: dict[str, list[str]] = {}
    for kind, *rest in said:
        if kind == "written":
            texts.setdefault(rest[0], []).append(rest[1])
    return {name: "\n\n".join(own) for name, own in texts.items()}


def _tries(own: list[dict[str, Any]], answers: list[list[Any]]) -> dict[str, int]:
    """Return how many different answers there were, and which of them was the first right one (0 if none).

    They are counted as the run came to them; those that it did not come to follow as they are written.
    """
    outcomes = {entry["answer"]: entry["outcome"] for entry in own if entry["outcome"] != "empty"}
    in_order = sorted(answers, key=lambda answer: answer[3] != "run")
    shown = list(dict.fromkeys(answer[2] for answer in in_order if answer[2] in outcomes))
    right = [place for place, answer in enumerate(shown, 1) if outcomes[answer] == "right"]
    return {"tries": len(shown), "right_at": right[0] if right else 0}


def not_graded(one: Submission, told: str) -> dict[str, Any]:
    """Return what stands in the table for a submission on which this program itself failed."""
    told = f"this submission could not be graded, by a fault of this program ({told}): grade it by hand, and tell us"
    nothing: dict[str, Any] = {"exports": [], "exercises": {}, "runs": [], "certificates": []}
    # No digest: the next run tries again.
    return {"digest": "", "notebooks": [], **nothing, "problems": [*one.problems, told]}


def _ending(ended: str) -> str:
    return _ENDS.get(ended, f"it ended early, {ended}" if ended.startswith("status") else ended)


def _why_not(run: bool) -> str:
    if run:
        return "The answer is computed by the notebook, and the run ended before it was."
    return "The answer is computed by the notebook, which was not run."


def _written(said: list[list[Any]], problems: list[str]) -> tuple[list[list[Any]], dict[str, int], list[str], dict]:
    """Sort what the reader said: answers as [number, data, text, from], hints, exercises, and computed answers."""
    answers: list[list[Any]] = []
    hints: dict[str, int] = {}
    named: list[str] = []
    computed: dict[str, str] = {}
    for kind, *rest in said:
        if kind == "unreadable":
            problems.append(rest[1])
        elif kind == "no python":
            name, place, told = rest
            problems.append(f"cell {place + 1} of {name} is not a Python: {told}")
        elif kind == "told":
            problems.append(f"{rest[0]}: {rest[1]}")
        elif kind == "exercise":
            named.append(rest[1])
        elif kind == "hints":
            hints[rest[1]] = hints.get(rest[1], 0) + rest[2]
        elif kind == "recorded":
            hints[rest[0]] = max(hints.get(rest[0], 0), rest[1])
        elif kind == "answer":
            _, number, data, source = rest
            if data is None:
                computed[number] = source
            else:
                answers.append([number, data, in_words(data), "text"])
    return answers, hints, named, computed


def _run(
    path: Path, one: Submission, helper: Helper, problems: list[str]
) -> tuple[dict[str, Any], list, dict[str, int], list]:
    """Run a notebook; return how that went, answers, hints asked for, and files that it wrote."""
    ended = helper.ask("run", notebook=str(path), carry=path.parent in one.folders)
    unpacked = helper.ask("unpack", lines=ended["lines"], seconds=120)
    answers, hints, files, errors, last, whole = [], {}, [], [], -1, False
    for kind, *rest in unpacked["said"]:
        if kind == "cell":
            last = rest[0]
        elif kind == "error":
            place, named, line = rest
            errors.append([place + 1, f"{named} in line {line}" if line else named])
        elif kind == "missing":
            told = f"{path.name} needs the module {rest[0]}, which is not there where it was graded"
            problems += [told] if told not in problems else []
        elif kind == "capped":
            problems.append(f"{path.name} checked more than {rest[0]} answers in its run: the others were not judged")
        elif kind == "answer":
            answers.append([rest[0], rest[1], in_words(rest[1]), "run"])
        elif kind == "hint":
            hints[rest[0]] = hints.get(rest[0], 0) + 1
        elif kind == "file":
            files.append(rest)
        whole = kind == "end"
    if unpacked["ended"] != "well":
        problems.append(f"what {path.name} handed on could not be read to its end")
    if ended["ended"] == "well" and whole:
        many = f"{len(errors)} cell{'' if len(errors) == 1 else 's'} with an error"
        state = "ran to its end" + (f", {many}" if errors else "")
    else:
        why = _ending("status 0" if ended["ended"] == "well" else ended["ended"])
        state = f"{why} (in cell {last + 1})" if last >= 0 else why
    ran = {
        "notebook": path.name,
        "state": state,
        "whole": whole,
        "errors": errors[:20],
        "seconds": ended.get("worked", 0),
        "waited": ended.get("waited", 0),
        "clock": ended.get("seconds", 0),
    }
    return ran, answers, hints, files


def _judge(answers: list[list[Any]], helper: Helper, seconds: float, known: Known) -> list[dict[str, Any]]:
    """Judge answers: those to our exercises in clean processes, those to a lecturer's own where notebooks are run.

    Our checks read what somebody wrote, and never run it; of others nobody knows.
    """
    kept: dict[tuple[str, str], list[Any]] = {}
    for answer in answers:
        kept.setdefault((answer[0], json.dumps(answer[1])), answer)
    own = [key for key in kept if key[0].rpartition(".")[0] in helper.settings["own"] and helper.settings["sealed"]]
    found = {key: known[key] for key in kept if key in known}
    fresh = _verdicts([key for key in kept if key not in known and key not in own], kept, helper, seconds)
    known |= {key: verdict for key, verdict in fresh.items() if verdict[0] in FORMS}
    found |= fresh | _verdicts(own, kept, helper, seconds, inside=True)
    return [_verdict(answer, *found[key]) for key, answer in kept.items()]


def _verdicts(
    waiting: list[tuple[str, str]],
    kept: dict[tuple[str, str], list[Any]],
    helper: Helper,
    seconds: float,
    inside: bool = False,
) -> dict[tuple[str, str], tuple[str, str]]:
    """Return verdicts: an answer that ends the process is passed over, and the next one goes on in another."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    left = MOST_JUDGING * seconds
    while waiting:
        judged = helper.ask(
            "judge",
            answers=[kept[key][:2] for key in waiting],
            answer_seconds=seconds,
            silence=WAITING * seconds,
            seconds=WAITING * max(left, seconds),
            **({"inside": True, "cpu_seconds": max(left, seconds)} if inside else {}),
        )
        left -= judged.get("worked", seconds)
        said = heard(judged["lines"], len(waiting)) if inside else judged["said"]
        told = {waiting[place]: (rest[0], rest[1]) for kind, place, *rest in said if kind == "verdict"}
        found |= told
        waiting = [key for key in waiting if key not in told]
        if waiting and left <= 0:
            return found | dict.fromkeys(waiting, ("not judged", _GIVEN_UP))
        if waiting:  # it ended while it judged the first of these
            found[waiting.pop(0)] = "not judged", f"Judging it was given up: {_given_up(judged['ended'])}."
    return found


def _given_up(ended: str) -> str:
    return {"time": "it took too long", "memory": "it took too much memory"}.get(ended, f"the process ended ({ended})")


def _verdict(answer: Sequence[Any], outcome: str, message: str) -> dict[str, Any]:
    return {"number": answer[0], "answer": answer[2], "from": answer[3], "outcome": outcome, "message": message}


def _certificates(one: Submission, made: list[list[str]], helper: Helper) -> list[dict[str, Any]]:
    """Re-check what was handed in beside the notebooks, and what they wrote when they were run."""
    files = [[str(path), None] for path in one.certificates]
    texts = {text: name for name, text in made}
    files += [[name, text] for text, name in texts.items()]
    found, start, left = [], 0, float(MOST_CHECKING)
    while start < len(files) and left > 0:
        done = helper.ask("examine", files=files[start:], silence=60, seconds=left)
        left -= done.get("seconds", 60)
        count = 0
        for kind, place, *rest in done["said"]:
            if kind != "file":
                continue
            count = place + 1
            accepted, verdict, summary = rest
            name, text = files[start + place]
            if verdict is not None and (
                accepted or text is None
            ):  # a lesson may forge one, to show that it is rejected
                found.append(
                    {"name": Path(name).name, "accepted": accepted, "summary": summary, "made": text is not None}
                )
        if done["ended"] != "well" and count < len(files) - start:
            name, text = files[start + count]
            if text is None:
                found.append(
                    {"name": Path(name).name, "accepted": False, "summary": "checking it was given up", "made": False}
                )
            count += 1
        start += max(count, 1)
    late = {"accepted": False, "summary": "the certificates of this learner took too long to check", "made": False}
    return found + [{"name": Path(name).name, **late} for name, text in files[start:] if text is None]
