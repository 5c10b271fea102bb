"""How the transition plan looks: a dated line of who leads what, and the boundary of support (C16)."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from adoption_lib.analysis.transition import TransitionPlan
from adoption_lib.method import METHOD
from adoption_lib.views.data_table import DataTable
from adoption_lib.views.governance import day, shortened
from adoption_lib.views.picture import Picture, new_figure
from adoption_lib.views.prose import Lead, Note
from adoption_lib.views.show import parts
from adoption_lib.views.style import GRID, INK, LEAD_COLOURS, MUTED

__all__ = ["draw_timeline"]

_LEADS = ("partner", "paired", "internal")
_PATTERNS: Mapping[str, str] = {"partner": "////", "paired": "....", "internal": ""}
_LABEL_CHARACTERS = 34
_ROW, _PART = 0.32, 0.27  # inches


@parts.register
def _(result: TransitionPlan) -> list[object]:
    activities = result.activities
    if activities.empty:
        return []
    total, inside = len(activities), int((activities["lead_at_end"] == "internal").sum())
    now, stays = int((activities["lead_now"] == "internal").sum()), int(activities["stays_with_partner"].sum())
    lead = _say("lead", inside=inside, n=total, now=now)
    lead += " " + (_say("lead_stays", stays=stays) if stays else _say("lead_all"))
    items: list[object] = [Lead(lead)]
    if result.timeline.empty:
        items += [Note(_say("no_dates")), DataTable(_plan_table(activities), _say("caption"))]
    else:
        first, last = result.timeline["start"].min(), result.timeline["end"].max()
        within = result.as_of is not None and first <= pd.Timestamp(result.as_of) <= last
        today = _say("subtitle_today", date=day(result.as_of)) if within else ""
        title = _say("title.stays", inside=inside, n=total, stays=stays) if stays else _say("title.all")
        items.append(
            Picture(
                draw_timeline(result.timeline, activities, result.as_of),
                title=title,
                subtitle=_say("subtitle", n=total) + today,
                alt=_say("alt", n=total, first=f"{first:%B %Y}", last=f"{last:%B %Y}", inside=inside),
                data=_plan_table(activities),
                stamp=result.stamp,
                withheld=result.withheld,
            )
        )
    items.append(DataTable(_boundary_table(activities), _say("boundary_caption")))
    items.append(DataTable(_part_table(result.parts), _say("parts_caption")))
    return items


def _say(key: str, **values: object) -> str:
    return METHOD.say(f"transition.{key}", **values)


def draw_timeline(timeline: pd.DataFrame, activities: pd.DataFrame, as_of: Any = None) -> Figure:
    """Draw who leads each activity from when to when, grouped by capability part.

    Parameters
    ----------
    timeline : DataFrame
        Segments as in :class:`~adoption_lib.analysis.transition.TransitionPlan`.
    activities : DataFrame
        Activities of the same result, in the order of the rows.
    as_of : date, optional
        Marked by a dotted line where it lies within the plan.

    Returns
    -------
    Figure
        Lead by colour and pattern; a diamond at a dated handover, a question mark where a date is missing.
    """
    rows, y = [], 0.0
    for part in dict.fromkeys(activities["part"]):
        rows.append((y + _PART / 2, METHOD.label("part", part), True))
        y += _PART
        for name in activities.loc[activities["part"] == part, "activity"]:
            rows.append((y + _ROW / 2, str(name), False))
            y += _ROW
    figure, axes = new_figure(y + 0.75)
    places = {name: place for place, name, heading in rows if not heading}
    segments: list[Any] = list(timeline.itertuples())
    for segment in segments:
        _bar(axes, places[segment.activity], segment)
    handovers = activities[activities["hands_over"] & activities["handover_on"].notna()]
    dated: list[Any] = list(handovers.itertuples())
    for row in dated:
        axes.plot([row.handover_on], [places[row.activity]], "D", color="white", mec=INK, mew=1.1, ms=5.5, zorder=5)
    first, last = timeline["start"].min(), timeline["end"].max()
    span = last - first
    axes.set_xlim(first - span * 0.03, last + span * 0.04)
    axes.set_ylim(y, 0.0)
    if as_of is not None and first <= pd.Timestamp(as_of) <= last:
        axes.axvline(pd.Timestamp(as_of), color=INK, linewidth=1.0, linestyle=":", zorder=4)
    _dates(axes, span)
    axes.set_yticks([place for place, _, _ in rows], [_label(text, heading) for _, text, heading in rows])
    for tick, (_, _, heading) in zip(axes.get_yticklabels(), rows, strict=True):
        tick.set_fontsize(8.5)
        tick.set_fontweight("bold" if heading else "normal")
        tick.set_color(INK)
    used = [lead for lead in _LEADS if (timeline["lead"] == lead).any()]
    handles = [Patch(label=METHOD.label("lead", lead), **_face(lead)) for lead in used]
    place: dict[str, Any] = {"loc": "outside upper left", "ncols": len(handles), "borderaxespad": 0.2}
    figure.legend(handles=handles, frameon=False, fontsize=8.5, handlelength=2.2, **place)
    return figure


def _face(lead: str) -> dict[str, Any]:
    colour = LEAD_COLOURS[lead]
    if lead == "internal":
        return {"facecolor": colour, "edgecolor": colour, "linewidth": 0.8}
    return {"facecolor": "white", "edgecolor": colour, "hatch": _PATTERNS[lead], "linewidth": 0.8}


def _bar(axes: Axes, place: float, segment: Any) -> None:
    start, end = (float(mdates.date2num(at)) for at in (segment.start, segment.end))  # type: ignore[no-untyped-call]
    axes.barh(place, end - start, left=start, height=_ROW * 0.56, zorder=2, **_face(segment.lead))
    for known, x, side in ((segment.start_known, start, "right"), (segment.end_known, end, "left")):
        if not known:
            offset = (-3 if side == "right" else 3, 0)
            axes.annotate(
                _say("open"), (x, place), offset, textcoords="offset points", ha=side, va="center", size=8.5, color=INK
            )


def _dates(axes: Axes, span: pd.Timedelta) -> None:
    months = max(1, round(span.days / 30.4 / 6))
    interval = next((step for step in (1, 2, 3, 4, 6, 12) if step >= months), 12)
    axes.xaxis_date()
    axes.xaxis.set_major_locator(mdates.MonthLocator(bymonth=range(1, 13, interval)))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(mdates.DateFormatter("%b %Y"))  # type: ignore[no-untyped-call]
    axes.grid(axis="x", color=GRID)
    axes.tick_params(axis="x", colors=MUTED)
    axes.spines["bottom"].set_visible(False)


def _label(text: str, heading: bool) -> str:
    if heading:
        return text
    lines = textwrap.wrap(text, _LABEL_CHARACTERS, break_long_words=True)
    if len(lines) > 2:
        lines = [lines[0], lines[1][: _LABEL_CHARACTERS - 1].rstrip() + "…"]
    return "\n".join(lines)


def _plan_table(activities: pd.DataFrame) -> pd.DataFrame:
    def change(row: Any) -> str:
        now, end = METHOD.label("lead", row.lead_now), METHOD.label("lead", row.lead_at_end)
        return _say("same", now=now) if row.lead_now == row.lead_at_end else _say("change", now=now, end=end)

    def handover(row: Any) -> str:
        if not row.hands_over:
            return _say("from_start" if row.lead_at_end == "internal" else "not_planned")
        return day(row.handover_on) if pd.notna(row.handover_on) else _say("no_entry")

    def missing(row: Any) -> str:
        gaps = [_say(f"gap.{gap}") for gap in str(row.gaps).split(";") if gap]
        return "; ".join(gaps) or _say("complete")

    rows: list[Any] = list(activities.itertuples())
    return pd.DataFrame(
        {
            _say("column.activity"): activities["activity"],
            _say("column.part"): [METHOD.label("part", part) for part in activities["part"]],
            _say("column.change"): [change(row) for row in rows],
            _say("column.handover"): [handover(row) for row in rows],
            _say("column.criterion"): [_needed(row, row.exit_criterion, "none") for row in rows],
            _say("column.missing"): [missing(row) for row in rows],
        }
    )


def _needed(row: Any, text: str, where_partner_stays: str) -> str:
    if text:
        return shortened(text)
    if row.stays_with_partner:
        return _say(where_partner_stays)
    return _say("no_entry" if row.hands_over else "not_needed")


def _boundary_table(activities: pd.DataFrame) -> pd.DataFrame:
    def stays(row: Any) -> str:
        if row.lead_at_end == "internal":
            return _say("stays.internal") if pd.notna(row.partner_until) else _say("none_stays")
        return _say(f"stays.{row.lead_at_end}")

    def until(row: Any) -> str:
        if pd.notna(row.partner_until):
            return day(row.partner_until)
        return _say("open_end") if row.lead_at_end != "internal" else day(None)

    rows: list[Any] = list(activities.itertuples())
    return pd.DataFrame(
        {
            _say("column.activity"): activities["activity"],
            _say("column.stays"): [stays(row) for row in rows],
            _say("column.until"): [until(row) for row in rows],
            _say("column.boundary"): [_needed(row, row.support_boundary, "no_entry") for row in rows],
        }
    )


def _part_table(shares: pd.DataFrame) -> pd.DataFrame:
    def share(inside: int, total: int) -> str:
        return _say("share", inside=inside, n=total) if total else _say("no_activity")

    rows: list[Any] = list(shares.itertuples())
    return pd.DataFrame(
        {
            _say("column.part"): [METHOD.label("part", row.part) for row in rows],
            _say("column.now"): [share(row.internal_now, row.activities) for row in rows],
            _say("column.end"): [share(row.internal_at_end, row.activities) for row in rows],
        }
    )
