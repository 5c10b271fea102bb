from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from adoption_lib.analysis.difference import raters_to_resolve, resolved, welch_difference

# Yields of two varieties: Student's sleep data (1908), extra hours of two drugs; R's t.test gives t = -1.8608,
# df = 17.776, p = 0.07939 and the 95 % interval -3.365 to 0.205.
FIRST = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SECOND = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])


def test_welch_reproduces_the_sleep_data() -> None:
    found = welch_difference(FIRST, SECOND, 0.95)
    assert found.mean == pytest.approx(-1.58)
    assert (found.low, found.high) == pytest.approx((-3.365, 0.205), abs=0.001)
    assert found.p == pytest.approx(0.07939, abs=1e-5)


@pytest.mark.parametrize(("effect", "published"), [(0.2, 394), (0.5, 64), (0.8, 26)])
def test_raters_needed_are_those_of_cohens_tables(effect: float, published: int) -> None:
    assert raters_to_resolve(effect, 1.0, 0.95, 0.80, most=500) == published


def test_no_number_of_raters_is_named_where_it_would_be_absurd() -> None:
    assert raters_to_resolve(0.01, 1.0, 0.90, 0.80) is None
    assert raters_to_resolve(0.0, 1.0, 0.90, 0.80) is None
    assert raters_to_resolve(0.5, 0.0, 0.90, 0.80) is None


def test_five_raters_a_side_rarely_resolve_a_moderate_difference() -> None:
    needed = raters_to_resolve(0.5, 0.7, 0.90, 0.80)
    assert needed is not None
    assert needed > 5


def test_identical_raters_do_not_yield_a_certain_difference() -> None:
    found = welch_difference(np.full(5, 3.0), np.full(5, 3.2), 0.90)
    assert found.low < 0 < found.high


def test_one_rater_a_side_gives_a_difference_without_an_interval() -> None:
    found = welch_difference(np.array([3.0]), np.array([2.0, 4.0]), 0.90)
    assert np.isnan([found.low, found.high, found.p]).all()


def test_looking_at_several_parts_is_corrected_for() -> None:
    assert list(resolved(np.array([0.08, 0.5, 0.6, 0.7]), 0.90)) == [False] * 4
    assert list(resolved(np.array([0.08]), 0.90)) == [True]
    assert list(resolved(np.array([0.001, np.nan, 0.6]), 0.90)) == [True, False, False]
    assert len(resolved(np.array([]), 0.90)) == 0


def test_false_calls_stay_at_the_level_asked_for() -> None:
    generator = np.random.default_rng(4)
    calls = 0
    for _ in range(400):
        p = [
            welch_difference(generator.normal(3, 0.6, 6), generator.normal(3, 0.6, 7), 0.90, floor=0).p
            for _ in range(4)
        ]
        calls += bool(resolved(np.array(p), 0.90).any())
    assert calls / 400 <= stats.binom.ppf(0.999, 400, 0.10) / 400
