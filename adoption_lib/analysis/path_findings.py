"""What the three factors say in sentences: position, how sure, what moved it and what is missing (A1)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from adoption_lib.analysis.capability_findings import level_phrase
from adoption_lib.analysis.finding import Evidence, Finding
from adoption_lib.analysis.result import evidence
from adoption_lib.engagement import Engagement
from adoption_lib.method import Method
from adoption_lib.method.phrases import list_phrase, percent, probability_phrase

if TYPE_CHECKING:
    from adoption_lib.analysis.path_factors import Factor, PathFactors

__all__ = ["factor_position", "factor_reason", "path_findings"]

_STRENGTH = {"short": 0.75, "tight": 0.7, "decides": 0.65, "not_inside": 0.6, "high": 0.6, "cannot_tell": 0.45}
_WIDE_SPREAD = 2


def factor_position(method: Method, factor: Factor) -> str:
    """Say in one sentence where the client stands on a factor."""
    return method.say(f"path.{factor.id}.{factor.state}")


def factor_reason(method: Method, factor: Factor, result: PathFactors) -> str:
    """Say what moved the position, and what was missing."""
    moved = {"time": _time_moved, "depth": _depth_moved, "dependency": _dependency_moved}[factor.id](method, result)
    missing = [method.say(f"path.missing.{name}") for name in factor.missing]
    if missing:
        moved.append(method.say("path.missing.sentence", things=list_phrase(missing)))
    return " ".join(moved)


def path_findings(client: Engagement, result: PathFactors) -> tuple[Finding, ...]:
    """One finding per factor, most consequential first."""
    method = client.method
    found = []
    tables = {"time": ("approach_options",), "depth": ("capability_ratings", "staff"), "dependency": ()}
    for factor in result.factors:
        sentence = f"{factor_position(method, factor)} {_short_reason(method, factor, result)}".strip()
        told = factor.state not in ("cannot_tell", "uncertain")
        kind: Literal["finding", "cannot_tell"] = "finding" if told else "cannot_tell"
        sure, probability, interval, n = _certainty(method, factor, result)
        settings = () if factor.id == "depth" else (Evidence("engagement.yaml", 1),)
        found.append(
            Finding(
                element="A1",
                kind=kind,
                statement=sentence,
                how_sure=sure,
                next_step=_next_step(method, factor, result),
                gap="none" if told else "undetermined",
                strength=_STRENGTH.get(factor.state, 0.4),
                n=n,
                probability=probability,
                interval=interval,
                evidence=(*settings, *evidence(client, *tables[factor.id])),
                stamp=client.stamp,
            )
        )
    return tuple(sorted(found, key=lambda finding: -finding.strength))


def _short_reason(method: Method, factor: Factor, result: PathFactors) -> str:
    """Give the part of the reason that fits on a card: the whole stands in the table of factors."""
    said = []
    if factor.id == "time":
        said += _time_moved(method, result)[:-1] if len(result.time) else _time_moved(method, result)
        for state in ("enough", "short", "cannot_tell"):
            rows = result.time[result.time["state"] == state] if not factor.missing else result.time.head(0)
            names = [method.label("approach", str(approach)).lower() for approach in rows["approach"]]
            said += [method.say(f"path.time.list.{state}", approaches=list_phrase(names))] if names else []
    elif factor.id == "depth":
        said += _depth_moved(method, result)[:1] if result.level is not None else []
    else:
        said += _dependency_moved(method, result)[:1] if len(result.tolerance) else []
    if factor.missing:
        missing = [method.say(f"path.missing.{name}") for name in factor.missing]
        said.append(method.say("path.missing.sentence", things=list_phrase(missing)))
    return " ".join(said)


def _next_step(method: Method, factor: Factor, result: PathFactors) -> str:
    if factor.missing and factor.state == "cannot_tell":
        things = list_phrase([method.say(f"path.missing.{name}") for name in factor.missing])
        return method.say("path.next.collect", things=things)
    if factor.id == "dependency" and _spread(result) >= _WIDE_SPREAD:
        return method.say("path.next.settle_tolerance")
    return method.say(f"path.next.{factor.id}.{factor.state}")


def _certainty(
    method: Method, factor: Factor, result: PathFactors
) -> tuple[str, float | None, tuple[float, float] | None, int | None]:
    if factor.id == "depth" and result.level is not None:
        p = result.p_inside
        likely = p if factor.state != "not_inside" else 1 - p
        interval = (round(result.level.low, 3), round(result.level.high, 3))
        return (probability_phrase(likely), likely, interval, result.level.n)
    return ("", None, None, None)


def _time_moved(method: Method, result: PathFactors) -> list[str]:
    said = []
    if math.isfinite(result.weeks) and result.start and result.deadline:
        said.append(
            method.say(
                "path.time.runway",
                weeks=f"{result.weeks:.0f}",
                start=f"{result.start:%B %Y}",
                deadline=f"{result.deadline:%B %Y}",
            )
        )
        if round(result.weeks_left) < round(result.weeks):
            said.append(method.say("path.time.left", weeks=f"{result.weeks_left:.0f}"))
        begun = round(result.weeks_left) < round(result.weeks)
        each = [
            method.say(
                "path.time.approach_left" if begun else "path.time.approach",
                approach=method.label("approach", str(row["approach"])),
                sure=probability_phrase(float(row["p_enough"])),
                left=probability_phrase(float(row["p_left"])),
            )
            for row in result.time.to_dict("records")
        ]
        if each:
            said.append(method.say("path.time.chances", each="; ".join(each)))
    return said


def _depth_moved(method: Method, result: PathFactors) -> list[str]:
    said = []
    if result.level is not None:
        where = level_phrase(method, result.level.mean, result.level.low, result.level.high)
        said.append(method.say("path.depth.level", where=where, needed=f"{method.threshold('test_level'):g}"))
    for row in result.staff.to_dict("records"):
        measure = str(row["measure"])
        if row["withheld"]:
            said.append(method.say(f"path.depth.{measure}.few"))
        elif not math.isfinite(float(row["value"])):
            said.append(method.say(f"path.depth.{measure}.unknown"))
        elif measure == "stability":
            low, high = percent(float(row["low"])), percent(float(row["high"]))
            share = percent(float(row["value"]))
            said.append(method.say("path.depth.stability.share", share=share, low=low, high=high, n=int(row["n"])))
        elif int(row["n"]) == 0:
            said.append(method.say(f"path.depth.{measure}.none"))
        else:
            said.append(method.say(f"path.depth.{measure}.days", days=f"{float(row['value']):.0f}", n=int(row["n"])))
    return said


def _dependency_moved(method: Method, result: PathFactors) -> list[str]:
    said = []
    if len(result.tolerance):
        each = [
            method.say(
                "path.dependency.one",
                function=method.label("function", str(row["function"])),
                tolerance=int(row["tolerance"]),
            )
            for row in result.tolerance.to_dict("records")
        ]
        said.append(method.say("path.dependency.tolerance", each=list_phrase(each)))
        if _spread(result) >= _WIDE_SPREAD:
            said.append(method.say("path.dependency.spread"))
    total = int(result.pipeline["count"].sum())
    if total:
        kinds = [
            method.say(
                "path.dependency.kind",
                count=int(row["count"]),
                similarity=method.label("similarity", str(row["similarity"])).lower(),
            )
            for row in result.pipeline.to_dict("records")
            if int(row["count"])
        ]
        said.append(method.say("path.dependency.pipeline", total=total, kinds=list_phrase(kinds)))
    elif not result.pipeline.empty:
        said.append(method.say("path.dependency.nothing_later"))
    return said


def _spread(result: PathFactors) -> int:
    if result.tolerance.empty:
        return 0
    return int(result.tolerance["tolerance"].max() - result.tolerance["tolerance"].min())
