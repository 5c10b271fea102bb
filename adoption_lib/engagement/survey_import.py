"""Bring the survey a client already has into its folder, without a word of code: ``adoption import survey``."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import yaml
from pydantic import ValidationError

from adoption_lib.engagement.folder import SETTINGS_FILE, WORKBOOK_FILE
from adoption_lib.engagement.reading import read_folder
from adoption_lib.engagement.settings import Settings
from adoption_lib.engagement.settings_file import read_settings
from adoption_lib.engagement.survey_export import read_export
from adoption_lib.engagement.survey_map import Draft, closest, problem
from adoption_lib.engagement.survey_map_file import KeyPath, MapFile, load_map
from adoption_lib.engagement.survey_translation import ColumnUse, ItemAnswers, Translation, translate
from adoption_lib.errors import InputError, Problem
from adoption_lib.method import METHOD, available_languages, load_method

__all__ = ["ImportReport", "format_import", "import_survey"]

_TABLES = ("employee_survey", "survey_items")


@dataclass(frozen=True)
class ImportReport:
    """What an import did: rows read, what became of every column, how every answer was translated, files written."""

    name: str
    source: str
    wave: str
    rows: int
    used: tuple[ColumnUse, ...]
    dropped: tuple[ColumnUse, ...]
    answers: tuple[ItemAnswers, ...]
    departments: Mapping[str, int]
    written: tuple[str, ...]
    warnings: tuple[Problem, ...]


def import_survey(export: Path, mapping: Path, into: Path, *, force: bool = False) -> ImportReport:
    """Translate an export of a survey tool and write it as the survey of an engagement.

    Parameters
    ----------
    export : Path
        CSV or XLSX file as the survey tool wrote it; it is not changed.
    mapping : Path
        YAML file that says what each column and each answer means.
    into : Path
        The engagement's folder. Where it has no ``engagement.yaml``, one is written from the mapping.
    force : bool
        Replace a survey that stands there already. ``engagement.yaml`` is never replaced.

    Returns
    -------
    ImportReport
        Counts to hold against the survey tool's own.

    Raises
    ------
    InputError
        Everything that is wrong with mapping, export and folder together; nothing has been written then.
    """
    loaded = load_map(mapping)
    content = loaded.content
    data = read_export(export, encoding=content.encoding, delimiter=content.delimiter, sheet=content.sheet)
    problems = _folder_problems(export, into, force)
    settings_path = into / SETTINGS_FILE
    draft = None if settings_path.exists() else content.engagement
    names, warnings = _departments(loaded, settings_path, problems)
    translation = translate(loaded, data, names)
    settings: dict[str, Any] | None = None
    if draft is not None:
        settings = _drafted(loaded, draft, translation, problems)
    found = [*problems, *translation.problems, *warnings]
    if any(entry.severity == "error" for entry in found):
        raise InputError(found, title=into.name)
    notes, written = _write(into, loaded, translation, settings)
    return ImportReport(
        name=content.name,
        source=content.source,
        wave=content.wave,
        rows=len(data.rows),
        used=translation.used,
        dropped=translation.dropped,
        answers=translation.answers,
        departments=translation.departments,
        written=written,
        warnings=(*found, *notes),
    )


def format_import(report: ImportReport) -> str:
    """Put the report into lines for a terminal."""
    say = METHOD.say
    lines = [say("survey_import.report.head", rows=report.rows, name=report.name, wave=report.wave)]
    for name, people in report.departments.items():
        lines.append("  " + say("survey_import.report.department", name=name, count=people))
    for entry in report.answers:
        parts = [say("survey_import.report.answer", label=label, count=count) for label, count in entry.counts]
        for key, people in (("not_applicable", entry.not_applicable), ("empty", entry.empty)):
            parts += [say(f"survey_import.report.{key}", count=people)] if people else []
        lines.append("  " + say("survey_import.report.item", item=entry.item, answers=", ".join(parts)))
    for column in report.dropped:
        said = say("survey_import.report.dropped", position=column.position, header=column.header, reason=column.use)
        lines.append(f"  {said}")
    lines += [str(entry) for entry in report.warnings]
    lines.append(say("survey_import.report.written", files=", ".join(report.written)))
    return "\n".join(lines)


def _folder_problems(export: Path, into: Path, force: bool) -> list[Problem]:
    if into.exists() and not into.is_dir():
        return [problem("into_is_file", into.name)]
    found = []
    if export.resolve().parent == into.resolve():
        found.append(problem("export_inside", export.name, folder=into.name))
    for table in _TABLES:
        if (into / f"{table}.csv").exists() and not force:
            found.append(problem("survey_exists", f"{table}.csv"))
        if (into / f"{table}.parquet").exists():
            found.append(problem("survey_elsewhere", f"{table}.parquet", table=table))
    found += [problem("survey_elsewhere", WORKBOOK_FILE, sheet=sheet, table=sheet) for sheet in _filled_sheets(into)]
    return found


def _filled_sheets(into: Path) -> list[str]:
    """Survey sheets of the folder's workbook that hold answers; the empty forms of a new workbook are no survey yet."""
    path = into / WORKBOOK_FILE
    if not path.exists():
        return []
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception:  # whatever is wrong with the workbook, reading the folder names it properly
        return []
    with closing(book):
        return [page.title for page in book.worksheets if page.title in _TABLES and _has_answers(page)]


def _has_answers(page: Any) -> bool:
    return any(cell is not None for row in page.iter_rows(min_row=2, values_only=True) for cell in row)


def _departments(mapping: MapFile, path: Path, problems: list[Problem]) -> tuple[list[str] | None, list[Problem]]:
    """Names answers may be filed under, from the folder's settings, else from the mapping; None: as the data say."""
    draft = mapping.content.engagement
    if path.exists():
        read = read_settings(path)
        problems += read.problems
        warnings = [problem("settings_kept", path.name, severity="warning")] if draft is not None else []
        return list(read.departments), warnings
    if draft is None:
        problems.append(problem("settings_missing", path.name, map=mapping.file))
        return None, []
    return [entry.name for entry in draft.departments] or None, []


def _drafted(mapping: MapFile, draft: Draft, translation: Translation, problems: list[Problem]) -> dict[str, Any]:
    """Contents of the ``engagement.yaml`` to write; headcounts that are only counts of answers are owned up to."""
    counts = translation.departments
    known = draft.headcount == "respondents"
    listed = [entry.model_dump(exclude_none=True) for entry in draft.departments] or [{"name": name} for name in counts]
    assumed = []
    for place, entry in enumerate(listed):
        if "headcount" in entry:
            continue
        if known and counts.get(entry["name"]):
            entry["headcount"] = counts[entry["name"]]
            assumed.append(entry["name"])
            continue
        path: KeyPath = ("engagement", "departments", place) if draft.departments else ("engagement",)
        key = "headcount_nobody" if known else "headcount_missing"
        problems.append(mapping.problem(key, path, entry["name"]))
        entry["headcount"] = 1
    small = [name for name in assumed if counts[name] < METHOD.threshold("min_count")]
    if small:
        problems.append(problem("department_small", mapping.file, severity="warning", names=", ".join(small)))
    note = draft.survey_note.strip()
    if assumed:
        say = load_method(draft.language if draft.language in available_languages() else "en").say
        note = f"{note} {say('survey_import.headcount_is_respondents')}".strip()
    given = draft.model_dump(exclude_unset=True, exclude={"departments", "headcount", "survey_note"})
    result = {**given, "departments": listed, **({"survey_note": note} if note else {})}
    if listed:
        problems += _settings_problems(mapping, result)
    return result


def _settings_problems(mapping: MapFile, settings: dict[str, Any]) -> list[Problem]:
    try:
        Settings.model_validate(settings)
    except ValidationError as error:
        found = []
        for fault in error.errors(include_url=False):
            path: KeyPath = ("engagement", *(part for part in fault["loc"] if part != "[key]"))
            if fault["type"] == "extra_forbidden":
                near = closest(str(path[-1]), Settings.model_fields)
                found.append(mapping.problem("map_unknown", path, near=near))
            else:
                found.append(mapping.problem("map_field", path, reason=fault["msg"].removeprefix("Value error, ")))
        return found
    return []


def _write(
    into: Path, mapping: MapFile, translation: Translation, settings: dict[str, Any] | None
) -> tuple[list[Problem], tuple[str, ...]]:
    """Write aside, read back as any reader would, and only then put in place."""
    into.parent.mkdir(parents=True, exist_ok=True)
    stage = into.parent / f".{into.name}.{secrets.token_hex(6)}"
    stage.mkdir()
    try:
        if settings is None:
            shutil.copyfile(into / SETTINGS_FILE, stage / SETTINGS_FILE)
        else:
            (stage / SETTINGS_FILE).write_text(_settings_text(mapping, settings), encoding="utf-8")
        for name, frame in zip(_TABLES, (translation.survey, translation.items), strict=True):
            # A byte-order mark lets spreadsheet programs open names with accents as they are.
            frame.to_csv(stage / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
        read = read_folder(stage)
        if any(entry.severity == "error" for entry in read.problems):
            raise InputError(read.problems, title=into.name)
        names = tuple(f"{name}.csv" for name in _TABLES) + ((SETTINGS_FILE,) if settings is not None else ())
        _put(stage, into, names)
        return list(read.problems), names
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _put(stage: Path, into: Path, names: tuple[str, ...]) -> None:
    """Move files into place; if one cannot be moved, those it would have replaced come back."""
    created = not into.exists()
    into.mkdir(exist_ok=True)
    kept = [name for name in names if (into / name).exists()]
    for name in kept:
        shutil.copyfile(into / name, stage / f"{name}.before")
    moved: list[str] = []
    try:
        for name in names:
            (stage / name).replace(into / name)
            moved.append(name)
    except OSError as error:
        for name in moved:
            if name in kept:
                (stage / f"{name}.before").replace(into / name)
            else:
                (into / name).unlink(missing_ok=True)
        if created:
            into.rmdir()
        raise InputError([problem("not_written", into.name, reason=error.strerror or str(error))]) from error


class _NoAlias(yaml.SafeDumper):
    """Writes every value out: settings with references are refused when read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _settings_text(mapping: MapFile, settings: dict[str, Any]) -> str:
    head = METHOD.say("survey_import.settings_head", map=mapping.file, source=" ".join(mapping.content.source.split()))
    comment = "".join(f"# {line}\n" for line in head.splitlines())
    return comment + yaml.dump(settings, Dumper=_NoAlias, sort_keys=False, allow_unicode=True, width=110)
