"""Somebody else's answers in the method's terms: each column translated or dropped, nothing kept unasked."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from adoption_lib.engagement.survey_export import Export, locate
from adoption_lib.engagement.survey_map import ItemMap, Segment, closest, normalised, problem
from adoption_lib.engagement.survey_map_check import check_map
from adoption_lib.engagement.survey_map_file import KeyPath, MapFile
from adoption_lib.engagement.text_cells import clean, forbidden, one_line
from adoption_lib.errors import Problem
from adoption_lib.method import METHOD

__all__ = ["ColumnUse", "ItemAnswers", "Translation", "translate"]

_MOST_LISTED = 20
# A dash with a blank behind it opens a list, not a formula; a sign before a number is a number.
_FORMULA = re.compile(r"[=@]|[+\-](?![\s\d.,]*$)(?=\S)")
_T = TypeVar("_T", int, str)


@dataclass(frozen=True)
class ColumnUse:
    """A column of the export (position counted from 1) and the column it fills, or the reason it was dropped for."""

    position: int
    header: str
    use: str


@dataclass(frozen=True)
class ItemAnswers:
    """How the answers to one item were translated: people per label, not applicable, and left empty."""

    item: str
    counts: tuple[tuple[str, int], ...]
    not_applicable: int
    empty: int


@dataclass(frozen=True)
class Translation:
    """The two tables an import writes and how they came about; both empty where ``problems`` hold an error."""

    survey: pd.DataFrame
    items: pd.DataFrame
    used: tuple[ColumnUse, ...]
    dropped: tuple[ColumnUse, ...]
    answers: tuple[ItemAnswers, ...]
    departments: Mapping[str, int]
    problems: tuple[Problem, ...]


def translate(mapping: MapFile, export: Export, departments: Sequence[str] | None) -> Translation:
    """Translate an export into the tables ``employee_survey`` and ``survey_items``.

    Parameters
    ----------
    mapping : MapFile
        What each column and answer means.
    export : Export
        One row for each answer sheet.
    departments : sequence of str or None
        Departments of the engagement; None takes those the mapping names.

    Returns
    -------
    Translation
        With every problem of mapping and export together. Rows stand in an order that is the same for the same file
        but does not follow the export's, because the order of arrival can give people away.
    """
    work = _Translator(mapping, export, departments)
    work.run()
    problems = (*check_map(mapping), *export.notes, *work.problems)
    failed = any(entry.severity == "error" for entry in problems)
    segment = mapping.content.segments.department
    counts = Counter(str(name) for name in work.columns["department"] if name)
    order = [name for name in dict.fromkeys([*segment.values.values(), *counts]) if counts[name]]
    return Translation(
        survey=pd.DataFrame() if failed else pd.DataFrame(work.columns).iloc[work.order].reset_index(drop=True),
        items=pd.DataFrame() if failed else _code_book(mapping, work.headers),
        used=tuple(sorted(work.used, key=lambda entry: entry.position)),
        dropped=tuple(sorted(work.dropped, key=lambda entry: entry.position)),
        answers=tuple(work.answers),
        departments={name: counts[name] for name in order},
        problems=problems,
    )


class _Translator:
    """Goes through the mapping once, collecting translated columns and problems side by side."""

    def __init__(self, mapping: MapFile, export: Export, departments: Sequence[str] | None) -> None:
        self.mapping, self.export, self.known = mapping, export, departments
        self.problems: list[Problem] = []
        self.claimed: dict[int, KeyPath] = {}
        self.used: list[ColumnUse] = []
        self.dropped: list[ColumnUse] = []
        self.answers: list[ItemAnswers] = []
        self.headers: dict[str, str] = {}
        self.columns: dict[str, Sequence[str | int | None]] = {}
        seeds = [hashlib.sha256(f"{export.digest}:{row}".encode()).digest() for row in range(len(export.rows))]
        self.order = sorted(range(len(seeds)), key=seeds.__getitem__)

    def run(self) -> None:
        """Fill ``columns`` in the order of the table, then account for the columns nobody claimed."""
        content, nothing = self.mapping.content, [None] * len(self.export.rows)
        self.columns["respondent"] = self._respondents()
        self.columns["department"] = self._departments()
        for name in ("role", "level"):
            self.columns[name] = self._segment(name, getattr(content.segments, name))
        self.columns["wave"] = [content.wave] * len(self.export.rows)
        choice = content.forced_choice
        index = self._claim(("forced_choice",), choice.column, choice.position, "most_true") if choice else None
        coded = self._coded(index, ("forced_choice",), choice.values) if choice and index is not None else nothing
        self.columns["most_true"] = coded
        self.columns["comment"] = self._comments()
        for place, item in enumerate(content.items):
            self.columns[item.item] = self._item(item, ("items", place))
        for place, entry in enumerate(content.drop):
            for reference in entry.references():
                self._claim(("drop", place), reference.column, reference.position, entry.reason)
        self._leftovers()

    def _cell_fault(self, key: str, row: int, index: int, found: str, **values: object) -> None:
        export = self.export
        number, title = export.numbers[row], export.title(index)
        self.problems.append(
            problem(key, export.file, sheet=export.sheet, row=number, column=title, found=found, values=values)
        )

    def _note(self, key: str, column: str = "", **values: object) -> None:
        self.problems.append(problem(key, self.export.file, column=column, severity="warning", values=values))

    def _claim(self, path: KeyPath, column: str | None, position: int | None, use: str) -> int | None:
        found = locate(self.export, self.mapping, path, column, position)
        if isinstance(found, Problem):
            self.problems.append(found)
            return None
        if found in self.claimed:
            other = self.mapping.where(self.claimed[found])
            self.problems.append(self.mapping.problem("column_twice", path, self.export.title(found), other=other))
            return None
        self.claimed[found] = path
        kept = self.dropped if path[0] == "drop" else self.used
        kept.append(ColumnUse(found + 1, one_line(self.export.headers[found]), use))
        return found

    def _respondents(self) -> list[str | None]:
        source, count = self.mapping.content.respondent, len(self.export.rows)
        ids: list[str | None] = [None] * count
        if source.number:
            width = max(3, len(str(count)))
            for place, row in enumerate(self.order, start=1):
                ids[row] = f"R{place:0{width}d}"
            return ids
        index = self._claim(("respondent",), source.column, source.position, "respondent")
        if index is None:
            return ids
        first: dict[str, int] = {}
        for row, cell in enumerate(self.export.column(index)):
            text = one_line(cell)
            if not text:
                self._cell_fault("respondent_empty", row, index, "")
            elif "@" in text:
                self._cell_fault("respondent_email", row, index, text)
            elif normalised(text) in first:
                other = self.export.numbers[first[normalised(text)]]
                self._cell_fault("respondent_twice", row, index, text, other=other)
            first.setdefault(normalised(text), row)
            ids[row] = text
        return ids

    def _departments(self) -> list[str | None]:
        segment = self.mapping.content.segments.department
        path: KeyPath = ("segments", "department")
        names = {normalised(name): name for name in self.known or ()}
        targets: list[tuple[KeyPath, str]] = [((*path, "values", text), name) for text, name in segment.values.items()]
        targets += [((*path, "other"), segment.other)] if segment.other != "error" else []
        targets += [((*path, "all"), segment.all)] if segment.all is not None else []
        for where, name in targets if self.known is not None else ():
            if normalised(name) not in names:
                self.problems.append(
                    self.mapping.problem("department_unknown", where, name, near=closest(name, names.values()))
                )
        if segment.all is not None:
            return [names.get(normalised(segment.all), segment.all)] * len(self.export.rows)
        index = self._claim(path, segment.column, segment.position, "department")
        if index is None:
            return [None] * len(self.export.rows)
        values = {text: names.get(normalised(name), name) for text, name in segment.values.items()}
        other = None if segment.other == "error" else names.get(normalised(segment.other), segment.other)
        cells = self._coded(index, path, values or {name: name for name in names.values()}, other)
        for row, cell in enumerate(self.export.column(index)):
            if not normalised(cell):
                cells[row] = other
                if other is None:
                    self._cell_fault("department_empty", row, index, "")
        return cells

    def _segment(self, name: str, segment: Segment | None) -> list[str | None]:
        path: KeyPath = ("segments", name)
        index = self._claim(path, segment.column, segment.position, name) if segment else None
        if segment is None or index is None:
            return [None] * len(self.export.rows)
        return self._coded(index, path, segment.values, None if segment.other == "error" else segment.other)

    def _comments(self) -> list[str | None]:
        comment, longest = self.mapping.content.comment, int(METHOD.threshold("max_free_text"))
        index = self._claim(("comment",), comment.column, comment.position, "comment") if comment else None
        if index is None:
            return [None] * len(self.export.rows)
        texts = [clean(cell) for cell in self.export.column(index)]
        for row, text in enumerate(texts):
            if len(text) > longest:
                self._cell_fault("comment_long", row, index, text, longest=longest)
        guarded = [_guarded(text) for text in texts]
        changed = sum(before != after for before, after in zip(texts, guarded, strict=True))
        if changed:
            self._note("formula_guarded", self.export.title(index), count=changed)
        return [text or None for text in guarded]

    def _item(self, item: ItemMap, path: KeyPath) -> list[int | None]:
        values = item.values or {label: point for point, label in enumerate(item.labels, start=1)}
        index = self._claim(path, item.column, item.position, item.item)
        if index is None:
            return [None] * len(self.export.rows)
        self.headers[item.item] = one_line(self.export.headers[index])
        missing = [label for point, label in enumerate(item.labels, start=1) if point not in values.values()]
        if missing:
            self._note("point_unreached", self.export.title(index), item=item.item, labels="; ".join(missing))
        points = self._coded(index, path, values)
        empty = sum(not normalised(cell) for cell in self.export.column(index))
        counts = tuple((label, points.count(point)) for point, label in enumerate(item.labels, start=1))
        self.answers.append(ItemAnswers(item.item, counts, points.count(None) - empty, empty))
        return points

    def _coded(
        self, index: int, path: KeyPath, values: Mapping[str, _T | None], other: _T | None = None
    ) -> list[_T | None]:
        """Translate one column; an answer nobody translated is a problem unless there is a place for the others."""
        known = {normalised(text): target for text, target in values.items()}
        unknown: dict[str, list[int]] = {}
        forms = {cell: normalised(cell) for cell in set(self.export.column(index))}
        result: list[_T | None] = []
        for row, cell in enumerate(self.export.column(index)):
            form = forms[cell]
            if form and form not in known and other is None:
                unknown.setdefault(form, []).append(row)
            result.append(known.get(form, other) if form else None)
        place = self.mapping.where((*path, "values"))
        for form, rows in list(unknown.items())[:_MOST_LISTED]:
            cell = self.export.rows[rows[0]][index]
            near = closest(form, values)
            self._cell_fault("answer_unknown", rows[0], index, cell, count=len(rows), place=place, near=near)
        if len(unknown) > _MOST_LISTED:
            row = min(rows[0] for rows in list(unknown.values())[_MOST_LISTED:])
            self._cell_fault("answers_more", row, index, "", count=len(unknown) - _MOST_LISTED, place=place)
        return result

    def _leftovers(self) -> None:
        for index, header in enumerate(self.export.headers):
            if index not in self.claimed and any(cell.strip() for cell in (header, *self.export.column(index))):
                title, sheet = self.export.title(index), self.export.sheet
                self.problems.append(problem("column_unmapped", self.export.file, sheet=sheet, row=1, column=title))


def _guarded(text: str) -> str:
    """Free text that no spreadsheet takes for a formula: where it would, an apostrophe stands in front."""
    return f"'{text}" if _FORMULA.match(text) or forbidden(text) is not None else text


def _code_book(mapping: MapFile, headers: Mapping[str, str]) -> pd.DataFrame:
    """Rows of ``survey_items``: how each question that is not the method's own was asked, and where it comes from."""
    rows = [
        {
            "item": item.item,
            "construct": item.measures,
            "reversed": "yes" if item.reversed else "no",
            "wording": _guarded(one_line(item.wording or headers[item.item])),
            "answers": "; ".join(one_line(label) for label in item.labels),
            "origin": _guarded(one_line(mapping.content.source)),
        }
        for item in mapping.content.items
        if not item.own
    ]
    return pd.DataFrame(rows, columns=[column.id for column in METHOD.tables["survey_items"].columns])
