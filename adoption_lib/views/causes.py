"""How the diagnosis of causes looks: which cause leads where, how strong each is, and what people answered (B2)."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd

from adoption_lib.analysis.causes import CausesOfResistance
from adoption_lib.analysis.leading_cause import CAUSES
from adoption_lib.method import METHOD
from adoption_lib.method.phrases import percent, probability_phrase
from adoption_lib.views.answers import answers_picture, department_table, other_questions, response_table
from adoption_lib.views.data_table import DataTable
from adoption_lib.views.picture import Picture, new_figure
from adoption_lib.views.prose import Lead, Note
from adoption_lib.views.show import parts
from adoption_lib.views.style import CANNOT_TELL, CAUSE_COLOURS, GRID, INK, MUTED

_NAME_LENGTH = 24
_CHOICES = (*CAUSES, "none")


@parts.register
def _(result: CausesOfResistance) -> list[object]:
    if result.reason in ("not_collected", "no_answers"):
        return []
    found: list[object | None] = [Lead(_lead(result))]
    if len(result.leading):
        found.append(_leading_picture(result))
    found.append(_strength_picture(result))
    found += _notes(result)
    for cause in CAUSES:
        found += [answers_picture(result.answers, cause), department_table(result.answers, cause)]
    found += [other_questions(result.answers, CAUSES), _concern_table(result), _scale_table(result)]
    found.append(response_table(result.response))
    return [part for part in found if part is not None]


def _departments_called(result: CausesOfResistance) -> list[str]:
    """Departments whose cause is called while the organisation's is not, as "In Claims: Distrust of the outputs"."""
    if result.reason != "open":
        return []
    rows: Any = result.leading[(result.leading["segment"] != "") & result.leading["kind"].isin(["single", "mixed"])]
    return [
        METHOD.say("causes.view.differ.part", department=row["segment"], call=_call(result, row))
        for _, row in rows.iterrows()
    ]


def _lead(result: CausesOfResistance) -> str:
    called = _departments_called(result)
    if called:
        return METHOD.say("causes.view.differ.lead", parts="; ".join(called))
    if result.reason:
        key = result.reason if result.reason in ("few", "no_forced_choice") else "cannot_tell"
        return METHOD.say(f"causes.view.lead.{key}")
    top: Any = result.leading.iloc[0]
    names = _names(top)
    sure = probability_phrase(float(top["probability"]))
    return METHOD.say(f"causes.view.lead.{top['kind']}", cause=names[0], other=names[-1], sure=sure)


def _names(row: Any) -> list[str]:
    names = [METHOD.label("cause", cause) for cause in str(row["causes"]).split("+") if cause]
    return names or [""]


def _call(result: CausesOfResistance, row: Any) -> str:
    if row["withheld"]:
        return METHOD.say("causes.view.call.withheld")
    if row["kind"] == "cannot_tell" and not pd.isna(row["more"]) and row["segment"] != "":
        return METHOD.say("causes.view.call.more", more=int(row["more"]))
    names = _names(row)
    return METHOD.say(f"causes.view.call.{row['kind']}", cause=names[0], other=names[-1])


def _leading_picture(result: CausesOfResistance) -> Picture:
    say = METHOD.say
    frame: Any = result.leading.reset_index(drop=True)
    fig, ax = new_figure(height=1.0 + 0.46 * len(frame))
    # Where every department is withheld none has a bar, and no size to compare.
    largest = max((float(n) for n in frame.loc[(frame["segment"] != "") & ~frame["withheld"], "n"]), default=1.0)
    for y, (_, row) in enumerate(frame.iterrows()):
        if not row["withheld"]:
            # The organisation's bar is full; departments' bars grow with the answers behind them.
            height = 0.72 if row["segment"] == "" else 0.26 + 0.42 * np.sqrt(float(row["n"]) / largest)
            _probability_bar(ax, y, row, height)
        text = _call(result, row) + ("" if row["withheld"] else f" (n\u00a0=\u00a0{row['n']})")
        weight = "bold" if row["segment"] == "" else "normal"
        ax.text(1.02, y, "\n".join(textwrap.wrap(text, 34)), va="center", fontsize=8, color=INK, fontweight=weight)
    ax.set_ylim(len(frame) - 0.45, -1.15)
    ax.set_xlim(0, 1.52)
    ax.set_yticks(range(len(frame)), [_segment(str(name)) for name in frame["segment"]])
    ax.set_xticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    ax.set_xlabel(say("causes.view.probability_axis"), loc="left", fontsize=8.5)
    ax.spines["bottom"].set_visible(False)
    _key(ax)
    top: Any = frame.iloc[0]
    kind = "cannot_tell" if result.reason else str(top["kind"])
    title = "causes.view.differ.title" if _departments_called(result) else f"causes.view.title.{kind}"
    names = _names(top)
    summary = " ".join(
        say("causes.view.alt_row", segment=_plain_segment(str(row["segment"])), call=_call(result, row))
        for _, row in frame.iterrows()
    )
    return Picture(
        fig,
        title=say(title, cause=names[0], other=names[-1]),
        subtitle=say("causes.view.subtitle", n=top["n"]),
        alt=say("causes.view.alt", summary=summary),
        data=_leading_table(result),
        stamp=result.stamp,
        withheld=int(frame["withheld"].sum()),
    )


def _probability_bar(ax: Any, y: int, row: Any, height: float) -> None:
    left = 0.0
    open_ = row["kind"] == "cannot_tell"
    for choice in _CHOICES:
        p = float(row[f"p_{choice}"])
        alpha = 0.35 if open_ else 1.0
        ax.barh(
            y, p, left=left, height=height, color=CAUSE_COLOURS[choice], alpha=alpha, edgecolor="white", linewidth=0.6
        )
        if p >= 0.14 and height > 0.3 and not open_:
            ink = INK if choice in ("none", "understanding") else "white"
            ax.text(left + p / 2, y, f"{percent(p)} %", ha="center", va="center", fontsize=8, color=ink)
        left += p
    if open_:
        ax.barh(y, 1, height=height, facecolor="none", hatch=CANNOT_TELL["hatch"], edgecolor=CANNOT_TELL["edgecolor"])


def _key(ax: Any) -> None:
    at = 0.0
    for choice in _CHOICES:
        label = METHOD.say("causes.view.nothing") if choice == "none" else METHOD.constructs[choice].short
        ax.barh(-0.82, 0.03, left=at, height=0.26, color=CAUSE_COLOURS[choice])
        ax.text(at + 0.04, -0.82, label, va="center", fontsize=8.5, color=INK)
        at += 0.085 + 0.0175 * len(label)


def _leading_table(result: CausesOfResistance) -> pd.DataFrame:
    say, column = METHOD.say, "causes.view.column"
    rows = []
    for _, row in result.leading.iterrows():
        line: dict[str, object] = {
            say(f"{column}.segment"): _plain_segment(str(row["segment"])),
            say(f"{column}.call"): _call(result, row),
            say(f"{column}.n"): say("words.withheld") if row["withheld"] else f"{row['n']}",
        }
        for choice in _CHOICES:
            short = say("causes.view.nothing") if choice == "none" else METHOD.constructs[choice].short
            name = short if choice == "none" else say(f"{column}.leads", cause=short)
            line[name] = say("words.withheld") if row["withheld"] else f"{percent(float(row[f'p_{choice}']))} %"
        for cause in CAUSES:
            cell = say("words.withheld")
            if not row["withheld"]:
                low, high = percent(float(row[f"low_{cause}"])), percent(float(row[f"high_{cause}"]))
                cell = f"{percent(float(row[f'share_{cause}']))} % ({low}–{high})"
            line[say(f"{column}.share", cause=METHOD.constructs[cause].short)] = cell
        rows.append(line)
    return pd.DataFrame(rows)


def _strength_picture(result: CausesOfResistance) -> Picture | None:
    say = METHOD.say
    frame = result.strengths
    causes = [cause for cause in CAUSES if (frame["cause"] == cause).any()]
    if not causes:
        return None
    segments = list(dict.fromkeys(frame["segment"]))
    fig, axes = new_figure(height=1.15 + 0.3 * len(segments), columns=len(causes), sharey=True)
    for ax, cause in zip(np.atleast_1d(axes), causes, strict=True):
        rows = frame[frame["cause"] == cause].set_index("segment").reindex(segments)
        for y, segment in enumerate(segments):
            row: Any = rows.loc[segment]
            ax.plot([0, 1], [y, y], color=GRID, linewidth=0.8, zorder=1)
            if not np.isfinite(row["estimate"]):
                ax.text(
                    0.5,
                    y,
                    say("words.withheld"),
                    ha="center",
                    va="center",
                    fontsize=8,
                    color=MUTED,
                    backgroundcolor="white",
                )
                continue
            whole = segment == ""
            colour = CAUSE_COLOURS[cause]
            ax.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=3 if whole else 1.8, zorder=2)
            ax.plot(row["estimate"], y, "D" if whole else "o", color=colour, markersize=6 if whole else 5, zorder=3)
        ax.set_xlim(-0.02, 1.02)
        ax.set_xticks([0, 0.5, 1], ["0", "50", "100"])
        ax.set_ylim(len(segments) - 0.4, -0.6)
        ax.set_yticks(range(len(segments)), [_segment(name) for name in segments])
        ax.set_title(METHOD.constructs[cause].name, fontsize=9, color=INK, loc="left")
        ax.set_xlabel(say("causes.view.share_axis"), loc="left", fontsize=8.5)
        ax.spines["bottom"].set_visible(False)
    tops: Any = frame[frame["segment"] == ""]
    summary = " ".join(
        say(
            "causes.view.strength_alt_row",
            cause=METHOD.label("cause", str(row.cause)),
            estimate=percent(row.estimate),
            low=percent(row.low),
            high=percent(row.high),
        )
        for row in tops.itertuples()
    )
    return Picture(
        fig,
        title=say("causes.view.strength_title"),
        subtitle=say("causes.view.strength_subtitle"),
        alt=say("causes.view.strength_alt", summary=summary),
        data=_strength_table(frame),
        stamp=result.stamp,
        withheld=int(frame["withheld"].sum()),
    )


def _strength_table(frame: pd.DataFrame) -> pd.DataFrame:
    say, column = METHOD.say, "causes.view.column"
    rows = []
    for row in frame.itertuples():
        estimate, low, high = (float(str(v)) for v in (row.estimate, row.low, row.high))
        rows.append(
            {
                say(f"{column}.cause"): METHOD.label("cause", str(row.cause)),
                say(f"{column}.segment"): _plain_segment(str(row.segment)),
                say(f"{column}.n"): say("words.withheld") if row.withheld else f"{row.n}",
                say(f"{column}.strength"): say("words.withheld") if row.withheld else f"{percent(estimate)} %",
                say(f"{column}.interval"): "–" if row.withheld else f"{percent(low)}–{percent(high)} %",
            }
        )
    return pd.DataFrame(rows)


def _notes(result: CausesOfResistance) -> list[object | None]:
    say = METHOD.say
    notes: list[object | None] = []
    tops: Any = result.strengths[(result.strengths["segment"] == "") & result.strengths["silent_low"].notna()]
    if len(tops):
        spans = [
            say(
                "causes.view.silent_part",
                cause=METHOD.label("cause", str(row.cause)),
                low=percent(row.silent_low),
                high=percent(row.silent_high),
            )
            for row in tops.itertuples()
        ]
        notes.append(Note(say("causes.view.silent", parts="; ".join(spans))))
    if result.flagged is None:
        notes.append(Note(say("causes.view.flagged_few")))
    elif result.flagged:
        notes.append(Note(say("causes.view.flagged", count=result.flagged)))
    if result.limits:
        notes.append(Note(say("causes.view.limits", text=" ".join(result.limits.split()))))
    return notes


def _concern_table(result: CausesOfResistance) -> DataTable | None:
    if result.concerns.empty:
        return None
    say, column = METHOD.say, "causes.view.column"
    rows = pd.DataFrame(
        {
            say(f"{column}.cause"): [METHOD.label("concern_cause", str(cause)) for cause in result.concerns["cause"]],
            say(f"{column}.concern_share"): [f"{percent(share)} %" for share in result.concerns["share"]],
            say(f"{column}.interval"): [
                f"{percent(low)}–{percent(high)} %"
                for low, high in zip(result.concerns["low"], result.concerns["high"], strict=True)
            ],
        }
    )
    agreement = say(f"causes.second.{result.agreement}", n=result.concerns_n)
    return DataTable(rows, say("causes.view.concerns"), agreement)


def _scale_table(result: CausesOfResistance) -> DataTable | None:
    if result.scales.empty:
        return None
    say, column = METHOD.say, "causes.view.column"

    def number(value: object) -> str:
        shown = float(str(value))
        return f"{shown:.2f}" if np.isfinite(shown) else "–"

    rows = [
        {
            say(f"{column}.construct"): METHOD.constructs[str(row.construct)].name,
            say(f"{column}.items"): f"{row.items}",
            say(f"{column}.n"): f"{row.n}",
            say(f"{column}.alpha"): number(row.alpha),
            say(f"{column}.interval"): f"{number(row.low)}–{number(row.high)}"
            if np.isfinite(float(str(row.low)))
            else "–",
            say(f"{column}.omega"): number(row.omega),
            say(f"{column}.rest"): number(row.item_rest),
            say(f"{column}.verdict"): say(f"causes.view.verdict.{row.verdict}"),
        }
        for row in result.scales.itertuples()
    ]
    return DataTable(pd.DataFrame(rows), say("causes.view.scales"), say("causes.view.scales_note"))


def _plain_segment(name: str) -> str:
    return name or METHOD.say("causes.view.organisation")


def _segment(name: str) -> str:
    return "\n".join(textwrap.wrap(_plain_segment(name), _NAME_LENGTH, max_lines=2, placeholder=" …"))
