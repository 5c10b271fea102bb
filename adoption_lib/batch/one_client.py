"""Make one client's report: run its notebooks, render its pages, publish them together."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from adoption_lib.batch.clients import ClientFolder
from adoption_lib.batch.manifest import MANIFEST, Manifest, file_hash, input_hashes, new_manifest, read_manifest
from adoption_lib.batch.notebooks import Source
from adoption_lib.batch.operator_state import log_path, record
from adoption_lib.batch.publish import OutputFolder
from adoption_lib.errors import BatchError, InputError, Problem

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Job", "Outcome", "check_client", "is_current", "make_report"]


@dataclass(frozen=True)
class Job:
    """One client's report to be made: everything a worker in another process needs."""

    client: ClientFolder
    sources: tuple[Source, ...]
    available: tuple[Source, ...]
    out: OutputFolder
    language: str | None
    timeout: int
    force: bool


@dataclass(frozen=True)
class Outcome:
    """What became of one client's report; ``reason`` says why it failed, ``notes`` what is worth knowing otherwise."""

    client: ClientFolder
    state: Literal["written", "unchanged", "failed"]
    reason: str = ""
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


def is_current(job: Job, wanted: Manifest | None = None) -> bool:
    """Whether the published report is what this job would make: same input and sources, files as they were written."""
    report = job.out.report(job.client.slug)
    manifest = read_manifest(report)
    if job.force or manifest is None:
        return False
    wanted = wanted or _wanted(job)
    current = manifest.current(wanted)
    asked = {source.stem for source in job.sources}
    return asked <= set(current) == set(manifest.notebooks) and manifest.intact(report)


def check_client(job: Job) -> tuple[Problem, ...]:
    """Everything that is wrong, or worth knowing, about a client's input."""
    from adoption_lib.engagement.reading import read_folder

    read = read_folder(job.client.folder)
    problems = tuple(read.problems)
    speaks = read.settings.language if read.settings is not None else None
    if job.language and speaks and speaks != job.language and not any("language" in s.known for s in job.sources):
        message = f"the engagement's language is {speaks}, and the notebooks cannot be asked for {job.language}"
        problems += (Problem("engagement.yaml", column="language", value=speaks, message=message),)
    return problems


def make_report(job: Job) -> Outcome:
    """Make and publish one client's report; whatever goes wrong becomes the outcome of this client alone."""
    begin = time.perf_counter()
    log = ""
    try:
        outcome = _make(job)
    except InputError as error:
        outcome = Outcome(job.client, "failed", _count(error.problems), problems=error.problems)
    except BatchError as error:
        outcome, log = Outcome(job.client, "failed", str(error)), getattr(error, "log", "")
    except OSError as error:
        outcome = Outcome(job.client, "failed", f"cannot be written: {error.strerror or error}")
        log = traceback.format_exc()
    except Exception as error:  # a fault of the product must not cost the other clients their reports
        outcome = Outcome(job.client, "failed", f"{type(error).__name__}: {error}")
        log = traceback.format_exc()
    outcome = replace(outcome, seconds=time.perf_counter() - begin)
    try:
        record(job.out, job.client, outcome.state, outcome.reason, log)
    except OSError as error:
        note = f"the operator's record could not be written: {error.strerror or error}"
        outcome = replace(outcome, notes=(*outcome.notes, note))
    if log and log_path(job.out, job.client.slug).is_file():
        outcome = replace(outcome, notes=(*outcome.notes, f"details: {log_path(job.out, job.client.slug)}"))
    return outcome


def _wanted(job: Job) -> Manifest:
    return new_manifest(job.client.slug, job.client.folder, job.available, job.language)


def _make(job: Job) -> Outcome:
    with job.out.writing(job.client.slug) as waited:
        notes: tuple[str, ...] = ("waited for another batch that wrote this report",) if waited else ()
        wanted = _wanted(job)
        if is_current(job, wanted):
            return Outcome(job.client, "unchanged", notes=notes)
        obstacle = job.out.obstacle(job.client.slug)
        if obstacle:
            raise BatchError(obstacle)
        with job.out.partial(job.client.slug) as partial:
            # A report in the making is complete: pages, findings, manifest; the working folder lies beside it.
            pages = partial / "report"
            (pages / "notebooks").mkdir(parents=True)
            work = partial / "work"
            work.mkdir()
            notebooks, written = _notebooks(job, wanted, pages, work)
            if input_hashes(job.client.folder) != wanted.inputs:
                raise BatchError("its files changed while the report was made; run the report again")
            _pages(job, notebooks, pages)
            _no_paths(job, pages, work)
            made = {stem: entry for stem, entry in wanted.notebooks.items() if stem in notebooks}
            outputs = {p.relative_to(pages).as_posix(): file_hash(p) for p in sorted(pages.rglob("*")) if p.is_file()}
            manifest = replace(wanted, notebooks=made, outputs=outputs)
            (pages / MANIFEST).write_text(manifest.text(), encoding="utf-8")
            job.out.publish(job.client.slug, pages)
        return Outcome(job.client, "written", notes=notes + written)


def _notebooks(job: Job, wanted: Manifest, pages: Path, work: Path) -> tuple[dict[str, NotebookNode], tuple[str, ...]]:
    """Run the notebooks asked for, and keep others of the present report that are still right; by stem."""
    import nbformat

    from adoption_lib.batch.execute import execute

    report = job.out.report(job.client.slug)
    old = read_manifest(report)
    asked = {source.stem for source in job.sources}
    notes: list[str] = []
    notebooks: dict[str, NotebookNode] = {}
    for source in job.available:
        stored = f"notebooks/{source.stem}.ipynb"
        usable = old is not None and source.stem in old.current(wanted) and old.intact(report, [stored])
        if usable and not (job.force and source.stem in asked):
            text = (report / stored).read_text(encoding="utf-8")
            notebook = nbformat.reads(text, as_version=4)
        elif source.stem in asked:
            done = execute(source, job.client.folder, work, job.timeout)
            notebook, text = done.notebook, nbformat.writes(done.notebook) + "\n"
            notes += done.notes
        else:
            continue
        notebooks[source.stem] = notebook
        (pages / stored).write_text(text, encoding="utf-8")
    return notebooks, tuple(notes)


def _pages(job: Job, notebooks: dict[str, NotebookNode], folder: Path) -> None:
    from adoption_lib.analysis.overview import overview
    from adoption_lib.batch import html
    from adoption_lib.batch.site import Site, page_of
    from adoption_lib.engagement import Engagement

    client = Engagement.open(job.client.folder)
    settings = client.settings.model_copy(update={"language": job.language}) if job.language else client.settings
    pages = [page_of(stem, notebook) for stem, notebook in notebooks.items()]
    site = Site(settings, tuple(pages), client.stamp, client.as_of)
    found = [(page, finding) for page in pages for finding in html.findings_of(notebooks[page.stem])]
    for page in pages:
        _write(folder / page.href, html.notebook_page(notebooks[page.stem], page, site))
    _write(folder / "index.html", html.index_page(site, [finding for _, finding in found], overview(client)))
    listed = [{"page": page.stem, **finding.payload()} for page, finding in found]
    _write(folder / "findings.json", json.dumps(listed, sort_keys=True, indent=1, ensure_ascii=False) + "\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _no_paths(job: Job, pages: Path, work: Path) -> None:
    """Refuse to publish a file that tells where on this machine anything lies."""
    from adoption_lib.batch.execute import paths_in

    private = {
        "the engagement's folder": job.client.folder,
        "the engagement's folder (without links)": job.client.folder.resolve(),
        "the home folder": Path.home(),
        "the working folder": work,
    }
    for path in sorted(pages.rglob("*")):
        if path.is_file():
            found = paths_in(path.read_text(encoding="utf-8"), private)
            if found:
                name = path.relative_to(pages).as_posix()
                raise BatchError(f"{name} would show the path of {found[0]}; nothing was published")


def _count(problems: Sequence[Problem]) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    return f"{errors} problem{'s' if errors != 1 else ''} in its files"
