from __future__ import annotations

from drawn_clients import assert_inside, assert_repeats, assessment, engagement, pictures, words

from adoption_lib.analysis.capability import capability_profile
from adoption_lib.method import METHOD
from adoption_lib.views.show import parts

SIZES = {"HR": 6, "AI": 6, "business": 6, "executive": 2}


def test_the_title_states_the_finding_and_the_picture_every_part() -> None:
    result = capability_profile(engagement(capability_ratings=assessment(SIZES)))
    (picture,) = pictures(result)
    assert picture.title == "Change management falls furthest short of the level needed"
    assert "n = 20" in picture.subtitle
    drawn = words(picture)
    for part in METHOD.term_ids("part"):
        assert METHOD.label("part", part) in drawn
        assert METHOD.label("part", part) in picture.alt
    assert drawn.count("needed 4") == 4
    assert_inside(picture)


def test_the_table_beside_it_holds_the_numbers_that_are_drawn() -> None:
    result = capability_profile(engagement(capability_ratings=assessment(SIZES)))
    (picture,) = pictures(result)
    shown = picture.data.set_index("Part")
    for row in result.parts.to_dict("records"):
        cell = shown.loc[METHOD.label("part", row["part"])]
        assert cell["Level now"] == f"{row['estimate']:.1f}"
        assert cell["Raters"] == "20"


def test_a_missing_target_and_a_thin_part_are_said_in_the_picture() -> None:
    frame = assessment(SIZES)
    frame.loc[frame["item"].str.startswith("cap_tru"), "target"] = None
    frame.loc[frame["item"].str.startswith("cap_own") & (frame["rater"] > "r03"), "score"] = None
    (picture,) = pictures(capability_profile(engagement(capability_ratings=frame)))
    drawn = words(picture)
    assert "level needed not stated" in drawn
    assert "withheld: fewer than 5 raters" in drawn
    assert picture.withheld > 0
    assert_inside(picture)


def test_functions_shown_together_are_named() -> None:
    items = parts(capability_profile(engagement(capability_ratings=assessment(SIZES))))
    assert any("Business and Executive" in str(item) for item in items)


def test_drawing_repeats() -> None:
    assert_repeats(capability_profile(engagement(capability_ratings=assessment(SIZES))))


def test_nothing_is_drawn_where_nothing_may_be_shown() -> None:
    assert parts(capability_profile(engagement(capability_ratings=assessment({"HR": 3})))) == []
    assert parts(capability_profile(engagement())) == []
