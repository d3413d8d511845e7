"""A paper's reading as the items of a document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paperlab.quotes import letters_of
from paperlab.tui.flow.document import Document, Heading, Item, ItemKind, Position
from paperlab.tui.flow.grids import reasons_of, table_item
from paperlab.tui.flow.linking import LinkFinder
from paperlab.types import BlockKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from paperlab.types import Block, Box, Figure, Paper, Reading, Reference, Table

_KINDS = {
    BlockKind.TITLE: ItemKind.TITLE,
    BlockKind.HEADING: ItemKind.HEADING,
    BlockKind.PARAGRAPH: ItemKind.TEXT,
    BlockKind.CAPTION: ItemKind.CAPTION,
    BlockKind.FOOTNOTE: ItemKind.FOOTNOTE,
    BlockKind.FORMULA: ItemKind.FORMULA,
    BlockKind.REFERENCE: ItemKind.REFERENCE,
    BlockKind.TABLE: ItemKind.TABLE,
}
_SENTENCE_END = re.compile(r"[.!?:][\"')\]”’]*\s*\Z")
_ENTRY_START = 40
"""Letters by which a reference's entry is found in a block."""


def build_document(
    reading: Reading, references: Sequence[Reference] = (), own_keys: Mapping[int, str] | None = None
) -> Document:
    """Return a reading as a document; `own_keys` names by reference the papers of the library."""
    builder = _Builder(reading)
    items = builder.items()
    finder = LinkFinder(items, reading.tables, reading.figures, references)
    linked = tuple(finder.linked(i, item) for i, item in enumerate(items))
    return Document(
        linked,
        tuple(headings_of(linked)),
        reading.blocks,
        reading.tables,
        reading.figures,
        tuple(references),
        len(reading.pages),
        tuple(_entry_place(reference, linked) for reference in references),
        dict(own_keys or {}),
    )


def paper_without_text(paper: Paper, why: str) -> Document:
    """Return what the record says of a paper whose text cannot be shown, and why it cannot."""
    items = [Item(ItemKind.TITLE, paper.title or paper.key)]
    if paper.authors:
        items.append(Item(ItemKind.TEXT, ", ".join(paper.authors)))
    items.append(Item(ItemKind.REMARK, why))
    if paper.abstract:
        items += [Item(ItemKind.HEADING, "Abstract"), Item(ItemKind.TEXT, paper.abstract)]
    return Document(tuple(items), tuple(headings_of(items)))


def headings_of(items: Sequence[Item]) -> list[Heading]:
    """Return the sections among the items."""
    return [Heading(i, item.level, item.text) for i, item in enumerate(items) if item.kind is ItemKind.HEADING]


class _Builder:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._shown_tables: set[int] = set()
        self._shown_figures: set[int] = set()

    def items(self) -> list[Item]:
        """Return the items in reading order."""
        found: list[Item] = []
        for number, block in enumerate(self._reading.blocks):
            if block.kind is BlockKind.TABLE:
                found += self._table(number, block)
            elif block.kind is BlockKind.FIGURE:
                found += self._picture(block)
            else:
                found.append(_text_item(number, block, found))
            if block.kind is BlockKind.CAPTION:
                found += self._captioned(block)
        return [*found, *self._warnings()]

    def _table(self, number: int, block: Block) -> list[Item]:
        """Return a table's cells where its block stands, the first time; its words where no cells were read."""
        at = next((i for i, table in enumerate(self._reading.tables) if _holds(table, block)), None)
        if at is None:
            return [Item(ItemKind.TABLE, block.text, block.page, number)]
        table = self._reading.tables[at]
        remark = [Item(ItemKind.REMARK, text, block.page) for text in reasons_of(table)]
        if not table.rows:
            return [*remark, Item(ItemKind.TABLE, block.text, block.page, number, index=at)]
        if at in self._shown_tables:
            return []
        self._shown_tables.add(at)
        return [table_item(table, at, block.page), *remark]

    def _picture(self, block: Block) -> list[Item]:
        """Return a line for a picture that no caption speaks of; words in other pictures are in those."""
        if any(f.page == block.page and _meet(f.box, block.box) for f in self._reading.figures):
            return []
        return [Item(ItemKind.FIGURE, f"Picture on page {block.page}", block.page)]

    def _captioned(self, block: Block) -> list[Item]:
        for at, figure in enumerate(self._reading.figures):
            is_its = figure.page == block.page and _meet(figure.caption_box, block.box)
            if is_its and at not in self._shown_figures:
                self._shown_figures.add(at)
                return [figure_item(figure, at)]
        return []

    def _warnings(self) -> list[Item]:
        return [Item(ItemKind.REMARK, warning) for warning in self._reading.warnings]


def figure_item(figure: Figure, at: int) -> Item:
    """Return the line that stands for a figure."""
    return Item(ItemKind.FIGURE, f"Figure {figure.number}", figure.page, index=at)


def _text_item(number: int, block: Block, before: Sequence[Item]) -> Item:
    kind = _KINDS[block.kind]
    level = max(0, len(block.section) - 1) if kind is ItemKind.HEADING else 0
    return Item(kind, block.text, block.page, number, level, goes_on=_goes_on(kind, block.text, before))


def _goes_on(kind: ItemKind, text: str, before: Sequence[Item]) -> bool:
    """Tell whether a paragraph goes on the sentence that the item before it broke off."""
    if kind is not ItemKind.TEXT or not before or before[-1].kind is not ItemKind.TEXT:
        return False
    return not _SENTENCE_END.search(before[-1].text) and text[:1].islower()


def _holds(table: Table, block: Block) -> bool:
    """Tell whether a block's words are some of a table's, where it began or where it goes on."""
    x, y = (block.box[0] + block.box[2]) / 2, (block.box[1] + block.box[3]) / 2
    parts = [(table.page, table.box), *table.continued]
    return any(page == block.page and box[0] <= x <= box[2] and box[1] - 2 <= y <= box[3] + 2 for page, box in parts)


def _meet(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) > max(one[0], other[0]) and min(one[3], other[3]) > max(one[1], other[1])


def _entry_place(reference: Reference, items: Sequence[Item]) -> Position | None:
    """Return where an entry of the reference list begins: by its first letters, on its page."""
    start = letters_of(reference.text).letters[:_ENTRY_START]
    for i, item in enumerate(items):
        if item.kind is ItemKind.REFERENCE and item.page == reference.page:
            letters = letters_of(item.text)
            at = letters.letters.find(start)
            if at >= 0:
                label = item.text.rfind("[", 0, letters.starts[at] + 1)
                opens = label >= 0 and letters.starts[at] - label < len(reference.label) + 4
                return Position(i, label if opens else letters.starts[at])
    return None
