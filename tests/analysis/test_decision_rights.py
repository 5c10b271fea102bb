"""Decision rights, the learning log and executive signals: gaps, overlaps, silence and its difference from none."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from adoption_lib.analysis.decision_rights import decision_rights_map, holding, signals_given
from adoption_lib.engagement import Engagement
from adoption_lib.engagement.settings import ExecutiveSignal, Settings
from adoption_lib.method import METHOD

BASE: dict[str, Any] = {
    "client": "Test Ltd",
    "as_of": "2026-09-30",
    "departments": [{"name": name, "headcount": 20} for name in ("Claims", "Finance", "Legal")],
}


def client(rows: list[tuple[str, str | None, str, str | None]], initiatives: Any = None, **more: Any) -> Engagement:
    frame = pd.DataFrame(rows, columns=["decision", "department", "held_by", "stated_in"])
    tables = {"decision_rights": frame} if rows else {}
    if initiatives is not None:
        tables["initiatives"] = pd.DataFrame(initiatives)
    return Engagement.from_tables(Settings.model_validate({**BASE, **more}), tables)


@pytest.mark.parametrize(
    ("holders", "expected", "written", "state"),
    [
        (["department"], "department", True, "expected"),
        (["ai_team"], "department", True, "other_side"),
        (["department"], "ai_team", False, "other_side"),
        (["department", "ai_team"], "department", True, "overlap"),
        (["joint"], "department", True, "joint"),
        (["joint"], "department", False, "overlap"),
        (["joint", "ai_team"], "ai_team", True, "overlap"),
        (["unclear", "department"], "department", True, "unclear"),
        ([], "ai_team", False, "gap"),
    ],
)
def test_a_decision_is_held_in_one_way(holders: list[str], expected: str, written: bool, state: str) -> None:
    assert holding(holders, expected, written=written) == state


def test_the_method_places_every_decision() -> None:
    held = METHOD.decision_holders
    assert set(held) == set(METHOD.term_ids("decision"))
    assert [d for d, holder in held.items() if holder == "department"] == [
        "process_design",
        "risk_appetite",
        "service_rules",
    ]


def test_general_rows_hold_unless_a_department_has_its_own() -> None:
    general = [(decision, None, holder, "Charter") for decision, holder in METHOD.decision_holders.items()]
    result = decision_rights_map(client([*general, ("risk_appetite", "Claims", "ai_team", None)]))
    rights = result.rights.set_index(["department", "decision"])
    assert list(dict.fromkeys(result.rights["department"])) == ["Claims", ""]
    assert rights.loc[("Claims", "risk_appetite"), "state"] == "other_side"
    assert rights.loc[("Claims", "mlops"), "state"] == "expected"
    assert rights.loc[("", "risk_appetite"), "state"] == "expected"
    assert "risk appetite in Claims" in result.findings[0].statement


def test_a_department_that_lost_its_decision_is_named_before_the_reverse() -> None:
    rows = [("mlops", "Claims", "department", "x"), ("service_rules", "Claims", "ai_team", "x")]
    assert "service rules in Claims and running the models" in decision_rights_map(client(rows)).findings[0].statement


def test_departments_that_run_nothing_are_not_asked_yet() -> None:
    initiatives = [{"name": "A", "department": "Finance", "stage": "idea"}]
    result = decision_rights_map(client([("mlops", "Claims", "ai_team", "x")], initiatives))
    assert set(result.rights["department"]) == {"Claims", "Finance"}
    assert result.out_of_scope == 1
    assert (result.rights["state"] == "gap").sum() == 11


def test_two_entries_that_disagree_are_an_overlap() -> None:
    rows = [("mlops", "Claims", "ai_team", "x"), ("mlops", "Claims", "department", "y")]
    rights = decision_rights_map(client(rows)).rights.set_index("decision")
    assert rights.loc["mlops", "state"] == "overlap"
    assert rights.loc["mlops", "holders"] == "ai_team+department"
    assert rights.loc["mlops", "stated_in"] == "x; y"


def test_what_is_clear_but_unwritten_is_a_finding_of_its_own() -> None:
    rows = [(decision, None, holder, None) for decision, holder in METHOD.decision_holders.items()]
    result = decision_rights_map(client(rows))
    found = [finding.statement for finding in result.findings if "stand in no document" in finding.statement]
    assert found[0].startswith("6 of 6 kinds of decision are clear in practice")


def test_a_stopped_initiative_counts_by_whether_the_next_team_can_build_on_it() -> None:
    initiatives = [
        {"name": "A", "department": "Claims", "stage": "stopped", "learning": "Callers were misunderstood."},
        {"name": "B", "department": "Claims", "stage": "stopped", "learning": "  "},
        {"name": "C", "department": "Claims", "stage": "live", "learning": None},
    ]
    result = decision_rights_map(client([], initiatives))
    assert result.learning["written"].tolist() == [True, False]
    statements = " ".join(finding.statement for finding in result.findings)
    assert "B" in statements
    assert "fail" not in statements.lower()
    assert "blame" not in statements.lower()


def test_not_collected_differs_from_none_given() -> None:
    unknown = decision_rights_map(client([]))
    none = decision_rights_map(client([], executive_signals=[]))
    assert unknown.signals is None
    assert any(f.kind == "cannot_tell" and "not collected" in f.statement for f in unknown.findings)
    assert none.signals is not None
    assert none.signals["times"].sum() == 0
    assert none.findings[0].statement.startswith("None of the 5 signals")


def test_a_signal_of_the_future_has_not_been_given() -> None:
    signals = [
        ExecutiveSignal(kind="public_credit", date=dt.date(2026, 5, 1)),
        ExecutiveSignal(kind="scorecard", date=dt.date(2026, 12, 1)),
    ]
    counted = signals_given(signals, METHOD.term_ids("executive_signal"), dt.date(2026, 9, 30)).set_index("kind")
    assert counted.loc["public_credit", "times"] == 1
    assert counted.loc["scorecard", "times"] == 0


def test_the_missing_map_is_said_and_the_rest_is_read() -> None:
    result = decision_rights_map(client([], [{"name": "A", "department": "Claims", "stage": "stopped"}]))
    assert {finding.kind for finding in result.findings} == {"not_collected", "finding", "cannot_tell"}
    assert result.rights.empty
    assert len(result.learning) == 1
