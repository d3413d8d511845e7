"""Abbreviations that a paper defines, and queries widened by them. Pure.

The search for definitions follows Schwartz & Hearst 2003 ("A simple algorithm for identifying abbreviation definitions
in biomedical text"): a short form in brackets, its letters found in order in the words before. Where they take the
first fit from the right, here the cheapest fit wins, so that SSL is "self-supervised learning" in whole.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from paperlab.queries import STOP_WORDS, typed_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_LONGEST = 10
"""Letters and digits of a short form."""
_PER_LETTER = 0.35
"""Cost of a fit per letter above which it is chance."""
_PER_LETTER_REVERSED = 0.15
"""The same where the long form stands in the brackets: most brackets behind a name explain something else."""
_WORDS = 64
"""Of a query that are looked at: an abstract pasted as a query needs no expansion of its end."""
_WAYS = 12
"""Ways followed at once: bounds the time for text made to be slow."""
_EXPANSIONS = 2
"""Long forms looked for per short form."""

_SHORT = r"[^\W_][\w&/+.-]{1,14}"
_LEAD = r"(?:(?:or|aka|a\.k\.a\.|i\.e\.|hereafter|henceforth|abbreviated|abbreviated as|denoted|called)[\s,]+)?"
_IN_BRACKETS = re.compile(rf"\(\s*[\"'“‘]?{_LEAD}[\"'“‘]?(?P<short>{_SHORT})[\"'”’]?(?=\s*[),;\[(]|\s+for short\s*\))")
_AFTER_OR = re.compile(rf",\s+(?:or|abbreviated(?: as)?)\s+(?P<short>{_SHORT})(?=\s*[,.;)])")
_BEFORE = re.compile(rf"(?<![\w-])(?P<short>{_SHORT})\s?\((?P<long>[^\W_][\w\s'’/-]{{4,120}})[),;]")
_BREAK = re.compile(r"[.,;:?!](?=\s)|[()\[\]{}|=]|\n\s*\n")
_CITED = re.compile(r"\s*(?:\[[\d,;\s–-]+\]|\([^()]{4,200}\d{4}[a-z]?\))\s*$")
_WORD_OF_LONG = re.compile(r"[\"'“‘]?([^\W_][\w'’/&+-]*?)[\"'”’]?")
_PARTS = re.compile(r"[^\W_]+")
_LINKS = frozenset(
    "a an and as at by for from in into of on or per the through to under using via with without".split()
)
_NEVER_FIRST = _LINKS - {"in", "on"} | frozenset(
    "are both called is our that their these this those two we while".split()
)
# Prefixes that are written as one word with what follows: the F of "forward" in "feedforward" begins something.
_PREFIXES = tuple(
    "auto back bi cross de down electro feed hyper inter intra meta micro multi neuro non over photo pre pseudo semi "
    "sub super trans ultra under up".split()
)
_SPOKEN = {"2": ("to", "two"), "4": ("for", "four"), "3": ("three",), "x": ("cross", "ex"), "&": ("and",)}


@dataclass(frozen=True, slots=True)
class _Place:
    """A character of a possible long form."""

    character: str
    word: int
    begins: bool
    """Of a word, of a part of one behind a hyphen, or a capital within."""
    first: bool
    """Of the word."""
    rest: str
    """The lower-cased part of the word from here."""


class _Fit(NamedTuple):
    """Where the letters of a short form were found, with what it cost."""

    cost: float
    first: int
    """Word."""
    last: int
    """Word."""


def find_abbreviations(text: str) -> dict[str, str]:
    """Return the short forms that `text` defines, singular, each with its long form as first defined.

    Long forms are lower-cased but for words with capitals inside, on one line, with their hyphens.
    """
    found: dict[str, str] = {}
    for short, long in _definitions(text):
        found.setdefault(short, long)
    return found


def short_key(short: str) -> str:
    """Return what short forms are compared by: lower case, without hyphens and the like."""
    return "".join(_PARTS.findall(short.lower()))


def long_key(words: Iterable[str]) -> str:
    """Return what long forms are compared by: singular or plural, hyphen, space or neither make no difference."""
    return "".join(singular(part) for word in words for part in _PARTS.findall(word.lower()))


def query_keys(words: Sequence[str]) -> tuple[set[str], set[str]]:
    """Return the short keys and the long keys that a query can ask for: only pairs with one of them are needed."""
    words = words[:_WORDS]
    return {short_key(word) for word in words} - {""}, {long_key(run) for _, run in _runs(words)} - {""}


class Abbreviations:
    """Widens queries by what the library's papers define."""

    def __init__(self, pairs: Iterable[tuple[str, str, int]], ordinary: Callable[[str], bool] | None = None) -> None:
        """Take (short form, long form, papers that define it); only the pairs that `query_keys` names have to be there.

        `ordinary` says of a lower-cased word that the papers print it as a word, as "map" for all its MAPs.
        """
        self._ordinary = ordinary or (lambda _word: False)
        self._longs: dict[str, dict[str, Counter[tuple[str, str]]]] = {}
        self._shorts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for short, long, papers in pairs:
            forms = self._longs.setdefault(short_key(short), {}).setdefault(long_key([long]), Counter())
            forms[short, long] += papers
            self._shorts[long_key([long])][short] += papers

    def long_forms(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        """Return what the query's short forms stand for, each as its lower-cased words; not what the query says itself.

        `words` are in the case that was typed, with links such as "of" (`queries.typed_words` of the text). A word
        stands for a short form where it has a capital behind its first letter, or is no ordinary word. A short form
        gives its two most used long forms.
        """
        words = words[:_WORDS]
        _, longs = query_keys(words)
        found = []
        for word in words:
            if any(c.isupper() for c in word[1:]) or not self._is_ordinary(word.lower()):
                found += [_parts(long) for long in self._long_forms(word) if long_key([long]) not in longs]
        return list(dict.fromkeys(found))

    def short_forms(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the most used short form of each long form in the query, as `long_forms` takes and gives them."""
        words = words[:_WORDS]
        shorts, _ = query_keys(words)
        found = [_parts(short) for short in self._short_forms(words) if short_key(short) not in shorts]
        return list(dict.fromkeys(found))

    def _is_ordinary(self, word: str) -> bool:
        return word in STOP_WORDS or self._ordinary(word)

    def _long_forms(self, word: str) -> list[str]:
        """Return the long forms of a short form, those printed with just these capitals first, then the most used."""
        key = short_key(word)
        spellings = self._longs.get(key if key in self._longs else key.removesuffix("s")) or {}
        counted = [
            (any(short == word for short, _ in forms), forms.total(), forms.most_common(1)[0][0][1])
            for forms in spellings.values()
        ]
        return [long for _, _, long in sorted(counted, key=lambda form: (not form[0], -form[1], form[2]))[:_EXPANSIONS]]

    def _short_forms(self, words: Sequence[str]) -> Iterator[str]:
        """Yield the most used short form of each long form in the query, not of those that lie within another."""
        covered = 0
        for end, run in sorted(_runs(words), key=lambda one: (one[0] - len(one[1]), -one[0])):
            if end > covered and (shorts := self._shorts.get(long_key(run))):
                covered = end
                yield shorts.most_common(1)[0][0]


def _runs(words: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield every run of words that may be a long form, each with the position behind it."""
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + _LONGEST) + 1):
            yield end, words[start:end]


def _parts(text: str) -> tuple[str, ...]:
    return tuple(typed_words(text.lower()))


def _definitions(text: str) -> Iterator[tuple[str, str]]:
    for pattern in (_IN_BRACKETS, _AFTER_OR):
        for match in pattern.finditer(text):
            if found := _defined(match["short"], _words_before(text, match.start()), _PER_LETTER, whole=False):
                yield found
    for match in _BEFORE.finditer(text):
        if found := _defined(match["short"], match["long"].split(), _PER_LETTER_REVERSED, whole=True):
            yield found


def _defined(short: str, words: list[str], per_letter: float, *, whole: bool) -> tuple[str, str] | None:
    """Return the short form and its long form among `words`, None where there is none; `whole`: all of them."""
    short = short.rstrip(".-/+&")
    of_plural = bool(words) and words[-1].endswith("s")
    plural = len(short) > 2 and short.endswith("s") and (short[-2].isupper() or of_plural)
    short = short[:-1] if plural else short
    letters = [c for c in short if c.isalnum() or c == "&"]
    if not _is_short(short, letters):
        return None
    fit = _cheapest(letters, words, whole=whole)
    if fit is None or fit.cost > per_letter * len(letters):
        return None
    # "long short-term memory networks (LSTM)": what the letters do not stand for is not part of it.
    chosen = words[fit.first : fit.last + 1]
    if not _is_long(chosen, short):
        return None
    return short, _normal(chosen, plural=plural)


def _is_short(short: str, letters: Sequence[str]) -> bool:
    """Tell whether this may be a short form: capitals say so; (ours), (b), (2019) and (Smith) have too few."""
    capitals = sum(c.isupper() for c in letters)
    return 2 <= len(letters) <= _LONGEST and (capitals >= 2 or (capitals == 1 and not short[0].isupper()))


def _is_long(words: Sequence[str], short: str) -> bool:
    ends_well = words[-1].lower() not in _LINKS and words[0].lower() not in _NEVER_FIRST
    parts = {part for word in words for part in _PARTS.findall(word)}
    return ends_well and sum(map(len, words)) > len(short) + 1 and short not in parts and short + "s" not in parts


def _words_before(text: str, end: int) -> list[str]:
    """Return the words of the same sentence before `end`, in order, back to the first thing that is no word."""
    before = text[max(0, end - 240) : end]
    before = _CITED.sub("", before).rstrip(" ,")
    breaks = list(_BREAK.finditer(before))
    words: list[str] = []
    for token in reversed(before[breaks[-1].end() if breaks else 0 :].split()):
        match = _WORD_OF_LONG.fullmatch(token)
        if not match or match[1].isdigit():
            break
        words.insert(0, match[1])
    return words


def _places(words: Sequence[str]) -> list[_Place]:
    places = []
    for number, word in enumerate(words):
        for part in _PARTS.finditer(word):
            for at, character in enumerate(part[0]):
                begins = at == 0 or character.isupper()
                places.append(_Place(character.lower(), number, begins, part.start() + at == 0, part[0][at:].lower()))
    return places


def _fits(letter: str, place: _Place) -> bool:
    return letter == place.character or (place.begins and place.rest.startswith(_SPOKEN.get(letter, ("\0",))))


def _cheapest(letters: Sequence[str], words: list[str], *, whole: bool) -> _Fit | None:
    """Return the cheapest way to find the letters in order; None where there is none."""
    most = min(len(letters) + 5, 2 * len(letters))
    offset = 0 if whole else max(0, len(words) - most)
    places = _places(words[offset:])
    prefixed = _behind_prefix(places)
    # Where the letter before may stand, each with the least it cost to come there and the word that way began in.
    ways: dict[int, tuple[float, int]] = {
        at: (0.0, -place.word)
        for at, place in enumerate(places)
        if place.first and _fits(letters[0].lower(), place) and (not whole or place.word == 0)
    }
    skipped = _skipping(words[offset:])
    for letter in letters[1:]:
        ways = _next_ways(letter, ways, places, prefixed, skipped)
    behind = len(words) - offset
    # Among equals the later start wins, then the later end: "neural network" for NN, and the whole of it.
    ends = [
        (cost + skipped(places[at].word, behind) * (2.0 if whole else 1.1), first, -places[at].word)
        for at, (cost, first) in ways.items()
    ]
    cost, first, last = min(ends, default=(float("inf"), 0, 0))
    return _Fit(cost, offset - first, offset - last) if ends else None


def _next_ways(
    letter: str,
    ways: dict[int, tuple[float, int]],
    places: list[_Place],
    prefixed: set[int],
    skipped: Callable[[int, int], float],
) -> dict[int, tuple[float, int]]:
    """Return where the next letter may stand, each with the least cost and the word that the way began in."""
    found: dict[int, tuple[float, int]] = {}
    for at, place in enumerate(places):
        if not _fits(letter.lower(), place):
            continue
        here = 0.0 if place.begins else 0.2 if at in prefixed else 1.0 if not letter.islower() else 0.5
        options = []
        for before, (cost, first) in ways.items():
            if before < at:
                step = min(here, 0.1) if letter.islower() and at == before + 1 else here
                options.append((cost + step + skipped(places[before].word, place.word), first))
        if options:
            found[at] = min(options)
    return dict(sorted(found.items(), key=lambda way: way[1])[:_WAYS])


def _behind_prefix(places: Sequence[_Place]) -> set[int]:
    """Return the places directly behind a prefix that begins a part of a word."""
    starts = [at for at, place in enumerate(places) if place.begins]
    return {
        at + len(prefix)
        for at in starts
        for prefix in _PREFIXES
        if places[at].rest.startswith(prefix) and len(places[at].rest) > len(prefix) + 2
    }


def _skipping(words: Sequence[str]) -> Callable[[int, int], float]:
    """Return the cost of the words between two: little for links such as "of", much for words that say something."""
    costs = [0.05 if word.lower() in _LINKS else 0.7 for word in words]
    return lambda after, before: sum(costs[after + 1 : before])


def _normal(words: Sequence[str], *, plural: bool) -> str:
    kept = [*words[:-1], _singular_of(words[-1])] if plural else list(words)
    line = " ".join(kept)
    return line.lower() if line.isupper() and len(line) > _LONGEST else _PARTS.sub(_lowered, line)


def _lowered(part: re.Match[str]) -> str:
    """Return a word in lower case unless it has capitals inside; those that only show the letters (SIMilarity) go."""
    if re.fullmatch(r"[A-Z]{2,}[a-z]{3,}|[A-Z]?[^A-Z]*", part[0]):
        return part[0].lower()
    return part[0]


def _singular_of(word: str) -> str:
    return word if word.isupper() else singular(word)


def singular(word: str) -> str:
    """Return a noun without its plural ending, by rule: networks, memories, processes; a word that has none stays."""
    if len(word) <= 3 or word.endswith(("ss", "us", "is")) or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]
