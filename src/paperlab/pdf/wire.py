"""A reading as plain JSON lists, for the pipe between reader and child. Pure.

JSON and not pickle: the child parses files of strangers, and what a broken child says must not run code here.
"""

from __future__ import annotations

from typing import Any

from paperlab.plain import build, plain
from paperlab.types import Block, BlockKind, Box, Figure, FrontMatter, Line, PageSize, PrintedPage, Reading, Table

Plain = dict[str, Any]


def pack(reading: Reading) -> Plain:
    """Return the reading as dicts, lists, strings and numbers; sections stand once, blocks refer to them."""
    sections: dict[tuple[str, ...], int] = {}
    blocks = [
        [
            block.kind.value,
            block.page,
            sections.setdefault(block.section, len(sections)),
            block.text,
            [[line.start, *line.box] for line in block.lines],
        ]
        for block in reading.blocks
    ]
    return {
        "reader": reading.reader,
        "pages": [[page.number, page.width, page.height] for page in reading.pages],
        "sections": [list(path) for path in sections],
        "blocks": blocks,
        "front": pack_front(reading.front),
        "tables": plain(reading.tables),
        "figures": plain(reading.figures),
        "warnings": list(reading.warnings),
        "layer": [[page.number, page.text] for page in reading.layer],
    }


def unpack(message: Plain) -> Reading:
    """Return the reading that `pack` made plain; raises TypeError, ValueError or LookupError on anything else."""
    try:
        return _unpack(message)
    except OverflowError as error:
        raise ValueError(f"a number is out of range: {error}") from error


def _unpack(message: Plain) -> Reading:
    sections = [tuple(map(_text, path)) for path in message["sections"]]
    blocks = tuple(
        Block(BlockKind(kind), _whole(page), sections[_whole(section)], _text(text), tuple(map(_line, lines)))
        for kind, page, section, text, lines in message["blocks"]
    )
    pages = tuple(PageSize(_whole(number), _real(width), _real(height)) for number, width, height in message["pages"])
    warnings = tuple(map(_text, message["warnings"]))
    tables = tuple(build(Table, table) for table in message["tables"])
    figures = tuple(build(Figure, figure) for figure in message["figures"])
    front = unpack_front(message["front"])
    layer = tuple(PrintedPage(_whole(number), _text(text)) for number, text in message["layer"])
    return Reading(_text(message["reader"]), pages, blocks, front, tables, figures, warnings, layer)


def pack_front(front: FrontMatter) -> Plain:
    """Return front matter as a plain dict."""
    return {
        "title": front.title,
        "authors": list(front.authors),
        "year": front.year,
        "abstract": front.abstract,
        "arxiv_id": front.arxiv_id,
        "arxiv_version": front.arxiv_version,
        "doi": front.doi,
    }


def unpack_front(message: Plain) -> FrontMatter:
    """Return the front matter that `pack_front` made plain; raises TypeError, ValueError or LookupError."""
    return FrontMatter(
        _text(message["title"]),
        tuple(map(_text, message["authors"])),
        _number(message["year"]),
        _text(message["abstract"]),
        None if message["arxiv_id"] is None else _text(message["arxiv_id"]),
        _number(message["arxiv_version"]),
        None if message["doi"] is None else _text(message["doi"]),
    )


def _line(numbers: list[Any]) -> Line:
    start, x0, y0, x1, y1 = numbers
    box: Box = (_real(x0), _real(y0), _real(x1), _real(y1))
    return Line(_whole(start), box)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {type(value).__name__}")
    return value


def _number(value: object) -> int | None:
    return None if value is None else _whole(value)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"a whole number expected, not {type(value).__name__}")
    return value


def _real(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"a number expected, not {type(value).__name__}")
    return float(value)
