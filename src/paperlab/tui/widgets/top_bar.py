"""The bar at the top: where one can go, where one is, and what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from paperlab.tui.app import DeskApp

PLACES = (
    ("library", "Library"),
    ("annotations", "Annotations"),
    ("ask", "Ask"),
    ("replications", "Replications"),
    ("newsletter", "Newsletter"),
)
"""The modes of the app with the words for them, in the order of their digits."""


class TopBar(Static):
    """The places of the desk, each with its digit, and the running jobs."""

    DEFAULT_CSS = "TopBar { dock: top; height: 1; padding: 0 1; background: $panel; color: $text-muted; }"

    def on_mount(self) -> None:
        """Show where we are."""
        self.refresh_places()

    def refresh_places(self) -> None:
        """Draw the places anew."""
        app = cast("DeskApp", self.app)
        parts = [
            Content.styled(f" {number} {word} ", "$text bold reverse" if app.current_mode == name else "")
            for number, (name, word) in enumerate(PLACES, 1)
        ]
        self.update(Content(" ").join(parts))
