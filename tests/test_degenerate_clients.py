"""Thin, missing and absurd data end in a stated limit: never in a crash, a NaN on the page or an empty section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from adoption_lib.analysis.capability import capability_profile
from adoption_lib.analysis.causes import causes_of_resistance
from adoption_lib.analysis.commitment import ready_to_commit
from adoption_lib.analysis.concerns import specific_concerns
from adoption_lib.analysis.decision_rights import decision_rights_map
from adoption_lib.analysis.gaps import gaps_by_owner
from adoption_lib.analysis.lasting_capability import four_tests
from adoption_lib.analysis.overview import overview
from adoption_lib.analysis.path_factors import path_factors
from adoption_lib.analysis.product_owner import product_owner
from adoption_lib.analysis.result import Result
from adoption_lib.analysis.sign_off import joint_sign_off
from adoption_lib.analysis.sponsorship import dual_sponsorship
from adoption_lib.analysis.transition import transition_plan
from adoption_lib.analysis.two_pictures import two_pictures
from adoption_lib.engagement import Engagement
from adoption_lib.method import METHOD
from adoption_lib.views import parts

SAMPLE = Engagement.open(Path(__file__).resolve().parents[1] / "data_templates" / "samples" / "harbour-mutual")
ANALYSES = {
    "A0": capability_profile,
    "A1": path_factors,
    "A3": four_tests,
    "A5": ready_to_commit,
    "B1": two_pictures,
    "B2": causes_of_resistance,
    "B8": specific_concerns,
    "C3": dual_sponsorship,
    "C4": joint_sign_off,
    "C5": product_owner,
    "C13": decision_rights_map,
    "C16": transition_plan,
}
TABLES = sorted({table for element in ANALYSES for table in METHOD.elements[element].takes if SAMPLE.has(table)})
BLANKS = [(table, column.id) for table in TABLES for column in METHOD.tables[table].columns if not column.required]
SURVEY, RATINGS = SAMPLE.table("employee_survey"), SAMPLE.table("capability_ratings")
ITEMS = [question.id for question in SAMPLE.questions]
ABSURD: dict[str, dict[str, pd.DataFrame]] = {
    "everybody neutral": {"employee_survey": SURVEY.assign(**dict.fromkeys(ITEMS, 3))},
    "everybody agrees with everything": {"employee_survey": SURVEY.assign(**dict.fromkeys(ITEMS, 5))},
    "nobody answered a question": {"employee_survey": SURVEY.assign(**dict.fromkeys(ITEMS, pd.NA))},
    "one department": {"employee_survey": SURVEY[SURVEY["department"] == "Claims"]},
    "three people in each department": {"employee_survey": SURVEY.groupby("department").head(3)},
    "95 per cent missing": {"employee_survey": SURVEY.assign(**SURVEY.loc[SURVEY.index % 20 == 0, ITEMS])},
    "one rater": {"capability_ratings": RATINGS[RATINGS["rater"] == RATINGS["rater"].iloc[0]]},
    "all raters agree": {"capability_ratings": RATINGS.assign(score=3)},
}  # fmt: skip


def shown(result: Result) -> list[str]:
    """Every text a reader sees of a result."""
    texts = [f"{f.statement} {f.next_step} {f.how_sure} {f.rests_on()}" for f in result.findings]
    return texts + [part._repr_mimebundle_()["text/plain"] for part in parts(result)]  # type: ignore[attr-defined]


def assert_says_something(changes: Mapping[str, pd.DataFrame | None], only: set[str] | None = None) -> None:
    tables = {name: frame for name, frame in {**SAMPLE.tables, **changes}.items() if frame is not None}
    client = Engagement.from_tables(SAMPLE.settings, tables)
    results = {element: analyse(client) for element, analyse in ANALYSES.items() if only is None or element in only}
    if "B2" in results and "B8" in results:
        results["B11"] = gaps_by_owner(client, results["B2"], results["B8"])
    overview(client)
    for element, result in results.items():
        assert result.findings, element
        for text in shown(result):
            assert not re.search(r"\b(nan|NaN|NaT|inf)\b|<NA>|\bNone(?! of\b)", text), f"{element}: {text[:300]}"
        for finding in result.findings:
            assert finding.statement.strip()
            assert finding.next_step.strip()


def takers(table: str) -> set[str]:
    found = {element for element in ANALYSES if table in METHOD.elements[element].takes}
    return found | ({"B2", "B8"} if found & {"B2", "B8"} else set())


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_is_missing_is_named(table: str):
    assert_says_something({table: None}, takers(table))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_a_few_rows_gives_no_confident_number(table: str, rows: int):
    assert_says_something({table: SAMPLE.table(table).head(rows)}, takers(table))


@pytest.mark.parametrize(("table", "column"), BLANKS, ids=lambda value: value)
def test_a_column_nobody_filled_is_unknown_not_zero(table: str, column: str):
    assert_says_something({table: SAMPLE.table(table).assign(**{column: pd.NA})}, takers(table))


@pytest.mark.parametrize("table", TABLES)
def test_one_table_alone_is_enough_for_a_report(table: str):
    assert_says_something({name: None for name in SAMPLE.tables if name != table})


def test_settings_alone_are_enough_for_a_report():
    assert_says_something(dict.fromkeys(SAMPLE.tables))


@pytest.mark.parametrize("case", ABSURD)
def test_absurd_data_end_in_a_stated_limit(case: str):
    assert_says_something(ABSURD[case])
