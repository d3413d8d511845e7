"""One grid: the words and rules of a panel made to rows of cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from paperlab.pdf.tables.columns import find_columns, is_number, pieces_of
from paperlab.pdf.tables.headers import ends_header, header_rows
from paperlab.pdf.tables.labels import fill_labels, span_lone_values
from paperlab.pdf.tables.placing import place_line
from paperlab.pdf.tables.rows import Draft, rows_of, starts_as_number, value_columns
from paperlab.pdf.tables.rules import without_underlines
from paperlab.pdf.tables.words import lines_of
from paperlab.types import RowKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.tables.columns import Column, Piece
    from paperlab.pdf.tables.rules import Rule, Rules
    from paperlab.pdf.tables.words import PrintedLine, Word
    from paperlab.types import Box

_FULL = 0.72
"""Of the grid's width: a rule this long parts rows, a shorter one groups columns."""
_MOST = 0.5
_LONGEST_HEADER = 8


@dataclass(slots=True)
class Grid:
    """Rows of pieces over columns."""

    box: Box
    rows: list[Draft]
    columns: list[Column]
    labels: int
    """Leading columns that name rows."""
    doubts: list[str] = field(default_factory=list)


def build_grids(words: Sequence[Word], rules: Rules, box: Box) -> list[Grid]:
    """Return the grids of the words within a box: one, or one for each time that its header is printed.

    There is none where no two columns or rows can be told apart.
    """
    lines = lines_of(words)
    if len(lines) < 2:
        return []
    across = without_underlines(rules.across, lines)
    full = _levels_of(across, box)
    walls = _walls(rules.down, lines, box)
    pieces = [pieces_of(line, i, rules.down) for i, line in enumerate(lines)]
    header = _header_lines(lines, pieces, full)
    sections = _sections(pieces, header)
    body = [piece for _, rest in sections for i in rest for piece in pieces[i]]
    columns = _columns(body, pieces[:header], walls)
    if len(columns) < 2 or not body or _is_text(pieces, box) or _is_text(pieces[header:], box):
        return []
    placed = [part for _, rest in sections for i in rest for part in place_line(pieces[i], columns)]
    values = value_columns(columns, placed)
    labels = _label_columns(columns, values)
    grids = []
    for head, rest in sections:
        top = header_rows([pieces[i] for i in head], columns, across, labels) if head else []
        rows = rows_of(lines, [p for p in placed if p.line in rest], full, values, columns)
        for row in rows:
            above = [rule for rule in across if rule.at in full and rule.at < row.top + 1]
            row.rooms = tuple(sum(rule.start < column.x1 for rule in above) for column in columns)
        _mark_inner_headers(rows, values, labels)
        span_lone_values(rows, columns, labels, top)
        fill_labels(rows, labels)
        around_it = _part_of(box, lines, (head.start, rest.stop), full)
        grids.append(Grid(around_it, [*top, *rows], columns, labels, [] if header else ["no header row was found"]))
    return grids


def _is_text(lines: Sequence[Sequence[Piece]], box: Box) -> bool:
    """Tell whether most lines are one run of words over most of the width: a text in a frame."""
    width = box[2] - box[0]
    wide = [line for line in lines if len(line) == 1 and line[0].x1 - line[0].x0 > 0.55 * width]
    # Text that begins well inside the frame has a column of labels before it.
    return 2 * sum(line[0].x0 < box[0] + 0.15 * width for line in wide) > len(lines)


def _part_of(box: Box, lines: Sequence[PrintedLine], part: tuple[int, int], full: Sequence[float]) -> Box:
    """Return the box of some lines of a grid: up to the rules around them, or to the box's own edges."""
    first, last = lines[part[0]], lines[part[1] - 1]
    above = [y for y in full if y < first.waist]
    below = [y for y in full if y > last.waist]
    top = box[1] if part[0] == 0 else max(above, default=first.box[1])
    bottom = box[3] if part[1] == len(lines) else min(below, default=last.box[3])
    return (box[0], top, box[2], bottom)


def _sections(pieces: Sequence[Sequence[Piece]], header: int) -> list[tuple[range, range]]:
    """Return header lines and the body lines below them; a header that is printed again opens a new section."""
    names = [{p.text for p in line if not is_number(p.text)} for line in pieces]
    main = max(range(header), key=lambda i: len(names[i]), default=0)
    again = [
        i - main
        for i in range(header + main, len(pieces))
        if header and len(names[main]) > 1 and names[i] == names[main] and not any(map(_is_data, pieces[i - main : i]))
    ]
    starts = [0, *again]
    ends = [*again, len(pieces)]
    return [(range(start, start + header), range(start + header, end)) for start, end in zip(starts, ends, strict=True)]


def _levels_of(across: Sequence[Rule], box: Box) -> list[float]:
    """Return the y of the rules that part rows: over most of the width, or alone over all columns but the first."""
    width = box[2] - box[0]
    levels = []
    for rule in across:
        alone = not any(other is not rule and abs(other.at - rule.at) < 1.2 for other in across)
        to_the_edge = alone and abs(rule.end - box[2]) < 4 and rule.length >= _MOST * width
        if rule.length >= _FULL * width or to_the_edge:
            levels.append(rule.at)
    return levels


def _walls(down: Sequence[Rule], lines: Sequence[PrintedLine], box: Box) -> list[float]:
    """Return the x of vertical rules that part most of the grid's height."""
    heights: dict[float, float] = {}
    for rule in down:
        x = next((x for x in heights if abs(x - rule.at) < 2), rule.at)
        heights[x] = heights.get(x, 0.0) + rule.length
    tall = lines[-1].base - lines[0].base + lines[0].size
    return sorted(x for x, height in heights.items() if height > 0.5 * tall and box[0] + 3 < x < box[2] - 3)


def _header_lines(lines: Sequence[PrintedLine], pieces: Sequence[Sequence[Piece]], full: Sequence[float]) -> int:
    """Return how many lines at the top name columns."""
    bands = [sum(rule < line.waist for rule in full) for line in lines]
    by_words = ends_header(pieces)
    inner = [i for i in range(1, len(lines)) if bands[i] != bands[i - 1]]
    if not inner or inner[0] > _LONGEST_HEADER:
        return by_words
    first = inner[0]
    numeric = [_is_data(pieces[i]) for i in range(len(lines))]
    decimal = any(numeric[i] and _has_results(pieces[i]) for i in range(first))
    below = [_has_results(pieces[i]) for i in range(first, len(lines)) if numeric[i]]
    sizes = not decimal and sum(below) > 0.6 * len(below)
    if first > 1 and (decimal or sum(numeric[:first]) > 1) and by_words < first and not sizes:
        # Rows of numbers already stand above the first rule: it parts groups, not the header.
        return by_words
    end = first
    for i, after in pairwise([*inner, len(lines)]):
        band = range(i, after)
        title = all(len(pieces[j]) == 1 for j in range(end))
        several = all(len(pieces[j]) > 1 for j in band)
        names = several and not any(numeric[j] for j in band) and sum(numeric[after:]) > 0.5 * len(numeric[after:])
        if after < len(lines) and len(band) <= 3 and end == i and (names or title):
            end = after
        else:
            break
    return end if end < len(lines) else first


def _has_results(line: Sequence[Piece]) -> bool:
    """Tell whether a line has a number with a point and no letter behind it: `1.3B` names a size."""
    return any("." in p.text and not p.text[-1].isalpha() for p in line[1:])


def _is_data(line: Sequence[Piece]) -> bool:
    cells = line[1:] or line
    return len(line) > 1 and 2 * sum(starts_as_number(p.text) for p in cells) >= len(cells)


def _columns(body: Sequence[Piece], header: Sequence[Sequence[Piece]], walls: Sequence[float]) -> list[Column]:
    """Return the columns of the body, and those that only the lowest header line has."""
    columns = find_columns(body, walls, [piece for line in header for piece in line])
    if not header or not columns:
        return columns
    columns = _with_nameless(columns, [p for line in header for p in line], walls)
    lonely = [p for p in header[-1] if not any(c.overlap(p.x0 - 1, p.x1 + 1) > 0 for c in columns)]
    if not lonely:
        return columns
    extra = find_columns(lonely, walls)
    inner = [e for e in extra if e.x0 < columns[0].x0 or e.x1 > columns[-1].x1 or _own_room(e, columns)]
    return sorted([*columns, *inner], key=lambda c: c.x0)


def _with_nameless(columns: Sequence[Column], names: Sequence[Piece], walls: Sequence[float]) -> list[Column]:
    """Join a column of words that no header names to the named one on its left, where their words nearly touch."""
    result: list[Column] = []
    left_named = False
    for column in columns:
        left = result[-1] if result else None
        named = any(column.overlap(p.x0, p.x1) > 0 for p in names)
        words = not any(is_number(p.words[0].text) for p in column.pieces)
        walled = left is not None and any(left.x1 - 1 < wall < column.x0 + 1 for wall in walls)
        if left and left_named and not named and not walled and words and _nearly_touch(left, column):
            for piece in column.pieces:
                left.take(piece)
        else:
            result.append(column)
            left_named = named
    return result


def _nearly_touch(left: Column, right: Column) -> bool:
    """Tell whether the words of two columns stand close in most lines that both have."""
    ends: dict[int, float] = {}
    for piece in left.pieces:
        ends[piece.line] = max(ends.get(piece.line, piece.x1), piece.x1)
    gaps = [piece.x0 - ends[piece.line] for piece in right.pieces if piece.line in ends]
    return median(gaps or [right.x0 - left.x1]) < 1.1 * right.pieces[0].words[0].size


def _own_room(extra: Column, columns: Sequence[Column]) -> bool:
    """Tell whether a name in a gutter has a column of its own: the gutter is far wider than the others."""
    gap = next((b.x0 - a.x1 for a, b in pairwise(columns) if a.x1 <= extra.x0 and extra.x1 <= b.x0), 0.0)
    others = sorted(b.x0 - a.x1 for a, b in pairwise(columns))
    usual = others[len(others) // 2]
    return gap > 1.6 * usual + (extra.x1 - extra.x0)


def _label_columns(columns: Sequence[Column], values: set[int]) -> int:
    """Return how many leading columns name rows: up to the first of numbers."""
    first = min(values, default=len(columns))
    return max(1, first) if values else 1


def _mark_inner_headers(rows: Sequence[Draft], values: set[int], labels: int) -> None:
    """Call a row inside the body a header where it has words in columns of numbers, and no number at all."""
    for before, row, after in zip(rows, rows[1:], rows[2:], strict=False):
        if row.kind is not RowKind.DATA or any("=" in p.text for p in row.pieces):
            continue
        own = [p for p in row.pieces if p.last >= labels]
        words = [p for p in own if not is_number(p.words[0].text) and any(c.isalpha() for c in p.text)]
        hit = {c for p in words for c in range(p.first, p.last + 1)} & values
        various = len({p.text for p in words}) > 1
        if various and len(words) == len(own) and len(hit) > 1 and len(hit) >= 0.5 * len(values):
            row.kind = RowKind.HEADER if _stands_out(row, before, after) else row.kind


def _stands_out(row: Draft, before: Draft, after: Draft) -> bool:
    """Tell whether a rule parts a row from its neighbours, or its type does."""
    bold = all(word.bold for piece in row.pieces for word in piece.words)
    return bold or row.band not in {before.band, after.band} or before.band != after.band
