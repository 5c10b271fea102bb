from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_surveys import made_client, survey_rows

from adoption_lib.analysis.answers import merged_points, point_sides, survey_answers
from adoption_lib.analysis.response_rate import response_rate, silent_bounds
from adoption_lib.engagement import Engagement
from adoption_lib.engagement.instrument import Question
from adoption_lib.method import METHOD

SIDES = ("unfavourable", "unfavourable", "neutral", "favourable", "favourable")


def imported(counts: dict[str, tuple[int, ...]], construct: str = "own_interests") -> Engagement:
    """A survey of one question made elsewhere, with these answer counts by department."""
    codes = [(name, k + 1) for name, row in counts.items() for k, n in enumerate(row) for _ in range(n)]
    rows = [
        {"respondent": f"R{i}", "department": name, "wave": "w", "stake": code} for i, (name, code) in enumerate(codes)
    ]
    book = {
        "item": "stake",
        "construct": construct,
        "reversed": False,
        "wording": "At stake?",
        "answers": "No;A bit;Yes",
    }
    return made_client(rows, survey_items=pd.DataFrame([book]))


@pytest.mark.parametrize(
    ("construct", "turned", "points", "expected"),
    [
        ("own_interests", False, 3, ("favourable", "neutral", "unfavourable")),
        ("own_interests", True, 5, SIDES),
        ("voice", False, 5, SIDES),
        ("felt_monitoring", False, 2, ("favourable", "unfavourable")),
        ("felt_help", True, 4, ("favourable", "favourable", "unfavourable", "unfavourable")),
        ("", False, 3, ("context",) * 3),
    ],
)
def test_sides_follow_construct_and_key(construct: str, turned: bool, points: int, expected: tuple[str, ...]) -> None:
    question = Question("q", construct, turned, "q", tuple(str(k) for k in range(points)), own=False)
    assert point_sides(question, METHOD) == expected


@given(st.lists(st.integers(0, 30), min_size=2, max_size=11))
def test_merged_answers_cover_all_points_and_hide_small_counts(counts: list[int]) -> None:
    groups = merged_points(counts, ["context"] * len(counts), 5)
    if sum(counts) < 5:
        assert groups == []
        return
    assert [k for first, last in groups for k in range(first, last + 1)] == list(range(len(counts)))
    sizes = [sum(counts[first : last + 1]) for first, last in groups]
    assert all(size == 0 or size >= 5 for size in sizes)


def test_merging_keeps_to_one_side_where_it_can() -> None:
    assert merged_points([2, 10, 20, 30, 3], SIDES, 5) == [(0, 1), (2, 2), (3, 4)]
    assert merged_points([9, 9, 2, 9, 9], SIDES, 5) in (
        [(0, 0), (1, 2), (3, 3), (4, 4)],
        [(0, 0), (1, 1), (2, 3), (4, 4)],
    )


def test_counts_of_an_imported_question_come_out_as_they_went_in() -> None:
    result = survey_answers(imported({"Retail": (50, 70, 60), "Warehouse": (61, 63, 33)}))
    assert result.points["count"].tolist() == [111, 133, 93]
    item = result.items.iloc[0]
    assert item["n"] == 337
    assert item["favourable"] == pytest.approx(111 / 337)
    assert item["low"] < item["favourable"] < item["high"]
    assert item["median"] == 2
    assert len(result.departments) == 2


def test_a_hidden_department_is_not_given_away_by_the_total() -> None:
    result = survey_answers(imported({"A": (2, 1, 0), "B": (5, 5, 4), "C": (20, 20, 20)}))
    spread = result.departments.set_index("department")
    assert spread["withheld"].to_dict() == {"A": True, "B": True, "C": False}
    assert np.isnan(spread.loc["A", "favourable"])
    assert pd.isna(spread.loc["A", "n"])


def test_a_department_of_one_mind_is_withheld() -> None:
    result = survey_answers(imported({"A": (9, 0, 0), "B": (5, 5, 4), "C": (20, 20, 20)}))
    assert result.departments.set_index("department").loc["A", "withheld"]


def test_too_few_answers_show_nothing() -> None:
    result = survey_answers(imported({"A": (1, 1, 2)}))
    assert result.points.empty
    assert result.items["withheld"].all()
    assert result.items["n"].isna().all()


def test_own_questions_are_described_and_missing_answers_left_out() -> None:
    rows = survey_rows({"Claims": 30, "Sales": 30}, "output_trust")
    for row in rows[:10]:
        row["tru_1"] = None
    result = survey_answers(made_client(rows))
    assert set(result.items["item"]) == set(METHOD.survey_items)
    assert result.items.set_index("item").loc["tru_1", "n"] == 50
    assert survey_answers(made_client()).findings[0].kind == "not_collected"


def test_bounds_if_the_silent_differ() -> None:
    assert silent_bounds(0.5, 0.6) == pytest.approx((0.3, 0.7))
    assert silent_bounds(0.4, 1.0) == pytest.approx((0.4, 0.4))


def test_response_rate_by_department() -> None:
    client = made_client(survey_rows({"Claims": 30, "Sales": 20}), heads={"Claims": 60, "Sales": 25, "Legal": 15})
    result = response_rate(client)
    rates = result.departments.set_index("department")["rate"]
    assert rates["Claims"] == pytest.approx(0.5)
    assert result.rate == pytest.approx(50 / 100)
    assert result.findings[0].kind == "cannot_tell"


@pytest.mark.parametrize("heads", [{"Claims": 30, "Sales": 20}, {"Claims": 10, "Sales": 5}])
def test_headcounts_that_cannot_be_right_judge_nothing(heads: dict[str, int]) -> None:
    result = response_rate(made_client(survey_rows({"Claims": 30, "Sales": 20}), heads=heads))
    assert np.isnan(result.rate)
    assert not result.departments["judged"].any()
    assert result.findings[0].kind == "cannot_tell"


def test_nobody_answered() -> None:
    result = response_rate(made_client())
    assert result.findings == ()
    assert result.people is None
