"""Passages of one paper that say the same thing twice: a sentence repeated in abstract, introduction and caption."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from paperlab.store.rows import StoredChunk

_ALIKE = 0.7
"""Share of the smaller set of word pairs that the other has, too."""
_FEW = 8
"""Pairs; shorter passages repeat each other by chance."""


def without_repeats(ranked: Iterable[StoredChunk], stems: Callable[[str], list[str]], limit: int) -> list[StoredChunk]:
    """Return the first `limit` passages, leaving out those that repeat a better one of the same paper.

    Two passages repeat each other where their sets of pairs of neighbouring words overlap by 0.7 of the smaller.
    """
    kept: list[StoredChunk] = []
    seen: dict[str, list[set[tuple[str, str]]]] = {}
    for stored in ranked:
        if len(kept) == limit:
            break
        words = stems(stored.chunk.text)
        pairs = set(itertools.pairwise(words))
        others = seen.setdefault(stored.key, [])
        if len(pairs) >= _FEW and any(_repeats(pairs, other) for other in others):
            continue
        others.append(pairs)
        kept.append(stored)
    return kept


def _repeats(pairs: set[tuple[str, str]], other: set[tuple[str, str]]) -> bool:
    smaller = min(len(pairs), len(other))
    return smaller >= _FEW and len(pairs & other) >= _ALIKE * smaller
