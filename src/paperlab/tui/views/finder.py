"""Finds papers while their titles, authors or keys are typed: with letters missing or wrong, or by initials. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from paperlab.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.types import PaperRow

Scores = dict[int, float]
"""Row number -> score, larger is better."""

_WHOLE, _KEY, _BEGINS, _INITIALS, _INSIDE, _MISSPELT = 1.0, 0.95, 0.9, 0.7, 0.6, 0.4
_OF_AUTHOR = 0.9
"""What a word counts in a name, beside one in a title."""
_FEW = 3
"""Papers that have a word as it is typed; with fewer, words like it are looked for, too."""
_KEPT = 256
"""Words whose papers are remembered: at each key all words but the last are the same."""
_SMALL = frozenset("a an and as at by for from in is of on or the to via with".split())
_WORD = re.compile(r"[^\W_]+")


class Finder:
    """All titles, authors and keys, ready to be looked through at each key: 10,000 in a few milliseconds."""

    def __init__(self, rows: Sequence[PaperRow]) -> None:
        self._of = _names(rows)
        self.titles = [fold(row.title) for row in rows]
        """Folded, by row number."""
        self.authors = ["\n".join(map(fold, row.authors)) for row in rows]
        """Folded, a line each."""
        self._title_words = _Words(self.titles)
        self._author_words = _Words(self.authors)
        self._keys = [row.key.casefold() for row in rows]
        self._squeezed = [title.replace(" ", "") for title in self.titles]
        self._initials = [_initials(title) for title in self.titles]
        self._found: dict[str, Scores] = {}

    def knows(self, rows: Sequence[PaperRow]) -> bool:
        """Tell whether it was made of the same names: then it finds in these rows, too."""
        return self._of == _names(rows)

    def find(self, words: Sequence[str]) -> Scores:
        """Return the rows that have all `words` (folded), by number; scores are sums over the words."""
        found: Scores | None = None
        for word in dict.fromkeys(words):
            scores = self._remembered(word)
            found = scores if found is None else {n: found[n] + score for n, score in scores.items() if n in found}
            if not found:
                return {}
        return found or {}

    def _remembered(self, word: str) -> Scores:
        if word not in self._found:
            while len(self._found) >= _KEPT:
                del self._found[next(iter(self._found))]
            self._found[word] = self._scores(word)
        return self._found[word]

    def _scores(self, word: str) -> Scores:
        scores: Scores = {}
        self._title_words.look_for(word, 1.0, scores)
        self._author_words.look_for(word, _OF_AUTHOR, scores)
        if len(word) > 1 or word.isdigit():
            _add(scores, _KEY, [n for n, key in enumerate(self._keys) if word in key])
            _add(scores, _INITIALS, self._with_initials(word))
        if len(word) > 3 and len(scores) < _FEW:
            _add(scores, _INSIDE, [n for n, title in enumerate(self._squeezed) if word in title])
            self._title_words.look_like(word, 1.0, scores)
            self._author_words.look_like(word, _OF_AUTHOR, scores)
        return scores

    def _with_initials(self, word: str) -> list[int]:
        if not word.isalpha() or len(word) < 2:
            return []
        wanted = f" {word}" if len(word) < 3 else word
        return [n for n, initials in enumerate(self._initials) if wanted in initials]


class _Words:
    """The words of many texts, each with the rows it stands in."""

    def __init__(self, folded: Iterable[str]) -> None:
        rows: defaultdict[str, list[int]] = defaultdict(list)
        for n, text in enumerate(folded):
            for word in set(text.split()):
                rows[word].append(n)
        self._rows = dict(rows)
        self._words = list(self._rows)
        self._by_letter: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._words:
            self._by_letter[word[0]].append(word)

    def look_for(self, word: str, weight: float, scores: Scores) -> None:
        """Add the rows with words that are `word`, begin with it or (from three letters on) hold it."""
        among = self._words if len(word) > 2 else self._by_letter.get(word[0], [])
        for other in among:
            if word in other:
                begins = other.startswith(word)
                kind = _WHOLE if other == word else _BEGINS if begins else _INSIDE
                if begins or len(word) > 2:
                    _add(scores, kind * weight, self._rows[other])

    def look_like(self, word: str, weight: float, scores: Scores) -> None:
        """Add the rows with words that are `word` misspelt, or begin with it misspelt.

        The first letter is right, or exchanged with the second: others are rare and cost most of the time.
        """
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        most = _errors(word)
        words = [other for letter in dict.fromkeys(word[:2]) for other in self._by_letter.get(letter, [])]
        for others in (words, *([other[:length] for other in words] for length in _lengths(word))):
            for _, errors, n in process.extract(word, others, scorer=OSA.distance, score_cutoff=most, limit=None):
                _add(scores, (_MISSPELT - 0.1 * errors) * weight, self._rows[words[int(n)]])


def _add(scores: Scores, score: float, rows: Iterable[int]) -> None:
    for n in rows:
        if scores.get(n, 0.0) < score:
            scores[n] = score


def _lengths(word: str) -> range:
    """Return how long a longer word's beginning may be that this one stands for: a letter too few, or too many."""
    return range(len(word) - (len(word) > 5), len(word) + 2)


def _errors(word: str) -> int:
    """Return how many letters may be wrong in a word of this length."""
    return 1 if len(word) < 6 else 2


def marks(text: str, words: Sequence[str], *, as_typed: bool = False) -> list[tuple[int, int]]:
    """Return the spans of `text` that hold `words` (folded), ascending.

    Where a word is misspelt or stands for initials, what it means; not so where it must be `as_typed`.
    """
    places = [(match.start(), match.end(), fold(match[0])) for match in _WORD.finditer(text)]
    return sorted({span for word in words for span in _spans(word, places, as_typed=as_typed)})


def _spans(word: str, places: list[tuple[int, int, str]], *, as_typed: bool) -> list[tuple[int, int]]:
    """Return where one word stands: as it is, by initials, or misspelt, the first of these that holds."""
    inside = len(word) > 2
    spans = []
    for start, end, other in places:
        at = other.find(word) if inside else (0 if other.startswith(word) else -1)
        if at >= 0:
            whole = len(other) != end - start  # folding changed its length: then letters cannot be told apart
            spans.append((start, end) if whole else (start + at, start + at + len(word)))
    if spans or as_typed:
        return spans
    return _initial_spans(word, places) or _misspelt_spans(word, places)


def _initial_spans(word: str, places: list[tuple[int, int, str]]) -> list[tuple[int, int]]:
    if len(word) < 2 or not word.isalpha():
        return []
    for small in (True, False):
        kept = [place for place in places if small or place[2] not in _SMALL]
        at = "".join(other[:1] for *_, other in kept).find(word)
        if at >= 0 and (at == 0 or len(word) > 2):
            return [(start, start + 1) for start, *_ in kept[at : at + len(word)]]
    return []


def _misspelt_spans(word: str, places: list[tuple[int, int, str]]) -> list[tuple[int, int]]:
    if len(word) < 4:
        return []
    from rapidfuzz.distance import OSA

    most = _errors(word)
    return [
        (start, end)
        for start, end, other in places
        if min(OSA.distance(word, other[:length]) for length in (len(other), *_lengths(word))) <= most
    ]


def _initials(title: str) -> str:
    """Return the first letters of a folded title's words, with and without small ones, each after a space."""
    words = title.split()
    every = "".join(word[0] for word in words)
    telling = "".join(word[0] for word in words if word not in _SMALL)
    return f" {every} {telling}"


def _names(rows: Sequence[PaperRow]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(row.key, row.title, row.authors) for row in rows]
