"""Where an answer may stand: the sentences of the passages found, and the papers that know what the question names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from paperlab.abbreviations import Abbreviations, query_keys
from paperlab.ask.ranking import is_row, leans
from paperlab.chunking import sentences
from paperlab.queries import typed_words
from paperlab.text import fold
from paperlab.types import Filters, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from paperlab.ask.questions import Name, Question
    from paperlab.store import Store
    from paperlab.store.rows import StoredChunk
    from paperlab.types import Hit
    from paperlab.word_index import WordIndex

_LED = 70
"""Words of two sentences that are quoted together."""
_SHORTEST_TITLE, _MOST_OWNERS = 3, 2
"""Characters of a name that a paper is known by, and papers that can be known by the same one."""
_FEWEST_WORDS = 10
"""Fewer without a full stop are no sentence: a heading, or the names of a table's columns."""
MAX_SENTENCE = 1_200
"""Characters; what is longer is no sentence, and no quote either."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence or the row of a table that may answer, with what stands around it."""

    text: str
    key: str
    title: str
    section: tuple[str, ...]
    pages: tuple[int, ...]
    """Of its passage; most often one."""
    chunk_id: int
    score: float
    """Of its passage, as the search gave it."""
    rank: int
    """Of its passage, 0-based."""
    before: str = ""
    after: str = ""
    pieces: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """The parts that the end of a page or a float leaves of it, each with the pages it may stand on."""


def gather(hits: Sequence[Hit], store: Store) -> list[Candidate]:
    """Return the sentences of the passages found, in their order."""
    ids = {hit.chunk_id + step for hit in hits for step in (-1, 0, 1)}
    stored = store.passages.get(sorted(ids))
    return [
        candidate
        for rank, hit in enumerate(hits)
        if hit.chunk_id in stored
        for candidate in _sentences(hit, rank, stored)
        if _can_be_told(candidate.text)
    ]


def with_lead(candidate: Candidate) -> Candidate:
    """Return a sentence that leans on the one before together with that one, if both are short enough to quote."""
    whole = f"{candidate.before} {candidate.text}"
    if (
        not leans(candidate.text)
        or not _ends(candidate.before)
        or len(whole.split()) > _LED
        or is_row(candidate.before)
    ):
        return candidate
    return replace(candidate, text=whole, pieces=())


def _can_be_told(text: str) -> bool:
    """Tell a sentence from a heading or the head of a table."""
    whole = _ends(text) or len(text.split()) >= _FEWEST_WORDS or is_row(text)
    return whole and len(text) <= MAX_SENTENCE


def _sentences(hit: Hit, rank: int, stored: Mapping[int, StoredChunk]) -> Iterator[Candidate]:
    pages = stored[hit.chunk_id].chunk.pages
    own = [(hit.passage[start:end], pages) for start, end in sentences(hit.passage)]
    before = _neighbour(stored.get(hit.chunk_id - 1), hit, last=True)
    after = _neighbour(stored.get(hit.chunk_id + 1), hit, last=False)
    around = [before, *own, after]
    for i in range(1, len(around) - 1):
        if i > 1 and _goes_on(around[i - 1][0], around[i][0]):
            continue  # told with its first half
        pieces = [around[i]]
        if _goes_on(around[i][0], around[i + 1][0]):
            pieces.append(around[i + 1])
        elif _goes_on(around[i - 1][0], around[i][0]):
            pieces.insert(0, around[i - 1])
        yield Candidate(
            " ".join(text for text, _ in pieces),
            *(hit.key, hit.title, hit.section, pages, hit.chunk_id, hit.score, rank),
            before=around[i - 1][0] if pieces[0] is around[i] else "",
            after=around[i + 1][0] if pieces[-1] is around[i] else "",
            pieces=tuple(pieces),
        )


def _goes_on(first: str, second: str) -> bool:
    """Tell the two halves of a sentence that a page's end or a float parts."""
    return bool(first) and not _ends(first) and second[:1].islower() and not is_row(first)


def _ends(text: str) -> bool:
    return text.rstrip("\"')]”’»").endswith((".", "!", "?", ":", ";"))


def _neighbour(one: StoredChunk | None, hit: Hit, *, last: bool) -> tuple[str, tuple[int, ...]]:
    """Return the sentence next to a passage in the same section of the same paper, with its pages; else no words."""
    if one is None or one.key != hit.key or one.chunk.section != hit.section:
        return "", ()
    spans = sentences(one.chunk.text)
    start, end = spans[-1 if last else 0] if spans else (0, 0)
    return one.chunk.text[start:end], one.chunk.pages


class Names:
    """What the question names, and which papers have it."""

    def __init__(self, question: Question, store: Store, words: WordIndex) -> None:
        self.names = tuple(replace(name, forms=(*name.forms, *_long_forms(name, store))) for name in question.names)
        self._store = store
        self._words = words
        self._missing: dict[str, tuple[str, ...]] = {}

    def missing(self, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return for each of these papers the names that stand nowhere in it, as typed.

        A paper has the names of its authors and its own title, too.
        """
        unknown = [key for key in keys if key not in self._missing] if self.names else []
        readings = self._store.readings.ids_by_key(unknown) if unknown else {}
        for key in unknown:
            paper = self._store.papers.get(key)
            about = fold(f"{paper.title} {' '.join(paper.authors)} {paper.year or ''}") if paper else ""
            within = [readings[key]] if key in readings else []
            self._missing[key] = tuple(
                name.text for name in self.names if not name.stands_in(about) and not self._stands(name, within)
            )
        return {key: self._missing.get(key, ()) for key in keys}

    def nowhere(self) -> tuple[str, ...]:
        """Return the names that no passage of the library has, nor the record of any paper."""
        return tuple(name.text for name in self.names if not (self._stands(name, None) or self._is_recorded(name)))

    def owners(self) -> tuple[str, ...]:
        """Return the papers that are known by a name of the question: their titles have it, and hardly another's."""
        owners: dict[str, None] = {}
        for name in self.names:
            if len(name.text) < _SHORTEST_TITLE or name.text.isdigit():
                continue
            titled = [key for key, title in self._store.papers.titled(name.text) if _is_known_by(title, name)]
            if len(titled) <= _MOST_OWNERS:
                owners |= dict.fromkeys(titled)
        return tuple(owners)

    def _is_recorded(self, name: Name) -> bool:
        """Tell the name of an author, or the year, of any paper."""
        if name.text.isdigit():
            return bool(self._store.papers.keys(Filters(years=(int(name.text), int(name.text)))))
        return name.text.isalpha() and bool(self._store.papers.keys(Filters(authors=(name.text,))))

    def _stands(self, name: Name, readings: list[int] | None) -> bool:
        return any(self._words.count(Wanted(all_of=(form,)), readings) for form in name.forms)


def _is_known_by(title: str, name: Name) -> bool:
    """Tell a title that begins with a name, or has one that is no ordinary word: GLaM, not Transformer."""
    folded = fold(title)
    begins = any(folded.startswith(" ".join(form)) for form in name.forms)
    return name.stands_in(folded) and (begins or not name.text[1:].islower())


def _long_forms(name: Name, store: Store) -> list[tuple[str, ...]]:
    """Return what a name abbreviates in the library's papers: a paper may know it by no other words."""
    words = typed_words(name.text)
    pairs = store.vocabulary.abbreviations(*query_keys(words))
    return Abbreviations(pairs, store.vocabulary.is_ordinary).long_forms(words) if pairs else []
