"""Grading where joblib has been set to work elsewhere: ``with joblib.parallel_config("dask"):`` around a grading.

Each piece of work is one submission, graded as it would be here, by a helper process of the machine that has it. All
machines see the submissions at the same place, and have this very package.
"""

from __future__ import annotations

import atexit
import platform
import sys
import threading
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from .helper import Helper
from .judging import package_version, version
from .one_submission import grade_submission, not_graded
from .submissions import CourseError, Submission

__all__ = ["graded_elsewhere", "is_set_up"]

_HELPERS = threading.local()
SLOTS = 200  # users that a container has, beyond those that root's helpers begin with


def is_set_up() -> bool:
    """Whether joblib was set to have something else work than this machine's own processes and threads."""
    if "joblib" not in sys.modules:
        return False
    from joblib.parallel import BACKENDS, get_active_backend

    here = tuple(BACKENDS[name] for name in ("loky", "threading", "multiprocessing", "sequential") if name in BACKENDS)
    return not isinstance(get_active_backend()[0], here)


def graded_elsewhere(
    submissions: Sequence[Submission],
    jobs: int | None,
    settings: dict[str, Any],
    answer_seconds: float,
    run: bool,
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the place of a submission with its result, as they are done.

    Raises CourseError: a machine has another version of this package, or of a lesson of one's own.
    """
    from joblib import Parallel, delayed

    here = version(settings["own"])
    yield from Parallel(n_jobs=jobs or -1, return_as="generator_unordered")(
        delayed(_one)(place, one, settings, answer_seconds, run, here) for place, one in enumerate(submissions)
    )


@cache
def _package() -> str:
    """Return which package this process began with: a later one on the disk is not what it works with."""
    return package_version()


def _one(
    place: int, one: Submission, settings: dict[str, Any], answer_seconds: float, run: bool, wanted: str
) -> tuple[int, dict[str, Any]]:
    """Grade one submission on whatever machine this is."""
    if version(settings["own"], _package()) != wanted:
        raise CourseError(
            f"{platform.node()} has another version of conslaw_nb or of a lesson: install the same there, and start "
            "its worker again"
        )
    helper = getattr(_HELPERS, "helper", None)
    if helper is None or helper.settings != {"slot": helper.settings["slot"], **settings}:
        helper = _HELPERS.helper = Helper(threading.get_native_id() % SLOTS, settings)
        _HELPERS.known = {}
        atexit.register(helper.close)
    try:
        return place, grade_submission(one, helper, answer_seconds, run, _HELPERS.known)
    except CourseError:
        raise
    except Exception as fault:
        return place, not_graded(one, f"{type(fault).__name__}: {fault}"[:300])
