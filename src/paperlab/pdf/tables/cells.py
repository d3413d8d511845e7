"""Drafted rows made to the cells of a table: text, box, values, spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.pdf.tables.columns import is_number
from paperlab.types import Cell, RowKind, TableRow, around
from paperlab.values import parse_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.tables.columns import Piece
    from paperlab.pdf.tables.rows import Draft
    from paperlab.pdf.tables.words import Frame, Word

Key = tuple[int, ...]
_SAME_LINE = 0.6
"""Of the type size: baselines of one line of a cell are closer."""


def table_rows(rows: Sequence[Draft], width: int, frame: Frame) -> list[TableRow]:
    """Return the rows as cells, `width` columns each; a cell that spans stands at each of its places."""
    grid = [row_cells(row, width) for row in rows]
    places: dict[Key, list[tuple[int, int]]] = {}
    for i, cells in enumerate(grid):
        for j, pieces in enumerate(cells):
            if pieces:
                places.setdefault(_key(pieces), []).append((i, j))
    made: dict[Key, Cell] = {}
    result = []
    for i, (row, cells) in enumerate(zip(rows, grid, strict=True)):
        made_cells = tuple(
            _cell(pieces, places[_key(pieces)], frame, made) if pieces else Cell("", None, row=i, column=j)
            for j, pieces in enumerate(cells)
        )
        result.append(TableRow(row.kind, made_cells))
    return result


def row_cells(row: Draft, width: int) -> list[list[Piece]]:
    """Return the pieces of each of a row's cells, in the order they are read."""
    cells: list[list[Piece]] = [[] for _ in range(width)]
    for piece in row.pieces:
        group = row.kind is RowKind.GROUP
        for column in range(width) if group else range(piece.first, piece.last + 1):
            cells[column].append(piece)
    return [_in_reading_order(pieces) for pieces in cells]


def _in_reading_order(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces line by line; a raised mark stands in the line of the words beside it."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.base):
        if lines and piece.base - lines[-1][0].base < _SAME_LINE * max(p.words[0].size for p in (piece, lines[-1][0])):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [piece for line in lines for piece in sorted(line, key=lambda p: p.x0)]


def _key(pieces: Sequence[Piece]) -> Key:
    return tuple(id(word) for piece in pieces for word in piece.words)


def _cell(pieces: Sequence[Piece], places: Sequence[tuple[int, int]], frame: Frame, made: dict[Key, Cell]) -> Cell:
    key = _key(pieces)
    if key in made:
        return made[key]
    words = [word for piece in pieces for word in piece.words]
    text = _joined(pieces)
    bold = _is_bold(words)
    box = frame.back(around([word.box for word in words]))
    rows, columns = [i for i, _ in places], [j for _, j in places]
    cell = Cell(
        text,
        box,
        bold,
        parse_values(text, bold=bold),
        min(rows),
        min(columns),
        max(rows) - min(rows) + 1,
        max(columns) - min(columns) + 1,
    )
    made[key] = cell
    return cell


def _is_bold(words: Sequence[Word]) -> bool:
    """Tell whether most letters are bold; of a number with a spread the number alone counts."""
    spread = next((i for i, word in enumerate(words) if word.text[:1] == "(" or "±" in word.text), len(words))
    told = words[: max(1, spread)] if is_number(words[0].text.split("±")[0]) else words
    return 2 * sum(len(word.text) for word in told if word.bold) > sum(len(word.text) for word in told)


def _joined(pieces: Sequence[Piece]) -> str:
    """Join the lines of a cell; a word broken with a hyphen before a small letter is healed."""
    text = ""
    for piece in pieces:
        broken = len(text) > 2 and text.endswith("-") and text[-2].isalpha() and piece.text[:1].islower()
        text = text[:-1] + piece.text if broken else f"{text} {piece.text}".strip()
    return text
