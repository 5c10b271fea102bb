"""How fast a large table is read and checked, as ratios to reading it without any check, in one run.

A million person-weeks of use as CSV and as Parquet: plain pandas against the package's reading with every check.

    python benchmarks/reading_speed.py [--rows N]
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from adoption_lib.engagement.reading import read_folder

SETTINGS = "client: Speed\nas_of: 2026-09-30\ndepartments: [{name: Sales, headcount: 20000}]\n"


def usage(rows: int) -> pd.DataFrame:
    """Make ``rows`` person-weeks over fifty weeks."""
    person, week = np.divmod(np.arange(rows), 50)
    first = dt.date(2025, 1, 6)
    days = [first + dt.timedelta(weeks=int(number)) for number in range(50)]
    return pd.DataFrame(
        {
            "person": "p" + pd.Series(person).astype(str),
            "department": "Sales",
            "tool": "Drafter",
            "week": pd.to_datetime(pd.Series(days))[week].to_numpy(),
            "licensed_days": 5,
            "active_days": (person + week) % 6,
            "actions": person % 300,
        }
    )


def seconds(action: Callable[[], object]) -> float:
    """Time one call."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def main() -> int:
    """Time both formats and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    frame = usage(rows)
    print(f"\n{rows:,} rows\n\n| format | plain pandas, s | read and checked, s | ratio |\n|---|---|---|---|")
    for kind in ("csv", "parquet"):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            (folder / "engagement.yaml").write_text(SETTINGS, encoding="utf-8")
            path = folder / f"usage.{kind}"
            frame.to_csv(path, index=False) if kind == "csv" else frame.to_parquet(path)
            plain = seconds(lambda path=path, kind=kind: pd.read_csv(path) if kind == "csv" else pd.read_parquet(path))
            begun = time.perf_counter()
            read = read_folder(folder)
            full = time.perf_counter() - begun
        if read.problems or len(read.tables["usage"]) != rows:
            print(f"{kind}: what was timed is wrong: {read.problems[:3]}", file=sys.stderr)
            return 1
        print(f"| {kind} | {plain:.2f} | {full:.2f} | {full / plain:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
