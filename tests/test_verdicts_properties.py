"""Verdicts whatever the numbers: units, origin and order of seeds do not matter, more seeds never unsettle."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from paperlab.errors import BadInput
from paperlab.types import (
    ClaimKind,
    Direction,
    Outcome,
    Reported,
    Sample,
    Scope,
    Selection,
    SpreadMeaning,
    TestedClaim,
    Tolerance,
    Verdict,
)
from paperlab.verdicts import judge

FULL, REDUCED = Scope("paper"), Scope("paper", ("epochs: 1 instead of 100",))
DECIDED = {Outcome.AGREES, Outcome.DIFFERS, Outcome.BETTER}
RULES = (
    "value value-runs value-unknown value-best value-median difference difference-paired ratio ordering "
    "ordering-paired parity parity-paired noninferiority threshold increasing u-shape slope"
).split()
UNPAIRED = [rule for rule in RULES if rule not in {"difference-paired", "ordering-paired", "parity-paired", "slope"}]

quick = settings(max_examples=40, deadline=None)

numbers = st.floats(-50, 50).map(lambda x: round(x, 3))
samples = st.lists(numbers, min_size=3, max_size=9)
rules = st.sampled_from(RULES)


@dataclass(frozen=True)
class Case:
    """A claim of some rule around a target, and values of three measures."""

    rule: str
    target: float
    reach: float
    first: tuple[float, ...]
    second: tuple[float, ...]
    third: tuple[float, ...]

    def moved(self, times: float = 1.0, by: float = 0.0) -> Case:
        """Return the case in another unit, or from another origin; differences have no origin."""

        def turn(values: tuple[float, ...]) -> tuple[float, ...]:
            return tuple(value * times + by for value in values)

        pairs = self.rule.startswith(("difference", "ratio", "slope"))
        target = self.target * (1.0 if self.rule == "ratio" else times) + (0.0 if pairs else by)
        reach = self.reach * (1.0 if self.rule == "ratio" else times)
        return Case(self.rule, target, reach, turn(self.first), turn(self.second), turn(self.third))

    def verdict(self, scope: Scope = FULL, status: str = "confirmed") -> Verdict:
        """Return what `judge` says."""
        claim = replace(self.claim(), status=status)
        named = {name: sample(name, values) for name, values in (("a", self.first), ("b", self.second))}
        points = (self.first, self.second, self.third)
        series = [(float(x), sample("y", values)) for x, values in enumerate(points, 1)]
        return judge(claim, named, series, scope=scope)

    def claim(self) -> TestedClaim:
        """Return the claim of the case's rule, higher is better."""
        printed = f"{self.target:.30f}"
        kind, fields = _fields(self.rule, self.target, self.reach, printed, len(self.first))
        return TestedClaim("c", "", kind, status="confirmed", **{"direction": Direction.HIGHER, **fields})


def _fields(rule: str, target: float, reach: float, printed: str, n: int) -> tuple[ClaimKind, dict[str, Any]]:
    near, paired = Tolerance(absolute=reach), "seed" if rule.endswith("paired") else ""
    reported = {
        "value-runs": Reported(printed, 5, reach / 2, SpreadMeaning.SD, Selection.MEAN),
        "value-unknown": Reported(printed, 5, reach / 2, SpreadMeaning.UNKNOWN, Selection.MEAN),
        "value-best": Reported(printed, min(3, n), selection=Selection.BEST),
        "value-median": Reported(printed, 5, selection=Selection.MEDIAN),
    }.get(rule, Reported(printed, 1))
    pair: dict[str, Any] = {"pair": ("a", "b"), "pair_by": paired}
    along: dict[str, Any] = {"measure": "y", "x": "x", "expect": rule}
    return {
        "value": (ClaimKind.VALUE, {"measure": "a", "paper": reported, "tolerance": near}),
        "difference": (ClaimKind.DIFFERENCE, {**pair, "paper": reported, "tolerance": near}),
        "ratio": (ClaimKind.DIFFERENCE, {**pair, "form": "ratio", "paper": reported, "tolerance": near}),
        "ordering": (ClaimKind.ORDERING, {"order": ("a", "b"), "pair_by": paired}),
        "parity": (ClaimKind.PARITY, {**pair, "margin": reach}),
        "noninferiority": (ClaimKind.PARITY, {**pair, "margin": reach, "form": "noninferiority"}),
        "threshold": (ClaimKind.THRESHOLD, {"measure": "a", "op": ">=", "bound": target}),
        "increasing": (ClaimKind.TREND, along),
        "u": (ClaimKind.TREND, along),
        "slope": (ClaimKind.TREND, {**along, "slope": (target - reach, target + reach), "window": (0.0, 9.0)}),
    }[rule.split("-", 1)[0]]


def sample(name: str, values: tuple[float, ...]) -> Sample:
    """Return a sample with seeds 0, 1, ..."""
    return Sample(name, tuple(range(len(values))), values)


@st.composite
def cases(draw: st.DrawFn, names: list[str] = RULES) -> Case:
    """Return cases whose samples have some spread, so that no outcome hangs on the last bit."""
    n = draw(st.integers(3, 9))
    three = [tuple(draw(st.lists(numbers, min_size=n, max_size=n))) for _ in range(3)]
    assume(all(max(values) - min(values) > 0.01 for values in three))
    case = Case(draw(st.sampled_from(names)), draw(numbers), draw(st.floats(0.01, 60)), *three)
    if case.rule == "ratio":
        positive = [tuple(abs(value) + 1 for value in values) for values in three]
        return Case("ratio", abs(case.target) / 20, case.reach / 60, *positive)
    return case


def shaped(n: int, mean: float, sd: float) -> tuple[float, ...]:
    """Return n values with a mean and a standard deviation."""
    steps = [i - (n - 1) / 2 for i in range(n)]
    size = math.sqrt(math.fsum(step * step for step in steps) / (n - 1))
    return tuple(mean + sd * step / size for step in steps)


@quick
@given(cases())
def test_a_verdict_never_holds_a_number_that_is_none(case: Case) -> None:
    verdict = case.verdict()
    found = (verdict.measured, verdict.level, *(verdict.interval or ()))
    assert all(number is None or math.isfinite(number) for number in found)
    assert "nan" not in verdict.reason
    assert verdict.reason.endswith(".")
    assert verdict.more_seeds is None or 1 <= verdict.more_seeds <= 1000
    assert (verdict.more_seeds is None) or verdict.outcome in {Outcome.CANNOT_TELL, Outcome.COMPATIBLE}


@quick
@given(rules, st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=9, max_size=9), st.floats(-9, 9))
def test_whatever_is_measured_there_is_a_verdict(rule: str, values: list[float], target: float) -> None:
    """Infinite, no number, denormal, larger than can be squared: a verdict comes, and none rests on such numbers."""
    try:
        verdict = Case(rule, target, 1.0, tuple(values[:3]), tuple(values[3:6]), tuple(values[6:])).verdict()
    except BadInput as error:
        raise AssertionError(str(error)) from error
    found = (verdict.measured, *(verdict.interval or ()))
    assert all(number is None or math.isfinite(number) for number in found)
    if not all(math.isfinite(value) for one in verdict.samples for value in one.values):
        assert verdict.outcome is Outcome.INVALID


@quick
@given(cases())
def test_a_reduced_scale_never_agrees_or_differs(case: Case) -> None:
    full, reduced = case.verdict(), case.verdict(scope=REDUCED)
    assert reduced.outcome not in DECIDED | {Outcome.COMPATIBLE}
    if reduced.outcome is Outcome.OBSERVED:
        assert full.outcome is Outcome.AGREES
    if reduced.outcome is Outcome.NOT_OBSERVED:
        assert full.outcome is Outcome.DIFFERS


@quick
@given(cases())
def test_what_nobody_confirmed_is_never_judged(case: Case) -> None:
    assert case.verdict(status="proposed").outcome is Outcome.UNCONFIRMED


@quick
@given(cases(), st.sampled_from([2.0**-20, 0.25, 2.0, 1024.0]))
def test_the_unit_does_not_matter(case: Case, times: float) -> None:
    assume(case.rule != "slope")
    there = case.moved(times)
    assert there.verdict().outcome is case.verdict().outcome
    assert there.verdict().more_seeds == case.verdict().more_seeds


@quick
@given(cases(), st.integers(-1000, 1000))
def test_the_origin_does_not_matter(case: Case, by: int) -> None:
    assume(case.rule != "ratio")
    assert case.moved(by=float(by)).verdict().outcome is case.verdict().outcome


@quick
@given(cases(UNPAIRED), st.randoms(use_true_random=False))
def test_the_order_of_seeds_does_not_matter(case: Case, random: Any) -> None:
    mixed = [list(values) for values in (case.first, case.second, case.third)]
    for values in mixed:
        random.shuffle(values)
    other = Case(case.rule, case.target, case.reach, *map(tuple, mixed))
    assert other.verdict().outcome is case.verdict().outcome


@quick
@given(cases(["ordering", "ordering-paired", "parity", "parity-paired"]))
def test_swapped_measures_turn_an_order_and_leave_parity(case: Case) -> None:
    turned = Case(case.rule, case.target, case.reach, case.second, case.first, case.third)
    swap = {Outcome.AGREES: Outcome.DIFFERS, Outcome.DIFFERS: Outcome.AGREES}
    expected = case.verdict().outcome
    if case.rule.startswith("ordering"):
        expected = swap.get(expected, expected)
    assert turned.verdict().outcome is expected


@quick
@given(cases(["value", "value-runs", "value-unknown", "value-best", "value-median"]))
def test_a_value_is_held_alike_from_above_and_below(case: Case) -> None:
    """Seen in a mirror, with the other side for good, the outcome is the same."""
    mirrored = case.moved(times=-1.0)
    turned = replace(mirrored, reach=case.reach)
    claim = replace(turned.claim(), direction=Direction.LOWER)
    assert judge(claim, {"a": sample("a", turned.first)}, scope=FULL).outcome is case.verdict().outcome


MONOTONE = "value difference difference-paired ordering ordering-paired parity parity-paired noninferiority threshold"


@quick
@given(
    st.sampled_from(MONOTONE.split()),
    st.integers(3, 20),
    st.integers(1, 40),
    st.floats(-4, 4),
    st.floats(0.01, 3),
    st.floats(0.1, 5),
)
def test_more_seeds_of_the_same_mean_and_spread_never_unsettle(
    rule: str, n: int, more: int, mean: float, sd: float, reach: float
) -> None:
    """Against a printed number, and between two measures that grow together."""
    outcomes = [
        Case(rule, 0.0, reach, shaped(k, mean, sd), shaped(k, 0.0, 0.5), shaped(k, 0.0, 1.0)).verdict().outcome
        for k in (n, n + more)
    ]
    if outcomes[0] in DECIDED:
        assert outcomes[1] is outcomes[0]


@quick
@given(st.integers(3, 12), st.floats(-3, 3), st.floats(0.1, 3), st.floats(0.2, 3))
def test_the_seeds_asked_for_settle_it_if_they_look_alike(n: int, mean: float, sd: float, reach: float) -> None:
    """With power .8 at the present mean and spread, a sample of just that mean and spread decides."""
    verdict = Case("value", 0.0, reach, shaped(n, mean, sd), (0.0,), (0.0,)).verdict()
    assume(verdict.more_seeds is not None)
    enough = n + (verdict.more_seeds or 0)
    assert Case("value", 0.0, reach, shaped(enough, mean, sd), (0.0,), (0.0,)).verdict().outcome in DECIDED


@quick
@given(samples, st.floats(0.5, 60), st.floats(1.01, 3))
def test_a_wider_margin_never_turns_agreement_away(values: list[float], reach: float, wider: float) -> None:
    narrow = Case("value", 0.0, reach, tuple(values), (0.0,), (0.0,))
    if narrow.verdict().outcome is Outcome.AGREES:
        assert replace(narrow, reach=reach * wider).verdict().outcome is Outcome.AGREES
