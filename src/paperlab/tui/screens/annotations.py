"""All annotations of all papers: found, read, changed, taken to PDFs and back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from paperlab.tui.look.pictures import Means
from paperlab.tui.messages import Place
from paperlab.tui.screens.base import DeskScreen
from paperlab.tui.typing_ahead import TypingAhead
from paperlab.tui.views import annotation_work as work
from paperlab.tui.views.annotation_rows import Narrowing, choices, fitting, grouped, to_markdown, turned
from paperlab.tui.widgets.annotation_details import AnnotationDetails, region
from paperlab.tui.widgets.annotation_list import AnnotationList, annotation_rows
from paperlab.tui.widgets.row_list import RowList
from paperlab.types import COLOURS, PageBox

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

    from paperlab.lab import Lab
    from paperlab.tui.messages import LabChanged
    from paperlab.tui.views.annotation_rows import Entry
    from paperlab.types import Annotation

_PAUSE = 0.3
"""Seconds that the cursor rests before the page is drawn."""
_TYPING = 0.08
"""Seconds between a key in the line above and the list that follows it."""
_DPI = 110
_EMPTY = (
    "Nothing is annotated yet.\n\n"
    "Open a paper from the library (1), press v to select words, and enter to highlight them; c adds a comment. "
    "What you mark in all papers is gathered here.\n\n"
    "I takes the highlights out of a PDF that was marked in Zotero, Acrobat, Preview or Okular."
)
_NOTHING_FITS = "No annotation fits. Escape shows all again."


class AnnotationsScreen(TypingAhead, DeskScreen):
    """All annotations, by paper."""

    OPENING = frozenset({"words"})
    HELP_TEXT = (
        "What is marked and written in all papers. Type in the line above to find words in quotes, comments and "
        "titles; f narrows by colour, kind, list, tag, date, or to those that are lost: whose words are not in the "
        "PDF any more. Space chooses several, for D and C."
    )
    AUTO_FOCUS = "AnnotationList"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-roomy")]  # noqa: RUF012 - as Textual declares it
    DEFAULT_CSS = """
    AnnotationsScreen {
        .above { height: 1; background: $surface; }
        .above Input, .above Input:focus { border: none; height: 1; padding: 0 1; width: 1fr; background: $surface; }
        .above Input:focus { background: $panel; }
        .chips { width: auto; max-width: 60%; height: 1; color: $accent; }
        .count { width: auto; height: 1; padding: 0 1; color: $text-muted; }
        .empty { padding: 1 2; color: $text-muted; max-width: 84; height: 1fr; display: none; }
        .wrong { color: $error; height: auto; max-height: 3; padding: 0 1; display: none; }
        .both { height: 1fr; }
        AnnotationList { width: 1fr; height: 1fr; }
        AnnotationDetails { width: 42%; max-width: 90; height: 1fr; display: none; border-left: vkey $panel; }
        &.-roomy AnnotationDetails { display: block; }
        &.-details AnnotationDetails { display: block; }
        &.-nodetails AnnotationDetails { display: none; }
        &.-narrow .both { layout: vertical; }
        &.-narrow AnnotationDetails { width: 1fr; max-width: 100%; height: 45%; border-left: none;
            border-top: hkey $panel; }
    }
    AnnotationsScreen.-ascii AnnotationDetails { border-left: ascii $panel; }
    AnnotationsScreen.-ascii.-narrow AnnotationDetails { border-left: none; border-top: ascii $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "words", "Find", key_display="/", priority=True, id="annotations.find"),
        Binding("f", "narrow", "Filter", id="annotations.filter"),
        Binding("c", "comment", "Comment", id="annotations.comment"),
        Binding("C", "recolour", "Colour", show=False, id="annotations.colour"),
        Binding("D", "delete", "Delete", id="annotations.delete"),
        Binding("E", "export", "PDF", id="annotations.export"),
        Binding("I", "import", "Import from a PDF", show=False, id="annotations.import"),
        Binding("M", "markdown", "Write as Markdown", show=False, id="annotations.markdown"),
        Binding("y", "copy", "Copy the words", show=False, id="annotations.copy"),
        Binding("P", "picture", "The page as a picture", show=False, id="annotations.picture"),
        Binding("s", "sort", "Sort by title, or by date", show=False, id="annotations.sort"),
        Binding("exclamation_mark", "lost", "Only lost ones", key_display="!", show=False, id="annotations.lost"),
        Binding("v,p", "details", "Details", show=False, id="annotations.details"),
        Binding("escape", "back", "Show all", show=False, id="annotations.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._loaded = work.Loaded()
        self._is_loaded = False
        self._narrowing = Narrowing()
        self._by_title = False
        self._typing: Timer | None = None

    def body(self) -> ComposeResult:
        """Yield filter, list and details."""
        with Horizontal(classes="above"):
            yield Input(placeholder="/ finds words in quotes, comments and titles", compact=True)
            yield Static("", classes="chips", markup=False)
            yield Static("", classes="count", markup=False)
        yield Static("", classes="wrong", markup=False)
        yield Static(Content(_EMPTY), classes="empty")
        with Horizontal(classes="both"):
            yield AnnotationList()
            yield AnnotationDetails()

    def on_mount(self) -> None:
        """Read all."""
        self._reload()

    # Parts

    @property
    def annotations(self) -> AnnotationList:
        """The list."""
        return self.query_one(AnnotationList)

    @property
    def details(self) -> AnnotationDetails:
        """What is shown of the annotation under the cursor."""
        return self.query_one(AnnotationDetails)

    @property
    def words(self) -> Input:
        """The words that are looked for."""
        return self.query_one(Input)

    @property
    def shown(self) -> list[list[Entry]]:
        """The annotations that fit, by paper."""
        named = frozenset[str]().union(*(keys for name, _, keys in self._loaded.lists if name in self._narrowing.lists))
        return grouped(fitting(self._loaded.entries, self._narrowing, named), by_title=self._by_title)

    # What is there

    def lab_changed(self, change: LabChanged) -> None:
        """Read again what others changed; the cursor stays at its annotation."""
        if change.texts or change.papers or change.lists:
            self._reload()

    def show_only(self, key: str) -> None:
        """Show the annotations of one paper."""
        self._narrowing = Narrowing(paper=key)
        if self.is_mounted:
            self.words.value = ""
            self._show()

    def _reload(self) -> None:
        self.run_worker(self._load(), group="load", exclusive=True)

    async def _load(self) -> None:
        loaded = await self.desk_app.ask_lane(self.desk.papers, work.load, tag="annotations")
        if loaded is not None:
            self._loaded, self._is_loaded = loaded, True
            self._show()

    def _show(self, *, to_top: bool = False) -> None:
        groups = self.shown
        count, total = sum(map(len, groups)), len(self._loaded.entries)
        self.query_one(".chips", Static).update(" · ".join(self._narrowing.shown))
        self.query_one(".count", Static).update(f"{count:,}" if count == total else f"{count:,} of {total:,}")
        empty = self.query_one(".empty", Static)
        empty.update(Content(_NOTHING_FITS if total else _EMPTY))
        empty.display = self._is_loaded and not count
        self.query_one(".both").display = bool(count)
        wrong = self.query_one(".wrong", Static)
        wrong.update("\n".join(self._loaded.problems))
        wrong.display = bool(self._loaded.problems)
        first = groups[0][0].name if to_top and groups else ""
        self.annotations.show(annotation_rows(groups), first)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._narrowing = replace(self._narrowing, words=event.value)
        if self._typing:
            self._typing.stop()
        self._typing = self.set_timer(_TYPING, lambda: self._show(to_top=True))

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.set_focus(self.annotations)

    @on(RowList.Moved)
    def _moved(self) -> None:
        entry = self.annotations.entry
        self.details.show(entry)
        if entry and region(entry.annotation) and self._draws:
            self.run_worker(self._draw(entry), group="picture", exclusive=True)

    @property
    def _draws(self) -> bool:
        return self.details.display and self.details.picture.means is not Means.NONE

    async def _draw(self, entry: Entry) -> None:
        await asyncio.sleep(_PAUSE)

        # A lost annotation has no place in this PDF; what stands there now would be the wrong words.
        if entry.lost:
            return
        one = entry.annotation
        # Characters show where on the page it stands, not what it says.
        box = region(one) if self.details.is_sharp else None

        def picture(lab: Lab) -> bytes:
            pdf = lab.library.pdf(lab.library.load(entry.key))
            return lab.reader.picture(pdf, one.page or 1, box, dpi=_DPI, marks=one.boxes)

        png = await self.desk_app.ask_lane(self.desk.papers, picture, tag="place of annotation")
        if png is not None and self.annotations.entry is entry:
            self.details.show_picture(png, "")

    # Going about

    @on(RowList.Opened)
    def _opened(self) -> None:
        if entry := self.annotations.entry:
            self.desk_app.open_paper(entry.key, place_of(entry))

    def action_words(self) -> None:
        """Type words to find."""
        self.set_focus(self.words)

    def action_back(self) -> None:
        """Undo one thing after the other: what is chosen, then what it is narrowed to."""
        if self.annotations.marked and not self.words.has_focus:
            self.annotations.clear_marks()
        elif self._narrowing != Narrowing():
            self._narrowing = Narrowing()
            self.words.value = ""
            self._show()
        self.set_focus(self.annotations)

    def action_details(self) -> None:
        """Show or hide the details."""
        shown = self.details.display
        self.set_class(not shown, "-details")
        self.set_class(shown, "-nodetails")
        self.call_after_refresh(self._moved)

    def action_sort(self) -> None:
        """Order papers by title, or by when they were annotated last."""
        self._by_title = not self._by_title
        self._show()
        self.desk_app.tell("papers by title" if self._by_title else "the paper annotated last comes first")

    def action_lost(self) -> None:
        """Show only those that are lost, or all again."""
        self._narrowing = replace(self._narrowing, lost=not self._narrowing.lost)
        self._show()

    def action_picture(self) -> None:
        """Show the page as a picture."""
        if (entry := self.annotations.entry) and entry.annotation.page:
            from paperlab.tui.screens.place_picture import PlacePicture

            self.app.push_screen(PlacePicture(entry.key, place_of(entry)))

    def action_copy(self) -> None:
        """Put quotes and comments on the clipboard."""
        if chosen := self.annotations.chosen:
            words = [
                "\n".join(part for part in (one.annotation.quote, one.annotation.comment) if part) for one in chosen
            ]
            self.app.copy_to_clipboard("\n\n".join(words))
            self.desk_app.tell(f"{work.counted(len(chosen), 'annotation')} on the clipboard")

    # Changing

    def _ask(self, asking: Coroutine[Any, Any, object]) -> None:
        """Run what opens a dialog; what is typed before that stands is its."""

        async def run() -> None:
            try:
                await asking
            finally:
                self.drop_keys()

        self.hold_keys()
        self.run_worker(run(), group="ask", exclusive=True)

    def action_narrow(self) -> None:
        """Choose what is shown."""
        self._ask(self._narrow())

    async def _narrow(self) -> None:
        from paperlab.tui.screens.dialogs import Choice

        lists = [(name, title) for name, title, _ in self._loaded.lists]
        options = choices(self._narrowing, lists, self._loaded.tags)
        value = await self.app.push_screen_wait(Choice("Show only (or since a date: 2026-01-31)", options, new=True))
        if value is None:
            return
        narrowing = turned(self._narrowing, value, datetime.now().astimezone().date())
        if narrowing is None:
            self.desk_app.tell(f"{value!r} is no date like 2026-01-31", wrong=True)
            return
        self._narrowing = narrowing
        self._show(to_top=True)

    def action_comment(self) -> None:
        """Write the comment."""
        from paperlab.tui.screens.annotation_files import edit_comment

        if entry := self.annotations.entry:
            self._ask(edit_comment(self.desk_app, entry.key, entry.annotation))

    def action_recolour(self) -> None:
        """Give the chosen ones another colour."""
        self._ask(self._recolour())

    async def _recolour(self) -> None:
        from paperlab.tui.screens.dialogs import Choice

        chosen = _pairs(self.annotations.chosen)
        if not chosen:
            return
        options = [(name, f"{i} {name}") for i, name in enumerate(COLOURS, 1)]
        colour = await self.app.push_screen_wait(Choice("Colour", options, at=chosen[0][1].colour))
        if colour is not None:
            await self.desk_app.perform(work.recolouring(chosen, colour))

    def action_delete(self) -> None:
        """Delete the chosen ones; u brings them back."""
        self._ask(self._delete())

    async def _delete(self) -> None:
        from paperlab.tui.screens.dialogs import Confirm

        chosen = _pairs(self.annotations.chosen)
        several = len(chosen) > 1
        if several and not await self.app.push_screen_wait(Confirm(f"Delete {len(chosen)} annotations?")):
            return
        if chosen:
            await self.desk_app.perform(work.deletion(chosen))

    # PDFs and files

    def action_export(self) -> None:
        """Write a copy of the paper's PDF with its annotations."""
        self._ask(self._export())

    def action_import(self) -> None:
        """Take the annotations out of a PDF."""
        self._ask(self._import())

    def action_markdown(self) -> None:
        """Write all that are shown as Markdown."""
        self._ask(self._markdown())

    async def _export(self) -> None:
        from paperlab.tui.screens.annotation_files import export

        if entry := self.annotations.entry:
            await export(self.desk_app, entry.key)

    async def _import(self) -> None:
        from paperlab.tui.screens.annotation_files import import_

        entry = self.annotations.entry
        await import_(self.desk_app, entry.key if entry else self._narrowing.paper)

    async def _markdown(self) -> None:
        from paperlab.tui.screens.annotation_files import markdown

        if groups := self.shown:
            await markdown(self.desk_app, to_markdown(groups), sum(map(len, groups)))


def place_of(entry: Entry) -> Place:
    """Return where the reader is to go."""
    one = entry.annotation
    boxes = () if entry.lost or not one.page else tuple(PageBox(one.page, box) for box in one.boxes)
    return Place(one.page, one.quote, boxes, one.id)


def _pairs(entries: list[Entry]) -> list[tuple[str, Annotation]]:
    return [(one.key, one.annotation) for one in entries]
