"""How much one LaTeX source may cost to read: steps are counted, not seconds, so that it reads alike everywhere."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from paperlab.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_TEXT = 4_000_000
"""Characters of a document with all that it includes; a thesis has about a tenth of that."""
MOST_STEPS = 20_000_000
"""Tokens looked at while tables are read, each time anew; a paper takes less than a hundredth."""
CELL_STEPS = 200
"""Steps that a place in a grid counts for: it is placed, parsed and kept."""
TABLE_STEPS = 20_000
"""Steps that a table counts for, whatever it holds: it is held against each table of a PDF."""

_left: ContextVar[list[int] | None] = ContextVar("steps left", default=None)


@contextmanager
def bounded() -> Iterator[None]:
    """Count the steps of what runs inside, and let none go on beyond `MOST_STEPS`."""
    before = _left.set([MOST_STEPS])
    try:
        yield
    finally:
        _left.reset(before)


def spend(steps: int) -> None:
    """Count steps; raises BadFile where `bounded` allows no more."""
    left = _left.get()
    if left is None:
        return
    left[0] -= steps
    if left[0] < 0:
        raise too_much()


def too_much() -> BadFile:
    """Return the error for a source that asks for more work than any paper's."""
    return BadFile(
        "LaTeX source",
        None,
        "its tables or commands nest or repeat beyond what a paper needs; give a source with the tables alone",
    )


def too_long(path: object) -> BadFile:
    """Return the error for a document of more than `MOST_TEXT` characters."""
    return BadFile(
        str(path),
        None,
        f"longer than {MOST_TEXT // 10**6} million characters with all that it includes; give it without its data",
    )
