"""The screen newsletter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from paperlab.tui.screens.base import DeskScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult


class NewsletterScreen(DeskScreen):
    """The screen newsletter."""

    def body(self) -> ComposeResult:
        """Yield the columns."""
        yield Static("newsletter")
