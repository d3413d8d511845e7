"""The runs of a replication, with the job that runs them at this desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import work
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from paperlab.tui.desk.jobs import JobState
from paperlab.tui.look.signs import CANCELLED, DONE, FAILED, RUNNING
from paperlab.tui.widgets.claims_table import RunsTable

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from paperlab.tui.app import DeskApp
    from paperlab.tui.desk.jobs import Job
    from paperlab.tui.views.replication_view import Loaded

_POLL_SECONDS = 2.0
_TAIL = 5
_SIGNS = {
    JobState.RUNNING: (RUNNING, "$accent"),
    JobState.DONE: (DONE, "$success"),
    JobState.FAILED: (FAILED, "$error"),
    JobState.CANCELLED: (CANCELLED, "$foreground-muted"),
}


class ReplicationRuns(Vertical):
    """What was run, what is under way, and what is left."""

    DEFAULT_CSS = """
    ReplicationRuns { height: 1fr; }
    ReplicationRuns > .summary { height: auto; padding: 0 1; color: $text-muted; }
    ReplicationRuns > RunsTable { height: 1fr; }
    ReplicationRuns > .job { height: auto; max-height: 9; padding: 0 1; border-top: hkey $panel; display: none; }
    ReplicationRuns > .job.-told { display: block; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._loaded: Loaded | None = None
        self._job: Job | None = None

    def compose(self) -> ComposeResult:
        """Lay out summary, table and job."""
        yield Static("", classes="summary", markup=False)
        yield RunsTable(id="runs-table")
        yield Static("", classes="job", markup=False)

    def on_mount(self) -> None:
        """Look again and again while something runs."""
        self.set_interval(_POLL_SECONDS, self._poll)

    @property
    def table(self) -> RunsTable:
        """The runs."""
        return self.query_one(RunsTable)

    def show(self, loaded: Loaded) -> None:
        """Show the runs of a replication."""
        if self._loaded is None or self._loaded.slug != loaded.slug:
            self._job = None
            self.table.show(())
        self._loaded = loaded
        self._refresh()
        self._show_job()

    def show_job(self, job: Job) -> None:
        """Show the last lines of the job that runs them."""
        if self._job is None or job.id >= self._job.id:
            self._job = job
            self._show_job()

    def _poll(self) -> None:
        live = any(row.state == "running" for row in self.table.rows)
        if live or (self._job is not None and self._job.state is JobState.RUNNING):
            self._refresh()

    @work(exclusive=True, group="runs")
    async def _refresh(self) -> None:
        from paperlab.tui.views.run_view import runs_of

        loaded = self._loaded
        if loaded is None or loaded.comparison is None:
            return
        comparison, app = loaded.comparison, cast("DeskApp", self.app)
        rows = await app.ask_lane(app.desk.papers, lambda _lab: runs_of(comparison), tag="runs")
        if rows is not None and loaded is self._loaded:
            self.table.show(rows)
            self._summarise()

    def _summarise(self) -> None:
        rows = self.table.rows
        counts = {word: sum(row.state == word for row in rows) for word in ("running", "counts", "not begun")}
        others = len(rows) - sum(counts.values())
        words = [f"count: {counts['counts']}"]
        words += [f"running: {counts['running']}"] if counts["running"] else []
        words += [f"do not count: {others}"] if others else []
        words += [f"not begun: {counts['not begun']}"] if counts["not begun"] else []
        self.query_one(".summary", Static).update("   ".join(words))

    def _show_job(self) -> None:
        shown, job = self.query_one(".job", Static), self._job
        shown.set_class(job is not None, "-told")
        if job is None:
            return
        sign, colour = _SIGNS[job.state]
        share = f" {job.fraction:.0%}" if job.fraction is not None and job.state is JobState.RUNNING else ""
        ended = "" if job.state is JobState.RUNNING else f": {job.outcome or job.state.value}"
        hint = "   x stops it" if job.state is JobState.RUNNING else ""
        head = Content.assemble((f"{sign}{share} {job.title}", f"bold {colour}"), ended, (hint, "$foreground-muted"))
        shown.update(
            Content("\n").join([head, *(Content.styled(line, "$foreground-muted") for line in job.said[-_TAIL:])])
        )
