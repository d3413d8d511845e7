"""The reference list: its entries taken apart, and where each is cited. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.types import Block, Reference


def find_references(blocks: Sequence[Block]) -> list[Reference]:
    """Return the entries of a paper's reference list in order, each with the places that cite it."""
    del blocks
    return []
