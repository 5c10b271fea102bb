"""What an attacker can work out about hidden counts from everything that is published, by linear programming."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

__all__ = ["audit", "bounds_frame", "count_bounds", "sum_equations"]

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
_SLACK = 1e-6


def audit(
    frame: pd.DataFrame, row_totals: pd.Series[int], column_totals: pd.Series[int], total: int | None
) -> pd.DataFrame:
    """Work out what a published table gives away about its hidden cells.

    Parameters
    ----------
    frame : DataFrame
        Counts as published; hidden cells are missing.
    row_totals, column_totals : Series
        Totals as published; hidden ones are missing.
    total : int or None
        Total as published.

    Returns
    -------
    DataFrame
        One row per hidden cell of ``frame``: ``row``, ``column``, ``low``, ``high`` (smallest and largest count that
        agree with everything published; ``high`` is infinite where nothing bounds it).
    """
    rows, columns = frame.shape
    known = np.full((rows + 1, columns + 1), np.nan)
    known[:-1, :-1] = frame.to_numpy(dtype=float, na_value=np.nan)
    known[:-1, -1] = row_totals.to_numpy(dtype=float, na_value=np.nan)
    known[-1, :-1] = column_totals.to_numpy(dtype=float, na_value=np.nan)
    known[-1, -1] = np.nan if total is None else total
    low, high = count_bounds(np.nan_to_num(known), np.isnan(known))
    return bounds_frame(frame, np.isnan(known), low, high)


def count_bounds(counts: npt.NDArray[np.generic], hidden: Mask) -> tuple[Floats, Floats]:
    """Bound every hidden count of a table with totals by all that is not hidden.

    All bounds are found by one linear programme of independent copies of the table.

    Parameters
    ----------
    counts : ndarray, shape (rows + 1, columns + 1)
        Counts with their totals in the last row and column; values of hidden cells are not used.
    hidden : ndarray of bool, same shape

    Returns
    -------
    low, high : ndarray, same shape
        ``high`` is infinite where nothing bounds a cell.

    Raises
    ------
    ValueError
        The totals contradict the counts.
    """
    values = np.asarray(counts, dtype=float)
    low, high = values.copy(), values.copy()
    where = np.flatnonzero(hidden)
    if len(where) == 0:
        return low, high
    system = sum_equations((values.shape[0], values.shape[1]))
    unknown = system[:, where]
    right = -(system @ np.where(hidden, 0.0, values).ravel())
    kept = np.flatnonzero(np.asarray(abs(unknown).sum(axis=1)).ravel())
    unknown, right = sparse.csr_array(unknown[kept]), right[kept]
    size = len(where)
    # A cap stands for "unbounded": far above anything the table could hold.
    cap = 10 * (values.sum() + 10)
    identity = sparse.eye_array(size)
    block = sparse.block_diag([sparse.kron(identity, unknown), sparse.kron(identity, unknown)], format="csr")
    aim = np.concatenate([np.eye(size).ravel(), -np.eye(size).ravel()])
    solved: Any = linprog(aim, A_eq=block, b_eq=np.tile(right, 2 * size), bounds=(0, cap), method="highs")
    if solved.status != 0:
        raise ValueError("the published totals contradict each other")
    copies = solved.x.reshape(2, size, size)
    smallest, largest = np.diagonal(copies[0]), np.diagonal(copies[1])
    low.ravel()[where] = np.ceil(smallest - _SLACK)
    high.ravel()[where] = np.where(largest > cap / 2, np.inf, np.floor(largest + _SLACK))
    return low, high


def sum_equations(shape: tuple[int, int]) -> sparse.csr_array:
    """Write the sums of a table with totals as equations, one row each: cells count +1, their total -1."""
    height, width = shape
    across = sparse.kron(sparse.eye_array(height), _sum_row(width))
    down = sparse.kron(_sum_row(height), sparse.eye_array(width))
    return sparse.csr_array(sparse.vstack([across, down]))


def _sum_row(length: int) -> sparse.csr_array:
    return sparse.csr_array(np.append(np.ones(length - 1), -1.0)[None, :])


def bounds_frame(table: pd.DataFrame, hidden: Mask, low: Floats, high: Floats) -> pd.DataFrame:
    """List the bounds of the hidden cells of ``table``: ``row``, ``column``, ``low``, ``high``."""
    cells = [
        {"row": table.index[i], "column": table.columns[j], "low": low[i, j], "high": high[i, j]}
        for i, j in np.argwhere(hidden[:-1, :-1])
    ]
    return pd.DataFrame(cells, columns=["row", "column", "low", "high"])
