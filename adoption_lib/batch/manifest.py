"""What a report was made from: hashes of input, notebooks, method and package, and whether any of it has changed."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

from adoption_lib import __version__
from adoption_lib.batch.notebooks import Source

__all__ = ["MANIFEST", "Manifest", "file_hash", "input_hashes", "new_manifest", "read_manifest"]

MANIFEST = "manifest.json"
_KIND = "adoption-report"
_SCHEMA = 1
_LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib", "papermill", "nbconvert", "ipykernel")


@dataclass(frozen=True)
class Manifest:
    """What one report was made from and what it consists of; it holds no date, no path and no name of a machine.

    ``notebooks`` maps a notebook's stem to its hash and parameters; ``inputs`` and ``outputs`` map relative names to
    hashes. The manifest itself is not among the outputs.
    """

    client: str
    language: str | None
    method: Mapping[str, str]
    package: Mapping[str, str]
    libraries: Mapping[str, str]
    inputs: Mapping[str, str]
    notebooks: Mapping[str, Mapping[str, Any]]
    outputs: Mapping[str, str]
    kind: str = _KIND
    schema: int = _SCHEMA

    def same_ground(self, other: Manifest) -> bool:
        """Whether both rest on the same input, method, package and libraries: notebooks and outputs apart."""
        return replace(self, notebooks={}, outputs={}) == replace(other, notebooks={}, outputs={})

    def current(self, wanted: Manifest) -> list[str]:
        """Stems of notebooks here that need not run again for ``wanted``: same ground, same source and parameters."""
        if not self.same_ground(wanted):
            return []
        return [stem for stem, entry in self.notebooks.items() if wanted.notebooks.get(stem) == entry]

    def intact(self, report: Path, names: Iterable[str] | None = None) -> bool:
        """Whether the outputs in ``report`` (those in ``names``) are still what was written."""
        try:
            return all(
                file_hash(report / name) == self.outputs[name] for name in (self.outputs if names is None else names)
            )
        except (OSError, KeyError):
            return False

    def text(self) -> str:
        """Write the manifest as JSON."""
        return json.dumps(asdict(self), sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def new_manifest(slug: str, folder: Path, sources: Iterable[Source], language: str | None = None) -> Manifest:
    """Describe what a report that is yet to be made would rest on; it has no outputs."""
    return Manifest(
        client=slug,
        language=language,
        method=_method(),
        package={"version": __version__, "sha256": package_hash()},
        libraries=_libraries(),
        inputs=input_hashes(folder),
        notebooks={
            source.stem: {"sha256": source.sha256, "parameters": {**source.given, "engagement": folder.name}}
            for source in sources
        },
        outputs={},
    )


def read_manifest(report: Path) -> Manifest | None:
    """Read the manifest of the report in a folder; None where there is none of this kind."""
    try:
        values = json.loads((report / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**values)
    except (OSError, ValueError, TypeError):
        return None
    mappings = (manifest.inputs, manifest.notebooks, manifest.outputs)
    sound = manifest.kind == _KIND and manifest.schema == _SCHEMA and all(isinstance(part, dict) for part in mappings)
    return manifest if sound else None


def input_hashes(folder: Path) -> dict[str, str]:
    """Hashes of all files an engagement may be read from, by relative name: its own and those in communications/."""
    paths = [*folder.iterdir(), *_inside(folder / "communications")]
    return {
        path.relative_to(folder).as_posix(): file_hash(path)
        for path in sorted(paths)
        if path.is_file() and not path.name.startswith((".", "~$"))
    }


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=1)
def package_hash() -> str:
    """SHA-256 over the sources of this package, its notebooks apart: those have hashes of their own."""
    root = Path(str(files("adoption_lib")))
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.is_file() and "__pycache__" not in parts and parts[0] != "notebooks" and path.suffix != ".pyc":
            digest.update("/".join(parts).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _method() -> dict[str, str]:
    from adoption_lib.method import METHOD, method_hash

    return {"version": METHOD.version, "sha256": method_hash()}


@lru_cache(maxsize=1)
def _libraries() -> dict[str, str]:
    """Versions that figures depend on; another version may draw or round differently."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def _inside(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []
