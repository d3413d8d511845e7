"""The reader: one paper by its sections, with outline, notes and annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Static

from paperlab.lab import today
from paperlab.tui.desk.jobs import JobState
from paperlab.tui.flow import Position
from paperlab.tui.screens import reader_work as work
from paperlab.tui.screens.base import DeskScreen
from paperlab.tui.screens.reader_annotating import Annotating
from paperlab.tui.screens.reader_jumps import Jumps
from paperlab.tui.screens.reader_lines import StatusLine, TitleLine
from paperlab.tui.screens.reader_notes import Notes
from paperlab.tui.screens.reader_progress import Keeping
from paperlab.tui.screens.reader_search import FindBar, Searching
from paperlab.tui.typing_ahead import TypingAhead
from paperlab.tui.views.paper_changes import set_status
from paperlab.tui.widgets.outline import Outline
from paperlab.tui.widgets.paper_text import PaperText
from paperlab.types import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Key, Resize
    from textual.widgets import Input

    from paperlab.tui.desk.jobs import Job
    from paperlab.tui.messages import LabChanged, Place

_KEEP_SECONDS = 30.0
_WIDE = 110
"""Cells from which on the outline stands there unasked."""


class ReaderScreen(TypingAhead, DeskScreen):
    """One paper, by its sections."""

    OPENING = frozenset({"search", "ask_page", "notes", "comment"})
    HELP_TEXT = (
        "Read a paper: its text in the width of your terminal, with its sections at the left and your notes at the "
        "right.\n\n**To annotate**, press `v` for a cursor, `v` again to select from there, or `s` for a sentence and "
        "`p` for a paragraph, or drag the mouse. Then `enter` highlights, `1` to `8` choose the colour, `c` writes a "
        "comment, `y` copies, `a` asks about it."
    )
    DEFAULT_CSS = """
    ReaderScreen {
        .reader-body { height: 1fr; }
        Outline { display: none; }
        &.-outline Outline { display: block; }
        NotesPane { display: none; }
        &.-notes NotesPane { display: block; }
        .reader-wait { height: 1fr; width: 1fr; content-align: center middle; color: $text-muted; }
        PaperText { display: none; }
        &.-loaded PaperText { display: block; }
        &.-loaded .reader-wait { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", "Open or highlight", show=False, id="reader.enter"),
        Binding("slash", "search", "Find", key_display="/", priority=True, id="reader.search"),
        Binding("n", "match(1)", "Next match", show=False, id="reader.next"),
        Binding("N", "match(-1)", "Match before", show=False, id="reader.previous"),
        Binding(
            "colon,ctrl+g", "ask_page", "Go to page", show=False, key_display=":", priority=True, id="reader.go_to_page"
        ),
        Binding("o", "outline", "Outline", id="reader.outline"),
        Binding("i", "notes", "Notes", priority=True, id="reader.notes"),
        Binding("e", "edit_notes", "Notes in $EDITOR", show=False, id="reader.edit_notes"),
        Binding("O", "open_outside", "Open the PDF outside", show=False, id="reader.open_outside"),
        Binding("P", "picture", "Page", id="reader.picture"),
        Binding("F", "fetch", "Fetch the PDF", show=False, id="reader.fetch"),
        Binding("H", "annotate('highlight')", "Highlight", show=False, id="reader.highlight"),
        *(
            Binding(str(digit), f"highlight_in({digit})", "Colour", show=False, id=f"reader.colour_{digit}")
            for digit in range(1, 9)
        ),
        Binding("c", "comment", "Comment", show=False, priority=True, id="reader.comment"),
        Binding("C", "annotate('recolour')", "Change the colour", show=False, id="reader.recolour"),
        Binding("D", "annotate('delete')", "Delete the annotation", show=False, id="reader.delete"),
        Binding("y", "copy", "Copy", show=False, id="reader.copy"),
        Binding("a", "ask", "Ask about it", show=False, id="reader.ask"),
        Binding("backspace,ctrl+o,alt+left", "trail('back')", "Back to where one was", show=False, id="reader.back"),
        Binding("alt+right,ctrl+l", "trail('forward')", "Forward again", show=False, id="reader.forward"),
        Binding("t", "status('to_read')", "To read", show=False, id="reader.to_read"),
        Binding("r", "status('reading')", "Reading", show=False, id="reader.reading"),
        Binding("d", "status('read')", "Read", show=False, id="reader.read"),
        Binding("x", "status('skipped')", "Skipped", show=False, id="reader.skipped"),
        Binding("escape", "close", "Close", id="reader.close"),
    ]  # fmt: skip

    def __init__(self, key: str, place: Place | None = None) -> None:
        super().__init__()
        self.key = key
        self._place = place
        self._opened: work.Opened | None = None
        self._loaded: work.Loaded | None = None
        self.text = PaperText()
        self.annotating = Annotating(self)
        self.jumps = Jumps(self)
        self.keeping = Keeping(self)
        self.notes = Notes(self)
        self.outline = Outline(compact=True, markup=False)
        self._status, self._title = StatusLine(), TitleLine(key)
        self.searching = Searching(self)
        self._wait = Static("Opening...", classes="reader-wait", markup=False)

    def body(self) -> ComposeResult:
        """Lay out title, outline, text, notes and the line of state."""
        yield self._title
        with Horizontal(classes="reader-body"):
            yield self.outline
            yield self._wait
            yield self.text
        yield self.searching.find_bar
        yield self._status

    # Opening

    def on_mount(self) -> None:
        """Begin to read the paper."""
        self.set_class(self.app.size.width >= _WIDE, "-outline")
        self.set_focus(self.text)
        self.run_worker(self._open(), group="open", exclusive=True)
        self.set_interval(1.0, self.keeping.tick)
        self.set_interval(_KEEP_SECONDS, self.keeping.keep)

    async def _open(self) -> None:
        key = self.key
        opened = await self.desk_app.ask_lane(self.desk.marks, lambda lab: work.opened(lab, key))
        if opened is None:
            self._wait.update(f"{key} cannot be opened. esc goes back.")
            return
        self._opened = opened
        self._title.show(opened.paper)
        self._wait.update(f"Reading {opened.paper.title or key} ...\n\nThe first time a PDF is read takes a while.")
        progress = opened.progress
        await self._load(lambda: self.jumps.arrive(self._place, progress.page, progress.quote))
        if self._place and self._place.annotation:
            self.jumps.show(self._place)
        self.keeping.begin()

    async def _load(self, arrive: Callable[[], None]) -> None:
        """Read the text and its annotations and show them, from where `arrive` goes to."""
        key = self.key
        loaded = await self.desk_app.ask_lane(self.desk.papers, lambda lab: work.loaded(lab, key))
        if loaded is None:
            self._wait.update("It cannot be read. esc goes back.")
            return
        self._loaded = loaded
        self.text.show(loaded.document)
        self.add_class("-loaded")
        arrive()
        await self.annotating.load()
        self._list_sections()
        self.say()

    def _list_sections(self) -> None:
        self.outline.show(self.text.document, self.annotating.lost, self.annotating.notes)

    @property
    def is_open(self) -> bool:
        """Whether the text stands."""
        return self._loaded is not None

    def go_to(self, place: Place | None) -> None:
        """Show another place of the same paper."""
        self._place = place or self._place
        if place and self.is_open:
            self.jumps.leave()
            self.jumps.show(place)

    # What changes while it is open

    def lab_changed(self, change: LabChanged) -> None:
        """Take in what others did to this paper."""
        if self.key in change.papers:
            self.run_worker(self._changed_record(), group="record", exclusive=True)
        if self.key in change.texts:
            self.run_worker(self._changed_texts(), group="texts", exclusive=True)

    async def _changed_record(self) -> None:
        key = self.key
        opened = await self.desk_app.ask_lane(self.desk.marks, lambda lab: work.opened(lab, key), tag=f"record {key}")
        if opened is None:
            return
        self._opened = opened
        self._title.show(opened.paper)
        sha = opened.paper.pdf.sha256 if opened.paper.pdf else ""
        before = self._loaded
        if before and (before.trouble or sha != before.sha256):
            page, quote = self.jumps.top_words()
            await self._load(lambda: self.jumps.return_to(page, quote))
            if not before.trouble:
                self.desk_app.tell("the PDF was replaced: this is the new one")

    def job_changed(self, job: Job) -> None:
        """Look again for a PDF that was missing when something was fetched."""
        if job.state is not JobState.RUNNING and self._loaded and self._loaded.trouble:
            self.run_worker(self._changed_record(), group="record", exclusive=True)

    async def _changed_texts(self) -> None:
        self.notes.refresh()
        if self.is_open and await self.annotating.load():
            self._list_sections()
            self.say()

    # Where one is

    def on_paper_view_moved(self) -> None:
        """Let outline and state follow the text."""
        self.keeping.touch()
        self.say()

    def on_paper_text_selected(self) -> None:
        """Say what can be done with a selection."""
        self.say()

    def on_paper_view_chosen(self) -> None:
        """Say what is chosen."""
        self.jumps.offered = ""
        self.say()

    def on_key(self, event: Key) -> None:  # noqa: ARG002 - as the one below
        """Somebody is there."""
        self.keeping.touch()

    def on_resize(self, event: Resize) -> None:
        """Hide the outline where it would leave no room."""
        if event.size.width < 60:
            self.remove_class("-outline")

    def say(self) -> None:
        """Let outline and line of state tell where one is and what can be done."""
        text = self.text
        self.outline.follow(text.document.heading_at(text.top.item) if text.document.items else None)
        self._status.show(text, self.annotating, self.searching.said, self.jumps.offer)

    # Jumps

    def on_screen_suspend(self) -> None:
        """Keep the place when another screen comes."""
        self.keeping.keep()

    def save_typed(self) -> None:
        """Keep notes and place: the desk ends."""
        self.keeping.keep()
        self.notes.save_typed()

    on_unmount = save_typed

    def on_outline_went(self, event: Outline.Went) -> None:
        """Go to a section."""
        self.jumps.leave()
        self.text.go_to(Position(event.item, 0), spare=0)
        self.set_focus(self.text)

    def on_outline_opened(self, event: Outline.Opened) -> None:
        """Show what an annotation says that has no place in the text."""
        self.annotating.edit(event.id)

    def on_outline_left(self) -> None:
        """Go back to the text."""
        self.set_focus(self.text)

    def on_paper_text_followed(self, event: PaperText.Followed) -> None:
        """Go where a link leads."""
        self.jumps.follow(event.item, event.link)

    # Keys

    def action_trail(self, way: str) -> None:
        """Go back to where one was before a jump, or forward again."""
        self.jumps.back() if way == "back" else self.jumps.forward()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Give digits to the places of the desk while nothing is selected, and letters to the hints."""
        if action == "highlight_in":
            return self.text.caret.selection is not None
        if action in self.OPENING and self.text.is_hinting:
            return False
        return super().check_action(action, parameters)

    def action_enter(self) -> None:
        """Highlight what is selected, follow the link, open the annotation or the paper that was offered."""
        if self.text.caret.selection:
            self.annotating.highlight()
        elif self.text.link:
            self.jumps.follow(*self.text.link)
        elif self.text.annotation:
            self.annotating.edit(self.text.annotation)
        elif self.jumps.offered:
            self.desk_app.open_paper(self.jumps.offered)

    def action_comment(self) -> None:
        """Comment what is selected, or the annotation chosen."""
        self.annotating.comment()

    def action_annotate(self, what: str) -> None:
        """Highlight what is selected; recolour or delete the annotation chosen."""
        getattr(self.annotating, what)()

    def action_highlight_in(self, digit: int) -> None:
        """Highlight what is selected in a colour."""
        self.annotating.highlight(digit)

    def action_copy(self) -> None:
        """Copy what is selected."""
        if words := self.annotating.words:
            self.app.copy_to_clipboard(words)
            self.text.leave_selection()
            self.desk_app.tell("copied")
        else:
            self.desk_app.tell("nothing is selected: v puts a cursor into the text, s selects a sentence")

    async def action_ask(self) -> None:
        """Ask about what is selected."""
        words = self.annotating.words
        key = self.key
        if ask := getattr(await self.desk_app.go_to("ask"), "ask_about", None):
            ask(words, key)

    def action_outline(self) -> None:
        """Show the outline and go into it; from inside, hide it."""
        if self.has_class("-outline") and self.outline.has_focus:
            self.remove_class("-outline")
            self.set_focus(self.text)
        else:
            self.add_class("-outline")
            self.set_focus(self.outline)

    def action_notes(self) -> None:
        """Show the notes and write; see `NotesPane`."""
        self.notes.open()

    def on_notes_pane_left(self) -> None:
        """Hide the notes: they are saved."""
        self.notes.close()

    def action_edit_notes(self) -> None:
        """Open the notes in $EDITOR."""
        self.run_worker(self.notes.edit_outside(), group="outside")

    def action_search(self, *, page: bool = False) -> None:
        """Search in the paper as one types, or ask for a `page` to go to."""
        self.searching.find_bar.ask(page=page, words="" if page else self.searching.found.words)

    def action_ask_page(self) -> None:
        """Ask for a page to go to."""
        self.action_search(page=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what is found so far."""
        if event.input is self.searching.find_bar:
            self.searching.typed(event.value)

    def on_find_bar_left(self, event: FindBar.Left) -> None:
        """Stay at what was found, or go to the page."""
        self.set_focus(self.text)
        self.searching.end(event.words, wants_page=event.wants_page)

    def action_match(self, way: int) -> None:
        """Go to the next match."""
        self.searching.step(way)

    def action_picture(self) -> None:
        """Show the page as a picture."""
        if self._loaded and self._loaded.has_pages:
            self.jumps.show_page()
        else:
            self.desk_app.tell("there is no PDF to show: F fetches it")

    def action_open_outside(self) -> None:
        """Open the PDF at this page in a viewer."""
        page = self.jumps.top_words()[0]
        self.run_worker(work.open_outside(self.desk_app, self.key, page), group="outside")

    def action_fetch(self) -> None:
        """Fetch the PDF."""
        self.desk_app.jobs.start(f"fetch {self.key}", ("fetch", self.key))

    def action_status(self, status: str) -> None:
        """Set where one stands with the paper."""
        if self._opened:
            change = set_status([self.key], Status(status), today())
            self.run_worker(self.desk_app.perform(change), group="change")

    def action_close(self) -> None:
        """Give up what was searched for; then go back to where the paper was opened."""
        if not self.searching.give_up():
            self.dismiss()
