"""A table as lines of aligned cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from paperlab.text import one_line
from paperlab.tui.flow.document import Item, ItemKind, Run
from paperlab.types import RowKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.types import Table, TableRow

_WIDEST = 48
"""Cells of a column in the text; the whole text is in the table's own view."""
_GAP = 2


def table_item(table: Table, index: int, page: int) -> Item:
    """Return a table as the item that shows it: the header and what the paper sets bold stand out."""
    text, runs = grid(table, _WIDEST)
    return Item(ItemKind.TABLE, text, page, runs=tuple(runs), index=index)


def reasons_of(table: Table) -> list[str]:
    """Return what a reader must know of a table before they trust it."""
    if not table.rows:
        why = "; ".join(table.reasons) or "its cells were not found"
        return [f"Table {table.number} could not be read cell by cell: {why}. Enter shows its picture."]
    if table.confidence < 1 and table.reasons:
        return [f"Doubt: {'; '.join(table.reasons)}."]
    return []


def grid(table: Table, widest: int) -> tuple[str, list[Run]]:
    """Return the lines of a table and what stands out in them; no column is wider than `widest` cells."""
    rows = [_texts(row, widest) for row in table.rows]
    widths = _widths(table, rows)
    lines: list[str] = []
    runs: list[Run] = []
    at = 0
    for i, row in enumerate(table.rows):
        for line, marks in _lines_of(table, i, rows[i], widths):
            runs += [Run(at + run.start, at + run.end, run.style) for run in marks]
            lines.append(line)
            at += len(line) + 1
        if row.kind is RowKind.HEADER and (i + 1 == len(rows) or table.rows[i + 1].kind is not RowKind.HEADER):
            rule = "─" * (sum(widths) + _GAP * (len(widths) - 1))
            runs.append(Run(at, at + len(rule), "muted"))
            lines.append(rule)
            at += len(rule) + 1
    return "\n".join(lines), runs


def _texts(row: TableRow, widest: int) -> list[str]:
    """Return a row's texts; what spans columns stands in its first one only."""
    return [_cut(one_line(cell.text), widest) if j == cell.column else "" for j, cell in enumerate(row.cells)]


def _cut(text: str, widest: int) -> str:
    return text if cell_len(text) <= widest else set_cell_size(text, widest - 1).rstrip() + "…"


def _widths(table: Table, rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the columns' widths; what spans several widens the last of them where it must."""
    plain = [(row, texts) for row, texts in zip(table.rows, rows, strict=True) if row.kind is not RowKind.GROUP]
    count = len(rows[0]) if rows else 0
    widths = [1] * count
    for row, texts in plain:
        for j, cell in enumerate(row.cells):
            if cell.columns == 1:
                widths[j] = max(widths[j], cell_len(texts[j]))
    for row, texts in plain:
        for j, cell in enumerate(row.cells):
            if cell.columns > 1 and j == cell.column:
                last = min(count, j + cell.columns)
                room = sum(widths[j:last]) + _GAP * (last - j - 1)
                widths[last - 1] += max(0, cell_len(texts[j]) - room)
    return widths


def _lines_of(table: Table, i: int, texts: Sequence[str], widths: Sequence[int]) -> Iterator[tuple[str, list[Run]]]:
    row = table.rows[i]
    if row.kind is RowKind.GROUP:
        label = one_line(row.cells[0].text) if row.cells else ""
        yield label, [Run(0, len(label), "section")]
        return
    line, runs = "", list[Run]()
    j = 0
    while j < len(row.cells):
        cell = row.cells[j]
        span = max(1, cell.columns) if j == cell.column else 1
        last = min(len(widths), j + span)
        room = sum(widths[j:last]) + _GAP * (last - j - 1)
        text = _aligned(texts[j], room, left=j < table.label_columns, centred=span > 1)
        start = len(line) + len(text) - len(text.lstrip())
        if (cell.bold or row.kind is RowKind.HEADER) and texts[j]:
            runs.append(Run(start, start + len(texts[j]), "strong"))
        line += text + " " * _GAP
        j = last
    yield line.rstrip(), runs


def _aligned(text: str, room: int, *, left: bool, centred: bool) -> str:
    free = max(0, room - cell_len(text))
    before = 0 if left else free // 2 if centred else free
    return " " * before + text + " " * (free - before)
