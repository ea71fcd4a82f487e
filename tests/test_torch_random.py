"""Random networks of torch: every law that a report lists holds for real gradients, whatever stands beside whatever."""

from random import Random

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'conslaw_nb[torch]'")
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402, N812
from torch_modules import Net, drift  # noqa: E402

from conslaw_nb.architectures.report import from_torch  # noqa: E402

SIZE, TOKENS = 4, 3
NETWORKS = 60


def norm(kind):
    return {
        "layer": lambda: nn.LayerNorm(SIZE, eps=0.0),
        "plain": lambda: nn.LayerNorm(SIZE, eps=0.0, elementwise_affine=False),
        "rms": lambda: nn.RMSNorm(SIZE, eps=0.0),
    }[kind]()


# name -> (how many tensors it takes, its parts, what it does with them)
STEPS = {
    "linear": (1, lambda rng: [nn.Linear(SIZE, SIZE, bias=rng.random() < 0.6)], lambda net, x: net[0](x)),
    "again": (1, lambda rng: [nn.Linear(SIZE, SIZE)], lambda net, x: net[0](torch.relu(net[0](x)))),
    "relu": (1, lambda rng: [], lambda net, x: torch.relu(x)),
    "gelu": (1, lambda rng: [nn.GELU()], lambda net, x: net[0](x)),
    "norm": (1, lambda rng: [norm(rng.choice(["layer", "plain", "rms"]))], lambda net, x: net[0](x)),
    "size": (1, lambda rng: [], lambda net, x: x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True))),
    "function": (
        1,
        lambda rng: [nn.LayerNorm(SIZE)],
        lambda net, x: F.layer_norm(x, (SIZE,), net[0].weight, net[0].bias, 0),
    ),
    "softmax": (1, lambda rng: [], lambda net, x: x.softmax(-1)),
    "add": (2, lambda rng: [], lambda net, x, y: x + y),
    "times": (2, lambda rng: [], lambda net, x, y: x * y),
    "gate": (2, lambda rng: [], lambda net, x, y: x * torch.sigmoid(y)),
    "beside": (2, lambda rng: [nn.Linear(2 * SIZE, SIZE)], lambda net, x, y: net[0](torch.cat((x, y), -1))),
    "before": (
        2,
        lambda rng: [nn.LayerNorm(2 * SIZE, eps=0.0), nn.Linear(2 * SIZE, SIZE, bias=False)],
        lambda net, x, y: net[1](net[0](torch.cat((x, y), -1))),
    ),
    "row": (2, lambda rng: [nn.Linear(SIZE, 2 * SIZE)], lambda net, x, y: _halves(torch.cat((x, y), -1) + net[0](y))),
    "copied": (1, lambda rng: [], lambda net, x: x.repeat(1, 2, 1)[:, :TOKENS]),
    "scale": (1, lambda rng: [], lambda net, x: 0.5 * x),
    "halves": (1, lambda rng: [nn.Linear(SIZE, 2 * SIZE)], lambda net, x: _halves(net[0](x))),
    "gated": (1, lambda rng: [nn.Linear(SIZE, 2 * SIZE)], lambda net, x: _gated(net[0](x))),
    "heads": (1, lambda rng: [nn.Linear(SIZE, 3 * SIZE)], lambda net, x: _heads(net[0](x))),
    "mixed": (2, lambda rng: [nn.Linear(SIZE, 2 * SIZE)], lambda net, x, y: _mixed(x, net[0](y))),
    "three": (3, lambda rng: [], lambda net, x, y, z: _one(x, y, z)),
    "gain": (1, lambda rng: [nn.LayerNorm(SIZE, bias=False)], lambda net, x: x * net[0].weight),
    "places": (1, lambda rng: [nn.Embedding(TOKENS, SIZE)], lambda net, x: x + net[0].weight),
    "matrix": (1, lambda rng: [nn.Linear(SIZE, SIZE, bias=False)], lambda net, x: x @ net[0].weight),
}


def _halves(x):
    a, b = x.chunk(2, dim=-1)
    return a * b


def _gated(x):
    a, b = x.split(SIZE, dim=-1)
    return a * F.silu(b)


def _mixed(q, kv):
    k, v = kv.chunk(2, dim=-1)
    return _one(q, k, v)


def _heads(qkv):
    b, t, _ = qkv.shape
    q, k, v = qkv.view(b, t, 3, 2, SIZE // 2).permute(2, 0, 3, 1, 4).unbind(0)
    return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)


def _one(q, k, v):
    return (q @ k.transpose(-2, -1) * 0.3).softmax(-1) @ v


class Network(nn.Module):
    """Steps at random: each takes tensors that are there, newer ones more often."""

    def __init__(self, rng, program=None):
        super().__init__()
        self.program, made = [], 1
        self.parts = nn.ModuleList([nn.Linear(SIZE, SIZE)])
        for step in program or [None] * rng.randint(3, 9):
            name = step[0] if step else rng.choice(list(STEPS))
            takes, parts, _ = STEPS[name]
            start = len(self.parts)
            self.parts.extend(parts(rng))
            inputs = step[1] if step else [max(rng.randrange(made), rng.randrange(made)) for _ in range(takes)]
            self.program.append((name, start, len(self.parts), inputs))
            made += 1
        self.head, self.bare = nn.Linear(SIZE, 2), rng.random() < 0.3

    def forward(self, x):
        made = [self.parts[0](x)]
        for name, start, stop, inputs in self.program:
            made.append(STEPS[name][2](self.parts[start:stop], *(made[i] for i in inputs)))
        return made[-1] if self.bare else self.head(made[-1])


@pytest.mark.parametrize("seed", range(NETWORKS))
def test_every_law_holds_for_real_gradients(seed):
    rng = Random(f"torch {seed}")
    torch.manual_seed(seed)
    network = Network(rng)
    report, rates = drift(network, torch.randn(3, TOKENS, SIZE))
    # where a norm divides by zero, there is no gradient
    wrong = {formula: rate for formula, rate in rates.items() if rate == rate and not rate < 1e-9}
    assert not wrong, f"{wrong} in {network.program}, {report}"
    assert not report.notes


@pytest.mark.parametrize(
    "program",
    [
        [("heads", [0]), ("places", [1])],  # what heads make and positions
        [("heads", [0]), ("heads", [1]), ("add", [1, 2])],  # two layers of attention with one reader
        [("three", [0, 0, 0]), ("matrix", [1]), ("add", [1, 2])],
        [("norm", [0]), ("norm", [1]), ("linear", [2])],  # a gain before a norm does not shift
        [("heads", [0]), ("matrix", [1])],
        [("heads", [0]), ("places", [1]), ("linear", [0]), ("three", [3, 2, 0])],  # keys are what heads make, and more
    ],
)
def test_what_was_wrong_once(program):
    torch.manual_seed(9)
    network = Network(Random("once"), program)
    _, rates = drift(network, torch.randn(3, TOKENS, SIZE))
    assert all(rate < 1e-9 for rate in rates.values()), rates


def in_place(net, x):
    h = net.a(x)
    torch.relu_(h)
    return net.b(h)


def in_place_module(net, x):
    h = net.a(x)
    nn.functional.relu(h, inplace=True)
    return net.b(h)


def in_place_alias(net, x):
    h = net.a(x)
    kept = h
    h += torch.sigmoid(net.b(x))
    return net.c(kept)


def without_gradient(net, x):
    with torch.no_grad():
        h = net.a(x)
    return net.b(h)


def read_without_gradient(net, x):
    h = net.a(x)
    with torch.no_grad():
        y = net.b(h)
    return net.c(h) + y


def detached(net, x):
    h = net.a(x)
    return net.b(h) + net.c(h.detach())


@pytest.mark.parametrize(
    ("forward", "laws"),
    [
        (in_place, 4), (in_place_module, 4), (in_place_alias, 0), (without_gradient, 0), (read_without_gradient, 0),
        (detached, 0),
    ],
)  # fmt: skip
def test_what_a_pass_changes_or_hides_is_seen(forward, laws):
    torch.manual_seed(13)
    net = Net(forward, a=nn.Linear(3, 4), b=nn.Linear(3 if forward is in_place_alias else 4, 4), c=nn.Linear(4, 4))
    with torch.no_grad():  # whoever asks here asks about training all the same
        from_torch(net)
    report, rates = drift(net, torch.randn(6, 3))
    assert report.count == laws, report
    assert all(rate < 1e-9 for rate in rates.values()), rates


def a_channel_of_a_signal(net, x):
    return net.c(x)[:, 0, :]


def a_channel_of_a_token(net, x):
    y = net.h(x) + net.p  # three directions, as the positions say
    return net.h(y[:, -1, :])[:, 0]


@pytest.mark.parametrize(
    ("forward", "parts"),
    [
        (a_channel_of_a_signal, {"c": nn.Conv1d(2, 3, 1)}),
        (a_channel_of_a_token, {"h": nn.Linear(2, 2), "p": nn.Parameter(torch.randn(1, 3, 2))}),
    ],
)
def test_a_channel_that_is_chosen_is_not_a_place(forward, parts):
    assert "getitem()" in from_torch(Net(forward, **parts), count=False).unknown


def test_what_is_returned_by_name_is_seen():
    def forward(net, x):
        h = net.a(x)
        return {"hidden": h, "out": [net.b(net.n(h))]}

    net = Net(forward, a=nn.Linear(3, 4), n=nn.LayerNorm(4, elementwise_affine=False), b=nn.Linear(4, 2))
    assert from_torch(net).count == 0


def test_a_bias_of_a_factor_before_a_batch_norm_is_no_shift():
    def forward(net, x):
        return net.c(net.n(net.a(x) * net.b(x)))

    parts = {"a": nn.Linear(3, 4), "b": nn.Linear(3, 4), "n": nn.BatchNorm1d(4, eps=1e-30), "c": nn.Linear(4, 2)}
    torch.manual_seed(10)
    report, rates = drift(Net(forward, **parts), torch.randn(6, 3))
    assert report.count == 4 + 4 + 4
    assert all(rate < 1e-9 for rate in rates.values()), rates


@pytest.mark.parametrize("between", [nn.ReLU(), nn.Dropout(0.3), nn.ZeroPad2d(1), nn.AvgPool2d(3, 1, 1)])
def test_a_bias_that_is_no_shift_for_a_batch_norm_counts(between):
    torch.manual_seed(12)
    net = nn.Sequential(nn.Conv2d(2, 3, 3), between, nn.BatchNorm2d(3, eps=1e-30), nn.ReLU(), nn.Conv2d(3, 2, 1))
    report, rates = drift(net, torch.randn(5, 2, 6, 6))
    assert all(rate < 1e-9 for rate in rates.values()), rates
    assert report.laws[0].formula == "diag(0.weight 0.weightᵀ + 0.bias 0.biasᵀ)"
    assert report.count == 3 + 3


def test_a_kernel_for_each_channel_is_no_shift():
    def forward(net, x):
        y = net.c(x).permute(0, 2, 3, 1)
        return net.out(net.n(y))

    parts = {"c": nn.Conv2d(3, 3, 3, groups=3), "n": nn.LayerNorm(3, eps=0.0), "out": nn.Linear(3, 2)}
    torch.manual_seed(11)
    report, rates = drift(Net(forward, **parts), torch.randn(4, 3, 6, 6))
    assert [law.formula for law in report.laws if law.formula.startswith("1")] == ["1ᵀ c.bias"]
    assert all(rate < 1e-9 for rate in rates.values()), rates
