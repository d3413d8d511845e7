r"""The body of a `tabular` as a grid of cells, with what its rules say of its rows. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import islice, repeat

from paperlab.latex.limits import CELL_STEPS, spend
from paperlab.latex.render import Printed, printed
from paperlab.latex.tokens import (
    Tokens,
    argument,
    environment_end,
    environment_name,
    group_end,
    option,
    skip_arguments,
)

_WIDEST = 200
_LONGEST = 5000
_LONGEST_STYLE = 10_000
"""Tokens of a column specification with its repetitions written out."""
_LONGEST_SPACE = 12
"""Tokens of the space asked for behind a row, with its brackets."""
# Arguments of tabular-like environments; the last mandatory one is the column specification.
GRIDS = {
    "tabular": "om", "tabular*": "mom", "tabularx": "mom", "tabulary": "mom", "longtable": "om", "longtable*": "om",
    "tabu": "om", "longtabu": "om", "xltabular": "omm", "supertabular": "m", "NiceTabular": "om", "array": "om",
    "tabu*": "om", "supertabular*": "mm", "mpxtabular": "m", "xtabular": "m",
}  # fmt: skip
_FULL_RULES = {
    "hline": "", "toprule": "o", "midrule": "o", "bottomrule": "o", "specialrule": "mmm", "hdashline": "o",
    "Xhline": "m", "hhline": "m", "thickhline": "", "Hline": "", "Xhline2": "", "hlineB": "m", "thinhline": "",
    "heavyrule": "", "tophline": "", "middlehline": "", "bottomhline": "", "dashmidrule": "",
}  # fmt: skip
_BETWEEN_ROWS = {
    "cline": "m", "cmidrule": "opm", "addlinespace": "o", "noalign": "m", "cdashline": "m", "morecmidrules": "",
    "arrayrulecolor": "om", "rowcolor": "omoo", "rowfont": "m", "label": "m", "caption": "som", "tabucline": "om",
    "cdashlinelr": "m", "dashedline": "", "toprulec": "", "cmidrulec": "m", "hiderowcolors": "", "showrowcolors": "",
    "pagebreak": "o", "nopagebreak": "o", "rowstyle": "m", "cellcolors": "",
}  # fmt: skip
_PART_RULES = frozenset(["cline", "cmidrule", "cdashline", "tabucline", "cdashlinelr", "cmidrulec"])
_LONG_PARTS = ("endfirsthead", "endhead", "endfoot", "endlastfoot")
_ROW_ENDS = (r"\\", r"\tabularnewline", r"\cr")
_SPANNING = ("multirow", "multirowcell", "multirowthead", "multicolumn")


@dataclass(slots=True)
class Draft:
    """A cell before its place is settled; rows below 0 span upwards."""

    content: Printed
    rows: int = 1
    columns: int = 1

    @property
    def text(self) -> str:
        """What it prints."""
        return self.content.text


@dataclass(slots=True)
class Row:
    """One row: the draft at each column, the same one wherever it covers."""

    cells: list[Draft]
    ruled: bool = False
    """A full rule stands above it."""
    part_ruled: bool = False
    """A rule over some columns stands above it."""
    heads_long_table: bool = False


@dataclass(slots=True)
class Grid:
    """Rows of equal length, whether a full rule closes them, and what was not understood."""

    rows: list[Row] = field(default_factory=list)
    ruled_below: bool = False
    unknown: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    @property
    def width(self) -> int:
        """Columns."""
        return len(self.rows[0].cells) if self.rows else 0


@dataclass(slots=True)
class _Cut:
    """Rows as cut from the tokens."""

    rows: list[tuple[list[Tokens], bool, bool]] = field(default_factory=list)
    cells: list[Tokens] = field(default_factory=lambda: [[]])
    ruled: bool = False
    part_ruled: bool = False
    heads: int = 0

    def end_row(self) -> None:
        if len(self.cells) > 1 or any(item != " " for item in self.cells[0]):
            self.rows.append((self.cells, self.ruled, self.part_ruled))
            self.ruled = self.part_ruled = False
        self.cells = [[]]


def read_grid(environment: str, tokens: Tokens) -> Grid:
    r"""Return the grid of an environment of `GRIDS`, given the tokens between its `\begin{x}` and its `\end`.

    All-blank rows and columns, which only make space, are left out. At most 200 columns and 5,000 rows are read.
    """
    kinds = GRIDS[environment]
    start = skip_arguments(tokens, 0, kinds[:-1])
    specification, start = argument(tokens, start)
    body = tokens[start:]
    cut = _cut(body)
    styles = column_styles(specification)
    rows = [Row(_drafts(cells, styles), *ruled) for cells, *ruled in cut.rows[:_LONGEST]]
    for row in rows[: cut.heads]:
        row.heads_long_table = True
    grid = Grid(rows, cut.ruled)
    _place(grid)
    return _without_blanks(grid)


def column_styles(specification: Tokens) -> list[Tokens]:
    r"""Return, for each column, what `>{...}` puts before its cells; the length is the number of columns.

    `*{3}{c}` is repeated; rules, `@{}` and `!{}` are no columns; unknown letters count as columns.
    """
    found: list[Tokens] = []
    before: Tokens = []
    tokens, at = [item[:_LONGEST_STYLE] for item in specification[:_LONGEST_STYLE]], 0
    for _ in range(_LONGEST_STYLE):
        if at >= len(tokens) or len(found) >= _WIDEST:
            break
        letter, at = argument(tokens, at)
        sign = letter[0] if len(letter) == 1 else ""
        if sign == "*":
            times, at = argument(tokens, at)
            what, at = argument(tokens, at)
            tokens[at:at] = what * min(_times(times), max(0, _LONGEST_STYLE - len(tokens)) // max(1, len(what)))
        elif sign == ">":
            before, at = argument(tokens, at)
        elif sign in ("@", "!", "<"):
            at = argument(tokens, at)[1]
        elif sign and sign not in "|:;[]{}" and sign[0] != "\\":
            found.append(before)
            before = []
            at = skip_arguments(tokens, at, "o")
            at = group_end(tokens, at) if tokens[at : at + 1] == ["{"] else at
        elif not letter:
            at += 1
    return found


def _times(tokens: Tokens) -> int:
    count = "".join(tokens).strip()
    return min(int(count[-9:]), _WIDEST) if count.isdecimal() else 1


def _cut(tokens: Tokens) -> _Cut:
    """Cut the body at row ends and `&` that stand in no group and no inner environment."""
    cut = _Cut()
    at = 0
    while at < len(tokens):
        item = tokens[at]
        name = item[1:] if item[0] == "\\" else ""
        end = at + 1
        if item == "{":
            end = group_end(tokens, at)
        elif item == r"\begin":
            end = environment_end(tokens, at)[1]
        if item == "&":
            cut.cells.append([])
        elif item in _ROW_ENDS:
            end = _row_end(tokens, end)
            cut.end_row()
        elif name in _FULL_RULES or name in _BETWEEN_ROWS:
            end = skip_arguments(tokens, end, _FULL_RULES.get(name, _BETWEEN_ROWS.get(name, "")))
            cut.ruled |= name in _FULL_RULES
            cut.part_ruled |= name in _PART_RULES
        elif name in _LONG_PARTS:
            _end_part(cut, name)
        else:
            cut.cells[-1] += tokens[at:end]
        at = end
    cut.end_row()
    return cut


def _row_end(tokens: Tokens, at: int) -> int:
    r"""Pass over `*` and the space to add behind `\\`; `[` further on begins the next row's first cell."""
    at += tokens[at : at + 1] == ["*"]
    given, length = option(tokens[at : at + _LONGEST_SPACE], 0)
    is_length = given is not None and re.fullmatch(r"[\s+-]*[\d.]*\s*(?:[a-z]{2}|\\[a-z]+)\s*", "".join(given))
    return at + length if is_length else at


def _end_part(cut: _Cut, name: str) -> None:
    """Keep the first head of a long table, and drop the heads and feet that are printed again on each page."""
    cut.end_row()
    if name == "endfirsthead" or (name == "endhead" and not cut.heads):
        cut.heads = len(cut.rows)
        cut.ruled = True
    else:
        del cut.rows[cut.heads :]


def _drafts(cells: list[Tokens], styles: list[Tokens]) -> list[Draft]:
    drafts: list[Draft] = []
    column = 0
    for cell in cells[:_WIDEST]:
        drafts.append(_draft(cell, styles, column))
        column += drafts[-1].columns
    return drafts


def _draft(tokens: Tokens, styles: list[Tokens], column: int) -> Draft:
    """Return a cell with the spans its commands ask for and what it prints."""
    rows = columns = 1
    inner = list(tokens)
    for _ in range(3):
        found = _spanning(inner)
        if found is None:
            break
        name, count, inner = found
        rows, columns = (rows, count) if name == "multicolumn" else (count, columns)
    before = styles[column] if column < len(styles) and columns == 1 else []
    return Draft(printed([*before, *inner]), rows or 1, max(1, min(columns, _WIDEST)))


def _spanning(tokens: Tokens) -> tuple[str, int, Tokens] | None:
    """Return the command by which a cell spans, over how many, and the cell's tokens without it."""
    at = next((i for i, item in enumerate(tokens) if item[0] == "\\" and item[1:] in _SPANNING), None)
    if at is None or r"\begin" in tokens[:at]:
        return None
    name = tokens[at][1:]
    end = skip_arguments(tokens, at + 1, "o" if name != "multicolumn" else "")
    number, end = argument(tokens, end)
    end = skip_arguments(tokens, end, {"multirow": "omo", "multicolumn": "m"}.get(name, "o"))
    content, end = argument(tokens, end)
    found = re.fullmatch(r"\s*(-?\d{1,4})(?:\.\d+)?\s*", "".join(number))
    count = int(found[1]) if found else 1
    return name, count, [*tokens[:at], "{", *content, "}", *tokens[end:]]


def _place(grid: Grid) -> None:
    """Repeat spanning cells in each place they cover, and make all rows equally long."""
    for row in grid.rows:
        for cell in row.cells:
            grid.unknown |= cell.content.unknown
            grid.lost |= cell.content.lost
        places = (place for cell in row.cells for place in repeat(cell, cell.columns))
        row.cells = list(islice(places, _WIDEST))
    width = max((len(row.cells) for row in grid.rows), default=0)
    for row in grid.rows:
        spend(width * CELL_STEPS)
        row.cells += [Draft(Printed()) for _ in range(width - len(row.cells))]
    for at, row in enumerate(grid.rows):
        for column, cell in enumerate(row.cells):
            if cell.rows not in (0, 1) and (column == 0 or row.cells[column - 1] is not cell):
                _spread(grid, at, column, cell)


def _spread(grid: Grid, at: int, column: int, cell: Draft) -> None:
    """Copy a cell into the blank places below (or above) it; the first place that is not blank ends it."""
    step = 1 if cell.rows > 0 else -1
    rows, cell.rows = abs(cell.rows), 1
    places = range(column, min(column + cell.columns, grid.width))
    for i in range(at + step, at + step * rows, step):
        spend(len(places))
        if not 0 <= i < len(grid.rows) or any(grid.rows[i].cells[c].text for c in places):
            return
        for c in places:
            grid.rows[i].cells[c] = cell


def _without_blanks(grid: Grid) -> Grid:
    """Return the grid without rows and columns that hold no text of their own."""
    rows: list[Row] = []
    ruled = part_ruled = False
    for row in grid.rows:
        ruled, part_ruled = ruled or row.ruled, part_ruled or row.part_ruled
        if any(cell.text for cell in row.cells):
            rows.append(replace(row, ruled=ruled, part_ruled=part_ruled))
            ruled = part_ruled = False
    columns = [c for c in range(grid.width) if _has_text_of_its_own(rows, c)]
    for row in rows:
        row.cells = [row.cells[c] for c in columns]
    return Grid(rows, grid.ruled_below or ruled, grid.unknown, grid.lost)


def _has_text_of_its_own(rows: list[Row], column: int) -> bool:
    return any(row.cells[column].text and row.cells[column].columns == 1 for row in rows) or (
        # Columns that only spanning cells cover: keep the first of them.
        any(row.cells[column].text for row in rows)
        and all(column == 0 or row.cells[column - 1] is not row.cells[column] for row in rows if row.cells[column].text)
    )


def layout_grids(tokens: Tokens) -> list[tuple[str, Tokens]]:
    """Return the grids inside a `tabular` that only sets them side by side; none where it is a table itself."""
    inner: list[tuple[str, Tokens]] = []
    at = 0
    while at < len(tokens):
        if tokens[at] == r"\begin":
            name, start = environment_name(tokens, at)
            if name in GRIDS and name != "array":
                end, behind = environment_end(tokens, at)
                inner.append((name, tokens[start:end]))
                at = behind
                continue
        at += 1
    tables = [one for one in inner if (grid := read_grid(*one)).width > 1 and len(grid.rows) > 1]
    return tables if tables and len(tables) == len(inner) else []
