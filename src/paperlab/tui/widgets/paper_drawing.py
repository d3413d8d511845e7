"""Draws lines of a paper: the print itself, and over it annotations, links, what was searched for and selected."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from paperlab.tui.flow import ItemKind, LinkKind
from paperlab.tui.flow.document import FILLER, cells
from paperlab.tui.look.signs import highlight_colour
from paperlab.types import AnnotationKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paperlab.tui.flow import Flow, Item, Link, Position, Row, Span
    from paperlab.types import Annotation

GUTTER = 6
"""Cells left of the text: page number, sign of a comment."""
FIGURE_HINT = "  enter shows it"
_MARKS = {
    AnnotationKind.UNDERLINE: Style(underline=True),
    AnnotationKind.SQUIGGLY: Style(underline=True, italic=True),
    AnnotationKind.STRIKEOUT: Style(strike=True),
}


@dataclass
class Layers:
    """What is drawn over the print, by item where it is much."""

    annotated: dict[int, list[tuple[Span, Annotation]]] = field(default_factory=dict)
    matches: dict[int, list[Span]] = field(default_factory=dict)
    match: Span | None = None
    pointing: dict[int, list[Span]] = field(default_factory=dict)
    link: tuple[int, Link] | None = None
    annotation: str = ""
    """The id of the one that keys act on."""
    selection: tuple[Position, Position] | None = None
    caret: Position | None = None
    hints: dict[tuple[int, int], str] = field(default_factory=dict)
    """By item and start of the link: what to type for it."""


@lru_cache(maxsize=64)
def annotation_style(kind: AnnotationKind, colour: str, *, dark: bool, contrast: bool) -> Style:
    """Return how an annotated word is drawn."""
    if kind in _MARKS:
        return _MARKS[kind]
    if contrast:
        return Style(bgcolor=highlight_colour(colour, dark=False), color="#000000")
    return Style(bgcolor=highlight_colour(colour, dark=dark), color="#f4f4f0" if dark else "#1d1d1b")


class Painter:
    """Draws lines of one flow in the styles of one widget."""

    def __init__(self, flow: Flow, style: Callable[[str], Style], *, dark: bool, contrast: bool) -> None:
        """`style` gives the partial style of a part of the print by name; `text` is the whole style of plain print."""
        self._flow = flow
        self._named = style
        self._look = {"dark": dark, "contrast": contrast}
        self._styles: dict[tuple[str, ...], Style] = {}
        self.layers = Layers()

    def line(self, number: int, margin: int, width: int) -> Strip:
        """Return a line of the flow with `margin` cells before the text (the gutter counted), `width` cells in all."""
        plain = self._style(())
        if not 0 <= number < len(self._flow):
            return Strip.blank(width, plain)
        row = self._flow.rows[number]
        item = self._flow.document.items[row.item]
        if row.is_blank:
            return Strip.blank(width, plain)
        gutter = self._gutter(number, row, item)
        before = Segment(" " * (margin - GUTTER), plain)
        left = self.left_of(row, margin, width)
        segments = [before, *gutter, Segment(" " * (left - margin), plain)] if left >= margin else []
        segments = segments or [*Strip([before, *gutter]).crop(0, left)]
        strip = Strip([*segments, *self._pieces(row, item)])
        room = width if item.kind is ItemKind.TABLE else min(width, margin + self._flow.width)
        if strip.cell_length > room:
            strip = Strip([*strip.crop(0, room - 1), Segment("›", self._style(("muted",)))])
        return strip.extend_cell_length(width, plain).crop(0, width)

    def left_of(self, row: Row, margin: int, width: int) -> int:
        """Return the cell in which a line's text begins: a table takes room at both sides where it is wide."""
        item = self._flow.document.items[row.item]
        if item.kind is not ItemKind.TABLE:
            return margin + row.indent
        return max(GUTTER, min(margin + row.indent, width - 1 - item.widest))

    def _gutter(self, number: int, row: Row, item: Item) -> list[Segment]:
        page = ""
        items = self._flow.document.items
        opens = number == self._flow.first_row(row.item)
        if opens and item.page and (row.item == 0 or self._flow.document.page_at(row.item - 1) != item.page):
            page = str(item.page)
        opens = opens or row.item == 0
        if row.item == 0 and row.start == 0 and items[0].page:
            page = str(items[0].page)
        return [Segment(f"{page:>4}", self._style(("page",))), self._sign(row), Segment(" ", self._style(()))]

    def _sign(self, row: Row) -> Segment:
        """Return the sign of a comment that begins on the line, or of the table that enter shows."""
        for span, annotation in self.layers.annotated.get(row.item, ()):
            if annotation.comment and row.start <= span.start <= max(row.end, row.start) and span.start < row.end:
                return Segment("◆", self._style(("sign",)))
        link = self.layers.link
        if link and link[0] == row.item and link[1].kind is LinkKind.TABLE and row.start == 0:
            return Segment("▸", self._style(("sign",)))
        return Segment(" ", self._style(()))

    def _pieces(self, row: Row, item: Item) -> list[Segment]:
        """Return a line's text cut where its look changes."""
        spans = self._spans(row, item)
        cuts = sorted({row.start, row.end, *(at for start, end, _ in spans for at in (start, end))})
        cuts = [at for at in cuts if row.start <= at <= row.end]
        found: list[Segment] = []
        for start, end in pairwise(cuts):
            names = tuple(name for first, last, name in spans if first <= start and end <= last)
            text = item.shown[start:end].replace(FILLER, "").replace("\n", " ")
            found.append(Segment(text, self._style((item.kind.value, *names))))
            if hint := self.layers.hints.get((row.item, start)):
                found[-1:] = self._hinted(found[-1], hint)
        found += self._behind(row, item)
        return found

    def _behind(self, row: Row, item: Item) -> list[Segment]:
        """Return what stands behind a line's text: the hint of a picture, the cursor at its end."""
        found = []
        caret = self.layers.caret
        if (
            caret
            and caret.item == row.item
            and caret.offset == row.end
            and self._flow.rows[self._flow.row_of(caret)] == row
        ):
            found.append(Segment(" ", self._style((item.kind.value, "caret"))))
        if item.kind is ItemKind.FIGURE:
            found.append(Segment(FIGURE_HINT, self._style(("muted",))))
        return found

    def _hinted(self, segment: Segment, hint: str) -> list[Segment]:
        """Return a link with what to type for it over its beginning."""
        label = Segment(hint, self._style(("hint",)))
        rest = Strip([segment]).crop(min(len(hint), cell_len(segment.text)))
        return [label, *rest]

    def _spans(self, row: Row, item: Item) -> list[tuple[int, int, str]]:
        """Return what is drawn over a line, the lowest first."""
        layers = self.layers
        i = row.item
        found = [(run.start, run.end, run.style) for run in item.runs]
        found += [
            (link.start, link.end, "link") for link in item.links if link.kind is not LinkKind.TABLE or item.block
        ]
        found += [(span.start, span.end, "pointing") for span in layers.pointing.get(i, ())]
        for span, annotation in layers.annotated.get(i, ()):
            found.append((span.start, span.end, f"a:{annotation.kind.value}:{annotation.colour}"))
            if annotation.id == layers.annotation:
                found.append((span.start, span.end, "annotation-current"))
        found += [(span.start, span.end, "match") for span in layers.matches.get(i, ())]
        if layers.match and layers.match.item == i:
            found.append((layers.match.start, layers.match.end, "match-current"))
        if layers.link and layers.link[0] == i:
            found.append((layers.link[1].start, layers.link[1].end, "link-current"))
        found += self._selected(i, len(item.text))
        return [
            (max(start, row.start), min(end, row.end), name)
            for start, end, name in found
            if start < row.end and end > row.start
        ]

    def _selected(self, i: int, length: int) -> list[tuple[int, int, str]]:
        found = []
        if selection := self.layers.selection:
            first, last = selection
            if first.item <= i <= last.item:
                start = first.offset if i == first.item else 0
                found.append((start, last.offset if i == last.item else length, "selection"))
        caret = self.layers.caret
        if caret and caret.item == i:
            found.append((caret.offset, self._behind_character(caret), "caret"))
        return found

    def _behind_character(self, at: Position) -> int:
        shown, end = self._flow.document.items[at.item].shown, at.offset + 1
        while end < len(shown) and cells(shown[end]) == 0:
            end += 1
        return end

    def _style(self, names: tuple[str, ...]) -> Style:
        style = self._styles.get(names)
        if style is None:
            style = self._named("text")
            for name in names:
                style += self._part(name)
            self._styles[names] = style
        return style

    def _part(self, name: str) -> Style:
        if not name.startswith("a:"):
            return self._named(name)
        _, kind, colour = name.split(":", 2)
        return annotation_style(AnnotationKind(kind), colour, **self._look)


def by_item(spans: Sequence[Span]) -> dict[int, list[Span]]:
    """Return spans by the item they stand in."""
    found: dict[int, list[Span]] = {}
    for span in spans:
        found.setdefault(span.item, []).append(span)
    return found
