"""Blocks that stand inside tables and figures get their kind, and their place beside the caption. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from paperlab.pdf.geometry import QUARTERS, View, area, centre_inside, shared
from paperlab.pdf.healing import line_texts
from paperlab.types import Block, BlockKind, Box, Line, around

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.types import Figure, Table

_BESIDE = frozenset({BlockKind.TABLE, BlockKind.FIGURE, BlockKind.CAPTION})
_SLACK = 1.5
"""Points that a line's middle may lie outside a float's box."""


@dataclass(frozen=True, slots=True)
class _Float:
    """A table, a figure, or what a later page holds of one."""

    kind: BlockKind
    page: int
    box: Box
    caption: Box | None = None
    rotation: int = 0

    def holds(self, page: int, box: Box) -> bool:
        """Tell whether a line belongs to its words."""
        x0, y0, x1, y1 = self.box
        grown = (x0 - _SLACK, y0 - _SLACK, x1 + _SLACK, y1 + _SLACK)
        return page == self.page and centre_inside(box, grown) and not self.names(page, box)

    def names(self, page: int, box: Box) -> bool:
        """Tell whether a line belongs to its caption."""
        return page == self.page and self.caption is not None and centre_inside(box, self.caption)


@dataclass(slots=True)
class _Part:
    """Some lines of a block, in its order: those that stay, or those that go to one float or caption."""

    block: Block
    lines: list[int]

    def text(self) -> tuple[str, list[int]]:
        """Return its text, and the offset in it at which each line begins."""
        ends = [*(line.start for line in self.block.lines[1:]), len(self.block.text)]
        text, starts = "", []
        for before, i in zip([None, *self.lines], self.lines, strict=False):
            if before is not None and i != before + 1:
                text = text.rstrip() + " "
            starts.append(len(text))
            text += self.block.text[self.block.lines[i].start : ends[i]]
        return text.rstrip(), starts

    def runs(self) -> list[tuple[str, Box]]:
        """Return the text and box of each line."""
        texts = line_texts(self.block)
        return [(texts[i], self.block.lines[i].box) for i in self.lines]


def with_floats(blocks: Sequence[Block], tables: Sequence[Table], figures: Sequence[Figure]) -> list[Block]:
    """Return the blocks, the lines inside a table or figure gathered in one block of that kind beside its caption.

    No word is lost or doubled. Headings inside floats open no section any more; a paragraph that floats
    interrupted comes before them, next to its rest.
    """
    floats = _floats(tables, figures)
    if not floats:
        return list(blocks)
    kept, words = _sorted_out(_without_false_headings(blocks, floats), floats)
    return _closed_up(_placed(kept, floats, words))


def _floats(tables: Sequence[Table], figures: Sequence[Figure]) -> list[_Float]:
    """Return all floats; a line in several belongs to the first, so that a table keeps its words inside a figure."""
    floats: list[_Float] = []
    for table in tables:
        floats.append(_Float(BlockKind.TABLE, table.page, table.box, table.caption_box, table.rotation))
        floats += [_Float(BlockKind.TABLE, more.page, more.box, None, table.rotation) for more in table.continued]
    return floats + [_Float(BlockKind.FIGURE, f.page, f.box, f.caption_box) for f in figures]


def _without_false_headings(blocks: Sequence[Block], floats: Sequence[_Float]) -> list[Block]:
    """Take headings that stand inside floats out of the section paths of the blocks below them."""
    repaired: list[Block] = []
    path: tuple[str, ...] = ()
    wrong: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    """Paths that false headings opened, each with the true path it came under, while they last."""
    for block in blocks:
        wrong = [(opened, true) for opened, true in wrong if block.section[: len(opened)] == opened]
        kind, section = block.kind, block.section
        if kind is BlockKind.HEADING and _is_inside(block, floats):
            wrong.append((section, path))
            kind = BlockKind.PARAGRAPH
        if wrong:
            opened, true = wrong[-1]
            rest = block.section[len(opened) :]
            # A true heading further down may stand below a false one: it takes the true one's place in the path.
            section = (*true[: len(opened)], *rest) if rest else true
        path = section
        repaired.append(replace(block, kind=kind, section=section))
    return repaired


def _is_inside(block: Block, floats: Sequence[_Float]) -> bool:
    return all(any(f.holds(block.page, line.box) for f in floats) for line in block.lines)


def _sorted_out(
    blocks: Sequence[Block], floats: Sequence[_Float]
) -> tuple[list[tuple[Block, int | None]], list[list[_Part]]]:
    """Return what stays, a caption with its float's place, and each float's words."""
    kept: list[tuple[Block, int | None]] = []
    words: list[list[_Part]] = [[] for _ in floats]
    captions: dict[int, int] = {}
    for block in blocks:
        near = [i for i, f in enumerate(floats) if f.page == block.page]
        stays, named = _Part(block, []), {i: _Part(block, []) for i in near}
        inside = {i: _Part(block, []) for i in near}
        for n, line in enumerate(block.lines):
            home = _home(block, line.box, floats, near)
            (stays if home is None else (named if home[1] else inside)[home[0]]).lines.append(n)
        for i in near:
            if inside[i].lines:
                words[i].append(inside[i])
            if named[i].lines:
                _add_caption(kept, captions, named[i], i)
        if stays.lines or not block.lines:
            kept.append((_cut(stays), None))
    return kept, words


def _home(block: Block, box: Box, floats: Sequence[_Float], near: Iterable[int]) -> tuple[int, bool] | None:
    """Return the float a line belongs to and whether to its caption, None where it stands outside all."""
    if block.kind not in {BlockKind.HEADING, BlockKind.TITLE}:
        named = [i for i in near if floats[i].names(block.page, box)]
        if named:
            return min(named, key=lambda i: area(floats[i].caption or floats[i].box)), True
    return next(((i, False) for i in near if floats[i].holds(block.page, box)), None)


def _add_caption(kept: list[tuple[Block, int | None]], captions: dict[int, int], part: _Part, place: int) -> None:
    """Keep a caption, or put it to the part of it that came before: type that changes breaks a caption into blocks."""
    block = replace(_cut(part), kind=BlockKind.CAPTION)
    if place not in captions:
        captions[place] = len(kept)
        kept.append((block, place))
        return
    first = kept[captions[place]][0]
    shift = len(first.text) + 1
    lines = (*first.lines, *(Line(line.start + shift, line.box) for line in block.lines))
    kept[captions[place]] = (replace(first, text=f"{first.text} {block.text}", lines=lines), place)


def _cut(part: _Part) -> Block:
    """Return the block with these lines only."""
    if len(part.lines) == len(part.block.lines):
        return part.block
    text, starts = part.text()
    lines = tuple(Line(s, part.block.lines[i].box) for s, i in zip(starts, part.lines, strict=True))
    return replace(part.block, text=text, lines=lines)


def _placed(
    kept: Sequence[tuple[Block, int | None]], floats: Sequence[_Float], words: Sequence[list[_Part]]
) -> list[Block]:
    """Return the blocks with each float's words beside its caption, else where the first of them stood."""
    captions = {place for _, place in kept if place is not None}
    blocks: list[Block] = []
    for block, place in kept:
        if place is None or not words[place]:
            blocks.append(block)
            continue
        body = _body(floats[place], words[place], block.section)
        above = body.box[1] + body.box[3] > block.box[1] + block.box[3]
        blocks += [block, body] if above else [body, block]
    for place, parts in enumerate(words):
        if parts and place not in captions:
            body = _body(floats[place], parts, parts[0].block.section)
            blocks.insert(_place_for(body, blocks), body)
    return blocks


def _place_for(body: Block, blocks: Sequence[Block]) -> int:
    """Return where a float without a caption goes: before the first block that stands below it on its page."""
    last = 0
    for i, block in enumerate(blocks):
        if block.page > body.page:
            break
        last = i + 1
        if (
            block.page == body.page
            and block.lines
            and block.box[1] >= body.box[3] - 2
            and shared(block.box, body.box, 0) > 0
        ):
            return i
    return last


def _body(home: _Float, parts: Sequence[_Part], section: tuple[str, ...]) -> Block:
    """Return the words of a float as one block: a table's by rows, a figure's in the order they came."""
    lines: list[Line] = []
    text = ""
    if home.kind is BlockKind.TABLE:
        for row in _rows([run for part in parts for run in part.runs()], home.rotation):
            text += "\n" if text else ""
            lines.append(Line(len(text), around([box for _, box in row])))
            text += " ".join(words for words, _ in row)
    else:
        for part in parts:
            text += " " if text else ""
            words, starts = part.text()
            lines += [Line(len(text) + s, part.block.lines[i].box) for s, i in zip(starts, part.lines, strict=True)]
            text += words
    return Block(home.kind, home.page, section, text, tuple(lines))


def _rows(runs: Sequence[tuple[str, Box]], rotation: int) -> list[list[tuple[str, Box]]]:
    """Return the runs by printed row, from top to bottom, each row from left to right."""
    view = View(QUARTERS[rotation], 0.0, 0.0)
    rows: list[tuple[Box, list[tuple[Box, str, Box]]]] = []
    for turned, text, box in sorted((view.turn(box), text, box) for text, box in runs):
        home = next((i for i, (frame, _) in enumerate(rows) if _same_row(frame, turned)), None)
        if home is None:
            rows.append((turned, [(turned, text, box)]))
        else:
            rows[home][1].append((turned, text, box))
    rows.sort(key=lambda row: (row[0][1] + row[0][3], row[0][0]))
    return [[(text, box) for _, text, box in sorted(row)] for _, row in rows]


def _same_row(a: Box, b: Box) -> bool:
    return shared(a, b, 1) > 0.5 * min(a[3] - a[1], b[3] - b[1])


def _closed_up(blocks: list[Block]) -> list[Block]:
    """Put floats that interrupt a paragraph behind its rest."""
    closed: list[Block] = []
    i = 0
    while i < len(blocks):
        block = blocks[i]
        closed.append(block)
        i += 1
        run = _run(blocks, i)
        if run and i + run < len(blocks) and _goes_on(block, blocks[i + run]):
            blocks[i : i + run + 1] = [blocks[i + run], *blocks[i : i + run]]
    return closed


def _run(blocks: Sequence[Block], start: int) -> int:
    """Return how many floats, with footnotes among them, follow each other from `start` on."""
    end = start
    while end < len(blocks) and (blocks[end].kind in _BESIDE or blocks[end].kind is BlockKind.FOOTNOTE):
        end += 1
    return end - start if any(block.kind in _BESIDE for block in blocks[start:end]) else 0


def _goes_on(before: Block, after: Block) -> bool:
    return (
        before.kind is BlockKind.PARAGRAPH
        and after.kind is BlockKind.PARAGRAPH
        and before.section == after.section
        and after.page - before.page in {0, 1}
        and len(before.text) > 40
        and before.text[-1] not in ".!?:;"
        and after.text[:1].islower()
    )
