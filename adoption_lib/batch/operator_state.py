"""What only the operator of a batch sees: where each client's data lie, what became of each report, full tracebacks."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from pathlib import Path

from adoption_lib.batch.clients import ClientFolder
from adoption_lib.batch.manifest import read_manifest
from adoption_lib.batch.publish import OutputFolder, write_aside, write_json

__all__ = ["ClientState", "log_path", "read_states", "record", "write_operator_index"]


@dataclass(frozen=True)
class ClientState:
    """What the last batch left of one client: its engagement's folder, and what became of its report."""

    slug: str
    engagement: str
    named: bool
    state: str
    error: str


def log_path(out: OutputFolder, slug: str) -> Path:
    """Where the traceback of a failed client is kept."""
    return out.state / "log" / f"{slug}.txt"


def record(out: OutputFolder, client: ClientFolder, state: str, error: str = "", log: str = "") -> None:
    """Write down what became of a client; nothing is written where nothing changed."""
    values = {
        "slug": client.slug,
        "engagement": str(client.folder),
        "named": client.named,
        "state": "written" if state == "unchanged" else state,
        "error": error,
    }
    path = _state_path(out, client.slug)
    if _read(path) != ClientState(**values):  # type: ignore[arg-type]
        write_json(path, values)
    if log:
        write_aside(log_path(out, client.slug), log)
    else:
        log_path(out, client.slug).unlink(missing_ok=True)


def read_states(out: OutputFolder) -> dict[str, ClientState]:
    """States of all clients by slug."""
    folder = out.state / "clients"
    found = [_read(path) for path in sorted(folder.glob("*.json"))] if folder.is_dir() else []
    return {state.slug: state for state in found if state is not None}


def other_owner(out: OutputFolder, client: ClientFolder) -> str:
    """Folder of another engagement whose report has this client's slug by chance; empty where there is none.

    A client that chose its id is the same client wherever its folder lies; so is one whose former folder is gone.
    """
    state = _read(_state_path(out, client.slug))
    if state is None or client.named or state.named or Path(state.engagement) == client.folder:
        return ""
    return state.engagement if Path(state.engagement).is_dir() and out.report(client.slug).exists() else ""


def write_operator_index(out: OutputFolder) -> Path:
    """Write a page with links to all reports; it stays in the hidden folder, because no client may see another."""
    rows = []
    for slug, state in read_states(out).items():
        there = read_manifest(out.report(slug)) is not None
        name = f'<a href="../{slug}/index.html">{slug}</a>' if there else slug
        told = html.escape(state.error) if state.state == "failed" else "up to date"
        rows.append(f"<tr><th scope=row>{name}</th><td>{html.escape(state.state)}</td><td>{told}</td></tr>")
    page = (
        "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8><title>All reports</title><style>"
        "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "th,td{text-align:left;padding:.3rem 1rem .3rem 0;vertical-align:top}</style></head><body>"
        "<h1>All reports</h1><p>For the operator only: this page names every client.</p><table>"
        "<thead><tr><th>Report<th>State<th>What to know</thead><tbody>\n"
        + "\n".join(rows)
        + "\n</tbody></table></body></html>\n"
    )
    path = out.state / "index.html"
    write_aside(path, page)
    return path


def _state_path(out: OutputFolder, slug: str) -> Path:
    return out.state / "clients" / f"{slug}.json"


def _read(path: Path) -> ClientState | None:
    try:
        return ClientState(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
