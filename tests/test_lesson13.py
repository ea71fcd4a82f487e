"""Lesson 13: every right answer counts, every wrong one is told why; the rule of the stretches."""

import pytest
from lesson_answers import answer_tests

from conslaw_nb import teaching
from conslaw_nb.paper.stretches import Rule, expected_laws, networks, try_rule

_START = teaching.exercise("13.1").start + "\n"
PRODUCT = "S' = A'*A^T + A*A'^T by the product rule\n"

NAMES = """g = a*d - b*c
f = a^2 + b^2 + c^2 + d^2
ψ = v1*(d*u1 - b*u2) + v2*(a*u2 - c*u1)
"""
FORM = "form: (2*φ*dg - ψ*df)/(g*φ^2 - f*φ*ψ + g*ψ^2)"
LONG = NAMES + "form: g*(2*φ*dg - ψ*df)/(φ^2*g^2 - g*φ*ψ*f + g^2*ψ^2)"
COMMUTATORS = """k = (u1^2 - u2^2)*(a*c + b*d) + u1*u2*(c^2 + d^2 - a^2 - b^2)
l = (v1^2 - v2^2)*(a*b + c*d) + v1*v2*(b^2 + d^2 - a^2 - c^2)
form: (2*φ*dg - ψ*df)/(k*l)"""

RIGHT = [
    ("13.1", _START + PRODUCT + " = e*(A*v*u^T + u*v^T*A^T) by substitution"),
    ("13.2", "x*(x^2 - 4*x + 2)*(x^2 - x - 13)"),
    ("13.2", "x^5 - 5x^4 - 7x^3 + 50x^2 - 26x"),
    ("13.3", "0, 0, 1, a + b + c"),
    ("13.3", ("0", "0", "1", "c + b + a")),
    ("13.4", "3"),
    ("13.5", "1, 2, 2, 1, 1, 3, 1, 2"),
    ("13.5", "1, 0, 2, 0, 0, 3, 3, 0"),  # one double zero: an elliptic integral
    ("13.6", NAMES + FORM),
    ("13.6", NAMES.replace("\n", "; ") + FORM.replace("form: ", "Form: 2*")),
    ("13.6", NAMES + COMMUTATORS),
]

WRONG = [
    ("13.1", _START + "S' = e*(A*v*u^T + u*v^T*A^T) by computation", "this one line leaves the work to the engine"),
    ("13.1", _START + "S' = 2*A'*A^T by the product rule", "Step 1"),
    ("13.1", PRODUCT, "have to stay as they were"),
    ("13.2", "(x^2 - 4*x + 2)*(x^2 - x - 13)", "The factor x in front of them is missing"),
    ("13.2", "-x*(x^2 - 4*x + 2)*(x^2 - x - 13)", "Only the sign is wrong"),
    ("13.2", "x*(x^2 - 4*x + 2)*(x^2 + x - 13)", "det(x + P) is right. Look at the other factor again"),
    ("13.2", "x*(x^2 + 4*x + 2)*(x^2 - x - 13)", "det(x − Q) is right. Look at the other factor again"),
    ("13.2", "x^3", "has degree 3: x times two polynomials of degree two has degree five"),
    ("13.2", "x^5 - 1", "At x = 0 yours is -1, and R is 0 there"),
    ("13.2", "x^5 - x", "Neither determinant is a factor of your R"),
    ("13.3", "0, 0, 1, 6", "`6` is s_3 at a = 3, b = 2, c = 1, but not everywhere"),
    ("13.3", "0, 0, 0, a + b + c", "s_2 is not `0`: at a = 3, b = 2, c = 1 it is 1"),
    ("13.4", "33", "33 is the number of all laws"),
    ("13.4", "30", "30 is the number of independent balances"),
    ("13.4", "4", "One of their sums is not a law but a clock"),
    ("13.4", "7", "There are fewer than 7"),
    ("13.5", "1, 1, 2, 0, 1, 1, 1, 2", "has five different zeros"),
    ("13.5", "0, 0, 2, 0, 1, 1, 0, 0", "Here ∇φ = 0: nothing moves"),
    ("13.5", "1, 1, 1, 1, 1, 1, 1, 1", "Here det A = 0"),
    ("13.5", "1, 2, 1, 0, 0, 1, 1, 3", "Here AAᵀ has a double eigenvalue"),
    ("13.6", LONG, "the seventh law, proved. But its denominator has degree 10 in the weights, and 8 is enough"),
    ("13.6", NAMES + FORM.replace("- ψ*df", "+ ψ*df"), "This form is not the seventh law: it does not vanish on W"),
    ("13.6", NAMES + "form: 2*φ*dg - ψ*df", "it vanishes on W but is not closed"),
    ("13.6", "form: u1*du1 - a*da - b*db", "it brings no new law"),
]

UNREADABLE = [
    ("13.2", "y", "the variable 'y' is not known here"),
    (
        "13.3",
        "0, 0",
        "4 expressions s_0, s_1, s_2 and s_3 are asked for, with commas between them; in '0, 0' there are 2",
    ),
    ("13.5", "1, 2, 3", "3"),
    ("13.6", 3, "3 is not a form: write lines such as"),
    ("13.6", "e1 = a^2", "the last line is missing: it begins with `form:`"),
    ("13.6", "e1 = a; e1 = b; form: de1", "the name 'e1' is given twice"),
    ("13.6", "form: da; e1 = b", "the line 'e1 = b' stands after the form"),
    ("13.6", "e1; form: da", "should be `name = expression`, or begin with `form:`"),
    ("13.6", "form: " + "da + " * 500 + "da", "at most 2000, please"),
]

test_right, test_wrong, test_unreadable = answer_tests(RIGHT, WRONG, UNREADABLE)


# --- the rule of the stretches ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("widths", "laws"),
    [
        ((1, 2, 2, 1), 7),
        ((2, 1, 2, 2, 1, 2), 9),
        ((1, 2, 2, 1, 2, 2, 1), 15),
        ((2, 2, 2), 3),
        ((1, 1, 1), 1),
        ((1, 2, 2, 2, 1), 11),
    ],
)
def test_what_the_rule_says(widths, laws):
    assert expected_laws(widths) == laws


def test_the_rule_is_tried_on_each_pair_of_mirror_images_once():
    asked = list(networks(3, (1, 2, 3), most=14))
    assert (1, 2, 3, 1) in asked and (1, 3, 2, 1) not in asked and (3, 3, 3, 3) not in asked
    found = try_rule(asked)
    assert (found.networks, found.open, found.exceptions) == (len(asked), (), ())
    assert found.hiding == 2  # 1,2,2,1 and 1,2,3,1


def test_an_exception_would_be_shown(monkeypatch):
    import conslaw_nb.paper.stretches as module

    monkeypatch.setattr(module, "_hidden_in", lambda sizes: 0)
    assert repr(try_rule([(1, 2, 2, 1)])) == "1 networks, 0 with hidden laws: the rule fails for (1, 2, 2, 1)"
    assert "not proved for (1, 2), and no other number" in repr(Rule(2, 0, ((1, 2),), ()))
