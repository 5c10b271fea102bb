"""How an initiative's measures move month by month: a level before, a change that builds up, and noise."""

from __future__ import annotations

import math

from adoption_lib.simulation.draws import Draws
from adoption_lib.simulation.story import Record, Story

__all__ = ["MONTHS", "kpi_rows"]

MONTHS = 14


def kpi_rows(story: Story) -> list[Record]:
    """Rows of ``kpis``: every measure of the story in the fourteen months up to the data's date."""
    last = story.as_of.year * 12 + story.as_of.month - 1
    rows: list[Record] = []
    for told in story.told.kpis:
        draws = Draws(story.told.seed, f"kpis {told.initiative} {told.kpi}")
        year, month = (int(part) for part in told.turns.split("-"))
        for number in range(last - MONTHS + 1, last + 1):
            since = number - (year * 12 + month - 1)
            gone = 0.0 if since < 0 else 1 - math.exp(-(since + 1) / 2)
            value = told.before + gone * (told.after - told.before) + told.noise * float(draws.normal(1)[0])
            rows.append(
                {
                    "initiative": told.initiative,
                    "kpi": told.kpi,
                    "period": f"{number // 12}-{number % 12 + 1:02d}",
                    "value": round(value, told.decimals),
                    "baseline": round(told.before, told.decimals),
                    "better": told.better,
                    "share_business": told.share_business,
                    "share_ai": told.share_ai,
                    "strategic_objective": told.objective or None,
                }
            )
    return rows
