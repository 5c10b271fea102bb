"""How roll-outs look against what people were told: one row per initiative, weeks before and after its go-live (B1)."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from adoption_lib.analysis.two_pictures import TwoPictures
from adoption_lib.method import METHOD
from adoption_lib.views.data_table import DataTable
from adoption_lib.views.picture import Picture, new_figure
from adoption_lib.views.style import CANNOT_TELL, FUNCTION_COLOURS, GRID, INK, MUTED

__all__ = ["live_count", "outran_count", "rollout_parts"]

_ROW = 0.42
_FURTHEST = 60  # weeks either side; what lies beyond stands at the edge with an arrow
_MOST = 20
_NEAR = 8  # the axis reaches at least this far, so that days do not look like months
_LIVE = ("after", "not_recorded", "before", "no_date")
# Mark, colour and height within the row: marks of one week stand above each other.
_MARKS: Mapping[str, tuple[str, str, str, float]] = {
    "told": ("told_on", "o", INK, 0.0),
    "hr": ("hr_involved_on", "s", FUNCTION_COLOURS["HR"], 0.14),
    "limit": ("limit_stated_on", "D", FUNCTION_COLOURS["AI"], -0.14),
    "concern": ("first_concern_on", "x", FUNCTION_COLOURS["business"], -0.26),
}


def live_count(result: TwoPictures) -> int:
    """Count the initiatives that are live."""
    return int(result.timeline["people"].isin(_LIVE).sum())


def outran_count(result: TwoPictures) -> int:
    """Count the live initiatives in which people were told, or HR was involved, only after go-live."""
    late = (result.timeline["people"] == "after") | (result.timeline["hr"] == "after")
    return int(late.sum())


def rollout_parts(result: TwoPictures) -> list[object]:
    """Return the timeline's picture, or only its table where no go-live is dated."""
    if result.timeline.empty:
        return []
    dated = result.timeline[result.timeline["go_live"].notna()]
    data = _table(result.timeline)
    if dated.empty:
        return [DataTable(data, _title(result))]
    shown = dated.head(_MOST)
    figure, axes = new_figure(0.95 + _ROW * len(shown))
    for place, row in enumerate(shown.to_dict("records")):
        _draw_row(axes, len(shown) - 1 - place, row)
    edge = _reach(shown)
    axes.axvline(0, color=INK, lw=1.2)
    axes.axvspan(0, edge, color=CANNOT_TELL["facecolor"], zorder=0)
    axes.set_xlim(-edge, edge)
    axes.set_ylim(-0.6, len(shown) - 0.4)
    names = [textwrap.fill(str(name), 26, max_lines=2, placeholder="…") for name in shown["initiative"]]
    axes.set_yticks(range(len(shown)), names[::-1])
    axes.set_xlabel(METHOD.say("two_pictures.view.timeline_axis"))
    axes.grid(axis="x", color=GRID, lw=0.7)
    _key(axes, shown)
    summary = " ".join(
        METHOD.say("two_pictures.view.timeline_row", initiative=row["initiative"], state=state_words(row))
        for row in shown.to_dict("records")
    )
    return [
        Picture(
            figure=figure,
            title=_title(result),
            subtitle=METHOD.say("two_pictures.view.timeline_subtitle", count=len(shown)),
            alt=METHOD.say("two_pictures.view.timeline_alt", summary=summary),
            data=data,
            stamp=result.stamp,
        )
    ]


def state_words(row: Mapping[Any, Any]) -> str:
    """Say how the conversation stood to go-live."""
    state = str(row["people"])
    key, weeks = state, 0
    if state == "after" and not pd.isna(row["weeks_late"]):
        weeks = int(row["weeks_late"])
        key = "after_days" if weeks < 1 else "after_one" if weeks == 1 else "after"
    told = METHOD.say(f"two_pictures.view.state.{key}", weeks=weeks)
    if str(row["hr"]) != "after":
        return told
    return f"{told}; {METHOD.say('two_pictures.view.hr_state.after')}"


def _title(result: TwoPictures) -> str:
    live, unknown = live_count(result), int((result.timeline["people"] == "not_recorded").sum())
    if outran_count(result):
        return METHOD.say("two_pictures.view.timeline_title_outran", count=outran_count(result), live=live)
    if unknown:
        return METHOD.say("two_pictures.view.timeline_title_open", count=unknown, live=live)
    return METHOD.say("two_pictures.view.timeline_title_kept" if live else "two_pictures.view.timeline_title_none")


def _weeks(row: Mapping[Any, Any], column: str) -> float | None:
    if pd.isna(row[column]):
        return None
    return float((pd.Timestamp(row[column]) - pd.Timestamp(row["go_live"])).days / 7)


def _reach(shown: pd.DataFrame) -> float:
    known = [
        abs(weeks)
        for row in shown.to_dict("records")
        for column, *_ in _MARKS.values()
        if (weeks := _weeks(row, column)) is not None
    ]
    return min(max([_NEAR, *known]) * 1.08, _FURTHEST + 3.0)


def _draw_row(axes: Axes, y: float, row: Mapping[Any, Any]) -> None:
    late = "after" in (str(row["people"]), str(row["hr"]))
    told = _weeks(row, "told_on")
    if told is not None:
        end = max(-_FURTHEST, min(_FURTHEST, told))
        axes.plot([0, end], [y, y], color=INK, lw=2.0 if str(row["people"]) == "after" else 1.0, zorder=2)
    for column, marker, colour, lift in _MARKS.values():
        weeks = _weeks(row, column)
        if weeks is None:
            continue
        beyond = abs(weeks) > _FURTHEST
        x = max(-_FURTHEST, min(_FURTHEST, weeks))
        shape = ("<" if weeks < 0 else ">") if beyond else marker
        axes.plot(x, y + lift, shape, color=colour, ms=6, mew=1.6, zorder=3)
    words = textwrap.fill(state_words(row), 24, break_on_hyphens=False)
    colour = INK if late else MUTED
    axes.text(1.015, y, words, transform=axes.get_yaxis_transform(), va="center", size=8.5, color=colour)


def _key(axes: Axes, shown: pd.DataFrame) -> None:
    """Name the marks above the plot, those that occur only."""
    for name, (column, marker, colour, _) in _MARKS.items():
        if shown[column].notna().any():
            label = METHOD.say(f"two_pictures.view.mark.{name}")
            axes.plot([], [], marker, color=colour, ms=6, mew=1.6, label=label)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            ncols=4,
            frameon=False,
            fontsize=8.5,
            handletextpad=0.1,
            columnspacing=1.2,
            borderaxespad=0.2,
        )


def _table(timeline: pd.DataFrame) -> pd.DataFrame:
    def day(value: Any) -> str:
        return "–" if pd.isna(value) else f"{pd.Timestamp(value):%Y-%m-%d}"

    def column(name: str) -> str:
        return METHOD.say(f"two_pictures.view.column.{name}")

    rows = [
        {
            column("initiative"): str(row["initiative"]),
            column("stage"): METHOD.label("stage", str(row["stage"])),
            column("go_live"): day(row["go_live"]),
            column("told"): day(row["told_on"]),
            column("hr"): day(row["hr_involved_on"]),
            column("limit"): day(row["limit_stated_on"]),
            column("concern"): day(row["first_concern_on"]),
            column("state_people"): state_words(row),
        }
        for row in timeline.to_dict("records")
    ]
    return pd.DataFrame(rows)
