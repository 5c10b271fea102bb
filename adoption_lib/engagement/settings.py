"""What ``engagement.yaml`` holds: the client, its departments, the first initiative, deadlines and preferences."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from adoption_lib.method import METHOD, available_languages

__all__ = [
    "AdoptionGap",
    "Anonymity",
    "Brand",
    "Department",
    "FirstInitiative",
    "PlannedInitiative",
    "Preferences",
    "Settings",
]

_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")
_FORBIDDEN = set('/\\<>|"`{}=')


def _plain_name(value: str) -> str:
    """A name that is safe on a page, in a spreadsheet and beside a file: letters, digits, common punctuation."""
    text = " ".join(value.split())
    if not any(character.isalnum() for character in text):
        raise ValueError("a name needs at least one letter or digit")
    bad = sorted(
        {c for c in text if c in _FORBIDDEN or unicodedata.category(c) in ("So", "Cs", "Co", "Cn", "Cc", "Cf")}
    )
    if bad:
        raise ValueError(f"these characters cannot stand in a name: {' '.join(bad)}")
    if text.startswith((".", "+", "-", "@")):
        raise ValueError("a name starts with a letter or a digit")
    if _RESERVED.match(text):
        raise ValueError("this name is reserved by operating systems; write it out, for instance with the legal form")
    return text


Name = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_plain_name)]
Likert = Annotated[int, Field(ge=1, le=5)]


class Strict(BaseModel):
    """Immutable settings that refuse a field they do not know: a misspelt setting must not be ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Department(Strict):
    """A department and how many people work in it."""

    name: Name
    headcount: Annotated[int, Field(ge=1, le=5_000_000)]
    head: Name | None = None


class AdoptionGap(Strict):
    """The gap the first initiative has to close (A5): a measure, where it stands, where it must be, by when."""

    measure: Annotated[str, Field(min_length=3, max_length=200)]
    now: float | None = None
    needed: float | None = None
    by: dt.date | None = None


class FirstInitiative(Strict):
    """The initiative that comes first and what must be true when it ends."""

    name: Name
    department: Name
    true_at_the_end: Annotated[str, Field(max_length=500)] = ""
    adoption_gap: AdoptionGap | None = None


class PlannedInitiative(Strict):
    """A later initiative of the pipeline: how like the first it is decides what capability is worth (A2)."""

    name: Name
    similarity: Literal["similar", "related", "different"]
    start: dt.date | None = None


class Preferences(Strict):
    """What the client says it wants: a stated approach, and its tolerance for leaning on a partner (1 none, 5 high)."""

    stated_approach: Literal["internal", "partner", "hybrid", "tool_first"] | None = None
    dependency_tolerance: dict[Literal["HR", "AI", "business", "executive"], Likert] = {}


class Anonymity(Strict):
    """Smallest groups that are published; a client may raise the method's floors, never lower them."""

    counts: Annotated[int, Field(ge=int(METHOD.threshold("min_count")), le=1000)] = int(METHOD.threshold("min_count"))
    text: Annotated[int, Field(ge=int(METHOD.threshold("min_text")), le=1000)] = int(METHOD.threshold("min_text"))

    @model_validator(mode="after")
    def _text_needs_more(self) -> Anonymity:
        if self.text < self.counts:
            raise ValueError("text must be at least as large as counts")
        return self


class Brand(Strict):
    """How the report is dressed: one accent colour and the names of the two functions that issue it together."""

    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#1f4e5f"
    hr_name: Name = "HR"
    ai_name: Name = "AI function"


class ExecutiveSignal(Strict):
    """A signal executives gave that departments which partner on AI are valued (C13)."""

    kind: Literal["public_credit", "attended_review", "funded_time", "scorecard", "protected_failure"]
    date: dt.date
    note: Annotated[str, Field(max_length=300)] = ""


class Settings(Strict):
    """Everything in ``engagement.yaml``. Only the client's name and the departments are required.

    An empty ``pipeline`` or ``executive_signals`` says that there are none; a missing one that nobody asked.
    """

    client: Name
    id: Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")] | None = None
    sector: Annotated[str, Field(max_length=80)] = ""
    synthetic: bool = False
    language: str = "en"
    as_of: dt.date | None = None
    departments: Annotated[tuple[Department, ...], Field(min_length=1, max_length=500)]
    first_initiative: FirstInitiative | None = None
    expects_results_by: dt.date | None = None
    runway_from: dt.date | None = None
    pipeline: tuple[PlannedInitiative, ...] | None = None
    preferences: Preferences = Preferences()
    anonymity: Anonymity = Anonymity()
    brand: Brand = Brand()
    executive_signals: tuple[ExecutiveSignal, ...] | None = None
    survey_note: Annotated[str, Field(max_length=2000)] = ""

    @model_validator(mode="after")
    def _consistent(self) -> Settings:
        names = [department.name.casefold() for department in self.departments]
        repeated = sorted({name for name in names if names.count(name) > 1})
        faults = []
        if repeated:
            faults.append(f"departments named twice: {', '.join(repeated)}")
        if self.first_initiative and self.first_initiative.department.casefold() not in names:
            faults.append(f"first_initiative.department {self.first_initiative.department!r} is not among departments")
        if self.expects_results_by and self.runway_from and self.expects_results_by <= self.runway_from:
            faults.append("expects_results_by is not after runway_from")
        if self.language not in available_languages():
            faults.append(f"language {self.language!r} has no wording; there is {', '.join(available_languages())}")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def headcounts(self) -> dict[str, int]:
        """Headcount by department, in the order given."""
        return {department.name: department.headcount for department in self.departments}
