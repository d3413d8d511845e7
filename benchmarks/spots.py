"""The cells of a table's body with what names their row and column, of a gold table or of one that was read. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

from paperlab.types import RowKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from paperlab.types import Box, Cell, Table, TableRow, Value

Gold = dict[str, Any]
Place = tuple[int, int, int]
"""Panel, row, column; 0-based, header rows counted."""

_SAME = {ord(c): to for chars, to in (
    ("‐‑‒–—―−⁃", "-"), ("‘’‚′`´", "'"), ("“”„″", '"'), ("⋅∙•", "·"), ("∗⋆", "*"), ("∼˜", "~"), ("∣", "|"), ("_^{}", ""),
) for c in chars}  # fmt: skip
_A = TypeVar("_A")
_B = TypeVar("_B")


def fold(text: str) -> str:
    """Return `text` for comparing: NFKC, lower case, without white space and `_^{}`; dashes, quotes, dots unified."""
    # Twice: NFKC makes a space and an accent of some quotes, and some characters only after they are lower case.
    plain = unicodedata.normalize("NFKC", text.translate(_SAME)).casefold().translate(_SAME)
    return "".join(plain.split())


def iou(a: Box, b: Box) -> float:
    """Return the shared area of two boxes as a part of the area of both."""
    both = overlap(a, b)
    return both / max(1e-9, area(a) + area(b) - both)


def overlap(a: Box, b: Box) -> float:
    """Return the shared area of two boxes."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def area(box: Box) -> float:
    """Return a box's area."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of a table's body that is not blank, and what names its row and column (folded, outermost first)."""

    shown: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    place: Place
    values: tuple[Value, ...] = ()
    text: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", fold(self.shown))

    def __str__(self) -> str:
        return f"[{' > '.join(self.rows)} | {' > '.join(self.columns)}]"


@dataclass(frozen=True, slots=True)
class _Grid:
    """One grid with the kind of each row; `spans[r]` counts the columns that the row's labels reach over."""

    texts: list[list[str]]
    kinds: list[str]
    labels: int
    spans: list[int]
    cells: list[tuple[Cell, ...]] | None = None


def gold_spots(gold: Gold) -> list[Spot]:
    """Return the body cells of a gold table that are not blank; `place` is as its claims give it."""
    grids = [
        _Grid(part["grid"], part["row_kinds"], part["header_cols"], _label_reach(part["grid"], part["header_cols"]))
        for part in gold.get("panels") or [gold]
    ]
    return [spot for number, grid in enumerate(grids) for spot in _spots(grid, number)]


def table_spots(tables: Iterable[Table]) -> list[Spot]:
    """Return the body cells of our tables that are not blank."""
    grids: list[_Grid] = []
    for table in tables:
        parts = [table.rows[p.first : p.last] for p in table.panels] if len(table.panels) > 1 else [table.rows]
        grids += [_our_grid(rows, table.label_columns) for rows in parts]
    return [spot for number, grid in enumerate(grids) for spot in _spots(grid, number)]


def _our_grid(rows: Sequence[TableRow], labels: int) -> _Grid:
    texts = [[cell.text for cell in row.cells] for row in rows]
    reach = [
        max((cell.column + cell.columns for cell in row.cells[:labels] if cell.columns > 1), default=labels)
        for row in rows
    ]
    return _Grid(texts, [str(row.kind) for row in rows], labels, reach, [row.cells for row in rows])


def _label_reach(texts: list[list[str]], labels: int) -> list[int]:
    """Return how far each row's label reaches: a spanning label is repeated, and its repeats are no body cells."""
    return [_reach(row, labels) for row in texts]


def _reach(row: list[str], labels: int) -> int:
    end = labels
    while 0 < labels <= end < len(row) and row[end] == row[labels - 1] and any(map(str.isalpha, row[end])):
        end += 1
    return end


def _spots(grid: _Grid, number: int) -> Iterator[Spot]:
    for r, headers, sections in _data_rows(grid.kinds):
        row = grid.texts[r]
        names = [_words(grid.texts[s])[-1:] for s in sections] + [_words(row[: grid.labels])]
        labels = tuple(name for part in names for name in part)
        for c in range(max(grid.labels, grid.spans[r]), len(row)):
            if fold(row[c]):
                path = tuple(_words([grid.texts[h][c] for h in headers if c < len(grid.texts[h])]))
                values = grid.cells[r][c].values if grid.cells else ()
                yield Spot(row[c], labels, path, (number, r, c), values)


def _data_rows(kinds: Sequence[str]) -> Iterator[tuple[int, list[int], list[int]]]:
    """Yield each data row with its header rows (those at the top, the nearest inside above it) and section rows."""
    top: list[int] = []
    inner: list[int] = []
    sections: list[int] = []
    seen_body = False
    for kind, run in groupby(range(len(kinds)), lambda i: _kind(kinds[i])):
        rows = list(run)
        if kind is RowKind.HEADER:
            top, inner = (top, rows) if seen_body else (rows, [])
        elif kind is RowKind.GROUP:
            sections = rows
        else:
            yield from ((r, top + inner, sections) for r in rows)
        seen_body = seen_body or kind is RowKind.DATA


def _kind(name: str) -> RowKind:
    return RowKind.HEADER if "header" in name else RowKind.GROUP if name == "group" else RowKind.DATA


def _words(cells: Iterable[str]) -> list[str]:
    """Return the folded texts, blank ones left out, equal neighbours once."""
    return [text for text, _ in groupby(filter(None, map(fold, cells)))]


def same_path(gold: Spot, ours: Spot) -> bool:
    """Tell whether two cells stand in the same row and column, as far as labels and headers tell."""
    names = [name for name in gold.rows if name != "-"]
    row = not names or names[-1] in ours.rows or "".join(gold.rows) == "".join(ours.rows)
    return row and (not gold.columns or _heads(gold.columns, ours.columns))


def _heads(gold: tuple[str, ...], ours: tuple[str, ...]) -> bool:
    if gold[-1] in ours or "".join(gold) == "".join(ours):
        return True
    runs = {"".join(ours[i:j]) for i in range(len(ours)) for j in range(i + 2, len(ours) + 1)}
    return gold[-1] in runs


def nearness(gold: Spot, ours: Spot) -> int:
    """Return how many labels and headers two cells share: of equal cells those are paired that share most."""
    return len({*gold.rows} & {*ours.rows}) + len({*gold.columns} & {*ours.columns})


def pair(
    left: Sequence[_A], right: Sequence[_B], fits: Callable[[_A, _B], bool], near: Callable[[_A, _B], int]
) -> dict[int, int]:
    """Return the largest pairing in which each is used once, index to index; the nearest are tried first."""
    edges = [
        sorted((j for j, b in enumerate(right) if fits(a, b)), key=lambda j, a=a: -near(a, right[j]))  # type: ignore[misc]
        for a in left
    ]
    owner: dict[int, int] = {}

    def settle(i: int, tried: set[int]) -> bool:
        for j in edges[i]:
            if j not in tried:
                tried.add(j)
                if j not in owner or settle(owner[j], tried):
                    owner[j] = i
                    return True
        return False

    for i in range(len(left)):
        settle(i, set())
    return {i: j for j, i in owner.items()}
