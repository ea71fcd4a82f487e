"""Make the notebooks for Colab, which knows nothing of this project: each begins with a cell that installs it.

    python tools/colab_notebooks.py OUT

The workflow that publishes the site puts them on the branch ``colab``; in the checkout no lesson carries that cell.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import address  # noqa: E402

__all__ = ["for_colab", "write"]


def for_colab(book: dict[str, Any], repository: str, at: str) -> dict[str, Any]:
    r"""Return a notebook that begins with the installation.

    Examples
    --------
    >>> for_colab({"cells": []}, "ada/laws", "v0.1.0")["cells"][0]["source"]
    ['# Colab has to be told what this lesson needs: run this cell first.\n', '%pip install -q "conslaw_nb @ git+...']
    """
    cell = {
        "cell_type": "code", "execution_count": None, "id": "install-here", "metadata": {}, "outputs": [],
        "source": ["# Colab has to be told what this lesson needs: run this cell first.\n",
                   f'%pip install -q "conslaw_nb @ git+https://github.com/{repository}@{at}"'],
    }  # fmt: skip
    return book | {"cells": [cell, *book["cells"]]}


def write(out: Path, repository: str, at: str) -> int:
    """Write the lessons for Colab into a folder; return how many."""
    out.mkdir(parents=True, exist_ok=True)
    lessons = sorted((ROOT / "lessons").glob("*.ipynb"))
    for path in lessons:
        book = for_colab(json.loads(path.read_text(encoding="utf-8")), repository, at)
        (out / path.name).write_text(json.dumps(book, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (out / "README.md").write_text(
        f"Made by `tools/colab_notebooks.py` from {at}: lessons that begin by installing what Colab lacks.\n",
        encoding="utf-8",
    )
    return len(lessons)


def main(arguments: list[str]) -> int:
    """Write what the command line asks for."""
    repository = address.repository()
    if len(arguments) != 1 or repository is None:
        print("usage: colab_notebooks.py OUT, in a copy that has an address at GitHub", file=sys.stderr)
        return 2
    print(f"{write(Path(arguments[0]), repository, address.release() or 'HEAD')} notebooks in {arguments[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
