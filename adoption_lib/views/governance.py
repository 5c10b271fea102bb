"""How sponsors, joint sign-off and product owners look (C3, C4, C5)."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd

from adoption_lib.analysis.product_owner import ProductOwner
from adoption_lib.analysis.sign_off import JointSignOff
from adoption_lib.analysis.sponsorship import DualSponsorship
from adoption_lib.method import METHOD
from adoption_lib.views.data_table import DataTable
from adoption_lib.views.picture import Picture
from adoption_lib.views.prose import Lead
from adoption_lib.views.show import parts
from adoption_lib.views.word_matrix import Cell, Tone, stage_board, word_matrix

__all__ = ["day", "shortened"]

MOST_ROWS = 30
"""More initiatives than this are read in the table; a picture of them would no longer fit a page."""

MOST_TEXT = 300
"""Characters of free text in a cell of a table; the form holds the rest."""

_OWNER_TONES: dict[str, Tone] = {
    "department": "fine",
    "ai_team": "attention",
    "elsewhere": "attention",
    "none": "absent",
}
_SIGN_TONES: dict[str, Tone] = {
    "both": "fine",
    "ahead_business": "attention",
    "ahead_technical": "attention",
    "ahead_unsigned": "attention",
    "overdue": "attention",
    "blocked": "attention",
    "only_business": "fine",
    "only_technical": "fine",
    "not_due": "quiet",
    "ended": "quiet",
    "not_recorded": "unknown",
}


def day(value: Any) -> str:
    """Return a date as a reader says it, or an en dash where there is none."""
    if pd.isna(value):
        return METHOD.say("governance.none_given")
    date = pd.Timestamp(value)
    return f"{date.day} {date:%b %Y}"


def shortened(text: str, most: int = MOST_TEXT) -> str:
    """Return free text on one line, cut at a word where it is longer than a table cell should be."""
    return textwrap.shorten(text, most, placeholder=" …")


def _column(name: str) -> str:
    return METHOD.say(f"governance.column.{name}")


def _stages(shown: pd.DataFrame) -> list[tuple[str, str]]:
    """Stages as columns, from idea to scaled; "stopped" only where a stopped initiative is shown."""
    present = set(shown["stage"])
    terms = METHOD.vocabularies["stage"]
    return [(term.id, term.label) for term in terms if term.id != "stopped" or term.id in present]


def _more_rows(count: int) -> str:
    return METHOD.say("governance.sponsorship.more_rows", shown=MOST_ROWS) if count > MOST_ROWS else ""


def _board(frame: pd.DataFrame, boxes: list[list[Cell]]) -> Any:
    return stage_board(list(zip(frame["initiative"], frame["stage"], strict=True)), _stages(frame), boxes)


@parts.register
def _(result: DualSponsorship) -> list[object]:
    if result.sponsors.empty:
        return []
    say = METHOD.say
    key = "some" if result.complete < result.running else "all"
    lead = say(
        f"governance.sponsorship.lead.{key if result.running else 'none_running'}",
        complete=result.complete,
        running=result.running,
    )
    data = pd.DataFrame(
        {
            _column("initiative"): result.sponsors["initiative"],
            _column("department"): result.sponsors["department"],
            _column("stage"): [METHOD.label("stage", stage) for stage in result.sponsors["stage"]],
            _column("business"): _or_dash(result.sponsors["business"]),
            _column("technical"): _or_dash(result.sponsors["technical"]),
            _column("sponsors"): [say(f"governance.sponsorship.state.{state}") for state in result.sponsors["state"]],
        }
    )
    table = DataTable(data, say("governance.sponsorship.caption"), say("governance.sponsorship.note"))
    shown = result.sponsors[result.sponsors["running"]].head(MOST_ROWS)
    if shown.empty:
        return [Lead(lead), table]
    picture = Picture(
        _board(shown, [_sponsor_boxes(row) for row in shown.itertuples()]),
        title=say(
            f"governance.sponsorship.title.{'gaps' if key == 'some' else 'all'}",
            complete=result.complete,
            running=result.running,
        ),
        subtitle=say("governance.sponsorship.subtitle", n=result.running) + _more_rows(result.running),
        alt=say("governance.sponsorship.alt", n=result.running, complete=result.complete, running=result.running),
        data=data[[*data.columns[:3], data.columns[-1]]],
        stamp=result.stamp,
        withheld=result.withheld,
    )
    return [Lead(lead), picture, table]


def _sponsor_boxes(row: Any) -> list[Cell]:
    box = "governance.sponsorship.box"
    if row.state == "same_person":
        return [Cell(METHOD.say(f"{box}.same"), "attention")]
    cells = []
    for letter, sponsor, gap in (("B", row.business, "business_missing"), ("T", row.technical, "technical_missing")):
        if sponsor:
            cells.append(Cell(METHOD.say(f"{box}.{letter}")))
        elif row.state in (gap, "none"):
            cells.append(Cell(METHOD.say(f"{box}.no_{letter}"), "absent"))
        else:
            cells.append(Cell(METHOD.say(f"{box}.unknown"), "unknown"))
    return cells


def _or_dash(column: pd.Series[Any]) -> list[str]:
    return [str(value) or METHOD.say("governance.none_given") for value in column]


@parts.register
def _(result: ProductOwner) -> list[object]:
    if result.owners.empty:
        return []
    say, owners = METHOD.say, result.owners
    key = "some" if result.in_department < result.running else "all"
    lead = say(
        f"governance.owner.lead.{key if result.running else 'none_running'}",
        inside=result.in_department,
        running=result.running,
    )
    data = pd.DataFrame(
        {
            _column("initiative"): owners["initiative"],
            _column("department"): owners["department"],
            _column("stage"): [METHOD.label("stage", stage) for stage in owners["stage"]],
            _column("owner"): [_owner_words(row) for row in owners.itertuples()],
        }
    )
    table = DataTable(data, say("governance.owner.caption"))
    shown = owners[owners["running"]].head(MOST_ROWS)
    if shown.empty:
        return [Lead(lead), table]
    boxes = [
        [Cell(say(f"governance.owner.cell.{row.state}"), _OWNER_TONES.get(str(row.state), "unknown"))]
        for row in shown.itertuples()
    ]
    picture = Picture(
        _board(shown, boxes),
        title=say(f"governance.owner.title.{key}", inside=result.in_department, running=result.running),
        subtitle=say("governance.owner.subtitle", n=result.running) + _more_rows(result.running),
        alt=say("governance.owner.alt", n=result.running, inside=result.in_department, running=result.running),
        data=data,
        stamp=result.stamp,
        withheld=result.withheld,
    )
    return [Lead(lead), picture, *([table] if len(shown) < len(owners) else [])]


def _owner_words(row: Any) -> str:
    words = METHOD.say(f"governance.owner.state.{row.state}")
    if row.same_as_technical and row.state == "ai_team":
        return METHOD.say("governance.owner.same_as_technical", state=words)
    return words


@parts.register
def _(result: JointSignOff) -> list[object]:
    if result.matrix.empty:
        return []
    say, matrix = METHOD.say, result.matrix
    states = matrix["state"]
    overdue, blocked = int((states == "overdue").sum()), int((states == "blocked").sum())
    key = "ahead" if result.ahead else "fine" if result.passed else "early"
    both = result.passed - result.ahead
    lead = say(f"governance.sign_off.lead.{key}", both=both, passed=result.passed, ahead=result.ahead)
    if overdue:
        lead += " " + say("governance.sign_off.lead.open", overdue=overdue, blocked=blocked)
    title_key = "ahead" if result.ahead else "waiting" if overdue else key
    title = say(
        f"governance.sign_off.title.{title_key}", ahead=result.ahead, passed=result.passed, waiting=overdue + blocked
    )
    names = list(dict.fromkeys(matrix["initiative"]))
    # Initiatives that nothing is recorded for come last: they are a gap in the record, not in the decisions.
    told = set(matrix.loc[~matrix["state"].isin(["not_recorded", "ended"]), "initiative"])
    names = sorted(names, key=lambda name: name not in told)[:MOST_ROWS]
    sequence = METHOD.vocabularies["milestone"]
    entries = {(row.initiative, row.milestone): row for row in matrix.itertuples()}
    cells = {
        (r, c): [_sign_cell(entries[(name, term.id)])]
        for r, name in enumerate(names)
        for c, term in enumerate(sequence)
    }
    count = matrix["initiative"].nunique()
    picture = Picture(
        word_matrix(names, [term.label for term in sequence], cells),
        title=title,
        subtitle=say("governance.sign_off.subtitle", date=_as_of(result), n=count) + _more_rows(count),
        alt=say("governance.sign_off.alt", n=count, ahead=result.ahead, overdue=overdue, blocked=blocked),
        data=_sign_table(matrix),
        stamp=result.stamp,
        withheld=result.withheld,
    )
    items: list[object] = [Lead(lead), picture]
    if len(result.order):
        items.append(DataTable(_order_table(result.order), say("governance.sign_off.order_caption")))
    return items


def _as_of(result: JointSignOff) -> str:
    return day(result.as_of) if result.as_of else METHOD.say("governance.sign_off.no_date")


def _sign_cell(row: Any) -> Cell:
    say = METHOD.say
    tone = _SIGN_TONES[row.state]
    if row.state == "both":
        signed = max(row.signed_business, row.signed_technical)
        mark = "both_late" if row.late else "both"
        return Cell(f"{say(f'governance.sign_off.cell.{mark}')}\n{day(signed)}", tone)
    text = say(f"governance.sign_off.cell.{row.state}")
    if row.state.startswith("ahead") and row.late:
        side = {"ahead_business": "T", "ahead_technical": "B"}.get(row.state, _late_sides(row))
        text += "\n" + say("governance.sign_off.cell.other_later", side=side)
    elif row.state == "overdue":
        text += "\n" + say("governance.sign_off.cell.since", date=day(row.due))
    elif row.state == "not_due":
        text += f"\n{day(row.due)}"
    if row.state in ("overdue", "blocked") and row.signed in ("business", "technical"):
        text += "\n" + say(f"governance.sign_off.cell.signed_{row.signed}")
    return Cell(text, tone)


def _late_sides(row: Any) -> str:
    signed = (("B", row.signed_business), ("T", row.signed_technical))
    return " + ".join(letter for letter, value in signed if pd.notna(value))


def _sign_table(matrix: pd.DataFrame) -> pd.DataFrame:
    def words(row: Any) -> str:
        blocker = METHOD.label("milestone", row.blocked_by).lower() if row.blocked_by else ""
        text = METHOD.say(f"governance.sign_off.state.{row.state}", milestone=blocker)
        return text + (METHOD.say("governance.sign_off.state.late") if row.late else "")

    return pd.DataFrame(
        {
            _column("initiative"): matrix["initiative"],
            _column("milestone"): [METHOD.label("milestone", milestone) for milestone in matrix["milestone"]],
            _column("state"): [words(row) for row in matrix.itertuples()],
            _column("due"): [day(value) for value in matrix["due"]],
            _column("passed"): [day(value) for value in matrix["passed_on"]],
            _column("signed_business"): [day(value) for value in matrix["signed_business"]],
            _column("signed_technical"): [day(value) for value in matrix["signed_technical"]],
        }
    )


def _order_table(order: pd.DataFrame) -> pd.DataFrame:
    def settled(value: Any) -> str:
        return METHOD.say("governance.sign_off.kind.unsettled") if pd.isna(value) else day(value)

    return pd.DataFrame(
        {
            _column("initiative"): order["initiative"],
            _column("milestone"): [METHOD.label("milestone", milestone) for milestone in order["milestone"]],
            _column("what"): [
                f"{METHOD.say(f'governance.sign_off.kind.{row.kind}')}, {day(row.date)}" for row in order.itertuples()
            ],
            _column("earlier"): [METHOD.label("milestone", milestone) for milestone in order["earlier"]],
            _column("settled"): [settled(value) for value in order["earlier_date"]],
        }
    )
