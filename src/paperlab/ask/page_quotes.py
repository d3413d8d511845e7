"""Quotes for what was found, looked up on the pages that the index keeps."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from paperlab.ask.quoting import label_of, printed_row, quoted
from paperlab.quotes import locate_parts, missing_numbers
from paperlab.types import CellPlace, PageBox, Quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.ask.cells import CellMatch
    from paperlab.ask.evidence import Candidate
    from paperlab.store import Store
    from paperlab.types import Block, Paper, PrintedPage

_SMALLEST = 3.5
"""Height in points of a line of print; notes in the smallest journals have 5."""
_PAGES = 256
"""Pages kept at hand."""


class PageQuotes:
    """Makes quotes of the papers of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._of_reading = lru_cache(_PAGES)(self._read)

    def label(self, key: str) -> str:
        """Return a paper as people cite it."""
        paper = self._store.papers.get(key)
        return label_of(paper) if paper else key

    def of(self, candidate: Candidate) -> tuple[Quote, ...]:
        """Return a sentence as a quote, or as several where a page's end, a column or a float cuts it.

        Empty where any of it is not found.
        """
        paper = self._store.papers.get(candidate.key)
        pieces = candidate.pieces or ((candidate.text, candidate.pages),)
        found = [self._piece(paper, text, pages, candidate.section) for text, pages in pieces] if paper else []
        quotes = tuple(quote for quotes in found for quote in quotes) if all(found) else ()
        return quotes if all(map(_can_be_read, quotes)) else ()

    def of_labels(self, key: str, match: CellMatch, row: Quote) -> tuple[Quote, ...]:
        """Return the labels of a cell that have numbers which its row does not: all that is told stands in a quote."""
        paper = self._store.papers.get(key)
        page, blocks = self._page(key, row.page)
        if paper is None or page is None:
            return ()
        cells = [cell for cell in match.label_cells if cell.box and missing_numbers(cell.text, [row.text])]
        found = [(cell.box, quoted(paper, page, blocks, cell.text, section=row.section)) for cell in cells]
        return tuple(replace(quote, boxes=(PageBox(row.page, box),)) for box, quote in found if quote and box)

    def _piece(self, paper: Paper, text: str, pages: Sequence[int], section: tuple[str, ...]) -> tuple[Quote, ...]:
        printed = [(page, blocks) for page, blocks in (self._page(paper.key, number) for number in pages) if page]
        for page, blocks in printed:
            if quote := quoted(paper, page, blocks, text, section=section):
                return (quote,)
        for page, blocks in printed:
            if parts := _parts(paper, page, blocks, text, section):
                return parts
        return ()

    def of_cell(self, key: str, match: CellMatch) -> Quote | None:
        """Return the printed row of a cell, or the cell alone where its row is not one run of the page's text."""
        paper = self._store.papers.get(key)
        number = match.table.rows[match.row].page or match.table.page
        page, blocks = self._page(key, number)
        cell = match.cell
        if paper is None or page is None or cell.box is None:
            return None
        place = CellPlace(
            *(match.table.number, match.row_label, match.column_label, cell.text, PageBox(number, cell.box))
        )
        section, row = printed_row(blocks, number, cell.box) or ((), "")
        whole = quoted(paper, page, blocks, row, section=section, cell=place) if row else None
        if whole is not None:
            return whole
        alone = quoted(paper, page, blocks, cell.text, section=section, cell=place)
        return alone and Quote(alone.key, alone.label, alone.page, alone.text, (place.box,), section, place)

    def _page(self, key: str, number: int) -> tuple[PrintedPage | None, tuple[Block, ...]]:
        reading = self._store.readings.ids_by_key([key]).get(key)
        return self._of_reading(reading, number) if reading is not None else (None, ())

    def _read(self, reading: int, number: int) -> tuple[PrintedPage | None, tuple[Block, ...]]:
        page = self._store.readings.layer(reading, [number]).get(number)
        return page, tuple(self._store.readings.page_blocks(reading, [number])[number])


def _parts(
    paper: Paper, page: PrintedPage, blocks: Sequence[Block], text: str, section: tuple[str, ...]
) -> tuple[Quote, ...]:
    return tuple(
        Quote(
            *(paper.key, label_of(paper), found.page, found.text),
            boxes=tuple(PageBox(found.page, box) for box in found.boxes),
            section=section,
        )
        for found in locate_parts(text, page, blocks)
    )


def _can_be_read(quote: Quote) -> bool:
    """Tell print from what was hidden between the lines, in a type that nobody can read."""
    return any(box[3] - box[1] >= _SMALLEST for _, box in quote.boxes)
