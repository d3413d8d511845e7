"""Bodies whose text runs sideways under or over a caption that does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from paperlab.pdf.tables.regions import Region
from paperlab.types import around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.tables.sheet import Caption, Sheet
    from paperlab.types import Box

_FEWEST_WORDS = 8
_NEAR = 40.0
"""Points between the caption and the body."""


def turned_body(caption: Caption, sheet: Sheet, sheets: Sequence[Sheet]) -> tuple[Sheet, Region] | None:
    """Return the body of a caption that runs in another direction on the same page, with the sheet it is read on."""
    on_page = caption.block.box
    for other in sheets:
        if other.page != sheet.page or other.frame.direction == sheet.frame.direction:
            continue
        words = [w for w in other.words if _within_reach(other.frame.back(w.box), on_page)]
        if len(words) < _FEWEST_WORDS:
            continue
        body = around([w.box for w in words])
        rules = [
            r for r in other.rules.across if body[1] - 12 < r.at < body[3] + 12 and r.overlap(body[0], body[2]) > 0
        ]
        box = (
            min([body[0], *(r.start for r in rules)]),
            min([body[1], *(r.at for r in rules)]),
            max([body[2], *(r.end for r in rules)]),
            max([body[3], *(r.at for r in rules)]),
        )
        gap = _gap(other.frame.back(box), on_page)
        if gap is not None and gap < _NEAR:
            pretended = replace(caption, box=other.frame.turn(on_page))
            return other, Region(pretended, above=False, box=box, ruled=len(rules), gap=gap)
    return None


def _within_reach(word: Box, caption: Box) -> bool:
    """Tell whether a word stands in the caption's column and not in the margin beside the text."""
    middle = (word[0] + word[2]) / 2
    return caption[0] - 30 < middle < caption[2] + 30


def _gap(body: Box, caption: Box) -> float | None:
    """Return the points between body and caption, None where they overlap in height."""
    if body[3] <= caption[1] + 2:
        return max(0.0, caption[1] - body[3])
    if body[1] >= caption[3] - 2:
        return max(0.0, body[1] - caption[3])
    return None
