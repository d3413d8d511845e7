"""Tables as other programs read them, made into our words, so that `scoring` counts them as it counts ours.

Other programs give a grid of texts and, at best, one header row. Each grid is scored with one to three header rows and
one to three label columns, and the best counts: a peer is never worse here for what it leaves unsaid. Numbers are taken
from their cells by our own parser.
"""

from __future__ import annotations

import importlib
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paperlab.types import Cell, RowKind, Table, TableRow
from paperlab.values import parse_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from paperlab.types import Box

    _Reader = Callable[[Path, Sequence[int]], Iterable["PeerGrid"]]

DEPTHS = range(1, 4)
"""Header rows, and label columns, that are tried for each grid."""


@dataclass(frozen=True, slots=True)
class PeerGrid:
    """A table of another program: 1-based page, box in points from the top left, texts (None where a span covers)."""

    page: int
    box: Box
    texts: list[list[str | None]]


class MissingPeer(Exception):
    """The peer's package is not installed; the message says which."""


def read_peer(name: str, path: Path, pages: Sequence[int]) -> list[PeerGrid]:
    """Return the tables that the peer `name` (a key of PEERS) finds on the pages; raises MissingPeer."""
    return list(PEERS[name](path, pages))


def as_table(grid: PeerGrid, headers: int, labels: int) -> Table:
    """Return the grid as a table with so many header rows and label columns."""
    kinds = [RowKind.HEADER if r < headers else RowKind.DATA for r in range(len(grid.texts))]
    texts = _filled(grid.texts, headers, labels)
    rows = tuple(
        TableRow(kind, tuple(_cell(text, r, c, kind) for c, text in enumerate(row)))
        for r, (kind, row) in enumerate(zip(kinds, texts, strict=True))
    )
    return Table("", "", grid.page, grid.box, rows, label_columns=labels)


def _cell(text: str, row: int, column: int, kind: RowKind) -> Cell:
    values = parse_values(text) if kind is RowKind.DATA else ()
    return Cell(text, None, values=values, row=row, column=column)


def _filled(texts: list[list[str | None]], headers: int, labels: int) -> list[list[str]]:
    """Give covered places the text that covers them: from the left in headers, from above in label columns."""
    width = max(map(len, texts), default=0)
    full: list[list[str]] = []
    for r, row in enumerate(texts):
        new: list[str] = []
        for c, text in enumerate([*row, *[""] * (width - len(row))]):
            left = new[-1] if text is None and c and r < headers else ""
            above = full[-1][c] if text is None and r > headers and c < labels else ""
            new.append(" ".join((text or left or above).split()))
        full.append(new)
    return full


def _module(name: str, package: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingPeer(f"{package} is not installed: pip install {package}") from error


def _pymupdf(*, layout: bool) -> Any:
    """Import PyMuPDF with or without its layout model: the first import in a process decides."""
    if not layout:
        for unwanted in ("pymupdf.layout", "pymupdf4llm"):
            sys.modules.setdefault(unwanted, None)  # type: ignore[arg-type]
    elif sys.modules.get("pymupdf.layout", ...) is not None:
        _module("pymupdf.layout", "pymupdf-layout")
    return _module("pymupdf", "pymupdf")


def _find_tables(path: Path, pages: Sequence[int], *, layout: bool = False, **options: Any) -> Iterator[PeerGrid]:
    with _pymupdf(layout=layout).open(path) as document:
        for number in pages:
            page = document[number - 1]  # kept in a name: its tables hold it by a weak reference
            for table in page.find_tables(**options).tables:
                # With its defaults it loses decimal points under the layout model's grids.
                texts = table.extract(y_tolerance=6) if layout else table.extract()
                if table.header.external:
                    texts = [list(table.header.names), *texts]
                yield PeerGrid(number, tuple(table.bbox), texts)


def _default(path: Path, pages: Sequence[int]) -> Iterator[PeerGrid]:
    return _find_tables(path, pages)


def _text_strategy(path: Path, pages: Sequence[int]) -> Iterator[PeerGrid]:
    return _find_tables(path, pages, strategy="text")


def _layout(path: Path, pages: Sequence[int]) -> Iterator[PeerGrid]:
    return _find_tables(path, pages, layout=True, union=True, refine=True)


def _markdown(path: Path, pages: Sequence[int]) -> Iterator[PeerGrid]:
    engine = _module("pymupdf4llm", "pymupdf4llm")
    chunks = engine.to_markdown(str(path), pages=[number - 1 for number in pages], page_chunks=True)
    for number, chunk in zip(pages, chunks, strict=True):
        for part in chunk["page_boxes"]:
            if part["class"] == "table":
                texts = markdown_grid(chunk["text"][slice(*part["pos"])])
                x0, y0, x1, y1 = map(float, part["bbox"])
                yield PeerGrid(number, (x0, y0, x1, y1), texts)


def markdown_grid(text: str) -> list[list[str | None]]:
    """Return the cells of a Markdown table without emphasis and line breaks; the rule below the header is left out."""
    rows = [line.strip().strip("|").split("|") for line in text.splitlines() if line.strip().startswith("|")]
    plain = [[_unmarked(cell) for cell in row] for row in rows]
    return [list(row) for row in plain if not all(re.fullmatch(r":?-{3,}:?", cell) for cell in row)]


def _unmarked(cell: str) -> str:
    bare = re.sub(r"</?su[bp]>|\*\*|~~|`|(?<!\w)_|_(?!\w)", "", cell.replace("<br>", " "))
    return bare.replace("\\", "").strip()


def _pdfplumber(**options: str) -> _Reader:
    def read(path: Path, pages: Sequence[int]) -> Iterator[PeerGrid]:
        with _module("pdfplumber", "pdfplumber").open(path) as document:
            for number in pages:
                for table in document.pages[number - 1].find_tables(options):
                    yield PeerGrid(number, table.bbox, table.extract())

    return read


def _camelot(flavour: str) -> _Reader:
    def read(path: Path, pages: Sequence[int]) -> Iterator[PeerGrid]:
        engine = _module("camelot", "camelot-py")
        wanted = ",".join(map(str, pages))
        for table in engine.read_pdf(str(path), pages=wanted, flavor=flavour, suppress_stdout=True):
            x0, y0, x1, y1 = table._bbox
            height = table.pdf_size[1]
            yield PeerGrid(int(table.page), (x0, height - y1, x1, height - y0), [list(row) for row in table.data])

    return read


PEERS: dict[str, _Reader] = {
    "find_tables": _default,
    "find_tables_text": _text_strategy,
    "layout": _layout,
    "pymupdf4llm": _markdown,
    "pdfplumber": _pdfplumber(),
    "pdfplumber_text": _pdfplumber(vertical_strategy="text", horizontal_strategy="text"),
    "camelot_stream": _camelot("stream"),
    "camelot_lattice": _camelot("lattice"),
}
"""By name; each takes a PDF and 1-based pages."""


def variants(grids: Sequence[PeerGrid]) -> Iterator[list[Table]]:
    """Yield the grids as tables, once for each number of header rows and label columns."""
    for headers in DEPTHS:
        for labels in DEPTHS:
            yield [as_table(grid, headers, labels) for grid in grids]
