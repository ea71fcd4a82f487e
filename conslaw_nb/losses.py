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

from .errors import ModelError
from .exact.backend import rational_rank
from .verdict import Status, Verdict

__all__ = ["LOSSES", "Loss", "loss", "spans"]

Vector = list[Fraction]


@dataclass(frozen=True)
class Loss:
    """A loss, seen through the span of its gradients.

    Attributes
    ----------
    name, formula : str
    outputs : str
        Which outputs z are allowed.
    gradients : callable
        Takes an output (or a_i = e^{z_i}, positive) as n fractions and returns gradients ∇_zℓ(z, y) for enough
        labels y to span all of them.
    exponential : bool
        Whether the output enters through a_i = e^{z_i}.
    special : callable
        Takes n and returns an output where the span is smallest.
    status : Status
        Whether the gradients span R^n at every allowed output.
    argument : str
        Why, in one or two sentences.
    """

    name: str
    formula: str
    outputs: str
    gradients: Callable[[Sequence[Fraction]], list[Vector]]
    exponential: bool
    special: Callable[[int], list[Fraction]]
    status: Status
    argument: str

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
            "every z, so functions that only move along (1, ..., 1) are conserved too.",
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
