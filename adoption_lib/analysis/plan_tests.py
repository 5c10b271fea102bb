"""Whether the plan as drafted leaves capability behind: the four tests applied to the work packages (A3, D3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

__all__ = ["TESTS", "PlanTest", "internal_share", "plan_tests"]

TESTS = ("knowledge_growth", "internal_doing", "change_in_scope", "operating_model")
"""The four tests of lasting capability, in the order in which they are asked."""

_RANK: Mapping[str, int] = {"partner": 0, "paired": 1, "internal": 2}
_EFFORT = ("effort_change", "effort_ai", "effort_process", "effort_governance")


@dataclass(frozen=True)
class PlanTest:
    """Outcome of one test: ``key`` is the reason in the wording, ``places`` the parts or activities it names."""

    test: str
    state: Literal["pass", "fail", "cannot_tell"]
    key: str
    places: tuple[str, ...] = ()
    low: float = float("nan")
    high: float = float("nan")


def plan_tests(tasks: pd.DataFrame, parts: Sequence[str], needed_share: float) -> tuple[PlanTest, ...]:
    """Apply the four tests to an engagement plan.

    Parameters
    ----------
    tasks : DataFrame
        Table ``engagement_tasks`` with at least one row.
    parts : sequence of str
        Capability parts; a part without an activity cannot grow.
    needed_share : float
        Share of the days that internal people must carry.

    Returns
    -------
    tuple of PlanTest
        One per test, in the order of :data:`TESTS`. A lead that is internal throughout counts as growth kept.
    """
    return (_knowledge(tasks, parts), _doing(tasks, needed_share), _change(tasks), _afterwards(tasks))


def internal_share(tasks: pd.DataFrame) -> tuple[float, float, int]:
    """Bounds of the internal share of all days.

    Returns
    -------
    low, high : float
        Least and greatest share that agrees with what was entered; NaN where no days are known at all, or where the
        days of an activity have no bound.
    unbounded : int
        Activities for which days of a side are missing and no effort bounds them.

    Notes
    -----
    Where one side's days are missing but the effort by skill is known in full, the effort bounds the activity: the
    missing side carries between nothing and the rest. Missing days are never read as none.
    """
    least = most = total_least = total_most = 0.0
    unbounded = 0
    for row in tasks.to_dict("records"):
        inside, partner = _number(row["internal_days"]), _number(row["partner_days"])
        effort = [_number(row[name]) for name in _EFFORT]
        known = [value for value in effort if value is not None]
        total = sum(known) if len(known) == len(effort) else None
        if inside is not None and partner is not None:
            bounds = [(inside, partner)]
        elif total is None:
            unbounded += 1
            continue
        elif inside is not None:
            bounds = [(inside, max(total - inside, 0.0))]
        elif partner is not None:
            bounds = [(max(total - partner, 0.0), partner)]
        else:
            bounds = [(0.0, total), (total, 0.0)]
        least, total_least = least + bounds[0][0], total_least + sum(bounds[0])
        most, total_most = most + bounds[-1][0], total_most + sum(bounds[-1])
    if unbounded or total_least <= 0:
        return (float("nan"), float("nan"), unbounded)
    return (least / total_least, most / total_most, 0)


def _knowledge(tasks: pd.DataFrame, parts: Sequence[str]) -> PlanTest:
    without = []
    for part in parts:
        own = tasks[tasks["part"] == part]
        now, end = own["lead_now"].map(_RANK), own["lead_at_end"].map(_RANK)
        kept = (now == _RANK["internal"]) & (end == _RANK["internal"])
        if not bool(((end > now) | kept).any()):
            without.append(part)
    if without:
        return PlanTest("knowledge_growth", "fail", "fail", tuple(without))
    return PlanTest("knowledge_growth", "pass", "pass")


def _doing(tasks: pd.DataFrame, needed: float) -> PlanTest:
    low, high, unbounded = internal_share(tasks)
    if unbounded or low != low:
        return PlanTest("internal_doing", "cannot_tell", "unknown", ("",) * (unbounded or len(tasks)))
    if low >= needed:
        return PlanTest("internal_doing", "pass", "pass", (), low, high)
    if high < needed:
        return PlanTest("internal_doing", "fail", "fail", (), low, high)
    return PlanTest("internal_doing", "cannot_tell", "cannot_tell", (), low, high)


def _change(tasks: pd.DataFrame) -> PlanTest:
    first = tasks[tasks["phase"] == "prepare"]
    own = first[first["part"] == "change_management"]
    days = ["effort_change", "internal_days", "partner_days"]
    if len(own):
        names = tuple(sorted(own["activity"].astype(str)))
        # A heading without days is a promise; it counts once some effort or some days stand behind it.
        if bool((own[days].fillna(0.0).astype(float) > 0).any(axis=None)):
            return PlanTest("change_in_scope", "pass", "pass", names)
        missing = bool(own[days].isna().any(axis=None))
        return PlanTest("change_in_scope", "cannot_tell" if missing else "fail", "no_days", names)
    beside = first[first["effort_change"].fillna(0.0).astype(float) > 0]
    if len(beside):
        return PlanTest("change_in_scope", "cannot_tell", "beside", tuple(sorted(beside["activity"].astype(str))))
    later = (tasks["part"] == "change_management") | (tasks["effort_change"].fillna(0.0).astype(float) > 0)
    return PlanTest("change_in_scope", "fail", "later" if bool(later.any()) else "fail")


def _afterwards(tasks: pd.DataFrame) -> PlanTest:
    last = tasks[tasks["phase"] == "sustain"]
    if last.empty:
        return PlanTest("operating_model", "fail", "none")
    criterion = last["exit_criterion"].fillna("").str.strip() != ""
    settled = (last["lead_at_end"] == "internal") & criterion
    if bool(settled.all()):
        return PlanTest("operating_model", "pass", "pass")
    return PlanTest("operating_model", "fail", "fail", tuple(sorted(last.loc[~settled, "activity"].astype(str))))


def _number(value: object) -> float | None:
    return None if pd.isna(value) else float(value)  # type: ignore[call-overload, arg-type]
