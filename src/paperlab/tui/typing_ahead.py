"""Keys typed before the place they are meant for stands: kept until it does, instead of taken for commands.

A dialog takes a moment to come, longer on a loaded machine. Whoever types `#vision` without waiting for the line of
tags means a tag, not seven commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import events

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer
    from textual.widget import Widget

    Base = Screen[Any]
else:
    Base = object

_LONGEST = 10.0
"""Seconds after which keys are commands again, whatever became of the place."""


class TypingAhead(Base):
    """What a screen has that can hold keys back; see `hold_keys`."""

    OPENING: ClassVar[frozenset[str]] = frozenset()
    """Actions that lead to a place to type. Their keys have priority, so that no key behind them overtakes them."""
    _ahead: list[events.Key] | None = None
    _holding: Timer | None = None

    @property
    def takes_text(self) -> bool:
        """Whether a letter that is typed now is text."""
        return self.focused is not None and self.focused.check_consume_key("x", "x")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys of `OPENING` to what is being typed."""
        if action in self.OPENING and (self.takes_text or self._ahead is not None):
            return False
        return super().check_action(action, parameters)

    def hold_keys(self) -> None:
        """Keep what is typed from now on, for a place to type that is about to come: it asks for it by `hand_keys`."""
        if self._ahead is None:
            self._ahead = []
            self._holding = self.set_timer(_LONGEST, self.drop_keys)

    def drop_keys(self) -> None:
        """Let keys be commands again; what nobody asked for was meant for a place that did not come."""
        self.take_keys()

    def take_keys(self) -> list[events.Key]:
        """Return what was kept, and let keys be commands again."""
        found, self._ahead = self._ahead or [], None
        if self._holding:
            self._holding.stop()
            self._holding = None
        return found

    def hand_keys(self, to: Widget, *, drop: bool = False) -> None:
        """Focus a widget, and hand it what was typed before it stood, here and on the screen below; or `drop` that."""
        stack = self.app.screen_stack
        at = next((n for n, screen in enumerate(stack) if screen is self), 0)
        below = stack[at - 1] if at else None
        kept = below.take_keys() if isinstance(below, TypingAhead) else []
        kept += self.take_keys()
        self.set_focus(to)
        for event in () if drop else kept:
            again = events.Key(event.key, event.character)
            again.set_sender(self.app)  # else its bindings are not looked for beyond the screen
            to._forward_event(again)

    def on_key(self, event: events.Key) -> None:
        """Keep a key while keys are held back."""
        if self._ahead is not None:
            self._ahead.append(event)
            event.stop()
            event.prevent_default()
