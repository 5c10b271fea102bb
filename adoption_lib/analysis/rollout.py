"""When each initiative went live, and when people, HR and users were told: where it outran conversation (B1)."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from adoption_lib.engagement import Engagement

__all__ = ["OUTCOMES", "rollout_timeline"]

OUTCOMES = ("after", "not_recorded", "before", "ahead", "no_date", "stopped")
"""States of a conversation, most consequential first.

``after``: told after go-live; ``not_recorded``: live, and no date of telling is recorded; ``before``: told by
go-live; ``ahead``: not live yet; ``no_date``: live at an unknown date; ``stopped``: ended."""

_LIVE = ("live", "scaled")


def rollout_timeline(client: Engagement) -> pd.DataFrame:
    """One row per initiative with the dates that tell whether the conversation kept up.

    Returns
    -------
    DataFrame
        ``initiative``, ``department``, ``stage``, ``go_live``, ``told_on``, ``hr_involved_on``, ``limit_stated_on``
        (the first stated limit of a task or tool of this initiative), ``first_concern_on`` (the first concern about
        them that was heard), ``people`` and ``hr`` (states, see :data:`OUTCOMES`), ``weeks_late`` (people told that
        long after go-live; negative where before). Oldest go-live first, undated last.

    Notes
    -----
    A limit or concern belongs to an initiative where its task is one of the initiative's use cases, or where its
    tool bears the initiative's name. What matches none of them is not shown: a missing date is "not recorded", never
    "did not happen".
    """
    frame = client.table("initiatives").sort_values("name", kind="stable", ignore_index=True)
    as_of = client.as_of
    keys = _keys(client)
    limits, concerns = client.table("tool_limits"), client.table("concern_log")
    rows = []
    for row in frame.itertuples():
        name, go_live, told = str(row.name), _date(row.go_live), _date(row.told_on)
        hr = _date(row.hr_involved_on)
        live = _is_live(str(row.stage), go_live, as_of)
        match = keys.get(name, {name.casefold()})
        late = None if go_live is None or told is None else round((told - go_live).days / 7)
        rows.append(
            {
                "initiative": name,
                "department": str(row.department),
                "stage": str(row.stage),
                "go_live": go_live,
                "told_on": told,
                "hr_involved_on": hr,
                "limit_stated_on": _first(limits, "stated_on", match),
                "first_concern_on": _first(concerns, "date", match),
                "people": _state(str(row.stage), live, go_live, told),
                "hr": _state(str(row.stage), live, go_live, hr),
                "weeks_late": late,
            }
        )
    columns = ["initiative", "department", "stage", "go_live", "told_on", "hr_involved_on", "limit_stated_on"]
    columns += ["first_concern_on", "people", "hr", "weeks_late"]
    result = pd.DataFrame(rows, columns=columns).astype({"weeks_late": "Int64"})
    for column in columns[3:8]:
        result[column] = pd.to_datetime(result[column]).astype("datetime64[s]")
    return result.sort_values(["go_live", "initiative"], na_position="last", ignore_index=True)


def _keys(client: Engagement) -> dict[str, set[str]]:
    """Names under which limits and concerns may speak of an initiative: its own and its tasks'."""
    cases = client.table("use_cases")
    keys: dict[str, set[str]] = {}
    for initiative, task in zip(cases["initiative"], cases["task"], strict=True):
        keys.setdefault(str(initiative), {str(initiative).casefold()}).add(str(task).strip().casefold())
    return keys


def _first(frame: pd.DataFrame, column: str, match: set[str]) -> dt.date | None:
    task = frame["task"].fillna("").str.strip().str.casefold()
    tool = frame["tool"].fillna("").str.strip().str.casefold()
    dates = frame.loc[task.isin(match) | tool.isin(match), column].dropna()
    return None if dates.empty else pd.Timestamp(dates.min()).date()


def _is_live(stage: str, go_live: dt.date | None, as_of: dt.date | None) -> bool:
    """Live by its stage, or because its go-live lies in the past."""
    if stage in _LIVE:
        return True
    return stage != "stopped" and go_live is not None and as_of is not None and go_live <= as_of


def _state(stage: str, live: bool, go_live: dt.date | None, told: dt.date | None) -> str:
    if stage == "stopped":
        return "stopped"
    if not live:
        return "ahead"
    if told is None:
        return "not_recorded"
    if go_live is None:
        return "no_date"
    return "after" if told > go_live else "before"


def _date(value: object) -> dt.date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()  # type: ignore[call-overload, arg-type]
