from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from adoption_lib.batch.locks import locked, try_lock
from adoption_lib.batch.manifest import MANIFEST, Manifest, file_hash
from adoption_lib.batch.publish import OutputFolder, open_output
from adoption_lib.errors import BatchError


def make_report(folder: Path, text: str = "one") -> Path:
    """A report of one page with its manifest."""
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(text)
    outputs = {"index.html": file_hash(folder / "index.html")}
    manifest = Manifest("acme", None, {}, {}, {}, {}, {}, outputs)
    (folder / MANIFEST).write_text(manifest.text())
    return folder


@pytest.fixture
def out(tmp_path: Path) -> OutputFolder:
    return open_output(tmp_path / "reports")


def test_a_report_replaces_the_earlier_one_whole(out: OutputFolder) -> None:
    for text in ("one", "two"):
        with out.writing("acme"), out.partial("acme") as partial:
            out.publish("acme", make_report(partial / "report", text))
    assert (out.report("acme") / "index.html").read_text() == "two"
    assert sorted(entry.name for entry in out.state.iterdir()) == ["locks"]


def test_files_and_folders_follow_the_umask(out: OutputFolder) -> None:
    before = os.umask(0o027)
    try:
        with out.writing("acme"), out.partial("acme") as partial:
            out.publish("acme", make_report(partial / "report"))
    finally:
        os.umask(before)
    assert out.report("acme").stat().st_mode & 0o777 == 0o750
    assert (out.report("acme") / "index.html").stat().st_mode & 0o777 == 0o640


def test_a_swap_that_was_cut_short_is_undone(out: OutputFolder) -> None:
    make_report(out.state / "old-acme")
    (out.state / "partial-acme-0123456789ab").mkdir()
    assert out.recover() == ["acme"]
    assert (out.report("acme") / "index.html").read_text() == "one"
    assert not [entry for entry in out.state.iterdir() if entry.name != "locks"]


def test_what_was_replaced_is_removed_when_the_new_report_is_there(out: OutputFolder) -> None:
    make_report(out.state / "old-acme", "old")
    make_report(out.report("acme"), "new")
    out.recover()
    assert (out.report("acme") / "index.html").read_text() == "new"
    assert not (out.state / "old-acme").exists()


def test_a_report_that_is_being_made_is_left_alone(out: OutputFolder) -> None:
    with out.writing("acme"), out.partial("acme") as partial:
        assert out.recover() == []
        assert partial.is_dir()


def test_a_failed_swap_puts_the_earlier_report_back(out: OutputFolder, tmp_path: Path) -> None:
    make_report(out.report("acme"), "earlier")
    with pytest.raises(OSError, match="No such file"), out.writing("acme"):
        out.publish("acme", tmp_path / "never made")
    assert (out.report("acme") / "index.html").read_text() == "earlier"


def test_nothing_that_no_batch_wrote_is_replaced(out: OutputFolder, tmp_path: Path) -> None:
    assert out.obstacle("new") == ""
    make_report(out.report("acme"))
    assert out.obstacle("acme") == ""
    (out.report("acme") / ".DS_Store").write_text("")
    assert out.obstacle("acme") == ""
    (out.report("acme") / "minutes.docx").write_text("")
    assert "minutes.docx" in out.obstacle("acme")
    (out.report("thesis")).mkdir()
    (out.report("thesis") / "chapter.md").write_text("")
    assert "no report of this package" in out.obstacle("thesis")
    out.report("link").symlink_to(tmp_path)
    assert "link" in out.obstacle("link")
    out.report("file").write_text("")
    assert "is a file" in out.obstacle("file")


@pytest.mark.parametrize("where", ["file", "file/below", "/proc/reports"])
def test_an_output_folder_that_cannot_be_written_to_is_named(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BatchError, match="reports cannot be written to"):
        open_output(tmp_path / where)


def test_a_state_folder_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / ".adoption").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BatchError, match="is a link"):
        open_output(tmp_path / "reports")


def test_the_second_waits_until_the_first_lets_go(tmp_path: Path) -> None:
    lock = tmp_path / "one.lock"
    waited: list[bool] = []
    with locked(lock) as first:
        assert first is False
        with try_lock(lock) as held:
            assert held is False

        def second() -> None:
            with locked(lock) as late:
                waited.append(late)

        thread = threading.Thread(target=second)
        thread.start()
        thread.join(timeout=0.3)
        assert thread.is_alive()
    thread.join(timeout=5)
    assert waited == [True]
