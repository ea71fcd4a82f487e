"""The court of claims and proofs: statements given as data, tried by a program that shares nothing with the workshop.

    python -m conslaw_nb.checker FILE [FILE...]

`conslaw_nb.checker` re-checks certificates: evidence that proves a claim. A claim or a proof that somebody typed has
no such evidence. But it is a statement with a meaning, and so it can be tried: at random sizes, 1 and unequal sizes
among them, with random matrices and numbers modulo random primes; conservation by the derivative along the flow, with
an arbitrary gradient; dimensions by ranks at random points; every step of a proof as well as its goal. Like the checker
this room needs the standard library only, believes nothing in a file, and counts work and memory before it spends them.

What acceptance means. STANDS: no instance contradicts the file, and the report says with what probability at most a
false statement of this degree would have passed (`chance` derives it; the numbers come from the system's entropy, so
that no statement can be made to suit them). It never says PROVED. REJECTED: an instance contradicts it, and is shown;
or the file is not what it should be. UNKNOWN: it could not be tried far enough.

The files, one thing each: `chance` (primes and probabilities), `values` (matrices modulo p that carry derivatives),
`scenes` (what a statement is about, and expressions), `trials` (values at random instances), `identities` and `ranks`
(the kinds of statements), `statements` (their form), `wording` (how they are written for people), `files`.
"""

from .files import FORMATS, STANDS, UNDECIDED, hear_data

__all__ = ["FORMATS", "STANDS", "UNDECIDED", "hear_data"]
