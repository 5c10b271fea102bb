from __future__ import annotations

import numpy as np
import pytest

from adoption_lib.analysis.pooling import partial_pooling, pooled_shares


def test_pooling_draws_small_groups_further() -> None:
    pooled = partial_pooling([2.0, 4.0, 3.0, 3.1], [1.0] * 4, [5, 5, 80, 60])
    assert 2 < pooled.estimate[0] < 3 < pooled.estimate[1] < 4
    assert pooled.weight[0] < pooled.weight[2]
    shares = pooled_shares([0, 5, 30, 31], [5, 5, 60, 60])
    assert 0 < shares.low[0] < shares.estimate[0] < 0.5 < shares.estimate[1] < shares.high[1] < 1


def test_groups_without_people_stay_unknown() -> None:
    pooled = pooled_shares([3, 0], [10, 0])
    assert np.isnan(pooled.estimate[1])
    assert np.isfinite(pooled.estimate[0])
    assert np.isnan(pooled_shares([0], [0]).overall)
    assert np.isnan(partial_pooling([3.0, np.nan], [0.0, np.nan], [6, 0]).estimate).all()


def test_order_of_groups_does_not_matter() -> None:
    x, n = np.array([2, 9, 4]), np.array([11, 20, 30])
    one, two = pooled_shares(x, n), pooled_shares(x[::-1], n[::-1])
    assert one.estimate == pytest.approx(two.estimate[::-1])


@pytest.mark.parametrize(("groups", "icc"), [(3, 0.0), (3, 0.15), (8, 0.05), (8, 0.3)])
def test_pooled_intervals_cover(groups: int, icc: float) -> None:
    rng = np.random.default_rng(groups * 100 + round(100 * icc))
    hits_mean = hits_share = total = 0
    for _ in range(100):
        n = rng.integers(5, 30, groups)
        truth = rng.normal(0, np.sqrt(icc / (1 - icc)), groups)
        samples = [rng.normal(m, 1, s) for m, s in zip(truth, n, strict=True)]
        pooled = partial_pooling([s.mean() for s in samples], [s.var(ddof=1) for s in samples], n)
        hits_mean += int(((pooled.low <= truth) & (truth <= pooled.high)).sum())
        shares = rng.beta(0.3 * (1 - icc) / icc, 0.7 * (1 - icc) / icc, groups) if icc else np.full(groups, 0.3)
        of_shares = pooled_shares(rng.binomial(n, shares), n)
        hits_share += int(((of_shares.low <= shares) & (shares <= of_shares.high)).sum())
        total += groups
    assert hits_mean / total >= 0.85
    assert hits_share / total >= 0.85
