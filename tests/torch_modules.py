"""Torch modules of the tests, and how fast their laws change along real gradients."""

import math

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'conslaw_nb[torch]'")
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402, N812

from conslaw_nb.architectures.report import from_torch  # noqa: E402

DIM, HEADS, WIDTH = 4, 2, 2


class Net(nn.Module):
    """A module whose forward is given."""

    def __init__(self, forward, **parts):
        super().__init__()
        for name, part in parts.items():
            setattr(self, name, part)
        self._run = forward

    def forward(self, x):
        return self._run(self, x)


class Causal(nn.Module):
    """Packed projection, split, scores by hand and a mask: as language models are taught."""

    def __init__(self, bias=True, fused=False, dropout=0.0, scale=None, seen=False):
        super().__init__()
        self.c_attn = nn.Linear(DIM, 3 * DIM, bias=bias)
        self.c_proj = nn.Linear(DIM, DIM, bias=bias)
        self.attn_dropout, self.resid_dropout = nn.Dropout(dropout), nn.Dropout(dropout)
        self.register_buffer("mask", torch.tril(torch.ones(9, 9)).view(1, 1, 9, 9))
        self.n_head, self.n_embd, self.fused, self.seen = HEADS, DIM, fused, seen
        self.scale = scale

    def forward(self, x):
        B, T, C = x.size()
        q, k, v = self.c_attn(x).split(self.n_embd, dim=2)
        k = k.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        q = q.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        v = v.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        if self.fused:
            y = F.scaled_dot_product_attention(q, k, v, attn_mask=None, dropout_p=0, is_causal=True)
        else:
            att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
            att = att.masked_fill(self.mask[:, :, :T, :T] == 0, float("-inf"))
            att = self.attn_dropout(F.softmax(att, dim=-1))
            y = att @ v
        y = y.transpose(1, 2).contiguous().view(B, T, C)
        out = self.resid_dropout(self.c_proj(y))
        return out + k.sum() if self.seen else out


class Norm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(size)), nn.Parameter(torch.zeros(size))

    def forward(self, x):
        return F.layer_norm(x, self.weight.shape, self.weight, self.bias, 0.0)


class Language(nn.Module):
    """A language model with everything written out: positions, asserts, masks, blocks, tied weights or not."""

    def __init__(self, tied=False):
        super().__init__()
        self.tokens, self.places, self.longest = nn.Embedding(7, DIM), nn.Embedding(9, DIM), 9
        self.blocks = nn.ModuleList(
            nn.ModuleDict(
                {
                    "one": Norm(DIM),
                    "attention": Causal(fused=i > 0),
                    "two": Norm(DIM),
                    "up": nn.Linear(DIM, 6),
                    "down": nn.Linear(6, DIM),
                }
            )
            for i in range(2)
        )
        self.norm, self.head = Norm(DIM), nn.Linear(DIM, 7, bias=False)
        if tied:
            self.tokens.weight = self.head.weight

    def forward(self, x, targets=None):
        _, length = x.size()
        assert length <= self.longest, f"{length} tokens are too many"
        h = self.tokens(x) + self.places(torch.arange(0, length, device=x.device))
        for block in self.blocks:
            h = h + block["attention"](block["one"](h))
            h = h + block["down"](F.gelu(block["up"](block["two"](h))))
        h = self.norm(h)
        return self.head(h if targets is not None else h[:, [-1], :])


class RootMeanSquare(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-30) * self.weight


def rotate(x, cos, sin):
    """Rotary positions: channels i and i + d/2 turn together."""
    half = x.shape[-1] // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), dim=-1) * sin


class Rotary(nn.Module):
    """Attention with rotary positions, and one head of keys for several of queries."""

    def __init__(self, size, heads, groups, bias=False):
        super().__init__()
        self.heads, self.groups, self.width = heads, groups, size // heads
        self.q, self.o = nn.Linear(size, size, bias=bias), nn.Linear(size, size, bias=False)
        self.k, self.v = (nn.Linear(size, groups * self.width, bias=bias) for _ in range(2))
        angles = torch.outer(torch.arange(9.0), torch.logspace(0, -1, self.width // 2)).repeat(1, 2)[None, :, None]
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def forward(self, x):
        b, t, _ = x.shape
        cos, sin = self.cos[:, :t], self.sin[:, :t]
        q = rotate(self.q(x).view(b, t, self.heads, self.width), cos, sin)
        k = rotate(self.k(x).view(b, t, self.groups, self.width), cos, sin)
        v = self.v(x).view(b, t, self.groups, self.width)
        q, k, v = (tensor.transpose(1, 2) for tensor in (q, self.copies(k), self.copies(v)))
        scores = torch.matmul(q, k.transpose(2, 3)) / math.sqrt(self.width)
        weights = F.softmax(scores.to(torch.float64), dim=-1).type_as(q)
        return self.o(torch.matmul(weights, v).transpose(1, 2).contiguous().view(b, t, -1))

    def copies(self, x):
        b, t, heads, width = x.shape
        times = self.heads // self.groups
        return x[:, :, :, None, :].expand(b, t, heads, times, width).reshape(b, t, heads * times, width)


class Llama(nn.Module):
    """A language model with rotary positions, groups of queries, gated layers, and norms written out."""

    def __init__(self, size=8, heads=2, groups=1, hidden=12):
        super().__init__()
        self.tokens = nn.Embedding(7, size)
        parts = {"one": RootMeanSquare(size), "attention": Rotary(size, heads, groups), "two": RootMeanSquare(size)}
        gates = {name: nn.Linear(size, hidden, bias=False) for name in ("gate", "up")}
        self.block = nn.ModuleDict({**parts, **gates, "down": nn.Linear(hidden, size, bias=False)})
        self.norm, self.head = RootMeanSquare(size), nn.Linear(size, 7, bias=False)

    def forward(self, x):
        block, h = self.block, self.tokens(x)
        h = h + block["attention"](block["one"](h))
        y = block["two"](h)
        h = h + block["down"](F.silu(block["gate"](y)) * block["up"](y))
        return self.head(self.norm(h))


def drift(module, x):
    """Return how fast each law changes along the gradient of a random loss, compared with the law's own size.

    Laws are at most quadratic: the difference of their values at θ + g and θ − g is twice the derivative along g.
    """
    module = module.double()
    for p in module.parameters():  # a gain of 1 or a weight of 0 would hide much
        p.data += 0.2 * torch.randn_like(p)
    report = from_torch(module, count=False)
    torch.manual_seed(7)
    out = module(x if x.dtype == torch.long else x.double())
    ((out * torch.randn_like(out)).sum() + (out**2).sum() * 0.3).backward()
    before = {name: p.detach().clone() for name, p in module.named_parameters()}
    grads = {name: torch.zeros_like(p) if p.grad is None else p.grad for name, p in module.named_parameters()}
    forward = {name: before[name] + grads[name] for name in before}
    backward = {name: before[name] - grads[name] for name in before}
    rates = {}
    for law in report.laws:
        change = law.values(forward.__getitem__) - law.values(backward.__getitem__)
        size = max(law.size(forward.__getitem__), 1.0)
        rates[law.formula] = float(torch.as_tensor(change).abs().max()) / size
    return report, rates
