"""What holds for the tests, for the examples in docstrings, and for the notebooks alike."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent

# The programs and notebook kernels that tests start shall import this checkout, whatever else is installed.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))

# Without python-flint its backend cannot even be imported, to look for examples in it.
collect_ignore = [] if find_spec("flint") else ["conslaw_nb/exact/flint_backend.py"]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """With -n, keep the cells of a notebook, which share a kernel, on one worker; without pytest-xdist do nothing.

    The files are taken as they stand: those of few and long tests, with a browser, first. By itself pytest-xdist takes
    them last, and one worker would wait for the other's.
    """
    if getattr(config.option, "dist", "no") == "load":
        config.option.dist = "loadfile"
        config.option.loadscopereorder = False
