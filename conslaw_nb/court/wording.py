"""Wording: what was heard, written from the data, so that people read what was tried."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .certificates import number_text, polynomial, text_of
from .outcomes import Statement
from .scenes import EVERY, Scene

__all__ = ["about", "said", "written"]

_SUM, _PRODUCT, _POWER, _ATOM = range(4)  # how tightly something binds
LONGEST = 300


def said(statement: Statement) -> str:
    """Write a statement."""
    kind, parts, scene = statement.kind, statement.said, statement.scene
    several = len(parts["of"]) > 1 if type(parts.get("of")) is list else False
    are = "are" if several else "is"
    no = "not " if kind.startswith("not ") else ""
    of = ", ".join(written(f) for f in parts["of"]) if type(parts.get("of")) is list else parts.get("of")
    where = " near a generic point"
    if parts.get("at") is not None:
        where = " at " + ", ".join(f"{n} = {x}" for n, x in zip(scene.names, parts["at"], strict=True))
    how = {"=": "exactly ", ">=": "at least ", "<=": "at most "}[parts.get("how", "=")]
    number = parts.get("number")
    s = "" if number == 1 else "s"
    every = " for every generator v" if parts.get("every") else ""
    moving = "" if parts.get("flow", True) or scene.velocities is None else ", whatever the velocities"
    text = {
        "conserved": f"{of} {are} {no}conserved",
        "independent": f"{of} {are} {no}independent{where}",
        "complete": f"{of} {are} {no}all the laws{where}",
        "function of": f"every law is {no}locally a function of {of}",
        "factors": f"{of} {'do not factor' if no and several else 'does not factor' if no else 'factors'} through phi",
        "count": f"there {'is' if number == 1 else 'are'} {no}{how}{number} independent law{s}{where}",
        "dimension": f"dim {parts.get('of')} {no}{parts.get('how')} {number}{where}",
        "involutive": f"W is {no}involutive{where}",
        "in W": f"{of} {'does not lie' if no else 'lies'} in W{where}",
        "equal": (" != " if no else " = ").join(written(side) for side in parts.get("sides", ())) + every + moving,
    }[kind.removeprefix("not ")]
    return _cut(text)


def about(scene: Scene) -> str:
    """Write what it is about: the model, or the matrices and their flow."""
    if scene.model is None:
        shown = []
        for name, (rows, columns, kind) in scene.given.items():
            shown.append(f"{name}: {rows} x {columns}" + (f" {kind}" if kind != "general" else ""))
        text = f"all sizes of {', '.join(shown)}"
        if scene.phi:
            of = ", ".join(written(f) for f in scene.phi)
            text += f", along the gradient flow of {of} with {', '.join(scene.gradients)}"
        elif scene.velocities is not None:
            text += ", along " + ", ".join(f"{name}' = {written(v)}" for name, v in scene.velocities.items())
        return _cut(text) + _definitions(scene)
    data = scene.data
    if data["kind"] in ("linear", "relu"):
        bias = ", bias=True" if data.get("bias") else ""
        text = f"{data['kind']}({', '.join(map(str, data['widths']))}{bias})"
    elif data["kind"] == "factorization":
        text = f"factorization({data['n']}, {data['m']}, {data['r']})"
    else:
        rows = data["components"] if data["kind"] == "map" else data["fields"]
        names = scene.model.names

        def poly(entry: Any) -> str:
            return text_of(polynomial(entry, "", scene.case), names) or "0"

        if data["kind"] == "map" and not any(rows):  # nothing is said of any model
            text = f"all {', '.join(names)}"
        elif data["kind"] == "map":
            text = f"phi({', '.join(map(poly, rows))}) of {', '.join(names)}"
        else:
            fields = ", ".join("[" + ", ".join(map(poly, row)) + "]" for row in rows)
            text = f"fields([{', '.join(names)}], {fields})"
    return _cut(text) + _definitions(scene)


def _definitions(scene: Scene) -> str:
    where = ", ".join(f"{name} = {written(node)}" for name, node in scene.lets.items())
    return _cut(f", where {where}") if where else ""


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def written(node: Any) -> str:
    """Write an expression."""
    return _write(node)[0]


def _inside(node: Any, level: int) -> str:
    text, binds = _write(node)
    return text if binds >= level else f"({text})"


def _write(node: Any) -> tuple[str, int]:
    if type(node) is Fraction:
        return number_text(node), _ATOM if node.denominator == 1 and node >= 0 else _SUM
    if type(node) is str:
        return node, _ATOM
    head, *parts = node
    if head in ("+", "-"):
        if len(parts) == 1:
            return ("-" if head == "-" else "") + _inside(parts[0], _PRODUCT), _SUM
        text = _inside(parts[0], _SUM)
        for part in parts[1:]:
            minus = type(part) is list and part[0] == "-" and len(part) == 2
            sign, term = ("-", part[1]) if minus else (head, part)
            text += f" {sign} {_inside(term, _PRODUCT)}"
        return text, _SUM
    if head in ("*", "/"):
        return head.join(
            _inside(p, _PRODUCT if head == "*" and i == 0 else _POWER) for i, p in enumerate(parts)
        ), _PRODUCT
    if head in ("^", "T", "dot"):
        mark = {"^": f"^{parts[-1]}", "T": "^T", "dot": "'"}[head]
        return _inside(parts[0], _ATOM) + mark, _POWER if head != "dot" else _ATOM
    if head in ("v", "phi"):
        return head if parts[0] == EVERY else f"{head}_{parts[0]}", _ATOM
    if head in ("I", "size"):
        return f"I_{parts[0]}" if head == "I" else str(parts[0]), _ATOM
    if head == "field":
        return "(" + ", ".join(f"{name}: {written(part)}" for name, part in parts) + ")", _ATOM
    if head == "d":
        return f"diff({written(parts[0])}, {parts[1]})", _ATOM
    if head == "along":
        return f"{_inside(parts[0], _ATOM)}({written(parts[1])})", _ATOM
    if head == "grad":
        return f"grad {_inside(parts[0], _ATOM)}", _POWER
    inner = ", ".join(map(written, parts))
    left, right = {
        "inner": ("<", ">"),
        "norm2": ("|", "|^2"),
        "comm": ("[", "]"),
        "bracket": ("[", "]"),
        "vec": ("(", ")"),
        "tr": ("tr(", ")"),
    }[head]
    return left + inner + right, _ATOM
