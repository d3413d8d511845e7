"""Means, medians and best runs held against a printed number.

What is assumed of a proportion (`%`, fraction) whose test items are counted: paper and replication use the same test
set, and the claim is about that test set. Seeds of ours and of the paper then carry all the noise there is, and
agreement needs no allowance for the choice of items. A *difference*, which should be more than a quirk of those items,
must also exceed sqrt(p (1 - p) / N), counted once: the variance of the difference of two error rates whose errors
correlate by one half over the items, 2 p (1 - p) (1 - 1/2) / N. So does the prediction interval allow for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from paperlab.types import Direction, Outcome, Selection
from paperlab.verdicts.against import Held, Subject, against_mean, settle, with_items
from paperlab.verdicts.distributions import t_quantile
from paperlab.verdicts.estimates import deviation, mean, one_sample
from paperlab.verdicts.findings import Finding, no_use, paper_of
from paperlab.verdicts.order_statistics import Best, best_error, expected_best, median, median_interval
from paperlab.verdicts.power import Noise
from paperlab.verdicts.proportions import item_noise
from paperlab.verdicts.reported import Reading, printed, readings, selection_notes, target
from paperlab.verdicts.wording import number, seeds, spread, with_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from paperlab.types import Reported, Sample, TestedClaim

_FEWEST_FOR_MEDIAN = 5
"""Values; fewer have no 90 % interval of their median."""


@dataclass(frozen=True, slots=True)
class Median:
    """A median, its intervals between order statistics, moved apart by an allowance."""

    values: tuple[float, ...]
    allowance: float = 0.0
    """Standard error of what else varies; normal."""

    @property
    def center(self) -> float:
        """The median."""
        return median(self.values)

    def interval(self, level: float) -> tuple[float, float]:
        """Return the interval; without end where there are too few values for the level."""
        found = median_interval(self.values, level)
        more = t_quantile(0.5 + level / 2, math.inf) * self.allowance
        return (found[0] - more, found[1] + more) if found else (-math.inf, math.inf)


def value(claim: TestedClaim, sample: Sample) -> Finding:
    """Hold a sample against a printed value, by the paper's own way to choose among runs."""
    paper, values, n = paper_of(claim), sample.values, len(sample.values)
    if n < 2:
        reason = f"a single value, {with_unit(number(values[0]), claim.unit)}, has no interval."
        return Finding(Outcome.CANNOT_TELL, reason, "value", n, values[0], more_seeds=2)
    if paper.selection is Selection.BEST and claim.direction is Direction.UNKNOWN:
        no_use(claim, "needs direction = 'higher' or 'lower': the paper prints the best of its runs")
    if paper.selection is Selection.BEST and (paper.n is None or n < paper.n):
        return _too_few_for_best(paper, n)
    noise = item_noise(printed(claim)[0], claim.unit, sample.items)
    make, rule = _way(paper)
    held = [make(claim, reading, values, noise) for reading in readings(paper)]
    finding = settle(claim, held, _subject(claim, rule, values), rule)
    still = () if deviation(values) else (f"all {n} seeds gave the same value: is the seed used?",)
    notes = (*finding.notes, *selection_notes(paper), *_noise_notes(held[0], noise, sample, claim), *still)
    return replace(finding, notes=notes, more_seeds=_enough(finding, rule))


def _subject(claim: TestedClaim, rule: str, values: tuple[float, ...]) -> Subject:
    n, sd = len(values), deviation(values)
    if rule == "value":
        return Subject(f"mean {spread(mean(values), sd, claim.unit, n)}", n, sd)
    if rule == "value-median":
        return Subject(f"median {with_unit(number(median(values), sd), claim.unit)} of {seeds(n)}", n, sd)
    k = paper_of(claim).n or 1
    best = expected_best(values, k, higher=claim.direction is not Direction.LOWER)
    return Subject(f"expected best of {k}, {with_unit(number(best, sd), claim.unit)} from {seeds(n)},", n, sd)


def _enough(finding: Finding, rule: str) -> int | None:
    """Return the seeds still needed, of a median at least those without which it has no interval."""
    if rule != "value-median" or finding.more_seeds is None:
        return finding.more_seeds
    return max(finding.more_seeds, _FEWEST_FOR_MEDIAN - finding.n)


def _way(paper: Reported) -> tuple[Callable[[TestedClaim, Reading, tuple[float, ...], float], Held], str]:
    if paper.selection is Selection.BEST and paper.n and paper.n > 1:
        return _best, "value-best"
    if paper.selection is Selection.MEDIAN:
        return _median, "value-median"
    return _mean, "value"


def _too_few_for_best(paper: Reported, n: int) -> Finding:
    if paper.n is None:
        reason = "the paper prints the best of a number of runs that it does not give."
        note = "paper.n would let it be compared: the best of k is held against the best of k"
        return Finding(Outcome.CANNOT_TELL, reason, "value-best", n, notes=(note,))
    reason = f"the paper prints the best of {paper.n} runs, and only {n} of ours count."
    return Finding(Outcome.CANNOT_TELL, reason, "value-best", n, more_seeds=paper.n - n)


def _mean(claim: TestedClaim, reading: Reading, values: tuple[float, ...], items: float) -> Held:
    own = one_sample(values)
    estimate, noise, predicted = against_mean(own, len(values), deviation(values) ** 2, reading)
    return with_items(claim, reading, estimate, noise, predicted, items)


def _best(claim: TestedClaim, reading: Reading, values: tuple[float, ...], items: float) -> Held:
    k, n, sd = paper_of(claim).n or 1, len(values), deviation(values)
    aim, higher = target(claim, reading.sd), claim.direction is not Direction.LOWER
    se = best_error(n, k) * sd
    predicted = t_quantile(0.975, n - 1) * math.hypot(se, sd * best_error(k, k))
    expected = math.hypot(predicted, t_quantile(0.975, math.inf) * items) + aim.rounding
    noise = (Noise(se * se * n), Noise(se * se * n, fixed=items**2))
    return Held(Best(values, k, higher), Best(values, k, higher, items), aim, expected, noise, reading.as_spread)


def _median(claim: TestedClaim, reading: Reading, values: tuple[float, ...], items: float) -> Held:
    """Take a median's standard error of normal values, sqrt(pi / 2) s / sqrt(n), for seeds and prediction."""
    aim, sd, n = target(claim, reading.sd), deviation(values), len(values)
    ours = math.pi / 2 * sd**2
    theirs = ours / paper_n if (paper_n := paper_of(claim).n) and paper_n > 1 else sd**2
    predicted = t_quantile(0.975, n - 1) * math.sqrt(ours / n + theirs)
    expected = math.hypot(predicted, t_quantile(0.975, math.inf) * items) + aim.rounding
    noise = (Noise(ours), Noise(ours, fixed=items**2))
    return Held(Median(values), Median(values, items), aim, expected, noise, reading.as_spread)


def _noise_notes(held: Held, noise: float, sample: Sample, claim: TestedClaim) -> tuple[str, ...]:
    if not noise:
        return ()
    text = with_unit(number(noise, noise), claim.unit)
    more = "; other data of this size could tell otherwise" if 1.645 * noise > held.target.reach else ""
    return (f"{sample.items:,} test items alone vary by {text}: a difference must exceed that, too{more}",)
