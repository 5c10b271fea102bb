"""Shared by all tests: the sample clients' reports, built once per test run whatever the number of workers."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "data_templates" / "samples"


@pytest.fixture(scope="session")
def sample_reports(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Folder with the reports of all sample clients, built by the first worker that asks."""
    base = tmp_path_factory.getbasetemp()
    out = (base if worker_id == "master" else base.parent) / "sample-reports"
    done, claim = out.with_suffix(".done"), out.with_suffix(".claim")
    try:
        claim.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + 900
        while not done.exists():
            assert time.monotonic() < deadline, "the worker that builds the sample reports did not finish"
            time.sleep(0.2)
    else:
        try:
            from adoption_lib.batch.report import report

            outcome = report([SAMPLES], out=out, quiet=True)
            done.write_text("" if outcome.ok else "failed")
        except BaseException:
            done.write_text("failed")
            raise
    assert done.read_text() == "", "the sample reports could not be built"
    return out
