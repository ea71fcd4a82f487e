"""What theory says of the drift of a law under an optimizer, in a sentence and with an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Prediction", "of_optimizer"]


@dataclass(frozen=True)
class Prediction:
    """The drift that is to be expected."""

    # the power of the step size with which the drift over a fixed time goes to 0; 0 where it does not, None where
    # nothing is known
    order: int | None
    text: str


_DESCENT = Prediction(
    1,
    "Gradient descent with step τ moves a quadratic law Ψ by exactly τ²·Ψ(gradient) in a step, so that the drift over "
    "a fixed time is of order τ: half the step, half the drift.",
)
_MOMENTUM = Prediction(
    1,
    "With momentum β the laws drift as long as the speed changes; for a fixed β and steps τ → 0 training follows "
    "gradient flow at the rate τ/(1 − β), and the drift over a fixed time is of order τ/(1 − β).",
)
_SIGNS = Prediction(
    0,
    "Adam and its kin do not follow the gradient but (nearly) its signs: these laws are not theirs, and the drift does "
    "not go away with the step size.",
)
_DECAY = Prediction(
    0,
    "Weight decay λ takes every quadratic law towards 0 by the factor (1 − τλ)² in a step, whatever the data; what is "
    "conserved is the law divided by that.",
)
_NONE = Prediction(None, "Nothing was said of the optimizer, so no order is predicted.")

_NAMES = {
    "sgd": _DESCENT,
    "gradient descent": _DESCENT,
    "momentum": _MOMENTUM,
    "nesterov": _MOMENTUM,
    "weight decay": _DECAY,
    "adam": _SIGNS,
    "adamw": _SIGNS,
    "rmsprop": _SIGNS,
    "adagrad": _SIGNS,
    "nadam": _SIGNS,
    "radam": _SIGNS,
    "adamax": _SIGNS,
}


def of_optimizer(optimizer: Any) -> Prediction:
    """Return what is predicted for an optimizer of torch, or for its name.

    Examples
    --------
    >>> of_optimizer("sgd").order, of_optimizer("Adam").order, of_optimizer(None).order
    (1, 0, None)
    """
    if optimizer is None:
        return _NONE
    name = (optimizer if isinstance(optimizer, str) else type(optimizer).__name__).lower()
    prediction = _NAMES.get(name, _NONE)
    groups = getattr(optimizer, "param_groups", ())
    if prediction is _DESCENT and any(group.get("weight_decay") for group in groups):
        return _DECAY
    if prediction is _DESCENT and any(group.get("momentum") for group in groups):
        return _MOMENTUM
    if prediction is _DESCENT and any(group.get("maximize") for group in groups):
        return Prediction(1, _DESCENT.text.replace("descent", "ascent"))
    return prediction
