"""What the papers' words are, and what they abbreviate: for queries that are misspelt or say it otherwise."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from paperlab.abbreviations import find_abbreviations, long_key, short_key
from paperlab.spelling import is_ordinary, printed_words
from paperlab.store.rows import dump

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.store.database import Database


class Vocabulary:
    """Tables `word` and `abbreviation`. What changes them belongs into the transaction that changes the chunks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def papers(self, word: str) -> int:
        """Return in how many papers a lower-cased word stands."""
        return self._counts(word)[0]

    def rare(self, words: Iterable[str]) -> list[str]:
        """Return those of some lower-cased words that stand in one paper at most: the others are spelt as meant."""
        wanted = list(dict.fromkeys(words))
        sql = "SELECT word FROM word, json_each(?) WHERE length = length(value) AND word = value AND papers > 1"
        common = {word for (word,) in self._database.execute(sql, (dump(wanted),))}
        return [word for word in wanted if word not in common]

    def is_ordinary(self, word: str) -> bool:
        """Tell whether the papers print a lower-cased word as a word, not as a name in capitals."""
        return is_ordinary(*self._counts(word))

    def like(self, prefix: str, length: int) -> list[tuple[str, int]]:
        """Return the words of `length` letters that begin with `prefix`, each with its papers."""
        sql = "SELECT word, papers FROM word WHERE length = ? AND word >= ? AND word < ?"
        return self._database.execute(sql, (length, prefix, prefix + chr(0x10FFFF)))

    def abbreviations(self, shorts: Iterable[str], longs: Iterable[str]) -> list[tuple[str, str, int]]:
        """Return (short form, long form, papers) of the pairs that have one of these keys."""
        sql = (
            "SELECT short, long, count(*) FROM abbreviation WHERE short_key IN (SELECT value FROM json_each(?))"
            " OR long_key IN (SELECT value FROM json_each(?)) GROUP BY short, long"
        )
        return self._database.execute(sql, (dump(sorted(shorts)), dump(sorted(longs))))

    def add(self, readings: Sequence[tuple[int, str]]) -> None:
        """Count the words of readings and keep their abbreviations, each (reading id, text of its chunks)."""
        pairs = {reading_id: find_abbreviations(text) for reading_id, text in readings}
        rows = [
            (reading_id, short, long, short_key(short), long_key([long]))
            for reading_id, found in pairs.items()
            for short, long in found.items()
        ]
        self._database.execute_many("INSERT OR REPLACE INTO abbreviation VALUES (?, ?, ?, ?, ?)", rows)
        self._count([text for _, text in readings], 1)

    def take(self, readings: Iterable[int]) -> None:
        """Take back what `add` counted, while the readings' chunks are still there."""
        self._count([self._text(reading_id) for reading_id in readings], -1)

    def _text(self, reading_id: int) -> str:
        sql = "SELECT text FROM chunk WHERE reading_id = ? ORDER BY ordinal"
        return "\n".join(text for (text,) in self._database.execute(sql, (reading_id,)))

    def _counts(self, word: str) -> tuple[int, int]:
        sql = "SELECT papers, lower FROM word WHERE length = ? AND word = ?"
        rows = self._database.execute(sql, (len(word), word))
        return rows[0] if rows else (0, 0)

    def _count(self, texts: Sequence[str], step: int) -> None:
        papers: Counter[str] = Counter()
        lower: Counter[str] = Counter()
        for text in filter(None, texts):
            for word, in_lower_case in printed_words(text).items():
                papers[word] += 1
                lower[word] += in_lower_case
        rows = [(len(word), word, step * n, step * lower[word]) for word, n in papers.items()]
        sql = (
            "INSERT INTO word VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET papers = papers + excluded.papers, lower = lower + excluded.lower"
        )
        self._database.execute_many(sql, rows)
        if step < 0:
            gone = [(length, word) for length, word, *_ in rows]
            self._database.execute_many("DELETE FROM word WHERE length = ? AND word = ? AND papers <= 0", gone)
