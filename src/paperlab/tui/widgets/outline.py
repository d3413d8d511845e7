"""The sections of a paper, and its annotations, at the left of the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from paperlab.text import one_line
from paperlab.tui.look import signs
from paperlab.types import AnnotationKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from paperlab.tui.flow import Document
    from paperlab.types import Annotation


class Outline(OptionList):
    """Sections to jump to; the one that is read is marked. Annotations that mark no words stand below."""

    DEFAULT_CSS = """
    Outline {
        width: 30; max-width: 40%; height: 1fr; border: none; padding: 0 1; background: $surface;
        color: $text-muted; scrollbar-size-vertical: 1; text-wrap: nowrap; text-overflow: ellipsis;
        scrollbar-color: $panel; scrollbar-background: $surface;
        &:focus { border: none; }
        &.-textual-compact { padding: 0 1; }
        & > .option-list--option-highlighted { background: $panel; color: $foreground; text-style: bold; }
        &:focus > .option-list--option-highlighted { background: $primary; color: $background; }
        & > .option-list--option-disabled { color: $warning; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False, id="outline.down"),
        Binding("k", "cursor_up", "Up", show=False, id="outline.up"),
        Binding("g", "first", "First", show=False, id="outline.first"),
        Binding("G", "last", "Last", show=False, id="outline.last"),
        Binding("escape", "leave", "Back to the text", show=False, id="outline.leave"),
    ]

    @dataclass
    class Went(Message):
        """A section was chosen."""

        item: int

    @dataclass
    class Opened(Message):
        """An annotation was chosen that has no place in the text."""

        id: str

    @dataclass
    class Left(Message):
        """The reader goes back to the text."""

    def show(self, document: Document, lost: Sequence[Annotation], notes: Sequence[Annotation] = ()) -> None:
        """List the sections, the annotations that mark no words of the text, and those whose words were lost."""
        self.clear_options()
        for heading in document.headings:
            self.add_option(Option(Content("  " * min(heading.level, 4) + one_line(heading.text)), f"s{heading.item}"))
        if not document.headings:
            self.add_option(Option(Content("No sections were found."), disabled=True))
        self._list("Notes", signs.ANNOTATION_SIGNS[AnnotationKind.NOTE], notes)
        self._list("Lost annotations", signs.LOST, lost)

    def _list(self, title: str, sign: str, annotations: Sequence[Annotation]) -> None:
        if annotations:
            self.add_option(None)
            self.add_option(Option(Content(f"{title} ({len(annotations)})"), disabled=True))
        for annotation in annotations:
            page = f"p. {annotation.page} " if annotation.page else ""
            words = one_line(annotation.comment or annotation.quote)
            self.add_option(Option(Content(f"{sign} {page}{words}"), f"a{annotation.id}"))

    def follow(self, heading: int | None) -> None:
        """Mark the section that is read, unless the reader is choosing one."""
        if not self.has_focus and heading is not None and heading < self.option_count:
            self.highlighted = heading

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go where was chosen."""
        event.stop()
        chosen = event.option.id or ""
        if chosen.startswith("s"):
            self.post_message(self.Went(int(chosen[1:])))
        elif chosen:
            self.post_message(self.Opened(chosen[1:]))

    def action_leave(self) -> None:
        """Go back to the text."""
        self.post_message(self.Left())
