"""Made surveys and concern logs whose true causes are known, for tests of the resistance diagnosis."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from adoption_lib.engagement import Engagement
from adoption_lib.engagement.settings import Settings
from adoption_lib.method import METHOD

CAUSES = METHOD.term_ids("cause")


def survey_rows(
    sizes: Mapping[str, int], lead: Mapping[str, str] | str = "", effect: float = 1.0, seed: int = 0
) -> list[dict[str, object]]:
    """Answers of people whose department's ``lead`` is ``effect`` standard deviations above the other causes."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    for department, size in sizes.items():
        cause = lead if isinstance(lead, str) else lead.get(department, "")
        for _ in range(size):
            latent = {name: rng.normal(-0.3, 1) for name in METHOD.constructs}
            if cause:
                latent[cause] += effect
            row: dict[str, object] = {"respondent": f"E{len(rows):05d}", "department": department, "wave": "2026-1"}
            for item in METHOD.survey_items.values():
                point = int(np.clip(np.round(3 + 0.8 * latent[item.construct] + rng.normal(0, 0.7)), 1, 5))
                row[item.id] = 6 - point if item.reversed else point
            felt = {name: latent[name] + 0.3 * rng.gumbel() for name in CAUSES}
            strongest = max(felt, key=lambda name: felt[name])
            row["most_true"] = strongest if felt[strongest] > 0.9 else "none"
            rows.append(row)
    return rows


def concern(**values: object) -> dict[str, object]:
    """One specific, open concern that nobody has answered, changed by ``values``."""
    return {
        "date": "2026-03-02",
        "heard_by": "HR",
        "department": "Claims",
        "tool": "Triage assistant",
        "task": "Urgent orders",
        "what_happened": "It sorted an urgent order as routine twice in one week",
        "times": 2,
        "said_after": "nothing",
        "coded_cause": "output_trust",
        "status": "open",
        **values,
    }


def made_client(
    rows: list[dict[str, object]] | None = None,
    concerns: list[dict[str, object]] | None = None,
    heads: Mapping[str, int] | None = None,
    **tables: pd.DataFrame,
) -> Engagement:
    """A client with these tables; headcounts are half as many again as answers, unless given."""
    found: dict[str, pd.DataFrame] = dict(tables)
    sizes: dict[str, int] = {}
    if rows:
        found["employee_survey"] = pd.DataFrame(rows)
        for row in rows:
            sizes[str(row["department"])] = sizes.get(str(row["department"]), 0) + 1
    if concerns:
        found["concern_log"] = pd.DataFrame(concerns)
        for entry in concerns:
            if isinstance(entry["department"], str):
                sizes.setdefault(entry["department"], 40)
    people = {name: round(1.5 * n) for name, n in sizes.items()} | dict(heads or {}) or {"Claims": 30}
    departments = [{"name": name, "headcount": max(n, 1)} for name, n in people.items()]
    return Engagement.from_tables(Settings(client="Made client", departments=departments), found)
