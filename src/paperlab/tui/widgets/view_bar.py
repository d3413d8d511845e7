"""One line of words, one of them chosen: what a pane shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events


class ViewBar(Widget):
    """Words to click at; the screen's keys choose among them, too."""

    DEFAULT_CSS = "ViewBar { height: 1; padding: 0 1; background: $surface; color: $text-muted; pointer: pointer; }"

    chosen: reactive[str] = reactive("")

    @dataclass
    class Chosen(Message):
        """A word was clicked at."""

        name: str

    def __init__(self, words: Sequence[tuple[str, str, str]], *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """`words` are name, key and word of each; the first is chosen."""
        super().__init__(id=id)
        self._words = words
        self._spans: list[tuple[int, int, str]] = []
        self.set_reactive(ViewBar.chosen, words[0][0])

    def render(self) -> Content:
        """Draw the words, each with its key."""
        parts, at = [], 0
        self._spans = []
        for name, key, word in self._words:
            text = f" {key} {word} "
            self._spans.append((at, at + cell_len(text), name))
            at += cell_len(text) + 1
            parts.append(Content.styled(text, "$text bold on $panel-lighten-1" if name == self.chosen else ""))
        return Content(" ").join(parts)

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked at."""
        at = event.x - self.styles.padding.left
        for start, end, name in self._spans:
            if start <= at < end:
                self.post_message(self.Chosen(name))
