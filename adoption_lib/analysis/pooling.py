"""What can be said about many small groups at once: estimates that lend each other strength, with honest intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from adoption_lib.method import METHOD

__all__ = ["Pooled", "partial_pooling", "pooled_shares"]

Array = npt.NDArray[np.float64]
_NAN = float("nan")
# Share of the total variance that lies between groups: most published values for teams lie below .3, so the prior
# Beta(1, 4) puts nine tenths of its weight below .44 and lets the groups say otherwise.
_ICC_PRIOR = 4.0
_ICC_GRID = (np.arange(40) + 0.5) / 40


@dataclass(frozen=True)
class Pooled:
    """Estimates of many groups that lend each other strength.

    Parameters
    ----------
    estimate, low, high : ndarray, shape (groups,)
        Posterior mean and interval of each group; NaN for a group nobody answered in.
    overall : float
        Mean of the population of groups.
    icc : float
        Share of the variance that lies between groups, 0 to 1.
    weight : ndarray, shape (groups,)
        How far each estimate rests on the group's own answers (1) rather than on all groups (0).
    """

    estimate: Array
    low: Array
    high: Array
    overall: float
    icc: float
    weight: Array


def partial_pooling(
    means: npt.ArrayLike, variances: npt.ArrayLike, sizes: npt.ArrayLike, level: float | None = None
) -> Pooled:
    """Estimate the means of several groups together, so that a small group is drawn towards what all groups show.

    Given the variance between groups, tau2, the estimate of a group is ``w * mean + (1 - w) * grand`` with
    ``w = tau2 / (tau2 + sigma2 / n)``. tau2 is not known well from few groups: estimates and intervals are averaged
    over every value the data leave plausible instead of using one, which is what keeps the intervals wide enough
    (Morris corrects a plug-in estimate for the same reason). The variance within groups is pooled over groups, and its
    own uncertainty widens the intervals by the ratio of the t to the normal quantile.

    Parameters
    ----------
    means, variances, sizes : array_like, shape (groups,)
        Mean, sample variance (NaN or anything for size 1) and number of people of each group.
    level : float, optional
        Level of the intervals; the method's ``interval_level`` where not given.

    Returns
    -------
    Pooled
        All NaN where no variance within groups can be estimated (no group of two).

    References
    ----------
    Morris (1983), J. Am. Stat. Assoc. 78, 47-55; Gelman et al., Bayesian Data Analysis, ch. 5.4.
    """
    confidence = METHOD.threshold("interval_level") if level is None else level
    y, s2, n = (np.asarray(values, dtype=float) for values in (means, variances, sizes))
    used = (n > 0) & np.isfinite(y)
    several = used & (n > 1) & np.isfinite(s2)
    freedom = float((n[several] - 1).sum())
    if freedom < 1:
        return _empty(len(y))
    within = float(((n[several] - 1) * s2[several]).sum() / freedom)
    if within <= 0:
        # Everybody in a group gives the same answer: nothing can be said about how far it would move.
        return _empty(len(y))
    v = within / n[used]
    tau2 = within * _ICC_GRID / (1 - _ICC_GRID)
    total = v[None, :] + tau2[:, None]
    grand_variance = 1 / (1 / total).sum(axis=1)
    grand = (y[used] / total).sum(axis=1) * grand_variance
    log_weight = (
        stats.beta.logpdf(_ICC_GRID, 1, _ICC_PRIOR)
        + 0.5 * np.log(grand_variance)
        - 0.5 * np.log(total).sum(axis=1)
        - 0.5 * ((y[used] - grand[:, None]) ** 2 / total).sum(axis=1)
    )
    weights = special.softmax(log_weight)
    own = tau2[:, None] / total
    location = own * y[used] + (1 - own) * grand[:, None]
    spread = np.sqrt(own * v + (1 - own) ** 2 * grand_variance[:, None])
    centre = weights @ location
    tail = (1 - confidence) / 2
    stretch = float(stats.t.ppf(1 - tail, freedom) / stats.norm.ppf(1 - tail))
    bounds = [centre + stretch * (_mixture_quantile(location, spread, weights, q) - centre) for q in (tail, 1 - tail)]
    return Pooled(
        estimate=_spread_out(centre, used),
        low=_spread_out(bounds[0], used),
        high=_spread_out(bounds[1], used),
        overall=float(weights @ grand),
        icc=float(weights @ _ICC_GRID),
        weight=_spread_out(weights @ own, used),
    )


def pooled_shares(successes: npt.ArrayLike, sizes: npt.ArrayLike, level: float | None = None) -> Pooled:
    """Estimate the shares of several groups together (beta-binomial model).

    Each group's share comes from a Beta distribution over groups with mean mu and intraclass correlation rho, averaged
    over all mu and rho the counts leave plausible. With one group this is that group's share under a vague prior.

    Parameters
    ----------
    successes, sizes : array_like, shape (groups,)
        People counted and people asked in each group.
    level : float, optional
        Level of the intervals; the method's ``interval_level`` where not given.

    Returns
    -------
    Pooled
        ``overall`` is mu, ``icc`` is rho.

    Raises
    ------
    ValueError
        Fewer than 0 or more successes than people in a group.

    References
    ----------
    Gelman et al., Bayesian Data Analysis, ch. 5.3.
    """
    tail = (1 - (METHOD.threshold("interval_level") if level is None else level)) / 2
    x, n = np.asarray(successes, dtype=float), np.asarray(sizes, dtype=float)
    if np.any(x < 0) or np.any(x > n):
        raise ValueError("successes must lie between 0 and the group's size")
    used = n > 0
    if not used.any():
        return _empty(len(x))
    x, n = x[used], n[used]
    mu = special.expit(np.linspace(-6, 6, 97))
    rho = _ICC_GRID
    strength = (1 - rho) / rho
    a = (mu[:, None] * strength[None, :]).ravel()
    b = ((1 - mu)[:, None] * strength[None, :]).ravel()
    # Jeffreys' prior for mu, on the logit grid; Beta(1, 4) for rho.
    prior = np.repeat(0.5 * np.log(mu * (1 - mu)), len(rho)) + np.tile(stats.beta.logpdf(rho, 1, _ICC_PRIOR), len(mu))
    pairs, where, counts = np.unique(np.stack([x, n]), axis=1, return_inverse=True, return_counts=True)
    gain = special.betaln(a[:, None] + pairs[0], b[:, None] + pairs[1] - pairs[0]) - special.betaln(a, b)[:, None]
    weights = special.softmax(prior + gain @ counts)
    kept = weights > weights.max() * 1e-5
    a, b, kept_weights = a[kept], b[kept], weights[kept] / weights[kept].sum()
    summary = np.array([_beta_mixture(a + s, b + m - s, kept_weights, tail) for s, m in pairs.T])
    values = summary[where.ravel()]
    grid_mu, grid_rho = np.repeat(mu, len(rho)), np.tile(rho, len(mu))
    own = (n[:, None] * grid_rho[kept] / (1 + (n[:, None] - 1) * grid_rho[kept])) @ kept_weights
    return Pooled(
        estimate=_spread_out(values[:, 0], used),
        low=_spread_out(values[:, 1], used),
        high=_spread_out(values[:, 2], used),
        overall=float(weights @ grid_mu),
        icc=float(weights @ grid_rho),
        weight=_spread_out(own, used),
    )


def _beta_mixture(a: Array, b: Array, weights: Array, tail: float) -> tuple[float, float, float]:
    """Mean and central interval of a mixture of Beta distributions, from its density on a fine logit grid."""
    mean = float(weights @ (a / (a + b)))
    edges = np.linspace(-14, 14, 561)
    log_p, log_q = -np.logaddexp(0, -edges), -np.logaddexp(0, edges)
    log_density = a[:, None] * log_p + b[:, None] * log_q - special.betaln(a, b)[:, None]
    density = weights @ np.exp(log_density)
    cumulative = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    # Mass beyond the grid belongs to shares indistinguishable from 0 or 1; scaling spreads it in proportion.
    cumulative /= cumulative[-1]
    low, high = special.expit(np.interp([tail, 1 - tail], cumulative, edges))
    return mean, float(low), float(high)


def _mixture_quantile(location: Array, spread: Array, weights: Array, q: float) -> Array:
    """Quantile ``q`` of each column's mixture of normal distributions, by bisection."""
    reach = 8 * spread.max(axis=0)
    low, high = location.min(axis=0) - reach, location.max(axis=0) + reach
    for _ in range(60):
        middle = (low + high) / 2
        below = weights @ special.ndtr((middle - location) / spread) < q
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    result: Array = (low + high) / 2
    return result


def _spread_out(values: Any, used: npt.NDArray[np.bool_]) -> Array:
    result = np.full(len(used), _NAN)
    result[used] = values
    return result


def _empty(groups: int) -> Pooled:
    blank = np.full(groups, _NAN)
    return Pooled(blank, blank.copy(), blank.copy(), _NAN, _NAN, blank.copy())
