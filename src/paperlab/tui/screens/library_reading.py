"""How the library's screen reads the lab: rows first, lists, verdicts and details behind them; then what changes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import work

from paperlab.tui.screens.library_actions import PaperActions
from paperlab.tui.views import listing
from paperlab.tui.views.outcomes import Outcomes
from paperlab.tui.views.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from paperlab.lab import Lab
    from paperlab.tui.messages import LabChanged
    from paperlab.tui.views.outcomes import Tested
    from paperlab.tui.views.rows import Shelved
    from paperlab.types import PaperRow

_MANY_CHANGED = 1_000
"""Papers from which on all rows are read anew."""


class LibraryReading(PaperActions):
    """Keeps `rows` and `tested` as the lab has them."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = Rows()
        self.loaded = False
        """Whether the lab was read at all."""
        self.problems: tuple[str, ...] = ()
        """What is wrong with records and reading lists."""
        self._out_of_date: set[str] = set()
        """Papers that changed since their rows were read."""
        self.tested: dict[str, tuple[Tested, ...]] = {}
        self._outcomes = Outcomes()
        """By paper what came out of its replications."""

    @property
    def rows(self) -> Rows:
        """All papers."""
        return self._rows

    # What the screen gives

    def show_rows(self, *, top: bool = False) -> None:
        """Show the rows that are in view."""
        raise NotImplementedError

    def show_beside(self) -> None:
        """Show lists and verdicts."""
        raise NotImplementedError

    def renew_details(self) -> None:
        """Read and show the details of the paper at the cursor anew."""
        raise NotImplementedError

    def search_texts(self) -> None:
        """Search the full texts for what is typed."""
        raise NotImplementedError

    @property
    def shown_details(self) -> str | None:
        """The paper whose details are shown."""
        raise NotImplementedError

    # Reading the lab

    def begin(self) -> None:
        """Show the papers: at once where they were read while the desk was being made ready."""
        first, self.desk.first_rows = self.desk.first_rows, None
        if first is not None and first.done() and not first.cancelled() and first.exception() is None:
            self._begin_with(Rows(first.result()))
        else:
            self.reload()

    def reload(self) -> None:
        """Show what the lab has."""
        self.run_worker(self._load(), exclusive=True, group="load")

    async def _load(self) -> None:
        before = self._rows
        rows = await self.desk_app.ask_lane(self.desk.marks, partial(listing.read_rows, before=before), tag="rows")
        if rows is not None:
            self._begin_with(rows)

    def _begin_with(self, rows: Rows) -> None:
        self.loaded = True
        self._take(rows)
        if self.is_attached:
            self.call_after_refresh(self._load_rest)

    @work(exclusive=True, group="rest")
    async def _load_rest(self) -> None:
        await self._load_lists()
        await self._load_verdicts()
        await self._load_problems()

    async def _load_lists(self) -> None:
        lists = await self.desk_app.ask_lane(self.desk.marks, listing.read_lists, tag="lists")
        if lists is None:
            return
        while True:  # what others changed meanwhile must not be lost
            rows = self._rows
            work_of = partial(_with_lists, rows, lists)
            ready = await self.desk_app.ask_lane(self.desk.marks, work_of, tag="ready")
            if ready is None:
                return
            if self._rows is rows:
                self._take(ready)
                return

    async def _load_problems(self) -> None:
        problems = await self.desk_app.ask_lane(self.desk.marks, listing.read_problems, tag="problems")
        if problems is not None and problems != self.problems and self.is_attached:
            self.problems = problems
            self.show_rows()

    async def _load_verdicts(self) -> None:
        tested = await self.desk_app.ask_lane(self.desk.papers, self._outcomes.read, tag="verdicts")
        if tested is not None and self.is_attached:
            self.tested = tested
            self.show_beside()
            self.renew_details()

    def lab_changed(self, change: LabChanged) -> None:
        """Take in what changed; cursor, selection and scroll position stay."""
        if len(change.papers) > _MANY_CHANGED or not self.loaded:
            self.reload()
        elif change.papers:
            self._out_of_date |= change.papers
            self.run_worker(self._read_changed(), group="changed")
        if change.lists:
            self.run_worker(self._load_lists(), exclusive=True, group="lists")
        if change.lists or change.papers:
            self.run_worker(self._load_problems(), exclusive=True, group="problems")
        if change.replications:
            self.run_worker(self._load_verdicts(), exclusive=True, group="verdicts")
        if change.index:
            self.search_texts()
        if self.shown_details in change.texts | change.papers or change.index:
            self.renew_details()

    async def _read_changed(self) -> None:
        """Read what is out of date; what another order overtakes is read by that one."""
        while self._out_of_date:
            before, keys = self._rows, frozenset(self._out_of_date)
            work_of = partial(listing.read_changed, before=before, keys=keys)
            rows = await self.desk_app.ask_lane(self.desk.marks, work_of, tag="changed")
            if rows is None:
                return
            if self._rows is before:
                self._out_of_date -= keys
                self._take(rows)

    def show_at_once(self, keys: list[str], change: Callable[[PaperRow], PaperRow]) -> None:
        """Show rows as they will be; what the lab says replaces them."""
        self._take(self._rows.with_rows({key: change(self._rows.by_key[key]) for key in keys}))

    def _take(self, rows: Rows) -> None:
        """Show other rows."""
        self._rows = rows
        if self.is_attached:
            self.show_beside()
            self.show_rows()


def _with_lists(rows: Rows, lists: tuple[Shelved, ...], _lab: Lab) -> Rows:
    return Rows(rows.library, lists, rows).prepare()
