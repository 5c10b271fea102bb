"""Open the notebooks in JupyterLab, with the engagement within reach."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from adoption_lib.batch.clients import is_engagement
from adoption_lib.batch.notebooks import notebooks_folder
from adoption_lib.engagement import ENGAGEMENTS_VARIABLE
from adoption_lib.errors import BatchError

__all__ = ["lab_command", "start_lab", "working_notebooks"]


def working_notebooks(notebooks: Path | None = None, here: Path | None = None) -> Path:
    """Folder to work in: the notebooks named or those of the checkout; an installed package's are copied first.

    What is installed must stay as it is; the copies in ``adoption-notebooks`` are the user's and never replaced.
    """
    if notebooks is not None:
        if not notebooks.is_dir():
            raise BatchError(f"{notebooks}: there is no such folder of notebooks")
        return notebooks.resolve()
    source = notebooks_folder()
    if source.parent.name != "adoption_lib":
        return source
    copies = (here or Path.cwd()) / "adoption-notebooks"
    copies.mkdir(exist_ok=True)
    for path in sorted(source.glob("*.ipynb")):
        if not (copies / path.name).exists():
            shutil.copyfile(path, copies / path.name)
    return copies


def lab_command(folder: Path, browser: bool = True) -> list[str]:
    """Command that starts JupyterLab in ``folder``."""
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # In a container one is root; JupyterLab then starts only if told so.
        command.append("--allow-root")
    return command if browser else [*command, "--no-browser"]


def start_lab(engagement: Path | None = None, notebooks: Path | None = None, *, browser: bool = True) -> int:
    """Start JupyterLab and wait until it ends; returns its exit status.

    Raises
    ------
    BatchError
        JupyterLab is not installed, or a folder is not what it should be.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise BatchError(
            "JupyterLab is not installed; install the extra `workshop`: pip install 'adoption-lib[workshop]'"
        )
    environment = dict(os.environ)
    if engagement is not None:
        if not is_engagement(engagement):
            raise BatchError(f"{engagement}: there is no engagement.yaml in this folder")
        environment[ENGAGEMENTS_VARIABLE] = str(engagement.resolve().parent)
    folder = working_notebooks(notebooks)
    return subprocess.run(lab_command(folder, browser), env=environment, check=False).returncode  # noqa: S603
