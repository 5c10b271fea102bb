from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from small_clients import NOTEBOOKS, write_client

from adoption_lib.batch.report import report
from adoption_lib.batch.reproduction import first_difference
from adoption_lib.batch.validate import format_validations, validate
from adoption_lib.errors import BatchError


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of two clients, one of whose stored outputs is tampered with, and of one whose record is lost."""
    base = tmp_path_factory.mktemp("validate")
    for name in ("one", "two", "three"):
        write_client(base / "clients" / name)
    out = base / "out"
    assert report([base / "clients"], out, notebooks=NOTEBOOKS / "sound", only=["01_first"], workers=1).ok
    stored = out / "two" / "notebooks" / "01_first.ipynb"
    stored.write_text(stored.read_text().replace("2 limits are stated\\n", "9 limits are stated\\n"))
    (out / ".adoption" / "clients" / "three.json").unlink()
    return out


def test_a_tampered_output_is_named_with_stored_and_new_text(reports: Path) -> None:
    results = {result.slug: result for result in validate(reports)}
    assert results["one"].ok
    assert results["one"].cells == 5
    difference = results["two"].differences[0]
    assert (difference.notebook, difference.cell) == ("01_first.ipynb", 4)
    assert difference.old.strip() == "9 limits are stated"
    assert difference.new.strip() == "2 limits are stated"
    assert "changed after it was made" in results["two"].notes[0]
    assert "--against" in results["three"].trouble
    told = format_validations(list(results.values()))
    assert "one: all 5 cells came out as stored" in told
    assert "two: 1 of 5 cells did not come out as stored" in told
    assert told.endswith("1 of 3 reports reproduced")


def test_one_report_can_be_held_against_data_named_by_hand(reports: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(reports.parent / "clients" / "three", moved)
    result = validate(reports / "three", against=moved)[0]
    assert result.ok
    assert result.notes == ()
    write_client(moved, limits=6)
    result = validate(reports / "three", against=moved)[0]
    assert [difference.cell for difference in result.differences] == [4, 5]
    assert "not those the report was made from" in result.notes[0]


def test_data_that_are_gone_are_told(reports: Path, tmp_path: Path) -> None:
    copy = tmp_path / "out"
    shutil.copytree(reports, copy)
    state = copy / ".adoption" / "clients" / "one.json"
    state.write_text(json.dumps({**json.loads(state.read_text()), "engagement": str(tmp_path / "gone")}))
    assert "there is no engagement in" in validate(copy, clients=["one"])[0].trouble


def test_a_request_that_cannot_be_met_is_refused(reports: Path, tmp_path: Path) -> None:
    with pytest.raises(BatchError, match="no such folder"):
        validate(tmp_path / "nowhere")
    with pytest.raises(BatchError, match="no report in this folder"):
        validate(tmp_path)
    with pytest.raises(BatchError, match=r"no report 'four'; there is one, three, two"):
        validate(reports, clients=["four"])
    with pytest.raises(BatchError, match="choose with --client"):
        validate(reports, against=tmp_path)


def test_the_first_difference_is_shown_with_the_text_around_it() -> None:
    old = [{"output_type": "stream", "name": "stdout", "text": "x" * 500 + "old" + "y" * 500}]
    new = [{"output_type": "stream", "name": "stdout", "text": "x" * 500 + "new" + "y" * 500}]
    left, right = first_difference(old, new, around=10)
    assert (left, right) == ("x" * 10 + "old" + "y" * 7, "x" * 10 + "new" + "y" * 7)
    assert first_difference(old, [])[1] == "(nothing)"
    assert first_difference(old, old) == ("", "")
