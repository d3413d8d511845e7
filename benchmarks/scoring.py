"""How right tables are that a program read, against tables read by a person. Pure; `reading.py` prints what it counts.

A gold table is a dict in the form of the gold folder's README: `page`, `number`, `bbox`, `grid`, `row_kinds`,
`header_rows`, `header_cols`, `claims`, and `panels` (each with its own grid) where a float holds several. Scored are
tables of `paperlab.types`; other programs' grids are made into such tables first.

A gold cell is right where ours has a cell of equal text under a row label equal to the gold row's last label and under
a header equal to the gold column's last header. Each cell is used once. Headers broken over several of our rows (or
joined in one) count as equal where the words are the same in the same order.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.spots import Gold, Spot, area, fold, gold_spots, iou, nearness, overlap, pair, same_path, table_spots

from paperlab.types import RowKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.types import Box, Table, Value

Glyph = tuple[float, float, str]
"""Centre and character of a glyph on the page."""

FOUND = 0.7
"""IoU of boxes from which a table counts as found."""


@dataclass(slots=True)
class TableScore:
    """Counts for one gold table. Sums over tables are made by `total`."""

    name: str
    iou: float | None = None
    """None where the gold gives no box."""
    gold_cells: int = 0
    our_cells: int = 0
    right: int = 0
    places: int = 0
    """Of the larger of both grids, header and labels counted."""
    same_places: int = 0
    same_shape: int = 0
    claims: int = 0
    recalled: int = 0
    given: int = 0
    """Numbers that ours gives in body cells."""
    wrong: int = 0
    bold_right: int = 0
    boxes: int = 0
    boxes_right: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """Of cells."""
        return 2 * self.right / max(1, self.gold_cells + self.our_cells)

    @property
    def found(self) -> bool:
        """The region is ours too; where the gold has no box, a table with cells stands for it."""
        return self.iou >= FOUND if self.iou is not None else self.our_cells > 0


def candidates(gold: Gold, tables: Iterable[Table]) -> list[Table]:
    """Return our tables that speak for a gold one: those in its box, or where it has none, those of its number."""
    here = [table for table in tables if table.page == gold["page"]]
    if not gold.get("bbox"):
        return [table for table in here if fold(table.number) == fold(str(gold["number"]))]
    box: Box = tuple(gold["bbox"])
    return [t for t in here if iou(t.box, box) >= 0.3 or overlap(t.box, box) > 0.5 * max(1e-9, area(t.box))]


def score_table(name: str, gold: Gold, tables: Sequence[Table]) -> TableScore:
    """Score one gold table against those of our tables that stand in its place (`candidates`)."""
    score = TableScore(name)
    if gold.get("bbox"):
        score.iou = max((iou(table.box, tuple(gold["bbox"])) for table in tables), default=0.0)
    theirs, ours = gold_spots(gold), table_spots(tables)
    _compare_shapes(score, gold, tables)
    _score_cells(score, theirs, ours)
    _score_numbers(score, gold, theirs, ours)
    _score_grid(score, gold, tables)
    return score


def _compare_shapes(score: TableScore, gold: Gold, tables: Sequence[Table]) -> None:
    """Say where header rows or label columns are others than the gold's: that alone can make every path wrong."""
    theirs = (sum("header" in kind for kind in gold["row_kinds"]), gold["header_cols"])
    for table in tables:
        ours = (sum(row.kind is RowKind.HEADER for row in table.rows), table.label_columns)
        if ours != theirs:
            score.misses.append(f"header rows, label columns: gold {theirs}, ours {ours}")


def _score_cells(score: TableScore, theirs: list[Spot], ours: list[Spot]) -> None:
    score.gold_cells, score.our_cells = len(theirs), len(ours)
    pairs = pair(theirs, ours, lambda a, b: a.text == b.text and same_path(a, b), nearness)
    score.right = len(pairs)
    for i, spot in enumerate(theirs):
        if i not in pairs:
            there = [other.shown for other in ours if same_path(spot, other)]
            what = " or ".join(map(repr, there[:3])) or "nothing at that path"
            score.misses.append(f"gold {spot.shown!r} at {spot}: ours {what}")
    used = set(pairs.values())
    score.misses += [f"extra {spot.shown!r} at {spot}" for j, spot in enumerate(ours) if j not in used]


def _score_numbers(score: TableScore, gold: Gold, theirs: list[Spot], ours: list[Spot]) -> None:
    spots = {spot.place: spot for spot in theirs}
    claims = [(claim, spots.get((claim.get("panel") or 0, *claim["cell"]))) for claim in gold.get("claims", ())]
    values = [(value, spot) for spot in ours for value in spot.values]

    def fits(a: tuple[Gold, Spot | None], b: tuple[Value, Spot]) -> bool:
        return same_number(a[0], b[0]) and (a[1] is None or same_path(a[1], b[1]))

    pairs = pair(claims, values, fits, lambda a, b: nearness(a[1], b[1]) if a[1] else 0)
    score.claims, score.recalled = len(claims), len(pairs)
    score.given, score.wrong = len(values), len(values) - len(pairs)
    for i, j in pairs.items():
        agree = bool(claims[i][0]["bold"]) == values[j][0].bold
        score.bold_right += agree
        score.misses += [] if agree else [f"bold of {values[j][1].shown!r} at {values[j][1]} is {values[j][0].bold}"]
    for i, (claim, spot) in enumerate(claims):
        if i not in pairs and ours:
            score.misses.append(f"number {claim['value']} spread {claim['spread']} at {spot}: not recalled")
    for j in sorted(set(range(len(values))) - set(pairs.values())):
        value, spot = values[j]
        score.misses.append(f"wrong number {value.printed!r} spread {value.spread} in {spot.shown!r} at {spot}")


def same_number(claim: Gold, value: Value) -> bool:
    """Tell whether a value has the claim's digits, number and spread."""
    spread = claim["spread"]
    close = math.isclose(value.number, float(claim["value_num"]), rel_tol=1e-9, abs_tol=1e-15)
    if _digits(value.printed) != _digits(claim["value"]) or not close:
        return False
    if spread is None or value.spread is None:
        return spread is None and value.spread is None
    return math.isclose(value.spread, float(re.sub(r"[^\d.eE-]", "", spread)), rel_tol=1e-9, abs_tol=1e-15)


def _digits(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isdigit())


def _score_grid(score: TableScore, gold: Gold, tables: Sequence[Table]) -> None:
    theirs = [[fold(text) for text in row] for row in gold["grid"]]
    ours = [[fold(cell.text) for cell in row.cells] for table in tables for row in table.rows]
    score.places = max(sum(map(len, theirs)), sum(map(len, ours)))
    rows = aligned(theirs, ours)
    columns = aligned(list(zip(*theirs, strict=False)), list(zip(*ours, strict=False)))
    score.same_places = sum(theirs[a][c] == ours[b][d] for a, b in rows for c, d in columns if d < len(ours[b]))
    shapes = [(len(grid), len(grid[0]) if grid else 0) for grid in (theirs, ours)]
    score.same_shape = int(shapes[0] == shapes[1])


def aligned(a: Sequence[Sequence[str]], b: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Return which rows of two grids belong together, in order, so that most words are shared."""
    bags = [Counter(row) for row in b]
    like = [[(Counter(row) & bag).total() + 0.01 for bag in bags] for row in a]
    best = [[0.0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) - 1, -1, -1):
        for j in range(len(b) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + like[i][j])
    pairs, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if best[i][j] == best[i + 1][j + 1] + like[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def score_boxes(score: TableScore, tables: Iterable[Table], glyphs: Sequence[Glyph]) -> None:
    """Count body cells whose box holds just the characters of their text, by the page's own glyphs."""
    for table in tables:
        x0, y0, x1, y1 = table.box
        near = [g for g in glyphs if x0 - 5 <= g[0] <= x1 + 5 and y0 - 5 <= g[1] <= y1 + 5]
        cells = {(cell.row, cell.column): cell for row in table.body for cell in row.cells if cell.text}
        for cell in cells.values():
            score.boxes += 1
            inside = "".join(char for x, y, char in near if cell.box and _within(x, y, cell.box))
            good = letters(inside) == letters(cell.text)
            score.boxes_right += good
            if not good:
                score.misses.append(f"box of {cell.text!r} holds {inside!r}")


def _within(x: float, y: float, box: Box) -> bool:
    return box[0] - 0.1 <= x <= box[2] + 0.1 and box[1] - 0.1 <= y <= box[3] + 0.1


def letters(text: str) -> Counter[str]:
    """Return the characters; hyphens are left out, since those at line ends are healed, and so are loose accents."""
    bare = unicodedata.normalize("NFKD", fold(text))
    return Counter(c for c in bare if c != "-" and not unicodedata.combining(c) and c not in "¨´`ˆ˜ˇ˚")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Which of a paper's table numbers were found, and what was found beside them."""

    found: tuple[str, ...]
    missed: tuple[str, ...]
    invented: tuple[str, ...]


def compare_numbers(tables: Iterable[Table], expected: Iterable[str]) -> Numbers:
    """Compare the numbers of our tables with those of a paper's captions; a number given twice is invented once."""
    left, invented, found = {fold(n): n for n in expected}, [], []
    for table in tables:
        if fold(table.number) in left:
            found.append(left.pop(fold(table.number)))
        else:
            invented.append(f"{table.number or '?'} (page {table.page})")
    return Numbers(tuple(found), tuple(left.values()), tuple(invented))


def total(scores: Iterable[TableScore]) -> TableScore:
    """Return the sum of all counts."""
    whole = TableScore("all")
    for score in scores:
        for name in TableScore.__slots__:
            if isinstance(getattr(whole, name), int):
                setattr(whole, name, getattr(whole, name) + getattr(score, name))
    return whole


def worst_quarter(scores: Sequence[TableScore]) -> float:
    """Return the mean F1 of the quarter of tables (rounded up) with the lowest."""
    lowest = sorted(score.f1 for score in scores)[: math.ceil(len(scores) / 4)]
    return sum(lowest) / max(1, len(lowest))
