"""The part of a page that shows where a number stands. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from paperlab.types import around

if TYPE_CHECKING:
    from collections.abc import Iterable

    from paperlab.types import Box, Table

_MARGIN = 6.0
"""Points around what is shown."""
_CONTEXT = 60.0
"""Points above and below a box that stands in no table."""


class PicturePlace(NamedTuple):
    """What a picture shows: a part of a page, and boxes to run a highlighter over."""

    page: int
    box: Box
    marks: tuple[Box, ...]


def picture_place(page: int, box: Box, tables: Iterable[Table]) -> PicturePlace:
    """Return the table around a box, caption included and the box marked; where none is there, the lines around it."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    for table in tables:
        for number, place in ((table.page, table.box), *table.continued):
            if number == page and place[0] <= x <= place[2] and place[1] <= y <= place[3]:
                parts = [place, *([table.caption_box] if table.caption_box and number == table.page else [])]
                return PicturePlace(page, _wider(around(parts), _MARGIN), (box,))
    wider = (max(0.0, box[0] - _MARGIN), max(0.0, box[1] - _CONTEXT), box[2] + _MARGIN, box[3] + _CONTEXT)
    return PicturePlace(page, wider, (box,))


def _wider(box: Box, by: float) -> Box:
    return (max(0.0, box[0] - by), max(0.0, box[1] - by), box[2] + by, box[3] + by)
