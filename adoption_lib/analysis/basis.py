"""What a page rests on: tables, rows and dates behind it, what was withheld, and remarks on how the input was read."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from adoption_lib.analysis.result import Result, evidence
from adoption_lib.engagement import Engagement
from adoption_lib.errors import Problem
from adoption_lib.method import METHOD

__all__ = ["DataBasis", "data_basis"]


@dataclass(frozen=True)
class DataBasis(Result):
    """Provenance of a page.

    ``tables`` has one row per table the page's elements take: label, rows (0 where not collected), first and last date.
    """

    tables: pd.DataFrame
    notes: tuple[Problem, ...]


def data_basis(client: Engagement, *results: Result) -> DataBasis:
    """Collect the provenance of ``results``, in the order in which the method lists the tables."""
    taken = {table for result in results for table in METHOD.elements[result.element].takes}
    rows = []
    for name, table in client.method.tables.items():
        if name not in taken:
            continue
        found = evidence(client, name)
        entry = found[0] if found else None
        rows.append(
            {
                "table": table.label,
                "rows": entry.rows if entry else 0,
                "first": entry.first if entry else None,
                "last": entry.last if entry else None,
            }
        )
    return DataBasis(
        element="",
        findings=(),
        withheld=sum(result.withheld for result in results),
        stamp=client.stamp,
        tables=pd.DataFrame(rows, columns=["table", "rows", "first", "last"]),
        notes=client.notes,
    )
