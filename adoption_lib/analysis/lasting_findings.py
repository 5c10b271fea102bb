"""What the four tests say in sentences: which approaches last, which do not, and what the plan still lacks (A3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from adoption_lib.analysis.capability_findings import part_name
from adoption_lib.analysis.finding import Finding
from adoption_lib.analysis.plan_tests import PlanTest
from adoption_lib.analysis.result import evidence, not_collected
from adoption_lib.engagement import Engagement
from adoption_lib.method import Method
from adoption_lib.method.phrases import list_phrase, percent

if TYPE_CHECKING:
    from adoption_lib.analysis.lasting_capability import FourTests

__all__ = ["four_tests_findings", "plan_reason"]

_NAMED = 3


def four_tests_findings(client: Engagement, result: FourTests) -> tuple[Finding, ...]:
    """List findings, most consequential first: the stated preference, the plan, the approaches, what is open."""
    found = []
    if result.approaches.empty:
        found.append(not_collected(client, "A3", ("approach_options",)))
    else:
        found += [*_stated(client, result), *_approaches(client, result), *_open(client, result)]
    if result.plan:
        found.append(_plan(client, result))
    else:
        found.append(not_collected(client, "A3", ("engagement_tasks",)))
    return tuple(sorted(found, key=lambda finding: -finding.strength)[:4])


def plan_reason(method: Method, test: PlanTest) -> str:
    """Say why the plan passes or fails a test."""
    named = _places(method, test)
    if len(test.places) > _NAMED:
        named = [method.say("path.tests.and_others", names=", ".join(named), others=len(test.places) - _NAMED)]
    known = test.low == test.low
    return method.say(
        f"path.tests.plan.{test.test}.{test.key}",
        places=list_phrase(named),
        count=len(test.places),
        low=percent(test.low) if known else "",
        high=percent(test.high) if known else "",
        needed=percent(method.threshold("plan_internal_share")),
    )


def _places(method: Method, test: PlanTest) -> list[str]:
    """Name the first places of a test: parts as in a sentence, activities in quotation marks."""
    first = test.places[:_NAMED]
    if test.test == "knowledge_growth":
        return [part_name(method, part) for part in first]
    return [method.say("path.tests.activity", name=activity) for activity in first]


def _short(method: Method, tests: pd.Series[str] | list[str]) -> str:
    return list_phrase([method.say(f"path.tests.short.{test}") for test in tests])


def _stated(client: Engagement, result: FourTests) -> list[Finding]:
    method, stated = client.method, client.settings.preferences.stated_approach
    own = result.approaches[result.approaches["approach"] == stated]
    failed, unknown = own[own["state"] == "fail"], own[own["state"].isin(["cannot_tell", "missing"])]
    rows = failed if len(failed) else unknown
    if stated is None or rows.empty:
        return []
    key = "path.tests.stated" if len(failed) else "path.tests.stated_open"
    kind: Literal["finding", "cannot_tell"] = "finding" if len(failed) else "cannot_tell"
    first = str(rows["test"].iloc[0])
    return [
        Finding(
            element="A3",
            kind=kind,
            statement=method.say(
                key, approach=method.label("approach", stated).lower(), tests=_short(method, rows["test"].tolist())
            ),
            next_step=method.say("path.tests.next_stated", test=method.say(f"path.tests.short.{first}")),
            gap="both" if len(failed) else "undetermined",
            strength=0.8 if len(failed) else 0.5,
            evidence=evidence(client, "approach_options"),
            stamp=client.stamp,
        )
    ]


def _approaches(client: Engagement, result: FourTests) -> list[Finding]:
    method = client.method
    passing = [method.label("approach", name).lower() for name in result.passing()]
    failing = result.approaches[result.approaches["state"] == "fail"]
    if not passing and failing.empty:
        return []
    said = [
        method.say("path.tests.statement_approach", passing=list_phrase(passing))
        if passing
        else method.say("path.tests.statement_none")
    ]
    for approach, rows in failing.groupby("approach", sort=False):
        name = method.label("approach", str(approach))
        said.append(method.say("path.tests.failing", approach=name, tests=_short(method, rows["test"].tolist())))
    next_step = method.say("path.tests.nothing_open")
    if len(failing):
        # The approach closest to passing is where a changed offer can do most.
        fails = failing.groupby("approach", sort=False)["p_pass"].agg(["size", "sum"])
        nearest = str(fails.sort_values(["size", "sum"], ascending=[True, False], kind="stable").index[0])
        test = str(failing.loc[failing["approach"] == nearest, "test"].iloc[0])
        next_step = method.say(
            "path.tests.next_approach",
            test=method.say(f"path.tests.short.{test}"),
            approach=method.label("approach", nearest).lower(),
        )
    return [
        Finding(
            element="A3",
            kind="finding",
            statement=" ".join(said),
            next_step=next_step,
            gap="none",
            strength=0.6,
            evidence=evidence(client, "approach_options"),
            stamp=client.stamp,
        )
    ]


def _open(client: Engagement, result: FourTests) -> list[Finding]:
    method = client.method
    rows = result.approaches[result.approaches["state"].isin(["cannot_tell", "missing"])]
    if rows.empty:
        return []
    said = [
        f"{method.label('approach', str(approach)).lower()} ({_short(method, own['test'].tolist())})"
        for approach, own in rows.groupby("approach", sort=False)
    ]
    return [
        Finding(
            element="A3",
            kind="cannot_tell",
            statement=method.say("path.tests.open_statement", open=list_phrase(said)),
            next_step=method.say(
                "path.tests.open_next",
                test=method.say(f"path.tests.short.{rows['test'].iloc[0]}"),
                approach=method.label("approach", str(rows["approach"].iloc[0])).lower(),
                level=f"{method.threshold('test_level'):g}",
            ),
            strength=0.4,
            evidence=evidence(client, "approach_options"),
            stamp=client.stamp,
        )
    ]


def _plan(client: Engagement, result: FourTests) -> Finding:
    method = client.method
    failed = [test for test in result.plan if test.state == "fail"]
    unknown = [test for test in result.plan if test.state == "cannot_tell"]
    rows = failed or unknown
    rests = evidence(client, "engagement_tasks")
    if not rows:
        return Finding(
            element="A3",
            kind="finding",
            statement=method.say("path.tests.plan_pass"),
            next_step=method.say("path.tests.plan_next_pass"),
            gap="none",
            strength=0.3,
            evidence=rests,
            stamp=client.stamp,
        )
    first = rows[0]
    key = "path.tests.plan_fail" if failed else "path.tests.plan_open"
    reasons = " ".join(plan_reason(method, test) for test in rows)
    step = "operating_model_none" if first.key == "none" else first.test
    return Finding(
        element="A3",
        kind="finding" if failed else "cannot_tell",
        statement=method.say(key, tests=_short(method, [test.test for test in rows]), reason=reasons),
        next_step=method.say(f"path.tests.plan_next.{step}", places=list_phrase(_places(method, first))),
        gap="both" if failed else "undetermined",
        strength=0.7 if failed else 0.45,
        evidence=rests,
        stamp=client.stamp,
    )
