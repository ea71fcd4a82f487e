"""Steps of proofs in matrix mode, decided for all sizes at once by the normal forms of `matrices`.

A prime is a derivative in time here, and a transpose is written ^T. The velocity U' of a matrix is first a matrix of
its own, of which nothing is known; the flow says what it is. So "by the product rule" can be told from "by
substitution". A matrix that the flow does not mention, such as the gradient G of an arbitrary loss, may change in time
as it likes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from math import prod
from typing import Any

from ..errors import BudgetError, ConslawError, ModelError, ParseError
from ..language import Scope, dotted, names_in, text, walk
from ..language.sentences import Flow
from ..language.tree import Equality, Name, Node, Prime
from ..matrices import syntax
from ..matrices.calculus import derivative, substituted
from ..matrices.concrete import Matrix, add, evaluate, matrix_text, scale, search
from ..matrices.evaluate import normal_form
from ..matrices.expression import Expr
from ..matrices.fields import MatrixField, gradient_flow
from ..matrices.from_tree import from_tree
from ..matrices.letters import NAME, Letter
from ..matrices.space import MatrixSpace
from .proof_fields import FieldNode, FieldReader, field_latex
from .proof_values import Difference, Side
from .trees import is_zero, mapped

__all__ = ["MatrixCase"]

MAX_SIDE = 4_000  # nodes of one side
MAX_TERMS = 2_000  # of one side, multiplied out: well under a second
MAX_TOTAL = 20 * MAX_TERMS  # the same for a whole proof
_HIDDEN = "velocity_"  # the letter of U', which nobody can type


class _Names(Collection[str]):
    """The names of a proof: matrices, sizes, identities, definitions and fields."""

    def __init__(self, case: MatrixCase):
        self.case = case

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str) or name.startswith(_HIDDEN):
            return False
        return name in self.case.space or name in self.case.fields.known or name.startswith("I_")

    def __iter__(self) -> Iterator[str]:
        yield from (name for name in self.case.space if not name.startswith(_HIDDEN))
        yield from self.case.space.sizes
        yield from self.case.fields.known

    def __len__(self) -> int:
        return sum(1 for _ in self)


class MatrixCase:
    """What a proof in matrix mode is about: the matrices, their flow, and the names given so far."""

    mode = "matrix"

    def __init__(self) -> None:
        self.space = MatrixSpace()
        self.flow: dict[str, Expr] | None = None
        self.flow_text = ""
        self.lets: dict[str, Expr] = {}  # in letters and velocities
        self.fields = FieldReader(self)
        self.written: dict[str, str] = {}
        self.definitions: dict[str, Node] = {}  # the same as trees
        self.shown: dict[str, str] = {}  # hidden letter -> what the learner wrote
        self.hidden: dict[str, Expr] = {}  # hidden letter of a longer derivative -> its value
        self.phi: tuple[str, ...] = ()  # what the flow is the gradient flow of
        self.phi_trees: tuple[Node, ...] = ()
        self.flow_trees: dict[str, Node] = {}  # its equations as they were written, without definitions
        self.gradients: tuple[str, ...] = ()  # the matrices that stand for arbitrary gradients there
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
        if name == "x":
            raise ParseError("'x' stands between sizes here, as in n x r: take another letter")
        if not re.fullmatch(NAME, name) or name in ("tr", "trace", "inner", "x", "T", "I"):
            raise ParseError(f"{name!r} cannot be a name here: use a letter, with a subscript if you like, as in Psi_1")
        return name

    @property
    def scope(self) -> Scope:
        """What can be named in this proof."""
        return Scope(_Names(self), side_by_side=True)

    def declare(self, body: str) -> None:
        """Take declarations of matrices."""
        if not body:
            raise ParseError("'given' declares nothing: write given U: n x r, V: m x r")
        new = MatrixSpace.read(body)
        for name in [*new, *new.sizes]:
            if name in new.letters or name in self.written:
                self._new(name)
        extra: dict[str, Any] = dict(new.letters)
        for name, letter in new.letters.items():
            velocity = f"{_HIDDEN}{len(self.shown)}"
            self.shown[velocity] = f"{name}'"
            kind = "zero" if letter.kind in ("identity", "zero") else letter.kind
            extra[velocity] = Letter(velocity, letter.rows, letter.columns, kind, dotted(new.latex(name)))
        self.space = self.space.extend(extra)

    def set_flow(self, flow: Flow) -> None:
        """Take the equations of the flow, or what it is the gradient flow of."""
        if self.flow is not None:
            raise ParseError(f"the flow is given already, as {self.flow_text}: a proof is about one flow")
        if flow.of:
            self._gradient_flow(flow.of, flow.gradient)
            return
        equations: dict[str, Expr] = {}
        for part in flow.equations:
            left = part.sides[0] if isinstance(part, Equality) and len(part.sides) == 2 else None
            if not isinstance(part, Equality) or not isinstance(left, Prime) or not isinstance(left.argument, Name):
                raise ParseError(f"'{text(part)}' is not an equation of a flow: write flow U' = -G*V, V' = -G^T*U")
            name = left.argument.name
            if name not in self.given:
                raise ParseError(f"{name!r} is not declared, so it cannot move: write it into the line 'given' first")
            if name in equations:
                raise ParseError(f"the flow says twice how {name} moves: keep one equation")
            value = self.value(self.side(part.sides[1]))
            if any(letter.startswith(_HIDDEN) for letter in value.letters()):
                raise ParseError(f"the right side of {name}' contains a derivative: say how {name} moves without one")
            equations[name] = value
            if not set(names_in(part.sides[1])) & set(self.lets):
                self.flow_trees[name] = part.sides[1]
        self._check_flow(equations)
        self.flow_text = ", ".join(f"{name}' = {value.text}" for name, value in equations.items())

    def _gradient_flow(self, parts: tuple[Node, ...], name: str) -> None:
        for part in parts:
            if any(isinstance(node, Prime) for node in walk(part)) or set(names_in(part)) & set(self.lets):
                raise ParseError(
                    f"'{text(part)}' must be written in the matrices of the line 'given', without derivatives and names"
                )
        used = {letter for part in parts for letter in names_in(part)}
        if name in self.lets:
            raise ParseError(
                f"{name} is defined as {self.written[name]}, and the gradient of a loss is arbitrary: take another name"
            )
        free = (g for g in ("G", "g") if g in self.given and g not in used)
        flow = gradient_flow([from_tree(part) for part in parts], self.space, gradient=name or next(free, None))
        for letter in flow.gradients:
            if letter not in self.space:
                rows, columns = flow.space.letter(letter).shape
                self.declare(f"{letter}: {rows} x {columns}")
        self._check_flow(dict(flow.items()))
        self.phi = tuple(part.text for part in flow.phi)
        self.phi_trees = parts
        self.gradients = tuple(flow.gradients)
        self.flow_text = ", ".join(f"{n}' = {value.text}" for n, value in flow.items())

    def _check_flow(self, equations: Mapping[str, Expr]) -> None:
        try:
            MatrixField(self.space, equations)
        except ConslawError as error:
            raise type(error)(self.plain(str(error))) from None
        self.flow = dict(equations)

    def define(self, name: str, node: Node) -> None:
        """Take a definition: of an expression, or of a field (U: D*V, V: D^T*U)."""
        self._new(name)
        side = self.side(node)
        if isinstance(side.meant, FieldNode):
            self.fields.known[name] = side.meant.field
        else:
            value = self.value(side)
            self.space = self.space.extend({name: Letter(name, *value.shape)})
            self.lets[name] = value
        self.written[name] = side.text
        self.definitions[name] = node

    def _derivative(self, node: Node) -> Name:
        """Return the letter that stands for the derivative of a tree in time."""
        if isinstance(node, Name) and node.name in self.given:
            return Name(next(h for h, shown in self.shown.items() if shown == f"{node.name}'"))
        meant = from_tree(node)
        value = self._formal(meant)
        if any(letter.startswith(_HIDDEN) for letter in value.letters()):
            raise ParseError("second derivatives in time are not read: the flow says what the first ones are")
        derived = derivative(value, {name: self.space[self._moving[name]] for name in value.letters()})
        written = f"{text(node)}'" if isinstance(node, Name) else f"({text(node)})'"
        known = next((h for h, shown in self.shown.items() if shown == written), None)
        if known is None:
            known = f"{_HIDDEN}{len(self.shown)}"
            self.shown[known] = written
            dot = dotted(meant.latex(self.space)) if isinstance(node, Name) else ""
            dot = dot or rf"\tfrac{{d}}{{dt}}\left({meant.latex(self.space)}\right)"
            self.space = self.space.extend({known: Letter(known, *value.shape, latex=dot)})
            self.hidden[known] = derived
        return Name(known)

    @property
    def _moving(self) -> dict[str, str]:
        """The hidden letter of the velocity of each declared matrix."""
        return {shown[:-1]: hidden for hidden, shown in self.shown.items() if shown[:-1] in self.given}

    # -- reading and deciding -----------------------------------------------------------------------

    def side(self, node: Node) -> Side:
        """Return one side of an equation: an expression, or a field."""
        if sum(1 for _ in walk(node)) > MAX_SIDE:
            raise ParseError(f"an expression of over {MAX_SIDE} parts is too long for a step: split it up")
        typed = next((name for name in names_in(node) if name.startswith(_HIDDEN)), None)
        if typed is not None:
            raise ParseError(f"names that begin with {_HIDDEN!r} cannot be used in a proof")
        if self.fields.is_field(node):
            field = self.fields.field(node)
            return Side(text(node), field_latex(field), node, FieldNode(field), False)
        try:
            meant = from_tree(self._without_primes(node))
            return Side(text(node), meant.latex(self.space), node, meant, is_zero(node))
        except ConslawError as error:
            raise type(error)(self.plain(str(error))) from None

    def _without_primes(self, node: Node) -> Node:
        """Return a tree with a letter in the place of each derivative in time."""
        return mapped(
            node,
            lambda part: self._derivative(self._without_primes(part.argument)) if isinstance(part, Prime) else None,
        )

    def _formal(self, node: syntax.Node) -> Expr:
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
        if isinstance(side.meant, FieldNode):
            raise ParseError(f"'{side.text}' is a field, and a matrix expression should stand here")
        return self._formal(side.meant)

    def difference(self, left: Side, right: Side, every: str, opaque: bool = False) -> Difference | None:
        """Return what is left of left − right, or None where they are equal for all sizes.

        Where `opaque` holds, nothing is known of the velocities: only rules that need no flow can make the sides equal.
        """
        if every:
            raise ParseError(
                f"'for all {every}' belongs to models with fields v_1, v_2, ...; here everything is for all sizes"
            )
        if isinstance(left.meant, FieldNode) or isinstance(right.meant, FieldNode):
            return self._field_difference(left, right)
        a, b = formal = self.value(left), self.value(right)
        if not opaque:
            a, b = self._moved(a), self._moved(b)
        try:
            residual = a - b
            if residual.is_zero:  # do they fit as they are written? A number that the flow makes 0 fits any matrix
                formal[0] - formal[1]
        except ConslawError as error:
            raise type(error)(self.plain(f"the two sides cannot be equal: {error}")) from None
        return None if residual.is_zero else self._show(residual, a, b)

    def _field_difference(self, left: Side, right: Side) -> Difference | None:
        fields = []
        for side in (left, right):
            if not isinstance(side.meant, FieldNode):
                raise ParseError(
                    f"'{side.text}' is not a field, and the other side is one: write it as (U: ..., V: ...)"
                )
            fields.append(side.meant.field)
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

    def holds_velocity(self, side: Side) -> bool:
        """Whether a derivative in time stands in a side."""
        return any(isinstance(node, Prime) for node in walk(side.node))

    def is_multiple(self, left: Side, right: Side, number: Fraction | int) -> bool:
        """Whether left = number·right, before the flow is put in."""
        if isinstance(left.meant, FieldNode) or isinstance(right.meant, FieldNode):
            return False
        return bool((self.value(left) - self.value(right) * number).is_zero)

    # -- what was shown -----------------------------------------------------------------------------

    def note_zero(self, step: int, side: Side, every: str, broken: bool = False) -> None:
        """Remember that an expression was shown to be 0 (or was meant to be)."""
        if not isinstance(side.meant, FieldNode):
            (self.broken if broken else self.zeros).append((step, self.value(side)))

    def rate(self, h: Expr) -> Expr:
        """Return the derivative in time of something, velocities as matrices of their own."""
        if any(name.startswith(_HIDDEN) for name in h.letters()):
            raise ParseError("this contains a derivative in time, and second derivatives are not read")
        moving = self._moving
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

    def function(self, node: Node) -> Expr:
        """Return the value of an expression that may be conserved."""
        return self.value(self.side(node))

    def called(self, node: Node) -> str:
        """Return an expression as the learner wrote it."""
        return text(node)

    def is_field(self, node: Node) -> bool:
        """Whether a tree is a field of matrices."""
        return self.fields.is_field(node)

    def velocity(self, tree: Node) -> Expr:
        """Return the value of an expression with the flow put in."""
        return self._moved(self.value(self.side(tree)))

    def holds_hidden(self, value: Expr) -> bool:
        """Whether a derivative in time is left in a value."""
        return any(letter.startswith(_HIDDEN) for letter in value.letters())


def _fit(a: Matrix, b: Matrix) -> Matrix:
    """Return a, or the zero matrix of the shape of b where a is the number 0."""
    return add(a, scale(0, b))
