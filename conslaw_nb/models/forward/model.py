"""`model`: φ from a forward pass over symbolic matrices."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from math import comb, prod
from random import Random
from typing import Any

from ...errors import ConslawError, ModelError, SizeError, brief
from ...exact.nilpotent import Nilpotent
from ...exact.polynomial import Poly
from ...language import is_name
from ..balance import Balance
from ..fields import MAX_GENERATORS, Letter
from ..layered import MAX_EXPANDED_TERMS, check_parameters
from ..parametrizations import Parametrization
from .algebra import Gradients, GradientSizes, Polynomials, TermCounts
from .evaluation import evaluate, gates_of, nodes_of
from .gates import REASONS
from .matrix import Matrix, as_matrix, input_matrix, weight_matrix

__all__ = ["ForwardModel", "Shape", "build", "model", "weight_names"]

BYTES_PER_ENTRY = 1_000  # of a weight, in the tables of a pass
MAX_COST = 20_000_000
EAGER_TERMS = 100_000  # up to here φ is written out at once, and components that occur twice are taken once
MANY_TERMS = 1_000  # from here on φ is evaluated through the pass, though it is written out
SEARCHED = 2_500  # monomials up to which a search for all quadratic laws is quick
Shape = int | Sequence[int]


def weight_names(name: str, shape: Sequence[int]) -> list[str]:
    """Return the names of the entries of a weight, in order.

    Examples
    --------
    >>> weight_names("W", (1, 2)), weight_names("c", (2,)), weight_names("t", ())
    (['W_1_1', 'W_1_2'], ['c_1', 'c_2'], ['t'])
    """
    names = [name]
    for size in shape:
        names = [f"{stem}_{i}" for stem in names for i in range(1, size + 1)]
    return names


class ForwardModel(Parametrization):
    """A parametrization whose components are what the flow sees of the weights in a forward pass.

    Attributes
    ----------
    weights : dict
        Name -> shape.
    outputs : tuple of Matrix
        What the pass returns.
    balances : tuple of Balance
        Laws that are known by theory, as matrices; `count_laws` checks them before it uses them.
    """

    def __init__(self, weights: Mapping[str, tuple[int, ...]], outputs: Sequence[Matrix], text: str):
        self.weights = dict(weights)
        self.outputs = tuple(outputs)
        self.balances: tuple[Balance, ...] = ()
        self._cost: int | None = None
        names = tuple(name for weight, shape in weights.items() for name in weight_names(weight, shape))
        sizes = evaluate(self.outputs, TermCounts())
        self._terms = sum(sizes)
        if len(sizes) > MAX_GENERATORS:
            raise SizeError(
                f"{_short(text)} has {len(sizes)} components; up to {MAX_GENERATORS} are handled one by one: linear, "
                f"relu, factorization and attention know larger sizes by their structure"
            )
        super().__init__(names, None, len(sizes), text)
        # where the components come from: which of the pass, and what it was multiplied by
        self._sources: list[tuple[int, int | Fraction]] = [(g, 1) for g in range(len(sizes))]
        if self._terms <= EAGER_TERMS:
            self._components, self._sources = _distinct(self._expand())
            self.count = len(self._components)
        if not self.count:
            raise ModelError(f"{_short(text)} does not depend on its weights")

    @property
    def reasons(self) -> list[str]:
        """What the flow sees of the weights, and which theorem or definition says so: one sentence for each gate."""
        return [REASONS[gate] for gate in gates_of(self.outputs) or ["polynomial"]]

    def keeping(self, *balances: Balance) -> ForwardModel:
        """Name laws that are known by theory, and return the model; `count_laws` checks them before it uses them."""
        self.balances = balances
        return self

    def known_laws(self) -> list[Poly] | None:
        """Return the entries of the known balances; None where all laws of degree 2 can be searched for instead."""
        if not self.balances or comb(self.dimension + 2, 2) <= SEARCHED:
            return None
        starts = dict(zip(self.weights, accumulate(map(prod, self.weights.values()), initial=0), strict=False))
        lists = (balance.polynomials(self.variables, self.weights, starts) for balance in self.balances)
        return [h for laws in lists for h in laws]

    def _expand(self) -> Iterable[Poly]:
        if self._terms > MAX_EXPANDED_TERMS:
            raise SizeError(
                f"{_short(self.text)} has {self._terms} terms in all, too many to write out: up to "
                f"{MAX_EXPANDED_TERMS} are (counting at a point does not need them)"
            )
        result: list[Poly] = evaluate(self.outputs, Polynomials(self.variables))
        return result

    # -- evaluation without writing φ out -------------------------------------------------------------

    @property
    def is_written_out(self) -> bool:
        """Whether the components exist as polynomials."""
        return self._components is not None

    @property
    def is_joined(self) -> bool:  # type: ignore[override]
        """Whether groups of coordinates need not be looked for: they cannot be where φ is not written out."""
        return not self.is_written_out

    def _constants(self) -> list[Any]:
        nodes = nodes_of(self.outputs)
        entries = [e for node in nodes if node.op == "constant" for row in node.data for e in row if e]
        return entries + [node.data for node in nodes if node.op == "scale" and node.data]

    def suits(self, prime: int) -> bool:
        """Whether every generator has a value modulo the prime."""
        if self.is_written_out:
            return super().suits(prime)
        return all(c.numerator % prime and c.denominator % prime for c in self._constants())

    def is_homogeneous(self) -> bool:
        """Whether every generator is known to be homogeneous."""
        return self.is_written_out and super().is_homogeneous()

    def sign_classes(self) -> list[int]:
        """Return the masks of sign changes; where φ is not written out, none is known."""
        return super().sign_classes() if self.is_written_out else [0] * self.dimension

    def evaluation_cost(self) -> int:
        """Return how many multiplications one evaluation of an element of W takes, roughly."""
        if self.is_written_out:
            return super().evaluation_cost()
        if self._cost is None:
            ring = GradientSizes(self.dimension, MAX_COST)
            try:
                evaluate(self.outputs, ring)
            except SizeError as error:
                raise SizeError(
                    f"{_short(self.text)} is too large: {error}; linear, relu, factorization and attention know larger "
                    f"sizes by their structure"
                ) from None
            self._cost = ring.total
        return self._cost

    @cached_property
    def _goes_through_the_pass(self) -> bool:
        """Whether values come from the pass itself: where φ is not written out, or has so many terms."""
        if not self.is_written_out:
            self.evaluation_cost()  # refuses a pass that would take too long
            return True
        if self._terms < MANY_TERMS:
            return False
        try:
            evaluate(self.outputs, GradientSizes(self.dimension, 20 * self._terms))  # each has several slopes
        except SizeError:
            return False
        return True

    def _multipliers(self, prime: int) -> list[tuple[int, int]]:
        pairs = ((at, Fraction(scale)) for at, scale in self._sources)
        return [(at, scale.numerator * pow(scale.denominator, -1, prime) % prime) for at, scale in pairs]

    def generator_rows(self, point: Sequence[int], prime: int) -> list[tuple[int, dict[int, int]]]:
        """Return all gradients at a point: through the pass itself, where that is shorter."""
        if not self._goes_through_the_pass:
            return super().generator_rows(point, prime)
        duals = evaluate(self.outputs, Gradients([x % prime for x in point], prime))
        rows = []
        for g, (at, scale) in enumerate(self._multipliers(prime)):
            values = {i: v * scale % prime for i, v in duals[at].gradient.items()}
            rows.append((g, {i: v for i, v in values.items() if v}))
        return rows

    def random_element_value(self, rng: Random, point: Sequence[int], prime: int) -> list[int]:
        """Return the value at a point of a random combination of the gradients."""
        if not self._goes_through_the_pass:
            return super().random_element_value(rng, point, prime)
        total = [0] * self.dimension
        for _, row in self.generator_rows(point, prime):
            factor = rng.randrange(1, prime)
            for i, value in row.items():
                total[i] += factor * value
        return [value % prime for value in total]

    def prepare(self, letter: Letter, prime: int) -> Any:
        """Return a callable that evaluates one element of W at blocks of truncated numbers."""
        if not self._goes_through_the_pass:
            return super().prepare(letter, prime)
        places = self._multipliers(prime)
        factors = [(places[g][0], places[g][1] * scale % prime) for g, scale in letter]

        def evaluate_letter(blocks: Sequence[Nilpotent]) -> list[Nilpotent]:
            count = len(blocks[0].parts).bit_length() - 1
            one, zero = Nilpotent.constant(1, count, prime), Nilpotent([None] * len(blocks[0].parts), prime)
            duals = evaluate(self.outputs, Gradients(blocks, prime, one))
            result = [zero] * self.dimension
            for at, scale in factors:
                for i, derivative in duals[at].gradient.items():
                    result[i] = result[i] + derivative * scale
            return result

        return evaluate_letter


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:80] + "..."


def _distinct(components: Iterable[Poly]) -> tuple[tuple[Poly, ...], list[tuple[int, int | Fraction]]]:
    """Leave out constants and what is a multiple of a component before; say which are left, and times what."""
    found: dict[Poly, tuple[int, int | Fraction]] = {}
    for g, component in enumerate(components):
        without = Poly(component.variables, {m: c for m, c in component.terms.items() if m})
        reduced = without.primitive()
        if reduced and reduced not in found:
            monomial = next(iter(reduced.terms))
            found[reduced] = g, Fraction(reduced.terms[monomial]) / without.terms[monomial]
    return tuple(found), list(found.values())


def model(
    forward: Callable[..., Any],
    /,
    *,
    inputs: Mapping[str, Shape] | None = None,
    text: str | None = None,
    **weights: Shape,
) -> ForwardModel:
    """Make φ from a forward pass, written as a function of an input and of weight matrices.

    Parameters
    ----------
    forward : callable
        Such as ``lambda x, U, V: U @ (V @ x)``. Those of its arguments that are not weights are inputs: columns, as
        long as the first weight that they meet needs. It may return one matrix or several, and use ``+ - @ * ** .T``
        and the gates of `conslaw_nb.gates`: relu, gate (any function that is not homogeneous), softmax, conv, ...
    inputs : dict, optional
        Sizes of inputs: a number of rows, or (rows, columns) for several tokens or places.
    text : str, optional
        What the model is called; by default the pass itself.
    **weights : int or tuple
        The shape of each weight: (rows, columns), a length for a column, (c_out, c_in, k) for a kernel, ()
        for a number.

    Returns
    -------
    ForwardModel
        A parametrization: its components are the coefficients of the pass, with each one once, `reasons` says why.

    Raises
    ------
    ModelError
        Shapes that do not fit, or a function of the entries that is not known: with the step in it.
    SizeError
        A pass with too many terms, before time is spent.

    Examples
    --------
    >>> net = model(lambda x, W, A, C: C @ ((A @ x) * (W @ x)), W=(2, 2), A=(2, 2), C=(2, 2))
    >>> net
    model(C @ ((A @ x) * (W @ x)), W=(2,2), A=(2,2), C=(2,2))
    >>> net.dimension, net.count
    (12, 6)
    >>> print(model(lambda U, V: U @ V.T, U=(1, 1), V=(2, 1)).components)
    (U_1_1*V_1_1, U_1_1*V_2_1)
    """
    if not callable(forward):
        raise ModelError(
            f"model takes a forward pass, not {brief(forward)}: write a function, as in "
            f"model(lambda x, W: W @ x, W=(2, 3))"
        )
    if not isinstance(inputs, (Mapping, type(None))):
        raise ModelError(f"inputs={brief(inputs)}: give the sizes of inputs by their names, as in inputs={{'x': 3}}")
    return build(forward, _arguments(forward, [*(inputs or {}), *weights]), weights, inputs or {}, text)


def build(
    forward: Callable[..., Any],
    names: Sequence[str],
    weights: Mapping[str, Any],
    inputs: Mapping[str, Any],
    text: str | None = None,
) -> ForwardModel:
    """Make φ from a forward pass whose arguments have these names, in this order; see `model`."""
    shapes = {name: _shape(name, shape) for name, shape in weights.items()}
    if not shapes:
        raise ModelError("model needs the shapes of its weights, as in model(lambda x, W: W @ x, W=(2, 3))")
    unused = [name for name in shapes if name not in names]
    if unused:
        raise ModelError(f"the forward pass has no argument {unused[0]!r}: it takes {', '.join(names) or 'none'}")
    sizes = {name: _shape(name, shape) for name, shape in inputs.items()}
    stray = [name for name in sizes if name not in names or name in shapes]
    if stray:
        raise ModelError(f"{stray[0]!r} is not an input of the forward pass, which takes {', '.join(names)}")
    total = sum(prod(shape) for shape in shapes.values())
    check_parameters("this forward pass", total, BYTES_PER_ENTRY)
    owner: dict[str, str] = {}
    for name, shape in shapes.items():
        for entry in weight_names(name, shape):
            if owner.setdefault(entry, name) != name:
                raise ModelError(f"{entry} is an entry of {owner[entry]} and of {name}: give one of them another name")
    given: dict[str, Matrix] = {}
    start = 0
    for name, shape in shapes.items():
        given[name] = weight_matrix(name, (shape[0] if shape else 1, prod(shape[1:])), start)
        start += prod(shape)
    for name in names:
        if name not in given:
            size = sizes.get(name)
            given[name] = input_matrix(name, None if size is None else (size[0] if size else 1, prod(size[1:])))
    outputs = _outputs(_run(forward, [given[name] for name in names]))
    if text is None:
        text = _text(outputs, shapes, sizes)
    return ForwardModel(shapes, outputs, text)


def _arguments(forward: Callable[..., Any], given: Sequence[str]) -> list[str]:
    """Return the names of the arguments; a starred one takes the inputs and weights that are not named before it."""
    try:
        parameters = inspect.signature(forward).parameters.values()
    except (TypeError, ValueError):
        raise ModelError(
            f"the arguments of {brief(forward)} cannot be read: write the pass as a def or lambda"
        ) from None
    if any(p.kind in (p.VAR_KEYWORD, p.KEYWORD_ONLY) for p in parameters):
        raise ModelError("the forward pass takes its arguments by position, without ** and without a bare *")
    names = [p.name for p in parameters if p.kind is not p.VAR_POSITIONAL]
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        names += [name for name in given if name not in names]
    return names


def _run(forward: Callable[..., Any], arguments: Sequence[Matrix]) -> Any:
    try:
        return forward(*arguments)
    except ConslawError:
        raise
    except Exception as error:
        raise ModelError(
            f"the forward pass stopped with {type(error).__name__}: {brief(str(error))}; its arguments are symbols "
            f"that know + - @ * ** .T and the gates of conslaw_nb.gates"
        ) from error


def _outputs(result: Any) -> list[Matrix]:
    outputs = list(result) if isinstance(result, (list, tuple)) and result else [result]
    if not any(isinstance(out, Matrix) for out in outputs):
        raise ModelError(
            f"the forward pass returned {brief(result)}, not a matrix: end it with the output, as in return W @ x"
        )
    return [as_matrix(out) for out in outputs]


def _shape(name: str, shape: Any) -> tuple[int, ...]:
    if not is_name(name):
        raise ModelError(f"{brief(name)} cannot name a matrix: use a letter, then letters, digits and _")
    sizes = (shape,) if isinstance(shape, int) and not isinstance(shape, bool) else shape
    if not isinstance(sizes, (tuple, list)) or any(
        isinstance(s, bool) or not isinstance(s, int) or s < 1 for s in sizes
    ):
        raise ModelError(
            f"the shape {name}={brief(shape)} is not one: give whole numbers of at least 1, as in {name}=(2, 3)"
        )
    return tuple(sizes)


def _text(
    outputs: Sequence[Matrix], shapes: Mapping[str, tuple[int, ...]], sizes: Mapping[str, tuple[int, ...]]
) -> str:
    def shown(shape: tuple[int, ...]) -> str:
        return str(shape[0]) if len(shape) == 1 else f"({','.join(map(str, shape))})"

    parts = [out.text for out in outputs] + [f"{name}={shown(shape)}" for name, shape in shapes.items()]
    if sizes:
        parts.append(f"inputs={{{', '.join(f'{name!r}: {shown(shape)}' for name, shape in sizes.items())}}}")
    return f"model({', '.join(parts)})"
