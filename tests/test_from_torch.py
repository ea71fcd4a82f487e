"""Reports on torch modules: each law holds for the real gradients of the real module, and no known one is missing."""

import subprocess
import sys
from itertools import pairwise

import pytest

import conslaw_nb as cl
from conslaw_nb.errors import ModelError

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'conslaw_nb[torch]'")
from torch import nn  # noqa: E402
from torch_modules import Net, drift  # noqa: E402

from conslaw_nb.architectures.report import from_torch  # noqa: E402


def gpt(tied=False, dropout=0.0):
    """A small language model with the normalisation first."""

    class Language(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens = nn.Embedding(7, 8)
            self.positions = nn.Parameter(torch.randn(5, 8))
            self.blocks = nn.ModuleList(
                nn.TransformerEncoderLayer(8, 2, 12, dropout, "gelu", batch_first=True, norm_first=True)
                for _ in range(2)
            )
            self.norm = nn.LayerNorm(8)
            self.head = nn.Linear(8, 7, bias=False)
            if tied:
                self.head.weight = self.tokens.weight

        def forward(self, x):
            h = self.tokens(x) + self.positions
            for block in self.blocks:
                h = block(h)
            return self.head(self.norm(h))

    return Language()


class Lora(nn.Module):
    def __init__(self, base, rank):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.A = nn.Linear(base.in_features, rank, bias=False)
        self.B = nn.Linear(rank, base.out_features, bias=False)

    def forward(self, x):
        return self.base(x) + 0.5 * self.B(self.A(x))


class Branching(nn.Module):
    """A forward pass that cannot be traced."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))

    def forward(self, x):
        return self.body(x) if x.sum() > 0 else -self.body(x)


def cnn(norm=False):
    def forward(net, x):
        a = net.c1(x)
        a = torch.max_pool2d(torch.relu(net.n1(a) if norm else a), 2)
        return net.fc(torch.flatten(torch.relu(net.c2(a)), 1))

    parts = {"c1": nn.Conv2d(2, 3, 3, padding=1), "c2": nn.Conv2d(3, 4, 3, stride=2), "fc": nn.Linear(4 * 1 * 1, 2)}
    return Net(forward, **parts, **({"n1": nn.BatchNorm2d(3)} if norm else {}))


def image(n=3):
    return torch.randn(n, 2, 8, 8)


CASES = {
    # name -> (module, input, number of laws)
    "mlp": (lambda: nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3)), lambda: torch.randn(6, 4), 5),
    "leaky": (lambda: nn.Sequential(nn.Linear(4, 5), nn.LeakyReLU(), nn.Linear(5, 3)), lambda: torch.randn(6, 4), 5),
    "linear": (
        lambda: nn.Sequential(nn.Linear(4, 3, bias=False), nn.Linear(3, 4, bias=False)),
        lambda: torch.randn(6, 4),
        6,
    ),
    # more channels than what makes and reads them has directions
    "wide linear": (
        lambda: nn.Sequential(nn.Linear(1, 4, bias=False), nn.Linear(4, 1, bias=False)),
        lambda: torch.randn(6, 1),
        7,
    ),
    "linear with bias": (lambda: nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 4)), lambda: torch.randn(6, 4), 6),
    "gelu": (lambda: nn.Sequential(nn.Linear(4, 5), nn.GELU(), nn.Linear(5, 3)), lambda: torch.randn(6, 4), 0),
    "cnn": (
        lambda: nn.Sequential(
            nn.Conv2d(2, 3, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(3, 4, 3),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(16, 2),
        ),
        image,
        7,
    ),
    "cnn with functions": (
        lambda: Net(lambda net, x: net.fc(torch.relu(net.c(x)).mean([2, 3])), c=nn.Conv2d(2, 3, 3), fc=nn.Linear(3, 2)),
        image,
        3,
    ),
    "depthwise": (
        lambda: nn.Sequential(
            nn.Conv2d(2, 3, 1),
            nn.ReLU(),
            nn.Conv2d(3, 3, 3, groups=3),
            nn.ReLU(),
            nn.Conv2d(3, 2, 1),
            nn.Flatten(),
        ),
        image,
        6,
    ),
    "conv 1d": (
        lambda: nn.Sequential(nn.Conv1d(2, 3, 3, bias=False), nn.Conv1d(3, 2, 2, bias=False)),
        lambda: torch.randn(4, 2, 9),
        6,
    ),
    # BatchNorm: 3 norms and 3 biases of the first convolution; its gain with what reads it
    "batch norm": (
        lambda: nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3, eps=1e-30), nn.ReLU(), nn.Conv2d(3, 2, 3)),
        image,
        9,
    ),
    "batch norm that keeps no statistics": (
        lambda: nn.Sequential(
            nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3, 1e-30, track_running_stats=False), nn.ReLU(), nn.Conv2d(3, 2, 3)
        ).eval(),
        image,
        9,
    ),
    "residual": (
        lambda: Net(
            _residual,
            a=nn.Linear(3, 4),
            u=nn.Linear(4, 5),
            v=nn.Linear(5, 4),
            out=nn.Linear(4, 2),
        ),
        lambda: torch.randn(6, 3),
        10 + 5,
    ),
    "skip from the input": (
        lambda: Net(lambda net, x: x + net.v(torch.relu(net.u(x))), u=nn.Linear(4, 5), v=nn.Linear(5, 4)),
        lambda: torch.randn(6, 4),
        5,
    ),
    "a ReLU on one branch of a sum": (
        lambda: Net(
            lambda net, x: net.out(net.a(x) + torch.relu(net.b(x))),
            a=nn.Linear(3, 4),
            b=nn.Linear(3, 4),
            out=nn.Linear(4, 2),
        ),
        lambda: torch.randn(6, 3),
        4,
    ),
    "one number beside all channels": (
        lambda: Net(_beside, a=nn.Linear(3, 4), b=nn.Linear(3, 1), c=nn.Linear(4, 2), d=nn.Linear(1, 2)),
        lambda: torch.randn(6, 3),
        0,
    ),
    "channels in two directions": (
        lambda: Net(
            lambda net, x: net.out(net.c(x) + net.l(x)), c=nn.Conv1d(3, 3, 1), l=nn.Linear(3, 3), out=nn.Conv1d(3, 2, 1)
        ),
        lambda: torch.randn(6, 3, 3),
        0,
    ),
    "bilinear glu": (
        lambda: Net(lambda net, x: net.c(net.a(x) * net.b(x)), a=nn.Linear(3, 4), b=nn.Linear(3, 4), c=nn.Linear(4, 2)),
        lambda: torch.randn(6, 3),
        8,
    ),
    "swiglu": (
        lambda: Net(
            lambda net, x: net.c(net.a(x) * nn.functional.silu(net.b(x))),
            a=nn.Linear(3, 4),
            b=nn.Linear(3, 4),
            c=nn.Linear(4, 2),
        ),
        lambda: torch.randn(6, 3),
        4,
    ),
    "a factor that a layer reads too": (
        lambda: Net(_read_by_a_layer, a=nn.Linear(3, 4), b=nn.Linear(3, 4), c=nn.Linear(4, 2), d=nn.Linear(4, 2)),
        lambda: torch.randn(6, 3),
        4,
    ),
    # a² − 2c² is conserved, of each channel: the reader of networks knows no such law
    "a square": (
        lambda: Net(_squared, a=nn.Linear(3, 4), c=nn.Linear(4, 2)),
        lambda: torch.randn(6, 3),
        0,
    ),
    "a factor that is read elsewhere too": (
        lambda: Net(
            _read_twice,
            a=nn.Linear(3, 4),
            b=nn.Linear(3, 4),
            c=nn.Linear(4, 2),
            d=nn.Linear(4, 2),
        ),
        lambda: torch.randn(6, 3),
        4,
    ),
    "attention": (
        lambda: Net(lambda net, x: net.at(x, x, x)[0], at=nn.MultiheadAttention(4, 2, batch_first=True)),
        lambda: torch.randn(3, 5, 4),
        2 * (3 + 3 + 2),
    ),
    "attention without bias": (
        lambda: Net(lambda net, x: net.at(x, x, x)[0], at=nn.MultiheadAttention(4, 2, bias=False, batch_first=True)),
        lambda: torch.randn(3, 5, 4),
        2 * (3 + 3),
    ),
    "transformer layer, norm first": (
        lambda: nn.TransformerEncoderLayer(4, 2, 6, 0.0, "relu", batch_first=True, norm_first=True),
        lambda: torch.randn(3, 5, 4),
        16 + 4 + 4 + 6,
    ),
    # norm last: the sums of what the norms read, for two weights and two biases
    "transformer layer, norm last": (
        lambda: nn.TransformerEncoderLayer(4, 2, 6, 0.0, "gelu", batch_first=True),
        lambda: torch.randn(3, 5, 4),
        16 + (4 + 1) + (6 + 1),
    ),
    "transformer with dropout": (
        lambda: nn.TransformerEncoderLayer(4, 2, 6, 0.5, "gelu", batch_first=True),
        lambda: torch.randn(3, 5, 4),
        16,
    ),
    "layer norm": (
        lambda: nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4, eps=0.0, elementwise_affine=False)),
        lambda: torch.randn(6, 3),
        1 + 3 + 1,
    ),
    "rms norm": (
        lambda: nn.Sequential(nn.Linear(3, 4, bias=False), nn.RMSNorm(4, eps=0.0, elementwise_affine=False)),
        lambda: torch.randn(6, 3),
        1,
    ),
    "lora": (lambda: Lora(nn.Linear(4, 5), 2), lambda: torch.randn(6, 4), 3),
    "frozen": (
        lambda: nn.Sequential(nn.Linear(4, 5).requires_grad_(False), nn.ReLU(), nn.Linear(5, 3)),
        lambda: torch.randn(6, 4),
        0,
    ),
    "branching": (Branching, lambda: torch.randn(6, 3), 4),
}


def _beside(net, x):
    h = net.b(x)
    return net.c(net.a(x) + h) + net.d(h)


def _residual(net, x):
    h = net.a(x)
    return net.out(h + net.v(torch.relu(net.u(h))))


def _read_by_a_layer(net, x):
    a = net.a(x)
    return net.c(a * net.b(x)) + net.d(a)


def _squared(net, x):
    a = net.a(x)
    return net.c(a * a)


def _read_twice(net, x):
    a = net.a(x)
    return net.c(a * net.b(x)) + net.d(torch.sigmoid(a))


@pytest.mark.parametrize("name", CASES)
def test_every_law_of_a_report_is_orthogonal_to_real_gradients(name):
    make, data, laws = CASES[name]
    torch.manual_seed(1)
    report, rates = drift(make(), data())
    assert report.count == laws
    assert all(rate < 1e-12 for rate in rates.values()), rates


@pytest.mark.parametrize("tied", [False, True])
def test_a_language_model_keeps_what_its_norms_do_not_see(tied):
    torch.manual_seed(2)
    net = gpt(tied)
    for layer in net.modules():
        if isinstance(layer, nn.LayerNorm):
            layer.eps = 0.0
    report, rates = drift(net, torch.randint(0, 7, (4, 5)))
    assert all(rate < 1e-12 for rate in rates.values()), rates
    attention = 2 * (2 * (10 + 10 + 4))  # two layers of two heads with four rows each
    gains = 2 * 2 * 8  # two norms in each layer
    sums = 2 * ((8 + 1) + (12 + 1)) + 5  # of what is added to the stream: two layers, and the positions
    if tied:  # the embedding is the head too: neither its sums nor the size of the stream is kept, nor the last gain
        assert report.count == attention + gains + sums
    else:
        assert report.count == attention + gains + sums + 7 + 1 + 8


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("mlp", "relu(4,5,3,bias=True)"),
        ("linear", "linear(4,3,4)"),
        ("cnn", "conv(channels=[2, 3, 4, 2], kernels=[9, 9, 4], relu=True, bias=True)"),
        ("attention", "attention_layer(heads=2, d_head=2, dim=4, gain=False, bias=True)"),
        ("attention without bias", "attention_layer(heads=2, d_head=2, dim=4, gain=False, bias=False)"),
        ("lora", "linear(4,2,5)"),
    ],
)
def test_blocks_that_the_catalogue_knows_are_counted_and_no_law_is_missing(name, model):
    report = from_torch(CASES[name][0]())
    (block,) = report.blocks
    assert block.model == model
    assert block.verdict is cl.Status.PROVED
    assert cl.count_laws(cl.parse_model(model)).laws == block.count
    assert f"exactly {block.count} laws" in repr(report)
    assert f'cl.parse_model("{model}")' in report.python


def test_a_linear_network_with_biases_is_not_one_without():
    (block,) = from_torch(CASES["linear with bias"][0]()).blocks
    assert (block.model, block.verdict) == ("", cl.Status.UNKNOWN)


def test_the_python_of_a_report_runs(tmp_path):
    script = tmp_path / "laws.py"
    script.write_text(from_torch(CASES["transformer layer, norm first"][0]()).python, encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert "exactly 20 independent conservation laws" in done.stdout


def test_equal_blocks_are_one_row_and_counted_once():
    said = []
    net = nn.Sequential(*(nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2), nn.Tanh()) for _ in range(4)))
    report = from_torch(net, progress=said.append)
    assert len(report.blocks) == 4 and len(report.rows()) == 1
    assert report.rows()[0][0] == "0.0, 0.2, and 3 equal"
    assert said == ["counting the laws of relu(2,3,2,bias=True)"]
    assert report.count == 12


def test_biases_that_are_added_up_are_not_seen_one_by_one():
    """Their difference is a fifth law, which the reader does not list: so nothing is said of all laws."""
    parts = {"u1": nn.Linear(3, 2), "v1": nn.Linear(2, 1), "u2": nn.Linear(3, 2), "v2": nn.Linear(2, 1)}
    net = Net(lambda net, x: net.v1(torch.relu(net.u1(x))) + net.v2(torch.relu(net.u2(x))), **parts)
    assert from_torch(net).headline == "Net: 22 trained parameters, 4 laws known"


def test_a_network_of_mnist_says_that_its_number_is_cited():
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    assert from_torch(net).headline == "Sequential: 203,530 trained parameters, 256 laws in all"
    report = from_torch(net, largest=20_000)
    assert report.headline == "Sequential: 203,530 trained parameters, 256 laws known"
    assert "the number is cited, not counted: D − (hidden neurons) paths" in repr(report)
    assert list(report.without) == ["3.bias"]


def test_a_transformer_layer_of_gpt_2s_sizes():
    layer = nn.TransformerEncoderLayer(768, 12, 3072, 0.0, "gelu", batch_first=True, norm_first=True)
    report = from_torch(layer)
    assert report.parameters == 7_087_872
    assert [block.model for block in report.blocks] == [
        "attention_layer(heads=12, d_head=64, dim=768, gain=True, bias=True)",
        "gained(outputs=3072, inputs=768, bias=True)",
    ]
    assert [block.count for block in report.blocks] == [12 * (2 * 64 * 65 // 2 + 64) + 768, 768]
    html = report._repr_html_()
    assert html.count("<tr>") == 3 and "self_attn.Qₕ self_attn.Qₕᵀ" in html


def test_what_is_not_known_is_named_with_what_to_do():
    net = nn.Sequential(nn.Linear(3, 4), nn.LSTM(4, 5))
    report = from_torch(net)
    assert report.unknown == ["1 (LSTM)"]
    assert report.count == 0
    assert "Not known: 1 (LSTM). They were taken to see their inputs as they are" in repr(report)
    assert "cl.model(...)" in repr(report)


def test_a_subclass_with_a_forward_of_its_own_is_not_taken_for_its_parent():
    class Squared(nn.Linear):
        def forward(self, x):
            return super().forward(x) ** 2

    report = from_torch(nn.Sequential(nn.Linear(3, 4), Squared(4, 2)))  # read through its own forward
    assert report.count == 10 and report.unknown == ["pow()"]


def raw(multiply):
    net = Net(lambda net, x: multiply(net, x))
    net.w, net.v = nn.Parameter(torch.randn(4, 3)), nn.Parameter(torch.randn(2, 4))
    return net


@pytest.mark.parametrize(
    "net",
    [
        raw(lambda net, x: nn.functional.linear(torch.relu(nn.functional.linear(x, net.w)), net.v)),
        raw(lambda net, x: torch.relu(x @ net.w.T) @ net.v.t()),
        raw(lambda net, x: torch.matmul(torch.relu(x.matmul(net.w.transpose(0, 1))), net.v.T)),
    ],
    ids=["linear", "@", "matmul"],
)
def test_parameters_by_themselves_are_read_as_layers(net):
    report = from_torch(net)
    assert report.headline.endswith("20 trained parameters, 4 laws in all")
    assert [law.formula for law in report.laws] == ["diag(vᵀ v − w wᵀ)"]


def test_a_matrix_from_the_right_is_read_too():
    net = Net(lambda net, x: torch.relu(x @ net.w) @ net.v)
    net.w, net.v = nn.Parameter(torch.randn(3, 4)), nn.Parameter(torch.randn(4, 2))
    report = from_torch(net)
    assert (report.headline, report.blocks[0].model) == ("Net: 20 trained parameters, 4 laws in all", "relu(3,4,2)")
    assert [law.formula for law in report.laws] == ["diag(v vᵀ − wᵀ w)"]
    _, rates = drift(net, torch.randn(9, 3))
    assert all(rate < 1e-12 for rate in rates.values()), rates


def test_a_gain_that_the_pass_multiplies_is_a_factor():
    net = Net(lambda net, x: (net.g * torch.relu(x @ net.w.T)) @ net.v.T)
    net.w, net.v, net.g = (nn.Parameter(torch.randn(*shape)) for shape in ((5, 3), (2, 5), (5,)))
    report, rates = drift(net, torch.randn(9, 3))
    assert (report.count, report.unknown) == (10, [])
    assert all(rate < 1e-12 for rate in rates.values()), rates


def test_a_norm_may_be_what_reads_the_input_first():
    net = Net(
        lambda net, x: x + net.b(nn.functional.gelu(net.a(net.norm(x)))),
        norm=nn.LayerNorm(4), a=nn.Linear(4, 6), b=nn.Linear(6, 4),
    )  # fmt: skip
    report = from_torch(net)
    assert (report.count, report.unknown) == (4, [])
    assert report.blocks[0].model == "gained(outputs=6, inputs=4, bias=True)"


def tied_rows():
    net = Net(lambda net, x: net.o(torch.relu(net.h(net.e(x)))), e=nn.Embedding(9, 4), h=nn.Linear(4, 4))
    net.o = nn.Linear(4, 9, bias=False)
    net.o.weight = net.e.weight
    return net


# What has laws that are not listed, or may have: nothing may be said to be all.
@pytest.mark.parametrize(
    ("net", "laws", "unknown"),
    [
        (nn.LSTM(3, 4), 0, ["LSTM itself"]),  # the difference of its two biases is kept
        (nn.Sequential(nn.Linear(3, 4), nn.GRU(4, 4)), 0, ["1 (GRU)"]),
        (nn.Bilinear(2, 3, 4), 0, ["bilinear()"]),
        (tied_rows(), 0, []),
        (
            nn.Sequential(nn.Conv2d(2, 4, 3), nn.ReLU(), nn.Conv2d(4, 6, 3, groups=2), nn.ReLU(), nn.Conv2d(6, 1, 3)),
            10,
            [],
        ),
        (nn.Sequential(nn.ConvTranspose2d(2, 3, 3), nn.ReLU(), nn.Conv2d(3, 1, 3)), 0, ["0 (ConvTranspose2d)"]),
        (nn.MultiheadAttention(4, 2, kdim=3, vdim=5), 0, ["the network (attention with other widths for keys and"]),
        (
            nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(3, 4)), nn.ReLU(), nn.Linear(4, 2)),
            0,
            ["0 (ParametrizedLinear)"],
        ),
        (Net(lambda net, x: net.a(x) if x.sum() > 0 else -x, a=nn.Linear(3, 3)), 0, []),
        (Net(lambda net, x: net.a(x), a=nn.Linear(3, 3), b=nn.Linear(5, 5)), 0, []),  # b is never used
        (
            nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2), nn.Softmax(dim=1)),
            4,
            ["Softmax over direction 1"],
        ),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, nn.Module) else "",
)
def test_all_laws_are_claimed_only_where_every_parameter_is_accounted_for(net, laws, unknown):
    report = from_torch(net)
    assert report.headline.endswith(f"{laws} laws known")
    assert [name[: len(wanted)] for name, wanted in zip(report.unknown, unknown, strict=True)] == unknown


@pytest.mark.parametrize(
    "end",
    [nn.Softmax(dim=-1), nn.LogSoftmax(-1), Net(lambda _, x: nn.functional.log_softmax(x, dim=-1))],
    ids=["Softmax", "LogSoftmax", "log_softmax"],
)
def test_a_softmax_at_the_end_does_not_see_a_common_shift(end):
    net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2), end)
    report = from_torch(net)
    assert report.headline.endswith("9 laws known")
    assert [law.formula for law in report.laws[1:]] == ["1ᵀ 2.weight", "1ᵀ 2.bias"]
    assert "A softmax drops what is common" in report.laws[1].reason
    _, rates = drift(net, torch.randn(9, 3))
    assert all(rate < 1e-12 for rate in rates.values()), rates


def test_what_a_convolution_in_groups_makes_is_known():
    net = nn.Sequential(nn.Conv2d(4, 8, 3, groups=2), nn.ReLU(), nn.Conv2d(8, 4, 3))
    assert from_torch(net).headline == "Sequential: 444 trained parameters, 8 laws in all"
    _, rates = drift(net, torch.randn(2, 4, 7, 7))
    assert all(rate < 1e-12 for rate in rates.values()), rates


def test_a_layer_without_width_is_refused():
    with pytest.raises(ModelError, match=r"0 has a weight of shape \(0, 3\): a layer of width 0"):
        from_torch(nn.Sequential(nn.Linear(3, 0), nn.Linear(0, 2)))


def test_a_forward_that_branches_says_how_it_was_read():
    report = from_torch(Branching())
    assert "The order of the layers could not be traced" in report.notes[0]
    assert "body.0, body.2" in repr(report)


def test_weights_used_beside_their_layer_have_no_laws():
    net = Net(lambda net, x: nn.functional.linear(torch.relu(net.a(x)), net.a.weight.T), a=nn.Linear(3, 4, bias=False))
    assert from_torch(net).count == 0


def test_an_embedding_that_is_the_head_too_has_no_laws():
    net = Net(
        lambda net, x: nn.functional.linear(net.norm(net.tokens(x)), net.tokens.weight),
        tokens=nn.Embedding(5, 4),
        norm=nn.LayerNorm(4, elementwise_affine=False),
    )
    assert from_torch(net).count == 0


def test_a_block_with_more_laws_than_symmetry_explains_says_so():
    """The seventh law is found; of the eleven laws of a longer chain two are not."""

    def chain(*widths):
        return from_torch(nn.Sequential(*(nn.Linear(a, b, bias=False) for a, b in pairwise(widths))))

    report = chain(1, 2, 2, 1)
    (block,) = report.blocks
    assert (block.model, block.number, block.verdict) == ("linear(1,2,2,1)", "exactly 7", cl.Status.PROVED)
    assert block.found == ["∫ (c_1*de_2 + c_0*de_1)/(c_1**2*e_2 + c_1*c_0*e_1 + c_0**2)   (quadrature)"]
    assert block.found[0] in repr(report)
    (block,) = chain(1, 2, 2, 2, 1).blocks
    assert (block.number, block.verdict, block.found) == ("at least 9", cl.Status.UNKNOWN, [])
    assert "which has 11 laws: some may be missing above" in block.basis


def test_the_biases_of_the_keys_stand_by_themselves():
    report = from_torch(CASES["attention"][0]())
    assert [law.formula for law in report.laws if "K1" in law.formula] == [
        "at.Q1 at.Q1ᵀ + at.bQ1 at.bQ1ᵀ − at.K1 at.K1ᵀ",
        "at.bK1",
    ]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (nn.Linear, "from_torch(module) takes a module, and Linear is a class: make one, Linear(...)"),
        ("net", "from_torch(module) takes a torch.nn.Module, not 'net'"),
        (nn.ReLU(), "this ReLU has no parameters, so there is nothing to conserve"),
        (nn.LazyLinear(3), "has no shape yet: run the module once on an example first"),
    ],
)
def test_what_is_not_a_network_is_refused_in_one_sentence(value, message):
    with pytest.raises(cl.ConslawError) as caught:
        from_torch(value)
    assert message in str(caught.value) and "\n" not in str(caught.value)
