"""Finds abbreviations that a paper gives a meaning of its own: `SER` for `semantic entity recognition`. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paperlab.claims.terms import TermKind, aliases, find_terms, squash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHORT = r"[A-Z][A-Za-z]{1,5}"
_BRACKETED = re.compile(rf"((?:[A-Za-z][\w’'/-]*[ -]){{1,7}})\((?:the |or )?[“\"‘']?({_SHORT}?)s?[”\"’']?\)")
_DENOTED = re.compile(
    rf"[“\"‘'(]?\b({_SHORT})\b[”\"’']?,? "
    r"(?:denotes?|stands? for|refers? to|means?|is short for|represents?|indicates?|[:=])"
    r" ?(?:the |an? )?[“\"‘']?((?:[A-Za-z][\w-]*[ ,.;)]?){1,7})"
)
_SMALL = frozenset("of the and for in to a on with by".split())
_HEADS = ("error", "rate", "score", "accuracy", "precision", "recall", "distance", "similarity", "ratio", "loss")
_SURE_HEADS = ("error", "score", "accuracy", "precision", "recall")
"""Of these, the last words that make a metric and never a setting or a part of the method."""
_METRIC = re.compile(
    r"\b([A-Z][\w-]*[A-Z]\w*) (?:evaluation )?(?:metrics?|measures?)\b"
    r"|\bmetrics?(?: called| named|,| is| are)? (?:the )?([A-Z][\w-]*[A-Z]\w*)\b"
)


def names_apart(given: Iterable[tuple[str, list[str]]]) -> frozenset[str]:
    """Return known names, squashed, that a paper gives to what is no metric of that name."""
    found: dict[str, bool] = {}
    for short, words in given:
        terms = [one.term for one in find_terms(short)]
        if not terms or terms[0].kind is not TermKind.METRIC:
            continue
        told = _stems(words)
        same = any(2 * len(told & _stems(alias.split())) >= len(told) for alias in aliases(terms[0].name))
        same = same or words[-1].casefold().rstrip("s") in _HEADS
        found[squash(short)] = found.get(squash(short), False) or same
    return frozenset(short for short, same in found.items() if not same)


def metrics_given(given: Iterable[tuple[str, list[str]]], texts: Iterable[str]) -> frozenset[str]:
    """Return names, squashed, that a paper makes metrics: `gender parity score (GPS)`, `the GAME metric`."""
    found = {squash(short) for short, words in given if words[-1].casefold().rstrip("s") in _SURE_HEADS}
    for text in texts:
        if "metric" in text or "measure" in text:
            found |= {squash(match[1] or match[2]) for match in _METRIC.finditer(text)}
    return frozenset(name for name in found if not any(one.end - one.start >= 2 for one in find_terms(name.upper())))


def _stems(words: Iterable[str]) -> set[str]:
    """Return the first letters of words: `exactly matching` is `exact match`."""
    return {word.casefold()[:5] for word in words}


def names_given(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield abbreviations, each with the words whose first letters it is."""
    if "(" in text:
        for match in _BRACKETED.finditer(text):
            words = re.split(r"[ -]", match[1].strip())
            if long := _spelled(match[2], words, last=True):
                yield match[2], long
    for match in _DENOTED.finditer(text):
        if long := _spelled(match[1], re.findall(r"\w+", match[2]), last=False):
            yield match[1], long


def _spelled(short: str, words: list[str], *, last: bool) -> list[str]:
    """Return the first or the last of some words whose first letters are an abbreviation's, none where none are."""
    counted = [word for word in words if word and word.casefold() not in _SMALL]
    chosen = counted[-len(short) :] if last else counted[: len(short)]
    return chosen if "".join(word[0] for word in chosen).casefold() == short.casefold() else []
