"""What is proved is what was said: honest tries to prove something false, and what became of each of them."""

import pickle
from contextlib import suppress

import pytest

import conslaw_nb as cl
from conslaw_nb.claims.rechecking import recheck
from conslaw_nb.errors import ConslawError, ModelError, ParseError
from conslaw_nb.matrices import MatrixSpace, prove_conserved
from conslaw_nb.verdict import Status


def status(text, phi=None):
    return str(cl.claim(text, phi).verdict.status)


# -- proofs of what is false ----------------------------------------------------------------------------

FALSE_PROOFS = {
    "glued digits": "given A: n x n\ngoal 10 = 0\n1 0 = 0 by computation",
    "glued names": "given U: n x n, V: n x n, UV: n x n\ngoal UV = U*V\nU V = U*V by computation",
    "glued digits of a model": "model phi(x*y)\ngoal 10 = 0\n1 0 = 0 by computation",
    "a gradient that is not a gradient": (
        "given g: 1 x 1 skew, u: 1 x 1, v: 1 x 1\nflow of u*v with g\nu + v is conserved by computation"
    ),
    "a gradient that is zero": (
        "given G: n x m zero, U: n x r, V: m x r\nflow of U*V^T with G\nU is conserved by computation"
    ),
    "a gradient that is defined": (
        "given u: 1 x 1, v: 1 x 1\nlet g = 0*u\nflow of u*v with g\nu + v is conserved by computation"
    ),
    "a gradient that is symmetric": (
        "given U: n x r, V: n x r, G: n x n symmetric\nflow of U*V^T with G\nU*V^T - V*U^T is conserved by computation"
    ),
    "a qualifier that is dropped": "model phi(x*y)\ndim W = 0 at x=0, y=0 by computation\ngoal dim W = 0",
    "the last value wins": "model phi(x*y)\ngoal dim W = 0\ndim W = 0 at x=1, x=0, y=0 by computation",
    "a parenthesis that is dropped": "model phi(x*y)\ngoal dim W = 0\ndim W(0, 0) = 0 by computation",
    "one field for all": "model phi(x*y, x*z)\ngoal <grad x, v_i> = 0 for all i\n<grad x, v_1> = y by computation",
    "one generator for all": (
        "model phi(x*y, x*z)\ngoal <grad (x^2 - y^2), v_i> = 0 for all i\n<grad (x^2 - y^2), v_1> = 0 by computation"
    ),
    "the wrong chain": "model phi(x*y)\ngoal x = 0\nx = x by computation\n0 = 0 by computation",
    "two chains": "model phi(x*y)\ngoal x = y\nx = x by computation\ny = y by computation",
    "a broken chain": (
        "model phi(x*y)\nlet h = x + y\n<grad h, v_1> = x + y by computation\n = 0 by computation\n"
        "h is conserved by Proposition 2.16"
    ),
    "a step cited before it is shown": (
        "model phi(x*y)\nx + y is conserved by step 2\n<grad (x + y), v_1> = 0 by step 1"
    ),
    "a function that is an equation": "model phi(x*y)\nx = 3 is conserved by computation",
    "a label that hides a variable": "model phi(x*y)\ny = x^2 - y^2 is conserved by computation",
    "nothing but the name": "given U: n x r, V: m x r\nflow of U*V^T\nlet P = U^T*U\nP' = 0 by definition",
    "of all sizes": "given x: n x 1\ngoal n = 1\n1 = 1 by computation",
    "two things said in one": "model phi(x*y)\nx^2 - y^2 is conserved and x + y is conserved by computation",
}


@pytest.mark.parametrize("name", FALSE_PROOFS)
def test_no_false_proof_is_accepted(name):
    found = cl.proof(FALSE_PROOFS[name])
    assert not found.reached, str(found)
    assert found.verdict.status is not Status.PROVED
    assert not recheck(found.json).is_proved


def test_a_goal_is_compared_as_a_tree():
    assert cl.proof("goal x^2 = x*x\nx**2 = x · x by computation", "phi(x*y)").reached
    assert cl.proof("goal x₁ + 1 = 1 + x_1\nx[1] + 1 = 1 + x_1 by computation", "phi(x_1*y)").reached
    assert cl.proof("given U: n x r, V: n x r\ngoal (UᵀV)ᵀ = VᵀU\n(U^T*V)^T = V.T @ U by computation").reached


def test_a_goal_for_all_fields():
    text = "goal <grad h, v_i> = 0 for all i\nlet h = x^2 - y^2 - z^2\n<grad h, v_i> = 0 for all i by computation"
    found = cl.proof(text, "phi(x*y, x*z)")
    assert found.reached, str(found)
    assert "for all i" in found.goal


# -- claims ---------------------------------------------------------------------------------------------

REFUSED = [
    ("dim W(0,0) = 1 for phi(x*y)", None),
    ("U^T*U - V^T*V is conserved for all sizes for relu(2,2,2)", None),
    ("U^T*U - V^T*V is conserved for all sizes", "relu(2,2,2)"),
    ("x = 3 is conserved for phi(x*y)", None),
    ("y = x^2 - y^2 is conserved for phi(x*y)", None),
    ("dim W = 0 at x=1, x=0, y=0 for phi(x*y)", None),
    ("x^2 - y^2 is conserved for phi(x*y)", "phi(x*z)"),
    ("x' is conserved", "phi(x*y)"),
    ("x^2 - y^2 is conserved at x=1, y=2", "phi(x*y)"),
    ("x^2 - y^2 is conserved maybe", "phi(x*y)"),
    ("1 0 = 10", "phi(x*y)"),
    ("x y z is conserved", "phi(x*y)"),
    ("x factors through phi", None),
    ("x factors through phi", "fields([x, y], [y, x])"),
    ("there are 2 laws maybe", "phi(x*y)"),
    ("", "phi(x*y)"),
    ("U^T*U - V^T*V is conserved for all k, l", None),
]


@pytest.mark.parametrize(("text", "phi"), REFUSED)
def test_what_was_said_is_used_or_refused(text, phi):
    with pytest.raises((ParseError, ModelError)) as problem:
        cl.claim(text, phi)
    assert not str(problem.value).endswith("at .")


SAYINGS = [  # the same, said in several ways; true or false
    ("PROVED", "phi(x*y)", ("there is exactly one law", "there is exactly 1 law", "there is only one independent law")),
    ("PROVED", "phi(x*y*z)", ("there are at least 2 laws", "there are at least two conservation laws")),
    ("REFUTED", "phi(x*y*z)", ("there are at least 3 laws", "there are at least three independent laws")),
    ("PROVED", "phi(x*y*z)", ("there are at most 2 laws", "there are at most two laws", "there are at most 5 laws")),
    ("REFUTED", "phi(x*y*z)", ("there is at most one law", "there are at most 1 laws", "there is no law")),
    ("PROVED", "phi(x, y)", ("there is no law", "there are no laws", "there are exactly 0 laws")),
    ("PROVED", "phi(x*y)", ("x and y are not conserved", "x, y are not conserved", "x and y are not laws")),
    ("REFUTED", "phi(x*y)", ("x**2 - y**2 and x are not conserved", "x² − y² and x are not laws")),
    ("PROVED", "factorization(2,2,2)", ("W is not involutive", "W is not involutive near a generic point")),
    ("REFUTED", "factorization(2,2,1)", ("W is not involutive",)),
    ("PROVED", "phi(x*y)", ("x**2 - y**2 is the only law", "x² − y² is the only law", "h = x^2 - y^2 is the only law")),
    ("REFUTED", "phi(x*y*z)", ("x**2 - y**2 is the only law", "x^2 - y^2 is all the laws")),
    ("PROVED", "phi(x + y**2/2)", ("the law y*exp(-x) is the only one", "y*exp(-x) is the only law")),
    ("PROVED", "phi(x**2 + y**2 + z**2)", ("the laws x/z, y/z are the only ones", "x/z and y/z are all the laws")),
    ("PROVED", "factorization(2,2,2)", ("dim Lie is 5", "dim Lie >= 5", "dim Lie <= 5", "dim Lie ≥ 4", "dim Lie ≤ 6")),
    ("REFUTED", "factorization(2,2,2)", ("dim Lie is 4", "dim Lie >= 6", "dim Lie <= 4", "dim Lie is at most 4")),
    ("PROVED", "phi(x*y, x)", ("dim W(θ) = 2 at (1, 2)", "dim W = 2 at x=1, y=2", "dim W is 2 at (x, y) = (1, 2)")),
    ("REFUTED", "phi(x*y, x)", ("dim W(θ) = 2 at (0, 2)", "dim W is 2 at x=0, y=1")),
    ("PROVED", "phi(x*y*z)", ("x² − y² and x² − z² are conserved", "x^2 - y^2, x^2 - z^2 are laws")),
    ("REFUTED", "phi(x*y*z)", ("x² − y² and x + z are conserved", "x^2 - y^2, x + z are laws")),
    ("PROVED", "phi(x*y)", ("x**2 - y**2 is independent", "x**2-y**2 is independent on an open set")),
    ("PROVED", "phi(x*y)", ("x**2 - y**2 and 2*x**2 - 2*y**2 are not independent",)),
    ("PROVED", "phi(x*y, x)", ("[v_1, v_2] lies in W", "[v₁, v₂] is in W", "[v1, v2] lies in W near a generic point")),
    ("PROVED", "factorization(2,2,2)", ("[v_1, v_2] does not lie in W", "[v_1, v_2] is not in W")),
    ("PROVED", "phi(x*y, z)", ("x*y*z factors through phi", "x·y·z factors through φ")),
    ("PROVED", "phi(x*y, z)", ("x does not factor through phi",)),
    ("REFUTED", "phi(x*y, z)", ("x factors through phi",)),
    ("PROVED", None, ("U^T*U - V^T*V is conserved for all n, m, r", "UᵀU − VᵀV is a law for all sizes")),
    ("PROVED", None, ("U^T*U + V^T*V is not conserved for all sizes",)),
    ("REFUTED", None, ("U^T*U - V^T*V is not conserved for all n, m, r", "U^T U + V^T V is conserved for all sizes")),
    ("PROVED", None, ("(x + y)² = x² + 2xy + y²", "(x+y)^2 = x^2 + 2*x*y + y^2", "(x + y)**2 == (y + x)**2")),
    ("REFUTED", None, ("1/3 = 0.3333", "(x + y)^2 = x^2 + y^2", "x = y")),
]


@pytest.mark.parametrize(("expected", "phi", "texts"), SAYINGS)
def test_one_thing_said_in_several_ways(expected, phi, texts):
    for text in texts:
        card = cl.claim(text, phi)
        assert str(card.verdict.status) == expected, str(card)
        assert not card.verdict.reason.endswith("at .")
        # what is shown reads back as what was decided
        again = cl.claim(card.statement)
        assert again.statement == card.statement
        assert again.verdict.status == card.verdict.status


def test_what_is_shown_says_the_model_the_point_and_where_it_holds():
    assert cl.claim("dim W is 2 at (1,2)", "phi(x*y, x)").statement == "dim W = 2 at x=1, y=2 for phi(x*y, x)"
    assert cl.claim("dim W is 2", "phi(x*y, x)").statement == "dim W = 2 near a generic point for phi(x*y, x)"
    assert cl.claim("x² − y² is a law", "phi(x*y)").statement == "x**2 - y**2 is conserved for phi(x*y)"
    shown = repr(cl.claim("dim W is 2", "phi(x*y, x)"))
    assert shown.startswith("PROVED: dim W = 2 near a generic point for phi(x*y, x)\n")


def test_not_for_all_sizes_says_which_sizes_it_means():
    card = cl.claim("U^T*U + V^T*V is not conserved for all sizes")
    assert card.verdict.is_proved
    assert card.statement == "U^T*U + V^T*V is not conserved for some sizes n, m, r"
    assert "n = 1" in card.verdict.reason


def test_a_quotient_holds_where_it_has_a_value():
    card = cl.claim("x/x = 1", "phi(x*y)")
    assert card.verdict.is_proved
    assert card.hypotheses == ("wherever x is not 0",)
    assert cl.claim("(x**2 - 1)/(x - 1) = x + 1", "phi(x*y)").hypotheses == ("wherever x - 1 is not 0",)
    assert cl.claim("2*x = x + x", "phi(x*y)").hypotheses == ()
    assert "wherever x is not 0" in cl.proof("x/x = 1 by computation", "phi(x*y)").goal


def test_results_can_be_pickled():
    for text, phi in (("x + y is conserved", "phi(x*y)"), ("dim Lie = 4", "factorization(2,2,2)"), ("x = y", None)):
        card = cl.claim(text, phi)
        again = pickle.loads(pickle.dumps(card))
        assert repr(again) == repr(card)
        assert again.hints().texts == card.hints().texts
    for text in (
        "model phi(x*y)\nx + y is conserved by computation",
        "given U: n x r\nflow U' = U\nU' = U by hypothesis",
    ):
        found = cl.proof(text)
        again = pickle.loads(pickle.dumps(found))
        assert str(again) == str(found)
        assert pickle.loads(pickle.dumps(found.steps[-1])).reason == found.steps[-1].reason
        assert again.hints.texts == found.hints.texts


def test_a_function_is_not_a_factor():
    """The names of an equality about no model are its variables: exp is none of them."""
    with pytest.raises(ParseError, match=r"exp\(\.\.\.\)' is not a polynomial|exp"):
        cl.claim("exp(x) = x*exp(1)")
    for text in ("tr(x) = x*tr(1)", "f(x) = x*f(1)"):
        with pytest.raises(ParseError, match="is made of matrices|the function 'f' is not known"):
            cl.claim(text)
    assert cl.claim("x**2 - y**2 is conserved by phi(x*y)").verdict.is_proved


def test_a_constant_goes_by_its_name():
    for text in ("1/3 = 0.3333", "1 = 2", "½ = 0.4"):
        reason = cl.claim(text).verdict.reason
        assert not reason.endswith("at .")
        assert "left − right = " in reason


def test_errors_are_of_this_package():
    for text in (
        "(x-1)**2*(x-2)**2*(x-3)**2 is independent",
        "x + y is all the laws",
        "0 is independent",
        "x, x are independent",
        "1/x is independent at x=0, y=0",
    ):
        with suppress(ConslawError):
            assert repr(cl.claim(text, "phi(x*y)"))


def test_the_product_rule_is_compared_before_the_flow():
    head = "given u: 1 x 1, v: m x 1\nflow of u*v\nlet h = 7*v^T*v - 7*u*u\n"
    step = cl.proof(head + "h' = 7*v^T*v' - 7*u*u' by the product rule").first_wrong
    assert step.reason.startswith("this is not what the product rule gives: the right side must be multiplied by 2")
    step = cl.proof(head + "h' = 14*v^T*v' - 7*u*u' by the product rule").first_wrong
    assert step.reason == "this is not what the product rule gives: left − right = -7*u*u'"
    assert cl.proof(head + "h' = 14*v^T*v' - 14*u*u' by the product rule").reached


def test_a_goal_for_all_fields_is_not_reached_by_one_line_about_none():
    assert not cl.proof("goal x*y = y*x for all i\nx*y = y*x by computation", "phi(x*y)").reached
    assert not cl.proof("goal x*y = y*x\nx*y = y*x for all i by computation", "phi(x*y)").reached


def test_what_goes_on_with_a_wrong_line_is_not_reached():
    found = cl.proof("x = y by computation\n = y by computation\n = y*1 by computation", "phi(x*y)")
    assert [step.status for step in found.steps[1:]] == ["red", "not reached", "not reached"]
    assert found.verdict.status is Status.REFUTED  # what the last line says of the first: x = y*1
    assert "at x = 1, y = 0 the left side is 1 and the right side 0" in found.verdict.reason


def test_full_rank_is_more_than_a_generic_point():
    model, rank = "factorization(2,2,2)", "where (U; V) has full rank"
    generic = "dim Lie = 5 by computation\n"
    step = cl.proof(f"{generic}there are exactly 3 laws {rank} by Theorem 3.3", model).first_wrong
    assert step.missing == f"dim Lie = 5 {rank}"
    assert not cl.proof(f"goal dim Lie = 5 {rank}\n{generic}", model).reached
    assert cl.proof(f"goal dim Lie = 5\ndim Lie = 5 {rank} by Proposition 4.3", model).reached
    goal = cl.proof(f"dim Lie = 5 {rank} by Proposition 4.3", model).goal
    assert goal == "dim Lie = 5 where (U;V) has full rank for factorization(2,2,2)"
    assert status(f"there are exactly 3 laws {rank}", model) == "PROVED"
    assert status(f"dim Lie = 4 {rank}", model) == "REFUTED"
    with pytest.raises(ModelError, match=r"is said of factorization\(n, m, r\), and this model is linear\(2,2,2\)"):
        cl.claim(f"there are exactly 3 laws {rank}", "linear(2,2,2)")


def test_not_is_heard_in_proofs():
    head = "given U: n x r, V: m x r\nflow of U*V^T\n"
    assert cl.proof(head + "U^T*U + V^T*V is not conserved by computation").reached
    found = cl.proof(head + "U^T*U - V^T*V is not conserved by computation")
    assert found.first_wrong.fault == "false"
    assert found.verdict.status is Status.REFUTED
    step = cl.proof("x + y is not conserved by Proposition 2.16", "phi(x*y)").first_wrong
    assert step.reason == "Proposition 2.16 says nothing of this kind: say 'by computation'"
    found = cl.proof("goal x**2 - y**2 is conserved\nx + y is not conserved by computation", "phi(x*y)")
    assert not found.reached
    assert cl.claim("U^T*U + V^T*V is not conserved for all sizes").hypotheses == ()


@pytest.mark.parametrize(
    ("text", "phi", "message"),
    [
        ("x' is conserved", "phi(x*y)", "holds a derivative in time, and nothing moves here"),
        ("x factors through phi", "fields([x, y], [y, x])", "is a family of fields and has no φ"),
        (
            "x^2 - y^2 is conserved for phi(x*y)",
            "phi(x*z)",
            r"about phi\(x\*y\), and phi\(x\*z\) was passed: keep",
        ),
        (
            "U^T*U - V^T*V is conserved for all sizes",
            "relu(2,2,2)",
            "do not go together: laws for all sizes are",
        ),
        ("U^T*U - V^T*V is conserved for all k, l", None, "leaves open what the sizes of U and V are"),
        ("x is conserved for some sizes", None, "'for some sizes' leaves open which"),
        ("the loss mse spans", "phi(x*y)", "has nothing to do with"),
        ("<x, y> is conserved", "phi(x*y)", "is not a function of the variables"),
        ("[x, y] lies in W", "phi(x*y)", "is not a bracket of two generators: write"),
        ("[v_1, v_2] lies in W", "phi(v_1*v_2)", "v_1 is a variable of phi"),
        (
            "dim W = 1 at x=1, y=2 where (U;V) has full rank",
            "factorization(1,1,1)",
            "not fit|not a coordinate",
        ),
        ("x^2 - y^2 is conserved", 7, "a claim is about a model such as"),
    ],
)
def test_each_refusal_says_why(text, phi, message):
    with pytest.raises((ParseError, ModelError), match=message):
        cl.claim(text, phi)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "given u: 1 x 1, v: 1 x 1\nlet g = 0*u\nflow of u*v with g",
            "g is defined as 0*u, and the gradient of a loss is arbitrary: take another name.",
        ),
        (
            "given g: 1 x 1 skew, u: 1 x 1, v: 1 x 1\nflow of u*v with g",
            "g cannot be the gradient at φ = u*v: a gradient of any loss is arbitrary, and g is declared skew; declare "
            "it as g: 1 x 1.",
        ),
        ("given U: n x n\nX = U by computation\nlet X = (U: 2*U)", "the matrix 'X' is not known here"),
        ("given U: n x n\nlet X = (U: 2*U)\nX = U by computation", "is not a field, and the other side is one"),
        ("given x: n x 1", "'x' stands between sizes here, as in n x r: take another letter"),
        ("model phi(x*y)\ngoal x is nice", "the goal is not understood in 'x is ⟨here⟩nice'"),
        ("given U: n x n\nlet X = (U: U')", "contains a derivative in time: write it without one"),
        ("given U: n x n\nlet X = (V: U)", "'V: U' is not a velocity: write each declared matrix once"),
        ("given U: n x n\nlet X = (U: U)\nU*X = U by computation", "'U' cannot stand before a field: only numbers can"),
        ("given U: n x n\ndim W = 2 by computation", "in matrix mode say 'Psi is conserved', or an equality"),
        ("given U: n x n\nflow U' = U\nU is conserved for all k by computation", "k is not a size of the line 'given'"),
        (
            "model phi(x*y)\nx is conserved for all sizes by computation",
            "'for all sizes' belongs to matrices of any",
        ),
        (
            "model phi(x*y)\nx is conserved for phi(x*z) by computation",
            "and the proof is about phi(x*y): leave the",
        ),
        ("model phi(x*y)\n[v_1, v_1, v_1] = 0 by computation", "is not a bracket: write [v_1, v_2] for one"),
        (
            "model phi(x*y)\ntr(x) = x by computation",
            "is made of matrices, and this proof is about a model with",
        ),
        ("model phi(x*y)\nlet f(x) = x", "'f(x)' cannot be a name"),
    ],
)
def test_each_wrong_line_says_why(text, message):
    found = cl.proof(text)
    assert not found.reached
    assert any(message in step.reason for step in found.steps), str(found)


def test_what_was_read_without_its_signs_is_said():
    found = cl.proof("given U: n x r, V: m x r\nflow of UV^T\nU^TU - V^TV is conserved by computation")
    assert found.reached
    assert "'UV^T' is read as U*V^T" in str(found)
    card = cl.claim("xy - x is conserved", "phi(x*y)")
    assert "'xy' is read as x*y" in repr(card)
    assert "&#x27;xy&#x27; is read as x·y" in card._repr_html_()


def test_no_law_holds_what_is_held_constant():
    space = MatrixSpace(U=("n", "r"), V=("m", "r"))
    with pytest.raises(ModelError, match="a law cannot hold U while it is held constant"):
        prove_conserved("U", "U*V^T", space=space, constants=["U"])
