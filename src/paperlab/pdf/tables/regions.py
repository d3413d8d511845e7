"""Where on a page a caption's table stands: between rules, else among lines that are no prose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from paperlab.pdf.tables.rules import without_underlines
from paperlab.pdf.tables.words import PrintedLine
from paperlab.types import around

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.pdf.tables.rules import Rule, Rules
    from paperlab.pdf.tables.words import Frame, Word
    from paperlab.types import Block, Box

_FIRST_GAP = 42.0
"""Points between a caption and its table, at most."""
_ALIKE = 3.5
"""Points by which the ends of a table's full rules may differ."""
_LINE_GAP = 2.3
"""Of the type size, between baselines of one unruled table, beyond the leading that its lines have."""
_NOTE = re.compile(r"\^?[\d*∗†‡§¶a-c]\b|[*∗†‡§¶]|notes?\b", re.IGNORECASE)
_INTO_CAPTION = 4.5
"""Points that a rule may stand inside the box of the caption beside it: boxes have room for descenders."""
_MARGIN = 45.0
"""Points that a full-width table may reach into the page's margin."""
_WORD_GAP = 1.1
"""Of the type size: wider gaps part the runs of a line."""


@dataclass(frozen=True, slots=True)
class Caption:
    """A table's caption, in the frame of its text."""

    block: Block
    number: str
    box: Box


@dataclass(slots=True)
class Sheet:
    """One page in one frame: what the search for tables looks at."""

    page: int
    frame: Frame
    words: Sequence[Word]
    lines: Sequence[PrintedLine]
    rules: Rules
    columns: Sequence[tuple[float, float]]
    """x ranges of the page's text columns."""
    barriers: Sequence[Box]
    """Boxes a table never reaches over: captions, headings, running text."""
    captions: Sequence[Caption] = ()


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


def runs_of(line: PrintedLine, gap: float = _WORD_GAP) -> list[list[Word]]:
    """Return a line's words parted where the gap is wider than `gap` times the type size."""
    runs: list[list[Word]] = []
    for word in line.words:
        if runs and word.x0 - runs[-1][-1].x1 < gap * max(word.size, runs[-1][-1].size):
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


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
    found = _side_by_side(sheet, lines, rules, edge) or _between_rules(sheet, lines, rules, edge)
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
    groups: list[tuple[float, float]] = []
    for rule in sorted(near, key=lambda r: r.start):
        if groups and rule.start < groups[-1][1] + 4:
            groups[-1] = (groups[-1][0], max(groups[-1][1], rule.end))
        else:
            groups.append((rule.start, rule.end))
    if len(groups) < 2:
        return None
    found = []
    for start, end in groups:
        own = [PrintedLine(line.base, inside) for line in lines if (inside := _inside(line, start, end))]
        body = _between_rules(sheet, own, [r for r in near if start - 1 < r.start < end], edge)
        if body and _levels([r for r in near if start - 1 < r.start < end]) > 1:
            found.append(body)
    if len(found) < len(groups):
        return None
    return around([box for box, _ in found]), sum(count for _, count in found)


def _inside(line: PrintedLine, start: float, end: float) -> list[Word]:
    return [word for word in line.words if start - 4 <= word.centre <= end + 4]


def _until_prose(sheet: Sheet, lines: Sequence[PrintedLine], edge: float) -> float:
    """Return how far from the caption the first running text stands."""
    for line, after in pairwise(lines):
        if _is_prose(sheet, line) and _is_prose(sheet, after):
            return abs(line.base - edge)
    return 1e6


def _behind_caption(lines: list[PrintedLine], rules: Sequence[Rule], edge: float) -> tuple[list[PrintedLine], float]:
    """Pass over lines right below a caption that are still part of it: set solid, with words and no cells."""
    rest = list(lines)
    while rest:
        line = rest[0]
        x0, top, _, bottom = line.box
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


def _between_rules(
    sheet: Sheet, lines: Sequence[PrintedLine], rules: Sequence[Rule], edge: float
) -> tuple[Box, int] | None:
    """Follow the rules from the caption outwards as far as they belong together."""
    chain: list[Rule] = []
    last = edge
    for rule in rules:
        between = [line for line in lines if min(last, rule.at) < line.base - 0.3 * line.size < max(last, rule.at)]
        if not chain:
            notes = rule.at < edge and _are_notes(between, edge - rule.at)
            near = abs(rule.at - edge) <= _FIRST_GAP or notes or _table_like(sheet, between)
            if _has_prose(sheet, between) and not notes:
                break
            if rule.length < 24 or not near:
                continue
        elif not _goes_on(sheet, chain, rule, between, last):
            if _has_prose(sheet, between) or _outgrows(chain, rule, between):
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
    full = [i for i, r in enumerate(chain) if r.start < start + _ALIKE and r.end > end - _ALIKE]
    if len(full) < 2 or len({round(chain[i].at) for i in full}) < 2:
        return list(chain)
    last = full[-1]
    low, high = sorted((chain[last].at, chain[-1].at))
    if any(start - 3 < d.at < end + 3 and d.overlap(low, high) > 0.7 * (high - low) for d in sheet.rules.down):
        return list(chain)
    for i, rule in enumerate(chain[last + 1 :], last + 1):
        # A narrower grid below: rules of one extent with rows between.
        top, foot = sorted((rule.at, chain[last].at))
        rows = [line for line in lines if top < line.base - 0.3 * line.size < foot]
        twin = any(
            abs(o.start - rule.start) < _ALIKE > abs(o.end - rule.end) for o in chain[last + 1 :] if o is not rule
        )
        if twin and (not rows or _table_like(sheet, rows)) and (rows or foot - top < 24):
            last = i
    return list(chain[: last + 1])


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
    return not _has_prose(sheet, between, patience=4 if alike else 2)


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
    own = [line for line in lines if top < line.base - 0.3 * line.size < bottom]
    over = [line for line in lines if line.base - 0.3 * line.size <= top]
    under = [line for line in lines if line.base - 0.3 * line.size >= bottom]
    over.sort(key=lambda line: -line.base)
    under.sort(key=lambda line: line.base)
    own += _rows_beyond(sheet, over, (start, end), top, strict=not _open_ended(chain, top))
    own += _rows_beyond(sheet, under, (start, end), bottom, strict=not _open_ended(chain, bottom))
    words = [w for line in own for w in line.words if start - 4 <= w.centre <= end + 4]
    if not words or len(own) < 2:
        return None
    left, right = min([start, *(w.x0 for w in words)]), max([end, *(w.x1 for w in words)])
    return (left, min([top, *(w.box[1] for w in words)]), right, max([bottom, *(w.box[3] for w in words)])), len(chain)


def _levels(chain: Sequence[Rule]) -> int:
    """Count the heights at which rules stand; a double rule is one."""
    heights = sorted(r.at for r in chain)
    return 1 + sum(b - a > 4 for a, b in pairwise(heights))


def _open_ended(chain: Sequence[Rule], y: float) -> bool:
    """Tell whether rows may stand beyond the outermost rule: it is a short one, or one of two or fewer."""
    longest = max(r.length for r in chain)
    edge = max(r.length for r in chain if abs(r.at - y) < 1.5)
    return edge < 0.9 * longest or _levels(chain) < 3


def _rows_beyond(
    sheet: Sheet, lines: Sequence[PrintedLine], span: tuple[float, float], edge: float, *, strict: bool
) -> list[PrintedLine]:
    """Return the lines from a rule outwards that look like rows within its span; `strict` wants no room between."""
    taken: list[PrintedLine] = []
    for line in lines:
        box = line.box
        gap = min(abs(box[1] - edge), abs(box[3] - edge))
        inside = box[0] > span[0] - 3 and box[2] < span[1] + 3
        if gap > (1.0 if taken or strict else 2.8) * line.size or not inside or _is_prose(sheet, line):
            break
        if strict and len(runs_of(line)) < 2:
            break
        taken.append(line)
        edge = line.base
    while taken and len(runs_of(taken[-1])) < 2:
        taken.pop()
    return taken


def _among_lines(sheet: Sheet, lines: Sequence[PrintedLine], edge: float) -> Box | None:
    """Grow from the caption over lines that look like rows, where there are no rules."""
    taken: list[PrintedLine] = []
    last, size = edge, 10.0
    for line in lines:
        size = line.size
        reach = _FIRST_GAP if not taken else _LINE_GAP * size
        if abs(line.base - last) > reach + size or _is_prose(sheet, line):
            break
        taken.append(line)
        last = line.base
    while taken and len(runs_of(taken[-1])) < 2:
        taken.pop()
    if len(taken) < 2 or not _table_like(sheet, taken):
        return None
    return around([line.box for line in taken])


def _table_like(sheet: Sheet, lines: Sequence[PrintedLine]) -> bool:
    """Tell whether most lines have two or more runs with wide gaps between."""
    if not lines or _has_prose(sheet, lines):
        return False
    return sum(len(runs_of(line)) >= 2 for line in lines) >= 0.6 * len(lines)


def _has_prose(sheet: Sheet, lines: Iterable[PrintedLine], patience: int = 2) -> bool:
    """Tell whether `patience` lines one after another are running text."""
    streak = 0
    for line in lines:
        streak = streak + 1 if _is_prose(sheet, line) else 0
        if streak >= patience:
            return True
    return False


def _is_prose(sheet: Sheet, line: PrintedLine) -> bool:
    """Tell whether a line is running text: words that fill a text column from its left edge on."""
    for run in runs_of(line, 0.9):
        x0, x1 = run[0].x0, run[-1].x1
        column = next((c for c in sheet.columns if c[0] - 12 <= x0 <= c[0] + 30 and x1 <= c[1] + 12), None)
        letters = sum(c.isalpha() for w in run for c in w.text)
        wordy = len(run) >= 6 and letters > 0.6 * sum(len(w.text) for w in run)
        if column and wordy and x1 - x0 > 0.8 * (column[1] - column[0]):
            return True
    return False
