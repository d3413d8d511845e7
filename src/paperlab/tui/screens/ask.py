"""Questions to the papers: a conversation, each sentence with its quotes, and what was asked before."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from paperlab.errors import PaperlabError
from paperlab.text import one_line, shorten
from paperlab.tui.screens.base import DeskScreen
from paperlab.tui.typing_ahead import TypingAhead
from paperlab.tui.views.asking import Asked, Questioner, Scope, logged, scope_of, scopes
from paperlab.tui.widgets.answer import AnswerView, Target, Turn
from paperlab.tui.widgets.question_line import QuestionLine
from paperlab.tui.widgets.question_log import QuestionLog
from paperlab.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from paperlab.lab import Lab
    from paperlab.tui.messages import LabChanged

_TICK = 0.5
_LONGEST_SELECTION = 300
_EMPTY = (
    "Ask what you want to know of your papers, in a sentence: type it below, then enter.\n\n"
    "Every sentence of an answer is a quote; enter opens the paper at its words. Where your papers have no answer, it "
    "says so, and what came nearest. A follow-up may lean on the question before: “and on ImageNet?”\n\n"
    "ctrl+n narrows to a list, a tag or a paper, and so does list:NAME, tag:TAG or in:KEY within the question."
)


class AskScreen(TypingAhead, DeskScreen):
    """A conversation with the papers."""

    HELP_TEXT = _EMPTY
    AUTO_FOCUS = "QuestionLine"
    OPENING = frozenset({"question"})
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-middle"), (120, "-roomy")]  # noqa: RUF012 - as Textual declares it
    DEFAULT_CSS = """
    AskScreen {
        QuestionLog { width: 34; display: none; border-right: vkey $panel; }
        &.-roomy QuestionLog { display: block; }
        &.-log QuestionLog { display: block; }
        &.-nolog QuestionLog { display: none; }
        &.-narrow.-log QuestionLog { width: 1fr; border-right: none; }
        &.-narrow.-log .talk { display: none; }
        .talk { width: 1fr; }
        .empty { padding: 1 2; color: $text-muted; height: 1fr; max-width: 84; }
        .state { height: auto; max-height: 2; padding: 0 2; color: $text-muted; display: none; }
        .state.-told { display: block; }
        .state.-wrong { color: $error; }
        .asking { height: 1; dock: bottom; }
        .scope { width: auto; max-width: 40%; padding: 0 1; background: $panel; color: $secondary; }
        &.-narrow .scope { display: none; }
        AnswerView { height: 1fr; }
    }
    AskScreen.-ascii QuestionLog { border-right: ascii $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "question", "Ask", priority=True, id="ask.question"),
        Binding("slash", "question", "Ask", show=False, id="ask.question"),
        Binding("f,ctrl+n", "narrow", "Narrow", id="ask.narrow"),
        Binding("P", "picture", "Page", id="ask.picture"),
        Binding("s", "keep", "Keep", id="ask.keep"),
        Binding("y", "copy", "Copy", id="ask.copy"),
        Binding("R", "again", "Ask again", show=False, id="ask.again"),
        Binding("L,ctrl+l", "log", "Log", id="ask.log"),
        Binding("x", "anew", "New conversation", show=False, id="ask.anew"),
        Binding("h,left", "go_log", "To the log", show=False, id="ask.go_log"),
        Binding("l,right", "go_answers", "To the answers", show=False, id="ask.go_answers"),
        Binding("escape", "back", "Drop the question; back", show=False, id="ask.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._questioner = Questioner()
        self._scope = Scope()
        self._dropped: threading.Event | None = None
        self._began = 0.0
        self._prefilled: tuple[str, str | None] | None = None
        self.turns: list[Turn] = []
        """The conversation, the newest last."""

    def body(self) -> ComposeResult:
        """Yield log, conversation and question."""
        with Horizontal():
            yield QuestionLog()
            with Vertical(classes="talk"):
                yield Static(Content(_EMPTY), classes="empty")
                yield AnswerView()
                yield Static("", classes="state", markup=False)
                with Horizontal(classes="asking"):
                    yield Static("", classes="scope", markup=False)
                    yield QuestionLine()

    def on_mount(self) -> None:
        """Show nothing yet; read the log."""
        self._show_scope()
        self.show_turns([])
        self.set_interval(_TICK, self._tick)
        self._read_log()
        if self._prefilled:
            self.ask_about(*self._prefilled)

    # Parts

    @property
    def answers(self) -> AnswerView:
        """The conversation."""
        return self.query_one(AnswerView)

    @property
    def line(self) -> QuestionLine:
        """Where questions are typed."""
        return self.query_one(QuestionLine)

    @property
    def log_list(self) -> QuestionLog:
        """What was asked before."""
        return self.query_one(QuestionLog)

    @property
    def is_asking(self) -> bool:
        """Whether an answer is waited for."""
        return self._dropped is not None

    def lab_changed(self, change: LabChanged) -> None:
        """Read the log anew; take another index with the next question."""
        if change.questions:
            self._read_log()
        if change.index or change.papers:
            self.desk.meaning.submit(lambda _lab: self._questioner.forget())  # its session is that lane's

    # Asking

    def ask_about(self, text: str, key: str | None = None) -> None:
        """Begin a question about words of a paper; the user goes on with it."""
        if not self.is_mounted:
            self._prefilled = (text, key)
            return
        self._prefilled = None
        self._scope = scope_of(f"in:{key}") if key else Scope()
        self._show_scope()
        self.line.value = shorten(text, _LONGEST_SELECTION)
        self.line.cursor_position = len(self.line.value)
        self.line.focus()

    @on(Input.Submitted)
    def _asked(self, event: Input.Submitted) -> None:
        question = one_line(event.value)
        if not question:
            self.answers.focus()
        elif self.is_asking:
            self._tell("one question at a time: escape drops the one that is asked")
        else:
            before = [turn.answer for turn in self.turns]
            filters = self._scope.filters
            self._begin(lambda lab, dropped: self._questioner.ask(lab, question, filters, before, dropped), question)

    def _begin(self, work: Callable[[Lab, threading.Event], Asked | None], question: str) -> None:
        self._dropped = threading.Event()
        self._began = time.monotonic()
        self._tick()
        self.run_worker(self._wait(work, self._dropped, question), group="ask")

    async def _wait(
        self, work: Callable[[Lab, threading.Event], Asked | None], dropped: threading.Event, question: str
    ) -> None:
        """Wait for an answer and show it; a question that failed stays in its line."""
        try:
            asked = await self.desk.meaning.run(lambda lab: work(lab, dropped))
        except PaperlabError as error:
            self._end(dropped, str(error), wrong=True)
            return
        except asyncio.CancelledError:
            dropped.set()
            raise
        if asked is None or dropped.is_set():
            return
        self._end(dropped, asked.not_kept, wrong=bool(asked.not_kept))
        if one_line(self.line.value) == question:
            self.line.value = ""
        self.show_turns([*self.turns, Turn(asked.answer, note=asked.changed)])
        if self.focused is None or self.focused is self.line:
            self.answers.focus()
        await self.desk_app.look_for_changes()

    def _end(self, dropped: threading.Event, words: str, *, wrong: bool) -> None:
        if self._dropped is dropped:
            self._dropped = None
            self._tell(words, wrong=wrong)

    def _tick(self) -> None:
        if self.is_asking:
            seconds = int(time.monotonic() - self._began)
            self._tell(f"looking through the papers … {seconds} s · escape drops the question")

    # Showing

    def show_turns(self, turns: Sequence[Turn]) -> None:
        """Show a conversation, its newest turn at the top of what is seen."""
        self.turns = list(turns)
        self.query_one(".empty").display = not self.turns
        self.answers.display = bool(self.turns)
        self.answers.show_turns(self.turns)

    def _show_scope(self) -> None:
        self.query_one(".scope", Static).update(self._scope.words)

    def _tell(self, words: str, *, wrong: bool = False) -> None:
        state = self.query_one(".state", Static)
        state.update(one_line(words))
        state.set_class(bool(words), "-told")
        state.set_class(wrong, "-wrong")

    def _read_log(self) -> None:
        self.run_worker(self._show_log(), group="log", exclusive=True)

    async def _show_log(self) -> None:
        found = await self.desk_app.ask_lane(self.desk.marks, logged, tag="questions")
        if found is not None:
            self.log_list.show(found)
            self.line.remember(self.log_list.questions)

    @on(QuestionLog.Chosen)
    def _chosen(self, event: QuestionLog.Chosen) -> None:
        self.run_worker(self._show_logged(event.id), group="logged", exclusive=True)

    async def _show_logged(self, name: str) -> None:
        answer = await self.desk_app.ask_lane(self.desk.marks, lambda lab: lab.questions.get(name), tag="logged")
        if answer is not None:
            self.show_turns([Turn(answer, from_log=True)])
            self._tell("")
            if self.has_class("-narrow"):
                self.remove_class("-log")
            self.answers.focus()

    @on(RowList.Opened)
    def _opened(self, event: RowList.Opened) -> None:
        if event.list is self.answers and (target := self.answers.target):
            self.desk_app.open_paper(target.key, target.place)

    # Actions

    def action_question(self) -> None:
        """Type a question."""
        self.hand_keys(self.line)

    def action_back(self) -> None:
        """Drop the question that is asked; else leave the line for the answers."""
        if self._dropped is not None:
            self._dropped.set()
            self._dropped = None
            self._tell("the question was dropped")
        elif self.turns:
            self.answers.focus()
        elif self.log_list.display:
            self.log_list.list.focus()
        else:
            self.set_focus(None)

    def action_narrow(self) -> None:
        """Choose which papers are asked."""
        self.run_worker(self._narrow(), group="narrow", exclusive=True)

    async def _narrow(self) -> None:
        from paperlab.tui.screens.dialogs import Choice

        options = await self.desk_app.ask_lane(self.desk.marks, scopes, tag="scopes")
        if options is None:
            return
        value = await self.app.push_screen_wait(Choice("Ask only", options))
        if value is not None:
            self._scope = scope_of(value)
            self._show_scope()
            self.line.focus()

    def action_log(self) -> None:
        """Show or hide what was asked before."""
        shown = self.log_list.display
        self.set_class(not shown, "-log")
        self.set_class(shown, "-nolog")
        (self.answers if shown else self.log_list.list).focus()

    def action_go_log(self) -> None:
        """Go to what was asked before, where it is shown."""
        if self.log_list.display:
            self.log_list.list.focus()

    def action_go_answers(self) -> None:
        """Go to the conversation."""
        if self.turns:
            self.answers.focus()

    def action_anew(self) -> None:
        """Begin another conversation: the next question leans on nothing."""
        self.show_turns([])
        self.line.focus()

    def action_again(self) -> None:
        """Ask the question under the cursor again and show what changed."""
        turn = self.turn
        if turn is None or self.is_asking:
            return
        before = turn.answer
        self._begin(lambda lab, dropped: self._questioner.ask_again(lab, before, dropped), before.question)

    @property
    def turn(self) -> Turn | None:
        """The turn that the cursor is in; the newest where it is on nothing."""
        target = self.answers.target
        return target.turn if target else self.turns[-1] if self.turns else None

    def action_copy(self) -> None:
        """Put the answer with its citations on the clipboard, as Markdown."""
        from paperlab.ask.export import to_markdown

        if turn := self.turn:
            self.app.copy_to_clipboard(to_markdown([turn.answer]).split("\n\n", 1)[1])
            self.desk_app.tell("the answer is on the clipboard, as Markdown")

    def action_picture(self) -> None:
        """Show the place of the citation as a picture of its page."""
        if target := self.answers.target:
            from paperlab.tui.screens.place_picture import PlacePicture

            self.app.push_screen(PlacePicture(target.key, target.place))

    def action_keep(self) -> None:
        """Keep the citation as an annotation of its paper."""
        target = self.answers.target
        if target is None or target.quote is None:
            self.desk_app.tell("go to a citation first: what is kept are its words")
            return
        self.run_worker(self._keep(target), group="keep")

    async def _keep(self, target: Target) -> None:
        from paperlab.tui.views import annotation_work as work

        quote = target.quote
        if quote is None:
            return
        made = await self.desk_app.ask_lane(self.desk.papers, work.keeping(quote))
        if made is not None and await self.desk_app.perform(work.making(target.key, made)):
            self.desk_app.tell(f"kept as an annotation of {target.key}: u takes it back")
