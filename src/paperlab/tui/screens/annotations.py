"""The screen annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from paperlab.tui.screens.base import DeskScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult


class AnnotationsScreen(DeskScreen):
    """The screen annotations."""

    def body(self) -> ComposeResult:
        """Yield the columns."""
        yield Static("annotations")
