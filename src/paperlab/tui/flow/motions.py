"""Where a cursor in the text goes: by character, word, sentence, line and paragraph."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paperlab.chunking import sentences
from paperlab.tui.flow.document import Document, ItemKind, Position, Span, cells

if TYPE_CHECKING:
    from collections.abc import Callable

    from paperlab.tui.flow.lines import Flow

_WORD = re.compile(r"\w+(?:[-’']\w+)*|[^\w\s]+")
_PASSED = {ItemKind.REMARK, ItemKind.FIGURE}


def _step(document: Document, item: int, way: int) -> int | None:
    """Return the next item in a direction that a cursor may stand in."""
    item += way
    while 0 <= item < len(document.items):
        if document.items[item].kind not in _PASSED and document.items[item].text:
            return item
        item += way
    return None


def _left(flow: Flow, at: Position) -> Position:
    if at.offset > 0:
        shown, offset = flow.document.items[at.item].shown, at.offset - 1
        while offset > 0 and cells(shown[offset]) == 0:
            offset -= 1
        return Position(at.item, offset)
    before = _step(flow.document, at.item, -1)
    return at if before is None else Position(before, len(flow.document.items[before].text))


def _right(flow: Flow, at: Position) -> Position:
    shown = flow.document.items[at.item].shown
    if at.offset < len(shown):
        offset = at.offset + 1
        while offset < len(shown) and cells(shown[offset]) == 0 and shown[offset] != "\n":
            offset += 1
        return Position(at.item, offset)
    behind = _step(flow.document, at.item, 1)
    return at if behind is None else Position(behind, 0)


def _word_ahead(flow: Flow, at: Position) -> Position:
    starts = [m.start() for m in _WORD.finditer(flow.document.items[at.item].text)]
    return _ahead(flow, at, starts)


def _word_end(flow: Flow, at: Position) -> Position:
    ends = [m.end() for m in _WORD.finditer(flow.document.items[at.item].text)]
    later = next((end for end in ends if end > at.offset), None)
    if later is not None:
        return Position(at.item, later)
    behind = _step(flow.document, at.item, 1)
    return at if behind is None else _word_end(flow, Position(behind, 0))


def _word_back(flow: Flow, at: Position) -> Position:
    return _back(flow, at, lambda text: [m.start() for m in _WORD.finditer(text)])


def _sentence_ahead(flow: Flow, at: Position) -> Position:
    """Go to the end of the sentence, or to that of the next one where it stands at an end."""
    ends = [end for _, end in sentences(flow.document.items[at.item].text)]
    later = next((end for end in ends if end > at.offset), None)
    if later is not None:
        return Position(at.item, later)
    behind = _step(flow.document, at.item, 1)
    return at if behind is None else _sentence_ahead(flow, Position(behind, 0))


def _sentence_back(flow: Flow, at: Position) -> Position:
    return _back(flow, at, lambda text: [start for start, _ in sentences(text)])


def _ahead(flow: Flow, at: Position, starts: list[int]) -> Position:
    later = next((start for start in starts if start > at.offset), None)
    if later is not None:
        return Position(at.item, later)
    behind = _step(flow.document, at.item, 1)
    return Position(at.item, len(flow.document.items[at.item].text)) if behind is None else Position(behind, 0)


def _back(flow: Flow, at: Position, starts_of: Callable[[str], list[int]]) -> Position:
    earlier = [start for start in starts_of(flow.document.items[at.item].text) if start < at.offset]
    if earlier:
        return Position(at.item, earlier[-1])
    before = _step(flow.document, at.item, -1)
    if before is None:
        return Position(at.item, 0)
    return _back(flow, Position(before, len(flow.document.items[before].text)), starts_of)


def _line_start(flow: Flow, at: Position) -> Position:
    return Position(at.item, max(0, flow.rows[flow.row_of(at)].start))


def _line_end(flow: Flow, at: Position) -> Position:
    row = flow.rows[flow.row_of(at)]
    is_last = row.end >= len(flow.document.items[at.item].text)
    return Position(at.item, row.end if is_last else max(row.start, row.end - 1))


MOTIONS: dict[str, Callable[[Flow, Position], Position]] = {
    "left": _left,
    "right": _right,
    "word": _word_ahead,
    "word_end": _word_end,
    "word_back": _word_back,
    "sentence": _sentence_ahead,
    "sentence_back": _sentence_back,
    "line_start": _line_start,
    "line_end": _line_end,
}
"""By name: where a cursor at a position goes. Up and down are the view's, which knows the cell it came from."""


def word_at(document: Document, at: Position) -> Span:
    """Return the word at a position, or the one nearest to it in its item; empty where there is none."""
    spans = [match.span() for match in _WORD.finditer(document.items[at.item].text)]
    return _nearest(spans, at)


def sentence_at(document: Document, at: Position) -> Span:
    """Return the sentence at a position, or the one nearest to it in its item."""
    return _nearest(list(sentences(document.items[at.item].text)), at)


def paragraph_at(document: Document, at: Position) -> Span:
    """Return the whole item at a position."""
    return Span(at.item, 0, len(document.items[at.item].text))


def _nearest(spans: list[tuple[int, int]], at: Position) -> Span:
    if not spans:
        return Span(at.item, at.offset, at.offset)
    start, end = min(spans, key=lambda span: (max(span[0] - at.offset, at.offset - span[1] + 1, 0), span[0]))
    return Span(at.item, start, end)
