"""Expressions as trees: how they are written, where they have a value, and which one.

A tree is a number, a name, or a tuple (sign, part, part). What the judge knows of an expression it knows from the tree;
the text is only for the package.
"""

from fractions import Fraction

from reference import add, constant, multiply, power, variable

LOOSER = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 4, "call": 5}


class NoValueError(ArithmeticError):
    """The expression has no value there, or no exact one."""


def write(tree, style=None):
    """Return the text of a tree; a style is a random number generator that chooses among spellings."""
    return _write(tree, style or _Plain())


class _Plain:
    """The spelling of Python, without choices."""

    def random(self):
        return 1.0


def _write(tree, style):
    if isinstance(tree, str):
        return tree
    if isinstance(tree, (int, Fraction)):
        return str(tree) if tree >= 0 and Fraction(tree).denominator == 1 else f"({tree})"
    sign, *parts = tree
    if sign in ("log", "exp", "sqrt"):
        return f"{sign}({_write(parts[0], style)})"
    if sign == "**":
        mark = "^" if style.random() < 0.4 else "**"
        return f"{_inner(parts[0], 5, style)}{mark}{parts[1]}"
    left = _inner(parts[0], LOOSER[sign], style)
    right = _inner(parts[1], LOOSER[sign] + (sign in "-/"), style)
    if sign == "*":
        roll = style.random()
        mark = "·" if roll < 0.1 else " * " if roll < 0.2 else "*"
        return f"{left}{mark}{right}"
    if sign == "-" and style.random() < 0.15:
        sign = "−"
    return f"{left}/{right}" if sign == "/" else f"{left} {sign} {right}"


def _inner(tree, level, style):
    text = _write(tree, style)
    loose = isinstance(tree, tuple) and LOOSER.get(tree[0], 5) < level
    return f"({text})" if loose else text


def value(tree, at):
    """Return the exact value where the names have the given values.

    Raises
    ------
    NoValueError
        A part divides by zero there, or is not a rational number.
    """
    if isinstance(tree, str):
        return Fraction(at[tree])
    if isinstance(tree, (int, Fraction)):
        return Fraction(tree)
    sign, *parts = tree
    if sign in ("log", "exp", "sqrt"):
        raise NoValueError(f"{sign} has no rational value")
    if sign == "**":
        base = value(parts[0], at)
        if base == 0 and parts[1] < 0:
            raise NoValueError("a negative power of 0")
        return base ** parts[1]
    a, b = (value(part, at) for part in parts)
    if sign == "/" and b == 0:
        raise NoValueError("a division by 0")
    return {"+": a + b, "-": a - b, "*": a * b}[sign] if sign != "/" else a / b


def fraction(tree, names):
    """Return the rational function of a tree as (top, bottom), polynomials as dicts; nothing is cancelled."""
    n = len(names)
    if isinstance(tree, str):
        return variable(names.index(tree), n), constant(1, n)
    if isinstance(tree, (int, Fraction)):
        return constant(tree, n), constant(1, n)
    sign, *parts = tree
    if sign in ("log", "exp", "sqrt"):
        raise NoValueError(f"{sign} is not a rational function")
    if sign == "**":
        top, bottom = fraction(parts[0], names)
        if parts[1] < 0:
            top, bottom = bottom, top
        if not bottom:
            raise NoValueError("a division by 0")
        return power(top, abs(parts[1]), n), power(bottom, abs(parts[1]), n)
    (a, b), (c, d) = (fraction(part, names) for part in parts)
    if sign == "*":
        return multiply(a, c), multiply(b, d)
    if sign == "/":
        if not c:
            raise NoValueError("a division by 0")
        return multiply(a, d), multiply(b, c)
    return add(multiply(a, d), multiply(c, b), 1 if sign == "+" else -1), multiply(b, d)


def polynomial(tree, names):
    """Return a tree without division as a polynomial."""
    top, bottom = fraction(tree, names)
    below = bottom[(0,) * len(names)]
    return {m: c / below for m, c in top.items()}


def of_polynomial(poly, names):
    """Return a tree for a polynomial, term by term."""
    total = None
    for m, c in sorted(poly.items(), reverse=True):
        term = None
        for name, e in zip(names, m, strict=True):
            if e:
                factor = name if e == 1 else ("**", name, e)
                term = factor if term is None else ("*", term, factor)
        minus = total is not None and c < 0
        size = abs(c) if minus else c
        if term is None:
            term = size
        elif size != 1:
            term = ("*", size, term)
        total = term if total is None else ("-" if minus else "+", total, term)
    return 0 if total is None else total


# -- as people write -----------------------------------------------------------------------------------

_HIGH = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_PARTS = {Fraction(1, 2): "½", Fraction(1, 4): "¼", Fraction(3, 4): "¾", Fraction(1, 3): "⅓"}


def people_write(tree, rng):
    """Return the text of a tree as people and programs write it: 2x, x⁴, ½, \\frac{a}{b}, ⋅, ×, −, braces."""
    return _by_people(tree, rng, 0)


def _by_people(tree, rng, level):
    if isinstance(tree, str):
        return tree
    if isinstance(tree, (int, Fraction)):
        return _number_by_people(Fraction(tree), rng)
    sign, *parts = tree
    if sign in ("log", "exp", "sqrt"):
        name = {"log": ("log", "ln"), "exp": ("exp",), "sqrt": ("sqrt", "√")}[sign]
        return f"{rng.choice(name)}({_by_people(parts[0], rng, 0)})"
    if sign == "**":
        base = _by_people(parts[0], rng, 5)
        small = str(parts[1]).translate(_HIGH)
        exponent = str(parts[1]) if parts[1] >= 0 else f"({parts[1]})"
        text = base + rng.choice((small, f"^{exponent}", f"**{exponent}", f"^{{{parts[1]}}}"))
        return f"({text})" if level == 5 else text  # powers of powers are read from the right to the left
    if sign == "/" and rng.random() < 0.4:
        return f"\\frac{{{_by_people(parts[0], rng, 0)}}}{{{_by_people(parts[1], rng, 0)}}}"
    own = LOOSER[sign]
    left = _by_people(parts[0], rng, own)
    right = _by_people(parts[1], rng, own + (sign in "-/"))
    if sign == "*":
        plain = isinstance(parts[0], (int, Fraction)) and parts[0] >= 0 and Fraction(parts[0]).denominator == 1
        if plain and isinstance(parts[1], str) and level < 4 and rng.random() < 0.6:
            text = f"{left}{right}" if rng.random() < 0.6 else f"{left} {right}"
        else:
            text = left + rng.choice(("*", " * ", "·", "⋅", " × ", "\\cdot ")) + right
    else:
        mark = {"+": " + ", "-": rng.choice((" - ", " − ", " – ")), "/": "/"}[sign]
        text = f"{left}{mark}{right}"
    return f"({text})" if own < level else text


def _number_by_people(value, rng):
    if value.denominator == 1:
        return str(value) if value >= 0 else f"({value})"
    if value in _PARTS and rng.random() < 0.6:
        return f"({_PARTS[value]})"
    if value.denominator in (2, 4, 5) and rng.random() < 0.5:
        return f"({float(value)})"
    return f"({value})"
