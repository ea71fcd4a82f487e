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
    "parametrization": "models.parametrizations",
    "linear": "models.networks",
    "relu": "models.networks",
    "factorization": "models.networks",
    "parse_model": "models.text",
    "model": "models.forward.model",
    "from_torch": "architectures.report",
    "watch": "architectures.watching",
    "vector_fields": "models.fields",
    "bracket": "models.fields",
    "conservation_laws": "laws.search",
    "check_law": "laws.search",
    "check_form": "laws.finding.closed",
    "count_laws": "laws.counting",
    "find_laws": "laws.finding.finder",
    "staircase": "laws.staircases",
    "certify": "certificates.certificate",
    "survey": "certificates.survey",
    "union": "models.union",
    "verify": "claims.verification",
    "claim": "claims.claim",
    "proof": "claims.proofs",
    "load_ipython_extension": "notebooks.ipython",
    "unload_ipython_extension": "notebooks.ipython",
}
# The kinds of the catalogue that have a short name here too: all of them are functions of `catalogue`.
_KINDS = {
    "attention": "models.catalogue.heads",
    "conv": "models.catalogue.convolution",
    "flow": "models.catalogue.flows",
    "glu": "models.catalogue.gated",
    "gqa": "models.catalogue.heads",
    "lora": "models.catalogue.adapters",
    "recurrent": "models.catalogue.sequences",
    "resnet": "models.catalogue.residual",
    "tied": "models.catalogue.tensors",
}
# Public name -> the room or module it opens.
_ROOMS = {
    "drawing": "drawing",
    "flows": "simulation.flows",
    "gates": "models.forward.gates",
    "catalogue": "models.catalogue",
    "geometry": "geometry",
    "teaching": "teaching",
    "widgets": "widgets",
}

__all__ = [
    "ConslawError",
    "Status",
    "Verdict",
    "bracket",
    "catalogue",
    "certify",
    "check_form",
    "check_law",
    "claim",
    "conservation_laws",
    "count_laws",
    "drawing",
    "factorization",
    "find_laws",
    "flows",
    "from_torch",
    "gates",
    "geometry",
    "linear",
    "model",
    "parametrization",
    "parse_model",
    "proof",
    "relu",
    "staircase",
    "survey",
    "teaching",
    "use_backend",
    "vector_fields",
    "verify",
    "watch",
    "widgets",
]

if TYPE_CHECKING:
    from . import drawing, geometry, teaching, widgets
    from .architectures.report import from_torch
    from .architectures.watching import watch
    from .certificates.certificate import certify
    from .certificates.survey import survey
    from .claims.claim import claim
    from .claims.proofs import proof
    from .claims.verification import verify
    from .errors import ConslawError
    from .exact.backend import use_backend
    from .laws.counting import count_laws
    from .laws.finding.closed import check_form
    from .laws.finding.finder import find_laws
    from .laws.search import check_law, conservation_laws
    from .laws.staircases import staircase
    from .models import catalogue
    from .models.catalogue.adapters import lora as lora
    from .models.catalogue.convolution import conv as conv
    from .models.catalogue.flows import flow as flow
    from .models.catalogue.gated import glu as glu
    from .models.catalogue.heads import attention as attention
    from .models.catalogue.heads import gqa as gqa
    from .models.catalogue.residual import resnet as resnet
    from .models.catalogue.sequences import recurrent as recurrent
    from .models.catalogue.tensors import tied as tied
    from .models.fields import bracket, vector_fields
    from .models.forward import gates
    from .models.forward.model import model
    from .models.networks import factorization, linear, relu
    from .models.parametrizations import parametrization
    from .models.text import parse_model
    from .models.union import union as union
    from .simulation import flows
    from .verdict import Status, Verdict


if not TYPE_CHECKING:  # a type checker knows the names above, and refuses all others

    def __getattr__(name: str) -> Any:
        if name in _ROOMS:
            value = globals()[name] = import_module(f".{_ROOMS[name]}", __name__)
            return value
        home = _HOME.get(name) or _KINDS.get(name)
        if home:
            value = globals()[name] = getattr(import_module(f".{home}", __name__), name)
            return value
        raise AttributeError(f"module {__name__!r} has no name {name!r}; it offers {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, *_KINDS])
