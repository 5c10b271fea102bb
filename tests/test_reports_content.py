"""What the sample clients' reports hold: every element, no other client, no path, nothing below the threshold."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from adoption_lib.engagement import Engagement
from adoption_lib.method import METHOD

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "data_templates" / "samples"
CLIENTS = sorted(path.parent.name for path in SAMPLES.glob("*/engagement.yaml"))
FIRST_DEPTH = {"A0", "A1", "A3", "A5", "B1", "B2", "B8", "B11", "C3", "C4", "C5", "C13", "C16"}

each = pytest.mark.parametrize("client", CLIENTS)


def texts(folder: Path) -> dict[str, str]:
    """Every text a report folder holds, executed notebooks and JSON included, without picture bytes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[path.name] = re.sub(r"base64,[A-Za-z0-9+/=]+", "", path.read_text(encoding="utf-8"))
    return found


def test_there_are_three_sample_clients():
    assert len(CLIENTS) == 3


@each
def test_every_element_of_the_first_depth_has_a_section_with_content(sample_reports: Path, client: str):
    html = "".join(text for name, text in texts(sample_reports / client).items() if name.endswith(".html"))
    sections = dict(re.findall(r'<section [^>]*data-element="(\w+)"[^>]*>(.*?)</section>', html, re.DOTALL))
    assert set(sections) == FIRST_DEPTH
    for element, body in sections.items():
        assert '<article class="finding' in body, f"{element} ends without a finding"
        assert f">{element}</p>" in body


@each
def test_each_page_shows_pictures_and_tables(sample_reports: Path, client: str):
    for path in sorted((sample_reports / client).glob("0*.html")):
        text = path.read_text(encoding="utf-8")
        assert text.count('<figure class="picture') >= 2, path.name
        assert "<table>" in text


@each
def test_no_report_names_another_client_or_a_path(sample_reports: Path, client: str):
    others = [Engagement.open(SAMPLES / name).settings.client for name in CLIENTS if name != client]
    for name, text in texts(sample_reports / client).items():
        for other in [*others, *(slug for slug in CLIENTS if slug != client)]:
            # Stories may use a place name; the other client's full name and folder never appear.
            assert other not in text, f"{name} names {other}"
        assert str(ROOT) not in text, name
        assert "/tmp/" not in text, name
        assert not re.search(r"0x[0-9a-f]{8,}", text), name


@each
def test_findings_file_says_what_the_pages_say(sample_reports: Path, client: str):
    folder = sample_reports / client
    findings = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    findings = findings["findings"] if isinstance(findings, dict) else findings
    assert {finding["element"] for finding in findings} == FIRST_DEPTH
    for finding in findings:
        assert finding["statement"].strip()
        assert finding["next_step"].strip()
        assert finding["kind"] in ("finding", "cannot_tell", "not_collected")
        if finding["probability"] is not None:
            assert 0 <= finding["probability"] <= 1
        if finding["interval"] is not None:
            low, high = finding["interval"]
            assert low <= high


@each
def test_respondents_and_raters_are_never_named(sample_reports: Path, client: str):
    engagement = Engagement.open(SAMPLES / client)
    secret = set(engagement.table("employee_survey")["respondent"].dropna()) | set(
        engagement.table("usage")["person"].dropna()
    )
    for name, text in texts(sample_reports / client).items():
        words = set(re.findall(r"[\w-]+", text))
        assert not words & secret, name


@each
def test_employee_comments_are_never_quoted(sample_reports: Path, client: str):
    comments = [
        text
        for text in Engagement.open(SAMPLES / client).table("employee_survey")["comment"].dropna()
        if len(text) > 25
    ]
    for name, text in texts(sample_reports / client).items():
        assert not [comment for comment in comments if comment in text], name


@each
def test_manifest_holds_hashes_and_versions_but_no_time_or_machine(sample_reports: Path, client: str):
    text = (sample_reports / client / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert METHOD.version in text
    assert len(re.findall(r"\b[0-9a-f]{64}\b", text)) >= 8
    assert not re.search(r"20\d\d-\d\d-\d\dT", text)
    assert isinstance(manifest, dict)


def test_elements_of_built_sections_are_taught_in_the_handbook():
    for element in FIRST_DEPTH:
        chapter = ROOT / "playbook" / METHOD.elements[element].anchor
        assert chapter.is_file(), element
        assert METHOD.elements[element].name in chapter.read_text(encoding="utf-8").splitlines()[0]
