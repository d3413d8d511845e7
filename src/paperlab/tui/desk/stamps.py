"""What differs when a file does: size and time of change. Without Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Stamp = tuple[int, int]
"""Size in bytes and time of change in nanoseconds."""
_REPLICATION_FILES = ("claims.toml", "replication.toml", "results.json")


def stamp_of(path: Path) -> Stamp | None:
    """Return a file's stamp, None where it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def stamps_of(paths: Iterable[Path]) -> dict[str, Stamp]:
    """Return by path the stamps of those files that are there."""
    return {str(path): stamp for path in paths if (stamp := stamp_of(path)) is not None}


def replication_stamps(folder: Path) -> dict[str, Stamp]:
    """Return by path what differs when something came out of a replication, or what it tests changed."""
    return stamps_of([*(folder / name for name in _REPLICATION_FILES), *folder.glob("runs/*/ledger.jsonl")])
