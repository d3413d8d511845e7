"""The desk: switches between screens, does and undoes changes, watches the lab."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.app import App
from textual.binding import Binding

from paperlab.errors import PaperlabError
from paperlab.text import one_line
from paperlab.tui.changes import Change, History
from paperlab.tui.jobs import Jobs
from paperlab.tui.messages import LabChanged, Place
from paperlab.tui.screens.base import DeskScreen
from paperlab.tui.themes import THEMES
from paperlab.tui.watching import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.binding import BindingType
    from textual.screen import Screen

    from paperlab.lab import Lab
    from paperlab.tui.desk import Desk
    from paperlab.tui.lanes import Lane

T = TypeVar("T")
_POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """How the desk is drawn."""

    theme: str = "paperlab-dark"
    ascii: bool = False
    """Only signs every terminal has, and no pictures."""


def _late(module: str, name: str) -> Callable[[], Screen[Any]]:
    """Return what imports a screen and makes it when it is first shown."""

    def make() -> Screen[Any]:
        screen: Screen[Any] = getattr(import_module(f"paperlab.tui.screens.{module}"), name)()
        return screen

    return make


class DeskApp(App[None]):
    """The reading desk."""

    TITLE = "paperlab"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "library": _late("library", "LibraryScreen"),
        "annotations": _late("annotations", "AnnotationsScreen"),
        "ask": _late("ask", "AskScreen"),
        "replications": _late("replications", "ReplicationsScreen"),
        "newsletter": _late("newsletter", "NewsletterScreen"),
    }
    DEFAULT_MODE = "library"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "switch_mode('library')", "Library", show=False, id="go.library"),
        Binding("2", "switch_mode('annotations')", "Annotations", show=False, id="go.annotations"),
        Binding("3", "switch_mode('ask')", "Ask", show=False, id="go.ask"),
        Binding("4", "switch_mode('replications')", "Replications", show=False, id="go.replications"),
        Binding("5", "switch_mode('newsletter')", "Newsletter", show=False, id="go.newsletter"),
        Binding("u", "undo", "Undo", show=False, id="desk.undo"),
        Binding("U", "redo", "Do again", show=False, id="desk.redo"),
        Binding("question_mark", "help", "Help", key_display="?", id="desk.help"),
        Binding("q", "quit", "Quit", id="desk.quit"),
    ]

    def __init__(self, desk: Desk, look: Look | None = None) -> None:
        super().__init__()
        self.desk = desk
        self.look = look or Look()
        self.jobs = Jobs(self, desk.root)
        self.history = History()
        self._watcher = Watcher(desk.root)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self.look.theme

    async def on_mount(self) -> None:
        """Begin to watch the lab once the first screen stands."""
        self.set_interval(_POLL_SECONDS, self.look_for_changes)

    async def on_unmount(self) -> None:
        """Leave nothing running."""
        await self.jobs.close()
        self.desk.close()

    # What screens ask of the app

    def open_paper(self, key: str, place: Place | None = None) -> None:
        """Show a paper in the reader, at a place where one is given; a reader that shows it already goes there."""
        from paperlab.tui.screens.reader import ReaderScreen

        if isinstance(self.screen, ReaderScreen) and self.screen.key == key:
            self.screen.go_to(place)
        else:
            self.push_screen(ReaderScreen(key, place))

    async def ask_lane(self, lane: Lane, work: Callable[[Lab], T], *, tag: str = "") -> T | None:
        """Return what `work` returns; None where it was overtaken, or failed in a way the user is told of here."""
        try:
            return await lane.run(work, tag=tag)
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) and task.cancelling():
                raise
            return None
        except PaperlabError as error:
            self.tell(str(error), wrong=True)
            return None

    async def perform(self, change: Change) -> bool:
        """Do a change; it can be undone from then on. False where it failed, which the user was told."""
        if not await self._step(change.do):
            return False
        self.history.add(change)
        self.tell(change.text)
        await self.look_for_changes()
        return True

    def tell(self, message: str, *, wrong: bool = False) -> None:
        """Show the user one line for a while."""
        self.notify(one_line(message), severity="error" if wrong else "information", markup=False)

    async def look_for_changes(self) -> None:
        """Find out what changed in the lab's files and tell the screens."""
        change = await self.ask_lane(self.desk.marks, self._watcher.look, tag="watch")
        if change:
            for screen in self._all_screens():
                if isinstance(screen, DeskScreen) and screen.is_mounted:
                    screen.lab_changed(change)

    def _all_screens(self) -> Iterable[Screen[Any]]:
        return [screen for stack in self._screen_stacks.values() for screen in stack]

    async def _step(self, step: Callable[[Lab], Any]) -> bool:
        try:
            await self.desk.marks.run(step)
        except PaperlabError as error:
            self.tell(str(error), wrong=True)
            return False
        return True

    # Actions

    async def action_undo(self) -> None:
        """Take back the last change."""
        change = self.history.step_back()
        if change is None:
            self.tell("nothing to undo")
        elif await self._step(change.undo):
            self.tell(f"undone: {change.text}")
            await self.look_for_changes()
        else:
            self.history.step_forward()

    async def action_redo(self) -> None:
        """Do the change again that was undone last."""
        change = self.history.step_forward()
        if change is None:
            self.tell("nothing to do again")
        elif await self._step(change.do):
            self.tell(f"done again: {change.text}")
            await self.look_for_changes()
        else:
            self.history.step_back()

    def action_help(self) -> None:
        """Show what the keys of this screen do."""
        from paperlab.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen())


__all__ = ["DeskApp", "LabChanged", "Look"]
