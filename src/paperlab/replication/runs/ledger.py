"""ledger.jsonl: every start and every end of a tier's runs, only ever added to."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from paperlab.disk import disk_errors
from paperlab.errors import BadFile

if TYPE_CHECKING:
    from pathlib import Path

FILE = "ledger.jsonl"
START, END = "start", "end"


@dataclass(frozen=True, slots=True)
class Event:
    """A start or an end of a run."""

    event: str
    variant: str
    seed: int
    config_hash: str
    time: str
    """ISO 8601, UTC."""
    code_sha256: str = ""
    """Of a start."""
    status: str = ""
    """Of an end: `ok` or `failed`."""
    sha256: str = ""
    """Of the run.json that an end left."""

    @property
    def unit(self) -> tuple[str, str, int]:
        """Variant, configuration and seed: what tells a run from the others of its tier."""
        return self.variant, self.config_hash, self.seed


@dataclass(frozen=True, slots=True)
class Ledger:
    """A tier's ledger as it was read."""

    events: tuple[Event, ...]
    """By time; those of one moment in the order of their lines."""
    problems: tuple[BadFile, ...] = ()
    """Lines that cannot be read. A last one that a kill cut short is none of them."""

    def of(self, unit: tuple[str, str, int]) -> list[Event]:
        """Return the events of a run, by time."""
        return [event for event in self.events if event.unit == unit]


def now() -> str:
    """Return the time as records have it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def append(folder: Path, tier: str, event: Event) -> None:
    """Add a line to the ledger in a tier's folder, in one write; raises NoSpace or NotNow."""
    words = {name: getattr(event, name) for name in Event.__slots__}
    told = {"event": event.event, "tier": tier} | {name: word for name, word in words.items() if word != ""}
    line = json.dumps(told, ensure_ascii=False).encode() + b"\n"
    path = folder / FILE
    with disk_errors(path):
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("ab+", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            if size and (file.seek(size - 1), file.read(1))[1] != b"\n":
                line = b"\n" + line  # a kill cut the last line short
            file.write(line)
            os.fsync(file.fileno())


def read_ledger(folder: Path) -> Ledger:
    """Return the ledger of a tier's folder, empty where there is none; raises BadFile where it cannot be read."""
    path = folder / FILE
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Ledger(())
    except OSError as error:
        raise BadFile(path, None, error.strerror or "cannot be read") from error
    events: list[Event] = []
    problems: list[BadFile] = []
    lines = data.split(b"\n")
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                events.append(_event(json.loads(line)))
        except (ValueError, LookupError, TypeError, RecursionError):
            if number < len(lines):
                problems.append(BadFile(path, number, "this is no whole line of a ledger; it was passed over"))
    return Ledger(tuple(sorted(dict.fromkeys(events), key=lambda event: event.time)), tuple(problems))


def _event(found: Any) -> Event:
    words = {name: found[name] for name in Event.__slots__ if name in found}
    event = Event(**words)
    texts = [getattr(event, name) for name in Event.__slots__ if name != "seed"]
    if not all(isinstance(text, str) for text in texts) or type(event.seed) is not int:
        raise TypeError("a word of a wrong kind")
    "".join(texts).encode()  # raises ValueError for a lone surrogate
    if event.event not in {START, END}:
        raise ValueError("neither start nor end")
    return event
