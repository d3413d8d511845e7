"""A grid read from LaTeX as a `Table`: kinds of rows, label columns, values. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from paperlab.latex.grid import Draft, Grid, Row
from paperlab.latex.limits import CELL_STEPS, spend
from paperlab.latex.render import Printed
from paperlab.types import Box, Cell, Panel, RowKind, Table, TableRow, Value
from paperlab.values import parse_values

_NOWHERE: Box = (0.0, 0.0, 0.0, 0.0)
_PLACEHOLDERS = frozenset(["-", "–", "—", "−", "n/a", "na", "✓", "✗"])
_TALLEST_HEADER = 20
"""Rows of a header that may be joined."""


@dataclass(slots=True)
class FoundTable:
    """A caption with the grids it belongs to."""

    number: str = ""
    caption: str = ""
    grids: list[Grid] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def build_table(found: FoundTable) -> Table:
    """Return the table, several grids as panels one below the other; page and boxes are 0, as nothing is known."""
    grids = [grid for grid in found.grids if grid.rows]
    width = max((grid.width for grid in grids), default=0)
    rows: list[TableRow] = []
    panels: list[Panel] = []
    for grid in grids:
        first = len(rows)
        rows += _rows(grid, first, width)
        panels.append(Panel(first, len(rows), _NOWHERE))
    reasons = _reasons(found, grids)
    return Table(
        number=found.number,
        caption=found.caption,
        page=0,
        box=_NOWHERE,
        rows=tuple(rows),
        label_columns=_label_columns(rows),
        panels=tuple(panels) if len(panels) > 1 else (),
        confidence=max(0.3, 1.0 - 0.1 * len(reasons)) if rows else 0.0,
        reasons=reasons,
    )


def _reasons(found: FoundTable, grids: list[Grid]) -> tuple[str, ...]:
    unknown = sorted({name for grid in grids for name in grid.unknown})
    lost = sorted({why for grid in grids for why in grid.lost} - set(found.reasons))
    reasons = [*found.reasons, *(f"the command \\{name} is not known" for name in unknown), *lost]
    return tuple(reasons if grids else [*reasons, "no tabular was found in the float"])


def _rows(grid: Grid, first: int, width: int) -> list[TableRow]:
    grid.rows = _with_wrapped_names_joined(grid.rows)
    kinds = row_kinds(grid)
    for row, kind in zip(grid.rows, kinds, strict=True):
        if kind is RowKind.GROUP:
            label = next(cell for cell in row.cells if cell.text)
            row.cells = [label] * len(row.cells)
        spend((width - len(row.cells)) * CELL_STEPS)
        row.cells += [Draft(Printed()) for _ in range(width - len(row.cells))]
    cells = _cells(grid.rows, first)
    return [TableRow(kind, tuple(line)) for kind, line in zip(kinds, cells, strict=True)]


def _with_wrapped_names_joined(rows: list[Row]) -> list[Row]:
    """Return the rows with a header that is broken over several of them in one, as a reader takes it."""
    header = min(_header_length(rows), _TALLEST_HEADER)
    joined: list[Row] = []
    for i, row in enumerate(rows):
        if 0 < i < header and _continues(joined[-1], row):
            pairs = zip(joined[-1].cells, row.cells, strict=True)
            joined[-1].cells = [a if a is b else _joined(a, b) for a, b in pairs]
        else:
            joined.append(row)
    return joined


def _continues(above: Row, row: Row) -> bool:
    """Tell whether a header row only goes on with the names above it: nothing spans columns, no rule between."""
    if row.ruled or row.part_ruled or row.heads_long_table != above.heads_long_table:
        return False
    first = row.cells[0]
    spans = any(cell.columns > 1 and cell.text for cell in (*above.cells, *row.cells))
    return not spans and (not first.text or first is above.cells[0])


def _joined(above: Draft, below: Draft) -> Draft:
    a, b = above.content, below.content
    return Draft(Printed(f"{a.text} {b.text}", [*a.bold, False, *b.bold]).tidy())


def _cells(rows: list[Row], first: int) -> list[list[Cell]]:
    """Return the cells; a draft that stands in several places gives the same cell in each."""
    places: dict[int, list[tuple[int, int]]] = {}
    for i, row in enumerate(rows):
        for j, draft in enumerate(row.cells):
            places.setdefault(id(draft), []).append((i, j))
    cells: dict[int, Cell] = {}
    for row in rows:
        for draft in row.cells:
            if id(draft) not in cells:
                cells[id(draft)] = _cell(draft, places[id(draft)], first)
    return [[cells[id(draft)] for draft in row.cells] for row in rows]


def _cell(draft: Draft, places: list[tuple[int, int]], first: int) -> Cell:
    top, left = min(i for i, _ in places), min(j for _, j in places)
    return Cell(
        text=draft.text,
        box=None,
        bold=bool(draft.text) and draft.content.mostly_bold,
        values=_values(draft),
        row=first + top,
        column=left,
        rows=max(i for i, _ in places) - top + 1,
        columns=max(j for _, j in places) - left + 1,
    )


def _values(draft: Draft) -> tuple[Value, ...]:
    """Return the cell's values, each bold where its own digits are."""
    bold = draft.content.mostly_bold
    values: list[Value] = []
    at = 0
    for value in parse_values(draft.text):
        found = draft.text.find(value.printed, at)
        if found >= 0:
            at = found + len(value.printed)
        own = all(draft.content.bold[found:at]) if found >= 0 else bold
        values.append(replace(value, bold=True) if own else value)
    return tuple(values)


def row_kinds(grid: Grid) -> list[RowKind]:
    """Tell header, section and data rows apart, by full rules first and by what stands in the cells second."""
    rows = grid.rows
    header = _header_length(rows)
    kinds = [RowKind.HEADER] * header
    for i in range(header, len(rows)):
        if _is_group(rows, i):
            kinds.append(RowKind.GROUP)
        elif _is_inner_header(rows, i, ruled_below=rows[i + 1].ruled if i + 1 < len(rows) else False):
            kinds.append(RowKind.HEADER)
        else:
            kinds.append(RowKind.DATA)
    return kinds


def _header_length(rows: list[Row]) -> int:
    """Return how many rows the header has: those above the first full rule below the top one."""
    if long := sum(row.heads_long_table for row in rows):
        return long
    first_rule = next((i for i, row in enumerate(rows) if i and row.ruled), 0)
    if not first_rule or 2 * first_rule > len(rows) + 2:
        return int(len(rows) > 1 and not _has_numbers(rows[0]) and any(_has_numbers(row) for row in rows[1:]))
    if _mostly_numbers(rows[first_rule - 1]) and _mostly_numbers(rows[0]):
        return 0
    end = first_rule
    while end < len(rows) - 1 and _goes_on(rows, end):
        end += 1
    return end


def _goes_on(rows: list[Row], end: int) -> bool:
    """Tell whether the header goes on below its rule: a cell spans it, or names follow above one more rule."""
    if any(above is below and above.text for above, below in zip(rows[end - 1].cells, rows[end].cells, strict=True)):
        return True
    names = [cell for cell in rows[end].cells if cell.text]
    is_bare = not rows[end].cells[0].text and len(names) > 1 and not _has_numbers(rows[end])
    return is_bare and rows[end + 1].ruled


def _has_numbers(row: Row) -> bool:
    return any(parse_values(cell.text) for cell in row.cells)


def _mostly_numbers(row: Row) -> bool:
    cells = [cell for cell in row.cells[1:] if cell.text]
    return 2 * sum(bool(parse_values(cell.text)) for cell in cells) > len(cells)


def _is_group(rows: list[Row], at: int) -> bool:
    """Tell whether a row is one label for the rows below it: one cell over all columns, or the first alone."""
    cells = rows[at].cells
    texts = {id(cell): cell for cell in cells if cell.text}
    if len(texts) != 1 or len(cells) < 2:
        return False
    label = next(iter(texts.values()))
    covered = sum(cell is label for cell in cells)
    if covered > 1 and covered >= len(cells) - 1:
        return True
    spans_rows = any(cell is label for row in rows[at + 1 : at + 2] for cell in row.cells)
    is_word = any(c.isalpha() for c in label.text) and not parse_values(label.text)
    return cells[0] is label and is_word and not spans_rows and at + 1 < len(rows) and _has_numbers(rows[at + 1])


def _is_inner_header(rows: list[Row], at: int, *, ruled_below: bool) -> bool:
    """Tell whether a row between two full rules names columns anew."""
    if not (rows[at].ruled and ruled_below):
        return False
    cells = rows[at].cells
    names = {cell.text for cell in cells[1:] if any(c.isalpha() for c in cell.text)}
    words = [cell for cell in cells if cell.text and cell.text.lower() not in _PLACEHOLDERS]
    return len(names) > 1 and 2 * len(words) > len(cells) and not _has_numbers(rows[at])


def _label_columns(rows: list[TableRow]) -> int:
    """Return how many leading columns name rows: those whose cells are words while a later column has numbers."""
    data = [row.cells for row in rows if row.kind is RowKind.DATA]
    width = len(rows[0].cells) if rows else 0
    shares = []
    for column in range(width):
        texts = [line[column] for line in data if line[column].text]
        shares.append(sum(bool(cell.values) for cell in texts) / len(texts) if texts else 0.0)
    numeric = next((c for c in range(1, width) if shares[c] > 0.2), None)
    return numeric if numeric is not None else min(1, width)
