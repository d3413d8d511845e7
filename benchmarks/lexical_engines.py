"""The engines that `lexical.py` measures, behind one class: build, search, add, remove."""

from __future__ import annotations

import importlib
import itertools
import json
import re
import sqlite3
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

_DEPTH = 100
_WEIGHTS = "2.0, 2.0, 1.0"
_TOKENS = "porter unicode61 remove_diacritics 2"

Hits = list[tuple[int, float]]


class Row(NamedTuple):
    """One passage."""

    id: int
    paper: int
    title: str
    section: str
    text: str


class Ask(NamedTuple):
    """One query: any of the words; the phrase must stand there, the excluded word must not; papers, where given."""

    words: tuple[str, ...]
    phrase: tuple[str, ...] = ()
    without: str = ""
    among: tuple[int, ...] = ()


class Engine:
    """What is measured. An engine is made for one folder and keeps all its files there."""

    folder: Path

    def build(self, rows: Iterable[Row]) -> None:
        raise NotImplementedError

    def size(self) -> int:
        return sum(path.stat().st_size for path in self.folder.iterdir())

    def search(self, ask: Ask) -> Hits:
        raise NotImplementedError

    def every(self, ask: Ask) -> Hits:
        """Search with every match scored."""
        return self.search(ask)

    def add(self, rows: Sequence[Row]) -> None:
        raise NotImplementedError

    def remove(self, paper: int) -> None:
        raise NotImplementedError


class Fts5(Engine):
    """The tables and the query of the program; with a budget, the rarest words choose the rows that are scored."""

    def __init__(self, folder: Path, budget: int = 0) -> None:
        self._budget = budget
        self._connection = sqlite3.connect(folder / "index.db", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._stems = sqlite3.connect(":memory:", isolation_level=None)
        self._stems.execute(f"CREATE VIRTUAL TABLE word USING fts5 (text, tokenize='{_TOKENS}')")
        self._stems.execute("CREATE VIRTUAL TABLE stem USING fts5vocab (word, 'instance')")

    def build(self, rows: Iterable[Row]) -> None:
        self._connection.executescript(_SCHEMA)
        batches = iter(rows)
        while batch := list(itertools.islice(batches, 20_000)):
            self.add(batch)
        if self._budget:
            # Asking for one word's rows costs time in proportion to them: a copy is needed to know them in time.
            self._connection.execute("INSERT INTO word SELECT term, doc FROM vocabulary")
        self._connection.execute("PRAGMA wal_checkpoint (TRUNCATE)")

    def size(self) -> int:
        sql = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'chunk_fts%' OR name = 'word'"
        return int(self._connection.execute(sql).fetchone()[0])

    def search(self, ask: Ask) -> Hits:
        return self._run(self._pruned(ask.words), ask) if self._budget else self.every(ask)

    def every(self, ask: Ask) -> Hits:
        return self._run(_any(ask.words), ask)

    def _run(self, match: str, ask: Ask) -> Hits:
        if ask.phrase:
            match = f'"{" ".join(ask.phrase)}"'
        if ask.without:
            match = f'({match}) NOT "{ask.without}"'
        scope = "AND rowid IN (SELECT id FROM chunk WHERE paper IN (SELECT value FROM json_each(?)))"
        values = [match, json.dumps(ask.among)] if ask.among else [match]
        score = f"bm25(chunk_fts, {_WEIGHTS})"
        sql = f"SELECT rowid, -{score} FROM chunk_fts WHERE chunk_fts MATCH ? {scope if ask.among else ''}"
        return self._connection.execute(f"{sql} ORDER BY {score}, rowid LIMIT {_DEPTH}", values).fetchall()

    def _pruned(self, words: Sequence[str]) -> str:
        """Return a query for rows with a rare word; a word on both sides of the AND counts twice, as FTS5 has it."""
        self._stems.execute("DELETE FROM word")
        self._stems.executemany("INSERT INTO word (rowid, text) VALUES (?, ?)", enumerate(words))
        stems = dict(self._stems.execute("SELECT doc, term FROM stem"))
        known = {stems.get(place, ""): word for place, word in enumerate(words)}
        sql = "SELECT df, term FROM word WHERE term IN (SELECT value FROM json_each(?)) ORDER BY df"
        ranked = self._connection.execute(sql, (json.dumps(list(known)),)).fetchall()
        if not ranked:
            return _any(words)
        sums = itertools.accumulate(rows for rows, _ in ranked)
        rare = [known[term] for (_, term), total in zip(ranked, sums, strict=True) if total <= self._budget]
        common = [known[term] for _, term in ranked[len(rare) :]]
        if not rare:
            return f"({_any(common[:1])}) AND ({_any(common[1:2] or common[:1])})"
        return f"({_any(rare)}) AND ({_any([*rare, *common])})" if common else _any(rare)

    def add(self, rows: Sequence[Row]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO chunk VALUES (?, ?, ?, ?, ?)", rows)
        self._connection.execute("COMMIT")

    def remove(self, paper: int) -> None:
        self._connection.execute("DELETE FROM chunk WHERE paper = ?", (paper,))


_SCHEMA = f"""
CREATE TABLE chunk (id INTEGER PRIMARY KEY, paper INTEGER, title TEXT, section TEXT, text TEXT);
CREATE INDEX chunk_by_paper ON chunk (paper);
CREATE TABLE word (term TEXT PRIMARY KEY, df INTEGER) WITHOUT ROWID;
CREATE VIRTUAL TABLE chunk_fts USING fts5 (
    title, section, text, content='chunk', content_rowid='id', tokenize='{_TOKENS}'
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (chunk_fts, 'row');
CREATE TRIGGER chunk_fts_insert AFTER INSERT ON chunk BEGIN
    INSERT INTO chunk_fts (rowid, title, section, text) VALUES (new.id, new.title, new.section, new.text);
END;
CREATE TRIGGER chunk_fts_delete AFTER DELETE ON chunk BEGIN
    INSERT INTO chunk_fts (chunk_fts, rowid, title, section, text)
    VALUES ('delete', old.id, old.title, old.section, old.text);
END;
"""


def _any(words: Sequence[str]) -> str:
    return " OR ".join(f'"{word}"' for word in words)


class Tantivy(Engine):
    """Block-max WAND over mapped segments: one field of all words, or three fields with FTS5's weights."""

    def __init__(self, folder: Path, boosts: dict[str, float]) -> None:
        self._t = importlib.import_module("tantivy")
        self._boosts, self.folder = boosts, folder
        keep = self._t.Filter
        builder = self._t.TextAnalyzerBuilder(self._t.Tokenizer.simple()).filter(keep.lowercase())
        self._analyzer = builder.filter(keep.ascii_fold()).filter(keep.stemmer("english")).build()
        self._index: Any = None
        if self._t.Index.exists(str(folder)):
            self._open(self._t.Index.open(str(folder)))

    def _open(self, index: Any) -> None:
        index.register_tokenizer("words", self._analyzer)
        self._index, self._schema, self._searcher = index, index.schema, index.searcher()

    def build(self, rows: Iterable[Row]) -> None:
        # Integer, not unsigned: Document(id=1) makes an integer, and another type kills the writer's thread.
        schema = self._t.SchemaBuilder().add_integer_field("id", indexed=True, fast=True)
        schema = schema.add_integer_field("paper", indexed=True, fast=True)
        for name in self._boosts:
            schema = schema.add_text_field(name, tokenizer_name="words")
        self._open(self._t.Index(schema.build(), path=str(self.folder)))
        self._write(rows, heap=60_000_000)

    def _write(self, rows: Iterable[Row], *, heap: int = 15_000_000, paper: int | None = None) -> None:
        writer = self._index.writer(heap, 1)
        if paper is not None:
            writer.delete_documents_by_term("paper", paper)
        for row in rows:
            words: dict[str, Any] = {"words": [row.title, row.section, row.text], **row._asdict()}
            writer.add_document(self._t.Document(**{key: words[key] for key in ("id", "paper", *self._boosts)}))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, ask: Ask) -> Hits:
        return self._run(ask, count=False)

    def every(self, ask: Ask) -> Hits:
        """Search and count: counting the matches keeps tantivy from leaving any out."""
        return self._run(ask, count=True)

    def _run(self, ask: Ask, *, count: bool) -> Hits:
        found = self._searcher.search(self._query(ask), limit=_DEPTH, count=count).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in found])
        return [(number, score) for number, (score, _) in zip(ids, found, strict=True)]

    def _query(self, ask: Ask) -> Any:
        make, occur = self._t.Query, self._t.Occur
        stems = dict.fromkeys(stem for word in ask.words for stem in self._analyzer.analyze(word))
        query = self._fields(lambda name: [make.term_query(self._schema, name, stem, "freq") for stem in stems])
        if ask.phrase:
            phrase = self._analyzer.analyze(" ".join(ask.phrase))
            query = self._fields(lambda name: [make.phrase_query(self._schema, name, phrase)])
        more = []
        if ask.without:
            bad = self._analyzer.analyze(ask.without)[0]
            more.append((occur.MustNot, self._fields(lambda name: [make.term_query(self._schema, name, bad, "freq")])))
        if ask.among:
            papers = make.term_set_query(self._schema, "paper", list(ask.among))
            more.append((occur.Must, make.const_score_query(papers, 0.0)))
        return make.boolean_query([(occur.Must, query), *more]) if more else query

    def _fields(self, queries: Callable[[str], Iterable[Any]]) -> Any:
        """Return one flat OR: only that is pruned by tantivy."""
        make = self._t.Query
        pairs = [(query, boost) for name, boost in self._boosts.items() for query in queries(name)]
        return make.boolean_query([(self._t.Occur.Should, make.boost_query(query, boost)) for query, boost in pairs])

    def add(self, rows: Sequence[Row]) -> None:
        self._write(rows)

    def remove(self, paper: int) -> None:
        self._write([], paper=paper)


class Bm25s(Engine):
    """Scores worked out beforehand, in mapped arrays; knows no phrase, no exclusion, no filter and no change."""

    def __init__(self, folder: Path) -> None:
        self._bm25s = importlib.import_module("bm25s")
        self._stem = importlib.import_module("Stemmer").Stemmer("english").stemWords
        self.folder, self._index = folder, None
        if any(folder.iterdir()):
            self._index = self._bm25s.BM25.load(str(folder), mmap=True)

    def build(self, rows: Iterable[Row]) -> None:
        index = self._bm25s.BM25(k1=1.2, b=0.75)
        texts = (f"{row.title} {row.section} {row.text}".lower() for row in rows)
        index.index([self._stem(re.findall(r"\w+", text)) for text in texts], show_progress=False)
        index.save(str(self.folder))
        self._index = self._bm25s.BM25.load(str(self.folder), mmap=True)

    def search(self, ask: Ask) -> Hits:
        if ask.phrase or ask.without or ask.among:
            raise NotImplementedError
        index: Any = self._index
        words = [stem for stem in dict.fromkeys(self._stem(list(ask.words))) if stem in index.vocab_dict]
        if not words:
            return []
        ids, scores = index.retrieve([words], k=_DEPTH, show_progress=False)
        return [(int(place) + 1, float(score)) for place, score in zip(ids[0], scores[0], strict=True)]


ENGINES: dict[str, tuple[tuple[str, ...], Callable[[Path], Engine]]] = {
    "fts5": ((), Fts5),
    "fts5 rare 3000": ((), lambda folder: Fts5(folder, 3_000)),
    "fts5 rare 10000": ((), lambda folder: Fts5(folder, 10_000)),
    "fts5 rare 30000": ((), lambda folder: Fts5(folder, 30_000)),
    "tantivy one field": (("tantivy",), lambda folder: Tantivy(folder, {"words": 1.0})),
    "tantivy 2,2,1": (("tantivy",), lambda folder: Tantivy(folder, {"title": 2.0, "section": 2.0, "text": 1.0})),
    "bm25s": (("bm25s", "Stemmer"), Bm25s),
}
"""By name: the modules it needs beyond the program's own, and how it is made."""
