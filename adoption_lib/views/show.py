"""One call shows a result: its lead, pictures and tables, then its findings."""

from __future__ import annotations

from functools import singledispatch

from IPython.display import display

from adoption_lib.analysis.result import Result

__all__ = ["parts", "show"]


@singledispatch
def parts(result: Result) -> list[object]:
    """Displayable parts of a result, in reading order; each kind of result registers its own."""
    raise TypeError(f"no view is registered for {type(result).__name__}")


def show(*results: Result) -> None:
    """Display results one after the other: parts first, findings last."""
    for result in results:
        for part in parts(result):
            display(part)
        for finding in result.findings:
            display(finding)
