"""Small engagements whose results are drawn in the tests of this folder."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.text import Text

from adoption_lib.analysis.result import Result
from adoption_lib.engagement import Engagement, Settings
from adoption_lib.method import METHOD
from adoption_lib.views.picture import Picture
from adoption_lib.views.show import parts

LONG = "Customer Correspondence and Complaint 07"


def assessment(sizes: Mapping[str, int], *, low: str = "change_management", target: int | None = 4) -> pd.DataFrame:
    """Ratings in which one part stands far below the others."""
    generator = np.random.default_rng(6)
    rows, number = [], 0
    for function, count in sizes.items():
        for _ in range(count):
            number += 1
            own = generator.normal(0, 0.4)
            for item in METHOD.capability_items.values():
                gap = 1.3 if function == "HR" and item.part == "user_trust" else 0.0
                score = (2.0 if item.part == low else 3.2) - gap + own + generator.normal(0, 0.5)
                rows.append(
                    {
                        "rater": f"r{number:02d}",
                        "function": function,
                        "department": LONG,
                        "item": item.id,
                        "score": int(np.clip(round(score), 1, 5)),
                        "target": target,
                        "evidence": "a record" if generator.random() < 0.8 else None,
                        "wave": "2026-1",
                    }
                )
    return pd.DataFrame(rows)


def engagement(departments: int = 2, **tables: pd.DataFrame) -> Engagement:
    """An engagement with departments of long names, a runway and a pipeline."""
    names = [LONG, *(f"{LONG[:-2]}{i + 10}" for i in range(departments - 1))]
    settings = Settings.model_validate(
        {
            "client": "Quay Street Insurance",
            "departments": [{"name": name, "headcount": 60} for name in names],
            "as_of": dt.date(2026, 9, 30),
            "runway_from": dt.date(2026, 7, 1),
            "expects_results_by": dt.date(2027, 3, 1),
            "pipeline": [{"name": "Second", "similarity": "related"}],
            "preferences": {"stated_approach": "partner", "dependency_tolerance": {"HR": 1, "AI": 4}},
        }
    )
    return Engagement.from_tables(settings, tables)


def pictures(result: Result) -> list[Picture]:
    """The pictures among the parts of a result; every part shows itself without a stray value."""
    found = []
    for part in parts(result):
        bundle = part._repr_mimebundle_()  # type: ignore[attr-defined]
        for text in bundle.values():
            plain = re.sub(r"data:image/svg\+xml;base64,\S+", "", str(text))
            assert not re.search(r"\b(nan|NaN|inf|None|NaT)\b|<NA>", plain)
            assert "{" not in plain
        if isinstance(part, Picture):
            assert part.title
            assert part.subtitle
            assert part.alt
            assert not part.data.empty
            found.append(part)
    return found


def words(picture: Picture) -> str:
    """All text that is drawn in a picture, line breaks as blanks."""
    found = [text.get_text() for text in picture.figure.findobj(Text)]
    return " ".join(" ".join(found).split())


def assert_inside(picture: Picture) -> None:
    """Nothing that is written beside the axes reaches beyond the page, measured as the page draws it."""
    picture.svg()
    picture.figure.draw_without_rendering()
    width, height = picture.figure.bbox.width, picture.figure.bbox.height
    for axes in picture.figure.axes:
        for text in axes.texts:
            box = text.get_window_extent()
            assert box.x0 >= -3, text.get_text()
            assert box.x1 <= width + 3, text.get_text()
            assert box.y0 >= -3, text.get_text()
            assert box.y1 <= height + 3, text.get_text()


def assert_repeats(result: Result) -> None:
    """Drawing a result twice gives the same bytes."""
    first, second = pictures(result), pictures(result)
    assert [picture.svg() for picture in first] == [picture.svg() for picture in second]
