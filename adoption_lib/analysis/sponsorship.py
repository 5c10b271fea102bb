"""Does every initiative have one leader for the outcome and one for the technology? (C3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from adoption_lib.analysis.finding import Finding
from adoption_lib.analysis.initiatives import counted, named_first, register, same_name
from adoption_lib.analysis.result import Result, evidence, not_collected
from adoption_lib.engagement import Engagement

__all__ = ["DualSponsorship", "SponsorState", "dual_sponsorship", "sponsor_state"]

ELEMENT = "C3"
COLUMNS = ("initiative", "department", "stage", "running", "in_use", "business", "technical", "state")
SponsorState = Literal["both", "same_person", "business_missing", "technical_missing", "none", "not_recorded"]
_GAPS = ("none", "business_missing", "technical_missing", "same_person")

# A finding about people who depend on a tool today comes before one about an idea.
_STRENGTH_IN_USE, _STRENGTH_PILOT, _STRENGTH_EARLIER, _STRENGTH_FINE = 0.75, 0.6, 0.4, 0.1


@dataclass(frozen=True)
class DualSponsorship(Result):
    """Sponsors of every initiative.

    Parameters
    ----------
    sponsors : DataFrame
        One row per initiative, furthest stage first: ``initiative``, ``department``, ``stage``, ``running``,
        ``in_use``, ``business`` and ``technical`` (the sponsor as recorded, empty where none is), ``state``.
    running : int
        Initiatives that were not stopped: the whole register is counted, it is no sample.
    complete : int
        Running initiatives with two different sponsors.
    """

    sponsors: pd.DataFrame
    running: int
    complete: int


def sponsor_state(business: object, technical: object, recorded: tuple[bool, bool] = (True, True)) -> SponsorState:
    """Classify the pair of sponsors of one initiative.

    Parameters
    ----------
    business, technical : str or missing
        Who is recorded.
    recorded : tuple of bool
        Whether the register uses the column at all: a blank in a column that nobody filled says nothing.
    """
    has_business, has_technical = not pd.isna(business), not pd.isna(technical)  # type: ignore[call-overload]
    if has_business and has_technical:
        return "same_person" if same_name(business, technical) else "both"
    lacks_business, lacks_technical = not has_business and recorded[0], not has_technical and recorded[1]
    if lacks_business and lacks_technical:
        return "none"
    if lacks_business:
        return "business_missing"
    return "technical_missing" if lacks_technical else "not_recorded"


def dual_sponsorship(client: Engagement) -> DualSponsorship:
    """Find the initiatives without a business sponsor, without a technical one, or with one person in both roles."""
    if not client.has("initiatives"):
        empty = pd.DataFrame(columns=list(COLUMNS))
        return DualSponsorship(
            ELEMENT, (not_collected(client, ELEMENT, ("initiatives",)),), 0, client.stamp, empty, 0, 0
        )
    frame = register(client)
    recorded = (bool(frame["business_sponsor"].notna().any()), bool(frame["technical_sponsor"].notna().any()))
    pairs = zip(frame["business_sponsor"], frame["technical_sponsor"], strict=True)
    sponsors = pd.DataFrame(
        {
            "initiative": frame["name"].astype(str),
            "department": frame["department"].astype(str),
            "stage": frame["stage"].astype(str),
            "running": frame["running"],
            "in_use": frame["in_use"],
            "business": frame["business_sponsor"].fillna("").astype(str),
            "technical": frame["technical_sponsor"].fillna("").astype(str),
            "state": [sponsor_state(business, technical, recorded) for business, technical in pairs],
        }
    )
    running = sponsors[sponsors["running"]]
    return DualSponsorship(
        element=ELEMENT,
        findings=_findings(client, running, recorded),
        withheld=0,
        stamp=client.stamp,
        sponsors=sponsors,
        running=len(running),
        complete=int((running["state"] == "both").sum()),
    )


def _findings(client: Engagement, running: pd.DataFrame, recorded: tuple[bool, bool]) -> tuple[Finding, ...]:
    say, rests = client.method.say, evidence(client, "initiatives")
    if running.empty:
        return (
            Finding(
                element=ELEMENT,
                kind="cannot_tell",
                statement=say("governance.sponsorship.none_running"),
                next_step=say("governance.sponsorship.none_running_next"),
                strength=0.15,
                evidence=rests,
                stamp=client.stamp,
            ),
        )
    found = []
    gaps = running[running["state"].isin(_GAPS)]
    for key, chosen, strength in (
        ("in_use", gaps[gaps["in_use"]], _STRENGTH_IN_USE),
        ("pilot", gaps[gaps["stage"] == "pilot"], _STRENGTH_PILOT),
        ("earlier", gaps[~gaps["in_use"] & (gaps["stage"] != "pilot")], _STRENGTH_EARLIER),
    ):
        if len(chosen):
            found.append(_gap(client, key, chosen, running, strength))
    for side, is_recorded in zip(("business", "technical"), recorded, strict=True):
        if not is_recorded:
            found.append(_unknown(client, side, running))
    if not found:
        found.append(
            Finding(
                element=ELEMENT,
                kind="finding",
                statement=counted(client.method, "governance.sponsorship.complete", len(running)),
                next_step=say("governance.sponsorship.complete_next"),
                gap="none",
                strength=_STRENGTH_FINE,
                n=len(running),
                evidence=rests,
                stamp=client.stamp,
            )
        )
    return tuple(sorted(found, key=lambda finding: -finding.strength))


def _gap(client: Engagement, key: str, chosen: pd.DataFrame, running: pd.DataFrame, strength: float) -> Finding:
    method = client.method
    names = [
        method.say(f"governance.sponsorship.lacks.{row.state}", initiative=row.initiative)
        for row in chosen.itertuples()
    ]
    first = chosen.iloc[0]
    states = set(chosen["state"])
    stage_total = {
        "in_use": int(running["in_use"].sum()),
        "pilot": int((running["stage"] == "pilot").sum()),
        "earlier": int((~running["in_use"] & (running["stage"] != "pilot")).sum()),
    }[key]
    return Finding(
        element=ELEMENT,
        kind="finding",
        statement=counted(
            method, f"governance.sponsorship.{key}", len(chosen), n=stage_total, names=named_first(method, names)
        ),
        next_step=method.say(
            f"governance.sponsorship.ask.{first['state']}",
            initiative=first["initiative"],
            department=first["department"],
        ),
        # Nobody answers for soundness: a deployment gap. Nobody in the department answers for the outcome: a trust gap.
        gap="deployment" if states == {"technical_missing"} else "trust" if states == {"business_missing"} else "both",
        owner="AI" if states == {"technical_missing"} else "joint",
        strength=strength,
        n=stage_total,
        evidence=evidence(client, "initiatives"),
        stamp=client.stamp,
    )


def _unknown(client: Engagement, side: str, running: pd.DataFrame) -> Finding:
    method = client.method
    column = method.tables["initiatives"].column(f"{side}_sponsor").label
    return Finding(
        element=ELEMENT,
        kind="cannot_tell",
        statement=counted(method, f"governance.sponsorship.unrecorded_{side}", len(running)),
        next_step=method.say("governance.column_next", column=column, table=method.tables["initiatives"].label),
        strength=0.5,
        n=len(running),
        evidence=evidence(client, "initiatives"),
        stamp=client.stamp,
    )
