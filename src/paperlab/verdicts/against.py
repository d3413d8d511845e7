"""An estimate held against a printed number: two one-sided tests, an interval wholly outside, or neither."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from paperlab.types import Direction, Outcome
from paperlab.verdicts.distributions import t_quantile
from paperlab.verdicts.estimates import Estimate, combined
from paperlab.verdicts.findings import OPEN, Finding
from paperlab.verdicts.power import Noise, to_settle
from paperlab.verdicts.reported import Reading, Target, target
from paperlab.verdicts.wording import number, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.types import TestedClaim


class Measured(Protocol):
    """Anything that has a center and intervals."""

    @property
    def center(self) -> float:
        """What is compared."""

    def interval(self, level: float) -> tuple[float, float]:
        """Return its two-sided confidence interval."""


@dataclass(frozen=True, slots=True)
class Held:
    """One way to hold an estimate against the paper."""

    estimate: Measured
    stricter: Measured
    """For showing a difference: with the noise of the test set."""
    target: Target
    expected: float
    """Half the width of the 95 % prediction interval around the printed number, rounding included."""
    noise: tuple[Noise, Noise]
    """By seeds: of `estimate`, of `stricter`."""
    as_spread: str = ""

    def outcome(self, direction: Direction) -> Outcome:
        """Return what it says: TOST at 5 %, a 95 % interval wholly outside, or what the prediction interval says."""
        low, high = self.estimate.interval(0.90)
        if self.target.low <= low and high <= self.target.high:
            return Outcome.AGREES
        low, high = self.stricter.interval(0.95)
        if high < self.target.low or low > self.target.high:
            better = direction is (Direction.HIGHER if low > self.target.high else Direction.LOWER)
            return Outcome.BETTER if better else Outcome.DIFFERS
        return Outcome.COMPATIBLE if self.surprise <= 0 else Outcome.CANNOT_TELL

    @property
    def surprise(self) -> float:
        """By how much the measured lies outside the prediction interval; at most 0 inside."""
        return abs(self.estimate.center - self.target.value) - self.expected * (1 + 1e-9)


def against_mean(own: Estimate, n: int, variance: float, reading: Reading) -> tuple[Estimate, Noise, float]:
    """Return a mean beside the paper's number: estimate, noise by seeds, half of the 95 % prediction interval.

    `variance` is that of one seed. The interval is the paper's own where it has runs enough, else that of our runs.
    """
    sd = math.sqrt(variance)
    if reading.borrowed:
        se = sd * math.sqrt(1 / n + 1 / reading.borrowed)
        noise = Noise(variance, fixed=variance / reading.borrowed)
        return Estimate(own.center, se, own.df), noise, t_quantile(0.975, own.df) * se
    if reading.df is not None and reading.sd is not None:
        se, df = combined(own.se, own.df, reading.se, reading.df)
        predicted = t_quantile(0.975, reading.df) * math.hypot(reading.se, reading.sd / math.sqrt(n))
        return Estimate(own.center, se, df), Noise(variance, fixed=reading.se**2, fixed_df=reading.df), predicted
    predicted = t_quantile(0.975, own.df) * math.hypot(sd, own.se)
    return Estimate(own.center, math.hypot(own.se, reading.se), own.df), Noise(variance, fixed=reading.se**2), predicted


def with_items(
    claim: TestedClaim, reading: Reading, estimate: Estimate, noise: Noise, predicted: float, items: float
) -> Held:
    """Return an estimate held against the paper, a difference allowed the noise of the test set."""
    aim = target(claim, reading.sd)
    se, df = combined(estimate.se, estimate.df, items, math.inf) if items else (estimate.se, estimate.df)
    stricter = Estimate(estimate.center, se, df)
    harder = Noise(noise.ours, noise.df_per_seed, noise.fixed + items**2, noise.fixed_df if noise.fixed else math.inf)
    expected = math.hypot(predicted, t_quantile(0.975, math.inf) * items) + aim.rounding
    return Held(estimate, stricter, aim, expected, (noise, harder), reading.as_spread)


@dataclass(frozen=True, slots=True)
class Subject:
    """What was measured, in words."""

    text: str
    """`mean 6.58 ± 0.12 % over 5 seeds`."""
    n: int
    scale: float
    """To which numbers are rounded: the spread of seeds."""


def settle(claim: TestedClaim, held: Sequence[Held], subject: Subject, rule: str) -> Finding:
    """Return one finding from the ways to read the paper's spread: it acts only where all say the same."""
    outcomes = [one.outcome(claim.direction) for one in held]
    outcome = outcomes[0]
    if len(set(outcomes)) > 1:
        outcome = Outcome.COMPATIBLE if all(one.surprise <= 0 for one in held) else Outcome.CANNOT_TELL
    widest = max(held, key=lambda one: _width(one.estimate))
    level = 0.95 if outcome in {Outcome.DIFFERS, Outcome.BETTER} else 0.90
    interval = (widest.stricter if level == 0.95 else widest.estimate).interval(level)
    known = interval if all(map(math.isfinite, interval)) else None
    more, why = _seeds_to_settle(held, outcomes, subject.n) if outcome in OPEN else (None, ())
    reason = f"{subject.text} {_said(claim, outcome, widest, subject.scale)}{_about(known, level, widest.target)}."
    center, notes = widest.estimate.center, (*_held_notes(held, outcomes), *why)
    return Finding(outcome, reason, rule, subject.n, center, known, level if known else None, more, notes)


def _width(estimate: Measured) -> float:
    low, high = estimate.interval(0.90)
    return high - low


def _seeds_to_settle(held: Sequence[Held], outcomes: Sequence[Outcome], n: int) -> tuple[int | None, tuple[str, ...]]:
    """Return the most seeds that any reading still needs."""
    needs = [
        to_settle(one.estimate.center - one.target.value, one.target.reach, *one.noise, n)
        for one, outcome in zip(held, outcomes, strict=True)
        if outcome in OPEN
    ]
    if not needs:
        return None, ("no number of seeds would decide it: the paper must say what its spread is",)
    return next((need for need in needs if need[0] is None), max(needs, key=lambda need: need[0] or 0))


def _said(claim: TestedClaim, outcome: Outcome, held: Held, scale: float) -> str:
    aim = held.target
    off = held.estimate.center - aim.value
    paper, reach = claim.paper.printed if claim.paper else "", number(aim.reach, aim.reach)
    if outcome is Outcome.AGREES:
        return f"lies within ±{reach} of the paper's {paper}"
    if outcome is Outcome.COMPATIBLE:
        return f"is no surprise beside the paper's {paper}, but is not shown to lie within ±{reach} of it"
    if outcome is Outcome.CANNOT_TELL:
        return f"is not shown to lie within ±{reach} of the paper's {paper}, nor outside"
    side = "above" if off > 0 else "below"
    good = ", on the good side" if outcome is Outcome.BETTER else ""
    return f"lies {number(abs(off), scale)} {side} the paper's {paper}{good}, which is beyond ±{reach}"


def _about(interval: tuple[float, float] | None, level: float, aim: Target) -> str:
    if interval is None:
        return " (too few seeds for an interval)"
    about = span((interval[0] - aim.value, interval[1] - aim.value))
    return f" ({100 * level:.0f} % interval of the difference: {about})"


def _held_notes(held: Sequence[Held], outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    notes = list(held[0].target.notes)
    for one, outcome in zip(held, outcomes, strict=True):
        read = f"with the paper's spread read as {one.as_spread}: {outcome.value}; " if one.as_spread else ""
        inside = "outside" if one.surprise > 0 else "inside"
        half = number(one.expected, one.expected)
        notes.append(f"{read}{inside} the 95 % prediction interval, ±{half} around the printed number")
    return tuple(dict.fromkeys(notes))
