"""What a Rocq file says about one certificate: the model, the evidence, and theorems that Rocq proves by computing.

Nothing of the certificate's text goes into the file: numbers are read and written again, variables become numbers,
and every name is made here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from ...court import certificates as court
from ...court.certificates import array, boolean, choice, integer, polynomial, rational, record, require
from .bounds import Evidence, require_size
from .words import header

__all__ = ["Writer"]

MIDDLE = """\
(* ------------------------------------------------------------------ the certificate *)

(* Each lemma below is proved by computing its left side. Where Rocq stops, the certificate is wrong. *)"""

_WIDTH = 116
_INSIDE = "\0"  # a space at which no line is broken
_IN_WORDS = {
    "the_law_is_conserved": "Its derivative along every field of W is the zero polynomial.",
    "the_law_varies": "It has two different values.",
    "the_value": "The law's derivative along this generator has this value at the point, and it is not zero.",
    "the_words_are_independent": "The brackets of the words are linearly independent at the point, modulo p.",
    "the_numbers_agree": "The numbers claimed are those that the evidence is for.",
    "the_laws_hold": "All of them are laws, and their gradients are linearly independent at the point, modulo p.",
    "the_multiplier_is_not_zero": "Its value at the point is not zero.",
    "the_frame_is_involutive": "The fields of the words span W, and are closed under brackets with W.",
}
_CONSERVED = ("polynomials", "models", "laws")
_COUNT = (*_CONSERVED, "independence", "lie", "rank", "counts")
_INVOLUTIVE = (*_COUNT, "involutive")


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
        court.afford(version != 2, "evidence by structure (version 2), which Rocq files do not hold yet")
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
        parts, method, body = write()
        fields = getattr(self.model, "fields", [])
        require_size(self.model_data, fields, len(self.model.names), self.seen)
        return "\n".join([
            header(self.model_data, self.model.names, self.claim, method),
            *map(_part, parts),
            MIDDLE,
            "",
            *self.definitions(),
            *body,
            "Print Assumptions certified.",
            "",
        ])  # fmt: skip

    # ------------------------------------------------------------ the three claims

    def conserved(self) -> tuple[tuple[str, ...], str, list[str]]:
        """Write: the law is conserved, and is not a constant."""
        _, law = record(self.claim, "claim", "kind", "law")
        record(self.evidence, "evidence")
        body = [
            *self.poly("the_law", law, "claim.law"),
            "",
            *_lemma("the_law_is_conserved", "is_law D W the_law = true"),
            *_lemma("the_law_varies", "varies the_law = true"),
            "Theorem certified : law D W the_law /\\ exists x y, ~ eval x the_law == eval y the_law.",
            "Proof. exact (conj (is_law_sound _ _ _ the_law_is_conserved) (varies_sound _ the_law_varies)). Qed.",
        ]
        return _CONSERVED, "conserved", body

    def not_conserved(self) -> tuple[tuple[str, ...], str, list[str]]:
        """Write: the derivative of the law along a generator has a value that is not zero."""
        _, law = record(self.claim, "claim", "kind", "law")
        g, coordinates, value = record(self.evidence, "evidence", "generator", "point", "value")
        integer(g, "evidence.generator", 0, self.model.count - 1)
        array(coordinates, "evidence.point", len(self.model.names))
        point = [rational(x, f"evidence.point[{k}]", self.case) for k, x in enumerate(coordinates)]
        number = _number(rational(value, "evidence.value", self.case))
        body = [
            *self.poly("the_law", law, "claim.law"),
            "",
            *_list("point", "positive -> Q", "point_of ", map(_number, point)),
            "",
            *_lemma("the_value", f"refutation_check D W point {g} the_law {number} = true"),
            "Theorem certified :",
            f"  over D the_law = true /\\ In (nth {g} W (fun _ => [])) W /\\",
            f"  eval point (along (nth {g} W (fun _ => [])) the_law) == {number} /\\ ~ {number} == 0 /\\",
            "  ~ law D W the_law.",
            "Proof. exact (refutation_check_sound _ _ _ _ _ _ the_value). Qed.",
        ]
        return _CONSERVED, "not_conserved", body

    def count(self) -> tuple[tuple[str, ...], str, list[str]]:
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

        claimed = " ".join(map(str, numbers)) + f" {str(exact).lower()}"
        body = [
            *_list("point", "positive -> Q", "point_of ", map(_number, point)),
            "",
            f"Definition p : Z := {p}.",
            "",
            *_list("combinations", "list (list (nat * Z))", "", combined),
            "",
            *_list("words", "list (list nat)", "", map(_row, words), "%nat"),
            "",
        ]
        statement, arguments = (self.by_laws if method == "laws" else self.by_frame)(upper, body, numbers)
        laws = "length laws" if method == "laws" else "D - length words"
        body += _lemma("the_words_are_independent", "words_check D W point p combinations words = true")
        body += _lemma("the_numbers_agree", f"numbers_check D {claimed} (length words) ({laws}) = true")
        d, rank, _, most = numbers
        body += [
            "Theorem certified :",
            f"  D = {d}%nat /\\ dim_Lie_at_least D W point {rank} /\\",
            *statement,
            f"  laws_at_most D W point {most}.",
            f"Proof. exact ({arguments} the_numbers_agree the_words_are_independent",
        ]
        if method == "laws":
            body[-1] += " the_laws_hold). Qed."
            return _COUNT, "laws", body
        body[-1] += "\n  the_multiplier_is_not_zero the_frame_is_involutive). Qed."
        return _INVOLUTIVE, "involutive", body

    def by_laws(self, upper: Any, body: list[str], numbers: list[int]) -> tuple[list[str], str]:
        """Write the laws; return the middle of the theorem, and what proves it."""
        _, laws = record(upper, "evidence.upper", "method", "laws")
        names = [f"law_{k}" for k in range(len(array(laws, "evidence.upper.laws")))]
        for k, (name, law) in enumerate(zip(names, laws, strict=True)):
            body += self.poly(name, law, f"evidence.upper.laws[{k}]")
        body += ["", *_list("laws", "list poly", "", names), ""]
        body += _lemma("the_laws_hold", "laws_check D W point p laws = true")
        d, _, least, _ = numbers
        middle = [f"  dim_Lie_at_most D W point {max(d - least, 0)} /\\ laws_at_least D W point {least} /\\"]
        return middle, "count_by_laws D W point p combinations words laws _ _ _ _ _"

    def by_frame(self, upper: Any, body: list[str], numbers: list[int]) -> tuple[list[str], str]:
        """Write the identities of an involutive frame; return the middle of the theorem, and what proves it."""
        where = "evidence.upper"
        _, multiplier, spans, closes = record(upper, where, "method", "multiplier", "generators", "brackets")
        self.seen.frame = True

        def row(data: Any, place: str) -> str:
            return _row(self.terms(q, f"{place}[{k}]") for k, q in enumerate(array(data, place)))

        first = [row(q, f"{where}.generators[{g}]") for g, q in enumerate(array(spans, f"{where}.generators"))]
        second = []
        for g, rows in enumerate(array(closes, f"{where}.brackets")):
            at = f"{where}.brackets[{g}]"
            second.append(_row(row(q, f"{at}[{k}]") for k, q in enumerate(array(rows, at))))
        body += [
            *self.poly("multiplier", multiplier, f"{where}.multiplier"),
            "",
            *_list("spans_of_generators", "list (list poly)", "", first),
            "",
            *_list("spans_of_brackets", "list (list (list poly))", "", second),
            "",
            *_lemma("the_multiplier_is_not_zero", "negb (Qeq_bool (fast_eval point multiplier) 0) = true"),
            *_lemma(
                "the_frame_is_involutive",
                "frame_check D W (map (word D (letters D W combinations)) words) multiplier\n"
                "  spans_of_generators spans_of_brackets = true",
            ),
        ]
        middle = [
            "  ~ eval point multiplier == 0 /\\",
            f"  (forall x, ~ eval x multiplier == 0 -> dim_Lie_at_most D W x {numbers[1]}) /\\",
        ]
        on = "fields_on" if self.model_data["kind"] == "fields" else "gradients_on"
        return middle, f"count_by_frame D W point p combinations words multiplier _ _ _ _ _ _ _ \n  ({on} _ _)"

    # ------------------------------------------------------------ the model and polynomials

    def definitions(self) -> list[str]:
        """Write D and W."""
        model = self.model_data
        kind = model["kind"]
        if kind in ("linear", "relu"):
            widths = _row(model["widths"]) + "%nat"
            d = f"weights (rev {widths})"
            phi = f"linear {widths}"
            if kind == "relu":
                d += f" + biases {widths}" if model["bias"] else ""
                phi = f"relu {widths} {str(model['bias']).lower()}"
        elif kind == "factorization":
            n, m, r = (model[key] for key in "nmr")
            d, phi = f"{n} * {r} + {m} * {r}", f"factorization {n} {m} {r}"
        else:
            d, phi = str(len(self.model.names)), "components"
        lines = [f"Definition D : nat := ({d})%nat."]
        phi = f"({phi})" if " " in phi else phi
        if kind == "map":
            rows = (self.terms(f, f"model.components[{g}]") for g, f in enumerate(model["components"]))
            lines += ["", *_list("components", "list poly", "", rows)]
        if kind == "fields":
            rows = (
                _row(self.terms(q, f"model.fields[{g}][{i}]") for i, q in enumerate(f))
                for g, f in enumerate(model["fields"])
            )
            lines += ["", *_list("components", "list (list poly)", "", rows)]
        family = "fields_of" if kind == "fields" else "gradients"
        return [*lines, "", f"Definition W : list field := {family} D {phi}.", ""]

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

    def poly(self, name: str, data: Any, where: str) -> list[str]:
        """Define a polynomial."""
        return _wrap(f"Definition {name} : poly := {self.terms(data, where)}.")


# ---------------------------------------------------------------- text


@cache
def _part(name: str) -> str:
    """Read definitions and proofs that are the same for every certificate."""
    return files(__package__).joinpath(f"{name}.v").read_text(encoding="utf-8")


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


def _list(name: str, kind: str, function: str, entries: Iterable[str], scope: str = "") -> list[str]:
    """Define a list, as many entries on a line as fit."""
    return _wrap(f"Definition {name} : {kind} := {function}{_row(entries)}{scope}.")


def _lemma(name: str, statement: str) -> list[str]:
    """State what Rocq's kernel is to compute, and say it in words, for the day it does not come out."""
    return [
        f"(* {_IN_WORDS[name]} *)",
        f"Lemma {name} : {statement}.",
        "Proof. vm_cast_no_check (eq_refl true). Qed.",
        "",
    ]
