"""Items as lines of a width, by cells; and between lines and positions."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from paperlab.tui.flow.document import ItemKind, Position, cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paperlab.tui.flow.document import Document, Item

_INDENT = {ItemKind.FOOTNOTE: 2, ItemKind.FORMULA: 6, ItemKind.CAPTION: 2, ItemKind.TABLE: 2, ItemKind.FIGURE: 2}
_HANGING = 4
_NARROW = 50
"""Cells: below it nothing is indented by much."""


class Row(NamedTuple):
    """One line of the flow: some of an item's text, or an empty line before it (`end` is -1)."""

    item: int
    start: int
    end: int
    indent: int = 0
    """Cells before the text."""

    @property
    def is_blank(self) -> bool:
        """Whether it only keeps two items apart."""
        return self.end < 0


class Flow:
    """A document in lines of a width."""

    def __init__(self, document: Document, width: int) -> None:
        """`width` is in cells, at least 4."""
        self.document = document
        self.width = max(4, width)
        self.rows: list[Row] = []
        self._first: list[int] = []
        self._behind: list[int] = []
        for i, item in enumerate(document.items):
            if i and not item.goes_on:
                self.rows += [Row(i, 0, -1)] * _space_before(document.items[i - 1], item)
            self._first.append(len(self.rows))
            self.rows += self._item_rows(i, item)
            self._behind.append(len(self.rows))

    def __len__(self) -> int:
        return len(self.rows)

    def _item_rows(self, i: int, item: Item) -> Iterator[Row]:
        indent = min(_INDENT.get(item.kind, 0), 2 if self.width < _NARROW else 6)
        if item.kind is ItemKind.TABLE:
            yield from (Row(i, start, end, indent) for start, end in _lines(item.shown))
            return
        hanging = _HANGING if item.kind is ItemKind.REFERENCE and self.width >= _NARROW else 0
        for start, end in wrapped(item, self.width - indent, self.width - indent - hanging):
            yield Row(i, start, end, indent + (hanging if start else 0))

    def first_row(self, item: int) -> int:
        """Return the line an item begins on."""
        return self._first[item]

    def row_of(self, position: Position) -> int:
        """Return the line that a position is on."""
        first, behind = self._first[position.item], self._behind[position.item]
        return max(first, bisect_right(self.rows, position.offset, first, behind, key=lambda row: row.start) - 1)

    def cell_of(self, position: Position) -> int:
        """Return the cell within its line that a position is at, the line's indent counted."""
        row = self.rows[self.row_of(position)]
        item = self.document.items[row.item]
        return row.indent + item.width(row.start, max(row.start, min(position.offset, row.end)))

    def position_at(self, row: int, cell: int) -> Position:
        """Return the position nearest to a cell of a line: within its text."""
        row = max(0, min(row, len(self.rows) - 1))
        while row + 1 < len(self.rows) and self.rows[row].is_blank:
            row += 1
        item, start, end, indent = self.rows[row]
        room = cell - indent
        shown = self.document.items[item].shown
        at = start
        while at < end and (size := cells(shown[at])) <= room:
            room -= size
            at += 1
        return Position(item, at)


def _space_before(before: Item, item: Item) -> int:
    """Return how many empty lines stand between two items."""
    if item.kind is ItemKind.REFERENCE and before.kind is ItemKind.REFERENCE:
        return 0
    if item.kind is ItemKind.FIGURE or (before.kind is ItemKind.REMARK and item.kind is ItemKind.REMARK):
        return 0
    if item.kind is ItemKind.HEADING and item.level == 0:
        return 2
    return 1


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def wrapped(item: Item, first: int, others: int) -> Iterator[tuple[int, int]]:
    """Yield the span of each line of an item's text, `first` cells wide for the first, `others` for the rest."""
    for line, end in _lines(item.shown):
        start, width = line, max(1, others if line else first)
        while True:
            cut = start + width if item.is_narrow else _reach(item.shown, start, end, width)
            if cut >= end:
                yield start, end
                break
            stop, start = _broken(item.shown, start, cut, narrow=item.is_narrow)
            yield stop
            width = max(1, others)


def _reach(shown: str, start: int, end: int, width: int) -> int:
    """Return the first character behind those that fit into `width` cells; at least one does."""
    room = width
    for at in range(start, end):
        room -= cells(shown[at])
        if room < 0:
            return max(at, start + 1)
    return end


def _broken(shown: str, start: int, cut: int, *, narrow: bool) -> tuple[tuple[int, int], int]:
    """Return the span of a line of which at most the characters up to `cut` fit, and where the next one begins."""
    space = shown.rfind(" ", start, cut + 1)
    if not narrow:
        at = cut
        while at > max(start, space) and not (cells(shown[at]) == 2 or cells(shown[at - 1]) == 2):
            at -= 1
        if at > max(start, space + 1):
            return (start, at), at
    if space <= start:
        return (start, cut), cut
    behind = space + 1
    return (start, space), behind
