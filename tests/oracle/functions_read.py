"""What trees of `reading.py` mean over the field of rational functions: numbers, vectors, fields, derivatives."""

from fractions import Fraction

from reference import add, constant, multiply, partial, power, variable

from .reading import UnreadableError

MOST = 4_000  # terms of a polynomial that is written out here


class Space:
    """The functions of some variables, with fields v_1, v_2, ... and with names for expressions.

    Parameters
    ----------
    names : tuple of str
    fields : list
        Each a list of polynomials.
    components : list or None
        φ_1, φ_2, ..., polynomials.
    """

    def __init__(self, names, fields, components=None):
        self.names, self.fields, self.components = tuple(names), fields, components
        self.n = len(self.names)
        self.lets = {}

    @property
    def known(self):
        """The names of variables and definitions."""
        return {*self.names, *self.lets}

    def value(self, tree, index=None):
        """Return a fraction (top, bottom), or a list of fractions for a vector; v_i stands for v_index.

        Raises
        ------
        UnreadableError
        """
        if isinstance(tree, Fraction):
            return constant(tree, self.n), constant(1, self.n)
        sign, *parts = tree
        if sign == "name":
            return self._named(parts[0], index)
        if sign == "vector":
            return [self._scalar(part, index) for part in parts[0]]
        if sign == "grad":
            return self._gradient(self._scalar(parts[0], index))
        if sign == "diff":
            if parts[1] not in self.names:
                raise UnreadableError(f"the variable {parts[1]}")
            return self._gradient(self._scalar(parts[0], index))[self.names.index(parts[1])]
        if sign == "along":
            return self._inner(self._vector(parts[0], index), self._gradient(self._scalar(parts[1], index)))
        if sign == "<>":
            return self._inner(self._vector(parts[0], index), self._vector(parts[1], index))
        if sign == "[]":
            return self.bracket(self._vector(parts[0], index), self._vector(parts[1], index))
        if sign == "||":
            v = self._vector(parts[0], index)
            return self._inner(v, v)
        if sign == "^":
            return self._power(self._scalar(parts[0], index), parts[1])
        if sign == "neg":
            return self._scaled(self.value(parts[0], index), (constant(-1, self.n), constant(1, self.n)))
        if sign in "+-*/":
            return self._binary(sign, self.value(parts[0], index), self.value(parts[1], index))
        raise UnreadableError(f"{sign} of functions")

    def _named(self, name, index):
        if name in self.lets:
            return self.value(self.lets[name], index)
        if name in self.names:
            return variable(self.names.index(name), self.n), constant(1, self.n)
        stem, _, number = name.partition("_")
        if name in ("v",) or (stem in ("v", "phi") and number in ("i", "j", "k", "g")):
            if index is None:
                raise UnreadableError(f"{name} without 'for all'")
            place = index
        elif stem in ("v", "phi") and number.isdigit():
            place = int(number) - 1
        else:
            raise UnreadableError(f"the name {name}")
        if not 0 <= place < len(self.fields):
            raise UnreadableError(f"there is no {name}")
        if stem == "phi":
            if self.components is None:
                raise UnreadableError("there is no phi")
            return self.components[place], constant(1, self.n)
        return [(c, constant(1, self.n)) for c in self.fields[place]]

    def _scalar(self, tree, index):
        value = self.value(tree, index)
        if isinstance(value, list):
            raise UnreadableError("a vector where a number should stand")
        return value

    def _vector(self, tree, index):
        value = self.value(tree, index)
        if not isinstance(value, list) or len(value) != self.n:
            raise UnreadableError("no vector of this space")
        return value

    # -- arithmetic ------------------------------------------------------------------------------------

    def _binary(self, sign, a, b):
        if sign == "*":
            if isinstance(a, list) and isinstance(b, list):
                raise UnreadableError("a product of vectors")
            return self._scaled(a, b) if isinstance(a, list) else self._scaled(b, a)
        if sign == "/":
            if isinstance(b, list) or not b[0]:
                raise UnreadableError("a division by a vector or by zero")
            return self._scaled(a, (b[1], b[0]))
        factor = 1 if sign == "+" else -1
        if isinstance(a, list) != isinstance(b, list):
            raise UnreadableError("a vector and a number")
        if isinstance(a, list):
            if len(a) != len(b):
                raise UnreadableError("vectors of different lengths")
            return [self._plus(x, y, factor) for x, y in zip(a, b, strict=True)]
        return self._plus(a, b, factor)

    def _plus(self, x, y, factor=1):
        (a, b), (c, d) = x, y
        if b == d:
            return add(a, c, factor), b
        return self._times(a, d, add_to=self._times(c, b), factor=factor), self._times(b, d)

    def _times(self, a, b, add_to=None, factor=1):
        if len(a) * len(b) > MOST:
            raise UnreadableError("too many terms")
        product = multiply(a, b)
        return product if add_to is None else add(product, add_to, factor)

    def _scaled(self, value, factor):
        if isinstance(value, list):
            return [self._scaled(x, factor) for x in value]
        return self._times(value[0], factor[0]), self._times(value[1], factor[1])

    def _power(self, base, exponent):
        top, bottom = base
        if exponent < 0:
            if not top:
                raise UnreadableError("a negative power of 0")
            top, bottom = bottom, top
        if abs(exponent) > 12 or len(top) ** min(abs(exponent), 4) > MOST:
            raise UnreadableError("too large a power")
        return power(top, abs(exponent), self.n), power(bottom, abs(exponent), self.n)

    def _gradient(self, h):
        a, b = h
        square = self._times(b, b)
        return [(add(self._times(b, partial(a, i)), self._times(a, partial(b, i)), -1), square) for i in range(self.n)]

    def _inner(self, x, y):
        total = ({}, constant(1, self.n))
        for a, b in zip(x, y, strict=True):
            total = self._plus(total, self._scaled(a, b))
        return total

    def bracket(self, x, y):
        """The paper's bracket: ∂X·Y − ∂Y·X."""
        return [
            self._plus(self._inner(self._gradient(a), y), self._inner(self._gradient(b), x), -1)
            for a, b in zip(x, y, strict=True)
        ]

    # -- questions -------------------------------------------------------------------------------------

    def equal(self, one, other, index=None):
        """Whether two trees are the same function or field; the number 0 is the zero vector too."""
        a, b = self.value(one, index), self.value(other, index)
        if isinstance(a, list) != isinstance(b, list):
            vector, tree = (a, other) if isinstance(a, list) else (b, one)
            if tree != 0:
                raise UnreadableError("a vector and a number")
            return not any(top for top, _ in vector)
        if isinstance(a, list):
            return len(a) == len(b) and all(self._same(x, y) for x, y in zip(a, b, strict=True))
        return self._same(a, b)

    def _same(self, x, y):
        return not add(self._times(x[0], y[1]), self._times(y[0], x[1]), -1)

    def conserved(self, tree):
        """Whether a function is conserved along all fields."""
        slope = self._gradient(self._scalar(tree, None))
        one = constant(1, self.n)
        return not any(self._inner(slope, [(c, one) for c in field])[0] for field in self.fields)
