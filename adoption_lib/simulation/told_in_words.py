"""Tables whose rows are told in the story, with only dates, hours and coders' readings drawn."""

from __future__ import annotations

import datetime as dt

from adoption_lib.method import METHOD
from adoption_lib.simulation.draws import Draws
from adoption_lib.simulation.story import Record, Story

__all__ = ["concern_rows", "contribution_rows", "plain_rows", "stakeholder_rows"]

CODERS = ("C1", "C2")
CODERS_DIFFER = 0.11
MOST_STRENGTH = 3
CONCERN_DAYS = 270
"""Concerns are heard over nine months."""


def plain_rows(story: Story, table: str) -> list[Record]:
    """Rows of ``table`` exactly as told."""
    return [dict(row) for row in story.records[table]]


def concern_rows(story: Story) -> list[Record]:
    """Rows of ``concern_log`` as told, on days spread over nine months but not before the tool went live.

    A concern told with its date keeps it.
    """
    draws = Draws(story.told.seed, "concern_log")
    first = story.as_of - dt.timedelta(days=CONCERN_DAYS)
    last = story.as_of - dt.timedelta(days=2)
    planned = story.records["initiatives"]
    live = {row["name"]: dt.date.fromisoformat(str(row["go_live"])) for row in planned if row["go_live"]}
    rows = []
    for told in story.records["concern_log"]:
        date = draws.day(min(last, max(first, live.get(told["tool"], first) + dt.timedelta(days=3))), last)
        rows.append({**told, "date": told["date"] or date.isoformat()})
    return sorted(rows, key=lambda row: str(row["date"]))


def contribution_rows(story: Story) -> list[Record]:
    """Rows of ``contributions``.

    A told line stands for ``rows`` contributions between two dates, of which ``recognised`` (0 to 1) were credited.
    """
    draws = Draws(story.told.seed, "contributions")
    rows: list[Record] = []
    for told in story.records["contributions"]:
        first, last = (dt.date.fromisoformat(str(told[key])) for key in ("first", "last"))
        low, high = (int(str(told[key])) for key in ("hours_low", "hours_high"))
        for _ in range(int(str(told["rows"]))):
            credited = draws.chance(float(str(told["recognised"])))
            rows.append(
                {
                    "date": draws.day(first, last).isoformat(),
                    "initiative": told["initiative"],
                    "team": told["team"],
                    "contributor": told["contributor"] if draws.chance(0.7) else None,
                    "kind": told["kind"],
                    "hours": None if draws.chance(0.06) else draws.whole(low, high),
                    "recognised_in": told["recognised_in"] if credited else None,
                }
            )
    return sorted(rows, key=lambda row: (str(row["date"]), str(row["team"]), str(row["kind"])))


def stakeholder_rows(story: Story) -> list[Record]:
    """Rows of ``stakeholders``: each statement read by two coders for each concern; they mostly agree."""
    draws = Draws(story.told.seed, "stakeholders")
    rows: list[Record] = []
    for number, told in enumerate(story.records["stakeholders"], start=1):
        for coder in CODERS:
            for concern in METHOD.term_ids("territorial_concern"):
                strength = int(str(told[concern]))
                if draws.chance(CODERS_DIFFER):
                    strength = min(MOST_STRENGTH, max(0, strength + draws.pick((-1, 1))))
                rows.append(
                    {
                        "department": told["department"],
                        "concern": concern,
                        "statement": f"S{number:03d}",
                        "coder": coder,
                        "strength": strength,
                        "influence": told["influence"],
                        "quote": told["quote"],
                    }
                )
    return rows
