"""What a story consists of: settings and records told in words, and what the drawn tables are to show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adoption_lib.engagement.settings import Settings
from adoption_lib.errors import MethodError

__all__ = [
    "Capability",
    "CapabilityWave",
    "DepartmentAnswers",
    "DepartmentOutcomes",
    "DepartmentUse",
    "Kpi",
    "Part",
    "Record",
    "Story",
    "SurveyWave",
    "load_story",
    "read_me_frame",
    "story_names",
]

Record = dict[str, str | int | float | dt.date | None]
"""One row of a table; None where nothing is known."""

Share = Annotated[float, Field(ge=0, le=1)]
_ROOT = files("adoption_lib.simulation") / "stories"


class Frozen(BaseModel):
    """Immutable part of a story that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DepartmentAnswers(Frozen):
    """How a department answers: who responds, what they call most true, and where they stand on a construct (in SD)."""

    response: Share
    most_true: dict[Literal["understanding", "output_trust", "own_interests", "none"], Share]
    stands: dict[str, float] = {}


class SurveyWave(Frozen):
    """One round of the survey."""

    wave: str
    departments: dict[str, DepartmentAnswers]


class Part(Frozen):
    """A capability part: the level it is at, the level the first initiative needs, and how a function sees it apart."""

    level: float
    needed: float
    seen_by: dict[Literal["HR", "AI", "business", "executive"], float] = {}


class CapabilityWave(Frozen):
    """One round of ratings."""

    wave: str
    parts: dict[str, Part]


class Capability(Frozen):
    """Who rates, on what evidence, and what they find."""

    raters: dict[Literal["HR", "AI", "business", "executive"], int]
    business_departments: tuple[str, ...] = ()
    evidence_share: Share
    evidence: dict[str, tuple[str, ...]] = {}
    waves: tuple[CapabilityWave, ...]


class DepartmentUse(Frozen):
    """Use of a tool: ``level`` is the share of licensed days, moving to ``later`` from the week ``turns`` on.

    ``actions`` and ``actions_later`` are uses on an active day: where only they fall, use has become a formality.
    """

    tool: str
    people: int
    level: Share
    later: Share
    turns: dt.date
    actions: float
    actions_later: float


class DepartmentOutcomes(Frozen):
    """Weekly results: leavers a year as a share, rework in per cent, workarounds a week, before and after ``turns``."""

    leavers: float
    leavers_later: float
    rework: float
    rework_later: float
    workarounds: float
    workarounds_later: float
    turns: dt.date


class Kpi(Frozen):
    """One measure of one initiative: level before, change from the month ``turns`` on, and how much months differ."""

    initiative: str
    kpi: str
    before: float
    after: float
    noise: float
    turns: str
    decimals: int = 1
    better: Literal["higher", "lower"]
    share_business: int | None = None
    share_ai: int | None = None
    objective: str = ""


class _Told(Frozen):
    """The file ``story.yaml``."""

    seed: int
    about: str
    truth: tuple[str, ...]
    files: Literal["csv", "workbook"] = "csv"
    parquet: tuple[str, ...] = ()
    survey: tuple[SurveyWave, ...]
    capability: Capability
    usage: dict[str, DepartmentUse]
    outcomes: dict[str, DepartmentOutcomes]
    kpis: tuple[Kpi, ...]


@dataclass(frozen=True)
class Story:
    """One fictional client.

    ``settings_text`` is ``engagement.yaml`` as it is delivered, ``settings`` what it says; ``told`` holds what the
    drawn tables are to show; ``records`` the rows told in words, by table or topic; ``drafts`` the client's texts by
    file name.
    """

    name: str
    settings_text: str
    settings: Settings
    told: _Told
    records: Mapping[str, tuple[Record, ...]]
    drafts: Mapping[str, str]

    @property
    def as_of(self) -> dt.date:
        """The day the client's data describe."""
        if self.settings.as_of is None:
            raise MethodError(f"story {self.name}: engagement.yaml has no as_of")
        return self.settings.as_of


def story_names() -> tuple[str, ...]:
    """Names of the stories, which are the names of the clients' folders."""
    return tuple(sorted(entry.name for entry in _ROOT.iterdir() if entry.is_dir()))


@lru_cache(maxsize=8)
def load_story(name: str) -> Story:
    """Read one story.

    Raises
    ------
    MethodError
        The story's files are incomplete or contradict their form.
    """
    folder = _ROOT / name
    try:
        settings_text = (folder / "engagement.yaml").read_text(encoding="utf-8")
        told = _Told.model_validate(yaml.safe_load((folder / "story.yaml").read_text(encoding="utf-8")))
        # Everything stays text here: to YAML "yes" and "2026-03" would be a truth value and nothing at all.
        raw = yaml.load((folder / "records.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
        settings = Settings.model_validate(yaml.safe_load(settings_text))
        drafts = {
            entry.name: entry.read_text(encoding="utf-8")
            for entry in sorted((folder / "communications").iterdir(), key=lambda entry: entry.name)
        }
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise MethodError(f"story {name}: {error}") from error
    records = {table: tuple(_records(name, table, entry)) for table, entry in raw.items()}
    return Story(name, settings_text, settings, told, records, drafts)


def read_me_frame() -> str:
    """Text of the samples' read-me file, with a place for what each story is about and for its truth."""
    return (_ROOT / "readme.md").read_text(encoding="utf-8")


def _records(story: str, table: str, entry: Mapping[str, list[str] | list[list[str]]]) -> list[Record]:
    columns = [str(column) for column in entry["columns"]]
    found: list[Record] = []
    for number, row in enumerate(entry["rows"], start=1):
        if len(row) != len(columns):
            raise MethodError(f"story {story}, {table}, row {number}: {len(row)} values for {len(columns)} columns")
        found.append({column: value.strip() or None for column, value in zip(columns, row, strict=True)})
    return found
