from __future__ import annotations

import pandas as pd
from drawn_clients import assert_inside, assert_repeats, engagement, pictures, words

from adoption_lib.analysis.lasting_capability import four_tests
from adoption_lib.analysis.path_factors import path_factors
from adoption_lib.analysis.plan_tests import TESTS
from adoption_lib.views.data_table import DataTable
from adoption_lib.views.prose import Note
from adoption_lib.views.show import parts

WEEKS = {"internal": (40, 56, 80), "partner": (14, 18, 22), "hybrid": (20, 28, 40), "tool_first": (8, 26, 60)}
SCORES = {"internal": (3, 4, 5), "partner": (1, 1.5, 2), "hybrid": (3.5, 4, 5), "tool_first": (2, 3, 4)}


def options() -> pd.DataFrame:
    rows = [(name, "weeks_to_adoption", *values) for name, values in WEEKS.items()]
    rows += [(name, test, *values) for name, values in SCORES.items() for test in TESTS]
    frame = pd.DataFrame(rows, columns=["approach", "criterion", "low", "likely", "high"])
    return frame.assign(note='<b>two teams</b> & "one" manager')


def tasks() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "activity": "Reviews & upkeep",
                "phase": "sustain",
                "part": "ongoing_ownership",
                "lead_now": "partner",
                "lead_at_end": "internal",
                "internal_days": 3,
                "partner_days": 9,
            }
        ]
    )


def test_weeks_are_drawn_as_ranges_against_the_runway() -> None:
    (picture,) = pictures(path_factors(engagement(approach_options=options())))
    assert picture.title == "What is left of the runway suffices for external partnership"
    drawn = words(picture)
    assert "runway 35 weeks" in drawn
    assert "22 left" in drawn
    assert list(picture.data["Approach"]) == ["Internal upskilling", "External partnership", "Hybrid", "Tool first"]
    assert_inside(picture)


def test_the_page_says_whose_assumption_on_speed_is_used() -> None:
    notes = [
        item.text for item in parts(path_factors(engagement(approach_options=options()))) if isinstance(item, Note)
    ]
    assert "your own ranges" in notes[0]
    assert "hybrid" in notes[0]


def test_factors_are_a_table_even_where_nothing_was_collected() -> None:
    items = parts(path_factors(engagement()))
    table = next(item for item in items if isinstance(item, DataTable))
    assert len(table.frame) == 3
    assert pictures(path_factors(engagement())) == []


def test_the_matrix_reads_without_colour() -> None:
    result = four_tests(engagement(approach_options=options(), engagement_tasks=tasks()))
    (picture,) = pictures(result)
    drawn = words(picture)
    for sign in ("✓ passes", "✗ fails", "? cannot tell yet"):
        assert sign in drawn
    assert "The plan as drafted" in drawn
    assert "Hybrid" in picture.alt
    assert "passes" in picture.alt
    assert_inside(picture)


def test_drawing_repeats() -> None:
    client = engagement(approach_options=options(), engagement_tasks=tasks())
    assert_repeats(path_factors(client))
    assert_repeats(four_tests(client))


def test_every_cell_has_its_reason_and_notes_are_escaped() -> None:
    result = four_tests(engagement(approach_options=options(), engagement_tasks=tasks()))
    table = next(item for item in parts(result) if isinstance(item, DataTable))
    assert len(table.frame) == 4 * 4 + 4
    assert (table.frame["Reason"].str.len() > 10).all()
    page = table._repr_mimebundle_()["text/html"]
    assert "<b>two teams</b>" not in page
    assert "&lt;b&gt;two teams" in page


def test_only_a_plan_and_only_options_are_each_shown() -> None:
    assert "drafted passes" in pictures(four_tests(engagement(engagement_tasks=tasks())))[0].title
    assert len(pictures(four_tests(engagement(approach_options=options())))) == 1
    assert parts(four_tests(engagement())) == []
