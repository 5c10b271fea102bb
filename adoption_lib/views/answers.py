"""How the answers to a survey look: every question as one bar around the neutral, share favourable at its right."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from adoption_lib.analysis.answers import SurveyAnswers
from adoption_lib.analysis.response_rate import ResponseRate
from adoption_lib.method import METHOD
from adoption_lib.method.phrases import percent
from adoption_lib.views.data_table import DataTable
from adoption_lib.views.picture import Picture, new_figure
from adoption_lib.views.show import parts
from adoption_lib.views.style import GRID, INK, MUTED, level_colours

__all__ = ["answers_picture", "department_table", "other_questions", "response_table"]

_ROW = 0.62
_LINES = 3
_LINE_LENGTH = 40


def answers_picture(result: SurveyAnswers, construct: str) -> Picture | None:
    """Diverging bars for the questions of one construct; None where nothing of it may be shown."""
    items = result.items[(result.items["construct"] == construct) & result.items["n"].notna()].reset_index(drop=True)
    if items.empty:
        return None
    say = METHOD.say
    fig, ax = new_figure(height=0.95 + _ROW * len(items))
    labels = [f"{i + 1}. {text}" for i, text in enumerate(items["text"])]
    bars = [
        _pieces(result.points[result.points["item"] == row.item], int(str(row.points))) for row in items.itertuples()
    ]
    left = min(-30.0, *(start for bar in bars for start, *_ in bar))
    right = max(30.0, *(start + share for bar in bars for start, share, *_ in bar))
    span = right - left
    # The scale of the share favourable stands at the right of the bars, on the same axis.
    scale = (right + 0.1 * span, right + 0.42 * span)
    for y, (bar, row) in enumerate(zip(bars, items.itertuples(), strict=True)):
        _draw(ax, y, bar, span)
        _share(ax, y, row, scale)
    ax.set_ylim(len(items) - 0.45, -0.9)
    ax.set_xlim(left - 0.01 * span, scale[1] + 0.34 * span)
    ax.set_yticks(range(len(items)), [_wrapped(label) for label in labels])
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ax.plot([0, 0], [-0.5, len(items) - 0.5], color=INK, linewidth=0.8, zorder=0)
    ax.text(-0.02 * span, -0.62, say("answers.view.unfavourable_side"), ha="right", fontsize=8.5, color=MUTED)
    ax.text(0.02 * span, -0.62, say("answers.view.favourable_side"), ha="left", fontsize=8.5, color=MUTED)
    ax.text(scale[0], -0.62, say("answers.view.favourable_head"), ha="left", fontsize=8.5, color=MUTED)
    name = METHOD.constructs[construct].name
    summary = " ".join(
        say("answers.view.alt_row", question=f"{i + 1}", share=_percent_or_withheld(float(row["favourable"])))
        for i, (_, row) in enumerate(items.iterrows())
    )
    return Picture(
        fig,
        title=say("answers.view.title", construct=name),
        subtitle=say("answers.view.subtitle", n=_range(items["n"])),
        alt=say("answers.view.alt", summary=summary),
        data=_table(result, items, labels),
        stamp=result.stamp,
        withheld=int(items["withheld"].sum()),
    )


def other_questions(result: SurveyAnswers, shown: Sequence[str]) -> DataTable | None:
    """Table of the questions whose construct is not among ``shown``; None where there are none."""
    items = result.items[~result.items["construct"].isin(list(shown)) & result.items["n"].notna()]
    if items.empty:
        return None
    title = METHOD.say("answers.view.title_context")
    return DataTable(_table(result, items, list(items["text"])), title, collapsed=True)


def department_table(result: SurveyAnswers, construct: str) -> DataTable | None:
    """Share favourable by department, questions numbered as in the picture; None with fewer than two departments."""
    items = list(result.items.loc[(result.items["construct"] == construct) & result.items["n"].notna(), "item"])
    spread = result.departments[result.departments["item"].isin(items)]
    if spread["department"].nunique() < 2 or spread["withheld"].all():
        return None
    rows = []
    for department, group in spread.groupby("department", sort=False):
        cells = {str(cell.item): cell for cell in group.itertuples()}
        people = group.loc[~group["withheld"], "n"]
        row: dict[str, object] = {
            METHOD.say("answers.response.column.department"): department,
            METHOD.say("answers.view.people"): _range(people) if len(people) else METHOD.say("words.withheld"),
        }
        for i, item in enumerate(items):
            row[f"{i + 1}"] = _share_with_interval(cells.get(item))
        rows.append(row)
    caption = METHOD.say("answers.view.departments", construct=METHOD.constructs[construct].name, n=len(items))
    return DataTable(pd.DataFrame(rows), caption, METHOD.say("answers.view.departments_note"), collapsed=True)


def response_table(result: ResponseRate) -> DataTable | None:
    """Who answered, by department; None where nobody did."""
    if result.people is None:
        return None
    say, column = METHOD.say, "answers.response.column"
    rows = []
    for row in result.departments.itertuples():
        if row.withheld:
            n, rate, interval = say("words.withheld"), say("words.withheld"), "–"
        elif not row.judged:
            n, rate, interval = f"{row.n}", say("answers.response.unknown"), "–"
        else:
            n, rate = f"{row.n}", f"{percent(float(str(row.rate)))} %"
            interval = f"{percent(float(str(row.low)))}–{percent(float(str(row.high)))} %"
        rows.append(
            {
                say(f"{column}.department"): row.department,
                say(f"{column}.headcount"): f"{row.headcount:,}",
                say(f"{column}.n"): n,
                say(f"{column}.rate"): rate,
                say(f"{column}.interval"): interval,
            }
        )
    return DataTable(pd.DataFrame(rows), say("answers.response.caption"))


@parts.register
def _(result: SurveyAnswers) -> list[object]:
    constructs = [name for name in METHOD.constructs if (result.items["construct"] == name).any()]
    found: list[object | None] = []
    for name in constructs:
        found += [answers_picture(result, name), department_table(result, name)]
    found.append(other_questions(result, constructs))
    return [part for part in found if part is not None]


@parts.register
def _(result: ResponseRate) -> list[object]:
    table = response_table(result)
    return [] if table is None else [table]


def _pieces(points: pd.DataFrame, k: int) -> list[tuple[float, float, int, str, bool]]:
    """Pieces of one question's bar: start, length, count, colour, whether dark; the neutral lies across zero."""
    colours = level_colours(k)
    sides = list(points.sort_values("first")["side"])
    rising = "favourable" not in sides[:1] and "unfavourable" not in sides[-1:]
    ordered = points.sort_values("first", ascending=rising)
    halves = {"unfavourable": 1.0, "neutral": 0.5, "mixed": 0.5}
    left = 0.0
    for row in ordered.itertuples():
        left -= 100 * float(str(row.share)) * halves.get(str(row.side), 0.0)
    found = []
    for row in ordered.itertuples():
        share = 100 * float(str(row.share))
        middle = (int(str(row.first)) + int(str(row.last))) / 2
        level = round(middle - 1) if rising else round(k - middle)
        found.append((left, share, int(str(row.count)), colours[level], level in (0, k - 1)))
        left += share
    return found


def _draw(ax: Any, y: int, pieces: Sequence[tuple[float, float, int, str, bool]], span: float) -> None:
    for start, share, count, colour, dark in pieces:
        if share <= 0:
            continue
        ax.barh(y, share, left=start, height=0.56, color=colour, edgecolor="white", linewidth=0.6)
        if share >= 0.055 * span:
            ink = "white" if dark else INK
            ax.text(start + share / 2, y, f"{count}", ha="center", va="center", fontsize=8, color=ink)


def _share(ax: Any, y: int, row: Any, scale: tuple[float, float]) -> None:
    start, end = scale
    beside = end + 0.06 * (end - start)
    ax.plot([start, end], [y, y], color=GRID, linewidth=1.2, zorder=1)
    if not np.isfinite(row.favourable):
        ax.text(beside, y, METHOD.say("answers.view.withheld"), va="center", fontsize=8, color=MUTED)
        return
    at = [start + (end - start) * float(v) for v in (row.low, row.favourable, row.high)]
    ax.plot([at[0], at[2]], [y, y], color=INK, linewidth=2.2, solid_capstyle="butt", zorder=2)
    ax.plot(at[1], y, "o", color=INK, markersize=5, zorder=3)
    text = f"{percent(row.favourable)} % ({percent(row.low)}–{percent(row.high)})"
    ax.text(beside, y, text, va="center", fontsize=8, color=INK)


def _table(result: SurveyAnswers, items: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    say = METHOD.say
    rows = []
    for label, row in zip(labels, items.itertuples(), strict=True):
        points = result.points[result.points["item"] == row.item]
        answers = " · ".join(
            say("answers.view.answer", label=p.label, count=p.count) for p in points.itertuples(index=False)
        )
        favourable = float(str(row.favourable))
        known = np.isfinite(favourable)
        context = not row.construct
        rows.append(
            {
                say("answers.view.question"): label,
                say("answers.view.answers"): answers,
                say("answers.view.people"): f"{row.n}",
                say("answers.view.median"): _median(points, float(str(row.median))),
                say("answers.view.favourable"): "–" if context else _percent_or_withheld(favourable),
                say("answers.view.interval"): (
                    f"{percent(float(str(row.low)))}–{percent(float(str(row.high)))} %" if known else "–"
                ),
            }
        )
    return pd.DataFrame(rows)


def _median(points: pd.DataFrame, median: float) -> str:
    labels = [
        str(p.label)
        for p in points.itertuples()
        if any(int(str(p.first)) <= point <= int(str(p.last)) for point in (np.floor(median), np.ceil(median)))
    ]
    return " / ".join(labels)


def _percent_or_withheld(share: float) -> str:
    return f"{percent(share)} %" if np.isfinite(share) else METHOD.say("words.withheld")


def _share_with_interval(cell: Any) -> str:
    if cell is None or not np.isfinite(float(cell.favourable)):
        return METHOD.say("words.withheld")
    low, high = percent(float(cell.low)), percent(float(cell.high))
    return METHOD.say("answers.view.share", share=percent(float(cell.favourable)), low=low, high=high)


def _range(counts: pd.Series[int]) -> str:
    low, high = int(counts.min()), int(counts.max())
    return f"{low}" if low == high else f"{low}–{high}"


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, _LINE_LENGTH, max_lines=_LINES, placeholder=" …"))
