from __future__ import annotations

import numpy as np
import pytest

from adoption_lib.analysis.leading_cause import CAUSES, call_cause, choice_posterior


def called(shares: list[float], departments: int, size: int, rho: float, runs: int = 60, seed: int = 0) -> list[str]:
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(runs):
        theta = rng.dirichlet(np.array(shares) * (1 - rho) / rho, departments)
        counts = np.array([rng.multinomial(size, t) for t in theta])
        draws, _ = choice_posterior(counts, draws=3000)
        call = call_cause(draws, counts.sum())
        found.append(f"{call.kind}:{'+'.join(call.causes)}" if call.kind == "single" else call.kind)
    return found


def test_a_clear_cause_is_named_and_rarely_a_wrong_one() -> None:
    found = called([0.12, 0.55, 0.12, 0.21], 8, 20, 0.05)
    singles = [name for name in found if name.startswith("single")]
    assert len(singles) >= 0.8 * len(found)
    assert singles.count("single:output_trust") >= 0.95 * len(singles)


@pytest.mark.parametrize("shares", [[0.1, 0.1, 0.1, 0.7], [0.22, 0.22, 0.22, 0.34]])
def test_no_cause_is_named_where_none_leads(shares: list[float]) -> None:
    found = called(shares, 8, 20, 0.05)
    assert sum(name.startswith("single") for name in found) <= 0.05 * len(found)


def test_two_equal_causes_are_rarely_called_one() -> None:
    found = called([0.4, 0.4, 0.05, 0.15], 6, 25, 0.05)
    assert sum(name.startswith("single") for name in found) <= 0.1 * len(found)
    assert found.count("mixed") >= 0.5 * len(found)


def test_few_answers_leave_it_open_and_say_how_many_would_tell() -> None:
    draws, _ = choice_posterior([[2, 5, 2, 3]])
    call = call_cause(draws, 12)
    assert call.kind == "cannot_tell"
    assert call.more is not None
    assert call.more >= 5


def test_intervals_of_shares_cover() -> None:
    rng = np.random.default_rng(4)
    truth = np.array([0.15, 0.45, 0.15, 0.25])
    hits = total = 0
    for _ in range(100):
        theta = rng.dirichlet(truth * 19, 8)
        counts = np.array([rng.multinomial(15, t) for t in theta])
        call = call_cause(choice_posterior(counts, draws=2000)[0], 120)
        for share, name in zip(truth, (*CAUSES, "none"), strict=True):
            hits += call.shares[name][1] <= share <= call.shares[name][2]
            total += 1
    assert 0.85 <= hits / total <= 0.96


def test_departments_are_drawn_towards_all_and_their_order_does_not_matter() -> None:
    counts = np.array([[0, 10, 0, 2], [20, 10, 10, 20], [18, 12, 11, 22]])
    organisation, departments = choice_posterior(counts)
    assert organisation.mean(axis=0)[1] < departments[0].mean(axis=0)[1] < 10 / 12
    other, turned = choice_posterior(counts[::-1])
    assert other.mean(axis=0) == pytest.approx(organisation.mean(axis=0), abs=0.01)
    assert turned[2].mean(axis=0) == pytest.approx(departments[0].mean(axis=0), abs=0.01)


def test_probabilities_are_never_certain_and_add_up() -> None:
    call = call_cause(choice_posterior([[0, 200, 0, 0]])[0], 200)
    assert call.kind == "single"
    assert call.probability < 1
    assert sum(call.leads.values()) == pytest.approx(1, abs=0.01)
