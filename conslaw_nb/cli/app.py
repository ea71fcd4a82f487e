"""The commands and their help, as typer offers them, and sentences for what cannot be understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from inspect import getdoc
from typing import Any, NoReturn

import typer

import conslaw_nb

from . import architecture, classroom, engine, evidence, learning, surveys
from .options import UsageError

__all__ = ["COMMANDS", "run"]

_ABOUT = """\
Conservation laws of gradient flows: find them, count them, prove that there are
no others. Every answer is exact: PROVED, REFUTED with a witness, BOUNDED by two
certain bounds, or UNKNOWN with the reason."""

_MODELS = """\
MODEL is written as in Python, in quotes:
  "linear(5,5,5)"                       linear network, widths input to output
  "relu(2,3,2,bias=True)"               ReLU network, with or without biases
  "factorization(3,2,2)"                U times V transposed, U 3 x 2, V 2 x 2
  "phi(x*y, x*z)"                       any polynomial map
  "fields([x, y], [y, x], [x**2, 1])"   any polynomial vector fields
  "attention(heads=2, d_head=2, dim=2)"  and more: see conslaw models
  "momentum(linear(2,2,2))"             another flow of a model"""

_STATUS = """\
exit status:
  0 proved, verified or found     1 refuted or rejected
  2 bad usage or bad input        3 not decided"""

# The name of a command -> the function that does it: its docstring is the help, its first example stands in messages.
COMMANDS: dict[str, Callable[..., int]] = {
    "lab": learning.lab,
    "laws": engine.laws,
    "count": engine.count,
    "find": engine.find,
    "check": engine.check,
    "survey": surveys.survey,
    "certify": evidence.certify,
    "models": architecture.models,
    "report": architecture.report,
    "prove": evidence.prove,
    "verify": evidence.verify,
    "export": evidence.export,
    "statements": learning.statements,
    "slides": learning.slides,
    "course new": classroom.new,
    "course grade": classroom.grade,
    "course export": classroom.export,
    "solutions": classroom.solutions,
    "check-notebook": learning.check_notebook,
    "new-lesson": learning.new_lesson,
    "doctor": learning.doctor,
}
_GROUPS = {"course": "Set up a course, grade what is handed in."}
_FIRST = tuple(dict.fromkeys(name.split()[0] for name in COMMANDS))
_TAKE_A_MODEL = ("laws", "count", "find", "check", "certify")

# What may be taken for an option; all else that starts with a minus is mathematics, such as -x**2 + y**2.
_OPTION = re.compile(r"-h|-o.*|--|--[a-z][a-z-]*(=.*)?", re.DOTALL)


def _kept(text: str) -> str:
    """Mark paragraphs whose lines are to stay as they are, those with an indented line, as typer wants it."""
    return "\n\n".join(f"\b\n{part}" if "\n  " in part else part for part in text.split("\n\n"))


def _help(name: str) -> str:
    """Return what a command does, with examples: its docstring."""
    parts = [getdoc(COMMANDS[name]) or ""]
    if name in _TAKE_A_MODEL:
        parts += [_MODELS, _STATUS]
    return _kept("\n\n".join(parts))


def _example(command: str) -> str:
    """Return the first example of a command."""
    names = [name for name in COMMANDS if command in (name, name.split()[0])]
    lines = (getdoc(COMMANDS[names[0]]) or "").splitlines() if names else []
    found = next((line.strip() for line in lines if line.startswith("  conslaw ")), "conslaw --help")
    return re.split(r"\s{3,}", found)[0]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"conslaw {conslaw_nb.__version__}")
        raise typer.Exit


def _typer(text: str) -> typer.Typer:
    return typer.Typer(
        help=text,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    )


def _app() -> typer.Typer:
    first = "for example:\n" + "\n".join(f"  {_example(name)}" for name in COMMANDS)
    app = _typer(_kept("\n\n".join((_ABOUT, first, _MODELS, _STATUS))))

    @app.callback()
    def conslaw(
        version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="show the version"),
    ) -> None:
        pass

    groups = {name: _typer(text) for name, text in _GROUPS.items()}
    for name, group in groups.items():
        app.add_typer(group, name=name)
    for name, function in COMMANDS.items():
        *group, last = name.split()
        (groups[group[0]] if group else app).command(last, help=_help(name))(function)
    return app


def run(argv: Sequence[str]) -> int:
    """Do what the arguments ask, and return the exit status.

    Parameters
    ----------
    argv : sequence of str

    Raises
    ------
    UsageError
        One sentence with an example of what would be right.
    """
    words = list(argv)
    status = 0
    if words[:1] == ["help"]:
        words = [*words[1:2], "--help"]
    if not words:
        words, status = ["--help"], 2
    first = words[0]
    if first not in _FIRST and not first.startswith("-"):
        raise UsageError(_unknown_command(first))
    # A leading space keeps a law such as -x**2 from being taken for an option; no reader minds it.
    if first in _TAKE_A_MODEL:
        words = [word if not word.startswith("-") or _OPTION.fullmatch(word) else f" {word}" for word in words]
    command = typer.main.get_command(_app())
    try:
        # Not typer's own main: it has its own way with Ctrl-C and with a pipe that is closed.
        with command.make_context("conslaw", words) as context:
            found = command.invoke(context)
    except typer.Exit as leaving:  # after --help or --version
        return leaving.exit_code or status
    except Exception as error:
        if not hasattr(error, "format_message"):  # what typer and click raise for a wrong use, whichever they are
            raise
        _explain(error, " ".join(words[:2]) if first in _GROUPS and len(words) > 1 else first)
    return int(found)


def _explain(error: Any, command: str) -> NoReturn:
    """Say in one sentence, with an example, what was wrong with the arguments."""
    example = _example(command)
    said = str(error.format_message()).strip().rstrip(".")
    option = getattr(error, "option_name", None)
    parameter = getattr(error, "param", None)
    kind = type(error).__name__
    if kind == "NoSuchOption":
        if command.startswith("-"):
            raise UsageError(f"there is no option {option!r} before a command; `conslaw --help` shows the commands")
        raise UsageError(f"conslaw {command} has no option {option!r}; see conslaw {command} --help")
    if kind == "NoSuchCommand" or said.startswith("No such command"):
        group, _, word = command.partition(" ")
        known = [name.split()[1] for name in COMMANDS if name.startswith(f"{group} ")]
        raise UsageError(f"conslaw {group} has no command {word!r}; it has {', '.join(known)}")
    if kind == "MissingParameter" and parameter is not None:
        name = "-o FILE" if "-o" in parameter.opts else parameter.metavar or parameter.name
        raise UsageError(f"{name} is missing; write it like {example}")
    if kind == "BadOptionUsage":
        raise UsageError(f"{option}: a value must follow; write it like {example}")
    rest = re.fullmatch(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", said, re.DOTALL)
    if rest:
        raise UsageError(f"too many arguments, from '{rest[1].strip()[:40]}' on: put each in quotes, as in {example}")
    if said.startswith("Missing command"):
        known = [name for name in COMMANDS if name.startswith(f"{command} ")]
        raise UsageError(f"say what to do: {', '.join(f'conslaw {name}' for name in known)}")
    reason = re.sub(r"^Invalid value(?: for [^:]*)?: ", "", said)
    where = parameter.opts[-1] if parameter is not None and parameter.opts[-1].startswith("-") else None
    where = where or (parameter.metavar if parameter is not None else None)
    raise UsageError(f"{f'{where}: ' if where else ''}{reason}; write it like {example}")


def _unknown_command(word: str) -> str:
    known = ", ".join(_FIRST)
    if "(" in word:
        return f"say what to do with the model, as in conslaw count {word[:60]!r}; the commands are {known}"
    near = get_close_matches(word.lower(), _FIRST, n=1)
    question = f": did you mean {near[0]!r}?" if near else "."
    return f"there is no command {word[:60]!r}{question} The commands are {known}"
