"""How far the organisation can carry adoption itself, against the level needed, and which part binds (A0)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from adoption_lib.analysis.answers import merged_points
from adoption_lib.analysis.capability_findings import capability_findings
from adoption_lib.analysis.level_estimates import (
    Level,
    balanced_level,
    binding_probabilities,
    clustered_share,
    part_correlation,
)
from adoption_lib.analysis.raters import (
    RaterGroup,
    latest_wave,
    rater_groups,
    rater_parts,
    shown_items,
    wave_ratings,
)
from adoption_lib.analysis.result import Result
from adoption_lib.engagement import Engagement

__all__ = ["CapabilityProfile", "capability_profile", "part_levels"]

_LEVELS = (1, 2, 3, 4, 5)
_WEAKEST = 3
_NAN = float("nan")


@dataclass(frozen=True)
class CapabilityProfile(Result):
    """Level per part and item against the level needed.

    Parameters
    ----------
    wave : str
        Wave the profile describes.
    parts : DataFrame
        One row per part: ``part``, ``estimate``, ``low``, ``high`` (levels 1 to 5), ``median``, ``needed``,
        ``shortfall``, ``shortfall_low``, ``shortfall_high``, ``p_binds``, ``share_at_need`` with ``share_low`` and
        ``share_high``, ``n`` (raters, missing where withheld), ``ratings``, ``withheld``, ``levels`` (tuples of first
        level, last level and share of ratings, functions counting equally; neighbouring levels that few raters chose
        are one).
    items : DataFrame
        One row per item: ``item``, ``part``, ``mean``, ``median``, ``needed``, ``share_at_need``, ``share_low``,
        ``share_high`` (missing where fewer raters than the floor stand on either side), ``n``, ``withheld``,
        ``levels`` (tuples of first level, last level and raters; neighbouring levels that few chose are one).
    weakest : DataFrame
        The items furthest from need in the part that most likely binds: ``item``, ``part``, ``level_now``,
        ``level_next`` (missing at level 5), ``n``.
    binding : str
        The part called binding, empty where none is.
    p_no_shortfall : float
        Probability that no part falls short; NaN where it cannot be computed.
    more_raters : int or None
        Raters it would take in all to tell the two likeliest parts apart; None where more raters would not tell.
    groups : tuple of RaterGroup
        Functions whose raters count together.
    raters : int or None
        Raters of the wave; None below the anonymity floor.
    floor : int
        Smallest number of raters that is published.
    """

    wave: str
    parts: pd.DataFrame
    items: pd.DataFrame
    weakest: pd.DataFrame
    binding: str
    p_no_shortfall: float
    more_raters: int | None
    groups: tuple[RaterGroup, ...]
    raters: int | None
    floor: int


def capability_profile(client: Engagement, wave: str = "") -> CapabilityProfile:
    """Profile the client's adoption capability in one wave.

    Parameters
    ----------
    client : Engagement
        Uses ``capability_ratings``.
    wave : str
        Wave to report; empty means the latest.

    Returns
    -------
    CapabilityProfile
        Parts and items scored by fewer raters than the anonymity floor are withheld. Raters are the unit, and
        functions count equally. A part is called binding only with the probability ``binding_called``. The level
        needed is the raters' median target and is taken as stated.
    """
    used_wave = wave or latest_wave(client)
    ratings = wave_ratings(client, used_wave)
    floor = client.settings.anonymity.counts
    groups = rater_groups(ratings, floor)
    raters = rater_parts(ratings, groups, floor)
    levels = part_levels(raters, groups, floor, client.method.threshold("interval_level"))
    parts = _parts(client, ratings, raters, levels, floor)
    items = _items(client, ratings, parts, floor)
    probabilities, none = _binding(raters, levels, parts)
    parts["p_binds"] = [probabilities.get(str(part), _NAN) for part in parts["part"]]
    ranked = parts[parts["p_binds"].notna() & parts["shortfall"].notna()]
    ranked = ranked.sort_values(["p_binds", "part"], ascending=[False, True])
    likely = "" if ranked.empty or float(ranked["shortfall"].iloc[0]) <= 0 else str(ranked["part"].iloc[0])
    # A part whose shortfall is unknown may be the one that binds: then none is called.
    complete = len(ranked) == len(parts)
    sure = bool(likely) and float(ranked["p_binds"].iloc[0]) >= client.method.threshold("binding_called")
    people = int(ratings.loc[ratings["score"].notna(), "rater"].nunique())
    profile = CapabilityProfile(
        element="A0",
        findings=(),
        withheld=int(parts["withheld"].sum() + items["withheld"].sum()),
        stamp=client.stamp,
        wave=used_wave,
        parts=parts,
        items=items,
        weakest=_weakest(items, parts, likely),
        binding=likely if complete and sure else "",
        p_no_shortfall=none,
        more_raters=_raters_to_tell(ranked, levels),
        groups=groups,
        raters=people if people >= floor else None,
        floor=floor,
    )
    return replace(profile, findings=capability_findings(client, profile))


def part_levels(
    raters: pd.DataFrame, groups: Sequence[RaterGroup], floor: int, confidence: float
) -> Mapping[str, Level]:
    """Function-balanced level of each part that at least ``floor`` raters rated.

    Parameters
    ----------
    raters : DataFrame
        As from :func:`adoption_lib.analysis.raters.rater_parts`.
    """
    result = {}
    for part, rows in raters[raters["score"].notna()].groupby("part"):
        if len(rows) >= floor:
            samples = [rows.loc[rows["group"] == group.id, "score"].to_numpy(dtype=float) for group in groups]
            result[str(part)] = balanced_level(samples, confidence)
    return result


def _parts(
    client: Engagement, ratings: pd.DataFrame, raters: pd.DataFrame, levels: Mapping[str, Level], floor: int
) -> pd.DataFrame:
    confidence = client.method.threshold("interval_level")
    group_of = dict(zip(raters["rater"], raters["group"], strict=True))
    kept = shown_items(ratings, floor)
    rows = []
    for part in client.method.term_ids("part"):
        own = raters[raters["part"] == part]
        scored = ratings[(ratings["part"] == part) & ratings["score"].notna()]
        people = int(scored["rater"].nunique())
        shown = scored[scored["item"].isin(kept)]
        level = levels.get(part)
        row: dict[str, object] = {"part": part, "withheld": people > 0 and level is None}
        targets = own["target"].dropna()
        needed = float(targets.median()) if len(targets) >= floor else _NAN
        if level is not None:
            shares = _balanced_shares(shown, group_of)
            share = _share_at_need(shown, needed, confidence)
            row |= {"estimate": level.mean, "low": level.low, "high": level.high, "n": level.n, "ratings": len(shown)}
            row |= {"median": float(shown["score"].median()), "needed": needed}
            row |= {"shortfall": needed - level.mean, "shortfall_low": needed - level.high}
            row |= {"shortfall_high": needed - level.low}
            row |= dict(zip(("share_at_need", "share_low", "share_high"), share, strict=True))
            row["levels"] = _shares_shown(shown, shares, floor)
        rows.append(row)
    return _frame(rows, ["part", "levels"], _PART_NUMBERS)


_SHARES = ["share_at_need", "share_low", "share_high"]
_SHORTFALL = ["shortfall", "shortfall_low", "shortfall_high"]
_PART_NUMBERS = ["estimate", "low", "high", "median", "needed", *_SHORTFALL, *_SHARES]


def _frame(rows: list[dict[str, object]], names: list[str], numbers: list[str]) -> pd.DataFrame:
    """Rows with every column present: what was not computed is missing, not zero."""
    counts = ["n", "ratings"] if "estimate" in numbers else ["n"]
    frame = pd.DataFrame(rows, columns=[*names, *numbers, *counts, "withheld"])
    typed = {**dict.fromkeys(numbers, "float64"), **dict.fromkeys(counts, "Int64"), "withheld": "bool"}
    return frame.astype(typed)


def _balanced_shares(scored: pd.DataFrame, group_of: Mapping[str, str]) -> list[float]:
    """Shares of levels 1 to 5: of each rater's ratings, averaged within groups and then over groups."""
    table = pd.crosstab(scored["rater"], scored["score"], normalize="index")
    table = table.reindex(columns=list(_LEVELS), fill_value=0.0)
    by_group = table.groupby([group_of[str(rater)] for rater in table.index]).mean()
    return [float(value) for value in by_group.mean()]


def _shares_shown(scored: pd.DataFrame, shares: Sequence[float], floor: int) -> tuple[tuple[int, int, float], ...]:
    """Shares by level; a level that fewer than ``floor`` people chose for any item is joined with its neighbour."""
    groups = [(level, level) for level in _LEVELS]

    def people(group: tuple[int, int]) -> int:
        return int(scored.loc[scored["score"].between(*group), "rater"].nunique())

    while small := [i for i, group in enumerate(groups) if 0 < people(group) < floor]:
        i = small[0]
        # A level nobody chose protects nobody, so it is taken in only where there is no other neighbour.
        beside = [j for j in (i - 1, i + 1) if 0 <= j < len(groups)]
        j = min(beside, key=lambda j: (people(groups[j]) == 0, people(groups[j]), j))
        low, high = min(i, j), max(i, j)
        groups[low : high + 1] = [(groups[low][0], groups[high][1])]
    return tuple((a, b, float(sum(shares[a - 1 : b]))) for a, b in groups)


def _share_at_need(scored: pd.DataFrame, needed: float, confidence: float) -> tuple[float, float, float]:
    if not np.isfinite(needed):
        return (_NAN, _NAN, _NAN)
    reached = (scored["score"] >= needed).groupby(scored["rater"]).agg(["sum", "count"])
    return clustered_share(reached["sum"].to_numpy(dtype=float), reached["count"].to_numpy(dtype=float), confidence)


def _items(client: Engagement, ratings: pd.DataFrame, parts: pd.DataFrame, floor: int) -> pd.DataFrame:
    confidence = client.method.threshold("interval_level")
    needed_of = dict(zip(parts["part"], parts["needed"], strict=True))
    rows = []
    for item in client.method.capability_items.values():
        own = ratings[ratings["item"] == item.id]
        scored = own[own["score"].notna()]
        people = int(scored["rater"].nunique())
        row: dict[str, object] = {"item": item.id, "part": item.part, "withheld": 0 < people < floor}
        if people >= floor:
            targets = own["target"].dropna()
            needed = float(targets.median()) if len(targets) >= floor else float(needed_of[item.part])
            share = _share_at_need(scored, needed, confidence)
            row |= {"median": float(scored["score"].median()), "mean": float(scored["score"].mean())}
            row |= {"needed": needed, "n": people, "levels": _levels_shown(scored["score"], floor)}
            reached = int((scored["score"] >= needed).sum())
            if not (0 < reached < floor or 0 < people - reached < floor):
                row |= dict(zip(("share_at_need", "share_low", "share_high"), share, strict=True))
        rows.append(row)
    return _frame(rows, ["item", "part", "levels"], ["mean", "median", "needed", *_SHARES])


def _levels_shown(scores: pd.Series[Any], floor: int) -> tuple[tuple[int, int, int], ...]:
    """Raters by level; a level that fewer than ``floor`` chose is joined with its neighbour."""
    counts = [int((scores == k).sum()) for k in _LEVELS]
    groups = merged_points(counts, ("context",) * len(_LEVELS), floor)
    return tuple((_LEVELS[a], _LEVELS[b], sum(counts[a : b + 1])) for a, b in groups)


def _binding(
    raters: pd.DataFrame, levels: Mapping[str, Level], parts: pd.DataFrame
) -> tuple[Mapping[str, float], float]:
    known = [
        part
        for part in parts.loc[parts["shortfall"].notna(), "part"].astype(str)
        if part in levels and np.isfinite(levels[part].se)
    ]
    if not known:
        return {}, _NAN
    wide = raters.pivot(index="rater", columns="part", values="score").reindex(columns=known)
    group = raters.drop_duplicates("rater").set_index("rater")["group"].reindex(wide.index)
    deviations = (wide - wide.groupby(group).transform("mean")).to_numpy(dtype=float)
    needed = parts.set_index("part")["needed"].reindex(known).to_numpy(dtype=float)
    shares, none = binding_probabilities([levels[part] for part in known], needed, part_correlation(deviations))
    return dict(zip(known, (float(share) for share in shares), strict=True)), none


def _weakest(items: pd.DataFrame, parts: pd.DataFrame, part: str) -> pd.DataFrame:
    columns = ["item", "part", "level_now", "level_next", "n"]
    own = items[(items["part"] == part) & items["needed"].notna()].copy()
    own["gap"] = own["needed"] - own["mean"]
    own = own.sort_values(["gap", "item"], ascending=[False, True]).head(_WEAKEST)
    # The level at least half of the raters found fully met; between two levels that is the lower one.
    own["level_now"] = np.floor(own["median"]).astype("Int64")
    own["level_next"] = (own["level_now"] + 1).where(own["level_now"] < _LEVELS[-1])
    return own[columns].reset_index(drop=True)


def _raters_to_tell(ranked: pd.DataFrame, levels: Mapping[str, Level]) -> int | None:
    """Raters needed to lead with the probability asked for, if the two likeliest parts differ as they do now."""
    if len(ranked) < 2:
        return None
    first, second = (str(part) for part in ranked["part"].iloc[:2])
    difference = abs(float(ranked["shortfall"].iloc[0] - ranked["shortfall"].iloc[1]))
    spread = float(np.hypot(levels[first].se, levels[second].se))
    n = min(levels[first].n, levels[second].n)
    if difference <= 0 or spread <= 0:
        return None
    # Conservative: strictness shared between parts would make the difference surer than this.
    wanted = difference / float(stats.norm.ppf(0.9))
    needed = int(np.ceil(n * (spread / wanted) ** 2))
    return needed if n < needed <= 10 * n else None
