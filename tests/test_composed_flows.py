"""Flows put together from momentum, decay, metrics and signs: against their equations, and against each other."""

import re
from fractions import Fraction
from random import Random

import pytest
import sympy

import conslaw_nb as cl
from conslaw_nb.models.flow import flow_fields
from conslaw_nb.models.seen import symmetric_fields
from conslaw_nb.models.training_fields import sign_fields

XY = "phi(x*y, x**2*y - y)"

# model, momentum, decay, metric: rates as functions of sympy's t, metric as a matrix in the parameters
EQUATIONS = [
    (XY, "1/2", "1/3", None),
    (XY, 0, "1/3", None),
    (XY, "3/t", None, None),
    (XY, "3/t", "(t + 1)/(t**2 + 2)", [["x", 0], [0, "1/y"]]),
    (XY, 2, "1/t", [["x + dy", "y"], ["y", "t/x"]]),
    (XY, None, "2/(t - 5)", None),
    (XY, None, None, [["1/x", "x/y"], ["x/y", "y**2"]]),
    ("phi(x/y)", "3/t", 1, None),
    ("phi(x*sqrt(x + y))", 1, None, [["x", 0], [0, 1]]),
]


@pytest.mark.parametrize(("text", "momentum", "decay", "metric"), EQUATIONS)
def test_fields_are_those_of_the_equation_of_motion(text, momentum, decay, metric):
    """θ̈ + τθ̇ + λθ = −M Σ e_i ∇φ_i, solved for θ̈ by sympy from what was written, at a random point: the first field
    over its clock is what is left for e = 0, and each other one is a multiple of M∇φ_i."""
    phi = cl.parse_model(text)
    flow = flow_fields(phi, momentum=momentum, decay=decay, metric=metric)
    rng = Random(str((text, momentum, decay)))
    point = {name: sympy.Rational(rng.randint(3, 40), 7) for name in ("t", *flow.variables)}
    number = {sympy.Symbol(name): value for name, value in point.items()}

    def value(written):
        return sympy.sympify(str(written)).subs(number)

    constant = all(not sympy.sympify(str(rate or 0)).free_symbols for rate in (momentum, decay))
    tau, lam = (value(rate or 0) for rate in (momentum, decay))
    place = [point[x] for x in phi.variables]
    rows = [[c.to_sympy().subs(number) for c in field.components] for field in flow]
    start = 0 if momentum is None and decay is None else 1
    if start:
        drift = rows.pop(0)
        speeds = [] if momentum is None else [point[f"d{x}"] for x in phi.variables]
        if momentum is None:
            expected = [-lam * x for x in place]
        else:
            expected = [*speeds, *[-tau * v - lam * x for v, x in zip(speeds, place, strict=True)]]
        clock = tau * point.get("s", 0) if constant and tau else 1
        if constant and momentum is None:
            clock = lam * point["s"]  # s = exp(λt)
        assert [c * clock for c in drift[1:]] == [c * drift[0] for c in expected] and drift[0] != 0
    parts = [sympy.sympify(c.text) for c in phi.components]
    matrix = (
        sympy.eye(len(place)) if metric is None else sympy.Matrix([[value(entry) for entry in row] for row in metric])
    )
    for row, part in zip(rows, parts, strict=True):
        push = matrix * sympy.Matrix([part.diff(sympy.Symbol(x)).subs(number) for x in phi.variables])
        moved = row[len(row) - len(place) :]
        assert not any(row[: len(row) - len(place)])
        k = next(i for i, p in enumerate(push) if p != 0)
        assert moved[k] != 0
        assert all(sympy.simplify(moved[k] * push[i] - moved[i] * push[k]) == 0 for i in range(len(place)))


# -- pairs that say the same ------------------------------------------------------------------------------------------

SAME = [
    ("flow(linear(2,2,2), momentum=1/2)", "momentum(linear(2,2,2), friction=1/2)"),
    ("flow(linear(1,2,1), momentum=0)", "momentum(linear(1,2,1))"),
    ("flow(phi(x*y), decay=7)", "decay(phi(x*y))"),  # s = exp ∫λ, whatever the rate
    ("flow(phi(x*y), metric=[x, y])", "mirror(phi(x*y))"),
    ("flow(phi(x*y), metric=[[x, 0], [0, y]])", "mirror(phi(x*y))"),
    ("flow(phi(x*y), momentum=1, metric=[x, y])", "momentum(mirror(phi(x*y)), friction=1)"),
    ("flow(phi(x*y, x), momentum=3/t, decay=any)", "momentum(decay(phi(x*y, x)), friction=3/t)"),
    ("flow(phi(x*y, x), momentum=3/t, decay=any)", "decay(momentum(phi(x*y, x), friction=3/t))"),
    ("flow(phi(x*y), sign=[1, 2])", "sign(phi(x*y), point=[1, 2])"),
    ("flow(phi(x*y, x))", "fields([x, y], [y, x], [1, 0])"),
    ("flow(phi(x*y), decay=0)", "fields([x, y], [y, x])"),
    ("flow(phi(x*y), metric=[1/x, 1/y])", "fields([x, y], [y**2, x**2])"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_two_ways_to_write_a_flow_are_one_family(left, right):
    a, b = cl.parse_model(left), cl.parse_model(right)
    assert a.variables == b.variables
    assert list(a) == list(b)


COUNTED = [
    # the clock s = exp(τt), and t itself
    ("flow(factorization(1,2,2), momentum=1/2)", "flow(factorization(1,2,2), momentum=(t + 1)/(2*t + 2) + 1/t - 1/t)"),
    # a common factor of the metric changes nothing; neither does another one of each field
    ("flow(factorization(1,1,2), metric=[1/3, 1/3, 1/3, 1/3])", "factorization(1,1,2)"),
    ("flow(phi(x*y, x*z), metric=[1/(x*y), 1/(x*y), 1/(x*y)])", "phi(x*y, x*z)"),
    # a root as a coordinate, with its metric
    ("flow(phi(x*s, variables=[x, s]), metric=[1, 1/(4*s**2)])", "phi(x*sqrt(y), variables=[x, y])"),
    # v/‖v‖ in a chart of the circle, v = s·((1 − u²), 2u)/(1 + u²), and with the root as an extra variable
    (
        "flow(phi(g*(1 - u**2)/(1 + u**2), 2*g*u/(1 + u**2), variables=[g, s, u]), "
        "metric=[1, 1, (1 + u**2)**2/(4*s**2)])",
        "weight_norm(inputs=2, hidden=1, outputs=0)",
    ),
    (
        "flow(phi(a*g*(1 - u**2)/(1 + u**2), 2*a*g*u/(1 + u**2), variables=[a, g, s, u]), "
        "metric=[1, 1, 1, (1 + u**2)**2/(4*s**2)])",
        "weight_norm(inputs=2, hidden=1, outputs=1)",
    ),
    # decay keeps the number, with momentum and without
    ("flow(factorization(2,2,2), decay=1/t)", "factorization(2,2,2)"),
    ("flow(factorization(1,1,3), momentum=1, decay=5)", "momentum(factorization(1,1,3), friction=1)"),
    ("flow(factorization(1,2,3), momentum=0, decay=1/4)", "momentum(factorization(1,2,3))"),
]


@pytest.mark.parametrize(("left", "right"), COUNTED)
def test_equivalent_flows_have_as_many_laws(left, right):
    a, b = (cl.count_laws(cl.parse_model(text)) for text in (left, right))
    assert a.verdict.is_proved and b.verdict.is_proved
    assert a.laws == b.laws


def test_laws_of_a_chart_are_those_with_the_extra_variable():
    """‖v‖² and g² − a², in either."""
    chart, root = (cl.parse_model(COUNTED[5][side]) for side in (0, 1))
    for law, other in (("s**2", "V_1_1**2 + V_1_2**2"), ("a**2 - g**2", "U_1_1**2 - g_1**2")):
        assert cl.check_law(law, chart).is_proved and cl.check_law(other, root).is_proved


# -- laws -------------------------------------------------------------------------------------------------------------

TURN = "(x*dy - y*dx)"


@pytest.mark.parametrize(
    ("settings", "law"),
    [
        ("momentum=0", TURN),
        ("momentum=1/2", f"s*{TURN}"),
        ("momentum=1/2, decay=1/3", f"s*{TURN}"),
        ("momentum=3/t", f"t**3*{TURN}"),
        ("momentum=3/t, decay=1/t**2", f"t**3*{TURN}"),
        ("momentum=any", f"s*{TURN}"),
        ("momentum=any, decay=any", f"s*{TURN}"),
        ("momentum=2, decay=1/t", f"exp(2*t)*{TURN}"),
        ("momentum=1/(t + 1), metric=[x**2 + y**2 + dx**2, x**2 + y**2 + dx**2]", f"(t + 1)*{TURN}"),
    ],
)
def test_a_central_force_keeps_the_angular_momentum_times_exp_of_the_friction(settings, law):
    flow = cl.parse_model(f"flow(phi(x**2 + y**2), {settings})")
    assert cl.check_law(law, flow).is_proved
    assert cl.check_law(f"{law} + x", flow).is_refuted
    if law != TURN:
        assert cl.check_law(TURN, flow).is_refuted


@pytest.mark.parametrize(
    ("text", "laws"),
    [
        ("flow(phi(x**2 + y**2), momentum=3/t, decay=any)", ["t**3*x*dy - t**3*y*dx"]),
        ("flow(phi(x**2 + y**2), momentum=2*t/(t**2 + 1))", ["t**2*x*dy - t**2*y*dx + x*dy - y*dx"]),
        ("flow(phi(x**2 + y**2), momentum=1)", ["s*x*dy - s*y*dx"]),
        ("flow(phi(x**2 + y**2), momentum=t)", None),  # exp(t²/2) is not a polynomial
        ("flow(phi(x**2 + y**2), momentum=1/(2*t))", None),
        ("flow(phi(x*y), momentum=1)", None),  # no turn is unfelt
        ("flow(factorization(1,1,1), decay=2/t)", ["t**4*U_1_1**2 - t**4*V_1_1**2"]),
        ("flow(factorization(1,1,1), momentum=0)", None),  # quadratic ones are searched for
    ],
)
def test_theory_knows_laws_of_flows(text, laws):
    """Each of them is one; where theory knows none it says so."""
    flow = cl.parse_model(text)
    known = flow.known_laws()
    assert (known and [law.text for law in known]) == laws
    assert all(cl.check_law(law, flow).is_proved for law in known or [])


def test_a_metric_with_a_sign_is_that_of_the_moved_gradient():
    """M∇φ = (y, −x) at (1, 2) has the signs (1, −1): the flow keeps x + y, and without the metric x − y."""
    turned, plain = (cl.parse_model(f"flow(phi(x*y), {metric}sign=[1, 2])") for metric in ("metric=[1, -1], ", ""))
    for flow, law, other in ((turned, "x + y", "x - y"), (plain, "x - y", "x + y")):
        assert cl.check_law(law, flow).is_proved and cl.check_law(other, flow).is_refuted
    assert list(plain) == list(sign_fields(cl.parametrization("x*y"), (1, 2)))


def test_what_is_said_in_words_is_decided(tmp_path):
    model = "flow(linear(1,2,1), momentum=1/2, decay=1/3)"
    assert cl.claim(f"there are exactly 2 laws for {model}").verdict.is_proved
    assert cl.claim(
        "s*(x*dy - y*dx) is conserved for flow(phi(x**2 + y**2), momentum=1/2, decay=1/3)"
    ).verdict.is_proved
    claim = cl.claim("t**3*(x*dy - y*dx) is conserved for flow(phi(x**2 + y**2), momentum=3/t)")
    assert claim.verdict.is_proved
    claim.save(tmp_path / "claim.json")
    assert cl.verify(tmp_path / "claim.json").is_proved
    cl.certify(cl.parse_model(model)).save(tmp_path / "law.json")
    assert cl.verify(tmp_path / "law.json").is_proved
    proof = cl.proof(
        """
        model flow(phi(x**2 + y**2), momentum=3/t)
        let h = t**3*(x*dy - y*dx)
        goal h is conserved
        <grad h, v_i> = 0 for all i   by computation
        hence h is conserved   by Proposition 2.5
        """
    )
    assert proof.verdict.is_proved, proof


def test_names_for_messages():
    for text, name in (
        ("flow(phi(x*y), momentum=1/2, decay=1/3)", "momentum on phi(x*y), friction 1/2 and weight decay 1/3"),
        ("flow(phi(x*y), metric=[x, y], decay=any)", "flow of phi(x*y) with a metric and weight decay"),
        ("flow(phi(x*y), momentum=any)", "momentum on phi(x*y), any friction"),
        ("flow(phi(x*y))", "flow of phi(x*y)"),
    ):
        assert cl.parse_model(text).brief == name


def test_python_and_text_are_the_same():
    phi = cl.factorization(1, 1, 1)
    made = cl.flow(phi, momentum=Fraction(1, 2), decay="1 / t", metric=[[1, "V_1_1"], ["V_1_1", 2]])
    assert made.text == "flow(factorization(1,1,1), momentum=1/2, decay=1/t, metric=[[1, V_1_1], [V_1_1, 2]])"
    assert list(cl.parse_model(made.text)) == list(made)


def test_the_domain_of_a_flow_holds_that_of_its_model_and_its_clock():
    flow = cl.parse_model("flow(phi(x/y), momentum=3/t, metric=[1, 1/x])")
    assert flow.domain.text == "y, t and x are not 0"
    with pytest.raises(cl.ConslawError, match="t is 0 there"):
        cl.count_laws(flow, (0, 1, 1, 1, 1))


# -- messages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("flow(phi(x*y), momentum=-1)", "the friction -1 is negative: it slows down, so give 0 or more"),
        ("flow(phi(x*y), decay=-1/2)", "the weight decay -1/2 is negative"),
        ("flow(phi(x*y), momentum=x)", "the friction must be a constant, a formula in the time t such as 3/t, or any"),
        ("flow(phi(x*y), momentum=[1])", "flow: momentum is one value, not a list"),
        ("flow(phi(x*y), momentum=linear(2,2))", "flow: momentum is not a model, and linear(...) is one"),
        ("flow(phi(x*y), momentun=1)", "flow has no argument 'momentun': did you mean momentum?"),
        ("flow(phi(x*y), metric=[1])", "the metric has 1 entries, and the model 2 parameters: give one for each"),
        (
            "flow(phi(x*y), metric=[[1, 2], [3, 4]])",
            "a metric is symmetric, and this one has 2 in row 1, column 2, but 3",
        ),
        ("flow(phi(x*y), metric=[[1, 2], 3])", "row 2 of the metric is 3, and the model 2 parameters"),
        ("flow(phi(x*y), metric=[[1, 2], [3]])", "row 2 of the metric has 1 entries"),
        ("flow(phi(x*y), metric=[z, 1])", "the variable 'z' is not known here: the variables are x, y"),
        ("flow(phi(s*y), decay=1)", "this flow names its clock 's', and the model has such names itself (s, y)"),
        ("flow(phi(t*y), decay=1/t)", "this flow names its clock 't'"),
        ("flow(phi(x*dx), momentum=0)", "names its clock 's' and speeds 'd' + name, and the model has such names"),
        ("mirror(momentum(phi(x*y)))", "has its momentum already, and a metric acts before that: write one flow"),
        ("sign(decay(phi(x*y)), point=[1, 2])", "has its decay already, and signs are taken before that"),
        ("momentum(momentum(phi(x*y)))", "has its momentum already: give it once, as in flow(model, momentum=...)"),
        ("flow(phi(x*y), momentum=any, decay=1/t)", "friction of any rate has its own clock"),
        ("flow(phi(x*y), sign=[1])", "a point has 2 coordinates here, and not 1"),
        ("flow(linear(50,50,50), momentum=1)", "has 2500 generators in 5000 parameters, and the fields of a flow are"),
        ("flow(3)", "flow takes a model, as in flow(linear(2,2,2))"),
    ],
)
def test_a_flow_that_makes_no_sense_is_answered_by_one_sentence(call, message):
    with pytest.raises(cl.ConslawError, match=re.escape(message)):
        cl.parse_model(call)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"momentum": 0.5}, "the friction 0.5 is not exact: give a Fraction, text such as '1/2' or '3/t', or 'any'"),
        ({"momentum": True}, "the friction True is not exact"),
        (
            {"metric": {"x": 1, "y": 2}},
            "the metric is a list of 2 entries, its diagonal, or 2 rows, not {'x': 1, 'y': 2}",
        ),
        ({"metric": sympy.Matrix([[1, 0.5], [0.5, 1]])}, "holds a decimal float"),
        ({"metric": "diag"}, "the metric is a list of 2 entries, its diagonal, or 2 rows, not 'diag'"),
    ],
)
def test_in_python_too(settings, message):
    with pytest.raises(cl.ConslawError, match=re.escape(message)):
        flow_fields(cl.parametrization("x*y"), **settings)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ([["a half"]], "the entries of inputs must be exact numbers, such as 3/5, in [['a half']]"),
        ([[0.5]], "the entries of inputs must be exact numbers, and 0.5 is not one"),
        (3, "inputs must be a square matrix, by rows, as in inputs=[[0, 1], [1, 0]], not 3"),
    ],
)
def test_a_symmetry_in_python(inputs, message):
    with pytest.raises(cl.ConslawError, match=re.escape(message)):
        symmetric_fields(cl.factorization(1, 1, 1), inputs)


def test_a_large_symmetry_is_refused_before_it_is_computed():
    unit = [[int(i == j) for j in range(21)] for i in range(21)]
    with pytest.raises(
        cl.ConslawError, match=r"inputs is 21 × 21 and there are 1 outputs: symmetries are computed for"
    ):
        symmetric_fields(cl.linear(21, 1, 1), unit)


def test_a_matrix_of_sympy_is_a_metric():
    x, y = sympy.symbols("x y")
    flow = flow_fields(cl.parametrization("x*y"), metric=sympy.Matrix([[1, x / y], [x / y, 2]]))
    assert list(flow) == list(cl.parse_model("flow(phi(x*y), metric=[[1, x/y], [x/y, 2]])"))


def test_data_with_a_symmetry_train_as_the_fields_say():
    """The gradient of the squared loss of symmetric data, by sympy, lies in the span of the fields; of others not."""
    phi = cl.linear(2, 1, 2)
    family = symmetric_fields(phi, [[0, 1], [1, 0]], [[0, -1], [1, 0]])
    names = sympy.symbols(phi.variables)
    matrix = sympy.Matrix(2, 2, [c.to_sympy() for c in phi.components])
    rng = Random(1)
    place = {name: rng.randint(1, 9) for name in names}

    def gradient(data):
        errors = [matrix * sympy.Matrix(x) - sympy.Matrix(y) for x, y in data]
        loss = sum(((e.T * e)[0] for e in errors), sympy.Integer(0))
        return [sympy.diff(loss, name).subs(place) for name in names]

    rows = [[c.to_sympy().subs(place) for c in field.components] for field in family]
    rank = sympy.Matrix(rows).rank()
    assert rank == 2
    for _ in range(3):
        x, y = ([rng.randint(-9, 9) for _ in range(2)] for _ in range(2))
        orbit = [(x, y)]
        for _ in range(3):
            (a, b), (c, d) = orbit[-1]
            orbit.append(([b, a], [-d, c]))
        assert sympy.Matrix([*rows, gradient(orbit)]).rank() == rank
        assert sympy.Matrix([*rows, gradient(orbit[:1])]).rank() == rank + 1
