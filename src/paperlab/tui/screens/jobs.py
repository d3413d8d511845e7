"""Jobs that run or ran: how far they are, what they say; they are stopped and started again here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from rich.cells import cell_len
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from paperlab.text import one_line, roughly
from paperlab.tui.desk.jobs import Job, JobState
from paperlab.tui.look import signs

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from paperlab.tui.app import DeskApp

_TALK = 8
_TICK = 1.0
_SIGNS = {
    JobState.RUNNING: (signs.RUNNING, "$accent"),
    JobState.DONE: (signs.DONE, "$success"),
    JobState.FAILED: (signs.FAILED, "$error"),
    JobState.CANCELLED: (signs.CANCELLED, "dim"),
}


class JobsScreen(ModalScreen[None]):
    """The jobs of this desk, the newest first."""

    HELP_TEXT = (
        "Long work runs in processes of its own, so that you can go on reading. A job that is stopped keeps what it "
        "finished; started again, it goes on from there."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Next", show=False, id="jobs.next"),
        Binding("k,up", "move(-1)", "Before", show=False, id="jobs.before"),
        Binding("c,delete", "stop", "Stop", id="jobs.stop"),
        Binding("r", "again", "Again", id="jobs.again"),
        Binding("escape,q,J", "leave", "Back", id="jobs.leave"),
    ]
    DEFAULT_CSS = """
    JobsScreen { align: center middle; }
    JobsScreen > Vertical {
        width: 90; max-width: 100%; height: auto; max-height: 100%; min-height: 6;
        padding: 0 1; border: round $primary; background: $surface;
        border-title-color: $primary; border-subtitle-color: $text-muted;
    }
    JobsScreen.-ascii > Vertical { border: ascii $primary; }
    JobsScreen OptionList, JobsScreen OptionList:focus {
        border: none; padding: 0; background: $surface; height: auto; max-height: 65vh;
        background-tint: $surface 0%;
    }
    JobsScreen OptionList > .option-list--option-highlighted { background: $primary 18%; color: $foreground; }
    JobsScreen OptionList:focus > .option-list--option-highlighted {
        background: $primary 18%; color: $foreground; text-style: none;
    }
    JobsScreen .talk { height: auto; max-height: 9; color: $text-muted; padding: 1 0 0 0; }
    JobsScreen .empty { padding: 1 1; height: auto; }
    """

    def compose(self) -> ComposeResult:
        """Lay out list and talk."""
        with Vertical() as box:
            box.border_title = "Jobs"
            box.border_subtitle = "c stop   r again   esc back"
            yield OptionList()
            yield Static(classes="talk", markup=False)
            yield Static(
                "Nothing runs, and nothing ran yet.\n\nFetching, indexing and replications show here.",
                classes="empty",
                markup=False,
            )

    @property
    def _jobs(self) -> list[Job]:
        return cast("DeskApp", self.app).jobs.all[::-1]

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    @property
    def chosen(self) -> Job | None:
        """The job at the cursor."""
        at = self._list.highlighted
        jobs = self._jobs
        return jobs[at] if at is not None and at < len(jobs) else None

    def on_mount(self) -> None:
        """Show the jobs, and their time as it goes by."""
        self._draw()
        self.set_interval(_TICK, self._draw)

    def on_resize(self) -> None:
        """Draw the bars as wide as there is room for."""
        self._draw()

    def job_changed(self, _job: Job) -> None:
        """Show a job's step."""
        self._draw()

    def on_option_list_option_highlighted(self) -> None:
        """Show what the job at the cursor says."""
        self._draw_talk()

    def _draw(self) -> None:
        jobs, shown = self._jobs, self._list
        self.query_one(".empty").display = not jobs
        shown.display = bool(jobs)
        width = shown.scrollable_content_region.width - 2 if shown.size.width else 70
        lines = [_line(job, max(20, width)) for job in jobs]
        if shown.option_count == len(lines):
            for number, line in enumerate(lines):
                shown.replace_option_prompt_at_index(number, line)
        else:
            at = self.chosen.id if self.chosen and shown.option_count else None
            shown.set_options([Option(line, id=str(job.id)) for job, line in zip(jobs, lines, strict=True)])
            shown.highlighted = next((n for n, job in enumerate(jobs) if job.id == at), 0) if jobs else None
        self._draw_talk()

    def _draw_talk(self) -> None:
        job = self.chosen
        talk = self.query_one(".talk", Static)
        lines = job.said if job else []
        talk.display = bool(lines)
        width = max(10, talk.content_size.width or 70)
        talk.update(
            Content("\n".join(Content(one_line(line)).truncate(width, ellipsis=True).plain for line in lines[-_TALK:]))
        )

    # Actions

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        if by > 0:
            self._list.action_cursor_down()
        else:
            self._list.action_cursor_up()

    def action_stop(self) -> None:
        """Interrupt the job at the cursor."""
        if job := self.chosen:
            cast("DeskApp", self.app).jobs.cancel(job)

    def action_again(self) -> None:
        """Start a job that has ended once more."""
        if (job := self.chosen) and job.state is not JobState.RUNNING:
            cast("DeskApp", self.app).jobs.retry(job)

    def action_leave(self) -> None:
        """Close this."""
        self.dismiss()


def _line(job: Job, width: int) -> Content:
    """Return a job in two lines: sign, title and time; under it the bar, or what came of it."""
    sign, colour = _SIGNS[job.state]
    time = roughly(job.seconds)
    title = Content(one_line(job.title)).truncate(max(4, width - cell_len(time) - 4), ellipsis=True)
    gap = " " * max(1, width - 3 - title.cell_length - cell_len(time))
    first = Content.assemble((sign, colour), " ", title.stylize("bold"), gap, (time, "dim"))
    return first + Content("\n  ") + (_bar(job, width - 3) if job.state is JobState.RUNNING else _end(job, width - 3))


def _end(job: Job, width: int) -> Content:
    colour = "$error" if job.state is JobState.FAILED else "dim"
    return Content(job.outcome or "done").truncate(max(4, width), ellipsis=True).stylize(colour)


def _bar(job: Job, width: int) -> Content:
    if job.fraction is None:
        said = one_line(f"{job.stage} {job.label}") or (job.said[-1] if job.said else "starting")
        return Content(said).truncate(max(4, width), ellipsis=True).stylize("dim")
    cells = max(4, min(30, width - 24))
    full = round(job.fraction * cells)
    left = f", {roughly(job.seconds_left)} left" if job.seconds_left is not None else ""
    after = Content(f" {job.fraction:4.0%} {job.stage}{left}  {job.label}").truncate(
        max(4, width - cells), ellipsis=True
    )
    return Content.assemble(
        (signs.BAR_DONE * full, "$success"),
        (signs.BAR_LEFT * (cells - full), "dim"),
        after.stylize("dim"),
    )
