"""The searcher: words, meaning, or both fused."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from paperlab.search.query import fts_query
from paperlab.types import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from paperlab.protocols import Embedder, VectorIndex
    from paperlab.store import Store

_DEPTH = 100
"""Passages each arm brings to the fusion."""
_RRF_K = 60
"""Cormack et al. 2009, Reciprocal Rank Fusion: 1 / (k + rank), k = 60."""


class Mode(StrEnum):
    """How passages are found."""

    HYBRID = "hybrid"
    DENSE = "dense"
    LEXICAL = "lexical"


class Searcher:
    """Searches one store. Embedder and vector index are opened at the first search that needs them, then kept."""

    def __init__(
        self,
        store: Store,
        open_embedder: Callable[[], Embedder],
        open_index: Callable[[], VectorIndex],
        complain: Callable[[str], None] | None = None,
    ) -> None:
        self._store = store
        self._complain = complain or (lambda _message: None)
        self._open_embedder = open_embedder
        self._open_index = open_index
        self._embedder: Embedder | None = None
        self._index: VectorIndex | None = None

    def search(
        self, query: str, *, limit: int = 10, mode: Mode = Mode.HYBRID, among: Collection[str] | None = None
    ) -> list[Hit]:
        """Return up to `limit` hits, best first; only in the papers with keys in `among` where given.

        Scores are BM25 (lexical), cosine (dense) or the fused reciprocal ranks (hybrid): comparable within one answer.
        """
        match = fts_query(query)
        depth = max(_DEPTH, limit)
        lexical = self._lexical(match, depth, among) if mode is not Mode.DENSE else []
        dense = self._dense(query, depth, among) if mode is not Mode.LEXICAL else []
        ranked = fuse(lexical, dense) if mode is Mode.HYBRID else lexical or dense
        return self._hits(ranked, match, limit, among)

    def _lexical(self, match: str | None, depth: int, among: Collection[str] | None) -> list[tuple[int, float]]:
        return self._store.passages.lexical(match, depth, among) if match else []

    def _dense(self, query: str, depth: int, among: Collection[str] | None) -> list[tuple[int, float]]:
        if self._index is None:
            self._index = self._open_index()
            missing = self._store.passages.count() - len(self._index)
            if missing > 0:
                self._complain(
                    f"{missing} passages can be found by words only until 'paperlab index' has embedded them"
                )
        if not len(self._index):
            return []
        if self._embedder is None:
            self._embedder = self._open_embedder()
        scope = self._store.passages.ids(among) if among is not None else None
        return self._index.search(self._embedder.embed([query])[0], depth, scope)

    def _hits(
        self, ranked: list[tuple[int, float]], match: str | None, limit: int, among: Collection[str] | None
    ) -> list[Hit]:
        # A paper removed since the last indexing leaves passages without a paper: those are not stored any more.
        stored = self._store.passages.get([chunk_id for chunk_id, _ in ranked], among)
        shown = [(chunk_id, score) for chunk_id, score in ranked if chunk_id in stored][:limit]
        marks = self._store.passages.marks(match, [chunk_id for chunk_id, _ in shown]) if match else {}
        return [
            Hit(
                key=stored[chunk_id].key,
                title=stored[chunk_id].title,
                page=stored[chunk_id].chunk.page,
                section=stored[chunk_id].chunk.section,
                score=score,
                passage=stored[chunk_id].chunk.text,
                marks=marks.get(chunk_id, ()),
                boxes=stored[chunk_id].chunk.boxes,
                chunk_id=chunk_id,
            )
            for chunk_id, score in shown
        ]


def fuse(*arms: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return the ids of ranked lists in one ranking, by the sum of their reciprocal ranks; ties by id."""
    scores: dict[int, float] = {}
    for arm in arms:
        for rank, (chunk_id, _score) in enumerate(arm, start=1):
            scores[chunk_id] = scores.get(chunk_id, 0.0) + 1.0 / (_RRF_K + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))
