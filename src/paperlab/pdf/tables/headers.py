"""Header rows: levels, names that span columns, names that wrap over lines."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from paperlab.pdf.tables.columns import Column, Piece, is_number
from paperlab.pdf.tables.placing import place, place_line
from paperlab.pdf.tables.rows import Draft, widen
from paperlab.types import RowKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.tables.rules import Rule

_CENTRED = 2.5
"""Points that the middle of a name may be off the middle of what it names."""
_UNCOVERED = 14.0
"""What a column without a name above it costs, in points of a name standing off its columns' middle."""
_LEADING = 0.5
"""Of that cost, for columns in front of the first name: they may name rows."""


def header_rows(
    lines: Sequence[Sequence[Piece]], columns: Sequence[Column], partial: Sequence[Rule], labels: int
) -> list[Draft]:
    """Return the header rows that these printed lines (pieces from left to right) make, from top to bottom.

    `partial` are the rules that stand among them, `labels` how many leading columns name rows.
    """
    levels, floats = _levels(lines, columns, partial, labels)
    rows = []
    for i, level in enumerate(levels):
        lower = levels[i + 1] if i + 1 < len(levels) else None
        row = Draft(_placed(level, lower, columns, partial, labels), RowKind.HEADER)
        if lower is None:
            widen(row, columns)
        rows.append(row)
    _join_torn(rows, partial)
    for group in _joined_by_column(floats):
        for piece in group:
            placed = place(piece, columns)[0]
            covered = set(range(placed.first, placed.last + 1))
            free = [row for row in rows if not {c for c in row.filled & covered if not _has_any(row, c, group)}]
            for row in free or rows[-1:]:
                row.pieces.append(placed)
    _span_levels(rows)
    return rows


def _span_levels(rows: Sequence[Draft]) -> None:
    """Let a name in the middle one of three or more levels stand for those above and below that leave it blank."""
    if len(rows) < 3 or len(rows) % 2 == 0:
        return
    middle = rows[len(rows) // 2]
    others = [row for row in rows if row is not middle]
    named = set().union(*(row.filled for row in others))
    for piece in [p for p in middle.pieces if p.first == p.last and p.first not in named]:
        for row in others:
            row.pieces.append(piece)


def _has_any(row: Draft, column: int, group: Sequence[Piece]) -> bool:
    """Tell whether a row's cell in a column is made of pieces of a group alone."""
    own = [p for p in row.pieces if p.first <= column <= p.last]
    return all(any(p.words is g.words for g in group) for p in own)


def _join_torn(rows: Sequence[Draft], partial: Sequence[Rule]) -> None:
    """Put a name that wraps together again, where rules mark the groups beside it and none stands between its lines."""
    for upper, lower in pairwise(rows):
        bottom = min((p.base for p in lower.pieces), default=0.0)
        rules = [r for r in partial if max(p.base for p in upper.pieces) - 1 < r.at < bottom] if upper.pieces else []
        for piece in list(upper.pieces):
            below = [p for p in lower.pieces if (p.first, p.last) == (piece.first, piece.last)]
            close = all(0 < p.base - piece.base < 2.2 * piece.words[0].size for p in below)
            ruled = any(rule.overlap(piece.x0, piece.x1) > 0 for rule in rules)
            told = (
                bool(rules)
                or piece.text[0] == "#"
                or (below and (below[0].text[0].islower() or below[0].text[0] in "(["))
            )
            if below and close and told and not ruled and piece.first == piece.last and not is_number(below[0].text):
                upper.pieces += below
                lower.pieces.append(piece)


def _levels(
    lines: Sequence[Sequence[Piece]], columns: Sequence[Column], partial: Sequence[Rule], labels: int
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
        if above is not None and not _parted(above, line, columns, partial, labels):
            above.extend(line)
        else:
            levels.append(list(line))
    if len(levels) == 1:
        levels[0].extend(floats)
        floats = []
    return levels, floats


def _parted(
    above: Sequence[Piece], line: Sequence[Piece], columns: Sequence[Column], partial: Sequence[Rule], labels: int
) -> bool:
    """Tell whether a new level begins at `line`."""
    top, bottom = max(p.base for p in above), line[0].base
    size = line[0].words[0].size
    if any(top < rule.at < bottom - 0.5 * size for rule in partial):
        return True
    if bottom - top < 0.85 * size:
        return False
    return (
        _spans_some(above, line, columns)
        or _names_groups(above, line, columns, labels)
        or _figures_below_names(above, line, columns)
    )


def _spans_some(above: Sequence[Piece], line: Sequence[Piece], columns: Sequence[Column]) -> bool:
    """Tell whether a name stands over several columns that have names of their own below it, or in a gutter."""
    covered = [_covers(piece, columns) for piece in above]
    below = [_covers(piece, columns) for piece in line]
    if any(len(cover) > 1 and len([b for b in below if b <= cover]) > 1 for cover in covered):
        return True
    if any(not cover for cover in covered) and len(line) > len(above):
        return True
    return len(above) == 1 and len(line) > 1 and len(columns) > 2 and len(covered[0]) != 1


def _figures_below_names(above: Sequence[Piece], line: Sequence[Piece], columns: Sequence[Column]) -> bool:
    """Tell whether sizes (125M, 1.3B) stand under names that are none."""
    figures = [is_number(p.text) for p in line if 0 not in _covers(p, columns)]
    names = [is_number(p.text) for p in above if 0 not in _covers(p, columns)]
    return len(figures) > 1 and all(figures) and len(names) >= len(figures) and not any(names)


def _names_groups(above: Sequence[Piece], line: Sequence[Piece], columns: Sequence[Column], labels: int) -> bool:
    """Tell whether the upper names, each over the middle of some columns, together take in all that are named."""
    named = {c for piece in line for c in _covers(piece, columns)} - set(range(labels))
    lower = [p.text for p in sorted(line, key=lambda p: p.x0) if 0 not in _covers(p, columns)]
    upper = [p for p in above if 0 not in _covers(p, columns)]
    if len(upper) > 1 and len(lower) == len(upper) * (len(lower) // len(upper)) > len(upper):
        run = len(lower) // len(upper)
        if all(lower[i] == lower[i % run] for i in range(len(lower))):
            return True
    if len(named) < 3 or any(p.text[:1] in "([%" for p in line):
        return False
    groups = [[p] for p in sorted(above, key=lambda p: p.x0) if not _covers(p, columns) & set(range(labels))]
    wide = _widened(columns, line)
    spread = _spread(groups, wide, set(range(labels)), named, labels)
    taken = {c for p in spread for c in range(p.first, p.last + 1)}
    exact = all(abs(wide[p.first].x0 + wide[p.last].x1 - p.x0 - p.x1) < 2 * _CENTRED for p in spread)
    # Names in front of the first group may name rows although numbers stand below them.
    missed = {c for c in named - taken if c > min(taken, default=0)}
    return bool(spread) and exact and not missed and any(p.last > p.first for p in spread)


def _widened(columns: Sequence[Column], names: Sequence[Piece]) -> list[Column]:
    """Return the columns as wide as they are with their lowest names."""
    wide = [Column(c.x0, c.x1) for c in columns]
    for piece in names:
        covered = _covers(piece, columns)
        if len(covered) == 1:
            column = wide[covered.pop()]
            column.x0, column.x1 = min(column.x0, piece.x0), max(column.x1, piece.x1)
    return wide


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
        return _lowest(level, columns, labels)
    groups = _joined_by_column(level)
    wide = _widened(columns, lower)
    named = {c for piece in lower for c in _covers(piece, columns)}
    if len(groups) == 1 and 0 in _covers(groups[0][0], columns) and len(named) > 1:
        return _over(groups[0], 0, len(columns) - 1)
    placed: list[Piece] = []
    for rule in _rules_under(groups, lower, partial):
        over = [g for g in groups if rule.start - 2 <= _middle(g) <= rule.end + 2]
        inside = [i for i, c in enumerate(columns) if rule.overlap(c.x0, c.x1) > 0.5 * (c.x1 - c.x0)]
        if not over or not 0 < len(inside) < len(columns):
            continue
        groups = [g for g in groups if g not in over]
        if len(over) == 1:
            placed += _over(over[0], inside[0], inside[-1])
        else:
            outside = set(range(len(columns))) - set(inside)
            placed += _spread(over, wide, outside, named, labels)
    taken = {c for piece in placed for c in range(piece.first, piece.last + 1)}
    return placed + _spread(groups, wide, taken, named, labels)


def _lowest(level: Sequence[Piece], columns: Sequence[Column], labels: int) -> list[Piece]:
    """Place the names of the lowest level: one column each, unless they are few and stand over groups of columns."""
    by_line: dict[int, list[Piece]] = {}
    for piece in level:
        by_line.setdefault(piece.line, []).append(piece)
    placed = [part for line in by_line.values() for part in place_line(sorted(line, key=lambda p: p.x0), columns)]
    taken = {c for piece in placed for c in range(piece.first, piece.last + 1)}
    values = set(range(labels, len(columns)))
    names = [piece for piece in placed if piece.first >= labels]
    if not values - taken or not names:
        return placed
    groups = _joined_by_column(names)
    spread = _spread(groups, columns, set(range(labels)), values, labels)
    exact = all(abs(columns[p.first].x0 + columns[p.last].x1 - p.x0 - p.x1) < 2 * _CENTRED for p in spread)
    covered = {c for piece in spread for c in range(piece.first, piece.last + 1)}
    if exact and values <= covered:
        return [piece for piece in placed if piece.first < labels] + spread
    return placed


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
                    skipped = _skipped(range(start, first), taken, named, labels) * (1.0 if given else _LEADING)
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
    for i, line in enumerate(pieces):
        cells = line[1:] or line
        if len(line) > 1 and sum(is_number(p.words[0].text) for p in cells) >= 0.5 * len(cells):
            # A lone label right above the first row names a section.
            section = i > 1 and len(pieces[i - 1]) == 1 and len(pieces[i - 2]) > 1
            return i - 1 if section else i
    return min(1, len(pieces))
