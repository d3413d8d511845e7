"""The words of paperlab as frozen dataclasses (glossary: docs/design.md). No behaviour beyond derived properties."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in PDF points, origin at the top left of the unrotated page."""


class Status(StrEnum):
    """Where the reader stands with a paper."""

    TO_READ = "to_read"
    READING = "reading"
    READ = "read"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class PdfFile:
    """One PDF of a paper, beside its `paper.toml`."""

    name: str
    """File name within the paper's folder; the version in use is `paper.pdf`."""
    sha256: str
    size: int
    """Bytes."""
    version: int | None = None
    """arXiv version, None where there is none."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One work, with what is known about it and the reader's marks."""

    key: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    abstract: str = ""
    source: str = ""
    """Where it came from: `arxiv`, `url`, `file`, or empty for a list entry without a source."""
    arxiv_id: str | None = None
    """Without version."""
    asked_version: int | None = None
    """The version the user asked for; None follows the newest."""
    version: int | None = None
    """The version the metadata speaks of."""
    doi: str | None = None
    url: str | None = None
    licence: str | None = None
    categories: tuple[str, ...] = ()
    published: str | None = None
    """ISO date."""
    updated: str | None = None
    """ISO date."""
    status: Status = Status.TO_READ
    tags: tuple[str, ...] = ()
    rating: int | None = None
    """1 to 5."""
    added: str | None = None
    """ISO date on which it came into the library."""
    started: str | None = None
    finished: str | None = None
    pdf: PdfFile | None = None
    """The version in use."""
    other_versions: tuple[PdfFile, ...] = ()

    @property
    def pdfs(self) -> tuple[PdfFile, ...]:
        """All its PDFs, the version in use first."""
        return (*((self.pdf,) if self.pdf else ()), *self.other_versions)


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One paper of a reading list, as the list's file has it."""

    id: str | None
    """An id in any form `ids.parse_id` takes, or None for a paper known by title alone."""
    title: str = ""
    url: str | None = None
    why: str = ""
    after: tuple[str, ...] = ()
    """Ids to read before this one."""
    status: Status | None = None
    """Set by imports that carry ticks; a list's own file leaves it to `paper.toml`."""
    note: str = ""
    """Set by imports that carry notes."""
    authors: tuple[str, ...] = ()
    year: int | None = None
    doi: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingList:
    """Ordered papers with reasons."""

    name: str
    title: str
    about: str = ""
    entries: tuple[ListEntry, ...] = ()


class BlockKind(StrEnum):
    """What a run of text on a page is."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    FORMULA = "formula"
    """A formula set apart from the text."""
    REFERENCE = "reference"
    """One entry of the reference list."""
    TABLE = "table"
    """The words of a table, one printed row after another; its cells are in `Reading.tables`."""
    FIGURE = "figure"
    """The words inside a picture."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where a printed line begins in its block's text, and where it stands on the page."""

    start: int
    """Offset of its first character in the block's text."""
    box: Box


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text of one kind on one page, in reading order."""

    kind: BlockKind
    page: int
    """1-based."""
    section: tuple[str, ...]
    """Headings above it, outermost first."""
    text: str
    """Words healed across line ends, ligatures opened, white space single."""
    lines: tuple[Line, ...]

    @property
    def box(self) -> Box:
        """The smallest box around all lines."""
        return around([line.box for line in self.lines])


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What page 1 and the file's own metadata say about a paper."""

    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    abstract: str = ""
    arxiv_id: str | None = None
    """As stamped, without version."""
    arxiv_version: int | None = None
    doi: str | None = None


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


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in the text that points to an entry of the reference list."""

    block: int
    """0-based position of the block in the reading."""
    start: int
    """Character span in the block's text."""
    end: int
    page: int
    text: str
    """As printed: `[12]`, `Vaswani et al. (2017)`."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of a paper's reference list."""

    ordinal: int
    """0-based, as listed."""
    label: str
    """As printed before the entry (`12`, `VSP+17`), empty for author-year lists."""
    text: str
    """The entry as printed."""
    page: int
    boxes: tuple[PageBox, ...]
    """One per page or column it stands on."""
    authors: tuple[str, ...] = ()
    title: str = ""
    year: int | None = None
    venue: str = ""
    arxiv_id: str | None = None
    """Without version."""
    doi: str | None = None
    url: str | None = None
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class PageSize:
    """One page's size in points."""

    number: int
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a page reader found in one PDF."""

    reader: str
    """Id and version of the reader."""
    pages: tuple[PageSize, ...]
    blocks: tuple[Block, ...]
    front: FrontMatter
    tables: tuple[Table, ...] = ()
    """By page and place."""
    figures: tuple[Figure, ...] = ()
    warnings: tuple[str, ...] = ()
    """Pages that could not be read, with the reason."""


class PageBox(NamedTuple):
    """A box on a page."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Chunk:
    """The stored unit of text: it never crosses a section and fits the embedder's window."""

    ordinal: int
    """0-based position in the paper."""
    section: tuple[str, ...]
    page: int
    """The page most of its characters stand on."""
    pages: tuple[int, ...]
    start: int
    """Offset of its first character in the paper's text (blocks joined by one newline)."""
    end: int
    text: str
    boxes: tuple[PageBox, ...]
    """One per run of lines, in reading order."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result. A larger score is better, always."""

    key: str
    title: str
    page: int
    section: tuple[str, ...]
    score: float
    passage: str
    marks: tuple[tuple[int, int], ...]
    """Character spans of the passage that hold words of the query."""
    boxes: tuple[PageBox, ...]
    chunk_id: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; all given must hold, empty means everything."""

    lists: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    years: tuple[int, int] | None = None
    """First and last year, both included."""
    authors: tuple[str, ...] = ()
    keys: tuple[str, ...] = field(default=())


def around(boxes: list[Box]) -> Box:
    """Return the smallest box that holds all `boxes` (at least one)."""
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
