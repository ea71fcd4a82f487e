"""The spanning condition (10) for the usual losses.

Do the gradients ∇_zℓ(z, y), over all labels y, span R^n? Where they do, at every z, "conserved for any data set"
means exactly "law of φ" (Theorem 2.14). Where their span V is a fixed proper subspace, more is conserved. Outputs
enter through rational numbers (for losses with an exponential: through a_i = e^{z_i}), so that spans are ranks over Q.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from ..errors import ModelError
from ..exact.backend import rational_rank
from ..models.fields import check_family
from ..models.parametrizations import Parametrization
from ..models.seen import output_differences
from ..verdict import Status, Verdict

__all__ = ["LOSSES", "Loss", "loss", "seen_through", "spans"]

Vector = list[Fraction]


@dataclass(frozen=True)
class Loss:
    """A loss, seen through the span of its gradients."""

    name: str
    formula: str
    outputs: str  # which outputs z are allowed
    # takes an output (or a_i = e^{z_i}, positive) as n fractions and returns gradients ∇_zℓ(z, y) for enough labels y
    # to span all of them
    gradients: Callable[[Sequence[Fraction]], list[Vector]]
    exponential: bool  # whether the output enters through a_i = e^{z_i}
    special: Callable[[int], list[Fraction]]  # takes n and returns an output where the span is smallest
    status: Status  # whether the gradients span R^n at every allowed output
    argument: str  # why, in one or two sentences

    def span_dimension(self, output: Sequence[Fraction | int]) -> int:
        """Return the dimension of span_y ∇_zℓ(z, y) at one output, exactly.

        Examples
        --------
        >>> loss("mse with one-hot labels").span_dimension([1, 0, 0])
        2
        """
        rows = []
        for vector in self.gradients([Fraction(x) for x in output]):
            scale = lcm(*(x.denominator for x in vector))
            rows.append([int(x * scale) for x in vector])
        return rational_rank(rows)

    def dimension_at(self, output: Sequence[Fraction | int]) -> int:
        """Return the dimension of span_y ∇_zℓ(z, y) at an output z itself, exactly.

        Where an exponential is involved z gives no rational a_i = e^{z_i}; but then the span has one dimension
        at every z (its `argument` says why), and an output with rational a_i tells it.

        Raises
        ------
        ModelError
            An output that this loss does not allow.

        Examples
        --------
        >>> one_hot = loss("mse with one-hot labels")
        >>> one_hot.dimension_at([Fraction(1, 3), Fraction(2, 3)]), one_hot.dimension_at([1, 2])
        (1, 2)
        >>> loss("cross-entropy").dimension_at([5, -7, 0])
        2
        """
        if self.exponential:
            return self.span_dimension(self.special(len(output)))
        if self.name == "kl" and any(x <= 0 for x in output):
            shown = ", ".join(map(str, output))
            raise ModelError(f"this loss takes probabilities, so positive outputs, and ({shown}) has one that is not")
        return self.span_dimension(output)


def _unit(n: int, i: int) -> Vector:
    return [Fraction(int(j == i)) for j in range(n)]


def _mse(z: Sequence[Fraction]) -> list[Vector]:
    n = len(z)
    return [[a - (a - b) for a, b in zip(z, _unit(n, i), strict=True)] for i in range(n)]  # labels y = z − e_i


def _one_hot(z: Sequence[Fraction]) -> list[Vector]:
    n = len(z)
    return [[a - b for a, b in zip(z, _unit(n, i), strict=True)] for i in range(n)]


def _logistic(a: Sequence[Fraction]) -> list[Vector]:
    # σ(z) = a/(1 + a) with a = e^z; the gradient in z_i is −y_i σ(−y_i z_i); labels: all +1, then one −1
    n = len(a)
    plus, minus = [-1 / (1 + x) for x in a], [x / (1 + x) for x in a]
    return [plus, *([minus[j] if j == i else plus[j] for j in range(n)] for i in range(n))]


def _kl(z: Sequence[Fraction]) -> list[Vector]:
    n = len(z)
    return [[-b / a for a, b in zip(z, _unit(n, i), strict=True)] for i in range(n)]


def _cross_entropy(a: Sequence[Fraction]) -> list[Vector]:
    n, total = len(a), sum(a)
    return [[x / total - b for x, b in zip(a, _unit(n, i), strict=True)] for i in range(n)]


def _ones(n: int) -> list[Fraction]:
    return [Fraction(1)] * n


LOSSES = {
    entry.name: entry
    for entry in (
        Loss(
            "mse",
            r"\tfrac12\|z-y\|^2,\; y\in\mathbb{R}^n",
            "all z",
            _mse,
            False,
            lambda n: [Fraction(0)] * n,
            Status.PROVED,
            "the label y = z − w gives the gradient w, for any w: every vector is a gradient.",
        ),
        Loss(
            "mse with one-hot labels",
            r"\tfrac12\|z-y\|^2,\; y\in\{e_1,\dots,e_n\}",
            "all z",
            _one_hot,
            False,
            lambda n: _unit(n, 0),
            Status.REFUTED,
            "the gradients z − e_i have determinant ±(1 − Σ z_j): where the outputs sum to 1 they only span the "
            "vectors with sum 0.",
        ),
        Loss(
            "logistic",
            r"\sum_i\log(1+e^{-y_iz_i}),\; y\in\{-1,1\}^n",
            "all z",
            _logistic,
            True,
            _ones,
            Status.PROVED,
            "changing the label y_i from 1 to −1 changes the gradient by σ(z_i) + σ(−z_i) = 1 in coordinate i: "
            "differences give every e_i.",
        ),
        Loss(
            "kl",
            r"-\sum_i y_i\log z_i,\; y\in\{e_1,\dots,e_n\}",
            "z with positive entries (probabilities: the softmax belongs to the model)",
            _kl,
            False,
            _ones,
            Status.PROVED,
            "the label e_i gives the gradient −e_i/z_i, and these are a basis.",
        ),
        Loss(
            "cross-entropy on logits",
            r"-z_y+\log\sum_ie^{z_i}",
            "all z",
            _cross_entropy,
            True,
            _ones,
            Status.REFUTED,
            "every gradient softmax(z) − e_y has entries with sum 0: the span is the hyperplane of such vectors, at "
            "every z, and no label pushes along (1, ..., 1).",
        ),
    )
}

_OTHER_NAMES = {
    "squared": "mse",
    "squared loss": "mse",
    "one-hot mse": "mse with one-hot labels",
    "mse with one-hot targets": "mse with one-hot labels",
    "nll": "kl",
    "cross-entropy": "cross-entropy on logits",
    "logit cross-entropy": "cross-entropy on logits",
}


def loss(name: str) -> Loss:
    """Return a loss by name.

    Raises
    ------
    ModelError
        With the names there are.
    """
    key = " ".join(name.lower().split())
    key = _OTHER_NAMES.get(key, key)
    if key not in LOSSES:
        raise ModelError(f"the loss '{name}' is not known: the losses are {', '.join(LOSSES)}")
    return LOSSES[key]


def spans(name: str, n: int = 3) -> Verdict:
    """Decide the spanning condition for n outputs, with the argument and an exact rank where it is smallest.

    References
    ----------
    Condition (10) of Lemma 2.13; Lemma C.2 and Remark C.3.

    Examples
    --------
    >>> print(spans("cross-entropy").status, spans("mse").status)
    REFUTED PROVED
    """
    chosen = loss(name)
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= 100:
        raise ModelError(f"the number of outputs must be a whole number from 1 to 100, not {n!r}")
    output = chosen.special(n)
    rank = chosen.span_dimension(output)
    where = "z = (" + ", ".join("0" if chosen.exponential else str(x) for x in output) + ")"
    found = f"At {where} the gradients span {rank} of {n} dimensions."
    return Verdict(chosen.status, f"{chosen.argument} {found}", claim=f"{chosen.name} spans R^{n}")


def seen_through(phi: Parametrization, name: str, outputs: int | None = None) -> Parametrization:
    """Return what data and a loss see of φ: the model whose laws are those of φ *for this loss*.

    Where the gradients of the loss span all of R^n that is φ itself. Those of the cross-entropy of logits span the
    vectors with sum 0, and what they see of n outputs is the differences to the last one.

    Parameters
    ----------
    phi : Parametrization
        A network, or any map whose components are the n outputs for one input after the other row by row, as the
        entries of U Vᵀ.
    name : str
        A loss, as `loss` knows it.
    outputs : int, optional
        The number n of outputs; a network knows its own.

    Returns
    -------
    Parametrization

    Raises
    ------
    ModelError
        A loss whose span changes with the output; a number of outputs that does not divide the number of components.

    References
    ----------
    Assumption 2.4 and Corollary 2.8 of the 2025 paper; for two-layer ReLU networks away from coinciding hyperplanes.
    For deep ReLU networks every law found this way is conserved, but data may see less than this.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> seen_through(parametrization("u1*v", "u2*v"), "cross-entropy", outputs=2)
    phi(u1*v - v*u2)
    """
    check_family(phi, "seen_through")
    if not isinstance(phi, Parametrization):
        raise ModelError(f"a loss looks at the outputs of a model, and {phi.brief} is given by fields, without outputs")
    chosen = loss(name)
    if chosen.status is Status.PROVED:
        return phi
    if chosen.name != "cross-entropy on logits":
        raise ModelError(
            f"the gradients of '{chosen.name}' span all of R^n at some outputs and less at others: "
            "there is no one model that it sees; it adds no law on an open set of outputs"
        )
    return output_differences(phi, outputs, "seen_through")
