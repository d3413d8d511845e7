"""The reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from paperlab.tui.screens.base import DeskScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from paperlab.tui.messages import Place


class ReaderScreen(DeskScreen):
    """One paper, by its sections."""

    def __init__(self, key: str, place: Place | None = None) -> None:
        super().__init__()
        self.key = key
        self._place = place

    def body(self) -> ComposeResult:
        """Yield the text."""
        yield Static(self.key)

    def go_to(self, place: Place | None) -> None:
        """Show another place of the same paper."""
        self._place = place
