"""Reads tables of metrics: CSV and TSV, a column per metric or a name and a value in each row."""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING

from paperlab.disk import sha256_of
from paperlab.errors import BadFile
from paperlab.run_tracker.found import (
    FoundMetric,
    FoundRun,
    bounded_text,
    check_count,
    number,
    seed_in,
    step_name,
    whole,
)

if TYPE_CHECKING:
    from pathlib import Path

_DELIMITERS = ",\t;|"
_NAME_COLUMNS = ("name", "metric", "key", "tag")
_RUN_COLUMNS = ("run", "run_id", "run_name", "run_uuid")

Row = tuple[int, dict[str, str]]
"""A line, 1-based, and its cells by column."""


def read_delimited(path: Path) -> FoundRun:
    """Return the values of a table whose first line names the columns.

    A table with a `value` column beside one called name, metric, key or tag has a value in each row; any other has
    a metric in each column whose first filled cell is a number. Every row's cells are the parameters of its values.
    An empty cell is no value; a cell that is no number, in a metric's column, is NaN with a note. Raises BadFile.
    """
    header, rows = _rows(path)
    found = _Table(path, header)
    small = {name.lower(): name for name in header}
    named = next((small[name] for name in _NAME_COLUMNS if name in small), None)
    if named and "value" in small:
        found.read_long(rows, named, small["value"])
    else:
        found.read_wide(rows)
    return FoundRun(path.name, path, found.sha256, tuple(found.metrics), notes=tuple(found.notes))


class _Table:
    def __init__(self, path: Path, header: list[str]) -> None:
        self.path, self.header, self.sha256 = path, header, sha256_of(path)
        self.step = step_name(header)
        self.run = next((name for name in header if name.lower() in _RUN_COLUMNS), None)
        self.metrics: list[FoundMetric] = []
        self.notes: list[str] = []

    def read_long(self, rows: list[Row], named: str, value: str) -> None:
        for line, cells in rows:
            self._take(line, cells, [(cells[named], cells[value])])

    def read_wide(self, rows: list[Row]) -> None:
        skipped = {self.step, self.run}
        columns = [name for name in self.header if name not in skipped and _holds_numbers(rows, name)]
        for line, cells in rows:
            self._take(line, cells, [(name, cells[name]) for name in columns])

    def _take(self, line: int, cells: dict[str, str], named: list[tuple[str, str]]) -> None:
        """Keep the values of one row, given as name and text."""
        step = whole(cells[self.step]) if self.step else None
        run = cells[self.run] if self.run else self.path.name
        seed = seed_in(cells)
        for name, text in named:
            if text:
                value = self._number(line, name, text)
                found = FoundMetric(name, value, step, self.path, line, self.sha256, run, cells, seed)
                self.metrics.append(found)
        check_count(self.path, len(self.metrics), line)

    def _number(self, line: int, name: str, text: str) -> float:
        value = number(text)
        if value is None:
            self.notes.append(f"{self.path.name}:{line}: {text[:40]!r} for {name} is not a number")
            return math.nan
        return value


def _rows(path: Path) -> tuple[list[str], list[Row]]:
    text = bounded_text(path)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(path, text), strict=True)
    rows: list[Row] = []
    header: list[str] = []
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if not header:
                header = _checked_header(path, stripped, reader.line_num)
            elif any(stripped):
                rows.append((reader.line_num, _by_column(path, header, stripped, reader.line_num)))
    except csv.Error as error:
        raise BadFile(path, reader.line_num, f"not a table: {error}") from error
    if not header:
        raise BadFile(path, None, "is empty: the first line must name the columns")
    return header, rows


def _delimiter(path: Path, text: str) -> str:
    if path.suffix.lower() == ".tsv":
        return "\t"
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _checked_header(path: Path, cells: list[str], line: int) -> list[str]:
    if not any(cells):
        return []
    if not cells[0]:  # what pandas writes above its row numbers
        cells = ["index", *cells[1:]]
    seen: set[str] = set()
    for at, cell in enumerate(cells, 1):
        if not cell or cell in seen:
            raise BadFile(path, line, f"column {at} has {'no name' if not cell else f'the name {cell!r} again'}")
        seen.add(cell)
    if all(number(cell) is not None for cell in cells):
        raise BadFile(path, line, "has numbers only: the first line must name the columns")
    return cells


def _by_column(path: Path, header: list[str], cells: list[str], line: int) -> dict[str, str]:
    if len(cells) != len(header):
        raise BadFile(path, line, f"has {len(cells)} cells, the first line names {len(header)} columns")
    return dict(zip(header, cells, strict=True))


def _holds_numbers(rows: list[Row], column: str) -> bool:
    first = next((cells[column] for _line, cells in rows if cells[column]), "")
    return number(first) is not None
