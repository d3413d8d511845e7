"""Claims: results that a paper reports, each with the place it was read at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from paperlab.types.boxes import Box


class ClaimRole(StrEnum):
    """What a number of a paper is."""

    RESULT = "result"
    SETUP = "setup"
    """A size, a cost or a setting: parameters, depth, steps, hours."""


class Direction(StrEnum):
    """Which way a metric is better."""

    HIGHER = "higher"
    LOWER = "lower"
    UNKNOWN = ""


class SpreadMeaning(StrEnum):
    """What a printed spread measures; `SpreadKind` says how it is printed."""

    SD = "sd"
    SE = "se"
    CI95 = "ci95"
    """Half the width of a 95 % confidence interval."""
    RANGE = "range"
    """Half the distance from least to most."""
    UNKNOWN = "unknown"


class Selection(StrEnum):
    """Which of the paper's runs a number stands for."""

    SINGLE = "single"
    MEAN = "mean"
    MEDIAN = "median"
    BEST = "best"
    """The best of `n` runs."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CellAt:
    """The place of a table's cell, 0-based in the table's grid, header rows counted."""

    table: str
    """The table's number as printed."""
    row: int
    column: int
    row_label: str
    """What names its row, outermost first, joined by ` › `."""
    column_label: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One number that a paper reports, out of a table's cell or a sentence."""

    id: str
    """`T6.r4.c3` (table 6, row 4, column 3; `.2` behind it for a second number of the cell), `S12.1` for the first
    number of the 13th sentence that reports one. Stable while PDF and extractor stay."""
    key: str
    role: ClaimRole
    method: str
    dataset: str
    split: str
    metric: str
    direction: Direction
    printed: str
    """The value's digits as printed, without unit and spread."""
    value: float
    page: int
    box: Box
    """Around the cell, or around the sentence's first line."""
    sha256: str
    """Of the PDF."""
    spread_printed: str = ""
    spread: float | None = None
    spread_meaning: SpreadMeaning | None = None
    """None where no spread is printed."""
    unit: str = ""
    decimals: int = 0
    """After the point, as printed; the last digit's place is 10^-decimals, in the printed unit."""
    selection: Selection = Selection.UNKNOWN
    n: int | None = None
    """Runs that the value stands for, where the paper says so."""
    setting: str = ""
    """What else tells the row from others: `# layers = 20`."""
    bold: bool = False
    own: bool = False
    """Of the paper's own method, as far as its words tell."""
    cell: CellAt | None = None
    """None for a claim out of a sentence."""
    quote: str = ""
    """The sentence as the page prints it, for a claim out of one."""
    confidence: float = 1.0
    """0 to 1: that method, dataset, metric and value are right."""
    reasons: tuple[str, ...] = ()
    """What lowers the confidence, one clause each."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two papers' different numbers for the same method, dataset and metric."""

    first: Claim
    second: Claim
    difference: float
    """Second less first, in the metric's unit."""
    reasons: tuple[str, ...] = ()
    """What else differs, as printed: split, setting."""
