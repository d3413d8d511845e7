"""Chunks: what search asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paperlab.store.rows import SECTION_SEPARATOR, ChunkRow, dump
from paperlab.types.search import ChunkWords, IndexedUpTo

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from paperlab.store.database import Database
    from paperlab.store.rows import StoredChunk

_COLUMNS = "ordinal, chunk.section, chunk.text, chunk.page, chunk.pages, chunk.start, chunk.end, chunk.boxes"
_OF_LIBRARY = "JOIN reading ON reading.id = chunk.reading_id JOIN paper ON paper.pdf_sha256 = reading.pdf_sha256"


class Passages:
    """Tables `chunk` and `chunk_removal`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Searching

    def count(self) -> int:
        """Return how many chunks there are."""
        return int(self._database.execute("SELECT chunks FROM tally")[0][0])

    def ids(self, among: Collection[str]) -> NDArray[np.int64]:
        """Return the ids of all chunks of the papers with these keys."""
        import numpy as np

        sql = f"SELECT chunk.id FROM chunk {_OF_LIBRARY} WHERE {_KEYS}"
        rows = self._database.execute(sql, (dump(sorted(among)),))
        return np.array([row[0] for row in rows], dtype=np.int64)

    def owners(self, keys: Collection[str]) -> dict[int, str]:
        """Return for each chunk of the papers with these keys the paper's key."""
        sql = f"SELECT chunk.id, paper.key FROM chunk {_OF_LIBRARY} WHERE {_KEYS}"
        return dict(self._database.execute(sql, (dump(sorted(keys)),)))

    def get(self, ids: Sequence[int], among: Collection[str] | None = None) -> dict[int, StoredChunk]:
        """Return the chunks with these ids whose paper is in the library (and in `among` where given), by id.

        Where several papers have the very same PDF, the first of their keys is told.
        """
        return {chunk_id: row.stored() for chunk_id, row in self.rows(ids, among).items()}

    def rows(self, ids: Sequence[int], among: Collection[str] | None = None) -> dict[int, ChunkRow]:
        """Return the same as `get`, with what takes long to read left unread."""
        sql = f"SELECT chunk.id, paper.key, paper.title, {_COLUMNS} FROM chunk {_OF_LIBRARY}"
        return {row[0]: ChunkRow(row[0], row[1], row[2], row[3:]) for row in self._chosen(sql, ids, among)}

    def keys(self, ids: Sequence[int], among: Collection[str] | None = None) -> dict[int, str]:
        """Return for each of these chunks whose paper is in the library (and in `among`) the paper's key, as `get`."""
        return dict(self._chosen(f"SELECT chunk.id, paper.key FROM chunk {_OF_LIBRARY}", ids, among))

    def _chosen(self, sql: str, ids: Sequence[int], among: Collection[str] | None) -> list[tuple[Any, ...]]:
        """Return rows of the chunks with these ids; of those of one chunk, the first paper's is the last."""
        scope, values = "", [dump(list(ids))]
        if among is not None:
            scope, values = f"AND {_KEYS}", [*values, dump(sorted(among))]
        order = f"WHERE chunk.id IN (SELECT value FROM json_each(?)) {scope} ORDER BY paper.key DESC"
        return self._database.execute(f"{sql} {order}", values)

    # Words

    def database_id(self) -> int:
        """Return the number that tells this database from one made in its place: both count their chunks from 1."""
        return int(self._database.execute("PRAGMA application_id")[0][0])

    def last(self) -> IndexedUpTo:
        """Return the last chunk's id and the last removal's number: what a word index must have followed."""
        rows = dict(self._database.execute("SELECT name, seq FROM sqlite_sequence"))
        return IndexedUpTo(int(rows.get("chunk", 0)), int(rows.get("chunk_removal", 0)))

    def words_after(self, chunk_id: int) -> Iterator[ChunkWords]:
        """Yield what is indexed of the chunks with a larger id, by id."""
        sql = "SELECT id, reading_id, title, section, text FROM chunk WHERE id > ? ORDER BY id"
        for number, reading, title, section, text in self._database.rows(sql, (chunk_id,)):
            yield ChunkWords(number, reading, title, section.replace(SECTION_SEPARATOR, "\n"), text)

    def removed_after(self, seq: int) -> list[int] | None:
        """Return the chunks removed after removal `seq`, or None where some of them are no longer known."""
        first = self._database.execute("SELECT min(seq) FROM chunk_removal")[0][0]
        last = self.last().removal
        if seq > last or (seq < last and (first is None or first > seq + 1)):
            return None
        rows = self._database.execute("SELECT chunk_id FROM chunk_removal WHERE seq > ? ORDER BY seq", (seq,))
        return [chunk_id for (chunk_id,) in rows]

    def forget_removals(self, through: int) -> None:
        """Drop the removals up to `through`: the word index has followed them."""
        if self._database.execute("SELECT 1 FROM chunk_removal WHERE seq <= ? LIMIT 1", (through,)):
            with self._database.transaction():
                self._database.execute("DELETE FROM chunk_removal WHERE seq <= ?", (through,))


_KEYS = "paper.key IN (SELECT value FROM json_each(?))"
