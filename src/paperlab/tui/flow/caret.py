"""A cursor in the text and what it selects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.tui.flow.document import Position, Span, trimmed
from paperlab.tui.flow.motions import MOTIONS, paragraph_at, sentence_at, word_at

if TYPE_CHECKING:
    from paperlab.tui.flow.lines import Flow

_AROUND = {"word": word_at, "sentence": sentence_at, "paragraph": paragraph_at}


@dataclass
class Caret:
    """Where the cursor is, and where the selection began if there is one."""

    at: Position | None = None
    """None while one only reads."""
    anchor: Position | None = None
    _goal: int | None = None
    """The cell that going up and down keeps to."""

    @property
    def selection(self) -> tuple[Position, Position] | None:
        """The ends of what is selected, in order; None where nothing is."""
        if self.at is None or self.anchor is None or self.at == self.anchor:
            return None
        return min(self.at, self.anchor), max(self.at, self.anchor)

    def put(self, at: Position) -> None:
        """Stand somewhere, with nothing selected."""
        self.at, self.anchor, self._goal = at, None, None

    def begin(self) -> None:
        """Select from here on, or no more."""
        self.anchor = self.at if self.anchor is None else None

    def drag(self, to: Position) -> None:
        """Select up to a position."""
        self.at, self._goal = to, None

    def leave(self) -> None:
        """Only read from now on."""
        self.at, self.anchor, self._goal = None, None, None

    def move(self, flow: Flow, motion: str) -> None:
        """Go by one of `MOTIONS`."""
        if self.at is not None:
            self.at, self._goal = MOTIONS[motion](flow, self.at), None

    def move_lines(self, flow: Flow, by: int) -> None:
        """Go up or down lines of text, keeping to the cell where that began."""
        if self.at is None:
            return
        row = flow.row_of(self.at)
        goal = flow.cell_of(self.at) if self._goal is None else self._goal
        way = 1 if by > 0 else -1
        for _ in range(abs(by)):
            after = row + way
            while 0 <= after < len(flow) and flow.rows[after].is_blank:
                after += way
            if not 0 <= after < len(flow):
                break
            row = after
        self.at, self._goal = flow.position_at(row, goal), goal

    def select(self, flow: Flow, unit: str) -> None:
        """Select the word, sentence or paragraph here; done again, the next one as well."""
        if self.at is None:
            return
        span = self._unit(flow, unit)
        start, end = trimmed(flow.document.items[span.item].text, span.start, span.end)
        selected = self.selection
        first = Position(span.item, start)
        self.anchor = min(selected[0], first) if selected else first
        self.at, self._goal = Position(span.item, end), None

    def _unit(self, flow: Flow, unit: str) -> Span:
        """Return the unit at the cursor, or the one behind the selection where there is one."""
        at = self.at or Position(0, 0)
        selected = self.selection
        if selected and at == selected[1]:
            at = MOTIONS["word"](flow, at)
        return _AROUND[unit](flow.document, at)
