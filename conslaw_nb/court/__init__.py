"""The court: certificates, claims and proofs, judged by a program that shares nothing with the workshop.

    python -m conslaw_nb.checker FILE [FILE...]

It needs the standard library only, believes nothing in a file, and counts work and memory before it spends them.

*Certificates* hold evidence. `certificates` re-checks it and says why it proves the claim; `structure` and `products`
do so for version 2, which speaks of the structure of a model; `rulings` leads to both.

*Claims and proofs* that somebody typed hold none. But each is a statement with a meaning, and so it can be tried: at
random sizes, 1 and unequal sizes among them, with random matrices and numbers modulo random primes; conservation by
the derivative along the flow, with an arbitrary gradient; dimensions by ranks at random points; every step of a proof
as well as its goal. `chance` (primes and probabilities), `values` (matrices modulo p that carry derivatives), `scenes`
(what a statement is about, and expressions), `trials` (values at random instances), `identities` and `ranks` (the kinds
of statements), `statements` (their form), `wording` (how they are written for people), `files`.

What acceptance of those means. STANDS: no instance contradicts the file, and the report says with what probability at
most a false statement of this degree would have passed (`chance` derives it; the numbers come from the system's
entropy, so that no statement can be made to suit them). It never says PROVED. REJECTED: an instance contradicts it, and
is shown; or the file is not what it should be. UNKNOWN: it could not be tried far enough.
"""
