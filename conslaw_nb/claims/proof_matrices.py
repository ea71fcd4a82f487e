"""Steps of proofs in matrix mode, decided for all sizes at once by the normal forms of `matrices`.

A prime is a derivative in time here, and a transpose is written ^T. The velocity U' of a matrix is first a matrix of
its own, of which nothing is known; the flow says what it is. So "by the product rule" can be told from "by
substitution". A matrix that the flow does not mention, such as the gradient G of an arbitrary loss, may change in time
as it likes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from ..errors import BudgetError, ConslawError, ModelError, ParseError, SizeError
from ..matrices.calculus import derivative, substituted
from ..matrices.concrete import Matrix, add, evaluate, matrix_text, scale, search
from ..matrices.evaluate import normal_form
from ..matrices.expression import Expr
from ..matrices.fields import MatrixField, bracket, gradient_flow
from ..matrices.letters import NAME, Letter, MatrixSpace
from ..matrices.reader import MAX_POSTFIXES, MatrixReader
from ..matrices.syntax import Name, Node, Number, Power, Transpose, names_in
from .proof_language import Line, pieces, signed_terms
from .proof_values import Difference, Side

__all__ = ["FieldNode", "MatrixCase"]

MAX_SIDE = 8_000
MAX_TERMS = 2_000  # of one side, multiplied out: well under a second
MAX_TOTAL = 20 * MAX_TERMS  # the same for a whole proof
_HIDDEN = "velocity_"  # the letter of U', which nobody can type


class _Reader(MatrixReader):
    """The reader of matrices, where a prime is a derivative in time."""

    def __init__(self, text: str, case: MatrixCase):
        super().__init__(text)
        self.case = case

    def _postfix(self) -> Node:
        node = self._atom()
        for _ in range(MAX_POSTFIXES + 1):
            kind, token, _ = self.peek()
            if kind != "op" or token not in ("'", "′", "ᵀ", "⊤", ".T", "²", "³", "^"):
                return node
            self.next()
            if token in ("'", "′"):
                node = self.case.derivative(node)
            elif token == "^":
                node = self._exponent(node)
            else:
                node = Power(node, 2 if token == "²" else 3) if token in ("²", "³") else Transpose(node)
        raise SizeError(
            f"more than {MAX_POSTFIXES} primes, transposes and powers of one factor: simplify '{self.text[:20]}...'"
        )


@dataclass(frozen=True)
class FieldNode:
    """A field of matrices, by its velocities."""

    field: MatrixField


class MatrixCase:
    """What a proof in matrix mode is about: the matrices, their flow, and the names given so far."""

    mode = "matrix"

    def __init__(self) -> None:
        self.space = MatrixSpace()
        self.flow: dict[str, Expr] | None = None
        self.flow_text = ""
        self.lets: dict[str, Expr] = {}  # in letters and velocities
        self.fields: dict[str, MatrixField] = {}
        self.written: dict[str, str] = {}
        self.shown: dict[str, str] = {}  # hidden letter -> what the learner wrote
        self.hidden: dict[str, Expr] = {}  # hidden letter of a longer derivative -> its value
        self.phi: tuple[str, ...] = ()  # what the flow is the gradient flow of
        self.zeros: list[tuple[int, Expr]] = []  # (step, what was shown to be 0)
        self.broken: list[tuple[int, Expr]] = []  # the same where a wrong step stands in the way
        self.work = 0

    # -- names --------------------------------------------------------------------------------------

    @property
    def where(self) -> str:
        """The definitions, for a goal that stands alone."""
        return ", ".join(f"{name} = {text}" for name, text in self.written.items())

    @property
    def given(self) -> tuple[str, ...]:
        """The matrices that the learner declared."""
        return tuple(n for n in self.space if not n.startswith(_HIDDEN) and n not in self.lets)

    def _new(self, name: str) -> str:
        if name.startswith(_HIDDEN):
            raise ParseError(f"{name!r} cannot be a name in a proof: names may not begin with {_HIDDEN!r}")
        if name in self.written:
            raise ParseError(f"{name!r} is defined already, as {self.written[name]}: take another name")
        if name in self.space:
            letter = self.space.letter(name)
            what = "a size" if letter.kind == "size" else f"a matrix, {letter.text}"
            raise ParseError(f"{name!r} is {what}: a definition may not hide it; take another name")
        if not re.fullmatch(NAME, name) or name in ("tr", "trace", "inner", "x", "T", "I"):
            raise ParseError(f"{name!r} cannot be a name here: use a letter, with a subscript if you like, as in Psi_1")
        return name

    def declare(self, line: Line) -> None:
        """Take declarations of matrices."""
        if not line.body:
            raise ParseError("'given' declares nothing: write given U: n x r, V: m x r")
        new = MatrixSpace.read(line.body)
        for name in [*new, *new.sizes]:
            if name in new.letters or name in self.written:
                self._new(name)
        extra: dict[str, Any] = dict(new.letters)
        for name, letter in new.letters.items():
            velocity = f"{_HIDDEN}{len(self.shown)}"
            self.shown[velocity] = f"{name}'"
            kind = "zero" if letter.kind in ("identity", "zero") else letter.kind
            extra[velocity] = Letter(velocity, letter.rows, letter.columns, kind, rf"\dot{{{new.latex(name)}}}")
        self.space = self.space.extend(extra)

    def set_flow(self, line: Line) -> None:
        """Take the equations of the flow, or what it is the gradient flow of."""
        if self.flow is not None:
            raise ParseError(f"the flow is given already, as {self.flow_text}: a proof is about one flow")
        described = re.match(rf"^of\s+(?P<phi>.+?)(?:\s+with\s+(?P<g>{NAME}))?$", line.body)
        if described:
            self._gradient_flow(described.group("phi"), described.group("g"))
            return
        equations: dict[str, Expr] = {}
        for part in pieces(line.body, ","):
            match = re.fullmatch(rf"({NAME})\s*['′]\s*=\s*(.+)", part)
            if not match:
                raise ParseError(f"'{part}' is no equation of a flow: write flow U' = -G*V, V' = -G^T*U")
            name = match.group(1)
            if name not in self.given:
                raise ParseError(f"{name!r} is not declared, so it cannot move: write it into the line 'given' first")
            if name in equations:
                raise ParseError(f"the flow says twice how {name} moves: keep one equation")
            value = self.value(self.side(match.group(2)))
            if any(letter.startswith(_HIDDEN) for letter in value.letters()):
                raise ParseError(f"the right side of {name}' contains a derivative: say how {name} moves without one")
            equations[name] = value
        self._check_flow(equations)
        self.flow_text = ", ".join(f"{name}' = {value.text}" for name, value in equations.items())

    def _gradient_flow(self, text: str, name: str | None) -> None:
        parts = [self.side(part).node for part in pieces(text, ",")]
        used = {letter for part in parts for letter in names_in(part)}
        if used & (set(self.shown) | set(self.lets)):
            raise ParseError(
                f"'{text}' must be written in the matrices of the line 'given', without derivatives and names"
            )
        name = name or next((g for g in ("G", "g") if g in self.given and g not in used), None)
        flow = gradient_flow(parts, self.space, gradient=name)
        for letter in flow.gradients:
            if letter not in self.space:
                rows, columns = flow.space.letter(letter).shape
                self.declare(Line(0, "", "given", f"{letter}: {rows} x {columns}"))
        self._check_flow(dict(flow.items()))
        self.phi = tuple(part.text for part in flow.phi)
        self.flow_text = ", ".join(f"{n}' = {value.text}" for n, value in flow.items())

    def _check_flow(self, equations: Mapping[str, Expr]) -> None:
        try:
            MatrixField(self.space, equations)
        except ConslawError as error:
            raise type(error)(self.plain(str(error))) from None
        self.flow = dict(equations)

    def define(self, line: Line) -> None:
        """Take a definition: of an expression, or of a field (U: D*V, V: D^T*U)."""
        sides = pieces(line.body, "=")
        if len(sides) != 2 or not sides[1]:
            raise ParseError(f"'{line.text}' defines nothing: write let Psi = U^T*U - V^T*V")
        name, text = sides
        self._new(name)
        side = self.side(text)
        if isinstance(side.node, FieldNode):
            self.fields[name] = side.node.field
        else:
            value = self.value(side)
            self.space = self.space.extend({name: Letter(name, *value.shape)})
            self.lets[name] = value
        self.written[name] = text

    def derivative(self, node: Node) -> Node:
        """Return the letter that stands for the derivative of a tree in time."""
        if isinstance(node, Name) and node.name in self.given:
            letter = next(h for h, shown in self.shown.items() if shown == f"{node.name}'")
            return Name(letter)
        value = self._formal(node)
        if any(letter.startswith(_HIDDEN) for letter in value.letters()):
            raise ParseError("second derivatives in time are not read: the flow says what the first ones are")
        moving = {shown[:-1]: hidden for hidden, shown in self.shown.items() if shown[:-1] in self.given}
        derived = derivative(value, {name: self.space[moving[name]] for name in value.letters()})
        text = f"{node.text}'" if isinstance(node, Name) else f"({node.text})'"
        known = next((h for h, shown in self.shown.items() if shown == text), None)
        if known is None:
            known = f"{_HIDDEN}{len(self.shown)}"
            self.shown[known] = text
            dot = rf"\dot{{{node.latex(self.space)}}}" if isinstance(node, Name) else ""
            dot = dot or rf"\tfrac{{d}}{{dt}}\left({node.latex(self.space)}\right)"
            self.space = self.space.extend({known: Letter(known, *value.shape, latex=dot)})
            self.hidden[known] = derived
        return Name(known)

    # -- reading and deciding -----------------------------------------------------------------------

    def side(self, text: str) -> Side:
        """Read one side of an equation: an expression, or a field."""
        if not text:
            raise ParseError("one side of the equation is empty: write something like U^T*U - V^T*V")
        if len(text) > MAX_SIDE:
            raise ParseError(
                f"an expression of {len(text)} characters is too long for a step: split it into smaller ones"
            )
        if ":" in text or set(re.findall(NAME, text)) & set(self.fields):
            field = self._read_field(text)
            return Side(text, FieldNode(field), _field_latex(field), False)
        if _HIDDEN in text:
            raise ParseError(f"names that begin with {_HIDDEN!r} cannot be used in a proof")
        reader = _Reader(text, self)
        try:
            node = reader.expression()
            reader.finish()
        except ConslawError as error:
            raise type(error)(self.plain(str(error))) from None
        zero = isinstance(node, Number) and node.value == 0
        return Side(text, node, node.latex(self.space), zero)

    def _formal(self, node: Node) -> Expr:
        """Return the normal form where definitions are expanded and velocities are matrices of their own."""
        try:
            return self._with(normal_form(node, self.space), {**self.lets, **self.hidden})
        except ConslawError as error:
            raise type(error)(self.plain(str(error))) from None

    def _moved(self, value: Expr) -> Expr:
        """Return the value where the velocities are those of the flow."""
        inserted = {h: self.flow[s[:-1]] for h, s in self.shown.items() if self.flow and s[:-1] in self.flow}
        return self._with(value, inserted)

    def _with(self, value: Expr, values: Mapping[str, Expr]) -> Expr:
        """Insert values for letters, after a look at how many terms that can give."""
        used = {name: values[name] for name in value.letters() if name in values}
        work = sum(
            prod(len(used[name].terms) for part in (*factors, word) for name, _ in part if name in used)
            for factors, word in value.terms
        )
        self.work += work
        if work > MAX_TERMS or self.work > MAX_TOTAL:
            raise BudgetError(
                "this step was stopped: it has too many terms to multiply out; split it into smaller ones"
            )
        return substituted(value, used) if used else value

    def value(self, side: Side) -> Expr:
        """Return the normal form of a side, velocities as matrices of their own."""
        if isinstance(side.node, FieldNode):
            raise ParseError(f"'{side.text}' is a field, and a matrix expression should stand here")
        return self._formal(side.node)

    def difference(self, left: Side, right: Side, every: str, opaque: bool = False) -> Difference | None:
        """Return what is left of left − right, or None where they are equal for all sizes.

        Where `opaque` holds, nothing is known of the velocities: only rules that need no flow can make the sides equal.
        """
        if every:
            raise ParseError(
                f"'for all {every}' belongs to models with fields v_1, v_2, ...; here everything is for all sizes"
            )
        if isinstance(left.node, FieldNode) or isinstance(right.node, FieldNode):
            return self._field_difference(left, right)
        a, b = self.value(left), self.value(right)
        if not opaque:
            a, b = self._moved(a), self._moved(b)
        try:
            residual = a - b
        except ConslawError as error:
            raise type(error)(self.plain(f"the two sides cannot be equal: {error}")) from None
        return None if residual.is_zero else self._show(residual, a, b)

    def _field_difference(self, left: Side, right: Side) -> Difference | None:
        fields = []
        for side in (left, right):
            if not isinstance(side.node, FieldNode):
                raise ParseError(f"'{side.text}' is no field, and the other side is one: write it as (U: ..., V: ...)")
            fields.append(side.node.field)
        a, b = fields
        space = a.space.merge(b.space)
        for name in {**a, **b}:
            one, other = (f.velocities.get(name) or Expr(space, space.letter(name).shape, {}) for f in (a, b))
            residual = one - other
            if not residual.is_zero:
                found = self._show(residual, one, other)
                return Difference(f"{found.residual} in the part of {name}", found.example)
        return None

    def _show(self, residual: Expr, left: Expr, right: Expr) -> Difference:
        names = [
            name for name in residual.letters() if self.space.letter(name).kind in ("general", "symmetric", "skew")
        ]
        names += [n for e in (left, right) for n in e.letters() if n not in names]
        node, a, b = residual.tree, left.tree, right.tree
        space = residual.space

        def defect(sizes: Mapping[str, int], matrices: Mapping[str, Matrix]) -> Matrix:
            return evaluate(node, space, sizes, matrices)

        weight = 10 + sum(map(len, (residual.terms, left.terms, right.terms))) * max(1, residual.degree)
        found = search(space, list(dict.fromkeys(names)), defect, largest=2, weight=weight)
        shown = (
            self.plain(residual.text) if len(residual.terms) <= 12 else f"an expression of {len(residual.terms)} terms"
        )
        if found is None:
            return Difference(shown, "")
        sizes, matrices, _ = found
        at = [f"{n} = {k}" for n, k in sizes.items() if any(n in space.letter(m).shape for m in matrices)]
        at += [f"{self.plain(name)} = {matrix_text(matrix)}" for name, matrix in matrices.items()]
        sides = [evaluate(e, space, sizes, matrices) for e in (a, b)]
        where = f"with {', '.join(at)} " if at else ""
        return Difference(
            shown,
            f"{where}the left side is {matrix_text(_fit(sides[0], sides[1]))} and the right side "
            f"{matrix_text(_fit(sides[1], sides[0]))}",
        )

    def plain(self, text: str) -> str:
        """Write hidden letters as the learner wrote them: U' and not velocity_3."""
        return re.sub(rf"{_HIDDEN}\d+", lambda m: self.shown.get(m.group(), m.group()), text)

    def opaque_matters(self) -> bool:
        """Whether some reasons allow less than all computation: here they do, for velocities."""
        return True

    # -- what was shown -----------------------------------------------------------------------------

    def note_zero(self, step: int, side: Side, every: str, broken: bool = False) -> None:
        """Remember that an expression was shown to be 0 (or was meant to be)."""
        if not isinstance(side.node, FieldNode):
            (self.broken if broken else self.zeros).append((step, self.value(side)))

    def rate(self, h: Expr) -> Expr:
        """Return the derivative in time of something, velocities as matrices of their own."""
        moving = {shown[:-1]: hidden for hidden, shown in self.shown.items() if shown[:-1] in self.given}
        if any(name.startswith(_HIDDEN) for name in h.letters()):
            raise ParseError("this contains a derivative in time, and second derivatives are not read")
        return derivative(h, {name: self.space[moving[name]] for name in h.letters()})

    def untreated(self, h: Expr, steps: Iterable[int] | None = None, broken: bool = False) -> tuple[bool, list[int]]:
        """Return whether h' = 0 was not shown yet, and the steps that showed it."""
        wanted, allowed = self.rate(h), None if steps is None else set(steps)
        used = [
            step
            for step, value in [*self.zeros, *(self.broken if broken else ())]
            if (allowed is None or step in allowed) and (value == wanted or value == -wanted or wanted == value.T)
        ]
        return not used, used[:1]

    def residual_rate(self, h: Expr) -> Difference | None:
        """Return what h' is along the flow, or None where it is 0."""
        if self.flow is None:
            raise ModelError("nothing moves yet: say how, as in flow U' = -G*V, V' = -G^T*U")
        rate = self._moved(self.rate(h))
        return None if rate.is_zero else self._show(rate, rate, Expr(rate.space, rate.shape, {}))

    def function(self, text: str) -> Expr:
        """Read an expression that may be conserved."""
        return self.value(self.side(text))

    # -- fields -------------------------------------------------------------------------------------

    def _read_field(self, text: str) -> MatrixField:
        """Read a sum of fields, each a name, a bracket or a list of velocities, perhaps times a number."""
        total: MatrixField | None = None
        for sign, term in signed_terms(text):
            match = re.fullmatch(r"(?:(\d{1,9})(?:/(\d{1,9}))?\s*\*?\s*)?(.+)", term, re.DOTALL)
            if match is None:
                raise ParseError(f"'{text}' is no field: write a name, a bracket [X, Y], or (U: D*V, V: D^T*U)")
            field = self._field_atom(match.group(3).strip())
            if match.group(1):
                number = normal_form(Number(_fraction(match.group(1), match.group(2))), self.space)
                field = MatrixField(field.space, {name: number * value for name, value in field.items()})
            field = -field if sign else field
            total = field if total is None else total + field
        assert total is not None
        return total

    def _field_atom(self, text: str) -> MatrixField:
        if text in self.fields:
            return self.fields[text]
        if text[:1] + text[-1:] == "[]":
            parts = pieces(text[1:-1], ",")
            if len(parts) == 2:
                return bracket(self._read_field(parts[0]), self._read_field(parts[1]))
        if text[:1] + text[-1:] == "()":
            inner = text[1:-1]
            if len(pieces(inner, ":")) == 1:
                return self._read_field(inner)
            velocities = {}
            for part in pieces(inner, ","):
                name, colon, value = (piece.strip() for piece in part.partition(":"))
                if not colon or name not in self.given or name in velocities:
                    raise ParseError(
                        f"'{part}' is no velocity: write each declared matrix once, as in (U: D*V, V: D^T*U)"
                    )
                velocities[name] = self._moved(self.value(self.side(value)))
                if any(letter.startswith(_HIDDEN) for letter in velocities[name].letters()):
                    raise ParseError(f"the velocity '{part}' contains a derivative in time: write it without one")
            return MatrixField(self.space, velocities)
        known = f"; the fields are {', '.join(self.fields)}" if self.fields else ""
        raise ParseError(f"'{text}' is no field: write a name, a bracket [X, Y], or (U: D*V, V: D^T*U){known}")


def _fraction(top: str, bottom: str | None) -> Any:
    from fractions import Fraction

    if bottom is not None and int(bottom) == 0:
        raise ParseError(f"division by zero in '{top}/{bottom}'")
    return Fraction(int(top), int(bottom or 1))


def _field_latex(field: MatrixField) -> str:
    parts = [rf"{field.space.latex(name)}: {value.latex}" for name, value in field.items()]
    return r"\left(" + r",\; ".join(parts) + r"\right)"


def _fit(a: Matrix, b: Matrix) -> Matrix:
    """Return a, or the zero matrix of the shape of b where a is the number 0."""
    return add(a, scale(0, b))
