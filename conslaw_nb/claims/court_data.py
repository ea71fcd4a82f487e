"""Claims and proofs as data for the court: what is said, of what, written from what was read."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import Any

from ..errors import CertificateError
from ..exact.parser import parse_expression
from ..matrices.letters import NAME
from ..matrices.reader import read_expression
from ..models.fields import VectorFields
from ..models.linear import Factorization
from ..models.parametrizations import names_in
from .answers import without_name
from .court_trees import Data, formula, matrix_side, polynomial_side, syntax_tree
from .proof_checking import Checked
from .proof_engine import Case, functions
from .proof_engine import _point as read_point
from .proof_language import Sentence, pieces, read_lines, read_reason, read_sentence, same_text
from .proof_matrices import MatrixCase
from .proof_polynomials import PolynomialCase
from .sentences import recognize, split_model

__all__ = ["claim_data", "file_text", "proof_data"]

Statement = dict[str, Any]

_EMPTY = {"about": None, "lets": [], "goals": []}


def file_text(data: dict[str, Any]) -> str:
    """Write data as the text of a file, the same each time: one line for each entry, and for each entry of a list."""

    def value(entry: Any) -> str:
        return json.dumps(entry, ensure_ascii=False)

    lines = []
    for key, entry in data.items():
        rows = ",\n".join(f"  {value(row)}" for row in entry) if isinstance(entry, list) and entry else ""
        lines.append(f' "{key}": ' + (f"[\n{rows}\n ]" if rows else value(entry)))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _point(model: VectorFields, point: list[Fraction] | None) -> dict[str, str] | None:
    return None if point is None else {name: str(x) for name, x in zip(model.variables, point, strict=True)}


# -- claims ----------------------------------------------------------------------------------------------


def claim_data(text: str, model: VectorFields | None) -> dict[str, Any]:
    """Write what a claim is about and what it says, and its text so that it can stand alone.

    Raises
    ------
    CertificateError
        It has no such form: it is about a loss, or holds exp, log or roots.
    """
    from .claim import _point as read_coordinates  # it reads claims, and its cards come here

    sentence, named = split_model(" ".join(text.split()).rstrip("."))
    kind, said = recognize(sentence) or ("", {})
    if not named and model is not None and kind != "any width":
        text = f"{sentence} for {model.text}"
    point = None
    if model is not None:
        where = said.get("at") or (said.get("where") or "").removeprefix("at ").replace("on an open set", "")
        point = read_coordinates(where or None, model)
    if kind == "conserved" and said["not"]:
        kind = "not conserved"
    return {"text": text, **_claimed(kind, said, model, point)}


def _claimed(kind: str, said: Any, model: VectorFields | None, point: list[Fraction] | None) -> dict[str, Any]:
    if kind == "loss":
        raise CertificateError("what is said of a loss cannot be tried by the court, so there is nothing to save")
    if kind == "any width":
        says = {"kind": "conserved", "of": [syntax_tree(read_expression(said["h"]), lambda name: name)]}
        return {"about": _TWO_LAYERS, "says": says}
    if model is None:  # an equality of its own: its variables are what it is about
        sides = [formula(said[side].strip()) for side in "ab"]
        names = list(dict.fromkeys(n for side in "ab" for n in names_in(parse_expression(said[side].strip())))) or ["x"]
        about = {"model": {"kind": "map", "variables": names, "components": [[]]}}
        return {"about": about, "says": {"kind": "equal", "sides": sides, "every": False, "flow": True}}
    at = _point(model, point)
    if kind in ("conserved", "not conserved"):
        says: Statement = {"kind": kind, "of": [formula(without_name(said["h"]))]}
    elif kind in ("independent", "complete", "factors"):
        listed = [said["g"]] if kind == "factors" else functions(said["hs"])
        says = {"kind": kind, "of": [formula(h) for h in listed]}
        if kind == "independent":
            says["at"] = at
    elif kind == "count":
        says = {"kind": "count", "how": "=", "number": int(said["n"])}
    elif kind == "dimension":
        what = "Lie" if said["what"].lower().startswith("lie") else "W"
        says = {"kind": "dimension", "of": what, "how": "=", "number": int(said["n"]), "at": at}
    elif kind == "involutive":
        says = {"kind": "involutive"}
    elif kind == "bracket":
        says = {"kind": "in W", "of": [["bracket", ["v", int(said["i"])], ["v", int(said["j"])]]], "at": at}
    else:
        says = {"kind": "equal", "sides": [formula(said[side].strip()) for side in "ab"], "every": False, "flow": True}
    return {"about": {"model": model.model_data()}, "says": says}


_TWO_LAYERS: dict[str, Any] = {
    "given": {"U": ["n", "r"], "V": ["m", "r"], "G": ["n", "m"]},
    "flow": {
        "velocities": {"U": ["-", ["*", "G", "V"]], "V": ["-", ["*", ["T", "G"], "U"]]},
        "of": [["*", "U", ["T", "V"]]],
        "gradients": ["G"],
    },
}


# -- proofs ----------------------------------------------------------------------------------------------


def proof_data(text: str, checked: Checked) -> dict[str, Any]:
    """Write what a finished proof is about, its definitions, its goals and its steps; for others nothing of it."""
    steps: list[dict[str, Any]] = [
        {"line": step.place, "text": step.text, "status": step.status, "says": None}
        for step in checked.steps
        if step.number
    ]
    if not checked.reached or checked.room is None:
        return {**_EMPTY, "steps": steps}
    writer = _ProofWriter(checked.room.case)
    for place, line in enumerate(line for line in read_lines(text) if line.is_step):
        steps[place]["says"] = writer.step(line)
    goals = [line.body for line in read_lines(text) if line.kind == "goal"]
    return {
        "about": writer.about(text),
        "lets": writer.lets(),
        "goals": [writer.goal(body) for body in goals] or [writer.last],
        "steps": steps,
    }


class _ProofWriter:
    """Writes the lines of a proof, in the names that it knows at its end."""

    def __init__(self, case: Case):
        self.case = case
        self.chains: list[tuple[list[str], str]] = []  # the sides of each chain, and its "for all i"
        self.last: Statement = {}  # what the last step says; of a chain, that its ends are equal

    def side(self, text: str, every: str = "") -> Data:
        if isinstance(self.case, MatrixCase):
            return matrix_side(self.case, text)
        return polynomial_side(self.case, text, every)

    def equal(self, sides: list[str], every: str, flow: bool = True) -> Statement:
        return {
            "kind": "equal",
            "sides": [self.side(side, every) for side in sides],
            "every": bool(every),
            "flow": flow,
        }

    def step(self, line: Any) -> Statement:
        sentence = None if line.kind == "and" else read_sentence(line.body)
        if sentence is not None:
            self.last = self.sentence(sentence)
            return self.last
        parts = pieces(line.body, "=")
        if line.kind == "and":
            members, every = self.chains[-1]
            sides = [members[-1], *parts[1:]]
            members += parts[1:]
        else:
            members, every, sides = list(parts), line.every, parts
            self.chains.append((members, every))
        self.last = self.equal([members[0], members[-1]], every)
        reason = read_reason(line.reason)
        formal = isinstance(self.case, MatrixCase) and not reason.steps
        return self.equal(sides, every, not (formal and set(reason.rules) <= {"definition", "product rule"}))

    def goal(self, body: str) -> Statement:
        sentence = read_sentence(body)
        if sentence is not None:
            return self.sentence(sentence)
        parts = pieces(body, "=")
        for members, every in self.chains:
            if all(any(same_text(part, member) for member in members) for part in parts):
                return self.equal(parts, every)
        return self.equal(parts, "")

    def sentence(self, sentence: Sentence) -> Statement:
        said, kind = sentence.parts, sentence.kind
        case = self.case
        if isinstance(case, MatrixCase):
            return {"kind": kind, "of": [self.side(h) for h in functions(said["h"])]}
        at = None
        if "at" in said:
            at = _point(case.model, read_point(case, said["at"]))
        if kind == "function":
            return {"kind": "function of", "of": self._entries(said["h"])}
        if kind == "count":
            return {"kind": "count", "how": "=", "number": int(said["n"])}
        if kind == "dimension":
            what = "Lie" if said["what"].lower() == "lie" else "W"
            return {"kind": "dimension", "of": what, "how": "=", "number": int(said["n"]), "at": at}
        if kind == "involutive":
            return {"kind": "involutive"}
        if kind == "bracket":
            return {"kind": "in W", "of": [self.side(said["f"])], "at": at}
        of = [self.side(h) for h in functions(said["h"])]
        return {"kind": kind, "of": of, **({"at": at} if kind == "independent" else {})}

    def _entries(self, text: str) -> list[Data]:
        """Write the functions of "every law is a function of ..."; of U^T*U - V^T*V, the entries."""
        case = self.case
        assert isinstance(case, PolynomialCase)
        if re.sub(r"\s", "", text) != "U^T*U-V^T*V":
            return [self.side(h) for h in functions(text)]
        assert isinstance(case.model, Factorization)
        n, m, r = case.model.n, case.model.m, case.model.r

        def entry(a: int, b: int) -> Data:
            squares = [
                ["+", *(["*", f"{x}_{i}_{a}", f"{x}_{i}_{b}"] for i in range(1, k + 1))]
                for x, k in (("U", n), ("V", m))
            ]
            return ["-", *squares]

        return [entry(a, b) for a in range(1, r + 1) for b in range(a, r + 1)]

    # -- the scene ------------------------------------------------------------------------------------

    def about(self, text: str) -> dict[str, Any]:
        case = self.case
        if isinstance(case, PolynomialCase):
            return {"model": case.model.model_data()}
        given = {}
        for name in case.given:
            letter = case.space.letter(name)
            given[name] = [letter.rows, letter.columns, *([letter.kind] if letter.kind != "general" else [])]
        if case.flow is None:
            return {"given": given, "flow": None}
        body = next(line.body for line in read_lines(text) if line.kind == "flow")
        if case.phi:
            velocities = {name: self.side(value.text) for name, value in case.flow.items()}
        else:
            equations = [part.split("=", 1) for part in pieces(body, ",")]
            velocities = {}
            for left, right in equations:
                name = re.sub(r"\s*['′]\s*$", "", left.strip())
                uses = set(re.findall(NAME, right)) & set(case.lets)  # definitions come later, so they are written out
                velocities[name] = self.side(case.flow[name].text if uses else right)
        flow = {"velocities": velocities, "of": [self.side(f) for f in case.phi], "gradients": list(case.gradients)}
        return {"given": given, "flow": flow}

    def lets(self) -> list[list[Data]]:
        return [[name, self.side(text)] for name, text in self.case.written.items()]
