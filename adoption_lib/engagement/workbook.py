"""The engagement workbook: an empty form built from the method, with lists to choose from and text that cannot run."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from adoption_lib.engagement.form_columns import FormColumn, form_columns
from adoption_lib.method import Method
from adoption_lib.method.model import Table

__all__ = ["build_workbook", "put", "safe_cell", "workbook_bytes"]

_LAST_ROW = 1_048_576
_DEPARTMENT_ROWS = 500
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|")
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_REQUIRED = PatternFill("solid", fgColor="FFB7CBD3")
_OPTIONAL = PatternFill("solid", fgColor="FFE6EDF0")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_UNLOCKED = Protection(locked=False)


def safe_cell(value: object) -> object:
    """Return a value that no spreadsheet program runs: text that could start a formula gets an apostrophe in front.

    For CSV, where a cell has no type. In a workbook :func:`put` keeps the text as it is.
    """
    if isinstance(value, str) and value.lstrip(" \u00a0\u200b\ufeff").startswith(_DANGEROUS):
        return f"'{value}"
    return value


def put(cell: Any, value: object) -> None:
    """Write ``value`` into an openpyxl cell; text is stored as text, whatever it begins with."""
    if isinstance(value, str):
        text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", value)
        cell.value = text
        cell.data_type = "s"
        if safe_cell(text) != text:
            cell.quotePrefix = True
    else:
        cell.value = value


def build_workbook(method: Method, departments: Sequence[str]) -> Workbook:
    """Build the empty workbook.

    Parameters
    ----------
    method : Method
        The method in the language of the form.
    departments : sequence of str
        Names to begin the list of departments with.

    Returns
    -------
    openpyxl.Workbook
        Read-me sheet, one sheet per table, survey questions, capability levels and lists.
    """
    book = Workbook()
    _read_me(book.active, method)
    lists = _list_columns(method, departments)
    ranges = {name: _range(method, index, len(entries)) for index, (name, entries) in enumerate(lists.items(), start=1)}
    ranges["department"] = _range(method, 1, _DEPARTMENT_ROWS)
    for table in method.tables.values():
        _table_sheet(book.create_sheet(table.id), table, method, ranges)
    _questions(book.create_sheet(method.say("input.sheet.questions")), method)
    _levels(book.create_sheet(method.say("input.sheet.capability_levels")), method)
    _lists(book.create_sheet(method.say("input.sheet.lists")), lists)
    book.properties.creator = ""
    book.properties.title = method.say("input.form.read_me.title")
    return book


def workbook_bytes(book: Workbook) -> bytes:
    """Bytes of a workbook that depend on its contents alone: no time of writing stands in them."""
    written = io.BytesIO()
    book.save(written)
    stamped = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
    result = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = stamped.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content)
    return result.getvalue()


def _read_me(sheet: Any, method: Method) -> None:
    sheet.title = method.say("input.sheet.read_me")
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 48
    sheet.column_dimensions["C"].width = 80
    put(sheet["A1"], method.say("input.form.read_me.title"))
    sheet["A1"].font = Font(bold=True, size=14)
    row = 3
    while f"input.form.read_me.p{row - 2}" in method.sentences:
        put(sheet.cell(row, 1), method.say(f"input.form.read_me.p{row - 2}"))
        sheet.cell(row, 1).alignment = _WRAPPED
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=3)
        sheet.row_dimensions[row].height = 34
        row += 1
    row += 1
    _heading(sheet, row, [method.say(f"input.form.read_me.{key}") for key in ("table", "row", "purpose")])
    for table in method.tables.values():
        row += 1
        _line(sheet, row, [table.id, table.row, table.purpose])
        sheet.cell(row, 1).hyperlink = f"#{table.id}!A1"
    _protect(sheet)


def _table_sheet(sheet: Any, table: Table, method: Method, ranges: dict[str, str]) -> None:
    for index, column in enumerate(form_columns(table, method), start=1):
        letter = get_column_letter(index)
        head = sheet.cell(1, index)
        put(head, column.id)
        head.font = Font(bold=True)
        head.fill = _REQUIRED if column.required else _OPTIONAL
        head.comment = Comment(
            column.note, "", height=40 + 16 * (len(column.note) // 34 + column.note.count("\n")), width=280
        )
        dimension = sheet.column_dimensions[letter]
        dimension.width = max(column.width, len(column.id) + 3)
        dimension.protection = _UNLOCKED
        dimension.number_format = column.number_format
        validation = _validation(column, method, ranges)
        if validation is not None:
            validation.add(f"{letter}2:{letter}{_LAST_ROW}")
            sheet.add_data_validation(validation)
    sheet.freeze_panes = "A2"
    _protect(sheet)


def _validation(column: FormColumn, method: Method, ranges: dict[str, str]) -> DataValidation | None:
    rule: DataValidation
    if column.choices:
        rule = DataValidation(type="list", formula1=ranges[column.choices], allow_blank=True)
        own = column.choices == "department"
        rule.error = method.say(f"input.form.validation.{'department' if own else 'list'}")
        rule.errorStyle = "warning" if own else "stop"
    elif column.kind in ("whole", "decimal"):
        low, high = column.low, column.high
        between = high is not None
        rule = DataValidation(
            type=column.kind, operator="between" if between else "greaterThanOrEqual", allow_blank=True
        )
        rule.formula1 = f"{-1e9 if low is None else low:g}"
        rule.formula2 = f"{high:g}" if between else None
        key = "number" if between else "number_from"
        rule.error = method.say(f"input.form.validation.{key}", low=rule.formula1, high=rule.formula2)
    elif column.kind == "date":
        rule = DataValidation(type="date", operator="between", formula1="32874", formula2="73415", allow_blank=True)
        rule.error = method.say("input.form.validation.date")
    else:
        rule = DataValidation(allow_blank=True)
    rule.errorTitle = method.say("input.form.validation.title")[:32]
    rule.showErrorMessage = True
    rule.promptTitle = column.label[:32]
    rule.prompt = column.prompt[:255]
    rule.showInputMessage = True
    return rule


def _list_columns(method: Method, departments: Sequence[str]) -> dict[str, list[str]]:
    used = [c.terms for table in method.tables.values() for c in table.columns if c.type == "category" and c.terms]
    columns = {method.say("input.form.lists.departments"): list(departments)}
    columns |= {name: [term.label for term in method.vocabularies[name]] for name in dict.fromkeys([*used, "yes_no"])}
    columns["capability_item"] = list(method.capability_items)
    return columns


def _range(method: Method, index: int, count: int) -> str:
    letter = get_column_letter(index)
    return f"'{method.say('input.sheet.lists')}'!${letter}$2:${letter}${count + 1}"


def _lists(sheet: Any, lists: dict[str, list[str]]) -> None:
    for index, (name, entries) in enumerate(lists.items(), start=1):
        _heading(sheet, 1, [name], index)
        sheet.column_dimensions[get_column_letter(index)].width = 26
        for row, entry in enumerate(entries, start=2):
            put(sheet.cell(row, index), entry)
    for row in range(2, _DEPARTMENT_ROWS + 2):
        sheet.cell(row, 1).protection = _UNLOCKED
    sheet.freeze_panes = "A2"
    _protect(sheet)


def _questions(sheet: Any, method: Method) -> None:
    _heading(
        sheet, 1, [method.say(f"input.form.questions.{key}") for key in ("number", "question", "answers", "column")]
    )
    lines = [
        (item.text, " / ".join(f"{n} {label}" for n, label in enumerate(method.scales[item.scale].labels, 1)), item.id)
        for item in method.survey_items.values()
    ]
    survey = method.tables["employee_survey"]
    most_true = survey.column("most_true")
    choices = " / ".join(term.label for term in method.vocabularies[most_true.terms or ""])
    lines.append((most_true.prompt, choices, most_true.id))
    lines.append((survey.column("comment").prompt, "", "comment"))
    for number, line in enumerate(lines, start=1):
        _line(sheet, number + 1, [number, *line])
    for letter, width in zip("ABCD", (6, 70, 60, 26), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    _protect(sheet)


def _levels(sheet: Any, method: Method) -> None:
    names = [method.say(f"input.form.capability.{key}") for key in ("item", "part", "name", "text")]
    _heading(sheet, 1, [*names, *(method.say("input.form.capability.level", level=level) for level in range(1, 6))])
    for row, item in enumerate(method.capability_items.values(), start=2):
        _line(sheet, row, [item.id, method.label("part", item.part), item.name, item.text, *item.levels])
    for index, width in enumerate((14, 22, 26, 40, *[38] * 5), start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = "D2"
    _protect(sheet)


def _heading(sheet: Any, row: int, names: Sequence[str], first: int = 1) -> None:
    for index, name in enumerate(names, start=first):
        put(sheet.cell(row, index), name)
        sheet.cell(row, index).font = Font(bold=True)
        sheet.cell(row, index).fill = _OPTIONAL


def _line(sheet: Any, row: int, values: Sequence[object]) -> None:
    for index, value in enumerate(values, start=1):
        put(sheet.cell(row, index), value)
        sheet.cell(row, index).alignment = _WRAPPED


def _protect(sheet: Any) -> None:
    """Lock what is not unlocked, without a password: against slips, not against people."""
    sheet.protection.sheet = True
    for freedom in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter"):
        setattr(sheet.protection, freedom, False)
