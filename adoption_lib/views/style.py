"""One look for every picture: widths, type sizes, and one colour for each thing that keeps it everywhere.

Colours are taken from the Okabe-Ito and Tol palettes, which stay apart under the common kinds of colour blindness;
pattern, position or a direct label always says the same as the colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = [
    "APPROACH_COLOURS",
    "CANNOT_TELL",
    "CAUSE_COLOURS",
    "FUNCTION_COLOURS",
    "GAP_COLOURS",
    "GRID",
    "INK",
    "LEAD_COLOURS",
    "MUTED",
    "RC",
    "level_colours",
]

INK = "#1c2833"
MUTED = "#5b6770"
GRID = "#dfe3e6"

FUNCTION_COLOURS: Mapping[str, str] = {
    "HR": "#aa3377",
    "AI": "#0072b2",
    "business": "#b35900",
    "executive": "#4d4d4d",
}
CAUSE_COLOURS: Mapping[str, str] = {
    "understanding": "#d98e04",
    "output_trust": "#0072b2",
    "own_interests": "#aa3377",
    "none": "#b8c0c5",
    "other": "#8a939a",
}
APPROACH_COLOURS: Mapping[str, str] = {
    "internal": "#117733",
    "partner": "#b35900",
    "hybrid": "#332288",
    "tool_first": "#88837b",
}
GAP_COLOURS: Mapping[str, str] = {
    "deployment": "#b35900",
    "trust": "#aa3377",
    "both": "#332288",
    "undetermined": "#8a939a",
}
LEAD_COLOURS: Mapping[str, str] = {"partner": "#b35900", "paired": "#332288", "internal": "#117733"}

CANNOT_TELL: Mapping[str, str] = {"facecolor": "#eceff1", "hatch": "////", "edgecolor": "#9aa3aa"}
"""Keyword arguments of a patch that means "cannot tell yet": hatched grey everywhere."""

RC: Any = {
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.grid": False,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 9.0,
    "axes.linewidth": 0.7,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "white",
    "font.family": ["DejaVu Sans"],
    "font.size": 9.0,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "hatch.color": "#9aa3aa",
    "hatch.linewidth": 0.6,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "patch.linewidth": 0.0,
    "svg.fonttype": "path",
    "svg.hashsalt": "adoption",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "xtick.labelsize": 8.5,
    "xtick.major.size": 0.0,
    "ytick.color": INK,
    "ytick.labelsize": 9.0,
    "ytick.major.size": 0.0,
}

_LEVELS = ("#a64d20", "#dba275", "#d9dde0", "#7fb3d3", "#1f6fa5")


def level_colours(k: int) -> list[str]:
    """Colours of ``k`` ordered levels, from the unfavourable to the favourable end around a grey middle.

    Parameters
    ----------
    k : int
        Number of levels, at least 2. Even numbers have no middle colour.

    Returns
    -------
    list of str
        ``k`` hex colours.
    """
    if k < 2:
        raise ValueError("an answer scale has at least two levels")
    low, low_soft, middle, high_soft, high = _LEVELS
    fixed = {2: [low, high], 3: [low, middle, high], 4: [low, low_soft, high_soft, high], 5: list(_LEVELS)}
    if k in fixed:
        return fixed[k]
    half = k // 2
    lower = [_mix(low, low_soft, i / max(half - 1, 1)) for i in range(half)]
    upper = [_mix(high_soft, high, i / max(half - 1, 1)) for i in range(half)]
    return [*lower, *([middle] if k % 2 else []), *upper]


def _mix(first: str, second: str, weight: float) -> str:
    parts = [round(int(first[i : i + 2], 16) * (1 - weight) + int(second[i : i + 2], 16) * weight) for i in (1, 3, 5)]
    return "#" + "".join(f"{part:02x}" for part in parts)
