"""Boxes: turned, compared. Pure; `types.around` joins them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.types import Box


Quarter = tuple[int, int]
"""The direction that lines of text run in: (1, 0) from left to right, (0, -1) upwards."""

QUARTERS: dict[int, Quarter] = {0: (1, 0), 90: (0, -1), 180: (-1, 0), 270: (0, 1)}
"""The direction of text that reads upright once its page is turned clockwise by so many degrees."""
_ROTATIONS = {quarter: degrees for degrees, quarter in QUARTERS.items()}


@dataclass(frozen=True, slots=True)
class View:
    """A page (`width`, `height` in points as it lies) seen so that text running to `quarter` runs to the right."""

    quarter: Quarter
    width: float
    height: float

    @property
    def depth(self) -> float:
        """How high the page is in the view."""
        return self.height if self.quarter[1] == 0 else self.width

    @property
    def rotation(self) -> int:
        """Degrees clockwise that the page must be turned by to read its text."""
        return _ROTATIONS.get(self.quarter, 0)

    def turn(self, box: Box) -> Box:
        """Return a box of the unrotated page as it stands in the view."""
        x0, y0, x1, y1 = box
        if self.quarter == (0, -1):
            return (self.height - y1, x0, self.height - y0, x1)
        if self.quarter == (0, 1):
            return (y0, self.width - x1, y1, self.width - x0)
        if self.quarter == (-1, 0):
            return (self.width - x1, self.height - y1, self.width - x0, self.height - y0)
        return box

    def back(self, box: Box) -> Box:
        """Return what `turn` made of a box as it was."""
        x0, y0, x1, y1 = box
        if self.quarter == (0, -1):
            return (y0, self.height - x1, y1, self.height - x0)
        if self.quarter == (0, 1):
            return (self.width - y1, x0, self.width - y0, x1)
        return self.turn(box)


def inside(box: Box, outer: Box, slack: float = 0.0) -> bool:
    """Tell whether a box lies within another one that is `slack` points wider on each side."""
    return (
        box[0] >= outer[0] - slack
        and box[1] >= outer[1] - slack
        and box[2] <= outer[2] + slack
        and box[3] <= outer[3] + slack
    )


def centre_inside(box: Box, outer: Box) -> bool:
    """Tell whether the middle of a box lies within another one."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def shared(a: Box, b: Box, axis: int) -> float:
    """Return how far two boxes overlap along an axis (0: x, 1: y), negative where there is a gap."""
    return min(a[axis + 2], b[axis + 2]) - max(a[axis], b[axis])


def gaps(a: Box, b: Box) -> tuple[float, float]:
    """Return the horizontal and the vertical distance between two boxes, 0 where they overlap."""
    return max(0.0, -shared(a, b, 0)), max(0.0, -shared(a, b, 1))


def area(box: Box) -> float:
    """Return the area of a box in square points."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def overlap(a: Box, b: Box) -> float:
    """Return the area that two boxes share, in square points."""
    return max(0.0, shared(a, b, 0)) * max(0.0, shared(a, b, 1))
