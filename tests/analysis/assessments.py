"""Capability assessments with known truth, built in memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from adoption_lib.engagement import Engagement, Settings
from adoption_lib.method import METHOD

PARTS = METHOD.term_ids("part")
SIZES = {"HR": 6, "AI": 7, "business": 6, "executive": 2}
LEVELS = dict(zip(PARTS, (2.1, 3.2, 2.9, 3.1), strict=True))
SETTINGS = Settings.model_validate(
    {
        "client": "Quay Street Insurance",
        "departments": [{"name": "Claims", "headcount": 100}, {"name": "Underwriting", "headcount": 60}],
        "as_of": dt.date(2026, 9, 30),
    }
)


def ratings(
    *,
    seed: int = 1,
    sizes: Mapping[str, int] = SIZES,
    levels: Mapping[str, float] = LEVELS,
    shift: Mapping[tuple[str, str], float] | None = None,
    target: int | None = 4,
    noise: float = 0.6,
    severity: float = 0.5,
    evidence: float = 0.7,
    department: str | None = "Claims",
    wave: str = "2026-1",
) -> pd.DataFrame:
    """Ratings of all items by raters who differ in severity; ``shift`` moves one function on one part."""
    generator = np.random.default_rng(seed)
    rows, number = [], 0
    for function, count in sizes.items():
        for _ in range(count):
            number += 1
            own = generator.normal(0, severity)
            for item in METHOD.capability_items.values():
                moved = (shift or {}).get((function, item.part), 0.0)
                score = levels[item.part] + own + moved + generator.normal(0, noise)
                rows.append(
                    {
                        "rater": f"r{number:02d}",
                        "function": function,
                        "department": department,
                        "item": item.id,
                        "score": int(np.clip(round(score), 1, 5)),
                        "target": target,
                        "evidence": "minutes of 3 May" if generator.random() < evidence else None,
                        "wave": wave,
                    }
                )
    columns = ["rater", "function", "department", "item", "score", "target", "evidence", "wave"]
    return pd.DataFrame(rows, columns=columns)


def client(settings: Settings = SETTINGS, **tables: pd.DataFrame) -> Engagement:
    """An engagement in memory."""
    return Engagement.from_tables(settings, tables)


def with_settings(**changes: object) -> Settings:
    """The settings with some fields changed, validated again."""
    return Settings.model_validate({**SETTINGS.model_dump(), **changes})


def frames(result: object) -> list[pd.DataFrame]:
    """All frames a result holds."""
    return [value for value in vars(result).values() if isinstance(value, pd.DataFrame)]


def assert_readable(result: object) -> None:
    """Findings exist and hold complete sentences: no empty text, no number that is not one."""
    findings = result.findings  # type: ignore[attr-defined]
    assert findings
    strengths = [finding.strength for finding in findings]
    assert strengths == sorted(strengths, reverse=True)
    for finding in findings:
        for text in (finding.statement, finding.next_step, finding.how_sure):
            assert "nan" not in text.lower().split()
            assert "inf" not in text.lower().split()
            assert "{" not in text
            assert "<NA>" not in text
            assert "None" not in text
        assert finding.statement
        assert finding.next_step
        assert finding.stamp
        if finding.kind == "finding":
            assert finding.gap != "undetermined"
