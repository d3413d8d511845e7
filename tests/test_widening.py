"""What is looked for beyond the words that were typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paperlab.queries import parse_query
from paperlab.search.widening import Widened, widen
from paperlab.store import Store
from support import put_paper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paperlab.store.vocabulary import Vocabulary
    from paperlab.types import Words


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vocabulary]:
    """Yield the vocabulary of two papers."""
    store = Store(tmp_path_factory.mktemp("words") / "paperlab.db")
    texts = ["A mixture of experts (MoE) routes tokens.", "Every resnet overfits; residual shortcuts help gradients."]
    put_paper(store, "a", "One", texts)
    put_paper(store, "b", "Two", ["Each resnet is a mixture of experts (MoE)."])
    yield store.vocabulary
    store.close()


def widened(vocabulary: Vocabulary, typed: str, *known: str) -> Widened:
    """Widen what was typed, where these words are known although no paper has them."""
    return widen(parse_query(typed), vocabulary, known.__contains__)


def weights(found: Widened) -> dict[Words, float]:
    """Return what is looked for with its weights."""
    return dict(found.wanted.any_of)


def test_words_that_the_papers_have_are_looked_for_as_typed(vocabulary: Vocabulary) -> None:
    """Each once, with weight 1, and the text is what is embedded."""
    found = widened(vocabulary, "How do Residual shortcuts, residual gradients help?")

    assert weights(found) == {("residual",): 1.0, ("shortcuts",): 1.0, ("gradients",): 1.0, ("help",): 1.0}
    assert found.text == "How do Residual shortcuts, residual gradients help?"
    assert found.corrected == ()


def test_a_word_no_paper_has_brings_what_may_be_meant(vocabulary: Vocabulary) -> None:
    """Below the word itself, and in its place in what is embedded, whatever its case."""
    found = widened(vocabulary, "Why does a ResNt overfit? Resnt!")

    assert found.corrected == (("resnt", "resnet"),)
    assert 0 < weights(found)["resnet",] < weights(found)["resnt",] == 1.0
    assert found.text == "Why does a resnet overfit? resnet!"


def test_a_word_of_the_language_is_not_misspelt(vocabulary: Vocabulary) -> None:
    """Although no paper has it."""
    assert widened(vocabulary, "residuals reset").corrected == (("reset", "resnet"),)
    assert widened(vocabulary, "residuals reset", "reset").corrected == ()


def test_a_correction_never_changes_part_of_another_word(vocabulary: Vocabulary) -> None:
    """What is embedded has all other words as they were typed."""
    found = widened(vocabulary, "resnt resntish", "resntish")

    assert found.text == "resnet resntish"


def test_an_abbreviation_brings_what_it_stands_for(vocabulary: Vocabulary) -> None:
    """As a phrase, to the words and to what is embedded."""
    found = widened(vocabulary, "MoE layers")

    assert 0 < weights(found)["mixture", "of", "experts"] < 1.0
    assert found.text == "MoE layers (mixture of experts)"


def test_a_term_brings_its_abbreviation_to_the_words_alone(vocabulary: Vocabulary) -> None:
    """Embedded it would only blur what the term says."""
    found = widened(vocabulary, "mixtures of experts")

    assert 0 < weights(found)["moe",] < 1.0
    assert found.text == "mixtures of experts"


def test_a_corrected_word_brings_its_other_names(vocabulary: Vocabulary) -> None:
    """As if it had been typed right."""
    assert ("moe",) in weights(widened(vocabulary, "mixtrue of experts"))


def test_a_long_question_says_enough(vocabulary: Vocabulary) -> None:
    """No other names are looked for beyond five words."""
    found = widened(vocabulary, "does MoE routing overfit residual shortcuts gradients")

    assert ("mixture", "of", "experts") not in weights(found)
    assert "(" not in found.text


def test_what_is_required_and_what_is_shut_out_stays_as_typed(vocabulary: Vocabulary) -> None:
    """Phrases, exclusions and sections are meant literally: they are neither corrected nor renamed."""
    found = widened(vocabulary, '"resnt layers" -MoE -"resnt" section:"Related-Work"')

    assert found.wanted.any_of == ()
    assert found.wanted.all_of == (("resnt", "layers"),)
    assert found.wanted.none_of == (("moe",), ("resnt",))
    assert found.wanted.sections == (("related", "work"),)
    assert found.text == "resnt layers"
    assert found.wanted.narrows
    assert not widened(vocabulary, "resnet").wanted.narrows


def test_nothing_typed_is_nothing_looked_for(vocabulary: Vocabulary) -> None:
    """Not an error."""
    assert widened(vocabulary, "") == Widened(widened(vocabulary, "?").wanted, "")
    assert widened(vocabulary, "").wanted.any_of == ()
