"""Finds the cell of a table that a question asks for. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from paperlab.abbreviations import singular
from paperlab.queries import STOP_WORDS
from paperlab.table_labels import cell_text, column_labels, is_first_place, row_labels, rows_above
from paperlab.text import fold
from paperlab.types import RowKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from paperlab.types import Cell, Table, TableRow

_CITED = re.compile(r"\[[\d,;\s–-]+\]|\([^()]*\b(?:19|20)\d\d[a-z]?\b[^()]*\)")
"""Citations in a label: they name no row."""
_SCRIPT = re.compile(r"[_^]")
_TOKEN = re.compile(r"\d+(?:\.\d+)+[a-zA-Z]?\b|[^\W_]+|\++")
_UNITS = {
    "%": "percent",
    "ms": "milliseconds",
    "s": "seconds",
    "h": "hours",
    "GB": "gigabytes",
    "MB": "megabytes",
    "M": "million",
    "B": "billion",
    "K": "thousand",
    "T": "trillion",
}
_LANGUAGES = dict(
    pair.split("=")
    for pair in "de=german fr=french es=spanish zh=chinese ja=japanese cs=czech ro=romanian pt=portuguese nl=dutch "
    "tr=turkish ko=korean hi=hindi".split()
)
"""ISO 639-1 codes that are no beginning of the English name; translation tables are headed by them."""

_CAPTION, _ABOUT = 0.6, 0.35
"""What a word of the question counts where it stands in the caption, or in the paper's title, instead of in a label."""
_ROW_EXTRA, _COLUMN_EXTRA = 0.45, 0.25
"""What a word of a label takes away that the question does not have."""
_OTHER_ROW = 0.15
"""What it takes away that another row's labels have more of the question, while these have words beyond it."""
_SHORTENED, _PART = 0.8, 0.6
"""What a word counts that the label shortens (`acc.`, `PPL`, `WER`), and one that the label has the end of."""


_MOST_CELLS = 8
"""Of a row that is told whole."""


@dataclass(frozen=True, slots=True)
class CellMatch:
    """A cell that a question may ask for."""

    table: Table
    row: int
    """In `table.rows`."""
    column: int
    score: float
    """The share of the question's weight that labels and caption cover, less what they say beyond it; at most 1."""
    row_share: float
    """The share that the row's own labels cover."""
    column_share: float

    @property
    def cell(self) -> Cell:
        """The cell."""
        return self.table.rows[self.row].cells[self.column]

    setup: tuple[str, ...] = ()
    """Settings in other cells of the row that the question names: `# layers 34`."""

    says_what: bool = True
    """Labels, unit or caption have what the question counts, if it says what."""

    @property
    def label_cells(self) -> list[Cell]:
        """The cells above it that name its column, and the section row that names its group."""
        above = list(rows_above(self.table, self.row))
        group = [row.cells[0] for row in above if row.kind is RowKind.GROUP][:1]
        heads = [row.cells[self.column] for row in above if row.kind is RowKind.HEADER]
        return [cell for cell in dict.fromkeys([*group, *heads]) if cell.box]

    @property
    def row_label(self) -> str:
        """What names its row, outermost first; settings last where they tell it from a row of the same name."""
        return " › ".join([*row_labels(self.table, self.row), *self.setup])

    @property
    def column_label(self) -> str:
        """What names its column, likewise."""
        return " › ".join(column_labels(self.table, self.row, self.column))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the labels of tables are held against it."""

    words: tuple[str, ...]
    """Its words in order, folded, those that tell nothing among them: initials are made of all."""
    weights: dict[str, float]
    """Of the telling ones; what is not in it weighs nothing."""

    counted: str = ""
    """What the number is of, empty where that is not said."""

    @property
    def whole(self) -> float:
        """The weight of all."""
        return sum(self.weights.values()) or 1.0


def asked(text: str, telling: Sequence[str], weigh: Callable[[str], float], counted: str = "") -> Asked:
    """Return a question's words with their weights; `weigh` gives how much a word tells apart.

    `counted` is what the number is of, where the question says so.
    """
    words = tuple(_tokens(text))
    weights = {singular(word): weigh(word) for word in telling}
    marks = max(weights.values(), default=1.0)
    told = {word: weights.get(word, marks) for word in words if word in weights or not word.isalpha()}
    return Asked(words, told, singular(counted))


def best_cells(question: Asked, table: Table, about: str, limit: int = 3) -> list[CellMatch]:
    """Return the cells with numbers that fit best, best first. `about` is the title of the paper."""
    labels = _Labels(question, table, about)
    found = [
        labels.match(i, j)
        for i, row in enumerate(table.rows)
        if row.kind is RowKind.DATA
        for j, cell in enumerate(row.cells)
        if j >= table.label_columns and _is_asked_for(cell, question) and is_first_place(table, i, j)
    ]
    asked_for = (match for match in found if match.column not in labels.settings)
    return sorted(asked_for, key=lambda match: -match.score)[:limit]


def told_row(tables: Iterable[Table], text: str) -> str:
    """Return the row of a table that prints `text`, each cell with the name of its column; empty where none does.

    A row alone says numbers and not what they count.
    """
    wanted = _letters(text)
    for table in tables:
        for i, row in enumerate(table.rows):
            if row.kind is RowKind.DATA and _letters(" ".join(_once(row))) == wanted:
                return _told(table, i)
    return ""


def _told(table: Table, i: int) -> str:
    row = table.rows[i]
    named = [
        f"{label} {cell_text(cell)}".strip()
        for j, cell in enumerate(row.cells)
        if j >= table.label_columns and cell_text(cell) and _is_first_column(row, j)
        for label in [" › ".join(column_labels(table, i, j))]
    ][:_MOST_CELLS]
    return f"{' › '.join(row_labels(table, i))}: {', '.join(named)}"


def _once(row: TableRow) -> list[str]:
    return [cell_text(cell) for j, cell in enumerate(row.cells) if _is_first_column(row, j)]


def _is_first_column(row: TableRow, j: int) -> bool:
    return j == 0 or row.cells[j].columns == 1 or row.cells[j - 1] != row.cells[j]


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


class _Labels:
    """One table's labels held against one question."""

    def __init__(self, question: Asked, table: Table, about: str) -> None:
        self._question = question
        self._table = table
        self._covers: dict[str, tuple[dict[str, float], float]] = {}
        self._rows: dict[int, tuple[dict[str, float], float, tuple[str, ...]]] = {}
        self.settings: set[int] = set()
        """Columns of settings that the question gives, once its rows were matched: no cell of theirs is asked for."""
        caption, _ = self._cover(table.caption)
        title, _ = self._cover(about)
        about_it = {word: _ABOUT * share for word, share in title.items()}
        self._caption = caption
        around = self._best(about_it, {word: _CAPTION * share for word, share in caption.items()})
        named = self._named()
        # What names a row or a column of this very table counts for no other.
        self._around = {word: share for word, share in around.items() if word not in named}

    @cached_property
    def _best_row(self) -> float:
        """The most of the question that any row's own labels have, with a number in it or not."""
        rows = (i for i, row in enumerate(self._table.rows) if row.kind is RowKind.DATA)
        return max((self._weight(self._joined(row_labels(self._table, i))[0]) for i in rows), default=0.0)

    def _named(self) -> set[str]:
        """Return the question's words that are labels of some row or column."""
        table = self._table
        rows = [row.cells if row.kind is not RowKind.DATA else row.cells[: table.label_columns] for row in table.rows]
        labels = {cell_text(cell) for cells in rows for cell in cells}
        return {word for label in labels for word, share in self._cover(label)[0].items() if share >= _SHORTENED}

    def match(self, i: int, j: int) -> CellMatch:
        """Return how a cell fits."""
        if i not in self._rows:
            row, extra = self._joined(row_labels(self._table, i))
            setup = self._setup(i)
            self._rows[i] = self._best(row, *setup.values()), extra, tuple(setup)
        row, row_extra, settings = self._rows[i]
        column, column_extra = self._joined([*column_labels(self._table, i, j), *_units(self._table.rows[i].cells[j])])
        covered = self._best(self._around, row, column)
        score = self._weight(covered) - _ROW_EXTRA * row_extra - _COLUMN_EXTRA * column_extra
        whole = self._question.whole
        shares = self._weight(row) / whole, self._weight(column) / whole
        if row_extra and self._weight(row) < self._best_row:
            score -= _OTHER_ROW * whole
        counted = not self._question.counted or self._question.counted in (row | column | self._caption)
        return CellMatch(self._table, i, j, score / whole, *shares, settings, says_what=counted)

    def _setup(self, i: int) -> dict[str, dict[str, float]]:
        """Return what the settings in a row say, by setting: rows of equal names are told apart by them."""
        found: dict[str, dict[str, float]] = {}
        for j, cell in enumerate(self._table.rows[i].cells):
            if j < self._table.label_columns or not cell.text:
                continue
            told, _ = self._cover(cell.text)
            labels = column_labels(self._table, i, j)
            header, _ = self._joined(labels)
            # A digit alone proves nothing: its column must be named, too, or no other row may have it.
            if told and (header or any(len(word) > 2 for word in told) or self._is_only(i, j)):
                self.settings.add(j)
                setting = f"{' '.join(labels)} {cell_text(cell)}".strip()
                found[setting] = {word: _SHORTENED * share for word, share in (told | header).items()}
        return found

    def _is_only(self, i: int, j: int) -> bool:
        """Tell a cell whose text no other row of the same labels has in its column."""
        rows, labels = self._table.rows, row_labels(self._table, i)
        alike = [row for k, row in enumerate(rows) if row.kind is RowKind.DATA and row_labels(self._table, k) == labels]
        return sum(row.cells[j].text == rows[i].cells[j].text for row in alike) == 1 < len(alike)

    @staticmethod
    def _best(*covers: dict[str, float]) -> dict[str, float]:
        best: dict[str, float] = {}
        for cover in covers:
            for word, share in cover.items():
                if share > best.get(word, 0.0):
                    best[word] = share
        return best

    def _joined(self, labels: Sequence[str]) -> tuple[dict[str, float], float]:
        told = [self._cover(label) for label in labels]
        return self._best(*(words for words, _ in told)), sum(extra for _, extra in told)

    def _cover(self, label: str) -> tuple[dict[str, float], float]:
        if label not in self._covers:
            self._covers[label] = _covered(self._question, label)
        return self._covers[label]

    def _weight(self, covered: dict[str, float]) -> float:
        return sum(share * self._question.weights.get(word, 0.0) for word, share in covered.items())


def _covered(question: Asked, label: str) -> tuple[dict[str, float], float]:
    """Return the question's words that a label has, each with its share, and the weight of what it says beyond them."""
    covered: dict[str, float] = {}
    extra = 0.0
    mean = question.whole / max(1, len(question.weights))
    for token in _tokens(label):
        found = dict(_meant(token, question.words))
        for word, share in found.items():
            covered[word] = max(covered.get(word, 0.0), share)
        if not found and not token.isdigit():
            extra += mean * min(1.0, len(token) / 4)
        elif not found:
            extra += mean * 0.5
    return covered, extra


def _tokens(text: str) -> list[str]:
    """Return the words of a text, folded; a decimal number is one, and so is the `++` of a name."""
    plain = _SCRIPT.sub(" ", _CITED.sub(" ", text))
    return [
        singular(word)
        for part in _TOKEN.findall(plain)
        for word in ([part] if part[0] in "+0123456789" else fold(part).split())
    ]


def _units(cell: Cell) -> list[str]:
    return [_UNITS.get(value.unit, value.unit) for value in cell.values if value.unit]


def _meant(token: str, words: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Yield the words of the question that a label's word stands for."""
    if token in words:
        yield token, 1.0
        return
    if 2 <= len(token) <= 5 and token.isalpha() and token not in STOP_WORDS:
        for first in range(len(words) - len(token) + 1):
            run = words[first : first + len(token)]
            if all(word[0] == letter for word, letter in zip(run, token, strict=True)):
                yield from ((word, _SHORTENED) for word in run)
                return
    whole = _LANGUAGES.get(token)
    for word in words:
        if word == whole or _shortens(token, word) or _shortens(word, token):
            yield word, _SHORTENED
        elif len(token) > 4 and len(word) > len(token) + 2 and word.endswith(token):
            yield word, _PART


def _shortens(short: str, long: str) -> bool:
    """Tell whether a word is a longer one without its end, or without letters in the middle: `acc`, `ppl`, `adpt`."""
    if len(short) < 2 or len(short) >= len(long) or not long.isalpha() or short[0] != long[0]:
        return False
    if long.startswith(short):
        return len(short) >= 3 or (len(short) == 2 and len(long) >= 6)
    if not 3 <= len(short) <= 6 or not short.isalpha() or short[1] in "aeiou":
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)


def _is_asked_for(cell: Cell, question: Asked) -> bool:
    """Tell a cell with a number that the question does not give itself."""
    return bool(cell.values) and cell.values[0].printed not in question.words
