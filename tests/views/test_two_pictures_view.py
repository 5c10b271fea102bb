from __future__ import annotations

import pandas as pd
from drawn_clients import LONG, assert_inside, assert_repeats, assessment, engagement, pictures, words

from adoption_lib.analysis.two_pictures import two_pictures
from adoption_lib.views.show import parts

SIZES = {"HR": 7, "AI": 7, "business": 6}


def initiatives(count: int) -> pd.DataFrame:
    told = [None, "2026-04-20", "2026-02-01", "2023-01-01"]
    return pd.DataFrame(
        [
            {
                "name": f"Sorting incoming claims and letters, line {i}",
                "department": LONG,
                "stage": "live",
                "go_live": "2026-03-01",
                "told_on": told[i % 4],
                "hr_involved_on": "2026-05-01" if i % 3 else None,
            }
            for i in range(count)
        ]
    )


def test_resolved_and_unresolved_differences_are_told_apart_in_words() -> None:
    (picture,) = pictures(two_pictures(engagement(capability_ratings=assessment(SIZES))))
    assert "user trust" in picture.title
    drawn = words(picture)
    assert "beyond chance" in drawn
    assert "not resolved" in drawn
    assert "HR: n = 7" in drawn
    assert_inside(picture)


def test_one_picture_is_shown_where_two_cannot_be() -> None:
    (picture,) = pictures(two_pictures(engagement(capability_ratings=assessment({"HR": 3, "AI": 7, "business": 7}))))
    assert "HR and Business" in words(picture)
    assert "beyond chance" not in words(picture)


def test_the_timeline_says_each_state_in_words() -> None:
    (picture,) = pictures(two_pictures(engagement(initiatives=initiatives(4))))
    drawn = words(picture)
    assert "people told 7 weeks after go-live" in drawn
    assert "date of telling people not recorded" in drawn
    assert "never" not in drawn
    assert_inside(picture)


def test_many_initiatives_with_long_names_and_far_dates_stay_on_the_page() -> None:
    (picture,) = pictures(two_pictures(engagement(departments=12, initiatives=initiatives(26))))
    assert len(picture.data) == 26
    assert_inside(picture)


def test_drawing_repeats() -> None:
    assert_repeats(two_pictures(engagement(capability_ratings=assessment(SIZES), initiatives=initiatives(4))))


def test_initiatives_without_a_date_are_a_table() -> None:
    table = initiatives(2).assign(go_live=None)
    result = two_pictures(engagement(initiatives=table))
    assert pictures(result) == []
    assert len(parts(result)) == 2


def test_nothing_collected_shows_nothing() -> None:
    assert parts(two_pictures(engagement())) == []
