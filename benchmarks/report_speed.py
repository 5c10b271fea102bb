"""How fast reports are made, as ratios in one run on one machine.

Three ways to make the same pages from the same notebooks and clients:

* ``papermill`` and ``jupyter nbconvert`` as two commands per notebook, the way most people do it today;
* the papermill and nbconvert libraries in one process;
* ``adoption report`` with one worker and with two.

Absolute seconds depend on the machine and are printed only so that the ratios can be checked. Every page that was timed
is checked to hold its pictures.

    python benchmarks/report_speed.py [--clients N]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "data_templates" / "samples"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("0*.ipynb"))


def clients(limit: int) -> list[Path]:
    """Sample clients, at most ``limit``."""
    return sorted(path.parent for path in SAMPLES.glob("*/engagement.yaml"))[:limit]


def two_commands(folders: list[Path], out: Path) -> None:
    """Run ``papermill`` then ``jupyter nbconvert`` for each notebook of each client."""
    for folder in folders:
        for notebook in NOTEBOOKS:
            target = out / f"{folder.name}-{notebook.name}"
            run = [
                sys.executable,
                "-m",
                "papermill",
                str(notebook),
                str(target),
                "--no-progress-bar",
                "--log-level",
                "ERROR",
            ]
            subprocess.run([*run, "-p", "engagement", str(folder)], check=True, capture_output=True)
            export = [sys.executable, "-m", "nbconvert", "--to", "html", "--no-input", str(target)]
            subprocess.run(export, check=True, capture_output=True)


def one_process(folders: list[Path], out: Path) -> None:
    """Use the papermill and nbconvert libraries in this process."""
    import nbformat
    import papermill
    from nbconvert.exporters import HTMLExporter

    exporter = HTMLExporter(exclude_input=True)
    for folder in folders:
        for notebook in NOTEBOOKS:
            target = out / f"{folder.name}-{notebook.name}"
            papermill.execute_notebook(notebook, target, {"engagement": str(folder)}, progress_bar=False)
            body, _ = exporter.from_notebook_node(nbformat.read(target, as_version=4))
            target.with_suffix(".html").write_text(body, encoding="utf-8")


def adoption(workers: int) -> Callable[[list[Path], Path], None]:
    """Use this package with ``workers`` workers."""

    def run(folders: list[Path], out: Path) -> None:
        command = [sys.executable, "-m", "adoption_lib", "report", *map(str, folders), "--out", str(out), "--quiet"]
        subprocess.run([*command, "--workers", str(workers)], check=True, capture_output=True)

    return run


def pictures(out: Path) -> int:
    """Pictures in all pages below ``out``; zero means that what was timed was wrong."""
    return sum(path.read_text(encoding="utf-8").count('<figure class="picture') for path in out.rglob("*.html"))


def main() -> int:
    """Time every way and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=3)
    folders = clients(parser.parse_args().clients)
    ways: dict[str, Callable[[list[Path], Path], None]] = {
        "papermill + jupyter nbconvert, two commands": two_commands,
        "papermill and nbconvert libraries, one process": one_process,
        "adoption report, one worker": adoption(1),
        "adoption report, two workers": adoption(2),
    }
    reports = len(folders) * len(NOTEBOOKS)
    seconds = {}
    for name, way in ways.items():
        with tempfile.TemporaryDirectory() as temporary:
            started = time.perf_counter()
            way(folders, Path(temporary))
            seconds[name] = time.perf_counter() - started
            found = pictures(Path(temporary))
        if not found:
            print(f"{name}: the pages hold no picture; the figure would be meaningless", file=sys.stderr)
            return 1
        print(f"timed {name}: {found} pictures", file=sys.stderr)
    base = seconds[next(iter(ways))]
    print(f"\n{len(folders)} clients, {reports} notebooks, {os.cpu_count()} cores\n")
    print("| way | seconds a notebook | times as fast |\n|---|---|---|")
    for name, value in seconds.items():
        print(f"| {name} | {value / reports:.2f} | {base / value:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
