"""One claim, its measurements, one verdict: the gates in their order, then the rule of the claim's kind."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from paperlab.types import ClaimKind, Outcome, Verdict
from paperlab.verdicts import ordering, pairs, trend
from paperlab.verdicts.estimates import mean
from paperlab.verdicts.exact import exact
from paperlab.verdicts.findings import Finding, no_use
from paperlab.verdicts.rules import version
from paperlab.verdicts.threshold import threshold
from paperlab.verdicts.units import factor
from paperlab.verdicts.value import value
from paperlab.verdicts.wording import seeds, some

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from paperlab.types import Sample, Scope, TestedClaim

    Series = Sequence[tuple[float, Sample]]

_AT_FULL_SCALE_ONLY = frozenset({ClaimKind.VALUE, ClaimKind.DIFFERENCE, ClaimKind.EXACT})
_PATTERN = {
    Outcome.AGREES: Outcome.OBSERVED,
    Outcome.BETTER: Outcome.OBSERVED,
    Outcome.COMPATIBLE: Outcome.CANNOT_TELL,
    Outcome.DIFFERS: Outcome.NOT_OBSERVED,
}
_DEFAULT_SEEDS = 3
_LARGEST = 1e150
"""Larger values have no finite square."""


def judge(
    claim: TestedClaim,
    samples: Mapping[str, Sample],
    series: Series = (),
    *,
    scope: Scope,
    blocked: Sequence[str] = (),
) -> Verdict:
    """Return what measurements say about a claim.

    Args:
        claim: what the paper says, with tolerance or margin fixed before the run.
        samples: by measure as the claim writes it: a value per seed that counts.
        series: for a trend: x and the sample at that x, in any order.
        scope: how the runs' scale differs from the claim's protocol. A reduced one never agrees, differs or is better.
        blocked: a clause for each failed, missing or unusable run of the claim's measures; with any the verdict is
            that the runs are invalid.

    Raises:
        BadInput: a confirmed claim lacks what its kind needs, or has a number that makes no sense.
        NotNow: scipy is not installed.

    """
    series = series if claim.kind is ClaimKind.TREND else ()
    used = _used(claim, samples, series)
    finding = _unready(claim, used, blocked) or _judged(claim, samples, series, scope)
    if scope.reduced and finding.rule != "gate":
        finding = replace(finding, outcome=_PATTERN.get(finding.outcome, finding.outcome))
    if scope.reduced and finding.outcome in {Outcome.OBSERVED, Outcome.NOT_OBSERVED, Outcome.CANNOT_TELL}:
        finding = replace(finding, notes=(*finding.notes, f"at a reduced scale: {some(scope.differences, 6)}"))
    return _verdict(claim, finding, scope, tuple(used.values()))


def measures(claim: TestedClaim) -> tuple[str, ...]:
    """Return the measures a claim needs, as it writes them; of a trend the plain name."""
    by_kind = {ClaimKind.ORDERING: claim.order, ClaimKind.DIFFERENCE: claim.pair, ClaimKind.PARITY: claim.pair}
    return tuple(by_kind.get(claim.kind, (claim.measure,)))


def _used(claim: TestedClaim, samples: Mapping[str, Sample], series: Series) -> dict[str, Sample]:
    """Return the samples with values that the claim is about."""
    if claim.kind is ClaimKind.TREND:
        return {f"{sample.measure} at {x:g}": sample for x, sample in series if sample.values}
    return {name: samples[name] for name in measures(claim) if name in samples and samples[name].values}


def _verdict(claim: TestedClaim, finding: Finding, scope: Scope, samples: tuple[Sample, ...]) -> Verdict:
    return Verdict(
        claim=claim,
        outcome=finding.outcome,
        reason=finding.reason,
        rule=finding.rule,
        version=version(finding.rule),
        n=finding.n,
        measured=finding.measured,
        interval=finding.interval,
        level=finding.level,
        more_seeds=finding.more_seeds,
        scope=scope,
        notes=finding.notes,
        samples=samples,
    )


def _gate(outcome: Outcome, reason: str, n: int = 0, more: int | None = None) -> Finding:
    return Finding(outcome, reason, "gate", n, more_seeds=more)


def _unready(claim: TestedClaim, used: Mapping[str, Sample], blocked: Sequence[str]) -> Finding | None:
    """Return what keeps a claim from being held against measurements at all."""
    if claim.kind is ClaimKind.JUDGEMENT:
        return _gate(Outcome.JUDGEMENT, "only a person can tell.")
    if claim.status != "confirmed":
        return _gate(Outcome.UNCONFIRMED, "nobody has confirmed yet that the paper says so.")
    _check_shape(claim)
    n = min((len(sample.values) for sample in used.values()), default=0)
    if not used and not blocked:
        return _gate(Outcome.NOT_RUN, "no run that counts has measured it.")
    if blocked:
        return _gate(Outcome.INVALID, f"not every run that was started can be used: {some(blocked)}.", n)
    missing = [name for name in measures(claim) if name not in used] if claim.kind is not ClaimKind.TREND else []
    if missing:
        return _gate(Outcome.NOT_RUN, f"no run that counts has measured {some(missing)}.")
    return _damaged(used, n)


def _check_shape(claim: TestedClaim) -> None:
    """Complain about a claim whose measures are not those of its kind."""
    names = measures(claim)
    if claim.kind is ClaimKind.ORDERING and (len(names) < 2 or len(set(names)) < len(names)):
        no_use(claim, "needs order = [...] with two measures and more, each once")
    if claim.kind in {ClaimKind.DIFFERENCE, ClaimKind.PARITY} and len(names) != 2:
        no_use(claim, "needs pair = [first, second]")
    if not all(names):
        no_use(claim, "needs measure = ...")
    if claim.min_seeds is not None and claim.min_seeds < 1:
        no_use(claim, "has min_seeds below 1")


def _damaged(used: Mapping[str, Sample], n: int) -> Finding | None:
    for name, sample in used.items():
        if not all(map(math.isfinite, sample.values)):
            return _gate(Outcome.INVALID, f"{name} has a value that is not finite.", n)
        if max(map(abs, sample.values)) > _LARGEST:
            return _gate(Outcome.INVALID, f"{name} has a value that is too large to compute with.", n)
        if len(set(sample.seeds)) != len(sample.seeds) or len(sample.seeds) != len(sample.values):
            return _gate(Outcome.INVALID, f"{name} does not have one value a seed.", n)
    return None


def _judged(claim: TestedClaim, samples: Mapping[str, Sample], series: Series, scope: Scope) -> Finding:
    """Return the finding of a claim whose samples are sound; a number that is not finite never leaves."""
    try:
        finding = _scaled(claim, samples, series, scope)
    except OverflowError:
        return _gate(Outcome.INVALID, "its values are too large to compute with.")
    if finding.finite():
        return finding
    return _gate(Outcome.INVALID, "its values are too large to compute with.", finding.n)


def _scaled(claim: TestedClaim, samples: Mapping[str, Sample], series: Series, scope: Scope) -> Finding:
    """Bring all values to the claim's unit, and hold them to scale and number of seeds."""
    if claim.kind is ClaimKind.TREND:
        if not all(math.isfinite(x) for x, _ in series):
            return _gate(Outcome.INVALID, f"{claim.x or 'x'} is not finite everywhere.")
        series = trend.inside(claim, [point for point in series if point[1].values])
        if not series:
            return _gate(Outcome.NOT_RUN, "no run that counts lies within the window.")
        if len({x for x, _ in series}) < len(series):
            return _gate(Outcome.INVALID, f"two variants have the same {claim.x or 'x'}.")
    named = {name: samples[name] for name in measures(claim)} if claim.kind is not ClaimKind.TREND else {}
    unit = _common_unit(claim, [*named.values(), *(sample for _, sample in series)])
    factors = {sample: factor(sample.unit, unit) for sample in (*named.values(), *(one for _, one in series))}
    for sample, times in factors.items():
        if times is None:
            reason = f"{sample.measure} is measured in {sample.unit!r}, which is not {unit!r}."
            return _gate(Outcome.INVALID, reason, len(sample.values))
    named = {name: _times(sample, factors[sample]) for name, sample in named.items()}
    series = [(x, _times(sample, factors[sample])) for x, sample in series]
    return _held_back(claim, named, series, scope) or _ruled(claim, named, series)


def _common_unit(claim: TestedClaim, samples: Sequence[Sample]) -> str:
    """Return the unit to compare in: the claim's, unless that is one of a ratio or a slope."""
    of_values = claim.form not in {"rel", "ratio"} if claim.kind is ClaimKind.DIFFERENCE else claim.expect != "slope"
    return claim.unit if of_values and claim.unit else next((one.unit for one in samples if one.unit), "")


def _times(sample: Sample, times: float | None) -> Sample:
    if times in {None, 1.0}:
        return sample
    return replace(sample, values=tuple(value * (times or 1.0) for value in sample.values))


def _held_back(claim: TestedClaim, named: Mapping[str, Sample], series: Series, scope: Scope) -> Finding | None:
    """Return the finding of a value at a reduced scale, or of too few seeds.

    Scale comes first: of a value that cannot be compared it would be wrong to say that more seeds would help.
    """
    n = _seeds(claim, named, series)
    if scope.reduced and claim.kind in _AT_FULL_SCALE_ONLY:
        why = f"measured at another scale than the paper's: {some(scope.differences)}."
        single = mean(named[claim.measure].values) if claim.measure in named else None
        return replace(_gate(Outcome.NOT_COMPARABLE, why, n), measured=single)
    fewest = claim.min_seeds or (1 if claim.kind is ClaimKind.EXACT else _DEFAULT_SEEDS)
    if n >= fewest:
        return None
    so_far = f" ({ordering.direction_only(claim, named)})" if claim.kind is ClaimKind.ORDERING else ""
    reason = f"{seeds(fewest)} are needed, and {n} {'counts' if n == 1 else 'count'}{so_far}."
    return _gate(Outcome.CANNOT_TELL, reason, n, fewest - n)


def _seeds(claim: TestedClaim, named: Mapping[str, Sample], series: Series) -> int:
    """Return the fewest seeds over the measures; of pairs by seed, those that both have."""
    own = [set(sample.seeds) for sample in (*named.values(), *(sample for _, sample in series))]
    if claim.pair_by == "seed" and len(own) > 1:
        return min(len(one & other) for one, other in pairwise(own))
    return min(map(len, own))


def _ruled(claim: TestedClaim, named: Mapping[str, Sample], series: Series) -> Finding:
    """Return the finding of the rule for the claim's kind."""
    of_one = {ClaimKind.EXACT: exact, ClaimKind.VALUE: value, ClaimKind.THRESHOLD: threshold}.get(claim.kind)
    if of_one:
        return of_one(claim, named[claim.measure])
    if _seeds(claim, named, series) < 2:
        return _single(claim, named)
    if claim.kind is ClaimKind.TREND:
        return trend.trend(claim, series)
    if claim.kind is ClaimKind.ORDERING:
        return ordering.ordering(claim, named)
    couple = pairs.couple(named[claim.pair[0]], named[claim.pair[1]], claim.pair_by)
    return pairs.parity(claim, couple) if claim.kind is ClaimKind.PARITY else pairs.difference(claim, couple)


def _single(claim: TestedClaim, named: Mapping[str, Sample]) -> Finding:
    what = ordering.direction_only(claim, named) if claim.kind is ClaimKind.ORDERING else "a single seed"
    return _gate(Outcome.CANNOT_TELL, f"{what}; one seed has no interval.", 1, _DEFAULT_SEEDS - 1)
