"""How readiness to commit looks: a checklist with what was found and what is missing (A5)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from adoption_lib.analysis.commitment import Commitment
from adoption_lib.method import METHOD
from adoption_lib.views.data_table import DataTable
from adoption_lib.views.prose import Lead
from adoption_lib.views.show import parts


@parts.register
def _(result: Commitment) -> list[object]:
    checklist = pd.DataFrame(
        {
            _column("condition"): [METHOD.say(f"commitment.{row.id}.name") for row in result.conditions],
            _column("state"): [METHOD.say(f"commitment.state.{row.state}") for row in result.conditions],
            _column("found"): [row.value for row in result.conditions],
            _column("missing"): [row.missing or "–" for row in result.conditions],
        }
    )
    say = METHOD.say
    items: list[object] = [
        Lead(_lead(result)),
        DataTable(checklist, say("commitment.view.caption"), say("commitment.view.note")),
    ]
    if bool(result.agreement["uniform"].notna().any()):
        reliability = [_reliability(result, row) for row in result.reliability.to_dict("records")]
        note = say("commitment.view.agreement_note", reliability=" ".join(text for text in reliability if text)).strip()
        items.append(DataTable(_agreement(result), say("commitment.view.agreement"), note))
    return items


def _lead(result: Commitment) -> str:
    states = [condition.state for condition in result.conditions]
    counts = {"met": states.count("met"), "count": len(states)}
    if result.go:
        return METHOD.say("commitment.view.lead_go", **counts)
    if states.count("not_met"):
        return METHOD.say("commitment.view.lead_not_yet", failed=states.count("not_met"), **counts)
    return METHOD.say("commitment.view.lead_unknown", unknown=states.count("cannot_tell"), **counts)


def _agreement(result: Commitment) -> pd.DataFrame:
    cells = {(row["group"], row["part"]): row for row in result.agreement.to_dict("records")}
    rows = []
    for group, label in result.labels.items():
        shown = {_column("group"): label}
        for part in METHOD.term_ids("part"):
            shown[METHOD.label("part", part)] = _cell(cells.get((group, part), {}))
        rows.append(shown)
    return pd.DataFrame(rows)


def _cell(row: Mapping[Any, Any]) -> str:
    if not row or math.isnan(float(row["uniform"])):
        return METHOD.say("commitment.view.withheld") if row and row["withheld"] else "–"
    return f"{float(row['uniform']):.2f} / {float(row['skewed']):.2f}"


def _reliability(result: Commitment, row: Mapping[Any, Any]) -> str:
    if math.isnan(float(row["icc_one"])) or math.isnan(float(row["icc_mean"])):
        return ""
    return METHOD.say(
        "commitment.view.reliability",
        group=result.labels[str(row["group"])],
        one=f"{float(row['icc_one']):.2f}",
        mean=f"{float(row['icc_mean']):.2f}",
        n=int(row["n"]),
    )


def _column(name: str) -> str:
    return METHOD.say(f"commitment.view.column.{name}")
