from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from small_clients import NOTEBOOKS

from adoption_lib.batch.notebooks import chosen, find_notebooks, notebooks_folder, with_parameters
from adoption_lib.errors import BatchError


def test_the_products_own_notebooks_are_found_and_name_their_engagement() -> None:
    assert list(notebooks_folder().glob("*.ipynb"))
    assert all("engagement" in source.known for source in find_notebooks())


def test_an_unknown_notebook_is_answered_with_the_closest_and_the_list() -> None:
    sources = find_notebooks(NOTEBOOKS / "sound")
    assert [source.stem for source in chosen(sources, ["02_second.ipynb"])] == ["02_second"]
    with pytest.raises(BatchError, match=r"did you mean '02_second'\?\); there is 01_first, 02_second"):
        chosen(sources, ["02_secnd"])


def test_an_unknown_parameter_is_answered_with_the_closest_and_the_list() -> None:
    with pytest.raises(BatchError, match=r"no parameter 'wav' \(did you mean 'wave'\?\); they know wave, repeats"):
        with_parameters(find_notebooks(NOTEBOOKS / "sound"), {"wav": "1"})


@pytest.mark.parametrize("name", ["engagement", "mode"])
def test_what_the_batch_sets_cannot_be_set(name: str) -> None:
    with pytest.raises(BatchError, match="set by the batch"):
        with_parameters(find_notebooks(NOTEBOOKS / "sound"), {name: "x"})


def test_values_take_the_declared_type() -> None:
    source = with_parameters(find_notebooks(NOTEBOOKS / "sound"), {"wave": "2026", "repeats": "3"})[0]
    assert source.given == {"wave": "2026", "repeats": 3}
    with pytest.raises(BatchError, match="'many' is not a number"):
        with_parameters(find_notebooks(NOTEBOOKS / "sound"), {"repeats": "many"})


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("without_parameters", "one cell must carry the tag 'parameters'; 0 do"),
        ("nowhere", "no such folder of notebooks"),
        (".", "no notebook"),
    ],
)
def test_unusable_notebooks_are_named_before_anything_runs(folder: str, message: str) -> None:
    with pytest.raises(BatchError, match=message):
        find_notebooks(NOTEBOOKS / folder)


def test_a_file_that_is_no_notebook_is_named_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "01_cut.ipynb").write_text('{"cells": [')
    with pytest.raises(BatchError, match=r"01_cut\.ipynb: this notebook cannot be used"):
        find_notebooks(tmp_path)


def test_braces_in_a_path_are_only_braces(tmp_path: Path) -> None:
    shutil.copytree(NOTEBOOKS / "sound", tmp_path / "{pm} {0}")
    assert len(find_notebooks(tmp_path / "{pm} {0}")) == 2
