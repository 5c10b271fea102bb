"""Start an engagement: settings to edit, a workbook and CSV forms, written whole or not at all.

``python -m adoption_lib.engagement.forms data_templates`` writes the forms that are shipped with the package anew.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import sys
import tempfile
from pathlib import Path

import yaml

from adoption_lib.engagement.folder import SETTINGS_FILE, WORKBOOK_FILE, table_named
from adoption_lib.engagement.form_columns import form_columns
from adoption_lib.engagement.problems import Fault, Place
from adoption_lib.engagement.workbook import build_workbook, workbook_bytes
from adoption_lib.errors import InputError
from adoption_lib.method import Method, load_method

__all__ = ["form_files", "new_engagement", "write_forms"]

_CSV_FOLDER = "csv"
_UTF8_MARK = b"\xef\xbb\xbf"  # without it spreadsheet programs read accents and umlauts wrongly


def form_files(language: str = "en") -> dict[str, bytes]:
    """Contents of every form by name relative to the engagement's folder; the same bytes on every call."""
    method = load_method(language)
    settings = method.say("input.form.settings") + "\n"
    departments = [entry["name"] for entry in yaml.safe_load(settings)["departments"]]
    files = {
        SETTINGS_FILE: settings.encode(),
        WORKBOOK_FILE: workbook_bytes(build_workbook(method, departments)),
    }
    for table in method.tables:
        files[f"{_CSV_FOLDER}/{table}.csv"] = _csv_form(table, method)
    return files


def new_engagement(folder: Path, language: str = "en") -> list[Path]:
    """Write the forms of a new engagement into ``folder``, which is made if need be.

    Returns
    -------
    list of Path
        The files written. The example in ``engagement.yaml`` is complete and invented; empty tables count as not
        collected.

    Raises
    ------
    InputError
        The folder holds an engagement or one of the files already; nothing was written.
    """
    folder = Path(folder)
    taken = _taken(folder)
    if taken:
        raise InputError([Place(taken).problem(Fault("forms_exist", {"name": taken}))], title=folder.name)
    return _write_whole(folder, form_files(language))


def write_forms(folder: Path, language: str = "en") -> list[Path]:
    """Write the forms into ``folder``, replacing forms of the same names; every file appears whole."""
    return _write_whole(Path(folder), form_files(language))


def _csv_form(table: str, method: Method) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow([c.id for c in form_columns(method.tables[table], method)])
    return _UTF8_MARK + text.getvalue().encode()


def _taken(folder: Path) -> str:
    """Name of a file or folder that an engagement in ``folder`` already has; empty if there is none."""
    if not folder.exists():
        return ""
    if not folder.is_dir():
        return folder.name
    for entry in sorted(folder.iterdir()):
        name = entry.name.casefold()
        is_table = entry.suffix.casefold() in (".csv", ".parquet") and table_named(entry.stem) is not None
        if name in (SETTINGS_FILE, WORKBOOK_FILE, _CSV_FOLDER) or is_table:
            return entry.name
    return ""


def _write_whole(folder: Path, files: dict[str, bytes]) -> list[Path]:
    """Write ``files`` aside, then move them into place; a folder that did not exist appears in one step."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in files.items():
            path = aside / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        if not folder.exists():
            aside.chmod(0o777 & ~_umask())
            aside.rename(folder)
        else:
            for name in files:
                (folder / name).parent.mkdir(exist_ok=True)
                (aside / name).replace(folder / name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return [folder / name for name in files]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


if __name__ == "__main__":
    for written in write_forms(Path(sys.argv[1] if len(sys.argv) > 1 else "data_templates")):
        print(written)
