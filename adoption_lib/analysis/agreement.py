"""Whether raters agree: within-group agreement r_wg(j) and the intraclass correlations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

__all__ = ["Agreement", "icc_table", "null_variance", "rwg_j", "within_group_agreement"]

Floats = npt.NDArray[np.float64]

# Shares of answers on points 1..5 of a slightly skewed null (LeBreton and Senter 2008, Table 2): variance 1.34.
_SLIGHT_SKEW = (0.05, 0.15, 0.20, 0.35, 0.25)


@dataclass(frozen=True)
class Agreement:
    """Agreement of one group: r_wg(j) against two nulls, with the raters and items that entered."""

    uniform: float
    skewed: float
    raters: int
    items: int


def null_variance(points: int, shape: str) -> float:
    """Variance of answers given at random on a scale of 1..``points``.

    Parameters
    ----------
    points : int
        At least 2.
    shape : {"uniform", "skewed"}
        All points equally likely, or a slight lean towards the favourable end (lenient raters). The skewed null is
        tabulated for five points and rescaled by the uniform variance for others.

    Raises
    ------
    ValueError
        Unknown shape, or fewer than two points.
    """
    if points < 2:
        raise ValueError("an answer scale has at least two points")
    uniform = (points**2 - 1) / 12
    if shape == "uniform":
        return uniform
    if shape == "skewed":
        values, shares = np.arange(1, 6), np.asarray(_SLIGHT_SKEW)
        five = float(shares @ values**2 - (shares @ values) ** 2)
        return five * uniform / 2.0
    raise ValueError(f"no null of shape {shape!r}; there is 'uniform' and 'skewed'")


def rwg_j(ratings: Floats, null: float) -> float:
    """Within-group agreement of one group over parallel items.

    Parameters
    ----------
    ratings : array of shape (raters, items)
        NaN where an item was left blank.
    null : float
        Variance expected from answers at random.

    Returns
    -------
    float
        Between 0 (no more agreement than chance, or less) and 1; NaN where no item has two raters.

    References
    ----------
    James, L. R., Demaree, R. G. and Wolf, G. (1984). Estimating within-group interrater reliability with and without
    response bias. Journal of Applied Psychology 69, equation 2. Values outside 0..1 are set to 0 as they advise.
    """
    answered = np.isfinite(ratings).sum(axis=0)
    usable = ratings[:, answered >= 2]
    if usable.shape[1] == 0:
        return float("nan")
    observed = float(np.nanmean(np.nanvar(usable, axis=0, ddof=1)))
    j = usable.shape[1]
    ratio = observed / null
    if ratio >= 1:
        return 0.0
    return float(j * (1 - ratio) / (j * (1 - ratio) + ratio))


def within_group_agreement(ratings: Floats, points: int = 5) -> Agreement:
    """r_wg(j) of one group against the uniform and the slightly skewed null.

    Parameters
    ----------
    ratings : array of shape (raters, items)
        NaN where an item was left blank.
    """
    used = np.isfinite(ratings)
    return Agreement(
        uniform=rwg_j(ratings, null_variance(points, "uniform")),
        skewed=rwg_j(ratings, null_variance(points, "skewed")),
        raters=int(used.any(axis=1).sum()),
        items=int((used.sum(axis=0) >= 2).sum()),
    )


def icc_table(scores: Floats, confidence: float = 0.90) -> pd.DataFrame:
    """All six intraclass correlations with intervals from the F distribution.

    Parameters
    ----------
    scores : array of shape (targets, raters)
        Complete: every rater judged every target.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        Indexed ``(1,1)``, ``(A,1)``, ``(C,1)``, ``(1,k)``, ``(A,k)``, ``(C,k)`` with ``icc``, ``low``, ``high``.
        (A) asks for the same value, (C) for the same order; (k) is the reliability of the raters' mean. All NaN
        where scores do not vary.

    Raises
    ------
    ValueError
        Fewer than two targets or raters, or a missing score.

    References
    ----------
    Shrout, P. E. and Fleiss, J. L. (1979). Intraclass correlations. Psychological Bulletin 86.
    McGraw, K. O. and Wong, S. P. (1996). Forming inferences about some intraclass correlation coefficients.
    Psychological Methods 1, Table 7.
    """
    if scores.ndim != 2 or min(scores.shape) < 2:
        raise ValueError("at least two targets and two raters are needed")
    if not np.isfinite(scores).all():
        raise ValueError("every rater must have judged every target")
    n, k = scores.shape
    grand = scores.mean()
    between = k * float(((scores.mean(axis=1) - grand) ** 2).sum())
    columns = n * float(((scores.mean(axis=0) - grand) ** 2).sum())
    total = float(((scores - grand) ** 2).sum())
    msr, msc = between / (n - 1), columns / (k - 1)
    msw = (total - between) / (n * (k - 1))
    mse = max(total - between - columns, 0.0) / ((n - 1) * (k - 1))
    names = ["(1,1)", "(A,1)", "(C,1)", "(1,k)", "(A,k)", "(C,k)"]
    if total <= 0 or mse <= 1e-12 * total or msw <= 1e-12 * total:
        return pd.DataFrame(float("nan"), index=names, columns=["icc", "low", "high"])
    tail, rest = (1 + confidence) / 2, (n - 1) * (k - 1)
    rows = [
        _one_way(msr / msw, k, stats.f.ppf(tail, n - 1, n * (k - 1)), stats.f.ppf(tail, n * (k - 1), n - 1)),
        _agreement(msr, msc, mse, n, k, tail),
        _one_way(msr / mse, k, stats.f.ppf(tail, n - 1, rest), stats.f.ppf(tail, rest, n - 1)),
    ]
    means = [tuple(_stepped_up(value, k) for value in row) for row in rows]
    return pd.DataFrame([*rows, *means], index=names, columns=["icc", "low", "high"])


def _one_way(f: float, k: int, upper: float, lower: float) -> tuple[float, float, float]:
    low, high = f / float(upper), f * float(lower)
    return ((f - 1) / (f + k - 1), (low - 1) / (low + k - 1), (high - 1) / (high + k - 1))


def _agreement(msr: float, msc: float, mse: float, n: int, k: int, tail: float) -> tuple[float, float, float]:
    icc = (msr - mse) / (msr + (k - 1) * mse + k / n * (msc - mse))
    a = k * icc / (n * (1 - icc))
    b = 1 + k * icc * (n - 1) / (n * (1 - icc))
    v = (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1)))
    upper, lower = float(stats.f.ppf(tail, n - 1, v)), float(stats.f.ppf(tail, v, n - 1))
    rest = k * msc + (k * n - k - n) * mse
    low = n * (msr - upper * mse) / (upper * rest + n * msr)
    high = n * (lower * msr - mse) / (rest + n * lower * msr)
    return (icc, low, high)


def _stepped_up(icc: float, k: int) -> float:
    """Spearman-Brown: reliability of the mean of ``k`` raters; -1/(k-1) is where it has its pole."""
    denominator = 1 + (k - 1) * icc
    return k * icc / denominator if denominator > 0 else float("-inf")
