"""What a Rocq file says about one certificate: the model, the statement, the evidence, and one line that is computed.

Nothing of the certificate's text goes into the file: numbers are read and written again, variables become numbers,
and every name is made here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

from ...court import certificates as court
from ...court.certificates import array, boolean, choice, integer, polynomial, rational, record, require
from .bounds import Evidence, require_size
from .words import header

__all__ = ["Writer"]

_WIDTH = 116
_INSIDE = "\0"  # a space at which no line is broken

_OPENING = """\
From Coq Require Import List ZArith QArith.
From Conslaw Require Import Court.
Import ListNotations.
Local Open Scope Q_scope.
"""

_CLOSING = """\
(* The library's checker computes: true. Where Rocq stops here, the certificate is wrong. *)
Lemma accepted : check the_model the_statement the_evidence = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(* And that is what it means: the definition of "holds" is in Court.v, in some forty lines. *)
Theorem certified : holds the_model the_statement.
Proof. exact (check_sound _ _ _ accepted). Qed.

Print Assumptions certified.
"""


class Writer:
    """One certificate on its way into Rocq.

    Parameters
    ----------
    data : object
        The certificate as JSON data.

    Raises
    ------
    Rejected
        The data are not a certificate.
    """

    def __init__(self, data: Any) -> None:
        kind, version, model, self.claim, self.evidence = record(
            data, "the certificate", "format", "version", "model", "claim", "evidence"
        )
        require(kind == "conslaw-certificate", f"format is {court.show(kind)}, not 'conslaw-certificate'")
        require(integer(version, "version") == 1, f"version is {court.show(version)}; only version 1 is known")
        self.kind = choice(self.claim, "claim", "kind", "count", "conserved", "not_conserved")
        self.case = court.Case()
        self.model_data = model
        self.model = court.read_model(model, self.case)
        self.case.index = {name: i for i, name in enumerate(self.model.names)}
        self.seen = Evidence()

    def text(self) -> str:
        """Return the whole file."""
        write = {"count": self.count, "conserved": self.conserved, "not_conserved": self.not_conserved}[self.kind]
        method, statement, evidence = write()
        fields = getattr(self.model, "fields", [])
        require_size(self.model_data, fields, len(self.model.names), self.seen)
        return "\n".join([
            header(self.model_data, self.model.names, self.claim, method),
            _OPENING,
            *_wrap(f"Definition the_model : model := {self.network()}."),
            "",
            *_wrap(f"Definition the_statement : statement := {statement}."),
            "",
            *_wrap(f"Definition the_evidence : evidence := {evidence}."),
            "",
            _CLOSING,
        ])  # fmt: skip

    # ------------------------------------------------------------ the three claims

    def conserved(self) -> tuple[str, str, str]:
        """Write: the law is conserved, and is not a constant."""
        _, law = record(self.claim, "claim", "kind", "law")
        record(self.evidence, "evidence")
        return "conserved", f"Conserved {self.terms(law, 'claim.law')}", "By_identity"

    def not_conserved(self) -> tuple[str, str, str]:
        """Write: the derivative of the law along a generator has a value that is not zero."""
        _, law = record(self.claim, "claim", "kind", "law")
        g, coordinates, value = record(self.evidence, "evidence", "generator", "point", "value")
        integer(g, "evidence.generator", 0, self.model.count - 1)
        array(coordinates, "evidence.point", len(self.model.names))
        point = [rational(x, f"evidence.point[{k}]", self.case) for k, x in enumerate(coordinates)]
        number = _number(rational(value, "evidence.value", self.case))
        evidence = f"By_value {g} {_row(map(_number, point))} {number}"
        return "not_conserved", f"Not_conserved {self.terms(law, 'claim.law')}", evidence

    def count(self) -> tuple[str, str, str]:
        """Write: at least N and at most D - R laws."""
        names = ("parameters", "dim_lie_at_least", "laws_at_least", "laws_at_most")
        _, exact, *numbers = record(self.claim, "claim", "kind", "exact", *names)
        boolean(exact, "claim.exact")
        for name, number in zip(names, numbers, strict=True):
            integer(number, f"claim.{name}", 0, court.MAX_PARAMETERS)
        point, p, combinations, words, upper = record(
            self.evidence, "evidence", "point", "prime", "fields", "words", "upper"
        )
        method = choice(upper, "evidence.upper", "method", "laws", "involutive")
        for k, x in enumerate(array(point, "evidence.point", len(self.model.names))):
            integer(x, f"evidence.point[{k}]")
        integer(p, "evidence.prime", 3, court.MAX_PRIME - 1)
        array(combinations, "evidence.fields")
        combined = [self.combination(f, f"evidence.fields[{k}]") for k, f in enumerate(combinations)]
        for k, word in enumerate(array(words, "evidence.words")):
            for letter in array(word, f"evidence.words[{k}]"):
                integer(letter, f"a letter of evidence.words[{k}]", 0, len(combinations) - 1)
        self.seen.words, self.seen.letters = words, list(map(len, combinations))

        d, *bounds = numbers
        kind = "Counted" if method == "laws" else "Framed"
        numbers = " ".join(map(str, bounds))
        statement = f"{kind} {d} {_row(map(_number, point))} {numbers} {str(exact).lower()}"
        shown = f"{p} {_row(combined)} {_row(map(_row, words))}%nat"
        if method == "laws":
            _, laws = record(upper, "evidence.upper", "method", "laws")
            return "laws", statement, f"By_laws {shown} {self.row(laws, 'evidence.upper.laws')}"
        return "involutive", statement, f"By_frame {shown} {self.frame(upper)}"

    def frame(self, upper: Any) -> str:
        """Write the identities of an involutive frame."""
        where = "evidence.upper"
        _, multiplier, spans, closes = record(upper, where, "method", "multiplier", "generators", "brackets")
        self.seen.frame = True
        generators = [
            self.row(q, f"{where}.generators[{g}]") for g, q in enumerate(array(spans, f"{where}.generators"))
        ]
        brackets = [
            _row(
                self.row(q, f"{where}.brackets[{g}][{k}]") for k, q in enumerate(array(rows, f"{where}.brackets[{g}]"))
            )
            for g, rows in enumerate(array(closes, f"{where}.brackets"))
        ]
        return f"{self.terms(multiplier, f'{where}.multiplier')} {_row(generators)} {_row(brackets)}"

    # ------------------------------------------------------------ the model and polynomials

    def network(self) -> str:
        """Write the model."""
        model = self.model_data
        kind = model["kind"]
        if kind == "linear":
            return f"Linear {_row(model['widths'])}%nat"
        if kind == "relu":
            return f"Relu {_row(model['widths'])}%nat {str(model['bias']).lower()}"
        if kind == "factorization":
            return f"Factorization {model['n']} {model['m']} {model['r']}"
        d = len(self.model.names)
        if kind == "map":
            return f"Map {d} {self.row(model['components'], 'model.components')}"
        return f"Fields {d} {_row(self.row(f, f'model.fields[{g}]') for g, f in enumerate(model['fields']))}"

    def combination(self, data: Any, where: str) -> str:
        """Write a field as a combination of generators."""
        pairs = []
        for pair in array(data, where):
            g, c = array(pair, f"an entry of {where}", 2)
            integer(g, f"a generator of {where}", 0, self.model.count - 1)
            require(not pairs or g > pairs[-1][0], f"the generators of {where} do not increase")
            require(integer(c, f"a coefficient of {where}"), f"a coefficient of {where} is zero")
            pairs.append((g, c))
        return _row(f"C {g} {_number(c)}".replace(" ", _INSIDE) for g, c in pairs)

    def terms(self, data: Any, where: str) -> str:
        """Write a polynomial as a list of terms."""
        poly = polynomial(data, where, self.case)
        self.seen.degree = max([self.seen.degree, *map(len, poly)])
        self.seen.factors += sum(len(m) + 1 for m in poly)
        terms = (f"T {_number(c)} {_row(i + 1 for i in m)}%positive" for m, c in poly.items())
        return _row(term.replace(" ", _INSIDE) for term in terms)

    def row(self, data: Any, where: str) -> str:
        """Write a list of polynomials."""
        return _row(self.terms(q, f"{where}[{k}]") for k, q in enumerate(array(data, where)))


# ---------------------------------------------------------------- text


def _number(x: Any) -> str:
    """Write an integer or a fraction."""
    if x.denominator != 1:
        return f"({x.numerator} # {x.denominator})"
    return f"({x})" if x < 0 else str(x)


def _row(entries: Iterable[Any]) -> str:
    return f"[{'; '.join(map(str, entries))}]"


def _wrap(text: str) -> list[str]:
    """Break a definition into lines, but not inside a term."""
    lines = textwrap.wrap(text, _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return [line.replace(_INSIDE, " ") for line in lines]
