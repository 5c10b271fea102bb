from __future__ import annotations

import os

from adoption_lib.batch.workers import WorkerDied, default_workers, run_all


def double(number: int) -> int:
    if number < 0:
        raise ValueError("negative")
    return 2 * number


def die_at_three(number: int) -> int:
    if number == 3:
        os._exit(1)
    return number


def test_one_worker_runs_here_and_an_exception_is_a_result() -> None:
    results = dict(run_all(double, [1, -1, 3], workers=1))
    assert (results[0], results[2]) == (2, 6)
    assert isinstance(results[1], ValueError)


def test_a_worker_that_dies_costs_only_its_own_task() -> None:
    results = dict(run_all(die_at_three, [1, 3, 5], workers=2))
    assert isinstance(results.pop(1), WorkerDied)
    assert results == {0: 1, 2: 5}


def test_there_are_never_more_workers_than_tasks() -> None:
    assert default_workers(0) == 1
    assert default_workers(1) == 1
    assert default_workers(10_000) >= 1
