"""Whether two groups of raters see different levels, and how many raters it would take to tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from adoption_lib.analysis.level_estimates import ROUNDING_VARIANCE

__all__ = ["Difference", "raters_to_resolve", "resolved", "welch_difference"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """First minus second mean with Welch's interval; ``p`` is two-sided; ``spread`` the pooled standard deviation."""

    mean: float
    low: float
    high: float
    p: float
    spread: float
    n_first: int
    n_second: int


def welch_difference(first: Floats, second: Floats, confidence: float, floor: float = ROUNDING_VARIANCE) -> Difference:
    """Difference of two means without assuming equal variances.

    Parameters
    ----------
    first, second : 1-d arrays
        Raters' means; two or more on each side, otherwise interval and p are NaN.
    floor : float
        Smallest variance credited to a side: identical answers are not certainty.

    References
    ----------
    Welch, B. L. (1947). The generalization of "Student's" problem when several different population variances are
    involved. Biometrika 34.
    """
    n1, n2 = len(first), len(second)
    mean = float(first.mean() - second.mean()) if n1 and n2 else float("nan")
    if n1 < 2 or n2 < 2:
        nan = float("nan")
        return Difference(mean, nan, nan, nan, nan, n1, n2)
    v1, v2 = (max(float(side.var(ddof=1)), floor) for side in (first, second))
    se = float(np.sqrt(v1 / n1 + v2 / n2))
    df = (v1 / n1 + v2 / n2) ** 2 / ((v1 / n1) ** 2 / (n1 - 1) + (v2 / n2) ** 2 / (n2 - 1))
    half = float(stats.t.ppf((1 + confidence) / 2, df)) * se
    p = 2 * float(stats.t.sf(abs(mean) / se, df))
    return Difference(mean, mean - half, mean + half, p, float(np.sqrt((v1 + v2) / 2)), n1, n2)


def resolved(p_values: Floats, confidence: float) -> npt.NDArray[np.bool_]:
    """Which of several differences exceed chance, with the share of false calls kept at ``1 - confidence``.

    Missing p-values are never resolved.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57.
    """
    result = np.zeros(len(p_values), dtype=bool)
    known = np.isfinite(p_values)
    if known.any():
        result[known] = stats.false_discovery_control(p_values[known]) <= 1 - confidence
    return result


def raters_to_resolve(difference: float, spread: float, confidence: float, power: float, most: int = 200) -> int | None:
    """Raters a side that would resolve a difference of this size.

    Parameters
    ----------
    difference, spread : float
        Difference of means and standard deviation of raters within a side, in levels.
    confidence, power : float
        Level of the interval and the probability that it then excludes zero.
    most : int
        Largest number worth naming.

    Returns
    -------
    int or None
        The smallest sufficient number from 2 up; None where more than ``most`` would be needed.

    References
    ----------
    Cohen, J. (1988). Statistical power analysis for the behavioral sciences, chapter 2: two-sample t test, computed
    here from the noncentral t distribution.
    """
    if not (difference and spread > 0):
        return None
    n = np.arange(2, most + 1)
    df = 2 * n - 2
    centre = abs(difference) / spread * np.sqrt(n / 2)
    critical = stats.t.ppf((1 + confidence) / 2, df)
    reached = stats.nct.sf(critical, df, centre) + stats.nct.cdf(-critical, df, centre)
    enough = np.flatnonzero(reached >= power)
    return int(n[enough[0]]) if len(enough) else None
