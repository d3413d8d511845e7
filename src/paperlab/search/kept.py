"""A vector index as a search sees it: the file, and in memory what has changed since the file was written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from paperlab.vector_index.nearest import cosines_of, nearest, positions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from paperlab.protocols import VectorIndex
    from paperlab.search.keeper import IndexKeeper
    from paperlab.search.stamp import Stamp
    from paperlab.store.vectors import VectorChange, Vectors

    Hits = list[tuple[int, float]]
    Rows = tuple[NDArray[np.int64], NDArray[np.float32]]

_CANDIDATES = 100
"""Hits of an index that is not exact that are ranked again, at least: more find no more of the ten nearest."""
_FEW = 2000
"""Vectors that are compared one by one, from the database, rather than looked for in an index that is not exact."""
_REMEMBERED = 4096
"""Vectors read from the database that are remembered: the searches of one query, and queries alike, need the same."""


@runtime_checkable
class _HasRows(Protocol):
    """An index that has the vectors themselves."""

    def rows(self, ids: NDArray[np.int64]) -> Rows: ...


@dataclass(frozen=True, slots=True)
class File:
    """A vector index's file, opened."""

    stamp: Stamp
    index: VectorIndex
    exact: bool


@dataclass(frozen=True, slots=True)
class State:
    """What the database held after change number `sequence`."""

    sequence: int
    file: File | None = None
    gone: frozenset[int] = frozenset()
    """Ids in the file whose vectors are not those of the database any more."""
    ids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Ids that are not in the file, ascending (n,)."""
    rows: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    """Their vectors (n, dimension)."""

    @property
    def slack(self) -> int:
        """How many vectors the file is behind by."""
        return len(self.gone) + len(self.ids)

    def __len__(self) -> int:
        return (self.file.stamp.count if self.file else 0) + len(self.ids) - len(self.gone)


def follow(state: State, changes: Sequence[VectorChange], vectors: Vectors, embedder: str) -> State:
    """Return the state after these changes, which must be all after that of `state`."""
    first: dict[int, bool] = {}
    for change in changes:
        first.setdefault(change.chunk_id, change.removed)
    if not first:
        return state
    # What is removed first was there before: in the file, unless it came after that.
    held = set(state.ids.tolist())
    gone = state.gone | {i for i, removed in first.items() if removed and i not in held}
    stays = ~np.isin(state.ids, np.fromiter(first, dtype=np.int64))
    ids, rows = vectors.get(embedder, list(first))
    if not len(ids):
        ids, rows = state.ids[stays], state.rows[stays]
    elif stays.any():
        ids, rows = np.concatenate([state.ids[stays], ids]), np.concatenate([state.rows[stays], rows])
        order = np.argsort(ids)
        ids, rows = ids[order], rows[order]
    return replace(state, sequence=changes[-1].seq, gone=gone, ids=ids, rows=rows)


class KeptIndex:
    """The vectors of one embedder as the database has them, or had them at the last `refresh`."""

    def __init__(self, state: State, vectors: Vectors, keeper: IndexKeeper) -> None:
        self.state = state
        self._vectors = vectors
        self._keeper = keeper
        self._rows: dict[int, NDArray[np.float32]] = {}

    def __len__(self) -> int:
        return len(self.state)

    def refresh(self, vectors: Vectors) -> None:
        """Follow what any process has added or removed since; costs one small query where there is nothing."""
        self._vectors = vectors
        last = vectors.last_change()
        if last == self.state.sequence:
            return
        self._rows.clear()
        state = None if self._keeper.has_newer(self.state) else self._followed(vectors, last)
        self.state = state or self._keeper.state(vectors)

    def _followed(self, vectors: Vectors, last: int) -> State | None:
        """Return the state after change `last` at least, or None where the changes up to it are not all known."""
        with vectors.frozen():
            changes = vectors.changes_since(self._keeper.embedder, self.state.sequence)
            if changes is None:
                return None
            state = follow(self.state, changes, vectors, self._keeper.embedder)
        return replace(state, sequence=max(last, state.sequence))

    def search(
        self, query: NDArray[np.float32], k: int, among: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """Return up to `k` (id, cosine) pairs for a unit vector (dimension,), best first, ties by id.

        Only ids in `among` where given. Cosines are exact, also where the index that found the vectors is not.
        """
        state = self.state
        if not len(state) or (among is not None and not len(among)):
            return []
        if state.file and not state.file.exact and among is not None and len(among) <= _FEW:
            return _nearest(self.rows(among.tolist()), query, k)
        found = self._in_file(state, query, k, among) + _in_memory(state, query, k, among)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]

    def _in_file(self, state: State, query: NDArray[np.float32], k: int, among: NDArray[np.int64] | None) -> Hits:
        if state.file is None:
            return []
        if state.file.exact:
            return _living(state.file.index, state.gone, query, k, among)
        near = _living(state.file.index, state.gone, query, max(_CANDIDATES, 2 * k), among)
        return _nearest(self.rows([i for i, _ in near]), query, k)

    def cosines(self, query: NDArray[np.float32], ids: Collection[int]) -> dict[int, float]:
        """Return the cosines to a unit vector (dimension,) by id, of those with `ids` that have a vector."""
        found, rows = self.rows(ids)
        return dict(zip(found.tolist(), cosines_of(rows, query).tolist(), strict=True)) if len(found) else {}

    def rows(self, ids: Collection[int]) -> Rows:
        """Return (ids (n,), vectors (n, dimension)) in order of id, of those with `ids` that have a vector."""
        state = self.state
        if state.file is None or (state.file.exact and isinstance(state.file.index, _HasRows)):
            return _rows_of(state, np.fromiter(ids, dtype=np.int64, count=len(ids)))
        if len(ids) > _REMEMBERED:
            return self._vectors.get(self._keeper.embedder, list(ids))
        missing = [chunk_id for chunk_id in ids if chunk_id not in self._rows]
        if len(self._rows) + len(missing) > _REMEMBERED:
            self._rows.clear()
            missing = list(ids)
        if missing:
            found, rows = self._vectors.get(self._keeper.embedder, missing)
            self._rows.update(zip(found.tolist(), rows, strict=True))
        known = sorted(chunk_id for chunk_id in ids if chunk_id in self._rows)
        return np.array(known, dtype=np.int64), np.array([self._rows[chunk_id] for chunk_id in known])


def _rows_of(state: State, ids: NDArray[np.int64]) -> Rows:
    """Return the vectors with these ids from a state that has them all."""
    at = positions(state.ids, ids)
    found, rows = state.ids[at], state.rows[at]
    if state.file is None or not isinstance(state.file.index, _HasRows):
        return found, rows
    kept, old = state.file.index.rows(np.array([i for i in ids.tolist() if i not in state.gone], dtype=np.int64))
    if not len(found):
        return kept, old
    both = np.concatenate([kept, found])
    order = np.argsort(both)
    return both[order], np.concatenate([old, rows])[order]


def _nearest(rows: Rows, query: NDArray[np.float32], k: int) -> Hits:
    return nearest(*rows, query, k) if len(rows[0]) else []


def _in_memory(state: State, query: NDArray[np.float32], k: int, among: NDArray[np.int64] | None) -> Hits:
    if not len(state.ids):
        return []
    if among is None:
        return nearest(state.ids, state.rows, query, k)
    chosen = np.isin(state.ids, among)
    return nearest(state.ids[chosen], state.rows[chosen], query, k)


def _living(
    index: VectorIndex,
    gone: frozenset[int],
    query: NDArray[np.float32],
    k: int,
    among: NDArray[np.int64] | None,
) -> Hits:
    """Return the `k` nearest in the file that are not gone."""
    if gone and among is not None:
        among = np.setdiff1d(among, np.fromiter(gone, dtype=np.int64))
        return index.search(query, k, among)
    asked = k
    while True:
        asked += min(len(gone), asked)
        found = index.search(query, asked, among)
        living = [pair for pair in found if pair[0] not in gone]
        if len(living) >= k or len(found) < asked or asked >= len(index):
            return living[:k]
