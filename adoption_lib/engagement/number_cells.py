"""Which number a cell means: decimal commas, thousands separators, and when it cannot be told."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from typing import Literal

import numpy as np

from adoption_lib.engagement.problems import Fault
from adoption_lib.engagement.text_cells import clean

__all__ = ["DecimalHabit", "decimal_habit", "read_integer", "read_number"]

DecimalHabit = Literal["comma", "comma_by_file", "dot", "mixed", "unknown"]
"""Decimal sign of a column: seen in its values, likely from the file's separator, contradictory or not shown."""

_LARGEST_INTEGER = 2**53
_BLANK_GROUPS = re.compile(r"^([+-]?\d{1,3})((?:[ '’]\d{3})+)(?=$|[.,])")
_PLAIN = re.compile(r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$")
_COMMA_THEN_DOT = re.compile(r"^[+-]?\d{1,3}(?:,\d{3})+\.\d+$")
_DOT_THEN_COMMA = re.compile(r"^[+-]?\d{1,3}(?:\.\d{3})+,\d+$")
_MANY_GROUPS = re.compile(r"^[+-]?\d{1,3}(?:(?:,\d{3}){2,}|(?:\.\d{3}){2,})$")
_ONE_GROUP = re.compile(r"^[+-]?[1-9]\d{0,2}([.,])\d{3}$")


def decimal_habit(distinct: Iterable[object], separator: str) -> DecimalHabit:
    """Tell the decimal sign of a column from its distinct values; a file separated by ``;`` hints at the comma."""
    signs = set()
    for value in distinct:
        if isinstance(value, str):
            text = _tidy(value)
            if not _ONE_GROUP.match(text) and not _MANY_GROUPS.match(text):
                signs.update(_decimal_sign(text))
    if len(signs) == 2:
        return "mixed"
    if signs:
        return "comma" if "," in signs else "dot"
    return "comma_by_file" if separator == ";" else "unknown"


def read_number(value: object, habit: DecimalHabit) -> float | Fault:
    """Read one number, or tell why the cell holds none."""
    if isinstance(value, (dt.date, dt.time, dt.timedelta, np.datetime64)):
        return Fault("date_in_number")
    if isinstance(value, (bool, np.bool_)):
        return Fault("not_a_number")
    if isinstance(value, (int, float, np.integer, np.floating)):
        return float(value) if math.isfinite(float(value)) else Fault("not_a_number")
    if not isinstance(value, str):
        return Fault("not_a_number")
    text = _tidy(value)
    one_group = _ONE_GROUP.match(text)
    if one_group:
        decimal = _one_group_is_decimal(one_group[1], habit)
        if decimal is None:
            return Fault("ambiguous_number", {"dot": text.replace(",", "."), "whole": re.sub("[.,]", "", text)})
        text = text.replace(",", ".") if decimal else re.sub("[.,]", "", text)
    elif _MANY_GROUPS.match(text):
        text = re.sub("[.,]", "", text)
    elif _COMMA_THEN_DOT.match(text):
        text = text.replace(",", "")
    elif _DOT_THEN_COMMA.match(text):
        text = text.replace(".", "").replace(",", ".")
    elif text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    if not _PLAIN.match(text):
        return Fault("not_a_number")
    number = float(text)
    return number if math.isfinite(number) else Fault("not_a_number")


def read_integer(value: object) -> int | Fault:
    """Read one whole number; ``4.0`` is 4, ``4.5`` is refused, and so is ``1.234``, which may be two numbers."""
    if isinstance(value, str) and _ONE_GROUP.match(_tidy(value)):
        text = _tidy(value)
        return Fault("ambiguous_number", {"dot": text.replace(",", "."), "whole": re.sub("[.,]", "", text)})
    number = read_number(value, "unknown")
    if isinstance(number, Fault):
        return number
    if not number.is_integer():
        return Fault("not_whole")
    return int(number) if abs(number) <= _LARGEST_INTEGER else Fault("not_a_number")


def _tidy(text: str) -> str:
    plain = clean(text).replace("−", "-")
    groups = _BLANK_GROUPS.match(plain)
    return re.sub("[ '’]", "", plain) if groups else plain


def _decimal_sign(text: str) -> set[str]:
    if _COMMA_THEN_DOT.match(text):
        return {"."}
    if _DOT_THEN_COMMA.match(text):
        return {","}
    if re.match(r"^[+-]?\d*[.,]\d+(?:[eE][+-]?\d+)?$", text):
        return {"," if "," in text else "."}
    return set()


def _one_group_is_decimal(sign: str, habit: DecimalHabit) -> bool | None:
    """Whether the sign in ``1,234`` or ``1.234`` is the decimal sign; None where nothing tells."""
    if habit in ("comma", "dot"):
        return sign == ("," if habit == "comma" else ".")
    if habit == "comma_by_file":
        return True if sign == "," else None
    return True if sign == "." and habit == "unknown" else None
