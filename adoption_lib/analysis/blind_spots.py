"""What one function has no view of: parts its raters leave blank or unevidenced, and concerns it does not hear (B1)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from adoption_lib.analysis.difference import resolved, welch_difference
from adoption_lib.analysis.raters import RaterGroup
from adoption_lib.engagement import Engagement

__all__ = ["concern_hearing", "unseen_parts"]

# Shares of items left blank move in steps of one item in five; identical shares are not certainty about a function.
_BLANK_VARIANCE = (1 / 5) ** 2 / 12


def unseen_parts(
    raters: pd.DataFrame, groups: Sequence[RaterGroup], parts: Sequence[str], floor: int, confidence: float
) -> pd.DataFrame:
    """How much evidence each group gives per part, and whether it leaves more blank than the others do.

    Parameters
    ----------
    raters : DataFrame
        As from :func:`adoption_lib.analysis.raters.rater_parts`.
    floor : int
        Groups with fewer raters are withheld.

    Returns
    -------
    DataFrame
        One row per group and part: ``group``, ``part``, ``n`` (raters of the group), ``evidence`` (mean share of a
        rater's ratings with evidence), ``blank`` (mean share of items left blank), ``blank_more`` (more than the
        raters of the other groups, beyond chance), ``kind`` (``blank``, ``no_evidence`` or empty), ``withheld``.
    """
    rows = []
    for group in groups:
        for part in parts:
            own = raters[(raters["group"] == group.id) & (raters["part"] == part)]
            others = raters[(raters["group"] != group.id) & (raters["part"] == part)]
            # The ratings with an answer are their own cell: evidence is a share of those.
            rated = own["evidence"].dropna()
            shown, evidenced = len(own) >= floor, len(rated) >= floor or rated.empty
            blank = welch_difference(
                own["blank"].to_numpy(dtype=float), others["blank"].to_numpy(dtype=float), confidence, _BLANK_VARIANCE
            )
            row: dict[str, object] = {"group": group.id, "part": part, "withheld": len(own) > 0 and not shown}
            if shown and evidenced:
                row |= {"n": len(own), "evidence": float(rated.mean()), "blank": float(own["blank"].mean())}
                row |= {"difference": blank.mean, "p": blank.p}
            elif shown:
                row["withheld"] = True
            rows.append(row)
    numbers = ["evidence", "blank", "difference", "p"]
    frame = pd.DataFrame(rows, columns=["group", "part", "n", *numbers, "withheld"])
    frame = frame.astype({**dict.fromkeys(numbers, "float64"), "n": "Int64", "withheld": "bool"})
    beyond_chance = resolved(frame["p"].to_numpy(dtype=float), confidence)
    frame["blank_more"] = beyond_chance & (frame["difference"].fillna(0.0) > 0).to_numpy(dtype=bool)
    none = frame["n"].notna() & ((frame["evidence"] == 0) | frame["evidence"].isna())
    frame["kind"] = np.where(frame["blank_more"], "blank", np.where(none, "no_evidence", ""))
    return frame.drop(columns=["difference", "p"])


def concern_hearing(client: Engagement) -> pd.DataFrame:
    """Topics of the concern log by who heard them.

    Returns
    -------
    DataFrame
        One row per topic, most often heard first: ``topic`` (tool and task as written, or the tool alone), ``HR``,
        ``AI``, ``other`` (entries by who heard them), ``entries`` and ``only`` (``HR`` or ``AI`` where that
        function alone of the two heard it). Topics are about tools, never about people; entries without tool and
        task are left out, and so are those that nobody is recorded to have heard.
    """
    log = client.table("concern_log")
    log = log[log["heard_by"].notna() & (log["tool"].notna() | log["task"].notna())]
    columns = ["topic", "HR", "AI", "other", "entries", "only"]
    if log.empty:
        return pd.DataFrame(columns=columns)
    names = log[["tool", "task"]].fillna("").apply(lambda column: column.str.strip())
    pairs = zip(names["tool"].astype(str), names["task"].astype(str), strict=True)
    topic = [" – ".join(part for part in pair if part) for pair in pairs]
    heard = log["heard_by"].where(log["heard_by"].isin(["HR", "AI"]), "other").astype(str)
    spelling = pd.Series(topic, index=log.index)
    key = spelling.str.casefold()
    counts = pd.crosstab(key, heard).reindex(columns=["HR", "AI", "other"], fill_value=0)
    counts["entries"] = counts.sum(axis=1)
    counts["only"] = np.where(
        (counts["HR"] > 0) & (counts["AI"] == 0), "HR", np.where((counts["AI"] > 0) & (counts["HR"] == 0), "AI", "")
    )
    counts["topic"] = spelling.groupby(key).min()
    ordered = counts.reset_index(drop=True).sort_values(["entries", "topic"], ascending=[False, True])
    return pd.DataFrame(ordered[columns]).reset_index(drop=True)
