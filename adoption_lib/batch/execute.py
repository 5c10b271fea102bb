"""Run one notebook for one client, and tell in one line what went wrong where."""

from __future__ import annotations

import copy
import os
import re
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill import PapermillExecutionError, execute_notebook

from adoption_lib.batch.notebooks import Source
from adoption_lib.errors import BatchError

__all__ = ["Executed", "NotebookFailed", "execute", "kernel_environment", "paths_in"]

ENGAGEMENTS_VARIABLE = "ADOPTION_ENGAGEMENTS"
_INJECTED = "injected-parameters"
_PARAMETERS = "parameters"
_SLOW_START = ("Kernel died before replying", "Address already in use", "Kernel didn't respond")

# Working directory and environment belong to the process: in threads, one notebook runs at a time.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Executed:
    """A notebook that ran to its end, and notes on what it wrote to the error stream."""

    notebook: NotebookNode
    notes: tuple[str, ...]


class NotebookFailed(BatchError):
    """A notebook did not run to its end; ``log`` holds what only the operator should see."""

    def __init__(self, message: str, log: str = "") -> None:
        super().__init__(message)
        self.log = log

    def __reduce__(self) -> tuple[type[NotebookFailed], tuple[str, str]]:
        return (type(self), (str(self), self.log))


def execute(source: Source, folder: Path, work: Path, timeout: int) -> Executed:
    """Run ``source`` on the engagement in ``folder``.

    Parameters
    ----------
    source : Source
        With the parameters to run it with; ``engagement`` is added: the folder's name alone, so that no path of this
        machine enters the notebook.
    work : Path
        Empty folder that becomes the kernel's working directory.
    timeout : int
        Seconds that one cell may take.

    Returns
    -------
    Executed
        A notebook without times, paths and error streams: the same input gives the same bytes.

    Raises
    ------
    NotebookFailed
        Names notebook, cell, the cell's first line and the reason.
    """
    for attempt in (1, 2):
        started: list[tuple[int, str]] = []
        try:
            return _tidy(_run(source, folder, work, timeout, started), source)
        except (PapermillExecutionError, CellTimeoutError, DeadKernelError) as error:
            log = traceback.format_exc()
            if attempt == 1 and not started and _starting_trouble(error):
                continue
            raise NotebookFailed(_why(error, source, started, timeout), log) from error
        except NotebookFailed:
            raise
        except Exception as error:  # kernels fail in many ways; each of them costs one client its report, no more
            if attempt == 1 and not started and _starting_trouble(error):
                continue
            raise NotebookFailed(_why(error, source, started, timeout), traceback.format_exc()) from error
    raise AssertionError("unreachable")


def kernel_environment(folder: Path, work: Path) -> dict[str, str]:
    """Variables a kernel needs so that it finds this package and the engagement, and always computes the same.

    The user's own IPython profile is left out: its start-up files must not change a client's report.
    """
    package = Path(str(files("adoption_lib"))).parent
    path = os.environ.get("PYTHONPATH", "")
    if package.name not in ("site-packages", "dist-packages"):
        path = os.pathsep.join(part for part in (str(package), path) if part)
    return {
        ENGAGEMENTS_VARIABLE: str(folder.parent),
        "IPYTHONDIR": str(work / ".ipython"),
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": path,
    }


def paths_in(text: str, paths: Mapping[str, Path]) -> list[str]:
    """Which of the named ``paths`` stand in ``text``, as they are or as JSON escapes them."""
    found = []
    for name, path in paths.items():
        plain = str(path)
        if len(path.parts) < 2:  # "/" alone is in every text
            continue
        spellings = {plain, plain.replace("\\", "\\\\"), path.as_posix()}
        if any(re.search(rf"(?<![\w.]){re.escape(spelling)}(?![\w-])", text) for spelling in spellings):
            found.append(name)
    return found


def _run(source: Source, folder: Path, work: Path, timeout: int, started: list[tuple[int, str]]) -> NotebookNode:
    def note(cell: NotebookNode, cell_index: int) -> None:
        started.append((cell_index, cell.source))

    with _ONE_AT_A_TIME, _environment(kernel_environment(folder, work)):
        return execute_notebook(
            # papermill fills braces in paths; doubled ones stay what they are.
            str(source.path).replace("{", "{{").replace("}", "}}"),
            None,
            parameters={**source.given, "engagement": folder.name},
            progress_bar=False,
            log_output=False,
            request_save_on_cell_execute=False,
            cwd=str(work),
            execution_timeout=timeout,
            shutdown_kernel="immediate",
            extra_arguments=["--log-level=ERROR"],
            on_cell_execute=note,
        )


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _tidy(notebook: NotebookNode, source: Source) -> Executed:
    """Drop what differs from run to run or must not be read by others: times, paths, random ids, error streams."""
    result = copy.deepcopy(notebook)
    result.metadata.pop("papermill", None)
    result.metadata.pop("widgets", None)
    result.nbformat, result.nbformat_minor = 4, 5
    notes = []
    for index, cell in enumerate(result.cells):
        tags = cell.metadata.get("tags", [])
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if not tags:
            cell.metadata.pop("tags", None)
        if cell.get("id") is None or _INJECTED in tags or source.random_ids:
            cell["id"] = _INJECTED if _INJECTED in tags else f"cell-{index}"
        if cell.cell_type != "code":
            continue
        if _PARAMETERS in tags:
            cell["source"] = _without(cell.source, {"engagement", *source.given})
        if cell.source.strip() and cell.execution_count is None:
            raise NotebookFailed(f"{_place(source, index, cell.source)}: was never run; a cell before it ended the run")
        for output in cell.outputs:
            if output.output_type == "error" and "raises-exception" not in tags:
                raise NotebookFailed(f"{_place(source, index, cell.source)}: {output.ename}: the run ended here")
            if output.output_type == "error":
                output["traceback"] = []
            if output.output_type == "stream" and output.name == "stderr":
                line = _first_line(output.text)
                notes.append(f"{_place(source, index, cell.source)} wrote to the error stream: {line}")
        cell["outputs"] = _joined(cell.outputs)
    return Executed(result, tuple(notes))


def _without(code: str, names: set[str]) -> str:
    """Drop the defaults of parameters that were given: they name the product's sample client, not this one."""
    given = re.compile(rf"({'|'.join(map(re.escape, sorted(names)))})\b")
    return "\n".join(line for line in code.splitlines() if not given.match(line))


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Drop the error stream and put the output stream in one piece: its pieces depend on timing."""
    kept: list[NotebookNode] = []
    stream: NotebookNode | None = None
    for output in outputs:
        if output.output_type != "stream":
            kept.append(output)
        elif output.name == "stdout" and stream is None:
            stream = nbformat.from_dict(dict(output))
            kept.append(stream)
        elif output.name == "stdout" and stream is not None:
            stream["text"] += output.text
    return kept


def _starting_trouble(error: BaseException) -> bool:
    return any(text in str(error) for text in _SLOW_START)


def _why(error: BaseException, source: Source, started: list[tuple[int, str]], timeout: int) -> str:
    if isinstance(error, PapermillExecutionError):
        what = f"{error.ename}: {error.evalue}" if error.evalue else str(error.ename)
        return f"{_place(source, error.cell_index, error.source)}: {_short(what)}"
    where = _place(source, *started[-1]) if started else f"{source.stem}, before the first cell"
    if isinstance(error, CellTimeoutError):
        return f"{where}: took longer than {timeout} seconds; --timeout allows more"
    if isinstance(error, DeadKernelError):
        return f"{where}: the kernel died; it may have run out of memory"
    return f"{where}: {type(error).__name__}: {_short(str(error))}"


def _place(source: Source, index: int, text: str) -> str:
    """Notebook and cell as the author counts them: papermill's own cell, put in after the parameters, not counted."""
    if index == source.offset + 1 and source.injects:
        return f"{source.stem}, parameters"
    number = index if source.injects and index > source.offset else index + 1
    return f"{source.stem}, cell {number} ({_first_line(text)!r})"


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0][:80] if lines else ""


def _short(text: str) -> str:
    joined = "; ".join(line.strip() for line in text.splitlines() if line.strip())
    return joined if len(joined) <= 400 else f"{joined[:397]}..."
