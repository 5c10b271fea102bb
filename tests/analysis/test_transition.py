"""The transition plan: what a handover lacks, what stays with the partner, and a staff list that gives nobody away."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption_lib.analysis.takeover_dates import plan_begins, plan_timeline
from adoption_lib.analysis.transition import activity_gaps, staff_stability, transition_plan
from adoption_lib.engagement import Engagement
from adoption_lib.engagement.frames import typed_table
from adoption_lib.engagement.settings import Settings
from adoption_lib.method import METHOD

BASE = {"client": "Test Ltd", "as_of": "2026-09-30", "departments": [{"name": "Claims", "headcount": 40}]}
WHOLE = {
    "phase": "pilot", "part": "user_trust", "lead_now": "partner", "lead_at_end": "internal", "start": "2026-06-01",
    "handover_on": "2026-12-01", "exit_criterion": "Two runs alone", "support_boundary": "Hotline",
    "partner_until": None,
}  # fmt: skip


def tasks(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame([{**WHOLE, "activity": f"Activity {number}", **row} for number, row in enumerate(rows)])
    return typed_table("engagement_tasks", frame)


def staff(**counts: int) -> pd.DataFrame:
    rows = [value for value, count in counts.items() for _ in range(count)]
    frame = pd.DataFrame({"stability": [None if v == "unknown" else v for v in rows]})
    people = [f"P{number}" for number in range(len(frame))]
    return typed_table("staff", frame.assign(person=people, side="internal", days_per_week=3))


def plan(frame: pd.DataFrame, people: pd.DataFrame | None = None) -> Any:
    tables = {"engagement_tasks": frame, **({"staff": people} if people is not None else {})}
    return transition_plan(Engagement.from_tables(Settings.model_validate(BASE), tables))


@pytest.mark.parametrize(
    ("change", "gaps"),
    [
        ({}, ()),
        ({"handover_on": None}, ("no_date",)),
        ({"exit_criterion": " "}, ("no_criterion",)),
        ({"support_boundary": None, "exit_criterion": None}, ("no_criterion", "no_boundary")),
        ({"lead_at_end": "partner", "handover_on": None}, ("no_end",)),
        ({"lead_at_end": "paired", "partner_until": "2027-03-01"}, ()),
        ({"lead_now": "internal", "lead_at_end": "paired", "partner_until": "2027-03-01"}, ("backwards",)),
        ({"partner_until": "2026-11-01"}, ("leaves_early",)),
        ({"lead_now": "internal", "handover_on": None, "exit_criterion": None, "support_boundary": None}, ()),
    ],
)
def test_what_a_handover_lacks(change: dict[str, Any], gaps: tuple[str, ...]) -> None:
    assert activity_gaps(tasks(change).iloc[0].to_dict()) == gaps


def test_what_stays_with_the_partner_without_end_comes_first() -> None:
    rows = [{"lead_at_end": "partner"}, {"exit_criterion": None}, *({"part": part} for part in METHOD.term_ids("part"))]
    result = plan(tasks(*rows))
    assert "stays with the partner without an end" in result.findings[0].statement
    assert "1 of 5 handovers is not complete" in result.findings[1].statement
    assert result.activities["stays_with_partner"].sum() == 1


def test_what_stays_with_the_partner_until_a_date_is_told_with_the_date() -> None:
    rows = [{"lead_at_end": "paired", "partner_until": f"2027-0{month}-15"} for month in (1, 3)]
    found = [f for f in plan(tasks(*rows, {})).findings if "the last until 15 March 2027" in f.statement]
    assert [finding.n for finding in found] == [3]


def test_a_part_with_no_internal_lead_at_the_end_is_named() -> None:
    result = plan(tasks({}, {"part": "change_management", "lead_at_end": "paired", "partner_until": "2027-01-01"}))
    shares = result.parts.set_index("part")
    assert shares.loc["user_trust", "internal_at_end"] == 1
    assert shares.loc["change_management", "internal_at_end"] == 0
    assert any("3 of the 4 parts" in finding.statement for finding in result.findings)


def test_a_handover_date_that_has_passed_asks_for_the_criterion() -> None:
    result = plan(tasks({"handover_on": "2026-09-01"}))
    asked = [finding for finding in result.findings if "handover date has passed" in finding.statement]
    assert [finding.kind for finding in asked] == ["cannot_tell"]


def test_the_line_runs_from_lead_to_lead() -> None:
    line = plan_timeline(tasks({}))
    assert line["lead"].tolist() == ["partner", "internal"]
    assert line["end"].iloc[0] == line["start"].iloc[1] == pd.Timestamp("2026-12-01")
    assert line["end_known"].tolist() == [True, True]
    open_end = plan_timeline(tasks({"handover_on": None}))
    assert open_end["lead"].tolist() == ["partner"]
    assert not open_end["end_known"].item()


def test_a_start_that_is_not_stated_follows_the_predecessors() -> None:
    frame = tasks({}, {"start": None, "handover_on": "2027-02-01", "predecessor": "Activity 0"})
    assert plan_begins(frame)["Activity 1"] == (pd.Timestamp("2026-12-01"), False)


def test_predecessors_in_a_circle_and_plans_without_dates_do_no_harm() -> None:
    circle = tasks(
        {"start": None, "handover_on": None, "predecessor": "Activity 1"},
        {"start": None, "handover_on": None, "predecessor": "Activity 0"},
        {},
    )
    assert {start for start, _ in plan_begins(circle).values()} == {pd.Timestamp("2026-06-01")}
    undated = plan(tasks({"start": None, "handover_on": None}))
    assert undated.timeline.empty
    assert len(undated.activities) == 1


def test_row_order_does_not_matter() -> None:
    frame = tasks({}, {"part": "ongoing_ownership"}, {"start": "2026-01-05"}, {"start": None})
    first, second = plan(frame), plan(frame.iloc[::-1])
    pd.testing.assert_frame_equal(first.activities, second.activities)
    pd.testing.assert_frame_equal(first.timeline, second.timeline)


@pytest.mark.parametrize(
    ("counts", "verdict", "stable"),
    [
        ({"stable": 4}, "withheld", None),
        ({"stable": 5, "leaving": 1}, "most", None),
        ({"stable": 8}, "most", None),
        ({"stable": 6, "uncertain": 5}, "most", 6),
        ({"stable": 2, "leaving": 4}, "half_or_fewer", None),
        ({"stable": 3, "uncertain": 3}, "half_or_fewer", None),
        ({"stable": 3, "unknown": 4}, "not_recorded", None),
        # Six of twelve are known to stay; with the unknown one it could be seven, so nothing is claimed.
        ({"stable": 6, "uncertain": 5, "unknown": 1}, "not_recorded", None),
    ],
)
def test_stability_is_said_of_the_group_alone(counts: dict[str, int], verdict: str, stable: int | None) -> None:
    found = staff_stability(staff(**counts), floor=5)
    assert (found.verdict, found.stable) == (verdict, stable)


@given(st.integers(5, 40), st.data())
def test_nobody_can_be_read_off_the_stability(n: int, data: st.DataObject) -> None:
    stable = data.draw(st.integers(0, n))
    found = staff_stability(staff(stable=stable, leaving=n - stable), floor=5)
    if found.stable is not None:
        assert min(found.stable, n - found.stable) >= 5
    else:
        fits = [k for k in range(n + 1) if (2 * k > n) == (found.verdict == "most")]
        assert len(fits) >= METHOD.threshold("min_audit_width")


def test_no_person_of_the_staff_list_reaches_the_result() -> None:
    result = plan(tasks({}), staff(stable=6, leaving=1))
    text = " ".join(str(finding) for finding in result.findings) + result.activities.to_csv() + result.timeline.to_csv()
    assert "P0" not in text
    assert "P6" not in text
    assert any("Most of the 7" in finding.statement for finding in result.findings)


def test_missing_tables_are_said() -> None:
    nothing = transition_plan(Engagement.from_tables(Settings.model_validate(BASE), {}))
    assert [finding.kind for finding in nothing.findings] == ["not_collected"]
    assert any("No staff list" in finding.statement for finding in plan(tasks({})).findings)
