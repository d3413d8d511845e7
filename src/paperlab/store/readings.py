"""What was read from PDFs: pages, blocks, tables, figures and chunks, keyed by (PDF sha256, reader) and chunker."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from paperlab.plain import build, plain
from paperlab.store.rows import ReadingState, block_from, block_row, chunk_row, dump, front_from
from paperlab.store.vocabulary import Vocabulary
from paperlab.types import Figure, PageSize, PrintedPage, Reading, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.errors import UnreadablePdf
    from paperlab.store.database import Database
    from paperlab.types import Block, Chunk, FrontMatter

_STATE = "SELECT id, pdf_sha256, reader, json_array_length(pages), failure, failure_why, warnings FROM reading"

_LAYER = "SELECT number, text FROM page_text WHERE reading_id = ?"
_BLOCKS = "SELECT kind, page, section, text, lines FROM block WHERE reading_id = ?"
_GIVEN = "(SELECT value FROM json_each(?))"


class Readings:
    """Tables `reading`, `block`, `page_table`, `figure`, `page_text` and `chunk`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._vocabulary = Vocabulary(database)

    def state(self, pdf_sha256: str, reader: str) -> ReadingState | None:
        """Return what is known of this PDF read by this reader, or None."""
        rows = self._database.execute(f"{_STATE} WHERE pdf_sha256 = ? AND reader = ?", (pdf_sha256, reader))
        return _state(rows[0]) if rows else None

    def states(self) -> list[ReadingState]:
        """Return all readings."""
        return [_state(row) for row in self._database.execute(f"{_STATE} ORDER BY id")]

    def put(self, pdf_sha256: str, reading: Reading, chunker: str, chunks: Sequence[Chunk]) -> ReadingState:
        """Keep a reading with its blocks and chunks, all or nothing, and return what is known now.

        What the same or another reader found in this PDF before is dropped with all that hangs on it.
        """
        with self._database.transaction():
            self._drop(pdf_sha256)
            reading_id = self._insert_reading(pdf_sha256, reading)
            self._put_chunks(reading_id, chunker, reading.front.title, chunks)
        return ReadingState(reading_id, pdf_sha256, reading.reader, len(reading.pages), None, None, reading.warnings)

    def put_if_new(self, pdf_sha256: str, reading: Reading) -> None:
        """Keep a reading that nobody has cut into chunks yet; one that is there already stays, with its chunks."""
        with self._database.transaction():
            state = self.state(pdf_sha256, reading.reader)
            if state is None:
                self._drop(pdf_sha256)
                self._insert_reading(pdf_sha256, reading)

    def put_texts(self, reader: str, chunker: str, texts: Sequence[tuple[str, str, Sequence[Chunk]]]) -> None:
        """Keep the chunks of papers without a PDF, each (what names its text, title, chunks).

        Belongs into a transaction of the caller's.
        """
        told = []
        for name, title, chunks in texts:
            reading_id = self._insert(name, reader, None, None, "[]", "{}", "[]")
            self._insert_chunks(reading_id, chunker, title, chunks)
            told.append((reading_id, _text(chunks)))
        self._vocabulary.add(told)

    def drop(self, shas: Iterable[str]) -> None:
        """Drop readings with all that hangs on them; belongs into a transaction of the caller's."""
        sql = "SELECT id FROM reading WHERE pdf_sha256 IN (SELECT value FROM json_each(?))"
        self._drop_readings([reading_id for (reading_id,) in self._database.execute(sql, (dump(list(shas)),))])

    def put_failure(self, pdf_sha256: str, reader: str, error: UnreadablePdf) -> ReadingState:
        """Keep why a PDF could not be read, so that the next run need not try again."""
        with self._database.transaction():
            self._drop(pdf_sha256)
            reading_id = self._insert(pdf_sha256, reader, error.reason, error.why, "[]", "{}", "[]")
        return ReadingState(reading_id, pdf_sha256, reader, 0, error.reason, error.why, ())

    def replace_chunks(self, reading_id: int, chunker: str, chunks: Sequence[Chunk]) -> None:
        """Put new chunks in place of a reading's old ones, with all that hangs on those."""
        with self._database.transaction():
            self._forget_words([reading_id])
            self._database.execute("DELETE FROM chunk WHERE reading_id = ?", (reading_id,))
            self._put_chunks(reading_id, chunker, self.front(reading_id).title, chunks)

    def cut(self) -> dict[int, dict[str, int]]:
        """Return for each reading that was cut into chunks how many there are, by chunker."""
        sql = "SELECT reading_id, chunker, count(*) FROM chunk GROUP BY reading_id, chunker"
        found: dict[int, dict[str, int]] = {}
        for reading_id, chunker, count in self._database.execute(sql):
            found.setdefault(reading_id, {})[chunker] = count
        return found

    def ids(self, keys: Iterable[str]) -> list[int]:
        """Return the readings of the papers with these keys."""
        sql = (
            "SELECT DISTINCT reading.id FROM reading JOIN paper ON paper.pdf_sha256 = reading.pdf_sha256"
            " WHERE paper.key IN (SELECT value FROM json_each(?))"
        )
        return [reading_id for (reading_id,) in self._database.execute(sql, (dump(sorted(keys)),))]

    def ids_by_key(self, keys: Iterable[str]) -> dict[str, int]:
        """Return the readings of the papers with these keys, by key; papers without one are left out."""
        sql = (
            "SELECT paper.key, reading.id FROM paper JOIN reading ON reading.pdf_sha256 = paper.pdf_sha256"
            " WHERE paper.key IN (SELECT value FROM json_each(?))"
        )
        return dict(self._database.execute(sql, (dump(sorted(keys)),)))

    def blocks(self, reading_id: int) -> list[Block]:
        """Return a reading's blocks in reading order."""
        return [block_from(row) for row in self._database.execute(f"{_BLOCKS} ORDER BY ordinal", (reading_id,))]

    def get(self, reading_id: int) -> Reading:
        """Return a reading as its reader gave it."""
        sql = "SELECT reader, pages, warnings FROM reading WHERE id = ?"
        reader, pages, warnings = self._database.execute(sql, (reading_id,))[0]
        return Reading(
            reader,
            tuple(PageSize(*page) for page in json.loads(pages)),
            tuple(self.blocks(reading_id)),
            self.front(reading_id),
            tuple(self.tables(reading_id)),
            tuple(self.figures(reading_id)),
            tuple(json.loads(warnings)),
            tuple(PrintedPage(*row) for row in self._database.execute(f"{_LAYER} ORDER BY number", (reading_id,))),
        )

    def layer(self, reading_id: int, pages: Iterable[int]) -> dict[int, PrintedPage]:
        """Return the text layers of these pages (1-based) by number; pages without text are left out."""
        rows = self._database.execute(f"{_LAYER} AND number IN {_GIVEN}", (reading_id, dump(sorted(pages))))
        return {number: PrintedPage(number, text) for number, text in rows}

    def page_blocks(self, reading_id: int, pages: Iterable[int]) -> dict[int, list[Block]]:
        """Return the blocks of these pages (1-based) by page, in reading order; each page asked for is there."""
        wanted = sorted(pages)
        found: dict[int, list[Block]] = {page: [] for page in wanted}
        sql = f"{_BLOCKS} AND page IN {_GIVEN} ORDER BY ordinal"
        for row in self._database.execute(sql, (reading_id, dump(wanted))):
            block = block_from(row)
            found[block.page].append(block)
        return found

    def tables(self, reading_id: int) -> list[Table]:
        """Return a reading's tables by page and place."""
        rows = self._database.execute(
            "SELECT record FROM page_table WHERE reading_id = ? ORDER BY ordinal", (reading_id,)
        )
        return [build(Table, json.loads(record)) for (record,) in rows]

    def figures(self, reading_id: int) -> list[Figure]:
        """Return a reading's figures by page and place."""
        rows = self._database.execute("SELECT record FROM figure WHERE reading_id = ? ORDER BY ordinal", (reading_id,))
        return [build(Figure, json.loads(record)) for (record,) in rows]

    def front(self, reading_id: int) -> FrontMatter:
        """Return what page 1 said."""
        return front_from(self._database.execute("SELECT front FROM reading WHERE id = ?", (reading_id,))[0][0])

    def prune(self, keep: Iterable[str]) -> int:
        """Drop the readings of PDFs other than those in `keep` (sha256) and return how many went."""
        kept = dump(list(keep))
        with self._database.transaction():
            gone = self._database.execute(
                "SELECT id FROM reading WHERE pdf_sha256 NOT IN (SELECT value FROM json_each(?))", (kept,)
            )
            self._drop_readings([reading_id for (reading_id,) in gone])
        return len(gone)

    def _drop(self, pdf_sha256: str) -> None:
        found = self._database.execute("SELECT id FROM reading WHERE pdf_sha256 = ?", (pdf_sha256,))
        self._drop_readings([reading_id for (reading_id,) in found])

    def _drop_readings(self, ids: Sequence[int]) -> None:
        self._forget_words(ids)
        self._database.execute_many("DELETE FROM reading WHERE id = ?", [(reading_id,) for reading_id in ids])

    def _forget_words(self, ids: Sequence[int]) -> None:
        self._vocabulary.take(ids)
        self._database.execute_many("DELETE FROM abbreviation WHERE reading_id = ?", [(one,) for one in ids])

    def _insert_reading(self, pdf_sha256: str, reading: Reading) -> int:
        reading_id = self._insert(
            *(pdf_sha256, reading.reader, None, None),
            dump([[page.number, page.width, page.height] for page in reading.pages]),
            dump(asdict(reading.front)),
            dump(reading.warnings),
        )
        blocks = (block_row(reading_id, ordinal, block) for ordinal, block in enumerate(reading.blocks))
        self._database.execute_many(f"INSERT INTO block VALUES ({','.join('?' * 7)})", blocks)
        self._put_floats(reading_id, reading)
        layer = ((reading_id, page.number, page.text) for page in reading.layer)
        self._database.execute_many("INSERT INTO page_text VALUES (?, ?, ?)", layer)
        return reading_id

    def _insert(self, *values: object) -> int:
        sql = (
            "INSERT INTO reading (pdf_sha256, reader, failure, failure_why, pages, front, warnings)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id"
        )
        return int(self._database.execute(sql, values)[0][0])

    def _put_floats(self, reading_id: int, reading: Reading) -> None:
        tables = (
            (reading_id, i, t.number, t.caption, t.page, t.confidence, dump(plain(t)))
            for i, t in enumerate(reading.tables)
        )
        self._database.execute_many("INSERT INTO page_table VALUES (?, ?, ?, ?, ?, ?, ?)", tables)
        figures = ((reading_id, i, f.number, f.caption, f.page, dump(plain(f))) for i, f in enumerate(reading.figures))
        self._database.execute_many("INSERT INTO figure VALUES (?, ?, ?, ?, ?, ?)", figures)

    def _put_chunks(self, reading_id: int, chunker: str, title: str, chunks: Sequence[Chunk]) -> None:
        self._insert_chunks(reading_id, chunker, title, chunks)
        self._vocabulary.add([(reading_id, _text(chunks))])

    def _insert_chunks(self, reading_id: int, chunker: str, title: str, chunks: Sequence[Chunk]) -> None:
        sql = (
            "INSERT INTO chunk (reading_id, chunker, ordinal, title, section, text, page, pages, start, end, boxes)"
            f" VALUES ({','.join('?' * 11)})"
        )
        self._database.execute_many(sql, (chunk_row(reading_id, chunker, title, chunk) for chunk in chunks))


def _text(chunks: Sequence[Chunk]) -> str:
    return "\n".join(chunk.text for chunk in chunks)


def _state(row: tuple[int, str, str, int, str | None, str | None, str]) -> ReadingState:
    reading_id, sha256, reader, pages, failure, why, warnings = row
    return ReadingState(reading_id, sha256, reader, pages, failure, why, tuple(json.loads(warnings)))
