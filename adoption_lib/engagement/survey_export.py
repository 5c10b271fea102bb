"""What stands in the export of a survey tool: its headers and answers as text, and which column a mapping means."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from adoption_lib.engagement.archives import workbook_fault
from adoption_lib.engagement.delimited import decode
from adoption_lib.engagement.problems import Fault, Place
from adoption_lib.engagement.survey_map import closest, normalised, problem
from adoption_lib.engagement.survey_map_file import KeyPath, MapFile
from adoption_lib.engagement.text_cells import to_text
from adoption_lib.errors import InputError, Problem
from adoption_lib.method import METHOD

__all__ = ["Export", "locate", "read_export"]

_DELIMITERS = (",", ";", "\t", "|")
_TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
_DECLARED = re.compile(r"^sep=([,;\t|])\r?\n", re.IGNORECASE)


@dataclass(frozen=True)
class Export:
    """An export as text.

    ``rows`` holds a tuple of cells for each answer sheet, all as long as ``headers``; ``numbers`` the row of each as a
    spreadsheet shows it (the header is row 1); ``digest`` the SHA-256 of the file.
    """

    file: str
    sheet: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    digest: str
    notes: tuple[Problem, ...] = ()

    def column(self, index: int) -> list[str]:
        """Cells of column ``index`` (from 0)."""
        return [row[index] for row in self.rows]

    def title(self, index: int) -> str:
        """Position and header of column ``index``, for messages."""
        header = " ".join(self.headers[index].split())
        short = header if len(header) <= 60 else header[:59] + "…"
        return METHOD.say("survey_import.column_title", position=index + 1, header=short)


def read_export(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, sheet: str | None = None
) -> Export:
    """Read a CSV or XLSX export without changing it.

    Parameters
    ----------
    path : Path
        The file as the survey tool wrote it.
    encoding, delimiter : str, optional
        Of a text file; found out from the file where not given.
    sheet : str, optional
        Sheet of a workbook; the first where not given.

    Raises
    ------
    InputError
        The file cannot be read as a table: every fault found, with its row.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError([problem("export_unreadable", path.name, reason=error.strerror or str(error))]) from None
    notes: list[Problem] = []
    if path.suffix.lower() in _TEXT_SUFFIXES:
        sheet_name, records = "", _text_records(raw, path.name, encoding, delimiter, notes)
    elif path.suffix.lower() == ".xlsx":
        sheet_name, records = _workbook_records(path, sheet)
    else:
        raise InputError([problem("export_kind", path.name, found=path.suffix)])
    return _table(path.name, sheet_name, records, hashlib.sha256(raw).hexdigest(), notes)


def locate(export: Export, mapping: MapFile, path: KeyPath, column: str | None, position: int | None) -> int | Problem:
    """Index (from 0) of the column meant at ``path`` of the mapping, or what is wrong with naming it so."""
    names = [normalised(header) for header in export.headers]
    if position is not None and position > len(names):
        return mapping.problem("position_beyond", path, str(position), count=len(names))
    if column is None:
        return (position or 1) - 1
    found = [index for index, name in enumerate(names) if name == normalised(column)]
    if position is not None:
        if position - 1 in found:
            return position - 1
        return mapping.problem("position_disagrees", path, column, position=position, title=export.title(position - 1))
    if not found:
        return mapping.problem("column_missing", path, column, near=closest(column, export.headers))
    if len(found) > 1:
        places = ", ".join(str(index + 1) for index in found)
        return mapping.problem("column_repeated", path, column, count=len(found), positions=places)
    return found[0]


def _text_records(
    raw: bytes, file: str, encoding: str | None, delimiter: str | None, notes: list[Problem]
) -> list[list[str]]:
    text = _decoded(raw, file, encoding, notes)
    if "\x00" in text:
        raise InputError([Place(file).problem(Fault("nul_bytes"))])
    declared = _DECLARED.match(text)
    text = text[declared.end() :] if declared else text
    separator = delimiter or (declared[1] if declared else _likely_delimiter(text))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[list[str]] = [[]] if declared else []
    try:
        records.extend(reader)
    except csv.Error as error:
        raise InputError([problem("export_quote", file, row=len(records) + 1, reason=str(error))]) from None
    return records


def _decoded(raw: bytes, file: str, encoding: str | None, notes: list[Problem]) -> str:
    if encoding is not None:
        try:
            return raw.decode(encoding).removeprefix("\ufeff")
        except LookupError:
            raise InputError([problem("encoding_unknown", file, found=encoding)]) from None
        except UnicodeDecodeError:
            raise InputError([problem("encoding_wrong", file, found=encoding)]) from None
    found = decode(raw)
    if isinstance(found, Fault):
        raise InputError([Place(file).problem(found)])
    text, note = found
    notes += [Place(file).problem(note)] if note else []
    return text


def _likely_delimiter(text: str) -> str:
    """Find the separator that cuts the first records into the most columns: questions hold commas too."""

    def score(separator: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            first = [len(record) for _, record in zip(range(50), reader, strict=False) if record]
        except csv.Error:
            return (0, 0)
        if not first or first[0] < 2:
            return (0, 0)
        return (sum(length == first[0] for length in first) * 100 // len(first), first[0])

    return max(_DELIMITERS, key=score)


def _workbook_records(path: Path, sheet: str | None) -> tuple[str, list[list[str]]]:
    fault = workbook_fault(path)
    if fault is not None:
        raise InputError([Place(path.name).problem(fault)])
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception:  # a damaged part makes the reader stumble in ways it does not document
        raise InputError([Place(path.name).problem(Fault("not_a_workbook"))]) from None
    with closing(book):
        names = [page.title for page in book.worksheets]
        if sheet is not None and sheet not in names:
            raise InputError([problem("sheet_missing", path.name, found=sheet, near=closest(sheet, names))])
        page = book[sheet] if sheet is not None else book.worksheets[0]
        page.reset_dimensions()
        return page.title, [[_cell_text(value) for value in row] for row in page.iter_rows(values_only=True)]


def _cell_text(value: object) -> str:
    return "" if value is None else to_text(value)


def _table(file: str, sheet: str, records: list[list[str]], digest: str, notes: Iterable[Problem]) -> Export:
    limit, widest = (int(METHOD.threshold(name)) for name in ("max_table_rows", "max_columns"))
    filled = [
        (number, record) for number, record in enumerate(records, start=1) if any(cell.strip() for cell in record)
    ]
    if len(filled) < 2 or len(filled) > limit:
        key = "export_empty" if len(filled) < 2 else "export_large"
        raise InputError([problem(key, file, sheet=sheet)])
    (_, head), *body = filled
    width = max(_used(record) for _, record in filled) if sheet else len(head)
    if width > widest:
        raise InputError([problem("export_wide", file, sheet=sheet, count=width, most=widest)])
    uneven = [
        problem("export_ragged", file, row=number, found=str(len(record)), count=width)
        for number, record in body
        if not sheet and (_used(record) > width or len(record) < width)
    ]
    if uneven:
        raise InputError(uneven, title=file)
    padded = [tuple(record[:width]) + ("",) * (width - len(record)) for _, record in filled]
    return Export(file, sheet, padded[0], tuple(padded[1:]), tuple(number for number, _ in body), digest, tuple(notes))


def _used(record: list[str]) -> int:
    return max((index + 1 for index, cell in enumerate(record) if cell.strip()), default=0)
