"""Every mistake planted in a sound folder is named with its file, sheet, row and column, and what to do about it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adoption_lib.engagement.reading import Read, check_folder, format_problems, read_folder
from adoption_lib.errors import Problem

Tables = dict[str, list[list[Any]]]


@dataclass(frozen=True)
class Planted:
    """``value`` in a cell of a table, and words the message must hold."""

    table: str
    row: int
    column: str
    value: object
    words: str
    severity: str = "error"

    def plant(self, tables: Tables) -> None:
        grid = tables[self.table]
        grid[self.row - 1][grid[0].index(self.column)] = self.value

    def __str__(self) -> str:
        return f"{self.table}-{self.column}-{str(self.value)[:24]}"


CELLS = [
    Planted("capability_ratings", 2, "score", 7, "between 1 and 5"),
    Planted("capability_ratings", 3, "score", 0, "between 1 and 5"),
    Planted("capability_ratings", 3, "score", -1, "between 1 and 5"),
    Planted("capability_ratings", 4, "target", "4.5", "whole number"),
    Planted("capability_ratings", 4, "target", 3.5, "whole number"),
    Planted("capability_ratings", 4, "target", "high", "a number is expected"),
    Planted("capability_ratings", 2, "rater", None, "required"),
    Planted("capability_ratings", 2, "rater", "   ", "required"),
    Planted("capability_ratings", 2, "rater", "n/a", "required"),
    Planted("capability_ratings", 2, "rater", "anna@example.org", "e-mail"),
    Planted("capability_ratings", 2, "rater", "Anna Meyer", "name of a person", "warning"),
    Planted("capability_ratings", 3, "function", "Humane Resources", "no such entry"),
    Planted("capability_ratings", 3, "department", "Sale", "no such department"),
    Planted("capability_ratings", 3, "item", "cap_zzz_9", "capability item"),
    Planted("capability_ratings", 2, "evidence", "#REF!", "error of the spreadsheet"),
    Planted("capability_ratings", 2, "evidence", "=1+1", "formula"),
    Planted("capability_ratings", 2, "evidence", "@SUM(A1:A9)", "formula"),
    Planted("capability_ratings", 2, "evidence", "+cmd|' /C calc'!A0", "formula"),
    Planted("capability_ratings", 2, "evidence", '-HYPERLINK("http://example.org")', "formula"),
    Planted("capability_ratings", 2, "evidence", "\tSUM(A1)", "formula"),
    Planted("capability_ratings", 2, "evidence", '=HYPERLINK("http://example.org","x")', "formula"),
    Planted("capability_ratings", 2, "evidence", "see <b>this</b>", "markup", "warning"),
    Planted("capability_ratings", 2, "evidence", "<script>alert(1)</script>", "markup", "warning"),
    Planted("capability_ratings", 2, "evidence", "![x](http://example.org/x.png)", "markup", "warning"),
    Planted("capability_ratings", 2, "evidence", "a" * 5001, "5001 characters"),
    Planted("capability_ratings", 2, "wave", "w" * 201, "201 characters"),
    Planted("approach_options", 2, "low", 25, "low is larger"),
    Planted("approach_options", 2, "likely", 35, "likely is larger"),
    Planted("approach_options", 3, "low", -1, "at least 0"),
    Planted("approach_options", 3, "likely", "#DIV/0!", "error of the spreadsheet"),
    Planted("approach_options", 3, "likely", "15 weeks", "a number is expected"),
    Planted("approach_options", 3, "likely", "1,234", "it cannot be told"),
    Planted("approach_options", 3, "criterion", "fun", "no such entry"),
    Planted("approach_options", 3, "high", "inf", "a number is expected"),
    Planted("employee_survey", 2, "own_1", 4, "1 to 3"),
    Planted("employee_survey", 3, "own_1", "daily", "1 to 3"),
    Planted("employee_survey", 4, "hel_1", 6, "1 to 5"),
    Planted("employee_survey", 4, "hel_1", "2.5", "whole number"),
    Planted("employee_survey", 4, "level", "boss", "no such entry"),
    Planted("employee_survey", 4, "respondent", "eva.m@example.org", "e-mail"),
    Planted("employee_survey", 2, "comment", "=cmd|' /C calc'!A0", "formula"),
    Planted("survey_items", 2, "item", "own 1!", "letter followed by letters"),
    Planted("survey_items", 2, "item", "comment", "has this name already"),
    Planted("survey_items", 2, "construct", "voise", "no such construct"),
    Planted("survey_items", 2, "answers", "yes", "two to eleven"),
    Planted("survey_items", 2, "answers", ";".join("abcdefghijkl"), "two to eleven"),
    Planted("survey_items", 2, "answers", "never;never", "two to eleven"),
    Planted("survey_items", 2, "reversed", "perhaps", "yes or no"),
    Planted("concern_log", 2, "date", "2026-02-30", "no such day"),
    Planted("concern_log", 2, "date", "03/04/2026", "cannot be told"),
    Planted("concern_log", 2, "date", "last week", "a date is expected"),
    Planted("concern_log", 2, "date", "2026-07-01", "after 2026-06-30"),
    Planted("concern_log", 2, "date", "1989-12-31", "before 1990"),
    Planted("concern_log", 2, "date", "0206-03-12", "before 1990"),
    Planted("concern_log", 2, "date", 7, "a date is expected"),
    Planted("concern_log", 2, "times", 0, "between 1 and 10000"),
    Planted("concern_log", 2, "times", "1.234", "it cannot be told"),
    Planted("concern_log", 3, "coded_cause", "trust", "no such entry"),
    Planted("use_cases", 2, "initiative", "Reply drafts", "has no"),
    Planted("use_cases", 2, "people", 1e30, "a number is expected"),
    Planted("use_cases", 2, "task", "#N/A", "error of the spreadsheet"),
    Planted("responses_taken", 2, "description", None, "required"),
    Planted("investments", 2, "start", "2027-01-05", "start is larger or later"),
    Planted("investments", 2, "start", "2205-01-01", "after 2100"),
    Planted("investments", 2, "recurring", "maybe", "yes or no"),
    Planted("investments", 2, "kind", "protected_tyme", "no such entry"),
    Planted("roles", 3, "headcount", None, "required"),
    Planted("roles", 3, "change", "big", "no such entry"),
    Planted("tool_limits", 2, "stated_on", "2026-13-01", "no such day"),
    Planted("initiatives", 2, "stage", "alive", "no such entry"),
    Planted("milestones", 3, "initiative", "Unheard of", "has no"),
    Planted("milestones", 3, "passed_on", "2027-01-01", "after 2026-06-30"),
    Planted("kpis", 2, "period", "Q1 2026", "a month is expected"),
    Planted("kpis", 2, "period", "2026-14", "no such day"),
    Planted("kpis", 2, "share_ai", 120, "between 0 and 100"),
    Planted("kpis", 2, "value", "12h", "a number is expected"),
    Planted("contributions", 2, "hours", -2, "between 0 and 10000"),
    Planted("stakeholders", 2, "strength", 4, "between 0 and 3"),
    Planted("stakeholders", 3, "coder", "c.two@example.org", "e-mail"),
    Planted("decision_rights", 2, "held_by", "nobody", "no such entry"),
    Planted("usage", 2, "active_days", 6, "active_days is larger"),
    Planted("usage", 2, "licensed_days", 8, "between 0 and 7"),
    Planted("usage", 2, "week", "2026-W60", "no such day"),
    Planted("usage", 2, "person", "Jean-Luc Durand", "name of a person", "warning"),
    Planted("outcomes", 2, "rework", -0.5, "at least 0"),
    Planted("engagement_tasks", 3, "predecessor", "Lissten", "has no"),
    Planted("engagement_tasks", 2, "predecessor", "Roll out", "wait for each other"),
    Planted("engagement_tasks", 2, "predecessor", "Listen", "wait for each other"),
    Planted("staff", 2, "skills", "change;cooking", "no such entry"),
    Planted("staff", 2, "days_per_week", 8, "between 0 and 7"),
]


@pytest.mark.parametrize("planted", CELLS, ids=str)
def test_a_planted_cell_is_named(planted: Planted, good_tables: Tables, write_folder: Callable[[Tables], Path]) -> None:
    planted.plant(good_tables)
    needed = {planted.table, "initiatives", "survey_items"}  # the fewer tables, the quicker
    read = read_folder(write_folder({name: good_tables[name] for name in good_tables if name in needed}))
    problem = _only_at(read, planted.table, planted.row, planted.column, planted.words)
    assert problem.severity == planted.severity


def _only_at(read: Read, table: str, row: int | None, column: str, words: str) -> Problem:
    """The problem at a place; every problem must be worded, and none may lie in a table that is sound."""
    for problem in read.problems:
        assert problem.message
        assert problem.remedy.endswith((".", "?")), problem
        assert len(problem.value) <= 80
    found = [p for p in read.problems if _table(p) == table and p.row == row and p.column == column]
    assert any(words in problem.message for problem in found), format_problems(read.problems)
    for problem in found:
        assert (problem.file, problem.sheet) in ((f"{table}.csv", ""), ("engagement.xlsx", table))
    return next(problem for problem in found if words in problem.message)


def _table(problem: Problem) -> str:
    return problem.sheet or problem.file.rpartition(".")[0]


def _blank_header(tables: Tables) -> None:
    tables["outcomes"][0].append("")
    tables["outcomes"][1].append("stray")


def _drop_column(tables: Tables) -> None:
    for row in tables["usage"]:
        del row[3]


def _double_column(tables: Tables) -> None:
    for row in tables["usage"]:
        row.append(row[1])


def _merge_title(tables: Tables) -> None:
    tables["kpis"].insert(0, ["Our figures", *[None] * 8])


def _header(table: str, column: str, name: str) -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        grid = tables[table]
        grid[0][grid[0].index(column)] = name

    return change


def _again(table: str, row: int) -> Callable[[Tables], None]:
    return lambda tables: tables[table].append(copy.copy(tables[table][row - 1]))


def _repeat_in_capitals(tables: Tables) -> None:
    tables["initiatives"].append(["REPLY DRAFTING", *tables["initiatives"][1][1:]])


def _labels_below_header(tables: Tables) -> None:
    tables["outcomes"].insert(1, ["department", "week", "attrition", "rework", "workarounds"])


TABLE_FAULTS: list[tuple[str, Callable[[Tables], None], tuple[str, int | None, str, str]]] = [
    ("unknown header", _header("usage", "actions", "acctions"), ("usage", 1, "acctions", "no such column")),
    ("unknown item", _header("employee_survey", "own_1", "own_2"), ("employee_survey", 1, "own_2", "no item")),
    ("missing column", _drop_column, ("usage", 1, "week", "is missing")),
    ("column twice", _double_column, ("usage", 1, "department", "two columns")),
    ("column without a name", _blank_header, ("outcomes", 1, "", "no name")),
    ("title above the header", _merge_title, ("kpis", 1, "", "stands in row 2")),
    ("second header", _labels_below_header, ("outcomes", 2, "", "repeats the header")),
    ("rating twice", _again("capability_ratings", 2), ("capability_ratings", 5, "rater", "as row 2")),
    ("option twice", _again("approach_options", 3), ("approach_options", 4, "approach", "as row 3")),
    ("respondent twice", _again("employee_survey", 2), ("employee_survey", 5, "respondent", "as row 2")),
    ("role twice", _again("roles", 2), ("roles", 4, "role", "as row 2")),
    ("initiative twice, other case", _repeat_in_capitals, ("initiatives", 3, "name", "as row 2")),
    ("KPI twice", _again("kpis", 3), ("kpis", 4, "initiative", "as row 3")),
    ("use twice", _again("usage", 4), ("usage", 5, "person", "as row 4")),
    ("statement coded twice", _again("stakeholders", 2), ("stakeholders", 4, "statement", "as row 2")),
    ("task twice", _again("engagement_tasks", 2), ("engagement_tasks", 5, "activity", "as row 2")),
    ("person twice", _again("staff", 2), ("staff", 4, "person", "as row 2")),
    ("milestone twice", _again("milestones", 2), ("milestones", 4, "initiative", "as row 2")),
]


@pytest.mark.parametrize(
    ("change", "place"), [case[1:] for case in TABLE_FAULTS], ids=[case[0] for case in TABLE_FAULTS]
)
def test_a_fault_of_a_table_is_named(
    change: Callable[[Tables], None],
    place: tuple[str, int | None, str, str],
    good_tables: Tables,
    write_folder: Callable[[Tables], Path],
) -> None:
    change(good_tables)
    problem = _only_at(read_folder(write_folder(good_tables)), *place)
    assert problem.severity == "error"


def test_all_faults_of_a_folder_are_named_at_once(good_tables: Tables, write_folder: Callable[[Tables], Path]) -> None:
    taken: set[tuple[str, int]] = set()
    planted = []
    for fault in CELLS:
        # One fault a row, so that none hides another; the code book and the header of the survey stay as they are.
        if (fault.table, fault.row) not in taken and fault.table not in ("survey_items", "initiatives"):
            taken.add((fault.table, fault.row))
            planted.append(fault)
            fault.plant(good_tables)
    assert len(planted) >= 25
    read = read_folder(write_folder(good_tables))
    for fault in planted:
        _only_at(read, fault.table, fault.row, fault.column, fault.words)
    places = {(_table(problem), problem.row) for problem in read.problems}
    assert places == taken, "a sound row was blamed"


def test_a_hint_names_the_nearest_term(good_tables: Tables, write_folder: Callable[[Tables], Path]) -> None:
    Planted("usage", 2, "department", "Custmer Service", "").plant(good_tables)
    Planted("investments", 2, "kind", "protected_tyme", "").plant(good_tables)
    remedies = " ".join(problem.remedy for problem in read_folder(write_folder(good_tables)).problems)
    assert "Did you mean “Customer Service”?" in remedies
    assert "Did you mean “protected_time”?" in remedies


def test_a_circle_names_all_its_tasks(good_tables: Tables, write_folder: Callable[[Tables], Path]) -> None:
    Planted("engagement_tasks", 2, "predecessor", "Roll out", "").plant(good_tables)
    messages = [problem.message for problem in read_folder(write_folder(good_tables)).problems]
    assert any("Listen → Roll out" in message and message.endswith("Listen") for message in messages), messages


def test_dates_that_contradict_each_other_are_named_in_each_row(good_folder: Path) -> None:
    rows = ["date,department,kind,description"]
    rows += [f"{day},Sales,training,Course" for day in ("13/02/2026", "02/13/2026", "03/04/2026", "2026-03-03")]
    (good_folder / "responses_taken.csv").write_text("\n".join(rows), encoding="utf-8")
    problems = read_folder(good_folder).problems
    assert [problem.row for problem in problems] == [2, 3, 4]
    assert "2026-02-13" in problems[0].remedy


def test_a_fault_in_very_many_rows_is_counted_not_listed(good_folder: Path) -> None:
    rows = ["person,department,tool,week,licensed_days,active_days,actions"]
    rows += [f"u{number},Sales,Drafter,2026-06-01,5,9,1" for number in range(5000)]
    (good_folder / "usage.csv").write_text("\n".join(rows), encoding="utf-8")
    problems = read_folder(good_folder).problems
    assert len(problems) == 51
    assert {problem.row for problem in problems} == set(range(2, 52))
    assert any("4950 more" in problem.message for problem in problems)


def test_a_reference_to_a_table_that_was_not_delivered_is_not_checked(
    good_tables: Tables, write_folder: Callable[[Tables], Path]
) -> None:
    del good_tables["initiatives"]
    Planted("kpis", 2, "initiative", "Elsewhere", "").plant(good_tables)
    assert read_folder(write_folder(good_tables)).problems == ()


def test_tables_are_checked_although_the_settings_have_errors(good_folder: Path) -> None:
    settings = (good_folder / "engagement.yaml").read_text(encoding="utf-8")
    (good_folder / "engagement.yaml").write_text(settings + "colour: red\n", encoding="utf-8")
    usage = (good_folder / "usage.csv").read_text(encoding="utf-8").replace("Sales", "Slaes", 1)
    (good_folder / "usage.csv").write_text(usage, encoding="utf-8")
    read = check_folder(good_folder)
    assert read.settings is None
    assert {(problem.file, problem.column) for problem in read.errors} == {
        ("engagement.yaml", "colour"),
        ("usage.csv", "department"),
    }


def test_problems_are_printed_by_file_and_sheet(good_tables: Tables, write_folder: Callable[[Tables], Path]) -> None:
    Planted("staff", 2, "days_per_week", 8, "").plant(good_tables)
    Planted("usage", 2, "licensed_days", 8, "").plant(good_tables)
    printed = format_problems(read_folder(write_folder(good_tables)).problems)
    assert [line[:2] for line in printed.splitlines()] == ["st", "  ", "us", "  "] or printed.count(
        "engagement.xlsx, "
    ) == 2
    assert "row 2, days_per_week: the value must lie between 0 and 7 (found “8”). Correct it" in printed
    assert format_problems(()) == ""
