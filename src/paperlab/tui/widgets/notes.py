"""A paper's notes beside its text: saved as one types, and never lost to another program that writes them too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static, TextArea

from paperlab.errors import PaperlabError
from paperlab.text import one_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

    from paperlab.tui.screens.reader_work import Kept

_PAUSE = 0.7
"""Seconds without a key after which notes are saved."""


class NotesPane(Vertical):
    """The text of `notes.md`, with what became of it below."""

    DEFAULT_CSS = """
    NotesPane {
        width: 42; max-width: 50%; height: 1fr; background: $surface;
        TextArea, TextArea:focus { border: none; padding: 0 1; background: $surface; height: 1fr; }
        .notes-state { height: 1; padding: 0 1; color: $text-muted; background: $surface; }
        .notes-state.-wrong { color: $error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back to the text", id="notes.leave"),
        Binding("ctrl+s", "save", "Save now", show=False, id="notes.save"),
    ]

    @dataclass
    class Left(Message):
        """The reader goes back to the text."""

    def __init__(
        self,
        keep: Callable[[str, str], Awaitable[Kept]],
        keep_now: Callable[[str, str], None],
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        """`keep(text, base)` writes notes made from `base`, raising PaperlabError; `keep_now` does it at once."""
        super().__init__(id=id)
        self._keep = keep
        self._keep_now = keep_now
        self._base = ""
        self._is_loaded = False
        self._timer: Timer | None = None
        self._saving = False
        self.area = TextArea(compact=True, highlight_cursor_line=False, read_only=True)
        self._state = Static("", classes="notes-state", markup=False)

    def compose(self) -> ComposeResult:
        """Lay out the text and its state."""
        yield self.area
        yield self._state

    @property
    def is_loaded(self) -> bool:
        """Whether the file's text stands here."""
        return self._is_loaded

    @property
    def is_unsaved(self) -> bool:
        """Whether something was typed that the file does not have yet."""
        return self._is_loaded and self.area.text != self._base

    def load(self, text: str) -> None:
        """Show what the file has; what was typed and is not saved yet stays, and is put together with it on saving."""
        if self._is_loaded and (self.is_unsaved or text == self._base):
            return
        self._base, self._is_loaded = text, True
        self.area.read_only = False
        self._replace(text)
        self._tell("saved as you type")

    def _replace(self, text: str) -> None:
        """Put another text in, with the cursor where it was as far as that still is."""
        if text == self.area.text:
            return
        where, scroll = self.area.cursor_location, self.area.scroll_offset
        self.area.load_text(text)
        self.area.move_cursor(where)
        self.area.scroll_to(*scroll, animate=False)

    def to_the_end(self) -> None:
        """Put the cursor at the end where nothing was written in this session."""
        if self.area.cursor_location == (0, 0):
            self.area.move_cursor(self.area.document.end)

    def on_text_area_changed(self) -> None:
        """Save after a pause."""
        if not self.is_unsaved:
            return
        self._tell("...")
        if self._timer:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE, self.action_save)

    def on_descendant_blur(self) -> None:
        """Save when the notes are left."""
        self.action_save()

    def on_app_blur(self) -> None:
        """Save when the terminal is left."""
        self.action_save()

    def action_save(self) -> None:
        """Save now, beside the keys."""
        if self.is_unsaved and self.is_mounted:
            self.run_worker(self.save(), group="notes", exclusive=False)

    async def save(self) -> None:
        """Write what was typed; what is typed meanwhile is saved next."""
        if self._saving:
            return
        self._saving = True
        try:
            while self.is_unsaved:
                if not await self._save_once():
                    return
        finally:
            self._saving = False

    async def _save_once(self) -> bool:
        text = self.area.text
        try:
            kept = await self._keep(text, self._base)
        except PaperlabError as error:
            self._tell(f"not saved: {error}", wrong=True)
            return False
        typed_on = self.area.text != text
        self._base = kept.text if not typed_on else text
        if not typed_on:
            self._replace(kept.text)
        self._tell(kept.said or "saved", wrong=bool(kept.said))
        return True

    def save_at_once(self) -> None:
        """Write what was typed before this returns: the terminal is gone."""
        if self.is_unsaved:
            self._keep_now(self.area.text, self._base)
            self._base = self.area.text

    def action_leave(self) -> None:
        """Go back to the text."""
        self.post_message(self.Left())

    def _tell(self, words: str, *, wrong: bool = False) -> None:
        self._state.update(one_line(words), layout=False)
        self._state.set_class(wrong, "-wrong")
