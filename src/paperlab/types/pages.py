"""What stands on the pages of a paper: blocks with boxes, front matter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from paperlab.types.boxes import Box, around


class BlockKind(StrEnum):
    """What a run of text on a page is."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    FORMULA = "formula"
    """A formula set apart from the text."""
    REFERENCE = "reference"
    """One entry of the reference list."""
    TABLE = "table"
    """The words of a table, one printed row after another; its cells are in `Reading.tables`."""
    FIGURE = "figure"
    """The words inside a picture."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where a printed line begins in its block's text, and where it stands on the page."""

    start: int
    """Offset of its first character in the block's text."""
    box: Box


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text of one kind on one page, in reading order."""

    kind: BlockKind
    page: int
    """1-based."""
    section: tuple[str, ...]
    """Headings above it, outermost first."""
    text: str
    """Words healed across line ends, ligatures opened, white space single."""
    lines: tuple[Line, ...]

    @property
    def box(self) -> Box:
        """The smallest box around all lines."""
        return around([line.box for line in self.lines])


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What page 1 and the file's own metadata say about a paper."""

    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    abstract: str = ""
    arxiv_id: str | None = None
    """As stamped, without version."""
    arxiv_version: int | None = None
    doi: str | None = None


@dataclass(frozen=True, slots=True)
class PageSize:
    """One page's size in points."""

    number: int
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """One page of a PDF as its file has it, to look quotes up in."""

    number: int
    """1-based."""
    text: str
    """Its text layer, lines and hyphens as they are."""
