from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from assessments import PARTS, assert_readable, client, with_settings
from hypothesis import given
from hypothesis import strategies as st

from adoption_lib.analysis.lasting_capability import FourTests, four_tests
from adoption_lib.analysis.plan_tests import TESTS, PlanTest, internal_share, plan_tests
from adoption_lib.engagement.frames import typed_table

GOOD = (3.5, 4, 5)
BAD = (1, 1.5, 2)
OPEN = (2, 3, 4)


def options(**scores: dict[str, tuple[float, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"approach": approach, "criterion": test, "low": low, "likely": likely, "high": high, "note": f"why {test}"}
            for approach, tests in scores.items()
            for test, (low, likely, high) in tests.items()
        ]
    )


def judged(preferred: str | None = None, **tables: pd.DataFrame) -> FourTests:
    preferences = {"stated_approach": preferred} if preferred else {}
    result = four_tests(client(with_settings(preferences=preferences), **tables))
    assert_readable(result)
    return result


def task(activity: str, **changes: object) -> dict[str, object]:
    return {
        "activity": activity,
        "phase": "pilot",
        "part": "user_trust",
        "lead_now": "partner",
        "lead_at_end": "internal",
        "internal_days": 6.0,
        "partner_days": 4.0,
        "exit_criterion": "two cases run alone",
        **changes,
    }


def good_plan() -> list[dict[str, object]]:
    return [
        task("Talks", phase="prepare", part="change_management", lead_now="paired"),
        task("Mapping", phase="prepare", part="workflow_integration"),
        task("Coaching"),
        task("Reviews", phase="sustain", part="ongoing_ownership", lead_now="internal"),
    ]


def plan(*rows: dict[str, object]) -> pd.DataFrame:
    return typed_table("engagement_tasks", pd.DataFrame(list(rows)))


def outcome(test: str, *rows: dict[str, object]) -> PlanTest:
    return plan_tests(plan(*rows), PARTS, 0.5)[TESTS.index(test)]


def test_an_approach_passes_fails_or_cannot_be_told_by_its_range() -> None:
    mixed = {"knowledge_growth": GOOD, "internal_doing": BAD, "change_in_scope": OPEN}
    result = judged(approach_options=options(hybrid=mixed))
    states = result.approaches.set_index("test")["state"]
    assert states.to_dict() == {
        "knowledge_growth": "pass",
        "internal_doing": "fail",
        "change_in_scope": "cannot_tell",
        "operating_model": "missing",
    }
    assert result.approaches.set_index("test").loc["change_in_scope", "p_pass"] == pytest.approx(0.5)
    assert result.passing() == ()


def test_the_level_itself_passes() -> None:
    result = judged(approach_options=options(hybrid=dict.fromkeys(TESTS, (3, 3, 3))))
    assert result.passing() == ("hybrid",)


def test_a_stated_preference_that_fails_comes_first() -> None:
    table = options(partner=dict.fromkeys(TESTS, BAD), hybrid=dict.fromkeys(TESTS, GOOD))
    result = judged("partner", approach_options=table)
    assert "stated preference" in result.findings[0].statement
    assert result.passing() == ("hybrid",)
    assert "stated preference" not in " ".join(f.statement for f in judged("hybrid", approach_options=table).findings)


def test_notes_are_kept_on_one_line_and_shortened() -> None:
    table = options(hybrid={"knowledge_growth": GOOD})
    table["note"] = "two teams\n\nfreed " + "word " * 80
    note = judged(approach_options=table).approaches["note"].iloc[0]
    assert "\n" not in note
    assert len(note) <= 160
    assert note.endswith("…")


def test_the_good_plan_passes_all_four_tests() -> None:
    result = judged(engagement_tasks=plan(*good_plan()))
    assert [test.state for test in result.plan] == ["pass"] * 4
    assert any("passes all four" in finding.statement for finding in result.findings)


def test_a_part_without_movement_is_named() -> None:
    rows = good_plan()
    rows[2]["lead_at_end"] = "partner"
    found = outcome("knowledge_growth", *rows)
    assert (found.state, found.places) == ("fail", ("user_trust",))
    assert outcome("knowledge_growth", *rows[:2]).places == ("user_trust", "ongoing_ownership")


@pytest.mark.parametrize(
    ("now", "end", "grows"), [("partner", "paired", 1), ("internal", "paired", 0), ("internal", "internal", 1)]
)
def test_growth_is_a_lead_that_moves_inside_or_stays_there(now: str, end: str, grows: int) -> None:
    rows = good_plan()
    rows[2] |= {"lead_now": now, "lead_at_end": end}
    assert (outcome("knowledge_growth", *rows).state == "pass") == bool(grows)


def test_internal_people_must_carry_half_of_the_days() -> None:
    assert outcome("internal_doing", task("a", internal_days=5, partner_days=5)).state == "pass"
    found = outcome("internal_doing", task("a", internal_days=4, partner_days=6))
    assert (found.state, found.low, found.high) == ("fail", 0.4, 0.4)


def test_missing_days_are_bounds_and_never_none() -> None:
    effort = {"effort_change": 5, "effort_ai": 0, "effort_process": 5, "effort_governance": 0}
    known = task("a", internal_days=10, partner_days=0)
    unknown = task("b", internal_days=None, partner_days=None, **effort)
    assert internal_share(plan(known, unknown)) == (0.5, 1.0, 0)
    assert outcome("internal_doing", known, unknown).state == "pass"
    assert outcome("internal_doing", unknown).state == "cannot_tell"
    half = task("b", internal_days=None, partner_days=8, **effort)
    assert internal_share(plan(half)) == (0.2, 0.2, 0)
    bare = task("c", internal_days=None, partner_days=None)
    low, high, unbounded = internal_share(plan(known, bare))
    assert np.isnan([low, high]).all()
    assert unbounded == 1
    assert outcome("internal_doing", known, bare).state == "cannot_tell"


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 20), st.booleans(), st.booleans()), min_size=1, max_size=6
    ).filter(lambda rows: sum(a + b for a, b, *_ in rows) > 0)
)
def test_bounds_hold_the_true_share(rows: list[tuple[int, int, bool, bool]]) -> None:
    truth = sum(a for a, *_ in rows) / sum(a + b for a, b, *_ in rows)
    table = plan(
        *(
            task(
                str(i),
                internal_days=None if hide_a else float(a),
                partner_days=None if hide_b else float(b),
                effort_change=float(a + b),
                effort_ai=0.0,
                effort_process=0.0,
                effort_governance=0.0,
            )
            for i, (a, b, hide_a, hide_b) in enumerate(rows)
        )
    )
    low, high, _ = internal_share(table)
    assert low - 1e-9 <= truth <= high + 1e-9


def test_change_work_must_be_in_the_first_phase_with_days_of_its_own() -> None:
    assert outcome("change_in_scope", *good_plan()).state == "pass"
    assert outcome("change_in_scope", task("a")).key == "fail"
    assert outcome("change_in_scope", task("a", part="change_management")).key == "later"
    beside = outcome("change_in_scope", task("a", phase="prepare", effort_change=3.0))
    assert (beside.state, beside.key) == ("cannot_tell", "beside")
    days = {"phase": "prepare", "part": "change_management", "effort_change": 0.0}
    empty = outcome("change_in_scope", task("a", **days, internal_days=0.0, partner_days=0.0))
    assert (empty.state, empty.key) == ("fail", "no_days")
    unknown = outcome("change_in_scope", task("a", **days, internal_days=None, partner_days=None))
    assert unknown.state == "cannot_tell"


def test_the_time_after_needs_an_internal_lead_and_a_criterion() -> None:
    sustain = {"phase": "sustain"}
    assert outcome("operating_model", task("a")).key == "none"
    assert outcome("operating_model", task("a", **sustain)).state == "pass"
    without = outcome(
        "operating_model", task("b", **sustain, exit_criterion=" "), task("a", **sustain, lead_at_end="paired")
    )
    assert (without.state, without.places) == ("fail", ("a", "b"))


def test_every_outcome_of_the_plan_reads_as_a_sentence() -> None:
    sustain = task("d", phase="sustain", exit_criterion=None, internal_days=None, partner_days=None)
    for rows in ([task("a")], [sustain], [task("a", phase="prepare", effort_change=2.0)], good_plan()[:3]):
        judged(engagement_tasks=plan(*rows))


def test_missing_tables_are_said() -> None:
    result = judged()
    assert [finding.kind for finding in result.findings] == ["not_collected", "not_collected"]
    only = judged(approach_options=options(hybrid={"knowledge_growth": OPEN}))
    assert {finding.kind for finding in only.findings} == {"cannot_tell", "not_collected"}


def test_order_of_rows_does_not_matter() -> None:
    table = options(partner=dict.fromkeys(TESTS, BAD), hybrid=dict.fromkeys(TESTS, GOOD))
    first, second = judged(approach_options=table), judged(approach_options=table.iloc[::-1])
    pd.testing.assert_frame_equal(first.approaches, second.approaches)
