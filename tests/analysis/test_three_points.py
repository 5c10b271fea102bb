from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption_lib.analysis.three_points import Pert, probability_below

RANGES = st.lists(st.floats(0, 100, allow_nan=False), min_size=3, max_size=3).map(sorted).map(lambda v: Pert(*v))


def test_mean_and_quantiles_are_those_of_the_beta_distribution() -> None:
    pert = Pert(0, 5, 10)  # beta(3, 3) on 0..10
    assert pert.mean == 5
    assert pert.at_most(5) == pytest.approx(0.5)
    assert pert.quantile(0.5) == pytest.approx(5)
    # The distribution function of beta(3, 3) is x^3 (10 - 15 x + 6 x^2).
    assert pert.at_most(3) == pytest.approx(0.3**3 * (10 - 15 * 0.3 + 6 * 0.09))


def test_a_likely_value_at_an_end_is_allowed() -> None:
    assert Pert(1, 1, 2).at_least(1.5) == pytest.approx(0.5**5)
    assert Pert(1, 2, 2).at_most(1.5) == pytest.approx(0.5**5)


def test_a_certain_value_passes_at_its_own_mark() -> None:
    assert Pert(3, 3, 3).at_least(3) == 1.0
    assert Pert(3, 3, 3).at_most(3) == 1.0
    assert Pert(3, 3, 3).at_most(2.9) == 0.0
    assert Pert(3, 3, 3).quantile(0.2) == 3
    with pytest.raises(ValueError):
        Pert(3, 3, 3).density(3)


@pytest.mark.parametrize("values", [(3, 2, 4), (1, 5, 4), (float("nan"), 1, 2), (0, 1, float("inf"))])
def test_ranges_out_of_order_are_refused(values: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="order"):
        Pert(*values)


def test_probability_of_being_smaller_agrees_with_simulation() -> None:
    first, second = Pert(2, 4, 9), Pert(3, 5, 6)
    generator = np.random.default_rng(0)
    x = 2 + 7 * generator.beta(1 + 8 / 7, 1 + 20 / 7, 200_000)
    y = 3 + 3 * generator.beta(1 + 8 / 3, 1 + 4 / 3, 200_000)
    assert probability_below(first, second) == pytest.approx(float((x < y).mean()), abs=0.004)


def test_ranges_that_do_not_touch_are_certain() -> None:
    assert probability_below(Pert(1, 2, 3), Pert(3, 4, 5)) == 1.0
    assert probability_below(Pert(3, 4, 5), Pert(1, 2, 3)) == 0.0
    assert probability_below(Pert(2, 2, 2), Pert(2, 2, 2)) == 0.5
    assert probability_below(Pert(2, 2, 2), Pert(1, 2, 3)) == pytest.approx(0.5)
    assert probability_below(Pert(1, 2, 3), Pert(2, 2, 2)) == pytest.approx(0.5)


@given(RANGES, RANGES)
def test_one_of_two_is_the_smaller(first: Pert, second: Pert) -> None:
    assert probability_below(first, second) + probability_below(second, first) == pytest.approx(1.0, abs=1e-4)


@given(RANGES, st.floats(-10, 110))
def test_at_most_and_at_least_share_the_whole(pert: Pert, mark: float) -> None:
    assert 0 <= pert.at_most(mark) <= 1
    total = pert.at_most(mark) + pert.at_least(mark)
    assert total == pytest.approx(1.0) or (pert.certain and pert.low == mark and total == 2.0)
