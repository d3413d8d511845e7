"""Captions that name a figure, also where a block of another kind, or another caption, holds them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from paperlab.pdf.geometry import shared
from paperlab.pdf.healing import line_texts
from paperlab.pdf.labels import UNREADABLE, label_of
from paperlab.types import Block, BlockKind, Box, Line, around

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
_NO_CAPTION = frozenset("),;")


@dataclass(frozen=True, slots=True)
class Caption:
    """One figure's caption."""

    number: str
    """As printed."""
    text: str
    page: int
    boxes: tuple[Box, ...]
    """Of its lines, on the unrotated page."""

    @property
    def box(self) -> Box:
        """Around all its lines."""
        return around(list(self.boxes))


def figure_captions(blocks: Sequence[Block]) -> list[Caption]:
    """Return the captions of figures in order of the blocks, each number once on a page (the longest text stays)."""
    found: dict[tuple[int, str | Box, bool], Caption] = {}
    for place, block in enumerate(blocks):
        for caption in _captions_in(block, blocks[place + 1 : place + 3]):
            name = caption.box if caption.number == UNREADABLE else caption.number
            key = (caption.page, name, "(cont" in caption.text[:30].casefold())
            if key not in found or len(found[key].text) < len(caption.text):
                found[key] = caption
    return list(found.values())


def _captions_in(block: Block, after: Sequence[Block]) -> Iterator[Caption]:
    starts = dict(_labels(block))
    texts = line_texts(block) if starts else []
    for first, number in starts.items():
        # Captions side by side may come line by line in turn: a line belongs to the one it stands under.
        lines = [i for i in range(first, len(block.lines)) if _owner(block, list(starts), i) == first]
        text = " ".join(texts[i] for i in lines) if len(starts) > 1 else block.text[block.lines[first].start :]
        boxes = [block.lines[i].box for i in lines]
        for more in after if len(starts) == 1 else ():
            count = _rest(text, boxes, more) if more.page == block.page else 0
            if not count:
                break
            rest = " ".join(line_texts(more)[:count])
            text = text[:-1] + rest if text[-1:] == "-" and rest[:1].islower() else f"{text} {rest}"
            boxes += [line.box for line in more.lines[:count]]
        yield Caption(number, text, block.page, tuple(boxes))


def _rest(text: str, boxes: Sequence[Box], more: Block) -> int:
    """Return how many lines of the next block are still a caption's, whose type may change after its first words."""
    # A full last line may go on although a sentence ends there; a short one does not.
    full = len(boxes) > 1 and boxes[-1][2] > max(b[2] for b in boxes) - 3
    if more.kind is not BlockKind.PARAGRAPH or (text.rstrip()[-1:] in ".!?" and not full):
        return 0
    count = 0
    for above, below in pairwise([boxes[-1], *(line.box for line in more.lines)]):
        if not _is_next_line(above, below):
            break
        count += 1
    return count


def _is_next_line(above: Box, below: Box) -> bool:
    height = above[3] - above[1]
    near = -0.3 * height < below[1] - above[3] < 0.35 * height
    same = abs(below[3] - below[1] - height) < 0.12 * height
    return near and same and shared(above, below, 0) > 0.6 * min(above[2] - above[0], below[2] - below[0])


def _labels(block: Block) -> Iterator[tuple[int, str]]:
    if block.kind is BlockKind.HEADING or "fig" not in block.text.casefold():
        return
    for i, line in enumerate(block.lines):
        label = label_of(block.text, line.start)
        # "(see Figure 3)", "in Figure 3, 4" go on a sentence.
        if label is None or label.word != "figure" or label.mark in _NO_CAPTION:
            continue
        opens = i == 0 and block.kind is BlockKind.CAPTION
        closed = label.closed and (label.end == len(block.text) or block.text[label.end - 1].isspace())
        if opens or (closed and block.text[line.start].isupper() and _apart(block.lines, i)):
            yield i, label.number


def _apart(lines: Sequence[Line], i: int) -> bool:
    """Tell whether line `i` begins a run of its own: a gap above it, or another column."""
    if i == 0:
        return True
    before, here = lines[i - 1].box, lines[i].box
    height = here[3] - here[1]
    gap = here[1] - before[3]
    return gap > 0.25 * height or gap < -0.5 * height or here[0] > before[2] or here[2] < before[0]


def _owner(block: Block, starts: Sequence[int], i: int) -> int:
    """Return the line that opens the caption that line `i` of a block belongs to."""
    return max((s for s in starts if s <= i), key=lambda s: (shared(block.lines[s].box, block.lines[i].box, 0) > 0, s))
