"""The handbook says what the method says: headings, questions, forms, thresholds and links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adoption_lib.method import METHOD

PLAYBOOK = Path(__file__).resolve().parents[2] / "playbook"
CHAPTERS = sorted((PLAYBOOK / "elements").glob("*.md"))
PAGES = [PLAYBOOK / "index.md", *CHAPTERS]
SECTIONS = [
    "The question",
    "Why it is so",
    "How to find out",
    "What the report shows",
    "What to do",
    "What goes wrong",
    "Checklist",
    "Exercise",
]

chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_there_is_a_chapter_for_every_element_of_the_reports() -> None:
    assert {"A0", "A1", "A3", "A5", "B1", "B2", "B8", "B11", "C3", "C4", "C5", "C13", "C16"} <= {
        p.stem for p in CHAPTERS
    }


@chapter
def test_a_chapter_carries_the_id_name_and_question_of_its_element(path: Path) -> None:
    element = METHOD.elements[path.stem]
    assert lines(path)[0] == f"# {element.id} {element.name}"
    assert element.question in lines(path)
    assert element.anchor == f"elements/{path.name}"


@chapter
def test_a_chapter_has_the_eight_sections_in_order_and_a_readable_length(path: Path) -> None:
    assert [line[3:] for line in lines(path) if line.startswith("## ")] == SECTIONS
    assert 50 <= len(lines(path)) <= 110


@chapter
def test_a_chapter_names_the_tables_its_element_takes_by_id_and_label(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for table in METHOD.elements[path.stem].takes:
        assert f"`{table}`" in text, f"{path.name} does not name {table}"
    for label, table in re.findall(r"^\| ([^|]*?) \(`([a-z_]+)`\)", text, flags=re.MULTILINE):
        assert METHOD.tables[table].label == label


@page
def test_everything_in_code_type_exists_in_the_method(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    known = {*METHOD.tables, *METHOD.thresholds, "engagement.yaml"}
    for name in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text):
        assert name in known, f"{path.name}: `{name}` is no table, threshold or file of the method"


@page
def test_thresholds_are_those_of_the_method(path: Path) -> None:
    for name, value in re.findall(r"`([a-z_]+)` = ([0-9.]+[0-9]|[0-9])", path.read_text(encoding="utf-8")):
        assert METHOD.threshold(name) == float(value), name


@page
def test_internal_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", path.read_text(encoding="utf-8")):
        assert not re.match(r"[a-z]+:", target), f"{path.name} refers to another host: {target}"
        assert (path.parent / target).is_file(), f"{path.name}: {target} does not exist"


def test_every_chapter_can_be_reached_from_the_index() -> None:
    text = (PLAYBOOK / "index.md").read_text(encoding="utf-8")
    listed = re.search(r"```\{toctree\}(.*?)```", text, flags=re.DOTALL)
    assert listed is not None
    assert sorted(re.findall(r"^elements/\w+$", listed.group(1), flags=re.MULTILINE)) == sorted(
        f"elements/{path.stem}" for path in CHAPTERS
    )
    for path in CHAPTERS:
        element = METHOD.elements[path.stem]
        assert f"| [{element.id} {element.name}]({element.anchor}) | {element.question} |" in text


@page
def test_one_sentence_stands_on_one_line(path: Path) -> None:
    for number, line in enumerate(lines(path), start=1):
        if line.startswith(("|", "#", "```", ":")) or re.match(r"(\d+\.|- \[ \]|-) ", line):
            continue
        plain = re.sub(r"\*\*.*?\*\*", "", line)
        assert not re.search(r"[a-z)”][.?!] [A-Z]", re.sub(r"\".*?\"", "", plain)), f"{path.name}, line {number}"
