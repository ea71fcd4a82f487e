"""Prove or refute equalities, and chains of them, for all sizes at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..errors import ModelError
from ..verdict import Status, Verdict
from .calculus import substituted
from .concrete import Matrix, add, evaluate, scale, search, size_of
from .derivations import Chain, ChainBuilder, Counterexample, Derivation, Row, sizes_text, time_derivative
from .evaluate import definitions, normal_form, tree
from .expression import Expr
from .fields import MatrixField, with_velocities
from .letters import ShapeError, shape_text
from .reader import read_equation
from .rewriting import inserted, multiplied_out, product_rule
from .space import MatrixSpace
from .syntax import ZERO, Number, Product, Sum, Tree, count_nodes, names_in

__all__ = ["Defect", "all_sizes", "bare", "counterexample", "prove_chain", "prove_equal", "refutation", "transition"]

MAX_LINES = 100
MAX_LINE = 600  # characters of a line that was multiplied out
LARGEST = 12  # the largest size of a counter-example

Defect = Callable[[Mapping[str, int], Mapping[str, Matrix]], Matrix]
Shown = Callable[[Mapping[str, int], Mapping[str, Matrix]], list[tuple[str, str, Matrix]]]


def prove_equal(
    left: Any, right: Any = None, *, space: MatrixSpace, where: Mapping[str, Any] | None = None
) -> Derivation:
    """Decide whether two expressions are equal for all sizes.

    Parameters
    ----------
    left, right : str or Expr
        Or one text, ``"left = right"``.
    space : MatrixSpace
    where : mapping, optional
        Definitions that both sides use, such as ``{"E": "U - τ*G"}``; names that are not declared get the shape
        of their definition.

    Returns
    -------
    Derivation
        PROVED with a derivation whose lines are checked; REFUTED with integer matrices.

    Raises
    ------
    ShapeError, ParseError, ModelError
        What cannot be read or does not fit.
    SizeError, BudgetError
        What is too large to multiply out.

    Examples
    --------
    >>> space = MatrixSpace(U=("n", "r"), V=("m", "r"))
    >>> print(prove_equal("|U*V^T|^2 = <U^T*U, V^T*V>", space=space))
    PROVED for all m, n, r: |U*V^T|^2 = <U^T*U, V^T*V>
      where U is n x r, V is m x r
    <BLANKLINE>
      |U*V^T|^2
      = tr(V*U^T*U*V^T)    multiplied out
      = tr(U^T*U*V^T*V)    a trace may be turned and transposed
      = <U^T*U, V^T*V>     written as on the right
    """
    if right is None:
        first, second = read_equation(left, space.names | set(where or {}))
    else:
        first, second = (tree(side, space.names | set(where or {})) for side in (left, right))
        for side in (left, right):
            space = space.merge(side.space) if isinstance(side, Expr) else space
    space, values = definitions(where, space)
    trees = {name: tree((where or {})[name], space.names) for name in values}
    difference = substituted(_difference(first, second, space), values)
    statement = f"`{first.text}` = `{second.text}`"
    formulas = {node.text: node.latex(space) for node in (first, second)}
    names = frozenset(names_in(first) | names_in(second))
    given = given_lines(trees, space)
    if difference.is_zero:
        chain = _equality_chain(first, second, space, values, trees)
        reason = f"both sides have the same normal form{all_sizes(space, names)}."
        verdict = Verdict(Status.PROVED, reason, claim=statement.replace("`", ""))
        return Derivation(statement, formulas, verdict, space, given, (chain,), names=names)

    def defect(sizes: Mapping[str, int], matrices: Mapping[str, Matrix]) -> Matrix:
        known = _with_definitions(trees, space, sizes, matrices)
        return add(evaluate(first, space, sizes, known), scale(-1, evaluate(second, space, sizes, known)))

    def show(sizes: Mapping[str, int], matrices: Mapping[str, Matrix]) -> list[tuple[str, str, Matrix]]:
        known = _with_definitions(trees, space, sizes, matrices)
        shown = {name: (space.latex(name), known[name]) for name in values}
        for side in (first, second):
            if side != ZERO:
                shown[side.text] = side.latex(space), evaluate(side, space, sizes, known)
        return [(text, latex, matrix) for text, (latex, matrix) in shown.items()]

    nodes = [first, second, *trees.values()]
    example = counterexample(space, free_letters(space, nodes, values), defect, show, difference, count_nodes(nodes))
    verdict = refutation(statement, example, f"the two sides differ by {bare(difference)}")
    return Derivation(statement, formulas, verdict, space, given, (), difference, example, names=names)


def prove_chain(
    lines: Sequence[Any],
    *,
    space: MatrixSpace,
    where: Mapping[str, Any] | None = None,
    flow: MatrixField | None = None,
) -> Derivation:
    """Decide whether each line of a derivation equals the line before, for all sizes.

    Parameters
    ----------
    lines : sequence of str, or of (str, reason)
        A line may begin with ``=``.
    space : MatrixSpace
    where : mapping, optional
        Definitions the lines use.
    flow : MatrixField, optional
        How matrices move: then a line may be a derivative, ``"d/dt (U^T*U)"``, and dU is the velocity of U.

    Returns
    -------
    Derivation
        PROVED, or REFUTED at the first wrong line: `verdict.details["line"]` is its number, counted from 1,
        `residual` what is left of the difference, `counterexample` shows that it is not zero, and `chains` holds
        the lines before.

    Examples
    --------
    >>> space = MatrixSpace(A=("n", "n"), B=("n", "n"))
    >>> proof = prove_chain(["(A + B)^2", "= A^2 + A*B + B*A + B^2", "= A^2 + 2*A*B + B^2"], space=space)
    >>> print(proof.verdict)
    REFUTED: line 3 does not equal line 2: their difference is -A*B + B*A.
    >>> print(proof.counterexample)
    n = 2
    A = [[0, 0], [0, 1]]
    B = [[0, 0], [1, 0]]
    A^2 + A*B + B*A + B^2 = [[0, 0], [1, 1]]
    A^2 + 2*A*B + B^2 = [[0, 0], [2, 1]]
    >>> space = MatrixSpace(U=("n", "r"), A=("n", "n", "skew"))
    >>> lines = ["d/dt (U^T*U)", "dU^T*U + U^T*dU", "U^T*A^T*U + U^T*A*U", "0"]
    >>> print(prove_chain(lines, space=space, flow=MatrixField(space, U="A*U")).verdict)
    PROVED: each of the 4 lines equals the one before, for all sizes n, r.
    """
    if isinstance(lines, str) or not 2 <= len(lines) <= MAX_LINES:
        count = 1 if isinstance(lines, str) else len(lines)
        raise ModelError(f"a derivation is a list of at least two lines and at most {MAX_LINES}; this one has {count}")
    pairs = [(line, "") if isinstance(line, (str, Expr)) else tuple(line) for line in lines]
    velocities: dict[str, str] = {}
    if flow is not None:
        space, velocities = with_velocities(space, flow, flow)
        where = {**(where or {}), **{velocity: flow[name] for name, velocity in velocities.items()}}
    space, values = definitions(where, space)
    read = [_read_line(line, space, velocities) for line, _ in pairs]
    nodes = [node for node, _ in read]
    builder = ChainBuilder(space, values)
    builder.add(nodes[0], pairs[0][1], read[0][1])
    ends = [shown or Row(node.text, node.latex(space)) for node, shown in (read[0], read[-1])]
    statement = " = ".join(f"`{line.text}`" for line in ends)
    formulas = {line.text: line.latex for line in ends}
    for i in range(1, len(nodes)):
        _difference(nodes[i - 1], nodes[i], space)  # says it where the shapes differ
        if not builder.add(nodes[i], pairs[i][1], read[i][1]):
            step = prove_equal(nodes[i - 1], nodes[i], space=space, where=where)
            assert step.residual is not None
            reason = f"line {i + 1} does not equal line {i}: their difference is {bare(step.residual)}."
            if not step.is_refuted:
                reason = f"line {i + 1}: {step.verdict.reason}"
            details = {**step.verdict.details, "line": i + 1}
            verdict = Verdict(step.status, reason, claim=statement.replace("`", ""), details=details)
            before = (Chain(tuple(builder.lines)),) if len(builder.lines) > 1 else ()
            parts = step.givens, before, step.residual, step.counterexample
            return Derivation(step.statement, step.formulas, verdict, space, *parts, names=step.names)
    used = names_in(nodes[0]) | names_in(nodes[-1])
    reason = f"each of the {len(nodes)} lines equals the one before{all_sizes(space, used)}."
    verdict = Verdict(Status.PROVED, reason, claim=statement.replace("`", ""))
    given = given_lines({name: tree((where or {})[name], space.names) for name in values}, space)
    return Derivation(statement, formulas, verdict, space, given, (builder.chain(),), names=frozenset(used))


def _read_line(line: Any, space: MatrixSpace, velocities: Mapping[str, str]) -> tuple[Tree, Row | None]:
    """Return the tree of a line, and how to show it where it is a derivative."""
    text = line.strip().removeprefix("=").strip() if isinstance(line, str) else ""
    if not text.startswith("d/dt"):
        return tree(text or line, space.names), None
    node = tree(text.removeprefix("d/dt"), space.names)
    if not velocities:
        raise ModelError(f"nothing moves in {text!r}: say how with flow=, such as gradient_flow('U*V^T', space)")
    return product_rule(node, space, velocities), time_derivative(node, space)


# -- shared by all proofs --------------------------------------------------------------------------------


def bare(expression: Expr) -> str:
    """Return an expression as it may stand in a sentence, or what can be said of it where it is long."""
    text = expression.brief
    return text[1:-1] if text.startswith("(") and len(expression.terms) > 1 else text


def _difference(first: Tree, second: Tree, space: MatrixSpace) -> Expr:
    """Return left minus right; raise where their shapes differ."""
    a, b = normal_form(first, space), normal_form(second, space)
    if a.shape != b.shape and not any(side.is_scalar and side.is_zero for side in (a, b)):
        raise ShapeError(
            f"{first.text} = {second.text} does not fit: the left side is {shape_text(a.shape)}, "
            f"the right side {shape_text(b.shape)}"
        )
    return a - b


def all_sizes(space: MatrixSpace, names: Iterable[str]) -> str:
    """Return ', for all sizes n, r' for the sizes of some letters, or nothing where there are none."""
    sizes = sizes_text(space, sorted(names))
    return f", for all sizes {sizes}" if sizes else ""


def given_lines(trees: Mapping[str, Tree], space: MatrixSpace) -> tuple[Row, ...]:
    """Return definitions as lines."""
    return tuple(
        Row(f"{name} = {node.text}", f"{space.latex(name)} = {node.latex(space)}", "", frozenset(names_in(node)))
        for name, node in trees.items()
    )


def free_letters(space: MatrixSpace, nodes: Iterable[Tree], defined: Iterable[str] = ()) -> list[str]:
    """Return the letters of some trees that may be chosen freely."""
    used = set().union(*(names_in(node) for node in nodes)) - set(defined)
    return [
        name
        for name, letter in space.letters.items()
        if name in used and letter.kind in ("general", "symmetric", "skew")
    ]


def counterexample(
    space: MatrixSpace, free: Sequence[str], defect: Defect, show: Shown, residual: Expr, weight: int
) -> Counterexample | None:
    """Look for matrices at which a statement with this nonzero residual fails; see `search` for the weight."""
    largest = max(3, min(residual.separating_size + residual.size_degree, LARGEST))
    found = search(space, free, defect, largest=largest, weight=weight)
    if found is None:
        return None
    chosen, matrices, value = found
    used = {size for name in free for size in space.letter(name).shape} or set(chosen)
    shown = tuple(show(chosen, matrices))
    return Counterexample({s: k for s, k in chosen.items() if s in used}, matrices, shown, value, space)


def refutation(statement: str, example: Counterexample | None, what: str) -> Verdict:
    """Return REFUTED with its counter-example, or UNKNOWN where none was found; `what` names what is not zero."""
    claim = statement.replace("`", "")
    if example is None:
        reason = (
            f"{what}, which is not zero for all large sizes; but no counter-example was found among the small integer "
            "matrices that were tried."
        )
        return Verdict(Status.UNKNOWN, reason, claim=claim)
    at = f"{example.sizes_text} and " if example.sizes else ""
    reason = f"{what}, which is not zero for {at}the matrices shown."
    return Verdict(Status.REFUTED, reason, claim=claim, details={"counterexample": example.data()})


def _with_definitions(
    trees: Mapping[str, Tree], space: MatrixSpace, sizes: Mapping[str, int], matrices: Mapping[str, Matrix]
) -> dict[str, Matrix]:
    known = dict(matrices)
    for name, node in trees.items():
        rows, columns = size_of(space, name, sizes)
        known[name] = add([[0] * columns for _ in range(rows)], evaluate(node, space, sizes, known))
    return known


def _equality_chain(
    first: Tree, second: Tree, space: MatrixSpace, values: Mapping[str, Expr], trees: Mapping[str, Tree]
) -> Chain:
    """Multiply the left side out, then the right side, and meet in between."""
    builder = ChainBuilder(space, values)
    builder.add(first)
    left, right = first, second
    for name in reversed(list(trees)):  # a later definition may use an earlier one
        left, right = (inserted(side, {name: trees[name]}, space) for side in (left, right))
    builder.add(left, "the definitions inserted")
    left_out, right_out = (multiplied_out(side, space) for side in (left, right))
    if left_out and len(left_out.text) <= MAX_LINE:
        builder.add(left_out, "multiplied out")
    if right_out and len(right_out.text) <= MAX_LINE:
        builder.add(right_out, transition(left_out, right_out))
    else:
        builder.add(normal_form(left, space).tree, "multiplied out and collected")
    builder.add(right, "written as on the right")
    builder.add(second, "the definitions of the right side")
    return builder.chain()


def transition(left: Tree | None, right: Tree) -> str:
    """Say in a few words why one sum of words equals another.

    What is left of their difference when equal spellings are cancelled tells whether more was needed than that:
    turning a trace, or transposing a number.
    """
    if left is None:
        return "multiplied out and collected"
    a, b = _terms(left), _terms(right)
    if Counter(a) == Counter(b):
        return "in another order"
    spelled = Counter[str]()
    for terms, sign in ((a, 1), (b, -1)):
        for coefficient, text in terms:
            spelled[text] += sign * coefficient
    what = "all terms cancel" if right == ZERO else "like terms collected"
    if not any(spelled.values()):
        return what
    has_trace = "tr(" in left.text + right.text
    turning = "a trace may be turned and transposed" if has_trace else "a number is its own transpose"
    return turning if len(a) == len(b) else f"{what}, for {turning}"


def _terms(node: Tree) -> list[tuple[Fraction, str]]:
    """Return the terms of a sum as coefficient and spelling."""
    if node == ZERO:
        return []
    result = []
    for minus, term in node.terms if isinstance(node, Sum) else ((False, node),):
        first = term.factors[0] if isinstance(term, Product) else term
        number, spelling = Fraction(1), term.text
        if isinstance(first, Number):
            number = first.value
            spelling = "*".join(part.text for part in term.factors[1:]) if isinstance(term, Product) else ""
        result.append((-number if minus else number, spelling))
    return result
