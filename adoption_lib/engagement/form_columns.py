"""What a form says and allows in each column of a table: its note, its input and its width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from adoption_lib.method import Method
from adoption_lib.method.model import Column, SurveyItem, Table

__all__ = ["FormColumn", "form_columns"]

Kind = Literal["text", "whole", "decimal", "date"]

_TEXT_FORMAT = "@"  # keeps a spreadsheet program from turning "2026-1" or "3-4" into a date


@dataclass(frozen=True)
class FormColumn:
    """One column of a form.

    ``note`` is shown at the header, ``prompt`` beside a chosen cell; ``choices`` names a list to choose from, or is
    empty; ``low`` and ``high`` bound a number; ``width`` is in characters.
    """

    id: str
    label: str
    prompt: str
    note: str
    required: bool
    kind: Kind
    choices: str
    low: float | None
    high: float | None
    width: int
    number_format: str


def form_columns(table: Table, method: Method) -> tuple[FormColumn, ...]:
    """Columns of a table's form in order; the survey's questions come before its closing columns."""
    columns = [_column(column, method) for column in table.columns]
    if not table.items:
        return tuple(columns)
    closing = [column for column in columns if column.id in ("most_true", "comment")]
    opening = [column for column in columns if column not in closing]
    return (*opening, *(_question(item, method) for item in method.survey_items.values()), *closing)


def _column(column: Column, method: Method) -> FormColumn:
    kinds: dict[str, Kind] = {"integer": "whole", "number": "decimal", "date": "date", "week": "date"}
    kind: Kind = kinds.get(column.type, "text")
    label = method.say("input.form.header.required", label=column.label) if column.required else column.label
    choices = {"department": "department", "item": "capability_item", "yes_no": "yes_no"}.get(column.type, "")
    if column.type == "category":
        choices = column.terms or ""
    return FormColumn(
        id=column.id,
        label=column.label,
        prompt=column.prompt,
        note=f"{label}\n{column.prompt}",
        required=column.required,
        kind=kind,
        choices=choices,
        low=column.min,
        high=column.max,
        width={"text": 42, "list": 30, "name": 26, "department": 22, "category": 22}.get(column.type, 14),
        number_format={"whole": "0", "decimal": "General", "date": "yyyy-mm-dd", "text": _TEXT_FORMAT}[kind],
    )


def _question(item: SurveyItem, method: Method) -> FormColumn:
    labels = method.scales[item.scale].labels
    answers = method.say(
        "input.form.header.answers",
        answers=", ".join(f"{point} {label}" for point, label in enumerate(labels, start=1)),
    )
    text = method.say("input.form.header.question", id=item.id, text=item.text)
    return FormColumn(item.id, item.id, answers, f"{text}\n{answers}", False, "whole", "", 1, len(labels), 9, "General")
