"""Shutting a process in: no network, no file but its own scratch folder, no other process, where Linux allows it.

What a submitted notebook runs is somebody else's program. On Linux it is run in namespaces of its own: the whole
file system is read-only to it, the folder of submissions and the home folder are not there at all, there is no
network, and when its first process ends, all it has started ends with it. `probe` tries that out instead of
believing it. Neither root's rights nor a program beside Python are needed, though some systems forbid it all the same.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from collections.abc import Iterable
from pathlib import Path

from ..errors import SealError

__all__ = ["NOT_SEALED", "SealError", "end_with_parent", "enter", "probe"]

NOT_SEALED = 77  # the exit status of a process that could not be shut in
NOBODY = 65_300  # root's helpers become users of their own from here on, whom no file belongs to

_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = (
    0x00020000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
_BIND, _REC, _PRIVATE, _NOSUID, _NODEV, _NOEXEC = 0x1000, 0x4000, 0x40000, 2, 4, 8
_MOUNT_SETATTR, _AT_FDCWD, _AT_RECURSIVE = 442, -100, 0x8000
_PDEATHSIG, _NO_NEW_PRIVS = 1, 38
_CAPABILITIES = 0x20080522

# What is emptied before a foreign program runs, but for what Python itself needs: home folders, sockets of services
# (the right to talk to one can be the right to everything), the temporary files of others, and their terminals.
_COVERED = ("/home", "/root", "/run", "/tmp", "/var/tmp", "/mnt", "/media", "/srv", "/dev/shm", "/dev/pts")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> int:
    """Call a function of the C library; raise if it fails."""
    result = getattr(_libc(), name)(*arguments)
    if result == -1:
        code = ctypes.get_errno()
        raise SealError(f"the system refused {name} ({os.strerror(code)})")
    return result


def end_with_parent() -> None:
    """Have the kernel end this process when the one that started it ends."""
    if sys.platform.startswith("linux"):
        _call("prctl", ctypes.c_int(_PDEATHSIG), ctypes.c_ulong(signal.SIGKILL), 0, 0, 0)


def _mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    encoded = [part.encode() if part is not None else None for part in (source, target, kind)]
    _call("mount", *encoded, ctypes.c_ulong(flags), data.encode() if data is not None else None)


class _Attributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


def _read_only(path: str) -> None:
    """Make all that is mounted at and below a path read-only."""
    wanted = _Attributes(1 | 2, 0, 0, 0)  # read-only, no set-user-id programs
    _call(
        "syscall", ctypes.c_long(_MOUNT_SETATTR), ctypes.c_int(_AT_FDCWD), path.encode(),
        ctypes.c_uint(_AT_RECURSIVE), ctypes.byref(wanted), ctypes.c_size_t(ctypes.sizeof(wanted)),
    )  # fmt: skip


def _needed() -> list[Path]:
    """Return the folders that Python and this package are in."""
    places = [sys.prefix, sys.base_prefix, sys.exec_prefix, Path(__file__).resolve().parents[2] / "lessons"]
    places += [Path(__file__).resolve().parents[1], *(place for place in sys.path if place)]
    found = {Path(place).resolve() for place in places if os.path.exists(place)}
    return sorted(place for place in found if not any(other in place.parents for other in found))


def _inside(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents


def _cover(folder: Path, kept: dict[Path, tuple[int, bool]], kilobytes: int) -> None:
    """Mount an empty folder over one, and put back the places below it that are needed (held open before)."""
    _mount("tmpfs", str(folder), "tmpfs", _NOSUID | _NODEV, f"size={kilobytes}k,mode=755")
    for place, (handle, is_folder) in kept.items():
        if folder not in place.parents:
            continue
        if is_folder:
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
        _mount(f"/proc/self/fd/{handle}", str(place), None, _BIND | _REC)


def _hide(hidden: Iterable[Path]) -> None:
    kept = {place: (os.open(place, os.O_PATH | os.O_CLOEXEC), place.is_dir()) for place in _needed()}
    for folder in sorted({Path(name).resolve() for name in _COVERED if os.path.isdir(name)}):
        if not any(_inside(folder, place) for place in kept):
            _cover(folder, kept, 1024)
    for folder in hidden:
        if folder.is_dir():  # it may lie in a folder that is covered already
            _cover(folder, kept, 64)
    for handle, _ in kept.values():
        os.close(handle)


def _map_user() -> None:
    """Be the same user inside as outside: whoever is nobody in particular has no rights to lose."""
    user, group = os.getuid(), os.getgid()
    _call("unshare", ctypes.c_int(_NEWUSER | _NEWNS | _NEWPID | _NEWNET | _NEWIPC | _NEWUTS))
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        try:
            Path(f"/proc/self/{name}").write_text(text)
        except OSError as error:
            raise SealError(f"the system refused a user of its own ({error.strerror})") from None


def _status(code: int) -> int:
    """Return an exit status that says how a process ended, as a shell does."""
    return os.WEXITSTATUS(code) if os.WIFEXITED(code) else 128 + os.WTERMSIG(code)


def enter(scratch: Path, hidden: Iterable[Path] = (), slot: int = 0, megabytes: int = 64) -> None:
    """Shut this process in; what comes back from the call is a grandchild that is inside.

    `scratch`: the only folder that can be written to; empty, in memory, of `megabytes`. It becomes the current folder;
    `hidden`: folders that shall be empty to whoever is inside; `slot`: a number that no other process running at the
    same time has. Raises SealError: in the process that called, if the first step is refused. If a later one is, this
    process ends with the status `NOT_SEALED`.
    """
    if not sys.platform.startswith("linux"):
        raise SealError(f"shutting a program in is done on Linux only, and this is {sys.platform}")
    root = os.getuid() == 0
    if root:
        _call("unshare", ctypes.c_int(_NEWNS | _NEWPID | _NEWNET | _NEWIPC | _NEWUTS))
    else:
        _map_user()
    os.umask(0o022)
    first = os.fork()
    if first:
        os.closerange(3, 1024)
        os._exit(_status(os.waitpid(first, 0)[1]))
    # From here on this is the first process of the namespace: when it ends, the kernel ends all others in it.
    try:
        end_with_parent()
        _mount("none", "/", None, _REC | _PRIVATE)
        _hide(hidden)
        scratch.mkdir(parents=True, exist_ok=True)
        try:
            _mount("proc", "/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
        except SealError:  # in some containers; then there shall be nothing at all
            _mount("tmpfs", "/proc", "tmpfs", _NOSUID | _NODEV, "size=4k")
        _read_only("/")
        _mount("tmpfs", str(scratch), "tmpfs", _NOSUID | _NODEV, f"size={megabytes}m,nr_inodes=4k,mode=777")
        os.chdir(scratch)
        second = os.fork()
    except BaseException:
        os._exit(NOT_SEALED)
    if second:
        os.closerange(3, 1024)
        while True:
            done, code = os.wait()
            if done == second:
                os._exit(_status(code))
    try:
        _drop(root, slot)
    except BaseException:
        os._exit(NOT_SEALED)


def _drop(root: bool, slot: int) -> None:
    """Give up every right, for good."""
    _call("prctl", ctypes.c_int(_NO_NEW_PRIVS), ctypes.c_ulong(1), 0, 0, 0)
    if root:
        os.setgroups([])
        os.setresgid(NOBODY + slot, NOBODY + slot, NOBODY + slot)
        os.setresuid(NOBODY + slot, NOBODY + slot, NOBODY + slot)
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _call("capset", header, nothing)


def probe(package: Path, secret: Path, port: int) -> list[str]:
    """Try, from inside, what a foreign program must not be able to do; return what it can, one sentence each.

    `package`: a folder that must be readable and not writable; `secret`: a file in a folder that is hidden; `port`: a
    port of this machine on which somebody listens.
    """
    found = []
    for place in (package, Path("/")):
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
        found.append("the folder of submissions could be looked into")
    with socket.socket() as line:
        line.settimeout(1)
        if line.connect_ex(("127.0.0.1", port)) == 0:
            found.append("the network could be reached")
    if os.getpid() > 9:  # inside there are two processes
        found.append("other processes could be reached")
    return found
