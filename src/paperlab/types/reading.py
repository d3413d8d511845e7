"""All that is read from one paper: its pages, tables, figures, references."""

from __future__ import annotations

from dataclasses import dataclass

from paperlab.types.boxes import PageBox
from paperlab.types.pages import Block, FrontMatter, PageSize, PrintedPage
from paperlab.types.tables import Figure, Table


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in the text that points to an entry of the reference list."""

    block: int
    """0-based position of the block in the reading."""
    start: int
    """Character span in the block's text."""
    end: int
    page: int
    text: str
    """As printed: `[12]`, `Vaswani et al. (2017)`."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of a paper's reference list."""

    ordinal: int
    """0-based, as listed."""
    label: str
    """As printed before the entry (`12`, `VSP+17`), empty for author-year lists."""
    text: str
    """The entry as printed."""
    page: int
    boxes: tuple[PageBox, ...]
    """One per page or column it stands on."""
    authors: tuple[str, ...] = ()
    title: str = ""
    year: int | None = None
    venue: str = ""
    arxiv_id: str | None = None
    """Without version."""
    doi: str | None = None
    url: str | None = None
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a page reader found in one PDF."""

    reader: str
    """Id and version of the reader."""
    pages: tuple[PageSize, ...]
    blocks: tuple[Block, ...]
    front: FrontMatter
    tables: tuple[Table, ...] = ()
    """By page and place."""
    figures: tuple[Figure, ...] = ()
    warnings: tuple[str, ...] = ()
    """Pages that could not be read, with the reason."""
    layer: tuple[PrintedPage, ...] = ()
    """The pages that have text, as the file has it."""
