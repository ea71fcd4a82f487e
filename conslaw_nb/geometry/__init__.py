"""The Riemannian reduction: when the flow of θ is a flow of z = φ(θ) alone, and in which metric.

Along the gradient flow of E = f∘φ the lifted variable moves by ż = −M(θ)∇f(z), M = ∂φ∂φᵀ. Where the laws let
M be written with z and the start only, M(θ) = K(z), the flow lives in the space of z, and the start chooses its
metric. Everything here is exact: a formula for K is an identity, a rank is a rank over Q.

Examples
--------
>>> from conslaw_nb.models.parametrizations import parametrization
>>> phi = parametrization("u*v")
>>> metric(phi)
[u**2 + v**2]
>>> check_metric("sqrt(4*z**2 + d**2)", phi, {"d": "u**2 - v**2"}).is_proved
True
>>> recovery(phi, (2, 1)).is_recoverable
True
"""

from .formulas import ReducedMetric, check_metric, reduced_metric
from .metric import GeometryError, Metric, metric
from .models import diagonal, relu_neuron, scalar_times_vector
from .recovery import Recovery, recovery

__all__ = [
    "GeometryError",
    "Metric",
    "Recovery",
    "ReducedMetric",
    "check_metric",
    "diagonal",
    "metric",
    "recovery",
    "reduced_metric",
    "relu_neuron",
    "scalar_times_vector",
]
