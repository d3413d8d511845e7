"""The row of colours that an annotation can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from paperlab.types.annotations import COLOURS

if TYPE_CHECKING:
    from textual.binding import BindingType
    from textual.events import Click, Key

NAMES = tuple(COLOURS)
_SPOT = "██"


def colour_value(colour: str) -> str:
    """Return a colour as `#rrggbb`: one of `COLOURS` by its name, or what an annotation says itself."""
    value = COLOURS.get(colour, colour)
    digits = value.removeprefix("#").casefold()
    return value if len(digits) == 6 and set(digits) <= set("0123456789abcdef") else COLOURS["grey"]


class ColourRow(Widget, can_focus=True):
    """Colours with their digits: arrows, digits or the mouse choose one."""

    DEFAULT_CSS = """
    ColourRow { height: 1; width: 1fr; padding: 0 1; background: $surface; }
    ColourRow:focus { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "Colour before", show=False, id="colours.previous"),
        Binding("right,l", "step(1)", "Next colour", show=False, id="colours.next"),
    ]
    colour: reactive[str] = reactive("yellow", init=False)

    @dataclass
    class Chosen(Message):
        """Another colour was chosen."""

        colour: str

    def __init__(self, colour: str) -> None:
        super().__init__()
        self.set_reactive(ColourRow.colour, colour)

    def choose(self, number: int) -> None:
        """Choose by number, 1 to 8; others do nothing."""
        if 1 <= number <= len(NAMES):
            self.colour = NAMES[number - 1]

    def watch_colour(self, colour: str) -> None:
        """Tell of another colour."""
        self.post_message(self.Chosen(colour))

    def action_step(self, by: int) -> None:
        """Choose the next one."""
        at = NAMES.index(self.colour) if self.colour in NAMES else -min(by, 0)
        self.colour = NAMES[(at + by) % len(NAMES)]

    def on_key(self, event: Key) -> None:
        """Choose by digit."""
        if event.character and event.character.isdecimal():
            event.stop()
            self.choose(int(event.character))

    def on_click(self, event: Click) -> None:
        """Choose by mouse."""
        at = event.x - self.styles.padding.left
        for number, (start, end) in enumerate(self._spans(), 1):
            if start <= at < end:
                self.choose(number)

    def _spans(self) -> list[tuple[int, int]]:
        width = len(_SPOT) + 3
        return [(i * width, (i + 1) * width) for i in range(len(NAMES))]

    def render(self) -> Content:
        """Draw the colours, the chosen one marked and named."""
        parts: list[str | tuple[str, str]] = []
        for number, name in enumerate(NAMES, 1):
            style = "reverse bold" if name == self.colour else "$foreground-muted"
            parts += [(f"{number}", style), (_SPOT, COLOURS[name]), "  "]
        known = self.colour if self.colour in NAMES else f"own: {self.colour}"
        parts.append((known, "$text"))
        return Content.assemble(*parts)
