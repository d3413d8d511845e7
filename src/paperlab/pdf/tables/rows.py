"""Printed lines grouped to the rows of a grid: wrapped cells, labels centred over rows, section rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from paperlab.pdf.tables.columns import Piece, is_number
from paperlab.types import RowKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.tables.columns import Column
    from paperlab.pdf.tables.words import PrintedLine

_CENTRED = 2.5
"""Points that what is set over a middle may be off it."""
_HALF = 0.8
"""Of the type size: baselines closer than this are no two rows."""
_ONWARD = re.compile(r"[a-z(\[&/,;]|\+/-|±")
_OPEN_END = re.compile(r"(?:[-,&/+(:]|\b(?:of|and|or|the|with|for|in|to|on|by|w/))$")
_SPREAD_SIGN = re.compile(r"[_^±(]")
_PENDENT = re.compile(r"[(\[]?\s*[±(\[].*")


@dataclass(slots=True)
class Draft:
    """A row while it is made: pieces with the columns they cover."""

    pieces: list[Piece]
    kind: RowKind = RowKind.DATA
    band: int = 0
    """Which room between two full rules it stands in."""
    rooms: tuple[int, ...] = ()
    """The same by column, between rules that cross it."""
    floats: list[Piece] = field(default_factory=list)
    """Labels that stand half a line off: they name this row and its neighbours."""

    @property
    def filled(self) -> set[int]:
        """Columns with something in them."""
        return {c for piece in self.pieces for c in range(piece.first, piece.last + 1)}

    @property
    def top(self) -> float:
        """Upper edge."""
        return min(piece.box[1] for piece in self.pieces)

    @property
    def middle(self) -> float:
        """Y halfway between first and last baseline."""
        bases = [piece.base for piece in self.pieces]
        return (min(bases) + max(bases)) / 2


@dataclass(slots=True)
class _Line:
    """One printed line of the body."""

    base: float
    size: float
    pieces: list[Piece]
    band: int
    anchor: bool
    """It begins a row for sure: it has values."""


def value_columns(columns: Sequence[Column], pieces: Sequence[Piece]) -> set[int]:
    """Return the columns in which most entries are numbers; the first one never is."""
    counts: dict[int, list[bool]] = {}
    for piece in pieces:
        if piece.first == piece.last:
            counts.setdefault(piece.first, []).append(starts_as_number(piece.text))
    return {i for i in range(1, len(columns)) if 2 * sum(counts.get(i, [])) > len(counts.get(i, []))}


def starts_as_number(text: str) -> bool:
    """Tell whether a cell's first word is a number or the sign of a missing one; a spread may hang on it."""
    first = text.split(maxsplit=1)[0] if text else ""
    return is_number(first) or is_number(_SPREAD_SIGN.split(first)[0] or "x")


def rows_of(
    lines: Sequence[PrintedLine],
    pieces: Sequence[Piece],
    rules: Sequence[float],
    values: set[int],
    columns: Sequence[Column],
) -> list[Draft]:
    """Return the rows of a body from top to bottom.

    `pieces` know their line and columns, `rules` are the y of full-width rules, `values` the columns of numbers.
    """
    found = _lines(lines, pieces, rules, values)
    if not found:
        return []
    ruled = _ruled_rows(found) or (not values and _ruled_texts(found))
    spaced = _spaced_rows(found) if not values and not ruled else []
    if spaced:
        rows = [Draft([p for line in part for p in line.pieces], band=part[0].band) for part in spaced]
    elif ruled:
        bands = sorted({line.band for line in found})
        rows = [Draft([p for line in found if line.band == band for p in line.pieces], band=band) for band in bands]
    else:
        rows = _grouped(found, values, columns)
    for row in rows:
        _mark_group(row, rows, values, columns)
        widen(row, columns)
    return rows


def widen(row: Draft, columns: Sequence[Column]) -> None:
    """Let what spans several columns span blank neighbours too, where it then stands over the middle."""
    for piece in row.pieces:
        if piece.first == piece.last:
            continue
        free = set(range(len(columns))) - row.filled
        reach = [(piece.first, piece.last)]
        for first in range(piece.first, -1, -1):
            for last in range(piece.last, len(columns)):
                if set(range(first, last + 1)) - set(range(piece.first, piece.last + 1)) <= free:
                    reach += [(first, last)]
        middle = (piece.x0 + piece.x1) / 2
        off = {span: abs((columns[span[0]].x0 + columns[span[1]].x1) / 2 - middle) for span in reach}
        best = min(reach, key=lambda span: off[span])
        if off[best] < 0.4 * off[reach[0]] - 1.0:
            piece.first, piece.last = best


def _lines(
    lines: Sequence[PrintedLine], pieces: Sequence[Piece], rules: Sequence[float], values: set[int]
) -> list[_Line]:
    by_line: dict[int, list[Piece]] = {}
    for piece in pieces:
        by_line.setdefault(piece.line, []).append(piece)
    found = []
    for position, members in sorted(by_line.items()):
        line = lines[position]
        band = sum(rule < line.waist for rule in rules)
        if values:
            anchor = any(p.last in values and starts_as_number(p.text) for p in members)
        else:
            anchor = any(p.first == 0 for p in members)
        found.append(_Line(line.base, line.size, members, band, anchor))
    return found


def _ruled_rows(lines: Sequence[_Line]) -> bool:
    """Tell whether rules part every row from the next."""
    bands: dict[int, int] = {}
    for line in lines:
        bands[line.band] = bands.get(line.band, 0) + line.anchor
    return len(bands) >= 3 and max(bands.values()) <= 1 and sum(bands.values()) >= 0.7 * len(bands)


def _ruled_texts(lines: Sequence[_Line]) -> bool:
    """Tell whether each band of a table of words is one row: its label ends before its text does, or goes on."""
    bands: dict[int, list[_Line]] = {}
    for line in lines:
        bands.setdefault(line.band, []).append(line)
    if len(bands) < 2:
        return False
    labels = [[p for line in band for p in line.pieces if p.first == 0] for band in bands.values()]
    whole = 0
    widest = max(len(line.pieces) for line in lines)
    for band, label in zip(bands.values(), labels, strict=True):
        flowing = sum(bool(_ONWARD.match(p.text)) for p in label[1:])
        if len(band) > 1 and sum(len(line.pieces) == widest for line in band) > 0.7 * len(band):
            continue
        named = [i for i, line in enumerate(band) if any(p.first == 0 for p in line.pieces)]
        if named and named[0] == 0 and named[-1] - named[0] > len(named):
            # Labels at the top of texts: one label wraps over lines that follow one another.
            continue
        whole += len(band) == 1 or len(label) < 0.7 * len(band) or 2 * flowing >= len(label) - 1 > 0
    return whole >= 0.7 * len(bands)


def _spaced_rows(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Return the lines of each row where more room parts rows than lines, none where it does not."""
    parts: list[list[_Line]] = [[lines[0]]]
    steps = [b.base - a.base for a, b in pairwise(lines)]
    usual = sorted(steps)[len(steps) // 3] if steps else 0.0
    for line, step in zip(lines[1:], steps, strict=True):
        if step > 1.18 * usual or line.band != parts[-1][-1].band:
            parts.append([line])
        else:
            parts[-1].append(line)
    if len(parts) < 2 or len(parts) == len(lines):
        return []
    firsts = [p for part in parts for line in part[:1] for p in line.pieces if p.first == 0]
    if 2 * sum(p.text[:1].islower() for p in firsts) > len(firsts):
        return []
    for part in parts:
        names = [p for line in part for p in line.pieces if p.first == 0]
        if any(not _ONWARD.match(p.text) and not _OPEN_END.search(q.text) for q, p in pairwise(names)):
            return []
    return parts


def _pitch(lines: Sequence[_Line]) -> float:
    steps = [b.base - a.base for a, b in pairwise(lines) if a.band == b.band and a.anchor and b.anchor]
    return median(steps) if steps else 1.3 * median(line.size for line in lines)


def _grouped(lines: Sequence[_Line], values: set[int], columns: Sequence[Column]) -> list[Draft]:
    rows: list[Draft] = []
    pending: list[_Line] = []
    pitch = _pitch(lines)
    floats = _floating(lines, values)
    room = [] if _no_wraps(lines) else columns
    lines = [line for i, line in enumerate(lines) if i not in floats]
    for i, line in enumerate(lines):
        above = lines[i - 1] if i and lines[i - 1].band == line.band else None
        below = lines[i + 1] if i + 1 < len(lines) and lines[i + 1].band == line.band else None
        last = rows[-1] if above and not pending else None
        if not line.anchor and below and below.anchor and _near(line, below) and not (above and _near(above, line)):
            pending.append(line)
        elif last and (_same_row(above, line) or _continues(last, line, pitch, room, worded=not values)):
            last.pieces.extend(line.pieces)
        else:
            rows.append(Draft([p for one in (*pending, line) for p in one.pieces], band=line.band))
            pending = []
    if pending:
        rows.append(Draft([p for one in pending for p in one.pieces], band=pending[-1].band))
    for line in floats.values():
        near = min((row for row in rows if row.band == line.band), key=lambda r: abs(r.middle - line.base))
        near.floats.extend(line.pieces)
    return rows


def _no_wraps(lines: Sequence[_Line]) -> bool:
    """Tell whether no line goes on from the one above: most fill every column, or most labels begin small."""
    labels = [p.text for line in lines for p in line.pieces if p.first == 0]
    widest = max(len(line.pieces) for line in lines)
    whole = sum(len(line.pieces) == widest for line in lines)
    small = sum(text[:1].islower() for text in labels)
    return small > 0.6 * len(labels) or (whole > 0.85 * len(lines) and 3 * small < len(labels))


def _floating(lines: Sequence[_Line], values: set[int]) -> dict[int, _Line]:
    """Return the lines, by position, that stand half way between two rows and in columns which those leave blank.

    They are cells centred over several rows.
    """
    found = {}
    for i in range(1, len(lines) - 1):
        above, line, below = lines[i - 1 : i + 2]
        full = len(above.pieces) > 1 and len(below.pieces) > 1 and not _near(above, below)
        label = bool(values) and all(p.last < min(values) for p in line.pieces)
        inside = above.band == line.band == below.band and (full or label or (above.anchor and below.anchor))
        if inside and _near(above, line) and _near(line, below) and _apart(line, above) and _apart(line, below):
            found[i] = line
    return found


def _apart(line: _Line, other: _Line) -> bool:
    own = {c for piece in line.pieces for c in range(piece.first, piece.last + 1)}
    return not own & {c for piece in other.pieces for c in range(piece.first, piece.last + 1)}


def _near(upper: _Line, lower: _Line) -> bool:
    return lower.base - upper.base < _HALF * max(upper.size, lower.size)


def _same_row(above: _Line | None, line: _Line) -> bool:
    return above is not None and _near(above, line) and not (above.anchor and line.anchor)


def _continues(row: Draft, line: _Line, pitch: float, columns: Sequence[Column], *, worded: bool) -> bool:
    """Tell whether a line only carries on the cells of the row above it; `worded` tables have no columns of numbers."""
    gap = line.base - max(p.base for p in row.pieces)
    if gap > 1.12 * pitch and gap > 1.35 * line.size:
        return False
    if all(_PENDENT.fullmatch(p.text) for p in line.pieces) and {p.first for p in line.pieces} <= row.filled:
        # Spreads in brackets set below their values.
        return True
    if not {c for p in line.pieces for c in range(p.first, p.last + 1)} <= row.filled:
        return False
    bare = worded and not any(p.first == 0 for p in line.pieces)
    if (not bare and any(starts_as_number(p.text) for p in line.pieces)) or (
        _is_whole(row, line) and not _is_forced(row, line, columns)
    ):
        return False
    if not line.anchor and (gap < 0.88 * pitch or worded):
        return True
    names = [piece for piece in line.pieces if piece.first == 0] if worded else line.pieces
    return all(_carries_on(row, piece) for piece in names)


def _is_whole(row: Draft, line: _Line) -> bool:
    """Tell whether a line has something in every column that the row has: a row of its own, if no word is broken."""
    covered = {c for p in line.pieces for c in range(p.first, p.last + 1)}
    name = next((p for p in row.pieces[::-1] if p.first == 0), None)
    broken = name is not None and name.text.endswith("-") and line.pieces[0].text[:1].islower()
    return len(covered) > 1 and covered >= row.filled and not broken


def _is_forced(row: Draft, line: _Line, columns: Sequence[Column]) -> bool:
    """Tell whether no first word of a line would have had room behind the words above it in its column.

    Without columns the answer is no: no line of such a table goes on.
    """
    if not columns:
        return False
    for piece in line.pieces:
        above = [p for p in row.pieces if p.first == piece.first]
        width = piece.words[0].x1 - piece.words[0].x0
        if not above or above[-1].x1 + 0.25 * piece.words[0].size + width < columns[piece.last].x1:
            return False
    return True


def _carries_on(row: Draft, piece: Piece) -> bool:
    above = [p for p in row.pieces if p.first <= piece.first <= p.last]
    if not above:
        return False
    last = above[-1]
    alike = last.words[-1].bold == piece.words[0].bold
    return bool(alike and (_ONWARD.match(piece.text) or _OPEN_END.search(last.text)))


def _mark_group(row: Draft, rows: Sequence[Draft], values: set[int], columns: Sequence[Column]) -> None:
    """Call a row with one label and nothing else a section row."""
    pieces = row.pieces
    if len({(p.first, p.last) for p in pieces}) != 1 or len(columns) < 2 or starts_as_number(pieces[0].text):
        return
    middle = (columns[0].x0 + columns[-1].x1) / 2
    off = abs((pieces[0].x0 + pieces[0].x1) / 2 - middle)
    centred = off < max(_CENTRED, 0.04 * (columns[-1].x1 - columns[0].x0))
    first = pieces[0].first == 0 or pieces[0].first < min(values, default=1)
    lone = sum(len({(p.first, p.last) for p in other.pieces}) == 1 for other in rows)
    placed = first or centred or pieces[0].first != pieces[0].last
    if placed and lone <= 0.6 * len(rows) and any(c.isalnum() for c in pieces[0].text):
        row.kind = RowKind.GROUP
