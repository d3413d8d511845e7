"""A page of a paper, or a part of it, as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from paperlab.tui.screens import reader_work as work
from paperlab.tui.screens.base import DeskScreen
from paperlab.tui.screens.reader_lines import StatusLine
from paperlab.tui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from paperlab.types import Box


class PictureScreen(DeskScreen):
    """Pages one by one, or one figure or table."""

    HELP_TEXT = "The page as it is printed, with your highlights."
    DEFAULT_CSS = """
    PictureScreen {
        PictureView { height: 1fr; width: 1fr; }
        StatusLine { dock: bottom; margin-bottom: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right_curly_bracket,space,pagedown", "page(1)", "Next page", id="picture.next"),
        Binding("p,left_curly_bracket,pageup", "page(-1)", "Page before", id="picture.previous"),
        Binding("w", "by_width", "Whole width", id="picture.width"),
        Binding("P", "whole", "Whole page", id="picture.whole"),
        Binding("O", "open_outside", "Open outside", id="picture.outside"),
        Binding("escape,backspace", "close", "Close", id="picture.close"),
    ]

    def __init__(self, key: str, page: int, pages: int, box: Box | None = None, words: str = "") -> None:
        """`pages` is how many there are, 0 where nobody knows; with `box` only that part of the page is shown."""
        super().__init__()
        self.key = key
        self.page = page
        self._pages = pages
        self._box = box
        self._words = words
        self._drawn = 0
        """The page that stands there."""
        self.view = PictureView(None, "")
        self._line = StatusLine()

    def body(self) -> ComposeResult:
        """Lay out the picture and what it is."""
        yield self.view
        yield self._line

    def on_mount(self) -> None:
        """Show it."""
        self.view.focus()
        self._show()

    def _show(self) -> None:
        self._line.say(f"{self._what}: drawing ...")
        self.run_worker(self._draw(), group="picture", exclusive=True)

    @property
    def _what(self) -> str:
        of = f" of {self._pages}" if self._pages else ""
        page = f"p. {self.page}{of}"
        return f"{self._words}, {page}" if self._box and self._words else page

    async def _draw(self) -> None:
        key, page, box = self.key, self.page, self._box
        if self.desk_app.look.ascii:
            self.view.show(None, f"{self._what}\n\nThis terminal shows no pictures. O opens the PDF outside.")
            self._line.say(self._what)
            return
        png = await self.desk_app.ask_lane(
            self.desk.papers, lambda lab: work.picture(lab, key, page, box), tag="picture"
        )
        if png is None:
            self.page = self._drawn or self.page
            self._line.say(
                f"{self._what} is what could be drawn" if self._drawn else f"{self._what} could not be drawn"
            )
            return
        self._drawn = page
        self.view.by_width = box is None
        self.view.show(png, f"{self._what}. O opens the PDF outside.")
        self._line.say(f"{self._what}   + - larger, smaller  arrows move  0 all of it")

    def action_page(self, by: int) -> None:
        """Show the next page, or the one before."""
        page = self.page + by
        if page < 1 or (self._pages and page > self._pages):
            self.desk_app.tell("no more pages")
            return
        self.page, self._box = page, None
        self._show()

    def action_whole(self) -> None:
        """Show the whole page that a part is on."""
        if self._box:
            self._box = None
            self._show()

    def action_by_width(self) -> None:
        """Show the page as wide as the terminal, or all of it."""
        self.view.by_width = not self.view.by_width

    def action_open_outside(self) -> None:
        """Open the PDF at this page in a viewer."""
        self.run_worker(work.open_outside(self.desk_app, self.key, self.page), group="outside")

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()
