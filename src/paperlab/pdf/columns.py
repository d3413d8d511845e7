"""The columns of a page, and its rows in the order a person reads them where the stream has them otherwise. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from paperlab.types import Box, around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.page_text import Row

Column = tuple[float, float]
"""Left and right edge, in points on the upright page."""

_FEWEST = 4
"""Lines of text that a column has at least."""
_SLACK = 3.0
_MOST_MISPLACED, _FEW_MISPLACED = 0.3, 8
"""Floats and notes come where they like in the stream: up to a quarter of a good page seems out of place."""


def is_prose(row: Row, body: float) -> bool:
    """Tell whether a row is a line of running text, judged by its type and length; `body` is the type size."""
    return row.upright and abs(row.size - body) < 1.2 and len(row.text) > 25


def columns_of(rows: Sequence[Row], body: float) -> tuple[Column, ...]:
    """Return the columns that a page's running text stands in, from left to right; none where there is no text."""
    prose = [row.frame for row in rows if is_prose(row, body)]
    if not prose:
        return ()
    cuts = _gutters(prose)
    found = []
    for i in range(len(cuts) + 1):
        inside = [b for b in prose if _place(b, cuts) == i]
        if inside:
            found.append((min(b[0] for b in inside), max(b[2] for b in inside)))
    return tuple(found) or ((min(b[0] for b in prose), max(b[2] for b in prose)),)


def in_reading_order(rows: Sequence[Row], body: float) -> list[Row]:
    """Return one page's rows in reading order: the stream's own unless much of the text contradicts its columns.

    Rows that move get new block numbers, by the gaps and indents between them.
    """
    prose = [row for row in rows if is_prose(row, body)]
    if len(prose) < 2 * _FEWEST:
        return list(rows)
    cuts = _gutters([row.frame for row in prose])
    if not cuts:
        return list(rows)
    bands = _bands([r.frame for r in rows if r.upright and len(r.text) > 8 and _place(r.frame, cuts) is None])
    keys = [_key(row.frame, cuts, bands) for row in prose]
    misplaced = len(keys) - _longest_rise(keys)
    if misplaced < max(_FEW_MISPLACED, _MOST_MISPLACED * len(prose)) or _side_by_side(prose, keys):
        return list(rows)
    units = _units(rows, cuts)
    bands = _bands([box for box in map(_frame, units) if _place(box, cuts) is None])
    units.sort(key=lambda unit: _key(_frame(unit), cuts, bands))
    return _renumbered(units)


def _gutters(boxes: Sequence[Box]) -> list[float]:
    """Return where white runs between columns, found again within each half."""
    if len(boxes) < 2 * _FEWEST:
        return []
    left, right = min(b[0] for b in boxes), max(b[2] for b in boxes)
    ends, starts = sorted(b[2] for b in boxes), sorted(b[0] for b in boxes)
    best: tuple[int, float] | None = None
    for percent in range(20, 81):
        x = left + (right - left) * percent / 100
        before, after = bisect_right(ends, x + _SLACK), len(starts) - bisect_left(starts, x - _SLACK)
        crossing = len(boxes) - before - after
        fitting = min(before, after) >= _FEWEST and crossing < 0.6 * (before + after)
        if fitting and (best is None or crossing < best[0]):
            best = (crossing, x)
    if best is None:
        return []
    sides = [b for b in boxes if b[2] <= best[1] + _SLACK], [b for b in boxes if b[0] >= best[1] - _SLACK]
    if _facing(*sides) < _FEWEST:
        return []
    return [*_gutters(sides[0]), best[1], *_gutters(sides[1])]


def _facing(left: Sequence[Box], right: Sequence[Box]) -> int:
    """Count the boxes of the left side that have one of the right side beside them."""
    return sum(any(min(a[3], b[3]) > max(a[1], b[1]) for b in right) for a in left)


def _place(box: Box, cuts: Sequence[float]) -> int | None:
    """Return the column a box stands in, None where it runs across a gutter."""
    first = bisect_right(cuts, box[0] + _SLACK)
    return first if first == len(cuts) or box[2] <= cuts[first] + _SLACK else None


def _bands(across: Sequence[Box]) -> list[float]:
    """Return the middle heights of what runs across the columns: there the columns begin anew."""
    return sorted((box[1] + box[3]) / 2 for box in across)


def _key(box: Box, cuts: Sequence[float], bands: Sequence[float]) -> tuple[int, int, float, float]:
    middle = (box[1] + box[3]) / 2
    place = _place(box, cuts)
    above = bisect_left(bands, middle)
    return (2 * above + (place is None), place or 0, round(middle), box[0])


def _longest_rise(keys: Sequence[tuple[int, int, float, float]]) -> int:
    ends: list[tuple[int, int, float, float]] = []
    for key in keys:
        at = bisect_left(ends, key)
        ends[at : at + 1] = [key]
    return len(ends)


def _side_by_side(prose: Sequence[Row], keys: Sequence[tuple[int, int, float, float]]) -> bool:
    """Tell whether lines of text share heights within their columns: cells of a table, which must stay together."""
    ordered = sorted(zip(keys, prose, strict=True), key=lambda pair: pair[0])
    shared = 0
    for (key, row), (other, following) in pairwise(ordered):
        overlap = row.frame[3] - following.frame[1]
        shared += key[:2] == other[:2] and overlap > 0.6 * row.size
    return shared > 0.1 * len(prose)


def _units(rows: Sequence[Row], cuts: Sequence[float]) -> list[list[Row]]:
    """Cut the stream where its block ends, the column changes or it goes upwards."""
    units: list[list[Row]] = []
    for row in rows:
        last = units[-1][-1] if units else None
        if (
            last is None
            or last.block != row.block
            or last.upright != row.upright
            or _place(last.frame, cuts) != _place(row.frame, cuts)
            or row.frame[1] < last.frame[1] - row.size
        ):
            units.append([])
        units[-1].append(row)
    return units


def _frame(unit: Sequence[Row]) -> Box:
    return around([row.frame for row in unit])


def _renumbered(units: Sequence[list[Row]]) -> list[Row]:
    ordered: list[Row] = []
    number = -1
    for unit in units:
        if not ordered or not _goes_on(ordered[-1], unit[0]):
            number += 1
        ordered.extend(replace(row, block=number) for row in unit)
    return ordered


def _goes_on(last: Row, row: Row) -> bool:
    """Tell whether `row` is the next line of the paragraph that `last` belongs to."""
    gap = row.frame[1] - last.frame[3]
    indent = row.frame[0] - last.frame[0]
    alike = abs(last.size - row.size) < 0.6 and last.bold == row.bold and last.upright == row.upright
    return alike and -0.5 * row.size < gap < 0.5 * row.size and abs(indent) < 0.8 * row.size
