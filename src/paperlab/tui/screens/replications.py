"""The screen replications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from paperlab.tui.screens.base import DeskScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult


class ReplicationsScreen(DeskScreen):
    """The screen replications."""

    def body(self) -> ComposeResult:
        """Yield the columns."""
        yield Static("replications")
