"""Papers, their files and marks, reading lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from paperlab.types.status import Status


@dataclass(frozen=True, slots=True)
class PdfFile:
    """One PDF of a paper, beside its `paper.toml`."""

    name: str
    """File name within the paper's folder; the version in use is `paper.pdf`."""
    sha256: str
    size: int
    """Bytes."""
    version: int | None = None
    """arXiv version, None where there is none."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One work, with what is known about it and the reader's marks."""

    key: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    abstract: str = ""
    source: str = ""
    """Where it came from: `arxiv`, `url`, `file`, or empty for a list entry without a source."""
    arxiv_id: str | None = None
    """Without version."""
    asked_version: int | None = None
    """The version the user asked for; None follows the newest."""
    version: int | None = None
    """The version the metadata speaks of."""
    doi: str | None = None
    url: str | None = None
    licence: str | None = None
    categories: tuple[str, ...] = ()
    published: str | None = None
    """ISO date."""
    updated: str | None = None
    """ISO date."""
    status: Status = Status.TO_READ
    tags: tuple[str, ...] = ()
    rating: int | None = None
    """1 to 5."""
    added: str | None = None
    """ISO date on which it came into the library."""
    started: str | None = None
    finished: str | None = None
    pdf: PdfFile | None = None
    """The version in use."""
    other_versions: tuple[PdfFile, ...] = ()

    @property
    def pdfs(self) -> tuple[PdfFile, ...]:
        """All its PDFs, the version in use first."""
        return (*((self.pdf,) if self.pdf else ()), *self.other_versions)


class PaperRow(NamedTuple):
    """What a list of thousands of papers shows of each: made without opening its record."""

    key: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    status: Status
    tags: tuple[str, ...]
    rating: int | None
    added: str
    """ISO date, or empty."""
    has_pdf: bool


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One paper of a reading list, as the list's file has it."""

    id: str | None
    """An id in any form `ids.parse_id` takes, or None for a paper known by title alone."""
    title: str = ""
    url: str | None = None
    why: str = ""
    after: tuple[str, ...] = ()
    """Ids to read before this one."""
    status: Status | None = None
    """Set by imports that carry ticks; a list's own file leaves it to `paper.toml`."""
    note: str = ""
    """Set by imports that carry notes."""
    authors: tuple[str, ...] = ()
    year: int | None = None
    doi: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingList:
    """Ordered papers with reasons."""

    name: str
    title: str
    about: str = ""
    entries: tuple[ListEntry, ...] = ()
