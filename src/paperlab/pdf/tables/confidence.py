"""How sure a table's reading is, with the reasons that lower it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from paperlab.types import RowKind, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.pdf.tables.grid import Grid
    from paperlab.pdf.tables.regions import Region
    from paperlab.types import Block


def unreadable(number: str, caption: Block) -> Table:
    """Return what is known of a table whose body was not found: its caption, where it stands, and that."""
    why = "nothing like a table was found above or below its caption"
    return Table(number, caption.text, caption.page, caption.box, (), caption.box, confidence=0.0, reasons=(why,))


def judged(table: Table, grids: Sequence[Grid], region: Region) -> Table:
    """Return the table with its confidence and reasons; one without a grid is unreadable, confidence 0."""
    if not grids:
        return replace(table, rows=(), confidence=0.0, reasons=("no columns could be told apart",))
    doubts = list(_doubts(table, grids, region))
    confidence = 1.0
    for weight, _ in doubts:
        confidence *= weight
    return replace(table, confidence=round(confidence, 2), reasons=tuple(why for _, why in doubts))


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
