"""What the two pictures say in sentences: where they part, what one side does not see, where deployment ran ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pandas as pd

from adoption_lib.analysis.capability_findings import part_name
from adoption_lib.analysis.finding import Finding, Gap
from adoption_lib.analysis.result import evidence, not_collected
from adoption_lib.engagement import Engagement
from adoption_lib.method.phrases import list_phrase

if TYPE_CHECKING:
    from adoption_lib.analysis.two_pictures import TwoPictures

__all__ = ["two_pictures_findings"]

_NAMED = 3


def two_pictures_findings(client: Engagement, result: TwoPictures) -> tuple[Finding, ...]:
    """List findings, most consequential first; at most four, never empty."""
    found = [
        *_outran(client, result),
        *_pictures(client, result),
        *_blind_spots(client, result),
        *_one_sided_topics(client, result),
    ]
    return tuple(sorted(found, key=lambda finding: -finding.strength)[:4])


def _outran(client: Engagement, result: TwoPictures) -> list[Finding]:
    method = client.method
    if not client.has("initiatives"):
        missing = not_collected(client, "B1", ("initiatives",))
        return [missing] if client.has("capability_ratings") else []
    live = result.timeline[result.timeline["people"].isin(["after", "not_recorded", "before", "no_date"])]
    late = live[live["people"] == "after"]
    unknown = live[live["people"] == "not_recorded"]
    late_hr = live[live["hr"] == "after"]
    rests = evidence(client, "initiatives", "tool_limits", "concern_log")
    found = []
    if len(late) or len(late_hr):
        names = list(dict.fromkeys([*late["initiative"], *late_hr["initiative"]]))
        found.append(
            Finding(
                element="B1",
                kind="finding",
                statement=method.say(
                    "two_pictures.outran.statement",
                    told=len(late),
                    hr=len(late_hr),
                    live=len(live),
                    names=_named(client, names),
                ),
                next_step=method.say("two_pictures.outran.next", name=_named(client, names[:1])),
                gap="both",
                strength=0.85 if len(late) else 0.65,
                n=len(live),
                evidence=rests,
                stamp=client.stamp,
            )
        )
    if len(unknown):
        found.append(
            Finding(
                element="B1",
                kind="cannot_tell",
                statement=method.say(
                    "two_pictures.not_recorded.statement",
                    count=len(unknown),
                    live=len(live),
                    names=_named(client, list(unknown["initiative"])),
                ),
                next_step=method.say("two_pictures.not_recorded.next"),
                strength=0.5,
                n=len(live),
                evidence=rests,
                stamp=client.stamp,
            )
        )
    if not found and len(live):
        found.append(
            Finding(
                element="B1",
                kind="finding",
                statement=method.say("two_pictures.kept_up.statement", live=len(live)),
                next_step=method.say("two_pictures.kept_up.next"),
                gap="both",
                strength=0.25,
                n=len(live),
                evidence=rests,
                stamp=client.stamp,
            )
        )
    return found


def _named(client: Engagement, names: list[str]) -> str:
    quoted = [client.method.say("two_pictures.name", name=name) for name in names]
    if len(quoted) <= _NAMED:
        return list_phrase(quoted)
    return client.method.say("two_pictures.and_others", names=", ".join(quoted[:_NAMED]), others=len(names) - _NAMED)


def _pictures(client: Engagement, result: TwoPictures) -> list[Finding]:
    method = client.method
    if not client.has("capability_ratings"):
        return [not_collected(client, "B1", ("capability_ratings",))]
    rests = evidence(client, "capability_ratings")
    gaps = result.differences
    if gaps.empty:
        return [
            Finding(
                element="B1",
                kind="cannot_tell",
                statement=method.say("two_pictures.one_picture.statement", floor=client.settings.anonymity.counts),
                next_step=method.say("two_pictures.one_picture.next", floor=client.settings.anonymity.counts),
                strength=0.6,
                evidence=rests,
                stamp=client.stamp,
            )
        ]
    clear = gaps[gaps["resolved"]].copy()
    if clear.empty:
        widest = gaps.loc[gaps["difference"].abs().sort_values(ascending=False, kind="stable").index[0]]
        needed = widest["raters_needed"]
        key = "two_pictures.unresolved.next_many" if pd.isna(needed) else "two_pictures.unresolved.next"
        return [
            Finding(
                element="B1",
                kind="cannot_tell",
                statement=method.say(
                    "two_pictures.unresolved.statement",
                    hr=int(gaps["n_hr"].max()),
                    ai=int(gaps["n_ai"].max()),
                    parts=len(gaps),
                ),
                next_step=method.say(
                    key,
                    raters=needed,
                    part=part_name(method, str(widest["part"])),
                    size=f"{abs(float(widest['difference'])):.1f}",
                ),
                strength=0.45,
                n=int(gaps["n_hr"].max() + gaps["n_ai"].max()),
                evidence=rests,
                stamp=client.stamp,
            )
        ]
    clear["size"] = clear["difference"].abs()
    first = clear.sort_values(["size", "part"], ascending=[False, True]).iloc[0]
    part, hr_lower = str(first["part"]), float(first["difference"]) < 0
    low, high = sorted(abs(float(first[side])) for side in ("low", "high"))
    others = [part_name(method, str(name)) for name in clear["part"] if name != part]
    also = method.say("two_pictures.also", parts=list_phrase(others)) if others else ""
    return [
        Finding(
            element="B1",
            kind="finding",
            statement=method.say(
                "two_pictures.differ.statement",
                part=part_name(method, part),
                hr=_brand(client, "HR"),
                ai=_brand(client, "AI"),
                lower=_brand(client, "HR" if hr_lower else "AI"),
                low=f"{low:.1f}",
                high=f"{high:.1f}",
                also=also,
            ).strip(),
            how_sure=method.say("two_pictures.differ.sure"),
            next_step=method.say("two_pictures.differ.next", part=part_name(method, part)),
            gap=cast(Gap, client.method.part_gaps[part]),
            strength=0.75,
            n=int(first["n_hr"] + first["n_ai"]),
            interval=(round(float(first["low"]), 3), round(float(first["high"]), 3)),
            evidence=rests,
            stamp=client.stamp,
        )
    ]


def _blind_spots(client: Engagement, result: TwoPictures) -> list[Finding]:
    method = client.method
    spots = result.blind[result.blind["kind"] != ""]
    if spots.empty:
        return []
    labels = {group.id: group.label(method) for group in result.groups}
    people = int(spots["n"].max())
    spots = spots.sort_values(["kind", "part", "group"])
    silent = spots[spots["kind"] == "no_evidence"].groupby("group")["part"].nunique()
    nothing = [str(group) for group in silent.index[silent == result.levels["part"].nunique()]]
    said = [method.say("two_pictures.blind.nothing", group=labels[group]) for group in nothing]
    first = (nothing or [str(spots["group"].iloc[0])])[0]
    spots = spots[~spots["group"].isin(nothing) | (spots["kind"] == "blank")]
    said += [
        method.say(
            f"two_pictures.blind.{row.kind}", group=labels[str(row.group)], part=part_name(method, str(row.part))
        )
        for row in spots.head(_NAMED).itertuples()
    ]
    more = len(spots) - _NAMED
    rest = method.say("two_pictures.blind.more", count=more) if more > 0 else ""
    return [
        Finding(
            element="B1",
            kind="finding",
            statement=method.say("two_pictures.blind.statement", spots=list_phrase(said), rest=rest).strip(),
            next_step=method.say("two_pictures.blind.next", group=labels[first]),
            gap="both",
            strength=0.4,
            n=people,
            evidence=evidence(client, "capability_ratings"),
            stamp=client.stamp,
        )
    ]


def _one_sided_topics(client: Engagement, result: TwoPictures) -> list[Finding]:
    method = client.method
    topics = result.topics
    if topics.empty:
        return []
    rests = evidence(client, "concern_log")
    total = int(topics["entries"].sum())
    for side, other in (("HR", "AI"), ("AI", "HR")):
        if topics[other].sum() == 0 and topics[side].sum() > 0:
            return [
                Finding(
                    element="B1",
                    kind="cannot_tell",
                    statement=method.say("two_pictures.silent.statement", silent=_brand(client, other), entries=total),
                    next_step=method.say("two_pictures.silent.next", silent=_brand(client, other)),
                    strength=0.45,
                    n=total,
                    evidence=rests,
                    stamp=client.stamp,
                )
            ]
    only = topics[(topics["only"] == "HR") & (topics["HR"] >= 2)]
    if only.empty:
        return []
    names = [method.say("two_pictures.topic", topic=row.topic, count=row.HR) for row in only.head(_NAMED).itertuples()]
    return [
        Finding(
            element="B1",
            kind="finding",
            statement=method.say(
                "two_pictures.unheard.statement",
                hr=_brand(client, "HR"),
                ai=_brand(client, "AI"),
                topics=list_phrase(names),
            ),
            next_step=method.say("two_pictures.unheard.next", topic=only["topic"].iloc[0], ai=_brand(client, "AI")),
            gap="both",
            strength=0.5,
            n=total,
            evidence=rests,
            stamp=client.stamp,
        )
    ]


def _brand(client: Engagement, function: str) -> str:
    brand = client.settings.brand
    return brand.hr_name if function == "HR" else brand.ai_name
