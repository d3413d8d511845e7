"""Rows of print grouped to blocks: kinds, sections, paragraphs that go on, healed text. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from paperlab.pdf.entries import find_unheaded, names_list, split_list
from paperlab.pdf.healing import heal
from paperlab.pdf.labels import label_of
from paperlab.types import Block, BlockKind, Line

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Sequence

    from paperlab.pdf.page_text import Row
    from paperlab.pdf.sections import Heading

_NOTE_MARK = re.compile(r"(?:\d{1,2}|[*∗†‡§¶#])\s?[^\W\d_(\[“\"]|[a-z]\s?[A-Z]")


@dataclass(slots=True)
class _Group:
    """Rows that will be one block."""

    kind: BlockKind
    section: tuple[str, ...]
    rows: list[Row]
    small: bool = False
    """Set in clearly smaller type than the text."""

    @property
    def page(self) -> int:
        return self.rows[0].page

    @property
    def scattered(self) -> bool:
        """Made of snippets, as the words in a figure or the parts of a formula are."""
        length = sum(len(row.text) for row in self.rows)
        return self.kind is BlockKind.PARAGRAPH and (
            length < 25 * len(self.rows) if len(self.rows) > 1 else length < 30
        )


def build_blocks(
    rows: Sequence[Row], headings: Sequence[Heading], title: frozenset[int], words: Counter[str], body: float
) -> list[Block]:
    """Return the blocks of a paper in reading order.

    `title` holds the indexes of the title's rows, `words` the document's vocabulary, `body` its type size in points.
    A heading belongs to the section it opens: its own text is the last part of its section path.
    """
    groups = _with_entries(_grouped(rows, headings, title, words, body), body)
    _mark_footnotes(groups, rows, body)
    return [_block(group, words) for group in _merged(groups)]


def _grouped(
    rows: Sequence[Row], headings: Sequence[Heading], title: frozenset[int], words: Counter[str], body: float
) -> list[_Group]:
    opens = {h.first: h for h in headings}
    groups: list[_Group] = []
    path: list[tuple[int, str]] = []
    left = 0
    """Rows of the present heading that are still to come."""
    for i, row in enumerate(rows):
        heading = opens.get(i)
        if heading:
            text, _ = heal([r.text for r in rows[i : i + heading.rows]] or [heading.text], words)
            path = [*[p for p in path if p[0] < heading.level], (heading.level, text)]
            left = heading.rows
        section = tuple(text for _, text in path)
        last = groups[-1] if groups else None
        if left:
            kind, left = BlockKind.HEADING, left - 1
            fresh = heading is not None or last is None
        else:
            kind = BlockKind.TITLE if i in title else _kind(row, section)
            kind = BlockKind.FORMULA if row.formula and kind is BlockKind.PARAGRAPH else kind
            fresh = last is None or heading is not None or _parts(last, row, kind, body)
        if fresh or last is None:
            if kind is BlockKind.PARAGRAPH and _is_caption(row, body):
                kind = BlockKind.CAPTION
            groups.append(_Group(kind, section, [row], small=row.size < 0.9 * body))
        else:
            last.rows.append(row)
    return groups


def _kind(row: Row, section: tuple[str, ...]) -> BlockKind:
    listed = bool(section) and names_list(section[-1])
    return BlockKind.REFERENCE if listed and row.upright else BlockKind.PARAGRAPH


def _parts(last: _Group, row: Row, kind: BlockKind, body: float) -> bool:
    """Tell whether a new block begins at `row`."""
    before = last.rows[-1]
    if kind is BlockKind.TITLE and last.kind is BlockKind.TITLE:
        return False
    if before.page != row.page or before.block != row.block or before.upright != row.upright:
        return True
    if last.kind is BlockKind.CAPTION and kind is BlockKind.PARAGRAPH:
        other = not _same_type(last, row, 0.6) or not (row.lone or before.lone)
        return (other and not _same_line(before, row)) or _begins_cells(before, row) or _ends_caption(last, row)
    return last.kind is not kind or _is_caption(row, body, within=before)


def _same_type(group: _Group, row: Row, most: float) -> bool:
    """Tell whether a row is set in the type of the group's last one, give or take `most` points.

    "Table 2:" may be set larger than the words behind it; of small capitals a line's largest letters tell little.
    """
    last = group.rows[-1]
    if abs(last.size - row.size) < most:
        return True
    label = len(group.rows) == 1 and 0 < last.size - row.size < 2
    return group.kind is BlockKind.CAPTION and (label or (last.caps and row.caps))


def _begins_cells(before: Row, row: Row) -> bool:
    """Tell whether a row below a caption's line is the first of several on its printed line: cells of the table."""
    return before.lone and not row.lone and not _same_line(before, row)


def _ends_caption(caption: _Group, row: Row) -> bool:
    """Tell whether the last line so far ends both a sentence and, well short of the others, the caption."""
    last, others = caption.rows[-1], caption.rows[:-1]
    if not others or last.text[-1] not in ".!?" or _same_line(last, row):
        return False
    widest = max(r.frame[2] - r.frame[0] for r in others)
    return last.frame[2] - last.frame[0] < 0.8 * widest and row.frame[2] - row.frame[0] > 0.9 * widest


def _same_line(a: Row, b: Row) -> bool:
    return min(a.frame[3], b.frame[3]) - max(a.frame[1], b.frame[1]) > 0


def _is_caption(row: Row, body: float, within: Row | None = None) -> bool:
    """Tell whether a row opens a caption; `within` is the row above it in the same block."""
    label = label_of(row.text)
    if label is None or not (row.upright or label.closed):
        return False
    if within is not None:
        apart = row.frame[1] - within.frame[3] > 0.3 * row.size or abs(row.size - within.size) > 0.4
        return label.closed and (apart or label.mark == ":") and row.text[0].isupper()
    rest = row.text[label.end :]
    # "Figure 3 shows" opens a sentence; "Figure 3: ..." or one in other type opens a caption.
    return label.closed or row.bold or (row.size < 0.95 * body and rest[:1].isupper())


def _mark_footnotes(groups: Sequence[_Group], rows: Sequence[Row], body: float) -> None:
    """Call small type at the foot of a column a footnote, where nothing in the body's size stands below it."""
    large: dict[int, list[Row]] = {}
    depth: dict[int, float] = {}
    for row in rows:
        depth[row.page] = max(depth.get(row.page, 0.0), row.frame[3])
        if row.size > 0.95 * body and len(row.text) > 20:
            large.setdefault(row.page, []).append(row)
    before: _Group | None = None
    for group in groups:
        if group.kind is BlockKind.PARAGRAPH and _at_foot(group, depth[group.page], large.get(group.page, []), body):
            follows = before is not None and before.kind is BlockKind.FOOTNOTE and before.page == group.page
            if follows or _NOTE_MARK.match(group.rows[0].text):
                group.kind = BlockKind.FOOTNOTE
        before = group


def _at_foot(group: _Group, depth: float, large: Iterable[Row], body: float) -> bool:
    first = group.rows[0]
    text = " ".join(row.text for row in group.rows)
    if (
        not first.upright
        or first.size > 0.93 * body
        or first.frame[1] < 0.55 * depth
        or len(text) < 18 * len(group.rows)
    ):
        return False
    if sum(map(str.isalpha, text)) < 0.6 * len(text.replace(" ", "")):
        return False
    x0, _, x1, y1 = first.frame
    return not any(r.frame[1] > y1 and min(r.frame[2], x1) > max(r.frame[0], x0) for r in large)


def _with_entries(groups: list[_Group], body: float) -> list[_Group]:
    """Make a group of each reference entry, one a page, and paragraphs and captions of what stands between them."""
    if not any(group.kind is BlockKind.REFERENCE for group in groups):
        groups = list(_listed(groups))
    result: list[_Group] = []
    for section, run in groupby(groups, key=lambda group: group.section):
        members = list(run)
        result += [group for group in members if group.kind is not BlockKind.REFERENCE]
        for piece in split_list([r for g in members if g.kind is BlockKind.REFERENCE for r in g.rows]):
            if piece.entry:
                pages = groupby(piece.rows, key=lambda row: row.page)
                result += [_Group(BlockKind.REFERENCE, section, list(part)) for _, part in pages]
            else:
                result += _loose(piece.rows, section, body)
    return result


def _listed(groups: Sequence[_Group]) -> Iterator[_Group]:
    """Yield the groups, those of a reference list that no heading names made REFERENCE, up to the next heading."""
    rows = [row for group in groups if group.kind is BlockKind.PARAGRAPH for row in group.rows if row.upright]
    found = find_unheaded(rows)
    first = rows[found.start] if found else None
    inside = False
    for group in groups:
        at = next((k for k, row in enumerate(group.rows) if row is first), None)
        if at is not None:
            inside = True
            if at:
                yield _Group(group.kind, group.section, group.rows[:at])
            yield _Group(BlockKind.REFERENCE, group.section, group.rows[at:])
            continue
        inside = inside and group.kind is not BlockKind.HEADING
        if inside and group.kind is BlockKind.PARAGRAPH and group.rows[0].upright:
            group.kind = BlockKind.REFERENCE
        yield group


def _loose(rows: Sequence[Row], section: tuple[str, ...], body: float) -> list[_Group]:
    """Group rows of a reference list's section that are no entries."""
    groups: list[_Group] = []
    for row in rows:
        if groups and not _parts(groups[-1], row, BlockKind.PARAGRAPH, body):
            groups[-1].rows.append(row)
        else:
            kind = BlockKind.CAPTION if _is_caption(row, body) else BlockKind.PARAGRAPH
            groups.append(_Group(kind, section, [row], small=row.size < 0.9 * body))
    return groups


def _merged(groups: Sequence[_Group]) -> list[_Group]:
    merged: list[_Group] = []
    for group in groups:
        last = next((m for m in _open_before(merged, group) if _belongs(m, group)), None)
        if last:
            last.rows.extend(group.rows)
        else:
            merged.append(group)
    return merged


def _open_before(merged: Sequence[_Group], group: _Group) -> Iterator[_Group]:
    """Yield the blocks `group` may go on: the last one, and the last paragraph before footnotes and floats."""
    if merged:
        yield merged[-1]
    if not merged or merged[-1].kind not in {BlockKind.FOOTNOTE, BlockKind.CAPTION} or group.scattered:
        return
    for last in reversed(merged[-8:]):
        if last.page == group.page and last.kind is BlockKind.PARAGRAPH and not last.scattered:
            yield last
            return


def _belongs(last: _Group, group: _Group) -> bool:
    """Tell whether a block is the rest of the one before it on the page."""
    if last.page != group.page or last.section != group.section or BlockKind.REFERENCE in {last.kind, group.kind}:
        return False
    before, after = last.rows[-1], group.rows[0]
    if last.kind is BlockKind.CAPTION and group.kind is BlockKind.PARAGRAPH and len(group.rows) < 4:
        alike = _same_type(last, after, 0.3) and before.bold == after.bold
        return alike and before.text[-1] not in ".!?" and _next_line(before, after, widest=0.35)
    if last.scattered or group.scattered:
        return last.scattered and group.scattered
    if last.kind is group.kind is BlockKind.FORMULA:
        return -before.size < after.frame[1] - before.frame[3] < 1.5 * before.size
    if not _same_type(last, after, 0.6) or not (before.upright and after.upright) or before.text[-1] in ".!?:;":
        return False
    goes_on = last.kind is BlockKind.PARAGRAPH and after.text[0].islower()
    open_kind = group.kind is BlockKind.PARAGRAPH and last.kind in {BlockKind.PARAGRAPH, BlockKind.CAPTION}
    return open_kind and (goes_on or _next_line(before, after))


def _next_line(before: Row, after: Row, widest: float = 0.5) -> bool:
    """Tell whether `after` stands below `before`, in the same column, at most `widest` type sizes apart."""
    gap = after.frame[1] - before.frame[3]
    across = min(before.frame[2], after.frame[2]) - max(before.frame[0], after.frame[0])
    narrower = min(before.frame[2] - before.frame[0], after.frame[2] - after.frame[0])
    return -0.5 * before.size < gap < widest * before.size and across > 0.6 * narrower


def _block(group: _Group, words: Counter[str]) -> Block:
    text, starts = heal([row.text for row in group.rows], words)
    lines = tuple(Line(start, _rounded(row)) for start, row in zip(starts, group.rows, strict=True))
    return Block(group.kind, group.page, group.section, text, lines)


def _rounded(row: Row) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = row.box
    return round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2)
