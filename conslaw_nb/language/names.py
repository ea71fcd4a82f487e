"""Names: which are names at all, which are made of others, and which spellings mean the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..errors import ParseError, brief

__all__ = ["canonical", "check_clear", "glued_name", "mixed", "spelled_otherwise", "splits"]

MAX_SPLIT = 96  # letters of a name that is cut into known ones


def canonical(spelled: str) -> str:
    """Return a name in its canonical spelling: x[1] and x_{1} are x_1, U1[2,3] is U1_2_3.

    Examples
    --------
    >>> canonical("U1[2, 3]"), canonical("x_{12}"), canonical("U_{i+1}")
    ('U1_2_3', 'x_12', 'U_{i+1}')
    """
    name = str(spelled)
    if name.isidentifier():
        return name
    stem, bracket, index = name.partition("[")
    stem = stem.rstrip()
    head, brace, subscript = stem.partition("{")
    if brace:
        inside = subscript.rstrip("}⁺")
        if inside.replace(",", "").isalnum() and all(inside.split(",")):
            stem = head + inside.replace(",", "_") + ("⁺" if stem.endswith("⁺") else "")
    if bracket:
        stem += "_" + index.rstrip("] \t\n").replace(",", "_").replace(" ", "").replace("\t", "").replace("\n", "")
    return stem


def splits(name: str, known: Collection[str]) -> list[tuple[str, ...]]:
    """Return the ways, up to two, to write a name as known names one behind the other.

    Examples
    --------
    >>> splits("xy", {"x", "y"}), splits("aab", {"a", "aa", "b"})
    ([('x', 'y')], [('a', 'a', 'b'), ('aa', 'b')])
    """
    if len(name) > MAX_SPLIT:
        return []
    ways: dict[int, list[tuple[str, ...]]] = {len(name): [()]}
    for start in range(len(name) - 1, -1, -1):
        ways[start] = [
            (name[start:end], *rest)
            for end in range(start + 1, len(name) + 1)
            if ways[end] and name[start:end] in known
            for rest in ways[end]
        ][:2]
    return [way for way in ways[0] if len(way) > 1]


def glued_name(names: Collection[str]) -> tuple[str, tuple[str, ...]] | None:
    """Return a name that is also some of the other names one behind the other, with them; or None.

    Examples
    --------
    >>> glued_name(["x", "y", "xy"]), glued_name(["x", "y", "z"])
    (('xy', ('x', 'y')), None)
    """
    longest = max(map(len, names), default=0)
    if longest == min(map(len, names), default=0):
        return None
    known = frozenset(names)
    return next(((name, found[0]) for name in names if (found := splits(name, known - {name}))), None)


def check_clear(names: Collection[str], option: str) -> None:
    """Refuse names that a text brings where one could be a product of the others."""
    found = glued_name(names)
    if found is not None:
        name, parts = found
        raise ParseError(
            f"{brief(name)} can be a name of its own or the product {'*'.join(parts)}: write the product with *, or "
            f"say which names there are, with {option}"
        )


def mixed(part: str) -> bool:
    """Whether a part of a name holds letters of two alphabets."""
    letters = {sign.isascii() for sign in part if sign.isalpha()}
    return len(letters) > 1


def spelled_otherwise(name: str, known: Iterable[str]) -> str | None:
    """Return the one known name that differs only in its underscores, or None."""
    plain = name.replace("_", "")
    found = [other for other in known if other.replace("_", "") == plain]
    return found[0] if len(found) == 1 else None
