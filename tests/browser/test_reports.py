"""Every generated page as a reader's browser shows it, with the network off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from install_chromium import find_chromium
from playwright.sync_api import Browser, Page, sync_playwright

pytestmark = pytest.mark.browser

WIDTHS = {"desktop": (1440, 900), "phone": (390, 844)}
MAX_BYTES = 2 * 1024 * 1024


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    assert path, "no Chromium: `make test` installs one; see tests/browser/install_chromium.py"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield launched
        launched.close()


def pages(reports: Path) -> list[Path]:
    found = sorted(path for path in reports.glob("[!.]*/*.html"))
    assert len(found) >= 12, "three clients with a front page and three pages each"
    return found


def opened(browser: Browser, path: Path, size: tuple[int, int]) -> tuple[Page, list[str], list[str]]:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, offline=True)
    page = context.new_page()
    errors: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    return page, errors, requests


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_show_everything_and_ask_nobody(browser: Browser, sample_reports: Path, width: str):
    for path in pages(sample_reports):
        page, errors, requests = opened(browser, path, WIDTHS[width])
        assert errors == [], path.name
        foreign = [url for url in requests if not url.startswith(("data:", path.as_uri()))]
        assert foreign == [], path.name
        broken = page.evaluate("[...document.images].filter(i => !i.complete || !i.naturalWidth).map(i => i.alt)")
        assert broken == [], path.name
        unnamed = page.evaluate("[...document.images].filter(i => !i.alt.trim()).length")
        assert unnamed == 0, path.name
        too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert too_wide <= 1, f"{path.parent.name}/{path.name} scrolls sideways by {too_wide} px at {width} width"
        page.context.close()


def test_pages_have_no_serious_accessibility_violation(browser: Browser, sample_reports: Path):
    for path in pages(sample_reports):
        page, _, _ = opened(browser, path, WIDTHS["desktop"])
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        # The pages forbid scripts by policy; axe is injected by the browser's own debugging protocol.
        result = Axe().run(page)
        serious = [
            f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
            for violation in result.response["violations"]
            if violation["impact"] in ("serious", "critical")
        ]
        assert serious == [], f"{path.parent.name}/{path.name}"
        page.context.close()


def test_links_lead_somewhere(browser: Browser, sample_reports: Path):
    for path in pages(sample_reports):
        page, _, _ = opened(browser, path, WIDTHS["desktop"])
        for href in page.evaluate("[...document.links].map(a => a.getAttribute('href'))"):
            target, _, anchor = href.partition("#")
            file = path if not target else path.parent / target
            assert file.is_file(), f"{path.name} links to {href}"
            if anchor:
                assert f'id="{anchor}"' in file.read_text(encoding="utf-8"), f"{path.name} links to {href}"
        page.context.close()


def test_pages_work_from_the_keyboard(browser: Browser, sample_reports: Path):
    path = next(path for path in pages(sample_reports) if path.name.startswith("02_"))
    page, _, _ = opened(browser, path, WIDTHS["desktop"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    summaries = page.locator("summary")
    assert summaries.count() > 0
    summaries.first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('details').open") is True
    page.context.close()


def test_pages_are_lean(sample_reports: Path):
    for path in pages(sample_reports):
        assert path.stat().st_size <= MAX_BYTES, f"{path.name} has {path.stat().st_size} bytes"


def test_pages_hold_no_code_prompt_or_warning(browser: Browser, sample_reports: Path):
    for path in pages(sample_reports):
        text = path.read_text(encoding="utf-8")
        for trace in ("<script", "Traceback", "Warning:", "In&nbsp;[", ">nan<", " nan ", "NaN", "&lt;NA&gt;", "inf "):
            assert trace not in text, f"{path.parent.name}/{path.name} holds {trace!r}"


def test_front_page_opens_with_the_answer(browser: Browser, sample_reports: Path):
    for path in sorted(sample_reports.glob("[!.]*/index.html")):
        page, _, _ = opened(browser, path, WIDTHS["desktop"])
        bottom = page.evaluate("document.querySelector('.headline').getBoundingClientRect().bottom")
        assert bottom < 900, "the headline finding must be on the first screen"
        cards = page.locator(".cards .finding").count()
        assert 2 <= cards <= 4, "three to five findings with the headline"
        assert page.locator(".unknown").bounding_box()["y"] < 900, "what cannot be said must be on the first screen"
        page.context.close()


def test_print_keeps_pictures_whole(browser: Browser, sample_reports: Path, tmp_path: Path):
    path = next(path for path in pages(sample_reports) if path.name.startswith("01_"))
    page, _, _ = opened(browser, path, WIDTHS["desktop"])
    target = tmp_path / "page.pdf"
    page.pdf(path=target, format="A4")
    assert target.stat().st_size > 10_000
    page.emulate_media(media="print")
    hidden = page.evaluate("getComputedStyle(document.querySelector('nav.pages')).display")
    assert hidden == "none"
    page.context.close()
