"""What all screens of the desk have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.screen import Screen

from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from paperlab.tui.app import DeskApp
    from paperlab.tui.desk.desk import Desk
    from paperlab.tui.desk.jobs import Job
    from paperlab.tui.messages import LabChanged


class DeskScreen(Screen[None]):
    """A screen with the bar of places above and the keys below; subclasses give `body`.

    Every binding has an id (`library.read`), by which settings change its keys and by which it is printed.
    """

    BINDINGS: ClassVar[list[BindingType]] = []
    HELP_TEXT: ClassVar[str] = ""
    """What this screen is for, in Markdown, above its keys on the help page."""

    def compose(self) -> ComposeResult:
        """Lay out bar, body and keys."""
        yield TopBar()
        yield from self.body()
        yield KeyBar()

    def body(self) -> ComposeResult:
        """Yield what stands between the bars."""
        yield from ()

    @property
    def desk_app(self) -> DeskApp:
        """The app, by its own type."""
        return cast("DeskApp", self.app)

    @property
    def desk(self) -> Desk:
        """The lab on the desk."""
        return self.desk_app.desk

    @property
    def top_bar(self) -> TopBar:
        """The bar of places."""
        return self.query_one(TopBar)

    def lab_changed(self, change: LabChanged) -> None:
        """Take in what changed in the lab, by this desk or by others."""

    def job_changed(self, job: Job) -> None:
        """Take in that a job began, went on or ended; the bar of places shows it without this."""

    def save_typed(self) -> None:
        """Hand what is typed and not kept yet to a lane (`self.desk.marks.submit(...)`, without a tag).

        Called before the desk ends, whatever ends it: a key, an error, a signal, a terminal that went away. Lanes do
        what was handed to them before they close. Modal screens may have a method of this name, too.
        """
