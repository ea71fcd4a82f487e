"""What a wrong number counts instead, and what is wrong with a wrong bracket."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import ModelError
from ...exact.polynomial import Poly
from ...laws.counting import count_laws
from ...laws.questions import show_point
from ...models.fields import Field, VectorFields, bracket, to_poly
from ...models.networks import LinearNetwork
from .finding import Finding

__all__ = ["diagnose_bracket", "diagnose_dimension"]


def diagnose_dimension(value: int, phi: VectorFields, what: str) -> Finding | None:
    """Say what a wrong number counts instead.

    Parameters
    ----------
    value : int
    phi : VectorFields
    what : 'laws', 'Lie' or 'W'
        The number of independent laws, dim Lie(W)(θ) or dim W(θ), generically.

    Examples
    --------
    >>> from conslaw_nb.models.networks import factorization
    >>> diagnose_dimension(4, factorization(2, 2, 2), "laws").kind
    'entries counted twice'
    """
    count = count_laws(phi)
    truth = {
        "laws": count.laws,
        "Lie": count.dim_lie if count.laws is not None else None,
        "W": count.dim_trace if count.steps[0].certain else None,
    }
    if what not in truth:
        raise ModelError(f"'{what}' is not a dimension here: ask for 'laws', 'Lie' or 'W'")
    if truth[what] is None or value == truth[what]:
        return None
    right, total = truth[what], phi.dimension
    last = f"It is {right}."
    if what == "laws" and isinstance(phi, LinearNetwork):
        hidden = phi.sizes[1:-1]
        if value == sum(r * r for r in hidden):
            return Finding(
                "entries counted twice",
                (
                    "You have counted the entries of the matrices. Are they all different?",
                    f"The matrices are symmetric: an r × r one has r(r+1)/2 different entries, not r². {last}"
                    if right == sum(r * (r + 1) // 2 for r in hidden)
                    else f"The matrices are symmetric, and even their different entries may be dependent. {last}",
                ),
            )
        entries = value == sum(r * (r + 1) // 2 for r in hidden)
        if entries and value < (right or 0):
            return Finding(
                "a law without a name",
                (
                    "So many laws are known for this network. Are they all?",
                    "Count from the other side: how many directions do the fields and their brackets span at a point? "
                    f"Each of the other directions is a law. {last}",
                ),
            )
        if entries:
            return Finding(
                "dependent entries",
                (
                    "So many different entries there are. Are they independent as functions?",
                    f"A matrix UᵀU − VVᵀ of bounded rank satisfies relations between its entries. {last}",
                ),
            )
    meanings = {
        "laws": (count.laws, "the number of laws, D − dim Lie(W)(θ)"),
        "Lie": (count.dim_lie, "dim Lie(W)(θ), brackets included"),
        "W": (count.dim_trace, "dim W(θ), before any bracket"),
        "no brackets": (total - count.dim_trace, "D − dim W(θ), which leaves the brackets out"),
        "space": (
            phi.count,
            "the number of generators: the dimension of W as a space of fields, not of its trace W(θ)",
        ),
        "all": (total, "D, the number of parameters"),
    }
    for name, (number, meaning) in meanings.items():
        if name != what and number == value:
            return Finding(
                f"confused with {name}",
                ("That number belongs to this model, but it counts something else.", f"{value} is {meaning}. {last}"),
            )
    direction = "many" if value > (right or 0) else "few"
    staircase = count.staircase
    return Finding("other number", (f"Too {direction}.", f"The staircase is {staircase}, and D = {total}. {last}"))


def diagnose_bracket(answer: Sequence[str | Poly], x: Field, y: Field) -> Finding | None:
    """Say what is wrong with components that should have been [X, Y] = ∂X·Y − ∂Y·X.

    Examples
    --------
    >>> from conslaw_nb.models.fields import vector_fields
    >>> X, Y = vector_fields(["x", "y"], [["1", "0"], ["0", "x"]])
    >>> diagnose_bracket(["0", "1"], X, Y).kind
    'bracket sign'
    """
    if len(answer) != len(x.components):
        raise ModelError(f"the answer has {len(answer)} components, the fields have {len(x.components)}")
    given = Field([to_poly(c, x.variables) for c in answer])
    right = bracket(x, y)
    if given == right:
        return None
    first = Field([y.along(c) for c in x.components])
    second = Field([x.along(c) for c in y.components])
    last = f"[X, Y] = ∂X·Y − ∂Y·X = {right}."
    if given == -right:
        return Finding(
            "bracket sign",
            (
                "The right field, up to something small.",
                f"The sign: here [X, Y] = ∂X·Y − ∂Y·X, minus the bracket of most geometry books. {last}",
            ),
        )
    for half, word in ((first, "∂X·Y"), (second, "∂Y·X"), (-second, "−∂Y·X")):
        if given == half:
            return Finding(
                "half a bracket", ("A bracket has two parts. Where is the other one?", f"You have {word} only. {last}")
            )
    if given == first + second:
        return Finding(
            "plus instead of minus", ("Both parts are right. How do they combine?", f"∂X·Y minus ∂Y·X. {last}")
        )
    wrong = [i for i, (a, b) in enumerate(zip(given.components, right.components, strict=True)) if a != b]
    *most, last_name = (x.variables[i] for i in wrong[:6])
    told = (
        f"The components along {', '.join(most)} and {last_name} are" if most else f"The component along {last_name} is"
    )
    residual = given - right
    point = show_point(x.variables, [1] * len(x.variables))
    values = ", ".join(str(c.evaluate([1] * len(x.variables))) for c in residual.components)
    return Finding(
        "wrong components",
        (
            f"{told} not right yet.",
            f"Your answer minus [X, Y] is {residual}; at {point} it is ({values}). {last}",
        ),
    )
