from __future__ import annotations

import numpy as np
import pandas as pd
from made_surveys import made_client, survey_rows

from adoption_lib.analysis.survey_scores import (
    latest_survey_wave,
    oriented,
    scale_items,
    scale_scores,
    straight_liners,
    survey_waves,
    wave_answers,
)
from adoption_lib.engagement.instrument import Question


def question(name: str, *, reverse: bool, construct: str = "output_trust", points: int = 5) -> Question:
    return Question(name, construct, reverse, name, tuple(str(k) for k in range(points)), own=False)


def test_orientation_turns_reversed_items() -> None:
    answers = pd.DataFrame({"a": [1, 5, None]}, dtype="Int64")
    assert oriented(answers, question("a", reverse=False)).tolist()[:2] == [0.0, 1.0]
    assert oriented(answers, question("a", reverse=True)).tolist()[:2] == [1.0, 0.0]
    assert oriented(answers, question("a", reverse=True)).isna().tolist() == [False, False, True]


def test_half_of_the_items_are_needed_for_a_score() -> None:
    asked = [question(name, reverse=False) for name in "abcd"]
    answers = pd.DataFrame({"a": [5, 5], "b": [5, None], "c": [None, None], "d": [None, None]}, dtype="Int64")
    scores = scale_scores(answers, asked, "output_trust")
    assert scores.iloc[0] == 1.0
    assert np.isnan(scores.iloc[1])
    assert scale_items(answers, asked, "voice").shape == (2, 0)
    assert scale_scores(answers, asked, "voice").isna().all()


def test_straight_liners_need_both_keys_and_six_answers() -> None:
    asked = [question(f"q{i}", reverse=i % 2 == 0) for i in range(8)]
    rows = [[4] * 8, [4] * 7 + [3], [1, 5] * 4, [4] * 5 + [None] * 3, [None] * 8]
    answers = pd.DataFrame(rows, columns=[q.id for q in asked]).astype("Int64")
    assert straight_liners(answers, asked).tolist() == [True, False, False, False, False]
    same_key = [question(q.id, reverse=False) for q in asked]
    assert not straight_liners(answers, same_key).any()
    assert not straight_liners(answers, []).any()


def test_waves_and_their_rows_do_not_depend_on_file_order() -> None:
    rows = survey_rows({"Claims": 6, "Sales": 6})
    later = [{**row, "wave": "2026-2"} for row in rows[:4]]
    client, turned = made_client(rows + later), made_client((rows + later)[::-1])
    assert survey_waves(client) == ("2026-1", "2026-2")
    assert latest_survey_wave(client) == "2026-2"
    pd.testing.assert_frame_equal(wave_answers(client, "2026-1"), wave_answers(turned, "2026-1"))
    assert len(wave_answers(client)) == 4
    assert latest_survey_wave(made_client()) == ""
