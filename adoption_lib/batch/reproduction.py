"""A pytest plugin beside nbval: writes which cells did not reproduce, with stored and new text, as JSON lines.

Loaded by :mod:`adoption_lib.batch.validate` in a process of its own; the file's name comes in an environment variable.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

__all__ = ["REPRODUCTION_VARIABLE", "first_difference"]

REPRODUCTION_VARIABLE = "ADOPTION_REPRODUCTION"
_ANSI = r"\x1b\[[0-9;]*m"


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Leave the error stream out of the comparison: it is not part of a report."""
    for item in items:
        skipped = getattr(item.parent, "skip_compare", None)
        if item.parent is not None and skipped is not None and "stderr" not in skipped:
            item.parent.skip_compare = (*skipped, "stderr")  # type: ignore[attr-defined]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Write one line for each cell that was run, and what differed where something did."""
    report = yield
    target = os.environ.get(REPRODUCTION_VARIABLE)
    cell: Any = getattr(item, "cell", None)
    if target and cell is not None and (call.when == "call" or call.excinfo is not None):
        line: dict[str, Any] = {
            "notebook": item.path.name,
            "cell": cell.metadata.get("adoption_position", 0),
            "source": cell.source,
            "outcome": "same" if call.excinfo is None else "differs",
        }
        if call.excinfo is not None:
            sanitize = getattr(item, "sanitize", str)
            new = getattr(item, "test_outputs", None) or []
            line["old"], line["new"] = first_difference(cell.outputs, new, sanitize)
            if (line["old"], line["new"]) == ("", ""):
                line["new"] = str(call.excinfo.value)
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    return report


def first_difference(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], sanitize: Any = str, around: int = 60
) -> tuple[str, str]:
    """Find where stored and new outputs part, and cut the text around it; two empty texts where they do not."""
    one, two = _flat(old, sanitize), _flat(new, sanitize)
    for key in dict.fromkeys((*one, *two)):
        left, right = one.get(key, ""), two.get(key, "")
        if left != right:
            start = next(
                (i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right))
            )
            begin = max(0, start - around)
            return left[begin : start + around] or "(nothing)", right[begin : start + around] or "(nothing)"
    return "", ""


def _flat(outputs: Sequence[Mapping[str, Any]], sanitize: Any) -> dict[str, str]:
    """All text of a cell by kind; plain text first, because people read it best."""
    flat: dict[str, list[str]] = {"error": [], "stdout": [], "text/plain": []}
    for output in outputs:
        kind = output["output_type"]
        if kind == "error":
            flat["error"].append(f"{output['ename']}: {output['evalue']}")
        elif kind == "stream" and output["name"] == "stdout":
            flat["stdout"].append(output["text"])
        elif kind in ("display_data", "execute_result"):
            for mime, data in output["data"].items():
                if not mime.startswith("image/"):
                    text = data if isinstance(data, str) else json.dumps(data, sort_keys=True)
                    flat.setdefault(mime, []).append(sanitize(text))
    return {key: "\n".join(parts) for key, parts in flat.items()}
