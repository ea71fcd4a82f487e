"""Laws with exp, log and roots: every verdict and sentence, and witnesses evaluated again with many digits."""

import re
import sys
from fractions import Fraction

import mpmath
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import conslaw_nb as cl
from conslaw_nb import check_law, linear, parametrization
from conslaw_nb.errors import BudgetError, ParseError, SizeError
from conslaw_nb.exact.budget import at_most
from conslaw_nb.laws import kernels
from conslaw_nb.laws import transcendental as module
from conslaw_nb.verdict import Status

XY = parametrization("x*y")
MOVING = parametrization("x + y**2/2")  # its law is y*exp(-x)
IDENTITY = "⟨∇h, χ⟩ = 0 for every generator χ, as an identity wherever h is defined."


# --- PROVED -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "law",
    [
        "log(x**2 - y**2)",
        "log(x + y) + log(x - y)",
        "exp(log(x + y) + log(x - y))",
        "exp(x**2)*exp(-y**2)",
        "exp(x**2 - y**2)**3 + sqrt(x**2 - y**2)",
        "exp((x - y)*(x + y)/3)",
        "sqrt(x + y)*sqrt(x - y)",
        "(x + y)**(1/3)*(x - y)**(1/3)",
        "(x**2 - y**2)**(-5/7)",
        "(x**2 - y**2)**(x**2 - y**2)",
        "sqrt((x + y)**2)*sqrt((x - y)**2)",
        "exp(2*log(x)) - y**2",
        "log(2*x**2 - 2*y**2)/log(2)",
        "sqrt(1 + sqrt(1 + x**2 - y**2))",
        "log(exp(x**2)/exp(y**2))",
    ],
)
def test_a_law_is_proved(law):
    verdict = check_law(law, XY)
    assert (verdict.status, verdict.reason, verdict.claim) == (Status.PROVED, IDENTITY, law)


@pytest.mark.parametrize(
    ("law", "phi"),
    [
        ("y*exp(-x)", MOVING),
        ("log(y) - x", MOVING),
        ("exp(U1[1,1]**2 + U1[2,1]**2 - U2[1,1]**2 - U2[1,2]**2)", linear(2, 2, 2)),
        ("sqrt(x**2 - 2*y**2 + z**2)", parametrization("x*y*z")),
    ],
)
def test_a_law_of_another_model_is_proved(law, phi):
    assert check_law(law, phi).reason == IDENTITY


@pytest.mark.parametrize(
    "law", ["exp(1)", "sqrt(2)", "log(x) - log(x)", "exp(x)*exp(-x)", "log(exp(x)) - x", "exp(0*x)", "log(x)/log(x)"]
)
def test_a_constant(law):
    verdict = check_law(law, XY)
    assert verdict.status is Status.PROVED
    assert verdict.details == {"constant": True}
    assert verdict.reason.startswith("a constant never changes, whatever the flow: true, but it says nothing")


# --- REFUTED ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("law", "phi"),
    [
        ("exp(x)", XY),
        ("log(x**2 + y**2)", XY),
        ("sqrt(x**2)", XY),
        ("sqrt(-4*x)", XY),
        ("x**(1/2)", XY),
        ("2**x", XY),
        ("x**y", XY),
        ("x**sqrt(2)", XY),
        ("exp(1000*x**2)", XY),
        ("exp(x**2 - y**2) + exp(x)/1000000", XY),
        ("log(x + 2*y) - log(x)", XY),
        ("y*exp(x)", MOVING),
        ("y*exp(-x)*(1 + x)", MOVING),
        ("exp(U1[1,1]**2)", linear(2, 2, 2)),
    ],
)
def test_what_is_no_law_is_refuted_at_a_point(law, phi):
    verdict = check_law(law, phi)
    assert verdict.status is Status.REFUTED
    witness = verdict.witness
    assert verdict.reason == f"not conserved: {witness}, and a law needs 0 everywhere."
    # the value again: a quotient of differences with 60 digits, of the learner's own text
    names = {name: sympy.Symbol(name) for name in phi.variables}
    flat = law.replace("[1,1]", "_1_1")
    value = sympy.lambdify(list(names.values()), sympy.sympify(flat, names), "mpmath")
    with mpmath.workdps(60):
        at = [mpmath.mpf(c.numerator) / c.denominator for c in witness.point.values()]
        step = mpmath.mpf(10) ** -25
        at_point = list(witness.point.values())
        speeds = [Fraction(part.evaluate(at_point)) for part in phi[witness.generator].components]
        field = [mpmath.mpf(speed.numerator) / speed.denominator for speed in speeds]
        ahead = value(*(a + step * f for a, f in zip(at, field, strict=True)))
        behind = value(*(a - step * f for a, f in zip(at, field, strict=True)))
        slope = (ahead - behind) / (2 * step)
        claimed = mpmath.mpf(sympy.N(witness.value, 60))
        assert claimed != 0
        assert abs(slope - claimed) < abs(claimed) * mpmath.mpf(10) ** -15


# --- UNKNOWN ------------------------------------------------------------------------------------------------

NOWHERE = "no point was found around which it has a real value, and a law has values"
NO_POINT = "it does not reduce to 0, and no small point shows a value that is certainly not 0"


def nested(function, depth):
    return f"{function}(" * depth + "x" + ")" * depth


TEN = sympy.Symbol("x")
for _ in range(10):
    TEN = sympy.exp(TEN)
EXPS = sympy.Symbol("y") * sympy.diff(TEN, "x")


@pytest.mark.parametrize(
    ("law", "reason"),
    [
        ("sqrt(-x**2)", NOWHERE),
        ("log(-x - y) + log(x) + log(y)", NOWHERE),
        (nested("exp", 6).replace("x)", "5)") + "*x", "one of its numbers is too large, or may not be real"),
        ("sqrt(1 - exp(exp(exp(20))))*x", "one of its numbers is too large, or may not be real"),
        (nested("exp", 10), f"⟨∇h, ∇(x*y)⟩ = {str(EXPS)[:117]}... could not be settled: {NO_POINT}"),
        ("0**x", "its derivative divides by zero or takes the log of a number that is not positive"),
        (nested("log", 11), "functions are nested 11 deep, and up to 10 are settled exactly"),
        (nested("log", 45), "functions are nested 45 deep, and up to 10 are settled exactly"),
        ("sqrt(1 + " * 40 + "x" + ")" * 40, "functions are nested 40 deep, and up to 10 are settled exactly"),
        ("x" + "**x" * 45, "functions are nested 45 deep, and up to 10 are settled exactly"),
        ("+".join(["x**(1/2)"] * 3) + "**x" * 11, "functions are nested 12 deep, and up to 10 are settled exactly"),
    ],
    ids=[
        "sqrt",
        "log",
        "large",
        "root of large",
        "exps",
        "0**x",
        "11 logs",
        "45 logs",
        "roots",
        "tower",
        "mixed",
    ],
)
def test_what_is_not_decided_says_why(law, reason):
    verdict = check_law(law, XY)
    assert verdict.status is Status.UNKNOWN
    assert verdict.witness is None
    assert verdict.reason == f"not decided: {reason}."


@pytest.mark.parametrize("function", ["exp", "log", "sqrt"])
def test_ten_functions_inside_each_other_are_settled_or_not_but_answered(function):
    """The bound is of use: what it lets through comes back, with a verdict that is not about the nesting."""
    for depth in (3, 10):
        verdict = check_law(nested(function, depth), XY)
        assert verdict.status in (Status.REFUTED, Status.UNKNOWN)
        assert "nested" not in verdict.reason


def test_work_that_sympy_does_not_end_is_stopped(monkeypatch):
    monkeypatch.setattr(module, "MAX_EVENTS", 1000)
    verdict = check_law("exp(x + y)*log(x)", XY)
    assert verdict.status is Status.UNKNOWN
    assert verdict.reason == "not decided: it takes more than 1000 steps; a shorter expression may do."


@pytest.mark.parametrize(
    "zero",
    [
        "log(6*x**2) - log(2) - log(3) - 2*log(x)",
        "log(x/12) + 2*log(2) + log(3) - log(x)",
        "log(exp(x)*y) - x - log(y)",
        "log(exp(1)*x) - 1 - log(x)",
        "sqrt(8*x) - 2*sqrt(2*x)",
    ],
)
def test_what_is_zero_by_the_rules_is_seen(zero):
    """The sum in front of x stays in the derivative: the law is one only because it is 0."""
    assert check_law(f"x*({zero}) + x**2 - y**2", XY).status is Status.PROVED
    assert check_law(f"x*({zero} + 1/1000) + x**2 - y**2", XY).status is Status.REFUTED


def test_a_long_argument_of_a_log_is_left_as_it_is():
    verdict = check_law("x*(log((x + y + 1)**200) - 200*log(x + y + 1)) + x**2 - y**2", XY)
    assert verdict.status is Status.UNKNOWN
    assert verdict.reason.endswith(f"could not be settled: {NO_POINT}.")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OverflowError("int too large to convert to float"), "its numbers are too large to be compared"),
        (
            RecursionError("maximum recursion depth exceeded"),
            "functions and powers are nested too deeply to be settled exactly",
        ),
    ],
)
def test_what_breaks_inside_sympy_is_no_crash(monkeypatch, error, reason):
    def broken(*_):
        raise error

    monkeypatch.setattr(module, "_check", broken)
    verdict = check_law("exp(x)", XY)
    assert (verdict.status, verdict.reason) == (Status.UNKNOWN, f"not decided: {reason}.")


def test_a_derivative_that_is_too_large(monkeypatch):
    monkeypatch.setattr(module, "MAX_OPERATIONS", 3)
    verdict = check_law("exp(x*y + x)", XY)
    assert verdict.reason == "not decided: ⟨∇h, ∇(x*y)⟩ is too large to settle exactly."


def test_a_profiler_is_left_alone_and_another_bound_too():
    """Where somebody measures already nothing is bounded, and what was there is there afterwards."""
    seen = []
    profiler = lambda *event: seen.append(event)  # noqa: E731
    sys.setprofile(profiler)
    try:
        with at_most(1):
            total = len(str(12345))
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(None)
    assert total == 5
    assert seen
    with at_most(10_000), at_most(1):
        total = len(str(12345))
    assert sys.getprofile() is None
    with pytest.raises(BudgetError, match="stopped after 10 steps: try something smaller"), at_most(10):
        sum(len(str(n)) for n in range(100))
    assert sys.getprofile() is None


def test_a_number_that_nobody_can_factor_stays_in_one_piece():
    """Two primes of 60 digits: their product under a log is a kernel of its own, and no factoring is tried."""
    p, q = sympy.prevprime(10**60), sympy.nextprime(10**60)
    assert check_law(f"log({p * q}*(x**2 - y**2))", XY).status is Status.PROVED
    assert check_law(f"log({p * q}*x*x) - 2*log(x)", XY).details == {"constant": True}
    assert check_law(f"x*(log({p * q}*x) - log({p * q}) - log(x)) + x**2 - y**2", XY).status is Status.PROVED
    assert kernels._small_factors(12 * p * q) == {2: 2, 3: 1, p * q: 1}
    assert kernels._small_factors(1) == {}
    assert kernels._small_factors(9973) == {9973: 1}


def test_a_residual_that_is_too_large_to_expand(monkeypatch):
    monkeypatch.setattr(kernels, "MAX_EXPANDED", 10)
    verdict = check_law("(sqrt(x**2) - x)*(x + y + 1)**5 + sqrt(x - 1)*0", XY)
    assert verdict.status is Status.UNKNOWN
    assert verdict.reason.endswith("could not be settled: it is too large to expand exactly.")


def test_a_residual_that_leaves_the_functions(monkeypatch):
    """sympy's own simplification may bring in what no kernel stands for: that is said, and nothing is guessed."""
    monkeypatch.setitem(module._FUNCTIONS, "exp", lambda value: sympy.sin(value) + sympy.sqrt(-(value**2) - 1))
    verdict = check_law("exp(x)", XY)
    assert verdict.status is Status.UNKNOWN
    assert "could not be settled: cos(...) lies outside exp, log and rational powers." in verdict.reason


def test_too_many_generators(monkeypatch):
    monkeypatch.setattr(module, "MAX_GENERATORS", 1)
    assert check_law("log(x**2 - y**2)", XY).status is Status.PROVED
    verdict = check_law("log(x**2 - y**2 - z**2)", parametrization("x*y", "x*z"))
    assert verdict.reason == "not decided: more than 1 generators are beyond the budget for such laws."


def test_points_where_a_law_has_no_value_are_passed_over():
    """At x = 1 and x = 2 the root is not real: a witness must lie where the law itself has a value."""
    verdict = check_law("sqrt(x - 2)", XY)
    assert verdict.status is Status.REFUTED
    assert verdict.witness.point["x"] > 2


# --- what cannot be read ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("law", "error", "message"),
    [
        ("log(0)", ParseError, "'log(0)' has no value: it divides by zero or takes log(0)"),
        ("0*log(0)", ParseError, "'0*log(0)' has no value: it divides by zero or takes log(0)"),
        ("exp(x)/0", ParseError, "'exp(x)/0' has no value: it divides by zero or takes log(0)"),
        ("1/log(x/x)", ParseError, "'1/log(x/x)' has no value: it divides by zero or takes log(0)"),
        *(
            (law, ParseError, f"'{law}' has no real value anywhere: it takes the log or a root of a negative number")
            for law in (
                "log(-1)",
                "sqrt(-1)",
                "(-1)**(1/3)*x",
                "x**2 - y**2 + log(-2)",
                "log(-sqrt(2))",
                "x*(-8)**(2/3)",
            )
        ),
        ("exp(z)", ParseError, "the variable 'z' is not known here: the variables are x, y"),
        ("exp(x)**1001", SizeError, "the exponent 1001 is too large: exponents up to 1000 are read"),
        ("x**(1/1001)", SizeError, "the exponent 1/1001 is too large: exponents up to 1000 are read"),
        (
            "exp(x) + (((2**1000)**1000)**1000)*x",
            SizeError,
            "a power 1000 of a number has over 1600 bits: use smaller numbers",
        ),
        ("exp(x", ParseError, "the text ends too early in 'exp(x⟨here⟩': ')' is missing"),
        (
            "exp()",
            ParseError,
            "exp takes one thing in its parentheses, not 0, in '⟨here⟩exp()'",
        ),
        ("exp(x,y)", ParseError, "exp takes one thing in its parentheses, not 2, in '⟨here⟩exp(x,y)'"),
        ("exp x", ParseError, "an operator is missing before 'x' in 'exp ⟨here⟩x': write products with *, as in 2*x"),
        (
            "log(abs(x))",
            ParseError,
            "the function 'abs' is not known in 'log(⟨here⟩abs(x))': the functions are exp, log, sqrt "
            "(|x| is sqrt(x^2))",
        ),
        (
            nested("exp", 51),
            SizeError,
            "more than 50 nested parentheses: simplify the expression that begins with 'exp(exp(exp(exp(exp(...'",
        ),
    ],
)
def test_a_law_that_cannot_be_read(law, error, message):
    with pytest.raises(error) as caught:
        check_law(law, XY)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("law", "why"),
    [
        (
            "sqrt(-2)*sqrt(-2)*x**2 + 2*y**2",
            "under a log, a root or a variable power stands -2, which is never positive",
        ),
        ("(-2)**x", "under a log, a root or a variable power stands -2, which is never positive"),
        ("log(-x**2 - 1)", "under a log, a root or a variable power stands -x**2 - 1, which is never positive"),
        ("x**2 - y**2 + sqrt(-1 - x**2)", "under a log, a root or a variable power stands -x**2 - 1, which is never"),
        ("log(-x) - log(x)", "under logs, roots or powers stand -x and x, which are never positive together"),
        ("log(-2*x) - log(x)", "under logs, roots or powers stand -2*x and x, which are never positive together"),
        ("sqrt(x)*sqrt(-x - 1)", "under logs, roots or powers stand x and -x - 1, which are never positive together"),
        ("log(1/x) + log(-x)", "under logs, roots or powers stand (1)/(x) and -x, which are never positive together"),
        ("log(x)/((x + 1)**2 - x**2 - 2*x - 1)", "it divides by 0"),
        ("1/(log(exp(x)) - x)", "it divides by -x + log(exp(x)), which is 0 wherever it has a value"),
    ],
)
def test_a_function_without_values_is_no_law(law, why):
    """What sympy would make of it does not matter: it is read as it was written."""
    with pytest.raises(ParseError, match=re.escape(f"has no real value around any point: {why}")):
        check_law(law, XY)
    with pytest.raises(ParseError, match="has no real value around any point"):
        check_law(f"x**2 - y**2 + 0*({law})", XY)


@pytest.mark.parametrize(
    ("law", "status"),
    [
        ("x**2 - y**2 + sqrt(x)*sqrt(x) - sqrt(x**2)", Status.PROVED),  # on x > 0
        ("x**2 - y**2 + x - sqrt(x**2) + log(x)*0", Status.PROVED),
        ("x**2 - y**2 + sqrt(-x)*sqrt(-x) - sqrt(x**2)", Status.PROVED),  # on x < 0
        ("x**2 - y**2 + sqrt(x)*sqrt(x) + sqrt(x**2)", Status.REFUTED),
        ("x**2 - y**2 + x - sqrt(x**2)", Status.REFUTED),  # for x < 0 it has a value and is not conserved
        ("x**2 - y**2 + sqrt(x - 9)*sqrt(x - 9) - x", Status.PROVED),
        ("x**2 - y**2 + exp(log(x - 2)) - x", Status.PROVED),
        ("exp(log(x)) - y", Status.REFUTED),
    ],
)
def test_a_law_is_judged_where_it_has_a_value(law, status):
    verdict = check_law(law, XY)
    assert verdict.status is status
    if verdict.witness is not None:
        assert all(value > 0 for value in verdict.witness.point.values()) or "log" not in law


# --- soundness ----------------------------------------------------------------------------------------------

powers = st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(1, 3))


@given(powers)
def test_powers_of_two_factors(case):
    """(x + y)^(a/q) (x − y)^(b/q) is a law exactly for a = b, and log and exp of it as well."""
    a, b, q = case
    h = f"(x + y)**({a}/{q})*(x - y)**({b}/{q})"
    logarithm = f"{a}*log(x + y) + {b}*log(x - y)"
    for law in (h, logarithm, f"exp({logarithm})"):
        assert check_law(law, XY).status is (Status.PROVED if a == b else Status.REFUTED)


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=2), st.lists(st.integers(-3, 3), min_size=2, max_size=2))
def test_exponentials_of_linear_forms(form, direction):
    """Along constant fields, exp(f) is conserved exactly where the linear form f is."""
    phi = cl.parse_model(f"fields([x, y], [{direction[0]}, {direction[1]}])")
    slope = form[0] * direction[0] + form[1] * direction[1]
    verdict = check_law(f"exp({form[0]}*x + {form[1]}*y)", phi)
    assert verdict.status is (Status.REFUTED if slope else Status.PROVED)
