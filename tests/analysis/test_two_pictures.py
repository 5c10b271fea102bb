from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from assessments import assert_readable, client, ratings, with_settings

from adoption_lib.analysis.raters import rater_groups, wave_ratings
from adoption_lib.analysis.two_pictures import TwoPictures, two_pictures

SIZES = {"HR": 8, "AI": 8, "business": 6}
LOW_TRUST = {("HR", "user_trust"): -1.4}


def pictures(settings: object = None, **tables: pd.DataFrame) -> TwoPictures:
    result = two_pictures(client(settings or with_settings(), **tables))  # type: ignore[arg-type]
    assert_readable(result)
    return result


def initiatives(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([{"department": "Claims", "stage": "live", **row} for row in rows])


def test_a_difference_beyond_chance_is_found_and_its_direction_named() -> None:
    result = pictures(capability_ratings=ratings(sizes=SIZES, shift=LOW_TRUST))
    gaps = result.differences.set_index("part")
    assert gaps.loc["user_trust", "resolved"]
    assert gaps.loc["user_trust", "difference"] < -0.7
    finding = next(f for f in result.findings if "user trust" in f.statement)
    assert finding.kind == "finding"
    assert finding.gap == "trust"
    assert finding.interval is not None
    assert finding.interval[0] < finding.interval[1] < 0


def test_pictures_that_agree_are_not_called_agreement() -> None:
    result = pictures(capability_ratings=ratings(sizes={"HR": 5, "AI": 5}, seed=3))
    assert not result.differences["resolved"].any()
    said = next(f for f in result.findings if "not the same as agreement" in f.statement)
    assert said.kind == "cannot_tell"
    assert not any(f.kind == "finding" for f in result.findings)


def test_an_unresolved_difference_says_how_many_raters_would_tell() -> None:
    result = pictures(capability_ratings=ratings(sizes={"HR": 5, "AI": 5}, seed=3))
    needed = result.differences["raters_needed"].dropna()
    assert (needed > 5).any()


def test_a_function_too_small_is_joined_and_the_two_pictures_are_not_compared() -> None:
    result = pictures(capability_ratings=ratings(sizes={"HR": 3, "AI": 7, "business": 6}))
    assert result.differences.empty
    assert any(f.kind == "cannot_tell" for f in result.findings)
    assert not result.levels["withheld"].any()


def test_what_is_published_never_leaves_a_small_remainder() -> None:
    """With the total of a function known, what is withheld over departments must belong to nobody or to enough."""
    generator = np.random.default_rng(0)
    names = ["Claims", "Underwriting", None]
    for seed in range(12):
        frame = ratings(sizes={"HR": 12, "AI": 11}, seed=seed)
        home = {rater: names[generator.integers(0, 3)] for rater in sorted(frame["rater"].unique())}
        frame["department"] = frame["rater"].map(home)
        result = pictures(capability_ratings=frame)
        assert (result.departments["n"].dropna() >= 5).all()
        for (part, _), cells in result.departments.groupby(["part", "group"]):
            of_group = result.levels["group"] == cells["group"].iloc[0]
            total = result.levels.loc[of_group & (result.levels["part"] == part), "n"].iloc[0]
            rest = int(total - cells["n"].dropna().sum())
            assert rest == 0 or rest >= 5


def test_hidden_cells_hold_no_number() -> None:
    result = pictures(capability_ratings=ratings(sizes={"HR": 6, "AI": 3}))
    for frame in (result.levels, result.departments):
        hidden = frame[frame["withheld"]]
        assert hidden[["estimate", "low", "high", "n"]].isna().all(axis=None)


def test_a_part_one_side_leaves_blank_is_its_blind_spot() -> None:
    frame = ratings(sizes={"HR": 7, "AI": 7})
    own = (frame["function"] == "AI") & frame["item"].str.startswith("cap_tru")
    frame.loc[own & ~frame["item"].isin(["cap_tru_1", "cap_tru_2"]), "score"] = None
    blind = pictures(capability_ratings=frame).blind
    spot = blind[(blind["group"] == "AI") & (blind["part"] == "user_trust")].iloc[0]
    assert spot["kind"] == "blank"
    assert spot["blank"] == pytest.approx(0.6)
    assert (blind["kind"] != "").sum() == 1


def test_ratings_without_any_evidence_are_a_blind_spot() -> None:
    frame = ratings(sizes={"HR": 7, "AI": 7})
    frame.loc[(frame["function"] == "HR") & frame["item"].str.startswith("cap_own"), "evidence"] = "  "
    blind = pictures(capability_ratings=frame).blind
    assert blind.set_index(["group", "part"]).loc[("HR", "ongoing_ownership"), "kind"] == "no_evidence"


def concerns(*heard: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"date": dt.date(2026, 5, 1 + i), "heard_by": who, "tool": tool} for i, (who, tool) in enumerate(heard)]
    )


def test_topics_only_hr_hears_are_named() -> None:
    log = concerns(("HR", "Triage"), ("HR", "triage "), ("AI", "Forecast"), ("business", "Forecast"))
    result = pictures(concern_log=log)
    topics = result.topics.set_index("topic")
    assert topics.loc["Triage", ["HR", "AI", "only"]].tolist() == [2, 0, "HR"]
    assert topics.loc["Forecast", "only"] == "AI"
    assert any("Triage" in f.statement for f in result.findings)


def test_a_side_that_logs_nothing_may_hear_nothing_or_write_nothing() -> None:
    result = pictures(concern_log=concerns(("HR", "Triage"), ("HR", "Forecast")))
    finding = next(f for f in result.findings if f.kind == "cannot_tell" and "concern log" in f.statement)
    assert "cannot be told" in finding.statement


def test_people_told_after_go_live_is_deployment_ahead_of_the_conversation() -> None:
    table = initiatives(
        {"name": "Triage", "go_live": "2026-03-01", "told_on": "2026-04-12", "hr_involved_on": "2026-01-01"},
        {"name": "Letters", "go_live": "2026-03-01", "told_on": "2026-03-01", "hr_involved_on": "2026-03-20"},
        {"name": "Routing", "go_live": "2026-03-01"},
        {"name": "Forecast", "go_live": "2026-12-01", "stage": "pilot"},
        {"name": "Old bot", "stage": "stopped", "go_live": "2025-01-01"},
        {"name": "Undated", "told_on": "2026-01-01"},
    )
    result = pictures(initiatives=table)
    states = result.timeline.set_index("initiative")
    assert states["people"].to_dict() == {
        "Triage": "after",
        "Letters": "before",
        "Routing": "not_recorded",
        "Forecast": "ahead",
        "Old bot": "stopped",
        "Undated": "no_date",
    }
    assert states.loc["Letters", "hr"] == "after"
    assert states.loc["Triage", "weeks_late"] == 6
    outran = next(f for f in result.findings if "Triage" in f.statement)
    assert outran.kind == "finding"
    unknown = next(f for f in result.findings if "Routing" in f.statement)
    assert unknown.kind == "cannot_tell"
    assert "does not mean" in unknown.statement


def test_a_pilot_whose_go_live_has_passed_counts_as_live() -> None:
    table = initiatives({"name": "Triage", "go_live": "2026-03-01", "stage": "pilot", "told_on": "2026-05-01"})
    assert pictures(initiatives=table).timeline["people"].tolist() == ["after"]


def test_limits_and_concerns_reach_their_initiative_by_task_or_name() -> None:
    result = pictures(
        initiatives=initiatives(
            {"name": "Triage", "go_live": "2026-03-01"}, {"name": "Letters", "go_live": "2026-03-01"}
        ),
        use_cases=pd.DataFrame([{"initiative": "Triage", "department": "Claims", "task": "Sort claims"}]),
        tool_limits=pd.DataFrame(
            [
                {"tool": "Engine", "task": "sort claims ", "limit": "weak on fleets", "stated_on": "2026-05-01"},
                {"tool": "Engine", "task": "Sort claims", "limit": "weak on hail", "stated_on": "2026-04-01"},
                {"tool": "Other", "limit": "slow", "stated_on": "2026-01-01"},
            ]
        ),
        concern_log=pd.DataFrame([{"date": "2026-03-09", "heard_by": "HR", "tool": "letters"}]),
    )
    timeline = result.timeline.set_index("initiative")
    assert timeline.loc["Triage", "limit_stated_on"] == pd.Timestamp("2026-04-01")
    assert pd.isna(timeline.loc["Letters", "limit_stated_on"])
    assert timeline.loc["Letters", "first_concern_on"] == pd.Timestamp("2026-03-09")


def test_nothing_collected_and_one_table_collected() -> None:
    assert [f.kind for f in pictures().findings] == ["not_collected"]
    kinds = [f.kind for f in pictures(capability_ratings=ratings(sizes=SIZES, shift=LOW_TRUST)).findings]
    assert "not_collected" in kinds
    assert "finding" in kinds


def test_groups_are_the_same_as_in_the_profile() -> None:
    engagement = client(capability_ratings=ratings())
    assert two_pictures(engagement).groups == rater_groups(wave_ratings(engagement), 5)


def test_order_of_rows_does_not_matter() -> None:
    frame = ratings(sizes=SIZES, shift=LOW_TRUST)
    first = pictures(capability_ratings=frame)
    second = pictures(capability_ratings=frame.sample(frac=1, random_state=5))
    pd.testing.assert_frame_equal(first.differences, second.differences)
    pd.testing.assert_frame_equal(first.levels, second.levels)
