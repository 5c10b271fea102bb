"""Where reports appear: whole or not at all, only inside the output folder, and never over something else."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adoption_lib.batch.locks import locked, try_lock
from adoption_lib.batch.manifest import MANIFEST, read_manifest
from adoption_lib.errors import BatchError

__all__ = ["OutputFolder", "open_output"]

_STATE = ".adoption"
_CLUTTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints"})


@dataclass(frozen=True)
class OutputFolder:
    """The folder of all reports; what only the operator needs lies in its hidden folder ``.adoption``."""

    root: Path

    @property
    def state(self) -> Path:
        """The operator's hidden folder."""
        return self.root / _STATE

    def report(self, slug: str) -> Path:
        """Where the report ``slug`` is published."""
        return self.root / slug

    @contextmanager
    def writing(self, slug: str) -> Iterator[bool]:
        """Be the only one to write report ``slug``, after whatever a dead run left; yields whether it had to wait."""
        with locked(self._lock(slug)) as waited:
            self._recover(slug)
            yield waited

    @contextmanager
    def partial(self, slug: str) -> Iterator[Path]:
        """Provide a new folder to make the report in, gone afterwards whatever happens; hold :meth:`writing`."""
        folder = self.state / f"partial-{slug}-{uuid.uuid4().hex[:12]}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def recover(self) -> list[str]:
        """Put right what dead runs left: finish or undo a swap, remove what was half made. Returns the reports."""
        slugs = {name.removeprefix("old-") for name in self._leftovers("old-")}
        slugs |= {name.removeprefix("partial-").rpartition("-")[0] for name in self._leftovers("partial-")}
        recovered = []
        for slug in sorted(slugs):
            with try_lock(self._lock(slug)) as held:
                if held:
                    self._recover(slug)
                    recovered.append(slug)
        return recovered

    def obstacle(self, slug: str) -> str:
        """Say what no batch wrote and stands in the place of report ``slug``; empty where nothing does."""
        target = self.report(slug)
        if target.is_symlink():
            return f"{target} is a link; reports are written to real folders only"
        if not target.exists():
            return ""
        if not target.is_dir():
            return f"{target} is a file"
        present = {
            path.relative_to(target).as_posix()
            for path in target.rglob("*")
            if not path.is_dir() and not _CLUTTER.intersection(path.relative_to(target).parts)
        }
        if not present:
            return ""
        manifest = read_manifest(target)
        if manifest is None:
            return f"{target} exists and is no report of this package; choose another output folder or move it away"
        foreign = sorted(present - set(manifest.outputs) - {MANIFEST})
        if foreign:
            listed = ", ".join(foreign[:5]) + (f" and {len(foreign) - 5} more" if len(foreign) > 5 else "")
            return f"{target} holds files that are not part of the report ({listed}); move them away"
        return ""

    def publish(self, slug: str, partial: Path) -> None:
        """Put the finished folder ``partial`` in the place of report ``slug``; hold :meth:`writing`."""
        target, old = self.report(slug), self.state / f"old-{slug}"
        _flush(partial)
        if target.exists():
            target.replace(old)
        try:
            partial.replace(target)
        except OSError:
            if old.exists():
                old.replace(target)
            raise
        _flush_folder(self.root)
        shutil.rmtree(old, ignore_errors=True)

    def _lock(self, slug: str) -> Path:
        return self.state / "locks" / f"{slug}.lock"

    def _leftovers(self, prefix: str) -> list[str]:
        return [entry.name for entry in self.state.iterdir() if entry.name.startswith(prefix)]

    def _recover(self, slug: str) -> None:
        old, target = self.state / f"old-{slug}", self.report(slug)
        if old.exists():
            if target.exists():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.replace(target)
        for name in self._leftovers(f"partial-{slug}-"):
            if name.removeprefix("partial-").rpartition("-")[0] == slug:
                shutil.rmtree(self.state / name, ignore_errors=True)


def open_output(out: str | os.PathLike[str]) -> OutputFolder:
    """Create the output folder where it is missing and make sure that it can be written to.

    Raises
    ------
    BatchError
        The folder is a file, cannot be created or written to, or its hidden folder leads elsewhere.
    """
    root = Path(out)
    try:
        root.mkdir(parents=True, exist_ok=True)
        root = root.resolve()
        state = root / _STATE
        if state.is_symlink():
            raise BatchError(f"{state} is a link; remove it")
        # It lists every client side by side: for the operator's eyes only.
        state.mkdir(mode=0o700, exist_ok=True)
        probe = state / f"probe-{uuid.uuid4().hex[:12]}"
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        raise BatchError(f"reports cannot be written to {root} ({error.strerror or error})") from error
    return OutputFolder(root)


def write_aside(path: Path, text: str) -> None:
    """Write a small file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}-{uuid.uuid4().hex[:8]}")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def write_json(path: Path, value: object) -> None:
    """Write ``value`` as JSON that is the same for the same value."""
    write_aside(path, json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False) + "\n")


def _flush(folder: Path) -> None:
    """Bring all files to the disk before the folder gets its public name: a power cut must not publish empty files."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
        else:
            _flush_folder(path)
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # some systems do not open folders
        return
    try:
        os.fsync(descriptor)
    except OSError:  # some file systems do not flush folders
        pass
    finally:
        os.close(descriptor)
