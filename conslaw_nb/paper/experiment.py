"""The paper's experiment, run again with proofs; and the known laws of a network against all it has.

The paper counts the laws of 120 random networks (50 + 50 counts, 10 + 10 searches in degree 2) with floating-point
ranks, and finds on each as many as the known laws. The list of those networks, reconstructed from the authors'
public notebook and its random seed, is part of this package, so anybody can count them again, exactly.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from ..errors import ModelError
from ..laws.counting import count_laws
from ..laws.search import conservation_laws, known_count
from ..models.fields import VectorFields, brief, check_family
from ..models.networks import linear, relu
from ..tables import html_table

__all__ = ["Comparison", "Rerun", "compare", "paper_runs", "rerun"]

GROUPS = {
    "count_linear": "linear networks, counted",
    "laws_linear_degree_2": "linear networks, laws of degree 2",
    "count_relu": "ReLU networks, counted",
    "laws_relu_degree_2": "ReLU networks, laws of degree 2",
}


@dataclass(frozen=True)
class Comparison:
    """The known laws of a network, and all laws it has."""

    text: str  # the model
    parameters: int
    listed: int  # how many known laws there are to write down: different entries of the balances
    known: int  # how many of those are independent near a generic point
    laws: int | None  # how many independent laws there are in all, proved; None where the bounds do not meet

    @property
    def hidden(self) -> int | None:
        """How many independent laws exist beyond the known ones; None where this is not proved."""
        return None if self.laws is None else self.laws - self.known

    def __repr__(self) -> str:
        laws = "not decided" if self.laws is None else str(self.laws)
        return f"{self.text}: {self.listed} listed, {self.known} of them independent, {laws} in all"


def compare(phi: VectorFields) -> Comparison:
    """Compare the known laws of a network with the proved count of all.

    Parameters
    ----------
    phi : LinearNetwork, ReluNetwork or Factorization
        A model of the catalogue.

    References
    ----------
    Proposition 4.1 for the known laws, Theorem 3.3 for the count.

    Examples
    --------
    >>> compare(linear(1, 2, 2, 1))
    linear(1,2,2,1): 6 listed, 6 of them independent, 7 in all
    >>> compare(linear(1, 3, 1, 1)).listed, compare(linear(1, 3, 1, 1)).known
    (7, 6)
    """
    check_family(phi, "compare(phi)")
    known = phi.known_laws()
    if known is None:
        raise ModelError(
            f"no laws of {phi.brief} are known beforehand: compare linear(...), relu(...) or factorization(...)"
        )
    count = count_laws(phi)
    independent = known_count(phi)
    return Comparison(phi.brief, phi.dimension, len(known), independent, count.laws)


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return json.loads((files(__package__) / "paper_experiment.json").read_text(encoding="utf-8"))


def paper_runs(group: str) -> list[dict[str, Any]]:
    """Return the networks of one group of the paper's experiment.

    `group`: 'count_linear', 'count_relu', 'laws_linear_degree_2' or 'laws_relu_degree_2'.

    Examples
    --------
    >>> paper_runs("count_linear")[0]["widths"]
    [2, 3, 5]
    """
    if group not in GROUPS:
        raise ModelError(f"{brief(group)} is not a group of the experiment: there are {', '.join(GROUPS)}")
    return [dict(run) for run in _data()["groups"][group]]


def _model(run: dict[str, Any]) -> VectorFields:
    return relu(*run["widths"], bias=run["bias"]) if run["network"] == "relu" else linear(*run["widths"])


@dataclass(frozen=True)
class Rerun:
    """What came out: for each group how many networks, how many proved, and how many as in the paper."""

    rows: tuple[tuple[str, int, int, int], ...]  # group, networks, numbers proved, numbers that agree with the paper's
    largest: int  # the most parameters of any network
    different: tuple[str, ...]  # the networks for which another number was proved

    def __repr__(self) -> str:
        lines = [
            f"{GROUPS[name]}: {agree} of {n} as in the paper, {proved} proved" for name, n, proved, agree in self.rows
        ]
        return "\n".join([*lines, *(f"different: {text}" for text in self.different)])

    def _repr_html_(self) -> str:
        rows = [(GROUPS[name], *numbers) for name, *numbers in self.rows]
        return html_table(rows, ("", "networks", "proved", "as in the paper"))


def rerun(groups: Sequence[str] = tuple(GROUPS)) -> Rerun:
    """Count the laws of the paper's networks again, each with proof; for the searches also find the laws.

    Examples
    --------
    >>> rerun(["laws_relu_degree_2"])
    ReLU networks, laws of degree 2: 10 of 10 as in the paper, 10 proved
    """
    rows, largest, different = [], 0, []
    for name in groups:
        runs = paper_runs(name)
        proved = agree = 0
        for run in runs:
            phi = _model(run)
            largest = max(largest, phi.dimension)
            number = count_laws(phi).laws
            if name.startswith("laws") and number is not None:
                found = conservation_laws(phi, 2)
                number = number if found.independent == number else None
            proved += number is not None
            agree += number == run["laws"]
            if number != run["laws"]:
                different.append(phi.text)
        rows.append((name, len(runs), proved, agree))
    return Rerun(tuple(rows), largest, tuple(different))
