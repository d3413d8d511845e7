"""Drawings and raster images of one page merged to islands of ink. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.pdf.geometry import area, inside, overlap
from paperlab.types import Box, around

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.pdf.ink import Ink, RawDrawing

_THIN = 2.5
"""Points: what is thinner is a rule."""
_NEAR = 3.0
"""Points: marks nearer than this belong together."""
_MANY = 1500
_WHITE = 0.985


@dataclass(slots=True)
class Island:
    """Marks that touch each other."""

    box: Box
    solid: bool
    """More than rules in one direction, and no speck."""


@dataclass(frozen=True, slots=True)
class Marks:
    """All that is drawn on a page."""

    islands: list[Island]
    panes: list[Box]
    """Single drawings and images large enough to hold words."""
    windows: list[Box]
    """Outermost clips that something is drawn through, but the page's own: where pictures were put in."""

    def join_in_windows(self, captions: Sequence[Box]) -> None:
        """Make one island of all that shows through one window; drop windows that hold (lines of) captions."""
        self.windows[:] = [w for w in self.windows if not any(overlap(w, c) > 0.3 * area(c) for c in captions)]
        for window in self.windows:
            within = [i for i in self.islands if inside(i.box, window, 1.0)]
            if len(within) > 1 and any(i.solid for i in within):
                self.islands[:] = [i for i in self.islands if i not in within]
                self.islands.append(Island(around([i.box for i in within]), solid=True))


def read_marks(ink: Ink, width: float, height: float, shut: Sequence[Box]) -> Marks:
    """Return the page's islands and panes; what stands in one of the boxes `shut` is left out."""
    page = (0.0, 0.0, width, height)
    windows: set[Box] = set()
    boxes = {box for box in _visible(ink, page, windows) if not _is_ground(box, page)}
    kept = [b for b in boxes if not any(inside(b, s, 3.0) for s in shut)]
    panes = [b for b in kept if b[2] - b[0] > 50 and b[3] - b[1] > 14]
    return Marks(_islands(_coarse(kept)), panes, sorted(w for w in windows if w[2] - w[0] > 40 and w[3] - w[1] > 30))


def _visible(ink: Ink, page: Box, windows: set[Box]) -> Iterator[Box]:
    """Yield the boxes of what can be seen, cut to the clips in force; add to `windows` the outermost of those."""
    yield from (cut for box in ink.images if (cut := _meet(box, page)))
    clips: list[tuple[Box, Box]] = [(page, page)]
    """What is in force at each level: the clip, and the outermost smaller than the page."""
    for drawing in ink.drawings:
        level = drawing.get("level", 0)
        clip, window = clips[level if level < len(clips) else -1]
        if drawing["type"] in {"clip", "group"}:
            inner = _meet(drawing.get("scissor", page), clip) or (0.0, 0.0, 0.0, 0.0)
            outer = inner if window == page and not _is_ground(inner, page) else window
            clips[level + 1 :] = [(inner, outer)]
        elif _shows(drawing):
            box = _meet(drawing["rect"], clip)
            if box:
                if window is not page:
                    windows.add(window)
                yield box


def _meet(a: Box, b: Box) -> Box | None:
    """Return what two boxes share, None where that is nothing or a point."""
    x0 = a[0] if a[0] > b[0] else b[0]
    y0 = a[1] if a[1] > b[1] else b[1]
    x1 = a[2] if a[2] < b[2] else b[2]
    y1 = a[3] if a[3] < b[3] else b[3]
    return (x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 and (x0 < x1 or y0 < y1) else None


def _is_ground(box: Box, page: Box) -> bool:
    """Tell whether a box is the page's own ground or frame."""
    return box[2] - box[0] > 0.85 * page[2] and box[3] - box[1] > 0.85 * page[3]


def _shows(drawing: RawDrawing) -> bool:
    stroke, fill = drawing.get("color"), drawing.get("fill")
    if stroke is not None and drawing.get("stroke_opacity", 1) != 0 and min(stroke, default=0.0) < _WHITE:
        return True
    return fill is not None and drawing.get("fill_opacity", 1) != 0 and min(fill, default=0.0) < _WHITE


def _coarse(boxes: list[Box]) -> list[Box]:
    """Return fewer boxes that cover the same ground, where there are very many: those in one small cell as one."""
    for cell in (3.0, 8.0, 16.0):
        if len(boxes) <= _MANY:
            break
        merged: dict[tuple[int, int, int, int], Box] = {}
        for box in boxes:
            x0, y0, x1, y1 = box
            key = (int(x0 / cell), int(y0 / cell), int(x1 / cell), int(y1 / cell))
            old = merged.get(key)
            merged[key] = box if old is None else around([old, box])
        boxes = list(merged.values())
    return boxes


def _islands(boxes: list[Box]) -> list[Island]:
    # Large ones first: most of the others then fall into few islands.
    boxes.sort(key=lambda b: (-(b[2] - b[0]) * (b[3] - b[1]), b))
    islands: list[Island] = []
    for box in boxes:
        _add(islands, Island(box, solid=box[2] - box[0] > _THIN and box[3] - box[1] > _THIN))
    for island in islands:
        x0, y0, x1, y1 = island.box
        if max(x1 - x0, y1 - y0) < 8 or min(x1 - x0, y1 - y0) < _THIN:
            island.solid = False
    return sorted(islands, key=lambda i: (i.box[1], i.box[0]))


def _add(islands: list[Island], new: Island) -> None:
    """Put `new` in, merged with all islands it touches, and those that the merged one touches."""
    while True:
        x0, y0, x1, y1 = new.box
        left, top, right, low = x0 - _NEAR, y0 - _NEAR, x1 + _NEAR, y1 + _NEAR
        near = [
            i
            for i, island in enumerate(islands)
            if island.box[0] <= right and island.box[2] >= left and island.box[1] <= low and island.box[3] >= top
        ]
        if not near:
            islands.append(new)
            return
        first = islands[near[0]]
        if len(near) == 1 and inside(new.box, first.box):
            return
        for i in reversed(near):
            old = islands.pop(i)
            both = around([new.box, old.box])
            crossed = both[2] - both[0] > _THIN and both[3] - both[1] > _THIN and not (new.solid or old.solid)
            new = Island(both, new.solid or old.solid or (crossed and _crosses(new.box, old.box)))


def _crosses(a: Box, b: Box) -> bool:
    """Tell whether one is a standing rule and the other a lying one."""
    return (a[2] - a[0] < _THIN) != (b[2] - b[0] < _THIN)
