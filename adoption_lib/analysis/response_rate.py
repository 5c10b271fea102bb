"""Who answered the survey and who did not, and how much the silent could change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from adoption_lib.analysis.finding import Finding
from adoption_lib.analysis.intervals import wilson_interval
from adoption_lib.analysis.privacy import shown_segments
from adoption_lib.analysis.result import Result, evidence
from adoption_lib.analysis.survey_scores import latest_survey_wave, wave_answers
from adoption_lib.engagement import Engagement
from adoption_lib.method.phrases import list_phrase, percent

__all__ = ["ResponseRate", "response_rate", "silent_bounds"]

_NAN = float("nan")


@dataclass(frozen=True)
class ResponseRate(Result):
    """Answers against headcounts.

    Parameters
    ----------
    wave : str
        Wave of the survey.
    departments : DataFrame
        One row per department: ``department``, ``headcount``, ``n`` (missing where withheld), ``rate``, ``low``,
        ``high`` (NaN where withheld or not known), ``withheld``, ``judged`` (whether the headcount tells who is
        silent).
    people, headcount : int or None
        Answers in all (None where withheld) and people in all.
    rate : float
        Share who answered, over departments that can be judged; NaN where none can.
    """

    wave: str
    departments: pd.DataFrame
    people: int | None
    headcount: int | None
    rate: float


def silent_bounds(share: float, rate: float) -> tuple[float, float]:
    """Smallest and largest share among everybody, if all who are silent thought one way or all the other.

    Parameters
    ----------
    share : float
        Share among those who answered.
    rate : float
        Share who answered; NaN gives NaN.

    References
    ----------
    Manski (1990), Am. Econ. Rev. 80, 319-323.
    """
    return share * rate, share * rate + 1 - rate


def response_rate(client: Engagement, wave: str = "") -> ResponseRate:
    """Hold the number of answers against the headcount of every department.

    A headcount that equals the number of answers exactly in every department of two people or more was most likely
    copied from the answers, and one below the number of answers is wrong: neither says who is silent.

    Parameters
    ----------
    client : Engagement
        Uses ``employee_survey`` and the headcounts of ``engagement.yaml``.
    wave : str
        Wave to report; empty means the latest.
    """
    used = wave or latest_survey_wave(client)
    answers = wave_answers(client, used)
    headcounts = pd.Series(client.settings.headcounts, dtype="int64")
    counts = answers["department"].astype(object).value_counts()
    sizes = counts.reindex(headcounts.index).fillna(0).astype("int64")
    floor = client.settings.anonymity.counts
    shown = shown_segments(sizes, floor)
    asked = sizes > 0
    copied = bool(asked.any()) and bool((sizes[asked] == headcounts[asked]).all()) and int(sizes.sum()) > 1
    judged = asked & (sizes <= headcounts) & (not copied)
    rows = []
    for name in headcounts.index:
        n, head, ok = int(sizes[name]), int(headcounts[name]), bool(judged[name]) and bool(shown[name])
        low, high = wilson_interval(n, head) if ok else (_NAN, _NAN)
        rows.append(
            {
                "department": name,
                "headcount": head,
                "n": n if shown[name] or n == 0 else pd.NA,
                "rate": n / head if ok else _NAN,
                "low": low,
                "high": high,
                "withheld": bool(n > 0 and not shown[name]),
                "judged": bool(judged[name]),
            }
        )
    frame = pd.DataFrame(rows).astype({"n": "Int64"})
    people = int(sizes.sum())
    # Departments nobody answered in are silent as a whole: they count unless nothing can be judged.
    base = headcounts[judged | ~asked] if judged.any() else headcounts.iloc[:0]
    rate = float(sizes[judged].sum() / base.sum()) if len(base) and people >= floor else _NAN
    findings = _findings(client, used, frame, people, copied, rate, int(base.sum()))
    return ResponseRate(
        element="B2",
        findings=findings,
        withheld=int(frame["withheld"].sum()),
        stamp=client.stamp,
        wave=used,
        departments=frame,
        people=people if people >= floor else None,
        headcount=int(headcounts.sum()),
        rate=rate,
    )


def _findings(
    client: Engagement, wave: str, frame: pd.DataFrame, people: int, copied: bool, rate: float, head: int
) -> tuple[Finding, ...]:
    say = client.method.say
    if people < client.settings.anonymity.counts:
        # What is missing altogether is said once, by the diagnosis itself.
        return ()
    rests = evidence(client, "employee_survey")
    if not np.isfinite(rate):
        key = "copied" if copied else "contradicted"
        return (
            Finding(
                element="B2",
                kind="cannot_tell",
                statement=say(f"answers.response.{key}.statement", n=people),
                next_step=say(f"answers.response.{key}.next"),
                owner="HR",
                strength=0.3,
                n=people,
                evidence=rests,
                stamp=client.stamp,
            ),
        )
    wrong = [str(d) for d in frame.loc[~frame["judged"] & frame["n"].fillna(0).gt(0), "department"]]
    low, high = silent_bounds(0.5, rate)
    statement = [say("answers.response.statement", n=people, head=head, rate=percent(rate))]
    statement.append(say("answers.response.silent", low=percent(low), high=percent(high)))
    if wrong:
        statement.append(say("answers.response.wrong", departments=list_phrase(wrong)))
    return (
        Finding(
            element="B2",
            kind="cannot_tell",
            statement=" ".join(statement),
            next_step=say("answers.response.next"),
            owner="HR",
            strength=0.25,
            n=people,
            evidence=rests,
            stamp=client.stamp,
        ),
    )
