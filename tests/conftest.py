"""What every test shares."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# A script for the type checker: importing it for its docstrings would run it.
collect_ignore = ["typed/user_script.py"]

# Its assertions shall say what they compared, like those of the tests themselves.
pytest.register_assert_rewrite("lesson_answers")

# A shell starts what runs in the background with Ctrl-C ignored, and children inherit that: the tests send it to some.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Times vary on a busy machine: a deadline would fail tests for the machine's sake.
settings.register_profile("conslaw", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# In CI the same examples every time: a red build should mean that a change broke something.
settings.register_profile("conslaw-ci", settings.get_profile("conslaw"), derandomize=True, print_blob=True)
settings.load_profile("conslaw-ci" if os.environ.get("CI") else "conslaw")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the top folder of the checkout."""
    return ROOT
