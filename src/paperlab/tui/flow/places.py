"""From pages, quotes, boxes and annotations to the characters of a document, and back to its blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from paperlab.quotes import letters_of, page_letters, places
from paperlab.tui.flow.document import Document, ItemKind, Position, Span, spans_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from paperlab.tui.flow.document import Item
    from paperlab.types import Annotation, Block, Box

_MOST_FOUND = 5000
_DASHES = "-‐‑–−\u00ad^_"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄₅₆₇₈₉₋"
_LIKELY = 0.3
"""Share of the best place's print in the boxes that another one needs to be likely, too."""


class Part(NamedTuple):
    """What of a selection stands on one page."""

    page: int
    spans: tuple[tuple[int, int, int], ...]
    """Position of the block in the reading, start and end in its text; ascending."""


class _Joined(NamedTuple):
    """The texts of some items in one, and where each begins in it."""

    text: str
    items: list[int]
    starts: list[int]

    def spans(self, start: int, end: int, name: str) -> Iterator[Span]:
        """Yield the items' spans that a span of the joined text covers."""
        for item, at, behind in zip(self.items, self.starts, [*self.starts[1:], len(self.text) + 1], strict=True):
            first, last = max(start, at), min(end, behind - 1)
            if first < last:
                yield Span(item, first - at, last - at, name)


def selection_parts(document: Document, first: Position, last: Position) -> list[Part]:
    """Return the spans of blocks that a selection covers, by page; a table's cells and remarks are no blocks."""
    found: dict[int, list[tuple[int, int, int]]] = {}
    for span in spans_between(document.items, first, last):
        item = document.items[span.item]
        if item.block is not None:
            found.setdefault(item.page, []).append((item.block, span.start, span.end))
    return [Part(page, tuple(spans)) for page, spans in found.items()]


def annotation_spans(document: Document, annotation: Annotation) -> list[Span]:
    """Return the characters that an annotation marks, where they are shown; [] for a note or what is not shown.

    Its words are found on its page by their letters; of several places the one in its boxes, then the one with its
    words around it.
    """
    if annotation.page is None or not letters_of(annotation.quote).letters:
        return []
    joined = _joined_page(document, annotation.page)
    words = annotation.quote.strip()
    found = _found(document, joined, annotation, words)
    found = found or _found(document, joined, annotation, words.lstrip(_DASHES))
    return list(joined.spans(*_with_hyphens(joined.text, *found, words), annotation.id)) if found else []


def _found(document: Document, joined: _Joined, annotation: Annotation, words: str) -> tuple[int, int] | None:
    """Return the span of the joined texts that an annotation's words are."""
    quote, letters = letters_of(words).letters, page_letters(joined.text)
    if not quote:
        return None
    found = [(letters.starts[at], letters.ends[at + len(quote) - 1], at) for at in places(quote, letters)]
    if len(found) < 2:
        return found[0][:2] if found else None
    before, after = letters_of(annotation.before).letters, letters_of(annotation.after).letters
    inside = [_overlap(document, list(joined.spans(start, end, "")), annotation.boxes) for start, end, _ in found]

    def around(at: int) -> int:
        behind = _alike(after, letters.letters[at + len(quote) : at + len(quote) + len(after)])
        return behind + _alike(before[::-1], letters.letters[max(0, at - len(before)) : at][::-1])

    enough = _LIKELY * max(inside)
    best = max(range(len(found)), key=lambda i: (inside[i] >= enough, around(found[i][2]), inside[i]))
    return found[best][:2]


def _with_hyphens(text: str, start: int, end: int, quote: str) -> tuple[int, int]:
    """Return the span with the hyphens that the quote has at its ends: they are no letters."""
    if start and (
        (quote[0] in _DASHES and text[start - 1] in _DASHES) or (text[start - 1] in "^_" and quote[0] in _RAISED)
    ):
        start -= 1
    if quote[-1] in _DASHES and text[end : end + 1] and text[end] in _DASHES:
        end += 1
    return start, end


def _joined_page(document: Document, page: int) -> _Joined:
    return _join((i, item) for i, item in enumerate(document.items) if item.page == page and _has_words(item))


def _has_words(item: Item) -> bool:
    return item.kind not in {ItemKind.REMARK, ItemKind.FIGURE}


def _join(items: Iterable[tuple[int, Item]]) -> _Joined:
    numbers, starts, texts = [], [], []
    at = 0
    for i, item in items:
        numbers.append(i)
        starts.append(at)
        texts.append(item.text)
        at += len(item.text) + 1
    return _Joined("\n".join(texts), numbers, starts)


def _alike(one: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _overlap(document: Document, spans: Sequence[Span], boxes: Sequence[Box]) -> float:
    """Return about how much of some spans' print lies in boxes, in points along the lines."""
    total = 0.0
    for span in spans:
        block = document.items[span.item].block
        if block is not None:
            total += sum(_along(box, other) for box in _boxes_of(document.blocks[block], span) for other in boxes)
    return round(total, 1)


def _boxes_of(block: Block, span: Span) -> Iterator[Box]:
    """Yield about where a span's characters are printed: each takes its share of its line."""
    ends = [line.start for line in block.lines[1:]] + [len(block.text)]
    for line, end in zip(block.lines, ends, strict=True):
        first, last = max(line.start, span.start), min(end, span.end)
        if first < last:
            x0, y0, x1, y1 = line.box
            share = (x1 - x0) / max(1, end - line.start)
            yield x0 + share * (first - line.start), y0, x0 + share * (last - line.start), y1


def _along(one: Box, other: Box) -> float:
    height = min(one[3], other[3]) - max(one[1], other[1])
    beside = height > 0.5 * min(one[3] - one[1], other[3] - other[1])
    return max(0.0, min(one[2], other[2]) - max(one[0], other[0])) if beside else 0.0


def spans_of_boxes(document: Document, page: int, boxes: Sequence[Box]) -> list[Span]:
    """Return the text of the printed lines that stand in boxes on a page."""
    found = []
    for i, item in enumerate(document.items):
        if item.page == page and item.block is not None:
            block = document.blocks[item.block]
            ends = [line.start for line in block.lines[1:]] + [len(block.text)]
            for line, end in zip(block.lines, ends, strict=True):
                if any(_along(line.box, box) > 0.3 * (line.box[2] - line.box[0]) for box in boxes):
                    found.append(Span(i, line.start, len(block.text[:end].rstrip())))
    return found


def place_of(document: Document, page: int | None, quote: str) -> list[Span]:
    """Return where a quote stands: on its page, else on any; [] where its letters are nowhere in one run."""
    wanted = letters_of(quote).letters
    if not wanted:
        return []
    pages = [page] if page else []
    pages += [number for number in document.first_on_page if number != page]
    for number in pages:
        joined = _joined_page(document, number)
        letters = page_letters(joined.text)
        at = next(places(wanted, letters), None)
        if at is not None:
            return list(joined.spans(letters.starts[at], letters.ends[at + len(wanted) - 1], ""))
    return []


def find_all(document: Document, words: str) -> list[Span]:
    """Return where words stand, whatever the white space between them; capitals count where some are typed."""
    parts = words.split()
    if not parts:
        return []
    flags = re.IGNORECASE if words == words.casefold() else re.NOFLAG
    pattern = re.compile(r"\s+".join(map(re.escape, parts)), flags)
    found = []
    for i, item in enumerate(document.items):
        found += [Span(i, *match.span()) for match in pattern.finditer(item.text)]
        if len(found) > _MOST_FOUND:
            break
    return found
