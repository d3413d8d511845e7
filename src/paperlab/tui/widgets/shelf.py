"""The shelf: all papers, those of a status, reading lists, tags. What is chosen here narrows the table."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.binding import Binding

from paperlab.tui.look.signs import FOLDED, STATUS_COLOURS, STATUS_SIGNS, UNFOLDED
from paperlab.tui.widgets.line_list import LineList, Parts, fitted, plain
from paperlab.types import Filters, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual import events
    from textual.binding import BindingType
    from textual.strip import Strip

    from paperlab.tui.views.rows import Rows

STATUS_WORDS = {Status.TO_READ: "To read", Status.READING: "Reading", Status.READ: "Read", Status.SKIPPED: "Skipped"}
_MOST_TAGS = 500


class Kind(StrEnum):
    """What a line of the shelf stands for."""

    ALL = "all"
    STATUS = "status"
    LIST = "list"
    TAG = "tag"
    HEAD = "head"


@dataclass(frozen=True, slots=True)
class Scope:
    """One line of the shelf."""

    kind: Kind = Kind.ALL
    name: str = ""
    """The status, the reading list's or the tag's name; of a head its words."""
    label: str = ""
    count: str = ""

    @property
    def filters(self) -> Filters:
        """What it narrows the library to."""
        if self.kind is Kind.STATUS:
            return Filters(statuses=(Status(self.name),))
        if self.kind is Kind.LIST:
            return Filters(lists=(self.name,))
        return Filters(tags=(self.name,)) if self.kind is Kind.TAG else Filters()

    def is_at(self, other: Scope) -> bool:
        """Tell whether both stand for the same, whatever their counts."""
        return (self.kind, self.name) == (other.kind, other.name)


@dataclass(frozen=True, slots=True)
class ShelfCounts:
    """What the shelf shows."""

    papers: int = 0
    statuses: Mapping[Status, int] = field(default_factory=dict)
    lists: Sequence[tuple[str, int, int]] = ()
    """Name, papers that are read, all papers."""
    tags: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Rows) -> ShelfCounts:
        """Count a library's papers."""
        lists = []
        for one in rows.lists:
            found = [rows.by_key.get(entry.key) for entry in one.entries]
            read = sum(row is not None and row.status is Status.READ for row in found)
            lists.append((one.name, read, len(found)))
        return cls(len(rows.library), rows.statuses, lists, rows.tags)


class Shelf(LineList):
    """All that narrows the library, with counts. The cursor chooses; heads fold what stands below them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set()
    DEFAULT_CSS = """
    Shelf { background: $surface; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "screen.go_right", "To the papers", show=False, id="shelf.right"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._counts = ShelfCounts()
        self._folded: set[str] = set()
        self._scopes: list[Scope] = [Scope(label="All papers")]

    @property
    def scope(self) -> Scope:
        """What the cursor is at."""
        return self._scopes[self.cursor]

    def show(self, counts: ShelfCounts) -> None:
        """Show new counts, the cursor where it was; what is gone gives way to all papers."""
        self._counts = counts
        before = self.scope
        self._scopes = self._all_scopes()
        at = next((n for n, one in enumerate(self._scopes) if one.is_at(before)), 0)
        self.renew(at)
        if not self.scope.is_at(before):
            self.post_message(self.Moved(self))

    def count(self) -> int:
        """Return the number of lines."""
        return len(self._scopes)

    def action_open(self) -> None:
        """Fold or unfold below a head; else it is opened."""
        if self.scope.kind is Kind.HEAD:
            self._folded ^= {self.scope.name}
            self.show(self._counts)
        else:
            super().action_open()

    def on_click(self, event: events.Click) -> None:
        """Fold or unfold below a head that is clicked."""
        place = event.get_content_offset(self)
        item = self.item_at(place.y) if place else None
        if item is not None and self._scopes[item].kind is Kind.HEAD:
            event.stop()
            event.prevent_default()
            self.move_to(item)
            self.action_open()

    def _all_scopes(self) -> list[Scope]:
        counts = self._counts
        scopes = [Scope(label="All papers", count=f"{counts.papers:,}")]
        scopes += [
            Scope(Kind.STATUS, status.value, words, f"{counts.statuses.get(status, 0):,}")
            for status, words in STATUS_WORDS.items()
        ]
        lists = [Scope(Kind.LIST, name, name, f"{read}/{papers}") for name, read, papers in counts.lists]
        tags = sorted(counts.tags.items(), key=lambda item: (-item[1], item[0]))[:_MOST_TAGS]
        scopes += self._below("Reading lists", lists)
        return scopes + self._below("Tags", [Scope(Kind.TAG, tag, tag, f"{papers:,}") for tag, papers in tags])

    def _below(self, head: str, scopes: list[Scope]) -> list[Scope]:
        if not scopes:
            return []
        return [Scope(Kind.HEAD, head, head), *(() if head in self._folded else scopes)]

    def draw(self, item: int, line: int, width: int) -> Strip:  # noqa: ARG002 - a scope has one line
        """Return one line."""
        scope = self._scopes[item]
        if scope.kind is Kind.HEAD:
            sign = FOLDED if scope.name in self._folded else UNFOLDED
            return self.strip([(f" {sign} ", "muted"), (scope.label, "muted")], width)
        room = max(1, width - cell_len(scope.count) - 5)
        begin: Parts = [("   ", "")]
        if scope.kind is Kind.STATUS:
            status = Status(scope.name)
            begin = [(" ", ""), (STATUS_SIGNS[status], STATUS_COLOURS[status]), (" ", "")]
        elif scope.kind is Kind.ALL:
            begin = [(" ", "")]
            room += 2
        label = fitted(plain(scope.label), room)
        return self.strip(
            [*begin, (label, "strong" if scope.kind is Kind.ALL else ""), (f" {scope.count} ", "muted")], width
        )
