"""One client's engagement: its settings and typed tables, opened only when every check has passed."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from adoption_lib.engagement.frames import empty_table, typed_table
from adoption_lib.engagement.instrument import Question, questions
from adoption_lib.engagement.reading import read_folder
from adoption_lib.engagement.settings import Settings
from adoption_lib.errors import InputError, Problem
from adoption_lib.method import METHOD, Method, load_method

__all__ = ["ENGAGEMENTS_VARIABLE", "Engagement"]

ENGAGEMENTS_VARIABLE = "ADOPTION_ENGAGEMENTS"
"""Environment variable with the folder below which engagements are looked for by name.

A notebook names its engagement by folder name alone, so that no path of a machine ends up in a published notebook.
"""


@dataclass(frozen=True)
class Engagement:
    """Settings and tables of one client.

    Open one with :meth:`open`. A table that was not collected is an empty frame with the right columns and
    ``has(name)`` is False: missing is not zero.
    """

    settings: Settings
    tables: Mapping[str, pd.DataFrame]
    data_hash: str
    notes: tuple[Problem, ...] = field(default=())
    name: str = ""

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Engagement:
        """Read and validate a client's folder.

        Parameters
        ----------
        folder : path
            The folder; a relative one is looked for in the working directory, then below ``$ADOPTION_ENGAGEMENTS``.

        Raises
        ------
        InputError
            Lists every problem in the folder with file, sheet, row, column, value and remedy.
        """
        path = Path(folder)
        root = os.environ.get(ENGAGEMENTS_VARIABLE)
        if root and not path.is_absolute() and not path.is_dir():
            path = Path(root) / path
        read = read_folder(path)
        errors = [problem for problem in read.problems if problem.severity == "error"]
        if errors or read.settings is None:
            raise InputError(read.problems, title=path.name)
        return cls(
            settings=read.settings,
            tables=MappingProxyType(read.tables),
            data_hash=read.data_hash,
            notes=tuple(read.problems),
            name=path.name,
        )

    @classmethod
    def from_tables(cls, settings: Settings, tables: Mapping[str, pd.DataFrame], name: str = "") -> Engagement:
        """Build an engagement in memory from frames that follow the schemas; missing columns are added empty."""
        typed = {table: typed_table(table, frame) for table, frame in tables.items()}
        digest = hashlib.sha256(settings.model_dump_json().encode())
        for table in sorted(typed):
            digest.update(table.encode() + typed[table].to_csv(index=False).encode())
        return cls(settings, MappingProxyType(typed), digest.hexdigest(), (), name)

    @property
    def method(self) -> Method:
        """The method in the client's language."""
        return load_method(self.settings.language)

    def has(self, table: str) -> bool:
        """Whether ``table`` was collected: it exists and has at least one row."""
        return table in self.tables and len(self.tables[table]) > 0

    def table(self, table: str) -> pd.DataFrame:
        """A copy of ``table`` with every column of its schema; empty where it was not collected."""
        if table not in METHOD.tables:
            raise KeyError(f"the method has no table {table!r}")
        frame = self.tables.get(table)
        return empty_table(table) if frame is None else frame.copy()

    @property
    def questions(self) -> tuple[Question, ...]:
        """The survey questions that were asked, in order: the method's own and those of an imported survey."""
        survey = self.tables.get("employee_survey")
        return questions(() if survey is None else tuple(survey.columns), self.table("survey_items"), self.method)

    @property
    def stamp(self) -> str:
        """Method version and data hash, as printed under every figure."""
        return f"method {METHOD.version} · data {self.data_hash[:8]}"

    @property
    def as_of(self) -> dt.date | None:
        """Date the data describe: the one in the settings, else the newest past date in any table."""
        if self.settings.as_of:
            return self.settings.as_of
        newest: dt.date | None = None
        for name, frame in self.tables.items():
            for column in METHOD.tables[name].columns:
                if column.type in ("date", "week") and not column.future and column.id in frame:
                    values = frame[column.id].dropna()
                    if len(values):
                        latest = pd.Timestamp(values.max()).date()
                        newest = latest if newest is None else max(newest, latest)
        return newest
