"""What a range of low, likely and high says: the probability that the value lies below or above a mark."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import integrate, stats

__all__ = ["Pert", "probability_below"]


@dataclass(frozen=True)
class Pert:
    """A value known by its low, likely and high: the beta distribution of PERT.

    Parameters
    ----------
    low, likely, high : float
        In order; equal ends describe a value held to be certain.

    Raises
    ------
    ValueError
        Where the three are not in order or not finite.

    References
    ----------
    Clark, C. E. (1962). The PERT model for the distribution of an activity time. Operations Research 10. The usual
    weight of 4 on the likely value.
    """

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        if not (np.isfinite([self.low, self.likely, self.high]).all() and self.low <= self.likely <= self.high):
            raise ValueError(f"low {self.low}, likely {self.likely} and high {self.high} are not in order")

    @property
    def certain(self) -> bool:
        """Whether the range has no width that matters: less than a billionth of the value."""
        return self.high - self.low <= 1e-9 * max(1.0, abs(self.high))

    @property
    def mean(self) -> float:
        """Expected value."""
        return (self.low + 4 * self.likely + self.high) / 6

    def _shapes(self) -> tuple[float, float]:
        width = self.high - self.low
        return (1 + 4 * (self.likely - self.low) / width, 1 + 4 * (self.high - self.likely) / width)

    def at_most(self, value: float) -> float:
        """Probability that the value is ``value`` or less."""
        if self.certain:
            return float(self.low <= value)
        a, b = self._shapes()
        return float(stats.beta.cdf((value - self.low) / (self.high - self.low), a, b))

    def at_least(self, value: float) -> float:
        """Probability that the value is ``value`` or more."""
        return float(self.low >= value) if self.certain else 1 - self.at_most(value)

    def quantile(self, share: float) -> float:
        """Value that is not exceeded with probability ``share``."""
        if self.certain:
            return self.low
        a, b = self._shapes()
        return float(self.low + (self.high - self.low) * stats.beta.ppf(share, a, b))

    def density(self, value: float) -> float:
        """Density at ``value``; ValueError where the range has no width."""
        if self.certain:
            raise ValueError("a certain value has no density")
        a, b = self._shapes()
        width = self.high - self.low
        return float(stats.beta.pdf((value - self.low) / width, a, b) / width)


def probability_below(first: Pert, second: Pert) -> float:
    """Probability that ``first`` is smaller than ``second``, taken as independent; equal certain values count half."""
    if first.certain and second.certain:
        return 0.5 if first.low == second.low else float(first.low < second.low)
    if first.certain:
        return second.at_least(first.low)
    if second.certain:
        return first.at_most(second.low)
    low, high = max(first.low, second.low), min(first.high, second.high)
    if low >= high:
        return float(first.high <= second.low)
    # Below the overlap of the two ranges the first value is certainly the smaller one, above it never.
    peaks = sorted({peak for peak in (first.likely, second.likely) if low < peak < high})
    # full_output keeps remarks on rounding, which do not matter to a whole per cent, out of the reader's page.
    answer = integrate.quad(
        lambda x: first.density(x) * second.at_least(x), low, high, points=peaks or None, limit=200, full_output=1
    )
    inside = float(answer[0])
    return float(np.clip(first.at_most(low) + inside, 0.0, 1.0))
