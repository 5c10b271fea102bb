"""Sponsors, owners, sign-off, decision rights and the transition plan as a reader meets them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

import adoption_lib.views.decision_rights
import adoption_lib.views.governance
import adoption_lib.views.transition  # noqa: F401
from adoption_lib.analysis.decision_rights import decision_rights_map
from adoption_lib.analysis.product_owner import product_owner
from adoption_lib.analysis.result import Result
from adoption_lib.analysis.sign_off import joint_sign_off
from adoption_lib.analysis.sponsorship import dual_sponsorship
from adoption_lib.analysis.transition import transition_plan
from adoption_lib.engagement import Engagement
from adoption_lib.engagement.settings import Settings
from adoption_lib.views.data_table import DataTable
from adoption_lib.views.picture import Picture
from adoption_lib.views.show import parts

ANALYSES = (dual_sponsorship, joint_sign_off, product_owner, decision_rights_map, transition_plan)
LONG = "Department of Regional Customer Operations"


def client(initiatives: int = 6, departments: tuple[str, ...] = ("Claims", LONG, "Legal")) -> Engagement:
    """Initiatives at every stage, with every kind of gap; free text that a page could trip over."""
    stages = ("scaled", "live", "pilot", "discovery", "idea", "stopped")
    register = [
        {
            "name": f"Initiative {number} with quite a long name that has to be wrapped somewhere",
            "department": departments[number % len(departments)],
            "stage": stages[number % len(stages)],
            "business_sponsor": None if number % 3 == 1 else "Director of Claims",
            "technical_sponsor": "Head of AI" if number % 2 else "director of claims",
            "product_owner": None if number % 3 == 2 else "Claims lead",
            "owner_unit": ("ai_team", "department", None)[number % 3],
            "learning": 'Took <5 minutes & cost "more" than it saved.' if number % 2 else None,
        }
        for number in range(initiatives)
    ]
    signed = [
        {
            "initiative": row["name"],
            "milestone": milestone,
            "due": dt.date(2026, 1 + 3 * place, 1),
            "passed_on": dt.date(2026, 1 + 3 * place, 3) if number % 3 == 0 and place < 2 else None,
            "signed_business": dt.date(2026, 1 + 3 * place, 2) if number % 2 == 0 and place < 3 else None,
            "signed_technical": dt.date(2026, 2 + 3 * place, 2) if place == 0 else None,
        }
        for number, row in enumerate(register)
        for place, milestone in enumerate(("problem_framing", "mvp_scope", "go_live", "scaling"))
    ]
    rights = [
        ("process_design", None, "department", "Charter"),
        ("risk_appetite", None, "ai_team", None),
        ("service_rules", departments[0], "unclear", None),
        ("mlops", departments[0], "joint", None),
        ("model_selection", None, "joint", "Charter"),
    ]
    leads = ("partner", "paired", "internal")
    plan = [
        {
            "activity": f"Activity {number} of the plan for which nobody found a shorter name than this",
            "phase": "pilot",
            "part": ("change_management", "user_trust", "ongoing_ownership")[number % 3],
            "lead_now": leads[number % 3],
            "lead_at_end": leads[(number + 1) % 3] if number % 4 else "internal",
            "start": None if number % 3 == 0 else dt.date(2026, 1 + number, 1),
            "handover_on": dt.date(2026, 11, 1) if number % 2 else None,
            "exit_criterion": "Two runs alone" if number % 2 else None,
        }
        for number in range(9)
    ]
    people = {"person": [f"P{n}" for n in range(7)], "side": "internal", "days_per_week": 2, "stability": "stable"}
    settings = {
        "client": "Test Ltd",
        "as_of": "2026-09-30",
        "departments": [{"name": name, "headcount": 20} for name in departments],
        "executive_signals": [{"kind": "public_credit", "date": "2026-05-04"}],
    }
    tables = {
        "initiatives": pd.DataFrame(register),
        "milestones": pd.DataFrame(signed),
        "decision_rights": pd.DataFrame(rights, columns=["decision", "department", "held_by", "stated_in"]),
        "engagement_tasks": pd.DataFrame(plan),
        "staff": pd.DataFrame(people),
    }
    return Engagement.from_tables(Settings.model_validate(settings), tables)


def texts(result: Result) -> str:
    shown = [str(part._repr_mimebundle_()["text/plain"]) for part in parts(result)]  # type: ignore[attr-defined]
    return "\n".join([*shown, *(str(finding) for finding in result.findings)])


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda analysis: analysis.__name__)
@pytest.mark.parametrize(
    "shape", [(6, ("Claims", LONG, "Legal")), (1, ("Claims",)), (40, tuple(f"{LONG} {n}" for n in range(12)))]
)
def test_everything_is_shown_in_words(analysis: Any, shape: tuple[int, tuple[str, ...]]) -> None:
    result = analysis(client(*shape))
    text = texts(result)
    assert text
    for token in ("nan", "NaT", "<NA>", "None", "inf\t"):
        assert token not in text.replace("None of the", ""), token
    for part in parts(result):
        page = part._repr_mimebundle_()["text/html"]  # type: ignore[attr-defined]
        assert "<5 minutes" not in page
        if isinstance(part, Picture):
            assert part.title
            assert "n = " in part.subtitle
            assert len(part.alt) > 80
            assert not part.data.empty
            assert part.svg() == part.svg()


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda analysis: analysis.__name__)
def test_nothing_collected_shows_nothing(analysis: Any) -> None:
    settings = Settings.model_validate({"client": "Test Ltd", "departments": [{"name": "Claims", "headcount": 20}]})
    assert parts(analysis(Engagement.from_tables(settings, {}))) == []


def words_in(picture: Picture) -> str:
    return " ".join(text.get_text() for axes in picture.figure.axes for text in axes.texts).replace("\n", " ")


def picture_of(result: Result) -> Picture:
    return next(part for part in parts(result) if isinstance(part, Picture))


def test_the_sign_off_matrix_can_be_read_without_colour() -> None:
    words = words_in(picture_of(joint_sign_off(client())))
    for state in ("B + T", "Went ahead B only", "Overdue", "Blocked", "Stopped"):
        assert state in words


def test_the_map_of_decision_rights_can_be_read_without_colour() -> None:
    words = words_in(picture_of(decision_rights_map(client())))
    for state in (
        "Department as meant",
        "AI team* other side",
        "Both claim it*",
        "Unclear",
        "No entry",
        "Together agreed",
    ):
        assert state in words
    assert "Belongs to the department" in words


def test_the_line_of_the_plan_uses_pattern_as_well_as_colour() -> None:
    figure = picture_of(transition_plan(client())).figure
    patterns = {patch.get_label(): patch.get_hatch() for legend in figure.legends for patch in legend.get_patches()}
    assert len(set(patterns.values())) == 3
    assert any(text.get_text() == "?" for text in figure.axes[0].texts)


def test_a_register_too_long_for_a_picture_says_so_and_is_whole_in_the_table() -> None:
    result = dual_sponsorship(client(60))
    assert "the first 30 are drawn" in picture_of(result).subtitle
    table = next(part for part in parts(result) if isinstance(part, DataTable))
    assert len(table.frame) == 60


def test_a_plan_without_dates_has_a_table_in_place_of_a_line() -> None:
    tables = dict(client().tables)
    undated = tables["engagement_tasks"].assign(start=pd.NaT, handover_on=pd.NaT, partner_until=pd.NaT)
    result = transition_plan(Engagement.from_tables(client().settings, {"engagement_tasks": undated}))
    assert not any(isinstance(part, Picture) for part in parts(result))
    assert any(isinstance(part, DataTable) for part in parts(result))
