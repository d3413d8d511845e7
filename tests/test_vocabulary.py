"""The papers' words and abbreviations: whatever comes and goes, the counts are those of what is there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.errors import UnreadablePdf
from paperlab.spelling import printed_words
from paperlab.store import Store
from paperlab.types import Chunk
from support import put_paper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Yield a new store."""
    store = Store(tmp_path / "paperlab.db")
    yield store
    store.close()


def put(store: Store, key: str, *texts: str) -> int:
    """Put a paper and return its reading's id."""
    put_paper(store, key, "Title", texts)
    return next(state.id for state in store.readings.states() if state.pdf_sha256 == f"sha-{key}")


def pieces(*texts: str) -> list[Chunk]:
    """Return chunks with these texts."""
    return [Chunk(i, (), 1, (1,), 0, 1, text, ()) for i, text in enumerate(texts)]


def held(store: Store) -> dict[str, tuple[int, int]]:
    """Return all words with the papers they stand in, and those that print them in lower case."""
    rows = store._database.execute("SELECT length, word, papers, lower FROM word")
    assert all(length == len(word) for length, word, *_ in rows)
    return {word: (papers, lower) for _, word, papers, lower in rows}


def counted(store: Store) -> dict[str, tuple[int, int]]:
    """Return the same, counted anew from the chunks that are there."""
    sql = "SELECT group_concat(text, char(10)) FROM chunk GROUP BY reading_id"
    papers: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    for (text,) in store._database.execute(sql):
        for word, in_lower_case in printed_words(text).items():
            papers[word] += 1
            lower[word] += in_lower_case
    return {word: (papers[word], lower[word]) for word in papers}


def test_a_word_is_counted_once_a_paper(store: Store) -> None:
    """In any case, however often; titles and headings are not among it."""
    put(store, "a", "Zebra zebra lion.", "ZEBRA")
    put(store, "b", "A ZEBRA.")

    assert store.vocabulary.papers("zebra") == 2
    assert store.vocabulary.papers("lion") == 1
    assert store.vocabulary.papers("title") == store.vocabulary.papers("absent") == 0
    assert held(store)["zebra"] == (2, 1)


def test_a_word_is_ordinary_where_most_papers_print_it_as_one(store: Store) -> None:
    """Not what stands in capitals only, nor what nobody prints."""
    for number, text in enumerate(("a map of STAR", "MAP and STAR", "the map", "Map of a star, map")):
        put(store, str(number), text)

    assert store.vocabulary.is_ordinary("map")
    assert not store.vocabulary.is_ordinary("star")
    assert not store.vocabulary.is_ordinary("absent")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "replace", "put", "fail", "drop", "prune"]),
        st.sampled_from("abc"),
        st.lists(st.sampled_from(["zebra Lion", "ZEBRA", "tiger", "", "Lion lion é漢"]), max_size=3),
    ),
    max_size=7,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_counts_are_exact_after_any_changes(store: Store, steps: list[tuple[str, str, list[str]]]) -> None:
    """Put, cut anew, not readable any more, dropped or pruned: as if all were counted again."""
    for step, key, texts in steps:
        known = {state.pdf_sha256: state.id for state in store.readings.states()}
        if step == "put":
            put(store, key, *texts)
        elif step == "replace" and f"sha-{key}" in known:
            store.readings.replace_chunks(known[f"sha-{key}"], "c2", pieces(*texts))
        elif step == "fail":
            store.readings.put_failure(f"sha-{key}", "r", UnreadablePdf("x.pdf", "scan", "no text"))
        elif step == "drop":
            with store._database.transaction():
                store.readings.drop([f"sha-{key}"])
        else:
            store.readings.prune([f"sha-{key}"])
        assert held(store) == counted(store)


def test_a_step_that_fails_counts_nothing(store: Store) -> None:
    """Chunks and words change in one transaction."""
    reading_id = put(store, "a", "zebra")
    before = held(store)
    twice = [*pieces("lion"), *pieces("tiger")]

    with pytest.raises(Exception, match="UNIQUE"):
        store.readings.replace_chunks(reading_id, "c", twice)

    assert held(store) == before == counted(store)


def test_words_alike_are_found_by_beginning_and_length(store: Store) -> None:
    """Each with its papers."""
    put(store, "a", "rest resnet resnets restart RESTED é éa")
    put(store, "b", "resnet")

    assert sorted(store.vocabulary.like("res", 6)) == [("resnet", 2), ("rested", 1)]
    assert store.vocabulary.like("é", 2) == [("éa", 1)]
    assert store.vocabulary.like("zz", 6) == []


def test_abbreviations_come_and_go_with_the_papers_that_define_them(store: Store) -> None:
    """Asked for by either form, each pair with how many papers define it so."""
    find = store.vocabulary.abbreviations
    defined = "A mixture of experts (MoE) is sparse."
    put(store, "a", defined, "We follow a margin of error (MoE).")
    reading_id = put(store, "b", defined, "Long short-term memories (LSTMs) forget.")

    assert find({"moe"}, ()) == [("MoE", "mixture of experts", 2)]
    assert find((), {"longshorttermmemory"}) == [("LSTM", "long short-term memory", 1)]
    assert len(find({"moe"}, {"longshorttermmemory"})) == 2
    assert find((), ()) == find({"absent"}, {"absent"}) == []

    store.readings.replace_chunks(reading_id, "c2", pieces("Long short-term memories (LSTMs) forget."))
    assert find({"moe", "lstm"}, ()) == [("LSTM", "long short-term memory", 1), ("MoE", "mixture of experts", 1)]
    store.readings.prune(["sha-b"])
    assert find({"moe", "lstm"}, ()) == [("LSTM", "long short-term memory", 1)]
    store.readings.prune([])
    assert store._database.execute("SELECT count(*) FROM abbreviation") == [(0,)]


def test_a_definition_over_two_passages_is_found(store: Store) -> None:
    """As the paper's text goes on from one to the next."""
    put(store, "a", "We use a mixture of", "experts (MoE) here.")

    assert store.vocabulary.abbreviations({"moe"}, ()) == [("MoE", "mixture of experts", 1)]
