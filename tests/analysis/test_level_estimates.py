from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from adoption_lib.analysis.level_estimates import (
    ROUNDING_VARIANCE,
    balanced_level,
    binding_probabilities,
    clustered_share,
    part_correlation,
)


def test_one_group_is_the_usual_t_interval() -> None:
    sample = np.array([2.0, 3.0, 2.4, 3.6, 2.8])
    found = balanced_level([sample], 0.90)
    low, high = stats.t.interval(0.90, 4, sample.mean(), stats.sem(sample))
    assert (found.mean, found.low, found.high, found.df, found.n) == pytest.approx((2.76, low, high, 4, 5))


def test_a_large_function_does_not_outvote_a_small_one() -> None:
    found = balanced_level([np.full(20, 4.0), np.full(5, 2.0)], 0.90)
    assert found.mean == 3.0


def test_raters_who_all_say_the_same_are_not_certainty() -> None:
    found = balanced_level([np.full(6, 3.0)], 0.90)
    assert found.se == pytest.approx(np.sqrt(ROUNDING_VARIANCE / 6))
    assert found.low < 3.0 < found.high


def test_a_group_of_one_borrows_the_others_spread() -> None:
    found = balanced_level([np.array([2.0, 3.0, 4.0]), np.array([3.0])], 0.90)
    assert np.isfinite(found.se)
    assert found.se == pytest.approx(np.sqrt((1 / 3 + 1) / 4))


def test_one_rater_in_all_has_no_interval() -> None:
    found = balanced_level([np.array([3.0]), np.array([])], 0.90)
    assert found.mean == 3.0
    assert np.isnan([found.low, found.high, found.at_least(3)]).all()


def test_nobody_is_no_level() -> None:
    assert np.isnan(balanced_level([], 0.90).mean)


def test_no_interval_leaves_the_scale() -> None:
    found = balanced_level([np.array([4.9, 5.0, 5.0, 4.0])], 0.90)
    assert found.high <= 5.0
    assert balanced_level([np.array([1.0, 1.2, 2.0])], 0.90).low >= 1.0


@pytest.mark.parametrize("sizes", [(5,), (6, 5, 8), (12, 5)])
def test_ninety_per_cent_intervals_cover_nine_times_in_ten(sizes: tuple[int, ...]) -> None:
    generator = np.random.default_rng(7)
    truth = np.linspace(2.6, 3.2, len(sizes))
    hits = 0
    for _ in range(1500):
        groups = [generator.normal(mean, 0.5, n) for mean, n in zip(truth, sizes, strict=True)]
        found = balanced_level(groups, 0.90)
        hits += found.low <= truth.mean() <= found.high
    assert 0.87 <= hits / 1500 <= 0.93


def test_a_share_of_independent_ratings_has_the_wilson_interval() -> None:
    # Newcombe (1998), method 3: 15 of 148 gives .0624 to .1605 at 95 %.
    hits = np.zeros(148)
    hits[:15] = 1
    assert clustered_share(hits, np.ones(148), 0.95) == pytest.approx((15 / 148, 0.0624, 0.1605), abs=0.0001)


def test_raters_who_speak_as_one_count_once() -> None:
    share, low, high = clustered_share(np.array([10.0, 0, 10, 0, 10, 0]), np.full(6, 10.0), 0.90)
    as_six = clustered_share(np.array([1.0, 0, 1, 0, 1, 0]), np.ones(6), 0.90)
    assert share == 0.5
    assert (low, high) == pytest.approx(as_six[1:])


def test_everybody_with_evidence_is_still_not_certainty() -> None:
    share, low, high = clustered_share(np.full(5, 10.0), np.full(5, 10.0), 0.90)
    assert (share, high) == (1.0, 1.0)
    assert 0.5 < low < 0.7
    assert np.isnan(clustered_share(np.array([]), np.array([]), 0.90)).all()


def test_correlation_of_parts_is_shrunk_and_positive_definite() -> None:
    generator = np.random.default_rng(2)
    severity = generator.normal(0, 0.6, (18, 1))
    correlation = part_correlation(severity + generator.normal(0, 0.2, (18, 4)))
    assert np.allclose(np.diag(correlation), 1)
    assert 0.3 < correlation[0, 1] < 0.9
    assert np.linalg.eigvalsh(correlation).min() > 0
    assert np.allclose(part_correlation(np.full((2, 4), 0.1)), np.eye(4))


def test_the_part_with_the_clear_shortfall_binds() -> None:
    groups = {level: balanced_level([level + np.linspace(-0.4, 0.4, 8)], 0.90) for level in (2.0, 3.0, 3.4)}
    shares, none = binding_probabilities([groups[2.0], groups[3.0], groups[3.4]], np.full(3, 4.0), np.eye(3))
    assert shares[0] > 0.99
    assert shares.sum() + none == pytest.approx(1.0)


def test_equal_parts_share_the_probability_and_no_shortfall_is_a_result() -> None:
    level = balanced_level([3 + np.linspace(-0.4, 0.4, 8)], 0.90)
    shares, none = binding_probabilities([level] * 4, np.full(4, 4.0), np.eye(4))
    assert np.allclose(shares, 0.25, atol=0.02)
    _, none = binding_probabilities([level] * 4, np.full(4, 1.5), np.eye(4))
    assert none > 0.99


def test_stated_probabilities_hold_as_often_as_they_say() -> None:
    """Expected calibration error at most .05 over organisations with known truth, raters strict on every part."""
    generator = np.random.default_rng(11)
    stated, came_true = [], []
    for _ in range(500):
        truth = generator.normal(2.8, 0.45, 4)
        severity = generator.normal(0, 0.4, (18, 1))
        scores = truth + severity + generator.normal(0, 0.35, (18, 4))
        levels = [balanced_level(np.split(scores[:, part], 3), 0.90) for part in range(4)]
        deviations = np.concatenate([block - block.mean(axis=0) for block in np.split(scores, 3)])
        shares, _ = binding_probabilities(levels, np.full(4, 6.0), part_correlation(deviations), draws=2000)
        stated += list(shares)
        came_true += list(np.arange(4) == truth.argmin())
    bins = np.digitize(stated, np.linspace(0, 1, 11)[1:-1])
    error = sum(
        abs(np.mean(np.array(stated)[bins == b]) - np.mean(np.array(came_true)[bins == b])) * np.mean(bins == b)
        for b in np.unique(bins)
    )
    assert error <= 0.05
