"""What holds for the tests, for the examples in docstrings, and for the notebooks alike."""

import os
import shutil
import tempfile
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
    _kernels_by_files(config)


def _kernels_by_files(config):
    """Let nbval speak to its kernels through files, as this package does (see notebooks/running.py).

    Its ports are chosen before a kernel takes them; with two workers and other kernels about, one in some thousand
    starts found its port taken, and the kernel died.
    """
    if os.name == "nt" or find_spec("nbval") is None:
        return
    import nbval.kernel
    from jupyter_client.manager import KernelManager

    folder = tempfile.mkdtemp(prefix="nbval-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))

    def start(**options):
        return KernelManager(transport="ipc", ip=os.path.join(tempfile.mkdtemp(dir=folder), "k"), **options)

    nbval.kernel.KernelManager = start
