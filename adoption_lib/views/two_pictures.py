"""How the two pictures look: a dumbbell per part, what each side does not see, and the timeline of roll-outs (B1)."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from adoption_lib.analysis.raters import RaterGroup
from adoption_lib.analysis.two_pictures import TwoPictures
from adoption_lib.method import METHOD
from adoption_lib.method.phrases import list_phrase, percent
from adoption_lib.views.capability import group_notes, level_text
from adoption_lib.views.data_table import DataTable
from adoption_lib.views.picture import Picture, new_figure
from adoption_lib.views.prose import Lead, Note
from adoption_lib.views.rollout import live_count, outran_count, rollout_parts
from adoption_lib.views.show import parts
from adoption_lib.views.style import CANNOT_TELL, FUNCTION_COLOURS, GRID, INK, MUTED

_LINE = 0.27  # inches of one function's line
_MARKERS: Mapping[str, str] = {"HR": "o", "AI": "s", "business": "D", "executive": "^"}
_TOPICS = 12


@parts.register
def _(result: TwoPictures) -> list[object]:
    items: list[object] = []
    rated = bool(result.levels["estimate"].notna().any())
    if rated or len(result.timeline):
        items.append(Lead(_lead(result, rated)))
    if rated:
        items.append(_picture(result))
        items += group_notes(result.groups, result.floor)
        items.append(_departments(result))
        if bool((result.blind["kind"] != "").any()):
            items.append(DataTable(_blind(result), METHOD.say("two_pictures.view.blind")))
    if len(result.topics):
        caption, note = METHOD.say("two_pictures.view.topics"), METHOD.say("two_pictures.view.topics_note")
        items.append(DataTable(_topics(result), caption, note))
    return items + rollout_parts(result)


def _lead(result: TwoPictures, rated: bool) -> str:
    said = []
    clear = _clear(result)
    if rated:
        key = "lead_one" if result.differences.empty else "lead_differ" if clear else "lead_same"
        said.append(METHOD.say(f"two_pictures.view.{key}", parts=list_phrase(clear)))
    if outran_count(result):
        said.append(METHOD.say("two_pictures.view.lead_outran", count=outran_count(result), live=live_count(result)))
    return " ".join(said) or METHOD.say("two_pictures.view.lead_timeline")


def _clear(result: TwoPictures) -> list[str]:
    rows = result.differences[result.differences["resolved"]]
    return [_small(METHOD.label("part", str(part))) for part in rows["part"]]


def _picture(result: TwoPictures) -> Picture:
    clear = _clear(result)
    key = "title_one" if result.differences.empty else "title_differ" if clear else "title_same"
    part_ids = list(dict.fromkeys(result.levels["part"]))
    lines = len(result.groups) + 1
    figure, axes = new_figure(0.6 + _LINE * lines * len(part_ids))
    ticks, names = [], []
    gaps = {str(row["part"]): row for row in result.differences.to_dict("records")}
    for place, part in enumerate(part_ids):
        top = -place * lines
        axes.axhline(top + 0.5, color=GRID, lw=0.7, xmin=-0.35, clip_on=False)
        axes.text(0.93, top, METHOD.label("part", part), ha="left", va="center", size=9, weight="bold", color=INK)
        dots: dict[str, tuple[float, float]] = {}
        for offset, group in enumerate(result.groups, start=1):
            y = top - offset
            ticks.append(y)
            row = result.levels[(result.levels["part"] == part) & (result.levels["group"] == group.id)]
            cell = row.to_dict("records")[0]
            names.append(textwrap.fill(_tick(group, cell), 22))
            if pd.isna(cell["estimate"]):
                key_cell = "two_pictures.view.withheld" if cell["withheld"] else "capability.view.not_rated"
                axes.text(1.0, y, METHOD.say(key_cell, floor=result.floor), va="center", size=8.5, color=MUTED)
                continue
            dots[group.id] = (float(cell["estimate"]), y)
            _dot(axes, group, cell, y)
        if part in gaps and {"HR", "AI"} <= set(dots):
            _link(axes, dots["HR"], dots["AI"], bool(gaps[part]["resolved"]))
            axes.text(5.2, (dots["HR"][1] + dots["AI"][1]) / 2, _wrapped_state(gaps[part]), va="center", size=8.5)
    axes.set_xlim(0.9, 5.1)
    axes.set_ylim(-lines * len(part_ids) + 0.5, 0.6)
    axes.set_xticks(range(1, 6), [METHOD.say("capability.view.column.at_level", k=k) for k in range(1, 6)])
    axes.xaxis.tick_top()
    axes.set_yticks(ticks, names, size=8.5)
    axes.grid(axis="x", color=GRID, lw=0.7)
    axes.spines[["bottom", "top"]].set_visible(False)
    groups = "; ".join(_group_n(result, group) for group in result.groups)
    return Picture(
        figure=figure,
        title=METHOD.say(f"two_pictures.view.{key}", parts=list_phrase(clear)),
        subtitle=METHOD.say("two_pictures.view.subtitle", groups=groups),
        alt=METHOD.say("two_pictures.view.alt", summary=_summary(result, part_ids)),
        data=_levels(result, part_ids),
        stamp=result.stamp,
        withheld=int(result.levels["withheld"].sum()),
    )


def _colour(group: RaterGroup) -> str:
    return FUNCTION_COLOURS[group.functions[0]]


def _dot(axes: Axes, group: RaterGroup, cell: Mapping[Any, Any], y: float) -> None:
    colour = _colour(group)
    axes.plot([cell["low"], cell["high"]], [y, y], color=colour, lw=2.0, solid_capstyle="butt", zorder=3)
    axes.plot(cell["estimate"], y, _MARKERS[group.functions[0]], color=colour, ms=7, mec="white", mew=0.8, zorder=4)


def _link(axes: Axes, first: tuple[float, float], second: tuple[float, float], beyond: bool) -> None:
    colour, width = (INK, 2.2) if beyond else (CANNOT_TELL["edgecolor"], 1.4)
    style = "-" if beyond else (0, (3, 2))
    axes.plot([first[0], second[0]], [first[1], second[1]], color=colour, lw=width, ls=style, zorder=2)


def _tick(group: RaterGroup, cell: Mapping[Any, Any]) -> str:
    label = group.label(METHOD)
    return label if pd.isna(cell["n"]) else METHOD.say("two_pictures.view.group_n", group=label, n=int(cell["n"]))


def _group_n(result: TwoPictures, group: RaterGroup) -> str:
    n = result.levels.loc[result.levels["group"] == group.id, "n"].max()
    return _tick(group, {"n": n})


def _gap_state(row: Mapping[Any, Any]) -> str:
    if row["resolved"]:
        return METHOD.say("two_pictures.view.beyond")
    if pd.isna(row["raters_needed"]):
        return METHOD.say("two_pictures.view.within_many")
    own = min(int(row["n_hr"]), int(row["n_ai"]))
    if int(row["raters_needed"]) <= own:
        return METHOD.say("two_pictures.view.within")
    return METHOD.say("two_pictures.view.within_n", raters=int(row["raters_needed"]))


def _wrapped_state(row: Mapping[Any, Any]) -> str:
    return textwrap.fill(_gap_state(row), 18, break_on_hyphens=False)


def _summary(result: TwoPictures, part_ids: list[str]) -> str:
    said = []
    gaps = {str(row["part"]): row for row in result.differences.to_dict("records")}
    for part in part_ids:
        name = METHOD.label("part", part)
        own = result.levels[(result.levels["part"] == part) & result.levels["estimate"].notna()]
        level = dict(zip(own["group"], own["estimate"], strict=True))
        if part in gaps:
            said.append(
                METHOD.say(
                    "two_pictures.view.alt_gap",
                    part=name,
                    hr=level_text(level["HR"]),
                    ai=level_text(level["AI"]),
                    state=_gap_state(gaps[part]),
                )
            )
        elif level:
            labels = {group.id: group.label(METHOD) for group in result.groups}
            values = list_phrase([f"{labels[str(group)]} {level_text(value)}" for group, value in level.items()])
            said.append(METHOD.say("two_pictures.view.alt_plain", part=name, values=values))
    return " ".join(said)


def _levels(result: TwoPictures, part_ids: list[str]) -> pd.DataFrame:
    labels = {group.id: group.label(METHOD) for group in result.groups}
    gaps = {str(row["part"]): row for row in result.differences.to_dict("records")}
    rows = []
    for row in result.levels.to_dict("records"):
        gap = gaps.get(str(row["part"])) if row["group"] == "HR" else None
        difference = "–"
        if gap is not None:
            interval = f"{float(gap['low']):+.1f} to {float(gap['high']):+.1f}"
            difference = f"{float(gap['difference']):+.1f} ({interval})"
        rows.append(
            {
                _column("part"): METHOD.label("part", str(row["part"])),
                _column("group"): labels[str(row["group"])],
                **_cell_columns(row),
                _column("difference"): difference.replace("-", "−"),
                _column("state"): "–" if gap is None else _gap_state(gap),
            }
        )
    return pd.DataFrame(rows)


def _cell_columns(row: Mapping[Any, Any]) -> dict[str, str]:
    hidden = pd.isna(row["estimate"])
    word = METHOD.say("words.withheld") if row["withheld"] else METHOD.say("capability.view.not_rated")
    return {
        _column("level"): word if hidden else level_text(row["estimate"]),
        _column("interval"): "–" if hidden else f"{level_text(row['low'])}–{level_text(row['high'])}",
        _column("raters"): "–" if pd.isna(row["n"]) else str(int(row["n"])),
    }


def _departments(result: TwoPictures) -> object:
    shown = result.departments[result.departments["estimate"].notna()]
    # With one department the table would only repeat the picture.
    if shown.empty or result.departments["department"].nunique() < 2:
        return Note(METHOD.say("two_pictures.view.no_departments"))
    labels = {group.id: group.label(METHOD) for group in result.groups}
    rows = [
        {
            _column("department"): str(row["department"]),
            _column("part"): METHOD.label("part", str(row["part"])),
            _column("group"): labels[str(row["group"])],
            **_cell_columns(row),
        }
        for row in result.departments.to_dict("records")
        if row["withheld"] or not pd.isna(row["estimate"])
    ]
    note = METHOD.say("two_pictures.view.departments_note", floor=result.floor)
    return DataTable(pd.DataFrame(rows), METHOD.say("two_pictures.view.departments"), note)


def _blind(result: TwoPictures) -> pd.DataFrame:
    labels = {group.id: group.label(METHOD) for group in result.groups}
    rows = [
        {
            _column("group"): labels[str(row["group"])],
            _column("part"): METHOD.label("part", str(row["part"])),
            _column("spot"): METHOD.say(f"two_pictures.view.spot.{row['kind']}"),
            _column("evidence"): "–" if pd.isna(row["evidence"]) else f"{percent(float(row['evidence']))} %",
            _column("blank"): f"{percent(float(row['blank']))} %",
            _column("raters"): str(int(row["n"])),
        }
        for row in result.blind[result.blind["kind"] != ""].to_dict("records")
    ]
    return pd.DataFrame(rows)


def _topics(result: TwoPictures) -> pd.DataFrame:
    shown = result.topics.head(_TOPICS)
    return pd.DataFrame(
        {
            _column("topic"): shown["topic"],
            _column("heard_hr"): shown["HR"].astype(str),
            _column("heard_ai"): shown["AI"].astype(str),
            _column("heard_other"): shown["other"].astype(str),
            _column("only"): [METHOD.label("function", str(side)) if side else "–" for side in shown["only"]],
        }
    )


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def _column(name: str) -> str:
    return METHOD.say(f"two_pictures.view.column.{name}")
