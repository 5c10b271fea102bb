"""Which gaps lie in the deployment, which in trust, and who closes each (B11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from adoption_lib.analysis.causes import CausesOfResistance
from adoption_lib.analysis.concerns import SpecificConcerns, said_nothing
from adoption_lib.analysis.finding import Finding
from adoption_lib.analysis.intervals import wilson_intervals
from adoption_lib.analysis.result import Result, evidence, not_collected
from adoption_lib.engagement import Engagement
from adoption_lib.method.phrases import interval_phrase

__all__ = ["GapsByOwner", "concern_gap", "gaps_by_owner"]

_GAPS = ("deployment", "trust", "both", "undetermined")
_OWNERS = ("HR", "AI", "joint")
_SHARE_COLUMNS = ["gap", "count", "n", "share", "low", "high", "oldest", "newest"]
_OWNER_COLUMNS = ["owner", "gap", "concerns", "oldest", "newest", "unanswered"]
_POINT_COLUMNS = ["owner", "gap", "source", "statement", "next_step"]


@dataclass(frozen=True)
class GapsByOwner(Result):
    """Findings and concerns split by gap and owner.

    Parameters
    ----------
    gaps : DataFrame
        One row per gap: ``gap``, ``count`` of open concerns, ``n`` open concerns in all, ``share``, ``low``, ``high``,
        ``oldest`` and ``newest`` date.
    owners : DataFrame
        One row per owner and gap with open concerns: ``owner``, ``gap``, ``concerns``, ``oldest``, ``newest``,
        ``unanswered`` (nothing said to those who raised them).
    points : DataFrame
        One row per finding that has a gap: ``owner``, ``gap``, ``source`` (element), ``statement``, ``next_step``.
    """

    gaps: pd.DataFrame
    owners: pd.DataFrame
    points: pd.DataFrame


def concern_gap(cause: str, observed: bool, nothing_said: bool, rules: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """Where the gap behind one concern lies and who closes it.

    The cause decides by the method's rules. What was recorded refines it: a failure that was observed is a gap in the
    deployment whatever it is felt as, and silence afterwards is a gap in trust; together they are both. Without a
    coded cause these facts decide alone, and without them the gap is undetermined.

    Parameters
    ----------
    cause : str
        Coded cause, empty or ``other`` where it says nothing about the gap.
    observed : bool
        Whether it is recorded what happened.
    nothing_said : bool
        Whether it is recorded that nobody said anything afterwards.
    rules : dict of cause to (gap, owner)

    Returns
    -------
    gap, owner : str
    """
    seen = observed and cause != "own_interests"
    sides = {"deployment"} if seen else set()
    sides |= {"trust"} if nothing_said else set()
    owner = ""
    if cause in rules:
        gap, owner = rules[cause]
        sides |= {"deployment", "trust"} if gap == "both" else {gap}
    if not sides:
        return "undetermined", "joint"
    gap = "both" if len(sides) == 2 else next(iter(sides))
    if not owner:
        owner = {"deployment": "AI", "trust": "HR", "both": "joint"}[gap]
    elif cause in rules and gap == "both" and rules[cause][0] != "both":
        # The cause alone has one owner; the second side brings in the other.
        owner = "joint"
    return gap, owner


def gaps_by_owner(client: Engagement, causes: CausesOfResistance, concerns: SpecificConcerns) -> GapsByOwner:
    """Split what is open by gap and owner.

    Parameters
    ----------
    client : Engagement
        For settings and method; the data come with the two results.
    causes, concerns : CausesOfResistance, SpecificConcerns
        Results of B2 and B8.
    """
    rules = {name: (rule.gap, rule.owner) for name, rule in client.method.cause_rules.items()}
    frame = concerns.concerns
    open_ = frame[~frame["status"].isin(["answered", "closed"])]
    fact_known = ~open_["missing"].str.split("+").map(lambda fields: "what_happened" in fields).astype(bool)
    decided = [
        concern_gap(str(cause), bool(seen), said_nothing(str(said)), rules)
        for cause, seen, said in zip(open_["cause"], fact_known, open_["said_after"], strict=True)
    ]
    open_ = open_.assign(gap=[gap for gap, _ in decided], owner=[owner for _, owner in decided])
    points = _points(client, (*causes.findings, *concerns.findings))
    result = GapsByOwner(
        element="B11",
        findings=(),
        withheld=0,
        stamp=client.stamp,
        gaps=_by_gap(open_),
        owners=_by_owner(open_),
        points=points,
    )
    return replace(result, findings=_findings(client, result))


def _by_gap(open_: pd.DataFrame) -> pd.DataFrame:
    n = len(open_)
    rows = []
    for gap in _GAPS:
        part = open_[open_["gap"] == gap]
        rows.append({"gap": gap, "count": len(part), "n": n, **_dates(part)})
    frame = pd.DataFrame(rows)
    frame["share"] = frame["count"] / n if n else float("nan")
    frame["low"], frame["high"] = wilson_intervals(frame["count"], frame["n"])
    return frame[_SHARE_COLUMNS]


def _by_owner(open_: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for owner in _OWNERS:
        for gap in _GAPS:
            part = open_[(open_["owner"] == owner) & (open_["gap"] == gap)]
            if len(part):
                unanswered = int(part["unanswered"].sum())
                rows.append(
                    {"owner": owner, "gap": gap, "concerns": len(part), **_dates(part), "unanswered": unanswered}
                )
    return pd.DataFrame(rows, columns=_OWNER_COLUMNS)


def _dates(part: pd.DataFrame) -> dict[str, dt.date | None]:
    dates: Any = part["date"].dropna()
    if dates.empty:
        return {"oldest": None, "newest": None}
    return {"oldest": dates.min().date(), "newest": dates.max().date()}


def _points(client: Engagement, findings: Sequence[Finding]) -> pd.DataFrame:
    told = sorted(
        (f for f in findings if f.kind == "finding" and f.gap not in ("undetermined", "none")),
        key=lambda f: -f.strength,
    )
    rows = [
        {
            "owner": f.owner,
            "gap": f.gap,
            "source": client.method.elements[f.element].id,
            "statement": f.statement,
            "next_step": f.next_step,
        }
        for f in told
    ]
    frame = pd.DataFrame(rows, columns=_POINT_COLUMNS)
    order = frame["owner"].map({owner: i for i, owner in enumerate(_OWNERS)})
    return frame.assign(order=order).sort_values("order", kind="stable").drop(columns="order").reset_index(drop=True)


def _findings(client: Engagement, result: GapsByOwner) -> tuple[Finding, ...]:
    say = client.method.say
    n = int(result.gaps["n"].iloc[0])
    rests = evidence(client, "concern_log", "employee_survey")
    if n == 0 and result.points.empty:
        if not client.has("concern_log"):
            return (not_collected(client, "B11", ("concern_log",)),)
        return (
            Finding(
                element="B11",
                kind="cannot_tell",
                statement=say("gaps.nothing_open.statement"),
                next_step=say("gaps.nothing_open.next"),
                strength=0.3,
                evidence=rests,
                stamp=client.stamp,
            ),
        )
    found = []
    if n:
        found.append(_balance(client, result, n))
        late = _waiting(client, result, n)
        if late is not None:
            found.append(late)
    else:
        found.append(_from_points(client, result))
    return tuple(found)


def _balance(client: Engagement, result: GapsByOwner, n: int) -> Finding:
    """Name the gap most open concerns lie in, as far as n lets it be said."""
    say = client.method.say
    rests = evidence(client, "concern_log", "employee_survey")
    known: Any = result.gaps[result.gaps["gap"] != "undetermined"].sort_values("count", ascending=False, kind="stable")
    top, second = known.iloc[0], known.iloc[1]
    unknown = int(result.gaps.loc[result.gaps["gap"] == "undetermined", "count"].sum())
    if int(top["count"]) == 0:
        return Finding(
            element="B11",
            kind="cannot_tell",
            statement=say("gaps.unknown.statement", n=n),
            next_step=say("gaps.unknown.next"),
            strength=0.5,
            n=n,
            evidence=rests,
            stamp=client.stamp,
        )
    interval = (float(top["low"]), float(top["high"]))
    clear = float(top["low"]) > float(second["share"])
    gap = str(top["gap"])
    statement = say(
        f"gaps.balance.{gap}" if clear else "gaps.balance.mixed",
        count=int(top["count"]),
        n=n,
        interval=interval_phrase(*interval),
        deployment=_count(result, "deployment"),
        trust=_count(result, "trust"),
        both=_count(result, "both"),
    )
    if unknown:
        statement += " " + say("gaps.balance.unknown", count=unknown)
    side: Any = gap if clear else "both"
    owner: Any = {"deployment": "AI", "trust": "HR", "both": "joint"}[side]
    return Finding(
        element="B11",
        kind="finding",
        statement=statement,
        next_step=say(f"gaps.next.{side}"),
        gap=side,
        owner=owner,
        strength=0.7,
        n=n,
        interval=interval if clear else None,
        evidence=rests,
        stamp=client.stamp,
    )


def _waiting(client: Engagement, result: GapsByOwner, n: int) -> Finding | None:
    """Say how long those wait whose owner has most concerns without an answer."""
    totals = result.owners.groupby("owner", sort=False)[["concerns", "unanswered"]].sum()
    if totals["unanswered"].sum() == 0:
        return None
    name = max(totals.index, key=lambda key: (int(totals.to_dict()["unanswered"][key]), -_OWNERS.index(str(key))))
    mine = result.owners[result.owners["owner"] == name]
    oldest = [date for date in mine["oldest"] if date is not None]
    say = client.method.say
    owner: Any = str(name)
    return Finding(
        element="B11",
        kind="finding",
        statement=say(
            "gaps.waiting.statement",
            owner=client.method.label("owner", owner),
            count=int(mine["unanswered"].sum()),
            total=int(mine["concerns"].sum()),
            since=f"{min(oldest):%B %Y}" if oldest else say("gaps.waiting.undated"),
        ),
        next_step=say("gaps.waiting.next"),
        gap="trust",
        owner=owner,
        strength=0.55,
        n=n,
        evidence=evidence(client, "concern_log"),
        stamp=client.stamp,
    )


def _from_points(client: Engagement, result: GapsByOwner) -> Finding:
    """Without open concerns the diagnosis alone says where the gap lies."""
    first: Any = result.points.iloc[0]
    say = client.method.say
    return Finding(
        element="B11",
        kind="finding",
        statement=say("gaps.points.statement", gap=client.method.label("gap", first["gap"])),
        next_step=say(f"gaps.next.{first['gap']}"),
        gap=first["gap"],
        owner=first["owner"],
        strength=0.5,
        evidence=evidence(client, "employee_survey"),
        stamp=client.stamp,
    )


def _count(result: GapsByOwner, gap: str) -> int:
    return int(result.gaps.loc[result.gaps["gap"] == gap, "count"].sum())
