"""What the operator reads when a batch ends: per client what became of it, why, and what to open."""

from __future__ import annotations

import os
from pathlib import Path

from adoption_lib.batch.one_client import Outcome
from adoption_lib.batch.report import BatchResult
from adoption_lib.errors import Problem

__all__ = ["closing_summary", "front_page", "problem_list"]


def problem_list(outcome: Outcome) -> str:
    """Everything wrong with a client's files, under its name; empty where nothing is."""
    errors = [problem for problem in outcome.problems if problem.severity == "error"]
    return f"{outcome.client.folder}\n{_problems(outcome.problems)}" if errors else ""


def closing_summary(result: BatchResult) -> str:
    """Sum up a batch: per client what became of it, why, and what to open."""
    states = [outcome.state for outcome in result.outcomes]
    kinds = [kind for kind in ("written", "unchanged", "failed") if kind in states]
    counts = ", ".join(f"{states.count(kind)} {kind}" for kind in kinds)
    total = len(states) + len(result.not_begun)
    lines = [f"{total} client{'s' if total != 1 else ''}: {counts or 'nothing done'}"]
    width = max((len(outcome.client.slug) for outcome in result.outcomes), default=0)
    for outcome in result.outcomes:
        page = front_page(result, outcome)
        told = outcome.reason if outcome.state == "failed" else _shown(page)
        lines.append(f"  {outcome.client.slug:<{width}}  {outcome.state:<9}  {told}")
        if outcome.state == "failed" and page.is_file():
            lines.append(f"  {'':<{width}}             the earlier report is still there: {_shown(page)}")
        lines += [f"  {'':<{width}}             note: {note}" for note in outcome.notes]
        remarks = sum(problem.severity == "warning" for problem in outcome.problems)
        if remarks and outcome.state != "failed":
            told = f"{remarks} note{'s' if remarks > 1 else ''} on its files"
            lines.append(f"  {'':<{width}}             {told}: adoption check {_shown(outcome.client.folder)}")
    lines += [f"not begun: {client.slug}" for client in result.not_begun]
    lines += [f"passed over, no engagement.yaml in it: {_shown(folder)}" for folder in result.passed_over]
    if len(result.outcomes) > 1:
        lines.append(f"links to all reports, for you only: {_shown(result.out.state / 'index.html')}")
    return "\n".join(lines)


def front_page(result: BatchResult, outcome: Outcome) -> Path:
    """Name the page to open first."""
    return result.out.report(outcome.client.slug) / "index.html"


def _shown(path: Path) -> str:
    """Shorten a path to how it can be written from here."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)
    return relative if not relative.startswith("..") else str(path)


def _problems(problems: tuple[Problem, ...]) -> str:
    from adoption_lib.engagement.problems import format_problems

    return format_problems(problems)
