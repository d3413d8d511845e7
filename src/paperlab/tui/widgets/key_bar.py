"""The bar at the bottom: the most used keys of where one is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from textual import events
    from textual.binding import Binding
    from textual.screen import Screen

_LAST = ("desk.help", "desk.quit")
"""These stand at the right and stay when it gets narrow."""


class _Entry(NamedTuple):
    key: str
    shown: str
    text: str

    @property
    def width(self) -> int:
        return cell_len(self.shown) + 1 + cell_len(self.text)


class KeyBar(Widget):
    """One line of keys, each with what it does; a click is the key.

    One widget instead of one for each key, as `Footer` has: it is drawn anew whenever the focus moves.
    """

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: 1; padding: 0 1; background: $panel; color: $text-muted; pointer: pointer; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._spans: list[tuple[int, int, str]] = []

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    def render(self) -> Content:
        """Draw as many keys as fit, those of the whole desk last."""
        shown = [active.binding for active in self.screen.active_bindings.values() if active.binding.show]
        own = [self._entry(one) for one in _once(shown) if one.id not in _LAST]
        ends = [self._entry(one) for one in _once(shown) if one.id in _LAST]
        room = self.size.width - sum(one.width + 2 for one in ends)
        fitting: list[_Entry] = []
        for entry in own:
            room -= entry.width + 2
            if room < 0:
                break
            fitting.append(entry)
        return self._line([*fitting, *ends])

    def _entry(self, binding: Binding) -> _Entry:
        return _Entry(binding.key, self.app.get_key_display(binding), binding.description)

    def _line(self, entries: list[_Entry]) -> Content:
        self._spans, at = [], 0
        parts: list[Content] = []
        for entry in entries:
            self._spans.append((at, at + entry.width, entry.key))
            at += entry.width + 2
            parts.append(Content.assemble((entry.shown, "$accent bold"), " ", (entry.text, "")))
        return Content("  ").join(parts)

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        at = event.x - self.styles.padding.left
        for start, end, key in self._spans:
            if start <= at < end:
                self.app.simulate_key(key)


def _once(bindings: list[Binding]) -> list[Binding]:
    """Return the first binding of each action: `j` and the arrow are one."""
    found: dict[str, Binding] = {}
    for binding in bindings:
        found.setdefault(binding.action, binding)
    return list(found.values())
