"""The window in which an annotation's comment and colour are changed. Nothing typed is lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static, TextArea

from paperlab.errors import PaperlabError
from paperlab.text import clean, one_line
from paperlab.tui.screens.dialogs import Asking
from paperlab.tui.widgets.colours import ColourRow, colour_value

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

    from paperlab.types import Annotation

    Save = Callable[[str | None, str | None], Future[None]]

_PAUSE = 0.7
"""Seconds without a key after which the comment is saved."""


class CommentEditor(Asking[None]):
    """An annotation's quote, colour and comment; both are saved as they change and when it is left, however that is.

    Escape leaves it. A comment that could not be saved stays on the screen; a second escape gives it up.
    """

    DEFAULT_CSS = """
    CommentEditor {
        & > .box { width: 84; height: 20; max-height: 100%; }
        .quote { height: auto; max-height: 6; margin-bottom: 1; padding-left: 1; border-left: outer $primary; }
        .quote Static { color: $text-muted; }
        &.-ascii .quote { border-left: ascii $primary; }
        &.-low .quote { display: none; }
        TextArea, TextArea:focus { border: none; padding: 0 1; margin-top: 1; background: $panel; height: 1fr; }
        &.-low TextArea { margin-top: 0; }
        .state { color: $text-muted; height: 1; margin-top: 1; }
        &.-low .state { margin-top: 0; }
        .state.-wrong { color: $error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(f"alt+{digit}", f"colour({digit})", "Colour", show=False, id=f"comment.colour_{digit}")
            for digit in range(1, 9)
        ),
        Binding("ctrl+s", "leave", "Save and close", show=False, id="comment.close"),
    ]

    def __init__(self, annotation: Annotation, save: Save, title: str = "") -> None:
        """`save(comment, colour)` hands to a lane what changed since the last time, None for what did not.

        Its future raises PaperlabError where that cannot be kept.
        """
        super().__init__(title or ("Comment" if annotation.quote else "Note"))
        self._quote = clean(annotation.quote)
        self.saved = (annotation.comment, annotation.colour)
        """Comment and colour as they were saved last."""
        self._save = save
        self._one_at_a_time = asyncio.Lock()
        self._timer: Timer | None = None
        self._gives_up = False
        self.area = TextArea(clean(annotation.comment), compact=True, highlight_cursor_line=False)
        self.colours = ColourRow(annotation.colour)

    def inside(self) -> ComposeResult:
        """Yield quote, colours, comment and whether it is saved."""
        if self._quote:
            with VerticalScroll(classes="quote", can_focus=False) as quote:
                quote.styles.border_left = (quote.styles.border_left[0] or "outer", colour_value(self.saved[1]))
                yield Static(Content(f"“{self._quote}”"))
        yield self.colours
        yield self.area
        yield Static("", classes="state", markup=False)

    def on_mount(self) -> None:
        """Begin behind what is written."""
        self.area.move_cursor(self.area.document.end)
        self.begin_at(self.area)
        self._tell("escape saves and closes · tab goes to the colours")

    def on_text_area_changed(self) -> None:
        """Save once the typing pauses."""
        if self.changed:
            self._later()

    def on_colour_row_chosen(self, event: ColourRow.Chosen) -> None:
        """Show the colour at the quote, and save it."""
        for quote in self.query(".quote"):
            quote.styles.border_left = (quote.styles.border_left[0] or "outer", colour_value(event.colour))
        self._later()

    def on_descendant_blur(self) -> None:
        """Save when something else gets the focus."""
        self._now()

    def on_app_blur(self) -> None:
        """Save when the terminal loses the focus."""
        self._now()

    def on_unmount(self) -> None:
        """Save what is left: there will be no other time."""
        if not self._gives_up:
            self.save_typed()

    def save_typed(self) -> None:
        """Hand what is left to the lane, which writes it even while the desk ends."""
        if self.changed:
            self._save(*self._changes)

    @property
    def words(self) -> tuple[str, str]:
        """Comment and colour as they stand there now."""
        return self.area.text.rstrip(), self.colours.colour

    @property
    def changed(self) -> bool:
        """Whether there is anything to save."""
        return self._changes != (None, None)

    @property
    def _changes(self) -> tuple[str | None, str | None]:
        """Comment and colour as they are to be saved; None for what nobody changed here, since others may have."""
        comment, colour = self.words
        return (
            None if comment == clean(self.saved[0]).rstrip() else comment,
            None if colour == self.saved[1] else colour,
        )

    def action_colour(self, number: int) -> None:
        """Choose a colour without leaving the comment."""
        self.colours.choose(number)

    def action_leave(self) -> None:
        """Close once all is saved; what cannot be saved is said once, then given up."""
        self.run_worker(self._leave(), exclusive=True, group="leave")

    async def _leave(self) -> None:
        if await self._keep() or self._gives_up:
            self._gives_up = True
            self.dismiss(None)
        else:
            self._gives_up = True

    def _later(self) -> None:
        self._gives_up = False
        if self._timer:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE, self._now)
        self._tell("")

    def _now(self) -> None:
        if self.changed:
            self.run_worker(self._keep(), group="keep")

    async def _keep(self) -> bool:
        """Save what is not saved, and return whether it is now."""
        async with self._one_at_a_time:
            if not self.changed:
                return True
            comment, colour = self._changes
            try:
                await asyncio.wrap_future(self._save(comment, colour))
            except PaperlabError as error:
                self._tell(f"not saved: {one_line(str(error))} · escape again leaves without it", wrong=True)
                return False
            self.saved = (
                self.saved[0] if comment is None else comment,
                self.saved[1] if colour is None else colour,
            )
            self._tell("saved")
            return True

    def _tell(self, words: str, *, wrong: bool = False) -> None:
        for state in self.query(".state").results(Static):
            state.update(words)
            state.set_class(wrong, "-wrong")
