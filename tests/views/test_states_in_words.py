"""Every state an analysis can reach has its words, and every table shows itself."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from drawn_clients import assessment, engagement, pictures, words

from adoption_lib.analysis.capability import capability_profile
from adoption_lib.analysis.commitment import CONDITIONS, ready_to_commit
from adoption_lib.analysis.lasting_capability import four_tests
from adoption_lib.analysis.lasting_findings import plan_reason
from adoption_lib.analysis.path_factors import path_factors
from adoption_lib.analysis.plan_tests import TESTS, PlanTest
from adoption_lib.analysis.rollout import OUTCOMES
from adoption_lib.analysis.two_pictures import two_pictures
from adoption_lib.engagement import Engagement, Settings
from adoption_lib.method import METHOD
from adoption_lib.views.data_table import DataTable
from adoption_lib.views.show import parts

FACTORS = {
    "time": ("enough", "short", "decides", "some", "tight", "uncertain"),
    "depth": ("inside", "not_inside", "uncertain"),
    "dependency": ("high", "unwanted", "reused", "bearable", "middle_again", "middle"),
}


@pytest.mark.parametrize(("factor", "state"), [(f, s) for f, states in FACTORS.items() for s in states])
def test_each_position_has_a_sentence_and_a_next_step(factor: str, state: str) -> None:
    assert METHOD.say(f"path.{factor}.{state}")
    assert METHOD.say(f"path.next.{factor}.{state}")
    assert METHOD.say(f"path.{factor}.cannot_tell")


def test_each_condition_each_test_and_each_state_of_a_roll_out_has_words() -> None:
    keys = [f"commitment.{condition}.{word}" for condition in CONDITIONS for word in ("short", "name")]
    keys += [f"path.tests.short.{test}" for test in TESTS]
    keys += [f"path.tests.plan.{test}.{state}" for test in TESTS for state in ("pass", "fail")]
    keys += [f"path.tests.state.{state}" for state in ("pass", "fail", "cannot_tell", "missing")]
    keys += [f"two_pictures.view.state.{state}" for state in OUTCOMES]
    assert [key for key in keys if key not in METHOD.sentences] == []


@pytest.mark.parametrize(
    ("test", "key"),
    [
        ("knowledge_growth", "pass"),
        ("knowledge_growth", "fail"),
        ("internal_doing", "pass"),
        ("internal_doing", "fail"),
        ("internal_doing", "cannot_tell"),
        ("internal_doing", "unknown"),
        ("change_in_scope", "pass"),
        ("change_in_scope", "fail"),
        ("change_in_scope", "later"),
        ("change_in_scope", "no_days"),
        ("change_in_scope", "beside"),
        ("operating_model", "pass"),
        ("operating_model", "fail"),
        ("operating_model", "none"),
    ],
)
def test_each_outcome_of_the_plan_has_a_reason_that_names_its_places(test: str, key: str) -> None:
    places = ("user_trust",) if test == "knowledge_growth" else ("One", "Two", "Three", "Four")
    reason = plan_reason(METHOD, PlanTest(test, "fail", key, places, 0.25, 0.75))
    assert reason.endswith(".")
    assert "{" not in reason


def test_the_first_step_for_the_plan_fits_the_test_that_failed() -> None:
    def task(name: str, **changes: object) -> dict[str, object]:
        base = {"activity": name, "phase": "prepare", "part": "change_management", "lead_now": "paired"}
        return {**base, "lead_at_end": "internal", "internal_days": 6, "partner_days": 4, **changes}

    parts_moving = [task(part, part=part) for part in METHOD.term_ids("part")]
    after = task("Upkeep", phase="sustain", exit_criterion="two months without help")
    plans = {
        "Move days": [*[{**row, "internal_days": 1} for row in parts_moving], after],
        "Put work with the people": [{**row, "phase": "pilot"} for row in parts_moving] + [after],
        "Add activities for the time": parts_moving,
        "name an internal lead": [*parts_moving, {**after, "exit_criterion": None}],
        "Add an activity": parts_moving[:2],
        "Hold the plan": [*parts_moving, after],
    }
    for step, rows in plans.items():
        result = four_tests(engagement(engagement_tasks=pd.DataFrame(rows)))
        assert any(step in finding.next_step for finding in result.findings), step
        assert pictures(result)
    unknown = [{**row, "internal_days": None} for row in [*parts_moving, after]]
    result = four_tests(engagement(engagement_tasks=pd.DataFrame(unknown)))
    assert any(finding.statement.startswith("Whether the plan") for finding in result.findings)


def shown_tables(result: object) -> list[pd.DataFrame]:
    pictures(result)  # type: ignore[arg-type]
    return [part.frame for part in parts(result) if isinstance(part, DataTable)]  # type: ignore[arg-type]


def test_parts_that_are_equally_short_are_shown_as_undecided() -> None:
    frame = assessment({"AI": 6, "business": 6}, low="none")
    result = capability_profile(engagement(capability_ratings=frame))
    assert "More than one part" in pictures(result)[0].title
    enough = frame.assign(target=1)
    assert "reaches" in pictures(capability_profile(engagement(capability_ratings=enough)))[0].title


def test_blind_spots_and_topics_are_tables() -> None:
    frame = assessment({"HR": 7, "AI": 7})
    own = frame["function"] == "AI"
    frame.loc[own & frame["item"].isin(["cap_tru_3", "cap_tru_4", "cap_tru_5"]), "score"] = None
    frame.loc[frame["function"] == "HR", "evidence"] = None
    log = pd.DataFrame(
        [{"date": "2026-05-01", "heard_by": who, "tool": "Triage <beta>"} for who in ("HR", "AI", "business")]
    )
    result = two_pictures(engagement(capability_ratings=frame, concern_log=log))
    blind, topics = shown_tables(result)[-2:]
    assert set(blind["What stands out"]) == {"leaves more blank than others", "names no evidence"}
    assert topics.iloc[0].tolist() == ["Triage <beta>", "1", "1", "1", "–"]
    assert any("for any part" in finding.statement for finding in result.findings)


def test_a_part_too_thin_for_a_picture_of_its_own_is_withheld_in_words() -> None:
    frame = assessment({"HR": 3, "AI": 3})
    frame.loc[frame["item"].str.startswith("cap_tru") & (frame["rater"] > "r03"), ["score", "target"]] = None
    client = engagement(capability_ratings=frame)
    assert "withheld: fewer than 5 raters" in words(pictures(two_pictures(client))[0])
    assert "withheld" in shown_tables(ready_to_commit(client))[1].iloc[0].tolist()


def test_several_departments_are_shown_where_numbers_allow() -> None:
    frame = assessment({"HR": 12, "AI": 12})
    client = engagement(departments=2, capability_ratings=frame)
    names = list(client.settings.headcounts)
    frame["department"] = [names[int(rater[1:]) % 2] for rater in frame["rater"]]
    tables = shown_tables(two_pictures(engagement(departments=2, capability_ratings=frame)))
    assert set(tables[0]["Department"]) == set(names)
    assert (tables[0]["Raters"] == "6").all()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"told_on": "2026-03-10"}, "a week after"),
        ({"told_on": "2026-03-02"}, "within days"),
        ({"told_on": "2026-02-02"}, "before go-live"),
        ({"stage": "stopped"}, "stopped"),
        ({"stage": "pilot", "go_live": "2026-12-01"}, "not live yet"),
    ],
)
def test_a_roll_out_is_told_in_words(row: dict[str, str], said: str) -> None:
    full = {"name": "Triage", "department": "Claims", "stage": "live", "go_live": "2026-03-01", **row}
    limits = pd.DataFrame([{"tool": "Triage", "limit": "weak on hail", "stated_on": "2026-04-01"}])
    log = pd.DataFrame([{"date": "2026-05-01", "tool": "Triage", "heard_by": "HR"}])
    result = two_pictures(engagement(initiatives=pd.DataFrame([full]), tool_limits=limits, concern_log=log))
    picture = pictures(result)[0]
    assert said in words(picture)
    assert "limit stated" in words(picture)
    assert "first concern" in words(picture)


def test_staff_is_told_in_words() -> None:
    def person(number: int, skills: str, stability: str | None = "stable") -> dict[str, object]:
        return {
            "person": f"p{number}",
            "side": "internal",
            "skills": skills,
            "days_per_week": 2,
            "stability": stability,
        }

    cases = {
        "12 days a week": [person(i, "change") for i in range(6)],
        "withheld": [person(i, "change") for i in range(2)],
        "not recorded": [person(i, "process", None) for i in range(6)],
        "Nobody on the staff list brings AI skills": [person(i, "change") for i in range(6)],
    }
    for said, rows in cases.items():
        result = path_factors(engagement(staff=pd.DataFrame(rows)))
        factors = shown_tables(result)[0]
        assert said in factors["What moved it"].iloc[1]


@pytest.mark.parametrize(
    ("weeks", "title"),
    [
        ((60, 70, 80), "No approach is likely to fit the runway"),
        ((2, 3, 4), "Every approach is likely to fit the runway"),
        ((10, 22, 34), "How far the runway suffices cannot be told yet"),
    ],
)
def test_the_title_of_the_weeks_is_the_finding(weeks: tuple[float, float, float], title: str) -> None:
    options = pd.DataFrame(
        [
            {
                "approach": "hybrid",
                "criterion": "weeks_to_adoption",
                **dict(zip(("low", "likely", "high"), weeks, strict=True)),
            }
        ]
    )
    assert pictures(path_factors(engagement(approach_options=options)))[0].title == title


def test_weeks_are_drawn_without_a_runway_and_with_one_that_begins_today() -> None:
    options = pd.DataFrame(
        [
            {"approach": "hybrid", "criterion": "weeks_to_adoption", "low": 10, "likely": 12, "high": 14},
            {"approach": "internal", "criterion": "weeks_to_adoption", "low": 40, "likely": 52, "high": 64},
        ]
    )
    plain = {"client": "Quay Street Insurance", "departments": [{"name": "Claims", "headcount": 60}]}
    bare = Engagement.from_tables(Settings.model_validate(plain), {"approach_options": options})
    assert "no runway is known" in pictures(path_factors(bare))[0].subtitle
    dates = {"as_of": dt.date(2026, 9, 30), "expects_results_by": dt.date(2027, 3, 31)}
    today = Engagement.from_tables(Settings.model_validate({**plain, **dates}), {"approach_options": options})
    assert pictures(path_factors(today))[0].title == "The runway suffices for hybrid"


def test_a_test_without_a_range_is_said_in_its_cell() -> None:
    options = pd.DataFrame([{"approach": "partner", "criterion": TESTS[0], "low": 2, "likely": 3, "high": 4}])
    result = four_tests(engagement(approach_options=options))
    picture = pictures(result)[0]
    assert picture.title == "No approach passes all four tests of lasting capability"
    assert "no range given" in words(picture)
    assert any("stated preference" in finding.statement for finding in result.findings)


def test_commitment_reached_and_commitment_unknown_have_a_lead() -> None:
    frame = assessment({"HR": 6, "AI": 6, "business": 6}).assign(evidence="a record")
    base = engagement(capability_ratings=frame)
    gap = {"measure": "claims with the tool", "now": 0.1, "needed": 0.6, "by": dt.date(2027, 3, 1)}
    first = {"name": "Triage", "department": next(iter(base.settings.headcounts)), "adoption_gap": gap}
    settings = Settings.model_validate({**base.settings.model_dump(), "first_initiative": first})
    go = ready_to_commit(Engagement.from_tables(settings, {"capability_ratings": frame}))
    assert go.go
    assert parts(go)[0].text.startswith("Yes")  # type: ignore[attr-defined]
    unknown = ready_to_commit(Engagement.from_tables(settings, {}))
    assert parts(unknown)[0].text.startswith("It cannot be told yet")  # type: ignore[attr-defined]
