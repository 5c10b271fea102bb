"""How much change and AI skill stands ready inside, and how steady the people are who carry it (A1)."""

from __future__ import annotations

import pandas as pd

from adoption_lib.analysis.intervals import wilson_interval
from adoption_lib.engagement import Engagement

__all__ = ["SKILLS", "staff_depth"]

SKILLS = ("change", "ai")
"""Skills that carry adoption: work with the people affected, and work on the tool."""


def staff_depth(client: Engagement) -> pd.DataFrame:
    """Days a week and stability of the internal people who bring change or AI skills.

    Returns
    -------
    DataFrame
        Rows ``change``, ``ai`` (days a week of internal people with that skill) and ``stability`` (share of internal
        people with either skill who are expected to stay, given only if both those who are and those who are not
        number the anonymity floor or more): ``measure``, ``value``, ``low``, ``high`` (interval of
        the share), ``n`` (people, missing where withheld), ``withheld``. Nobody with a skill is 0 people and 0
        days: that is known, not missing. Empty where the staff list was not collected.

    Notes
    -----
    The staff list is a full list, so that days carry no interval. The share is read as a small sample of how such
    teams fare, with the Wilson interval.
    """
    columns = ["measure", "value", "low", "high", "n", "withheld"]
    rows: list[dict[str, object]] = []
    if client.has("staff"):
        staff = client.table("staff")
        internal = staff[staff["side"] == "internal"].drop_duplicates("person")
        skills = internal["skills"].fillna("").astype(str)
        has = {skill: skills.map(lambda text, skill=skill: skill in _terms(text)) for skill in SKILLS}
        floor = client.settings.anonymity.counts
        shown = {skill: _publishable(int(mask.sum()), floor) for skill, mask in has.items()}
        only = {"change": int((has["change"] & ~has["ai"]).sum()), "ai": int((has["ai"] & ~has["change"]).sum())}
        # Where everybody with one skill also has the other, the difference of the two sums belongs to those with the
        # other alone: if these are few, the smaller group's sum is not shown.
        for inner, outer in (("change", "ai"), ("ai", "change")):
            if only[inner] == 0 and 0 < only[outer] < floor:
                shown[inner] = shown[inner] and not has[inner].any()
        for skill in SKILLS:
            people = internal[has[skill]]
            days = float(people["days_per_week"].astype(float).sum())
            visible = {"value": days, "n": len(people), "withheld": False} if shown[skill] else {"withheld": True}
            rows.append({"measure": skill, **visible})
        carriers = internal[(has["change"] | has["ai"]) & internal["stability"].notna()]
        rows.append({"measure": "stability", **_stability(client, carriers, floor)})
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"value": "float64", "low": "float64", "high": "float64", "n": "Int64", "withheld": "bool"})


def _stability(client: Engagement, carriers: pd.DataFrame, floor: int) -> dict[str, object]:
    stable = int((carriers["stability"] == "stable").sum())
    # Those not expected to stay are as easy to recognise as a small group: both sides must be large enough.
    if min(stable, len(carriers) - stable) < floor:
        return {"withheld": len(carriers) > 0}
    low, high = wilson_interval(stable, len(carriers), client.method.threshold("interval_level"))
    return {"value": stable / len(carriers), "low": low, "high": high, "n": len(carriers), "withheld": False}


def _terms(text: str) -> set[str]:
    return {term.strip().casefold() for term in text.split(";")}


def _publishable(people: int, floor: int) -> bool:
    return people == 0 or people >= floor
