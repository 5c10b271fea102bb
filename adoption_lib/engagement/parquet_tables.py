"""Which cells a Parquet file holds: columns with their stored types, nothing interpreted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from adoption_lib.engagement.problems import Fault, Place
from adoption_lib.engagement.raw_table import RawTable
from adoption_lib.errors import Problem
from adoption_lib.method import METHOD

__all__ = ["read_parquet"]


def read_parquet(path: Path, table: str) -> tuple[RawTable | None, list[Problem]]:
    """Read one Parquet file; its first row counts as row 2, as if a header stood above it."""
    place = Place(path.name)
    try:
        with pq.ParquetFile(path) as file:
            count = file.metadata.num_rows
            limit = int(METHOD.threshold("max_table_rows"))
            if count > limit:
                return None, [place.problem(Fault("too_many_rows", {"rows": count, "limit": limit}))]
            data = file.read()
    except (pa.ArrowException, OSError, ValueError, TypeError):
        return None, [place.problem(Fault("not_parquet"))]
    problems = []
    columns: dict[int, pd.Series] = {}
    for position, name in enumerate(data.column_names):
        column = data.column(position)
        if pa.types.is_struct(column.type) or pa.types.is_map(column.type) or pa.types.is_union(column.type):
            problems.append(place.problem(Fault("parquet_type", {"type": str(column.type)}), 2, name))
        columns[position] = _cells(column)
    header = tuple(str(name) for name in data.column_names)
    cells = pd.DataFrame(columns, index=pd.RangeIndex(count))
    if problems:
        return None, problems
    return RawTable(table, place, header, 1, cells, np.arange(2, count + 2, dtype=np.int64)), []


def _cells(column: Any) -> Any:
    """Turn a column into a series in which null is null: text stays text, whole numbers with gaps stay whole."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _cells(column.cast(kind.value_type))
    if pa.types.is_boolean(kind):
        return column.cast(pa.string()).to_pandas().astype("object").str.upper()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column.to_pandas()
    if pa.types.is_integer(kind) and column.null_count:
        return column.to_pandas(integer_object_nulls=True)
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64()).to_pandas()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        parts = column.to_pylist()
        return pd.Series(
            [None if part is None else ";".join(str(p) for p in part if p is not None) for part in parts], dtype=object
        )
    return column.to_pandas()
