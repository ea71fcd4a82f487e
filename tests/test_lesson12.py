"""Lesson 12: every right answer counts, every wrong one is told why; the report; flows as families of fields."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lesson_answers import answer_tests

import conslaw_nb as cl
from conslaw_nb import teaching
from conslaw_nb.certificates.report import report
from conslaw_nb.errors import CertificateError, ModelError
from conslaw_nb.models.phase_space import mirror_fields, momentum_fields

_START = teaching.exercise("12.3").start + "\n"

TURN = """J' = U'^T*X + U^T*X' - X'^T*U - X^T*U' + V'^T*Y + V^T*Y' - Y'^T*V - Y^T*V' by the product rule
 = -tau*J by computation"""
ANGULAR = "x*dy - y*dx, y*dz - z*dy, z*dx - x*dz"

NEURONS = ", ".join(f"U1[1,{j}]**2 - U2[{j},1]**2 - U2[{j},2]**2 - b1[{j}]**2" for j in (1, 2, 3))
WHY = "rescaling a neuron changes nothing that is computed"


def page(model, predict, laws, why=WHY):
    return f"model: {model}\npredict: {predict}\nlaws: {laws}\nwhy: {why}"


RIGHT = [
    ("12.1", "-u2, u1, -v2, v1"),
    ("12.1", ("u2", "0", "0", "-v1")),
    ("12.1", "(u1 + 3*u2, -u1, -v1 + v2, -3*v1)"),
    ("12.2", "3*u**2 - v**2"),
    ("12.2", "exp(v**2 - 3*u**2)"),
    ("12.3", _START + TURN),
    ("12.4", ANGULAR),
    ("12.4", "x*dy - y*dx, (x*dy - y*dx)*(y*dz - z*dy), (z*dx - x*dz)**3"),
    ("12.5", "12"),
    ("12.5", Fraction(12)),
    ("12.6", page("relu(2,3,1,bias=True)", 3, NEURONS)),
    ("12.6", page("cl.relu(2,3,1,bias=True)", "N = 3", NEURONS.replace(", U1", ",\n    U1"))),
    ("12.6", page("relu(2,3,1,bias=True)", 3, NEURONS).replace("\n", "; ")),
    ("12.6", page("phi(a*b*c*d, e*f*g*h)", 6, "a**2 - b**2, b**2 - c**2, e**2 - f**2").replace("model", " Model ")),
    ("12.6", page("fields([a,b,c,d,e,f,g,h],[b,-a,d,-c,f,-e,h,-g])", 7, "a**2 + b**2, c**2 + d**2, a*c + b*d")),
]

WRONG = [
    ("12.1", "u1, 0, v1, 0", "changes at the rate `2*u1*v1`"),
    ("12.1", "0, 0, 0, 0", "The zero field moves nothing"),
    ("12.1", "u1**2, 0, 0, 0", "is not of the form Aθ"),
    ("12.1", "1, 0, 0, 0", "without a constant"),
    ("12.1", "u1, u2, -v1, -v2", "gradient of half of `u1**2 + u2**2 - v1**2 - v2**2`"),
    ("12.2", "u**2 - 3*v**2", "It would be one if the two weights changed places"),
    ("12.2", "u**2 - v**2", "is not a law: ⟨∇h, ∇(u*v**3)⟩"),
    ("12.2", "7", "A constant is conserved by everything"),
    ("12.3", _START + "J' = 0 by computation", "Step 1"),
    ("12.3", "J' = -tau*J by computation", "have to stay as they were"),
    ("12.3", _START.replace("- G*V", "") + "J' = -tau*J by computation", "have to stay as they were"),
    ("12.4", "x*dy - y*dx", "1 independent law, and the count says that there are more"),
    ("12.4", ANGULAR + ", (x*dy - y*dx)**2", "All 4 are laws, but only 3 of them are independent"),
    ("12.4", "x*dy - y*dx, 2*x*dy - 2*y*dx", "only 1 of them is independent"),
    ("12.4", "x/z", "`x/z` is not a law of momentum"),
    ("12.4", "3", "`3` is a constant"),
    ("12.5", "6", "6 is the number for (Q, K) alone"),
    ("12.5", "18", "which are symmetric: not all entries count"),
    ("12.5", "9", "9 is the number of entries of one of the two matrices of laws"),
    ("12.1", "-u2 - v2, u1 + v1, -u2 - v2, u1 + v1", "is not a gradient itself, but all four sums are 0"),
    ("12.3", _START + "J' = -tau*J by computation", "True, but this one line leaves the work to the engine."),
    ("12.3", _START + "0 = 0 by computation\nJ' = -tau*J by substitution", "Write out what stands between: J' by"),
    ("12.6", page("linear(1,1)", 1, "U1[1,1]"), "has 1 parameter; choose a network with at least 8"),
    ("12.6", page("linear(9,9,9,9)", 1, "U1[1,1]"), "at most 200"),
    ("12.6", page("linear(1, 2,2,1)", 7, "U1[1,1]"), "is the network of the text: choose one of your own"),
    ("12.6", page("relu(2,3,1,bias=True)", 4, NEURONS), "is 4, more than the engine proves"),
    ("12.6", page("relu(2,3,1,bias=True)", 2, NEURONS), "is 2, fewer than the engine proves"),
    ("12.6", page("relu(2,3,1,bias=True)", 3, "U1[1,1]**2"), "`U1[1,1]**2` is not a law of `relu(2,3,1,bias=True)`: ⟨"),
    ("12.6", page("relu(2,3,1,bias=True)", 3, "3"), "`3` is a constant"),
    ("12.6", page("relu(2,3,1,bias=True)", 3, NEURONS.split(", U1")[0]), "1 is independent, and 3 are asked for"),
    ("12.6", page("relu(2,3,1,bias=True)", 3, NEURONS, "because"), "Now a sentence for your readers, after `why:`"),
    ("12.6", page("fields([a,b,c,d,e,f,g,h],[1,0,0,0,0,0,0,0],[0,1,0,0,0,0,0,0],[0,0,1,0,0,0,0,0],[0,0,0,1,0,0,0,0],"
     "[0,0,0,0,1,0,0,0],[0,0,0,0,0,1,0,0],[0,0,0,0,0,0,1,0],[0,0,0,0,0,0,0,1])", 0, "a"), "has no law at all"),
]  # fmt: skip


UNREADABLE = [
    ("12.1", "u1, u2", "4 components are asked for, with commas between them; in 'u1, u2' there are 2"),
    ("12.1", "u1, u2, v1, w", "w"),
    ("12.6", page("foo", 3, "x"), "'foo' is not a model"),
    ("12.6", 8, "8 is not the report: write its four lines as text"),
    ("12.6", "relu(2,3,1)", "the line 'relu(2,3,1)' should begin with model:, predict:, laws: or why:"),
    ("12.6", "model: a\nmodel: b", "there are two lines that begin with 'model:'"),
    ("12.6", "model: a\npredict: 3\nlaws:", "nothing stands after 'laws:' and 'why:' yet"),
    ("12.6", page("relu(2,3,1,bias=True)", "many", "x"), "'many' is not a number"),
]

test_right, test_wrong, test_unreadable = answer_tests(RIGHT, WRONG, UNREADABLE)


small = st.integers(-3, 3)


@given(small, small, small, small)
def test_a_generator_of_the_group_is_a_gradient_exactly_if_its_matrix_is_symmetric(a, b, c, d):
    """ξ = (uA, −vAᵀ) with A = (a b; c d): right for b ≠ c, and told its law (or that it is zero) for b = c."""
    xi = f"{a}*u1 + {c}*u2, {b}*u1 + {d}*u2, {-a}*v1 - {b}*v2, {-c}*v1 - {d}*v2"
    feedback = teaching.exercise("12.1").check(xi)
    assert feedback.is_right == (b != c)


# --- the report -------------------------------------------------------------------------------------------------


def test_a_report_says_what_its_certificate_proves(tmp_path):
    page = report("linear(1,2,2,1)", title="Seven")
    text = page.markdown()
    assert text.startswith("# Seven\n\n**Exactly 7 independent conservation laws, near the point below.**")
    assert page.fingerprint in text
    saved = page.save(tmp_path / "mine")
    assert saved.read_text(encoding="utf-8") == text
    assert cl.verify(tmp_path / "mine" / "certificate.json").is_proved
    assert page.save(tmp_path / "mine") == saved  # the same page may be written again
    with pytest.raises(CertificateError, match="exists and is another report, so it is left alone"):
        report("linear(2,2)").save(tmp_path / "mine")
    assert saved.read_text(encoding="utf-8") == text
    assert "Exactly 7" in page._repr_html_()
    for shown in (text, page._repr_html_()):  # set, and not U1_1_1**2
        assert "$(U_1)_{1,1}^{2} - (U_2)_{1,1}^{2} - (U_2)_{1,2}^{2}$" in shown
        assert "$(U_1)_{1,1} = 7$" in shown
        assert "U1_1_1" not in shown


def test_a_report_escapes_its_title_and_shortens_its_list():
    page = report(cl.factorization(4, 4, 5), title="<b>x</b>")
    assert "<b>" not in page._repr_html_()
    assert "and 3 more, in the certificate" in page.markdown()
    assert report("phi(x*y)").title == "What phi(x*y) conserves"


# --- other flows as families --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: momentum_fields(cl.parametrization("x*y"), friction=-1), "the friction -1 is negative"),
        (lambda: momentum_fields(cl.parametrization("x*y"), friction="s"), "the friction must be a constant"),
        (lambda: momentum_fields(cl.parametrization("s*y")), "the model has such names itself"),
        (lambda: momentum_fields(cl.parametrization("x*y"), metric=[1]), "the metric has 1 entries, and the model 2"),
        (lambda: mirror_fields("phi(x*y)"), "mirror_fields(phi) needs a model"),
    ],
)
def test_a_flow_that_cannot_be_made_is_refused(call, message):
    with pytest.raises(ModelError) as told:
        call()
    assert message in str(told.value)


def test_a_family_of_momentum_fields_has_inertia_first():
    flow = momentum_fields(cl.parametrization("x*y"), friction="1/2")
    assert flow.text == "fields([s, x, y, dx, dy], [1/2*s, dx, dy, -1/2*dx, -1/2*dy], [0, 0, 0, y, x])"


def test_flows_have_names_where_their_fields_would_flood_the_page():
    heavy = momentum_fields(cl.relu(2, 1, 1), friction="1/2")
    assert heavy.brief == "momentum on relu(2,1,1), friction 1/2"
    count = cl.count_laws(mirror_fields(cl.factorization(2, 2, 2)))
    assert count.verdict.claim == "mirror flow of factorization(2,2,2)"
    assert "mirror flow of factorization(2,2,2)" in count._repr_html_() and "fields(" not in count._repr_html_()
    assert heavy.text.startswith("fields([s, ")  # the text still reads back as the same family


def test_a_law_that_momentum_does_not_keep_gets_a_hint_from_the_mistake():
    assert "the right terms are all there" in teaching.exercise("12.4").check("x*dy + y*dx").message


def test_a_report_is_about_a_model():
    with pytest.raises(ModelError, match=r"report\(model\) needs a model, not 3"):
        report(3)
