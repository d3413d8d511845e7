"""How sure a table's reading is, with the reasons that lower it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from paperlab.pdf.tables.cells import row_cells
from paperlab.types import RowKind, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.pdf.tables.grid import Grid
    from paperlab.pdf.tables.regions import Region
    from paperlab.pdf.tables.words import Word
    from paperlab.types import Block

_FEW = 12
_MOST_DOUBLE = 0.2
"""Of a region's words, in two cells at once: above it, and above a few, there is no grid but running text."""


def unreadable(number: str, caption: Block) -> Table:
    """Return what is known of a table whose body was not found: its caption, where it stands, and that."""
    why = "nothing like a table was found above or below its caption"
    return Table(number, caption.text, caption.page, caption.box, (), caption.box, confidence=0.0, reasons=(why,))


def judged(table: Table, grids: Sequence[Grid], words: Sequence[Word], region: Region) -> Table:
    """Return the table with its confidence and reasons; one without a grid is unreadable, confidence 0."""
    if not grids:
        return replace(table, rows=(), confidence=0.0, reasons=("no columns could be told apart",))
    lost, double = _words_astray(grids, words)
    if double > max(_FEW, _MOST_DOUBLE * len(words)):
        return replace(
            table, rows=(), panels=(), confidence=0.0, reasons=(f"no rows could be told apart: {double} words overlap",)
        )
    doubts = list(_doubts(table, grids, region))
    if lost and len(grids) == 1:
        doubts.append((0.5 if lost > 2 else 0.8, f"{lost} of its words stand in no cell"))
    if double:
        doubts.append((0.3, f"{double} of its words stand in two cells"))
    confidence = 1.0
    for weight, _ in doubts:
        confidence *= weight
    return replace(table, confidence=round(confidence, 2), reasons=tuple(why for _, why in doubts))


def _words_astray(grids: Sequence[Grid], words: Sequence[Word]) -> tuple[int, int]:
    """Return how many words of the region stand in no cell, and how many in two."""
    homes: dict[int, set[tuple[int, ...]]] = {id(word): set() for word in words}
    for grid in grids:
        for row in grid.rows:
            for cell in row_cells(row, len(grid.columns)):
                key = tuple(id(word) for piece in cell for word in piece.words)
                for name in key:
                    homes.setdefault(name, set()).add(key)
    lost = sum(not home for home in homes.values())
    return lost, sum(len(home) > 1 for home in homes.values())


def _doubts(table: Table, grids: Sequence[Grid], region: Region) -> Iterator[tuple[float, str]]:
    if region.ruled < 2:
        yield 0.8, "no rules bound it"
    for grid in grids:
        yield from ((0.8, doubt) for doubt in grid.doubts)
    data = [row for row in table.body if row.kind is RowKind.DATA]
    cells = [cell for row in data for cell in row.cells]
    if not data:
        yield 0.3, "it has no row of data"
        return
    blank = sum(not cell.text for cell in cells) / len(cells)
    if blank > 0.5:
        yield 0.8, f"{blank:.0%} of its cells are blank"
    if any("\ufffd" in cell.text for cell in cells):
        yield 0.3, "its fonts do not say which letters they show"
    crowded = sum(len(cell.values) > 2 for cell in cells)
    if crowded > 0.1 * len(cells):
        yield 0.6, "many cells hold several numbers: columns may have run together"
