"""Rows of a table told from running text, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.pdf.tables.sheet import Sheet
    from paperlab.pdf.tables.words import PrintedLine, Word

_WORD_GAP = 1.1
"""Of the type size: wider gaps part the runs of a line."""


def runs_of(line: PrintedLine, gap: float = _WORD_GAP) -> list[list[Word]]:
    """Return a line's words parted where the gap is wider than `gap` times the type size."""
    runs: list[list[Word]] = []
    for word in line.words:
        if runs and word.x0 - runs[-1][-1].x1 < gap * max(word.size, runs[-1][-1].size):
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def table_like(sheet: Sheet, lines: Sequence[PrintedLine]) -> bool:
    """Tell whether most lines have two or more runs with wide gaps between."""
    if not lines or has_prose(sheet, lines):
        return False
    return sum(len(runs_of(line)) >= 2 for line in lines) >= 0.6 * len(lines)


def has_prose(sheet: Sheet, lines: Iterable[PrintedLine], patience: int = 2) -> bool:
    """Tell whether `patience` lines one after another are running text."""
    streak = 0
    for line in lines:
        streak = streak + 1 if is_prose(sheet, line) else 0
        if streak >= patience:
            return True
    return False


def is_prose(sheet: Sheet, line: PrintedLine) -> bool:
    """Tell whether a line is running text: words that fill a text column from its left edge on."""
    for run in runs_of(line, 0.9):
        x0, x1 = run[0].x0, run[-1].x1
        column = next((c for c in sheet.columns if c[0] - 12 <= x0 <= c[0] + 30 and x1 <= c[1] + 12), None)
        letters = sum(c.isalpha() for w in run for c in w.text)
        wordy = len(run) >= 6 and letters > 0.6 * sum(len(w.text) for w in run)
        if column and wordy and x1 - x0 > 0.8 * (column[1] - column[0]):
            return True
    return False
