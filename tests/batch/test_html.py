"""Pages: sections carry their element, hostile names stay text, colours stay readable, order follows consequence."""

from __future__ import annotations

import datetime as dt
import re

import nbformat
import pytest

from adoption_lib.analysis.finding import Evidence, Finding
from adoption_lib.analysis.overview import Overview
from adoption_lib.batch.html import _luminance, _readable, findings_of, index_page, notebook_page, ranked
from adoption_lib.batch.site import Site, page_of
from adoption_lib.engagement import Settings

HOSTILE = '<img src=x onerror="alert(1)">'


def finding(element: str = "B2", strength: float = 0.5, **values) -> Finding:
    fields = {
        "kind": "finding",
        "statement": f"{element} says {HOSTILE}",
        "next_step": f"Do {HOSTILE}",
        "n": 12,
        "evidence": (Evidence("employee_survey", 12, dt.date(2026, 1, 2), dt.date(2026, 3, 4)),),
    }
    return Finding(element=element, strength=strength, **{**fields, **values})


def settings(**values) -> Settings:
    return Settings.model_validate(
        {"client": "Harbour & Sons", "departments": [{"name": "Claims", "headcount": 40}], **values}
    )


def notebook(*findings: Finding) -> nbformat.NotebookNode:
    new = nbformat.v4
    cells = [
        new.new_markdown_cell("# A question?\n\nWhy."),
        new.new_code_cell("secret_code = 1", metadata={"tags": ["parameters"]}),
        new.new_markdown_cell("## First?", metadata={"adoption": {"element": "B2"}}),
        new.new_code_cell(
            "show(result)", outputs=[new.new_output("display_data", data=f._repr_mimebundle_()) for f in findings]
        ),
        new.new_markdown_cell("## Second?", metadata={"adoption": {"element": "B8"}}),
        new.new_code_cell("more()", outputs=[new.new_output("stream", name="stderr", text="Warning: x")]),
    ]
    return new.new_notebook(cells=cells)


def overview(**values) -> Overview:
    fields = {
        "departments": 1, "asked": 40, "answered": 12, "raters": 7, "as_of": dt.date(2026, 9, 30),
        "collected": ("Employee survey",), "not_collected": (HOSTILE,), "steps": (),
    }  # fmt: skip
    return Overview(**{**fields, **values})


def site(**values) -> Site:
    return Site(settings(**values), (page_of("02_x", notebook()),), "method 1.0 · data 00000000", dt.date(2026, 9, 30))


def test_sections_carry_their_element_and_close():
    page = page_of("02_x", notebook())
    html = notebook_page(notebook(finding()), page, site())
    assert re.findall(r'data-element="(\w+)"', html) == ["B2", "B8"]
    assert html.count("<section") == html.count("</section>")
    assert html.count("<h1") == 1
    assert "<title>A question? – Harbour &amp; Sons</title>" in html


def test_pages_hold_no_code_and_no_warning():
    html = notebook_page(notebook(finding()), page_of("02_x", notebook()), site())
    for text in ("secret_code", "show(result)", "Warning: x", "<script"):
        assert text not in html


def test_what_a_client_wrote_stays_text():
    dangerous = site(sector=HOSTILE)
    pages = [
        notebook_page(notebook(finding()), page_of("02_x", notebook()), dangerous),
        index_page(dangerous, [finding(), finding("A0", kind="cannot_tell")], overview()),
    ]
    for html in pages:
        assert "<img src=x" not in html
        assert "&lt;img src=x" in html


def test_findings_survive_the_way_through_a_notebook():
    first, second = finding("B2", 0.2, interval=(0.1, 0.4)), finding("B8", 0.9, probability=0.8)
    assert findings_of(notebook(first, second)) == [first, second]
    assert ranked([first, second]) == [second, first]


def test_front_page_leads_with_the_most_consequential_and_shows_one_card_an_element():
    many = [finding("B2", 0.9), finding("B2", 0.8), *(finding(f"C{k}", 0.5 - k / 100) for k in range(3, 9))]
    html = index_page(site(), many, overview())
    assert re.search(r"<h1>B2 says", html)
    assert html.count('<article class="finding') == 4


def test_front_page_without_findings_says_so():
    html = index_page(site(), [finding("A0", kind="cannot_tell")], overview(answered=None, asked=None, raters=None))
    assert "do not support a finding" in html
    assert "No employee survey" in html


@pytest.mark.parametrize("colour", ["#ffffff", "#ffee00", "#1f4e5f", "#000000", "#7fc97f"])
def test_accent_is_dark_enough_for_white_text(colour: str):
    channels = [int(_readable(colour)[i : i + 2], 16) for i in (1, 3, 5)]
    assert 1.05 / (_luminance(channels) + 0.05) >= 4.5


def test_pages_are_the_same_bytes_on_every_run():
    pages = [notebook_page(notebook(finding()), page_of("02_x", notebook()), site()) for _ in range(2)]
    assert pages[0] == pages[1]
