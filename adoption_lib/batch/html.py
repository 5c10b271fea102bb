"""Executed notebooks as self-contained pages: no script, no request to anywhere, readable by everyone, printable."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from adoption_lib.analysis.finding import FINDING_MIME, Finding
from adoption_lib.analysis.overview import Overview
from adoption_lib.batch.site import Page, Site, sections_of
from adoption_lib.method import Method, load_method
from adoption_lib.method.phrases import list_phrase, percent

__all__ = ["TEMPLATES", "findings_of", "index_page", "notebook_page", "ranked"]

TEMPLATES = Path(str(files("adoption_lib.batch") / "templates"))
"""Folder that holds the nbconvert template package ``adoption`` and the front page."""

_MOST_CARDS = 4
_MOST_UNKNOWN = 4


def findings_of(notebook: NotebookNode) -> list[Finding]:
    """Findings that an executed notebook displayed, in order."""
    return [
        Finding.from_payload(output["data"][FINDING_MIME])
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.get("outputs", ())
        if FINDING_MIME in output.get("data", {})
    ]


def ranked(findings: Sequence[Finding]) -> list[Finding]:
    """Findings sorted by consequence; order of appearance decides between equals."""
    return sorted(findings, key=lambda finding: -finding.strength)


def notebook_page(nb: NotebookNode, page: Page, site: Site) -> str:
    """Render one executed notebook.

    Parameters
    ----------
    nb : NotebookNode
        Executed; its outputs must be those of this package's views, which escape everything that a client wrote.
    page : Page
        Which page of the report this is.
    site : Site
        The client's report.

    Returns
    -------
    str
        A complete HTML document without scripts and without references to other files, links between pages apart.
    """
    top = [finding for finding in ranked(findings_of(nb)) if finding.kind == "finding"]
    resources = {
        "adoption": {
            "site": site,
            "page": page,
            "lead": top[0] if top else None,
            "sections": sections_of(nb),
            "method": load_method(site.settings.language),
            "style": _style(site),
        }
    }
    body, _ = _exporter().from_notebook_node(nb, resources=resources)
    return _typeset(str(body))


def index_page(site: Site, findings: Sequence[Finding], overview: Overview) -> str:
    """Render the front page: the answer first, then what cannot be said yet, then the pages.

    Parameters
    ----------
    findings : sequence of Finding
        All findings of all pages.
    overview : Overview
        Who was asked and what was collected.
    """
    method = load_method(site.settings.language)
    said = [finding for finding in ranked(findings) if finding.kind == "finding"]
    unknown = [finding for finding in ranked(findings) if finding.kind == "cannot_tell"]
    missing = [finding for finding in ranked(findings) if finding.kind == "not_collected"]
    chosen = _one_per_element(said)[: _MOST_CARDS + 1]
    where = {element: page.href for page in site.pages for element in page.elements}
    page = (
        _environment()
        .get_template("front.html.j2")
        .render(
            site=site,
            method=method,
            overview=overview,
            headline=chosen[0] if chosen else None,
            cards=chosen[1:],
            unknown=[*_one_per_element(unknown), *_one_per_step(missing)][:_MOST_UNKNOWN],
            not_collected=list_phrase([name.lower() for name in overview.not_collected]),
            where=where,
            names={page.stem: list_phrase([method.elements[e].name for e in page.elements]) for page in site.pages},
            style=_style(site),
            answered_share=percent(overview.answered / overview.asked) if overview.answered and overview.asked else "",
        )
    )
    return _typeset(page)


def _typeset(page: str) -> str:
    """Keep a number and its per cent sign on one line."""
    return page.replace(" %", "&nbsp;%")


def _one_per_step(findings: Sequence[Finding]) -> list[Finding]:
    """Leave out what the same form would answer: collecting a table once is one step."""
    seen: dict[str, Finding] = {}
    for finding in findings:
        seen.setdefault(finding.next_step, finding)
    return list(seen.values())


def _one_per_element(findings: Sequence[Finding]) -> list[Finding]:
    seen: dict[str, Finding] = {}
    for finding in findings:
        seen.setdefault(finding.element, finding)
    return list(seen.values())


def _style(site: Site) -> str:
    """The style sheet with the client's accent colour, darkened until white text on it can be read (4.5 to 1)."""
    sheet = (TEMPLATES / "adoption" / "report.css").read_text(encoding="utf-8")
    return sheet.replace("#1f4e5f", _readable(site.settings.brand.colour))


def _readable(colour: str) -> str:
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    while 1.05 / (_luminance(channels) + 0.05) < 4.5:
        channels = [round(channel * 0.92) for channel in channels]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _luminance(channels: Sequence[int]) -> float:
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@lru_cache(maxsize=1)
def _exporter() -> HTMLExporter:
    """One exporter per process: compiling its template costs more than rendering a page."""
    config = Config()
    config.HTMLExporter.exclude_input = True
    config.HTMLExporter.exclude_input_prompt = True
    config.HTMLExporter.exclude_output_prompt = True
    config.HTMLExporter.exclude_anchor_links = True
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_cell_tags = ("remove-cell", "parameters", "injected-parameters")
    exporter = HTMLExporter(config=config, template_name="adoption", extra_template_basedirs=[str(TEMPLATES)])
    exporter.environment.globals.update(_globals())
    return exporter


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(TEMPLATES / "adoption")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals.update(_globals())
    return environment


def _globals() -> dict[str, Any]:
    def date(value: Any) -> str:
        return f"{value.day} {value:%B %Y}" if value else ""

    def short(method: Method, page: Page) -> str:
        """Name of a page in the navigation; its question where a notebook of somebody's own has none."""
        key = f"notebook.{page.stem}.short"
        return method.say(key) if key in method.sentences else page.title

    return {"date": date, "short": short}
