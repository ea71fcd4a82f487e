"""What hostile strangers found: modules that were read as if they did what most modules of their class do."""

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'conslaw_nb[torch]'")
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402, N812
from torch_modules import Net, drift  # noqa: E402

import conslaw_nb as cl  # noqa: E402
from conslaw_nb.architectures.report import from_torch  # noqa: E402

ROWS, TOKENS, IMAGE = torch.ones(5, 4), torch.ones(2, 4, 4), torch.ones(2, 3, 6, 6)
Linear, Conv = nn.Linear, nn.Conv2d
WORDS = torch.tensor([[0, 1, 2], [3, 0, 1]])


def chain(between, width=6):
    """Linear, something, Linear: the laws between are as many as `width` where channels are kept apart."""
    parts = {"a": Linear(4, width), "b": Linear(width, 2)}
    if isinstance(between, nn.Module):
        return Net(lambda net, x: net.b(net.m(net.a(x))), m=between, **parts)
    return Net(lambda net, x: net.b(between(net.a(x))), **parts)


def with_parameter(shape, forward, **parts):
    net = Net(forward, **parts)
    net.p = nn.Parameter(torch.randn(shape))
    return net


def of_two(forward, **parts):
    return Net(lambda net, x: forward(net, net.a(x), torch.relu(net.b(x))), a=Linear(4, 3), b=Linear(4, 2), **parts)


def hooked(register, at=1, module=None):
    net = module or nn.Sequential(Linear(4, 3), nn.ReLU(), Linear(3, 2))
    register(net[at] if at is not None else net)
    return net


def replaced(**parts):
    """A layer of a transformer, some of whose parts are others."""
    layer = nn.TransformerEncoderLayer(4, 2, 6, dropout=0.0, batch_first=True)
    for name, part in parts.items():
        setattr(layer, name, part)
    return nn.Sequential(Linear(4, 4), layer, Linear(4, 2))


def twice(gradient):
    return 2 * gradient


def unbatched(net, x):
    return net.b(torch.relu(net.a(x[:1, :1]))[0].flatten(1))


def rows_of_channels(net, x):
    h = torch.relu(net.a(x[:, :1]))
    return net.b(h.view(h.size(0) * h.size(1), -1))


def cut(net, x):
    h = net.a(x)
    return net.b(h.detach_())


def masked(net, x):
    mask = net.mask(x[0])
    return net.b(net.m(x, x, x, attn_mask=mask)[0]) + net.norm(mask)


def used_again(net, x):
    p = net.p.expand(2, -1, -1)
    return net.b(net.a(x) + p) + net.d(net.c(x) + p)


def turned_again(net, x):
    p = net.p.t()
    return net.b(F.linear(x, p)) + net.d(F.linear(x, p))


def embedded(norm=None, **options):
    parts = [nn.Embedding(5, 4, **options), *([norm] if norm else []), Linear(4, 2)]
    return nn.Sequential(*parts)


SMALL = {"a": Conv(1, 4, 3, bias=False), "b": Linear(16, 2)}
# name -> (module, input, how many laws)
FOUND = {
    "pooling over channels": (lambda: chain(nn.AvgPool1d(3, 1, 1)), TOKENS, 0),
    "the largest of channels": (lambda: chain(nn.MaxPool1d(3, 1, 1)), TOKENS, 0),
    "pooling as a function": (lambda: chain(lambda h: F.max_pool1d(h, 3, 1, 1)), TOKENS, 0),
    "averages as a function": (lambda: chain(lambda h: F.avg_pool1d(h, 3, 1, 1)), TOKENS, 0),
    "channels that are moved": (lambda: chain(nn.ZeroPad2d((1, -1, 0, 0))), TOKENS, 0),
    "one image of a batch": (lambda: Net(unbatched, **SMALL), IMAGE, 0),
    "channels as rows": (lambda: Net(rows_of_channels, **SMALL), IMAGE, 0),
    "rows that are counted": (lambda: Net(lambda n, x: n.b(n.a(x[:, :1]).view(8, -1)), **SMALL), IMAGE, 0),
    "some places of three": (
        lambda: Net(lambda n, x: n.b(n.a(x).mean((2, 3))), a=nn.Conv3d(1, 4, 3), b=Linear(4, 2)),
        torch.ones(2, 1, 6, 6, 6),
        0,
    ),
    "all places of three": (
        lambda: Net(lambda n, x: n.b(n.a(x).mean((2, 3, -1))), a=nn.Conv3d(1, 4, 3), b=Linear(4, 2)),
        torch.ones(2, 1, 6, 6, 6),
        10,
    ),
    "a norm of each place": (
        lambda: nn.Sequential(Conv(3, 4, 3), nn.Flatten(), nn.BatchNorm1d(64), Linear(64, 2)),
        IMAGE,
        0,
    ),
    "gradients that are cut": (lambda: Net(cut, a=Linear(4, 3), b=Linear(3, 2)), ROWS, 0),
    "whole numbers": (
        lambda: Net(
            lambda n, x: n.b(n.a(x).to(torch.long).double()) + n.c(x), a=Linear(4, 3), b=Linear(3, 2), c=Linear(4, 2)
        ),
        ROWS,
        0,
    ),
    "another type": (lambda: chain(lambda h: h.to(torch.float64).to(h.device)), ROWS, 21),
    "the type of words": (
        lambda: Net(
            lambda n, x: (lambda h: n.b(h.to(x.dtype).double()) + n.c(h))(n.e(x)),
            e=nn.Embedding(5, 4),
            b=Linear(4, 2),
            c=Linear(4, 2),
        ),
        WORDS,
        0,
    ),
    "a hook that changes values": (
        lambda: hooked(lambda m: m.register_forward_hook(lambda m, i, o: o.tanh())),
        ROWS,
        0,
    ),
    "a hook on the whole": (
        lambda: hooked(lambda m: m.register_forward_hook(lambda m, i, o: o + m[0].weight.sum()), None),
        ROWS,
        0,
    ),
    "a hook that changes gradients": (
        lambda: hooked(lambda m: m.register_full_backward_hook(lambda m, i, o: (2 * i[0],))),
        ROWS,
        0,
    ),
    "a hook inside": (
        lambda: hooked(
            lambda m: m.register_full_backward_hook(lambda m, i, o: (2 * i[0],)),
            1,
            nn.Sequential(Linear(4, 3), nn.Sequential(nn.ReLU()), Linear(3, 2)),
        ),
        ROWS,
        0,
    ),
    "a hook on a weight": (lambda: hooked(lambda m: m.weight.register_hook(twice), 0), ROWS, 0),
    "a hook behind a gradient": (
        lambda: hooked(lambda m: m.weight.register_post_accumulate_grad_hook(lambda p: (p.grad.mul_(2), None)[1]), 0),
        ROWS,
        0,
    ),
    "a forward that is replaced": (lambda: hooked(lambda m: setattr(m, "forward", torch.tanh)), ROWS, 0),
    "padding that is not zero": (lambda: embedded(padding_idx=0), WORDS, 0),
    "gradients by how often": (lambda: embedded(scale_grad_by_freq=True), WORDS, 0),
    "weights of attention": (
        lambda: Net(lambda n, x: n.b(n.m(x, x, x)[1]), m=nn.MultiheadAttention(4, 2, batch_first=True), b=Linear(4, 2)),
        TOKENS,
        16,
    ),
    "a mask that is made": (
        lambda: Net(
            masked,
            mask=Linear(4, 4),
            m=nn.MultiheadAttention(4, 2, batch_first=True),
            b=Linear(4, 4),
            norm=nn.LayerNorm(4, eps=0.0),
        ),
        TOKENS,
        26,
    ),
    "other norms": (lambda: replaced(norm1=nn.RMSNorm(4, eps=0.0), norm2=nn.RMSNorm(4, eps=0.0)), TOKENS, 26),
    "no norms": (lambda: replaced(norm1=nn.Identity(), norm2=nn.Identity()), TOKENS, 32),
    "a layer in place of a layer": (lambda: replaced(linear1=nn.Sequential(Linear(4, 6), nn.Tanh())), TOKENS, 32),
    "a number times all": (
        lambda: Net(lambda n, x: n.b(n.a(x) * n.c(x)), a=Linear(4, 3), b=Linear(3, 2), c=Linear(4, 1)),
        ROWS,
        0,
    ),
    "a large eps": (
        lambda: chain(lambda h: h * torch.rsqrt(h.pow(2).mean(-1, keepdim=True) + 1)),
        ROWS,
        0,
    ),
    "a parameter twice": (
        lambda: with_parameter(
            (1, 1, 4), lambda n, x: n.b(torch.cat((n.p, n.a(x[:1]), n.p), 1)), a=Linear(4, 4), b=Linear(4, 2)
        ),
        TOKENS,
        0,
    ),
    "a parameter spread twice": (
        lambda: with_parameter((1, 1, 4), used_again, **{name: Linear(4, 4) for name in "abcd"}),
        TOKENS,
        0,
    ),
    "a parameter turned over twice": (
        lambda: with_parameter((4, 4), turned_again, b=Linear(4, 2), d=Linear(4, 2)),
        ROWS,
        0,
    ),
    # what is read since
    "channels beside each other": (lambda: of_two(lambda n, a, b: n.c(torch.cat((a, b), -1)), c=Linear(5, 2)), ROWS, 8),
    "and the input": (
        lambda: Net(lambda n, x: n.b(torch.cat((x, n.a(x[..., :4])), 1)), a=Linear(4, 3), b=Linear(7, 2)),
        ROWS,
        6,
    ),
    "three in two steps": (
        lambda: of_two(lambda n, a, b: n.c(torch.cat((torch.cat((a, b), -1), a), -1)), c=Linear(8, 2)),
        ROWS,
        8,
    ),
    "tokens behind each other": (
        lambda: Net(lambda n, x: n.c(torch.cat((n.a(x), n.b(x)), 1)), a=Linear(4, 3), b=Linear(4, 3), c=Linear(3, 2)),
        TOKENS,
        0,
    ),
    "channels beside each other, and more": (
        lambda: of_two(lambda n, a, b: n.c(torch.cat((a, b), -1) + torch.cat((b, a), -1)), c=Linear(5, 2)),
        ROWS,
        0,
    ),
    "dense": (
        lambda: Net(
            lambda n, x: (lambda h: n.c(torch.cat((h, torch.relu(n.b(h))), 1)))(torch.relu(n.a(x))),
            a=Conv(3, 4, 3),
            b=Conv(4, 2, 3, padding=1),
            c=Conv(6, 2, 1),
        ),
        IMAGE,
        6,
    ),
    "groups": (
        lambda: nn.Sequential(
            Conv(3, 4, 3), nn.ReLU(), Conv(4, 8, 3, groups=2), Conv(8, 4, 1, groups=4), Conv(4, 2, 2)
        ),
        IMAGE,
        16,
    ),
    "copies of tokens": (lambda: chain(lambda h: h.unsqueeze(-2).expand(-1, -1, 3, -1)), TOKENS, 21),
    "copies of channels": (
        lambda: Net(lambda n, x: n.b(n.a(x).repeat(1, 1, 2)), a=Linear(4, 3), b=Linear(6, 2)),
        TOKENS,
        0,
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_no_more_is_said_than_real_gradients_keep(name):
    torch.manual_seed(3)
    module, example, laws = FOUND[name]
    example = example if example.dtype == torch.long else torch.randn_like(example)
    report, rates = drift(module(), example)
    assert all(rate < 1e-9 for rate in rates.values()), {f: rate for f, rate in rates.items() if not rate < 1e-9}
    assert report.count == laws, report


def test_weights_that_share_their_place_in_memory_are_one():
    one, other = Linear(4, 4), Linear(4, 4)
    other.weight.data = one.weight.data
    assert from_torch(nn.Sequential(one, nn.ReLU(), other), count=False).count == 0
    views = nn.Sequential(Linear(4, 4), nn.ReLU(), Linear(4, 4))
    nn.utils.vector_to_parameters(nn.utils.parameters_to_vector(views.parameters()), views.parameters())
    assert from_torch(views, count=False).count == 4  # side by side in one vector, and not one


def test_padding_that_is_zero_stays_so():
    assert from_torch(embedded(padding_idx=0), count=False).count == 10


def test_random_depth_is_one_factor_for_all_channels():
    def depth(self, x):
        return x * torch.ones(len(x), 1)

    block = type("StochasticDepth", (nn.Module,), {"forward": depth, "__module__": "torchvision.ops.stochastic_depth"})
    report = from_torch(
        Net(lambda n, x: n.c(n.a(x) + n.d(n.b(x))), a=Linear(4, 3), b=Linear(4, 3), c=Linear(3, 2), d=block())
    )
    assert report.count == 6 and not report.unknown


def test_what_has_hooks_is_named_as_such():
    report = from_torch(hooked(lambda m: m.register_forward_hook(lambda m, i, o: o)))
    assert "1 (ReLU, which has hooks)" in report.unknown
    assert from_torch(hooked(lambda m: m.register_forward_hook(lambda m, i, o: o), None)).unknown == [
        "Sequential itself, which has hooks"
    ]


def test_vectors_are_assumed_where_it_matters():
    report = from_torch(nn.Sequential(Linear(4, 3), nn.BatchNorm1d(3), Linear(3, 2)))
    assert report.notes == ["1 (BatchNorm1d) was read as it is for vectors, (batch, channels)."]


def test_a_prefix_is_not_cut_out_of_the_middle_of_a_name():
    assert "linear2.weightᵀ linear2.weight − linear1.weight linear1.weightᵀ" in repr(
        from_torch(nn.Sequential(nn.Identity(), nn.TransformerEncoderLayer(4, 2, 6, activation="relu")), count=False)
    )


def neuron(forward, **parts):
    """A network with one hidden layer, and what becomes of it."""
    return Net(
        lambda net, x: forward(net, lambda x: net.b(torch.relu(net.a(x))), x), a=Linear(4, 3), b=Linear(3, 2), **parts
    )


def frozen(layer):
    return layer.requires_grad_(False)


IN_PART = {
    "one of the outputs": lambda: neuron(lambda n, f, x: f(x)[:, 0]),
    "a sum of the outputs": lambda: neuron(lambda n, f, x: f(x).sum(-1)),
    "nothing": lambda: neuron(lambda n, f, x: f(x) * 0),
    "a difference": lambda: neuron(lambda n, f, x: (lambda y: y + (-1) * y)(f(x))),
    "copies of one input": lambda: neuron(lambda n, f, x: f(x[:, :1].expand(-1, 4))),
    "inputs less their mean": lambda: neuron(lambda n, f, x: f(x - x.mean(-1, keepdim=True))),
    "the same input twice": lambda: neuron(lambda n, f, x: f(x[:, [0, 0, 1, 2]])),
    "sorted inputs": lambda: neuron(lambda n, f, x: f(x.sort(-1)[0])),
    "a fixed layer behind": lambda: neuron(lambda n, f, x: n.c(f(x)), c=frozen(Linear(2, 1))),
    "a fixed layer before": lambda: neuron(lambda n, f, x: f(n.c(x)), c=frozen(Linear(2, 4))),
    "normalised inputs": lambda: neuron(lambda n, f, x: f(n.c(x)), c=nn.LayerNorm(4, elementwise_affine=False)),
    "inputs that add up to one": lambda: neuron(lambda n, f, x: f(n.c(x)), c=nn.Softmax(-1)),
    "without gradients": lambda: neuron(lambda n, f, x: f(x).detach() + n.c(x), c=Linear(4, 2)),
}


@pytest.mark.parametrize("name", IN_PART)
def test_where_less_is_seen_there_may_be_more_laws(name):
    report = from_torch(IN_PART[name]())
    assert report.headline.endswith("known")
    assert not any(block.verdict is cl.Status.PROVED for block in report.blocks)


def test_data_in_another_shape_are_all_data():
    report = from_torch(neuron(lambda n, f, x: f((x.view(-1, 4) - 0.5) / 0.3)))
    assert report.headline.endswith("3 laws in all"), report


def test_blocks_side_by_side_may_have_laws_together():
    """UᵀU − VVᵀ of both, one on top of the other, has entries that join them: 15 laws, not 6 + 3."""
    parts = {"a": Linear(4, 3), "b": Linear(3, 4), "c": Linear(4, 2), "d": Linear(2, 4)}
    for part in parts.values():
        part.bias = None
    report = from_torch(Net(lambda n, x: n.b(n.a(x)) + n.d(n.c(x)), **parts))
    assert report.headline.endswith("9 laws known")
    assert cl.count_laws(cl.linear(4, 5, 4)).laws == 15
