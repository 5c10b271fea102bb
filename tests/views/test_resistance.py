from __future__ import annotations

import re

import pytest
from made_surveys import concern, made_client, survey_rows

import adoption_lib.views.answers
import adoption_lib.views.causes
import adoption_lib.views.concerns
import adoption_lib.views.gaps  # noqa: F401 (registers the views)
from adoption_lib.analysis.answers import survey_answers
from adoption_lib.analysis.causes import causes_of_resistance
from adoption_lib.analysis.concerns import specific_concerns
from adoption_lib.analysis.gaps import gaps_by_owner
from adoption_lib.analysis.response_rate import response_rate
from adoption_lib.engagement import Engagement
from adoption_lib.views.data_table import DataTable, plain_table
from adoption_lib.views.picture import Picture
from adoption_lib.views.show import parts

LONG = {"Legal, risk and compliance (group functions)": 25, "Claims": 40, "IT": 4, "Sales": 20}
LOG = [concern(department=name, date=f"2026-0{1 + i % 4}-10") for i, name in enumerate([*LONG] * 4)]


def all_parts(client: Engagement) -> list[object]:
    causes, concerns = causes_of_resistance(client), specific_concerns(client)
    return [part for result in (causes, concerns, gaps_by_owner(client, causes, concerns)) for part in parts(result)]


def text_of(part: object) -> str:
    return part._repr_mimebundle_()["text/plain"]  # type: ignore[attr-defined]


def test_pictures_carry_title_alt_and_their_numbers() -> None:
    found = all_parts(made_client(survey_rows(LONG, "output_trust", effect=1.4), LOG))
    pictures = [part for part in found if isinstance(part, Picture)]
    assert len(pictures) == 7
    for picture in pictures:
        assert picture.title
        assert len(picture.alt) > 60
        assert not picture.data.empty
    leading = next(picture for picture in pictures if "leads" in picture.title)
    assert "Distrust of the outputs" in leading.title
    assert "withheld" in plain_table(leading.data)


def test_the_same_client_is_drawn_the_same_twice() -> None:
    client = made_client(survey_rows(LONG, "output_trust"), LOG)
    one, two = ([part.svg() for part in all_parts(client) if isinstance(part, Picture)] for _ in range(2))
    assert one == two


def test_no_reader_sees_nan_or_a_none() -> None:
    for part in all_parts(made_client(survey_rows(LONG, "output_trust"), LOG)):
        assert not re.search(r"\b(nan|NaN|None|NaT|inf|<NA>)\b", text_of(part))


def test_answers_stand_with_their_counts() -> None:
    client = made_client(survey_rows(LONG))
    picture = next(part for part in parts(survey_answers(client)) if isinstance(part, Picture))
    assert re.search(r"Strongly disagree.*: \d+ · .*: \d+", plain_table(picture.data))


def test_free_text_is_escaped() -> None:
    log = [concern(what_happened="<script>alert(1)</script> stood in the reply to a customer")]
    html = "".join(part._repr_mimebundle_()["text/html"] for part in all_parts(made_client(concerns=log)))  # type: ignore[attr-defined]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_vague_concerns_come_with_questions() -> None:
    log = [concern(what_happened=None)]
    tables = [part for part in parts(specific_concerns(made_client(concerns=log))) if isinstance(part, DataTable)]
    assert any("What went in" in plain_table(table.frame) for table in tables)


@pytest.mark.parametrize(
    "sizes", [{"Claims": 16}, {f"Department {k} of the whole organisation": 12 for k in range(12)}]
)
def test_one_and_twelve_departments_are_drawn(sizes: dict[str, int]) -> None:
    pictures = [
        part for part in parts(causes_of_resistance(made_client(survey_rows(sizes)))) if isinstance(part, Picture)
    ]
    assert pictures
    assert all(picture.svg() for picture in pictures)


def test_a_survey_without_forced_choice_still_shows_strengths_and_answers() -> None:
    rows = survey_rows(LONG)
    for row in rows:
        del row["most_true"]
    found = all_parts(made_client(rows))
    assert sum(isinstance(part, Picture) for part in found) == 4
    assert any("forced choice" in text_of(part) for part in found)


def test_nothing_collected_draws_nothing() -> None:
    assert all_parts(made_client()) == []
    assert parts(response_rate(made_client())) == []
