"""How a tool is used week by week, and what happens to results where people withdraw without saying so."""

from __future__ import annotations

import datetime as dt
import math

from adoption_lib.simulation.draws import Draws
from adoption_lib.simulation.story import DepartmentUse, Record, Story

__all__ = ["WEEKS", "outcome_rows", "usage_rows"]

WEEKS = 26
BANK_HOLIDAYS = (
    dt.date(2026, 4, 3),
    dt.date(2026, 4, 6),
    dt.date(2026, 5, 4),
    dt.date(2026, 5, 25),
    dt.date(2026, 8, 31),
)
"""Public holidays in England within the weeks of the stories."""
PART_TIME, JOINS, LEAVES = 0.20, 0.08, 0.05
ON_LEAVE, ON_SUMMER_LEAVE = 0.06, 0.20
PEOPLE_DIFFER = 0.12
TURNING_WEEKS = 6.0
"""Weeks a change takes to run its course: people do not stop on one day."""


def usage_rows(story: Story) -> list[Record]:
    """Rows of ``usage``: person-weeks with holidays, leave, part-time work, joiners and leavers."""
    rows: list[Record] = []
    codes = Draws(story.told.seed, "pseudonyms").codes(sum(use.people for use in story.told.usage.values()), "p-")
    start = 0
    for department, use in story.told.usage.items():
        draws = Draws(story.told.seed, f"usage {department}")
        for code in codes[start : start + use.people]:
            rows += _person(code, department, use, _mondays(story), draws)
        start += use.people
    return sorted(rows, key=lambda row: (str(row["week"]), str(row["person"])))


def outcome_rows(story: Story) -> list[Record]:
    """Rows of ``outcomes``: department-weeks whose rework, workarounds and leavers move where use does."""
    rows: list[Record] = []
    for department, told in story.told.outcomes.items():
        draws = Draws(story.told.seed, f"outcomes {department}")
        people = story.settings.headcounts[department]
        for week in _mondays(story):
            gone = _gone(week, told.turns)
            leavers = told.leavers + gone * (told.leavers_later - told.leavers)
            rework = told.rework + gone * (told.rework_later - told.rework)
            around = told.workarounds + gone * (told.workarounds_later - told.workarounds)
            noise = 0.06 * rework * float(draws.normal(1)[0])
            rows.append(
                {
                    "department": department,
                    "week": week,
                    "attrition": draws.count(people * leavers / 52),
                    "rework": round(max(0.0, rework + noise), 1),
                    "workarounds": draws.count(around),
                }
            )
    return rows


def _mondays(story: Story) -> list[dt.date]:
    last = story.as_of - dt.timedelta(days=story.as_of.weekday() + 7)
    return [last - dt.timedelta(weeks=back) for back in reversed(range(WEEKS))]


def _gone(week: dt.date, turns: dt.date) -> float:
    """How far a change that began at ``turns`` has run its course in ``week``: 0 before, near 1 after some weeks."""
    weeks = (week - turns).days / 7
    return 0.0 if weeks < 0 else 1 - math.exp(-3 * (weeks + 1) / TURNING_WEEKS)


def _person(code: str, department: str, use: DepartmentUse, mondays: list[dt.date], draws: Draws) -> list[Record]:
    days = draws.whole(3, 4) if draws.chance(PART_TIME) else 5
    first = draws.whole(2, 14) if draws.chance(JOINS) else 0
    last = draws.whole(10, WEEKS - 2) if draws.chance(LEAVES) else WEEKS - 1
    person = PEOPLE_DIFFER * float(draws.normal(1)[0])
    rows: list[Record] = []
    for number, week in enumerate(mondays):
        holidays = sum(week <= day < week + dt.timedelta(days=5) for day in BANK_HOLIDAYS)
        away = draws.chance(ON_SUMMER_LEAVE if week.month == 8 else ON_LEAVE)
        licensed = 0 if away else max(0, min(days, 5 - holidays))
        gone = _gone(week, use.turns)
        share = min(0.97, max(0.02, use.level + gone * (use.later - use.level) + person))
        active = int((draws.uniform(5)[:licensed] < share).sum())
        rate = use.actions + gone * (use.actions_later - use.actions)
        extra = [draws.count(max(0.0, rate - 1)) for _ in range(active)]
        if first <= number <= last:
            row: Record = {"person": code, "department": department, "tool": use.tool, "week": week}
            rows.append({**row, "licensed_days": licensed, "active_days": active, "actions": active + sum(extra)})
    return rows
