"""Models so large that their parameters have names only when these are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from ..errors import SizeError
from .fields import VectorFields

__all__ = ["NamedLater"]

MAX_NAMES = 2_000_000  # a quarter of a GB


class NamedLater(VectorFields):
    """A model that knows how many parameters it has, `_dimension`, before it names them, by `_names`."""

    _dimension: int

    @property
    def dimension(self) -> int:
        """D, the number of parameters, which have names only when these are asked for."""
        return self._dimension

    @cached_property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """The names of the parameters."""
        if self.dimension > MAX_NAMES:
            raise SizeError(
                f"{self.brief} has {self.dimension} parameters, too many to name one by one: names are given to up to "
                f"{MAX_NAMES} (count_laws and certify do not need them)"
            )
        return tuple(self._names())

    def _names(self) -> Iterable[str]:
        raise NotImplementedError(type(self).__name__)
