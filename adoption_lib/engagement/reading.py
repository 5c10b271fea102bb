"""Read a client's folder: settings and tables typed and checked, every problem of every file named at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from adoption_lib.engagement.checks import (
    Checked,
    cell_problems,
    code_book_faults,
    references,
    row_faults,
)
from adoption_lib.engagement.delimited import read_csv
from adoption_lib.engagement.folder import Contents, contents
from adoption_lib.engagement.frames import typed_table
from adoption_lib.engagement.headers import match_header, second_headers
from adoption_lib.engagement.parquet_tables import read_parquet
from adoption_lib.engagement.parsing import Parsed, Surroundings, parse_answers, parse_column
from adoption_lib.engagement.problems import Fault, format_problems
from adoption_lib.engagement.raw_table import RawTable, blank_rows
from adoption_lib.engagement.schemas import gate
from adoption_lib.engagement.settings import Settings
from adoption_lib.engagement.settings_file import SettingsRead, read_settings
from adoption_lib.engagement.spreadsheets import read_workbook
from adoption_lib.errors import Problem
from adoption_lib.method import METHOD, load_method

__all__ = ["Read", "check_folder", "format_problems", "read_folder"]

_CODE_BOOK = "survey_items"


@dataclass(frozen=True)
class Read:
    """A client's folder as read.

    Parameters
    ----------
    settings : Settings or None
        None where ``engagement.yaml`` has errors.
    tables : dict of str to DataFrame
        Tables with at least one row, typed as :data:`adoption_lib.engagement.frames.DTYPES` says. A cell with an error
        is missing.
    problems : tuple of Problem
        Errors and warnings in the order of files, sheets and rows.
    data_hash : str
        SHA-256 over the names and contents of all input files.
    files : dict of str to str
        SHA-256 of each input file's bytes, by name relative to the folder.
    """

    settings: Settings | None
    tables: dict[str, pd.DataFrame]
    problems: tuple[Problem, ...]
    data_hash: str
    files: dict[str, str]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that keep the folder from being used."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def read_folder(folder: Path) -> Read:
    """Read and check everything in a client's folder; nothing is changed, and no mistake in it raises an error.

    Parameters
    ----------
    folder : Path
        Folder with ``engagement.yaml`` and tables: sheets of ``engagement.xlsx``, or CSV or Parquet files by name.
    """
    found = contents(Path(folder))
    problems = list(found.problems)
    settings = read_settings(found.settings) if found.settings else SettingsRead(None, (), ())
    problems += settings.problems
    raw, faults = _raw_tables(found)
    problems += faults
    raw, faults = _once_each(raw)
    problems += faults
    tables, faults = _checked_tables(raw, settings)
    problems += faults
    frames = {name: tables[name] for name in METHOD.tables if name in tables}
    ordered = tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.file, p.sheet, p.row or 0, p.column, p.message)))
    return Read(settings.settings, frames, ordered, found.data_hash, found.files)


def check_folder(folder: Path) -> Read:
    """Read a folder for the command line; print the problems with :func:`format_problems`."""
    return read_folder(folder)


def _raw_tables(found: Contents) -> tuple[list[RawTable], list[Problem]]:
    tables, problems = read_workbook(found.workbook) if found.workbook else ([], [])
    for name, path in found.tables:
        raw, faults = read_parquet(path, name) if path.suffix.casefold() == ".parquet" else read_csv(path, name)
        problems += faults
        if raw is not None:
            tables.append(raw)
    return tables, problems


def _once_each(tables: Sequence[RawTable]) -> tuple[list[RawTable], list[Problem]]:
    """Tables that hold rows or at least a header, each once: the same table in two places is an error in the second."""
    filled = [(raw, not blank_rows(raw.cells).all()) for raw in tables]
    first: dict[str, RawTable] = {}
    problems = []
    for raw, has_rows in sorted(filled, key=lambda pair: not pair[1]):
        other = first.setdefault(raw.table, raw)
        if other is not raw and has_rows:
            fault = Fault("table_twice", {"table": raw.table, "other": str(other.place)})
            problems.append(raw.place.problem(fault))
    return list(first.values()), problems


def _checked_tables(
    raw_tables: Sequence[RawTable], given: SettingsRead
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    around = _surroundings(given)
    # The code book comes first: it says which columns the survey may have.
    ordered = sorted(raw_tables, key=lambda raw: raw.table != _CODE_BOOK)
    problems: list[Problem] = []
    tables: dict[str, Checked] = {}
    for raw in ordered:
        labels = _answer_labels(tables.get(_CODE_BOOK), around) if METHOD.tables[raw.table].items else {}
        checked, faults = _checked(raw, around, labels)
        problems += faults
        if checked is not None and len(checked.frame):
            tables[raw.table] = checked
    resolved: dict[str, pd.DataFrame] = {}
    for name, checked in tables.items():
        frame, faults = references(checked, tables)
        problems += faults
        resolved[name] = frame
        wrong = any(p.severity == "error" and (p.file, p.sheet) == _file_and_sheet(checked) for p in problems)
        if not wrong:
            problems += gate(replace(checked, frame=frame))
    return resolved, problems


def _file_and_sheet(checked: Checked) -> tuple[str, str]:
    return checked.raw.place.file, checked.raw.place.sheet


def _surroundings(given: SettingsRead) -> Surroundings:
    settings = given.settings
    if settings is None:
        return Surroundings(given.departments, dt.date.today())
    names = tuple(department.name for department in settings.departments)
    return Surroundings(names, settings.as_of or dt.date.today(), load_method(settings.language))


def _answer_labels(code_book: Checked | None, around: Surroundings) -> dict[str, tuple[str, ...]]:
    """Labels of the answers of every item a survey may hold."""
    labels = {item.id: around.method.scales[item.scale].labels for item in METHOD.survey_items.values()}
    if code_book is not None:
        for item, answers in zip(code_book.frame["item"], code_book.frame["answers"], strict=True):
            if not pd.isna(item):
                known = () if pd.isna(answers) else tuple(str(answers).split(";"))
                # A code book without answers is reported there; its item is then read as any number that may be one.
                labels[str(item)] = known or tuple(str(point) for point in range(1, 12))
    return labels


def _checked(
    raw: RawTable, around: Surroundings, labels: Mapping[str, tuple[str, ...]]
) -> tuple[Checked | None, list[Problem]]:
    header = match_header(raw, labels)
    problems = list(header.problems)
    blank = blank_rows(raw.cells)
    if blank.all():
        return None, problems
    again = second_headers(raw, header)
    for position in again:
        problems.append(raw.place.problem(Fault("header_again"), int(raw.rows[position])))
    body = raw.without(again)
    lines = np.flatnonzero(~(blank_rows(body.cells) if again else blank))
    near = replace(around, separator=raw.separator, serial_shift=raw.serial_shift)
    parsed = {name: _column(body, name, place, near, labels) for name, place in header.positions.items()}
    for name, column in parsed.items():
        problems += cell_problems(body, name, column.faults)
    columns = {name: column.values.iloc[lines].reset_index(drop=True) for name, column in parsed.items()}
    frame = typed_table(raw.table, pd.DataFrame(columns, index=pd.RangeIndex(len(lines))))
    checked = Checked(body, header.positions, frame, body.rows[lines], lines)
    faulty = {name: column.wrong[lines] for name, column in parsed.items()}
    problems += row_faults(checked, faulty)
    if raw.table == _CODE_BOOK:
        problems += code_book_faults(checked)
    return checked, problems


def _column(
    body: RawTable, name: str, position: int, around: Surroundings, labels: Mapping[str, tuple[str, ...]]
) -> Parsed:
    cells = body.cells.iloc[:, position]
    if name in labels:
        return parse_answers(cells, labels[name])
    return parse_column(cells, METHOD.tables[body.table].column(name), around)
