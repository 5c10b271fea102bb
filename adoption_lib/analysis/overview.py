"""What a report rests on: who was asked, how many answered, which tables were collected and which were not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pandas as pd

from adoption_lib.engagement import Engagement
from adoption_lib.method import METHOD

__all__ = ["Overview", "Step", "overview"]


@dataclass(frozen=True)
class Step:
    """One joint sign-off of the first initiative on the front page's line: ``state`` is passed, due or open."""

    label: str
    date: dt.date | None
    state: str


@dataclass(frozen=True)
class Overview:
    """Numbers of the front page's band.

    ``asked`` is the headcount of the departments, or None where headcounts are unknown; ``answered`` the respondents
    of the latest wave, or None where there was no survey; ``raters`` the people who rated capability.
    """

    departments: int
    asked: int | None
    answered: int | None
    raters: int | None
    as_of: dt.date | None
    collected: tuple[str, ...]
    not_collected: tuple[str, ...]
    steps: tuple[Step, ...]


def overview(client: Engagement) -> Overview:
    """Describe the data of an engagement; no figure here is about fewer people than a department."""
    survey, ratings = client.table("employee_survey"), client.table("capability_ratings")
    tables = [name for name in METHOD.tables if name != "survey_items"]
    answered = None
    if client.has("employee_survey"):
        answered = int(survey.loc[survey["wave"] == survey["wave"].max(), "respondent"].nunique())
    heads = sum(client.settings.headcounts.values())
    return Overview(
        departments=len(client.settings.departments),
        asked=heads if answered is None or heads > answered else None,
        answered=answered,
        raters=int(ratings["rater"].nunique()) if client.has("capability_ratings") else None,
        as_of=client.as_of,
        collected=tuple(client.method.tables[name].label for name in tables if client.has(name)),
        not_collected=tuple(client.method.tables[name].label for name in tables if not client.has(name)),
        steps=_steps(client),
    )


def _steps(client: Engagement) -> tuple[Step, ...]:
    first = client.settings.first_initiative
    if first is None or not client.has("milestones"):
        return ()
    rows = client.table("milestones").set_index(["initiative", "milestone"])
    steps = []
    for term in client.method.vocabularies["milestone"]:
        key = (first.name, term.id)
        passed: Any = rows.loc[key, "passed_on"] if key in rows.index else pd.NaT
        due: Any = rows.loc[key, "due"] if key in rows.index else pd.NaT
        if pd.notna(passed):
            steps.append(Step(term.label, passed.date(), "passed"))
        elif pd.notna(due):
            steps.append(Step(term.label, due.date(), "due"))
        else:
            steps.append(Step(term.label, None, "open"))
    return tuple(steps)
