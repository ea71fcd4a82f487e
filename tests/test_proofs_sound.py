"""There is no way to pass without a proof: random wrong edits, random claims, and both backends."""

import random
import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_proofs import ALL_SIZES, BRACKET, COUNT, GOOD, NEURON, RELU, STEP

import conslaw_nb as cl
from conslaw_nb.language import read_expression as read_scalar
from conslaw_nb.language.polynomials import fraction_from_node
from conslaw_nb.matrices import MatrixSpace
from conslaw_nb.matrices.concrete import evaluate, nonzero, random_matrices
from conslaw_nb.matrices.reader import read_expression

EDITS = [
    (r"\+", "-"),
    (r"(?<=\s)-(?=\s)", "+"),
    (r"\^T", ""),
    (r"\*", "+"),
    (r"\bU\b", "V"),
    (r"\bV\b", "U"),
    (r"\bx\b", "y"),
    (r"\by\b", "x"),
    (r"\b2\b", "3"),
    (r"\b1\b", "2"),
    (r"\b0\b", "1"),
    (r"'", ""),
    (r"Psi", "U"),
    (r"by .*", "by step 1"),
    (r"by .*", "by step 9"),
    (r"by .*", "by Proposition 2.16"),
    (r"by .*", "by the product rule"),
    (r"^.*$", ""),
    (r"\bh\b", "x"),
    (r"conserved", "not conserved"),
    (r"\bD\b", "E"),
]


def edited(text, rng):
    """Change one place of a proof."""
    lines = text.split("\n")
    while True:
        place = rng.randrange(len(lines))
        pattern, new = rng.choice(EDITS)
        found = list(re.finditer(pattern, lines[place]))
        if found:
            at = rng.choice(found)
            lines[place] = lines[place][: at.start()] + new + lines[place][at.end() :]
            return "\n".join(lines)


# -- judges that share no code with the proofs: numbers put into every claim -------------------------------


def polynomial_conserved(goal):
    """Judge 'h is conserved for MODEL' by exact values at random points."""
    h, model = re.fullmatch(r"(.+) is conserved for (.+)", goal).groups()
    phi = cl.parse_model(model)
    top, bottom = fraction_from_node(read_scalar(h), phi.variables)
    assert bottom.is_constant
    rng = random.Random(3)
    for _ in range(6):
        point = [Fraction(rng.randint(-9, 9)) for _ in phi.variables]
        for field in phi:
            if sum(top.derivative(i).evaluate(point) * c.evaluate(point) for i, c in enumerate(field.components)):
                return False
    return True


def matrix_conserved(goal):
    """Judge 'H is conserved along FLOW (...)' by small steps in exact arithmetic: the slope at τ = 0."""
    h, flow, letters = re.fullmatch(r"(.+) is conserved along (.+) \(all sizes; (.+)\)", goal).groups()
    space = MatrixSpace.read(letters)
    velocities = dict(part.split("' = ") for part in re.split(r", (?=\S+' = )", flow))
    rng = random.Random(5)
    node = read_expression(h)
    for size in (1, 2, 3):
        sizes = {name: size + (i % 2) for i, name in enumerate(space.sizes)}
        matrices = random_matrices(space, list(space), sizes, rng, (-2, -1, 1, 2))
        speed = {
            name: evaluate(read_expression(velocities[name]), space, sizes, matrices) if name in velocities else None
            for name in matrices
        }

        def at(t, matrices=matrices, speed=speed, sizes=sizes):
            moved = {
                name: [
                    [x + t * (speed[name][i][j] if speed[name] else 0) for j, x in enumerate(row)]
                    for i, row in enumerate(matrix)
                ]
                for name, matrix in matrices.items()
            }
            return evaluate(node, space, sizes, moved)

        # a polynomial in t of degree at most 8: its derivative at 0 is exact from nine values
        points = [Fraction(k) for k in range(-4, 5)]
        values = [at(t) for t in points]
        if nonzero(
            [
                [slope(points, [v[i][j] for v in values]) for j in range(len(values[0][0]))]
                for i in range(len(values[0]))
            ]
        ):
            return False
    return True


def slope(points, values):
    """Return the derivative at 0 of the polynomial through the given points."""
    total = Fraction(0)
    for i, x in enumerate(points):
        others = [p for j, p in enumerate(points) if j != i]
        denominator = Fraction(1)
        for p in others:
            denominator *= x - p
        derivative = Fraction(0)
        for skip in range(len(others)):
            product = Fraction(1)
            for k, p in enumerate(others):
                if k != skip:
                    product *= -p
            derivative += product
        total += values[i] * derivative / denominator
    return total


def test_the_judges_can_say_no():
    assert polynomial_conserved(cl.proof(NEURON).goal)
    assert not polynomial_conserved("x**2 + y**2 is conserved for phi(x*y)")
    goal = cl.proof(ALL_SIZES).goal
    assert matrix_conserved(goal)
    assert not matrix_conserved(goal.replace("U^T*U - V^T*V", "U^T*U + V^T*V"))


def judged(proof):
    """Return whether what an accepted proof says is true, as far as numbers can tell."""
    goal = proof.goal
    if " is conserved along " in goal:
        return matrix_conserved(goal)
    if " is conserved for " in goal and " is not " not in goal:
        return polynomial_conserved(goal)
    return None


@pytest.mark.parametrize("name", GOOD)
def test_wrong_edits_are_never_accepted_unless_still_true(name):
    text, rng = GOOD[name], random.Random(name)
    accepted, edits = 0, 80
    for _ in range(edits):
        other = edited(text, rng)
        found = cl.proof(other)
        if found.reached:
            accepted += 1
            assert judged(found) is not False, other
            assert {step.status for step in found.steps} <= {"green", "plain"}
        else:
            assert found.first_wrong is not None or found.missing, other
    assert accepted < edits / 2  # the edits do break proofs


@pytest.mark.parametrize("text", [ALL_SIZES, RELU, NEURON, COUNT])
def test_no_line_can_be_left_out(text):
    """Without any one of its lines a proof proves less: not the same goal, or nothing."""
    goal = cl.proof(text).goal
    lines = text.split("\n")
    optional = {line for line in lines if line.startswith(("grad h", "     = -(G*V)"))}
    for place, line in enumerate(lines):
        found = cl.proof("\n".join(lines[:place] + lines[place + 1 :]))
        if line in optional:  # a step on the way that the next one does not need
            continue
        assert not (found.reached and found.goal == goal), line


coefficients = st.integers(-3, 3)


@settings(max_examples=60, deadline=None)
@given(st.lists(coefficients, min_size=5, max_size=5), st.sampled_from(["x*y", "x*y, x*z", "x**2*y", "x + y*z"]))
def test_a_quadratic_form_is_proved_only_where_it_is_a_law(numbers, components):
    a, b, c, d, e = numbers
    h = f"{a}*x**2 + {b}*y**2 + {c}*z**2 + {d}*x*y + {e}*x*z"
    model = f"phi({components}, variables=[x, y, z])"
    text = f"let h = {h}\n<grad h, v_i> = 0 for all i by computation\nh is conserved by Proposition 2.16"
    found = cl.proof(text, model)
    truth = cl.check_law(h, cl.parse_model(model))
    constant = bool(truth.details.get("constant"))
    assert found.reached == (truth.is_proved and not constant)
    if not found.reached and not constant:
        assert found.first_wrong.residual or found.first_wrong.missing


WORDS = ["U^T*U", "V^T*V", "U^T*G*V", "V^T*G^T*U", "I_r"]
words = st.sampled_from(WORDS)


@settings(max_examples=40, deadline=None)
@given(coefficients, coefficients, st.lists(st.tuples(coefficients, words), max_size=1))
def test_a_matrix_is_proved_only_where_it_is_conserved(a, b, terms):
    """It is where it is a multiple of the balance and something that does not move: about one in ten of these."""
    terms = [(a, "U^T*U"), (b, "V^T*V"), *terms]
    in_u, in_v, *others = (sum(number for number, word in terms if word == one) for one in WORDS[:4])
    h = " + ".join(f"({number})*{word}" for number, word in terms)
    text = f"given U: n x r, V: m x r, G: n x m\nflow U' = -G*V, V' = -G^T*U\nlet H = {h}\nH' = 0 by computation\n"
    found = cl.proof(text + "H is conserved by Proposition 2.5")
    assert found.reached == (in_u == -in_v != 0 and not any(others))
    if found.reached:
        assert matrix_conserved(found.goal)
    else:
        assert found.first_wrong is not None


junk = st.text(alphabet="xyUVGh=<>()[],'^T*+-123 _.:∇⟨⟩\nby computationprsed", max_size=60)


@settings(max_examples=150, deadline=None)
@given(junk)
def test_no_text_breaks_the_reader(text):
    """Anything may be typed; what comes back is a proof object that proves nothing false."""
    for head in ("model phi(x*y)\n", "given U: n x r, V: m x r, G: n x m\nflow U' = -G*V, V' = -G^T*U\n"):
        found = cl.proof(head + text)
        assert isinstance(str(found) + found.latex + found._repr_html_(), str)
        if found.reached:
            assert judged(found) is not False


@pytest.mark.parametrize("name", GOOD)
def test_both_backends_say_the_same(name):
    texts = [GOOD[name], GOOD[name].replace("0 ", "1 "), GOOD[name].replace(" - ", " + ")]
    with cl.use_backend("plain"):
        plain = [(str(cl.proof(t)), cl.proof(t).json) for t in texts]
    assert plain == [(str(cl.proof(t)), cl.proof(t).json) for t in texts]


def test_lessons_are_decided_at_once():
    """At lesson sizes a whole proof takes a fraction of a second; benchmarks measure, this only catches disasters."""
    from time import perf_counter

    for text in (NEURON, ALL_SIZES, BRACKET, RELU, STEP, COUNT):
        started = perf_counter()
        cl.proof(text)
        assert perf_counter() - started < 2
