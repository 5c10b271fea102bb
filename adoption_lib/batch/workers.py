"""Who makes the reports: this process, a pool of processes, or any executor with the concurrent.futures interface."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

__all__ = ["WorkerDied", "default_workers", "run_all"]

Task = TypeVar("Task")
Result = TypeVar("Result")


class WorkerDied(Exception):
    """A worker process ended in the middle of a task, twice."""


def default_workers(tasks: int) -> int:
    """As many processes as this process may use processors, at most one a task."""
    try:
        available = len(os.sched_getaffinity(0))
    except AttributeError:  # not every system tells
        available = os.cpu_count() or 1
    return max(1, min(available, tasks))


def run_all(
    function: Callable[[Task], Result], tasks: Sequence[Task], workers: int, executor: Executor | None = None
) -> Iterator[tuple[int, Result | BaseException]]:
    """Yield (position of the task, its result or what it raised) as tasks finish.

    Parameters
    ----------
    function : callable
        At the top level of a module, so that another process can import it.
    workers : int
        With one worker and no executor, tasks run here one after the other.
    executor : Executor, optional
        Where to run instead, for instance a cluster's; it stays open.

    Notes
    -----
    A worker process that dies (out of memory, killed) breaks the whole pool. The tasks that it took along run once
    more, each in a process of its own, so that only the one at fault is lost: it gives :class:`WorkerDied`.
    """
    if executor is not None:
        futures = {executor.submit(function, task): position for position, task in enumerate(tasks)}
        try:
            for future in as_completed(futures):
                yield futures[future], _result(future)
        finally:
            for future in futures:
                future.cancel()
    elif workers == 1:
        for position, task in enumerate(tasks):
            try:
                yield position, function(task)
            except Exception as error:
                yield position, error
    else:
        yield from _in_processes(function, tasks, workers)


def _in_processes(
    function: Callable[[Task], Result], tasks: Sequence[Task], workers: int
) -> Iterator[tuple[int, Result | BaseException]]:
    lost = []
    for position, result in _one_pool(function, list(enumerate(tasks)), workers):
        if isinstance(result, BrokenProcessPool):
            lost.append(position)
        else:
            yield position, result
    for position in lost:
        for _, result in _one_pool(function, [(position, tasks[position])], 1):
            yield position, WorkerDied() if isinstance(result, BrokenProcessPool) else result


def _one_pool(
    function: Callable[[Task], Result], tasks: Sequence[tuple[int, Task]], workers: int
) -> Iterator[tuple[int, Result | BaseException]]:
    before = set(multiprocessing.active_children())
    # Kernels talk through threads and sockets; a forked copy of them would hang, so processes start afresh.
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_end_with_parent)
    finished = False
    try:
        futures = {pool.submit(function, task): position for position, task in tasks}
        for future in as_completed(futures):
            yield futures[future], _result(future)
        finished = True
    finally:
        pool.shutdown(wait=finished, cancel_futures=True)
        if not finished:
            _end(set(multiprocessing.active_children()) - before)


def _result(future: Future[Any]) -> Any:
    error = future.exception()
    return future.result() if error is None else error


def _end(processes: set[multiprocessing.process.BaseProcess]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(timeout=5)
        if process.is_alive():
            process.kill()
            process.join(timeout=5)


def _end_with_parent() -> None:
    """Let a worker end when the batch is killed: a pool's own workers would wait for ever for the next task."""
    import signal

    # Ctrl-C reaches all processes of a terminal; the batch decides, and ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
