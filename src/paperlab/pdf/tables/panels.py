"""Several grids under one caption: side by side, or one below the other with rules and names of their own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from paperlab.pdf.tables.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.tables.rules import Rule
    from paperlab.pdf.tables.words import Word
    from paperlab.types import Box


@dataclass(slots=True)
class Part:
    """What one grid is made of."""

    words: Sequence[Word]
    rules: Rules
    box: Box


def panels_of(words: Sequence[Word], rules: Rules, box: Box) -> list[Part]:
    """Return the parts of a table's body, from top to bottom and left to right; most bodies are one part."""
    parts = []
    for beside in _beside(Part(words, rules, box)):
        parts.extend(_below(beside))
    return sorted(parts, key=lambda p: (round(p.box[1] / 8), p.box[0]))


def _beside(part: Part) -> list[Part]:
    """Part a body where its outermost rules stand in two or more pieces, with nothing between."""
    if not part.rules.across:
        return [part]
    top, bottom = part.rules.across[0].at, part.rules.across[-1].at
    first = _at(part.rules.across, top)
    cuts = []
    for left, right in pairwise(first):
        cut = (left.end + right.start) / 2
        clear = not any(w.x0 < cut < w.x1 for w in part.words)
        free = not any(r.start < cut < r.end for r in part.rules.across)
        if right.start - left.end > 5 and clear and free and min(left.length, right.length) > 40 and bottom > top + 10:
            cuts.append(cut)
    if not cuts:
        return [part]
    edges = [part.box[0] - 5, *cuts, part.box[2] + 5]
    return [_cut(part, (a, part.box[1], b, part.box[3])) for a, b in pairwise(edges)]


def _at(across: Sequence[Rule], y: float) -> list[Rule]:
    return sorted((r for r in across if abs(r.at - y) < 1.5), key=lambda r: r.start)


def _cut(part: Part, box: Box) -> Part:
    words = [w for w in part.words if box[0] <= w.centre <= box[2] and box[1] - 1 < w.base - 0.3 * w.size < box[3] + 1]
    rules = Rules(
        tuple(
            r
            for r in part.rules.across
            if box[0] < (r.start + r.end) / 2 < box[2] and box[1] - 1.5 < r.at < box[3] + 1.5
        ),
        tuple(r for r in part.rules.down if box[0] < r.at < box[2] and r.overlap(box[1], box[3]) > 0.5 * r.length),
    )
    x0 = min([w.x0 for w in words] + [r.start for r in rules.across], default=box[0])
    x1 = max([w.x1 for w in words] + [r.end for r in rules.across], default=box[2])
    return Part(words, rules, (x0, box[1], x1, box[3]))


def _below(part: Part) -> list[Part]:
    """Part a body at empty room between two full rules: the foot of one grid and the head of the next."""
    width = part.box[2] - part.box[0]
    full = [r for r in part.rules.across if r.length > 0.6 * width]
    cuts: list[tuple[float, float]] = []
    for upper, lower in pairwise(full):
        empty = not any(upper.at < w.base - 0.3 * w.size < lower.at for w in part.words)
        held = any(r.start < upper.at + 1 and r.end > lower.at - 1 for r in part.rules.down)
        if lower.at - upper.at > 4.5 and empty and not held:
            cuts.append((upper.at, lower.at))
    if not cuts:
        return [part]
    cuts = [cut for cut in cuts if _several_lines(part, cut)]
    if not cuts:
        return [part]
    tops = [part.box[1], *(lower for _, lower in cuts)]
    bottoms = [*(upper for upper, _ in cuts), part.box[3]]
    return [_cut(part, (part.box[0] - 5, a, part.box[2] + 5, b)) for a, b in zip(tops, bottoms, strict=True)]


def _several_lines(part: Part, cut: tuple[float, float]) -> bool:
    """Tell whether two or more printed lines stand on both sides of a cut: one alone is the header of the other."""
    above = {round(w.base) for w in part.words if w.base < cut[0] + 1}
    below = {round(w.base) for w in part.words if w.base > cut[1] - 1}
    return len(above) > 1 and len(below) > 1
