"""Is a client's input sound: every problem of every engagement, before anything is made of it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from adoption_lib.batch.clients import find_clients
from adoption_lib.errors import Problem

__all__ = ["Check", "check_clients", "format_checks", "json_checks"]


@dataclass(frozen=True)
class Check:
    """Everything wrong with one engagement, or worth knowing about it."""

    folder: Path
    tables: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """How many problems keep the engagement from being used."""
        return sum(problem.severity == "error" for problem in self.problems)


def check_clients(folders: Sequence[str | os.PathLike[str]]) -> tuple[Check, ...]:
    """Read and check the engagements in ``folders``; BatchError where there is none."""
    from adoption_lib.engagement.reading import check_folder

    checks = []
    for client in find_clients(folders, share_names=True).clients:
        read = check_folder(client.folder)
        checks.append(Check(client.folder, tuple(read.tables), tuple(read.problems)))
    return tuple(checks)


def format_checks(checks: Sequence[Check]) -> str:
    """Tell all problems, and close with how many there are."""
    from adoption_lib.engagement.problems import format_problems

    blocks = []
    for entry in checks:
        notes = len(entry.problems) - entry.errors
        state = f"{_count(entry.errors, 'error')}, {_count(notes, 'note')}" if entry.problems else "nothing wrong"
        head = f"{entry.folder}: {state}; {_count(len(entry.tables), 'table')} with rows"
        blocks.append("\n".join(part for part in (head, format_problems(entry.problems)) if part))
    wrong = sum(entry.errors > 0 for entry in checks)
    ready = len(checks) - wrong
    blocks.append(f"{ready} of {_count(len(checks), 'engagement')} ready for a report")
    return "\n\n".join(blocks)


def json_checks(checks: Sequence[Check]) -> str:
    """Tell all problems as JSON: a list of engagements with their problems."""
    listed = [
        {
            "engagement": str(entry.folder),
            "ready": not entry.errors,
            "tables": list(entry.tables),
            "problems": [asdict(problem) for problem in entry.problems],
        }
        for entry in checks
    ]
    return json.dumps(listed, indent=1, ensure_ascii=False)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
