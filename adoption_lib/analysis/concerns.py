"""Which concerns are specific enough to act on, and what has to be asked about the others (B8)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from adoption_lib.analysis.concerns_findings import concerns_findings
from adoption_lib.analysis.intervals import wilson_interval
from adoption_lib.analysis.privacy import shown_segments
from adoption_lib.analysis.result import Result
from adoption_lib.engagement import Engagement

__all__ = ["SpecificConcerns", "known_facts", "said_nothing", "specific_concerns"]

_NAN = float("nan")
_WORDS = 4
_LENGTH = 240
_NOTHING = re.compile(r"(?i)^\W*(nothing|none|no answer|no reply|no one|nobody|not a word|nichts|rien)\b")
_COLUMNS = [
    "concern",
    "date",
    "department",
    "tool",
    "task",
    "what_happened",
    "times",
    "said_after",
    "cause",
    "status",
    "facts",
    "specific",
    "unanswered",
    "missing",
]
_GROUP_COLUMNS = ["tool", "task", "concerns", "times", "specific", "unanswered", "first", "last"]


@dataclass(frozen=True)
class SpecificConcerns(Result):
    """The concern log, judged by what is known about each concern.

    Parameters
    ----------
    concerns : DataFrame
        One row per concern, specific and unanswered first: ``concern`` (number in this order), ``date``, ``department``
        (empty where unknown or withheld), ``tool``, ``task``, ``what_happened``, ``times``, ``said_after``, ``cause``
        (empty where not coded), ``status``, ``facts`` (0 to 6), ``specific``, ``unanswered`` (recorded as open and
        nothing said), ``missing`` (ids of unknown facts, joined by "+").
    recurring : DataFrame
        Tool and task with two concerns or more: ``tool``, ``task``, ``concerns``, ``times``, ``specific``,
        ``unanswered``, ``first``, ``last``.
    share, low, high : float
        Share of concerns that are specific with its interval; NaN without any.
    """

    concerns: pd.DataFrame
    recurring: pd.DataFrame
    share: float
    low: float
    high: float


def said_nothing(text: str) -> bool:
    """Whether the field records that nobody said anything: itself a fact, unlike a blank."""
    return bool(_NOTHING.match(text)) and len(text.split()) <= 8


def known_facts(concerns: pd.DataFrame, fields: tuple[str, ...]) -> pd.DataFrame:
    """Say which facts are known about each concern.

    What happened counts from four words on: fewer name a mood. A record that nothing was said afterwards is
    known; a blank is not.

    Parameters
    ----------
    concerns : DataFrame
        Rows of ``concern_log``.
    fields : tuple of str
        Columns that make a concern specific.

    Returns
    -------
    DataFrame of bool
        One column per field.
    """
    known = {}
    for field in fields:
        text = concerns[field].astype("string").fillna("").str.strip()
        words = text.map(lambda value: len(value.split())).astype("int64")
        known[field] = words >= (_WORDS if field == "what_happened" else 1)
    return pd.DataFrame(known, index=concerns.index).astype(bool)


def specific_concerns(client: Engagement) -> SpecificConcerns:
    """Judge every concern by the six facts that let somebody act on it.

    A concern is specific if ``actionable_fields`` of the facts are known and what happened is one of them. Free text is
    shown without its department where fewer people work there than must stand behind published text, and without any
    text where the whole organisation is that small. A department left blank could be a hidden one or one not recorded:
    never fewer than two departments are hidden, so that blank does not name one.

    Parameters
    ----------
    client : Engagement
        Uses ``concern_log``.
    """
    log = client.table("concern_log")
    fields = tuple(client.method.concern_fields)
    known = known_facts(log, fields)
    facts = known.sum(axis=1).astype("int64")
    specific = (facts >= client.method.threshold("actionable_fields")) & known["what_happened"]
    said = log["said_after"].astype("string").fillna("").str.strip()
    silence = said.map(said_nothing).astype(bool)
    # A log entry is open, by definition, while nobody has gone back; a blank status alone says nothing either way.
    is_open = log["status"].eq("open").fillna(False).astype(bool)
    unanswered = (is_open & (silence | (said == ""))) | (log["status"].isna() & silence)
    floor, heads = client.settings.anonymity.text, pd.Series(client.settings.headcounts, dtype="int64")
    shown = shown_segments(heads, floor)
    hidden = log["department"].isin(list(shown.index[~shown])).fillna(False).astype(bool)
    if heads.sum() < floor:
        blank = pd.Series(pd.NA, index=log.index, dtype="string")
        log = log.assign(tool=blank, task=blank, what_happened=blank, said_after=blank, coded_cause=blank)
    frame = pd.DataFrame(
        {
            "date": log["date"],
            "department": log["department"].astype("string").fillna("").mask(hidden, ""),
            "tool": _clean(log["tool"]),
            "task": _clean(log["task"]),
            "what_happened": _clean(log["what_happened"]),
            "times": log["times"],
            "said_after": _clean(log["said_after"]),
            "cause": log["coded_cause"].astype("string").fillna(""),
            "status": log["status"].astype("string").fillna(""),
            "facts": facts,
            "specific": specific.astype(bool),
            "unanswered": unanswered.astype(bool),
            "missing": pd.Series(
                ["+".join(field for field in fields if not row[field]) for _, row in known.iterrows()],
                index=log.index,
                dtype="string",
            ),
        }
    )
    keys = ["specific", "unanswered", "facts", "date", "tool", "task", "what_happened", "department", "said_after"]
    frame = frame.sort_values(keys, ascending=[False, False, False, False, True, True, True, True, True], kind="stable")
    frame.insert(0, "concern", range(1, len(frame) + 1))
    frame = frame.reset_index(drop=True)[_COLUMNS]
    n, count = len(frame), int(frame["specific"].sum())
    low, high = wilson_interval(count, n)
    result = SpecificConcerns(
        element="B8",
        findings=(),
        withheld=int(hidden.sum()),
        stamp=client.stamp,
        concerns=frame,
        recurring=_recurring(frame),
        share=count / n if n else _NAN,
        low=low,
        high=high,
    )
    return replace(result, findings=concerns_findings(client, result))


def _clean(column: pd.Series[Any]) -> pd.Series[str]:
    """Text on one line, without control characters, cut at a length that is still an account and not a document."""

    def plain(text: str) -> str:
        kept = "".join(c if unicodedata.category(c)[0] != "C" or c.isspace() else " " for c in text)
        joined = " ".join(kept.split())
        return joined if len(joined) <= _LENGTH else f"{joined[: _LENGTH - 1].rsplit(' ', 1)[0]} …"

    return column.astype("string").fillna("").map(plain).astype("string")


def _recurring(frame: pd.DataFrame) -> pd.DataFrame:
    known = frame[(frame["tool"] != "") & (frame["task"] != "")]
    keys = [known[name].str.casefold() for name in ("tool", "task")]
    rows = []
    for _, group in known.groupby(keys, sort=True):
        if len(group) < 2:
            continue
        counted = group["times"].dropna()
        rows.append(
            {
                "tool": str(group["tool"].min()),
                "task": str(group["task"].min()),
                "concerns": len(group),
                "times": int(counted.sum()) if len(counted) else pd.NA,
                "specific": int(group["specific"].sum()),
                "unanswered": int(group["unanswered"].sum()),
                "first": group["date"].min(),
                "last": group["date"].max(),
            }
        )
    found = pd.DataFrame(rows, columns=_GROUP_COLUMNS).astype({"times": "Int64"})
    return found.sort_values(["concerns", "tool", "task"], ascending=[False, True, True]).reset_index(drop=True)
