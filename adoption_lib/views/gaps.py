"""How the gaps look: open concerns by owner and side, and the findings each owner acts on (B11)."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd

from adoption_lib.analysis.gaps import GapsByOwner
from adoption_lib.method import METHOD
from adoption_lib.method.phrases import percent
from adoption_lib.views.data_table import DataTable
from adoption_lib.views.picture import Picture, new_figure
from adoption_lib.views.prose import Lead
from adoption_lib.views.show import parts
from adoption_lib.views.style import CANNOT_TELL, GAP_COLOURS, INK, MUTED

_OWNERS = METHOD.term_ids("owner")
_GAPS = tuple(gap for gap in METHOD.term_ids("gap") if gap != "none")
_COLUMN = "gaps.view.column"


@parts.register
def _(result: GapsByOwner) -> list[object]:
    n = int(result.gaps["n"].iloc[0])
    if n == 0 and result.points.empty:
        return []
    counts = {str(row["gap"]): int(row["count"]) for _, row in result.gaps.iterrows()}
    found: list[object] = []
    if n:
        found.append(
            Lead(
                METHOD.say(
                    "gaps.view.lead",
                    n=n,
                    deployment=counts["deployment"],
                    trust=counts["trust"],
                    both=counts["both"],
                    unknown=counts["undetermined"],
                )
            )
        )
        found += [_picture(result, n), _share_table(result)]
    else:
        found.append(Lead(METHOD.say("gaps.view.lead_none")))
    if len(result.points):
        found.append(_points_table(result))
    return found


def _picture(result: GapsByOwner, n: int) -> Picture:
    say = METHOD.say
    cells = {(str(row["owner"]), str(row["gap"])): int(row["concerns"]) for _, row in result.owners.iterrows()}
    totals = {owner: sum(cells.get((owner, gap), 0) for gap in _GAPS) for owner in _OWNERS}
    most = max(totals.values())
    fig, ax = new_figure(height=1.0 + 0.5 * len(_OWNERS))
    for y, owner in enumerate(_OWNERS):
        left = 0
        for gap in _GAPS:
            count = cells.get((owner, gap), 0)
            if not count:
                continue
            if gap == "undetermined":
                ax.barh(y, count, left=left, height=0.6, **CANNOT_TELL)
            else:
                ax.barh(y, count, left=left, height=0.6, color=GAP_COLOURS[gap], edgecolor="white", linewidth=0.8)
            ink = INK if gap == "undetermined" else "white"
            # Named in the bar where there is room, so that colour is not the only sign.
            named = f"{METHOD.label('gap', gap)}: {count}"
            inside = named if 62 * count > most * len(named) else f"{count}"
            ax.text(left + count / 2, y, inside, ha="center", va="center", fontsize=8.5, color=ink)
            left += count
        text = f"{totals[owner]}" if totals[owner] else say("gaps.view.nothing")
        ax.text(left + 0.02 * most, y, text, va="center", fontsize=8.5, color=MUTED)
    _key(ax, [gap for gap in _GAPS if any((owner, gap) in cells for owner in _OWNERS)], most)
    ax.set_ylim(len(_OWNERS) - 0.5, -1.05)
    ax.set_xlim(0, 1.12 * most)
    labels = ["\n".join(textwrap.wrap(METHOD.label("owner", owner), 18)) for owner in _OWNERS]
    ax.set_yticks(range(len(_OWNERS)), labels)
    ax.set_xticks([])
    ax.set_xlabel(say("gaps.view.axis"), loc="left", fontsize=8.5)
    ax.spines["bottom"].set_visible(False)
    summary = " ".join(
        say(
            "gaps.view.alt_row",
            owner=METHOD.label("owner", owner),
            parts=", ".join(
                say("gaps.view.alt_part", gap=METHOD.label("gap", gap), count=cells[owner, gap])
                for gap in _GAPS
                if (owner, gap) in cells
            )
            or say("gaps.view.nothing"),
        )
        for owner in _OWNERS
    )
    return Picture(
        fig,
        title=say("gaps.view.title"),
        subtitle=say("gaps.view.subtitle", n=n),
        alt=say("gaps.view.alt", summary=summary),
        data=_owner_table(result),
        stamp=result.stamp,
    )


def _key(ax: Any, gaps: list[str], most: int) -> None:
    at = 0.0
    for gap in gaps:
        label = METHOD.label("gap", gap)
        look = dict(CANNOT_TELL) if gap == "undetermined" else {"color": GAP_COLOURS[gap]}
        ax.barh(-0.78, 0.03 * most, left=at, height=0.28, **look)
        ax.text(at + 0.045 * most, -0.78, label, va="center", fontsize=8.5, color=INK)
        at += (0.075 + 0.0165 * len(label)) * most


def _owner_table(result: GapsByOwner) -> pd.DataFrame:
    say = METHOD.say
    return pd.DataFrame(
        [
            {
                say(f"{_COLUMN}.owner"): METHOD.label("owner", str(row["owner"])),
                say(f"{_COLUMN}.gap"): METHOD.label("gap", str(row["gap"])),
                say(f"{_COLUMN}.concerns"): f"{row['concerns']}",
                say(f"{_COLUMN}.unanswered"): f"{row['unanswered']}",
                say(f"{_COLUMN}.oldest"): _month(row["oldest"]),
                say(f"{_COLUMN}.newest"): _month(row["newest"]),
            }
            for _, row in result.owners.iterrows()
        ]
    )


def _share_table(result: GapsByOwner) -> DataTable:
    say = METHOD.say
    rows: Any = result.gaps[result.gaps["count"] > 0]
    shown = pd.DataFrame(
        [
            {
                say(f"{_COLUMN}.gap"): METHOD.label("gap", row.gap),
                say(f"{_COLUMN}.concerns"): f"{row.count_}",
                say(f"{_COLUMN}.share"): f"{percent(row.share)} %",
                say(f"{_COLUMN}.interval"): f"{percent(row.low)}–{percent(row.high)} %",
                say(f"{_COLUMN}.oldest"): _month(row.oldest),
                say(f"{_COLUMN}.newest"): _month(row.newest),
            }
            for row in rows.rename(columns={"count": "count_"}).itertuples()
        ]
    )
    return DataTable(shown, say("gaps.view.share_caption"))


def _points_table(result: GapsByOwner) -> DataTable:
    say = METHOD.say
    rows = pd.DataFrame(
        [
            {
                say(f"{_COLUMN}.owner"): METHOD.label("owner", str(row["owner"])),
                say(f"{_COLUMN}.gap"): METHOD.label("gap", str(row["gap"])),
                say(f"{_COLUMN}.statement"): row["statement"],
                say(f"{_COLUMN}.next"): row["next_step"],
                say(f"{_COLUMN}.source"): row["source"],
            }
            for _, row in result.points.iterrows()
        ]
    )
    return DataTable(rows, say("gaps.view.points_caption"))


def _month(value: object) -> str | None:
    return None if value is None or value is pd.NaT else f"{value:%B %Y}"
