"""The lists of the newsletter's screen: weeks, and what happened in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from paperlab.tui.look.signs import BULLET, DONE, POINTER
from paperlab.tui.views.week_view import Kind
from paperlab.tui.widgets.line_list import LineList, fitted, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from paperlab.tui.views.week_view import Material, Week

_TONES = {
    Kind.FINISHED: "success",
    Kind.STARTED: "accent",
    Kind.ANNOTATION: "secondary",
    Kind.QUESTION: "primary",
    Kind.VERDICT: "warning",
}


class WeekList(LineList):
    """The weeks, two lines each: name, days."""

    LINES: ClassVar[int] = 2

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._weeks: Sequence[Week] = ()

    @property
    def chosen(self) -> Week | None:
        """The week at the cursor."""
        return self._weeks[self.cursor] if self._weeks else None

    def show(self, weeks: Sequence[Week]) -> None:
        """Show weeks; the cursor stays on the same one."""
        name = self.chosen.name if self.chosen else ""
        self._weeks = weeks
        self.renew(next((i for i, week in enumerate(weeks) if week.name == name), 0))

    def count(self) -> int:
        """Return how many there are."""
        return len(self._weeks)

    def draw(self, item: int, line: int, width: int) -> Strip:
        """Draw name and what there is of it, then its days."""
        week = self._weeks[item]
        if line:
            return self.strip([(f" {week.days}", "muted")], width)
        sign = (f" {DONE}", "success") if week.has_issue else (f" {BULLET}", "accent") if week.has_draft else ("", "")
        return self.strip([(f" {week.name}", "strong"), sign], width)


class MaterialList(LineList):
    """What happened in a week, two lines each: words, source."""

    LINES: ClassVar[int] = 2

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._found: Sequence[Material] = ()
        self._inserted: set[str] = set()

    @property
    def chosen(self) -> Material | None:
        """The one at the cursor."""
        return self._found[self.cursor] if self._found else None

    def show(self, found: Sequence[Material], draft: str) -> None:
        """Show material; what stands in the draft already is marked."""
        self._found = found
        self.mark(draft)
        self.renew()

    def mark(self, draft: str) -> None:
        """Mark what stands in the draft already."""
        inserted = {one.insert for one in self._found if one.insert.strip() in draft}
        if inserted != self._inserted:
            self._inserted = inserted
            self.redraw()

    def count(self) -> int:
        """Return how much there is."""
        return len(self._found)

    def draw(self, item: int, line: int, width: int) -> Strip:
        """Draw what it is and its words, then its source."""
        one = self._found[item]
        if line:
            return self.strip([("   " + plain(one.source), "muted")], width)
        sign = (f" {DONE} ", "success") if one.insert in self._inserted else (f" {POINTER} ", "disabled")
        kind = (fitted(one.kind.value, 10) + " ", _TONES[one.kind])
        return self.strip([sign, kind, (plain(one.text), "")], width)
