"""Random matrix expressions of given shapes, as trees: nothing of the normal form makes what it is tested with."""

from fractions import Fraction
from random import Random

from hypothesis import strategies as st

from conslaw_nb.matrices import MatrixSpace
from conslaw_nb.matrices.concrete import evaluate, random_matrices
from conslaw_nb.matrices.syntax import Commutator, Inner, Name, Norm, Number, Power, Product, Sum, Trace, Transpose

SPACE = MatrixSpace.read(
    "A: n x n, S: n x n symmetric, K: n x n skew, E: n x n identity, B: n x m, C: m x n, O: n x m zero, D: m x m,"
    "u: n x 1, w: n x 1, v: m x 1, y: 1 x m, t: 1 x 1, s: 1 x 1"
)
SIZES = ("n", "m", "1")
LETTERS = [*SPACE, "I_n", "I_m", "n"]


def leaves(shape):
    """All letters of this shape, some of them transposed; numbers are 1 x 1."""
    rows, columns = shape
    found = [Name(name) for name in LETTERS if SPACE.letter(name).shape == shape]
    found += [Transpose(Name(name)) for name in LETTERS if SPACE.letter(name).shape == (columns, rows)]
    if shape == ("1", "1"):
        found += [Number(Fraction(2)), Number(Fraction(1, 3))]
    return st.sampled_from(found)


@st.composite
def trees(draw, shape, depth=3):
    """Draw a tree of this shape."""
    rows, columns = shape
    kinds = ["leaf", "product", "sum", "transpose", "scaled"]
    kinds += ["power", "commutator"] if rows == columns else []
    kinds += ["trace", "inner", "norm"] * 2 if shape == ("1", "1") else []
    kind = draw(st.sampled_from(kinds)) if depth else "leaf"
    sizes = st.sampled_from(SIZES)

    def below(*other):
        return draw(trees(other or shape, depth - 1))

    if kind == "product":
        middle = draw(sizes)
        return Product((below(rows, middle), below(middle, columns)))
    if kind == "sum":
        return Sum(tuple((draw(st.booleans()), below()) for _ in range(draw(st.integers(1, 3)))))
    if kind == "transpose":
        return Transpose(below(columns, rows))
    if kind == "scaled":
        return Product((below("1", "1"), below()))
    if kind == "power":
        return Power(draw(trees(shape, 1 if depth > 1 else 0)), draw(st.integers(0, 2)))
    if kind == "commutator":
        return Commutator(below(), below())
    if kind == "trace":
        size = draw(sizes)
        return Trace(below(size, size))
    if kind == "inner":
        other = draw(sizes), draw(sizes)
        return Inner(below(*other), below(*other))
    if kind == "norm":
        return Norm(below(draw(sizes), draw(sizes)))
    return draw(leaves(shape))


shapes = st.tuples(st.sampled_from(SIZES), st.sampled_from(SIZES))
any_tree = shapes.flatmap(trees)
numbers = trees(("1", "1"))


def at_random(space, sizes, seed, values=(-3, -2, -1, 0, 1, 2, 3)):
    """Return random integer matrices for all letters of a space."""
    return random_matrices(space, list(space), sizes, Random(seed), values)


def value(node, sizes, matrices, space=SPACE):
    """Return the value of a tree as rows of fractions, in its full shape."""
    rows = evaluate(node, space, sizes, matrices)
    return [[Fraction(x) for x in row] for row in rows]
