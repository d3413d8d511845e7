"""The searcher: words, meaning, or both fused."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from paperlab.errors import BadFile
from paperlab.queries import Query, parse_query
from paperlab.search.repeats import without_repeats
from paperlab.search.widening import widen
from paperlab.types import FoundBy, Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from paperlab.protocols import Embedder
    from paperlab.search.embedding import Embedding
    from paperlab.search.kept import KeptIndex
    from paperlab.search.widening import Widened
    from paperlab.search.words import WordKeeper
    from paperlab.store import Store
    from paperlab.store.rows import ChunkRow, StoredChunk
    from paperlab.word_index import WordIndex

_DEPTH = 100
"""Passages each arm brings to the fusion."""
_WORDS_WEIGHT = 0.3
"""What the best BM25 score of a query adds to a cosine. Measured, as the next two: docs/design.md."""
_WIDER = 4
"""Times as many passages are looked at where a filter leaves more than that share of all: to list them takes longer."""
_FEEDBACK, _FEEDBACK_WEIGHT = 3, 0.3
"""Passages that a query's vector is moved towards, and how far."""

_SPARE = 5
"""Passages read beyond those asked for: so many repeat others."""
_AT_ONCE = 100
"""Passages whose papers are looked up together."""
_PASSAGES, _MOST = 4, 4_000
"""Passages looked at for each paper asked for (abstracts are cut into two or three), and the most that are."""

Scores = dict[int, float]
"""Score by chunk id."""


class Mode(StrEnum):
    """How passages are found."""

    HYBRID = "hybrid"
    DENSE = "dense"
    LEXICAL = "lexical"


class Searcher:
    """Searches one store. What a search needs is opened by the first that needs it; later changes are seen."""

    def __init__(
        self,
        store: Store,
        words: WordKeeper,
        open_embedder: Callable[[], Embedder],
        open_index: Callable[[], KeptIndex],
        complain: Callable[[str], None] | None = None,
        is_word: Callable[[str], bool] | None = None,
        command: str = "paperlab index",
    ) -> None:
        """Embedder and index are asked for at each search, and are those of the database as it is then.

        `complain` is told what a search cannot find, and what it looked for instead of words no paper has, of which
        those that `is_word` knows stay as they are. `command` is what embeds passages that are not.
        """
        self._store = store
        self._words = words
        self._complain = complain or (lambda _message: None)
        self._command = command
        self._is_word = is_word or (lambda _word: False)
        self._open_embedder = open_embedder
        self._open_index = open_index
        self._last: tuple[str, str, Embedding] | None = None
        """Embedder, text and vector of the last query."""
        self._told: set[str] = set()

    def warm_up(self) -> None:
        """Open all that a search needs, so that the first of a session is as quick as the next.

        Belongs into the thread that will search.
        """
        self._words.open()
        index = self._open_index()
        if len(index):
            embedder = self._open_embedder()
            # Not part of the role: an embedder may have a quicker way that takes a while to be ready.
            getattr(embedder, "warm_up", lambda: None)()
            index.search(embedder.embed_query("warm up"), 1)

    def search(
        self,
        query: str | Query,
        *,
        limit: int = 10,
        mode: Mode = Mode.HYBRID,
        among: Collection[str] | None = None,
    ) -> list[Hit]:
        """Return up to `limit` hits, best first; only in the papers with keys in `among` where given.

        A hit's score is its BM25 (lexical), its cosine (dense), or the cosine and 0.3 times its share of the query's
        best BM25 (hybrid): comparable within one answer. Of passages of one paper that say the same, the best is told.
        The filters of a parsed query are the caller's to turn into `among`.
        """
        parsed = parse_query(query) if isinstance(query, str) else query

        def hits() -> list[Hit]:
            found = self._found(parsed, limit, mode, among)
            ranked = self._read(found.ranked, limit + _SPARE, among)
            return [found.hit(row) for row in without_repeats(ranked, found.one.words.stems, limit)]

        return self._mended(hits)

    def best_of_papers(
        self,
        query: str | Query,
        *,
        limit: int = 10,
        mode: Mode = Mode.HYBRID,
        among: Collection[str] | None = None,
    ) -> list[Hit]:
        """Return the best hit of each of up to `limit` papers, ranked and scored as by `search`."""
        parsed = parse_query(query) if isinstance(query, str) else query

        def hits() -> list[Hit]:
            depth = _PASSAGES * limit
            while True:
                found = self._found(parsed, depth, mode, among)
                best = self._firsts(found.ranked, limit, among)
                if len(best) >= limit or len(found.ranked) < depth or depth >= _MOST:
                    return [found.hit(row) for row in self._read(best, limit, among)]
                depth *= 4

        return self._mended(hits)

    def _mended(self, search: Callable[[], list[Hit]]) -> list[Hit]:
        """Search; where the word index proves damaged, search again with one built anew."""
        try:
            return search()
        except BadFile as error:
            if not self._words.mend(error):
                raise
            return search()

    def _found(self, parsed: Query, depth: int, mode: Mode, among: Collection[str] | None) -> _Found:
        widened = widen(parsed, self._store.vocabulary, self._is_word)
        for typed, meant in widened.corrected:
            self._complain(f"no paper has {typed!r}: looked for {meant!r}, too")
        ahead = self._embedding(widened.text) if mode is not Mode.LEXICAL else None
        words = self._words.open()
        one = _Search(words, widened, self._store.readings.ids(among) if among is not None else None)
        depth = max(_DEPTH, depth)
        lexical = one.lexical(depth) if mode is not Mode.DENSE else {}
        dense = self._dense(one, depth, lexical, *ahead) if ahead else {}
        scores = one.fused(lexical, dense) if mode is Mode.HYBRID else lexical or dense
        return _Found(one, scores, (lexical, dense))

    def _dense(self, one: _Search, depth: int, lexical: Scores, index: KeptIndex, embedding: Embedding) -> Scores:
        """Return the nearest passages; those of a hybrid search to the query as moved by what it found first."""
        vector = embedding.result()
        dense = one.nearest(index, vector, depth)
        if not lexical or not dense:
            return dense
        best = _ranked(one.fused(lexical, dense))[:_FEEDBACK]
        return one.nearest(index, _moved(vector, index.rows(best)[1]), depth)

    def _embedding(self, text: str) -> tuple[KeptIndex, Embedding] | None:
        """Return the vector index, and the text's vector as it is being made; None where there is nothing to find."""
        index = self._open_index()
        self._tell_missing(len(index))
        if not len(index) or not text:
            return None
        embedder = self._open_embedder()
        if self._last is None or self._last[:2] != (embedder.id, text) or self._last[2].failed:
            from paperlab.search.embedding import Embedding

            self._last = embedder.id, text, Embedding(embedder, text)
            self._last[2].start()
        return index, self._last[2]

    def _read(self, ranked: Sequence[int], step: int, among: Collection[str] | None) -> Iterator[ChunkRow]:
        """Yield passages as they are ranked, read from the database as far as they are asked for; no bare headings."""
        for first in range(0, len(ranked), max(1, step)):
            few = ranked[first : first + step]
            # A paper removed since the last indexing leaves passages without a paper: those are not told any more.
            rows = self._store.passages.rows(few, among)
            yield from (rows[i] for i in few if i in rows and not rows[i].is_bare_heading)

    def _firsts(self, ranked: Sequence[int], limit: int, among: Collection[str] | None) -> list[int]:
        """Return the best passage of each of the first `limit` papers."""
        best: dict[str, int] = {}
        for first in range(0, len(ranked), _AT_ONCE):
            if len(best) >= limit:
                break
            few = ranked[first : first + _AT_ONCE]
            keys = self._store.passages.keys(few, among)
            for chunk_id in few:
                if chunk_id in keys:
                    best.setdefault(keys[chunk_id], chunk_id)
        return list(best.values())[:limit]

    def _tell_missing(self, indexed: int) -> None:
        missing = self._store.passages.count() - indexed
        if missing > 0:
            self._tell(f"{missing} passages can be found by words only until '{self._command}' has embedded them")

    def _tell(self, message: str) -> None:
        if message not in self._told:
            self._told.add(message)
            self._complain(message)


@dataclass(slots=True)
class _Search:
    """One search on its way."""

    words: WordIndex
    widened: Widened
    readings: Collection[int] | None
    """Where it is narrowed to papers."""
    index: KeptIndex | None = None
    vector: NDArray[np.float32] | None = None
    """What the dense arm looked for last, and where."""
    _bm25: Scores = field(default_factory=dict)
    _weighed: set[int] = field(default_factory=set)
    """Passages whose BM25 was asked for."""
    _scope: NDArray[np.int64] | None = None
    """All passages that may be found, once they had to be listed."""

    def lexical(self, depth: int) -> Scores:
        """Return BM25 scores of the best passages."""
        found = dict(self.words.search(self.widened.wanted, depth, readings=self.readings))
        self._bm25.update(found)
        self._weighed.update(found)
        return found

    def _weigh(self, ids: Collection[int]) -> Scores:
        """Return the BM25 scores of the passages with `ids` that have any of the words."""
        if new := [chunk_id for chunk_id in ids if chunk_id not in self._weighed]:
            wanted = self.widened.wanted
            self._bm25.update(self.words.search(wanted, len(new), readings=self.readings, ids=new))
            self._weighed.update(new)
        return {chunk_id: self._bm25[chunk_id] for chunk_id in ids if chunk_id in self._bm25}

    def nearest(self, index: KeptIndex, vector: NDArray[np.float32], depth: int) -> Scores:
        """Return the cosines of the passages nearest to `vector` that the query and its filters do not shut out."""
        self.index, self.vector = index, vector
        if self.readings is None and not self.widened.wanted.narrows:
            return dict(index.search(vector, depth))
        if self._scope is None and self._leaves_much(len(index)):
            near = index.search(vector, _WIDER * depth)
            fitting = set(self._fitting([chunk_id for chunk_id, _ in near]))
            found = [(chunk_id, cosine) for chunk_id, cosine in near if chunk_id in fitting]
            if len(found) >= depth or len(near) < _WIDER * depth:
                return dict(found[:depth])
        if self._scope is None:
            import numpy as np

            self._scope = np.array(sorted(self._fitting()), dtype=np.int64)
        return dict(index.search(vector, depth, self._scope))

    def _leaves_much(self, indexed: int) -> bool:
        """Tell whether more passages fit than can be listed in the time of a search."""
        return _WIDER * self.words.count(self.widened.wanted, self.readings) > indexed

    def _fitting(self, ids: Collection[int] | None = None) -> list[int]:
        """Return the passages, of those with `ids`, that are not shut out."""
        return self.words.matching(self.widened.wanted, self.readings, ids)

    def fused(self, lexical: Scores, dense: Scores) -> Scores:
        """Return for what either arm found the cosine and a share of BM25; each arm scores what the other brought."""
        if not lexical or not dense:
            return lexical or dense
        best = max(lexical.values())
        lexical = lexical | self._weigh(dense.keys() - lexical.keys())
        dense = dense | self._cosines(lexical.keys() - dense.keys())
        # A passage without a vector yet is as near as the farthest that was found.
        least = min(dense.values())
        return {
            chunk_id: dense.get(chunk_id, least) + _WORDS_WEIGHT * lexical.get(chunk_id, 0.0) / best
            for chunk_id in lexical.keys() | dense.keys()
        }

    def _cosines(self, ids: Collection[int]) -> Scores:
        return {} if self.index is None or self.vector is None else self.index.cosines(self.vector, ids)


class _Found:
    """What a search found: scores by chunk id, of all and of each arm."""

    def __init__(self, one: _Search, scores: Scores, arms: tuple[Scores, Scores]) -> None:
        self.one = one
        self._scores = scores
        self._arms = arms

    @cached_property
    def ranked(self) -> list[int]:
        """The chunk ids, best first, ties by id."""
        return _ranked(self._scores)

    def hit(self, row: ChunkRow) -> Hit:
        """Return a passage as a search result."""
        found_by = zip((FoundBy.WORDS, FoundBy.MEANING), self._arms, strict=True)
        marks = self.one.words.marks(row.text, self.one.widened.wanted)
        return hit_of(row.stored(), self._scores[row.id], tuple(arm for arm, ids in found_by if row.id in ids), marks)


def _moved(vector: NDArray[np.float32], towards: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the query's vector moved towards the best passages found (Rocchio 1971, pseudo-relevance feedback)."""
    if not len(towards):
        return vector
    moved: NDArray[np.float32] = vector + _FEEDBACK_WEIGHT * towards.mean(axis=0)
    length: np.float32 = (moved**2).sum() ** 0.5
    return moved / length


def _ranked(scores: Scores) -> list[int]:
    """Return the ids, best first, ties by id."""
    return sorted(scores, key=lambda chunk_id: (-scores[chunk_id], chunk_id))


def hit_of(
    stored: StoredChunk, score: float, found_by: tuple[FoundBy, ...], marks: tuple[tuple[int, int], ...] = ()
) -> Hit:
    """Return a stored passage as a search result."""
    chunk = stored.chunk
    return Hit(
        key=stored.key,
        title=stored.title,
        page=chunk.page,
        section=chunk.section,
        score=score,
        passage=chunk.text,
        marks=marks,
        boxes=chunk.boxes,
        chunk_id=stored.id,
        found_by=found_by,
    )
