"""Markdown to read: a replication's report, a draft as it will look, an issue.

It is laid out as lines, in a thread: Textual's own widget has a widget a paragraph, and a long report stops all keys.
"""

from __future__ import annotations

import asyncio
import io
import re
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

if TYPE_CHECKING:
    from textual.binding import BindingType

_PICTURE = re.compile(r"!\[((?:\\.|[^\]\\])*)\]\([^)]*\)")
_NONE = "No report was written yet: m compares anew and writes one."
_WIDEST = 110
"""Columns: longer lines are hard to read."""


class ReportView(ScrollView, can_focus=True):
    """Markdown, laid out as lines. Pictures are told in words: plots have a view of their own."""

    DEFAULT_CSS = """
    ReportView { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_down", "Down", show=False, id="report.down"),
        Binding("k,up", "scroll_up", "Up", show=False, id="report.up"),
        Binding("g,home", "scroll_home", "To the start", show=False, id="report.start"),
        Binding("G,end", "scroll_end", "To the end", show=False, id="report.end"),
        Binding("ctrl+d,pagedown", "page_down", "Page down", show=False, id="report.page_down"),
        Binding("ctrl+u,pageup", "page_up", "Page up", show=False, id="report.page_up"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._shown: tuple[str, str] | None = None
        self._strips: list[Strip] = []

    def on_mount(self) -> None:
        """Follow the theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._lay_out())

    def on_resize(self) -> None:
        """Lay the lines out for the new width."""
        self._lay_out()

    async def show(self, name: str, text: str, *, empty: str = _NONE) -> None:
        """Show a text from its start; where it is one of the same `name`, nothing moves."""
        words = _PICTURE.sub(r"(plot: \1)", text) if text.strip() else f"*{empty}*"
        if self._shown == (name, words):
            return
        other = self._shown is None or self._shown[0] != name
        self._shown = (name, words)
        self._lay_out()
        if other:
            self.scroll_home(animate=False)

    @work(exclusive=True, group="lines")
    async def _lay_out(self) -> None:
        width = min(self.scrollable_content_region.width, _WIDEST)
        if self._shown is None or width < 1:
            return
        variables = self.app.theme_variables
        colours = {name: variables.get(name, "") for name in ("primary", "secondary", "accent", "panel")}
        self._strips = await asyncio.to_thread(lines_of, self._shown[1], width, colours)
        self.virtual_size = Size(width, len(self._strips))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        width = self.scrollable_content_region.width
        at = self.scroll_offset.y + y
        strip = self._strips[at] if at < len(self._strips) else Strip([])
        return strip.adjust_cell_length(width, self.rich_style).apply_style(self.rich_style)


def lines_of(text: str, width: int, colours: dict[str, str]) -> list[Strip]:
    """Return Markdown as lines of at most `width` cells; links are told, and not followed."""
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.segment import Segment
    from rich.theme import Theme

    head, code = f"bold {colours['primary']}", colours["secondary"]
    styles = {f"markdown.h{level}": head for level in range(1, 8)}
    styles |= {"markdown.code": code, "markdown.code_block": code, "markdown.link": colours["accent"]}
    styles |= {"markdown.link_url": colours["accent"], "markdown.block_quote": "italic", "markdown.item.bullet": head}
    styles |= {"markdown.table.border": "dim", "markdown.table.header": head, "markdown.hr": "dim"}
    console = Console(
        width=width, file=io.StringIO(), force_terminal=True, color_system="truecolor", theme=Theme(styles), emoji=False
    )
    rendered = console.render_lines(Markdown(text, hyperlinks=False, code_theme="bw"), pad=False)
    return [Strip(Segment.simplify(line)) for line in rendered]
