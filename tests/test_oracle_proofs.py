"""Good proofs, spoiled in thousands of small ways, and judged by numbers: nothing false may be accepted (`oracle/`)."""

from collections import Counter

import pytest
from oracle.good_proofs import GOOD
from oracle.judging import report
from oracle.mutants import WHOLE, WITHIN, mutant
from oracle.numbers import rng_of, seed_of
from oracle.proof_faults import cited, faults_of
from oracle.proof_judge import Judge
from oracle.proof_lines import UNREADABLE

import conslaw_nb as cl
from conslaw_nb.errors import ConslawError

MUTANTS = 350  # of each run


@pytest.mark.parametrize("name", GOOD)
def test_a_good_proof_is_accepted_by_both(name):
    judge = Judge(GOOD[name])
    assert [(line.text, line.truth) for line in judge.lines if line.number and line.truth is not True] == []
    assert judge.goal_truth is True
    found = cl.proof(GOOD[name])
    assert found.reached, str(found)
    assert list(faults_of(GOOD[name], found)) == []


@pytest.mark.parametrize("name", ["one", "two", "fresh"])
def test_no_spoiled_proof_proves_anything_false(name):
    seed = seed_of(name)
    rng, faults = rng_of("proofs", seed), []
    for _ in range(MUTANTS):
        kind = rng.choice(list(GOOD))
        how, text = mutant(rng, GOOD[kind])
        if rng.random() < 0.15:
            second, text = mutant(rng, text)
            how = f"{how}, {second}"
        try:
            found = cl.proof(text)
        except ConslawError:
            continue
        faults += [f"{kind} ({how}): {fault}\n{text}\n" for fault in faults_of(text, found)]
    assert not faults, report(faults, seed)


def test_the_judge_sees_that_proofs_are_spoiled():
    """Most changes make a step false or meaningless, each kind of change some: the judge is not asleep."""
    rng = rng_of("awake")
    total, wrong = Counter(), Counter()
    for _ in range(400):
        how, text = mutant(rng, GOOD[rng.choice(list(GOOD))])
        judge = Judge(text)
        total[how] += 1
        wrong[how] += any(line.truth in (False, UNREADABLE) for line in judge.lines) or judge.goal_truth is not True
    assert sum(wrong.values()) > 0.45 * sum(total.values())
    assert {how.__name__ for how in (*WITHIN, *WHOLE)} == set(total)
    for how in ("sign", "coefficient", "transpose", "swapped", "exponent", "prime", "hypothesis", "spelled"):
        assert wrong[how], how


@pytest.mark.parametrize(
    ("text", "number", "truth"),
    [
        ("given A: n x n\n1 0 = 0 by computation\n10 = 0 by computation", 2, False),
        ("given A: n x n, B: n x n\nA*B = B*A by computation", 1, False),
        ("given U: n x r, V: m x r\nU*U^T - V*V^T = 0 by computation", 1, UNREADABLE),
        ("given A: n x n skew\nA^2 = -A*A^T by computation", 1, True),
        ("given A: n x n skew\nA = 0 by computation", 1, False),  # for n = 1 it is 0
        ("given u: 1 x 1, v: 1 x 1\nflow of u*v\nu + v is conserved by computation", 1, False),
        ("given U: n x r, G: n x r\nflow U' = -G\nG is conserved by computation", 1, False),
        ("model phi(x*y)\nx**2 - y**2 is conserved by computation", 1, True),
        ("model phi(x, x*y - 7*y)\ndim W = 1 by computation", 1, False),
        ("model phi(x*y)\n<grad (x^2 - y^2), v_i> = 0 for all i by computation", 1, True),
        ("model phi(x*y)\nthere are exactly 2 laws by computation", 1, False),
    ],
)
def test_the_judge_knows_what_is_true(text, number, truth):
    assert {line.number: line.truth for line in Judge(text).lines}[number] is truth


def test_the_judge_reads_what_a_reason_cites():
    assert cited("step 2") == [2]
    assert cited("Theorem 3.3 and steps 1-3") == [1, 2, 3]
    assert cited("Proposition 2.5") == []
    assert cited("(2) and (4)") == [2, 4]


FORGED = [  # texts that prove nothing, each with something in it that once passed or could pass
    "given A: n x n\ngoal 10 = 0\n1 0 = 0 by computation",
    "given u: 1 x 1, v: 1 x 1, g: 1 x 1 skew\nflow of u*v with g\n(u + v)' = 0 by substitution\n"
    "u + v is conserved by Proposition 2.5",
    "model phi(x*y)\nlet h = x**2 - y**2\n<grad h, v_1> = 2*x*y - x*y by computation\n= 0 by computation\n"
    "h is conserved by Proposition 2.16",
    "model phi(x*y)\nlet h = x**2 - y**2\n<grad h, v_1> = 2*x*y - 2*x*y by computation\nh is conserved by step 1",
    "model phi(x*y, x*z)\nlet h = x**2 - y**2 - z**2\n<grad h, v_1> = 0 by computation\nh is conserved by step 1",
    "model phi(x*y)\nlet h = x**2 - y**2\nh is conserved by step 2\n<grad h, v_1> = 0 by computation",
    "model phi(x*y)\nlet h = x**2 - y**2\n<grad h, v_1> = 1 by computation\n= 0 by computation\n"
    "h is conserved by step 2",
    "model phi(x*y)\nthere is exactly 1 law by Theorem 3.3",
    "model phi(x**2*y)\ndim Lie = 1 at x=0, y=1 by computation",
    "model phi(x*y)\ngoal x is conserved\nx**2 - y**2 is conserved by computation",
    "given U: n x r, V: m x r\nflow of U*V^T\ngoal U is conserved\nU^T*U - V^T*V is conserved by computation",
]


@pytest.mark.parametrize("text", FORGED)
def test_what_proves_nothing_is_not_accepted(text):
    try:
        found = cl.proof(text)
    except ConslawError:
        return
    assert not found.reached, str(found)
    assert str(found.verdict.status) != "PROVED"


BROKEN = [  # a chain with a wrong link, and a sentence that could only rest on it
    "model phi(x*y)\nlet h = x**2 - y**2\n<grad h, v_1> = x*y = 0 by computation\nh is conserved by Proposition 2.16",
    "model phi(x*y)\nlet h = x**2 - y**2\n<grad h, v_1> = x*y by computation\n= 0 by computation\n"
    "h is conserved by Proposition 2.16",
    "model phi(x*y)\nlet h = x**2 - y**2\n<grad h, v_1> = 2*x*y - 2*y*x by computation\n= x*y by computation\n"
    "h is conserved by Proposition 2.16",
    "model phi(x*y)\nlet h = x**2 + y**2\n<grad h, v_1> = 4*x*y by computation\n= 0 by computation\n"
    "h is conserved by Proposition 2.16",
    "given U: n x r, V: m x r\nflow of U*V^T\nlet P = U^T*U - V^T*V\n"
    "P' = U'^T*U + U^T*U' - V'^T*V - V^T*V' by the product rule\n= U^T*U by substitution\n"
    "P is conserved by Proposition 2.5",
    "given U: n x r, V: m x r\nflow of U*V^T\nlet P = U^T*U - V^T*V\nP' = U = 0 by substitution\n"
    "P is conserved by Proposition 2.5",
    "given U: n x r, V: m x r\nflow of U*V^T\nlet P = U^T*U - V^T*V\nP' = U^T*U by substitution\n= 0 by computation\n"
    "P is conserved by Proposition 2.5",
]


@pytest.mark.parametrize("text", BROKEN)
def test_no_sentence_rests_on_a_chain_with_a_wrong_link(text):
    found = cl.proof(text)
    assert [step.status for step in found.steps if step.number][-1] != "green"
    assert not found.reached


# -- "for all n, m, r" -----------------------------------------------------------------------------------

FORMULAS = [
    "U^T*U - V^T*V",
    "2*(U^T*U - V^T*V)^2 + 3*(U^T*U - V^T*V)",
    "tr(U^T*U) - tr(V^T*V)",
    "|U|^2 - |V|^2",
    "tr((U^T*U - V^T*V)^3) - 5",
    "U^T*U*U^T*U - U^T*U*V^T*V - V^T*V*U^T*U + V^T*V*V^T*V",
    "<U, U> - <V, V>",
    "(U^T*U - V^T*V)*(U^T*U - V^T*V)^T",
    "V^T*V/2 - U^T*U/2",
    "U*U^T - V*V^T",
    "U*V^T",
    "tr(U*V^T*V*U^T)",
]


@pytest.mark.parametrize("name", ["one", "fresh"])
def test_claims_for_all_sizes(name):
    seed = seed_of(name)
    rng, faults, told = rng_of("sizes", seed), [], Counter()
    for _ in range(250):
        h = rng.choice(FORMULAS)
        for _ in range(rng.choice((0, 1, 1, 2))):
            h = rng.choice(WITHIN)(rng, h, ["U", "V"]) or h
        judge = Judge(f"given U: n x r, V: m x r\nflow of U*V^T\n{h} is conserved by computation")
        truth = judge.lines[-1].truth
        words = rng.choice(("for all n, m, r", "for all sizes", "for all widths"))
        try:
            card = cl.claim(f"{h} is conserved {words}")
        except ConslawError:
            told["refused", truth] += 1
            continue
        repr(card)
        card._repr_html_()
        answer = str(card.verdict.status)
        told[answer, truth] += 1
        if answer == "PROVED" and truth is not True:
            faults.append(f"{h}: PROVED, and it is {truth} ({judge.lines[-1].why})")
        if answer == "REFUTED" and truth is True:
            faults.append(f"{h}: REFUTED, and it is true")
    assert not faults, report(faults, seed)
    assert told["REFUTED", False] > 40
    assert told["PROVED", True] > 0.9 * sum(n for (_, truth), n in told.items() if truth is True), told
