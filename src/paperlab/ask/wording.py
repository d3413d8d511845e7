"""How an answer's parts are told to people, on a terminal as on the desk. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.text import one_line, shorten

if TYPE_CHECKING:
    from paperlab.types import CellPlace, Part, Quote, Statement

_SECTION = 70
"""Characters of a section's headings."""
_LIKELY, _QUITE = 0.85, 0.65


def told(statement: Statement) -> str:
    """Return a sentence on one line, in marks where it is the paper's own: those say where its words end."""
    text = one_line(statement.text)
    return f"“{text}”" if statement.text == " ".join(quote.text for quote in statement.quotes) else text


def is_told(quote: Quote, statement: Statement) -> bool:
    """Tell whether the sentence holds the quote's words already."""
    return quote.text in statement.text


def place(quote: Quote) -> str:
    """Return where a quote stands: paper, page, section."""
    section = f" · {shorten(' › '.join(quote.section), _SECTION)}" if quote.section else ""
    return f"{one_line(quote.key)} · p. {quote.page}{section}"


def cell(found: CellPlace) -> str:
    """Return what a table's cell says: row, column and number."""
    names = " · ".join(name for name in (one_line(found.row), one_line(found.column)) if name)
    return f"{names}: {one_line(found.text)}" if names else one_line(found.text)


def declined(part: Part) -> str:
    """Return why a question is not answered, as a sentence."""
    return f"Not in your library: {one_line(part.reason).rstrip('.')}."


def sure(part: Part) -> str:
    """Return how likely an answered part is right, in words."""
    if part.confidence >= _LIKELY:
        return "very likely the answer"
    return "likely the answer" if part.confidence >= _QUITE else "perhaps the answer: check its quotes"
