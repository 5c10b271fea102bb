from __future__ import annotations

import pandas as pd
import pytest
from made_surveys import concern, made_client

from adoption_lib.analysis.concerns import known_facts, said_nothing, specific_concerns
from adoption_lib.method import METHOD

FIELDS = tuple(METHOD.concern_fields)


@pytest.mark.parametrize("text", ["nothing", "Nothing.", "No answer so far", "nobody came back to us"])
def test_a_record_of_silence_is_a_fact(text: str) -> None:
    assert said_nothing(text)
    assert known_facts(pd.DataFrame([concern(said_after=text)]), FIELDS)["said_after"].all()


@pytest.mark.parametrize(
    "text", ["", "The AI team explained on Monday", "nothing was wrong with the case as the AI team showed us"]
)
def test_an_account_or_a_blank_is_no_record_of_silence(text: str) -> None:
    assert not said_nothing(text)


def test_a_concern_is_specific_with_five_facts_and_what_happened() -> None:
    log = [
        concern(),
        concern(times=None),
        concern(times=None, tool=None),
        concern(what_happened="People are unhappy"),
        concern(what_happened=None),
    ]
    result = specific_concerns(made_client(concerns=log))
    assert result.concerns["specific"].tolist() == [True, True, False, False, False]
    assert result.concerns["facts"].tolist() == [6, 5, 5, 5, 4]
    assert result.share == pytest.approx(0.4)
    assert result.low < 0.4 < result.high


def test_open_specific_concerns_without_an_answer_come_first() -> None:
    log = [concern(what_happened=None), concern(status="answered", said_after="Explained on Monday"), concern()]
    result = specific_concerns(made_client(concerns=log))
    assert result.concerns["unanswered"].tolist()[0]
    first = result.findings[0]
    assert first.kind == "finding"
    assert "Triage assistant" in first.statement
    assert first.owner == "AI"


def test_a_blank_status_with_a_blank_answer_claims_nothing() -> None:
    result = specific_concerns(made_client(concerns=[concern(status=None, said_after=None)]))
    assert not result.concerns["unanswered"].any()


def test_the_same_tool_and_task_are_grouped() -> None:
    log = [concern(), concern(tool="triage ASSISTANT", date="2026-01-05", times=None), concern(task="Other")]
    result = specific_concerns(made_client(concerns=log))
    group = result.recurring.iloc[0]
    assert (len(result.recurring), group["concerns"], group["times"]) == (1, 2, 2)
    assert group["first"] < group["last"]


def test_small_departments_are_not_named_and_blank_does_not_name_one() -> None:
    log = [concern(department=name) for name in ("Claims", "Legal", "IT")]
    result = specific_concerns(made_client(concerns=log, heads={"Claims": 80, "Legal": 6, "IT": 30}))
    assert sorted(result.concerns["department"]) == ["", "", "Claims"]
    assert result.withheld == 2
    tiny = specific_concerns(made_client(concerns=[concern()], heads={"Claims": 6}))
    assert (tiny.concerns["what_happened"] == "").all()


def test_text_is_put_on_one_line_and_cut() -> None:
    text = "It failed\n\tagain \x07 and again. " + "word " * 200
    shown = specific_concerns(made_client(concerns=[concern(what_happened=text)])).concerns.loc[0, "what_happened"]
    assert shown.startswith("It failed again and again.")
    assert len(shown) <= 242
    assert shown.endswith("…")


def test_order_of_rows_does_not_matter() -> None:
    log = [concern(date=f"2026-0{1 + i % 4}-1{i % 3}", times=i % 4 + 1, task=f"Task {i % 5}") for i in range(15)]
    one, two = (specific_concerns(made_client(concerns=rows)) for rows in (log, log[::-1]))
    shown = ["concern", "date", "task", "facts", "specific"]
    pd.testing.assert_frame_equal(one.concerns[shown], two.concerns[shown])


def test_nothing_collected() -> None:
    result = specific_concerns(made_client())
    assert [finding.kind for finding in result.findings] == ["not_collected"]
    assert result.concerns.empty
