"""Statements: what is said of a scene, and how each kind is tried.

    {"kind": "conserved", "of": [E, ...]}
    {"kind": "independent", "of": [E, ...], "at": POINT}
    {"kind": "complete", "of": [E, ...]}                laws, independent, and as many as there are
    {"kind": "function of", "of": [E, ...]}             every law is locally a function of these
    {"kind": "factors", "of": [E, ...]}                 each is locally a function of phi
    {"kind": "count", "how": "=", "number": 2}          of independent laws; how: "=", ">=", "<="
    {"kind": "dimension", "of": "Lie", "how": "=", "number": 5, "at": POINT}            of W or Lie
    {"kind": "involutive"}                              brackets of generators lie in W
    {"kind": "in W", "of": [X], "at": POINT}            a field lies in W
    {"kind": "equal", "sides": [E, ...], "every": false, "flow": true}

Any kind may begin with "not "; "not conserved" and "not factors" are said of each function. A POINT is null, for near a
generic point, or {"x": "1", ...} with every variable. "every": for each generator ["v", "every"]; "flow": whether
matrices move as the flow says, or in any way.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import identities, ranks
from .certificates import array, boolean, choice, integer, rational, record, require, show
from .outcomes import Outcome, Statement
from .scenes import Scene, TooLarge, read_expression
from .trials import Misfit, NoValue

__all__ = ["hear", "read_statement"]

FORMS = {
    "conserved": ("of",),
    "not conserved": ("of",),
    "independent": ("of", "at"),
    "complete": ("of",),
    "function of": ("of",),
    "factors": ("of",),
    "count": ("how", "number"),
    "dimension": ("of", "how", "number", "at"),
    "involutive": (),
    "in W": ("of", "at"),
    "equal": ("sides", "every", "flow"),
}
FORMS |= {f"not {kind}": keys for kind, keys in FORMS.items() if "conserved" not in kind}
FOR_SIZES = ("conserved", "not conserved", "equal", "not equal")


def hear(statement: Statement) -> Outcome:
    """Try a statement."""
    kind = statement.kind
    positive = kind if kind in _WAYS else kind.removeprefix("not ")
    try:
        found = _WAYS[positive](statement)
    except Misfit as misfit:
        return Outcome(False, f"it does not fit: {misfit}")
    except NoValue:
        return Outcome(None, "an expression in it has no value where it was tried")
    except TooLarge as reason:
        return Outcome(None, f"it is too large: {reason}")
    except RecursionError:
        return Outcome(None, "it is nested too deeply")
    return found if positive == kind else found.flipped()


def read_statement(data: object, where: str, scene: Scene) -> Statement:
    """Read a statement."""
    kind = choice(data, where, "kind", *FORMS)
    keys = FORMS[kind]
    _, *values = record(data, where, "kind", *keys)
    require(scene.model is not None or kind in FOR_SIZES, f"{where}: {kind!r} is said of one model, not of all sizes")
    said: dict[str, Any] = dict(zip(keys, values, strict=True))
    moves = scene.model is not None or scene.velocities is not None or "conserved" not in kind
    require(moves, f"{where}: no flow says how the matrices move, so nothing is conserved or not")
    if "every" in said:
        boolean(said["every"], f"{where}.every")
        boolean(said["flow"], f"{where}.flow")
        require(scene.model is not None or not said["every"], f"{where}.every is true, and there are no generators")
        require(scene.model is None or said["flow"], f"{where}.flow is false, and the model has its generators")
    if "how" in said:
        choice(data, where, "how", "=", ">=", "<=")
        integer(said["number"], f"{where}.number", 0)
    if kind.endswith("dimension"):
        choice(data, where, "of", "W", "Lie")
    for key in ("of", "sides"):
        if key not in said or kind.endswith("dimension"):
            continue
        parts = array(said[key], f"{where}.{key}")
        low, high = (2, len(parts)) if key == "sides" else (1, 1 if kind.endswith("in W") else len(parts))
        require(low <= len(parts) <= high, f"{where}.{key} has {len(parts)} entries")
        every = bool(said.get("every"))
        said[key] = [read_expression(part, f"{where}.{key}[{k}]", scene, every) for k, part in enumerate(parts)]
    if kind.endswith("factors"):
        require(scene.data["kind"] != "fields", f"{where}: a family of fields has no phi")
    if said.get("at") is not None:
        said["at"] = _read_point(said["at"], f"{where}.at", scene)
    return Statement(kind, said, scene)


def _read_point(data: object, where: str, scene: Scene) -> list[Fraction | int]:
    require(type(data) is dict, f"{where} is {show(data)}, not null or an object")
    coordinates = record(data, where, *scene.model.names)
    scratch = type(scene.case)()  # its denominators are those of this point alone
    return [rational(x, f"{where}.{name}", scratch) for name, x in zip(scene.model.names, coordinates, strict=True)]


_WAYS = {
    "conserved": identities.conserved,
    "not conserved": identities.not_conserved,
    "not factors": ranks.not_factors,
    "equal": identities.equal,
    "independent": ranks.independent,
    "complete": ranks.complete,
    "function of": ranks.function_of,
    "factors": ranks.factors,
    "count": ranks.count,
    "dimension": ranks.dimension,
    "involutive": ranks.involutive,
    "in W": ranks.in_w,
}
