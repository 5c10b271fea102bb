"""The method holds together, its instruments keep the rules of their trade, and a broken copy is refused by name."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

import adoption_lib.method
from adoption_lib.errors import MethodError
from adoption_lib.method import METHOD, available_languages, load_method

PACKAGE = Path(adoption_lib.method.__file__).parent
ELEMENTS = [f"{letter}{n}" for letter, ns in (("A", range(7)), ("B", range(1, 13))) for n in ns]
ELEMENTS += [f"{letter}{n}" for letter, ns in (("C", range(1, 17)), ("D", range(1, 5))) for n in ns]
NOTEBOOKS = {
    "01_capability_assessment",
    "02_resistance_diagnosis",
    "03_hybrid_engagement_plan",
    "04_progress_review",
}
CAUSES = [construct.id for construct in METHOD.constructs.values() if construct.kind == "cause"]

Change = Callable[[dict[str, Any]], None]


def items_of(construct: str) -> list[Any]:
    return [item for item in METHOD.survey_items.values() if item.construct == construct]


def levels_of(part: str) -> list[Any]:
    return [item for item in METHOD.capability_items.values() if item.part == part]


# Elements


def test_every_element_is_there_in_order() -> None:
    assert list(METHOD.elements) == ELEMENTS


def test_elements_take_known_tables_and_have_a_place_in_a_notebook() -> None:
    for element in METHOD.elements.values():
        assert element.takes, element.id
        assert set(element.takes) <= {*METHOD.tables, "engagement.yaml", "communications"}, element.id
        assert element.notebook in NOTEBOOKS, element.id
        assert element.anchor == f"elements/{element.id}.md"


def test_every_table_serves_an_element() -> None:
    taken = {table for element in METHOD.elements.values() for table in element.takes}
    # The code book only describes the survey; it answers no question of its own.
    assert set(METHOD.tables) - taken == {"survey_items"}


def test_each_source_covers_its_group_of_elements() -> None:
    sources = {"A": "The capability path", "B": "HR and the AI function", "C": "Ownership and credit"}
    for element in METHOD.elements.values():
        assert element.source in sources.values()
        if element.id[0] in sources:
            assert element.source == sources[element.id[0]]


def test_every_element_asks_one_question_and_says_why() -> None:
    for element in METHOD.elements.values():
        assert element.question.endswith("?"), element.id
        assert element.question.count("?") == 1, element.id
        assert element.why.endswith("."), element.id
        assert 1 <= len(re.findall(r"[.?!](?:\s|$)", element.why)) <= 2, element.id
        assert element.gives.endswith("."), element.id
    for field in ("name", "question", "why", "gives"):
        values = [getattr(element, field) for element in METHOD.elements.values()]
        assert len(set(values)) == len(values), field


# Survey


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_has_enough_items_of_both_keys(cause: str) -> None:
    items = items_of(cause)
    share = sum(item.reversed for item in items) / len(items)
    assert len(items) >= 4
    assert 0.3 <= share <= 0.6


def test_the_causes_are_those_of_the_vocabulary() -> None:
    assert tuple(CAUSES) == METHOD.term_ids("cause")
    assert METHOD.term_ids("forced_choice") == (*CAUSES, "none")
    assert METHOD.term_ids("concern_cause") == (*CAUSES, "other")
    assert set(METHOD.cause_rules) == set(CAUSES)


def test_respondents_are_not_told_what_their_answer_counts_for() -> None:
    assert not any(term.meaning for term in METHOD.vocabularies["forced_choice"])


def test_every_construct_has_three_items_and_one_of_each_key() -> None:
    for construct in METHOD.constructs:
        items = items_of(construct)
        assert len(items) >= 3, construct
        assert {item.reversed for item in items} == {True, False}, construct


def test_items_hold_one_plain_idea() -> None:
    for item in METHOD.survey_items.values():
        words = re.findall(r"[a-z']+", item.text.lower())
        assert not {"and", "or", "not", "no", "never", "neither", "cannot"} & set(words), item.text
        assert not [word for word in words if word.endswith("n't")], item.text
        assert len(words) <= 16, item.text
        assert "the AI tool" in item.text or "The AI tool" in item.text
        assert item.text.endswith(".")
    texts = [item.text for item in METHOD.survey_items.values()]
    assert len(set(texts)) == len(texts)


def test_neighbouring_items_measure_different_things() -> None:
    order = [item.construct for item in METHOD.survey_items.values()]
    assert all(first != second for first, second in pairwise(order))


def test_no_run_of_one_key_is_long_enough_to_hide_a_straight_line() -> None:
    keys = [item.reversed for item in METHOD.survey_items.values()]
    assert not any(all(keys[start : start + 5]) or not any(keys[start : start + 5]) for start in range(len(keys) - 4))


def test_scales_label_every_point() -> None:
    for scale in METHOD.scales.values():
        assert all(scale.labels)
        assert len(set(scale.labels)) == scale.points


def test_constructs_state_what_they_cannot_tell() -> None:
    for construct in METHOD.constructs.values():
        assert construct.meaning.startswith("High when ")
        assert "cannot tell" in construct.limit
        assert len(construct.short.split()) <= 3


# Capability


def test_the_four_parts_have_enough_items() -> None:
    parts = METHOD.term_ids("part")
    assert len(parts) == 4
    for part in parts:
        assert len(levels_of(part)) >= 4, part


def test_levels_are_distinct_within_and_between_items() -> None:
    levels = [level for item in METHOD.capability_items.values() for level in item.levels]
    assert [text for text, count in Counter(levels).items() if count > 1] == []
    assert all(level.endswith(".") and 8 <= len(level.split()) <= 30 for level in levels)


def test_only_the_highest_level_does_without_outside_help() -> None:
    for item in METHOD.capability_items.values():
        alone = [bool(re.search(r"(without|no) outside help", level)) for level in item.levels]
        assert alone == [False, False, False, False, True], item.id


def test_nobody_internal_leads_below_the_third_level() -> None:
    for item in METHOD.capability_items.values():
        assert "one initiative" in item.levels[2] or "one tool" in item.levels[2], item.id
        assert "one initiative" not in item.levels[0] + item.levels[1], item.id


# Coding guides, vocabularies, tables


def test_coding_guides_follow_their_vocabularies_and_show_three_of_everything() -> None:
    assert tuple(METHOD.concern_codes) == METHOD.term_ids("concern_cause")
    assert tuple(METHOD.territorial_codes) == METHOD.term_ids("territorial_concern")
    for guide in (*METHOD.concern_codes.values(), *METHOD.territorial_codes.values()):
        assert min(len(guide.include), len(guide.exclude), len(guide.examples)) >= 3, guide.code


def test_six_facts_make_a_concern_specific() -> None:
    assert list(METHOD.concern_fields) == ["department", "tool", "task", "what_happened", "times", "said_after"]
    assert METHOD.threshold("actionable_fields") <= len(METHOD.concern_fields)
    assert all(field.question.endswith("?") for field in METHOD.concern_fields.values())


def test_terms_of_a_vocabulary_have_labels_of_their_own() -> None:
    for name, terms in METHOD.vocabularies.items():
        labels = [term.label for term in terms]
        assert len(set(labels)) == len(labels), name


@pytest.mark.parametrize(
    "criterion",
    ["remaining_dependency", "knowledge_growth", "internal_doing", "change_in_scope", "operating_model"],
)
def test_rated_criteria_are_anchored_at_one_three_and_five(criterion: str) -> None:
    terms = {term.id: term.meaning for term in METHOD.vocabularies["approach_criterion"]}
    assert re.findall(r"\b([1-5]):", terms[criterion]) == ["1", "3", "5"]


def test_forms_say_what_a_row_is_why_it_is_asked_and_what_to_enter() -> None:
    for table in METHOD.tables.values():
        assert table.row, table.id
        assert table.purpose.endswith("."), table.id
        for column in table.columns:
            assert 0 < len(column.prompt) <= 200, f"{table.id}.{column.id}"
            if column.type in ("date", "week"):
                assert "YYYY-MM-DD" in column.prompt, f"{table.id}.{column.id}"
            if column.type == "list":
                assert "semicolon" in column.prompt, f"{table.id}.{column.id}"


def test_ids_are_unique_across_the_survey_and_the_assessment() -> None:
    everything = [*METHOD.survey_items, *METHOD.capability_items, *METHOD.elements, *METHOD.constructs, *METHOD.tables]
    assert [name for name, count in Counter(everything).items() if count > 1] == []


@pytest.mark.parametrize("language", available_languages())
def test_each_language_words_the_same_ids(language: str) -> None:
    method = load_method(language)
    for field in ("elements", "tables", "vocabularies", "scales", "constructs", "survey_items", "capability_items"):
        assert list(getattr(method, field)) == list(getattr(METHOD, field)), field


# A broken copy


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("data", "wording"):
        shutil.copytree(PACKAGE / folder, tmp_path / folder)
    return tmp_path


def altered(path: Path, change: Change) -> None:
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(tree)
    path.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), encoding="utf-8")


def test_an_untouched_copy_loads_as_the_package_does(copy: Path) -> None:
    assert load_method("en", copy) == METHOD


def test_a_repeated_id_is_named_with_its_file(copy: Path) -> None:
    path = copy / "data" / "elements.yaml"
    text = path.read_text(encoding="utf-8")
    again = next(line for line in text.splitlines() if line.startswith("B7:"))
    path.write_text(f"{text}{again}\n", encoding="utf-8")
    with pytest.raises(MethodError, match=r"elements\.yaml: key 'B7' stands twice"):
        load_method("en", copy)


@pytest.mark.parametrize(
    ("file", "change", "fault"),
    [
        ("elements", lambda t: t["B2"]["takes"].append("moods"), "element B2 takes unknown table moods"),
        ("elements", lambda t: t["B2"]["builds_on"].append("B77"), "element B2 builds on unknown element B77"),
        ("elements", lambda t: t["A0"]["builds_on"].append("A6"), "build on each other in a circle"),
        ("elements", lambda t: t["A0"].update(anchor="A0.html"), "element A0: anchor"),
        ("survey", lambda t: t["items"]["tru_1"].update(construct="mood"), "survey item tru_1: unknown construct mood"),
        ("survey", lambda t: t["items"]["tru_1"].update(scale="agree9"), "survey item tru_1: unknown scale agree9"),
        ("survey", lambda t: t["constructs"]["voice"].update(element="Z1"), "construct voice: unknown element Z1"),
        ("survey", lambda t: t["scales"].update(agree5=7), "scale agree5: 7 in the data, 5 in the wording"),
        ("capability", lambda t: t["items"].update(cap_chg_1="luck"), "capability item cap_chg_1: unknown part luck"),
        ("vocabularies", lambda t: t["gap"].append("gap"), "vocabulary gap, term gap has no wording in en"),
        ("vocabularies", lambda t: t["gap"].append("trust"), "vocabulary gap repeats a term"),
        ("vocabularies", lambda t: t["concern_cause"].reverse(), "coding guide and vocabulary concern_cause differ"),
        (
            "tables",
            lambda t: t["staff"]["columns"]["skills"].update(terms="talents"),
            "table staff, column skills: unknown vocabulary talents",
        ),
        (
            "tables",
            lambda t: t["kpis"]["columns"]["initiative"].update(ref="initiatives.title"),
            "table kpis, column initiative: initiatives.title does not exist",
        ),
        ("tables", lambda t: t["usage"]["key"].append("day"), "table usage: key or order names unknown column day"),
        ("rules", lambda t: t["cause_gap"].pop("understanding"), "rules and vocabulary cause differ"),
        ("rules", lambda t: t["cause_gap"]["understanding"].update(gap="abyss"), "rule for cause understanding"),
    ],
)
def test_a_reference_to_nothing_is_named(copy: Path, file: str, change: Change, fault: str) -> None:
    altered(copy / "data" / f"{file}.yaml", change)
    with pytest.raises(MethodError, match=re.escape(fault)):
        load_method("en", copy)


@pytest.mark.parametrize(
    ("file", "change", "fault"),
    [
        ("survey", lambda t: t["items"].pop("int_3"), "survey item int_3 has no wording in en"),
        ("survey", lambda t: t["items"].update(int_9="Alone."), "survey item int_9 has wording in en but no data"),
        ("elements", lambda t: t.pop("C9"), "element C9 has no wording in en"),
        ("capability", lambda t: t["items"].pop("cap_own_2"), "capability item cap_own_2 has no wording in en"),
        ("capability", lambda t: t["items"]["cap_own_2"]["levels"].pop(), "levels"),
        ("tables", lambda t: t["usage"]["columns"].pop("week"), "table usage, column week has no wording in en"),
        ("tables", lambda t: t["usage"].pop("purpose"), "purpose"),
        ("coding", lambda t: t["territorial_codes"].pop("credit"), "coding guide and vocabulary territorial_concern"),
        ("coding", lambda t: t.pop("concern_fields"), "'concern_fields' is missing"),
        ("vocabularies", lambda t: t["yes_no"].pop("yes"), "vocabulary yes_no, term yes has no wording in en"),
    ],
)
def test_wording_that_is_missing_or_idle_is_named(copy: Path, file: str, change: Change, fault: str) -> None:
    altered(copy / "wording" / "en" / f"{file}.yaml", change)
    with pytest.raises(MethodError, match=re.escape(fault)):
        load_method("en", copy)


def test_all_faults_are_listed_at_once(copy: Path) -> None:
    altered(copy / "wording" / "en" / "survey.yaml", lambda t: t["items"].pop("int_3"))
    altered(copy / "data" / "elements.yaml", lambda t: t["B2"]["takes"].append("moods"))
    with pytest.raises(MethodError, match="2 faults") as caught:
        load_method("en", copy)
    assert "int_3" in str(caught.value)
    assert "moods" in str(caught.value)


def test_a_missing_or_unreadable_file_is_named(copy: Path) -> None:
    path = copy / "wording" / "en" / "coding.yaml"
    path.write_text("concern_fields: [", encoding="utf-8")
    with pytest.raises(MethodError, match=r"coding\.yaml"):
        load_method("en", copy)
    path.unlink()
    with pytest.raises(MethodError, match=r"coding\.yaml"):
        load_method("en", copy)


def test_a_sentence_that_stands_twice_is_named(copy: Path) -> None:
    folder = copy / "wording" / "en" / "sentences"
    for name in ("twice_a", "twice_b"):
        (folder / f"{name}.yaml").write_text("test_only:\n  echo: Again.\n", encoding="utf-8")
    with pytest.raises(MethodError, match=r"sentence test_only\.echo stands twice"):
        load_method("en", copy)


def test_a_language_without_wording_is_refused() -> None:
    with pytest.raises(MethodError, match="no wording for language 'xx'"):
        load_method("xx")


def test_say_names_a_sentence_or_a_value_that_is_missing(copy: Path) -> None:
    path = copy / "wording" / "en" / "sentences" / "test_only.yaml"
    path.write_text("test_only:\n  greeting: Good day, {name}.\n", encoding="utf-8")
    method = load_method("en", copy)
    assert method.say("test_only.greeting", name="Ada") == "Good day, Ada."
    with pytest.raises(MethodError, match=r"no such sentence"):
        method.say("test_only.farewell")
    with pytest.raises(MethodError, match="value 'name' not given"):
        method.say("test_only.greeting")
