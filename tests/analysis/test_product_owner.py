"""Where product owners sit: unknown is never "none", and the AI team is recognised whatever the form says."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from adoption_lib.analysis.product_owner import owner_state, product_owner
from adoption_lib.engagement import Engagement
from adoption_lib.engagement.settings import Settings

SETTINGS = Settings.model_validate(
    {"client": "Test Ltd", "departments": [{"name": "Claims", "headcount": 40}, {"name": "HR", "headcount": 9}]}
)


def client(*rows: dict[str, Any]) -> Engagement:
    base = {"department": "Claims", "stage": "live"}
    frame = pd.DataFrame([{**base, "name": f"Initiative {number}", **row} for number, row in enumerate(rows)])
    return Engagement.from_tables(SETTINGS, {"initiatives": frame})


@pytest.mark.parametrize(
    ("owner", "unit", "more", "state"),
    [
        ("Claims lead", "department", {}, "department"),
        ("Data lead", "ai_team", {}, "ai_team"),
        ("Head of AI", "department", {"technical": "head of AI"}, "ai_team"),
        ("Project office", "other", {}, "elsewhere"),
        ("Claims lead", None, {}, "unit_not_recorded"),
        (None, None, {}, "none"),
        (None, "department", {}, "not_recorded"),
        (None, None, {"recorded": False}, "not_recorded"),
        ("HR lead", "hr", {"own_unit": "hr"}, "department"),
    ],
)
def test_an_owner_is_placed(owner: str | None, unit: str | None, more: dict[str, Any], state: str) -> None:
    assert owner_state(owner, unit, **more) == state


def test_an_owner_in_the_ai_team_is_the_first_finding() -> None:
    result = product_owner(
        client(
            {"product_owner": "Data lead", "owner_unit": "ai_team"},
            {"product_owner": None},
            {"product_owner": "Claims lead", "owner_unit": "department"},
        )
    )
    assert result.findings[0].statement.startswith("In 1 of 3 running initiatives")
    assert (result.in_department, result.running) == (1, 3)
    assert not result.owners.columns.intersection(["product_owner", "owner"]).size


def test_an_initiative_for_hr_is_rightly_owned_in_hr() -> None:
    result = product_owner(client({"department": "HR", "product_owner": "HR lead", "owner_unit": "hr"}))
    assert result.in_department == 1


def test_a_column_that_was_left_out_is_unknown() -> None:
    result = product_owner(client({}, {}))
    assert [finding.kind for finding in result.findings] == ["cannot_tell"]
    assert result.in_department == 0


def test_all_owners_in_their_department_is_said_quietly() -> None:
    result = product_owner(client({"product_owner": "Claims lead", "owner_unit": "department"}))
    assert [(f.kind, f.strength < 0.2) for f in result.findings] == [("finding", True)]


def test_stopped_and_missing() -> None:
    stopped = product_owner(client({"stage": "stopped"}))
    assert stopped.findings[0].kind == "cannot_tell"
    assert product_owner(Engagement.from_tables(SETTINGS, {})).findings[0].kind == "not_collected"
