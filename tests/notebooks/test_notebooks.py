"""The notebooks hold no logic, say what the method says, and reproduce their stored outputs."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from adoption_lib.batch.refresh import with_method_text
from adoption_lib.batch.site import sections_of
from adoption_lib.method import METHOD

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FIRST_DEPTH = {"A0", "A1", "A3", "A5", "B1", "B2", "B8", "B11", "C3", "C4", "C5", "C13", "C16"}

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def test_three_notebooks_answer_the_elements_of_the_first_depth():
    assert [path.stem for path in NOTEBOOKS] == [
        "01_capability_assessment",
        "02_resistance_diagnosis",
        "03_hybrid_engagement_plan",
    ]
    shown = [section.element for path in NOTEBOOKS for section in sections_of(read(path))]
    assert len(shown) == len(set(shown)), "an element is shown twice"
    assert set(shown) == FIRST_DEPTH
    for path in NOTEBOOKS:
        for section in sections_of(read(path)):
            assert METHOD.elements[section.element].notebook == path.stem


@each
def test_method_text_is_current(path: Path):
    committed = read(path)
    fresh = with_method_text(committed)
    assert [cell.source for cell in committed.cells] == [cell.source for cell in fresh.cells], "run `make notebooks`"


@each
def test_code_cells_are_thin(path: Path):
    for cell in read(path).cells:
        if cell.cell_type != "code":
            continue
        lines = [line for line in cell.source.splitlines() if line and not line.startswith(("from ", "import "))]
        assert len(lines) <= 4, cell.source
        assert not re.search(r"^\s*(for|while|if|def|class)\b", cell.source, re.MULTILINE), cell.source


@each
def test_one_parameters_cell_with_types_defaults_and_help(path: Path):
    cells = [cell for cell in read(path).cells if "parameters" in cell.metadata.get("tags", [])]
    assert len(cells) == 1
    for line in cells[0].source.splitlines():
        assert re.fullmatch(r"\w+: \w+ = .+  # .+", line), line


@each
def test_one_title_and_ordered_headings(path: Path):
    levels = [
        len(match.group(1))
        for cell in read(path).cells
        if cell.cell_type == "markdown"
        for match in re.finditer(r"^(#+) ", cell.source, re.MULTILINE)
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


@each
def test_outputs_are_kept_and_hold_no_path_date_or_address(path: Path):
    notebook = read(path)
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert outputs, "run `make notebooks`"
    text = re.sub(r"base64,[A-Za-z0-9+/=]+", "", str(outputs))
    assert not re.search(r"0x[0-9a-f]{6,}|/(?:home|Users|root|tmp)/|" + re.escape(str(ROOT)), text)
    assert not any(output.output_type == "stream" and output.name == "stderr" for output in outputs)
    assert not any(output.output_type == "error" for output in outputs)
    assert "execution" not in str([cell.metadata for cell in notebook.cells])


@each
def test_stored_outputs_reproduce(path: Path, tmp_path: Path):
    sanitize = ROOT / "adoption_lib" / "batch" / "nbval_sanitize.cfg"
    folder = tmp_path / "notebooks"
    folder.mkdir()
    shutil.copy(path, folder)
    (tmp_path / "data_templates").symlink_to(ROOT / "data_templates")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "--nbval-sanitize-with", str(sanitize)),
            *("-p", "no:cacheprovider", "-p", "no:xdist", "-q", "--rootdir", str(folder), str(folder / path.name)),
        ],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stdout[-4000:]
