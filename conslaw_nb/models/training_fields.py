"""Weight decay and sign flow as families of fields, so that their laws are checked and counted like any others.

Examples
--------
>>> from conslaw_nb.laws.checking import check_law
>>> from .parametrizations import parametrization
>>> flow = decay_fields(parametrization("x*y"))
>>> check_law("x**2 - y**2", flow).is_refuted, check_law("s**2*(x**2 - y**2)", flow).is_proved
(True, True)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .fields import VectorFields
from .flow import flow_fields
from .rates import ANY
from .signs import sign_vectors

__all__ = ["decay_fields", "sign_fields", "sign_vectors"]


def decay_fields(phi: VectorFields) -> VectorFields:
    """Return the fields of θ̇ = −∇E(θ) − λ(t)θ in the variables (s, θ), where s = exp ∫λ.

    Since ṡ = λs and θ̇ = −λθ − ..., a function of s and θ is conserved for any data and any λ(t) exactly if its
    gradient is orthogonal to (s, −θ) and to every (0, ∇φ_i). The rate λ(t) itself does not appear.

    Parameters
    ----------
    phi : VectorFields
        The model.

    Examples
    --------
    >>> from .fields import vector_fields
    >>> decay_fields(vector_fields(["u", "v"], [["v", "u"]]))
    fields([s, u, v], [s, -u, -v], [0, v, u])
    """
    return flow_fields(phi, decay=ANY, call="decay_fields(phi)")


def sign_fields(phi: VectorFields, point: Sequence[Any]) -> VectorFields:
    """Return the sign vectors near a point as constant fields, as many as are independent.

    Where no coordinate of a gradient vanishes its signs do not change, so that near the point sign flow moves along
    constant fields. These commute, and the laws near the point are as many as D minus their rank. A law refuted by
    them is refuted; one proved is a law if `sign_vectors` says that its list is complete, or the reader has a reason.

    Examples
    --------
    >>> from conslaw_nb.laws.counting import count_laws
    >>> from .networks import factorization
    >>> count_laws(sign_fields(factorization(1, 1, 2), (1, 2, 3, 4))).laws
    3
    """
    return flow_fields(phi, sign=point, call="sign_fields(phi, point)")
