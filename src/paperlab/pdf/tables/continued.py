"""Tables that go on at the top of the next page, without a caption of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from paperlab.pdf.tables.regions import candidate_below
from paperlab.pdf.tables.sheet import Caption

if TYPE_CHECKING:
    from collections.abc import Callable

    from paperlab.pdf.tables.regions import Region
    from paperlab.pdf.tables.sheet import Sheet

_SAME = 4.0
"""Points by which the edges of two parts may differ."""
_AT_THE_FOOT = 0.72
"""Of the page's text height: a table that ends higher does not go on."""


def next_part(sheet: Sheet, region: Region, sheets: Callable[[int], list[Sheet]]) -> tuple[Sheet, Region] | None:
    """Return where a table goes on on the next page: at its top, between rules of the same width, uncaptioned."""
    if region.above or region.ruled < 1 or not _at_the_foot(sheet, region):
        return None
    for following in sheets(sheet.page + 1):
        if following.frame.direction != sheet.frame.direction:
            continue
        x0, _, x1, _ = region.box
        wide = [r for r in following.rules.across if abs(r.start - x0) < _SAME and abs(r.end - x1) < _SAME]
        if len(wide) < 2 or not following.words:
            return None
        edge = min(*(r.at for r in wide), *(w.box[1] for w in following.words)) - 2
        pretended = Caption(region.caption.block, region.caption.number, (x0, edge - 1, x1, edge))
        found = candidate_below(following, pretended)
        if found is None or _claimed(following, found) or not _alike(found, region):
            return None
        prose = [w for w in following.words if w.box[3] < found.box[1] - 1 and x0 < w.centre < x1]
        return (following, replace(found, caption=pretended)) if len(prose) < 12 else None
    return None


def _at_the_foot(sheet: Sheet, region: Region) -> bool:
    bottom = max(w.box[3] for w in sheet.words)
    top = min(w.box[1] for w in sheet.words)
    return region.box[3] > top + _AT_THE_FOOT * (bottom - top)


def _alike(found: Region, region: Region) -> bool:
    return abs(found.box[0] - region.box[0]) < _SAME and abs(found.box[2] - region.box[2]) < _SAME


def _claimed(sheet: Sheet, found: Region) -> bool:
    """Tell whether a caption of the page stands right above or below what was found."""
    for caption in sheet.captions:
        x0, y0, x1, y1 = caption.box
        beside = min(x1, found.box[2]) - max(x0, found.box[0]) > 0
        if beside and (0 <= found.box[1] - y1 < 40 or 0 <= y0 - found.box[3] < 40):
            return True
    return False
