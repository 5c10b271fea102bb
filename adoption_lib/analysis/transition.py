"""When does the department take over, and what may it still ask for? (C16)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from adoption_lib.analysis.finding import Finding
from adoption_lib.analysis.initiatives import counted, named_first
from adoption_lib.analysis.result import Result, evidence, not_collected
from adoption_lib.analysis.takeover_dates import plan_timeline
from adoption_lib.engagement import Engagement
from adoption_lib.method.phrases import list_phrase

__all__ = ["Stability", "TransitionPlan", "activity_gaps", "staff_stability", "transition_plan"]

ELEMENT = "C16"
ACTIVITY_COLUMNS = (
    "activity", "phase", "part", "lead_now", "lead_at_end", "hands_over", "handover_on", "exit_criterion",
    "support_boundary", "partner_until", "stays_with_partner", "date_passed", "gaps",
)  # fmt: skip
PART_COLUMNS = ("part", "activities", "internal_now", "internal_at_end")
LEADS = ("partner", "paired", "internal")
GAPS = ("no_end", "backwards", "no_date", "no_criterion", "no_boundary", "leaves_early")
_HANDOVER_GAPS = ("no_date", "no_criterion", "no_boundary")

_STRENGTH = {
    "no_end": 0.7, "uncovered": 0.6, "incomplete": 0.6, "leaves_early": 0.55, "passed": 0.5, "leaving": 0.5,
    "most_stay": 0.65, "stays_until": 0.4, "fine": 0.1,
}  # fmt: skip


@dataclass(frozen=True)
class Stability:
    """How many of the internal people on the plan are expected to stay.

    ``verdict`` is ``most`` or ``half_or_fewer``, ``withheld`` below the floor, ``not_recorded`` where too little is
    known. ``stable`` is the count where publishing it points at nobody, else None; ``n`` the internal people, None if
    withheld.
    """

    verdict: Literal["most", "half_or_fewer", "withheld", "not_recorded", "not_collected"]
    n: int | None = None
    stable: int | None = None


@dataclass(frozen=True)
class TransitionPlan(Result):
    """The plan by which the lead passes to internal people.

    Parameters
    ----------
    activities : DataFrame
        One row per work package, by part and date: lead now and at the end, ``hands_over`` (the lead passes to internal
        people), handover date, exit criterion, support boundary, ``partner_until``, ``stays_with_partner`` (not led
        internally at the end), ``date_passed`` (the handover date lies before the data's date), ``gaps`` (ids joined by
        ``;``, see :func:`activity_gaps`).
    timeline : DataFrame
        Segments to draw: ``activity``, ``part``, ``lead``, ``start``, ``end``, ``start_known``, ``end_known``.
    parts : DataFrame
        For each capability part the number of ``activities`` and how many internal people lead now and at the end.
    stability : Stability
        Of the internal people, as a group.
    as_of : date or None
        Day the data describe.
    """

    activities: pd.DataFrame
    timeline: pd.DataFrame
    parts: pd.DataFrame
    stability: Stability
    as_of: dt.date | None


def activity_gaps(task: Mapping[Any, Any]) -> tuple[str, ...]:
    """List what the handover of one work package lacks.

    Parameters
    ----------
    task : mapping
        A row of table ``engagement_tasks``.

    Returns
    -------
    tuple of str
        ``no_end``: not led internally at the end, and no day on which the partner's part ends; ``backwards``: the lead
        moves towards the partner; ``no_date``, ``no_criterion``, ``no_boundary``: the lead passes to internal people
        without a date, without a test, without a word on what the department may still ask for; ``leaves_early``: the
        partner leaves before the handover. An activity that internal people lead from the start needs none of these.
    """

    def blank(key: str) -> bool:
        value = task[key]
        return bool(pd.isna(value)) or not str(value).strip()

    now, end = LEADS.index(str(task["lead_now"])), LEADS.index(str(task["lead_at_end"]))
    internal = len(LEADS) - 1
    found = []
    if end < internal and blank("partner_until"):
        found.append("no_end")
    if end < now:
        found.append("backwards")
    if end == internal and now < internal:
        missing = {"no_date": "handover_on", "no_criterion": "exit_criterion", "no_boundary": "support_boundary"}
        found += [gap for gap, column in missing.items() if blank(column)]
        if not blank("partner_until") and not blank("handover_on") and task["partner_until"] < task["handover_on"]:
            found.append("leaves_early")
    return tuple(found)


def staff_stability(staff: pd.DataFrame, floor: int) -> Stability:
    """Say whether most internal people on the plan are expected to stay, without pointing at anybody.

    A count appears only if it and the remainder both reach ``floor``. Otherwise only "most" or "half or fewer" is said:
    with five or more people either leaves at least three counts possible, so nobody's prospects can be read off.

    Parameters
    ----------
    staff : DataFrame
        Table ``staff``: ``side``, ``stability``.
    floor : int
        Smallest group that is published.
    """
    inside = staff[staff["side"] == "internal"]
    if len(inside) < floor:
        return Stability("withheld")
    n, known = len(inside), int(inside["stability"].notna().sum())
    stable = int((inside["stability"] == "stable").sum())
    other = known - stable
    # What is not recorded could go either way; the verdict must hold in both cases.
    if 2 * stable > n:
        verdict: Literal["most", "half_or_fewer"] = "most"
    elif 2 * (n - other) <= n:
        verdict = "half_or_fewer"
    else:
        return Stability("not_recorded", n)
    countable = known == n and stable >= floor and other >= floor
    return Stability(verdict, n, stable if countable else None)


def transition_plan(client: Engagement) -> TransitionPlan:
    """Read the dated transition plan, what it leaves open, and who stays to carry it."""
    stability = Stability("not_collected")
    if client.has("staff"):
        stability = staff_stability(client.table("staff"), client.settings.anonymity.counts)
    withheld = int(stability.verdict == "withheld")
    if not client.has("engagement_tasks"):
        findings = (not_collected(client, ELEMENT, ("engagement_tasks",)),)
        empty = pd.DataFrame(columns=list(ACTIVITY_COLUMNS))
        parts = pd.DataFrame(columns=list(PART_COLUMNS))
        lines = plan_timeline(client.table("engagement_tasks"))
        return TransitionPlan(ELEMENT, findings, withheld, client.stamp, empty, lines, parts, stability, client.as_of)
    tasks = client.table("engagement_tasks")
    part_rank = {part: rank for rank, part in enumerate(client.method.term_ids("part"))}
    timeline = plan_timeline(tasks)
    begins = timeline.groupby("activity")["start"].min()
    tasks = tasks.assign(_part=tasks["part"].map(part_rank), _begins=tasks["activity"].map(begins))
    tasks = tasks.sort_values(["_part", "_begins", "activity"], na_position="last", ignore_index=True)
    activities = _activities(tasks, client.as_of)
    rank = timeline["activity"].map({name: place for place, name in enumerate(activities["activity"])})
    timeline = timeline.loc[timeline.assign(_rank=rank).sort_values(["_rank", "start"]).index].reset_index(drop=True)
    parts = _parts(activities, tuple(part_rank))
    return TransitionPlan(
        element=ELEMENT,
        findings=_findings(client, activities, parts, stability),
        withheld=withheld,
        stamp=client.stamp,
        activities=activities,
        timeline=timeline,
        parts=parts,
        stability=stability,
        as_of=client.as_of,
    )


def _activities(tasks: pd.DataFrame, as_of: dt.date | None) -> pd.DataFrame:
    ends = tasks["lead_at_end"].astype(str)
    hands_over = (ends == "internal") & (tasks["lead_now"].astype(str) != "internal")
    today = pd.Timestamp(as_of) if as_of else None
    passed = (tasks["handover_on"] < today) & hands_over if today is not None else pd.Series(False, index=tasks.index)
    values = {
        **{name: tasks[name].astype(str) for name in ("activity", "phase", "part", "lead_now", "lead_at_end")},
        "hands_over": hands_over,
        "handover_on": tasks["handover_on"],
        "exit_criterion": tasks["exit_criterion"].fillna("").astype(str),
        "support_boundary": tasks["support_boundary"].fillna("").astype(str),
        "partner_until": tasks["partner_until"],
        "stays_with_partner": ends != "internal",
        "date_passed": passed.astype(bool),
        "gaps": [";".join(activity_gaps(task)) for task in tasks.to_dict("records")],
    }
    return pd.DataFrame(values, columns=list(ACTIVITY_COLUMNS))


def _parts(activities: pd.DataFrame, parts: tuple[str, ...]) -> pd.DataFrame:
    rows = []
    for part in parts:
        mine = activities[activities["part"] == part]
        inside = (int((mine["lead_now"] == "internal").sum()), int((mine["lead_at_end"] == "internal").sum()))
        rows.append((part, len(mine), *inside))
    return pd.DataFrame(rows, columns=list(PART_COLUMNS))


def _findings(
    client: Engagement, activities: pd.DataFrame, parts: pd.DataFrame, stability: Stability
) -> tuple[Finding, ...]:
    method, say, total = client.method, client.method.say, len(activities)
    rests = evidence(client, "engagement_tasks")
    gaps = activities["gaps"].str.split(";")

    def having(*wanted: str) -> pd.DataFrame:
        return activities[[bool(set(wanted) & set(entry)) for entry in gaps]]

    def finding(key: str, chosen: pd.DataFrame, n: int, **extra: Any) -> Finding:
        names = named_first(method, list(chosen["activity"]))
        detail = extra.pop("detail", "")
        values: dict[str, Any] = {"kind": "finding", "gap": "deployment", "strength": _STRENGTH[key], **extra}
        return Finding(
            element=ELEMENT,
            statement=counted(method, f"transition.{key}", len(chosen), n=n, names=names, detail=detail),
            next_step=say(f"transition.{key}_next", activity=chosen.iloc[0]["activity"] if len(chosen) else ""),
            n=n,
            evidence=rests,
            stamp=client.stamp,
            **values,
        )

    found = []
    if len(chosen := having("no_end", "backwards")):
        found.append(finding("no_end", chosen, total))
    ending = activities[activities["stays_with_partner"] & activities["partner_until"].notna()]
    if len(ending := ending.drop(having("no_end", "backwards").index, errors="ignore")):
        last = pd.Timestamp(ending["partner_until"].max())
        strength = _STRENGTH["stays_until" if 2 * len(ending) < total else "most_stay"]
        found.append(finding("stays_until", ending, total, detail=f"{last.day} {last:%B %Y}", strength=strength))
    if len(chosen := having(*_HANDOVER_GAPS)):
        counts = [(gap, len(having(gap))) for gap in _HANDOVER_GAPS]
        detail = list_phrase([say(f"transition.lacks.{gap}", count=count) for gap, count in counts if count])
        found.append(finding("incomplete", chosen, int(activities["hands_over"].sum()), detail=detail))
    if len(uncovered := parts[parts["internal_at_end"] == 0]):
        found.append(_uncovered(client, uncovered, parts))
    if len(chosen := having("leaves_early")):
        found.append(finding("leaves_early", chosen, int(activities["hands_over"].sum())))
    if len(chosen := activities[activities["date_passed"]]):
        n = int(activities["hands_over"].sum())
        found.append(finding("passed", chosen, n, kind="cannot_tell", gap="undetermined"))
    if not found:
        found.append(finding("fine", activities, total, gap="none"))
    found.append(_staff_finding(client, stability))
    return tuple(sorted(found, key=lambda one: -one.strength))


def _uncovered(client: Engagement, uncovered: pd.DataFrame, parts: pd.DataFrame) -> Finding:
    method = client.method
    labels = [method.label("part", part).lower() for part in uncovered["part"]]
    return Finding(
        element=ELEMENT,
        kind="finding",
        statement=counted(method, "transition.uncovered", len(labels), n=len(parts), names=list_phrase(labels)),
        next_step=method.say("transition.uncovered_next", part=labels[0]),
        gap="deployment",
        strength=_STRENGTH["uncovered"],
        n=int(parts["activities"].sum()),
        evidence=evidence(client, "engagement_tasks"),
        stamp=client.stamp,
    )


def _staff_finding(client: Engagement, stability: Stability) -> Finding:
    say, floor = client.method.say, client.settings.anonymity.counts
    key = f"transition.staff.{stability.verdict}"
    known = stability.verdict in ("most", "half_or_fewer")
    if stability.stable is not None:
        key = "transition.staff.counted"
    return Finding(
        element=ELEMENT,
        kind="finding" if known else "cannot_tell",
        statement=say(key, n=stability.n, stable=stability.stable, floor=floor),
        next_step=say(f"transition.staff.{stability.verdict}_next", n=stability.n),
        gap="undetermined" if not known else "deployment" if stability.verdict == "half_or_fewer" else "none",
        owner="HR",
        strength=_STRENGTH["leaving"] if stability.verdict == "half_or_fewer" else 0.15 if known else 0.25,
        n=stability.n,
        evidence=evidence(client, "staff"),
        stamp=client.stamp,
    )
