"""The stamp beside a vector index's file: what the file holds, and what its bytes must be."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING

from paperlab.disk import make_way, replacing

if TYPE_CHECKING:
    from pathlib import Path

_SMALL = 16_000_000
"""Bytes that are checked at every opening: they take a hundredth of a second."""
_NAME = "stamp.json"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the file `file` beside this stamp holds."""

    file: str
    """Another name for every file written, so that a reader never holds one's bytes against another's stamp."""
    database: int
    embedder: str
    type: str
    """Name of the vector index's type."""
    sequence: int
    """The last change to a vector that is in it."""
    count: int
    """Vectors in it."""
    trained: int
    """Vectors there were when it was last built anew."""
    size: int
    checksum: int
    """CRC-32 of the file's bytes."""
    inode: int
    changed_ns: int
    """With inode and size: the file as it was when its bytes were last known to be right."""

    def write(self, folder: Path) -> None:
        """Put this stamp into the place of the folder's old one."""
        make_way(folder / _NAME)
        with replacing(folder / _NAME) as new:
            new.write_text(json.dumps(asdict(self)), encoding="utf-8")

    def seen(self, folder: Path) -> Stamp:
        """Return this stamp with the file as it is now, whose bytes must be known to be right."""
        now = (folder / self.file).stat()
        return replace(self, inode=now.st_ino, changed_ns=now.st_ctime_ns)

    def intact(self, path: Path, *, thorough: bool) -> bool:
        """Return whether the file's bytes are those that were written.

        A large file is read only if `thorough`, or if anything has touched it since. Raises FileNotFoundError.
        """
        seen = path.stat()
        if seen.st_size != self.size:
            return False
        if not thorough and seen.st_size > _SMALL and (seen.st_ino, seen.st_ctime_ns) == (self.inode, self.changed_ns):
            return True
        return checksum_of(path) == self.checksum


def read_stamp(folder: Path) -> Stamp | None:
    """Return the folder's stamp, or None where it is missing or unreadable."""
    try:
        stamp = Stamp(**json.loads((folder / _NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    kinds = {"str": str, "int": int}
    sound = all(type(getattr(stamp, field.name)) is kinds[str(field.type)] for field in fields(Stamp))
    # Nothing outside this folder is read for a vector index, whoever wrote the stamp.
    return stamp if sound and (folder / stamp.file).parent == folder else None


def drop_stamp(folder: Path) -> None:
    """Remove the folder's stamp: it has no vector index any more."""
    make_way(folder / _NAME)
    (folder / _NAME).unlink(missing_ok=True)


def is_stamp(path: Path) -> bool:
    """Return whether this file is a stamp."""
    return path.name == _NAME


def checksum_of(path: Path) -> int:
    """Return the CRC-32 of a file's bytes."""
    checksum = 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            checksum = zlib.crc32(piece, checksum)
    return checksum
