"""What a paper reports for somebody who replicates it, each item with the paper's words for it or with none. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from paperlab.ask.critique_checks import CHECKS, SPREAD
from paperlab.ask.instructions import is_instruction
from paperlab.ask.quoting import quote_of, row_quote
from paperlab.ask.summary_cues import OWN
from paperlab.ask.summary_sentences import MOST_SENTENCES, Zone, sentences_of
from paperlab.types import BlockKind, RowKind, SpreadKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.ask.critique_checks import Check
    from paperlab.ask.summary_sentences import Sentence
    from paperlab.types import Paper, Quote, Reading, Table, Value

_MOST_QUOTES = 2
_OURS = re.compile(r"\bours?\b|\bproposed\b|\bthis (?:work|paper)\b", re.IGNORECASE)
_TRIES = 12
"""Sentences that are looked up on their page before an item is given up."""
_SPREAD_IN_CAPTION = re.compile(r"standard (?:deviation|error)|\bstd|\bs\.?d\.|confidence|interval|±", re.IGNORECASE)
_GAP = 2.5
"""Evidence that is so much weaker than the best is not shown beside it."""
_LONGEST = 500
"""Characters; evidence that takes longer to read is passed over where there is shorter."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist."""

    item: str
    looked_for: str
    """The words that were looked for."""
    quotes: tuple[Quote, ...]
    """The evidence, best first; empty where no sentence was found."""

    @property
    def found(self) -> bool:
        """Whether anything in the paper speaks of it."""
        return bool(self.quotes)


@dataclass(frozen=True, slots=True)
class Critique:
    """The checklist of a paper."""

    items: tuple[Item, ...]
    pages: int
    """How many were looked through: those with text, as far as the paper was read."""


def critique(paper: Paper, reading: Reading) -> Critique:
    """Return what a paper reports of seeds, spread, code, data, training, hardware and the like, with its words.

    An item without quotes means that none of the words looked for were found, not that the paper has nothing of it.
    """
    told = sentences_of(reading.blocks)
    evidence = [one for one in told if _can_be_evidence(one)]
    items = [Item(check.item, check.looked_for, _quotes(check, evidence, paper, reading)) for check in CHECKS]
    last = told[-1].page if len(told) == MOST_SENTENCES else len(reading.pages)
    return Critique(tuple(items), len({block.page for block in reading.blocks if block.page <= last}))


def _can_be_evidence(one: Sentence) -> bool:
    """Tell whether a sentence can speak of the paper's own work: no related work, no question of a checklist."""
    if one.zone is Zone.BACKGROUND or (one.zone is Zone.BACK and one.kind is BlockKind.PARAGRAPH and one.page == 1):
        return False
    if one.zone is Zone.CHECKLIST and not one.text.startswith("Justification"):
        return False
    return len(one.text.split()) >= 4 and not one.text.rstrip("\"'”’)").endswith("?")


def _quotes(check: Check, told: Sequence[Sentence], paper: Paper, reading: Reading) -> tuple[Quote, ...]:
    """Return the best evidence: up to two sentences, or a sentence and a row of a table."""
    found: list[Quote] = []
    best = 0.0
    for weight, one in _ranked(check, told)[:_TRIES]:
        if found and weight < best - _GAP:
            break
        quote = None if is_instruction(one.text) else quote_of(paper, reading, one)
        if quote and all(quote.text != other.text for other in found):
            found.append(quote)
            best = best or weight
        if len(found) == _MOST_QUOTES:
            break
    row = next(_rows(check, paper, reading), None)
    return (*found[: _MOST_QUOTES - bool(row)], *([row] if row else []))


def _ranked(check: Check, told: Sequence[Sentence]) -> list[tuple[float, Sentence]]:
    weighed = [(weight, one) for one in told if (weight := _weight(check, one)) > 0]
    return sorted(weighed, key=lambda pair: (-pair[0], pair[1].order))


def _weight(check: Check, one: Sentence) -> float:
    """Return how good a piece of evidence a sentence is, 0 for none."""
    place = next((i for i, pattern in enumerate(check.patterns) if pattern.search(one.text)), None)
    below = one.zone in check.zones
    if (place is None and not below) or check.unless.search(one.text):
        return 0.0
    if one.zone is Zone.INTRODUCTION and not (below or "http" in one.text or OWN.search(one.text)):
        return 0.0  # there it speaks of others' work
    strength = 10.0 - 1.5 * (len(check.patterns) if place is None else place) + 3.0 * below
    strength += 1.5 * one.whole + 0.8 * bool(OWN.search(one.text)) + 0.5 * any(map(str.isdigit, one.text))
    strength -= 1.5 * (one.zone is Zone.INTRODUCTION) + 1.0 * (one.kind is not BlockKind.PARAGRAPH)
    return max(0.1, strength - len(one.text) / 200 - 4.0 * (len(one.text) > _LONGEST))


def _rows(check: Check, paper: Paper, reading: Reading) -> Iterator[Quote]:
    """Yield the rows of tables that are evidence: with a spread, or with the name of what is looked for."""
    places = [(table, i, j) for table in reading.tables for i, j in _places(check, table)]
    for table, i, j in sorted(places, key=lambda place: not _is_own(*place)):
        quote = row_quote(paper, reading, table, i, j)
        if quote:
            yield quote


def _is_own(table: Table, row: int, column: int) -> bool:
    """Tell whether a row seems to be of the paper's own method: it says so, or its number is bold."""
    cells = table.rows[row].cells
    return cells[column].bold or any(_OURS.search(cell.text) for cell in cells[: table.label_columns])


def _places(check: Check, table: Table) -> Iterator[tuple[int, int]]:
    """Yield row and column of a table's cells that are evidence."""
    named = partial(_is_named, check, table)
    for i, row in enumerate(table.rows):
        for j, cell in enumerate(row.cells):
            if row.kind is not RowKind.DATA or not cell.values or j < table.label_columns:
                continue
            spread = check.item == SPREAD and any(_is_spread(value, table) for value in cell.values)
            if spread or named(i, j):
                yield i, j


def _is_named(check: Check, table: Table, row: int, column: int) -> bool:
    labels = [cell.text for cell in table.rows[row].cells[: table.label_columns]]
    labels += [header.cells[column].text for header in table.header]
    return any(check.row.search(label.strip()) for label in labels if label)


def _is_spread(value: Value, table: Table) -> bool:
    """Tell whether a spread is one: numbers in parentheses or below a line are, where the caption says so."""
    if value.spread is None:
        return False
    told = _SPREAD_IN_CAPTION.search(table.caption) is not None
    return value.spread_kind is SpreadKind.PLUS_MINUS or told
