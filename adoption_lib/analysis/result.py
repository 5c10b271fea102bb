"""What every analysis returns: findings, the tables it used or lacked, and how much was withheld."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from adoption_lib.analysis.finding import Evidence, Finding
from adoption_lib.engagement import Engagement
from adoption_lib.method import METHOD
from adoption_lib.method.phrases import list_phrase

__all__ = ["Result", "evidence", "missing_tables", "not_collected"]


@dataclass(frozen=True)
class Result:
    """Base of all analysis results.

    Parameters
    ----------
    element : str
        Method id the result answers.
    findings : tuple of Finding
        Most consequential first; never empty: a result that has nothing to say says so.
    withheld : int
        Cells not shown because too few people stand behind them.
    stamp : str
        Method version and data hash.
    """

    element: str
    findings: tuple[Finding, ...]
    withheld: int
    stamp: str


def evidence(client: Engagement, *tables: str) -> tuple[Evidence, ...]:
    """Rows and date range of the tables a finding rests on; tables that were not collected are left out."""
    entries = []
    for name in tables:
        if not client.has(name):
            continue
        frame = client.table(name)
        dates = [
            frame[column.id].dropna()
            for column in METHOD.tables[name].columns
            if column.type in ("date", "week", "month") and not column.future
        ]
        stamps = pd.concat(dates) if dates else pd.Series(dtype="datetime64[s]")
        first, last = (stamps.min().date(), stamps.max().date()) if len(stamps) else (None, None)
        entries.append(Evidence(name, len(frame), first, last))
    return tuple(entries)


def missing_tables(client: Engagement, tables: Sequence[str]) -> tuple[str, ...]:
    """Those of ``tables`` that were not collected."""
    return tuple(name for name in tables if not client.has(name))


def not_collected(client: Engagement, element: str, tables: Sequence[str]) -> Finding:
    """The finding that stands where data are absent: what was not collected, what stays unknown, how to collect it."""
    method = client.method
    labels = [method.tables[name].label for name in tables]
    key = "result.not_collected" if len(labels) == 1 else "result.not_collected_many"
    first = method.tables[tables[0]]
    return Finding(
        element=element,
        kind="not_collected",
        statement=" ".join(
            (
                method.say(key, tables=list_phrase(labels)),
                method.say("result.unknown", question=method.elements[element].question),
            )
        ),
        next_step=method.say("result.collect", table=first.label, purpose=first.purpose),
        strength=0.2,
        stamp=client.stamp,
    )
