"""Parametrizations φ: R^D → R^d, whose gradients generate W_φ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..errors import ModelError, brief
from ..exact.polynomial import Poly
from ..language import names_in, read_expression
from ..language import text as written
from ..language.names import check_clear, glued_name
from ..language.polynomials import fraction_from_node
from ..language.tree import Node
from .fields import Field, VectorFields, check_variables, to_poly

__all__ = ["Parametrization", "parametrization"]


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

    def joins(self) -> Iterator[set[int]]:
        """Return, for each component, the coordinates that occur in it."""
        return (set(component.support()) for component in self.components)

    def part_on(self, group: Sequence[int]) -> VectorFields | None:
        """Return the components that live on a group of coordinates, as a map; None if there are none."""
        names, places = tuple(self.variables[i] for i in group), {i: k for k, i in enumerate(group)}
        inside = [c.moved(places, names) for c in self.components if not places.keys().isdisjoint(c.support())]
        return parametrization_of(inside, names) if inside else None

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


def parametrization(*components: Any, variables: Sequence[Any] | str | None = None) -> Parametrization:
    """Make a parametrization φ from its components.

    Parameters
    ----------
    *components : str, sympy expression or Poly
        φ_1, ..., φ_d, polynomials with rational coefficients. Text is parsed, never evaluated.
    variables : sequence of names, or text such as ``"x y z"``, optional
        The D coordinates. Without it: the variables that occur, in the order of their first use
        (for sympy expressions: sorted by name). Give it when φ ignores some of them.

    Returns
    -------
    Parametrization

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
        parsed = {i: read_expression(c, coordinates) for i, c in enumerate(components) if isinstance(c, str)}
    polys = [
        polynomial_component(parsed[i], coordinates) if i in parsed else to_poly(component, coordinates)
        for i, component in enumerate(components)
    ]
    return parametrization_of(polys, coordinates)


def polynomial_component(node: Node, variables: tuple[str, ...]) -> Poly:
    """Return a component of φ or of a field as a polynomial."""
    top, bottom = fraction_from_node(node, variables)
    if not bottom.is_constant:
        raise ModelError(
            f"the component {brief(written(node))} is not a polynomial: it divides by {bottom.brief}; "
            "components must be polynomials with rational coefficients"
        )
    return top if bottom == 1 else top / bottom.terms[()]


def parametrization_of(polys: Sequence[Poly], variables: tuple[str, ...]) -> Parametrization:
    """Return the parametrization with these components; its text names the variables where they cannot be inferred."""
    used = {v for poly in polys for v in poly.support()}
    text = f"phi({', '.join(poly.text for poly in polys)}"
    inferred = dict.fromkeys(variables[v] for poly in polys for monomial in poly.ordered() for v, _ in monomial)
    if len(used) < len(variables) or tuple(inferred) != variables or glued_name(variables) is not None:
        text += f", variables=[{', '.join(variables)}]"
    return Parametrization(variables, polys, len(polys), text + ")")
