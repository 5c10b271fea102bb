from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from adoption_lib import __version__
from adoption_lib.cli import main

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "tests" / "batch" / "notebooks"
SETTINGS = "client: Small Works\ndepartments:\n  - name: Sales\n    headcount: 12\n"


@pytest.fixture
def client(tmp_path: Path) -> Path:
    folder = tmp_path / "clients" / "one"
    folder.mkdir(parents=True)
    (folder / "engagement.yaml").write_text(SETTINGS)
    (folder / "tool_limits.csv").write_text("tool,limit\nReply drafting,knows no tariff of last year\n")
    return folder


def run(*arguments: str | Path):  # type: ignore[no-untyped-def]
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    code = (
        "import sys, click.testing, adoption_lib.cli as c; click.testing.CliRunner().invoke(c.main, ['--help']); "
        "print([m for m in ('pandas', 'numpy', 'papermill', 'nbconvert', 'yaml', 'pydantic') if m in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "command",
    [[], ["new"], ["check"], ["import"], ["import", "survey"], ["report"], ["validate"], ["lab"], ["version"]],
)
def test_every_command_explains_itself(command: list[str]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    if command not in ([], ["import"], ["version"]):
        assert "Example" in result.output
        assert f"adoption {' '.join(command)}" in result.output


def test_version_names_package_and_method() -> None:
    assert run("version").output.startswith(f"adoption_lib {__version__}, method ")


def test_a_new_engagement_passes_its_own_check_and_is_not_overwritten(tmp_path: Path) -> None:
    made = run("new", tmp_path / "acme")
    assert made.exit_code == 0, made.output
    assert (tmp_path / "acme" / "engagement.yaml").is_file()
    checked = run("check", tmp_path / "acme")
    assert checked.exit_code == 0, checked.output
    assert checked.output.rstrip().endswith("1 of 1 engagement ready for a report")
    again = run("new", tmp_path / "acme")
    assert again.exit_code == 1
    assert "Traceback" not in again.output


def test_check_names_every_problem_and_fails_on_errors_only(client: Path) -> None:
    assert run("check", client).exit_code == 0
    (client / "tool_limits.csv").write_text("tool,limit,stated_on\nReply drafting,,31 February 2026\n")
    result = run("check", client.parent)
    assert result.exit_code == 1
    assert "row 2, stated_on" in result.output
    assert "row 2, limit" in result.output
    listed = json.loads(run("check", client, "--format", "json").stdout)
    assert listed[0]["ready"] is False
    assert {problem["column"] for problem in listed[0]["problems"]} == {"stated_on", "limit"}


def test_check_of_nothing_is_a_wrong_call(tmp_path: Path) -> None:
    result = run("check", tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "there is no such folder" in result.stderr


def test_report_then_validate(client: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ["--out", out, "--notebooks", NOTEBOOKS / "sound", "--workers", "1", "--only", "02_second"]
    made = run("report", client, *options, "-p", "wave", "2026-03")
    assert made.exit_code == 0, made.output
    assert "[1/1] one: written" in made.stderr
    assert str(out / "one" / "index.html") in made.stdout
    assert "2026-03" in (out / "one" / "02_second.html").read_text()
    again = run("report", client, *options, "-p", "wave", "2026-03", "--quiet")
    assert again.stderr == ""
    assert "1 unchanged" in again.stdout
    checked = run("validate", out)
    assert checked.exit_code == 0, checked.output
    assert "one: all 3 cells came out as stored" in checked.output


def test_report_fails_with_1_where_a_client_fails_and_2_where_nothing_could_begin(client: Path, tmp_path: Path) -> None:
    out, notebooks = tmp_path / "out", ["--notebooks", NOTEBOOKS / "sound"]
    wrong = run("report", client, "--out", out, *notebooks, "-p", "wav", "x")
    assert wrong.exit_code == 2
    assert "did you mean 'wave'?" in wrong.stderr
    assert not out.exists()
    assert run("report", client, "--out", client / "engagement.yaml", *notebooks).exit_code == 2
    (client / "engagement.yaml").write_text("client: [")
    failed = run("report", client, "--out", out, *notebooks)
    assert failed.exit_code == 1
    assert "engagement.yaml" in failed.stdout
    assert "1 client: 1 failed" in failed.stdout
    assert "Traceback" not in failed.output


def test_import_survey_explains_a_missing_file(tmp_path: Path) -> None:
    result = run("import", "survey", tmp_path / "no.csv", "--map", tmp_path / "no.yaml", "--into", tmp_path / "acme")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert result.stderr.startswith("adoption: ")


def test_lab_says_what_to_install_and_starts_with_the_engagement_within_reach(
    client: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import adoption_lib.batch.lab as lab

    started: list[tuple[list[str], str]] = []

    class Done:
        returncode = 0

    def fake(command: list[str], env: dict[str, str], check: bool) -> Done:
        started.append((command, env["ADOPTION_ENGAGEMENTS"]))
        return Done()

    monkeypatch.setattr(lab.subprocess, "run", fake)
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda name: object())
    assert run("lab", client, "--notebooks", NOTEBOOKS / "sound", "--no-browser").exit_code == 0
    command, engagements = started[0]
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    place = f"--ServerApp.root_dir={NOTEBOOKS / 'sound'}"
    assert command[1:] == ["-m", "jupyterlab", place, *as_root, "--no-browser"]
    assert engagements == str(client.parent)
    assert run("lab", client.parent).exit_code == 2
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda name: None)
    missing = run("lab")
    assert missing.exit_code == 2
    assert "adoption-lib[workshop]" in missing.stderr


def test_installed_notebooks_are_copied_and_copies_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import adoption_lib.batch.lab as lab

    installed = tmp_path / "adoption_lib" / "notebooks"
    installed.mkdir(parents=True)
    (installed / "01_a.ipynb").write_text("new")
    monkeypatch.setattr(lab, "notebooks_folder", lambda: installed)
    folder = lab.working_notebooks(here=tmp_path)
    assert (folder / "01_a.ipynb").read_text() == "new"
    (folder / "01_a.ipynb").write_text("mine")
    assert (lab.working_notebooks(here=tmp_path) / "01_a.ipynb").read_text() == "mine"
