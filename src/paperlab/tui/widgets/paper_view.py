"""The text of a paper as it is drawn: flowed to the width, scrolled by line, with what is marked in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView

from paperlab.tui.flow import Document, Flow, ItemKind, Link, Position
from paperlab.tui.flow.caret import Caret
from paperlab.tui.widgets.paper_drawing import GUTTER, Layers, Painter, by_item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from paperlab.tui.flow import Span
    from paperlab.types import Annotation

MEASURE = 88
"""Cells of a line of text at most: longer lines are hard to read."""
MARGIN = 3
"""Lines that stay visible above and below what is gone to."""
_PARTS = {
    "muted": "muted", "strong": "strong", "section": "section", "page": "page", "sign": "sign", "link": "link",
    "link-current": "link-current", "match": "match", "match-current": "match-current", "pointing": "pointing",
    "selection": "selection", "caret": "caret", "hint": "hint", "annotation-current": "annotation-current",
    **{kind.value: kind.value for kind in ItemKind},
}  # fmt: skip


class PaperView(ScrollView, can_focus=True):
    """A document, flowed to the width, without keys of its own."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"paper-text--{name}" for name in _PARTS}
    DEFAULT_CSS = """
    PaperView {
        background: $background; color: $foreground; overflow-x: hidden; overflow-y: scroll;
        scrollbar-size-vertical: 1; width: 1fr; height: 1fr;
        scrollbar-color: $panel; scrollbar-background: $background; scrollbar-corner-color: $background;
        & .paper-text--title { text-style: bold; color: $primary; }
        & .paper-text--heading { text-style: bold; color: $primary; }
        & .paper-text--caption { color: $secondary; }
        & .paper-text--footnote { color: $text-muted; }
        & .paper-text--formula { text-style: italic; }
        & .paper-text--figure { color: $secondary; text-style: bold; }
        & .paper-text--remark { color: $warning; text-style: italic; }
        & .paper-text--strong { text-style: bold; }
        & .paper-text--section { text-style: bold; color: $secondary; }
        & .paper-text--muted { color: $text-muted; }
        & .paper-text--page { color: $text-muted; }
        & .paper-text--sign { color: $accent; }
        & .paper-text--link { color: $primary; }
        & .paper-text--link-current { text-style: reverse; }
        & .paper-text--match { background: $accent 40%; }
        & .paper-text--match-current { background: $accent; color: $background; text-style: bold; }
        & .paper-text--pointing { background: $primary 40%; }
        & .paper-text--selection { background: $primary; color: $background; }
        & .paper-text--caret { text-style: reverse; }
        & .paper-text--annotation-current { text-style: bold; }
        & .paper-text--hint { background: $accent; color: $background; text-style: bold; }
    }
    """

    @dataclass
    class Moved(Message):
        """Another place stands at the top."""

        top: Position

    @dataclass
    class Chosen(Message):
        """An annotation was chosen, by key or mouse; `id` is empty where none is any more."""

        id: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.document = Document(())
        self.flow = Flow(self.document, MEASURE)
        self.caret = Caret()
        self._annotations: list[tuple[Annotation, list[Span]]] = []
        self._painter = Painter(self.flow, self._named_style, dark=True, contrast=False)
        self._strips: dict[int, Strip] = {}
        self._margin = GUTTER
        self._pending: tuple[Position, int] | None = None
        """Where to go, and how far below the top, once there is a window."""

    # What is shown

    def show(self, document: Document, at: Position | None = None) -> None:
        """Show a document from a position on."""
        self.document = document
        self.caret.leave()
        self._annotations = []
        self._flow_anew(at or Position(0, 0), Layers())

    def on_resize(self) -> None:
        """Flow the text to the new width, with the same place at the top, or at what was gone to before it stood."""
        self._flow_anew(self.top, self._painter.layers)
        if self._pending and self.size.height:
            (at, spare), self._pending = self._pending, None
            self.go_to(at, spare=spare)

    def on_mount(self) -> None:
        """Draw anew in the colours of another theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self.call_later(self._restyled))

    def _restyled(self) -> None:
        self._flow_anew(self.top, self._painter.layers)

    def _flow_anew(self, top: Position, layers: Layers) -> None:
        width = self.scrollable_content_region.width or MEASURE + GUTTER
        measure = max(8, min(MEASURE, width - GUTTER - 1))
        if self.flow.document is not self.document or self.flow.width != measure:
            self.flow = Flow(self.document, measure)
        self._margin = GUTTER + max(0, (width - GUTTER - measure) // 2)
        theme = self.app.current_theme
        contrast = "contrast" in theme.name
        self._painter = Painter(self.flow, self._named_style, dark=theme.dark, contrast=contrast)
        self._painter.layers = layers
        self.virtual_size = Size(width, max(len(self.flow), 1))
        if self.document.items:
            self._scroll_to_row(self.flow.row_of(top))
        self.redraw()

    def _named_style(self, name: str) -> Style:
        """Return the style of a part of the print; colours that let through are laid over the background."""
        if name == "text":
            return self.rich_style
        styles = self.get_component_styles(f"paper-text--{_PARTS.get(name, 'strong')}")
        ground = self.background_colors[1]
        colour = back = None
        if styles.has_rule("background"):
            ground = ground + styles.background
            back = ground.rich_color
        if styles.has_rule("color"):
            plain = ground.get_contrast_text(styles.color.a) if styles.auto_color else styles.color
            colour = (ground + plain).rich_color
        return Style.from_color(colour, back) + styles.text_style

    def redraw(self) -> None:
        """Draw all lines anew."""
        layers = self._painter.layers
        layers.selection, layers.caret = self.caret.selection, self.caret.at
        self._strips.clear()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the line `y` of the window."""
        number = y + self.scroll_offset.y
        strip = self._strips.get(number)
        if strip is None:
            strip = self._painter.line(number, self._margin, self.scrollable_content_region.width)
            self._strips[number] = strip
        return strip

    @property
    def drawn(self) -> Layers:
        """What is drawn over the text."""
        return self._painter.layers

    @property
    def margin(self) -> int:
        """Cells left of the text."""
        return self._margin

    # Places

    @property
    def top(self) -> Position:
        """What stands at the top."""
        if not self.document.items or not len(self.flow):
            return Position(0, 0)
        return self.flow.position_at(self.scroll_offset.y, 0)

    @property
    def share(self) -> float:
        """How much of the text has been scrolled through, 0 to 1."""
        return self.scroll_offset.y / self.max_scroll_y if self.max_scroll_y else 1.0

    @property
    def rows_shown(self) -> tuple[int, int]:
        """The first line in the window and the one behind the last."""
        first = self.scroll_offset.y
        return first, min(len(self.flow), first + max(1, self.scrollable_content_region.height))

    def go_to(self, at: Position, *, spare: int = MARGIN) -> None:
        """Bring a position near the top of the window, `spare` lines below it."""
        if not self.size.height:
            self._pending = (at, spare)
        if self.document.items:
            self._scroll_to_row(self.flow.row_of(at) - spare)

    def reveal(self, at: Position) -> None:
        """Scroll as little as needed for a position to be seen, with some lines around it."""
        if not self.document.items:
            return
        row = self.flow.row_of(at)
        first, behind = self.rows_shown
        spare = min(MARGIN, max(0, (behind - first - 1) // 2))
        if row < first + spare:
            self._scroll_to_row(row - spare)
        elif row >= behind - spare:
            self._scroll_to_row(row - (behind - first) + 1 + spare)

    def _scroll_to_row(self, row: int) -> None:
        self.scroll_to(y=max(0, row), animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell where the reading is."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.post_message(self.Moved(self.top))

    # What is drawn over the text

    def annotate(self, annotations: Sequence[tuple[Annotation, list[Span]]]) -> None:
        """Draw annotations over their characters."""
        self._annotations = sorted(annotations, key=lambda one: one[1][:1])
        found: dict[int, list[tuple[Span, Annotation]]] = {}
        for annotation, spans in self._annotations:
            for span in spans:
                found.setdefault(span.item, []).append((span, annotation))
        self._painter.layers.annotated = found
        self.redraw()

    def point_at(self, spans: Sequence[Span]) -> None:
        """Show where something stands until the reader moves on by more than a window."""
        self._painter.layers.pointing = by_item(spans)
        self.redraw()

    def mark_matches(self, spans: Sequence[Span], current: Span | None) -> None:
        """Show what was searched for."""
        self._painter.layers.matches, self._painter.layers.match = by_item(spans), current
        self.redraw()

    @property
    def annotation(self) -> str:
        """The id of the annotation that keys act on, or empty."""
        return self._painter.layers.annotation

    def choose(self, annotation: str) -> None:
        """Let keys act on an annotation, and show where it is; none where it is empty."""
        self._painter.layers.annotation = annotation
        self._painter.layers.link = None
        self.redraw()
        self.post_message(self.Chosen(annotation))

    @property
    def link(self) -> tuple[int, Link] | None:
        """The link that enter follows, with its item."""
        return self._painter.layers.link

    def spans_of(self, annotation: str) -> list[Span]:
        """Return where an annotation is drawn."""
        return next((spans for one, spans in self._annotations if one.id == annotation), [])

    def _leave_place(self) -> None:
        """Point at nothing any more."""
        if self._painter.layers.pointing:
            self._painter.layers.pointing = {}
            self.redraw()
