"""Which picture belongs to which caption of a page: pictures grow from captions until they meet walls. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from paperlab.pdf.figures.print_only import text_picture
from paperlab.pdf.geometry import area, gaps, inside, overlap, shared
from paperlab.types import Box, around

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.pdf.figures.scene import Scene

_SIDES = {"above": 1.0, "below": 0.6, "left": 0.45, "right": 0.45}
"""Where a picture stands, seen from its caption, and how well that is liked."""
_FIRST_GAP, _DOWN_GAP, _ACROSS_GAP = 90.0, 60.0, 160.0
"""Points that may lie empty: beside the caption, between parts one above the other, between parts side by side."""
_ROW_GAP = 100.0
_WORD_DOWN, _LABEL_DOWN, _WORD_ACROSS = 16.0, 20.0, 18.0
_MOST_TRIED = 2000
_FEWEST = 250.0
"""Square points: a picture is larger."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    box: Box
    side: str
    score: float


@dataclass(frozen=True, slots=True)
class _Reach:
    """What a picture may cover on its way from its caption."""

    edge: Box
    """The side of the caption that faces the picture, as a box without depth."""
    caption: Box
    walls: Sequence[Box]
    others: Sequence[Box]
    """Lines of other captions."""
    head: float = 0.0
    """Running heads end above it."""

    def is_free(self, box: Box) -> bool:
        """Tell whether the way from the caption to the far side of `box` covers no wall."""
        # Walls beside the caption may be the rest of it; other captions there have pictures of their own.
        way, past_captions = around([box, self.edge]), around([box, self.caption])
        return not _covers(way, self.walls) and not _covers(past_captions, self.others)


def assign(scene: Scene) -> list[Box | None]:
    """Return the picture of each caption in the scene's frame, None where there is none to be found."""
    boxes = [around(list(lines)) for lines in scene.captions]
    choices = [_candidates(scene, boxes, i, None) for i in range(len(boxes))]
    chosen = _choose(choices)
    if _collide(chosen):
        owners = _owners(scene, boxes)
        choices = [_candidates(scene, boxes, i, owners) for i in range(len(boxes))]
        chosen = _choose(choices)
    found = [c.box if c else None for c in chosen]
    taken = [b for b in found if b]
    for i, box in enumerate(found):
        text = text_picture(scene, boxes, i) if box is None else None
        if text and not any(overlap(text, t) > 0.1 * area(text) for t in taken):
            found[i] = text
            taken.append(text)
    return found


def _candidates(scene: Scene, captions: Sequence[Box], place: int, owners: dict[int, int] | None) -> list[_Candidate]:
    found = []
    for side, liking in _SIDES.items():
        box = _grown(scene, captions, place, side, owners)
        if box and area(box) >= _FEWEST:
            gap = max(gaps(box, captions[place]))
            size = min(1.0, area(box) / 20000)
            found.append(_Candidate(box, side, liking + 0.5 * size - gap / 80))
    return found


def _grown(scene: Scene, captions: Sequence[Box], place: int, side: str, owners: dict[int, int] | None) -> Box | None:
    caption = captions[place]
    reach = _Reach(_edge(caption, side), caption, scene.walls, _others(scene, place), 0.075 * scene.view.depth)
    parts = [
        (_cut(island.box, caption, side), island)
        for i, island in enumerate(scene.islands)
        if owners is None or owners.get(i, place) == place
    ]
    solid = [b for b, island in parts if b and island.solid and _on_side(b, caption, side)]
    loose = [b for b, island in parts if b and not island.solid and _on_side(b, caption, side)]
    loose += [w for w in scene.words if _on_side(w, caption, side)]
    box = _with_islands(None, solid, reach)
    while box is not None:
        before = box
        # Words between two rows of a picture bring the next row near.
        box = _with_islands(_with_words(box, loose, reach), solid, reach)
        if box == before:
            break
    return box


def _edge(caption: Box, side: str) -> Box:
    x0, y0, x1, y1 = caption
    edges = {"above": (x0, y0, x1, y0), "below": (x0, y1, x1, y1), "left": (x0, y0, x0, y1), "right": (x1, y0, x1, y1)}
    return edges[side]


def _others(scene: Scene, place: int) -> list[Box]:
    return [b for i, lines in enumerate(scene.captions) if i != place for b in lines]


def _cut(box: Box, caption: Box, side: str) -> Box | None:
    """Return what of an island lies on that side of a caption it overlaps, None where that is little."""
    if shared(box, caption, 0) <= 1 or shared(box, caption, 1) <= 1:
        return box
    x0, y0, x1, y1 = box
    if side == "above":
        y1 = min(y1, caption[1])
    elif side == "below":
        y0 = max(y0, caption[3])
    elif side == "left":
        x1 = min(x1, caption[0])
    else:
        x0 = max(x0, caption[2])
    return (x0, y0, x1, y1) if y1 - y0 > 12 and x1 - x0 > 12 else None


def _on_side(box: Box, caption: Box, side: str) -> bool:
    if side in {"above", "below"}:
        return box[3] <= caption[1] + 4 if side == "above" else box[1] >= caption[3] - 4
    beside = box[2] <= caption[0] + 3 if side == "left" else box[0] >= caption[2] - 3
    return beside and gaps(box, caption)[1] < 200


def _with_islands(box: Box | None, solid: list[Box], reach: _Reach) -> Box | None:
    """Return the box with the islands that can be reached from it, or from the caption, without covering a wall."""
    left = sorted((s for s in solid if box is None or not inside(s, box)), key=lambda b: _distance(b, reach.caption))
    while True:
        for i, part in enumerate(left):
            both = around([box or part, part])
            if part[3] < reach.head and max(gaps(part, box or reach.caption)) > 8:
                continue  # a journal's sign beside the running head
            if _is_near(part, box, reach.caption) and reach.is_free(both):
                box = both
                del left[i]
                break
        else:
            return box


def _distance(box: Box, caption: Box) -> float:
    across, down = gaps(box, caption)
    return down + 3 * across


def _is_near(part: Box, box: Box | None, caption: Box) -> bool:
    if box is None:
        across, down = gaps(part, caption)
        return down <= _FIRST_GAP and across <= _ACROSS_GAP and (across == 0 or down < _DOWN_GAP)
    across, down = gaps(part, box)
    if abs(part[0] - box[0]) < 3 and down < _ROW_GAP:
        return True  # rows of a grid, with captions of parts between them
    return down <= _DOWN_GAP and across <= _ACROSS_GAP and (across < 40 or down < 10)


def _with_words(box: Box, words: list[Box], reach: _Reach) -> Box:
    """Return the box with the words around the picture, as far as they are near and no wall is covered."""
    left = [w for w in words if not inside(w, box)]
    grew = True
    while grew:
        grew = False
        rest = []
        for word in left:
            across, down = gaps(word, box)
            sticks_out = max(box[0] - word[0], word[2] - box[2])
            # What stands far out above a picture, or high on the page, is a running head, not its title.
            title = sticks_out < 20 and word[3] > reach.head
            far = _LABEL_DOWN if word[2] - word[0] < 70 else _WORD_DOWN
            if across <= _WORD_ACROSS and (down < 4 or (title and down <= far)):
                both = around([box, word])
                if reach.is_free(both):
                    box, grew = both, True
                    continue
            rest.append(word)
        left = rest
    return box


def _covers(box: Box, walls: Sequence[Box]) -> bool:
    x0, y0, x1, y1 = box
    for wall in walls:
        if wall[0] < x1 - 3 and wall[2] > x0 + 3:
            high = min(y1, wall[3]) - max(y0, wall[1])
            if high > 1.5 and high > min(5.0, 0.35 * (wall[3] - wall[1])):
                return True
    return False


def _choose(choices: Sequence[Sequence[_Candidate]]) -> list[_Candidate | None]:
    """Return one candidate, or none, for each caption: the best sum without overlaps."""
    best: list[_Candidate | None] = [max(c, key=lambda p: p.score, default=None) for c in choices]
    if not _collisions(best):
        return best
    best_score = -1.0
    for picks in islice(_combinations(choices), _MOST_TRIED):
        score = sum(p.score for p in picks if p) - 2.0 * _collisions(picks)
        if score > best_score:
            best, best_score = picks, score
    return best


def _combinations(choices: Sequence[Sequence[_Candidate]]) -> Iterator[list[_Candidate | None]]:
    if not choices:
        yield []
        return
    for pick in (*sorted(choices[0], key=lambda c: -c.score), None):
        for rest in _combinations(choices[1:]):
            yield [pick, *rest]


def _collisions(picks: Sequence[_Candidate | None]) -> int:
    boxes = [p.box for p in picks if p]
    return sum(overlap(a, b) > 0.1 * min(area(a), area(b)) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def _collide(chosen: Sequence[_Candidate | None]) -> bool:
    return any(c is None for c in chosen) or _collisions(chosen) > 0


def _owners(scene: Scene, captions: Sequence[Box]) -> dict[int, int]:
    """Return the nearest caption of those that each island can be reached from, both by their places."""
    owners: dict[int, int] = {}
    for i, island in enumerate(scene.islands):
        near = []
        for place, caption in enumerate(captions):
            below = island.box[1] > caption[1]
            edge = _edge(caption, "below" if below else "above")
            if _Reach(edge, caption, scene.walls, _others(scene, place)).is_free(island.box):
                near.append((_distance(island.box, caption) + 40 * below, place))
        if near:
            owners[i] = min(near)[1]
    return owners
