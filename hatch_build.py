"""What the package says of itself on an index: the addresses of this copy, and a README whose links lead somewhere.

hatchling calls it when it builds; the address comes from ``tools/address.py``, so that no file holds one.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
PAPER = "https://arxiv.org/abs/2307.00144"
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:|#|mailto:)([^)\s]+)\)")
_PICTURE = re.compile(r'<img src="(?!https?:)([^"]+)"([^>]*)>')

__all__ = ["readme", "urls"]


def readme(text: str, repository: str | None, at: str) -> str:
    """Return the README with absolute links; where no address is known, a link's words without it.

    Examples
    --------
    >>> readme("See [how](docs/how.md).", "ada/laws", "v0.1.0")
    'See [how](https://github.com/ada/laws/blob/v0.1.0/docs/how.md).'
    >>> readme('See [how](docs/how.md). <img src="docs/one.svg" alt="One.">', None, "HEAD")
    'See how. '
    """
    if repository is None:
        return _PICTURE.sub("", _LINK.sub(r"\1", text))
    text = _LINK.sub(rf"[\1](https://github.com/{repository}/blob/{at}/\2)", text)
    return _PICTURE.sub(rf'<img src="https://raw.githubusercontent.com/{repository}/{at}/\1"\2>', text)


def urls(repository: str | None, site: str | None) -> dict[str, str]:
    """Return the links that an index shows.

    Examples
    --------
    >>> sorted(urls("ada/laws", "https://ada.github.io/laws/"))
    ['Changelog', 'Documentation', 'Issues', 'Paper', 'Repository']
    >>> list(urls(None, None))
    ['Paper']
    """
    if repository is None:
        return {"Paper": PAPER}
    where = f"https://github.com/{repository}"
    return {
        "Documentation": site or where,
        "Repository": where,
        "Issues": f"{where}/issues",
        "Changelog": f"{where}/blob/HEAD/CHANGELOG.md",
        "Paper": PAPER,
    }


try:
    from hatchling.metadata.plugin.interface import MetadataHookInterface
except ImportError:  # only the builder needs it
    pass
else:

    class Addresses(MetadataHookInterface):
        """Fill in what pyproject.toml leaves open."""

        PLUGIN_NAME = "custom"

        def update(self, metadata: dict) -> None:
            """Write the readme and the links."""
            sys.path.insert(0, str(ROOT / "tools"))
            import address

            repository, at = address.repository(), address.release() or "HEAD"
            text = (ROOT / "README.md").read_text(encoding="utf-8")
            metadata["readme"] = {"content-type": "text/markdown", "text": readme(text, repository, at)}
            metadata["urls"] = urls(repository, repository and address.site(repository))
