"""Sentences of the lessons that are neither boxes nor exercises, each computed: the list is docs/pages/referee.md.

A line of that page names the check that stands behind it; here are the checks, and that every name is known.
"""

import re
from fractions import Fraction
from itertools import product
from random import Random

import pytest

import conslaw_nb as cl
from conslaw_nb.exact.backend import rational_rank
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.laws.search import known_count
from conslaw_nb.paper import examples, losses
from conslaw_nb.simulation import two_layers
from conslaw_nb.simulation.chains import Chain

F = Fraction


def laws(model):
    count = cl.count_laws(cl.parse_model(model) if isinstance(model, str) else model)
    assert count.verdict.is_proved
    return count.laws


def kept(law, model):
    return cl.check_law(law, cl.parse_model(model) if isinstance(model, str) else model).is_proved


def neuron_end_at_the_origin():
    """Lesson 1, question 1: on u = −v the product uv is never positive, and only the origin is at rest."""
    return kept("u**2 - v**2", "phi(u*v)") and all(-u * u <= 0 for u in range(-5, 6))


def steps_balance():
    """Lessons 0, 1 and 11: a step multiplies u² − v² by 1 − τ²e²x²."""
    rng = Random(1)
    for _ in range(50):
        u, v, x, y, tau = (F(rng.randint(1, 9), rng.randint(1, 9)) for _ in range(5))
        e = two_layers.network([u], [v], x) - y
        (after,) = two_layers.balances(*two_layers.step([u], [v], x, y, tau))
        if after != (1 - (tau * e * x) ** 2) * (u * u - v * v):
            return False
    return True


def the_other_order_of_updates():
    """For teachers, lesson 0, question 2: the map that moves v with the new u keeps u² − v² − a·uv."""
    return all(
        (U := u - a * v) ** 2 - (V := v - a * U) ** 2 - a * U * V == u * u - v * v - a * u * v
        and u * u - v * v - a * a * (u * u + v * v) + 2 * a**3 * u * v - a**4 * v * v == U**2 - V**2
        for u, v, a in product((F(1), F(-2), F(3, 5)), (F(2), F(1, 3)), (F(1, 7), F(-2)))
    )


def normalised_by_a_norm():
    """Lesson 0: dividing by ‖v‖ leaves one law, ‖v‖², where the neurons look to different sides."""
    from conslaw_nb.teaching.tasks.lesson00 import normalised_fields

    fields = normalised_fields()
    return laws(fields) == 1 and kept("v1**2 + v2**2", fields) and not kept("u1**2 - v1**2", fields)


def the_ball_keeps_nothing():
    """Lesson 0: momentum on two ReLU neurons has no law, with friction or without."""
    return laws("momentum(relu(1,2,1))") == laws("momentum(relu(1,2,1), friction=1/2)") == 0


def classifiers_with_many_neurons():
    """Lesson 4: cross-entropy adds one law for each hidden neuron, and fewer where there are very many."""

    def added(n, m, r):
        phi = cl.factorization(n, m, r)
        return laws(losses.seen_through(phi, "cross-entropy")) - laws(phi)

    return [added(2, 1, r) for r in (1, 2, 3, 4)] == [1, 2, 2, 2] and added(3, 1, 5) == 3


def which_powers_have_laws():
    """For teachers, lesson 5, question 2: x^λ/y for x² + λy², as a polynomial where λ is negative."""
    quotient = kept("x**3/y", "phi(x**2 + 3*y**2)") and kept("x**3/y**2", "phi(x**2 + 3/2*y**2)")
    return quotient and kept("x**2*y", "phi(x**2 - 2*y**2)") and kept("y", "phi(x**2, variables=[x, y])")


def the_first_law_of_a_degree():
    """Lesson 5: x²/2 − q·y²/2 has its first polynomial law in degree q + 1."""
    return all(
        [len(cl.conservation_laws(cl.parametrization(f"x**2/2 - {q}*y**2/2"), k)) for k in (q, q + 1)] == [0, 1]
        for q in (2, 3, 4)
    )


def a_bracket_outside_that_takes_no_law():
    """Lesson 6, question 2: at x = 0 the bracket leaves the trace, and the law stays."""
    x, y, z = F(0), F(2), F(5)
    fields, bracket, gradient = [[y, x, 0], [z, 0, x]], [0, z, -y], [2 * x, -2 * y, -2 * z]
    outside = rational_rank([*fields, bracket]) > rational_rank(fields)
    orthogonal = all(sum(a * b for a, b in zip(row, gradient, strict=True)) == 0 for row in [*fields, bracket])
    return outside and orthogonal and kept("x**2 - y**2 - z**2", "phi(x*y, x*z)")


def hand_examples():
    """The examples by hand of lessons 6, 7 and 8."""
    X, Y = cl.vector_fields(["x", "y", "z"], [["1", "0", "0"], ["0", "1", "x"]])
    six = str(cl.bracket(X, Y)) == "(0, 0, -1)"
    P, Q = cl.parametrization("x*y", "x*z")
    seven = [c.evaluate((1, 2, 3)) for c in cl.bracket(P, Q).components] == [0, 3, -2]
    s, t = [[0, 0, 1], [0, 0, 0], [1, 0, 0]], [[0, 0, 0], [0, 0, 1], [0, 1, 0]]

    def times(a, b):
        return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*b, strict=True)] for row in a]

    turned = [[a - b for a, b in zip(*rows, strict=True)] for rows in zip(times(s, t), times(t, s), strict=True)]
    return six and seven and turned == [[0, 1, 0], [-1, 0, 0], [0, 0, 0]]


def first_examples_by_hand():
    """The examples by hand of lessons 1 to 5, and the one of lesson 7 on primes."""
    ends = all(u**4 - 3 * u**2 - 4 == (u**2 - 4) * (u**2 + 1) for u in range(6)) and 2**2 - 1**2 == 3
    neuron = cl.flows.Neuron([(1, 3)])
    u, v = cl.flows.gradient_descent(neuron.gradient, (F(2), F(-1)), step=F(1, 25), count=1).end
    step = (u, v, u * u - v * v) == (F(9, 5), F(-3, 5), F(72, 25))
    fields = [[c.evaluate((2, 1, 0)) for c in field.components] for field in cl.parametrization("u*v1", "u*v2")]
    plane = fields == [[1, 2, 0], [0, 0, 2]] and [-4 * a + 2 * b for a, b, _ in fields] == [0, 0]
    (row,) = examples.gradients(cl.linear(2, 1, 1), (2, 1, 0), (1, 1))
    (output,) = examples.output(cl.linear(2, 1, 1), (2, 1, 0), (1, 1))
    pull = (output, [2 * x for x in row]) == (2, [2, 4, 4])
    three = cl.relu(2, 3, 1), (1, 2, -1, 2, 1, 1, -1, -1, 2)
    switch = [tuple(examples.pattern(*three, x)) for x in ((1, -1), (-1, -3))] == [(1, 1, 0), (0, 1, 0)]
    sums = kept("t1 + t2", losses.seen_through(cl.parametrization("t1", "t2"), "cross-entropy", outputs=2))
    kernel = [law.degree for law in cl.conservation_laws(cl.parametrization("x*y*z"), 4)]
    found = kept("v*exp(-u)", "phi(u + v**2/2)") and sorted(kernel) == [2, 2, 4, 4, 4]
    prime = 1 * 1 - 2 * 3 == -5 and [(3 * x) % 5 for x in (1, 2)] == [3, 1]
    return all((ends, step, plane, pull, switch, sums, found, prime))


def near_but_not_everywhere():
    """Lesson 3: (u², v²) tells uv near most points, and (1, 1) and (1, −1) have the same squares; it is refused."""
    told = cl.teaching.exercise("3.5").check("u**2, v**2")
    return not told.is_right and cl.teaching.exercise("3.5").check("u + v, u - v").is_right


def twins_have_a_law_more():
    """Lessons 3 and 7: two neurons on one kink may keep three functions, two with outputs of their own keep two."""
    return laws("phi(a*c + b*d)") == 3 and laws("phi(a*c, b*d)") == 2


def left_and_right():
    """Lesson 8: JKQ and JQS are orthogonal for skew K and symmetric S, and Ψ = QᵀJQ."""
    lines = """
    given U: n x r, V: m x r, S: r x r symmetric, A: n x n skew, B: m x m skew, D: n x m
    <U*S, A*U + D*V> - <V*S, D^T*U + B*V> = 0 by computation
    """
    return cl.proof(lines).verdict.is_proved


def wide_factorizations():
    """For teachers, lesson 8, question 2: D − N(N−1)/2 laws once r ≥ N."""
    return all(laws(cl.factorization(n, m, r)) == (n + m) * r - (n + m) * (n + m - 1) // 2
               for n, m, r in ((1, 1, 2), (1, 1, 5), (2, 1, 4), (2, 2, 5)))  # fmt: skip


def two_stretches():
    """For teachers, lesson 9, question 3: fifteen laws, thirteen of them balances."""
    net = cl.linear(1, 2, 2, 1, 2, 2, 1)
    return laws(net) == 15 and len(net.known_laws()) == 13


def cross_entropy_keeps_the_balance():
    """Lesson 4 and lesson 8, question 5: Ψ is a law for any loss."""
    phi = cl.linear(2, 2, 3)
    return all(cl.check_law(h, losses.seen_through(phi, "cross-entropy")).is_proved for h in cl.conservation_laws(phi))


def the_metric_of_uv():
    """Lesson 10 and the handout: √(4z² + d²), and the wrong one of the text is refuted."""
    uv = cl.parametrization("u*v")
    right, wrong = (cl.geometry.check_metric(k, uv, laws={"d": "u**2 - v**2"})
                    for k in ("sqrt(4*z**2 + d**2)", "sqrt(z**2 + d**2)"))  # fmt: skip
    return right.is_proved and wrong.is_refuted


def an_input_kept_by_luck():
    """Lesson 10: (1/a)·log((u + v)/(u − v)) is the same for all coordinates, for one input a = (1, 2)."""
    field = cl.vector_fields(["u1", "u2", "v1", "v2"], [["v1", "2*v2", "u1", "2*u2"]])
    law = "2*(log(u1 + v1) - log(u1 - v1)) - (log(u2 + v2) - log(u2 - v2))"
    return kept(law, field) and not kept(law, "phi(u1*v1, u2*v2)")


def decay_has_a_clock():
    """Lessons 0 and 11: s²h is conserved with decay for a quadratic law h, and h is not."""
    flow = "decay(phi(u*v))"
    return kept("s**2*(u**2 - v**2)", flow) and not kept("u**2 - v**2", flow) and not kept("s*(u**2 - v**2)", flow)


def homogeneous_activations():
    """Lesson 12 and the handout: k·u² − v² for degree k, and nothing for s + s²."""
    return all(kept(f"{k}*u**2 - v**2", f"phi(u*v**{k})") for k in (1, 2, 3, 4)) and laws("phi(u*v, u*v**2)") == 0


def rotations_may_give_laws():
    """Lesson 12: x/y for x² + y², and a quotient for u₁v₁ + u₂v₂; momentum keeps the angular momentum instead."""
    quotient = kept("(u1 + v1)/(u2 + v2)", "phi(u1*v1 + u2*v2)") and kept("x/y", "phi(x**2 + y**2)")
    return quotient and kept("x*dy - y*dx", "momentum(phi(x**2 + y**2))")


def later_hand_examples():
    """The examples by hand of lessons 8 to 12: ranks, counts, ends, steps, decay, one row of a head."""
    gap = [rank_case(rows).gap for rows in (((1, 0), (0, 1)), ((1, 0), (2, 0)))] == [0, 1]
    counts = laws("linear(1,2,1)") == 3 and laws("factorization(2,2,1)") == 1
    neuron = kept("u**2 - v1**2 - v2**2", "phi(u*v1, u*v2)")
    u, v, start = F(5, 4), F(3, 4), 1
    end = u * u - v * v == start and u * v == F(15, 16) and (u * v, 2 * u) == (F(15, 16), F(5, 2))
    u, v, tau = F(2), F(1), F(1, 2)
    e = u * v - 1
    step = (u - tau * e * v) ** 2 - (v - tau * e * u) ** 2 == F(9, 4) == 3 * (1 - tau**2 * e**2)
    return gap and counts and neuron and end and step


def rank_case(rows):
    from conslaw_nb.models.rank_cases import RankCase

    return RankCase(rows[:1], rows[1:])


def one_factor_zero():
    """For teachers, lesson 8, question 1: at V = 0 with r > n the count applies for m = 1, and not for m = 2."""
    point = [1, 2, 3, 0, 1, 5]
    one, two = (cl.count_laws(cl.factorization(2, m, 3), point=point + [0] * (3 * m)) for m in (1, 2))
    return one.verdict.is_proved and one.laws == 6 and not two.verdict.is_proved


def the_field_of_the_explorer():
    """Lesson 12: along (uA, −vAᵀ) the product ⟨u, v⟩ does not change, whatever A is; the letters are matrices."""
    lines = """
    given u: 1 x r, v: 1 x r, A: r x r
    flow u' = u*A, v' = -v*A^T
    let p = u*v^T
    p' = u'*v^T + u*v'^T by the product rule
    = 0 by substitution
    """
    return cl.proof(lines).verdict.is_proved


def integrating_factors():
    """Lesson 12: −1/y² makes (−y, x) the gradient of x/y, and −1/(u₂ + v₂)² does it for the turn of u + v."""
    rng = Random(2)
    for _ in range(30):
        x, y = F(rng.randint(-9, 9), 7), F(rng.randint(1, 9), 5)
        # the gradient of x/y, by the rule for quotients
        if [-1 / y**2 * -y, -1 / y**2 * x] != [1 / y, -x / y**2]:
            return False
        u1, u2, v1, v2 = (F(rng.randint(1, 9), rng.randint(1, 9)) for _ in range(4))
        top, below = u1 + v1, u2 + v2
        turned = [-1 / below**2 * part for part in (-below, top, -below, top)]
        if turned != [1 / below, -top / below**2] * 2:
            return False
    return True


def momentum_overtakes():
    """Lesson 12: momentum has kr − k(k+1)/2 laws, k = min(2N, r), and more than descent from r = 7 on, N = 3."""

    def ball(r, N=3):
        k = min(2 * N, r)
        return k * r - k * (k + 1) // 2

    def descent(r, N=3):
        k = min(N, r)
        return k * (2 * r + 1 - k) // 2

    counted = all(laws(f"momentum(factorization(1,2,{r}))") == ball(r) for r in (1, 2, 3))
    return counted and [r for r in range(1, 60) if ball(r) > descent(r)] == list(range(7, 60)) and ball(6) == descent(6)


def two_blocks():
    """Lesson 12: uv + st + stuv keeps both balances, and a third function with logarithms."""
    model = "phi(u*v + s*t + s*t*u*v)"
    balances = kept("u**2 - v**2", model) and kept("s**2 - t**2", model)
    return balances and kept("s**2 - u**2 + 2*log(s + t) - 2*log(u + v)", model) and laws(model) == 3


def a_normalised_filter():
    """Lesson 12: the fields of c(ax₁ + bx₂)/ρ, ρ² = a² + b², times ρ³; derivatives by the rule for quotients."""
    rng = Random(3)
    for _ in range(30):
        a, b, c = (F(rng.randint(-9, 9), rng.randint(1, 9)) for _ in range(3))
        square = a * a + b * b
        # d(ca/ρ) = c da/ρ − ca(a da + b db)/ρ³ + a dc/ρ, and likewise for cb/ρ
        first = [c * square - c * a * a, -c * a * b, a * square]
        second = [-c * b * a, c * square - c * b * b, b * square]
        if first != [c * b**2, -a * b * c, a * square] or second != [-a * b * c, c * a**2, b * square]:
            return False
    return True


def multiplicative_updates():
    """Lesson 12: a mirror keeps the linear laws, and for two scalars one with logarithms."""
    log = "(u2 - v2)*log(u1/v1) - (u1 - v1)*log(u2/v2)"
    return kept("u1 - v1", "mirror(phi(u1*v1 + u2*v2))") and kept(log, "mirror(phi(u1*v1 + u2*v2))")


def a_curve_by_hand():
    """Lesson 13: u = (1, 0), A = diag(2, 1), v = (1, 1); and y₁ = 6 with 6² = R(4)."""
    chain, x = Chain([1, 0, 2, 0, 0, 1, 1, 1]), Poly.gen(("x",), 0)
    wanted = x * (x - 3) * (x - 1) * (x * x - 3 * x - 1)
    at = [chain.c.evaluate((4,)) ** 2, chain.curve.evaluate((4,)), chain.curve.evaluate((1,))]
    return chain.curve == wanted and chain.p == (x - 4) * (x - 1) and at == [36, 36, 0]


def curves_of_random_starts():
    """Lesson 13: R has degree five, leading coefficient 1 and no constant term; c² and R agree where p vanishes."""
    rng = Random(4)
    for _ in range(20):
        chain = Chain([rng.randint(-5, 5) for _ in range(8)])
        rest = chain.curve - chain.c * chain.c
        lead = {e: c for ((_, e),), c in ((m, c) for m, c in chain.curve.terms.items() if m)}
        if chain.curve.degree != 5 or lead[5] != 1 or chain.curve.evaluate((0,)) != 0:
            return False
        x = Poly.gen(("x",), 0)
        while rest and rest.degree >= 2:  # division by p, whose leading coefficient is 1
            top = rest.terms[((0, rest.degree),)]
            rest = rest - chain.p * x ** (rest.degree - 2) * top
        if rest:
            return False
    return True


def a_symmetric_start():
    """Lesson 13: with A = Aᵀ and u = v the curve is x·det(x − Q)², and crosses itself."""
    x = Poly.gen(("x",), 0)
    for u1, u2, a, b, d in product((1, 2), (1, -3), (2, 5), (1, -1), (0, 3)):
        q = [[a * a + b * b - u1 * u1, a * b + b * d - u1 * u2], [0, b * b + d * d - u2 * u2]]
        det = (x - q[0][0]) * (x - q[1][1]) - q[0][1] ** 2
        if Chain([u1, u2, a, b, b, d, u1, u2]).curve != x * det * det:
            return False
    return True


def hidden_in_three_matrices():
    """Lesson 13: linear(1,n,m,1) hides min(n, m) − 1 laws."""
    return all(
        laws(f"linear(1,{n},{m},1)") - known_count(cl.linear(1, n, m, 1)) == min(n, m) - 1
        for n, m in ((2, 2), (2, 4), (3, 3), (4, 3), (1, 3))
    )


def the_form_and_its_degree():
    """Lesson 13: the denominator of α has degree ten, and eight after det A is taken out of it and of what is above."""
    names = ("u1", "u2", "a", "b", "c", "d", "v1", "v2")
    u1, u2, a, b, c, d, v1, v2 = Poly.gens(names)
    g, f = a * d - b * c, a * a + b * b + c * c + d * d
    phi, psi = u1 * (a * v1 + b * v2) + u2 * (c * v1 + d * v2), v1 * (d * u1 - b * u2) + v2 * (a * u2 - c * u1)
    long = phi * phi * g * g - g * phi * psi * f + g * g * psi * psi
    short = g * phi * phi - f * phi * psi + g * psi * psi
    return long == g * short and (long.degree, short.degree) == (10, 8)


def small_staircases():
    """Exercises 7.1, 7.4, 7.7 and 7.8: the staircases, and what the shortcut of 7.4 would announce."""
    one = cl.count_laws(cl.factorization(1, 2, 2))
    lost = cl.parametrization("w", "x", "y + x*z")
    blind = all(not any(c.terms for c in cl.bracket(lost[0], lost[k]).components) for k in (1, 2))
    climb = cl.staircase(cl.parametrization("x", "y + x*z + 1/2*x**2*w"))
    order = cl.count_laws(cl.parametrization("x", "y + x*z + w"))
    return (
        (one.dim_trace, one.dim_lie, one.laws) == (2, 3, 3)
        and blind
        and cl.count_laws(lost).laws == 0
        and list(climb.traces)[:3] == [2, 3, 4]
        and (order.dim_trace, order.dim_lie, order.laws) == (2, 3, 1)
        and kept("w - y", "phi(x, y + x*z + w)")
    )


def small_factorizations():
    """Exercises 8.2, 8.4, 8.5 and 8.6."""
    gap = rank_case([(1, 0, 0), (0, 1, 0), (1, 0, 0), (0, 1, 0)]).gap == 2
    nine = [laws(cl.factorization(*s)) for s in ((1, 1, 5), (1, 2, 4), (2, 1, 4))] == [9, 9, 9]
    point = {"U_1_1": 1, "U_1_2": 0, "U_1_3": 0, "V_1_1": 0, "V_1_2": 1, "V_1_3": 0, "V_2_1": 0, "V_2_2": 1, "V_2_3": 0}
    there = cl.count_laws(cl.factorization(1, 2, 3), point=point)
    known = rank_case([(1, 0, 0), (0, 1, 0), (0, 1, 0)]).known
    det = "U[1,1]*(V[1,2]*V[2,3] - V[1,3]*V[2,2]) - U[1,2]*(V[1,1]*V[2,3] - V[1,3]*V[2,1])"
    det += " + U[1,3]*(V[1,1]*V[2,2] - V[1,2]*V[2,1])"
    return gap and nine and (there.laws, known) == (6, 5) and kept(det, cl.factorization(1, 2, 3))


def ends_and_metrics():
    """Exercises 10.2, 10.4, 10.6 and 10.7 in fractions; u² − v² in coordinates turned by 45° is 2ab."""
    u, v1, v2 = F(7, 4), F(1, 4), 1
    asked = u * v1 == F(7, 16) and u * u - v1 * v1 - v2 * v2 == 2 == 4 - 1 - 1 and u * v2 == F(7, 4)
    balanced = 3 * 3 - 5 * 5 == -4 * 4
    deep = [q * F(1, root) ** (2 * q - 2) for q, root in ((2, 8), (3, 4), (6, 2))] == [F(1, 32), F(3, 256), F(3, 512)]
    one, other = ((5, 0), ((13, 0), (0, F(63, 4)))), ((0, 4), ((0, F(65, 4)), (12, 0)))

    def seen(start):
        (a, b), ((p, q), (r, s)) = start
        z = (a * p + b * q, a * r + b * s)
        return z, (a * a - p * p - r * r, a * b - p * q - r * s, b * b - q * q - s * s)

    squares = [sum(x * x for x in u) + sum(x * x for x in v[0]) for u, v in (one, other)]
    apart = seen(one) == seen(other) and squares == [194, 16 + F(65, 4) ** 2]
    turned = all((F(a + b) ** 2 - F(a - b) ** 2) / 2 == 2 * a * b for a in range(4) for b in range(4))
    return asked and balanced and deep and apart and turned


def a_step_may_widen_a_balance():
    """For teachers, lesson 10, question 5: u² − ‖v‖² moves by τ²e²(⟨v,x⟩² − u²‖x‖²), towards 0 or away from it."""
    rng, moved = Random(5), set()
    for _ in range(40):
        u, v1, v2, x1, x2, y, tau = (F(rng.randint(-6, 6), rng.randint(1, 5)) for _ in range(7))
        a = v1 * x1 + v2 * x2
        e = u * a - y
        before = u * u - v1 * v1 - v2 * v2
        after = (u - tau * e * a) ** 2 - (v1 - tau * e * u * x1) ** 2 - (v2 - tau * e * u * x2) ** 2
        if after - before != tau**2 * e**2 * (a * a - u * u * (x1 * x1 + x2 * x2)):
            return False
        moved.add((abs(after) > abs(before)) - (abs(after) < abs(before)))
    return moved >= {-1, 1}


def three_steps():
    """Lesson 11: the start (1, −1, 2) keeps h in 11.2, and both examples of 11.3 lead to h = 6."""
    u, v, x, tau = F(1), (F(-1), F(2)), (3, 4), F(1, 10)
    for _ in range(3):
        a = sum(p * q for p, q in zip(v, x, strict=True))
        e = u * a - 10
        u, v = u - tau * e * a, tuple(p - tau * e * u * q for p, q in zip(v, x, strict=True))
        if e == 0 or u * u - sum(p * p for p in v) != -4:
            return False
    ends = []
    for y in (1, 5):
        e = 3 - y
        ends.append((3 - F(1, 4) * e) ** 2 - (1 - F(3, 4) * e) ** 2)
    return ends == [6, 6]


def awake_together():
    """Lesson 12: momentum on u₁v₁ + u₂v₂ keeps two rotations, those of u + v and of u − v."""
    flow = "momentum(phi(u1*v1 + u2*v2))"
    turns = [f"(u1 {s} v1)*(du2 {s} dv2) - (u2 {s} v2)*(du1 {s} dv1)" for s in "+-"]
    return laws(flow) == 2 and all(kept(turn, flow) for turn in turns)


def points_on_the_curve():
    """Lesson 13: the example by hand, and R − c² is divisible by p, with c(0) = −det A · vᵀadj(A)u and slope φ."""
    rng = Random(6)
    for _ in range(20):
        u1, u2, a, b, c, d, v1, v2 = weights = [rng.randint(-4, 4) for _ in range(8)]
        chain = Chain(weights)
        psi = v1 * (d * u1 - b * u2) + v2 * (a * u2 - c * u1)
        phi = u1 * (a * v1 + b * v2) + u2 * (c * v1 + d * v2)
        if chain.c.evaluate((0,)) != -(a * d - b * c) * psi or chain.c.evaluate((1,)) - chain.c.evaluate((0,)) != phi:
            return False
    return Chain([1, 1, 2, 0, 1, 1, 1, 2]).curve == _product_of_the_exercise()


def _product_of_the_exercise():
    x = Poly.gen(("x",), 0)
    return x * (x * x - 4 * x + 2) * (x * x - x - 13)


CHECKS = {name: check for name, check in globals().items() if callable(check) and getattr(check, "__doc__", None)
          and getattr(check, "__module__", "") == __name__ and name not in ("laws", "kept", "rank_case")}  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
def test_what_the_referee_computed(name):
    assert CHECKS[name]() is True


def test_the_page_names_every_check_and_no_other(root):
    page = (root / "docs" / "pages" / "referee.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`referee: (\w+)`", page)) == set(CHECKS)
    named = set(re.findall(r"`(tests/test_\w+\.py)`", page))
    assert all((root / name).is_file() for name in named)
