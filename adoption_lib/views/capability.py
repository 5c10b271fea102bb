"""How the capability profile looks: a strip of levels per part against need, where to start, every item (A0)."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import Rectangle

from adoption_lib.analysis.capability import CapabilityProfile
from adoption_lib.analysis.raters import RaterGroup
from adoption_lib.method import METHOD
from adoption_lib.method.phrases import percent
from adoption_lib.views.data_table import DataTable, is_missing
from adoption_lib.views.picture import Picture, new_figure
from adoption_lib.views.prose import Lead, Note
from adoption_lib.views.show import parts
from adoption_lib.views.style import CANNOT_TELL, GRID, INK, MUTED

__all__ = ["group_notes", "level_text"]

_LEVELS = (1, 2, 3, 4, 5)
_FULL = "#1f6fa5"
_ROW = 0.95  # inches of one part
_BAND = 0.42  # height of the strip within a row
_SHOWN_FROM = 0.005  # a share that rounds to nothing is left to the table


@parts.register
def _(result: CapabilityProfile) -> list[object]:
    rated = result.parts[result.parts["estimate"].notna()]
    if rated.empty:
        return []
    state = _state(result)
    name = METHOD.label("part", result.binding) if result.binding else ""
    items: list[object] = [Lead(METHOD.say(f"capability.view.lead_{state}", part=name))]
    items.append(_picture(result, state, name))
    items += group_notes(result.groups, result.floor)
    if len(result.weakest):
        part = METHOD.label("part", str(result.weakest["part"].iloc[0]))
        caption = METHOD.say("capability.view.weakest", part=part[:1].lower() + part[1:])
        items.append(DataTable(_weakest(result), caption, METHOD.say("capability.view.weakest_note")))
    items.append(DataTable(_items(result), METHOD.say("capability.view.items")))
    return items


def group_notes(groups: Sequence[RaterGroup], floor: int) -> list[object]:
    """Return a note per group of raters that joins several functions: why they are shown together."""
    return [
        Note(METHOD.say("capability.merged", group=group.label(METHOD), floor=floor))
        for group in groups
        if len(group.functions) > 1
    ]


def level_text(value: object) -> str:
    """Return a level with one decimal, or an en dash where there is none."""
    return "–" if is_missing(value) else f"{float(value):.1f}"  # type: ignore[arg-type]


def _state(result: CapabilityProfile) -> str:
    if result.binding:
        return "binding"
    if result.parts["p_binds"].isna().any():
        return "unknown"
    return "enough" if result.p_no_shortfall >= METHOD.threshold("binding_called") else "undecided"


def _picture(result: CapabilityProfile, state: str, name: str) -> Picture:
    rows = result.parts.to_dict("records")
    figure, axes = new_figure(0.55 + _ROW * len(rows))
    for place, row in enumerate(rows):
        _draw_part(axes, len(rows) - 1 - place, row, result.floor)
    axes.set_xlim(0.5, 5.5)
    axes.set_ylim(-0.55, len(rows) - 0.5)
    axes.set_xticks(list(_LEVELS), [METHOD.say("capability.view.column.at_level", k=k) for k in _LEVELS])
    axes.xaxis.tick_top()
    axes.set_yticks(
        range(len(rows)), [textwrap.fill(METHOD.label("part", str(row["part"])), 16) for row in reversed(rows)]
    )
    axes.spines[["bottom", "top"]].set_visible(False)
    summary = " ".join(_alt(row) for row in rows)
    return Picture(
        figure=figure,
        title=METHOD.say(f"capability.view.title_{state}", part=name),
        subtitle=METHOD.say("capability.view.subtitle", n=result.raters),
        alt=METHOD.say("capability.view.alt", summary=summary),
        data=_parts(result),
        stamp=result.stamp,
        withheld=result.withheld,
    )


def _draw_part(axes: Axes, y: float, row: Mapping[Any, Any], floor: int) -> None:
    if is_missing(row["estimate"]):
        patch = Rectangle((0.5, y - _BAND / 2), 5, _BAND)
        patch.set(**CANNOT_TELL)
        axes.add_patch(patch)
        key = "withheld" if row["withheld"] else "not_rated"
        text = METHOD.say(f"capability.view.{key}", floor=floor)
        box = {"facecolor": CANNOT_TELL["facecolor"], "edgecolor": "none", "pad": 1.5}
        axes.text(3, y, text, ha="center", va="center", size=8.5, color=MUTED, bbox=box)
        return
    for first, last, share in row["levels"]:
        # Levels shown as one share the shade of their mean, so that a wide box does not look like a crowd.
        mean, width = share / (last - first + 1), last - first + 0.98
        box_at = (first - 0.49, y - _BAND / 2)
        axes.add_patch(Rectangle(box_at, width, _BAND, facecolor=_shade(mean), edgecolor=GRID, lw=0.7))
        if share >= _SHOWN_FROM:
            colour = "white" if mean > 0.45 else INK
            middle = (first + last) / 2
            axes.text(middle, y, f"{percent(share)} %", ha="center", va="center", size=8.5, color=colour)
    below = y - _BAND / 2 - 0.13
    axes.plot([row["low"], row["high"]], [below, below], color=INK, lw=2.2, solid_capstyle="butt")
    axes.plot(row["estimate"], below, "o", color=INK, ms=6.5)
    axes.text(row["high"] + 0.07, below, level_text(row["estimate"]), ha="left", va="center", size=8.5, color=INK)
    above = y + _BAND / 2 + 0.11
    if is_missing(row["needed"]):
        text = METHOD.say("capability.view.needed_unknown")
        axes.text(5.49, above, text, ha="right", va="center", size=8.5, color=MUTED)
        return
    # The level needed stands above the strip and the level now below it, so that they never cover each other.
    needed = float(row["needed"])
    axes.plot(needed, above - 0.02, marker="v", mfc="white", mec=INK, mew=1.4, ms=8)
    text = METHOD.say("capability.view.needed", level=f"{needed:g}")
    side, align = (0.1, "left") if needed <= 4.5 else (-0.1, "right")
    axes.text(needed + side, above, text, ha=align, va="center", size=8.5, color=INK)


def _shade(share: float) -> str:
    weight = min(1.0, share / 0.7)
    red, green, blue = (1 - weight * (1 - part) for part in to_rgb(_FULL))
    return to_hex((red, green, blue))


def _alt(row: Mapping[Any, Any]) -> str:
    part = METHOD.label("part", str(row["part"]))
    if is_missing(row["estimate"]):
        return METHOD.say("capability.view.alt_part_none", part=part)
    key = "alt_part_open" if is_missing(row["needed"]) else "alt_part"
    return METHOD.say(
        f"capability.view.{key}",
        part=part,
        level=level_text(row["estimate"]),
        low=level_text(row["low"]),
        high=level_text(row["high"]),
        needed="" if is_missing(row["needed"]) else f"{float(row['needed']):g}",
    )


def _parts(result: CapabilityProfile) -> pd.DataFrame:
    rows = []
    for row in result.parts.to_dict("records"):
        hidden = is_missing(row["estimate"])
        word = METHOD.say("words.withheld") if row["withheld"] else METHOD.say("capability.view.not_rated")
        shown: dict[str, str] = {_column("part"): METHOD.label("part", str(row["part"]))}
        shown[_column("level")] = word if hidden else level_text(row["estimate"])
        shown[_column("interval")] = "–" if hidden else f"{level_text(row['low'])}–{level_text(row['high'])}"
        shown[_column("median")] = _plain(row["median"])
        shown[_column("needed")] = _plain(row["needed"])
        shown[_column("shortfall")] = level_text(row["shortfall"])
        shown[_column("binds")] = "–" if is_missing(row["p_binds"]) else f"{percent(float(row['p_binds']))} %"
        shown[_column("share")] = _share(row)
        shown[_column("ratings")] = _levels(row, lambda share: f"{percent(share)} %")
        shown[_column("raters")] = _plain(row["n"])
        rows.append(shown)
    return pd.DataFrame(rows)


def _weakest(result: CapabilityProfile) -> pd.DataFrame:
    rows = []
    for row in result.weakest.to_dict("records"):
        item = METHOD.capability_items[str(row["item"])]
        now = int(row["level_now"])
        following = "–" if is_missing(row["level_next"]) else f"{int(row['level_next'])}: {item.levels[now]}"
        today = f"{now}: {item.levels[now - 1]}"
        rows.append({_column("item"): item.name, _column("today"): today, _column("next"): following})
    return pd.DataFrame(rows)


def _items(result: CapabilityProfile) -> pd.DataFrame:
    rows = []
    for row in result.items.to_dict("records"):
        item = METHOD.capability_items[str(row["item"])]
        word = METHOD.say("words.withheld") if row["withheld"] else METHOD.say("capability.view.not_rated")
        shown = {_column("item"): item.name, _column("part"): METHOD.label("part", item.part)}
        shown[_column("levels")] = _levels(row, str)
        shown[_column("median")] = word if is_missing(row["median"]) else _plain(row["median"])
        shown[_column("needed")] = _plain(row["needed"])
        few = not is_missing(row["needed"]) and is_missing(row["share_at_need"])
        shown[_column("share")] = METHOD.say("capability.view.few", floor=result.floor) if few else _share(row)
        shown[_column("raters")] = _plain(row["n"])
        rows.append(shown)
    return pd.DataFrame(rows)


def _levels(row: Mapping[Any, Any], told: Callable[[Any], str]) -> str:
    """What stands at each level, such as "1–2: 13 · 3: 12"; levels that nobody chose are left out."""
    if is_missing(row["levels"]):
        return "–"
    return " · ".join(
        f"{first}: {told(value)}" if first == last else f"{first}–{last}: {told(value)}"
        for first, last, value in row["levels"]
        if value
    )


def _share(row: Mapping[Any, Any]) -> str:
    if is_missing(row["share_at_need"]):
        return "–"
    low, high = percent(float(row["share_low"])), percent(float(row["share_high"]))
    return f"{percent(float(row['share_at_need']))} % ({low}–{high})"


def _plain(value: object) -> str:
    return "–" if is_missing(value) else f"{float(value):g}"  # type: ignore[arg-type]


def _column(name: str) -> str:
    return METHOD.say(f"capability.view.column.{name}")
