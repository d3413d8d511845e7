"""Numbers printed in table cells: value, spread, unit, marks. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.types import Value


def parse_values(text: str, *, bold: bool = False) -> tuple[Value, ...]:
    """Return the numbers of a cell from left to right, none for a cell of words.

    `text` has `_` before a subscript and `^` before a superscript, as `Cell.text` does.
    """
    del text, bold
    return ()
