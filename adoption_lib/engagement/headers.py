"""Which column each header cell names, and whether the header is where it belongs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from adoption_lib.engagement.problems import Fault, Place, closest
from adoption_lib.engagement.raw_table import RawTable, is_null
from adoption_lib.engagement.text_cells import comparable, to_text
from adoption_lib.errors import Problem
from adoption_lib.method import METHOD

__all__ = ["Header", "find_header", "match_header", "second_headers"]

_LOOKED_AT = 6


@dataclass(frozen=True)
class Header:
    """``positions`` maps a column's id to its place among the cells; ``problems`` are those of the header."""

    positions: dict[str, int]
    problems: tuple[Problem, ...]


def find_header(
    table: str, place: Place, lines: Sequence[tuple[int, Sequence[object]]]
) -> tuple[int | None, list[Problem]]:
    """Index of the header among the first non-blank ``lines``.

    The header is the first line. Where the first line names no column of ``table`` but one of the next lines does,
    that line is a problem with its row.
    """
    known = {comparable(column.id) for column in METHOD.tables[table].columns}
    for index, (row, line) in enumerate(lines[:_LOOKED_AT]):
        names = [comparable(to_text(value)) for value in line if not is_null(value)]
        hits = sum(name in known for name in names)
        if index == 0 and hits:
            return 0, []
        if hits >= max(2, len(known) // 3):
            return None, [place.problem(Fault("header_not_first", {"row": row, "first": lines[0][0]}), lines[0][0])]
    return (0, []) if lines else (None, [])


def match_header(raw: RawTable, items: Iterable[str]) -> Header:
    """Match header cells with column ids.

    Parameters
    ----------
    raw : RawTable
        The table as found.
    items : iterable of str
        Ids of further columns that may stand in the table: survey items.
    """
    table = METHOD.tables[raw.table]
    known = {comparable(name): name for name in (*items, *(column.id for column in table.columns))}
    positions: dict[str, int] = {}
    problems: list[Problem] = []

    def report(key: str, position: int, column: str, **values: object) -> None:
        problems.append(raw.place.problem(Fault(key, values), raw.header_row, column, raw.header[position]))

    for position, cell in enumerate(raw.header):
        name = known.get(comparable(cell))
        if name is not None and name in positions:
            report("header_twice", position, name, first=positions[name] + 1, second=position + 1)
        elif name is not None:
            positions[name] = position
        elif not comparable(cell):
            if _has_values(raw.cells.iloc[:, position]):
                report("header_blank", position, "", number=position + 1)
        else:
            key = "unknown_item" if table.items else "unknown_header"
            report(key, position, cell.strip(), hint=closest(cell.strip(), known.values()))
    for column in table.columns:
        if column.required and column.id not in positions:
            fault = Fault("header_missing", {"column": column.id})
            problems.append(raw.place.problem(fault, raw.header_row, column.id))
    return Header(positions, tuple(problems))


def second_headers(raw: RawTable, header: Header) -> list[int]:
    """Positions of lines that repeat the header, by ids or labels, instead of holding data."""
    labels = {
        column.id: {comparable(column.id), comparable(column.label)} for column in METHOD.tables[raw.table].columns
    }
    columns = [(position, labels[name]) for name, position in header.positions.items() if name in labels]
    counts = pd.Series(0, index=raw.cells.index)
    filled = pd.Series(0, index=raw.cells.index)
    for position, names in columns:
        cells = raw.cells.iloc[:, position]
        candidates = [v for v in pd.unique(cells.dropna()) if isinstance(v, str) and comparable(v) in names]
        if candidates:
            counts += cells.isin(candidates).astype(int)
    suspects = counts[counts >= 2].index
    if not len(suspects):
        return []
    for position, _ in columns:
        filled.loc[suspects] += raw.cells.loc[suspects].iloc[:, position].notna().astype(int)
    return [int(index) for index in suspects if counts[index] * 2 >= filled[index]]


def _has_values(cells: pd.Series) -> bool:
    return any(bool(comparable(to_text(value))) for value in pd.unique(cells.dropna()))
