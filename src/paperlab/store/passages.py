"""Chunks and their vectors: what search asks and what embedding fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from paperlab.chunking import embedded_text
from paperlab.store.rows import StoredChunk, chunk_from, dump, section_from

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from paperlab.store.database import Database

# Words of a title or heading say more about a passage than the same words in its running text.
_WEIGHTS = "2.0, 2.0, 1.0"
_MARK_START, _MARK_END = "\x02", "\x03"
_COLUMNS = "ordinal, chunk.section, chunk.text, chunk.page, chunk.pages, chunk.start, chunk.end, chunk.boxes"
_OF_LIBRARY = "JOIN reading ON reading.id = chunk.reading_id JOIN paper ON paper.pdf_sha256 = reading.pdf_sha256"


class VectorChange(NamedTuple):
    """One step the vector index has to follow."""

    seq: int
    chunk_id: int
    removed: bool


class Passages:
    """Tables `chunk`, `chunk_fts`, `vector` and `vector_change`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Searching

    def lexical(self, match: str, limit: int, among: Collection[str] | None = None) -> list[tuple[int, float]]:
        """Return up to `limit` (chunk id, BM25 score) for an FTS5 query, best first; only of papers in `among`."""
        scope, values = "", [match]
        if among is not None:
            scope = f"AND rowid IN (SELECT chunk.id FROM chunk {_OF_LIBRARY} WHERE {_KEYS})"
            values.append(dump(sorted(among)))
        sql = (
            f"SELECT rowid, -bm25(chunk_fts, {_WEIGHTS}) FROM chunk_fts WHERE chunk_fts MATCH ? {scope}"
            " ORDER BY bm25(chunk_fts, " + _WEIGHTS + "), rowid LIMIT ?"
        )
        return self._database.execute(sql, (*values, limit))

    def count(self) -> int:
        """Return how many chunks there are."""
        return int(self._database.execute("SELECT count(*) FROM chunk")[0][0])

    def ids(self, among: Collection[str]) -> NDArray[np.int64]:
        """Return the ids of all chunks of the papers with these keys."""
        sql = f"SELECT chunk.id FROM chunk {_OF_LIBRARY} WHERE {_KEYS}"
        rows = self._database.execute(sql, (dump(sorted(among)),))
        return np.array([row[0] for row in rows], dtype=np.int64)

    def get(self, ids: Sequence[int], among: Collection[str] | None = None) -> dict[int, StoredChunk]:
        """Return the chunks with these ids whose paper is in the library (and in `among` where given), by id.

        Where several papers have the very same PDF, the first of their keys is told.
        """
        scope, values = "", [dump(list(ids))]
        if among is not None:
            scope, values = f"AND {_KEYS}", [*values, dump(sorted(among))]
        sql = (
            f"SELECT chunk.id, paper.key, paper.title, {_COLUMNS} FROM chunk {_OF_LIBRARY}"
            f" WHERE chunk.id IN (SELECT value FROM json_each(?)) {scope} ORDER BY paper.key DESC"
        )
        rows = self._database.execute(sql, values)
        return {row[0]: StoredChunk(row[0], row[1], row[2], chunk_from(row[3:])) for row in rows}

    def marks(self, match: str, ids: Sequence[int]) -> dict[int, tuple[tuple[int, int], ...]]:
        """Return for each chunk that fits the FTS5 query the character spans of its text that made it fit."""
        sql = (
            "SELECT rowid, highlight(chunk_fts, 2, ?, ?) FROM chunk_fts"
            " WHERE chunk_fts MATCH ? AND rowid IN (SELECT value FROM json_each(?))"
        )
        rows = self._database.execute(sql, (_MARK_START, _MARK_END, match, dump(list(ids))))
        return {chunk_id: _spans(marked) for chunk_id, marked in rows}

    # Embedding

    def without_vector(self, embedder: str, after: int, limit: int) -> list[tuple[int, str]]:
        """Return the first `limit` (chunk id, text to embed) behind id `after` that this embedder has not seen, by id.

        The text carries the paper's title and the section, so that a passage says what it is about.
        """
        sql = f"SELECT id, title, section, text FROM chunk WHERE id > ? AND {_UNSEEN} ORDER BY id LIMIT ?"
        rows = self._database.execute(sql, (after, embedder, limit))
        return [
            (chunk_id, embedded_text(title, section_from(section), text)) for chunk_id, title, section, text in rows
        ]

    def count_without_vector(self, embedder: str) -> int:
        """Return how many chunks this embedder has not seen."""
        return int(self._database.execute(f"SELECT count(*) FROM chunk WHERE {_UNSEEN}", (embedder,))[0][0])

    def put_vectors(self, embedder: str, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Keep vectors (n, d) beside their chunks, all or nothing; chunks that went meanwhile are passed over."""
        rows = [
            (chunk_id, embedder, vector.astype("<f4").tobytes(), chunk_id)
            for chunk_id, vector in zip(ids, vectors, strict=True)
        ]
        with self._database.transaction():
            self._database.execute_many(
                "INSERT OR IGNORE INTO vector (chunk_id, embedder, vector) SELECT ?, ?, ?"
                " WHERE EXISTS (SELECT 1 FROM chunk WHERE id = ?)",
                rows,
            )

    def drop_other_embedders(self, embedder: str) -> None:
        """Drop the vectors of all other embedders."""
        if self._database.execute("SELECT 1 FROM vector WHERE embedder <> ? LIMIT 1", (embedder,)):
            with self._database.transaction():
                self._database.execute("DELETE FROM vector WHERE embedder <> ?", (embedder,))

    # Keeping the vector index in step

    def vectors(
        self, embedder: str, ids: Sequence[int] | None = None, batch: int = 4096
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Yield (ids (n,), vectors (n, d)) in order of id: of all chunks, or of those with `ids`."""
        scope, values = "", [embedder]
        if ids is not None:
            scope, values = "AND chunk_id IN (SELECT value FROM json_each(?))", [embedder, dump(list(ids))]
        sql = f"SELECT chunk_id, vector FROM vector WHERE embedder = ? {scope} ORDER BY chunk_id"
        rows = self._database.rows(sql, values)
        while block := _take(rows, batch):
            data = np.frombuffer(b"".join(row[1] for row in block), dtype="<f4").reshape(len(block), -1)
            yield np.array([row[0] for row in block], dtype=np.int64), data.astype(np.float32)

    def database_id(self) -> int:
        """Return the number that tells this database from one made in its place: both count their changes from 1."""
        return int(self._database.execute("PRAGMA application_id")[0][0])

    def last_change(self) -> int:
        """Return the sequence number of the last change to any vector, 0 before the first."""
        rows = self._database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'vector_change'")
        return int(rows[0][0]) if rows else 0

    def changes_since(self, seq: int) -> list[VectorChange] | None:
        """Return the changes after `seq` in order, or None where some of them are no longer known."""
        first = self._database.execute("SELECT min(seq) FROM vector_change")[0][0]
        last = self.last_change()
        if seq > last or (seq < last and (first is None or first > seq + 1)):
            return None
        rows = self._database.execute(
            "SELECT seq, chunk_id, removed FROM vector_change WHERE seq > ? ORDER BY seq", (seq,)
        )
        return [VectorChange(number, chunk_id, bool(removed)) for number, chunk_id, removed in rows]

    def forget_changes(self, through: int) -> None:
        """Drop the changes up to `through`: the saved vector index has followed them."""
        with self._database.transaction():
            self._database.execute("DELETE FROM vector_change WHERE seq <= ?", (through,))


_UNSEEN = "NOT EXISTS (SELECT 1 FROM vector WHERE chunk_id = chunk.id AND embedder = ?)"
_KEYS = "paper.key IN (SELECT value FROM json_each(?))"


def _take(rows: Iterator[tuple[int, bytes]], count: int) -> list[tuple[int, bytes]]:
    return [row for _, row in zip(range(count), rows, strict=False)]


def _spans(marked: str) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    position = start = 0
    for character in marked:
        if character == _MARK_START:
            start = position
        elif character == _MARK_END:
            spans.append((start, position))
        else:
            position += 1
    return tuple(spans)
