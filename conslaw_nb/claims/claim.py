"""Claims: a learner writes down what they believe, in one sentence, and gets a card with the exact answer."""

from __future__ import annotations

from typing import Any

from ..errors import ModelError, ParseError
from ..language import read_sentence
from ..language import text as written
from ..language.sentences import EXAMPLES, KINDS, Sentence
from ..models.fields import VectorFields
from ..models.text import parse_model
from .card import Card, short
from .decide import decide

__all__ = ["SENTENCES", "Card", "claim"]

MAX_SENTENCE = 20_000

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
      Checked: ⟨∇h, χ⟩ for the 1 generator of phi(x*y), as an exact identity (Proposition 2.16).
      There is a certificate: .save(path) writes it.
    >>> claim("dim Lie = 4", "factorization(2,2,2)").verdict.status
    <Status.REFUTED: 'REFUTED'>
    """
    if not isinstance(text, str):
        raise ParseError(
            f"a claim is a sentence in quotes, not {type(text).__name__}; for example: '{EXAMPLES['conserved'][0]}'"
        )
    if len(text) > MAX_SENTENCE:
        raise ParseError(f"a claim of {len(text)} characters is too long: at most {MAX_SENTENCE} are read")
    sentence, model = understood(text, parse_model(phi) if isinstance(phi, str) else phi)
    return Card(text, sentence, decide(sentence, model), model)


def understood(text: str, phi: VectorFields | None) -> tuple[Sentence, VectorFields | None]:
    """Return what a sentence says, and the model that it is about: the one it names, or the one that was passed."""
    if phi is not None and not isinstance(phi, VectorFields):
        raise ModelError(f"a claim is about a model such as 'phi(x*y)', not about {type(phi).__name__}")
    named: list[VectorFields] = []

    def names(model: Any) -> tuple[str, ...] | None:
        if model is not None:
            named.append(parse_model(written(model)))
        about = named[0] if named else phi
        return None if about is None else (*about.variables, *_WORDS)

    sentence = read_sentence(text, names, what="a claim")
    if named and phi is not None and named[0].text != phi.text:
        raise ModelError(
            f"the claim '{short(text)}' is about {named[0].brief}, and {phi.brief} was passed: keep one of the two"
        )
    return sentence.about(None), named[0] if named else phi


_WORDS = ("W",)
