"""Whether enough is known to commit to a direction: an honest assessment and a specific gap to close (A5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from adoption_lib.analysis.capability_findings import part_name
from adoption_lib.analysis.finding import Evidence, Finding
from adoption_lib.analysis.level_estimates import clustered_share
from adoption_lib.analysis.rater_agreement import agreement_by_part, rater_reliability
from adoption_lib.analysis.raters import latest_wave, rater_groups, wave_ratings
from adoption_lib.analysis.result import Result, evidence, not_collected
from adoption_lib.analysis.two_pictures import TwoPictures, two_pictures
from adoption_lib.engagement import Engagement
from adoption_lib.method.phrases import list_phrase, percent

__all__ = ["CONDITIONS", "Commitment", "Condition", "ready_to_commit"]

State = Literal["met", "not_met", "cannot_tell"]

CONDITIONS = ("raters", "evidence", "agreement", "divergence", "gap", "needed")
"""Conditions of commitment: four of an honest assessment, two of a specific gap."""

# A one-person board is no fault; these three see the work from sides that do not replace each other.
_SIDES = ("HR", "AI", "business")


@dataclass(frozen=True)
class Condition:
    """One condition: its state, what was found, and what is missing (empty where it is met)."""

    id: str
    state: State
    value: str
    missing: str


@dataclass(frozen=True)
class Commitment(Result):
    """Go or not yet.

    Parameters
    ----------
    go : bool
        Every condition is met.
    conditions : tuple of Condition
        In the order of :data:`CONDITIONS`.
    agreement : DataFrame
        As from :func:`adoption_lib.analysis.rater_agreement.agreement_by_part`.
    reliability : DataFrame
        As from :func:`adoption_lib.analysis.rater_agreement.rater_reliability`.
    labels : mapping
        Group id to the names of its functions.
    """

    go: bool
    conditions: tuple[Condition, ...]
    agreement: pd.DataFrame
    reliability: pd.DataFrame
    labels: Mapping[str, str]


def ready_to_commit(client: Engagement, wave: str = "") -> Commitment:
    """Check the conditions for committing to an approach.

    Parameters
    ----------
    client : Engagement
        Uses ``capability_ratings`` and the first initiative in ``engagement.yaml``.
    wave : str
        Wave of ratings; empty means the latest.

    Returns
    -------
    Commitment
        A condition that cannot be told yet counts against committing, and says what would tell.
    """
    used_wave = wave or latest_wave(client)
    ratings = wave_ratings(client, used_wave)
    floor = client.settings.anonymity.counts
    groups = rater_groups(ratings, floor)
    labels = {group.id: group.label(client.method) for group in groups}
    agreement = agreement_by_part(ratings, groups, client.method.term_ids("part"), floor)
    reliability = rater_reliability(ratings, groups, floor, client.method.threshold("interval_level"))
    conditions = (
        _raters(client, ratings),
        _evidence(client, ratings),
        _agreement(client, agreement, labels),
        _divergence(client, two_pictures(client, used_wave)),
        _gap(client),
        _needed(client, ratings),
    )
    go = all(condition.state == "met" for condition in conditions)
    return Commitment(
        element="A5",
        findings=_findings(client, conditions, go),
        withheld=int(agreement["withheld"].sum()),
        stamp=client.stamp,
        go=go,
        conditions=conditions,
        agreement=agreement,
        reliability=reliability,
        labels=labels,
    )


def _condition(client: Engagement, name: str, state: State, key: str, **values: object) -> Condition:
    method = client.method
    value = method.say(f"commitment.{name}.{key}.value", **values)
    missing = "" if state == "met" else method.say(f"commitment.{name}.{key}.missing", **values)
    return Condition(name, state, value, missing)


def _raters(client: Engagement, ratings: pd.DataFrame) -> Condition:
    floor, least = client.settings.anonymity.counts, int(client.method.threshold("min_raters"))
    if not client.has("capability_ratings"):
        return _condition(client, "raters", "cannot_tell", "unknown", least=least)
    people = ratings[ratings["score"].notna()].groupby("function")["rater"].nunique()
    counts = {side: int(people.get(side, 0)) for side in _SIDES}
    # A small number of raters is named only as "fewer than": who took part is theirs to say.
    shown = [
        client.method.say(
            "commitment.raters.count" if n == 0 or n >= floor else "commitment.raters.few",
            function=client.method.label("function", side),
            n=n,
            floor=floor,
        )
        for side, n in counts.items()
    ]
    short = [client.method.label("function", side) for side, n in counts.items() if n < least]
    state: State = "not_met" if short else "met"
    values = {"counts": "; ".join(shown), "least": least, "short": list_phrase(short)}
    return _condition(client, "raters", state, state, **values)


def _evidence(client: Engagement, ratings: pd.DataFrame) -> Condition:
    enough = client.method.threshold("evidence_share")
    scored = ratings[ratings["score"].notna()]
    per_rater = scored.groupby("rater")["evidence"].agg(["sum", "count"])
    values: dict[str, object] = {"enough": f"{100 * enough:.0f}"}
    if len(per_rater) < client.settings.anonymity.counts:
        values["floor"] = client.settings.anonymity.counts
        return _condition(client, "evidence", "cannot_tell", "unknown", **values)
    _, low, high = clustered_share(
        per_rater["sum"].to_numpy(dtype=float),
        per_rater["count"].to_numpy(dtype=float),
        client.method.threshold("interval_level"),
    )
    values["share"] = client.method.say("commitment.evidence.share", low=percent(low), high=percent(high))
    if low >= enough:
        return _condition(client, "evidence", "met", "met", **values)
    if high < enough:
        return _condition(client, "evidence", "not_met", "not_met", **values)
    return _condition(client, "evidence", "cannot_tell", "cannot_tell", **values)


def _agreement(client: Engagement, agreement: pd.DataFrame, labels: Mapping[str, str]) -> Condition:
    floor = client.method.threshold("agreement_floor")
    known = agreement[agreement["uniform"].notna()]
    if known.empty:
        return _condition(client, "agreement", "cannot_tell", "unknown", raters=client.settings.anonymity.counts)
    lowest = known.sort_values(["uniform", "group", "part"]).iloc[0]
    low = known[known["uniform"] < floor]
    lenient = known[known["skewed"] < floor]
    named = low if len(low) else lenient
    places = [
        client.method.say(
            "commitment.agreement.place", group=labels[str(row.group)], part=part_name(client.method, str(row.part))
        )
        for row in named.sort_values(["uniform", "group", "part"]).head(3).itertuples()
    ]
    values = {"lowest": f"{float(lowest['uniform']):.2f}", "floor": f"{floor:.2f}", "cells": len(known)}
    values |= {"low": len(low), "lenient": len(lenient), "places": list_phrase(places)}
    if len(low):
        return _condition(client, "agreement", "not_met", "not_met", **values)
    if len(lenient):
        return _condition(client, "agreement", "cannot_tell", "cannot_tell", **values)
    return _condition(client, "agreement", "met", "met", **values)


def _divergence(client: Engagement, pictures: TwoPictures) -> Condition:
    gaps = pictures.differences
    if gaps.empty:
        return _condition(client, "divergence", "cannot_tell", "unknown", floor=client.settings.anonymity.counts)
    clear = gaps[gaps["resolved"]]
    if clear.empty:
        return _condition(client, "divergence", "met", "none", parts=len(gaps))
    # A difference is explained where both sides can show what they go by; otherwise it is only known.
    enough = client.method.threshold("evidence_share")
    open_ = clear[(clear["evidence_hr"] < enough) | (clear["evidence_ai"] < enough)]
    names = list_phrase([part_name(client.method, str(part)) for part in (open_ if len(open_) else clear)["part"]])
    state: State = "not_met" if len(open_) else "met"
    return _condition(client, "divergence", state, "unexplained" if len(open_) else "explained", parts=names)


def _gap(client: Engagement) -> Condition:
    first = client.settings.first_initiative
    gap = None if first is None else first.adoption_gap
    if gap is None:
        return _condition(client, "gap", "not_met", "none")
    absent = [name for name in ("now", "needed", "by") if getattr(gap, name) is None]
    missing = [client.method.say(f"commitment.gap.field.{name}") for name in absent]
    if missing:
        return _condition(client, "gap", "not_met", "partly", measure=gap.measure, fields=list_phrase(missing))
    values = {"measure": gap.measure, "now": f"{gap.now:g}", "needed": f"{gap.needed:g}", "by": f"{gap.by:%B %Y}"}
    return _condition(client, "gap", "met", "met", **values)


def _needed(client: Engagement, ratings: pd.DataFrame) -> Condition:
    least = int(client.method.threshold("min_raters"))
    if not client.has("capability_ratings"):
        return _condition(client, "needed", "cannot_tell", "unknown", least=least)
    stated = ratings[ratings["target"].notna()].groupby("part")["rater"].nunique()
    parts = client.method.term_ids("part")
    missing = [part_name(client.method, part) for part in parts if int(stated.get(part, 0)) < least]
    values = {"stated": len(parts) - len(missing), "parts": len(parts), "missing": list_phrase(missing), "least": least}
    state: State = "not_met" if missing else "met"
    return _condition(client, "needed", state, state, **values)


def _findings(client: Engagement, conditions: tuple[Condition, ...], go: bool) -> tuple[Finding, ...]:
    method = client.method
    if not client.has("capability_ratings"):
        first: tuple[Finding, ...] = (not_collected(client, "A5", ("capability_ratings",)),)
        return (*first, *_gap_finding(client, conditions))
    rests = (*evidence(client, "capability_ratings"), Evidence("engagement.yaml", 1))
    if go:
        return (
            Finding(
                element="A5",
                kind="finding",
                statement=method.say("commitment.go.statement", count=len(conditions)),
                next_step=method.say("commitment.go.next"),
                gap="none",
                strength=0.6,
                evidence=rests,
                stamp=client.stamp,
            ),
        )
    failed = [condition for condition in conditions if condition.state == "not_met"]
    unknown = [condition for condition in conditions if condition.state == "cannot_tell"]
    names = list_phrase([method.say(f"commitment.{condition.id}.short") for condition in failed or unknown])
    key = "commitment.not_yet" if failed else "commitment.unknown"
    verdict = (
        Finding(
            element="A5",
            kind="finding" if failed else "cannot_tell",
            statement=method.say(
                f"{key}.statement", names=names, met=len(conditions) - len(failed) - len(unknown), count=len(conditions)
            ),
            next_step=(failed or unknown)[0].missing,
            gap="both" if failed else "undetermined",
            strength=0.8 if failed else 0.6,
            evidence=rests,
            stamp=client.stamp,
        ),
    )
    return (*verdict, *_gap_finding(client, conditions))


def _gap_finding(client: Engagement, conditions: tuple[Condition, ...]) -> tuple[Finding, ...]:
    """Give the missing adoption gap as a finding of its own, unless it is the first thing the verdict asks for."""
    gap = next(condition for condition in conditions if condition.id == "gap")
    failed = [condition.id for condition in conditions if condition.state == "not_met"]
    if gap.state == "met" or (client.has("capability_ratings") and failed[0] == "gap"):
        return ()
    return (
        Finding(
            element="A5",
            kind="finding",
            statement=gap.value,
            next_step=gap.missing,
            gap="both",
            strength=0.55,
            evidence=(Evidence("engagement.yaml", 1),),
            stamp=client.stamp,
        ),
    )
