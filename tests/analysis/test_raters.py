from __future__ import annotations

import pandas as pd
from assessments import PARTS, client, ratings
from hypothesis import given, settings
from hypothesis import strategies as st

from adoption_lib.analysis.raters import latest_wave, rater_groups, rater_parts, shown_items, wave_ratings, waves
from adoption_lib.method import METHOD

FLOOR = 5


def prepared(frame: pd.DataFrame) -> pd.DataFrame:
    return wave_ratings(client(capability_ratings=frame))


def ids(frame: pd.DataFrame, floor: int = FLOOR) -> list[str]:
    return [group.id for group in rater_groups(prepared(frame), floor)]


def test_the_latest_wave_is_read_unless_another_is_named() -> None:
    both = client(capability_ratings=pd.concat([ratings(wave="2026-2"), ratings(wave="2026-1", sizes={"HR": 6})]))
    assert waves(both) == ("2026-1", "2026-2")
    assert latest_wave(both) == "2026-2"
    assert wave_ratings(both)["rater"].nunique() == 21
    assert wave_ratings(both, "2026-1")["rater"].nunique() == 6
    assert wave_ratings(both, "2031-1").empty
    assert latest_wave(client()) == ""


def test_functions_large_enough_stand_alone() -> None:
    assert ids(ratings(sizes={"HR": 5, "AI": 5, "business": 9, "executive": 5})) == [
        "HR",
        "AI",
        "business",
        "executive",
    ]


def test_two_executives_are_shown_with_the_business_and_not_hidden_behind_a_total() -> None:
    groups = rater_groups(prepared(ratings()), FLOOR)
    assert [group.id for group in groups] == ["HR", "AI", "business+executive"]
    assert groups[2].label(METHOD) == "Business and Executive"


def test_small_groups_join_each_other_first() -> None:
    assert ids(ratings(sizes={"HR": 6, "AI": 6, "business": 3, "executive": 2})) == ["HR", "AI", "business+executive"]


def test_hr_and_ai_are_joined_last() -> None:
    assert ids(ratings(sizes={"HR": 2, "AI": 7, "business": 6, "executive": 3})) == ["HR+executive", "AI", "business"]
    assert ids(ratings(sizes={"HR": 3, "AI": 3})) == ["HR+AI"]


def test_a_function_that_rated_one_part_thinly_is_too_small_there() -> None:
    frame = ratings(sizes={"HR": 6, "AI": 7, "business": 6})
    trust = frame["item"].str.startswith("cap_tru")
    frame.loc[trust & frame["rater"].isin(["r01", "r02"]), "score"] = None
    assert "HR" not in ids(frame)


def test_a_function_that_did_not_rate_a_part_at_all_hides_nobody() -> None:
    frame = ratings(sizes={"HR": 6, "AI": 7})
    frame.loc[frame["item"].str.startswith("cap_tru") & (frame["function"] == "HR"), ["score", "target"]] = None
    assert ids(frame) == ["HR", "AI"]


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries({name: st.integers(0, 8) for name in ("HR", "AI", "business", "executive")}),
    st.integers(5, 7),
)
def test_no_group_is_smaller_than_the_floor_unless_all_together_are(sizes: dict[str, int], floor: int) -> None:
    frame = prepared(ratings(sizes=sizes))
    groups = rater_groups(frame, floor)
    counts = [frame.loc[frame["function"].isin(group.functions), "rater"].nunique() for group in groups]
    assert sum(counts) == sum(sizes.values())
    assert all(count >= floor for count in counts) or len(groups) == 1


def test_an_item_too_few_scored_does_not_enter_the_part() -> None:
    frame = ratings(sizes={"HR": 6})
    thin = frame["item"] == "cap_chg_1"
    frame.loc[thin, "score"] = 5
    frame.loc[thin & (frame["rater"] > "r03"), "score"] = None
    ready = prepared(frame)
    assert "cap_chg_1" not in shown_items(ready, FLOOR)
    rows = rater_parts(ready, rater_groups(ready, FLOOR), FLOOR)
    change = rows[rows["part"] == "change_management"]
    assert (change["scored"] == 4).all()
    others = ready[(ready["part"] == "change_management") & ~(ready["item"] == "cap_chg_1")]
    assert change["score"].tolist() == others.groupby("rater")["score"].mean().tolist()


def test_every_rater_has_a_row_per_part_with_what_was_left_blank() -> None:
    frame = ratings(sizes={"HR": 5, "AI": 5})
    frame = frame[~((frame["rater"] == "r01") & frame["item"].str.startswith("cap_own"))]
    ready = prepared(frame)
    rows = rater_parts(ready, rater_groups(ready, FLOOR), FLOOR)
    assert len(rows) == 10 * len(PARTS)
    blank = rows[(rows["rater"] == "r01") & (rows["part"] == "ongoing_ownership")].iloc[0]
    assert blank["blank"] == 1.0
    assert blank["scored"] == 0


def test_order_of_rows_does_not_matter() -> None:
    frame = ratings()
    pd.testing.assert_frame_equal(prepared(frame), prepared(frame.sample(frac=1, random_state=3)))


def test_a_rater_with_two_functions_counts_for_the_usual_one() -> None:
    frame = ratings(sizes={"HR": 5, "AI": 5})
    frame.loc[frame.index[0], "function"] = "AI"
    assert prepared(frame).query("rater == 'r01'")["function"].unique().tolist() == ["HR"]
