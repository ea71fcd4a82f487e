"""The models whose size is measured, made without what a drawing needs."""

from __future__ import annotations

from typing import Any

__all__ = ["GPT2", "large_model"]

GPT2 = "all blocks of GPT-2 small's shapes"


def large_model(text: str) -> Any:
    """Return the model of a text; GPT-2's is a union, with the MLPs and embeddings as matrices that move freely."""
    from conslaw_nb import factorization, linear, parse_model
    from conslaw_nb.models.union import union

    if text != GPT2:
        return parse_model(text)
    heads = (2 * 12 * 12, factorization(768, 768, 64))
    mlps = ((12, linear(768, 3072)), (12, linear(3072, 768)))
    return union(heads, *mlps, linear(768, 50257), linear(768, 1024))
