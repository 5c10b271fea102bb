"""Bringing in somebody else's survey: counts kept, nothing silently dropped or kept, every mistake named at once."""

from __future__ import annotations

import csv
import hashlib
import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import yaml

from adoption_lib.engagement import Engagement
from adoption_lib.engagement.survey_import import format_import, import_survey
from adoption_lib.engagement.survey_map import normalised
from adoption_lib.errors import InputError, Problem

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "data_templates"
SAMPLE = TEMPLATES / "samples" / "workforce_robotics"
SHARED = Path(os.environ.get("ADOPTION_SHARED_DATA", ROOT.parent / "shared" / "data"))
REAL = SHARED / "workforce_robotics" / "WorkerSurveyDataRelease.csv"
needs_real = pytest.mark.skipif(not REAL.exists(), reason="the published survey is not beside this checkout")


# --- the published survey, and a made one with the same questions -----------------------------------------------------


def counts(folder: Path) -> dict[str, Counter[Any]]:
    engagement = Engagement.open(folder)
    frame = engagement.table("employee_survey")
    return {question.id: Counter(frame[question.id].dropna().astype(int)) for question in engagement.questions}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real") / "workers"
    import_survey(REAL, SAMPLE / "survey_map.yaml", folder)
    return folder


@needs_real
@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("job_stake_always", (111, 133, 93)),
        ("job_stake_standby", (165, 114, 58)),
        ("job_stake_request", (159, 132, 46)),
        ("safety_always", (174, 73, 90)),
        ("independence_request", (57, 280)),
        ("privacy_video", (62, 111, 164)),
        ("barriers_voice", (34, 103, 200)),
        ("safety_experienced", (2, 14, 9, 31)),
        ("job_stake_experienced", (26, 22, 8)),
    ],
)
def test_published_counts_come_out(real: Path, item: str, expected: tuple[int, ...]) -> None:
    assert counts(real)[item] == Counter(dict(enumerate(expected, start=1)))


@needs_real
def test_published_job_domains_come_out_and_the_note_says_what_is_unknown(real: Path) -> None:
    engagement = Engagement.open(real)
    published = {
        "Construction": 40,
        "Contract work": 24,
        "Manufacturing": 57,
        "Retail": 45,
        "Transport and delivery": 48,
        "Warehousing": 123,
    }
    assert engagement.settings.headcounts == published
    assert engagement.table("employee_survey")["department"].value_counts().to_dict() == published
    for words in ("not from one organisation", "no leading cause", "convenience sample", "headcounts are the numbers"):
        assert words in engagement.settings.survey_note
    assert {question.construct for question in engagement.questions} == {
        "voice", "output_trust", "own_interests", "felt_monitoring", "",
    }  # fmt: skip
    assert not engagement.notes


@needs_real
def test_no_personal_column_of_the_published_survey_survives(real: Path) -> None:
    text = "".join(path.read_text(encoding="utf-8-sig") for path in real.iterdir() if path.suffix == ".csv")
    for word in ("Female", "Australia", "50 - 59", "Musculoskeletal", "Suburban"):
        assert word not in text


def made_export(path: Path, people: int = 60) -> list[dict[int, str]]:
    """A survey with the questions of the published one, answered by dice; cells by position counted from 1."""
    mapping = yaml.safe_load((SAMPLE / "survey_map.yaml").read_text(encoding="utf-8"))
    department = mapping["segments"]["department"]
    headers = {department["position"]: department["column"]}
    answers = {department["position"]: list(department["values"])}
    for item in mapping["items"]:
        headers[item["position"]] = " ".join(item["column"].split())
        # YAML reads a bare No as false; the import does not.
        answers[item["position"]] = [{True: "Yes", False: "No"}.get(text, text) for text in item["values"]]
    headers |= {1: "Country", 2: "Age", 3: "Gender", 7: "What best describes your location?"}
    dice = random.Random(20260301)
    rows = [
        {place: dice.choice(answers.get(place, ["Somewhat", "A, B", "“C”"])) for place in range(1, 41)}
        for _ in range(people)
    ]
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow([headers.get(place, f"Question {place}") for place in range(1, 41)])
        writer.writerows([row[place] for place in range(1, 41)] for row in rows)
    return rows


def test_a_made_survey_with_the_published_questions_keeps_every_count(tmp_path: Path) -> None:
    rows = made_export(tmp_path / "export.csv")
    before = (tmp_path / "export.csv").read_bytes()
    report = import_survey(tmp_path / "export.csv", SAMPLE / "survey_map.yaml", tmp_path / "made")
    assert (tmp_path / "export.csv").read_bytes() == before
    found = counts(tmp_path / "made")
    for place, item in ((31, "job_stake_always"), (34, "job_stake_standby"), (37, "job_stake_request")):
        said = Counter(row[place] for row in rows)
        assert found[item] == Counter({1: said["Not at all"], 2: said["Somewhat"], 3: said["Absolutely"]})
    voiced = Counter(row[14] for row in rows)
    assert found["barriers_voice"] == Counter({1: voiced["No"], 2: voiced["Occasionally"], 3: voiced["Yes"]})
    lifted = [row[24] for row in rows if not row[24].startswith("Not applicable")]
    assert sum(found["safety_experienced"].values()) == len(lifted)
    answers = {entry.item: entry for entry in report.answers}
    assert answers["safety_experienced"].not_applicable == 60 - len(lifted)
    assert report.rows == 60
    assert len(report.used) + len(report.dropped) == 40
    assert sum(report.departments.values()) == 60


def test_the_sample_folder_holds_no_data_and_is_no_client() -> None:
    assert {path.name for path in SAMPLE.iterdir()} == {"survey_map.yaml", "README.md"}


# --- a small survey, and everything that can be wrong with it ---------------------------------------------------------

HEADERS = ["Timestamp", "Team", "Is it useful?", "Is it useful?", "Comment"]
ROWS = [
    ["2026-03-01", "North", "Yes", "Agree", "Fine"],
    ["2026-03-02", "South", "No", "Disagree", ""],
    ["2026-03-03", "north ", "It\u2019s not for me", "strongly\u00a0agree", "- slow"],
    ["2026-03-04", "South", "", "Neither agree nor disagree", "=1+1"],
]


def small_map() -> dict[str, Any]:
    return {
        "name": "Small survey",
        "source": "Made for a test",
        "wave": "one",
        "engagement": {
            "client": "Small Ltd",
            "departments": [{"name": "North", "headcount": 9}, {"name": "South", "headcount": 8}],
        },
        "respondent": {"number": True},
        "segments": {"department": {"column": "Team", "values": {"North": "North", "South": "South"}}},
        "items": [
            {
                "position": 3,
                "item": "useful",
                "construct": "visible_benefit",
                "reversed": False,
                "answers": ["No", "Yes"],
                "values": {"No": 1, "Yes": 2, "It's not for me": None},
            },
            {"column": "Is it useful?", "position": 4, "item": "tru_2"},
        ],
        "comment": {"column": "Comment"},
        "drop": [{"column": "Timestamp", "reason": "Not needed"}],
    }


class Small:
    """A small export, its mapping and a folder to import into, each of which a test may spoil."""

    def __init__(self, folder: Path) -> None:
        self.headers, self.rows, self.map = list(HEADERS), [list(row) for row in ROWS], small_map()
        self.export, self.mapping, self.into = folder / "export.csv", folder / "map.yaml", folder / "client"

    def write(self, delimiter: str = ",", encoding: str = "utf-8") -> None:
        with self.export.open("w", newline="", encoding=encoding) as stream:
            csv.writer(stream, delimiter=delimiter).writerows([self.headers, *self.rows])
        self.mapping.write_text(yaml.safe_dump(self.map, sort_keys=False, allow_unicode=True), encoding="utf-8")

    def run(self, **options: bool) -> Any:
        return import_survey(self.export, self.mapping, self.into, **options)

    def problems(self) -> tuple[Problem, ...]:
        with pytest.raises(InputError) as caught:
            self.run()
        assert not self.into.exists() or not (self.into / "employee_survey.csv").exists()
        assert not [path for path in self.export.parent.iterdir() if path.name.startswith(".")]
        assert all(problem.message and problem.remedy for problem in caught.value.problems)
        return tuple(problem for problem in caught.value.problems if problem.severity == "error")

    def frame(self) -> pd.DataFrame:
        return Engagement.open(self.into).table("employee_survey")


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return Small(tmp_path)


def test_a_small_survey_comes_in_whatever_its_blanks_case_and_quotation_marks(small: Small) -> None:
    small.write()
    report = small.run()
    frame = small.frame()
    assert sorted(frame["respondent"]) == ["R001", "R002", "R003", "R004"]
    assert frame["department"].value_counts().to_dict() == {"North": 2, "South": 2}
    assert Counter(frame["useful"].dropna()) == Counter({1: 1, 2: 1})
    assert sorted(frame["tru_2"]) == [2, 3, 4, 5]
    useful = report.answers[0]
    assert (useful.counts, useful.not_applicable, useful.empty) == ((("No", 1), ("Yes", 1)), 1, 1)
    question = next(q for q in Engagement.open(small.into).questions if q.id == "useful")
    assert (question.text, question.answers, question.reversed) == ("Is it useful?", ("No", "Yes"), False)
    assert set(report.written) == {"employee_survey.csv", "survey_items.csv", "engagement.yaml"}
    assert "useful: No 1, Yes 1, not applicable 1, left empty 1" in format_import(report)


def test_formulas_in_comments_are_made_harmless_and_lists_are_left_alone(small: Small) -> None:
    small.rows[0][4] = "@SUM(A1)"
    small.write()
    report = small.run()
    assert set(small.frame()["comment"].dropna()) == {"'@SUM(A1)", "- slow", "'=1+1"}
    assert any("spreadsheet would take for a formula: 2" in warning.message for warning in report.warnings)


def test_made_up_pseudonyms_are_the_same_each_time_but_do_not_follow_the_export(tmp_path: Path) -> None:
    made_export(tmp_path / "export.csv")
    for name in ("one", "two"):
        import_survey(tmp_path / "export.csv", SAMPLE / "survey_map.yaml", tmp_path / name)
    first, second = (tmp_path / name / "employee_survey.csv" for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()
    with (tmp_path / "export.csv").open(encoding="utf-8", newline="") as stream:
        teams = [row[5] for row in list(csv.reader(stream))[1:]]
    frame = Engagement.open(tmp_path / "one").table("employee_survey")
    assert [normalised(team) for team in teams] != [normalised(name) for name in frame["department"]]
    assert list(frame["respondent"]) == [f"R{number:03d}" for number in range(1, 61)]


def spoil(path: tuple[str | int, ...], value: object) -> Callable[[Small], None]:
    def change(small: Small) -> None:
        at: Any = small.map
        for part in path[:-1]:
            at = at[part]
        if value is KeyError:
            del at[path[-1]]
        else:
            at[path[-1]] = value

    return change


def cell(row: int, column: int, value: str) -> Callable[[Small], None]:
    def change(small: Small) -> None:
        small.rows[row][column] = value

    return change


LABELS = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"]
THREE = [{"name": "North"}, {"name": "South"}, {"name": "West"}]
FAULTS: dict[str, tuple[Callable[[Small], None], str, str, int | None, str]] = {
    # name: how to spoil it, file, column, row (None: any), words of message or remedy
    "field unknown": (spoil(("souce",), "x"), "map.yaml", "souce", None, "“source”"),
    "field missing": (spoil(("wave",), KeyError), "map.yaml", "wave", 1, "required"),
    "number as text": (spoil(("items", 0, "values", "No"), "one"), "map.yaml", "items[0].values.No", None, "integer"),
    "no reference": (spoil(("items", 0, "position"), KeyError), "map.yaml", "items[0]", None, "position"),
    "respondent twice over": (
        spoil(("respondent", "column"), "Timestamp"),
        "map.yaml",
        "respondent",
        None,
        "not both",
    ),
    "department unclear": (
        spoil(("segments", "department", "all"), "North"),
        "map.yaml",
        "segments.department",
        None,
        "both",
    ),
    "item id": (spoil(("items", 0, "item"), "Is useful"), "map.yaml", "items[0].item", None, "does not fit"),
    "item reserved": (spoil(("items", 0, "item"), "comment"), "map.yaml", "items[0].item", None, "another column"),
    "item twice": (spoil(("items", 1, "item"), "useful"), "map.yaml", "items[1].item", None, "items[0]"),
    "construct unknown": (
        spoil(("items", 0, "construct"), "visible_benefits"),
        "map.yaml",
        "items[0].construct",
        None,
        "“visible_benefit”",
    ),
    "direction missing": (spoil(("items", 0, "reversed"), KeyError), "map.yaml", "items[0]", None, "which way"),
    "own item turned": (spoil(("items", 1, "reversed"), False), "map.yaml", "items[1].reversed", None, "is true"),
    "own item moved": (
        spoil(("items", 1, "construct"), "voice"),
        "map.yaml",
        "items[1].construct",
        None,
        "output_trust",
    ),
    "own item rescaled": (
        spoil(("items", 1, "answers"), ["a", "b"]),
        "map.yaml",
        "items[1].answers",
        None,
        "has 5 answers",
    ),
    "point outside": (spoil(("items", 0, "values", "Yes"), 3), "map.yaml", "items[0].values.Yes", None, "1 to 2"),
    "one label": (spoil(("items", 0, "answers"), ["No"]), "map.yaml", "items[0].answers", None, "between two"),
    "twelve labels": (spoil(("items", 0, "answers"), LABELS), "map.yaml", "items[0].answers", None, "eleven"),
    "label with semicolon": (
        spoil(("items", 0, "answers"), ["No;", "Yes"]),
        "map.yaml",
        "items[0].answers[0]",
        None,
        "semicolon",
    ),
    "label twice": (
        spoil(("items", 0, "answers"), ["Yes", "yes "]),
        "map.yaml",
        "items[0].answers[0]",
        None,
        "repeated",
    ),
    "text twice": (spoil(("items", 0, "values", "yes"), 2), "map.yaml", "items[0].values.yes", None, "“Yes”"),
    "level unknown": (
        spoil(("segments", "level"), {"column": "Timestamp", "values": {"x": "boss"}}),
        "map.yaml",
        "segments.level.values.x",
        None,
        "team_lead",
    ),
    "role untranslated": (
        spoil(("segments", "role"), {"column": "Timestamp"}),
        "map.yaml",
        "segments.role",
        None,
        "values",
    ),
    "choice unknown": (
        spoil(("forced_choice",), {"column": "Timestamp", "values": {"x": "fear"}}),
        "map.yaml",
        "forced_choice.values.x",
        None,
        "own_interests",
    ),
    "department unknown": (
        spoil(("segments", "department", "values", "North"), "Nort"),
        "map.yaml",
        "segments.department.values.North",
        None,
        "“North”",
    ),
    "header unknown": (spoil(("comment", "column"), "Coment"), "map.yaml", "comment", None, "“Comment”"),
    "header repeated": (spoil(("items", 1, "position"), KeyError), "map.yaml", "items[1]", None, "positions 3, 4"),
    "position beyond": (spoil(("items", 0, "position"), 9), "map.yaml", "items[0]", None, "only 5 columns"),
    "position disagrees": (spoil(("items", 1, "position"), 5), "map.yaml", "items[1]", None, "“Comment”"),
    "column twice": (spoil(("drop", 0, "column"), "Team"), "map.yaml", "drop[0]", None, "segments.department"),
    "column unmapped": (spoil(("drop",), []), "export.csv", "1 “Timestamp”", 1, "drop"),
    "headcount missing": (
        spoil(("engagement", "departments", 1), {"name": "South"}),
        "map.yaml",
        "engagement.departments[1]",
        None,
        "respondents",
    ),
    "no departments": (spoil(("engagement", "departments"), []), "map.yaml", "engagement", None, "headcount"),
    "headcount of nobody": (
        spoil(("engagement",), {"client": "S", "headcount": "respondents", "departments": THREE}),
        "map.yaml",
        "engagement.departments[2]",
        None,
        "nobody",
    ),
    "settings unknown": (spoil(("engagement", "sektor"), "x"), "map.yaml", "engagement.sektor", None, "“sector”"),
    "settings value": (spoil(("engagement", "as_of"), "soon"), "map.yaml", "engagement.as_of", None, "date"),
    "no settings": (spoil(("engagement",), KeyError), "engagement.yaml", "", None, "block engagement"),
    "answer unknown": (cell(1, 2, "Nope"), "export.csv", "3 “Is it useful?”", 3, "items[0].values"),
    "answer of an own item": (cell(0, 3, "Agre"), "export.csv", "4 “Is it useful?”", 2, "“Agree”"),
    "team unknown": (cell(2, 1, "East"), "export.csv", "2 “Team”", 4, "given by 1"),
    "team empty": (cell(2, 1, " "), "export.csv", "2 “Team”", 4, "other"),
    "comment long": (cell(3, 4, "x" * 5001), "export.csv", "5 “Comment”", 5, "5000"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_place_and_remedy(small: Small, name: str) -> None:
    change, file, column, row, words = FAULTS[name]
    change(small)
    small.write()
    found = [problem for problem in small.problems() if (problem.file, problem.column) == (file, column)]
    assert found, name
    assert any(words in f"{problem.message} {problem.remedy}" for problem in found), [str(p) for p in found]
    assert row is None or row in [problem.row for problem in found]


def test_the_line_of_the_mapping_is_named(small: Small) -> None:
    small.map["items"][0]["construct"] = "nothing_of_the_kind"
    small.write()
    line = small.mapping.read_text(encoding="utf-8").splitlines().index("  construct: nothing_of_the_kind") + 1
    assert [problem.row for problem in small.problems()] == [line]


def test_all_faults_of_mapping_export_and_folder_are_named_at_once(small: Small) -> None:
    for name in ("construct unknown", "own item turned", "department unknown", "column unmapped", "headcount missing"):
        FAULTS[name][0](small)
    for name in ("answer unknown", "answer of an own item", "team unknown"):
        FAULTS[name][0](small)
    small.headers += ["Extra one", "Extra two"]
    small.rows = [[*row, "x", "y"] for row in small.rows]
    small.write()
    problems = small.problems()
    assert len(problems) == 10
    unmapped = [problem.column for problem in problems if problem.file == "export.csv" and problem.row == 1]
    assert unmapped == ["1 “Timestamp”", "6 “Extra one”", "7 “Extra two”"]


def test_an_unknown_answer_is_counted_and_free_text_taken_for_a_scale_is_cut_short(small: Small) -> None:
    small.rows = [["t", "North", "Perhaps" if number < 30 else f"text {number}", "Agree", ""] for number in range(60)]
    small.write()
    problems = small.problems()
    assert "given by 30" in problems[0].message
    assert len(problems) == 21
    assert problems[-1].message.startswith("11 further answers")


@pytest.mark.parametrize(
    ("ids", "row", "words"),
    [
        (["a", "b", "A ", "d"], 4, "row 2"),
        (["a", "", "c", "d"], 3, "pseudonym"),
        (["a", "b", "c", "jo@example.org"], 5, "e-mail"),
    ],
)
def test_respondents_need_one_pseudonym_each(small: Small, ids: list[str], row: int, words: str) -> None:
    small.map["respondent"] = {"column": "Timestamp"}
    small.map["drop"] = []
    for line, name in zip(small.rows, ids, strict=True):
        line[0] = name
    small.write()
    (problem,) = small.problems()
    assert problem.row == row
    assert words in problem.message


def test_given_pseudonyms_are_kept_and_their_order_is_not(small: Small) -> None:
    small.map["respondent"] = {"column": "Timestamp"}
    small.map["drop"] = []
    small.write()
    small.run()
    assert set(small.frame()["respondent"]) == {row[0] for row in ROWS}


def test_other_and_empty_departments_go_where_the_mapping_says(small: Small) -> None:
    small.map["segments"]["department"]["other"] = "South"
    small.rows[0][1], small.rows[2][1] = "Elsewhere", ""
    small.write()
    small.run()
    assert set(small.frame()["department"]) == {"South"}


def test_one_department_for_all_when_the_export_does_not_say(small: Small) -> None:
    small.map["segments"]["department"] = {"all": "north"}
    small.map["drop"].append({"column": "Team", "reason": "Not a department"})
    small.write()
    small.run()
    assert set(small.frame()["department"]) == {"North"}


def test_headcounts_from_respondents_are_owned_up_to_and_small_departments_warned_of(small: Small) -> None:
    small.map["engagement"] = {"client": "Small Ltd", "headcount": "respondents", "survey_note": "A note."}
    small.write()
    report = small.run()
    settings = Engagement.open(small.into).settings
    assert settings.headcounts == {"North": 2, "South": 2}
    assert settings.survey_note.startswith("A note. How many people work in each department is not known")
    assert any("North, South" in warning.message for warning in report.warnings)


def test_yes_and_no_stay_words_and_a_repeated_key_is_refused(small: Small) -> None:
    small.write()
    text = small.mapping.read_text(encoding="utf-8").replace("'No'", "No").replace("'Yes'", "Yes")
    small.mapping.write_text(text, encoding="utf-8")
    small.run()
    assert Engagement.open(small.into).questions[0].answers == ("No", "Yes")
    small.mapping.write_text(text + "wave: two\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"row \d+.*“wave” stands twice"):
        small.run(force=True)


@pytest.mark.parametrize("text", ["", "just a text", "- a\n- b\n", "a: [1", "\x00", "a: *nowhere"])
def test_a_file_that_is_no_mapping_is_named(small: Small, text: str) -> None:
    small.write()
    small.mapping.write_text(text, encoding="utf-8")
    (problem,) = small.problems()
    assert problem.file == "map.yaml"


# --- files and folders ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(",", "utf-8-sig"), (";", "utf-8"), ("\t", "utf-16"), ("|", "cp1252")]
)
def test_delimiter_and_encoding_are_found_out(small: Small, delimiter: str, encoding: str) -> None:
    small.rows[0][4] = "Größe, Maß, Weg, Ziel"
    small.write(delimiter, encoding)
    report = small.run()
    assert "Größe, Maß, Weg, Ziel" in set(small.frame()["comment"].dropna())
    assert any("Windows" in f"{w.message}{w.remedy}" for w in report.warnings) == (encoding == "cp1252")


def test_a_workbook_gives_the_same_tables_as_a_text_file(small: Small) -> None:
    small.write()
    small.run()
    plain = sorted(map(str, small.frame().drop(columns="respondent").to_dict("records")))
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in [small.headers, *small.rows]:
        page.append(["'" + value if value.startswith("=") else value for value in row])
    small.export = small.export.with_suffix(".xlsx")
    book.save(small.export)
    small.run(force=True)
    assert sorted(map(str, small.frame().drop(columns="respondent").to_dict("records"))) == plain
    small.map["sheet"] = "Sheat"
    small.mapping.write_text(yaml.safe_dump(small.map), encoding="utf-8")
    with pytest.raises(InputError, match="“Sheet”"):
        small.run(force=True)


def test_points_written_as_numbers_in_a_workbook_are_understood(small: Small) -> None:
    small.map["items"][1]["values"] = {str(point): point for point in range(1, 6)}
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(small.headers)
    for point, row in enumerate(small.rows, start=1):
        page.append([*row[:3], float(point), "text"])
    small.write()
    small.export = small.export.with_suffix(".xlsx")
    book.save(small.export)
    small.run()
    assert sorted(small.frame()["tru_2"]) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no answers"),
        (b"Team,Other\r\n", "no answers"),
        (b"Team,Other\r\nNorth\r\n", "number of cells"),
        (b'Team,Other\r\nNorth,"open\r\nSouth,x\r\n', "quotation marks"),
        (b"Team,Other\r\nNo\x00rth,x\r\n", "no text has"),
    ],
)
def test_a_damaged_export_is_named(small: Small, content: bytes, words: str) -> None:
    small.write()
    small.export.write_bytes(content)
    problems = small.problems()
    assert any(words in f"{problem.message} {problem.remedy}".casefold() for problem in problems), [
        str(p) for p in problems
    ]


@pytest.mark.parametrize("name", ["missing.csv", "answers.pdf", "broken.xlsx"])
def test_an_export_that_cannot_be_read_is_named(small: Small, name: str) -> None:
    small.write()
    small.export = small.export.with_name(name)
    if name != "missing.csv":
        small.export.write_bytes(b"no table")
    (problem,) = small.problems()
    assert problem.file == name


def test_a_survey_that_stands_there_is_only_replaced_when_told_to(small: Small) -> None:
    small.write()
    small.run()
    before = {path.name: path.read_bytes() for path in small.into.iterdir()}
    small.rows = small.rows[:2]
    small.write()
    with pytest.raises(InputError, match="--force"):
        small.run()
    assert {path.name: path.read_bytes() for path in small.into.iterdir()} == before
    report = small.run(force=True)
    assert len(small.frame()) == 2
    assert (small.into / "engagement.yaml").read_bytes() == before["engagement.yaml"]
    assert report.written == ("employee_survey.csv", "survey_items.csv")
    assert any("was not used" in warning.message for warning in report.warnings)


def test_settings_that_stand_there_decide_which_departments_exist(small: Small) -> None:
    small.into.mkdir()
    settings = {"client": "Other Ltd", "departments": [{"name": "North", "headcount": 9}]}
    (small.into / "engagement.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    small.write()
    (problem,) = small.problems()
    assert problem.column == "segments.department.values.South"
    small.map["segments"]["department"]["values"]["South"] = "NORTH"
    small.write()
    small.run()
    assert set(small.frame()["department"]) == {"North"}
    assert Engagement.open(small.into).settings.client == "Other Ltd"


def test_a_table_that_is_filled_elsewhere_in_the_folder_is_named(small: Small) -> None:
    small.into.mkdir()
    book = openpyxl.Workbook()
    page = book.create_sheet("employee_survey")
    page.append(["respondent", "department", "wave"])
    book.save(small.into / "engagement.xlsx")
    small.write()
    small.run()
    (small.into / "employee_survey.csv").unlink()
    page.append(["r1", "North", "one"])
    book.save(small.into / "engagement.xlsx")
    (small.into / "survey_items.parquet").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        small.run(force=True)
    found = {(problem.file, problem.sheet) for problem in caught.value.problems if problem.severity == "error"}
    assert found == {("engagement.xlsx", "employee_survey"), ("survey_items.parquet", "")}


def test_an_export_inside_the_folder_or_a_file_for_a_folder_is_refused(small: Small) -> None:
    small.write()
    small.into.mkdir()
    inside = small.into / "export.csv"
    inside.write_bytes(small.export.read_bytes())
    with pytest.raises(InputError, match="Move it out"):
        import_survey(inside, small.mapping, small.into)
    with pytest.raises(InputError, match="this is a file"):
        import_survey(small.export, small.mapping, small.export)


def test_the_export_is_never_changed(small: Small) -> None:
    small.write()
    before = hashlib.sha256(small.export.read_bytes()).digest()
    small.run()
    assert hashlib.sha256(small.export.read_bytes()).digest() == before


def test_a_failure_while_writing_leaves_everything_as_it_was(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    small.write()
    small.run()
    before = {path.name: path.read_bytes() for path in small.into.iterdir()}
    moved = Path.replace

    def full_disk(self: Path, target: Path) -> Path:
        if self.name == "survey_items.csv":
            raise OSError(28, "No space left on device")
        return moved(self, target)

    monkeypatch.setattr(Path, "replace", full_disk)
    small.rows = small.rows[:3]
    small.write()
    with pytest.raises(InputError, match="No space left"):
        small.run(force=True)
    assert {path.name: path.read_bytes() for path in small.into.iterdir()} == before
    assert not [path for path in small.into.parent.iterdir() if path.name.startswith(".")]


def test_the_documented_example_works_on_the_export_it_describes(tmp_path: Path) -> None:
    mapping = TEMPLATES / "survey_map_example.yaml"
    pairs = [
        ("Timestamp", "1 March"),
        ("E-mail", "a@example.org"),
        ("Where do you work?", "Sales team"),
        ("Do you lead people?", "No"),
        ("I can name a task of mine that the AI tool is meant to help with.", "Agree"),
        ("Would you ask a colleague for help with the tool?", "I do not use it"),
        ("I can rely on what the AI tool produces for my work.", "4"),
        ("Which is most true of you?", "It works against me"),
        ("Anything else?", ""),
        ("", ""),
        ("Which tools?", "A, B"),
    ]
    with (tmp_path / "export.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(zip(*pairs, strict=True))
    import_survey(tmp_path / "export.csv", mapping, tmp_path / "example")
    frame = Engagement.open(tmp_path / "example").table("employee_survey")
    (answer,) = frame.to_dict("records")
    assert (answer["level"], answer["most_true"], answer["und_2"], answer["tru_2"]) == ("staff", "own_interests", 4, 4)
    assert pd.isna(answer["ask_for_help"])
