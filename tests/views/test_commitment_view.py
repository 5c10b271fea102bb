from __future__ import annotations

from drawn_clients import assessment, engagement, pictures

from adoption_lib.analysis.commitment import ready_to_commit
from adoption_lib.views.data_table import DataTable
from adoption_lib.views.show import parts


def test_the_checklist_gives_state_and_what_is_missing_in_words() -> None:
    result = ready_to_commit(engagement(capability_ratings=assessment({"HR": 6, "AI": 6, "business": 6})))
    assert pictures(result) == []
    table = next(item for item in parts(result) if isinstance(item, DataTable))
    assert len(table.frame) == 6
    state = table.frame.set_index("Condition")["State"]
    assert state["The gap the first initiative must close is specific"] == "✗ not met"
    open_ = table.frame[table.frame["State"] != "✓ met"]
    assert (open_["What is missing"].str.len() > 10).all()


def test_agreement_is_shown_against_both_nulls_and_not_for_few() -> None:
    enough = ready_to_commit(engagement(capability_ratings=assessment({"HR": 6, "AI": 6})))
    agreement = [item for item in parts(enough) if isinstance(item, DataTable)][1].frame
    assert agreement.iloc[0, 1].count("/") == 1
    few = ready_to_commit(engagement(capability_ratings=assessment({"HR": 4})))
    assert len([item for item in parts(few) if isinstance(item, DataTable)]) == 1


def test_nothing_collected_is_still_a_checklist() -> None:
    items = parts(ready_to_commit(engagement()))
    assert len(items) == 2
