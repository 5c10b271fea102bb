"""Which day a cell means: ISO, dotted, written-out and spreadsheet dates, and slashes only where the column tells."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Literal

import numpy as np

from adoption_lib.engagement.problems import Fault
from adoption_lib.engagement.text_cells import one_line

__all__ = ["DayOrder", "day_order", "read_date", "read_month", "read_week"]

DayOrder = Literal["day_first", "month_first", "contradictory", "unknown"]
"""What the dates with slashes of one column show about their order."""

_MONTH_NAMES = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jän jänner",
            "february feb februar",
            "march mar märz mär mrz",
            "april apr",
            "may mai",
            "june jun juni",
            "july jul juli",
            "august aug",
            "september sep sept",
            "october oct oktober okt",
            "november nov",
            "december dec dezember dez",
        ),
        start=1,
    )
    for name in names.split()
}
_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?Z| ?[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(rf"^(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_DOTTED = re.compile(rf"^(\d{{1,2}})\. ?(\d{{1,2}})\. ?(\d{{4}}){_TIME}$")
_SLASHED = re.compile(rf"^(\d{{1,2}})([/-])(\d{{1,2}})\2(\d{{4}}){_TIME}$")
_DAY_NAME = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?[. -]*([^\W\d_]+)\.?[ ,-]*(\d{4})$")
_NAME_DAY = re.compile(r"^([^\W\d_]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$")
_SERIAL = re.compile(r"^\d{5}(?:\.\d+)?$")
_ISO_WEEK = re.compile(r"^(\d{4})-?W(\d{1,2})$", re.IGNORECASE)
_YEAR_MONTH = re.compile(r"^(\d{4})[-/.](\d{1,2})$")
_MONTH_YEAR = re.compile(r"^(\d{1,2})[-/.](\d{4})$")
_NAME_YEAR = re.compile(r"^([^\W\d_]+)\.?[ -](\d{4})$")
_SERIAL_ZERO = dt.date(1899, 12, 30)
_SERIALS = range(20_000, 80_001)  # 1954 to 2119: wide enough for "before 1990" to be named as such


def day_order(distinct: Iterable[object]) -> DayOrder:
    """Tell from all dates with slashes of a column whether the day or the month comes first."""
    day_first = month_first = False
    for value in distinct:
        found = _SLASHED.match(one_line(value)) if isinstance(value, str) else None
        if found and min(int(found[1]), int(found[3])) <= 12:
            day_first |= int(found[1]) > 12
            month_first |= int(found[3]) > 12
    if day_first and month_first:
        return "contradictory"
    return "day_first" if day_first else "month_first" if month_first else "unknown"


def read_date(value: object, order: DayOrder, serial_shift: int = 0) -> dt.date | Fault:
    """Read one day.

    Parameters
    ----------
    value : object
        A cell: text, a date, or a spreadsheet's serial number.
    order : DayOrder
        What the column shows about dates with slashes.
    serial_shift : int
        Days to add to serial numbers: 1462 in a workbook that counts from 1904.
    """
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[s]").item()
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, (bool, np.bool_)):
        return Fault("not_a_date")
    if isinstance(value, (int, float, np.integer, np.floating)):
        return _from_serial(float(value), serial_shift)
    if not isinstance(value, str):
        return Fault("not_a_date")
    text = one_line(value)
    if _SERIAL.match(text):
        return _from_serial(float(text), serial_shift)
    return _from_text(text, order)


def read_week(value: object, order: DayOrder, serial_shift: int = 0) -> dt.date | Fault:
    """Read any day of a week, or an ISO week such as ``2026-W11``; the result is the week's Monday."""
    found = _ISO_WEEK.match(one_line(value)) if isinstance(value, str) else None
    if found:
        try:
            return dt.date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError:
            return Fault("no_such_day")
    day = read_date(value, order, serial_shift)
    return day if isinstance(day, Fault) else day - dt.timedelta(days=day.weekday())


def read_month(value: object, order: DayOrder, serial_shift: int = 0) -> dt.date | Fault:
    """Read a month (``2026-03``, ``03/2026``, ``March 2026``) or any day of it; the result is its first day."""
    text = one_line(value) if isinstance(value, str) else ""
    if found := _YEAR_MONTH.match(text):
        return _day(int(found[1]), int(found[2]), 1)
    if found := _MONTH_YEAR.match(text):
        return _day(int(found[2]), int(found[1]), 1)
    if (found := _NAME_YEAR.match(text)) and found[1].casefold() in _MONTH_NAMES:
        return _day(int(found[2]), _MONTH_NAMES[found[1].casefold()], 1)
    day = read_date(value, order, serial_shift)
    if isinstance(day, Fault):
        return Fault("not_a_month") if day.key == "not_a_date" else day
    return day.replace(day=1)


def _from_text(text: str, order: DayOrder) -> dt.date | Fault:
    if found := _ISO.match(text):
        return _day(int(found[1]), int(found[3]), int(found[4]))
    if found := _COMPACT.match(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _DOTTED.match(text):
        return _day(int(found[3]), int(found[2]), int(found[1]))
    if found := _SLASHED.match(text):
        return _from_slashes(int(found[1]), int(found[3]), int(found[4]), order)
    if (found := _DAY_NAME.match(text)) and found[2].casefold() in _MONTH_NAMES:
        return _day(int(found[3]), _MONTH_NAMES[found[2].casefold()], int(found[1]))
    if (found := _NAME_DAY.match(text)) and found[1].casefold() in _MONTH_NAMES:
        return _day(int(found[3]), _MONTH_NAMES[found[1].casefold()], int(found[2]))
    return Fault("not_a_date")


def _from_slashes(first: int, second: int, year: int, order: DayOrder) -> dt.date | Fault:
    if order == "contradictory":
        day, month = (first, second) if first > 12 else (second, first)
        clear = max(first, second) > 12 and min(first, second) <= 12
        return Fault("contradictory_dates", {"iso": f"{year}-{month:02d}-{day:02d}" if clear else "2026-04-03"})
    if order == "unknown" and first != second:
        return Fault(
            "ambiguous_date", {"iso": f"{year}-{second:02d}-{first:02d}", "other": f"{year}-{first:02d}-{second:02d}"}
        )
    return _day(year, first, second) if order == "month_first" else _day(year, second, first)


def _from_serial(number: float, shift: int) -> dt.date | Fault:
    days = int(number) + shift if abs(number) < 1e8 else 0
    return _SERIAL_ZERO + dt.timedelta(days=days) if days in _SERIALS else Fault("not_a_date")


def _day(year: int, month: int, day: int) -> dt.date | Fault:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return Fault("no_such_day")
