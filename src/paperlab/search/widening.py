"""What a query looks for beyond its words: corrected spellings, and what the papers' abbreviations stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.abbreviations import Abbreviations, query_keys
from paperlab.queries import WORD, typed_words
from paperlab.spelling import Speller
from paperlab.types import Wanted, Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from paperlab.queries import Query
    from paperlab.store.vocabulary import Vocabulary

_CORRECTED, _LONG_FORM, _SHORT_FORM = 0.8, 0.5, 0.25
"""Weights beside a word as typed: of its correction, of what it abbreviates, of what it is abbreviated as."""
_SHORT_QUERY = 5
"""Words up to which other names are looked for: a longer question says enough, and they blurred it (docs/design.md)."""


@dataclass(frozen=True, slots=True)
class Widened:
    """A query as both arms of the search take it."""

    wanted: Wanted
    text: str
    """What is embedded."""
    corrected: tuple[tuple[str, str], ...] = ()
    """(typed, looked for) of words the papers do not have."""


def widen(query: Query, vocabulary: Vocabulary, is_word: Callable[[str], bool]) -> Widened:
    """Return what to look for: the query's words, corrections of those no paper has, and other names of its terms.

    A word that `is_word` knows is not misspelt, although no paper has it.
    """
    speller = Speller(vocabulary.papers, vocabulary.like)
    found = {word: speller.correct(word) for word in vocabulary.rare(query.words)}
    corrected = {word: near[0] for word, near in found.items() if near and not is_word(word)}
    text = _replaced(query.text, corrected)
    long_forms, short_forms = _aliases(text, vocabulary) if len(query.words) <= _SHORT_QUERY else ([], [])
    any_of: list[tuple[Words, float]] = [((word,), 1.0) for word in dict.fromkeys(query.words)]
    any_of += [((word,), _CORRECTED) for word in corrected.values()]
    any_of += [(form, _LONG_FORM) for form in long_forms] + [(form, _SHORT_FORM) for form in short_forms]
    # A long form says what is meant; an abbreviation would only blur it.
    told = [" ".join(form) for form in long_forms]
    return Widened(
        Wanted(
            any_of=tuple(any_of),
            all_of=query.phrases,
            none_of=query.excluded,
            sections=tuple(tuple(typed_words(section)) for section in query.sections),
        ),
        f"{text} ({', '.join(told)})" if told else text,
        tuple(corrected.items()),
    )


def _aliases(text: str, vocabulary: Vocabulary) -> tuple[list[Words], list[Words]]:
    """Return the long forms of the text's abbreviations, and the abbreviations of its terms."""
    words = typed_words(text)
    pairs = vocabulary.abbreviations(*query_keys(words))
    if not pairs:
        return [], []
    known = Abbreviations(pairs, vocabulary.is_ordinary)
    return known.long_forms(words), known.short_forms(words)


def _replaced(text: str, corrected: dict[str, str]) -> str:
    """Return the text with the corrected words in place of those typed."""
    if not corrected:
        return text
    return WORD.sub(lambda match: corrected.get(match[0].lower(), match[0]), text)
