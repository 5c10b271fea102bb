"""Keep the committed notebooks current: their method text comes from the method data, their outputs from a sample.

A Markdown cell whose metadata name a method element (``{"adoption": {"element": "B2"}}``), a page or a text is written
from the method; all other cells belong to the author and are left alone. Run as a module::

    python -m adoption_lib.batch.refresh notebooks
"""

from __future__ import annotations

import copy
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from adoption_lib.errors import BatchError
from adoption_lib.method import METHOD, Method

__all__ = ["method_text", "refresh", "with_method_text"]


def method_text(cell: NotebookNode, method: Method = METHOD) -> str | None:
    """Text that the method prescribes for a cell; None where the cell is the author's own.

    Raises
    ------
    BatchError
        The cell names an element or a text that the method does not have.
    """
    owner = cell.metadata.get("adoption", {})
    if cell.cell_type != "markdown" or not owner:
        return None
    if "element" in owner:
        if owner["element"] not in method.elements:
            raise BatchError(f"a notebook cell names {owner['element']!r}, which is no element of the method")
        element = method.elements[owner["element"]]
        return f"## {element.question}\n\n**{element.name}.** {element.why}"
    key, level = (owner["page"], "#") if "page" in owner else (owner["text"], "##")
    return f"{level} {method.say(f'notebook.{key}.title')}\n\n{method.say(f'notebook.{key}.intro')}"


def with_method_text(notebook: NotebookNode, method: Method = METHOD) -> NotebookNode:
    """A copy of ``notebook`` whose method cells say what the method says today."""
    fresh = copy.deepcopy(notebook)
    for cell in fresh.cells:
        text = method_text(cell, method)
        if text is not None:
            cell.source = text
    return fresh


def refresh(path: Path) -> None:
    """Rewrite one notebook in place: method text, then a run on its default client, then no run metadata."""
    notebook = with_method_text(nbformat.read(path, as_version=4))
    place = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=600, resources=place, extra_arguments=["--log-level=ERROR"]).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    nbformat.write(notebook, path)


def main(arguments: list[str]) -> int:
    """Refresh every notebook in the folders or files named; return the exit status."""
    for name in arguments:
        found = sorted(Path(name).glob("*.ipynb")) if Path(name).is_dir() else [Path(name)]
        for path in found:
            print(f"refreshing {path}", flush=True)
            refresh(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
