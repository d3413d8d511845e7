"""Passages that say the same thing twice."""

from __future__ import annotations

from paperlab.search.repeats import without_repeats
from paperlab.store.rows import StoredChunk
from paperlab.types import Chunk

SENTENCE = "we route every token of a sequence to two of eight experts in each layer"


def passages(*told: tuple[str, str]) -> list[StoredChunk]:
    """Return passages, each (key, text), with their place as id."""
    return [StoredChunk(i, key, key, Chunk(i, (), 1, (1,), 0, 1, text, ())) for i, (key, text) in enumerate(told)]


def kept(*told: tuple[str, str], limit: int = 10) -> list[int]:
    """Return which of the passages are told."""
    return [stored.id for stored in without_repeats(passages(*told), str.split, limit)]


def test_the_best_of_one_papers_repeats_is_told() -> None:
    """Whole, within a longer passage, or with a word or two exchanged; in the order they came."""
    longer = f"as said before {SENTENCE} and this balances the load of all of them"
    other = SENTENCE.replace("eight", "sixteen")

    assert kept(("a", SENTENCE), ("a", "something else"), ("a", SENTENCE), ("a", longer), ("a", other)) == [0, 1]
    assert kept(("a", longer), ("a", SENTENCE)) == [0]


def test_two_papers_may_say_the_same() -> None:
    """Both are told, and each one's own repeats are not."""
    assert kept(("a", SENTENCE), ("b", SENTENCE), ("a", SENTENCE), ("b", SENTENCE)) == [0, 1]


def test_the_same_words_in_another_order_say_something_else() -> None:
    """Neighbouring words are compared, not words."""
    assert kept(("a", SENTENCE), ("a", " ".join(reversed(SENTENCE.split())))) == [0, 1]


def test_half_the_same_is_no_repeat() -> None:
    """What is new in it would be lost."""
    half = " ".join(SENTENCE.split()[:8])
    assert kept(("a", SENTENCE), ("a", f"{half} and then drop whatever has not been chosen by any")) == [0, 1]


def test_short_passages_are_all_told() -> None:
    """A heading's two words repeat each other by chance."""
    assert kept(("a", "two words"), ("a", "two words"), ("a", ""), ("a", "")) == [0, 1, 2, 3]


def test_as_many_are_told_as_were_asked_for() -> None:
    """Repeats take no place, and no more is read than is needed."""
    told = [("a", SENTENCE), ("a", SENTENCE), ("a", "one"), ("a", "two"), ("a", "three")]
    assert kept(*told, limit=3) == [0, 2, 3]
    assert kept(*told, limit=0) == []

    read = []
    assert len(without_repeats((read.append(one) or one for one in passages(*told)), str.split, 1)) == 1
    assert len(read) <= 2
