"""What people and programs habitually write is read as what they mean: the same frames as from the clean folder."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adoption_lib.engagement.reading import format_problems, read_folder

Tables = dict[str, list[list[Any]]]


def _same(folder: Path, clean: Path, notes: int = 0) -> None:
    """The folder reads like the clean one, with at most so many warnings."""
    read, expected = read_folder(folder), read_folder(clean)
    assert read.errors == (), format_problems(read.problems)
    assert len(read.problems) == notes, format_problems(read.problems)
    assert read.tables.keys() == expected.tables.keys()
    for name, frame in expected.tables.items():
        pd.testing.assert_frame_equal(read.tables[name], frame)


@pytest.fixture
def clean(good_folder: Path) -> Path:
    return good_folder


def _set(table: str, row: int, column: str, value: object) -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        grid = tables[table]
        grid[row - 1][grid[0].index(column)] = value

    return change


CELL_HABITS: list[tuple[str, int, str, object]] = [
    ("capability_ratings", 2, "score", "3.0"),
    ("capability_ratings", 2, "score", "3,0"),
    ("capability_ratings", 2, "score", 3.0),
    ("capability_ratings", 2, "score", " 3 "),
    ("capability_ratings", 4, "function", "AI function"),
    ("capability_ratings", 2, "function", "hr"),
    ("capability_ratings", 2, "department", "SALES"),
    ("capability_ratings", 2, "department", " sales\u00a0"),
    ("capability_ratings", 2, "department", "Sa\u200bles"),
    ("capability_ratings", 3, "evidence", "n/a"),
    ("capability_ratings", 3, "evidence", "k. A."),
    ("capability_ratings", 4, "target", "NA"),
    ("capability_ratings", 4, "target", "-"),
    ("capability_ratings", 4, "target", "\u00a0"),
    ("capability_ratings", 2, "item", "CAP-CHG-1"),
    ("approach_options", 3, "low", "12,5"),
    ("approach_options", 3, "low", "12.50"),
    ("approach_options", 3, "low", "1,25e1"),
    ("approach_options", 2, "criterion", "Total Cost"),
    ("investments", 2, "amount", "1 200"),
    ("investments", 2, "amount", "1\u202f200"),
    ("investments", 2, "amount", "1’200"),
    ("investments", 2, "amount", "1,200.00"),
    ("investments", 2, "amount", "1.200,00"),
    ("investments", 2, "recurring", "Y"),
    ("investments", 2, "recurring", "TRUE"),
    ("investments", 2, "recurring", True),
    ("investments", 2, "recurring", 1),
    ("investments", 2, "recurring", "x"),
    ("investments", 2, "kind", "PROTECTED TIME"),
    ("roles", 2, "evaluation_adjusted", "FALSE"),
    ("roles", 2, "evaluation_adjusted", 0),
    ("roles", 3, "change", "NONE"),
    ("concern_log", 2, "date", "12.03.2026"),
    ("concern_log", 2, "date", "12.3.2026"),
    ("concern_log", 2, "date", "12 March 2026"),
    ("concern_log", 2, "date", "12 Mar 2026"),
    ("concern_log", 2, "date", "March 12, 2026"),
    ("concern_log", 2, "date", "12. März 2026"),
    ("concern_log", 2, "date", "2026/03/12"),
    ("concern_log", 2, "date", "20260312"),
    ("concern_log", 2, "date", "2026-03-12T00:00:00"),
    ("concern_log", 2, "date", "2026-03-12 09:30"),
    ("concern_log", 2, "date", 46093),
    ("concern_log", 2, "date", dt.datetime(2026, 3, 12)),
    ("concern_log", 2, "date", dt.date(2026, 3, 12)),
    ("concern_log", 3, "date", "2/4/2026"),
    ("usage", 2, "week", "2026-06-03"),
    ("usage", 2, "week", "2026-W23"),
    ("kpis", 2, "period", "04/2026"),
    ("kpis", 2, "period", "April 2026"),
    ("kpis", 2, "period", "2026-04-01"),
    ("kpis", 2, "period", dt.datetime(2026, 4, 1)),
    ("kpis", 2, "initiative", "reply  drafting"),
    ("employee_survey", 2, "hel_1", "Strongly Disagree"),
    ("employee_survey", 2, "own_1", "Never"),
    ("employee_survey", 3, "und_1", "N/A"),
    ("employee_survey", 2, "most_true", "None of these describes me"),
    ("engagement_tasks", 4, "predecessor", " listen ; PILOT ;"),
    ("staff", 2, "skills", "Change; Process"),
    ("use_cases", 2, "in_the_room", "agents ;analysts"),
]


@pytest.mark.parametrize(("table", "row", "column", "value"), CELL_HABITS)
def test_a_habit_of_a_cell_changes_nothing(
    table: str,
    row: int,
    column: str,
    value: object,
    clean: Path,
    good_tables: Tables,
    write_folder: Callable[[Tables], Path],
) -> None:
    if value == "2/4/2026":  # read by day first because another date of the column can only be read that way
        _set("concern_log", 2, column, "12/3/2026")(good_tables)
        good_tables["concern_log"].append(["28/05/2026", *[None] * 9])
        with (clean / "concern_log.csv").open("a", encoding="utf-8") as stream:
            stream.write("2026-05-28,,,,,,,,,\n")
        good_tables["concern_log"][1][0] = "12.3.2026"
    _set(table, row, column, value)(good_tables)
    needed = {table, "initiatives", "survey_items"}  # the fewer tables, the quicker
    for name in good_tables.keys() - needed:
        (clean / f"{name}.csv").unlink()
    _same(write_folder({name: good_tables[name] for name in good_tables if name in needed}), clean)


HEADERS = [
    {"licensed_days": "Licensed Days", "active_days": "active-days", "person": " PERSON "},
    {"licensed_days": "licensed\u00a0days", "tool": "Tool\u200b"},
]


@pytest.mark.parametrize("names", HEADERS)
def test_header_case_blanks_and_hyphens_do_not_matter(
    names: dict[str, str], clean: Path, good_tables: Tables, write_folder: Callable[[Tables], Path]
) -> None:
    good_tables["usage"][0] = [names.get(name, name) for name in good_tables["usage"][0]]
    _same(write_folder(good_tables), clean)


def test_the_order_of_columns_does_not_matter(
    clean: Path, good_tables: Tables, write_folder: Callable[[Tables], Path]
) -> None:
    good_tables["usage"] = [row[::-1] for row in good_tables["usage"]]
    _same(write_folder(good_tables), clean)


def test_blank_rows_and_columns_are_passed_over_and_shift_no_row_number(
    clean: Path, good_tables: Tables, write_folder: Callable[[Tables], Path]
) -> None:
    grid = good_tables["usage"]
    grid.insert(2, [None] * 7)
    grid.insert(3, ["  ", *[None] * 6])
    grid += [[None] * 7] * 3
    for row in grid:
        row += [None, None]
    folder = write_folder(good_tables)
    _same(folder, clean)
    grid[4][5] = 9
    assert [problem.row for problem in read_folder(write_folder(good_tables)).problems] == [5]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_separators_encodings_and_line_ends(clean: Path, separator: str, encoding: str, line_end: str) -> None:
    plain = "date,department,kind,description\n2026-05-01,Sales,training,Größere Gruppe – Süd\n"
    (clean / "responses_taken.csv").write_text(plain, encoding="utf-8")
    expected = read_folder(clean).tables["responses_taken"]
    written = plain.replace(",", separator).replace("\n", line_end)
    (clean / "responses_taken.csv").write_bytes(written.encode(encoding))
    read = read_folder(clean)
    assert read.problems == ()
    pd.testing.assert_frame_equal(read.tables["responses_taken"], expected)


def test_windows_1252_is_read_with_a_warning(clean: Path) -> None:
    text = "date,department,kind,description\n2026-05-01,Sales,training,Größere Gruppe – Süd\n"
    (clean / "responses_taken.csv").write_bytes(text.encode("cp1252"))
    read = read_folder(clean)
    assert [(p.file, p.severity) for p in read.problems] == [("responses_taken.csv", "warning")]
    assert read.tables["responses_taken"]["description"][0] == "Größere Gruppe – Süd"


def test_a_declared_separator_is_believed(clean: Path) -> None:
    text = (clean / "staff.csv").read_text(encoding="utf-8")
    before = read_folder(clean).tables["staff"]
    (clean / "staff.csv").write_text("sep=,\n" + text, encoding="utf-8")
    pd.testing.assert_frame_equal(read_folder(clean).tables["staff"], before)


def test_line_breaks_in_quoted_cells_shift_no_row_number(clean: Path) -> None:
    text = 'date,department,kind,description\n2026-05-01,Sales,training,"Two\nlines"\n\n2026-05-02,Slaes,training,x\n'
    (clean / "responses_taken.csv").write_text(text, encoding="utf-8")
    read = read_folder(clean)
    assert [(p.row, p.column) for p in read.problems] == [(4, "department")]
    assert read.tables["responses_taken"]["description"].tolist() == ["Two\nlines", "x"]


def test_free_text_that_begins_with_a_dash_is_text(clean: Path) -> None:
    text = "date,department,kind,description\n2026-05-01,Sales,training,- two hours (in May)\n"
    (clean / "responses_taken.csv").write_text(text, encoding="utf-8")
    assert read_folder(clean).problems == ()


def test_a_decimal_comma_column_reads_its_thousands(clean: Path) -> None:
    rows = ["department;week;attrition;rework;workarounds", "Sales;2026-06-01;0;3,5;1", "Sales;2026-06-08;0;1.234;1"]
    (clean / "outcomes.csv").write_text("\n".join(rows), encoding="utf-8")
    assert read_folder(clean).tables["outcomes"]["rework"].tolist() == [3.5, 1234.0]


def test_a_question_without_a_construct_is_read_as_context(
    good_tables: Tables, write_folder: Callable[[Tables], Path]
) -> None:
    good_tables["survey_items"][1][1] = None
    read = read_folder(write_folder(good_tables))
    assert read.problems == ()
    assert read.tables["survey_items"]["construct"].isna().all()


def test_empty_tables_count_as_not_collected(good_tables: Tables, write_folder: Callable[[Tables], Path]) -> None:
    good_tables["staff"] = good_tables["staff"][:1]
    read = read_folder(write_folder(good_tables))
    assert read.problems == ()
    assert "staff" not in read.tables


def test_formulas_count_by_their_stored_result(good_workbook: Path, clean: Path) -> None:
    book = openpyxl.load_workbook(good_workbook / "engagement.xlsx")
    book["usage"]["F2"] = "=1+2"
    book.save(good_workbook / "engagement.xlsx")
    read = read_folder(good_workbook)  # openpyxl stores no results, so that this one was never calculated
    assert [(p.sheet, p.row, p.column) for p in read.problems] == [("usage", 2, "active_days")]
    _store_result(good_workbook / "engagement.xlsx", b"<f>1+2</f><v />", b"<f>1+2</f><v>3</v>")
    assert read_folder(good_workbook).problems == ()
    assert read_folder(good_workbook).tables["usage"]["active_days"][0] == 3


def _store_result(path: Path, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(path) as source:
        members = {name: source.read(name) for name in source.namelist()}
    assert any(old in content for content in members.values())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content.replace(old, new))


def test_hidden_sheets_and_sheet_names_by_label_are_read(good_workbook: Path) -> None:
    expected = read_folder(good_workbook).tables["staff"]
    book = openpyxl.load_workbook(good_workbook / "engagement.xlsx")
    book["staff"].sheet_state = "hidden"
    book["capability_ratings"].title = "Capability assessment"
    book.create_sheet("Sheet1")
    book.save(good_workbook / "engagement.xlsx")
    read = read_folder(good_workbook)
    assert read.problems == ()
    pd.testing.assert_frame_equal(read.tables["staff"], expected)
    assert len(read.tables["capability_ratings"]) == 3


def test_parquet_reads_like_csv(clean: Path) -> None:
    expected = read_folder(clean).tables["usage"]
    (clean / "usage.csv").unlink()
    table = pa.table(
        {
            "person": pa.array(["u1", "u1", "u2"]).dictionary_encode(),
            "department": ["Sales", "sales", "Sales"],
            "tool": ["Drafter"] * 3,
            "week": pa.array([dt.date(2026, 6, 1), dt.date(2026, 6, 8), dt.date(2026, 6, 1)]),
            "licensed_days": pa.array([5, 5, 4], pa.int8()),
            "active_days": pa.array([3.0, 5.0, 0.0]),
            "actions": pa.array([40, 61, None], pa.int64()),
        }
    )
    pq.write_table(table, clean / "usage.parquet")
    read = read_folder(clean)
    assert read.problems == ()
    pd.testing.assert_frame_equal(read.tables["usage"], expected)


def test_parquet_names_a_wrong_type_at_its_first_row(clean: Path) -> None:
    (clean / "usage.csv").unlink()
    frame = read_folder(clean).tables
    assert "usage" not in frame
    rows = pd.DataFrame(
        {
            "person": ["u1", "u2"],
            "department": ["Sales", "Sales"],
            "tool": "Drafter",
            "week": ["2026-06-01", "2026-06-01"],
            "licensed_days": ["5", "five"],
            "active_days": [True, False],
        }
    )
    rows.to_parquet(clean / "usage.parquet")
    places = {(p.file, p.row, p.column) for p in read_folder(clean).problems}
    assert places == {
        ("usage.parquet", 3, "licensed_days"),
        ("usage.parquet", 2, "active_days"),
        ("usage.parquet", 3, "active_days"),
    }


def test_reading_changes_no_byte_and_no_time(good_workbook: Path) -> None:
    paths = sorted(path for path in good_workbook.rglob("*") if path.is_file())
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths]
    read_folder(good_workbook)
    assert sorted(path for path in good_workbook.rglob("*") if path.is_file()) == paths
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths] == before


_names = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=12).map(lambda t: f"t{t}")
_numbers = st.floats(min_value=0, max_value=1e6, allow_nan=False).map(lambda value: round(value, 4))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(_names, _numbers, st.one_of(st.none(), _numbers)), min_size=1, max_size=8))
def test_any_frame_with_semicolons_and_decimal_commas_reads_back_equal(
    rows: list[tuple[str, float, float | None]], tmp_path: Path
) -> None:
    (tmp_path / "engagement.yaml").write_text(
        "client: Mills\nas_of: 2026-06-30\ndepartments:\n  - {name: Sales, headcount: 4}\n", encoding="utf-8"
    )
    frame = pd.DataFrame(
        {
            "initiative": "Drafting",
            "kpi": [f"{number} {name}" for number, (name, _, _) in enumerate(rows)],
            "period": "2026-04",
            "value": [value for _, value, _ in rows],
            "baseline": [baseline for _, _, baseline in rows],
            "better": "lower",
        }
    )
    frame.to_csv(tmp_path / "kpis.csv", sep=";", decimal=",", index=False, encoding="utf-8-sig")
    read = read_folder(tmp_path)
    assert read.errors == (), format_problems(read.problems)
    back = read.tables["kpis"]
    assert back["value"].tolist() == [value for _, value, _ in rows]
    assert [None if pd.isna(value) else value for value in back["baseline"]] == [baseline for _, _, baseline in rows]


@pytest.mark.slow
def test_a_million_rows_of_use_are_read_and_checked(clean: Path) -> None:
    people, weeks = 20_000, 50
    first = dt.date(2025, 1, 6)
    (clean / "usage.csv").write_text(
        "person,department,tool,week,licensed_days,active_days,actions\n"
        + "".join(
            f"p{person},Sales,Drafter,{first + dt.timedelta(weeks=week)},5,{(person + week) % 6},{person % 300}\n"
            for week in range(weeks)
            for person in range(people)
        ),
        encoding="utf-8",
    )
    read = read_folder(clean)
    assert read.problems == ()
    assert len(read.tables["usage"]) == people * weeks
