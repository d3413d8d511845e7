"""A table with all its cells, as wide as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content, Span
from textual.widgets import Static

from paperlab.text import one_line
from paperlab.tui.flow.grids import grid, reasons_of
from paperlab.tui.screens.base import DeskScreen
from paperlab.tui.screens.picture import PictureScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from paperlab.types import Table

_WIDEST = 10_000
_STYLES = {"strong": "bold", "muted": "$foreground-muted", "section": "$secondary bold"}


class TableScreen(DeskScreen):
    """One table: scrolls sideways where it is wide."""

    HELP_TEXT = "All cells of a table. `P` shows it as it is printed, `y` copies it."
    DEFAULT_CSS = """
    TableScreen {
        .table-scroll { overflow: auto auto; padding: 1 2; height: 1fr; }
        .table-caption { width: 100%; max-width: 90; color: $secondary; margin-bottom: 1; }
        .table-doubt { width: 100%; max-width: 90; color: $warning; margin-bottom: 1; }
        .table-cells { width: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll(0, 1)", "Down", show=False, id="table.down"),
        Binding("k,up", "scroll(0, -1)", "Up", show=False, id="table.up"),
        Binding("h,left", "scroll(-8, 0)", "Left", show=False, id="table.left"),
        Binding("l,right", "scroll(8, 0)", "Right", show=False, id="table.right"),
        Binding("space,ctrl+d,pagedown", "page(1)", "Page on", show=False, id="table.page_on"),
        Binding("ctrl+u,pageup", "page(-1)", "Page back", show=False, id="table.page_back"),
        Binding("g,home", "edge(-1)", "Beginning", show=False, id="table.first"),
        Binding("G,end", "edge(1)", "End", show=False, id="table.last"),
        Binding("P", "picture", "As printed", id="table.picture"),
        Binding("y", "copy", "Copy", id="table.copy"),
        Binding("escape,backspace", "close", "Close", id="table.close"),
    ]

    def __init__(self, key: str, table: Table, pages: int) -> None:
        """`pages` is how many the paper has."""
        super().__init__()
        self.key = key
        self.table = table
        self._pages = pages
        self._text, self._runs = grid(table, _WIDEST)
        self._scroll = VerticalScroll(classes="table-scroll")

    def body(self) -> ComposeResult:
        """Lay out caption, doubts and cells."""
        spans = [Span(run.start, run.end, _STYLES[run.style]) for run in self._runs]
        with self._scroll:
            caption = one_line(self.table.caption) or f"Table {self.table.number}"
            yield Static(Content(f"{caption}  (p. {self.table.page})"), classes="table-caption")
            for reason in reasons_of(self.table):
                yield Static(Content(reason), classes="table-doubt")
            yield Static(Content(self._text, spans=spans), classes="table-cells")

    def on_mount(self) -> None:
        """Let keys scroll; show the picture where no cells were read."""
        self._scroll.focus()

    def action_scroll(self, right: int, down: int) -> None:
        """Scroll by cells."""
        self._scroll.scroll_relative(right, down, animate=False)

    def action_page(self, way: int) -> None:
        """Scroll by a window."""
        self._scroll.scroll_relative(y=way * max(1, self._scroll.size.height - 2), animate=False)

    def action_edge(self, way: int) -> None:
        """Go to the first or last row."""
        if way < 0:
            self._scroll.scroll_home(animate=False)
        else:
            self._scroll.scroll_end(animate=False)

    def action_picture(self) -> None:
        """Show the table as it is printed."""
        self.app.push_screen(
            PictureScreen(self.key, self.table.page, self._pages, self.table.box, f"Table {self.table.number}")
        )

    def action_copy(self) -> None:
        """Copy the table as tab-separated cells."""
        rows = ["\t".join(one_line(cell.text) for cell in row.cells) for row in self.table.rows]
        self.app.copy_to_clipboard("\n".join(rows))
        self.desk_app.tell("table copied, cells apart by tabs")

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()
