"""Whether a survey mapping agrees with the method: items, constructs, points and terms it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from adoption_lib.engagement.survey_map import ItemMap, Segment, closest, normalised
from adoption_lib.engagement.survey_map_file import KeyPath, MapFile
from adoption_lib.errors import Problem
from adoption_lib.method import METHOD

__all__ = ["check_map"]

_LABELS = range(2, 12)


def check_map(mapping: MapFile) -> list[Problem]:
    """Everything in a mapping that contradicts the method or itself, whatever the export holds."""
    content = mapping.content
    found: list[Problem] = []
    first: dict[str, int] = {}
    for place, item in enumerate(content.items):
        path: KeyPath = ("items", place)
        found += _own_item(mapping, item, path) if item.own else _new_item(mapping, item, path)
        found += _points(mapping, item, path)
        if item.item in first:
            found.append(
                mapping.problem(
                    "item_twice", (*path, "item"), item.item, other=mapping.where(("items", first[item.item]))
                )
            )
        first.setdefault(item.item, place)
    segments = content.segments
    found += _segment(mapping, segments.role, ("segments", "role"), None)
    found += _segment(mapping, segments.level, ("segments", "level"), METHOD.term_ids("level"))
    found += _same_text(mapping, segments.department.values, ("segments", "department", "values"))
    if content.forced_choice:
        values = content.forced_choice.values
        found += _terms(mapping, values, ("forced_choice", "values"), METHOD.term_ids("forced_choice"))
        found += _same_text(mapping, values, ("forced_choice", "values"))
    return found


def _own_item(mapping: MapFile, item: ItemMap, path: KeyPath) -> Iterable[Problem]:
    own = METHOD.survey_items[item.item]
    pairs = (("construct", item.measures, own.construct), ("reversed", item.reversed, own.reversed))
    for name, given, expected in pairs:
        if given is not None and given != expected:
            shown = str(expected).lower()
            yield mapping.problem("item_differs", (*path, name), str(given), item=item.item, name=name, expected=shown)
    if item.answers and len(item.answers) != len(item.labels):
        given_count = str(len(item.answers))
        yield mapping.problem("item_scale", (*path, "answers"), given_count, item=item.item, count=len(item.labels))


def _new_item(mapping: MapFile, item: ItemMap, path: KeyPath) -> Iterable[Problem]:
    if item.item in {column.id for column in METHOD.tables["employee_survey"].columns}:
        yield mapping.problem("item_reserved", (*path, "item"), item.item)
    if item.measures is not None and item.measures not in METHOD.constructs:
        near, known = closest(item.measures, METHOD.constructs), ", ".join(METHOD.constructs)
        yield mapping.problem("construct_unknown", (*path, "construct"), item.measures, near=near, known=known)
    if item.measures is not None and item.reversed is None:
        yield mapping.problem("reversed_missing", path, item.item)
    if len(item.answers) not in _LABELS:
        yield mapping.problem("labels_count", (*path, "answers"), str(len(item.answers)), item=item.item)
    often = Counter(normalised(label) for label in item.answers)
    for place, label in enumerate(item.answers):
        if ";" in label or not label.strip() or often[normalised(label)] > 1:
            yield mapping.problem("label_unusable", (*path, "answers", place), label)


def _points(mapping: MapFile, item: ItemMap, path: KeyPath) -> Iterable[Problem]:
    for text, point in item.values.items():
        if point is not None and not 1 <= point <= len(item.labels):
            yield mapping.problem("point_outside", (*path, "values", text), str(point), count=len(item.labels))
    yield from _same_text(mapping, item.values, (*path, "values"))


def _segment(
    mapping: MapFile, segment: Segment | None, path: KeyPath, terms: tuple[str, ...] | None
) -> Iterable[Problem]:
    if segment is None:
        return
    if not segment.values:
        yield mapping.problem("segment_values", path)
    if terms is not None:
        yield from _terms(mapping, segment.values, (*path, "values"), terms)
        if segment.other not in (*terms, "error"):
            yield mapping.problem("term_unknown", (*path, "other"), segment.other, terms=", ".join(terms))
    yield from _same_text(mapping, segment.values, (*path, "values"))


def _terms(
    mapping: MapFile, values: Mapping[str, str | None], path: KeyPath, terms: tuple[str, ...]
) -> Iterable[Problem]:
    for text, term in values.items():
        if term is not None and term not in terms:
            yield mapping.problem("term_unknown", (*path, text), term, terms=", ".join(terms))


def _same_text(mapping: MapFile, values: Iterable[str], path: KeyPath) -> Iterable[Problem]:
    """Two texts that only differ in blanks or case cannot be told apart in the export."""
    first: dict[str, str] = {}
    for text in values:
        if normalised(text) in first:
            yield mapping.problem("text_twice", (*path, text), text, other=first[normalised(text)])
        first.setdefault(normalised(text), text)
