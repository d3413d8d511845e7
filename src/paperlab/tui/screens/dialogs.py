"""Small windows that ask the user something: yes or no, one of several, a line of text, a comment.

They are shown from a worker: `answer = await self.app.push_screen_wait(Confirm("Delete 3 annotations?"))`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual import work
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, OptionList, Static

from paperlab.text import clean, fold, one_line
from paperlab.tui.typing_ahead import TypingAhead

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

T = TypeVar("T")
_MOST_SHOWN = 300
"""Options of a choice that are laid out; typing finds the others."""
_CANDIDATES = 4


class Asking(TypingAhead, ModalScreen[T], Generic[T]):
    """A box in the middle of the screen; subclasses give `inside`. Escape leaves it, and nothing happened then.

    What was typed while it came is its own, from the first key on.
    """

    AUTO_FOCUS = ""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (64, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-high")]  # noqa: RUF012 - as Textual declares it
    DEFAULT_CSS = """
    Asking {
        align: center middle;
        & > .box {
            width: 72; max-width: 100%; height: auto; max-height: 100%;
            padding: 1 2; border: round $primary; background: $surface;
            border-title-color: $primary; border-title-style: bold; border-subtitle-color: $text-muted;
        }
        &.-narrow > .box { padding: 0 1; }
        &.-low > .box { padding: 0 1; }
        &.-ascii > .box { border: ascii $primary; }
        Input, Input:focus { border: none; height: 1; padding: 0 1; background: $panel; }
        OptionList, OptionList:focus { border: none; padding: 0; background: $surface; }
        .problem { color: $error; height: auto; display: none; }
        .problem.-told { display: block; }
        .hint { color: $text-muted; height: auto; display: none; }
        .hint.-told { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back", show=False, id="dialog.leave")]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = one_line(title)

    def compose(self) -> ComposeResult:
        """Lay out the box."""
        look = getattr(self.app, "look", None)
        self.set_class(bool(look and look.ascii), "-ascii")
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            yield from self.inside()

    def inside(self) -> ComposeResult:
        """Yield what stands in the box."""
        yield from ()

    def begin_at(self, widget: Widget, *, drop: bool = False) -> None:
        """Focus what the keys are for, behind all keys that came before it stood."""
        self.hold_keys()
        self.call_later(self.hand_keys, widget, drop=drop)

    def say(self, words: str) -> None:
        """Show a hint, or none."""
        self._show(".hint", words)

    def complain(self, wrong: str) -> None:
        """Show what is wrong, or nothing."""
        self._show(".problem", one_line(wrong))

    def _show(self, where: str, words: str) -> None:
        for told in self.query(where).results(Static):  # none where it was answered before they came
            told.update(words)
            told.set_class(bool(words), "-told")

    def action_leave(self) -> None:
        """Close without an answer."""
        self.dismiss(None)


class Answer(Static, can_focus=True):
    """A word to click at or to press enter on."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "give", "Choose", show=False, id="dialog.choose")]

    async def action_give(self) -> None:
        """Answer the question with it."""
        await self.run_action(f"screen.answer({self.id == 'yes'})")

    async def on_click(self) -> None:
        """As enter."""
        await self.action_give()


class Confirm(Asking[bool]):
    """A question that is answered yes or no: `y`, `n`, arrows and enter, or the mouse. Enter means no at first."""

    DEFAULT_CSS = """
    Confirm {
        & > .box { width: auto; min-width: 36; max-width: 72; }
        .question { width: auto; max-width: 66; height: auto; margin-bottom: 1; }
        Horizontal { height: 1; width: auto; }
        Answer { margin-right: 2; width: auto; padding: 0 1; background: $panel; }
        Answer:hover { background: $panel-lighten-1; }
        Answer:focus { background: $primary; color: $background; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False, id="dialog.yes"),
        Binding("n", "answer(False)", "No", show=False, id="dialog.no"),
        Binding("left,h,up,k", "app.focus_previous", "Other", show=False, id="dialog.previous"),
        Binding("right,l,down,j", "app.focus_next", "Other", show=False, id="dialog.next"),
    ]

    def __init__(self, question: str, yes: str = "Delete", no: str = "Keep") -> None:
        super().__init__("")
        self._question = clean(question)
        self._words = (one_line(yes), one_line(no))

    def inside(self) -> ComposeResult:
        """Yield the question and the two answers."""
        yes, no = self._words
        yield Static(Content(self._question), classes="question")
        with Horizontal():
            yield Answer(_keyed("y", yes), id="yes")
            yield Answer(_keyed("n", no), id="no")

    def on_mount(self) -> None:
        """Begin at the answer that changes nothing; what was typed before the question stood is no answer to it."""
        self.begin_at(self.query_one("#no", Answer), drop=True)

    def action_answer(self, yes: bool) -> None:  # noqa: FBT001 - Textual's actions have no keywords
        """Take the answer of a key."""
        self.dismiss(yes)

    def action_leave(self) -> None:
        """Escape is no."""
        self.dismiss(False)


def _keyed(key: str, words: str) -> Content:
    return Content.assemble((f"{key} ", "bold"), words)


class Choice(Asking["str | None"]):
    """One of several: words that are typed narrow the list, arrows and enter or the mouse choose.

    Gives the value chosen; None where the user left. With `new` what was typed can be taken as it is.
    """

    DEFAULT_CSS = """
    Choice {
        OptionList { height: auto; max-height: 16; margin-top: 1; }
        &.-low OptionList { margin-top: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "move('cursor_down')", "Down", show=False, id="dialog.down"),
        Binding("up,ctrl+p", "move('cursor_up')", "Up", show=False, id="dialog.up"),
        Binding("pagedown", "move('page_down')", "Page down", show=False, id="dialog.page_down"),
        Binding("pageup", "move('page_up')", "Page up", show=False, id="dialog.page_up"),
    ]

    def __init__(self, title: str, options: Sequence[tuple[str, str]], *, new: bool = False, at: str = "") -> None:
        """`options` are (value, label); the one with value `at` is marked at first."""
        super().__init__(title)
        self._options = [(value, one_line(label), fold(label)) for value, label in options]
        self._new = new
        self._at = at
        self._shown: list[str] = []

    def inside(self) -> ComposeResult:
        """Yield the line to type in and the list."""
        yield Input(placeholder="type to find one" + (", or a new one" if self._new else ""), compact=True)
        yield OptionList(compact=True, markup=False)
        yield Static("", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Show all."""
        self.listed.can_focus = False
        self._list("")
        if self._at in self._shown:
            self.listed.highlighted = self._shown.index(self._at)
        self.begin_at(self.query_one(Input))

    @property
    def listed(self) -> OptionList:
        """The options that fit what was typed."""
        return self.query_one(OptionList)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list to what fits."""
        self._list(event.value)

    def on_input_submitted(self) -> None:
        """Take the marked option."""
        at = self.listed.highlighted
        if at is not None:
            self.dismiss(self._shown[at])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the option clicked at."""
        self.dismiss(self._shown[event.option_index])

    def action_move(self, way: str) -> None:
        """Move the mark in the list while the line keeps the focus."""
        getattr(self.listed, f"action_{way}")()

    def _list(self, typed: str) -> None:
        words = fold(typed).split()
        fitting = [(value, label) for value, label, folded in self._options if all(word in folded for word in words)]
        wanted = one_line(typed)
        self._shown = [value for value, _ in fitting[:_MOST_SHOWN]]
        labels = [Content(label) for _, label in fitting[:_MOST_SHOWN]]
        if self._new and wanted and all(wanted not in pair for pair in fitting):
            self._shown.append(wanted)
            labels.append(Content.assemble(("new: ", "$foreground-muted"), wanted))
        self.listed.set_options(labels)
        self.listed.highlighted = 0 if labels else None
        self.say(_left_out(len(fitting), len(self._shown)))


def _left_out(fitting: int, shown: int) -> str:
    if not shown:
        return "nothing fits"
    return f"{fitting - _MOST_SHOWN:,} more: type some of its words" if fitting > _MOST_SHOWN else ""


class Line(Asking["str | None"]):
    """One line of text; gives it without white space at its ends, or None where the user left.

    Tab takes the completion that is shown. `check` says what is wrong with a line, which is not taken then.
    """

    DEFAULT_CSS = """
    Line {
        .hint { margin-top: 1; }
        &.-low .hint { margin-top: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", show=False, priority=True, id="dialog.complete")
    ]

    def __init__(
        self,
        title: str,
        value: str = "",
        *,
        suggestions: Sequence[str] | Callable[[str], Sequence[str]] = (),
        hint: str = "",
        check: Callable[[str], str | None] | None = None,
    ) -> None:
        """`suggestions` that are a function are asked in a thread for lines that go on what was typed."""
        super().__init__(title)
        self._value = one_line(value)
        self._hint = clean(hint)
        self._check = check
        self._completer = Completer(suggestions)

    def inside(self) -> ComposeResult:
        """Yield the line, what is wrong with it and what it is for."""
        yield Input(self._value, suggester=self._completer, compact=True, select_on_focus=False)
        yield Static("", classes="problem", markup=False)
        yield Static("", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Begin behind the text that is there."""
        self.say(self._hint)
        self.line.cursor_position = len(self._value)
        self.begin_at(self.line)

    @property
    def line(self) -> Input:
        """The line."""
        return self.query_one(Input)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Forget what was wrong; show how the line may go on."""
        self.complain("")
        self._show_candidates(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the line, or say what is wrong with it."""
        value = one_line(event.value)
        wrong = self._check(value) if self._check else None
        if wrong:
            self.complain(wrong)
        else:
            self.dismiss(value)

    async def action_complete(self) -> None:
        """Let the line go on as shown."""
        found = await self._completer.candidates(self.line.value)
        if found:
            self.line.value = found[0] if len(found) == 1 else _common_start(found, self.line.value)
            self.line.cursor_position = len(self.line.value)

    @work(exclusive=True, group="candidates")
    async def _show_candidates(self, value: str) -> None:
        found = await self._completer.candidates(value) if value else []
        shown = "   ".join(one_line(one) for one in found[:_CANDIDATES]) + (" …" if len(found) > _CANDIDATES else "")
        self.say(shown or self._hint)


def _common_start(found: Sequence[str], typed: str) -> str:
    """Return how all candidates begin; where that is no more than was typed, the first of them."""
    first, last = min(found), max(found)
    same = next((i for i, c in enumerate(first) if i >= len(last) or c != last[i]), len(first))
    return first[:same] if same > len(typed) else found[0]


class Completer(Suggester):
    """Completes a line by lines that are known, or by what a function, asked in a thread, finds for it."""

    def __init__(self, source: Sequence[str] | Callable[[str], Sequence[str]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._source = source

    async def candidates(self, value: str) -> list[str]:
        """Return the lines that `value` may become."""
        if callable(self._source):
            return list(await asyncio.to_thread(self._source, value))
        begun = value.casefold()
        return [one for one in self._source if one.casefold().startswith(begun) and one != value]

    async def get_suggestion(self, value: str) -> str | None:
        """Return the first of them that goes on just what was typed."""
        return next((one for one in await self.candidates(value) if one.startswith(value)), None)


def __getattr__(name: str) -> Any:
    # Its text area takes long to import and most dialogs have none.
    if name == "CommentEditor":
        from paperlab.tui.screens.comment_editor import CommentEditor

        return CommentEditor
    raise AttributeError(name)


if TYPE_CHECKING:
    from paperlab.tui.screens.comment_editor import CommentEditor

__all__ = ["Asking", "Choice", "CommentEditor", "Completer", "Confirm", "Line"]
