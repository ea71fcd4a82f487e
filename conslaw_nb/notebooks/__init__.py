"""Notebooks of others, checked: run afresh, all that they claim proved again, all that they saved compared."""

from __future__ import annotations

from ..errors import NotebookError
from .checking import Line, NotebookReport, check_notebook

__all__ = ["Line", "NotebookError", "NotebookReport", "check_notebook"]
