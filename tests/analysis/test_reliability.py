from __future__ import annotations

import numpy as np
import pytest

from adoption_lib.analysis.reliability import (
    cronbach_alpha,
    feldt_interval,
    item_rest_correlations,
    mcdonald_omega,
    omega_of_correlations,
    scale_quality,
    spearman_brown,
)

# A textbook example of ten people and three items, published with alpha = .773 and a 95 % interval of .336 to .939.
TEXTBOOK = np.array(
    [[1, 1, 1], [2, 1, 1], [2, 1, 2], [3, 2, 1], [2, 3, 2], [2, 3, 3], [3, 2, 3], [3, 3, 3], [2, 3, 2], [3, 3, 3]]
)


def one_factor(loadings: list[float], people: int = 4000, seed: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=people)
    load = np.array(loadings)
    return factor[:, None] * load + rng.normal(size=(people, len(load))) * np.sqrt(1 - load**2)


def test_alpha_and_feldt_interval_of_the_textbook_example() -> None:
    alpha = cronbach_alpha(TEXTBOOK)
    assert alpha == pytest.approx(0.7734375)
    assert feldt_interval(alpha, 10, 3, 0.95) == pytest.approx((0.336, 0.939), abs=5e-4)


def test_omega_of_a_known_factor_is_exact() -> None:
    load = np.array([0.9, 0.7, 0.6, 0.5])
    matrix = np.outer(load, load)
    np.fill_diagonal(matrix, 1.0)
    truth = load.sum() ** 2 / (load.sum() ** 2 + (1 - load**2).sum())
    assert omega_of_correlations(matrix) == pytest.approx(truth, abs=1e-4)
    assert mcdonald_omega(one_factor(load.tolist())) == pytest.approx(truth, abs=0.02)


def test_omega_equals_alpha_for_equal_loadings_and_exceeds_it_otherwise() -> None:
    equal = one_factor([0.7] * 4)
    assert mcdonald_omega(equal) == pytest.approx(cronbach_alpha(equal), abs=0.01)
    unequal = one_factor([0.95, 0.4, 0.4, 0.3])
    assert mcdonald_omega(unequal) > cronbach_alpha(unequal)


def test_two_items_use_spearman_brown() -> None:
    assert spearman_brown([1, 2, 3, 4], [2, 1, 4, 3]) == pytest.approx(2 * 0.6 / 1.6)
    x = one_factor([0.7, 0.7], 200)
    quality = scale_quality(x)
    assert quality.alpha == pytest.approx(spearman_brown(x[:, 0], x[:, 1]))
    assert quality.low < quality.alpha < quality.high
    assert np.isnan(quality.omega)


def test_item_rest_points_at_the_item_that_does_not_belong() -> None:
    x = np.column_stack([one_factor([0.8, 0.8, 0.8]), np.random.default_rng(1).normal(size=4000)])
    rest = item_rest_correlations(x)
    assert rest[:3].min() > 0.4
    assert abs(rest[3]) < 0.1


@pytest.mark.parametrize(("loading", "verdict"), [(0.8, "ok"), (0.59, "warn"), (0.3, "no_diagnosis")])
def test_verdict_follows_the_thresholds(loading: float, verdict: str) -> None:
    assert scale_quality(one_factor([loading] * 4)).verdict == verdict


def test_what_cannot_be_computed_is_undefined() -> None:
    assert scale_quality(np.ones((30, 4))).verdict == "undefined"
    assert scale_quality(np.empty((0, 4))).verdict == "undefined"
    assert scale_quality(np.arange(10.0)[:, None]).verdict == "undefined"
    assert scale_quality([[1.0, np.nan], [np.nan, 2.0]]).n == 0


def test_coverage_of_feldt_intervals() -> None:
    load = 0.6
    truth = 4 * load**2 / (1 + 3 * load**2)
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(400):
        factor = rng.normal(size=(25, 1))
        quality = cronbach_alpha(x := factor * load + rng.normal(size=(25, 4)) * np.sqrt(1 - load**2))
        low, high = feldt_interval(quality, len(x), 4)
        hits += low <= truth <= high
    assert 0.86 <= hits / 400 <= 0.94
