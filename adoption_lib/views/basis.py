"""How the provenance of a page looks."""

from __future__ import annotations

from typing import Any

import pandas as pd

from adoption_lib.analysis.basis import DataBasis
from adoption_lib.method import METHOD
from adoption_lib.views.data_table import DataTable
from adoption_lib.views.prose import Note
from adoption_lib.views.show import parts


@parts.register
def _(result: DataBasis) -> list[object]:
    def dates(row: pd.Series[Any]) -> str:
        if not row["rows"]:
            return METHOD.say("basis.not_collected")
        if row["first"] is None or row["last"] is None:
            return METHOD.say("basis.undated")
        return METHOD.say("basis.dates", first=row["first"], last=row["last"])

    shown = pd.DataFrame(
        {
            METHOD.say("basis.table"): result.tables["table"],
            METHOD.say("basis.rows"): [f"{n:,}" if n else "–" for n in result.tables["rows"]],
            METHOD.say("basis.period"): [dates(row) for _, row in result.tables.iterrows()],
        }
    )
    items: list[object] = [DataTable(shown, METHOD.say("basis.caption"))]
    if result.withheld:
        items.append(Note(METHOD.say("basis.withheld", count=result.withheld)))
    if result.notes:
        items.append(Note(METHOD.say("basis.notes", count=len(result.notes))))
    items.append(Note(METHOD.say("basis.stamp", stamp=result.stamp)))
    return items
