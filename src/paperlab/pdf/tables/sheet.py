"""One page in one direction of its text, with the captions of tables on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.tables.rules import Rules
    from paperlab.pdf.tables.words import Frame, PrintedLine, Word
    from paperlab.types import Block, Box


@dataclass(frozen=True, slots=True)
class Caption:
    """A table's caption, in the frame of its text."""

    block: Block
    number: str
    box: Box


@dataclass(slots=True)
class Sheet:
    """One page in one frame: what the search for tables looks at."""

    page: int
    frame: Frame
    words: Sequence[Word]
    lines: Sequence[PrintedLine]
    rules: Rules
    columns: Sequence[tuple[float, float]]
    """x ranges of the page's text columns."""
    barriers: Sequence[Box]
    """Boxes a table never reaches over: captions, headings, running text."""
    captions: Sequence[Caption] = ()
