"""What a mapping file may say: which column of somebody else's survey becomes what, and which answer which point."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from adoption_lib.errors import Problem
from adoption_lib.method import METHOD

__all__ = [
    "MODELS",
    "DepartmentSegment",
    "Draft",
    "DraftDepartment",
    "Dropped",
    "ForcedChoice",
    "ItemMap",
    "Reference",
    "Respondent",
    "Segment",
    "SurveyMap",
    "closest",
    "normalised",
    "problem",
]

_QUOTES = str.maketrans(dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("“”„‟″", '"') | dict.fromkeys("‐‑‒–—−", "-"))
_INVISIBLE = str.maketrans(dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def normalised(text: str) -> str:
    """Bring a text into the form texts are compared in: blanks, case, quotation marks and dashes no longer differ."""
    plain = unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).translate(_QUOTES)
    return " ".join(plain.split()).casefold()


def problem(
    key: str,
    file: str,
    *,
    sheet: str = "",
    row: int | None = None,
    column: str = "",
    found: str = "",
    severity: Literal["error", "warning"] = "error",
    values: Mapping[str, object] | None = None,
    **named: object,
) -> Problem:
    """Build a problem worded by the sentences ``survey_import.KEY.message`` and ``.remedy``."""
    short = found if len(found) <= 80 else found[:79] + "…"
    message, remedy = (
        METHOD.say(f"survey_import.{key}.{part}", **(values or {}), **named) for part in ("message", "remedy")
    )
    return Problem(file, sheet, row, column, short, message, remedy, severity)


def closest(word: str, known: Iterable[str]) -> str:
    """Quote the entry of ``known`` most like ``word``; empty if none is near."""
    names = {normalised(name): name for name in known}
    found = difflib.get_close_matches(normalised(word), names, n=1, cutoff=0.6)
    return METHOD.say("survey_import.closest", name=names[found[0]]) if found else ""


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_as_text)]
Short = Annotated[str, BeforeValidator(_as_text), Field(min_length=1, max_length=80)]


class Strict(BaseModel):
    """Immutable part of a mapping that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reference(Strict):
    """One column of the export: its header, its position counted from 1, or both, which must then agree."""

    column: Text | None = None
    position: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _named(self) -> Reference:
        if self.column is None and self.position is None:
            raise ValueError(METHOD.say("survey_import.reference_empty"))
        return self


class Respondent(Strict):
    """Where respondents' pseudonyms come from: a column, or made up (``number: true``)."""

    column: Text | None = None
    position: Annotated[int, Field(ge=1)] | None = None
    number: bool = False

    @model_validator(mode="after")
    def _one(self) -> Respondent:
        if self.number == (self.column is not None or self.position is not None):
            raise ValueError(METHOD.say("survey_import.respondent_unclear"))
        return self


class Segment(Reference):
    """A column that says where somebody works; ``other`` takes what ``values`` does not name (else an error)."""

    values: dict[str, Text | None] = {}
    other: Short = "error"


class DepartmentSegment(Strict):
    """The department: from a column, or one and the same for ``all`` when the export does not say."""

    column: Text | None = None
    position: Annotated[int, Field(ge=1)] | None = None
    values: dict[str, Text] = {}
    other: Short = "error"
    all: Short | None = None

    @model_validator(mode="after")
    def _one(self) -> DepartmentSegment:
        if (self.all is not None) == (self.column is not None or self.position is not None):
            raise ValueError(METHOD.say("survey_import.department_unclear"))
        return self


class Segments(Strict):
    """The segments results are read by."""

    department: DepartmentSegment
    role: Segment | None = None
    level: Segment | None = None


class ItemMap(Reference):
    """One question: which item it becomes and which answer text is which point (null: does not apply, so missing)."""

    item: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    measures: Annotated[str | None, Field(alias="construct")] = None
    reversed: bool | None = None
    wording: Annotated[str, Field(min_length=3, max_length=1000)] | None = None
    answers: tuple[Text, ...] = ()
    values: dict[str, int | None] = {}

    @property
    def own(self) -> bool:
        """Whether this is one of the method's own items."""
        return self.item in METHOD.survey_items

    @property
    def labels(self) -> tuple[str, ...]:
        """Answer labels of points 1..k."""
        return METHOD.scales[METHOD.survey_items[self.item].scale].labels if self.own else self.answers


class ForcedChoice(Reference):
    """The question which statement is most true of the respondent: answer text to statement."""

    values: Annotated[dict[str, str | None], Field(min_length=1)]


class Dropped(Strict):
    """Columns that are left out, with the reason that will be asked for."""

    column: Text | None = None
    position: Annotated[int, Field(ge=1)] | None = None
    columns: tuple[Text, ...] = ()
    positions: tuple[Annotated[int, Field(ge=1)], ...] = ()
    reason: Annotated[str, Field(min_length=3, max_length=300)]

    def references(self) -> tuple[Reference, ...]:
        """Name the columns meant; ``column`` with ``position`` is one column named twice over."""
        one = () if self.column is None and self.position is None else ((self.column, self.position),)
        several = (*((name, None) for name in self.columns), *((None, place) for place in self.positions))
        return tuple(Reference(column=name, position=place) for name, place in (*one, *several))

    @model_validator(mode="after")
    def _some(self) -> Dropped:
        if not self.references():
            raise ValueError(METHOD.say("survey_import.reference_empty"))
        return self


class DraftDepartment(Strict):
    """A department of a new engagement; its headcount may be unknown."""

    name: Short
    headcount: int | None = None
    head: str | None = None


class Draft(BaseModel):
    """The ``engagement.yaml`` to write where the folder has none; other fields of the settings pass through."""

    model_config = ConfigDict(frozen=True, extra="allow")

    client: str
    departments: tuple[DraftDepartment, ...] = ()
    headcount: Literal["respondents"] | None = None
    language: str = "en"
    survey_note: str = ""


class SurveyMap(Strict):
    """A whole mapping file."""

    name: Short
    source: Annotated[str, Field(min_length=3, max_length=500)]
    wave: Short
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    sheet: str | None = None
    engagement: Draft | None = None
    respondent: Respondent
    segments: Segments
    items: Annotated[tuple[ItemMap, ...], Field(min_length=1, max_length=500)]
    forced_choice: ForcedChoice | None = None
    comment: Reference | None = None
    drop: tuple[Dropped, ...] = ()


MODELS: tuple[type[BaseModel], ...] = (
    SurveyMap, Draft, DraftDepartment, Respondent, Segments, DepartmentSegment, Segment, ItemMap, ForcedChoice, Dropped,
)  # fmt: skip
"""Every part of a mapping, to name the field somebody probably meant."""
