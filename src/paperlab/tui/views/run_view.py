"""The runs of a replication as the desk shows them, and what running it would mean: without a user interface."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paperlab.text import minute, one_line, roughly

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from paperlab.lab import Lab
    from paperlab.types import Comparison, RunRecord

_TAIL = 8192


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as it stands in the table of runs."""

    variant: str
    seed: int
    state: str
    """`counts`, `running`, `waits`, `failed`, or why it does not count."""
    when: str = ""
    took: str = ""
    results: str = ""
    share: float | None = None
    """How much of it is done, while it runs."""


def runs_of(comparison: Comparison) -> tuple[RunRow, ...]:
    """Return all runs of the tier: those under way, those that count, the others with why, what was not begun."""
    live = _live(comparison)
    known = {(run.variant, run.seed) for run in comparison.runs} | {(u.variant, u.seed) for u in comparison.uncounted}
    counted = [_counted_row(run) for run in comparison.runs if (run.variant, run.seed) not in live]
    others = [
        RunRow(one.variant, one.seed, one_line(one.reason))
        for one in comparison.uncounted
        if (one.variant, one.seed) not in live
    ]
    tier = comparison.tier
    left = [
        RunRow(variant, seed, "not begun")
        for variant in tier.variants
        for seed in tier.variant_seeds.get(variant, tier.seeds)
        if (variant, seed) not in known and (variant, seed) not in live
    ]
    return (*live.values(), *counted, *others, *left)


def _counted_row(run: RunRecord) -> RunRow:
    from paperlab.replication.reports.report_parts import number, with_unit
    from paperlab.replication.reports.report_runs import duration

    results = ", ".join(f"{result.name} {with_unit(number(result.value), result.unit)}" for result in run.results)
    when = minute(run.started)
    return RunRow(run.variant, run.seed, "counts", when, duration(run.wall_seconds), one_line(results))


def _live(comparison: Comparison) -> dict[tuple[str, int], RunRow]:
    """Return the runs of the tier that a process, of this desk or any other, has under way."""
    from paperlab.replication.files import runs_folder
    from paperlab.replication.runs.unit import is_being_run, read_progress

    found = {}
    for path in runs_folder(comparison.replication, comparison.tier.name).glob("*/*/seed-*/progress.json"):
        folder = path.parent
        seed = folder.name.removeprefix("seed-")
        if seed.isdecimal() and is_being_run(folder):
            told = read_progress(folder)
            variant = one_line(folder.parents[1].name)
            found[variant, int(seed)] = RunRow(
                variant, int(seed), "running", results=_last_metrics(folder), share=_share(told)
            )
    return found


def _share(told: Mapping[str, Any]) -> float | None:
    done, total = told.get("epoch"), told.get("count")
    if isinstance(done, (int, float)) and isinstance(total, (int, float)) and total > 0:
        return min(1.0, max(0.0, done / total))
    return None


def _last_metrics(folder: Path, most: int = 3) -> str:
    """Return the newest values that a run logged, the last of each name."""
    try:
        with (folder / "metrics.jsonl").open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _TAIL))
            lines = file.read().split(b"\n")[-40:]
    except OSError:
        return ""
    found: dict[str, str] = {}
    for line in lines:
        try:
            told = json.loads(line)
            found[str(told["name"])] = f"{float(told['value']):.4g}"
        except (ValueError, LookupError, TypeError):
            continue  # the first line may be cut, and the last may still be written
    return one_line(", ".join(f"{name} {value}" for name, value in list(found.items())[-most:]))


def tier_choices(lab: Lab, slug: str) -> list[TierChoice]:
    """Return the tiers of a replication with what running each means now; raises NotFound or BadFile."""
    from paperlab.replication.files import read_replication, read_tier, tier_names
    from paperlab.replication.runs.plan import plan

    replication = read_replication(lab.replications.folder(slug))
    found = []
    for name in tier_names(replication.folder):
        planned = plan(replication, read_tier(replication.folder, name))
        found.append(TierChoice(name, len(planned.todo), len(planned.finished), len(planned.blocked), planned.seconds))
    return found


@dataclass(frozen=True, slots=True)
class TierChoice:
    """A tier that can be run."""

    name: str
    left: int
    """Runs to do."""
    finished: int
    blocked: int
    """Failed, or being run by another process."""
    seconds: float | None
    """That those left take one after the other, where finished ones tell."""

    @property
    def words(self) -> str:
        """What running it means, in a line."""
        about = f", about {roughly(self.seconds)}" if self.seconds and self.left else ""
        stuck = f", {self.blocked} failed or under way" if self.blocked else ""
        return f"{self.name}: {self.left} to run{about}, {self.finished} finished{stuck}"
