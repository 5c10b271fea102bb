from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from small_clients import NOTEBOOKS, spoil_client, write_client

from adoption_lib.batch.manifest import read_manifest
from adoption_lib.batch.one_client import check_client
from adoption_lib.batch.operator_state import read_states
from adoption_lib.batch.publish import OutputFolder, open_output
from adoption_lib.batch.report import BatchInterrupted, BatchResult, report
from adoption_lib.batch.summary import closing_summary, problem_list
from adoption_lib.errors import BatchError

Write = Callable[..., Path]
SOUND = NOTEBOOKS / "sound"
ROOT = Path(__file__).resolve().parents[2]


def states(result: BatchResult) -> dict[str, str]:
    return {outcome.client.slug: outcome.state for outcome in result.outcomes}


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, BatchResult]:
    """Clients, output folder and result of one batch: two sound clients with odd names, one with an error."""
    base = tmp_path_factory.mktemp("batch")
    write_client(base / "clients" / "🐙 GmbH")
    write_client(base / "clients" / "second", limits=3, identifier="con")
    spoil_client(base / "clients" / "third")
    (base / "clients" / "notes").mkdir()
    return base / "clients", base / "out", report([base / "clients"], base / "out", notebooks=SOUND, workers=1)


def test_a_client_with_errors_loses_only_its_own_report(batch: tuple[Path, Path, BatchResult]) -> None:
    _, out, result = batch
    assert sorted(states(result).values()) == ["failed", "written", "written"]
    assert not result.ok
    assert states(result)["third"] == "failed"
    assert not (out / "third").exists()
    assert states(result)["con-client"] == "written"
    failed = result.failed[0]
    assert failed.reason == "1 problem in its files"
    assert "tool_limits.csv" in problem_list(failed)
    assert "row 2, stated_on" in problem_list(failed)


def test_a_report_holds_pages_notebooks_findings_and_manifest(batch: tuple[Path, Path, BatchResult]) -> None:
    _, out, _ = batch
    files = set(contents(out / "con-client"))
    assert files == {
        "index.html",
        "01_first.html",
        "02_second.html",
        "notebooks/01_first.ipynb",
        "notebooks/02_second.ipynb",
        "findings.json",
        "manifest.json",
    }
    findings = json.loads((out / "con-client" / "findings.json").read_text())
    assert [(entry["page"], entry["element"], entry["n"]) for entry in findings] == [("01_first", "B7", 3)]
    assert "3 limits are stated" in (out / "con-client" / "index.html").read_text()


def test_the_manifest_names_everything_and_nothing_of_the_machine(batch: tuple[Path, Path, BatchResult]) -> None:
    _, out, _ = batch
    manifest = read_manifest(out / "con-client")
    assert manifest is not None
    assert set(manifest.inputs) == {"engagement.yaml", "tool_limits.csv"}
    assert manifest.notebooks["01_first"]["parameters"] == {"engagement": "second"}
    assert set(manifest.outputs) == set(contents(out / "con-client")) - {"manifest.json"}
    assert manifest.intact(out / "con-client")


def test_no_published_file_holds_a_path_or_another_client(batch: tuple[Path, Path, BatchResult]) -> None:
    folder, out, _ = batch
    for name, content in contents(out / "con-client").items():
        text = content.decode()
        for secret in (str(folder), str(out), str(Path.home()) + "/", "octopus", "🐙", "third"):
            assert secret not in text, (name, secret)


def test_the_closing_summary_says_what_to_open_what_failed_and_what_was_passed_over(
    batch: tuple[Path, Path, BatchResult],
) -> None:
    folder, out, result = batch
    told = closing_summary(result)
    assert told.startswith("3 clients: 2 written, 1 failed")
    assert str(out / "con-client" / "index.html") in told
    assert f"passed over, no engagement.yaml in it: {folder / 'notes'}" in told
    operator = (out / ".adoption" / "index.html").read_text()
    assert 'href="../con-client/index.html"' in operator
    assert "1 problem in its files" in operator
    assert (out / ".adoption").stat().st_mode & 0o077 == 0
    assert not (out / "index.html").exists()


def test_the_same_input_gives_the_same_bytes(batch: tuple[Path, Path, BatchResult], tmp_path: Path) -> None:
    folder, out, _ = batch
    shutil.copytree(folder / "second", tmp_path / "elsewhere" / "second")
    report([tmp_path / "elsewhere"], tmp_path / "out", notebooks=SOUND, workers=1)
    assert contents(tmp_path / "out" / "con-client") == contents(out / "con-client")


def test_what_has_not_changed_is_left_alone_and_what_has_is_made_again(clients: Write, tmp_path: Path) -> None:
    one, two, out = clients("one"), clients("two"), tmp_path / "out"
    assert set(states(report([one, two], out, notebooks=SOUND, workers=1)).values()) == {"written"}
    first = (out / "one" / "index.html").stat().st_mtime_ns
    clients("two", limits=5)
    assert states(report([one, two], out, notebooks=SOUND, workers=1)) == {"one": "unchanged", "two": "written"}
    assert (out / "one" / "index.html").stat().st_mtime_ns == first
    assert "5 limits" in (out / "two" / "index.html").read_text()
    (out / "one" / "index.html").write_text("tampered")
    assert states(report([one], out, notebooks=SOUND, workers=1)) == {"one": "written"}
    assert "tampered" not in (out / "one" / "index.html").read_text()


def test_parameters_reach_the_notebooks_and_only_what_they_change_runs_again(
    clients: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import adoption_lib.batch.execute as execute_module

    ran: list[str] = []
    real = execute_module.execute

    def counting(source, *rest):  # type: ignore[no-untyped-def]
        ran.append(source.stem)
        return real(source, *rest)

    monkeypatch.setattr(execute_module, "execute", counting)
    one, out = clients("one"), tmp_path / "out"
    report([one], out, notebooks=SOUND, workers=1, only=["02_second"], parameters={"wave": "2026", "repeats": "2"})
    assert ran == ["02_second"]
    page = (out / "one" / "02_second.html").read_text()
    assert page.count("again, for the wave") == 2
    assert not (out / "one" / "01_first.html").exists()
    report([one], out, notebooks=SOUND, workers=1, parameters={"wave": "2026", "repeats": "2"})
    assert ran == ["02_second", "01_first"]
    assert (out / "one" / "02_second.html").exists()
    with_force = report([one], out, notebooks=SOUND, workers=1, only=["01_first"], force=True)
    assert states(with_force) == {"one": "written"}
    # Other parameters are another report: the page that was not asked for would no longer be right.
    assert not (out / "one" / "02_second.html").exists()


def test_a_request_that_cannot_be_met_runs_nothing(clients: Write, tmp_path: Path) -> None:
    one, two = clients("one", identifier="same"), clients("two", identifier="same")
    with pytest.raises(BatchError, match="two clients would share the report 'same'"):
        report([one, two], tmp_path / "out", notebooks=SOUND)
    with pytest.raises(BatchError) as raised:
        report([one], tmp_path / "out", notebooks=SOUND, only=["03"], parameters={"wav": "1"}, language="xx")
    for part in ("no notebook '03'", "no parameter 'wav'", "no wording for language 'xx'"):
        assert part in str(raised.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("notebooks", "limits", "reason"),
    [
        ("failing", 0, "01_failing, cell 4 ('# divide by the limits of a client without any'): ZeroDivisionError"),
        ("hanging", 1, "01_hanging, cell 3 ('import time'): took longer than 1 seconds"),
        ("dying", 1, "01_dying, cell 3 ('import os'): the kernel died"),
        ("stopping", 1, "01_stopping, cell 3 ('raise SystemExit'): SystemExit: the run ended here"),
        ("telling_paths", 1, "would show the path of the engagement's folder"),
    ],
)
def test_a_failing_notebook_is_told_by_client_notebook_cell_and_reason(
    clients: Write, tmp_path: Path, notebooks: str, limits: int, reason: str
) -> None:
    out = tmp_path / "out"
    timeout = 1 if notebooks == "hanging" else 60
    result = report([clients("one", limits)], out, notebooks=NOTEBOOKS / notebooks, workers=1, timeout=timeout)
    assert reason in result.failed[0].reason
    assert "\n" not in result.failed[0].reason
    assert not (out / "one").exists()
    assert not list((out / ".adoption").glob("partial-*"))
    assert read_states(OutputFolder(out))["one"].error == result.failed[0].reason
    if notebooks == "failing":
        assert "Traceback" in (out / ".adoption" / "log" / "one.txt").read_text()


def test_a_client_that_fails_keeps_its_earlier_report_and_stops_nobody(clients: Write, tmp_path: Path) -> None:
    one, two, out = clients("one"), clients("two"), tmp_path / "out"
    report([one, two], out, notebooks=NOTEBOOKS / "failing", workers=1)
    before = contents(out / "one")
    clients("one", limits=0)
    clients("two", limits=4)
    result = report([one, two], out, notebooks=NOTEBOOKS / "failing", workers=1)
    assert states(result) == {"one": "failed", "two": "written"}
    assert contents(out / "one") == before
    assert "the earlier report is still there" in closing_summary(result)


def test_what_a_notebook_writes_to_the_error_stream_is_a_note_and_not_in_the_report(
    clients: Write, tmp_path: Path
) -> None:
    result = report([clients("one")], tmp_path / "out", notebooks=NOTEBOOKS / "warning", workers=1)
    assert "01_warning, cell 3 ('import warnings') wrote to the error stream" in result.outcomes[0].notes[0]
    for content in contents(tmp_path / "out" / "one").values():
        assert b"UserWarning" not in content
    assert "before\nafter" in (tmp_path / "out" / "one" / "01_warning.html").read_text()


def test_nothing_that_no_batch_wrote_is_replaced(clients: Write, tmp_path: Path) -> None:
    one = clients("one")
    before = contents(one)
    result = report([one], one.parent, notebooks=SOUND, workers=1)
    assert "is no report of this package" in result.failed[0].reason
    assert contents(one) == before


def test_another_folder_of_the_same_name_does_not_take_over_a_report(clients: Write, tmp_path: Path) -> None:
    one, out = clients("one"), tmp_path / "out"
    report([one], out, notebooks=SOUND, workers=1)
    other = write_client(tmp_path / "others" / "one", limits=7)
    result = report([other], out, notebooks=SOUND, workers=1)
    assert f"holds the report of {one}" in result.failed[0].reason
    assert "2 limits" in (out / "one" / "index.html").read_text()
    assert states(report([other], out, notebooks=SOUND, workers=1, force=True)) == {"one": "written"}
    shutil.rmtree(one)
    assert states(report([other], out, notebooks=SOUND, workers=1)) == {"one": "unchanged"}


def test_a_disk_that_is_full_costs_one_report_and_leaves_the_earlier_one(
    clients: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: OutputFolder, slug: str, partial: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(OutputFolder, "publish", full)
    result = report([clients("one")], tmp_path / "out", notebooks=SOUND, only=["02_second"], workers=1)
    assert result.failed[0].reason == "cannot be written: No space left on device"
    assert not list((tmp_path / "out" / ".adoption").glob("partial-*"))


def test_input_that_changes_while_the_report_is_made_is_noticed(
    clients: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import adoption_lib.batch.execute as execute_module

    one, real = clients("one"), execute_module.execute

    def meddle(*arguments):  # type: ignore[no-untyped-def]
        clients("one", limits=9)
        return real(*arguments)

    monkeypatch.setattr(execute_module, "execute", meddle)
    result = report([one], tmp_path / "out", notebooks=SOUND, only=["02_second"], workers=1)
    assert "changed while the report was made" in result.failed[0].reason


def test_any_executor_will_do(clients: Write, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as executor:
        folders = [clients("one"), clients("two")]
        result = report(folders, tmp_path / "out", notebooks=SOUND, only=["02_second"], executor=executor)
    assert states(result) == {"one": "written", "two": "written"}


def test_a_second_batch_waits_for_the_first_to_write_a_report(clients: Write, tmp_path: Path) -> None:
    one, out = clients("one"), open_output(tmp_path / "out")
    with ThreadPoolExecutor(1) as executor:
        with out.writing("one"):
            second = executor.submit(report, [one], out.root, notebooks=SOUND, only=["02_second"], workers=1)
            time.sleep(0.5)
            assert not second.done()
        result = second.result()
    assert states(result) == {"one": "written"}
    assert "waited for another batch" in result.outcomes[0].notes[0]


def test_stopping_from_the_keyboard_tells_what_was_done(
    clients: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [clients("one"), clients("two")]

    def stop(job):  # type: ignore[no-untyped-def]
        if job.client.slug == "two":
            raise KeyboardInterrupt
        return check_client(job)

    monkeypatch.setattr("adoption_lib.batch.report.check_client", stop)
    with pytest.raises(BatchInterrupted) as raised:
        report(folders, tmp_path / "out", notebooks=SOUND, workers=1)
    assert [client.slug for client in raised.value.result.not_begun] == ["one", "two"]
    assert "not begun: two" in closing_summary(raised.value.result)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package: several processes must run the very same sources, whatever is edited meanwhile."""
    shutil.copytree(ROOT / "adoption_lib", tmp_path / "package" / "adoption_lib")
    return tmp_path / "package"


def start(package: Path, folder: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "adoption_lib", "report", str(folder), "--out", str(out), *options]
    environment = {**os.environ, "PYTHONPATH": str(package)}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, cwd=package, stdout=pipe, stderr=pipe, text=True)


def alive(group: list[int]) -> list[int]:
    return [pid for pid in group if Path(f"/proc/{pid}").exists() and "Z" not in _state(pid)]


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def descendants(pid: int) -> list[int]:
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        if parent == pid:
            child = int(entry.parent.name)
            found += [child, *descendants(child)]
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")
@pytest.mark.parametrize(("ending", "workers"), [(signal.SIGKILL, 2), (signal.SIGINT, 2), (signal.SIGINT, 1)])
def test_a_batch_that_is_ended_leaves_nothing_half_made_and_goes_on_where_it_was(
    clients: Write, tmp_path: Path, package: Path, ending: signal.Signals, workers: int
) -> None:
    folder, out = clients("one").parent, tmp_path / "out"
    for name in ("two", "three"):
        clients(name)
    slow = NOTEBOOKS / "slow"
    process = start(package, folder, out, "--workers", str(workers), "--notebooks", str(slow))
    deadline = time.monotonic() + 60
    published: list[str] = []
    while not published and time.monotonic() < deadline:
        published = [name for name in ("one", "two", "three") if (out / name).is_dir()]
        for name in published:
            manifest = read_manifest(out / name)
            assert manifest is not None
            assert manifest.intact(out / name), f"{name} appeared before it was whole"
        time.sleep(0.02)
    assert published
    family = descendants(process.pid)
    process.send_signal(ending)
    told, _ = process.communicate(timeout=30)
    if ending == signal.SIGINT:
        assert process.returncode == 130
        assert "not begun" in told
        assert not list((out / ".adoption").glob("partial-*"))
    while alive(family) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not alive(family)
    for name in published:
        manifest = read_manifest(out / name)
        assert manifest is not None
        assert manifest.intact(out / name)
    if ending == signal.SIGINT:
        return
    told, _ = start(package, folder, out, "--workers", "1", "--notebooks", str(slow), "--quiet").communicate(timeout=60)
    for name in ("one", "two", "three"):
        assert re.search(
            rf"^  {name} +{'unchanged' if name in published else '(written|unchanged)'} ", told, re.MULTILINE
        )
    assert " written, " in told
    assert not list((out / ".adoption").glob("partial-*"))
