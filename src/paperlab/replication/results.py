"""A comparison as one JSON document: what `compare --json` prints and results.json holds. Pure."""

from __future__ import annotations

from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from paperlab.replication.compare import shown_outcome

if TYPE_CHECKING:
    from paperlab.types import Comparison, Sample, Verdict

SCHEMA = 1


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """Return all verdicts with the numbers they rest on; measures once each, by name."""
    replication, tier = comparison.replication, comparison.tier
    samples = {sample.measure: sample for verdict in comparison.verdicts for sample in verdict.samples}
    return {
        "schema": SCHEMA,
        "replication": replication.slug,
        "paper": replication.paper,
        "paper_version": replication.version,
        "tier": tier.name,
        "headline": comparison.headline,
        "claims": [_claim(verdict, replication.paper) for verdict in comparison.verdicts],
        "measures": {name: _measure(samples[name]) for name in sorted(samples)},
        "runs": [
            {"variant": run.variant, "seed": run.seed, "wall_seconds": run.wall_seconds, "cpu_seconds": run.cpu_seconds}
            for run in comparison.runs
        ],
        "uncounted": [
            {"variant": run.variant, "seed": run.seed, "reason": run.reason, "blocks": run.blocks}
            for run in comparison.uncounted
        ],
    }


def _claim(verdict: Verdict, paper: str) -> dict[str, Any]:
    claim, scope, where = verdict.claim, verdict.scope, verdict.claim.evidence
    return {
        "id": claim.id,
        "kind": claim.kind.value,
        "text": claim.text,
        "reported": claim.paper.printed if claim.paper else None,
        "measured": verdict.measured,
        "unit": claim.unit,
        "n": verdict.n,
        "interval": verdict.interval,
        "level": verdict.level,
        "rule": verdict.rule,
        "rule_version": verdict.version,
        "verdict": shown_outcome(verdict),
        "reason": verdict.reason,
        "more_seeds": verdict.more_seeds,
        "scale": {"protocol": scope.protocol, "differences": scope.differences} if scope else None,
        "notes": verdict.notes,
        "measures": [sample.measure for sample in verdict.samples],
        "evidence": {"key": where.key or paper, "table": where.table, "page": where.page, "sha256": where.sha256},
    }


def _measure(sample: Sample) -> dict[str, Any]:
    values = sample.values
    return {
        "n": len(values),
        "mean": fmean(values) if values else None,
        "sd": stdev(values) if len(values) > 1 else None,
        "unit": sample.unit,
        "items": sample.items,
        "values_by_seed": {str(seed): value for seed, value in zip(sample.seeds, values, strict=True)},
    }
