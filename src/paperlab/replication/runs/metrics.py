"""metrics.jsonl: one line a value, `{"step", "name", "value", "t"}`; a final measure has no step."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.disk import disk_errors
from paperlab.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILE = "metrics.jsonl"


@dataclass(frozen=True, slots=True)
class Metric:
    """One value as it was logged."""

    step: int | None
    """None for a final measure."""
    name: str
    value: float
    """Not a number where the line says null: JSON has no word for what is not finite."""
    t: float
    """Seconds into the run, over all its attempts."""


class MetricsFile:
    """The file that a run adds its values to; each line is with the system once `add` is back, and outlives a kill."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        """`clock` says how many seconds the run has taken."""
        self.path = path
        self._clock = clock
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab", buffering=0)

    @property
    def size(self) -> int:
        """In bytes."""
        return os.fstat(self._file.fileno()).st_size

    def add(self, step: int | None, values: dict[str, float]) -> None:
        """Add values; raises NoSpace or NotNow."""
        t = round(self._clock(), 3)
        lines = [
            json.dumps({"step": step, "name": name, "value": value if math.isfinite(value) else None, "t": t})
            for name, value in values.items()
        ]
        rest = "".join(f"{line}\n" for line in lines).encode()
        with disk_errors(self.path):
            while rest:
                rest = rest[self._file.write(rest) :]

    def cut(self, size: int) -> None:
        """Keep the first `size` bytes."""
        os.ftruncate(self._file.fileno(), size)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_metrics(folder: Path) -> list[Metric]:
    """Return what a run logged, in its order; raises BadFile for a file that is missing or has an error in it."""
    path = folder / FILE
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise BadFile(path, None, error.strerror or "cannot be read") from error
    return [_metric(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _metric(path: Path, number: int, line: bytes) -> Metric:
    try:
        found = json.loads(line)
        step, value = found["step"], found["value"]
        return Metric(
            None if step is None else int(step),
            str(found["name"]),
            math.nan if value is None else float(value),
            float(found["t"]),
        )
    except (ValueError, LookupError, TypeError) as error:
        raise BadFile(path, number, "this is no line of a metric") from error
