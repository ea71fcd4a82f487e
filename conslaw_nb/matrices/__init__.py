"""Matrix calculus with symbolic sizes: identities and conservation laws proved for every width at once.

    from conslaw_nb.matrices import MatrixSpace, prove_conserved, prove_equal, theorems

    space = MatrixSpace(U=("n", "r"), V=("m", "r"))         # names and sizes; sizes are letters
    prove_conserved("U^T*U - V^T*V", "U*V^T", space=space)  # PROVED for all m, n, r, with a derivation
    prove_equal("tr(U*U^T) = |U|^2", space=space)
    theorems()["closure"]                                   # named results; false_claims() for what is not true

An expression is a sum of terms: a rational number, times commuting factors (traces of words, words from size 1 to size
1, sizes), times a word in the letters and their transposes. Its normal form makes factors and words canonical and
gathers equal terms; ``==`` compares normal forms.

What this decides
-----------------
*Sound.* Each rewriting is an identity of matrices over any commutative ring that contains the rationals:
(AB)ᵀ = BᵀAᵀ, tr(AB) = tr(BA), tr(A) = tr(Aᵀ), a 1 x 1 matrix is its own trace and commutes, I A = A, Sᵀ = S, Kᵀ = −K.
So equal normal forms are equal for all sizes and all matrices of the declared kinds.

*Complete.* Different normal forms differ for some sizes and some integer matrices of those sizes. Let P be a
difference, not zero. If P is not a number, multiply it by a new letter X and take the trace: the terms stay
different, for each word can be read off beside the one X. Now every term is a number, times sizes, times
necklaces. Draw a necklace as a cycle whose edges are its letters and whose vertices are the sizes between them;
all vertices of size 1 are one vertex ∗. Written with entries, a product of necklaces is the sum, over all ways
to give each vertex an index, of the product of the entries on its edges. Take a term M, sizes not below its
numbers of vertices, and a way that gives different vertices of one size different indices: it gives a product p
of entries. If a term M′ gives p as well, its edges map one to one onto those of M, and its vertices onto those
of M. Both have the same letters, so equally many ends of edges that are not at ∗, and each vertex but ∗ has
two: both have equally many vertices. Hence the map is one to one on vertices too, and M and M′ are the same
cycles, up to rotation and transposition: the same product of necklaces. The ways that give p from M all count
with one sign, for a necklace that a turn could change in sign was set to 0. So the coefficient of p in P is a
nonzero number times a nonzero polynomial in the sizes, and that does not vanish for all large sizes.
(`Expr.separating_size` is large enough.)

*What it does not say.* ``==`` is about all sizes at once. The identity of Cayley and Hamilton for 2 x 2
matrices fails for n = 3, so here it is not an identity. Inverses, ranks, determinants and orthogonality are not
expressed.

A statement that is false is refuted with small integer matrices, found and evaluated by code that knows nothing
of normal forms (`concrete`). In the rare case that none is found the answer is UNKNOWN.
"""

from .calculus import derivative, gradient
from .conservation import prove_bracket, prove_conserved
from .derivations import Chain, Counterexample, Derivation, Row
from .equalities import prove_chain, prove_equal
from .expression import Expr, trace
from .fields import Flow, MatrixField, bracket, commutator, gradient_flow
from .letters import ShapeError
from .results import Theorem, Theorems
from .space import MatrixSpace
from .theorems import false_claims, theorems

__all__ = [
    "Chain",
    "Counterexample",
    "Derivation",
    "Expr",
    "Flow",
    "MatrixField",
    "MatrixSpace",
    "Row",
    "ShapeError",
    "Theorem",
    "Theorems",
    "bracket",
    "commutator",
    "derivative",
    "false_claims",
    "gradient",
    "gradient_flow",
    "prove_bracket",
    "prove_chain",
    "prove_conserved",
    "prove_equal",
    "theorems",
    "trace",
]
