"""Whether the items of a scale measure one thing well enough to carry a diagnosis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.optimize import minimize

from adoption_lib.method import METHOD

__all__ = [
    "ScaleQuality",
    "cronbach_alpha",
    "feldt_interval",
    "item_rest_correlations",
    "mcdonald_omega",
    "scale_quality",
    "spearman_brown",
]

Array = npt.NDArray[np.float64]
Verdict = Literal["ok", "warn", "no_diagnosis", "undefined"]
_NAN = float("nan")


@dataclass(frozen=True)
class ScaleQuality:
    """How well a scale measures.

    Parameters
    ----------
    items, n : int
        Items and people who answered all of them.
    alpha, low, high : float
        Cronbach's alpha with Feldt's interval; for two items the Spearman-Brown coefficient stands in ``alpha``, with
        the interval of the correlation carried through.
    omega : float
        McDonald's omega; NaN with fewer than three items or where no single factor fits.
    item_rest : tuple of float
        Correlation of each item with the mean of the others.
    verdict : {"ok", "warn", "no_diagnosis", "undefined"}
        By the thresholds ``reliability_warn`` and ``reliability_floor``; undefined where it cannot be computed (one
        item, too few people, no variance).
    """

    items: int
    n: int
    alpha: float
    low: float
    high: float
    omega: float
    item_rest: tuple[float, ...]
    verdict: Verdict


def cronbach_alpha(answers: npt.ArrayLike) -> float:
    """Cronbach's alpha, ``k / (k - 1) * (1 - sum of item variances / variance of the sum)``.

    Parameters
    ----------
    answers : array_like, shape (people, items)
        Oriented answers; people with a missing answer are left out.

    Returns
    -------
    float
        NaN with fewer than two items or two people, or where the sum does not vary.

    References
    ----------
    Cronbach (1951), Psychometrika 16, 297-334.
    """
    x = _complete(answers)
    people, items = x.shape
    if people < 2 or items < 2:
        return _NAN
    total = float(x.sum(axis=1).var(ddof=1))
    if total <= 1e-12:
        return _NAN
    return float(items / (items - 1) * (1 - x.var(axis=0, ddof=1).sum() / total))


def feldt_interval(alpha: float, people: int, items: int, level: float | None = None) -> tuple[float, float]:
    """Interval of alpha: ``(1 - alpha_population) / (1 - alpha)`` follows an F distribution.

    References
    ----------
    Feldt, Woodruff and Salih (1987), Appl. Psychol. Meas. 11, 93-103.
    """
    confidence = METHOD.threshold("interval_level") if level is None else level
    if not np.isfinite(alpha) or people < 3 or items < 2:
        return _NAN, _NAN
    first, second = people - 1, (people - 1) * (items - 1)
    tail = (1 - confidence) / 2
    low = 1 - (1 - alpha) * float(stats.f.ppf(1 - tail, first, second))
    high = 1 - (1 - alpha) * float(stats.f.ppf(tail, first, second))
    return low, high


def spearman_brown(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Reliability of the sum of two items from their correlation, ``2 r / (1 + r)``.

    References
    ----------
    Eisinga, Te Grotenhuis and Pelzer (2013), Int. J. Public Health 58, 637-642.
    """
    return _stepped_up(_correlation(_complete(np.column_stack([first, second]))))


def mcdonald_omega(answers: npt.ArrayLike) -> float:
    """McDonald's omega of one factor, ``(sum of loadings)^2 / ((sum of loadings)^2 + sum of unique variances)``.

    The loadings are those whose products come nearest to the correlations between items (minimum residuals).

    Parameters
    ----------
    answers : array_like, shape (people, items)
        Oriented answers; people with a missing answer are left out.

    Returns
    -------
    float
        NaN with fewer than three items, fewer people than items, an item without variance, or loadings that do not all
        point the same way (then the items do not measure one thing).

    References
    ----------
    McDonald (1999), Test Theory, ch. 6; Harman and Jones (1966), Psychometrika 31, 351-368.
    """
    x = _complete(answers)
    if x.shape[1] < 3 or x.shape[0] <= x.shape[1] or np.any(x.var(axis=0) <= 1e-12):
        return _NAN
    return omega_of_correlations(np.corrcoef(x, rowvar=False))


def omega_of_correlations(correlations: npt.ArrayLike) -> float:
    """Omega of a correlation matrix of items; see :func:`mcdonald_omega`."""
    matrix = np.asarray(correlations, dtype=float)
    items = len(matrix)
    apart = ~np.eye(items, dtype=bool)

    def misfit(loadings: Array) -> tuple[float, Array]:
        residual = np.where(apart, matrix - np.outer(loadings, loadings), 0.0)
        return float((residual**2).sum()), -4 * residual @ loadings

    values, vectors = np.linalg.eigh(matrix)
    start = vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.1))
    start = start if start.sum() >= 0 else -start
    fitted = minimize(
        misfit, np.clip(start, -0.99, 0.99), jac=True, method="L-BFGS-B", bounds=[(-0.999, 0.999)] * items
    )
    loadings = np.asarray(fitted.x, dtype=float)
    if not (loadings > 0).all():
        return _NAN
    common = float(loadings.sum() ** 2)
    return common / (common + float((1 - loadings**2).sum()))


def item_rest_correlations(answers: npt.ArrayLike) -> Array:
    """Correlation of each item with the mean of the other items; NaN where either does not vary."""
    x = _complete(answers)
    items = x.shape[1]
    if items < 2 or x.shape[0] < 3:
        return np.full(items, _NAN)
    return np.array(
        [_correlation(np.column_stack([x[:, i], np.delete(x, i, axis=1).mean(axis=1)])) for i in range(items)]
    )


def scale_quality(answers: npt.ArrayLike, level: float | None = None) -> ScaleQuality:
    """Judge a scale.

    Parameters
    ----------
    answers : array_like, shape (people, items)
        Oriented answers, NaN where missing; people who answered every item count.
    level : float, optional
        Level of the interval; the method's ``interval_level`` where not given.
    """
    confidence = METHOD.threshold("interval_level") if level is None else level
    x = _complete(answers)
    people, items = x.shape
    if items == 2:
        r = _correlation(x)
        alpha = _stepped_up(r)
        low, high = (_stepped_up(bound) for bound in _fisher_interval(r, people, confidence))
    else:
        alpha = cronbach_alpha(x)
        low, high = feldt_interval(alpha, people, items, confidence)
    return ScaleQuality(
        items=items,
        n=people,
        alpha=alpha,
        low=low,
        high=high,
        omega=mcdonald_omega(x),
        item_rest=tuple(float(r) for r in item_rest_correlations(x)),
        verdict=_verdict(alpha),
    )


def _verdict(alpha: float) -> Verdict:
    if not np.isfinite(alpha):
        return "undefined"
    if alpha < METHOD.threshold("reliability_floor"):
        return "no_diagnosis"
    return "warn" if alpha < METHOD.threshold("reliability_warn") else "ok"


def _complete(answers: npt.ArrayLike) -> Array:
    x = np.asarray(answers, dtype=float)
    if x.ndim != 2:
        raise ValueError("answers are a table of people by items")
    complete: Array = x[~np.isnan(x).any(axis=1)]
    return complete


def _correlation(pair: Array) -> float:
    if len(pair) < 3 or np.any(pair.var(axis=0) <= 1e-12):
        return _NAN
    return float(np.corrcoef(pair[:, 0], pair[:, 1])[0, 1])


def _stepped_up(r: float) -> float:
    return 2 * r / (1 + r) if r > -1 else _NAN


def _fisher_interval(r: float, people: int, level: float) -> tuple[float, float]:
    if not np.isfinite(r) or people < 4 or abs(r) >= 1:
        return _NAN, _NAN
    half = float(stats.norm.ppf(0.5 + level / 2)) / np.sqrt(people - 3)
    return float(np.tanh(np.arctanh(r) - half)), float(np.tanh(np.arctanh(r) + half))
