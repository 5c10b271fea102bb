"""Small clients and the folder of small notebooks."""

from __future__ import annotations

from pathlib import Path

NOTEBOOKS = Path(__file__).parent / "notebooks"


def write_client(folder: Path, limits: int = 2, identifier: str = "", client: str = "Small Works") -> Path:
    """A valid engagement with a table of stated limits."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"client: {client}", *([f"id: {identifier}"] if identifier else [])]
    lines += ["departments:", "  - name: Sales", "    headcount: 12"]
    (folder / "engagement.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = [f"Reply drafting,,limit {number},2026-01-05,\n" for number in range(limits)]
    (folder / "tool_limits.csv").write_text("tool,task,limit,stated_on,told_to\n" + "".join(rows), encoding="utf-8")
    return folder


def spoil_client(folder: Path) -> Path:
    """Plant an error that is found when the input is checked."""
    write_client(folder)
    (folder / "tool_limits.csv").write_text(
        "tool,task,limit,stated_on,told_to\nReply drafting,,limit,31 February 2026,\n", encoding="utf-8"
    )
    return folder
