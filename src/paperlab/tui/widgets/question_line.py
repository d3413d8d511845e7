"""The line that questions are typed into."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.widgets import Input

from paperlab.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.binding import BindingType

_FOR_THE_DESK = frozenset("12345?")
"""Keys of places and help: in an empty line they go there, as they do everywhere else."""


class QuestionLine(Input):
    """A line whose arrows go through what was asked before."""

    DEFAULT_CSS = """
    QuestionLine, QuestionLine:focus { border: none; height: 1; padding: 0 1; background: $surface; width: 1fr; }
    QuestionLine:focus { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "older(1)", "Asked before", show=False, id="question.older"),
        Binding("down", "older(-1)", "Asked after that", show=False, id="question.newer"),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder="ask the papers, then enter", compact=True)
        self._before: list[str] = []
        self._at = 0
        self._begun = ""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Tell whether a key is typed here; those of the desk are not while the line is empty."""
        return not self._is_for_the_desk(character) and super().check_consume_key(key, character)

    def _is_for_the_desk(self, character: str | None) -> bool:
        return not self.value and character in _FOR_THE_DESK

    def _on_key(self, event: events.Key) -> None:  # type: ignore[override]
        """Leave keys of the desk to it; Textual calls the method of `Input` by itself after this one."""
        if self._is_for_the_desk(event.character):
            event.prevent_default()

    def _on_paste(self, event: events.Paste) -> None:
        """Take all lines of what is pasted, as one: `Input` would keep the first alone."""
        event.prevent_default()
        event.stop()
        self.replace(one_line(event.text), *self.selection)

    def remember(self, questions: Sequence[str]) -> None:
        """Take what was asked before, newest first, for the arrows."""
        self._before = list(questions)
        self._at = 0

    def action_older(self, by: int) -> None:
        """Show the question before, or after; what was begun comes back at the end."""
        if not self._at:
            self._begun = self.value
        self._at = min(max(0, self._at + by), len(self._before))
        self.value = self._before[self._at - 1] if self._at else self._begun
        self.cursor_position = len(self.value)
