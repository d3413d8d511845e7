"""Tables read from the PDF held against those of the LaTeX source. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from paperlab.text import fold

if TYPE_CHECKING:
    from paperlab.types import Table

_ALIKE_SIGNS = {
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-"),
    **dict.fromkeys(map(ord, "‘’′`"), "'"),
    **dict.fromkeys(map(ord, "“”″"), '"'),
    **dict(zip(map(ord, "∆∼ϵϕµ"), "Δ~εφμ", strict=True)),
}
_CITED = re.compile(
    r"\[(?:\?|[0-9]+(?:[,–-] ?[0-9]+)*|[A-Za-z+]{2,8}[0-9]{2}[a-z]?)\]"
    r"|\((?P<names>[^()]*)(?:19|20)[0-9]{2}[a-z]?\)|\?(?= |$)"
)
_NAMES = re.compile(r"[A-Z]")
_MARKS = re.compile(r"[\s_^{}*†‡§¶∥·⋅∙•×⋆★]+")
_ALIKE = 0.5
"""Captions at least this alike (0 to 1) may be of the same table."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where two readings of a table differ, in the PDF's grid, or in the LaTeX one's where the PDF lacks it."""

    row: int
    column: int
    pdf: str
    latex: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two readings of a table agree; `cells` counts places where either has text."""

    cells: int
    agreeing: int
    differences: tuple[Difference, ...] = ()

    @property
    def share(self) -> float:
        """Agreeing cells of all, 1 where both are empty."""
        return self.agreeing / self.cells if self.cells else 1.0


def compare_tables(from_pdf: Table, from_latex: Table) -> Agreement:
    """Return how far the cells of a PDF's table agree with those of its source.

    Case, white space, dashes, marks and citations do not count. Rows and columns that only one of the two has are
    found by their content; their cells disagree.
    """
    pdf, latex = _texts(from_pdf), _texts(from_latex)
    rows = _aligned([Counter(row) for row in pdf], [Counter(row) for row in latex])
    columns = _aligned(_columns(pdf, [p for p, q in rows if q >= 0]), _columns(latex, [q for p, q in rows if p >= 0]))
    cells = agreeing = 0
    differences: list[Difference] = []
    for p, q in rows:
        for c, d in columns:
            ours, theirs = _at(pdf, p, c), _at(latex, q, d)
            if not ours and not theirs:
                continue
            cells += 1
            agreeing += ours == theirs
            if ours != theirs:
                differences.append(_difference(from_pdf, from_latex, (p, c), (q, d)))
    return Agreement(cells, agreeing, tuple(differences))


def _texts(table: Table) -> list[list[str]]:
    return [[_folded(cell.text) for cell in row.cells] for row in table.rows]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", _CITED.sub(_without, text)).translate(_ALIKE_SIGNS)
    return _MARKS.sub("", plain).casefold()


def _without(match: re.Match[str]) -> str:
    """Leave out a citation; a year in parentheses is one where names stand before it, or nothing."""
    names = match["names"]
    is_cited = not names or (names.endswith(" ") and _NAMES.search(names))
    return "" if is_cited else match[0]


def _columns(texts: list[list[str]], rows: list[int]) -> list[Counter[str]]:
    width = len(texts[0]) if texts else 0
    return [Counter(texts[row][column] for row in rows) for column in range(width)]


def _at(texts: list[list[str]], row: int, column: int) -> str:
    return texts[row][column] if row >= 0 and column >= 0 else ""


def _difference(from_pdf: Table, from_latex: Table, ours: tuple[int, int], theirs: tuple[int, int]) -> Difference:
    row, column = (a if a >= 0 else b for a, b in zip(ours, theirs, strict=True))
    return Difference(row, column, _printed(from_pdf, *ours), _printed(from_latex, *theirs))


def _printed(table: Table, row: int, column: int) -> str:
    return table.rows[row].cells[column].text if row >= 0 and column >= 0 else ""


def _aligned(ours: list[Counter[str]], theirs: list[Counter[str]]) -> list[tuple[int, int]]:
    """Return pairs of positions in order, -1 where one side has no partner, with the most content in common."""
    best = [[0.0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    gain = [[_alike(a, b) for b in theirs] for a in ours]
    for i in range(len(ours) - 1, -1, -1):
        for j in range(len(theirs) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + gain[i][j])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        if best[i][j] == best[i + 1][j + 1] + gain[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((i, -1))
            i += 1
        else:
            pairs.append((-1, j))
            j += 1
    return [*pairs, *((k, -1) for k in range(i, len(ours))), *((-1, k) for k in range(j, len(theirs)))]


def _alike(a: Counter[str], b: Counter[str]) -> float:
    """Return the share of text in common, a little for blanks in common and for any pair at all."""
    common = a & b
    words = sum(n for text, n in common.items() if text)
    largest = max(sum(n for text, n in side.items() if text) for side in (a, b))
    return 0.01 + (words / largest if largest else 0.5) + 0.001 * common[""]


def match_tables(pdf_tables: list[Table], latex_tables: list[Table]) -> list[tuple[Table, Table]]:
    """Return pairs of the same table, in the order of the PDF's: captions alike first, equal numbers as a help.

    A table without caption pairs by number alone. Each table stands in one pair at most.
    """
    scored = sorted(
        ((_same(p, q), -i, -j) for i, p in enumerate(pdf_tables) for j, q in enumerate(latex_tables)), reverse=True
    )
    pairs: dict[int, int] = {}
    for score, i, j in scored:
        if score >= _ALIKE and -i not in pairs and -j not in pairs.values():
            pairs[-i] = -j
    return [(pdf_tables[i], latex_tables[j]) for i, j in sorted(pairs.items())]


def _same(a: Table, b: Table) -> float:
    ours, theirs = _caption(a), _caption(b)
    number = 0.2 * (bool(a.number) and a.number == b.number)
    if not ours or not theirs:
        return number and 0.5
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    # The quick ratios are never below the true one: most pairs are told apart by them.
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) + number < _ALIKE:
        return 0.0
    return matcher.ratio() + number


def _caption(table: Table) -> str:
    words = re.sub(r"^\s*tab(?:le|\.)\s*[A-Z]?[.\dIVXivx]+\s*[.:|—–-]?", "", table.caption, flags=re.IGNORECASE)
    return fold(words)[:300]
