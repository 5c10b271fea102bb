"""What the diagnosis of causes says in sentences, each with its owner and next step (B2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from adoption_lib.analysis.finding import Finding, Gap
from adoption_lib.analysis.result import evidence, not_collected
from adoption_lib.engagement import Engagement
from adoption_lib.method.phrases import interval_phrase, list_phrase, percent, probability_phrase

if TYPE_CHECKING:
    from adoption_lib.analysis.causes import CausesOfResistance

__all__ = ["cause_gap", "causes_findings"]

_DEPARTMENTS = 2
_NEEDS_CHOICE = ("no_answers", "few", "no_forced_choice")


def cause_gap(client: Engagement, causes: tuple[str, ...]) -> tuple[Gap, Any]:
    """Where the gap lies, and who closes it, for one cause or for several that share the lead."""
    rules = [client.method.cause_rules[cause] for cause in causes]
    gaps, owners = {rule.gap for rule in rules}, {rule.owner for rule in rules}
    gap: Any = gaps.pop() if len(gaps) == 1 else "both"
    return gap, owners.pop() if len(owners) == 1 else "joint"


def causes_findings(client: Engagement, result: CausesOfResistance) -> tuple[Finding, ...]:
    """Put :func:`adoption_lib.analysis.causes.causes_of_resistance` into findings, most consequential first."""
    if result.reason == "not_collected":
        return (not_collected(client, "B2", ("employee_survey",)),)
    found = [_organisation(client, result)]
    if result.reason not in _NEEDS_CHOICE:
        found += _departments(client, result)
    elif len(result.strengths):
        found.append(_strengths(client, result))
    if result.not_asked:
        found.append(_not_asked(client, result))
    found += _thin_scales(client, result)
    return (*found[:5], *result.response.findings)


def _organisation(client: Engagement, result: CausesOfResistance) -> Finding:
    say = client.method.say
    rests = evidence(client, "employee_survey", "concern_log")
    if result.reason in _NEEDS_CHOICE:
        key = f"causes.{result.reason}"
        values = {"floor": client.settings.anonymity.text, "wave": result.wave}
        return Finding(
            element="B2",
            kind="cannot_tell",
            statement=say(f"{key}.statement", **values),
            next_step=say(f"{key}.next", question=_choice_question(client), **values),
            owner="HR",
            strength=0.85,
            n=result.response.people,
            evidence=rests,
            stamp=client.stamp,
        )
    row: Any = result.leading[result.leading["segment"] == ""].iloc[0]
    if result.reason:
        return _undecided(client, result, row)
    second = say(f"causes.second.{result.agreement}", n=result.concerns_n)
    return _called(client, row, say("causes.where.organisation"), second, 0.95)


def _called(client: Engagement, row: Any, where: str, second: str, strength: float) -> Finding:
    say = client.method.say
    causes = tuple(part for part in str(row["causes"]).split("+") if part)
    rests = evidence(client, "employee_survey", *(["concern_log"] if second else []))
    n, probability = int(row["n"]), float(row["probability"])
    if row["kind"] == "none":
        return Finding(
            element="B2",
            kind="finding",
            statement=say(
                "causes.none.statement", where=where, limit=percent(client.method.threshold("cause_prevalence"))
            ),
            next_step=say("causes.none.next"),
            how_sure=probability_phrase(probability),
            strength=0.5,
            n=n,
            probability=probability,
            interval=(float(row["low_none"]), float(row["high_none"])),
            evidence=rests,
            stamp=client.stamp,
        )
    gap, owner = cause_gap(client, causes)
    low, high = float(row[f"low_{causes[0]}"]), float(row[f"high_{causes[0]}"])
    values = {
        "where": where,
        "because": say(f"causes.because.{causes[0]}"),
        "because_other": say(f"causes.because.{causes[-1]}"),
        "interval": interval_phrase(low, high),
        "meaning": client.method.constructs[causes[0]].meaning,
    }
    statement = say(f"causes.{row['kind']}.statement", **values)
    return Finding(
        element="B2",
        kind="finding",
        statement=f"{statement} {second}".strip(),
        next_step=" ".join(say(f"causes.step.{cause}") for cause in causes),
        gap=gap,
        owner=owner,
        how_sure=probability_phrase(probability),
        strength=strength,
        n=n,
        probability=probability,
        interval=(low, high) if row["kind"] == "single" else None,
        evidence=rests,
        stamp=client.stamp,
    )


def _undecided(client: Engagement, result: CausesOfResistance, row: Any) -> Finding:
    say = client.method.say
    names = _labels(client, str(row["causes"]))
    more = None if pd.isna(row["more"]) else int(row["more"])
    key = f"causes.undecided.{result.reason}"
    strength = 0.85
    called: Any = result.leading[(result.leading["segment"] != "") & result.leading["kind"].isin(["single", "mixed"])]
    if result.reason == "open" and called["causes"].nunique() > 1:
        parts = [
            say("causes.undecided.differ.part", department=r.segment, causes=_quoted(_labels(client, r.causes)))
            for r in called.itertuples()
        ]
        statement = say("causes.undecided.differ.statement", parts="; ".join(parts))
        next_step = say("causes.undecided.differ.next")
        strength = 0.5
    elif result.reason == "open":
        kind = ("spread", "ahead")[len(names)] if len(names) < 2 else "statement"
        statement = say(f"{key}.{kind}", causes=_quoted(names))
        next_step = say(f"{key}.ask") if more is None else say(f"{key}.next", more=more)
    else:
        statement, next_step = say(f"{key}.statement", causes=_quoted(names)), say(f"{key}.next")
    return Finding(
        element="B2",
        kind="cannot_tell",
        statement=statement,
        next_step=next_step,
        owner="joint",
        strength=strength,
        n=int(row["n"]),
        evidence=evidence(client, "employee_survey", "concern_log"),
        stamp=client.stamp,
    )


def _departments(client: Engagement, result: CausesOfResistance) -> list[Finding]:
    """Departments in which another cause is called than for the organisation: there a common answer would miss."""
    top: Any = result.leading[result.leading["segment"] == ""].iloc[0]
    rows: Any = result.leading[(result.leading["segment"] != "") & result.leading["kind"].isin(["single", "mixed"])]
    if not result.reason:
        rows = rows[(rows["causes"] != top["causes"]) | (rows["kind"] != top["kind"])]
    rows = rows.sort_values(["probability", "segment"], ascending=[False, True])
    found = []
    for position in range(min(len(rows), _DEPARTMENTS)):
        row = rows.iloc[position]
        where = client.method.say("causes.where.department", department=row["segment"])
        # Where the organisation as a whole is not called, the departments are the answer.
        found.append(_called(client, row, where, "", (0.92 if result.reason else 0.8) - position / 100))
    return found


def _strengths(client: Engagement, result: CausesOfResistance) -> Finding:
    say = client.method.say
    rows: Any = result.strengths[result.strengths["segment"] == ""]
    parts = [
        say(
            "causes.strength.part",
            cause=client.method.label("cause", str(row.cause)),
            interval=interval_phrase(float(row.low), float(row.high)),
        )
        for row in rows.itertuples()
    ]
    return Finding(
        element="B2",
        kind="finding",
        statement=say("causes.strength.statement", parts="; ".join(parts)),
        next_step=say("causes.strength.next"),
        gap="none",
        strength=0.4,
        n=int(rows["n"].max()),
        evidence=evidence(client, "employee_survey"),
        stamp=client.stamp,
    )


def _not_asked(client: Engagement, result: CausesOfResistance) -> Finding:
    say = client.method.say
    return Finding(
        element="B2",
        kind="cannot_tell",
        statement=" ".join(say(f"causes.not_asked.{cause}") for cause in result.not_asked),
        next_step=say(
            "causes.not_asked.next",
            causes=_quoted([client.method.label("cause", cause) for cause in result.not_asked]),
        ),
        owner="HR",
        strength=0.6,
        evidence=evidence(client, "employee_survey"),
        stamp=client.stamp,
    )


def _thin_scales(client: Engagement, result: CausesOfResistance) -> list[Finding]:
    bad: Any = result.scales[result.scales["verdict"] == "no_diagnosis"]
    causes = [str(name) for name in bad["construct"] if client.method.constructs[str(name)].kind == "cause"]
    if not causes:
        return []
    return [
        Finding(
            element="B2",
            kind="cannot_tell",
            statement=client.method.say(
                "causes.scale.statement", causes=_quoted([client.method.label("cause", cause) for cause in causes])
            ),
            next_step=client.method.say("causes.scale.next"),
            owner="HR",
            strength=0.35,
            n=int(bad["n"].max()),
            evidence=evidence(client, "employee_survey"),
            stamp=client.stamp,
        )
    ]


def _choice_question(client: Engagement) -> str:
    return client.method.tables["employee_survey"].column("most_true").label


def _labels(client: Engagement, causes: str) -> list[str]:
    return [client.method.label("cause", cause) for cause in causes.split("+") if cause]


def _quoted(names: list[str]) -> str:
    return list_phrase([f"“{name}”" for name in names])
