"""What the tests of a class share: small notebooks, and whether a program can be shut in here."""

import contextlib
import functools
import json

import pytest

from conslaw_nb.course.grading import Limits, _protection
from conslaw_nb.course.helper import Helper

# Enough for the short notebooks of the tests, on a busy machine too.
LIMITS = Limits(seconds=30, answer_seconds=20, megabytes=700)


@functools.cache
def shut_in() -> bool:
    """Whether this system lets a program be shut in."""
    with contextlib.closing(Helper(0, {"hidden": [], "megabytes": 512})) as helper:
        return _protection(True, False, helper)[0]


def needs_a_cell() -> None:
    """Skip a test, loudly, where no notebook may be run."""
    if not shut_in():
        pytest.skip("NOT TESTED HERE: this system does not let a program be shut in (no user namespaces)")


def book(*sources, markdown=(), outputs=None, **more):
    """Return a notebook with these code cells, as JSON data."""
    cells = [
        {
            "cell_type": "code", "id": f"c{k}", "metadata": {}, "execution_count": None, "source": source,
            "outputs": (outputs or {}).get(k, []),
        }
        for k, source in enumerate(sources)
    ]  # fmt: skip
    cells += [
        {"cell_type": "markdown", "id": f"m{k}", "metadata": {}, "source": text} for k, text in enumerate(markdown)
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **more}


def write(path, *sources, **more):
    """Write a notebook with these code cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(book(*sources, **more)), encoding="utf-8")
    return path


START = "import conslaw_nb as cl\nwhere = cl.teaching.exercise('1.1')"
RIGHT = 'where.check("(5/4, 3/4)")'
WRONG = 'where.check("(3/2, 1/2)")'
COMPUTED = (
    "from fractions import Fraction\nanswer = (Fraction(5, 3) * Fraction(3, 4), Fraction(9, 12))\nwhere.check(answer)"
)
