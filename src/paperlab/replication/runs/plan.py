"""What is to be run of a tier: each variant with each seed, less what is done."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from paperlab.errors import BadFile
from paperlab.replication.files import config_hash, run_folder, runs_folder, seeds_of
from paperlab.replication.runs import ledger
from paperlab.replication.runs.code import code_sha256
from paperlab.replication.runs.run_file import FAILED, OK, RUNNING, is_as_it_ended, read_record
from paperlab.replication.runs.unit import is_being_run, read_progress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from paperlab.replication.runs.ledger import Ledger
    from paperlab.types import Replication, RunRecord, Tier


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest piece of work: one run."""

    replication: Replication
    tier: Tier
    variant: str
    seed: int

    @property
    def folder(self) -> Path:
        """Where its run lies."""
        return run_folder(self.replication, self.tier, self.variant, self.seed)

    @property
    def root(self) -> Path:
        """The lab; links stay as they are."""
        return Path(os.path.abspath(self.replication.folder)).parents[1]  # noqa: PTH100  resolve() would follow links

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"{self.variant}, seed {self.seed}"

    def words(self) -> list[str]:
        """Return the words behind `paperlab` that run it."""
        words = ["--lab", str(self.root), "replicate", "run-one", self.replication.slug, "--tier", self.tier.name]
        return [*words, "--variant", self.variant, "--seed", str(self.seed)]


@dataclass(frozen=True, slots=True)
class Plan:
    """What running a tier means now."""

    todo: tuple[Unit, ...]
    """Not run yet, killed, or made with other code than today's."""
    finished: tuple[Unit, ...]
    blocked: tuple[tuple[Unit, str], ...]
    """Failed, or being run by another process: which, in a clause."""
    old: tuple[tuple[str, int], ...]
    """Variant and seed of runs whose configuration the tier no longer has."""
    seconds: float | None
    """That `todo` takes one after the other, where finished runs of the same variants tell."""


def plan(replication: Replication, tier: Tier, seeds: int | None = None, *, retry: bool = False) -> Plan:
    """Return what to run: the first `seeds` of each variant's seeds, counted on past them where there are fewer.

    Without a number, all of them, and any other that was started and has not ended. `retry` takes up failed ones.
    Raises BadFile where the ledger cannot be read.
    """
    book = ledger.read_ledger(runs_folder(replication, tier.name))
    code = code_sha256(replication.folder)
    todo: list[Unit] = []
    finished: list[Unit] = []
    blocked: list[tuple[Unit, str]] = []
    for unit in _units(replication, tier, seeds, book):
        record = _ended(unit, book, code)
        if is_being_run(unit.folder):
            blocked.append((unit, "another process runs it"))
        elif record is None or (retry and record.status == FAILED and not record.origin):
            todo.append(unit)
        elif record.status == OK:
            finished.append(unit)
        else:
            blocked.append((unit, f"it failed: {record.error}"))
    old = tuple(sorted({(e.variant, e.seed) for e in book.events if not _is_todays(e.variant, e.config_hash, tier)}))
    return Plan(tuple(todo), tuple(finished), tuple(blocked), old, _seconds(todo))


def planned_seeds(tier: Tier, variant: str, seeds: int | None) -> tuple[int, ...]:
    """Return a variant's first `seeds` seeds: the tier's, and on from the largest where they are too few."""
    there = seeds_of(tier, variant)
    if seeds is None:
        return there
    return (*there[:seeds], *(max(there) + 1 + n for n in range(seeds - len(there))))


def wall_seconds(replication: Replication, tier: Tier, variant: str) -> float | None:
    """Return what a run of a variant takes, the mean of those that ended well; None where there are none."""
    folder = run_folder(replication, tier, variant, 0).parent
    taken = [record.wall_seconds for path in folder.glob("seed-*") if (record := _read(path)) and record.status == OK]
    return fmean(taken) if taken else None


def _units(replication: Replication, tier: Tier, seeds: int | None, book: Ledger) -> Iterable[Unit]:
    """Yield the units seed by seed, so that all variants have one before any has two."""
    wanted = {variant: list(planned_seeds(tier, variant, seeds)) for variant in tier.variants}
    if seeds is None:
        for event in book.events:
            if _is_todays(event.variant, event.config_hash, tier) and event.seed not in wanted[event.variant]:
                wanted[event.variant].append(event.seed)
    for position in range(max(map(len, wanted.values()))):
        for variant, listed in wanted.items():
            if position < len(listed):
                yield Unit(replication, tier, variant, listed[position])


def _is_todays(variant: str, digits: str, tier: Tier) -> bool:
    return variant in tier.variants and config_hash(tier.variants[variant]) == digits


def _ended(unit: Unit, book: Ledger, code: str) -> RunRecord | None:
    """Return the record of a unit that ended with today's code and is as the ledger has it."""
    record = _read(unit.folder)
    if record is None or record.status == RUNNING or not is_as_it_ended(record, book):
        return None
    return record if record.code_sha256 == code or record.origin else None


def _read(folder: Path) -> RunRecord | None:
    try:
        return read_record(folder)
    except BadFile:
        return None


def _seconds(todo: list[Unit]) -> float | None:
    """Return what the units take together, None where one cannot be told."""
    by_variant = {u.variant: wall_seconds(u.replication, u.tier, u.variant) for u in todo}
    total = 0.0
    for unit in todo:
        left = seconds_left(read_progress(unit.folder), by_variant[unit.variant])
        if left is None:
            return None
        total += left
    return total


def seconds_left(progress: dict[str, float], usual: float | None) -> float | None:
    """Return what a run takes still, out of how far it is and what its like took; None where neither tells.

    Without runs of its like, that is what the loop under way takes: nobody knows yet what comes behind it.
    """
    pace = (progress["count"] - progress["epoch"]) * progress["seconds"] if progress else None
    if usual is None:
        return pace
    return max(usual - progress.get("wall_seconds", 0.0), pace or 0.0)
