"""Straight rules among a page's drawings, in a frame."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from paperlab.pdf.ink import Ink, RawDrawing
    from paperlab.pdf.tables.words import Frame, PrintedLine
    from paperlab.types import Box

_THICK = 2.6
_SHORTEST = 5.0
_DASH, _LONGEST_DASH = 1.0, 8.0
_DOT_GAP, _SHORTEST_DOTTED = 2.5, 40.0
_LONGEST_FRACTION = 90.0
_BESIDE = 4.0
_LONGEST_UNDERLINE = 110.0
_HEAD = 66.0
"""Points from the top of the page: a running head's rule stands higher."""
_NOTE = re.compile(r"\^?[\d*∗†‡§¶]{1,2}(?:[A-Za-z].*)?")


class Rule(NamedTuple):
    """A straight line: along x at `at` = y for a horizontal one, along y at `at` = x for a vertical one."""

    start: float
    end: float
    at: float

    @property
    def length(self) -> float:
        """In points."""
        return self.end - self.start

    def overlap(self, start: float, end: float) -> float:
        """Return how many points of it lie between `start` and `end`."""
        return min(self.end, end) - max(self.start, start)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one page in one frame."""

    across: tuple[Rule, ...]
    """Horizontal, from top to bottom."""
    down: tuple[Rule, ...]
    """Vertical, from left to right."""

    def within(self, box: Box, margin: float = 2.0) -> Rules:
        """Return the rules of which most lies in a box."""
        x0, y0, x1, y1 = box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin
        across = tuple(r for r in self.across if y0 <= r.at <= y1 and r.overlap(x0, x1) > 0.7 * r.length)
        down = tuple(r for r in self.down if x0 <= r.at <= x1 and r.overlap(y0, y1) > 0.5 * r.length)
        return Rules(across, down)


def rules_of(ink: Ink, frame: Frame) -> Rules:
    """Return the visible straight rules of a page."""
    across: list[Rule] = []
    down: list[Rule] = []
    dots: list[Rule] = []
    for box in _thin_boxes(ink, frame):
        wide, high = box[2] - box[0], box[3] - box[1]
        if high <= _THICK and wide > max(_DASH, high):
            across.append(Rule(box[0], box[2], (box[1] + box[3]) / 2))
        elif wide <= _THICK and high > wide:
            down.append(Rule(box[1], box[3], (box[0] + box[2]) / 2))
        elif wide > high:
            dots.append(Rule(box[0], box[2], (box[1] + box[3]) / 2))
    # Dashed and row-by-row verticals come in pieces a few points apart; horizontal pieces with a gap are two rules.
    joined = [rule for rule in _joined(down, 6.0) if rule.length > _SHORTEST]
    dashes = _joined([r for r in across if r.length <= _LONGEST_DASH], 5.0)
    dotted = [rule for rule in _joined(dots, _DOT_GAP) if rule.length > _SHORTEST_DOTTED]
    whole = _joined([*(r for r in across if r.length > _LONGEST_DASH), *dashes, *dotted], 1.0)
    level = sorted((r for r in whole if r.length > _SHORTEST), key=lambda r: (r.at, r.start))
    return Rules(tuple(level), tuple(joined))


def without_furniture(rules: Rules, lines: Sequence[PrintedLine], columns: Sequence[tuple[float, float]]) -> Rules:
    """Return the rules without that of the running head and those above footnotes."""
    kept = [r for r in rules.across if not _under_head(r, lines) and not _above_note(r, lines, columns)]
    return Rules(tuple(kept), rules.down)


def _under_head(rule: Rule, lines: Sequence[PrintedLine]) -> bool:
    return rule.at < _HEAD and rule.length > 150 and len([line for line in lines if line.base < rule.at]) == 1


def _above_note(rule: Rule, lines: Sequence[PrintedLine], columns: Sequence[tuple[float, float]]) -> bool:
    """Tell whether a rule begins a column's footnotes: short, at its edge, over a line that opens with a mark."""
    if not any(abs(rule.start - c[0]) < 4 and rule.length < 0.5 * (c[1] - c[0]) for c in columns):
        return False
    below = [w for line in lines if 0 < line.base - rule.at < 16 for w in line.words if rule.overlap(w.x0, w.x1) > 0]
    low = bool(lines) and rule.at > 0.5 * lines[-1].base
    return low and bool(below) and bool(_NOTE.fullmatch(below[0].text)) and below[0].size < 9.6


def _thin_boxes(ink: Ink, frame: Frame) -> Iterator[Box]:
    for drawing in ink.drawings:
        if not _invisible(drawing):
            for x0, y0, x1, y1 in _edges(drawing):
                yield frame.turn((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    # Some programs draw their rules as pictures of one dot.
    yield from (frame.turn(box) for box in ink.images if min(box[2] - box[0], box[3] - box[1]) <= _THICK)


def groups_beside(rules: Iterable[Rule]) -> list[list[Rule]]:
    """Return horizontal rules in groups that stand beside each other, from left to right, 4 points or more apart."""
    groups: list[list[Rule]] = []
    end = 0.0
    for rule in sorted(rules, key=lambda r: r.start):
        if groups and rule.start < end + _BESIDE:
            groups[-1].append(rule)
            end = max(end, rule.end)
        else:
            groups.append([rule])
            end = rule.end
    return groups


def without_underlines(rules: Iterable[Rule], lines: Sequence[PrintedLine]) -> list[Rule]:
    """Return the horizontal rules that neither underline words nor part a fraction."""
    return [
        rule
        for rule in rules
        if not any(_underlines(rule, line) for line in lines) and not _parts_fraction(rule, lines)
    ]


def _parts_fraction(rule: Rule, lines: Sequence[PrintedLine]) -> bool:
    """Tell whether words stand right above and right below a short rule, and reach no further than it."""
    if rule.length > _LONGEST_FRACTION:
        return False
    beside = [
        word
        for line in lines
        if abs(line.waist - rule.at) < 1.1 * line.size
        for word in line.words
        if rule.overlap(word.x0, word.x1) > 0
    ]
    above = [word for word in beside if word.base < rule.at + 1]
    below = [word for word in beside if word.base > rule.at + 1]
    inside = all(word.x0 > rule.start - 3 and word.x1 < rule.end + 3 for word in beside)
    tight = bool(below) and min(word.box[1] for word in below) - rule.at < 2.2
    return (
        bool(above) and tight and inside and max(w.x1 for w in beside) - min(w.x0 for w in beside) > 0.6 * rule.length
    )


def _underlines(rule: Rule, line: PrintedLine) -> bool:
    if rule.length > _LONGEST_UNDERLINE or not 0 < rule.at - line.base < 0.36 * line.size:
        return False
    covered = [word for word in line.words if rule.overlap(word.x0, word.x1) > 0.5 * (word.x1 - word.x0)]
    return bool(covered) and abs(covered[0].x0 - rule.start) < 1.6 and abs(covered[-1].x1 - rule.end) < 1.6


def _invisible(drawing: RawDrawing) -> bool:
    colour = drawing.get("color") if "s" in drawing["type"] else drawing.get("fill")
    return bool(colour) and all(part > 0.97 for part in colour or ())


def _edges(drawing: RawDrawing) -> Iterator[Box]:
    stroked = "s" in drawing["type"]
    if not stroked and len(drawing["items"]) > 1 and any(item[0] in "lc" for item in drawing["items"]):
        # A filled outline is a rule only where the whole of it is thin.
        yield tuple(drawing["rect"])
        return
    for item in drawing["items"]:
        if item[0] == "l":
            yield (*item[1], *item[2])
        elif item[0] == "re":
            x0, y0, x1, y1 = item[1]
            if abs(y1 - y0) <= _THICK or abs(x1 - x0) <= _THICK:
                yield (x0, y0, x1, y1)
            elif stroked:
                yield from ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1))
        elif item[0] == "qu":
            xs, ys = [p[0] for p in item[1]], [p[1] for p in item[1]]
            yield (min(xs), min(ys), max(xs), max(ys))


def _joined(rules: Iterable[Rule], gap: float) -> list[Rule]:
    """Join pieces of one line."""
    joined: list[Rule] = []
    for rule in sorted(rules, key=lambda r: (round(r.at, 0), r.start)):
        last = joined[-1] if joined else None
        if last and abs(last.at - rule.at) < 0.8 and rule.start - last.end <= gap:
            joined[-1] = Rule(min(last.start, rule.start), max(last.end, rule.end), last.at)
        else:
            joined.append(rule)
    return joined
