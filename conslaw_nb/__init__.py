"""Conservation laws of gradient flows: find them, count them, prove that there are no others.

    import conslaw_nb as cl
    phi = cl.linear(2, 3, 2)
    cl.conservation_laws(phi)       # all polynomial laws of degree <= 2, exact
    cl.count_laws(phi)              # exactly how many independent laws, with proof

The mathematics is that of Marcotte, Gribonval and Peyré, *Abide by the Law and Follow the Flow:
Conservation Laws for Gradient Flows* (NeurIPS 2023). Names are loaded when they are first used, so that
the checker runs where nothing but Python is installed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "ConslawError": "errors",
    "Status": "verdict",
    "Verdict": "verdict",
    "use_backend": "exact.backend",
    "parametrization": "parametrizations",
    "linear": "networks",
    "relu": "networks",
    "factorization": "networks",
    "parse_model": "models",
    "vector_fields": "fields",
    "bracket": "fields",
    "conservation_laws": "laws",
    "check_law": "laws",
    "count_laws": "counting",
    "staircase": "staircases",
    "certify": "certificate",
    "verify": "verification",
    "claim": "teaching.claims",
    "proof": "teaching.proofs",
    "load_ipython_extension": "ipython",
    "unload_ipython_extension": "ipython",
}
_ROOMS = ("flows", "geometry", "drawing", "teaching", "widgets")

__all__ = [
    "ConslawError",
    "Status",
    "Verdict",
    "bracket",
    "certify",
    "check_law",
    "claim",
    "conservation_laws",
    "count_laws",
    "drawing",
    "factorization",
    "flows",
    "geometry",
    "linear",
    "parametrization",
    "parse_model",
    "proof",
    "relu",
    "staircase",
    "teaching",
    "use_backend",
    "vector_fields",
    "verify",
    "widgets",
]

if TYPE_CHECKING:
    from . import drawing, flows, geometry, teaching, widgets
    from .certificate import certify
    from .counting import count_laws
    from .errors import ConslawError
    from .exact.backend import use_backend
    from .fields import bracket, vector_fields
    from .laws import check_law, conservation_laws
    from .models import parse_model
    from .networks import factorization, linear, relu
    from .parametrizations import parametrization
    from .staircases import staircase
    from .teaching.claims import claim
    from .teaching.proofs import proof
    from .verdict import Status, Verdict
    from .verification import verify


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f".{name}", __name__)
    if name in _HOME:
        value = globals()[name] = getattr(import_module(f".{_HOME[name]}", __name__), name)
        return value
    raise AttributeError(f"module {__name__!r} has no name {name!r}; it offers {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
