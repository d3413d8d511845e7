"""Quadrilaterals that PDF annotations mark text with: where they stand, and the boxes they make. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import atan2
from typing import TYPE_CHECKING, Any, NamedTuple

from paperlab.types import Box, around

if TYPE_CHECKING:
    from collections.abc import Sequence

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
"""As PDF writes one: x becomes ax + cy + e, y becomes bx + dy + f."""

_THINNEST = 0.05
"""Points: what is thinner marks nothing."""
_SAME_LINE = 0.5
"""Share of the lower one's height that two quads on one printed line have in common, at least."""
_WORD_GAP = 0.6
"""Of a line's height: words on one line stand nearer to each other, and columns farther apart."""
_NEIGHBOURS = 60
"""Quads of one line come close behind each other, whatever order a program lists them in."""


class PageSpace(NamedTuple):
    """How the coordinates of a page's dictionary and those of boxes go into each other."""

    to_boxes: Matrix
    to_pdf: Matrix
    frame: Box
    """The whole page."""


@dataclass(frozen=True, slots=True)
class Quad:
    """Four corners in any order, seen as the area they span."""

    corners: tuple[Point, ...]
    """In turn around the middle."""
    box: Box

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point stands in it."""
        x0, y0, x1, y1 = self.box
        if not (x0 <= x <= x1 and y0 <= y <= y1):
            return False
        sides = [
            (bx - ax) * (y - ay) - (by - ay) * (x - ax)
            for (ax, ay), (bx, by) in pairwise((*self.corners, self.corners[0]))
        ]
        return all(side >= -1e-6 for side in sides) or all(side <= 1e-6 for side in sides)


def page_space(engine: Any, page: Any) -> PageSpace:
    """Return how the coordinates of an open page go into those of boxes, which are on the unrotated page, and back."""
    shown = engine.mupdf.FzMatrix()
    engine.mupdf.pdf_page_transform(engine.mupdf.pdf_page_from_fz_page(page.this), engine.mupdf.FzRect(), shown)
    to_shown = engine.Matrix(shown.a, shown.b, shown.c, shown.d, shown.e, shown.f)
    turned_back = upright(engine, page)
    to_boxes = to_shown * turned_back
    x0, y0, x1, y1 = (page.rect * turned_back).normalize()
    return PageSpace(tuple(to_boxes), tuple(~to_boxes), (x0, y0, x1, y1))


def upright(engine: Any, page: Any) -> Any:
    """Return the matrix from an open page as it is shown to the unrotated page; PyMuPDF's own forgets the UserUnit."""
    _, _, width, height = page.rect
    turned = {
        90: (0, -1, 1, 0, 0, width),
        180: (-1, 0, 0, -1, width, height),
        270: (0, 1, -1, 0, height, 0),
    }
    return engine.Matrix(*turned.get(int(page.rotation), (1, 0, 0, 1, 0, 0)))


def moved(matrix: Matrix, x: float, y: float) -> Point:
    """Return where a matrix takes a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def quad(points: Sequence[Point]) -> Quad | None:
    """Return the quad with these four corners, in whatever order a program wrote them; None for one without area."""
    x, y = sum(p[0] for p in points) / 4, sum(p[1] for p in points) / 4
    box = around([(*p, *p) for p in points])
    if box[2] - box[0] < _THINNEST or box[3] - box[1] < _THINNEST:
        return None
    return Quad(tuple(sorted(points, key=lambda p: atan2(p[1] - y, p[0] - x))), box)


def line_boxes(boxes: Sequence[Box]) -> list[Box]:
    """Return one box per printed line for boxes of words or lines of level text, in the order the lines came first."""
    lines: list[Box] = []
    for box in boxes:
        near = range(len(lines) - 1, max(-1, len(lines) - _NEIGHBOURS), -1)
        at = next((i for i in near if _on_one_line(lines[i], box)), None)
        if at is None:
            lines.append(box)
        else:
            lines[at] = around([lines[at], box])
    return lines


def corners(box: Box, direction: Point) -> tuple[Point, Point, Point, Point]:
    """Return a box's corners as one who reads along `direction` sees them: upper left, upper right, lower ones alike.

    The box is on a page whose y goes down; of the direction only the quarter counts.
    """
    x0, y0, x1, y1 = box
    across, down = direction
    if abs(across) >= abs(down):
        seen = ((x0, y0), (x1, y0), (x0, y1), (x1, y1))
        return seen if across >= 0 else (seen[3], seen[2], seen[1], seen[0])
    seen = ((x1, y0), (x1, y1), (x0, y0), (x0, y1))
    return seen if down > 0 else (seen[3], seen[2], seen[1], seen[0])


def is_near(box: Box, other: Box, within: float) -> bool:
    """Tell whether no edge of two boxes is farther apart than `within` points."""
    return all(abs(a - b) <= within for a, b in zip(box, other, strict=True))


def _on_one_line(line: Box, box: Box) -> bool:
    height, other = line[3] - line[1], box[3] - box[1]
    shared = min(line[3], box[3]) - max(line[1], box[1])
    gap = max(line[0], box[0]) - min(line[2], box[2])
    return shared >= _SAME_LINE * min(height, other) and gap <= _WORD_GAP * max(height, other)
