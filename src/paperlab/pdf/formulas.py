"""Formulas set apart from the text: their scattered pieces, put together line by line. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from paperlab.pdf.columns import columns_of
from paperlab.pdf.labels import label_of
from paperlab.types import Box, around

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.pdf.columns import Column
    from paperlab.pdf.page_text import Row

_NUMBER = re.compile(r"\((?:[A-Z]\.?|S)?\d{1,3}(?:\.\d{1,3})?[a-z]?\)")
_ENDING_NUMBER = re.compile(rf"(?:^|\s){_NUMBER.pattern}$")
_RELATION = re.compile(r"[=≈≤≥<>∈≠∼≃≅≜∝←→↦⇒⇔⊂⊆≪≫]|[∑∏∫]|:=")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SYMBOL = re.compile(r"[^\w\s.,:;'\"“”‘’!?-]|\b[^\W\d_]\b")
_NO_FORMULA = re.compile(
    r"^[•▪–—*‣◦]\s|^(?:\[\d+\]|\d+[.)])\s+\S|://|\?\w+=|\w\.(?:org|com|net|pdf)\b",
    re.IGNORECASE,
)
_LONG_WORD = re.compile(r"[^\W\d_]{4,}(?!\s?\()")
_USUAL = frozenset(
    "softmax sigmoid argmax argmin where otherwise with relu tanh concat exp log max min arg lim sup inf".split()
)
_OPENS_PROSE = re.compile(r"(?!where\b)[A-Z]?[a-z]+,? (?!def\b)[a-z]{2,}\b|[A-Z][a-z]{3,}\b(?! ?\()")
_ENDS_PROSE = re.compile(r"[a-z]{2,} [a-z]{2,},?$")
_PLAIN = re.compile(r"[^\W\d_]{3,}[,.:]?")
_DECIMAL = re.compile(r"(?<![\w=<>(])\d*\.\d+(?![\w)])")
_FIRMLY_PROSE = 4
_MOST_LINES = 14


@dataclass(slots=True)
class _Piece:
    """A row that may be part of a formula, with the column it stands in."""

    at: int
    """Its index among the page's rows."""
    row: Row
    column: Column


@dataclass(slots=True)
class _Line:
    """Pieces at one height."""

    pieces: list[_Piece] = field(default_factory=list)

    @property
    def box(self) -> Box:
        return around([piece.row.frame for piece in self.pieces])

    @property
    def text(self) -> str:
        return " ".join(piece.row.text for piece in _from_left(self.pieces))


def with_formulas(rows: Sequence[Row], body: float) -> list[Row]:
    """Return one page's rows with each line of a displayed formula as a single row that is marked as such.

    `rows` are whole printed lines in reading order, `body` is the size of the text's type in points.
    """
    if not any(_RELATION.search(row.text) for row in rows):
        return list(rows)
    columns = columns_of(rows, body)
    prose = [row for row in rows if _is_text(row, body)]
    lines = _with_limits(list(_lines(list(_pieces(rows, columns, prose, body)))), body)
    whole = _displayed(lines, prose, body)
    instead = {min(p.at for p in line.pieces): _as_row(line) for line in whole}
    gone = {p.at for line in whole for p in line.pieces} - set(instead)
    return [instead.get(i, row) for i, row in enumerate(rows) if i not in gone]


def _is_text(row: Row, body: float) -> bool:
    """Tell whether a row is a line of running text, at least in part, rather than a piece of a formula."""
    if not row.upright or row.math > 0.5:
        return False
    words = [w for w in _WORD.findall(row.text) if w.islower() or w.istitle()]
    letters = sum(map(len, words))
    return abs(row.size - body) < 0.35 * body and (
        (len(words) >= _FIRMLY_PROSE and 2 * letters > len(row.text.replace(" ", "")))
        or (len(words) >= 2 and 5 * letters > 4 * len(row.text.replace(" ", "")))
    )


def _pieces(rows: Sequence[Row], columns: Sequence[Column], prose: Sequence[Row], body: float) -> Iterator[_Piece]:
    lines = {column: [row.frame for row in prose if _within(row.frame, column)] for column in columns}
    for i, row in enumerate(rows):
        if not row.upright or row.bold or row.size > 1.7 * body or _NO_FORMULA.search(row.text) or label_of(row.text):
            continue
        if _is_text(row, body) or len(row.text) > 160:
            continue
        middle = (row.frame[0] + row.frame[2]) / 2
        column = next((c for c in columns if c[0] - 2 <= row.frame[0] and middle <= c[1]), None)
        if column and not any(_beside(row.frame, line) for line in lines[column]):
            yield _Piece(i, row, column)


def _within(box: Box, column: Column) -> bool:
    return box[0] < column[1] and box[2] > column[0]


def _beside(piece: Box, line: Box) -> bool:
    """Tell whether a piece belongs to a line of text: the raised or lowered part of a formula within it."""
    if line[3] <= piece[1] or line[1] >= piece[3]:
        return False
    overlap = min(piece[3], line[3]) - max(piece[1], line[1])
    apart = max(piece[0], line[0]) - min(piece[2], line[2])
    return overlap > 0.45 * (piece[3] - piece[1]) and apart < 25


def _lines(pieces: Sequence[_Piece]) -> Iterator[_Line]:
    """Yield the pieces of each column gathered by height: what overlaps is one line."""
    for column in dict.fromkeys(piece.column for piece in pieces):
        line = _Line()
        bottom = 0.0
        for piece in sorted((p for p in pieces if p.column == column), key=lambda p: p.row.frame[1]):
            top = piece.row.frame[1]
            if line.pieces and top > bottom - 0.12 * piece.row.size:
                yield line
                line = _Line()
            bottom = max(bottom if line.pieces else 0.0, piece.row.frame[3])
            line.pieces.append(piece)
        if line.pieces:
            yield line


def _with_limits(lines: Sequence[_Line], body: float) -> list[_Line]:
    """Add lines in small type to the line they touch: the limits of sums, the ends of products."""
    small = [all(p.row.size < 0.85 * body for p in line.pieces) for line in lines]
    kept = [line for line, is_small in zip(lines, small, strict=True) if not is_small]
    for line, is_small in zip(lines, small, strict=True):
        near = min(kept, key=lambda k: _distance(k, line), default=None) if is_small else None
        if near and _distance(near, line) < 0.3 * body:
            near.pieces.extend(line.pieces)
        elif is_small:
            kept.append(line)
    return sorted(kept, key=lambda k: (k.pieces[0].column, k.box[1]))


def _distance(a: _Line, b: _Line) -> float:
    """Return the white between two lines of one column, in points; endless for others."""
    if a.pieces[0].column != b.pieces[0].column:
        return float("inf")
    return max(0.0, a.box[1] - b.box[3], b.box[1] - a.box[3])


def _displayed(lines: Sequence[_Line], prose: Sequence[Row], body: float) -> list[_Line]:
    """Return the lines that are formulas: run by run, judged with the text above and below."""
    found: list[_Line] = []
    for run in _runs(lines, body):
        formal = [_is_formal(line) for line in run]
        if not any(formal) or len(run) > _MOST_LINES or not _near_text(run, prose, body):
            continue
        first, last = formal.index(True), len(formal) - formal[::-1].index(True)
        kept = run[first:last]
        # A table's rows are no formulas: most lines must say that something equals something.
        if 2 * sum(formal) >= len(kept) and not _ends_text(kept, prose):
            found.extend(line for line in _grown(run, first, last) if not _PLAIN.fullmatch(line.text))
    return found


def _grown(run: Sequence[_Line], first: int, last: int) -> Sequence[_Line]:
    """Take in what touches a formula above and below: limits, numerators, parts of a fraction."""
    while first and run[first].box[1] - run[first - 1].box[3] < 2 and _SYMBOL.search(run[first - 1].text):
        first -= 1
    while last < len(run) and run[last].box[1] - run[last - 1].box[3] < 2 and _SYMBOL.search(run[last].text):
        last += 1
    return run[first:last]


def _runs(lines: Sequence[_Line], body: float) -> Iterator[list[_Line]]:
    run: list[_Line] = []
    for line in lines:
        if run and (run[-1].pieces[0].column != line.pieces[0].column or line.box[1] - run[-1].box[3] > 1.3 * body):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _is_formal(line: _Line) -> bool:
    """Tell whether a line reads as a formula and stands as one: indented, or with its number at the right."""
    text, box, column = line.text, line.box, line.pieces[0].column
    numbered = _ENDING_NUMBER.search(text) is not None and column[1] - box[2] < 12
    signs = len(_SYMBOL.findall(text))
    if not _RELATION.search(text) or signs < 2 or _is_wordy(line, text, signs):
        return False
    words = [w for w in _WORD.findall(text) if w.islower() and w not in _USUAL]
    indented = box[0] - column[0] > 0.6 * line.pieces[0].row.size
    spoken = _OPENS_PROSE.match(text) or _ENDS_PROSE.search(text)
    return numbered or (not spoken and (indented or not words))


def _is_wordy(line: _Line, text: str, signs: int) -> bool:
    """Tell whether a line says more in words and plain numbers than in signs: a row of a table, or text."""
    words = sum(word.casefold() not in _USUAL for word in _LONG_WORD.findall(text))
    if words > max(2, signs // 2):
        return True
    formal = max(piece.row.math for piece in line.pieces) > 0.3
    return len(_DECIMAL.findall(text)) >= (4 if formal else 2)


def _near_text(run: Sequence[_Line], prose: Sequence[Row], body: float) -> bool:
    """Tell whether running text stands right above or below, which figures and tables keep away from."""
    top, bottom = run[0].box[1], run[-1].box[3]
    left, right = run[0].pieces[0].column
    for row in prose:
        if min(row.frame[2], right) - max(row.frame[0], left) < 0.3 * (right - left) or abs(row.size - body) > 0.7:
            continue
        if -0.3 * body < top - row.frame[3] < 2.2 * body or -0.3 * body < row.frame[1] - bottom < 2.2 * body:
            return True
    return False


def _ends_text(run: Sequence[_Line], prose: Sequence[Row]) -> bool:
    """Tell whether the run is the last, short line of a paragraph: at the left edge, without white above it."""
    column, box, size = run[0].pieces[0].column, run[0].box, run[0].pieces[0].row.size
    if box[0] - column[0] > 0.6 * size or _ENDING_NUMBER.search(run[0].text):
        return False
    return any(-size < box[1] - row.frame[3] < 0.4 * size and _within(row.frame, column) for row in prose)


def _from_left(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Order pieces from left to right; what stands one above the other, from the top."""
    stacks: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.row.frame[0]):
        box = piece.row.frame
        last = around([p.row.frame for p in stacks[-1]]) if stacks else None
        if last and min(last[2], box[2]) - box[0] > 0.5 * min(box[2] - box[0], last[2] - last[0]):
            stacks[-1].append(piece)
        else:
            stacks.append([piece])
    return [piece for stack in stacks for piece in sorted(stack, key=lambda p: round(p.row.frame[1]))]


def _as_row(line: _Line) -> Row:
    rows = [piece.row for piece in _from_left(line.pieces)]
    return replace(
        max(rows, key=lambda row: len(row.text)),
        text=" ".join(row.text for row in rows),
        box=around([row.box for row in rows]),
        frame=line.box,
        block=rows[0].block,
        lone=True,
        formula=True,
    )
