"""What a cell's text says once blanks and invisible characters are gone, and what no cell may hold."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable

from adoption_lib.engagement.problems import Fault

__all__ = [
    "MISSING_MARKS",
    "UNCALCULATED",
    "Uncalculated",
    "clean",
    "comparable",
    "forbidden",
    "is_missing_mark",
    "markup",
    "one_line",
    "person_fault",
    "to_text",
]


class Uncalculated:
    """Stands for a formula that no spreadsheet program has calculated yet."""

    def __str__(self) -> str:
        return "="


UNCALCULATED = Uncalculated()

MISSING_MARKS = frozenset({"n/a", "na", "n.a.", "n. a.", "nan", "null", "<na>", "-", "–", "—", "k.a.", "k. a."})
"""What people type, in any case, to say that there is no value."""

_SPREADSHEET_ERRORS = frozenset(
    {
        "#REF!",
        "#N/A",
        "#DIV/0!",
        "#VALUE!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
        "#FIELD!",
    }
)
_BLANKS = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u3000"), " ")
_INVISIBLE = dict.fromkeys(
    [*map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff"), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_CONTROL = dict.fromkeys(code for code in range(32) if code not in (9, 10, 13))
_TIDY = {**_BLANKS, **_INVISIBLE, **_CONTROL}
# "=" always starts a formula; a sign or "@" only if a call "f(" or a DDE link "x|" follows without a blank, because
# free text may well begin with a dash.
_FORMULA = re.compile(r"^\s*=|^\s*[@+\-]\S*[A-Za-z]\w*[(|]|^\s*\t\s*\S*[A-Za-z]\w*[(|]")
_MARKUP = re.compile(r"<[A-Za-z!/][^<>]*>|!?\[[^\]\n]*\]\([^)\n]*\)|javascript:", re.IGNORECASE)
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_FULL_NAME = re.compile(r"^[^\W\d_][a-zß-ÿ]+(?:[-'’][^\W\d_]+)? (?:[^\W\d_]\. )?[^\W\d_][^\W\d_]+(?:[-'’][^\W\d_]+)?$")


def clean(text: str) -> str:
    """Strip surrounding blanks, zero-width, direction and control characters; no-break blanks become blanks."""
    if text.isascii() and text.isprintable():
        return text.strip()
    plain = unicodedata.normalize("NFC", text.replace("_x000D_", "").replace("\r\n", "\n").translate(_TIDY))
    return plain.strip()


def one_line(text: str) -> str:
    """Put cleaned text on one line, with single blanks."""
    return " ".join(clean(text).split())


def comparable(text: str) -> str:
    """Text as names are compared: any case, blanks, hyphens and underscores alike."""
    return " ".join(clean(text).replace("_", " ").replace("-", " ").split()).casefold()


def is_missing_mark(text: str) -> bool:
    """Whether cleaned text only says that there is no value."""
    return text.casefold() in MISSING_MARKS


def to_text(value: object) -> str:
    """Any cell as text: a whole number without its point, a day without its hour, a sequence separated by ``;``."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and math.isfinite(value) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time(0):
        return value.date().isoformat()
    if isinstance(value, Iterable):
        return ";".join(to_text(part) for part in value if part is not None)
    return str(value)


def forbidden(value: object) -> Fault | None:
    """Tell the fault of what may stand in no cell: an error value, a formula as text or one never calculated."""
    if isinstance(value, Uncalculated):
        return Fault("formula_uncalculated")
    if not isinstance(value, str) or not value:
        return None
    if value.strip().upper() in _SPREADSHEET_ERRORS:
        return Fault("error_value")
    if _FORMULA.match(value):
        return Fault("formula_text")
    return None


def markup(text: str) -> Fault | None:
    """Warn where text holds HTML or Markdown that a page would act upon; reports show it as plain text."""
    return Fault("markup", severity="warning") if _MARKUP.search(text) else None


def person_fault(text: str) -> Fault | None:
    """Tell what speaks against a pseudonym: an e-mail address is an error, something like a full name a warning."""
    if _EMAIL.match(text):
        return Fault("email_as_id")
    return Fault("name_as_id", severity="warning") if _FULL_NAME.match(text) else None
