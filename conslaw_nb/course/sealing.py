"""Shutting a process in with bubblewrap: inside there are Python, this package and a scratch folder, and nothing else.

What a submitted notebook runs is somebody else's program. It gets a root of its own in which only what is listed
here exists, an empty environment, no network, no sight of other processes, and a filter that refuses what would get
around the limits: memory that belongs to no process, and namespaces. `probe` tries all that out from inside.
"""

from __future__ import annotations

import ctypes
import os
import platform
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from ..errors import SealError

__all__ = ["INSTALL", "PLACES", "SCRATCH", "SealError", "command", "drop", "end_with_parent", "interpreter", "probe",
           "refusals", "surroundings", "tried", "version", "why_not"]  # fmt: skip

NOBODY = 65_300  # root's helpers become users of their own from here on, whom no file belongs to
OLDEST = (0, 6)  # that gives a folder in memory a size
INSTALL = "apt-get install bubblewrap"
SCRATCH = "/scratch"
PLACES = (SCRATCH, "/dev/shm")  # where a notebook can write
_PDEATHSIG = 1
_NEW_USER = 0x10000000

# Programs and libraries of the system; their configuration only as far as the loader needs it.
_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/nix/store", "/etc/ld.so.cache", "/etc/localtime",
           "/etc/fonts", "/etc/alternatives")  # fmt: skip

# What is refused, by its number: memfd_create, memfd_secret, shmget, shmat, semget, msgget, mq_open; unshare, setns,
# mount; io_uring_setup, userfaultfd, bpf, perf_event_open, keyctl, add_key, ptrace, process_vm_readv and _writev;
# ioprio_set and sched_setattr. Then the numbers of clone (whose flags are looked at) and of clone3 (whose flags cannot
# be: the C library falls back).
_CALLS = {
    "x86_64": (
        0xC000003E,
        (319, 447, 29, 30, 64, 68, 240, 272, 308, 165, 425, 323, 321, 298, 250, 248, 101, 310, 311, 251, 314),
        56, 435,
    ),
    "aarch64": (
        0xC00000B7,
        (279, 447, 194, 196, 190, 186, 180, 97, 268, 40, 425, 282, 280, 241, 219, 217, 117, 270, 271, 30, 274),
        220, 435,
    ),
}  # fmt: skip


def why_not() -> str:
    """Return why nothing can be shut in here, or nothing where it may be tried.

    What is not known to be refused in full is not run: there is no weaker filter for other processors.
    """
    if not sys.platform.startswith("linux"):
        return f"notebooks are shut in on Linux only, and this is {sys.platform}"
    if platform.machine() not in _CALLS or struct.calcsize("P") != 8:
        kind = f"{8 * struct.calcsize('P')} bits on {platform.machine()}"
        return (
            f"what a notebook may ask of the system is filtered for 64 bits on {' and '.join(_CALLS)}, not for {kind}"
        )
    if shutil.which("bwrap") is None:
        return f"bubblewrap is not installed: as root, {INSTALL}"
    if version() < OLDEST:
        return f"bubblewrap is older than {'.'.join(map(str, OLDEST))}: install a newer one"
    return ""


@cache
def version() -> tuple[int, ...]:
    """Return the version of bubblewrap, (0,) where it does not say."""
    try:
        said = subprocess.run(["bwrap", "--version"], capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.SubprocessError):
        return (0,)
    return tuple(map(int, re.findall(r"\d+", said))) or (0,)


def tried() -> str:
    """Return why nothing can be shut in here, having tried it with a program that does nothing."""
    if told := why_not():
        return told
    with tempfile.TemporaryFile() as rules:
        rules.write(refusals())
        rules.flush()
        os.lseek(rules.fileno(), 0, os.SEEK_SET)
        whole = command([os.path.realpath("/bin/true")], [], 1, rules.fileno())
        try:
            done = subprocess.run(whole, pass_fds=[rules.fileno()], env={}, capture_output=True, timeout=60)
        except (OSError, subprocess.SubprocessError) as problem:
            return f"bubblewrap does not work here ({type(problem).__name__})"
    why = "".join(sign for sign in done.stderr.decode("utf-8", "replace")[:200] if sign.isprintable())
    return f"bubblewrap is there, and the system does not let it work ({why})" if done.returncode else ""


def end_with_parent() -> None:
    """Have the kernel end this process when the one that started it ends."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(ctypes.c_int(_PDEATHSIG), ctypes.c_ulong(signal.SIGKILL), 0, 0, 0)


def refusals() -> bytes:
    """Return the filter of system calls, as the kernel reads it: what is refused fails, what is foreign is ended."""
    architecture, refused, clone, clone3 = _CALLS[platform.machine()]
    load, equal, at_least, bits, end = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, kill, denied, unknown = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
    count = len(refused)
    # Each line: code, how many lines to skip if so, how many if not, operand. The last three lines are the ends.
    lines = [
        (load, 0, 0, 4), (equal, 1, 0, architecture), (end, 0, 0, kill),
        (load, 0, 0, 0), (at_least, 0, 1, 0x40000000), (end, 0, 0, kill),  # numbers of another convention
        *((equal, count - place + 4, 0, number) for place, number in enumerate(refused)),
        (equal, 5, 0, clone3),
        (equal, 0, 2, clone), (load, 0, 0, 16), (bits, 1, 0, _NEW_USER),
        (end, 0, 0, allow), (end, 0, 0, denied), (end, 0, 0, unknown),
    ]  # fmt: skip
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _allowed() -> list[Path]:
    """Return the folders of Python and of this package, and nothing beside them."""
    ours = Path(__file__).resolve().parents[1]
    places = [Path(name) for name in (sys.prefix, sys.base_prefix, sys.exec_prefix)]
    places += [ours, ours.parent / "lessons"]
    places += [Path(name) for name in sys.path if Path(name).name in ("site-packages", "dist-packages")]
    found = {place.resolve() for place in places if place.is_dir()}
    return sorted(place for place in found if not any(other in place.parents for other in found))


def surroundings(scratch: str) -> dict[str, str]:
    """Return the environment of a notebook: nothing of whoever grades is in it."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": scratch, "TMPDIR": scratch, "IPYTHONDIR": f"{scratch}/.ipython",
        "USER": "learner", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip


def interpreter(control: int) -> list[str]:
    """Return the command that starts `inside` with this Python, its packages, and nothing that lies about.

    `control`: the handle of the line on which it is asked.
    """
    start = (
        "import sys, site; [site.addsitedir(place) for place in sys.argv[2:]]; site.sethelper(); "
        "from conslaw_nb.course.inside import main; import os; os._exit(main(int(sys.argv[1])))"
    )
    folders = [name for name in sys.path if Path(name).name in ("site-packages", "dist-packages")]
    ours = str(Path(__file__).resolve().parents[2])
    return [
        os.path.realpath(sys.executable),
        "-P",
        "-s",
        "-S",
        "-c",
        start,
        str(control),
        *dict.fromkeys([ours, *folders]),
    ]


def command(program: list[str], hidden: Iterable[Path], megabytes: int, filter_handle: int) -> list[str]:
    """Return the command that runs a program shut in.

    `hidden`: folders that are empty inside even where Python's own lie around them; `megabytes`: of the scratch
    folder, which lies in memory; `filter_handle`: an open file with the `refusals`.
    """
    whole = [
        "bwrap",
        "--unshare-pid",
        "--as-pid-1",
        "--unshare-net",
        "--unshare-ipc",
        "--unshare-uts",
        "--unshare-cgroup-try",
    ]
    whole += ["--hostname", "class", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    if os.getuid() == 0:  # the program becomes nobody by itself, which Python's files in root's home make necessary
        whole += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_KILL"]
    else:
        whole += ["--unshare-user"]
        if version() >= (0, 8):  # the filter refuses namespaces anyway; this is the second lock
            whole += ["--disable-userns"]
    for name, value in surroundings(SCRATCH).items():
        whole += ["--setenv", name, value]
    allowed = _allowed()
    above = {parent for place in [*allowed, *map(Path, _SYSTEM)] for parent in place.parents}
    for parent in sorted(above - {Path("/"), Path("/usr")}):  # the way to what is bound below, for whoever is nobody
        if not any(parent == place or place in parent.parents for place in allowed):
            whole += ["--perms", "0755", "--dir", str(parent)]
    for name in _SYSTEM:
        if os.path.islink(name):
            whole += ["--symlink", os.readlink(name), name]
        elif os.path.exists(name):
            whole += ["--ro-bind", name, name]
    for place in allowed:
        whole += ["--ro-bind", str(place), str(place)]
    for folder in hidden:
        if any(place == folder or place in folder.parents for place in [*allowed, Path("/usr")]) and folder.is_dir():
            whole += ["--size", "65536", "--tmpfs", str(folder), "--remount-ro", str(folder)]
    whole += ["--proc", "/proc", "--dev", "/dev", "--size", str(megabytes * 2**18), "--perms", "1777", "--tmpfs"]
    whole += [
        "/dev/shm",
        "--remount-ro",
        "/dev",
        "--size",
        str(megabytes * 2**20),
        "--perms",
        "1777",
        "--tmpfs",
        SCRATCH,
    ]
    whole += ["--chdir", SCRATCH, "--remount-ro", "/", "--seccomp", str(filter_handle), "--", *program]
    return whole


def drop(slot: int) -> None:
    """Become nobody, where one is root inside, and with that give up every right for good."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY + slot, NOBODY + slot, NOBODY + slot)
        os.setresuid(NOBODY + slot, NOBODY + slot, NOBODY + slot)


def probe(package: Path, secret: Path, port: int) -> list[str]:
    """Try, from inside, what a foreign program must not be able to do; return what it can, one sentence each.

    `package`: a folder that must be readable and not writable; `secret`: a file that exists outside; `port`: a port of
    this machine on which somebody listens.
    """
    found = []
    for place in (package, Path("/"), Path("/dev")):
        try:
            (place / ".conslaw-probe").write_text("x")
            found.append(f"a file could be written to {place}")
        except OSError:
            pass
    try:
        (package / "__init__.py").read_bytes()
    except OSError:
        found.append(f"Python's own files in {package} could not be read")
    if secret.exists():
        found.append("a file of whoever grades could be seen")
    with socket.socket() as line:
        line.settimeout(1)
        if line.connect_ex(("127.0.0.1", port)) == 0:
            found.append("the network could be reached")
    if os.getpid() > 9:  # inside there are two processes
        found.append("other processes could be reached")
    for name in ("/proc/1/mem", "/proc/1/environ"):
        with suppress(OSError):
            open(name, "rb").close()
            found.append("the process that runs the notebooks could be looked into")
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(ctypes.c_int(_NEW_USER)) == 0:
        found.append("a user namespace could be made")
    if library.syscall(ctypes.c_long(_CALLS[platform.machine()][1][0]), b"x", ctypes.c_int(0)) >= 0:
        found.append("memory could be had that counts for no process")
    return found
