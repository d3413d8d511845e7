"""The text of a paper: flowed to the width, scrolled by line, with a cursor to select with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.geometry import Offset
from textual.message import Message

from paperlab.tui.flow import Link, Position
from paperlab.tui.widgets.paper_hints import labels
from paperlab.tui.widgets.paper_view import MARGIN, PaperView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.binding import BindingType
    from textual.events import Click, Key, MouseDown, MouseMove, MouseUp


class PaperText(PaperView):
    """A document, flowed to the width, with keys and mouse."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "line(1)", "Down", show=False, id="reader.down"),
        Binding("k,up", "line(-1)", "Up", show=False, id="reader.up"),
        Binding("space,pagedown,ctrl+f", "page(1.0)", "Page on", show=False, id="reader.page_on"),
        Binding("ctrl+d", "page(0.5)", "Half a page on", show=False, id="reader.half_on"),
        Binding("ctrl+u", "page(-0.5)", "Half a page back", show=False, id="reader.half_back"),
        Binding("g,home", "edge(-1)", "To the beginning", show=False, id="reader.first"),
        Binding("G,end", "edge(1)", "To the end", show=False, id="reader.last"),
        Binding("right_square_bracket", "section(1)", "Next section", show=False, key_display="]", id="reader.section"),
        Binding(
            "left_square_bracket", "section(-1)", "Section before", show=False, key_display="[",
            id="reader.section_back",
        ),
        Binding("right_curly_bracket", "paper_page(1)", "Next page", show=False, key_display="}", id="reader.page"),
        Binding(
            "left_curly_bracket", "paper_page(-1)", "Page before", show=False, key_display="{", id="reader.page_before"
        ),
        Binding("tab", "link(1)", "Next link", show=False, id="reader.link"),
        Binding("shift+tab", "link(-1)", "Link before", show=False, id="reader.link_back"),
        Binding("f", "hints", "Jump to a link by letters", show=False, id="reader.hints"),
        Binding("full_stop", "annotation(1)", "Next annotation", show=False, key_display=".", id="reader.next_mark"),
        Binding("comma", "annotation(-1)", "Annotation before", show=False, key_display=",", id="reader.mark_back"),
        Binding("v", "begin_or_leave", "Select", id="reader.select"),
        Binding("s", "select('sentence')", "Select the sentence, then the next", show=False, id="reader.sentence"),
        Binding("p", "select('paragraph')", "Select the paragraph", show=False, id="reader.paragraph"),
        Binding("h,left", "motion('left')", "Left", show=False, id="reader.left"),
        Binding("l,right", "motion('right')", "Right", show=False, id="reader.right"),
        Binding("w", "motion('word')", "Next word", show=False, id="reader.word"),
        Binding("e", "motion('word_end')", "End of the word", show=False, id="reader.word_end"),
        Binding("b", "motion('word_back')", "Word before", show=False, id="reader.word_back"),
        Binding("pageup,ctrl+b,b", "page(-1.0)", "Page back", show=False, id="reader.page_back"),
        Binding(
            "right_parenthesis", "motion('sentence')", "End of the sentence", show=False, key_display=")",
            id="reader.sentence_end",
        ),
        Binding(
            "left_parenthesis", "motion('sentence_back')", "Start of the sentence", show=False, key_display="(",
            id="reader.sentence_start",
        ),
        Binding("0", "motion('line_start')", "Start of the line", show=False, id="reader.line_start"),
        Binding(
            "dollar_sign", "motion('line_end')", "End of the line", show=False, key_display="$", id="reader.line_end"
        ),
        Binding("o", "swap_ends", "The selection's other end", show=False, id="reader.other_end"),
        Binding("escape", "leave", "Leave", show=False, id="reader.leave"),
    ]  # fmt: skip

    @dataclass
    class Followed(Message):
        """A link was chosen."""

        item: int
        link: Link

    @dataclass
    class Selected(Message):
        """The cursor came, moved or went; see `caret`."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._pressed: Position | None = None
        self._dragged = False
        self._typed = ""

    # Moving

    def action_line(self, by: int) -> None:
        """Scroll a line, or move the cursor one."""
        if self.caret.at is not None:
            self.caret.move_lines(self.flow, by)
            self._moved_caret()
        else:
            self.scroll_relative(y=by, animate=False, immediate=True)

    def action_page(self, share: float) -> None:
        """Scroll by windows, or move the cursor so far."""
        lines = int(share * max(1, self.scrollable_content_region.height - 2))
        self.action_line(lines or (1 if share > 0 else -1))

    def action_edge(self, way: int) -> None:
        """Go to the beginning or the end."""
        self._leave_place()
        if self.caret.at is not None and self.document.items:
            last = len(self.document.items) - 1
            self.caret.drag(Position(0, 0) if way < 0 else Position(last, len(self.document.items[last].text)))
            self._moved_caret()
        else:
            self._scroll_to_row(0 if way < 0 else len(self.flow))

    def action_section(self, way: int) -> None:
        """Go to the next section, or to the beginning of this one and then the one before."""
        starts = [self.flow.first_row(heading.item) for heading in self.document.headings]
        self._go_to_row(starts, way)

    def action_paper_page(self, way: int) -> None:
        """Go to the next or last page of the PDF."""
        self._go_to_row([self.flow.first_row(item) for item in self.document.first_on_page.values()], way)

    def _go_to_row(self, starts: list[int], way: int) -> None:
        now = self.scroll_offset.y
        ahead = sorted(row for row in starts if (row > now if way > 0 else row < now))
        if ahead:
            self._leave_place()
            self._scroll_to_row(ahead[0] if way > 0 else ahead[-1])

    # Links

    def links_shown(self) -> list[tuple[int, Link]]:
        """Return the links in the window, in order, each with its item."""
        found: dict[tuple[int, Link], None] = {}
        for row in self.flow.rows[slice(*self.rows_shown)]:
            for link in self.document.items[row.item].links:
                if not row.is_blank and link.start < row.end and link.end > row.start:
                    found.setdefault((row.item, link))
        return list(found)

    def jump_targets(self) -> Iterator[tuple[Offset, Callable[[], object]]]:
        """Yield where each link in the window begins, within this widget, and what follows it; see `JumpScreen`."""
        for item, link in self.links_shown():
            number = self.flow.row_of(Position(item, link.start))
            row = self.flow.rows[number]
            left = self._painter.left_of(row, self._margin, self.scrollable_content_region.width) - row.indent
            at = Offset(left + self.flow.cell_of(Position(item, link.start)), number - self.scroll_offset.y)
            if at.y >= 0:
                yield at, partial(self.post_message, self.Followed(item, link))

    def action_link(self, way: int) -> None:
        """Go to the next link in the window; from the last one, scroll on to more."""
        shown = self.links_shown()
        layers = self._painter.layers
        edge = 0 if way > 0 else len(shown) - 1
        at = shown.index(layers.link) + way if layers.link in shown else edge
        if not 0 <= at < len(shown):
            self.action_page(0.9 * way)
            shown = self.links_shown()
            at = 0 if way > 0 else len(shown) - 1
        if 0 <= at < len(shown):
            self.take_link(*shown[at])

    def take_link(self, item: int, link: Link) -> None:
        """Let enter follow a link."""
        self._painter.layers.link, self._painter.layers.annotation = (item, link), ""
        self.redraw()
        self.post_message(self.Chosen(""))

    def action_hints(self) -> None:
        """Write letters over the links in the window; typing them follows one."""
        shown = self.links_shown()
        names = labels(len(shown))
        self._painter.layers.hints = {(i, link.start): name for (i, link), name in zip(shown, names, strict=True)}
        self._typed = ""
        if not shown:
            self.app.notify("no links on this screen")
        self.redraw()
        self.post_message(self.Selected())

    @property
    def is_hinting(self) -> bool:
        """Whether letters stand over the links."""
        return bool(self._painter.layers.hints)

    def on_key(self, event: Key) -> None:
        """Take the letters of a hint."""
        if not self.is_hinting:
            return
        event.stop()
        event.prevent_default()
        self._typed += event.character or ""
        hints = self._painter.layers.hints
        chosen = next((place for place, name in hints.items() if name == self._typed), None)
        if chosen or event.key == "escape" or not any(name.startswith(self._typed) for name in hints.values()):
            self._painter.layers.hints = {}
            self.redraw()
            self.post_message(self.Selected())
        if chosen:
            item, start = chosen
            link = next(link for link in self.document.items[item].links if link.start == start)
            self.post_message(self.Followed(item, link))

    # Annotations

    def action_annotation(self, way: int) -> None:
        """Go to the next annotation from the one chosen, or from the top of the window."""
        placed = [(spans[0], one) for one, spans in self._annotations if spans]
        if not placed:
            self.post_message(self.Chosen(""))
            return
        ids = [one.id for _, one in placed]
        if self.annotation in ids:
            at = ids.index(self.annotation) + way
        else:
            top = self.top
            behind = sum((span.item, span.start) < top for span, _ in placed)
            at = behind if way > 0 else behind - 1
        span, one = placed[at % len(placed)]
        self.reveal(Position(span.item, span.start))
        self.choose(one.id)

    # Selecting

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Give keys that move a cursor to others while there is none."""
        if self.is_hinting or not self.document.items:
            return False
        if action == "motion":
            return self.caret.at is not None
        if action == "swap_ends":
            return self.caret.selection is not None
        if action == "leave":
            return bool(self.caret.at or self._painter.layers.link or self.annotation)
        return True

    def action_begin_or_leave(self) -> None:
        """Put a cursor into the text; there, select from it on; then no more."""
        if self.caret.at is None:
            self._put_caret()
        else:
            self.caret.begin()
        self._moved_caret()

    def _put_caret(self) -> None:
        layers = self._painter.layers
        first, behind = self.rows_shown
        start = self.flow.position_at(first + min(MARGIN, (behind - first) // 3), 0)
        if layers.match and first <= self.flow.row_of(Position(layers.match.item, layers.match.start)) < behind:
            start = Position(layers.match.item, layers.match.start)
        elif layers.link:
            start = Position(layers.link[0], layers.link[1].start)
        elif layers.pointing:
            spans = next(iter(layers.pointing.values()))
            start = Position(spans[0].item, spans[0].start)
        layers.link = None
        self.caret.put(start)

    def action_motion(self, name: str) -> None:
        """Move the cursor."""
        self.caret.move(self.flow, name)
        self._moved_caret()

    def action_select(self, unit: str) -> None:
        """Select the sentence or paragraph at the cursor or, where there is none, the first that begins in view."""
        if self.caret.at is None and self.document.items:
            self._put_caret()
        self.caret.select(self.flow, unit)
        self._moved_caret()

    def action_swap_ends(self) -> None:
        """Let the cursor stand at the other end of the selection."""
        self.caret.at, self.caret.anchor = self.caret.anchor, self.caret.at
        self._moved_caret()

    def action_leave(self) -> None:
        """Give up the selection, then the cursor, the link, the annotation."""
        if self.caret.selection:
            self.caret.anchor = None
        elif self.caret.at:
            self.caret.leave()
        else:
            self._painter.layers.link = None
            self.choose("")
        self._moved_caret()

    def leave_selection(self) -> None:
        """Only read from now on."""
        self.caret.leave()
        self._moved_caret()

    def _moved_caret(self) -> None:
        if self.caret.at is not None:
            self.reveal(self.caret.at)
        self.redraw()
        self.refresh_bindings()
        self.post_message(self.Selected())

    # The mouse

    def _under(self, x: int, y: int) -> Position:
        number = max(0, min(self.scroll_offset.y + y, len(self.flow) - 1))
        row = self.flow.rows[number]
        left = self._painter.left_of(row, self._margin, self.scrollable_content_region.width)
        return self.flow.position_at(number, x - left + row.indent)

    def on_mouse_down(self, event: MouseDown) -> None:
        """Begin to select."""
        if event.button == 1 and self.document.items:
            self._pressed, self._dragged = self._under(event.x, event.y), False
            self.capture_mouse()

    def on_mouse_move(self, event: MouseMove) -> None:
        """Select up to the mouse; beyond the window's edge, scroll."""
        at = self._under(event.x, event.y)
        if self._pressed is None or (at == self._pressed and self.caret.selection is None):
            return
        if self.caret.anchor != self._pressed:
            self.caret.put(self._pressed)
            self.caret.begin()
        self._dragged = True
        self.caret.drag(at)
        self._moved_caret()

    def on_mouse_up(self, event: MouseUp) -> None:
        """End selecting."""
        if self._pressed is not None:
            event.stop()
            self._pressed = None
            self.capture_mouse(False)

    def on_click(self, event: Click) -> None:
        """Follow a link, choose an annotation; twice selects the word, three times the sentence."""
        if event.button != 1 or not self.document.items or self._dragged:
            return
        at = self._under(event.x, event.y)
        if event.chain > 1:
            self.caret.put(at)
            self.caret.select(self.flow, "word" if event.chain == 2 else "sentence")
            self._moved_caret()
            return
        self.leave_selection()
        self._clicked(at)

    def _clicked(self, at: Position) -> None:
        link = next((one for one in self.document.items[at.item].links if one.start <= at.offset < one.end), None)
        if link:
            self.post_message(self.Followed(at.item, link))
            return
        here = self._painter.layers.annotated.get(at.item, ())
        chosen = next((one.id for span, one in here if span.start <= at.offset < span.end), "")
        self.choose(chosen)
