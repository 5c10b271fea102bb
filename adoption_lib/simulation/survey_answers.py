"""What people answer: a latent standing on every construct, turned into ordinal answers by thresholds.

The answers carry what real ones carry: teams that differ, items that people agree with more easily than others, gaps,
and a few sheets on which one answer was ticked from top to bottom.

Reference
---------
Samejima, F. (1969). Estimation of latent ability using a response pattern of graded scores. Psychometrika Monograph 17.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from adoption_lib.method import METHOD
from adoption_lib.method.model import SurveyItem
from adoption_lib.simulation.draws import Draws
from adoption_lib.simulation.story import DepartmentAnswers, Record, Story

__all__ = ["survey_rows"]

Floats = npt.NDArray[np.float64]

TEAM_SIZE = 9
GENERAL, TEAM, OWN = 0.35, 0.30, 0.75
"""Standard deviations: a person's general attitude, the team, and the person's standing on one construct."""
LOADING = 0.80
THRESHOLDS = np.array([-1.3, -0.45, 0.35, 1.2])
ITEM_SHIFT = 0.12
MISSING, CARELESS = 0.04, 0.03
NAMED, UNNAMED = 1.0, -0.35
"""How much higher people stand on the cause they call most true, and how much lower on all when they call none."""
SIDE_EFFECTS = {
    "understanding": {"visible_benefit": -0.5, "felt_help": -0.3, "voice": -0.2},
    "output_trust": {"felt_help": -0.4, "visible_benefit": -0.3, "voice": -0.3},
    "own_interests": {"felt_monitoring": 0.5, "voice": -0.5, "visible_benefit": -0.2},
    "none": {"felt_help": 0.3, "visible_benefit": 0.3, "voice": 0.2, "felt_monitoring": -0.2},
}
"""How people who call a cause most true stand on the experiences."""
SMALL_ROLE = 10
LEVELS = {"staff": 0.85, "team_lead": 0.11, "manager": 0.04}


def survey_rows(story: Story) -> list[Record]:
    """Rows of ``employee_survey`` for every wave, in the order of codes that say nothing about their holders."""
    items = tuple(METHOD.survey_items.values())
    rows: list[Record] = []
    for wave in story.told.survey:
        draws = Draws(story.told.seed, f"employee_survey {wave.wave}")
        shifts = ITEM_SHIFT * Draws(story.told.seed, "survey items").normal(len(items))
        found: list[Record] = []
        for name, answers in wave.departments.items():
            found += _department(story, name, answers, items, shifts, draws)
        for code, row in zip(draws.codes(len(found), "e-"), found, strict=True):
            row["respondent"], row["wave"] = code, wave.wave
        rows += sorted(found, key=lambda row: str(row["respondent"]))
    _comment(rows, story)
    return rows


def _department(
    story: Story, name: str, told: DepartmentAnswers, items: tuple[SurveyItem, ...], shifts: Floats, draws: Draws
) -> list[Record]:
    count = round(told.response * story.settings.headcounts[name])
    named = draws.quotas(count, {str(cause): share for cause, share in told.most_true.items()})
    answers = _answers(_standing(named, told, draws), items, shifts, draws)
    roles = _roles(story, name, count, draws)
    levels = draws.quotas(count, LEVELS) if count > 2 * SMALL_ROLE else [None] * count
    rows = []
    for index in range(count):
        row: Record = {"department": name, "role": roles[index], "level": levels[index]}
        row.update({item.id: answers[index][column] for column, item in enumerate(items)})
        row["most_true"] = None if draws.chance(MISSING) else named[index]
        rows.append(row)
    return rows


def _standing(named: list[str], told: DepartmentAnswers, draws: Draws) -> dict[str, Floats]:
    """Standing of every respondent on every construct, in standard deviations."""
    count = len(named)
    general = GENERAL * draws.normal(count)
    teams = np.arange(count) // TEAM_SIZE
    standing = {}
    for construct in METHOD.constructs.values():
        against = construct.id in ("own_interests", "output_trust", "understanding", "felt_monitoring")
        team = TEAM * draws.normal(count // TEAM_SIZE + 1)[teams]
        value = team + OWN * draws.normal(count) + (general if against else -general)
        value = value + told.stands.get(construct.id, 0.0)
        for index, cause in enumerate(named):
            value[index] += SIDE_EFFECTS[cause].get(construct.id, 0.0)
            if construct.kind == "cause":
                value[index] += NAMED if cause == construct.id else UNNAMED if cause == "none" else 0.0
        standing[construct.id] = value
    return standing


def _answers(
    standing: dict[str, Floats], items: tuple[SurveyItem, ...], shifts: Floats, draws: Draws
) -> list[list[int | None]]:
    count = len(next(iter(standing.values())))
    noise = np.sqrt(1 - LOADING**2) * draws.normal(count, len(items))
    gaps = draws.uniform(count, len(items)) < MISSING
    careless = draws.uniform(count) < CARELESS
    ticked = [draws.pick((3, 3, 4, 4, 5)) for _ in range(count)]
    rows: list[list[int | None]] = [[None] * len(items) for _ in range(count)]
    for column, item in enumerate(items):
        sign = -1.0 if item.reversed else 1.0
        latent = LOADING * sign * standing[item.construct] + noise[:, column] + shifts[column]
        points = METHOD.scales[item.scale].points
        answer = np.minimum(1 + np.searchsorted(THRESHOLDS, latent), points)
        for person in range(count):
            if careless[person]:
                rows[person][column] = min(ticked[person], points)
            elif not gaps[person, column]:
                rows[person][column] = int(answer[person])
    return rows


def _roles(story: Story, department: str, count: int, draws: Draws) -> list[str | None]:
    """Roles by their headcount; a role of few people stays blank, because it would point to one of them."""
    shares = {
        str(row["role"]): float(str(row["headcount"]))
        for row in story.records["roles"]
        if row["department"] == department and int(str(row["headcount"])) >= SMALL_ROLE
    }
    return list(draws.quotas(count, shares)) if shares else [None] * count


def _comment(rows: list[Record], story: Story) -> None:
    """Give each comment of the story to somebody of its department who called its cause most true in the last wave."""
    draws = Draws(story.told.seed, "comments")
    last = story.told.survey[-1].wave
    for row in rows:
        row["comment"] = None
    for told in story.records["comments"]:
        wanted = (last, told["department"], told["most_true"])
        fitting = [r for r in rows if (r["wave"], r["department"], r["most_true"]) == wanted and r["comment"] is None]
        if fitting:
            draws.pick(fitting)["comment"] = told["comment"]
