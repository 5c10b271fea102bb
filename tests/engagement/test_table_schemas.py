"""The last gate: a schema per table that follows the method and points at rows of the client's file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from adoption_lib.engagement.checks import Checked
from adoption_lib.engagement.frames import empty_table
from adoption_lib.engagement.problems import Place
from adoption_lib.engagement.raw_table import RawTable
from adoption_lib.engagement.reading import read_folder
from adoption_lib.engagement.schemas import gate, schema
from adoption_lib.method import METHOD


@pytest.mark.parametrize("table", list(METHOD.tables))
def test_every_table_has_a_schema_that_an_empty_table_passes(table: str) -> None:
    schema(table).validate(empty_table(table), lazy=True)


def test_schemas_pass_what_reading_passed(good_folder: Path) -> None:
    tables = read_folder(good_folder).tables
    assert set(tables) == set(METHOD.tables)
    for name, frame in tables.items():
        schema(name).validate(frame, lazy=True)


def _spoiled(good_folder: Path, table: str, column: str, value: Any) -> pd.DataFrame:
    frame = read_folder(good_folder).tables[table]
    frame.loc[1, column] = value
    return frame


SPOILED = [
    ("usage", "licensed_days", 9),
    ("usage", "active_days", 6),
    ("usage", "person", pd.NA),
    ("usage", "week", pd.Timestamp(1980, 1, 7)),
    ("capability_ratings", "function", "IT"),
    ("capability_ratings", "item", "cap_zzz_1"),
    ("approach_options", "low", 90.0),
    ("employee_survey", "und_1", 12),
]


@pytest.mark.parametrize(("table", "column", "value"), SPOILED)
def test_a_spoiled_frame_is_refused(table: str, column: str, value: object, good_folder: Path) -> None:
    with pytest.raises(SchemaErrors):
        schema(table).validate(_spoiled(good_folder, table, column, value), lazy=True)


def test_a_repeated_key_and_an_unknown_column_are_refused(good_folder: Path) -> None:
    usage = read_folder(good_folder).tables["usage"]
    with pytest.raises(SchemaErrors):
        schema("usage").validate(pd.concat([usage, usage], ignore_index=True), lazy=True)
    with pytest.raises(SchemaErrors):
        schema("usage").validate(usage.assign(extra=1), lazy=True)


def test_a_failure_points_at_the_row_of_the_file(good_folder: Path) -> None:
    frame = _spoiled(good_folder, "usage", "licensed_days", 9)
    frame.loc[2, "department"] = pd.NA
    rows = np.array([2, 5, 9])
    raw = RawTable("usage", Place("usage.csv"), tuple(frame.columns), 1, frame.astype(object), rows)
    positions = {name: index for index, name in enumerate(frame.columns)}
    problems = gate(Checked(raw, positions, frame, rows, np.arange(3)))
    assert {(p.file, p.row, p.column) for p in problems} == {
        ("usage.csv", 5, "licensed_days"),
        ("usage.csv", 9, "department"),
    }
    assert all(p.remedy for p in problems)


def test_an_unknown_table_has_no_schema() -> None:
    with pytest.raises(KeyError):
        schema("wishes")
