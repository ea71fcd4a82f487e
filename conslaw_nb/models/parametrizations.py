"""Parametrizations φ: R^D → R^d, whose gradients generate W_φ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from ..errors import ModelError, brief
from ..exact.polynomial import Poly
from ..exact.ratio import Ratio
from ..language import names_in, read_expression
from ..language import text as written
from ..language.names import check_clear, glued_name
from ..language.polynomials import fraction_from_node
from ..language.tree import Node
from .fields import Field, VectorFields, check_variables
from .rational import Rooted, component_of, read_component

__all__ = ["Parametrization", "RationalMap", "parametrization"]


class Parametrization(VectorFields):
    """A polynomial map φ: R^D → R^d; as a family of fields it is {∇φ_1, ..., ∇φ_d}.

    Attributes
    ----------
    components : tuple of Poly
        φ_1, ..., φ_d.
    """

    kind = "map"
    is_map = True

    def __init__(self, variables: tuple[str, ...] | None, components: Sequence[Poly] | None, count: int, text: str):
        super().__init__(variables, count, text)
        self._components = tuple(components) if components is not None else None

    @property
    def components(self) -> tuple[Poly, ...]:
        """The components φ_1, ..., φ_d, expanded."""
        if self._components is None:
            self._components = tuple(self._expand())
        return self._components

    def _expand(self) -> Iterable[Poly]:
        """Expand the components of a network."""
        return (self.component(g) for g in range(self.count))

    def component(self, index: int) -> Poly:
        """Return φ_index, expanded (0-based)."""
        return self.components[index]

    def _make_generator(self, index: int) -> Field:
        gradient = self.component(index).gradient()
        zero = Poly(self.variables, {})
        return Field([gradient.get(i, zero) for i in range(self.dimension)])

    @property
    def is_listed(self) -> bool:  # type: ignore[override]
        """Whether the components have been written out."""
        return self._components is not None

    def joins(self) -> Iterator[set[int]]:
        """Return, for each component, the coordinates that occur in it."""
        return (set(component.support()) for component in self.components)

    def part_on(self, group: Sequence[int]) -> VectorFields | None:
        """Return the components that live on a group of coordinates, as a map; None if there are none."""
        names, places = tuple(self.variables[i] for i in group), {i: k for k, i in enumerate(group)}
        found = sorted({j for i in group for j in self._occurs.get(i, ())})
        inside = [self.components[j].moved(places, names) for j in found]
        return parametrization_of(inside, names) if inside else None

    @cached_property
    def _occurs(self) -> dict[int, list[int]]:
        """Coordinate -> the components in which it occurs."""
        occurs: dict[int, list[int]] = {}
        for j, coordinates in enumerate(self.joins()):
            for i in coordinates:
                occurs.setdefault(i, []).append(j)
        return occurs

    def label(self, index: int) -> str:
        """Return the generator as ``∇(x*y)``, or ``∇φ_3`` where the component is long."""
        text = self.component(index).text
        return f"∇({text})" if len(text) <= 40 else f"∇φ_{index + 1}"

    def jacobian(self) -> Any:
        """Return ∂φ as a d × D sympy matrix (row j is the gradient of φ_j).

        Examples
        --------
        >>> parametrization("x*y", "x*z").jacobian()
        Matrix([
        [y, x, 0],
        [z, 0, x]])
        """
        import sympy

        return sympy.ImmutableMatrix(
            self.count, self.dimension, lambda g, i: self[int(g)].components[int(i)].to_sympy()
        )

    def _repr_latex_(self) -> str:
        if self.count * self.dimension > 200:
            return rf"$\varphi:\mathbb{{R}}^{{{self.dimension}}}\to\mathbb{{R}}^{{{self.count}}}$"
        entries = r",\; ".join(c.latex for c in self.components)
        return rf"$\varphi(\theta)=\left({entries}\right)$"

    def model_data(self) -> dict[str, Any]:
        """Return φ as a certificate describes it."""
        return {
            "kind": "map",
            "variables": list(self.variables),
            "components": [c.data() for c in self.components],
        }


class RationalMap(Parametrization):
    """A map φ with components that are quotients, perhaps times roots; as a family, its gradients, scaled.

    Attributes
    ----------
    components : tuple of Rooted
        φ_1, ..., φ_d.
    domain : Domain
        Where φ has a value: there every count and every verdict is that of φ.

    Examples
    --------
    >>> phi = parametrization("x/y", "x*z")
    >>> phi, phi.domain.text
    (phi(x/y, x*z), 'y is not 0')
    >>> phi[0], phi.label(0)
    ((y, -x, 0), 'y**2·∇(x/y)')
    """

    kind = "fields"
    is_map = False  # not a polynomial one: its generators are gradients, but scaled
    is_joined = True  # counted as a whole, where it has a value

    def __init__(self, variables: tuple[str, ...], components: Sequence[Rooted]):
        self._rooted = tuple(components)
        texts = [part.text for part in components]
        super().__init__(
            variables, None, len(components), _written(texts, names_in(*map(read_expression, texts)), variables)
        )
        self._known: list[Poly] | None = None
        for part in components:
            self.domain = self.domain.joined(part.domain)

    def keeping(self, laws: Iterable[Poly]) -> RationalMap:
        """Name laws that are known by theory, and return the map; `count_laws` checks them before it uses them."""
        self._known = list(laws)
        return self

    def known_laws(self) -> list[Poly] | None:
        """Return the laws that are known by theory; None where none was named."""
        return self._known

    @property
    def components(self) -> tuple[Any, ...]:
        """The components φ_1, ..., φ_d."""
        return self._rooted

    def component(self, index: int) -> Any:
        """Return φ_index (0-based)."""
        return self._rooted[index]

    def _make_generator(self, index: int) -> Field:
        return Field(self._rooted[index].gradient()[0])

    def label(self, index: int) -> str:
        """Return the generator as the gradient with its factor, such as ``y**2·∇(x/y)``."""
        part = self._rooted[index]
        name = f"∇({part.text})" if len(part.text) <= 40 else f"∇φ_{index + 1}"
        _, scale = part.gradient()
        roots = "".join(f"·sqrt({poly.text})" for poly in part.under)
        shown = "" if scale == 1 else f"({scale.text})·" if len(scale.top.terms) > 1 else f"{scale.text}·"
        return f"{shown}{name}" if not roots else f"{shown}{roots[1:]}·{name}"

    def jacobian(self) -> Any:
        """Return ∂φ as a d × D sympy matrix, of the gradients themselves."""
        import sympy

        symbols = [sympy.Symbol(name) for name in self.variables]
        return sympy.ImmutableMatrix([[part.to_sympy().diff(x) for x in symbols] for part in self._rooted])

    def model_data(self) -> dict[str, Any]:
        """Return the scaled gradients as a certificate describes them: they are what is counted."""
        return {
            "kind": "fields",
            "variables": list(self.variables),
            "fields": [[c.data() for c in field.components] for field in self],
        }


def parametrization(*components: Any, variables: Sequence[Any] | str | None = None) -> Parametrization:
    """Make a parametrization φ from its components.

    Parameters
    ----------
    *components : str, sympy expression or Poly
        φ_1, ..., φ_d, polynomials with rational coefficients or quotients of them, as text also times square roots of
        such. Text is parsed, never evaluated. Where φ divides, its gradients times their denominators are the fields.
    variables : sequence of names, or text such as ``"x y z"``, optional
        The D coordinates. Without it: the variables that occur, in the order of their first use
        (for sympy expressions: sorted by name). Give it when φ ignores some of them.

    Returns
    -------
    Parametrization
        A `RationalMap` where a component divides or takes a root: its `domain` says where it has a value.

    Raises
    ------
    ParseError, ModelError, SizeError
        With the component that cannot be used and what to try.

    References
    ----------
    Assumption 2.9 (local reparametrization).

    Examples
    --------
    >>> phi = parametrization("x*y", "x*z")
    >>> phi.variables, phi.dimension, phi.count
    (('x', 'y', 'z'), 3, 2)
    >>> phi[0]
    (y, x, 0)
    >>> ratio = parametrization("x/z", "y/z")
    >>> ratio[0], ratio.domain.text
    ((z, -x, 0), 'z is not 0')
    """
    if not components:
        raise ModelError('a parametrization needs at least one component, as in parametrization("x*y", "x*z")')
    if len(components) == 1 and isinstance(components[0], (list, tuple)):
        components = tuple(components[0])
        if not components:
            raise ModelError('a parametrization needs at least one component, as in parametrization("x*y", "x*z")')
    if variables is None:
        parsed = {i: read_expression(c) for i, c in enumerate(components) if isinstance(c, str)}
        names: dict[str, None] = {}
        for i, component in enumerate(components):
            if i in parsed:
                names.update(dict.fromkeys(names_in(parsed[i])))
            elif isinstance(component, Poly):
                names.update(dict.fromkeys(component.variables))
            else:
                names.update(dict.fromkeys(sorted(str(s) for s in getattr(component, "free_symbols", ()))))
        if not names:
            raise ModelError(
                f"no variable occurs in {', '.join(str(c) for c in components)}: a constant φ has no gradient; "
                "name the coordinates with variables=..."
            )
        check_clear(names, 'variables="..."')
        coordinates = check_variables(names)
    else:
        coordinates = check_variables(variables.replace(",", " ").split() if isinstance(variables, str) else variables)
        parsed = {}
    read = [
        read_component(parsed[i], coordinates) if i in parsed else component_of(component, coordinates)
        for i, component in enumerate(components)
    ]
    return parametrization_of(read, coordinates)


def polynomial_component(node: Node, variables: tuple[str, ...]) -> Poly:
    """Return a component of a field as a polynomial."""
    top, bottom = fraction_from_node(node, variables)
    if not bottom.is_constant:
        raise ModelError(
            f"the component {brief(written(node))} is not a polynomial: it divides by {bottom.brief}; "
            "multiply the whole field by that, which changes none of its laws"
        )
    return top if bottom == 1 else top / bottom.terms[()]


def parametrization_of(components: Sequence[Poly | Rooted], variables: tuple[str, ...]) -> Parametrization:
    """Return the parametrization with these components; its text names the variables where they cannot be inferred."""
    if not all(isinstance(part, Poly) or part.is_polynomial for part in components):
        return RationalMap(
            variables, [part if isinstance(part, Rooted) else Rooted(Ratio(part)) for part in components]
        )
    polys = [part if isinstance(part, Poly) else part.ratio.top for part in components]
    inferred = dict.fromkeys(variables[v] for poly in polys for monomial in poly.ordered() for v, _ in monomial)
    return Parametrization(variables, polys, len(polys), _written([p.text for p in polys], inferred, variables))


def _written(components: Sequence[str], inferred: Iterable[str], variables: tuple[str, ...]) -> str:
    """Write a map, with the names of its variables unless they are those that would be inferred."""
    text = f"phi({', '.join(components)}"
    if tuple(inferred) != variables or glued_name(variables) is not None:
        text += f", variables=[{', '.join(variables)}]"
    return text + ")"
