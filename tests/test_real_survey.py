"""A published survey of 337 workers goes the whole way: export, mapping, check, diagnosis, page.

The data are not part of this project. Where they lie beside it (or where ``ADOPTION_SHARED_DATA`` points) the published
counts must come out; a made export with the same questions goes the same way on every machine.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from adoption_lib.batch.report import report
from adoption_lib.engagement.survey_import import import_survey

ROOT = Path(__file__).resolve().parents[1]
MAPPING = ROOT / "data_templates" / "samples" / "workforce_robotics" / "survey_map.yaml"
SHARED = Path(os.environ.get("ADOPTION_SHARED_DATA", ROOT.parent / "shared" / "data"))
EXPORT = SHARED / "workforce_robotics" / "WorkerSurveyDataRelease.csv"


@pytest.mark.skipif(not EXPORT.is_file(), reason="the published survey does not lie beside this checkout")
def test_the_real_survey_report_reproduces_the_published_counts(tmp_path: Path):
    before = EXPORT.read_bytes()
    folder = tmp_path / "workers"
    import_survey(EXPORT, MAPPING, folder)
    outcome = report([folder], out=tmp_path / "reports", quiet=True)
    assert outcome.ok
    page = (tmp_path / "reports" / "workers" / "02_resistance_diagnosis.html").read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>", " ", re.sub(r"base64,[A-Za-z0-9+/=]+", "", page))
    text = re.sub(r"\s+", " ", text)
    for counts in ((93, 133, 111), (46, 132, 159)):
        ordered = "|".join(r".{0,60}".join(rf"\b{n}\b" for n in order) for order in (counts, tuple(reversed(counts))))
        assert re.search(ordered, text), f"{counts} do not stand together on the page"
    assert "337" in text
    assert "forced choice" in text.lower()
    assert EXPORT.read_bytes() == before


@pytest.mark.skipif(not EXPORT.is_file(), reason="the published survey does not lie beside this checkout")
def test_the_real_survey_names_no_cause(tmp_path: Path):
    from adoption_lib.analysis.causes import causes_of_resistance
    from adoption_lib.engagement import Engagement

    folder = tmp_path / "workers"
    import_survey(EXPORT, MAPPING, folder)
    result = causes_of_resistance(Engagement.open(folder))
    assert result.findings[0].kind == "cannot_tell"
    assert not [finding for finding in result.findings if finding.probability is not None and finding.kind == "finding"]
