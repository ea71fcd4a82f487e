"""A class: setting up a course, grading what was handed in, and re-checking notebooks that others wrote.

Nothing here believes a saved output. What a learner wrote is read from the source of the notebook, and judged in a
clean process by the exercises themselves; a notebook is only ever *run* in a process that is shut in.
"""
