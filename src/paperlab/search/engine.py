"""The searcher: words, meaning, or both fused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
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

    from paperlab.protocols import Embedder, VectorIndex
    from paperlab.search.widening import Widened
    from paperlab.search.words import WordKeeper
    from paperlab.store import Store
    from paperlab.store.rows import StoredChunk
    from paperlab.word_index import WordIndex

_DEPTH = 100
"""Passages each arm brings to the fusion."""
_WORDS_WEIGHT = 0.3
"""What the best BM25 score of a query adds to a cosine. Measured, as the next two: docs/design.md."""
_WIDER = 4
"""Times as many passages are looked at where a filter leaves more than that share of all: to list them takes longer."""
_FEEDBACK, _FEEDBACK_WEIGHT = 3, 0.3
"""Passages that a query's vector is moved towards, and how far."""

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
        open_index: Callable[[], VectorIndex],
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
        self._embedder_id = ""
        self._last: tuple[str, NDArray[np.float32]] | None = None
        self._told: set[str] = set()

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
        try:
            return self._found(parsed, limit, mode, among)
        except BadFile as error:
            if not self._words.mend(error):
                raise
            return self._found(parsed, limit, mode, among)

    def _found(self, parsed: Query, limit: int, mode: Mode, among: Collection[str] | None) -> list[Hit]:
        widened = widen(parsed, self._store.vocabulary, self._is_word)
        for typed, meant in widened.corrected:
            self._tell(f"no paper has {typed!r}: looked for {meant!r}, too")
        words = self._words.open()
        one = _Search(words, widened, self._store.readings.ids(among) if among is not None else None)
        depth = max(_DEPTH, limit)
        lexical = one.lexical(depth) if mode is not Mode.DENSE else {}
        dense = self._dense(one, depth, lexical) if mode is not Mode.LEXICAL else {}
        scores = self._fused(one, lexical, dense) if mode is Mode.HYBRID else lexical or dense
        return self._hits(scores, (lexical, dense), limit, one, among)

    def _dense(self, one: _Search, depth: int, lexical: Scores) -> Scores:
        """Return the nearest passages; those of a hybrid search to the query as moved by what it found first."""
        index = self._open_index()
        self._tell_missing(len(index))
        if not len(index) or not one.widened.text:
            return {}
        vector = self._vector(one.widened.text)
        dense = one.nearest(index, vector, depth)
        if not lexical or not dense:
            return dense
        return one.nearest(index, self._moved(vector, self._fused(one, lexical, dense)), depth)

    def _moved(self, vector: NDArray[np.float32], scores: Scores) -> NDArray[np.float32]:
        """Return the query's vector moved towards the best passages found (Rocchio 1971, pseudo-relevance feedback)."""
        _, vectors = self._store.vectors.get(self._embedder_id, sorted(_ranked(scores)[:_FEEDBACK]))
        if not len(vectors):
            return vector
        moved: NDArray[np.float32] = vector + _FEEDBACK_WEIGHT * vectors.mean(axis=0)
        length: np.float32 = (moved**2).sum() ** 0.5
        return moved / length

    def _vector(self, text: str) -> NDArray[np.float32]:
        embedder = self._open_embedder()
        if self._last is None or self._last[0] != text or self._embedder_id != embedder.id:
            self._embedder_id = embedder.id
            self._last = text, embedder.embed_query(text)
        return self._last[1]

    def _tell_missing(self, indexed: int) -> None:
        missing = self._store.passages.count() - indexed
        if missing > 0:
            self._tell(f"{missing} passages can be found by words only until '{self._command}' has embedded them")

    def _tell(self, message: str) -> None:
        if message not in self._told:
            self._told.add(message)
            self._complain(message)

    def _fused(self, one: _Search, lexical: Scores, dense: Scores) -> Scores:
        """Return for what either arm found the cosine and a share of BM25; each arm scores what the other brought."""
        if not lexical or not dense:
            return lexical or dense
        best = max(lexical.values())
        lexical = lexical | one.lexical(len(dense), dense.keys() - lexical.keys())
        dense = dense | self._cosines(one, sorted(lexical.keys() - dense.keys()))
        # A passage without a vector yet is as near as the farthest that was found.
        least = min(dense.values())
        return {
            chunk_id: dense.get(chunk_id, least) + _WORDS_WEIGHT * lexical.get(chunk_id, 0.0) / best
            for chunk_id in lexical.keys() | dense.keys()
        }

    def _cosines(self, one: _Search, ids: Sequence[int]) -> Scores:
        if one.vector is None or not ids:
            return {}
        found, vectors = self._store.vectors.get(self._embedder_id, ids)
        # None of them has a vector yet: then the vectors have no dimension either.
        return dict(zip(found.tolist(), (vectors @ one.vector).tolist(), strict=True)) if len(found) else {}

    def _hits(
        self,
        scores: Scores,
        arms: tuple[Scores, Scores],
        limit: int,
        one: _Search,
        among: Collection[str] | None,
    ) -> list[Hit]:
        kept = without_repeats(self._stored(_ranked(scores), 2 * limit, among), one.words.stems, limit)
        return [
            hit_of(found, scores[found.id], _found_by(found.id, arms), one.marks(found.chunk.text)) for found in kept
        ]

    def _stored(self, ranked: Sequence[int], step: int, among: Collection[str] | None) -> Iterator[StoredChunk]:
        """Yield passages as they are ranked, read from the database as far as they are asked for."""
        for first in range(0, len(ranked), step):
            few = ranked[first : first + step]
            # A paper removed since the last indexing leaves passages without a paper: those are not stored any more.
            stored = self._store.passages.get(few, among)
            yield from (stored[chunk_id] for chunk_id in few if chunk_id in stored)


@dataclass(slots=True)
class _Search:
    """One search on its way."""

    words: WordIndex
    widened: Widened
    readings: Collection[int] | None
    """Where it is narrowed to papers."""
    vector: NDArray[np.float32] | None = None
    """What the dense arm looked for last."""
    _scope: NDArray[np.int64] | None = None
    """All passages that may be found, once they had to be listed."""

    def lexical(self, depth: int, ids: Collection[int] | None = None) -> Scores:
        """Return BM25 scores of the best passages, or of those with `ids`."""
        if ids is not None and not ids:
            return {}
        return dict(self.words.search(self.widened.wanted, depth, readings=self.readings, ids=ids))

    def nearest(self, index: VectorIndex, vector: NDArray[np.float32], depth: int) -> Scores:
        """Return the cosines of the passages nearest to `vector` that the query and its filters do not shut out."""
        self.vector = vector
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

    def marks(self, text: str) -> tuple[tuple[int, int], ...]:
        """Return the spans of the words looked for."""
        return self.words.marks(text, self.widened.wanted)


def _ranked(scores: Scores) -> list[int]:
    """Return the ids, best first, ties by id."""
    return sorted(scores, key=lambda chunk_id: (-scores[chunk_id], chunk_id))


def _found_by(chunk_id: int, arms: tuple[Scores, Scores]) -> tuple[FoundBy, ...]:
    lexical, dense = arms
    return ((FoundBy.WORDS,) if chunk_id in lexical else ()) + ((FoundBy.MEANING,) if chunk_id in dense else ())


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
