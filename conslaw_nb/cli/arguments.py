"""What may be typed after `conslaw`, the help, and sentences for what cannot be understood."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import NoReturn

import conslaw_nb

from ..errors import ConslawError
from .course_arguments import COURSE_COMMANDS, add_arguments
from .notebook_arguments import NOTEBOOK_COMMANDS, add_notebook_arguments

__all__ = ["COMMANDS", "UsageError", "parse"]


class UsageError(ConslawError):
    """The command line makes no sense: compare it with the examples of `conslaw --help`."""


_ABOUT = """\
Conservation laws of gradient flows: find them, count them, prove that there are
no others. Every answer is exact: PROVED, REFUTED with a witness, BOUNDED by two
certain bounds, or UNKNOWN with the reason."""

_MODELS = """\
MODEL is written as in Python, in quotes (a shell has its own use for brackets):
  "linear(5,5,5)"                       linear network, widths input to output
  "relu(2,3,2,bias=True)"               ReLU network, with or without biases
  "factorization(3,2,2)"                U times V transposed, U 3 x 2, V 2 x 2
  "phi(x*y, x*z)"                       any polynomial map
  "fields([x, y], [y, x], [x**2, 1])"   any polynomial vector fields"""

_STATUS = """\
exit status:
  0 proved, verified or found     1 refuted or rejected
  2 bad usage or bad input        3 not decided"""

# name: what it does, in the list of commands; an example; more examples, and what else to know
COMMANDS = {
    "lab": ("open JupyterLab on the lessons", "conslaw lab", """\
examples:
  conslaw lab                 your own copy of the lessons, in ./my-lessons
  conslaw lab ~/lessons       the same in a folder of your choice
Run it again at any time: what you changed is never overwritten."""),
    "laws": ("find all polynomial laws up to a degree", 'conslaw laws "linear(2,3,2)"', """\
examples:
  conslaw laws "linear(2,3,2)"
  conslaw laws "phi(x**2*y)" --degree 3"""),
    "count": ("count the independent laws, with proof", 'conslaw count "linear(5,5,5,5,5)"', """\
examples:
  conslaw count "linear(5,5,5,5,5)"
  conslaw count "phi(x + y**2/2)" --json
  conslaw count "phi(x*y)" --point "x=1, y=0"      at a point of your choice"""),
    "check": ("decide whether one law is conserved", 'conslaw check "phi(x*y)" "x**2 - y**2"', """\
examples:
  conslaw check "phi(x*y)" "x**2 - y**2"          PROVED
  conslaw check "phi(x*y)" "x + y"                REFUTED, with a witness
  conslaw check "linear(1,1,1)" "U1[1,1]**2 - U2[1,1]**2"
  conslaw check "phi(x + y**2/2)" "y*exp(-x)"     exp, log and sqrt are read too"""),
    "certify": ("write a certificate that others can re-check", 'conslaw certify "linear(2,3,2)" -o law.json', """\
examples:
  conslaw certify "linear(5,5,5,5,5)" -o count.json
      certifies how many laws there are
  conslaw certify "phi(x*y)" --law "x**2 - y**2" -o law.json
      certifies that one law is conserved, or that it is not
An older certificate is replaced; any other file is left alone."""),
    "prove": ("check a proof of yours, step by step", "conslaw prove law.proof", """\
examples:
  conslaw prove law.proof                   a text file, one step a line
  conslaw prove law.proof -o proof.json     for others to re-check
  conslaw prove law.proof --model "phi(x*y)"
A proof has lines such as
  model phi(x*y)
  <grad (x**2 - y**2), v_1> = 2*x*y - 2*x*y = 0   by computation
  x**2 - y**2 is conserved                        by Proposition 2.16"""),
    "verify": ("re-check certificates, claims and proofs", "conslaw verify law.json", """\
examples:
  conslaw verify law.json
  conslaw verify *.json
The checker of certificates uses nothing but Python's standard library, nothing
of the engine; python -m conslaw_nb.checker law.json does the same. A claim or a
proof is re-checked from its text, and tried by a court that shares nothing with
us: random sizes, matrices and numbers modulo random primes."""),
    "export": ("write a certificate for the proof assistant Rocq", "conslaw export law.json --rocq", """\
examples:
  conslaw export law.json --rocq                  writes law.v beside it
  conslaw export law.json --rocq -o second.v
  coqc law.v                                      has Rocq check it
Rocq (Coq, Debian's package coq, 8.16) is a second court: the file holds the
definitions, the evidence and the theorem, whose proof Rocq computes. Nothing is
decided while it is written; coqc refuses a wrong certificate. The head of the
file says in plain words what is proved there and what is not. A proof that was
saved by conslaw prove is no certificate, and conslaw verify checks it.
Rocq takes about five seconds; what would take it many minutes is refused here."""),
    "statements": ("read the theory: what is claimed, and what checks it", "conslaw statements prop-2.5", """\
examples:
  conslaw statements                    the index, with keys
  conslaw statements prop-2.5           one statement
  conslaw statements Theorem 3.3        the same by its label
  conslaw statements hyperplane         all in which a word occurs
Where numbers and contents come from is said with each, and how far this
project checks it: proved for every width, decided on instances, or only cited."""),
    "slides": ("make slides from a lesson", "conslaw slides 1", """\
examples:
  conslaw slides 1                      into lesson-01-slides.html
  conslaw slides 1 -o monday.html
Headings, statements, formulas, pictures and exercises are on the slides; the
prose of the lesson is in the speaker's notes (press S)."""),
    **COURSE_COMMANDS,
    **NOTEBOOK_COMMANDS,
    "doctor": ("say what is installed, what is missing and how to get it", "conslaw doctor", """\
examples:
  conslaw doctor"""),
}  # fmt: skip

_TAKE_A_MODEL = ("laws", "count", "check", "certify")

# What argparse may take for an option; all else that starts with a minus is mathematics, such as -x**2 + y**2.
_OPTION = re.compile(r"-h|-o.*|--|--[a-z][a-z-]*(=.*)?", re.DOTALL)


class _Parser(argparse.ArgumentParser):
    """A parser that raises a sentence instead of printing its usage and leaving."""

    example = "conslaw --help"

    def error(self, message: str) -> NoReturn:
        missing = re.fullmatch(r"the following arguments are required: (.*)", message)
        if missing:
            names = missing[1].replace("-o/--output", "-o FILE").split(", ")
            verb = "is" if len(names) == 1 else "are"
            message = f"{' and '.join(names)} {verb} missing"
        else:
            message = re.sub(r"^argument (\S+?/)?(\S+): ", r"\2: ", message)
            message = message.replace("expected one argument", "a value must follow")
        raise UsageError(f"{message}; write it like {self.example}")


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help with room for the longest command: argparse forgets that commands are indented once more."""

    def __init__(self, prog: str, **options):
        super().__init__(prog, **options)
        self._action_max_length = 4 + max(map(len, COMMANDS))


def _whole(text: str) -> int:
    """Read the value of an option that is a whole number; argparse's own sentence shows its Python type."""
    if not re.fullmatch(r"\s*[+-]?\d{1,9}\s*", text):
        shown = text if len(text) <= 30 else f"{text[:30]}..."
        raise argparse.ArgumentTypeError(f"{shown!r} is not a whole number of at most 9 digits")
    return int(text)


def _run(command: str):
    """Return the function that runs a command; its module is loaded only then."""
    name = command.replace("-", "_")
    return lambda options: getattr(import_module(".commands", __package__), name)(options)


def _parser() -> tuple[_Parser, dict[str, _Parser]]:
    plain = argparse.RawDescriptionHelpFormatter
    first = "examples:\n" + "\n".join(f"  {example}" for _, example, _ in COMMANDS.values())
    top = _Parser(
        prog="conslaw",
        description=_ABOUT,
        epilog=f"{first}\n\n{_MODELS}\n\n{_STATUS}",
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"conslaw {conslaw_nb.__version__}")
    commands = top.add_subparsers(title="commands", dest="command", metavar="COMMAND", parser_class=_Parser)
    parsers = {}
    for name, (about, example, more) in COMMANDS.items():
        model = name in _TAKE_A_MODEL
        parser = parsers[name] = commands.add_parser(
            name,
            help=about,
            description=f"{about[0].upper()}{about[1:]}.",
            epilog="\n\n".join([more, _MODELS, _STATUS] if model else [more]),
            formatter_class=plain,
            allow_abbrev=False,
        )
        parser.example = example
        parser.set_defaults(run=_run(name))
        if model:
            parser.add_argument("model", metavar="MODEL", help="the parametrization or the vector fields, in quotes")

    parsers["laws"].add_argument(
        "--degree", type=_whole, default=2, metavar="K", help="the highest degree looked at (default: 2)"
    )
    parsers["count"].add_argument(
        "--point",
        metavar="POINT",
        help='count near these integers: "x=1, y=2", or "1, 2" in the order of the variables',
    )
    parsers["check"].add_argument("law", metavar="LAW", help="a function of the parameters, in quotes")
    parsers["certify"].add_argument("-o", "--output", metavar="FILE", required=True, help="the file to write")
    parsers["certify"].add_argument("--law", metavar="LAW", help="certify this one law instead of the count")
    parsers["prove"].add_argument("file", metavar="FILE", help="a text file with a proof")
    parsers["prove"].add_argument("--model", metavar="MODEL", help="the model, where the proof does not say it")
    parsers["prove"].add_argument("-o", "--output", metavar="FILE", help="where to save a proof that is right")
    parsers["verify"].add_argument("files", metavar="FILE", nargs="+", help="a certificate, a claim or a proof")
    parsers["export"].add_argument("file", metavar="FILE", help="a certificate")
    parsers["export"].add_argument("--rocq", action="store_true", required=True, help="for Rocq, the only kind so far")
    parsers["export"].add_argument("-o", "--output", metavar="OUT.v", help="the file to write (default: FILE with .v)")
    parsers["statements"].add_argument("words", metavar="KEY", nargs="*", help="a key, a label, or words to look for")
    parsers["lab"].add_argument(
        "folder", metavar="FOLDER", nargs="?", help="where your copy of the lessons is kept (default: my-lessons)"
    )
    parsers["slides"].add_argument("lesson", metavar="LESSON", type=_whole, help="the number of the lesson")
    parsers["slides"].add_argument("-o", "--output", metavar="FILE", help="the HTML file to write")
    parsers["lab"].add_argument("--port", type=_whole, metavar="N", help="JupyterLab's port (default: a free one)")
    parsers["lab"].add_argument("--no-browser", action="store_true", help="only print the address")
    parsers["lab"].add_argument("--no-start", action="store_true", help="only copy the lessons")
    add_arguments(parsers, _whole)
    add_notebook_arguments(parsers, _whole)
    for name in ("laws", "count", "check", "certify", "prove", "verify", "export", "statements", "doctor"):
        parsers[name].add_argument("--json", action="store_true", help="print one JSON object, for scripts")
    return top, parsers


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the arguments.

    Parameters
    ----------
    argv : sequence of str

    Returns
    -------
    argparse.Namespace
        With `run`, the function that does what is asked and returns the exit status.

    Raises
    ------
    UsageError
        One sentence with an example of what would be right.
    SystemExit
        After --help or --version, whose text argparse prints itself.
    """
    words = list(argv)
    top, parsers = _parser()
    if words[:1] == ["help"]:
        words = [*words[1:2], "--help"]
    if not words:
        top.print_help()
        raise SystemExit(2)
    first = words[0]
    if first not in COMMANDS and not first.startswith("-"):
        raise UsageError(_unknown_command(first))
    # A leading space keeps a law such as -x**2 from being taken for an option; no reader minds it.
    if first in _TAKE_A_MODEL:
        words = [word if not word.startswith("-") or _OPTION.fullmatch(word) else f" {word}" for word in words]
    options, rest = top.parse_known_args(words)
    if options.command is None:  # an option and no command
        raise UsageError(f"there is no option {first!r} before a command; `conslaw --help` shows the commands")
    if rest:
        example = parsers[options.command].example
        unknown = next((word for word in rest if word.startswith("--")), None)
        if unknown is not None:
            raise UsageError(
                f"conslaw {options.command} has no option {unknown!r}; see conslaw {options.command} --help"
            )
        shown = " ".join(rest).strip()
        raise UsageError(f"too many arguments, from {shown[:40]!r} on: put each in quotes, as in {example}")
    return options


def _unknown_command(word: str) -> str:
    if "(" in word:
        return (
            f"say what to do with the model, as in conslaw count {word[:60]!r}; the commands are {', '.join(COMMANDS)}"
        )
    near = get_close_matches(word.lower(), COMMANDS, n=1)
    question = f": did you mean {near[0]!r}?" if near else "."
    return f"there is no command {word[:60]!r}{question} The commands are {', '.join(COMMANDS)}"
