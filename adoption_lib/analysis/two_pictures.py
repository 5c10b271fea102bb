"""The picture HR has and the picture the AI function has, where they differ, and what neither sees (B1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from adoption_lib.analysis.blind_spots import concern_hearing, unseen_parts
from adoption_lib.analysis.difference import raters_to_resolve, resolved, welch_difference
from adoption_lib.analysis.level_estimates import balanced_level
from adoption_lib.analysis.raters import RaterGroup, latest_wave, rater_groups, rater_parts, wave_ratings
from adoption_lib.analysis.result import Result
from adoption_lib.analysis.rollout import rollout_timeline
from adoption_lib.analysis.two_pictures_findings import two_pictures_findings
from adoption_lib.engagement import Engagement

__all__ = ["TwoPictures", "two_pictures"]

_NAN = float("nan")


@dataclass(frozen=True)
class TwoPictures(Result):
    """Both pictures side by side.

    Parameters
    ----------
    wave : str
        Wave of the ratings.
    groups : tuple of RaterGroup
        Functions whose raters are shown together.
    levels : DataFrame
        One row per part and group: ``part``, ``group``, ``estimate``, ``low``, ``high`` (levels), ``n`` (raters,
        missing where withheld), ``withheld``.
    differences : DataFrame
        One row per part: ``part``, ``difference`` (HR minus AI), ``low``, ``high``, ``resolved``, ``raters_needed``
        (a side, for a difference of this size; missing where more than 200), ``evidence_hr``, ``evidence_ai`` (mean
        shares of ratings with evidence), ``n_hr``, ``n_ai``. Empty where one of the two cannot be shown alone.
    departments : DataFrame
        As ``levels`` with ``department`` for raters who named one; cells below the floor are withheld, with a
        second one where a single one could be worked out from the total.
    blind : DataFrame
        As from :func:`adoption_lib.analysis.blind_spots.unseen_parts`.
    topics : DataFrame
        As from :func:`adoption_lib.analysis.blind_spots.concern_hearing`.
    timeline : DataFrame
        As from :func:`adoption_lib.analysis.rollout.rollout_timeline`.
    floor : int
        Smallest number of raters that is published.
    """

    wave: str
    groups: tuple[RaterGroup, ...]
    levels: pd.DataFrame
    differences: pd.DataFrame
    departments: pd.DataFrame
    blind: pd.DataFrame
    topics: pd.DataFrame
    timeline: pd.DataFrame
    floor: int


def two_pictures(client: Engagement, wave: str = "") -> TwoPictures:
    """Compare how the functions see the same organisation.

    Parameters
    ----------
    client : Engagement
        Uses ``capability_ratings``, ``concern_log``, ``initiatives``, ``tool_limits`` and ``use_cases``.
    wave : str
        Wave of ratings; empty means the latest.

    Returns
    -------
    TwoPictures
        Raters are the unit. A difference counts as resolved only after correction for looking at several parts.
    """
    used_wave = wave or latest_wave(client)
    floor, confidence = client.settings.anonymity.counts, client.method.threshold("interval_level")
    ratings = wave_ratings(client, used_wave)
    groups = rater_groups(ratings, floor)
    raters = rater_parts(ratings, groups, floor)
    parts = client.method.term_ids("part")
    levels = _levels(raters, groups, parts, floor, confidence)
    departments = _departments(client, raters, groups, parts, floor, confidence)
    blind = unseen_parts(raters, groups, parts, floor, confidence)
    result = TwoPictures(
        element="B1",
        findings=(),
        withheld=int(levels["withheld"].sum() + departments["withheld"].sum()),
        stamp=client.stamp,
        wave=used_wave,
        groups=groups,
        levels=levels,
        differences=_differences(client, raters, groups, parts, floor),
        departments=departments,
        blind=blind,
        topics=concern_hearing(client),
        timeline=rollout_timeline(client),
        floor=floor,
    )
    return replace(result, findings=two_pictures_findings(client, result))


def _cell(rows: pd.DataFrame, floor: int, confidence: float) -> dict[str, object]:
    scores = rows["score"].dropna()
    if len(scores) < floor:
        # Somebody rated (there is a share of evidence), but too few, or only items that are withheld.
        return {"withheld": bool(rows["evidence"].notna().any())}
    level = balanced_level([scores.to_numpy(dtype=float)], confidence)
    return {"estimate": level.mean, "low": level.low, "high": level.high, "n": level.n, "withheld": False}


def _frame(rows: list[dict[str, object]], names: list[str]) -> pd.DataFrame:
    numbers = ["estimate", "low", "high"]
    frame = pd.DataFrame(rows, columns=[*names, *numbers, "n", "withheld"])
    return frame.astype({**dict.fromkeys(numbers, "float64"), "n": "Int64", "withheld": "bool"})


def _levels(
    raters: pd.DataFrame, groups: Sequence[RaterGroup], parts: Sequence[str], floor: int, confidence: float
) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    for part in parts:
        for group in groups:
            own = raters[(raters["part"] == part) & (raters["group"] == group.id)]
            rows.append({"part": part, "group": group.id, **_cell(own, floor, confidence)})
    return _frame(rows, ["part", "group"])


def _departments(
    client: Engagement,
    raters: pd.DataFrame,
    groups: Sequence[RaterGroup],
    parts: Sequence[str],
    floor: int,
    confidence: float,
) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    for part in parts:
        for group in groups:
            own = raters[(raters["part"] == part) & (raters["group"] == group.id)]
            cells = {str(name): values for name, values in own.groupby("department")}
            shown = _safe_cells({name: int(values["score"].notna().sum()) for name, values in cells.items()}, floor)
            for department in client.settings.headcounts:
                mine = cells.get(department, own.head(0))
                cell = _cell(mine, floor if department in shown else len(mine) + 1, confidence)
                rows.append({"department": department, "part": part, "group": group.id, **cell})
    return _frame(rows, ["department", "part", "group"])


def _safe_cells(sizes: dict[str, int], floor: int) -> set[str]:
    """Departments that may be shown: large enough, and what is left over is either nobody or a group large enough.

    The total over departments is published, so that whatever is not shown can be worked out as one remainder.
    """
    shown = {name for name, n in sizes.items() if name and n >= floor}
    while shown:
        rest = sum(n for name, n in sizes.items() if name not in shown)
        if rest == 0 or rest >= floor:
            break
        shown.remove(min(shown, key=lambda name: (sizes[name], name)))
    return shown


def _differences(
    client: Engagement, raters: pd.DataFrame, groups: Sequence[RaterGroup], parts: Sequence[str], floor: int
) -> pd.DataFrame:
    columns = ["part", "difference", "low", "high", "resolved", "raters_needed", "evidence_hr", "evidence_ai"]
    columns += ["n_hr", "n_ai"]
    rows, p_values = [], []
    confidence, power = client.method.threshold("interval_level"), client.method.threshold("capability_power")
    for part in parts if {"HR", "AI"} <= {group.id for group in groups} else ():
        scored = raters[(raters["part"] == part) & raters["score"].notna()]
        sides = [scored[scored["group"] == name] for name in ("HR", "AI")]
        if min(len(side) for side in sides) < floor:
            continue
        first, second = (side["score"].to_numpy(dtype=float) for side in sides)
        gap = welch_difference(first, second, confidence)
        p_values.append(gap.p)
        rows.append(
            {
                "part": part,
                "difference": gap.mean,
                "low": gap.low,
                "high": gap.high,
                "raters_needed": raters_to_resolve(gap.mean, gap.spread, confidence, power),
                "evidence_hr": float(sides[0]["evidence"].mean()),
                "evidence_ai": float(sides[1]["evidence"].mean()),
                "n_hr": gap.n_first,
                "n_ai": gap.n_second,
            }
        )
    frame = pd.DataFrame(rows, columns=columns)
    frame["resolved"] = resolved(np.asarray(p_values, dtype=float), confidence)
    return frame.astype({"raters_needed": "Int64", "n_hr": "Int64", "n_ai": "Int64", "resolved": "bool"})
