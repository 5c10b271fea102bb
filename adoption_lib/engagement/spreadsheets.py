"""Which cells a workbook's sheets hold: read as stored, formulas by their last result, nothing interpreted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from adoption_lib.engagement.archives import sheet_markup, workbook_fault
from adoption_lib.engagement.folder import table_named
from adoption_lib.engagement.headers import find_header
from adoption_lib.engagement.problems import Fault, Place, closest
from adoption_lib.engagement.raw_table import RawTable, is_null
from adoption_lib.engagement.text_cells import UNCALCULATED, comparable
from adoption_lib.errors import Problem
from adoption_lib.method import METHOD, available_languages, load_method

__all__ = ["HELPER_SHEETS", "read_workbook"]

HELPER_SHEETS = ("read_me", "lists", "questions", "capability_levels")
"""Sheets of the form that hold no table, by the key of their title."""

_LAST_ROW = 1_048_576
_SHIFT_1904 = 1462
_BROKEN = (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, SyntaxError, TypeError, ValueError)


def read_workbook(path: Path) -> tuple[list[RawTable], list[Problem]]:
    """Read every table sheet of a workbook.

    Returns
    -------
    tuple of list of RawTable, list of Problem
        Sheets that hold no cell are left out; sheets of an unknown name that do are problems.
    """
    place = Place(path.name)
    fault = workbook_fault(path)
    if fault is not None:
        return [], [place.problem(fault)]
    try:
        with _opened(path, results=True) as book:
            return _sheets(path, book)
    except _BROKEN:  # openpyxl raises whatever a damaged part makes it stumble over
        return [], [place.problem(Fault("not_a_workbook"))]


@contextmanager
def _opened(path: Path, results: bool) -> Iterator[Any]:
    """Open a workbook for streaming: the formulas' last results, or the formulas."""
    # openpyxl leaves a file open that it opened and could not read; a stream of our own is closed in any case.
    with path.open("rb") as stream:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=results, keep_links=False)
        try:
            yield book
        finally:
            book.close()


def _sheets(path: Path, book: Any) -> tuple[list[RawTable], list[Problem]]:
    tables: list[RawTable] = []
    problems: list[Problem] = []
    helpers = _helper_titles()
    shift = _SHIFT_1904 if book.epoch == CALENDAR_MAC_1904 else 0
    for sheet in book.worksheets:
        if comparable(sheet.title) in helpers:
            continue
        place = Place(path.name, sheet.title)
        table = table_named(sheet.title)
        lines = _lines(sheet)
        if not lines:
            continue
        if table is None:
            known = [*METHOD.tables, *(METHOD.say(f"input.sheet.{key}") for key in HELPER_SHEETS)]
            problems.append(place.problem(Fault("unknown_sheet", {"hint": closest(sheet.title, known)})))
            continue
        raw, found = _table(table, place, lines, shift)
        problems += found
        if raw is not None:
            raw, found = _with_markup(raw, path, sheet)
            tables.append(raw)
            problems += found
    return tables, problems


def _helper_titles() -> set[str]:
    methods = [load_method(language) for language in available_languages()]
    return {comparable(method.say(f"input.sheet.{key}")) for method in methods for key in HELPER_SHEETS}


def _lines(sheet: Any) -> list[tuple[int, tuple[object, ...]]]:
    """Rows with at least one cell, numbered from 1; a wrong declared size of the sheet is not believed."""
    sheet.reset_dimensions()
    widest = int(METHOD.threshold("max_columns"))
    lines = []
    for number, row in enumerate(sheet.iter_rows(max_row=_LAST_ROW, values_only=True), start=1):
        if any(value is not None and value != "" for value in row):
            lines.append((number, tuple(row[:widest])))
        if number >= _LAST_ROW:
            break
    return lines


def _table(
    table: str, place: Place, lines: list[tuple[int, tuple[object, ...]]], shift: int
) -> tuple[RawTable | None, list[Problem]]:
    index, problems = find_header(table, place, lines)
    if index is None:
        return None, problems
    header_row, first = lines[index]
    body = lines[index + 1 :]
    width = max(len(row) for _, row in lines[index:])
    header = tuple("" if value is None else str(value) for value in (*first, *[None] * (width - len(first))))
    cells = np.full((len(body), width), None, dtype=object)
    for position, (_, row) in enumerate(body):
        for column, value in enumerate(row):
            # True equals 1 in Python: looking at each distinct value once would mistake one for the other.
            cells[position, column] = str(value).upper() if isinstance(value, bool) else None if value == "" else value
    frame = pd.DataFrame(cells, columns=range(width), dtype=object)
    rows = np.array([number for number, _ in body], dtype=np.int64)
    return RawTable(table, place, header, header_row, frame, rows, serial_shift=shift), problems


def _with_markup(raw: RawTable, path: Path, sheet: Any) -> tuple[RawTable, list[Problem]]:
    # The streaming reader keeps the member's name for itself; there is no public way from a sheet to its XML.
    markup = sheet_markup(path, sheet._worksheet_path)
    problems = list(_merged(raw, markup.merged))
    if markup.has_formulas:
        raw, found = _uncalculated(raw, path)
        problems += found
    return raw, problems


def _merged(raw: RawTable, ranges: Iterable[str]) -> Iterable[Problem]:
    last = int(raw.rows[-1]) if len(raw.rows) else raw.header_row
    for name in ranges:
        first_column, top, _, bottom = range_boundaries(name)
        if top <= last and bottom >= raw.header_row and first_column <= len(raw.header):
            column = raw.header[first_column - 1]
            yield raw.place.problem(Fault("merged_cells", {"range": name}), top, column, name)


def _replaced(cells: pd.Series, position: int) -> Any:
    values = cells.to_numpy(dtype=object, copy=True)
    values[position] = UNCALCULATED
    return values


def _uncalculated(raw: RawTable, path: Path) -> tuple[RawTable, list[Problem]]:
    """Mark formulas without a stored result: to the reader of results they look like empty cells."""
    with _opened(path, results=False) as book:
        sheet = book[raw.place.sheet]
        sheet.reset_dimensions()
        formulas = [
            (cell.row, cell.column - 1)
            for row in sheet.iter_rows(max_row=_LAST_ROW)
            for cell in row
            if getattr(cell, "data_type", "") == "f"
        ]
    problems = []
    cells = raw.cells.copy()
    position = {int(row): index for index, row in enumerate(raw.rows)}
    for row, column in formulas:
        name = raw.header[column] if column < len(raw.header) else ""
        if row == raw.header_row:
            problems.append(raw.place.problem(Fault("formula_header"), row, name))
        elif row in position and column < len(raw.header):
            if is_null(cells.iat[position[row], column]):
                cells.isetitem(column, _replaced(cells.iloc[:, column], position[row]))
        elif row > raw.header_row:
            # A row of nothing but formulas without results has no cells to the reader of results.
            problems.append(raw.place.problem(Fault("formula_uncalculated"), row, name, "="))
    kept = RawTable(raw.table, raw.place, raw.header, raw.header_row, cells, raw.rows, raw.separator, raw.serial_shift)
    return kept, problems
