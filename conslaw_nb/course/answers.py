"""What a learner wrote: the answers, hints and exercises in the source of a notebook, found without running it.

``where = cl.teaching.exercise("1.1")`` says which exercise a name stands for, and ``where.check(...)`` hands an
answer in. An answer that is written out is read as it stands; one that is computed needs a run, and is said to.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..notebooks.reading import Cell, python_of
from ..teaching.lesson_text import NAME

__all__ = ["Answer", "Written", "find_answers", "parse_cell", "written_value"]

_NUMBER = re.compile(rf"(\d{{1,3}}|{NAME})\.\d{{1,3}}")
_FRACTION = re.compile(r"\s*[-+]?\d{1,4000}(\.\d{0,4000}|/\d{1,4000})?\s*")  # 1e999999999 would never end
# A call of check that begins a line of text, with something in its brackets.
_CALLED = re.compile(
    r"""^\s*(?:(\w+)|(?:[\w.]+\.)?exercise\(\s*['"]([\w.-]+)['"]\s*\))\.check\((?!\s*(?:\.\.\.|…)?\s*\))""",
    re.MULTILINE,
)
MAX_ANSWERS = 10_000  # of one notebook; beyond, it is told


@dataclass(frozen=True)
class Answer:
    """One call of ``check`` in the source."""

    number: str  # of the exercise
    cell: int  # where it stands: the cell from 0, the line in it from 1
    line: int
    written: bool  # whether the answer is written out; if not, only running the notebook shows what it is
    value: Any  # the answer, where it is written out
    source: str  # the answer as it stands in the cell


@dataclass
class Written:
    """What the source of a notebook says."""

    answers: list[Answer] = field(default_factory=list)
    exercises: list[str] = field(default_factory=list)  # numbers of the exercises that are named in it
    hints: dict[str, int] = field(default_factory=dict)  # exercise to the number of calls of ``hint``
    unreadable: dict[int, str] = field(default_factory=dict)  # cell to what is wrong with its Python, as one sentence
    told: list[str] = field(default_factory=list)  # what a person should look at


def parse_cell(source: str) -> ast.Module:
    """Return the Python of a cell, with what only IPython reads left out.

    Raises SyntaxError: also where it is nested too deeply to be read.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd backslash in a learner's text is nothing new
        try:
            if not source.lstrip().startswith("%%"):
                try:
                    return ast.parse(source)
                except SyntaxError:
                    pass
            return ast.parse(python_of(source))
        except (RecursionError, MemoryError, ValueError) as problem:
            raise SyntaxError(f"it cannot be read ({type(problem).__name__})") from None


def written_value(node: ast.expr, known: dict[str, Any], depth: int = 20) -> Any:
    """Return the value of an answer that is written out: a literal, a fraction of literals, or a name of one.

    Raises ValueError: it is computed, or nested in `depth` others and more.

    Examples
    --------
    >>> written_value(ast.parse("('u', Fraction(1, 2), -3)", mode="eval").body, {})
    ('u', Fraction(1, 2), -3)
    """
    if depth <= 0:
        raise ValueError("this is nested more deeply than any answer")
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        pass
    if isinstance(node, ast.Name) and node.id in known:
        return known[node.id]
    if isinstance(node, ast.Tuple | ast.List):
        items = [written_value(item, known, depth - 1) for item in node.elts]
        return tuple(items) if isinstance(node, ast.Tuple) else items
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = written_value(node.operand, known, depth - 1)
        if isinstance(value, Fraction):
            return -value
    if isinstance(node, ast.JoinedStr) and all(isinstance(part, ast.Constant) for part in node.values):
        return "".join(str(part.value) for part in node.values)
    if (
        isinstance(node, ast.Call)
        and not node.keywords
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Fraction"
    ):
        values = [written_value(item, known, depth - 1) for item in node.args]
        if values and all(isinstance(v, int) or (isinstance(v, str) and _FRACTION.fullmatch(v)) for v in values):
            try:
                return Fraction(*values)
            except (ValueError, TypeError, ZeroDivisionError):
                pass
    raise ValueError("this is computed")


def find_answers(cells: Sequence[Cell]) -> Written:
    """Read all code cells of a notebook.

    Examples
    --------
    >>> book = [Cell("code", 'where = cl.teaching.exercise("1.1")', 0), Cell("code", 'where.check("(1, 2)")', 1)]
    >>> [(answer.number, answer.value) for answer in find_answers(book).answers]
    [('1.1', '(1, 2)')]
    """
    found, trees = Written(), {}
    for cell in cells:
        if cell.kind != "code":
            continue
        try:
            trees[cell.place] = parse_cell(cell.source)
        except SyntaxError as problem:
            found.unreadable[cell.place] = _told(problem)
    known = _constants(list(trees.values()))
    later = _only_numbers(trees.values())
    names = dict(later)  # an answer may stand above the cell that says which exercise it is for
    for place, tree in trees.items():
        for node in _in_order(tree):
            if isinstance(node, ast.Assign):
                number = _exercise(node.value)
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        if number:
                            names[target.id] = number
                        else:
                            names.pop(target.id, None)
            if isinstance(node, ast.Call):
                number = _exercise(node)
                if number and number not in found.exercises:
                    found.exercises.append(number)
                _call(node, names, known, place, found)
    if len(found.answers) > MAX_ANSWERS:
        found.told.append(f"it holds {len(found.answers)} answers, of which the first {MAX_ANSWERS} were judged")
        del found.answers[MAX_ANSWERS:]
    for cell in cells:
        if cell.kind != "code" and any(number or name in later for name, number in _CALLED.findall(cell.source)):
            found.told.append(f"cell {cell.place + 1} holds an answer and is not a code cell, so it was not judged")
    return found


def _only_numbers(trees: Iterable[ast.AST]) -> dict[str, str]:
    """Return the names that stand for one exercise in the whole notebook, and for nothing else."""
    found: dict[str, set[str]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        found.setdefault(target.id, set()).add(_exercise(node.value))
    return {name: next(iter(numbers)) for name, numbers in found.items() if len(numbers) == 1 and "" not in numbers}


def _told(problem: SyntaxError) -> str:
    where = f", line {problem.lineno}" if problem.lineno else ""
    return f"{problem.msg or 'it is not a Python'}{where}"


def _in_order(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes as they stand in the source, without recursion: what a person wrote may be nested deeply.

    An assignment comes after what is called in its value, as when it is run.
    """
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, done = waiting.pop()
        if done:
            yield node
            continue
        late = isinstance(node, ast.Assign)
        if late:
            waiting.append((node, True))
        else:
            yield node
        waiting += [(child, False) for child in reversed(list(ast.iter_child_nodes(node)))]


def _exercise(node: ast.AST) -> str:
    """Return the number in ``exercise("1.1")``, however the function is reached, or nothing."""
    if not isinstance(node, ast.Call) or len(node.args) + len(node.keywords) != 1:
        return ""
    if getattr(node.func, "id", getattr(node.func, "attr", "")) != "exercise":
        return ""
    argument = node.args[0] if node.args else node.keywords[0].value
    value = argument.value if isinstance(argument, ast.Constant) else None
    return value if isinstance(value, str) and _NUMBER.fullmatch(value) else ""


def _call(node: ast.Call, names: dict[str, str], known: dict[str, Any], place: int, found: Written) -> None:
    """Note a call of ``check`` or ``hint`` on an exercise."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in ("check", "hint"):
        return
    owner = node.func.value
    number = names.get(owner.id, "") if isinstance(owner, ast.Name) else _exercise(owner)
    if not number:
        return
    if node.func.attr == "hint":
        found.hints[number] = found.hints.get(number, 0) + 1
        return
    argument = node.args[0] if len(node.args) == 1 and not node.keywords else None
    if argument is None and len(node.keywords) == 1 and node.keywords[0].arg == "answer" and not node.args:
        argument = node.keywords[0].value
    if argument is None:
        return
    try:
        source = ast.unparse(argument) if len(ast.dump(argument)) < 20_000 else "..."
    except RecursionError:
        source = "..."
    try:
        value, written = written_value(argument, known), True
    except ValueError:
        value, written = None, False
    found.answers.append(Answer(number, place, node.lineno, written, value, source))


def _constants(trees: list[ast.Module]) -> dict[str, Any]:
    """Return the names that are bound once in the whole notebook, at the top of a cell, and to a literal."""
    bound: dict[str, int] = {}
    values: dict[str, Any] = {}
    for tree in trees:
        for node in ast.walk(tree):
            for name in _binds(node):
                bound[name] = bound.get(name, 0) + 1
        for statement in tree.body:
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target = statement.targets[0]
                if isinstance(target, ast.Name):
                    try:
                        values[target.id] = written_value(statement.value, {})
                    except ValueError:
                        continue
    return {
        name: value for name, value in values.items() if bound.get(name) == 1 and not isinstance(value, list | dict)
    }


def _binds(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node binds or deletes."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.alias):
        yield (node.asname or node.name).split(".")[0]
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name
