"""Nothing that is PROVED or REFUTED rests on luck: the dice are loaded, and what is certain must be right all the same.

Every random number that the package draws comes from the smallest few of its range, so that points lie on the planes
where models lose rank, letters of brackets are the same, and primes repeat. Less may be decided then; nothing false.
"""

import random

import pytest
from oracle.judging import Tally, report
from oracle.models import random_model, vanishing
from oracle.numbers import rng_of, seed_of
from oracle.sentences import random_claim
from test_oracle_honesty import wrong_steps

import conslaw_nb as cl
from conslaw_nb.errors import ConslawError


@pytest.fixture
def loaded(monkeypatch):
    """Let all random integers be among the smallest few: a die for each test."""

    def load(few):
        own = random.Random(few)

        def below(self, n):
            return min(int(own.random() * few), n - 1)

        for kind in (random.Random, random.SystemRandom):
            monkeypatch.setattr(kind, "_randbelow", below)

    return load


def test_the_dice_are_loaded(loaded):
    loaded(5)
    for rng in (random.Random(1), random.SystemRandom()):
        assert max(rng.randrange(1, 10**9) for _ in range(50)) <= 5
        assert rng.choice(range(100)) < 5


@pytest.mark.parametrize("few", [2, 7])
@pytest.mark.parametrize("name", ["one", "fresh"])
def test_no_claim_rests_on_luck(name, few, loaded):
    seed = seed_of(name)
    rng, tally, asked = rng_of("luck", seed, few), Tally(), []
    for _ in range(30):
        model = rng.choice((random_model, vanishing))(rng)
        phi = cl.parse_model(model.text)
        asked += [(random_claim(rng, model), phi) for _ in range(6)]
    loaded(few)
    for claim, phi in asked:
        if claim.kind != "empty domain":
            tally.ask(claim, lambda claim, phi=phi: cl.claim(claim.text, phi).verdict.status, ConslawError)
    assert not tally.faults, report(tally.faults, seed)


@pytest.mark.parametrize("few", [2, 7])
@pytest.mark.parametrize("name", ["one", "fresh"])
def test_what_a_count_calls_certain_does_not_rest_on_luck(name, few, loaded):
    seed = seed_of(name)
    rng, faults, models = rng_of("certain", seed, few), [], []
    for _ in range(25):
        model = rng.choice((random_model, vanishing))(rng)
        assert model.staircase and model.laws is not None  # decided before the dice are loaded
        models.append((model, cl.parse_model(model.text)))
    loaded(few)
    for model, phi in models:
        count = cl.count_laws(phi)
        faults += [f"{model.text}: {wrong}" for wrong in wrong_steps(count.steps, model.staircase)]
        if count.laws not in (None, model.count):
            faults.append(f"{model.text}: exactly {count.laws} laws, and there are {model.count}")
        if not count.laws_at_least <= model.count <= count.laws_at_most:
            faults.append(f"{model.text}: {count.laws_at_least} to {count.laws_at_most} laws, not {model.count}")
        degree = 2
        try:
            found = cl.conservation_laws(phi, degree)
        except ConslawError:  # equations that say the same again and again leave laws open
            continue
        if model.dimension < 4 and str(found.verdict.status) == "PROVED" and "probability" not in found.verdict.reason:
            rank = len(model_independent(model, degree))
            if found.independent != rank:
                faults.append(f"{model.text}: {found.independent} independent laws of degree 2, not {rank}")
    assert not faults, report(faults, seed)


def model_independent(model, degree):
    """Return a basis of the gradients of the judge's own laws, generically."""
    import reference as ref
    from oracle.ranks import generic_rank

    laws = ref.laws(model.fields, degree)
    return generic_rank([ref.gradient(h, model.dimension) for h in laws])[1] if laws else []
