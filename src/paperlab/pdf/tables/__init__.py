"""Tables: from caption, words and rules to a grid of cells with boxes and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from paperlab.pdf.ink import Ink
    from paperlab.types import Block, PageSize, Table


def find_tables(
    blocks: Sequence[Block], ink: Mapping[int, Callable[[], Ink]], sizes: Sequence[PageSize], body: float
) -> list[Table]:
    """Return the tables by page and place; `ink` gives a page's by its number, for a price, `body` the text's type size in points."""
    del blocks, ink, sizes, body
    return []
