from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from assessments import PARTS, assert_readable, client, ratings, with_settings

from adoption_lib.analysis.path_factors import PathFactors, path_factors
from adoption_lib.analysis.staff_depth import staff_depth

WEEKS = {"internal": (40, 56, 80), "partner": (14, 20, 30), "hybrid": (20, 28, 40), "tool_first": (8, 26, 60)}
PLAN = {
    "runway_from": dt.date(2026, 9, 30),
    "expects_results_by": dt.date(2027, 6, 9),
    "preferences": {"dependency_tolerance": {"HR": 1, "AI": 2, "business": 2}},
    "pipeline": [{"name": "Second", "similarity": "similar"}, {"name": "Third", "similarity": "different"}],
}


def options(weeks: dict[str, tuple[float, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"approach": approach, "criterion": "weeks_to_adoption", "low": low, "likely": likely, "high": high}
            for approach, (low, likely, high) in weeks.items()
        ]
    )


def people(
    count: int, skills: str = "change; process", side: str = "internal", stability: str = "stable"
) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "person": f"{side}{skills}{i}",
                "side": side,
                "skills": skills,
                "days_per_week": 2.0,
                "stability": stability,
            }
            for i in range(count)
        ]
    )


def factors(changes: dict[str, object] | None = None, **tables: pd.DataFrame) -> PathFactors:
    result = path_factors(client(with_settings(**{**PLAN, **(changes or {})}), **tables))
    assert_readable(result)
    return result


def state(result: PathFactors, factor: str) -> str:
    return next(entry.state for entry in result.factors if entry.id == factor)


def test_the_runway_is_counted_in_weeks_and_held_against_each_range() -> None:
    result = factors(approach_options=options(WEEKS))
    assert result.weeks == 36
    time = result.time.set_index("approach")
    assert time.loc["internal", "p_enough"] == 0
    assert time.loc["partner", "p_enough"] == 1
    # Hybrid 20-28-40 is beta(2.6, 3.4) on 20..40, whose density is integrated here up to 36 weeks.
    x = np.linspace(0, 1, 20_001)
    density = x**1.6 * (1 - x) ** 2.4
    assert time.loc["hybrid", "p_enough"] == pytest.approx(density[x <= 0.8].sum() / density.sum(), abs=0.001)
    assert time["state"].to_dict() == {
        "internal": "short",
        "partner": "enough",
        "hybrid": "enough",
        "tool_first": "cannot_tell",
    }
    assert state(result, "time") == "decides"


def test_enough_must_hold_from_today_and_short_from_the_beginning() -> None:
    result = factors({"runway_from": dt.date(2026, 7, 1)}, approach_options=options({"hybrid": (30, 40, 50)}))
    row = result.time.iloc[0]
    assert result.weeks > result.weeks_left == 36
    assert row["p_enough"] > 0.8 > row["p_left"]
    assert row["state"] == "cannot_tell"


@pytest.mark.parametrize(
    ("weeks", "expected"), [((50, 60, 70), "short"), ((10, 12, 14), "enough"), ((20, 36, 52), "uncertain")]
)
def test_time_has_a_position(weeks: tuple[float, float, float], expected: str) -> None:
    assert state(factors(approach_options=options({"internal": weeks, "hybrid": weeks})), "time") == expected


def test_which_of_hybrid_and_internal_is_faster_comes_from_the_clients_ranges() -> None:
    slower = factors(approach_options=options({"internal": (10, 12, 14), "hybrid": (20, 22, 24)}))
    assert slower.hybrid_faster == 0
    assert factors(approach_options=options(WEEKS)).hybrid_faster == pytest.approx(1)
    assert np.isnan(factors(approach_options=options({"hybrid": (20, 22, 24)})).hybrid_faster)


@pytest.mark.parametrize(("level", "expected"), [(1.8, "not_inside"), (4.2, "inside"), (3.0, "uncertain")])
def test_depth_is_the_level_at_which_internal_people_do_the_work(level: float, expected: str) -> None:
    frame = ratings(levels=dict.fromkeys(PARTS, level), severity=0.4, seed=8)
    result = factors(capability_ratings=frame)
    assert state(result, "depth") == expected
    finding = next(f for f in result.findings if f.interval)
    assert finding.interval[0] < level + 0.4
    assert finding.n == 21


def test_too_few_raters_are_no_depth() -> None:
    result = factors(capability_ratings=ratings(sizes={"HR": 3}))
    assert result.level is None
    assert state(result, "depth") == "cannot_tell"
    assert result.withheld == 1


def test_days_and_stability_of_a_few_people_are_withheld() -> None:
    table = staff_depth(client(staff=pd.concat([people(4), people(9, "ai", "partner")]))).set_index("measure")
    assert table.loc["change", "withheld"]
    assert table.loc[["change", "stability"], ["value", "low", "high", "n"]].isna().all(axis=None)
    assert table.loc["ai", ["value", "n"]].tolist() == [0, 0]


def test_days_and_stability_of_enough_people_are_shown_with_an_interval() -> None:
    staff = pd.concat([people(7), people(5, "Change", stability="leaving")])
    table = staff_depth(client(staff=staff)).set_index("measure")
    assert table.loc["change", ["value", "n"]].tolist() == [24, 12]
    share = table.loc["stability"]
    assert share["value"] == pytest.approx(7 / 12)
    assert share["low"] < 7 / 12 < share["high"]


def test_stability_is_withheld_where_either_side_is_few() -> None:
    staff = pd.concat([people(6), people(1, "Change", stability="leaving")])
    table = staff_depth(client(staff=staff)).set_index("measure")
    assert table.loc["stability", "withheld"]
    assert table.loc["stability", ["value", "low", "high", "n"]].isna().all()


def test_two_sums_do_not_give_away_a_third() -> None:
    both, only = people(5, "change; ai"), people(2, "ai")
    table = staff_depth(client(staff=pd.concat([both, only]))).set_index("measure")
    assert not table.loc["ai", "withheld"]
    assert table.loc["change", "withheld"]


@pytest.mark.parametrize(
    ("tolerance", "pipeline", "expected"),
    [
        (1, PLAN["pipeline"], "high"),
        (1, [], "unwanted"),
        (5, PLAN["pipeline"], "reused"),
        (5, [{"name": "Other", "similarity": "different"}], "bearable"),
        (3, PLAN["pipeline"], "middle_again"),
        (3, [], "middle"),
    ],
)
def test_dependency_is_tolerance_and_what_comes_later(tolerance: int, pipeline: object, expected: str) -> None:
    preferences = {"dependency_tolerance": {"HR": tolerance, "AI": tolerance}}
    result = factors({"preferences": preferences, "pipeline": pipeline})
    assert state(result, "dependency") == expected


def test_functions_that_differ_are_asked_to_settle_it() -> None:
    result = factors({"preferences": {"dependency_tolerance": {"HR": 1, "AI": 4}}})
    finding = next(f for f in result.findings if "HR 1" in f.statement)
    assert "agree" in finding.next_step


def test_what_was_not_collected_is_named() -> None:
    result = path_factors(client())
    assert_readable(result)
    assert {factor.state for factor in result.factors} == {"cannot_tell"}
    assert {factor.id: factor.missing for factor in result.factors} == {
        "time": ("deadline", "ranges"),
        "depth": ("ratings", "staff"),
        "dependency": ("tolerance", "pipeline"),
    }
    assert {finding.kind for finding in result.findings} == {"cannot_tell"}


def test_a_deadline_in_the_past_leaves_no_weeks() -> None:
    result = factors(
        {"runway_from": dt.date(2026, 1, 1), "expects_results_by": dt.date(2026, 5, 1)}, approach_options=options(WEEKS)
    )
    assert result.weeks_left == 0
    assert (result.time["p_left"] == 0).all()
