"""What a paper says it shows, and how: its own sentences, chosen without a language model. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.ask.instructions import is_instruction
from paperlab.ask.quoting import quote_of
from paperlab.ask.summary_cues import NEVER, OWN, SIZE
from paperlab.ask.summary_recipes import DATA, RECIPES
from paperlab.ask.summary_sentences import Zone, names_in, sentences_of
from paperlab.queries import STOP_WORDS
from paperlab.text import fold
from paperlab.types import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from paperlab.ask.summary_cues import Recipe
    from paperlab.ask.summary_sentences import Sentence
    from paperlab.types import Paper, Quote, Reading

_LEANS = re.compile(
    r"(?:(?:this|these|that|those|such)(?! (?:paper|work|article|study|report|letter)s?\b)|it|its|they|their"
    r"|them|both"
    r"|he|she|his|her|one (?:of (?:them|these))|the (?:former|latter|same|above|resulting|other)|another|then"
    r"|here(?!,? we)"
    r"|(?:first|second|third|fourth|last)(?:ly)?,|in (?:this|that|these) (?:case|setting|way|regard)|as such"
    r"|doing so)\b",
    re.IGNORECASE,
)
_JOINS = re.compile(
    r"(?:however|moreover|furthermore|additionally|in addition|also|thus|therefore|hence|consequently|finally"
    r"|similarly"
    r"|specifically|in particular|in contrast|conversely|likewise|instead|besides|for (?:example|instance)"
    r"|as a result"
    r"|on the (?:other|one) hand|to this end|more(?:over| specifically| concretely)|accordingly|nevertheless"
    r"|otherwise"
    r"|again|but|and|so|yet|next|overall|interestingly|surprisingly|indeed|note that)\b",
    re.IGNORECASE,
)
_REFERS_BACK = re.compile(
    r"[^,]{0,70}, (?:it|they|this|these|both)\b|\w+ing (?:this|it|these)\b|(?:\S+ ){1,7}(?:these|such an?"
    r"|this (?!paper|work))\b",
    re.IGNORECASE,
)
_POINTS_ELSEWHERE = re.compile(
    r"\b(?:Fig(?:ure|s?\.)|Tab(?:le|\.)|Sec(?:tion|\.|t\.)|Appendix|Algorithm|Eq(?:uation|n?\.)|Chapter)\s?\(?[\dA-Z]"
    r"|\b(?:below|above|following|as follows)\b|§"
)
_SAYS_NOTHING = re.compile(
    r"\?\W{0,2}$|\bthank(?:s|ful)?\b|\bgrateful\b|\bsupported by\b|organi[sz]ed as follows|third party"
    r"|copyright",
    re.IGNORECASE,
)
_OTHERS = re.compile(r"[A-Z][\w’-]+ (?:et al\b|(?:and|&) [A-Z][\w’-]+ [\[(])")
"""Names as the subject: what follows is those people's."""
_SYMBOLS = re.compile(r"[^\w\s.,;:()'’“”\"%/-]")
_ALIKE = 0.5
"""The share of words in common from which on two sentences say the same, and how many they must be."""
_FEWEST_ALIKE = 4


@dataclass(frozen=True, slots=True)
class Point:
    """One of the things a summary tells, in the paper's own sentences."""

    point: str
    """`claim`, `method`, `data`, `results` or `limitations`."""
    quotes: tuple[Quote, ...]
    """In reading order; empty where no sentence of the paper states it."""


def summarize(paper: Paper, reading: Reading) -> tuple[Point, ...]:
    """Return a paper's claim, method, data, results and limitations, each in up to three of its own sentences.

    No sentence stands under two points, none says what another one says, and each is found on its page as quoted.
    """
    told = [one for one in sentences_of(reading.blocks) if _is_readable(one)]
    judge = _Judge(names_in(paper.title, told), len(reading.blocks))
    taken: list[Sentence] = []
    points: dict[str, tuple[Quote, ...]] = {}
    for recipe in RECIPES:
        chosen = _chosen(judge.ranked(recipe, told), recipe.most, taken, paper, reading)
        taken += [one for one, _quote in chosen]
        points[recipe.point] = tuple(quote for _one, quote in sorted(chosen, key=lambda pair: pair[0].order))
    return tuple(Point(name, quotes) for name, quotes in points.items())


def _is_readable(one: Sentence) -> bool:
    """Tell whether a sentence says something by itself: whole, of words rather than signs, and no question."""
    words = one.text.split()
    if one.kind is not BlockKind.PARAGRAPH or not one.whole or _SAYS_NOTHING.search(one.text):
        return False
    return 6 <= len(words) <= 75 and len(_SYMBOLS.findall(one.text)) <= 0.06 * len(one.text)


@dataclass(frozen=True, slots=True)
class _Judge:
    """What weighs a paper's sentences."""

    names: re.Pattern[str]
    """The names of what the paper presents."""
    length: int
    """How many blocks the paper has."""

    def ranked(self, recipe: Recipe, told: Sequence[Sentence]) -> Iterator[Sentence]:
        """Yield the sentences that state a point, best first; where none does so clearly, the one that comes near."""
        possible = [one for one in told if recipe.zones.get(one.zone, 0.0) > NEVER and recipe.needs.search(one.text)]
        scored = [(self.score(recipe, one), one) for one in possible]
        scored.sort(key=lambda pair: (-pair[0], pair[1].order))
        best = max(recipe.floor, scored[0][0] - recipe.gap) if scored else recipe.floor
        clear = [one for found, one in scored if found >= best]
        yield from clear or [one for found, one in scored[:1] if found >= recipe.floor - recipe.slack]

    def score(self, recipe: Recipe, one: Sentence) -> float:
        """Return how much speaks for a sentence; larger is better."""
        found = recipe.zones.get(one.zone, recipe.elsewhere) + (recipe.appendix if one.appendix else 0.0)
        found += sum(weight for pattern, weight in recipe.cues if pattern.search(one.text))
        if recipe is DATA and SIZE.search(one.text):
            found += 1.5
        named = self.names.search(one.text) is not None
        if one.zone in {Zone.ABSTRACT, Zone.INTRODUCTION} and not (named or OWN.search(one.text)):
            found += recipe.foreign
        found += recipe.named * named
        found -= recipe.late * one.block / max(1, self.length)
        return found - recipe.fades * min(one.place, 30) / 10 - _burden(one.text)


def _burden(text: str) -> float:
    """Return what is taken off for words that send the reader elsewhere, and for length."""
    length = len(text)
    found = max(0.0, (length - 260) / 120) + (0.8 if length < 60 else 0.0)
    found += 1.0 * bool(_JOINS.match(text)) + 1.2 * bool(_POINTS_ELSEWHERE.search(text))
    found += 3.0 * bool(_OTHERS.match(text))
    found += 1.2 * bool(_REFERS_BACK.match(text))
    return found + 3.0 * bool(_LEANS.match(text)) + 12.0 * len(_SYMBOLS.findall(text)) / max(1, length)


def _chosen(
    ranked: Iterable[Sentence], most: int, taken: Sequence[Sentence], paper: Paper, reading: Reading
) -> list[tuple[Sentence, Quote]]:
    """Return the best sentences with their quotes, best first; those that are not found on their page are passed."""
    chosen: list[tuple[Sentence, Quote]] = []
    said = [_words(one.text) for one in taken]
    for one in ranked:
        words = _words(one.text)
        if any(_are_alike(words, other) for other in said):
            continue
        quote = None if is_instruction(one.text) else quote_of(paper, reading, one)
        if quote is None:
            continue
        chosen.append((one, quote))
        said.append(words)
        if len(chosen) == most:
            break
    return chosen


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in fold(text).split() if word not in STOP_WORDS)


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= max(_FEWEST_ALIKE, _ALIKE * min(len(one), len(other)))
