from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption_lib.analysis.agreement import icc_table, null_variance, rwg_j, within_group_agreement

SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)
PUBLISHED = {"(1,1)": 0.17, "(A,1)": 0.29, "(C,1)": 0.71, "(1,k)": 0.44, "(A,k)": 0.62, "(C,k)": 0.91}
# 95 % intervals of the same table as reported by the R package psych, function ICC.
INTERVALS = {
    "(1,1)": (-0.133, 0.72),
    "(A,1)": (0.019, 0.76),
    "(C,1)": (0.342, 0.95),
    "(1,k)": (-0.884, 0.91),
    "(A,k)": (0.071, 0.93),
    "(C,k)": (0.676, 0.99),
}


@pytest.mark.parametrize("form", list(PUBLISHED))
def test_icc_reproduces_shrout_and_fleiss(form: str) -> None:
    assert round(icc_table(SHROUT_FLEISS).loc[form, "icc"], 2) == PUBLISHED[form]


@pytest.mark.parametrize("form", list(INTERVALS))
def test_icc_intervals_agree_with_published_software(form: str) -> None:
    row = icc_table(SHROUT_FLEISS, 0.95).loc[form]
    assert row["low"] == pytest.approx(INTERVALS[form][0], abs=0.0006)
    assert row["high"] == pytest.approx(INTERVALS[form][1], abs=0.006)


def test_icc_does_not_depend_on_the_order_of_targets_or_raters() -> None:
    shuffled = SHROUT_FLEISS[[3, 0, 5, 1, 4, 2]][:, [2, 0, 3, 1]]
    assert np.allclose(icc_table(SHROUT_FLEISS), icc_table(shuffled))


def test_identical_scores_give_no_icc_instead_of_a_perfect_one() -> None:
    assert icc_table(np.full((6, 4), 3.0)).isna().all(axis=None)
    assert icc_table(np.repeat(np.arange(1.0, 6.0)[:, None], 3, axis=1)).isna().all(axis=None)


@pytest.mark.parametrize("scores", [np.ones((1, 4)), np.ones((4, 1)), np.array([[1.0, np.nan], [2.0, 3.0]])])
def test_icc_refuses_what_it_cannot_estimate(scores: np.ndarray) -> None:
    with pytest.raises(ValueError):
        icc_table(scores)


def test_null_variances_are_the_published_ones_for_five_points() -> None:
    assert null_variance(5, "uniform") == 2.0
    assert null_variance(5, "skewed") == pytest.approx(1.34)
    assert null_variance(7, "uniform") == 4.0
    with pytest.raises(ValueError, match="shape"):
        null_variance(5, "round")
    with pytest.raises(ValueError, match="two points"):
        null_variance(1, "uniform")


def test_rwg_of_one_item_is_one_minus_the_ratio_of_variances() -> None:
    scores = np.array([[2.0], [3.0], [3.0], [4.0]])  # variance 2/3
    assert rwg_j(scores, 2.0) == pytest.approx(1 - (2 / 3) / 2)


def test_rwg_j_follows_the_formula_of_james_demaree_and_wolf() -> None:
    scores = np.array([[2.0, 3.0], [3.0, 3.0], [3.0, 4.0], [4.0, 4.0]])
    ratio = (2 / 3 + 1 / 3) / 2 / 2.0
    assert rwg_j(scores, 2.0) == pytest.approx(2 * (1 - ratio) / (2 * (1 - ratio) + ratio))


def test_rwg_at_its_ends() -> None:
    assert rwg_j(np.full((5, 4), 3.0), 2.0) == 1.0
    assert rwg_j(np.array([[1.0], [5.0], [1.0], [5.0]]), 2.0) == 0.0
    assert np.isnan(rwg_j(np.array([[1.0, 2.0]]), 2.0))


def test_blank_items_do_not_count_as_agreement() -> None:
    scores = np.array([[2.0, np.nan], [4.0, 3.0], [3.0, np.nan]])
    found = within_group_agreement(scores)
    assert (found.raters, found.items) == (3, 1)
    assert found.uniform == pytest.approx(rwg_j(scores[:, :1], 2.0))


@given(st.lists(st.lists(st.integers(1, 5), min_size=4, max_size=4), min_size=2, max_size=12))
def test_rwg_lies_between_nothing_and_everything_and_the_skewed_null_is_the_stricter(scores: list[list[int]]) -> None:
    found = within_group_agreement(np.array(scores, dtype=float))
    assert 0 <= found.skewed <= found.uniform <= 1
