"""What can be said of a model: one table of sentence kinds, each with its meaning, its example and how it is written.

A sentence is a small frozen dataclass. It is read by the grammar and written back from the tree, so that what is shown
is what was understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from difflib import SequenceMatcher
from typing import Any, ClassVar

from .tree import Model, Node
from .writing import latex as node_latex
from .writing import text as node_text
from .written_points import Point

__all__ = [
    "KINDS",
    "RELATIONS",
    "Complete",
    "Conserved",
    "Count",
    "Dimension",
    "Equal",
    "Factors",
    "Flow",
    "FunctionOf",
    "InTrace",
    "Independent",
    "Involutive",
    "LossSpans",
    "Sentence",
    "nearest",
]

RELATIONS = {"=": "exactly", ">=": "at least", "<=": "at most"}
NUMBER_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_SYMBOLS = {"=": "=", ">=": r"\geq ", "<=": r"\leq "}

Writer = Callable[[Node], str]


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """What is said, and of which model, where the sentence names it."""

    kind: ClassVar[str] = ""
    generic: ClassVar[bool] = False  # whether it is said of generic points, where it names no point
    example: ClassVar[str] = ""
    model: Model | None = None

    @property
    def said(self) -> str:
        """The sentence without its model, in the words of this package; it reads back as the same sentence."""
        return self._said()

    @property
    def trees(self) -> tuple[Node, ...]:
        """All trees that the sentence holds."""
        return tuple(_nodes(tuple(getattr(self, f.name) for f in fields(self) if f.name != "model")))

    def statement(self, model: str | None = None) -> str:
        """Write what is decided, to stand alone: with its model, and where it holds if that is near a generic point.

        Examples
        --------
        >>> Dimension(space="Lie", number=5).statement("linear(2,3)")
        'dim Lie = 5 near a generic point for linear(2,3)'
        """
        generic = self.generic and getattr(self, "point", None) is None and not getattr(self, "full_rank", False)
        where = " near a generic point" if generic else ""
        return f"{self.said}{where}{f' for {model}' if model else ''}"

    @property
    def text(self) -> str:
        """The whole sentence as it was understood; it reads back as the same sentence."""
        return self.said + ("" if self.model is None else f" for {node_text(self.model)}")

    def latex(self, write: Writer = node_latex) -> str:
        """Return the formula of the sentence, its functions written by `write`."""
        return self._latex(write)

    def _said(self) -> str:
        raise NotImplementedError

    def _latex(self, write: Writer) -> str:
        raise NotImplementedError

    def about(self, model: Model | None) -> Sentence:
        """Return the same sentence about another model, or about none."""
        return replace(self, model=model)


def _nodes(value: Any) -> Iterator[Node]:
    """Yield the trees in the parts of a sentence."""
    if isinstance(value, Node):
        yield value
    elif isinstance(value, Point):
        yield from value.values
    elif isinstance(value, tuple):
        for part in value:
            yield from _nodes(part)


def _listed(functions: tuple[Node, ...], labels: tuple[str, ...] = ()) -> str:
    """Write functions one behind the other, those with a label with it."""
    names = labels or ("",) * len(functions)
    said = [f"{name} = {node_text(h)}" if name else node_text(h) for name, h in zip(names, functions, strict=True)]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def _be(functions: tuple[Node, ...], negated: bool) -> str:
    return ("is" if len(functions) == 1 else "are") + (" not" if negated else "")


def _at(point: Point | None) -> str:
    return "" if point is None else f" at {point.text}"


def _at_latex(point: Point | None) -> str:
    return "" if point is None else rf"\ \text{{at }} {point.latex}"


@dataclass(frozen=True, kw_only=True)
class Conserved(Sentence):
    """Functions are conserved, each of them; or none of them is.

    `sizes` holds the letters of "for all n, m, r" (empty for "for all sizes"), and is None where that is not said.
    """

    kind = "conserved"
    example = "x**2 - y**2 is conserved"
    functions: tuple[Node, ...]
    labels: tuple[str, ...] = ()
    negated: bool = False
    sizes: tuple[str, ...] | None = None

    def _said(self) -> str:
        letters = ", ".join(self.sizes or ())
        sizes = "" if self.sizes is None else f" for all {letters or 'sizes'}"
        if self.sizes is not None and self.negated:  # what it means that something is not conserved for all sizes
            sizes = f" for some sizes {letters or 'n, m, r'}"
        return f"{_listed(self.functions, self.labels)} {_be(self.functions, self.negated)} conserved{sizes}"

    def _latex(self, write: Writer) -> str:
        if self.sizes is not None:
            sizes = ",".join(self.sizes) or "n,m,r"
            sign, quantifier = (r"\neq ", r"\exists") if self.negated else ("=", r"\forall")
            return r",\; ".join(rf"\tfrac{{d}}{{dt}}\left({write(h)}\right){sign}0" for h in self.functions) + (
                rf"\ \ {quantifier} {sizes}"
            )
        relation = r"\not\perp" if self.negated else r"\perp"
        gradients = r",\; ".join(rf"\nabla\left({write(h)}\right)" for h in self.functions)
        return rf"{gradients} {relation} W(\theta)\ \ \forall\theta"


@dataclass(frozen=True, kw_only=True)
class Independent(Sentence):
    """Functions are independent: at a point, or near a generic one."""

    kind = "independent"
    generic = True
    example = "x**2 - y**2 and x**2 - z**2 are independent at x=1, y=2, z=3"
    functions: tuple[Node, ...]
    labels: tuple[str, ...] = ()
    negated: bool = False
    point: Point | None = None

    def _said(self) -> str:
        where = _at(self.point)
        return f"{_listed(self.functions, self.labels)} {_be(self.functions, self.negated)} independent{where}"

    def _latex(self, write: Writer) -> str:
        gradients = r",\; ".join(rf"\nabla\left({write(h)}\right)" for h in self.functions)
        many = len(self.functions) > 1
        if self.negated:
            word = "linearly dependent" if many else "zero"
        else:
            word = "linearly independent" if many else "not zero"
        return rf"{gradients}\ \text{{{word}}}{_at_latex(self.point)}"


@dataclass(frozen=True, kw_only=True)
class Complete(Sentence):
    """Functions are all the laws: independent laws, and every law is locally a function of them."""

    kind = "complete"
    generic = True
    example = "x**2 - y**2, x**2 - z**2 are all the laws"
    functions: tuple[Node, ...]
    labels: tuple[str, ...] = ()
    negated: bool = False

    def _said(self) -> str:
        what = "the only law" if len(self.functions) == 1 else "all the laws"
        return f"{_listed(self.functions, self.labels)} {_be(self.functions, self.negated)} {what}"

    def _latex(self, write: Writer) -> str:
        functions = r",\; ".join(write(h) for h in self.functions)
        word = "are not all independent laws" if self.negated else "are all independent laws"
        return rf"\{{{functions}\}}\ \text{{{word}}}"


@dataclass(frozen=True, kw_only=True)
class Count(Sentence):
    """There are exactly, at least or at most so many independent laws."""

    kind = "count"
    generic = True
    example = "there are exactly 2 laws"
    number: int
    relation: str = "="
    full_rank: bool = False

    def _said(self) -> str:
        be, laws = ("is", "law") if self.number == 1 else ("are", "laws")
        return f"there {be} {RELATIONS[self.relation]} {self.number} {laws}{_rank(self.full_rank)}"

    def _latex(self, write: Writer) -> str:
        return rf"D-\dim\mathrm{{Lie}}(W)(\theta){_SYMBOLS[self.relation]}{self.number}"


def _rank(full_rank: bool) -> str:
    return " where (U;V) has full rank" if full_rank else ""


@dataclass(frozen=True, kw_only=True)
class Dimension(Sentence):
    """The dimension of W(θ) or of Lie(W)(θ): at a point, or at a generic one."""

    kind = "dimension"
    generic = True
    example = "dim Lie = 5"
    space: str
    number: int
    relation: str = "="
    point: Point | None = None
    full_rank: bool = False

    def _said(self) -> str:
        return f"dim {self.space} {self.relation} {self.number}{_at(self.point)}{_rank(self.full_rank)}"

    def _latex(self, write: Writer) -> str:
        symbol = r"\mathrm{Lie}(W)(\theta)" if self.space == "Lie" else r"W(\theta)"
        return rf"\dim {symbol}{_SYMBOLS[self.relation]}{self.number}{_at_latex(self.point)}"


@dataclass(frozen=True, kw_only=True)
class Involutive(Sentence):
    """Brackets add nothing to W near a generic point, condition (13)."""

    kind = "involutive"
    generic = True
    example = "W is involutive"
    negated: bool = False

    def _said(self) -> str:
        return f"W is {'not ' if self.negated else ''}involutive"

    def _latex(self, write: Writer) -> str:
        if self.negated:
            return r"\exists\,\chi,\chi'\in W:\ [\chi,\chi'](\theta)\notin W(\theta)"
        return r"[\chi,\chi'](\theta)\in W(\theta)\ \ \forall\chi,\chi'\in W"


@dataclass(frozen=True, kw_only=True)
class InTrace(Sentence):
    """A field, such as a bracket, lies in W(θ): at a point, or near a generic one."""

    kind = "bracket"
    generic = True
    example = "[v_1, v_2] lies in W"
    field: Node
    negated: bool = False
    point: Point | None = None

    def _said(self) -> str:
        return f"{node_text(self.field)} {'does not lie' if self.negated else 'lies'} in W{_at(self.point)}"

    def _latex(self, write: Writer) -> str:
        relation = r"\notin" if self.negated else r"\in"
        return rf"{write(self.field)}(\theta){relation} W(\theta){_at_latex(self.point)}"


@dataclass(frozen=True, kw_only=True)
class Factors(Sentence):
    """Functions are locally functions of φ."""

    kind = "factors"
    generic = True
    example = "x*y*z factors through phi"
    functions: tuple[Node, ...]
    labels: tuple[str, ...] = ()
    negated: bool = False

    def _said(self) -> str:
        one = len(self.functions) == 1
        verb = ("does not factor" if one else "do not factor") if self.negated else "factors" if one else "factor"
        return f"{_listed(self.functions, self.labels)} {verb} through phi"

    def _latex(self, write: Writer) -> str:
        sign = r"\neq " if self.negated else "="
        return r",\; ".join(rf"{write(h)}{sign}f\circ\varphi" for h in self.functions) + r"\ \text{ locally}"


@dataclass(frozen=True, kw_only=True)
class FunctionOf(Sentence):
    """Every law is locally a function of some functions, or of the entries of a matrix."""

    kind = "function"
    example = "every law is a function of U^T*U - V^T*V where (U;V) has full rank"
    functions: tuple[Node, ...]
    full_rank: bool = False

    def _said(self) -> str:
        return f"every law is a function of {_listed(self.functions)}{_rank(self.full_rank)}"

    def _latex(self, write: Writer) -> str:
        functions = r",\, ".join(map(write, self.functions))
        return rf"h\ \text{{conserved}}\Rightarrow h=f\left({functions}\right)\ \text{{ locally}}"


@dataclass(frozen=True, kw_only=True)
class LossSpans(Sentence):
    """The gradients of a loss span the outputs, condition (10)."""

    kind = "loss"
    example = "the loss cross-entropy spans"
    loss: str
    number: int | None = None

    def _said(self) -> str:
        return f"the loss {self.loss} spans" + ("" if self.number is None else f" R^{self.number}")

    def _latex(self, write: Writer) -> str:
        return rf"\mathrm{{span}}_y\{{\nabla_z\ell(z,y)\}}=\mathbb{{R}}^{{{self.number or 'n'}}}"


@dataclass(frozen=True, kw_only=True)
class Equal(Sentence):
    """Expressions are equal, as functions; `every` is the letter of "for all i", where it is said of all fields."""

    kind = "equal"
    example = "(x + y)**2 = x**2 + 2*x*y + y**2"
    sides: tuple[Node, ...]
    every: str = ""

    def _said(self) -> str:
        return " = ".join(map(node_text, self.sides)) + (f" for all {self.every}" if self.every else "")

    def _latex(self, write: Writer) -> str:
        return "=".join(map(write, self.sides))


@dataclass(frozen=True)
class Flow:
    """How matrices move: by equations such as U' = -G*V, or as the gradient flow of something.

    `gradient` is the letter for the gradient of an arbitrary loss, where the text names it.
    """

    equations: tuple[Node, ...] = ()
    of: tuple[Node, ...] = ()
    gradient: str = ""


# The table: every kind of sentence, by the name of its kind.
KINDS: dict[str, type[Sentence]] = {
    kind.kind: kind
    for kind in (
        Conserved,
        Independent,
        Complete,
        Count,
        Dimension,
        Involutive,
        InTrace,
        Factors,
        FunctionOf,
        LossSpans,
        Equal,
    )
}

# More ways to say the same, for the pages and for the nearest sentences of one that is not understood.
EXAMPLES: dict[str, tuple[str, ...]] = {
    "conserved": (
        "x**2 - y**2 is conserved",
        "x + y is not conserved",
        "f and g are conserved",
        "x**2 - y**2 is a law",
        "U^T*U - V^T*V is conserved for all n, m, r",
    ),
    "independent": (
        "x**2 - y**2 and x**2 - z**2 are independent at x=1, y=2, z=3",
        "x**2 - y**2 and 2*x**2 - 2*y**2 are not independent",
    ),
    "complete": ("x**2 - y**2, x**2 - z**2 are all the laws", "the law x**2 - y**2 is the only one"),
    "count": ("there are exactly 2 laws", "there is no law", "there are at least 2 laws", "there is at most one law"),
    "dimension": ("dim Lie = 5", "dim W = 2 at (1, 2)", "dim Lie >= 5", "dim Lie is at most 5"),
    "involutive": ("W is involutive", "W is not involutive"),
    "bracket": ("[v_1, v_2] lies in W", "[v_1, v_2] does not lie in W at x=1, y=2"),
    "factors": ("x*y*z factors through phi", "x does not factor through phi"),
    "function": ("every law is a function of U^T*U - V^T*V where (U;V) has full rank",),
    "loss": ("the loss cross-entropy spans",),
    "equal": ("(x + y)**2 = x**2 + 2*x*y + y**2",),
}


def nearest(said: str, count: int = 2) -> tuple[str, ...]:
    """Return the examples that are most like a sentence, the best first.

    Examples
    --------
    >>> nearest("there are maybe 3 laws", 1)
    ('there are exactly 2 laws',)
    """
    words, plain = _words(said), said[-200:].lower()

    def likeness(example: str) -> Any:
        theirs = _words(example)
        common = SequenceMatcher(None, words, theirs, autojunk=False).ratio()
        return common + SequenceMatcher(None, plain, example.lower(), autojunk=False).ratio() / 2

    examples = [example for kind in EXAMPLES.values() for example in kind]
    return tuple(sorted(examples, key=likeness, reverse=True)[:count])


def _words(text: str) -> list[str]:
    """Return the words of a sentence, its formulas left out."""
    found = re.findall(r"[a-z]+|[<>]=", text[-400:].lower())
    return [word for word in found if len(word) > 1 or word == "w"]
