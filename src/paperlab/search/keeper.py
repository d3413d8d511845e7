"""Keeps each embedder's vector index in step with the vectors in the database.

The file is a cache. It is written under a name of its own, then the stamp beside it is replaced, which says what the
file holds: whoever reads has the old pair or the new one, also when the writer is killed. What the file is behind by is
followed in memory when it is opened; what does not fit is built again from the database, without asking.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import zlib
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from paperlab.disk import make_way, replacing
from paperlab.errors import BadFile, Busy, NotNow, UsageError
from paperlab.search.stamp import Stamp, checksum_of, drop_stamp, is_stamp, read_stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from paperlab.protocols import VectorIndexType
    from paperlab.search.kept import File, KeptIndex, State
    from paperlab.store.vectors import Vectors

    Progress = Callable[[str, float, float | None], None]

_FLAT_UP_TO = 20_000
_IVF_DOWN_TO = 10_000
"""Below the first limit, so that a library that grows and shrinks around it is not built again each time."""
_SLACK = 5_000, 20_000
"""A large file may be behind by a tenth of its vectors, but always by the first number and never by the second."""
_PATIENCE = 600.0
"""Seconds to wait for another process that writes this index; a million vectors take a minute or two."""
_TELL = 100_000
_PER_SECOND = 15_000
"""Vectors an IVF index is built of in a second, on two cores."""
_LOCK = ".writing.lock"
_OLD = "vectors.faiss", "vectors.json"
"""Files beside the database that earlier versions kept the index in."""


class _Unfit(Exception):
    """The file cannot be used; the message says what it is, as in 'the vector index ...'."""


class _Declined(Exception):
    """A type would rather build anew than extend."""


class IndexKeeper:
    """The vector index of one embedder, always as the database has it when opened."""

    def __init__(
        self,
        folder: Path,
        load_type: Callable[[str], VectorIndexType],
        embedder: str,
        say: Callable[[str], None] | None = None,
        wanted: str = "auto",
    ) -> None:
        """Keep it below `folder`, which all embedders share.

        `load_type` returns the type of a name, and raises UsageError where nobody registered it; `wanted` names one,
        or is "auto" for that which suits the number of vectors.
        """
        self.folder = folder / _folder_name(embedder)
        self.embedder = embedder
        self._load_type = load_type
        self._say = say or (lambda _message: None)
        self._wanted = wanted
        self._kept: KeptIndex | None = None

    # Reading

    def open(self, vectors: Vectors, *, thorough: bool = False) -> KeptIndex:
        """Return the index in step with the database; opened before, it is refreshed, which costs one small query.

        Nothing is written unless its file must be built again; where that cannot be written, a line says so, and all of
        it is held in memory. `thorough` reads all bytes of the file, also where nothing has touched it since.
        """
        from paperlab.search.kept import KeptIndex

        if self._kept is None or thorough:
            self._kept = KeptIndex(self.state(vectors, thorough=thorough), vectors, self)
        else:
            self._kept.refresh(vectors)
        return self._kept

    def state(self, vectors: Vectors, *, thorough: bool = False) -> State:
        """Return what the file and the database hold now, as `open` says."""
        from paperlab.search.kept import State

        try:
            return self._state(vectors, thorough=thorough)
        except _Unfit as unfit:
            if vectors.count(self.embedder):
                return self._built_again(vectors, unfit, thorough=thorough)
            return State(vectors.last_change())

    def problem(self, vectors: Vectors) -> str | None:
        """Return what is wrong with the file as it lies there, all its bytes read, or None; mends nothing."""
        try:
            self._state(vectors, thorough=True)
        except _Unfit as unfit:
            return f"it {unfit}" if vectors.count(self.embedder) or read_stamp(self.folder) else None
        return None

    def has_newer(self, state: State) -> bool:
        """Return whether another file than that of `state` was written."""
        stamp = read_stamp(self.folder)
        return (stamp and stamp.file) != (state.file and state.file.stamp.file)

    def _state(self, vectors: Vectors, *, thorough: bool = False) -> State:
        """Return the file with what it is behind by; raises _Unfit."""
        while True:
            stamp = read_stamp(self.folder)
            try:
                return self._opened(stamp, vectors, thorough=thorough)
            except _Unfit:
                # A writer may have put another pair there since the stamp was read, and removed that one's file.
                if read_stamp(self.folder) == stamp:
                    raise

    def _opened(self, stamp: Stamp | None, vectors: Vectors, *, thorough: bool) -> State:
        from paperlab.search.kept import State, follow

        if stamp is None:
            raise _Unfit("is missing")
        if stamp.embedder != self.embedder:
            raise _Unfit(f"was made by the embedder {stamp.embedder}")
        with vectors.frozen():
            if stamp.database != vectors.database_id():
                raise _Unfit("was made from another database")
            changes = vectors.changes_since(self.embedder, stamp.sequence)
            if changes is None:
                raise _Unfit("is behind further than changes are known")
            last = vectors.last_change()
            state = follow(State(stamp.sequence, self._file(stamp, thorough)), changes, vectors, self.embedder)
        return State(last, state.file, state.gone, state.ids, state.rows)

    def _file(self, stamp: Stamp, thorough: bool) -> File:  # noqa: FBT001 - as its callers were told
        from paperlab.search.kept import File

        path = self.folder / stamp.file
        try:
            if not stamp.intact(path, thorough=thorough):
                raise _Unfit("was damaged")
            index_type = self._load_type(stamp.type)
            index = index_type.open(path)
        except FileNotFoundError:
            raise _Unfit("is missing") from None
        except (BadFile, UsageError, OSError) as error:
            raise _Unfit(f"cannot be read ({error})") from error
        if len(index) != stamp.count:
            raise _Unfit("was damaged")
        return File(stamp, index, index_type.exact)

    # Writing

    def keep(self, vectors: Vectors, progress: Progress | None = None) -> None:
        """Bring the file itself up to the database where that is worth it, and forget the changes that are in it.

        Where it cannot be written, a line says so, and the changes are kept for the next time.
        """
        try:
            with self._lock():
                last = vectors.last_change()
                if vectors.count(self.embedder):
                    self._keep(vectors, progress or _silent)
                else:
                    drop_stamp(self.folder)
                stamp = read_stamp(self.folder)
                vectors.forget_changes(self.embedder, stamp.sequence if stamp else last)
                self._sweep(stamp, vectors)
        except (OSError, RuntimeError, NotNow) as error:
            # FAISS reports a full or read-only disk as RuntimeError.
            self._say(f"the vector index could not be written ({error}): it is brought up to date next time")

    def _keep(self, vectors: Vectors, progress: Progress) -> None:
        try:
            state = self._state(vectors)
        except _Unfit:
            self._build(vectors, progress)
            return
        file = state.file
        if file is None or self._outgrown(file, len(state)):
            self._build(vectors, progress)
        elif state.slack and (len(state) <= _FLAT_UP_TO or state.slack > _allowed(len(state))):
            if not self._extend(file, state):
                self._build(vectors, progress)
        else:
            self._note(file.stamp, state)

    def _note(self, stamp: Stamp, state: State) -> None:
        """Stamp a file that stays: its bytes are those that lie there now, and if it lacks nothing it is of now."""
        noted = stamp.seen(self.folder)
        if not state.slack:
            noted = replace(noted, sequence=state.sequence)
        if noted != stamp:
            noted.write(self.folder)

    def _outgrown(self, file: File, count: int) -> bool:
        """Return whether so many vectors want another type, or are too many for what the file was trained on."""
        return self._type_for(count, file.stamp.type) != file.stamp.type or count > 2 * file.stamp.trained

    def _type_for(self, count: int, now: str | None = None) -> str:
        """Return the name of the type for so many vectors; `now` is that of the file."""
        if self._wanted != "auto":
            return self._wanted
        return "flat" if count <= (_IVF_DOWN_TO if now == "ivf" else _FLAT_UP_TO) else "ivf"

    def _build(self, vectors: Vectors, progress: Progress) -> None:
        with vectors.frozen():
            sequence, count = vectors.last_change(), vectors.count(self.embedder)
            dimension = next(known.dimension for known in vectors.embedders() if known.name == self.embedder)
            name = self._type_for(count)
            with self._written(name, vectors.database_id(), sequence, (count, count)) as path:
                self._load_type(name).build(
                    path,
                    (count, dimension),
                    lambda: vectors.all(self.embedder),
                    lambda done: progress("index", done, count),
                )

    def _extend(self, file: File, state: State) -> bool:
        import numpy as np

        old = file.stamp
        gone = np.fromiter(sorted(state.gone), dtype=np.int64)
        with (
            suppress(_Declined),
            self._written(old.type, old.database, state.sequence, (len(state), old.trained)) as new,
        ):
            if self._load_type(old.type).extend(self.folder / old.file, new, gone, state.ids, state.rows):
                return True
            raise _Declined
        return False

    @contextmanager
    def _written(self, name: str, database: int, sequence: int, counts: tuple[int, int]) -> Iterator[Path]:
        """Give a passing file to write; then it is the folder's, with its stamp. An error leaves the old pair.

        `counts` are the vectors in it, and those there were when it was last built anew.
        """
        path = self.folder / f"{secrets.token_hex(4)}.{name}"
        with replacing(path) as new:
            yield new
            with new.open("r+b") as file:
                os.fsync(file.fileno())
            size, checksum = new.stat().st_size, checksum_of(new)
        stamp = Stamp(path.name, database, self.embedder, name, sequence, *counts, size, checksum, 0, 0)
        stamp.seen(self.folder).write(self.folder)

    def _built_again(self, vectors: Vectors, unfit: _Unfit, *, thorough: bool) -> State:
        try:
            with self._lock():
                try:
                    return self._state(vectors, thorough=thorough)
                except _Unfit as still:
                    self._say(f"the vector index {still}: built again from the database{self._how_long(vectors)}")
                    self._build(vectors, _silent)
                    self._sweep(read_stamp(self.folder), vectors)
                return self._state(vectors)
        except (OSError, RuntimeError, NotNow, _Unfit) as error:
            self._say(f"the vector index {unfit} and could not be written ({error}): it is held in memory for now")
        return self._in_memory(vectors)

    def _in_memory(self, vectors: Vectors) -> State:
        import numpy as np

        from paperlab.search.kept import State

        with vectors.frozen():
            ids, rows = (np.concatenate(parts) for parts in zip(*vectors.all(self.embedder), strict=True))
            return State(vectors.last_change(), None, frozenset(), ids, rows)

    def _how_long(self, vectors: Vectors) -> str:
        count = vectors.count(self.embedder)
        if count < _TELL:
            return ""
        return f", {count:,} vectors, about {max(1, round(count / _PER_SECOND / 60))} minutes"

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Keep other processes from writing this index; raises Busy or OSError."""
        from filelock import FileLock, Timeout

        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / _LOCK, timeout=_PATIENCE):
                yield
        except Timeout as error:
            raise Busy(f"another paperlab is writing {self.folder}") from error

    def _sweep(self, stamp: Stamp | None, vectors: Vectors) -> None:
        """Remove old files, those of killed writers, and the folders of embedders that are no more."""
        for name in _OLD:
            (self.folder.parent.parent / name).unlink(missing_ok=True)
        for path in self.folder.iterdir():
            if path.name != _LOCK and not is_stamp(path) and (stamp is None or path.name != stamp.file):
                make_way(path)
                path.unlink(missing_ok=True)
        known = {_folder_name(state.name) for state in vectors.embedders()} | {self.folder.name}
        for folder in self.folder.parent.iterdir():
            if folder.is_dir() and folder.name not in known:
                shutil.rmtree(folder)


def _folder_name(embedder: str) -> str:
    clean = re.sub(r"[^A-Za-z0-9]+", "-", embedder).strip("-")[:60]
    return f"{clean}-{zlib.crc32(embedder.encode()):08x}"


def _allowed(count: int) -> int:
    return min(max(_SLACK[0], count // 10), _SLACK[1])


def _silent(_stage: str, _done: float, _total: float | None) -> None:
    pass
