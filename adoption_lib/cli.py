# ruff: noqa: D301 - click takes a backspace character for "keep these lines as they are"
"""The command ``adoption``: a very light wrapper, so that asking for help takes no time and scripts get an exit status.

Each command imports what it needs when it runs. Exit status: 0 done, 1 something failed, 2 wrongly called, 130 stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from adoption_lib import __version__
from adoption_lib.errors import AdoptionError, BatchError

__all__ = ["main"]

Command = TypeVar("Command", bound=Callable[..., Any])
_FOLDER = click.Path(path_type=Path)


def _plainly(command: Command) -> Command:
    """Turn errors made on purpose into a message: 2 where nothing could begin, 1 where something failed."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except BatchError as error:
            click.echo(f"adoption: {error}", err=True)
            sys.exit(2)
        except AdoptionError as error:
            click.echo(f"adoption: {error}", err=True)
            sys.exit(1)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            click.echo(f"adoption: {where}{error.strerror or error}", err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            click.echo("adoption: stopped", err=True)
            sys.exit(130)

    return run  # type: ignore[return-value]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Assess, diagnose and plan AI adoption: from a client's folder of tables to a report both functions can sign.

    \b
    A first report:
      adoption new clients/acme            start an engagement: settings and forms
      adoption check clients/acme          is everything filled in as it should be?
      adoption report clients/acme         make the report in reports/
      adoption validate reports            does every published output come out again?
    """


@main.command()
@click.argument("folder", type=_FOLDER)
@click.option("--language", default="en", show_default=True, help="Language of the forms.")
@_plainly
def new(folder: Path, language: str) -> None:
    """Start an engagement in FOLDER: engagement.yaml to edit, a workbook to fill in, and the same forms as CSV.

    \b
    Example:
      adoption new clients/acme
    """
    from adoption_lib.engagement.forms import new_engagement

    written = new_engagement(folder, language)
    for path in written[:2]:
        click.echo(path)
    if len(written) > 2:
        click.echo(f"and {len(written) - 2} CSV forms in {written[-1].parent}")
    click.echo(f"Edit {folder / 'engagement.yaml'}, fill in the workbook, then: adoption check {folder}")


@main.command()
@click.argument("folders", nargs=-1, required=True, type=_FOLDER, metavar="FOLDER...")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="How problems are told.")
@_plainly
def check(folders: tuple[Path, ...], style: str) -> None:
    """Check everything in engagements, and name each problem with file, sheet, row, column and remedy.

    FOLDER is an engagement or a folder of engagements. Notes do not fail; the exit status is 1 where there are errors.

    \b
    Examples:
      adoption check clients/acme
      adoption check clients --format json
    """
    from adoption_lib.batch.check import check_clients, format_checks, json_checks

    checks = check_clients(folders)
    click.echo(json_checks(checks) if style == "json" else format_checks(checks))
    if any(entry.errors for entry in checks):
        sys.exit(1)


@main.group(name="import")
def import_() -> None:
    """Bring in data that other tools collected."""


@import_.command(name="survey")
@click.argument("export", type=click.Path(path_type=Path))
@click.option("--map", "mapping", required=True, type=click.Path(path_type=Path), help="What each column means (YAML).")
@click.option("--into", required=True, type=_FOLDER, help="The engagement's folder.")
@click.option("--force", is_flag=True, help="Replace a survey that is there already.")
@_plainly
def import_survey(export: Path, mapping: Path, into: Path, force: bool) -> None:
    """Translate EXPORT, the file another survey tool wrote, into an engagement's survey.

    Every column of the export is used or dropped by name in the map; none is kept or lost silently.

    \b
    Example:
      adoption import survey export.csv --map survey_map.yaml --into clients/acme
    """
    from adoption_lib.engagement import survey_import

    click.echo(survey_import.format_import(survey_import.import_survey(export, mapping, into, force=force)))


@main.command()
@click.argument("folders", nargs=-1, required=True, type=_FOLDER, metavar="FOLDER...")
@click.option("--out", default="reports", show_default=True, type=_FOLDER, help="Where the reports go.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes; by default one per processor.")
@click.option("--only", multiple=True, metavar="NOTEBOOK", help="Run this notebook alone; may be repeated.")
@click.option("--force", is_flag=True, help="Make reports again that are still right.")
@click.option("-p", "--parameter", "parameters", nargs=2, multiple=True, metavar="NAME VALUE", help="Set a parameter.")
@click.option("--language", help="Language of the pages; by default the one in engagement.yaml.")
@click.option("--timeout", default=600, show_default=True, type=click.IntRange(min=1), help="Seconds a cell may take.")
@click.option("--notebooks", type=_FOLDER, help="Folder of the notebooks; by default the product's own.")
@click.option("--open", "open_", is_flag=True, help="Open the first report in the browser.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@_plainly
def report(
    folders: tuple[Path, ...],
    out: Path,
    workers: int | None,
    only: tuple[str, ...],
    force: bool,
    parameters: tuple[tuple[str, str], ...],
    language: str | None,
    timeout: int,
    notebooks: Path | None,
    open_: bool,
    quiet: bool,
) -> None:
    """Make the report of every client.

    FOLDER is an engagement or a folder of engagements. Everything is checked before anything runs; a client whose files
    have errors loses only its own report. Reports that are still right are left alone, so a batch that was stopped goes
    on where it was. The exit status is 1 where a client failed, 2 where nothing could begin.

    \b
    Examples:
      adoption report clients/acme                          one client, into reports/acme
      adoption report clients --out reports --workers 4     all clients
      adoption report clients/acme -p wave 2026-03          an earlier wave
      adoption report clients/acme --only 02_resistance_diagnosis
    """
    from adoption_lib.batch.report import BatchInterrupted
    from adoption_lib.batch.report import report as make_reports
    from adoption_lib.batch.summary import closing_summary, front_page, problem_list

    try:
        result, status = (
            make_reports(
                folders,
                out,
                only=only,
                parameters=dict(parameters),
                language=language,
                force=force,
                timeout=timeout,
                workers=workers,
                notebooks=notebooks,
                quiet=quiet,
            ),
            0,
        )
    except BatchInterrupted as stopped:
        result, status = stopped.result, 130
    for outcome in result.outcomes:
        listed = problem_list(outcome)
        if listed:
            click.echo(f"{listed}\n")
    click.echo(closing_summary(result))
    readable = [front_page(result, outcome) for outcome in result.outcomes if outcome.state != "failed"]
    if open_ and readable:
        click.launch(readable[0].as_uri())
    sys.exit(status or (1 if result.failed else 0))


@main.command()
@click.argument("reports", default="reports", type=_FOLDER)
@click.option("--client", "clients", multiple=True, metavar="NAME", help="This report alone; may be repeated.")
@click.option("--against", type=_FOLDER, help="The engagement's folder, where the batch's record does not know it.")
@click.option("--timeout", default=600, show_default=True, type=click.IntRange(min=1), help="Seconds a cell may take.")
@_plainly
def validate(reports: Path, clients: tuple[str, ...], against: Path | None, timeout: int) -> None:
    """Run published notebooks again on their data (nbval) and name every output that does not come out as stored.

    REPORTS is the folder of all reports or one report. Pictures are compared by their description and numbers.

    \b
    Examples:
      adoption validate reports
      adoption validate reports --client acme
      adoption validate reports/acme --against clients/acme
    """
    from adoption_lib.batch import validate as validation

    results = validation.validate(reports, clients=clients, against=against, timeout=timeout)
    click.echo(validation.format_validations(results))
    sys.exit(0 if all(result.ok for result in results) else 1)


@main.command()
@click.argument("folder", required=False, type=_FOLDER)
@click.option("--notebooks", type=_FOLDER, help="Folder of the notebooks; by default the product's own.")
@click.option("--no-browser", is_flag=True, help="Start without opening a browser.")
@_plainly
def lab(folder: Path | None, notebooks: Path | None, no_browser: bool) -> None:
    """Open the notebooks in JupyterLab, for a session with the client.

    With FOLDER, the notebooks find the engagement by its folder's name: set `engagement = "acme"` in the first cell.

    \b
    Example:
      adoption lab clients/acme
    """
    from adoption_lib.batch.lab import start_lab

    sys.exit(start_lab(folder, notebooks, browser=not no_browser))


@main.command()
@_plainly
def version() -> None:
    """Tell the versions of the package and of the method."""
    from adoption_lib.method import METHOD

    click.echo(f"adoption_lib {__version__}, method {METHOD.version}")
