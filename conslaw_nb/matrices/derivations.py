"""What a proof for all sizes looks like: the statement, the lines, each of them checked, or a counter-example."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from ..language.writing import latex_text
from ..verdict import Status, Verdict
from .calculus import substituted
from .concrete import Matrix, matrix_latex, matrix_text
from .evaluate import normal_form
from .expression import Expr
from .letters import shape_text
from .reader import read_expression
from .space import MatrixSpace
from .syntax import Tree, names_in

__all__ = ["Chain", "ChainBuilder", "Counterexample", "Derivation", "Row", "math", "sizes_text", "time_derivative"]

_WIDEST = 84  # longer lines do not push the reasons of the others aside


@dataclass(frozen=True)
class Row:
    """One line of a derivation.

    Attributes
    ----------
    text, latex : str
        The expression; the text can be read back by the space of the proof.
    reason : str
        Why it equals the line before, in a few words; empty for a first line.
    names : frozenset of str
        The letters that occur.
    """

    text: str
    latex: str
    reason: str = ""
    names: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Chain:
    """Lines of which each equals the one before: compared by their normal forms, for all sizes.

    Attributes
    ----------
    lines : tuple of Row
    title : str
        What the chain shows, where a proof has several.
    rejected : tuple of str
        Lines that were proposed and did not check; they are not shown. Always empty unless this package has an error.
    """

    lines: tuple[Row, ...]
    title: str = ""
    rejected: tuple[str, ...] = ()

    def __str__(self) -> str:
        first, *others = self.lines
        return "\n".join(_columns([(first.text, first.reason), *((f"= {line.text}", line.reason) for line in others)]))

    @property
    def latex(self) -> str:
        """The chain as an aligned block of LaTeX, without dollar signs."""
        rows = [f"& {self.lines[0].latex}"]
        for line in self.lines[1:]:
            reason = rf" && \text{{{latex_text(line.reason)}}}" if line.reason else ""
            rows.append(f"&= {line.latex}{reason}")
        return r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}"


class ChainBuilder:
    """Collect lines, and let a line in only if it equals the one before.

    Parameters
    ----------
    space : MatrixSpace
    values : mapping
        What the defined letters of the lines stand for.
    """

    def __init__(self, space: MatrixSpace, values: Mapping[str, Expr], title: str = ""):
        self.space = space
        self.values = values
        self.title = title
        self.lines: list[Row] = []
        self.rejected: list[str] = []
        self.value: Expr | None = None

    def start(self, line: Row, value: Expr) -> None:
        """Begin with something that is not an expression itself, such as d/dt (...), and its value."""
        self.lines.append(line)
        self.value = substituted(value, self.values)

    def add(self, node: Tree, reason: str = "", shown: Row | None = None) -> bool:
        """Add a line unless it repeats the last one; say whether it equals it.

        The text that will be shown is read again, so that what is checked is what is printed. A line such as
        d/dt (...) is shown as it is, and checked by the tree.
        """
        if self.lines and node.text == self.lines[-1].text:
            return True
        value = substituted(normal_form(read_expression(node.text), self.space), self.values)
        if self.value is None:
            self.value = value
        elif value != self.value:
            self.rejected.append(node.text)
            return False
        shown = shown or Row(node.text, node.latex(self.space), "", frozenset(names_in(node)))
        self.lines.append(replace(shown, reason=reason))
        return True

    def chain(self) -> Chain:
        """Return the finished chain."""
        return Chain(tuple(self.lines), self.title, tuple(self.rejected))


@dataclass(frozen=True)
class Counterexample:
    """Small integer matrices for which a statement fails, and the values that show it.

    Attributes
    ----------
    sizes : dict
    matrices : dict
        Name to rows of integers.
    values : tuple
        (text, LaTeX, matrix) of what was computed from them, such as both sides.
    residual : list of list
        What should be zero and is not.
    """

    sizes: dict[str, int]
    matrices: dict[str, Matrix]
    values: tuple[tuple[str, str, Matrix], ...]
    residual: Matrix
    space: MatrixSpace

    @property
    def sizes_text(self) -> str:
        """The sizes, as n = 2, r = 1."""
        return ", ".join(f"{name} = {value}" for name, value in self.sizes.items())

    def __str__(self) -> str:
        rows = [self.sizes_text] if self.sizes else []
        rows += [f"{name} = {matrix_text(matrix)}" for name, matrix in self.matrices.items()]
        rows += [f"{text} = {matrix_text(matrix)}" for text, _, matrix in self.values]
        return "\n".join(rows)

    @property
    def latex(self) -> str:
        """The matrices and the values in LaTeX, without dollar signs."""
        given = [f"{self.space.latex(name)} = {matrix_latex(matrix)}" for name, matrix in self.matrices.items()]
        rows = [r",\quad ".join(given)] if given else []
        rows += [f"{latex} = {matrix_latex(matrix)}" for _, latex, matrix in self.values]
        return r"\begin{gathered} " + r" \\ ".join(rows) + r" \end{gathered}"

    def data(self) -> dict[str, Any]:
        """Return the counter-example ready for JSON; numbers are text, as in certificates."""

        def rows(matrix: Matrix) -> list[list[str]]:
            return [[str(x) for x in row] for row in matrix]

        return {
            "sizes": self.sizes,
            "matrices": {name: rows(matrix) for name, matrix in self.matrices.items()},
            "values": {text: rows(matrix) for text, _, matrix in self.values},
            "residual": rows(self.residual),
        }


@dataclass(frozen=True)
class Derivation:
    """An answer for all sizes at once: PROVED with a derivation, or REFUTED with matrices.

    Like a verdict it has no truth value: ask `is_proved` or `is_refuted`.

    Attributes
    ----------
    statement : str
        What was claimed, with formulas between backticks.
    formulas : dict
        The LaTeX of each formula of the statement.
    verdict : Verdict
    space : MatrixSpace
        All letters of the derivation.
    givens : tuple of Row
        Definitions that the derivation uses, such as the velocities of a flow.
    chains : tuple of Chain
    residual : Expr or None
        What is left of the difference in normal form, for a statement that is false.
    counterexample : Counterexample or None
    notes : dict
        What some of the letters mean.
    names : frozenset of str
        The letters of the statement itself.
    """

    statement: str
    formulas: dict[str, str]
    verdict: Verdict
    space: MatrixSpace
    givens: tuple[Row, ...] = ()
    chains: tuple[Chain, ...] = ()
    residual: Expr | None = None
    counterexample: Counterexample | None = None
    notes: dict[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()

    @property
    def status(self) -> Status:
        """The status of the verdict."""
        return self.verdict.status

    @property
    def is_proved(self) -> bool:
        """Whether the statement holds for all sizes."""
        return self.verdict.is_proved

    @property
    def is_refuted(self) -> bool:
        """Whether there is a counter-example."""
        return self.verdict.is_refuted

    @property
    def lines(self) -> tuple[Row, ...]:
        """All lines of the derivation."""
        return tuple(line for chain in self.chains for line in chain.lines)

    def __bool__(self) -> bool:
        return bool(self.verdict)  # which raises, and says what to ask instead

    def _letters(self) -> list[str]:
        """Return the letters to explain: those that occur and are not defined by the others."""
        used = self.names.union(*(line.names for line in (*self.givens, *self.lines)))
        derived = {line.text.split(" = ")[0] for line in self.givens}
        return [name for name in self.space if name in used and name not in derived]

    def known_formulas(self) -> dict[str, str]:
        """Return the LaTeX of the letters and of the formulas that a sentence may hold."""
        known = {name: self.space.latex(name) for name in self.space} | self.formulas
        for letter in self.space.letters.values():
            rows, columns = (size if size == "1" else self.space.latex(size) for size in letter.shape)
            known[shape_text(letter.shape)] = rf"{rows} \times {columns}"
        return known

    def __str__(self) -> str:
        rows = [f"{self.verdict.status}{_for_all(self)}: {self.statement.replace('`', '')}"]
        letters = self._letters()
        if letters:
            rows.append("  where " + ", ".join(_declared(self, name).replace("`", "") for name in letters))
        if self.givens:
            rows += ["", *(f"  {row}" for row in _columns([(line.text, line.reason) for line in self.givens]))]
        for chain in self.chains:
            rows.append("")
            if chain.title:
                rows.append(f"  {chain.title.replace('`', '')}:")
            rows += [f"  {row}" for row in str(chain).splitlines()]
        if not self.is_proved:
            rows += ["", f"  {self.verdict.reason[:1].upper()}{self.verdict.reason[1:]}"]
        if self.counterexample:
            rows += ["", *(f"  {row}" for row in str(self.counterexample).splitlines())]
        return "\n".join(rows)

    def __repr__(self) -> str:
        return str(self)

    @property
    def latex(self) -> str:
        """The derivation, or the counter-example, in LaTeX."""
        parts = []
        if self.givens:
            parts.append(r"\begin{gathered} " + r" \\ ".join(line.latex for line in self.givens) + r" \end{gathered}")
        parts += [chain.latex for chain in self.chains]
        if self.counterexample:
            parts.append(self.counterexample.latex)
        return "\n\n".join(f"$${part}$$" for part in parts)

    def _repr_html_(self) -> str:
        return self.html()

    def html(self, folded: bool = False) -> str:
        """Return the derivation for a notebook; its lines open at a click if they are folded."""
        head = Verdict(self.verdict.status, "")._repr_html_().removesuffix("</div>")
        reason = self.verdict.reason[:1].upper() + self.verdict.reason[1:]
        formulas = self.known_formulas()
        if self.residual is not None and self.residual.text in reason:
            reason = reason.replace(self.residual.text, f"`{self.residual.text}`", 1)
            formulas[self.residual.text] = self.residual.latex
        body = [f"<p>{math(self.statement, formulas)}</p>"]
        letters = self._letters()
        if letters:
            body.append("<p>where " + ", ".join(math(_declared(self, name), formulas) for name in letters) + ".</p>")
        lines = [_table([("", line) for line in self.givens])] if self.givens else []
        for chain in self.chains:
            if chain.title:
                lines.append(f"<p>{math(chain.title, formulas)}:</p>")
            lines.append(_table([("" if i == 0 else "= ", line) for i, line in enumerate(chain.lines)]))
        shown = "".join(lines)
        body.append(f"<details><summary>Line by line</summary>{shown}</details>" if folded and shown else shown)
        body.append(f"<p>{math(reason, formulas)}</p>")
        if self.counterexample:
            sizes = f" for $ {escape(self.counterexample.sizes_text)} $" if self.counterexample.sizes else ""
            body.append(f"<p>A counter-example{sizes}:</p>$${escape(self.counterexample.latex)}$$")
        return head + "".join(body) + "</div>"


def _columns(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Return lines with their reasons in a column of their own."""
    width = max((len(text) for text, _ in rows if len(text) <= _WIDEST), default=0)
    return [f"{text:<{width}}    {reason}".rstrip() for text, reason in rows]


def time_derivative(node: Tree, space: MatrixSpace) -> Row:
    """Return d/dt of an expression, as a line to begin with."""
    latex = rf"\frac{{d}}{{dt}}\left({node.latex(space)}\right)"
    return Row(f"d/dt ({node.text})", latex, "", frozenset(names_in(node)))


def sizes_text(space: MatrixSpace, names: Sequence[str] | None = None) -> str:
    """Return the sizes of a space, or of some of its letters, as people list them.

    Examples
    --------
    >>> sizes_text(MatrixSpace(U=("n", "r"), V=("m", "r")))
    'm, n, r'
    """
    used = {size for name in (space.letters if names is None else names) for size in space.letter(name).shape}
    return ", ".join(size for size in space.sizes if size in used)


def _for_all(proof: Derivation) -> str:
    sizes = sizes_text(proof.space, proof._letters())
    return f" for all {sizes}" if proof.is_proved and sizes else ""


def _declared(proof: Derivation, name: str) -> str:
    """Say what a letter is, formulas between backticks."""
    letter = proof.space.letter(name)
    kind = f" and {letter.kind}" if letter.kind != "general" else ""
    note = proof.notes.get(name, "")
    shape = "a number" if letter.shape == ("1", "1") else f"`{shape_text(letter.shape)}`"
    return f"`{name}` is {shape}{kind}" + (f" ({note})" if note else "")


def math(text: str, formulas: Mapping[str, str]) -> str:
    """Return a sentence as HTML, its formulas between backticks as LaTeX where it is known, else as code."""

    def show(match: re.Match[str]) -> str:
        latex = formulas.get(match[1])
        return f"$ {escape(latex)} $" if latex else f"<code>{escape(match[1])}</code>"

    return "".join(
        re.sub(r"`([^`]*)`", show, part) if part.startswith("`") else escape(part)
        for part in re.split(r"(`[^`]*`)", text)
    )


def _table(rows: list[tuple[str, Row]]) -> str:
    """Return lines and their reasons as an HTML table, which a narrow screen can wrap."""
    cell = '<td style="text-align:left;vertical-align:baseline;padding:.15em .8em .15em 0">'
    body = "".join(
        f"<tr>{cell}$ {sign}{escape(line.latex)} $</td>{cell}{escape(_brief(line.reason))}</td></tr>"
        for sign, line in rows
    )
    return f'<div style="overflow-x:auto"><table>{body}</table></div>'


def _brief(reason: str) -> str:
    """Return a reason without the letter that stands beside it, with a dot, already."""
    return "the velocity" if reason.startswith("the velocity of ") else reason
