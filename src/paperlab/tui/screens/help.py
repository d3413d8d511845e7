"""What the keys of a screen do."""

from __future__ import annotations

from textual.screen import ModalScreen


class HelpScreen(ModalScreen[None]):
    """The keys of the screen below, and what it is for."""
