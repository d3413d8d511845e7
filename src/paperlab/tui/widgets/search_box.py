"""The one line that is searched by: titles as it is typed, full texts when the typing pauses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

if TYPE_CHECKING:
    from textual.binding import BindingType

PAUSE = 0.15
"""Seconds without a key after which full texts are searched."""


class SearchBox(Input):
    """A line without a border; it tells of every key and of every pause."""

    DEFAULT_CSS = """
    SearchBox, SearchBox:focus { width: 1fr; height: 1; border: none; padding: 0 1; background: $surface; }
    SearchBox:focus { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,enter,tab", "down", "Results", id="search.down"),
        Binding("escape", "leave", "Clear", priority=True, id="search.leave"),
    ]

    @dataclass
    class Typed(Message):
        """Something else stands in the box."""

        text: str

    @dataclass
    class Paused(Message):
        """It has stood there for a moment."""

        text: str

    @dataclass
    class Left(Message):
        """The user goes down to the results (`down`), or back."""

        down: bool

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(placeholder="Search titles and full texts", id=id, compact=True, select_on_focus=False)

    def on_mount(self) -> None:
        """Count the pauses."""
        self._timer = self.set_timer(PAUSE, self._paused, pause=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell at once, and again after a pause."""
        event.stop()
        self._timer.stop()
        self._timer = self.set_timer(PAUSE, self._paused)
        self.post_message(self.Typed(event.value))

    def _paused(self) -> None:
        self.post_message(self.Paused(self.value))

    def action_leave(self) -> None:
        """Clear what is typed; an empty box is left."""
        if self.value:
            self.value = ""
        else:
            self.screen.set_focus(None)  # no key behind this one is text
            self.post_message(self.Left(down=False))

    def action_down(self) -> None:
        """Go to the results."""
        self.post_message(self.Left(down=True))
