"""Tables with every cell, and figures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from paperlab.types.boxes import Box, PageBox


class SpreadKind(StrEnum):
    """How a spread is printed beside its value; what it measures (sd, se, ci) is for the claim to find out."""

    PLUS_MINUS = "plus_minus"
    PARENTHESES = "parentheses"
    SUBSCRIPT = "subscript"


@dataclass(frozen=True, slots=True)
class Value:
    """One number printed in a table cell."""

    printed: str
    """Digits as printed, without unit, spread and marks: `.1` stays `.1`, powers of ten are `2.3·10^19`."""
    number: float
    spread: float | None = None
    spread_printed: str = ""
    spread_kind: SpreadKind | None = None
    unit: str = ""
    """`%`, `M`, `ms`, `x`; empty where none is printed in the cell."""
    comparator: str = ""
    """`<`, `>`, `≤`, `≥`, `~` before the number."""
    rank: int | None = None
    """A place printed beside the number, as in `93.1 (2)` with ordinals or circled digits."""
    marks: tuple[str, ...] = ()
    """Footnote and significance marks: `*`, `†`."""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table. A spanning cell stands, the same, at each place of the grid that it covers."""

    text: str
    """As printed on one line; `_` before a subscript, `^` before a superscript that is no mark. Blank: empty."""
    box: Box | None
    """Around its glyphs, None where it is blank."""
    bold: bool = False
    """Most of its letters are bold."""
    values: tuple[Value, ...] = ()
    """Its numbers from left to right; none in a cell of words."""
    row: int = 0
    """Of its first place in the grid, header rows counted, 0-based."""
    column: int = 0
    rows: int = 1
    """How many it covers."""
    columns: int = 1


class RowKind(StrEnum):
    """What a row of a table is."""

    HEADER = "header"
    """Names columns; at the top, or inside where the names change."""
    DATA = "data"
    GROUP = "group"
    """A section row: one label for the rows below it, repeated in each column."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table; all rows of a table are equally long."""

    kind: RowKind
    cells: tuple[Cell, ...]
    page: int | None = None
    """The page it stands on, None for the page that its table begins on."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One of several grids under one caption: rows `first` up to `last` (excluded) of the table, where it stands."""

    first: int
    last: int
    box: Box


@dataclass(frozen=True, slots=True)
class Table:
    """A table with every cell, or what is known of one that could not be read (no rows, the reasons say why)."""

    number: str
    """As the caption prints it: `3`, `IV`, `A.1`."""
    caption: str
    page: int
    box: Box
    """Of the body, from first rule or word to last, without caption and footnotes."""
    rows: tuple[TableRow, ...]
    caption_box: Box | None = None
    label_columns: int = 1
    """Leading columns that name rows."""
    rotation: int = 0
    """Degrees clockwise that the page must be turned by to read it: 0, 90, 270."""
    panels: tuple[Panel, ...] = ()
    """More than one where a float holds several grids; the rows are then theirs, one below the other."""
    continued: tuple[PageBox, ...] = ()
    """Where it goes on, on later pages."""
    confidence: float = 1.0
    """0 to 1."""
    reasons: tuple[str, ...] = ()
    """What lowers the confidence, one clause each."""

    @property
    def header(self) -> tuple[TableRow, ...]:
        """The header rows at its top."""
        return self.rows[: next((i for i, r in enumerate(self.rows) if r.kind is not RowKind.HEADER), len(self.rows))]

    @property
    def body(self) -> tuple[TableRow, ...]:
        """All other rows."""
        return self.rows[len(self.header) :]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its caption."""

    number: str
    caption: str
    page: int
    box: Box
    """Of the picture, without the caption."""
    caption_box: Box
