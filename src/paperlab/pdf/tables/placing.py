"""A line's pieces placed in the columns: cut where names of several columns run together."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from paperlab.pdf.tables.columns import Piece, touches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.tables.columns import Column
    from paperlab.pdf.tables.words import Word

_CENTRED = 2.5
"""Points that the middle of a name may be off the middle of its columns."""
_FLUSH = 1.5
_CITATION = re.compile(r"\[[\d,–-]+\]")


def gutters(columns: Sequence[Column]) -> list[float]:
    """Return the x between each two neighbouring columns."""
    return [(a.x1 + b.x0) / 2 for a, b in pairwise(columns)]


def place_line(pieces: Sequence[Piece], columns: Sequence[Column]) -> list[Piece]:
    """Return a line's pieces with the columns they cover, no column given twice.

    Names that run together are cut where that gives nearly every column its own.
    """
    alone = len(pieces) == 1
    placed = [part for piece in pieces for part in place(piece, columns, whole=alone)]
    cut = [part for piece in placed for part in (_cut_to_columns(piece, columns) or [piece])]
    # The words of a line's only piece are the name of a section rather than names of two columns.
    enough = max(3 if alone else 0, 0.8 * len(columns) - 1)
    if len(cut) > len(placed) and len({c for p in cut for c in range(p.first, p.last + 1)}) >= enough:
        placed = cut
    for left, right in pairwise(placed):
        if left.last >= right.first:
            _settle(left, right, columns)
    return placed


def _settle(left: Piece, right: Piece, columns: Sequence[Column]) -> None:
    """Give a column that two pieces of one line touch to the one that has more of it."""
    shared = columns[right.first]
    if right.first < right.last and shared.overlap(left.x0, left.x1) > shared.overlap(right.x0, right.x1):
        right.first = min(right.last, left.last + 1)
    elif left.first < left.last:
        left.last = max(left.first, right.first - 1)
    elif right.first < right.last:
        right.first = min(right.last, left.last + 1)


def place(piece: Piece, columns: Sequence[Column], *, whole: bool = False) -> list[Piece]:
    """Return the piece with the columns it covers; unless `whole`, one with a wide gap at a gutter comes as two."""
    touched = [i for i, column in enumerate(columns) if touches(column, piece)]
    if not touched:
        touched = _nearest(piece, columns)
    piece.first, piece.last = touched[0], touched[-1]
    return [piece] if whole else _split_at_gutters(piece, columns, aligned=False) or [piece]


def _cut_to_columns(piece: Piece, columns: Sequence[Column]) -> list[Piece]:
    if piece.first == piece.last or len(piece.words) < 2:
        return []
    return _split_at_gutters(piece, columns, aligned=True) or _split_by_middles(piece, columns)


def _nearest(piece: Piece, columns: Sequence[Column]) -> list[int]:
    """Return the column next to a piece that stands in a gutter; both where it stands in the middle."""
    gaps = [max(c.x0 - piece.x1, piece.x0 - c.x1) for c in columns]
    best = min(range(len(columns)), key=lambda i: gaps[i])
    for other in (best - 1, best + 1):
        between = 0 <= other < len(columns) and (columns[other].x0 - piece.x0) * (columns[best].x0 - piece.x0) < 0
        if between and gaps[other] - gaps[best] < 0.25 * (gaps[other] + gaps[best]) and gaps[best] > 3:
            return sorted((best, other))
    return [best]


def _split_at_gutters(piece: Piece, columns: Sequence[Column], *, aligned: bool) -> list[Piece]:
    """Cut a piece at the gutters: where its gap there is wide or, if `aligned`, where the parts stand in line."""
    if piece.first == piece.last or len(piece.words) < 2:
        return []
    walls = gutters(columns)
    parts: dict[int, list[Word]] = {}
    gaps: list[float] = []
    inner: list[float] = []
    for i, word in enumerate(piece.words):
        column = sum(word.centre > wall for wall in walls)
        left, right = walls[column - 1] if column else -1e6, walls[column] if column < len(walls) else 1e6
        before = column - (word.x0 < left)
        if before in parts and before + 1 < len(columns) and _hangs_on(piece.words[i - 1 : i + 2], columns[before + 1]):
            column = before
        elif word.x0 < left or word.x1 > right:
            return []
        if i:
            (inner if column in parts else gaps).append(word.x0 - piece.words[i - 1].x1)
        parts.setdefault(column, []).append(word)
    usual = max(inner, default=0.3 * piece.words[0].size)
    made = [Piece(words, piece.line, column, column) for column, words in sorted(parts.items())]
    if aligned:
        return made if gaps and all(_aligned(p, columns[p.first]) for p in made) else []
    return made if gaps and min(gaps) >= 1.15 * usual else []


def _hangs_on(words: Sequence[Word], column: Column) -> bool:
    """Tell whether the second of three words stands before a column: a citation, or nearer to the first word."""
    if len(words) < 3 or column.overlap(words[1].x0, words[1].x1) > 0:
        return False
    cites = bool(_CITATION.fullmatch(words[1].text))
    return cites or words[1].x0 - words[0].x1 < words[2].x0 - words[1].x1


def _split_by_middles(piece: Piece, columns: Sequence[Column]) -> list[Piece]:
    """Cut names that are wider than their columns and nearly touch: each stands over the middle of its column."""
    parts: dict[int, list[Word]] = {}
    for word in piece.words:
        nearest = min(
            range(piece.first, piece.last + 1), key=lambda i: abs(columns[i].x0 + columns[i].x1 - 2 * word.centre)
        )
        parts.setdefault(nearest, []).append(word)
    if len(parts) != piece.last - piece.first + 1:
        return []
    made = [Piece(words, piece.line, column, column) for column, words in sorted(parts.items())]
    in_line = all(_aligned(p, columns[p.first]) for p in made)
    return made if in_line and [w for p in made for w in p.words] == piece.words else []


def _aligned(piece: Piece, column: Column) -> bool:
    centred = abs(piece.x0 + piece.x1 - column.x0 - column.x1) < 2 * _CENTRED
    return centred or abs(piece.x0 - column.x0) < _FLUSH or abs(piece.x1 - column.x1) < _FLUSH
