"""Whether the raters of one function agree among themselves, part by part (A5)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from adoption_lib.analysis.agreement import icc_table, within_group_agreement
from adoption_lib.analysis.raters import RaterGroup, shown_items

__all__ = ["agreement_by_part", "rater_reliability"]


def agreement_by_part(
    ratings: pd.DataFrame, groups: Sequence[RaterGroup], parts: Sequence[str], floor: int
) -> pd.DataFrame:
    """r_wg(j) of each group on each part.

    Parameters
    ----------
    ratings : DataFrame
        As from :func:`adoption_lib.analysis.raters.wave_ratings`.

    Returns
    -------
    DataFrame
        ``group``, ``part``, ``uniform``, ``skewed`` (r_wg(j) against either null, 0 to 1), ``n`` (raters, missing
        where withheld), ``withheld``.
    """
    rated = ratings[ratings["score"].notna()]
    scored = rated[rated["item"].isin(shown_items(ratings, floor))]
    rows = []
    for group in groups:
        any_ = rated[rated["function"].isin(group.functions)]
        own = scored[scored["function"].isin(group.functions)]
        for part in parts:
            wide = own[own["part"] == part].pivot(index="rater", columns="item", values="score")
            row: dict[str, object] = {"group": group.id, "part": part, "withheld": bool((any_["part"] == part).any())}
            if len(wide) >= floor:
                found = within_group_agreement(wide.to_numpy(dtype=float))
                row |= {"uniform": found.uniform, "skewed": found.skewed, "n": len(wide), "withheld": False}
            rows.append(row)
    frame = pd.DataFrame(rows, columns=["group", "part", "uniform", "skewed", "n", "withheld"])
    return frame.astype({"uniform": "float64", "skewed": "float64", "n": "Int64", "withheld": "bool"})


def rater_reliability(
    ratings: pd.DataFrame, groups: Sequence[RaterGroup], floor: int, confidence: float
) -> pd.DataFrame:
    """How well one rater, and the mean of a group's raters, tells strong items from weak ones.

    Returns
    -------
    DataFrame
        ``group``, ``icc_one`` with ``low`` and ``high`` (ICC(A,1)), ``icc_mean`` with ``mean_low`` and ``mean_high``
        (ICC(A,k)), ``n`` (raters who scored every shown item). Missing where fewer than ``floor`` raters did, or
        where their scores do not vary.
    """
    items = sorted(shown_items(ratings, floor))
    rows = []
    for group in groups:
        own = ratings[ratings["function"].isin(group.functions) & ratings["item"].isin(items)]
        wide = own.pivot(index="item", columns="rater", values="score").reindex(items).dropna(axis="columns")
        row: dict[str, object] = {"group": group.id}
        if wide.shape[1] >= floor and wide.shape[0] >= 2:
            table = icc_table(wide.to_numpy(dtype=float), confidence)
            one, mean = table.loc["(A,1)"], table.loc["(A,k)"]
            row |= {"icc_one": one["icc"], "low": one["low"], "high": one["high"], "n": wide.shape[1]}
            row |= {"icc_mean": mean["icc"], "mean_low": mean["low"], "mean_high": mean["high"]}
        rows.append(row)
    numbers = ["icc_one", "low", "high", "icc_mean", "mean_low", "mean_high"]
    frame = pd.DataFrame(rows, columns=["group", *numbers, "n"])
    frame = frame.astype({**dict.fromkeys(numbers, "float64"), "n": "Int64"})
    frame[numbers] = frame[numbers].where(np.isfinite(frame[numbers]))
    return frame
