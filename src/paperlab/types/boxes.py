"""Boxes on pages."""

from __future__ import annotations

from typing import NamedTuple

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in PDF points, origin at the top left of the unrotated page."""


class PageBox(NamedTuple):
    """A box on a page."""

    page: int
    box: Box


def around(boxes: list[Box]) -> Box:
    """Return the smallest box that holds all `boxes` (at least one)."""
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
