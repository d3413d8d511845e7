"""Several grids under one caption: side by side, or one below the other with rules and names of their own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from paperlab.pdf.tables.rules import Rules, groups_beside

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
    """Return the parts of a table's body; most bodies are one part."""
    return [part for beside in _beside(Part(words, rules, box)) for part in _below(beside)]


def _beside(part: Part) -> list[Part]:
    """Part a body whose rules stand in groups side by side, with nothing that reaches from one to the next."""
    groups = groups_beside(part.rules.across)
    if len(groups) < 2 or not all(map(_is_grid, groups)):
        return [part]
    cuts = [(max(r.end for r in a) + b[0].start) / 2 for a, b in pairwise(groups)]
    if any(w.x0 < cut < w.x1 and _level_with(w, groups) for w in part.words for cut in cuts):
        return [part]
    edges = [part.box[0] - 5, *cuts, part.box[2] + 5]
    parts = []
    for (x0, x1), group in zip(pairwise(edges), groups, strict=True):
        top, bottom = _height(group, part)
        parts.append(_cut(part, (x0, top, x1, bottom)))
    return parts


def _is_grid(rules: Sequence[Rule]) -> bool:
    """Tell whether a group of rules is wide and high enough to hold a grid."""
    wide = max(r.end for r in rules) - rules[0].start
    return wide > 40 and max(r.at for r in rules) - min(r.at for r in rules) > 10


def _level_with(word: Word, groups: Sequence[Sequence[Rule]]) -> bool:
    """Tell whether a word stands at the height where all groups have rules: not among the names below them."""
    return all(min(r.at for r in rules) < word.base < max(r.at for r in rules) for rules in groups)


def _height(rules: Sequence[Rule], part: Part) -> tuple[float, float]:
    top, bottom = min(r.at for r in rules), max(r.at for r in rules)
    # Where only the header is ruled the rows reach as far down as the body does.
    return (top, bottom) if len({round(r.at) for r in rules}) > 2 else (part.box[1], part.box[3])


def _cut(part: Part, box: Box) -> Part:
    words = [w for w in part.words if box[0] <= w.centre <= box[2] and box[1] - 1 < w.waist < box[3] + 1]
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
        empty = not any(upper.at < w.waist < lower.at for w in part.words)
        held = any(r.start < upper.at + 1 and r.end > lower.at - 1 for r in part.rules.down)
        if lower.at - upper.at > 4.5 and empty and not held:
            cuts.append((upper.at, lower.at))
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
