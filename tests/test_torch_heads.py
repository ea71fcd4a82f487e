"""Attention as people write it: however heads are split, its laws hold for real gradients, and none is missing."""

import math

import pytest

import conslaw_nb as cl

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'conslaw_nb[torch]'")
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402, N812
from torch_modules import DIM, HEADS, WIDTH, Causal, Language, Llama, Net, Rotary, drift  # noqa: E402

from conslaw_nb.architectures.report import from_torch  # noqa: E402

LAWS = HEADS * (3 + 3)  # of weights without biases
KEPT = LAWS + HEADS * WIDTH  # with biases, those of the keys beside them


def packed(forward, bias=False, **parts):
    return Net(forward, qkv=nn.Linear(DIM, 3 * DIM, bias=bias), proj=nn.Linear(DIM, DIM, bias=bias), **parts)


def three(forward, biases=(False,) * 3, keys=DIM, queries=DIM, **parts):
    q, k, v = (nn.Linear(DIM, n, bias=b) for n, b in zip((queries, keys, keys), biases, strict=True))
    return Net(forward, q=q, k=k, v=v, o=nn.Linear(queries, DIM, bias=all(biases)), **parts)


def vision(net, x):
    B, N, C = x.shape
    qkv = net.qkv(x).reshape(B, N, 3, HEADS, C // HEADS).permute(2, 0, 3, 1, 4)
    q, k, v = qkv.unbind(0)
    scores = (q @ k.mT) / 1.4
    return net.proj((scores.softmax(dim=-1) @ v).transpose(1, 2).reshape(B, N, C))


def indexed(net, x):
    B, N, _ = x.shape
    qkv = net.qkv(x).view(B, N, 3, HEADS, WIDTH).permute(2, 0, 3, 1, 4)
    y = F.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2])
    return net.proj(y.permute(0, 2, 1, 3).flatten(2))


def interleaved(net, x):
    B, T, _ = x.shape
    q, k, v = net.qkv(x).view(B, T, HEADS, 3 * WIDTH).transpose(1, 2).chunk(3, dim=-1)
    return net.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(B, T, -1))


def split_heads(net, x, h=HEADS):
    B = x.size(0)
    return (p(x).view(B, -1, h, WIDTH).transpose(1, 2) for p in (net.q, net.k, net.v))


def separate(net, x):
    q, k, v = split_heads(net, x)
    weights = torch.softmax(torch.matmul(q, k.transpose(2, 3)) / math.sqrt(WIDTH), dim=-1)
    return net.o(torch.matmul(weights, v).transpose(1, 2).reshape(x.size(0), -1, HEADS * WIDTH))


def single(net, x):
    return net.o(F.softmax(net.q(x) @ net.k(x).transpose(1, 2) / DIM**0.5, dim=2) @ net.v(x))


def grouped(net, x):
    B, T, _ = x.shape
    q = net.q(x).view(B, T, 4, WIDTH).transpose(1, 2)
    k, v = (p(x).view(B, T, 2, WIDTH).transpose(1, 2) for p in (net.k, net.v))
    if net.repeats:
        k, v = k.repeat_interleave(2, dim=1), v.repeat_interleave(2, dim=1)
        y = F.scaled_dot_product_attention(q, k, v)
    else:
        y = F.scaled_dot_product_attention(q, k, v, enable_gqa=True)
    return net.o(y.transpose(1, 2).reshape(B, T, 4 * WIDTH))


def tokens():
    return torch.randn(3, 5, DIM)


GROUPED = 2 * 2 * 3
LAYER = "attention_layer(heads={}, d_head={}, dim=4, gain=False, bias={})".format
EXACT = {
    # name -> (module, number of laws, model)
    "by hand": (Causal, KEPT, LAYER(2, 2, True)),
    "by hand without biases": (lambda: Causal(False), LAWS, LAYER(2, 2, False)),
    "fused": (lambda: Causal(fused=True), KEPT, LAYER(2, 2, True)),
    "with dropout": (lambda: Causal(dropout=0.3), KEPT, LAYER(2, 2, True)),
    "vision": (lambda: packed(vision, True), KEPT, LAYER(2, 2, True)),
    "indexed": (lambda: packed(indexed), LAWS, LAYER(2, 2, False)),
    "interleaved": (lambda: packed(interleaved), LAWS, LAYER(2, 2, False)),
    "separate": (lambda: three(separate), LAWS, LAYER(2, 2, False)),
    "separate with biases": (lambda: three(separate, (True,) * 3), KEPT, LAYER(2, 2, True)),
    "one head": (lambda: three(single), 20, LAYER(1, 4, False)),
    "groups": (
        lambda: three(grouped, keys=4, queries=8, repeats=0),
        GROUPED,
        "gqa(groups=2, queries=2, d_head=2, dim=4)",
    ),
    "groups, repeated": (
        lambda: three(grouped, keys=4, queries=8, repeats=1),
        GROUPED,
        "gqa(groups=2, queries=2, d_head=2, dim=4)",
    ),
}


@pytest.mark.parametrize("name", EXACT)
def test_attention_by_hand_has_the_laws_of_attention(name):
    make, laws, model = EXACT[name]
    torch.manual_seed(3)
    report, rates = drift(make(), tokens())
    assert all(rate < 1e-12 for rate in rates.values()), rates
    assert report.count == laws and not report.unknown
    (block,) = report.blocks
    assert block.model == model


@pytest.mark.parametrize("name", ["by hand", "vision", "one head", "groups"])
def test_and_no_others(name):
    make, laws, _ = EXACT[name]
    (block,) = from_torch(make()).blocks
    assert block.verdict is cl.Status.PROVED and block.number == f"exactly {laws}"


def scored(change, before=lambda net, x: x, k=lambda x: x):
    """One head, with something between scores and weights."""

    def forward(net, x):
        scores = change(net, before(net, net.q(x)) @ k(net.k(x)).mT)
        return net.o(scores.softmax(-1) @ net.v(x))

    return forward


def rotated(net, x):
    even, odd = x[..., ::2], x[..., 1::2]
    return torch.cat((even * 0.6 - odd * 0.8, even * 0.8 + odd * 0.6), -1)


def cached(net, x):
    k = net.k(x)
    return net.o((net.q(x) @ k.mT).softmax(-1) @ net.v(x)) + torch.sigmoid(k)


def kept_values(net, x):
    v = net.v(x)
    return net.o((net.q(x) @ net.k(x).mT).softmax(-1) @ v) + v


def two_readers(net, x):
    y = (net.q(x) @ net.k(x).mT).softmax(-1) @ net.v(x)
    return net.o(y) + net.p(y)


def both(net, x):
    a, b = net.qkv(x).chunk(2, dim=-1)
    return net.proj(F.silu(a) * b)


def crossed(net, x):
    q, k, v = net.qkv(x).view(3, 5, 3, HEADS, WIDTH).permute(2, 0, 3, 1, 4)
    return net.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(-2))


def masked(net, x):
    mask = net.m(x)
    return net.o(F.scaled_dot_product_attention(net.q(x), net.k(x), net.v(x), mask)) + net.n(mask)


def one_for_two(net, x):
    a = net.q(x)
    return net.o((a @ a.mT).softmax(-1) @ net.v(x))


def keys_as_values(net, x):
    k = net.k(x)
    return net.o((net.q(x) @ k.mT).softmax(-1) @ k)


def outcome(after):
    return lambda net, x: after(net, (net.q(x) @ net.k(x).mT).softmax(-1) @ net.v(x))


def more_in_it(net, x):
    q, k, v, e = net.qkv(x).split([DIM, DIM, DIM, 2], dim=-1)
    return net.proj(F.scaled_dot_product_attention(q, k, v)) + torch.sigmoid(e).sum()


def one_rotated(net, x):
    b, t, _ = x.shape
    q, k, v = net.qkv(x).view(b, t, 3, HEADS, WIDTH).unbind(2)
    q = torch.cat((q[..., 1:], q[..., :1]), dim=-1).unbind(2)[1]
    y = (q @ k.unbind(2)[1].mT).softmax(-1) @ v.unbind(2)[1]
    return net.proj(torch.cat((y, x[:, :, 2:]), dim=-1))


QK, VO = 10, 10  # of one head of four rows
BIASES = (True,) * 3
BETWEEN = {
    # name -> (module, number of laws, what is not known)
    "a mask that is added": (lambda: three(scored(lambda net, s: s + torch.triu(torch.full((5, 5), -9.0), 1))), 20, ""),
    "a mask with torch.where": (lambda: three(scored(lambda net, s: torch.where(torch.eye(5) > 0, s, -9.0))), 20, ""),
    "a scale before the product": (lambda: three(scored(lambda net, s: s, lambda net, q: q * 0.5)), 20, ""),
    # what is not a shift for softmax keeps no bias of the keys
    "scores times a table": (lambda: three(scored(lambda net, s: s * torch.ones(5, 5)), BIASES), 10, "mul()"),
    "scores that are cut": (lambda: three(scored(lambda net, s: 3 * torch.tanh(s)), BIASES), VO, "tanh"),
    "dropout on scores": (lambda: three(scored(lambda net, s: F.dropout(s, 0.5)), BIASES), VO, "dropout"),
    "a learned temperature": (
        lambda: three(scored(lambda net, s: s * net.t.exp()), t=nn.Parameter(torch.ones(()))),
        VO,
        "mul()",
    ),
    "a learned table": (lambda: three(scored(lambda net, s: s + net.t), t=nn.Parameter(torch.ones(5, 5))), VO, "add()"),
    "rotated queries": (lambda: three(scored(lambda net, s: s, rotated)), VO, "getitem()"),
    "softmax over the queries": (
        lambda: Net(lambda net, x: net.o((net.q(x) @ net.k(x).mT).softmax(1) @ net.v(x)), **qkvo()),
        VO,
        "softmax()",
    ),
    "keys that are seen": (lambda: three(cached), VO, ""),
    "values that are seen": (lambda: three(kept_values), QK, ""),
    "two readers": (lambda: three(two_readers, p=nn.Linear(DIM, DIM)), QK + VO, ""),
    "no softmax": (
        lambda: three(lambda net, x: net.o(net.q(x) @ net.k(x).mT @ net.v(x))),
        VO,
        "attention without softmax",
    ),
    "a packed gate": (lambda: Net(both, qkv=nn.Linear(DIM, 12), proj=nn.Linear(6, DIM)), 6, ""),
    "the heads of whisper": (lambda: three(separate, (True, False, True)), LAWS, ""),
    "a mask that another layer makes": (
        lambda: three(masked, m=nn.Linear(DIM, 5, bias=False), n=nn.Linear(5, DIM, bias=False)),
        0,
        "scaled_dot_product_attention()",
    ),
    "one projection for two": (lambda: Net(one_for_two, **qkvo("qvo")), VO, ""),
    "keys as values": (lambda: Net(keys_as_values, **qkvo("qko")), 0, ""),
    "keys of which more is seen": (lambda: Causal(False, seen=True), LAWS // 2, "not stand last"),
    "a relu on the keys": (lambda: three(scored(lambda net, s: s, k=torch.relu)), VO, ""),
    "a relu on the queries": (lambda: three(scored(lambda net, s: s, lambda net, q: torch.relu(q))), VO, ""),
    "a relu on the outcome": (lambda: three(outcome(lambda net, y: net.o(torch.relu(y)))), QK + 4, ""),
    "an outcome that is seen": (lambda: three(outcome(lambda net, y: net.o(y) + y)), QK, ""),
    "an outcome that is normalised": (
        lambda: three(outcome(lambda net, y: net.o(net.n(y))), n=nn.LayerNorm(DIM)),
        QK + DIM,
        "",
    ),
    "a projection with more in it": (
        lambda: Net(more_in_it, qkv=nn.Linear(DIM, 14, bias=False), proj=nn.Linear(DIM, DIM, bias=False)),
        QK + VO,
        "",
    ),
    "one rotated head of two": (lambda: packed(one_rotated), 0, "unbind()"),
    "unpacked": (lambda: packed(crossed), 0, "view()"),
}


def qkvo(names="qkvo"):
    return {name: nn.Linear(DIM, DIM, bias=False) for name in names}


@pytest.mark.parametrize("name", BETWEEN)
def test_what_stands_between_is_read_or_named(name):
    make, laws, unknown = BETWEEN[name]
    torch.manual_seed(4)
    report, rates = drift(make(), tokens())
    assert all(rate < 1e-12 for rate in rates.values()), rates
    assert report.count == laws, report
    assert (unknown in " ".join(report.unknown)) if unknown else not report.unknown, report
    if laws < QK + VO or name in ("the heads of whisper", "a projection with more in it"):
        assert all("attention_layer" not in block.model for block in report.blocks)


@pytest.mark.parametrize("tied", [False, True])
def test_a_language_model_written_out_is_read_as_one_of_torch(tied):
    torch.manual_seed(5)
    net = Language(tied)
    report, rates = drift(net, torch.randint(0, 7, (4, 5)))
    assert not report.unknown and not report.notes, report
    assert all(rate < 1e-12 for rate in rates.values()), rates
    attention, gains, sums = 2 * KEPT, 2 * 2 * DIM, 2 * ((DIM + 1) + (6 + 1)) + 9
    assert report.count == attention + gains + sums + (0 if tied else DIM + 7 + 1)
    models = {block.model for block in report.blocks}
    assert "attention_layer(heads=2, d_head=2, dim=4, gain=True, bias=True)" in models


def test_a_model_with_rotary_positions_and_norms_written_out_is_read():
    torch.manual_seed(6)
    report, rates = drift(Llama(), torch.randint(0, 7, (4, 5)))
    assert not report.unknown and not report.notes, report
    assert all(rate < 1e-12 for rate in rates.values()), rates
    assert report.count == 8 + 2 + 10 + 8 + 12 + 8 + 1  # gains, pairs of channels, values, gates, and the size of all
    assert "added over (1, 3) (2, 4)" in repr(report)


@pytest.mark.parametrize("bias", [False, True])
def test_rotary_positions_keep_one_law_for_each_pair_and_see_the_biases(bias):
    torch.manual_seed(7)
    report, rates = drift(Rotary(8, 2, 2, bias), torch.randn(3, 5, 8))
    assert all(rate < 1e-12 for rate in rates.values()), rates
    assert report.count == 2 * (2 + 10) and not report.unknown
    assert all(block.model == "" and block.verdict is cl.Status.UNKNOWN for block in report.blocks)


NORMS = {
    "rsqrt": lambda y: y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + 1e-30),
    "sqrt": lambda y: y / (y.square().sum(dim=-1, keepdim=True) + 1e-30).sqrt(),
    "norm": lambda y: y / y.norm(dim=-1, keepdim=True),
    "normalize": lambda y: F.normalize(y, dim=-1),
}
OTHERS = {
    "over the tokens": lambda y: y * torch.rsqrt(y.pow(2).mean(1, keepdim=True)),
    "not divided": lambda y: y * y.pow(2).mean(-1, keepdim=True),
    "seen by itself": lambda y: y / y.norm(dim=-1, keepdim=True) + y.norm(dim=-1, keepdim=True),
    "another power": lambda y: y / y.norm(p=1, dim=-1, keepdim=True),
}


@pytest.mark.parametrize("name", [*NORMS, *OTHERS])
def test_norms_written_out_are_read_or_named(name):
    forward = {**NORMS, **OTHERS}[name]
    torch.manual_seed(8)
    report, rates = drift(Net(lambda net, x: forward(net.a(x)), a=nn.Linear(DIM, 5)), tokens())
    assert all(rate < 1e-12 for rate in rates.values()), rates
    assert (report.count, bool(report.unknown)) == ((1, False) if name in NORMS else (0, True)), report


def test_an_assert_is_passed_and_a_branch_is_not():
    def branching(net, x):
        return net.proj(net.qkv(x)) if x.size(0) > 2 else x

    report = from_torch(Net(branching, qkv=nn.Linear(4, 3), proj=nn.Linear(3, 4)), count=False)
    assert "could not be traced" in report.notes[0]
