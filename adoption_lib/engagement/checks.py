"""Do the rows of a table make sense: required values, order within a row, repeated keys, circles among tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from graphlib import CycleError, TopologicalSorter

import numpy as np
import numpy.typing as npt
import pandas as pd

from adoption_lib.engagement.parsing import CellFaults
from adoption_lib.engagement.problems import Fault, closest
from adoption_lib.engagement.raw_table import RawTable, is_null
from adoption_lib.engagement.text_cells import comparable
from adoption_lib.errors import Problem
from adoption_lib.method import METHOD

__all__ = ["Checked", "cell_problems", "code_book_faults", "references", "row_faults"]


_MOST_ANSWERS = 11


@dataclass(frozen=True)
class Checked:
    """A typed table with what is needed to point at a cell of it: the raw table and the columns' positions in it."""

    raw: RawTable
    positions: Mapping[str, int]
    frame: pd.DataFrame
    rows: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]

    def found(self, position: int, column: str) -> object:
        """Return the cell of ``column`` as it stands in the file."""
        place = self.positions.get(column)
        value = None if place is None else self.raw.cells.iat[int(self.lines[position]), place]
        return "" if is_null(value) else value


def cell_problems(raw: RawTable, column: str, faults: Iterable[CellFaults]) -> list[Problem]:
    """Put the faults of one column into words; of very many of a kind the first are told, and how many more."""
    problems = []
    for kind in faults:
        for line, fault, value in kind.first:
            problems.append(raw.place.problem(fault, int(raw.rows[line]), column, value))
        if kind.count > len(kind.first):
            line, fault, _ = kind.first[-1]
            more = Fault("more_like_it", {"count": kind.count - len(kind.first)}, fault.severity)
            problems.append(raw.place.problem(more, int(raw.rows[line]), column))
    return problems


def row_faults(checked: Checked, faulty: Mapping[str, npt.NDArray[np.bool_]]) -> list[Problem]:
    """Everything wrong with whole rows.

    Parameters
    ----------
    checked : Checked
        The typed table.
    faulty : mapping of str to array of bool
        Per column, which rows already have a faulty cell there: those are not reported as missing too.
    """
    table = METHOD.tables[checked.raw.table]
    problems: list[Problem] = []
    for column in table.columns:
        if column.required and column.id in checked.positions:
            absent = checked.frame[column.id].isna().to_numpy(dtype=bool) & ~faulty[column.id]
            problems += _at(checked, column.id, np.flatnonzero(absent), lambda _: Fault("required"))
    for lower, upper in zip(table.ordered, table.ordered[1:], strict=False):
        problems += _order(checked, lower, upper)
    problems += _repeated(checked, table.key)
    if checked.raw.table == "engagement_tasks":
        problems += _circles(checked)
    return problems


def references(checked: Checked, tables: Mapping[str, Checked]) -> tuple[pd.DataFrame, list[Problem]]:
    """Resolve references to other tables that were delivered; a reference takes the spelling of what it refers to."""
    frame = checked.frame.copy()
    problems: list[Problem] = []
    for column in METHOD.tables[checked.raw.table].columns:
        target, _, target_column = (column.ref or "").partition(".")
        if target not in tables or column.id not in checked.positions:
            continue
        names = [str(name) for name in tables[target].frame[target_column].dropna().unique()]
        known = {comparable(name): name for name in names}
        spelled, unresolved = _resolve(frame[column.id], known, many=column.type == "list")
        frame[column.id] = spelled

        faults = {
            position: Fault("unresolved", {"name": name, "table": target, "hint": partial(closest, name, names)})
            for position, name in unresolved.items()
        }
        problems += _at(checked, column.id, sorted(faults), faults.__getitem__)
    return frame, problems


def code_book_faults(checked: Checked) -> list[Problem]:
    """Tell what is wrong with an imported survey's code book beyond its cells."""
    problems: list[Problem] = []
    for position, line in enumerate(checked.frame[["item", "construct", "answers"]].to_dict("records")):
        faults = {
            "item": _item_fault(line["item"]),
            "construct": _construct_fault(line["construct"]),
            "answers": _answers_fault(line["answers"]),
        }
        problems += [p for column, fault in faults.items() if fault for p in _one(checked, column, position, fault)]
    return problems


def _item_fault(item: object) -> Fault | None:
    if is_null(item):
        return None
    if not (str(item).isidentifier() and str(item).isascii()):
        return Fault("item_name")
    reserved = {comparable(column.id) for column in METHOD.tables["employee_survey"].columns}
    return Fault("item_reserved") if comparable(str(item)) in reserved else None


def _construct_fault(construct: object) -> Fault | None:
    if is_null(construct) or str(construct) in METHOD.constructs:
        return None
    return Fault("unknown_construct", {"hint": closest(str(construct), METHOD.constructs)})


def _answers_fault(answers: object) -> Fault | None:
    if is_null(answers):
        return None
    labels = str(answers).split(";")
    sound = 2 <= len(labels) <= _MOST_ANSWERS and len({comparable(label) for label in labels}) == len(labels)
    return None if sound else Fault("answer_labels", {"count": len(labels)})


def _one(checked: Checked, column: str, position: int, fault: Fault) -> list[Problem]:
    return _at(checked, column, [position], lambda _: fault)


def _at(
    checked: Checked, column: str, positions: Sequence[int] | npt.NDArray[np.int64], fault: Callable[[int], Fault]
) -> list[Problem]:
    most = int(METHOD.threshold("max_reported_cells"))
    problems = []
    for position in map(int, positions[:most]):
        row, found = int(checked.rows[position]), checked.found(position, column)
        problems.append(checked.raw.place.problem(fault(position), row, column, found))
    if len(positions) > most:
        more = Fault("more_like_it", {"count": len(positions) - most})
        problems.append(checked.raw.place.problem(more, int(checked.rows[positions[most - 1]]), column))
    return problems


def _order(checked: Checked, lower: str, upper: str) -> list[Problem]:
    if lower not in checked.positions or upper not in checked.positions:
        return []
    wrong = (checked.frame[lower] > checked.frame[upper]).fillna(False).to_numpy(dtype=bool)

    def fault(position: int) -> Fault:
        return Fault("wrong_order", {"lower": lower, "upper": upper, "other": checked.found(position, upper)})

    return _at(checked, lower, np.flatnonzero(wrong), fault)


def _repeated(checked: Checked, key: Sequence[str]) -> list[Problem]:
    if not key or any(name not in checked.positions for name in key):
        return []
    # Factorised keys compare as small integers: far quicker and leaner on a million rows than comparing strings.
    codes = pd.DataFrame({name: _key_codes(checked.frame[name]) for name in key})
    complete = (codes >= 0).all(axis=1)
    again = codes.duplicated() & complete
    if not again.any():
        return []
    clash = codes[codes.duplicated(keep=False) & complete]
    backwards = clash.iloc[::-1]  # so that of several rows with one key the first is kept
    first = {tuple(line): int(i) for i, line in zip(backwards.index, backwards.to_numpy().tolist(), strict=True)}
    positions = np.flatnonzero(again.to_numpy())

    def fault(position: int) -> Fault:
        other = first[tuple(codes.iloc[position].tolist())]
        return Fault("duplicate", {"key": ", ".join(key), "row": int(checked.rows[other])})

    return _at(checked, key[0], positions, fault)


def _key_codes(values: pd.Series) -> npt.NDArray[np.int64]:
    """Codes that are equal for keys people would call the same, whatever their case; -1 where missing."""
    codes, distinct = pd.factorize(values)
    if not pd.api.types.is_string_dtype(values.dtype):
        return codes
    folded, _ = pd.factorize(np.array([str(value).casefold() for value in distinct], dtype=object))
    return np.append(folded, -1)[codes]


def _resolve(values: pd.Series, known: Mapping[str, str], many: bool) -> tuple[pd.Series, dict[int, str]]:
    codes, distinct = pd.factorize(values)
    spelled: list[object] = []
    wrong: dict[int, str] = {}
    for code, value in enumerate(distinct):
        names = str(value).split(";") if many else [str(value)]
        missing = next((name for name in names if comparable(name) not in known), None)
        if missing is not None:
            wrong[code] = missing
        spelled.append(";".join(known.get(comparable(name), name) for name in names))
    typed = pd.Series([*spelled, pd.NA], dtype="string").array.take(codes)
    unresolved = {int(p): wrong[int(codes[p])] for p in np.flatnonzero(np.isin(codes, list(wrong)))} if wrong else {}
    return pd.Series(typed, dtype="string", index=values.index), unresolved


def _circles(checked: Checked) -> list[Problem]:
    """Tasks that wait for themselves by way of their predecessors; each circle is told once."""
    frame = checked.frame
    if "predecessor" not in checked.positions or "activity" not in checked.positions:
        return []
    names = {comparable(str(name)): str(name) for name in frame["activity"].dropna()}
    position = {comparable(str(name)): index for index, name in enumerate(frame["activity"]) if not pd.isna(name)}
    before = {
        comparable(str(name)): [comparable(part) for part in str(earlier).split(";") if comparable(part) in names]
        for name, earlier in zip(frame["activity"], frame["predecessor"], strict=True)
        if not pd.isna(name) and not pd.isna(earlier)
    }
    problems: list[Problem] = []
    while circle := _circle(before):
        start = min(range(len(circle)), key=lambda index: position[circle[index]])
        turned = [*circle[start:], *circle[:start]]
        fault = Fault("circle", {"circle": " → ".join(names[name] for name in [*turned, turned[0]])})
        problems += _one(checked, "predecessor", position[turned[0]], fault)
        before[turned[0]] = []
    return problems


def _circle(before: Mapping[str, list[str]]) -> list[str]:
    """Find a circle of tasks, each waiting for the next; empty where there is none."""
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle[:0:-1]
    return []
