"""Tables as a client would deliver them: CSV files, one workbook, or Parquet; the same bytes on every run."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from adoption_lib.engagement.form_columns import form_columns
from adoption_lib.engagement.workbook import build_workbook, put, workbook_bytes
from adoption_lib.method import Method
from adoption_lib.simulation.story import Record

__all__ = ["csv_bytes", "parquet_bytes", "workbook_of"]

Value = str | int | float | dt.date | None


def csv_bytes(table: str, rows: Sequence[Record], method: Method) -> bytes:
    """One table as UTF-8 CSV with line feeds."""
    columns = [column.id for column in form_columns(method.tables[table], method)]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if row.get(column) is None else str(row[column]) for column in columns])
    return text.getvalue().encode()


def parquet_bytes(table: str, rows: Sequence[Record], method: Method) -> bytes:
    """One table as Parquet with dates and whole numbers of their own type."""
    kinds = {"integer": pa.int64(), "number": pa.float64(), "date": pa.date32(), "week": pa.date32()}
    arrays = {}
    for column in method.tables[table].columns:
        values = [_typed(row.get(column.id), column.type) for row in rows]
        arrays[column.id] = pa.array(values, type=kinds.get(column.type, pa.string()))
    sink = io.BytesIO()
    pq.write_table(pa.table(arrays), sink, compression="zstd")
    return sink.getvalue()


def workbook_of(tables: Mapping[str, Sequence[Record]], departments: Sequence[str], method: Method) -> bytes:
    """Fill in the empty workbook of the engagement."""
    book = build_workbook(method, departments)
    for table, rows in tables.items():
        sheet = book[table]
        types = {column.id: column.type for column in method.tables[table].columns}
        columns = [column.id for column in form_columns(method.tables[table], method)]
        for number, row in enumerate(rows, start=2):
            for index, column in enumerate(columns, start=1):
                value = _typed(row.get(column), types.get(column, "integer"))
                if value is not None:
                    cell = sheet.cell(number, index)
                    put(cell, value)
                    if isinstance(value, dt.date):
                        cell.number_format = "yyyy-mm-dd"
    return workbook_bytes(book)


def _typed(value: Value, kind: str) -> Value:
    """Give a value told as text the type its column has in a workbook."""
    if not isinstance(value, str):
        return value
    if kind == "integer":
        return int(value)
    if kind == "number":
        return float(value)
    if kind in ("date", "week"):
        return dt.date.fromisoformat(value)
    return value
