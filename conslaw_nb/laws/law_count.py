"""The answer to "how many laws?": the staircase, both bounds, the verdict, and the evidence behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape
from typing import Any

from ..exact.polynomial import Poly
from ..models.fields import Letter, VectorFields
from ..verdict import Verdict, typeset
from .involutive import InvolutiveFrame

__all__ = ["Evidence", "LawCount", "NamedPoint", "Step"]


class NamedPoint(Mapping[str, int]):
    """A point with few numbers of its own: a million names are made when somebody asks for them.

    Parameters
    ----------
    phi : VectorFields
    at : callable
        Returns a coordinate by its index.
    """

    def __init__(self, phi: VectorFields, at: Callable[[int], int]):
        self._phi, self.at = phi, at
        self._places: dict[str, int] | None = None

    def __len__(self) -> int:
        return self._phi.dimension

    def __iter__(self) -> Iterator[str]:
        return iter(self._phi.variables)

    def __getitem__(self, name: str) -> int:
        if self._places is None:
            self._places = {name: i for i, name in enumerate(self._phi.variables)}
        return self.at(self._places[name])


@dataclass(frozen=True)
class Step:
    """One step of the staircase W_0 ⊂ W_1 ⊂ ...: the dimension of W_k at a chosen point, or at generic ones."""

    level: int  # k: brackets of at most k + 1 generators
    dimension: int  # dim W_k(θ): never too large
    certain: bool  # whether it is proved to be exactly this; otherwise it is a lower bound


@dataclass(frozen=True)
class Evidence:
    """What supports a count: the words of the lower bound, and the laws or the frame of the upper bound.

    Where the structure of the model gives both, `data` is the evidence as a certificate holds it, and there are no
    lists.
    """

    words: tuple[tuple[Letter, ...], ...]
    laws: tuple[Poly, ...]
    frame: InvolutiveFrame | None
    prime: int
    data: dict[str, Any] | None = None


@dataclass(frozen=True)
class LawCount:
    """The number of independent conservation laws near a point, with both bounds."""

    family: VectorFields
    laws: int | None  # the exact number, where it is proved
    laws_at_least: int  # certain bounds
    laws_at_most: int
    # dim W(θ): at the point if one was chosen, else at generic points; `steps[0].certain` says whether it is exact or a
    # lower bound
    dim_trace: int
    # dim Lie(W)(θ) near the point: exact on a dense set where `laws` is, else a certain lower bound at the point
    dim_lie: int
    steps: tuple[Step, ...]  # the staircase W_0 ⊂ W_1 ⊂ ...
    verdict: Verdict  # PROVED or BOUNDED, with the reason
    point: Mapping[str, int | Fraction]  # the point near which the laws are counted
    seconds: float = field(compare=False)  # how long it took
    evidence: Evidence = field(repr=False, compare=False)
    chosen: bool = False  # whether that point was asked for; otherwise it stands for a generic one

    def as_dict(self) -> dict[str, Any]:
        """Return what `conslaw count --json` prints."""
        return {
            "model": self.family.text,
            "parameters": self.family.dimension,
            "components": self.family.count,
            "dim_trace": self.dim_trace,
            "dim_lie": self.dim_lie,
            "laws": self.laws,
            "laws_at_least": self.laws_at_least,
            "laws_at_most": self.laws_at_most,
            "steps": [{"level": s.level, "dimension": s.dimension, "certain": s.certain} for s in self.steps],
            "verdict": str(self.verdict.status),
            "reason": self.verdict.reason,
            "seconds": round(self.seconds, 3),
        }

    @property
    def certain(self) -> str:
        """What is certain, with its reasons: the verdict's reason without what is only probable."""
        return self.verdict.details.get("certain", self.verdict.reason)

    @property
    def staircase(self) -> str:
        """The steps as text, such as ``dim W_0(θ) = 4, dim W_1(θ) = 5``; ≥ where a step is not certain."""
        return ", ".join(f"dim W_{s.level}(θ) {'=' if s.certain else '≥'} {s.dimension}" for s in self.steps)

    def _number(self) -> str:
        if self.laws is not None:
            return f"exactly {self.laws} independent conservation law{'' if self.laws == 1 else 's'}"
        return f"between {self.laws_at_least} and {self.laws_at_most} independent conservation laws"

    def __repr__(self) -> str:
        relation = "=" if self.laws is not None else ">="
        return (
            f"{self.family.brief}: {self._number()} [{self.verdict.status}]\n"
            f"  D = {self.family.dimension}, {self.staircase}, dim Lie {relation} {self.dim_lie}\n"
            f"  {self.verdict.reason}"
        )

    def _repr_html_(self) -> str:
        relation = "=" if self.laws is not None else "≥"
        facts = f"D = {self.family.dimension}, {self.staircase}, dim Lie(W)(θ) {relation} {self.dim_lie}"
        facts = ", ".join(f'<span style="white-space:nowrap">{typeset(fact)}</span>' for fact in facts.split(", "))
        return (
            f'<div><code style="padding-right:0">{escape(self.family.brief)}</code>: <b>'
            f"{self._number()}</b><br>{facts}</div>" + self.verdict._repr_html_()
        )
