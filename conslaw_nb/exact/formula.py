"""What a person typed, as a formula: in the form in which it was typed, nothing expanded and nothing reordered."""

from __future__ import annotations

from fractions import Fraction

from .parser import Call, Node, Number, Power, Product, Sum, Variable, parse_expression
from .polynomial import latex_name

__all__ = ["formula_latex"]

# How tightly a piece of LaTeX holds together; a looser one stands in parentheses inside a tighter one.
_SUM, _PRODUCT, _POWER, _ATOM = range(4)
_CALLS = {"exp": r"\exp", "log": r"\log"}


def formula_latex(text: str) -> str:
    r"""Write an expression in LaTeX as it was typed.

    Parameters
    ----------
    text : str
        An expression of the package's grammar.

    Raises
    ------
    ParseError, SizeError
        As `parse_expression` does.

    Examples
    --------
    >>> print(formula_latex("(a^2 - c^2)*(b^2 - d^2) - (a*b - c*d)^2"))
    \left(a^{2} - c^{2}\right)\,\left(b^{2} - d^{2}\right) - \left(a\,b - c\,d\right)^{2}
    >>> print(formula_latex("N*p - p*(p+1)/2"))
    N\,p - \frac{p\,\left(p + 1\right)}{2}
    """
    return _write(parse_expression(text))[0]


def _write(node: Node) -> tuple[str, int]:
    """Return LaTeX and how tightly it holds together."""
    if isinstance(node, Number):
        return _number(node.value)
    if isinstance(node, Variable):
        return latex_name(node.name), _ATOM
    if isinstance(node, Sum):
        first, *rest = (_inside(term, _PRODUCT) for term in node.terms)
        return first + "".join(f" - {term[1:]}" if term[0] == "-" else f" + {term}" for term in rest), _SUM
    if isinstance(node, Product):
        return _product(node), _PRODUCT
    if isinstance(node, Power):
        # a power of a power needs parentheses too, so the base must be an atom
        return f"{_inside(node.base, _ATOM)}^{{{_write(node.exponent)[0]}}}", _POWER
    if isinstance(node, Call):
        inner = _write(node.argument)[0]
        return (rf"\sqrt{{{inner}}}" if node.function == "sqrt" else rf"{_CALLS[node.function]}({inner})"), _ATOM
    raise TypeError(f"unknown node {node!r}")


def _number(value: Fraction) -> tuple[str, int]:
    sign = "-" if value < 0 else ""
    if value.denominator == 1:
        return str(value), _PRODUCT if sign else _ATOM
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}", _PRODUCT


def _inside(node: Node, least: int) -> str:
    text, tightness = _write(node)
    return text if tightness >= least else rf"\left({text}\right)"


def _product(node: Product) -> str:
    """Write factors side by side and a denominator below them; a sign in front, and never between factors."""
    above = [factor for factor, below in node.factors if not below]
    under = [factor for factor, below in node.factors if below]
    sign = ""
    if isinstance(above[0], Number) and above[0].value == -1 and len(above) > 1:
        sign, above = "-", above[1:]
    top = [_inside(above[0], _PRODUCT), *(_factor(factor) for factor in above[1:])]
    if sign and top[0][0] == "-":
        top[0] = rf"\left({top[0]}\right)"
    if top[0] == "1" and len(top) > 1:
        top = top[1:]
    if not under:
        return sign + _joined(top)
    if len(above) == 1:
        top = [_write(above[0])[0]]
    bottom = [_write(under[0])[0]] if len(under) == 1 else [_factor(factor) for factor in under]
    return rf"{sign}\frac{{{_joined(top)}}}{{{_joined(bottom)}}}"


def _factor(node: Node) -> str:
    text = _inside(node, _PRODUCT)
    return rf"\left({text}\right)" if text[0] == "-" else text


def _joined(factors: list[str]) -> str:
    """Put factors side by side, with a dot where two numbers would become one."""
    text = factors[0]
    for factor in factors[1:]:
        text += (r"\cdot " if factor[0].isdigit() or factor.startswith(r"\frac") else r"\,") + factor
    return text
