"""Which cells a CSV file holds: encoding and separator found out, quotes and row lengths checked, nothing more."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd

from adoption_lib.engagement.headers import find_header
from adoption_lib.engagement.problems import Fault, Place
from adoption_lib.engagement.raw_table import RawTable
from adoption_lib.errors import Problem
from adoption_lib.method import METHOD

__all__ = ["decode", "read_csv", "separator_of"]

_SEPARATORS = ",;\t|"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CELL_LIMIT = 1_000_000


def read_csv(path: Path, table: str) -> tuple[RawTable | None, list[Problem]]:
    """Read one CSV file; blank lines and quoted line breaks do not shift row numbers."""
    place = Place(path.name)
    try:
        decoded = decode(path.read_bytes())
    except OSError as error:
        return None, [place.problem(Fault("unreadable", {"why": error.strerror or type(error).__name__}))]
    if isinstance(decoded, Fault):
        return None, [place.problem(decoded)]
    text, note = decoded
    problems = [place.problem(note)] if note else []
    if not text.strip():
        return None, [*problems, place.problem(Fault("file_empty"))]
    separator, text = separator_of(text)
    raw, found = _parsed(text, separator, table, place)
    return raw, problems + found


def decode(content: bytes) -> tuple[str, Fault | None] | Fault:
    """Decode a text file as UTF-8, as UTF-16 with a byte-order mark, or, with a warning, as Windows-1252."""
    if content[:2] in _UTF16:
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError:
            return Fault("encoding")
        return Fault("nul_bytes") if "\0" in text else (text, None)
    if b"\0" in content:
        return Fault("nul_bytes")
    try:
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), Fault("encoding_guessed", severity="warning")
    except UnicodeDecodeError:
        return Fault("encoding")


def separator_of(text: str) -> tuple[str, str]:
    """Return the separator of a CSV text, told from its first line, and the text without a ``sep=`` line."""
    declared = re.match(r"^sep=([,;\t|])\r?\n", text, re.IGNORECASE)
    if declared:
        return declared[1], text[declared.end() :]
    header = next((line for line in text[:100_000].splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", header)
    return max(_SEPARATORS, key=bare.count), text


def _parsed(text: str, separator: str, table: str, place: Place) -> tuple[RawTable | None, list[Problem]]:
    start = _first_lines(text, separator)
    if isinstance(start, Fault):
        return None, [place.problem(start)]
    index, problems = find_header(table, place, start)
    if index is None or problems:
        return None, problems
    header_row, header = start[index]
    width = len(header)
    named = max((position + 1 for position, cell in enumerate(header) if cell.strip()), default=1)
    odd, longest, fault = _row_faults(text, separator, header_row, range(named, width + 1), place)
    if fault is not None:
        return None, [fault]
    if odd:
        return None, odd
    frame = pd.read_csv(
        io.StringIO(text),
        sep=separator,
        header=None,
        names=range(longest),
        dtype=str,
        skip_blank_lines=False,
        keep_default_na=False,
        na_values=[""],
        skiprows=0,
        engine="c",
    )
    body = frame.iloc[header_row:, :width].reset_index(drop=True)
    rows = np.arange(header_row + 1, header_row + 1 + len(body), dtype=np.int64)
    names = tuple(cell.strip() for cell in header[:width])
    return RawTable(table, place, names, header_row, body, rows, separator=separator), []


def _first_lines(text: str, separator: str) -> list[tuple[int, list[str]]] | Fault:
    lines: list[tuple[int, list[str]]] = []
    try:
        for number, line in enumerate(
            csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=separator), start=1
        ):
            if any(cell.strip() for cell in line):
                lines.append((number, line))
            if len(lines) >= 6 or number > 1000:
                break
    except csv.Error:
        return Fault("quote_open", {"row": len(lines) + 1})
    return lines


def _row_faults(
    text: str, separator: str, header_row: int, fitting: range, place: Place
) -> tuple[list[Problem], int, Problem | None]:
    """Check the shape of every row, one by one, so that a file of millions of rows needs no memory for it.

    Parameters
    ----------
    fitting : range
        Numbers of cells a row may have: the header may end in columns without a name.

    Returns
    -------
    tuple of list of Problem, int, Problem or None
        Rows of the wrong length, the length of the longest row, and what makes the whole file unreadable.
    """
    problems: list[Problem] = []
    width = fitting[-1]
    longest, number, odd = width, 0, 0
    limit, most = int(METHOD.threshold("max_table_rows")), int(METHOD.threshold("max_reported_cells"))
    previous = csv.field_size_limit(_CELL_LIMIT)
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            number += 1
            longest = max(longest, len(line))
            if len(line) != width and number > header_row and _odd(line, fitting):
                odd += 1
                if odd <= most:
                    fault = Fault("ragged_row", {"cells": len(line), "columns": width})
                    problems.append(place.problem(fault, number, value=separator.join(line)))
    except csv.Error:
        return [], width, place.problem(Fault("quote_open", {"row": number + 1}), number + 1)
    finally:
        csv.field_size_limit(previous)
    if number - header_row > limit:
        return [], width, place.problem(Fault("too_many_rows", {"rows": number - header_row, "limit": limit}))
    if odd > most:
        problems.append(place.problem(Fault("more_like_it", {"count": odd - most})))
    return problems, longest, None


def _odd(line: list[str], fitting: range) -> bool:
    """Whether a row's length is a mistake: blank cells after the last column are a spreadsheet's habit, not one."""
    if len(line) in fitting or not any(cell.strip() for cell in line):
        return False
    return len(line) < fitting[0] or any(cell.strip() for cell in line[fitting[-1] :])
