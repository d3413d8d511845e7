"""A whole paper from its raw pages: rows, headings, blocks, front matter. Pure; the child process runs it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from paperlab.pdf.blocks import build_blocks
from paperlab.pdf.columns import in_reading_order
from paperlab.pdf.figures import find_figures
from paperlab.pdf.floats import with_floats
from paperlab.pdf.formulas import with_formulas
from paperlab.pdf.front_matter import Front, find_front
from paperlab.pdf.furniture import without_furniture
from paperlab.pdf.healing import vocabulary
from paperlab.pdf.page_text import RawPage, Row, join_rows, mend, rows_of
from paperlab.pdf.sections import body_size, find_headings
from paperlab.pdf.tables import find_tables
from paperlab.text import fold
from paperlab.types import Block, BlockKind, FrontMatter, PageSize, PrintedPage, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from paperlab.pdf.ink import Ink
    from paperlab.pdf.sections import Outline

_KEYWORDS = re.compile(r"(?:^|(?<=[.!?] ))(?:key ?words|index terms|ccs concepts|acm reference)\b", re.IGNORECASE)
_MOST_CHARACTERS = 6_000_000
"""Of one page; a million words. What is beyond is cut off and reported."""


@dataclass(slots=True)
class Document:
    """Takes the pages of a PDF one by one and makes a reading of them."""

    info: Mapping[str, str] = field(default_factory=dict)
    """The file's own metadata: `title`, `creationDate`."""
    outline: Outline = ()
    warnings: list[str] = field(default_factory=list)
    characters: int = 0
    """Read so far, on all pages."""
    _sizes: list[PageSize] = field(default_factory=list)
    _rows: list[list[Row]] = field(default_factory=list)
    _layer: list[PrintedPage] = field(default_factory=list)
    _ink: dict[int, Callable[[], Ink]] = field(default_factory=dict)
    _first: RawPage | None = None

    def add(self, raw: RawPage, ink: Callable[[], Ink], layer: str = "") -> None:
        """Add the next page, as `page.get_text("dict")` gives it; `ink` is called later where there is a caption.

        `layer` is what `page.get_text()` gives.
        """
        number = len(self._sizes) + 1
        self._sizes.append(PageSize(number, round(float(raw["width"]), 2), round(float(raw["height"]), 2)))
        rows = rows_of(mend(raw), number)
        if number == 1:
            self._first = raw
        if layer.strip():
            self._layer.append(PrintedPage(number, layer[:_MOST_CHARACTERS]))
        self._rows.append(self._bounded(rows, number))
        self._ink[number] = lru_cache(maxsize=1)(ink)

    def add_unreadable(self, why: str) -> None:
        """Keep the place of a page that could not be read; its size is taken from the page before."""
        number = len(self._sizes) + 1
        before = self._sizes[-1] if self._sizes else PageSize(0, 612.0, 792.0)
        self._sizes.append(PageSize(number, before.width, before.height))
        self._rows.append([])
        self.warnings.append(f"page {number} was left out: {why}")

    def reading(self, reader: str) -> Reading:
        """Return all that was found; `reader` is the page reader's id."""
        pages = without_furniture(self._rows, self._sizes)
        pages = [join_rows(page) for page in pages]
        body = body_size([row for page in pages for row in page])
        rows = [row for page in pages for row in with_formulas(in_reading_order(page, body), body)]
        words = vocabulary(rows)
        front = find_front(self._first, self.info, words) if self._first else Front()
        title, above = _front_rows(rows, front)
        headings = find_headings(rows, self.outline, above)
        blocks = build_blocks(rows, headings, title, words, body)
        matter = FrontMatter(
            front.title,
            front.authors,
            front.year,
            _abstract(blocks),
            front.arxiv_id,
            front.arxiv_version,
            front.doi,
        )
        tables = find_tables(blocks, self._ink, self._sizes)
        figures = find_figures(blocks, self._ink, self._sizes, tables)
        blocks = with_floats(blocks, tables, figures)
        return Reading(
            *(reader, tuple(self._sizes), tuple(blocks), matter),
            *(tuple(tables), tuple(figures), tuple(self.warnings), tuple(self._layer)),
        )

    def _bounded(self, rows: list[Row], number: int) -> list[Row]:
        total = 0
        for i, row in enumerate(rows):
            total += len(row.text) + 1
            if total > _MOST_CHARACTERS:
                self.warnings.append(f"page {number} was cut off after a million words")
                rows = rows[:i]
                break
        self.characters += total
        return rows


def _front_rows(rows: Sequence[Row], front: Front) -> tuple[frozenset[int], frozenset[int]]:
    """Return the indexes of the title's rows, and of all rows of page 1 above the abstract."""
    title, above = set(), set()
    for i, row in enumerate(rows):
        if row.page > 1:
            break
        if row.upright and any(_inside(row, box) for box in front.title_boxes):
            title.add(i)
        if row.box[3] <= front.ends + 2:
            above.add(i)
    return frozenset(title), frozenset(title | above)


def _inside(row: Row, box: tuple[float, float, float, float]) -> bool:
    x, y = (row.box[0] + row.box[2]) / 2, (row.box[1] + row.box[3]) / 2
    within = box[1] <= y <= box[3]
    return within and (box[0] <= x <= box[2] or row.box[0] <= (box[0] + box[2]) / 2 <= row.box[2])


def _abstract(blocks: Sequence[Block]) -> str:
    """Return the paragraphs under the first heading "Abstract", without that word where it opens the paragraph."""
    parts: list[str] = []
    for block in blocks:
        inside = len(block.section) == 1 and fold(block.section[0]) == "abstract"
        if inside and block.kind is BlockKind.PARAGRAPH:
            text = _KEYWORDS.split(block.text)[0].strip()
            # The words of a figure come in snippets.
            if len(block.lines) < 3 or len(text) > 25 * len(block.lines):
                parts.append(text)
            if len(text) < len(block.text):
                break
        elif parts and block.kind is BlockKind.HEADING:
            break
    text = " ".join(parts)
    opening = text[:8].casefold() == "abstract"
    return text[8:].lstrip(" .:—–-") if opening else text
