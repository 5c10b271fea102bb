"""Where each respondent stands: answers of one wave, turned so that high always means that the construct is present."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from adoption_lib.engagement import Engagement
from adoption_lib.engagement.instrument import Question

__all__ = [
    "latest_survey_wave",
    "oriented",
    "scale_items",
    "scale_scores",
    "straight_liners",
    "survey_waves",
    "wave_answers",
]

# Fewer identical answers than this happen to honest people, and a share of nine tenths forgives one slip.
_LONG = 6
_ALIKE = 0.9


def survey_waves(client: Engagement) -> tuple[str, ...]:
    """Waves of the employee survey, oldest first: their codes sort by time."""
    return tuple(sorted(str(wave) for wave in client.table("employee_survey")["wave"].dropna().unique()))


def latest_survey_wave(client: Engagement) -> str:
    """Return the newest wave, empty where there is none."""
    found = survey_waves(client)
    return found[-1] if found else ""


def wave_answers(client: Engagement, wave: str = "") -> pd.DataFrame:
    """Rows of ``employee_survey`` in one wave (empty: the latest), in an order that does not depend on the file's."""
    frame = client.table("employee_survey")
    frame = frame[(frame["wave"] == (wave or latest_survey_wave(client))).fillna(False)]
    return frame.sort_values(["department", "respondent"], kind="stable").reset_index(drop=True)


def oriented(answers: pd.DataFrame, question: Question) -> pd.Series[float]:
    """Answers to one question from 0 to 1, 1 speaking most for its construct; NaN where missing."""
    values = answers[question.id].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    scaled = (values - 1) / (question.points - 1)
    return pd.Series(1 - scaled if question.reversed else scaled, index=answers.index, dtype=float)


def scale_items(answers: pd.DataFrame, questions: Sequence[Question], construct: str) -> pd.DataFrame:
    """Oriented answers to the questions of one construct: people in rows, items in columns."""
    return pd.DataFrame(
        {q.id: oriented(answers, q) for q in questions if q.construct == construct}, index=answers.index, dtype=float
    )


def scale_scores(answers: pd.DataFrame, questions: Sequence[Question], construct: str) -> pd.Series[float]:
    """Mean oriented answer of each respondent, from 0 to 1.

    A respondent who answered fewer than half of the items has no score: the few answers given would speak for all.
    """
    items = scale_items(answers, questions, construct)
    if items.shape[1] == 0:
        return pd.Series(np.nan, index=answers.index, dtype=float)
    return items.mean(axis=1).where(items.notna().mean(axis=1) >= 0.5)


def straight_liners(answers: pd.DataFrame, questions: Sequence[Question]) -> pd.Series[bool]:
    """Who gave the same answer nearly throughout, to statements and to their opposites alike.

    Looks at the questions of the most frequent number of points. Flagged is who answered six or more of them, of both
    keys, and gave one and the same answer nine times in ten or more: this contradicts itself whatever the person
    thinks. Without questions of both keys nobody is flagged.

    References
    ----------
    Curran (2016), J. Exp. Soc. Psychol. 66, 4-19.
    """
    keyed = [q for q in questions if q.construct]
    flagged = pd.Series(False, index=answers.index)
    if not keyed:
        return flagged
    sizes = [q.points for q in keyed]
    points = max(sorted(set(sizes)), key=sizes.count)
    same = [q for q in keyed if q.points == points]
    codes = answers[[q.id for q in same]].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    turned = np.array([q.reversed for q in same])
    answered = ~np.isnan(codes)
    both = answered[:, turned].any(axis=1) & answered[:, ~turned].any(axis=1)
    most = np.max([(codes == k).sum(axis=1) for k in range(1, points + 1)], axis=0)
    number = answered.sum(axis=1)
    return pd.Series(both & (number >= _LONG) & (most >= _ALIKE * number), index=answers.index)
