"""Thresholds: a mean beyond a bound.

For k of N items the t interval over seeds and Clopper and Pearson's over all n N items must both be beyond: the first
carries what differs between seeds on the same items, the second is honest where all seeds agree because nothing failed
(20 of 20 do not show 99 %). Items are counted once a seed: the claim is about these items, or each seed draws its own.
"""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING

from paperlab.types import Outcome
from paperlab.verdicts.estimates import deviation, mean, one_sample
from paperlab.verdicts.findings import Finding, finite, no_use
from paperlab.verdicts.power import Noise, above, both, more_seeds, share_above
from paperlab.verdicts.proportions import clopper_pearson, counts
from paperlab.verdicts.units import whole
from paperlab.verdicts.wording import number, span, spread, with_unit

if TYPE_CHECKING:
    from paperlab.types import Sample, TestedClaim

_OPS = {"<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt}


def threshold(claim: TestedClaim, sample: Sample) -> Finding:
    """Tell whether a mean is beyond a bound, by one-sided 95 % bounds; without noise by comparison."""
    if claim.op not in _OPS:
        no_use(claim, f"has op = {claim.op!r}: a threshold is <=, <, >= or >")
    bound, values = finite(claim, "bound", claim.bound), sample.values
    k = counts(values, claim.unit, sample.items)
    rule = "threshold" if k is None else "threshold-proportion"
    if len(values) < 2 and k is None:
        reason = f"a single value, {with_unit(number(values[0]), claim.unit)}, has no interval."
        return Finding(Outcome.CANNOT_TELL, reason, rule, 1, values[0], more_seeds=2)
    center = mean(values)
    low, high = _interval(claim, values, k, sample.items or 0)
    outcome = _outcome(claim.op, bound, center, (low, high))
    more, why = _needed(claim, values, k, (bound, sample.items or 0)) if outcome is Outcome.CANNOT_TELL else (None, ())
    reason = _reason(claim, outcome, values, (low, high))
    still: tuple[str, ...] = ()
    if k is None and not deviation(values):
        still = (f"all {len(values)} seeds gave the same value: is the seed used?",)
    return Finding(outcome, reason, rule, len(values), center, (low, high), 0.90, more, (*why, *still))


def _interval(
    claim: TestedClaim, values: tuple[float, ...], k: tuple[int, ...] | None, items: int
) -> tuple[float, float]:
    """Return the 90 % interval: of the two, where two serve, the wider on either side."""
    own = one_sample(values).interval(0.90) if len(values) > 1 else (values[0], values[0])
    if k is None:
        return own
    one = whole(claim.unit) or 1.0
    low, high = clopper_pearson(sum(k), len(k) * items, 0.90)
    return min(own[0], one * low), max(own[1], one * high)


def _outcome(op: str, bound: float, center: float, interval: tuple[float, float]) -> Outcome:
    """Compare the near end with the bound; a bound that is met counts where the op says so and there is no noise."""
    low, high = interval
    if low == high:
        met = math.isclose(center, bound, rel_tol=1e-12) and op in {"<=", ">="}
        return Outcome.AGREES if met or _OPS[op](center, bound) else Outcome.DIFFERS
    below = op in {"<=", "<"}
    if (high <= bound) if below else (low >= bound):
        return Outcome.AGREES
    if (low > bound) if below else (high < bound):
        return Outcome.DIFFERS
    return Outcome.CANNOT_TELL


def _needed(
    claim: TestedClaim, values: tuple[float, ...], k: tuple[int, ...] | None, against: tuple[float, int]
) -> tuple[int | None, tuple[str, ...]]:
    """Return the seeds that the t test needs and, of a proportion, Clopper and Pearson's bound, too."""
    bound, items = against
    n, effect = len(values), mean(values) - bound
    by_seed = above(abs(effect), Noise(deviation(values) ** 2 if n > 1 else 0.0))
    if k is None:
        return more_seeds(by_seed, n)
    share, limit = sum(k) / (n * items), bound / (whole(claim.unit) or 1.0)
    if not 0 < limit < 1:
        return None, ("a bound at nothing or the whole cannot be shown by counting",)
    by_item = share_above(share, limit, items) if effect > 0 else share_above(1 - share, 1 - limit, items)
    return more_seeds(both(by_seed, by_item), n)


def _reason(claim: TestedClaim, outcome: Outcome, values: tuple[float, ...], interval: tuple[float, float]) -> str:
    n = len(values)
    sd = deviation(values) if n > 1 else None
    scale = (interval[1] - interval[0]) / 2
    says = {Outcome.AGREES: "is", Outcome.DIFFERS: "is not"}.get(outcome, "is not shown to be")
    words = {"<=": "at most", "<": "below", ">=": "at least", ">": "above"}[claim.op]
    bound = with_unit(number(claim.bound or 0.0), claim.unit)
    about = f"one-sided 95 % bounds: {span(interval, scale)}" if scale else "no spread"
    return f"mean {spread(mean(values), sd, claim.unit, n)} {says} {words} {bound} ({about})."
