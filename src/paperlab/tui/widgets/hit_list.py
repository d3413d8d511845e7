"""Passages that a search by meaning found, below the titles that match."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len

from paperlab.text import clean
from paperlab.tui.widgets.line_list import LineList, Parts, fitted, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from paperlab.types import Hit


class HitList(LineList):
    """Hits of three lines each: where, then the passage around the words that were looked for."""

    LINES = 3
    COMPONENT_CLASSES: ClassVar[set[str]] = set()
    DEFAULT_CSS = """
    HitList > .line-list--cursor { background: $background; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.hits: Sequence[Hit] = ()

    def show(self, hits: Sequence[Hit]) -> None:
        """Show other hits."""
        chunk = self.hit.chunk_id if self.hit else None
        self.hits = hits
        at = next((n for n, hit in enumerate(hits) if hit.chunk_id == chunk), 0)
        self.renew(at)
        self.show_cursor()

    @property
    def hit(self) -> Hit | None:
        """The hit at the cursor."""
        return self.hits[self.cursor] if self.cursor < len(self.hits) else None

    def count(self) -> int:
        """Return the number of hits."""
        return len(self.hits)

    def draw(self, item: int, line: int, width: int) -> Strip:
        """Return one of a hit's lines."""
        hit = self.hits[item]
        if line == 0:
            return self.strip(_head(hit, width), width)
        room = max(1, width - 4)
        lines = _wrapped(_excerpt(hit, 2 * room - 8), room)
        shown = lines[line - 1] if line <= len(lines) else []
        return self.strip([("   ", ""), *shown], width)


def _head(hit: Hit, width: int) -> Parts:
    """Return the paper, the place in it, and which arm of the search found it."""
    found = " + ".join(hit.found_by)
    place = f"  p. {hit.page}"
    section = f" · {plain(' › '.join(hit.section))}" if hit.section else ""
    room = width - cell_len(place) - cell_len(found) - 4
    title = plain(hit.title) or hit.key
    title_room = min(cell_len(title), max(12, room - min(cell_len(section), room // 3)))
    section = fitted(section, max(0, room - title_room)) if cell_len(section) > room - title_room else section
    parts: Parts = [(" ", ""), (fitted(title, title_room), "strong"), (place, "accent"), (section, "muted")]
    used = sum(cell_len(text) for text, _ in parts)
    return [*parts, (" " * max(1, width - used - cell_len(found) - 1), ""), (found, "disabled")]


def _excerpt(hit: Hit, length: int) -> Parts:
    """Return the part of the passage with most marks, from a word's beginning, with its words marked."""
    start = _best_start(hit, length)
    parts: Parts = [("… ", "muted")] if start else []
    at = start
    for first, last in hit.marks:
        if first < at or first > start + length:
            continue
        parts += [(_flat(hit.passage[at:first]), "muted"), (_flat(hit.passage[first:last]), "match")]
        at = last
    return [*parts, (_flat(hit.passage[at : max(at, start + length + 40)]), "muted")]


def _best_start(hit: Hit, length: int) -> int:
    if len(hit.passage) <= length or not hit.marks:
        return 0
    starts = [0, *(max(0, first - length // 6) for first, _ in hit.marks)]
    best = max(starts, key=lambda at: sum(at <= first and last <= at + length for first, last in hit.marks))
    return hit.passage.find(" ", best) + 1 if best else 0


def _flat(text: str) -> str:
    """Return a piece of text harmless and without line ends; spaces at its ends stay."""
    return clean(" ".join(text.replace("\t", " ").split("\n")))


def _wrapped(parts: Parts, width: int) -> list[Parts]:
    """Return parts as lines of at most `width` cells, broken between words."""
    lines: list[Parts] = [[]]
    used = 0
    for text, tone in parts:
        for word in _words(text):
            cells = cell_len(word.rstrip())
            if used and used + cells > width:
                lines.append([])
                used = 0
            shown = word if used else word.lstrip()
            lines[-1].append((shown, tone))
            used += cell_len(shown)
    return lines


def _words(text: str) -> list[str]:
    """Return the words of a text, each with the space behind it."""
    words, at = [], 0
    while at < len(text):
        end = text.find(" ", at)
        end = len(text) if end < 0 else end + 1
        words.append(text[at:end])
        at = end
    return words
