"""Puts values of other tools' files together to runs: each with its variant, its seed and the chosen value."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from paperlab.errors import BadInput, NotNow
from paperlab.replication.imported.bindings import BEST, PARAMETER, as_number, matching
from paperlab.run_tracker import read_runs
from paperlab.run_tracker.found import STEP_NAMES, whole
from paperlab.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from paperlab.replication.imported.bindings import Binding, Bindings
    from paperlab.run_tracker import FoundMetric, FoundRun
    from paperlab.types import Tier

Unit = tuple[str, int]
"""Variant and seed."""
_BROKEN_OFF = ("failed", "killed", "running")


@dataclass(frozen=True, slots=True)
class BoundValue:
    """The value that a binding takes of a run."""

    binding: Binding
    metric: FoundMetric
    history: tuple[FoundMetric, ...]
    """All values of that metric in the run, as the tool wrote them."""
    selected: str = ""
    """Said where the value was chosen by its own size: a result selected like that looks better than it is."""


@dataclass(slots=True)
class BoundRun:
    """A run as the files tell it."""

    variant: str
    seed: int
    values: list[BoundValue] = field(default_factory=list)
    sources: list[FoundRun] = field(default_factory=list)
    trouble: str = ""
    """Why it did not end well; such a run was started, and so it must be listed."""

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"{self.variant} seed {self.seed}"


@dataclass(slots=True)
class _Candidate:
    """The rows that one run of the other tool has for a binding."""

    run: FoundRun
    rows: list[FoundMetric] = field(default_factory=list)


class BoundRuns:
    """All runs that the bindings find below a folder."""

    def __init__(self, tier: Tier, folder: Path, bindings: Bindings) -> None:
        self.tier, self.folder, self.bindings = tier, folder, bindings
        self.refused: list[str] = []
        self.notes: list[str] = []
        self._runs: dict[Unit, BoundRun] = {}
        self._barred: set[Unit] = set()
        self._read: dict[Path, list[FoundRun]] = {}
        self._names: dict[tuple[Path, str], str] = {}
        """What each run holds, for messages."""

    def find(self) -> list[BoundRun]:
        """Return the runs by variant and seed; what could not be used stands in `refused`, what is odd in `notes`."""
        for binding in self.bindings.binds:
            self._bind(binding)
        runs = [run for unit, run in sorted(self._runs.items()) if unit not in self._barred]
        for run in runs:
            self._note_missing(run)
        return runs

    def _bind(self, binding: Binding) -> None:
        offered: dict[Unit, dict[tuple[str, str], _Candidate]] = {}
        paths = matching(self.folder, binding.pattern)
        if not paths:
            self._refuse(binding, f"nothing in {self.folder} fits from = {binding.pattern!r}")
        for path, marks in paths:
            for run in self._runs_in(path):
                self._offer(binding, run, marks, offered)
        if paths and not offered and not self.refused:
            self._refuse(binding, f"{len(paths)} files fit from = {binding.pattern!r}, no run in them fits the rest")
        for unit, candidates in offered.items():
            self._choose(binding, unit, list(candidates.values()))

    def _runs_in(self, path: Path) -> list[FoundRun]:
        if path not in self._read:
            try:
                self._read[path] = [self._bound_part(run) for run in read_runs(path)]
            except (BadInput, NotNow) as error:
                self._read[path] = []
                self.refused.append(str(error))
            self.notes += [f"{self._shown(path)}: {note}" for run in self._read[path] for note in run.notes]
        return self._read[path]

    def _bound_part(self, run: FoundRun) -> FoundRun:
        """Return a run with those values only that a binding selects: many runs have a hundred metrics."""
        names = sorted({metric.name for metric in run.metrics})
        self._names[run.path, run.run] = f"it has {shorten(', '.join(names), 200)}" if names else "it has no metric"
        selected = {binding.select for binding in self.bindings.binds}
        wanted = {name for name in names if name in selected or name.rpartition(".")[0] in selected}
        return replace(run, metrics=tuple([metric for metric in run.metrics if metric.name in wanted]))

    def _offer(
        self, binding: Binding, run: FoundRun, marks: dict[str, str], offered: dict[Unit, dict[Any, _Candidate]]
    ) -> None:
        """Sort a run's rows under the units they belong to."""
        rows = [row for row in _named(run.metrics, binding.select) if _fits(binding, row.parameters)]
        if not rows and _fits(binding, run.parameters):
            if run.status not in _BROKEN_OFF:
                self._refuse(
                    binding, f"no {binding.select!r} in {self._shown(run.path)}: {self._names[run.path, run.run]}"
                )
                return
            unit = self._unit(binding, run, marks, run.parameters, run.seed)
            if unit:
                offered.setdefault(unit, {})[_source(run, run.run)] = _Candidate(run)
        for row in rows:
            unit = self._unit(binding, run, marks, row.parameters, row.seed)
            if unit:
                candidates = offered.setdefault(unit, {})
                candidates.setdefault(_source(run, row.run), _Candidate(run)).rows.append(row)

    def _unit(
        self, binding: Binding, run: FoundRun, marks: dict[str, str], parameters: dict[str, Any], seed: int | None
    ) -> Unit | None:
        """Return whose a value is; None, and said why, where that cannot be told or it is not the tier's."""
        variant = (
            marks.get("variant") or _given(binding.variant, parameters) or ("" if binding.variant else binding.only)
        )
        if not variant and len(self.tier.variants) == 1:
            variant = next(iter(self.tier.variants))
        variant = self.bindings.variants.get(variant, variant)
        told = marks.get("seed") or _given(binding.seed, parameters) or ("" if binding.seed else seed)
        number = whole(told)
        where = self._shown(run.path)
        if not variant:
            self._refuse(binding, f'{where}: which variant? Write {{variant}} in from, or variant = "..."')
        elif number is None or number < 0:
            self._refuse(binding, f'{where}: which seed? Write {{seed}} in from, or seed = "param:NAME"')
        elif variant not in self.tier.variants:
            self._note(f"{where}: tier {self.tier.name} has no variant {variant!r}; passed over")
        elif binding.only in ("", variant):
            return variant, number
        return None

    def _choose(self, binding: Binding, unit: Unit, candidates: Sequence[_Candidate]) -> None:
        """Take the value of one unit out of the one run that ended."""
        run = self._runs.setdefault(unit, BoundRun(*unit))
        ended = [one for one in candidates if one.run.status not in _BROKEN_OFF]
        said = ", ".join(
            f"{one.run.run} in {self._shown(one.run.path)} {one.run.status}".rstrip() for one in candidates
        )
        if len(ended) > 1:
            self._barred.add(unit)
            self._refuse(
                binding, f"{run.name}: {binding.measure} stands in {len(ended)} runs ({said}): tell them apart"
            )
            return
        if all(one.run.status == "running" for one in candidates):
            self._barred.add(unit)
            self._refuse(binding, f"{run.name}: has not ended ({said}): let it end there, or mark it as failed")
            return
        if not ended:
            run.trouble = run.trouble or f"did not end: {said}"
            run.sources.append(candidates[0].run)
            return
        if len(candidates) > 1:
            self._note(f"{run.name}: started more than once ({said})")
        self._take(run, binding, ended[0])

    def _take(self, run: BoundRun, binding: Binding, found: _Candidate) -> None:
        row, selected = _chosen(binding, found.rows)
        if row is None:
            self._refuse(binding, f"{run.name}: {self._shown(found.run.path)} has no row with {binding.row}")
            return
        if any(value.binding.measure == binding.measure for value in run.values):
            self._refuse(binding, f"{run.name}: {binding.measure} is bound twice")
            self._barred.add((run.variant, run.seed))
            return
        run.values.append(BoundValue(binding, row, tuple(found.rows), selected))
        run.sources.append(found.run)

    def _note_missing(self, run: BoundRun) -> None:
        wanted = {binding.measure for binding in self.bindings.binds if binding.only in ("", run.variant)}
        missing = sorted(wanted - {value.binding.measure for value in run.values})
        if missing and not run.trouble:
            self._note(f"{run.name}: nothing for {', '.join(missing)}")

    def _shown(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else str(path)

    def _refuse(self, binding: Binding, why: str) -> None:
        said = one_line(f"{self.bindings.path}:{binding.line}: {why}")
        if said not in self.refused:
            self.refused.append(said)

    def _note(self, said: str) -> None:
        if one_line(said) not in self.notes:
            self.notes.append(one_line(said))


def _named(metrics: Iterable[FoundMetric], name: str) -> list[FoundMetric]:
    """Return the values of a name; the items of a list of that name (`loss.0`, `loss.1`) where there is no such."""
    listed = list(metrics)
    found = [metric for metric in listed if metric.name == name]
    items = [(metric, _index(metric.name, name)) for metric in listed if not found]
    return found or [replace(metric, step=index) for metric, index in items if index is not None]


def _index(name: str, whole_name: str) -> int | None:
    head, _dot, index = name.rpartition(".")
    return int(index) if head == whole_name and index.isdecimal() else None


def _fits(binding: Binding, parameters: dict[str, Any]) -> bool:
    return all(_same(parameters.get(name), value) for name, value in binding.where.items())


def _same(one: object, other: object) -> bool:
    return bool(as_number(one) == as_number(other))


def _given(said: str, parameters: dict[str, Any]) -> str:
    """Return what a binding says of a variant or seed, `param:NAME` looked up."""
    if not said.startswith(PARAMETER):
        return said
    value = parameters.get(said.removeprefix(PARAMETER))
    return "" if value is None else str(value)


def _source(run: FoundRun, name: str) -> tuple[str, str]:
    """Return what tells one run from another: the event files of a folder are one run, taken up again."""
    place = run.path.parent if ".tfevents." in run.path.name else run.path
    return str(place), name


def _chosen(binding: Binding, rows: list[FoundMetric]) -> tuple[FoundMetric | None, str]:
    """Return the row that a binding asks for, and a sentence where its own value decided."""
    if binding.row not in BEST:
        return _last(rows if binding.row == "last" else _rows_with(binding.row, rows)), ""
    finite = [row for row in rows if math.isfinite(row.value)]
    if not finite:
        return _last(rows), ""
    least = binding.row == "best-min"
    best = (min if least else max)(finite, key=lambda row: row.value)
    word = "least" if least else "greatest"
    return best, f"selected on this metric: the {word} of {len(rows)} values of {binding.select}"


def _last(rows: list[FoundMetric]) -> FoundMetric | None:
    """Return the row of the latest step; the one that stands last among equals, and where there are no steps."""
    order = {id(row): (-math.inf if row.step is None else row.step, at) for at, row in enumerate(rows)}
    return max(rows, key=lambda row: order[id(row)], default=None)


def _rows_with(condition: str, rows: list[FoundMetric]) -> list[FoundMetric]:
    column, _equals, value = (part.strip() for part in condition.partition("="))
    at = whole(value) if column.lower() in STEP_NAMES else None
    by_cell = [row for row in rows if column in row.parameters and _same(row.parameters[column], value)]
    return by_cell or [row for row in rows if at is not None and row.step == at]
