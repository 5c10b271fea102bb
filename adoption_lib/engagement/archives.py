"""Is a workbook file safe and complete enough to be opened: looked at as a zip archive, before any parser sees it."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from adoption_lib.engagement.problems import Fault
from adoption_lib.method import METHOD

__all__ = ["SheetMarkup", "sheet_markup", "workbook_fault"]

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SMALL = 20_000_000
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z]+\d+:[A-Z]+\d+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")


class SheetMarkup:
    """What a worksheet's XML says that a streaming reader passes over: merged ranges, and whether it holds formulas."""

    def __init__(self, xml: bytes) -> None:
        self.merged = tuple(found.decode() for found in _MERGED.findall(xml))
        self.has_formulas = _FORMULA.search(xml) is not None


def workbook_fault(path: Path) -> Fault | None:
    """Tell what keeps the file at ``path`` from being opened as a workbook; None if nothing does."""
    with path.open("rb") as stream:
        start = stream.read(8)
    if not start:
        return Fault("file_empty")
    if start == _OLE2:
        return Fault("locked_workbook")
    try:
        with zipfile.ZipFile(path) as archive:
            return _archive_fault(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        return Fault("not_a_workbook")


def sheet_markup(path: Path, member: str) -> SheetMarkup:
    """Read the parts of a worksheet's XML that :class:`SheetMarkup` keeps."""
    with zipfile.ZipFile(path) as archive:
        return SheetMarkup(archive.read(member.lstrip("/")))


def _archive_fault(archive: zipfile.ZipFile) -> Fault | None:
    members = archive.infolist()
    names = [member.filename for member in members]
    unzipped = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    limit = METHOD.threshold("max_unzipped_megabytes")
    if unzipped > limit * 1e6 or (unzipped > _SMALL and unzipped / packed > METHOD.threshold("max_zip_ratio")):
        return Fault("workbook_too_big", {"size": round(unzipped / 1e6), "limit": int(limit)})
    if any(member.flag_bits & 1 for member in members):
        return Fault("locked_workbook")
    if any(name.endswith("vbaProject.bin") for name in names):
        return Fault("macros")
    if any(name.startswith("xl/externalLinks/") for name in names):
        return Fault("external_links")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names or len(names) != len(set(names)):
        return Fault("not_a_workbook")
    if archive.testzip() is not None:
        return Fault("not_a_workbook")
    for member in members:
        # A document type can define entities that unfold or fetch; no spreadsheet program writes one.
        if member.filename.endswith((".xml", ".rels")):
            with archive.open(member) as stream:
                if b"<!DOCTYPE" in stream.read(2000):
                    return Fault("not_a_workbook")
    return None
