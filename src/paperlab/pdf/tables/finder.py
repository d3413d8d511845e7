"""From a paper's captions to its tables."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from paperlab.pdf.tables.cells import table_rows
from paperlab.pdf.tables.confidence import judged
from paperlab.pdf.tables.grid import build_grids
from paperlab.pdf.tables.panels import panels_of
from paperlab.pdf.tables.regions import Caption, Region, Sheet, candidates
from paperlab.pdf.tables.rules import rules_of
from paperlab.pdf.tables.words import Frame, directions, lines_of, words_of
from paperlab.types import BlockKind, Panel, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from paperlab.pdf.ink import Ink
    from paperlab.pdf.tables.grid import Grid
    from paperlab.pdf.tables.words import Word
    from paperlab.types import Block, Box, PageSize

_TABLE = re.compile(
    r"(?:(?:supplementary|extended data)\s+)?tab(?:le|\.)\s*((?:[A-Z]\.?|S)?\d{1,3}(?:\.\d{1,2})?[a-z]?|[IVX]{1,6})\b",
    re.IGNORECASE,
)
_TOUCHING = 0.5


def find_tables(
    blocks: Sequence[Block], ink: Mapping[int, Callable[[], Ink]], sizes: Sequence[PageSize], body: float
) -> list[Table]:
    """Return the tables by page and place.

    `ink` gives a page's glyphs and strokes by its number, for a price; `body` is the text's type size in points.
    """
    del body
    columns = text_columns(blocks)
    sheets = [
        sheet
        for page in sorted({b.page for b in blocks if table_number(b)})
        if page in ink
        for sheet in _sheets(page, blocks, ink[page](), sizes[page - 1], columns)
    ]
    found = [(sheet, caption, candidates(sheet, caption)) for sheet in sheets for caption in sheet.captions]
    above = _prefers_above([options for _, _, options in found])
    tables: list[Table] = []
    for sheet in sheets:
        own = [(caption, options) for one, caption, options in found if one is sheet]
        tables.extend(_table(sheet, caption, region) for caption, region in _assigned(own, above=above))
    return sorted(tables, key=lambda t: (t.page, t.box[1], t.box[0]))


def table_number(block: Block) -> str:
    """Return the number that a table's caption begins with, empty for any other block."""
    match = _TABLE.match(block.text) if block.kind is BlockKind.CAPTION else None
    return match[1] if match else ""


def text_columns(blocks: Sequence[Block]) -> dict[int, list[tuple[float, float]]]:
    """Return the x ranges of the text columns: by page, and under 0 those of most pages."""
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
    return {0: sorted(columns)}


def _sheets(
    page: int, blocks: Sequence[Block], ink: Ink, size: PageSize, columns: Mapping[int, list[tuple[float, float]]]
) -> list[Sheet]:
    """Return the page once per direction in which a table's caption runs."""
    sheets = []
    here = [block for block in blocks if block.page == page]
    captions = [block for block in here if table_number(block)]
    for direction in directions(ink):
        frame = Frame(direction, size.width, size.height)
        words = words_of(ink, frame)
        own = [
            Caption(block, table_number(block), frame.turn(block.box))
            for block in captions
            if _runs_here(block, words, frame)
        ]
        if not own:
            continue
        barriers = [frame.turn(b.box) for b in here if b.kind is BlockKind.CAPTION]
        text = columns.get(page) or columns[0]
        sideways = [(60.0, size.height - 60.0)] if frame.rotation else text
        sheets.append(
            Sheet(
                page,
                frame,
                words,
                lines_of(words),
                rules_of(ink, frame),
                sideways,
                barriers,
                own,
                [frame.turn(b) for b in ink.images],
            )
        )
    return sheets


def _runs_here(block: Block, words: Sequence[Word], frame: Frame) -> bool:
    """Tell whether the words of a caption's first line run in the frame's direction."""
    x0, y0, x1, y1 = frame.turn(block.lines[0].box)
    inside = (w for w in words if x0 - 1 <= w.centre <= x1 + 1 and y0 - 1 <= w.base <= y1 + 1)
    return any(word.text[:3].casefold() == "tab" for word in inside)


def _prefers_above(options: Sequence[Sequence[Region]]) -> bool:
    """Tell whether bodies stand above their captions in this paper, by the captions with no choice."""
    votes = Counter(found[0].above for found in options if len(found) == 1)
    for found in options:
        if len(found) == 2 and bool(found[0].ruled) != bool(found[1].ruled):
            votes[found[0].above if found[0].ruled else found[1].above] += 1
    return votes[True] > votes[False]


def _assigned(captions: Sequence[tuple[Caption, list[Region]]], *, above: bool) -> list[tuple[Caption, Region]]:
    """Give each caption one body, and no body to two captions."""
    taken: list[Box] = []
    assigned: list[tuple[Caption, Region]] = []
    queue = sorted(
        ((region, caption) for caption, options in captions for region in options),
        key=lambda pair: (-_worth(pair[0], above=above), pair[0].gap),
    )
    done: set[int] = set()
    for region, caption in queue:
        if id(caption) in done or any(_share(region.box, box) > _TOUCHING for box in taken):
            continue
        done.add(id(caption))
        taken.append(region.box)
        assigned.append((caption, region))
    return assigned


def _worth(region: Region, *, above: bool) -> float:
    near = 1.0 - min(region.gap, 60.0) / 60.0
    return near + (1.0 if region.ruled >= 2 else 0.0) + (0.8 if region.above == above else 0.0)


def _share(a: Box, b: Box) -> float:
    """Return the overlap of two boxes as a part of the smaller one."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    smaller = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return max(0.0, width) * max(0.0, height) / smaller if smaller > 0 else 0.0


def _table(sheet: Sheet, caption: Caption, region: Region) -> Table:
    x0, y0, x1, y1 = region.box
    words = [w for w in sheet.words if x0 - 2 <= w.centre <= x1 + 2 and y0 - 1 < w.base - 0.3 * w.size < y1 + 1]
    rules = sheet.rules.within(region.box)
    grids: list[Grid] = []
    for part in panels_of(words, rules, region.box):
        grids.extend(build_grids(part.words, part.rules, part.box))
    grids.sort(key=lambda g: (round(g.box[1] / 8), g.box[0]))
    width = max((len(grid.columns) for grid in grids), default=0)
    drafts = [row for grid in grids for row in grid.rows]
    rows = tuple(table_rows(drafts, width, sheet.frame)) if grids else ()
    panels: list[Panel] = []
    for grid in grids if len(grids) > 1 else ():
        first = panels[-1].last if panels else 0
        panels.append(Panel(first, first + len(grid.rows), sheet.frame.back(grid.box)))
    table = Table(
        number=caption.number,
        caption=caption.block.text,
        page=sheet.page,
        box=sheet.frame.back(region.box),
        rows=rows,
        caption_box=caption.block.box,
        label_columns=max((grid.labels for grid in grids), default=1),
        rotation=sheet.frame.rotation,
        panels=tuple(panels),
    )
    return judged(table, grids, words, region)
