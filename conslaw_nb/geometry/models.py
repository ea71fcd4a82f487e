"""Models whose metric has a closed form K(z): a scalar times a vector, diagonal networks, one ReLU neuron."""

from __future__ import annotations

from ..errors import brief
from ..models.parametrizations import parametrization
from .formulas import ReducedMetric, names_of_z, reduced_metric
from .metric import GeometryError

__all__ = ["diagonal", "relu_neuron", "scalar_times_vector"]

MAX_SIZE = 6


def _check(name: str, *sizes: int) -> None:
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= MAX_SIZE:
            raise GeometryError(f"{name}: {brief(size)} is not a size here: give whole numbers from 1 to {MAX_SIZE}")


def scalar_times_vector(d: int) -> ReducedMetric:
    """Return K(z) = s·I + zzᵀ/s for φ(u, v) = u·v, v ∈ R^d, with s = δ + √(δ² + ‖z‖²) and 2δ = u² − ‖v‖².

    The formula holds where u ≠ 0: s is nothing but u².

    References
    ----------
    The paper's example on the metric of a scalar times a vector.

    Examples
    --------
    >>> k = scalar_times_vector(2)
    >>> k.entries[0][1]
    'z1*z2/(delta + sqrt(delta**2 + z1**2 + z2**2))'
    >>> k.verify().is_proved
    True
    """
    _check("scalar_times_vector", d)
    names = ["v"] if d == 1 else [f"v{i + 1}" for i in range(d)]
    z = names_of_z(d)
    s = f"delta + sqrt(delta**2 + {' + '.join(f'{x}**2' for x in z)})"
    rows = [
        [(f"{s} + " if i == j else "") + (f"{x}**2" if i == j else f"{x}*{y}") + f"/({s})" for j, y in enumerate(z)]
        for i, x in enumerate(z)
    ]
    law = f"(u**2 - {' - '.join(f'{v}**2' for v in names)})/2"
    phi = parametrization(*(f"u*{v}" for v in names), variables=("u", *names))
    return reduced_metric(phi, rows, {"delta": law})


def diagonal(k: int) -> ReducedMetric:
    """Return K(z) = diag(√(4z_i² + δ_i²)) for the diagonal network φ_i = u_i·v_i, with δ_i = u_i² − v_i².

    Examples
    --------
    >>> diagonal(2).entries
    (('sqrt(4*z1**2 + delta1**2)', '0'), ('0', 'sqrt(4*z2**2 + delta2**2)'))
    >>> diagonal(2).verify().is_proved
    True
    """
    _check("diagonal", k)
    marks = [""] if k == 1 else [str(i + 1) for i in range(k)]
    rows = [[f"sqrt(4*z{a}**2 + delta{a}**2)" if a == b else "0" for b in marks] for a in marks]
    variables = [f"u{a}" for a in marks] + [f"v{a}" for a in marks]
    phi = parametrization(*(f"u{a}*v{a}" for a in marks), variables=tuple(variables))
    return reduced_metric(phi, rows, {f"delta{a}": f"u{a}**2 - v{a}**2" for a in marks})


def relu_neuron(n: int, m: int) -> ReducedMetric:
    """Return the metric of one ReLU neuron Z = u·vᵀ, u ∈ R^n, v ∈ R^m, in terms of Z and δ = ½(‖u‖² − ‖v‖²).

    As a map it is M[G] = a·ZZᵀG + c·GZᵀZ with a = (δ + R)/‖Z‖², c = (−δ + R)/‖Z‖², R = √(δ² + ‖Z‖²): it holds
    where u ≠ 0 and v ≠ 0. The components z1, z2, ... are the entries of Z, row by row.

    Examples
    --------
    >>> relu_neuron(1, 2).verify().is_proved
    True
    """
    _check("relu_neuron", n, m)
    u, v = ([f"{x}{i + 1}" for i in range(size)] for x, size in (("u", n), ("v", m)))
    names = names_of_z(n * m)
    at = {(i, j): names[i * m + j] for i in range(n) for j in range(m)}
    size = " + ".join(f"{x}**2" for x in names)
    root = f"sqrt(delta**2 + {size})"

    def entry(i: int, j: int, k: int, p: int) -> str:
        terms = []
        if j == p:
            terms.append(f"(delta + {root})/({size})*({' + '.join(f'{at[i, q]}*{at[k, q]}' for q in range(m))})")
        if i == k:
            terms.append(f"(-delta + {root})/({size})*({' + '.join(f'{at[q, j]}*{at[q, p]}' for q in range(n))})")
        return " + ".join(terms) or "0"

    rows = [[entry(i, j, k, p) for k, p in at] for i, j in at]
    law = f"({' + '.join(f'{x}**2' for x in u)} - {' - '.join(f'{x}**2' for x in v)})/2"
    phi = parametrization(*(f"{a}*{b}" for a in u for b in v), variables=(*u, *v))
    return reduced_metric(phi, rows, {"delta": law})
