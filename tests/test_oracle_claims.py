"""Claims of all kinds, true and false, tried by a judge that shares nothing with the package (`oracle/`).

Not one false sentence may be PROVED and not one true one REFUTED. Where nothing is said that is counted, and too much
silence is a fault too. The fresh seed of each run (in CI: of each change) is printed with the faults it finds.
"""

from fractions import Fraction

import pytest
from oracle.judging import Tally, fault_of, report
from oracle.models import random_model
from oracle.numbers import is_prime, primes_in_use, rng_of, seed_of
from oracle.sentences import NOWHERE, Claim, random_claim
from reference import rank

import conslaw_nb as cl
from conslaw_nb.errors import ConslawError
from conslaw_nb.exact import backend

MODELS, CLAIMS = 60, 10  # of each run


def decided(claim, phi):
    """Ask the package, and show the card as a notebook and a terminal do."""
    card = cl.claim(claim.text, phi)
    assert card.text or card.kind
    repr(card)
    card._repr_html_()
    return card.verdict.status


@pytest.mark.parametrize("name", ["one", "two", "fresh"])
def test_nothing_false_is_proved_and_nothing_true_refuted(name):
    seed = seed_of(name)
    rng, tally = rng_of("claims", seed), Tally()
    for _ in range(MODELS):
        model = random_model(rng)
        phi = cl.parse_model(model.text)
        assert phi.variables == model.names
        for _ in range(CLAIMS):
            tally.ask(random_claim(rng, model), lambda claim, phi=phi: decided(claim, phi), ConslawError)
    assert not tally.faults, report(tally.faults, seed)
    assert not tally.silent(ceiling=0.15, at_least=25), tally.silent(ceiling=0.15, at_least=25)


@pytest.mark.parametrize("name", ["one", "fresh"])
def test_the_certificate_of_a_claim_is_accepted_and_says_the_same(name, tmp_path):
    """What a card offers to save, the court accepts, whatever the verdict was."""
    seed = seed_of(name)
    rng, faults, saved = rng_of("certificates", seed), [], 0
    for _ in range(40):
        model = random_model(rng)
        phi = cl.parse_model(model.text)
        for _ in range(4):
            claim = random_claim(rng, model)
            try:
                card = cl.claim(claim.text, phi)
            except ConslawError:
                continue
            if card.certificate is None:
                continue
            saved += 1
            alone = ".certificate.save(path)" in repr(card)  # a law given by its gradient
            verdict = cl.verify((card.certificate if alone else card).save(tmp_path / "claim.json"))
            if str(verdict.status) != "PROVED":
                faults.append(f"{claim.text!r} for {model.text}: its certificate is rejected: {verdict.reason}")
    assert not faults, report(faults, seed)
    assert saved > 10


SPANS = {  # loss -> whether its gradients span R^n at every allowed output, and how they are computed from z or e^z
    "mse": (True, lambda z: [[Fraction(int(i == j)) for j in range(len(z))] for i in range(len(z))]),
    "mse with one-hot labels": (False, lambda z: [[a - (i == j) for j, a in enumerate(z)] for i in range(len(z))]),
    "logistic": (
        True,
        lambda a: (
            [[(x if j == i else -1) / (1 + x) for j, x in enumerate(a)] for i in range(len(a))]
            + [[-1 / (1 + x) for x in a]]
        ),
    ),
    "kl": (True, lambda z: [[Fraction(-(i == j)) / a for j, a in enumerate(z)] for i in range(len(z))]),
    "cross-entropy": (False, lambda a: [[x / sum(a) - (i == j) for j, x in enumerate(a)] for i in range(len(a))]),
}


@pytest.mark.parametrize("loss", SPANS)
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_losses_span_or_do_not(loss, n):
    truth, gradients = SPANS[loss]
    rng = rng_of("losses", loss, n)
    outputs = [[Fraction(rng.randint(1, 9), rng.randint(1, 9)) for _ in range(n)] for _ in range(20)]
    outputs.append([Fraction(1, n)] * n)
    ranks = {rank(gradients(z)) for z in outputs}
    assert (ranks == {n}) is truth
    for text in (f"the loss {loss} spans R^{n}", f"the {loss} loss spans R^{n}"):
        assert str(cl.claim(text).verdict.status) == ("PROVED" if truth else "REFUTED")


def test_the_judge_can_find_faults():
    """A judge that never says no judges nothing."""
    assert fault_of("PROVED", False)
    assert fault_of("PROVED", NOWHERE)
    assert fault_of("REFUTED", True)
    assert fault_of("perhaps", None)
    assert not fault_of("UNKNOWN", True)
    assert not fault_of("REFUTED", False)
    tally = Tally()
    liar = Claim("equal", "1 = 2", None, False)
    for _ in range(30):
        tally.ask(liar, lambda claim: "PROVED", ConslawError)
        tally.ask(Claim("count", "?", None, True), lambda claim: "UNKNOWN", ConslawError)
    assert len(tally.faults) == 30
    assert tally.silent() == ["'count': {'decided': 0, 'not decided': 30, 'refused': 0}"]


def test_there_is_something_of_each_kind_to_judge():
    """The random claims are of all kinds, true and false, about models with what is hard."""
    rng = rng_of("kinds")
    both = {"conserved", "not conserved", "independent", "independent at", "complete", "count", "dim W", "dim Lie"}
    both |= {"dim W at", "dim Lie at", "involutive", "bracket", "bracket at", "factors", "equal", "at least", "no law"}
    missing = {(kind, truth) for kind in both for truth in (True, False)} | {("independent at", NOWHERE)}
    models = set()
    for _ in range(400):
        model = random_model(rng)
        models.add(model.what)
        missing -= {(c.kind, c.truth) for c in (random_claim(rng, model) for _ in range(8))}
        if not missing and len(models) == 6:
            break
    assert missing == set()
    assert len(models) == 6


EXAMPLES = [  # sentence, model, and whether it is true; None where it has no value or no meaning
    ("dim W = 1", "phi(x, x*y - 7*y)", False),
    ("dim W = 2", "phi(x, x*y - 7*y)", True),
    ("W is involutive", "phi(x, x*y - 7*y)", True),
    ("dim Lie = 1 at x=0, y=1", "phi(x**2*y)", False),
    ("dim Lie = 0 at x=0, y=1", "phi(x**2*y)", True),
    ("dim Lie = 1 at x=0, y=0", "fields([x, y], [0, y])", False),
    ("1/x is independent at x=0, y=0", "phi(x*y)", None),
    ("log(-x) - log(x) is conserved", "phi(x*y)", None),
    ("1/(log(exp(x)) - x) is conserved", "phi(x*y)", None),
    ("x**2 - y**2 + sqrt(x)*sqrt(x) - sqrt(x**2) is conserved", "phi(x*y)", True),
    ("x/x = 1", "phi(x*y)", True),
    ("1/3 = 0.3333", "phi(x*y)", False),
    ("x = 3 is conserved", "phi(x*y)", None),
    ("y = x^2 - y^2 is conserved", "phi(x*y)", None),
    ("dim W(0,0) = 1", "phi(x*y)", None),
    ("dim W = 0 at x=1, x=0, y=0", "phi(x*y)", None),
    ("U^T*U - V^T*V is conserved for all sizes for relu(2,2,2)", None, None),
    ("there are exactly 0 laws", "fields([x,y,z],[2147483647,-2*x,-3*x**2])", False),
    ("there are exactly 2 laws", "fields([x,y,z],[2147483647,-2*x,-3*x**2])", True),
    ("x + y is all the laws", "phi(x*y)", False),
    ("(x-1)**2*(x-2)**2*(x-3)**2 is independent", "phi(x*y)", True),
    ("x**2*y*z factors through phi", "phi(x*y, x*z)", True),
    ("x factors through phi", "fields([x, y], [y, x])", None),
    ("2*log(x) - 2*log(y) is all the laws", "phi(x**2 + y**2)", True),
]


@pytest.mark.parametrize(("text", "model", "truth"), EXAMPLES)
def test_examples_that_were_answered_wrongly(text, model, truth):
    try:
        card = cl.claim(text, model)
    except ConslawError:
        assert truth is None  # refused with a reason: right only where there is nothing to decide
        return
    repr(card)
    expected = {True: ("PROVED",), False: ("REFUTED",), None: ("REFUTED", "UNKNOWN")}[truth]
    if "sqrt" in text:
        expected = (*expected, "UNKNOWN")
    assert str(card.verdict.status) in expected


def test_what_the_package_calls_a_prime_is_one():
    """Among them 2047, 121, 781 and 25, each of which passes Miller and Rabin's test to one of the bases 2, 3, 5, 7."""
    of_package = getattr(backend, "is_prime", None) or backend._is_prime
    for n in (*range(9, 6000, 2), 1373653, 25326001, 2**31 - 1, 2**31 - 3):
        assert of_package(n) == is_prime(n), n


def test_the_primes_in_the_source_are_known_to_the_judge():
    assert primes_in_use()
    for prime in primes_in_use():
        assert all(prime % k for k in (2, 3, 5, 7, 11, 13))
        assert pow(2, prime - 1, prime) == 1
