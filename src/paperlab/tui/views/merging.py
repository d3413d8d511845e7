"""Puts together what two wrote into one text at the same time, so that neither loses a word. Pure."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class _Same(NamedTuple):
    """A stretch of lines that stands in all three texts."""

    base: int
    mine: int
    theirs: int
    length: int


def merged(base: str, mine: str, theirs: str) -> str:
    """Return `base` with both changes, line by line; where both changed the same lines, both stand there, mine first.

    Only lines that one side removed and the other left as they were are gone.
    """
    if mine in {base, theirs}:
        return theirs
    if theirs == base:
        return mine
    texts = [text.splitlines(keepends=True) for text in (base, mine, theirs)]
    found: list[str] = []
    at = [0, 0, 0]
    for same in _stretches(*texts):
        parts = [text[start:end] for text, start, end in zip(texts, at, same[:3], strict=True)]
        found += _one_gap(*parts)
        found += texts[0][same.base : same.base + same.length]
        at = [start + same.length for start in same[:3]]
    return "".join(_ended(found))


def _one_gap(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    if len(base) == len(mine) == len(theirs) > 1:
        # Neighbouring lines, one changed by each.
        return [line for three in zip(base, mine, theirs, strict=True) for line in _one_gap(*([one] for one in three))]
    said = {line.strip() for line in mine}
    # What both wrote alike stands once.
    return mine + [line for line in theirs if line.strip() not in said or not line.strip()]


def _stretches(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[_Same]:
    """Yield what stands in all three, in order, and last the empty stretch at their ends."""
    to_mine, to_theirs = _matches(base, mine), _matches(base, theirs)
    position = 0
    while position < len(base):
        one, other = to_mine.get(position), to_theirs.get(position)
        length = 0
        if one is not None and other is not None:
            while to_mine.get(position + length) == one + length and to_theirs.get(position + length) == other + length:
                length += 1
            yield _Same(position, one, other, length)
        position += length or 1
    yield _Same(len(base), len(mine), len(theirs), 0)


def _matches(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """Return which line of `other` each unchanged line of `base` became."""
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {one + step: two + step for one, two, length in blocks for step in range(length)}


def _ended(lines: list[str]) -> Iterator[str]:
    """Give a line end to lines within the text that came from the end of one of its sides."""
    for number, line in enumerate(lines, 1):
        yield line if number == len(lines) or line.endswith(("\n", "\r")) else f"{line}\n"


def changed_part(old: str, new: str) -> tuple[int, int, str]:
    """Return start and end of what differs in `old`, and what stands there in `new`."""
    start = 0
    shortest = min(len(old), len(new))
    while start < shortest and old[start] == new[start]:
        start += 1
    end = 0
    while end < shortest - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, len(old) - end, new[start : len(new) - end]
