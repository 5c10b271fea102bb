"""Typed frames: which pandas dtype each column of a table has, and empty tables with the right columns."""

from __future__ import annotations

from typing import Any

import pandas as pd

from adoption_lib.method import METHOD

__all__ = ["DTYPES", "empty_table", "typed_table"]

DTYPES: dict[str, str] = {
    "id": "string",
    "name": "string",
    "text": "string",
    "category": "string",
    "department": "string",
    "item": "string",
    "list": "string",
    "yes_no": "boolean",
    "integer": "Int64",
    "number": "Float64",
    "date": "datetime64[s]",
    "week": "datetime64[s]",
    "month": "datetime64[s]",
}
"""pandas dtype by column type: nullable everywhere, because missing is not zero."""


def typed_table(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` with every column of table ``name``, in order and typed; survey item columns follow as Int64.

    Raises
    ------
    ValueError, TypeError
        A value does not fit its type; reading a client's files reports this as a problem with its cell instead.
    """
    table = METHOD.tables[name]
    columns = {}
    for column in table.columns:
        source = frame[column.id] if column.id in frame else pd.Series(pd.NA, index=frame.index, dtype="object")
        dtype: Any = DTYPES[column.type]
        if dtype.startswith("datetime"):
            columns[column.id] = pd.to_datetime(source).astype(dtype)
        else:
            columns[column.id] = source.astype(dtype)
    if table.items:
        known = {column.id for column in table.columns}
        for extra in frame.columns:
            if extra not in known:
                columns[extra] = frame[extra].astype("Int64")
    return pd.DataFrame(columns).reset_index(drop=True)


def empty_table(name: str) -> pd.DataFrame:
    """Build a table without rows."""
    return typed_table(name, pd.DataFrame())
