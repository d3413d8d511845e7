"""What is searched, what a search looks for, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from paperlab.types.boxes import PageBox
from paperlab.types.status import Status

Words = tuple[str, ...]
"""One word, or several that stand together."""


class FoundBy(StrEnum):
    """Which arm of the search brought a hit."""

    WORDS = "words"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the word index looks for. Words are matched by their stems."""

    any_of: tuple[tuple[Words, float], ...] = ()
    """Words and phrases, each with the weight of its BM25 score: the more of them a passage has, the better."""
    all_of: tuple[Words, ...] = ()
    """Must stand in the passage, its heading or the paper's title."""
    none_of: tuple[Words, ...] = ()
    """Must not stand there."""
    sections: tuple[Words, ...] = ()
    """Must stand in a heading above the passage."""

    @property
    def narrows(self) -> bool:
        """Tell whether it shuts any passage out."""
        return bool(self.all_of or self.none_of or self.sections)


class ChunkWords(NamedTuple):
    """What of a chunk the word index takes in."""

    id: int
    reading: int
    title: str
    section: str
    text: str


class IndexedUpTo(NamedTuple):
    """The state of the database that a word index has followed."""

    chunk: int
    """The last chunk's id: ids grow and are never given twice."""
    removal: int
    """The number of the last removal."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; all given must hold, empty means everything."""

    lists: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    years: tuple[int, int] | None = None
    """First and last year, both included."""
    authors: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """The stored unit of text: it never crosses a section and fits the embedder's window."""

    ordinal: int
    """0-based position in the paper."""
    section: tuple[str, ...]
    page: int
    """The page most of its characters stand on."""
    pages: tuple[int, ...]
    start: int
    """Offset of its first character in the paper's text (blocks joined by one newline)."""
    end: int
    text: str
    boxes: tuple[PageBox, ...]
    """One per run of lines, in reading order."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result. A larger score is better, always."""

    key: str
    title: str
    page: int
    section: tuple[str, ...]
    score: float
    passage: str
    marks: tuple[tuple[int, int], ...]
    """Character spans of the passage that hold words of the query."""
    boxes: tuple[PageBox, ...]
    chunk_id: int
    found_by: tuple[FoundBy, ...] = ()
    """The arms of the search that brought it."""
