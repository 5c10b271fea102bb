"""From when to when does who lead each work package? The dated line behind the transition plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

__all__ = ["TIMELINE_COLUMNS", "plan_begins", "plan_timeline"]

TIMELINE_COLUMNS = ("activity", "part", "lead", "start", "end", "start_known", "end_known")

# A lead that has no end is drawn a little beyond the plan's last date, so that it is seen to go on.
_MARGIN, _LEAST_MARGIN = 0.08, pd.Timedelta(days=28)


def plan_begins(tasks: pd.DataFrame) -> dict[str, tuple[pd.Timestamp, bool]]:
    """Return the first day of every work package, and whether the plan states it.

    Where no start is stated, the package is taken to begin when the last of its predecessors is handed over (or
    begins, if that has no handover), or else with the plan. Predecessors in a circle are taken to begin with the plan.

    Parameters
    ----------
    tasks : DataFrame
        Table ``engagement_tasks``. Empty where no date is stated at all.
    """
    dates = pd.concat([tasks[name] for name in ("start", "handover_on", "partner_until")]).dropna()
    if dates.empty:
        return {}
    first = pd.Timestamp(dates.min())
    rows: dict[str, Mapping[Any, Any]] = {str(row["activity"]): row for row in tasks.to_dict("records")}
    begins: dict[str, tuple[pd.Timestamp, bool]] = {}

    def begin(name: str, path: tuple[str, ...]) -> pd.Timestamp:
        if name in begins:
            return begins[name][0]
        row = rows[name]
        if pd.notna(row["start"]):
            begins[name] = (pd.Timestamp(row["start"]), True)
            return begins[name][0]
        after = [first]
        for other in _predecessors(row, rows):
            if other in (*path, name):
                continue
            handed = rows[other]["handover_on"]
            after.append(pd.Timestamp(handed) if pd.notna(handed) else begin(other, (*path, name)))
        begins[name] = (max(after), False)
        return begins[name][0]

    for name in sorted(rows):
        begin(name, ())
    return begins


def _predecessors(row: Mapping[Any, Any], rows: Mapping[str, Any]) -> list[str]:
    entry = row["predecessor"]
    names = [] if pd.isna(entry) else [part.strip() for part in str(entry).split(";")]
    return [name for name in names if name in rows]


def plan_timeline(tasks: pd.DataFrame) -> pd.DataFrame:
    """Cut every work package into segments of time with one lead each.

    Parameters
    ----------
    tasks : DataFrame
        Table ``engagement_tasks``.

    Returns
    -------
    DataFrame
        ``activity``, ``part``, ``lead``, ``start``, ``end``, ``start_known`` and ``end_known`` (whether the plan states
        the date; an end that is not stated lies beyond the plan's last date). Empty where no date is stated.
    """
    begins = plan_begins(tasks)
    if not begins:
        return pd.DataFrame(columns=list(TIMELINE_COLUMNS))
    stated = pd.concat([tasks[name] for name in ("start", "handover_on", "partner_until")]).dropna()
    last = max(pd.Timestamp(stated.max()), max(day for day, _ in begins.values()))
    margin = max((last - pd.Timestamp(stated.min())) * _MARGIN, _LEAST_MARGIN)
    horizon = (last + margin).normalize()
    segments: list[tuple[Any, ...]] = []
    for row in tasks.to_dict("records"):
        name, part = str(row["activity"]), str(row["part"])
        start, known = begins[name]
        now, end = str(row["lead_now"]), str(row["lead_at_end"])
        handover, until = row["handover_on"], row["partner_until"]
        if now != end and pd.notna(handover):
            if handover > start:
                segments.append((name, part, now, start, handover, known, True))
            stop, stated = _until(end, until, handover, horizon)
            segments.append((name, part, end, handover, stop, True, stated))
        elif now != end:
            segments.append((name, part, now, start, horizon, known, False))
        else:
            stop, stated = _until(now, until, start, horizon)
            segments.append((name, part, now, start, stop, known, stated))
    return pd.DataFrame(segments, columns=list(TIMELINE_COLUMNS)).reset_index(drop=True)


def _until(lead: str, until: Any, start: pd.Timestamp, horizon: pd.Timestamp) -> tuple[pd.Timestamp, bool]:
    """Return the end of a lead and whether it is stated: internal people stay, a partner leaves on the day stated."""
    if lead != "internal" and pd.notna(until) and until > start:
        return pd.Timestamp(until), True
    return horizon, lead == "internal"
