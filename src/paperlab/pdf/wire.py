"""A reading as plain JSON lists, for the pipe between reader and child. Pure.

JSON and not pickle: the child parses files of strangers, and what a broken child says must not run code here.
"""

from __future__ import annotations

from typing import Any

from paperlab.types import Block, BlockKind, Box, FrontMatter, Line, PageSize, Reading

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
        "warnings": list(reading.warnings),
    }


def unpack(plain: Plain) -> Reading:
    """Return the reading that `pack` made plain; raises TypeError, ValueError or LookupError on anything else."""
    sections = [tuple(map(_text, path)) for path in plain["sections"]]
    blocks = tuple(
        Block(BlockKind(kind), int(page), sections[section], _text(text), tuple(map(_line, lines)))
        for kind, page, section, text, lines in plain["blocks"]
    )
    pages = tuple(PageSize(int(number), float(width), float(height)) for number, width, height in plain["pages"])
    warnings = tuple(map(_text, plain["warnings"]))
    return Reading(_text(plain["reader"]), pages, blocks, unpack_front(plain["front"]), warnings)


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


def unpack_front(plain: Plain) -> FrontMatter:
    """Return the front matter that `pack_front` made plain; raises TypeError, ValueError or LookupError."""
    return FrontMatter(
        _text(plain["title"]),
        tuple(map(_text, plain["authors"])),
        _number(plain["year"]),
        _text(plain["abstract"]),
        None if plain["arxiv_id"] is None else _text(plain["arxiv_id"]),
        _number(plain["arxiv_version"]),
        None if plain["doi"] is None else _text(plain["doi"]),
    )


def _line(plain: list[Any]) -> Line:
    start, x0, y0, x1, y1 = plain
    box: Box = (float(x0), float(y0), float(x1), float(y1))
    return Line(int(start), box)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {type(value).__name__}")
    return value


def _number(value: object) -> int | None:
    if value is not None and not isinstance(value, int):
        raise TypeError(f"a number expected, not {type(value).__name__}")
    return value
