"""What the reader shows of a paper: items one below the other, with their links and headings."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import get_character_cell_size

from paperlab.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.types import Block, Figure, Reference, Table

FILLER = "\u2060"
"""Stands in `Item.shown` for a character that is not shown: no cells, and taken out when a line is drawn."""
_RAISED = re.compile(r"([\^_])(−?\d+)(?![.,]?\d)")
_HEIGHTS = {
    "^": str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"),
    "_": str.maketrans("0123456789−", "₀₁₂₃₄₅₆₇₈₉₋"),
}


class ItemKind(StrEnum):
    """How an item is shown."""

    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    FORMULA = "formula"
    REFERENCE = "reference"
    TABLE = "table"
    """Lines of cells, never wrapped."""
    FIGURE = "figure"
    """One line that stands for a picture."""
    REMARK = "remark"
    """What the desk says, not the paper."""


class LinkKind(StrEnum):
    """Where a link leads."""

    REFERENCE = "reference"
    TABLE = "table"
    FIGURE = "figure"
    SECTION = "section"
    URL = "url"


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """Characters of an item that lead elsewhere."""

    start: int
    end: int
    kind: LinkKind
    index: int = -1
    """Of the reference, table or figure of the document; for a section, of its item."""
    url: str = ""


class Run(NamedTuple):
    """Characters of an item that are drawn in a way of their own."""

    start: int
    end: int
    style: str
    """`strong` or `muted`."""


class Position(NamedTuple):
    """A place between two characters of a document."""

    item: int
    offset: int


class Span(NamedTuple):
    """Characters of one item, and what they are marked as."""

    item: int
    start: int
    end: int
    name: str = ""
    """Of an annotation: its id."""


class Heading(NamedTuple):
    """A section as the outline has it."""

    item: int
    level: int
    """0 for the outermost."""
    text: str


@dataclass(frozen=True)
class Item:
    """Something that is shown below what was before it."""

    kind: ItemKind
    text: str
    """Where `block` is given, its text character by character: offsets are the block's."""
    page: int = 0
    """1-based; 0 where it stands on none."""
    block: int | None = None
    """Position in the reading of the block that it shows."""
    level: int = 0
    links: tuple[Link, ...] = ()
    runs: tuple[Run, ...] = ()
    goes_on: bool = False
    """It goes on a sentence of the item before: no space between them."""
    index: int = -1
    """Of the table or figure that it shows."""

    @cached_property
    def shown(self) -> str:
        """The text with each character as it is drawn: as long as the text, what is not shown as `FILLER`."""
        text = self.text
        if not text.isascii() or not text.isprintable():
            text = "".join(_harmless(c) for c in text)
        return _RAISED.sub(_at_height, text) if "^" in text or "_" in text else text

    @cached_property
    def is_narrow(self) -> bool:
        """Whether every character takes one cell."""
        shown = self.shown
        return (shown.isascii() and "\n" not in shown) or all(cells(c) == 1 for c in set(shown))

    @cached_property
    def widest(self) -> int:
        """How many cells its longest line takes, where its lines are not wrapped."""
        ends = [at for at, char in enumerate(self.text) if char == "\n"]
        return max(
            self.width(a, b) for a, b in zip([0, *(end + 1 for end in ends)], [*ends, len(self.text)], strict=True)
        )

    def width(self, start: int, end: int) -> int:
        """Return how many cells characters take."""
        return end - start if self.is_narrow else sum(map(cells, self.shown[start:end]))


@dataclass(frozen=True)
class Document:
    """A paper as the reader shows it."""

    items: tuple[Item, ...]
    headings: tuple[Heading, ...] = ()
    blocks: tuple[Block, ...] = ()
    """Of the reading."""
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()
    references: tuple[Reference, ...] = ()
    pages: int = 0
    reference_places: tuple[Position | None, ...] = ()
    """For each reference, where its entry begins."""
    own_keys: dict[int, str] = field(default_factory=dict)
    """By reference: the key of the paper in the library that it names."""

    @cached_property
    def first_on_page(self) -> dict[int, int]:
        """For each page that something stands on, its first item."""
        found: dict[int, int] = {}
        for i, item in enumerate(self.items):
            if item.page:
                found.setdefault(item.page, i)
        return found

    @cached_property
    def _heading_items(self) -> list[int]:
        return [heading.item for heading in self.headings]

    def heading_at(self, item: int) -> int | None:
        """Return the position among the headings of the section that an item is in."""
        at = bisect_right(self._heading_items, item) - 1
        return at if at >= 0 else None

    def page_at(self, item: int) -> int:
        """Return the page an item stands on; of a remark, that of the item before."""
        return next((self.items[i].page for i in range(item, -1, -1) if self.items[i].page), 1)

    def text_between(self, first: Position, last: Position) -> str:
        """Return the text from one position up to another; items apart by an empty line."""
        return "\n\n".join(
            self.items[span.item].text[span.start : span.end] for span in spans_between(self.items, first, last)
        )


def spans_between(items: Sequence[Item], first: Position, last: Position) -> list[Span]:
    """Return what of each item lies between two positions, in order; remarks and figure lines are left out."""
    first, last = min(first, last), max(first, last)
    found = []
    for i in range(first.item, last.item + 1):
        item = items[i]
        start = first.offset if i == first.item else 0
        end = last.offset if i == last.item else len(item.text)
        start, end = trimmed(item.text, start, end)
        if start < end and item.kind not in {ItemKind.REMARK, ItemKind.FIGURE}:
            found.append(Span(i, start, end))
    return found


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span of a text without the white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


@lru_cache(maxsize=8192)
def cells(char: str) -> int:
    """Return how many cells a character takes."""
    return 0 if char in {FILLER, "\n"} else get_character_cell_size(char)


@lru_cache(maxsize=8192)
def _harmless(char: str) -> str:
    if char == "\n":
        return char
    if char in "\t\r\f\v\u00a0\u2028\u2029" or char.isspace():
        return " "
    return char if clean(char) else FILLER


def _at_height(match: re.Match[str]) -> str:
    return FILLER + match[2].translate(_HEIGHTS[match[1]])
