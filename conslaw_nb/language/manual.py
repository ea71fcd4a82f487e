"""The manual of the language, made from the grammar: what the page "What you may write" says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

from .signs import spellings

__all__ = ["Paragraph", "Section", "manual", "sections"]


@dataclass(frozen=True)
class Paragraph:
    """What a note of the grammar says, and its examples: each what can be written, and what it means the same as."""

    text: str
    examples: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A part of the manual."""

    title: str
    paragraphs: tuple[Paragraph, ...]


def sections() -> tuple[Section, ...]:
    """Return the notes of the grammar, section by section.

    Examples
    --------
    >>> [section.title for section in sections()][:3]
    ['Formulas', 'Equalities and lists', 'Points']
    """
    source = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    _, *parts = re.split(r"^// ---- (.+?) -+\n", source, flags=re.MULTILINE)
    found = []
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        paragraphs: list[Paragraph] = []
        words: list[str] = []
        examples: list[tuple[str, ...]] = []
        for line in [*body.splitlines(), "// end"]:
            if not line.startswith("//"):
                continue
            note = line.removeprefix("//")
            if note.startswith("     "):
                examples += [tuple(chunk.split(" is ", 1)) if _is_pair(chunk) else (chunk,) for chunk in _chunks(note)]
                continue
            if examples:
                paragraphs.append(Paragraph(" ".join(words), tuple(examples)))
                words, examples = [], []
            words += note.split()
        if paragraphs:
            found.append(Section(title, tuple(paragraphs)))
    return tuple(found)


def _chunks(note: str) -> list[str]:
    return [chunk.strip() for chunk in re.split(r" {4,}", note.strip()) if chunk.strip()]


def _is_pair(chunk: str) -> bool:
    """Whether an example says "A is B" of two formulas, and is not a sentence."""
    left, word, right = chunk.partition(" is ")
    return bool(word) and not re.search(r"\b(?:conserved|law|laws|not|at|involutive|dim)\b", left + " " + right)


def manual() -> str:
    """Return the manual as Markdown.

    Examples
    --------
    >>> print(manual().splitlines()[0])
    # What you may write
    """
    lines = [
        "# What you may write",
        "",
        "One language, wherever this package reads text: `cl.parametrization`, `cl.check_law`, points, models, claims,",
        "proofs, the answers of exercises and the command line. This page is made from the grammar that reads it,",
        "`conslaw_nb/language/grammar.lark`. Every sign is read, or refused with its place and what to write instead.",
        "",
    ]
    for section in sections():
        lines += [f"## {section.title}", ""]
        for paragraph in section.paragraphs:
            shown = [
                " is ".join(f"`` {part} ``" if "`" in part else f"`{part}`" for part in ex) for ex in paragraph.examples
            ]
            lines += [paragraph.text, "", *(f"- {example}" for example in shown), ""]
    lines += ["## Signs from a page", "", "These mean the same:", "", "| sign | pasted or typed as |", "|---|---|"]
    for sign, others in spellings():
        lines.append(f"| `{sign}` | {' '.join(f'`{other}`' for other in others)} |".replace("`|`", "`\\|`"))
    lines += [
        "",
        "Spaces of any width, a byte-order mark and dollar signs around a formula stand for spaces. Letters that only",
        "look alike, such as a Greek Α beside a Latin A, are refused with the sign named.",
        "",
    ]
    return "\n".join(lines)
