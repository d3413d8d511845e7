"""Header rows: levels, names that span columns, names that wrap over lines."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from paperlab.pdf.tables.columns import Piece, is_number, place
from paperlab.pdf.tables.rows import Draft, widen
from paperlab.types import RowKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.tables.columns import Column
    from paperlab.pdf.tables.rules import Rule

_UNCOVERED = 14.0
"""What a column without a name above it costs, in points of a name standing off its columns' middle."""


def header_rows(
    lines: Sequence[Sequence[Piece]], columns: Sequence[Column], partial: Sequence[Rule], labels: int
) -> list[Draft]:
    """Return the header rows that these printed lines (pieces from left to right) make, from top to bottom.

    `partial` are the rules that stand among them, `labels` how many leading columns name rows.
    """
    levels, floats = _levels(lines, columns, partial)
    rows = []
    for i, level in enumerate(levels):
        lower = levels[i + 1] if i + 1 < len(levels) else None
        row = Draft(_placed(level, lower, columns, partial, labels), RowKind.HEADER)
        if lower is None:
            widen(row, columns)
        rows.append(row)
    for piece in floats:
        for placed in place(piece, columns):
            for row in rows:
                if not row.filled & set(range(placed.first, placed.last + 1)):
                    row.pieces.append(placed)
    return rows


def _levels(
    lines: Sequence[Sequence[Piece]], columns: Sequence[Column], partial: Sequence[Rule]
) -> tuple[list[list[Piece]], list[Piece]]:
    """Group lines to levels; a line half way between two others floats: its names stand for both."""
    levels: list[list[Piece]] = []
    floats: list[Piece] = []
    for i, line in enumerate(lines):
        base, size = line[0].base, line[0].words[0].size
        up = base - lines[i - 1][0].base if i else 1e6
        down = lines[i + 1][0].base - base if i + 1 < len(lines) else 1e6
        if up < 0.85 * size and down < 0.85 * size and len(lines) > 2:
            floats.extend(line)
            continue
        above = levels[-1] if levels else None
        if above is not None and not _parted(above, line, columns, partial):
            above.extend(line)
        else:
            levels.append(list(line))
    if len(levels) == 1:
        levels[0].extend(floats)
        floats = []
    return levels, floats


def _parted(above: Sequence[Piece], line: Sequence[Piece], columns: Sequence[Column], partial: Sequence[Rule]) -> bool:
    """Tell whether a new level begins at `line`."""
    top, bottom = max(p.base for p in above), line[0].base
    if any(top < rule.at < bottom - 0.5 * line[0].words[0].size for rule in partial):
        return True
    if bottom - top < 0.85 * line[0].words[0].size:
        return False
    covered = [_covers(piece, columns) for piece in above]
    below = [_covers(piece, columns) for piece in line]
    for cover in covered:
        if len([b for b in below if b <= cover]) > 1 and len(cover) > 1:
            return True
    if any(not cover for cover in covered) and len(line) > len(above):
        # A name in a gutter stands above the two columns beside it.
        return True
    if len(above) == 1 and len(line) > 1 and len(columns) > 2 and len(covered[0]) != 1:
        return True
    figures = [is_number(p.text) for p in line if 0 not in _covers(p, columns)]
    names = [is_number(p.text) for p in above if 0 not in _covers(p, columns)]
    return len(figures) > 1 and all(figures) and len(names) >= len(figures) and not any(names)


def _covers(piece: Piece, columns: Sequence[Column]) -> set[int]:
    return {i for i, column in enumerate(columns) if column.overlap(piece.x0, piece.x1) > 1.2}


def _placed(
    level: Sequence[Piece],
    lower: Sequence[Piece] | None,
    columns: Sequence[Column],
    partial: Sequence[Rule],
    labels: int,
) -> list[Piece]:
    if lower is None:
        return [part for piece in level for part in place(piece, columns)]
    groups = _joined_by_column(level)
    under = _rules_under(groups, lower, partial)
    placed: list[Piece] = []
    free: list[list[Piece]] = []
    for group in groups:
        rule = next((r for r in under if r.start - 2 <= _middle(group) <= r.end + 2), None)
        inside = [i for i, c in enumerate(columns) if rule and rule.overlap(c.x0, c.x1) > 0.5 * (c.x1 - c.x0)]
        if rule and 0 < len(inside) < len(columns):
            placed.extend(_over(group, inside[0], inside[-1]))
        else:
            free.append(group)
    taken = {c for piece in placed for c in range(piece.first, piece.last + 1)}
    named = {c for piece in lower for c in _covers(piece, columns)}
    if (
        len(groups) == 1
        and free
        and (_covers(free[0][0], columns) & set(range(labels)) or (not placed and not under))
        and len(named) > 1
    ):
        return (
            _over(free[0], 0, len(columns) - 1)
            if 0 in _covers(free[0][0], columns)
            else _spread(free, columns, taken, named, labels)
        )
    return placed + _spread(free, columns, taken, named, labels)


def _joined_by_column(level: Sequence[Piece]) -> list[list[Piece]]:
    """Group the pieces of a level that stand one below the other."""
    groups: list[list[Piece]] = []
    for piece in sorted(level, key=lambda p: p.x0):
        last = groups[-1] if groups else None
        if (
            last
            and min(max(p.x1 for p in last), piece.x1) - max(min(p.x0 for p in last), piece.x0) > 0
            and all(abs(p.base - piece.base) > 1 for p in last)
        ):
            last.append(piece)
        else:
            groups.append([piece])
    return [sorted(group, key=lambda p: p.base) for group in groups]


def _rules_under(groups: Sequence[Sequence[Piece]], lower: Sequence[Piece], partial: Sequence[Rule]) -> list[Rule]:
    top = max(p.base for group in groups for p in group)
    bottom = min(p.base for p in lower)
    return [rule for rule in partial if top < rule.at < bottom]


def _middle(group: Sequence[Piece]) -> float:
    return (min(p.x0 for p in group) + max(p.x1 for p in group)) / 2


def _over(group: Sequence[Piece], first: int, last: int) -> list[Piece]:
    return [Piece(piece.words, piece.line, first, last) for piece in group]


def _spread(
    groups: Sequence[Sequence[Piece]], columns: Sequence[Column], taken: set[int], named: set[int], labels: int
) -> list[Piece]:
    """Give each name the columns that it stands over the middle of, so that few named columns stay uncovered."""
    groups = sorted(groups, key=_middle)
    best: dict[int, tuple[float, list[tuple[int, int]]]] = {0: (0.0, [])}
    """Next free column -> the least cost so far, with the columns given."""
    for group in groups:
        options: dict[int, tuple[float, list[tuple[int, int]]]] = {}
        core = _core(group, columns)
        for start, (cost, given) in best.items():
            for first in range(start, core[0] + 1):
                for last in range(core[-1], len(columns)):
                    if taken & set(range(first, last + 1)):
                        continue
                    middle = (columns[first].x0 + columns[last].x1) / 2
                    skipped = _skipped(range(start, first), taken, named, labels)
                    total = cost + abs(middle - _middle(group)) + skipped
                    if last + 1 not in options or total < options[last + 1][0]:
                        options[last + 1] = (total, [*given, (first, last)])
        if not options:
            return [part for g in groups for piece in g for part in place(piece, columns)]
        best = options
    end = {s: c + _skipped(range(s, len(columns)), taken, named, labels) for s, (c, _) in best.items()}
    spans = best[min(end, key=lambda s: end[s])][1] if groups else []
    return [piece for group, (first, last) in zip(groups, spans, strict=True) for piece in _over(group, first, last)]


def _core(group: Sequence[Piece], columns: Sequence[Column]) -> list[int]:
    covered = sorted(set().union(*(_covers(piece, columns) for piece in group)))
    if covered:
        return covered
    placed = place(Piece(group[0].words, group[0].line), columns)
    return [placed[0].first, placed[-1].last]


def _skipped(passed: range, taken: set[int], named: set[int], labels: int) -> float:
    return _UNCOVERED * sum(c in named and c not in taken and c >= labels for c in passed)


def ends_header(pieces: Sequence[Sequence[Piece]]) -> int:
    """Return how many lines from the top name columns, told by words alone: up to the first with mostly numbers."""
    for i, (line, _) in enumerate(pairwise([*pieces, []])):
        cells = [p for p in line if p is not line[0]] or list(line)
        if line and sum(is_number(p.words[0].text) for p in cells) >= 0.5 * len(cells) and len(line) > 1:
            return i
    return min(1, len(pieces))
