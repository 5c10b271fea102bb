"""Which causes the coded concerns speak of: a second source beside the survey (B2)."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from adoption_lib.analysis.intervals import clustered_share
from adoption_lib.analysis.leading_cause import CAUSES, Call, call_cause, choice_posterior
from adoption_lib.engagement import Engagement

__all__ = ["Agreement", "agreement_of", "coded_concerns"]

Agreement = Literal["agree", "differ", "open", "absent"]
_CONCERN = ["cause", "share", "low", "high"]


def coded_concerns(client: Engagement) -> tuple[pd.DataFrame, Call | None, int]:
    """Read the causes of coded concerns.

    Returns
    -------
    shares : DataFrame
        ``cause``, ``share``, ``low``, ``high``; empty where fewer concerns are coded than must stand behind a label.
    call : Call or None
        The cause they point to, "another matter" counting as none.
    n : int
        Coded concerns.
    """
    log = client.table("concern_log")
    coded = log[log["coded_cause"].notna()]
    n = len(coded)
    if n < client.settings.anonymity.text:
        return pd.DataFrame(columns=_CONCERN), None, n
    codes = (*CAUSES, "other")
    table = pd.crosstab(coded["department"].fillna("").astype(object), coded["coded_cause"].astype(object))
    counts = table.reindex(columns=list(codes), fill_value=0).sort_index()
    draws, _ = choice_posterior(counts.to_numpy())
    rows = []
    for code in codes:
        share, low, high = clustered_share(counts[code], counts.sum(axis=1))
        rows.append({"cause": code, "share": share, "low": low, "high": high})
    return pd.DataFrame(rows, columns=_CONCERN), call_cause(draws, n), n


def agreement_of(survey: Call | None, concerns: Call | None) -> Agreement:
    """Whether two sources that both call a cause have one in common."""
    if concerns is None:
        return "absent"
    if survey is None or survey.kind not in ("single", "mixed") or concerns.kind not in ("single", "mixed"):
        return "open"
    return "agree" if set(survey.causes) & set(concerns.causes) else "differ"
