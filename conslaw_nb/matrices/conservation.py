"""Prove or refute conservation laws and brackets of matrix fields, for all sizes at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..errors import ModelError
from ..verdict import Status, Verdict
from .calculus import fitted
from .concrete import Dual, Matrix, add, evaluate, scale
from .derivations import Chain, ChainBuilder, Counterexample, Derivation, Row, time_derivative
from .equalities import MAX_LINE, all_sizes, bare, counterexample, free_letters, refutation, transition
from .evaluate import normal_form, tree
from .expression import Expr
from .fields import Flow, MatrixField, bracket, gradient_flow, with_velocities
from .rewriting import inserted, multiplied_out, product_rule
from .space import MatrixSpace
from .syntax import ZERO, Name, Product, Trace, Transpose, Tree, count_nodes, names_in, signed

__all__ = ["prove_bracket", "prove_conserved"]


def prove_conserved(
    law: Any,
    phi: Any = None,
    *,
    space: MatrixSpace,
    fields: MatrixField | Sequence[MatrixField] | None = None,
    constants: Iterable[str] = (),
    gradient: str | None = None,
) -> Derivation:
    """Decide whether an expression is conserved, for all sizes.

    Parameters
    ----------
    law : str or Expr
        A matrix or a number; a matrix is conserved when each of its entries is.
    phi : str, Expr, or a sequence of them
        Conserved by every gradient flow of a function of φ: see `gradient_flow`.
    space : MatrixSpace
    fields : MatrixField, or a sequence of them
        Instead of φ: the fields the law shall be conserved by.
    constants : iterable of str
        Matrices of φ whose motion does not matter, since the law does not hold them.
    gradient : str, optional
        The name of the arbitrary gradient at φ.

    Returns
    -------
    Derivation

    References
    ----------
    Propositions 2.5 and 2.16: h is conserved iff its derivative along every field is zero.

    Examples
    --------
    >>> space = MatrixSpace(U=("n", "r"), V=("m", "r"))
    >>> print(prove_conserved("U^T*U - V^T*V", "U*V^T", space=space))
    PROVED for all m, n, r: U^T*U - V^T*V is conserved by every gradient flow of φ = U*V^T
      where U is n x r, V is m x r, G is n x m (the gradient of the loss at φ, arbitrary)
    <BLANKLINE>
      dU = -G*V      the velocity of U
      dV = -G^T*U    the velocity of V
    <BLANKLINE>
      d/dt (U^T*U - V^T*V)
      = dU^T*U + U^T*dU - dV^T*V - V^T*dV                 the product rule
      = -(G*V)^T*U - U^T*G*V + (G^T*U)^T*V + V^T*G^T*U    the velocities inserted
      = -V^T*G^T*U - U^T*G*V + U^T*G*V + V^T*G^T*U        multiplied out
      = 0                                                 all terms cancel
    """
    node, constants = tree(law, space.names if space is not None else None), tuple(constants)
    space = space.merge(law.space) if isinstance(law, Expr) else space
    if (phi is None) == (fields is None):
        raise ModelError("say by what it shall be conserved: either phi='U*V^T' or fields=MatrixField(...)")
    if phi is not None:
        family: list[MatrixField] = [gradient_flow(phi, space, constants=constants, gradient=gradient)]
    else:
        family = [fields] if isinstance(fields, MatrixField) else list(fields or ())
        if not family or not all(isinstance(field, MatrixField) for field in family):
            raise ModelError("fields must be a MatrixField, or several: MatrixField(space, U='A*U')")
    for field in family:
        held = names_in(node) & set(field.gradients) if isinstance(field, Flow) else ()
        if held:
            raise ModelError(
                f"a law cannot hold {min(held)}: here it is the gradient of the loss at φ, which changes in time; "
                f"name that gradient otherwise, with gradient='{field.space.fresh(min(held))}'"
            )
    held_still = sorted(names_in(node) & set(constants))
    if held_still:
        raise ModelError(
            f"a law cannot hold {held_still[0]} while it is held constant: φ depends on it, so training moves it; "
            f"leave {held_still[0]} out of the constants, or out of the law"
        )
    moved: set[str] = set().union(*family)
    names = frozenset(names_in(node))
    givens: tuple[Row, ...] = ()
    chains: list[Chain] = []
    for field in family:
        motion = _Motion(node, space.merge(field.space), field)
        statement, formulas = motion.statement()
        change = field.along(normal_form(node, motion.space))
        if not change.is_zero:
            example = motion.counterexample(change)
            verdict = refutation(statement, example, f"its derivative is {bare(change)}")
            rest = motion.lines(), (), change, example, motion.notes()
            return Derivation(statement, formulas, verdict, motion.space, *rest, names=names)
        givens += motion.lines() if len(family) == 1 else ()
        chains.append(motion.chain(change, "" if len(family) == 1 else f"Along the field `{field}`"))
        space = motion.space if len(family) == 1 else space.merge(field.space).merge(motion.space)
    if len(family) > 1:
        statement = f"`{node.text}` is conserved by each of {len(family)} fields"
        formulas |= {str(field): field.latex for field in family}
    still = "" if names & moved else " It holds nothing that moves."
    reason = f"its derivative is zero in normal form{all_sizes(space, names | moved)}.{still}"
    verdict = Verdict(Status.PROVED, reason, claim=statement.replace("`", ""))
    return Derivation(statement, formulas, verdict, space, givens, tuple(chains), notes=motion.notes(), names=names)


class _Motion:
    """One expression that moves along one field: its derivative on paper, and in numbers."""

    def __init__(self, node: Tree, space: MatrixSpace, field: MatrixField):
        self.node = node
        self.field = field
        occurring = [name for name in space.letters if name in names_in(node)]
        self.space, self.velocities = with_velocities(space, field, occurring)

    def statement(self) -> tuple[str, dict[str, str]]:
        """Return the statement, and the LaTeX of its formulas."""
        formulas = {self.node.text: self.node.latex(self.space)}
        if isinstance(self.field, Flow):
            formulas |= {part.text: part.latex(self.space) for part in self.field.phi}
            parts = ", ".join(f"`{part.text}`" for part in self.field.phi)
            by = f"every gradient flow of φ = {parts if len(self.field.phi) == 1 else f'({parts})'}"
        else:
            formulas[str(self.field)] = self.field.latex
            by = f"the field `{self.field}`"
        return f"`{self.node.text}` is conserved by {by}", formulas

    def notes(self) -> dict[str, str]:
        """Say what the gradients of a flow are."""
        if not isinstance(self.field, Flow):
            return {}
        several = len(self.field.phi) > 1
        pairs = zip(self.field.gradients, self.field.phi, strict=True)
        return {
            name: f"the gradient of the loss at {f'`{part.text}`' if several else 'φ'}, arbitrary"
            for name, part in pairs
        }

    def lines(self) -> tuple[Row, ...]:
        """Return the velocities of what moves in the expression."""
        result = []
        for name, velocity in self.velocities.items():
            value = self.field[name]
            text, latex = f"{velocity} = {value.text}", f"{self.space.latex(velocity)} = {value.latex}"
            result.append(Row(text, latex, f"the velocity of {name}", frozenset(value.letters())))
        return tuple(result)

    def chain(self, derivative: Expr, title: str) -> Chain:
        """Return the derivation of d/dt = 0, as it is done on paper."""
        values = {velocity: self.field[name] for name, velocity in self.velocities.items()}
        builder = ChainBuilder(self.space, values, title)
        builder.start(time_derivative(self.node, self.space), derivative)
        ruled = product_rule(self.node, self.space, self.velocities)
        builder.add(ruled, "the product rule")
        put = inserted(ruled, {velocity: value.tree for velocity, value in values.items()}, self.space)
        builder.add(put, "the velocities inserted")
        out = multiplied_out(put, self.space)
        if out is not None and len(out.text) <= MAX_LINE:
            builder.add(out, "multiplied out")
        builder.add(ZERO, transition(out, ZERO))
        return builder.chain()

    # -- in numbers: no line below uses a normal form -------------------------------------------------

    def counterexample(self, derivative: Expr) -> Counterexample | None:
        """Look for integer matrices at which the derivative is not zero."""
        if isinstance(self.field, Flow):
            nodes = [self.node, *self.field.phi, *map(Name, self.field.gradients)]
        else:
            nodes = [self.node, *(value.tree for value in self.field.values())]
        line = time_derivative(self.node, self.space)

        def show(sizes: Mapping[str, int], matrices: Mapping[str, Matrix]) -> list[tuple[str, str, Matrix]]:
            moved = self._velocities(sizes, matrices)
            shown = [(velocity, self.space.latex(velocity), moved[name]) for name, velocity in self.velocities.items()]
            return [*shown, (line.text, line.latex, self._derivative(sizes, matrices))]

        weight = count_nodes(nodes) * (8 if isinstance(self.field, Flow) else 1)  # a flow is differentiated by entries
        free = free_letters(self.space, nodes)
        return counterexample(self.space, free, self._derivative, show, derivative, weight)

    def _derivative(self, sizes: Mapping[str, int], matrices: Mapping[str, Matrix]) -> Matrix:
        return slopes(evaluate(self.node, self.space, sizes, moving(matrices, self._velocities(sizes, matrices))))

    def _velocities(self, sizes: Mapping[str, int], matrices: Mapping[str, Matrix]) -> dict[str, Matrix]:
        if not isinstance(self.field, Flow):
            return {name: velocity_at(self.field, name, self.space, sizes, matrices) for name in self.velocities}
        return {name: self._descent(name, sizes, matrices) for name in self.velocities}

    def _descent(self, name: str, sizes: Mapping[str, int], matrices: Mapping[str, Matrix]) -> Matrix:
        """Return minus the gradient of Σ tr(Gᵀφ) in one matrix, entry by entry, with dual numbers."""
        assert isinstance(self.field, Flow)
        here, kind = matrices[name], self.space.letter(name).kind
        result: Matrix = [[0] * len(here[0]) for _ in here]
        for i in range(len(here)):
            for j in range(len(here[0])):
                step: Matrix = [[0] * len(here[0]) for _ in here]
                step[i][j] += 1
                if kind in ("symmetric", "skew"):  # a step that stays among such matrices, of the same gradient
                    step[j][i] += 1 if kind == "symmetric" else -1
                slope: Any = 0
                for gradient, part in zip(self.field.gradients, self.field.phi, strict=True):
                    loss = Trace(Product((Transpose(Name(gradient)), part)))
                    slope += slopes(evaluate(loss, self.space, sizes, moving(matrices, {name: step})))[0][0]
                result[i][j] = -slope if kind == "general" else -Fraction(slope) / 2
        return result


def moving(matrices: Mapping[str, Matrix], velocities: Mapping[str, Matrix]) -> dict[str, Matrix]:
    """Return matrices of dual numbers: some of them move."""
    result = dict(matrices)
    for name, velocity in velocities.items():
        pairs = zip(matrices[name], velocity, strict=True)
        result[name] = [[Dual(x, v) for x, v in zip(row, speeds, strict=True)] for row, speeds in pairs]
    return result


def slopes(matrix: Matrix) -> Matrix:
    """Return the derivatives that dual numbers carry."""
    return [[x.slope if isinstance(x, Dual) else 0 for x in row] for row in matrix]


def velocity_at(
    field: MatrixField, name: str, space: MatrixSpace, sizes: Mapping[str, int], matrices: Mapping[str, Matrix]
) -> Matrix:
    """Return a velocity of a field at matrices of numbers, in the shape of what it moves."""
    still: Matrix = [[0] * len(matrices[name][0]) for _ in matrices[name]]
    return add(still, evaluate(field[name].tree, space, sizes, matrices))


# -- brackets --------------------------------------------------------------------------------------------


def prove_bracket(x: MatrixField, y: MatrixField, expected: MatrixField | Mapping[str, Any]) -> Derivation:
    """Decide whether the bracket [X, Y] = ∂X·Y − ∂Y·X is the expected field, for all sizes.

    Parameters
    ----------
    x, y : MatrixField
    expected : MatrixField, or a mapping of names to expressions
        A matrix that is left out is expected not to move.

    Examples
    --------
    >>> space = MatrixSpace(U=("n", "r"), A=("n", "n"), B=("n", "n"))
    >>> print(prove_bracket(MatrixField(space, U="A*U"), MatrixField(space, U="B*U"), {"U": "[A, B]*U"}))
    PROVED for all n, r: [X, Y] moves U by [A, B]*U
      where U is n x r, A is n x n, B is n x n
    <BLANKLINE>
      X = (U: A*U)
      Y = (U: B*U)
    <BLANKLINE>
      The part of U:
      ∂(A*U)·Y - ∂(B*U)·X
      = A*B*U - B*A*U        what moves, replaced by its velocity
      = [A, B]*U             the expected part
    """
    found = bracket(x, y)
    space = found.space
    if isinstance(expected, MatrixField):
        space = space.merge(expected.space)
    nodes = {name: tree(value, space.names) for name, value in expected.items()}
    wanted = {name: fitted(space, name, normal_form(node, space)) for name, node in nodes.items()}
    parts = {**found, **wanted}
    called = space.fresh("X"), space.fresh("Y")
    moves = " and ".join(f"`{name}` by `{node.text}`" for name, node in nodes.items())
    statement = f"[{called[0]}, {called[1]}] " + (f"moves {moves}" if moves else "= 0")
    formulas = {name: space.latex(name) for name in parts} | {node.text: node.latex(space) for node in nodes.values()}
    given = tuple(
        Row(f"{name} = {field}", f"{name} = {field.latex}") for name, field in zip(called, (x, y), strict=True)
    )
    names = frozenset(parts).union(*(value.letters() for field in (x, y) for value in field.values()))
    names = names.union(*(names_in(node) for node in nodes.values()))
    chains = []
    for name in parts:
        node = nodes.get(name, ZERO)
        difference = found[name] - wanted.get(name, Expr.number(space, 0))
        if not difference.is_zero:
            example = _wrong_part(name, node, x, y, space, difference)
            verdict = refutation(statement, example, f"the parts of {name} differ by {bare(difference)}")
            return Derivation(statement, formulas, verdict, space, given, (), difference, example, names=names)
        builder = ChainBuilder(space, {}, f"The part of `{name}`")
        builder.start(_derivatives(x, y, name, space, called), found[name])
        put = _on_paper(x, y, name, space)
        builder.add(put, "what moves, replaced by its velocity")
        out = multiplied_out(put, space)
        if out is not None and len(out.text) <= MAX_LINE:
            builder.add(out, "multiplied out")
        builder.add(node, "the expected part" if node != ZERO else transition(out, ZERO))
        chains.append(builder.chain())
    verdict = Verdict(
        Status.PROVED, f"each part has the same normal form{all_sizes(space, names)}.", claim=statement.replace("`", "")
    )
    return Derivation(statement, formulas, verdict, space, given, tuple(chains), names=names)


def _derivatives(x: MatrixField, y: MatrixField, name: str, space: MatrixSpace, called: tuple[str, str]) -> Row:
    """Return the definition of one part of the bracket, as a line."""
    a, b = x[name].tree, y[name].tree
    names = frozenset(names_in(a) | names_in(b))
    first, second = called
    latex = rf"\partial\left({a.latex(space)}\right)\cdot {second} - \partial\left({b.latex(space)}\right)\cdot {first}"
    return Row(f"∂({a.text})·{second} - ∂({b.text})·{first}", latex, "", names)


def _on_paper(x: MatrixField, y: MatrixField, name: str, space: MatrixSpace) -> Tree:
    """Return ∂X·Y − ∂Y·X of one part with everything inserted and nothing multiplied out."""
    terms: list[tuple[bool, Tree]] = []
    for a, b, minus in ((x, y, False), (y, x, True)):
        motion = _Motion(a[name].tree, space, b)
        values = {velocity: b[moved].tree for moved, velocity in motion.velocities.items()}
        ruled = product_rule(motion.node, motion.space, motion.velocities)
        part = inserted(ruled, values, motion.space)
        terms += [(minus != sign, term) for sign, term in getattr(part, "terms", ((False, part),))]
    return signed(terms)


def _wrong_part(
    name: str, node: Tree, x: MatrixField, y: MatrixField, space: MatrixSpace, difference: Expr
) -> Counterexample | None:
    """Look for integer matrices at which one part of the bracket is not as expected."""
    trees = [value.tree for field in (x, y) for value in field.values()]
    names = {*x, *y, name}

    def part(sizes: Mapping[str, int], matrices: Mapping[str, Matrix]) -> Matrix:
        total: Matrix = [[0] * len(matrices[name][0]) for _ in matrices[name]]
        for a, b, sign in ((x, y, 1), (y, x, -1)):
            speeds = {moved: velocity_at(b, moved, space, sizes, matrices) for moved in b}
            change = slopes(evaluate(a[name].tree, space, sizes, moving(matrices, speeds)))
            total = add(total, scale(sign, change))
        return total

    def defect(sizes: Mapping[str, int], matrices: Mapping[str, Matrix]) -> Matrix:
        return add(part(sizes, matrices), scale(-1, evaluate(node, space, sizes, matrices)))

    def show(sizes: Mapping[str, int], matrices: Mapping[str, Matrix]) -> list[tuple[str, str, Matrix]]:
        latex = space.latex(name)
        return [
            (f"[X, Y], the part of {name}", rf"[X, Y]_{{{latex}}}", part(sizes, matrices)),
            ("expected", r"\text{expected}", evaluate(node, space, sizes, matrices)),
        ]

    nodes = [node, *trees, *map(Name, names)]
    return counterexample(space, free_letters(space, nodes), defect, show, difference, count_nodes(nodes))
