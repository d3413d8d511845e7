"""Annotations of many papers: each with its colour, page, quote and comment, below the title of its paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.binding import Binding
from textual.content import Content

from paperlab.text import one_line
from paperlab.tui.look.signs import ANNOTATION_SIGNS
from paperlab.tui.widgets.colours import colour_value
from paperlab.tui.widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from paperlab.tui.views.annotation_rows import Entry

_QUIET = "$foreground-muted"
_BAR = 2
_PAGE = 7
"""Cells of the column of pages."""
_NARROW = 40
"""Below so many cells there is no column of pages."""


@dataclass(frozen=True, eq=False)
class PaperRow(Row):
    """The paper of the annotations below."""

    title: str
    key: str
    count: int
    first: bool

    def height(self, width: int) -> int:  # noqa: ARG002 - the same at every width
        """Return its lines: the first has no empty line above."""
        return 1 if self.first else 2

    def lines(self, width: int) -> list[Content]:
        """Return the title, cut to leave room for key and number."""
        rest = f" · {one_line(self.key)} · {self.count}"
        room = width - cell_len(rest)
        title = Content.styled(self.title, "bold $primary")
        line = title.truncate(width, ellipsis=True)
        if room >= width // 2:
            line = Content.assemble(title.truncate(room, ellipsis=True), (rest, _QUIET))
        return [line] if self.first else [Content(""), line]


@dataclass(frozen=True, eq=False)
class AnnotationRow(Row):
    """One annotation: two lines of its quote, one of its comment."""

    entry: Entry

    @property
    def name(self) -> str:
        """Paper and id."""
        return self.entry.name

    def _room(self, width: int) -> int:
        return max(4, width - _BAR - (_PAGE if width >= _NARROW else 0))

    def height(self, width: int) -> int:
        """Return its lines without wrapping anything."""
        quote = self.entry.quote
        lines = 0 if not quote else 1 if _fits(quote, self._room(width)) else 2
        return max(1, lines + bool(self.entry.comment))

    def lines(self, width: int) -> list[Content]:
        """Lay the words out beside colour and page."""
        room = self._room(width)
        words = [Content(line) for line in _two_lines(self.entry.quote, room)]
        if self.entry.comment:
            words.append(Content.styled(self.entry.comment, "$secondary").truncate(room, ellipsis=True))
        one = self.entry.annotation
        sign = Content.styled(f"{ANNOTATION_SIGNS[one.kind]} ", colour_value(one.colour))
        page = self._page() if width >= _NARROW else Content("")
        blank = Content(" " * page.cell_length)
        lines = [Content.assemble(sign, page if not i else blank, line) for i, line in enumerate(words)]
        return lines or [Content.assemble(sign, page, ("no words", _QUIET))]

    def _page(self) -> Content:
        words = f"p. {self.entry.annotation.page}" if self.entry.annotation.page else "paper"
        if self.entry.lost:
            return Content.styled("lost".ljust(_PAGE), "bold $error")
        return Content.styled(words[: _PAGE - 1].ljust(_PAGE), _QUIET)


def _two_lines(quote: str, room: int) -> list[str]:
    if _fits(quote, room):
        return [quote] if quote else []
    first = Content(quote[: 2 * room + 2]).wrap(room)[0].plain.rstrip()
    rest = quote[len(first) :].strip()
    return [first, Content(rest).truncate(room, ellipsis=True).plain]


def _fits(quote: str, room: int) -> bool:
    # Cells are counted only where there are few characters: that of thousands of long quotes takes seconds.
    return len(quote) <= room and cell_len(quote) <= room


def annotation_rows(groups: Sequence[Sequence[Entry]]) -> list[Row]:
    """Return the rows of annotations, by paper."""
    rows: list[Row] = []
    for group in groups:
        rows.append(PaperRow(group[0].title, group[0].key, len(group), first=not rows))
        rows += [AnnotationRow(one) for one in group]
    return rows


class AnnotationList(RowList):
    """The list; space chooses several."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="annotations.open"),
        Binding("space", "mark", "Choose several", show=False, id="annotations.mark"),
    ]

    def action_mark(self) -> None:
        """Choose the annotation of the cursor, or no longer."""
        self.toggle_mark()

    @property
    def entry(self) -> Entry | None:
        """The annotation the cursor is on."""
        row = self.rows[self.cursor] if self.cursor is not None else None
        return row.entry if isinstance(row, AnnotationRow) else None

    @property
    def chosen(self) -> list[Entry]:
        """Those that are chosen; the one of the cursor where none is."""
        marked = [row.entry for row in self.rows if isinstance(row, AnnotationRow) and row.name in self.marked]
        return marked or ([self.entry] if self.entry else [])
