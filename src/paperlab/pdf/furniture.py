"""What stands on a page and is no part of the text: running heads, page numbers, line numbers, the arXiv stamp."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from paperlab.pdf.labels import label_of
from paperlab.pdf.sections import body_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.page_text import Row
    from paperlab.types import PageSize

_PAGE_NUMBER = re.compile(
    r"[-–—•|\s]*(?:page\s+)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:/|of)\s*\d{1,4})?[-–—•|\s]*", re.IGNORECASE
)
_STAMP = re.compile(r"\s*arXiv\s*:", re.IGNORECASE)
_ZONE = 0.13
_EDGE = 0.075


def without_furniture(pages: Sequence[list[Row]], sizes: Sequence[PageSize]) -> list[list[Row]]:
    """Return the rows of each page without running heads, page numbers, line numbers and stamps."""
    kept = [_without_line_numbers([r for r in rows if r.upright or not _STAMP.match(r.text)]) for rows in pages]
    largest = 1.15 * body_size([row for rows in kept for row in rows])
    heights = [_height(rows, size) for rows, size in zip(kept, sizes, strict=True)]
    # Twice: below a running head may stand a second line of it.
    for _ in range(2):
        for top in (True, False):
            kept = _without_repeated(kept, heights, largest, top=top)
    return kept


def _height(rows: Sequence[Row], size: PageSize) -> float:
    turned = any(row.frame != row.box for row in rows)
    return size.width if turned and size.width < size.height else size.height


def _without_repeated(
    pages: list[list[Row]], heights: Sequence[float], largest: float, *, top: bool
) -> list[list[Row]]:
    outer = [_outermost(rows, height, top=top) for rows, height in zip(pages, heights, strict=True)]
    seen = Counter(key for rows in outer for key in {_key(row) for row in rows})
    needed = 3 if len(pages) > 5 else 2
    result: list[list[Row]] = []
    for rows, edge, height in zip(pages, outer, heights, strict=True):
        gone = {
            id(r)
            for r in edge
            if (seen[_key(r)] >= needed and r.size < largest and label_of(r.text) is None)
            or _lonely_number(r, edge, height, top=top)
        }
        result.append([r for r in rows if id(r) not in gone] if gone else rows)
    return result


def _outermost(rows: Sequence[Row], height: float, *, top: bool) -> list[Row]:
    """Return the rows of the first (or last) printed line, if it stands in the page's margin zone."""
    upright = [r for r in rows if r.upright]
    if not upright:
        return []
    if top:
        first = min(upright, key=lambda r: r.frame[1])
        limit = min(first.frame[3] + 2, _ZONE * height)
        return [r for r in upright if r.frame[3] <= limit]
    last = max(upright, key=lambda r: r.frame[3])
    limit = max(last.frame[1] - 2, (1 - _ZONE) * height)
    return [r for r in upright if r.frame[1] >= limit]


def _key(row: Row) -> tuple[str, int]:
    if row.text.isdecimal():
        # A page number grows with the pages; a section's number at the top of a page does not.
        return f"# {int(row.text) - row.page}", round((row.frame[1] + row.frame[3]) / 10)
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", row.text.casefold()), round((row.frame[1] + row.frame[3]) / 10)


def _lonely_number(row: Row, edge: Sequence[Row], height: float, *, top: bool) -> bool:
    if not _PAGE_NUMBER.fullmatch(row.text):
        return False
    if any(0 < other.frame[0] - row.frame[2] < 5 * row.size for other in edge):
        return False
    return row.frame[3] < _EDGE * height if top else row.frame[1] > (1 - _EDGE) * height


def _without_line_numbers(rows: list[Row]) -> list[Row]:
    """Drop columns of ten or more integers that grow by one from line to line."""
    columns: dict[int, list[Row]] = {}
    for row in rows:
        if row.upright and row.text.isdecimal() and len(row.text) <= 5:
            columns.setdefault(round(row.frame[2] / 8), []).append(row)
    gone: set[int] = set()
    for column in columns.values():
        column.sort(key=lambda r: r.frame[1])
        numbers = [int(r.text) for r in column]
        steps = sum(b - a == 1 for a, b in pairwise(numbers))
        if len(column) >= 10 and steps >= 0.9 * (len(column) - 1):
            gone.update(id(r) for r in column)
    return [r for r in rows if id(r) not in gone] if gone else rows
