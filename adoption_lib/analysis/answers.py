"""What people answered, question by question: the whole distribution, the share favourable and where it differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adoption_lib.analysis.finding import Finding
from adoption_lib.analysis.intervals import clustered_share, wilson_interval
from adoption_lib.analysis.privacy import shown_segments
from adoption_lib.analysis.result import Result, not_collected
from adoption_lib.analysis.survey_scores import latest_survey_wave, oriented, wave_answers
from adoption_lib.engagement import Engagement
from adoption_lib.engagement.instrument import Question
from adoption_lib.method import Method

__all__ = ["SurveyAnswers", "favourable_when_low", "merged_points", "point_sides", "survey_answers"]

_NAN = float("nan")
_ITEM_COLUMNS = ["item", "construct", "text", "points", "n", "favourable", "low", "high", "median", "withheld"]
_POINT_COLUMNS = ["item", "first", "last", "label", "side", "count", "share"]
_DEPARTMENT_COLUMNS = ["item", "department", "n", "favourable", "low", "high", "withheld"]


@dataclass(frozen=True)
class SurveyAnswers(Result):
    """Answers of one wave.

    Parameters
    ----------
    wave : str
        Wave of the survey.
    items : DataFrame
        One row per question: ``item``, ``construct``, ``text``, ``points``, ``n``, ``favourable`` with ``low`` and
        ``high``, ``median`` (point, half where it falls between two), ``withheld``. Questions without a construct have
        no favourable side.
    points : DataFrame
        One row per answer, or per neighbouring answers shown as one because few people gave them: ``item``, ``first``
        and ``last`` point, ``label``, ``side`` (unfavourable, neutral, favourable, context or mixed), ``count``,
        ``share``.
    departments : DataFrame
        One row per question and department: ``item``, ``department``, ``n``, ``favourable``, ``low``, ``high``,
        ``withheld``.
    """

    wave: str
    items: pd.DataFrame
    points: pd.DataFrame
    departments: pd.DataFrame


def favourable_when_low(method: Method, construct: str) -> bool:
    """Whether little of a construct is the favourable side: so for the causes and for feeling watched."""
    return method.constructs[construct].kind == "cause" or construct == "felt_monitoring"


def point_sides(question: Question, method: Method) -> tuple[str, ...]:
    """Side of each answer point: the middle of an odd number is neutral, the rest are favourable or unfavourable.

    Three answers thus have one on each side, two have no neutral. A question without a construct has no sides.
    """
    if not question.construct:
        return ("context",) * question.points
    # Agreement with a reversed item speaks against the construct; little of a cause is favourable.
    rising = question.reversed == favourable_when_low(method, question.construct)
    middle = (question.points + 1) / 2
    sides = []
    for point in range(1, question.points + 1):
        above = point > middle if rising else point < middle
        sides.append("neutral" if point == middle else "favourable" if above else "unfavourable")
    return tuple(sides)


def merged_points(counts: Sequence[int], sides: Sequence[str], floor: int) -> list[tuple[int, int]]:
    """Neighbouring answers to be shown as one, so that each group was given by nobody or by ``floor`` people or more.

    Parameters
    ----------
    counts : sequence of int
        People by answer point.
    sides : sequence of str
        As from :func:`point_sides`; neighbours on the same side are preferred.
    floor : int
        Smallest count that is published.

    Returns
    -------
    list of (first, last)
        Positions from 0, in order, covering every point; empty where all answers together are fewer than ``floor``.
    """
    if sum(counts) < floor:
        return []
    groups = [(i, i) for i in range(len(counts))]

    def size(group: tuple[int, int]) -> int:
        return sum(counts[group[0] : group[1] + 1])

    while small := [i for i, group in enumerate(groups) if 0 < size(group) < floor]:
        i = small[0]
        neighbours = [j for j in (i - 1, i + 1) if 0 <= j < len(groups)]
        # Same side first, then across the neutral rather than from one side to the other, then the smaller one.
        j = min(neighbours, key=lambda j: (_distance(sides, groups[i], groups[j]), size(groups[j]), j))
        low, high = min(i, j), max(i, j)
        groups[low : high + 1] = [(groups[low][0], groups[high][1])]
    return groups


def survey_answers(client: Engagement, wave: str = "") -> SurveyAnswers:
    """Describe the answers to every question of one wave.

    The organisation's counts are published per answer, so each is zero or at least the anonymity floor (neighbouring
    answers are shown as one otherwise). A department's share favourable is published where enough people stand behind
    it, they did not all answer alike, and the organisation's share does not give away a department that is hidden.

    Parameters
    ----------
    client : Engagement
        Uses ``employee_survey`` and, for a survey made elsewhere, ``survey_items``.
    wave : str
        Wave to report; empty means the latest.
    """
    used = wave or latest_survey_wave(client)
    answers = wave_answers(client, used)
    floor = client.settings.anonymity.counts
    items, points, departments = [], [], []
    for question in client.questions:
        codes = np.asarray(
            answers[question.id].astype("Float64").to_numpy(dtype=float, na_value=_NAN), dtype=np.float64
        )
        if np.isnan(codes).all():
            continue
        item, shown_points = _item(question, codes, answers, client.method, floor)
        items.append(item)
        points += shown_points
        if question.construct:
            departments += _departments(question, answers, client, item, floor)
    frame = pd.DataFrame(items, columns=_ITEM_COLUMNS)
    spread = pd.DataFrame(departments, columns=_DEPARTMENT_COLUMNS).astype({"n": "Int64"})
    findings: tuple[Finding, ...] = ()
    if not client.has("employee_survey"):
        findings = (not_collected(client, "B2", ("employee_survey",)),)
    return SurveyAnswers(
        element="B2",
        findings=findings,
        withheld=int(frame["withheld"].sum() + spread["withheld"].sum()),
        stamp=client.stamp,
        wave=used,
        items=frame.astype({"n": "Int64"}),
        points=pd.DataFrame(points, columns=_POINT_COLUMNS),
        departments=spread,
    )


def _item(
    question: Question, codes: npt.NDArray[np.float64], answers: pd.DataFrame, method: Method, floor: int
) -> tuple[dict[str, object], list[dict[str, object]]]:
    sides = point_sides(question, method)
    counts = [int((codes == k).sum()) for k in range(1, question.points + 1)]
    n = sum(counts)
    groups = merged_points(counts, sides, floor)
    head: dict[str, object] = {
        "item": question.id,
        "construct": question.construct,
        "text": question.text,
        "points": question.points,
        "n": n if groups else pd.NA,
        "favourable": _NAN,
        "low": _NAN,
        "high": _NAN,
        "median": _median(counts) if groups else _NAN,
        "withheld": not groups,
    }
    shown = []
    for first, last in groups:
        here = set(sides[first : last + 1])
        labels = [question.answers[k] for k in range(first, last + 1)]
        shown.append(
            {
                "item": question.id,
                "first": first + 1,
                "last": last + 1,
                "label": " / ".join(labels),
                "side": here.pop() if len(here) == 1 else "mixed",
                "count": sum(counts[first : last + 1]),
                "share": sum(counts[first : last + 1]) / n,
            }
        )
    whole = all(len({sides[k] == "favourable" for k in range(first, last + 1)}) == 1 for first, last in groups)
    if groups and question.construct:
        if whole:
            yes = pd.Series([sides[int(c) - 1] == "favourable" if c == c else _NAN for c in codes], dtype=float)
            table = yes.groupby(answers["department"].astype(object)).agg(["sum", "count"])
            head["favourable"], head["low"], head["high"] = clustered_share(table["sum"], table["count"])
        else:
            head["withheld"] = True
    return head, shown


def _departments(
    question: Question, answers: pd.DataFrame, client: Engagement, item: dict[str, object], floor: int
) -> list[dict[str, object]]:
    low_is_good = favourable_when_low(client.method, question.construct)
    score = oriented(answers, question)
    good = ((score < 0.5) if low_is_good else (score > 0.5)).where(score.notna())
    groups = good.astype(float).groupby(answers["department"].astype(object))
    sizes = {name: int(n) for name, n in groups.count().items() if n}
    agreeing = {name: float(count) for name, count in groups.sum().items()}
    # A department of one mind tells what each of its people answered: it counts as too small.
    masked = {name: min(n, floor - 1) if agreeing[name] in (0, n) else n for name, n in sizes.items()}
    shown = shown_segments(pd.Series(masked, dtype="int64"), floor).to_dict()
    rows: list[dict[str, object]] = []
    for name in client.settings.headcounts:
        if name not in sizes:
            continue
        n, is_shown = sizes[name], bool(shown[name]) and item["withheld"] is False
        low, high = wilson_interval(agreeing[name], n) if is_shown else (_NAN, _NAN)
        rows.append(
            {
                "item": question.id,
                "department": name,
                "n": n if is_shown else pd.NA,
                "favourable": agreeing[name] / n if is_shown else _NAN,
                "low": low,
                "high": high,
                "withheld": not is_shown,
            }
        )
    return rows


def _median(counts: Sequence[int]) -> float:
    cumulative = np.cumsum(counts)
    half = cumulative[-1] / 2
    return float(np.searchsorted(cumulative, half) + np.searchsorted(cumulative, half, side="right")) / 2 + 1


def _distance(sides: Sequence[str], one: tuple[int, int], other: tuple[int, int]) -> int:
    """How far two groups of answers stand apart in meaning: 0 same side, 1 with the neutral, 2 opposite sides."""
    together = set(sides[one[0] : one[1] + 1]) | set(sides[other[0] : other[1] + 1])
    if len(together) == 1:
        return 0
    return 2 if {"favourable", "unfavourable"} <= together else 1
