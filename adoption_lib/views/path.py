"""How the path looks: the three factors in words with the weeks drawn (A1), and the four tests as a matrix (A3)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from adoption_lib.analysis.lasting_capability import FourTests
from adoption_lib.analysis.lasting_findings import plan_reason
from adoption_lib.analysis.path_factors import PathFactors
from adoption_lib.analysis.path_findings import factor_position, factor_reason
from adoption_lib.analysis.plan_tests import TESTS
from adoption_lib.method import METHOD
from adoption_lib.method.phrases import list_phrase, percent, probability_phrase
from adoption_lib.views.data_table import DataTable
from adoption_lib.views.picture import Picture, new_figure
from adoption_lib.views.prose import Lead, Note
from adoption_lib.views.show import parts
from adoption_lib.views.style import APPROACH_COLOURS, GRID, INK, MUTED
from adoption_lib.views.word_matrix import Cell, Tone, word_matrix

_ROW = 0.46
_TONES: Mapping[str, Tone] = {"pass": "fine", "fail": "attention", "cannot_tell": "unknown", "missing": "quiet"}


@parts.register
def _(result: PathFactors) -> list[object]:
    said = {factor.id: factor_position(METHOD, factor) for factor in result.factors}
    table = pd.DataFrame(
        {
            _column("factor"): [METHOD.say(f"path.{factor.id}.name") for factor in result.factors],
            _column("position"): list(said.values()),
            _column("moved"): [factor_reason(METHOD, factor, result) or "–" for factor in result.factors],
        }
    )
    items: list[object] = [Lead(METHOD.say("path.view.lead", **said))]
    items.append(DataTable(table, METHOD.say("path.view.factors")))
    if len(result.time):
        items.append(_time_picture(result))
    hybrid = "path.view.hybrid_unknown" if math.isnan(result.hybrid_faster) else "path.view.hybrid"
    sure = "" if math.isnan(result.hybrid_faster) else probability_phrase(result.hybrid_faster)
    items.append(Note(METHOD.say("path.view.factors_note", hybrid=METHOD.say(hybrid, sure=sure))))
    return items


def _time_picture(result: PathFactors) -> Picture:
    rows = result.time.to_dict("records")
    figure, axes = new_figure(0.85 + _ROW * len(rows))
    for place, row in enumerate(rows):
        y = len(rows) - 1 - place
        colour = APPROACH_COLOURS[str(row["approach"])]
        axes.plot([row["low"], row["high"]], [y, y], color=colour, lw=1.2, zorder=2)
        axes.plot([row["p10"], row["p90"]], [y, y], color=colour, lw=5.0, solid_capstyle="butt", alpha=0.55, zorder=2)
        axes.plot(row["likely"], y, "o", color=colour, ms=7, mec="white", mew=0.8, zorder=3)
        if not math.isnan(float(row["p_enough"])):
            axes.text(
                1.015, y, _chance(result, row), transform=axes.get_yaxis_transform(), va="center", size=8.5, color=INK
            )
    known = math.isfinite(result.weeks)
    furthest = max([float(row["high"]) for row in rows] + ([result.weeks] if known else []))
    axes.set_xlim(0, furthest * 1.04)
    if known:
        _runway(axes, result, len(rows))
    axes.set_ylim(-0.6, len(rows) - 0.35)
    axes.set_yticks(range(len(rows)), [METHOD.label("approach", str(row["approach"])) for row in reversed(rows)])
    axes.set_xlabel(METHOD.say("path.view.time_axis"))
    axes.grid(axis="x", color=GRID, lw=0.7)
    summary = " ".join(
        METHOD.say(
            "path.view.time_alt_row",
            approach=METHOD.label("approach", str(row["approach"])),
            low=f"{row['low']:g}",
            high=f"{row['high']:g}",
            likely=f"{row['likely']:g}",
        )
        for row in rows
    )
    return Picture(
        figure=figure,
        title=_time_title(result),
        subtitle=METHOD.say(
            "path.view.time_subtitle" if known else "path.view.time_subtitle_open",
            weeks=f"{result.weeks:.0f}" if known else "",
        ),
        alt=METHOD.say("path.view.time_alt", summary=summary),
        data=_time_table(rows),
        stamp=result.stamp,
    )


def _begun(result: PathFactors) -> bool:
    """Whether part of the runway has passed already."""
    return round(result.weeks_left) < round(result.weeks)


def _chance(result: PathFactors, row: Mapping[Any, Any]) -> str:
    return METHOD.say(
        "path.view.chance_left" if _begun(result) else "path.view.chance",
        all=percent(float(row["p_enough"])),
        weeks=f"{result.weeks:.0f}",
        left=percent(float(row["p_left"])),
        weeks_left=f"{result.weeks_left:.0f}",
    )


def _runway(axes: Axes, result: PathFactors, rows: int) -> None:
    axes.axvline(result.weeks, color=INK, lw=1.4, zorder=1)
    label = METHOD.say("path.view.runway", weeks=f"{result.weeks:.0f}")
    axes.text(result.weeks, rows - 0.32, label, ha="center", va="bottom", size=8.5, color=INK)
    if _begun(result):
        axes.axvline(result.weeks_left, color=MUTED, lw=1.2, ls=(0, (3, 2)), zorder=1)
        left = METHOD.say("path.view.left", weeks=f"{result.weeks_left:.0f}")
        # The two labels stand on either side of their lines, so that a short difference does not join them.
        x = result.weeks_left - 0.01 * axes.get_xlim()[1]
        axes.text(x, -0.55, left, ha="right", va="bottom", size=8.5, color=MUTED)


def _time_title(result: PathFactors) -> str:
    enough = result.time[result.time["state"] == "enough"]["approach"]
    if len(result.time) and (result.time["state"] == "short").all():
        return METHOD.say("path.view.time_title_short")
    if len(enough) == len(result.time):
        return METHOD.say("path.view.time_title_enough")
    if enough.empty:
        return METHOD.say("path.view.time_title_open")
    names = [METHOD.label("approach", str(approach)).lower() for approach in enough]
    key = "path.view.time_title_decides_left" if _begun(result) else "path.view.time_title_decides"
    return METHOD.say(key, enough=list_phrase(names))


def _time_table(rows: list[Any]) -> pd.DataFrame:
    def chance(value: Any) -> str:
        return "–" if math.isnan(float(value)) else f"{percent(float(value))} %"

    return pd.DataFrame(
        [
            {
                _column("approach"): METHOD.label("approach", str(row["approach"])),
                _column("weeks"): f"{row['low']:g} – {row['likely']:g} – {row['high']:g}",
                _column("enough"): chance(row["p_enough"]),
                _column("enough_left"): chance(row["p_left"]),
            }
            for row in rows
        ]
    )


@parts.register
def _(result: FourTests) -> list[object]:
    if result.approaches.empty and not result.plan:
        return []
    passing, total = len(result.passing()), result.approaches["approach"].nunique()
    plan_passing = sum(test.state == "pass" for test in result.plan)
    first = METHOD.say("path.view.tests_passing" if total else "path.view.tests_no_options", count=passing, total=total)
    second = METHOD.say("path.view.plan_passing" if result.plan else "path.view.plan_missing", count=plan_passing)
    title = "path.view.tests_title_plan"
    if total:
        title = "path.view.tests_title" if passing else "path.view.tests_title_none"
    names = list_phrase([METHOD.label("approach", approach).lower() for approach in result.passing()])
    rows, columns, cells = _matrix(result)
    signs = [[METHOD.say(f"path.tests.state.{cells.get((r, c), '')}") for c in range(4)] for r in range(len(rows))]
    boxes = {(r, c): (Cell(signs[r][c], _TONES[state]),) for (r, c), state in cells.items()}
    weeks = _weeks(result)
    for place, text in enumerate(weeks):
        boxes[(place, len(TESTS))] = (Cell(text, "quiet"),)
    summary = " ".join(
        METHOD.say("path.view.tests_alt_row", row=row, cells=", ".join(_in_words(columns, signs[place])))
        for place, row in enumerate(rows)
    )
    data = pd.DataFrame(
        [
            {_column("approach"): row, **dict(zip(columns, [*signs[place], weeks[place]], strict=True))}
            for place, row in enumerate(rows)
        ]
    )
    picture = Picture(
        figure=word_matrix(rows, columns, boxes),
        title=METHOD.say(title, count=plan_passing, passing=names),
        subtitle=METHOD.say("path.view.tests_subtitle", sure=percent(METHOD.threshold("test_passed"))),
        alt=METHOD.say("path.view.tests_alt", summary=summary),
        data=data,
        stamp=result.stamp,
    )
    lead = Lead(METHOD.say("path.view.tests_lead", passing=first, plan=second))
    return [lead, picture, DataTable(_reasons(result), METHOD.say("path.view.reasons"))]


def _matrix(result: FourTests) -> tuple[list[str], list[str], dict[tuple[int, int], str]]:
    approaches = list(dict.fromkeys(result.approaches["approach"]))
    cells: dict[tuple[int, int], str] = {}
    for row in result.approaches.to_dict("records"):
        cells[(approaches.index(row["approach"]), TESTS.index(str(row["test"])))] = str(row["state"])
    rows = [METHOD.label("approach", str(approach)) for approach in approaches]
    if result.plan:
        for test in result.plan:
            cells[(len(rows), TESTS.index(test.test))] = test.state
        rows.append(METHOD.say("path.view.plan_row"))
    columns = [METHOD.label("approach_criterion", test) for test in TESTS]
    return rows, [*columns, METHOD.say("path.view.weeks")], cells


def _weeks(result: FourTests) -> list[str]:
    texts = [
        "–"
        if math.isnan(float(row["low"]))
        else METHOD.say("path.view.weeks_range", low=f"{row['low']:g}", high=f"{row['high']:g}")
        for row in result.weeks.to_dict("records")
    ]
    return [*texts, "–"] if result.plan else texts


def _in_words(columns: list[str], signs: list[str]) -> list[str]:
    # A screen reader says the words; the sign in front of them would only be spelt out.
    return [f"{column}: {sign.split(' ', 1)[1]}" for column, sign in zip(columns, signs, strict=False)]


def _reasons(result: FourTests) -> pd.DataFrame:
    level = f"{METHOD.threshold('test_level'):g}"
    rows = []
    for row in result.approaches.to_dict("records"):
        reason = METHOD.say("path.tests.reason.missing")
        if row["state"] != "missing":
            reason = METHOD.say(
                "path.tests.reason.range",
                likely=f"{row['likely']:g}",
                low=f"{row['low']:g}",
                high=f"{row['high']:g}",
                level=level,
                sure=probability_phrase(float(row["p_pass"])),
            )
            if row["note"]:
                reason = METHOD.say("path.tests.reason.note", reason=reason, note=row["note"])
        rows.append((METHOD.label("approach", str(row["approach"])), str(row["test"]), str(row["state"]), reason))
    plan = METHOD.say("path.view.plan_row")
    rows += [(plan, test.test, test.state, plan_reason(METHOD, test)) for test in result.plan]
    return pd.DataFrame(
        [
            {
                METHOD.say("path.view.reason_column.row"): row,
                METHOD.say("path.view.reason_column.test"): METHOD.label("approach_criterion", test),
                METHOD.say("path.view.reason_column.result"): METHOD.say(f"path.tests.state.{state}"),
                METHOD.say("path.view.reason_column.reason"): reason,
            }
            for row, test, state, reason in rows
        ]
    )


def _column(name: str) -> str:
    return METHOD.say(f"path.view.column.{name}")
