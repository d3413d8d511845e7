"""Misspelt words of a query, corrected to words the library has. Pure.

The library's words are plain and lower-cased (no stems), each with the number of papers it stands in. They may be a
million, so a `Speller` asks for those that can be meant: see `Neighbours`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paperlab.queries import MAX_WORD, typed_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Neighbours = Callable[[str, int], Iterable[tuple[str, int]]]
    """The words with this beginning and this length, each with its papers. In SQL one range of a key (length, word):
    `SELECT word, papers FROM word WHERE length = ? AND word >= ? AND word < ?`, prefix and prefix + U+10FFFF."""

_CANDIDATES = 3
_SHORTEST = 4
"""Letters; shorter words have too many neighbours to guess."""
_FAR_FROM = 6
"""Letters from which two errors are looked for."""
_DOMINANT = 50
"""A word of one paper is a misprint beside a neighbour of this many papers,"""
_DOMINANT_LONG = 10
"""or of this many, where the word has `_LONG` letters and one error."""
_LONG = 8
_VOWELS = re.compile(r"[aeiouy]|(.)(?=\1)")
_DIGIT = re.compile(r"\d")
_ENDINGS = ("", "s", "e", "es", "d", "ed", "er", "ing", "ion", "ly")


class Speller:
    """Corrects one word at a time."""

    def __init__(self, papers: Callable[[str], int], neighbours: Neighbours, least: int = 1) -> None:
        """Take what says in how many papers a word stands (0 for none), and what finds words like it.

        `least` is the number of papers a correction has: 1 in a small library, 3 where there are a million words.
        """
        self._papers = papers
        self._neighbours = neighbours
        self._least = least

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Speller:
        """Return a speller over words in memory, word -> papers: for few words."""

        def neighbours(prefix: str, length: int) -> Iterable[tuple[str, int]]:
            return ((word, n) for word, n in counts.items() if word.startswith(prefix) and len(word) == length)

        return cls(lambda word: counts.get(word, 0), neighbours)

    def correct(self, word: str) -> list[str]:
        """Return up to three words that may be meant, best first; none where the library has the word.

        The library has it, too, where it has it with another ending, which stemming finds. The best has fewest errors
        (optimal string alignment), the same first letter, the same consonants, the most papers, in this order.
        """
        word = word.lower()
        letters = sum(not c.isdigit() for c in word)
        if not _SHORTEST <= letters <= len(word) <= MAX_WORD:
            return []
        forms = _forms(word)
        papers = max(map(self._papers, forms))
        if papers > 1:
            return []
        within = 2 if letters >= _FAR_FROM and letters == len(word) else 1
        ranked = sorted(
            (distance, other[0] != word[0], _consonants(other) != _consonants(word), -other_papers, other)
            for other, other_papers, distance in self._near(word, within)
            if other_papers >= self._needed(word, distance, rare=bool(papers)) and other not in forms
        )
        return [other for *_, other in ranked[:_CANDIDATES]]

    def _needed(self, word: str, distance: int, *, rare: bool) -> int:
        """Return how many papers a correction must have; `rare`: the word itself has one."""
        if not rare:
            return max(self._least, distance)  # two errors away from what a single paper prints is chance
        return _DOMINANT_LONG if distance == 1 and len(word) >= _LONG else _DOMINANT

    def _near(self, word: str, within: int) -> list[tuple[str, int, int]]:
        """Return the words at most `within` errors away, each with its papers and its errors."""
        # A first letter that is missing or wrong is rare; one too many or two exchanged show in what follows it.
        prefixes = {word[0], word[1] + word[0], word[1:3]} if word[1] != word[0] else {word[0]}
        lengths = range(len(word) - within, len(word) + within + 1)
        found = [row for prefix in prefixes for length in lengths for row in self._neighbours(prefix, length)]
        digits = _DIGIT.findall(word)
        near = []
        for (other, papers), strange in zip(found, _strangers(word, [other for other, _ in found]), strict=True):
            if strange <= within and papers >= self._least and _DIGIT.findall(other) == digits:
                distance = errors_between(word, other, within)
                if distance is not None:
                    near.append((other, papers, distance))
        return near


def printed_words(text: str) -> dict[str, bool]:
    """Return the words of `text` lower-cased, each with whether it is printed in lower case anywhere.

    Counted over papers, the first is `papers` of a `Speller`; `is_ordinary` takes both.
    """
    words: dict[str, bool] = {}
    for word in set(typed_words(text)):
        lowered = word.lower()
        words[lowered] = words.get(lowered, False) or word == lowered
    return words


def is_ordinary(papers: int, in_lower_case: int) -> bool:
    """Tell whether a word is one, not the name that MAP or STAR are: two papers of three print it in lower case."""
    return 3 * in_lower_case >= 2 * papers > 0


def errors_between(one: str, other: str, most: int) -> int | None:
    """Return the optimal string alignment distance of two words, None above `most`.

    One error is a letter too many, one missing, one wrong, or two neighbours exchanged.
    """
    if abs(len(one) - len(other)) > most:
        return None
    at = 0
    shorter = min(len(one), len(other))
    while at < shorter and one[at] == other[at]:
        at += 1
    if one[at:] == other[at:]:
        return 0
    if not most:
        return None
    one, other = one[at:], other[at:]
    rests = [(one[1:], other), (one, other[1:]), (one[1:], other[1:])]
    if one[:2] == other[1::-1] and len(one) > 1:
        rests.append((one[2:], other[2:]))
    counts = [count for rest in rests if (count := errors_between(*rest, most - 1)) is not None]
    return 1 + min(counts) if counts else None


def _strangers(word: str, others: list[str]) -> list[int]:
    """Return for each of `others` how many letters it has that `word` has nowhere: each is an error of its own.

    Letters beyond Latin-1 count as one and the same: then it is fewer.
    """
    if not others:
        return []
    # All at once and as bytes: a loop over the words of a million costs fifty times as much.
    left = "\n".join(others).encode("latin-1", "replace").translate(None, word.encode("latin-1", "replace"))
    return [len(rest) for rest in left.split(b"\n")]


def _forms(word: str) -> set[str]:
    """Return the word as it is and with other endings, as far as a rule goes."""
    stems = {word.removesuffix(ending) for ending in _ENDINGS}
    return {stem + ending for stem in stems if len(stem) >= _SHORTEST for ending in _ENDINGS} | {word}


def _consonants(word: str) -> str:
    """Return the word without vowels and without doubled letters: what most misspellings keep."""
    return _VOWELS.sub("", word)
