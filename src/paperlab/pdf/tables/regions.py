"""Where on a page a caption's table stands: between rules, else among lines that are no prose."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from paperlab.pdf.tables.chains import between_rules, levels
from paperlab.pdf.tables.prose import is_prose, runs_of, table_like
from paperlab.pdf.tables.rules import groups_beside, without_underlines
from paperlab.pdf.tables.words import PrintedLine
from paperlab.types import around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.tables.rules import Rule
    from paperlab.pdf.tables.sheet import Caption, Sheet
    from paperlab.pdf.tables.words import Word
    from paperlab.types import Box

_FIRST_GAP = 42.0
"""Points between a caption and its table, at most."""
_LINE_GAP = 2.3
"""Of the type size, between baselines of one unruled table, beyond the leading that its lines have."""
_INTO_CAPTION = 4.5
"""Points that a rule may stand inside the box of the caption beside it: boxes have room for descenders."""
_MARGIN = 45.0
"""Points that a full-width table may reach into the page's margin."""


@dataclass(slots=True)
class Region:
    """A caption and where its table's body may be."""

    caption: Caption
    above: bool
    """The body stands above the caption."""
    box: Box
    ruled: int
    """Horizontal rules that hold it."""
    gap: float
    """Points between caption and body."""


def candidates(sheet: Sheet, caption: Caption) -> list[Region]:
    """Return the body found above the caption and the one found below, where there are any."""
    found = (_search(sheet, caption, above=above) for above in (True, False))
    return [region for region in found if region]


def candidate_below(sheet: Sheet, caption: Caption) -> Region | None:
    """Return the body found below a caption."""
    return _search(sheet, caption, above=False)


def _window(sheet: Sheet, caption: Caption) -> tuple[float, float]:
    """Return the x range that the table of a caption may take."""
    x0, _, x1, _ = caption.box
    own = [c for c in sheet.columns if c[0] - 6 <= x0 and x1 <= c[1] + 6]
    if own and len(sheet.columns) > 1:
        left, right = own[0][0] - 8, own[0][1] + 8
    else:
        left = min([c[0] for c in sheet.columns] + [x0]) - _MARGIN
        right = max([c[1] for c in sheet.columns] + [x1]) + _MARGIN
    if _is_filled(caption) and x1 - x0 < 0.8 * (right - left - 2 * _MARGIN):
        # A caption that was broken into full lines shows how wide its box is: a minipage, or text runs around it.
        return max(left, x0 - 14), min(right, x1 + 14)
    for other in sheet.captions:
        # Captions side by side share the room between them.
        if other is caption or min(other.box[3], caption.box[3]) - max(other.box[1], caption.box[1]) <= 0:
            continue
        if other.box[0] > x1:
            right = min(right, (x1 + other.box[0]) / 2)
        elif other.box[2] < x0:
            left = max(left, (other.box[2] + x0) / 2)
    return left, right


def _is_filled(caption: Caption) -> bool:
    """Tell whether a caption has two or more lines that begin and end at the same x, the last one excepted."""
    boxes = [line.box for line in caption.block.lines]
    starts = {round(b[0] / 3) for b in boxes}
    ends = [b[2] for b in boxes[:-1]]
    return len(boxes) > 1 and len(starts) == 1 and max(ends) - min(ends) < 4 and ends[0] >= boxes[-1][2] - 4


def _search(sheet: Sheet, caption: Caption, *, above: bool) -> Region | None:
    window = _window(sheet, caption)
    edge = caption.box[1] if above else caption.box[3]
    limit = _barrier(sheet, caption, window, edge, above=above)
    low, high = (limit, edge) if above else (edge, limit)
    lines = _lines_between(sheet, window, low, high)
    across = [
        rule
        for rule in sheet.rules.across
        if low - _INTO_CAPTION < rule.at < high + _INTO_CAPTION
        and rule.overlap(*window) > 0.9 * rule.length
        and rule.length > 12
    ]
    rules = without_underlines(across, sheet.lines)
    if above:
        lines, rules = lines[::-1], rules[::-1]
    else:
        lines, edge = _behind_caption(lines, rules, edge)
    found = _side_by_side(sheet, lines, rules, edge) or between_rules(sheet, lines, rules, edge)
    plain = _among_lines(sheet, lines, edge)
    if plain and (found is None or _comes_first(plain, found[0], above=above)):
        found = (plain, 0)
    return Region(caption, above, *found, _distance(found[0], edge, above=above)) if found else None


def _side_by_side(
    sheet: Sheet, lines: Sequence[PrintedLine], rules: Sequence[Rule], edge: float
) -> tuple[Box, int] | None:
    """Follow rules that stand in groups beside each other, each group for itself; None where there is one group."""
    reach = _until_prose(sheet, lines, edge)
    near = [r for r in rules if r.length > 40 and abs(r.at - edge) <= reach]
    groups = groups_beside(near)
    if len(groups) < 2:
        return None
    found = []
    for group in groups:
        start, end = group[0].start, max(r.end for r in group)
        own = [PrintedLine(line.base, inside) for line in lines if (inside := _inside(line, start, end))]
        members = [r for r in near if r in group]
        body = between_rules(sheet, own, members, edge)
        if body and levels(members) > 1:
            found.append(body)
    if len(found) < len(groups):
        return None
    return around([box for box, _ in found]), sum(count for _, count in found)


def _inside(line: PrintedLine, start: float, end: float) -> list[Word]:
    return [word for word in line.words if start - 4 <= word.centre <= end + 4]


def _until_prose(sheet: Sheet, lines: Sequence[PrintedLine], edge: float) -> float:
    """Return how far from the caption the first running text stands."""
    for line, after in pairwise(lines):
        if is_prose(sheet, line) and is_prose(sheet, after):
            return abs(line.base - edge)
    return 1e6


def _behind_caption(lines: list[PrintedLine], rules: Sequence[Rule], edge: float) -> tuple[list[PrintedLine], float]:
    """Pass over lines right below a caption that are still part of it: set solid, with words and no cells."""
    rest = list(lines)
    while rest:
        line = rest[0]
        _, top, _, bottom = line.box
        ruled = any(edge - _INTO_CAPTION < rule.at < top + 0.3 * line.size for rule in rules)
        if ruled or top - edge > 0.45 * line.size or len(runs_of(line)) > 1:
            break
        edge = bottom
        rest.pop(0)
    passed = len(lines) - len(rest)
    return (rest, edge) if passed and rest else (lines, edge if not passed else lines[0].box[1] - 1)


def _comes_first(plain: Box, ruled: Box, *, above: bool) -> bool:
    """Tell whether an unruled body stands wholly between the caption and what its rules hold together."""
    return plain[1] > ruled[3] + 4 if above else plain[3] < ruled[1] - 4


def _distance(box: Box, edge: float, *, above: bool) -> float:
    return edge - box[3] if above else box[1] - edge


def _barrier(sheet: Sheet, caption: Caption, window: tuple[float, float], edge: float, *, above: bool) -> float:
    """Return the y of the nearest caption that the table cannot reach over."""
    found = -1e6 if above else 1e6
    for box in sheet.barriers:
        if box == caption.box or min(box[2], window[1]) - max(box[0], window[0]) < 8:
            continue
        middle = (box[1] + box[3]) / 2
        if above and middle < edge:
            found = max(found, box[3])
        elif not above and middle > edge:
            found = min(found, box[1])
    return found


def _lines_between(sheet: Sheet, window: tuple[float, float], low: float, high: float) -> list[PrintedLine]:
    found = []
    for line in sheet.lines:
        if low < line.base < high + 1:
            words = [w for w in line.words if window[0] <= w.centre <= window[1]]
            if words:
                found.append(PrintedLine(line.base, words))
    return found


def _among_lines(sheet: Sheet, lines: Sequence[PrintedLine], edge: float) -> Box | None:
    """Grow from the caption over lines that look like rows, where there are no rules."""
    taken: list[PrintedLine] = []
    last, size = edge, 10.0
    for line in lines:
        size = line.size
        reach = _FIRST_GAP if not taken else _LINE_GAP * size
        if abs(line.base - last) > reach + size or is_prose(sheet, line):
            break
        taken.append(line)
        last = line.base
    while taken and len(runs_of(taken[-1])) < 2:
        taken.pop()
    if len(taken) < 2 or not table_like(sheet, taken):
        return None
    return around([line.box for line in taken])
