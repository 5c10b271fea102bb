from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from assessments import assert_readable, client, ratings, with_settings

from adoption_lib.analysis.commitment import CONDITIONS, Commitment, ready_to_commit

GAP = {"measure": "claims handled with the tool", "now": 0.2, "needed": 0.6, "by": dt.date(2027, 3, 31)}
SIZES = {"HR": 6, "AI": 6, "business": 6}


def check(frame: pd.DataFrame | None, gap: object = GAP) -> Commitment:
    first = {"name": "Triage", "department": "Claims", "adoption_gap": gap}
    tables = {} if frame is None else {"capability_ratings": frame}
    result = ready_to_commit(client(with_settings(first_initiative=first), **tables))
    assert_readable(result)
    assert tuple(condition.id for condition in result.conditions) == CONDITIONS
    assert all(condition.missing for condition in result.conditions if condition.state != "met")
    assert result.go == all(condition.state == "met" for condition in result.conditions)
    return result


def states(result: Commitment) -> dict[str, str]:
    return {condition.id: condition.state for condition in result.conditions}


def test_an_honest_assessment_and_a_specific_gap_mean_go() -> None:
    result = check(ratings(sizes=SIZES, evidence=0.85, noise=0.4, severity=0.3))
    assert set(states(result).values()) == {"met"}
    assert [finding.kind for finding in result.findings] == ["finding"]


@pytest.mark.parametrize(("sizes", "expected"), [({"HR": 6, "AI": 6}, "not_met"), ({**SIZES, "business": 3}, "met")])
def test_several_raters_are_needed_in_each_function(sizes: dict[str, int], expected: str) -> None:
    condition = check(ratings(sizes=sizes)).conditions[0]
    assert condition.state == expected


def test_a_small_number_of_raters_is_not_printed() -> None:
    value = check(ratings(sizes={**SIZES, "business": 4})).conditions[0].value
    assert "fewer than 5" in value
    assert "Business 4" not in value


@pytest.mark.parametrize(("share", "expected"), [(0.95, "met"), (0.6, "cannot_tell"), (0.2, "not_met")])
def test_evidence_is_judged_by_its_interval(share: float, expected: str) -> None:
    assert states(check(ratings(sizes=SIZES, evidence=share)))["evidence"] == expected


def test_raters_who_contradict_each_other_are_not_averaged_away() -> None:
    frame = ratings(sizes=SIZES, noise=0.3, severity=0.1)
    trust = frame["item"].str.startswith("cap_tru") & (frame["function"] == "business")
    frame.loc[trust, "score"] = [1 if int(rater[1:]) % 2 else 5 for rater in frame.loc[trust, "rater"]]
    result = check(frame)
    condition = result.conditions[2]
    assert condition.state == "not_met"
    assert "Business on user trust" in condition.missing


def test_agreement_that_leniency_could_explain_is_not_agreement_yet() -> None:
    frame = ratings(sizes={"HR": 6, "AI": 6, "business": 6}, noise=0, severity=0)
    trust = frame["item"].str.startswith("cap_tru") & (frame["function"] == "business")
    # Half of six raters at 1, half at 3: variance 1.2 on every item, r_wg(j) .77 against the even null, .37 against
    # the lenient one.
    frame.loc[trust, "score"] = [1 + 2 * (int(rater[1:]) % 2) for rater in frame.loc[trust, "rater"]]
    result = check(frame)
    cell = result.agreement.set_index(["group", "part"]).loc[("business", "user_trust")]
    assert cell["uniform"] >= 0.70 > cell["skewed"]
    assert result.conditions[2].state == "cannot_tell"


def test_a_divergence_is_explained_by_evidence_on_both_sides() -> None:
    shift = {("HR", "user_trust"): -1.5}
    explained = check(ratings(sizes=SIZES, shift=shift, evidence=0.95))
    unexplained = check(ratings(sizes=SIZES, shift=shift, evidence=0.3))
    assert states(explained)["divergence"] == "met"
    assert states(unexplained)["divergence"] == "not_met"
    assert "user trust" in unexplained.conditions[3].missing


def test_one_side_too_small_leaves_divergence_open() -> None:
    assert states(check(ratings(sizes={"HR": 3, "AI": 6, "business": 6})))["divergence"] == "cannot_tell"


@pytest.mark.parametrize("missing", ["now", "needed", "by"])
def test_a_gap_without_a_number_or_a_date_is_not_specific(missing: str) -> None:
    result = check(ratings(sizes=SIZES), {**GAP, missing: None})
    assert states(result)["gap"] == "not_met"
    assert any(
        condition.missing in {f.next_step for f in result.findings}
        for condition in result.conditions
        if condition.missing
    )


def test_a_zero_is_a_number() -> None:
    assert states(check(ratings(sizes=SIZES), {**GAP, "now": 0.0}))["gap"] == "met"


def test_the_level_needed_must_be_stated_for_every_part() -> None:
    frame = ratings(sizes=SIZES)
    frame.loc[frame["item"].str.startswith("cap_own"), "target"] = None
    result = check(frame)
    assert states(result)["needed"] == "not_met"
    assert "ongoing ownership" in result.conditions[5].missing


def test_executives_alone_without_evidence_are_not_yet() -> None:
    result = check(ratings(sizes={"executive": 3}, evidence=0.0, target=None), None)
    assert not result.go
    assert states(result) == {
        "raters": "not_met",
        "evidence": "cannot_tell",
        "agreement": "cannot_tell",
        "divergence": "cannot_tell",
        "gap": "not_met",
        "needed": "not_met",
    }
    assert result.agreement["withheld"].any()
    assert result.agreement["uniform"].isna().all()


def test_no_ratings_are_unknown_and_not_absent() -> None:
    result = check(None)
    assert result.findings[0].kind == "not_collected"
    assert states(result)["raters"] == "cannot_tell"
    assert states(result)["needed"] == "cannot_tell"
