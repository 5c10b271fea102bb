"""Are control and standing of the departments that take part protected? (C13).

Three things are looked at: who holds the six kinds of decision, what was learnt from pilots that did not deliver, and
which signals executives have given that departments which partner on AI are valued.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from adoption_lib.analysis.finding import Evidence, Finding
from adoption_lib.analysis.initiatives import STOPPED, counted, named_first, register
from adoption_lib.analysis.result import Result, evidence, not_collected
from adoption_lib.engagement import Engagement
from adoption_lib.engagement.settings import ExecutiveSignal
from adoption_lib.engagement.text_cells import comparable

__all__ = ["DecisionRights", "HoldingState", "decision_rights_map", "holding", "signals_given"]

ELEMENT = "C13"
ALL = ""
"""Department of a row that holds for every department without a row of its own."""
RIGHT_COLUMNS = ("department", "decision", "expected", "holders", "state", "written", "stated_in")
LEARNING_COLUMNS = ("initiative", "department", "learning", "written")
SIGNAL_COLUMNS = ("kind", "times", "last")
HoldingState = Literal["expected", "other_side", "overlap", "joint", "unclear", "gap"]

_STRENGTH = {"other_side": 0.6, "overlap": 0.55, "gap": 0.5, "unwritten": 0.35, "learning": 0.45, "fine": 0.1}
_STRENGTH_NO_SIGNAL, _STRENGTH_FEW_SIGNALS = 0.55, 0.25


@dataclass(frozen=True)
class DecisionRights(Result):
    """The map of decision rights, the learning log and the executives' signals.

    Parameters
    ----------
    rights : DataFrame
        One row per department in scope and decision: ``expected`` holder, ``holders`` as recorded (sorted, joined by
        ``"+"``), ``state`` (see :func:`holding`), ``written`` (bool), ``stated_in``. Department ``""`` stands for all
        departments without rows of their own.
    out_of_scope : int
        Departments with neither a running initiative nor a row; they are not asked about yet.
    learning : DataFrame
        One row per stopped initiative: whether what was learnt is ``written``, and the text. An initiative is
        described, never the department's people.
    signals : DataFrame or None
        One row per kind of signal: how many ``times`` given, ``last`` date. None where signals were not collected.
    """

    rights: pd.DataFrame
    out_of_scope: int
    learning: pd.DataFrame
    signals: pd.DataFrame | None


def holding(holders: Collection[str], expected: str, *, written: bool) -> HoldingState:
    """Classify who holds one kind of decision.

    Parameters
    ----------
    holders : collection of {"department", "ai_team", "joint", "unclear"}
        Everybody who is recorded as deciding; empty where there is no entry.
    expected : {"department", "ai_team"}
        Where the decision belongs.
    written : bool
        Whether a document says so.

    Returns
    -------
    str
        ``expected``; ``other_side``; ``overlap``: both claim it, or both hold it together without a document that says
        how they settle a difference; ``joint``: together, and written; ``unclear``; ``gap``: nobody is recorded.
    """
    distinct = set(holders)
    if not distinct:
        return "gap"
    if "unclear" in distinct:
        return "unclear"
    if len(distinct) > 1:
        return "overlap"
    holder = distinct.pop()
    if holder == "joint":
        return "joint" if written else "overlap"
    return "expected" if holder == expected else "other_side"


def signals_given(signals: Collection[ExecutiveSignal], kinds: Collection[str], as_of: dt.date | None) -> pd.DataFrame:
    """Count the signals given by kind up to ``as_of``; a kind that was not given stands with 0 and no date."""
    given = [signal for signal in signals if as_of is None or signal.date <= as_of]
    rows = []
    for kind in kinds:
        days = [signal.date for signal in given if signal.kind == kind]
        rows.append((kind, len(days), max(days) if days else None))
    return pd.DataFrame(rows, columns=list(SIGNAL_COLUMNS)).astype({"last": "object"})


def decision_rights_map(client: Engagement) -> DecisionRights:
    """Map who decides what, read the learning log, and list the signals given and not given."""
    findings: list[Finding] = []
    if client.has("decision_rights"):
        rights, out_of_scope = _rights(client)
        findings += _rights_findings(client, rights)
    else:
        rights, out_of_scope = pd.DataFrame(columns=list(RIGHT_COLUMNS)), 0
        findings.append(not_collected(client, ELEMENT, ("decision_rights",)))
    learning = _learning(client)
    findings += _learning_findings(client, learning)
    signals = None
    if client.settings.executive_signals is not None:
        kinds = client.method.term_ids("executive_signal")
        signals = signals_given(client.settings.executive_signals, kinds, client.as_of)
    findings.append(_signal_finding(client, signals))
    findings.sort(key=lambda finding: -finding.strength)
    return DecisionRights(ELEMENT, tuple(findings), 0, client.stamp, rights, out_of_scope, learning, signals)


def _rights(client: Engagement) -> tuple[pd.DataFrame, int]:
    table = client.table("decision_rights")
    table["department"] = table["department"].fillna(ALL).astype(str)
    own = {comparable(name) for name in table["department"]}
    initiatives = register(client)
    active = {comparable(str(name)) for name in initiatives.loc[initiatives["running"], "department"].dropna()}
    names = list(client.settings.headcounts)
    scope = [name for name in names if comparable(name) in own | active]
    # Departments without rows of their own share the general rows: one line says it for all of them.
    alone = [name for name in scope if comparable(name) in own]
    general = comparable(ALL) in own
    shown = [*alone, *([ALL] if general else [name for name in scope if name not in alone])]
    rows = []
    for department in shown:
        for decision, expected in client.method.decision_holders.items():
            rows.append(_right(table, department, decision, expected))
    return pd.DataFrame(rows, columns=list(RIGHT_COLUMNS)), 0 if general else len(names) - len(scope)


def _right(table: pd.DataFrame, department: str, decision: str, expected: str) -> tuple[Any, ...]:
    rows = table[table["decision"] == decision]
    mine = rows[[comparable(name) == comparable(department) for name in rows["department"]]]
    if mine.empty:
        mine = rows[rows["department"] == ALL]
    holders = sorted(mine["held_by"].dropna().astype(str).unique())
    stated = [str(text).strip() for text in mine["stated_in"].fillna("")]
    written = bool(stated) and all(stated)
    documents = sorted({text for text in stated if text})
    state = holding(holders, expected, written=written)
    return (department, decision, expected, "+".join(holders), state, written, "; ".join(documents))


def _rights_findings(client: Engagement, rights: pd.DataFrame) -> list[Finding]:
    method, total = client.method, len(rights)
    rests = evidence(client, "decision_rights")

    def label(row: Mapping[Any, Any]) -> str:
        decision = method.label("decision", row["decision"]).lower()
        if not row["department"]:
            return decision
        return method.say("decision_rights.item", decision=decision, department=row["department"])

    def finding(key: str, chosen: pd.DataFrame) -> Finding:
        first = chosen.iloc[0].to_dict()
        return Finding(
            element=ELEMENT,
            kind="finding",
            statement=counted(
                method,
                f"decision_rights.{key}",
                len(chosen),
                n=total,
                names=named_first(method, [label(row) for row in chosen.to_dict("records")]),
            ),
            next_step=method.say(
                f"decision_rights.{key}_next",
                item=label(first),
                holder=method.say(f"decision_rights.holder.{first['expected']}"),
            ),
            gap="none" if key == "fine" else "trust",
            strength=_STRENGTH[key],
            n=total,
            evidence=rests,
            stamp=client.stamp,
        )

    # A department that lost a decision it should hold weighs more than the reverse: it is what its head fears.
    lost = rights["expected"].eq("department")
    found = []
    other = rights[rights["state"] == "other_side"]
    if len(other):
        found.append(finding("other_side", pd.concat([other[lost.loc[other.index]], other[~lost.loc[other.index]]])))
    overlap = rights[rights["state"].isin(["overlap", "unclear"])]
    if len(overlap):
        found.append(finding("overlap", overlap))
    gap = rights[rights["state"] == "gap"]
    if len(gap):
        found.append(finding("gap", gap))
    unwritten = rights[~rights["written"].astype(bool) & rights["state"].isin(["expected", "other_side"])]
    if len(unwritten):
        found.append(finding("unwritten", unwritten))
    return found or [finding("fine", rights)]


def _learning(client: Engagement) -> pd.DataFrame:
    if not client.has("initiatives"):
        return pd.DataFrame(columns=list(LEARNING_COLUMNS))
    stopped = register(client)
    stopped = stopped[stopped["stage"] == STOPPED]
    text = stopped["learning"].fillna("").astype(str).str.strip()
    values = {
        "initiative": stopped["name"].astype(str),
        "department": stopped["department"].astype(str),
        "learning": text,
        "written": text != "",
    }
    return pd.DataFrame(values, columns=list(LEARNING_COLUMNS)).reset_index(drop=True)


def _learning_findings(client: Engagement, learning: pd.DataFrame) -> list[Finding]:
    if learning.empty:
        return []
    method = client.method
    silent = learning[~learning["written"].astype(bool)]
    key = "unlearnt" if len(silent) else "learnt"
    chosen = silent if len(silent) else learning
    return [
        Finding(
            element=ELEMENT,
            kind="finding",
            statement=counted(
                method,
                f"decision_rights.{key}",
                len(chosen),
                n=len(learning),
                names=named_first(method, list(chosen["initiative"])),
            ),
            next_step=method.say(
                f"decision_rights.{key}_next",
                initiative=chosen.iloc[0]["initiative"],
                department=chosen.iloc[0]["department"],
            ),
            gap="trust" if len(silent) else "none",
            strength=_STRENGTH["learning"] if len(silent) else _STRENGTH["fine"],
            n=len(learning),
            evidence=evidence(client, "initiatives"),
            stamp=client.stamp,
        )
    ]


def _signal_finding(client: Engagement, signals: pd.DataFrame | None) -> Finding:
    method = client.method
    if signals is None:
        return Finding(
            element=ELEMENT,
            kind="cannot_tell",
            statement=method.say("decision_rights.signals_unknown"),
            next_step=method.say("decision_rights.signals_unknown_next"),
            strength=0.3,
            stamp=client.stamp,
        )

    def labels(rows: pd.DataFrame) -> str:
        return named_first(method, [method.label("executive_signal", kind).lower() for kind in rows["kind"]], most=5)

    given, absent = signals[signals["times"] > 0], signals[signals["times"] == 0]
    key = "signals_none" if given.empty else "signals_all" if absent.empty else "signals_some"
    strength = {"signals_none": _STRENGTH_NO_SIGNAL, "signals_some": _STRENGTH_FEW_SIGNALS}.get(key, _STRENGTH["fine"])
    total = int(signals["times"].sum())
    return Finding(
        element=ELEMENT,
        kind="finding",
        statement=method.say(
            f"decision_rights.{key}", given=labels(given), absent=labels(absent), k=len(given), n=len(signals)
        ),
        next_step=method.say(f"decision_rights.{key}_next", absent=labels(absent.head(1))),
        gap="none" if key == "signals_all" else "trust",
        strength=strength,
        n=total,
        evidence=(
            Evidence(
                "engagement.yaml",
                total,
                min((s.date for s in client.settings.executive_signals or ()), default=None) if total else None,
                max(given["last"]) if total else None,
            ),
        ),
        stamp=client.stamp,
    )
