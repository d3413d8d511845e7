"""The bar at the top: where one can go, where one is, and what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from paperlab.text import one_line
from paperlab.tui.look.signs import RUNNING

if TYPE_CHECKING:
    from textual import events

    from paperlab.tui.app import DeskApp

PLACES = (
    ("library", "Library"),
    ("annotations", "Annotations"),
    ("ask", "Ask"),
    ("replications", "Replications"),
    ("newsletter", "Newsletter"),
)
"""The modes of the app with the words for them, in the order of their digits."""


class TopBar(Widget):
    """The places of the desk, each with its digit; at the right the running jobs, and whether the lab is read-only."""

    DEFAULT_CSS = """
    TopBar { dock: top; height: 1; padding: 0 1; background: $panel; color: $text-muted; pointer: pointer; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._spans: list[tuple[int, int, str]] = []
        self._read_only = False

    def on_mount(self) -> None:
        """Show where we are."""
        self.look_anew()

    def look_anew(self) -> None:
        """Find out whether the lab is read-only, and draw that: not at every frame, since it asks the disk."""
        self._read_only = self._desk_app.desk.read_only
        self.refresh_places()

    def refresh_places(self) -> None:
        """Draw the places and jobs anew."""
        self.refresh()

    @property
    def _desk_app(self) -> DeskApp:
        return cast("DeskApp", self.app)

    def render(self) -> Content:
        """Draw the places; where it is narrow, only the one we are at is written out."""
        width = self.size.width
        words = [word for _name, word in PLACES]
        if sum(cell_len(word) + 4 for word in words) > width:
            words = [word if name == self._desk_app.current_mode else "" for name, word in PLACES]
        self._spans, at = [], 0
        parts = []
        for number, ((name, _word), word) in enumerate(zip(PLACES, words, strict=True), 1):
            text = f" {number} {word} " if word else f" {number} "
            self._spans.append((at, at + cell_len(text), f"app.go('{name}')"))
            at += cell_len(text) + 1
            parts.append(Content.styled(text, "$text bold reverse" if name == self._desk_app.current_mode else ""))
        line = Content(" ").join(parts)
        return line + self._right(width - at)

    def _right(self, room: int) -> Content:
        """Return what stands at the right, cut to `room` cells: jobs before the lab's state."""
        said = self._jobs() or ("read-only" if self._read_only else "")
        if room < 3 or not said:
            return Content("")
        shown = Content(said).truncate(room, ellipsis=True)
        gap = room - shown.cell_length
        width = self.size.width
        if self._desk_app.jobs.running:
            self._spans.append((width - shown.cell_length, width, "app.jobs"))
        return Content(" " * (gap + 1)) + shown.stylize("$accent" if self._desk_app.jobs.running else "$warning")

    def _jobs(self) -> str:
        running = self._desk_app.jobs.running
        if not running:
            return ""
        first = running[-1]
        part = f" {first.fraction:.0%}" if first.fraction is not None else ""
        more = f" +{len(running) - 1}" if len(running) > 1 else ""
        return f"{RUNNING}{part}{more} {one_line(first.title)}"

    async def on_click(self, event: events.Click) -> None:
        """Go where was clicked."""
        at = event.x - self.styles.padding.left
        for start, end, action in self._spans:
            if start <= at < end:
                await self.app.run_action(action)
