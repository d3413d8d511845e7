"""Vectors beside their chunks, by embedder, and the log of their changes that vector indexes follow."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from paperlab.store.rows import dump, section_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from paperlab.store.database import Database

    Batch = tuple[NDArray[np.int64], NDArray[np.float32]]


class EmbedderState(NamedTuple):
    """What the database holds of one embedder."""

    name: str
    """`Embedder.id`."""
    spec: str
    """What the settings say to load it, or empty where nobody told."""
    dimension: int
    vectors: int


class VectorChange(NamedTuple):
    """One step the vector index has to follow."""

    seq: int
    chunk_id: int
    removed: bool


class Vectors:
    """Tables `vector`, `vector_change` and `embedder`. Kept as float16, vectors come back as float32 of length 1."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Embedders

    def register(self, name: str, spec: str, dimension: int) -> None:
        """Make an embedder known before its first vector, or keep what it is loaded by now."""
        if [(state.spec, state.dimension) for state in self.embedders() if state.name == name] != [(spec, dimension)]:
            with self._database.transaction():
                self._register(name, spec, dimension)

    def _register(self, name: str, spec: str, dimension: int) -> int:
        # What it had under the same name before is forgotten: an index of that time cannot follow from there.
        sql = (
            "INSERT INTO embedder (name, spec, dimension, forgotten) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET spec = excluded.spec, dimension = excluded.dimension RETURNING id"
        )
        return int(self._database.execute(sql, (name, spec, dimension, self.last_change()))[0][0])

    def embedders(self) -> list[EmbedderState]:
        """Return all embedders, in the order they came."""
        rows = self._database.execute("SELECT name, spec, dimension, vectors FROM embedder ORDER BY id")
        return [EmbedderState(*row) for row in rows]

    def drop_others(self, name: str) -> None:
        """Drop all other embedders with their vectors."""
        others = [(state.name,) for state in self.embedders() if state.name != name]
        if not others:
            return
        with self._database.transaction():
            for table, column in (("vector", "embedder_id"), ("vector_change", "embedder_id"), ("embedder", "id")):
                sql = f"DELETE FROM {table} WHERE {column} = (SELECT id FROM embedder WHERE name = ?)"
                self._database.execute_many(sql, others)

    def _id(self, name: str) -> int | None:
        rows = self._database.execute("SELECT id FROM embedder WHERE name = ?", (name,))
        return int(rows[0][0]) if rows else None

    # Embedding

    def count(self, name: str) -> int:
        """Return how many vectors this embedder has."""
        rows = self._database.execute("SELECT vectors FROM embedder WHERE name = ?", (name,))
        return int(rows[0][0]) if rows else 0

    def missing(self, name: str) -> int:
        """Return how many chunks have no vector of this embedder."""
        # A vector cannot be without its chunk, so the difference of the two counts is the answer.
        return int(self._database.execute("SELECT chunks FROM tally")[0][0]) - self.count(name)

    def without_vector(self, name: str, after: int, limit: int) -> list[tuple[int, str]]:
        """Return the first `limit` (chunk id, text to embed) behind id `after` that this embedder has not seen, by id.

        The text carries the paper's title and the section, so that a passage says what it is about.
        """
        from paperlab.chunking import embedded_text

        missing = self.missing(name)
        if not missing:
            return []
        embedder_id = self._id(name)
        start = max(after, self._full_up_to(embedder_id, after, missing))
        sql = (
            "SELECT id, title, section, text FROM chunk WHERE id > ? AND NOT EXISTS"
            " (SELECT 1 FROM vector WHERE embedder_id = ? AND chunk_id = chunk.id) ORDER BY id LIMIT ?"
        )
        rows = self._database.execute(sql, (start, embedder_id, limit))
        return [
            (chunk_id, embedded_text(title, section_from(section), text)) for chunk_id, title, section, text in rows
        ]

    def _full_up_to(self, embedder_id: int | None, after: int, missing: int) -> int:
        """Return an id up to which no chunk behind `after` lacks a vector: looking at each of a million takes long."""
        sql = "SELECT coalesce(max(chunk_id), 0) FROM vector WHERE embedder_id = ?"
        last = int(self._database.execute(sql, (embedder_id,))[0][0])
        if last <= after:
            return after
        newer = self._database.execute("SELECT count(*) FROM chunk WHERE id > ?", (last,))[0][0]
        return last if newer == missing else after

    def put(self, name: str, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Keep vectors (n, d) beside their chunks, all or nothing; chunks that went meanwhile are passed over."""
        halves = np.asarray(vectors).astype("<f2")
        sql = (
            "INSERT OR IGNORE INTO vector (embedder_id, chunk_id, vector) SELECT ?, ?, ?"
            " WHERE EXISTS (SELECT 1 FROM chunk WHERE id = ?)"
        )
        with self._database.transaction():
            embedder_id = self._id(name) or self._register(name, "", halves.shape[1])
            rows = ((embedder_id, int(i), half.tobytes(), int(i)) for i, half in zip(ids, halves, strict=True))
            self._database.execute_many(sql, rows)

    # Reading them back

    def get(self, name: str, ids: Sequence[int] | NDArray[np.int64]) -> Batch:
        """Return (ids (n,), vectors (n, d)) in order of id, of those with `ids` that are there."""
        sql = (
            "SELECT chunk_id, vector FROM vector WHERE embedder_id = ?"
            " AND chunk_id IN (SELECT value FROM json_each(?)) ORDER BY chunk_id"
        )
        return _batch(self._database.execute(sql, (self._id(name), dump([int(i) for i in ids]))))

    def all(self, name: str, batch: int = 4096) -> Iterator[Batch]:
        """Yield (ids (n,), vectors (n, d)) of all chunks in order of id, up to `batch` at a time."""
        sql = "SELECT chunk_id, vector FROM vector WHERE embedder_id = ? ORDER BY chunk_id"
        rows = self._database.rows(sql, (self._id(name),))
        while block := [row for _, row in zip(range(batch), rows, strict=False)]:
            yield _batch(block)

    # Keeping vector indexes in step

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """See one state of the database in all that is read inside, whoever writes meanwhile; nothing is written."""
        self._database.execute("BEGIN")
        try:
            yield
        finally:
            self._database.execute("COMMIT")

    def database_id(self) -> int:
        """Return the number that tells this database from one made in its place: both count their changes from 1."""
        return int(self._database.execute("PRAGMA application_id")[0][0])

    def last_change(self) -> int:
        """Return the sequence number of the last change to any vector, 0 before the first."""
        rows = self._database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'vector_change'")
        return int(rows[0][0]) if rows else 0

    def changes_since(self, name: str, seq: int) -> list[VectorChange] | None:
        """Return the changes of an embedder's vectors after `seq` in order, or None where not all are known."""
        rows = self._database.execute("SELECT id, forgotten FROM embedder WHERE name = ?", (name,))
        if not rows or not rows[0][1] <= seq <= self.last_change():
            return None
        sql = "SELECT seq, chunk_id, removed FROM vector_change WHERE embedder_id = ? AND seq > ? ORDER BY seq"
        found = self._database.execute(sql, (rows[0][0], seq))
        return [VectorChange(number, chunk_id, bool(removed)) for number, chunk_id, removed in found]

    def forget_changes(self, name: str, through: int) -> None:
        """Drop the changes of an embedder's vectors up to `through`: its vector index has followed them."""
        rows = self._database.execute("SELECT id, forgotten FROM embedder WHERE name = ?", (name,))
        if rows and rows[0][1] < through:
            with self._database.transaction():
                self._database.execute("UPDATE embedder SET forgotten = ? WHERE id = ?", (through, rows[0][0]))
                sql = "DELETE FROM vector_change WHERE embedder_id = ? AND seq <= ?"
                self._database.execute(sql, (rows[0][0], through))


def _batch(rows: list[tuple[int, bytes]]) -> Batch:
    halves = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f2").reshape(len(rows), -1 if rows else 0)
    vectors = halves.astype(np.float32)
    # float16 leaves a length a little off 1, and a cosine above 1 would look like an error.
    vectors /= np.maximum(np.sqrt((vectors * vectors).sum(axis=1, keepdims=True)), 1e-6)
    return np.array([row[0] for row in rows], dtype=np.int64), vectors
