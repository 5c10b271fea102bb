"""Which questions a survey asked: the method's own items and those a mapping file brought in from another survey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from adoption_lib.method import Method

__all__ = ["Question", "questions"]


@dataclass(frozen=True)
class Question:
    """One question as it was asked.

    ``answers`` are the labels of points 1..k; ``reversed`` means that agreement speaks against the construct;
    ``construct`` is empty where the question only bears on the report's context; ``own`` marks the method's own item.
    """

    id: str
    construct: str
    reversed: bool
    text: str
    answers: tuple[str, ...]
    own: bool

    @property
    def points(self) -> int:
        """Number of answer points."""
        return len(self.answers)


def questions(columns: Sequence[str], survey_items: pd.DataFrame, method: Method) -> tuple[Question, ...]:
    """Describe the item columns of a survey.

    Parameters
    ----------
    columns : sequence of str
        Columns of the survey table; those that are no items are passed over.
    survey_items : DataFrame
        The code book of an imported survey (table ``survey_items``), possibly empty.
    method : Method
        Wording of the method's own items.
    """
    foreign = {str(row.item): row for row in survey_items.itertuples()}
    result = []
    for name in columns:
        if name in foreign:
            row = foreign[name]
            answers = tuple(part.strip() for part in str(row.answers).split(";"))
            construct = row.construct if isinstance(row.construct, str) else ""
            result.append(Question(name, construct, bool(row.reversed), str(row.wording), answers, own=False))
        elif name in method.survey_items:
            item = method.survey_items[name]
            labels = method.scales[item.scale].labels
            result.append(Question(name, item.construct, item.reversed, item.text, labels, own=True))
    return tuple(result)
