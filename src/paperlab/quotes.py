"""Finds quoted words on a page, character for character apart from white space, hyphens and ligatures. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.types import Block, Located, PrintedPage


def locate(text: str, page: PrintedPage, blocks: Sequence[Block]) -> Located | None:
    """Return where `text` stands on a page in one run, or None. `blocks` are the page's own, for the boxes."""
    raise NotImplementedError


def locate_parts(text: str, page: PrintedPage, blocks: Sequence[Block]) -> list[Located]:
    """Return where `text` stands, in the runs that a column or a picture cuts it into; [] where any of it does not."""
    raise NotImplementedError
