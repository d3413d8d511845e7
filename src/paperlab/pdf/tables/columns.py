"""The columns of a grid: from words that stand below one another, rules between them, and words that span several."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from statistics import median
from typing import TYPE_CHECKING

from paperlab.types import around

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.pdf.tables.rules import Rule
    from paperlab.pdf.tables.words import PrintedLine, Word
    from paperlab.types import Box

_CELL_GAP = 0.45
"""Of the type size: words of one cell stand closer, as a rule."""
_OPERATORS = frozenset("=≈≤≥×·/&,→")
_BOUND_GAP = 0.9
"""Beside such a sign the words of one cell stand further apart."""
_ALIKE, _STOP_SPACE = 1.25, 1.5
"""Spaces of one stretched line differ by no more; behind a full stop they are wider."""
_WIDEST_SPACE = 0.95
"""Of the type size: spaces of stretched text."""
_RUNNING = 4
"""Words that show a text to be stretched."""
_NUMBER_GAP = 0.12
"""Two numbers are two cells even when they stand this close."""
_TOUCH = 1.2
"""Points by which neighbours may overlap: italics and accents lean over."""

_POWER = r"(?:[eE]\^?[-−–+]?\d+|[×·x⋅]?10\^[-−–+]?\d+)"
_DIGITS = rf"[-–−+~<>≤≥]?\s?[$€£]?(?:(?:\d[\d,.]*|\.\d+){_POWER}?|10\^[-−–+]?\d+)"
_NUMBER = re.compile(
    rf"(?:{_DIGITS}(?:\s?(?:%|[KMBTGkx×]|ms|s|GB|MB|h))?(?:[_^{{]?[{{]?±?[\d.]+[}}]?)?[*∗⋆†‡§¶]*"
    r"|\d*\.\d+\^?(?:[a-f]{1,3}|[A-C]|NS|ns)|[-–—−]+|[Nn]/[Aa]|✓|✗)"
)
_SPREAD = re.compile(r"(?:±|\+/-|\+-).*|\(\s*±?\s*[\d.]+\s*%?\)|[*∗†‡§¶%]+|\^[a-z*†‡]")


@dataclass(slots=True)
class Piece:
    """Words of one printed line that stand in one cell."""

    words: list[Word]
    line: int
    """Position of its line among the grid's lines."""
    first: int = 0
    """Columns that it covers."""
    last: int = 0

    @property
    def text(self) -> str:
        """Its words, joined by spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def x0(self) -> float:
        """Left edge."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """Right edge."""
        return max(word.x1 for word in self.words)

    @property
    def box(self) -> Box:
        """Around its words."""
        return around([word.box for word in self.words])

    @property
    def base(self) -> float:
        """Y of its baseline."""
        return self.words[0].base


@dataclass(slots=True)
class Column:
    """Where the cells of one column stand."""

    x0: float
    x1: float
    pieces: list[Piece] = field(default_factory=list)

    @property
    def lines(self) -> set[int]:
        """Lines that have something in it."""
        return {piece.line for piece in self.pieces}

    def overlap(self, x0: float, x1: float) -> float:
        """Return how many points of an x range lie in it."""
        return min(self.x1, x1) - max(self.x0, x0)

    def take(self, piece: Piece) -> None:
        """Add a piece."""
        self.pieces.append(piece)
        self.x0, self.x1 = min(self.x0, piece.x0), max(self.x1, piece.x1)


def is_number(text: str) -> bool:
    """Tell whether a word is a number, or one of the signs that stand where a number is missing."""
    return _NUMBER.fullmatch(text) is not None


def pieces_of(line: PrintedLine, position: int, down: Sequence[Rule]) -> list[Piece]:
    """Return a line's words parted at wide gaps, between numbers, and at vertical rules."""
    pieces: list[Piece] = []
    walls = [rule.at for rule in down if rule.start - 2 < line.waist < rule.end + 2]
    if not walls and _is_stretched(line):
        return [Piece(list(line.words), position)]
    bound = _stretched_gaps(line)
    for i, word in enumerate(line.words):
        if not pieces or (i - 1 not in bound and _parts(pieces[-1].words, word, walls)):
            pieces.append(Piece([word], position))
        else:
            pieces[-1].words.append(word)
    return pieces


def _is_stretched(line: PrintedLine) -> bool:
    """Tell whether a line is text set to a full width: many words, few numbers, gaps all alike."""
    words = line.words
    gaps = [b.x0 - a.x1 for a, b in pairwise(words)]
    if len(words) < 5 or 3 * sum(is_number(word.text) for word in words) > len(words):
        return False
    usual = median(gaps)
    return _CELL_GAP * line.size < max(gaps) < min(1.6 * usual, 0.9 * line.size)


def _stretched_gaps(line: PrintedLine) -> set[int]:
    """Return the gaps, each by the word before it, that are spaces of text set to the full width of its cell.

    Such spaces are all alike, wider only behind a full stop or comma, and most of their words begin small.
    """
    words, found = line.words, set[int]()
    start, usual = 0, 0.0
    for i in range(len(words)):
        gap = words[i + 1].x0 - words[i].x1 if i + 1 < len(words) else 1e6
        usual = usual or gap
        alike = usual / _ALIKE < gap < _ALIKE * usual * (_STOP_SPACE if words[i].text[-1] in ".,:;?!" else 1.0)
        if alike and gap < _WIDEST_SPACE * line.size:
            usual = min(usual, gap)
            continue
        if _is_running(words[start : i + 1]):
            found |= set(range(start, i))
        start, usual = i + 1, 0.0
    return found


def _is_running(words: Sequence[Word]) -> bool:
    """Tell whether words are part of a sentence: several, most of them small, few of them numbers."""
    small = sum(word.text[0].islower() for word in words)
    return len(words) >= _RUNNING and 2 * small > len(words)


def _parts(words: Sequence[Word], word: Word, walls: Iterable[float]) -> bool:
    last = words[-1]
    gap, size = word.x0 - last.x1, max(word.size, last.size)
    if "/" in {last.text, word.text} and gap < 2 * size:
        return False
    bound = last.text[-1] in _OPERATORS or word.text[0] in _OPERATORS
    if gap > (_BOUND_GAP if bound else _CELL_GAP) * size or any(last.centre < wall < word.centre for wall in walls):
        return True
    whole = last.text[-1] not in ",/" and (is_number(last.text) or last.text[-1] == ")")
    ended = whole and all(is_number(w.text) or _SPREAD.fullmatch(w.text) for w in words)
    return gap > _NUMBER_GAP * size and ended and is_number(word.text) and len(word.text) > 1


def find_columns(pieces: Sequence[Piece], walls: Sequence[float], names: Sequence[Piece] = ()) -> list[Column]:
    """Return the columns from left to right.

    `pieces` are those of all rows that name no columns, `walls` the x of vertical rules that part the grid, `names`
    the pieces of the header.
    Narrow pieces make the columns; a wide one that would join two which have entries in one line spans them.
    """
    rich, poor = _by_wealth(pieces)
    columns: list[Column] = []
    spanning = [piece for piece in sorted(rich, key=_breadth) if not _settled(piece, columns, walls)]
    for piece in sorted(poor, key=_breadth):
        # A lone piece may stand over many columns: it makes one only where there is none.
        inside = any(c.x1 < piece.x0 for c in columns) and any(c.x0 > piece.x1 for c in columns)
        named = any(min(n.x1, piece.x1) - max(n.x0, piece.x0) > 0 for n in names)
        if not any(touches(column, piece) for column in columns) and (named or not inside):
            columns.append(Column(piece.x0, piece.x1, [piece]))
    columns.sort(key=lambda c: c.x0)
    spanning += [piece for piece in poor if sum(touches(column, piece) for column in columns) > 1]
    return _with_spreads(_within_walls(_without_false_gaps(columns, spanning, walls, names), walls, names))


def _breadth(piece: Piece) -> float:
    return piece.x1 - piece.x0


def _by_wealth(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Part the pieces of lines with many from those of lines with one or two, where most lines have more."""
    counts: dict[int, int] = {}
    for piece in pieces:
        counts[piece.line] = counts.get(piece.line, 0) + 1
    most = max(counts.values(), default=0)
    enough = min(most, max(3, most // 2 + 1))
    rich = [piece for piece in pieces if counts[piece.line] >= enough]
    return rich, [piece for piece in pieces if counts[piece.line] < enough]


def _settled(piece: Piece, columns: list[Column], walls: Sequence[float]) -> bool:
    """Put a piece to the column it belongs to, joining those it connects; False where it spans several."""
    touched = [c for c in columns if touches(c, piece)]
    if any(a.lines & b.lines for a, b in combinations(touched, 2)) or any(piece.line in c.lines for c in touched):
        return False
    if any(min(c.x0, piece.x0) < wall < max(c.x1, piece.x1) for c in touched for wall in walls):
        return False
    merged = Column(piece.x0, piece.x1, [piece])
    for column in touched:
        columns.remove(column)
        for member in column.pieces:
            merged.take(member)
    columns.append(merged)
    return True


def touches(column: Column, piece: Piece) -> bool:
    """Tell whether a piece reaches into a column, more than slanted letters do."""
    return column.overlap(piece.x0, piece.x1) > min(_TOUCH, 0.3 * (piece.x1 - piece.x0), 0.3 * (column.x1 - column.x0))


def _without_false_gaps(
    columns: list[Column], spanning: Sequence[Piece], walls: Sequence[float], names: Sequence[Piece]
) -> list[Column]:
    """Join neighbours that more pieces bridge than part, or that never have entries in one line and stand close."""
    result: list[Column] = []
    for column in columns:
        left = result[-1] if result else None
        walled = left is not None and any(left.x1 - 1 < wall < column.x0 + 1 for wall in walls)
        if _is_accident(column, columns, names):
            continue
        if left and not walled and not _named_apart(left, column, names) and _is_one(left, column, spanning):
            for piece in column.pieces:
                left.take(piece)
        else:
            result.append(column)
    return result


def _within_walls(columns: Sequence[Column], walls: Sequence[float], names: Sequence[Piece]) -> list[Column]:
    """Join the columns between two vertical rules, of three or more, where the header does not name them apart.

    Two columns of numbers stay two.
    """
    if len(walls) < 3:
        return list(columns)
    result: list[Column] = []
    for column in columns:
        left = result[-1] if result else None
        walled = left is not None and any(left.x1 - 1 < wall < column.x0 + 1 for wall in walls)
        figures = left is not None and _numeric(left) and _numeric(column)
        if left is None or walled or figures or _named_apart(left, column, names):
            result.append(column)
            continue
        for piece in column.pieces:
            left.take(piece)
    return result


def _is_accident(column: Column, columns: Sequence[Column], names: Sequence[Piece]) -> bool:
    """Tell whether a column is no more than one entry in a gutter, without a name: a cell that spans its neighbours."""
    position = columns.index(column)
    inner = 0 < position < len(columns) - 1
    lines = {line for other in columns for line in other.lines}
    if len(column.lines) > 1 or not inner or len(lines) < 4 or any(touches(column, n) for n in names):
        return False
    beside = columns[position - 1].lines | columns[position + 1].lines
    return not column.lines & beside


def _is_one(left: Column, right: Column, spanning: Sequence[Piece]) -> bool:
    bridges = {piece.line for piece in spanning if touches(left, piece) and touches(right, piece)}
    beside = [column.lines | {p.line for p in spanning if touches(column, p)} for column in (left, right)]
    both = len(beside[0] & beside[1] - bridges)
    if len(bridges) > both:
        return True
    size = left.pieces[0].words[0].size
    return both == 0 and right.x0 - left.x1 < size and not (_numeric(left) and _numeric(right))


def _named_apart(left: Column, right: Column, names: Sequence[Piece]) -> bool:
    """Tell whether one line of the header has a name for each of two columns alone."""
    for line in {piece.line for piece in names}:
        own = [{id(n) for n in names if n.line == line and touches(column, n)} for column in (left, right)]
        if own[0] - own[1] and own[1] - own[0]:
            return True
    return False


def _numeric(column: Column) -> bool:
    return 2 * sum(is_number(piece.words[0].text) for piece in column.pieces) > len(column.pieces)


def _with_spreads(columns: Sequence[Column]) -> list[Column]:
    """Put columns that hold nothing but spreads, marks or units to the numbers that they stand beside."""
    result: list[Column] = []
    for i, column in enumerate(columns):
        left = result[-1] if result else None
        right = columns[i + 1] if i + 1 < len(columns) else None
        hangs = all(_SPREAD.fullmatch(piece.text) for piece in column.pieces)
        size = column.pieces[0].words[0].size
        if left and hangs and column.lines <= left.lines and _numeric(left):
            signed = any("±" in piece.text for piece in column.pieces)
            nearer = right is None or column.x0 - left.x1 <= right.x0 - column.x1
            if signed or nearer or column.x0 - left.x1 < size:
                for piece in column.pieces:
                    left.take(piece)
                continue
        result.append(column)
    return result
