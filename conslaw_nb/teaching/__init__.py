"""Exercises with instant, exact feedback and hints that come one at a time.

Examples
--------
>>> step = exercise("1.5")
>>> step.check("1/10")
✗ Not yet. With τ = 1/10 the step goes to (23/10, 8/5), where u² − v² = 273/100: ...
>>> [task.number for task in exercises(1)]
['1.1', '1.2', '1.3', '1.4', '1.5', '1.6']
"""

from __future__ import annotations

from ..certificates.report import Report, report
from ..errors import ExerciseError
from ..paper import statements
from ..paper.statements import Statement, boxes, statement
from .exercise import Exercise, Feedback, Hint, right, wrong
from .lesson_text import read_lesson
from .levels import level_map
from .progress_file import progress
from .syllabus import all_exercises, exercise, exercises, lessons

__all__ = [
    "Exercise",
    "ExerciseError",
    "Feedback",
    "Hint",
    "Report",
    "Statement",
    "all_exercises",
    "boxes",
    "exercise",
    "exercises",
    "lessons",
    "level_map",
    "progress",
    "read_lesson",
    "report",
    "right",
    "statement",
    "statements",
    "wrong",
]
