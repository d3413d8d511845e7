"""The first screen of a new lab: what to do, each by one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from paperlab.tui.desk.jobs import JobState

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from paperlab.tui.app import DeskApp
    from paperlab.tui.desk.jobs import Job

_FIRST_LIST = "model-merging"
_STEPS = (
    ("s", "sample", "Look around with four sample papers", "they come with paperlab: no network, half a minute"),
    ("f", "fetch", f"Fetch the reading list {_FIRST_LIST}", "from arXiv, one paper in three seconds"),
)
_COMMANDS = (
    ("paperlab fetch 1512.03385", "a paper, by id or URL"),
    ("paperlab add FILE.pdf FOLDER", "PDFs you have"),
    ("paperlab list import refs.bib", "a list: BibTeX, Markdown, CSV"),
)


class WelcomeScreen(ModalScreen[None]):
    """Greets with what to do; it never comes again by itself once there are papers."""

    HELP_TEXT = "What to do first in a new lab. It is also in the command palette: *First steps*."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "sample", "Add the sample papers", id="welcome.sample"),
        Binding("f", "fetch", f"Fetch the list {_FIRST_LIST}", id="welcome.fetch"),
        Binding("escape,enter,q", "leave", "To the library", id="welcome.leave"),
    ]
    DEFAULT_CSS = """
    WelcomeScreen { align: center middle; }
    WelcomeScreen > VerticalScroll {
        width: 74; max-width: 100%; height: auto; max-height: 100%;
        padding: 1 2; border: round $primary; background: $surface;
        border-title-color: $primary; border-title-style: bold; border-subtitle-color: $text-muted;
    }
    WelcomeScreen.-ascii > VerticalScroll { border: ascii $primary; }
    WelcomeScreen Static { height: auto; }
    WelcomeScreen .step { padding: 1 0 0 0; pointer: pointer; }
    WelcomeScreen .step:hover { background: $panel; }
    WelcomeScreen .said { padding: 1 0 0 0; color: $accent; display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._job: Job | None = None
        """What this screen began last."""

    def compose(self) -> ComposeResult:
        """Lay out the steps."""
        with VerticalScroll() as box:
            box.border_title = "Welcome"
            box.border_subtitle = "esc to the library"
            yield Static(_greeting())
            for key, name, text, how in _STEPS:
                yield Static(_step(key, text, how), classes="step", id=name)
            yield Static(_commands())
            yield Static(classes="said", markup=False)

    @property
    def _desk_app(self) -> DeskApp:
        return cast("DeskApp", self.app)

    def on_key(self, event: events.Key) -> None:
        """Leave by the key of a place: it goes there."""
        for binding in self._desk_app._bindings.key_to_bindings.get(event.key, ()):
            if (binding.id or "").startswith("go."):
                event.stop()
                self.dismiss()
                self.app.call_later(self.app.run_action, binding.action)

    def on_click(self, event: object) -> None:
        """Do the step that was clicked."""
        widget = getattr(event, "widget", None)
        if widget is not None and widget.id in {"sample", "fetch"}:
            self.call_later(self.run_action, f"screen.{widget.id}")

    def action_sample(self) -> None:
        """Add the sample papers and index them."""
        root = str(self._desk_app.desk.root)
        arguments = ("init", root, "--samples")
        self._follow(self._desk_app.jobs.start("add the sample papers", arguments, told="they are in the library"))

    def action_fetch(self) -> None:
        """Fetch the first list, and index it."""
        self._follow(self._desk_app.jobs.start(f"fetch {_FIRST_LIST}", ("fetch", _FIRST_LIST)))

    def _follow(self, job: Job) -> None:
        self._job = job
        self._say(f"{job.title} ...")

    def job_changed(self, job: Job) -> None:
        """Index what came; leave when the first papers can be read."""
        if job is not self._job:
            return
        if job.state is JobState.RUNNING:
            part = f" {job.fraction:.0%}" if job.fraction is not None else ""
            self._say(f"{job.title}{part} ...")
        elif job.state is not JobState.DONE:
            self._say(f"{job.title}: {job.outcome}")
        elif job.arguments[0] in {"init", "fetch"}:
            self._follow(self._desk_app.jobs.start("index the new papers", ("index",)))
        elif job.arguments[0] == "index":
            self.dismiss()

    def _say(self, words: str) -> None:
        line = self.query_one(".said", Static)
        line.display = True
        line.update(Content(words))

    def action_leave(self) -> None:
        """Go to the library; what was begun goes on."""
        self.dismiss()


def _greeting() -> Content:
    return Content(
        "This is your reading desk: read papers, mark what matters, ask them questions, and find out whether their "
        "numbers hold. This is how papers come into it."
    )


def _step(key: str, text: str, how: str) -> Content:
    return Content.assemble((f" {key} ", "$text reverse bold"), "  ", (text, "bold"), "\n     ", (how, "dim"))


def _commands() -> Content:
    width = max(len(command) for command, _about in _COMMANDS)
    lines = [
        Content.assemble("  ", (command.ljust(width), "$accent"), "  ", (about, "dim")) for command, about in _COMMANDS
    ]
    heading = Content("\nOr, from a shell; what comes shows up here by itself:\n")
    return heading + Content("\n").join(lines)
