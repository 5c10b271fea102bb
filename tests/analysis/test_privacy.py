from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from adoption_lib.analysis.privacy import Suppressed, audit, shown_segments, suppress

FLOOR = 5


def attack(published: Suppressed) -> list[tuple[float, float]]:
    """An attacker's own programme, cell by cell: knows all that is published and that counts are not negative."""
    frame = published.frame
    rows, columns = frame.shape
    size = (rows + 1) * (columns + 1)

    def at(i: int, j: int) -> int:
        return i * (columns + 1) + j

    bounds: list[tuple[float, float | None]] = [(0, None)] * size

    def know(i: int, j: int, value: object) -> None:
        if value is not None and not pd.isna(value):
            bounds[at(i, j)] = (float(value), float(value))

    for i in range(rows):
        for j in range(columns):
            know(i, j, frame.iloc[i, j])
        know(i, columns, published.row_totals.iloc[i])
    for j in range(columns):
        know(rows, j, published.column_totals.iloc[j])
    know(rows, columns, published.total)
    equations = []
    for i in range(rows + 1):
        line = np.zeros(size)
        line[[at(i, j) for j in range(columns)]] = 1
        line[at(i, columns)] = -1
        equations.append(line)
    for j in range(columns + 1):
        line = np.zeros(size)
        line[[at(i, j) for i in range(rows)]] = 1
        line[at(rows, j)] = -1
        equations.append(line)
    found = []
    for i, j in np.argwhere(frame.isna().to_numpy()):
        aim = np.zeros(size)
        aim[at(i, j)] = 1
        ends = []
        for sign in (1, -1):
            solved = linprog(sign * aim, A_eq=np.array(equations), b_eq=np.zeros(len(equations)), bounds=bounds)
            ends.append(sign * solved.fun if solved.status == 0 else np.inf)
        found.append((ends[0], ends[1]))
    return found


def random_table(rng: np.random.Generator) -> pd.DataFrame:
    shape = (int(rng.integers(1, 5)), int(rng.integers(1, 5)))
    return pd.DataFrame(rng.poisson(rng.uniform(1, 14), shape))


@pytest.mark.parametrize("part", range(4))
def test_attacker_recovers_no_hidden_cell_of_200_random_tables(part: int) -> None:
    rng = np.random.default_rng(part)
    for _ in range(50):
        published = suppress(random_table(rng), FLOOR)
        for low, high in attack(published):
            assert high - low >= 2 - 1e-6


def test_primary_suppression_alone_would_give_the_value_away() -> None:
    table = pd.DataFrame({"yes": [3, 20, 30], "no": [17, 25, 9]}, index=["a", "b", "c"])
    naive = table.astype("Int64").mask(table < FLOOR)
    known = audit(naive, table.sum(axis=1), table.sum(axis=0), int(table.to_numpy().sum()))
    assert known[["low", "high"]].to_numpy().tolist() == [[3.0, 3.0]]
    safe = suppress(table, FLOOR)
    assert bool(safe.primary.loc["a", "yes"])
    assert int(safe.complementary.to_numpy().sum()) == 3
    assert (safe.bounds["high"] - safe.bounds["low"] >= 2).all()


def test_nothing_below_the_floor_is_shown_and_what_is_shown_is_true() -> None:
    rng = np.random.default_rng(9)
    for _ in range(30):
        table = random_table(rng)
        published = suppress(table, FLOOR)
        shown = published.frame.to_numpy(dtype=float, na_value=np.nan)
        assert not ((shown > 0) & (shown < FLOOR)).any()
        truth = table.to_numpy()
        assert (np.isnan(shown) | (shown == truth)).all()
        totals = published.row_totals.dropna()
        assert not ((totals > 0) & (totals < FLOOR)).any()


def test_a_table_without_small_cells_is_shown_whole_with_zeros() -> None:
    table = pd.DataFrame({"a": [10, 0], "b": [12, 30], "c": [6, 7]})
    published = suppress(table, FLOOR)
    assert published.withheld == 0
    assert published.total == 65
    assert published.bounds.empty


def test_a_row_whose_people_all_answered_alike_is_hidden() -> None:
    table = pd.DataFrame({"a": [8, 10, 12], "b": [0, 12, 20]})
    published = suppress(table, FLOOR)
    assert pd.isna(published.frame.iloc[0, 0])
    assert (published.bounds["high"] - published.bounds["low"] >= 2).all()


def test_one_hidden_department_beside_a_total_hides_a_second() -> None:
    published = suppress(pd.DataFrame({"answers": [3, 9, 20, 40]}), FLOOR)
    assert published.frame["answers"].isna().tolist() == [True, True, False, False]
    assert published.total == 72


def test_input_is_not_changed_and_order_of_rows_does_not_matter() -> None:
    table = pd.DataFrame({"yes": [3, 20, 30], "no": [17, 25, 9]}, index=["a", "b", "c"])
    before = table.copy()
    first = suppress(table, FLOOR).frame
    second = suppress(table.iloc[::-1], FLOOR).frame.loc[["a", "b", "c"]]
    pd.testing.assert_frame_equal(table, before)
    assert first.isna().sum().sum() == second.isna().sum().sum()


def test_a_table_that_is_too_small_altogether_is_hidden_whole() -> None:
    published = suppress(pd.DataFrame({"a": [1, 1], "b": [1, 0]}), FLOOR)
    assert published.frame.isna().to_numpy().all() or published.total is None


def test_empty_and_wrong_tables() -> None:
    assert suppress(pd.DataFrame({"a": [0, 0], "b": [0, 0]}), FLOOR).withheld == 0
    with pytest.raises(ValueError):
        suppress(pd.DataFrame({"a": [-1]}), FLOOR)


def test_a_wide_table_is_done_in_time() -> None:
    table = pd.DataFrame(np.random.default_rng(2).poisson(7, (40, 5)))
    published = suppress(table, FLOOR)
    assert (published.bounds["high"] - published.bounds["low"] >= 2).all()


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_hidden_segments_are_two_and_floor_people_at_least(sizes: list[int]) -> None:
    people = pd.Series(sizes, index=[f"d{i}" for i in range(len(sizes))])
    shown = shown_segments(people, FLOOR)
    hidden = people[~shown & (people > 0)]
    assert (people[shown] >= FLOOR).all()
    if shown.any() and len(hidden):
        assert len(hidden) >= 2
        assert hidden.sum() >= FLOOR


def test_large_segments_are_all_shown() -> None:
    assert shown_segments(pd.Series({"a": 5, "b": 50}), FLOOR).all()
    assert shown_segments(pd.Series({"a": 3, "b": 8, "c": 50}), FLOOR).tolist() == [False, False, True]
    assert not shown_segments(pd.Series({"a": 3, "b": 50}), FLOOR).any()
