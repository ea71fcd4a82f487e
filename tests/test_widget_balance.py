"""The balance explorer: what it learns, what it keeps, and when."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conslaw_nb import widgets
from conslaw_nb.simulation.flows import FlowError, gradient_descent
from conslaw_nb.simulation.training import Factors, root_2x2, singular_values_2x2
from conslaw_nb.widgets.balance import balanced_start

tenths = st.integers(0, 40).map(lambda k: k / 10)
entries = st.fractions(-2, 2, max_denominator=4)


@settings(max_examples=25)
@given(tenths, tenths, st.integers(1, 20).map(lambda k: k / 20), st.integers(0, 20).map(lambda k: k / 10))
def test_wherever_the_sliders_stand_the_balance_is_kept(first, second, size, target):
    explorer = widgets.balance_explorer(size=size, first=first, second=second, target=target)
    for psi in (explorer.task.balance(explorer.path.start), explorer.balance):
        assert psi[0] == pytest.approx([first, 0], abs=2e-3)
        assert psi[1] == pytest.approx([0, second], abs=2e-3)
    assert not explorer.path.diverged


def test_small_balanced_starts_learn_in_stages_and_large_ones_do_not():
    explorer = widgets.balance_explorer(size=0.1)
    staged = explorer.learned[1] - explorer.learned[0]
    explorer.first = explorer.second = 4.0
    together = explorer.learned[1] - explorer.learned[0]
    assert staged > 0.8
    assert abs(together) < 0.1
    assert explorer.values[-1] == pytest.approx((2, 1), abs=1e-3)
    assert "4.000" in explorer.readout.value


def test_what_is_not_learned_is_said():
    explorer = widgets.balance_explorer(size=0.05, target=0.0)
    assert explorer.learned[1] is None
    assert "half of σ₂ is 0" in repr(explorer)
    explorer.target = 0.1
    assert "half of σ₂ not yet" in repr(explorer)


@given(st.lists(entries, min_size=8, max_size=8), st.lists(entries, min_size=4, max_size=4))
def test_the_written_out_gradient_is_the_general_one(point, target):
    """And both are the derivative of the loss: it is quadratic in each coordinate, so a central difference is exact."""
    task = Factors([target[:2], target[2:]], r=2)
    general = Factors([target[:2], target[2:]], r=2)
    general._small = None
    assert task.gradient(*point) == general.gradient(*point)
    for k in range(8):
        ahead, behind = ([x + s * (i == k) for i, x in enumerate(point)] for s in (1, -1))
        assert task.gradient(*point)[k] == (task.loss(*ahead) - task.loss(*behind)) / 2


def test_entries_without_data_have_no_slope():
    task = Factors([[3, None]], r=1)
    assert task.slope((2, 1, 1)) == [[-1, 0]]
    assert gradient_descent(task.gradient, (2, 1, 1), step=1, count=1).end == (3, 3, 1)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: Factors([], r=1), r"target=\[\] is not a matrix"),
        (lambda: Factors([[1], [1, 2]], r=1), "is not a matrix: give rows of equal length"),
        (lambda: Factors([[1]], r=0), "r=0 is not a width"),
        (lambda: Factors([[1]], r=1).split((1, 2, 3)), "a point has 2 coordinates here, and not 3"),
        (lambda: root_2x2([[1.0, 0.0], [0.0, -1.0]]), "has no root here"),
    ],
)
def test_what_makes_no_sense_is_refused(call, reason):
    with pytest.raises(FlowError, match=reason):
        call()


numbers = st.floats(-3, 3)


@given(numbers, numbers, numbers, numbers)
def test_singular_values_have_the_right_sum_of_squares_and_product(a, b, c, d):
    first, second = singular_values_2x2([[a, b], [c, d]])
    assert first >= second >= 0
    assert first**2 + second**2 == pytest.approx(a * a + b * b + c * c + d * d, abs=1e-9)
    assert first * second == pytest.approx(abs(a * d - b * c), abs=1e-9)


@given(numbers, numbers, numbers, numbers)
def test_the_root_squares_to_the_matrix(a, b, c, d):
    square = [[a * a + b * b, a * c + b * d], [a * c + b * d, c * c + d * d]]
    (p, q), (r, s) = root_2x2(square)
    assert [p * p + q * r, p * q + q * s, r * p + s * r, r * q + s * s] == pytest.approx(
        [*square[0], *square[1]], abs=1e-5
    )


def test_the_start_has_the_balance_that_was_asked_for():
    task = Factors([[2.0, 0.0], [0.0, 1.0]], r=2)
    (a, b), (c, d) = task.balance(balanced_start(0.4, 1.5, 0.0))
    assert [a, b, c, d] == pytest.approx([1.5, 0, 0, 0], abs=1e-12)
