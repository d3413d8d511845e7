"""Searching within the open paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

from paperlab.tui.flow import Position, find_all

if TYPE_CHECKING:
    from textual.binding import BindingType

    from paperlab.tui.flow import Document, Span
    from paperlab.tui.screens.reader import ReaderScreen


@dataclass
class Found:
    """Where the words of a search stand, and which of those places one is at."""

    words: str = ""
    spans: tuple[Span, ...] = ()
    at: int = -1

    @classmethod
    def search(cls, document: Document, words: str, top: Position) -> Found:
        """Look for words; the place one is at is the first from `top` on, else the first of all."""
        spans = tuple(find_all(document, words))
        at = next((i for i, span in enumerate(spans) if (span.item, span.start) >= top), 0 if spans else -1)
        return cls(words, spans, at)

    @property
    def current(self) -> Span | None:
        """The place one is at."""
        return self.spans[self.at] if self.spans else None

    def step(self, way: int) -> None:
        """Go to the next place, round the end."""
        if self.spans:
            self.at = (self.at + way) % len(self.spans)

    @property
    def said(self) -> str:
        """What the reader is told of it."""
        if not self.spans:
            return f"{self.words!r} is not in this paper" if self.words else ""
        return f"{self.at + 1} of {len(self.spans)}: {self.words}"


class FindBar(Input):
    """The line in which one types what to search for, or the page to go to."""

    DEFAULT_CSS = """
    FindBar {
        height: 1; border: none; padding: 0 1; background: $panel; display: none;
        &:focus { border: none; background-tint: $foreground 0%; }
        &.-open { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Give up", id="find.leave"),
    ]

    @dataclass
    class Left(Message):
        """Typing ended; `words` is None where it was given up."""

        words: str | None
        wants_page: bool

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=False)
        self.wants_page = False

    def ask(self, *, page: bool, words: str = "") -> None:
        """Open for typing: for a page's number, or words."""
        self.wants_page = page
        self.placeholder = "go to page" if page else "search in this paper"
        self.value = words
        self.select_all()  # other words take the place of the last ones
        self.add_class("-open")
        self.screen.set_focus(self)

    def close(self) -> None:
        """Be gone."""
        self.remove_class("-open")

    def action_leave(self) -> None:
        """Give up."""
        self.post_message(self.Left(None, self.wants_page))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """End typing."""
        event.stop()
        self.post_message(self.Left(self.value, self.wants_page))


class Searching:
    """What is searched for in a reader."""

    def __init__(self, reader: ReaderScreen) -> None:
        self._reader = reader
        self.find_bar = FindBar()
        self.found = Found()
        self._told_at: Position | None = None
        """What stood at the top when the match was gone to."""

    @property
    def said(self) -> str:
        """What the reader is told of it: until one moves on."""
        return self.found.said if self._told_at == self._reader.text.top else ""

    def leave(self) -> None:
        """Say no more of it: something else was done."""
        self._told_at = None

    def typed(self, words: str) -> None:
        """Show what is found of what was typed so far."""
        if not self.find_bar.wants_page:
            self.found = Found.search(self._reader.text.document, words.strip(), self._reader.text.top)
            self._show()

    def end(self, words: str | None, *, wants_page: bool) -> None:
        """Stay at what was found, or go to the page; `words` is None where typing was given up."""
        self.find_bar.close()
        if wants_page:
            self._to_page((words or "").strip())
        elif words is None:
            self.give_up()

    def give_up(self) -> bool:
        """Mark nothing any more; False where nothing was searched for."""
        was_on = bool(self.found.words)
        self.found = Found()
        self._show()
        return was_on

    def _to_page(self, words: str) -> None:
        reader = self._reader
        if words.isdecimal():
            reader.jumps.leave()
            reader.jumps.to_page(int(words))
        elif words:
            reader.desk_app.tell(f"{words!r} is no page: type its number", wrong=True)

    def step(self, way: int) -> None:
        """Go to the next match."""
        self.found.step(way)
        self._show()

    def _show(self) -> None:
        text, current = self._reader.text, self.found.current
        if current:
            text.reveal(Position(current.item, current.start))
        text.mark_matches(self.found.spans, current)
        self._told_at = text.top
        self._reader.say()
