"""Attention: what the flow sees of queries, keys, values and outputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..balance import Balance, rows
from ..direct_sum import DirectSum
from ..forward.gates import softmax
from ..forward.matrix import Matrix
from ..forward.model import ForwardModel, model
from ..layered import check_parameters
from ..networks import factorization
from ..registry import model_kind

__all__ = ["attention", "attention_layer", "gqa", "linear_attention", "product_laws", "rope", "scaled_scores"]

HEADS = (
    "arXiv 2506.06194, Theorem 3.8 and Corollary 3.9, for one head: at least two tokens, OᵀV without zero columns, "
    "targets of full dimension; for several heads, arXiv 2606.17816."
)


def product_laws(outside: int, r: int) -> int:
    """Return the number of laws of U Vᵀ, where U and V have `outside` rows together and r columns (Corollary 4.4)."""
    rank = min(r, outside)
    return rank * (2 * r + 1 - rank) // 2


def _head_names(first: str, firsts: int, second: str, d_head: int, dim: int) -> list[str]:
    """Name the entries of U = [Q_1ᵀ; Q_2ᵀ; ...] and V = Kᵀ as those of the d_head × dim matrices Q_h and K."""
    heads = [first] if firsts == 1 else [f"{first}q{h}" for h in range(1, firsts + 1)]
    names = [f"{head}_{b}_{a}" for head in heads for a in range(1, dim + 1) for b in range(1, d_head + 1)]
    return names + [f"{second}_{b}_{a}" for a in range(1, dim + 1) for b in range(1, d_head + 1)]


def _products(call: str, groups: int, queries: int, d_head: int, dim: int) -> DirectSum:
    check_parameters(call, 2 * groups * (queries + 1) * dim * d_head)

    def names() -> Iterator[str]:
        for g in range(1, groups + 1):
            number = str(g) if groups > 1 else ""
            for first, second in ("QK", "OV"):
                yield from _head_names(f"{first}{number}", queries, f"{second}{number}", d_head, dim)

    return DirectSum([factorization(queries * dim, dim, d_head)] * (2 * groups), names, "attention")


@model_kind(
    phi="Q_hᵀ K_h and V_hᵀ O_h for each head h; Q, K, V and O are d_head × dim",
    source=HEADS,
    laws=lambda heads, d_head, dim: 2 * heads * product_laws(2 * dim, d_head),
    proved="Corollary 4.4 for each of the two products of a head, which share no weights",
    conserved="Q_h Q_hᵀ − K_h K_hᵀ and V_h V_hᵀ − O_h O_hᵀ for each head h",
    example="attention(heads=2, d_head=2, dim=2)",
)
def attention(heads: int = 1, d_head: int = 2, dim: int = 2) -> DirectSum:
    """Make softmax attention; every head has matrices Q, K, V, O of its own.

    Parameters
    ----------
    heads : int
        Number of heads, each with matrices of its own.
    d_head : int
        Rows of Q, K, V and O.
    dim : int
        Width of a token.

    Examples
    --------
    >>> phi = attention(heads=1, d_head=1, dim=2)
    >>> phi.variables
    ('Q_1_1', 'Q_1_2', 'K_1_1', 'K_1_2', 'O_1_1', 'O_1_2', 'V_1_1', 'V_1_2')
    >>> phi.components[0]
    Q_1_1*K_1_1
    """
    return _products(f"attention({heads}, {d_head}, {dim})", heads, 1, d_head, dim)


def _layer_laws(heads: int, d_head: int, dim: int, gain: bool, bias: bool) -> int:
    products = 2 * product_laws(2 * dim + bias, d_head)
    return heads * (products + d_head * bias) + dim * gain


@model_kind(
    phi="what softmax attention with gains g, b (of a LayerNorm before it) and biases q, k, v, o sees of all of them",
    source="As attention: " + HEADS,
    laws=_layer_laws,
    proved="counted at eight sizes, up to two heads of two rows and three rows' width, with and without gain and bias",
    conserved=(
        "(Q Qᵀ + q qᵀ) − K Kᵀ and (V Vᵀ + v vᵀ) − O Oᵀ for each head, the biases k of the keys, and, with a gain, "
        "g_j² + b_j² less the squares in column j of all Q, K, V"
    ),
    example="attention_layer(heads=1, d_head=1, dim=2, gain=True, bias=True)",
)
def attention_layer(
    heads: int = 1, d_head: int = 1, dim: int = 2, gain: bool = False, bias: bool = False
) -> ForwardModel:
    """Make a layer of softmax attention as it stands in transformers: with a normalisation's gain, and with biases.

    Parameters
    ----------
    heads : int
        Number of heads, each with matrices of its own.
    d_head : int
        Rows of Q, K, V and O.
    dim : int
        Width of a token.
    gain : bool
        Whether the tokens come from a LayerNorm with gain g and bias b.
    bias : bool
        Whether Q, K, V and the output have biases.

    Examples
    --------
    >>> attention_layer(heads=1, d_head=1, dim=1, bias=True).dimension
    8
    """
    shapes: dict[str, Any] = {"g": dim, "b": dim} if gain else {}
    for h in range(1, heads + 1):
        shapes |= {f"{letter}{h}": (d_head, dim) for letter in "QKVO"}
        if bias:
            shapes |= {f"{letter}{h}": d_head for letter in "qkv"}
    if bias:
        shapes["o"] = dim

    def forward(tokens: Matrix, *weights: Matrix) -> Any:
        w = dict(zip(shapes, weights, strict=True))
        x = w["g"] * tokens + w["b"] if gain else tokens
        total: Any = w["o"] if bias else 0
        for h in range(1, heads + 1):
            q, k, v = (w[f"{letter}{h}"] @ x + (w[f"{letter.lower()}{h}"] if bias else 0) for letter in "QKV")
            total = w[f"O{h}"].T @ v @ softmax(k.T @ q) + total
        return total

    return model(forward, inputs={"tokens": (dim, 2)}, **shapes)


@model_kind(
    phi="Q_hᵀ K_g and V_gᵀ O_h for each query head h of a group g",
    source="As attention: " + HEADS,
    laws=lambda groups, queries, d_head, dim: 2 * groups * product_laws((queries + 1) * dim, d_head),
    proved="Corollary 4.4: the queries of a group, one above the other, form one factor",
    conserved="Σ_h Q_h Q_hᵀ − K_g K_gᵀ and V_g V_gᵀ − Σ_h O_h O_hᵀ for each group g, the sums over its queries",
    example="gqa(groups=1, queries=2, d_head=2, dim=2)",
)
def gqa(groups: int = 1, queries: int = 2, d_head: int = 2, dim: int = 2) -> DirectSum:
    """Make grouped-query attention: the heads of a group share one K and one V; one group is multi-query attention.

    Parameters
    ----------
    groups : int
        Number of groups, each with one K and one V.
    queries : int
        Heads in a group, each with a Q and an O.
    d_head : int
        Rows of all matrices.
    dim : int
        Width of a token.

    Examples
    --------
    >>> gqa(groups=2, queries=2, d_head=2, dim=2).dimension
    48
    """
    return _products(f"gqa({groups}, {queries}, {d_head}, {dim})", groups, queries, d_head, dim)


@model_kind(
    phi="Σ_h of the products of an entry of Q_hᵀ K_h and an entry of V_hᵀ O_h",
    source="The definition: without softmax attention is a polynomial in its tokens.",
    laws=lambda heads, d_head, dim: 2 * product_laws(2 * dim, d_head) + 1 if heads == 1 and d_head <= dim else None,
    proved="counted at (1,1,2) and (1,2,2)",
    conserved="those of attention, and tr(Q_h Q_hᵀ + K_h K_hᵀ − V_h V_hᵀ − O_h O_hᵀ)",
    example="linear_attention(heads=1, d_head=1, dim=2)",
)
def linear_attention(heads: int = 1, d_head: int = 1, dim: int = 2) -> ForwardModel:
    """Make linear attention, V X (K X)ᵀ (Q X): no softmax.

    Parameters
    ----------
    heads : int
        Number of heads, each with matrices of its own.
    d_head : int
        Rows of Q, K, V and O.
    dim : int
        Width of a token.

    Examples
    --------
    >>> linear_attention(heads=1, d_head=1, dim=2).dimension
    8
    """
    numbers = [str(h) if heads > 1 else "" for h in range(1, heads + 1)]
    names = [f"{letter}{number}" for number in numbers for letter in "QKVO"]

    def forward(query: Matrix, key: Matrix, value: Matrix, *weights: Matrix) -> Any:
        total: Any = 0
        for h in range(heads):
            q, k, v, o = weights[4 * h : 4 * h + 4]
            # a token that asks, and one that is asked: the score and the value are products of their letters
            total = total + (o.T @ (v @ value)) * ((k @ key).T @ (q @ query))
        return total

    made = model(
        forward,
        inputs=dict.fromkeys(("query", "key", "value"), (dim, 1)),
        **dict.fromkeys(names, (d_head, dim)),
    )
    heads_of = [names[4 * h : 4 * h + 4] for h in range(heads)]
    return made.keeping(
        *(
            balance
            for q, k, v, o in heads_of
            for balance in (
                Balance((rows(q), -rows(k))),
                Balance((rows(v), -rows(o))),
                Balance((rows(q), rows(k), -rows(v), -rows(o)), "trace"),
            )
        )
    )


@model_kind(
    phi="t QᵀK, t a number",
    source="The definition, for scores alone; in softmax attention as attention.",
    laws=lambda d_head, dim: product_laws(2 * dim, d_head) + 1 if d_head <= 2 * dim and dim > 1 else None,
    proved="counted at (2,2)",
    conserved="Q Qᵀ − K Kᵀ, and t² − tr(Q Qᵀ)",
    example="scaled_scores(d_head=2, dim=2)",
)
def scaled_scores(d_head: int = 2, dim: int = 2) -> ForwardModel:
    """Make the scores of attention with a learned temperature.

    Parameters
    ----------
    d_head : int
        Rows of Q and K.
    dim : int
        Width of a token.

    Examples
    --------
    >>> scaled_scores(d_head=1, dim=1).components
    (t*Q_1_1*K_1_1,)
    """
    made = model(lambda t, Q, K: t * (Q.T @ K), t=(), Q=(d_head, dim), K=(d_head, dim))
    return made.keeping(Balance((rows("Q"), -rows("K"))), Balance((rows("t"), -rows("Q")), "trace"))


@model_kind(
    phi="Q_bᵀ K_b and Q_bᵀ J K_b for each frequency block b; Q_b and K_b are 2 × dim, J is the quarter turn",
    source="What softmax attention sees of Q and K over all relative positions (arXiv 2606.17816).",
    laws=lambda blocks, dim: blocks if dim > 1 else None,
    proved="counted at (1,2) and (2,2)",
    conserved="tr(Q_b Q_bᵀ − K_b K_bᵀ) for each block b",
    example="rope(blocks=1, dim=2)",
)
def rope(blocks: int = 1, dim: int = 2) -> ForwardModel:
    """Make the scores of attention with rotary positions.

    Parameters
    ----------
    blocks : int
        Number of frequencies, each with two rows of Q and of K.
    dim : int
        Width of a token.

    Examples
    --------
    >>> rope(blocks=1, dim=1).components
    (Q_1_1*K_1_1 + Q_2_1*K_2_1, Q_1_1*K_2_1 - Q_2_1*K_1_1)
    """
    turn = [[0, -1], [1, 0]]
    numbers = [str(b) if blocks > 1 else "" for b in range(1, blocks + 1)]
    names = [f"{letter}{number}" for number in numbers for letter in "QK"]

    def forward(*weights: Matrix) -> Any:
        pairs = zip(weights[::2], weights[1::2], strict=True)
        return [score for q, k in pairs for score in (q.T @ k, q.T @ turn @ k)]

    balances = (Balance((rows(f"Q{n}"), -rows(f"K{n}")), "trace") for n in numbers)
    return model(forward, **dict.fromkeys(names, (2, dim))).keeping(*balances)
