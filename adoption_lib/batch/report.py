"""A batch: every client's report, checked before anything runs, each one on its own, unchanged ones left alone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from adoption_lib.batch.clients import ClientFolder, find_clients
from adoption_lib.batch.notebooks import Source, chosen, find_notebooks, with_parameters
from adoption_lib.batch.one_client import Job, Outcome, check_client, is_current, make_report
from adoption_lib.batch.operator_state import other_owner, record, write_operator_index
from adoption_lib.batch.progress import progress
from adoption_lib.batch.publish import OutputFolder, open_output
from adoption_lib.batch.workers import WorkerDied, default_workers, run_all
from adoption_lib.errors import BatchError, Problem

__all__ = ["BatchInterrupted", "BatchResult", "report"]


@dataclass(frozen=True)
class BatchResult:
    """What became of every client, in the order in which they were named, and which folders were passed over."""

    out: OutputFolder
    outcomes: tuple[Outcome, ...]
    passed_over: tuple[Path, ...]
    not_begun: tuple[ClientFolder, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every client has the report it should have."""
        return not self.failed and not self.not_begun

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Clients without a new report."""
        return tuple(outcome for outcome in self.outcomes if outcome.state == "failed")


class BatchInterrupted(KeyboardInterrupt):
    """The batch was stopped from the keyboard; ``result`` says what was done until then."""

    def __init__(self, result: BatchResult) -> None:
        super().__init__("stopped")
        self.result = result


def report(
    folders: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str] = "reports",
    *,
    only: Iterable[str] = (),
    parameters: Mapping[str, str] | None = None,
    language: str | None = None,
    force: bool = False,
    timeout: int = 600,
    workers: int | None = None,
    notebooks: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    quiet: bool = True,
) -> BatchResult:
    """Make the reports of all clients in ``folders``.

    Parameters
    ----------
    folders : sequence of path
        Engagements, or folders of engagements.
    out : path
        Output folder; each client's report is a folder in it.
    only : iterable of str
        Notebooks to run (file names without ending); pages of other notebooks stay where they are still right.
    parameters : mapping of str to str
        Values for parameters of the notebooks, such as ``{"wave": "2026-03"}``.
    language : str, optional
        Language of the pages; each client's own without it.
    force : bool
        Make reports again that are still right.
    timeout : int
        Seconds that one cell may take.
    workers : int, optional
        Processes; as many as there are processors, or clients if those are fewer. One runs everything here.
    notebooks : path, optional
        Folder of the notebooks; the product's own without it.
    executor : Executor, optional
        Where to run instead, anything with the interface of ``concurrent.futures``.
    quiet : bool
        Whether to show no progress on the error stream.

    Returns
    -------
    BatchResult
        A failed client is an outcome, not an exception.

    Raises
    ------
    BatchError
        Nothing ran: a folder, a notebook, a parameter or the output folder is not what it should be.
    BatchInterrupted
        Stopped from the keyboard; nothing half-made is left.
    """
    available, asked = _sources(notebooks, only, parameters or {}, language)
    if timeout < 1:
        raise BatchError("the time-out must be at least one second")
    if workers is not None and workers < 1:
        raise BatchError("there must be at least one worker")
    found = find_clients(folders, Path(out))
    output = open_output(out)
    output.recover()
    jobs = [Job(client, asked, available, output, language, timeout, force) for client in found.clients]
    done: dict[int, Outcome] = {}

    try:
        with progress(len(jobs), quiet) as told:
            for position, outcome in _run(jobs, workers, executor):
                done[position] = outcome
                told(outcome)
    except KeyboardInterrupt:
        output.recover()
        rest = tuple(job.client for position, job in enumerate(jobs) if position not in done)
        outcomes = tuple(done[position] for position in sorted(done))
        raise BatchInterrupted(BatchResult(output, outcomes, found.passed_over, rest)) from None
    write_operator_index(output)
    return BatchResult(output, tuple(done[position] for position in range(len(jobs))), found.passed_over)


def _sources(
    folder: str | os.PathLike[str] | None, only: Iterable[str], parameters: Mapping[str, str], language: str | None
) -> tuple[tuple[Source, ...], tuple[Source, ...]]:
    """All notebooks with their parameters, and those asked for; every fault of the request is told at once."""
    available = find_notebooks(folder)
    faults = []
    asked: tuple[Source, ...] = ()
    if language is not None:
        from adoption_lib.method import available_languages

        if language not in available_languages():
            faults.append(f"no wording for language {language!r}; there is {', '.join(available_languages())}")
    try:
        stems = {source.stem for source in chosen(available, only)}
    except BatchError as error:
        faults.append(str(error))
        stems = {source.stem for source in available}
    try:
        available = with_parameters(available, parameters, language)
        asked = tuple(source for source in available if source.stem in stems)
    except BatchError as error:
        faults.append(str(error))
    if faults:
        raise BatchError("\n".join(faults))
    return available, asked


def _run(jobs: Sequence[Job], workers: int | None, executor: Executor | None) -> Iterator[tuple[int, Outcome]]:
    """Outcomes by position: first those that need no work, then those whose input is wrong, then the reports."""
    todo = []
    for position, job in enumerate(jobs):
        owner = "" if job.force else other_owner(job.out, job.client)
        if owner:
            place = job.out.report(job.client.slug)
            reason = f"{place} holds the report of {owner}; give one of the two an `id:` in engagement.yaml"
            yield position, Outcome(job.client, "failed", f"{reason}, or replace it with --force")
        elif is_current(job):
            record(job.out, job.client, "unchanged")
            yield position, Outcome(job.client, "unchanged")
        else:
            todo.append(position)
    count = workers if workers is not None else default_workers(len(todo))
    sound = []
    warnings: dict[int, tuple[Problem, ...]] = {}
    for index, found in run_all(check_client, [jobs[position] for position in todo], count, executor):
        position = todo[index]
        problems = found if isinstance(found, tuple) else ()
        errors = sum(problem.severity == "error" for problem in problems)
        if isinstance(found, BaseException):
            yield position, _failed(jobs[position], f"its files could not be read ({_told(found)})")
        elif errors:
            reason = f"{errors} problem{'s' if errors > 1 else ''} in its files"
            yield position, replace(_failed(jobs[position], reason), problems=problems)
        else:
            sound.append(position)
            warnings[position] = problems
    sound.sort()
    for index, made in run_all(make_report, [jobs[position] for position in sound], count, executor):
        position = sound[index]
        if isinstance(made, BaseException):
            yield position, _failed(jobs[position], _told(made))
        else:
            yield position, replace(made, problems=made.problems or warnings[position])


def _failed(job: Job, reason: str) -> Outcome:
    # The outcome is told anyway; the record matters to later commands only.
    with suppress(OSError):
        record(job.out, job.client, "failed", reason)
    return Outcome(job.client, "failed", reason)


def _told(error: BaseException) -> str:
    if isinstance(error, WorkerDied):
        return "the process that made the report died; it may have run out of memory"
    return f"{type(error).__name__}: {error}"
