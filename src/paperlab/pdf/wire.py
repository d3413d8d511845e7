"""A reading as plain JSON lists, for the pipe between reader and child. Pure.

JSON and not pickle: the child parses files of strangers, and what a broken child says must not run code here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from paperlab.plain import build, plain
from paperlab.text import clean, one_line
from paperlab.types import (
    COLOURS,
    Annotation,
    Block,
    BlockKind,
    Box,
    Figure,
    FrontMatter,
    Line,
    PageLetters,
    PageSize,
    PrintedPage,
    Reading,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLOUR = re.compile("#[0-9a-f]{6}")

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


def pack_letters(text: str, boxes: Sequence[Box | None]) -> list[Any]:
    """Return a page's letters as text and boxes, to a hundredth of a point."""
    return [text, [box and [round(edge, 2) for edge in box] for box in boxes]]


def unpack_letters(message: list[Any], page: int) -> PageLetters:
    """Return the letters that `pack_letters` made plain; raises TypeError or ValueError on anything else."""
    text, boxes = message
    if len(boxes) != len(_text(text)):
        raise ValueError(f"{len(boxes)} boxes for {len(text)} letters")
    return PageLetters(page, text, tuple([None if box is None else _box(box) for box in boxes]))


def unpack_annotations(message: list[Any]) -> list[Annotation]:
    """Return annotations that were made plain, their texts made harmless; raises TypeError, ValueError, LookupError."""
    return [_cleaned(build(Annotation, value)) for value in message]


def _cleaned(annotation: Annotation) -> Annotation:
    if not _COLOUR.fullmatch(COLOURS.get(annotation.colour, annotation.colour)):
        raise ValueError(f"no colour: {annotation.colour!r}")
    return replace(
        annotation,
        quote=one_line(annotation.quote),
        comment=clean(annotation.comment),
        author=one_line(annotation.author),
        created=one_line(annotation.created),
        changed=one_line(annotation.changed),
        pdf_name=one_line(annotation.pdf_name),
    )


def _box(numbers: list[Any]) -> Box:
    x0, y0, x1, y1 = numbers
    return _real(x0), _real(y0), _real(x1), _real(y1)


def _line(numbers: list[Any]) -> Line:
    start, *box = numbers
    return Line(_whole(start), _box(box))


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
