"""A list that draws only the lines that are seen: 100,000 items cost what forty do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from paperlab.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual import events
    from textual.binding import BindingType

Parts = list[tuple[str, str]]
"""Words of a line, each with its tone: a name of `TONES` or a theme variable of `tui.signs`."""

TONES = ("muted", "disabled", "primary", "secondary", "accent", "success", "warning", "error", "strong", "match")
_VARIABLES = {f"${name}": name for name in TONES} | {"$foreground-muted": "muted", "$foreground-disabled": "disabled"}


class Scrolled(ScrollView, can_focus=True):
    """Lines that are drawn as they are seen; another number of them lays nothing else out anew."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Scrolled {
        background: $background;
        scrollbar-size-vertical: 1;
        scrollbar-background: $surface;
        scrollbar-background-hover: $surface;
        scrollbar-background-active: $surface;
        scrollbar-color: $panel-lighten-1;
        scrollbar-color-hover: $primary 60%;
        scrollbar-color-active: $primary;
        overflow-x: hidden;
        overflow-y: auto;
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._base: Style | None = None

    @property
    def base(self) -> Style:
        """The widget's own colours; to work them out anew for each line takes longer than to draw it."""
        if self._base is None:
            self._base = self.rich_style
        return self._base

    def notify_style_update(self) -> None:
        """Forget colours."""
        super().notify_style_update()
        self._base = None

    def set_lines(self, count: int) -> None:
        """Have `count` lines to scroll over."""
        size = Size(0, count)
        height = self.styles.height
        if height is not None and height.is_auto:
            self.virtual_size = size  # its own height follows: that must be laid out
        elif size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)


class LineList(Scrolled):
    """A list with a cursor. Subclasses say how many items there are, and draw one line of one of them."""

    HEADER: ClassVar[int] = 0
    """Lines at the top that do not scroll."""
    LINES: ClassVar[int] = 1
    """Of each item."""
    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-list--cursor", *(f"line-list--{tone}" for tone in TONES)}
    DEFAULT_CSS = """
    LineList {
        & > .line-list--muted { color: $text-muted; }
        & > .line-list--disabled { color: $text-disabled; }
        & > .line-list--primary { color: $primary; }
        & > .line-list--secondary { color: $secondary; }
        & > .line-list--accent { color: $accent; }
        & > .line-list--success { color: $success; }
        & > .line-list--warning { color: $warning; }
        & > .line-list--error { color: $error; }
        & > .line-list--strong { text-style: bold; }
        & > .line-list--match { color: $accent; text-style: bold; }
        & > .line-list--cursor { background: $panel; }
        &:focus > .line-list--cursor { background: $primary 30%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Down", show=False, id="list.down"),
        Binding("k,up", "move(-1)", "Up", show=False, id="list.up"),
        Binding("g,home", "first", "First", show=False, id="list.first"),
        Binding("G,end", "last", "Last", show=False, id="list.last"),
        Binding("ctrl+d,pagedown", "page(1)", "Page down", show=False, id="list.page_down"),
        Binding("ctrl+u,pageup", "page(-1)", "Page up", show=False, id="list.page_up"),
        Binding("enter", "open", "Open", show=False, id="list.open"),
    ]

    @dataclass
    class Moved(Message):
        """The cursor is at another item."""

        list: LineList

        @property
        def control(self) -> LineList:
            """The list."""
            return self.list

    @dataclass
    class Opened(Message):
        """The item at the cursor is to be opened."""

        list: LineList

        @property
        def control(self) -> LineList:
            """The list."""
            return self.list

    @dataclass
    class Edge(Message):
        """A key would move the cursor beyond the last item (`by` is 1) or the first (-1)."""

        list: LineList
        by: int

        @property
        def control(self) -> LineList:
            """The list."""
            return self.list

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._cursor = 0
        self._strips: dict[tuple[int, int, bool], Strip] = {}
        self._styles_by_tone: dict[str, Style] = {}

    # What subclasses give

    def count(self) -> int:
        """Return the number of items."""
        raise NotImplementedError

    def draw(self, item: int, line: int, width: int) -> Strip:
        """Return one line of an item, `width` cells wide; see `strip`."""
        raise NotImplementedError

    def draw_header(self, line: int, width: int) -> Strip:
        """Return a line that does not scroll."""
        raise NotImplementedError

    # The cursor

    @property
    def cursor(self) -> int:
        """The number of the item at the cursor; 0 where there is none."""
        return self._cursor

    def move_to(self, item: int, *, told: bool = True) -> None:
        """Put the cursor on an item, the nearest there is, and show it."""
        before, self._cursor = self._cursor, max(0, min(item, self.count() - 1))
        self.show_cursor()
        for changed in {before, self._cursor}:
            self._refresh_item(changed)
        if self._cursor != before and told:
            self.post_message(self.Moved(self))

    def _refresh_item(self, item: int) -> None:
        y = item * self.LINES + self.HEADER - self.scroll_offset.y
        self.refresh(Region(0, y, self.size.width, self.LINES))

    def show_cursor(self) -> None:
        """Scroll just as far as the cursor needs."""
        room = max(1, self._height - self.HEADER)
        top, first = self.scroll_offset.y, self._cursor * self.LINES
        if first < top:
            self.scroll_to(y=first, animate=False, force=True)
        elif first + self.LINES > top + room:
            self.scroll_to(y=first + self.LINES - room, animate=False, force=True)

    def renew(self, cursor: int | None = None) -> None:
        """Draw all anew after the items changed, with the cursor at an item."""
        self._strips.clear()
        self.set_lines(self.count() * self.LINES + self.HEADER)
        self._cursor = max(0, min(self._cursor if cursor is None else cursor, self.count() - 1))
        self.refresh()

    def redraw(self) -> None:
        """Draw what is seen anew."""
        self._strips.clear()
        self.refresh()

    @property
    def _height(self) -> int:
        return self.scrollable_content_region.height

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        if 0 <= self._cursor + by < self.count():
            self.move_to(self._cursor + by)
        else:
            self.post_message(self.Edge(self, by))

    def action_first(self) -> None:
        """Go to the first item."""
        self.move_to(0)

    def action_last(self) -> None:
        """Go to the last item."""
        self.move_to(self.count() - 1)

    def action_page(self, by: int) -> None:
        """Move the cursor by what is seen at once."""
        self.move_to(self._cursor + by * max(1, (self._height - self.HEADER) // self.LINES - 1))

    def action_open(self) -> None:
        """Open the item at the cursor."""
        if self.count():
            self.post_message(self.Opened(self))

    def item_at(self, y: int) -> int | None:
        """Return the number of the item that a line of the widget shows, None for the header and what is below all."""
        item = (y - self.HEADER + self.scroll_offset.y) // self.LINES
        return item if y >= self.HEADER and 0 <= item < self.count() else None

    def jump_targets(self) -> list[tuple[Offset, Callable[[], object]]]:
        """Return where the items stand that are seen, each with what goes to it."""
        heights = range(self.HEADER, self._height)
        seen = {item: y for y in reversed(heights) if (item := self.item_at(y)) is not None}
        return [(Offset(0, y), partial(self._go, item)) for item, y in seen.items()]

    def _go(self, item: int) -> None:
        self.focus()
        self.move_to(item)

    def on_click(self, event: events.Click) -> None:
        """Go to what was clicked; open it at the second click."""
        place = event.get_content_offset(self)
        item = self.item_at(place.y) if place else None
        if item is None:
            return
        event.stop()
        self.move_to(item)
        if event.chain == 2:
            self.action_open()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw one line of the widget."""
        width = self.scrollable_content_region.width
        if y < self.HEADER:
            return self.draw_header(y, width)
        item, line = divmod(self.scroll_offset.y + y - self.HEADER, self.LINES)
        if item >= self.count():
            return Strip.blank(width, self.base)
        key = (item, line, item == self._cursor)
        if key not in self._strips:
            if len(self._strips) > 1000:
                self._strips.clear()
            self._strips[key] = self._drawn(item, line, width)
        return self._strips[key]

    def _drawn(self, item: int, line: int, width: int) -> Strip:
        style = self.get_component_rich_style("line-list--cursor") if item == self._cursor else self.base
        return self.draw(item, line, width).apply_style(style)

    def tone(self, name: str) -> Style:
        """Return how words of a tone are written, without a background of their own."""
        if name not in self._styles_by_tone:
            known = _VARIABLES.get(name, name)
            style = Style()
            if known in TONES:
                full = self.get_component_rich_style(f"line-list--{known}")
                coloured = None if known == "strong" else full.color
                style = Style(color=coloured, bold=full.bold or None, italic=full.italic or None)
            self._styles_by_tone[name] = style
        return self._styles_by_tone[name]

    def strip(self, parts: Iterable[tuple[str, str]], width: int) -> Strip:
        """Return parts as one line of exactly `width` cells; they are harmless already and on one line."""
        segments, left = [], width
        for text, tone in parts:
            if left <= 0:
                break
            fitting = text if cell_len(text) <= left else fitted(text, left)
            segments.append(Segment(fitting, self.tone(tone)))
            left -= cell_len(fitting)
        if left > 0:
            segments.append(Segment(" " * left, Style()))
        return Strip(segments, width)

    def notify_style_update(self) -> None:
        """Forget what was drawn in other colours."""
        super().notify_style_update()
        self._strips.clear()
        self._styles_by_tone.clear()

    def on_resize(self) -> None:
        """Draw at the new width, the cursor in view."""
        self._strips.clear()
        if self.count():
            self.show_cursor()


def fitted(text: str, width: int, *, right: bool = False) -> str:
    """Return `text` in exactly `width` cells: padded, or cut with an ellipsis."""
    if width <= 0:
        return ""
    length = cell_len(text)
    if length <= width:
        gap = " " * (width - length)
        return gap + text if right else text + gap
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)


def plain(text: str) -> str:
    """Return text of a paper or a person as it may stand in a line: harmless, at most 1,000 characters of it."""
    return one_line(text[:1000])
