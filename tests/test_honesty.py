"""What answers say of themselves: certain or not, with which probability, PROVED or BOUNDED, UNKNOWN or REFUTED."""

import json
import re
from fractions import Fraction
from math import log2
from random import Random

import pytest

import conslaw_nb as cl
from conslaw_nb.certificates import certificate, report
from conslaw_nb.errors import CertificateError, ModelError
from conslaw_nb.exact import chance
from conslaw_nb.exact import generic as exact_generic
from conslaw_nb.exact.backend import is_prime
from conslaw_nb.laws import climbing, counting, generic, questions, search
from conslaw_nb.laws.climbing import Climb, Place, missed_by, random_climb
from conslaw_nb.verdict import Status, Verdict

PROVED, REFUTED, BOUNDED, UNKNOWN = Status.PROVED, Status.REFUTED, Status.BOUNDED, Status.UNKNOWN
ESCAPING = cl.parametrization("x + y**2/2", variables=["x", "y", "z"])  # laws: z, and y·exp(−x)


@pytest.fixture
def unclosed(monkeypatch):
    """No frame, no identity and no parts are found: counts stay between their bounds."""
    monkeypatch.setattr(counting, "with_blocks", lambda answer, *_: answer)
    monkeypatch.setattr(counting, "count_by_groups", lambda *_: None)
    monkeypatch.setattr(counting, "find_involutive_frame", lambda *_: (None, "no frame today"))
    monkeypatch.setattr(exact_generic, "MAX_GENERIC_WORK", 0)


# -- probabilities are true ------------------------------------------------------------------------------


def test_the_risk_of_a_random_point_is_that_of_schwartz_and_zippel_and_of_prime_divisors():
    assert chance.missed(5, 29.9) == Fraction(5, 2**30)
    assert chance.missed(5, 30) == Fraction(5, 2**30) + Fraction(1, 50_000_000)
    assert chance.missed(0, 90.5) == Fraction(3, 50_000_000)


def test_there_are_as_many_primes_as_the_bound_says():
    """Counted where counting is quick: the density of primes near 2**30 and near 2**31, by Miller and Rabin."""
    rng = Random(1)
    sample = [is_prime(rng.randrange(2**30 + 1, 2**31, 2)) for _ in range(20_000)]
    assert 2**29 * sum(sample) / len(sample) > 0.95 * chance.MANY_PRIMES
    assert all(2**30 < chance.random_prime(rng) < 2**31 for _ in range(50))


def test_the_risk_of_a_climb_by_hand():
    family = cl.vector_fields(["x", "y", "z"], [[f"{2**39}*x*y", "z", "1"], ["y", f"{2**39}*x*z - x*z", "0"]])
    climb = Climb(family, Place.at(family, (1, 2, 3)), 3)
    climb.longest = 3
    degree, bits = 2, log2(2**39 + 1)
    # components of words of 1, 2, 3 letters: degrees 2, 3, 4; sizes S, (2 + 2)S², (3 + 2)(2 + 2)S³
    sizes = [bits, 2 * bits + log2(4), 3 * bits + log2(20)]
    expected = Fraction(2 + 3, climb.place.prime - 1)
    for k, size in enumerate(sizes):
        expected += Fraction(3 * (degree + k), 2**30) + Fraction(int(3 * (size + log2(3)) // 30), 50_000_000)
    assert family.measure() == (degree, bits)
    assert missed_by(climb) == expected


@pytest.mark.parametrize(
    "model",
    [
        "phi(x**2*y - 7*x**2)",
        "fields([x, y, z], [1, 0, 0], [0, 1, x**2 - x])",
        "fields([x, y], [1, 2], [38, 113])",
        "phi((x - 1)*(y - 2)*(z - 3)*w)",
    ],
)
def test_misses_are_no_more_frequent_than_the_stated_risk(monkeypatch, model):
    """With primes of two digits misses can be counted: their share stays below the bound, and not far below it."""
    monkeypatch.setattr(chance, "LEAST_PRIME", 32)
    monkeypatch.setattr(chance, "MANY_PRIMES", 7)  # 37, 41, 43, 47, 53, 59, 61
    rng = Random(model)
    monkeypatch.setattr(chance, "draw", lambda: rng)
    phi = cl.parse_model(model)
    truth = cl.count_laws(phi).dim_lie
    missed, allowed, rounds = 0, Fraction(0), 1500
    for _ in range(rounds):
        climb, risk = random_climb(phi, phi.dimension)
        if climb.saturated or climb.rank == phi.dimension:
            missed += climb.rank < truth
            allowed += min(Fraction(1), risk)
    assert missed > 0
    assert missed <= allowed
    assert allowed / rounds <= 1


def test_a_stated_probability_is_rounded_to_the_safe_side():
    for risk in (Fraction(2, 7), Fraction(1, 3), Fraction(5, 2**31)):
        text = generic.shown_chance(risk)
        assert 1 - Fraction(1, int(text.removeprefix("1 - 1/"))) <= 1 - risk
    assert generic.shown_chance(Fraction(0)) == "1"


def test_a_bounded_count_states_the_risk_of_its_random_climb(unclosed, monkeypatch):
    monkeypatch.setattr(counting, "random_climb", lambda phi, top: (random_climb(phi, top)[0], Fraction(3, 1000)))
    count = cl.count_laws(ESCAPING)
    assert (count.verdict.status, count.laws, count.laws_at_least, count.laws_at_most) == (BOUNDED, None, 1, 2)
    assert "generically dim Lie is 1 with probability at least 1 - 1/333, but no proof closes it (no frame today)" in (
        count.verdict.reason
    )
    assert count.verdict.details["risk"] == "3/1000"
    assert count.certain == count.verdict.details["certain"]
    assert count.certain.endswith("so there are at least 1. At most 2.")
    near = cl.count_laws(ESCAPING, point=(1, 2, 3))
    assert near.verdict.status is BOUNDED
    assert "probability" not in near.verdict.reason  # a chosen point is not random


def test_no_probability_where_nothing_is_random_or_nothing_was_tried(unclosed, monkeypatch):
    monkeypatch.setattr(climbing, "MAX_CLIMB", 0)
    family = cl.vector_fields(["x", "y", "z"], [["1", "0", "x*y*z + 1"], ["0", "1", "x"]])
    count = cl.count_laws(family)
    assert count.verdict.status is BOUNDED
    assert "probability" not in count.verdict.reason
    assert "generators were not tried" in count.verdict.reason or "generator were not tried" in count.verdict.reason


def test_a_random_climb_that_finds_more_is_believed(monkeypatch):
    """Where all points in the code are special the draw from the system's entropy finds the way out."""
    monkeypatch.setattr(generic, "_starts", lambda phi: iter([(0,) * phi.dimension]))

    class Zero:
        def __init__(self, *_):
            pass

        def randrange(self, *_):
            return 0

    monkeypatch.setattr(counting, "Random", Zero)
    cases = {
        "phi(x*y)": (1, 1),
        "phi(x**2*y, x*y**2)": (0, 2),
        "linear(1,2,2,1)": (7, 1),
        "fields([x, y, z], [1, 0, 0], [0, 1, x**14])": (0, 2),  # dim W is 2 everywhere, and dim Lie 3 where x is not 0
    }
    for model, (laws, trace) in cases.items():
        count = cl.count_laws(cl.parse_model(model))
        assert (count.verdict.status, count.laws, count.dim_trace) == (PROVED, laws, trace)
        assert cl.certify(count).verify().is_proved


@pytest.mark.parametrize("told", ["not saturated", "less"])
def test_a_random_climb_that_settles_nothing_gives_no_probability(unclosed, monkeypatch, told):
    def climb(phi, top):
        found, risk = random_climb(phi, top)
        if told == "less":
            found.words.pop()
        found.saturated = told == "less"
        return found, risk

    monkeypatch.setattr(counting, "random_climb", climb)
    reason = cl.count_laws(ESCAPING).verdict.reason
    assert "probability" not in reason
    assert "no proof closes the gap (no frame today)" in reason


def test_a_step_ends_with_a_word_of_letters_that_nothing_was_tried_with(monkeypatch):
    """That is what the stated risk rests on: each step that was left was left after a fresh random word."""
    tried = []
    evaluate = Climb._evaluate
    monkeypatch.setattr(
        Climb, "_evaluate", lambda self, brackets, words: tried.append(words) or evaluate(self, brackets, words)
    )
    family = cl.vector_fields(
        ["x", "y", "z", "w"], [["1", "0", "0", "0"], ["0", "1", "x", "w"], ["0", "0", "x**2", "0"]]
    )
    climb, _ = random_climb(family, 4)
    assert climb.saturated
    for level in range(2, climb.longest + 1):
        words = [word for batch in tried for word in batch if len(word) == level]
        earlier = {letter for batch in tried for word in batch if word is not words[-1] for letter in word}
        assert not earlier & set(words[-1])


def test_a_prime_suits_the_point_as_well_as_the_family():
    phi = cl.parametrization("x*y")
    first = Place.at(phi, (1, 1)).prime
    assert Place.at(phi, (first, 1)).prime != first
    assert Place.at(phi, (Fraction(1, first), 1)).prime != first
    assert cl.count_laws(phi, point=(Fraction(1, first), first)).laws == 1


# -- certain, or not -------------------------------------------------------------------------------------


def test_a_first_step_is_certain_only_where_that_was_proved(unclosed):
    phi = cl.parametrization("x*y*z + x + y**2", "(x*y*z + x + y**2)**2", variables=["x", "y", "z", "w"])
    count = cl.count_laws(phi)
    assert (count.dim_trace, count.steps[0].dimension, count.steps[0].certain) == (1, 1, False)
    assert count.as_dict()["steps"] == [{"level": 0, "dimension": 1, "certain": False}]
    assert count.verdict.status is BOUNDED
    assert "dim W_0(θ) ≥ 1" in repr(count)
    for value, status in ((0, REFUTED), (1, UNKNOWN), (2, UNKNOWN), (3, REFUTED)):
        verdict = questions.dimension(phi, "W", value)
        assert verdict.status is status
        assert ("with probability at least 1 - 1/" in verdict.reason) == (status is UNKNOWN)
    assert questions.involutive(phi).status is UNKNOWN


def test_the_same_first_step_is_certain_by_an_identity(monkeypatch):
    monkeypatch.setattr(counting, "with_blocks", lambda answer, *_: answer)
    monkeypatch.setattr(counting, "count_by_groups", lambda *_: None)
    monkeypatch.setattr(counting, "find_involutive_frame", lambda *_: (None, "no frame today"))
    phi = cl.parametrization("x*y*z + x + y**2", "(x*y*z + x + y**2)**2", variables=["x", "y", "z", "w"])
    count = cl.count_laws(phi)
    assert count.verdict.status is BOUNDED
    assert (count.dim_trace, count.steps[0].certain) == (1, True)
    assert questions.dimension(phi, "W", 1).is_proved
    assert questions.involutive(phi).is_proved  # by the brackets themselves: the count is not needed


def test_a_first_step_at_a_chosen_point_is_the_rank_over_q():
    """The prime of the code divides the value there; Q does not care."""
    family = cl.vector_fields(["x", "y"], [["x", "0"], ["0", "x - y"]])
    first = Place.at(family, (1, 2)).prime
    count = cl.count_laws(family, point=(first + 5, 5))
    assert (count.dim_trace, count.steps[0].certain) == (2, True)
    special = cl.count_laws(family, point=(5, 5))
    assert (special.dim_trace, special.steps[0].certain) == (1, True)


def test_steps_after_the_first_are_not_certain_in_a_bounded_count(unclosed):
    gap = cl.vector_fields(["x", "y", "z", "w"], [["1", "0", "0", "0"], ["0", "1", "x", "w"]])
    count = cl.count_laws(gap)
    assert count.verdict.status is BOUNDED
    assert [(s.dimension, s.certain) for s in count.steps] == [(2, True), (3, False)]


def test_a_gap_of_two_is_not_made_smaller(unclosed):
    count = cl.count_laws(cl.vector_fields(["x", "y", "z"], [["1", "y", "2*z"]]))  # no law is a polynomial
    assert (count.laws_at_least, count.laws_at_most, count.dim_lie) == (0, 2, 1)


def test_steps_after_the_first_are_certain_where_the_bounds_meet():
    count = cl.count_laws(cl.linear(2, 3, 2))
    assert [(s.dimension, s.certain) for s in count.steps] == [(4, True), (6, True)]
    gap = cl.vector_fields(["x", "y", "z", "w"], [["1", "0", "0", "0"], ["0", "1", "x", "w"]])  # its law is w·exp(−y)
    assert [(s.dimension, s.certain) for s in cl.count_laws(gap).steps] == [(2, True), (3, True)]
    late = cl.count_laws(cl.vector_fields(["x", "y", "z"], [["1", "0", "0"], ["0", "1", "x**2"]]))
    assert [s.certain for s in late.steps] == [True, *[False] * (len(late.steps) - 2), True]


def test_the_risk_of_a_trace_by_hand(unclosed):
    phi = cl.parametrization("x*y*z + x", "(x*y*z + x)**2", "(x*y*z + x)**3")
    degree, bits = phi.measure()
    trace = generic.generic_trace(phi)
    assert (trace.low, trace.high, degree) == (1, 3, 8)
    assert trace.risk == Fraction(3 * 8, 2**30) + Fraction(int(3 * (bits + log2(3)) // 30), 50_000_000)


def test_where_all_the_usual_points_are_special_others_are_drawn(monkeypatch):
    monkeypatch.setattr(generic, "first_points", lambda dimension: iter([(0,) * dimension]))
    monkeypatch.setattr(generic, "_starts", lambda phi: iter([(0,) * phi.dimension]))
    for model, rank in (("phi(x*y)", 1), ("phi(x**2, y**2, x*y)", 2), ("phi(x**2 + y**2, (x**2 + y**2)**2)", 1)):
        phi = cl.parse_model(model)
        for found in (generic.generic_rank(list(phi)), generic.generic_trace(phi)):
            assert (found.low, found.high, found.risk) == (rank, rank, 0)
            assert questions.rank_at(list(phi), found.point) == rank


def test_a_field_outside_of_what_is_known_of_the_trace_is_not_refuted(monkeypatch):
    """dim W may be as much as 3: that a field raises a rank of 1 to 2 says nothing yet."""
    phi = cl.parametrization("x*y*z")
    assert questions.factors_through("x", phi).is_refuted
    uncertain = generic.GenericRank(1, 3, (2, 3, 5), Fraction(1, 9))
    monkeypatch.setattr(questions, "generic_trace", lambda phi: uncertain)
    assert questions.factors_through("x", phi).status is UNKNOWN


# -- lists of laws ---------------------------------------------------------------------------------------


def test_the_number_of_independent_laws_is_bounded_where_it_is_not_proved(unclosed):
    phi = cl.linear(1, 2, 2, 1)  # 27 laws of degree <= 4, 6 of them independent, and dim Lie leaves room for 7
    laws = cl.conservation_laws(phi, 4)
    assert (laws.verdict.status, laws.independent, laws.independent_at_most) == (BOUNDED, 6, 7)
    size = log2(max(sum(abs(c) * e for m, c in law.poly.terms.items() for _, e in m) for law in laws))
    risk = Fraction(7 * 3, 2**30) + Fraction(int(7 * (size + log2(7)) // 30), 50_000_000)
    assert laws.verdict.details == {"risk": str(risk)}
    assert f"no more than 6 with probability at least 1 - 1/{int(1 / risk)}:" in laws.verdict.reason
    assert "at least 6 independent" in repr(laws)
    assert "at least 6" in laws._repr_html_()


@pytest.mark.parametrize(
    ("model", "degree", "found", "independent"),
    [
        ("fields([x,y,z], [2147483647, -2*x, -3*x**2])", 3, 2, 2),
        ("fields([x, y], [y, 0])", 2, 2, 1),
        ("phi(x*y)", 4, 2, 1),
        ("linear(1,2,2,1)", 4, 27, 6),
        ("fields([x], [x])", 3, 0, 0),
    ],
)
def test_the_number_of_independent_laws_is_proved_from_both_sides(model, degree, found, independent):
    laws = cl.conservation_laws(cl.parse_model(model), degree)
    assert (len(laws), laws.independent, laws.independent_at_most) == (found, independent, independent)
    assert laws.verdict.is_proved
    assert "probability" not in laws.verdict.reason


def test_independence_of_laws_holds_at_random_points():
    """A draw decides how many are independent where nothing else does: it may only raise the bound."""
    laws = [h.poly for h in cl.conservation_laws(cl.linear(1, 2, 2, 1), 4)]
    low, high, _ = search._independence(cl.linear(1, 2, 2, 1), laws, 4)
    assert (low, high) == (6, 6)


# -- what was not looked for -----------------------------------------------------------------------------


def test_seventy_products_have_seventy_laws():
    phi = cl.parametrization(*[f"x{i}*y{i}" for i in range(70)])
    count = cl.count_laws(phi)
    assert (count.laws, count.verdict.status) == (70, PROVED)


def test_a_search_that_was_skipped_is_said_to_have_been_skipped(unclosed, monkeypatch):
    phi = cl.parametrization("x + y**2/2 + x*y")
    looked = cl.count_laws(phi).verdict
    assert "no polynomial law of degree <= 4 is independent there" in looked.reason
    monkeypatch.setattr(counting, "_QUADRATIC_UNKNOWNS", 1)
    monkeypatch.setattr(counting, "_SEARCH_UNKNOWNS", 1)
    skipped = cl.count_laws(phi).verdict
    assert skipped.status is BOUNDED
    assert "polynomial laws were not looked for (2 parameters are too many)" in skipped.reason
    assert "no polynomial law" not in skipped.reason


def test_known_laws_that_are_not_independent_at_a_point_are_not_said_to_be_missing():
    reason = cl.count_laws(cl.factorization(4, 4, 4), point=[0] * 32).verdict.reason
    assert "none of the known laws has an independent gradient there" in reason


def test_a_search_that_is_too_large_says_so(unclosed, monkeypatch):
    monkeypatch.setattr(search, "MAX_BLOCK", 1)
    reason = cl.count_laws(cl.parametrization("x + y**2/2 + x*y")).verdict.reason
    assert "polynomial laws were not looked for (the search for laws of phi(" in reason
    assert "needs a linear system with" in reason


# -- all the laws ----------------------------------------------------------------------------------------


def test_all_the_laws_is_unknown_between_the_bounds_and_proved_at_the_upper_one(unclosed):
    """The count finds z and no more; it proves that there are at most two."""
    cases = {
        ("z",): UNKNOWN,
        ("z", "y*exp(-x)"): PROVED,
        ("z", "log(y) - x"): PROVED,
        ("z", "z**2"): REFUTED,
        ("z", "x"): REFUTED,
    }
    for functions, status in cases.items():
        verdict, _ = questions.complete(list(functions), ESCAPING)
        assert verdict.status is status, functions
    verdict, count = questions.complete(["z"], ESCAPING)
    assert count.verdict.status is BOUNDED
    assert "there may be up to 2" in verdict.reason
    assert "there are at most 2 near a generic point" in questions.complete(["z", "y*exp(-x)"], ESCAPING)[0].reason


def test_too_few_laws_are_refuted_by_the_lower_bound_alone(unclosed):
    phi = cl.parametrization("x + y**2/2", variables=["x", "y", "z", "w"])
    verdict, count = questions.complete(["z"], phi)
    assert (count.laws_at_least, count.laws_at_most, verdict.status) == (2, 3, REFUTED)
    assert "there are at least 2" in verdict.reason


def test_nothing_that_is_proved_or_refuted_speaks_of_probability(unclosed):
    """Whatever a bounded count says of what is likely stays with what is undecided."""
    phi = cl.parametrization("x*y*z + x + y**2", "(x*y*z + x + y**2)**2", variables=["x", "y", "z", "w"])
    asked = [questions.complete(fs, ESCAPING)[0] for fs in (["z"], ["z", "y*exp(-x)"], ["z", "z**2"])]
    asked += [questions.complete(["w"], phi)[0], questions.involutive(phi), questions.involutive(ESCAPING)]
    for model in (phi, ESCAPING):
        for what in ("W", "Lie"):
            for relation in ("=", ">=", "<="):
                asked += [questions.dimension(model, what, value, relation=relation) for value in range(5)]
    assert len({verdict.status for verdict in asked}) == 3
    for verdict in asked:
        assert "probability" not in verdict.reason or verdict.status is UNKNOWN


def test_dim_lie_between_its_bounds_is_unknown(unclosed):
    for value, status in ((0, REFUTED), (1, UNKNOWN), (2, UNKNOWN), (3, REFUTED)):
        assert questions.dimension(ESCAPING, "Lie", value).status is status


# -- decide once -----------------------------------------------------------------------------------------


def test_an_answer_carries_what_its_certificate_is_made_of(monkeypatch):
    phi = cl.linear(2, 2, 2)
    count, yes, no = cl.count_laws(phi), cl.check_law(phi.known_laws()[0], phi), cl.check_law("U1_1_1", phi)
    dimension, involutive = questions.dimension(phi, "Lie", 5), questions.involutive(phi)

    def never(*_):
        raise AssertionError("decided twice")

    for name in ("count_laws", "check_law"):
        monkeypatch.setattr(certificate, name, never)
    for answer, kind in ((count, "count"), (yes, "conserved"), (no, "not_conserved"), (dimension, "count")):
        made = cl.certify(answer)
        assert made.claim["kind"] == kind
        assert made.verify().is_proved
    assert cl.certify(involutive).claim == cl.certify(count).claim
    with pytest.raises(AssertionError, match="decided twice"):
        cl.certify(phi)


def test_a_report_counts_once(monkeypatch):
    calls = []

    def counted(phi, point=None):
        calls.append(phi)
        return counting.count_laws(phi, point)

    monkeypatch.setattr(report, "count_laws", counted)
    monkeypatch.setattr(certificate, "count_laws", counted)
    report.report("linear(1,2,2,1)")
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("model", "point"),
    [("phi(x*y*z)", (0, 0, 5)), ("phi(x*y*z)", (1, 0, 0)), ("phi(x*y*z)", (1, 2, 0)), ("phi(x**2*y)", (0, 1))],
)
def test_a_certificate_of_a_count_at_a_point_claims_no_more_than_it_shows(model, point):
    """At a point where dim Lie jumps the number may be proved elsewhere; the file holds the point's own bounds."""
    phi = cl.parse_model(model)
    count = cl.count_laws(phi, point=point)
    made = cl.certify(count)
    assert made.verify().status in (PROVED, BOUNDED)
    assert made.claim["exact"] == made.verify().is_proved
    assert made.claim["laws_at_least"] <= count.laws_at_least
    assert made.claim["laws_at_most"] >= count.laws_at_most


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda: cl.check_law("exp(x)", cl.parametrization("x*y")), "a certificate of that holds polynomials only"),
        (lambda: cl.check_law("sqrt(-x**2)", cl.parametrization("x*y")), "was not decided, so there is nothing to"),
        (lambda: cl.check_law("7", cl.parametrization("x*y")), "is a constant"),
        (lambda: questions.equal("x", "y", ("x", "y")), "there is no certificate for 'x = y'"),
        (
            lambda: cl.count_laws(cl.parametrization("x*y"), point=(Fraction(1, 2), 1)),
            "a certificate holds a point with integer coordinates",
        ),
    ],
)
def test_answers_without_a_certificate_say_why(answer, message):
    with pytest.raises(CertificateError, match=re.escape(message)):
        cl.certify(answer())


def test_certify_takes_an_answer_or_a_model_with_a_law():
    with pytest.raises(ModelError, match="certify needs a model, not 'phi"):
        cl.certify("phi(x*y)")
    with pytest.raises(ModelError, match="takes a model and a law, not LawCount and a law"):
        cl.certify(cl.count_laws(cl.parametrization("x*y")), law="x")


def test_a_verdict_takes_no_text_for_a_witness():
    with pytest.raises(TypeError, match="'x \\+ y' is not a witness"):
        Verdict(REFUTED, "because", "x + y")


# -- points ----------------------------------------------------------------------------------------------


def test_points_are_exact_numbers_everywhere():
    phi = cl.parametrization("x*y")
    for point in ({"x": 1, "y": 2}, [1, 2], (Fraction(1), 2), {"y": Fraction(2), "x": 1}):
        assert cl.count_laws(phi, point=point).point == {"x": 1, "y": 2}
        assert cl.staircase(phi, point=point).point == (1, 2)
    half = cl.count_laws(phi, point={"x": Fraction(1, 2), "y": 0})
    assert (half.laws, half.point) == (1, {"x": Fraction(1, 2), "y": 0})
    for bad in ({"x": 1}, [1], [1, 0.5], "12", 5):
        with pytest.raises(ModelError) as one:
            cl.count_laws(phi, point=bad)
        with pytest.raises(ModelError) as other:
            cl.staircase(phi, point=bad)
        assert str(one.value) == str(other.value)


def test_what_the_command_line_prints_of_a_bounded_count(unclosed):
    data = json.loads(json.dumps(cl.count_laws(ESCAPING).as_dict()))
    assert (data["verdict"], data["laws"], data["laws_at_least"], data["laws_at_most"]) == ("BOUNDED", None, 1, 2)
