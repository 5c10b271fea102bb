"""Which decisions carry both signatures, which wait, and which went ahead on one? (C4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from adoption_lib.analysis.finding import Finding
from adoption_lib.analysis.initiatives import IN_USE, STOPPED, counted, named_first, register
from adoption_lib.analysis.result import Result, evidence, not_collected
from adoption_lib.engagement import Engagement

__all__ = ["AHEAD", "JointSignOff", "joint_sign_off", "order_faults", "sign_off_states"]

ELEMENT = "C4"
STATE_COLUMNS = (
    "initiative", "department", "stage", "milestone", "state", "signed", "late", "due", "passed_on",
    "signed_business", "signed_technical", "blocked_by", "implied",
)  # fmt: skip
ORDER_COLUMNS = ("initiative", "milestone", "kind", "date", "earlier", "earlier_date")
AHEAD = ("ahead_business", "ahead_technical", "ahead_unsigned")
"""States of a decision that work has passed without both signatures on or before that day."""

_OPEN = ("overdue", "blocked", "only_business", "only_technical", "not_due")
_REACHED_BY = {"pilot": 2, "live": 3, "scaled": 4}
"""How many milestones an initiative has passed in fact when it is at a stage, whatever the record says."""

_STRENGTH = {"ahead": 0.7, "waiting": 0.6, "order": 0.45, "unrecorded": 0.5, "fine": 0.1}


@dataclass(frozen=True)
class JointSignOff(Result):
    """State of the four milestones of every initiative.

    Parameters
    ----------
    matrix : DataFrame
        One row per initiative and milestone: ``state`` (``both``; ``ahead_business``, ``ahead_technical``,
        ``ahead_unsigned``: went ahead on that signature or on none; ``only_business``, ``only_technical``;
        ``overdue``; ``blocked`` with ``blocked_by``; ``not_due``; ``ended``: the initiative was stopped before;
        ``not_recorded``), ``signed`` (``both``, ``business``, ``technical``, ``none``), ``late`` (a signature came
        after work had gone ahead), dates, ``implied`` (the stage shows that work has passed it).
    order : DataFrame
        Decisions taken in the wrong order: ``kind`` is ``passed_before_earlier`` or ``signed_before_earlier``.
    passed : int
        Milestones that work has passed and that stand in the record.
    ahead : int
        Those of them without both signatures at the time.
    as_of : date or None
        Day the states hold for.
    """

    matrix: pd.DataFrame
    order: pd.DataFrame
    passed: int
    ahead: int
    as_of: dt.date | None


def sign_off_states(
    initiatives: pd.DataFrame, milestones: pd.DataFrame, sequence: Sequence[str], as_of: dt.date | None
) -> pd.DataFrame:
    """State of every milestone of every initiative.

    Parameters
    ----------
    initiatives : DataFrame
        ``name``, ``department``, ``stage``, ``go_live``; the order of rows is kept.
    milestones : DataFrame
        Table ``milestones``; at most one row for each initiative and milestone.
    sequence : sequence of str
        Milestones in the order in which they are passed.
    as_of : date or None
        Day the data describe. Without it nothing can be called overdue.

    Returns
    -------
    DataFrame
        Columns as in :class:`JointSignOff`, ``matrix``.
    """
    rows: dict[tuple[str, str], Any] = {(str(r.initiative), str(r.milestone)): r for r in milestones.itertuples()}
    known = [str(name) for name in initiatives["name"]]
    extra = sorted({str(name) for name in milestones["initiative"]} - set(known))
    facts: dict[str, Mapping[str, Any]] = {
        str(row["name"]): {key: row[key] for key in ("department", "stage", "go_live")}
        for row in initiatives.to_dict("records")
    }
    today = None if as_of is None else pd.Timestamp(as_of)
    result: list[dict[str, Any]] = []
    for name in [*known, *extra]:
        fact = facts.get(name, {"department": "", "stage": "", "go_live": pd.NaT})
        blocker = ""
        for position, milestone in enumerate(sequence):
            entry = _entry(name, milestone, fact, rows.get((name, milestone)), position, today)
            if entry["state"] in ("overdue", "only_business", "only_technical", "not_due") and blocker:
                entry.update(state="blocked", blocked_by=blocker)
            if entry["state"] == "overdue":
                blocker = milestone
            result.append(entry)
    return pd.DataFrame(result, columns=list(STATE_COLUMNS))


def _entry(
    name: str, milestone: str, fact: Mapping[str, Any], row: Any, position: int, today: pd.Timestamp | None
) -> dict[str, Any]:
    stage = "" if pd.isna(fact["stage"]) else str(fact["stage"])
    implied = position < _REACHED_BY.get(stage, 0)
    empty = {"due": pd.NaT, "passed_on": pd.NaT, "signed_business": pd.NaT, "signed_technical": pd.NaT}
    dates = empty if row is None else {key: getattr(row, key) for key in empty}
    if (
        row is not None
        and milestone == "go_live"
        and stage in IN_USE
        and pd.isna(dates["passed_on"])
        and pd.notna(fact["go_live"])
        and (today is None or fact["go_live"] <= today)
    ):
        # People use the tool every day: the register's own date says when that began.
        dates["passed_on"] = fact["go_live"]
    state, late = _state(dates, row is not None, implied, stage, today)
    business, technical = pd.notna(dates["signed_business"]), pd.notna(dates["signed_technical"])
    signed = "both" if business and technical else "business" if business else "technical" if technical else "none"
    department = "" if pd.isna(fact["department"]) else str(fact["department"])
    return {
        "initiative": name, "department": department, "stage": stage, "milestone": milestone, "state": state,
        "signed": signed, "late": late, **dates, "blocked_by": "", "implied": implied,
    }  # fmt: skip


def _state(
    dates: Mapping[str, Any], recorded: bool, implied: bool, stage: str, today: pd.Timestamp | None
) -> tuple[str, bool]:
    business, technical, passed = dates["signed_business"], dates["signed_technical"], dates["passed_on"]
    if pd.notna(passed) or (implied and recorded):

        def in_time(signed: Any) -> bool:
            return bool(pd.notna(signed) and (pd.isna(passed) or signed <= passed))

        late = bool(any(pd.notna(s) and not in_time(s) for s in (business, technical)))
        if in_time(business) and in_time(technical):
            return "both", late
        if in_time(business):
            return "ahead_business", late
        return ("ahead_technical" if in_time(technical) else "ahead_unsigned"), late
    if pd.notna(business) and pd.notna(technical):
        return "both", False
    if stage == STOPPED:
        return "ended", False
    if pd.notna(dates["due"]) and today is not None and dates["due"] < today:
        return "overdue", False
    if pd.notna(business):
        return "only_business", False
    if pd.notna(technical):
        return "only_technical", False
    return ("not_due" if pd.notna(dates["due"]) else "not_recorded"), False


def order_faults(matrix: pd.DataFrame) -> pd.DataFrame:
    """Milestones passed or signed before the nearest earlier one on record was settled.

    A milestone is settled when work passed it or, before that, when the second signature was given. One that the stage
    shows as passed but that bears no date cannot be compared and is left out.
    """
    faults = []
    for name, rows in matrix.groupby("initiative", sort=False):
        earlier: Any = None
        entries: list[Any] = list(rows.itertuples())
        for row in entries:
            if row.state == "not_recorded" or row.state == "ended":
                continue
            if earlier is not None and not (earlier.implied and pd.isna(_settled(earlier))):
                settled = _settled(earlier)
                signatures = [day for day in (row.signed_business, row.signed_technical) if pd.notna(day)]
                fault: tuple[str, Any] | None = None
                if pd.notna(row.passed_on) and (pd.isna(settled) or row.passed_on < settled):
                    fault = ("passed_before_earlier", row.passed_on)
                elif signatures and (pd.isna(settled) or min(signatures) < settled):
                    fault = ("signed_before_earlier", min(signatures))
                if fault is not None:
                    faults.append((str(name), row.milestone, *fault, earlier.milestone, settled))
            earlier = row
    return pd.DataFrame(faults, columns=list(ORDER_COLUMNS))


def _settled(row: Any) -> Any:
    if pd.notna(row.passed_on):
        return row.passed_on
    if row.signed == "both":
        return max(row.signed_business, row.signed_technical)
    return pd.NaT


def joint_sign_off(client: Engagement) -> JointSignOff:
    """Hold the four milestones of every initiative against their two signatures."""
    if not client.has("milestones"):
        empty = (pd.DataFrame(columns=list(STATE_COLUMNS)), pd.DataFrame(columns=list(ORDER_COLUMNS)))
        return JointSignOff(
            ELEMENT,
            (not_collected(client, ELEMENT, ("milestones",)),),
            0,
            client.stamp,
            *empty,
            passed=0,
            ahead=0,
            as_of=client.as_of,
        )
    sequence = client.method.term_ids("milestone")
    matrix = sign_off_states(register(client), client.table("milestones"), sequence, client.as_of)
    order = order_faults(matrix)
    ahead = matrix[matrix["state"].isin(AHEAD)]
    done = matrix[matrix["passed_on"].notna() | (matrix["implied"] & (matrix["state"] != "not_recorded"))]
    return JointSignOff(
        element=ELEMENT,
        findings=_findings(client, matrix, order, len(done)),
        withheld=0,
        stamp=client.stamp,
        matrix=matrix,
        order=order,
        passed=len(done),
        ahead=len(ahead),
        as_of=client.as_of,
    )


def _findings(client: Engagement, matrix: pd.DataFrame, order: pd.DataFrame, passed: int) -> tuple[Finding, ...]:
    method = client.method

    def label(row: Any) -> str:
        milestone = method.label("milestone", row["milestone"]).lower()
        return method.say("governance.sign_off.item", initiative=row["initiative"], milestone=milestone)

    def finding(key: str, chosen: pd.DataFrame, n: int, **extra: Any) -> Finding:
        first = chosen.iloc[0]
        names = named_first(method, [label(row) for row in chosen.to_dict("records")])
        milestone = method.label("milestone", first["milestone"]).lower()
        step = method.say(
            extra.pop("step", f"governance.sign_off.{key}_next"), initiative=first["initiative"], milestone=milestone
        )
        rests = evidence(client, "milestones", "initiatives")
        statement = counted(method, f"governance.sign_off.{key}", len(chosen), n=n, names=names)
        values: dict[str, Any] = {"kind": "finding", "gap": "both", "strength": _STRENGTH[key], **extra}
        return Finding(
            element=ELEMENT, statement=statement, next_step=step, n=n, evidence=rests, stamp=client.stamp, **values
        )

    found = []
    ahead = matrix[matrix["state"].isin(AHEAD)]
    if len(ahead):
        # The latest decision that went ahead is the one that can still be mended soonest.
        ahead = ahead.sort_values("passed_on", ascending=False, kind="stable", na_position="last")
        step = f"governance.sign_off.{ahead.iloc[0]['state']}_next"
        found.append(finding("ahead", ahead, passed, step=step, gap="trust"))
    waiting = matrix[matrix["state"].isin(["overdue", "blocked"])]
    if len(waiting):
        overdue = waiting[waiting["state"] == "overdue"].sort_values("due", kind="stable")
        blocked = len(waiting) - len(overdue)
        found.append(finding("waiting", overdue, int(matrix["state"].isin(_OPEN).sum())))
        if blocked:
            more = counted(method, "governance.sign_off.blocked", blocked)
            found[-1] = replace(found[-1], statement=f"{found[-1].statement} {more}")
    if len(order):
        found.append(finding("order", order, len(matrix[matrix["state"] != "not_recorded"])))
    missing = matrix[matrix["implied"] & (matrix["state"] == "not_recorded")]
    if len(missing):
        extra = {"kind": "cannot_tell", "gap": "undetermined"}
        found.append(finding("unrecorded", missing, int(matrix["implied"].sum()), **extra))
    if not found:
        found.append(_nothing_amiss(client, matrix, passed))
    return tuple(sorted(found, key=lambda one: -one.strength))


def _nothing_amiss(client: Engagement, matrix: pd.DataFrame, passed: int) -> Finding:
    say = client.method.say
    key = "fine" if passed else "early"
    if not len(matrix[matrix["state"] != "not_recorded"]):
        key = "empty"
    statement = say(f"governance.sign_off.{key}") if key != "fine" else ""
    return Finding(
        element=ELEMENT,
        kind="finding" if key == "fine" else "cannot_tell",
        statement=statement or counted(client.method, "governance.sign_off.fine", passed),
        next_step=say(f"governance.sign_off.{key}_next"),
        gap="none" if key == "fine" else "undetermined",
        strength=_STRENGTH["fine"],
        n=passed or None,
        evidence=evidence(client, "milestones"),
        stamp=client.stamp,
    )
