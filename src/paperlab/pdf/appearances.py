"""How annotations look: the drawing that a PDF holds for each, so that every viewer shows the same. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.pdf.quads import Point
from paperlab.types import AnnotationKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from paperlab.types import Box

Corners = tuple[Point, Point, Point, Point]
"""In the page's own coordinates, y going up: upper left, upper right, lower left, lower right as one reads."""
Colour = tuple[float, float, float]
"""Red, green, blue, 0 to 1."""

SIGN = 18.0
"""Points: side of a note's sign."""


def drawing(kind: AnnotationKind, quads: Sequence[Corners], rect: Box, colour: Colour) -> bytes:
    """Return the operators that draw an annotation; `rect` is x0, y0, x1, y1 in the page's own coordinates."""
    ink = " ".join(map(shown, colour))
    if kind is AnnotationKind.NOTE:
        return f"{ink} rg 0.25 G 0.6 w {_sheet(rect)}".encode()
    if kind is AnnotationKind.HIGHLIGHT:
        return f"/Over gs {ink} rg {' '.join(map(_area, quads))}".encode()
    draw = _LINES[kind]
    return f"{ink} RG {' '.join(draw(corners) for corners in quads)}".encode()


def shown(value: float) -> str:
    """Return a number as PDF writes it, exact to a ten thousandth."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _area(corners: Corners) -> str:
    upper_left, upper_right, lower_left, lower_right = corners
    return f"{_path((upper_left, upper_right, lower_right, lower_left))} h f"


def _underline(corners: Corners) -> str:
    return f"{shown(_height(corners) / 14)} w {_path(_across(corners, 0.08))} S"


def _strike(corners: Corners) -> str:
    return f"{shown(_height(corners) / 14)} w {_path(_across(corners, 0.42))} S"


def _squiggle(corners: Corners) -> str:
    """Return a line that goes up and down in steps of an eighth of the text's height."""
    step = _height(corners) / 8
    low, high = _across(corners, 0.04), _across(corners, 0.14)
    count = max(2, min(1000, round(_distance(*low) / max(step, 0.1))))
    points = [_between(*(high if i % 2 else low), i / count) for i in range(count + 1)]
    return f"{shown(_height(corners) / 20)} w {_path(points)} S"


_LINES: dict[AnnotationKind, Callable[[Corners], str]] = {
    AnnotationKind.UNDERLINE: _underline,
    AnnotationKind.STRIKEOUT: _strike,
    AnnotationKind.SQUIGGLY: _squiggle,
}


def _sheet(rect: Box) -> str:
    """Return a sheet of paper with three lines, at the upper left of the rectangle."""
    x0, _, x1, y1 = rect
    wide, high = min(SIGN, x1 - x0) - 1, min(SIGN, y1 - rect[1]) - 1
    left, bottom = x0 + 0.5, y1 - 0.5 - high
    frame = " ".join(map(shown, (left, bottom, wide, high)))
    lines = [
        f"{_path([(left + 0.2 * wide, bottom + share * high), (left + 0.8 * wide, bottom + share * high)])} S"
        for share in (0.25, 0.5, 0.75)
    ]
    return f"{frame} re B {' '.join(lines)}"


def _across(corners: Corners, up: float) -> tuple[Point, Point]:
    """Return the line along the text at a share of its height."""
    upper_left, upper_right, lower_left, lower_right = corners
    return _between(lower_left, upper_left, up), _between(lower_right, upper_right, up)


def _height(corners: Corners) -> float:
    return _distance(corners[2], corners[0])


def _distance(a: Point, b: Point) -> float:
    return float(((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5)


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])


def _path(points: Iterable[Point]) -> str:
    return " ".join(f"{shown(x)} {shown(y)} {'l' if i else 'm'}" for i, (x, y) in enumerate(points))
