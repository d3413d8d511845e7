"""Rules followed from a caption outwards, as far as they hold one table together."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from paperlab.pdf.tables.prose import has_prose, is_prose, runs_of, table_like

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.tables.rules import Rule
    from paperlab.pdf.tables.sheet import Sheet
    from paperlab.pdf.tables.words import PrintedLine
    from paperlab.types import Box

_FIRST_GAP = 42.0
"""Points between a caption and its table, at most."""
_ALIKE = 3.5
"""Points by which the ends of a table's full rules may differ."""
_TOUCH = 6.0
"""Points within which a vertical rule meets a horizontal one."""
_TALLEST_ROW = 24.0
"""Points from row to row, at most, in a grid without a rule below each row."""
_NEARLY = 0.95
"""Of the width of all rules: one this long is a full rule of the table."""
_NOTE = re.compile(r"\^?[\d*∗†‡§¶a-c]\b|[*∗†‡§¶]|notes?\b", re.IGNORECASE)


def between_rules(
    sheet: Sheet, lines: Sequence[PrintedLine], rules: Sequence[Rule], edge: float
) -> tuple[Box, int] | None:
    """Follow the rules from the caption outwards as far as they belong together."""
    chain: list[Rule] = []
    last = edge
    for rule in rules:
        between = [line for line in lines if min(last, rule.at) < line.waist < max(last, rule.at)]
        if not chain:
            notes = rule.at < edge and _are_notes(between, edge - rule.at)
            near = abs(rule.at - edge) <= _FIRST_GAP or notes or table_like(sheet, between)
            if has_prose(sheet, between) and not notes:
                break
            if rule.length < 24 or not near:
                continue
        elif not _goes_on(sheet, chain, rule, between, last):
            if has_prose(sheet, between) or _outgrows(chain, rule, between):
                break
            continue
        chain.append(rule)
        last = rule.at
    chain = _ended(sheet, chain, lines)
    return _box_of(sheet, _with_neighbours(chain, rules), lines) if chain else None


def _are_notes(between: Sequence[PrintedLine], height: float) -> bool:
    """Tell whether the lines between a table and the caption below it are notes: few, the first opens with a mark."""
    if not between or len(between) > 5 or height > 75:
        return False
    return bool(_NOTE.match(min(between, key=lambda line: line.base).words[0].text))


def _with_neighbours(chain: Sequence[Rule], rules: Sequence[Rule]) -> list[Rule]:
    """Add the rules of grids that stand beside the one found: two or more of one extent, at about its height."""
    found = list(chain)
    while True:
        top, bottom = min(r.at for r in found), max(r.at for r in found)
        start, end = min(r.start for r in found), max(r.end for r in found)
        beside = [
            r
            for r in rules
            if r not in found and top - 26 < r.at < bottom + 26 and (r.start > end + 4 or r.end < start - 4)
        ]
        pairs = [
            r
            for r in beside
            if r.length > 40
            and any(abs(o.start - r.start) < _ALIKE > abs(o.end - r.end) and abs(o.at - r.at) > 8 for o in beside)
        ]
        if not pairs:
            return found
        x0, x1 = min(r.start for r in pairs), max(r.end for r in pairs)
        found += [r for r in beside if r.start > x0 - 3 and r.end < x1 + 3]


def _ended(sheet: Sheet, chain: Sequence[Rule], lines: Sequence[PrintedLine]) -> list[Rule]:
    """Cut the chain behind its last full rule: what is shorter there is the axis or the frame of something else."""
    if not chain:
        return []
    start, end = min(r.start for r in chain), max(r.end for r in chain)
    longest = max(chain, key=lambda r: r.length)
    if longest.length > _NEARLY * (end - start):
        start, end = longest.start, longest.end
    full = [i for i, r in enumerate(chain) if r.start < start + _ALIKE and r.end > end - _ALIKE]
    if len(full) < 2 or len({round(chain[i].at) for i in full}) < 2:
        return list(chain)
    last = full[-1]
    low, high = sorted((chain[last].at, chain[-1].at))
    held = [d for d in sheet.rules.down if d.start - _TOUCH < chain[last].at < d.end + _TOUCH]
    if any(start - 3 < d.at < end + 3 and d.overlap(low, high) > 0.7 * (high - low) for d in held):
        return list(chain)
    for i, rule in enumerate(chain[last + 1 :], last + 1):
        # A narrower grid below: rules of one extent with rows between.
        top, foot = sorted((rule.at, chain[last].at))
        rows = [line for line in lines if top < line.waist < foot]
        twins = [
            o for o in chain[last + 1 :] if o is not rule and abs(o.start - rule.start) < _ALIKE > abs(o.end - rule.end)
        ]
        if (
            twins
            and _filled(rule, twins, lines)
            and (not rows or table_like(sheet, rows))
            and (rows or foot - top < 24)
        ):
            last = i
    return list(chain[: last + 1])


def _filled(rule: Rule, twins: Sequence[Rule], lines: Sequence[PrintedLine]) -> bool:
    """Tell whether rows fill the height between rules of one extent: in the frame of a plot there is little type."""
    top, foot = min(rule.at, *(o.at for o in twins)), max(rule.at, *(o.at for o in twins))
    inside = sum(top < line.waist < foot for line in lines)
    return inside * _TALLEST_ROW >= foot - top


def _goes_on(sheet: Sheet, chain: Sequence[Rule], rule: Rule, between: Sequence[PrintedLine], last: float) -> bool:
    start, end = min(r.start for r in chain), max(r.end for r in chain)
    if abs(rule.at - last) < 1.5:
        return True
    if rule.overlap(start, end) < 0.5 * min(rule.length, end - start) or (not between and abs(rule.at - last) > 30):
        return False
    if _outgrows(chain, rule, between):
        # A wider grid set right below, on the same middle, belongs to the same float.
        return not between and abs(rule.at - last) < 24 and abs(rule.start + rule.end - start - end) < 8
    low, high = sorted((last, rule.at))
    if any(start - 3 < d.at < end + 3 and d.overlap(low, high) > 0.7 * (high - low) for d in sheet.rules.down):
        return True
    alike = abs(rule.start - start) < 4 and abs(rule.end - end) < 4
    return not has_prose(sheet, between, patience=4 if alike else 2)


def _outgrows(chain: Sequence[Rule], rule: Rule, between: Sequence[PrintedLine]) -> bool:
    """Tell whether a rule is wider than the table that the chain has shown so far: it belongs to something else."""
    start, end = min(r.start for r in chain), max(r.end for r in chain)
    if rule.start > start - 6 and rule.end < end + 6:
        return False
    settled = len({round(r.at) for r in chain if r.start < start + 3 and r.end > end - 3}) > 1
    wider = any(line.box[0] < start - 6 or line.box[2] > end + 6 for line in between)
    return settled or not wider


def _box_of(sheet: Sheet, chain: Sequence[Rule], lines: Sequence[PrintedLine]) -> tuple[Box, int] | None:
    top, bottom = min(r.at for r in chain), max(r.at for r in chain)
    start, end = min(r.start for r in chain), max(r.end for r in chain)
    own = [line for line in lines if top < line.waist < bottom]
    over = [line for line in lines if line.waist <= top]
    under = [line for line in lines if line.waist >= bottom]
    over.sort(key=lambda line: -line.base)
    under.sort(key=lambda line: line.base)
    cells = median(len(runs_of(line)) for line in own) if own else 2
    own += _rows_beyond(sheet, over, (start, end), top, 0 if _open_ended(chain, top) else cells)
    own += _rows_beyond(sheet, under, (start, end), bottom, 0 if _open_ended(chain, bottom) else cells)
    words = [w for line in own for w in line.words if start - 4 <= w.centre <= end + 4]
    if not words or len(own) < 2:
        return None
    left, right = min([start, *(w.x0 for w in words)]), max([end, *(w.x1 for w in words)])
    return (left, min([top, *(w.box[1] for w in words)]), right, max([bottom, *(w.box[3] for w in words)])), len(chain)


def levels(chain: Sequence[Rule]) -> int:
    """Count the heights at which rules stand; a double rule is one."""
    heights = sorted(r.at for r in chain)
    return 1 + sum(b - a > 4 for a, b in pairwise(heights))


def _open_ended(chain: Sequence[Rule], y: float) -> bool:
    """Tell whether rows may stand beyond the outermost rule: it is a short one, or one of two or fewer."""
    longest = max(r.length for r in chain)
    edge = max(r.length for r in chain if abs(r.at - y) < 1.5)
    return edge < 0.9 * longest or levels(chain) < 3


def _rows_beyond(
    sheet: Sheet, lines: Sequence[PrintedLine], span: tuple[float, float], edge: float, cells: float
) -> list[PrintedLine]:
    """Return the lines from a rule outwards that look like rows within its span.

    Where the rules seem complete, `cells` says how many runs a row has inside: a row outside has most of them, and
    there is one such row at least; a name of a section or of several rows may stand between.
    """
    taken: list[PrintedLine] = []
    whole: list[bool] = []
    for line in lines:
        box = line.box
        gap = min(abs(box[1] - edge), abs(box[3] - edge))
        inside = box[0] > span[0] - 3 and box[2] < span[1] + 3
        if gap > (1.0 if taken or cells else 2.8) * line.size or not inside or is_prose(sheet, line):
            break
        whole.append(len(runs_of(line)) >= max(2, 0.65 * cells))
        if cells and len(whole) > 1 and not any(whole[-2:]):
            break
        taken.append(line)
        edge = line.base
    if cells and not any(whole):
        return []
    while taken and len(runs_of(taken[-1])) < 2:
        taken.pop()
    return taken
