"""Orderings: every adjacent pair, one-sided, Holm over the pairs.

That all pairs hold needs no correction by itself (each test at 5 % is an intersection-union test of 5 %); that some
pair fails does, and so do the single pairs that the notes name. Holm serves all three, on the safe side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from paperlab.types import Direction, Outcome
from paperlab.verdicts.estimates import Estimate, chance_above, holm, mean
from paperlab.verdicts.findings import Finding, margin_of, no_use
from paperlab.verdicts.pairs import Pair, couple
from paperlab.verdicts.power import above, more_seeds
from paperlab.verdicts.wording import number, p_value, seeds, some, span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from paperlab.types import Sample, TestedClaim

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Step:
    """Two adjacent measures of an order: `gain` is by how much the first is better than the second."""

    better: str
    worse: str
    pair: Pair
    gain: Estimate
    chance: float
    """That a run of the first is better than one of the second."""

    def p_holds(self, margin: float) -> float:
        """Return the p value of the gain exceeding the margin; without noise a gain of just the margin will do."""
        if not self.gain.se and margin and math.isclose(self.gain.center, margin, rel_tol=1e-9):
            return 0.0
        return self.gain.p_above(margin)

    def p_fails(self, margin: float) -> float:
        """Return the p value of the gain falling short of the margin."""
        if not self.gain.se and math.isclose(self.gain.center, margin, rel_tol=1e-9, abs_tol=0.0):
            return 1.0
        return self.gain.negated().p_above(-margin)


def ordering(claim: TestedClaim, samples: Mapping[str, Sample]) -> Finding:
    """Tell whether measures stand in order, best first, each ahead by more than the margin.

    An ordering with `margin` says "by at least so much": it differs where a gain is shown to be less, even if it is on
    the right side.
    """
    if claim.direction is Direction.UNKNOWN:
        no_use(claim, "needs direction = 'higher' or 'lower': an order needs a good side")
    margin = margin_of(claim, needed=False)
    steps = [_step(claim, samples[first], samples[second]) for first, second in pairwise(claim.order)]
    holds = holm([step.p_holds(margin) for step in steps])
    fails = holm([step.p_fails(margin) for step in steps])
    outcome = Outcome.AGREES if max(holds) <= ALPHA else Outcome.CANNOT_TELL
    if min(fails) <= ALPHA:
        outcome = Outcome.DIFFERS
    more, why = _needed(steps, holds, margin) if outcome is Outcome.CANNOT_TELL else (None, ())
    weakest = min(range(len(steps)), key=lambda i: (-holds[i], steps[i].gain.center))
    if outcome is Outcome.DIFFERS:
        weakest = min(range(len(steps)), key=lambda i: (fails[i], steps[i].gain.center))
    reason = _reason(outcome, steps, weakest, margin, fails[weakest] if outcome is Outcome.DIFFERS else holds[weakest])
    notes = (*_notes(steps, holds, fails), *(note for step in steps for note in step.pair.notes), *why)
    gain, n = steps[weakest].gain, min(step.pair.n for step in steps)
    rule = f"ordering-{steps[0].pair.way}"
    return Finding(outcome, reason, rule, n, gain.center, gain.interval(0.90), 0.90, more, notes)


def direction_only(claim: TestedClaim, samples: Mapping[str, Sample]) -> str:
    """Return how the means stand, best first, where there are too few seeds for more."""
    named = [f"{name} {number(mean(samples[name].values))}" for name in claim.order]
    return f"direction only: {', '.join(named)}"


def _step(claim: TestedClaim, first: Sample, second: Sample) -> Step:
    pair = couple(first, second, claim.pair_by)
    estimate = pair.estimate()
    up = claim.direction is Direction.HIGHER
    chance = chance_above(pair.first, pair.second)
    if pair.by_seed:
        chance = sum((a > b) + 0.5 * (a == b) for a, b in zip(pair.first, pair.second, strict=True)) / pair.n
    gain = estimate if up else estimate.negated()
    return Step(first.measure, second.measure, pair, gain, chance if up else 1 - chance)


def _needed(steps: Sequence[Step], holds: Sequence[float], margin: float) -> tuple[int | None, tuple[str, ...]]:
    """Return the most seeds that an undecided pair needs, each at the level of Holm's first step."""
    tail = ALPHA / len(steps)
    needs = [
        more_seeds(above(abs(step.gain.center - margin), step.pair.noise(), tail), step.pair.n)
        for step, p in zip(steps, holds, strict=True)
        if p > ALPHA
    ]
    return next((need for need in needs if need[0] is None), max(needs, key=lambda need: need[0] or 0))


def _reason(outcome: Outcome, steps: Sequence[Step], at: int, margin: float, p: float) -> str:
    step = steps[at]
    gain, scale = step.gain, step.gain.se
    ahead = f"{step.better} is ahead of {step.worse} by {number(gain.center, scale)}"
    if gain.center < 0:
        ahead = f"{step.better} is behind {step.worse} by {number(-gain.center, scale)}"
    inside = f"90 % interval {span(gain.interval(0.90), scale)}, {p_value(p)}, {seeds(step.pair.n)}"
    least = f" by more than {number(margin)}" if margin else ""
    if outcome is Outcome.AGREES:
        says = (
            f"the order holds{least}: {ahead}"
            if len(steps) == 1
            else f"all {len(steps)} pairs hold{least}; least surely, {ahead}"
        )
    elif outcome is Outcome.DIFFERS:
        says = f"the order does not hold{least}: {ahead}"
    else:
        says = f"the order is open{least}: {ahead}"
    return f"{says} ({inside})."


def _notes(steps: Sequence[Step], holds: Sequence[float], fails: Sequence[float]) -> tuple[str, ...]:
    many = len(steps) > 1
    notes = [
        f"a run of {step.better} is better than one of {step.worse} in {100 * step.chance:.0f} % of pairs"
        for step in steps
    ]
    if many:
        pairs = [
            f"{step.better} before {step.worse}: {p_value(hold)}" + ("" if fail > ALPHA else ", reversed or too near")
            for step, hold, fail in zip(steps, holds, fails, strict=True)
        ]
        notes.append("by pair, after Holm: " + some(pairs, 8))
    return tuple(notes)
