"""A table for readers: escaped, captioned, scrollable on a phone, with a clear word where a number is withheld."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import pandas as pd

__all__ = ["DataTable", "is_missing", "plain_table", "table_html"]

_LONG = 10
_LONG_TEXT = 45


def table_html(frame: pd.DataFrame, caption: str = "") -> str:
    """HTML of a table; every cell escaped; the first column is the row header.

    Parameters
    ----------
    frame : DataFrame
        Display-ready values. Missing values are shown as an en dash.
    caption : str
        Read out by screen readers before the table; shown above it.
    """
    numeric = [_is_numeric(frame.iloc[:, i]) for i in range(frame.shape[1])]
    head = "".join(
        f'<th scope="col"{_align(is_number)}>{html.escape(str(name))}</th>'
        for name, is_number in zip(frame.columns, numeric, strict=True)
    )
    rows = []
    for values in frame.itertuples(index=False, name=None):
        cells = []
        for position, value in enumerate(values):
            tag, scope = ("th", ' scope="row"') if position == 0 else ("td", "")
            text = _plain(value)
            dress = ' class="long"' if len(text) > _LONG_TEXT else _align(numeric[position])
            cells.append(f"<{tag}{scope}{dress}>{html.escape(text)}</{tag}>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    title = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


@dataclass(frozen=True)
class DataTable:
    """A table in its own right, with an optional note under it.

    A table of more than ten rows opens on demand, unless ``collapsed`` says otherwise.
    """

    frame: pd.DataFrame
    caption: str
    note: str = ""
    collapsed: bool | None = None

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        note = f'<p class="note">{html.escape(self.note)}</p>' if self.note else ""
        caption = html.escape(self.caption)
        closed = len(self.frame) > _LONG if self.collapsed is None else self.collapsed
        markup = (
            f'<div class="table-scroll" role="region" tabindex="0" aria-label="{caption}">'
            f"{table_html(self.frame, '' if closed else self.caption)}</div>{note}"
        )
        if closed:
            markup = f'<details class="table"><summary>{caption}</summary>{markup}</details>'
        return {"text/plain": plain_table(self.frame, self.caption), "text/html": markup}


def plain_table(frame: pd.DataFrame, caption: str = "") -> str:
    """The table as tab-separated text, for the notebook's plain output and for comparison in tests."""
    lines = ["\t".join(str(name) for name in frame.columns)]
    lines += ["\t".join(_plain(value) for value in row) for row in frame.itertuples(index=False, name=None)]
    return "\n".join([caption, *lines] if caption else lines)


def _plain(value: object) -> str:
    return "–" if is_missing(value) else " ".join(str(value).split())


def is_missing(value: object) -> bool:
    """Whether a value is absent: None, NA or NaN."""
    return value is None or value is pd.NA or (isinstance(value, float) and value != value)


def _is_numeric(column: pd.Series[Any]) -> bool:
    texts = [_plain(value) for value in column if not is_missing(value)]
    return bool(texts) and all(text.lstrip("-−+<>≥≤ ")[:1].isdigit() and len(text) <= 24 for text in texts)


def _align(is_number: bool) -> str:
    return ' class="number"' if is_number else ""
