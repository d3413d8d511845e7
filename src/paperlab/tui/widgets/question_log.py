"""The questions that were asked before, newest first, with a line to narrow them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.actions import SkipAction
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from paperlab.text import fold, minute, one_line
from paperlab.tui.look.signs import DONE, FAILED
from paperlab.tui.widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from paperlab.tui.views.asking import Logged

_LINES = 2


@dataclass(frozen=True)
class LoggedRow(Row):
    """When it was asked and whether it was answered, then the question."""

    logged: Logged

    @property
    def name(self) -> str:
        """The answer's id."""
        return self.logged.id

    def lines(self, width: int) -> list[Content]:
        """Return the date, then two lines of the question at most."""
        sign, colour = (DONE, "$success") if self.logged.answered else (FAILED, "$foreground-muted")
        when = minute(self.logged.asked)
        words = Content(one_line(self.logged.question)).wrap(width)
        if len(words) > _LINES:
            words = [*words[: _LINES - 1], Content(f"{words[_LINES - 1].plain} …").truncate(width, ellipsis=True)]
        return [Content.assemble((sign, colour), (f" {when}", "$foreground-muted")), *words]


class QuestionLog(Vertical):
    """Questions with a filter above."""

    DEFAULT_CSS = """
    QuestionLog { background: $background; }
    QuestionLog Input, QuestionLog Input:focus { border: none; height: 1; padding: 0 1; background: $surface; }
    QuestionLog Input:focus { background: $panel; }
    QuestionLog .none { color: $text-muted; padding: 1; display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Find among them", show=False, id="log.filter"),
        Binding("escape", "unfilter", "Show all", show=False, id="log.unfilter"),
    ]

    @dataclass
    class Chosen(Message):
        """A question was opened."""

        id: str

    def __init__(self) -> None:
        super().__init__()
        self._all: Sequence[Logged] = ()
        self.list = RowList()

    def compose(self) -> ComposeResult:
        """Lay out filter and list."""
        yield Input(placeholder="asked before: / finds", compact=True)
        yield self.list
        yield Static("Nothing was asked in this lab yet.", classes="none")

    @property
    def line(self) -> Input:
        """The filter."""
        return self.query_one(Input)

    @property
    def questions(self) -> list[str]:
        """What was asked, newest first, each once."""
        return list(dict.fromkeys(one.question for one in self._all))

    def show(self, logged: Sequence[Logged]) -> None:
        """Show these questions."""
        self._all = logged
        self._narrow()

    def _narrow(self) -> None:
        words = fold(self.line.value).split()
        fitting = [one for one in self._all if all(word in fold(one.question) for word in words)]
        self.list.show([LoggedRow(one) for one in fitting])
        self.query_one(".none").display = not self._all

    def action_filter(self) -> None:
        """Type words to find."""
        self.line.focus()

    def action_unfilter(self) -> None:
        """Show all again and go back to the list; from there escape is the screen's."""
        if not (self.line.value or self.line.has_focus):
            raise SkipAction
        self.line.value = ""
        self.list.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._narrow()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.list.focus()

    @on(RowList.Opened)
    def _opened(self, event: RowList.Opened) -> None:
        event.stop()
        self.post_message(self.Chosen(event.name))

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
