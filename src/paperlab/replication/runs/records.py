"""Which of a tier's runs count, and what they measured.

A run counts where it ended well, all of its results are finite and stand in its metrics, its checks passed, its files
are as the ledger has them, and its code, configuration and data are today's. Every other run that was started is named.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from paperlab.disk import sha256_of
from paperlab.errors import BadFile
from paperlab.replication.files import ALLOWED, SHARED, config_hash, run_folder, runs_folder, seeds_of
from paperlab.replication.runs import ledger
from paperlab.replication.runs.code import code_sha256
from paperlab.replication.runs.ledger import END, START, Event
from paperlab.replication.runs.metrics import FILE as METRICS
from paperlab.replication.runs.metrics import MetricsFile, read_metrics
from paperlab.replication.runs.run_file import (
    FAILED,
    OK,
    RUNNING,
    read_record,
    record_bytes,
    sha256_hex,
    what_changed,
    write_record,
)
from paperlab.types import Sample, Scope, Uncounted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from paperlab.replication.runs.ledger import Ledger
    from paperlab.types import Replication, RunRecord, Tier

NOT_BEGUN = "the tier plans it, and it was not run yet"
Unit = tuple[str, str, int]
"""Variant, hash of the configuration, seed."""


def counted(replication: Replication, tier: Tier) -> tuple[tuple[RunRecord, ...], tuple[Uncounted, ...]]:
    """Return the runs of a tier that count, and all others that were started, each with the reason; by variant, seed.

    Seeds that nobody planned count like the others. Planned ones that were not begun are named with the others, of
    variants that were begun: whoever stops early shows it. Raises BadFile where the ledger cannot be read.
    """
    folder = runs_folder(replication, tier.name)
    book = ledger.read_ledger(folder)
    today = {variant: config_hash(config) for variant, config in tier.variants.items()}
    code = code_sha256(replication.folder)
    runs: list[RunRecord] = []
    uncounted: list[Uncounted] = []
    units = _units(folder, book)
    for unit in sorted(units, key=lambda unit: _place(unit, tier)):
        variant, digits, seed = unit
        if today.get(variant) != digits:
            gone = "of a configuration" if variant in today else "of a variant"
            why = f"it was made {gone} that the tier no longer has ({digits})"
            uncounted.append(Uncounted(variant, seed, why, blocks=False))
            continue
        found, why = _judged(folder / variant / digits / f"seed-{seed}", unit, book, code)
        if found and not why:
            runs.append(found)
        else:
            uncounted.append(Uncounted(variant, seed, why))
    uncounted += _not_begun(tier, units)
    runs, others = _of_one_data(runs)
    return tuple(runs), tuple(sorted([*uncounted, *others], key=lambda one: (not one.blocks, one.variant, one.seed)))


def _units(folder: Path, book: Ledger) -> set[Unit]:
    """Return the runs that the ledger knows, or that lie in the tier's folder."""
    found = {event.unit for event in book.events}
    for path in folder.glob("*/*/seed-*"):
        variant, digits, name = path.relative_to(folder).parts
        seed = name.removeprefix("seed-")
        if variant != SHARED and seed.isdecimal() and any(path.glob("[!.]*")):
            found.add((variant, digits, int(seed)))
    return found


def _not_begun(tier: Tier, begun: set[Unit]) -> list[Uncounted]:
    found = []
    for variant, config in tier.variants.items():
        seeds = {seed for name, digits, seed in begun if (name, digits) == (variant, config_hash(config))}
        left = [seed for seed in seeds_of(tier, variant) if seed not in seeds] if seeds else []
        found += [Uncounted(variant, seed, NOT_BEGUN, blocks=False) for seed in left]
    return found


def _place(unit: Unit, tier: Tier) -> tuple[int, str, int, str]:
    variants = list(tier.variants)
    return (variants.index(unit[0]) if unit[0] in variants else len(variants), unit[0], unit[2], unit[1])


def _judged(folder: Path, unit: Unit, book: Ledger, code: str) -> tuple[RunRecord | None, str]:
    """Return what a run of today's configuration left, and why it does not count, empty where it does."""
    events = book.of(unit)
    if not (folder / "run.json").exists():
        gone = "its run.json is gone" if folder.exists() and any(folder.glob("[!.]*")) else "its folder is gone"
        return None, f"it was started {_when(events)}and {gone}"
    try:
        record = read_record(folder)
    except BadFile as error:
        return None, f"its run.json cannot be used: {error.why}"
    if record.tier != folder.parents[2].name:
        return None, f"its run.json is of tier {record.tier!r}"
    if (record.variant, record.config_hash, record.seed) != unit or config_hash(record.config) != unit[1]:
        return None, "its run.json is of another run, or was changed by hand"
    return record, _why_not(record, events, book, code)


def _why_not(record: RunRecord, events: list[Event], book: Ledger, code: str) -> str:
    if record.status == RUNNING:
        return f"it was killed, or still runs: started {_when(events)}and not ended"
    if changed := what_changed(record, book):
        return changed
    if record.status != OK:
        return f"it failed: {record.error}" if record.status == FAILED else f"its status is {record.status!r}"
    if record.code_sha256 != code and not (record.origin and not record.code_sha256):
        return "it was made with other code than today's: run it again"
    failed = [f"{one.name!r}{f' ({one.detail})' if one.detail else ''}" for one in record.checks if not one.passed]
    if failed:
        return f"it failed its check {' and '.join(failed)}"
    return _wrong_results(record)


def _wrong_results(record: RunRecord) -> str:
    try:
        logged = {metric.name: metric.value for metric in read_metrics(record.folder) if metric.step is None}
    except BadFile as error:
        return f"its {METRICS} cannot be used: {error.why}"
    for result in record.results:
        if not math.isfinite(result.value):
            return f"its result {result.name!r} is {result.value}"
        if logged.get(result.name) != result.value:
            return f"its result {result.name!r} is not what its {METRICS} has"
    return ""


def _when(events: list[Event]) -> str:
    return f"{events[0].time[:16].replace('T', ' ')} " if events else ""


def _of_one_data(runs: list[RunRecord]) -> tuple[list[RunRecord], list[Uncounted]]:
    """Keep, of each variant, the runs that read the same data as most of them did."""
    uses: dict[tuple[str, str], Counter[str]] = {}
    for run in runs:
        for one in run.data:
            uses.setdefault((run.variant, one.name), Counter())[one.sha256] += 1
    usual = {use: counts.most_common(1)[0][0] for use, counts in uses.items()}
    kept: list[RunRecord] = []
    others: list[Uncounted] = []
    for run in runs:
        odd = [one.name for one in run.data if usual[run.variant, one.name] != one.sha256]
        if odd:
            others.append(Uncounted(run.variant, run.seed, f"its data {odd[0]!r} differs from that of the other seeds"))
        else:
            kept.append(run)
    return kept, others


def samples(runs: Iterable[RunRecord]) -> dict[str, Sample]:
    """Return what runs measured, under `variant:name`: a value per seed, the seeds in order.

    Where runs took a measure over different numbers of test items, the fewest are said.
    """
    found: dict[str, list[tuple[int, Any]]] = {}
    for run in runs:
        for result in run.results:
            found.setdefault(f"{run.variant}:{result.name}", []).append((run.seed, result))
    return {name: _sample(name, sorted(values, key=lambda one: one[0])) for name, values in found.items()}


def _sample(name: str, values: list[tuple[int, Any]]) -> Sample:
    items = [result.items for _, result in values]
    return Sample(
        measure=name,
        seeds=tuple(seed for seed, _ in values),
        values=tuple(result.value for _, result in values),
        unit=next((result.unit for _, result in values if result.unit), ""),
        items=None if None in items else min(items),
    )


def scope(replication: Replication, protocol: str, runs: Iterable[RunRecord]) -> Scope:
    """Return how the scale of runs differs from a protocol of the paper.

    What nobody wrote down counts as a difference: a protocol without facts, and facts that no run recorded.
    """
    facts = replication.protocols.get(protocol)
    if not facts:
        why = f"replication.toml has no facts under [protocol.{protocol}]: the paper's scale is not known"
        return Scope(protocol, (why,))
    listed = list(runs)
    exempt = set(ALLOWED).intersection(replication.allowed)
    compared = (_difference(name, wanted, listed) for name, wanted in facts.items() if name not in exempt)
    return Scope(protocol, tuple(why for why in compared if why))


def _difference(name: str, wanted: Any, runs: Sequence[RunRecord]) -> str:
    if any(name not in run.facts for run in runs):
        return f"{name}: not recorded by the runs"
    odd = list(dict.fromkeys(_shown(run.facts[name]) for run in runs if not _is_same(run.facts[name], wanted)))
    return f"{name}: {' or '.join(odd)} instead of {_shown(wanted)}" if odd else ""


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_is_same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-9)
    if isinstance(one, str) and isinstance(other, str):
        return one.strip().casefold() == other.strip().casefold()
    return bool(one == other)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def keep(
    replication: Replication, tier: Tier, record: RunRecord, curve: Iterable[tuple[int, str, float]] = ()
) -> RunRecord:
    """Put a run that was made elsewhere into the books: metrics.jsonl, ledger, and last run.json. Return it as kept.

    `curve` are values on the way: step, name, value. Where the run goes follows from the tier's configuration of
    today; raises NotFound for a variant that the tier has not, NoSpace or NotNow where it cannot be written.
    """
    folder = run_folder(replication, tier, record.variant, record.seed)
    config = tier.variants[record.variant]
    (folder / METRICS).unlink(missing_ok=True)
    metrics = MetricsFile(folder / METRICS, lambda: 0.0)
    for step, name, value in curve:
        metrics.add(step, {name: value})
    metrics.add(None, {result.name: result.value for result in record.results})
    metrics.close()
    kept = replace(record, folder=folder, config=config, config_hash=config_hash(config), tier=tier.name)
    kept = replace(kept, replication=replication.slug, metrics_sha256=sha256_of(folder / METRICS))
    runs, sha256 = runs_folder(replication, tier.name), sha256_hex(record_bytes(kept))
    start = Event(START, kept.variant, kept.seed, kept.config_hash, ledger.now(), code_sha256=kept.code_sha256)
    ledger.append(runs, tier.name, start)
    end = replace(start, event=END, time=ledger.now(), code_sha256="", status=kept.status, sha256=sha256)
    ledger.append(runs, tier.name, end)
    write_record(kept)
    return kept
