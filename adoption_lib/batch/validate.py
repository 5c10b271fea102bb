"""Do the published reports still come out of the data: every executed notebook run again, every output compared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from adoption_lib.batch.clients import is_engagement
from adoption_lib.batch.manifest import Manifest, input_hashes, read_manifest
from adoption_lib.batch.operator_state import read_states
from adoption_lib.batch.publish import OutputFolder
from adoption_lib.errors import BatchError

__all__ = ["Difference", "Validation", "format_validations", "validate"]


@dataclass(frozen=True)
class Difference:
    """One cell whose output did not come out again; ``old`` and ``new`` are the text around the first difference."""

    notebook: str
    cell: int
    first_line: str
    old: str
    new: str


@dataclass(frozen=True)
class Validation:
    """Result for one client: how many cells were compared, what differed, or why nothing could be compared."""

    slug: str
    cells: int
    differences: tuple[Difference, ...] = ()
    trouble: str = ""
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything came out as stored."""
        return not self.differences and not self.trouble


def validate(
    reports: str | os.PathLike[str],
    *,
    clients: Iterable[str] = (),
    against: str | os.PathLike[str] | None = None,
    timeout: int = 600,
) -> tuple[Validation, ...]:
    """Run the executed notebooks of reports again on their engagements and compare every stored output.

    Parameters
    ----------
    reports : path
        Output folder of a batch, or one report in it.
    clients : iterable of str
        Reports to validate; all without it.
    against : path, optional
        The engagement's folder, where the batch's own record of it is missing or wrong; for one report only.
    timeout : int
        Seconds that one cell may take.

    Raises
    ------
    BatchError
        There is no report, or none of the name given.
    """
    root = Path(reports).resolve()
    if not root.is_dir():
        raise BatchError(f"{reports}: there is no such folder of reports")
    if read_manifest(root) is not None:
        output, slugs = OutputFolder(root.parent), [root.name]
    else:
        output = OutputFolder(root)
        slugs = sorted(entry.name for entry in root.iterdir() if entry.is_dir() and read_manifest(entry) is not None)
    unknown = [name for name in clients if name not in slugs]
    if unknown:
        listed = ", ".join(slugs) or "no report at all"
        raise BatchError(f"{reports}: there is no report {', '.join(map(repr, unknown))}; there is {listed}")
    chosen = [slug for slug in slugs if slug in set(clients)] or slugs
    if not chosen:
        raise BatchError(f"{reports}: there is no report in this folder")
    if against is not None and len(chosen) != 1:
        raise BatchError(f"--against names the data of one report, but there are {len(chosen)}; choose with --client")
    return tuple(_one(output, slug, against, timeout) for slug in chosen)


def format_validations(validations: Sequence[Validation]) -> str:
    """Tell the results, for the command line."""
    lines = []
    for result in validations:
        if result.trouble:
            lines.append(f"{result.slug}: could not be validated: {result.trouble}")
        elif result.ok:
            lines.append(f"{result.slug}: all {result.cells} cells came out as stored")
        else:
            count = len(result.differences)
            lines.append(f"{result.slug}: {count} of {result.cells} cells did not come out as stored")
        for difference in result.differences:
            lines.append(f"  {difference.notebook}, cell {difference.cell} ({difference.first_line!r})")
            lines.append(f"    stored: {_one_line(difference.old)}")
            lines.append(f"    now:    {_one_line(difference.new)}")
        lines += [f"  note: {note}" for note in result.notes]
    failed = sum(not result.ok for result in validations)
    total = len(validations)
    noun = "report" if total == 1 else "reports"
    lines.append(f"{total - failed} of {total} {noun} reproduced")
    return "\n".join(lines)


def _one(output: OutputFolder, slug: str, against: str | os.PathLike[str] | None, timeout: int) -> Validation:
    report = output.report(slug)
    manifest = read_manifest(report)
    if manifest is None:
        return Validation(slug, 0, trouble="its manifest is gone")
    if against is not None:
        folder = Path(against).resolve()
    else:
        state = read_states(output).get(slug)
        if state is None:
            return Validation(slug, 0, trouble="no record tells where its data lie; name the folder with --against")
        folder = Path(state.engagement)
    if not folder.is_dir() or not is_engagement(folder):
        return Validation(slug, 0, trouble=f"there is no engagement in {folder}; name its folder with --against")
    notes = _notes(manifest, report, folder)
    names = sorted((report / "notebooks").glob("*.ipynb"))
    if not names:
        return Validation(slug, 0, trouble="it has no executed notebooks", notes=notes)
    with tempfile.TemporaryDirectory(prefix="adoption-validate-") as temporary:
        work = Path(temporary)
        lines, said = _run(names, folder, manifest, work, timeout)
    differences = tuple(
        Difference(line["notebook"], line["cell"], _first_line(line["source"]), line["old"], line["new"])
        for line in lines
        if line["outcome"] == "differs"
    )
    trouble = "" if lines else f"nbval did not run ({said})"
    return Validation(slug, len(lines), differences, trouble, notes)


def _run(
    names: Sequence[Path], folder: Path, manifest: Manifest, work: Path, timeout: int
) -> tuple[list[dict[str, Any]], str]:
    """Run nbval on copies of the notebooks in a process of its own; what it found by cell, and its last words."""
    from adoption_lib.batch.execute import kernel_environment

    notebooks, results = work / "notebooks", work / "results.jsonl"
    notebooks.mkdir()
    for path in names:
        (notebooks / path.name).write_text(_runnable(path, folder.name), encoding="utf-8")
    (work / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    environment = {**os.environ, **kernel_environment(folder, work), "ADOPTION_REPRODUCTION": str(results)}
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):  # the caller's own pytest settings are not ours
        environment.pop(name, None)
    with as_file(files("adoption_lib.batch") / "nbval_sanitize.cfg") as patterns:
        command = [sys.executable, "-m", "pytest", str(notebooks), "--nbval", "--nbval-current-env", "-q", "--color=no"]
        command += [f"--nbval-sanitize-with={patterns}", f"--nbval-cell-timeout={timeout}", f"--rootdir={work}"]
        command += ["-c", str(work / "pytest.ini"), "-p", "no:cacheprovider", "-p", "adoption_lib.batch.reproduction"]
        done = subprocess.run(command, env=environment, cwd=work, capture_output=True, text=True, check=False)  # noqa: S603
    told = results.read_text(encoding="utf-8").splitlines() if results.is_file() else []
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return [json.loads(line) for line in told], said[-1] if said else f"exit status {done.returncode}"


def _runnable(path: Path, engagement: str) -> str:
    """Write down each cell's position in a copy of the notebook, and give it the engagement's present name."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    position = 0
    for cell in notebook["cells"]:
        injected = "injected-parameters" in cell.get("metadata", {}).get("tags", [])
        position += not injected
        cell.setdefault("metadata", {})["adoption_position"] = position
        if injected:
            source = "".join(cell["source"])
            cell["source"] = "\n".join(
                f"engagement = {json.dumps(engagement)}" if line.startswith("engagement = ") else line
                for line in source.splitlines()
            )
    return json.dumps(notebook)


def _notes(manifest: Manifest, report: Path, folder: Path) -> tuple[str, ...]:
    notes = []
    if input_hashes(folder) != manifest.inputs:
        notes.append(f"the data in {folder} are not those the report was made from")
    if not manifest.intact(report):
        notes.append("files of the report were changed after it was made")
    return tuple(notes)


def _first_line(text: str) -> str:
    return next((line.strip()[:80] for line in text.splitlines() if line.strip()), "")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
