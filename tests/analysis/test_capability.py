from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from assessments import PARTS, SIZES, assert_readable, client, ratings, with_settings

from adoption_lib.analysis.capability import CapabilityProfile, capability_profile
from adoption_lib.method import METHOD


def profile(frame: pd.DataFrame, **settings: object) -> CapabilityProfile:
    result = capability_profile(client(with_settings(**settings), capability_ratings=frame))
    assert_readable(result)
    return result


def row(result: CapabilityProfile, part: str) -> pd.Series:
    return result.parts.set_index("part").loc[part]


def test_the_weakest_part_is_named_as_binding_with_a_first_step() -> None:
    result = profile(ratings())
    assert result.binding == "change_management"
    finding = result.findings[0]
    assert finding.kind == "finding"
    assert finding.probability is not None
    assert finding.probability >= METHOD.threshold("binding_called")
    assert "Change management" in finding.statement
    item = METHOD.capability_items[str(result.weakest["item"].iloc[0])]
    assert item.name in finding.next_step
    assert item.levels[int(result.weakest["level_now"].iloc[0])] in finding.next_step


def test_estimates_are_means_of_functions_and_not_of_ratings() -> None:
    frame = ratings(
        sizes={"HR": 5, "AI": 15},
        noise=0,
        severity=0,
        levels=dict.fromkeys(PARTS, 2.0),
        shift={("AI", p): 2.0 for p in PARTS},
    )
    result = profile(frame)
    assert row(result, "user_trust")["estimate"] == 3.0
    assert [entry for entry in row(result, "user_trust")["levels"] if entry[2]] == [(2, 2, 0.5), (4, 4, 0.5)]


def test_shortfall_is_what_is_needed_less_the_level() -> None:
    part = row(profile(ratings(target=4)), "workflow_integration")
    assert part["shortfall"] == pytest.approx(4 - part["estimate"])
    assert part["shortfall_low"] == pytest.approx(4 - part["high"])
    assert sum(share for _, _, share in part["levels"]) == pytest.approx(1)
    assert [level for first, last, _ in part["levels"] for level in range(first, last + 1)] == [1, 2, 3, 4, 5]


def test_levels_of_a_part_that_few_raters_chose_are_shown_as_one() -> None:
    frame = ratings(sizes={"HR": 10, "AI": 10}, noise=0, severity=0, levels=dict.fromkeys(PARTS, 3.0))
    one = frame["rater"] == frame["rater"].iloc[0]
    frame.loc[one & frame["item"].str.startswith("cap_tru"), "score"] = 5
    shown = [entry[:2] for entry in row(profile(frame), "user_trust")["levels"] if entry[2]]
    assert (5, 5) not in shown
    assert any(first <= 5 <= last and first < last for first, last in shown)


def test_items_show_distribution_median_and_share_at_need() -> None:
    frame = ratings(sizes={"HR": 10, "AI": 10})
    frame.loc[frame["item"] == "cap_wfl_2", "score"] = [1] * 5 + [2] * 3 + [3] * 5 + [4] * 7
    item = profile(frame).items.set_index("item").loc["cap_wfl_2"]
    assert item["median"] == 3
    assert item["share_at_need"] == pytest.approx(7 / 20)
    assert item["share_low"] < 7 / 20 < item["share_high"]
    assert item["levels"] == ((1, 2, 8), (3, 3, 5), (4, 4, 7), (5, 5, 0))
    assert item["n"] == 20


def test_what_a_few_raters_chose_is_joined_with_its_neighbours() -> None:
    frame = ratings(sizes={"HR": 5, "AI": 5})
    frame.loc[frame["item"] == "cap_wfl_2", "score"] = [1, 2, 2, 3, 3, 3, 3, 4, 4, 5]
    item = profile(frame).items.set_index("item").loc["cap_wfl_2"]
    assert all(count == 0 or count >= 5 for _, _, count in item["levels"])
    assert sum(count for _, _, count in item["levels"]) == 10
    assert pd.isna(item["share_at_need"])
    assert pd.isna(item["share_low"])


def test_equal_parts_cannot_be_told_apart() -> None:
    result = profile(ratings(seed=5, levels=dict.fromkeys(PARTS, 2.6)))
    assert result.binding == ""
    assert result.findings[0].kind == "cannot_tell"


def test_no_part_short_is_a_result_of_its_own() -> None:
    result = profile(ratings(levels=dict.fromkeys(PARTS, 4.3), target=3))
    assert result.binding == ""
    assert result.p_no_shortfall > 0.9
    assert result.findings[0].kind == "finding"


def test_a_missing_target_is_said_and_nothing_is_called_binding() -> None:
    frame = ratings()
    frame.loc[frame["item"].str.startswith("cap_own"), "target"] = None
    result = profile(frame)
    assert result.binding == ""
    assert np.isnan(row(result, "ongoing_ownership")["shortfall"])
    assert any("ongoing ownership" in finding.statement for finding in result.findings)
    none = profile(ratings(target=None))
    assert none.binding == ""
    assert none.parts["p_binds"].isna().all()
    assert all(finding.kind == "cannot_tell" for finding in none.findings)


@pytest.mark.parametrize("sizes", [{"HR": 1}, {"HR": 2, "AI": 2}])
def test_fewer_raters_than_the_floor_publish_nothing(sizes: dict[str, int]) -> None:
    result = profile(ratings(sizes=sizes))
    assert result.raters is None
    assert result.parts["estimate"].isna().all()
    assert result.items["median"].isna().all()
    assert result.parts["n"].isna().all()
    assert result.parts["withheld"].all()
    assert result.withheld == len(result.parts) + len(result.items)
    assert [finding.kind for finding in result.findings] == ["cannot_tell"]


def test_a_client_may_raise_the_floor() -> None:
    assert profile(ratings(sizes={"HR": 6}), anonymity={"counts": 7, "text": 10}).raters is None


def test_an_item_too_few_scored_is_withheld_and_its_part_is_not() -> None:
    frame = ratings()
    frame.loc[(frame["item"] == "cap_chg_3") & (frame["rater"] > "r04"), "score"] = None
    result = profile(frame)
    item = result.items.set_index("item").loc["cap_chg_3"]
    assert item["withheld"]
    assert item.drop(["part", "withheld"]).isna().all()
    assert not row(result, "change_management")["withheld"]


def test_identical_raters_give_no_interval_of_no_width() -> None:
    part = row(profile(ratings(noise=0, severity=0)), "user_trust")
    assert part["high"] - part["low"] > 0.1


def test_nineteen_of_twenty_answers_missing_is_no_confident_number() -> None:
    frame = ratings()
    keep = np.random.default_rng(1).random(len(frame)) < 0.05
    frame.loc[~keep, ["score", "target"]] = None
    result = profile(frame)
    assert result.binding == ""


def test_missing_table_and_unknown_wave_are_said() -> None:
    empty = capability_profile(client())
    assert_readable(empty)
    assert empty.findings[0].kind == "not_collected"
    other = capability_profile(client(capability_ratings=ratings()), wave="2031-1")
    assert_readable(other)
    assert other.findings[0].kind == "cannot_tell"


def test_results_do_not_depend_on_the_order_of_rows() -> None:
    frame = ratings()
    first, second = profile(frame), profile(frame.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(first.parts, second.parts)
    pd.testing.assert_frame_equal(first.weakest, second.weakest)
    assert [f.statement for f in first.findings] == [f.statement for f in second.findings]


def test_a_level_five_item_has_no_next_level() -> None:
    result = profile(ratings(levels=dict.fromkeys(PARTS, 5.4), target=5, noise=0.9))
    weakest = result.weakest
    assert weakest.empty or weakest.loc[weakest["level_now"] == 5, "level_next"].isna().all()


def test_the_true_binding_part_is_called_and_a_wrong_one_hardly_ever() -> None:
    called = right = 0
    for seed in range(30):
        found = capability_profile(client(capability_ratings=ratings(seed=seed, sizes=SIZES))).binding
        called += bool(found)
        right += found == "change_management"
    assert called >= 27
    assert right / called >= 0.95
