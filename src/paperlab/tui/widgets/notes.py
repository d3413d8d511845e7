"""A paper's notes beside its text: saved as one types, and never lost to another program that writes them too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from paperlab.text import one_line
from paperlab.tui.widgets.draft import Draft

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Key


class NotesPane(Vertical):
    """The text of `notes.md`, with what became of it below."""

    DEFAULT_CSS = """
    NotesPane {
        width: 42; max-width: 50%; height: 1fr; background: $surface;
        Draft, Draft:focus { padding: 0 1; background: $surface; height: 1fr; }
        Draft .text-area--cursor-line { background: $surface; }
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

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.area = Draft()
        self._state = Static("", classes="notes-state", markup=False)

    def compose(self) -> ComposeResult:
        """Lay out the text and its state."""
        yield self.area
        yield self._state

    @property
    def is_loaded(self) -> bool:
        """Whether the file's text stands here."""
        could_not_be_read = self.area.read_only and self.area.trouble
        return self.area.path is not None and not could_not_be_read

    @property
    def is_unsaved(self) -> bool:
        """Whether something was typed that the file does not have yet."""
        return not self.area.is_kept

    async def load(self, path: Path, header: str) -> None:
        """Show what the file has; `header` where there is none yet."""
        await self.area.open(path, header)

    def on_draft_opened(self) -> None:
        """Say what becomes of what is typed."""
        if not self.area.trouble:
            self._tell("this lab is read-only: nothing can be written" if self.area.read_only else "saved as you type")

    def on_text_area_changed(self) -> None:
        """Say that something is not saved yet."""
        if self.is_unsaved:
            self._tell("...")

    def on_draft_kept(self, event: Draft.Kept) -> None:
        """Say that it is saved."""
        if not self.area.read_only:
            self._tell("changed elsewhere too: both are kept" if event.joined else "saved", wrong=event.joined)

    def on_draft_troubled(self) -> None:
        """Say why it is not saved."""
        self._tell(f"not saved: {self.area.trouble}", wrong=True)

    def on_key(self, event: Key) -> None:
        """Let no letter that is typed into notes nobody can write be a command."""
        if self.area.read_only and event.is_printable:
            event.stop()

    def action_save(self) -> None:
        """Save now, beside the keys."""
        if self.is_unsaved:
            self.run_worker(self.area.keep(), group="notes")

    def action_leave(self) -> None:
        """Go back to the text."""
        self.post_message(self.Left())

    def _tell(self, words: str, *, wrong: bool = False) -> None:
        self._state.update(one_line(words), layout=False)
        self._state.set_class(wrong, "-wrong")
