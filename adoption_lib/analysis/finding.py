"""The currency of the product: one finding, what it rests on, how sure it is, who acts and what comes next."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from adoption_lib.method import METHOD

__all__ = ["FINDING_MIME", "Evidence", "Finding"]

FINDING_MIME = "application/vnd.adoption.finding+json"
Gap = Literal["deployment", "trust", "both", "none", "undetermined"]


@dataclass(frozen=True)
class Evidence:
    """Where a finding comes from.

    Parameters
    ----------
    table : str
        Table of the engagement, or ``engagement.yaml``.
    rows : int
        Rows that entered.
    first, last : datetime.date or None
        Dates of the oldest and newest row, where the table has dates.
    """

    table: str
    rows: int
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True)
class Finding:
    """One statement about a client that somebody can act upon.

    Parameters
    ----------
    element : str
        Method id, such as ``"B2"``.
    kind : {"finding", "cannot_tell", "not_collected"}
        "Cannot tell yet" and "not collected" are results of their own; their ``next_step`` says what would tell.
    statement : str
        Plain sentence, complete without its picture.
    how_sure : str
        Words and number, such as ``"very likely (93 %)"``; empty for a fact read off a table.
    gap : {"deployment", "trust", "both", "none", "undetermined"}
        Where the gap lies (B11); "none" where nothing has to be closed.
    owner : {"HR", "AI", "joint"}
        Who acts.
    next_step : str
        First step and how one will know it worked.
    strength : float
        Consequence between 0 (note) and 1 (decides the case): sorts findings, never shown.
    n : int or None
        People or rows behind the statement.
    interval : tuple of float or None
        Interval of the figure in the statement.
    probability : float or None
        Probability that the statement holds.
    evidence : tuple of Evidence
        Tables and dates the statement rests on.
    stamp : str
        Method version and data hash.
    """

    element: str
    kind: Literal["finding", "cannot_tell", "not_collected"]
    statement: str
    next_step: str
    gap: Gap = "undetermined"
    owner: Literal["HR", "AI", "joint"] = "joint"
    how_sure: str = ""
    strength: float = 0.5
    n: int | None = None
    interval: tuple[float, float] | None = None
    probability: float | None = None
    evidence: tuple[Evidence, ...] = field(default=())
    stamp: str = ""

    def payload(self) -> dict[str, Any]:
        """Return the finding as JSON-ready values: dates as ISO text."""
        values = asdict(self)
        values["evidence"] = [
            {**entry, "first": _iso(entry["first"]), "last": _iso(entry["last"])} for entry in values["evidence"]
        ]
        values["interval"] = list(self.interval) if self.interval is not None else None
        return values

    @classmethod
    def from_payload(cls, values: Mapping[str, Any]) -> Finding:
        """Rebuild a finding from :meth:`payload`; TypeError where a field is unknown."""
        fields = dict(values)
        fields["evidence"] = tuple(
            Evidence(entry["table"], entry["rows"], _date(entry["first"]), _date(entry["last"]))
            for entry in values.get("evidence", ())
        )
        interval = values.get("interval")
        fields["interval"] = (float(interval[0]), float(interval[1])) if interval is not None else None
        return cls(**fields)

    @property
    def badge(self) -> str:
        """Label of the gap, or of the kind where nothing was found."""
        if self.kind == "finding":
            return METHOD.label("gap", self.gap)
        return METHOD.say(f"finding.kind.{self.kind}")

    def rests_on(self) -> str:
        """What the finding rests on, in words: n, tables and dates."""
        parts = [METHOD.say("finding.n", n=self.n)] if self.n else []
        for entry in self.evidence:
            if entry.table not in METHOD.tables:
                parts.append(METHOD.say("finding.settings"))
                continue
            table = METHOD.tables[entry.table].label
            dates = ""
            if entry.first and entry.last:
                dates = METHOD.say("finding.dates", first=f"{entry.first:%B %Y}", last=f"{entry.last:%B %Y}")
                if (entry.first.year, entry.first.month) == (entry.last.year, entry.last.month):
                    dates = METHOD.say("finding.date", first=f"{entry.first:%B %Y}")
            rows = METHOD.say("finding.rows.one" if entry.rows == 1 else "finding.rows.many", rows=f"{entry.rows:,}")
            parts.append(f"{table} ({rows}{dates})")
        return "; ".join(parts)

    def __str__(self) -> str:
        sure = f" {self.how_sure}." if self.how_sure else ""
        return f"[{self.element}, {self.badge}] {self.statement}{sure} {self.next_step}"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": str(self), "text/html": self._html(), FINDING_MIME: self.payload()}

    def _html(self) -> str:
        def row(label: str, text: str) -> str:
            return f"<dt>{html.escape(METHOD.say(label))}</dt><dd>{html.escape(text)}</dd>" if text else ""

        owner = METHOD.label("owner", self.owner)
        return (
            f'<article class="finding {self.kind} gap-{self.gap}">'
            f'<p class="badge">{html.escape(self.badge)}</p><p class="statement">{html.escape(self.statement)}</p><dl>'
            + row("finding.label.sure", self.how_sure)
            + row("finding.label.rests_on", self.rests_on())
            + row("finding.label.owner", owner)
            + row("finding.label.next", self.next_step)
            + "</dl></article>"
        )


def _iso(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None


def _date(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None
