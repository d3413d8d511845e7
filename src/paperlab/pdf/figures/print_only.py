"""Figures made of nothing but print: code, prompts, trees set in type. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.pdf.geometry import gaps, shared
from paperlab.types import Box, around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.figures.scene import Scene

_GAP = 30.0
"""Points that may lie empty between the caption and the print, and between its parts."""


def text_picture(scene: Scene, captions: Sequence[Box], place: int) -> Box | None:
    """Return the print above a caption (else below it) that is not running text, None where there is none."""
    for above in (True, False):
        box = _ruled(scene, captions, place, above=above) or _loose(scene, captions, place, above=above)
        if box and box[3] - box[1] > 2.5 * scene.style.height and box[2] - box[0] > 40:
            return box
    return None


def _ruled(scene: Scene, captions: Sequence[Box], place: int, *, above: bool) -> Box | None:
    """Return what stands between the two rules next to the caption, where they are equally long."""
    caption = captions[place]
    rules = [i.box for i in scene.islands if not i.solid and i.box[2] - i.box[0] > 80]
    rules = [
        r for r in rules if shared(r, caption, 0) > 40 and (r[3] <= caption[1] + 2 if above else r[1] >= caption[3] - 2)
    ]
    rules.sort(key=lambda r: gaps(r, caption)[1])
    if len(rules) < 2 or gaps(rules[0], caption)[1] > _GAP:
        return None
    near = rules[0]
    for far in rules[1:]:
        if abs(far[0] - near[0]) < 3 and abs(far[2] - near[2]) < 3:
            box = around([near, far])
            others = [c for i, c in enumerate(captions) if i != place]
            return None if any(shared(c, box, 0) > 0 and shared(c, box, 1) > 0 for c in others) else box
    return None


def _loose(scene: Scene, captions: Sequence[Box], place: int, *, above: bool) -> Box | None:
    """Return the lines next to the caption, up to a gap or running text."""
    caption = captions[place]
    stops = [w for w in scene.walls if w not in scene.small]
    stops += [c for i, c in enumerate(captions) if i != place]
    lines = [w for w in (*scene.words, *scene.small) if (w[3] <= caption[1] + 4 if above else w[1] >= caption[3] - 4)]
    box: Box | None = None
    for line in sorted(lines, key=lambda w: -w[3] if above else w[1]):
        across, down = gaps(line, box or caption)
        if down > _GAP or across > 30:
            continue
        both = around([box, line]) if box else line
        if any(_meets(around([both, caption]), stop) for stop in stops):
            break
        box = both
    return box


def _meets(box: Box, wall: Box) -> bool:
    return shared(box, wall, 0) > 3 and shared(box, wall, 1) > min(5.0, 0.35 * (wall[3] - wall[1]))
