"""Every error this package raises on purpose, under one root.

A user's mistake is described by :class:`Problem`: where it is, what was found and what to do. Problems are collected
and raised together in one :class:`InputError`, so that a file is mended in one sitting.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = ["AdoptionError", "BatchError", "InputError", "MethodError", "Problem"]


class AdoptionError(Exception):
    """Root of all errors raised on purpose by ``adoption_lib``."""


class MethodError(AdoptionError):
    """The method data contradict themselves: an id is repeated or a reference leads nowhere."""


class BatchError(AdoptionError):
    """A batch could not be started or finished: the message says which client, notebook and cell."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with a client's input, or (``severity="warning"``) worth knowing.

    Parameters
    ----------
    file : str
        File name relative to the engagement folder.
    sheet : str
        Sheet of a workbook, empty otherwise.
    row : int or None
        Row as a spreadsheet shows it: the header is row 1.
    column : str
        Column name, or a path such as ``departments[2].headcount`` in ``engagement.yaml``.
    value : str
        What was found, shortened to at most 80 characters.
    message : str
        What is wrong.
    remedy : str
        What to do about it.
    severity : {"error", "warning"}
        A warning never stops a report.
    """

    file: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    message: str = ""
    remedy: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        where = [self.file]
        if self.sheet:
            where.append(f"sheet {self.sheet}")
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column:
            where.append(f"column {self.column}")
        found = f" (found {self.value!r})" if self.value else ""
        mark = "" if self.severity == "error" else "note: "
        return f"{', '.join(where)}: {mark}{self.message}{found}. {self.remedy}".rstrip()


class InputError(AdoptionError):
    """A client's input cannot be used as it is; ``problems`` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem], title: str = "") -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        self.title = title
        count = len(self.problems)
        head = f"{title}: " if title else ""
        noun = "problem" if count == 1 else "problems"
        super().__init__("\n".join([f"{head}{count} {noun}", *(f"  {p}" for p in self.problems)]))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...], str]]:
        return (type(self), (self.problems, self.title))
