"""What stands once for several rows or columns, repeated in each: row labels, centred cells, lone values."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from paperlab.types import RowKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.tables.columns import Column, Piece
    from paperlab.pdf.tables.rows import Draft

_CENTRED = 2.5
"""Points that what is set over a middle may be off it."""


def span_lone_values(rows: Sequence[Draft], columns: Sequence[Column], labels: int, header: Sequence[Draft]) -> None:
    """Let a row's only value, set over the middle of all value columns, span them all."""
    if len(columns) - labels < 2:
        return
    edges = [(columns[labels].x0, columns[-1].x1)]
    names = [p for row in header for p in row.pieces if p.first >= labels]
    named = {c for p in names for c in range(p.first, p.last + 1)}
    if len(named) > 0.6 * (len(columns) - labels):
        edges.append((min(p.x0 for p in names), max(p.x1 for p in names)))
    middles = [(x0 + x1) / 2 for x0, x1 in edges]
    lone: list[Piece] = []
    for row in rows:
        own = [p for p in row.pieces if p.first >= labels]
        if row.kind is RowKind.DATA and len(own) == 1:
            middle = (own[0].x0 + own[0].x1) / 2
            lone += [own[0]] if any(abs(middle - m) < _CENTRED for m in middles) else []
    if len(lone) > 1 or any(p.last > p.first for p in lone):
        for piece in lone:
            piece.first, piece.last = labels, len(columns) - 1


def fill_labels(rows: Sequence[Draft], labels: int) -> None:
    """Repeat what stands once for several rows in each of them: row labels, and cells centred over rows.

    Within one band a label at the top stands for what follows; one in the middle for the rows around it.
    """
    floating = {piece.first for row in rows for piece in row.floats}
    middles = {column for members in _spans(rows, 0) for column in _middle_columns(members, labels)}
    for column in sorted({*range(labels), *floating, *middles}):
        for members in _spans(rows, column):
            _fill(members, column, last=labels - 1)
    for row in rows:
        # What stood for no other row belongs to the nearest one.
        row.pieces += [p for p in row.floats if not any(p in other.pieces for other in rows)]


def _middle_columns(rows: Sequence[Draft], labels: int) -> set[int]:
    """Return the columns, two or more, whose only entry stands in the middle one of an odd number of rows."""
    if len(rows) < 3 or len(rows) % 2 == 0:
        return set()
    middle = rows[len(rows) // 2]
    elsewhere = {c for row in rows if row is not middle for c in row.filled}
    found = {c for c in middle.filled - elsewhere if c >= labels}
    return found if len(found) > 1 and len(elsewhere) > 1 else set()


def _spans(rows: Sequence[Draft], column: int) -> list[list[Draft]]:
    """Return runs of data rows between rules that cross a column, section rows and header rows."""
    spans: list[list[Draft]] = []
    before: Draft | None = None
    for row in rows:
        if row.kind is RowKind.DATA:
            if before is not None and before.kind is RowKind.DATA and before.rooms[column] == row.rooms[column]:
                spans[-1].append(row)
            else:
                spans.append([row])
        before = row
    return spans


def _fill(rows: Sequence[Draft], column: int, last: int) -> None:
    own = [[p for p in row.pieces if p.first <= column <= p.last] for row in rows]
    floats = [p for row in rows for p in row.floats if p.first == column]
    blank = [row for row, pieces in zip(rows, own, strict=True) if not pieces]
    labels = [p for pieces in own for p in pieces] + floats
    # A blank in the innermost label column is a row without a name, unless a label floats beside it.
    middle = column > last and len(blank) == len(rows) - 1
    if not blank or not labels or (not floats and column >= last and column > 0 and not middle):
        return
    few = len(blank) < len(labels) or column == last
    if not (middle or own[0] or floats) and len(labels) > 1 and few:
        return
    whole = _one_label(rows, labels, blank)
    if whole is not None:
        for row in rows:
            row.pieces = [p for p in row.pieces if p not in whole] + whole
    elif own[0] and not floats:
        _fill_down(rows, own)
    else:
        for row in blank:
            row.pieces.append(min(labels, key=lambda piece: abs(piece.base - row.middle)))


def _fill_down(rows: Sequence[Draft], own: Sequence[list[Piece]]) -> None:
    """Repeat each label in the rows below it that have none; one in brackets goes on from the label above."""
    current: list[Piece] = []
    named: list[Draft] = []
    for row, pieces in zip(rows, own, strict=True):
        if pieces and current and pieces[0].text[0] == "(":
            for other in named:
                other.pieces.extend(pieces)
            row.pieces.extend(current)
            current = [*current, *pieces]
        elif pieces:
            current, named = pieces, []
        else:
            row.pieces.extend(current)
        named.append(row)


def _one_label(rows: Sequence[Draft], labels: Sequence[Piece], blank: Sequence[Draft]) -> list[Piece] | None:
    """Return the lines of a label that wraps and stands in the middle of all rows, None where there is no such one."""
    if len(labels) < 2 or rows[0] not in blank or rows[-1] not in blank:
        return None
    ordered = sorted(labels, key=lambda p: p.base)
    size = ordered[0].words[0].size
    tight = all(0.5 * size < b.base - a.base < 1.6 * size for a, b in pairwise(ordered))
    middle = (ordered[0].base + ordered[-1].base) / 2
    off = abs(middle - (rows[0].middle + rows[-1].middle) / 2)
    return ordered if tight and off < 0.5 * size else None
