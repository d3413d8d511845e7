"""The simulation behind the verdicts' error rates speaks of the very rules that `judge` uses."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks import verdict_twins as twins
from benchmarks.verdicts import candidates, equivalent, graded, one_sided, textbook

DRAWS = 20_000


def test_judge_and_the_simulated_rules_say_the_same() -> None:
    """Of random cases of every rule, at 3, 5 and 10 seeds."""
    same, total = twins.agreement(20, seed=7)
    assert total >= 400
    assert same == total


@pytest.mark.parametrize("n", [3, 5])
def test_error_rates_are_the_nominal_ones(n: int) -> None:
    """At the margin a value agrees in 5 % of draws, and is called different in half of 5 %; powers are theory's."""
    rng = np.random.default_rng(n)
    zero, se = np.zeros(DRAWS), n**-0.5
    at_margin = twins.value(rng.normal(2, 1, (DRAWS, n)), zero, 2.0)
    assert (at_margin == twins.AGREES).mean() == pytest.approx(0.05, abs=0.007)
    assert (at_margin == twins.BETTER).mean() == pytest.approx(0.025, abs=0.005)
    at_target = twins.value(rng.normal(0, 1, (DRAWS, n)), zero, 2.0)
    assert (at_target == twins.AGREES).mean() == pytest.approx(equivalent(0.0, 2.0, se, n - 1), abs=0.015)
    far = twins.value(rng.normal(5, 1, (DRAWS, n)), zero, 2.0)
    assert (far == twins.BETTER).mean() == pytest.approx(one_sided(3.0, se, n - 1, 0.025), abs=0.015)


def test_candidates_are_graded_as_by_the_textbook() -> None:
    rng = np.random.default_rng(0)
    for values in ([0.9376, 0.9372, 0.9320], [0.88, 0.87, 0.88], [6.0, 6.0, 6.0]):
        answers = list(candidates(values, rng))
        expected = [textbook(values, answer) for answer in answers]
        assert [graded(values, answer) for answer in answers] == expected
        assert {True, False} == set(expected)
