"""Trends along a setting: rising, falling, u-shaped, or of a slope."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from paperlab.types import Outcome
from paperlab.verdicts.estimates import Estimate, combined, holm, mean, one_sample
from paperlab.verdicts.findings import OPEN, Finding, finite, no_use
from paperlab.verdicts.pairs import Pair, couple
from paperlab.verdicts.power import Noise, above, more_seeds, to_settle
from paperlab.verdicts.wording import number, p_value, seeds, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.types import Sample, TestedClaim

ALPHA = 0.05
_FEWEST_IN_ORDER = 4
"""Means: by chance alone they stand in order once in 24."""
_FEWEST_POINTS = {"increasing": 2, "decreasing": 2, "u-shape": 3, "slope": 3}

Point = tuple[float, "Sample"]


@dataclass(frozen=True, slots=True)
class Move:
    """The change of a mean from one x to another."""

    start: float
    end: float
    pair: Pair
    """Values at the end, then at the start."""
    rise: Estimate


def trend(claim: TestedClaim, series: Sequence[Point]) -> Finding:
    """Tell whether a measure goes along x as claimed; `series` is sorted by x, within the window, and n >= 2."""
    if claim.expect not in _FEWEST_POINTS:
        no_use(claim, f"expects {claim.expect!r}: a trend is increasing, decreasing, u-shape or slope")
    rule = {"u-shape": "trend-u-shape", "slope": "trend-slope"}.get(claim.expect, "trend-monotone")
    fewest, n = _FEWEST_POINTS[claim.expect], min(len(sample.values) for _, sample in series)
    if len(series) < fewest:
        reason = f"{fewest} settings of {claim.x or 'x'} are needed to see it, and {len(series)} count."
        return Finding(Outcome.CANNOT_TELL, reason, rule, n, notes=("more settings would help, more seeds would not",))
    if claim.expect == "slope":
        return _slope(claim, series)
    return _u_shape(claim, series) if claim.expect == "u-shape" else _monotone(claim, series)


def inside(claim: TestedClaim, series: Sequence[Point]) -> list[Point]:
    """Return the points within the claim's window, by x.

    Raises:
        BadInput: a slope has no window, or a window's ends are not finite and in order.

    """
    if claim.window is None:
        if claim.expect == "slope":
            no_use(claim, "needs window = [least, most]: a slope depends on where it is taken")
        return sorted(series, key=lambda point: point[0])
    low, high = (finite(claim, "end of its window", end) for end in claim.window)
    if low > high:
        no_use(claim, "has a window that ends before it begins")
    return sorted((point for point in series if low <= point[0] <= high), key=lambda point: point[0])


def _move(claim: TestedClaim, start: Point, end: Point) -> Move:
    pair = couple(end[1], start[1], claim.pair_by)
    return Move(start[0], end[0], pair, pair.estimate())


def _monotone(claim: TestedClaim, series: Sequence[Point]) -> Finding:
    """Every adjacent step, or, of four means and more in order, their contrast; nothing the wrong way.

    The second way does not tell a level stretch from a slow change. Steps and contrast share Holm's correction where
    they could refute the claim.
    """
    sign = 1.0 if claim.expect == "increasing" else -1.0
    moves = [_move(claim, start, end) for start, end in pairwise(series)]
    steps = [_signed(move.rise, sign) for move in moves]
    whole = _signed(_contrast(claim, series), sign)
    holds = holm([step.p_above(0.0) for step in steps])
    fails = holm([step.negated().p_above(0.0) for step in (*steps, whole)])
    in_order = len(series) >= _FEWEST_IN_ORDER and all(step.center > 0 for step in steps)
    overall = in_order and whole.p_above(0.0) <= ALPHA
    outcome = Outcome.AGREES if max(holds) <= ALPHA or overall else Outcome.CANNOT_TELL
    if min(fails) <= ALPHA:
        outcome = Outcome.DIFFERS
    weakest = min(range(len(steps)), key=lambda i: steps[i].center / steps[i].se if steps[i].se else steps[i].center)
    by = "every step holds" if max(holds) <= ALPHA else "the means stand in order and their contrast holds"
    says = {
        Outcome.AGREES: f"{claim.measure} is {claim.expect} with {claim.x}: {by}",
        Outcome.DIFFERS: f"{claim.measure} is not {claim.expect} with {claim.x}",
    }.get(outcome, f"whether {claim.measure} is {claim.expect} with {claim.x} is open")
    more, why = _steps_needed(moves, steps, holds) if outcome is Outcome.CANNOT_TELL else (None, ())
    move, worst = moves[weakest], moves[weakest].rise
    about = f"weakest step {number(move.start)} to {number(move.end)}: {number(worst.center, worst.se)}, 90 % interval"
    reason = f"{says} ({about} {span(worst.interval(0.90), worst.se)}, {seeds(move.pair.n)})."
    notes = (_means(series), f"contrast over all settings: {p_value(whole.p_above(0.0))} one-sided", *why)
    total = _signed(whole, sign)
    n = min(one.pair.n for one in moves)
    return Finding(
        outcome, reason, "trend-monotone", n, total.center, total.interval(0.90), 0.90, more, (*notes, *_alone(moves))
    )


def _signed(estimate: Estimate, sign: float) -> Estimate:
    return estimate if sign > 0 else estimate.negated()


def _contrast(claim: TestedClaim, series: Sequence[Point]) -> Estimate:
    """Return the linear contrast of the means over the ranks of x: mean change from one setting to the next."""
    k = len(series)
    ranks = [i - (k - 1) / 2 for i in range(k)]
    size = math.fsum(rank * rank for rank in ranks)
    weights = [rank / size for rank in ranks]
    common = _common(series)
    if claim.pair_by == "seed" and len(common) > 1:
        return one_sample([math.fsum(w * row[i] for i, w in enumerate(weights)) for row in common.values()])
    center, se, df = 0.0, 0.0, math.inf
    for weight, (_, sample) in zip(weights, series, strict=True):
        own = one_sample(sample.values)
        center += weight * own.center
        se, df = combined(se, df, abs(weight) * own.se, own.df)
    return Estimate(center, se, df)


def _common(series: Sequence[Point]) -> dict[int, list[float]]:
    """Return the values along x of each seed that all points have."""
    tables = [dict(zip(sample.seeds, sample.values, strict=True)) for _, sample in series]
    shared = set.intersection(*(set(table) for table in tables))
    return {seed: [table[seed] for table in tables] for seed in sorted(shared)}


def _steps_needed(
    moves: Sequence[Move], steps: Sequence[Estimate], holds: Sequence[float]
) -> tuple[int | None, tuple[str, ...]]:
    tail = ALPHA / len(steps)
    needs = [
        more_seeds(above(abs(step.center), move.pair.noise(), tail), move.pair.n)
        for move, step, p in zip(moves, steps, holds, strict=True)
        if p > ALPHA
    ]
    if not needs:
        return None, ()
    return next((need for need in needs if need[0] is None), max(needs, key=lambda need: need[0] or 0))


def _u_shape(claim: TestedClaim, series: Sequence[Point]) -> Finding:
    """Both ends above one point between them; which one is not known beforehand, hence Bonferroni over the points."""
    middle = range(1, len(series) - 1)
    arms = {i: (_move(claim, series[i], series[0]), _move(claim, series[i], series[-1])) for i in middle}
    by_point = {i: min(1.0, len(arms) * max(arm.rise.p_above(0.0) for arm in pair)) for i, pair in arms.items()}
    best = min(middle, key=lambda i: (by_point[i], mean(series[i][1].values)))
    lowest_end = [max(pair[side].rise.negated().p_above(0.0) for pair in arms.values()) for side in (0, 1)]
    outcome = Outcome.AGREES if by_point[best] <= ALPHA else Outcome.CANNOT_TELL
    if 2 * min(lowest_end) <= ALPHA:
        outcome = Outcome.DIFFERS
    left, right = arms[best]
    lower = min(arms[best], key=lambda arm: arm.rise.center)
    name, x = claim.measure, number(series[best][0])
    says = {
        Outcome.AGREES: f"{name} is u-shaped in {claim.x}, lowest near {x}",
        Outcome.DIFFERS: f"{name} is not u-shaped in {claim.x}: an end lies below every setting between",
    }.get(outcome, f"whether {name} is u-shaped in {claim.x} is open; lowest between the ends at {x}")
    tail = ALPHA / len(arms)
    needs = [more_seeds(above(abs(arm.rise.center), arm.pair.noise(), tail), arm.pair.n) for arm in (left, right)]
    need = next((need for need in needs if need[0] is None), max(needs, key=lambda need: need[0] or 0))
    more, why = need if outcome is Outcome.CANNOT_TELL else (None, ())
    sides = (
        f"the ends are {number(left.rise.center, left.rise.se)} and {number(right.rise.center, right.rise.se)} higher"
    )
    reason = f"{says} ({sides}, {p_value(by_point[best])}, {seeds(min(left.pair.n, right.pair.n))})."
    n = min(arm.pair.n for pair in arms.values() for arm in pair)
    found = lower.rise
    notes = (_means(series), *why, *_alone([left, right]))
    return Finding(outcome, reason, "trend-u-shape", n, found.center, found.interval(0.90), 0.90, more, notes)


def _slope(claim: TestedClaim, series: Sequence[Point]) -> Finding:
    """Fit a slope to each seed that every point has, and hold their mean's t interval against the claimed ones."""
    low, high = _claimed(claim)
    rows = _common(series)
    if len(rows) < 2:
        reason = f"{len(rows)} seeds have a value at every {claim.x}: a slope needs its interval from two and more."
        return Finding(Outcome.CANNOT_TELL, reason, "trend-slope", len(rows), more_seeds=3 - len(rows))
    xs = [x for x, _ in series]
    if claim.log and min(*xs, *(value for row in rows.values() for value in row)) <= 0:
        reason = "a slope of logarithms needs values above 0."
        return Finding(Outcome.CANNOT_TELL, reason, "trend-slope", len(rows))
    if claim.log:
        xs, rows = [math.log(x) for x in xs], {seed: [math.log(y) for y in row] for seed, row in rows.items()}
    slopes = one_sample([_fit(xs, row) for row in rows.values()])
    outcome, level = _slope_outcome(slopes, low, high)
    noise = Noise(slopes.se**2 * len(rows))
    half = (high - low) / 2
    need = to_settle(slopes.center - (low + high) / 2, half, noise, noise, len(rows))
    more, why = need if outcome in OPEN else (None, ())
    says = {Outcome.AGREES: "lies within", Outcome.DIFFERS: "lies outside"}.get(outcome, "is not shown to lie within")
    interval = slopes.interval(level)
    shown, claimed = number(slopes.center, slopes.se), f"{number(low)} to {number(high)}"
    about = f"{100 * level:.0f} % interval {span(interval, slopes.se)}, {seeds(len(rows))}, {len(series)} settings"
    kind = "log-log slope" if claim.log else "slope"
    reason = f"{kind} {shown} {says} the claimed {claimed} ({about})."
    left_out = len({seed for _, sample in series for seed in sample.seeds}) - len(rows)
    notes = (f"{seeds(left_out)} without a value at every setting left out",) if left_out else ()
    return Finding(
        outcome, reason, "trend-slope", len(rows), slopes.center, interval, level, more, (_means(series), *notes, *why)
    )


def _claimed(claim: TestedClaim) -> tuple[float, float]:
    if claim.slope is None:
        no_use(claim, "needs slope = [least, most]")
    low, high = (finite(claim, "slope", end) for end in claim.slope)
    return (low, high) if low <= high else no_use(claim, "has slopes that end before they begin")


def _slope_outcome(slopes: Estimate, low: float, high: float) -> tuple[Outcome, float]:
    hair = 1e-12 * max(abs(low), abs(high))
    least, most = slopes.interval(0.90)
    if low - hair <= least and most <= high + hair:
        return Outcome.AGREES, 0.90
    least, most = slopes.interval(0.95)
    if most < low - hair or least > high + hair:
        return Outcome.DIFFERS, 0.95
    return Outcome.CANNOT_TELL, 0.90


def _fit(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Return the least-squares slope."""
    middle = math.fsum(xs) / len(xs)
    across = math.fsum((x - middle) * (x - middle) for x in xs)
    return math.fsum((x - middle) * y for x, y in zip(xs, ys, strict=True)) / across


def _means(series: Sequence[Point]) -> str:
    """Return the means along x, as one note."""
    return "means: " + ", ".join(f"{number(x)}: {mean(sample.values):.4g}" for x, sample in series)


def _alone(moves: Sequence[Move]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(note for move in moves for note in move.pair.notes))
