"""The library: the shelf at the left, papers in the middle, details at the right, one box that searches it all."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from paperlab.text import one_line
from paperlab.tui.messages import Place
from paperlab.tui.screens.library_reading import LibraryReading
from paperlab.tui.screens.library_words import found_told, nothing, problems_told, summary
from paperlab.tui.views import listing
from paperlab.tui.views.rows import Order, SortBy, View
from paperlab.tui.views.typed import Typed, completed, understood
from paperlab.tui.widgets.details import Details, verdict_parts
from paperlab.tui.widgets.hit_list import HitList
from paperlab.tui.widgets.line_list import LineList
from paperlab.tui.widgets.paper_table import Beside, PaperTable
from paperlab.tui.widgets.search_box import PAUSE, SearchBox
from paperlab.tui.widgets.shelf import Kind, Shelf, ShelfCounts

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import DescendantFocus
    from textual.timer import Timer

    from paperlab.lab import Lab

_HITS = 40
_DETAILS_AFTER = 0.04
"""Seconds that the cursor rests before a paper's details are read."""


class LibraryScreen(LibraryReading):
    """Shelf, papers, details."""

    AUTO_FOCUS = "#papers"
    HELP_TEXT = """\
The shelf at the left narrows the papers: by status, reading list or tag. What you type in the box (`/`) is looked for
in titles, authors and keys at each key; when you pause, in the full texts, by meaning and by words.

In the box `author:`, `year:2019..2022`, `tag:`, `list:`, `status:`, `in:KEY`, `"a phrase"` and `-word` narrow both.
Marks are for the papers that are selected, or for the one at the cursor; `u` takes back whatever you did."""
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - as Textual declares it
        (0, "-narrow"),
        (100, "-wide"),
        (130, "-full"),
    ]
    DEFAULT_CSS = """
    LibraryScreen {
        layers: base drawer;
        #search { height: 1; background: $surface; }
        #slash { width: 3; padding: 0 0 0 1; color: $accent; }
        #summary { width: auto; padding: 0 1; color: $text-muted; }
        #told { height: 1; padding: 0 1; color: $text-muted; display: none; }
        &.-told #told { display: block; }
        #told.-wrong { color: $error; }
        #columns { height: 1fr; }
        #shelf { width: 27; height: 1fr; border-right: vkey $panel; }
        #rest { width: 1fr; height: 1fr; layout: vertical; }
        #middle { width: 1fr; height: 1fr; }
        #papers { height: 1fr; }
        #found { display: none; height: 1fr; }
        #found-head { height: 1; padding: 0 1; color: $text-muted; background: $surface; }
        #hits { height: 1fr; }
        #empty { display: none; height: 1fr; padding: 1 3; color: $text-muted; }
        #details { display: none; height: 40%; }
        &.-searching #papers { height: auto; max-height: 50%; }
        &.-searching #found { display: block; }
        &.-searching #empty { padding: 0 3; }
        &.-nothing #papers { display: none; }
        &.-nothing #empty { display: block; height: auto; }
        &.-details #details { display: block; }
        &.-narrow #shelf { display: none; }
        &.-narrow.-shelf #shelf { display: block; layer: drawer; dock: left; width: 34; max-width: 80%; }
        &.-full #rest { layout: horizontal; }
        &.-full #details { display: block; width: 40; height: 1fr; border-left: vkey $panel; }
        &.-no-shelf #shelf, &.-no-details #details { display: none; }
        &.-ascii #shelf { border-right: ascii $panel; }
        &.-ascii.-full #details { border-left: ascii $panel; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", key_display="/", priority=True, id="library.search"),
        Binding("s", "sort", "Sort", id="library.sort"),
        Binding("S", "turn", "Sort the other way", show=False, id="library.turn"),
        Binding("b", "shelf", "Shelf", id="library.shelf"),
        Binding("p", "details", "Details", id="library.details"),
        Binding("h,left", "go_left", "To the shelf", show=False, id="library.left"),
        Binding("right", "go_right", "To the papers", show=False, id="library.right"),
        Binding("escape", "back", "Back", show=False, id="library.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        # Kept, not looked up: what a lane brings may come when the screen is being taken down.
        self.box = SearchBox(id="box")
        self.shelf = Shelf(id="shelf")
        self.table = PaperTable(id="papers")
        self.hits = HitList(id="hits")
        self.details = Details(id="details")
        self._summary = Static("", id="summary", markup=False)
        self._told = Static("", id="told", markup=False)
        self._empty = Static("", id="empty", markup=False)
        self._found_head = Static("Passages", id="found-head", markup=False)
        self._typed = Typed()
        self._order: Order | None = None
        self._shown_details: str | None = None
        self._details_timer: Timer | None = None

    def body(self) -> ComposeResult:
        """Yield the box and the columns."""
        with Horizontal(id="search"):
            yield Static("/", id="slash", markup=False)
            yield self.box
            yield self._summary
        yield self._told
        with Horizontal(id="columns"):
            yield self.shelf
            with Container(id="rest"):
                with Vertical(id="middle"):
                    yield self.table
                    yield self._empty
                    with Vertical(id="found"):
                        yield self._found_head
                        yield self.hits
                yield self.details

    @property
    def shown_details(self) -> str | None:
        """The paper whose details are shown."""
        return self._shown_details

    @property
    def view(self) -> View:
        """What is shown of them."""
        return View(self.shelf.scope.filters, self._typed, self._order)

    @property
    def current_key(self) -> str | None:
        """The paper at the cursor: of the hits while they have the focus, else of the table."""
        hit = self.hits.hit
        return hit.key if self.hits.has_focus and hit else self.table.cursor_key

    @property
    def chosen(self) -> list[str]:
        """The keys an action is for."""
        key = self.current_key
        return [key] if self.hits.has_focus and key else self.table.chosen

    def on_mount(self) -> None:
        """Read the papers; all else comes behind them."""
        self.set_class(self.desk_app.look.ascii, "-ascii")
        self.set_focus(self.table)
        self.begin()

    # What is in view

    def show_beside(self) -> None:
        """Show counts, lists and verdicts."""
        self.shelf.show(ShelfCounts.of(self.rows))
        lists = {key: tuple(name for name, _ in found) for key, found in self.rows.lists_of.items()}
        verdicts = {key: verdict_parts(tested) for key, tested in self.tested.items()}
        self.table.show_beside(Beside(lists, verdicts, self.rows.absent))

    def show_rows(self, *, top: bool = False) -> None:
        """Show the rows that are in view, from the `top` where they are others than before."""
        if not self.rows.ready and not self._typed.is_empty:
            return  # they are shown as soon as the lane has made ready what finds them
        view = self.view
        rows = self.rows.seen(view)
        self.table.select(self.table.selected & self.rows.by_key.keys())
        self.table.show(rows, view.ordered, self._typed.words, top=top)
        self.set_class(self._typed.asks, "-searching")
        self.set_class(not rows and self.loaded, "-nothing")
        self._tell_view(view)
        if not rows and self.loaded:
            self._empty.update(Content(nothing(self.shelf.scope, self._typed, len(self.rows.library))))

    def _tell_view(self, view: View) -> None:
        seen, selected = len(self.table.rows), len(self.table.selected)
        self._summary.update(Content(summary(view, seen, len(self.rows.library), selected)))
        told = self._typed.hint or problems_told(self.problems)
        self._told.update(Content(one_line(told)))
        self._told.set_class(not self._typed.hint, "-wrong")
        self.set_class(bool(told), "-told")

    @on(SearchBox.Typed)
    def _on_typed(self, event: SearchBox.Typed) -> None:
        typed = understood(event.text)
        self._typed = completed(typed, self.rows.tags, self.rows.list_keys)
        if not self._typed.asks:
            self.hits.show(())
        self.show_rows(top=True)

    @on(SearchBox.Paused)
    def _on_paused(self) -> None:
        self.search_texts()

    @on(SearchBox.Left)
    def _on_left_box(self, event: SearchBox.Left) -> None:
        to_hits = event.down and not self.table.rows and self.hits.hits
        self.set_focus(self.hits if to_hits else self.table)

    def search_texts(self) -> None:
        """Search the full texts for what is typed."""
        if self._typed.asks:
            self._search(self._typed)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Who goes to the box will search soon: the model is loaded while they type."""
        if event.widget is self.box:
            self.desk.meaning.submit(lambda lab: lab.own.warm_up(), tag="warm")

    @work(exclusive=True, group="search")
    async def _search(self, typed: Typed) -> None:
        head = self._found_head
        head.update(Content("Passages · searching"))
        scope = self.shelf.scope.filters

        def work_of(lab: Lab) -> listing.Found:
            return listing.search(lab, typed, scope, _HITS, self.desk.meaning.complaints)

        found = await self.desk_app.ask_lane(self.desk.meaning, work_of, tag="search")
        if found is None or typed != self._typed or not self.is_attached:
            return
        self.hits.show(found.hits)
        head.update(Content(found_told(found, typed)))

    @on(LineList.Moved, "#shelf")
    def _on_shelf_moved(self) -> None:
        if self.shelf.scope.kind is not Kind.HEAD:
            self._order = None
            self.show_rows(top=True)
            self.search_texts()

    @on(LineList.Opened, "#shelf")
    def _on_shelf_opened(self) -> None:
        self.remove_class("-shelf")
        self.set_focus(self.table)

    # Sorting

    @on(PaperTable.HeaderClicked)
    def _on_header_clicked(self, event: PaperTable.HeaderClicked) -> None:
        now = self.view.ordered
        self._sort(Order(now.by, not now.down) if now.by is event.by else Order.of(event.by))

    def action_sort(self) -> None:
        """Sort by the next of what can be sorted by."""
        sortings = self.view.sortings
        at = sortings.index(self.view.ordered.by) + 1
        self._sort(Order.of(sortings[at % len(sortings)]))

    def action_turn(self) -> None:
        """Turn the order round."""
        now = self.view.ordered
        self._sort(Order(now.by, not now.down))

    def _sort(self, order: Order) -> None:
        if order.by in {SortBy.TITLE, SortBy.AUTHOR} and not self.rows.ready:
            return
        self._order = order
        self.show_rows()

    # Details

    @on(LineList.Moved, "#papers")
    @on(LineList.Moved, "#hits")
    def _on_cursor_moved(self) -> None:
        self.renew_details()

    @on(PaperTable.Selected)
    def _on_selected(self) -> None:
        self._tell_view(self.view)

    def renew_details(self) -> None:
        """Read and show the details of the paper at the cursor, once it rests."""
        if self._details_timer:
            self._details_timer.stop()
        self._details_timer = self.set_timer(_DETAILS_AFTER, self._read_details)

    @work(exclusive=True, group="details")
    async def _read_details(self) -> None:
        key = self.current_key
        if not self.details.display:
            self._shown_details = None
            return
        if key is None or key in self.rows.absent:
            self._show_absent(key)
            return
        found = await self.desk_app.ask_lane(self.desk.marks, lambda lab: listing.read_details(lab, key), tag="details")
        if found is not None and key == self.current_key and self.is_attached:
            self._shown_details = key
            self.details.show(found, self.rows.lists_of.get(key, ()), self.tested.get(key, ()))

    def _show_absent(self, key: str | None) -> None:
        self._shown_details = key
        if key is None:
            self.details.clear()
        else:
            self.details.show_absent(self.rows.by_key[key], self.rows.lists_of.get(key, ()))

    # Opening and moving about

    @on(LineList.Opened, "#papers")
    def _on_paper_opened(self) -> None:
        key = self.table.cursor_key
        if key in self.rows.absent:
            self.desk_app.tell("not in the library yet: f fetches it")
        elif key:
            self.desk_app.open_paper(key)

    @on(LineList.Opened, "#hits")
    def _on_hit_opened(self) -> None:
        if hit := self.hits.hit:
            self.desk_app.open_paper(hit.key, Place(page=hit.page, quote=hit.passage, boxes=hit.boxes))

    @on(LineList.Edge)
    def _on_edge(self, event: LineList.Edge) -> None:
        if event.list is self.table and event.by > 0 and self.hits.hits and self._typed.asks:
            self.set_focus(self.hits)
        elif event.list is self.hits and event.by < 0:
            self.set_focus(self.table if self.table.rows else self.box)
        elif event.list is self.table and event.by < 0 and self.box.value:
            self.set_focus(self.box)

    def action_search(self) -> None:
        """Go to the box."""
        self.set_focus(self.box)

    def action_shelf(self) -> None:
        """Show the shelf, or hide it."""
        shown = self.shelf.display
        self.set_class(not shown, "-shelf")
        self.set_class(shown, "-no-shelf")
        self.set_focus(self.table if shown else self.shelf)

    def action_details(self) -> None:
        """Show the details, or hide them."""
        shown = self.details.display
        self.set_class(not shown, "-details")
        self.set_class(shown, "-no-details")
        self.call_after_refresh(self.renew_details)

    def action_go_left(self) -> None:
        """Go to the shelf."""
        if not self.shelf.display:
            self.action_shelf()
        self.set_focus(self.shelf)

    def action_go_right(self) -> None:
        """Go to the papers."""
        self.remove_class("-shelf")
        self.set_focus(self.table)

    def action_back(self) -> None:
        """Close the drawer, drop the selection, clear the search: one after the other."""
        if self.has_class("-narrow") and self.has_class("-shelf"):
            self.remove_class("-shelf")
            self.set_focus(self.table)
        elif not self.table.drop_selection():
            self.box.value = ""
            self.set_focus(self.table)


__all__ = ["PAUSE", "LibraryScreen"]
