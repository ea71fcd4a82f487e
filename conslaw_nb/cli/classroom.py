"""The commands for a class: a course folder, the grading of what was handed in, and the solutions."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from .display import counting, output, print_json, working

__all__ = ["course", "solutions"]


def course(options: Namespace) -> int:
    """Do what follows `conslaw course`."""
    return {"new": _new, "grade": _grade, "export": _export}[options.action](options)


def solutions(options: Namespace) -> int:
    """Copy the solutions of lessons."""
    from ..course.solutions import copy_solutions

    folder = Path(options.output).expanduser()
    report = copy_solutions(options.lessons, folder)
    out = output()
    if report.made:
        out.text(f"In {folder} there are now:")
        out.items(report.made)
    if report.kept:
        out.text(f"In {folder} already, and left as it is (-o names another folder):")
        out.items(report.kept)
    return 0


def _new(options: Namespace) -> int:
    from ..course.folder import new_course

    folder = Path(options.folder).expanduser()
    report = new_course(folder, options.lessons, options.start, options.days, options.title)
    if options.json:
        print_json({"folder": str(folder), "made": report.made, "kept": report.kept})
        return 0
    out = output()
    out.text(f"The course is in {folder}.")
    if report.made:
        out.text("Made:")
        out.items(report.made)
    if report.kept:
        out.text("There already, and left as it is:")
        out.items(report.kept)
    out.text(f"Edit {folder / 'syllabus.md'}; grade with:  conslaw course grade {folder / 'submissions'}")
    return 0


def _export(options: Namespace) -> int:
    from ..course.exporting import export_nbgrader, export_otter
    from .arguments import UsageError

    if not (options.nbgrader or options.otter):
        raise UsageError("say for which grader: --nbgrader FOLDER or --otter FOLDER, or both")
    name = f"lesson-{min(options.lessons):02}"
    reports = []
    for tool, place, write, command in (
        ("nbgrader", options.nbgrader, export_nbgrader, f"nbgrader generate_assignment {name}"),
        ("otter", options.otter, export_otter, f"otter assign {name}/{name}.ipynb dist"),
    ):
        if place:
            report = write(options.lessons, Path(place).expanduser())
            reports.append((tool, report, command))
    if options.json:
        data = {tool: {"folder": str(r.folder), "made": r.made, "kept": r.kept} for tool, r, _ in reports}
        print_json(data)
        return 0
    out = output()
    for _, report, command in reports:
        if report.made:
            out.text(f"In {report.folder} there are now:")
            out.items(report.made)
        if report.kept:
            out.text(f"In {report.folder} already, and left as it is:")
            out.items(report.kept)
        out.text(f"Next, in {report.folder}:  {command}")
    return 0


def _grade(options: Namespace) -> int:
    from ..course.folder import lessons_of
    from ..course.grading import Limits, file_name, grade
    from ..course.pages import html_page, learner_page
    from ..course.submissions import CourseError
    from ..course.tables import csv_table, summary
    from ..files import write_whole

    folder = Path(options.folder).expanduser()
    above = folder.resolve().parent
    if lessons_of(above) is None and lessons_of(folder) is not None and (folder / "submissions").is_dir():
        folder = folder / "submissions"  # the course folder was named
    target = Path(options.output).expanduser() if options.output else folder.resolve().parent / "grades"
    for name, value, least in (("--seconds", options.seconds, 1), ("--memory", options.memory, 128)):
        if value < least:
            raise CourseError(f"{name} {value} is too little for any notebook: give at least {least}")
    if options.jobs is not None and options.jobs < 1:
        raise CourseError(f"--jobs {options.jobs} would never begin: give at least 1")
    if target.exists() and not target.is_dir():
        raise CourseError(f"'{target}' is a file, and the table needs a folder: give another one with -o FOLDER")
    if target.resolve() in (folder.resolve(), *folder.resolve().parents):
        raise CourseError(
            f"the table cannot go to '{target}', which holds the submissions: give another folder with -o"
        )
    lessons = options.lessons
    if lessons is None and folder.is_dir():
        lessons = lessons_of(folder.resolve().parent)  # and not what somebody handed in under that name
    limits = Limits(float(options.seconds), min(15.0, float(options.seconds)), megabytes=options.memory)
    with counting("grading") as tell:
        grades = grade(
            folder, target, lessons=lessons, run=not options.no_run, unprotected=options.unprotected,
            again=options.again, jobs=options.jobs, limits=limits, tell=tell,
        )  # fmt: skip
    with working("writing the table"):
        (target / "learners").mkdir(parents=True, exist_ok=True)
        write_whole(target / "grades.csv", "\ufeff" + csv_table(grades))  # spreadsheets know UTF-8 by its first sign
        write_whole(target / "grades.html", html_page(grades))
        for one in grades.learners:
            write_whole(target / "learners" / file_name(one["learner"], ".html"), learner_page(one, grades.exercises))
    if options.json:
        print_json(_data(grades, target))
        return 0
    out = output()
    for sentence in [*summary(grades), *grades.protection]:
        out.text(sentence)
    out.text(f"The table is in {target / 'grades.csv'} and, to be read, in {target / 'grades.html'}.")
    out.text(f"In {target / 'learners'} there is a page for each learner, to be handed back.")
    return 0


def _data(grades: Any, target: Path) -> dict[str, Any]:
    return {
        "csv": str(target / "grades.csv"),
        "html": str(target / "grades.html"),
        "learner_pages": str(target / "learners"),
        "exercises": grades.exercises,
        "protection": grades.protection,
        "taken_over": grades.taken_over,
        "learners": [{k: v for k, v in one.items() if k != "digest"} for one in grades.learners],
    }
