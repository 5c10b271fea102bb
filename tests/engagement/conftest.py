"""A sound client folder, written as CSV files or as one workbook, for tests to spoil."""

from __future__ import annotations

import copy
import csv
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from adoption_lib.method import METHOD

Grid = list[list[object]]
Tables = dict[str, Grid]

SETTINGS = """\
client: Invented Mills
synthetic: true
as_of: 2026-06-30
departments:
  - name: Sales
    headcount: 40
  - name: Customer Service
    headcount: 60
first_initiative:
  name: Reply drafting
  department: Customer Service
"""

ITEMS = list(METHOD.survey_items)[:3]
CAPABILITY = list(METHOD.capability_items)[:2]

TABLES: Tables = {
    "capability_ratings": [
        ["rater", "function", "department", "item", "score", "target", "evidence", "wave"],
        ["R1", "HR", "Sales", CAPABILITY[0], 3, 4, "Plan of 3 March", "w1"],
        ["R1", "HR", "Sales", CAPABILITY[1], 2, 4, None, "w1"],
        ["R2", "AI", None, CAPABILITY[0], 4, None, "Minutes", "w1"],
    ],
    "approach_options": [
        ["approach", "criterion", "low", "likely", "high", "note"],
        ["internal", "total_cost", 10, 20, 30, None],
        ["hybrid", "total_cost", 12.5, 15, 40, "An estimate"],
    ],
    "employee_survey": [
        ["respondent", "department", "role", "level", "wave", *ITEMS, "own_1", "most_true", "comment"],
        ["e1", "Sales", "Clerk", "staff", "w1", 1, 2, 3, 1, "none", "Nobody asked us"],
        ["e2", "Customer Service", "Agent", "team_lead", "w1", 5, None, 4, 2, "output_trust", None],
        ["e3", "Customer Service", "Agent", "staff", "w1", 4, 4, 4, 3, None, None],
    ],
    "survey_items": [
        ["item", "construct", "reversed", "wording", "answers", "origin"],
        ["own_1", "voice", "no", "I was asked.", "never;sometimes;often", "Pulse 2026"],
    ],
    "concern_log": [
        [
            "date",
            "heard_by",
            "department",
            "tool",
            "task",
            "what_happened",
            "times",
            "said_after",
            "coded_cause",
            "status",
        ],
        [
            "2026-03-12",
            "HR",
            "Sales",
            "Drafter",
            "Quotes",
            "Wrong price twice",
            2,
            "Nothing",
            "output_trust",
            "open",
        ],
        ["2026-04-02", "AI", None, None, None, "People are unsure", None, None, "other", "closed"],
    ],
    "use_cases": [
        [
            "initiative",
            "department",
            "task",
            "boundedness",
            "who_benefits",
            "felt_as",
            "people",
            "pain_points",
            "decision_logic",
            "acceptance_criteria",
            "in_the_room",
        ],
        [
            "Reply drafting",
            "Customer Service",
            "Replies",
            "bounded",
            "user",
            "help",
            30,
            "Queues",
            None,
            None,
            "agents;analysts",
        ],
    ],
    "responses_taken": [
        ["date", "department", "kind", "description"],
        ["2026-05-01", "Sales", "training", "One hour of training"],
    ],
    "investments": [
        ["kind", "department", "start", "end", "hours_per_head", "amount", "recurring"],
        ["protected_time", "Sales", "2026-01-05", "2026-12-31", 1.5, 1200, "yes"],
    ],
    "roles": [
        [
            "role",
            "department",
            "headcount",
            "change",
            "definition_adjusted",
            "evaluation_adjusted",
            "compensation_adjusted",
        ],
        ["Agent", "Customer Service", 50, "substantial", "yes", "no", None],
        ["Clerk", "Sales", 20, "none", None, None, None],
    ],
    "tool_limits": [
        ["tool", "task", "limit", "stated_on", "told_to"],
        ["Drafter", "Quotes", "Does not know discounts", "2026-02-03", "Sales;HR"],
    ],
    "initiatives": [
        [
            "name",
            "department",
            "stage",
            "framing",
            "business_sponsor",
            "technical_sponsor",
            "product_owner",
            "owner_unit",
            "go_live",
            "hr_involved_on",
            "told_on",
            "learning",
        ],
        [
            "Reply drafting",
            "Customer Service",
            "live",
            "joint",
            "Head of service",
            "Head of AI",
            "Lead agent",
            "department",
            "2026-05-04",
            "2026-04-01",
            "2026-04-15",
            None,
        ],
    ],
    "milestones": [
        ["initiative", "milestone", "due", "passed_on", "signed_business", "signed_technical"],
        ["Reply drafting", "go_live", "2026-05-01", "2026-05-04", "2026-05-02", None],
        ["Reply drafting", "scaling", "2026-11-01", None, None, None],
    ],
    "kpis": [
        [
            "initiative",
            "kpi",
            "period",
            "value",
            "baseline",
            "better",
            "share_business",
            "share_ai",
            "strategic_objective",
        ],
        ["Reply drafting", "Hours to reply", "2026-04", 12.5, 14, "lower", 50, 50, "Service"],
        ["Reply drafting", "Hours to reply", "2026-05", 11.25, 14, "lower", 50, 50, "Service"],
    ],
    "contributions": [
        ["date", "initiative", "team", "contributor", "kind", "hours", "recognised_in"],
        ["2026-04-10", "Reply drafting", "Service desk", None, "expert", 6, None],
    ],
    "stakeholders": [
        ["department", "concern", "statement", "coder", "strength", "influence", "quote"],
        ["Sales", "credit", "s1", "c1", 2, 4, "Whose result is it?"],
        ["Sales", "credit", "s1", "c2", 3, 4, None],
    ],
    "decision_rights": [
        ["decision", "department", "held_by", "stated_in"],
        ["process_design", "Sales", "department", "Charter"],
    ],
    "usage": [
        ["person", "department", "tool", "week", "licensed_days", "active_days", "actions"],
        ["u1", "Sales", "Drafter", "2026-06-01", 5, 3, 40],
        ["u1", "Sales", "Drafter", "2026-06-08", 5, 5, 61],
        ["u2", "Sales", "Drafter", "2026-06-01", 4, 0, None],
    ],
    "outcomes": [
        ["department", "week", "attrition", "rework", "workarounds"],
        ["Sales", "2026-06-01", 0, 2.5, 1],
    ],
    "engagement_tasks": [
        [
            "activity",
            "phase",
            "part",
            "lead_now",
            "lead_at_end",
            "effort_change",
            "effort_ai",
            "effort_process",
            "effort_governance",
            "internal_days",
            "partner_days",
            "predecessor",
            "start",
            "handover_on",
            "exit_criterion",
            "support_boundary",
            "partner_until",
        ],
        [
            "Listen",
            "prepare",
            "user_trust",
            "partner",
            "internal",
            5,
            0,
            1,
            0,
            3,
            3,
            None,
            "2026-07-01",
            "2026-09-01",
            None,
            None,
            None,
        ],
        [
            "Pilot",
            "pilot",
            "workflow_integration",
            "paired",
            "internal",
            5,
            5,
            1,
            0,
            6,
            5,
            "Listen",
            None,
            None,
            None,
            None,
            None,
        ],
        [
            "Roll out",
            "rollout",
            "change_management",
            "paired",
            "internal",
            9,
            5,
            1,
            0,
            6,
            5,
            "Listen;Pilot",
            None,
            None,
            None,
            None,
            None,
        ],
    ],
    "staff": [
        ["person", "side", "department", "skills", "days_per_week", "day_rate", "stability"],
        ["i1", "internal", "Sales", "change;process", 2, 400, "stable"],
        ["p1", "partner", None, "ai", 3.5, 1200, None],
    ],
}


def write_csv(folder: Path, tables: Tables, separator: str = ",") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "engagement.yaml").write_text(SETTINGS, encoding="utf-8")
    for name, grid in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter=separator).writerows(["" if v is None else v for v in row] for row in grid)
    return folder


def write_xlsx(folder: Path, tables: Tables) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "engagement.yaml").write_text(SETTINGS, encoding="utf-8")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, grid in tables.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(grid, start=1):
            for index, value in enumerate(row, start=1):
                cell = sheet.cell(number, index, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # text that begins with "=" stays text
    book.save(folder / "engagement.xlsx")
    return folder


WRITERS: dict[str, Callable[[Path, Tables], Path]] = {"csv": write_csv, "xlsx": write_xlsx}


@pytest.fixture
def good_tables() -> Tables:
    """Tables without a mistake, free to be changed."""
    return copy.deepcopy(TABLES)


@pytest.fixture
def good_folder(tmp_path: Path, good_tables: Tables) -> Path:
    """A sound folder of CSV files."""
    return write_csv(tmp_path / "client", good_tables)


@pytest.fixture
def good_workbook(tmp_path: Path, good_tables: Tables) -> Path:
    """A sound folder with one workbook."""
    return write_xlsx(tmp_path / "client-workbook", good_tables)


@pytest.fixture(params=sorted(WRITERS))
def write_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Tables], Path]:
    """Writer of tables into a folder: once as CSV files, once as a workbook."""
    return lambda tables: WRITERS[request.param](tmp_path / request.param, tables)
