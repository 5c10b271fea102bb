"""Random numbers that stay the same: one stream per story and topic, so that a change in one table moves no other."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

__all__ = ["Draws"]

Thing = TypeVar("Thing")
Floats = npt.NDArray[np.float64]


class Draws:
    """Draws for one topic of one story.

    Only raw uniform numbers are taken from numpy's generator and turned into everything else here: numpy keeps the
    stream of raw numbers between versions, but not what its distributions make of it.

    Parameters
    ----------
    seed : int
        Seed of the story.
    topic : str
        What is drawn, such as the name of a table.
    """

    def __init__(self, seed: int, topic: str) -> None:
        self._generator = np.random.Generator(np.random.PCG64([seed, zlib.crc32(topic.encode())]))

    def uniform(self, *shape: int) -> Floats:
        """Draw numbers between 0 and 1."""
        return self._generator.random(shape)

    def normal(self, *shape: int) -> Floats:
        """Draw standard normal numbers."""
        return np.asarray(ndtri(np.clip(self.uniform(*shape), 1e-12, 1 - 1e-12)), dtype=np.float64)

    def chance(self, probability: float) -> bool:
        """Whether something of this probability happens."""
        return bool(self._generator.random() < probability)

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number from ``low`` to ``high``, both included."""
        return low + int(self._generator.random() * (high - low + 1))

    def count(self, mean: float) -> int:
        """Draw a Poisson count by walking up its distribution."""
        target = float(self._generator.random())
        term = total = float(np.exp(-mean))
        number = 0
        while target > total and number < 10_000:
            number += 1
            term *= mean / number
            total += term
        return number

    def shuffled(self, things: Sequence[Thing]) -> list[Thing]:
        """Put the things in another order."""
        order = np.argsort(self.uniform(len(things)), kind="stable")
        return [things[int(index)] for index in order]

    def pick(self, things: Sequence[Thing]) -> Thing:
        """Draw one of the things."""
        return things[self.whole(0, len(things) - 1)]

    def day(self, first: dt.date, last: dt.date) -> dt.date:
        """Draw a working day between two dates, both included where they are working days."""
        days = [first + dt.timedelta(days=step) for step in range((last - first).days + 1)]
        working = [day for day in days if day.weekday() < 5]
        return self.pick(working or days)

    def quotas(self, total: int, shares: Mapping[str, float]) -> list[str]:
        """``total`` labels in the given shares, largest remainders first, shuffled: the story's shares hold as told."""
        wanted = {label: share * total / sum(shares.values()) for label, share in shares.items()}
        counts = {label: int(amount) for label, amount in wanted.items()}
        by_remainder = sorted(wanted, key=lambda label: counts[label] - wanted[label])
        for label in by_remainder[: total - sum(counts.values())]:
            counts[label] += 1
        return self.shuffled([label for label, count in counts.items() for _ in range(count)])

    def codes(self, total: int, prefix: str) -> list[str]:
        """``total`` different pseudonyms of four hexadecimal digits that say nothing about their holders."""
        found: dict[str, None] = {}
        while len(found) < total:
            found[f"{prefix}{self.whole(0, 0xFFFF):04x}"] = None
        return list(found)
