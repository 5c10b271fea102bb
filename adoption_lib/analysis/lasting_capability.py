"""Which approaches, and whether the plan as drafted, leave capability behind: the four tests (A3)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from adoption_lib.analysis.lasting_findings import four_tests_findings
from adoption_lib.analysis.path_factors import approach_ranges
from adoption_lib.analysis.plan_tests import TESTS, PlanTest, plan_tests
from adoption_lib.analysis.result import Result
from adoption_lib.engagement import Engagement

__all__ = ["FourTests", "four_tests"]

_NAN = float("nan")
_NOTE = 160


@dataclass(frozen=True)
class FourTests(Result):
    """Approaches and the plan against the four tests of lasting capability.

    Parameters
    ----------
    approaches : DataFrame
        One row per approach and test: ``approach``, ``test``, ``low``, ``likely``, ``high`` (score 1 to 5),
        ``p_pass`` (probability of the level at which internal people do the work themselves, or more), ``state``
        (``pass``, ``fail``, ``cannot_tell``, ``missing``), ``note`` (as entered, shortened).
    weeks : DataFrame
        ``approach``, ``low``, ``high`` weeks to adoption, missing where no range was given.
    plan : tuple of PlanTest
        The plan as drafted; empty where there is none.
    """

    approaches: pd.DataFrame
    weeks: pd.DataFrame
    plan: tuple[PlanTest, ...]

    def passing(self) -> tuple[str, ...]:
        """Approaches that pass all four tests."""
        ok = self.approaches["state"].eq("pass").groupby(self.approaches["approach"], sort=False).all()
        return tuple(str(approach) for approach in ok.index[ok])


def four_tests(client: Engagement) -> FourTests:
    """Put each approach considered, and the plan as drafted, to the four tests.

    Parameters
    ----------
    client : Engagement
        Uses ``approach_options`` and ``engagement_tasks``.

    Returns
    -------
    FourTests
        An approach passes a test where a score of ``test_level`` or more is at least ``test_passed`` probable under
        the PERT distribution of the range given, fails where less is, and otherwise cannot be told yet.
    """
    method = client.method
    options = client.table("approach_options")
    considered = [name for name in method.term_ids("approach") if (options["approach"] == name).any()]
    level, sure = method.threshold("test_level"), method.threshold("test_passed")
    rows = []
    for test in TESTS:
        ranges = approach_ranges(client, test)
        for approach in considered:
            row: dict[str, object] = {"approach": approach, "test": test, "state": "missing", "note": ""}
            if approach in ranges:
                pert = ranges[approach]
                p = pert.at_least(level)
                state = "pass" if p >= sure else "fail" if p <= 1 - sure else "cannot_tell"
                row |= {"low": pert.low, "likely": pert.likely, "high": pert.high, "p_pass": p, "state": state}
                row["note"] = _note(options, approach, test)
            rows.append(row)
    columns = ["approach", "test", "low", "likely", "high", "p_pass", "state", "note"]
    table = pd.DataFrame(rows, columns=columns)
    table = table.astype(dict.fromkeys(["low", "likely", "high", "p_pass"], "float64"))
    order = {name: place for place, name in enumerate(considered)}
    table = table.sort_values("approach", key=lambda column: column.map(order), kind="stable", ignore_index=True)
    weeks = approach_ranges(client, "weeks_to_adoption")
    spans = [(name, weeks[name].low, weeks[name].high) if name in weeks else (name, _NAN, _NAN) for name in considered]
    plan: tuple[PlanTest, ...] = ()
    if client.has("engagement_tasks"):
        tasks = client.table("engagement_tasks")
        plan = plan_tests(tasks, method.term_ids("part"), method.threshold("plan_internal_share"))
    result = FourTests(
        element="A3",
        findings=(),
        withheld=0,
        stamp=client.stamp,
        approaches=table,
        weeks=pd.DataFrame(spans, columns=["approach", "low", "high"]),
        plan=plan,
    )
    return replace(result, findings=four_tests_findings(client, result))


def _note(options: pd.DataFrame, approach: str, test: str) -> str:
    own = options[(options["approach"] == approach) & (options["criterion"] == test)]
    text = " ".join(str(own["note"].fillna("").iloc[0]).split())
    return text if len(text) <= _NOTE else f"{text[: _NOTE - 1].rstrip()}…"
