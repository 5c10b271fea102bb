"""What the capability profile says in sentences: the part that binds, where to start, and what cannot be told yet."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from adoption_lib.analysis.finding import Finding, Gap
from adoption_lib.analysis.result import evidence, not_collected
from adoption_lib.engagement import Engagement
from adoption_lib.method import Method
from adoption_lib.method.phrases import list_phrase, probability_phrase

if TYPE_CHECKING:
    from adoption_lib.analysis.capability import CapabilityProfile

__all__ = ["capability_findings", "level_phrase", "part_name"]


def part_name(method: Method, part: str) -> str:
    """Name of a part as it stands inside a sentence: English writes it small there."""
    label = method.label("part", part)
    return label[:1].lower() + label[1:] if method.language == "en" else label


def level_phrase(method: Method, level: float, low: float, high: float) -> str:
    """Say a level in words before the figures: "between levels 2 and 3 (2.2 to 2.8)"."""
    whole, nearest = math.floor(level), round(level)
    if abs(level - nearest) < 0.1:
        words = method.say("capability.level.about", level=nearest)
    elif abs(level - nearest) < 0.35:
        words = method.say(f"capability.level.{'above' if level > nearest else 'below'}", level=nearest)
    else:
        words = method.say("capability.level.between", low=whole, high=whole + 1)
    if not (math.isfinite(low) and math.isfinite(high)):
        return words
    return method.say("capability.level.interval", words=words, low=f"{max(low, 1):.1f}", high=f"{min(high, 5):.1f}")


def capability_findings(client: Engagement, profile: CapabilityProfile) -> tuple[Finding, ...]:
    """List the findings of a profile, most consequential first; never empty."""
    method = client.method
    if not client.has("capability_ratings"):
        return (not_collected(client, "A0", ("capability_ratings",)),)
    rated = profile.parts[profile.parts["estimate"].notna()]
    if rated.empty:
        key = "capability.too_few" if profile.parts["withheld"].any() else "capability.no_ratings"
        floor = client.settings.anonymity.counts
        return (
            _cannot_tell(
                client,
                method.say(f"{key}.statement", floor=floor, wave=profile.wave),
                method.say(f"{key}.next", floor=floor),
                strength=0.6,
            ),
        )
    found = [_main(client, profile)]
    unknown = profile.parts[profile.parts["needed"].isna() & profile.parts["estimate"].notna()]
    if len(unknown):
        names = list_phrase([part_name(method, str(part)) for part in unknown["part"]])
        found.append(
            _cannot_tell(
                client,
                method.say("capability.no_target.statement", parts=names),
                method.say("capability.no_target.next", floor=client.settings.anonymity.counts),
                strength=0.55,
                n=profile.raters,
            )
        )
    thin = profile.parts[profile.parts["estimate"].isna()]
    if len(thin):
        names = list_phrase([method.label("part", str(part)) for part in thin["part"]])
        found.append(
            _cannot_tell(
                client,
                method.say("capability.thin_part.statement", parts=names, floor=client.settings.anonymity.counts),
                method.say("capability.thin_part.next", floor=client.settings.anonymity.counts),
                strength=0.5,
            )
        )
    return tuple(sorted(found, key=lambda finding: -finding.strength))


def _main(client: Engagement, profile: CapabilityProfile) -> Finding:
    method = client.method
    if profile.binding:
        return _binding(client, profile)
    ranked = profile.parts[profile.parts["p_binds"].notna()].sort_values(["p_binds", "part"], ascending=[False, True])
    enough = method.threshold("binding_called")
    if len(ranked) == len(profile.parts) and profile.p_no_shortfall >= enough:
        return Finding(
            element="A0",
            kind="finding",
            statement=method.say("capability.no_shortfall.statement"),
            how_sure=probability_phrase(profile.p_no_shortfall),
            next_step=method.say("capability.no_shortfall.next"),
            gap="both",
            strength=0.4,
            n=profile.raters,
            probability=profile.p_no_shortfall,
            evidence=evidence(client, "capability_ratings"),
            stamp=client.stamp,
        )
    if len(ranked) < 2:
        return _cannot_tell(
            client,
            method.say("capability.not_comparable.statement"),
            method.say("capability.not_comparable.next", floor=client.settings.anonymity.counts),
            strength=0.6,
            n=profile.raters,
        )
    likely = ranked[ranked["p_binds"] >= (1 - enough) / 2]
    likely = likely if len(likely) >= 2 else ranked.head(2)
    if len(ranked) < len(profile.parts):
        key, names = "capability.incomplete", [part_name(method, str(part)) for part in ranked["part"].head(1)]
    else:
        key = "capability.undecided"
        names = [
            method.say(
                "capability.undecided.part",
                part=part_name(method, str(row["part"])),
                sure=probability_phrase(float(row["p_binds"])),
            )
            for row in likely.to_dict("records")
        ]
    more = "capability.more_raters" if profile.more_raters else "capability.no_raters_help"
    return _cannot_tell(
        client,
        method.say(f"{key}.statement", parts=list_phrase(names)),
        method.say(f"{key}.next") if key == "capability.incomplete" else method.say(more, raters=profile.more_raters),
        strength=0.7,
        n=profile.raters,
    )


def _binding(client: Engagement, profile: CapabilityProfile) -> Finding:
    method = client.method
    row = profile.parts[profile.parts["part"] == profile.binding].to_dict("records")[0]
    where = level_phrase(method, float(row["estimate"]), float(row["low"]), float(row["high"]))
    next_step = method.say("capability.binding.next_plain")
    if len(profile.weakest):
        weakest = profile.weakest.iloc[0]
        item = method.capability_items[str(weakest["item"])]
        now = int(weakest["level_now"])
        aim = item.levels[min(now, 4)]
        next_step = method.say("capability.binding.next", item=item.name, aim=aim)
    return Finding(
        element="A0",
        kind="finding",
        statement=method.say(
            "capability.binding.statement",
            part=method.label("part", profile.binding),
            where=where,
            needed=f"{float(row['needed']):g}",
        ),
        how_sure=probability_phrase(float(row["p_binds"])),
        next_step=next_step,
        gap=cast(Gap, client.method.part_gaps[profile.binding]),
        owner="joint",
        strength=0.9,
        n=int(row["n"]),
        interval=(round(float(row["shortfall_low"]), 3), round(float(row["shortfall_high"]), 3)),
        probability=float(row["p_binds"]),
        evidence=evidence(client, "capability_ratings"),
        stamp=client.stamp,
    )


def _cannot_tell(
    client: Engagement, statement: str, next_step: str, *, strength: float, n: int | None = None
) -> Finding:
    return Finding(
        element="A0",
        kind="cannot_tell",
        statement=statement,
        next_step=next_step,
        strength=strength,
        n=n,
        evidence=evidence(client, "capability_ratings"),
        stamp=client.stamp,
    )
