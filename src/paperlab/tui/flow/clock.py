"""Counts the time somebody reads."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

IDLE = 120.0
"""Seconds without a key or a scroll after which nobody is taken to read."""
_LONGEST_STEP = 5.0
"""Seconds between two ticks at most: a machine that slept did not read."""


@dataclass
class ReadingClock:
    """Seconds by day in which the reader was looked at and touched within the last two minutes."""

    now: Callable[[], float]
    """Seconds of a clock that never goes back."""
    today: Callable[[], str] = field(default=lambda: datetime.now().astimezone().date().isoformat())
    """The ISO date."""
    _touched: float | None = None
    _ticked: float | None = None
    _seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def touch(self) -> None:
        """Take it that somebody is there: a key was pressed, or the text scrolled."""
        self._touched = self.now()

    def tick(self, *, is_read: bool) -> None:
        """Count what went by since the last tick, if the reader is on top of a terminal that has the focus."""
        now = self.now()
        before, self._ticked = self._ticked, now
        recent = self._touched is not None and now - self._touched <= IDLE
        if is_read and recent and before is not None:
            self._seconds[self.today()] += min(now - before, _LONGEST_STEP)

    def take(self) -> tuple[tuple[str, int], ...]:
        """Return the whole seconds counted since they were last taken, by day; what is left over is kept."""
        taken = tuple((day, int(seconds)) for day, seconds in sorted(self._seconds.items()) if seconds >= 1)
        for day, seconds in taken:
            self._seconds[day] -= seconds
        return taken
