"""The table of papers: draws only the rows that are seen, however many there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.binding import Binding
from textual.message import Message

from paperlab.tui.look.signs import ASCENDING, DESCENDING, RATING, SELECTED, STATUS_COLOURS, STATUS_SIGNS
from paperlab.tui.views.finder import marks
from paperlab.tui.views.rows import Order, SortBy, short_authors
from paperlab.tui.widgets.line_list import LineList, Parts, fitted, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual import events
    from textual.binding import BindingType
    from textual.strip import Strip

    from paperlab.types import PaperRow

_GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One column, and from which width of the table on it is shown."""

    name: str
    width: int
    """Cells; 0 takes what the others leave."""
    from_width: int = 0
    sort: SortBy | None = None
    grows: int = 0
    """Cells it may have more in a wide table."""
    right: bool = False


COLUMNS = (
    Column("", 1, sort=SortBy.STATUS),
    Column("Title", 0, sort=SortBy.TITLE),
    Column("Authors", 14, 56, SortBy.AUTHOR, grows=14),
    Column("Year", 5, 40, SortBy.YEAR, right=True),
    Column("Rating", 6, 96, SortBy.RATING),
    Column("Lists", 10, 90, grows=12),
    Column("Repl.", 8, 66),
    Column("Added", 10, 118, SortBy.ADDED),
)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known about papers beside their rows, by key."""

    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The names of the reading lists a paper stands in."""
    verdicts: Mapping[str, Parts] = field(default_factory=dict)
    """What came out of its replications, in a few signs."""
    absent: frozenset[str] = frozenset()
    """Papers of a reading list that are not in the library."""


class PaperTable(LineList):
    """Papers with a cursor and a selection."""

    HEADER = 1
    COMPONENT_CLASSES: ClassVar[set[str]] = {"paper-table--header", "paper-table--selected"}
    DEFAULT_CSS = """
    PaperTable {
        & > .paper-table--header { color: $text-muted; background: $surface; }
        & > .paper-table--selected { background: $accent 15%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "Select", id="library.select"),
        Binding("v", "range", "Select from here", show=False, id="library.range"),
        Binding("shift+down", "extend(1)", "Select down", show=False, id="library.select_down"),
        Binding("shift+up", "extend(-1)", "Select up", show=False, id="library.select_up"),
        Binding("ctrl+a", "all", "Select all", show=False, id="library.select_all"),
    ]

    @dataclass
    class Selected(Message):
        """Other papers are selected."""

        table: PaperTable

    @dataclass
    class HeaderClicked(Message):
        """The table is to be sorted by a column."""

        by: SortBy

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.rows: Sequence[PaperRow] = ()
        self.selected: frozenset[str] = frozenset()
        """Keys, those out of view too."""
        self.beside = Beside()
        self._order = Order()
        self._words: tuple[str, ...] = ()
        self._anchor: int | None = None
        """Where a range began that is being selected."""
        self._sticky = False
        """Whether the range follows the cursor until it is ended, not just while shift is held."""
        self._range_before: frozenset[str] = frozenset()
        self._columns: tuple[int, list[tuple[Column, int]]] = (-1, [])

    # What is shown

    def show(self, rows: Sequence[PaperRow], order: Order, words: tuple[str, ...] = (), *, top: bool = False) -> None:
        """Show rows with the letters of `words` marked; the cursor stays on its paper, or goes to the `top`."""
        key = self.cursor_key
        at = self.cursor if self.rows else 0
        self.rows, self._order, self._words = rows, order, words
        self._anchor = None
        found = next((n for n, row in enumerate(rows) if row.key == key), None) if key and not top else None
        offset = at - self.scroll_offset.y
        self.renew(found if found is not None else 0 if top else at)
        if top:
            self.scroll_to(y=0, animate=False, force=True)
        elif found is not None and found != at:
            self.scroll_to(y=max(0, found - offset), animate=False, force=True)
        if self.cursor_key != key:
            self.post_message(self.Moved(self))

    def show_beside(self, beside: Beside) -> None:
        """Show what is known beside the rows."""
        self.beside = beside
        self.redraw()

    def count(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    @property
    def cursor_row(self) -> PaperRow | None:
        """The paper at the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    @property
    def cursor_key(self) -> str | None:
        """Its key."""
        return self.cursor_row.key if self.cursor_row else None

    @property
    def chosen(self) -> list[str]:
        """The keys an action is for: those selected, in the order they are seen, else the one at the cursor."""
        if self.selected:
            seen = [row.key for row in self.rows if row.key in self.selected]
            return [*seen, *sorted(self.selected.difference(seen))]
        return [self.cursor_key] if self.cursor_key else []

    def go_to(self, key: str) -> bool:
        """Put the cursor on a paper; False where it is not in view."""
        found = next((n for n, row in enumerate(self.rows) if row.key == key), None)
        if found is not None:
            self.move_to(found)
        return found is not None

    # The selection

    def select(self, keys: frozenset[str]) -> None:
        """Select these papers and no others."""
        if keys != self.selected:
            self.selected = keys
            self.redraw()
            self.post_message(self.Selected(self))

    def move_to(self, item: int, *, told: bool = True) -> None:
        """Put the cursor on a row; a range that is being selected goes that far."""
        super().move_to(item, told=told)
        if self._sticky and self._anchor is not None:
            self._reach()
        else:
            self._anchor = None

    def _extend_to(self, item: int) -> None:
        if self._anchor is None:
            self._anchor, self._range_before = self.cursor, self.selected
        anchor = self._anchor
        super().move_to(item)
        self._anchor = anchor
        self._reach()

    def _reach(self) -> None:
        first, last = sorted((self._anchor or 0, self.cursor))
        self.select(self._range_before | {row.key for row in self.rows[first : last + 1]})

    def action_mark(self) -> None:
        """Select the paper at the cursor, or no longer, and go on to the next."""
        if key := self.cursor_key:
            self._anchor = None
            self.select(self.selected ^ {key})
            self.move_to(self.cursor + 1)

    def action_range(self) -> None:
        """Begin to select from here on; a second time ends it."""
        self._sticky = not self._sticky and bool(self.rows)
        self._anchor = None
        if self._sticky:
            self._extend_to(self.cursor)

    def action_extend(self, by: int) -> None:
        """Take the next paper into the selection."""
        self._extend_to(self.cursor + by)

    def action_all(self) -> None:
        """Select all papers in view; none, where all are."""
        keys = frozenset(row.key for row in self.rows)
        self._anchor = None
        self.select(self.selected - keys if keys <= self.selected else self.selected | keys)

    def drop_selection(self) -> bool:
        """Select nothing any more; False where nothing was."""
        had = bool(self.selected or self._sticky)
        self._anchor, self._sticky = None, False
        self.select(frozenset())
        return had

    def on_click(self, event: events.Click) -> None:
        """Sort by a column's head; select what is clicked with a key held: one more with ctrl, up to it with shift."""
        place = event.get_content_offset(self)
        item = self.item_at(place.y) if place else None
        if place is None or (item is not None and not (event.ctrl or event.shift or event.meta)):
            return
        event.stop()
        event.prevent_default()
        if place.y < self.HEADER:
            self._click_header(place.x)
        elif item is not None and event.shift:
            self._extend_to(item)
        elif item is not None:
            self.move_to(item)
            self.select(self.selected ^ {self.rows[item].key})

    def _click_header(self, x: int) -> None:
        at = 1
        for column, width in self._laid_out(self.scrollable_content_region.width):
            if at <= x + 1 and x < at + width + _GAP and column.sort:
                self.post_message(self.HeaderClicked(column.sort))
                return
            at += width + _GAP

    # Drawing

    def _laid_out(self, width: int) -> list[tuple[Column, int]]:
        """Return the columns of a table of this width, each with its own."""
        if self._columns[0] != width:
            shown = [column for column in COLUMNS if column.from_width <= width]
            fixed = sum(column.width for column in shown) + _GAP * (len(shown) - 1) + 2
            # A title is mostly read within sixty cells: what is left beyond is shared with those that may grow.
            spare = max(0, width - fixed - 48)
            growth = sum(column.grows for column in shown)
            widths = []
            for column in shown:
                more = min(column.grows, spare * column.grows // (2 * growth)) if growth else 0
                widths.append(column.width + more)
            title = max(1, width - 2 - _GAP * (len(shown) - 1) - sum(widths))
            self._columns = (width, [(c, w if c.width else title) for c, w in zip(shown, widths, strict=True)])
        return self._columns[1]

    def draw_header(self, line: int, width: int) -> Strip:  # noqa: ARG002 - it has one line
        """Return the names of the columns, with the direction of the one that is sorted by."""
        parts: Parts = [(" ", "")]
        for n, (column, cells) in enumerate(self._laid_out(width)):
            sorted_by = column.sort is not None and column.sort is self._order.by
            sign = (DESCENDING if self._order.down else ASCENDING) if sorted_by else ""
            name = sign if not column.name else f"{column.name}{sign}"
            parts += [(" " * _GAP if n else "", ""), (fitted(name, cells, right=column.right), "")]
        return self.strip(parts, width).apply_style(self.get_component_rich_style("paper-table--header"))

    def draw(self, item: int, line: int, width: int) -> Strip:  # noqa: ARG002 - a row has one line
        """Return a row."""
        row = self.rows[item]
        selected = row.key in self.selected
        parts: Parts = [(SELECTED if selected else " ", "accent")]
        for n, (column, cells) in enumerate(self._laid_out(width)):
            parts += [(" " * _GAP, "")] if n else []
            parts += self._cell(row, column, cells)
        strip = self.strip(parts, width)
        if selected and item != self.cursor:
            colour = self.get_component_rich_style("paper-table--selected").background_style
            return strip.apply_style(colour)
        return strip

    def _cell(self, row: PaperRow, column: Column, width: int) -> Parts:
        absent = row.key in self.beside.absent
        if column.name == "Title":
            return self._title(row, width, "muted" if absent else "")
        if not column.name:
            return [(" " if absent else STATUS_SIGNS[row.status], STATUS_COLOURS[row.status])]
        if column.name == "Repl.":
            return _padded(self.beside.verdicts.get(row.key, []), width)
        if column.name == "Authors":
            text = _authors_within(row.authors, width)
            return _marked(fitted(text, width), marks(text, self._words, as_typed=True), "muted")
        text, tone = self._plain_cell(row, column)
        return [(fitted(text, width, right=column.right), tone)]

    def _plain_cell(self, row: PaperRow, column: Column) -> tuple[str, str]:
        if column.name == "Lists":
            return ", ".join(map(plain, self.beside.lists.get(row.key, ()))), "secondary"
        if column.name == "Rating":
            return RATING.get(row.rating, ""), "accent"
        return plain(row.added) if column.name == "Added" else str(row.year or ""), "muted"

    def _title(self, row: PaperRow, width: int, tone: str) -> Parts:
        title = plain(row.title) or row.key
        found = marks(title, self._words) if self._words else []
        if found and cell_len(title[: found[0][0]]) > width - 4:
            # What matched stands beyond the column's end: shown behind the title's beginning, it tells why it is here.
            title = f"{fitted(title, width // 2 - 1).rstrip(' …')}… {title[found[0][0] :]}"
            found = marks(title, self._words)
        return _marked(fitted(title, width), found, tone)


def _marked(shown: str, found: Sequence[tuple[int, int]], tone: str) -> Parts:
    """Return a cell with the spans found in its text marked, as far as they are seen."""
    parts: Parts = []
    at, end_of_text = 0, len(shown.rstrip(" …"))
    for start, end in found:
        if at <= start and end <= end_of_text:
            parts += [(shown[at:start], tone), (shown[start:end], "match")]
            at = end
    return [*parts, (shown[at:], tone)]


def _authors_within(authors: Sequence[str], width: int) -> str:
    """Return as many surnames as there is room for, at most three, with how many more there are."""
    for most in (3, 2):
        text = short_authors(authors, most)
        if cell_len(text) <= width:
            return text
    more = f" +{len(authors) - 1}" if len(authors) > 1 else ""
    first = short_authors(authors[:1])
    room = width - len(more)
    return (first if cell_len(first) <= room else fitted(first, max(1, room))) + more


def _padded(parts: Parts, width: int) -> Parts:
    """Return parts in exactly `width` cells."""
    kept: Parts = []
    for text, tone in parts:
        if width <= 0:
            break
        kept.append((text if cell_len(text) <= width else fitted(text, width), tone))
        width -= cell_len(kept[-1][0])
    return [*kept, (" " * width, "")]
