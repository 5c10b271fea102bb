"""The pages of one client's report and what all of them show: client, functions, brand, provenance."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from nbformat import NotebookNode

from adoption_lib.engagement import Settings

__all__ = ["Page", "Section", "Site", "page_of", "sections_of"]


@dataclass(frozen=True)
class Section:
    """One section of a page: the method element it answers, its anchor and its question."""

    element: str
    anchor: str
    title: str


@dataclass(frozen=True)
class Page:
    """One page: the notebook it comes from, its question as title, its file name, the elements it answers."""

    stem: str
    title: str
    href: str
    elements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Site:
    """One client's report."""

    settings: Settings
    pages: tuple[Page, ...]
    stamp: str
    as_of: dt.date | None


def sections_of(notebook: NotebookNode) -> list[Section]:
    """Sections of a notebook: its Markdown cells that carry a method element, titled by their first heading."""
    found = []
    for cell in notebook.cells:
        element = cell.metadata.get("adoption", {}).get("element")
        if cell.cell_type == "markdown" and element:
            found.append(Section(element, element.lower(), _heading(cell.source) or element))
    return found


def page_of(stem: str, notebook: NotebookNode) -> Page:
    """Describe the page that a notebook becomes: its first heading is the title."""
    titles = (_heading(cell.source) for cell in notebook.cells if cell.cell_type == "markdown")
    title = next((text for text in titles if text), stem)
    return Page(stem, title, f"{stem}.html", tuple(section.element for section in sections_of(notebook)))


def _heading(source: str) -> str:
    return next((line.lstrip("# ").strip() for line in source.splitlines() if line.startswith("#")), "")
