"""Laws watched during training: plain loops over lists, and modules of torch with their optimizers."""

import pytest

import conslaw_nb as cl
from conslaw_nb.architectures.prediction import of_optimizer
from conslaw_nb.architectures.watching import watch


def train(step, steps, record_of, w):
    with record_of(w) as record:
        for _ in range(steps):
            error = w[0] * w[1] - 3.0
            w[:] = [w[0] - step * error * w[1], w[1] - step * error * w[0]]
            record.step()
    return record


def product(w):
    return watch(cl.parametrization("u*v"), w, optimizer="sgd")


def test_half_the_step_is_half_the_drift_as_predicted():
    coarse, fine = (train(step, steps, product, [2.0, 0.5]) for step, steps in ((0.02, 100), (0.01, 200)))
    assert coarse.prediction.order == 1
    ratio = coarse.final["u**2 - v**2"] / fine.final["u**2 - v**2"]
    assert 1.8 < ratio < 2.2


def test_the_record_shows_a_picture_and_a_table():
    record = train(0.01, 50, product, [2.0, 0.5])
    assert record.steps == list(range(51))
    assert "How far the laws drift" in record.picture().svg()
    assert "1 law over 50 steps. Gradient descent with step τ" in repr(record)
    assert ">u**2 - v**2</th>" in record._repr_html_()


def test_every_so_many_steps_and_the_last_one_are_recorded():
    record = train(0.01, 25, lambda w: watch(cl.parametrization("u*v"), w, every=10), [2.0, 0.5])
    assert record.steps == [0, 10, 20, 25]
    assert record.prediction.order is None


def test_matrices_are_given_one_by_one_and_new_arrays_go_to_step():
    phi = cl.linear(2, 1, 1)
    record = watch(phi, {"U1": [[1.0]], "U2": [[2.0, 3.0]]})
    record.step([[[2.0]], [[2.0, 3.0]]])
    assert record.final == {"U1_1_1**2 - U2_1_1**2 - U2_1_2**2": pytest.approx(3 / 14)}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: watch(cl.parametrization("u*v")), "watch(model, parameters) needs the parameters that are trained"),
        (lambda: watch(cl.parametrization("u*v"), [1.0]), "1 numbers were given, and phi(u*v) has 2 parameters"),
        (lambda: watch(cl.parametrization("u*v"), ["a", 2]), "'a' is not a number"),
        (lambda: watch(cl.parametrization("u*v"), [1, 2], every=0), "record every so many steps"),
        (lambda: watch(cl.parametrization("u"), [1]), "phi(u) has no polynomial law of degree 2"),
        (lambda: watch(cl.parametrization("u*v"), [1, 2]).picture(), "train for at least two steps"),
    ],
)
def test_what_cannot_be_watched_is_said_in_one_sentence(call, message):
    with pytest.raises(cl.ConslawError) as caught:
        call()
    assert message in str(caught.value) and "\n" not in str(caught.value)


# -- torch ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'conslaw_nb[torch]'")


def module_run(torch, make, steps=60):
    torch.manual_seed(3)
    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2)).double()
    x, y = torch.randn(20, 3).double(), torch.randn(20, 2).double()
    optimizer = make(net.parameters())
    with watch(net, optimizer=optimizer) as record:
        for _ in range(steps):
            optimizer.zero_grad()
            ((net(x) - y) ** 2).mean().backward()
            optimizer.step()
    optimizer.step()  # after the block nothing is recorded
    return record


def test_descent_keeps_the_laws_of_a_module_and_adam_does_not(torch):
    small = module_run(torch, lambda p: torch.optim.SGD(p, lr=1e-3))
    smaller = module_run(torch, lambda p: torch.optim.SGD(p, lr=5e-4), steps=120)
    adam = module_run(torch, lambda p: torch.optim.Adam(p, lr=1e-3))
    (formula,) = small.final
    assert formula == "diag(2.weightᵀ 2.weight − 0.weight 0.weightᵀ − 0.bias 0.biasᵀ)"
    assert small.steps[-1] == 60
    assert 1.8 < small.final[formula] / smaller.final[formula] < 2.2
    assert adam.final[formula] > 20 * small.final[formula]
    assert (small.prediction.order, adam.prediction.order) == (1, 0)


def test_a_step_of_descent_moves_a_law_by_the_square_of_the_step_exactly(torch):
    torch.manual_seed(3)
    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2)).double()
    record = watch(net)
    law = record.laws[0]
    before = {name: p.detach().clone() for name, p in net.named_parameters()}
    (net(torch.randn(5, 3).double()) ** 2).sum().backward()
    torch.optim.SGD(net.parameters(), lr=0.1).step()
    record.step()
    after = dict(net.named_parameters())
    gradients = {name: p.grad for name, p in net.named_parameters()}
    change = law.values(lambda name: after[name].detach()) - law.values(before.__getitem__)
    assert torch.allclose(change, 0.01 * law.values(gradients.__getitem__), atol=1e-12)


@pytest.mark.parametrize(
    ("options", "order", "words"),
    [
        ({"momentum": 0.9}, 1, "With momentum β"),
        ({"weight_decay": 0.1}, 0, "Weight decay λ takes every quadratic law towards 0"),
        ({"maximize": True}, 1, "Gradient ascent"),
        ({}, 1, "Gradient descent"),
    ],
)
def test_the_prediction_follows_the_options_of_the_optimizer(torch, options, order, words):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1, **options)
    prediction = of_optimizer(optimizer)
    assert prediction.order == order and words in prediction.text


def test_a_module_without_known_laws_and_a_strange_optimizer_are_refused(torch):
    with pytest.raises(cl.ConslawError, match="has no law that is known, so there is nothing to watch"):
        watch(torch.nn.Linear(2, 2))
    net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 2))
    with pytest.raises(cl.ConslawError, match="is not an optimizer of torch"):
        watch(net, optimizer=3)
