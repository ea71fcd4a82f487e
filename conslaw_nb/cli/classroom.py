"""The commands for a class: a course folder, the grading of what was handed in, and the solutions."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from .display import counting, output, print_json, working
from .options import Json, UsageError, day, lesson_names, whole

__all__ = ["export", "grade", "new", "solutions"]


def new(
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="where the course is kept; it is made if need be")],
    lessons: Annotated[
        list | None,
        typer.Option(parser=lesson_names, metavar="LIST", help="such as 1-4,workshop,my-lesson (default: all of ours)"),
    ] = None,
    start: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DAY", help="when the first lesson is due (default: a Monday soon)"),
    ] = None,
    days: Annotated[int, typer.Option(parser=whole, metavar="N", help="from one lesson to the next")] = 7,
    title: Annotated[str, typer.Option(metavar="TEXT", help="the name of the course")] = "",
    json: Json = False,
) -> int:
    """Set up a course folder.

    for example:
      conslaw course new autumn
      conslaw course new autumn --lessons 1,2,5 --start 2027-01-11 --days 14
      conslaw course new autumn --lessons 1,workshop,my-lesson

    A lesson of your own is named by its folder, which conslaw new-lesson makes.
    Makes course.toml, syllabus.md, lessons/ and submissions/. What is in the folder
    already stays as it is; lessons that the course does not have yet join it.
    """
    from ..course.folder import new_course

    place = Path(folder).expanduser()
    report = new_course(place, lessons, start, days, title)
    if json:
        added = {"added": report.added, "notes": report.notes}
        print_json({"folder": str(place), "made": report.made, "kept": report.kept, **added})
        return 0
    out = output()
    out.text(f"The course is in {place}.")
    if report.made:
        out.text("Made:")
        out.items(report.made)
    if report.kept:
        out.text("There already, and left as it is:")
        out.items(report.kept)
    if report.added:
        out.text(f"Added at the end of {place / 'course.toml'}:")
        out.items([f"lesson {one}" for one in report.added])
    for note in report.notes:
        out.text(note)
    out.text(f"Edit {place / 'syllabus.md'}; grade with:  conslaw course grade {place / 'submissions'}")
    return 0


def grade(
    folder: Annotated[
        str,
        typer.Argument(metavar="SUBMISSIONS", help="a folder, one notebook or folder for each learner; or an archive"),
    ],
    output_folder: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="FOLDER", help="where the table goes (default: grades, beside it)"),
    ] = None,
    lessons: Annotated[
        list | None,
        typer.Option(parser=lesson_names, metavar="LIST", help="such as 1,my-lesson (default: what course.toml says)"),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(parser=whole, metavar="N", help="how many at once (default: one for each processor)")
    ] = None,
    seconds: Annotated[int, typer.Option(parser=whole, metavar="N", help="of processor time, for one notebook")] = 60,
    memory: Annotated[int, typer.Option(parser=whole, metavar="MB", help="for one notebook")] = 1024,
    no_run: Annotated[bool, typer.Option("--no-run", help="only judge answers that are written out")] = False,
    unprotected: Annotated[
        bool, typer.Option("--unprotected", help="run notebooks even if they cannot be shut in")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="forget earlier results")] = False,
    only: Annotated[str | None, typer.Option(metavar="LEARNER", help="grade this one again, and no other")] = None,
    anonymous: Annotated[bool, typer.Option("--anonymous", help="write anonymous.html, a table without names")] = False,
    json: Json = False,
) -> int:
    """Grade a folder of submissions.

    for example:
      conslaw course grade submissions
      conslaw course grade submissions --lessons 1,2 -o grades
      conslaw course grade submissions --no-run

    Writes grades.csv, gradebook.csv, grades.html and a page for each learner. SUBMISSIONS
    may be the archive of a learning platform as it came. A second run grades only what has changed;
    stop it at any time. Where notebooks cannot be shut in they are not run, and
    the report says so: answers that are written out are judged all the same.
    """
    from ..course.folder import lessons_of, named_in
    from ..course.gradebook import written_names
    from ..course.grading import Limits, grade
    from ..course.handing_back import anonymous as without_names
    from ..course.handing_back import hand_back
    from ..course.pages import html_page
    from ..course.submissions import CourseError
    from ..course.tables import summary
    from ..files import write_whole

    place = Path(folder).expanduser()
    above = place.resolve().parent
    if lessons_of(above) is None and lessons_of(place) is not None and (place / "submissions").is_dir():
        place, above = place / "submissions", place.resolve()  # the course folder was named
    target = Path(output_folder).expanduser() if output_folder else above / "grades"
    for name, value, least in (("--seconds", seconds, 1), ("--memory", memory, 128)):
        if value < least:
            raise CourseError(f"{name} {value} is too little for any notebook: give at least {least}")
    if jobs is not None and jobs < 1:
        raise CourseError(f"--jobs {jobs} would never begin: give at least 1")
    if target.exists() and not target.is_dir():
        raise CourseError(f"'{target}' is a file, and the table needs a folder: give another one with -o FOLDER")
    if target.resolve() in (place.resolve(), *place.resolve().parents):
        raise CourseError(
            f"the table cannot go to '{target}', which holds the submissions: give another folder with -o"
        )
    ours = lessons_of(above) if place.is_dir() else None  # and not what somebody handed in under that name
    lessons = ours if lessons is None else named_in(lessons, ours or [])
    limits = Limits(float(seconds), megabytes=memory)
    with counting("grading") as tell:
        grades = grade(
            place, target, lessons=lessons, run=not no_run, unprotected=unprotected,
            again=only or again, jobs=jobs, limits=limits, written=written_names(above), tell=tell,
        )  # fmt: skip
    with working("writing the table"):
        _, gone = hand_back(grades, target, above, above.name)
        if anonymous:
            write_whole(target / "anonymous.html", html_page(without_names(grades)))
    if json:
        print_json(_data(grades, target))
        return 0
    out = output()
    for sentence in [*summary(grades), *grades.protection]:
        out.text(sentence)
    out.text(f"The table is in {target / 'grades.csv'} and, to be read, in {target / 'grades.html'}.")
    out.text(f"Points are in {target / 'gradebook.csv'}; moodle.csv and canvas.csv there are for those platforms.")
    out.text(
        f"In {target / 'learners'} there is a page for each learner, to be handed back; feedback.zip holds them all."
    )
    if gone:
        out.text(f"Removed from there, since there is no such submission any more: {', '.join(gone)}.")
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


def export(
    lessons: Annotated[list, typer.Argument(parser=lesson_names, metavar="LESSON", help="such as 1, or 1-4,my-lesson")],
    nbgrader: Annotated[str | None, typer.Option(metavar="FOLDER", help="a course folder for nbgrader")] = None,
    otter: Annotated[str | None, typer.Option(metavar="FOLDER", help="a folder for otter assign")] = None,
    json: Json = False,
) -> int:
    """Export exercises to other graders.

    for example:
      conslaw course export 1 --nbgrader ours
      conslaw course export 1-4 --otter ours

    For nbgrader a course folder with an assignment for each lesson; for otter-grader
    a notebook for otter assign. The cell that grades calls the exercise's own check:
    there is no key in the learners' version. Nothing there is ever overwritten.
    Both tools run that cell in the learner's own kernel, within the learner's reach. Where
    somebody might tamper with it, conslaw course grade judges apart from the notebook.
    """
    from ..course.exporting import assignment_name, export_nbgrader, export_otter
    from ..teaching.syllabus import lessons_named

    if not (nbgrader or otter):
        raise UsageError("say for which grader: --nbgrader FOLDER or --otter FOLDER, or both")
    name = assignment_name(lessons_named(lessons)[0])
    reports = []
    for tool, place, write, command in (
        ("nbgrader", nbgrader, export_nbgrader, f"nbgrader generate_assignment {name}"),
        ("otter", otter, export_otter, f"otter assign {name}/{name}.ipynb dist"),
    ):
        if place:
            report = write(lessons, Path(place).expanduser())
            reports.append((tool, report, command))
    if json:
        data = {tool: {"folder": str(r.folder), "made": r.made, "kept": r.kept} for tool, r, _ in reports}
        print_json(data)
        return 0
    out = output()
    for _, report, command in reports:
        _made_and_kept(report.folder, report)
        out.text(f"Next, in {report.folder}:  {command}")
    out.text(
        "These tools run the check in the learner's own kernel, within the learner's reach; `conslaw course grade` "
        "judges apart from it."
    )
    return 0


def solutions(
    lessons: Annotated[
        list,
        typer.Argument(
            parser=lesson_names, metavar="LESSON", help="such as 1, 1-4, workshop, two-hours, my-lesson or teaching"
        ),
    ],
    output_folder: Annotated[str, typer.Option("-o", "--output", metavar="FOLDER", help="where they go")] = "solutions",
) -> int:
    """Copy the solutions of a lesson.

    for example:
      conslaw solutions 1                         into ./solutions
      conslaw solutions 1-4 -o ~/for-me
      conslaw solutions workshop                  or two-hours
      conslaw solutions teaching                  for whoever teaches

    A file that is there already stays as it is. Whoever is stuck asks the exercise
    for a hint first: its hints come one at a time.
    """
    from ..course.solutions import copy_solutions

    folder = Path(output_folder).expanduser()
    _made_and_kept(folder, copy_solutions(lessons, folder), " (-o names another folder)")
    return 0


def _made_and_kept(folder: Path, report: Any, what_to_try: str = "") -> None:
    out = output()
    if report.made:
        out.text(f"In {folder} there are now:")
        out.items(report.made)
    if report.kept:
        out.text(f"In {folder} already, and left as it is{what_to_try}:")
        out.items(report.kept)
