"""A file that cannot be used is named, never half read, and never makes reading fail or hang."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from adoption_lib.engagement.reading import Read, format_problems, read_folder

BOOK = "engagement.xlsx"


def _messages(read: Read, file: str) -> str:
    for problem in read.problems:
        assert problem.remedy
    return " | ".join(problem.message for problem in read.problems if problem.file == file)


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _rezip(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def _add(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: _rezip(folder / BOOK, {**_members(folder / BOOK), name: content})


def _write(name: str, content: bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return change


def _cut(folder: Path) -> None:
    content = (folder / BOOK).read_bytes()
    (folder / BOOK).write_bytes(content[: len(content) // 2])


def _spoil(folder: Path) -> None:
    content = bytearray((folder / BOOK).read_bytes())
    content[len(content) // 3] ^= 0xFF
    content[len(content) // 2] ^= 0xFF
    (folder / BOOK).write_bytes(bytes(content))


def _doctype(folder: Path) -> None:
    members = _members(folder / BOOK)
    members["xl/workbook.xml"] = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><workbook/>'
    _rezip(folder / BOOK, members)


def _broken_xml(folder: Path) -> None:
    members = _members(folder / BOOK)
    members["xl/worksheets/sheet1.xml"] = b"<worksheet><sheetData><row r='1'>"
    _rezip(folder / BOOK, members)


def _link(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        outside = folder.parent / "outside.csv"
        outside.write_text("person,side,days_per_week\n", encoding="utf-8")
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(outside)

    return change


def _edit(change: Callable[[Any], None]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        book = openpyxl.load_workbook(folder / BOOK)
        change(book)
        book.save(folder / BOOK)

    return apply


def _rename_sheet(book: Any) -> None:
    book["staff"].title = "stafff"


def _staff_twice(folder: Path) -> None:
    (folder / "staff.csv").write_text("person,side,days_per_week\ni9,internal,2\n", encoding="utf-8")


HEAD = b"person,side,days_per_week\n"
FILES: list[tuple[str, Callable[[Path], None], str, str]] = [
    ("not a zip", _write(BOOK, b"hello world, this is no workbook"), BOOK, "no XLSX workbook"),
    ("empty workbook file", _write(BOOK, b""), BOOK, "is empty"),
    ("zip but no workbook", lambda f: _rezip(f / BOOK, {"a.txt": b"a"}), BOOK, "no XLSX workbook"),
    ("truncated workbook", _cut, BOOK, "no XLSX workbook"),
    ("spoiled workbook", _spoil, BOOK, "no XLSX workbook"),
    ("broken sheet", _broken_xml, BOOK, "no XLSX workbook"),
    ("entities", _doctype, BOOK, "no XLSX workbook"),
    ("password or old format", _write(BOOK, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), BOOK, "password"),
    ("macros inside", _add("xl/vbaProject.bin", b"x"), BOOK, "macros"),
    ("macro workbook", _write("engagement.xlsm", b"x"), "engagement.xlsm", "macros"),
    ("old workbook", _write("engagement.xls", b"x"), "engagement.xls", "old format"),
    ("open document", _write("engagement.ods", b"x"), "engagement.ods", "this format"),
    ("external links", _add("xl/externalLinks/externalLink1.xml", b"<a/>"), BOOK, "other files"),
    ("unfolding workbook", _add("xl/media/a.bin", b"\0" * 60_000_000), BOOK, "unzips to"),
    ("other workbook", _write("survey.xlsx", b"x"), "survey.xlsx", "only the workbook"),
    ("unknown CSV", _write("usages.csv", b"a,b\n"), "usages.csv", "no table has this name"),
    ("unknown Parquet", _write("people.parquet", b"a"), "people.parquet", "no table has this name"),
    ("damaged Parquet", _write("usage.parquet", b"PAR1 nothing"), "usage.parquet", "no Parquet file"),
    ("empty CSV", _write("staff.csv", b""), "staff.csv", "is empty"),
    ("NUL bytes", _write("staff.csv", HEAD + b"i1\0,internal,2\n"), "staff.csv", "no text has"),
    ("workbook named CSV", _write("staff.csv", b"PK\x03\x04\0\0\0"), "staff.csv", "no text has"),
    ("undecodable CSV", _write("staff.csv", HEAD + b"i\x81,internal,2\n"), "staff.csv", "cannot be made out"),
    ("odd UTF-16", _write("staff.csv", b"\xff\xfea\0b"), "staff.csv", "cannot be made out"),
    ("open quote", _write("staff.csv", HEAD + b'i1,"internal,2\ni2,internal,2\n'), "staff.csv", "never closed"),
    ("long row", _write("staff.csv", HEAD + b"i1,internal,2,9\n"), "staff.csv", "4 cells where the header has 3"),
    ("short row", _write("staff.csv", HEAD + b"i1,internal,2\ni2,internal\n"), "staff.csv", "2 cells"),
    ("link outside", _link("staff.csv"), "staff.csv", "outside the folder"),
    ("same table twice", _staff_twice, "staff.csv", "twice"),
    ("unknown sheet", _edit(_rename_sheet), BOOK, "no table has the name of this sheet"),
    ("merged cells", _edit(lambda book: book["usage"].merge_cells("B2:B3")), BOOK, "B2:B3 are merged"),
]


@pytest.mark.parametrize(("change", "file", "words"), [f[1:] for f in FILES], ids=[f[0] for f in FILES])
def test_a_file_that_cannot_be_used_is_named(
    change: Callable[[Path], None], file: str, words: str, good_workbook: Path
) -> None:
    change(good_workbook)
    assert words in _messages(read_folder(good_workbook), file), format_problems(read_folder(good_workbook).problems)


def test_a_file_that_cannot_be_used_keeps_no_other_from_being_checked(good_workbook: Path) -> None:
    (good_workbook / "stuff.csv").write_text("a\n", encoding="utf-8")
    book = openpyxl.load_workbook(good_workbook / BOOK)
    book["usage"]["E2"] = 9
    book.save(good_workbook / BOOK)
    places = {(p.file, p.sheet, p.row, p.column) for p in read_folder(good_workbook).problems}
    assert places == {("stuff.csv", "", None, ""), (BOOK, "usage", 2, "licensed_days")}


def test_ragged_rows_and_open_quotes_name_their_row(good_folder: Path) -> None:
    (good_folder / "staff.csv").write_bytes(HEAD + b"i1,internal,2\n\ni2,internal\n")
    assert [p.row for p in read_folder(good_folder).problems] == [4]
    (good_folder / "staff.csv").write_bytes(HEAD + b'i1,internal,2\ni2,"internal,2\n')
    assert [p.row for p in read_folder(good_folder).problems] == [3]


def test_both_places_of_a_table_are_named(good_workbook: Path) -> None:
    _staff_twice(good_workbook)
    (problem,) = read_folder(good_workbook).problems
    assert problem.file == "staff.csv"
    assert "engagement.xlsx, staff" in problem.message


def test_the_closest_names_of_files_and_sheets_are_given(good_workbook: Path) -> None:
    _write("usages.csv", b"a,b\n")(good_workbook)
    _edit(_rename_sheet)(good_workbook)
    remedies = " ".join(problem.remedy for problem in read_folder(good_workbook).problems)
    assert "“usage”" in remedies
    assert "“staff”" in remedies


def test_missing_and_empty_folders(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for name, words in (("none", "no such folder"), ("empty", "no input file"), ("file", "not a folder")):
        read = read_folder(tmp_path / name)
        assert read.settings is None
        assert [words in problem.message for problem in read.problems] == [True]


def test_what_is_no_input_is_passed_over(good_folder: Path) -> None:
    before = read_folder(good_folder)
    for name in (".hidden.csv", "~$engagement.xlsx", "README.csv", "notes.md", "survey_map.yaml", "minutes.docx"):
        (good_folder / name).write_bytes(b"\0")
    (good_folder / "csv").mkdir()
    (good_folder / "csv" / "usage.csv").write_text("person\nu9\n", encoding="utf-8")
    (good_folder / "archive.csv").mkdir()
    read = read_folder(good_folder)
    assert read.problems == ()
    assert read.data_hash == before.data_hash


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_a_pipe_is_refused_instead_of_waited_for(good_folder: Path) -> None:
    (good_folder / "staff.csv").unlink()
    os.mkfifo(good_folder / "staff.csv")
    assert "ordinary file" in _messages(read_folder(good_folder), "staff.csv")


def test_the_hash_follows_content_and_names_alone(good_folder: Path) -> None:
    read = read_folder(good_folder)
    os.utime(good_folder / "usage.csv", (1, 1))
    assert read_folder(good_folder).data_hash == read.data_hash
    usage = (good_folder / "usage.csv").read_bytes()
    (good_folder / "usage.csv").write_bytes(usage.replace(b"\r\n", b"\n"))
    again = read_folder(good_folder)
    assert again.data_hash == read.data_hash
    assert again.files["usage.csv"] != read.files["usage.csv"]
    (good_folder / "usage.csv").write_bytes(usage.replace(b"u2", b"u3"))
    changed = read_folder(good_folder).data_hash
    assert changed != read.data_hash
    (good_folder / "communications").mkdir()
    (good_folder / "communications" / "update.md").write_text("We did it.", encoding="utf-8")
    last = read_folder(good_folder)
    assert last.data_hash != changed
    assert "communications/update.md" in last.files


def test_too_many_rows_are_refused(good_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from adoption_lib.method import METHOD

    small = METHOD.thresholds["max_table_rows"].model_copy(update={"value": 2})
    monkeypatch.setitem(METHOD.thresholds, "max_table_rows", small)  # type: ignore[arg-type]
    assert "more than the 2" in _messages(read_folder(good_folder), "usage.csv")


def test_merged_cells_below_and_beside_the_table_do_not_matter(good_workbook: Path) -> None:
    book = openpyxl.load_workbook(good_workbook / BOOK)
    book["usage"].merge_cells("B30:B33")
    book["usage"].merge_cells("AA1:AB2")
    book.save(good_workbook / BOOK)
    assert read_folder(good_workbook).problems == ()


SETTINGS: list[tuple[str, str, int | None, str, str]] = [
    ("client: Mills\n", "missing field", 1, "departments", "is missing"),
    ("client: Mills\ndepartments: []\n", "no department", 2, "departments", "does not fit"),
    (
        "client: Mills\ndepartments:\n  - name: A1\n    headcount: 0\n",
        "no people",
        4,
        "departments[0].headcount",
        "fit",
    ),
    ("client: Mills\ndepartments:\n  - name: A1\n", "no headcount", 3, "departments[0].headcount", "is missing"),
    ("client: Mills\nsektor: x\ndepartments:\n  - {name: A1, headcount: 1}\n", "typo", 2, "sektor", "no such setting"),
    ("client: Mills\ndepartments:\n  - {name: No, headcount: 1}\n", "Norway", 3, "departments[0].name", "yes or no"),
    (
        "client: Mills\nclient: B\ndepartments:\n  - {name: A1, headcount: 1}\n",
        "key twice",
        2,
        "client",
        "stands twice",
    ),
    ("client: Mills\nas_of: 2026-02-30\ndepartments: [{name: A1, headcount: 1}]\n", "no such day", 2, "as_of", "fit"),
    ("client: [Mills\n", "open bracket", 2, "", "not valid YAML"),
    ("client: a: b\n", "colon", 1, "", "not valid YAML"),
    ("- client\n", "a list", 1, "", "not a list of names"),
    ("", "nothing", None, "", "are empty"),
    ("client: &a Mills\nid: *a\n", "alias", 2, "", "refer to other parts"),
    ("client: !!python/object:os.system x\n", "tag", 1, "", "not valid YAML"),
    (
        "client: Mills\ndepartments:\n  - {name: A1, headcount: 1}\n  - {name: a1, headcount: 1}\n",
        "twice",
        1,
        "",
        "twice",
    ),
]


@pytest.mark.parametrize(
    ("text", "row", "column", "words"), [(s[0], *s[2:]) for s in SETTINGS], ids=[s[1] for s in SETTINGS]
)
def test_a_mistake_in_the_settings_is_named_with_its_line(
    text: str, row: int | None, column: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / "engagement.yaml").write_text(text, encoding="utf-8")
    read = read_folder(tmp_path)
    assert read.settings is None
    found = [p for p in read.problems if (p.row, p.column) == (row, column) and words in p.message]
    assert found, format_problems(read.problems)
    assert all(problem.remedy for problem in read.problems)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("client: Größe\n".encode("cp1252"), "not UTF-8"),
        (b"client: a\x00b\n", "does not allow"),
        (b"# " + b"x" * 1_100_000, "larger than 1000 kB"),
        (b"a: " + b"[" * 500_000, "nested far too deeply"),
    ],
)
def test_settings_that_are_no_text_are_named(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "engagement.yaml").write_bytes(content)
    assert words in _messages(read_folder(tmp_path), "engagement.yaml")


def test_settings_under_another_ending_are_pointed_at(tmp_path: Path) -> None:
    (tmp_path / "engagement.yml").write_text("client: Mills\n", encoding="utf-8")
    assert "wrong name" in _messages(read_folder(tmp_path), "engagement.yml")


def test_all_mistakes_in_the_settings_are_named_at_once(tmp_path: Path) -> None:
    text = (
        "client: '<b>'\nlanguage: 7\nclour: red\nbrand: {colour: red}\n"
        "departments:\n  - {name: A1, headcount: many}\nanonymity: {counts: 2}\n"
        "pipeline: [{name: B1, similarity: same}]\n"
    )
    (tmp_path / "engagement.yaml").write_text(text, encoding="utf-8")
    assert {(p.row, p.column) for p in read_folder(tmp_path).problems} == {
        (1, "client"),
        (2, "language"),
        (3, "clour"),
        (4, "brand.colour"),
        (6, "departments[0].headcount"),
        (7, "anonymity.counts"),
        (8, "pipeline[0].similarity"),
    }
