"""A list of thousands of rows, each of some lines; only what is seen is laid out."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.binding import Binding
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from paperlab.tui.look.signs import POINTER, SELECTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType
    from textual.content import Content
    from textual.events import Click
    from textual.style import Style

_GUTTER = 2
_MARGIN = 1
_LAID_OUT = 512


class Row:
    """What stands in the list; a row without a `name` cannot be gone to."""

    @property
    def name(self) -> str:
        """Tells it from the others, whenever the rows are made anew."""
        return ""

    def height(self, width: int) -> int:
        """Return its lines at a width in cells, quickly: it is asked of every row."""
        return len(self.lines(width))

    def lines(self, width: int) -> Sequence[Content]:
        """Return its lines, each no wider than `width` cells."""
        raise NotImplementedError


class RowList(ScrollView, can_focus=True):
    """Rows with a cursor; the mouse goes to a row, and opens it with a second click."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    RowList { overflow-x: hidden; scrollbar-gutter: stable; scrollbar-size-vertical: 1; background: $background; }
    RowList > .rows--cursor { background: $surface; }
    RowList:focus > .rows--cursor { background: $panel; }
    RowList > .rows--pointer { color: $text-muted; }
    RowList:focus > .rows--pointer { color: $accent; text-style: bold; }
    RowList > .rows--marked { color: $success; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--cursor", "rows--pointer", "rows--marked"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "step(1)", "Down", show=False, id="rows.down"),
        Binding("up,k", "step(-1)", "Up", show=False, id="rows.up"),
        Binding("home,g", "end(-1)", "First", show=False, id="rows.first"),
        Binding("end,G", "end(1)", "Last", show=False, id="rows.last"),
        Binding("pagedown,ctrl+d,ctrl+f", "page(1)", "Page down", show=False, id="rows.page_down"),
        Binding("pageup,ctrl+u,ctrl+b", "page(-1)", "Page up", show=False, id="rows.page_up"),
        Binding("enter", "open", "Open", show=False, id="rows.open"),
    ]
    cursor: reactive[int | None] = reactive(None, init=False)
    """The row the cursor is on."""

    @dataclass
    class Moved(Message):
        """The cursor went to another row."""

        list: RowList
        name: str

        @property
        def control(self) -> RowList:
            """The list it is about."""
            return self.list

    @dataclass
    class Opened(Message):
        """Enter, or two clicks, on a row."""

        list: RowList
        name: str

        @property
        def control(self) -> RowList:
            """The list it is about."""
            return self.list

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._rows: Sequence[Row] = ()
        self._starts: list[int] = [0]
        self._places: dict[str, int] = {}
        self._width = 0
        self._strips: LRUCache[tuple[int, bool], list[Strip]] = LRUCache(_LAID_OUT)
        self.marked: set[str] = set()
        """Names of the rows chosen together."""

    # Rows

    @property
    def rows(self) -> Sequence[Row]:
        """All rows."""
        return self._rows

    @property
    def at(self) -> str:
        """The name of the row the cursor is on; empty where there is none."""
        return self._rows[self.cursor].name if self.cursor is not None else ""

    @property
    def names(self) -> list[str]:
        """The names of the rows that can be gone to, in order."""
        return list(self._places)

    def show(self, rows: Sequence[Row], at: str = "") -> None:
        """Show other rows; the cursor stays with its row, or goes to `at`, and the row stays where it is seen."""
        before, line = self.cursor, self._screen_line()
        wanted = at or self.at
        self._rows = rows
        self._places = {row.name: i for i, row in enumerate(rows) if row.name}
        self.marked &= self._places.keys()
        self._lay_out()
        place = self._places.get(wanted)
        if place is None:
            place = self._near(min(before or 0, len(rows) - 1))
        self.set_reactive(RowList.cursor, place)
        if place is not None:
            self.scroll_to(y=self._starts[place] - line, animate=False, immediate=True)
            self._into_view(place)
        self.post_message(self.Moved(self, self.at))

    def go_to(self, name: str) -> bool:
        """Move the cursor to a row; False where there is none of that name."""
        place = self._places.get(name)
        if place is None:
            return False
        self.cursor = place
        return True

    def bring_to_top(self, place: int) -> None:
        """Scroll so that a row is the first that is seen, as far as there is anything below it."""
        self.scroll_to(y=self._starts[place], animate=False, immediate=True)

    def redraw(self) -> None:
        """Draw all rows anew, at their heights."""
        self._strips.clear()
        self.refresh()

    def _screen_line(self) -> int:
        return self._starts[self.cursor] - self.scroll_offset.y if self.cursor is not None else 0

    def _near(self, place: int) -> int | None:
        """Return the row nearest to a place that can be gone to, below it first."""
        below = next((i for i in range(max(place, 0), len(self._rows)) if self._rows[i].name), None)
        return below if below is not None else next((i for i in range(place, -1, -1) if self._rows[i].name), None)

    # Layout

    @property
    def _inside(self) -> int:
        return max(1, self.scrollable_content_region.width - _GUTTER - _MARGIN)

    def _lay_out(self) -> None:
        self._width = self._inside
        self._strips.clear()
        self._starts = [0, *accumulate(row.height(self._width) for row in self._rows)]
        self.virtual_size = Size(self._width + _GUTTER + _MARGIN, self._starts[-1])
        self.refresh()

    def _fit(self) -> None:
        """Lay the rows out for another width; the cursor's row stays where it is seen."""
        if self._inside == self._width:
            return
        line = self._screen_line()
        self._lay_out()
        if self.cursor is not None:
            self.scroll_to(y=self._starts[self.cursor] - line, animate=False, immediate=True)
            self._into_view(self.cursor)

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._fit()
        if self.cursor is not None:
            self._into_view(self.cursor)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines that are seen; a list that was not shown yet is laid out now: nobody tells its size."""
        self._fit()
        return super().render_lines(crop)

    def on_focus(self) -> None:
        """Draw the cursor as one that keys move."""
        self.redraw()

    def on_blur(self) -> None:
        """Draw it as one that waits."""
        self.redraw()

    def notify_style_update(self) -> None:
        """Draw with other colours."""
        self._strips.clear()
        super().notify_style_update()

    def _into_view(self, place: int) -> None:
        start, end = self._starts[place], self._starts[place + 1]
        # What stands above the first row (its heading) is shown with it.
        first = all(not row.name for row in self._rows[:place])
        region = Region(0, 0 if first and end <= self.size.height else start, self._width, 0)
        region = Region(0, region.y, self._width, end - region.y)
        self.scroll_to_region(region, animate=False, immediate=True, force=True)

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Return one line of what is seen."""
        line = y + self.scroll_offset.y
        place = bisect_right(self._starts, line) - 1
        if line < 0 or place >= len(self._rows):
            return Strip.blank(self.size.width, self.visual_style.rich_style)
        strips = self._drawn(place)
        within = line - self._starts[place]
        return strips[within] if within < len(strips) else Strip.blank(self.size.width, self.visual_style.rich_style)

    def _drawn(self, place: int) -> list[Strip]:
        here = place == self.cursor
        known = self._strips.get((place, here))
        if known is None:
            style = self.get_visual_style("rows--cursor") if here else self.visual_style
            row = self._rows[place]
            lines = [self._line(line, style) for line in row.lines(self._width)]
            known = [Strip([*self._gutter(row, i, style), *line]) for i, line in enumerate(lines)]
            width = self.scrollable_content_region.width
            known = [strip.adjust_cell_length(width, style.rich_style) for strip in known]
            self._strips[(place, here)] = known
        return known

    def _line(self, content: Content, style: Style) -> Strip:
        strips = Visual.to_strips(self, content, self._width, 1, style)
        return strips[0] if strips else Strip([])

    def _gutter(self, row: Row, line: int, style: Style) -> list[Segment]:
        sign, name = " ", ""
        if row.name and not line and row.name == self.at:
            sign, name = POINTER, "rows--pointer"
        if row.name in self.marked and line == (1 if row.name == self.at and row.height(self._width) > 1 else 0):
            sign, name = SELECTED, "rows--marked"
        here = ("rows--cursor",) if row.name and row.name == self.at else ()
        drawn = self.get_visual_style(*here, name) if name else style
        return [Segment(f"{sign} ", drawn.rich_style)]

    # Moving

    def watch_cursor(self, before: int | None, now: int | None) -> None:
        """Show where the cursor is, and tell."""
        for place in (before, now):
            if place is not None and place < len(self._rows):
                self._strips.discard((place, True))
                self._strips.discard((place, False))
        self.refresh()
        if now is not None:
            self._into_view(now)
            self.post_message(self.Moved(self, self.at))

    def action_step(self, by: int) -> None:
        """Go to the next row, or scroll where there is none."""
        way = range(self.cursor + by, len(self._rows) if by > 0 else -1, by) if self.cursor is not None else range(0)
        place = next((i for i in way if self._rows[i].name), None)
        if place is not None:
            self.cursor = place
        else:
            self.scroll_relative(y=by, animate=False)

    def action_end(self, way: int) -> None:
        """Go to the first or the last row."""
        order = list(self._places.values())
        if order:
            self.cursor = order[-1 if way > 0 else 0]
        self.scroll_to(y=self.max_scroll_y if way > 0 else 0, animate=False)

    def action_page(self, by: int) -> None:
        """Go on by what is seen at once."""
        if self.cursor is None:
            self.scroll_relative(y=by * self.size.height, animate=False)
            return
        line = self._starts[self.cursor] + by * max(1, self.size.height - 1)
        place = min(max(0, bisect_right(self._starts, line) - 1), len(self._rows) - 1)
        found = self._near(place)
        self.cursor = self.cursor if found is None else found

    def action_open(self) -> None:
        """Open the row of the cursor."""
        if self.at:
            self.post_message(self.Opened(self, self.at))

    def toggle_mark(self) -> None:
        """Choose the row of the cursor, or no longer, and go on."""
        if self.at:
            self.marked ^= {self.at}
            self._strips.clear()
            self.refresh()
            self.action_step(1)

    def clear_marks(self) -> None:
        """Choose none."""
        self.marked.clear()
        self.redraw()

    def on_click(self, event: Click) -> None:
        """Go to the row clicked at; open it with the second click."""
        line = event.y + self.scroll_offset.y
        place = bisect_right(self._starts, line) - 1
        if 0 <= place < len(self._rows) and self._rows[place].name:
            self.cursor = place
            if event.chain > 1:
                self.action_open()
