"""Passages of one paper that say the same thing twice: a sentence repeated in abstract, introduction and caption."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Pairs = set[tuple[str, str]]

_ALIKE = 0.7
"""Share of the smaller set of word pairs that the other has, too."""
_FEW = 8
"""Pairs; shorter passages repeat each other by chance."""


class _Told(Protocol):
    """A passage."""

    @property
    def key(self) -> str: ...

    @property
    def text(self) -> str: ...


_T = TypeVar("_T", bound=_Told)


def without_repeats(ranked: Iterable[_T], stems: Callable[[str], list[str]], limit: int) -> list[_T]:
    """Return the first `limit` passages, leaving out those that repeat a better one of the same paper.

    Two passages repeat each other where their sets of pairs of neighbouring words overlap by 0.7 of the smaller.
    """
    kept: list[_T] = []
    first: dict[str, _T] = {}
    seen: dict[str, list[Pairs]] = {}
    for stored in ranked:
        if len(kept) == limit:
            break
        # A paper's first passage is split when a second comes: most papers have one.
        if stored is not first.setdefault(stored.key, stored):
            others = seen.setdefault(stored.key, [])
            if not others:
                others.append(_pairs(stems(first[stored.key].text)))
            pairs = _pairs(stems(stored.text))
            if len(pairs) >= _FEW and any(_repeats(pairs, other) for other in others):
                continue
            others.append(pairs)
        kept.append(stored)
    return kept


def _pairs(words: list[str]) -> Pairs:
    return set(itertools.pairwise(words))


def _repeats(pairs: Pairs, other: Pairs) -> bool:
    smaller = min(len(pairs), len(other))
    return smaller >= _FEW and len(pairs & other) >= _ALIKE * smaller
