"""A grid that says its cells in words, so that it can be read in black and white."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from adoption_lib.views.picture import new_figure
from adoption_lib.views.style import CANNOT_TELL, GRID, INK, MUTED

__all__ = ["Cell", "stage_board", "word_matrix"]

Tone = Literal["fine", "attention", "quiet", "unknown", "absent"]

_LINE = 0.155  # inches of a line of text
_PADDING = 0.15
_HEAD = 0.14
_LABEL_CHARACTERS = 27
_LABEL_SHARE = 0.27  # of the width, for the row labels
_CELL_CHARACTERS = 76  # that fit side by side in the width of all cells at the cells' type size

_TONES: Mapping[Tone, Mapping[str, Any]] = {
    "fine": {"facecolor": "#ffffff", "edgecolor": "#aab4ba", "linewidth": 0.8},
    "attention": {"facecolor": "#fdeedd", "edgecolor": "#b35900", "linewidth": 1.4},
    "quiet": {"facecolor": "#f4f6f7", "edgecolor": "#f4f6f7", "linewidth": 0.8},
    "unknown": {**CANNOT_TELL, "linewidth": 0.0},
    "absent": {"facecolor": "#ffffff", "edgecolor": "#b35900", "linewidth": 1.2, "linestyle": (0, (3, 2))},
}


@dataclass(frozen=True)
class Cell:
    """One box: what it says and how loudly. The tone repeats what the words say, it never says more."""

    text: str
    tone: Tone = "fine"


def word_matrix(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Mapping[tuple[int, int], Sequence[Cell]],
    groups: Sequence[tuple[str, int]] = (),
) -> Figure:
    """Draw a grid of words.

    Parameters
    ----------
    rows, columns : sequence of str
        Labels; long ones are wrapped.
    cells : mapping from (row, column) to boxes
        Boxes of a cell stand side by side; a cell that is not given stays empty.
    groups : sequence of (str, int)
        Headings over so many columns each, from left to right.

    Returns
    -------
    Figure
        As wide as the text.
    """
    room = max(7, _CELL_CHARACTERS // max(len(columns), 1))
    labels = [_wrapped(label, _LABEL_CHARACTERS, 4) for label in rows]
    heads = [_wrapped(label, room, 3) for label in columns]
    texts = {
        key: [_wrapped(cell.text, max(2, room // len(boxes)), 4) for cell in boxes] for key, boxes in cells.items()
    }
    heights = [
        _PADDING
        + _LINE * max([_lines(label), *(_lines(t) for (r, _), some in texts.items() if r == row for t in some)])
        for row, label in enumerate(labels)
    ]
    head = _HEAD + _LINE * max((_lines(label) for label in heads), default=0)
    top = head + (0.32 if groups else 0.0)
    height = top + sum(heights) + 0.04
    figure, axes = new_figure(height)
    figure.set_layout_engine("none")
    axes.set_position((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(height, 0.0)
    axes.axis("off")
    width = (1.0 - _LABEL_SHARE) / max(len(columns), 1)
    for column, label in enumerate(heads):
        axes.text(
            _LABEL_SHARE + (column + 0.5) * width, top - 0.06, label, ha="center", va="bottom", size=8.5, color=MUTED
        )
    _group_headings(axes, groups, width)
    y = top
    for row, label in enumerate(labels):
        axes.plot([0.0, 1.0], [y, y], color=GRID, linewidth=0.7, zorder=0)
        axes.text(0.005, y + heights[row] / 2, label, ha="left", va="center", size=8.5, color=INK)
        for column in range(len(columns)):
            boxes = cells.get((row, column), ())
            for place, cell in enumerate(boxes):
                share = width / len(boxes)
                x = _LABEL_SHARE + column * width + place * share
                _box(axes, x, y, share, heights[row], cell.tone, texts[(row, column)][place])
        y += heights[row]
    return figure


def stage_board(
    initiatives: Sequence[tuple[str, str]], stages: Sequence[tuple[str, str]], boxes: Sequence[Sequence[Cell]]
) -> Figure:
    """Draw initiatives as rows and stages as columns, with each initiative's boxes at its stage.

    Parameters
    ----------
    initiatives : sequence of (name, stage id)
        In the order of the rows.
    stages : sequence of (stage id, label)
        In the order of the columns.
    boxes : sequence of sequences of Cell
        The boxes of each initiative.
    """
    place = {stage: column for column, (stage, _) in enumerate(stages)}
    cells = {(row, place[stage]): boxes[row] for row, (_, stage) in enumerate(initiatives) if stage in place}
    return word_matrix([name for name, _ in initiatives], [label for _, label in stages], cells)


def _group_headings(axes: Axes, groups: Sequence[tuple[str, int]], width: float) -> None:
    left = _LABEL_SHARE
    for heading, span in groups:
        right = left + span * width
        axes.text((left + right) / 2, 0.06, heading, ha="center", va="top", size=8.5, color=INK, weight="bold")
        axes.plot([left + 0.01, right - 0.01], [0.28, 0.28], color=MUTED, linewidth=0.8)
        left = right


def _box(axes: Axes, x: float, y: float, width: float, height: float, tone: Tone, text: str) -> None:
    gap_x, gap_y = 0.004, 0.03
    corner, size = (x + gap_x, y + gap_y), (width - 2 * gap_x, height - 2 * gap_y)
    axes.add_patch(Rectangle(corner, *size, **_TONES[tone]))
    loud = tone in ("attention", "absent")
    background = {"facecolor": CANNOT_TELL["facecolor"], "edgecolor": "none", "pad": 1.2} if tone == "unknown" else None
    axes.text(
        x + width / 2,
        y + height / 2,
        text,
        ha="center",
        va="center",
        size=8.0,
        color=INK if tone != "quiet" else MUTED,
        weight="bold" if loud else "normal",
        linespacing=1.15,
        bbox=background,
    )


def _wrapped(text: str, width: int, most: int) -> str:
    lines = [line for part in text.split("\n") for line in (textwrap.wrap(part, width, break_long_words=True) or [""])]
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][: width - 1].rstrip() + "…"]
    return "\n".join(lines)


def _lines(text: str) -> int:
    return text.count("\n") + 1
