"""Two measures, the second taken from the first: differences, ratios, parity."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from paperlab.types import Direction, Outcome
from paperlab.verdicts.against import Held, Subject, against_mean, settle, with_items
from paperlab.verdicts.distributions import t_quantile
from paperlab.verdicts.estimates import Estimate, paired, welch
from paperlab.verdicts.findings import OPEN, Finding, margin_of, no_use, paper_of
from paperlab.verdicts.power import Noise, above, more_seeds, to_settle
from paperlab.verdicts.reported import readings, target
from paperlab.verdicts.units import whole
from paperlab.verdicts.wording import number, seeds, span, with_unit

if TYPE_CHECKING:
    from paperlab.types import Sample, TestedClaim


@dataclass(frozen=True, slots=True)
class Pair:
    """Values of two measures, and whether those at the same place belong to the same seed."""

    first: tuple[float, ...]
    second: tuple[float, ...]
    by_seed: bool
    notes: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """The seeds of the smaller."""
        return min(len(self.first), len(self.second))

    @property
    def way(self) -> str:
        """What the rule's name ends with."""
        return "paired" if self.by_seed else "welch"

    def estimate(self) -> Estimate:
        """Return the difference of the means, n >= 2."""
        return (paired if self.by_seed else welch)(self.first, self.second)

    def noise(self) -> Noise:
        """Return the noise by seeds, both samples growing together."""
        estimate = self.estimate()
        return Noise(estimate.se**2 * self.n, df_per_seed=estimate.df / max(self.n - 1, 1))

    def logarithms(self) -> Pair:
        """Return the pair's logarithms; all values are above 0."""
        return Pair(tuple(map(math.log, self.first)), tuple(map(math.log, self.second)), self.by_seed)


def couple(first: Sample, second: Sample, pair_by: str) -> Pair:
    """Return two samples as a pair: with `seed`, the values of the seeds that both have, in their order."""
    if pair_by != "seed":
        return Pair(first.values, second.values, by_seed=False)
    other = dict(zip(second.seeds, second.values, strict=True))
    both = [(value, other[seed]) for seed, value in zip(first.seeds, first.values, strict=True) if seed in other]
    alone = sorted(set(first.seeds) ^ set(second.seeds))
    notes = (f"seeds without a partner are left out: {', '.join(map(str, alone))}",) if alone else ()
    return Pair(tuple(a for a, _ in both), tuple(b for _, b in both), by_seed=True, notes=notes)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio, or a relative difference, whose logarithm was estimated."""

    logarithm: Estimate
    less: float
    """1 for a relative difference, 0 for a ratio."""
    times: float
    """100 for per cent."""

    @property
    def center(self) -> float:
        """The geometric mean of the ratios, less and times as said."""
        return self.back(self.logarithm.center)

    def interval(self, level: float) -> tuple[float, float]:
        """Return the interval."""
        low, high = self.logarithm.interval(level)
        return self.back(low), self.back(high)

    def back(self, logarithm: float) -> float:
        """Return what a logarithm stands for."""
        return self.times * (math.exp(logarithm) - self.less)


def difference(claim: TestedClaim, pair: Pair) -> Finding:
    """Hold a difference against the printed one: `abs` in the claim's unit, `rel` of the second, or a `ratio`.

    Ratios and relative differences are estimated as logarithms, so that swapping the measures inverts them; with values
    of 0 or below they cannot be told. A share without a unit is one of 1; with `%` one of 100.
    """
    rule = f"difference-{pair.way}"
    if claim.form not in {"", "abs", "rel", "ratio"}:
        no_use(claim, f"has the form {claim.form!r}: a difference is abs, rel or ratio")
    if claim.form in {"rel", "ratio"} and min(*pair.first, *pair.second) <= 0:
        reason = "a relative difference of values that are 0 or below cannot be told."
        return Finding(Outcome.CANNOT_TELL, reason, rule, pair.n, notes=pair.notes)
    found = _ratio(claim, pair, rule) if claim.form in {"rel", "ratio"} else _difference(claim, pair, rule)
    return _noted(found, pair)


def _difference(claim: TestedClaim, pair: Pair, rule: str) -> Finding:
    own = pair.estimate()
    scale = own.se * math.sqrt(pair.n)
    held = [
        with_items(claim, reading, *against_mean(own, pair.n, scale * scale, reading), 0.0)
        for reading in readings(paper_of(claim))
    ]
    return settle(claim, held, _subject(claim, pair, own.center, scale), rule)


def _ratio(claim: TestedClaim, pair: Pair, rule: str) -> Finding:
    """Take the printed number as it is: a spread of ratios is hardly ever given, and would be skew."""
    logs = pair.logarithms()
    own = logs.estimate()
    ratio = Ratio(own, 1.0 if claim.form == "rel" else 0.0, whole(claim.unit) or 1.0)
    scale = abs(ratio.times * math.exp(own.center)) * own.se * math.sqrt(pair.n)
    held = [_held_ratio(claim, ratio, scale, pair.n)]
    return settle(claim, held, _subject(claim, pair, ratio.center, scale), rule)


def _held_ratio(claim: TestedClaim, ratio: Ratio, scale: float, n: int) -> Held:
    aim = target(claim, None)
    predicted = t_quantile(0.975, ratio.logarithm.df) * scale * math.sqrt(1 + 1 / n)
    noise = Noise(scale * scale, df_per_seed=ratio.logarithm.df / max(n - 1, 1))
    return Held(ratio, ratio, aim, predicted + aim.rounding, (noise, noise))


def _subject(claim: TestedClaim, pair: Pair, center: float, scale: float) -> Subject:
    what = {"rel": "relative difference", "ratio": "ratio"}.get(claim.form, "difference")
    names = f" {claim.pair[0]} {'/' if claim.form == 'ratio' else '-'} {claim.pair[1]} of"
    text = f"{what}{names} {with_unit(number(center, scale), claim.unit)} over {seeds(pair.n)}"
    return Subject(text + (", paired," if pair.by_seed else ""), pair.n, scale)


def parity(claim: TestedClaim, pair: Pair) -> Finding:
    """Tell whether two measures are alike (`equivalence`), or the first is not worse (`noninferiority`)."""
    margin = margin_of(claim, needed=True)
    if claim.form not in {"", "equivalence", "noninferiority"}:
        no_use(claim, f"has the form {claim.form!r}: parity is equivalence or noninferiority")
    found = (_not_worse if claim.form == "noninferiority" else _alike)(claim, pair, margin)
    return _noted(found, pair)


def _alike(claim: TestedClaim, pair: Pair, margin: float) -> Finding:
    estimate, hair = pair.estimate(), 1e-9 * margin
    low, high = estimate.interval(0.90)
    least, most = estimate.interval(0.95)
    outcome, level = Outcome.CANNOT_TELL, 0.90
    if -margin - hair <= low and high <= margin + hair:
        outcome = Outcome.AGREES
    elif most < -margin - hair or least > margin + hair:
        outcome, level = Outcome.DIFFERS, 0.95
    says = {
        Outcome.AGREES: f"lies within ±{number(margin)}",
        Outcome.DIFFERS: f"lies beyond ±{number(margin)}",
    }.get(outcome, f"is not shown to lie within ±{number(margin)}, nor beyond")
    noise = pair.noise()
    need = to_settle(estimate.center, margin, noise, noise, pair.n)
    return _finding(claim, pair, f"parity-{pair.way}", (outcome, says, level), (estimate, need))


def _not_worse(claim: TestedClaim, pair: Pair, margin: float) -> Finding:
    if claim.direction is Direction.UNKNOWN:
        no_use(claim, "needs direction = 'higher' or 'lower': not worse has no meaning without")
    estimate = pair.estimate()
    gain = estimate if claim.direction is Direction.HIGHER else estimate.negated()
    low, high = gain.interval(0.90)
    hair = 1e-9 * margin
    outcome = Outcome.AGREES if low >= -margin - hair else Outcome.CANNOT_TELL
    if high < -margin - hair:
        outcome = Outcome.DIFFERS
    says = {
        Outcome.AGREES: f"is not worse by more than {number(margin)}",
        Outcome.DIFFERS: f"is worse by more than {number(margin)}",
    }.get(outcome, f"may or may not be worse by more than {number(margin)}")
    need = more_seeds(above(abs(gain.center + margin), pair.noise()), pair.n)
    return _finding(claim, pair, f"noninferiority-{pair.way}", (outcome, says, 0.90), (estimate, need))


def _finding(
    claim: TestedClaim,
    pair: Pair,
    rule: str,
    said: tuple[Outcome, str, float],
    known: tuple[Estimate, tuple[int | None, tuple[str, ...]]],
) -> Finding:
    (outcome, says, level), (estimate, need) = said, known
    interval = estimate.interval(level)
    subject = _subject(claim, pair, estimate.center, estimate.se * math.sqrt(pair.n))
    reason = f"{subject.text} {says} ({100 * level:.0f} % interval: {span(interval)})."
    more, why = need if outcome in OPEN else (None, ())
    return Finding(outcome, reason, rule, pair.n, estimate.center, interval, level, more, why)


def _noted(finding: Finding, pair: Pair) -> Finding:
    return replace(finding, notes=(*finding.notes, *pair.notes))
