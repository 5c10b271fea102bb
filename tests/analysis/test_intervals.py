from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption_lib.analysis.intervals import clustered_share, t_interval, wilson_interval, wilson_intervals


def test_wilson_reproduces_published_intervals() -> None:
    # Newcombe (1998), Statist. Med. 17, table I, method 3.
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (x, n), bounds in published.items():
        assert wilson_interval(x, n, 0.95) == pytest.approx(bounds, abs=5e-5)


def test_wilson_of_nobody_is_unknown() -> None:
    low, high = wilson_interval(0, 0)
    assert np.isnan(low)
    assert np.isnan(high)
    with pytest.raises(ValueError):
        wilson_interval(3, 2)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_mirrors(pair: tuple[int, int]) -> None:
    x, n = pair
    low, high = wilson_interval(x, n)
    assert 0 <= low <= x / n <= high <= 1
    other_low, other_high = wilson_interval(n - x, n)
    assert (1 - other_high, 1 - other_low) == pytest.approx((low, high))


def test_vectorised_wilson_agrees_with_the_scalar() -> None:
    low, high = wilson_intervals([3, 0, 7], [10, 5, 7])
    assert [(float(a), float(b)) for a, b in zip(low, high, strict=True)] == [
        wilson_interval(3, 10),
        wilson_interval(0, 5),
        wilson_interval(7, 7),
    ]


def test_t_interval_of_a_textbook_sample() -> None:
    mean, low, high = t_interval([9.0, 10.0, 11.0, np.nan], 0.95)
    assert (mean, low, high) == pytest.approx((10.0, 10 - 4.3027 / 3**0.5, 10 + 4.3027 / 3**0.5), abs=1e-4)
    assert np.isnan(t_interval([4.0])[1])
    assert np.isnan(t_interval([])[0])


def test_clusters_that_differ_widen_the_interval() -> None:
    share, low, high = clustered_share([20, 20, 20, 20], [40] * 4)
    _, wide_low, wide_high = clustered_share([38, 2, 36, 4], [40] * 4)
    assert share == 0.5
    assert wide_high - wide_low > 2 * (high - low)
    assert clustered_share([30], [40])[1:] == wilson_interval(30, 40)
    assert np.isnan(clustered_share([0, 0], [0, 0])[0])


def test_clustered_intervals_cover_where_naive_ones_do_not() -> None:
    rng = np.random.default_rng(7)
    hits = naive = 0
    for _ in range(400):
        n = rng.integers(12, 40, 8)
        x = rng.binomial(n, rng.beta(0.4 * 17 / 3, 0.6 * 17 / 3, 8))
        _, low, high = clustered_share(x, n)
        hits += low <= 0.4 <= high
        low, high = wilson_interval(int(x.sum()), int(n.sum()))
        naive += low <= 0.4 <= high
    assert 0.85 <= hits / 400 <= 0.96
    assert naive / 400 < 0.8
