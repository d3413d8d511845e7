"""Answers to questions: every sentence stands on quotes, every quote on a page."""

from __future__ import annotations

from dataclasses import dataclass

from paperlab.types.boxes import Box, PageBox


@dataclass(frozen=True, slots=True)
class Located:
    """Text that was found on a page."""

    text: str
    """As printed, in one run of the page's text; words healed across line ends."""
    page: int
    boxes: tuple[Box, ...]
    """One per printed line that it stands on."""


@dataclass(frozen=True, slots=True)
class CellPlace:
    """The table cell that a number was taken from."""

    table: str
    """The table's number, as its caption prints it."""
    row: str
    """What names the row, outermost label first, joined by ` › `."""
    column: str
    """What names the column, likewise."""
    text: str
    """The cell as printed."""
    box: PageBox


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a paper, and where they stand: one citation of an answer."""

    key: str
    label: str
    """The paper as people cite it: `He et al. 2016`."""
    page: int
    text: str
    """As printed, in one run of the page's text."""
    boxes: tuple[PageBox, ...]
    """One per printed line."""
    section: tuple[str, ...] = ()
    cell: CellPlace | None = None
    """Where the quote is the row of a table."""

    @property
    def pointer(self) -> str:
        """The citation as shown: `[He et al. 2016, p. 8, Table 6]`."""
        table = f", Table {self.cell.table}" if self.cell else ""
        return f"[{self.label}, p. {self.page}{table}]"


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with the quotes that it stands on, at least one."""

    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions in what was asked (most often the only one), answered or declined."""

    question: str
    statements: tuple[Statement, ...]
    """Empty where it is declined."""
    confidence: float
    """0 to 1: how likely the statements answer it, by the calibration of docs/design.md."""
    reason: str = ""
    """Why it is declined, as a sentence."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that was looked at."""

    key: str
    title: str
    page: int
    section: tuple[str, ...]
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to a question: quotes that can be found on their pages, or an honest no."""

    id: str
    """Names it in the log."""
    asked: str
    """When, as an ISO date and time with zone."""
    question: str
    """As typed."""
    resolved: str
    """As it was looked for: a follow-up question is told with what it speaks of."""
    parts: tuple[Part, ...]
    passages: tuple[Passage, ...]
    """The nearest that were looked at, best first."""
    papers: int
    """How many were searched."""
    keys: tuple[str, ...] = ()
    """The papers it was narrowed to, where it was."""
    model: str = ""
    """The language model that wrote the sentences; empty where they are the papers' own."""

    @property
    def answered(self) -> bool:
        """Whether any part of the question is."""
        return any(part.statements for part in self.parts)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All sentences."""
        return tuple(statement for part in self.parts for statement in part.statements)

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """All quotes, each once, in the order they are cited."""
        return tuple(dict.fromkeys(quote for statement in self.statements for quote in statement.quotes))
