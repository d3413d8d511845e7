"""The rows of a reference list taken apart into its entries, and what stands between and behind them. Pure.

An entry is a run of rows. Where it runs over a page end its rows are on both pages; a block is on one page, so it
becomes one REFERENCE block a page. Only the first of them opens as an entry does (label, hanging indent, names);
`paperlab.references.find_references` tells the others by that and joins them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from math import inf
from statistics import median
from typing import TYPE_CHECKING

from paperlab.pdf.labels import label_of
from paperlab.pdf.sections import bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from paperlab.pdf.page_text import Row

_LIST_NAME = re.compile(
    r"(?:(?:supplementa(?:l|ry)|additional|further|appendix|selected|main|online|web)?"
    r"(?:references?|bibliography|literature)(?:cited|list)?|(?:works|papers)cited|citedliterature"
    r"|referencesandnotes|notesandreferences|bibliographicalreferences"
    r"|references(?:for|in|to|of|from)(?:the)?(?:appendix|appendices|supplement\w*|mainpaper|maintext))"
)
_BRACKETED = re.compile(r"\[(\d{1,3})\](?!\()")
_DOTTED = re.compile(r"(\d{1,3})\.(?=\s|$)")
_IN_PARENTHESES = re.compile(r"\(?(\d{1,3})\)(?=\s|$)")
_PLAIN = re.compile(r"(\d{1,3})(?=\s+[^\W\d_]|$)")
_NAMED = re.compile(r"\[(?=[^\]]{0,60}[^\W\d_])[^\[\]]{1,60}(?:\]|$)")
_CLOSED = re.compile(r"(?:[.?!)\]”\"]|\d|/\S*)$")
_FLOAT_MARKS = frozenset(".:|")
_YEAR = re.compile(r"(?<![\d.:/–-])(?:1[89]|20)\d\d(?![\d–])")
_PUBLISHED = re.compile(r"arxiv|https?:|doi[.:\s]|et al|in press|to appear|\bpp?\.|pages|proc|preprint", re.IGNORECASE)
_NAMES = re.compile(
    r"(?:[^\W\d_a-z][\w’'`.-]*|d[aeiou]|de[lnrs]|v[ao]n|l[ae]|ter|al-\w+|[‘’'“\"])(?:[,\s.:;&(]|$)",
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of a reference list that belong together: one entry, or what is none."""

    rows: list[Row]
    entry: bool


@dataclass(slots=True)
class _Column:
    """What a list has of one column of one page."""

    rows: list[Row]
    leads: list[bool] = field(default_factory=list)
    """For each row: it is the first on its printed line."""
    left: float = 0.0
    right: float = 0.0

    @property
    def lines(self) -> list[Row]:
        """The rows that lead their printed lines."""
        return [row for row, leads in zip(self.rows, self.leads, strict=True) if leads]


@dataclass(slots=True)
class _List:
    """A reference list's rows with what all rules need; the lists are as long as `rows`."""

    rows: list[Row]
    size: float
    offsets: list[float]
    """How far right of its column's margin a row begins; inf where it does not lead its line."""
    gaps: list[float]
    """From the top of the line above to the row's own, in the same column; inf at a column's top."""
    short: list[bool]
    """The row ends well before its column's right edge."""
    share: dict[float, float]
    """Of the list's characters, by type size to half a point."""
    indent: float = 0.0
    """Of the lines that go on; 0 where there is none."""

    def odd(self, i: int) -> bool:
        """Tell whether a row is in other type than the list, or stands beside another."""
        away = abs(self.rows[i].size - self.size)
        rare = self.share[round(2 * self.rows[i].size) / 2] < 0.04
        return away > 0.12 * self.size or (rare and away > 0.08 * self.size) or self.offsets[i] == inf


def names_list(heading: str) -> bool:
    """Tell whether a heading's words name a reference list."""
    return _LIST_NAME.fullmatch(bare(heading.rstrip(" .:"))) is not None


def split_list(rows: Sequence[Row]) -> list[Piece]:
    """Return the rows of one reference list, heading not among them, as pieces in the same order.

    The rows are in reading order, over all columns and pages. Every row comes in exactly one piece.
    """
    if not rows:
        return []
    whole = _measured(list(rows))
    starts = _labelled(whole)
    labelled = bool(starts)
    if labelled:
        whole.indent = _usual_indent(whole, starts)
    else:
        starts = _hanging(whole) or _apart(whole)
    pieces = _without_strays(whole, starts)
    return pieces if labelled else _without_unlikely(pieces)


def find_unheaded(rows: Sequence[Row]) -> range:
    """Return where a list stands that no heading names, in the last half of the rows; an empty range without one.

    Either the word "References" stands above its numbers in the text's own type, or it opens with `[1]` and goes on.
    """
    half = len(rows) // 2
    named = [i + 1 for i in range(half, len(rows)) if len(rows[i].text) < 40 and names_list(rows[i].text)]
    for first in named[-1:]:
        if any(split.entry for split in split_list(rows[first : first + 60])):
            return range(first, len(rows))
    chain = _chain([(i, n) for i, n in _numbers(rows, _BRACKETED) if i >= half])
    if len(chain) < 5 or not rows[chain[0]].text.startswith("[1]"):
        return range(0)
    return range(chain[0], len(rows))


def _measured(rows: list[Row]) -> _List:
    sizes: Counter[float] = Counter()
    for row in rows:
        sizes[round(2 * row.size) / 2] += len(row.text)
    share = {size: count / sizes.total() for size, count in sizes.items()}
    whole = _List(rows, sizes.most_common(1)[0][0], [], [], [], share)
    columns = _columns(rows)
    _set_margins(columns, whole.size)
    for column in columns:
        above: Row | None = None
        for row, leads in zip(column.rows, column.leads, strict=True):
            whole.offsets.append(row.frame[0] - column.left if leads else inf)
            whole.gaps.append(_step(above, row) if above else inf)
            whole.short.append(row.frame[2] < column.right - 2 * whole.size)
            above = row
    return whole


def _columns(rows: Sequence[Row]) -> list[_Column]:
    columns: list[_Column] = []
    last: Row | None = None
    for row in rows:
        if last is None or last.page != row.page or row.frame[1] < last.frame[1] - 1.5 * row.size:
            columns.append(_Column([]))
            last = None
        columns[-1].leads.append(last is None or not _beside(last, row))
        columns[-1].rows.append(row)
        last = row
    return columns


def _beside(before: Row, row: Row) -> bool:
    heights = [r.frame[3] - r.frame[1] for r in (before, row)]
    overlap = min(before.frame[3], row.frame[3]) - max(before.frame[1], row.frame[1])
    return overlap > 0.5 * max(heights) and row.frame[0] > before.frame[0]


def _step(above: Row, row: Row) -> float:
    """Return the way from line to line; the tall box of a formula reaches over its neighbours on one side."""
    return min(row.frame[1] - above.frame[1], row.frame[3] - above.frame[3], key=abs)


def _set_margins(columns: Sequence[_Column], size: float) -> None:
    """Find each column's left and right edge; one that holds only the rest of an entry takes its width from others."""
    for column in columns:
        near = [r for r in column.lines if abs(r.size - size) < 0.12 * size] or column.lines
        lefts = sorted(row.frame[0] for row in near)
        # A single mark left of everything is no margin.
        column.left = lefts[1] if len(lefts) > 5 and lefts[1] - lefts[0] > 3 * size else lefts[0]
        column.right = max(r.frame[2] for r in column.rows)
    widths = Counter(round(c.right - c.left) for c in columns for _ in c.rows)
    width = max(widths, key=lambda w: sum(widths[w + d] for d in (-2, -1, 0, 1, 2)))
    steps = Counter(round(r.frame[0] - c.left) for c in columns for r in c.lines if r.frame[0] - c.left > 0.4 * size)
    indent = max(steps, key=lambda step: steps[step], default=0)
    for column in columns:
        level = all(abs(row.frame[0] - column.left) < 0.2 * size for row in column.lines)
        margin = column.right - width
        if level and indent and abs(column.left - margin - indent) < 0.3 * size:
            column.left = margin


def _numbers(rows: Sequence[Row], label: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for i, row in enumerate(rows):
        if match := label.match(row.text):
            yield i, int(match[1])


def _labelled(whole: _List) -> list[int]:
    """Return where the labelled entries begin; nothing where the list has no labels."""
    best: list[int] = []
    for label in (_BRACKETED, _DOTTED, _IN_PARENTHESES, _PLAIN):
        reach = 2.5 * whole.size if label is _BRACKETED else 1.5 * whole.size
        chain = _chain((i, n) for i, n in _numbers(whole.rows, label) if whole.offsets[i] < reach)
        sure = label is _BRACKETED or len(chain) > 2 or chain[:1] == [0]
        if len(chain) > len(best) and sure and _covers(whole, chain):
            best = chain
    named = [i for i, row in enumerate(whole.rows) if _NAMED.match(row.text) and whole.offsets[i] < 0.4 * whole.size]
    return named if len(named) > len(best) and _covers(whole, named) else best


def _covers(whole: _List, starts: Sequence[int]) -> bool:
    """Tell whether the starts are those of a list: at its top, and about as dense as entries are."""
    return starts[0] < 6 and starts[-1] < 12 * len(starts) and (len(starts) > 1 or len(whole.rows) < 12)


def _chain(marks: Iterable[tuple[int, int]]) -> list[int]:
    """Return the positions of the longest run of numbers that grow by one; one or two may be missing in between."""
    tails: dict[int, tuple[int, int]] = {}
    """Number -> length of the best run that ends with it, and its position."""
    before: dict[int, int | None] = {}
    for position, number in marks:
        known = [tails[n] for n in (number - 1, number - 2, number - 3) if n in tails]
        length, previous = max(known, default=(0, None))
        if number not in tails or length + 1 > tails[number][0]:
            tails[number] = (length + 1, position)
            before[position] = previous
    chain: list[int] = []
    at = max(tails.values(), key=lambda t: (t[0], -t[1]))[1] if tails else None
    while at is not None:
        chain.append(at)
        at = before[at]
    return chain[::-1]


def _usual_indent(whole: _List, starts: Sequence[int]) -> float:
    """Return the indent most lines that go on have, 0 where they begin under the labels or anywhere."""
    opening = set(starts)
    going = [d for i, d in enumerate(whole.offsets) if i not in opening and d != inf]
    if not going:
        return 0.0
    indent, count = Counter(round(d) for d in going).most_common(1)[0]
    near = sum(abs(d - indent) < 0.3 * whole.size for d in going)
    return float(indent) if count and near > 0.6 * len(going) and indent > 0.4 * whole.size else 0.0


def _hanging(whole: _List) -> list[int]:
    """Return where entries begin that are set with a hanging indent, or with an indented first line."""
    size = whole.size
    inner = [d for i, d in enumerate(whole.offsets) if 0.4 * size < d < 5 * size and not whole.odd(i)]
    outer = [d for d in whole.offsets if d <= 0.4 * size]
    if len(inner) < 0.15 * len(whole.rows) or len(outer) < 0.1 * len(whole.rows):
        return []
    indent = Counter(round(d) for d in inner).most_common(1)[0][0]
    hung = [i for i, d in enumerate(whole.offsets) if d < 0.5 * indent and not whole.odd(i)]
    indented = [i for i, d in enumerate(whole.offsets) if 0.5 * indent <= d < 1.5 * indent and not whole.odd(i)]
    if _plausible(whole, indented) > _plausible(whole, hung):
        return indented
    whole.indent = float(indent)
    return hung


def _plausible(whole: _List, starts: Sequence[int]) -> float:
    """Return the share of starts that open with a name behind a row that ends as entries end."""
    good = [
        i for i in starts if _NAMES.match(whole.rows[i].text) and (i == 0 or _CLOSED.search(whole.rows[i - 1].text))
    ]
    return len(good) / max(1, len(starts))


def _apart(whole: _List) -> list[int]:
    """Return where entries begin that are only set apart by space, or by nothing but their words."""
    usual = Counter(round(2 * g) / 2 for g in whole.gaps if 0 < g < 3 * whole.size).most_common(1)
    line = usual[0][0] if usual else 1.2 * whole.size
    wide = {i for i, g in enumerate(whole.gaps) if 1.12 * line < g < inf}
    spaced = 1 < len(wide) >= 0.08 * len(whole.rows)
    return [i for i in range(len(whole.rows)) if _opens(whole, i, wide if spaced else None)]


def _opens(whole: _List, i: int, wide: set[int] | None) -> bool:
    """Tell whether an entry begins at row `i`: behind a wide gap where there are such, else by its words."""
    if i == 0 or whole.odd(i):
        return i == 0
    if wide is not None and whole.gaps[i] != inf:
        return i in wide
    before = whole.rows[i - 1].text
    ended = before[-1] in ".)]" and (whole.short[i - 1] or _YEAR.search(before) is not None)
    return ended and _NAMES.match(whole.rows[i].text) is not None


def _without_strays(whole: _List, starts: Sequence[int]) -> list[Piece]:
    """Cut each entry where a row cannot be its own: a float, a head, a biography, an appendix."""
    if not starts:
        return [Piece(whole.rows, entry=False)]
    between = median([whole.gaps[i] for i in starts if whole.gaps[i] != inf] or [inf])
    pieces = [Piece(whole.rows[: starts[0]], entry=False)] if starts[0] else []
    for first, after in pairwise([*starts, len(whole.rows)]):
        own, away = [whole.rows[first]], False
        others: list[Row] = []
        for i in range(first + 1, after):
            goes_on = after < len(whole.rows) and _resumes(whole, i)
            away = (away and not goes_on) or _strays(whole, i, after, between)
            (others if away else own).append(whole.rows[i])
        pieces.append(Piece(own, entry=not _opens_float(own[0])))
        if others:
            pieces.append(Piece(others, entry=False))
    return pieces


def _strays(whole: _List, i: int, after: int, between: float) -> bool:
    """Tell whether row `i`, not the first of its entry, belongs to something else."""
    row, offset, gap = whole.rows[i], whole.offsets[i], whole.gaps[i]
    if offset == inf:
        return False
    apart = gap != inf and gap > max(1.6 * between, 2.2 * whole.size)
    if apart or _opens_float(row):
        return True
    at_indent = whole.indent > 0 and abs(offset - whole.indent) < 0.3 * whole.size
    if whole.odd(i) and (gap > 1.5 * whole.size or (i + 1 < after and whole.odd(i + 1) and not at_indent)):
        return True
    if not whole.indent:
        return False
    return offset < 0.25 * whole.indent or offset > whole.indent + 3 * whole.size


def _opens_float(row: Row) -> bool:
    label = label_of(row.text)
    return label is not None and label.mark in _FLOAT_MARKS


def _resumes(whole: _List, i: int) -> bool:
    """Tell whether an entry goes on at row `i` behind a float or a page's foot: at a column's top, at the indent."""
    at_indent = whole.indent > 0 and abs(whole.offsets[i] - whole.indent) < 0.3 * whole.size
    return at_indent and not whole.odd(i) and (whole.gaps[i] > 2.2 * whole.size)


def _without_unlikely(pieces: list[Piece]) -> list[Piece]:
    """Call runs of pieces no entries that name neither year nor place of publication: what follows a list, a float.

    One or two in a row may be entries that say no more than a name; at the list's end one may.
    """
    likely = [piece.entry and _likely(piece) for piece in pieces]
    if sum(likely) < 0.5 * len(pieces):
        return pieces
    kept: list[Piece] = []
    for sure, run in groupby(zip(likely, pieces, strict=True), key=lambda pair: pair[0]):
        members = [piece for _, piece in run]
        most = 1 if len(kept) + len(members) == len(pieces) else 2
        float_within = any(_opens_float(piece.rows[0]) for piece in members)
        entries = sure or (len(members) <= most and not float_within)
        kept += [Piece(piece.rows, entry=piece.entry and entries) for piece in members]
    return kept


def _likely(piece: Piece) -> bool:
    text = " ".join(row.text for row in piece.rows)
    return _YEAR.search(text) is not None or _PUBLISHED.search(text) is not None
