"""A picture, by the best means that the terminal has.

    view = PictureView(png, alt="Table 2, page 7")   # png None: the words alone
    view.show(other_png, alt="Figure 1")             # zoom and place are set back
    view.zoom = 2.0                                  # 1: all of it; 16 at most
    view.centre = (0.5, 0.0)                         # what stands in the middle, as shares of width and height
    view.by_width = True                             # zoom 1 is the whole width: a page to read

Its own keys (while it has the focus) and actions for a screen's keys: zoom_in, zoom_out, zoom_reset, pan(dx, dy) by a
quarter of what is seen. Decoding and scaling is done in a thread; `Drawn` tells when the picture stands. A height of
`auto` follows the picture's shape.
"""

from __future__ import annotations

import asyncio
import io
import math
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from paperlab.errors import BadInput
from paperlab.text import clean
from paperlab.tui.look.pictures import Means, View, Window, as_characters, cut, means_of, opened, png_size, window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image
    from textual.binding import BindingType
    from textual.geometry import Size

    from paperlab.tui.app import Look

_MOST_ZOOM = 16.0
_ZOOM_STEP = 1.5
_PAN_STEP = 0.25
_CELL = (10, 20)
# Pixels of the screen for one of the picture: characters gain nothing by more than one quarter each.
_LARGEST_SHARP = 1.5


class PictureView(Widget, can_focus=True):
    """One picture; see the module's head for how it is used."""

    DEFAULT_CSS = """
    PictureView { width: 1fr; height: auto; color: $text-muted; }
    PictureView > * { width: auto; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,equals_sign,i", "zoom_in", "Larger", key_display="+", id="picture.larger", show=False),
        Binding("minus,o", "zoom_out", "Smaller", key_display="-", id="picture.smaller", show=False),
        Binding("0", "zoom_reset", "All of it", id="picture.all", show=False),
        Binding("left,h", "pan(-1, 0)", "Left", id="picture.left", show=False),
        Binding("right,l", "pan(1, 0)", "Right", id="picture.right", show=False),
        Binding("up,k", "pan(0, -1)", "Up", id="picture.up", show=False),
        Binding("down,j", "pan(0, 1)", "Down", id="picture.down", show=False),
    ]

    zoom: reactive[float] = reactive(1.0)
    centre: reactive[tuple[float, float]] = reactive((0.5, 0.5))
    by_width: reactive[bool] = reactive(default=False)

    @dataclass
    class Drawn(Message):
        """The picture, or the words where it cannot be shown, stands on the screen."""

        view: PictureView

        @property
        def control(self) -> PictureView:
            """The view it is about."""
            return self.view

    def __init__(
        self,
        png: bytes | None = None,
        alt: str = "",
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._png = png
        self._alt = alt
        self._trouble = ""
        self._image: Image | None = None
        self._lines: list[Strip] = []
        self._left = 0

    # What is shown

    @property
    def alt(self) -> str:
        """The words for the picture, with what keeps it from being shown."""
        return "\n".join(part for part in (clean(self._alt), self._trouble) if part)

    @cached_property
    def means(self) -> Means:
        """How this terminal shows pictures."""
        look: Look | None = getattr(self.app, "look", None)
        if look is None:
            return means_of(os.environ)
        return means_of(os.environ, ascii_only=look.ascii, chosen=look.pictures)

    @property
    def is_picture(self) -> bool:
        """Whether there is a picture, and the terminal shows pictures."""
        return self._png is not None and not self._trouble and self.means is not Means.NONE

    def show(self, png: bytes | None, alt: str) -> None:
        """Show another picture from its middle, all of it; None: the words alone."""
        self._png, self._alt, self._trouble, self._image = png, alt, "", None
        self._lines = []
        self.set_reactive(PictureView.zoom, 1.0)
        self.set_reactive(PictureView.centre, (0.5, 0.0 if self.by_width else 0.5))
        self._check()
        self.refresh(layout=True)
        self._draw_anew()

    def _check(self) -> None:
        if self._png is None:
            return
        if self.means is Means.NONE:
            self._trouble = "(pictures are not drawn in this terminal)"
            return
        try:
            png_size(self._png)
        except BadInput as error:
            self._trouble = f"({error})"

    # Moving about

    def validate_zoom(self, zoom: float) -> float:
        """Keep it within what makes sense."""
        return min(max(zoom, 1.0), _MOST_ZOOM)

    def validate_centre(self, centre: tuple[float, float]) -> tuple[float, float]:
        """Keep it within the picture."""
        return min(max(centre[0], 0.0), 1.0), min(max(centre[1], 0.0), 1.0)

    def watch_zoom(self) -> None:
        """Draw it at the new size."""
        self._draw_anew()

    def watch_centre(self) -> None:
        """Draw the new part."""
        self._draw_anew()

    def watch_by_width(self) -> None:
        """Draw it in the new way; a page begins at its top."""
        if self.zoom == 1:
            self.centre = (0.5, 0.0 if self.by_width else 0.5)
        self._draw_anew()

    def action_zoom_in(self) -> None:
        """Show a smaller part, larger."""
        self.zoom *= _ZOOM_STEP

    def action_zoom_out(self) -> None:
        """Show a larger part, smaller."""
        self.zoom /= _ZOOM_STEP

    def action_zoom_reset(self) -> None:
        """Show all of it."""
        self.zoom, self.centre = 1.0, (0.5, 0.0 if self.by_width else 0.5)

    def action_pan(self, dx: int, dy: int) -> None:
        """Go on by a quarter of what is seen: to the right by `dx`, down by `dy`."""
        if not self.is_picture or self._png is None:
            return
        width, height = png_size(self._png)
        left, top, right, bottom = self._window((width, height)).box
        # From what is seen, not from what was asked for: at an edge the two differ.
        x, y = (
            (left + right) / 2 + dx * _PAN_STEP * (right - left),
            (top + bottom) / 2 + dy * _PAN_STEP * (bottom - top),
        )
        x = min(max(x, (right - left) / 2), width - (right - left) / 2)
        y = min(max(y, (bottom - top) / 2), height - (bottom - top) / 2)
        self.centre = (x / width, y / height)

    # Sizes

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Follow the picture's shape; without one, the words' lines."""
        if not self.is_picture or self._png is None:
            return max(1, len(self._words(width)))
        (across, down), (cell_width, cell_height) = png_size(self._png), self._cell
        scale = min(width * cell_width / across, self._largest)
        return max(1, min(math.ceil(down * scale / cell_height), max(viewport.height, 1)))

    @property
    def _cell(self) -> tuple[int, int]:
        return cell_pixels() or _CELL

    @property
    def _largest(self) -> float:
        if self.means in {Means.KITTY, Means.SIXEL}:
            return _LARGEST_SHARP
        return self._cell[0] / 2

    def _window(self, size: tuple[int, int]) -> Window:
        shape = self.content_size
        view = View(max(shape.width, 1), max(shape.height, 1), self._cell, self.zoom, self.centre, self.by_width)
        return window(size, view, self._largest)

    # Drawing

    def on_mount(self) -> None:
        """Look what there is to show."""
        self._check()
        self.refresh(layout=True)

    def on_resize(self) -> None:
        """Fill the new size."""
        self._draw_anew()

    def on_unmount(self) -> None:
        """Free what the terminal keeps."""
        self._free()

    def _draw_anew(self) -> None:
        if self.is_mounted and self.content_size:
            self._draw()

    @work(exclusive=True, group="picture")
    async def _draw(self) -> None:
        try:
            await self._draw_picture()
        except BadInput as error:
            self._trouble, self._lines = f"({error})", []
            self._free()
            self.refresh(layout=True)
        self.post_message(self.Drawn(self))

    async def _draw_picture(self) -> None:
        png = self._png
        if not self.is_picture or png is None:
            self._lines = []
            self._free()
            self.refresh()
            return
        if self._image is None:
            image = await asyncio.to_thread(opened, png)
            if png is not self._png:
                return
            self._image = image
        part = self._window(self._image.size)
        if self.means in {Means.KITTY, Means.SIXEL}:
            await self._draw_sharp(self._image, part)
        else:
            halves = self.means is Means.HALVES
            lines = await asyncio.to_thread(as_characters, self._image, part, halves=halves)
            self._lines = [Strip([Segment(text, _style(*colours)) for text, *colours in line]) for line in lines]
            self._left = (self.content_size.width - part.columns) // 2
            self.refresh()

    async def _draw_sharp(self, image: Image, part: Window) -> None:
        width, height = self._cell
        pixels = (part.columns * width, part.rows * height)
        shown = await asyncio.to_thread(cut, image, part, pixels)
        kind = await asyncio.to_thread(image_widget, self.means)
        child = next(iter(self.query(kind)), None)
        if child is None:
            child = kind()
            await self.mount(child)
        child.styles.width, child.styles.height = part.columns, part.rows
        child.styles.offset = ((self.content_size.width - part.columns) // 2, 0)
        child.image = shown

    def _free(self) -> None:
        for child in self.children:
            if hasattr(child, "image"):
                child.image = None

    def render_line(self, y: int) -> Strip:
        """Return a line of the picture, or of the words for it."""
        width = self.content_size.width
        if self.is_picture:
            blank = Strip.blank(width, self.rich_style)
            if not 0 <= y < len(self._lines):
                return blank
            left = Strip.blank(self._left, self.rich_style)
            return Strip.join([left, self._lines[y]]).adjust_cell_length(width, self.rich_style)
        words = self._words(width)
        text = words[y] if y < len(words) else ""
        return Strip([Segment(text, self.rich_style)]).adjust_cell_length(width, self.rich_style)

    def _words(self, width: int) -> list[str]:
        return [line.plain for line in Content(self.alt).wrap(max(width, 1))] if self.alt else []


def _style(front: tuple[int, int, int], back: tuple[int, int, int]) -> Style:
    return Style(color=Color.from_rgb(*front), bgcolor=Color.from_rgb(*back))


def cell_pixels() -> tuple[int, int] | None:
    """Return width and height of a cell in pixels where the system knows them; the terminal itself is not asked."""
    stream = sys.__stderr__ or sys.__stdout__
    try:
        import array
        import fcntl
        import termios

        sizes = array.array("H", [0, 0, 0, 0])
        fcntl.ioctl(stream, termios.TIOCGWINSZ, sizes)  # type: ignore[arg-type]
    except (ImportError, OSError, TypeError, ValueError):
        return None
    rows, columns, width, height = sizes
    return (width // columns, height // rows) if rows and columns and width >= columns and height >= rows else None


def image_widget(means: Means) -> Any:
    """Return the widget class of textual-image for sixel or kitty.

    It asks the terminal at import what it can, and how large a cell is. Under a running desk the answers would come as
    keys, so it is told that there is no terminal while it is imported, and how large a cell is afterwards.
    """
    with _no_terminal():
        from textual_image import _terminal, widget
    found = _terminal.CellSize(*(cell_pixels() or _CELL))
    setattr(_terminal.get_cell_size, "_result", found)  # noqa: B010 - an attribute no type knows of
    return widget.TGPImage if means is Means.KITTY else _sixel_image()


def _sixel_image() -> Any:
    from textual_image.widget.sixel import Image as SixelImage

    return SixelImage


@contextmanager
def _no_terminal() -> Iterator[None]:
    real = sys.__stdout__
    setattr(sys, "__stdout__", io.StringIO())  # noqa: B010 - final for types
    try:
        yield
    finally:
        setattr(sys, "__stdout__", real)  # noqa: B010
