"""Keeps the vector index's file in step with the vectors in the database.

The file is a cache. A stamp beside it says which database state it holds and what its bytes must be; whatever does
not fit is built again from the database, without asking.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from paperlab.disk import replacing
from paperlab.errors import BadFile, NotNow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from paperlab.protocols import VectorIndex
    from paperlab.store.passages import Passages, VectorChange


class IndexType(Protocol):
    """How an index is made: empty, or from its file."""

    def __call__(self, dimension: int) -> VectorIndex:
        """Return an empty index."""
        ...

    def load(self, path: Path) -> VectorIndex:
        """Return the index a file holds; raises BadFile."""
        ...


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What the index's file holds."""

    database: int
    embedder: str
    sequence: int
    """The last change to a vector that it has followed."""
    size: int
    checksum: int
    """CRC-32 of the file's bytes."""


class IndexKeeper:
    """The vector index of one embedder, always as the database has it when opened."""

    def __init__(
        self,
        folder: Path,
        index_type: IndexType,
        embedder: str,
        dimension: int,
        say: Callable[[str], None] | None = None,
    ) -> None:
        self.path = folder / "vectors.faiss"
        self._stamp_path = folder / "vectors.json"
        self._index_type = index_type
        self._embedder = embedder
        self._dimension = dimension
        self._say = say or (lambda _message: None)

    def open(self, passages: Passages) -> VectorIndex:
        """Return the index in step with the database, repairing and saving the file where it was behind."""
        sequence = passages.last_change()
        stamp = self._read_stamp()
        if stamp is not None and stamp.database != passages.database_id():
            stamp = None
        index = self._load(stamp)
        if index is not None and stamp is not None:
            if stamp.sequence == sequence:
                return index
            changes = passages.changes_since(stamp.sequence)
            if changes is not None:
                self._follow(index, passages, changes)
                self._save(index, sequence, passages)
                return index
        index = self._rebuild(passages)
        # An embedder that has embedded nothing leaves the file to the one that has.
        if len(index) or stamp is None or stamp.embedder == self._embedder:
            self._save(index, sequence, passages)
        return index

    def problem(self, passages: Passages) -> str | None:
        """Return what is wrong with the file as it lies there, or None; mends nothing."""
        stamp = self._read_stamp()
        if stamp is None:
            return "it is missing" if passages.last_change() else None
        if stamp.database != passages.database_id():
            return "it was made from another database"
        if stamp.embedder != self._embedder:
            return f"it was made by the embedder {stamp.embedder}"
        if not self._intact(stamp):
            return "its bytes are not those that were written"
        behind = passages.last_change() - stamp.sequence
        return f"it is {behind} changes behind the database" if behind else None

    def _rebuild(self, passages: Passages) -> VectorIndex:
        index = self._index_type(self._dimension)
        for ids, vectors in passages.vectors(self._embedder):
            index.add(ids, vectors)
        return index

    def _follow(self, index: VectorIndex, passages: Passages, changes: list[VectorChange]) -> None:
        touched = sorted({change.chunk_id for change in changes})
        # Removing first makes following twice the same as following once.
        index.remove(np.array(touched, dtype=np.int64))
        for ids, vectors in passages.vectors(self._embedder, touched):
            index.add(ids, vectors)

    def _load(self, stamp: _Stamp | None) -> VectorIndex | None:
        if stamp is None or stamp.embedder != self._embedder:
            return None
        if not self._intact(stamp):
            self._say(f"{self.path.name} was damaged: built again from the database")
            return None
        try:
            return self._index_type.load(self.path)
        except BadFile as error:
            self._say(f"{error}: built again from the database")
            return None

    def _intact(self, stamp: _Stamp) -> bool:
        try:
            return self.path.stat().st_size == stamp.size and _checksum(self.path) == stamp.checksum
        except FileNotFoundError:
            return False

    def _read_stamp(self) -> _Stamp | None:
        try:
            stamp = _Stamp(**json.loads(self._stamp_path.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None
        numbers = (stamp.database, stamp.sequence, stamp.size, stamp.checksum)
        return stamp if all(type(number) is int for number in numbers) else None

    def _save(self, index: VectorIndex, sequence: int, passages: Passages) -> None:
        """Write file, then stamp: between the two the old stamp does not fit the new bytes, which is noticed."""
        try:
            with replacing(self._stamp_path) as stamp_file:
                with replacing(self.path) as index_file:
                    index.save(index_file)
                    size, checksum = index_file.stat().st_size, _checksum(index_file)
                stamp = _Stamp(passages.database_id(), self._embedder, sequence, size, checksum)
                stamp_file.write_text(json.dumps(asdict(stamp)), encoding="utf-8")
            passages.forget_changes(sequence)
        except (OSError, RuntimeError, NotNow) as error:
            # FAISS reports a full or read-only disk as RuntimeError. The index in memory is right all the same.
            self._say(f"the vector index could not be written ({error}): it is built again next time")


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            checksum = zlib.crc32(piece, checksum)
    return checksum
