"""φ from a forward pass: what the flow sees, shapes and gates, evaluation without writing φ out, and bad input."""

import random
from fractions import Fraction

import pytest

import conslaw_nb as cl
from conslaw_nb.errors import ConslawError
from conslaw_nb.exact.backend import PRIME
from conslaw_nb.exact.nilpotent import NestedBrackets
from conslaw_nb.language import read_model, read_sentence
from conslaw_nb.models.forward import model as forward_model

g = cl.gates


def components(phi):
    return [c.text for c in phi.components]


def same_span(phi, other):
    """Whether two maps have the same gradients up to linear combinations (their names being the same)."""
    every = cl.parametrization(*phi.components, *(c.text for c in other.components), variables=phi.variables)
    point = [3 * i * i + 7 * i + 2 for i in range(phi.dimension)]
    ranks = [cl.count_laws(family, point).dim_trace for family in (phi, other, every)]
    return ranks[0] == ranks[1] == ranks[2] and cl.count_laws(phi).laws == cl.count_laws(other).laws


@pytest.mark.parametrize(
    ("net", "known"),
    [
        (cl.model(lambda x, U1, U2: U1 @ U2 @ x, U1=(2, 3), U2=(3, 2)), cl.linear(2, 3, 2)),
        (cl.model(lambda x, U1, U2: U1 @ (U2 @ x), U1=(2, 3), U2=(3, 2)), cl.linear(2, 3, 2)),
        (cl.model(lambda U1, U2: U1 @ U2, U1=(2, 3), U2=(3, 2)), cl.linear(2, 3, 2)),
        (cl.model(lambda U, V: (V @ U.T).T, U=(2, 2), V=(3, 2)), cl.factorization(2, 3, 2)),
        (cl.model(lambda x, U1, U2: U1 @ g.relu(U2 @ x), U1=(2, 2), U2=(2, 1)), cl.relu(1, 2, 2)),
        (cl.model(lambda x, U1, U2: U1 @ g.leaky_relu(U2 @ x), U1=(2, 2), U2=(2, 1)), cl.relu(1, 2, 2)),
        (
            cl.model(lambda x, U1, U2, b1: U1 @ g.relu(U2 @ x + b1), U1=(1, 2), U2=(2, 2), b1=2),
            cl.relu(2, 2, 1, bias=True),
        ),
        (
            cl.model(lambda x, U1, U2, U3: U1 @ g.relu(U2 @ g.relu(U3 @ x)), U1=(1, 2), U2=(2, 2), U3=(2, 2)),
            cl.relu(2, 2, 2, 1),
        ),
    ],
)
def test_a_pass_gives_the_phi_that_is_known(net, known):
    assert net.variables == known.variables
    assert same_span(net, known)


@pytest.mark.parametrize(
    ("net", "expected"),
    [
        (cl.model(lambda x, W: x + W @ x, W=(1, 1)), ["W_1_1"]),
        (cl.model(lambda x, W: W @ (W @ x), W=(1, 1)), ["W_1_1**2"]),
        (cl.model(lambda x, w: (w * x) ** 2, w=()), ["w**2"]),
        (cl.model(lambda x, w: 2 * x - 3 * (w * x) + Fraction(1, 2) * w, w=()), ["w"]),
        (cl.model(lambda x, v, b: v.T @ x + b, v=2, b=()), ["b", "v_1", "v_2"]),
        (cl.model(lambda Q, K: Q.T @ [[0, -1], [1, 0]] @ K, Q=2, K=2), ["Q_1*K_2 - Q_2*K_1"]),
        (cl.model(lambda x, W: g.softmax(W @ x), W=(2, 1)), ["W_1_1 - W_2_1"]),
        (cl.model(lambda x, W: g.normalize(W @ x), W=(2, 1)), ["W_1_1", "W_2_1"]),
        (cl.model(lambda x, u, v: u * g.gate(v * x), u=(), v=()), ["v", "u"]),
        (cl.model(lambda x, u, v: u * g.relu(v * x) * g.relu(v * x), u=(), v=()), ["u*v**2"]),
        (cl.model(lambda x, v, w: g.relu(w * x) * (v * x) + g.relu(w * x) ** 2, v=(), w=()), ["v*w + w**2"]),
        (
            cl.model(lambda x, v, w: g.leaky_relu(w * x) * (v * x) + g.leaky_relu(w * x) ** 2, v=(), w=()),
            ["v*w", "w**2"],
        ),
        (cl.model(lambda x, v, w: (lambda h: h * (v * x) + h * h)(g.relu(w * x)), v=(), w=()), ["v*w + w**2"]),
        (cl.model(lambda x, U, V: U @ x - V @ x, U=(1, 1), V=(1, 1)), ["U_1_1 - V_1_1"]),
        (cl.model(lambda x, u, v, w: u * g.gate(v * x) - w * g.gate(v * x), u=(), v=(), w=()), ["v", "u - w"]),
        (cl.model(lambda x, W: g.maxpool(W @ x, 2), inputs={"x": (1, 2)}, W=(1, 1)), ["W_1_1"]),
        (cl.model(lambda x, W: g.maxpool(x * W, 2), inputs={"x": (1, 2)}, W=(1, 2)), ["W_1_1", "W_1_2"]),
        (cl.model(lambda x, W: g.meanpool(W @ x), inputs={"x": (1, 3)}, W=(1, 1)), ["W_1_1"]),
        (cl.model(lambda x, A, B: g.concat(A @ x, B @ x), A=(1, 1), B=(1, 1)), ["A_1_1", "B_1_1"]),
        (cl.model(lambda x, A, B: [A @ x, B @ x], A=(1, 1), B=(1, 1)), ["A_1_1", "B_1_1"]),
        (
            cl.model(lambda x, W, V: g.conv(V, g.conv(W, x, 2), 2), inputs={"x": (1, 3)}, W=(1, 1, 2), V=(1, 1, 2)),
            ["W_1_1_1*V_1_1_1", "W_1_1_1*V_1_1_2 + W_1_1_2*V_1_1_1", "W_1_1_2*V_1_1_2"],
        ),
        (
            cl.model(lambda x, W, V: g.conv(V, g.conv(W, x, 2, 2), 2), inputs={"x": (1, 4)}, W=(1, 1, 2), V=(1, 1, 2)),
            ["W_1_1_1*V_1_1_1", "W_1_1_2*V_1_1_1", "W_1_1_1*V_1_1_2", "W_1_1_2*V_1_1_2"],
        ),
        (
            cl.model(lambda x, W: g.conv(W, x, (1, 2), grid=(2, 2)), inputs={"x": (1, 4)}, W=(1, 1, 2)),
            ["W_1_1_1", "W_1_1_2"],
        ),
    ],
)
def test_the_components_are_the_coefficients_each_once(net, expected):
    assert components(net) == expected
    assert components(cl.parse_model(net.text)) == expected


def test_scores_in_softmax_do_not_see_the_biases_of_the_keys():
    net = cl.model(lambda x, Q, K, k: g.softmax((K @ x + k).T @ (Q @ x)), inputs={"x": (2, 2)}, Q=(1, 2), K=(1, 2), k=1)
    assert not any("k_1" in text for text in components(net))


def test_a_neuron_that_is_on_is_on_once_and_shares_add_up_to_one():
    def twice(u, w, b):
        h = g.relu(b)
        return u * h + w * (h * h)

    assert components(cl.model(twice, u=(), w=(), b=())) == ["w*b**2 + u*b"]
    net = cl.model(lambda x, v, o, S: v @ g.softmax(S @ x) + o, inputs={"x": 1}, v=(1, 2), o=(), S=(2, 1))
    assert components(net) == ["S_1_1 - S_2_1", "v_1_1 + o", "v_1_1 - v_1_2"]


def test_reasons_say_what_the_flow_sees_and_by_which_theorem():
    net = cl.model(lambda x, U, V: U @ g.relu(V @ x) + g.gate(V @ x), U=(2, 2), V=(2, 2))
    assert [reason.split(":")[0] for reason in net.reasons] == [
        "φ lists the products of weights along paths",
        "The function is not homogeneous (GELU, SiLU, sigmoid, tanh, ...)",
    ]
    assert cl.model(lambda U: U @ U.T, U=(1, 2)).reasons == [
        "φ lists the coefficients of the network as a polynomial in its input (by definition)."
    ]


def test_numpy_arrays_and_lists_may_stand_as_constants():
    class Array:  # stands for one of numpy: it has tolist
        def tolist(self):
            return [[1, 2]]

    assert components(cl.model(lambda x, W: [[1, 2]] @ (W @ x), W=(2, 1))) == ["W_1_1 + 2*W_2_1"]
    assert components(cl.model(lambda W: W.T @ Array().tolist()[0], W=(2, 1))) == ["W_1_1 + 2*W_2_1"]


# -- without writing φ out --------------------------------------------------------------------------------------------

NETS = {
    "glu": lambda: cl.model(lambda x, W, A, C: C @ ((A @ x) * (W @ x) - 2 * (A @ x)), W=(2, 2), A=(2, 2), C=(2, 2)),
    "recurrent": lambda: cl.model(lambda x, A, B: [B @ x, A @ (B @ x), A @ (A @ (B @ x))], A=(2, 2), B=(2, 1)),
    "relu": lambda: cl.model(lambda x, U, V, b: x + U @ g.relu(V @ x + b), U=(2, 2), V=(2, 2), b=2),
    "attention": lambda: cl.model(
        lambda x, Q, K, V: V @ x @ g.softmax((K @ x).T @ (Q @ x)), inputs={"x": (2, 2)}, Q=(1, 2), K=(1, 2), V=(2, 2)
    ),
}


@pytest.mark.parametrize("name", NETS)
def test_values_and_brackets_are_the_same_whether_phi_is_written_out_or_not(name, monkeypatch):
    out = NETS[name]()
    monkeypatch.setattr(forward_model, "EAGER_TERMS", -1)
    lazy = NETS[name]()
    assert out.is_written_out and not lazy.is_written_out
    point = [2 * i * i + 3 * i + 5 for i in range(out.dimension)]
    count, again = cl.count_laws(out), cl.count_laws(lazy)
    assert (count.laws, count.dim_trace, count.dim_lie) == (again.laws, again.dim_trace, again.dim_lie)
    # brackets of two and three letters, made of the same functions
    letters = [((0, 3), (1, 5)), ((1, 2),), ((2, 7), (0, 1))]
    every = cl.parametrization(*lazy._expand(), variables=lazy.variables)
    for word in (letters[:2], letters):
        assert NestedBrackets(lazy, point, PRIME).value(word) == NestedBrackets(every, point, PRIME).value(word)


def test_a_large_pass_is_counted_near_a_point_without_being_written_out():
    net = cl.model(lambda x, A, B: A @ (B @ (A @ (B @ x))), A=(12, 12), B=(12, 12))
    assert not net.is_written_out and net._terms > forward_model.EAGER_TERMS
    rows = net.generator_rows(list(range(1, net.dimension + 1)), PRIME)
    assert len(rows) == 144


# -- bad input --------------------------------------------------------------------------------------------------------


def numpy_like(x):
    import math

    return math.exp(x)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: cl.model("U @ V", U=(1, 1)), "model takes a forward pass, not 'U @ V'"),
        (lambda: cl.model(lambda x: x), "model needs the shapes of its weights"),
        (
            lambda: cl.model(lambda x, W: W @ x, W=(2, 2), V=(2, 2)),
            "the forward pass has no argument 'V': it takes x, W",
        ),
        (lambda: cl.model(lambda x, W: W @ x, W=(2, 0)), "the shape W=(2, 0) is not one"),
        (lambda: cl.model(lambda x, W: W @ x, W=2.5), "the shape W=2.5 is not one"),
        (lambda: cl.model(lambda x, W: W @ x, inputs={"y": 2}, W=(2, 2)), "'y' is not an input of the forward pass"),
        (
            lambda: cl.model(lambda x, W, A: A @ W @ x, W=(2, 3), A=(2, 3)),
            "A is 2×3 and W is 2×3: for the product the first needs as many columns as the second has rows",
        ),
        (lambda: cl.model(lambda x, W: W @ x + W.T, W=(2, 3)), "a sum needs equal shapes, or a column of as many rows"),
        (
            lambda: cl.model(lambda x, W: x @ W, W=(2, 3)),
            "x is a column of open size, and stands left of W: write W @ x",
        ),
        (
            lambda: cl.model(lambda x, y, W: x + y + W, W=(2, 3)),
            "the sizes in x + y are not known: give them with inputs=",
        ),
        (lambda: cl.model(lambda x, y, W: x @ y, W=(2, 3)), "the sizes of x and of y are not known"),
        (lambda: cl.model(lambda x, W: x**2, W=(2, 3)), "the size of the input x is not known yet"),
        (lambda: cl.model(lambda x, W: (W @ x) ** -1, W=(2, 3)), "powers are whole numbers from 1 to 50"),
        (
            lambda: cl.model(lambda x, W: (W @ x) ** 0.5, W=(2, 3)),
            "for a function that is not a polynomial use gate(W @ x)",
        ),
        (lambda: cl.model(lambda x, W: 0.5 * (W @ x), W=(2, 3)), "0.5 cannot stand in a forward pass"),
        (lambda: cl.model(lambda x, W: [[0.5]] @ (W @ x), W=(1, 3)), "the entry 0.5 is not exact"),
        (
            lambda: cl.model(lambda x, W: [[1], [2, 3]] @ (W @ x), W=(1, 3)),
            "is not a matrix: give rows of the same length",
        ),
        (
            lambda: cl.model(lambda x, W: numpy_like(W @ x), W=(2, 3)),
            "W @ x is a symbol, not a number: numpy and math functions do not work on it",
        ),
        (lambda: cl.model(lambda x, W: W @ x if W else x, W=(2, 3)), "W is a symbol, and has no truth value"),
        (lambda: cl.model(lambda x, W: list(W), W=(2, 3)), "W is a whole matrix"),
        (
            lambda: cl.model(lambda x, W: x.sum(), W=(2, 3)),
            "the forward pass stopped with AttributeError: \"'Matrix' object has no attribute 'sum'\"",
        ),
        (lambda: cl.model(lambda x, W: 3, W=(2, 3)), "the forward pass returned 3, not a matrix"),
        (lambda: cl.model(lambda x, W: 0 * (W @ x), W=(2, 3)), "does not depend on its weights"),
        (lambda: cl.model(lambda *, W: W, W=(2, 3)), "the forward pass takes its arguments by position"),
        (
            lambda: cl.model(lambda x, W: g.conv(W, x, 2), inputs={"x": (1, 1)}, W=(1, 1, 2)),
            "does not fit into (1,) places",
        ),
        (
            lambda: cl.model(lambda x, W: g.conv(W, x, 2), inputs={"x": (2, 3)}, W=(1, 1, 2)),
            "W has 2 columns; 2 channels with 2 taps need 4",
        ),
        (
            lambda: cl.model(lambda x, W: g.conv(W, x, (2, 2)), inputs={"x": (1, 4)}, W=(1, 1, 4)),
            "give grid=(rows, columns)",
        ),
        (
            lambda: cl.model(lambda x, W: g.maxpool(W @ x, 2), inputs={"x": (1, 3)}, W=(1, 1)),
            "does not divide the 3 columns",
        ),
        (
            lambda: cl.model(lambda x, W, V: g.concat(W, V), W=(2, 3), V=(2, 2)),
            "concat takes matrices of as many columns",
        ),
        (lambda: cl.model(lambda x, W: W @ x if W == 0 else x, W=(2, 2)), "W is a symbol, and has no truth value"),
        (lambda: cl.model(lambda x, W: max(W @ x, x), W=(2, 2)), "x is a symbol, and has no truth value"),
        (lambda: cl.model(lambda x, W: W[0] @ x, W=(2, 2)), "W is a whole matrix: give each matrix a name of its own"),
        (lambda: cl.model(lambda x, W: 0.5 * (W @ x), W=(2, 2)), "write 0.5 as Fraction('0.5')"),
        (lambda: cl.model(lambda x, W: 1 / (W @ x), W=(2, 2)), "1 / W @ x is not a polynomial: use gate(W @ x)"),
        (lambda: cl.model(lambda x, W, W_1_1: W @ x, W=(2, 2), W_1_1=()), "W_1_1 is an entry of W and of W_1_1"),
        (lambda: cl.model(lambda x, W: W @ x, W=(2, 2), inputs=3), "inputs=3: give the sizes of inputs by their names"),
        (lambda: cl.model(lambda x, W: W @ x, W=(3000, 3000)), "9000000 parameters, which would take about 8 GB of"),
        (
            lambda: cl.model(lambda x, U, V: U @ g.relu(V @ x), U=(100, 100), V=(100, 100)),
            "has 1000000 components; up to 100000 are handled one by one",
        ),
        (lambda: cl.model(lambda x, W: (W @ x) ** 9, W=(50, 50)), "products of terms, and up to 2000000 are handled"),
        (
            lambda: cl.model(lambda A, B: A @ B @ A @ B @ A @ B @ A @ B, A=(20, 20), B=(20, 20)).components,
            "terms in all, too many to write out",
        ),
    ],
)
def test_bad_input_is_answered_by_one_sentence(make, message):
    with pytest.raises(cl.ConslawError) as caught:
        make()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_numbers_that_are_exact_may_divide():
    half = cl.model(lambda x, W, V: (V @ (W @ x)) / 2, W=(2, 2), V=(1, 2))
    assert cl.count_laws(half).laws == cl.count_laws(cl.linear(2, 2, 1)).laws
    decimals = "model(0.1 * (V @ (W @ x)) / 3, W=(2,2), V=(1,2))"
    assert cl.parse_model(decimals).components == half.components  # a component matters only up to a factor
    assert cl.model(lambda x, forward: forward @ x, forward=(1, 1)).variables == ("forward_1_1",)


def test_a_deep_residual_pass_has_a_text_of_bounded_length():
    def forward(x, *weights):
        for w in weights:
            x = x + w * x
        return x

    net = cl.model(forward, **{f"w{i}": () for i in range(8)}, inputs={"x": 1})
    assert len(net.text) < 3_000 and net.text.startswith("model(x + w0 * x")
    assert net.count == 1 and cl.count_laws(net).laws == 7


# -- as text ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "net",
    [
        cl.model(lambda x, W, A, C: C @ ((A @ x) * (W @ x)), W=(2, 2), A=(2, 2), C=(2, 2)),
        cl.model(lambda x, U, V, b: x + U @ g.relu(V @ x + b), U=(2, 2), V=(2, 2), b=2),
        cl.model(lambda x, W, V: g.conv(V, g.conv(W, x, 2, 2), 2), inputs={"x": (1, 4)}, W=(1, 1, 2), V=(1, 1, 2)),
        cl.model(lambda x, W: g.conv(W, x, (1, 2), grid=(2, 2)), inputs={"x": (1, 4)}, W=(1, 1, 2)),
        cl.model(lambda Q, K: Q.T @ [[0, -1], [1, 0]] @ K, Q=2, K=2),
        cl.model(lambda x, w: 2 * x - 3 * (w * x) ** 2 + Fraction(1, 2) * w, w=()),
        cl.model(lambda A, B: [A @ B, -(A @ B).T], A=(1, 2), B=(2, 1)),
        cl.model(lambda x, A, B: g.concat(g.softmax(A @ x), g.gate(B @ x)), A=(2, 2), B=(1, 2)),
        cl.model(lambda x, W: g.maxpool(W @ x, 2), inputs={"x": (1, 2)}, W=(1, 1)),
        cl.model(lambda x, W: g.meanpool(g.normalize(W @ x) - 2 * (W @ x)), inputs={"x": (1, 2)}, W=(1, 1)),
        cl.model(lambda x, W, V: W @ x - (V @ x) * (W @ x), W=(1, 2), V=(1, 2)),
    ],
)
def test_the_text_of_a_pass_reads_back_as_the_same_model(net):
    again = cl.parse_model(net.text)
    assert again.text == net.text
    assert again.variables == net.variables
    assert again.components == net.components


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("model()", "a model begins with what it computes"),
        ("model(W @ x)", "model needs the shapes of its weights"),
        ("model(W @ x, W=(2,2)", "this model cannot be read"),
        ("model(W @ x, W=(2,2)) + 1", "something stands after the model"),
        ("model(W @ x, W='a')", "the shape W=\"'a'\" is not one: write W=(2,3)"),
        ("model(W @ x, **W)", "** cannot stand in a model"),
        ("model(W @ x, inputs=3, W=(2,2))", "inputs are written as inputs={'x': (2,3)}"),
        ("model(__import__('os').system('true'), W=(2,2))", "cannot stand in a forward pass"),
        ("model(W.__class__, W=(2,2))", "'W.__class__' cannot stand in a forward pass"),
        ("model((lambda: W)(), W=(2,2))", "cannot stand in a forward pass"),
        ("model([W for W in W], W=(2,2))", "cannot stand in a forward pass"),
        ("model(1j * (W @ x), W=(2,2))", "'1j' cannot stand in a forward pass"),
        ("model(1e999 * (W @ x), W=(2,2))", "cannot stand in a forward pass"),
        ("model(W @ x, W=(2,2), W=(2,2))", "W is given twice: each weight has one shape, as in W=(2,2)"),
        ("model(W @ x / 0, W=(2,2))", "W @ x / 0: a forward pass divides by whole numbers and fractions other than 0"),
        ("model(W @ x / W, W=(2,2))", "W @ x / W: 2×2: a forward pass divides by whole numbers"),
        ("model(1 / W, W=(2,2))", "a matrix must stand there, not 1"),
        ("model(conv(W, x, 0), W=(2,1,3), inputs={'x': (1,5)})", "a kernel of 0 with stride 1: give whole numbers"),
        ("model(sin(W @ x), W=(2,2))", "'sin(W @ x)' cannot stand in a forward pass"),
        ("model(relu(W @ x, 1), W=(2,2))", "relu does not take these arguments"),
        ("model(2 .T @ W, W=(2,2))", "a matrix must stand there, not 2"),
        ("model(W @ V @ x, W=(2,2), V=(3,2))", "W is 2×2 and V is 3×2"),
        ("model(" + "-" * 400 + "W, W=(2,2))", "nested more than 200 deep"),
        ("model(" + "+".join(["W"] * 300) + ", W=(1,1))", "nested more than 200 deep"),
        ("model(" + "(" * 5000 + "W" + ")" * 5000 + ", W=(1,1))", "this model cannot be read"),
        ("model(W" + " + W" * 10_000 + ", W=(1,1))", "forward passes of up to 20000 are read"),
        ("model(W\0, W=(1,1))", "this model cannot be read"),
    ],
)
def test_a_text_that_is_not_a_pass_is_answered_by_one_sentence(text, message):
    with pytest.raises(cl.ConslawError) as caught:
        cl.parse_model(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


# ---------------------------------------------------------------- inside sentences, and with the signs of a page


def test_a_claim_about_a_forward_pass_means_the_pass():
    """In a sentence * and @ are one product; in a forward pass they are two, and this gate has 4 laws, not 8."""
    gated = "model(C @ ((A @ x) * (W @ x)), W=(2,2), A=(2,2), C=(2,2))"
    assert cl.claim(f"there are exactly 4 laws for {gated}").verdict.is_proved
    assert cl.claim(f"dim Lie = 8 for {gated}").verdict.is_proved
    assert cl.claim(f"dim Lie = 4 for {gated}").verdict.is_refuted
    assert (
        cl.claim(f"{gated} has exactly 4 laws").statement
        == f"there are exactly 4 laws near a generic point for {gated}"
    )
    nested = "momentum(model(U @ relu(V @ x), U=(1,1), V=(1,1)))"
    assert read_sentence(f"there is no law for {nested}").model == read_model(nested)
    assert cl.claim("U_1_1**2 − V_1_1² is conserved for cl.model(U @ relu(V @ x), U=(1,1), V=(1,1)).").verdict.is_proved
    proof = cl.proof("model model(U @ V @ x, U=(1,1), V=(1,1))\nU_1_1^2 - V_1_1^2 is conserved by computation")
    assert proof.verdict.is_proved


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ("C @ ((A @ x) ∘ (W @ x)), W=(2,2), A=(2,2), C=(2,2)", "C @ ((A @ x) * (W @ x)), W=(2,2), A=(2,2), C=(2,2)"),
        ("U₁ᵀ @ x − (V @ x)², U₁=(2,2), V=(2,2)", "U_1.T @ x - (V @ x)**2, U_1=(2,2), V=(2,2)"),
        ("U^T @ (V @ x)^2, U=(2,2), V=(2,2)", "U.T @ (V @ x)**2, U=(2,2), V=(2,2)"),
    ],
)
def test_signs_of_a_page(said, same):
    assert cl.parse_model(f"model({said})").components == cl.parse_model(f"model({same})").components


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("model(C*((A*x)∘(W*x)), W=(2,2), A=(2,2), C=(2,2))", r"^'\*' could be either product here: .* write @ for"),
        ("model(U·x, U=(1,2))", r"^'·' could be either product here"),
        ("x is conserved for model(U @ x, U=(1,2)", r"the text ends too early"),
        ("2*model(U @ x, U=(1,1)) is conserved for phi(x)", r"'model\(U @ x, U=\(1,1\)\)' is written for matrices"),
        ("U_1_1 is conserved for model(U @ sin(x), U=(1,1))", r"'sin\(x\)' cannot stand in a forward pass"),
        ("x is conserved for attention(model(U @ x, U=(1,1)))", r"heads is not a model, and model\(...\) is one"),
    ],
)
def test_what_is_refused_in_a_sentence(text, message):
    with pytest.raises(ConslawError, match=message):
        (cl.claim if "is conserved" in text else cl.parse_model)(text)


@pytest.mark.parametrize("text", ["tied_power(n=4,layers=4)", "recurrent(hidden=3,inputs=2,outputs=2,steps=5)"])
def test_values_through_the_pass_are_those_of_its_components(text):
    phi, prime = cl.parse_model(text), 2**61 - 1
    assert phi.is_written_out and phi._goes_through_the_pass
    rng = random.Random(text)
    point = [rng.randrange(1, prime) for _ in phi.variables]
    written = cl.parametrization(*phi.components)
    assert phi.generator_rows(point, prime) == written.generator_rows(point, prime)
    first, second = ([((g, rng.randrange(1, prime)) for g in range(0, phi.count, 3))] for _ in range(2))
    word = [tuple(*first), tuple(*second)]
    assert NestedBrackets(phi, point, prime).value(word) == NestedBrackets(written, point, prime).value(word)


def test_a_dense_pass_without_room_for_laws_is_counted_at_once():
    count = cl.count_laws(cl.parse_model("tied_power(n=8,layers=8)"))
    assert count.laws == 0
    assert count.verdict.is_proved
