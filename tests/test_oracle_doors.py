"""One meaning behind all doors: the same function, written in many ways, asked in many places, by the judge's trees."""

import pytest
from oracle import expressions as ex
from oracle.functions import random_function
from oracle.judging import report
from oracle.models import random_model
from oracle.numbers import rng_of, seed_of

import conslaw_nb as cl
from conslaw_nb.claims.proof_lines import MAX_TEXT
from conslaw_nb.cli import main
from conslaw_nb.errors import ConslawError

EXIT = {"PROVED": 0, "REFUTED": 1, "UNKNOWN": 3, "BOUNDED": 3}


def answer(ask):
    """Return a verdict's status, or what was refused."""
    try:
        return str(ask().status)
    except ConslawError as error:
        return f"refused: {error}"


@pytest.mark.parametrize("name", ["one", "fresh"])
def test_all_doors_say_the_same(name, capsys):
    """A claim, check_law, a step of a proof and the command line are asked whether one function is conserved."""
    seed = seed_of(name)
    rng, faults = rng_of("doors", seed), []
    for _ in range(20):
        model = random_model(rng)
        phi = cl.parse_model(model.text)
        for _ in range(4):
            function = random_function(rng, model)
            text = ex.write(function.tree)
            law = answer(lambda text=text, phi=phi: cl.check_law(text, phi))
            said = {"check_law": law}
            said["claim"] = answer(lambda text=text, phi=phi: cl.claim(f"{text} is conserved", phi).verdict)
            status = main(["check", model.text, text]) or 0
            capsys.readouterr()
            said["conslaw check"] = next((word for word, code in EXIT.items() if code == status), f"exit {status}")
            if said["conslaw check"] == "UNKNOWN" and law == "BOUNDED":
                said["conslaw check"] = law
            lines = f"model {model.text}\n{text} is conserved by computation"
            if len(lines) > MAX_TEXT:
                continue  # a proof of such a length is refused, in a sentence
            proof = cl.proof(lines)
            constant = "constant" in str(proof)
            said["proof"] = "PROVED" if proof.reached else "not shown"
            wanted = {"check_law": law, "claim": law, "conslaw check": law}
            wanted["proof"] = "PROVED" if law == "PROVED" and not constant else "not shown"
            if function.form != "rational" and said["proof"] == "not shown":
                wanted["proof"] = "not shown"  # logs and roots may be left to claims
            if law.startswith("refused"):
                wanted["claim"], wanted["conslaw check"] = said["claim"], "exit 2"
                if not said["claim"].startswith("refused"):
                    faults.append(f"{text!r} for {model.text}: {said}")
            if said != wanted:
                faults.append(f"{text!r} for {model.text}: {said}")
    assert not faults, report(faults, seed)


@pytest.mark.parametrize("name", ["one", "fresh"])
def test_what_is_written_in_another_way_means_the_same(name):
    """2x, x⁴, ½, ln, \\frac{a}{b}, −, ⋅: read as what they are, or refused with a reason, and seldom refused."""
    seed = seed_of(name)
    rng, faults, refused, total = rng_of("writing", seed), [], [], 0
    for _ in range(50):
        model = random_model(rng)
        phi = cl.parse_model(model.text)
        for _ in range(4):
            tree = random_function(rng, model).tree
            plain, other = ex.write(tree), ex.people_write(tree, rng)
            first = answer(lambda text=plain, phi=phi: cl.check_law(text, phi))
            second = answer(lambda text=other, phi=phi: cl.check_law(text, phi))
            total += 1
            if second.startswith("refused") and not first.startswith("refused"):
                refused.append(f"{other!r} ({second})")
            elif first.partition(":")[0] != second.partition(":")[0]:
                faults.append(f"{plain!r} is {first}, and {other!r} is {second}, for {model.text}")
    assert not faults, report(faults, seed)
    assert len(refused) < 0.02 * total, report(refused, seed)
