"""Joint sign-off: who had signed on the day work went on, what waits, what is blocked, what came in the wrong order."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adoption_lib.analysis.sign_off import AHEAD, joint_sign_off, sign_off_states
from adoption_lib.engagement import Engagement
from adoption_lib.engagement.settings import Settings
from adoption_lib.method import METHOD

MILESTONES = METHOD.term_ids("milestone")
BASE = {"client": "Test Ltd", "as_of": "2026-09-30", "departments": [{"name": "Claims", "headcount": 40}]}


def client(stage: str = "pilot", live_on: str | None = None, **milestones: dict[str, Any]) -> Engagement:
    initiative = {"name": "A", "department": "Claims", "stage": stage, "go_live": live_on}
    rows = [{"initiative": "A", "milestone": milestone, **values} for milestone, values in milestones.items()]
    tables = {"initiatives": pd.DataFrame([initiative]), "milestones": pd.DataFrame(rows)}
    return Engagement.from_tables(Settings.model_validate(BASE), tables)


def state(result: Any, milestone: str) -> str:
    frame = result.matrix
    return str(frame.loc[frame["milestone"] == milestone, "state"].item())


def cell(due: Any = None, passed: Any = None, business: Any = None, technical: Any = None) -> dict[str, Any]:
    return {"due": due, "passed_on": passed, "signed_business": business, "signed_technical": technical}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (cell("2026-05-01", "2026-05-02", "2026-05-01", "2026-05-02"), "both"),
        (cell("2026-05-01", "2026-05-02", "2026-05-01"), "ahead_business"),
        (cell("2026-05-01", "2026-05-02", None, "2026-05-01"), "ahead_technical"),
        (cell("2026-05-01", "2026-05-02"), "ahead_unsigned"),
        (cell("2026-05-01", "2026-05-02", "2026-05-01", "2026-06-01"), "ahead_business"),
        (cell("2026-12-01", None, "2026-09-01", "2026-09-02"), "both"),
        (cell("2026-12-01", None, "2026-09-01"), "only_business"),
        (cell("2026-12-01", None, None, "2026-09-01"), "only_technical"),
        (cell("2026-09-01", None, "2026-09-01"), "overdue"),
        (cell("2026-09-30"), "not_due"),
        (cell(), "not_recorded"),
    ],
)
def test_a_milestone_has_one_state(values: dict[str, Any], expected: str) -> None:
    assert state(joint_sign_off(client("discovery", problem_framing=values)), "problem_framing") == expected


def test_a_signature_after_the_decision_is_marked_as_late() -> None:
    result = joint_sign_off(client(problem_framing=cell("2026-05-01", "2026-05-02", "2026-05-01", "2026-06-01")))
    assert result.matrix.loc[0, "late"]
    assert (result.passed, result.ahead) == (1, 1)


def test_a_later_milestone_waits_behind_one_that_is_overdue() -> None:
    result = joint_sign_off(
        client("discovery", problem_framing=cell("2026-08-01"), mvp_scope=cell("2026-11-01"), go_live=cell())
    )
    assert state(result, "mvp_scope") == "blocked"
    assert result.matrix.loc[1, "blocked_by"] == "problem_framing"
    assert state(result, "go_live") == "not_recorded"
    assert "One later decision waits" in result.findings[0].statement


def test_the_stage_shows_that_work_went_on_though_the_date_is_missing() -> None:
    result = joint_sign_off(client("live", "2026-03-02", go_live=cell("2026-03-01", None, None, "2026-02-01")))
    assert state(result, "go_live") == "ahead_technical"
    assert result.matrix.loc[2, "passed_on"] == pd.Timestamp("2026-03-02")
    silent = [finding for finding in result.findings if finding.kind == "cannot_tell"]
    assert silent
    assert "2 decisions" in silent[0].statement


def test_a_planned_go_live_is_not_taken_as_passed() -> None:
    result = joint_sign_off(client("pilot", "2026-12-01", go_live=cell("2026-12-01")))
    assert state(result, "go_live") == "not_due"


def test_a_stopped_initiative_waits_for_nothing() -> None:
    result = joint_sign_off(client("stopped", problem_framing=cell("2026-01-01"), go_live=cell("2026-05-01")))
    assert set(result.matrix["state"]) == {"ended"}
    assert all(finding.strength < 0.2 for finding in result.findings)


def test_decisions_in_the_wrong_order_are_listed() -> None:
    result = joint_sign_off(
        client(
            "pilot",
            problem_framing=cell("2026-03-01", "2026-03-05", "2026-03-01", "2026-03-02"),
            mvp_scope=cell("2026-05-01", "2026-02-05", "2026-02-01", "2026-02-02"),
            go_live=cell("2026-11-01", None, "2026-01-20"),
        )
    )
    kinds = dict(zip(result.order["milestone"], result.order["kind"], strict=True))
    assert kinds == {"mvp_scope": "passed_before_earlier", "go_live": "signed_before_earlier"}


def test_an_orderly_record_is_said_quietly() -> None:
    result = joint_sign_off(
        client(
            "pilot",
            problem_framing=cell("2026-03-01", "2026-03-05", "2026-03-01", "2026-03-02"),
            mvp_scope=cell("2026-05-01", "2026-05-05", "2026-05-01", "2026-05-05"),
        )
    )
    assert [(f.kind, f.n) for f in result.findings] == [("finding", 2)]
    assert result.order.empty


def test_milestones_without_a_register_are_read_all_the_same() -> None:
    row = {"initiative": "A", "milestone": "problem_framing", **cell("2026-03-01", "2026-03-05", "2026-03-01")}
    result = joint_sign_off(Engagement.from_tables(Settings.model_validate(BASE), {"milestones": pd.DataFrame([row])}))
    assert state(result, "problem_framing") == "ahead_business"


def test_without_the_record_the_result_says_so() -> None:
    result = joint_sign_off(Engagement.from_tables(Settings.model_validate(BASE), {}))
    assert [finding.kind for finding in result.findings] == ["not_collected"]


def test_a_record_without_dates_cannot_tell() -> None:
    result = joint_sign_off(client("discovery", problem_framing=cell()))
    assert [finding.kind for finding in result.findings] == ["cannot_tell"]


days = st.one_of(st.none(), st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(days, days, days, days), min_size=4, max_size=4),
    st.sampled_from(METHOD.term_ids("stage")),
    st.randoms(use_true_random=False),
)
def test_states_are_exclusive_and_row_order_does_not_matter(rows: list[Any], stage: str, random: Any) -> None:
    columns = ["due", "passed_on", "signed_business", "signed_technical"]
    frame = pd.DataFrame(rows, columns=columns).apply(pd.to_datetime).assign(initiative="A", milestone=MILESTONES)
    register = pd.DataFrame([{"name": "A", "department": "Claims", "stage": stage, "go_live": pd.NaT}])
    today = dt.date(2026, 9, 30)
    shuffled = frame.sample(frac=1.0, random_state=random.randrange(2**31))
    first = sign_off_states(register, frame, MILESTONES, today)
    pd.testing.assert_frame_equal(first, sign_off_states(register, shuffled, MILESTONES, today))
    assert len(first) == len(MILESTONES)
    ahead = first[first["state"].isin(AHEAD)]
    assert (ahead["passed_on"].notna() | ahead["implied"]).all()
    both = first[first["state"] == "both"]
    assert both["signed"].eq("both").all()
    assert (first["blocked_by"].ne("") == first["state"].eq("blocked")).all()
