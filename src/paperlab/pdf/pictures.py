"""A page, or a part of it, as a PNG: upright as a viewer shows it. The child process runs it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from paperlab.pdf.opening import Unreadable, out_of_memory, page_count, short
from paperlab.pdf.quads import upright

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_PIXELS = 40_000_000
_MOST_DPI = 2400
_HIGHLIGHTER = (1.0, 0.93, 0.35)
"""Red, green, blue, 0 to 1. It multiplies what is below it, so that black stays black."""


class Misuse(Exception):
    """What was asked for cannot be drawn; the message is a line for the user, without the file's name."""


def picture(engine: Any, pdf: Any, place: Mapping[str, Any]) -> bytes:
    """Return a page, or what of it lies within a box, as the bytes of a PNG.

    `place` has `page` (1-based), `box` (x0, y0, x1, y1 in points on the unrotated page, or None for all of it), `dpi`
    (dots per inch) and `marks` (boxes to run a highlighter over). The picture is turned as the page is. Raises Misuse,
    Unreadable where the page is damaged, and MemoryError.
    """
    number, box, dpi = place["page"], place["box"], place["dpi"]
    count = page_count(pdf, sys.maxsize)
    if not 1 <= number <= count:
        raise Misuse(f"there is no page {number}: it has {count} {'page' if count == 1 else 'pages'}")
    if not 1 <= dpi <= _MOST_DPI:
        raise Misuse(f"{dpi} dots per inch cannot be drawn: ask for 1 to {_MOST_DPI:,}")
    page = _page(pdf, number)
    clip = page.rect if box is None else _clip(engine, page, number, box)
    _check_marks(place["marks"])
    scale = dpi / 72
    pixels = clip.width * scale * clip.height * scale
    if not pixels <= _MOST_PIXELS:
        raise Misuse(
            f"the picture of page {number} would have {pixels / 1e6:,.0f} million pixels and the limit is "
            f"{_MOST_PIXELS // 1_000_000}: ask for fewer dots per inch or a smaller box"
        )
    try:
        _highlight(engine, page, place["marks"])
        pixmap = page.get_pixmap(matrix=engine.Matrix(scale, scale), clip=clip, alpha=False)
        pixmap.set_dpi(dpi, dpi)
        return bytes(pixmap.tobytes("png"))
    except Exception as error:  # PyMuPDF has many
        raise _undrawable(number, error) from error


def _page(pdf: Any, number: int) -> Any:
    try:
        return pdf[number - 1]
    except Exception as error:  # PyMuPDF has many
        raise _undrawable(number, error) from error


def _undrawable(number: int, error: Exception) -> Exception:
    if out_of_memory(error):
        return MemoryError()
    return Unreadable("damaged", f"page {number} cannot be drawn ({short(error)}): fetch the file again")


def _check_marks(marks: Sequence[Sequence[float]]) -> None:
    for x0, y0, x1, y1 in marks:
        if not (x0 < x1 and y0 < y1):
            raise Misuse(f"the mark ({x0:g}, {y0:g}, {x1:g}, {y1:g}) is empty: give left, top, right, bottom in points")


def _highlight(engine: Any, page: Any, marks: Sequence[Sequence[float]]) -> None:
    """Run a highlighter over boxes of the open page; the file is left as it is."""
    if marks:
        annotation = page.add_highlight_annot([engine.Rect(mark).quad for mark in marks])
        annotation.set_colors(stroke=_HIGHLIGHTER)
        annotation.update()


def _clip(engine: Any, page: Any, number: int, box: Sequence[float]) -> Any:
    """Return the box on the page as it is turned, cut at the page's edges."""
    x0, y0, x1, y1 = box
    shown = "({:g}, {:g}, {:g}, {:g})".format(*box)
    if not (x0 < x1 and y0 < y1):
        raise Misuse(f"the box {shown} is empty: give left, top, right, bottom in points")
    clip = (engine.Rect(x0, y0, x1, y1) * ~upright(engine, page)).normalize() & page.rect
    if clip.is_empty:
        size = page.cropbox
        raise Misuse(f"the box {shown} lies outside page {number}, which is {size.width:g} by {size.height:g} points")
    return clip
