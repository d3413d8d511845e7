"""Misspelt words and what they may mean, from the library's own words."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.spelling import Speller, errors_between, is_ordinary, printed_words

LIBRARY = {
    "transformer": 25, "transformers": 20, "convolutional": 30, "attention": 33, "resnet": 12, "rest": 20, "reset": 2,
    "bert2": 3, "resnet50": 4, "embedding": 60, "embedings": 1, "models": 33, "model": 33, "modes": 1, "pooling": 9,
    "cooled": 5, "gate": 9, "vaswani": 20, "lstm": 8, "conference": 60, "confirence": 1, "covfefence": 1,
}  # fmt: skip
SPELLER = Speller.of(LIBRARY)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("transfomer", "transformer"),
        ("Trasnformer", "transformer"),
        ("convolutinal", "convolutional"),
        ("convlutinal", "convolutional"),
        ("atention", "attention"),
        ("aattention", "attention"),
        ("tatention", "attention"),
        ("resnt", "resnet"),
        ("lsmt", "lstm"),
        ("bret2", "bert2"),
        ("resnt50", "resnet50"),
        ("vasawni", "vaswani"),
    ],
)
def test_misspelt_words_are_corrected(typed: str, meant: str) -> None:
    """The word that is meant comes first: fewest errors, then the same consonants, then most papers."""
    assert SPELLER.correct(typed)[0] == meant


@pytest.mark.parametrize(
    "typed", ["model", "resnet", "pooled", "gat", "resnet51", "resnet5", "50", "quaternion", "", "trnsfrmr", "gaet2x"]
)
def test_what_is_no_misspelling_stays(typed: str) -> None:
    """Known words, other endings of known words, short words, other numbers and words like nothing here."""
    assert SPELLER.correct(typed) == []


def test_a_word_of_one_paper_is_a_misprint_beside_a_far_more_frequent_neighbour() -> None:
    """Papers have misprints, too: fifty papers decide against one, ten where a long word has one error."""
    assert SPELLER.correct("confirence") == ["conference"]
    assert Speller.of({"confirence": 1, "conference": 9}).correct("confirence") == []
    assert Speller.of({"spacial": 1, "special": 49}).correct("spacial") == []
    assert Speller.of({"spacial": 1, "special": 50}).correct("spacial") == ["special"]


def test_two_errors_need_two_papers() -> None:
    """What a single paper prints is meant where one letter is off, not where two are."""
    assert Speller.of({"quaternion": 1}).correct("quaternon") == ["quaternion"]
    assert Speller.of({"quaternion": 1}).correct("quternon") == []
    assert Speller.of({"quaternion": 2}).correct("quternon") == ["quaternion"]
    assert Speller.of({"quaternion": 2, "quarternion": 5}).correct("quaternoin") == ["quaternion", "quarternion"]


def test_at_most_three_candidates() -> None:
    """Of many neighbours the three best are told."""
    assert Speller.of({f"ba{c}er": n for n, c in enumerate("bcdkls", start=1)}).correct("baxer") == [
        "baser",
        "baler",
        "baker",
    ]


@given(st.text("abc", max_size=7), st.text("abc", max_size=7), st.integers(0, 3))
def test_errors_are_counted_as_the_table_of_all_alignments_counts_them(one: str, other: str, most: int) -> None:
    """Optimal string alignment, or None above the bound."""
    exact = _alignment(one, other)
    assert errors_between(one, other, most) == (exact if exact <= most else None)


def _alignment(one: str, other: str) -> int:
    table = [[i + j if not i or not j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            wrong = one[i - 1] != other[j - 1]
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + wrong)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@given(st.text(max_size=12))
def test_any_word_can_be_asked_for(word: str) -> None:
    """No word raises, and what comes back are words of the library other than it."""
    found = SPELLER.correct(word)
    assert set(found) <= set(LIBRARY) - {word}
    assert len(found) <= 3


def test_twenty_thousand_words_take_milliseconds() -> None:
    """An unknown word among as many as thirty papers have costs little (the bound leaves room for a busy machine)."""
    draw = random.Random(5)
    by_length: dict[int, list[str]] = {}
    for _ in range(20_000):
        word = "".join(draw.choices("etaoinsrhldcumfpgwybvk", k=draw.randint(3, 12)))
        by_length.setdefault(len(word), []).append(word)
    speller = Speller(
        lambda _word: 0, lambda prefix, length: ((w, 2) for w in by_length[length] if w.startswith(prefix))
    )
    started = time.perf_counter()
    for word in ("convolutin", "transfome", "atention", "resnt"):
        speller.correct(word)
    assert (time.perf_counter() - started) / 4 < 2


def test_words_know_whether_they_are_printed_in_lower_case() -> None:
    """A name in capitals is no ordinary word where two papers of three print it so."""
    assert printed_words("The MAP of a map, LoRA") == {
        "the": False, "map": True, "of": True, "a": True, "lora": False,
    }  # fmt: skip
    assert is_ordinary(papers=3, in_lower_case=2)
    assert not is_ordinary(papers=4, in_lower_case=2)
    assert not is_ordinary(papers=0, in_lower_case=0)
