"""What the concern log says in sentences: what waits for an answer, what recurs, what has to be asked (B8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from adoption_lib.analysis.finding import Finding
from adoption_lib.analysis.result import evidence, not_collected
from adoption_lib.engagement import Engagement
from adoption_lib.method.phrases import interval_phrase, list_phrase

if TYPE_CHECKING:
    from adoption_lib.analysis.concerns import SpecificConcerns

__all__ = ["concerns_findings"]

_NAMED = 3


def concerns_findings(client: Engagement, result: SpecificConcerns) -> tuple[Finding, ...]:
    """Put :func:`adoption_lib.analysis.concerns.specific_concerns` into findings, most consequential first."""
    if result.concerns.empty:
        return (not_collected(client, "B8", ("concern_log",)),)
    say, frame = client.method.say, result.concerns
    n = len(frame)
    rests = evidence(client, "concern_log")
    found = []
    waiting = frame[frame["specific"] & frame["unanswered"]]
    if len(waiting):
        about = list(dict.fromkeys(_about(client, row) for row in waiting.itertuples()))
        owners = {client.method.cause_rules[c].owner for c in waiting["cause"] if c in client.method.cause_rules}
        found.append(
            Finding(
                element="B8",
                kind="finding",
                statement=say(
                    "concerns.waiting.statement" if len(waiting) > 1 else "concerns.waiting.statement_one",
                    count=len(waiting),
                    n=n,
                    about=list_phrase(about[:_NAMED]),
                ),
                next_step=say("concerns.waiting.next"),
                gap="both",
                owner=owners.pop() if len(owners) == 1 else "joint",  # type: ignore[arg-type]
                strength=0.85,
                n=n,
                evidence=rests,
                stamp=client.stamp,
            )
        )
    top: Any = result.recurring.head(1)
    for row in top.itertuples():
        times = "" if pd.isna(row.times) else say("concerns.recurring.times", times=row.times)
        found.append(
            Finding(
                element="B8",
                kind="finding",
                statement=" ".join(
                    part
                    for part in (
                        say("concerns.recurring.statement", count=row.concerns, tool=row.tool, task=row.task),
                        times,
                    )
                    if part
                ),
                next_step=say("concerns.recurring.next"),
                gap="deployment",
                owner="AI",
                strength=0.6 if row.unanswered else 0.45,
                n=n,
                evidence=rests,
                stamp=client.stamp,
            )
        )
    found.append(_specificity(client, result, n))
    return tuple(found)


def _specificity(client: Engagement, result: SpecificConcerns, n: int) -> Finding:
    say = client.method.say
    vague = result.concerns[~result.concerns["specific"]]
    rests = evidence(client, "concern_log")
    if vague.empty:
        return Finding(
            element="B8",
            kind="finding",
            statement=say("concerns.all_specific.statement", n=n),
            next_step=say("concerns.all_specific.next"),
            gap="trust",
            strength=0.3,
            n=n,
            evidence=rests,
            stamp=client.stamp,
        )
    missing = vague["missing"].str.split("+").explode()
    counts = missing[missing != ""].value_counts()
    first = sorted(
        counts.index, key=lambda field: (-int(counts[field]), list(client.method.concern_fields).index(field))
    )
    count = int(result.concerns["specific"].sum())
    return Finding(
        element="B8",
        kind="cannot_tell",
        statement=say(
            "concerns.vague.statement" if count else "concerns.vague.none",
            count=count,
            n=n,
            interval=interval_phrase(result.low, result.high),
            fields=list_phrase([f"“{client.method.concern_fields[field].label}”" for field in first[:2]]),
        ),
        next_step=say("concerns.vague.next", question=client.method.concern_fields[first[0]].question),
        owner="HR",
        strength=0.5,
        n=n,
        interval=(result.low, result.high),
        evidence=rests,
        stamp=client.stamp,
    )


def _about(client: Engagement, row: Any) -> str:
    parts = [part for part in (row.tool, row.task) if part]
    return f"“{' – '.join(parts)}”" if parts else client.method.say("concerns.waiting.unnamed")
