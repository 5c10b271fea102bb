"""The shape of the method: what an element, a question, a table or a threshold consists of, and all of them as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.dataclasses import dataclass as checked_dataclass

from adoption_lib.errors import MethodError

__all__ = [
    "CapabilityItem",
    "CodingGuide",
    "Column",
    "Construct",
    "DecisionRule",
    "Element",
    "FieldQuestion",
    "Method",
    "Scale",
    "SurveyItem",
    "Table",
    "Term",
    "Threshold",
]

ColumnType = Literal[
    "id",
    "name",
    "text",
    "category",
    "department",
    "item",
    "integer",
    "number",
    "date",
    "month",
    "week",
    "yes_no",
    "list",
]


class Frozen(BaseModel):
    """Immutable record that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Element(Frozen):
    """One element of the method (A0 to D4)."""

    id: str
    name: str
    question: str
    why: str
    gives: str
    takes: tuple[str, ...]
    builds_on: tuple[str, ...]
    source: str
    anchor: str
    notebook: str | None


class Term(Frozen):
    """One term of a closed list: ``id`` in the data, ``label`` for people, ``meaning`` where it needs explaining."""

    id: str
    label: str
    meaning: str = ""


class Column(Frozen):
    """One column of a client's table."""

    id: str
    type: ColumnType
    label: str
    prompt: str
    required: bool = False
    terms: str | None = None
    min: float | None = None
    max: float | None = None
    ref: str | None = None
    future: bool = False


class Table(Frozen):
    """One table of an engagement: what a row is, its columns in order, its key, and columns that must not decrease."""

    id: str
    label: str
    row: str
    purpose: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ()
    items: str | None = None

    def column(self, name: str) -> Column:
        """Return the column called ``name``; KeyError where there is none."""
        for column in self.columns:
            if column.id == name:
                return column
        raise KeyError(f"table {self.id} has no column {name}")


class Scale(Frozen):
    """An answer scale: points 1..k with their labels."""

    id: str
    labels: tuple[str, ...]

    @property
    def points(self) -> int:
        """Number of scale points."""
        return len(self.labels)


class Construct(Frozen):
    """What a group of survey items measures. ``kind`` says how it is read: a cause is stronger the higher it is."""

    id: str
    kind: Literal["cause", "experience"]
    element: str
    name: str
    short: str
    meaning: str
    limit: str


@checked_dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class SurveyItem:
    """One survey question. ``reversed`` means that agreement speaks against the construct.

    A dataclass, because pydantic's base class already has an attribute called ``construct``.
    """

    id: str
    construct: str
    reversed: bool
    scale: str
    text: str


class CapabilityItem(Frozen):
    """One capability item: a statement of what is assessed and an observable description of each level 1 to 5."""

    id: str
    part: str
    name: str
    text: str
    levels: tuple[str, str, str, str, str]


class FieldQuestion(Frozen):
    """A field that makes a concern specific, and the question to go back with where it is missing."""

    id: str
    label: str
    question: str


class CodingGuide(Frozen):
    """How a coder assigns one code to what somebody said."""

    code: str
    definition: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    examples: tuple[str, ...]


class DecisionRule(Frozen):
    """A rule of the method: when the condition ``when`` holds, the conclusion and its owner."""

    id: str
    gap: str
    owner: str


class Threshold(Frozen):
    """A number the method decides by, with the reason for its value."""

    id: str
    value: float
    why: str


@dataclass(frozen=True)
class Method:
    """The whole method in one language: every element, question, scale, threshold, rule and sentence.

    Attributes are mappings from id to record, in the order in which the method lists them.
    """

    version: str
    language: str
    elements: Mapping[str, Element]
    tables: Mapping[str, Table]
    vocabularies: Mapping[str, tuple[Term, ...]]
    scales: Mapping[str, Scale]
    constructs: Mapping[str, Construct]
    survey_items: Mapping[str, SurveyItem]
    capability_items: Mapping[str, CapabilityItem]
    concern_fields: Mapping[str, FieldQuestion]
    concern_codes: Mapping[str, CodingGuide]
    territorial_codes: Mapping[str, CodingGuide]
    cause_rules: Mapping[str, DecisionRule]
    part_gaps: Mapping[str, str]
    decision_holders: Mapping[str, str]
    thresholds: Mapping[str, Threshold]
    sentences: Mapping[str, str]

    def threshold(self, name: str) -> float:
        """Value of a threshold."""
        return self.thresholds[name].value

    def label(self, vocabulary: str, term: str) -> str:
        """Label of a term; the id itself where the vocabulary does not hold it."""
        for candidate in self.vocabularies[vocabulary]:
            if candidate.id == term:
                return candidate.label
        return term

    def term_ids(self, vocabulary: str) -> tuple[str, ...]:
        """Ids of a vocabulary in order."""
        return tuple(term.id for term in self.vocabularies[vocabulary])

    def say(self, key: str, /, **values: object) -> str:
        """Fill the sentence ``key`` with ``values``; MethodError names a sentence or a value that is missing."""
        try:
            return self.sentences[key].format(**values)
        except KeyError as error:
            missing = "no such sentence" if key not in self.sentences else f"value {error} not given"
            raise MethodError(f"sentence {key!r} ({self.language}): {missing}") from None
