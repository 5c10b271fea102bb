"""Which numbers may be published: small cells hidden, enough others hidden with them, and the result attacked.

Hiding a small count is not enough, because totals give it back: a lone hidden cell of a row is the row's total less
what is shown. Further cells are therefore hidden, as few people's answers as possible, until an attacker who knows
everything published cannot say what any hidden cell holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from adoption_lib.analysis.disclosure import audit, bounds_frame, count_bounds, sum_equations
from adoption_lib.method import METHOD

__all__ = ["Suppressed", "audit", "shown_segments", "suppress"]

Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
_SLACK = 1e-6


@dataclass(frozen=True)
class Suppressed:
    """A table of counts fit to be published, and how it came about.

    Parameters
    ----------
    frame : DataFrame of Int64
        The table; hidden cells are missing.
    row_totals, column_totals : Series of Int64
        Totals; hidden ones are missing.
    total : int or None
        Total of the table; None where it is hidden.
    primary, complementary : DataFrame of bool
        Which cells were too small, and which were hidden to protect those. Not for publication: where the rule struck
        is itself telling.
    bounds : DataFrame
        What an attacker can work out, one row per hidden cell: ``row``, ``column``, ``low``, ``high``.
    """

    frame: pd.DataFrame
    row_totals: pd.Series[int]
    column_totals: pd.Series[int]
    total: int | None
    primary: pd.DataFrame
    complementary: pd.DataFrame
    bounds: pd.DataFrame

    @property
    def withheld(self) -> int:
        """Number of hidden cells, totals included."""
        margins = int(self.row_totals.isna().sum() + self.column_totals.isna().sum()) + (self.total is None)
        return int(self.frame.isna().to_numpy().sum()) + margins


def shown_segments(sizes: pd.Series[int], floor: int) -> pd.Series[bool]:
    """Which segments may be shown when the figure of all segments together is shown as well.

    Segments of fewer than ``floor`` people are hidden. Those hidden must be two at least and ``floor`` people at least,
    because the figure of all less the figures shown is the figure of the hidden ones; where they are not, the smallest
    of the others are hidden with them.

    Parameters
    ----------
    sizes : Series of int
        People who answered, by segment.
    floor : int
        Smallest group that is published.

    Returns
    -------
    Series of bool
        Same index; False as well where nobody answered.
    """
    people = sizes.fillna(0).astype("int64")
    shown = people >= floor
    hidden = people[(people > 0) & ~shown]
    if len(hidden):
        count, together = len(hidden), int(hidden.sum())
        # Ties by name, so that the order of rows does not decide.
        for name in sorted(people[shown].index, key=lambda key: (int(people[key]), str(key))):
            if count >= 2 and together >= floor:
                break
            shown[name] = False
            count, together = count + 1, together + int(people[name])
        if together < floor or count < 2:
            shown[:] = False
    return shown


def suppress(table: pd.DataFrame, floor: int, width: int | None = None) -> Suppressed:
    """Hide small counts of a table that is published with its totals.

    Hidden first are counts and totals from 1 to ``floor - 1``, and the one filled cell of a row of several: it tells
    what everybody in the row answered. Then whatever protects them: no hidden cell can be bounded to fewer than
    ``width`` possible counts, and the hidden cells of a row or column with a published total add up to ``floor`` at
    least. Each cell that is still exposed is protected by the cheapest set of further cells (a mixed integer programme
    over the shifts that leave all totals as they are).

    Parameters
    ----------
    table : DataFrame of int
        Counts: segments in rows, answers in columns. A list is a table of one column.
    floor : int
        Smallest count that is published.
    width : int, optional
        Fewest counts a hidden cell must be able to have; the method's ``min_audit_width`` where not given.

    Returns
    -------
    Suppressed
        Everything that may be published.

    Raises
    ------
    ValueError
        A count is negative or missing.

    References
    ----------
    Cox (1980), J. Am. Stat. Assoc. 75, 377-385; Fischetti and Salazar (1999), Math. Program. 84, 283-312.
    """
    inner = table.to_numpy(dtype=float)
    if inner.size and (np.isnan(inner).any() or (inner < 0).any()):
        raise ValueError("counts must be given and not be negative")
    needed = int(METHOD.threshold("min_audit_width")) if width is None else width
    counts = _with_totals(inner.round().astype(np.int64))
    primary = (counts > 0) & (counts < floor)
    if inner.shape[1] > 1:
        alone = (inner > 0) & ((inner > 0).sum(axis=1, keepdims=True) == 1)
        primary[:-1, :-1] |= alone
    hidden = primary
    while True:
        low, high = count_bounds(counts, hidden)
        exposed = np.argwhere(hidden & (high - low < needed - 1 - _SLACK))
        if len(exposed):
            hidden = _protect_cell(counts, hidden, (int(exposed[0, 0]), int(exposed[0, 1])), needed)
            continue
        wider = _protect_lines(counts, hidden, floor)
        if (wider == hidden).all():
            break
        hidden = wider
    return _published(table, counts, hidden, primary, low, high)


def _with_totals(inner: Counts) -> Counts:
    rows = np.hstack([inner, inner.sum(axis=1, keepdims=True)])
    full: Counts = np.vstack([rows, rows.sum(axis=0, keepdims=True)])
    return full


def _protect_lines(counts: Counts, hidden: Mask, floor: int) -> Mask:
    """Hide further cells of rows and columns whose published total gives away fewer than ``floor`` people."""
    result = hidden.copy()
    changed = True
    while changed:
        changed = False
        for values, mask in _lines(counts, result):
            # Views into ``result``: the last entry of a line is its total.
            inside = mask[:-1]
            if mask[-1] or not inside.any():
                continue
            if values[:-1][inside].sum() >= floor or values[-1] == 0:
                continue
            open_cells = np.flatnonzero(~inside)
            if len(open_cells) == 0:
                mask[-1] = True
            else:
                # Zeros protect nobody's answer, so people are hidden first: the fewest that are enough, else the most.
                short = floor - values[:-1][inside].sum()
                enough = [j for j in open_cells if values[j] >= max(short, 1)]
                best = min(enough, key=lambda j: values[j]) if enough else max(open_cells, key=lambda j: values[j])
                mask[best] = True
            changed = True
    return result


def _lines(counts: Counts, mask: Mask) -> list[tuple[Counts, Mask]]:
    across = [(counts[i, :], mask[i, :]) for i in range(counts.shape[0])]
    return across + [(counts[:, j], mask[:, j]) for j in range(counts.shape[1])]


def _protect_cell(counts: Counts, hidden: Mask, cell: tuple[int, int], width: int) -> Mask:
    """Hide the cheapest further cells that let ``cell`` take ``width`` different values."""
    size = counts.size
    target = int(np.ravel_multi_index(cell, counts.shape))
    values = counts.ravel().astype(float)
    room = float(max(values.max(), width) + width)
    system = sum_equations((counts.shape[0], counts.shape[1]))
    # Variables: shift up, shift down (both leave every sum as it is), hidden or not.
    nothing = sparse.csr_array((system.shape[0], size))
    unit = sparse.eye_array(size)
    blank = sparse.csr_array((size, size))
    span = np.zeros((1, 3 * size))
    span[0, target], span[0, size + target] = 1, -1
    rules = [
        LinearConstraint(sparse.csr_array(sparse.hstack([system, nothing, nothing])), 0, 0),
        LinearConstraint(sparse.csr_array(sparse.hstack([nothing, system, nothing])), 0, 0),
        LinearConstraint(span, width - 1, np.inf),
    ]
    for blocks in ([unit, blank], [blank, unit]):
        rules.append(LinearConstraint(sparse.csr_array(sparse.hstack([*blocks, -room * unit])), -np.inf, 0))
        rules.append(LinearConstraint(sparse.csr_array(sparse.hstack([*blocks, room * unit])), 0, np.inf))
    cost = values + 1.0
    margin = np.zeros(counts.shape, dtype=bool)
    margin[-1, :] = margin[:, -1] = True
    # A total is worth more to a reader than the cells behind it: it goes last.
    cost[margin.ravel()] += counts[-1, -1] + 1.0
    fixed = hidden.ravel().astype(float)
    lower = np.concatenate([-values, -values, fixed])
    upper = np.concatenate([np.full(2 * size, room), np.ones(size)])
    solved: Any = milp(
        np.concatenate([np.zeros(2 * size), np.where(hidden.ravel(), 0.0, cost)]),
        constraints=rules,
        bounds=Bounds(lower, upper),
        integrality=np.concatenate([np.zeros(2 * size), np.ones(size)]),
        options={"time_limit": 10.0},
    )
    if solved.x is None:
        return np.ones_like(hidden)
    chosen: Mask = hidden | (solved.x[2 * size :].reshape(counts.shape) > 0.5)
    # Were nothing new chosen, the audit would ask again for ever: hiding everything is always safe.
    return chosen if (chosen & ~hidden).any() else np.ones_like(hidden)


def _published(
    table: pd.DataFrame, counts: Counts, hidden: Mask, primary: Mask, low: Floats, high: Floats
) -> Suppressed:
    shown = pd.DataFrame(counts).astype("Int64").mask(pd.DataFrame(hidden))
    frame = shown.iloc[:-1, :-1].set_axis(table.index, axis=0).set_axis(table.columns, axis=1)
    return Suppressed(
        frame=frame,
        row_totals=pd.Series(shown.iloc[:-1, -1].array, index=table.index),
        column_totals=pd.Series(shown.iloc[-1, :-1].array, index=table.columns),
        total=None if hidden[-1, -1] else int(counts[-1, -1]),
        primary=pd.DataFrame(primary[:-1, :-1], index=table.index, columns=table.columns),
        complementary=pd.DataFrame((hidden & ~primary)[:-1, :-1], index=table.index, columns=table.columns),
        bounds=bounds_frame(table, hidden, low, high),
    )
