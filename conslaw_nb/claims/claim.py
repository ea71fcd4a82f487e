"""Claims: a learner writes down what they believe, in one sentence, and gets a card with the exact answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from ..errors import ModelError, ParseError, brief
from ..language import Point, Scope, read_point, read_sentence
from ..language import text as written
from ..language.sentences import EXAMPLES, KINDS, Conserved, Equal, Sentence
from ..language.tree import Apply, Model, Name
from ..models.fields import VectorFields
from ..models.text import parse_model
from .all_sizes import SIZES
from .card import Card, short
from .decide import decide
from .trees import number_tree

__all__ = ["MAX_SAVED", "SENTENCES", "Card", "card_of", "claim"]

MAX_SENTENCE = 20_000
MAX_SAVED = 200_000  # of one that was saved, where the model that was passed is part of the sentence

# What a claim may say, with an example of each kind.
SENTENCES = {kind: meaning.example for kind, meaning in KINDS.items()}


def claim(text: str, phi: VectorFields | str | None = None) -> Card:
    """Decide what a sentence claims.

    Parameters
    ----------
    text : str
        One sentence, such as ``x**2 - y**2 is conserved``; `SENTENCES` has an example of each kind. The model may
        stand at its end: ``... for phi(x*y, x*z)``. Text is parsed, never evaluated.
    phi : model or its text, optional
        The model, where the sentence does not name it.

    Returns
    -------
    Card

    Raises
    ------
    ParseError, ModelError, SizeError
        The sentence is not understood, with those that are nearest; or a part of it cannot be read.

    Examples
    --------
    >>> claim("x**2 - y**2 is conserved for phi(x*y)")
    PROVED: x**2 - y**2 is conserved for phi(x*y)
      ⟨∇h, χ⟩ = 0 for every generator χ, as a polynomial identity.
      Checked: ⟨∇h, χ⟩ for the 1 generator of phi(x*y), as an exact identity (Proposition 2.5).
      There is a certificate: .save(path) writes it.
    >>> claim("dim Lie = 4", "factorization(2,2,2)").verdict.status
    <Status.REFUTED: 'REFUTED'>
    """
    if not isinstance(text, str):
        raise ParseError(
            f"a claim is a sentence in quotes, not {type(text).__name__}; for example: '{EXAMPLES['conserved'][0]}'"
        )
    return card_of(text, phi, MAX_SENTENCE)


def card_of(text: str, phi: VectorFields | str | None, most: int) -> Card:
    """Return what `claim` returns, of a text of at most so many characters.

    Raises ParseError, ModelError: as it does.
    """
    if len(text) > most:
        raise ParseError(f"a claim of {len(text)} characters is too long: at most {most} are read")
    sentence, model = understood(text, parse_model(phi) if isinstance(phi, str) else phi)
    return Card(text, sentence, decide(sentence, model), model)


def understood(text: str, phi: VectorFields | None) -> tuple[Sentence, VectorFields | None]:
    """Return what a sentence says, and the model that it is about: the one it names, or the one that was passed."""
    if phi is not None and not isinstance(phi, VectorFields):
        raise ModelError(f"a claim is about a model such as 'phi(x*y)', not about {brief(phi)}")
    named: list[VectorFields] = []

    def scope(model: Model | None, sentence: Sentence) -> Scope:
        if model is not None:
            named.append(parse_model(written(model)))
        about = named[0] if named else phi
        if about is not None:
            return Scope(about.variables)
        if isinstance(sentence, Conserved):
            return Scope(("U", "V", *SIZES))
        return Scope(_alone(sentence)) if isinstance(sentence, Equal) else Scope()

    sentence = read_sentence(text, scope_of=scope, what="a claim")
    if named and phi is not None and named[0].text != phi.text:
        raise ModelError(
            f"the claim '{short(text)}' is about {named[0].brief}, and {phi.brief} was passed: keep one of the two"
        )
    about = named[0] if named else phi
    point = getattr(sentence, "point", None)
    if about is not None and isinstance(point, Point):
        numbers = read_point(point, about.variables, about.brief)
        sentence = replace(sentence, point=Point(about.variables, tuple(map(number_tree, numbers))))  # type: ignore[call-arg]
    return sentence.about(None), about


def _alone(sentence: Sentence) -> set[str]:
    """Return the names of an equality about no model: those that are not others side by side, as xy is x and y."""
    names = set(_names(sentence.trees))
    letters = {name for name in names if len(name) == 1}
    return {name for name in names if len(name) == 1 or not set(name) <= letters}


def _names(value: Any) -> Iterator[str]:
    """Yield the names in trees that are not settled yet; what is applied to something, as exp, is a function."""
    if isinstance(value, Apply):
        value = value.arguments
    if isinstance(value, Name):
        yield value.name
    elif isinstance(value, tuple):
        for part in value:
            yield from _names(part)
    elif is_dataclass(value):
        for part in fields(value):
            yield from _names(getattr(value, part.name))
