"""How the map of decision rights, the learning log and the executives' signals look (C13)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from adoption_lib.analysis.decision_rights import DecisionRights
from adoption_lib.method import METHOD
from adoption_lib.views.data_table import DataTable
from adoption_lib.views.governance import day, shortened
from adoption_lib.views.picture import Picture
from adoption_lib.views.prose import Lead
from adoption_lib.views.show import parts
from adoption_lib.views.word_matrix import Cell, Tone, word_matrix

_TONES: dict[str, Tone] = {
    "expected": "fine",
    "joint": "fine",
    "other_side": "attention",
    "overlap": "attention",
    "unclear": "unknown",
    "gap": "absent",
}


@parts.register
def _(result: DecisionRights) -> list[object]:
    items: list[object] = []
    lead = _lead(result)
    if lead:
        items.append(Lead(lead))
    if len(result.rights):
        items.append(_map(result))
    if len(result.learning):
        caption, note = _say("learning_caption"), _say("learning_note")
        items.append(DataTable(_learning_table(result.learning), caption, note))
    if result.signals is not None:
        items.append(DataTable(_signal_table(result.signals), _say("signals_caption")))
    return items


def _say(key: str, **values: object) -> str:
    return METHOD.say(f"decision_rights.{key}", **values)


def _counts(rights: pd.DataFrame) -> dict[str, int]:
    states = rights["state"]
    return {
        "total": len(rights),
        "settled": int(states.isin(["expected", "joint"]).sum()),
        "other": int((states == "other_side").sum()),
        "overlap": int(states.isin(["overlap", "unclear"]).sum()),
        "gap": int((states == "gap").sum()),
    }


def _lead(result: DecisionRights) -> str:
    text = ""
    if len(result.rights):
        text = _say("lead.map", **_counts(result.rights))
    elif len(result.learning) or result.signals is not None:
        text = _say("lead.no_map")
    if len(result.learning):
        text += " " + _say("lead.learning", n=len(result.learning), written=int(result.learning["written"].sum()))
    return text.strip()


def _map(result: DecisionRights) -> Picture:
    rights = result.rights
    counts = _counts(rights)
    departments = list(dict.fromkeys(rights["department"]))
    decisions = list(METHOD.decision_holders)
    entries = {(row.department, row.decision): row for row in rights.itertuples()}
    cells = {
        (r, c): [_cell(entries[(department, decision)])]
        for r, department in enumerate(departments)
        for c, decision in enumerate(decisions)
    }
    holders = list(METHOD.decision_holders.values())
    groups = [(_say(f"group.{holder}"), holders.count(holder)) for holder in dict.fromkeys(holders)]
    figure = word_matrix(
        [_department(name, departments) for name in departments],
        [METHOD.label("decision", decision) for decision in decisions],
        cells,
        groups,
    )
    unsettled = counts["total"] - counts["settled"]
    scope = _say("scope", count=result.out_of_scope) if result.out_of_scope else ""
    return Picture(
        figure,
        title=_say("title.gaps", open=unsettled, total=counts["total"]) if unsettled else _say("title.fine"),
        subtitle=_say("subtitle", total=counts["total"]) + scope,
        alt=_say("alt", **counts),
        data=_rights_table(rights, departments),
        stamp=result.stamp,
        withheld=result.withheld,
    )


def _department(name: str, departments: list[str]) -> str:
    return name or _say("all_departments" if len(departments) == 1 else "other_departments")


def _cell(row: Any) -> Cell:
    mark = "" if row.written or row.state in ("gap", "unclear") else _say("cell.unwritten")
    if row.state in ("gap", "unclear"):
        return Cell(_say(f"cell.{row.state}"), _TONES[row.state])
    if row.state == "overlap":
        # "Together" without a rule for differences is a claim of both; two entries that disagree are one as well.
        return Cell(_say("cell.overlap") + mark, _TONES["overlap"])
    second = {"expected": "as_meant", "other_side": "other_side", "joint": "agreed"}[row.state]
    return Cell(f"{_say(f'cell.{row.holders}')}{mark}\n{_say(f'cell.{second}')}", _TONES[row.state])


def _rights_table(rights: pd.DataFrame, departments: list[str]) -> pd.DataFrame:
    def held(row: Any) -> str:
        names = [METHOD.label("held_by", holder) for holder in str(row.holders).split("+") if holder]
        return " + ".join(names) if names else _say("nobody")

    return pd.DataFrame(
        {
            _say("column.department"): [_department(name, departments) for name in rights["department"]],
            _say("column.decision"): [METHOD.label("decision", decision) for decision in rights["decision"]],
            _say("column.belongs"): [METHOD.label("held_by", holder) for holder in rights["expected"]],
            _say("column.held"): [held(row) for row in rights.itertuples()],
            _say("column.state"): [_say(f"state.{state}") for state in rights["state"]],
            _say("column.stated"): [shortened(text) or _say("nowhere") for text in rights["stated_in"]],
        }
    )


def _learning_table(learning: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _say("column.initiative"): learning["initiative"],
            _say("column.department"): learning["department"],
            _say("column.learning"): [shortened(text) or _say("not_written") for text in learning["learning"]],
        }
    )


def _signal_table(signals: pd.DataFrame) -> pd.DataFrame:
    terms = {term.id: term for term in METHOD.vocabularies["executive_signal"]}
    return pd.DataFrame(
        {
            _say("column.signal"): [terms[kind].label for kind in signals["kind"]],
            _say("column.meaning"): [terms[kind].meaning for kind in signals["kind"]],
            _say("column.times"): [str(times) if times else _say("never") for times in signals["times"]],
            _say("column.last"): [day(value) if value is not None else None for value in signals["last"]],
        }
    )
