"""A table as it lies in a file: its cells before anybody has decided what they mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adoption_lib.engagement.problems import Place

__all__ = ["RawTable", "blank_rows", "is_null"]


@dataclass(frozen=True)
class RawTable:
    """One table's header and cells.

    Parameters
    ----------
    table : str
        Id of the table.
    place : Place
        File and sheet.
    header : tuple of str
        Header cells as found.
    header_row : int
        Row of the header as a spreadsheet shows it.
    cells : DataFrame
        One column per header cell, named by position; missing cells are null.
    rows : array of int, shape (len(cells),)
        Row of each line of ``cells`` as a spreadsheet shows it: blank rows and cells with line breaks shift nothing.
    separator : str
        What separates the cells of a text file, else empty.
    serial_shift : int
        Days to add to date serial numbers: 1462 in a workbook that counts from 1904.
    """

    table: str
    place: Place
    header: tuple[str, ...]
    header_row: int
    cells: pd.DataFrame
    rows: npt.NDArray[np.int64]
    separator: str = ""
    serial_shift: int = 0

    def without(self, positions: list[int]) -> RawTable:
        """Return the table without the lines at ``positions``."""
        if not positions:
            return self
        keep = np.setdiff1d(np.arange(len(self.cells)), positions)
        cells = self.cells.iloc[keep].reset_index(drop=True)
        return RawTable(
            self.table,
            self.place,
            self.header,
            self.header_row,
            cells,
            self.rows[keep],
            self.separator,
            self.serial_shift,
        )


def is_null(value: object) -> bool:
    """Whether a cell holds None, NA, NaT or a number that is none."""
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value)


def blank_rows(cells: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which lines of ``cells`` hold nothing but null and white space."""
    blank: npt.NDArray[np.bool_] = cells.isna().to_numpy(dtype=bool, copy=True)
    for position in range(cells.shape[1]):
        column = cells.iloc[:, position]
        if not blank[:, position].all() and (column.dtype == "object" or pd.api.types.is_string_dtype(column.dtype)):
            codes, distinct = pd.factorize(column)
            empty = np.array(
                [isinstance(value, str) and not value.strip(" \t\r\n\u00a0\u200b\ufeff") for value in distinct]
            )
            blank[:, position] |= np.append(empty, True)[codes]
    return np.asarray(blank.all(axis=1), dtype=bool)
