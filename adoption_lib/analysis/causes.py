"""Which of three causes stands behind the resistance, per department and for the organisation (B2)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from adoption_lib.analysis.answers import SurveyAnswers, survey_answers
from adoption_lib.analysis.causes_findings import causes_findings
from adoption_lib.analysis.coded_concerns import Agreement, agreement_of, coded_concerns
from adoption_lib.analysis.intervals import clustered_share
from adoption_lib.analysis.leading_cause import CAUSES, Call, call_cause, choice_posterior
from adoption_lib.analysis.pooling import pooled_shares
from adoption_lib.analysis.privacy import shown_segments
from adoption_lib.analysis.reliability import scale_quality
from adoption_lib.analysis.response_rate import ResponseRate, response_rate, silent_bounds
from adoption_lib.analysis.result import Result
from adoption_lib.analysis.survey_scores import (
    latest_survey_wave,
    scale_items,
    scale_scores,
    straight_liners,
    wave_answers,
)
from adoption_lib.engagement import Engagement

__all__ = ["CausesOfResistance", "causes_of_resistance"]

_NAN = float("nan")
_CHOICES = (*CAUSES, "none")
_LEADING = ["segment", "n", "withheld", "kind", "causes", "probability", "more"]
_STRENGTH = ["segment", "cause", "estimate", "low", "high", "n", "withheld", "silent_low", "silent_high"]
_SCALE = ["construct", "items", "n", "alpha", "low", "high", "omega", "item_rest", "verdict"]


@dataclass(frozen=True)
class CausesOfResistance(Result):
    """Strength of each cause, and which one leads where that can be told.

    Parameters
    ----------
    wave : str
        Wave of the survey.
    strengths : DataFrame
        One row per segment and cause asked: ``segment`` (empty: the organisation), ``cause``, ``estimate`` (share whose
        answers lie above the midpoint; departments partially pooled) with ``low`` and ``high``, ``n``, ``withheld``;
        for the organisation ``silent_low`` and ``silent_high``, the bounds if all the silent felt one way. Strengths
        of different causes rest on different questions: they are not compared with each other.
    leading : DataFrame
        One row per segment: ``segment``, ``n``, ``withheld``, ``kind`` (see :class:`Call`), ``causes`` (ids joined by
        "+"), ``probability``, ``more`` (further answers it would take, missing where fewer people are left to ask),
        and for every choice ``p_*``, ``share_*``, ``low_*``, ``high_*``.
    concerns : DataFrame
        The second source: ``cause``, ``share``, ``low``, ``high`` of coded concerns; empty where too few are coded.
    concerns_n : int
        Coded concerns.
    agreement : {"agree", "differ", "open", "absent"}
        Whether the coded concerns point to the cause the survey calls; open where one of them calls none.
    scales : DataFrame
        One row per construct asked: ``construct``, ``items``, ``n``, ``alpha``, ``low``, ``high``, ``omega``,
        ``item_rest`` (lowest), ``verdict``.
    flagged : int or None
        Respondents who answered alike throughout; None where they are few enough to be withheld.
    reason : {"", "not_collected", "no_answers", "few", "no_forced_choice", "careless", "sources", "open"}
        Why no leading cause is called for the organisation.
    not_asked : tuple of str
        Causes no question of the survey asks about.
    limits : str
        What the settings say about the survey.
    answers : SurveyAnswers
    response : ResponseRate
    """

    wave: str
    strengths: pd.DataFrame
    leading: pd.DataFrame
    concerns: pd.DataFrame
    concerns_n: int
    agreement: Agreement
    scales: pd.DataFrame
    flagged: int | None
    reason: str
    not_asked: tuple[str, ...]
    limits: str
    answers: SurveyAnswers
    response: ResponseRate


def causes_of_resistance(client: Engagement, wave: str = "") -> CausesOfResistance:
    """Diagnose the causes of resistance in one wave.

    The leading cause is called from the forced choice alone ("which is most true of you?"). Coded concerns are a second
    source: the people behind them are partly the same, so their likelihoods are not multiplied; a call they contradict
    is withdrawn. So is one that depends on respondents who answered alike throughout. The scales show how strong each
    cause is from department to department; a scale below the reliability floor shows nothing.

    Parameters
    ----------
    client : Engagement
        Uses ``employee_survey``, ``survey_items`` and ``concern_log``.
    wave : str
        Wave to report; empty means the latest.
    """
    used = wave or latest_survey_wave(client)
    answers = wave_answers(client, used)
    response = response_rate(client, used)
    described = survey_answers(client, used)
    scales = _scales(client, answers)
    strengths = _strengths(client, answers, scales, response.rate)
    concerns, concerns_call, concerns_n = coded_concerns(client)
    flags = straight_liners(answers, client.questions)
    leading, organisation = _leading(client, answers)
    agreement = agreement_of(organisation, concerns_call)
    reason = _reason(client, answers, organisation)
    if not reason and organisation is not None:
        _, without = _leading(client, answers[~flags])
        if without is None or (without.kind, without.causes) != (organisation.kind, organisation.causes):
            reason = "careless"
        elif agreement == "differ":
            reason = "sources"
        if reason:
            top = leading["segment"] == ""
            leading["kind"] = leading["kind"].mask(top, "cannot_tell")
            leading["probability"] = leading["probability"].mask(top)
    asked = {question.construct for question in client.questions}
    count, floor = int(flags.sum()), client.settings.anonymity.counts
    result = CausesOfResistance(
        element="B2",
        findings=(),
        withheld=int(strengths["withheld"].sum() + leading["withheld"].sum()) + described.withheld + response.withheld,
        stamp=client.stamp,
        wave=used,
        strengths=strengths,
        leading=leading,
        concerns=concerns,
        concerns_n=concerns_n,
        agreement=agreement,
        scales=scales,
        flagged=count if count == 0 or count >= floor else None,
        reason=reason,
        not_asked=tuple(cause for cause in CAUSES if cause not in asked) if len(answers) else (),
        limits=client.settings.survey_note,
        answers=described,
        response=response,
    )
    return replace(result, findings=causes_findings(client, result))


def _scales(client: Engagement, answers: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for construct in client.method.constructs:
        items = scale_items(answers, client.questions, construct)
        if items.shape[1] == 0 or items.dropna(how="all").shape[0] < client.settings.anonymity.counts:
            continue
        quality = scale_quality(items.to_numpy())
        rest = [r for r in quality.item_rest if np.isfinite(r)]
        rows.append(
            {
                "construct": construct,
                "items": quality.items,
                "n": quality.n,
                "alpha": quality.alpha,
                "low": quality.low,
                "high": quality.high,
                "omega": quality.omega,
                "item_rest": min(rest) if rest else _NAN,
                "verdict": quality.verdict,
            }
        )
    return pd.DataFrame(rows, columns=_SCALE)


def _strengths(client: Engagement, answers: pd.DataFrame, scales: pd.DataFrame, rate: float) -> pd.DataFrame:
    floor = client.settings.anonymity.counts
    verdicts = dict(zip(scales["construct"], scales["verdict"], strict=True))
    names = [name for name in client.settings.headcounts if (answers["department"] == name).any()]
    rows: list[dict[str, object]] = []
    for cause in CAUSES:
        scores = scale_scores(answers, client.questions, cause)
        # One question is no scale whose parts could disagree: its distribution may be shown; a scale that measures
        # nothing may not.
        one_item = bool((scales.loc[scales["construct"] == cause, "items"] == 1).any())
        if scores.notna().sum() < floor or (verdicts.get(cause) in ("no_diagnosis", "undefined") and not one_item):
            continue
        above = (scores > 0.5).astype(float).where(scores.notna())
        groups = above.groupby(answers["department"].astype(object))
        size, yes = groups.count().reindex(names, fill_value=0), groups.sum().reindex(names, fill_value=0.0)
        estimate, low, high = clustered_share(yes, size)
        silent = silent_bounds(estimate, rate)
        rows.append(_strength("", cause, (estimate, low, high), int(size.sum()), silent))
        # A department of one mind tells what each of its people answered: it counts as too small.
        alike = (yes == 0) | (yes == size)
        shown = shown_segments(size.where(~alike, size.clip(upper=floor - 1)).astype("int64"), floor)
        pooled = pooled_shares(yes[shown], size[shown])
        estimates = dict(
            zip(list(size.index[shown]), zip(pooled.estimate, pooled.low, pooled.high, strict=True), strict=True)
        )
        for name in names if len(names) > 1 else ():
            if name in estimates:
                rows.append(_strength(name, cause, estimates[name], int(size.to_dict()[name])))
            elif size.to_dict()[name] > 0:
                rows.append(_strength(name, cause, (_NAN, _NAN, _NAN), None))
    return pd.DataFrame(rows, columns=_STRENGTH).astype({"n": "Int64", "withheld": "bool"})


def _strength(
    segment: str,
    cause: str,
    values: tuple[float, float, float],
    n: int | None,
    silent: tuple[float, float] = (_NAN, _NAN),
) -> dict[str, object]:
    return {
        "segment": segment,
        "cause": cause,
        "estimate": float(values[0]),
        "low": float(values[1]),
        "high": float(values[2]),
        "n": pd.NA if n is None else n,
        "withheld": n is None,
        "silent_low": silent[0],
        "silent_high": silent[1],
    }


def _leading(client: Engagement, answers: pd.DataFrame) -> tuple[pd.DataFrame, Call | None]:
    """Call every segment; with it the organisation's own call, None where too few chose."""
    floor = client.settings.anonymity.text
    chosen = answers[answers["most_true"].notna()]
    names = [name for name in client.settings.headcounts if (chosen["department"] == name).any()]
    silent = {
        name: max(head - int((answers["department"] == name).sum()), 0)
        for name, head in client.settings.headcounts.items()
    }
    # Sorted by name, so that draws do not depend on the order of departments.
    table = pd.crosstab(chosen["department"].astype(object), chosen["most_true"].astype(object))
    table = table.reindex(index=sorted(names), columns=list(_CHOICES), fill_value=0)
    columns = _LEADING + [f"{kind}_{choice}" for choice in _CHOICES for kind in ("p", "share", "low", "high")]
    if int(table.to_numpy().sum()) < floor:
        return pd.DataFrame(columns=columns).astype({"n": "Int64", "withheld": "bool"}), None
    sizes = table.sum(axis=1)
    shown = shown_segments(sizes, floor).to_dict()
    # Fewer draws for very many departments: memory grows with both, and their probabilities stay good to a per cent.
    draws, by_department = choice_posterior(table.to_numpy(), draws=20_000 if len(table) <= 60 else 4_000)
    organisation = call_cause(draws, float(sizes.sum()))
    rows = [_call_row("", int(sizes.sum()), organisation, sum(silent.values()))]
    position = {name: i for i, name in enumerate(sorted(names))}
    # A single department is the organisation: it would only be shown twice.
    for name in names if len(names) > 1 else ():
        n = int(table.iloc[position[name]].sum())
        call = call_cause(by_department[position[name]], n) if shown[name] else None
        rows.append(_call_row(name, n if shown[name] else None, call, silent[name]))
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"n": "Int64", "withheld": "bool", "more": "Int64"}), organisation


def _call_row(segment: str, n: int | None, call: Call | None, silent: int) -> dict[str, object]:
    row: dict[str, object] = {"segment": segment, "n": pd.NA if n is None else n, "withheld": call is None}
    if call is None:
        return {**row, "kind": "withheld", "causes": "", "probability": _NAN, "more": pd.NA}
    row |= {
        "kind": call.kind,
        "causes": "+".join(call.causes),
        "probability": call.probability,
        # More answers than there are people left to ask would be no advice.
        "more": pd.NA if call.more is None or call.more > silent else call.more,
    }
    for choice in _CHOICES:
        mean, low, high = call.shares[choice]
        row |= {
            f"p_{choice}": call.leads[choice],
            f"share_{choice}": mean,
            f"low_{choice}": low,
            f"high_{choice}": high,
        }
    return row


def _reason(client: Engagement, answers: pd.DataFrame, organisation: Call | None) -> str:
    if not client.has("employee_survey"):
        return "not_collected"
    if len(answers) == 0:
        return "no_answers"
    if len(answers) < client.settings.anonymity.text:
        return "few"
    if answers["most_true"].isna().all():
        return "no_forced_choice"
    if organisation is None:
        return "few"
    return "open" if organisation.kind == "cannot_tell" else ""
