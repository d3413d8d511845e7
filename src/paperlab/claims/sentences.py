"""Claims out of sentences. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paperlab.claims.context import PaperContext
    from paperlab.types import Claim, Reading


def sentence_claims(key: str, sha256: str, reading: Reading, context: PaperContext) -> Iterator[Claim]:
    """Yield the claims of a paper's sentences in reading order."""
    yield from ()
