"""Going from place to place in a paper, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.tui.desk.outside import open_link
from paperlab.tui.flow import ItemKind, LinkKind, Position, Span, place_of, spans_of_boxes
from paperlab.tui.flow.trail import Trail

if TYPE_CHECKING:
    from paperlab.tui.flow import Link
    from paperlab.tui.messages import Place
    from paperlab.tui.screens.reader import ReaderScreen

_LABEL = 8
"""Characters that the label of an entry of the reference list may take."""


class Jumps:
    """What one jumped to in a reader, and from where."""

    def __init__(self, reader: ReaderScreen) -> None:
        self._reader = reader
        self._text = reader.text
        self._trail = Trail()
        self.offered = ""
        """The key of the paper in the library that the entry jumped to names."""

    @property
    def offer(self) -> str:
        """What can be done with the entry jumped to, or nothing."""
        return f"in the library as {self.offered}: enter opens it, backspace goes back" if self.offered else ""

    def leave(self) -> None:
        """Remember where one is before a jump."""
        self._trail.leave(self._text.top)

    # Places

    def show(self, place: Place) -> None:
        """Go to the first of what a place names that can be found, and point at it."""
        if place.annotation and self._reader.annotating.choose(place.annotation):
            return
        spans = self._spans_of(place)
        if spans:
            self._text.go_to(Position(spans[0].item, spans[0].start))
            self._text.point_at(spans)
        elif place.page:
            self.to_page(place.page)

    def _spans_of(self, place: Place) -> list[Span]:
        document = self._text.document
        found = place_of(document, place.page, place.quote) if place.quote else []
        if not found and place.boxes:
            page = place.boxes[0].page
            found = spans_of_boxes(document, page, [one.box for one in place.boxes if one.page == page])
        return found

    def arrive(self, place: Place | None, page: int | None, quote: str) -> None:
        """Go to a place, or where there is none to the words or the page that one read last."""
        if place:
            self.show(place)
        else:
            self.return_to(page, quote)

    def return_to(self, page: int | None, quote: str) -> None:
        """Go to where one was: the words that stood at the top, else the page."""
        spans = place_of(self._text.document, page, quote)
        if spans:
            self._text.go_to(Position(spans[0].item, spans[0].start), spare=0)
        elif page:
            self.to_page(page)

    def to_page(self, page: int) -> None:
        """Go to a page, or to the next one that has something to show."""
        first = self._text.document.first_on_page
        later = [number for number in sorted(first) if number >= page] or sorted(first)[-1:]
        if later:
            self._text.go_to(Position(first[later[0]], 0), spare=0)

    def top_words(self) -> tuple[int | None, str]:
        """Return page and first words of what stands at the top."""
        document = self._text.document
        if not document.pages:
            return None, ""
        top = self._text.top
        return document.page_at(top.item), document.items[top.item].text[top.offset :][:120]

    # Links

    def follow(self, item: int, link: Link) -> None:
        """Go where a link of an item leads."""
        document = self._text.document
        if link.kind is LinkKind.REFERENCE:
            self._to_reference(link.index)
        elif link.kind is LinkKind.URL:
            open_link(self._reader.desk_app, link.url)
        elif link.kind is LinkKind.SECTION:
            self._jump(Position(link.index, 0))
        elif document.items[item].kind in {ItemKind.TABLE, ItemKind.FIGURE}:
            self._show_float(item, link)
        else:
            self._to_float(link)

    def _jump(self, to: Position, *spans: Span) -> None:
        self.leave()
        self._text.drawn.link = None
        self._text.go_to(to)
        self._text.point_at(spans)

    def _to_reference(self, ordinal: int) -> None:
        document = self._text.document
        place = document.reference_places[ordinal]
        if place is None:
            self._reader.desk_app.tell("its entry was not found in the reference list")
            return
        length = len(document.items[place.item].text)
        end = min(length, place.offset + len(document.references[ordinal].text) + _LABEL)
        self._jump(place, Span(place.item, place.offset, end))
        self.offered = document.own_keys.get(ordinal, "")
        self._reader.say()

    def _to_float(self, link: Link) -> None:
        """Go to a table or figure that the text speaks of."""
        kind = ItemKind.TABLE if link.kind is LinkKind.TABLE else ItemKind.FIGURE
        for i, item in enumerate(self._text.document.items):
            if item.kind is kind and item.index == link.index:
                self._jump(Position(i, 0))
                self._text.take_link(i, item.links[0])
                return
        self._show_float(-1, link)

    def _show_float(self, item: int, link: Link) -> None:
        """Show a table with all its cells, or a figure's picture."""
        document, reader = self._text.document, self._reader
        if link.kind is LinkKind.TABLE:
            from paperlab.tui.screens.table_view import TableScreen

            reader.app.push_screen(TableScreen(reader.key, document.tables[link.index], document.pages))
            return
        from paperlab.tui.screens.picture import PictureScreen

        if link.index >= 0:
            figure = document.figures[link.index]
            screen = PictureScreen(reader.key, figure.page, document.pages, figure.box, f"Figure {figure.number}")
        else:
            screen = PictureScreen(reader.key, document.items[item].page, document.pages)
        reader.app.push_screen(screen)

    def show_page(self) -> None:
        """Show the page that one reads as a picture."""
        from paperlab.tui.screens.picture import PictureScreen

        document = self._text.document
        page = document.page_at(self._text.top.item) if document.pages else 1
        self._reader.app.push_screen(PictureScreen(self._reader.key, page, document.pages))

    # Back

    def back(self) -> None:
        """Go back to where one was before a jump."""
        self._step(self._trail.back(self._text.top), "no jump to go back from: esc closes the paper")

    def forward(self) -> None:
        """Go forward again."""
        self._step(self._trail.forward(self._text.top), "nothing to go forward to")

    def _step(self, place: Position | None, nothing: str) -> None:
        if place is None:
            self._reader.desk_app.tell(nothing)
            return
        self.offered = ""
        self._text.point_at([])
        self._text.go_to(place, spare=0)
        self._reader.say()
