"""The exercises of lesson 0: functions that learners write are called in fractions, and wrong ones are told why."""

import sys
from fractions import Fraction

import pytest
from lesson_answers import answer_tests

import conslaw_nb as cl
from conslaw_nb import teaching, widgets
from conslaw_nb.architectures.example import DATA, EVERY, TAU, U, V, recorded
from conslaw_nb.errors import ParseError
from conslaw_nb.simulation import two_layers
from conslaw_nb.teaching.functions import call_on, name_of, read_calls, source_of


def network(u, v, x):
    return sum(a * max(b * x, 0) for a, b in zip(u, v, strict=True))


def step(u, v, x, y, tau):
    e = network(u, v, x) - y
    new_u = [a - tau * e * max(b * x, 0) for a, b in zip(u, v, strict=True)]
    return new_u, [b - tau * e * a * x if b * x > 0 else b for a, b in zip(u, v, strict=True)]


def in_place(u, v, x, y, tau):
    """Move the lists that were given: the next case must not feel it."""
    e, old = network(u, v, x) - y, list(u)
    for j in range(len(u)):
        u[j] -= tau * e * max(v[j] * x, 0)
    for j in range(len(u)):
        v[j] -= tau * e * old[j] * x if v[j] * x > 0 else 0
    return (tuple(u), tuple(v))


def one_after_the_other(u, v, x, y, tau):
    new_u, _ = step(u, v, x, y, tau)
    e = network(u, v, x) - y
    return new_u, [b - tau * e * a * x if b * x > 0 else b for a, b in zip(new_u, v, strict=True)]


def sleepers_move(u, v, x, y, tau):
    e = network(u, v, x) - y
    return step(u, v, x, y, tau)[0], [b - tau * e * a * x for a, b in zip(u, v, strict=True)]


def train(u, v, data, tau, epochs):
    log = [[a * a - b * b for a, b in zip(u, v, strict=True)]]
    for _ in range(epochs):
        for x, y in data:
            u, v = step(u, v, x, y, tau)
            log.append([a * a - b * b for a, b in zip(u, v, strict=True)])
    return log


def stands_still(u, v, data, tau, epochs):
    return [train(u, v, data, tau, 0)[0] for _ in range(epochs * len(data) + 1)]


def decayed(u, v, x, y, tau, rate):
    new = step(u, v, x, y, tau)
    return [[n - tau * rate * a for n, a in zip(*pair, strict=True)] for pair in zip(new, (u, v), strict=True)]


def fade_late(u, v, x, y, tau, rate):
    return [[n - tau * rate * n for n in part] for part in step(u, v, x, y, tau)]


def careful(u, v, x, y, tau):
    c = 1 - tau * (network(u, v, x) - y) * x
    new = []
    for a, b in zip(u, v, strict=True):
        p, q = ((a + b) * c, (a - b) / c) if b * x > 0 else (a + b, a - b)
        new.append(((p + q) / 2, (p - q) / 2))
    return [a for a, _ in new], [b for _, b in new]


def loop_for_ever(u, v, x):
    while True: pass  # fmt: skip  # noqa: E701


def catch_all(u, v, x):
    while True:
        try:
            x += 1
        except Exception:
            x = 0


def call_oneself(u, v, x):
    return call_oneself(u, v, x)


def grow_for_ever(u, v, data, tau, epochs):
    while True:  # each step makes the fractions three times as long: the steps alone would be counted too late
        for x, y in data:
            u, v = step(u, v, x, y, tau)


def square_for_ever(u, v, x):
    n = 3
    while True:
        n = n * n


def print_it(u, v, x):
    print(network(u, v, x))


def forget_it(u, v, x):
    network(u, v, x)


def huge(u, v, x):
    return 7**100_000


RIGHT = [
    ("0.1", network),
    ("0.1", lambda u, v, x: sum(u[j] * v[j] * x for j in range(len(u)) if v[j] * x > 0)),
    ("0.2", step),
    ("0.2", in_place),
    ("0.3", train),
    ("0.3", lambda *a: two_layers.train(*a).balances),
    ("0.4", "1 - tau^2*e^2*x^2"),
    ("0.4", "(1 - tau*e*x)*(1 + tau*e*x)"),
    ("0.5", "1/3"),
    ("0.6", decayed),
    ("0.7", 0),
    ("0.8", "v1^2 + v2^2"),
    ("0.8", "7 - 3*(v1^2 + v2^2)^2"),
    ("0.9", careful),
]
WRONG = [
    (
        "0.1",
        lambda u, v, x: sum(a * b * x for a, b in zip(u, v, strict=True)),
        "Neurons that are asleep count in yours",
    ),
    ("0.1", lambda u, v, x: max(sum(a * b * x for a, b in zip(u, v, strict=True)), 0), "not around the sum"),
    ("0.1", lambda u, v, x: float(network(u, v, x)), "right up to rounding"),
    ("0.1", lambda u, v: 1, "is called with 3 arguments here, and yours takes 2"),
    ("0.1", loop_for_ever, "`loop_for_ever([2, -1], [1, 3], 2)` does not end"),
    ("0.1", catch_all, "does not end: it was stopped after 200,000 steps. Is its loop endless?"),
    ("0.1", square_for_ever, "was stopped when a number in it had 6,000 digits"),
    ("0.3", grow_for_ever, "was stopped when a number in it had 6,000 digits"),
    ("0.1", print_it, "prints, and returns nothing: write `return ...` in the place of `print(...)`"),
    ("0.1", forget_it, "returns nothing: its last line should be `return ...`"),
    ("0.1", call_oneself, "calls itself again and again"),
    ("0.1", lambda u, v, x: unknown, "uses `unknown`, which has no value there"),  # noqa: F821
    ("0.1", lambda u, v, x: 1 / 0, "stops with ZeroDivisionError: division by zero"),
    ("0.1", lambda u, v, x: (a for a in u), "write `list(...)` around it"),
    ("0.1", lambda u, v, x: huge(u, v, x), "was stopped when a number in it had 6,000 digits"),
    ("0.1", lambda u, v, x: 7**1000, "a number with hundreds of digits"),
    ("0.1", lambda u, v, x: [x] * 500, "more than 200 numbers"),
    ("0.1", lambda u, v, x: "4", "returns '4', which is neither a number nor a list of numbers"),
    ("0.1", lambda u, v, x: x > 0, "returns True, where a number is expected"),
    ("0.1", lambda u, v, x: network(u, v, x) if x > 0 else None, "returns nothing: does it end with `return`"),
    ("0.2", one_after_the_other, "moved with the new u"),
    (
        "0.2",
        lambda u, v, x, y, tau: (
            [a - tau * (network(u, v, x) - y) * b * x for a, b in zip(u, v, strict=True)],
            step(u, v, x, y, tau)[1],
        ),
        "moves the u of neurons that are asleep",
    ),
    ("0.2", lambda *a: (*step(*a), 0), "and should return two lists of this length"),
    ("0.2", sleepers_move, "neurons that are asleep, for which the derivative is 0"),
    ("0.2", lambda u, v, x, y, tau: step(u, v, x, y, -tau), "Yours goes uphill"),
    ("0.2", lambda u, v, x, y, tau: step(u, v, x, y, 2 * tau), "Yours is twice as long"),
    ("0.2", lambda u, v, x, y, tau: step(u, v, x, y, 1), "no tau"),
    ("0.2", lambda u, v, x, y, tau: (u, v), "stays where it was"),
    ("0.2", lambda u, v, x, y, tau: step(u, v, x, y, tau)[0], "should return two lists of this length"),
    ("0.3", lambda *a: train(*a)[1:], "2 times through 2 examples is 4 steps: 5 entries, and your log has 4"),
    ("0.3", lambda *a: train(*a)[:: len(a[2])], "one entry for each step"),
    ("0.3", lambda *a: train(*a)[-1], "and should return a list of lists, the balances of all neurons"),
    ("0.3", lambda *a: [sum(entry) for entry in train(*a)], "and should return a list of lists"),
    ("0.3", lambda u, v, data, tau, n: train(u, v, data[::-1], tau, n), "entry 1 of the log should be"),
    ("0.3", stands_still, "Your weights never change"),
    ("0.3", lambda *a: [[-b for b in entry] for entry in train(*a)], "u_j² first"),
    (
        "0.3",
        lambda u, v, data, tau, n: train(u, v, data, 2 * tau, n),
        "entry 1 of the log should be `[273/100, -182/25]`",
    ),
    ("0.4", "1", "that is the flow"),
    ("0.4", "1 - tau^2*e^2", "x = 2: the step leads to the balance 48/25, your factor to 273/100"),
    ("0.5", "1/10", "the balances 273/100 and -273/100"),
    ("0.5", "-1", "is not a step size"),
    ("0.6", lambda u, v, x, y, tau, rate: step(u, v, x, y, tau), "a step without decay"),
    ("0.6", lambda *a: (decayed(*a)[0], step(*a[:-1])[1]), "only u decays"),
    ("0.6", lambda *a: (step(*a[:-1])[0], decayed(*a)[1]), "only v decays"),
    ("0.6", lambda *a: decayed(*a[:4], a[4], a[5] / a[4]), "The decay wants the step size as well"),
    ("0.6", lambda *a: decayed(*a)[0], "and should return two lists of this length"),
    ("0.6", lambda u, v, x, y, tau: step(u, v, x, y, tau), "is called with 6 arguments here, and yours takes 5"),
    ("0.6", fade_late, "from the new weights"),
    ("0.6", lambda u, v, x, y, tau, rate: decayed(u, v, x, y, tau, -rate), "Your weights grow"),
    ("0.7", 2, "2 is what descent keeps"),
    ("0.7", 5, "5 laws would mean that generators and brackets span 4 of the 9 dimensions"),
    ("0.8", "u1^2 - v1^2", "Without the norm it would be"),
    ("0.8", "4", "a constant"),
    ("0.9", lambda u, v, x, y, tau: careful(u, v, x, y, -tau), "but the loss goes from 4.5 to 24.1, and"),
    ("0.9", lambda u, v, x, y, tau: careful(u, v, x, y, tau)[0], "and should return two lists of this length"),
    ("0.9", lambda u, v, x, y, tau: decayed(u, v, x, y, tau, 1), "changes the balance of neuron 1 from 3 to 1419/500"),
    ("0.9", lambda u, v, x, y, tau: (list(v), list(u)), "changes the balance of neuron 1 from 3 to -3"),
    ("0.9", step, "That is the plain step"),
    ("0.9", lambda u, v, x, y, tau: (u, v), "learns nothing"),
    ("0.9", lambda u, v, x, y, tau: ([-a for a in u], v), "at this small step it should go down"),
    ("0.9", lambda u, v, x, y, tau: [list(map(float, p)) for p in careful(u, v, x, y, tau)], "returns floats"),
]
UNREADABLE = [
    ("0.1", "network", "wants the function `network` itself, and was given its text"),
    ("0.1", 3, "was given the result of a call"),
    ("0.1", [network], "the result of a call, or something else"),
    ("0.1", {"calls": [["value", 1]]}, "not a record of a function's calls"),
    ("0.4", "1 - tau^2*foo", "'foo' is not known here"),
]
test_right, test_wrong, test_unreadable = answer_tests(RIGHT, WRONG, UNREADABLE)


def test_a_function_that_does_nothing_yet_is_no_answer():
    def begun(u, v, x): ...

    assert teaching.exercise("0.1").check(begun).outcome == "empty"
    assert "Put your lines in the place of the dots" in teaching.exercise("0.1").check(begun).message
    assert "give `network` alone" in teaching.exercise("0.1").check(network, network).message


def test_a_right_function_is_told_that_it_changes_what_it_is_given():
    told = teaching.exercise("0.2").check(in_place)
    assert told.is_right
    assert "it changes a list that it is given" in told.message
    assert "it changes" not in teaching.exercise("0.2").check(step).message


def test_what_was_traced_before_is_traced_again():
    def tracer(*_):
        return None

    before = sys.gettrace()
    try:
        sys.settrace(tracer)
        call_on(network, teaching.exercise("0.1").cases)
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(before)


def test_the_calls_of_a_function_are_data_that_is_checked_elsewhere():
    task = teaching.exercise("0.2")
    record = call_on(step, task.cases)
    assert record["function"].startswith("def step(u, v, x, y, tau):\n    e = ")
    assert task.check(record).is_right
    record["calls"][0] = ("value", [[1, 1], [1, 1]])
    assert task.check(record).outcome == "wrong"
    for forged in ({}, {"calls": 3}, {"calls": [("value", {1: 2})] * 9}, {"calls": [("said", 1)] * 9}):
        assert task.check(forged).outcome == "unreadable"
    with pytest.raises(ParseError):
        read_calls("step", task.cases)


def test_names_and_sources():
    assert (name_of("def step(u):\n    ..."), name_of("given U: n x r")) == ("step", "")
    assert source_of(len).startswith("<built-in")
    assert "Your answer" in teaching.exercise("0.1").check(network)._repr_html_()


def test_the_exact_factor_of_every_step():
    u, v, x, y, tau = [Fraction(2), Fraction(3)], [Fraction(1), Fraction(-2)], Fraction(5), Fraction(1), Fraction(1, 9)
    e = two_layers.network(u, v, x) - y
    before = two_layers.balances(u, v)
    factor = 1 - (tau * e * x) ** 2
    assert two_layers.balances(*two_layers.step(u, v, x, y, tau)) == [factor * before[0], before[1]]
    rate = Fraction(1, 4)
    plain = (1 - tau * rate) ** 2
    faded = [(plain - (tau * e * x) ** 2) * before[0], plain * before[1]]
    assert two_layers.balances(*two_layers.decayed(u, v, x, y, tau, rate)) == faded


def test_the_figure_of_a_log():
    log = two_layers.train([2, -1], [1, 3], [(1, 2)], Fraction(1, 10), 3)
    assert "Neuron 1 from 3 to" in str(widgets.log_portrait(log))
    assert str(widgets.log_portrait(log.balances)) == str(widgets.log_portrait(log))
    assert str(widgets.log_portrait(log, log, names="AB")).count("3 steps") == 2
    for nothing in (None, [], [[1.0]], 7):
        assert widgets.log_portrait(nothing).title == "No log yet"
    exploded = two_layers.train([2.0], [9.0], [(4.0, 1.0)], 3.0, 9)
    assert "<path" in widgets.log_portrait(exploded).svg()


def test_what_is_shown_without_torch_is_what_torch_does():
    torch = pytest.importorskip("torch")
    net = torch.nn.Sequential(torch.nn.Linear(1, 3, bias=False), torch.nn.ReLU(), torch.nn.Linear(3, 1, bias=False))
    net = net.double()
    net.load_state_dict({"0.weight": torch.tensor([V]).T, "2.weight": torch.tensor([U])})
    optimizer = torch.optim.SGD(net.parameters(), lr=TAU)
    with cl.watch(net, optimizer=optimizer, every=EVERY) as record:
        for x, y in 50 * DATA:
            optimizer.zero_grad()
            (0.5 * (net(torch.tensor([x]).double()) - y) ** 2).sum().backward()
            optimizer.step()
    saved = recorded()
    assert saved.steps == record.steps
    assert saved.drifts[0] == pytest.approx(record.drifts[0], rel=1e-9, abs=1e-15)
    assert str(saved.picture()) == str(record.picture())
