"""What is wrong and what to do about it: problems built from the method's wording, capped, grouped and printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import groupby
from typing import Literal

from adoption_lib.errors import Problem
from adoption_lib.method import METHOD

__all__ = ["Fault", "Place", "closest", "format_problems", "listed"]

_SHORTENED = 80


@dataclass(frozen=True)
class Fault:
    """A kind of mistake: the key of its sentences below ``input.`` and the values they are filled with.

    A value may be a function without arguments: what takes time is then found out only for the faults that are told.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True)
class Place:
    """Where a table lies: its file and, in a workbook, its sheet."""

    file: str
    sheet: str = ""

    def __str__(self) -> str:
        return f"{self.file}, {self.sheet}" if self.sheet else self.file

    def problem(self, fault: Fault, row: int | None = None, column: str = "", value: object = "") -> Problem:
        """Put ``fault`` into words at this place; a long value is shortened to 80 characters."""
        values = {name: given() if callable(given) else given for name, given in fault.values.items()}
        return Problem(
            file=self.file,
            sheet=self.sheet,
            row=row,
            column=column,
            value=_shortened(value),
            message=METHOD.say(f"input.{fault.key}.message", **values).strip(),
            remedy=METHOD.say(f"input.{fault.key}.remedy", **values).strip(),
            severity=fault.severity,
        )


def closest(word: str, known: Iterable[str], or_all: bool = True) -> str:
    """Words about the known name nearest to ``word``; where none is near, all of them if ``or_all``."""
    names = list(dict.fromkeys(known))
    folded = {name.casefold(): name for name in reversed(names)}
    near = get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    if near:
        return METHOD.say("input.hint.closest", name=folded[near[0]])
    return METHOD.say("input.hint.known", names=listed(names)) if names and or_all else ""


def listed(names: Sequence[str], most: int = 12) -> str:
    """Names separated by commas, cut short after ``most`` of them."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else METHOD.say("input.hint.more", names=shown, count=len(names) - most)


def format_problems(problems: Iterable[Problem]) -> str:
    """Print problems for people, grouped by file and sheet, errors before notes; empty text where there are none."""
    ordered = sorted(problems, key=_reading_order)
    lines: list[str] = []
    for (file, sheet), group in groupby(ordered, key=lambda problem: (problem.file, problem.sheet)):
        lines.append(str(Place(file, sheet)))
        lines.extend(f"  {_line(problem)}" for problem in group)
    return "\n".join(lines)


def _reading_order(problem: Problem) -> tuple[str, str, bool, int, str]:
    return (problem.file, problem.sheet, problem.severity == "warning", problem.row or 0, problem.column)


def _line(problem: Problem) -> str:
    where = []
    if problem.row is not None:
        where.append(METHOD.say("input.format.row", row=problem.row))
    if problem.column:
        where.append(problem.column)
    head = ", ".join(where)
    found = METHOD.say("input.format.found", value=problem.value) if problem.value else ""
    mark = METHOD.say("input.format.note") if problem.severity == "warning" else ""
    told = " ".join(part for part in (mark, problem.message, found) if part)
    text = f"{told}. {problem.remedy}".rstrip()
    return f"{head}: {text}" if head else text


def _shortened(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _SHORTENED else f"{text[: _SHORTENED - 1]}…"
