"""What names the rows and columns of a table. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paperlab.text import fold
from paperlab.types import RowKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paperlab.types import Cell, Table, TableRow


def row_labels(table: Table, i: int) -> list[str]:
    """Return what names a row: the section row above it, then its own labels."""
    group = next((cell_text(row.cells[0]) for row in rows_above(table, i) if row.kind is RowKind.GROUP), "")
    own = [cell_text(cell) for cell in table.rows[i].cells[: table.label_columns]]
    return [label for label in dict.fromkeys([group, *own]) if label]


def column_labels(table: Table, i: int, j: int) -> list[str]:
    """Return what names a column at a row: the nearest header rows above it that name it, from top to bottom."""
    found: list[str] = []
    for row in rows_above(table, i):
        if row.kind is RowKind.HEADER:
            found.append(cell_text(row.cells[j]))
        elif any(found):
            break
    return [label for label in dict.fromkeys(reversed(found)) if label]


def rows_above(table: Table, i: int) -> Iterator[TableRow]:
    """Yield the rows above a row in its panel, nearest first."""
    first = next((panel.first for panel in table.panels if panel.first <= i < panel.last), 0)
    return (table.rows[k] for k in range(i - 1, first - 1, -1))


def is_first_place(table: Table, i: int, j: int) -> bool:
    """Tell the first of the places that a spanning cell covers; its other columns name it as well."""
    cell = table.rows[i].cells[j]
    return i == 0 or cell.rows == 1 or table.rows[i - 1].cells[j] != cell


def cell_text(cell: Cell) -> str:
    """Return a cell's words on one line."""
    return " ".join(cell.text.split())


def label_words(text: str) -> str:
    """Return a label as compared with others: lower-case words, numbers apart: `CIFAR10` is `CIFAR-10`."""
    return " ".join(re.findall(r"[^\W\d_]+|\d+", fold(text)))
