"""What a typed table must be: one pandera schema per table, built from the method, as the last gate behind reading."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from adoption_lib.engagement.checks import Checked
from adoption_lib.engagement.frames import DTYPES
from adoption_lib.engagement.problems import Fault
from adoption_lib.errors import Problem
from adoption_lib.method import METHOD
from adoption_lib.method.model import Column

__all__ = ["gate", "schema"]

_MOST_ANSWERS = 11
_EARLIEST = pd.Timestamp(1990, 1, 1)
_LATEST = pd.Timestamp(2100, 12, 31)


@cache
def schema(table: str) -> pa.DataFrameSchema:
    """Build the schema of a typed table: dtypes, missing values, closed lists, ranges, key and order within a row.

    Parameters
    ----------
    table : str
        Id of a table of the method.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Columns the method does not name are refused, except the answers of a survey.

    Raises
    ------
    KeyError
        The method has no such table.
    """
    definition = METHOD.tables[table]
    columns: dict[str, pa.Column] = {column.id: _column(column) for column in definition.columns}
    if definition.items:
        known = "|".join(column.id for column in definition.columns)
        answers = pa.Check.in_range(1, _MOST_ANSWERS, ignore_na=True)
        columns[rf"^(?!(?:{known})$).+$"] = pa.Column("Int64", answers, nullable=True, regex=True, required=False)
    order = [_not_after(low, high) for low, high in zip(definition.ordered, definition.ordered[1:], strict=False)]
    return pa.DataFrameSchema(
        columns=columns,
        checks=order or None,
        unique=list(definition.key) or None,
        strict=definition.items is None,
        name=table,
    )


def gate(checked: Checked) -> list[Problem]:
    """Hold a typed table against its schema and put every failure into words, at its row in the client's file.

    Reading has found every mistake it knows by then, so that a failure here means that a new kind got past it.
    """
    try:
        schema(checked.raw.table).validate(checked.frame, lazy=True)
    except SchemaErrors as error:
        return list(_translated(error.failure_cases, checked))
    return []


def _translated(failures: pd.DataFrame, checked: Checked) -> Iterable[Problem]:
    most = int(METHOD.threshold("max_reported_cells"))
    known = set(checked.frame.columns)
    told: set[tuple[object, ...]] = set()
    for failure in failures.to_dict("records"):
        row = None if pd.isna(failure["index"]) else int(checked.rows[int(failure["index"])])
        column, check = str(failure["column"]), str(failure["check"])
        column = column if column in known else ""
        if (row, column, check) in told or len(told) >= most:
            continue
        told.add((row, column, check))
        found = "" if pd.isna(failure["failure_case"]) else failure["failure_case"]
        yield checked.raw.place.problem(Fault("schema", {"check": check}), row, column, found)


def _column(column: Column) -> pa.Column:
    checks: list[Any] = []
    if column.min is not None:
        checks.append(pa.Check.ge(column.min))
    if column.max is not None:
        checks.append(pa.Check.le(column.max))
    if column.type == "category" and column.terms:
        checks.append(pa.Check.isin(METHOD.term_ids(column.terms)))
    if column.type == "item":
        checks.append(pa.Check.isin(tuple(METHOD.capability_items)))
    if column.type in ("date", "week", "month"):
        checks.append(pa.Check.in_range(_EARLIEST, _LATEST))
    return pa.Column(DTYPES[column.type], checks or None, nullable=not column.required)


def _not_after(lower: str, upper: str) -> Any:
    def ordered(frame: pd.DataFrame) -> pd.Series:
        return ~(frame[lower] > frame[upper]).fillna(False).astype(bool)

    return pa.Check(ordered, name=f"{lower} <= {upper}", ignore_na=False)
