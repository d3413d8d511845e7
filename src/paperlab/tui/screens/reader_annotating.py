"""Making, choosing and changing annotations in the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.text import shorten
from paperlab.tui.flow import Position, selection_parts
from paperlab.tui.screens import reader_work as work
from paperlab.tui.views.annotation_work import deletion, making, recolouring
from paperlab.types import COLOURS

if TYPE_CHECKING:
    from paperlab.tui.screens.reader import ReaderScreen
    from paperlab.types import Annotation


class Annotating:
    """The annotations of the paper that a reader shows."""

    def __init__(self, reader: ReaderScreen) -> None:
        self._reader = reader
        self._marked = work.Marked()
        self._colour = "yellow"

    # What there is

    @property
    def lost(self) -> list[Annotation]:
        """Those that have no place in the PDF in use."""
        return self._marked.lost

    @property
    def notes(self) -> list[Annotation]:
        """Those that mark no words that are shown: notes, and what stands in pictures."""
        return [one for one, spans in self._marked.placed if not spans]

    @property
    def count(self) -> int:
        """How many there are, lost ones counted."""
        return len(self._marked.placed) + len(self._marked.lost)

    @property
    def chosen(self) -> Annotation | None:
        """The one that keys act on."""
        return self._by_id(self._reader.text.annotation)

    @property
    def words(self) -> str:
        """What is selected, else the words of the annotation chosen."""
        text = self._reader.text
        if selection := text.caret.selection:
            return text.document.text_between(*selection)
        return self.chosen.quote if self.chosen else ""

    def _by_id(self, name: str) -> Annotation | None:
        known = [*(one for one, _ in self._marked.placed), *self._marked.lost]
        return next((one for one in known if name and one.id == name), None)

    async def load(self) -> bool:
        """Read the paper's annotations and draw them; False where they could not be read."""
        reader = self._reader
        key, document = reader.key, reader.text.document
        marked = await reader.desk_app.ask_lane(
            reader.desk.papers, lambda lab: work.marked(lab, key, document), tag=f"annotations {key}"
        )
        if marked is None or document is not reader.text.document:
            return False
        self._marked = marked
        reader.text.annotate(marked.placed)
        if reader.text.annotation and not self.chosen:
            reader.text.choose("")
        reader.say()
        return True

    def choose(self, name: str) -> bool:
        """Go to an annotation; False where it has no place."""
        spans = self._reader.text.spans_of(name)
        if not spans:
            return False
        self._reader.text.go_to(Position(spans[0].item, spans[0].start))
        self._reader.text.choose(name)
        return True

    # Making

    def highlight(self, digit: int = 0) -> None:
        """Highlight what is selected, in a colour by its digit or the one used last."""
        if digit:
            self._colour = list(COLOURS)[digit - 1]
        self._reader.run_worker(self._make(), group="annotate")

    def comment(self) -> None:
        """Highlight what is selected and write a comment; without a selection, comment the annotation chosen."""
        if self._reader.text.caret.selection:
            self._reader.hold_keys()  # what is typed while the highlight is written is the comment
            self._reader.run_worker(self._make_with_comment(), group="annotate")
        elif self.chosen:
            self.edit(self.chosen.id)
        else:
            self._reader.desk_app.tell("nothing is selected: v puts a cursor into the text, s selects a sentence")

    async def _make(self) -> list[Annotation]:
        """Annotate what is selected and return what was made; [] where nothing was."""
        reader = self._reader
        selection = reader.text.caret.selection
        if selection is None:
            reader.desk_app.tell("nothing is selected: v puts a cursor into the text, s selects a sentence")
            return []
        key, colour = reader.key, self._colour
        parts = selection_parts(reader.text.document, *selection)
        if not parts:
            reader.desk_app.tell("words of the paper's text can be highlighted, a table's cells cannot", wrong=True)
            return []
        made = await reader.desk_app.ask_lane(reader.desk.papers, lambda lab: work.made(lab, key, parts, colour))
        if not made:
            return []
        told = f"highlighted: {shorten(made[0].quote, 50)}"
        if not await reader.desk_app.perform(making(key, *made, text=told)):
            return []
        reader.searching.leave()
        reader.text.leave_selection()
        await self.load()
        return made

    async def _make_with_comment(self) -> None:
        made = await self._make()
        if made:
            await self._edit(made[0])
        self._reader.drop_keys()

    # Changing

    def edit(self, name: str) -> None:
        """Open the comment of an annotation."""
        annotation = self._by_id(name)
        if annotation:
            self._reader.hold_keys()
            self._reader.run_worker(self._edit(annotation), group="annotate")

    async def _edit(self, annotation: Annotation) -> None:
        from paperlab.tui.screens.annotation_files import edit_comment

        colour = await edit_comment(self._reader.desk_app, self._reader.key, annotation)
        if colour != annotation.colour and colour in COLOURS:
            self._colour = colour
        await self.load()

    def recolour(self) -> None:
        """Ask for another colour for the annotation chosen."""
        if self.chosen:
            self._reader.run_worker(self._recolour(self.chosen), group="annotate")
        else:
            self._tell_none()

    async def _recolour(self, annotation: Annotation) -> None:
        from paperlab.tui.screens.dialogs import Choice

        options = [(name, f"{i} {name}") for i, name in enumerate(COLOURS, 1)]
        colour = await self._reader.app.push_screen_wait(Choice("Colour", options, at=annotation.colour))
        if colour:
            await self._reader.desk_app.perform(recolouring([(self._reader.key, annotation)], colour))
            await self.load()

    def delete(self) -> None:
        """Delete the annotation chosen; it can be undone."""
        if self.chosen:
            self._reader.run_worker(self._delete(self.chosen), group="annotate")
        else:
            self._tell_none()

    async def _delete(self, annotation: Annotation) -> None:
        await self._reader.desk_app.perform(deletion([(self._reader.key, annotation)]))
        self._reader.text.choose("")
        await self.load()

    def _tell_none(self) -> None:
        self._reader.desk_app.tell("no annotation is chosen: . and , go from one to the next")
