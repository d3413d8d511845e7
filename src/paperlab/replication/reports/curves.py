"""Learning curves out of the metrics.jsonl of runs."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from paperlab.disk import read_text
from paperlab.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from paperlab.types import RunRecord

_FEWEST = 3
"""Steps that make a curve; a metric with fewer is a result."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One metric of one run over its steps."""

    name: str
    variant: str
    seed: int
    steps: tuple[float, ...]
    """Growing."""
    values: tuple[float, ...]
    """As long as `steps`, all finite."""
    unit: str = ""

    def thinned(self, points: int) -> Curve:
        """Return at most about `points` of the points: the least and the greatest of each equal part, and both ends."""
        if len(self.steps) <= points:
            return self
        parts = max(1, points // 2 - 1)
        bounds = [round(i * len(self.steps) / parts) for i in range(parts + 1)]
        kept = {0, len(self.steps) - 1}
        for start, stop in pairwise(bounds):
            part = range(start, stop)
            kept |= {min(part, key=self.values.__getitem__), max(part, key=self.values.__getitem__)}
        order = sorted(kept)
        steps, values = tuple(self.steps[i] for i in order), tuple(self.values[i] for i in order)
        return replace(self, steps=steps, values=values)


def curves(runs: Iterable[RunRecord]) -> list[Curve]:
    """Return the curves of all runs, in the order of the runs and of the metrics' first lines.

    A run without metrics.jsonl has none. Raises BadFile for a line that is no JSON object.
    """
    return [curve for run in runs for curve in _of_run(run)]


def _of_run(run: RunRecord) -> list[Curve]:
    path = run.folder / "metrics.jsonl"
    if not path.is_file():
        return []
    points: dict[str, dict[float, float]] = {}
    units = {result.name: result.unit for result in run.results}
    for i, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            name, step, value = _point(line, path, i)
            if _is_number(step) and _is_number(value):
                # A run that was taken up again may have said a step twice: the later line is the one that led on.
                points.setdefault(name, {})[float(step)] = float(value)
    return [
        Curve(name, run.variant, run.seed, *_in_order(told), unit=units.get(name, ""))
        for name, told in points.items()
        if len(told) >= _FEWEST
    ]


def _in_order(told: dict[float, float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    steps = tuple(sorted(told))
    return steps, tuple(told[step] for step in steps)


def _point(line: str, path: Path, number: int) -> tuple[str, Any, Any]:
    try:
        point = json.loads(line)
        return str(point["name"]), point.get("step"), point.get("value")
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadFile(path, number, "this is not a metric: a JSON object with name, step and value") from error


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
