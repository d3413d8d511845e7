"""What a reader marks and writes on a paper's pages, and how far they got."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from paperlab.types.boxes import Box


class AnnotationKind(StrEnum):
    """How an annotation shows on its page."""

    HIGHLIGHT = "highlight"
    UNDERLINE = "underline"
    STRIKEOUT = "strikeout"
    SQUIGGLY = "squiggly"
    NOTE = "note"
    """A comment at a place, or on the whole paper, that marks no words."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A highlight or note on a span of a page, or on the whole paper."""

    id: str
    """Names it within its paper; empty until the library gives it one."""
    kind: AnnotationKind = AnnotationKind.HIGHLIGHT
    page: int | None = None
    """1-based; None where the whole paper is meant."""
    quote: str = ""
    """The words it marks, as printed, healed across line ends; empty for a note."""
    boxes: tuple[Box, ...] = ()
    """One per printed line, around the marked letters; for a note where its sign stands."""
    before: str = ""
    """Some words before the quote: they tell it from the same words elsewhere."""
    after: str = ""
    comment: str = ""
    colour: str = "yellow"
    """A name of `COLOURS`, or `#rrggbb`."""
    author: str = ""
    """Who made it, where another program says so."""
    created: str = ""
    """ISO date and time with zone."""
    changed: str = ""
    sha256: str = ""
    """Of the PDF that page and boxes belong to: another PDF in use means that it was not found there (lost)."""
    pdf_name: str = ""
    """What a PDF calls it (/NM): one that is imported again is known by it."""

    @property
    def is_named(self) -> bool:
        """Whether that name can be its alone: programs count short ones up, on every page anew."""
        return len(self.pdf_name) >= 30


@dataclass(frozen=True, slots=True)
class PageLetters:
    """One page of a PDF letter by letter."""

    page: int
    """1-based."""
    text: str
    """The page's text layer, lines ended by a newline."""
    boxes: tuple[Box | None, ...]
    """One per character of `text`; None for a newline."""


@dataclass(frozen=True, slots=True)
class ReadingProgress:
    """How far a reader got in a paper, and for how long they read."""

    page: int | None = None
    """The page they were on, 1-based."""
    quote: str = ""
    """How the block begins that stood at the top: it finds the place again when the text is read anew."""
    seconds: tuple[tuple[str, int], ...] = ()
    """Time read by day (ISO date), ascending."""


COLOURS = {
    "yellow": "#ffd400",
    "red": "#ff6666",
    "green": "#5fb236",
    "blue": "#2ea8e5",
    "purple": "#a28ae5",
    "magenta": "#e56eee",
    "orange": "#f19837",
    "grey": "#aaaaaa",
}
"""The colours an annotation can be given, as `#rrggbb`; the values are those that Zotero writes."""
