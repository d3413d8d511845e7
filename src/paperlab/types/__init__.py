"""The words of paperlab as frozen dataclasses (glossary: docs/design.md). No behaviour beyond derived properties."""

from paperlab.types.pages import Block, BlockKind, Box, Chunk, FrontMatter, Hit, Line, PageBox, PageSize, around
from paperlab.types.papers import Filters, ListEntry, Paper, PdfFile, ReadingList, Status
from paperlab.types.reading import Citation, Reading, Reference
from paperlab.types.tables import Cell, Figure, Panel, RowKind, SpreadKind, Table, TableRow, Value

__all__ = [
    "Block",
    "BlockKind",
    "Box",
    "Cell",
    "Chunk",
    "Citation",
    "Figure",
    "Filters",
    "FrontMatter",
    "Hit",
    "Line",
    "ListEntry",
    "PageBox",
    "PageSize",
    "Panel",
    "Paper",
    "PdfFile",
    "Reading",
    "ReadingList",
    "Reference",
    "RowKind",
    "SpreadKind",
    "Status",
    "Table",
    "TableRow",
    "Value",
    "around",
]
