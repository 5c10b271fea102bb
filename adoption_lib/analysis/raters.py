"""Whose ratings stand together: the ratings of one wave, and groups of raters large enough to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from adoption_lib.engagement import Engagement
from adoption_lib.method import Method
from adoption_lib.method.phrases import list_phrase

__all__ = ["RaterGroup", "latest_wave", "rater_groups", "rater_parts", "shown_items", "wave_ratings", "waves"]

# The order in which groups too small to be shown look for company: HR against AI is what B1 compares, so these two
# stay apart as long as any other group can be joined.
_COMPANY = ("executive", "business", "HR", "AI")


@dataclass(frozen=True)
class RaterGroup:
    """Functions whose raters are shown together: one function, or several where one alone is too small.

    ``id`` joins the functions with "+", so that a group of one function has that function's id.
    """

    id: str
    functions: tuple[str, ...]

    def label(self, method: Method) -> str:
        """Names of the functions, as in a sentence."""
        return list_phrase([method.label("function", function) for function in self.functions])


def waves(client: Engagement) -> tuple[str, ...]:
    """Waves of the capability assessment, oldest first: their codes sort by time."""
    return tuple(sorted(str(wave) for wave in client.table("capability_ratings")["wave"].dropna().unique()))


def latest_wave(client: Engagement) -> str:
    """Name the newest wave, empty where there is none."""
    found = waves(client)
    return found[-1] if found else ""


def wave_ratings(client: Engagement, wave: str = "") -> pd.DataFrame:
    """Ratings of one wave with numbers ready to compute.

    Parameters
    ----------
    client : Engagement
        Its table ``capability_ratings`` may be empty.
    wave : str
        Wave to read; empty means the latest.

    Returns
    -------
    DataFrame
        One row per rater and item, in a fixed order: ``rater``, ``function``, ``department`` (empty where the rating
        is of the whole organisation), ``item``, ``part``, ``score`` and ``target`` (1 to 5, NaN where left blank),
        ``evidence`` (whether something to look at was named).
    """
    frame = client.table("capability_ratings")
    frame = frame[frame["wave"] == (wave or latest_wave(client))]
    parts = {item.id: item.part for item in client.method.capability_items.values()}
    text = frame["evidence"].fillna("").str.strip()
    ready = pd.DataFrame(
        {
            "rater": frame["rater"].astype(str),
            "function": frame["function"].astype(str),
            "department": frame["department"].fillna("").astype(str),
            "item": frame["item"].astype(str),
            "part": frame["item"].map(parts).astype("string"),
            "score": frame["score"].astype("Float64").to_numpy(dtype=float, na_value=float("nan")),
            "target": frame["target"].astype("Float64").to_numpy(dtype=float, na_value=float("nan")),
            "evidence": (text != "").to_numpy(dtype=bool),
        }
    )
    ready = ready[ready["part"].notna()].sort_values(["rater", "item", "function"], kind="stable", ignore_index=True)
    # A rater speaks from one function; where a file says two, the one named most often counts for the whole wave.
    for column in ("function", "department"):
        usual = ready.groupby("rater")[column].agg(lambda values: str(values.mode().iloc[0]))
        ready[column] = ready["rater"].map(usual).astype(object)
    return ready


def rater_groups(ratings: pd.DataFrame, floor: int) -> tuple[RaterGroup, ...]:
    """Form groups of functions of which none is smaller than ``floor`` in any part that its raters rated.

    A function that is too small is joined with another instead of being hidden: with a published total, a single
    hidden function could be worked out from the rest, and its raters' view would be lost besides.

    Parameters
    ----------
    ratings : DataFrame
        As from :func:`wave_ratings`.
    floor : int
        Smallest number of raters that is published.

    Returns
    -------
    tuple of RaterGroup
        In the order HR, AI, business, executive of their first function; one group of all functions where no
        division is possible, which may itself be smaller than ``floor``.
    """
    rated = ratings[ratings["score"].notna() | ratings["target"].notna()]
    # Scores and targets are published apart: a group must be large enough for either. Scores of items that are
    # withheld do not enter any figure, so that they cannot make a group large enough.
    scored = rated[rated["score"].notna() & rated["item"].isin(shown_items(ratings, floor))]
    counts = [
        kept.groupby(["function", "part"])["rater"].nunique() for kept in (scored, rated[rated["target"].notna()])
    ]
    per_cell: list[Mapping[tuple[str, str], int]] = [
        {(str(key[0]), str(key[1])): int(n) for key, n in count.items()}  # type: ignore[index]
        for count in counts
    ]
    order = [name for name in ("HR", "AI", "business", "executive") if name in set(rated["function"])]
    groups: list[tuple[str, ...]] = [(name,) for name in order]
    while len(groups) > 1:
        small = [group for group in groups if _smallest(group, per_cell) < floor]
        if not small:
            break
        groups = _joined(groups, small)
    return tuple(RaterGroup("+".join(group), group) for group in groups)


def shown_items(ratings: pd.DataFrame, floor: int) -> frozenset[str]:
    """Items scored by at least ``floor`` raters: only these enter any figure."""
    raters = ratings[ratings["score"].notna()].groupby("item")["rater"].nunique()
    return frozenset(str(item) for item in raters[raters >= floor].index)


def _smallest(group: Sequence[str], per_cell: Sequence[Mapping[tuple[str, str], int]]) -> int:
    found = []
    for cells in per_cell:
        parts = {part for _, part in cells}
        sizes = [sum(cells.get((function, part), 0) for function in group) for part in parts]
        found += [size for size in sizes if size > 0]
    return min(found, default=0)


def _joined(groups: Sequence[tuple[str, ...]], small: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Join two groups: two small ones where there are, otherwise the small one with its nearest neighbour."""
    rank = {name: place for place, name in enumerate(_COMPANY)}

    def cost(pair: tuple[tuple[str, ...], tuple[str, ...]]) -> tuple[bool, int, int]:
        both_small = pair[0] in small and pair[1] in small
        splits = {"HR", "AI"} <= {*pair[0], *pair[1]}
        return (splits, 0 if both_small else 1, sum(rank[name] for group in pair for name in group))

    pairs = [pair for pair in combinations(groups, 2) if pair[0] in small or pair[1] in small]
    first, second = min(pairs, key=cost)
    order = ("HR", "AI", "business", "executive")
    joined = tuple(sorted((*first, *second), key=order.index))
    rest = [group for group in groups if group not in (first, second)]
    return sorted([*rest, joined], key=lambda group: order.index(group[0]))


def rater_parts(ratings: pd.DataFrame, groups: Sequence[RaterGroup], floor: int) -> pd.DataFrame:
    """One row per rater and part: the rater is the unit of every estimate.

    Items scored by fewer than ``floor`` raters do not enter, so that a part's estimate and its published items
    together do not give away an item that is withheld.

    Returns
    -------
    DataFrame
        ``rater``, ``group`` (id), ``department``, ``part``, ``score`` (mean level over the rater's items, NaN where
        none was scored), ``scored`` (items), ``target`` (median needed level), ``evidence`` (share of the scored
        items with evidence) and ``blank`` (share of the wave's items of this part that the rater left blank).
    """
    group_of = {function: group.id for group in groups for function in group.functions}
    kept = shown_items(ratings, floor)
    asked = ratings.groupby("part")["item"].nunique()
    rows = []
    raters = ratings.drop_duplicates("rater").set_index("rater")
    by_cell = dict(iter(ratings.groupby(["rater", "part"])))
    for rater in sorted(raters.index):
        function = str(raters.at[rater, "function"])
        if function not in group_of:
            continue
        for part in sorted(asked.index):
            cell = by_cell.get((rater, part))
            known = None if cell is None else cell[cell["score"].notna()]
            used = None if known is None else known[known["item"].isin(kept)]
            rows.append(
                {
                    "rater": rater,
                    "group": group_of[function],
                    "department": str(raters.at[rater, "department"]),
                    "part": part,
                    "score": float("nan") if used is None else float(used["score"].mean()),
                    "scored": 0 if used is None else len(used),
                    "target": float("nan") if cell is None else float(cell["target"].median()),
                    "evidence": float("nan") if known is None or known.empty else float(known["evidence"].mean()),
                    "blank": 1 - (0 if known is None else len(known)) / int(asked[part]),
                }
            )
    columns = ["rater", "group", "department", "part", "score", "scored", "target", "evidence", "blank"]
    return pd.DataFrame(rows, columns=columns)
