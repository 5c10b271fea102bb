from __future__ import annotations

import math

import pandas as pd
import pytest
from made_surveys import concern, made_client, survey_rows

from adoption_lib.analysis.causes import CausesOfResistance, causes_of_resistance
from adoption_lib.method import METHOD

SIZES = {"Claims": 40, "Service": 35, "Sales": 30, "Finance": 12}


def top(result: CausesOfResistance) -> pd.Series:
    return result.leading[result.leading["segment"] == ""].iloc[0]


def assert_sound(result: CausesOfResistance) -> None:
    for finding in result.findings:
        assert finding.statement.strip()
        assert finding.next_step.strip()
        assert "nan" not in f"{finding.statement} {finding.next_step}".lower().split()
        assert finding.probability is None or 0 < finding.probability < 1
        assert finding.interval is None or all(math.isfinite(bound) for bound in finding.interval)


@pytest.mark.parametrize("cause", METHOD.term_ids("cause"))
def test_the_true_cause_is_called_with_its_owner(cause: str) -> None:
    result = causes_of_resistance(made_client(survey_rows(SIZES, cause, effect=1.3, seed=3)))
    first = result.findings[0]
    assert (first.kind, top(result)["causes"]) == ("finding", cause)
    assert (first.gap, first.owner) == (METHOD.cause_rules[cause].gap, METHOD.cause_rules[cause].owner)
    assert METHOD.say(f"causes.because.{cause}") in first.statement
    assert_sound(result)


def test_no_cause_is_invented() -> None:
    result = causes_of_resistance(made_client(survey_rows(SIZES, "", seed=5)))
    assert top(result)["kind"] in ("none", "cannot_tell")
    assert_sound(result)


def test_departments_that_differ_are_told_apart() -> None:
    lead = {"Claims": "output_trust", "Service": "own_interests"}
    result = causes_of_resistance(made_client(survey_rows({"Claims": 60, "Service": 60}, lead, effect=1.8)))
    rows = result.leading.set_index("segment")
    assert rows.loc["Claims", "causes"] == "output_trust"
    assert rows.loc["Service", "causes"] == "own_interests"


def test_labels_need_ten_people_and_hide_a_second_department() -> None:
    result = causes_of_resistance(made_client(survey_rows({"Claims": 40, "Sales": 12, "IT": 6}, "output_trust")))
    rows = result.leading.set_index("segment")
    assert rows["withheld"].to_dict() == {"": False, "Claims": False, "Sales": True, "IT": True}
    assert rows.loc["IT", [c for c in rows if c.startswith(("p_", "share_"))]].isna().all()
    strengths = result.strengths[result.strengths["withheld"]]
    assert strengths[["estimate", "low", "high", "n"]].isna().all().all()


def test_without_forced_choice_no_cause_is_named() -> None:
    rows = survey_rows(SIZES, "output_trust", effect=1.5)
    for row in rows:
        del row["most_true"]
    result = causes_of_resistance(made_client(rows))
    assert result.reason == "no_forced_choice"
    assert result.findings[0].kind == "cannot_tell"
    assert "forced choice" in result.findings[0].statement
    assert result.leading.empty
    assert all(finding.probability is None for finding in result.findings)
    assert len(result.strengths)


def test_a_cause_that_was_not_asked_is_said_to_be_unknown() -> None:
    keep = {item.id for item in METHOD.survey_items.values() if item.construct != "understanding"}
    rows = [{k: v for k, v in row.items() if k in keep or k not in METHOD.survey_items} for row in survey_rows(SIZES)]
    result = causes_of_resistance(made_client(rows))
    assert result.not_asked == ("understanding",)
    assert any("understand" in finding.statement for finding in result.findings if finding.kind == "cannot_tell")


def test_concerns_that_point_elsewhere_withdraw_the_call() -> None:
    rows = survey_rows(SIZES, "output_trust", effect=1.5)
    log = [concern(coded_cause="own_interests", department=name) for name in ("Claims", "Service", "Sales")] * 10
    assert causes_of_resistance(made_client(rows)).reason == ""
    result = causes_of_resistance(made_client(rows, log))
    assert (result.reason, result.agreement) == ("sources", "differ")
    assert result.findings[0].kind == "cannot_tell"
    same = causes_of_resistance(made_client(rows, [{**entry, "coded_cause": "output_trust"} for entry in log]))
    assert (same.reason, same.agreement) == ("", "agree")


def test_careless_answers_are_counted_and_a_call_that_hangs_on_them_is_withdrawn() -> None:
    rows = survey_rows({"Claims": 30, "Service": 30}, "", seed=8)
    for row in rows[:36]:
        row |= dict.fromkeys(METHOD.survey_items, 4)
        row["most_true"] = "own_interests"
    result = causes_of_resistance(made_client(rows))
    assert result.flagged == 36
    assert result.reason == "careless"
    assert result.findings[0].kind == "cannot_tell"
    few = causes_of_resistance(made_client(rows[33:]))
    assert few.flagged is None


def test_a_scale_that_measures_nothing_shows_no_strength() -> None:
    rows = survey_rows(SIZES, "output_trust")
    for i, row in enumerate(rows):
        for k, item in enumerate(name for name in METHOD.survey_items if name.startswith("tru")):
            row[item] = 1 + (7 * i + 3 * k * i + k) % 5
    result = causes_of_resistance(made_client(rows))
    assert result.scales.set_index("construct").loc["output_trust", "verdict"] in ("no_diagnosis", "undefined")
    assert "output_trust" not in set(result.strengths["cause"])


@pytest.mark.parametrize(
    "rows",
    [
        survey_rows({"Claims": 3}),
        survey_rows({"Claims": 40}, "output_trust"),
        [{**row, **dict.fromkeys(METHOD.survey_items, 3), "most_true": "none"} for row in survey_rows(SIZES)],
        [
            {**row, **{k: (v if i % 20 == 0 else None) for k, v in row.items() if k in METHOD.survey_items}}
            for i, row in enumerate(survey_rows(SIZES))
        ],
    ],
    ids=["team of three", "one department", "all alike", "95 % missing"],
)
def test_thin_or_odd_data_neither_crash_nor_claim(rows: list[dict[str, object]]) -> None:
    result = causes_of_resistance(made_client(rows))
    assert_sound(result)
    assert not result.strengths["estimate"].isna().any() or result.strengths["withheld"].any()


def test_nothing_collected_and_unknown_wave() -> None:
    assert [f.kind for f in causes_of_resistance(made_client()).findings] == ["not_collected"]
    result = causes_of_resistance(made_client(survey_rows(SIZES)), "1999-1")
    assert (result.reason, result.findings[0].kind) == ("no_answers", "cannot_tell")
    assert "1999-1" in result.findings[0].statement


def test_order_of_rows_does_not_matter() -> None:
    rows = survey_rows(SIZES, "output_trust")
    one, two = causes_of_resistance(made_client(rows)), causes_of_resistance(made_client(rows[::-1]))
    first = one.leading.set_index("segment").sort_index()
    second = two.leading.set_index("segment").sort_index()
    pd.testing.assert_frame_equal(first, second)
