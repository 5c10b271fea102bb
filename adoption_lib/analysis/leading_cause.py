"""Which of three causes leads, from what people chose as most true of themselves; pure numbers, no client.

Raw means of three scales with different questions are never compared: which scale has the highest mean says more about
its questions than about people. A forced choice puts the causes into one question, so its counts can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from adoption_lib.method import METHOD

__all__ = ["CAUSES", "Call", "call_cause", "choice_posterior"]

Array = npt.NDArray[np.float64]
Kind = Literal["single", "mixed", "none", "cannot_tell"]
CAUSES: tuple[str, ...] = METHOD.term_ids("cause")
_DRAWS = 20_000
_SEED = 20_240_229
# Attitudes of one team resemble each other by .05 to .15 in most published surveys: Beta(1, 7) has its mean at .125.
_RHO_PRIOR = 7.0
_RHO = (np.arange(40) + 0.5) / 80


@dataclass(frozen=True)
class Call:
    """What can be said about one group of people.

    Parameters
    ----------
    kind : {"single", "mixed", "none", "cannot_tell"}
        One cause leads; two share the lead; no cause reaches the prevalence that would explain the group; or the
        answers leave it open.
    causes : tuple of str
        The cause called, the two mixed, or for ``cannot_tell`` the causes still in question.
    probability : float
        Probability of the call; for ``cannot_tell`` of the likeliest reading.
    leads : mapping of str to float
        By cause the probability that it leads and reaches the prevalence; ``none`` the probability that no cause does.
    shares : mapping of str to (mean, low, high)
        Share of the group by choice, with its interval.
    more : int or None
        Further answers it would take to call, if shares stay as they look; None where it is called already.
    """

    kind: Kind
    causes: tuple[str, ...]
    probability: float
    leads: Mapping[str, float]
    shares: Mapping[str, tuple[float, float, float]]
    more: int | None


def choice_posterior(counts: npt.ArrayLike, draws: int = _DRAWS, seed: int = _SEED) -> tuple[Array, Array]:
    """Draw the shares of each choice in the organisation and in each department.

    Departments differ: their shares come from a Dirichlet distribution around the organisation's, so that a small
    department is drawn towards all. How much they differ (the intraclass correlation rho) is estimated from the counts.
    For the organisation, people of one department count for less than independent people, by the design effect
    ``1 + (n - 1) rho``; below three departments rho cannot be estimated and people count in full.

    Parameters
    ----------
    counts : array_like, shape (departments, choices)
        People by department and choice, in any order of departments.
    draws, seed : int
        Number of draws and seed.

    Returns
    -------
    organisation : ndarray, shape (draws, choices)
    departments : ndarray, shape (departments, draws, choices)

    References
    ----------
    Gelman et al., Bayesian Data Analysis, ch. 5; Brier (1980), Biometrika 67, 591-596.
    """
    x = np.asarray(counts, dtype=float)
    choices = x.shape[1]
    sizes = x.sum(axis=1)
    filled = sizes > 0
    rng = np.random.default_rng(seed)
    centre = (x.sum(axis=0) + 0.5) / (x.sum() + 0.5 * choices)
    strength = (1 - _RHO) / _RHO
    log_weight = stats.beta.logpdf(_RHO, 1, _RHO_PRIOR)
    for row, size in zip(x[filled], sizes[filled], strict=True):
        alpha = strength[:, None] * centre
        log_weight = log_weight + special.gammaln(strength) - special.gammaln(strength + size)
        log_weight = log_weight + (special.gammaln(alpha + row) - special.gammaln(alpha)).sum(axis=1)
    rho = rng.choice(_RHO, size=draws, p=special.softmax(log_weight))
    # Below three departments the organisation is what its departments are.
    deflate = (filled.sum() >= 3) * rho
    known = np.zeros((draws, choices))
    for row, size in zip(x[filled], sizes[filled], strict=True):
        known += row / (1 + (size - 1) * deflate[:, None])
    organisation = _dirichlet(known + 0.5, rng)
    prior = organisation * ((1 - rho) / rho)[:, None]
    # Every department gets its own generator, seeded by what it holds: the order of departments must not matter.
    departments = [_dirichlet(prior + row, np.random.default_rng([seed, *(int(v) for v in row)])) for row in x]
    return organisation, np.array(departments).reshape(len(x), draws, choices)


def call_cause(draws: npt.ArrayLike, people: float, level: float | None = None) -> Call:
    """Say which cause leads, or why that cannot be said.

    A cause is called when, with the probability ``cause_called``, it reaches the share ``cause_prevalence`` and is
    ahead of every other by more than ``cause_mixed_margin``. Two whose shares are estimated within that margin are
    called together if with the same probability the third is behind both and the two reach twice the prevalence.

    Parameters
    ----------
    draws : array_like, shape (draws, 4)
        Posterior draws of the shares of the three causes (in the order of ``CAUSES``) and of "none of these".
    people : float
        People who answered, to say how many more would be needed.
    level : float, optional
        Level of the intervals; the method's ``interval_level`` where not given.
    """
    confidence = METHOD.threshold("interval_level") if level is None else level
    sure, enough = METHOD.threshold("cause_called"), METHOD.threshold("cause_prevalence")
    margin = METHOD.threshold("cause_mixed_margin")
    x = np.asarray(draws, dtype=float)
    causes = x[:, :3]
    best = causes.argmax(axis=1)
    reached = causes.max(axis=1) >= enough
    leads = {cause: _probability((best == k) & reached) for k, cause in enumerate(CAUSES)}
    leads["none"] = _probability(~reached)
    tail = (1 - confidence) / 2
    shares = {}
    for k, name in enumerate((*CAUSES, "none")):
        low, high = np.quantile(x[:, k], [tail, 1 - tail])
        shares[name] = (float(x[:, k].mean()), float(low), float(high))
    order = sorted(range(3), key=lambda k: (-shares[CAUSES[k]][0], k))
    first, second = CAUSES[order[0]], CAUSES[order[1]]
    gap = shares[first][0] - shares[second][0]
    if leads["none"] >= sure:
        return Call("none", (), leads["none"], leads, shares, None)
    ahead = causes[:, order[0]] - np.delete(causes, order[0], axis=1).max(axis=1) > margin
    if _probability(ahead & reached) >= sure:
        return Call("single", (first,), leads[first], leads, shares, None)
    pair = causes[:, order[:2]]
    together = _probability((pair.min(axis=1) > causes[:, order[2]]) & (pair.sum(axis=1) >= 2 * enough))
    if together >= sure and gap <= margin:
        return Call("mixed", (first, second), together, leads, shares, None)
    open_causes = tuple(sorted((c for c in CAUSES if leads[c] >= 0.1), key=lambda c: (-leads[c], CAUSES.index(c))))
    more = _more_answers(shares[first][0], shares[second][0], people, x[:, order[0]])
    return Call("cannot_tell", open_causes, max(leads.values()), leads, shares, more)


def _probability(holds: npt.NDArray[np.bool_]) -> float:
    """Share of draws, never quite 0 or 1: a finite number of draws cannot show certainty."""
    return float((holds.sum() + 0.5) / (len(holds) + 1))


def _more_answers(first: float, second: float, people: float, draws: Array) -> int:
    """Further answers after which the leader would be ahead, and above or below the prevalence, with enough certainty.

    The spread of the draws says how many independent answers the present ones are worth; planning for nine chances in
    ten of a call doubles the usual quantile.
    """
    sure, enough = METHOD.threshold("cause_called"), METHOD.threshold("cause_prevalence")
    margin = METHOD.threshold("cause_mixed_margin")
    quantile = float(stats.norm.ppf(sure) + stats.norm.ppf(0.9))
    worth = min(1.0, first * (1 - first) / max(float(draws.var()), 1e-9) / max(people, 1.0))
    # A lead within the margin will not be told from a mixture by asking more: plan for one just beyond it.
    ahead = max(first - second - margin, margin / 2)
    off = max(abs(first - enough), margin / 2)
    needed = max((first + second - (first - second) ** 2) / ahead**2, first * (1 - first) / off**2) * quantile**2
    # Rounded up to fives: a plan, not a promise.
    return int(max(5.0, np.ceil((needed / max(worth, 0.05) - people) / 5) * 5))


def _dirichlet(alpha: Array, rng: np.random.Generator) -> Array:
    drawn = np.maximum(rng.standard_gamma(alpha), 1e-300)
    result: Array = drawn / drawn.sum(axis=1, keepdims=True)
    return result
