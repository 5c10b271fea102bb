"""The forms: complete, current, ready to fill in, read back as filled in, and never written over an engagement."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from adoption_lib.engagement import forms
from adoption_lib.engagement.forms import form_files, new_engagement, write_forms
from adoption_lib.engagement.reading import format_problems, read_folder
from adoption_lib.engagement.spreadsheets import HELPER_SHEETS
from adoption_lib.engagement.workbook import put, safe_cell
from adoption_lib.errors import InputError
from adoption_lib.method import METHOD

SHIPPED = Path(__file__).resolve().parents[2] / "data_templates"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return form_files()


@pytest.fixture(scope="module")
def book(files: dict[str, bytes]) -> Any:
    return openpyxl.load_workbook(io.BytesIO(files["engagement.xlsx"]))


def _contents(name: str, content: bytes) -> object:
    """A workbook by its members: how tightly they are packed depends on the zlib that packed them."""
    if not name.endswith(".xlsx"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {member: archive.read(member) for member in archive.namelist()}


def test_the_shipped_forms_are_current(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        shipped = (SHIPPED / name).read_bytes()
        assert _contents(name, shipped) == _contents(name, content), f"{name}: write it anew with make templates"
    assert {path.name for path in (SHIPPED / "csv").iterdir()} == {f"{table}.csv" for table in METHOD.tables}


def test_the_same_forms_are_the_same_bytes(files: dict[str, bytes]) -> None:
    assert form_files() == files


def test_a_fresh_engagement_passes_its_check(tmp_path: Path) -> None:
    written = new_engagement(tmp_path / "clients" / "mills")
    assert all(path.is_file() for path in written)
    read = read_folder(tmp_path / "clients" / "mills")
    assert read.problems == ()
    assert read.settings is not None
    assert read.settings.synthetic
    assert read.tables == {}
    assert [path.name for path in (tmp_path / "clients").iterdir()] == ["mills"], "something was left behind"


@pytest.mark.parametrize("name", ["engagement.yaml", "Engagement.xlsx", "usage.csv", "usage.parquet"])
def test_an_engagement_is_never_written_over(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("kept", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        new_engagement(tmp_path)
    assert caught.value.problems[0].remedy
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "kept"


def test_an_engagement_begins_beside_other_files(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("kept", encoding="utf-8")
    new_engagement(tmp_path)
    assert read_folder(tmp_path).problems == ()
    assert (tmp_path / "notes.md").read_text(encoding="utf-8") == "kept"


def test_nothing_is_left_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(bytes):
        """Contents that cannot be written."""

    write = Path.write_bytes

    def fail(path: Path, content: bytes) -> int:
        if isinstance(content, Full):
            raise OSError("no space left")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", fail)
    monkeypatch.setattr(forms, "form_files", lambda language: {"engagement.yaml": b"a", "engagement.xlsx": Full()})
    with pytest.raises(OSError, match="no space"):
        new_engagement(tmp_path / "mills")
    assert list(tmp_path.iterdir()) == []


def test_every_table_has_a_sheet_and_a_csv_form(book: Any, files: dict[str, bytes]) -> None:
    helpers = {METHOD.say(f"input.sheet.{key}") for key in HELPER_SHEETS}
    assert set(book.sheetnames) == helpers | set(METHOD.tables)
    assert book.sheetnames[0] == "Read me"
    for table in METHOD.tables.values():
        header = [cell.value for cell in book[table.id][1]]
        assert {column.id for column in table.columns} <= set(header)
        assert next(csv.reader([files[f"csv/{table.id}.csv"].decode("utf-8-sig")])) == header
    assert set(METHOD.survey_items) <= {cell.value for cell in book["employee_survey"][1]}


def test_headers_explain_themselves_and_are_protected(book: Any) -> None:
    for table in METHOD.tables.values():
        sheet = book[table.id]
        assert sheet.freeze_panes == "A2"
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        for cell in sheet[1]:
            assert cell.font.bold
            assert cell.protection.locked
            assert cell.comment.text
            assert not sheet.column_dimensions[cell.column_letter].protection.locked
        for column in table.columns:
            note = next(cell.comment.text for cell in sheet[1] if cell.value == column.id)
            assert column.prompt in note
            assert column.label in note
    notes = {cell.value: cell.comment.text for cell in book["employee_survey"][1]}
    assert all(item.text in notes[item.id] for item in METHOD.survey_items.values())


def test_closed_lists_are_offered_as_drop_downs(book: Any) -> None:
    lists = book["Lists"]
    for table in METHOD.tables.values():
        letters = {cell.value: cell.column_letter for cell in book[table.id][1]}
        rules = {str(rule.sqref).split("2:")[0]: rule for rule in book[table.id].data_validations.dataValidation}
        for column in table.columns:
            rule = rules[letters[column.id]]
            assert len(rule.prompt) <= 255
            assert len(rule.promptTitle) <= 32
            if column.type == "category":
                assert rule.type == "list"
                offered = [cell[0].value for cell in lists[rule.formula1.partition("!")[2].replace("$", "")]]
                assert offered == [term.label for term in METHOD.vocabularies[column.terms or ""]]
            elif column.type in ("department", "item", "yes_no"):
                assert rule.type == "list"
            elif column.type in ("integer", "number", "date", "week"):
                assert rule.type in ("whole", "decimal", "date")
                assert rule.error


def test_levels_and_questions_are_the_methods(book: Any) -> None:
    levels = {row[0]: row for row in book["Capability levels"].iter_rows(min_row=2, values_only=True)}
    assert set(levels) == set(METHOD.capability_items)
    assert all(levels[item.id][4:] == item.levels for item in METHOD.capability_items.values())
    asked = [row[3] for row in book["Questions"].iter_rows(min_row=2, values_only=True)]
    assert asked == [*METHOD.survey_items, "most_true", "comment"]
    constructs = [METHOD.survey_items[item].construct for item in asked[:-2]]
    assert all(a != b for a, b in pairwise(constructs)), "questions of a construct in a row"


def test_a_filled_in_workbook_reads_back(tmp_path: Path) -> None:
    new_engagement(tmp_path / "mills")
    path = tmp_path / "mills" / "engagement.xlsx"
    book = openpyxl.load_workbook(path)
    _fill(book["usage"], {"person": "u1", "department": "Dispatch", "tool": "Drafter", "week": dt.date(2026, 6, 3)})
    _fill(book["usage"], {"licensed_days": 5, "active_days": 2})
    _fill(book["capability_ratings"], {"rater": "R1", "function": "AI function", "item": "cap_chg_1", "wave": "2026-1"})
    _fill(book["employee_survey"], {"respondent": "e1", "department": "Finance", "wave": "2026-1", "und_1": "Agree"})
    _fill(book["roles"], {"role": "Clerk", "department": "Finance", "headcount": 3, "change": "Marginal"})
    book.save(path)
    read = read_folder(tmp_path / "mills")
    assert read.problems == (), format_problems(read.problems)
    assert set(read.tables) == {"usage", "capability_ratings", "employee_survey", "roles"}
    assert read.tables["usage"]["week"][0].date() == dt.date(2026, 6, 1)
    assert read.tables["capability_ratings"]["wave"][0] == "2026-1"
    assert read.tables["employee_survey"]["und_1"][0] == 4


def _fill(sheet: Any, values: dict[str, object]) -> None:
    columns = {cell.value: cell.column for cell in sheet[1]}
    for name, value in values.items():
        sheet.cell(2, columns[name], value)


def test_text_that_could_run_is_defused() -> None:
    for text in ("=1+1", "+1", "-1", "@a", "\t=1", "\r=1", " =1"):
        assert safe_cell(text) == f"'{text}"
    for value in ("plain", "", 5, -5, None, "a=b"):
        assert safe_cell(value) == value
    cell = openpyxl.Workbook().active["A1"]
    put(cell, "=1+1\x00")
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)
    put(cell, -5)
    assert (cell.value, cell.data_type) == (-5, "n")


def test_no_cell_of_the_form_is_a_formula(book: Any) -> None:
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    assert all(cell.data_type != "f" for cell in cells)


def test_forms_are_written_anew_in_place(tmp_path: Path) -> None:
    write_forms(tmp_path)
    (tmp_path / "engagement.yaml").write_text("old", encoding="utf-8")
    assert len(write_forms(tmp_path)) == len(METHOD.tables) + 2
    assert read_folder(tmp_path).problems == ()
