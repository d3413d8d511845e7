"""What the user does to the lab, and how it is undone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from paperlab.lab import Lab

_MOST = 500


@dataclass(frozen=True)
class Change:
    """One thing the user does: undone and done again as one, however many papers it touches.

    Both steps run in the lane `marks` and are written against the lab as it is then: `undo` takes back what `do` did,
    not what others did since.
    """

    text: str
    """What was done, as a short clause: `3 papers: read`."""
    do: Callable[[Lab], Any]
    undo: Callable[[Lab], Any]
    """Returns a clause where something could not be taken back, since it was changed by others: the user is told it."""


@dataclass
class History:
    """What was done in this session, and what was undone again."""

    done: list[Change] = field(default_factory=list)
    undone: list[Change] = field(default_factory=list)

    def add(self, change: Change) -> None:
        """Remember a change that was just done; what was undone before cannot be done again any more."""
        self.done = [*self.done, change][-_MOST:]
        self.undone = []

    def step_back(self) -> Change | None:
        """Return the change to undo next, or None; it counts as undone from now on."""
        if not self.done:
            return None
        self.undone.append(self.done.pop())
        return self.undone[-1]

    def step_forward(self) -> Change | None:
        """Return the change to do again, or None; it counts as done from now on."""
        if not self.undone:
            return None
        self.done.append(self.undone.pop())
        return self.done[-1]
