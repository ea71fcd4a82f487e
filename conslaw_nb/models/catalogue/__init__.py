"""The catalogue: one file for each kind of models, or small family of kinds; each registers itself when it is read.

Every kind is a function of this package, by its name in the register: ``cl.catalogue.cp(rank=2, size=3)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..fields import VectorFields

    def __getattr__(name: str) -> Callable[..., VectorFields]: ...  # which kinds there are shows only when it runs

else:

    def __getattr__(name: str) -> Callable[..., Any]:
        from ..registry import kinds

        found = {kind.name: kind.make for kind in kinds()} if not name.startswith("_") else {}
        if name not in found:
            raise AttributeError(f"the catalogue has no model {name!r}; it offers {', '.join(found)}")
        return found[name]


def __dir__() -> list[str]:
    from ..registry import kinds

    return [kind.name for kind in kinds()]
