"""Write the sample clients: fictional organisations, each with a story that its tables bear out.

``python -m adoption_lib.simulation.samples data_templates/samples`` writes those
that are shipped with the package anew.
"""

from __future__ import annotations

import sys
from pathlib import Path

from adoption_lib.engagement.folder import SETTINGS_FILE, WORKBOOK_FILE
from adoption_lib.method import load_method
from adoption_lib.simulation.capability_scores import capability_rows
from adoption_lib.simulation.measured_months import kpi_rows
from adoption_lib.simulation.sample_files import csv_bytes, parquet_bytes, workbook_of
from adoption_lib.simulation.story import Record, Story, load_story, read_me_frame, story_names
from adoption_lib.simulation.survey_answers import survey_rows
from adoption_lib.simulation.told_in_words import concern_rows, contribution_rows, plain_rows, stakeholder_rows
from adoption_lib.simulation.weeks_of_use import outcome_rows, usage_rows

__all__ = ["sample_files", "sample_tables", "write_samples"]

_DRAWN = {
    "capability_ratings": capability_rows,
    "employee_survey": survey_rows,
    "concern_log": concern_rows,
    "kpis": kpi_rows,
    "contributions": contribution_rows,
    "stakeholders": stakeholder_rows,
    "usage": usage_rows,
    "outcomes": outcome_rows,
}
_NOT_DELIVERED = "survey_items"
"""The samples asked the method's own questions, so that there is no code book of another survey."""
_READ_ME = "README.md"
_ENDINGS = (".csv", ".parquet", ".xlsx", ".md")


def write_samples(root: Path) -> list[Path]:
    """Write every sample client into a folder of its own below ``root``, and a read-me file beside them.

    Returns
    -------
    list of Path
        The files written. Tables and drafts of an earlier run that the story no longer holds are removed from the
        clients' folders; nothing else in ``root`` is touched.
    """
    root = Path(root)
    written = []
    for name in story_names():
        story = load_story(name)
        files = sample_files(story)
        for relative, content in files.items():
            path = root / name / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            written.append(path)
        _remove_others(root / name, set(files))
    read_me = root / _READ_ME
    read_me.write_bytes(_read_me().encode())
    return [*written, read_me]


def sample_tables(story: Story) -> dict[str, list[Record]]:
    """Rows of every table of a story, in the method's order of tables."""
    method = load_method(story.settings.language)
    return {
        table: _DRAWN[table](story) if table in _DRAWN else plain_rows(story, table)
        for table in method.tables
        if table != _NOT_DELIVERED
    }


def sample_files(story: Story) -> dict[str, bytes]:
    """Contents of a sample client's folder by name relative to it."""
    method = load_method(story.settings.language)
    tables = sample_tables(story)
    files = {SETTINGS_FILE: story.settings_text.encode()}
    for table in story.told.parquet:
        files[f"{table}.parquet"] = parquet_bytes(table, tables.pop(table), method)
    if story.told.files == "workbook":
        files[WORKBOOK_FILE] = workbook_of(tables, list(story.settings.headcounts), method)
    else:
        files |= {f"{table}.csv": csv_bytes(table, rows, method) for table, rows in tables.items()}
    return files | {f"communications/{name}": text.encode() for name, text in story.drafts.items()}


def _remove_others(folder: Path, kept: set[str]) -> None:
    for path in [*folder.iterdir(), *(folder / "communications").iterdir()]:
        name = path.relative_to(folder).as_posix()
        if path.is_file() and path.suffix in _ENDINGS and name not in kept:
            path.unlink()


def _read_me() -> str:
    stories = [load_story(name) for name in story_names()]
    about = [f"### {story.settings.client} (`{story.name}`)\n\n{story.told.about.strip()}" for story in stories]
    truth = ["\n".join([f"### {s.settings.client}", "", *(f"- {line}" for line in s.told.truth)]) for s in stories]
    return read_me_frame().replace("{stories}", "\n\n".join(about)).replace("{truth}", "\n\n".join(truth))


if __name__ == "__main__":
    for written_file in write_samples(Path(sys.argv[1] if len(sys.argv) > 1 else "data_templates/samples")):
        print(written_file)
