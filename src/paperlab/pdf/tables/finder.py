"""From a paper's captions to its tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from paperlab.pdf.labels import UNREADABLE
from paperlab.pdf.tables.assignment import assigned, prefers_above
from paperlab.pdf.tables.cells import table_rows
from paperlab.pdf.tables.confidence import judged, unreadable
from paperlab.pdf.tables.continued import next_part
from paperlab.pdf.tables.grid import build_grids
from paperlab.pdf.tables.panels import panels_of
from paperlab.pdf.tables.regions import candidates
from paperlab.pdf.tables.sheets import sheets_of, table_number, text_columns
from paperlab.pdf.tables.turned import turned_body
from paperlab.types import PageBox, Panel, RowKind, Table, TableRow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from paperlab.pdf.ink import Ink
    from paperlab.pdf.tables.grid import Grid
    from paperlab.pdf.tables.regions import Region
    from paperlab.pdf.tables.sheet import Caption, Sheet
    from paperlab.pdf.tables.words import Word
    from paperlab.types import Block, PageSize

_MOST_PAGES = 12
"""That one table may run over."""


def find_tables(
    blocks: Sequence[Block], ink: Mapping[int, Callable[[], Ink]], sizes: Sequence[PageSize]
) -> list[Table]:
    """Return the tables in reading order of their captions.

    `ink` gives a page's glyphs and strokes by its number, for a price.
    """
    columns = text_columns(blocks)

    def sheets(page: int) -> list[Sheet]:
        return list(sheets_of(page, blocks, ink[page](), sizes[page - 1], columns)) if page in ink else []

    captioned = sorted({block.page for block in blocks if table_number(block)})
    looked_at = [sheet for page in captioned for sheet in sheets(page)]
    found = [(sheet, caption, candidates(sheet, caption)) for sheet in looked_at for caption in sheet.captions]
    above = prefers_above([options for _, _, options in found])
    tables: list[Table] = []
    for sheet in looked_at:
        own = [(caption, options) for one, caption, options in found if one is sheet]
        bodies = dict(assigned(own, above=above))
        for caption in sheet.captions:
            if caption in bodies:
                region = bodies[caption]
                tables.append(_continued(_table(sheet, caption, region), sheet, region, sheets))
            elif found_turned := turned_body(caption, sheet, looked_at):
                tables.append(_table(found_turned[0], caption, found_turned[1]))
    tables += _lost(blocks, tables)
    order = {(block.page, block.box): i for i, block in enumerate(blocks)}
    return sorted(tables, key=lambda t: order.get((t.page, t.caption_box or t.box), 0))


def _lost(blocks: Sequence[Block], tables: Sequence[Table]) -> list[Table]:
    """Return a table without rows for each number whose caption was seen and whose body was not."""
    known = {_name(table.number, PageBox(table.page, table.caption_box or table.box)) for table in tables}
    lost: dict[object, Table] = {}
    for block in blocks:
        number = table_number(block)
        name = _name(number, PageBox(block.page, block.box))
        if number and name not in known:
            lost.setdefault(name, unreadable(number, block))
    return list(lost.values())


def _name(number: str, caption: PageBox) -> object:
    """Return what tells a table from all others: its number, or where its caption stands if that cannot be read."""
    return caption if number == UNREADABLE else number


def _words_in(sheet: Sheet, region: Region) -> list[Word]:
    x0, y0, x1, y1 = region.box
    return [w for w in sheet.words if x0 - 2 <= w.centre <= x1 + 2 and y0 - 1 < w.waist < y1 + 1]


def _grids(sheet: Sheet, region: Region, words: Sequence[Word]) -> list[Grid]:
    parts = panels_of(words, sheet.rules.within(region.box), region.box)
    grids = [grid for part in parts for grid in build_grids(part.words, part.rules, part.box)]
    return _in_order(grids)


def _in_order(grids: Sequence[Grid]) -> list[Grid]:
    """Return grids from top to bottom, those that stand beside each other from left to right."""
    bands: list[list[Grid]] = []
    for grid in sorted(grids, key=lambda g: g.box[1]):
        first = bands[-1][0] if bands else None
        if first and grid.box[1] < (first.box[1] + first.box[3]) / 2:
            bands[-1].append(grid)
        else:
            bands.append([grid])
    return [grid for band in bands for grid in sorted(band, key=lambda g: g.box[0])]


def _table(sheet: Sheet, caption: Caption, region: Region) -> Table:
    words = _words_in(sheet, region)
    grids = _grids(sheet, region, words)
    width = max((len(grid.columns) for grid in grids), default=0)
    drafts = [row for grid in grids for row in grid.rows]
    panels: list[Panel] = []
    for grid in grids if len(grids) > 1 else ():
        first = panels[-1].last if panels else 0
        panels.append(Panel(first, first + len(grid.rows), sheet.frame.back(grid.box)))
    table = Table(
        number=caption.number,
        caption=caption.block.text,
        page=sheet.page,
        box=sheet.frame.back(region.box),
        rows=tuple(table_rows(drafts, width, sheet.frame)),
        caption_box=caption.block.box,
        label_columns=max((grid.labels for grid in grids), default=1),
        rotation=sheet.frame.rotation,
        panels=tuple(panels),
    )
    return judged(table, grids, words, region)


def _continued(table: Table, sheet: Sheet, region: Region, sheets: Callable[[int], list[Sheet]]) -> Table:
    """Return the table with the rows that stand on the pages after its own."""
    for _ in range(_MOST_PAGES):
        found = next_part(sheet, region, sheets)
        if found is None or not table.rows:
            return table
        sheet, region = found
        grids = _grids(sheet, region, _words_in(sheet, region))
        if len(grids) != 1 or len(grids[0].columns) != len(table.rows[0].cells):
            return table
        rows = table_rows(grids[0].rows, len(grids[0].columns), sheet.frame)
        box = PageBox(sheet.page, sheet.frame.back(region.box))
        table = replace(
            table, rows=(*table.rows, *_further(rows, table, sheet.page)), continued=(*table.continued, box)
        )
    return table


def _further(rows: Sequence[TableRow], table: Table, page: int) -> list[TableRow]:
    """Return rows of a later page without the header that is printed there again."""
    header = [tuple(cell.text for cell in row.cells) for row in table.header]
    kept = [row for row in rows if tuple(cell.text for cell in row.cells) not in header]
    shift = len(table.rows)
    first = rows.index(kept[0]) if kept else 0
    moved = []
    for row in kept:
        cells = tuple(replace(cell, row=max(0, cell.row - first) + shift) for cell in row.cells)
        kind = RowKind.DATA if row.kind is RowKind.HEADER else row.kind
        moved.append(TableRow(kind, cells, page))
    return moved
