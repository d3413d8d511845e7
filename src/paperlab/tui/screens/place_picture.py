"""A page of a paper as a picture, with the place one came for marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding

from paperlab.tui.look.pictures import png_size
from paperlab.tui.screens.dialogs import Asking
from paperlab.tui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from paperlab.lab import Lab
    from paperlab.tui.app import DeskApp
    from paperlab.tui.messages import Place

DPI = 130
_POINTS = 72
"""Points of an inch."""


def page_picture(key: str, place: Place, dpi: int = DPI) -> Callable[[Lab], bytes]:
    """Return the work that draws the page of a place as PNG, its boxes marked.

    It raises PdfMissing, and what `PageReader.read` raises.
    """

    def work(lab: Lab) -> bytes:
        pdf = lab.library.pdf(lab.library.load(key))
        return lab.reader.picture(pdf, place.page or 1, dpi=dpi, marks=place.on_page)

    return work


def centre_of(place: Place, png: bytes, dpi: int = DPI) -> tuple[float, float]:
    """Return the middle of a place on the picture of its page, as shares of width and height."""
    boxes = place.on_page
    if not boxes:
        return 0.5, 0.0
    width, height = (pixels / dpi * _POINTS for pixels in png_size(png))
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    return (left + right) / 2 / width, (min(box[1] for box in boxes) + max(box[3] for box in boxes)) / 2 / height


class PlacePicture(Asking[None]):
    """The page, as wide as the screen; arrows move over it, plus and minus zoom, enter opens the paper there."""

    DEFAULT_CSS = """
    PlacePicture > .box { width: 100%; height: 100%; padding: 0; }
    PlacePicture.-narrow > .box, PlacePicture.-low > .box { padding: 0; }
    PlacePicture PictureView { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,P", "leave", "Back", show=False, id="place.leave"),
        Binding("enter", "open", "Open", show=False, id="place.open"),
    ]

    def __init__(self, key: str, place: Place) -> None:
        super().__init__(f"{key} · p. {place.page or 1} · + - and arrows, enter opens, escape goes back")
        self._key = key
        self._place = place

    def inside(self) -> ComposeResult:
        """Yield the page."""
        yield PictureView(None, "drawing the page …")

    def on_mount(self) -> None:
        """Have the page drawn."""
        self.view.focus()
        self.run_worker(self._draw())

    @property
    def view(self) -> PictureView:
        """The page."""
        return self.query_one(PictureView)

    async def _draw(self) -> None:
        app = cast("DeskApp", self.app)
        png = await app.ask_lane(app.desk.papers, page_picture(self._key, self._place), tag="place")
        words = self._place.quote or f"page {self._place.page}"
        if png is None:
            self.view.show(None, f"There is no picture of this page.\n\n{words}")
            return
        self.view.by_width = True
        self.view.show(png, words)
        self.view.centre = centre_of(self._place, png)

    def action_open(self) -> None:
        """Open the paper at the place."""
        app = cast("DeskApp", self.app)
        self.dismiss(None)
        app.call_later(app.open_paper, self._key, self._place)
