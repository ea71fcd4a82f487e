"""`watch`: the laws of a network during real training, and how far each drifts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

from ..drawing import Picture
from ..errors import ModelError, brief
from ..exact.polynomial import Poly
from ..laws.search import conservation_laws
from ..models.fields import VectorFields
from ..tables import html_table
from .prediction import Prediction, of_optimizer
from .report import from_torch

__all__ = ["LawRecord", "watch"]

_STYLES = ("flow", "descent", "fit", "extra")
_FLOOR = 1e-17  # what a drift of 0 is drawn as


class PolynomialLaw:
    """A law of a φ, with the form that laws of modules have."""

    def __init__(self, poly: Poly):
        self.poly = poly
        self.formula = poly.text if len(poly.text) <= 60 else poly.text[:60] + "..."
        self.degree = poly.degree

    def values(self, numbers: Sequence[float]) -> float:
        """Return its value."""
        return float(self.poly.evaluate(numbers))

    def size(self, numbers: Sequence[float]) -> float:
        """Return the sum of the sizes of its terms."""
        terms = (Poly(self.poly.variables, {m: c}) for m, c in self.poly.terms.items())
        return sum(abs(float(term.evaluate(numbers))) for term in terms)


class LawRecord:
    """What `watch` records: the drift of every law, step by step.

    Attributes
    ----------
    laws : list
        Each with `formula`.
    steps : list of int
        When something was recorded.
    drifts : list of list of float
        For each law: its largest change since the start, divided by the size of what it is made of at the start.
    prediction : Prediction
        What theory says of the drift for this optimizer.
    """

    def __init__(self, laws: Sequence[Any], read: Callable[[], Any], every: int, total: int | None, optimizer: Any):
        self.laws = list(laws)
        self._read = read
        self._every = every
        self._total = total
        self.optimizer = optimizer
        self.prediction: Prediction = of_optimizer(optimizer)
        self.steps: list[int] = []
        self.drifts: list[list[float]] = [[] for _ in self.laws]
        self._start: list[tuple[Any, float]] = []
        self._taken = 0
        self._handles: list[Any] = []
        self._note(read())

    # -- recording ------------------------------------------------------------------------------------

    def _note(self, values: Any) -> None:
        if not self._start:
            self._start = [(law.values(values), max(law.size(values), 1e-30)) for law in self.laws]
        self.steps.append(self._taken)
        for law, (first, size), drift in zip(self.laws, self._start, self.drifts, strict=True):
            drift.append(_largest(law.values(values) - first) / size)

    def step(self, parameters: Any = None) -> None:
        """Record one step; with an optimizer of torch this happens by itself.

        `parameters`: where the parameters are now, if `watch` was not given the very arrays that are changed.
        """
        self._taken += 1
        if self._taken % self._every == 0:
            self._note(self._read() if parameters is None else self._flat(parameters))
        if self._total and sys.stderr.isatty():
            done = self._taken / self._total
            bar = "█" * int(20 * done)
            print(f"\r{bar:░<20} step {self._taken} of {self._total}", end="", file=sys.stderr, flush=True)

    def _flat(self, parameters: Any) -> Any:
        return parameters

    def close(self) -> None:
        """Stop recording: the hooks are taken off the optimizer."""
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        if self._total and self._taken and sys.stderr.isatty():
            print(file=sys.stderr)
        if self.steps[-1] != self._taken:
            self._note(self._read())

    def __enter__(self) -> LawRecord:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # -- showing --------------------------------------------------------------------------------------

    @property
    def final(self) -> dict[str, float]:
        """Each law's drift at the end: formula -> number."""
        return {law.formula: drift[-1] for law, drift in zip(self.laws, self.drifts, strict=True)}

    def _largest_first(self) -> list[int]:
        return sorted(range(len(self.laws)), key=lambda i: -max(self.drifts[i]))

    def picture(self) -> Picture:
        """Return a picture of the drifts, on logarithmic axes; where there are many laws, of those that drift most."""
        if len(self.steps) < 3:
            raise ModelError(
                f"{len(self.steps) - 1} step was recorded: train for at least two steps inside the with block, "
                f"or call step() after each, before drawing"
            )
        shown = self._largest_first()[: len(_STYLES)]
        top = max((max(self.drifts[i]) for i in shown), default=1.0)
        high = 10.0 * max(top, 1e-15)
        words = "; ".join(f"{self.laws[i].formula}: {self.drifts[i][-1]:.2g}" for i in shown)
        picture = Picture(
            "How far the laws drift",
            f"The drift of {len(shown)} law{'' if len(shown) == 1 else 's'} against the step, at the end {words}.",
        )
        axes = picture.axes(
            (max(1, self.steps[1]), max(self.steps[-1], self.steps[1] + 1)),
            (max(high * 1e-12, _FLOOR), high),
            x_label="step",
            y_label="drift, as a share of the law's parts",
            log=True,
        )
        for style, i in zip(_STYLES, shown, strict=False):
            points = [(s, max(d, _FLOOR)) for s, d in zip(self.steps[1:], self.drifts[i][1:], strict=True)]
            name = self.laws[i].formula
            axes.curve(points, style=style, label=name if len(name) <= 48 else name[:48] + "…")
        return picture

    def __repr__(self) -> str:
        lines = [
            f"{len(self.laws)} law{'' if len(self.laws) == 1 else 's'} over {self._taken} steps. {self.prediction.text}"
        ]
        shown = self._largest_first()
        lines += [f"  {self.drifts[i][-1]:9.2e}  {self.laws[i].formula}" for i in shown[:12]]
        if len(shown) > 12:
            lines.append(f"  and {len(shown) - 12} more that drift less")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        if not self.laws or len(self.steps) < 3:
            return f"<pre>{escape(repr(self))}</pre>"
        rows = [(self.laws[i].formula, f"{self.drifts[i][-1]:.2e}") for i in self._largest_first()[:12]]
        table = html_table(rows, ("law", "drift at the end"))
        return f"{self.picture()._repr_html_()}<p>{escape(self.prediction.text)}</p>{table}"


def _largest(change: Any) -> float:
    """Return the largest size of an entry, of an array or a number."""
    if hasattr(change, "max") and getattr(change, "shape", ()):
        return float(abs(change).max())
    return float(abs(change))


def watch(
    model: Any, parameters: Any = None, *, optimizer: Any = None, every: int = 1, steps: int | None = None
) -> LawRecord:
    """Record the laws of a network while it is trained.

    Parameters
    ----------
    model : torch.nn.Module, or a model such as ``relu(2, 3, 1)``
        Whose laws.
    parameters : lists, numpy arrays or a dict of them
        For a model of this package: the parameters that the training loop changes, matrix by matrix in the model's
        order, row by row. Call `step()` after each change; where the loop makes new arrays, hand them to `step`.
    optimizer : torch.optim.Optimizer, or a name such as "sgd", "momentum" or "adam"
        For a module: an optimizer of torch, whose steps are recorded by themselves. Without one call `step()`.
    every : int
        Record only every so many steps: laws of large layers cost as much as a step.
    steps : int, optional
        How many steps there will be, for a progress bar in a terminal.

    Returns
    -------
    LawRecord
        A context manager; afterwards it shows a picture and a table, `final` has the drifts.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> w = [2.0, 1.0]
    >>> with watch(parametrization("u*v"), w, optimizer="sgd") as record:
    ...     for _ in range(100):
    ...         error = w[0] * w[1] - 3.0
    ...         w[:] = [w[0] - 0.01 * error * w[1], w[1] - 0.01 * error * w[0]]
    ...         record.step()
    >>> record.final["u**2 - v**2"] < 0.01
    True
    """
    if isinstance(every, bool) or not isinstance(every, int) or every < 1:
        raise ModelError(f"watch(..., every={brief(every)}): record every so many steps, a whole number of at least 1")
    if isinstance(model, VectorFields):
        return _watch_model(model, parameters, optimizer, every, steps)
    report = from_torch(model, count=False)
    if not report.laws:
        raise ModelError(f"this {report.name} has no law that is known, so there is nothing to watch: see from_torch")
    arrays = dict(model.named_parameters())

    def read() -> Callable[[str], Any]:
        return lambda name: arrays[name].detach().double()

    record = LawRecord(report.laws, read, every, steps, optimizer)
    if hasattr(optimizer, "register_step_post_hook"):
        record._handles.append(optimizer.register_step_post_hook(lambda *_: record.step()))
    elif optimizer is not None and not isinstance(optimizer, str):
        raise ModelError(f"{brief(optimizer)} is not an optimizer of torch: leave it out, and call step() yourself")
    return record


def _watch_model(model: VectorFields, parameters: Any, optimizer: Any, every: int, steps: int | None) -> LawRecord:
    if parameters is None:
        raise ModelError("watch(model, parameters) needs the parameters that are trained: lists or arrays, in order")
    laws = model.known_laws()
    if laws is None:
        laws = [law.poly for law in conservation_laws(model)]
    if not laws:
        raise ModelError(f"{model.brief} has no polynomial law of degree 2, so there is nothing to watch")

    def flat(values: Any) -> list[float]:
        numbers = list(_numbers(values))
        if len(numbers) != model.dimension:
            raise ModelError(
                f"{len(numbers)} numbers were given, and {model.brief} has {model.dimension} parameters: give all its "
                f"matrices, in the order {', '.join(model.variables[:3])}, ..."
            )
        return numbers

    record = LawRecord([PolynomialLaw(h) for h in laws], lambda: flat(parameters), every, steps, optimizer)
    record._flat = flat  # type: ignore[method-assign]
    return record


def _numbers(values: Any) -> Iterable[float]:
    """Yield the numbers in nested lists, arrays or dicts, row by row."""
    if hasattr(values, "tolist"):
        values = values.tolist()
    if isinstance(values, dict):
        values = list(values.values())
    if isinstance(values, (list, tuple)):
        for value in values:
            yield from _numbers(value)
    elif isinstance(values, (int, float)):
        yield float(values)
    else:
        raise ModelError(f"{brief(values)} is not a number: parameters are lists, arrays or dicts of numbers")
