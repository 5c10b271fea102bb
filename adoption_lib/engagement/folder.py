"""Which files of a client's folder are input, what cannot be input, and a fingerprint of what was delivered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from adoption_lib.engagement.problems import Fault, Place, closest
from adoption_lib.engagement.text_cells import comparable
from adoption_lib.errors import Problem
from adoption_lib.method import METHOD

__all__ = ["SETTINGS_FILE", "WORKBOOK_FILE", "Contents", "contents", "table_named"]

SETTINGS_FILE = "engagement.yaml"
WORKBOOK_FILE = "engagement.xlsx"
_TABLE_ENDINGS = (".csv", ".parquet")
_OTHER_ENDINGS = (".xls", ".xlsm", ".xlsb", ".ods", ".numbers", ".tsv", ".xlsx", ".txt")
_TEXT_ENDINGS = (".yaml", ".csv", ".md")


@dataclass(frozen=True)
class Contents:
    """What lies in a folder.

    ``tables`` pairs a table's id with its file; ``files`` maps every input file's relative name to the SHA-256 of its
    bytes; ``data_hash`` is the SHA-256 over names and contents, the same whatever line ends a text file was saved with.
    """

    settings: Path | None
    workbook: Path | None
    tables: tuple[tuple[str, Path], ...]
    problems: tuple[Problem, ...]
    files: dict[str, str]
    data_hash: str


def contents(folder: Path) -> Contents:
    """List the input files in ``folder`` itself and the drafts in its ``communications``; nothing is parsed."""
    if not folder.is_dir():
        key = "folder_is_file" if folder.exists() else "folder_missing"
        return Contents(None, None, (), (Place(folder.name).problem(Fault(key)),), {}, _digest(()))
    entries = sorted(entry for entry in folder.iterdir() if not _ignored(entry))
    problems: list[Problem] = []
    usable = [entry for entry in entries if _usable(entry, folder, problems)]
    settings = workbook = None
    tables: list[tuple[str, Path]] = []
    for entry in usable:
        name = entry.name.casefold()
        if name == SETTINGS_FILE:
            settings = entry
        elif name == WORKBOOK_FILE:
            workbook = entry
        else:
            table = table_named(entry.stem)
            if table is None:
                problems.append(_unknown_file(entry))
            else:
                tables.append((table, entry))
    if settings is None:
        problems.append(_no_settings(folder, bool(entries)))
    given = [path for path in (settings, workbook, *(path for _, path in tables)) if path is not None]
    drafts = [path for path in _drafts(folder) if _usable(path, folder, problems)]
    sums = {path.relative_to(folder).as_posix(): _sums(path) for path in sorted([*given, *drafts])}
    digest = _digest((name, canonical) for name, (_, canonical) in sums.items())
    files = {name: exact for name, (exact, _) in sums.items()}
    return Contents(settings, workbook, tuple(tables), tuple(problems), files, digest)


def table_named(name: str) -> str | None:
    """Id of the table called ``name`` by its id or label, in any case, with blanks or hyphens for underscores."""
    wanted = comparable(name)
    for table in METHOD.tables.values():
        if wanted in (comparable(table.id), comparable(table.label)):
            return table.id
    return None


def _ignored(entry: Path) -> bool:
    name = entry.name.casefold()
    if name.startswith((".", "~$", "readme")):
        return True
    if entry.is_dir():
        return True
    if name == SETTINGS_FILE:
        return False
    return not name.endswith((*_TABLE_ENDINGS, *_OTHER_ENDINGS))


def _usable(entry: Path, folder: Path, problems: list[Problem]) -> bool:
    place = Place(entry.relative_to(folder).as_posix())
    fault: Fault | None = None
    name = entry.name.casefold()
    limit = METHOD.threshold("max_file_megabytes")
    if not entry.resolve().is_relative_to(folder.resolve()):
        fault = Fault("link_outside")
    elif not entry.is_file():
        fault = Fault("not_a_file")
    elif entry.stat().st_size > limit * 1_000_000:
        fault = Fault("file_too_big", {"limit": int(limit)})
    elif name.endswith((".xlsm", ".xlsb")):
        fault = Fault("macros")
    elif name.endswith(".xls"):
        fault = Fault("old_workbook")
    elif name.endswith((".ods", ".numbers", ".tsv")):
        fault = Fault("other_format")
    elif name.endswith(".txt"):
        fault = Fault("other_format") if table_named(entry.stem) else None
        if fault is None:
            return False
    if fault is not None:
        problems.append(place.problem(fault))
    return fault is None


def _unknown_file(entry: Path) -> Problem:
    if entry.suffix.casefold() == ".xlsx":
        return Place(entry.name).problem(Fault("other_workbook", {"workbook": WORKBOOK_FILE}))
    hint = closest(entry.stem, METHOD.tables)
    return Place(entry.name).problem(Fault("unknown_table_file", {"hint": hint}), value=entry.name)


def _no_settings(folder: Path, any_file: bool) -> Problem:
    other = sorted(path.name for path in folder.iterdir() if path.name.casefold() == "engagement.yml")
    if other:
        return Place(other[0]).problem(Fault("settings_misnamed", {"name": SETTINGS_FILE}))
    key = "settings_missing" if any_file else "folder_empty"
    return Place(SETTINGS_FILE).problem(Fault(key, {"name": SETTINGS_FILE}))


def _drafts(folder: Path) -> list[Path]:
    drafts = folder / "communications"
    if not drafts.is_dir() or not drafts.resolve().is_relative_to(folder.resolve()):
        return []
    return sorted(p for p in drafts.iterdir() if p.suffix.casefold() == ".md" and not p.name.startswith((".", "~$")))


def _sums(path: Path) -> tuple[str, str]:
    """SHA-256 of a file's bytes, and of its content: a text file's line ends and byte-order mark do not count."""
    exact, canonical = hashlib.sha256(), hashlib.sha256()
    with path.open("rb") as stream:
        if path.suffix.casefold() in _TEXT_ENDINGS:
            content = stream.read()
            exact.update(content)
            canonical.update(content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n"))
        else:
            while block := stream.read(1 << 20):
                exact.update(block)
                canonical.update(block)
    return exact.hexdigest(), canonical.hexdigest()


def _digest(named: Iterable[tuple[str, str]]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(named):
        digest.update(f"{name}\0{content}\n".encode())
    return digest.hexdigest()
