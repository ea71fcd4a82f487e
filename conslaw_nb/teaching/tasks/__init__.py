"""The exercises of each lesson: their text in `lessonNN.md`, their checks in `lessonNN.py` beside it."""
