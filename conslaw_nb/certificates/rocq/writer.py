"""What a Rocq file says about one certificate: the model, the statement, the evidence, and one line that is computed.

Nothing of the certificate's text goes into the file: numbers are read and written again, variables become numbers,
and every name is made here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...court import certificates as court
from ...court.certificates import array, boolean, choice, integer, polynomial, rational, record, require
from ...court.structure import value_modulo
from ...exact.backend import primes
from ...exact.sparse import independent_rows
from .bounds import Evidence, require_size
from .forms import products_when_closed, second_flows, tangent_fields, with_values
from .shorter import with_single_letters
from .text import file_text, letters_text, number_text, point_text, poly_text, row_text, words_text
from .words import header

__all__ = ["Writer"]

SMALL_PRIMES = (31, 61, 127, 251, 509, 1021, 2039, 4093)

_WORDS = "\1"  # prime and words, which are chosen when it is known that the rest is not too large


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
        kinds = {1: ("count", "conserved", "not_conserved"), 3: ("laws",)}.get(integer(version, "version"), ())
        require(bool(kinds), f"version is {court.show(version)}; only versions 1, 2 and 3 are known")
        self.kind = choice(self.claim, "claim", "kind", *kinds)
        self.case = court.Case()
        self.model_data = model
        self.model = court.read_model(model, self.case)
        self.case.index = {name: i for i, name in enumerate(self.model.names)}
        self.seen = Evidence()
        self.chosen: Callable[[], str]

    def text(self) -> str:
        """Return the whole file."""
        method, statement, evidence = getattr(self, self.kind)()
        fields = getattr(self.model, "fields", [])
        require_size(self.model_data, fields, len(self.model.names), self.seen)
        if _WORDS in evidence:
            evidence = evidence.replace(_WORDS, self.chosen())
        head = header(self.model_data, self.model.names, self.claim, method)
        return file_text(head, self.network(), statement, evidence)

    # ------------------------------------------------------------ the four claims

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
        number = number_text(rational(value, "evidence.value", self.case))
        evidence = f"By_value {g} {point_text(point)} {number}"
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
        self.seen.frame = method == "involutive"
        self.read_point(point, p)
        d, *bounds = numbers
        kind = "Counted" if method == "laws" else "Framed"
        numbers = " ".join(map(str, bounds))
        statement = f"{kind} {d} {point_text(point)} {numbers} {str(exact).lower()}"
        if method == "laws":
            _, data = record(upper, "evidence.upper", "method", "laws")
            laws = [self.polynomial(h, f"evidence.upper.laws[{k}]") for k, h in enumerate(array(data, "laws"))]
            shown = self.words(point, p, combinations, words, [[court.partials(h, self.case) for h in laws]])
            return "laws", statement, f"By_laws {shown} {row_text(map(self.shown, laws))}"
        frame = self.frame(upper)
        return "involutive", statement, f"By_frame {self.words(point, p, combinations, words, [])} {frame}"

    def laws(self) -> tuple[str, str, str]:
        """Write: these are laws, polynomials or forms, and perhaps all there are."""
        _, listed, complete = record(self.claim, "claim", "kind", "laws", "complete")
        boolean(complete, "claim.complete")
        point, p, combinations, words = record(self.evidence, "evidence", "point", "prime", "fields", "words")
        self.read_point(point, p)
        laws = [self.law(law, f"claim.laws[{k}]", k) for k, law in enumerate(array(listed, "claim.laws"))]
        prime = next(q for q in primes() if self.case.denominator % q)  # that of the certificate may be none
        differentials = [form for _, _, form, _ in laws]
        spaces, fields = [differentials], []
        more = second_flows(self.model_data, self.model.names)
        for _, bottom, form, modulo in laws:
            known = [differentials[j] for j in modulo or ()]
            tangent = [] if modulo is None else tangent_fields(known, self.model, more, point, prime, self.case)
            valued = with_values(bottom, form, tangent, self.model.names, self.case)
            self.seen.products += products_when_closed(known, bottom, form, valued, self.case)
            spaces.append([*known, *(field for field, _ in valued)] if valued else [])
            factors = self.seen.factors  # their identities are counted by themselves
            fields.append(row_text(f"({self.shown_field(field)}, {self.shown(value)})" for field, value in valued))
            self.seen.factors = factors
        given, rank = row_text(shown for shown, *_ in laws), len(array(words, "evidence.words"))
        statement = f"Listed {len(point)} {point_text(point)} {rank} {given} {str(complete).lower()}"
        method = "forms" if any(modulo is not None for *_, modulo in laws) else "list"
        return method, statement, f"By_list {self.words(point, p, combinations, words, spaces)} {row_text(fields)}"

    def law(self, data: Any, where: str, number: int) -> tuple[str, court.Poly, court.Field, list[int] | None]:
        """Read a law of a list: as it is written, below and above in its differential, and what a form is modulo."""
        if choice(data, where, "kind", "law", "form") == "law":
            h = self.polynomial(record(data, where, "kind", "law")[1], f"{where}.law")
            return f"Polynomial {self.shown(h)}", {(): 1}, court.partials(h, self.case), None
        _, bottom, top, modulo = record(data, where, "kind", "multiplier", "form", "modulo")
        for j in array(modulo, f"{where}.modulo"):
            integer(j, f"an entry of {where}.modulo", 0, number - 1)
        require(type(top) is dict, f"{where}.form is not an object")
        for name in top:
            require(name in self.case.index, f"{court.show(name)} in {where} is not a variable")
        parts = {self.case.index[name]: self.polynomial(a, f"{where}.form") for name, a in top.items()}
        below = self.polynomial(bottom, f"{where}.multiplier")
        return f"Form {self.shown(below)} {self.shown_field(parts)} {row_text(modulo)}%nat", below, parts, modulo

    # ------------------------------------------------------------ the evidence for a rank

    def read_point(self, point: Any, p: Any) -> None:
        """Read an integer point, and a number that should be a prime."""
        for k, x in enumerate(array(point, "evidence.point", len(self.model.names))):
            integer(x, f"evidence.point[{k}]")
        integer(p, "evidence.prime", 3, court.MAX_PRIME - 1)

    def words(self, point: Any, p: Any, combinations: Any, words: Any, spaces: list[list[court.Field]]) -> str:
        """Write a prime, the letters and the words; `spaces`: whatever else is independent at the point.

        Rocq computes slowly with large numbers, and any prime will do: a small one, if all is independent modulo it.
        Then the combinations that letters are matter modulo that prime alone. Words of single generators are shorter
        still, and any that are independent will do, but where the identities of a frame are about these words.
        """
        court.read_words(combinations, array(words, "evidence.words"), self.model.count, self.case)
        if not self.seen.frame and max(map(len, combinations), default=0) > 1:
            prime = next(q for q in primes() if self.case.denominator % q)
            combinations, words = with_single_letters(self.model, combinations, words, point, prime)
        self.seen.words, self.seen.letters = words, list(map(len, combinations))

        def suits(q: int) -> bool:
            values = court.word_values(self.model, combinations, words, point, q)
            rows = ([{i: value_modulo(f, point, q) for i, f in v.items()} for v in space] for space in spaces)
            return all(len(independent_rows(each, len(point), q)) == len(each) for each in (values, *rows) if each)

        def chosen() -> str:
            small = next((q for q in SMALL_PRIMES if self.case.denominator % q and suits(q)), None)
            exactly = small is None or self.seen.frame
            kept = [[(g, c if exactly else c % small) for g, c in letter] for letter in combinations]
            return f"{small or p} {letters_text(kept)} {words_text(words)}%N"

        self.chosen = chosen
        return _WORDS

    def frame(self, upper: Any) -> str:
        """Write the identities of an involutive frame."""
        where = "evidence.upper"
        _, multiplier, spans, closes = record(upper, where, "method", "multiplier", "generators", "brackets")
        generators = [
            self.row(q, f"{where}.generators[{g}]") for g, q in enumerate(array(spans, f"{where}.generators"))
        ]
        brackets = [
            row_text(
                self.row(q, f"{where}.brackets[{g}][{k}]") for k, q in enumerate(array(rows, f"{where}.brackets[{g}]"))
            )
            for g, rows in enumerate(array(closes, f"{where}.brackets"))
        ]
        return f"{self.terms(multiplier, f'{where}.multiplier')} {row_text(generators)} {row_text(brackets)}"

    # ------------------------------------------------------------ the model and polynomials

    def network(self) -> str:
        """Write the model."""
        model = self.model_data
        kind = model["kind"]
        if kind == "linear":
            return f"Linear {row_text(model['widths'])}%nat"
        if kind == "relu":
            return f"Relu {row_text(model['widths'])}%nat {str(model['bias']).lower()}"
        if kind == "factorization":
            return f"Factorization {model['n']} {model['m']} {model['r']}"
        d = len(self.model.names)
        if kind == "map":
            return f"Map {d} {self.row(model['components'], 'model.components')}"
        return f"Fields {d} {row_text(self.row(f, f'model.fields[{g}]') for g, f in enumerate(model['fields']))}"

    def terms(self, data: Any, where: str) -> str:
        """Write a polynomial as a list of terms."""
        return self.shown(self.polynomial(data, where))

    def polynomial(self, data: Any, where: str) -> court.Poly:
        """Read a polynomial."""
        return polynomial(data, where, self.case)

    def shown(self, poly: court.Poly) -> str:
        """Write a polynomial, and count it."""
        self.seen.degree = max([self.seen.degree, *map(len, poly)])
        self.seen.factors += sum(len(m) + 1 for m in poly)
        return poly_text(poly)

    def shown_field(self, field: court.Field) -> str:
        """Write all coordinates of a field or a form."""
        return row_text(self.shown(field.get(i, {})) for i in range(len(self.model.names)))

    def row(self, data: Any, where: str) -> str:
        """Write a list of polynomials."""
        return row_text(self.terms(q, f"{where}[{k}]") for k, q in enumerate(array(data, where)))
