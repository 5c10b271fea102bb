"""Which initiatives there are and how far along each is: what every question about co-ownership begins with."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from adoption_lib.engagement import Engagement
from adoption_lib.engagement.text_cells import comparable
from adoption_lib.method import Method
from adoption_lib.method.phrases import list_phrase

__all__ = ["IN_USE", "STOPPED", "counted", "named_first", "register", "same_name"]

STOPPED = "stopped"
IN_USE = ("live", "scaled")
"""Stages in which people depend on the tool every day, so that a gap in ownership costs most."""

_MOST_NAMES = 3


def register(client: Engagement) -> pd.DataFrame:
    """Return the initiative register, furthest stage first and then by name: row order in the file does not matter.

    Returns
    -------
    DataFrame
        Columns of table ``initiatives`` and ``running`` (bool: not stopped), ``in_use`` (bool).
    """
    frame = client.table("initiatives")
    stages = client.method.term_ids("stage")
    rank = {stage: (-1 if stage == STOPPED else position) for position, stage in enumerate(stages)}
    frame["running"] = (frame["stage"] != STOPPED).fillna(True).astype(bool)
    frame["in_use"] = frame["stage"].isin(IN_USE).astype(bool)
    order = pd.DataFrame({"rank": -frame["stage"].map(rank).fillna(0).astype(int), "name": frame["name"].astype(str)})
    return frame.loc[order.sort_values(["rank", "name"], kind="stable").index].reset_index(drop=True)


def same_name(first: object, second: object) -> bool:
    """Tell whether two entries name the same person or unit, case and hyphens aside; a missing entry names nobody."""
    if pd.isna(first) or pd.isna(second):  # type: ignore[call-overload]
        return False
    return comparable(str(first)) == comparable(str(second))


def named_first(method: Method, names: Sequence[str], most: int = _MOST_NAMES) -> str:
    """Return the first names of a list as part of a sentence, with the number of those left out."""
    if len(names) <= most + 1:
        return list_phrase(list(names))
    return method.say("governance.more", names=", ".join(names[:most]), count=len(names) - most)


def counted(method: Method, key: str, count: int, /, **values: object) -> str:
    """Return the sentence ``key.one`` or ``key.many``, as ``count`` asks for; the sentence may use ``{count}``."""
    return method.say(f"{key}.one" if count == 1 else f"{key}.many", count=count, **values)
