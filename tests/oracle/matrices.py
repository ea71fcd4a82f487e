"""Matrices as numbers modulo a prime, with their velocities, for random sizes: what an expression is worth there.

Each value carries its size in letters, such as ('n', 'r'), so that what fits only for some sizes is found not to fit.
"""

from fractions import Fraction

from .reading import UnreadableError


class MisfitError(ValueError):
    """Two matrices do not fit for all sizes: the expression has no meaning."""


class Value:
    """A matrix modulo a prime with its velocity; the velocity is None where it is not known."""

    def __init__(self, shape, rows, speed):
        self.shape, self.rows, self.speed = shape, rows, speed


def _map(rows, f):
    return [[f(x) for x in row] for row in rows]


class World:
    """Random sizes, random matrices and random velocities.

    Parameters
    ----------
    letters : dict
        Name -> (rows, columns, kind), kind one of 'general', 'symmetric', 'skew', 'identity', 'zero', 'constant'.
    rng : Random
    prime : int
    sizes : dict
        The size of each letter.
    """

    def __init__(self, letters, rng, prime, sizes):
        self.letters, self.rng, self.prime = letters, rng, prime
        self.sizes = {"1": 1, **sizes}
        self.values = {name: self._random(letter) for name, letter in letters.items()}
        self.lets = {}
        self.fields = {}
        for size in sizes:
            if size not in letters:
                self.values.setdefault(size, Value(("1", "1"), [[sizes[size] % prime]], [[0]]))
                self.values.setdefault(f"I_{size}", self._identity(size))

    def _identity(self, size):
        n = self.sizes[size]
        eye = [[int(i == j) for j in range(n)] for i in range(n)]
        return Value((size, size), eye, [[0] * n for _ in range(n)])

    def _random(self, letter):
        rows, columns, kind = letter
        n, m = self.sizes[rows], self.sizes[columns]
        if kind == "identity":
            return self._identity(rows)
        if kind == "zero":
            return Value((rows, columns), [[0] * m for _ in range(n)], [[0] * m for _ in range(n)])
        speed = [[0] * m for _ in range(n)] if kind == "constant" else self._matrix(n, m, kind)
        return Value((rows, columns), self._matrix(n, m, kind), speed)

    def _matrix(self, n, m, kind="general"):
        made = [[self.rng.randrange(self.prime) for _ in range(m)] for _ in range(n)]
        if kind == "symmetric":
            return [[made[min(i, j)][max(i, j)] for j in range(n)] for i in range(n)]
        if kind == "skew":
            return [
                [0 if i == j else made[i][j] if i < j else -made[j][i] % self.prime for j in range(n)] for i in range(n)
            ]
        return made

    @property
    def known(self):
        """The names that mean something here."""
        return {*self.values, *self.lets, *self.fields}

    def declare(self, name, shape):
        """Add an arbitrary letter."""
        self.letters = {**self.letters, name: (*shape, "general")}
        self.values[name] = self._random(self.letters[name])

    # -- arithmetic ------------------------------------------------------------------------------------

    def add(self, a, b, sign=1):
        """The sum of matrices of one size; the number 0 is a zero matrix of any size."""
        for one, other, factor in ((a, b, sign), (b, a, 1)):
            if one.shape == ("1", "1") and getattr(one, "literal", None) == 0 and other.shape != ("1", "1"):
                if factor == 1:
                    return other
                return self.scale(other, -1)
        if a.shape != b.shape:
            raise MisfitError(f"{a.shape} + {b.shape}")
        p = self.prime

        def plus(x, y):
            return [[(u + sign * v) % p for u, v in zip(r, s, strict=True)] for r, s in zip(x, y, strict=True)]

        speed = None if a.speed is None or b.speed is None else plus(a.speed, b.speed)
        return Value(a.shape, plus(a.rows, b.rows), speed)

    def scale(self, a, number):
        """A multiple by a number that does not move."""
        c = _residue(number, self.prime)
        speed = None if a.speed is None else _map(a.speed, lambda x: x * c % self.prime)
        return Value(a.shape, _map(a.rows, lambda x: x * c % self.prime), speed)

    def _times(self, a, b):
        p = self.prime
        columns = list(zip(*b, strict=True))
        return [[sum(x * y for x, y in zip(row, column, strict=True)) % p for column in columns] for row in a]

    def multiply(self, a, b):
        """The product; a factor of size 1 x 1 by declaration is a number."""
        p = self.prime
        if ("1", "1") in (a.shape, b.shape) and not (a.shape[1] == b.shape[0] == "1"):
            number, matrix = (a, b) if a.shape == ("1", "1") else (b, a)
            c = number.rows[0][0]
            rows = _map(matrix.rows, lambda x: x * c % p)
            if a.speed is None or b.speed is None:
                return Value(matrix.shape, rows, None)
            d = number.speed[0][0]
            speed = [
                [(c * v + d * x) % p for x, v in zip(r, s, strict=True)]
                for r, s in zip(matrix.rows, matrix.speed, strict=True)
            ]
            return Value(matrix.shape, rows, speed)
        if a.shape[1] != b.shape[0]:
            raise MisfitError(f"{a.shape} * {b.shape}")
        rows = self._times(a.rows, b.rows)
        shape = (a.shape[0], b.shape[1])
        if a.speed is None or b.speed is None:
            return Value(shape, rows, None)
        one, other = self._times(a.speed, b.rows), self._times(a.rows, b.speed)
        return Value(
            shape, rows, [[(x + y) % p for x, y in zip(r, s, strict=True)] for r, s in zip(one, other, strict=True)]
        )

    def transpose(self, a):
        """The transpose."""
        speed = None if a.speed is None else [list(c) for c in zip(*a.speed, strict=True)]
        return Value(a.shape[::-1], [list(c) for c in zip(*a.rows, strict=True)], speed)

    def trace(self, a):
        """The trace of a square matrix."""
        if a.shape[0] != a.shape[1]:
            raise MisfitError(f"the trace of {a.shape}")
        total = sum(a.rows[i][i] for i in range(len(a.rows))) % self.prime
        speed = None if a.speed is None else [[sum(a.speed[i][i] for i in range(len(a.rows))) % self.prime]]
        return Value(("1", "1"), [[total]], speed)

    def literal(self, number):
        """A number."""
        value = Value(("1", "1"), [[_residue(number, self.prime)]], [[0]])
        value.literal = number
        return value

    # -- trees -----------------------------------------------------------------------------------------

    def value(self, tree):
        """Return the value of a tree.

        Raises
        ------
        MisfitError, UnreadableError
        """
        if isinstance(tree, Fraction):
            return self.literal(tree)
        sign, *parts = tree
        if sign == "name":
            return self._of_name(parts[0])
        if sign == "^":
            return self._power(*parts)
        if sign == "/":
            if not isinstance(parts[1], Fraction) or parts[1] == 0:
                raise UnreadableError("a division by a matrix or by zero")
            return self.scale(self.value(parts[0]), 1 / parts[1])
        if sign in ("field", "vector", "grad", "along", "diff"):
            raise UnreadableError(f"{sign} is not a matrix")
        values = [self.value(part) for part in parts]
        a = values[0]
        numbers = [getattr(v, "literal", None) for v in values]
        if None not in numbers and sign in ("neg", "*", "+", "-"):
            x, y = numbers[0], numbers[-1]
            return self.literal({"neg": -x, "*": x * y, "+": x + y, "-": x - y}[sign])
        if sign == "neg":
            return self.scale(a, -1)
        if sign == "T":
            return self.transpose(a)
        if sign == "tr":
            return self.trace(a)
        if sign == "'":
            if a.speed is None:
                raise UnreadableError("a second derivative")
            return Value(a.shape, a.speed, None)
        if sign == "||":
            return self.trace(self.multiply(self.transpose(a), a))
        b = values[1]
        if sign in "+-":
            return self.add(a, b, 1 if sign == "+" else -1)
        if sign == "*":
            return self.multiply(a, b)
        if sign == "<>":
            if a.shape != b.shape:
                raise MisfitError(f"<{a.shape}, {b.shape}>")
            return self.trace(self.multiply(self.transpose(a), b))
        if sign == "[]":
            return self.add(self.multiply(a, b), self.multiply(b, a), -1)
        raise UnreadableError(sign)

    def _of_name(self, name):
        if name in self.values:
            return self.values[name]
        if name in self.lets:
            return self.value(self.lets[name])
        raise UnreadableError(f"the name {name}")

    def _power(self, base, exponent):
        a = self.value(base)
        if a.shape[0] != a.shape[1]:
            raise MisfitError(f"a power of {a.shape}")
        if exponent < 0 or exponent > 12:
            raise UnreadableError(f"the exponent {exponent}")
        size = range(len(a.rows))
        result = Value(a.shape, [[int(i == j) for j in size] for i in size], [[0 for _ in size] for _ in size])
        for _ in range(exponent):
            result = self.multiply(result, a)
        return result

    def equal(self, one, other):
        """Whether two trees have one value; fields are compared part by part."""
        if self._is_field(one) or self._is_field(other):
            a, b = self.field(one), self.field(other)
            names = {*a, *b}
            return all(self._same(a.get(n) or self._nothing(n), b.get(n) or self._nothing(n)) for n in names)
        return self._same(self.value(one), self.value(other))

    def _nothing(self, name):
        old = self.values[name]
        return Value(old.shape, _map(old.rows, lambda x: 0), None)

    def _same(self, a, b):
        for one, other in ((a, b), (b, a)):
            if getattr(one, "literal", None) == 0:
                return not any(map(any, other.rows))
        if a.shape != b.shape:
            raise MisfitError(f"{a.shape} = {b.shape}")
        return a.rows == b.rows

    # -- fields ----------------------------------------------------------------------------------------

    def _is_field(self, tree):
        if not isinstance(tree, tuple):
            return False
        if tree[0] == "field" or (tree[0] == "name" and tree[1] in self.fields):
            return True
        if tree[0] in ("[]", "+", "-", "*", "neg", "/"):
            return any(self._is_field(part) for part in tree[1:])
        return False

    def field(self, tree):
        """Return a field as {letter: its velocity}."""
        if not isinstance(tree, tuple):
            raise UnreadableError("a number is not a field")
        sign, *parts = tree
        if sign == "name" and parts[0] in self.fields:
            return self.field(self.fields[parts[0]])
        if sign == "field":
            made = {}
            for name, part in parts[0].items():
                if name not in self.letters:
                    raise UnreadableError(f"the letter {name}")
                value = self.value(part)
                if value.shape != self.values[name].shape and getattr(value, "literal", None) != 0:
                    raise MisfitError(f"{name} moves by {value.shape}")
                made[name] = value if value.shape == self.values[name].shape else self._nothing(name)
            return made
        if sign == "neg":
            return {name: self.scale(v, -1) for name, v in self.field(parts[0]).items()}
        if sign in "+-":
            a, b = self.field(parts[0]), self.field(parts[1])
            factor = 1 if sign == "+" else -1
            return {n: self.add(a.get(n) or self._nothing(n), b.get(n) or self._nothing(n), factor) for n in {*a, *b}}
        if sign == "*" and isinstance(parts[0], Fraction):
            return {name: self.scale(v, parts[0]) for name, v in self.field(parts[1]).items()}
        if sign == "[]":  # the paper's sign: ∂X·Y − ∂Y·X
            one, other = self._moved(parts[0], parts[1]), self._moved(parts[1], parts[0])
            return {n: self.add(one[n], other[n], -1) for n in one}
        raise UnreadableError(f"{sign} is not a field")

    def _moved(self, tree, along):
        """The derivative of one field in the direction of another."""
        direction = self.field(along)
        before = self.values
        self.values = {
            name: Value(v.shape, v.rows, (direction[name].rows if name in direction else _map(v.rows, lambda x: 0)))
            if name in self.letters
            else v
            for name, v in before.items()
        }
        made = self.field(tree)
        self.values = before
        found = {}
        for name in {*made, *direction}:
            if name in made and made[name].speed is None:
                raise UnreadableError("a bracket of a bracket")
            found[name] = Value(made[name].shape, made[name].speed, None) if name in made else self._nothing(name)
        return found

    # -- flows -----------------------------------------------------------------------------------------

    def set_flow(self, equations):
        """Let letters move by the values of trees; the others keep their random velocities."""
        speeds = {}
        for name, tree in equations.items():
            value = self.value(tree)
            old = self.values[name]
            if value.shape != old.shape and getattr(value, "literal", None) != 0:
                raise MisfitError(f"{name}' = {value.shape}")
            speeds[name] = value.rows if value.shape == old.shape else _map(old.rows, lambda x: 0)
            if not self._stays(self.letters[name][2], speeds[name]):
                raise MisfitError(f"{name} would not stay {self.letters[name][2]}")
        self.values = {
            name: Value(v.shape, v.rows, speeds[name]) if name in speeds else v for name, v in self.values.items()
        }

    def _stays(self, kind, speed):
        """Whether a letter that moves like this stays what it was said to be."""
        turned = [list(c) for c in zip(*speed, strict=True)]
        if kind == "symmetric":
            return turned == speed
        if kind == "skew":
            return turned == _map(speed, lambda x: -x % self.prime)
        return kind == "general" or not any(map(any, speed))

    def gradient_flow(self, parts, gradients):
        """Let the letters of φ move by −∂φᵀ(G), G a random matrix of the size of each part, or a letter."""
        before = self.values
        shapes = [self.value(part) for part in parts]
        if any(value.speed is None for value in shapes):
            raise UnreadableError("a derivative in φ")
        arbitrary = [
            before[g].rows if g else self._matrix(len(s.rows), len(s.rows[0]))
            for g, s in zip(gradients, shapes, strict=True)
        ]
        used = {name for part in parts for name in names_in(part) if name in self.letters}
        speeds = {}
        for name in used:
            old = before[name]
            speeds[name] = [[0] * len(old.rows[0]) for _ in old.rows]
            for i in range(len(old.rows)):
                for j in range(len(old.rows[0])):
                    unit = [[int((a, b) == (i, j)) for b in range(len(old.rows[0]))] for a in range(len(old.rows))]
                    self.values = {
                        n: Value(v.shape, v.rows, unit if n == name else _map(v.rows, lambda x: 0))
                        for n, v in before.items()
                    }
                    slopes = [self.value(part).speed for part in parts]
                    speeds[name][i][j] = (
                        -sum(
                            x * g
                            for slope, matrix in zip(slopes, arbitrary, strict=True)
                            for r, s in zip(slope, matrix, strict=True)
                            for x, g in zip(r, s, strict=True)
                        )
                        % self.prime
                    )
        self.values = {n: Value(v.shape, v.rows, speeds[n]) if n in speeds else v for n, v in before.items()}


def names_in(tree):
    """Return the names in a tree."""
    if isinstance(tree, dict):
        return {n for part in tree.values() for n in names_in(part)}
    if not isinstance(tree, tuple):
        return set()
    if tree[0] == "name":
        return {tree[1]}
    return {name for part in tree[1:] for name in names_in(part)}


def _residue(number, prime):
    number = Fraction(number)
    return number.numerator * pow(number.denominator, -1, prime) % prime
