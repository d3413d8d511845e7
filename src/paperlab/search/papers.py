"""Results that are papers: those whose passages answer a query, and those near another paper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from paperlab.errors import NotFound, UsageError
from paperlab.ids import parse_id_or_none
from paperlab.queries import MAX_CHARACTERS, STOP_WORDS, Query, parse_query, typed_words
from paperlab.search.engine import Mode, hit_of
from paperlab.text import fold
from paperlab.types import Filters, FoundBy, Hit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from paperlab.search.bundle import SearchIndex
    from paperlab.search.engine import Searcher
    from paperlab.store.rows import StoredChunk
    from paperlab.types import Paper

_NEAR = 20
"""Passages near a paper that are looked at per paper asked for."""
_BEST = 3
"""Passages of a paper whose cosines are averaged. Measured: docs/design.md."""
_WORDS = 40
"""Words of a title and abstract that are looked for."""


@dataclass(frozen=True, slots=True)
class PaperHit:
    """A paper as a search result. A larger score is better, always."""

    key: str
    title: str
    score: float
    hit: Hit
    """Its best passage."""


def find_papers(
    searcher: Searcher,
    query: str | Query,
    limit: int,
    *,
    mode: Mode = Mode.HYBRID,
    among: Collection[str] | None = None,
) -> list[PaperHit]:
    """Return up to `limit` papers, best first, each with the score of its best passage; see `Searcher.search`."""
    hits = searcher.best_of_papers(query, limit=limit, mode=mode, among=among)
    return [PaperHit(hit.key, hit.title, hit.score, hit) for hit in hits]


def search_catalogue(
    catalogue: SearchIndex, text: str, limit: int, *, mode: Mode = Mode.HYBRID, filters: Filters | None = None
) -> list[PaperHit]:
    """Return up to `limit` papers for what a user typed, narrowed by the filters in it and by `filters`.

    Raises NotFound for a catalogue that is empty, UsageError for filters that only a library has.
    """
    if not has_papers(catalogue):
        raise NotFound("the catalogue is empty: 'paperlab import-metadata FILE' brings papers into it")
    query = parse_query(text)
    scopes = [_keys(catalogue, one) for one in (query.filters, filters or Filters()) if one != Filters()]
    among = set.intersection(*scopes) if scopes else None
    return find_papers(catalogue.searcher, query, limit, mode=mode, among=among)


def has_papers(index: SearchIndex) -> bool:
    """Tell whether there is anything to search; makes no database to look."""
    return index.path.is_file() and index.store.passages.last().chunk > 0


def _keys(catalogue: SearchIndex, filters: Filters) -> set[str]:
    if filters.lists or filters.tags or filters.statuses:
        raise UsageError("the catalogue has no reading lists, tags or statuses: narrow it by year: and author: only")
    keys = tuple(found.key if (found := parse_id_or_none(key)) else key for key in filters.keys)
    return catalogue.store.papers.keys(replace(filters, keys=keys))


def similar_papers(paper: Paper, of: SearchIndex, within: SearchIndex, limit: int) -> list[PaperHit]:
    """Return up to `limit` papers of `within` near a paper of `of`, nearest first, the paper itself left out.

    The score is the mean of a paper's three best cosines to the mean of this one's vectors. A paper without vectors is
    compared as `find_papers` does, by title and abstract. Raises NotFound where there is nothing to compare with.
    """
    if not has_papers(within):
        raise NotFound("there is nothing to compare with: 'paperlab import-metadata FILE' or 'paperlab index' first")
    centre = _centre(of, paper.key, within.searched_by.id)
    found = _near(within, centre, _NEAR * limit) if centre is not None else []
    if not found:
        found = find_papers(within.searcher, _telling(paper, within), limit + 2)
    title = fold(paper.title)
    return [other for other in found if other.key != paper.key and fold(other.title) != title][:limit]


def _centre(index: SearchIndex, key: str, embedder: str) -> NDArray[np.float32] | None:
    """Return the direction of the mean of a paper's vectors (dimension,), or None where it has none by `embedder`."""
    import numpy as np

    _, vectors = index.store.vectors.get(embedder, index.store.passages.ids([key]).tolist())
    if not len(vectors):
        return None
    mean = vectors.mean(axis=0)
    return np.asarray(mean / (np.linalg.norm(mean) or 1.0), dtype=np.float32)


def _near(index: SearchIndex, centre: NDArray[np.float32], depth: int) -> list[PaperHit]:
    """Return the papers of the `depth` passages nearest to a unit vector (dimension,), each scored by its best."""
    nearest = index.vectors.search(centre, depth)
    passages = index.store.passages.get([chunk_id for chunk_id, _ in nearest])
    best: dict[str, tuple[StoredChunk, float]] = {}
    for chunk_id, cosine in nearest:
        if chunk_id in passages:
            best.setdefault(passages[chunk_id].key, (passages[chunk_id], cosine))
    scores = _scores(index, centre, list(best))
    hits = [hit_of(stored, cosine, (FoundBy.MEANING,)) for stored, cosine in best.values()]
    ranked = [PaperHit(hit.key, hit.title, scores.get(hit.key, hit.score), hit) for hit in hits]
    return sorted(ranked, key=lambda paper: (-paper.score, paper.key))


def _scores(index: SearchIndex, centre: NDArray[np.float32], keys: Sequence[str]) -> dict[str, float]:
    """Return for each paper the mean of its best cosines: of all its passages, not only of those that came near."""
    import numpy as np

    owners = index.store.passages.owners(keys)
    ids, vectors = index.store.vectors.get(index.searched_by.id, sorted(owners))
    cosines: dict[str, list[float]] = {}
    for chunk_id, cosine in zip(ids.tolist(), (vectors @ centre).tolist(), strict=True):
        cosines.setdefault(owners[chunk_id], []).append(cosine)
    return {key: float(np.mean(sorted(found, reverse=True)[:_BEST])) for key, found in cosines.items()}


def _telling(paper: Paper, within: SearchIndex) -> Query:
    """Return a query of a paper's title and abstract, its words bounded to those fewest passages have."""
    text = f"{paper.title}. {paper.abstract}"[:MAX_CHARACTERS]
    index = within.words.open()
    words = dict.fromkeys(word.lower() for word in typed_words(text))
    counts = {word: count for word in words if word not in STOP_WORDS and (count := index.frequency(word))}
    rarest = sorted(counts, key=lambda word: (counts[word], word))[:_WORDS]
    return Query(text, tuple(rarest), (), (), Filters(), ())
