"""The finder: every law it shows is decided, its forms against other ways to the same, and its messages."""

import re
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

import conslaw_nb as cl
from conslaw_nb.errors import ConslawError, ModelError, ParseError
from conslaw_nb.exact.backend import PRIME
from conslaw_nb.exact.exterior import Exterior
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.laws.finding.forms import read_form
from conslaw_nb.models.spectral import spectral_forms
from conslaw_nb.verdict import Status

README = Path(__file__).resolve().parents[1] / "README.md"

# model, kinds (None: all), laws that must be among those found, how many there are, kinds of what is found
ACCEPTANCE = [
    ("phi(x + y**2/2)", None, ["y*exp(-x)"], 1, {"Darboux"}),
    ("phi(x**2/2 + 3*y**2/2)", None, ["x**3/y"], 1, {"rational"}),
    ("phi(x**2 + y**2 + z**2)", None, ["x/y", "x/z"], 2, {"rational"}),
    (
        "phi(a**2 + b**2 + c**2, a*d + b*e + c*f, d**2 + e**2 + f**2)",  # U Uᵀ for U = (a b c; d e f)
        None,
        ["(a*f - c*d)/(a*e - b*d)", "(b*f - c*e)/(a*e - b*d)"],
        2,
        {"rational"},
    ),
    (
        "phi(u*v + s*t + s*t*u*v)",
        None,
        ["u**2 - v**2", "s**2 - t**2", "u**2 - s**2 + 2*log(u + v) - 2*log(s + t)"],
        3,
        {"polynomial", "logarithmic"},
    ),
    ("mirror(factorization(1,1,2))", None, ["U_1_1 - V_1_1"], 3, {"polynomial", "logarithmic"}),
    ("phi(u_1*v_1 + u_2*v_2)", "rational", ["(u_1 + v_1)/(u_2 + v_2)"], 3, {"rational"}),
    ("linear(1,2,2,1)", None, [], 7, {"polynomial", "quadrature"}),
    ("linear(1,2,3,1)", None, [], 10, {"polynomial", "quadrature"}),
    ("linear(1,3,3,1)", None, [], 14, {"polynomial", "quadrature"}),
]


@pytest.mark.parametrize(("model", "kinds", "laws", "number", "of_kinds"), ACCEPTANCE, ids=lambda v: str(v)[:30])
def test_every_law_there_is_is_found(model, kinds, laws, number, of_kinds):
    phi = cl.parse_model(model)
    found = cl.find_laws(phi, **({"kinds": kinds} if kinds else {}))
    assert found.summary == f"complete: {number} of {number} found"
    assert found.verdict.is_proved
    texts = [law.text for law in found]
    assert set(laws) <= set(texts)
    assert {law.kind for law in found} == of_kinds
    for law in found:
        assert law.verdict.is_proved
        if law.form is None:
            assert cl.check_law(law.text, phi).is_proved  # the text says the law
    functions = [law.text for law in found if law.form is None]
    if len(functions) == number <= 3:
        assert cl.claim(f"{', '.join(functions)} are all the laws", phi).verdict.is_proved
