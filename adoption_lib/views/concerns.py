"""How the concern log looks: what is known, which concerns can be acted on, what to ask about the others (B8)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from adoption_lib.analysis.concerns import SpecificConcerns, said_nothing
from adoption_lib.method import METHOD
from adoption_lib.method.phrases import interval_phrase
from adoption_lib.views.data_table import DataTable
from adoption_lib.views.picture import Picture, new_figure
from adoption_lib.views.prose import Lead
from adoption_lib.views.show import parts
from adoption_lib.views.style import CANNOT_TELL, FUNCTION_COLOURS, INK, MUTED

_ROWS = 25
_OPEN_ROWS = 5
_COLUMN = "concerns.view.column"


@parts.register
def _(result: SpecificConcerns) -> list[object]:
    frame = result.concerns
    if frame.empty:
        return []
    count, n = int(frame["specific"].sum()), len(frame)
    waiting = int((frame["specific"] & frame["unanswered"]).sum())
    key = "lead" if count else "lead_none"
    found: list[object | None] = [Lead(METHOD.say(f"concerns.view.{key}", count=count, n=n, waiting=waiting))]
    found += [_facts_picture(result), *_specific_tables(frame), _recurring_table(result), *_vague_tables(frame)]
    return [part for part in found if part is not None]


def _facts_picture(result: SpecificConcerns) -> Picture:
    say, frame = METHOD.say, result.concerns
    n, count = len(frame), int(frame["specific"].sum())
    missing = frame["missing"].str.split("+").explode().value_counts()
    fields = list(METHOD.concern_fields.values())
    known = [n - int(missing.get(field.id, 0)) for field in fields]
    fig, ax = new_figure(height=0.5 + 0.34 * len(fields))
    for y, value in enumerate(known):
        ax.barh(y, value, height=0.62, color=FUNCTION_COLOURS["AI"])
        if n - value:
            ax.barh(
                y, n - value, left=value, height=0.62, facecolor=CANNOT_TELL["facecolor"], hatch=CANNOT_TELL["hatch"],
                edgecolor=CANNOT_TELL["edgecolor"],
            )  # fmt: skip
        ax.text(1.015 * n, y, say("concerns.view.known", known=value, n=n), va="center", fontsize=8.5, color=INK)
    ax.set_ylim(len(fields) - 0.5, -0.5)
    ax.set_xlim(0, 1.2 * n)
    ax.set_yticks(range(len(fields)), [field.label for field in fields])
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ax.plot([0, 0], [-0.5, len(fields) - 0.5], color=MUTED, linewidth=0.7)
    summary = " ".join(
        say("concerns.view.picture_alt_row", field=field.label, known=value, n=n)
        for field, value in zip(fields, known, strict=True)
    )
    data = pd.DataFrame(
        {
            say(f"{_COLUMN}.field"): [field.label for field in fields],
            say(f"{_COLUMN}.known"): [say("concerns.view.known", known=value, n=n) for value in known],
            say(f"{_COLUMN}.ask"): [field.question for field in fields],
        }
    )
    return Picture(
        fig,
        title=say("concerns.view.picture_title", count=count, n=n),
        subtitle=say("concerns.view.picture_subtitle", n=n, interval=interval_phrase(result.low, result.high)),
        alt=say("concerns.view.picture_alt", n=n, summary=summary),
        data=data,
        stamp=result.stamp,
    )


def _specific_tables(frame: pd.DataFrame) -> list[DataTable]:
    """The concerns to act on first in full view, the rest on demand."""
    rows: Any = frame[frame["specific"]]
    if rows.empty:
        return []
    say = METHOD.say
    shown = pd.DataFrame(
        [
            {
                say(f"{_COLUMN}.where"): _where(row),
                say(f"{_COLUMN}.what_happened"): row.what_happened,
                say(f"{_COLUMN}.times"): say("concerns.view.unknown") if pd.isna(row.times) else f"{row.times} ×",
                say(f"{_COLUMN}.said_after"): row.said_after or say("concerns.view.unknown"),
                say(f"{_COLUMN}.state"): _state(row),
                say(f"{_COLUMN}.heard"): _heard(row),
            }
            for row in rows.head(_ROWS).itertuples()
        ]
    )
    first, rest = shown.head(_OPEN_ROWS), shown.iloc[_OPEN_ROWS:]
    tables = [DataTable(first, say("concerns.view.specific_caption", count=len(rows)), _note(len(rows)))]
    if len(rest):
        tables.append(DataTable(rest, say("concerns.view.specific_rest", count=len(rest)), collapsed=True))
    return tables


def _vague_tables(frame: pd.DataFrame) -> list[DataTable]:
    """What to ask about each concern that cannot be acted on yet, and the questions in full."""
    rows: Any = frame[~frame["specific"]]
    if rows.empty:
        return []
    say = METHOD.say
    shown = pd.DataFrame(
        [
            {
                say(f"{_COLUMN}.what_happened"): row.what_happened or say("concerns.view.unknown"),
                say(f"{_COLUMN}.where"): _where(row),
                say(f"{_COLUMN}.missing"): "; ".join(
                    METHOD.concern_fields[field].label for field in row.missing.split("+") if field
                ),
                say(f"{_COLUMN}.heard"): _heard(row),
            }
            for row in rows.head(_ROWS).itertuples()
        ]
    )
    asked = {field for missing in rows["missing"] for field in str(missing).split("+")}
    key = pd.DataFrame(
        [
            {say(f"{_COLUMN}.missing"): field.label, say(f"{_COLUMN}.ask"): field.question}
            for field in METHOD.concern_fields.values()
            if field.id in asked
        ]
    )
    return [
        DataTable(key, say("concerns.view.ask_caption")),
        DataTable(shown, say("concerns.view.vague_caption", count=len(rows)), _note(len(rows))),
    ]


def _recurring_table(result: SpecificConcerns) -> DataTable | None:
    rows: Any = result.recurring
    if rows.empty:
        return None
    say = METHOD.say
    shown = pd.DataFrame(
        [
            {
                say(f"{_COLUMN}.tool"): row.tool,
                say(f"{_COLUMN}.task"): row.task,
                say(f"{_COLUMN}.concerns"): f"{row.concerns}",
                say(f"{_COLUMN}.times"): say("concerns.view.unknown") if pd.isna(row.times) else f"{row.times}",
                say(f"{_COLUMN}.specific"): f"{row.specific}",
                say(f"{_COLUMN}.unanswered"): f"{row.unanswered}",
                say(f"{_COLUMN}.period"): " – ".join(dict.fromkeys((_date(row.first), _date(row.last)))),
            }
            for row in rows.head(_ROWS).itertuples()
        ]
    )
    return DataTable(shown, say("concerns.view.recurring_caption"))


def _where(row: Any) -> str:
    """Tool and task; what is not known of the two is left to the column of missing facts."""
    return " – ".join(part for part in (row.tool, row.task) if part) or METHOD.say("concerns.view.unknown")


def _heard(row: Any) -> str:
    who = row.department or METHOD.say("concerns.view.hidden")
    return METHOD.say("concerns.view.heard", department=who, date=_date(row.date))


def _note(rows: int) -> str:
    note = METHOD.say("concerns.view.withheld_note")
    if rows > _ROWS:
        note = f"{note} {METHOD.say('concerns.view.more', count=rows - _ROWS)}"
    return note


def _state(row: Any) -> str:
    if row.unanswered:
        return METHOD.say("concerns.view.waiting")
    if row.status:
        return METHOD.label("concern_status", row.status)
    return (
        METHOD.say("concerns.view.unknown")
        if said_nothing(row.said_after)
        else METHOD.label("concern_status", "answered")
    )


def _date(value: Any) -> str:
    return METHOD.say("concerns.view.unknown") if pd.isna(value) else METHOD.say("concerns.view.date", date=value)
