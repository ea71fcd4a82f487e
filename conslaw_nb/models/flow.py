"""A flow of a model, put together: a metric, signs, weight decay and momentum, as one family of fields.

    θ̇ + λ(t)θ = −F(θ)        or, with momentum,        θ̈ + τ(t)θ̇ + λ(t)θ = −F(θ)

where F is ∇E, or M∇E with a metric, or the signs of that near a point. Data may make ∇E any combination of the
gradients ∇φ_i, and so a function of time, place and speed is conserved for any data exactly if its gradient is
orthogonal to the field of what is left without data and to each of the fields M∇φ_i. The field of a rate p(t)/q(t) is
multiplied by q, that of a metric by its denominators: on the domain this changes no law and no count.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import ModelError, SizeError, brief
from ..exact.polynomial import Poly, lifted
from ..exact.ratio import Ratio, cleared
from .domain import Domain
from .fields import GivenFields, VectorFields, check_family
from .flow_laws import angular_momenta, decayed, growth
from .rates import ANY, Rate, read_rate
from .rational import to_ratio
from .signs import independent_signs

__all__ = ["Flow", "flow_fields"]

MAX_ENTRIES = 1_000_000  # of all fields together
_ORDER = {"metric": 0, "sign": 1, "decay": 2, "momentum": 2}  # what acts first; the last two are of one equation
Row = list[Poly]


class Flow(GivenFields):
    """The fields of a flow.

    Attributes
    ----------
    of : VectorFields
        The model that is trained.
    settings : dict
        What was said of the flow: momentum, decay, metric, sign.
    """

    def __init__(self, names: tuple[str, ...], rows: list[Row], of: VectorFields, settings: dict[str, Any]):
        super().__init__(names, rows)
        self.of, self.settings = of, settings
        self.name = _told(of, settings)

    def known_laws(self) -> list[Poly] | None:
        """Return the laws that theory knows; None where it knows none, or a search for quadratic ones finds them."""
        rate, decay = self.settings.get("momentum"), self.settings.get("decay")
        if not {"momentum", "decay"} & {*self.settings} or "sign" in self.settings:
            return None
        weight = growth(rate if rate is not None else self.settings["decay"], Poly.gen(self.variables, 0))
        if weight is None or "metric" in self.settings:
            return None
        if rate is None:
            return decayed(self.of.known_laws() or [], weight, 1) or None
        if weight == 1 and decay is None:
            return None
        return [weight * h for h in angular_momenta(self.of, self.variables, 1)] or None


def flow_fields(
    phi: VectorFields,
    momentum: Any = None,
    decay: Any = None,
    metric: Sequence[Any] | None = None,
    sign: Sequence[Any] | None = None,
    call: str = "flow(phi)",
) -> Flow:
    """Return the fields of a flow of a model, or of what another flow leaves open; see `catalogue.flow`.

    Examples
    --------
    >>> from .parametrizations import parametrization
    >>> flow_fields(parametrization("x*y"), momentum="3/t", decay=2)
    fields([t, x, y, dx, dy], [t, t*dx, t*dy, -2*t*x - 3*dx, -2*t*y - 3*dy], [0, 0, 0, y, x])
    """
    check_family(phi, call)
    given = {"momentum": momentum, "decay": decay, "metric": metric, "sign": sign}
    settings = {word: value for word, value in given.items() if value is not None}
    if isinstance(phi, Flow):
        _check_order(phi, settings)
        settings = phi.settings | settings
        phi = phi.of
    for word, called in (("momentum", "friction"), ("decay", "weight decay")):
        if word in settings:
            settings[word] = read_rate(settings[word], called)
    if settings.get("decay") == 0:
        del settings["decay"]  # no decay
    if phi.count * phi.dimension > MAX_ENTRIES:
        raise SizeError(
            f"{phi.brief} has {phi.count} generators in {phi.dimension} parameters, and the fields of a flow are "
            "written out: try smaller widths"
        )
    return _Making(phi, settings).flow()


def _check_order(inner: Flow, settings: dict[str, Any]) -> None:
    for word in settings:
        if word in inner.settings:
            raise ModelError(f"{inner.brief} has its {word} already: give it once, as in flow(model, {word}=...)")
        later = next((other for other in inner.settings if _ORDER[other] > _ORDER[word]), None)
        if later is not None:
            acts = "a metric acts" if word == "metric" else "signs are taken"
            raise ModelError(
                f"{inner.brief} has its {later} already, and {acts} before that: write one flow, as in "
                f"flow(model, {word}=[...], {later}=...)"
            )


def _told(phi: VectorFields, settings: dict[str, Any]) -> str:
    """Return what messages call the flow."""
    rate, lost = settings.get("momentum"), settings.get("decay")
    friction = "" if rate is None or rate == 0 else ", any friction" if rate == ANY else f", friction {rate}"
    others = [
        *(["a metric"] if "metric" in settings else []),
        *(["signs"] if "sign" in settings else []),
        *(["weight decay" if lost == ANY else f"weight decay {lost}"] if lost is not None else []),
    ]
    if rate is not None:
        return f"momentum on {phi.brief}{friction}{' and '.join(['', *others]) if others else ''}"
    if others == ["a metric"]:
        return f"mirror flow of {phi.brief}"
    if others == ["signs"]:
        return f"sign flow on {phi.brief}"
    if others == ["weight decay"]:
        return f"weight decay on {phi.brief}"
    return f"flow of {phi.brief}{' with ' * bool(others)}{' and '.join(others)}"


class _Making:
    """One flow that is being put together."""

    def __init__(self, phi: VectorFields, settings: dict[str, Any]):
        self.phi, self.settings = phi, settings
        self.friction: Rate | None = settings.get("momentum")
        self.decay: Rate | None = settings.get("decay")
        self.holes: list[Poly] = []
        self.names = self._names()
        gens = Poly.gens(self.names)
        self.zero, self.one = Poly(self.names, {}), Poly.constant(self.names, 1)
        d = phi.dimension
        self.start = len(self.names) - d * (1 if self.friction is None else 2)  # of the parameters
        self.clock = gens[0]
        self.places = gens[self.start : self.start + d]
        self.speeds = gens[self.start + d :]

    @property
    def on_time(self) -> bool:
        """Whether a rate depends on the time t."""
        return any(isinstance(rate, Ratio) and not rate.is_constant for rate in (self.friction, self.decay))

    def _names(self) -> tuple[str, ...]:
        phi = self.phi
        if self.friction == ANY and self.on_time:
            raise ModelError(
                f"friction of any rate has its own clock, and the weight decay {self.decay} needs the time t: give a "
                "friction, as in momentum=3/t, or weight decay of any rate"
            )
        clock = [] if self.friction is None and self.decay is None else ["t"] if self.on_time else ["s"]
        speeds = () if self.friction is None else tuple(f"d{name}" for name in phi.variables)
        names = (*clock, *phi.variables, *speeds)
        if len(set(names)) < len(names):
            said = f"names its clock {clock[0]!r}" + (" and speeds 'd' + name" if speeds else "")
            raise ModelError(
                f"this flow {said}, and the model has such names itself ({', '.join(phi.variables[:8])}): rename its "
                f"variables"
            )
        return names

    def flow(self) -> Flow:
        """Return the family: what is left without data first, then the forces."""
        rows = [*self._drift(), *self._forces()]
        made = Flow(self.names, rows, self.phi, self.settings)
        holes = tuple(dict.fromkeys(p.primitive() for p in self.holes if not p.is_constant))
        made.domain = self.phi.domain.lifted(self.names, self.start).joined(Domain(holes))
        return made

    # -- without data ---------------------------------------------------------------------------------

    def _drift(self) -> list[Row]:
        """Return the fields of inertia, friction and decay."""
        still = [self.zero] * self.phi.dimension
        if self.friction is None:
            if self.decay is None:
                return []
            if not self.on_time:  # s = exp ∫λ, whatever λ(t) is
                return [[self.clock, *[-x for x in self.places]]]
            rate = self._rate(self.decay)
            return [[rate.bottom, *[x * rate.top * -1 for x in self.places]]]
        lost = self._rate(self.decay)
        more = [[self.zero, *still, *self.places]] if self.decay == ANY else []
        if self.friction == ANY:  # s = exp ∫τ: friction by itself, and the rest
            pull = [x * lost.top * -1 for x in self.places]
            pace = [v * lost.bottom for v in self.speeds]
            return [[self.clock, *still, *[-v for v in self.speeds]], [self.zero, *pace, *pull], *more]
        rate = self._rate(self.friction)
        time = Ratio(self.one) if self.on_time or not rate else Ratio(self.clock) * rate
        shared = cleared({0: rate, 1: lost})[1]
        slow, fall, even = (part * Ratio(shared) for part in (rate, lost, Ratio(self.one)))
        push = [v * slow.top * -1 - x * fall.top for v, x in zip(self.speeds, self.places, strict=True)]
        return [[(time * Ratio(shared)).top, *[v * even.top for v in self.speeds], *push], *more]

    def _rate(self, rate: Rate | None) -> Ratio:
        """Return a rate as a function on phase space; 0 where there is none, or any."""
        if not isinstance(rate, Ratio):
            return Ratio(self.zero)
        self.holes.append(lifted(rate.bottom, self.names, 0))
        return Ratio(lifted(rate.top, self.names, 0), lifted(rate.bottom, self.names, 0))

    # -- what data do ---------------------------------------------------------------------------------

    def _forces(self) -> list[Row]:
        """Return the gradients of φ, through the metric, or the signs of that, as what moves places or speeds."""
        metric, point = self.settings.get("metric"), self.settings.get("sign")
        front = [self.zero] * (len(self.names) - self.phi.dimension)
        if point is not None:
            family = self.phi if metric is None else flow_fields(self.phi, metric=metric)
            return [[*front, *[self.one * x for x in vector]] for vector in independent_signs(family, point)]
        fields = [[lifted(c, self.names, self.start) for c in field.components] for field in self.phi]
        if metric is None:
            return [[*front, *field] for field in fields]
        matrix = _matrix(metric, self.names, self.phi.dimension)
        self.holes += [entry.bottom for row in matrix for entry in row.values()]
        return [[*front, *self._through(matrix, field)] for field in fields]

    def _through(self, matrix: list[dict[int, Ratio]], field: Row) -> Row:
        """Return M·v times its denominators."""
        moved = {i: _sum(entry * Ratio(field[j]) for j, entry in row.items()) for i, row in enumerate(matrix) if row}
        parts = cleared({i: part for i, part in moved.items() if part is not None})[0] if moved else {}
        return [parts.get(i, self.zero) for i in range(len(field))]


def _sum(parts: Any) -> Ratio:
    total: Ratio | None = None
    for part in parts:
        total = part if total is None else total + part
    assert total is not None
    return total


def _matrix(metric: Any, names: tuple[str, ...], size: int) -> list[dict[int, Ratio]]:
    """Return a metric by rows, zeros left out: it is given as a diagonal, or as a symmetric matrix."""
    entries = metric.tolist() if hasattr(metric, "tolist") else metric
    if not isinstance(entries, (list, tuple)):
        raise ModelError(f"the metric is a list of {size} entries, its diagonal, or {size} rows, not {brief(metric)}")
    if len(entries) != size:
        raise ModelError(
            f"the metric has {len(entries)} entries, and the model {size} parameters: give one for each, or one row"
        )
    rows = [entry if isinstance(entry, (list, tuple)) else None for entry in entries]
    if not any(row is not None for row in rows):
        return [{i: value} if (value := to_ratio(entry, names)) else {} for i, entry in enumerate(entries)]
    for number, row in enumerate(rows, start=1):
        if row is None or len(row) != size:
            has = f"has {len(row)} entries" if row is not None else f"is {brief(entries[number - 1])}"
            raise ModelError(
                f"row {number} of the metric {has}, and the model {size} parameters: give a list of {size}"
            )
    matrix = [[to_ratio(entry, names) for entry in row or ()] for row in rows]
    for i in range(size):
        for j in range(i):
            if matrix[i][j] != matrix[j][i]:
                raise ModelError(
                    f"a metric is symmetric, and this one has {matrix[j][i].brief} in row {j + 1}, column {i + 1}, but "
                    f"{matrix[i][j].brief} in row {i + 1}, column {j + 1}: write other fields with fields([...], ...)"
                )
    return [{j: entry for j, entry in enumerate(row) if entry} for row in matrix]
