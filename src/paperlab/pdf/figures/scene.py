"""What stands on a page with figures, seen in the direction its captions are read. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from paperlab.pdf.figures.marks import Island, read_marks
from paperlab.pdf.geometry import Quarter, View, centre_inside, gaps, inside, shared
from paperlab.types import BlockKind, Box

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.pdf.figures.labels import Caption
    from paperlab.pdf.ink import Ink
    from paperlab.types import Block, PageSize

_PART = re.compile(r"\(?(?:[a-h]|i{1,3}|iv)\)|[a-h][.:] ", re.IGNORECASE)
"""Opens the caption of a part of a figure: "(a) ..."."""
_SMALL = 0.72
"""Of the running text's height: no caption of the paper's own is set smaller."""
_HARD = frozenset({BlockKind.HEADING, BlockKind.TITLE, BlockKind.FORMULA})


@dataclass(frozen=True, slots=True)
class Style:
    """How a paper's running text is set."""

    height: float
    """Of a line of it, in points."""
    width: float
    """Of its columns, in points."""


@dataclass(slots=True)
class Scene:
    """A page in the reading frame of its captions: lines of text run from left to right."""

    captions: list[tuple[Box, ...]]
    """Each one's lines."""
    style: Style
    view: View
    islands: list[Island] = field(default_factory=list)
    words: list[Box] = field(default_factory=list)
    """Lines that may belong to a picture."""
    walls: list[Box] = field(default_factory=list)
    """Lines, and tables, that no picture may cover; captions are not among them."""
    small: list[Box] = field(default_factory=list)
    """Those of the walls that are prose, but not in the size of the running text."""


def measure(blocks: Sequence[Block]) -> Style:
    """Return the height of a line and the width of a column of the paper's running text."""
    heights: list[float] = []
    widths: list[float] = []
    for block in blocks:
        if block.kind is BlockKind.PARAGRAPH and len(block.lines) > 3 and len(block.text) > 25 * len(block.lines):
            sizes = [(ln.box[2] - ln.box[0], ln.box[3] - ln.box[1]) for ln in block.lines]
            heights += [h for w, h in sizes if w > 3 * h]
            widths += [max(w for w, _ in sizes)] * len(sizes)
    return Style(median(heights), median(widths)) if heights and widths else Style(11.0, 300.0)


def build_scenes(
    captions: Sequence[Caption], blocks: Sequence[Block], ink: Ink, size: PageSize, shut: Sequence[Box], style: Style
) -> Iterator[tuple[Scene, list[Caption]]]:
    """Yield a scene for each direction in which captions of the page are read, with those captions."""
    marks = read_marks(ink, size.width, size.height, shut)
    captions = [c for c in captions if not _is_pictured(c, marks.panes, style)]
    by_quarter: dict[Quarter, list[Caption]] = {}
    for caption in captions:
        by_quarter.setdefault(_quarter(caption, ink), []).append(caption)
    marks.join_in_windows([box for c in captions for box in c.boxes])
    for quarter, mine in by_quarter.items():
        view = View(quarter, size.width, size.height)
        scene = Scene([tuple(map(view.turn, c.boxes)) for c in mine], style, view)
        scene.islands = [Island(view.turn(i.box), i.solid) for i in marks.islands]
        _place_lines(scene, captions, blocks, [view.turn(p) for p in (*marks.panes, *marks.windows)])
        scene.walls += [view.turn(box) for box in shut]
        scene.words = [w for w in scene.words if not any(centre_inside(view.back(w), box) for box in shut)]
        scene.walls += [view.turn(box) for c in captions if c not in mine for box in c.boxes]
        scene.words += _strays(scene, blocks, ink, marks.windows)
        scene.islands = [i for island in scene.islands if (i := _trimmed(island, scene)) is not None]
        yield scene, mine


def _is_pictured(caption: Caption, panes: Sequence[Box], style: Style) -> bool:
    """Tell whether a caption stands in the picture of a whole page, in small."""
    height = median(min(b[3] - b[1], b[2] - b[0]) for b in caption.boxes)
    return height < _SMALL * style.height and any(inside(caption.box, pane, 2.0) for pane in panes)


def _place_lines(scene: Scene, captions: Sequence[Caption], blocks: Sequence[Block], panes: Sequence[Box]) -> None:
    own = {box for c in captions for box in c.boxes}
    edges = _edges(blocks, scene)
    for block in blocks:
        lines = [scene.view.turn(ln.box) for ln in block.lines if ln.box not in own]
        if lines:
            _sort_lines(block, lines, scene, panes, edges)


def _strays(scene: Scene, blocks: Sequence[Block], ink: Ink, windows: Sequence[Box]) -> list[Box]:
    """Return the printed lines in and close to pictures that are in no block: a title may look like a running head."""
    solid = [i.box for i in scene.islands if i.solid]
    lines: list[Box] = [tuple(ln["bbox"]) for b in ink.glyphs["blocks"] for ln in b.get("lines", ())]
    found = []
    for line in lines:
        box = scene.view.turn(line)
        if any(inside(box, i) for i in solid):
            continue
        if any(inside(line, w, 2.0) for w in windows) or any(max(gaps(box, i)) < 5 for i in solid):
            found.append((line, box))
    known = [ln.box for b in blocks for ln in b.lines]
    return [box for line, box in found if not any(centre_inside(line, k) for k in known)]


def _quarter(caption: Caption, ink: Ink) -> Quarter:
    """Return the direction a caption's lines run in; the glyphs are asked only where the boxes stand upright."""
    long = max(caption.boxes, key=lambda b: max(b[2] - b[0], b[3] - b[1]))
    if long[2] - long[0] >= long[3] - long[1] or len(caption.text) < 4:
        return (1, 0)
    for block in ink.glyphs["blocks"]:
        for line in block.get("lines", ()):
            if centre_inside(line["bbox"], long):
                return (round(line["dir"][0]), round(line["dir"][1]))
    return (1, 0)


def _edges(blocks: Sequence[Block], scene: Scene) -> list[float]:
    """Return where the page's columns of running text begin."""
    edges: set[float] = set()
    for block in blocks:
        if block.kind is BlockKind.PARAGRAPH and len(block.lines) > 2 and len(block.text) > 25 * len(block.lines):
            box = scene.view.turn(block.box)
            if box[2] - box[0] > 0.45 * scene.style.width:
                edges.add(round(box[0]))
    return sorted(edges)


def _sort_lines(block: Block, lines: list[Box], scene: Scene, panes: Sequence[Box], edges: Sequence[float]) -> None:
    """Put the lines of a block to the words a picture may have, or to the walls."""
    prose = _is_prose(block, lines, scene.style)
    for box in lines:
        word = any(inside(box, pane, 2.0) for pane in panes) or box[3] - box[1] > 1.5 * (box[2] - box[0])
        # A table's caption is no part of a picture, unless the picture shows a whole page in small.
        if block.kind is BlockKind.CAPTION and box[3] - box[1] > _SMALL * scene.style.height:
            word = False
        if not word and block.kind is not BlockKind.CAPTION and not prose:
            word = _may_be_word(block, box, scene, edges)
        (scene.words if word else scene.walls).append(box)
    if (
        prose
        and block.kind is not BlockKind.CAPTION
        and abs(_height(lines) - scene.style.height) > 0.06 * scene.style.height
    ):
        scene.small.extend(lines)


def _height(lines: Sequence[Box]) -> float:
    return median(box[3] - box[1] for box in lines)


def _is_prose(block: Block, lines: Sequence[Box], style: Style) -> bool:
    if block.kind is BlockKind.CAPTION or (block.kind is BlockKind.FOOTNOTE and not _PART.match(block.text)):
        return True
    part = _PART.match(block.text)
    if part and (len(lines) < 6 or max(b[2] - b[0] for b in lines) < 0.65 * style.width):
        return False
    letters = len(block.text) / len(block.lines)
    long = [b for b in lines if b[2] - b[0] > 0.75 * style.width]
    if len(lines) > 1:
        return letters > 20 and (len(long) >= 0.5 * (len(lines) - 1) or _is_justified(lines))
    return len(long) == 1 and len(block.text) > 40 and abs(_height(lines) - style.height) < 0.15 * style.height


def _is_justified(lines: Sequence[Box]) -> bool:
    """Tell whether most lines but the last begin and end where their neighbours do."""
    right = median(box[2] for box in lines[:-1])
    left = median(box[0] for box in lines[1:])
    even = sum(abs(b[2] - right) < 2 for b in lines[:-1]) + sum(abs(b[0] - left) < 2 for b in lines[1:])
    return len(lines) > 3 and even > 1.6 * (len(lines) - 1)


def _may_be_word(block: Block, box: Box, scene: Scene, edges: Sequence[float]) -> bool:
    solid = [i.box for i in scene.islands if i.solid]
    if any(centre_inside(box, i) for i in solid):
        return True
    if _PART.match(block.text):
        return True
    if block.kind in _HARD:
        return False
    height = box[3] - box[1]
    if abs(height - scene.style.height) > 0.12 * scene.style.height:
        return True
    if len(block.lines) > 5 and len(block.text) < 20 * len(block.lines):
        return True
    at_edge = any(abs(box[0] - e) < 2.5 for e in edges)
    return not at_edge or any(max(gaps(box, i)) < 7 or _beside(box, i) for i in solid)


def _beside(box: Box, island: Box) -> bool:
    return shared(box, island, 1) > 0 and gaps(box, island)[0] < 40


def _trimmed(island: Island, scene: Scene) -> Island | None:
    """Return the island without what overlaps walls at its sides, as the white margins of images do."""
    if not island.solid:
        return island
    box = island.box
    for wall in (*scene.walls, *(line for lines in scene.captions for line in lines)):
        if shared(box, wall, 0) > 2 and shared(box, wall, 1) > min(5.0, 0.4 * (wall[3] - wall[1])):
            box = _best_cut(box, wall)
    if box[2] - box[0] < 8 or box[3] - box[1] < 8:
        return None
    old = (island.box[2] - island.box[0]) * (island.box[3] - island.box[1])
    # Cut to a sliver: the walls were no walls, or the island no picture.
    return Island(box, solid=True) if (box[2] - box[0]) * (box[3] - box[1]) > 0.3 * old else None


def _best_cut(box: Box, wall: Box) -> Box:
    x0, y0, x1, y1 = box
    cuts = [(x0, y0, min(x1, wall[0]), y1), (max(x0, wall[2]), y0, x1, y1)]
    cuts += [(x0, y0, x1, min(y1, wall[1])), (x0, max(y0, wall[3]), x1, y1)]
    return max(cuts, key=lambda c: max(0.0, c[2] - c[0]) * max(0.0, c[3] - c[1]))
