"""Opening an engagement: everything checked, or one error that lists every problem."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path

import pytest

from adoption_lib.engagement import ENGAGEMENTS_VARIABLE, Engagement
from adoption_lib.errors import InputError


def test_a_sound_folder_opens(good_folder: Path) -> None:
    client = Engagement.open(good_folder)
    assert client.settings.client == "Invented Mills"
    assert client.has("usage")
    assert client.as_of == dt.date(2026, 6, 30)
    assert [question.id for question in client.questions if not question.own] == ["own_1"]
    assert client.questions[-1].answers == ("never", "sometimes", "often")
    table = client.table("usage")
    table.loc[:, "actions"] = 0
    assert client.table("usage")["actions"][0] == 40, "a copy is given"


def test_a_table_that_was_not_collected_is_empty_and_has_its_columns(good_folder: Path) -> None:
    (good_folder / "usage.csv").unlink()
    client = Engagement.open(good_folder)
    assert not client.has("usage")
    assert list(client.table("usage").columns)[:2] == ["person", "department"]


def test_one_error_lists_every_problem_and_survives_a_process(good_folder: Path) -> None:
    for name in ("usage", "staff"):
        path = good_folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("Sales", "Slaes"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Engagement.open(good_folder)
    assert {problem.file for problem in caught.value.problems} == {"usage.csv", "staff.csv"}
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems
    assert "row 2, column department" in str(caught.value)


def test_warnings_do_not_keep_a_folder_from_opening(good_folder: Path) -> None:
    path = good_folder / "usage.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("u2", "Anna Meyer"), encoding="utf-8")
    assert [note.severity for note in Engagement.open(good_folder).notes] == ["warning"]


def test_an_engagement_is_found_by_name(good_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENGAGEMENTS_VARIABLE, str(good_folder.parent))
    monkeypatch.chdir(good_folder)
    assert Engagement.open(good_folder.name).name == good_folder.name


def test_tables_built_in_memory_equal_those_read(good_folder: Path) -> None:
    client = Engagement.open(good_folder)
    again = Engagement.from_tables(client.settings, client.tables)
    for name, frame in client.tables.items():
        assert again.table(name).equals(frame)
