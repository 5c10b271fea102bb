from __future__ import annotations

import pytest
from made_surveys import concern, made_client, survey_rows

from adoption_lib.analysis.causes import causes_of_resistance
from adoption_lib.analysis.concerns import specific_concerns
from adoption_lib.analysis.gaps import GapsByOwner, concern_gap, gaps_by_owner
from adoption_lib.engagement import Engagement
from adoption_lib.method import METHOD

RULES = {name: (rule.gap, rule.owner) for name, rule in METHOD.cause_rules.items()}


def split(client: Engagement) -> GapsByOwner:
    return gaps_by_owner(client, causes_of_resistance(client), specific_concerns(client))


@pytest.mark.parametrize(
    ("cause", "observed", "silence", "expected"),
    [
        ("output_trust", True, True, ("both", "AI")),
        ("own_interests", False, False, ("trust", "HR")),
        ("own_interests", True, True, ("trust", "HR")),
        ("understanding", True, False, ("deployment", "joint")),
        ("understanding", True, True, ("both", "joint")),
        ("", True, False, ("deployment", "AI")),
        ("other", False, True, ("trust", "HR")),
        ("", True, True, ("both", "joint")),
        ("other", False, False, ("undetermined", "joint")),
    ],
)
def test_cause_and_facts_decide_gap_and_owner(
    cause: str, observed: bool, silence: bool, expected: tuple[str, str]
) -> None:
    assert concern_gap(cause, observed, silence, RULES) == expected


def test_open_concerns_are_counted_by_owner_with_dates() -> None:
    log = [
        concern(date="2026-01-10"),
        concern(date="2026-02-10"),
        concern(coded_cause="own_interests", date="2026-03-10"),
        concern(status="closed", date="2025-01-01"),
    ]
    result = split(made_client(concerns=log))
    owners = result.owners.set_index("owner")
    assert owners["concerns"].to_dict() == {"HR": 1, "AI": 2}
    assert str(owners.loc["AI", "oldest"]) == "2026-01-10"
    assert result.gaps["count"].sum() == 3
    assert ((result.gaps["low"] <= result.gaps["share"]) & (result.gaps["share"] <= result.gaps["high"])).all()


def test_findings_of_both_sources_follow_by_owner() -> None:
    rows = survey_rows({"Claims": 50, "Service": 50}, "own_interests", effect=1.5)
    result = split(made_client(rows, [concern() for _ in range(6)]))
    assert {"B2", "B8"} <= set(result.points["source"])
    assert result.points["owner"].tolist() == sorted(result.points["owner"], key=["HR", "AI", "joint"].index)
    assert result.findings[0].gap == "both"


def test_a_clear_majority_is_named_and_a_split_is_called_a_split() -> None:
    trust = [concern(coded_cause="own_interests") for _ in range(12)]
    assert split(made_client(concerns=trust)).findings[0].gap == "trust"
    mixed = trust[:3] + [concern(coded_cause="understanding", said_after="Shown on Monday") for _ in range(3)]
    finding = split(made_client(concerns=mixed)).findings[0]
    assert (finding.gap, finding.interval) == ("both", None)


def test_thin_logs_and_missing_tables_say_so() -> None:
    assert split(made_client()).findings[0].kind == "not_collected"
    vague = concern(coded_cause=None, what_happened=None, said_after=None)
    assert split(made_client(concerns=[vague])).findings[0].kind == "cannot_tell"
    closed = concern(status="closed", what_happened=None, said_after="Told on Monday")
    assert split(made_client(concerns=[closed])).findings[0].kind in ("cannot_tell", "finding")


def test_the_diagnosis_alone_can_say_where_the_gap_lies() -> None:
    result = split(made_client(survey_rows({"Claims": 50, "Service": 50}, "own_interests", effect=1.5)))
    assert (result.findings[0].kind, result.findings[0].gap) == ("finding", "trust")
