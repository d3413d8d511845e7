"""What readers of other tools' files find, and the bounds that keep a strange file from filling the memory."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from paperlab.disk import read_text
from paperlab.errors import BadFile

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 64 << 20
"""Of one text file."""
MAX_METRICS = 1_000_000
"""Values out of one file or run."""
STEP_NAMES = ("step", "_step", "global_step", "iteration", "iter", "update", "epoch")
"""Columns and keys that say when a value was taken, the first that is there counts; in small letters."""
SEED_NAMES = ("seed", "random_seed")


@dataclass(frozen=True, slots=True)
class FoundMetric:
    """One value that another tool recorded."""

    name: str
    value: float
    """NaN and infinities are kept: who takes the value must refuse them by name."""
    step: int | None
    file: Path
    line: int | None
    """1-based; None where the file has no lines, or the value's line is not known."""
    sha256: str
    """Of the file; of this run's rows in a database that holds many runs."""
    run: str
    """The run's id or name in its tool; a file's or folder's name where the tool has none."""
    parameters: dict[str, Any] = field(default_factory=dict)
    """What the run was given, or what else stands in the value's row. Shared between values: not to be changed."""
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class FoundRun:
    """One run that another tool recorded, or one file of values."""

    run: str
    path: Path
    """The file or folder it was read from."""
    sha256: str
    metrics: tuple[FoundMetric, ...]
    parameters: dict[str, Any] = field(default_factory=dict)
    seed: int | None = None
    status: str = ""
    """`finished`, `failed`, `killed`, `running`; empty where the tool does not say."""
    started: str = ""
    """ISO 8601, UTC; empty where not known."""
    ended: str = ""
    notes: tuple[str, ...] = ()
    """What is odd: a damaged end of a file, a cell that is no number."""


def number(text: str) -> float | None:
    """Return a number as tools print them (`nan` and `inf` too), or None for any other text."""
    if "_" in text or not text.isascii():  # float() takes 1_000 and digits of other scripts, which no tool prints
        return None
    try:
        return float(text)
    except ValueError:
        return None


def whole(value: object) -> int | None:
    """Return a whole number given as number or text, or None."""
    got = number(value) if isinstance(value, str) else value
    if isinstance(got, bool) or not isinstance(got, (int, float)) or not math.isfinite(got) or got != int(got):
        return None
    return int(got)


def seed_in(parameters: dict[str, Any]) -> int | None:
    """Return the seed that stands among parameters, also at the end of a dotted path, or None."""
    for name, value in parameters.items():
        if name.lower().rpartition(".")[2] in SEED_NAMES:
            return whole(value)
    return None


def step_name(names: list[str]) -> str | None:
    """Return which of the names is the step's, or None."""
    small = {name.lower(): name for name in reversed(names)}
    return next((small[step] for step in STEP_NAMES if step in small), None)


def moment(milliseconds: object) -> str:
    """Return a time in milliseconds since 1970 as ISO 8601 in UTC; empty where there is none."""
    got = whole(milliseconds)
    if got is None or not 0 < got < 253_000_000_000_000:  # the year 9987
        return ""
    return datetime.fromtimestamp(got / 1000, UTC).isoformat(timespec="seconds")


def bounded_text(path: Path) -> str:
    """Return a UTF-8 file's text; raises BadFile where it is too large, no UTF-8 or cannot be read."""
    check_size(path, MAX_BYTES)
    return read_text(path)


def check_size(path: Path, most: int) -> None:
    """Raise BadFile where the file is larger than `most` bytes or is not there."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise BadFile(path, None, error.strerror or "cannot be read") from error
    if size > most:
        raise BadFile(path, None, f"has {size >> 20} MB, at most {most >> 20} are read: keep only the metrics you need")


def check_count(path: Path, count: int, line: int | None = None) -> None:
    """Raise BadFile where more values were found than one file may have."""
    if count > MAX_METRICS:
        raise BadFile(path, line, f"has more than {MAX_METRICS:,} values: keep only the metrics you need")
