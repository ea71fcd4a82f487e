"""Where this copy of the project lives: its repository at GitHub, its site, and its latest release.

Nobody writes the address down: GitHub's builder names it in GITHUB_REPOSITORY, and elsewhere ``git remote`` knows it.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_NAME = r"[\w.-]+/[\w.-]+?"
_GITHUB = re.compile(rf"(?:https?://(?:[^@/]*@)?|ssh://git@|git@)github\.com[:/]({_NAME})(?:\.git)?/?")

__all__ = ["from_remote", "release", "repository", "site"]


def from_remote(address: str) -> str | None:
    """Return OWNER/NAME of a remote at GitHub, or None.

    Examples
    --------
    >>> from_remote("git@github.com:ada/laws.git"), from_remote("https://github.com/ada/laws")
    ('ada/laws', 'ada/laws')
    >>> from_remote("/home/ada/laws") is None
    True
    """
    found = _GITHUB.fullmatch(address.strip())
    return found[1] if found else None


def _git(*command: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(ROOT), *command], capture_output=True, text=True, check=False)
    except OSError:  # no git here
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def repository() -> str | None:
    """Return OWNER/NAME of this copy at GitHub, or None where no address is known."""
    return os.environ.get("GITHUB_REPOSITORY") or from_remote(_git("remote", "get-url", "origin"))


def release() -> str | None:
    """Return the tag of the latest release that this copy contains, or None where there was none."""
    return _git("describe", "--tags", "--abbrev=0", "--match=v[0-9]*") or None


def site(repository: str) -> str:
    """Return the address of a repository's pages.

    Examples
    --------
    >>> site("Ada/laws"), site("ada/ada.github.io")
    ('https://ada.github.io/laws/', 'https://ada.github.io/')
    """
    owner, _, name = repository.partition("/")
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"
