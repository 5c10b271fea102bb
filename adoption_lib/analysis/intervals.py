"""How far an estimate from few people can be off: intervals for shares and means, also where people come in teams."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from adoption_lib.method import METHOD

__all__ = ["clustered_share", "t_interval", "wilson_interval", "wilson_intervals"]

Array = npt.NDArray[np.float64]
_NAN = float("nan")


def _level(level: float | None) -> float:
    chosen = METHOD.threshold("interval_level") if level is None else level
    if not 0 < chosen < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not {chosen}")
    return chosen


def wilson_interval(successes: float, n: float, level: float | None = None) -> tuple[float, float]:
    """Score interval of a share.

    Parameters
    ----------
    successes, n : float
        People counted and people asked; an effective (fractional) n is allowed. ``n = 0`` gives ``(nan, nan)``.
    level : float, optional
        Confidence level; the method's ``interval_level`` where not given.

    Raises
    ------
    ValueError
        Fewer than 0 or more than ``n`` successes, or a level outside 0 to 1.

    References
    ----------
    Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.
    """
    low, high = wilson_intervals([successes], [n], level)
    return float(low[0]), float(high[0])


def wilson_intervals(successes: npt.ArrayLike, n: npt.ArrayLike, level: float | None = None) -> tuple[Array, Array]:
    """Vectorised :func:`wilson_interval`: arrays of equal shape in, arrays of lower and upper bounds out."""
    x = np.asarray(successes, dtype=float)
    size = np.asarray(n, dtype=float)
    if np.any(x < 0) or np.any(size < 0) or np.any(x > size * (1 + 1e-12)):
        raise ValueError("successes must lie between 0 and n")
    z = float(stats.norm.ppf(0.5 + _level(level) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = x / size
        scale = 1 / (1 + z**2 / size)
        centre = scale * (share + z**2 / (2 * size))
        half = scale * z * np.sqrt(np.maximum(share * (1 - share), 0) / size + z**2 / (4 * size**2))
    low = np.where(x == 0, np.where(size > 0, 0.0, _NAN), np.maximum(centre - half, 0.0))
    high = np.where(x == size, np.where(size > 0, 1.0, _NAN), np.minimum(centre + half, 1.0))
    return low, high


def clustered_share(
    successes: npt.ArrayLike, sizes: npt.ArrayLike, level: float | None = None
) -> tuple[float, float, float]:
    """Share over all clusters with an interval that allows for people of one team answering alike.

    The variance of the ratio of totals comes from the differences between clusters; the Wilson interval is then that
    of the sample of independent people who would know as much, shrunk once more by the t quantile for the number of
    clusters. Below three clusters that variance cannot be estimated and people count as independent.

    Parameters
    ----------
    successes, sizes : array_like, shape (clusters,)
        People counted and people asked in each cluster.
    level : float, optional
        Confidence level; the method's ``interval_level`` where not given.

    Returns
    -------
    share, low, high : float
        NaN where nobody was asked.

    References
    ----------
    Cochran (1977), Sampling Techniques, ch. 9A; Korn and Graubard (1998), Surv. Methodol. 24, 193-201.
    """
    confidence = _level(level)
    x, n = np.asarray(successes, dtype=float), np.asarray(sizes, dtype=float)
    x, n = x[n > 0], n[n > 0]
    people = float(n.sum())
    if people == 0:
        return _NAN, _NAN, _NAN
    share, clusters = float(x.sum()) / people, len(n)
    known = people
    if clusters >= 3 and 0 < share < 1:
        variance = clusters / (clusters - 1) * float(((x - share * n) ** 2).sum()) / people**2
        # Clusters that happen to agree do not make people worth more than one answer each.
        known = min(people, share * (1 - share) / max(variance, 1e-12))
        quantile = 0.5 + confidence / 2
        known *= float(stats.norm.ppf(quantile) / stats.t.ppf(quantile, clusters - 1)) ** 2
    low, high = wilson_interval(share * known, known, confidence)
    return share, low, high


def t_interval(values: npt.ArrayLike, level: float | None = None) -> tuple[float, float, float]:
    """Mean with its t interval.

    Parameters
    ----------
    values : array_like
        Observations; NaN are left out.
    level : float, optional
        Confidence level; the method's ``interval_level`` where not given.

    Returns
    -------
    mean, low, high : float
        The bounds are NaN below two observations, all are NaN without any.
    """
    x = np.asarray(values, dtype=float)
    x = x[~np.isnan(x)]
    if len(x) == 0:
        return _NAN, _NAN, _NAN
    mean = float(x.mean())
    if len(x) < 2:
        return mean, _NAN, _NAN
    half = float(stats.t.ppf(0.5 + _level(level) / 2, len(x) - 1) * x.std(ddof=1) / np.sqrt(len(x)))
    return mean, mean - half, mean + half
