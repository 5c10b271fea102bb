"""What the cells of a column mean: each distinct value is read once, by the column's type, then put in its places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from adoption_lib.engagement.date_cells import day_order, read_date, read_month, read_week
from adoption_lib.engagement.frames import DTYPES
from adoption_lib.engagement.number_cells import decimal_habit, read_integer, read_number
from adoption_lib.engagement.problems import Fault, closest, listed
from adoption_lib.engagement.text_cells import (
    clean,
    comparable,
    forbidden,
    is_missing_mark,
    markup,
    one_line,
    person_fault,
    to_text,
)
from adoption_lib.method import METHOD, Method
from adoption_lib.method.model import Column

__all__ = ["CellFaults", "Parsed", "Surroundings", "parse_answers", "parse_column"]

PERSONAL = frozenset({"rater", "respondent", "person", "coder"})
"""Columns that hold pseudonyms of people."""

_FIRST_DAY = dt.date(1990, 1, 1)
_LAST_DAY = dt.date(2100, 12, 31)
_TRUE = frozenset({"yes", "y", "true", "1", "x", "✓", "✔", "ja", "j", "wahr"})
_FALSE = frozenset({"no", "n", "false", "0", "nein", "falsch"})

Outcome = tuple[object, Fault | None]
Reader = Callable[[object], Outcome]
"""Turns one value into what it means, or into a fault; a warning comes with a value."""


@dataclass(frozen=True)
class Surroundings:
    """What the meaning of a cell depends on beside the cell.

    ``departments`` are the client's names, empty where ``engagement.yaml`` gave none; ``today`` is the newest day a
    date may have; ``separator`` and ``serial_shift`` are those of the file (see :class:`RawTable`).
    """

    departments: tuple[str, ...]
    today: dt.date
    method: Method = METHOD
    separator: str = ""
    serial_shift: int = 0


@dataclass(frozen=True)
class CellFaults:
    """One kind of mistake in a column: its first cells, each with line, fault and value, and how many there are."""

    first: tuple[tuple[int, Fault, object], ...]
    count: int


@dataclass(frozen=True)
class Parsed:
    """A typed column; where its cells were blank; where they hold an error; and what was wrong with them, by kind."""

    values: pd.Series
    blank: npt.NDArray[np.bool_]
    wrong: npt.NDArray[np.bool_]
    faults: tuple[CellFaults, ...] = ()


def parse_column(cells: pd.Series, column: Column, around: Surroundings) -> Parsed:
    """Read every cell of ``cells`` as ``column`` wants it.

    Returns
    -------
    Parsed
        ``values`` has the dtype of :data:`DTYPES`; a cell with an error is missing there and listed in ``faults``.
    """
    return _parse(cells, lambda distinct: _reader(column, around, distinct), DTYPES[column.type])


def parse_answers(cells: pd.Series, labels: Sequence[str]) -> Parsed:
    """Read survey answers: a number from 1 to ``len(labels)``, or a label in any case."""
    by_label = {comparable(label): point for point, label in enumerate(labels, start=1)}
    return _parse(cells, lambda distinct: partial(_answer, points=len(labels), by_label=by_label), "Int64")


def _parse(cells: pd.Series, make: Callable[[Sequence[object]], Reader], dtype: str) -> Parsed:
    codes, found = pd.factorize(cells)
    distinct: list[object] = [_plain(value) for value in found]
    read = make(distinct)
    values: list[object] = []
    blank = np.zeros(len(distinct) + 1, dtype=bool)
    blank[-1] = True
    faulty: dict[int, Fault] = {}
    for code, value in enumerate(distinct):
        if isinstance(value, str) and not clean(value):
            blank[code] = True
            values.append(None)
            continue
        meaning, fault = _checked(value, read)
        values.append(meaning)
        if fault is not None:
            faulty[code] = fault
    typed = _typed([*values, None], dtype)
    series = pd.Series(typed.take(codes), dtype=dtype).reset_index(drop=True)
    errors = [code for code, fault in faulty.items() if fault.severity == "error"]
    return Parsed(series, blank[codes], np.isin(codes, errors), _placed(codes, faulty, distinct))


def _plain(value: object) -> object:
    return str(value).upper() if isinstance(value, (bool, np.bool_)) else value


def _checked(value: object, read: Reader) -> Outcome:
    fault = forbidden(value)
    if fault is not None:
        return None, fault
    if isinstance(value, str) and is_missing_mark(clean(value)):
        return None, None
    return read(value)


def _typed(values: list[object], dtype: str) -> Any:
    if dtype.startswith("datetime"):
        days = np.array([np.datetime64("NaT") if v is None else np.datetime64(str(v)) for v in values], dtype="M8[s]")
        return pd.Series(days).array
    whole: Any = pd.Series([pd.NA if value is None else value for value in values], dtype="object")
    return whole.astype(dtype).array


def _placed(
    codes: npt.NDArray[np.int64], faulty: Mapping[int, Fault], distinct: Sequence[object]
) -> tuple[CellFaults, ...]:
    """Find the cells of each kind of mistake; only as many as are reported are kept one by one."""
    most = int(METHOD.threshold("max_reported_cells"))
    kinds: dict[tuple[str, str], list[int]] = {}
    for code, fault in faulty.items():
        kinds.setdefault((fault.key, fault.severity), []).append(code)
    result = []
    for members in kinds.values():
        lines = np.flatnonzero(np.isin(codes, members))
        first = tuple((int(line), faulty[int(codes[line])], distinct[int(codes[line])]) for line in lines[:most])
        result.append(CellFaults(first, len(lines)))
    return tuple(result)


def _reader(column: Column, around: Surroundings, distinct: Sequence[object]) -> Reader:
    kind = column.type
    if kind == "text":
        return _free_text
    if kind in ("id", "name"):
        return partial(_short_text, personal=kind == "id" and column.id in PERSONAL)
    if kind == "number":
        habit = decimal_habit(distinct, around.separator)
        return lambda value: _in_range(read_number(value, habit), column)
    if kind == "integer":
        return lambda value: _in_range(read_integer(value), column)
    if kind in ("date", "week", "month"):
        day = {"date": read_date, "week": read_week, "month": read_month}[kind]
        order = day_order(distinct)
        latest = None if column.future else around.today
        return lambda value: _in_time(day(value, order, around.serial_shift), latest)
    if kind == "yes_no":
        return _yes_no
    if kind == "department":
        return _choice(around.departments, {}, "unknown_department") if around.departments else _short_text
    if kind == "item":
        names = {item.name: key for item in METHOD.capability_items.values() if (key := item.id)}
        return _choice(tuple(METHOD.capability_items), names, "unknown_item_id")
    if kind == "list":
        term = _terms(column.terms, around.method) if column.terms else None
        return partial(_list, term=term)
    return _terms(column.terms or "", around.method)


def _terms(vocabulary: str, method: Method) -> Reader:
    labels = {term.label: term.id for source in (METHOD, method) for term in source.vocabularies[vocabulary]}
    return _choice(METHOD.term_ids(vocabulary), labels, "not_a_term")


def _choice(ids: Sequence[str], labels: Mapping[str, str], key: str) -> Reader:
    """Reader of one of ``ids``, by id or label, in any case and with blanks, hyphens and underscores alike."""
    known = {comparable(label): name for label, name in labels.items()} | {comparable(name): name for name in ids}
    names, all_ids = [*ids, *labels], partial(listed, list(ids))

    def read(value: object) -> Outcome:
        text = one_line(to_text(value))
        name = known.get(comparable(text))
        if name is not None:
            return name, None
        hint = partial(closest, text, names, or_all=key != "not_a_term")
        return None, Fault(key, {"hint": hint, "known": all_ids})

    return read


def _free_text(value: object) -> Outcome:
    text = clean(to_text(value))
    limit = int(METHOD.threshold("max_free_text"))
    if len(text) > limit:
        return None, Fault("text_too_long", {"length": len(text), "limit": limit})
    return text, markup(text)


def _short_text(value: object, personal: bool = False) -> Outcome:
    text = one_line(to_text(value))
    limit = int(METHOD.threshold("max_name"))
    if len(text) > limit:
        return None, Fault("text_too_long", {"length": len(text), "limit": limit})
    fault = person_fault(text) if personal else markup(text)
    return (None if fault and fault.severity == "error" else text or None), fault


def _list(value: object, term: Reader | None) -> Outcome:
    text = clean(to_text(value))
    limit = int(METHOD.threshold("max_free_text"))
    if len(text) > limit:
        return None, Fault("text_too_long", {"length": len(text), "limit": limit})
    parts = [one_line(part) for part in text.replace("\n", ";").split(";") if one_line(part)]
    if term is None:
        return (";".join(parts) or None), markup(text)
    outcomes = [term(part) for part in parts]
    fault = next((fault for _, fault in outcomes if fault is not None), None)
    return (None, fault) if fault else (";".join(dict.fromkeys(str(name) for name, _ in outcomes)) or None, None)


def _yes_no(value: object) -> Outcome:
    text = to_text(value).strip().casefold()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE, None
    return None, Fault("not_yes_no")


def _in_range(number: float | Fault, column: Column) -> Outcome:
    if isinstance(number, Fault):
        return None, number
    low, high = column.min, column.max
    if (low is None or number >= low) and (high is None or number <= high):
        return number, None
    if low is not None and high is not None:
        return None, Fault("out_of_range", {"low": f"{low:g}", "high": f"{high:g}"})
    return None, Fault("too_small", {"low": f"{low:g}"}) if low is not None else Fault(
        "too_large", {"high": f"{high:g}"}
    )


def _in_time(day: dt.date | Fault, latest: dt.date | None) -> Outcome:
    if isinstance(day, Fault):
        return None, day
    if day < _FIRST_DAY:
        return None, Fault("too_early", {"first": _FIRST_DAY.isoformat()})
    if latest is not None and day > latest:
        return None, Fault("in_future", {"last": latest.isoformat()})
    return (day, None) if day <= _LAST_DAY else (None, Fault("too_late", {"last": _LAST_DAY.isoformat()}))


def _answer(value: object, points: int, by_label: Mapping[str, int]) -> Outcome:
    number = read_integer(value)
    if not isinstance(number, Fault):
        if 1 <= number <= points:
            return number, None
        return None, Fault("answer_out_of_range", {"points": points})
    point = by_label.get(comparable(to_text(value)))
    if point is not None:
        return point, None
    fault = (
        number
        if number.key == "not_whole"
        else Fault("not_an_answer", {"points": points, "labels": listed(list(by_label))})
    )
    return None, fault
