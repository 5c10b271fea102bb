"""What raters find: a level per part, seen differently by functions, harder or milder by rater, rounded to 1 to 5."""

from __future__ import annotations

from adoption_lib.method import METHOD
from adoption_lib.simulation.draws import Draws
from adoption_lib.simulation.story import Record, Story

__all__ = ["capability_rows"]

ITEM, SEVERITY, NOISE = 0.30, 0.20, 0.40
"""Standard deviations in levels: items of one part, raters of one function, and what is left."""
ITEM_NEEDED, NOISE_NEEDED = 0.15, 0.30
MISSING_SCORE, MISSING_TARGET = 0.04, 0.06


def capability_rows(story: Story) -> list[Record]:
    """Rows of ``capability_ratings``; a rater keeps code and severity in every wave."""
    told = story.told.capability
    draws = Draws(story.told.seed, "capability_ratings")
    items = tuple(METHOD.capability_items.values())
    offsets = ITEM * draws.normal(len(items))
    needs = ITEM_NEEDED * draws.normal(len(items))
    raters = [(function, number) for function, count in told.raters.items() for number in range(count)]
    severity = SEVERITY * draws.normal(len(raters))
    evidence = {part: draws.shuffled(texts) for part, texts in told.evidence.items()}
    rows: list[Record] = []
    for wave in told.waves:
        for index, (function, number) in enumerate(raters):
            department = None
            if function == "business" and told.business_departments:
                department = told.business_departments[number % len(told.business_departments)]
            for column, item in enumerate(items):
                part = wave.parts[item.part]
                level = part.level + part.seen_by.get(function, 0.0) + offsets[column] + severity[index]
                score = _point(level + NOISE * float(draws.normal(1)[0]))
                target = _point(part.needed + needs[column] + NOISE_NEEDED * float(draws.normal(1)[0]))
                texts = evidence.get(item.part, [])
                shown = draws.chance(told.evidence_share) and bool(texts)
                cannot_tell = draws.chance(MISSING_SCORE)
                rows.append(
                    {
                        "rater": f"R{index + 1:02d}",
                        "function": function,
                        "department": department,
                        "item": item.id,
                        "score": None if cannot_tell else score,
                        "target": None if draws.chance(MISSING_TARGET) else target,
                        "evidence": draws.pick(texts) if shown and not cannot_tell else None,
                        "wave": wave.wave,
                    }
                )
    return rows


def _point(level: float) -> int:
    return int(min(5, max(1, round(level))))
