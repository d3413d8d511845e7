"""What the search for tables looks at: captions, text columns, and each page once per direction of its text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from paperlab.pdf.labels import label_of
from paperlab.pdf.tables.rules import rules_of, without_furniture
from paperlab.pdf.tables.sheet import Caption, Sheet
from paperlab.pdf.tables.words import Frame, directions, lines_of, words_of
from paperlab.types import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.pdf.ink import Ink
    from paperlab.pdf.tables.words import Word
    from paperlab.types import Block, PageSize

_SIDEWAYS_MARGIN = 60.0


def table_number(block: Block) -> str:
    """Return the number that a table's caption begins with, empty for any other block."""
    label = label_of(block.text) if block.kind is BlockKind.CAPTION else None
    return label.number if label is not None and label.word == "table" else ""


def text_columns(blocks: Sequence[Block]) -> list[tuple[float, float]]:
    """Return the x ranges of a paper's text columns, from left to right."""
    counts: Counter[tuple[int, int]] = Counter()
    for block in blocks:
        if block.kind is BlockKind.PARAGRAPH and len(block.lines) > 2:
            for line in block.lines:
                counts[round(line.box[0] / 4), round(line.box[2] / 4)] += 1
    columns: list[tuple[float, float]] = []
    for (left, right), count in counts.most_common(40):
        x0, x1 = 4.0 * left, 4.0 * right
        if count < 4 or x1 - x0 < 80:
            continue
        if all(x1 <= a + 6 or x0 >= b - 6 for a, b in columns):
            columns.append((x0, x1))
    return sorted(columns)


def sheets_of(
    page: int, blocks: Sequence[Block], ink: Ink, size: PageSize, columns: Sequence[tuple[float, float]]
) -> Iterator[Sheet]:
    """Yield the page once per direction in which its text runs, each with the table captions that run so."""
    here = [block for block in blocks if block.page == page]
    for direction in directions(ink):
        frame = Frame(direction, size.width, size.height)
        words = words_of(ink, frame)
        captions = [
            Caption(block, table_number(block), frame.turn(block.box))
            for block in here
            if table_number(block) and _runs_here(block, words, frame)
        ]
        barriers = [frame.turn(block.box) for block in here if block.kind is BlockKind.CAPTION]
        sideways = [(_SIDEWAYS_MARGIN, size.height - _SIDEWAYS_MARGIN)] if frame.rotation in {90, 270} else columns
        lines = lines_of(words)
        rules = without_furniture(rules_of(ink, frame), lines, columns)
        yield Sheet(page, frame, words, lines, rules, sideways, barriers, captions)


def _runs_here(block: Block, words: Sequence[Word], frame: Frame) -> bool:
    """Tell whether the words of a caption's first line run in the frame's direction."""
    x0, y0, x1, y1 = frame.turn(block.lines[0].box)
    inside = (w for w in words if x0 - 1 <= w.centre <= x1 + 1 and y0 - 1 <= w.base <= y1 + 1)
    return any(word.text[:3].casefold() == "tab" for word in inside)
