"""Takes runs made elsewhere into a replication: whole run folders, and values of other tools' files by import.toml."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from paperlab.disk import only_one, sha256_of
from paperlab.errors import BadFile, BadInput, Busy, NotFound, NotNow
from paperlab.replication.files import config_hash, run_folder
from paperlab.replication.imported.bindings import as_number
from paperlab.replication.imported.bound_runs import BoundRuns
from paperlab.replication.imported.foreign_runs import ForeignRuns, is_there
from paperlab.replication.runs import ledger
from paperlab.replication.runs.records import keep
from paperlab.replication.runs.run_file import FAILED, OK, read_record
from paperlab.replication.runs.unit import LOCK, make_runs_folder
from paperlab.run_tracker import is_database
from paperlab.types import Check, RunRecord, RunResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from paperlab.replication.imported.bindings import Bindings
    from paperlab.replication.imported.bound_runs import BoundRun, BoundValue
    from paperlab.types import Replication, Tier

_SOURCE = re.compile(r"(.+?)(?::(\d+))? sha256:([0-9a-f]{64})(?:; |$)")
_MOST_PARAMETERS = 100


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the runs below a folder."""

    imported: tuple[RunRecord, ...] = ()
    there: tuple[RunRecord, ...] = ()
    """Imported before, and the same as now."""
    refused: tuple[str, ...] = ()
    """A sentence each: what was not taken, and why."""
    notes: tuple[str, ...] = ()
    """What is odd about what was taken, and what was passed over."""


def import_runs(replication: Replication, tier: Tier, folder: Path, bindings: Bindings | None = None) -> ImportReport:
    """Take runs into a tier: run folders of `run-one` below `folder`, and what the bindings find there.

    No run that is there is overwritten; the same folder again imports nothing. Raises NotFound where `folder` is not
    there or holds nothing that could be taken, NoSpace or NotNow.
    """
    if not folder.is_dir():
        raise NotFound(f"no folder {folder}: name the one that the runs lie in")
    make_runs_folder(replication)
    whole_runs = ForeignRuns(replication, tier, folder)
    whole_runs.take()
    importer = _Importer(replication, tier, folder, bindings)
    importer.imported += whole_runs.imported
    importer.there += whole_runs.there
    importer.refused += whole_runs.refused
    importer.notes += whole_runs.notes
    if bindings is not None and bindings.binds:
        importer.take_bound(bindings)
    elif not whole_runs.seen:
        raise NotFound(
            f"no run.json below {folder}: for another tool's files, write {replication.folder / 'import.toml'}"
        )
    return importer.report()


def changed_sources(record: RunRecord, base: Path) -> list[str]:
    """Return a sentence for each file that an imported run was read from and that is not what it was then.

    `base` is the folder that was imported. A run in a database is held against its own rows.
    """
    found = []
    for name, line, sha256 in sources(record):
        now = _sha256_now(base, name)
        if now != sha256:
            at = f" (line {line} was taken)" if line else ""
            found.append(f"{name}: {'changed since it was imported' if now else 'is not there any more'}{at}")
    return found


def source_folder(record: RunRecord, replication: Replication) -> Path | None:
    """Return the folder that a run was imported from, None where it was outside the lab or is not there any more."""
    told = record.environment.get("imported", {}).get("folder", "")
    folder = replication.folder.resolve().parent.parent / told
    return folder if told and folder.is_dir() else None


def sources(record: RunRecord) -> list[tuple[str, int | None, str]]:
    """Return the files that an imported run was read from: path below the imported folder, line, SHA-256.

    A run in a database is `PATH#RUN`, its SHA-256 that of its rows.
    """
    return [(name, int(line) if line else None, sha256) for name, line, sha256 in _SOURCE.findall(record.origin)]


class _Importer:
    """Writes the runs that bindings find as run folders of this replication."""

    def __init__(self, replication: Replication, tier: Tier, folder: Path, bindings: Bindings | None) -> None:
        self.replication, self.tier, self.folder, self.bindings = replication, tier, folder, bindings
        self.imported: list[RunRecord] = []
        self.there: list[RunRecord] = []
        self.refused: list[str] = []
        self.notes: list[str] = []

    def report(self) -> ImportReport:
        return ImportReport(tuple(self.imported), tuple(self.there), tuple(self.refused), tuple(self.notes))

    def take_bound(self, bindings: Bindings) -> None:
        """Take every run that the bindings find."""
        found = BoundRuns(self.tier, self.folder, bindings)
        runs = found.find()
        self.refused += found.refused
        self.notes += found.notes
        for run in runs:
            self._take(run, bindings)

    def _take(self, run: BoundRun, bindings: Bindings) -> None:
        parameters = run_parameters(run)
        if wrong := unlike(self.tier.variants[run.variant], parameters):
            self.refused.append(f"{run.name}: the tool recorded another configuration: {', '.join(wrong)}")
            return
        if not run.values and not run.trouble:
            return
        record = self._record(run, bindings.facts_of(run.variant, parameters), parameters)
        busy = Busy(f"{run.name} is being run or imported by another process: let it end, then import again")
        with only_one(record.folder / LOCK, busy):
            if is_there(record.folder):
                self._compare(run, record)
            else:
                self.imported.append(keep(self.replication, self.tier, record, _curve(run)))

    def _compare(self, run: BoundRun, new: RunRecord) -> None:
        """Say what stands in the way: the same import, or another run, which stays."""
        try:
            old = read_record(new.folder)
        except BadFile as error:
            self.refused.append(f"{run.name}: {error}")
            return
        if all(getattr(old, name) == getattr(new, name) for name in ("origin", "status", "results", "facts", "checks")):
            self.there.append(old)
        else:
            kind = "an import of other values" if old.origin else "a run made here"
            self.refused.append(f"{run.name}: {kind} is in {new.folder} already; it was not overwritten")

    def _record(self, run: BoundRun, facts: dict[str, Any], parameters: dict[str, Any]) -> RunRecord:
        config = self.tier.variants[run.variant]
        results = [_result(value) for value in run.values]
        trouble = run.trouble or "; ".join(self._not_finite(value) for value in run.values if not _is_finite(value))
        started = min((source.started for source in run.sources if source.started), default="")
        ended = max((source.ended for source in run.sources if source.ended), default="")
        return RunRecord(
            replication=self.replication.slug,
            tier=self.tier.name,
            variant=run.variant,
            seed=run.seed,
            config=config,
            config_hash=config_hash(config),
            code_sha256="",
            status=FAILED if trouble else OK,
            started=started or ledger.now(),
            ended=ended,
            wall_seconds=_seconds(started, ended),
            results=() if trouble else tuple(results),
            facts=facts,
            checks=(*_selection_checks(run.values), _configuration_check(config, parameters)),
            environment={"imported": self._imported(run, parameters)},
            error=trouble,
            origin=self._origin(run),
            folder=run_folder(self.replication, self.tier, run.variant, run.seed),
        )

    def _imported(self, run: BoundRun, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return what a reader should know of where the numbers are from; the folder only where it is the lab's."""
        lab = self.replication.folder.resolve().parent.parent
        inside = self.folder.resolve().is_relative_to(lab)
        told: dict[str, Any] = {
            "folder": self.folder.resolve().relative_to(lab).as_posix() if inside else "",
            "rows": {value.binding.measure: value.binding.row for value in run.values},
            "parameters": {name: _plain(parameters[name]) for name in sorted(parameters)[:_MOST_PARAMETERS]},
        }
        times = {value.binding.measure: value.binding.times for value in run.values if value.binding.times != 1}
        return told | ({"times": times} if times else {})

    def _origin(self, run: BoundRun) -> str:
        metrics = [value.metric for value in run.values]
        told = {self._source(metric.file, metric.run, metric.line, metric.sha256) for metric in metrics}
        if not told:
            told = {self._source(source.path, source.run, None, source.sha256) for source in run.sources}
        return "; ".join(sorted(told))

    def _source(self, file: Path, run: str, line: int | None, sha256: str) -> str:
        name = file.relative_to(self.folder).as_posix()
        of_rows = f"#{run}" if file.is_dir() or is_database(file) else ""
        return f"{name}{of_rows}{f':{line}' if line else ''} sha256:{sha256}"

    def _not_finite(self, value: BoundValue) -> str:
        at = f":{value.metric.line}" if value.metric.line else ""
        file = value.metric.file.relative_to(self.folder).as_posix()
        return f"{value.binding.measure} is {value.metric.value} in {file}{at}"


def _curve(run: BoundRun) -> Iterator[tuple[int, str, float]]:
    """Yield step, measure and value of all that the tool wrote of a run's measures; rows without steps are counted."""
    for value in run.values:
        if len(value.history) > 1:
            for at, row in enumerate(value.history):
                yield at if row.step is None else row.step, value.binding.measure, row.value * value.binding.times


def _result(value: BoundValue) -> RunResult:
    binding = value.binding
    return RunResult(binding.measure, value.metric.value * binding.times, binding.unit, binding.items)


def _is_finite(value: BoundValue) -> bool:
    return math.isfinite(value.metric.value * value.binding.times)


def _selection_checks(values: Iterable[BoundValue]) -> list[Check]:
    return [
        Check(f"{value.binding.measure}: selected on this metric", passed=True, detail=value.selected)
        for value in values
        if value.selected
    ]


def _configuration_check(config: dict[str, Any], parameters: dict[str, Any]) -> Check:
    """Say which of the configuration the tool bears out; the rest is what the importer declares."""
    seen = [name for name in config if _parameter(name, parameters) is not None]
    rest = [name for name in config if name not in seen]
    said = [f"recorded by the tool: {', '.join(seen)}"] if seen else []
    said += [f"declared only: {', '.join(rest)}"] if rest else []
    return Check("configuration", passed=True, detail="; ".join(said))


def unlike(config: dict[str, Any], parameters: dict[str, Any]) -> list[str]:
    """Return where a variant's configuration is not what a run's own parameters say, a clause each."""
    found = []
    for name, wanted in config.items():
        there = as_number(_parameter(name, parameters))
        comparable = there is not None and isinstance(wanted, (str, int, float))
        if comparable and _kind(there) == _kind(wanted) and str(there).lower() != str(as_number(wanted)).lower():
            found.append(f"{name} is {wanted} in the tier, {there} there")
    return found


def _parameter(name: str, parameters: dict[str, Any]) -> Any:
    return parameters.get(name, parameters.get(f"config.{name}"))


def _kind(value: object) -> bool:
    """Return whether a value is a number; a metric's column may have the name of a setting that is a word."""
    return isinstance(as_number(value), (int, float)) and not isinstance(value, bool)


def run_parameters(run: BoundRun) -> dict[str, Any]:
    """Return what a run was given: what its tool noted, and cells that are the same in all of its rows."""
    found: dict[str, Any] = {}
    for source in run.sources:
        found |= source.parameters
    for value in run.values:
        constant = dict(value.metric.parameters)
        for row in value.history:
            if row.parameters is not value.metric.parameters:
                constant = {name: cell for name, cell in constant.items() if row.parameters.get(name) == cell}
        found |= constant
    return found


def _plain(value: Any) -> Any:
    fine = isinstance(value, (str, int, bool)) or (isinstance(value, float) and math.isfinite(value))
    return value if fine else str(value)


def _seconds(started: str, ended: str) -> float:
    if not started or not ended:
        return 0.0
    return max(0.0, (datetime.fromisoformat(ended) - datetime.fromisoformat(started)).total_seconds())


def _sha256_now(base: Path, name: str) -> str:
    """Return the SHA-256 that a source has today, empty where it is not there or cannot be read."""
    if (base / name).is_file():
        return sha256_of(base / name)
    file, _hash, run = name.rpartition("#")
    if not file or not (base / file).exists():
        return ""
    from paperlab.run_tracker import read_runs

    try:
        return next((found.sha256 for found in read_runs(base / file) if found.run == run), "")
    except (BadInput, NotNow):
        return ""
