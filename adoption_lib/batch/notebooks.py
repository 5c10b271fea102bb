"""Which notebooks a report consists of, which parameters they take, and whether what was asked for exists."""

from __future__ import annotations

import ast
import difflib
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from adoption_lib.errors import BatchError

__all__ = ["Source", "chosen", "find_notebooks", "notebooks_folder", "with_parameters"]

OWN_PARAMETERS = ("engagement", "mode")
"""Parameters that the batch itself sets."""


@dataclass(frozen=True)
class Source:
    """One notebook of the report.

    ``known`` maps each parameter to the type and default its cell declares, ``given`` holds the values to run it with,
    ``offset`` is the position of the parameters cell, after which papermill puts a cell of its own if ``injects``;
    ``random_ids`` tells that the file has no cell ids and each reading makes up others.
    """

    stem: str
    path: Path
    sha256: str
    known: Mapping[str, tuple[str, str]]
    offset: int
    injects: bool
    random_ids: bool
    given: Mapping[str, Any]


def notebooks_folder() -> Path:
    """Find the product's notebooks: inside an installed package, or beside the package in a checkout."""
    package = Path(str(files("adoption_lib")))
    for candidate in (package / "notebooks", package.parent / "notebooks"):
        if candidate.is_dir() and any(candidate.glob("*.ipynb")):
            return candidate
    raise BatchError("the report's notebooks were not found beside the package; name their folder with --notebooks")


def find_notebooks(folder: str | os.PathLike[str] | None = None) -> tuple[Source, ...]:
    """Read the notebooks directly in ``folder`` (the product's own without one), sorted by name.

    Raises
    ------
    BatchError
        Lists each notebook that cannot be read or has no parameters cell with ``engagement``.
    """
    where = notebooks_folder() if folder is None else Path(folder).resolve()
    if not where.is_dir():
        raise BatchError(f"{where}: there is no such folder of notebooks")
    paths = sorted(path for path in where.glob("*.ipynb") if path.is_file() and not path.name.startswith("."))
    if not paths:
        raise BatchError(f"{where}: no notebook (*.ipynb) is in this folder")
    faults: list[str] = []
    sources = []
    for path in paths:
        try:
            sources.append(_source(path))
        except BatchError as error:
            faults.append(str(error))
    if faults:
        raise BatchError("\n".join(faults))
    return tuple(sources)


def chosen(sources: Sequence[Source], only: Iterable[str]) -> tuple[Source, ...]:
    """Keep the notebooks named in ``only`` (all, where it is empty); BatchError lists those that do not exist."""
    wanted = [name.removesuffix(".ipynb") for name in only]
    stems = [source.stem for source in sources]
    faults = [
        f"there is no notebook {name!r}{_closest(name, stems)}; there is {', '.join(stems)}"
        for name in wanted
        if name not in stems
    ]
    if faults:
        raise BatchError("\n".join(faults))
    return tuple(source for source in sources if not wanted or source.stem in wanted)


def with_parameters(
    sources: Sequence[Source], values: Mapping[str, str], language: str | None = None
) -> tuple[Source, ...]:
    """Give each notebook the values it declares, as the type it declares.

    A parameter only some of the notebooks know goes to those alone; one that none knows is an error.

    Raises
    ------
    BatchError
        Lists unknown parameters with the closest known one, those the batch sets itself, and values of another type.
    """
    settable = list(dict.fromkeys(name for source in sources for name in source.known if name not in OWN_PARAMETERS))
    faults: list[str] = []
    for name in values:
        if name in OWN_PARAMETERS:
            faults.append(f"parameter {name!r} is set by the batch; name the engagement's folder instead")
        elif name not in settable:
            listed = ", ".join(settable) or "none that can be set"
            faults.append(f"the notebooks have no parameter {name!r}{_closest(name, settable)}; they know {listed}")
    result = []
    for source in sources:
        given: dict[str, Any] = {"mode": "report"} if "mode" in source.known else {}
        if language is not None and "language" in source.known:
            given["language"] = language
        for name, text in values.items():
            if name in source.known and name not in OWN_PARAMETERS:
                try:
                    given[name] = _typed(text, *source.known[name])
                except ValueError as error:
                    faults.append(f"parameter {name!r} of {source.stem}: {error}")
        result.append(replace(source, given=given))
    if faults:
        raise BatchError("\n".join(dict.fromkeys(faults)))
    return tuple(result)


def _source(path: Path) -> Source:
    # Both are slow to import and an unchanged batch still has to answer quickly.
    import nbformat
    from papermill import inspect_notebook

    try:
        content = path.read_bytes()
        notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
        # papermill fills braces in paths; doubled ones stay what they are.
        known = inspect_notebook(str(path).replace("{", "{{").replace("}", "}}"))
    except OSError as error:
        raise BatchError(f"{path}: cannot be read ({error.strerror})") from error
    except Exception as error:  # nbformat and papermill raise many kinds for one mistake: this is no sound notebook
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise BatchError(f"{path}: this notebook cannot be used ({first[:160]})") from error
    positions = [i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", [])]
    if len(positions) != 1:
        raise BatchError(f"{path}: one cell must carry the tag 'parameters'; {len(positions)} do")
    if "engagement" not in known:
        raise BatchError(f"{path}: its parameters cell does not set 'engagement'")
    return Source(
        stem=path.stem,
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        known={name: (str(entry["inferred_type_name"]), str(entry["default"])) for name, entry in known.items()},
        offset=positions[0],
        injects=not any("injected-parameters" in cell.metadata.get("tags", []) for cell in notebook.cells),
        random_ids=(json.loads(content).get("nbformat_minor", 0) < 5),
        given={},
    )


def _typed(text: str, kind: str, default: str) -> Any:
    """``text`` as the declared type; an undeclared one follows the default."""
    if kind in ("", "None"):
        try:
            kind = type(ast.literal_eval(default)).__name__
        except (ValueError, SyntaxError):
            kind = "str"
    if kind == "bool":
        if text.lower() in ("true", "yes", "1"):
            return True
        if text.lower() in ("false", "no", "0"):
            return False
        raise ValueError(f"{text!r} is neither true nor false")
    if kind in ("int", "float"):
        try:
            return int(text) if kind == "int" else float(text)
        except ValueError:
            raise ValueError(f"{text!r} is not a number of type {kind}") from None
    return text


def _closest(name: str, known: Sequence[str]) -> str:
    match = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f" (did you mean {match[0]!r}?)" if match else ""
