"""Two sponsors for every initiative: gaps by stage, one person in both roles, and blanks that say nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from adoption_lib.analysis.sponsorship import dual_sponsorship, sponsor_state
from adoption_lib.engagement import Engagement
from adoption_lib.engagement.settings import Settings

SETTINGS = Settings.model_validate(
    {"client": "Test Ltd", "departments": [{"name": "Claims", "headcount": 40}, {"name": "Legal", "headcount": 3}]}
)


def client(*rows: tuple[str, str, str | None, str | None]) -> Engagement:
    frame = pd.DataFrame(rows, columns=["name", "stage", "business_sponsor", "technical_sponsor"])
    return Engagement.from_tables(SETTINGS, {"initiatives": frame.assign(department="Claims")})


@pytest.mark.parametrize(
    ("business", "technical", "state"),
    [
        ("Director of Claims", "Head of AI", "both"),
        ("Head of  Claims", "head-of claims", "same_person"),
        (None, "Head of AI", "business_missing"),
        ("Director of Claims", pd.NA, "technical_missing"),
        (None, None, "none"),
    ],
)
def test_a_pair_of_sponsors_is_classified(business: str | None, technical: str | None, state: str) -> None:
    assert sponsor_state(business, technical) == state


def test_a_blank_in_a_column_nobody_filled_says_nothing() -> None:
    assert sponsor_state("Director of Claims", None, (True, False)) == "not_recorded"
    result = dual_sponsorship(
        client(("A", "live", "Director of Claims", None), ("B", "idea", "Director of Claims", None))
    )
    assert set(result.sponsors["state"]) == {"not_recorded"}
    assert [finding.kind for finding in result.findings] == ["cannot_tell"]
    assert "technical sponsor" in result.findings[0].statement


def test_a_gap_in_daily_use_comes_before_one_in_an_idea() -> None:
    result = dual_sponsorship(
        client(
            ("Idea", "idea", None, None),
            ("Pilot", "pilot", "Director of Claims", "director of claims"),
            ("Live", "live", None, "Head of AI"),
            ("Scaled", "scaled", "Director of Claims", "Head of AI"),
        )
    )
    assert [finding.strength for finding in result.findings] == sorted(
        (finding.strength for finding in result.findings), reverse=True
    )
    assert "Live (no business sponsor)" in result.findings[0].statement
    assert result.findings[0].gap == "trust"
    assert "Pilot (one person in both roles)" in result.findings[1].statement
    assert (result.complete, result.running) == (1, 4)


def test_a_missing_technical_sponsor_is_for_the_ai_function_to_mend() -> None:
    result = dual_sponsorship(client(("A", "live", "Director", None), ("B", "live", "Director", "Head of AI")))
    assert (result.findings[0].owner, result.findings[0].gap, result.findings[0].n) == ("AI", "deployment", 2)


def test_stopped_initiatives_need_no_sponsor() -> None:
    result = dual_sponsorship(client(("A", "stopped", None, None), ("B", "live", "Director", "Head of AI")))
    assert (result.complete, result.running, len(result.sponsors)) == (1, 1, 2)
    assert result.findings[0].strength < 0.2
    only = dual_sponsorship(client(("A", "stopped", None, None)))
    assert only.findings[0].kind == "cannot_tell"


def test_row_order_does_not_matter() -> None:
    rows = [("A", "idea", None, None), ("B", "live", None, "T"), ("C", "pilot", "B", None), ("D", "live", "B", "T")]
    first, second = dual_sponsorship(client(*rows)), dual_sponsorship(client(*reversed(rows)))
    pd.testing.assert_frame_equal(first.sponsors, second.sponsors)
    assert [f.statement for f in first.findings] == [f.statement for f in second.findings]


def test_without_the_register_the_result_says_so() -> None:
    result = dual_sponsorship(Engagement.from_tables(SETTINGS, {}))
    assert [finding.kind for finding in result.findings] == ["not_collected"]
    assert result.sponsors.empty
