"""The catalogue: every kind of models by name, counted, with its formula at small sizes."""

from itertools import product
from math import prod

import pytest

import conslaw_nb as cl
from conslaw_nb.models.forward.gates import conv, relu
from conslaw_nb.models.forward.model import ForwardModel, model
from conslaw_nb.models.registry import kind_of, kinds

# What was counted exactly, once, by other programs: (model, parameters, laws).
COUNTS = [
    ("attention(heads=1, d_head=1, dim=2)", 8, 2),
    ("attention(heads=1, d_head=2, dim=2)", 16, 6),
    ("attention(heads=1, d_head=3, dim=2)", 24, 12),
    ("attention(heads=1, d_head=2, dim=3)", 24, 6),
    ("attention(heads=1, d_head=2, dim=16)", 128, 6),
    ("attention(heads=1, d_head=4, dim=8)", 128, 20),
    ("attention(heads=2, d_head=2, dim=2)", 32, 12),
    ("gqa(groups=1, queries=2, d_head=2, dim=2)", 24, 6),
    ("gqa(groups=1, queries=2, d_head=1, dim=2)", 12, 2),
    ("linear_attention(heads=1, d_head=1, dim=2)", 8, 3),
    ("linear_attention(heads=1, d_head=2, dim=2)", 16, 7),
    ("scaled_scores(d_head=2, dim=2)", 9, 4),
    ("rope(blocks=1, dim=2)", 8, 1),
    ("rope(blocks=2, dim=2)", 16, 2),
    ("conv(channels=[1, 1, 1], kernels=[2, 2])", 4, 1),
    ("conv(channels=[1, 1, 1], kernels=[3, 3])", 6, 1),
    ("conv(channels=[1, 1, 1, 1], kernels=[2, 2, 2])", 6, 2),
    ("conv(channels=[1, 1, 1, 1, 1], kernels=[2, 2, 2, 2])", 8, 3),
    ("conv(channels=[1, 1, 1, 1], kernels=[3, 2, 4])", 9, 2),
    ("conv(channels=[1, 2, 1], kernels=[2, 2])", 8, 4),
    ("conv(channels=[2, 2, 2], kernels=[2, 2])", 16, 3),
    ("conv(channels=[1, 2, 1], kernels=[2, 2], relu=True)", 8, 2),
    ("conv(channels=[2, 2, 2], kernels=[2, 2], relu=True)", 16, 2),
    ("resnet(blocks=1, width=2, hidden=2)", 8, 3),
    ("resnet(blocks=2, width=1, hidden=1)", 4, 3),
    ("resnet(blocks=3, width=1, hidden=1)", 6, 5),
    ("resnet(blocks=2, width=2, hidden=1)", 8, 2),
    ("resnet(blocks=2, width=2, hidden=2)", 16, 6),
    ("resnet(blocks=2, width=1, hidden=0)", 2, 1),
    ("resnet(blocks=2, width=2, hidden=0)", 8, 3),
    ("resnet(blocks=2, width=1, hidden=1, relu=True)", 4, 2),
    ("resnet(blocks=2, width=2, hidden=1, relu=True)", 8, 2),
    ("resnet(blocks=2, width=2, hidden=2, relu=True)", 16, 4),
    ("glu(neurons=1, inputs=2, outputs=1)", 5, 2),
    ("glu(neurons=2, inputs=2, outputs=2)", 12, 4),
    ("glu(neurons=3, inputs=2, outputs=1)", 15, 6),
    ("glu(neurons=2, inputs=2, outputs=2, kind=swish)", 12, 2),
    ("mlp(2, 2, 2)", 8, 0),
    ("power_net(power=2, neurons=2, inputs=2, outputs=1)", 6, 2),
    ("power_net(power=2, neurons=3, inputs=2, outputs=1)", 9, 3),
    ("power_net(power=3, neurons=2, inputs=2, outputs=2)", 8, 2),
    ("cp(rank=1, size=2)", 6, 2),
    ("cp(rank=2, size=2)", 12, 4),
    ("cp(rank=2, size=3)", 18, 4),
    ("tied(n=2, r=2)", 4, 0),
    ("tied(n=2, r=3)", 6, 2),
    ("tied(n=3, r=2)", 6, 0),
    ("tied_power(n=2, layers=2)", 4, 0),
    ("tied_power(n=2, layers=3)", 4, 0),
    ("recurrent(hidden=1, inputs=1, outputs=1, steps=3)", 3, 1),
    ("recurrent(hidden=2, inputs=1, outputs=1, steps=4)", 8, 3),
    ("state_space(hidden=2, steps=4)", 6, 2),
    ("lora(rows=2, columns=2, rank=1)", 4, 1),
    ("lora(rows=2, columns=2, rank=1, frozen=False)", 8, 1),
    ("lora(rows=2, columns=2, rank=2, frozen=False)", 12, 3),
    ("softmax_gate(experts=3, inputs=2)", 6, 2),
    ("momentum(factorization(1,1,2))", 9, 2),
    ("momentum(factorization(1,1,3))", 13, 6),
    ("momentum(factorization(1,2,2))", 13, 1),
    ("momentum(factorization(1,2,5))", 31, 10),
    ("momentum(factorization(2,2,2))", 17, 1),
    ("momentum(factorization(2,2,3))", 25, 3),
    ("momentum(linear(2,2,2,2))", 25, 2),
    ("momentum(linear(3,3,3,3))", 55, 6),
    ("momentum(relu(2,2,1))", 13, 0),
    ("momentum(relu(2,2,1,bias=True))", 17, 0),
    ("mirror(factorization(2,2,2))", 8, 2),
    ("mirror(factorization(3,3,3))", 18, 3),
    ("mirror(factorization(1,1,2))", 4, 3),
    ("mirror(factorization(1,1,3))", 6, 5),
    ("layernorm(outputs=3, inputs=2)", 6, 3),
    ("rmsnorm(outputs=3, inputs=2)", 6, 1),
    ("weight_norm(inputs=3, hidden=1, outputs=0)", 4, 1),
    ("weight_norm(inputs=2, hidden=2, outputs=2)", 10, 4),
    ("flow(factorization(1,1,2), momentum=1/2, decay=1/3)", 9, 2),
    ("flow(factorization(1,2,5), momentum=3/t, decay=1/t)", 31, 10),
    ("decay(momentum(factorization(2,2,3), friction=1))", 25, 3),
    ("flow(linear(2,2,2,2), momentum=any)", 25, 2),
    ("flow(factorization(1,1,3), metric=[1, 1, 1, 1, 1, 1], decay=any)", 7, 5),
    ("cross_entropy(linear(2,2,3))", 10, 5),
    ("symmetric_data(linear(2,2,2), inputs=[[0, -1], [1, 0]])", 8, 7),
]


@pytest.mark.parametrize(("text", "parameters", "laws"), COUNTS)
def test_a_model_of_the_catalogue_has_the_number_of_laws_that_was_counted(text, parameters, laws):
    phi = cl.parse_model(text)
    count = cl.count_laws(phi)
    assert (phi.dimension, count.laws) == (parameters, laws)
    assert count.verdict.status is cl.Status.PROVED


@pytest.mark.parametrize("text", [text for text, _, _ in COUNTS])
def test_known_balances_are_laws_and_show_as_formulas(text):
    phi = cl.parse_model(text)
    if isinstance(phi, ForwardModel):
        starts, start = {}, 0
        for name, shape in phi.weights.items():
            starts[name] = start
            start += prod(shape)
        for balance in phi.balances:
            laws = balance.polynomials(phi.variables, phi.weights, starts)
            assert laws and all(phi.failing_generator(h) is None for h in laws), balance.formula


def test_parts_side_by_side_name_the_generator_that_fails():
    phi = cl.parse_model("attention(heads=2, d_head=1, dim=2)")
    h = cl.parametrization("V2_1_1**2", variables=phi.variables).components[0]
    failing = phi.failing_generator(h)
    assert phi[failing].along(h)
    assert phi.known_laws() and all(phi.failing_generator(law) is None for law in phi.known_laws())
    crossed = cl.parametrization("V2_1_1*Q1_1_1", variables=phi.variables).components[0]
    assert phi[phi.failing_generator(crossed)].along(crossed)


# -- formulas at every size -------------------------------------------------------------------------------------------

SIZES = {
    "attention": {"heads": (1, 2), "d_head": (1, 2, 3), "dim": (1, 2)},
    "gqa": {"groups": (1, 2), "queries": (1, 2), "d_head": (1, 2), "dim": (1, 2)},
    "linear_attention": {"heads": (1,), "d_head": (1, 2), "dim": (1, 2, 3)},
    "scaled_scores": {"d_head": (1, 2, 3), "dim": (2, 3)},
    "rope": {"blocks": (1, 2), "dim": (2, 3)},
    "conv": {
        "channels": ((1, 1, 1), (2, 1, 2), (2, 2, 2), (2, 2, 3), (1, 2, 1)),
        "kernels": ((2, 2), (1, 2), (2, 3)),
        "relu": (False, True),
        "stride": (1, 2),
        "bias": (False,),
    },
    "attention_layer": {
        "heads": (1, 2),
        "d_head": (1, 2),
        "dim": (1, 2),
        "gain": (False, True),
        "bias": (False, True),
    },
    "gained": {"outputs": (1, 2, 3), "inputs": (1, 2, 3), "bias": (True, False)},
    "resnet": {"blocks": (1, 2), "width": (1, 2), "hidden": (0, 1, 2), "relu": (False, True)},
    "glu": {"neurons": (1, 2, 3), "inputs": (1, 2), "outputs": (1, 2), "kind": ("bilinear", "swish")},
    "power_net": {"power": (2, 3), "neurons": (1, 2, 3), "inputs": (1, 2), "outputs": (1, 2)},
    "cp": {"rank": (1, 2, 3), "size": (1, 2), "order": (3,)},
    "tied": {"n": (1, 2), "r": (1, 2, 3)},
    "tied_power": {"n": (1, 2), "layers": (1, 2, 3)},
    "recurrent": {"hidden": (1, 2), "inputs": (1, 2), "outputs": (1,), "steps": (2, 4)},
    "state_space": {"hidden": (1, 2), "steps": (2, 4)},
    "lora": {"rows": (1, 2), "columns": (1, 2), "rank": (1, 2, 3), "frozen": (True, False)},
    "softmax_gate": {"experts": (2, 3), "inputs": (1, 2)},
    "layernorm": {"outputs": (3, 4), "inputs": (1, 2)},
    "rmsnorm": {"outputs": (2, 3), "inputs": (1, 2)},
    "batchnorm": {"outputs": (1, 2), "inputs": (2, 3)},
    "weight_norm": {"inputs": (1, 2, 3), "hidden": (1, 2), "outputs": (0, 1, 2)},
    "factorization": {"n": (1, 2), "m": (1, 2), "r": (1, 2, 3)},
}
WIDTHS = {
    "mlp": [(2, 2, 2), (1, 3, 2, 1)],
    "linear": [(2, 3), (2, 3, 2), (1, 2, 2, 1)],
    "relu": [(2, 3, 2), (1, 2, 2, 1)],
}


@pytest.mark.parametrize("name", SIZES)
def test_a_formula_is_what_is_counted_at_small_sizes(name):
    kind = kind_of(name)
    checked = 0
    for values in product(*SIZES[name].values()):
        arguments = dict(zip(SIZES[name], values, strict=True))
        formula = kind.laws(**arguments)
        if formula is not None:
            assert cl.count_laws(kind.make(**arguments)).laws == formula, arguments
            checked += 1
    assert checked >= 3


@pytest.mark.parametrize(("name", "widths"), [(name, widths) for name in WIDTHS for widths in WIDTHS[name]])
def test_a_formula_for_widths_is_what_is_counted(name, widths):
    kind = kind_of(name)
    options = {"bias": False} if name == "relu" else {}
    assert cl.count_laws(kind.make(*widths)).laws == kind.laws(widths=widths, **options)


def test_every_kind_with_a_formula_is_tested_here():
    assert {kind.name for kind in kinds() if kind.laws} == {*SIZES, *WIDTHS}


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize(("channels", "taps"), [((1, 2, 1), (2, 2)), ((2, 2, 3, 1), (1, 3, 2)), ((2, 1, 2), (2, 1))])
def test_convolutions_with_relu_are_counted_by_spanning_paths_as_by_all_paths(channels, taps, bias):
    phi = cl.parse_model(f"conv(channels={list(channels)}, kernels={list(taps)}, relu=True, bias={bias})")
    every = cl.parametrization(*phi.components, variables=phi.variables)
    count = cl.count_laws(phi)
    assert count.laws == sum(channels[1:-1]) == cl.count_laws(every).laws
    assert len(set(phi.components)) == phi.count
    spanning = list(phi.spanning_generators())
    assert len(set(spanning)) == len(spanning) == phi.dimension - sum(channels[1:-1])
    h = phi.known_laws()[0]
    assert phi.failing_generator(h) is None is every.failing_generator(h)
    wrong = h + h.gen(phi.variables, 0) ** 2
    assert phi.failing_generator(wrong) is not None is not every.failing_generator(wrong)


@pytest.mark.parametrize("stride", [1, 2])
def test_path_lifting_of_a_convolution_is_what_its_forward_pass_gives(stride):
    phi = cl.parse_model("conv(channels=[2, 2, 1], kernels=[2, 2], relu=True)")

    def forward(x, W1, W2):
        return conv(W2, relu(conv(W1, x, 2, stride)), 2)

    places = 3 if stride == 1 else 4
    written = model(forward, inputs={"x": (2, places)}, W1=(2, 2, 2), W2=(1, 2, 2))
    assert {c.text for c in written.components} == {
        cl.parametrization(c, variables=written.variables).components[0].text for c in phi.components
    }


# -- the register -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.name)
def test_a_kind_says_what_it_is_and_its_example_reads_back(kind):
    assert kind.summary.endswith(".") and kind.phi and kind.source
    assert all(argument.help for argument in kind.arguments)
    assert not kind.laws or (kind.proved and kind.conserved)
    made = cl.parse_model(kind.example)
    assert cl.parse_model(made.text).text == made.text
    assert cl.parse_model(made.text).variables == made.variables


@pytest.mark.parametrize(
    "text",
    [
        "attention(heads=2, d_head=1, dim=2)",
        "attention(2, 1, 2)",
        "attention(2, dim=2, d_head=1)",
        "cl.attention(heads=2, d_head=1)",
        "attention(heads=4/2, d_head=1)",
    ],
)
def test_a_call_may_be_written_in_several_ways(text):
    assert cl.parse_model(text).text == "attention(heads=2, d_head=1, dim=2)"


@pytest.mark.parametrize("text", ["conv([2, 3, 2], [3, 3])", "conv(channels=(2, 3, 2), kernels=(3, 3,))"])
def test_lists_and_tuples_are_the_same(text):
    assert cl.parse_model(text).text == "conv(channels=[2, 3, 2], kernels=[3, 3], relu=False, stride=1, bias=False)"


def test_models_inside_models_are_read():
    phi = cl.parse_model("momentum(lora(rows=1, columns=2, rank=1), friction=1/2)")
    assert phi.text == "momentum(lora(rows=1, columns=2, rank=1, frozen=True), friction=1/2)"
    assert cl.parse_model(phi.text).text == phi.text
    assert phi.brief == "momentum on lora(rows=1, columns=2, rank=1, frozen=True), friction 1/2"


def test_a_mirror_may_have_a_metric_of_its_own():
    phi = cl.parse_model("mirror(phi(x*y), metric=[1, x + 1])")
    assert [field.components[1].text for field in phi] == ["x**2 + x"]
    assert cl.parse_model(phi.text).text == phi.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("atention(heads=2)", "the model 'atention' is not known: did you mean attention?"),
        ("attention(head=2)", "attention has no argument 'head': did you mean heads? it takes heads, d_head, dim"),
        ("attention(heads=0)", "attention(heads=0): heads must be at least 1, not 0"),
        ("attention(heads=1/2)", "attention(heads=1/2): heads must be a whole number, not 1/2"),
        ("attention(heads=x)", "attention: heads must be a number, as in heads=2: "),
        ("attention(heads=[1, 2])", "attention: heads is one value, not a list: write heads=2"),
        ("attention(heads=linear(2,2))", "attention: heads is not a model, and linear(...) is one"),
        ("attention(1, 2, 3, 4)", "attention takes 3 arguments (heads, d_head, dim), not 4"),
        ("attention(1, heads=2)", "heads is given twice"),
        ("glu(kind=swsh)", "kind is one of bilinear, swish, not 'swsh'; did you mean swish?"),
        ("glu(kind=2)", "glu: kind is one of bilinear, swish"),
        ("resnet(relu=2)", "resnet: relu must be True or False, as in resnet(relu=True)"),
        ("resnet(hidden=-1)", "hidden must be at least 0, not -1"),
        ("conv(channels=[2, 3], kernels=[1, 1])", "give one more channel than kernels"),
        ("momentum()", "model is missing, the model that is trained"),
        ("momentum(3)", "momentum takes a model, as in momentum(linear(2,2,2))"),
        ("momentum(phi(x), friction=-1)", "the friction"),
        ("mirror(phi(x*y), metric=[1])", "the metric has 1 entries"),
        ("momentum(" * 6 + "phi(x)" + ")" * 6, "more than 6 models, one inside the other, are not read"),
        ("mlp(2, 2, 2, bias=True)", "mlp has no argument 'bias': it takes sizes only"),
        ("mlp(2, 2)", "give at least 3 widths, from input to output, as in mlp(2, 3, 2)"),
        ("cp(order=9)", "cp with order=9: a tensor has from 2 to 8 factors here"),
        ("recurrent(steps=1000)", "recurrent with 1000 steps: up to 200 are written out"),
        ("layernorm(outputs=2)", "give at least 3 outputs"),
        ("rmsnorm(outputs=1, inputs=1)", "a single weight has no ratio"),
        ("batchnorm(inputs=1)", "a row of a single weight has no ratio"),
        ("weight_norm(inputs=200, hidden=9)", "rows share nothing, so try one hidden neuron"),
        ("cross_entropy(phi(x, y, z))", "does not know the outputs of phi(x, y, z): say how many there are"),
        ("cross_entropy(fields([x], [1]))", "fields([x], [1]) is given by fields, without outputs"),
        ("cross_entropy(phi(x/y))", "phi(x/y) is given by fields, without outputs"),
        ("cross_entropy(linear(2,2,1))", "has one output, whose softmax is always 1"),
        ("symmetric_data(relu(2,1,1), inputs=[[1]])", "takes a model whose output is φ times its input"),
        ("symmetric_data(linear(2,1,1), inputs=[1, 2])", "inputs must be a square matrix, by rows, as in inputs=[["),
        ("symmetric_data(linear(2,1,1), inputs=[[0, 1], [2, 0]])", "rows 2 and 2 have the product 4, not 1"),
        ("symmetric_data(linear(2,1,1), inputs=[[x]])", "the entries of inputs must be exact numbers, and x is not"),
        ("symmetric_data(linear(2,1,1), inputs=[[1, 0, 0], [0, 1, 0], [0, 0, 1]])", "are not rows of 3"),
        ("symmetric_data(linear(2,1,1), inputs=[[-1, 0], [0, 1]], outputs=[[0, 1], [1, 0]])", "has 1 outputs"),
        ("softmax_gate(experts=1)", "does not depend on its weights"),
        ("attention(heads=100000, d_head=64, dim=768)", "parameters"),
        ("glu(neurons=300, inputs=300, outputs=300)", "forward pass"),
    ],
)
def test_a_call_that_makes_no_sense_is_answered_by_one_sentence(text, message):
    with pytest.raises(cl.ConslawError) as caught:
        cl.parse_model(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["recurrent(hidden=1, steps=2)", "attention(d_head=1, dim=1)", "layernorm(outputs=3, inputs=1)"]
)
def test_a_model_of_the_catalogue_has_certificates(text, tmp_path):
    cl.certify(cl.parse_model(text)).save(tmp_path / "law.json")
    assert cl.verify(tmp_path / "law.json").is_proved


def test_a_claim_names_a_model_of_the_catalogue():
    assert cl.claim("there are exactly 6 laws", "attention(d_head=2, dim=2)").verdict.is_proved
