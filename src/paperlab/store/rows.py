"""Rows of the database as dataclasses, and the JSON their columns hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from paperlab.types import Chunk, PageBox

if TYPE_CHECKING:
    from paperlab.types import Block, FrontMatter, Paper

SECTION_SEPARATOR = "\x1f"
"""Between headings: a heading may have any visible character in it."""


class ReadingState(NamedTuple):
    """What the store knows of one PDF read by one reader."""

    id: int
    pdf_sha256: str
    reader: str
    pages: int
    failure: str | None
    """`UnreadablePdf.reason`, or None where it was read."""
    failure_why: str | None
    warnings: tuple[str, ...]


class StoredChunk(NamedTuple):
    """A chunk with the paper it stands in."""

    id: int
    key: str
    title: str
    """The paper's title as the library has it."""
    chunk: Chunk

    @property
    def text(self) -> str:
        """The chunk's text."""
        return self.chunk.text


class ChunkRow(NamedTuple):
    """The same as the database has it: most passages that are looked at are not told, and their JSON stays unread."""

    id: int
    key: str
    title: str
    columns: tuple[Any, ...]
    """As `chunk_from` takes them."""

    @property
    def text(self) -> str:
        """The chunk's text."""
        return str(self.columns[2])

    @property
    def is_bare_heading(self) -> bool:
        """Whether it is the heading of a section that begins with another heading: it says nothing by itself."""
        return self.text == str(self.columns[1]).rpartition(SECTION_SEPARATOR)[2]

    def stored(self) -> StoredChunk:
        """Return the chunk itself."""
        return StoredChunk(self.id, self.key, self.title, chunk_from(self.columns))


class Totals(NamedTuple):
    """How much the index holds."""

    papers: int
    readings: int
    pages: int
    chunks: int
    vectors: int
    """Of the embedder asked about."""


def dump(value: object) -> str:
    """Return `value` as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def paper_record(paper: Paper) -> str:
    """Return a paper as JSON that `paper_from` reads back."""
    from dataclasses import asdict

    return dump(asdict(paper))


def paper_from(record: str) -> Paper:
    """Return the paper that `paper_record` wrote."""
    from paperlab.types import Paper, PdfFile, Status

    values: dict[str, Any] = json.loads(record)
    for name in ("authors", "categories", "tags"):
        values[name] = tuple(values[name])
    values["status"] = Status(values["status"])
    values["pdf"] = PdfFile(**values["pdf"]) if values["pdf"] else None
    values["other_versions"] = tuple(PdfFile(**pdf) for pdf in values["other_versions"])
    return Paper(**values)


def front_from(text: str) -> FrontMatter:
    """Return the front matter whose JSON is `text`."""
    from paperlab.types import FrontMatter

    values: dict[str, Any] = json.loads(text)
    values["authors"] = tuple(values.get("authors", ()))
    return FrontMatter(**values)


def block_row(reading_id: int, ordinal: int, block: Block) -> tuple[object, ...]:
    """Return a block as a row of its table."""
    lines = dump([[line.start, *(round(x, 2) for x in line.box)] for line in block.lines])
    return (reading_id, ordinal, block.kind.value, block.page, dump(block.section), block.text, lines)


def block_from(row: tuple[Any, ...]) -> Block:
    """Return the block of a row (kind, page, section, text, lines)."""
    from paperlab.types import Block, BlockKind, Line

    kind, page, section, text, lines = row
    return Block(
        BlockKind(kind),
        page,
        tuple(json.loads(section)),
        text,
        tuple(Line(start, (x0, y0, x1, y1)) for start, x0, y0, x1, y1 in json.loads(lines)),
    )


def section_from(text: str) -> tuple[str, ...]:
    """Return the section path that a chunk's row holds as text."""
    return tuple(text.split(SECTION_SEPARATOR)) if text else ()


def chunk_row(reading_id: int, chunker: str, title: str, chunk: Chunk) -> tuple[object, ...]:
    """Return a chunk as a row of its table, without its id."""
    boxes = dump([[page, *(round(x, 2) for x in box)] for page, box in chunk.boxes])
    section = SECTION_SEPARATOR.join(chunk.section)
    return (
        *(reading_id, chunker, chunk.ordinal, title, section, chunk.text),
        *(chunk.page, dump(chunk.pages), chunk.start, chunk.end, boxes),
    )


def chunk_from(row: tuple[Any, ...]) -> Chunk:
    """Return the chunk of a row (ordinal, section, text, page, pages, start, end, boxes)."""
    ordinal, section, text, page, pages, start, end, boxes = row
    return Chunk(
        ordinal=ordinal,
        section=section_from(section),
        page=page,
        pages=tuple(json.loads(pages)),
        start=start,
        end=end,
        text=text,
        boxes=tuple(PageBox(page, (x0, y0, x1, y1)) for page, x0, y0, x1, y1 in json.loads(boxes)),
    )
