"""The places a reader jumped from, to go back to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.tui.flow.document import Position

_MOST = 200


@dataclass
class Trail:
    """Places behind and ahead, as a browser keeps them."""

    behind: list[Position] = field(default_factory=list)
    ahead: list[Position] = field(default_factory=list)

    def leave(self, place: Position) -> None:
        """Remember a place that is jumped away from."""
        if not self.behind or self.behind[-1] != place:
            self.behind = [*self.behind, place][-_MOST:]
        self.ahead = []

    def back(self, now: Position) -> Position | None:
        """Return the place to go back to, None where there is none; `now` is where one can go forward to."""
        return self._step(self.behind, self.ahead, now)

    def forward(self, now: Position) -> Position | None:
        """Return the place one went back from."""
        return self._step(self.ahead, self.behind, now)

    def _step(self, taken: list[Position], given: list[Position], now: Position) -> Position | None:
        if not taken:
            return None
        given.append(now)
        return taken.pop()
