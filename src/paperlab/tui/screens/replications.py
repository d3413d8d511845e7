"""The replications: what they tested, what came out, the table cell beside our runs, and running them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import ContentSwitcher, Static

from paperlab.tui.screens.base import DeskScreen
from paperlab.tui.screens.replication_words import HELP, NO_REPLICATIONS, Listing, caption_of, head_of, place_of
from paperlab.tui.typing_ahead import TypingAhead
from paperlab.tui.widgets.claim_details import ClaimDetails
from paperlab.tui.widgets.claims_table import ClaimsTable, ReplicationList
from paperlab.tui.widgets.replication_runs import ReplicationRuns
from paperlab.tui.widgets.view_bar import ViewBar

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

    from paperlab.tui.desk.jobs import Job
    from paperlab.tui.messages import LabChanged
    from paperlab.tui.views.replication_view import ClaimRow, Loaded
    from paperlab.tui.widgets.plot import ClaimPlot

_VIEWS = (("claims", "c", "Claims"), ("runs", "r", "Runs"), ("plot", "p", "Plot"), ("report", "t", "Report"))
_PAUSE = 0.2
"""Seconds that the cursor rests on a claim before its picture is fetched."""
_MOST_PICTURES = 30


class ReplicationsScreen(TypingAhead, DeskScreen):
    """Replications at the left; claims, runs, plots and report of the chosen one."""

    HELP_TEXT: ClassVar[str] = HELP
    OPENING = frozenset({"run", "new"})
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (64, "-narrow"), (110, "-wide")]  # noqa: RUF012 - as Textual declares it
    DEFAULT_CSS = """
    ReplicationsScreen {
        #slugs { width: 24; border-right: vkey $panel; padding-top: 1; }
        &.-wide #slugs { width: 36; }
        &.-tiny #slugs { width: 100%; height: 4; border-right: none; padding-top: 0; }
        &.-tiny > Horizontal { layout: vertical; }
        #one { width: 1fr; }
        #head { height: auto; max-height: 4; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        ContentSwitcher { height: 1fr; }
        #claims { height: 1fr; }
        #table { height: 2fr; min-height: 4; border-bottom: hkey $panel; }
        #details { height: 3fr; }
        #report { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
        &.-ascii #slugs { border-right: ascii $panel; }
        &.-ascii #table { border-bottom: ascii $panel; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_paper", "Open the paper here", id="replications.paper"),
        Binding("c", "view('claims')", "Claims", show=False, id="replications.claims"),
        Binding("r", "view('runs')", "Runs", show=False, id="replications.runs"),
        Binding("p", "view('plot')", "Plot", id="replications.plot"),
        Binding("t", "view('report')", "Report", show=False, id="replications.report"),
        Binding("R", "run", "Run", priority=True, id="replications.run"),
        Binding("x", "stop", "Stop its job", show=False, id="replications.stop"),
        Binding("n", "new", "New", priority=True, id="replications.new"),
        Binding("m", "report", "Compare and report", show=False, id="replications.compare"),
        Binding("T", "tier", "Tier", show=False, id="replications.tier"),
        Binding("z", "picture", "Picture", show=False, id="replications.picture"),
        Binding("escape", "back", "Back", show=False, id="replications.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._loaded: dict[str, Loaded] = {}
        self._tiers: dict[str, str] = {}
        self._pictures: dict[tuple[str, str, str], bytes | None] = {}
        self._listing = Listing()
        self._due: Timer | None = None

    def body(self) -> ComposeResult:
        """Yield the list and the panes."""
        with Horizontal():
            yield ReplicationList(id="slugs")
            with Vertical(id="one"):
                yield Static("", id="head", markup=False)
                yield ViewBar(_VIEWS, id="views")
                with ContentSwitcher(initial="claims"):
                    with Vertical(id="claims"):
                        yield ClaimsTable(id="table")
                        yield ClaimDetails(id="details")
                    yield ReplicationRuns(id="runs")

    # Parts

    @property
    def listed(self) -> ReplicationList:
        """All replications."""
        return self.query_one("#slugs", ReplicationList)

    @property
    def table(self) -> ClaimsTable:
        """The claims of the chosen one."""
        return self.query_one("#table", ClaimsTable)

    @property
    def details(self) -> ClaimDetails:
        """What is to say of the claim at the cursor."""
        return self.query_one("#details", ClaimDetails)

    @property
    def runs(self) -> ReplicationRuns:
        """The runs of the chosen one."""
        return self.query_one("#runs", ReplicationRuns)

    @property
    def view(self) -> str:
        """Which pane is seen: claims, runs, plot or report."""
        return self.query_one(ContentSwitcher).current or "claims"

    @property
    def slug(self) -> str:
        """The chosen replication; empty where there is none."""
        chosen = self.listed.chosen
        return chosen.slug if chosen else ""

    @property
    def loaded(self) -> Loaded | None:
        """What is known of it so far."""
        return self._loaded.get(self.slug)

    # Loading

    def on_mount(self) -> None:
        """Load the list."""
        self.listed.focus()
        self.details.show(None, empty="reading ...")
        self._load_list()

    @work(exclusive=True, group="list")
    async def _load_list(self) -> None:
        from paperlab.tui.views.verdict_view import overview

        found = await self.desk_app.ask_lane(self.desk.marks, overview, tag="replications")
        if found is None:
            return
        at = self._listing.just_made(found)
        self.listed.show([self._listing.counted(one, self._loaded.get(one.slug)) for one in found], at)
        if found:
            self._load_one(self.slug)
        else:
            self.table.show(())
            self.query_one("#head", Static).update("")
            self.details.show(None, empty=NO_REPLICATIONS)

    @work(exclusive=True, group="one")
    async def _load_one(self, slug: str) -> None:
        """Show a replication as it was kept, then with its verdicts computed now."""
        from paperlab.tui.views.replication_view import comparison_of, kept_of

        if not slug:
            return
        known = self._loaded.get(slug)
        if known is None:
            known = await self.desk_app.ask_lane(self.desk.papers, lambda lab: kept_of(lab, slug), tag="replication")
            if known is None:
                return
            self._take(slug, known)
        else:
            self._show_one(known)
        tier = self._tiers.get(slug)
        found = await self.desk_app.ask_lane(
            self.desk.papers, lambda lab: comparison_of(lab, slug, tier), tag="comparison"
        )
        if found is not None:
            self._take(slug, found)

    def _take(self, slug: str, found: Loaded) -> None:
        self._loaded[slug] = found
        self.listed.show_stale(slug, len(found.stale))
        self.listed.take_counts(slug, self._listing.take(found))
        if slug == self.slug:
            self._show_one(found)

    def _show_one(self, loaded: Loaded) -> None:
        self.query_one("#head", Static).update(head_of(loaded))
        anew = self.table.slug != loaded.slug
        self.table.slug = loaded.slug
        self.table.show(loaded.rows, anew=anew)
        self.runs.show(loaded)
        self._show_claim(keep=not anew)
        self._fill_view()

    # The claim at the cursor

    @property
    def claim(self) -> ClaimRow | None:
        """The claim at the cursor."""
        return self.table.chosen

    def _show_claim(self, *, keep: bool = False) -> None:
        from paperlab.tui.views.replication_view import detail_of

        loaded, row = self.loaded, self.claim
        if loaded is None or row is None:
            empty = "comparing ..." if loaded and not loaded.problem and not loaded.comparison else "No claims yet."
            self.details.show(None, empty=empty)
            return
        at = self.details.scroll_offset.y
        self.details.show(detail_of(loaded, row.id))
        if keep:
            self.details.scroll_to(y=at, animate=False)
        if self._due:
            self._due.stop()
        key = (loaded.slug, loaded.tier, row.id)
        if key in self._pictures:
            self.details.show_picture(self._pictures[key], caption_of(row))
        elif loaded.comparison and row.page:
            self._due = self.set_timer(_PAUSE, self._fetch_picture)

    @work(exclusive=True, group="picture")
    async def _fetch_picture(self) -> None:
        from paperlab.tui.views.replication_view import cell_of

        loaded, row = self.loaded, self.claim
        if loaded is None or row is None or loaded.comparison is None:
            return
        comparison, claim = loaded.comparison, row.id
        png = await self.desk_app.ask_lane(self.desk.papers, lambda lab: (cell_of(lab, comparison, claim),), tag="cell")
        if png is None:
            return
        while len(self._pictures) >= _MOST_PICTURES:
            self._pictures.pop(next(iter(self._pictures)))
        self._pictures[loaded.slug, loaded.tier, claim] = png[0]
        if self.claim is not None and (self.slug, self.claim.id) == (loaded.slug, claim):
            self.details.show_picture(png[0], caption_of(row))

    # Views

    def action_view(self, name: str) -> None:
        """Show claims, runs, plot or report."""
        self._mount_view(name)
        self.query_one(ContentSwitcher).current = name
        self.query_one(ViewBar).chosen = name
        self._fill_view()
        self._focus_view()

    @on(ViewBar.Chosen)
    def _view_clicked(self, event: ViewBar.Chosen) -> None:
        self.action_view(event.name)

    def _mount_view(self, name: str) -> None:
        """Make a pane when it is first seen: plots and Markdown take long to import."""
        switcher = self.query_one(ContentSwitcher)
        if name == "plot" and not self.query("#plot"):
            from paperlab.tui.widgets.plot import ClaimPlot

            switcher.mount(ClaimPlot(id="plot"))
        elif name == "report" and not self.query("#report"):
            from paperlab.tui.widgets.report_view import ReportView

            switcher.mount(ReportView(id="report"))

    def _focus_view(self) -> None:
        wanted = {"claims": "#table", "runs": "#runs-table"}.get(self.view, f"#{self.view}")
        self.call_after_refresh(lambda: self.query_one(wanted).focus())

    def _fill_view(self) -> None:
        if self.view == "plot":
            self._fill_plot()
        elif self.view == "report":
            self._fill_report()

    @work(exclusive=True, group="plot")
    async def _fill_plot(self) -> None:
        from paperlab.tui.views.replication_view import curves_for

        loaded, row = self.loaded, self.claim
        plot: ClaimPlot = self.query_one("#plot")  # type: ignore[assignment]
        if loaded is None or row is None:
            plot.show((), "")
            return
        title = f"{row.id}: {row.text}"
        specs = loaded.plots.get(row.id, ())
        waits = "nothing was measured yet" if loaded.comparison else loaded.problem or "comparing ..."
        plot.show(specs, title, empty=waits)
        if loaded.comparison is not None and specs:
            curves = await self.desk_app.ask_lane(self.desk.papers, lambda _: curves_for(loaded, row.id), tag="curves")
            if curves:
                plot.add(curves)

    @work(exclusive=True, group="report")
    async def _fill_report(self) -> None:
        from paperlab.tui.views.replication_view import report_of

        slug = self.slug
        if (
            slug
            and (text := await self.desk_app.ask_lane(self.desk.papers, lambda lab: report_of(lab, slug))) is not None
        ):
            await self.query_one("#report").show(slug, text)  # type: ignore[attr-defined]

    # What the user does

    @on(ReplicationList.Moved, "#slugs")
    def _other_replication(self) -> None:
        self._load_one(self.slug)

    @on(ReplicationList.Opened, "#slugs")
    def _into_claims(self) -> None:
        self._focus_view()

    @on(ClaimsTable.Moved, "#table")
    def _other_claim(self) -> None:
        self._show_claim()

    @on(ClaimsTable.Opened, "#table")
    async def action_open_paper(self) -> None:
        """Open the paper where the claim was read."""
        row = self.claim
        if row is None or not row.paper:
            return
        key = row.paper
        there = await self.desk_app.ask_lane(self.desk.marks, lambda lab: lab.library.has(key))
        if there is False:
            self.desk_app.tell(f"{key} is not in the library: 'paperlab fetch {key}' gets it", wrong=True)
        elif there:
            self.desk_app.open_paper(key, place_of(row))

    def action_picture(self) -> None:
        """Go to the picture of the cell: + and - zoom, arrows move."""
        if self.details.has_class("-picture"):
            self.details.picture.focus()
            self.details.picture.scroll_visible(animate=False)

    def action_back(self) -> None:
        """Go from the picture or the details to the table, from there to the list."""
        focused = self.focused
        if self.view != "claims":
            self.action_view("claims")
        elif focused in {self.details, self.details.picture}:
            self.table.focus()
        else:
            self.listed.focus()

    def action_run(self) -> None:
        """Choose a tier and seeds, ask, and run."""
        from paperlab.tui.screens.replication_asking import ask_and_run, held

        if self.slug:
            self.run_worker(held(self, ask_and_run(self.desk_app, self.slug, self._show_tier)), group="ask")

    def action_new(self) -> None:
        """Make a replication of a paper."""
        from paperlab.tui.screens.replication_asking import ask_and_make, held

        self.run_worker(held(self, ask_and_make(self.desk_app)), group="ask")

    def action_report(self) -> None:
        """Compare anew and write the report."""
        if loaded := self.loaded:
            tier = ("--tier", self._tiers[self.slug]) if self.slug in self._tiers else ()
            self.desk_app.jobs.start(f"report on {loaded.slug}", ("replicate", "report", loaded.slug, *tier))

    def action_stop(self) -> None:
        """Stop the job of this replication; what it finished is kept."""
        for job in self.desk_app.jobs.running:
            if self.slug in job.arguments:
                self.desk_app.jobs.cancel(job)

    def _show_tier(self, slug: str, tier: str) -> None:
        self._tiers[slug] = tier
        self._load_one(self.slug)

    @work(exclusive=True, group="ask")
    async def action_tier(self) -> None:
        """Hold the paper against the runs of another tier."""
        from paperlab.tui.screens.replication_asking import ask_tier

        loaded = self.loaded
        if loaded and (chosen := await ask_tier(self.desk_app, loaded)):
            self._show_tier(loaded.slug, chosen)

    # What others do

    def lab_changed(self, change: LabChanged) -> None:
        """Take in new runs, claims and results."""
        if change.replications:
            self._loaded = {slug: one for slug, one in self._loaded.items() if slug == self.slug}
            self._load_list()
        if change.papers:
            self._pictures.clear()

    def job_changed(self, job: Job) -> None:
        """Show how far the job of this replication is."""
        if job.arguments[:2] == ("replicate", "new"):
            self._listing.awaits_new = True
        if self.slug and self.slug in job.arguments:
            self.runs.show_job(job)
