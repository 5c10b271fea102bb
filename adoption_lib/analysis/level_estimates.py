"""From raters' means to a level with its interval, and to the probability that a part binds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

__all__ = [
    "HIGHEST",
    "LOWEST",
    "ROUNDING_VARIANCE",
    "Level",
    "balanced_level",
    "binding_probabilities",
    "clustered_share",
    "part_correlation",
]

Floats = npt.NDArray[np.float64]

LOWEST, HIGHEST = 1.0, 5.0
"""Ends of the scale of levels: no interval reaches beyond them."""

ROUNDING_VARIANCE = 1.0 / 12.0
"""A whole-number level stands for anything half a level either side: the variance of that rounding (Sheppard).

Raters who give the same number therefore do not yield an interval of no width."""


@dataclass(frozen=True)
class Level:
    """An estimated level with its t interval; ``df`` are the degrees of freedom, ``n`` the raters behind it."""

    mean: float
    low: float
    high: float
    se: float
    df: float
    n: int

    def at_least(self, level: float) -> float:
        """Probability that the true level is ``level`` or more."""
        if not np.isfinite(self.se):
            return float("nan")
        return float(stats.t.cdf((self.mean - level) / self.se, self.df))


def balanced_level(groups: Sequence[Floats], confidence: float) -> Level:
    """Mean over groups of the groups' means, so that a large group does not outvote a small one.

    Parameters
    ----------
    groups : sequence of 1-d arrays
        Raters' mean levels, one array per group; empty groups are passed over.
    confidence : float
        Level of the interval, such as .90.

    Returns
    -------
    Level
        Standard error from the variances within groups, degrees of freedom after Welch and Satterthwaite. Groups of
        one rater borrow the pooled variance; with a single rater in all there is no interval (NaN).

    References
    ----------
    Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance components.
    """
    filled = [np.asarray(group, dtype=float) for group in groups if len(group)]
    n = sum(len(group) for group in filled)
    nan = float("nan")
    if not filled:
        return Level(nan, nan, nan, nan, nan, 0)
    mean = float(np.mean([group.mean() for group in filled]))
    within = sum(len(group) - 1 for group in filled)
    if within == 0:
        return Level(mean, nan, nan, nan, nan, n)
    pooled = max(sum(float(((g - g.mean()) ** 2).sum()) for g in filled) / within, ROUNDING_VARIANCE)
    terms, weights = [], []
    for group in filled:
        own = len(group) > 1
        variance = max(float(group.var(ddof=1)), ROUNDING_VARIANCE) if own else pooled
        terms.append(variance / len(group) / len(filled) ** 2)
        weights.append(len(group) - 1 if own else within)
    total = float(np.sum(terms))
    df = total**2 / float(np.sum(np.square(terms) / np.asarray(weights, dtype=float)))
    se = float(np.sqrt(total))
    half = float(stats.t.ppf((1 + confidence) / 2, df)) * se
    low, high = max(mean - half, LOWEST), min(mean + half, HIGHEST)
    return Level(mean, low, high, se, df, n)


def clustered_share(successes: Floats, trials: Floats, confidence: float) -> tuple[float, float, float]:
    """Share of ratings with its Wilson interval, counting raters and not ratings as independent.

    Parameters
    ----------
    successes, trials : arrays of shape (raters,)
        Ratings that count, and ratings in all, of each rater.

    Returns
    -------
    tuple of float
        Share, low, high; NaN where there are no ratings. The number of ratings is divided by the design effect of a
        ratio estimator, and never falls below the number of raters.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of
    positive counts estimated from survey data. Survey Methodology 24.
    """
    used = trials > 0
    x, m = successes[used].astype(float), trials[used].astype(float)
    raters, total = len(m), float(m.sum())
    if raters == 0:
        return (float("nan"), float("nan"), float("nan"))
    share = float(x.sum() / total)
    effective = float(raters)
    if raters > 1 and 0 < share < 1:
        variance = raters / (raters - 1) * float(((x - share * m) ** 2).sum()) / total**2
        effective = float(np.clip(share * (1 - share) / variance, raters, total)) if variance > 0 else total
    # The Wilson interval of a share of ``effective`` independent ratings, which need not be a whole number.
    z = float(stats.norm.ppf((1 + confidence) / 2))
    centre = (share + z**2 / (2 * effective)) / (1 + z**2 / effective)
    half = z / (1 + z**2 / effective) * float(np.sqrt(share * (1 - share) / effective + z**2 / (4 * effective**2)))
    return (share, max(0.0, centre - half), min(1.0, centre + half))


def part_correlation(deviations: Floats) -> Floats:
    """Correlation of raters' means between parts, shrunk towards none where raters are few.

    A rater who is strict is strict on every part, so that differences between parts are surer than the parts are.

    Parameters
    ----------
    deviations : array of shape (raters, parts)
        Raters' means minus their group's mean; raters with a gap (NaN) are left out.
    """
    complete = deviations[np.isfinite(deviations).all(axis=1)]
    raters, parts = complete.shape
    identity = np.eye(parts)
    if raters <= 2 or parts < 2:
        return identity
    spread = np.sqrt((complete**2).mean(axis=0) + ROUNDING_VARIANCE)
    raw = (complete.T @ complete) / raters / np.outer(spread, spread)
    np.fill_diagonal(raw, 1.0)
    weight = raters / (raters + parts)
    result: Floats = weight * raw + (1 - weight) * identity
    return result


def binding_probabilities(
    levels: Sequence[Level], needed: Floats, correlation: Floats, *, draws: int = 20_000, seed: int = 20_260
) -> tuple[Floats, float]:
    """Probability that each part has the largest shortfall, and that no part falls short at all.

    Parameters
    ----------
    levels : sequence of Level, length P
        Estimates of the parts.
    needed : array of shape (P,)
        Level the first initiative needs; taken as stated.
    correlation : array of shape (P, P)
        As from :func:`part_correlation`.

    Returns
    -------
    probabilities : array of shape (P,)
        Share of draws in which the part falls short, and further than any other. They add up to one together with
    none : float
        the share of draws in which no part falls short.

    Notes
    -----
    Draws from a multivariate t around the estimates with the smallest of their degrees of freedom: the posterior
    under a flat prior.
    """
    mean = np.array([level.mean for level in levels])
    se = np.array([level.se for level in levels])
    df = min(level.df for level in levels)
    generator = np.random.default_rng(seed)
    root = np.linalg.cholesky(correlation)
    normal = generator.standard_normal((draws, len(levels))) @ root.T
    scale = np.sqrt(df / generator.chisquare(df, size=(draws, 1)))
    shortfall = needed - (mean + se * normal * scale)
    worst = shortfall.argmax(axis=1)
    falls_short = shortfall.max(axis=1) > 0
    counts = np.bincount(worst[falls_short], minlength=len(levels))
    return counts / draws, float(1 - falls_short.mean())
